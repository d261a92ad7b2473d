"""The steps that a page or a site declares: each is an object with one verb, a list is done as one step.

    {"click": "#a"} {"dblclick": "#a"} {"hover": "#a"} {"focus": "#a"} {"type": "text"} {"press": "Tab"}
    {"fill": ["#a", "text"]} {"choose": ["select", "value"]} {"drag": ["#a", 100, 20]} {"down": "#a"} {"up": true}
    {"wheel": [0, 300]} {"run": "JavaScript"} {"wait": 200} {"reload": true} {"back": true} {"forward": true}
    {"goto": "/address"} {"media": {"color_scheme": "dark"}} {"viewport": [800, 600]} {"tap": "#a"}
    {"mask": {...}} changes the masks; {"files": ["#a", "name"]} chooses a file.
"""

import asyncio

from playwright.async_api import Error

from harness.browser import until


def wait_for_load(page):
    return page.wait_for_load_state("load", timeout=10000)


async def centre(page, selector):
    found = page.locator(selector).first
    bounds = await found.bounding_box(timeout=5000)
    return bounds["x"] + bounds["width"] / 2, bounds["y"] + bounds["height"] / 2


async def drag(page, selector, right, down):
    x, y = await centre(page, selector)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + right / 2, y + down / 2, steps=4)
    await page.mouse.move(x + right, y + down, steps=4)
    await page.mouse.up()


async def press_down(page, selector):
    await page.mouse.move(*await centre(page, selector))
    await page.mouse.down()


VERBS = {
    "click": lambda page, what: page.locator(what).first.click(timeout=5000),
    "dblclick": lambda page, what: page.locator(what).first.dblclick(timeout=5000),
    "hover": lambda page, what: page.locator(what).first.hover(timeout=5000),
    "focus": lambda page, what: page.locator(what).first.focus(timeout=5000),
    "tap": lambda page, what: page.locator(what).first.tap(timeout=5000),
    "type": lambda page, what: page.keyboard.type(what),
    "press": lambda page, what: page.keyboard.press(what),
    "fill": lambda page, what: page.locator(what[0]).first.fill(what[1], timeout=5000),
    "choose": lambda page, what: page.locator(what[0]).first.select_option(what[1], timeout=5000),
    "files": lambda page, what: page.locator(what[0]).first.set_input_files(
        {"name": what[1], "mimeType": "text/plain", "buffer": b"x"}, timeout=5000),
    "drag": lambda page, what: drag(page, *what),
    "down": press_down,
    "up": lambda page, what: page.mouse.up(),
    "move": lambda page, what: page.mouse.move(*what),
    "wheel": lambda page, what: page.mouse.wheel(*what),
    "run": lambda page, what: page.evaluate(f"async () => {{ {what} }}"),
    "wait": lambda page, what: asyncio.sleep(what / 1000),
    "until": lambda page, what: until(page, what, 20),
    "goto": lambda page, what: page.goto(what if "://" in what else page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + what),
    "reload": lambda page, what: page.reload(),
    "back": lambda page, what: page.go_back(),
    "forward": lambda page, what: page.go_forward(),
    "media": lambda page, what: page.emulate_media(**what),
    "viewport": lambda page, what: page.set_viewport_size({"width": what[0], "height": what[1]}),
    "mask": lambda page, what: page.evaluate("policy => latchkeyHarness.capture.setMask(policy)", what),
}


async def perform(page, step):
    """Does a step, and waits for the new document where it leads to one."""
    for each in step if isinstance(step, list) else [step]:
        (verb, what), = each.items()
        await VERBS[verb](page, what)
        if verb in ("click", "press", "goto", "back", "forward", "reload"):
            try:
                await wait_for_load(page)
            except Error:
                pass


def words(step):
    """A short name of a step for tables."""
    doing = [each for each in (step if isinstance(step, list) else [step]) if "wait" not in each] or [{"wait": ""}]
    each = doing[-1]
    (verb, what), = each.items()
    return f"{verb} {what}"[:46]
