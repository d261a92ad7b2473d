"""A NiceGUI page with a table, a dialog and a message. Usage: nicegui_app.py PORT"""

import sys

from nicegui import ui

COLUMNS = [{"name": name, "label": name, "field": name, "sortable": True} for name in ("item", "count")]


@ui.page("/")
def page():
    ui.label("Stock").classes("text-h4")
    with ui.tabs() as tabs:
        items, settings = ui.tab("Items"), ui.tab("Settings")
    with ui.tab_panels(tabs, value=items).classes("w-full"):
        with ui.tab_panel(items):
            ui.table(columns=COLUMNS, rows=[{"item": f"item {row}", "count": row * 7 % 5} for row in range(12)], pagination=5)
        with ui.tab_panel(settings):
            ui.input("Name")
            ui.select(["One", "Two", "Three"], value="One", label="Kind")
            ui.slider(min=0, max=100, value=30)
            ui.switch("On")
    with ui.dialog() as dialog, ui.card():
        ui.label("Sure?")
        ui.button("Yes", on_click=dialog.close)
    ui.button("Ask", on_click=dialog.open)
    ui.button("Tell", on_click=lambda: ui.notify("Saved", type="positive", timeout=0))


ui.run(host="127.0.0.1", port=int(sys.argv[1]), show=False, reload=False)
