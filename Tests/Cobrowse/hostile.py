"""Hostile pages and frames against the viewer. Usage: hostile.py [--frames N] [--pages] [--modules FOLDER]

Every piece is put into a page as a change and into a snapshot; nothing may run in the viewer, nothing may be asked for.
`--pages` also serves every piece as a page of its own (minutes). `--frames` says how many changed frames the replica gets.
"""

import argparse
import asyncio
import base64
import json
import random
import re
import sys

from aiohttp import web
from playwright.async_api import async_playwright

import hostile_pages
from harness import browser, checks, servers, steps

AUDIT = (servers.HARNESS / "audit.js").read_text()
FUZZ = (servers.HARNESS / "fuzz.js").read_text()
BATCH = 15
RECORDED = ["text", "css-nesting", "shadow-open", "form-values-by-script", "constructed-replaced", "svg-use", "frame-srcdoc", "canvas-before", "nodes-moved", "fonts-script", "popover"]
check = checks.Checks()

PREPARE = """() => { window.add = (name) => document.body.appendChild(document.createElement(name));
window.addNS = (space, name) => document.body.appendChild(document.createElementNS(space, name)); }"""
# Page-wide tags only mean something to a parser that makes a whole document.
PUT = """piece => { if (/^<(body|html|frameset|base|meta)/.test(piece)) { const made = new DOMParser().parseFromString(piece, 'text/html');
  document.replaceChild(document.adoptNode(made.documentElement), document.documentElement);
} else { const at = document.createElement('div'); document.body.append(at); at.innerHTML = piece;
  for (const t of at.querySelectorAll('template[shadowrootmode]')) t.parentNode.shadowRoot || t.parentNode.attachShadow({mode: 'open'}).append(t.content); } }"""
CLICK = """() => { const d = document.getElementById('frame').contentDocument; if (!d) return;
for (const e of d.querySelectorAll('a, area, button, summary, label, input, form')) { try { e.click(); e.requestSubmit?.(); } catch {} } }"""


class Watch:
    """What leaves the viewer: requests, windows, dialogs."""

    def __init__(self, session, started, proxy=""):
        self.session, self.found = session, []
        own = started.url(started.viewer, "")

        def asked(request):
            address = request.url
            if address.startswith((own + "/harness/", own + "/cobrowse/", own + "/relay/", "data:", "blob:")):
                return
            if proxy and address.startswith(proxy):
                return
            self.found.append(address)

        context = session.viewer.context
        context.on("request", asked)
        context.on("page", lambda page: self.found.append(f"a window: {page.url}"))
        session.viewer.on("dialog", lambda dialog: self.found.append(f"a dialog: {dialog.message}"))

    def take(self):
        found, self.found = self.found, []
        return found


async def open_visitor(session, started, document=None):
    """A page on the visitor's side in which the pieces themselves cannot run; where they lead to is refused there."""
    await session.visitor.route("**/pwned/**", lambda route: route.fulfill(status=204))  # where a page leads to, it stays
    await session.visitor.goto(started.url(started.site, document or "/hostile"))


async def renamed(started, session):
    """Renames names in the bytes on their way to the viewer, as a visitor with a changed script could."""
    relay = started.relay
    pump = relay.pump

    async def changed(queue, there, name):
        async def get():
            due, frame = await queue_get()
            if name == session.name and there is relay.viewers:
                for old, new in hostile_pages.RENAMED.items():
                    frame = frame.replace(old, new)
            return due, frame
        queue_get, queue.get = queue.get, get
        await pump(queue, there, name)
    relay.pump = changed


async def followed(session, started):
    """Some pieces lead the visitor's page to itself: waits until it is followed again."""
    try:
        await browser.until(session.visitor, "window.latchkeyHarness?.capture", 5)
    except Exception:
        await open_visitor(session, started)
        await session.start()


def is_as_large_as_it_may_be(line):
    """Whether a frame has another size because a changed one has said so of the visitor's window: 16,384 px at most."""
    size = re.fullmatch(r"the frame is at 0 0 ([\d.]+) ([\d.]+)", line)
    return bool(size) and all(float(side) <= 16_384 for side in size.groups())


async def judged(session, watch, label, numbers):
    """The audit of the viewer after a batch."""
    await session.viewer.evaluate(CLICK)
    await asyncio.sleep(0.05)
    try:
        found = await session.viewer.evaluate(AUDIT)
    except Exception as error:
        found = [f"the viewer is gone: {error}".splitlines()[0]]
    if label == "fuzzed frames":
        found = [line for line in found if not is_as_large_as_it_may_be(line)]
    found += [f"asked for {address[:120]}" for address in watch.take()]
    found += [f"error {error[:200]}" for error in await session.viewer.evaluate("latchkeyHarness.errors.splice(0)")]
    for number in numbers:
        check(not found, f"{label}", f"pieces {numbers[0]}…{numbers[-1]}: {found[:4]}")
        if found:
            break
    check.made += max(0, len(numbers) - 1)
    return found


async def batch(session, started, watch, pieces, mark, label):
    """Puts some pieces into the visitor's page, first as changes, then by a snapshot."""
    await followed(session, started)
    await session.visitor.evaluate("() => { document.documentElement?.remove(); const h = document.createElement('html'); h.append(document.createElement('head'), document.createElement('body')); document.append(h); document.adoptedStyleSheets = []; }")
    for number, (kind, piece) in pieces:
        text = hostile_pages.filled(piece, mark, number)
        try:
            if kind == "script":
                await session.visitor.evaluate(PREPARE)
                await session.visitor.evaluate(f"() => {{ {text} }}")
            else:
                await session.visitor.evaluate(PUT, text)
        except Exception as error:
            if "is not a valid" not in str(error) and "Failed to" not in str(error) and "null" not in str(error):
                print(f"        piece {number} itself: {str(error).splitlines()[0][:120]}")
    await asyncio.sleep(0.12)
    numbers = [number for number, _ in pieces]
    found = await judged(session, watch, f"{label} as changes", numbers)
    await followed(session, started)
    await session.visitor.evaluate("latchkeyHarness.capture.resync()")
    await asyncio.sleep(0.15)
    return found + await judged(session, watch, f"{label} by a snapshot", numbers)


async def pieces_run_nothing(chromium, started, assets):
    pieces = list(enumerate(hostile_pages.pieces()))
    print(f"{len(pieces)} hostile pieces, assets: {assets}", flush=True)
    mark = started.url(started.other, "/pwned")
    csp = f"script-src {started.url(started.viewer, '')}; object-src *; style-src * 'unsafe-inline'"
    started.site.pages["/hostile"] = lambda request: web.Response(
        text="<!doctype html><title>Hostile</title><body><p>x", content_type="text/html", headers={"Content-Security-Policy": csp})
    for kind in ("html", "script", "renamed"):
        chosen = [each for each in pieces if each[1][0] == kind]
        size = 1 if kind == "renamed" else BATCH
        async with browser.Session(chromium, started, assets) as session:
            watch = Watch(session, started)
            if kind == "renamed":
                await renamed(started, session)
            await session.watch()
            await open_visitor(session, started)
            await session.start()
            await session.shown()
            for at in range(0, len(chosen), size):
                part = chosen[at:at + size]
                found = await batch(session, started, watch, part, mark, f"{kind} pieces")
                if found and size > 1:
                    for each in part:
                        await batch(session, started, watch, [each], mark, f"{kind} piece {each[1][1][:70]!r}")


async def pages_run_nothing(chromium, started):
    """Every piece as a page of its own."""
    mark = started.url(started.other, "/pwned")
    csp = f"script-src {started.url(started.viewer, '')}"
    waiting = list(enumerate(hostile_pages.pieces()))

    async def work():
        async with browser.Session(chromium, started) as session:
            watch = Watch(session, started)
            await session.watch()
            await session.visitor.route("**/pwned/**", lambda route: route.abort())
            while waiting:
                number, (kind, piece) = waiting.pop()
                if kind != "html":
                    continue
                body = hostile_pages.filled(piece, mark, number)
                started.site.pages[f"/hostile/{number}"] = (lambda text: lambda request: web.Response(
                    text=text, content_type="text/html", headers={"Content-Security-Policy": csp}))(f"<!doctype html><title>{number}</title>{body}")
                try:
                    await session.visitor.goto(started.url(started.site, f"/hostile/{number}"), wait_until="commit")
                    await asyncio.sleep(0.1)
                    if not await session.visitor.evaluate("!!window.latchkeyHarness?.capture"):
                        await session.start()
                except Exception as error:
                    print(f"        page {number} itself: {str(error).splitlines()[0][:120]}")
                    continue
                await asyncio.sleep(0.2)
                await judged(session, watch, f"page {piece[:70]!r}", [number])

    await asyncio.gather(work(), work())


async def recorded(chromium, started):
    """Frames of real sessions, to be changed."""
    frames = []
    for name in RECORDED:
        path = servers.TESTS / "features" / f"{name}.html"
        if not path.exists():
            continue
        text = path.read_text().split('id="steps">')[1].split("</script>")[0]
        told = json.loads(text)
        async with browser.Session(chromium, started) as session:
            await session.watch()
            await session.visitor.goto(started.url(started.site, f"/{name}.html"))
            await session.start()
            await session.shown()
            for step in told["steps"]:
                try:
                    await steps.perform(session.visitor, step)
                except Exception:
                    break
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.2)
            frames += session.frames()
    return [frame for frame in frames if len(frame) < 60000]


async def fuzzed_frames(chromium, started, count):
    frames = await recorded(chromium, started)
    print(f"{count} changed frames, made of {len(frames)} recorded ones", flush=True)
    texts = [base64.b64encode(frame).decode() for frame in frames]
    seed, done, threw, slowest = random.Random(7), 0, 0, 0.0
    while done < count:
        async with browser.Session(chromium, started) as session:
            watch = Watch(session, started)
            await session.viewer.goto(started.url(started.viewer, "/harness/viewer.html?assets=visitor"))
            await browser.until(session.viewer, "window.latchkeyHarness?.open")
            for _ in range(5):
                size = min(1000, count - done)
                if size <= 0:
                    break
                given = {"frames": texts, "count": size, "seed": seed.randrange(1, 1 << 31), "kind": "viewer"}
                try:
                    result = await asyncio.wait_for(session.viewer.evaluate(f"given => ({FUZZ})(given)", given), 40)
                except Exception as error:
                    check(False, "the replica hangs or its page is gone:", f"seed {given['seed']}: {type(error).__name__} {error}"[:200])
                    done += size
                    break
                done += max(1, result["done"])
                threw += result["threw"]
                slowest = max(slowest, result["slowest"])
                for text, frame in result["thrown"].items():
                    check(False, "receive threw:", f"{text} {frame[:120]}")
                for error in result["errors"]:
                    check(False, "an error that nobody caught:", error[:240])
                await judged(session, watch, "fuzzed frames", [done])
    check(threw == 0, "no changed frame makes receive throw", f"{threw} of {done}")
    check(slowest < 1000, "no changed frame takes a second", f"{slowest:.0f} ms")
    print(f"{done} frames; the slowest took {slowest:.0f} ms", flush=True)


async def main(options):
    started = await servers.Servers(options.modules).start()
    async with async_playwright() as playwright:
        chromium = await browser.launch(playwright)
        parts = [("visitor's assets", lambda: pieces_run_nothing(chromium, started, "visitor")),
                 ("frames", lambda: fuzzed_frames(chromium, started, options.frames))]
        if options.pages:
            parts += [("no assets", lambda: pieces_run_nothing(chromium, started, "none")), ("pages", lambda: pages_run_nothing(chromium, started))]
        for name, part in parts:
            if options.only and name not in options.only:
                continue
            try:
                await part()
            except Exception as error:
                check(False, f"{name} broke off:", f"{type(error).__name__}: {error}"[:400])
        await chromium.close()
    await started.stop()
    return check.end()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules")
    parser.add_argument("--frames", type=int, default=3000)
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--only", nargs="*")
    sys.exit(asyncio.run(main(parser.parse_args())))
