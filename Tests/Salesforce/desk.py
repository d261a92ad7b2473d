"""An agent's computer: a display, a browser, and the real launcher and client, with folders of their own."""
import json
import os
import pathlib
import stat
import subprocess
import tempfile
import time


class Desk:
    """Runs while the `with` block runs. What the browser opens with `xdg-open` goes to the launcher, and is remembered."""

    def __init__(self, programs, certificate, server_url):
        self.programs, self.certificate, self.server_url = programs, certificate, server_url

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="latchkey-desk-")
        root = pathlib.Path(self.folder.name)
        self.opened = root / "opened"
        self.environment = {"PATH": f"{root}/bin:{os.environ['PATH']}", "HOME": str(root)}
        for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            (root / name).mkdir(mode=0o700)
            self.environment[name] = str(root / name)
        (root / "bin").mkdir()
        opener = root / "bin/xdg-open"
        opener.write_text(
            f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{self.opened}"\nunset DISPLAY\nexec "{self.programs}/latchkey-launcher" "$1"\n'
        )
        opener.chmod(opener.stat().st_mode | stat.S_IXUSR)
        (root / "XDG_CONFIG_HOME/latchkey").mkdir(mode=0o700)
        (root / "XDG_CONFIG_HOME/latchkey/client.json").write_text(
            json.dumps({"servers": [self.server_url], "questions": "confirm", "certificateAuthorityFile": self.certificate})
        )
        read, write = os.pipe()
        self.display = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1000x24", "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as number:
            self.browser_environment = self.environment | {"DISPLAY": ":" + number.readline().strip()}
        return self

    def __exit__(self, *_):
        self.client("quit")
        self.display.terminate()
        self.display.wait(timeout=10)
        for _ in range(50):
            try:
                self.folder.cleanup()
                return
            except OSError:
                time.sleep(0.1)

    def client(self, *arguments):
        return subprocess.run(
            [self.programs + "/latchkey-client", *arguments], env=self.environment, capture_output=True, text=True, timeout=30
        ).stdout

    def urls(self):
        return self.opened.read_text().splitlines() if self.opened.exists() else []

    def wait(self, part):
        """Waits until the client's status has a text in it."""
        status = ""
        for _ in range(150):
            status = self.client("status")
            if part in status:
                return status
            time.sleep(0.1)
        raise AssertionError(f"the client does not say {part!r}: {status}\n{self.log()[-1500:]}")

    def log(self):
        path = pathlib.Path(self.environment["XDG_STATE_HOME"]) / "latchkey/client.log"
        return path.read_text() if path.exists() else ""
