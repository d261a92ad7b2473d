"""Peers of HTTP/2 that misuse it, over TLS: rapid resets, endless CONTINUATION, closed windows, floods of small frames.

Each is sent by many connections; the server lives, stays within its memory, answers others, and stops in time.
"""
import contextlib
import http.client
import itertools
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

from part import Part, equal
from server import Server

PART = Part("http2")
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
# HPACK (RFC 7541): fields of the static table, and literals that nobody has to remember.
REFUSED_STREAM = b"\0\0\0\x07"
HEALTH = b"\x82\x87\x04\x08/healthz\x01\x09127.0.0.1"
LOGIN = b"\x82\x87\x04\x13/login/default.aspx\x01\x09127.0.0.1"
OPENAPI = b"\x82\x87\x04\x0d/openapi.json\x01\x09127.0.0.1"
CONNECTIONS = 40


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


class SecureServer(Server):
    """A server with a certificate of its own."""

    def provision(self):
        self.certificate = self.folder.name + "/cert.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-out", self.certificate,
             "-keyout", self.folder.name + "/key.pem"],
            check=True, capture_output=True, timeout=30,
        )
        self.environment |= {
            "LATCHKEY_TLS_CERTIFICATE_FILE": self.certificate, "LATCHKEY_TLS_KEY_FILE": self.folder.name + "/key.pem",
        }

    def context(self, *protocols):
        context = ssl.create_default_context(cafile=self.certificate)
        context.set_alpn_protocols(protocols)
        return context

    def request(self, method, path, body=None, headers=None, source="127.0.0.1"):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, source_address=(source, 0), context=self.context("http/1.1")
        )
        try:
            connection.request(method, path, body, headers or {})
            return connection.getresponse()
        finally:
            connection.close()

    def memory(self):
        """Resident memory, in MiB."""
        with open(f"/proc/{self.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


class Peer:
    """A connection that has sent its preface; `sent` counts what it could send before it was closed."""

    def __init__(self, server, settings=b""):
        plain = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self.socket = server.context("h2").wrap_socket(plain, server_hostname="127.0.0.1")
        equal(self.socket.selected_alpn_protocol(), "h2")
        self.sent, self.bytes = 0, b""
        self.send(PREFACE + frame(SETTINGS, 0, 0, settings) + frame(SETTINGS, ACK))

    def send(self, data):
        """Sends what it can; whether the server still takes it."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        self.sent += len(data)
        return True

    def frames(self, seconds):
        """Kinds and payloads of what comes within some time, up to the end of the connection."""
        self.socket.settimeout(0.2)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                data = b""
            if not data:
                yield None, 0, b""
                return
            self.bytes += data
            while len(self.bytes) >= 9 and len(self.bytes) >= 9 + int.from_bytes(self.bytes[:3], "big"):
                length = int.from_bytes(self.bytes[:3], "big")
                yield self.bytes[3], int.from_bytes(self.bytes[5:9], "big"), self.bytes[9:9 + length]
                self.bytes = self.bytes[9 + length:]

    def is_ended(self, seconds=20):
        """Whether the server says that it will take no more, or closes."""
        return any(kind in (None, GOAWAY) for kind, _, _ in self.frames(seconds))

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.close()


def is_good(server):
    """A peer that does nothing wrong is answered; the other checks would mean nothing else."""
    peer = Peer(server)
    peer.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, HEALTH))
    for kind, stream, payload in peer.frames(10):
        if kind == HEADERS and stream == 1:
            equal(payload[:1], b"\x88")  # :status 200
            break
    else:
        raise AssertionError("no answer")
    peer.close()


def in_parallel(server, misuse, count=CONNECTIONS):
    """Has many peers misuse the server at once; others are answered meanwhile, and its memory stays bounded."""
    failures, waits, is_over = [], [], threading.Event()
    before = server.memory()

    def run():
        try:
            misuse(server)
        except Exception as error:  # noqa: BLE001, the first one is raised below
            failures.append(error)

    def ask():
        while not is_over.is_set():
            begin = time.monotonic()
            equal(server.request("GET", "/healthz").status, 200)
            waits.append(time.monotonic() - begin)
            is_over.wait(0.05)

    other = threading.Thread(target=ask)
    other.start()
    peers = [threading.Thread(target=run) for _ in range(count)]
    for peer in peers:
        peer.start()
    for peer in peers:
        peer.join()
    is_over.set()
    other.join()
    if failures:
        raise failures[0]
    assert waits and max(waits) < 10, f"others waited for {max(waits):.1f} s"
    grown = server.memory() - before
    assert grown < 128, f"memory grew by {grown:.0f} MiB"


def rapid_resets(server):
    """Opens streams and resets them at once (CVE-2023-44487), until it is told to go."""
    peer = Peer(server)
    for first in range(1, 20_001, 200):
        streams = range(first, first + 200, 2)
        data = b"".join(
            frame(HEADERS, END_STREAM | END_HEADERS, stream, LOGIN) + frame(RESET, 0, stream, b"\0\0\0\x08")
            for stream in streams
        )
        if not peer.send(data):
            break
    assert peer.is_ended(), "10,000 streams were opened and reset, and nothing happened"
    peer.close()


def endless_continuation(server):
    """A head that never ends (CVE-2024-27316)."""
    peer = Peer(server)
    peer.send(frame(HEADERS, END_STREAM, 1, HEALTH))
    piece = frame(CONTINUATION, 0, 1, b"\x00\x01x\x7f\x80\x7f" + b"y" * 255) * 16
    for _ in range(1000):
        if not peer.send(piece):
            break
    assert peer.is_ended(), f"{peer.sent:,} bytes of one head were taken"
    peer.close()


def empty_continuation(server):
    """The same with empty pieces, which no limit of size stops."""
    peer = Peer(server)
    peer.send(frame(HEADERS, END_STREAM, 1, HEALTH))
    for _ in range(200):
        if not peer.send(frame(CONTINUATION, 0, 1) * 500):
            break
    assert peer.is_ended(), f"{peer.sent:,} bytes of empty pieces were taken"
    peer.close()


def floods(server):
    """PING, SETTINGS and empty DATA whose answers nobody reads."""
    for data in (frame(PING, 0, 0, b"12345678") * 1000, frame(SETTINGS) * 1000):
        peer = Peer(server)
        peer.socket.settimeout(3)
        for _ in range(100):
            if not peer.send(data):
                break
        peer.close()


def closed_windows(server):
    """Asks for twenty pages and takes none of them."""
    peer = Peer(server, struct.pack(">HI", 4, 0))
    peer.send(b"".join(frame(HEADERS, END_STREAM | END_HEADERS, stream, LOGIN) for stream in range(1, 40, 2)))
    peer.socket.settimeout(2)
    with contextlib.suppress(OSError):
        peer.socket.recv(65536)
    peer.close()


class Silent:
    """Peers who ask for as many pages as they may, take none of them, and then say nothing more."""

    MOST = 90
    """How long the server lets them, in seconds."""
    AT_ONCE = 12
    """How many streams it serves at once."""

    def __init__(self, server):
        before, asked = server.memory(), b"".join(
            frame(HEADERS, END_STREAM | END_HEADERS, stream, OPENAPI) for stream in range(1, 200, 2))
        self.peers = [Peer(server, struct.pack(">HI", 4, 0)) for _ in range(CONNECTIONS)]
        self.began = time.monotonic()
        for peer in self.peers:
            peer.send(asked)
        for peer in self.peers:
            found = ((kind, payload) for kind, _, payload in peer.frames(60) if kind in (HEADERS, RESET))
            answers = list(itertools.islice(found, 100))
            equal([payload for kind, payload in answers if kind == RESET], [REFUSED_STREAM] * (100 - self.AT_ONCE))
            equal(len(answers), 100)
        self.grown = (server.memory() - before) / CONNECTIONS
        print(f"        (a silent peer takes {1024 * self.grown:.0f} KiB)")

    def take_little(self):
        assert self.grown < 2, f"each takes {self.grown:.1f} MiB"

    def are_closed(self):
        for peer in self.peers:
            rest = self.began + self.MOST + 40 - time.monotonic()
            assert any(kind is None for kind, _, _ in peer.frames(max(rest, 1))), "a silent peer is still there"


def says_how_many(server):
    """The server's last word on MAX_CONCURRENT_STREAMS (3) is what it serves."""
    peer = Peer(server)
    peer.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, HEALTH))
    frames = itertools.takewhile(lambda found: found[0] != HEADERS, peer.frames(10))
    settings = b"".join(payload for kind, _, payload in frames if kind == SETTINGS)
    said = [value for name, value in struct.iter_unpack(">HI", settings) if name == 3]
    equal(said[-1:], [Silent.AT_ONCE])
    peer.close()


def names_one_host(server):
    """`:authority` and `Host` have to name one host together (RFC 9113 section 8.3.1)."""
    def host(name):
        return b"\x00\x04host" + bytes([len(name)]) + name

    head = b"\x82\x87\x04\x08/healthz"
    authority = b"\x01\x09127.0.0.1"
    cases = [
        (head + authority, b"\x88"), (head + authority + host(b"127.0.0.1"), b"\x88"), (head + host(b"127.0.0.1"), b"\x88"),
        (head, b"\x8c"), (head + authority + host(b"evil.example"), b"\x8c"),
        (head + host(b"127.0.0.1") + host(b"127.0.0.1"), b"\x8c"), (head + b"\x01\x09a,b.local", b"\x8c"),
    ]
    for fields, status in cases:
        peer = Peer(server)
        peer.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, fields))
        found = [payload[:1] for kind, stream, payload in peer.frames(3) if (kind, stream) == (HEADERS, 1)]
        equal((fields, found[:1]), (fields, [status]))
        peer.close()


def read_nothing(server):
    """Peers of HTTP/1.1 that send ahead and never read: each takes less than 256 KiB."""
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 2000
    grown = []
    peers = []
    # The first ones find a process that has had no such peers.
    for _ in range(3):
        before = server.memory()
        for _ in range(CONNECTIONS):
            plain = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            peers.append(server.context("http/1.1").wrap_socket(plain, server_hostname="127.0.0.1"))
            peers[-1].settimeout(0.5)
            with contextlib.suppress(OSError):
                peers[-1].sendall(asked)
        # Others are answered: what these have sent was read as far as it will be.
        for _ in range(50):
            equal(server.request("GET", "/healthz").status, 200)
        grown.append(1024 * (server.memory() - before) / CONNECTIONS)
    print(f"        (a peer that reads nothing takes {max(grown[1:]):.0f} KiB)")
    assert max(grown[1:]) < 256, grown
    for peer in peers:
        peer.close()


def stops_in_time(server):
    """Half a head, a closed window, an idle peer, half a handshake and a mute WebSocket hold nobody up who stops the server."""
    peers = [Peer(server), Peer(server), Peer(server, struct.pack(">HI", 4, 0))]
    shaking = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    shaking.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
    mute = server.context("http/1.1").wrap_socket(
        socket.create_connection(("127.0.0.1", server.port), timeout=20), server_hostname="127.0.0.1")
    mute.sendall(b"GET /session HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                 b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    assert mute.recv(4096).startswith(b"HTTP/1.1 101 ")
    peers[0].send(frame(HEADERS, END_STREAM, 1, HEALTH))
    peers[2].send(frame(HEADERS, END_STREAM | END_HEADERS, 1, LOGIN))
    begin = time.monotonic()
    server.process.terminate()
    server.process.wait(timeout=60)
    took = time.monotonic() - begin
    assert took < 30, f"it took {took:.0f} s to stop"
    equal(server.process.returncode, 0)
    for connection in (shaking, mute):
        connection.close()


def main():
    with SecureServer() as server:
        PART.check("a peer that does nothing wrong", is_good, server)
        silent = Silent(server)
        PART.check("silent peers take little", silent.take_little)
        PART.check("says how many streams", says_how_many, server)
        PART.check("names one host", names_one_host, server)
        for misuse in (rapid_resets, endless_continuation, empty_continuation, closed_windows):
            PART.check(misuse.__name__.replace("_", " "), in_parallel, server, misuse)
        PART.check("floods", in_parallel, server, floods, 10)
        PART.check("peers that read nothing take little", read_nothing, server)
        PART.check("the server lives", is_good, server)
        PART.check("silent peers are closed", silent.are_closed)
        PART.check("a stop in time", stops_in_time, server)
    PART.end(f"{CONNECTIONS} peers at once")


if __name__ == "__main__":
    main()
