"""The package's pages in Chromium, in a frame on another origin, as in Lightning; each click ends at a real server: in the
viewer, or through the real launcher in the real client, with the login key made by either way.

LATCHKEY_BINARY names the server; the launcher and the client are beside it.
"""
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time
import urllib.parse

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Clients"))

from playwright.sync_api import expect, sync_playwright  # noqa: E402

import bindings  # noqa: E402
import settings_page  # noqa: E402
from desk import Desk  # noqa: E402
from engine import Engine  # noqa: E402
from organization import Org  # noqa: E402
from part import Part, contains, equal  # noqa: E402
from server import GROUP, Answer, Server  # noqa: E402

PART = Part("pages")
ORGANIZATION = "00DFk000000abcDMAQ"
USER = "005Fk000001aBcDIAU"
LEAD, CONTACT, CASE = "00QFk000001leAdMAI", "003Fk000001coNtIAI", "500Fk000001caSeIAA"
HOSTILE = """</script><script>window.top.attacked = 1</script>"><img src=x onerror="window.attacked = 1">' + attack() + '{!x}"""
OPEN_ROOTS = """
const attachShadow = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return attachShadow.call(this, { ...options, mode: "open" }); };
"""


class TLSServer(Server):
    """The server at `localhost`, with a certificate for all names of this test; knows the organization's key."""

    def provision(self):
        self.name = f"localhost:{self.port}"
        self.certificate, self.key = self.folder.name + "/cert.pem", self.folder.name + "/key.pem"
        names = "DNS:localhost,DNS:acme.lightning.test,DNS:acme--c.vf.test,DNS:shop.example.test"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=" + names, "-keyout", self.key, "-out", self.certificate],
            check=True, capture_output=True,
        )
        self.environment |= {
            "LATCHKEY_TLS_CERTIFICATE_FILE": self.certificate,
            "LATCHKEY_TLS_KEY_FILE": self.key,
            "LATCHKEY_HTTP_PUBLIC_URL": "https://" + self.name,
        }
        # The organization's certificate, and what its administrator runs on the server.
        self.signing_key, signing = self.folder.name + "/sf.pem", self.folder.name + "/sf.crt"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Latchkey",
             "-keyout", self.signing_key, "-out", signing],
            check=True, capture_output=True,
        )
        keys = self.folder.name + "/latchkey-keys.json"
        made = subprocess.run(
            [HERE.parents[1] / "salesforce/scripts/certificate-to-keys", "Latchkey", signing], check=True, capture_output=True
        )
        pathlib.Path(keys).write_bytes(made.stdout)
        engine = Engine(ORGANIZATION, self.signing_key)
        engine.records = {LEAD: ("Lead", "Dana Smith"), CONTACT: ("Contact", HOSTILE), CASE: ("Case", "00001026")}
        engine.user = {"Id": USER, "Username": "dana@acme.example", "FederationIdentifier": None}
        self.org = Org(engine, self.certificate, self.key)
        self.command("group", "create", GROUP, "--name", "Acme", "--use-policy", "window", "--origin", self.org.visualforce,
                     "--origin", self.org.lightning)
        self.command("group", "update", GROUP, "--desktop-client")
        self.api_key = json.loads(self.command("apikey", "create", "--group", GROUP, "--json"))["apiKey"]
        self.command("user", "add", "--group", GROUP, "--puid", USER, "--username", "dana.smith")
        engine.settings = {
            "Enabled__c": True, "ServerUrl__c": "https://" + self.name, "Group__c": GROUP, "UserField__c": "Id",
            "Expiration__c": 3600, "SecretSource__c": "certificate", "Certificate__c": "Latchkey", "JoinAsOne__c": True,
            "LeadButtons__c": "join;start;key", "ContactButtons__c": "join", "CaseButtons__c": "key; join", "ImportSessions__c": False,
        }
        # What the settings page tells the administrator to run.
        self.command(*shlex.split(engine.connect_command().replace("latchkey-keys.json", keys).removeprefix("latchkey ")))
        secret = pathlib.Path(self.folder.name + "/canvas.secret")
        secret.write_text(self.org.consumer_secret)
        self.org.canvas_url = f"https://{self.name}/salesforce/canvas"
        self.command("salesforce", "connect", ORGANIZATION, "--group", GROUP, "--user-field", "parameters.partnerUserId",
                     "--trust-canvas-parameters", "--consumer-secret-file", str(secret))

    def request(self, method, path, body=None, headers=None, source="127.0.0.1"):
        import http.client
        import ssl

        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=ssl._create_unverified_context())
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def __exit__(self, *values):
        self.org.close()
        super().__exit__(*values)


class Scene:
    """An agent at their desk, and a customer."""

    def __init__(self, browser, server, desk):
        self.browser, self.server, self.desk, self.org = browser, server, desk, server.org
        self.engine, self.group, self.lead = server.org.engine, GROUP, LEAD

    def begin(self, source, *permissions):
        """New settings, new permissions, and a browser without a past."""
        self.engine.settings["SecretSource__c"] = source
        self.engine.settings["UserField__c"] = "Id"
        self.engine.api_key = self.server.api_key if source == "apiKey" else ""
        self.engine.permissions = set(permissions)
        self.org.calls.clear()
        for context in (self.browser, self.visitors):
            context.clear_cookies()
            for page in context.pages[1:]:
                page.close()
        self.page, self.visitor = self.browser.pages[0], self.visitors.pages[0]
        self.visitor.goto("about:blank")

    def open(self, record_id, object_name):
        self.page.goto(self.org.record_page(record_id, object_name))
        self.frame = self.page.frame_locator("iframe[title=Latchkey]")
        expect(self.frame.locator(".latchkey-logo")).to_be_visible()

    def click(self, label):
        self.frame.get_by_role("button", name=label, exact=True).click()

    def popup(self, act, *arguments):
        with self.browser.expect_page() as opened:
            act(*arguments)
        return opened.value

    def state(self, text):
        expect(self.frame.locator("#latchkey-state")).to_contain_text(text, timeout=15_000)

    def customer_starts(self, visitor_id, is_in_session):
        """The customer opens a page with Latchkey's script, starts, and says yes to what is asked until both are there."""
        self.org.shop_page = (
            f'<!doctype html><html lang="en"><title>Shop</title><h1 id="text">Shop</h1><script src="https://{self.server.name}'
            f'/visitor.js" data-group-id="{GROUP}" data-visitor-id="{visitor_id}"></script>'
        )
        self.visitor.goto(self.org.shop)
        self.visitor.wait_for_function("window.Latchkey")
        self.visitor.evaluate("void Latchkey.start()")
        yes = self.visitor.locator("dialog [data-answer=yes]:enabled")
        deadline = time.monotonic() + 20
        while not is_in_session():
            assert time.monotonic() < deadline, "there is no session"
            if yes.is_visible():
                yes.click()
            self.visitor.wait_for_timeout(100)

    def customer_ends(self):
        self.visitor.evaluate("Latchkey.end()")
        expect(self.visitor.locator(".bar .title")).to_have_text("Session ended")

    def in_session(self, viewer, visitor_id):
        title = viewer.locator("#state-title")
        self.customer_starts(visitor_id, lambda: "In session" in title.inner_text())
        expect(viewer.frame_locator("#replica").locator("#text")).to_have_text("Shop", timeout=15_000)


def joins_in_the_browser(scene, source):
    scene.begin(source, "Latchkey_Agent")
    scene.open(LEAD, "Lead")
    expect(scene.frame.locator(".latchkey-title")).to_have_text("Dana Smith")
    equal(scene.frame.locator("[data-latchkey-button]").all_inner_texts(), ["Join", "Start", "Enter key"])
    # Nothing was asked for until now, and nothing that signs in is in what was sent.
    equal(scene.org.calls, [])
    assert not any("$1$" in text for text in scene.org.sent[-6:]), "a login key at page load"
    viewer = scene.popup(scene.click, "Join")
    expect(viewer.locator("#state-title")).to_have_text("Waiting for the visitor", timeout=15_000)
    equal(scene.org.calls, [[LEAD, "join", "web"]])
    assert viewer.url.startswith(f"https://{scene.server.name}/agentjoin/"), viewer.url
    assert "loginkey" not in viewer.url.lower() and USER not in viewer.url, viewer.url
    scene.state("Opened in a new window.")
    scene.in_session(viewer, LEAD)
    scene.customer_ends()
    expect(viewer.locator("#state-title")).to_have_text("Session ended")
    audit = scene.server.command("audit", "list", "--group", GROUP, "--actor", USER)
    contains(audit, "authenticate")


def starts_and_enters_a_key(scene):
    scene.begin("certificate", "Latchkey_Agent")
    scene.open(LEAD, "Lead")
    viewer = scene.popup(scene.click, "Start")
    expect(viewer.locator("#state-text")).to_have_text("Waiting for the visitor.", timeout=15_000)
    viewer.close()
    page = scene.popup(scene.click, "Enter key")
    expect(page.get_by_role("textbox").first).to_be_visible(timeout=15_000)


def a_group_that_insists_on_version_2(scene):
    """Each key is for what was clicked; the API key in the organization makes keys of version 1, which are refused."""
    scene.server.command("group", "update", GROUP, "--require-version-2")
    try:
        joins_in_the_browser(scene, "certificate")
        starts_and_enters_a_key(scene)
        scene.begin("certificate", "Latchkey_Agent", "Latchkey_Client")
        scene.open(LEAD, "Lead")
        scene.click("Join")
        scene.state("The client opens.")
        scene.begin("apiKey", "Latchkey_Agent")
        scene.open(LEAD, "Lead")
        page = scene.popup(scene.click, "Join")
        page.wait_for_load_state()
        contains(scene.server.command("audit", "list", "--group", GROUP), "version1NotAllowed")
        page.close()
    finally:
        scene.server.command("group", "update", GROUP, "--no-require-version-2")


def buttons_of_each_object(scene):
    scene.begin("certificate", "Latchkey_Agent")
    scene.open(CASE, "Case")
    equal(scene.frame.locator("[data-latchkey-button]").all_inner_texts(), ["Enter key", "Join"])
    scene.engine.settings["JoinAsOne__c"] = False
    scene.open(CASE, "Case")
    equal(scene.frame.locator("[data-latchkey-button]").all_inner_texts(), ["Enter key", "Cobrowse"])
    scene.engine.settings["JoinAsOne__c"] = True


def each_click_makes_a_key(scene):
    """An hour later the panel still works: there is no key that could have expired."""
    scene.begin("apiKey", "Latchkey_Agent")
    scene.open(LEAD, "Lead")
    keys = []
    for _ in range(2):
        with scene.browser.expect_page() as opened:
            with scene.browser.expect_event("request", lambda one: one.url.endswith("AgentView.aspx") and one.method == "POST") as sent:
                scene.click("Join")
        keys.append(urllib.parse.parse_qs(sent.value.post_data)["loginkey"][0])
        opened.value.close()
        time.sleep(1.05)
    assert keys[0] != keys[1], keys
    assert abs(int(keys[1][3:13]) - time.time() - 3600) < 30, keys


def joins_in_the_client_by_login_key(scene):
    scene.begin("apiKey", "Latchkey_Agent", "Latchkey_Client")
    scene.open(LEAD, "Lead")
    before = len(scene.desk.urls())
    scene.click("Join")
    scene.state("The client opens.")
    scene.desk.wait(f"session   {LEAD}")
    (url,) = scene.desk.urls()[before:]
    prefix = f"glancepanorama://agentjoin/{scene.server.name}/{GROUP}/{LEAD}?partnerid={GROUP}&partneruserid={USER}&loginkey=%241%24"
    assert url.startswith(prefix), url
    scene.customer_starts(LEAD, lambda: "inSession" in scene.desk.client("status"))
    scene.customer_ends()
    scene.desk.client("sign-out")


def connects_the_computer_and_joins_by_ticket(scene):
    scene.begin("certificate", "Latchkey_Agent", "Latchkey_Client")
    scene.open(LEAD, "Lead")
    before = len(scene.desk.urls())
    scene.click("Join")
    scene.state("The client opens.")
    # A computer that is not connected is refused; the panel offers to connect it, on a page of the server.
    page = scene.popup(scene.click, "Connect this computer")
    page.locator("#launch-connect").click(timeout=20_000)
    expect(page.locator("#launch-state")).to_contain_text("The client is signed in", timeout=20_000)
    scene.desk.client("leave")
    page.close()
    # From now on a click is enough.
    count = len(scene.desk.urls())
    scene.click("Join")
    scene.desk.wait(f"session   {LEAD}")
    urls = scene.desk.urls()
    equal(len(urls), count + 1)
    for url in urls[before:]:
        assert url.startswith(f"glancepanorama://agentjoin/{scene.server.name}/{GROUP}/{LEAD}?ticket="), url
        assert "loginkey" not in url and "%241%24" not in url, url
    scene.customer_starts(LEAD, lambda: "inSession" in scene.desk.client("status"))
    scene.customer_ends()
    scene.desk.client("sign-out")


def client_agents_may_use_the_browser(scene):
    scene.begin("certificate", "Latchkey_Agent", "Latchkey_Client")
    scene.open(CONTACT, "Contact")
    before = scene.desk.urls()
    scene.frame.locator("#latchkey-in-browser").check()
    viewer = scene.popup(scene.click, "Join")
    expect(viewer.locator("#state-title")).to_have_text("Waiting for the visitor", timeout=15_000)
    equal(scene.desk.urls(), before)


def without_permission(scene):
    scene.begin("certificate")
    scene.open(LEAD, "Lead")
    equal(scene.frame.locator(".latchkey p").all_inner_texts(), [
        "Ask your administrator for the permission set Latchkey Agent to join your customers' sessions."
    ])
    equal(scene.frame.locator("button").count(), 0)
    equal(scene.frame.locator("script:not([src])").count(), 0)
    assert "Dana Smith" not in scene.frame.locator("body").inner_html()
    # Who calls the action all the same gets nothing.
    message = call(scene, LEAD, "join", "web")
    contains(message, "permission set Latchkey Agent")


def call(scene, *arguments):
    """Calls the remote action as a script in the page would, and returns what it refuses with."""
    return scene.page.frames[-1].evaluate(
        """(arguments_) => new Promise((resolve) => Visualforce.remoting.Manager.invokeAction(
            "LatchkeyPanelController.click", ...arguments_, (fields, event) => resolve(event.message || JSON.stringify(fields)),
            { escape: false }))""",
        list(arguments),
    )


def without_settings(scene):
    scene.begin("certificate", "Latchkey_Agent")
    scene.engine.settings["Enabled__c"] = False
    scene.open(LEAD, "Lead")
    expect(scene.frame.locator(".latchkey-problem")).to_contain_text("switch it on in the Latchkey settings")
    equal(scene.frame.locator("button").count(), 0)
    scene.engine.settings["Enabled__c"] = True


def an_empty_user_id(scene):
    scene.begin("certificate", "Latchkey_Agent")
    scene.engine.settings["UserField__c"] = "FederationIdentifier"
    scene.open(LEAD, "Lead")
    scene.click("Join")
    scene.state("Your user has no FederationIdentifier: ask your administrator to fill it in.")


def a_refusal_of_the_server(scene):
    scene.begin("certificate", "Latchkey_Agent")
    scene.server.command("user", "suspend", USER, "--group", GROUP)
    scene.open(LEAD, "Lead")
    scene.click("Join")
    scene.state("Give this id to your administrator: ")
    correlation = scene.frame.locator("#latchkey-state").inner_text()[-32:]
    contains(scene.server.command("audit", "list", "--correlation", correlation), "userSuspended")
    scene.server.command("user", "activate", USER, "--group", GROUP)


def hostile_names_and_ids(scene):
    scene.begin("certificate", "Latchkey_Agent")
    scene.open(CONTACT, "Contact")
    equal(scene.frame.locator(".latchkey-title").inner_text(), " ".join(HOSTILE.split()))
    equal(scene.page.evaluate("window.attacked"), None)
    equal(scene.page.frames[-1].evaluate("window.attacked"), None)
    equal(scene.frame.locator("img").count(), 1)
    viewer = scene.popup(scene.click, "Join")
    expect(viewer.locator("#state-title")).to_have_text("Waiting for the visitor", timeout=15_000)
    for record_id in ("x' OR Id != '", '"><script>window.attacked=1</script>', "../../x", USER, ""):
        contains(call(scene, record_id, "join", "web"), "There is no such lead, contact or case")
    for button in ("start", "", "join'", "<b>"):
        contains(call(scene, CONTACT, button, "web"), "There is no such button")
    contains(call(scene, CONTACT, "join", "client"), "Latchkey Client Agent")
    query = urllib.parse.quote("'\"><script>window.attacked=1</script>")
    scene.page.goto(scene.org.lightning + "/lightning/r/Contact/" + query.replace("/", "%2F") + "/view")
    expect(scene.page.frame_locator("iframe").locator(".latchkey-problem")).to_contain_text("There is no such lead")
    equal(scene.page.frames[-1].evaluate("window.attacked"), None)


def canvas_parameters_come_from_the_handler(scene):
    """The panel of the server, for the user whom the Apex names; what the browser would like to be is gone."""
    scene.begin("certificate", "Latchkey_Agent")
    other = urllib.parse.quote(json.dumps({"partnerUserId": "boss", "recordId": "x"}))
    scene.server.command("user", "add", "--group", GROUP, "--puid", "boss", "--username", "boss")
    scene.page.goto(f"{scene.org.lightning}/canvas/Lead/{LEAD}?{other}")
    panel = scene.page.frame_locator("iframe[name=canvas]")
    expect(panel.locator(".hint strong")).to_have_text("dana.smith")
    panel.locator("#in-browser").check()
    viewer = scene.popup(panel.get_by_role("button", name="Join", exact=True).click)
    expect(viewer.locator("#state-title")).to_have_text("Waiting for the visitor", timeout=15_000)
    scene.begin("certificate")
    scene.page.goto(f"{scene.org.lightning}/canvas/Lead/{LEAD}")
    expect(scene.page.locator("#refusal")).to_contain_text("You may not join sessions")


def finished_sessions_become_activities(scene):
    """What the checks above have left on the server comes back, once; only with the API key, and only where it is wanted."""
    scene.begin("certificate", "Latchkey_Agent")
    scene.engine.settings["ImportSessions__c"] = True
    equal(scene.engine.import_sessions(), 0)
    scene.engine.api_key = scene.server.api_key
    equal(scene.engine.import_sessions(), 1)
    tables = scene.engine.platform.tables
    tasks = [one.fields for one in tables["Task"].values()]
    assert tasks and all(one["WhoId"] == LEAD and one["Status"] == "Completed" for one in tasks), tasks
    assert all(f"Agent: {USER}" in one["Description"] for one in tasks), tasks
    scene.engine.import_sessions()
    equal((len(tables["Task"]), tables.get("LatchkeySession__c")), (len(tasks), None))
    # Nothing is known any more, and records are wanted.
    tables["Task"].clear()
    scene.engine.settings["KeepRecords__c"] = True
    scene.engine.import_sessions()
    equal((len(tables["Task"]), len(tables["LatchkeySession__c"])), (len(tasks), len(tasks)))
    scene.engine.settings["KeepRecords__c"] = False
    scene.engine.settings["ImportSessions__c"] = False
    equal(scene.engine.import_sessions(), 0)


def the_api_key_is_nowhere(scene):
    """In nothing that the organization has sent in all of these checks, in no view state, and in no log of server and client."""
    assert len(scene.org.sent) > 50, len(scene.org.sent)
    for text in [*scene.org.sent, settings_page.views(scene), scene.server.log(), scene.desk.log()]:
        assert scene.server.api_key not in text, text[:300]
    equal(scene.org.errors, [])


def bind_what_there_is(scene):
    assert bindings.check() > 30


PLAYS = {
    "pages bind what their controllers have": bind_what_there_is,
    "joins in the browser, the server makes the key": lambda scene: joins_in_the_browser(scene, "certificate"),
    "joins in the browser, the API key makes the key": lambda scene: joins_in_the_browser(scene, "apiKey"),
    "starts, and enters a key": starts_and_enters_a_key,
    "a group that insists on version 2, in the browser and in the client": a_group_that_insists_on_version_2,
    "buttons of each object": buttons_of_each_object,
    "each click makes a key": each_click_makes_a_key,
    "joins in the client by a login key": joins_in_the_client_by_login_key,
    "connects the computer, and joins in the client by a ticket": connects_the_computer_and_joins_by_ticket,
    "client agents may use the browser": client_agents_may_use_the_browser,
    "without permission": without_permission,
    "without settings": without_settings,
    "a user without an id": an_empty_user_id,
    "a refusal of the server": a_refusal_of_the_server,
    "hostile names and ids": hostile_names_and_ids,
    "Canvas parameters come from the handler": canvas_parameters_come_from_the_handler,
    "finished sessions become activities": finished_sessions_become_activities,
    **settings_page.PLAYS,
    "the API key is nowhere": the_api_key_is_nowhere,
}


def profile(playwright, folder, environment, allowing):
    """A browser with a window; pages of these origins may open the client without a question."""
    path = pathlib.Path(folder)
    (path / "Default").mkdir(parents=True)
    preferences = {"protocol_handler": {"allowed_origin_protocol_pairs": {origin: {"glancepanorama": True} for origin in allowing}}}
    (path / "Default/Preferences").write_text(json.dumps(preferences))
    context = playwright.chromium.launch_persistent_context(
        folder, executable_path="/usr/bin/chromium", headless=False, ignore_https_errors=True, env=environment,
        args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--host-resolver-rules=MAP *.test 127.0.0.1"],
    )
    context.set_default_timeout(10_000)
    return context


def main():
    names = set(sys.argv[1:])
    programs = str(pathlib.Path(os.environ["LATCHKEY_BINARY"]).resolve().parent)
    with sync_playwright() as playwright, TLSServer() as server:
        with Desk(programs, server.certificate, "https://" + server.name) as desk:
            own = [server.org.lightning, server.org.visualforce, "https://" + server.name]
            browser = profile(playwright, server.folder.name + "/agent", desk.browser_environment, own)
            scene = Scene(browser, server, desk)
            scene.visitors = profile(playwright, server.folder.name + "/visitor", desk.browser_environment, [])
            scene.visitors.add_init_script(OPEN_ROOTS)
            for name, play in PLAYS.items():
                if names and name not in names:
                    continue
                failed = PART.failed
                PART.check(name, play, scene)
                if PART.failed > failed and "PICTURES" in os.environ:
                    for number, page in enumerate(browser.pages + scene.visitors.pages):
                        page.screenshot(path=f"{os.environ['PICTURES']}/{name.replace(' ', '-')}-{number}.png")
            if server.org.errors:
                print("      " + "\n      ".join(server.org.errors))
            scene.visitors.close()
            browser.close()
            note = f"the Salesforce pages in a frame of another origin; remote actions answered by {scene.engine.name}"
    PART.end(note)


if __name__ == "__main__":
    main()
