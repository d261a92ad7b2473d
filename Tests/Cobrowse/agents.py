"""Several agents in one session, in a real Chromium: one invites another, hands control and the session over, and those who have no
business there get nothing. Against `latchkey demo`.

Needs what live.py needs. Usage: python3 Tests/Cobrowse/agents.py --latchkey PROGRAM [--pictures FOLDER] [NAME…]
"""

import argparse
import re
import sys

from playwright.sync_api import expect

from live import Demo, GROUP, Scene, VISITOR, equal, perform

TONI, SAM, ROBIN = ("005Fk000001aBc" + end for end in ("HIAU", "EIAU", "GIAU"))
LATER = 30000


class Room(Scene):
    """The scene with further agents, each in a browser profile of their own."""

    def another(self, user, group=GROUP):
        page = self.page(self.agents.browser.new_context(viewport={"width": 1280, "height": 800}))
        self.server.sign_in(page, user, group)
        return page

    def link(self, page=None):
        """The address of a new invitation."""
        page = page or self.agent
        field = page.locator("#agent-url")
        before = field.input_value()
        page.click("#invite-agent")
        expect(field).not_to_have_value(before)
        return field.input_value()

    def bring(self, user):
        """Another agent in the session, by invitation and with the visitor's consent."""
        page = self.another(user)
        page.goto(self.link())
        expect(page.locator("#state-title")).to_have_text("Asking the visitor")
        self.answer("yes")
        expect(page.locator("#room")).to_be_visible(timeout=LATER)
        expect(page.locator("#page-title")).not_to_be_empty(timeout=LATER)
        return page


def the_visitor_is_asked_about_each_agent_and_sees_who_is_there(scene):
    scene.meet()
    robin = scene.another(ROBIN)
    robin.goto(scene.link())
    expect(robin.locator("#state-title")).to_have_text("Asking the visitor")
    expect(robin.locator("#room")).to_be_hidden()
    expect(scene.agent.locator("#agents-state")).to_have_text("The visitor is asked about Robin Vance.")
    expect(scene.visitor.locator("#question")).to_have_text("Robin Vance would like to join")
    scene.title("In session with Dana Whitfield")
    scene.answer("yes")
    scene.title("In session with Dana Whitfield, Robin Vance")
    expect(scene.visitor.locator(".bar .detail")).to_contain_text("Dana Whitfield is in control.")
    # What Dana has been following for a while, Robin sees at once, and from then on.
    expect(robin.locator("#page-title")).to_have_text("Tidewater Supply", timeout=LATER)
    expect(robin.locator("#agent-list li")).to_have_text(["Dana Whitfield (in control)", "Robin Vance (you)"])
    scene.picture(scene.visitor, "agents-visitor")
    scene.picture(scene.agent, "agents-first")
    scene.picture(robin, "agents-second")
    for page in (scene.visitor, scene.agent, robin):
        scene.barriers(page)
    scene.visitor.click("a[href='/demo/shop/p/vest']")
    for page in (scene.agent, robin):
        expect(page.locator("#page-title")).to_have_text("Life vest · Tidewater Supply", timeout=LATER)
    equal(scene.events(), ["started", "agentjoined", "agentjoined"])
    robin.fill("#text", "Hello from Robin")
    robin.press("#text", "Enter")
    expect(scene.agent.locator("#log li")).to_contain_text("Hello from Robin")
    expect(scene.visitor.locator(".bar button[aria-expanded]")).to_have_text("Messages (1 new)")


def one_agent_is_in_control_and_consent_is_theirs_alone(scene):
    scene.meet("/checkout")
    robin = scene.bring(ROBIN)
    for tool in ("point", "use", "scroll"):
        expect(robin.locator(f"#tools [data-tool={tool}]")).to_be_hidden()
    expect(robin.locator("#ask-assist")).to_be_hidden()
    scene.assist()
    expect(scene.visitor.locator(".bar[data-assisted]")).to_have_count(1)
    expect(robin.locator("#give-back")).to_be_hidden()

    robin.click("#ask-control")
    expect(scene.agent.locator("#agents-state")).to_have_text("Robin Vance asks for control.")
    scene.agent.get_by_role("button", name="Hand over control to Robin Vance").click()
    expect(robin.locator("#agents-state")).to_have_text("You are in control.")
    expect(scene.agent.locator("#agents-state")).to_have_text("Robin Vance is in control.")
    expect(scene.visitor.locator(".bar .detail")).to_contain_text("Robin Vance is in control.")
    # The visitor has let Dana use the page, not Robin.
    expect(scene.visitor.locator(".bar[data-assisted]")).to_have_count(0)
    expect(scene.agent.locator("#give-back")).to_be_hidden()
    expect(scene.agent.locator("#tools [data-tool=point]")).to_be_hidden()
    expect(robin.locator("#tools [data-tool=point]")).to_be_visible()
    expect(robin.locator("#tools [data-tool=use]")).to_be_hidden()
    robin.click("#ask-assist")
    expect(scene.visitor.locator("#question")).to_have_text("Let Robin Vance use this page?")
    scene.answer("yes")
    expect(robin.locator("#tools [data-tool=use]")).to_be_visible()
    expect(scene.agent.locator("#tools [data-tool=use]")).to_be_hidden()
    scene.visitor.get_by_role("button", name="Take back").click()
    expect(robin.locator("#tools [data-tool=use]")).to_be_hidden()


def the_first_agent_leaves_and_the_second_goes_on(scene):
    scene.meet()
    robin = scene.bring(ROBIN)
    scene.agent.click("#leave")
    expect(scene.agent.locator("#leaving-text")).to_have_text("If you leave, Robin Vance will stay with Noor Haddad.")
    scene.barriers(scene.agent)
    scene.agent.locator("#leaving").get_by_role("button", name="Leave").click()
    expect(scene.agent.locator("#state-text")).to_have_text("You have left. Robin Vance will go on.")
    scene.title("In session with Robin Vance")
    equal(scene.events(), ["started", "agentjoined", "agentjoined", "agentleft"])
    expect(robin.locator("#tools [data-tool=point]")).to_be_visible()
    scene.visitor.click("a[href='/demo/shop/p/vest']")
    expect(robin.locator("#page-title")).to_have_text("Life vest · Tidewater Supply", timeout=LATER)
    # Both come back to where they were after a reload.
    scene.visitor.reload()
    robin.reload()
    scene.title("In session with Robin Vance")
    expect(robin.locator("#page-title")).to_have_text("Life vest · Tidewater Supply", timeout=LATER)
    scene.server.cut()
    scene.server.come_back()
    scene.title("In session with Robin Vance")
    expect(robin.locator("#state-title")).to_have_text("In session with Noor Haddad", timeout=LATER)
    robin.click("#leave")
    robin.get_by_role("button", name="End the session").click()
    scene.title("Session ended")
    expect(scene.visitor.locator(".bar .detail")).to_have_text("Robin Vance has ended the session.")
    rows = scene.server.command("audit", "list", "--group", GROUP).splitlines()
    told = [row for row in rows if "sessionAgents" in row]
    for word in ("has invited another agent", "has joined as another agent", "has left, others stay", "is in control"):
        assert [row for row in told if word in row], (word, told)
    click = re.search(r"\b[0-9a-f]{32}\b", told[0])
    assert click and all(click[0] in row for row in told), told


def the_visitor_may_decline_one_and_keep_the_other(scene):
    scene.meet()
    robin = scene.another(ROBIN)
    robin.goto(scene.link())
    scene.answer("no")
    expect(robin.locator("#state-text")).to_have_text("The visitor declined.")
    scene.title("In session with Dana Whitfield")
    robin.goto(scene.link())
    expect(robin.locator("#state-title")).to_have_text("The visitor declined")
    equal(scene.visitor.locator("#question").count(), 0)


def who_has_no_business_there_gets_nothing(scene):
    scene.meet("/checkout")
    link = scene.link()
    sam = scene.another(SAM)
    sam.goto(link)
    expect(sam.locator("#state-title")).to_have_text("You are not allowed to do this")
    scene.errors = [error for error in scene.errors if "401" not in error]
    scene.server.command("group", "create", "777", "--name", "Others")
    scene.server.command("user", "add", "--group", "777", "--puid", "eve", "--username", "eve")
    scene.server.command("apikey", "create", "--group", "777")
    eve = scene.another("eve", "777")
    eve.goto(link)
    expect(eve.locator("#state-title")).to_have_text("The session has not started")
    toni = scene.another(TONI)
    toni.goto(re.sub("Invitation=.*", "Invitation=" + "0" * 32, link))
    expect(toni.locator("#state-title")).to_have_text("Somebody else is in this session")
    equal(scene.visitor.locator("#question").count(), 0)
    # None of these attempts has used the invitation up; the first one who may does.
    robin = scene.another(ROBIN)
    robin.goto(link)
    scene.answer("yes")
    expect(robin.locator("#room")).to_be_visible(timeout=LATER)
    toni.goto(link)
    expect(toni.locator("#state-title")).to_have_text("Somebody else is in this session")


def an_agent_without_control_moves_nothing(scene):
    scene.meet("/checkout")
    robin = scene.bring(ROBIN)
    scene.assist()
    values = "[...document.querySelectorAll('input')].map((one) => one.type === 'checkbox' ? one.checked : one.value).join()"
    before = scene.visitor.url, scene.visitor.evaluate(values)
    scene.visitor.evaluate(
        "window.heard = []; for (const name of ['click', 'keydown', 'input', 'mousedown', 'focusin', 'submit', 'scroll', 'popstate']) "
        "addEventListener(name, (event) => heard.push(name), true)"
    )
    robin.evaluate(
        """() => {
            const send = LatchkeySession.prototype.sendFrame;
            LatchkeySession.prototype.sendFrame = function (...values) { window.own = this; return send.apply(this, values); };
        }"""
    )
    # The connection's own ping hands it over.
    robin.evaluate("(async () => { while (!window.own) await new Promise((done) => setTimeout(done, 50)); })()")
    robin.evaluate(
        """async () => {
            const number = (value) => value < 128 ? [value] : [value % 128 + 128, Math.floor(value / 128)];
            const half = [0xc0, 0x84, 0x3d];
            for (let node = 0; node < 300; node += 1) {
                own.sendFrame(0x22, new Uint8Array([32, ...number(node), ...half, ...half, 0, 1]));
                own.sendFrame(0x21, new Uint8Array([16, ...number(node), 0, 200, 1]));
                own.sendFrame(0x20, new Uint8Array([3, ...number(node)]));
            }
            own.sendFrame(0x22, new Uint8Array([33, 1, 65]));
            own.sendFrame(0x21, new Uint8Array([17]));
            for (const type of ["ask", "giveBack"]) own.sendFrame(0x25, new TextEncoder().encode(JSON.stringify({ type })));
            for (const command of [{ type: "accept", agent: "Robin Vance" }, { type: "consent", assist: true }, { type: "end" },
              { type: "giveControl", to: "2" }, { type: "decline" }]) own.send(command);
            own.send({ type: "message", text: "the last of it" });
        }"""
    )
    expect(scene.agent.locator("#log li")).to_contain_text("the last of it")
    expect(scene.visitor.locator(".bar button[aria-expanded]")).to_have_text("Messages (1 new)")
    # What was sent before the message has arrived before it, and did nothing.
    equal(scene.visitor.evaluate("heard"), [])
    equal((scene.visitor.url, scene.visitor.evaluate(values)), before)
    equal(scene.visitor.locator("#question").count(), 0)
    equal(scene.visitor.locator("[data-latchkey-ui]").count(), 1)
    expect(scene.visitor.locator(".bar[data-assisted]")).to_have_count(1)
    expect(scene.agent.locator("#give-back")).to_be_visible()


def an_agent_who_is_suspended_is_out_and_the_other_goes_on(scene):
    scene.meet()
    robin = scene.bring(ROBIN)
    scene.agent.get_by_role("button", name="Hand over control to Robin Vance").click()
    expect(robin.locator("#agents-state")).to_have_text("You are in control.")
    scene.server.command("user", "suspend", "robin.vance@demo.example", "--group", GROUP)
    expect(robin.locator("#state-text")).to_have_text("The session was ended by an administrator.", timeout=LATER)
    expect(robin.locator("#room")).to_be_hidden()
    scene.title("In session with Dana Whitfield")
    expect(scene.agent.locator("#tools [data-tool=point]")).to_be_visible()


def our_plain_page_asks_about_each_agent_too(scene):
    page = scene.visitor
    page.goto(f"{scene.address}/visit?groupid={GROUP}&visitorid={VISITOR}")
    page.click("#start")
    scene.join(VISITOR)
    page.click("#accept")
    state = page.locator("#state-title")
    expect(state).to_have_text("In session with Dana Whitfield")
    robin = scene.another(ROBIN)
    robin.goto(scene.link())
    expect(state).to_have_text("Robin Vance would like to join")
    page.click("#accept")
    expect(state).to_have_text("In session with Dana Whitfield, Robin Vance")
    expect(page.locator("#state-text")).to_contain_text("Dana Whitfield is in control.")
    expect(robin.locator("#state-title")).to_have_text("In session with Visitor")
    toni = scene.another(TONI)
    toni.goto(scene.link())
    expect(state).to_have_text("Toni Marsh would like to join")
    page.click("#decline")
    expect(state).to_have_text("In session with Dana Whitfield, Robin Vance")
    expect(toni.locator("#state-text")).to_have_text("The visitor declined.")


def only_who_may_invite_is_offered_it(scene):
    scene.server.allow("annotate")
    scene.meet()
    expect(scene.agent.locator("#tools [data-tool=point]")).to_be_visible()
    expect(scene.agent.locator("#invite-agent")).to_be_hidden()


PLAYS = [
    the_visitor_is_asked_about_each_agent_and_sees_who_is_there, one_agent_is_in_control_and_consent_is_theirs_alone,
    the_first_agent_leaves_and_the_second_goes_on, the_visitor_may_decline_one_and_keep_the_other,
    who_has_no_business_there_gets_nothing, an_agent_without_control_moves_nothing,
    an_agent_who_is_suspended_is_out_and_the_other_goes_on, our_plain_page_asks_about_each_agent_too, only_who_may_invite_is_offered_it,
]


def run(play, browser, arguments):
    server = Demo(arguments.latchkey)
    try:
        scene = Room(browser, server, arguments.pictures)
        play(scene)
        assert not scene.errors, scene.errors
    finally:
        for context in browser.contexts:
            context.close()
        server.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latchkey", required=True)
    parser.add_argument("--pictures")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    return perform(arguments, PLAYS, lambda play, browser: run(play, browser, arguments))


if __name__ == "__main__":
    sys.exit(main())
