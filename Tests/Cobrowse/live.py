"""The live session's two sides in a real Chromium: from the visitor's first click to the end.

Against `latchkey demo`, a real server with its shop, or against a stand-in that needs no build.
Needs PyPI's playwright and axe-core-python, Debian's chromium, and node for the stand-in.
Usage: python3 Tests/Cobrowse/live.py [--latchkey PROGRAM] [--pictures FOLDER] [NAME…]
"""

import argparse
import contextlib
import gzip
import http.server
import json
import os
import pathlib
import re
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from reader import Page

# A busy machine takes its time; what has a promised time is measured where it is tested.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)

HERE = pathlib.Path(__file__).parent
GROUP = "12345"
VISITOR = "003Fk00000Ab1cDIAR"
# The bar's shadow root is closed. Here it is opened, so that it can be clicked on and looked at.
OPEN_ROOTS = """
const attachShadow = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return attachShadow.call(this, { ...options, mode: "open" }); };
"""
LISTEN = """
window.said = [];
for (const name of ["started", "agentjoined", "agentleft", "ended", "error"]) {
  Latchkey.on(name, (detail) => said.push([name, detail]));
}
"""
# As Zone.js does it: the platform's functions replaced, the own ones kept under other names.
ZONE = """
window.Zone = { __symbol__: (name) => "__zone_" + name };
window.zoned = [];
for (const [owner, name] of [[window, "setTimeout"], [window, "fetch"], [EventTarget.prototype, "addEventListener"]]) {
  const own = owner[name];
  owner["__zone_" + name] = own;
  owner[name] = function (...values) { zoned.push(name); return own.apply(this, values); };
}
const Socket = WebSocket;
window.__zone_WebSocket = Socket;
window.WebSocket = class extends Socket { constructor(...values) { super(...values); zoned.push("WebSocket"); } };
"""


class StandIn:
    """The server that needs no build: everybody is signed in, and every visitor is Noor Haddad."""

    def __init__(self, program):
        self.address = f"http://127.0.0.1:{free_port()}"
        self.process = self.start()

    def start(self):
        port = self.address.rpartition(":")[2]
        command = ["node", str(HERE / "standin/server.mjs"), port]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        return process

    def sign_in(self, page):
        pass

    def signed_in(self):
        """An address that signs an agent in."""
        return self.address + "/demo/shop"

    def cut(self):
        """Every connection is lost."""
        urllib.request.urlopen(self.address + "/test/cut").read()

    def come_back(self):
        """Connections are taken again."""

    def allow(self, *rights):
        """What agents may do beside looking."""
        urllib.request.urlopen(self.address + "/test/may?may=" + ",".join(rights)).read()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Demo(StandIn):
    """`latchkey demo`, in a folder of its own."""

    extra = ()
    privileges = {"annotate": "agentAnnotation", "navigate": "navigationAssist", "assist": "remoteAssist"}

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        super().__init__(program)

    def start(self):
        port = self.address.rpartition(":")[2]
        command = [self.program, "demo", "--port", port, "--data-folder", self.folder.name, *self.extra]
        log = open(f"{self.folder.name}/log", "a")
        process = subprocess.Popen(command, stdout=log, stderr=log)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.address + "/healthz").read()
                return process
            except OSError:
                time.sleep(0.05)
        raise AssertionError(pathlib.Path(log.name).read_text())

    def command(self, *words):
        files = ["--database", f"{self.folder.name}/latchkey.sqlite", "--master-key-file", f"{self.folder.name}/latchkey.key"]
        return subprocess.run([self.program, *words, *files], check=True, capture_output=True, text=True).stdout.strip()

    def sign_in(self, page, user="005Fk000001aBcDIAU", group=GROUP):
        key = self.command("key", "make", "--group", group, "--user", user)
        page.goto(self.address + "/demo/shop")
        page.evaluate(
            """([fields]) => {
                const form = Object.assign(document.createElement("form"), { method: "post", action: "/agentjoin/AgentJoin.aspx" });
                for (const [name, value] of Object.entries(fields)) {
                    form.append(Object.assign(document.createElement("input"), { name, value, type: "hidden" }));
                }
                document.body.append(form);
                form.submit();
            }""",
            [{"partnerid": group, "partneruserid": user, "loginkey": key}],
        )
        page.wait_for_url("**/agentjoin/**")

    def signed_in(self):
        return self.command("open", "005Fk000001aBcDIAU", "--group", GROUP).split()[-1]

    def cut(self):
        self.process.kill()
        self.process.wait()

    def come_back(self):
        self.process = self.start()

    def allow(self, *rights):
        roles = [role for word in rights for role in ("--privilege", self.privileges[word])]
        self.command("role", "create", "Narrow", "--group", GROUP, "--privilege", "joinCobrowseSessions",
                     "--privilege", "keylessSessions", *roles)
        self.command("role", "assign", "dana.whitfield@demo.example", "--group", GROUP, "--role", "Narrow")

    def stop(self):
        super().stop()
        self.folder.cleanup()


class Behind(Demo):
    """The demo as people reach it: by TLS of its own, or behind a proxy with the file of deploy/ and its limits as they are."""

    def __init__(self, program, kind):
        self.kind, self.port, self.proxy = kind, free_port(), None
        super().__init__(program)

    def start(self):
        sys.path[:0] = [str(HERE.parent / "Operation")]
        import fronts
        if self.proxy is None:
            fronts.certificate(self.folder.name)
            self.address = f"https://localhost:{self.port}"
        inner = self.port if self.kind == "tls" else getattr(self, "inner", None) or free_port()
        self.inner = inner
        environment = dict(os.environ)
        if self.kind == "tls":
            environment |= {"LATCHKEY_TLS_CERTIFICATE_FILE": f"{self.folder.name}/cert.pem", "LATCHKEY_TLS_KEY_FILE": f"{self.folder.name}/key.pem"}
        command = [self.program, "demo", "--port", str(inner), "--public-url", self.address, "--data-folder", self.folder.name]
        log = open(f"{self.folder.name}/log", "a")
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        if self.kind != "tls" and self.proxy is None:
            kinds = {"nginx": fronts.Nginx, "haproxy": fronts.HAProxy, "caddy": fronts.Caddy}
            self.proxy = kinds[self.kind](self.folder.name, self.port, inner).__enter__()
        for _ in range(200):
            try:
                with urllib.request.urlopen(self.address + "/healthz", context=ssl._create_unverified_context()) as answer:
                    answer.read()
                return process
            except OSError:
                time.sleep(0.05)
        raise AssertionError(pathlib.Path(log.name).read_text())

    def stop(self):
        if self.proxy:
            self.proxy.__exit__()
        super().stop()


class Counted(Demo):
    """The demo behind a forwarder that counts what goes over the wire of each session's WebSocket, both ways.

    Those that are there can be made silent: nothing is forwarded any more, and nobody is told. While it is away, it takes no new ones.
    """

    is_away = False

    def __init__(self, program):
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        super().__init__(program)
        threading.Thread(target=self.accept, daemon=True).start()

    def start(self):
        self.inner = int(self.address.rpartition(":")[2])
        self.extra = ["--public-url", f"http://127.0.0.1:{self.listener.getsockname()[1]}"]
        process = super().start()
        self.address = self.extra[1]
        return process

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                outer = self.listener.accept()[0]
                if self.is_away:
                    outer.close()
                    continue
                inner = socket.create_connection(("127.0.0.1", self.inner))
                counts = {"path": None, "up": 0, "down": 0}
                for source, sink, way in ((outer, inner, "up"), (inner, outer, "down")):
                    threading.Thread(target=self.forward, args=(source, sink, counts, way), daemon=True).start()

    def forward(self, source, sink, counts, way):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if way == "up" and data.startswith(b"GET /session "):
                    counts["path"] = "/session"
                    self.sockets.append(counts)
                counts[way] += len(data)
                if not counts.get("is_silent"):
                    sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def silence(self):
        for counts in self.sockets:
            counts["is_silent"] = True

    def stop(self):
        self.listener.close()
        super().stop()


class Scene:
    """A visitor's and an agent's browser, as two profiles."""

    def __init__(self, browser, server, pictures, **options):
        self.server = server
        self.address = server.address
        self.pictures = pictures
        options = {"viewport": {"width": 1280, "height": 800}, "ignore_https_errors": isinstance(server, Behind), **options}
        self.visitors = browser.new_context(**options)
        self.agents = browser.new_context(**options)
        self.errors = []
        self.visitor = self.page(self.visitors)
        self.agent = self.page(self.agents)
        server.sign_in(self.agent)

    def page(self, context):
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(OPEN_ROOTS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self.note)
        return page

    def note(self, message):
        # The replica's frame runs no script, not even this test's own for each document.
        expected = ["404", "ERR_", "Blocked script execution"]
        # What a proxy says while the server is away.
        if isinstance(self.server, Behind):
            expected += ["502", "503"]
        if message.type == "error" and not any(part in message.text for part in expected):
            self.errors.append(message.text)

    def close(self):
        self.visitors.close()
        self.agents.close()

    def picture(self, page, name):
        if self.pictures:
            page.screenshot(path=f"{self.pictures}/{name}.png")

    def shop(self, path="", page=None):
        page = page or self.visitor
        page.goto(f"{self.address}/demo/shop{path}?visitorid={VISITOR}")
        page.evaluate(LISTEN)

    def title(self, text, page=None):
        expect((page or self.visitor).locator(".bar .title")).to_have_text(text)

    def answer(self, said, page=None):
        """Answers the question that is shown, once its buttons can be clicked."""
        page = page or self.visitor
        page.locator(f"dialog [data-answer={said}]:enabled").click()

    def begin(self, path=""):
        """The visitor waits; the shop knows them by their record's id, which is the session's key and nothing to read out."""
        self.shop(path)
        self.visitor.click("#help")
        self.answer("yes")
        self.title("Waiting for an agent")
        expect(self.visitor.locator(".bar .key")).to_be_hidden()
        return VISITOR

    def join(self, key):
        self.agent.goto(f"{self.address}/agentjoin/AgentView.aspx?SessionKey={key}&Wait=1")

    def meet(self, path=""):
        self.join(self.begin(path))
        self.answer("yes")
        self.title("In session with Dana Whitfield")
        expect(self.agent.locator("#state-title")).to_have_text("In session with Noor Haddad")
        expect(self.agent.locator("#room")).to_be_visible()
        expect(self.agent.locator("#page-title")).not_to_be_empty()

    def assist(self):
        self.agent.click("#ask-assist")
        self.answer("yes")
        expect(self.agent.locator("#give-back")).to_be_visible()

    def events(self, page=None):
        return [name for name, _ in (page or self.visitor).evaluate("said")]

    def barriers(self, page):
        found = Axe().run(page)["violations"]
        assert not found, [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]


PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><rect width="60" height="30" fill="teal"/></svg>'
PLAIN = """<!doctype html><html lang="en"><title>Plain</title><p>Text <a href="#there">with a link</a></p>
<form><input name="city"><input type="checkbox"><input type="password"><select><option>One<option>Two</select><textarea></textarea></form>
<img alt="" src="/picture.svg"><img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<script src="{server}/visitor.js" data-group-id="12345" data-visitor-id="003Fk00000Ab1cDIAR" data-language="en"></script>"""


def site_of(html, headers={}):
    """A site of its own, of one page and one picture."""
    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            is_picture = self.path == "/picture.svg"
            self.send_response(200)
            for name, value in {"content-type": "image/svg+xml" if is_picture else "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(PICTURE if is_picture else html.encode())

        def log_message(self, *values):
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    return site


def start_of_a_session():
    """The modules that the visitor's script, its session and its capture consist of."""
    folder = HERE.parents[1] / "Sources/Cobrowse/visitor"
    found, waiting = set(), ["loader.js", "visitor-main.js", "capture.js", "lang-en.js"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(r' from "[./a-z]*?([a-z-]+\.js)";', (folder / name).read_text() if (folder / name).exists() else "")
    return found


def a_plain_page_fetches_no_late_part(scene):
    """Text, fields and pictures need the start alone; from a server that bundles its scripts, 30 KB gzipped."""
    answers = []
    scene.visitor.on("response", lambda answer: answers.append(answer) if answer.url.split("?")[0].endswith(".js") else None)
    site = site_of(PLAIN.replace("{server}", scene.address))
    try:
        scene.visitor.goto(f"http://localhost:{site.server_port}/")
        scene.visitor.evaluate("void Latchkey.start()")
        scene.answer("yes")
        scene.title("Waiting for an agent")
        scene.join(VISITOR)
        scene.answer("yes")
        scene.title("In session with Dana Whitfield")
        replica = scene.agent.frame_locator("#replica")
        expect(replica.locator("p")).to_have_text("Text with a link")
        scene.visitor.fill("[name=city]", "Bergen")
        expect(replica.locator("input").first).to_have_value("Bergen")
        scene.visitor.wait_for_timeout(300)
    finally:
        site.shutdown()
    names = {answer.url.split("?")[0].rpartition("/")[2] for answer in answers if "/visitor.js" not in answer.url}
    assert names >= {"visitor-main.js", "capture.js"}, names
    assert not names - start_of_a_session(), names - start_of_a_session()
    if len(answers) < 6:
        size = sum(len(gzip.compress(answer.body(), 9)) for answer in answers)
        print(f"      {len(answers)} scripts, {size} bytes gzipped")
        assert size <= 30000, size


def the_loader_alone_does_nothing(scene):
    """Before a session the page is as it would be without the tag, but for the two documented names."""
    requests = []
    scene.visitor.on("request", lambda request: requests.append(request.url))
    scene.visitor.goto(f"{scene.address}/demo/shop?presence=off")
    scene.visitor.evaluate("document.querySelector('script[data-presence]').dataset.presence")
    assert scene.visitor.evaluate("typeof Latchkey.start") == "function"
    assert scene.visitor.evaluate("document.querySelectorAll('[data-latchkey-ui]').length") == 0
    assert scene.visitor.evaluate("localStorage.length + sessionStorage.length") == 0
    assert not [url for url in requests if "/api/" in url or "capture" in url], requests


def nothing_is_sent_before_the_visitor_agrees(scene):
    requests = []
    scene.visitor.on("request", lambda request: requests.append((request.method, request.url)))
    scene.shop()
    scene.visitor.click("#help")
    scene.visitor.locator("dialog [data-answer=no]:enabled").wait_for()
    scene.picture(scene.visitor, "terms")
    scene.barriers(scene.visitor)
    scene.answer("no")
    assert scene.visitor.evaluate("Latchkey.state") == "over"
    assert scene.events() == ["ended"], scene.events()
    assert not [url for method, url in requests if method == "POST"], requests
    scene.title("Session ended")
    scene.visitor.get_by_role("button", name="Close").click()
    assert scene.visitor.locator("[data-latchkey-ui]").count() == 0


def a_click_before_the_question_is_no_answer(scene):
    scene.shop()
    scene.visitor.evaluate("Latchkey.start()")
    button = scene.visitor.locator("dialog [data-answer=yes]")
    button.wait_for()
    button.click(force=True, no_wait_after=True)
    assert scene.visitor.evaluate("Latchkey.state") == "terms"
    scene.visitor.locator("dialog [data-answer=yes]:enabled").wait_for()
    scene.visitor.evaluate(
        "document.querySelector('[data-latchkey-ui]').shadowRoot.querySelector('[data-answer=yes]').click()"
    )
    assert scene.visitor.evaluate("Latchkey.state") == "terms", "a script has answered"


def the_way_into_a_session(scene):
    key = scene.begin()
    scene.picture(scene.visitor, "waiting")
    scene.barriers(scene.visitor)
    scene.join(key)
    expect(scene.agent.locator("#state-title")).to_have_text("Asking the visitor")
    scene.visitor.locator("dialog [data-answer=yes]:enabled").wait_for()
    scene.picture(scene.visitor, "join")
    scene.barriers(scene.visitor)
    scene.answer("yes")
    scene.title("In session with Dana Whitfield")
    expect(scene.agent.locator("#room")).to_be_visible()
    expect(scene.agent.locator("#page-title")).to_have_text("Tidewater Supply")
    assert scene.events() == ["started", "agentjoined"], scene.events()
    scene.picture(scene.visitor, "live")
    scene.picture(scene.agent, "viewer")
    scene.barriers(scene.visitor)
    scene.barriers(scene.agent)


def messages_go_both_ways_and_outlive_a_reload(scene):
    scene.meet()
    scene.agent.fill("#text", "See https://shop.example/size?a=1. <b>Fine</b>")
    scene.agent.press("#text", "Enter")
    button = scene.visitor.locator(".bar button[aria-expanded]")
    expect(button).to_have_text("Messages (1 new)")
    button.click()
    link = scene.visitor.locator(".chat a")
    expect(link).to_have_attribute("href", "https://shop.example/size?a=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(scene.visitor.locator(".chat li")).to_contain_text("<b>Fine</b>")
    scene.visitor.locator(".chat input").fill("Thank you")
    scene.visitor.keyboard.press("Enter")
    expect(scene.agent.locator("#log li").nth(1)).to_contain_text("Thank you")
    scene.picture(scene.visitor, "messages")
    scene.barriers(scene.visitor)
    scene.agent.reload()
    expect(scene.agent.locator("#log li")).to_have_count(2)
    scene.visitor.reload()
    scene.title("In session with Dana Whitfield")
    scene.visitor.locator(".bar button[aria-expanded]").click()
    expect(scene.visitor.locator(".chat li")).to_have_count(2)


def the_window_title_counts_messages(scene):
    scene.meet()
    scene.agent.evaluate("document.hasFocus = () => false")
    scene.visitor.locator(".bar button[aria-expanded]").click()
    scene.visitor.locator(".chat input").fill("Hello")
    scene.visitor.keyboard.press("Enter")
    expect(scene.agent).to_have_title("(1) In session with Noor Haddad · Latchkey")
    scene.agent.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))")
    expect(scene.agent).to_have_title("In session with Noor Haddad · Latchkey")


def the_sites_title_counts_messages_while_nobody_looks(scene):
    scene.meet()
    before = scene.visitor.title()
    scene.visitor.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })")
    for count, text in enumerate(("Hello", "Are you there?"), 1):
        scene.agent.fill("#text", text)
        scene.agent.press("#text", "Enter")
        expect(scene.visitor).to_have_title(f"({count} new) {before}")
    scene.visitor.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    expect(scene.visitor).to_have_title(before)


def goes_on_over_navigation_reload_and_routes(scene):
    scene.meet()
    scene.visitor.click("a[href='/demo/shop/p/vest']")
    expect(scene.agent.locator("#page-title")).to_have_text("Life vest · Tidewater Supply")
    scene.visitor.click("#cart")
    scene.title("In session with Dana Whitfield")
    expect(scene.agent.locator("#page-title")).to_have_text("Checkout · Tidewater Supply")
    expect(scene.agent.locator("#state-title")).to_have_text("In session with Noor Haddad")
    scene.visitor.reload()
    scene.title("In session with Dana Whitfield")
    scene.visitor.go_back()
    scene.title("In session with Dana Whitfield")
    expect(scene.agent.locator("#page-title")).to_have_text("Life vest · Tidewater Supply")


def comes_back_after_the_connection_is_lost(scene):
    scene.meet()
    scene.server.cut()
    scene.title("Connection lost. Trying again.")
    scene.server.come_back()
    scene.title("In session with Dana Whitfield")
    expect(scene.agent.locator("#state-title")).to_have_text("In session with Noor Haddad")
    scene.visitors.set_offline(True)
    scene.title("Connection lost. Trying again.")
    scene.picture(scene.visitor, "lost")
    scene.barriers(scene.visitor)
    scene.visitor.wait_for_timeout(2500)
    scene.visitors.set_offline(False)
    scene.title("In session with Dana Whitfield")
    assert scene.events() == ["started", "agentjoined"], scene.events()


def a_server_that_is_gone_without_a_word_is_noticed(scene):
    """As when its machine loses its power: pages hear of no close. Who has nothing to say is back within ten seconds too."""
    if not isinstance(scene.server, Demo):
        return
    scene.meet()
    equal(len(scene.server.sockets), 2)
    scene.server.silence()
    start = time.monotonic()
    while len(scene.server.sockets) < 4 and time.monotonic() < start + 20:
        scene.visitor.wait_for_timeout(50)
    scene.title("In session with Dana Whitfield")
    scene.visitor.evaluate("document.body.append('here again')")
    expect(scene.agent.frame_locator("#replica").locator("body")).to_contain_text("here again")
    took = time.monotonic() - start
    print(f"     both sides are back after {took:.1f} s")
    assert took < 12, took
    assert scene.events() == ["started", "agentjoined"], scene.events()


def a_clean_stop_lets_both_sides_come_back(scene):
    """The server is stopped as systemd does it: it says so to both sides, and they are back when it is."""
    if not isinstance(scene.server, Demo):
        return
    closed = []
    scene.visitor.on("websocket", lambda socket: socket.on("close", lambda _: closed.append("visitor")))
    scene.agent.on("websocket", lambda socket: socket.on("close", lambda _: closed.append("agent")))
    scene.visitor.add_init_script("""const Own = WebSocket; window.codes = [];
        window.WebSocket = class extends Own { constructor(...values) { super(...values); this.addEventListener("close", (event) => codes.push(event.code)); } };""")
    scene.meet()
    scene.server.process.terminate()
    scene.title("Connection lost. Trying again.")
    equal(scene.server.process.wait(20), 0)
    assert 1001 in scene.visitor.evaluate("codes"), scene.visitor.evaluate("codes")
    scene.server.come_back()
    scene.title("In session with Dana Whitfield")
    expect(scene.agent.locator("#state-title")).to_have_text("In session with Noor Haddad")
    scene.visitor.evaluate("document.querySelector('h1').textContent = 'Back again'")
    expect(scene.agent.frame_locator("#replica").locator("h1")).to_have_text("Back again")
    equal(sorted(set(closed)), ["agent", "visitor"])


def no_write_to_the_database_holds_the_page_up(scene):
    """Another process has the database locked for writing: the page is followed all the same, and the quality is said to be good."""
    if not isinstance(scene.server, Demo):
        return
    scene.meet()
    expect(scene.agent.locator("#quality")).to_have_text(re.compile(r"Connection good, \d+ ms"), timeout=15000)
    database = sqlite3.connect(f"{scene.server.folder.name}/latchkey.sqlite", isolation_level=None, timeout=5)
    database.execute("BEGIN IMMEDIATE")
    try:
        slowest = 0
        for number in range(10):
            start = time.monotonic()
            scene.visitor.evaluate("(text) => { document.querySelector('h1').textContent = text; }", f"Line {number}")
            expect(scene.agent.frame_locator("#replica").locator("h1")).to_have_text(f"Line {number}")
            slowest = max(slowest, time.monotonic() - start)
        assert slowest < 2, f"{slowest:.2f} s"
        try:
            sqlite3.connect(f"{scene.server.folder.name}/latchkey.sqlite", isolation_level=None, timeout=0).execute("BEGIN IMMEDIATE")
            raise AssertionError("it was not locked")
        except sqlite3.OperationalError:
            pass
    finally:
        database.execute("ROLLBACK")
        database.close()


def a_record_in_the_crm_sees_the_visitor_in_the_shop(scene):
    """Presence by the shop's own tag: Join lights up within two seconds, and one click, without a key read out, is a session."""
    if not isinstance(scene.server, Demo):
        return
    scene.agent.goto(f"{scene.address}/demo/crm/contact/{VISITOR}?user=dana")
    panel = scene.agent.frame_locator("iframe").first
    expect(panel.locator("[data-action=join]")).to_be_visible()
    expect(panel.locator("#presence")).to_be_empty()
    scene.agent.wait_for_timeout(1000)
    scene.visitor.goto(f"{scene.address}/demo/shop?visitorid={VISITOR}")
    start = time.monotonic()
    expect(panel.locator("[data-action=join].lit")).to_be_visible()
    took = time.monotonic() - start
    print(f"      Join lights up {took:.1f} s after the page is there")
    assert took < 2, took


def the_contacts_link_opens_the_shop_and_its_search_is_followed(scene):
    """As a newcomer does it, all in one browser: the link beside the panel, Join there, a word to search for in the shop."""
    if not isinstance(scene.server, Demo):
        return
    scene.agent.goto(f"{scene.address}/demo/crm/contact/{VISITOR}?user=dana")
    scene.agents.add_init_script(OPEN_ROOTS)
    with scene.agents.expect_page() as opened:
        scene.agent.click("#shop")
    shop = opened.value
    panel = scene.agent.frame_locator("iframe").first
    with scene.agents.expect_page() as opened:
        panel.locator("[data-action=join].lit").click()
    viewer = opened.value
    scene.answer("yes", shop)
    replica = viewer.frame_locator("#replica")
    expect(replica.locator("h1")).to_have_text("All that a boat needs")
    shop.get_by_label("Search the shop").fill("rope")
    expect(replica.locator("#q")).to_have_value("rope")
    shop.get_by_role("button", name="Search").click()
    expect(shop.locator("h1")).to_have_text("Results for “rope”")
    becomes(viewer, lambda: replica.locator("main").inner_text() == shop.locator("main").inner_text())
    shop.get_by_label("Search the shop").fill("anvil")
    shop.keyboard.press("Enter")
    expect(replica.locator("main p")).to_have_text("Nothing was found. Try another word.")


def the_agent_reads_how_the_connection_is_and_that_nobody_looks(scene):
    scene.meet()
    agent, visitor = scene.agent, scene.visitor
    quality = agent.locator("#quality")
    expect(quality).to_have_text(re.compile(r"^Connection (good|fair|slow), \d+ ms$"))
    expect(agent.locator("#hidden-page")).to_be_hidden()
    visitor.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }); document.dispatchEvent(new Event('visibilitychange'))")
    expect(agent.locator("#hidden-page")).to_be_visible()
    visitor.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    expect(agent.locator("#hidden-page")).to_be_hidden()
    # A page that is busy answers late, and then not at all.
    visitor.evaluate("setTimeout(() => { const end = Date.now() + 14000; while (Date.now() < end); }, 100)")
    expect(quality).to_have_text("No answer from the visitor's page")
    scene.picture(agent, "no-answer")
    expect(quality).to_have_attribute("data-grade", "good")


def a_minute_without_network(scene):
    """What the page has become meanwhile is seen after it, in the same session."""
    scene.meet()
    scene.server.is_away = True
    scene.server.silence()
    scene.title("Connection lost. Trying again.")
    scene.visitor.evaluate("document.querySelector('h1').textContent = 'Changed without network'")
    start = time.monotonic()
    scene.visitor.wait_for_timeout(60_000)
    scene.title("Connection lost. Trying again.")
    scene.server.is_away = False
    scene.title("In session with Dana Whitfield")
    expect(scene.agent.frame_locator("#replica").locator("h1")).to_have_text("Changed without network")
    print(f"      followed again {time.monotonic() - start - 60:.1f} s after the minute")
    expect(scene.agent.locator("#state-title")).to_have_text("In session with Noor Haddad")
    assert scene.events() == ["started", "agentjoined"], scene.events()


def the_tab_that_is_looked_at_is_shown(scene):
    scene.meet()
    second = scene.page(scene.visitors)
    scene.shop("/checkout", second)
    scene.title("In session with Dana Whitfield", second)
    expect(scene.agent.locator("#page-title")).to_have_text("Checkout · Tidewater Supply")
    scene.title("Your session is shown in another tab")
    scene.picture(scene.visitor, "elsewhere")
    scene.visitor.evaluate("dispatchEvent(new Event('focus'))")
    scene.title("In session with Dana Whitfield")
    scene.title("Your session is shown in another tab", second)
    expect(scene.agent.locator("#page-title")).to_have_text("Tidewater Supply")
    scene.visitor.get_by_role("button", name="Stop").click()
    scene.title("Session ended", second)


def help_on_the_page_lasts_as_long_as_the_visitor_likes(scene):
    scene.meet()
    expect(scene.agent.locator("[data-tool=use]")).to_be_hidden()
    scene.agent.click("#ask-assist")
    scene.visitor.locator("dialog [data-answer=no]:enabled").wait_for()
    scene.picture(scene.visitor, "assist")
    scene.barriers(scene.visitor)
    scene.answer("no")
    expect(scene.agent.locator("#assist-state")).to_have_text("Noor Haddad does not allow it.")
    scene.visitor.evaluate("const { now } = Date; Date.now = () => now() + 60000")
    scene.assist()
    expect(scene.agent.locator("[data-tool=use]")).to_be_visible()
    expect(scene.visitor.locator(".bar .detail")).to_have_text("They can click and type on this page.")
    scene.picture(scene.visitor, "assisted")
    scene.picture(scene.agent, "viewer-assist")
    scene.barriers(scene.visitor)
    scene.barriers(scene.agent)
    scene.visitor.get_by_role("button", name="Take back").click()
    expect(scene.agent.locator("[data-tool=use]")).to_be_hidden()
    expect(scene.agent.locator("#assist-state")).to_have_text("You can no longer use the page.")
    scene.assist()
    scene.agent.click("#give-back")
    expect(scene.visitor.locator(".bar .detail")).to_have_text("They see this page and can point at things.")


def tools_follow_the_privileges(scene):
    scene.server.allow("annotate")
    scene.meet()
    shown = scene.agent.locator("#tools [data-tool]:visible").all_inner_texts()
    assert shown == ["Point", "Draw", "Highlight"], shown
    expect(scene.agent.locator("#ask-assist")).to_be_hidden()
    scene.agent.click("[data-tool=point]")
    scene.agent.keyboard.press("ArrowRight")
    scene.agent.keyboard.press("Enter")
    expect(scene.agent.locator("[data-tool=draw]")).to_have_attribute("aria-pressed", "true")


def stop_works_while_the_site_shows_a_modal_dialog(scene):
    scene.meet("/p/vest")
    scene.visitor.click("#add")
    scene.visitor.locator("#sizes[open]").wait_for()
    scene.picture(scene.visitor, "modal")
    scene.visitor.get_by_role("button", name="Stop").click()
    scene.title("Session ended")
    expect(scene.agent.locator("#state-text")).to_have_text("Noor Haddad ended the session.")


def leaving_asks_and_each_side_reads_who_ended_it(scene):
    scene.meet()
    scene.agent.click("#leave")
    expect(scene.agent.locator("#leaving-text")).to_contain_text("Noor Haddad")
    scene.picture(scene.agent, "leaving")
    scene.barriers(scene.agent)
    scene.agent.click("#leaving [value=stay]")
    scene.title("In session with Dana Whitfield")
    scene.agent.click("#leave")
    scene.agent.click("#leaving [value=end]")
    expect(scene.agent.locator("#state-text")).to_have_text("You ended the session.")
    expect(scene.agent.locator("#room")).to_be_hidden()
    expect(scene.visitor.locator(".bar .detail")).to_have_text("Dana Whitfield has ended the session.")
    scene.picture(scene.agent, "ended-agent")
    scene.picture(scene.visitor, "ended-visitor")
    scene.barriers(scene.agent)
    assert scene.events() == ["started", "agentjoined", "agentleft", "ended"], scene.events()
    assert scene.visitor.evaluate("sessionStorage.length + localStorage.length") == 0


def one_click_asks_a_visitor_who_is_present(scene):
    scene.shop()
    scene.visitor.wait_for_timeout(300)
    scene.join(VISITOR)
    expect(scene.visitor.locator("#question")).to_have_text("Dana Whitfield would like to help you")
    scene.visitor.locator("dialog [data-answer=yes]:enabled").wait_for()
    scene.picture(scene.visitor, "invite")
    scene.barriers(scene.visitor)
    scene.answer("yes")
    scene.title("In session with Dana Whitfield")
    expect(scene.agent.locator("#room")).to_be_visible()


def the_vendors_documented_names_work(scene):
    scene.shop()
    scene.visitor.evaluate("""
      window.GLANCE_COBROWSE = { visitorid: "gc-7", name: "Ada Brandt" };
      window.heard = [];
      for (const name of ["sessionstart", "agents", "sessionend"]) {
        GLANCE.Cobrowse.Visitor.addEventListener(name, (detail) => heard.push([name, detail && detail.count]));
      }
      GLANCE.Cobrowse.VisitorUI.showTerms({ sessionKey: "gc-7" });
    """)
    scene.answer("yes")
    scene.title("Waiting for an agent")
    # The id of a visitor is no key to read out, as which name it may come.
    expect(scene.visitor.locator(".bar")).not_to_contain_text("gc-7")
    assert scene.visitor.evaluate("GLANCE.Cobrowse.Visitor.inSession()") is True
    scene.join("gc-7")
    scene.answer("yes")
    expect(scene.agent.locator("#state-title")).to_have_text("In session with Ada Brandt")
    scene.visitor.evaluate("GLANCE.Cobrowse.Visitor.stopSession()")
    scene.title("Session ended")
    assert scene.visitor.evaluate("heard.map(([name, count]) => name + (count ?? '')).join()") == (
        "sessionstart,agents1,agents0,sessionend"
    ), scene.visitor.evaluate("heard")


def speaks_german_and_french(scene):
    for language, words in (("de", "Diese Website gemeinsam ansehen?"), ("fr", "Partager ce site avec un conseiller ?")):
        page = scene.page(scene.visitors)
        page.goto(f"{scene.address}/demo/shop?lang={language}")
        page.click("#help")
        expect(page.locator("#question")).to_have_text(words)
        scene.picture(page, f"terms-{language}")
        page.close()


def all_of_it_without_a_mouse(scene):
    scene.shop()
    scene.visitor.focus("#help")
    scene.visitor.keyboard.press("Enter")
    scene.visitor.locator("dialog [data-answer=yes]:enabled").wait_for()
    scene.visitor.keyboard.press("Tab")
    scene.visitor.keyboard.press("Enter")
    scene.title("Waiting for an agent")
    scene.join(VISITOR)
    scene.visitor.locator("dialog [data-answer=yes]:enabled").wait_for()
    scene.visitor.keyboard.press("Tab")
    scene.visitor.keyboard.press("Enter")
    scene.title("In session with Dana Whitfield")
    for _ in range(40):
        scene.visitor.keyboard.press("Tab")
        focused = "document.activeElement.shadowRoot?.activeElement?.textContent"
        if scene.visitor.evaluate(focused) == "Stop":
            break
    scene.visitor.keyboard.press("Enter")
    scene.title("Session ended")


def the_pages_around_the_viewer_learn_what_happens(scene):
    key = scene.begin()
    opener = scene.agent
    opener.goto(f"{scene.address}/demo/shop")
    opener.evaluate("window.heard = []; addEventListener('message', (event) => heard.push(event.data.glanceEvent))")
    with opener.expect_popup() as popup:
        opener.evaluate(
            f"void open('/agentjoin/AgentView.aspx?SessionKey={key}&origins=' + encodeURIComponent(location.origin))"
        )
    scene.answer("yes")
    expect(popup.value.locator("#state-title")).to_have_text("In session with Noor Haddad")
    end = time.monotonic() + PATIENCE / 1000
    # Playwright's wait_for_function evaluates a text inside of the page, which the shop's policy refuses.
    while not opener.evaluate("heard.includes('sessionStarted')"):
        assert time.monotonic() < end, "the opener heard no sessionStarted"
        opener.wait_for_timeout(20)


def works_beside_zone_js(scene):
    scene.visitor.add_init_script(ZONE)
    scene.begin()
    scene.visitor.wait_for_timeout(200)
    scene.visitor.evaluate("zoned.length = 0")
    scene.visitor.evaluate("Latchkey.end()")
    scene.title("Session ended")
    scene.visitor.evaluate("Latchkey.start()")
    scene.answer("yes")
    scene.title("Waiting for an agent")
    assert scene.visitor.evaluate("zoned.join()") == "", scene.visitor.evaluate("zoned")


def an_existing_tag_on_a_site_of_its_own(scene):
    """Another origin under a strict policy, and the address of the vendor's tag with another host name."""
    policy = (
        f"default-src 'none'; script-src {scene.address}; connect-src {scene.address} {scene.address.replace('http', 'ws', 1)};"
        "require-trusted-types-for 'script'"
    )
    tag = f'<script src="{scene.address}/cobrowse/CobrowseJS.ashx?group={GROUP}&site=staging" charset="UTF-8"></script>'
    html = f"<!doctype html><html lang=en><title>Elsewhere</title>{tag}<h1>A site elsewhere</h1><p id=text>First</p></html>"

    site = site_of(html, {"content-security-policy": policy})
    try:
        page = scene.visitor
        page.goto(f"http://localhost:{site.server_port}/")
        page.evaluate("void Latchkey.start()")
        scene.answer("yes")
        scene.title("Waiting for an agent")
        scene.join(page.locator(".bar .key").inner_text())
        scene.answer("yes")
        scene.title("In session with Dana Whitfield")
        replica = scene.agent.frame_locator("#replica")
        expect(replica.locator("#text")).to_have_text("First")
        page.evaluate("document.getElementById('text').firstChild.data = 'Second'")
        expect(replica.locator("#text")).to_have_text("Second")
        page.reload()
        scene.title("In session with Dana Whitfield")
        expect(replica.locator("#text")).to_have_text("First")
    finally:
        site.shutdown()


MASKED = """<!doctype html><html lang="en"><title>Masked</title>
<p class="salary">52,000</p><p id="notes">Owes us money</p><p id="open">Open to all</p><p id="later">Said later</p>
<script src="{server}/visitor.js" data-group-id="12345" data-mask="#notes" data-language="en"></script>"""


def what_the_group_masks_is_masked_on_every_page(scene):
    """A group's selectors hold beside those of the tag and of the page's own calls; one that is not valid masks everything."""
    if not isinstance(scene.server, Demo):
        return
    scene.server.command("group", "update", GROUP, "--mask", ".salary", "--mask", 'a[title="x, y"]')
    site = site_of(MASKED.replace("{server}", scene.address))
    replica = scene.agent.frame_locator("#replica")

    def begin():
        scene.visitor.goto(f"http://localhost:{site.server_port}/")
        scene.visitor.evaluate("void Latchkey.start()")
        scene.answer("yes")
        scene.title("Waiting for an agent")
        scene.join(scene.visitor.locator(".bar .key").inner_text())
        scene.answer("yes")
        scene.title("In session with Dana Whitfield")

    def shows(*texts):
        for name, text in zip((".salary", "#notes", "#open", "#later"), texts):
            expect(replica.locator(name)).to_have_text(text)

    try:
        begin()
        hidden = "••••••"
        shows(hidden, hidden, "Open to all", "Said later")
        scene.visitor.evaluate("Latchkey.mask('#later')")
        shows(hidden, hidden, "Open to all", hidden)
        scene.visitor.reload()
        scene.title("In session with Dana Whitfield")
        shows(hidden, hidden, "Open to all", "Said later")
        scene.visitor.get_by_role("button", name="Stop").click()
        expect(scene.agent.locator("#state-title")).to_have_text("Session ended")
        scene.server.command("group", "update", GROUP, "--mask", "p:no-such-thing")
        begin()
        shows(hidden, hidden, hidden, hidden)
    finally:
        site.shutdown()


def what_the_visitor_agreed_to_is_kept(scene):
    """The record of a session says who might see the page, and use it, and when."""
    if not isinstance(scene.server, Demo):
        return
    scene.meet()
    scene.assist()
    scene.agent.click("#give-back")
    expect(scene.agent.locator("#ask-assist")).to_be_visible()
    scene.visitor.get_by_role("button", name="Stop").click()
    expect(scene.agent.locator("#state-title")).to_have_text("Session ended")
    (row,) = json.loads(scene.server.command("session", "list", "--group", GROUP, "--all", "--json"))
    shown = json.loads(scene.server.command("session", "show", row["id"], "--group", GROUP, "--json"))
    agent = "005Fk000001aBcDIAU"
    wanted = [f"the visitor lets {agent} see the page", f"the visitor lets {agent} use the page", "the visitor has taken that back"]
    said = [(step["actor"], step["what"].partition(", session key")[0]) for step in shown["history"]]
    consents = [step for step in said if "visitor" in step[1]]
    equal(consents, [("Noor Haddad", what) for what in wanted])
    times = [step["time"] for step in shown["history"]]
    equal(times, sorted(times))


def pages_go_compressed(scene):
    """By the visitor's browser and not by the server, which passes on what it got; a third of the bytes at most, both ways."""
    if not isinstance(scene.server, Demo):
        return
    plain = {"up": 0, "down": 0}

    def count(page, event, way):
        def add(payload):
            plain[way] += len(payload)
        page.on("websocket", lambda found: found.on(event, add) if found.url.endswith("/session") else None)

    count(scene.visitor, "framesent", "up")
    count(scene.agent, "framereceived", "down")
    scene.meet()
    for number in range(30):
        scene.visitor.evaluate("""(number) => {
            const row = document.createElement("p");
            row.textContent = `${number}. The order is on its way, and will be with you the day after tomorrow.`.repeat(20);
            document.body.append(row);
        }""", number)
        scene.visitor.wait_for_timeout(30)
    expect(scene.agent.frame_locator("#replica").locator("p").last).to_contain_text("29. The order")
    assert len(scene.server.sockets) == 2, scene.server.sockets
    wire = {way: max(counts[way] for counts in scene.server.sockets) for way in plain}
    shares = {way: wire[way] / plain[way] for way in plain}
    print(f"     over the wire: {wire}, as the pages read it: {plain}")
    assert plain["up"] > 50_000 and all(share < 1 / 3 for share in shares.values()), shares
    # What cannot be compressed, in frames of full size, goes all the same, and by the same sockets.
    before = plain["down"]
    scene.visitor.evaluate("""() => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 500, height: 500 });
        document.body.append(canvas);
        const image = new ImageData(500, 500);
        for (let at = 0; at < image.data.length; at += 65536) crypto.getRandomValues(image.data.subarray(at, at + 65536));
        canvas.getContext("2d").putImageData(image, 0, 0);
        canvas.scrollIntoView();
    }""")
    end = time.monotonic() + 30
    while plain["down"] - before < 300_000 and time.monotonic() < end:
        scene.agent.wait_for_timeout(100)
    assert plain["down"] - before >= 300_000, plain["down"] - before
    scene.title("In session with Dana Whitfield")
    equal(len(scene.server.sockets), 2)


def a_viewer_can_be_written_from_the_documents(scene):
    """What the agent gets, read by reader.py, which was written from docs/session-format.md alone, is the page that the viewer shows."""
    frames = []
    scene.agent.on("websocket", lambda found: found.on("framereceived", lambda frame: frames.append(frame)) if found.url.endswith("/session") else None)
    scene.meet()
    scene.visitor.locator("input").first.fill("lamp")
    scene.visitor.evaluate("""() => {
        const make = (name, children = [], kind = "1999/xhtml") => {
            const made = document.createElementNS("http://www.w3.org/" + kind, name);
            made.append(...children);
            return made;
        };
        const host = make("section");
        host.attachShadow({ mode: "closed" }).append(make("p", ["in a ", make("b", ["shadow"])]));
        document.body.prepend(host);
        const drawing = make("svg", [make("path", [], "2000/svg")], "2000/svg");
        const formula = make("math", [make("mi", ["x"], "1998/Math/MathML")], "1998/Math/MathML");
        const late = make("div", [drawing, formula, make("i", ["first"]), make("i", ["second"])]);
        document.body.append(late);
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("i { color: red }");
        document.adoptedStyleSheets = [sheet];
        late.append(late.firstElementChild);
        late.lastChild.setAttribute("title", "was first");
        document.querySelector("h1").textContent = "Read by another";
        late.querySelector("i").remove();
        document.title = "The end";
    }""")
    expect(scene.agent.locator("#page-title")).to_have_text("The end")
    page = Page()
    for frame in frames:
        if isinstance(frame, bytes):
            page.take(frame)
    equal((page.title, page.address.startswith(scene.address + "/demo/shop")), ("The end", True))
    shown = scene.agent.frame_locator("#replica").locator("body").evaluate("""(body) => {
        const walk = (node) => [node.localName, ...[...node.children].flatMap(walk)];
        return { names: walk(body), text: body.textContent.replace(/\\s+/g, " ") };
    }""")
    (body,) = [node for node in page.document.all() if node.name == "body"]
    seen = list(body.all(lambda node: node.kind not in ("shadow", "document")))
    equal([node.name for node in seen if node.kind in ("html", "svg", "math")], shown["names"])
    equal(re.sub(r"\s+", " ", "".join(node.text for node in seen if node.kind == "text")), shown["text"])
    assert [node.text for node in page.nodes.values() if node.text == "shadow"] and page.steps > 20, page.steps
    # Numbers are given back: what is known is what is there.
    equal(sum(1 for _ in page.document.all()), len(page.nodes))


def what_was_seen_is_stored_nowhere(scene):
    """Pages, what is typed and written: neither in the database, nor in its log files, while the session lives and when it is over."""
    if not isinstance(scene.server, Demo):
        return
    canaries = [f"canary-{name}-{os.getpid()}" for name in ("page", "typed", "visitor", "agent")]
    page, typed, visitor, agent = canaries
    scene.meet()
    scene.visitor.evaluate("(text) => { document.querySelector('h1').textContent = text; document.title = text; }", page)
    scene.visitor.locator("input").first.fill(typed)
    expect(scene.agent.frame_locator("#replica").locator("h1")).to_have_text(page)
    expect(scene.agent.frame_locator("#replica").locator("input").first).to_have_value(typed)
    scene.agent.fill("#text", agent)
    scene.agent.press("#text", "Enter")
    scene.visitor.locator(".bar button[aria-expanded]").click()
    expect(scene.visitor.locator(".chat li")).to_contain_text(agent)
    scene.visitor.locator(".chat input").fill(visitor)
    scene.visitor.keyboard.press("Enter")
    expect(scene.agent.locator("#log li").nth(1)).to_contain_text(visitor)

    def searched():
        files = [path for path in pathlib.Path(scene.server.folder.name).rglob("*") if path.is_file()]
        assert any(path.name.endswith("-wal") for path in files), files
        for path in files:
            content = path.read_bytes()
            found = [canary for canary in canaries if canary.encode() in content or canary.encode("utf-16-le") in content]
            assert not found, (path.name, found)

    searched()
    scene.visitor.get_by_role("button", name="Stop").click()
    expect(scene.agent.locator("#state-title")).to_have_text("Session ended")
    searched()
    # Against a search that finds nothing at all: the visitor's name is in the record.
    assert any(b"Noor Haddad" in path.read_bytes() for path in pathlib.Path(scene.server.folder.name).glob("latchkey.sqlite*"))


def frames_of_another_origin_are_shown_where_both_agree(scene):
    """A site on one origin with a frame on another: with the script in it and the origins named, and without."""
    tag = f'<script src="{scene.address}/visitor.js" data-group-id="{GROUP}"'
    pages = {}

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(pages.get(self.path, "").encode())

        def log_message(self, *values):
            pass

    sites = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) for _ in range(2)]
    outer, inner = (f"http://localhost:{site.server_port}" for site in sites)
    pages["/"] = (
        f'<!doctype html><html lang=en><title>Outer</title>{tag} data-frames="{inner}"></script><h1>Outer</h1>'
        f'<iframe title=far src="{inner}/far"></iframe><iframe title=plain src="{inner}/plain"></iframe></html>'
    )
    pages["/far"] = (
        f'<!doctype html><html lang=en><title>Far</title>{tag} data-parent="{outer}"></script><p id=text>Inside</p>'
        "<p data-latchkey-mask>Secret words</p></html>"
    )
    pages["/plain"] = "<!doctype html><html lang=en><title>Plain</title><p id=text>Not shown</p></html>"
    for site in sites:
        threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        page = scene.visitor
        page.goto(outer)
        page.evaluate("void Latchkey.start()")
        scene.answer("yes")
        scene.title("Waiting for an agent")
        scene.join(page.locator(".bar .key").inner_text())
        scene.answer("yes")
        scene.title("In session with Dana Whitfield")
        replica = scene.agent.frame_locator("#replica")
        far = replica.frame_locator("iframe >> nth=0")
        expect(far.locator("#text")).to_have_text("Inside")
        page.frame_locator("iframe >> nth=0").locator("#text").evaluate("(one) => { one.firstChild.data = 'Changed'; }")
        expect(far.locator("#text")).to_have_text("Changed")
        for frame in scene.agent.frames:
            assert not any(part in frame.content() for part in ("Secret words", "Not shown")), frame.url
    finally:
        for site in sites:
            site.shutdown()


def the_bars_root_is_closed_and_the_page_unchanged(scene):
    page = scene.visitors.new_page()
    page.goto(f"{scene.address}/demo/shop")
    before = page.evaluate("Object.keys(window).join()")
    body = page.evaluate("document.body.outerHTML")
    page.evaluate("void Latchkey.start()")
    page.locator("[data-latchkey-ui]").wait_for(state="attached")
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('[data-latchkey-ui]').shadowRoot") is None
    assert page.evaluate("Object.keys(window).join()") == before
    assert page.evaluate("document.body.outerHTML") == body
    assert page.evaluate("document.querySelectorAll('style, link[rel=stylesheet]').length") == 1


def the_plain_page_still_works(scene):
    page = scene.visitor
    page.goto(f"{scene.address}/visit?groupid={GROUP}&visitorid=plain-1")
    page.click("#start")
    expect(page.locator("#state-title")).to_have_text("Waiting for an agent")
    scene.join("plain-1")
    page.click("#accept")
    expect(page.locator("#state-title")).to_have_text("In session with Dana Whitfield")
    expect(scene.agent.locator("#room")).to_be_hidden()
    scene.agent.fill("#text", "Hello <b>you</b>")
    scene.agent.click("#say button[type=submit]")
    expect(page.locator("#log")).to_contain_text("Hello <b>you</b>")
    page.reload()
    expect(page.locator("#log")).to_contain_text("Hello <b>you</b>")
    scene.picture(page, "plain")
    page.click("#leave")
    expect(page.locator("#state-text")).to_have_text("You ended the session.")
    expect(scene.agent.locator("#state-text")).to_have_text("Visitor ended the session.")


def the_agent_points_and_draws(scene):
    scene.meet()
    marks = scene.visitor.locator("latchkey-marks")
    box = scene.agent.locator("#surface").bounding_box()
    at = lambda x, y: (box["x"] + x * box["width"] / 1280, box["y"] + y * box["height"] / 800)
    scene.agent.click("[data-tool=point]")
    scene.agent.mouse.move(*at(400, 300))
    expect(marks.locator(".pointer")).to_have_attribute("transform", re.compile(r"translate\((39|40)\d (29|30)\d\)"))
    scene.picture(scene.visitor, "pointed")
    scene.agent.click("[data-tool=draw]")
    scene.agent.mouse.move(*at(300, 300))
    scene.agent.mouse.down()
    scene.agent.mouse.move(*at(500, 420), steps=6)
    expect(marks.locator(".stroke").first).to_be_attached()
    scene.agent.mouse.up()
    scene.agent.click("[data-tool=highlight]")
    scene.agent.mouse.click(*at(250, 200))
    expect(marks.locator(".box")).to_be_attached()
    scene.picture(scene.visitor, "drawn")
    scene.agent.click("[data-action=clear]")
    expect(marks.locator(".box, .stroke")).to_have_count(0)
    # The visitor who writes meanwhile goes on writing.
    scene.visitor.get_by_role("button", name="Messages").click()
    scene.visitor.locator(".chat input").focus()
    for x in (200, 300, 400):
        scene.agent.mouse.click(*at(x, 200))
        expect(marks.locator(".box").last).to_be_attached()
        scene.visitor.keyboard.type("a")
    expect(scene.visitor.locator(".chat input")).to_have_value("aaa")


def the_bar_stays_above_what_the_agent_draws(scene):
    """An agent cannot paint over Stop, nor take the focus from the field in which the visitor writes."""
    scene.meet()
    scene.visitor.locator(".bar button[aria-expanded]").click()
    scene.visitor.locator(".chat input").click()
    scene.visitor.mouse.move(5, 5)
    scene.visitor.wait_for_timeout(300)
    stop = scene.visitor.get_by_role("button", name="Stop")
    before = stop.screenshot()
    box = stop.bounding_box()
    surface = scene.agent.locator("#surface").bounding_box()
    factor = surface["width"] / 1280
    scene.agent.click("[data-tool=draw]")
    for down in range(0, 40, 8):
        y = surface["y"] + (box["y"] + down) * factor
        scene.agent.mouse.move(surface["x"] + (box["x"] - 40) * factor, y)
        scene.agent.mouse.down()
        scene.agent.mouse.move(surface["x"] + (box["x"] + 120) * factor, y, steps=4)
        scene.agent.mouse.up()
    expect(scene.visitor.locator("latchkey-marks .stroke").first).to_be_attached()
    scene.visitor.wait_for_timeout(300)
    scene.picture(scene.visitor, "scribbled")
    assert stop.screenshot() == before, "something is drawn over Stop"
    scene.visitor.keyboard.type("Hello")
    expect(scene.visitor.locator(".chat input")).to_have_value("Hello")


def the_agent_clicks_and_types(scene):
    """With consent: links, fields, keys, a dialog, and the checkout, but for the card."""
    scene.meet("/checkout")
    scene.assist()
    replica = scene.agent.frame_locator("#replica")
    scene.agent.click("[data-tool=use]")
    surface = scene.agent.locator("#surface")

    def press(selector):
        """Clicks where the replica shows an element."""
        box = replica.locator(selector).bounding_box()
        scene.agent.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    press("#full-name")
    surface.press_sequentially("Noor Ha")
    expect(scene.visitor.locator("[name=name]")).to_have_value("Noor Ha")
    surface.press("Backspace")
    expect(scene.visitor.locator("[name=name]")).to_have_value("Noor H")
    expect(replica.locator("#full-name")).to_have_value("Noor H")
    card = scene.visitor.locator("[autocomplete=cc-number]")
    box = card.bounding_box()
    place = scene.agent.locator("#surface").bounding_box()
    factor = place["width"] / 1280
    scene.agent.mouse.click(place["x"] + (box["x"] + 20) * factor, place["y"] + (box["y"] + 10) * factor)
    surface.press_sequentially("4111")
    scene.agent.wait_for_timeout(300)
    equal(card.input_value(), "")
    expect(scene.visitor.locator("[name=name]")).to_have_value("Noor H")
    card.focus()
    surface.press_sequentially("4111")
    scene.agent.wait_for_timeout(300)
    equal(card.input_value(), "")
    scene.picture(scene.agent, "typing")
    scene.agent.fill("#address-url", f"{scene.address}/demo/shop?q=rope")
    scene.agent.press("#address-url", "Enter")
    scene.visitor.wait_for_url("**/demo/shop?q=rope")
    expect(scene.agent.locator("#page-title")).to_contain_text("Tidewater")
    scene.agent.fill("#address-url", "https://elsewhere.example/")
    scene.agent.press("#address-url", "Enter")
    scene.agent.wait_for_timeout(300)
    assert "elsewhere" not in scene.visitor.url


def the_toolbar_does_what_it_says(scene):
    """The visitor's pointer, full size and fitted, the wheel, back and forward."""
    scene.meet()
    scene.assist()
    agent, visitor = scene.agent, scene.visitor
    surface, dot, replica = agent.locator("#surface"), agent.locator("#dot"), agent.frame_locator("#replica").locator("main")
    visitor.mouse.move(640, 300)
    expect(dot).to_be_visible()
    box, place = surface.bounding_box(), dot.bounding_box()
    factor = box["width"] / 1280
    assert factor < 1, "the page fits into the window"
    off = [place["x"] + place["width"] / 2 - box["x"] - 640 * factor, place["y"] + place["height"] / 2 - box["y"] - 300 * factor]
    assert max(map(abs, off)) < 12, off
    agent.click("[data-action=fit]")
    equal(round(surface.bounding_box()["width"]), 1280)
    agent.click("[data-action=fit]")
    equal(round(surface.bounding_box()["width"]), round(box["width"]))
    visitor.set_viewport_size({"width": 1280, "height": 500})
    agent.click("[data-tool=scroll]")
    surface.hover()
    agent.mouse.wheel(0, 200)
    becomes(visitor, lambda: visitor.evaluate("scrollY") > 0)
    agent.fill("#address-url", f"{scene.address}/demo/shop?q=rope")
    agent.press("#address-url", "Enter")
    visitor.wait_for_url("**/demo/shop?q=rope")
    becomes(visitor, lambda: replica.inner_text() == visitor.locator("main").inner_text())
    agent.click("[data-action=back]")
    becomes(visitor, lambda: "q=rope" not in visitor.url)
    # A command that comes while the visitor's next page is loading reaches no page.
    becomes(visitor, lambda: replica.inner_text() == visitor.locator("main").inner_text())
    agent.click("[data-action=forward]")
    visitor.wait_for_url("**/demo/shop?q=rope")


def the_tag_adds_its_own_names_and_nothing_else(scene):
    """A page with the tag beside the same page without it: globals, what the platform's prototypes have, and the document."""
    look = """() => ({ names: Object.getOwnPropertyNames(window), html: document.documentElement.outerHTML.replace(/<script.*<\\/script>/, ""),
      calls: [Element, Node, Document, EventTarget, CSSStyleSheet, History, Storage].flatMap((owner) =>
        Object.entries(Object.getOwnPropertyDescriptors(owner.prototype)).map(([name, { value, get }]) => [name, String(value ?? get)])) })"""
    tag = f'<script src="{scene.address}/visitor.js" data-group-id="{GROUP}"></script>'
    page = scene.visitors.new_page()
    found = {}
    for name, script in (("without", ""), ("with", tag)):
        body = f"<!doctype html><html lang=en><title>Site</title><p>Text{script}"
        page.route(f"{scene.address}/site/{name}", lambda route: route.fulfill(content_type="text/html", body=body))
        page.goto(f"{scene.address}/site/{name}")
        found[name] = page.evaluate(look)
    equal(sorted(set(found["with"]["names"]) - set(found["without"]["names"])), ["GLANCE", "Latchkey"])
    equal(found["with"]["html"], found["without"]["html"])
    equal(found["with"]["calls"], found["without"]["calls"])
    page.close()


def the_rest_of_the_documented_calls(scene):
    """What no other play calls: presence and unmask by script, and the vendor's names for starting."""
    scene.visitor.goto(f"{scene.address}/demo/shop?presence=off")
    scene.visitor.evaluate(LISTEN)
    sockets = []
    scene.visitor.on("websocket", lambda socket: sockets.append(socket))
    scene.visitor.evaluate("""() => { window.present = new GLANCE.Presence.Visitor({ visitorid: "gc-8" }); present.presence(); }""")
    becomes(scene.visitor, lambda: len(sockets) == 1 and not sockets[0].is_closed())
    scene.visitor.evaluate("present.disconnect()")
    becomes(scene.visitor, lambda: sockets[0].is_closed())
    scene.visitor.evaluate("""void Latchkey.presence(true, { visitorId: "gc-8" })""")
    becomes(scene.visitor, lambda: len(sockets) == 2 and not sockets[1].is_closed())
    scene.visitor.evaluate("void Latchkey.presence(false)")
    becomes(scene.visitor, lambda: sockets[1].is_closed())
    scene.visitor.evaluate("""() => { Latchkey.mask("h1"); Latchkey.unmask("h1"); GLANCE.Cobrowse.Visitor.startSession({ sessionKey: "gc-8" }); }""")
    scene.answer("yes")
    scene.title("Waiting for an agent")
    scene.join("gc-8")
    scene.answer("yes")
    expect(scene.agent.frame_locator("#replica").locator("h1")).to_have_text(scene.visitor.locator("h1").inner_text())
    scene.visitor.evaluate("void Latchkey.end()")
    scene.title("Session ended")
    equal(scene.events(), ["started", "agentjoined", "agentleft", "ended"])


def a_hostile_agent_reaches_nothing(scene):
    """Every command in every state of consent, on nodes that are masked, sensitive, ours or not there; and noise."""
    scene.meet("/checkout")
    scene.agent.evaluate(
        """() => {
            const send = LatchkeySession.prototype.sendFrame;
            LatchkeySession.prototype.sendFrame = function (...values) { window.own = this; return send.apply(this, values); };
        }"""
    )
    scene.agent.evaluate("(async () => { while (!window.own) await new Promise((done) => setTimeout(done, 50)); })()")
    before = scene.visitor.url
    fields = "[...document.querySelectorAll('input')].map((one) => one.type === 'checkbox' ? one.checked : one.value).join()"
    values = scene.visitor.evaluate(fields)
    scene.visitor.evaluate(
        "window.heard = []; for (const name of ['click', 'keydown', 'input', 'mousedown', 'focusin', 'submit', 'scroll']) "
        "addEventListener(name, (event) => heard.push(name + ' ' + event.target.nodeName), true)"
    )

    def storm():
        """Each command with each node from 0 to 400, on every kind of frame; then random bytes."""
        scene.agent.evaluate(
            """async () => {
                const number = (value) => value < 128 ? [value] : [value % 128 + 128, Math.floor(value / 128)];
                // Half of a box, 500,000 millionths.
                const half = [0xc0, 0x84, 0x3d];
                for (let node = 0; node < 400; node += 1) {
                    for (const kind of [0x20, 0x21, 0x22]) {
                        own.sendFrame(kind, new Uint8Array([32, ...number(node), ...half, ...half, 0, 1]));
                        own.sendFrame(kind, new Uint8Array([16, ...number(node), 20, 20]));
                        if (node % 20 === 0) own.sendFrame(kind, new Uint8Array([33, 1, 65]));
                    }
                    if (node % 50 === 0) await new Promise((done) => setTimeout(done, 30));
                }
                for (let count = 0; count < 2000; count += 1) {
                    const bytes = crypto.getRandomValues(new Uint8Array(1 + count % 40));
                    // With consent the agent may go back and forward.
                    if (bytes[0] > 16 && bytes[0] < 20) bytes[0] = 255;
                    own.sendFrame([0x20, 0x21, 0x22, 0x24, 0x25][count % 5], bytes);
                    if (count % 100 === 0) await new Promise((done) => setTimeout(done, 30));
                }
            }"""
        )
        scene.visitor.wait_for_timeout(500)

    storm()
    heard = scene.visitor.evaluate("heard.filter((one) => !one.startsWith('scroll'))")
    assert not heard, heard[:5]
    equal((scene.visitor.url, scene.visitor.evaluate(fields)), (before, values))
    scene.visitor.evaluate("Latchkey.mask('body')")
    scene.visitor.wait_for_timeout(300)
    scene.assist()
    scene.visitor.evaluate("heard.length = 0")
    storm()
    equal(scene.visitor.evaluate("heard.filter((one) => !one.startsWith('scroll'))"), [])
    equal((scene.visitor.url, scene.visitor.evaluate(fields)), (before, values))


def a_no_to_help_is_not_asked_again_at_once(scene):
    scene.meet()
    scene.agent.click("#ask-assist")
    scene.answer("no")
    expect(scene.agent.locator("#assist-state")).to_have_text("Noor Haddad does not allow it.")
    scene.agent.click("#ask-assist")
    expect(scene.agent.locator("#assist-state")).to_have_text("Noor Haddad does not allow it.")
    assert scene.visitor.locator("#question").count() == 0


def narrow(scene):
    scene.meet()
    scene.visitor.locator(".bar button[aria-expanded]").click()
    scene.picture(scene.visitor, "narrow-visitor")
    scene.picture(scene.agent, "narrow-viewer")
    for page in (scene.visitor, scene.agent):
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{width} pixels wide"
        scene.barriers(page)
    box = scene.visitor.locator(".bar").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320, box


def dark(scene):
    scene.meet()
    scene.visitor.locator(".bar button[aria-expanded]").click()
    scene.picture(scene.visitor, "dark-visitor")
    scene.picture(scene.agent, "dark-viewer")
    scene.barriers(scene.visitor)
    scene.barriers(scene.agent)


PLAYS = [
    the_loader_alone_does_nothing, a_plain_page_fetches_no_late_part, nothing_is_sent_before_the_visitor_agrees,
    a_click_before_the_question_is_no_answer, the_way_into_a_session, messages_go_both_ways_and_outlive_a_reload, the_window_title_counts_messages,
    the_sites_title_counts_messages_while_nobody_looks, goes_on_over_navigation_reload_and_routes, comes_back_after_the_connection_is_lost,
    a_clean_stop_lets_both_sides_come_back, no_write_to_the_database_holds_the_page_up, a_record_in_the_crm_sees_the_visitor_in_the_shop,
    the_contacts_link_opens_the_shop_and_its_search_is_followed, the_agent_reads_how_the_connection_is_and_that_nobody_looks,
    the_tab_that_is_looked_at_is_shown, help_on_the_page_lasts_as_long_as_the_visitor_likes, tools_follow_the_privileges,
    stop_works_while_the_site_shows_a_modal_dialog, leaving_asks_and_each_side_reads_who_ended_it,
    one_click_asks_a_visitor_who_is_present, the_vendors_documented_names_work, speaks_german_and_french,
    what_the_group_masks_is_masked_on_every_page, what_the_visitor_agreed_to_is_kept,
    pages_go_compressed, a_server_that_is_gone_without_a_word_is_noticed, a_viewer_can_be_written_from_the_documents, what_was_seen_is_stored_nowhere, works_beside_zone_js, an_existing_tag_on_a_site_of_its_own, frames_of_another_origin_are_shown_where_both_agree,
    the_bars_root_is_closed_and_the_page_unchanged, the_plain_page_still_works,
    a_no_to_help_is_not_asked_again_at_once, the_agent_points_and_draws,
    the_bar_stays_above_what_the_agent_draws, the_agent_clicks_and_types, the_toolbar_does_what_it_says,
    the_tag_adds_its_own_names_and_nothing_else, the_rest_of_the_documented_calls,
    a_hostile_agent_reaches_nothing, all_of_it_without_a_mouse, the_pages_around_the_viewer_learn_what_happens, narrow, dark,
]
# Only when named.
LONG_PLAYS = [a_minute_without_network]
SERVERS = {"pages_go_compressed": Counted, "a_server_that_is_gone_without_a_word_is_noticed": Counted, "a_minute_without_network": Counted}
OPTIONS = {"narrow": {"viewport": {"width": 320, "height": 720}}, "dark": {"color_scheme": "dark"}}


def becomes(page, condition):
    """Waits until something is true, while the page goes on."""
    end = time.monotonic() + PATIENCE / 1000
    while not condition():
        assert time.monotonic() < end, "it did not become so"
        page.wait_for_timeout(50)


def equal(got, wanted):
    assert got == wanted, f"{got!r} where {wanted!r} was wanted"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(play, browser, server, pictures):
    try:
        scene = Scene(browser, server, pictures, **OPTIONS.get(play.__name__, {}))
        try:
            play(scene)
            assert not scene.errors, scene.errors
        except BaseException:
            for name, page in (("visitor", scene.visitor), ("agent", scene.agent)):
                scene.picture(page, f"failed-{play.__name__}-{name}")
            if scene.errors:
                print("   errors on the pages:", json.dumps(scene.errors[:5]))
            raise
        finally:
            scene.close()
    finally:
        server.stop()


def perform(arguments, plays, play_one):
    """Has plays done in one browser, those that are named if any are, prints how each went, and gives the exit code."""
    if arguments.pictures:
        os.makedirs(arguments.pictures, exist_ok=True)
    plays = [play for play in plays if not arguments.names or play.__name__ in arguments.names]
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for play in plays:
            try:
                play_one(play, browser)
                print("ok  ", play.__name__.replace("_", " "))
            except Exception:
                failed += 1
                print("FAIL", play.__name__.replace("_", " "))
                traceback.print_exc(limit=-2)
            sys.stdout.flush()
        browser.close()
    print(f"{len(plays) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures")
    parser.add_argument("--latchkey", help="the program whose demo is the server")
    parser.add_argument("--behind", choices=["tls", "nginx", "haproxy", "caddy"], help="TLS of its own, or a proxy with TLS in front")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()

    def server(play):
        if arguments.behind:
            return Behind(arguments.latchkey, arguments.behind)
        return SERVERS.get(play.__name__, Demo)(arguments.latchkey) if arguments.latchkey else StandIn(None)
    return perform(arguments, PLAYS + (LONG_PLAYS if arguments.names else []), lambda play, browser: run(play, browser, server(play), arguments.pictures))


if __name__ == "__main__":
    sys.exit(main())
