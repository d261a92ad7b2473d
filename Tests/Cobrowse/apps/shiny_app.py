"""A Shiny page with a sidebar, two tabs and a dialog."""

import pandas
from shiny import App, reactive, render, ui

page = ui.page_sidebar(
    ui.sidebar(ui.input_slider("count", "Count", 1, 100, 20), ui.input_text("name", "Name"), ui.input_switch("on", "On")),
    ui.navset_card_tab(ui.nav_panel("Text", ui.output_text_verbatim("text")), ui.nav_panel("Grid", ui.output_data_frame("grid"))),
    ui.input_action_button("ask", "Ask"), title="Visits")


def server(given, output, session):
    @render.text
    def text():
        return f"{given.name()} {given.count()}"

    @render.data_frame
    def grid():
        return render.DataGrid(pandas.DataFrame({"a": range(20), "b": list("abcdefghijklmnopqrst")}), filters=True)

    @reactive.effect
    @reactive.event(given.ask)
    def ask():
        ui.modal_show(ui.modal("Sure?", title="Question", easy_close=True))


app = App(page, server)
