"""What an agent can do on the visitor's page: each command as the viewer sends it, and whatever a hostile agent may send.

Usage: commands.py [--frames N] [--modules FOLDER] [NAME…]; `--frames` says how many changed frames the visitor's side gets.
"""

import argparse
import asyncio
import base64
import json
import random
import sys

from aiohttp import web
from playwright.async_api import async_playwright

import commands_page
from harness import browser, checks, servers

FUZZ = (servers.HARNESS / "fuzz.js").read_text()
RIGHTS = ("annotate", "scroll", "navigate", "assist")
ALL = dict.fromkeys(RIGHTS, True)
check = checks.Checks()


class Scene:
    """The page on the visitor's side, an agent's viewer, and a session between them."""

    def __init__(self, chromium, started, rights=ALL, is_cold=False):
        self.is_cold = is_cold
        self.session = browser.Session(chromium, started, documents=True)
        self.started, self.rights = started, rights

    async def __aenter__(self):
        session, started = self.session, self.started
        await session.__aenter__()
        await session.contexts[0].add_init_script(commands_page.OPEN_MARKS)
        viewer = started.url(started.viewer, "")
        policy = f"default-src 'none'; script-src {viewer}; connect-src {viewer} {viewer.replace('http', 'ws')}; frame-src *; form-action 'self'"
        started.site.pages["/commands"] = lambda request: web.Response(
            text=commands_page.PAGE.replace("{{other}}", started.url(started.other, "")), content_type="text/html",
            headers={"Content-Security-Policy": policy})
        started.other.pages["/cross"] = "<!doctype html><button style='position: fixed; inset: 0'>Other</button><input>"
        await session.watch()
        await session.visitor.goto(started.url(started.site, "/commands"))
        self.run = session.visitor.evaluate
        await session.start({"frames": [started.url(started.other, "")]})
        await self.run(commands_page.PREPARE, started.url(started.viewer, "/cobrowse/"))
        await self.allow(self.rights)
        await session.shown()
        if not self.is_cold:  # what carries commands out is fetched with the first of them
            await self.run("send(Command.clear)")
        await asyncio.sleep(0.3)
        await self.run("heard.length = 0")
        return self

    async def __aexit__(self, *_):
        for error in await self.session.errors():
            check(False, "an error in the modules:", error[:200])
        try:
            check(await self.run("violations") == [], "the site's policy is kept", str(await self.run("violations")))
        except Exception as error:
            check(False, "the visitor's page is gone:", str(error).splitlines()[0])
        await self.session.__aexit__()

    async def allow(self, rights):
        await self.run("rights => latchkeyHarness.capture.allow(rights)", rights)

    async def agent(self, call, *values):
        """Calls the viewer's interface, and waits until its frame has been worked on."""
        await self.session.viewer.evaluate(f"values => latchkeyHarness.replica.{call}(...values)", list(values))
        await asyncio.sleep(0.1)

    async def until(self, name, expression, seconds):
        """Waits for the page, and counts whether it came."""
        try:
            await browser.until(self.session.visitor, expression, seconds)
            check(True, name)
        except AssertionError as error:
            check(False, name, str(error))

    async def click(self, name, **how):
        await asyncio.sleep(0.1)
        await self.agent("click", *await self.run("name => place(name)", name), {"button": 0, "count": 1, **how})

    async def heard(self):
        return await self.run("heard.splice(0)")

    async def expect(self, name, expression, wanted):
        got = await self.run(expression)
        check(got == wanted, name, f"{expression}: {got!r} where {wanted!r} was wanted")

    async def number(self, name):
        """The number by which both sides know an element, as the viewer writes it."""
        x, y = await self.run("(name) => { const box = find(name).getBoundingClientRect(); return [box.x + 5, box.y + 5]; }", name)
        await self.agent("highlight", x, y)
        value = self.started.relay.back[self.session.name][-1][2:]
        return sum((byte & 127) << 7 * at for at, byte in enumerate(value))

    async def type_into(self, name, *what):
        """A click, then texts and keys, a key as (name,)."""
        await self.click(name)
        for one in what:
            await self.agent("type", {"key": one[0]} if isinstance(one, tuple) else one)


# What the viewer's interface does

async def clicks_reach_what_was_clicked(scene):
    for name in ("b", "sb", "cb", "fb", "open", "div", "i"):
        await scene.click(name)
        heard = await scene.heard()
        wanted = [f"{type} {name}" for type in ("pointerdown", "mousedown", "focusin", "click")]
        check([one for one in heard if one in wanted] == wanted, "a click is heard:", f"{name}: {heard}")
    await asyncio.sleep(0.2)
    hovered = await scene.session.viewer.evaluate("document.getElementById('frame').contentDocument.querySelectorAll('body [lk-hover]').length")
    check(hovered == 0, "the agent's clicks are not shown as the visitor's pointer", str(hovered))
    await scene.click("link")
    await scene.expect("a link is followed", "location.hash", "#there")
    await scene.click("lc")
    await scene.expect("a label checks its box", "find('c').checked", True)
    await scene.click("c")
    await scene.expect("a box is checked", "find('c').checked", False)
    await scene.click("r2")
    await scene.expect("a radio button is chosen", "find('r2').checked", True)
    await scene.click("sum")
    await scene.expect("details open", "find('det').open", True)
    await scene.click("o2")
    await scene.expect("an option of a list is chosen", "find('list').value", "two")
    await scene.click("o3")
    await scene.expect("an option that is off is not chosen", "find('list').value", "two")
    await scene.heard()
    await scene.click("b", button=2)
    check("contextmenu b" in await scene.heard(), "the second button asks for a menu")
    await scene.click("b", count=2)
    check("dblclick b" in await scene.heard(), "two clicks are a double click")
    await scene.click("send")
    check("submit form" in await scene.heard(), "a submit button submits")


async def a_click_is_right_where_layouts_differ(scene):
    await scene.session.viewer.evaluate("document.getElementById('frame').contentDocument.body.style.paddingTop = '7px'")
    x, y = await scene.run("place('send')")
    await scene.agent("click", x, y + 7, {"button": 0, "count": 1})
    check("click send" in await scene.heard(), "a click names its node, not its place")


async def a_click_on_an_open_list_reaches_nothing_under_it(scene):
    """The visitor's browser shows the list in a window of its own, where no command goes."""
    await scene.run("""() => {
      const { left, bottom } = find("s").getBoundingClientRect();
      Object.assign(find("b").style, { position: "fixed", left: `${left}px`, top: `${bottom}px`, width: "200px", height: "100px" });
    }""")
    await scene.session.visitor.locator("#s").click()
    list_ = "document.getElementById('frame').contentDocument.querySelector('[lk-list]')"
    await browser.until(scene.session.viewer, list_)
    x, y, count = await scene.session.viewer.evaluate(
        f"(() => {{ const box = {list_}.lastChild.getBoundingClientRect(); return [box.x + 9, box.y + 9, {list_}.childElementCount]; }})()")
    check(count == 3, "the agent sees the list", str(count))
    await scene.heard()
    await scene.agent("click", x, y, {"button": 0, "count": 1})
    heard = await scene.heard()
    check(not any(one.startswith(("click", "pointerdown")) for one in heard), "a click on the list is no click on what is under it", str(heard))
    await scene.session.visitor.keyboard.press("Escape")
    await browser.until(scene.session.viewer, f"!{list_}")


async def texts_go_where_the_caret_is(scene):
    for name in ("i", "ta", "mail", "ci", "fi"):
        await scene.type_into(name, "a", "bc ü€")
        await scene.expect(f"text in {name}", f"find('{name}').value", "abc ü€")
        heard = await scene.heard()
        wanted = [f"{type} {name}" for type in ("keydown", "keypress", "beforeinput", "input", "keyup")]
        check([one for one in heard if one in wanted][:5] == wanted, "keys are heard in their order:", f"{name}: {heard}")
        await scene.agent("type", {"key": "Backspace"})
        await scene.expect(f"the last letter of {name} is deleted", f"find('{name}').value", "abc ü")
    await scene.type_into("n", "12")
    await scene.expect("text in a number field", "find('n').value", "12")
    await scene.agent("type", {"key": "ArrowUp"})
    await scene.expect("an arrow counts up", "find('n').value", "13")
    await scene.type_into("max", "abcdef")
    await scene.expect("the longest text is kept to", "find('max').value", "abc")
    await scene.type_into("ro", "x", ("Backspace",))
    await scene.expect("what is read-only stays", "find('ro').value", "kept")
    await scene.type_into("d", "3")
    await scene.expect("half a date does nothing", "find('d').value", "2026-01-02")
    await scene.agent("type", "2027-03-04")
    await scene.expect("a whole date is set", "find('d').value", "2027-03-04")
    await scene.type_into("ce", ("End",), "!")
    await scene.expect("text in an editor", "find('ce').textContent", "edit!")
    await scene.agent("type", {"key": "Enter"})
    await scene.agent("type", "new")
    await scene.expect("Enter starts a paragraph", "find('ce').innerText.replace(/\\n+/, '|')", "edit!|new")
    await scene.type_into("ta", ("End",), ("Enter",), "z")
    await scene.expect("Enter starts a line", "find('ta').value", "abc ü\nz")
    await scene.type_into("i", ("Home",), "x", ("ArrowRight",), ("Delete",))
    await scene.expect("the caret moves", "find('i').value", "xac ü")
    await scene.click("i", count=3)
    await scene.agent("type", "all new")
    await scene.expect("three clicks choose all", "find('i').value", "all new")


async def frameworks_see_what_is_typed(scene):
    """React puts a property of its own on each field, and ignores an input event if the value is the one it set last."""
    await scene.run("""() => { window.seen = []; for (const name of ["i", "d"]) {
      const field = find(name);
      const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
      let tracked = field.value;
      Object.defineProperty(field, "value", { configurable: true, get() { return own.get.call(this); }, set(value) { tracked = value; own.set.call(this, value); } });
      field.addEventListener("input", () => { const now = own.get.call(field); if (now !== tracked) { tracked = now; seen.push(now); } });
      field.addEventListener("change", () => seen.push("changed"));
    } }""")
    await scene.type_into("i", "ab", ("Backspace",))
    await scene.expect("each input counts", "seen", ["ab", "a"])
    await scene.click("b")
    await scene.expect("the change is told when the field is left", "seen", ["ab", "a", "changed"])
    await scene.type_into("d", "2028-01-01")
    check("2028-01-01" in await scene.run("seen"), "a date counts")


async def keys_do_what_they_do(scene):
    await scene.type_into("i", "x", ("Enter",))
    check("submit form" in await scene.heard(), "Enter submits by the button")
    await scene.type_into("only", "x", ("Enter",))
    check("submit single" in await scene.heard(), "Enter submits a single field")
    await scene.click("c")
    await scene.agent("type", {"key": "Enter"})
    await scene.expect("Enter checks no box", "find('c').checked", True)
    await scene.agent("type", " ")
    await scene.expect("the space bar does", "find('c').checked", False)
    await scene.run("void find('div').addEventListener('click', () => away.push('clicked'))")
    await scene.run("find('div').focus()")
    await scene.agent("type", {"key": "Enter"})
    await scene.expect("Enter clicks nothing that is no button", "away", [])
    await scene.run("find('b').focus()")
    await scene.heard()
    await scene.agent("type", {"key": "Enter"})
    check("click b" in await scene.heard(), "Enter presses a button")
    await scene.click("s")
    await scene.agent("type", {"key": "ArrowDown"})
    await scene.expect("an arrow chooses the next option that is on", "find('s').value", "cherry")
    heard = await scene.heard()
    check("input s" in heard and "change s" in heard, "a choice is heard", str(heard))
    await scene.agent("type", {"key": "Home"})
    await scene.expect("Home chooses the first", "find('s').value", "apple")
    await scene.agent("type", "c")
    await scene.expect("a letter chooses by name", "find('s').value", "cherry")
    await scene.run("find('r1').focus(); find('r1').checked = true")
    await scene.agent("type", {"key": "ArrowRight"})
    await scene.expect("an arrow chooses the next radio button", "find('r2').checked", True)
    await scene.run("find('range').focus()")
    await scene.agent("type", {"key": "ArrowRight"})
    await scene.expect("an arrow moves a slider", "find('range').value", "51")
    await scene.run("const d = document.createElement('dialog'); d.id = 'dialog'; d.innerHTML = '<button id=d1>x</button><button id=d2>y</button>'; document.body.append(d); d.showModal()")
    await asyncio.sleep(0.2)
    await scene.agent("type", {"key": "Tab"})
    await scene.expect("Tab goes on in a modal dialog", "active()", "d2")
    await scene.agent("type", {"key": "Tab"})
    await scene.expect("and stays there", "active()", "d1")
    await scene.agent("type", {"key": "Escape"})
    await scene.expect("Escape closes it", "document.getElementById('dialog').open", False)
    await scene.run("find('b').addEventListener('keydown', (event) => event.preventDefault()); find('b').focus()")
    await scene.agent("type", {"key": "Tab"})
    await scene.expect("a page may keep a key for itself", "active()", "b")
    await scene.run("find('i').addEventListener('beforeinput', (event) => event.preventDefault()); find('i').value = ''")
    await scene.type_into("i", "x")
    await scene.expect("a page may refuse a text", "find('i').value", "")


async def boxes_and_the_page_scroll(scene):
    x, y = await scene.run("place('scroller')")
    found = await scene.session.viewer.evaluate("([x, y]) => latchkeyHarness.replica.boxAt(x, y, 0, 60)", [x, y])
    check(bool(found and found["box"]), "the box below the wheel is found", str(found))
    await scene.agent("scrollTo", 0, 90, (found or {}).get("box", 0))
    await scene.expect("a box is scrolled", "find('scroller').scrollTop", 90)
    await asyncio.sleep(0.2)
    found = await scene.session.viewer.evaluate("([x, y]) => latchkeyHarness.replica.boxAt(x, y, 0, 60)", [x, y])
    check(bool(found) and found["y"] == 90, "where a box is scrolled to is known", str(found))
    await scene.run("find('scroller').scrollTop = 1000")
    await asyncio.sleep(0.3)
    found = await scene.session.viewer.evaluate("([x, y]) => latchkeyHarness.replica.boxAt(x, y, 0, 60)", [x, y])
    check(not found, "at its end the page scrolls", str(found))
    await scene.agent("scrollTo", 0, 300)
    await scene.expect("the page is scrolled", "scrollY", 300)


async def pages_of_the_site_are_gone_to(scene):
    viewer = scene.started.url(scene.started.viewer, "")
    for address in ("javascript:away.push('script')", "data:text/html,x", viewer + "/", "//example.test/", "blob:" + viewer + "/1", "blob:" + (await scene.run("location.origin")) + "/1",
                    "http://a:b@" + (await scene.run("location.host")) + "/", "file:///etc/passwd", "about:blank", "http://["):
        await scene.agent("navigate", {"url": address})
    await scene.expect("other addresses are ignored", "away", [])
    await scene.agent("navigate", {"url": "/commands?next"})
    await scene.expect("an address of the site is gone to", "away.map((one) => one.replace(location.origin, ''))", ["/commands?next"])
    await scene.run("away.length = 0")
    await scene.agent("navigate", "back")
    await scene.agent("navigate", "forward")
    await scene.expect("nobody is led away from the site", "away", [])
    await scene.run("history.pushState({}, '', '?one')")
    await scene.agent("navigate", "back")
    check("back" in await scene.run("away"), "back")


async def marks_come_and_go(scene):
    await scene.agent("point", 100, 90)
    await scene.agent("draw", [[10, 10], [60, 60], [90, 20]])
    await scene.agent("highlight", *await scene.run("place('card')"))
    await scene.expect("what was drawn is there", "marks().sort()", ["box", "pointer", "stroke"])
    box = "(({ x, y, width, height }) => [x, y, width, height].map(Math.round))"
    await scene.expect("a box is around its element",
                       f"{box}(document.querySelector('latchkey-marks').shadowRoot.querySelector('.box').getBoundingClientRect()).join() === "
                       f"{box}((({{x, y, width, height}}) => ({{x: x - 4, y: y - 4, width: width + 8, height: height + 8}}))(find('card').getBoundingClientRect())).join()", True)
    await scene.expect("marks take no pointer", "document.elementFromPoint(100, 90).closest('[data-latchkey-ui]')", None)
    await scene.expect("marks are in the top layer", "document.querySelector('latchkey-marks').matches(':popover-open')", True)
    await scene.agent("point", -1, -1)
    await scene.expect("the pointer goes alone", "marks().sort()", ["box", "stroke"])
    await scene.agent("clear")
    await scene.expect("all marks go", "document.querySelectorAll('latchkey-marks').length", 0)
    await scene.agent("draw", [[10, 10], [60, 60]])
    await scene.agent("point", 100, 90)
    await scene.until("drawings fade, the pointer stays", "marks().join() === 'pointer'", 6)
    held = await scene.session.viewer.evaluate("document.getElementById('frame').contentDocument.querySelector('latchkey-marks')")
    check(held is None, "marks are not sent back")


async def marks_are_above_a_dialog(scene):
    await scene.agent("point", 100, 90)
    await scene.run("window.order = []; addEventListener('toggle', (event) => event.newState === 'open' && order.push(event.target.localName), true);"
                    "const d = document.createElement('dialog'); d.textContent = 'x'; document.body.append(d); d.showModal()")
    await scene.until("marks come above a dialog", "order.at(-1) === 'latchkey-marks'", 3)


# What a hostile agent tries

EVERYTHING = """() => {
  const half = [0.5, 0.5];
  for (let id = 0; id < 400; id++) {
    send(Command.click, id, ...half, 0, 1);
    send(Command.scroll, id, 11, 12);
    send(Command.highlight, id);
  }
  for (const name of ["Enter", "Tab", "Backspace", "ArrowDown", "Escape"]) send(Command.key, name);
  send(Command.text, "Z");
  send(Command.point, 5, 5); send(Command.draw, [[1, 1], [9, 9]]);
  send(Command.back); send(Command.forward); send(Command.address, "/elsewhere");
}"""
# Which commands have had an effect.
EFFECTS = """() => [
  heard.some((one) => /^(click|mousedown|pointerdown|key|input)/.test(one)) && "assist", marks().length > 0 && "annotate",
  (scrollY > 0 || find("scroller").scrollTop > 0) && "scroll", away.length > 0 && "navigate",
].filter(Boolean)"""
RESET = "heard.length = 0; away.length = 0; scrollTo(0, 0); find('scroller').scrollTop = 0; find('i').focus()"


async def nothing_happens_beyond_what_is_allowed(scene):
    """Every command in every state of the four rights, and after each is withdrawn."""
    await scene.run("history.pushState({}, '', '?one')")
    for bits in range(16):
        rights = {name: bool(bits >> at & 1) for at, name in enumerate(RIGHTS)}
        allowed = [name for name in ("assist", "annotate", "scroll", "navigate") if rights[name]]
        await scene.allow(rights)
        await scene.run(RESET)
        await scene.run(EVERYTHING)
        await asyncio.sleep(0.05)
        got = await scene.run(EFFECTS)
        check(got == allowed, "only what is allowed happens:", f"{allowed}: {got}")
        await scene.allow({})
        await scene.expect("marks go with the right", "marks()", [])
        await scene.run(RESET)
        await scene.run(EVERYTHING)
        await asyncio.sleep(0.05)
        got = await scene.run(EFFECTS)
        check(got == [], "nothing happens once it is taken back:", f"{allowed}: {got}")
    for odd in ({"assist": 1, "annotate": "true", "scroll": {}, "navigate": "yes"}, {"constructor": True}):
        await scene.allow(odd)
        await scene.run(RESET)
        await scene.run(EVERYTHING)
        await asyncio.sleep(0.05)
        check(await scene.run(EFFECTS) == [], "only `true` allows", json.dumps(odd))


async def nothing_happens_after_the_end(scene):
    await scene.run("send(Command.point, 9, 9); send(Command.draw, [[1, 1], [5, 5]])")
    await scene.expect("marks", "marks().length", 2)
    await scene.run("latchkeyHarness.capture.stop()")
    await scene.expect("marks go with the session", "document.querySelectorAll('latchkey-marks').length", 0)
    await scene.run(RESET)
    await scene.allow(ALL)
    await scene.run(EVERYTHING)
    check(await scene.run(EFFECTS) == [], "nothing happens after the end")
    await scene.allow({})


CLOSED = "[...document.querySelectorAll('.closed'), closedRoot.querySelector('.closed')]"
TOUCHED = """() => [...new Set(heard.filter((one) => !/^(focusin|scroll)/.test(one)).map((one) => one.split(" ")[1]))].filter((name) => find(name)?.matches(".closed, .unreachable"))"""


async def clicks_reach_no_secret(scene):
    """A click on every node by its number, wherever in it: masked, sensitive, ours, covered, off, in frames of others."""
    before = await scene.run("state()")
    for share in (0.02, 0.5, 0.97):
        for button in (0, 1, 2):
            await scene.run("""([share, button]) => { for (let id = 0; id < 400; id++) {
              for (const count of [1, 2, 3]) send(Command.click, id, share, share, button, count); find("link").focus(); } }""", [share, button])
    check(await scene.run(TOUCHED) == [], "no secret was clicked:", str(await scene.run(TOUCHED)))
    clicked = set(one.split()[1] for one in await scene.run("heard") if one.startswith("click "))
    wanted = {"b", "link", "i", "other", "send", "only", "ta", "n", "mail", "d", "c", "lc", "r1", "r2", "range", "s", "ce", "sum", "sb", "cb", "ci", "fb", "fi", "open"}
    check(wanted <= clicked, "all that is open can be clicked", str(wanted - clicked))
    after = await scene.run("state()")
    secret = {one[0] for one in json.loads(before)} & {"card", "pass", "file", "lpi", "masked", "mi", "ms", "mce", "cardtype", "island", "cp"}
    kept = lambda text: [one for one in json.loads(text) if one[0] in secret]
    check(len(secret) == 11 and kept(before) == kept(after), "no secret has changed")
    for name in [*await scene.run(f"{CLOSED}.map((one) => one.id)"), "covered", "off"]:
        await scene.click(name)
    check(await scene.run(TOUCHED) == [], "the viewer's own clicks reach none either:", str(await scene.run(TOUCHED)))
    await scene.run("find('i').focus()")
    await scene.click("card")
    await scene.expect("a click on a secret takes the focus away", "active()", "BODY")
    island = await scene.number("island")
    await scene.run("heard.length = 0")
    await scene.run("""(id) => { const outer = find("island").getBoundingClientRect(), inner = find("isle").getBoundingClientRect();
      send(Command.click, id, (inner.x + 5 - outer.x) / outer.width, 0.5, 0, 1); send(Command.click, id, 0.9, 0.5, 0, 1); }""", island)
    check((await scene.heard()).count("click island") == 1, "a click that names what is around a secret does not reach it")


async def frames_of_others_get_nothing(scene):
    """A frame of another origin that follows itself is shown, with numbers of its own, and not commanded."""
    shown = "document.getElementById('frame').contentDocument.getElementById('cross').contentDocument?.querySelector('button')?.textContent"
    for _ in range(60):
        if await scene.session.viewer.evaluate(shown) == "Other":
            break
        await asyncio.sleep(0.05)
    check(await scene.session.viewer.evaluate(shown) == "Other", "the frame is shown")
    inner = next(frame for frame in scene.session.visitor.frames if "/cross" in frame.url)
    await inner.evaluate("window.heard = []; for (const type of ['click', 'keydown', 'input', 'focusin', 'scroll']) addEventListener(type, () => heard.push(type), true)")
    await scene.run("heard.length = 0")
    await scene.click("cross")
    await scene.run("() => { for (let id = 0; id < 400; id++) { send(Command.click, id, 0.5, 0.5, 0, 1); send(Command.scroll, id, 3, 3); } }")
    check(await scene.run("heard.filter((one) => one.endsWith(' cross'))") == [], "a click in a frame of another origin reaches nothing")
    await inner.evaluate("document.querySelector('input').focus({ preventScroll: true })")
    await scene.run("heard.length = 0")
    await scene.run("() => { send(Command.text, 'Z'); send(Command.key, 'Enter'); send(Command.key, 'Tab'); }")
    await asyncio.sleep(0.1)
    check(await inner.evaluate("document.querySelector('input').value") == "" and await scene.heard() == [], "nothing is typed there")
    heard = await inner.evaluate("heard.filter((one) => one !== 'focusin')")
    check(heard == [], "nothing is heard there", str(heard))


async def nothing_is_typed_into_secrets(scene):
    for name in await scene.run(f"{CLOSED}.map((one) => one.id)"):
        await scene.run("name => { heard.length = 0; find(name).focus(); }", name)
        if await scene.run("active()") != name:
            continue
        before = await scene.run("state()")
        await scene.run("""() => { heard.length = 0; send(Command.text, "Z"); send(Command.text, "zz zz"); send(Command.text, " ");
          for (const name of ["Enter", "Backspace", "Delete", "Tab", "ArrowDown", "ArrowUp", "End", "Home", "Escape"]) send(Command.key, name); }""")
        check(await scene.run("state()") == before and await scene.run("active()") == name, "nothing is typed into", name)
        check(await scene.heard() == [], "no key is heard by", name)
    await scene.run("find('island').focus(); getSelection().collapse(find('isle').firstChild, 2)")
    await scene.run("send(Command.text, 'Z'); send(Command.key, 'Backspace')")
    await scene.expect("nothing is typed into a masked part of an editor", "find('island').textContent", "open secret text")
    await scene.run("getSelection().selectAllChildren(find('island')); send(Command.key, 'Delete'); send(Command.text, 'Z')")
    await scene.expect("nor is it deleted with the rest", "find('island').textContent", "open secret text")


async def tab_skips_secrets(scene):
    await scene.run("find('b').focus()")
    seen = []
    for _ in range(60):
        await scene.run("send(Command.key, 'Tab')")
        seen.append(await scene.run("active()"))
    reached = await scene.run("names => names.filter((name) => find(name)?.matches('.closed'))", seen)
    check(reached == [], "Tab reaches no secret", str(reached))
    check({"b", "link", "i", "ta", "sb", "cb", "ci", "range", "open", "sum"} <= set(seen), "Tab reaches what is open", str(seen))
    check(seen.count("b") >= 1 and len(set(seen)) > 15, "Tab goes round", str(len(set(seen))))


async def the_focus_cannot_be_moved_under_the_hand(scene):
    """Pages move the focus on with a key; what was typed must not land in the secret that has it then."""
    for type_ in ("keydown", "keypress", "beforeinput"):
        for target in ("card", "pass", "masked", "cp"):
            await scene.run("""([type, target]) => { const field = find("i"); field.focus(); window.move = () => find(target).focus();
              field.addEventListener(type, move, { once: true }); send(Command.text, "4"); field.removeEventListener(type, move); }""", [type_, target])
            await scene.expect(f"nothing lands in {target} by {type_}", f"find('{target}').value", "")
    await scene.run("find('b').addEventListener('mousedown', () => find('b').toggleAttribute('data-latchkey-mask', true), { once: true }); heard.length = 0")
    await scene.click("b")
    check("click b" not in await scene.heard(), "what becomes secret while it is pressed is not clicked")


async def new_secrets_count_at_once(scene):
    """Before the other side has been told, and while the link is held, which an agent can bring about."""
    async def tried(name, change):
        # A field of no name, so that it cannot be taken for another one.
        await scene.run("""async () => { window.field = document.createElement("input"); field.className = "later"; document.body.prepend(field);
          await new Promise((done) => setTimeout(done, 200)); field.focus(); send(Command.text, "a"); heard.length = 0; latchkeyHarness.held = true; }""")
        await scene.expect(f"{name}: open at first", "field.value", "a")
        await scene.run(f"() => {{ {change} }}")
        await scene.run("""() => { field.focus(); send(Command.text, "b"); send(Command.key, "Backspace"); heard.length = 0;
          for (let id = 0; id < 3000; id++) send(Command.click, id, 0.5, 0.5, 0, 1); }""")
        await scene.expect(name, "[field.value, heard.filter((one) => /INPUT/.test(one) && !/^change/.test(one))]", ["a", []])
        await scene.run("() => { latchkeyHarness.capture.setMask({ selectors: ['[data-latchkey-mask]'], unmask: [], everything: false }); field.remove(); latchkeyHarness.held = false; }")
        await asyncio.sleep(0.2)

    await tried("a mark", "field.setAttribute('data-latchkey-mask', '')")
    await tried("a mark around it", "const box = document.createElement('div'); box.dataset.latchkeyMask = ''; document.body.prepend(box); box.append(field)")
    await tried("a selector", "latchkeyHarness.capture.setMask({ selectors: ['.later'], unmask: [], everything: false })")
    await tried("everything", "latchkeyHarness.capture.setMask({ selectors: [], unmask: [], everything: true })")
    await tried("a selector that is not valid", "latchkeyHarness.capture.setMask({ selectors: ['..'], unmask: [], everything: false })")
    await tried("a password", "field.type = 'password'")
    await tried("a card's number", "field.autocomplete = 'cc-number'")
    await tried("no longer on the page", "field.remove()")
    await tried("covered", "const top = document.createElement('dialog'); top.id = 'top'; document.body.append(top); top.showModal(); setTimeout(() => top.remove(), 250)")


async def nodes_that_are_gone_get_nothing(scene):
    await scene.run("""() => { latchkeyHarness.held = true; window.gone = [find("b"), find("fb"), find("cb")]; window.hits = 0;
      for (const one of gone) one.addEventListener("click", () => hits++); frame.remove(); find("b").remove(); find("host").remove(); heard.length = 0; """
                    + "for (let id = 0; id < 400; id++) { send(Command.click, id, 0.5, 0.5, 0, 1); send(Command.highlight, id); send(Command.scroll, id, 1, 1); } }")
    await scene.expect("nothing that is gone is clicked", "hits", 0)
    await scene.run("() => { send(Command.clear); document.body.replaceChildren(); for (let id = 0; id < 400; id++) send(Command.highlight, id); }")
    check(await scene.run("marks().length <= document.querySelectorAll('*').length"), "nothing that is gone is pointed out")
    await scene.run("latchkeyHarness.held = false")
    await asyncio.sleep(0.3)
    await scene.run("() => { for (let id = 0; id < 2000; id++) send(Command.click, id, 0.5, 0.5, 0, 1); send(Command.click, Number.MAX_SAFE_INTEGER, 0, 0, 0, 1); }")
    await scene.expect("nor later", "hits", 0)


async def everything_masked_means_everything(scene):
    await scene.run("latchkeyHarness.capture.setMask({ selectors: [], unmask: ['#i'], everything: true })")
    await asyncio.sleep(0.3)
    await scene.run("() => { heard.length = 0; for (let id = 0; id < 1000; id++) send(Command.click, id, 0.5, 0.5, 0, 1); }")
    touched = {one.split()[1] for one in await scene.heard() if one.startswith("click")}
    check(touched == {"i", "SPAN", "open"}, "only what is listed can be used", str(touched))
    await scene.run("send(Command.scroll, 0, 0, 200)")
    await scene.expect("the page scrolls all the same", "scrollY", 200)


async def names_that_hide_the_platforms(scene):
    """A form's fields hide its own properties; nothing may hang, throw or take that for an answer."""
    await scene.run("""() => { const form = document.createElement("form"); form.id = "clobbered"; form.dataset.latchkeyMask = "";
      for (const name of ["parentNode", "assignedSlot", "host", "nodeType", "localName", "matches", "closest", "control", "isConnected", "ownerDocument",
        "getBoundingClientRect", "dispatchEvent", "getRootNode", "hasAttribute", "getAttribute", "defaultView", "elements", "requestSubmit", "focus"]) {
        const field = document.createElement("input"); field.name = name; field.className = "in"; form.append(field); }
      document.body.prepend(form); }""")
    await asyncio.sleep(0.3)
    await scene.run("() => { heard.length = 0; for (let id = 0; id < 1000; id++) send(Command.click, id, 0.3, 0.5, 0, 1); }")
    touched = {one for one in await scene.heard() if one.endswith((" INPUT", " clobbered"))}
    check(not touched, "masked fields of such a form are not clicked", str(touched))
    await scene.run("() => { for (const one of document.querySelectorAll('.in')) { one.focus(); send(Command.text, 'Z'); send(Command.key, 'Enter'); } }")
    await scene.expect("nor typed into", "[...document.querySelectorAll('.in')].map((one) => one.value).join('')", "")


async def drawings_are_bounded(scene):
    await scene.run("() => { for (let at = 0; at < 3000; at++) send(Command.draw, Array.from({ length: 500 }, () => [1e6, -1e6])); for (let at = 0; at < 3000; at++) send(Command.highlight, at % 50); }")
    count = await scene.run("marks().length")
    check(0 < count <= 201, "there are never more marks than a page can show", str(count))


async def changed_frames(scene):
    """Frames of real commands, changed, in the states of nothing and of everything allowed."""
    samples = await scene.run("""async (modules) => { const { Command, writeCommand, commandForms } = await import(modules + "shared/commands.js");
      const all = [[Command.point, 5, 6], [Command.draw, [[1, 2], [3, 4], [500, 600]]], [Command.highlight, 30], [Command.clear], [Command.scroll, 0, 5, 90],
        [Command.scroll, 60, 5, 9], [Command.back], [Command.forward], [Command.address, "/x?y#z"], [Command.click, 20, 0.5, 0.5, 0, 1],
        [Command.click, 80, 0.2, 0.7, 2, 2], [Command.text, "some text"], [Command.text, "é"], [Command.key, "Enter"], [Command.key, "Tab"]];
      const made = all.map(([command, ...values]) => [commandForms[command][0], ...writeCommand(command, ...values)]);
      return [...made, [0x23], [0x24, 1, 2, 3, 200, 1]]; }""", scene.started.url(scene.started.viewer, "/cobrowse/"))
    frames = [base64.b64encode(bytes(sample)).decode() for sample in samples]
    seed, done, threw = random.Random(5), 0, 0
    origin = await scene.run("location.origin")
    before = [one for one in json.loads(await scene.run("state()")) if one[0] in ("card", "pass", "file", "lpi", "masked", "mi", "ms", "mce", "cardtype", "cp")]
    for rights, share in ((ALL, 0.8), ({}, 1)):
        await scene.allow(rights)
        await scene.run(RESET)
        while done < scene.frames * share:
            given = {"frames": frames, "count": min(2000, int(scene.frames * share) - done), "seed": seed.randrange(1, 1 << 31), "kind": "agent"}
            result = await asyncio.wait_for(scene.run(f"given => ({FUZZ})(given)", given), 60)
            done += max(1, result["done"])
            threw += result["threw"]
            for text, frame in result["thrown"].items():
                check(False, "receive threw:", f"{text} {frame[:80]}")
            for error in result["errors"]:
                check(False, "an error that nobody caught:", error[:200])
    check(threw == 0 and done >= scene.frames, "no changed frame makes receive throw", f"{threw} of {done}")
    after = [one for one in json.loads(await scene.run("state()")) if one[0] in {one[0] for one in before}]
    check(before == after and len(before) == 10, "no changed frame changes a secret")
    check(await scene.run(TOUCHED) == [], "nor touches one", str(await scene.run(TOUCHED)))
    check(all(one in ("back", "forward") or one.startswith(origin + "/") for one in await scene.run("away")), "nor leads to another site")
    failures = [detail for name, detail in await scene.run("latchkeyHarness.events") if name == "command"]
    check(failures == [], "no command breaks off", str(failures[:2]))
    print(f"{done} changed frames", flush=True)


async def the_first_commands_wait_for_their_module(scene):
    """The module that carries commands out comes late, not at first, and too late for what was meant at once."""
    page, tries = scene.session.visitor, []

    async def late(route):
        tries.append(route.request.url)
        if len(tries) == 1:
            return await route.abort()
        await asyncio.sleep(0.5)
        await route.continue_()

    await page.route("**/capture-commands.js*", late)
    await scene.allow({})
    await scene.run("send(Command.click, 5, 0.5, 0.5, 0, 1)")
    await asyncio.sleep(0.2)
    check(tries == [], "what is not allowed fetches nothing", str(tries))
    await scene.allow(ALL)
    await scene.run("send(Command.draw, [[1, 1], [5, 5]])")
    await scene.expect("nothing is drawn at once", "document.querySelectorAll('latchkey-marks').length", 0)
    await scene.run("send(Command.point, 9, 9)")
    await scene.until("what came meanwhile is done", "document.querySelectorAll('latchkey-marks').length === 1 && marks().length === 2", 5)
    check(len(tries) == 2, "a module that did not come is asked for again", str(tries))


async def clicked_late(scene, seconds, rights):
    """Clicks everywhere, with rights that change while the module comes after some seconds; gives what was clicked."""
    async def late(route):
        await asyncio.sleep(seconds)
        await route.continue_()

    await scene.session.visitor.route("**/capture-commands.js*", late)
    await scene.run("() => { heard.length = 0; for (let id = 0; id < 150; id++) send(Command.click, id, 0.5, 0.5, 0, 1); }")
    await scene.allow(rights)
    await asyncio.sleep(seconds + 0.7)
    return [one for one in await scene.heard() if one.startswith("click")]


async def a_dialog_leaves_the_agent_the_keyboard(scene):
    viewer = scene.session.viewer
    await viewer.evaluate("document.body.append(Object.assign(document.createElement('input'), { id: 'own' })); own.focus()")
    await scene.run("""() => {
        document.body.insertAdjacentHTML("beforeend", "<dialog id=asks><input id=said></dialog>");
        asks.showModal();
    }""")
    await browser.until(viewer, "document.getElementById('frame').contentDocument.querySelector('dialog:modal')")
    check(await viewer.evaluate("document.activeElement.id") == "own", "what has the focus beside the page keeps it")
    held = await viewer.evaluate("document.getElementById('frame').contentDocument.querySelector('#asks').inert")
    check(held is False, "the dialog is as it was")
    await scene.run("asks.remove()")


async def late_clicks_are_done(scene):
    check(await clicked_late(scene, 0.5, ALL) != [], "clicks wait for what carries them out")


async def late_clicks_need_the_rights_of_that_moment(scene):
    check(await clicked_late(scene, 0.5, {}) == [], "what is no longer allowed is not done")


async def clicks_of_long_ago_are_not_done(scene):
    check(await clicked_late(scene, 2.5, ALL) == [], "what was meant long ago is not done")


COLD = {the_first_commands_wait_for_their_module, late_clicks_are_done, late_clicks_need_the_rights_of_that_moment,
        clicks_of_long_ago_are_not_done}


PLAYS = [
    clicks_reach_what_was_clicked, a_click_is_right_where_layouts_differ, a_click_on_an_open_list_reaches_nothing_under_it,
    texts_go_where_the_caret_is, frameworks_see_what_is_typed,
    keys_do_what_they_do, boxes_and_the_page_scroll, pages_of_the_site_are_gone_to, marks_come_and_go, marks_are_above_a_dialog,
    nothing_happens_beyond_what_is_allowed, nothing_happens_after_the_end, clicks_reach_no_secret, frames_of_others_get_nothing,
    nothing_is_typed_into_secrets,
    tab_skips_secrets, the_focus_cannot_be_moved_under_the_hand, new_secrets_count_at_once, nodes_that_are_gone_get_nothing,
    everything_masked_means_everything, names_that_hide_the_platforms, drawings_are_bounded, the_first_commands_wait_for_their_module,
    late_clicks_are_done, late_clicks_need_the_rights_of_that_moment, clicks_of_long_ago_are_not_done,
    a_dialog_leaves_the_agent_the_keyboard, changed_frames,
]


async def main(options):
    started = await servers.Servers(options.modules).start()
    async with async_playwright() as playwright:
        chromium = await browser.launch(playwright)
        for play in PLAYS:
            if options.names and play.__name__ not in options.names:
                continue
            failed = check.failed
            try:
                async with Scene(chromium, started, is_cold=play in COLD) as scene:
                    scene.frames = options.frames
                    await asyncio.wait_for(play(scene), 120)
            except Exception as error:
                check(False, f"{play.__name__} broke off:", f"{type(error).__name__}: {error}"[:400])
            print("ok  " if check.failed == failed else "FAIL", play.__name__.replace("_", " "), flush=True)
        await chromium.close()
    await started.stop()
    return check.end()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules")
    parser.add_argument("--frames", type=int, default=10000)
    parser.add_argument("names", nargs="*")
    sys.exit(asyncio.run(main(parser.parse_args())))
