"""Servers on the loopback: the visitor's site, a second site, the viewer with the modules, and the relay between them.

Each origin is a port of its own. Every request is kept with its Referer and Cookie, so that a test can say what left the
viewer.
"""

import asyncio
import dataclasses
import mimetypes
import pathlib

from aiohttp import WSMsgType, web

from harness import made

ROOT = pathlib.Path(__file__).resolve().parents[3]
TESTS = ROOT / "Tests" / "Cobrowse"
HARNESS = pathlib.Path(__file__).resolve().parent
DELAY = 0.01
FRAME_LIMIT = 256 * 1024

mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("image/webp", ".webp")


@dataclasses.dataclass
class Request:
    """A request that a server of the harness received."""

    origin: str
    path: str
    referrer: str
    cookie: str
    destination: str


class Folder:
    """An origin that serves folders: the longest prefix of the path decides which."""

    def __init__(self, name, mounts, requests):
        self.name, self.requests, self.pages, self.port = name, requests, {}, 0
        self.mounts = sorted(mounts.items(), key=lambda mount: -len(mount[0]))
        self.headers, self.names = {}, {}

    async def answer(self, request):
        path = request.path
        self.requests.append(Request(
            self.name, request.raw_path, request.headers.get("Referer", ""), request.headers.get("Cookie", ""),
            request.headers.get("Sec-Fetch-Dest", "")))
        headers = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*",
                   "Cross-Origin-Resource-Policy": "cross-origin", **self.headers}
        if path in self.pages:
            made = self.pages[path]
            made = made(request) if callable(made) else made
            return made if isinstance(made, web.StreamResponse) else web.Response(
                text=made, content_type="text/html", headers=headers)
        for prefix, folder in self.mounts:
            if path.startswith(prefix):
                found = file_below(pathlib.Path(folder), path[len(prefix):])
                if found:
                    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
                    text = kind.startswith("text/") or kind.endswith(("json", "javascript"))
                    body = found.read_bytes()
                    for name, address in self.names.items():
                        body = body.replace(name, address)
                    return web.Response(body=body, content_type=kind, headers=headers,
                                        charset="utf-8" if text else None)
        return web.Response(status=404, text="not found", headers=headers)


def file_below(folder, path):
    """The file that a path names below a folder, or nothing. Debian's documents have links to other packages' folders."""
    named = folder / path.lstrip("/")
    if ".." in pathlib.PurePosixPath(path).parts:
        return None
    if named.is_dir():
        named = named / "index.html"
    return named if named.is_file() else None


class Relay:
    """Relays binary frames between the two sides of a session, late by a realistic delay, and keeps what went over."""

    def __init__(self):
        self.visitors, self.viewers, self.kept, self.sent, self.back = {}, {}, {}, {}, {}
        self.listeners = []

    async def answer(self, request):
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        side, session = request.match_info["side"], request.match_info["session"]
        here, there = (self.visitors, self.viewers) if side == "visitor" else (self.viewers, self.visitors)
        here[session] = socket
        if side == "viewer":
            for frame in self.kept.get(session, []):
                await socket.send_bytes(frame)
        queue = asyncio.Queue()
        pump = asyncio.create_task(self.pump(queue, there, session))
        try:
            async for message in socket:
                if message.type == WSMsgType.BINARY:
                    self.keep(side, session, message.data)
                    queue.put_nowait((asyncio.get_running_loop().time() + DELAY, message.data))
        finally:
            pump.cancel()
            if here.get(session) is socket:
                del here[session]
        return socket

    async def pump(self, queue, there, session):
        while True:
            due, frame = await queue.get()
            await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))
            other = there.get(session)
            if other is not None and not other.closed:
                await other.send_bytes(frame)

    def keep(self, side, session, frame):
        if side == "viewer":
            self.back.setdefault(session, []).append(frame)
            return
        self.sent.setdefault(session, []).append(frame)
        for listener in self.listeners:
            listener(session, frame)
        if frame[:1] == b"\x01" and len(frame) > 1 and frame[1] & 1:
            self.kept[session] = []
        if frame[:1] in (b"\x01", b"\x02"):
            self.kept.setdefault(session, []).append(frame)


POLICY = ("default-src 'none'; script-src 'none'; style-src 'unsafe-inline' blob: data:; img-src blob: data:; font-src blob: data:; "
          "media-src blob: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin")
MODES = {"/frame": "<!doctype html>", "/frame/limited": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
         '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">', "/frame/quirks": ""}


def frame_document(doctype):
    """An empty document for the replica, with the policy that the product's have."""
    return lambda request: web.Response(
        text=f"{doctype}<html><head></head><body></body></html>", content_type="text/html",
        headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"})


class Servers:
    """All servers of one run."""

    def __init__(self, modules=None, mounts=None):
        self.requests, self.relay, self.runners = [], Relay(), []
        modules = pathlib.Path(modules) if modules else ROOT / "Sources" / "Cobrowse"
        folders = {"/cobrowse/visitor/": modules / "visitor", "/cobrowse/viewer/": modules / "viewer",
                   "/cobrowse/shared/": modules / "shared", "/harness/": HARNESS}
        self.site = Folder("site", {"/": TESTS / "features", **(mounts or {})}, self.requests)
        self.other = Folder("other", {"/": TESTS / "features"}, self.requests)
        self.viewer = Folder("viewer", folders, self.requests)
        self.viewer.pages = {path: frame_document(doctype) for path, doctype in MODES.items()}

    async def start(self):
        for folder in (self.site, self.other, self.viewer):
            app = web.Application()
            if folder is self.viewer:
                app.router.add_get("/relay/{side}/{session}", self.relay.answer)
            app.router.add_route("*", "/{path:.*}", folder.answer)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
            await runner.setup()
            listener = web.TCPSite(runner, "127.0.0.1", 0)
            await listener.start()
            folder.port = runner.addresses[0][1]
            self.runners.append(runner)
        for folder in (self.site, self.other):
            folder.names = {b"{{other}}": self.url(self.other, "").encode(), b"{{site}}": self.url(self.site, "").encode()}
            folder.pages |= made.pages()
        return self

    async def stop(self):
        for runner in self.runners:
            await runner.cleanup()

    def url(self, folder, path):
        """The address of a path at one of the origins; the second site has another host name, so another site."""
        host = "localhost" if folder is self.other else "127.0.0.1"
        return f"http://{host}:{folder.port}{path}"
