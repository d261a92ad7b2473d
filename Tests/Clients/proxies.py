"""Latchkey behind nginx and HAProxy with the files of `deploy`, as docs/operating.md says; only names, ports and paths differ.

The proxies' limit for quiet WebSockets is shortened from 120 to 30 seconds: the server pings at least every 25.
"""
import base64
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

from part import Part, contains, equal
from server import GROUP, Server, free_port
from websockets.sync.client import connect

DEPLOY = pathlib.Path(__file__).parents[2] / "deploy"
NAME = "latchkey.example"
LIMIT, QUIET = "30s", 40


class Behind(Server):
    """A server that trusts a proxy on its own machine."""

    def __init__(self, port):
        super().__init__()
        self.front = port

    def provision(self):
        super().provision()
        self.environment |= {
            "LATCHKEY_HTTP_PUBLIC_URL": f"https://{NAME}:{self.front}",
            "LATCHKEY_HTTP_TRUSTED_PROXIES": "127.0.0.1",
        }


class Proxy:
    """A proxy in the foreground, with its files in a folder of its own."""

    def __init__(self, folder, certificate, port, server):
        self.folder, self.certificate, self.port, self.server = folder, certificate, port, server

    def __enter__(self):
        self.file = self.folder / "proxy.conf"
        self.file.write_text(self.text())
        self.log = open(self.folder / "proxy.log", "wb")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log, cwd=self.folder)
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            time.sleep(0.05)
        raise RuntimeError((self.folder / "proxy.log").read_text())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()


class Nginx(Proxy):
    name = "nginx"

    def command(self):
        return ["nginx", "-c", self.file, "-p", self.folder, "-g", "daemon off;"]

    def text(self):
        text = (DEPLOY / "nginx/latchkey.conf").read_text()
        text = re.sub(r"\n +listen \[::\]:443[^\n]*", "", text)
        for old, new in (
            ("listen 443 ", f"listen 127.0.0.1:{self.port} "), ("127.0.0.1:8080", f"127.0.0.1:{self.server}"),
            ("/etc/ssl/latchkey/cert.pem", self.certificate["cert"]), ("/etc/ssl/latchkey/key.pem", self.certificate["key"]),
            ("timeout 120s", f"timeout {LIMIT}"),
        ):
            contains(text, old)
            text = text.replace(old, str(new))
        paths = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (f"pid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\nevents {{}}\n"
                f"http {{\naccess_log off;\n{paths}{text}\n}}\n")

    def reload(self):
        self.process.send_signal(signal.SIGHUP)


class HAProxy(Proxy):
    name = "HAProxy"

    def command(self):
        return ["haproxy", "-W", "-db", "-f", self.file]

    def text(self):
        text = (DEPLOY / "haproxy/haproxy.cfg").read_text()
        for old, new in (
            ("bind :443 ", f"bind 127.0.0.1:{self.port} "), ("127.0.0.1:8080", f"127.0.0.1:{self.server}"),
            ("/etc/haproxy/latchkey.pem", self.certificate["both"]), ("timeout tunnel 120s", f"timeout tunnel {LIMIT}"),
        ):
            contains(text, old)
            text = text.replace(old, str(new))
        return text

    def reload(self):
        self.process.send_signal(signal.SIGUSR2)


class Client:
    """A browser's part, from an address that is not the proxy's."""

    def __init__(self, server, port, certificate):
        self.server, self.port, self.certificate = server, port, certificate
        self.url = f"https://{NAME}:{port}"

    def curl(self, path, *options):
        """Status, version of HTTP, location and body."""
        done = subprocess.run(
            ["curl", "-s", "--http2", "--interface", "127.0.0.2", "--cacert", self.certificate["cert"],
             "--resolve", f"{NAME}:{self.port}:127.0.0.1", "-w", "\n%{http_code} %{http_version} %{redirect_url}",
             *options, self.url + path],
            capture_output=True, text=True, timeout=30)
        equal(done.returncode, 0)
        body, line = done.stdout.rsplit("\n", 1)
        status, version, location = line.split(" ", 2)
        return int(status), version, location, body

    @contextlib.contextmanager
    def socket(self, path):
        context = ssl.create_default_context(cafile=self.certificate["cert"])
        stream = socket.create_connection(("127.0.0.1", self.port), timeout=10, source_address=("127.0.0.2", 0))
        with connect(f"wss://{NAME}:{self.port}{path}", sock=stream, ssl=context, proxy=None, ping_interval=None) as it:
            yield it

    @staticmethod
    def until(it, kind, seconds=20):
        end = time.monotonic() + seconds
        while True:
            event = json.loads(it.recv(timeout=max(end - time.monotonic(), 0.1)))
            if event["type"] == kind:
                return event

    def sign_in(self):
        form = "&".join(f"{name}={value.replace('$', '%24')}" for name, value in self.server.credentials().items())
        status, version, location, _ = self.curl("/agentjoin/AgentView.aspx", "-d", form + "&wait=1")
        equal((status, version), (303, "2"))
        contains(location, self.url + "/agentjoin/AgentView.aspx?")
        equal(self.curl(location.removeprefix(self.url))[0], 200)
        answer = self.server.post_form("/services/AuthorizationService.svc/rest/Authorize", self.server.credentials())
        self.token = answer.json["authToken"]

    def source(self):
        """Whoever says that they are somebody else is not believed."""
        identifier = base64.b16encode(os.urandom(16)).decode().lower()
        self.curl("/services/AuthorizationService.svc/rest/Authorize", "-d", "partnerid=1&partneruserid=x&loginkey=y",
                  "-H", "X-Forwarded-For: 203.0.113.9", "-H", f"X-Correlation-ID: {identifier}")
        rows = json.loads(self.server.command("audit", "list", "--correlation", identifier, "--json"))
        equal([row["source"] for row in rows], ["127.0.0.2"])

    def presence(self):
        record = f"record-{time.monotonic_ns()}"
        with self.socket("/agent") as agent, self.socket("/visitor") as visitor:
            agent.send(json.dumps({"type": "connect", "authorization": "Bearer " + self.token, "groupid": GROUP,
                                   "visitorid": record}))
            self.until(agent, "connected")
            visitor.send(json.dumps({"type": "announce", "groupid": GROUP, "visitorid": record}))
            while not self.until(agent, "visitorconn")["data"]["connected"]:
                pass

    def admissions(self):
        """What both sides enter a session with."""
        headers = {"authorization": "Bearer " + self.token}
        _, _, _, body = self.curl("/api/v1/visits", "-H", "Content-Type: application/json",
                                  "-d", json.dumps({"groupid": GROUP, "visitorid": f"record-{time.monotonic_ns()}"}))
        visit = json.loads(body)
        contains(visit["server"], f"wss://{NAME}:{self.port}/session")
        answer = self.server.post_json("/api/v1/sessions", {"action": "join", "visitorid": visit["sessionKey"]}, headers)
        return visit, answer.json

    def session(self, proxy):
        """Both ways, quiet for longer than the proxy allows without pings, and through a reload of the proxy."""
        visit, join = self.admissions()
        with self.socket("/session") as visitor, self.socket("/session") as agent:
            visitor.send(json.dumps({"type": "connect", "serverKey": visit["serverKey"]}))
            self.until(visitor, "connected")
            agent.send(json.dumps({"type": "connect", "serverKey": join["serverKey"]}))
            asked = self.until(visitor, "consentAsked")
            visitor.send(json.dumps({"type": "accept", "agent": asked["agent"]}))
            self.until(agent, "active")
            self.talk(agent, visitor, "Hello")
            proxy.reload()
            begin = time.monotonic()
            while time.monotonic() < begin + QUIET:
                for side in (agent, visitor):
                    with contextlib.suppress(TimeoutError):
                        event = json.loads(side.recv(timeout=1))
                        assert event["type"] not in ("away", "ended"), event
            self.talk(agent, visitor, "Still there?")
            self.talk(visitor, agent, "Yes")
            # The reloaded proxy takes new ones.
            equal(self.curl("/readyz")[0], 200)
            agent.send(json.dumps({"type": "leave"}))
            equal(self.until(visitor, "ended")["status"], "C")

    def talk(self, speaker, listener, text):
        speaker.send(json.dumps({"type": "message", "text": text}))
        equal(self.until(listener, "message")["text"], text)


def certificate(folder):
    files = {name: folder / f"{name}.pem" for name in ("cert", "key", "both")}
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", files["key"], "-out", files["cert"]],
        check=True, capture_output=True)
    files["both"].write_bytes(files["cert"].read_bytes() + files["key"].read_bytes())
    return files


def try_proxy(part, kind):
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="latchkey-proxy-") as name, Behind(port) as server:
        folder = pathlib.Path(name)
        files = certificate(folder)
        with kind(folder, files, port, server.port) as proxy:
            client = Client(server, port, files)
            part.check(f"{kind.name}: a sign-in by HTTP/2", client.sign_in)
            part.check(f"{kind.name}: who asks", client.source)
            part.check(f"{kind.name}: presence", client.presence)
            # A connection to the server that has carried a request stays plain: WebSockets must not get it.
            for _ in range(3):
                client.curl("/healthz")
                part.check(f"{kind.name}: a WebSocket after requests", client.presence)
            part.check(f"{kind.name}: a session, {QUIET} quiet seconds and a reload", client.session, proxy)


def main():
    part = Part("proxies")
    threads = [threading.Thread(target=try_proxy, args=(part, kind)) for kind in (Nginx, HAProxy)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if part.passed + part.failed != 14:
        part.fail("both proxies", "a proxy did not start")
    part.end("nginx and HAProxy with the files of deploy")


if __name__ == "__main__":
    main()
