"""What is done on each site: name, path (or None for a server of its own), steps before the start, steps."""

DOC = "/usr/share/doc"
QUERY_UI = f"{DOC}/libjs-jquery-ui-docs/examples"
READY = {"until": "document.readyState === 'complete'"}

PLANS = [
    ("python-functions", f"{DOC}/python3/html/library/functions.html", [READY], [
        {"wheel": [0, 900]}, {"run": "scrollTo(0, 0)"}, [{"click": "input[name=q]:visible"}, {"type": "enum"}],
        [{"press": "Enter"}, {"wait": 1500}]]),
    ("python-os", f"{DOC}/python3/html/library/os.html", [READY], [
        {"run": "scrollTo(0, 20000)"}, {"wheel": [0, 700]}, {"run": "document.body.style.zoom = 1.5"}, {"viewport": [900, 700]}]),
    ("debian-reference", "/usr/share/debian-reference/ch09.en.html", [READY], [
        {"run": "scrollTo(0, 3000)"}, {"wheel": [0, 500]}, {"run": "scrollTo(0, 1e6)"}]),
    ("git-rebase", f"{DOC}/git/html/git-rebase.html", [READY], [{"run": "scrollTo(0, 4000)"}, {"wheel": [0, 600]}]),
    ("debian-policy", f"{DOC}/debian-policy/policy.html/ch-controlfields.html", [READY], [
        {"run": "scrollTo(0, 2500)"}, {"wheel": [0, 600]}]),
    ("postgresql-select", f"{DOC}/postgresql-doc-15/html/sql-select.html", [READY], [
        {"run": "scrollTo(0, 3000)"}, [{"click": "a[href*='SQL-']:visible"}]]),
    ("nodejs-fs", f"{DOC}/nodejs/api/fs.html", [READY], [
        {"hover": ".picker-header, #gtoc li a"}, {"run": "scrollTo(0, 9000)"}, {"wheel": [0, 400]}]),
    ("django-forms", f"{DOC}/python-django-doc/html/topics/forms/index.html", [READY], [
        {"run": "scrollTo(0, 2000)"}, {"hover": "#docs a, a"}]),
    ("bootstrap-checkout", f"{DOC}/libjs-bootstrap5/examples/checkout/", [READY], [
        [{"click": "#firstName"}, {"type": "Ada"}], [{"click": "#cc-name"}, {"type": "Ada Example"}], {"choose": ["#country", "United States"]},
        {"click": "button.btn-primary"}, {"run": "document.getElementById('lastName').value = 'Example'"},
        [{"run": "document.querySelector('form').submit()"}, {"wait": 600}]]),
    ("bootstrap-modals", f"{DOC}/libjs-bootstrap5/examples/modals/", [READY], [{"run": "scrollTo(0, 500)"}, {"wheel": [0, 500]}]),
    ("bootstrap-cheatsheet", f"{DOC}/libjs-bootstrap5/examples/cheatsheet/", [READY], [
        [{"click": ".accordion-button.collapsed"}, {"wait": 500}], {"hover": ".btn-outline-primary, .btn-primary"},
        [{"click": "[data-bs-toggle=dropdown]"}, {"wait": 300}]]),
    ("bootstrap-offcanvas", f"{DOC}/libjs-bootstrap5/examples/offcanvas-navbar/", [READY], [
        [{"click": ".dropdown-toggle"}, {"wait": 300}], {"hover": ".dropdown-item"}, {"press": "Escape"},
        [{"viewport": [700, 800]}, {"wait": 300}], [{"click": "#navbarSideCollapse"}, {"wait": 500}]]),
    ("jquery-ui-dialog", f"{QUERY_UI}/dialog/modal-form.html", [{"until": "document.querySelector('#create-user.ui-button')"}], [
        {"click": "#create-user"}, [{"click": "#password"}, {"type": "wrong horse"}], {"drag": [".ui-dialog-titlebar", 120, 60]},
        {"hover": ".ui-dialog-buttonpane button"}, {"press": "Escape"}]),
    ("jquery-ui-datepicker", f"{QUERY_UI}/datepicker/dropdown-month-year.html", [{"until": "document.querySelector('.hasDatepicker')"}], [
        [{"click": "#datepicker"}, {"wait": 500}], {"choose": [".ui-datepicker-month", "5"]}, {"hover": ".ui-datepicker-calendar a"},
        [{"click": ".ui-datepicker-calendar a"}, {"wait": 500}]]),
    ("jquery-ui-autocomplete", f"{QUERY_UI}/autocomplete/default.html", [{"until": "document.querySelector('.ui-autocomplete-input')"}], [
        [{"click": "#tags"}, {"type": "ja"}, {"wait": 500}], {"press": "ArrowDown"}, {"press": "Enter"}]),
    ("jquery-ui-sortable", f"{QUERY_UI}/sortable/connect-lists.html", [{"until": "document.querySelector('.ui-sortable')"}], [
        [{"drag": ["#sortable1 li", 30, 90]}, {"wait": 300}], [{"drag": ["#sortable1 li", 180, 40]}, {"wait": 300}], [{"down": "#sortable2 li"}, {"move": [200, 200]}], {"up": True}]),
    ("jquery-ui-slider", f"{QUERY_UI}/slider/colorpicker.html", [{"until": "document.querySelector('.ui-slider-handle')"}], [
        {"drag": ["#red .ui-slider-handle", -100, 0]}, {"click": "#green"}, [{"focus": "#blue .ui-slider-handle"}, {"press": "ArrowRight"}]]),
    ("jquery-ui-tabs", f"{QUERY_UI}/tabs/manipulation.html", [{"until": "document.querySelector('.ui-tabs-tab')"}], [
        [{"click": "#add_tab"}, {"wait": 300}], [{"click": "#tab_title"}, {"type": "New tab"}], [{"press": "Enter"}, {"wait": 400}], {"click": ".ui-icon-close"}]),
    ("codemirror-complete", f"{DOC}/libjs-codemirror/examples/complete.html", [{"until": "document.querySelector('.CodeMirror-code')"}], [
        [{"click": ".CodeMirror-code"}, {"press": "Control+End"}, {"type": "\ndocument.g"}], {"press": "Control+Space"}, {"press": "ArrowDown"}, {"press": "Enter"}]),
    ("codemirror-folding", f"{DOC}/libjs-codemirror/examples/folding.html", [{"until": "document.querySelector('.CodeMirror-foldgutter-open')"}], [
        {"click": ".CodeMirror-foldgutter-open"}, {"wheel": [0, 400]}]),
    ("ckeditor", f"{DOC}/ckeditor/examples/old/replacebyclass.html", [{"until": "document.querySelector('.cke_button__link')"}, {"wait": 800}], [
        [{"click": ".cke_wysiwyg_frame"}, {"type": "typed text "}], [{"click": ".cke_button__link"}, {"wait": 1200}], {"press": "Tab"}, {"press": "Escape"}]),
    ("dygraphs", f"{DOC}/libjs-dygraphs/site/tests/interaction.html", [READY, {"wait": 500}], [
        [{"drag": ["#div_g canvas", 150, 20]}, {"wait": 500}], {"dblclick": "#div_g"}, {"hover": "#div_g"}]),
    ("mathjax", "/usr/share/javascript/mathjax/test/sample-mml.html", [{"until": "document.querySelector('.MathJax, .MathJax_Display')"}, {"wait": 3000}], [
        {"run": "scrollTo(0, 300)"}, {"run": "document.body.style.fontSize = '30px'"}]),
    ("streamlit", None, [{"until": "document.querySelector('[data-testid=stSidebar]')"}, {"wait": 3000}], [
        {"hover": "[data-testid=stSidebar] a"}, [{"click": "[data-testid=stSidebarNav] li:nth-child(3) a, [data-testid=stSidebarNav] a:nth-of-type(2)"}, {"wait": 3000}]]),
    ("dash", None, [{"until": "document.querySelector('.js-plotly-plot .bars')"}, {"wait": 1500}], [
        {"click": "th .column-header--sort, th"}, [{"click": "#what"}, {"wait": 500}], [{"press": "ArrowDown"}, {"press": "Enter"}, {"wait": 1200}]]),
    ("datasette", None, [READY, {"wait": 500}], [
        [{"click": "th svg.dropdown-menu-icon"}, {"wait": 200}], {"hover": ".dropdown-menu a"}, {"press": "Escape"}, {"run": "scrollTo(0, 800)"}]),
    ("bokeh", None, [{"until": "document.querySelector('.bk-Figure, .bk-Column')"}, {"wait": 1500}], [
        {"wait": 10}, [{"run": "scrollTo(0, 50)"}], [{"move": [300, 400]}, {"wait": 300}]]),
    ("mkdocs", None, [READY, {"wait": 800}], [
        {"click": ".tabbed-labels label:nth-child(2)"}, {"click": "details summary"},
        [{"click": "label[for=__palette_1]"}, {"wait": 500}], [{"click": ".md-tabs__item:nth-child(2) a"}, {"wait": 1000}], {"run": "scrollTo(0, 600)"}]),
    ("swagger", None, [{"until": "document.querySelector('.opblock')"}, {"wait": 800}], [
        [{"click": ".opblock-get .opblock-summary"}, {"wait": 500}], [{"click": ".try-out__btn"}, {"wait": 300}],
        [{"click": ".parameters input"}, {"type": "25"}], {"run": "scrollTo(0, 400)"}]),
    ("admin", None, [{"fill": ["#id_username", "admin"]}, {"fill": ["#id_password", "admin"]}, {"click": "[type=submit]"},
                     {"goto": "/admin/admin/author/1/change/"}, {"wait": 500}], [
        [{"click": "#id_name"}, {"type": " Jr."}], [{"click": ".date-icon"}, {"wait": 300}], {"press": "Escape"},
        [{"click": ".add-row a"}, {"wait": 300}], {"run": "scrollTo(0, 300)"}, [{"goto": "/admin/password_change/"}, {"wait": 500}],
        [{"click": "#id_old_password"}, {"type": "wrong horse"}]]),
]
