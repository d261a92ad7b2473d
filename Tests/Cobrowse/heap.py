"""Frames, shadow roots and nodes that come and go: both heaps have to be flat after a collection.

Usage: heap.py [--rounds N] [--modules FOLDER]; a round is about half a second, so 7,200 rounds are an hour.
"""

import argparse
import asyncio
import sys

from playwright.async_api import async_playwright

from harness import browser, checks, servers

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Coming and going</title><div id="at"></div><input id="i">
<script>
const parts = [
  () => { const f = document.createElement("iframe"); f.srcdoc = `<style>p { color: red }</style><p>${"frame ".repeat(50)}</p><input value=x>`; at.append(f); },
  () => { const h = document.createElement("div"); h.attachShadow({mode: "open"}).innerHTML = `<style>b { color: green }</style>${"<b>shadow</b>".repeat(40)}<div></div>`;
    h.shadowRoot.lastChild.attachShadow({mode: "closed"}).innerHTML = "<i>inner</i>".repeat(40); at.append(h); },
  () => { for (let n = 0; n < 300; n++) { const p = document.createElement("p"); p.textContent = `row ${n}`; p.title = `t${n}`; at.append(p); } },
  () => { const s = new CSSStyleSheet(); s.replaceSync("p { margin: 1px }"); document.adoptedStyleSheets = [s]; s.insertRule("b { top: 0 }"); },
  () => { const s = document.createElement("style"); s.textContent = "i { left: 0 }"; at.append(s); s.sheet.insertRule("u { left: 1px }"); },
  () => { const c = document.createElement("canvas"); c.width = c.height = 60; c.getContext("2d").fillRect(0, 0, 50, 50); at.append(c); },
  () => { at.innerHTML += "<table><tr><td><input value=1><select><option>a<option>b</select><textarea>t</textarea></table>".repeat(10); at.querySelector("input").value = Math.random(); },
  () => { const d = document.createElement("dialog"); d.append("dialog"); at.append(d); d.showModal(); d.close(); },
  () => { const u = URL.createObjectURL(new Blob(["<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"], {type: "image/svg+xml"})); const g = new Image(); g.src = u; at.append(g); setTimeout(() => URL.revokeObjectURL(u), 300); },
  () => { const d = document.createElement("div"); d.dataset.latchkeyMask = ""; at.append(d);
    d.innerHTML = "<style>i::before { content: 'in a mask' }</style><p>masked <b>words</b></p><i>x</i><input type=password value=secretword>";
    const s = document.createElement("style"); s.textContent = ".none::before { content: 'held back' } p::after { content: 'shown' }"; at.append(s); },
  () => { getSelection().selectAllChildren(at); document.getElementById("i").value = Math.random(); },
];
async function round() {
  for (const part of parts) { part(); if (Math.random() < 0.3) await new Promise(requestAnimationFrame); }
  await new Promise((resolve) => setTimeout(resolve, 120));
  const kept = [...at.children];
  for (const e of kept) if (Math.random() < 0.3) { e.remove(); at.prepend(e); }
  await new Promise(requestAnimationFrame);
  at.replaceChildren();
  await new Promise((resolve) => setTimeout(resolve, 60));
}
</script>"""


async def counted(session, page):
    """Kilobytes of JavaScript heap, DOM nodes and documents after collections."""
    screen = session.screens[page]
    for _ in range(3):
        await screen.send("HeapProfiler.collectGarbage")
        await asyncio.sleep(0.15)
    heap = await screen.send("Runtime.getHeapUsage")
    counters = await screen.send("Memory.getDOMCounters")
    return {"KB": heap["usedSize"] // 1000, "nodes": counters["nodes"], "documents": counters["documents"], "listeners": counters["jsEventListeners"]}


async def main(options):
    check = checks.Checks()
    started = await servers.Servers(options.modules).start()
    started.site.pages["/coming"] = PAGE
    started.relay.keep = lambda side, session, frame: None
    async with async_playwright() as playwright:
        chromium = await browser.launch(playwright)
        async with browser.Session(chromium, started) as session:
            await session.watch()
            await session.visitor.goto(started.url(started.site, "/coming"))
            await session.start()
            await session.shown()
            history = []
            for quarter in range(5):
                await session.visitor.evaluate(f"async () => {{ for (let n = 0; n < {max(5, options.rounds // 5)}; n++) await round(); }}")
                await asyncio.sleep(1)
                history.append([await counted(session, page) for page in (session.visitor, session.viewer)])
                print(f"after {(quarter + 1) * max(5, options.rounds // 5)} rounds: visitor {history[-1][0]}, viewer {history[-1][1]}", flush=True)
            for at, side in enumerate(("visitor", "viewer")):
                first, last = history[1][at], history[-1][at]
                check(last["KB"] <= first["KB"] * 1.05 + 300, f"the {side}'s heap is flat", f"{first['KB']} → {last['KB']} KB")
                check(last["nodes"] <= first["nodes"] * 1.02 + 60, f"the {side}'s nodes are freed", f"{first['nodes']} → {last['nodes']}")
                check(last["documents"] <= first["documents"] + 2, f"the {side}'s documents are freed", f"{first['documents']} → {last['documents']}")
                check(last["listeners"] <= first["listeners"] + 20, f"the {side}'s listeners are freed", f"{first['listeners']} → {last['listeners']}")
            for error in await session.errors():
                check(False, "an error in the modules", error[:200])
        await chromium.close()
    await started.stop()
    return check.end()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules")
    parser.add_argument("--rounds", type=int, default=60)
    sys.exit(asyncio.run(main(parser.parse_args())))
