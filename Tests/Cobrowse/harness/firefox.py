"""A page in Debian's Firefox, driven by its own WebDriver BiDi; and one in Chromium with the same calls."""

import asyncio
import base64
import json
import pathlib
import shutil
import tempfile

import aiohttp

WIDTH, HEIGHT = 1280, 800
PREFERENCES = {
    "app.update.enabled": False, "browser.shell.checkDefaultBrowser": False, "datareporting.policy.dataSubmissionEnabled": False,
    "browser.aboutwelcome.enabled": False, "browser.startup.page": 0, "toolkit.telemetry.enabled": False, "signon.rememberSignons": False,
    "extensions.formautofill.creditCards.enabled": False, "extensions.formautofill.addresses.enabled": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,", "browser.safebrowsing.downloads.remote.enabled": False,
    "ui.prefersReducedMotion": 0, "layout.css.devPixelsPerPx": "1.0", "general.smoothScroll": False,
}


class Side:
    """What both browsers do by the calls below: `evaluate`, `press`, `move`, `keys`, `goto`, `picture`."""

    async def until(self, expression, seconds=8):
        """Waits until an expression is true."""
        found = None
        for _ in range(int(seconds * 20)):
            try:
                found = await self.evaluate(f"Boolean({expression})")
            except RuntimeError as error:  # between two documents
                found = error
            if found and not isinstance(found, Exception):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{self.name}: {expression} is {found!r}")

    async def click(self, element):
        """A person's click in the middle of what an expression gives, once it can be clicked."""
        await self.until(f"(() => {{ const e = {element}; return Boolean(e && !e.disabled && e.getBoundingClientRect().width); }})()")
        x, y = await self.evaluate(
            f"(() => {{ const e = {element}; e.scrollIntoView({{ block: 'center', behavior: 'instant' }}); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()")
        await self.press(x, y)


class Firefox(Side):
    """One page of a Firefox of its own."""

    name = "Firefox"

    async def __aenter__(self):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        profile = pathlib.Path(self.folder.name)
        (profile / "user.js").write_text("".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()))
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        self.process = await asyncio.create_subprocess_exec(
            program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0", "about:blank",
            stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL)
        address = await asyncio.wait_for(self.listening(), 40)
        self.reading = asyncio.create_task(self.process.stderr.read())
        self.client = aiohttp.ClientSession()
        self.socket = await self.client.ws_connect(address + "/session", max_msg_size=0)
        self.next, self.waiting = 0, {}
        self.receiver = asyncio.create_task(self.receive())
        await self.call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.context = (await self.call("browsingContext.getTree"))["contexts"][0]["context"]
        await self.call("browsingContext.setViewport", context=self.context, viewport={"width": WIDTH, "height": HEIGHT})
        return self

    async def listening(self):
        while True:
            line = (await self.process.stderr.readline()).decode()
            if not line:
                raise AssertionError("Firefox has not started")
            if "WebDriver BiDi listening on " in line:
                return line.split("listening on ")[1].strip()

    async def __aexit__(self, *_):
        self.receiver.cancel()
        await self.socket.close()
        await self.client.close()
        self.process.terminate()
        await self.process.wait()
        self.reading.cancel()
        self.folder.cleanup()

    async def receive(self):
        async for message in self.socket:
            answer = json.loads(message.data)
            if answer.get("id") in self.waiting:
                self.waiting.pop(answer["id"]).set_result(answer)

    async def call(self, method, **parameters):
        self.next += 1
        answer = self.waiting[self.next] = asyncio.get_running_loop().create_future()
        await self.socket.send_str(json.dumps({"id": self.next, "method": method, "params": parameters}))
        answer = await asyncio.wait_for(answer, 30)
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}"[:400])
        return answer["result"]

    async def before_each_page(self, script):
        await self.call("script.addPreloadScript", functionDeclaration=f"() => {{ {script} }}")

    async def goto(self, url):
        await self.call("browsingContext.navigate", context=self.context, url=url, wait="complete")

    async def evaluate(self, expression):
        answer = await self.call(
            "script.callFunction", functionDeclaration=f"async () => JSON.stringify(await ({expression}) ?? null)",
            target={"context": self.context}, awaitPromise=True)
        if answer["type"] == "exception":
            raise RuntimeError(f"{expression[:200]}: {answer['exceptionDetails']['text']}")
        return json.loads(answer["result"].get("value", "null"))

    async def act(self, kind, actions):
        given = {"type": kind, "id": kind, "actions": actions}
        if kind == "pointer":
            given["parameters"] = {"pointerType": "mouse"}
        await self.call("input.performActions", context=self.context, actions=[given])

    async def move(self, x, y):
        await self.act("pointer", [{"type": "pointerMove", "x": round(x), "y": round(y)}])

    async def press(self, x, y):
        await self.act("pointer", [{"type": "pointerMove", "x": round(x), "y": round(y)}, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}])

    async def keys(self, text):
        await self.act("key", [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")])

    async def picture(self, path):
        answer = await self.call("browsingContext.captureScreenshot", context=self.context)
        pathlib.Path(path).write_bytes(base64.b64decode(answer["data"]))


class Chromium(Side):
    """One page of Debian's Chromium."""

    name = "Chromium"

    def __init__(self, browser):
        self.browser = browser

    async def __aenter__(self):
        self.context = await self.browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        self.page = await self.context.new_page()
        return self

    async def __aexit__(self, *_):
        await self.context.close()

    async def before_each_page(self, script):
        await self.context.add_init_script(script)

    async def goto(self, url):
        await self.page.goto(url)

    async def evaluate(self, expression):
        try:
            return await self.page.evaluate(f"async () => await ({expression}) ?? null")
        except Exception as error:
            raise RuntimeError(str(error)) from error

    async def move(self, x, y):
        await self.page.mouse.move(x, y)

    async def press(self, x, y):
        await self.page.mouse.click(x, y)

    async def keys(self, text):
        await self.page.keyboard.type(text)

    async def picture(self, path):
        await self.page.screenshot(path=path)
