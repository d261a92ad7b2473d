"""Searches all bytes that the capture sends for what is masked, and compares lengths. Usage: canaries.py [PART…] [--modules FOLDER]"""

import argparse
import asyncio
import sys
import zlib

from playwright.async_api import async_playwright

import canary_page
from harness import browser, servers

MASK = {"mask": {"selectors": ["[data-latchkey-mask]", ".private"]}}
checks = {"made": 0, "failed": 0}


def check(good, name, detail=""):
    checks["made"] += 1
    if not good:
        checks["failed"] += 1
        print(f"FAIL  {name} {detail}".rstrip(), flush=True)


def unpacked(frames):
    """Everything that can be read from the frames: as they are, joined by kind, and decompressed wherever that succeeds."""
    found = [b"\n".join(frames)]
    for kind in {frame[0] for frame in frames}:
        found.append(b"".join(frame[2:] for frame in frames if frame[0] == kind))
    for blob in list(frames) + found[1:]:
        for start in range(0, min(24, len(blob))):
            for wbits in (15, 31, -15):
                try:
                    plain = zlib.decompressobj(wbits).decompress(blob[start:], 1 << 24)
                except zlib.error:
                    continue
                if len(plain) > 8:
                    found.append(plain)
    return b"\n".join(found)


def leaks(frames, canaries):
    """Which canaries can be found, a part of six letters included."""
    everything = unpacked(frames)
    found = []
    for piece, canary in canaries.items():
        parts = {canary[at:at + 6] for at in range(len(canary) - 5)}
        if any(part.encode() in everything for part in parts) or any(s in everything for s in canary_page.spellings(canary)):
            found.append(piece)
    return found


async def sent(chromium, started, length, later, typed=None, seed=1, settings=MASK, route=None):
    """Loads the page, does what comes later, and returns the frames that were sent, and what the viewer holds."""
    page, canaries, shown, statements = canary_page.made(length, seed)
    started.site.pages["/secrets"] = page
    async with browser.Session(chromium, started) as session:
        await session.watch()
        if route:
            await session.visitor.route("**/mask-css.js*", route)
        await session.visitor.goto(started.url(started.site, "/secrets"))
        await session.start(settings)
        await session.shown()
        await asyncio.sleep(0.5)
        if later:
            for statement in statements:
                await session.visitor.evaluate(f"() => {{ {statement} }}")
            await asyncio.sleep(0.7)
            await session.visitor.mouse.move(200, 300)
        if typed:
            await session.visitor.locator("#typed").focus()
            for letter in typed:
                await session.visitor.keyboard.type(letter)
                await asyncio.sleep(0.06)
            await session.visitor.locator("[name=cvv]").first.focus()
            await session.visitor.keyboard.type(typed)
            await asyncio.sleep(0.5)
        await session.visitor.evaluate("latchkeyHarness.capture.resync()")
        await asyncio.sleep(0.5)
        held = await session.viewer.evaluate("new XMLSerializer().serializeToString(document.getElementById('frame').contentDocument)")
        for error in await session.errors():
            check(False, "an error in the modules", error[:200])
        return session.frames(), canaries, shown, held


async def nothing_leaks(chromium, started):
    frames, canaries, shown, held = await sent(chromium, started, 14, True, "qxwtyzkvbp")
    canaries["typed into a password"] = "qxwtyzkvbp"
    print(f"{len(canaries)} canaries in masks and sensitive fields, {len(frames)} frames, {sum(map(len, frames))} bytes")
    check(len(canaries) >= 100, "there are a hundred canaries")
    for piece in shown:
        check(leaks(frames, {piece: shown[piece]}), "what is not masked is sent (and would be found)", piece)
    out = leaks(frames, canaries)
    for piece in canaries:
        check(piece not in out, "sent:", piece)
    for piece, canary in canaries.items():
        check(canary not in held, "in the viewer:", piece)


def sizes(frames, kinds=(1, 2, 3)):
    return [(frame[0], len(frame)) for frame in frames if frame[0] in kinds]


async def sizes_for(chromium, started, length):
    """What a page with secrets of one length sends: at the start, in one batch of all changes, in a later snapshot.

    It waits for a time, as for whatever may come late: nothing says that no more will be sent.
    """
    page, _, _, statements = canary_page.made(length)
    started.site.pages["/lengths"] = page
    async with browser.Session(chromium, started) as session:
        await session.watch()
        await session.visitor.goto(started.url(started.site, "/lengths"))
        await session.start(MASK)
        await session.shown()
        await asyncio.sleep(0.4)
        start = len(session.frames())
        await session.visitor.evaluate("latchkeyHarness.held = true")
        for statement in statements:
            await session.visitor.evaluate(f"() => {{ {statement} }}")
        await asyncio.sleep(0.5)
        await session.visitor.evaluate("latchkeyHarness.held = false")
        await asyncio.sleep(0.3)
        batches = len(session.frames())
        await session.visitor.evaluate("latchkeyHarness.capture.resync()")
        await asyncio.sleep(0.3)
        frames = session.frames()
        # What is read late comes in the order in which it is ready, whatever its length.
        return [sorted(sizes(part)) for part in (frames[:start], frames[start:batches], frames[batches:])]


async def lengths_are_not_told(chromium, started):
    """Secrets of four lengths: the snapshots, and all that comes later in one batch, have the same sizes."""
    # What is read late comes in one batch or in two, by the moment it is read: pages are opened until there is one of each length
    # whose batches are as many.
    lengths, tried = (3, 7, 20, 46), {}
    for _ in range(8):
        for length in lengths:
            sent = await sizes_for(chromium, started, length)
            tried.setdefault(tuple(map(len, sent)), {}).setdefault(length, sent)
        found = max(tried.values(), key=len)
        if len(found) == len(lengths):
            break
    check(len(found) == len(lengths), "pages of each length send as many frames", str(tried))
    for number, name in enumerate(("the first snapshot", "batches of changes", "a later snapshot")):
        told = {length: sent[number] for length, sent in found.items()}
        check(all(told.values()), f"{name}: something is sent")
        check(len({str(each) for each in told.values()}) == 1, f"{name}: secrets of 3, 7, 20 and 46 letters give as many bytes", str(told))

TYPED = """<!doctype html><title>x</title><style>div { width: 120px; overflow: hidden } input { width: 90px }</style>
<div><input id=a type=password></div><div><input id=b autocomplete=cc-number oninput="this.setAttribute('value', this.value)"></div>
<div data-latchkey-mask><input id=c><textarea id=d></textarea></div><div data-latchkey-mask><p id=e contenteditable></p><p id=f contenteditable>x<b>y</b></p></div>
<div data-latchkey-mask><input id=g oninput="m.textContent = n.title = this.value; n.style.width = this.value.length + 'px'; o.append(this.value.at(-1))
for (const k of ['data-count', 'aria-valuenow']) n.setAttribute(k, this.value.length); s.add(new Option(this.value)); n.className = 'n'"><i id=m></i><p id=n>x</p><p id=o></p>
<select id=s><option>x</select></div><div><input id=h type=password name=h></div>
<div data-latchkey-mask><input id=i minlength=8 required></div><div><input id=j type=password minlength=6 required></div><style>:invalid, :user-invalid { color: red }</style>
<input id=k autocomplete=one-time-code onkeyup="this.select()" onkeydown="this.selectionStart = this.selectionEnd">"""


async def typing_is_not_told(chromium, started):
    """How many letters are typed into what is masked can be seen neither in the number of frames nor in their sizes."""
    started.site.pages["/typed"] = TYPED
    found = {}
    for count in (3, 7, 20):
        async with browser.Session(chromium, started) as session:
            await session.watch()
            await session.visitor.goto(started.url(started.site, "/typed"))
            await session.start(MASK)
            await session.shown()
            for field in "abcdefghijk":
                await session.visitor.evaluate("f => document.getElementById(f).focus()", field)
                if field == "h":
                    await session.visitor.evaluate("h.type = 'text'")
                await asyncio.sleep(0.2)
                start = len(session.frames())
                for letter in "qxwtyzkvbpdfghjmnrsc"[:count]:
                    await session.visitor.keyboard.type(letter)
                    await asyncio.sleep(0.07)
                await session.visitor.evaluate("document.activeElement.blur()")
                await asyncio.sleep(0.2)
                found.setdefault(field, {})[count] = sizes(session.frames()[start:])
            check(not leaks(session.frames(), {"x": "qxwtyzkvbpdfghjmnrsc"[:count]}) if count > 5 else True, "what was typed is not sent")
    for field, told in found.items():
        check(len({str(each) for each in told.values()}) == 1, f"3, 7 and 20 letters typed into #{field} give the same frames", str(told))


async def a_later_mask_takes_back(chromium, started):
    page = "<!doctype html><title>x</title><p id=a class=late>takemeback<b>andthistoo</b></p><input class=late id=i value=thevaluetoo><p>stays</p>"
    started.site.pages["/late"] = page
    async with browser.Session(chromium, started) as session:
        await session.watch()
        await session.visitor.goto(started.url(started.site, "/late"))
        await session.start()
        await session.shown()
        await asyncio.sleep(0.3)
        check(b"takemeback" in session.bytes(), "without a mask the text is sent")
        await session.visitor.evaluate("latchkeyHarness.capture.setMask({selectors: ['.late'], unmask: [], everything: false})")
        await asyncio.sleep(0.6)
        held = await session.viewer.evaluate("""() => { const d = document.getElementById('frame').contentDocument;
            return new XMLSerializer().serializeToString(d) + [...d.querySelectorAll('input')].map((e) => e.value); }""")
        kept = b"".join(started.relay.kept[session.name])
        for secret in ("takemeback", "andthistoo", "thevaluetoo"):
            check(secret not in held, "a mask that is put on later takes back what the viewer showed:", secret)
            check(secret.encode() not in kept, "and what is kept for late agents:", secret)
        check("stays" in held, "the rest stays")
        await session.visitor.evaluate("latchkeyHarness.capture.setMask({selectors: [], unmask: [], everything: false})")
        await asyncio.sleep(0.6)
        held = await session.viewer.evaluate("new XMLSerializer().serializeToString(document.getElementById('frame').contentDocument)")
        check("takemeback" in held, "a mask that is taken off shows the text again")


async def a_mark_takes_back(chromium, started):
    """What the page masks by itself later is taken back, from what is kept for late agents too."""
    page = """<!doctype html><title>x</title><style>#a::before { content: "generatedtoo" }</style><p id=a>takemeback</p><p id=b>movedsecret</p>
<div id=m data-latchkey-mask><p>x</p><div id=u><p id=c>hiddenfirst</p></div></div><input id=p name=p value=becomespassword><p>stays</p>
<label id=l>Name <input value=becomescardnumber></label>"""
    started.site.pages["/mark"] = page
    steps = [("a.setAttribute('data-latchkey-mask', '')", ["takemeback", "generatedtoo"]), ("m.append(b)", ["movedsecret"]),
             ("p.type = 'password'", ["becomespassword"]), ("l.firstChild.data = 'Card number'; l.lastChild.value += '1'", ["becomescardnumber"])]
    async with browser.Session(chromium, started) as session:
        await session.watch()
        await session.visitor.goto(started.url(started.site, "/mark"))
        await session.start()
        await session.shown()
        await asyncio.sleep(0.3)

        async def held():
            return await session.viewer.evaluate("""() => { const d = document.getElementById('frame').contentDocument; const texts = [...d.querySelectorAll('style')]
                .flatMap((s) => [...s.sheet.cssRules].map((r) => r.cssText)); return new XMLSerializer().serializeToString(d) + texts + [...d.querySelectorAll('input')].map((e) => e.value); }""")

        for statement, secrets in steps:
            for secret in secrets:
                check(secret in await held(), "before it is masked it is shown:", secret)
            await session.visitor.evaluate(f"() => {{ {statement} }}")
            await asyncio.sleep(0.5)
            kept = b"".join(started.relay.kept[session.name])
            for secret in secrets:
                check(secret not in await held(), "what is masked later is taken back:", secret)
                check(secret.encode() not in kept, "and from what is kept for late agents:", secret)
        check("hiddenfirst" not in await held(), "what is in a mask is hidden")
        await session.visitor.evaluate("u.setAttribute('data-latchkey-unmask', '')")
        await asyncio.sleep(0.5)
        check("hiddenfirst" in await held() and "movedsecret" not in await held(), "a part of a masked region is shown once it is marked so")
        await session.visitor.evaluate("document.body.prepend(c, b)")
        await asyncio.sleep(0.5)
        check("movedsecret" in await held(), "what is moved out of a mask is shown")
        await session.visitor.evaluate("a.removeAttribute('data-latchkey-mask')")
        await asyncio.sleep(0.5)
        check("takemeback" in await held() and "generatedtoo" in await held(), "what is no longer marked is shown again")


async def values_are_known_at_once(chromium, started):
    """What sensitive fields hold when the session starts is hidden wherever it stands before them."""
    page = """<!doctype html><title>4929111122223333</title><p title="4929 1111 2222 3333">Your card 4929-1111-2222-3333</p><p>shadowsecretword</p>
<input name=cardnumber value="4929111122223333"><div id=s></div><script>s.attachShadow({mode: "open"}).innerHTML = "<input type=password value=shadowsecretword>"</script>"""
    started.site.pages["/known"] = page
    async with browser.Session(chromium, started) as session:
        await session.watch()
        await session.visitor.goto(started.url(started.site, "/known"))
        await session.start()
        await session.shown()
        await asyncio.sleep(0.3)
        everything = unpacked(session.frames())
        for secret in (b"4929111122223333", b"4929 1111 2222", b"4929-1111-2222", b"shadowsecretword"):
            check(secret not in everything, "what a sensitive field holds is hidden from the first snapshot on:", secret.decode())
        check(b"title" in everything, "the attribute itself is sent")


async def nothing_leaks_with_everything_masked(chromium, started):
    settings = {"mask": {"everything": True}}
    frames, canaries, shown, held = await sent(chromium, started, 14, True, settings=settings)
    for piece in leaks(frames, canaries | {piece: shown[piece] for piece in shown if "unmask" not in piece}):
        check(False, "sent with everything masked:", piece)
    check(leaks(frames, {piece: shown[piece] for piece in shown if "unmask" in piece}), "what is listed is shown with everything masked")


async def nothing_leaks_while_a_module_is_missing(chromium, started):
    """What hides the rules of masked elements never comes: the page is followed, without its style sheets."""
    tries = []

    async def never(route):
        tries.append(route.request.url)
        await route.abort()

    for settings in (MASK, {"mask": {"everything": True}}):
        frames, canaries, shown, held = await sent(chromium, started, 14, True, "qxwtyzkvbp", settings=settings, route=never)
        canaries["typed into a password"] = "qxwtyzkvbp"
        out = leaks(frames, canaries)
        for piece in canaries:
            check(piece not in out, "sent while a module is missing:", piece)
        check("<p" in held, "the page is followed all the same")
    check(len(tries) > 5, "a module that does not come is asked for again and again", str(len(tries)))


async def a_mask_waits_for_its_module(chromium, started):
    """A mark that comes while the session lasts: nothing is sent until what hides its rules is there, and all is right then."""
    started.site.pages["/waits"] = """<!doctype html><title>x</title><style>p { color: rgb(1, 2, 3) } .m::before { content: "generatedsecret" }</style><p>open</p><div id=d></div>"""
    come = asyncio.Event()

    async def late(route):
        await come.wait()
        await route.continue_()

    async with browser.Session(chromium, started) as session:
        await session.watch()
        await session.visitor.route("**/mask-css.js*", late)
        await session.visitor.goto(started.url(started.site, "/waits"))
        await session.start()
        await session.shown()
        await asyncio.sleep(0.3)
        before = len([frame for frame in session.frames() if frame[0] in (1, 2)])
        await session.visitor.evaluate("""d.innerHTML = '<p data-latchkey-mask class="m n">textsecret</p><p>later</p>'; document.styleSheets[0].insertRule('.n::after { content: "anothersecret" }')""")
        await asyncio.sleep(0.7)
        check(len([frame for frame in session.frames() if frame[0] in (1, 2)]) == before, "nothing is sent meanwhile")
        come.set()
        await browser.until(
            session.viewer, "document.getElementById('frame').contentDocument.body.textContent.includes('later')", 5)
        await asyncio.sleep(0.3)
        held = await session.viewer.evaluate("(() => { const d = document.getElementById('frame').contentDocument; return getComputedStyle(d.querySelector('p'), null).color; })()")
        check(held == "rgb(1, 2, 3)", "the page has its style", held)
        kept = b"".join(started.relay.kept[session.name])
        for secret in (b"textsecret", b"anothersecret", b"generatedsecret"):
            check(secret not in kept, "what only masked elements show is hidden:", secret.decode())


async def everything_masked(chromium, started):
    page = "<!doctype html><title>titlesecret</title><p>textsecret</p><div data-latchkey-unmask><p>shownwords</p></div><input value=valuesecret>"
    started.site.pages["/all"] = page
    async with browser.Session(chromium, started) as session:
        await session.watch()
        await session.visitor.goto(started.url(started.site, "/all"))
        await session.start({"mask": {"everything": True}})
        await session.shown()
        await asyncio.sleep(0.3)
        everything = unpacked(session.frames())
        for secret in (b"textsecret", b"valuesecret", b"titlesecret"):
            check(secret not in everything, "everything is masked but what is listed:", secret.decode())
        check(b"shownwords" in everything, "what is listed is shown")


async def pictures_are_masked(chromium, started):
    page = """<!doctype html><title>x</title><style>* { margin: 0 } body { background: #fff }</style><div data-latchkey-mask>
<canvas id=c width=200 height=100></canvas><img id=i width=100 height=100><div id=b style="width: 100px; height: 100px"></div><video id=v width=100 height=100></video>
<svg width=100 height=100><image id=s width=100 height=100 /></svg></div><script>const x = c.getContext("2d"); x.fillStyle = "rgb(1,200,133)"; x.fillRect(0, 0, 200, 100);
const u = c.toDataURL(); i.src = u; b.style.background = `url(${u})`; s.setAttribute("href", u); v.poster = u;</script>"""
    started.site.pages["/pictures"] = page
    async with browser.Session(chromium, started) as session:
        await session.watch()
        await session.visitor.goto(started.url(started.site, "/pictures"))
        await session.start()
        await session.shown()
        await session.visitor.evaluate("x.fillRect(0, 0, 199, 99)")
        await asyncio.sleep(1)
        left, right = await session.pictures()
        coloured = [int(((side == (1, 200, 133)).all(axis=2)).sum()) for side in (left, right)]
        check(coloured[0] > 20000, "the visitor sees the pictures", str(coloured))
        check(coloured[1] == 0, "the agent sees no pixel of a masked canvas, image, background, poster", str(coloured))


PARTS = (nothing_leaks, nothing_leaks_with_everything_masked, lengths_are_not_told, typing_is_not_told, values_are_known_at_once,
         nothing_leaks_while_a_module_is_missing, a_mask_waits_for_its_module,
         a_later_mask_takes_back, a_mark_takes_back, everything_masked, pictures_are_masked)


async def main(options):
    started = await servers.Servers(options.modules).start()
    async with async_playwright() as playwright:
        chromium = await browser.launch(playwright)
        for part in PARTS:
            if options.names and part.__name__ not in options.names:
                continue
            try:
                await part(chromium, started)
            except Exception as error:
                check(False, f"{part.__name__} broke off:", f"{type(error).__name__}: {error}"[:300])
        await chromium.close()
    await started.stop()
    print(f"{checks['made']} checks, {checks['failed']} failed")
    return 1 if checks["failed"] else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="parts; all of them when none is named")
    parser.add_argument("--modules")
    sys.exit(asyncio.run(main(parser.parse_args())))
