"""Measures the capture beside rrweb 1.1.3 in one run. Usage: capture_bench.py --rrweb FOLDER [--modules FOLDER] [--rounds N]

FOLDER holds the unpacked scripts of the PyPI package django-rrweb 4.0.5. Medians, and ratios of medians.
"""

import argparse
import asyncio
import pathlib
import statistics
import sys

from playwright.async_api import async_playwright

from harness import browser, servers

DOC = "/usr/share/doc"
PAGES = [f"{DOC}/postgresql-doc-15/html/sql-delete.html", f"{DOC}/postgresql-doc-15/html/sql-select.html",
         f"{DOC}/python3/html/library/functions.html", f"{DOC}/git/html/git-config.html", f"{DOC}/python3/html/library/os.html"]
WORK = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Work</title><style>span { display: inline-block; margin: 1px } .odd { color: navy } #items i { display: inline-block; width: 8px }</style>
<p id="single">0</p><input id="field"><div id="items">""" + "<i>x</i>" * 1000 + """</div><div id="burst"></div>"""
median = statistics.median


def ratio(ours, theirs):
    return ours / theirs if theirs else float("nan")


async def snapshots(chromium, started, rounds):
    print("Snapshots: milliseconds and kilobytes gzipped, ours / rrweb 1.1.3")
    worst_time = worst_bytes = 0.0
    for path in PAGES:
        if not pathlib.Path(path).exists():
            print(f"  {path} is not installed")
            continue
        found, nodes = [], 0
        for number in range(rounds):
            context = await chromium.new_context(viewport={"width": browser.WIDTH, "height": browser.HEIGHT})
            page = await context.new_page()
            await page.goto(started.url(started.site, path))
            await page.add_script_tag(url=started.url(started.viewer, "/rrweb/rrweb-record-1-1-3.js"))
            await page.add_script_tag(url=started.url(started.viewer, "/harness/bench.js"))
            nodes = await page.evaluate("latchkeyBench.nodes()")
            found.append(await page.evaluate("([m, f]) => latchkeyBench.snapshots(m, f)",
                                             [started.url(started.viewer, "/cobrowse/"), number % 2 == 0]))
            await context.close()
        time = {side: median(each[side]["time"] for each in found) for side in ("ours", "theirs")}
        size = {side: median(each[side]["bytes"] for each in found) / 1000 for side in ("ours", "theirs")}
        if nodes >= 3000:
            worst_time = max(worst_time, ratio(time["ours"], time["theirs"]))
            worst_bytes = max(worst_bytes, ratio(size["ours"], size["theirs"]))
        print(f"  {nodes:6} nodes  {time['ours']:7.1f} / {time['theirs']:7.1f} ms = {ratio(time['ours'], time['theirs']):.2f}"
              f"   {size['ours']:6.1f} / {size['theirs']:6.1f} KB = {ratio(size['ours'], size['theirs']):.2f}   {path.rsplit('/', 1)[1]}", flush=True)
    print(f"  worst of the pages of 3,000 nodes and more: time × {worst_time:.2f} (goal 0.15), bytes × {worst_bytes:.2f} (goal 0.5)")


class Followed:
    """The page of work, followed by nobody, by ours, or by the yardstick."""

    def __init__(self, chromium, started, who):
        self.session, self.started, self.who = browser.Session(chromium, started), started, who

    async def __aenter__(self):
        await self.session.__aenter__()
        session, started = self.session, self.started
        visitor, viewer = session.visitor, session.viewer
        if self.who == "ours":
            await session.watch()
        elif self.who == "theirs":
            await viewer.goto(started.url(started.viewer, f"/harness/player.html?session={session.name}"))
            await browser.until(viewer, "latchkeyHarness.open")
        await visitor.goto(started.url(started.site, "/work"))
        await visitor.add_script_tag(url=started.url(started.viewer, "/harness/bench.js"))
        if self.who == "ours":
            await session.start()
        elif self.who == "theirs":
            await visitor.add_script_tag(url=started.url(started.viewer, "/rrweb/rrweb-record-1-1-3.js"))
            await visitor.evaluate("address => latchkeyBench.record(address)",
                                   started.url(started.viewer, f"/relay/visitor/{session.name}").replace("http", "ws"))
        if self.who != "alone":
            await session.shown()
            await viewer.add_script_tag(url=started.url(started.viewer, "/harness/seen.js"))
        await session.screens[visitor].send("Performance.enable")
        await asyncio.sleep(1)
        return self

    async def __aexit__(self, *_):
        await self.session.__aexit__()

    async def busy(self):
        """Milliseconds that the visitor's main thread has worked so far."""
        metrics = await self.session.screens[self.session.visitor].send("Performance.getMetrics")
        return 1000 * next(each["value"] for each in metrics["metrics"] if each["name"] == "TaskDuration")


async def burst(chromium, started, who, work):
    async with Followed(chromium, started, who) as followed:
        before = await followed.busy()
        at = await followed.session.visitor.evaluate(f"latchkeyBench.{work}()")
        await asyncio.sleep(3)
        spent = await followed.busy() - before
        applied = 0
        if who != "alone" and work == "adds":
            try:
                await browser.until(followed.session.viewer, "latchkeySeen.burst", 15)
                applied = await followed.session.viewer.evaluate("latchkeySeen.burst") - at
            except Exception:
                applied = float("inf")
        return spent, applied


async def bursts(chromium, started, rounds):
    for work, words in (("adds", "10,000 elements added at once"), ("styles", "10,000 style writes on 1,000 elements")):
        found = {who: [] for who in ("alone", "ours", "theirs")}
        for _ in range(rounds):
            for who in found:
                found[who].append(await burst(chromium, started, who, work))
        spent = {who: median(each[0] for each in all_) for who, all_ in found.items()}
        added = {who: spent[who] - spent["alone"] for who in ("ours", "theirs")}
        print(f"{words}: the page alone {spent['alone']:.0f} ms of the main thread; added {added['ours']:.0f} / {added['theirs']:.0f} ms"
              f" = {ratio(added['ours'], added['theirs']):.2f} (goal 0.4)", flush=True)
        if work == "adds":
            applied = {who: median(each[1] for each in found[who]) for who in ("ours", "theirs")}
            print(f"  change to applied: {applied['ours']:.0f} / {applied['theirs']:.0f} ms = {ratio(applied['ours'], applied['theirs']):.2f} (goal 0.4)", flush=True)


def quantiles(values):
    ordered = sorted(values)
    return median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


async def latencies(chromium, started, count):
    for who, words in (("ours", "ours"), ("theirs", "rrweb")):
        async with Followed(chromium, started, who) as followed:
            visitor, viewer = followed.session.visitor, followed.session.viewer
            times = await visitor.evaluate("count => latchkeyBench.singles(count)", count)
            await asyncio.sleep(1)
            seen = await viewer.evaluate("latchkeySeen.singles")
            found = [seen[str(number)] - at for number, at in enumerate(times, 1) if str(number) in seen]
            middle, p99 = quantiles(found)
            print(f"single changes, DOM to paint, {words}: median {middle:.0f} ms, p99 {p99:.0f} ms of {len(found)} (goal 35, 50)", flush=True)
            await visitor.evaluate("latchkeyBench.listen()")
            await visitor.locator("#field").focus()
            await visitor.keyboard.type("x" * (count // 2), delay=80)
            await asyncio.sleep(1)
            keys, seen = await visitor.evaluate("latchkeyBench.keys"), await viewer.evaluate("latchkeySeen.keys")
            found = [seen[str(number)] - at for number, at in enumerate(keys, 1) if str(number) in seen]
            if found:
                middle, p99 = quantiles(found)
                print(f"typing, key to paint, {words}: median {middle:.0f} ms, p99 {p99:.0f} ms of {len(found)} of {len(keys)} keys", flush=True)
            else:
                print(f"typing, {words}: nothing came over")


async def main(options):
    servers.DELAY = 0
    started = servers.Servers(options.modules, {"/usr/share/": "/usr/share"})
    started.viewer.mounts.insert(0, ("/rrweb/", options.rrweb))
    started.site.pages["/work"] = WORK
    await started.start()
    async with async_playwright() as playwright:
        chromium = await browser.launch(playwright)
        for part in (snapshots(chromium, started, options.rounds), bursts(chromium, started, max(1, options.rounds // 2)),
                     latencies(chromium, started, 40 * options.rounds)):
            await part
        await chromium.close()
    await started.stop()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules")
    parser.add_argument("--rrweb", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    sys.exit(asyncio.run(main(parser.parse_args())))
