"""A small Dash application: a table, a graph, a drop-down."""

import sys

from dash import Dash, Input, Output, dash_table, dcc, html

ROWS = [{"city": city, "people": people} for city, people in (("Bremen", 569), ("Lyon", 522), ("Porto", 231), ("Turku", 197))]

app = Dash(__name__)
app.layout = html.Div([
    html.H1("Cities"),
    dcc.Dropdown(["people", "share"], "people", id="what", clearable=False),
    dcc.Graph(id="graph", config={"displayModeBar": False}),
    dash_table.DataTable(ROWS, [{"name": n, "id": n} for n in ("city", "people")], sort_action="native", id="table"),
])


@app.callback(Output("graph", "figure"), Input("what", "value"))
def graph(what):
    total = sum(row["people"] for row in ROWS)
    values = [row["people"] if what == "people" else round(100 * row["people"] / total, 1) for row in ROWS]
    return {"data": [{"type": "bar", "x": [row["city"] for row in ROWS], "y": values}], "layout": {"title": {"text": what}}}


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
