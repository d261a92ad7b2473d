"""A browser with the two sides of a session: the visitor's page and the viewer's, each with cookies of its own."""

import asyncio
import base64
import io
import shutil
import time

import numpy
from PIL import Image
from playwright.async_api import Error

WIDTH, HEIGHT = 1280, 800
FLAGS = [
    "--no-sandbox", "--disable-lcd-text", "--font-render-hinting=none", "--force-color-profile=srgb",
    "--force-device-scale-factor=1", "--disable-smooth-scrolling", "--disable-gpu", "--disable-partial-raster",
    "--hide-scrollbars", "--disable-features=Translate,HttpsUpgrades,OverscrollHistoryNavigation",
    "--enable-precise-memory-info", "--js-flags=--expose-gc",
]


async def launch(playwright, *flags):
    """Debian's Chromium, without a window."""
    return await playwright.chromium.launch(
        executable_path=shutil.which("chromium"), headless=True, args=[*FLAGS, *flags])


async def until(page, expression, seconds=10):
    """Waits until an expression is true in a page, and says what it was otherwise.

    Playwright's `wait_for_function` evaluates a text inside of the page from its second look on, which the policy of
    our pages refuses; this asks from outside.
    """
    end, found = time.monotonic() + seconds, None
    while not found or isinstance(found, Error):
        assert time.monotonic() < end, f"not within {seconds} s: {expression} is {found!r}"
        try:
            found = await page.evaluate(f"Boolean({expression})")
        except Error as error:  # between two documents
            found = error
        await asyncio.sleep(0.02)


def decoded(data):
    """The pixels of a picture."""
    return numpy.array(Image.open(io.BytesIO(data)).convert("RGB"))


class Session:
    """A visitor's page and the viewer that follows it."""

    count = 0

    def __init__(self, browser, servers, assets="visitor", documents=False, ratio=1):
        Session.count += 1
        self.name, self.browser, self.servers, self.assets = f"s{Session.count}", browser, servers, assets
        self.console, self.documents = [], documents
        self.ratio = ratio  # how many pixels of the visitor's device are in one of the page

    async def __aenter__(self):
        self.contexts = [await self.browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=ratio)
                         for ratio in (self.ratio, 1)]
        await self.contexts[0].add_init_script(self.script())
        self.visitor = await self.contexts[0].new_page()
        self.viewer = await self.contexts[1].new_page()
        self.screens = {}
        for page in (self.visitor, self.viewer):
            self.screens[page] = await page.context.new_cdp_session(page)
        self.viewer.on("console", lambda message: self.console.append(message.text))
        return self

    async def __aexit__(self, *_):
        for context in self.contexts:
            await context.close()

    def script(self):
        module = self.servers.url(self.servers.viewer, "/harness/visitor.js")
        return (f'if (location.protocol.startsWith("http") && '
                f'(window === top || location.search.includes("latchkey-script")))'
                f' import("{module}").then((module) => module.begin({{session: "{self.name}"}}));')

    async def watch(self):
        """Opens the viewer, as an agent does who joins."""
        await self.viewer.goto(self.servers.url(
            self.servers.viewer, f"/harness/viewer.html?session={self.name}&assets={self.assets}"
            f"{'&documents' if self.documents else ''}"))
        await until(self.viewer, "window.latchkeyHarness?.open")

    async def start(self, settings=None):
        """Starts the capture in the visitor's page."""
        await until(self.visitor, "window.latchkeyHarness")
        await self.visitor.evaluate("settings => latchkeyHarness.start(settings)", settings or {})

    async def shown(self):
        """Waits until the viewer has shown a page."""
        await until(self.viewer, "latchkeyHarness.pages > 0")

    async def picture(self, page):
        """The page's pixels, taken without touching the page."""
        if self.ratio > 1 and page is self.visitor:  # the protocol's own picture is that of another device
            return decoded(await page.screenshot(scale="css"))
        answer = await self.screens[page].send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        return decoded(base64.b64decode(answer["data"]))

    async def pictures(self):
        """Both sides' pixels at the same time."""
        return await asyncio.gather(self.picture(self.visitor), self.picture(self.viewer))

    def bytes(self):
        """All that the visitor's page sent."""
        return b"".join(self.servers.relay.sent.get(self.name, []))

    def frames(self):
        return self.servers.relay.sent.get(self.name, [])

    async def errors(self):
        """What went wrong in either side's modules."""
        found = await self.viewer.evaluate("latchkeyHarness.errors")
        try:
            found += await self.visitor.evaluate("window.latchkeyHarness?.errors ?? []")
        except Exception as error:  # the page may be between two documents
            found.append(str(error).splitlines()[0])
        return found
