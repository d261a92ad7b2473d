"""Another CRM in Chromium, on another site and over TLS: the sample of samples/crm with its own issuer, and links that a server
has made. The panel appears in the frame, a click ends in a session, and events arrive at pages of listed origins only.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent / "samples/crm"))
import crm
from pages import OPEN_ROOTS, SecureServer, profiles
from part import Part, contains, equal
from server import GROUP

PART = Part("crm")
PUID = "https://acme.crm.test/users/17.json"
# A page of an origin that is on nobody's list: it frames, opens, and writes down whatever it hears.
STRANGER = """<!doctype html><html lang="en"><title>Elsewhere</title><iframe name="panel"></iframe><script>
const heard = [];
addEventListener("message", (message) => heard.push([message.origin, message.data]));
function post(action, fields) {
  const form = Object.assign(document.createElement("form"), { method: "post", action, target: "panel" });
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  form.submit();
}
</script></html>"""


class Pages(dict):
    """Pages of a site, some of which are made when they are asked for."""

    def get(self, path):
        page = super().get(path)
        return page() if callable(page) else page


class CRMServer(SecureServer):
    """The server with the sample's issuer connected by its public key in PEM."""

    def provision(self):
        super().provision()
        self.key = self.folder.name + "/crm.key"
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        public = subprocess.run(["openssl", "rsa", "-in", self.key, "-pubout"], check=True, capture_output=True).stdout
        pathlib.Path(self.key + ".pub").write_bytes(public)
        self.command(
            "oidc", "connect", "--group", GROUP, "--issuer", crm.ISSUER, "--audience", crm.AUDIENCE, "--keys-file", self.key + ".pub"
        )
        self.command("user", "add", "--group", GROUP, "--puid", PUID, "--username", "ada", "--first-name", "Ada")
        self.command("user", "add", "--group", GROUP, "--puid", "robot", "--username", "robot", "--administrator")
        made = self.command("token", "create", "--group", GROUP, "--user", "robot", "--json")
        self.access_token = json.loads(made)["accessToken"]
        self.site.stranger = self.site.crm.replace("crm.acme.test", "elsewhere.test")
        self.site.pages = Pages({"/record": lambda: crm.page("https://" + self.name, self.key, PUID), "/stranger": STRANGER})
        self.site.pages["/shop"] = (
            f'<!doctype html><html lang="en"><title>Shop</title><h1 id="text">Shop</h1><script src="https://{self.name}'
            f'/visitor.js" data-group-id="{GROUP}" data-presence="on" data-visitorid="{crm.RECORD}"></script>'
        )

    def link(self, **members):
        answer = self.post_json("/api/v1/agent-links", members, {"authorization": "Bearer " + self.access_token})
        equal(answer.status, 201)
        return answer.json

    def audit(self, correlation):
        return json.loads(self.command("audit", "list", "--correlation", correlation, "--json"))


class Scene:
    """The agent's and the customer's browser."""

    def __init__(self, browser, server):
        self.server = server
        self.agents, self.visitors = browser("agent"), browser("visitor")
        for context in (self.agents, self.visitors):
            context.set_default_timeout(10_000)
        self.page, self.visitor = self.agents.new_page(), self.visitors.new_page()
        self.visitor.add_init_script(OPEN_ROOTS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.agents.close()
        self.visitors.close()

    @property
    def panel(self):
        return self.page.frame_locator("iframe[name=panel]")

    def open(self):
        self.page.goto(self.server.site.crm + "/record")
        expect(self.panel.locator("h1")).to_have_text("Latchkey")

    def events(self):
        lines = [line.partition(" ") for line in self.page.locator("#events li").all_inner_texts()]
        return [(name, json.loads(data)) for name, _, data in lines]

    def heard(self, name, **data):
        """Waits for an event with exactly this content."""
        text = name + " " + json.dumps(data, separators=(",", ":"))
        expect(self.page.locator("#events li", has_text=re.compile("^" + re.escape(text) + "$"))).to_have_count(1)

    def heard_at_least_once(self, name):
        """Waits for an event that comes again and again, without data."""
        expect(self.page.locator("#events li", has_text=re.compile(f"^{name} {{}}$")).first).to_be_visible()

    def trail(self, correlation, *wanted):
        """The audit's actions under an id, among which are the ones that are wanted."""
        actions = [event["action"] for event in self.server.audit(correlation)]
        for action in wanted:
            assert action in actions, f"no {action} in {actions}"
        return actions

    def correlation(self):
        return self.panel.locator("#panel").get_attribute("data-correlation")


def a_session(scene):
    """Panel, presence, click, question, session, end: the record's page hears all of it, under one id."""
    scene.open()
    expect(scene.panel.locator("#panel")).to_contain_text("Help Noor Haddad as Ada")
    scene.heard("panelReady", visitorId=crm.RECORD)
    # The panel hands on what its own viewers say, and nothing that somebody else posts to it.
    scene.page.evaluate("frames.panel.postMessage({ glanceEvent: 'sessionStarted', data: { sessionKey: 'forged' } }, '*')")
    scene.visitor.goto(scene.server.site.shop + "/shop")
    scene.heard("visitorPresence", visitorId=crm.RECORD, isPresent=True)
    correlation = scene.correlation()
    with scene.agents.expect_page() as popup:
        scene.panel.locator("[data-action=join]").click()
    scene.heard("opening", action="join", target="browser")
    scene.heard("viewerReady")
    scene.visitor.locator("dialog [data-answer=yes]:enabled").click()
    scene.heard("sessionStarted", sessionKey=crm.RECORD)
    expect(popup.value.locator("#state-title")).to_contain_text("In session")
    assert "loginkey" not in popup.value.url.lower() and PUID not in popup.value.url, popup.value.url
    scene.visitor.evaluate("Latchkey.end()")
    scene.heard("sessionEnded", status="C", sessionKey=crm.RECORD)
    assert "forged" not in str(scene.events()), scene.events()
    scene.trail(correlation, "panelShown", "loginKeyIssued", "authenticate", "sessionRequested", "sessionConnected")
    signature = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
    assert not signature.search(scene.server.log()), "a token is in the log"


def a_customer_who_declines(scene):
    """The page hears of it as of an error, and of no session."""
    scene.open()
    scene.visitor.goto(scene.server.site.shop + "/shop")
    scene.heard("visitorPresence", visitorId=crm.RECORD, isPresent=True)
    with scene.agents.expect_page() as popup:
        scene.panel.locator("[data-action=join]").click()
    scene.visitor.locator("dialog [data-answer=no]:enabled").click()
    scene.heard("error", message="The visitor declined")
    expect(popup.value.locator("#state-title")).to_have_text("The visitor declined")
    assert not any(name == "sessionStarted" for name, _ in scene.events()), scene.events()
    popup.value.close()


def a_key_is_read_out(scene):
    """Start: the customer enters the key. One id goes from the panel to the session's end; a second click has its own."""
    scene.open()
    with scene.agents.expect_page() as popup:
        scene.panel.locator("[data-action=start]").click()
    key = popup.value.locator("#key:not(:empty)").inner_text().replace(" ", "")
    scene.visitor.goto(f"https://{scene.server.name}/visit?groupid={GROUP}&sessionkey={key}")
    scene.visitor.locator("#enter button").click()
    scene.heard("sessionStarted", sessionKey=key)
    scene.visitor.locator("#leave").click()
    scene.heard("sessionEnded", status="C", sessionKey=key)
    with scene.agents.expect_page() as popup:
        scene.panel.locator("[data-action=key]").click()
    expect(popup.value.locator("h1")).to_have_text("Join a session")
    actions = scene.trail(scene.correlation(), "panelShown", "loginKeyIssued", "authenticate", "sessionStatus")
    equal(actions.count("loginKeyIssued"), 1)
    equal([data for name, data in scene.events() if name == "opening"][1], {"action": "key", "target": "browser"})


def once(scene):
    """The browser's own reload of a frame posts the token again: it is used up, and the frame says what to do."""
    token = crm.token(scene.server.key, PUID, int(scene.page.evaluate("Date.now() / 1000")))
    fields = {"token": token, "visitorid": crm.RECORD}
    scene.open()
    expect(scene.panel.locator("#panel")).to_contain_text("Help Noor Haddad as Ada")  # its own panel would take ours away
    post = """([action, fields]) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action, target: "panel" });
      for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }));
      document.body.append(form);
      form.submit();
    }"""
    for text in ("Help this customer as Ada", "You are not signed in"):
        scene.page.evaluate(post, [f"https://{scene.server.name}/panel", fields])
        expect(scene.panel.locator("main")).to_contain_text(text)


def strangers(scene):
    """A page of another origin gets no panel, and hears nothing of what it frames or opens."""
    scene.page.goto(scene.server.site.stranger + "/stranger")
    token = crm.token(scene.server.key, PUID, int(scene.page.evaluate("Date.now() / 1000")))
    with scene.page.expect_response(lambda response: response.url.endswith("/panel")) as answer:
        scene.page.evaluate("(fields) => post(...fields)", [f"https://{scene.server.name}/panel", {"token": token}])
    equal(answer.value.status, 401)
    for members in ({"target": "panel"}, {"target": "viewer", "visitorid": crm.RECORD}):
        url = scene.server.link(partneruserid=PUID, **members)["url"]
        with scene.agents.expect_page() as popup:
            scene.page.evaluate("(url) => void window.open(url)", url)
        expect(popup.value.locator("h1")).to_be_visible()
        popup.value.wait_for_timeout(300)
        popup.value.close()
    framed = scene.server.link(partneruserid=PUID, target="panel")["url"]
    scene.page.evaluate("(url) => { frames.panel.location = url; }", framed)
    scene.page.wait_for_timeout(500)
    equal(scene.page.evaluate("heard"), [])


def links(scene):
    """A link opens the viewer in a window and the panel in a frame; events arrive, and nothing stays in the address."""
    scene.page.goto(scene.server.site.crm + "/record")
    expect(scene.panel.locator("h1")).to_have_text("Latchkey")
    link = scene.server.link(username="ada", target="viewer", visitorid=crm.RECORD)
    with scene.agents.expect_page() as popup:
        scene.page.evaluate("(url) => void window.open(url)", link["url"])
    expect(popup.value.locator("#state-title")).to_have_text("Waiting for the visitor")
    scene.heard("viewerReady")
    scene.heard_at_least_once("waiting")
    assert "ticket=" not in popup.value.url, popup.value.url
    popup.value.reload()
    expect(popup.value.locator("#state-title")).to_have_text("Waiting for the visitor")
    popup.value.close()
    link = scene.server.link(username="ada", target="panel", visitorid="other-1", visitorname="Somebody Else")
    scene.page.evaluate("(url) => { frames.panel.location = url; }", link["url"])
    expect(scene.panel.locator("#panel")).to_contain_text("Help Somebody Else as Ada")
    scene.heard("panelReady", visitorId="other-1")
    equal(scene.correlation(), link["correlationId"])
    assert all("ticket=" not in frame.evaluate("location.href") for frame in scene.page.frames), "a ticket in an address"


# What a page around a Zendesk app does, as far as the published source of the framework's client shows it.
ZENDESK = """<!doctype html><html lang="en"><title>Tickets</title><iframe name="panel"></iframe><ol id="events"></ol><script>
const asked = [];
addEventListener("message", (message) => {
  if (typeof message.data !== "string") {
    const line = document.createElement("li");
    line.textContent = message.data.glanceEvent + " " + JSON.stringify(message.data.data);
    return document.getElementById("events").append(line);
  }
  const { key, id, request, params, appGuid } = JSON.parse(message.data);
  asked.push([key || request, params, appGuid]);
  const answer = (value) => message.source.postMessage(JSON.stringify(value), message.origin);
  if (key === "iframe.handshake") answer({ key: "zaf.app.registered", message: { metadata: {}, context: {} } });
  if (request === "get") answer({ id, result: { [params[0]]: 4711, errors: {} } });
});
</script></html>"""


def zendesk(scene):
    """The panel asks for the ticket's requester in the framework's messages, and joins them."""
    site = scene.server.site
    site.pages["/ticket"] = ZENDESK
    scene.page.goto(site.crm + "/ticket")
    token = crm.token(scene.server.key, PUID, int(scene.page.evaluate("Date.now() / 1000")))
    address = f"https://{scene.server.name}/panel?zendesk=ticket.requester.id&app_guid=8b1f-01&origin={site.crm}"
    scene.page.evaluate(
        """([action, token]) => {
          const form = Object.assign(document.createElement("form"), { method: "post", action, target: "panel" });
          form.append(Object.assign(document.createElement("input"), { name: "token", value: token }));
          document.body.append(form);
          form.submit();
        }""",
        [address, token],
    )
    scene.heard("panelReady", visitorId="4711")
    equal(
        scene.page.evaluate("asked"),
        [["iframe.handshake", None, "8b1f-01"], ["get", ["ticket.requester.id"], "8b1f-01"]],
    )
    with scene.agents.expect_page() as popup:
        scene.panel.locator("[data-action=join]").click()
    expect(popup.value.locator("#state-title")).to_have_text("Waiting for the visitor")
    contains(popup.value.url, "visitorid=4711")


PLAYS = {
    "a token, a panel, a session": a_session,
    "a customer who declines": a_customer_who_declines,
    "a key that is read out": a_key_is_read_out,
    "a token that is posted twice": once,
    "pages of other origins": strangers,
    "links": links,
    "a page around a Zendesk app": zendesk,
}


def main():
    names = set(sys.argv[1:])
    with sync_playwright() as playwright:
        for takes_all in (True, False):
            for name, play in PLAYS.items():
                if names and name not in names:
                    continue
                with CRMServer() as server, Scene(profiles(playwright, server.folder.name, takes_all), server) as scene:
                    before = PART.failed
                    PART.check(name + ("" if takes_all else ", without cookies of third parties"), play, scene)
                    if PART.failed > before and os.environ.get("PICTURES"):
                        scene.page.screenshot(path=f"{os.environ['PICTURES']}/crm-{name.replace(' ', '-')}.png")
    PART.end("another CRM on another site, over TLS")


if __name__ == "__main__":
    main()
