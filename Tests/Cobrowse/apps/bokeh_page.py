"""Writes a page with a Bokeh plot and all its scripts inline. Usage: bokeh_page.py FILE"""

import pathlib
import sys

from bokeh.embed import file_html
from bokeh.layouts import column
from bokeh.models import Button, Select, Slider
from bokeh.plotting import figure
from bokeh.resources import INLINE

plot = figure(width=600, height=400, title="Points", tools="pan,wheel_zoom,box_zoom,reset")
plot.scatter([1, 2, 3, 4, 5], [6, 7, 2, 4, 5], size=20, color="navy", alpha=0.5)
plot.line([1, 2, 3, 4, 5], [2, 5, 8, 2, 7], line_width=2)
page = column(Select(title="Choose", value="one", options=["one", "two"]), Slider(start=0, end=10, value=3, title="Slide"),
              Button(label="Press"), plot)
pathlib.Path(sys.argv[1]).write_text(file_html(page, INLINE, "Bokeh"))
