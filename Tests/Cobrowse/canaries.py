"""Searches all bytes that the capture sends for what is masked, and compares lengths. Usage: canaries.py [--modules FOLDER]"""

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


async def sent(chromium, started, length, later, typed=None, seed=1):
    """Loads the page, does what comes later, and returns the frames that were sent, and what the viewer holds."""
    page, canaries, shown, statements = canary_page.made(length, seed)
    started.site.pages["/secrets"] = page
    async with browser.Session(chromium, started) as session:
        await session.watch()
        await session.visitor.goto(started.url(started.site, "/secrets"))
        await session.start(MASK)
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


async def lengths_are_not_told(chromium, started):
    def by_kind(frames):
        return {kind: sum(len(frame) for frame in frames if frame[0] == kind) for kind in (1, 2)}

    short, *_ = await sent(chromium, started, 7, False)
    long, *_ = await sent(chromium, started, 46, False)
    again, *_ = await sent(chromium, started, 7, False)
    check(by_kind(short) == by_kind(again), "the same page twice gives as many bytes", f"{by_kind(short)} {by_kind(again)}")
    check(by_kind(short) == by_kind(long), "secrets of 7 and of 46 letters give as many bytes", f"{by_kind(short)} {by_kind(long)}")
    few, *_ = await sent(chromium, started, 14, False, "qxw")
    many, *_ = await sent(chromium, started, 14, False, "qxwtyzkvbpqxwtyzkvbp")
    snapshots = [by_kind(frames)[1] for frames in (few, many)]
    check(snapshots[0] == snapshots[1], "3 and 20 letters typed into a password give snapshots of the same length", str(snapshots))


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


async def main(options):
    started = await servers.Servers(options.modules).start()
    async with async_playwright() as playwright:
        chromium = await browser.launch(playwright)
        for part in (nothing_leaks, lengths_are_not_told, a_later_mask_takes_back, everything_masked, pictures_are_masked):
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
    parser.add_argument("--modules")
    sys.exit(asyncio.run(main(parser.parse_args())))
