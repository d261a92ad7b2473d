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
import signal
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


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
        check=True, capture_output=True, timeout=30)
    both = pathlib.Path(folder, "cert.pem").read_text() + pathlib.Path(folder, "key.pem").read_text()
    pathlib.Path(folder, "latchkey.pem").write_text(both)


def replaced(text, *pairs):
    """A file with other names in it; each has to be there."""
    for old, new in pairs:
        assert old in text, f"{old} is not in the file"
        text = text.replace(old, new)
    return text


class Proxy:
    def __init__(self, folder, port, upstream):
        self.folder, self.port, self.upstream = folder, port, upstream

    def __enter__(self):
        with open(f"{self.folder}/proxy.log", "wb") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Nginx(Proxy):
    def command(self):
        site = replaced(
            (ROOT / "deploy/nginx/latchkey.conf").read_text(),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"), ("    listen [::]:443 ssl http2;\n", ""),
            ("latchkey.example", "localhost"), ("/etc/ssl/latchkey", self.folder),
            ("127.0.0.1:8080", f"127.0.0.1:{self.upstream}"), ("120s", f"{IDLE}s"))
        pathlib.Path(self.folder, "latchkey.conf").write_text(site)
        temporary = "".join(f"{name}_temp_path {self.folder}/{name};" for name in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        pathlib.Path(self.folder, "nginx.conf").write_text(
            f"{user} daemon off; pid {self.folder}/pid; error_log stderr; events {{}}\n"
            f"http {{ access_log off; {temporary} include {self.folder}/latchkey.conf; }}\n")
        return ["/usr/sbin/nginx", "-p", self.folder, "-c", f"{self.folder}/nginx.conf", "-e", "stderr"]

    def reload(self):
        self.process.send_signal(signal.SIGHUP)


class HAProxy(Proxy):
    def command(self):
        pathlib.Path(self.folder, "haproxy.cfg").write_text(replaced(
            (ROOT / "deploy/haproxy/haproxy.cfg").read_text(),
            ("bind :443", f"bind 127.0.0.1:{self.port}"), ("/etc/haproxy/latchkey.pem", f"{self.folder}/latchkey.pem"),
            ("127.0.0.1:8080", f"127.0.0.1:{self.upstream}"), ("timeout tunnel 120s", f"timeout tunnel {IDLE}s")))
        return ["/usr/sbin/haproxy", "-W", "-f", f"{self.folder}/haproxy.cfg", "-p", f"{self.folder}/pid"]

    def reload(self):
        self.process.send_signal(signal.SIGUSR2)


class Caddy(Proxy):
    def command(self):
        site = replaced(
            (ROOT / "deploy/caddy/Caddyfile").read_text(),
            # It gets no certificate here, and so is given one.
            ("latchkey.example {", f"https://localhost:{self.port} {{\n\tbind 127.0.0.1\n"
                                   f"\ttls {self.folder}/cert.pem {self.folder}/key.pem\n"),
            ("127.0.0.1:8080", f"127.0.0.1:{self.upstream}"))
        options = f"{{\n\tadmin {self.admin()}\n\tauto_https disable_redirects\n\tstorage file_system {self.folder}/storage\n}}\n"
        pathlib.Path(self.folder, "Caddyfile").write_text(options + site)
        return ["/usr/bin/caddy", "run", *self.files()]

    def files(self):
        return ["--config", f"{self.folder}/Caddyfile", "--adapter", "caddyfile"]

    def admin(self):
        return f"unix/{self.folder}/admin"

    def reload(self):
        subprocess.run(["/usr/bin/caddy", "reload", "--force", "--address", self.admin(), *self.files()],
                       check=True, capture_output=True, timeout=20)


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
        with own as server, kind(folder, port, server.port) as proxy:
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
