"""The demo's checkout followed from Firefox to Chromium and the other way round: shown, pointed at, helped with.

Texts and boxes of both sides are compared, not pixels: two engines draw letters differently.
Usage: firefox.py [--latchkey PROGRAM] [--scripts FOLDER] [--pictures FOLDER] [NAME…]; needs Debian's firefox-esr and chromium.
"""

import argparse
import asyncio
import os
import pathlib
import sys

from playwright.async_api import async_playwright

import live
from harness import browser
from harness.firefox import Chromium, Firefox

BAR = "document.querySelector('latchkey-bar')?.shadowRoot"
REPLICA = "document.querySelector('#replica').contentDocument"
# What is on a page: tags, texts, values and boxes of what can be seen, without what is ours.
SEEN = """((root) => [...root.querySelectorAll("body *")].flatMap((element) => {
  if (element.closest("[data-latchkey-ui]") || element.localName.startsWith("latchkey") || element.localName === "option") return [];
  const box = element.getBoundingClientRect();
  const view = element.ownerDocument.defaultView;
  if (box.width < 1 || box.height < 1 || !element.checkVisibility?.()) return [];
  const text = [...element.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data.trim()).join("|");
  const style = view.getComputedStyle(element);
  const colour = /^(radio|checkbox)$/.test(element.type) ? "" : style.color + style.backgroundColor;
  return [[element.localName, text, element.value ?? "", [box.x, box.y, box.width, box.height].map(Math.round), colour]];
}))"""
checks = {"made": 0, "failed": 0}


def check(good, name, detail=""):
    checks["made"] += 1
    checks["failed"] += not good
    print(f"{'ok  ' if good else 'FAIL'} {name} {'' if good else detail}".rstrip(), flush=True)


async def compared(visitor, agent, name):
    """Compares what both sides show: the same elements, texts and colours, boxes up to a few pixels."""
    differing = []
    for _ in range(20):
        ours, theirs = await visitor.evaluate(SEEN + "(document)"), await agent.evaluate(f"{SEEN}({REPLICA})")
        differing = [f"{len(ours)} and {len(theirs)} elements"] if len(ours) != len(theirs) else []
        for one, other in zip(ours, theirs):
            # Masked, or with the number of letters of a placeholder.
            hidden = "••••••" in (other[1], other[2]) or other[1] == "••••••"
            if one[0] != other[0] or not hidden and one[1:3] != other[1:3] or one[4] != other[4]:
                differing.append(f"{one} {other}")
            elif not hidden and any(abs(a - b) > 3 + 0.03 * abs(a) for a, b in zip(one[3], other[3])):
                differing.append(f"{one} {other}")
        if not differing:
            break
        await asyncio.sleep(0.1)
    check(len(ours) > 10 and not differing, f"{name}: {len(ours)} elements are the same", "; ".join(differing[:4]))


async def checkout(visitor, agent, server, pictures):
    """The whole way, with each step's end looked at."""
    way = f"{visitor.name} to {agent.name}"

    async def picture(step):
        if pictures:
            for side, role in ((visitor, "visitor"), (agent, "agent")):
                await side.picture(f"{pictures}/{visitor.name}-{agent.name}-{step}-{role}.png".lower())

    async def answer(said):
        await visitor.click(f"{BAR}.querySelector('dialog [data-answer={said}]:enabled')")

    async def title(text):
        await visitor.until(f"{BAR}?.querySelector('.title').textContent.startsWith({text!r})")

    for side in (visitor, agent):
        await side.before_each_page(live.OPEN_ROOTS)
    await visitor.goto(f"{server.address}/demo/shop?visitorid={live.VISITOR}")
    await visitor.click("document.querySelector('#help')")
    await answer("yes")
    await title("Waiting for an agent")
    await agent.goto(server.signed_in())
    await agent.goto(f"{server.address}/agentjoin/AgentView.aspx?SessionKey={live.VISITOR}&Wait=1")
    await answer("yes")
    await title("In session with")
    await agent.until(f"{REPLICA}?.querySelectorAll('img').length > 3")
    await compared(visitor, agent, f"{way}: the shop")
    await picture("shop")

    await visitor.click("document.querySelector('main a[href$=vest]')")
    await visitor.click("document.querySelector('#add')")
    await visitor.until("document.querySelector('#sizes').open")
    await agent.until(f"{REPLICA}.querySelector('#sizes').checkVisibility()")
    await compared(visitor, agent, f"{way}: a product of several sizes, in a dialog")
    await visitor.click("document.querySelector('#add-size')")
    await visitor.goto(f"{server.address}/demo/shop/checkout?visitorid={live.VISITOR}")
    await title("In session with")
    await agent.until(f"{REPLICA}?.querySelector('#full-name')")
    for field, text in (("#full-name", "Noor Haddad"), ("#street", "Storgata 7"), ("#card", "4111111111111111"), ("#cvc", "123")):
        await visitor.click(f"document.querySelector('{field}')")
        await visitor.keys(text)
        await visitor.until(f"document.querySelector('{field}').value === {text!r}")
    await agent.until(f"{REPLICA}.querySelector('#street').value === 'Storgata 7'")
    await compared(visitor, agent, f"{way}: the checkout, filled in")
    check("4111" not in await agent.evaluate(f"[...{REPLICA}.querySelectorAll('input')].map((one) => one.value).join() + {REPLICA}.documentElement.outerHTML"),
          f"{way}: the card is masked")
    check(await agent.evaluate(f"{REPLICA}.querySelector('.private').textContent") == "••••••", f"{way}: so is what is marked")

    async def place(selector):
        """Where the agent's page shows an element of the replica."""
        return await agent.evaluate(f"""(() => {{ const frame = document.querySelector('#replica').getBoundingClientRect(), box = {REPLICA}.querySelector({selector!r}).getBoundingClientRect(),
            factor = frame.width / {REPLICA}.defaultView.innerWidth; return [frame.x + (box.x + box.width / 2) * factor, frame.y + (box.y + box.height / 2) * factor]; }})()""")

    await visitor.evaluate("document.querySelector('#city').scrollIntoView({ block: 'center', behavior: 'instant' })")
    await asyncio.sleep(0.4)
    await agent.click("document.querySelector('[data-tool=point]')")
    await agent.move(*await place("#city"))
    wanted = await visitor.evaluate("(() => { const b = document.querySelector('#city').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()")
    await visitor.until("document.querySelector('latchkey-marks')?.shadowRoot?.querySelector('.pointer')")
    await asyncio.sleep(0.2)
    found = await visitor.evaluate("document.querySelector('latchkey-marks').shadowRoot.querySelector('.pointer').getAttribute('transform').match(/-?[0-9.]+/g).map(Number)")
    check(all(abs(a - b) < 8 for a, b in zip(wanted, found)), f"{way}: the agent's pointer is where it points", f"{found} where {wanted} was wanted")
    await picture("pointed")

    await agent.click("document.querySelector('#ask-assist')")
    await answer("yes")
    await agent.until("(() => { const e = document.querySelector('#give-back'); return e && !e.hidden; })()")
    await agent.click("document.querySelector('[data-tool=use]')")
    await agent.press(*await place("#city"))
    await agent.keys("Bergen")
    await visitor.until("document.querySelector('#city').value === 'Bergen'")
    await agent.press(*await place("#zip"))
    await agent.keys("5003")
    await visitor.until("document.querySelector('#zip').value === '5003'")
    check(True, f"{way}: the agent helps with the form")
    await agent.press(*await place("#card"))
    await agent.keys("99")
    await asyncio.sleep(0.3)
    check(await visitor.evaluate("document.querySelector('#card').value") == "4111111111111111", f"{way}: but not with the card")
    await compared(visitor, agent, f"{way}: helped with")
    await picture("helped")
    await visitor.click("document.querySelector('#expiry')")
    await visitor.keys("12/30")
    await visitor.click("document.querySelector('#order-now')")
    await visitor.until("document.querySelector('#done').open")
    await agent.until(f"{REPLICA}.querySelector('#done').checkVisibility()")
    await compared(visitor, agent, f"{way}: the order is placed, in a modal dialog")
    await picture("done")
    await visitor.click(f"[...{BAR}.querySelectorAll('.bar button')].find((one) => one.textContent === 'Stop')")
    await agent.until("/ended/i.test(document.body.innerText)")
    check(True, f"{way}: the visitor ends it")


async def main(options):
    if options.pictures:
        pathlib.Path(options.pictures).mkdir(parents=True, exist_ok=True)
    if options.scripts:
        os.environ["SCRIPTS"] = options.scripts
    async with async_playwright() as playwright:
        launched = await browser.launch(playwright)
        for is_visitor in (True, False):
            server = live.Demo(options.latchkey) if options.latchkey else live.StandIn(None)
            try:
                async with Firefox() as firefox, Chromium(launched) as chromium:
                    visitor, agent = (firefox, chromium) if is_visitor else (chromium, firefox)
                    try:
                        await asyncio.wait_for(checkout(visitor, agent, server, options.pictures), 90)
                    except Exception as error:
                        check(False, f"{visitor.name} to {agent.name} broke off:", f"{type(error).__name__}: {error}"[:600])
                        if options.pictures:
                            await visitor.picture(f"{options.pictures}/failed-visitor.png")
                            await agent.picture(f"{options.pictures}/failed-agent.png")
            finally:
                server.stop()
        await launched.close()
    print(f"{checks['made']} checks, {checks['failed']} failed")
    return 1 if checks["failed"] else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latchkey")
    parser.add_argument("--scripts")
    parser.add_argument("--pictures")
    sys.exit(asyncio.run(main(parser.parse_args())))
