"""kill -9 of the server in the middle of many sessions, and a new start: both sides are back within five seconds, in the same
session, what they send arrives, the page is followed on, and the records are right.

Usage: restart.py [SESSIONS]; 20 of them unless told otherwise.
"""
import asyncio
import json
import pathlib
import subprocess
import sys
import time

from part import Part, equal
from server import GROUP, Server
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

PART = Part("restart")
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 20
BACK = 5
"""Seconds from the kill until both sides are in the session again."""
SNAPSHOT = 0x01


def page(text):
    """A frame of the visitor's page; the server reads its kind and flags, and hands the rest on."""
    return bytes([SNAPSHOT, 3]) + b"\x01\x01\x00" + text.encode()


class Side:
    """One participant, who comes back after a lost connection as `docs/protocol.md#sessions` says."""

    def __init__(self, server, admit):
        self.server, self.admit = server, admit
        self.heard, self.lost, self.back = asyncio.Queue(), 0, None

    async def open(self):
        admission = await asyncio.to_thread(self.admit)
        self.socket = await connect(f"ws://127.0.0.1:{self.server.port}/session", max_size=None, open_timeout=5)
        await self.socket.send(json.dumps({"type": "connect", "serverkey": admission["serverKey"]}))
        self.reader = asyncio.create_task(self.read())
        await self.hear("connected")
        return admission

    async def read(self):
        try:
            async for message in self.socket:
                self.heard.put_nowait(message)
        except ConnectionClosed:
            pass
        self.lost = time.monotonic()
        self.heard.put_nowait(None)

    async def hear(self, what):
        """The next event of a type, or frame of a kind."""
        while True:
            message = await asyncio.wait_for(self.heard.get(), 15)
            if message is None:
                raise ConnectionError("the connection was lost")
            if isinstance(message, bytes) and message[0] == what:
                return message
            if isinstance(message, str) and json.loads(message)["type"] == what:
                return json.loads(message)

    async def return_(self):
        """Tries again until it is in the session; gives up after a time in which a browser would have too."""
        await self.reader
        while not self.heard.empty():
            self.heard.get_nowait()
        end = time.monotonic() + 6 * BACK
        while True:
            try:
                await self.open()
                self.back = time.monotonic()
                return
            except (OSError, ConnectionError, AssertionError, ConnectionClosed, TimeoutError):
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.1)

    async def say(self, kind, **more):
        await self.socket.send(json.dumps({"type": kind} | more))


class Meeting:
    def __init__(self, server, token, number):
        self.server, self.name, self.resume = server, f"visitor-{number}", None
        # Each from an address of its own, as a proxy would say: one source may not open so many.
        self.source = {"X-Forwarded-For": f"198.51.100.{number}"}
        self.token = {"Authorization": f"Bearer {token}"}
        self.visitor, self.agent = Side(server, self.visit), Side(server, self.join)

    def visit(self):
        body = {"resume": self.resume} if self.resume else {"groupid": GROUP, "visitorid": self.name}
        answer = self.server.post_json("/api/v1/visits", body, self.source)
        assert answer.status == 200, answer
        self.resume = answer.json["resume"]
        return answer.json

    def join(self):
        answer = self.server.post_json("/api/v1/sessions", {"action": "join", "visitorid": self.name},
                                       self.source | self.token)
        assert answer.status == 200, answer
        return answer.json

    async def begin(self):
        await self.visitor.open()
        self.session = (await self.agent.open())["sessionId"]
        asked = await self.visitor.hear("consentAsked")
        await self.visitor.say("accept", agent=asked["agent"])
        await self.agent.hear("active")
        await self.talk("before")

    async def talk(self, when):
        await self.visitor.say("message", text=f"{when} {self.name}")
        equal((await self.agent.hear("message"))["text"], f"{when} {self.name}")
        await self.agent.say("message", text=f"{when} too {self.name}")
        equal((await self.visitor.hear("message"))["text"], f"{when} too {self.name}")
        await self.visitor.socket.send(page(f"{when} {self.name}"))
        equal(await self.agent.hear(SNAPSHOT), page(f"{when} {self.name}"))

    async def go_on(self):
        await asyncio.gather(self.visitor.return_(), self.agent.return_())
        await self.talk("after")

    async def end(self):
        await self.agent.say("leave")
        await self.visitor.hear("ended")


async def run(server):
    token = server.post_json(f"/services/AuthorizationService.svc/rest/Authorize?groupid={GROUP}&service=webservices",
                             server.credentials()).json["authToken"]
    meetings = [Meeting(server, token, number) for number in range(COUNT)]
    await asyncio.gather(*(meeting.begin() for meeting in meetings))
    before = records(server)
    killed = time.monotonic()
    server.process.kill()
    server.process.wait()
    with open(pathlib.Path(server.folder.name, "log"), "ab") as log:
        server.process = subprocess.Popen([server.binary, "serve"], env=server.environment, stdout=log, stderr=log)
    outcomes = await asyncio.gather(*(meeting.go_on() for meeting in meetings), return_exceptions=True)
    wrong = [outcome for outcome in outcomes if outcome is not None]
    if wrong:
        PART.fail(f"{len(wrong)} of {COUNT} sessions did not go on", repr(wrong[0]))
        return 0
    slowest = max(side.back for meeting in meetings for side in (meeting.visitor, meeting.agent)) - killed
    noticed = max(side.lost for meeting in meetings for side in (meeting.visitor, meeting.agent)) - killed
    PART.check(f"both sides hear of it at once ({noticed:.2f} s)", lambda: equal(noticed < 1, True))
    PART.check(f"both sides are back within {BACK} s ({slowest:.2f} s)", lambda: equal(slowest <= BACK, True))
    await asyncio.gather(*(meeting.end() for meeting in meetings))
    after = records(server)
    for meeting in meetings:
        was, is_ = before[meeting.session], after[meeting.session]
        PART.check(f"the record of {meeting.name} is the same session, begun before and ended once", lambda: (
            equal(is_["started"], was["started"]), equal("ended" in was, False), equal("ended" in is_, True),
            equal(is_["status"], "completed")))
    PART.check("there is no other record", lambda: equal(len(after), COUNT))
    return slowest


def records(server):
    for _ in range(50):
        rows = json.loads(server.command("session", "list", "--group", GROUP, "--all", "--limit", "1000", "--json"))
        found = {row["id"]: row for row in rows}
        if all(row["status"] in ("active", "completed") for row in rows):
            break
        time.sleep(0.1)
    return found


server = Server()
provision = server.provision
server.provision = lambda: (server.environment.update({"LATCHKEY_HTTP_TRUSTED_PROXIES": "127.0.0.1"}), provision())
with server as own:
    slowest = asyncio.run(run(own))
PART.end(f"{COUNT} sessions, both sides back {slowest:.1f} s after kill -9")
