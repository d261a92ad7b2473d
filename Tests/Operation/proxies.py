"""Latchkey behind a real nginx, HAProxy and Caddy, with the files of deploy/: sign-in, presence, a live session, idle time.

Names, ports and paths are replaced, and the limit for quiet WebSockets is 30 s in place of 120 s, a quarter: a session is quiet
for 40 s and goes on, since the server pings every 20 to 25 s.
"""
import base64
import concurrent.futures
import contextlib
import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Clients"))
from fronts import Caddy, HAProxy, Nginx, certificate  # noqa: E402
from part import Part, contains, equal  # noqa: E402
from server import GROUP, Server, free_port  # noqa: E402

PART = Part("proxies")
CLIENT = "127.0.0.77"
IDLE, QUIET = 30, 40
CONNECTIONS = contextlib.ExitStack()
SSL = ssl.create_default_context()
SSL.check_hostname, SSL.verify_mode = False, ssl.CERT_NONE
# The client of `websockets` reads in one thread and writes in another, which Python's TLS does not stand: in TLS 1.3, where
# servers send more behind the handshake, one in some hundred connections hangs.
SSL.maximum_version = ssl.TLSVersion.TLSv1_2


class Outside:
    """What callers see: the proxy's address alone."""

    def __init__(self, server, port):
        self.server, self.port, self.url = server, port, f"https://localhost:{port}"

    def curl(self, path, *words):
        done = subprocess.run(
            ["curl", "-sk", "--max-time", "10", "--interface", CLIENT, "--resolve", f"localhost:{self.port}:127.0.0.1",
             "-o", "-", "-w", "\n%{http_code} %{http_version} %{redirect_url}", *words, self.url + path],
            capture_output=True, text=True, timeout=20)
        body, _, line = done.stdout.rpartition("\n")
        status, version, target = (line + "  ").split(" ")[:3]
        return int(status or 0), version, target, body

    def post(self, path, value, *words):
        status, _, _, body = self.curl(path, "-H", "Content-Type: application/json", "-d", json.dumps(value), *words)
        equal(status, 200)
        return json.loads(body)

    def wait(self):
        for _ in range(100):
            if self.curl("/readyz")[0] == 200:
                return
            time.sleep(0.1)
        raise AssertionError("nothing answers behind the proxy")

    def socket(self, path):
        return connect(f"wss://localhost:{self.port}{path}", ssl=SSL, source_address=(CLIENT, 0), open_timeout=10)

    def token(self, service):
        answer = self.post(f"/services/AuthorizationService.svc/rest/Authorize?groupid={GROUP}&service={service}",
                           self.server.credentials())
        return answer if isinstance(answer, str) else answer["authToken"]


class Seat:
    def __init__(self, outside, admission):
        assert urllib.parse.urlsplit(admission["server"]).netloc == f"localhost:{outside.port}", admission
        self.socket = CONNECTIONS.enter_context(outside.socket("/session"))
        self.say("connect", serverkey=admission["serverKey"])
        self.hear("connected")

    def say(self, what, **more):
        self.socket.send(json.dumps({"type": what} | more))

    def hear(self, what):
        for _ in range(20):
            message = self.socket.recv(timeout=10)
            if isinstance(message, str) and json.loads(message)["type"] == what:
                return json.loads(message)
        raise AssertionError(f"no {what}")


def signs_in(outside):
    for version in ("--http1.1", "--http2"):
        fields = [word for name, value in outside.server.credentials().items()
                  for word in ("--data-urlencode", f"{name}={value}")]
        status, spoken, target, body = outside.curl("/agentjoin/AgentView.aspx", version, *fields, "-d", "SessionKey=1")
        equal((status, spoken), (303, version.removeprefix("--http")))
        assert target.startswith(outside.url + "/") and "loginkey" not in target.lower(), target


def names_the_caller(outside):
    rows = outside.server.command("audit", "export")
    contains(rows, CLIENT)


def is_present(outside):
    token = outside.token("presence")
    with outside.socket("/visitor") as visitor, outside.socket("/agent") as agent:
        visitor.send(json.dumps({"type": "announce", "groupid": GROUP, "visitorid": "here"}))
        contains(visitor.recv(timeout=10), "announced")
        agent.send(json.dumps(
            {"type": "connect", "authorization": f"Bearer {token}", "groupid": GROUP, "visitorid": "here"}))
        contains(agent.recv(timeout=10), "connected")
        contains(agent.recv(timeout=10) + agent.recv(timeout=10), "presence")


def meet(outside, key):
    """A session with both sides in it; answers the seats, the agent's token and the visitor's way back."""
    visit = outside.post("/api/v1/visits", {"groupid": GROUP, "visitorid": key})
    visitor = Seat(outside, visit)
    token = outside.token("webservices")
    agent = Seat(outside, join(outside, token, key))
    asked = visitor.hear("consentAsked")
    visitor.say("accept", agent=asked["agent"])
    agent.hear("active")
    return visitor, agent, token, visit["resume"]


def join(outside, token, key):
    return outside.post("/api/v1/sessions", {"action": "join", "visitorid": key}, "-H", f"Authorization: Bearer {token}")


def talk(visitor, agent):
    visitor.say("message", text="from the visitor ☎")
    equal(agent.hear("message")["text"], "from the visitor ☎")
    agent.say("message", text="from the agent")
    equal(visitor.hear("message")["text"], "from the agent")


def stays_when_quiet(outside, name):
    visitor, agent, *_ = meet(outside, f"quiet-{name}")
    talk(visitor, agent)
    # Not waiting for anything that could be told: quiet is what is tried.
    time.sleep(QUIET)
    talk(visitor, agent)
    agent.say("leave")


def survives_a_reload(outside, proxy, name):
    key = f"reload-{name}"
    visitor, agent, token, resume = meet(outside, key)
    proxy.reload()
    time.sleep(1)
    outside.wait()
    with contextlib.suppress(ConnectionClosed, OSError):
        visitor.socket.close()
    with contextlib.suppress(ConnectionClosed, OSError):
        agent.socket.close()
    # Both sides come back through the proxy as it is now.
    visitor = Seat(outside, outside.post("/api/v1/visits", {"resume": resume}))
    agent = Seat(outside, join(outside, token, key))
    talk(visitor, agent)
    agent.say("leave")


def behind(kind):
    """Runs everything behind one proxy; answers what was tried with what went wrong."""
    name, found = kind.__name__, []

    def check(what, function, *arguments):
        try:
            function(*arguments)
            found.append((f"{name}: {what}", None))
        except Exception as error:
            found.append((f"{name}: {what}", error))

    with tempfile.TemporaryDirectory(prefix="latchkey-proxy-") as folder:
        certificate(folder)
        port = free_port()
        own = Server()
        own.extra = {"LATCHKEY_HTTP_PUBLIC_URL": f"https://localhost:{port}", "LATCHKEY_HTTP_TRUSTED_PROXIES": "127.0.0.1"}
        provision = own.provision
        own.provision = lambda: (own.environment.update(own.extra), provision())
        with own as server, kind(folder, port, server.port, IDLE) as proxy:
            outside = Outside(server, port)
            try:
                outside.wait()
            except AssertionError as error:
                log = pathlib.Path(folder, "proxy.log").read_text()
                return [(f"{name}: starts", AssertionError(f"{error}\n{log}"))]
            check("signs in by POST, in HTTP/1.1 and HTTP/2", signs_in, outside)
            check("the audit has the caller's address", names_the_caller, outside)
            check("visitors are present", is_present, outside)
            check("a session outlasts a quiet time beyond the proxy's limit", stays_when_quiet, outside, name)
            check("a session outlasts a reload of the proxy", survives_a_reload, outside, proxy, name)
    return found


def tell(what, error):
    def again():
        if error:
            raise error
    PART.check(what, again)


with concurrent.futures.ThreadPoolExecutor() as pool:
    for results in pool.map(behind, [Nginx, HAProxy, Caddy]):
        for result in results:
            tell(*result)
CONNECTIONS.close()
PART.end(f"nginx, HAProxy and Caddy, quiet for {QUIET} s at a limit of {IDLE} s")
