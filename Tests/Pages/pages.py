"""Every page of the server in every state, light and dark, narrow and wide: without a barrier that axe knows of, and without a
sideways scroll bar.

On `latchkey demo`, in Debian's Chromium. Needs PyPI's playwright and axe-core-python.
Usage: python3 Tests/Pages/pages.py --latchkey PROGRAM [--pictures FOLDER] [NAME…]
"""

import argparse
import base64
import hmac
import pathlib
import re
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Cobrowse"))

from axe_core_python.sync_playwright import Axe
from live import GROUP, OPEN_ROOTS, VISITOR, Demo
from playwright.sync_api import expect, sync_playwright
from security_keys import security_keys

DANA, ROBIN = "005Fk000001aBcDIAU", "005Fk000001aBcGIAU"
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (320, 1280)]
CONTACT = f"/demo/crm/contact/{VISITOR}"
POST = """([action, fields]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action });
    for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement("input"), { name, value, type: "hidden" }));
    }
    document.body.append(form);
    form.submit();
}"""


class Look:
    """A browser that is nobody yet, and what was found on the pages that it was shown."""

    def __init__(self, browser, server, pictures):
        self.server = server
        self.pictures = pictures
        self.found = []
        self.count = 0
        self.browser = browser
        self.contexts = []
        self.page = self.another()

    def another(self, **options):
        """A page of somebody else."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10000)
        page.on("console", self.note)
        return page

    def note(self, message):
        if message.type == "error":
            self.found.append(f"console: {message.text} {message.location.get('url', '')}")

    def close(self):
        for context in self.contexts:
            context.close()

    def open(self, path, page=None):
        (page or self.page).goto(self.server.address + path)

    def key(self, user=DANA):
        return self.server.command("key", "make", "--group", GROUP, "--user", user)

    def sign_in(self, path, user=DANA, page=None, **fields):
        """What a CRM's page does: posts a LoginKey to a page of ours."""
        page = page or self.page
        page.goto(self.server.address + "/demo/crm")
        page.evaluate(POST, [path, {"partnerid": GROUP, "partneruserid": user, "loginkey": self.key(user), **fields}])
        page.wait_for_url(lambda address: "/demo/" not in address)

    def look(self, name, page=None, height=800):
        """The state that the page is in, in each look."""
        page = page or self.page
        if any(secret in page.url.lower() for secret in ("ticket=", "loginkey=", "gssnid=", "token=")):
            self.found.append(f"{name}: a credential stays in the address {page.url}")
        for scheme, width in LOOKS:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": height})
            self.count += 1
            if self.pictures:
                page.screenshot(path=f"{self.pictures}/{name}-{scheme}-{width}.png")
            where = f"{name} ({scheme}, {width} px)"
            for rule in Axe().run(page)["violations"]:
                self.found += [f"{where}: {rule['id']}: {node['html'][:120]}" for node in rule["nodes"]]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                self.found.append(f"{where}: scrolls sideways")
        page.set_viewport_size({"width": 1280, "height": 800})


def expected(look, *words):
    """Takes console errors out that belong to what was asked for, such as a page that is not there."""
    look.found = [line for line in look.found if not (line.startswith("console:") and any(word in line for word in words))]


def pages_before_signing_in(look):
    look.open("/")
    look.look("front")
    look.open("/no/such/page")
    look.look("not-found")
    look.open("/visit?groupid=999")
    look.look("visit-unknown")
    look.open("/login/default.aspx")
    look.look("login")
    look.page.fill("#username", "dana.whitfield@demo.example")
    look.page.fill("#password", "wrong password")
    look.page.click("button")
    expect(look.page.get_by_role("alert")).to_be_visible()
    expect(look.page.locator("#username")).to_have_value("dana.whitfield@demo.example")
    expect(look.page.locator("#password")).to_be_focused()
    look.look("login-refused")
    look.open("/agentjoin/AgentView.aspx?SessionKey=4711&partnerid=12345&partneruserid=x&loginkey=bad")
    look.look("refused")
    look.open("/panel?visitorid=4711&token=x")
    expect(look.page.get_by_role("heading", name="The panel needs a token")).to_be_visible()
    look.look("panel-without-token")
    expected(look, "404", "401", "400")


def pages_of_an_agent(look):
    look.sign_in("/agentjoin/AgentJoin.aspx")
    look.look("join")
    look.open("/login/default.aspx")
    look.look("signed-in")
    look.open("/account/GetLoginKey.aspx?test=11")
    look.look("sign-in-test")
    look.open("/account/GetLoginKey.aspx?mode=embedded")
    look.look("embedded-key")
    look.open("/agent/start?join=4711")
    look.look("start-page")
    look.open("/panel?visitorid=4711&visitorname=Wolfeschlegelsteinhausenbergerdorff%20Senior")
    look.look("panel-of-a-sign-in", height=220)
    look.open("/panel")
    expect(look.page.get_by_role("button", name="Join")).to_have_count(0)
    look.look("panel-without-record", height=220)
    look.sign_in("/agentjoin/AgentView.aspx", "005Fk000001aBcGIAU", SessionKey="x", Wait="1")
    expect(look.page.get_by_role("heading", name="Change user?")).to_be_visible()
    look.look("change-user")


def totp(secret, step):
    """RFC 6238, for a secret in base32."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4], 'big') & 0x7FFFFFFF) % 1000000:06}"


def a_second_factor(look):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("correct horse")
        file.flush()
        look.server.command("user", "password", DANA, "--group", GROUP, "--password-file", file.name)

    def enter(page, path):
        look.open(path, page)
        page.fill("#username", "dana.whitfield@demo.example")
        page.fill("#password", "correct horse")
        page.click("button[type=submit]")

    page = look.page
    enter(page, "/login/second-factor")
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    look.look("second-factor-enrolment")
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.fill("#code", "000000")
    page.click("button[type=submit]")
    expect(page.get_by_role("alert")).to_be_visible()
    look.look("second-factor-enrolment-refused")
    page.fill("#code", totp(secret, int(time.time()) // 30))
    page.click("button[type=submit]")
    expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    look.look("recovery-codes")
    recovery = page.locator(".codes code").first.inner_text()
    page.click("#continue")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    look.look("second-factor")
    other = look.another()
    enter(other, "/login/default.aspx")
    expect(other.locator("#code")).to_be_focused()
    look.look("code", other)
    other.fill("#code", "000000")
    other.click("button[type=submit]")
    expect(other.get_by_role("alert")).to_be_visible()
    look.look("code-refused", other)
    other.fill("#code", recovery)
    other.click("button[type=submit]")
    expect(other.get_by_role("heading", name="Signed in")).to_be_visible()
    stranger = look.another()
    look.open("/login/code", stranger)
    look.look("code-over", stranger)
    expected(look, "401")


def the_demo_and_its_panel(look):
    look.open("/demo/crm")
    look.look("crm")
    look.open(CONTACT)
    panel = look.page.frame_locator("iframe[name=panel]")
    expect(panel.get_by_role("button").first).to_be_visible()
    look.look("crm-contact")
    for path, name in [("/demo/shop", "shop"), ("/demo/shop/checkout", "checkout")]:
        look.open(path)
        look.look(name)


def a_panel_in_a_low_frame(look):
    """200 pixels, as a page layout gives it: the buttons, and what became of a click beside the way out of it."""
    for user, name in [("", "panel"), ("?user=toni", "panel-client"), ("?user=kim", "panel-no-permission")]:
        page = look.another()
        look.open(CONTACT + user, page)
        frame = page.frame(name="panel")
        frame.wait_for_selector("main")
        signed = page.locator("[name=signed_request]").input_value()
        # The panel alone, as its frame holds it.
        page.goto(look.server.address + "/demo/crm")
        page.evaluate(POST, ["/salesforce/canvas", {"signed_request": signed}])
        page.wait_for_url("**/salesforce/canvas")
        page.wait_for_selector("main")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 200})
            for button in page.get_by_role("button").all():
                if button.is_visible() and button.bounding_box()["y"] + button.bounding_box()["height"] > 200:
                    look.found.append(f"{name}: {button.inner_text()} is below 200 px at {width} px")
        look.look(name, page, height=200)
        if name == "panel-client":
            page.get_by_role("button", name="Join").first.click()
            expect(page.locator("#launch-state")).to_contain_text("Nothing has opened", timeout=30000)
            page.set_viewport_size({"width": 320, "height": 200})
            again = page.locator("#launch-again")
            for part in (again, *map(page.locator, ("#launch-state", "#launch-browser", "#launch-install"))):
                box = part.bounding_box()
                if box["y"] + box["height"] > 200:
                    look.found.append(f"{name}: {part} ends at {box['y'] + box['height']} px of 200")
            look.look("panel-nothing-opened", page, height=200)
    expected(look, "glancepanorama", "Failed to launch")


def a_frame_that_fits(look):
    """The panel asks the page around it for a higher frame where it does not fit, as Canvas's own resize does."""
    look.open(CONTACT)
    frame = look.page.locator("iframe[name=panel]")
    panel = look.page.frame(name="panel")
    panel.wait_for_selector("button")
    before = frame.bounding_box()["height"]
    for length in (40, 80):
        panel.evaluate(f"document.getElementById('launch-state').textContent = 'A long message. '.repeat({length})")
        for _ in range(100):
            inner, height = panel.evaluate("[innerHeight, Math.ceil(document.getElementById('panel').getBoundingClientRect().height)]")
            if before < inner == height:
                break
            # The page's policy lets nothing be waited for in the page itself.
            look.page.wait_for_timeout(50)
        assert before < inner == height, (before, inner, height)
        before = frame.bounding_box()["height"]
        look.count += 1


def a_session_from_both_sides(look):
    agent, visitor = look.another(), look.another()
    look.sign_in("/agentjoin/AgentView.aspx", page=agent, SessionKey="4711", Wait="1")
    expect(agent.locator("#state-title")).to_have_text("Waiting for the visitor")
    look.look("viewer-waiting", agent)
    # Waiting is no error: nothing in the console however long it takes.
    agent.wait_for_timeout(4500)
    look.open("/agentjoin/AgentView.aspx?SessionKey=4712", agent)
    look.look("viewer-not-started", agent)
    expected(look, "404")

    look.open("/agentjoin/AgentView.aspx?Start=1", agent)
    expect(agent.locator("#visitor-url")).to_be_visible()
    key = agent.locator("#key").inner_text()
    address = agent.locator("#visitor-url").input_value()
    assert address.endswith(f"/visit?groupid={GROUP}&sessionkey={key}"), address
    mail = agent.locator("#mail").get_attribute("href")
    assert mail.startswith("mailto:?subject=") and key in mail, mail
    agent.context.grant_permissions(["clipboard-read", "clipboard-write"])
    agent.click("#copy")
    expect(agent.locator("#copy")).to_have_text("Copied")
    assert agent.evaluate("navigator.clipboard.readText()") == address
    look.look("viewer-invitation", agent)
    agent.reload()
    expect(agent.locator("#key")).to_have_text(key)
    expect(agent.locator("#visitor-url")).to_have_value(address)

    visitor.goto(address)
    expect(visitor.locator("#agent-key")).to_have_value(key)
    look.look("visit-invited", visitor)
    visitor.locator("#agent-key").fill(f"{key[:4]} - {key[4:]}")
    visitor.get_by_role("button", name="Enter").click()
    expect(visitor.locator("#state-title")).to_contain_text("In session with")
    expect(agent.locator("#state-title")).to_contain_text("In session with")
    expect(agent.locator("#invite")).to_be_hidden()

    agent.fill("#text", "See https://example.com/help?a=1.")
    agent.get_by_role("button", name="Send").click()
    link = visitor.locator("#log a")
    expect(link).to_have_attribute("href", "https://example.com/help?a=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(visitor.locator("#log time")).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\dT"))
    visitor.fill("#text", "<img src=x onerror=alert(1)>")
    visitor.get_by_role("button", name="Send").click()
    expect(agent.locator("#log li")).to_have_count(2)
    assert agent.locator("#log img").count() == 0
    for page in (agent, visitor):
        page.reload()
        expect(page.locator("#state-title")).to_contain_text("In session with")
        expect(page.locator("#log li")).to_have_count(2)
    look.look("viewer-live", agent)
    look.look("visit-live", visitor)

    agent.click("#leave")
    expect(agent.locator("#leaving")).to_be_visible()
    look.look("viewer-leaving", agent)
    agent.get_by_role("button", name="Stay").click()
    expect(agent.locator("#state-title")).to_contain_text("In session with")
    agent.click("#leave")
    agent.get_by_role("button", name="End the session").click()
    expect(agent.locator("#state-text")).to_have_text("You ended the session.")
    expect(visitor.locator("#state-text")).to_have_text("Dana Whitfield ended the session.")
    look.look("viewer-ended", agent)
    look.look("visit-ended", visitor)


def a_visitor_who_is_known(look):
    """The id of a record is no key: it is not shown to be read out."""
    visitor = look.page
    look.open(f"/visit?groupid={GROUP}&visitorid={VISITOR}&name=Noor+Haddad")
    look.look("visit-idle")
    visitor.click("#start")
    expect(visitor.locator("#state-title")).to_have_text("Waiting for an agent")
    expect(visitor.locator("#key-line")).to_be_hidden()
    assert VISITOR not in visitor.locator("main").inner_text()
    look.look("visit-waiting-known")
    take_back(look, visitor)
    visitor, agent = look.another(), look.another()
    look.open(f"/visit?groupid={GROUP}", visitor)
    visitor.click("#start")
    expect(visitor.locator("#key-line")).to_be_visible()
    look.look("visit-waiting-key", visitor)
    look.sign_in("/agentjoin/AgentView.aspx", page=agent, SessionKey=visitor.locator("#key").inner_text(), Wait="1")
    expect(visitor.locator("#state-title")).to_have_text("Dana Whitfield would like to join")
    look.look("visit-asked", visitor)
    look.look("viewer-asking", agent)
    visitor.click("#decline")
    expect(visitor.locator("#state-text")).to_have_text("You declined.")
    expect(agent.locator("#state-text")).to_have_text("The visitor declined.")
    look.look("visit-declined", visitor)
    look.look("viewer-declined", agent)


def take_back(look, visitor):
    """Who waits takes the request back, by the keyboard too, and can ask again."""
    for press in (lambda: visitor.click("#stop"), lambda: [visitor.keyboard.press(key) for key in ("Tab", "Enter")]):
        press()
        expect(visitor.locator("#state-title")).to_have_text("Get help with this page")
        expect(visitor.locator("#stop")).to_be_hidden()
        for _ in range(600):
            if "is open" in look.server.command("session", "list", "--group", GROUP):
                break
            visitor.wait_for_timeout(50)
        assert "is open" in look.server.command("session", "list", "--group", GROUP)
        visitor.focus("#start")
        visitor.keyboard.press("Enter")
        expect(visitor.locator("#state-title")).to_have_text("Waiting for an agent")
        expect(visitor.locator("#state-title")).to_be_focused()
    visitor.reload()
    expect(visitor.locator("#state-title")).to_have_text("Waiting for an agent")
    visitor.click("#stop")
    visitor.reload()
    expect(visitor.locator("#state-title")).to_have_text("Get help with this page")
    look.count += 1


def visits_and_viewers_in_trouble(look):
    """What each side sees when the other is away, the server is away, or somebody else is there."""
    visitor, agent = look.another(), look.another()
    look.open(f"/visit?groupid={GROUP}&visitorid={VISITOR}&name=Noor", visitor)
    expect(visitor.locator("#start")).to_be_visible()
    look.sign_in("/agentjoin/AgentView.aspx", page=agent, SessionKey=VISITOR, Wait="1")
    expect(visitor.locator("#welcome:enabled")).to_be_visible()
    look.look("visit-welcome", visitor)
    expect(agent.locator("#state-title")).to_have_text("Asking the visitor")
    look.look("viewer-asking-by-presence", agent)
    visitor.click("#welcome")
    expect(agent.locator("#state-title")).to_contain_text("In session")
    other = look.another()
    look.sign_in("/agentjoin/AgentView.aspx", ROBIN, other, SessionKey=VISITOR, Wait="1")
    expect(other.locator("#state-title")).to_have_text("Somebody else is in this session")
    look.look("viewer-occupied", other)
    look.server.cut()
    for page, name in ((agent, "viewer"), (visitor, "visit")):
        expect(page.locator("#state-title")).to_have_text("Reconnecting")
        look.look(f"{name}-reconnecting", page)
    look.server.come_back()
    # Both are back before one of them goes.
    for page in (agent, visitor):
        expect(page.locator("#state-title")).to_contain_text("In session", timeout=30000)
    visitor.goto("about:blank")
    expect(agent.locator("#state-title")).to_have_text("Connection interrupted")
    look.look("viewer-interrupted", agent)
    look.open(f"/visit?groupid={GROUP}", visitor)
    visitor.fill("#agent-key", "9999-9999")
    visitor.get_by_role("button", name="Enter").click()
    expect(visitor.locator("#state-title")).to_have_text("There is no such session")
    look.look("visit-no-such-session", visitor)
    stranger = look.another()
    look.open(f"/agentjoin/AgentView.aspx?groupid={GROUP}&SessionKey=x", stranger)
    expect(stranger.locator("#password")).to_be_visible()
    look.look("viewer-login", stranger)
    expected(look, "404", "ERR_", "WebSocket", "502", "503")


def bars_on_a_site(look):
    """The bar and the questions on the visitor's page, and what the agents see meanwhile."""
    shop, agent, other = look.another(), look.another(), look.another()
    shop.add_init_script(OPEN_ROOTS)
    look.open("/demo/shop?visitorid=room-1", shop)
    yes = shop.locator("dialog [data-answer=yes]:enabled")
    shop.evaluate("void Latchkey.start({ visitorId: '', name: 'Noor' })")
    yes.wait_for()
    look.look("bar-terms", shop)
    yes.click()
    expect(shop.locator(".bar .title")).to_have_text("Waiting for an agent")
    look.look("bar-waiting", shop)
    key = shop.locator(".bar .key").inner_text()
    look.sign_in("/agentjoin/AgentView.aspx", page=agent, SessionKey=key, Wait="1")
    yes.wait_for()
    look.look("bar-asked", shop)
    yes.click()
    expect(agent.locator("#room")).to_be_visible()
    look.look("bar-live", shop)
    look.look("viewer-room", agent)
    agent.click("#invite-agent")
    expect(agent.locator("#agent-url")).to_be_visible()
    look.look("viewer-invites", agent)
    link = agent.locator("#agent-url").input_value()
    look.sign_in("/agentjoin/AgentJoin.aspx", ROBIN, other)
    other.goto(link)
    yes.wait_for()
    yes.click()
    expect(other.locator("#room")).to_be_visible()
    other.click("#ask-control")
    expect(agent.locator("#agents")).to_contain_text("Robin")
    look.look("viewer-control-asked", agent)
    look.look("viewer-second", other)
    look.look("bar-two-agents", shop)
    agent.click("#ask-assist")
    yes.wait_for()
    look.look("bar-assist-asked", shop)
    yes.click()
    shop.locator(".bar button[aria-expanded]").first.click()
    look.look("bar-assisted", shop)
    shop.get_by_role("button", name="Stop").click()
    expect(shop.locator(".bar .title")).to_have_text("Session ended")
    look.look("bar-ended", shop)


TESTS = [
    pages_before_signing_in, pages_of_an_agent, a_second_factor, security_keys, the_demo_and_its_panel, a_panel_in_a_low_frame, a_frame_that_fits,
    a_session_from_both_sides, a_visitor_who_is_known, visits_and_viewers_in_trouble, bars_on_a_site,
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latchkey", required=True)
    parser.add_argument("--pictures")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.pictures:
        pathlib.Path(options.pictures).mkdir(parents=True, exist_ok=True)
    checks = failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for test in TESTS:
            if options.names and test.__name__ not in options.names:
                continue
            server = Demo(options.latchkey)
            look = Look(browser, server, options.pictures)
            try:
                test(look)
            except Exception:
                look.found.append(traceback.format_exc())
            finally:
                look.close()
                server.stop()
            checks += look.count + 1
            failed += len(look.found)
            for line in look.found:
                print(f"FAIL  {test.__name__}: {line}")
        browser.close()
    print(f"{checks} checks, {failed} failed")


main()
