"""A Latchkey server of one's own: its store in a temporary folder, its group, its people, and their credentials."""
import base64
import contextlib
import hashlib
import hmac
import http.client
import itertools
import json
import os
import random
import socket
import subprocess
import tempfile
import time
import urllib.parse

GROUP = "12345"
PASSWORD = "correct horse"
# Names of the CRM that are awkward in URLs and forms; what follows is the user name.
PEOPLE = {
    "joe": "joe",
    "joe+1@x.example": "joe.plus",
    "a b": "a.blank",
    "a&b": "a.ampersand",
    "a": "just.a",
    "joe&partneruserid=admin": "joe.smuggler",
    "Zoë 测试 😀": "zoe",
    "50%25=~$1$": "reserved",
    "x" * 255: "long",
}
# Every program here is one source and one group: what counts is what the server answers, not how often it is asked.
LIMITS = {
    "LATCHKEY_SIGN_IN_REFUSAL_BURST": "1000000",
    "LATCHKEY_SIGN_IN_REFUSALS_PER_SECOND": "1000000",
    "LATCHKEY_SIGN_IN_GRANT_BURST": "1000000",
    "LATCHKEY_SIGN_IN_GRANTS_PER_SECOND": "1000000",
}


class Answer:
    """A status, header fields and a body."""

    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


def free_port():
    """A port that nobody listens on, of those that no connection is given: waiting for a server cannot take it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """Runs `latchkey` from LATCHKEY_BINARY while the `with` block runs, with an administrator, `admin`, and PEOPLE.

    `settings` are further variables of its environment.
    """

    def __init__(self, settings=None):
        self.settings = settings or {}
        self.binary = os.path.abspath(os.environ["LATCHKEY_BINARY"])
        self.lives = itertools.count(600)

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="latchkey-clients-")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}
        self.environment |= LIMITS | {
            "LATCHKEY_DATABASE_PATH": self.folder.name + "/latchkey.sqlite",
            "LATCHKEY_MASTER_KEY_FILE": self.folder.name + "/latchkey.key",
            "LATCHKEY_HTTP_PORT": str(self.port),
        } | self.settings
        self.provision()
        with open(self.folder.name + "/log", "wb") as log:
            self.process = subprocess.Popen([self.binary, "serve"], env=self.environment, stdout=log, stderr=log)
        try:
            self.wait()
        except Exception:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.folder.cleanup()

    def provision(self):
        self.command("group", "create", GROUP, "--name", "Clients")
        self.api_key = json.loads(self.command("apikey", "create", "--group", GROUP, "--json"))["apiKey"]
        self.command("user", "add", "--group", GROUP, "--puid", "admin", "--username", "admin", "--administrator")
        for puid, username in PEOPLE.items():
            self.command("user", "add", "--group", GROUP, "--puid", puid, "--username", username)
        self.access_token = json.loads(
            self.command("token", "create", "--group", GROUP, "--user", "admin", "--json")
        )["accessToken"]

    def command(self, *arguments):
        done = subprocess.run(
            [self.binary, *arguments], env=self.environment, capture_output=True, text=True, timeout=60
        )
        if done.returncode != 0:
            raise RuntimeError(f"latchkey {arguments[0]} {arguments[1]}: {done.stderr}")
        return done.stdout

    def wait(self):
        for _ in range(200):
            if self.process.poll() is not None:
                break
            try:
                if self.request("GET", "/readyz").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        with open(self.folder.name + "/log") as log:
            raise RuntimeError(f"the server does not start: {log.read()[-2000:]}")

    def log(self):
        """What the server wrote so far."""
        with open(self.folder.name + "/log") as log:
            return log.read()

    # Credentials

    def login_key(self, puid="joe", *, lives=None, api_key=None, group=GROUP):
        """A LoginKey that nobody has used yet."""
        expires = str(int(time.time()) + (next(self.lives) if lives is None else lives))
        message = f"{group}{puid}1{expires}".encode()
        signature = hmac.new((api_key or self.api_key).encode(), message, hashlib.sha256).digest()
        return f"$1${expires}$" + base64.urlsafe_b64encode(signature).decode().rstrip("=")

    def credentials(self, puid="joe"):
        return {"partnerid": GROUP, "partneruserid": puid, "loginkey": self.login_key(puid)}

    # Requests

    def request(self, method, path, body=None, headers=None, source="127.0.0.1"):
        """Sends one request exactly as it is given; `source` is the address to send it from."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20, source_address=(source, 0))
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def post_form(self, path, fields):
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urllib.parse.urlencode(fields), headers)

    def post_json(self, path, value, headers=None):
        return self.request("POST", path, json.dumps(value), {"content-type": "application/json"} | (headers or {}))

    def visit(self, visitor_id, **visitor):
        """Opens a session as a visitor who waits for an agent."""
        answer = self.post_json("/api/v1/visits", {"groupid": GROUP, "visitorid": visitor_id} | visitor)
        assert answer.status == 200, answer
        return answer.json
