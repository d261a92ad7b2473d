"""An integrator's page in Chromium, on another site and over TLS, and the same with the agent script that Latchkey serves.

The first is written from `docs/protocol.md#pages`, `docs/protocol.md#session-service` and `docs/protocol.md#presence` alone. The
visitor's page is on a third site.
"""
import base64
import http.client
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import sys
import threading
import traceback

from playwright.sync_api import expect, sync_playwright

from part import Part, contains, equal
from server import GROUP, Answer, Server

PART = Part("pages")
HERE = pathlib.Path(__file__).parent
# Everything that form encoders, URLs and XML treat specially and that an id may hold.
PUID = "o'brien+x@acme test"
VISITOR = "003Fk.00-rec~1"
OPEN_ROOTS = """
const attachShadow = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return attachShadow.call(this, { ...options, mode: "open" }); };
"""


class SecureServer(Server):
    """The server under a name of its own, with a certificate that the browser does not check."""

    def provision(self):
        self.name = f"latchkey.test:{self.port}"
        certificate, key = self.folder.name + "/cert.pem", self.folder.name + "/key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=latchkey.test", "-addext", "subjectAltName=DNS:latchkey.test,DNS:crm.acme.test,DNS:shop.example.test",
             "-keyout", key, "-out", certificate],
            check=True, capture_output=True,
        )
        self.environment |= {
            "LATCHKEY_TLS_CERTIFICATE_FILE": certificate,
            "LATCHKEY_TLS_KEY_FILE": key,
            "LATCHKEY_HTTP_PUBLIC_URL": "https://" + self.name,
        }
        self.site = Site(self.name, certificate, key)
        self.command("group", "create", GROUP, "--name", "Acme", "--use-policy", "off", "--origin", self.site.crm)
        self.api_key = json.loads(self.command("apikey", "create", "--group", GROUP, "--json"))["apiKey"]
        self.command("user", "add", "--group", GROUP, "--puid", PUID, "--username", "sean.obrien")

    def request(self, method, path, body=None, headers=None, source="127.0.0.1"):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, context=ssl._create_unverified_context()
        )
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def __exit__(self, *values):
        self.site.close()
        super().__exit__(*values)


class Site:
    """The integrator's and the visitor's site, on one port under two names."""

    def __init__(self, name, certificate, key):
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = site.pages.get(self.path.partition("?")[0])
                self.send_response(200 if page else 404)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write((page or "").encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.crm = f"https://crm.acme.test:{self.server.server_port}"
        self.shop = f"https://shop.example.test:{self.server.server_port}"
        self.pages = {"/record": (HERE / "integrator.html").read_text()}
        self.pages["/script"] = (HERE / "agent-script.html").read_text().replace("SERVER", name)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Scene:
    """The agent's and the visitor's browser, with nothing in them."""

    def __init__(self, browser, server):
        self.server = server
        self.agents, self.visitors = browser("agent"), browser("visitor")
        for context in (self.agents, self.visitors):
            context.set_default_timeout(10_000)
        self.page, self.visitor = self.agents.new_page(), self.visitors.new_page()
        self.visitor.add_init_script(OPEN_ROOTS)
        if "PICTURES" in os.environ:
            self.page.on("console", lambda message: print("      agent's console:", message.text))
        server.site.pages["/shop"] = (
            f'<!doctype html><html lang="en"><title>Shop</title><h1 id="text">Shop</h1><script src="https://{server.name}'
            f'/cobrowse/CobrowseJS.ashx?group={GROUP}&site=production" data-presence="on" data-visitorid="{VISITOR}"></script>'
        )
        values = {"server": server.name, "group": GROUP, "puid": PUID, "loginKey": server.login_key(PUID)}
        self.hash = "#" + base64.b64encode(json.dumps(values).encode()).decode()
        self.page.goto(server.site.crm + "/record" + self.hash)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.agents.close()
        self.visitors.close()

    def call(self, expression, value=None):
        return self.page.evaluate(expression, value)

    def shop(self):
        self.visitor.goto(self.server.site.shop + "/shop")

    def answer(self, said):
        self.visitor.locator(f"dialog [data-answer={said}]:enabled").click()

    def bar(self, text):
        expect(self.visitor.locator(".bar .title")).to_have_text(text)

    def heard(self, name):
        """Waits until the page has heard an event, and returns its content."""
        self.page.wait_for_function("name => heard.some((one) => one[0] === name)", arg=name)
        return self.call("name => heard.find((one) => one[0] === name)[1]", name)

    def event(self, name, **parts):
        """Waits for a frame of presence that has these parts, and returns the content of the last one."""
        self.page.wait_for_function(
            """([name, parts]) => events.some(([type, data]) => type === name
                && Object.entries(parts).every(([part, value]) => data[part] === value))""",
            arg=[name, parts],
        )
        return self.call("name => events.findLast(([type]) => type === name)[1]", name)

    def in_session(self, viewer):
        expect(viewer.locator("#state-title")).to_contain_text("In session", timeout=10_000)
        expect(viewer.frame_locator("#replica").locator("#text")).to_have_text("Shop")


def looks_up(scene):
    """Not started, then started: every element is there, empty if need be."""
    equal((scene.call(f"lookup('{VISITOR}')"))["id"], "0")
    scene.shop()
    scene.visitor.evaluate("void Latchkey.start()")
    scene.answer("yes")
    scene.bar("Waiting for an agent")
    found = scene.call(f"lookup('{VISITOR}')")
    equal((found["status"], found["passcode"], found["calltype"], found["groupid"]), (200, VISITOR, "C", GROUP))
    equal((found["clientjoinurl"], found["servername"]), ("", scene.server.name))
    cobrowse = scene.call(f"lookupCobrowse('{VISITOR}')")
    equal(cobrowse["status"], 200)
    assert cobrowse["joinurl"].startswith(f"https://{scene.server.name}/"), cobrowse
    return found


def is_present(scene):
    """Watches the visitor, who is there."""
    for _ in range(50):
        found = scene.call(f"watch('{VISITOR}')")
        if found["found"] and found["isFound"]:
            break
    assert "://" not in found["settings"]["presenceUrl"], found
    equal((found["found"]["visitorpresent"], found["isFound"]), (True, True))
    scene.event("connected")
    scene.event("visitorconn", connected=True)
    contains(scene.event("presence")["url"], "/shop")


def declines(scene, viewer, key=VISITOR):
    """The visitor says no, and the page around the viewer hears of it."""
    scene.heard("viewerReady")
    scene.answer("no")
    equal(scene.heard("sessionEnded"), {"status": "D", "sessionKey": key})
    expect(viewer.locator("#state-title")).to_have_text("Session ended")
    equal(scene.call(f"inSession('{key}')")["sessions"], [])
    equal(scene.call("heard.filter(([name]) => name === 'sessionStarted')"), [])


def leaves(scene, is_framed):
    """The cookie of a window is refused where the browser keeps third parties' to itself; the page can read that."""
    sessions = scene.call(f"inSession('{VISITOR}')")["sessions"]
    equal([one["passcode"] for one in sessions], [VISITOR])
    equal(len(scene.call("inSession()")["sessions"]), 1)
    equal(scene.call("inSession('another-key')")["sessions"], [])
    left = scene.call("(session) => leave(session)", sessions[0])
    if is_framed or scene.takes_all:
        assert 200 <= left["status"] < 300, left
    else:
        equal(left["status"], 401)
        contains(left["text"], "correlationId")
        scene.visitor.evaluate("Latchkey.end()")


def by_join_url(scene):
    found = looks_up(scene)
    with scene.agents.expect_page() as popup:
        scene.call("(url) => void window.open(url)", found["agentjoinurl"])
    scene.answer("yes")
    scene.in_session(popup.value)
    contains(scene.heard("sessionStarted")["sessionKey"], VISITOR)
    leaves(scene, is_framed=False)
    scene.heard("sessionEnded")
    scene.bar("Session ended")
    expect(popup.value.locator("#state-title")).to_have_text("Session ended")


def opens_a_window(scene, fields):
    """A window with a name, which knows the page that has opened it."""
    with scene.agents.expect_page() as popup:
        scene.call("(fields) => view('viewer', fields)", fields)
    return popup.value


def in_a_window(scene):
    looks_up(scene)
    is_present(scene)
    viewer = opens_a_window(scene, {"sessionkey": VISITOR, "wait": 1})
    scene.heard("viewerReady")
    scene.answer("yes")
    scene.in_session(viewer)
    equal(scene.heard("sessionStarted")["sessionKey"], VISITOR)
    equal(scene.event("visitorsessionstart")["sessionkey"], VISITOR)
    assert PUID not in viewer.url and "loginkey" not in viewer.url.lower(), viewer.url
    leaves(scene, is_framed=False)
    scene.heard("sessionEnded")
    equal(scene.event("visitorsessionend")["sessionkey"], VISITOR)
    expect(viewer.locator("#state-title")).to_have_text("Session ended")


def in_a_window_no(scene):
    looks_up(scene)
    declines(scene, opens_a_window(scene, {"sessionkey": VISITOR}))


def in_a_window_of_its_own(scene):
    """A window that does not know who has opened it."""
    looks_up(scene)
    with scene.agents.expect_page() as popup:
        scene.call(f"view('_blank', {{ sessionkey: '{VISITOR}', wait: 1 }})")
    scene.answer("yes")
    scene.in_session(popup.value)
    scene.visitor.evaluate("Latchkey.end()")
    expect(popup.value.locator("#state-title")).to_have_text("Session ended")


def in_a_window_that_waits(scene):
    with scene.agents.expect_page() as popup:
        scene.call(f"view('_blank', {{ visitorid: '{VISITOR}', wait: 1 }})")
    expect(popup.value.locator("#state-title")).to_have_text("Waiting for the visitor")
    # One with a name tells the page that it waits.
    other = opens_a_window(scene, {"visitorid": "another-visitor", "wait": 1})
    equal(scene.heard("waiting"), {})
    other.close()
    looks_up_started(scene)
    scene.answer("yes")
    scene.in_session(popup.value)


def looks_up_started(scene):
    scene.shop()
    scene.visitor.evaluate("void Latchkey.start()")
    # The agent who waits may ask first: one of both questions is answered.
    scene.answer("yes")


def in_a_frame(scene):
    looks_up(scene)
    is_present(scene)
    scene.call(f"view('panel', {{ sessionkey: '{VISITOR}' }})")
    scene.heard("viewerReady")
    scene.answer("yes")
    scene.in_session(scene.page.frame_locator("iframe[name=panel]"))
    equal(scene.heard("sessionStarted")["sessionKey"], VISITOR)
    # A record that is opened once more posts once more, and waits for the same events.
    scene.call("heard.length = 0")
    scene.call(f"view('panel', {{ sessionkey: '{VISITOR}' }})")
    scene.heard("viewerReady")
    equal(scene.heard("sessionStarted")["sessionKey"], VISITOR)
    scene.in_session(scene.page.frame_locator("iframe[name=panel]"))
    leaves(scene, is_framed=True)
    scene.heard("sessionEnded")
    equal(scene.event("visitorsessionend")["sessionkey"], VISITOR)


def messages_outlive_a_reload(scene):
    """Of the record's page, with the viewer in a frame that may not be allowed to keep anything."""
    looks_up(scene)
    scene.call(f"view('panel', {{ sessionkey: '{VISITOR}' }})")
    scene.heard("viewerReady")
    scene.answer("yes")
    viewer = scene.page.frame_locator("iframe[name=panel]")
    scene.in_session(viewer)
    scene.visitor.locator(".bar button[aria-expanded]").first.click()
    for said, page in (("Can I help?", viewer), ("Yes, please", scene.visitor)):
        box = page.locator("#text") if page is viewer else page.locator(".chat input")
        box.fill(said)
        box.press("Enter")
        expect(viewer.locator("#log li")).to_have_count(1 if page is viewer else 2)
    scene.page.reload()
    scene.call(f"view('panel', {{ sessionkey: '{VISITOR}' }})")
    scene.in_session(viewer)
    expect(viewer.locator("#log li")).to_have_count(2)
    expect(viewer.locator("#log li").first).to_have_class("own")
    expect(viewer.locator("#log li span").nth(1)).to_have_text("Yes, please")


def in_a_frame_no(scene):
    looks_up(scene)
    scene.call(f"view('panel', {{ sessionkey: '{VISITOR}' }})")
    declines(scene, scene.page.frame_locator("iframe[name=panel]"))


def in_a_frame_with_a_mistake(scene):
    """A session that is not there is said to the page around too."""
    scene.call("view('panel', { sessionkey: 'not-there' })")
    scene.heard("viewerReady")
    assert scene.heard("error")
    equal(scene.call("lookupCobrowse('not-there')"), {"status": 200, "joinurl": ""})


def a_session_of_the_agent_with_a_key(scene):
    """`/agent/start` with `key`, for an agent without the desktop client: the visitor comes to the caller's key."""
    scene.server.command("group", "update", GROUP, "--no-desktop-client")
    viewer = None
    with scene.agents.expect_page() as popup:
        scene.call("view('viewer', { key: 'start-key-7' }, '/agent/start')")
    viewer = popup.value
    scene.heard("viewerReady")
    scene.shop()
    scene.visitor.evaluate("void Latchkey.start({ sessionKey: 'start-key-7' })")
    scene.answer("yes")
    scene.in_session(viewer)
    equal(scene.heard("sessionStarted")["sessionKey"], "start-key-7")


def in_a_frame_by_url(scene):
    looks_up(scene)
    scene.call(f"viewByURL({{ sessionkey: '{VISITOR}', iframe: 1 }}, '/cobrowse/AgentView.aspx')")
    scene.heard("viewerReady")
    scene.answer("yes")
    scene.in_session(scene.page.frame_locator("iframe[name=panel]"))
    for frame in scene.page.frames[1:]:
        assert "loginkey" not in frame.url.lower(), frame.url


def one_click(scene):
    """Yes: the session starts under the caller's key, and everybody is told of start and end."""
    scene.shop()
    is_present(scene)
    equal(scene.call("invite('caller-key-7')"), 200)
    scene.event("terms", status="asked")
    scene.answer("yes")
    scene.event("terms", status="accepted")
    equal(scene.event("visitorsessionstart")["sessionkey"], "caller-key-7")
    found = scene.call("lookup('caller-key-7')")
    equal(found["passcode"], "caller-key-7")
    with scene.agents.expect_page() as popup:
        scene.call("(url) => void window.open(url)", found["agentjoinurl"])
    scene.in_session(popup.value)
    equal(scene.heard("sessionStarted")["sessionKey"], "caller-key-7")
    # Asked once more, nobody is asked: it has started, and there is no other.
    scene.call("events.length = 0")
    equal(scene.call("invite('caller-key-7')"), 200)
    equal(scene.event("visitorsessionstart")["sessionkey"], "caller-key-7")
    equal(scene.call("invite('caller-key-8')"), 200)
    scene.event("terms", status="declined")
    session = scene.call("inSession('caller-key-7')")["sessions"]
    equal([one["passcode"] for one in session], ["caller-key-7"])
    if scene.takes_all:
        equal(scene.call("(session) => leave(session)", session[0])["status"] // 100, 2)
    else:
        scene.visitor.evaluate("Latchkey.end()")
    scene.heard("sessionEnded")
    equal(scene.event("visitorsessionend")["sessionkey"], "caller-key-7")


def one_click_with_anothers_key(scene):
    """A key that another visitor's open session has: nobody is asked, and the caller reads why."""
    scene.shop()
    is_present(scene)
    body = json.dumps({"groupid": GROUP, "visitorid": "caller-key-7"})
    equal(scene.server.request("POST", "/api/v1/visits", body, {"content-type": "application/json"}).status, 200)
    equal(scene.call("invite('caller-key-7')"), 409)
    equal(scene.call("events.filter(([name]) => name === 'terms')"), [])
    equal(scene.visitor.locator("dialog[open]").count(), 0)
    # A session that the visitor has opened and never come to keeps nobody from asking.
    body = json.dumps({"groupid": GROUP, "visitorid": VISITOR})
    equal(scene.server.request("POST", "/api/v1/visits", body, {"content-type": "application/json"}).status, 200)
    equal(scene.event("visitorsessionstart")["sessionkey"], VISITOR)
    equal(scene.call("invite('caller-key-9')"), 200)
    scene.event("terms", status="asked")
    scene.answer("no")
    scene.event("terms", status="declined")


def one_click_no(scene):
    scene.shop()
    scene.call(f"watch('{VISITOR}')")
    scene.event("visitorconn", connected=True)
    equal(scene.call("invite('caller-key-8')"), 200)
    scene.answer("no")
    scene.event("terms", status="declined")
    equal(scene.call("lookup('caller-key-8')")["id"], "0")


def nobody_is_there(scene):
    found = scene.call("watch('nobody-1')")["found"]
    equal(found, {})
    scene.event("connected")
    scene.event("visitorconn", connected=False)


def refusals_can_be_read(scene):
    status = scene.call(
        """async () => (await sessionService("LookupPartnerSession2",
            { partnerid: group, partneruserid: "nobody", loginkey: loginKey, ssnkey: "record-1" })).status"""
    )
    equal(status, 401)
    equal(scene.page.evaluate("async () => (await leave({ passcode: 'x', disambiguateId: '1', num: '1', servername: server })).status"), 401)


def a_login_prompt_in_a_frame(scene):
    """Without credentials, but with a group: the viewer asks for a password, in the frame."""
    scene.page.evaluate(
        "(key) => { frames.panel.location = origin + '/agentjoin/AgentView.aspx?groupid=' + group + '&SessionKey=' + key; }",
        VISITOR,
    )
    expect(scene.page.frame_locator("iframe[name=panel]").locator("input[type=password]")).to_be_visible()


def a_login_key_for_a_page(scene):
    """GetLoginKey.aspx embedded: after the sign-in its event carries the credentials."""
    scene.server.command("user", "add", "--group", GROUP, "--puid", "pw+1", "--username", "pat", "--password-file", scene.password)
    scene.page.evaluate(
        "() => { frames.panel.location = origin + '/account/GetLoginKey.aspx?sso=1&idpid=' + group + '&mode=embedded&fmt=html'; }"
    )
    frame = scene.page.frame_locator("iframe[name=panel]")
    frame.locator("input[name=username]").fill("pat")
    frame.locator("input[type=password]").fill("correct horse")
    frame.locator("button[type=submit]").click()
    contains(scene.heard("authenticateSucceeded")["loginKey"], f"partnerid={GROUP}&partneruserid=pw+1~$1$")


def the_agent_script(scene):
    """Presence, one click, look-up, the viewer in a frame and leaving, by the script that Latchkey serves."""
    scene.page.goto(scene.server.site.crm + "/script" + scene.hash)
    scene.shop()
    scene.visitor.wait_for_function("Latchkey")
    for _ in range(20):
        if scene.call(f"watch('{VISITOR}')")["found"]:
            break
        scene.page.wait_for_timeout(200)
    scene.event("visitorconn", connected=True)
    equal(scene.event("visitorconnect", connected=True)["connected"], True)
    contains(scene.event("presence")["url"], "/shop")
    # What an agent's page sends is heard on the site, which alone decides what to do about it.
    scene.visitor.evaluate("""() => {
        globalThis.calls = [];
        for (const kind of ["signal", "invoke"]) Latchkey.on(kind, ({ func, args }) => calls.push([kind, func, args]));
    }""")
    scene.call("presence.signalVisitor({ data: { offer: 7 } })")
    scene.call("presence.invokeVisitor({ func: 'Shop.show', args: ['cart'] })")
    scene.visitor.wait_for_function("calls.length === 2")
    equal(scene.visitor.evaluate("calls"),
          [["signal", "signal", {"offer": 7}], ["invoke", "GLANCE.Shop.show", ["cart"]]])
    scene.call("invite('script-key-1')")
    scene.answer("yes")
    scene.event("terms", status="accepted")
    equal(scene.event("visitorsessionstart")["sessionkey"], "script-key-1")
    equal(scene.call("agent.lookup('script-key-1')")["passcode"], "script-key-1")
    scene.call("agent.view('panel', { sessionkey: 'script-key-1' })")
    scene.in_session(scene.page.frame_locator("iframe[name=panel]"))
    equal(scene.heard("sessionStarted")["sessionKey"], "script-key-1")
    equal(scene.call("(async () => agent.leave((await agent.sessions('script-key-1'))[0]))()"), True)
    scene.heard("sessionEnded")
    equal(scene.event("visitorsessionend")["sessionkey"], "script-key-1")
    equal(scene.call("heard.filter(([name]) => name === 'error')"), [])


PLAYS = {
    "looks a session up": looks_up,
    "opens the join address in a window": by_join_url,
    "posts the viewer into a window": in_a_window,
    "posts the viewer into a window, no": in_a_window_no,
    "posts the viewer into a window of its own": in_a_window_of_its_own,
    "posts the viewer into a window that waits": in_a_window_that_waits,
    "posts the viewer into a frame": in_a_frame,
    "posts the viewer into a frame, no": in_a_frame_no,
    "messages outlive a reload": messages_outlive_a_reload,
    "posts the viewer into a frame, by mistake": in_a_frame_with_a_mistake,
    "starts a session under a key": a_session_of_the_agent_with_a_key,
    "opens the viewer in a frame by a GET": in_a_frame_by_url,
    "one click, yes": one_click,
    "one click, no": one_click_no,
    "one click with another's key": one_click_with_anothers_key,
    "a visitor who is not there": nobody_is_there,
    "refusals that the page can read": refusals_can_be_read,
    "a login prompt in a frame": a_login_prompt_in_a_frame,
    "a LoginKey for a page": a_login_key_for_a_page,
    "the agent script": the_agent_script,
}


def profiles(playwright, folder, takes_all):
    """Makes browsers with a profile each; `takes_all` is whether they take cookies of third parties."""

    def make(who):
        profile = pathlib.Path(folder) / f"{who}-profile"
        (profile / "Default").mkdir(parents=True)
        preferences = {"profile": {"cookie_controls_mode": 0 if takes_all else 1, "block_third_party_cookies": not takes_all}}
        (profile / "Default/Preferences").write_text(json.dumps(preferences))
        return playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP *.test 127.0.0.1"],
            ignore_https_errors=True,
        )

    return make


def plays(names, takes_all):
    with sync_playwright() as playwright:
        for name, play in PLAYS.items():
            if names and name not in names:
                continue
            with SecureServer() as server, Scene(profiles(playwright, server.folder.name, takes_all), server) as scene:
                scene.takes_all = takes_all
                scene.password = server.folder.name + "/password"
                pathlib.Path(scene.password).write_text("correct horse")
                before = PART.failed
                PART.check(name + ("" if takes_all else ", without cookies of third parties"), play, scene)
                if PART.failed > before and os.environ.get("PICTURES"):
                    for who, page in (("agent", scene.page), ("visitor", scene.visitor)):
                        page.screenshot(path=f"{os.environ['PICTURES']}/{name.replace(' ', '-')}-{who}.png")


def main():
    """Both kinds of browsers at once: most of the time each waits for something."""
    names = set(sys.argv[1:])
    reader, writer = os.pipe()
    other = os.fork()
    if other == 0:
        try:
            plays(names, takes_all=False)
            os.write(writer, f"{PART.passed} {PART.failed}".encode())
        except Exception:  # noqa: BLE001, the other process says that this one broke off
            traceback.print_exc()
        os._exit(0)
    os.close(writer)
    plays(names, takes_all=True)
    os.waitpid(other, 0)
    if counts := os.read(reader, 100).split():
        PART.passed, PART.failed = PART.passed + int(counts[0]), PART.failed + int(counts[1])
    else:
        PART.fail("without cookies of third parties", "it broke off")
    PART.end("an integrator's page on another site, over TLS")


if __name__ == "__main__":
    main()
