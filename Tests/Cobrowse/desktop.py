"""The live session in the desktop client: in its window through WebKitGTK 6, or in the browser that `xdg-open` finds. Against
`latchkey demo`, with the visitor in a real Chromium and the client on a display of its own.

Needs what live.py needs, and Debian's xvfb, imagemagick, xdotool, xdg-utils and libwebkitgtk-6.0-4.
Usage: python3 Tests/Cobrowse/desktop.py --latchkey PROGRAM [--pictures FOLDER] [NAME…]
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from playwright.sync_api import expect

from live import Demo, GROUP, Scene, VISITOR, equal, perform

TONI = "005Fk000001aBcHIAU"
MAGENTA, PAPER = b"\xff\x00\xff", b"\xfb\xfa\xf7"


def until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


class Display:
    """A screen that nobody sees."""

    def __init__(self):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
        self.process = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as number:
            self.name = ":" + number.readline().strip()

    def pixels(self):
        shown = subprocess.run(["import", "-display", self.name, "-window", "root", "-depth", "8", "ppm:-"], check=True, capture_output=True)
        data = shown.stdout
        return [data[index:index + 3] for index in range(len(data) - 1280 * 900 * 3, len(data), 3 * 16)]

    def shows(self, colour):
        """The share of the screen that has this colour."""
        pixels = self.pixels()
        return pixels.count(colour) / len(pixels)

    def press(self, *keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True, env={**os.environ, "DISPLAY": self.name})

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Desk:
    """An agent's computer: a display, and the client with its files in folders of their own."""

    def __init__(self, server, hasWindow=True):
        self.server = server
        self.folder = tempfile.TemporaryDirectory()
        self.display = Display()
        self.programs = pathlib.Path(self.folder.name, "programs")
        self.programs.mkdir()
        for name in ["latchkey-client", "latchkey-launcher"] + ["latchkey-window"] * hasWindow:
            shutil.copy(pathlib.Path(server.program).resolve().parent / name, self.programs)
        browser = pathlib.Path(self.folder.name, "browser")
        browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >>{self.folder.name}/opened\n')
        browser.chmod(0o755)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.folder.name, "DISPLAY": self.display.name, "LANG": "C.UTF-8", "GSK_RENDERER": "cairo", "NO_AT_BRIDGE": "1",
        }
        for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            self.environment[name] = f"{self.folder.name}/{name}"
            os.mkdir(self.environment[name], 0o700)
        applications = pathlib.Path(self.environment["XDG_DATA_HOME"], "applications")
        applications.mkdir()
        (applications / "browser.desktop").write_text(
            f"[Desktop Entry]\nType=Application\nName=Browser\nExec={browser} %u\nMimeType=x-scheme-handler/http;\n")
        pathlib.Path(self.environment["XDG_CONFIG_HOME"], "mimeapps.list").write_text(
            "[Default Applications]\nx-scheme-handler/http=browser.desktop\n")
        self.client("server", "add", server.address)
        self.client("questions", "confirm")

    def client(self, *words, check=True):
        command = [str(self.programs / "latchkey-client"), *words]
        return subprocess.run(command, check=check, capture_output=True, text=True, env=self.environment)

    def join(self, session):
        key = self.server.command("key", "make", "--group", GROUP, "--user", TONI)
        host = self.server.address.partition("//")[2]
        url = f"glancepanorama://agentjoin/{host}/{GROUP}/{session}?partnerid={GROUP}&partneruserid={TONI}&loginkey={key}"
        subprocess.run([str(self.programs / "latchkey-launcher"), url], check=True, env=self.environment)

    def status(self):
        return json.loads(self.client("status", "--json").stdout)

    def phase(self):
        return (self.status().get("session") or {}).get("phase")

    def window(self):
        """The window's process."""
        children = pathlib.Path("/proc", str(self.status()["processID"]), "task").glob("*/children")
        for number in (number for file in children for number in file.read_text().split()):
            if pathlib.Path("/proc", number, "comm").read_text().startswith("latchkey-window"):
                return int(number)
        return None

    def opened(self):
        file = pathlib.Path(self.folder.name, "opened")
        return file.read_text().split() if file.exists() else []

    def stop(self):
        self.client("quit", check=False)
        self.display.stop()
        self.folder.cleanup()


def paint(visitor, colour):
    visitor.evaluate("""(colour) => {
        document.body.style.background = colour;
        for (const one of document.querySelectorAll("header, main, footer")) one.style.visibility = "hidden";
    }""", colour)


def picture(scene, desk, name):
    if scene.pictures:
        subprocess.run(["import", "-display", desk.display.name, "-window", "root", f"{scene.pictures}/{name}.png"], check=True)


def the_window_shows_the_visitors_page(scene, desk):
    desk.join(scene.begin())
    scene.answer("yes")
    scene.title("In session with Toni Marsh")
    until(lambda: desk.phase() == "viewing", "the window shows the session")
    equal(desk.status()["state"], "inSession")
    until(lambda: desk.display.shows(PAPER) > 0.1, "the window shows the shop")
    picture(scene, desk, "window")
    paint(scene.visitor, "#ff00ff")
    until(lambda: desk.display.shows(MAGENTA) > 0.2, "the window follows the page")
    scene.title("In session with Toni Marsh")
    scene.visitor.get_by_role("button", name="Stop").click()
    until(lambda: desk.phase() is None, "the client lets go of the session")
    picture(scene, desk, "window-ended")
    equal(desk.status()["state"], "signedIn")
    # One agent was in the session, not the client and the page in turn.
    equal(scene.events(), ["started", "agentjoined", "agentleft", "ended"])
    equal(desk.client("logs").stdout.count("connected to the session"), 1)
    until(lambda: desk.window(), "the window stays")


def another_click_shows_another_session(scene, desk):
    desk.join(scene.begin())
    scene.answer("yes")
    scene.title("In session with Toni Marsh")
    until(lambda: desk.phase() == "viewing", "the window shows the session")
    other = scene.page(scene.visitors.browser.new_context())
    other.goto(f"{scene.address}/demo/shop")
    other.click("#help")
    scene.answer("yes", other)
    scene.title("Waiting for an agent", other)
    key = other.locator(".bar .key").inner_text()
    desk.join(key)
    scene.answer("yes", other)
    expect(other.locator(".bar .title")).to_have_text("In session with Toni Marsh")
    until(lambda: (desk.status()["session"] or {}).get("key") == key and desk.phase() == "viewing", "the other session")
    paint(other, "#ff00ff")
    until(lambda: desk.display.shows(MAGENTA) > 0.2, "the window follows the other page")


def a_window_that_is_gone_lets_go_of_the_session(scene, desk):
    desk.join(scene.begin())
    scene.answer("yes")
    until(lambda: desk.phase() == "viewing", "the window shows the session")
    os.kill(desk.window(), signal.SIGKILL)
    until(lambda: desk.phase() is None, "the client lets go of the session")
    # A click brings both back, be it that the client does not know yet that the window's process is gone.
    desk.join(VISITOR)
    until(lambda: desk.phase() == "viewing", "the window shows the session again")
    scene.title("In session with Toni Marsh")
    paint(scene.visitor, "#ff00ff")
    until(lambda: desk.display.shows(MAGENTA) > 0.2, "the new window follows the page")


def without_a_window_the_browser_shows_the_page(scene, desk):
    equal(desk.client("show", check=False).returncode != 0, True)
    desk.join(scene.begin())
    scene.answer("yes")
    scene.title("In session with Toni Marsh")
    until(lambda: desk.phase() == "live", "the client is in the session")
    desk.client("show")
    (address,) = until(desk.opened, "the browser is opened")
    equal(desk.phase(), None)
    # In a browser that has never seen the server.
    agent = scene.page(scene.agents.browser.new_context(viewport={"width": 1280, "height": 800}))
    agent.goto(address)
    expect(agent.locator("#page-title")).not_to_be_empty()
    expect(agent.locator("#state-title")).to_have_text("In session with Noor Haddad")
    scene.title("In session with Toni Marsh")
    equal("icket" in agent.url, False)
    # The address was good once.
    stranger = scene.agents.browser.new_context().new_page()
    equal(stranger.goto(address).status, 401)
    expect(stranger.locator("#viewer")).to_have_count(0)
    events = json.loads(scene.server.command("audit", "list", "--json"))
    signed_in = [event for event in events if event["action"] == "authenticate" and event["outcome"] == "granted" and TONI in event["actor"]]
    # The click is one sign-in, and the page is none.
    equal(len(signed_in), 1)


PLAYS = [
    the_window_shows_the_visitors_page,
    another_click_shows_another_session,
    a_window_that_is_gone_lets_go_of_the_session,
    without_a_window_the_browser_shows_the_page,
]


def run(play, browser, arguments):
    server = Demo(arguments.latchkey)
    scene, desk = Scene(browser, server, arguments.pictures), None
    try:
        desk = Desk(server, hasWindow=play is not without_a_window_the_browser_shows_the_page)
        play(scene, desk)
        assert not scene.errors, scene.errors
    except BaseException:
        if desk:
            picture(scene, desk, f"failed-{play.__name__}")
        raise
    finally:
        if desk:
            desk.stop()
        scene.close()
        server.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures")
    parser.add_argument("--latchkey", required=True, help="the program whose demo is the server; the client is beside it")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    return perform(arguments, PLAYS, lambda play, browser: run(play, browser, arguments))


if __name__ == "__main__":
    sys.exit(main())
