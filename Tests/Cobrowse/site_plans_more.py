"""As many sites again, of other packages: name, path (or None for a server of its own), steps before the start, steps."""

DOC = "/usr/share/doc"
READY = {"until": "document.readyState === 'complete'"}


def there(selector):
    """Waits for an element."""
    return {"until": f"document.querySelector(`{selector}`)"}


def widget(name, selector, *steps):
    """A page with a widget of one of Debian's libraries."""
    return (name, f"/widgets/{name}.html", [there(selector), {"wait": 800}], list(steps))


def after(milliseconds, *steps):
    """Steps as one, with a pause behind them."""
    return [*steps, {"wait": milliseconds}]


PLANS = [
    widget("leaflet", ".leaflet-marker-icon", after(600, {"click": ".leaflet-marker-icon"}), after(800, {"click": ".leaflet-control-zoom-in"}),
           after(800, {"drag": ["#map", 150, 60]}), after(800, {"wheel": [0, 300]})),
    widget("datatables", ".dataTables_info", {"click": "th:nth-child(2)"}, [{"click": "input[type=search]"}, {"type": "name 3"}],
           {"click": ".paginate_button.next"}, {"choose": ["select", "25"]}, {"hover": "tbody tr:nth-child(3)"}),
    widget("chosen", ".chosen-container", {"click": "#a_chosen"}, {"type": "tw"}, {"press": "Enter"}, {"click": "#b_chosen"}, {"press": "Enter"},
           {"hover": ".search-choice-close"}),
    widget("slick", ".slick-initialized", after(800, {"click": ".slick-next"}), after(900, {"click": ".slick-dots li:nth-child(3) button"}),
           after(900, {"drag": [".slick-list", -200, 0]})),
    widget("c3", "#c svg path", {"hover": "#c .c3-event-rect"}, after(800, {"run": "chart.load({columns: [['one', 1, 2, 3, 4]]})"}),
           after(800, {"click": ".c3-legend-item"})),
    widget("dijit", ".dijitCalendar", after(600, {"click": "#widget_d .dijitArrowButton"}), {"press": "Escape"},
           after(600, {"click": ".dijitTab >> text=Second"}), after(500, {"drag": ["#s .dijitSliderImageHandle", 90, 0]})),
    widget("impress", ".step.active", after(1800, {"press": "ArrowRight"}), after(1800, {"press": "ArrowRight"})),
    widget("three", "canvas", after(900, {"run": "turn(1)"}), after(900, {"run": "c.width = 300; turn(2)"})),
    widget("nouislider", ".noUi-handle", after(400, {"drag": [".noUi-handle", 80, 0]}), [{"focus": ".noUi-handle-upper"}, {"press": "ArrowLeft"}]),
    ("flot", f"{DOC}/libjs-jquery-flot-docs/examples/interacting/index.html", [READY, {"wait": 500}], [
        {"hover": "#placeholder .flot-overlay"}, after(300, {"click": "#placeholder .flot-overlay"})]),
    ("spectre-forms", f"{DOC}/libjs-spectre-docs/docs/elements/forms.html", [READY], [
        {"run": "scrollTo(0, 900)"}, [{"click": "input[type=text]"}, {"type": "some"}], {"click": ".form-checkbox"}, {"click": ".form-switch"}]),
    ("spectre", f"{DOC}/libjs-spectre-docs/docs/components.html", [READY], [{"hover": "a.btn:visible, .card:visible"}, {"run": "scrollTo(0, 1500)"}]),
    ("remark", f"{DOC}/libjs-remark-slide/examples/boilerplate-single.html", [READY, {"wait": 500}], [
        after(300, {"press": "ArrowRight"}), after(300, {"press": "c"})]),
    ("cropper", f"{DOC}/libjs-cropper/tests/example-Basic.htm", [READY, {"wait": 500}], [after(300, {"drag": [".imgCrop_dragArea, img", 100, 60]})]),
    ("jstree", f"{DOC}/libjs-jquery-jstree/examples/basic/index.html", [READY, {"wait": 800}], [
        after(500, {"click": ".jstree-ocl"}), {"hover": ".jstree-anchor"}, {"run": "scrollTo(0, 500)"}]),
    ("minicolors", f"{DOC}/libjs-jquery-minicolors/examples/without-bootstrap.html", [READY, {"wait": 500}], [
        after(300, {"click": ".minicolors-input"}), after(300, {"drag": [".minicolors-grid", 20, 20]})]),
    ("vue-grid", f"{DOC}/libjs-vue/examples/grid/index.html", [READY, {"wait": 300}], [{"wheel": [0, 100]}]),
    ("sqlite", f"{DOC}/sqlite3/lang_select.html", [READY], [{"run": "scrollTo(0, 1200)"}, {"hover": "a:visible"}]),
    ("cmake", f"{DOC}/cmake-data/html/manual/cmake.1.html", [READY], [
        {"run": "scrollTo(0, 2000)"}, [{"click": "input[name=q]"}, {"type": "install"}], after(1500, {"press": "Enter"})]),
    ("apache", f"{DOC}/apache2-doc/manual/en/mod/core.html", [READY], [{"run": "scrollTo(0, 3000)"}, {"hover": "#quickview a"}]),
    ("bird", f"{DOC}/bird-doc/html/bird-3.html", [READY], [{"run": "scrollTo(0, 1000)"}]),
    ("office-help", "/usr/share/libreoffice/help/en-US/text/swriter/main0000.html", [READY, {"wait": 800}], [
        after(600, {"click": "#search-bar, input[type=search]"}, {"type": "table"}), {"run": "scrollTo(0, 600)"}]),
    ("gradio", None, [there("textarea"), {"wait": 3000}], [
        [{"click": "textarea"}, {"type": "Ada"}], after(400, {"click": "input[role=listbox], input[role=combobox], .wrap input"}),
        after(300, {"press": "ArrowDown"}, {"press": "Enter"}), after(1500, {"click": "button:has-text('Send')"})]),
    ("nicegui", None, [there(".q-table"), {"wait": 2500}], [
        after(500, {"click": "th.sortable"}), after(800, {"click": "button:has-text('Tell')"}), after(800, {"click": "button:has-text('Ask')"}),
        after(600, {"press": "Escape"}), after(1000, {"click": ".q-tab:nth-child(2)"})]),
    ("flaskadmin", None, [READY, {"wait": 500}], [
        after(300, {"click": "text=Add Filter"}), after(800, {"click": "a:has-text('person 3')"}), after(400, {"press": "Escape"})]),
    ("shiny", None, [there(".irs"), {"wait": 2500}], [
        after(800, {"drag": [".irs-handle", 60, 0]}), after(1500, {"click": "a:has-text('Grid')"}), after(1200, {"click": "#ask"})]),
    ("jupyter", None, [there(".jp-DirListing-item"), {"wait": 5000}], [
        after(800, {"run": "document.querySelector('.jp-Dialog .jp-mod-reject')?.click()"}),
        after(1200, {"run": "document.querySelector('.Toastify__close-button')?.click()"}), after(300, {"click": ".jp-DirListing-item"}),
        after(5000, {"dblclick": ".jp-DirListing-item"}), after(400, {"click": ".lm-MenuBar-item:nth-child(2)"}), {"press": "Escape"}]),
    ("furo", None, [READY, {"wait": 500}], [{"click": ".theme-toggle:visible"}, after(300, {"viewport": [700, 800]})]),
    ("pydata", None, [READY, {"wait": 800}], [after(500, {"click": ".theme-switch-button"})]),
    ("plotly", None, [there(".plot-container"), {"wait": 1500}], [
        after(700, {"drag": [".nsewdrag", 100, 60]}), after(800, {"dblclick": ".nsewdrag"}), after(900, {"click": ".legendtoggle"})]),
]
