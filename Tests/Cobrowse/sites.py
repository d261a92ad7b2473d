"""Sites that nobody here wrote: documents and examples of Debian packages, and applications from PyPI, on the loopback."""

import asyncio
import pathlib
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile

import site_plans
import site_plans_more
from harness import run, servers

APPS = servers.TESTS / "apps"
BINARIES = servers.ROOT / ".build-cobrowse" / "sites" / "bin"
BOOTSTRAP = pathlib.Path("/usr/share/doc/libjs-bootstrap5/examples")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def popper():
    """The library that Debian's Bootstrap expects beside it, as a script."""
    text = pathlib.Path("/usr/share/nodejs/@popperjs/core/dist/cjs/popper.js").read_text()
    return f'(() => {{ const exports = {{}}, process = {{env: {{NODE_ENV: "production"}}}}; {text}\nwindow.Popper = exports; }})();'


def bootstrap_example(name):
    """Bootstrap's examples come as templates; this fills in what their site generator would."""
    text = (BOOTSTRAP / name / "index.html").read_text()
    _, head, body = text.split("---\n", 2)
    styles = re.findall(r'- "(.*\.css)"', head)
    scripts = re.findall(r'- src: "(.*\.js)"', head)
    kind = re.search(r'body_class: "(.*)"', head)
    body = re.sub(r'\{\{< placeholder width="([^"]*)" height="([^"]*)".*?>\}\}',
                  r'<svg width="\1" height="\2"><rect width="100%" height="100%" fill="#868e96"/></svg>', body)
    body = re.sub(r"\{\{.*?\}\}", "", body)
    links = "".join(f'<link rel="stylesheet" href="{style}">' for style in styles)
    tags = "".join(f'<script src="{script}"></script>' for script in scripts)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}</title><link rel="stylesheet" href="/usr/share/javascript/bootstrap5/css/bootstrap.css">{links}</head>
<body class="{kind.group(1) if kind else ''}">{body}
<script src="/popper.js"></script><script src="/usr/share/javascript/bootstrap5/js/bootstrap.bundle.js"></script>{tags}</body></html>"""


class Sites:
    """The servers of all sites of one run."""

    def __init__(self, started):
        self.started, self.folder, self.processes, self.addresses = started, None, [], {}

    async def prepare(self, names):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sites-"))
        site = self.started.site
        site.mounts = [("/usr/share/", "/usr/share"), ("/made-here/", str(self.folder)), ("/javascript/", "/usr/share/javascript"),
                       ("/widgets/", str(APPS / "widgets"))]
        require = pathlib.Path("/usr/share/nodejs/requirejs/require.js")
        site.pages["/usr/share/nodejs/require.js"] = lambda request: servers.web.Response(
            text=require.read_text(), content_type="text/javascript")
        site.pages["/popper.js"] = lambda request: servers.web.Response(text=popper(), content_type="text/javascript")
        for example in ("checkout", "modals", "cheatsheet", "offcanvas-navbar"):
            site.pages[f"/usr/share/doc/libjs-bootstrap5/examples/{example}/"] = bootstrap_example(example)
        for name, starter in (("streamlit", self.streamlit), ("dash", self.dash), ("datasette", self.datasette),
                              ("bokeh", self.bokeh), ("mkdocs", self.mkdocs), ("swagger", self.swagger),
                              ("admin", self.admin), ("gradio", self.gradio), ("nicegui", self.nicegui),
                              ("flaskadmin", self.flaskadmin), ("shiny", self.shiny), ("jupyter", self.jupyter),
                              ("furo", lambda: self.sphinx("furo", "furo")), ("plotly", self.plotly),
                              ("pydata", lambda: self.sphinx("pydata", "pydata_sphinx_theme"))):
            if names and not any(each.startswith(name) for each in names):
                continue
            try:
                starter()
            except (OSError, subprocess.CalledProcessError, StopIteration) as error:
                print(f"SKIP  {name}: it could not be started: {error}", file=sys.stderr)
        for address in [a for a in self.addresses.values() if a.startswith("http")]:
            await self.answered(address)

    async def answered(self, address):
        """Waits until a server takes connections."""
        port = int(address.split(":")[2].split("/")[0])
        for _ in range(240):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            except OSError:
                await asyncio.sleep(0.25)
        print(f"SKIP  {address}: no answer", file=sys.stderr)

    def serve(self, name, path, *command):
        """Starts a server of its own; PORT in its arguments becomes a free port."""
        port = free_port()
        words = [str(word).replace("PORT", str(port)) for word in command]
        log = (self.folder / f"{name}.log").open("w")
        self.processes.append(subprocess.Popen(words, stdout=log, stderr=log, cwd=self.folder))
        self.addresses[name] = f"http://127.0.0.1:{port}{path}"

    def streamlit(self):
        self.serve("streamlit", "/", BINARIES / "streamlit", "hello", "--server.port", "PORT", "--server.headless", "true",
                   "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none")

    def dash(self):
        self.serve("dash", "/", BINARIES / "python", APPS / "dash_app.py", "PORT")

    def datasette(self):
        data = sqlite3.connect(self.folder / "shop.db")
        data.execute("create table orders (id integer primary key, customer text, amount real, placed text)")
        data.executemany("insert into orders (customer, amount, placed) values (?, ?, ?)", [
            (f"customer {number % 7}", number * 1.5, f"2026-11-{number % 28 + 1:02}") for number in range(150)])
        data.commit()
        self.serve("datasette", "/shop/orders", BINARIES / "datasette", self.folder / "shop.db", "-h", "127.0.0.1", "-p", "PORT")

    def bokeh(self):
        subprocess.run([BINARIES / "python", APPS / "bokeh_page.py", self.folder / "bokeh.html"], check=True)
        self.addresses["bokeh"] = "/made-here/bokeh.html"

    def mkdocs(self):
        project = self.folder / "project"
        (project / "docs").mkdir(parents=True)
        shutil.copy(APPS / "mkdocs.yml", project)
        for page in (APPS / "mkdocs").iterdir():
            shutil.copy(page, project / "docs")
        subprocess.run([BINARIES / "mkdocs", "build", "--quiet", "--site-dir", self.folder / "mkdocs"],
                       check=True, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addresses["mkdocs"] = "/made-here/mkdocs/index.html"

    def swagger(self):
        installed = next((BINARIES.parent / "lib").glob("python*/site-packages/swagger_ui_bundle"))
        vendor = next(installed.glob("**/swagger-ui-bundle.js")).parent
        shutil.copytree(vendor, self.folder / "swagger")
        shutil.copy(APPS / "openapi.json", self.folder / "swagger")
        (self.folder / "swagger" / "page.html").write_text(
            '<!doctype html><html><head><meta charset="utf-8"><title>API</title><link rel="stylesheet" href="swagger-ui.css">'
            '</head><body><div id="ui"></div><script src="swagger-ui-bundle.js"></script><script>'
            'SwaggerUIBundle({url: "openapi.json", dom_id: "#ui"})</script></body></html>')
        self.addresses["swagger"] = "/made-here/swagger/page.html"

    def admin(self):
        self.serve("admin", "/admin/", BINARIES / "python", APPS / "admin_site.py", "PORT", self.folder / "admin.sqlite")

    def gradio(self):
        self.serve("gradio", "/", BINARIES / "python", APPS / "gradio_app.py", "PORT")

    def nicegui(self):
        self.serve("nicegui", "/", BINARIES / "python", APPS / "nicegui_app.py", "PORT")

    def flaskadmin(self):
        self.serve("flaskadmin", "/admin/person/", BINARIES / "python", APPS / "flask_admin_site.py", "PORT")

    def shiny(self):
        self.serve("shiny", "/", BINARIES / "shiny", "run", APPS / "shiny_app.py", "--port", "PORT")

    def jupyter(self):
        (self.folder / "notebooks").mkdir()
        shutil.copy(APPS / "one.ipynb", self.folder / "notebooks")
        self.serve("jupyter", "/lab", BINARIES / "jupyter-lab", "--no-browser", "--allow-root", "--port", "PORT",
                   "--ServerApp.token=", "--ServerApp.password=", "--ServerApp.root_dir", self.folder / "notebooks")

    def sphinx(self, name, theme):
        subprocess.run([BINARIES / "sphinx-build", "-q", "-D", f"html_theme={theme}", APPS / "sphinx", self.folder / name],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addresses[name] = f"/made-here/{name}/index.html"

    def plotly(self):
        code = ("import plotly.express as p, sys; p.scatter(x=[1, 2, 3, 4], y=[4, 1, 3, 2], color=['a', 'b', 'a', 'b'])"
                ".write_html(sys.argv[1], include_plotlyjs=True)")
        subprocess.run([BINARIES / "python", "-c", code, self.folder / "plotly.html"], check=True)
        self.addresses["plotly"] = "/made-here/plotly.html"

    def plans(self, names):
        """What is done on each site that is there."""
        made = []
        for name, path, before, steps in site_plans.PLANS + site_plans_more.PLANS:
            if names and not any(name.startswith(each) for each in names):
                continue
            kind = name.split("-")[0]
            address = self.addresses.get(kind) if path is None or path.startswith("+") else path
            if address is None:
                continue
            address += (path or "").removeprefix("+") if address != path else ""
            url = address if address.startswith("http") else self.started.url(self.started.site, address)
            made.append(run.Plan(name, url, steps, before, limit=1.0))
        return made

    async def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)
