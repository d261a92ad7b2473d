"""A client written from `docs/protocol.md` alone: what the page says is what the server does.

Tables and examples are read from the page itself: names of events, members and errors that come are those that stand there, and
all that stand there have come.
"""
import base64
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import urllib.parse
import zlib

from part import Part, equal
from server import GROUP, Server
from wire_socket import WebSocket

PART = Part("wire")
PAGE = (pathlib.Path(__file__).parents[2] / "docs/protocol.md").read_text()
# Without line breaks, for what stands in sentences.
PROSE = " ".join(PAGE.split())
AUTHORIZE = "/services/AuthorizationService.svc/rest/Authorize"


def rows(anchor, header):
    """The cells of the table with that first line behind an anchor, each as its backquoted names or, without, its text."""
    section = PAGE.split(f'<a id="{anchor}"></a>')[1]
    table = section.split(header)[1].split("\n\n")[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return [[re.findall(r"`([^`]+)`", cell) or ([cell] if cell.isdigit() else []) for cell in row] for row in cells]


class Told:
    """Checks what is told on a socket against a table of events, and remembers which were told."""

    def __init__(self, table):
        self.table, self.seen = table, set()

    def check(self, event):
        kind = event["type"]
        assert kind in self.table, f"{kind} is not on the page"
        members = set(event) - {"type", "data"} | set(event.get("data", {}))
        extra = members - self.table[kind]
        assert not extra, f"{kind} has {extra}, which is not on the page"
        self.seen.add(kind)

    def is_complete(self):
        equal(set(self.table) - self.seen, set())


class Socket(WebSocket):
    """A WebSocket whose events are all checked."""

    def __init__(self, told, *arguments, **options):
        self.told = told
        super().__init__(*arguments, **options)

    def frame(self):
        frame = super().frame()
        if isinstance(frame, dict):
            self.told.check(frame)
        return frame


SESSION = Told({row[0][0]: set(row[1]) for row in rows("session-socket", "| you get | members | meaning |")})
# Some rows name two events.
AGENT = Told({name: set(row[1]) | set(row[2]) for row in rows("presence-agent", "| you get | at the top | in `data` |")
              for name in row[0]})
VISITOR = Told({name: set(row[1]) for row in rows("presence-visitor", "| you get | in `data` | answer |")
                for name in row[0]})
ERRORS = {(row[1][0], int(row[0][0])) for row in rows("errors", "| status | `error` | meaning |")}


# LoginKeys and Authorize

def worked_example():
    key, partner, user, expires, message, login_key = re.search(
        r"API key `(\w+)`, the PartnerId `(\w+)`, the PartnerUserId `(\w+)` and the expiry `(\w+)` the message is "
        r"`(\w+)`, and the LoginKey is `([^`]+)`", PROSE).groups()
    equal(message, partner + user + "1" + expires)
    signature = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    equal(login_key, f"$1${expires}$" + base64.urlsafe_b64encode(signature).decode().rstrip("="))
    equal(len(login_key), 57)


def authorize(server, service="webservices", puid="joe"):
    answer = server.post_json(f"{AUTHORIZE}?service={service}&duration=30", server.credentials(puid))
    equal(answer.status, 200)
    return answer.json


def answer_of_authorize(server):
    section = PAGE.split("Answer for `webservices` and `client`:")[1].split("\n\nFor `presence`")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]

    def names(service):
        return {name for cell, what in rows if service == "client" or not what.startswith("with `client` only")
                for name in re.findall(r"`(\w+)`", cell)}

    # The desktop client has to be allowed.
    answer = server.post_json(f"{AUTHORIZE}?service=client", server.credentials())
    equal((answer.status, answer.json["error"]), (401, "refused"))
    server.command("group", "update", GROUP, "--desktop-client")
    for service in ("webservices", "client"):
        answer = authorize(server, service)
        equal(set(answer), names(service))
        equal(answer["service"], service)
    assert re.fullmatch(r"gssnId:[^;]+;personId:\d+(;\w+:on)+", answer["privilegeString"]), answer
    renewed = server.post_json(AUTHORIZE, {"gssnid": answer["gssnId"]})
    equal(renewed.status, 200)
    equal(authorize(server, "presence").count("."), 2)


def forms_of_a_login_key(server):
    key = server.login_key()
    for fields in ({"partnerid": GROUP, "partneruserid": "joe", "loginkey": key},
                   {"PARTNERID": GROUP, "PartnerUserId": "joe~" + key},
                   {"username": "joe", "loginkey": server.login_key()}, {"username": "joe~" + server.login_key()}):
        equal(server.post_form(AUTHORIZE, fields).status, 200)
        equal(server.post_json(AUTHORIZE, fields).status, 200)


def errors(server):
    headers = {"authorization": "Bearer " + authorize(server)["authToken"]}
    join = {"action": "join", "sessionkey": "nobody-has-this"}
    start = {"action": "start", "sessionkey": "taken"}
    equal(server.post_json("/api/v1/sessions", start, headers).status, 200)
    answers = [
        server.post_json("/api/v1/sessions", {"action": "dance"}, headers),
        server.post_form(AUTHORIZE, server.credentials() | {"loginkey": "x"}),
        server.request("GET", "/nothing"),
        server.post_json("/api/v1/sessions", join, headers),
        server.request("GET", "/api/v1/sessions"),
        server.post_json("/api/v1/sessions", start, headers),
        server.request("POST", AUTHORIZE, "a=" + "b" * 40_000, {"content-type": "application/x-www-form-urlencoded"}),
    ]
    answers += [server.post_json("/api/v1/visits", {"groupid": "1"}) for _ in range(80)][-1:]
    for answer in answers:
        assert (answer.json["error"], answer.status) in ERRORS, f"{answer} is not on the page"
        equal(set(answer.json), {"error", "message", "correlationId"})
        equal(answer.headers["x-correlation-id"], answer.json["correlationId"])
    # A server that works is never unavailable.
    equal(ERRORS - {(answer.json["error"], answer.status) for answer in answers}, {("unavailable", 503)})


# A session

def enter(server, admission, extensions=None):
    socket = Socket(SESSION, server.port, "/session", extensions=extensions)
    socket.send({"type": "connect", "serverkey": admission["serverKey"]})
    return socket


def join(server, headers, key, extensions=None):
    answer = server.post_json("/api/v1/sessions", {"action": "join", "visitorid": key}, headers)
    equal(answer.status, 200)
    equal(set(answer.json), {"server", "serverKey", "sessionId", "sessionKey", "status"})
    return enter(server, answer.json, extensions)


def a_session(server):
    headers = {"authorization": "Bearer " + authorize(server)["authToken"]}
    visit = server.visit("record-7", name="Noor")
    equal(set(visit), {"server", "serverKey", "sessionKey", "resume", "maskSelectors", "maskEverything"})
    visitor = enter(server, visit)
    equal(visitor.until("connected")["status"], "J")
    agent = join(server, headers, "record-7")
    equal(agent.until("connected")["other"], "Noor")
    visitor.until("arrived")
    asked = visitor.until("consentAsked")
    agent.until("consentPending")
    # An answer about somebody else lets nobody in.
    visitor.send({"type": "accept", "agent": "Somebody else"})
    visitor.send({"type": "accept", "agent": asked["agent"]})
    may = agent.until("active")["may"]
    equal(set(may.split()) - {"annotate", "navigate", "assist", "invite"}, set())
    visitor.until("active")
    agent.send({"type": "message", "text": "Hello"})
    equal(visitor.until("message")["text"], "Hello")
    visitor.send({"type": "consent", "assist": True})
    agent.send(b"\x23", opcode=2)
    frame = visitor.frame()
    while isinstance(frame, dict):
        frame = visitor.frame()
    assert frame in (b"\x23", b"\x40"), frame
    agent.send({"type": "k"})

    visitor.close()
    equal(agent.until("away")["role"], "visitor")
    back = server.post_json("/api/v1/visits", {"resume": visit["resume"]})
    equal(back.status, 200)
    visitor = enter(server, back.json)
    equal(visitor.until("connected")["status"], "A")
    visitor.send({"type": "recall"})
    said = visitor.until("said")
    equal((said["role"], said["text"], said["own"]), ("agent", "Hello", "0"))
    assert abs(int(said["at"]) - time.time()) < 60, said
    agent.send({"type": "leave"})
    ended = visitor.until("ended")
    equal((ended["status"], ended["by"]), ("C", "agent"))
    equal(agent.until("ended")["status"], "C")
    assert agent.frame() is None
    equal(agent.close_code, 1000)


def a_session_of_the_agent(server):
    headers = {"authorization": "Bearer " + authorize(server)["authToken"]}
    started = server.post_json("/api/v1/sessions", {"action": "start"}, headers).json
    equal(re.fullmatch(r"\d{8}", started["sessionKey"]) is not None, True)
    agent = enter(server, started)
    agent.until("connected")
    visit = {"groupid": GROUP, "sessionkey": started["sessionKey"]}
    visitor = enter(server, server.post_json("/api/v1/visits", visit).json)
    # Who enters the agent's key has agreed; a second visitor is not let in.
    equal(visitor.until("active", "ended")["type"], "active")
    second = enter(server, server.post_json("/api/v1/visits", visit).json)
    equal(second.until("refused")["reason"], "occupied")
    # A server key is good once.
    equal(enter(server, started).until("refused")["reason"], "refused")
    visitor.send({"type": "leave"})
    equal(agent.until("ended")["by"], "visitor")


def passcodes(server, puid):
    """The passcodes of the sessions in which an agent is, by `AgentInSession`."""
    answer = server.request("POST", "/services/SessionService.asmx/AgentInSession",
                            urllib.parse.urlencode(server.credentials(puid) | {"ssnkey": ""}),
                            {"content-type": "application/x-www-form-urlencoded"})
    equal(answer.status, 200)
    return re.findall("<passcode>(.*?)</passcode>", answer.text)


def two_agents(server):
    first, second = ({"authorization": "Bearer " + authorize(server, puid=puid)["authToken"]} for puid in ("joe", "admin"))
    visitor = enter(server, server.visit("record-10"))
    visitor.until("connected")
    agent = join(server, first, "record-10")
    visitor.until("consentAsked")
    visitor.send({"type": "accept"})
    equal(agent.until("agents")["own"], "1")
    ask = {"action": "join", "visitorid": "record-10"}
    equal(enter(server, server.post_json("/api/v1/sessions", ask, second).json).until("refused")["reason"], "occupied")
    agent.send({"type": "invite"})
    invitation = agent.until("invitation")["invitation"]
    other = enter(server, server.post_json("/api/v1/sessions", ask | {"invitation": invitation}, second).json)
    equal(other.until("connected")["status"], "W")
    visitor.send({"type": "accept", "agent": visitor.until("consentAsked")["agent"]})
    other.until("active")
    roster = other.until("agents")
    equal((roster["numbers"], roster["control"], roster["own"]), ("1 2", "1", "2"))
    equal(len(roster["names"].split("\n")), 2)
    # Both are told so by the service that pages ask, and nobody else is.
    equal([passcodes(server, puid) for puid in ("joe", "admin", "a b")], [["record-10"], ["record-10"], []])
    other.send({"type": "askControl"})
    while agent.until("agents")["asking"] != "2":
        pass
    agent.send({"type": "giveControl", "to": "2"})
    while other.until("agents")["control"] != "2":
        pass
    agent.send({"type": "leave"})
    equal(agent.until("ended")["status"], "C")
    while visitor.until("agents")["numbers"] != "2":
        pass
    equal([passcodes(server, puid) for puid in ("joe", "admin")], [[], ["record-10"]])
    other.send({"type": "end"})
    equal(visitor.until("ended")["by"], "agent")


OFFER = "permessage-deflate; client_max_window_bits"


def deflated(data):
    """What goes over the wire of a message (RFC 7692 section 7.2.1)."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    whole = compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)
    assert whole.endswith(b"\0\0\xff\xff")
    return whole[:-4]


def data(socket):
    """The next binary frame that is none of the server's own."""
    while True:
        frame = socket.frame()
        assert frame is not None, socket.close_code
        if isinstance(frame, bytes) and frame[0] not in (0x40, 0x41, 0x42):
            return frame


def compressed_messages(server):
    headers = [{"authorization": "Bearer " + authorize(server, puid=puid)["authToken"]} for puid in ("joe", "admin")]
    visit = server.visit("record-12")
    visitor = enter(server, visit, OFFER)
    equal(visitor.extensions, "permessage-deflate; server_no_context_takeover; client_no_context_takeover")
    # An offer that cannot be kept to is not taken, and does no harm.
    equal(Socket(SESSION, server.port, "/session", extensions="permessage-deflate; server_max_window_bits=9").extensions, None)
    equal(Socket(AGENT, server.port, "/agent", extensions=OFFER).extensions, None)
    # What one offers and another does not is each one's own matter.
    visitor.send(deflated(json.dumps({"type": "k"}).encode()), bits=0xC0)
    # 300 KB that decompress to 288 MB: more than a connection may have in 25 seconds.
    bomb = deflated(bytes([0x02, 3]) + bytes(262_142))
    with contextlib.suppress(OSError):
        for _ in range(1100):
            visitor.send(bomb, opcode=2, bits=0xC0)
    while visitor.frame() is not None:
        pass
    equal(visitor.close_code, 1008)
    visit = server.post_json("/api/v1/visits", {"resume": visit["resume"]}).json
    visitor = enter(server, visit, OFFER)
    agent = join(server, headers[0], "record-12", OFFER)
    visitor.until("consentAsked")
    visitor.send({"type": "accept"})
    agent.until("active")
    page = bytes([0x01, 3]) + b"".join(b"a page with a table of %d rows " % number for number in range(6000))
    visitor.send(deflated(page), opcode=2, bits=0xC0)
    equal(data(agent), page)
    equal(agent.deflated, deflated(page))
    # In three frames, with a ping between them.
    changes = bytes([0x02, 3]) + b"".join(b"changes and changes %d " % number for number in range(100))
    parts = deflated(changes)
    visitor.send(parts[:9], opcode=2, bits=0x40)
    visitor.send(b"?", opcode=9)
    visitor.send(parts[9:10], opcode=0, bits=0)
    visitor.send(parts[10:], opcode=0)
    equal(data(agent), changes)
    # What is not worth it goes as it is, in a session as in a message.
    visitor.send(bytes([0x02, 3]) + b"1", opcode=2)
    equal(data(agent), bytes([0x02, 3]) + b"1")
    equal(agent.deflated, None)
    # Who comes later and takes nothing compressed has the page and what followed, in order.
    agent.send({"type": "invite"})
    ask = {"action": "join", "visitorid": "record-12", "invitation": agent.until("invitation")["invitation"]}
    other = enter(server, server.post_json("/api/v1/sessions", ask, headers[1]).json)
    equal(other.extensions, None)
    visitor.send({"type": "accept", "agent": visitor.until("consentAsked")["agent"]})
    equal([data(other) for _ in range(3)], [page, changes, bytes([0x02, 3]) + b"1"])
    equal(other.deflated, None)
    # What only says that it is compressed, and what is more than a message may be, ends the connection; nobody gets it.
    for bad, code in ((b"\xff" * 40, 1007), (deflated(page)[:50], 1007), (deflated(bytes([0x02, 3]) + bytes(262_143)), 1009),
                      (deflated(bytes(1_000_000)), 1009)):
        visitor.send(bad, opcode=2, bits=0xC0)
        while visitor.frame() is not None:
            pass
        equal(visitor.close_code, code)
        visit = server.post_json("/api/v1/visits", {"resume": visit["resume"]}).json
        visitor = enter(server, visit, OFFER)
        visitor.until("connected")
    visitor.send(deflated(bytes([0x02, 3]) + b"2" * 262_142), opcode=2, bits=0xC0)
    equal(data(other), bytes([0x02, 3]) + b"2" * 262_142)
    equal(data(agent), bytes([0x02, 3]) + b"2" * 262_142)
    # What cannot be compressed grows a little when it is tried, and still is a frame of full size.
    noise = bytes([0x02, 3]) + os.urandom(262_142)
    assert len(deflated(noise)) > len(noise)
    visitor.send(deflated(noise), opcode=2, bits=0xC0)
    equal((data(other), data(agent)), (noise, noise))
    equal(agent.deflated, None)
    # Who has not agreed on it may not send it.
    other.send(deflated(page), opcode=2, bits=0xC0)
    while other.frame() is not None:
        pass
    equal(other.close_code, 1002)
    agent.send({"type": "end"})


def flood(socket, frames):
    """Sends frames until nothing goes any more for two seconds; the bytes that went."""
    head = b"\x82\xfe" + (60_002).to_bytes(2, "big") + bytes(4)
    frame = head + bytes([0x02, 3]) + os.urandom(60_000)
    socket.socket.settimeout(2)
    sent = 0
    while sent < frames * len(frame):
        try:
            sent += socket.socket.send(frame[sent % len(frame):])
        except TimeoutError:
            break
    socket.socket.settimeout(10)
    return sent, frame[sent % len(frame):] if sent % len(frame) else b""


def who_does_not_read_is_waited_for(server):
    """A visitor floods an agent who reads nothing: the server takes some megabytes, and then the sender has to wait."""
    headers = {"authorization": "Bearer " + authorize(server)["authToken"]}
    visitor = enter(server, server.visit("record-13"))
    agent = join(server, headers, "record-13")
    visitor.until("consentAsked")
    visitor.send({"type": "accept"})
    agent.until("active")
    visitor.until("active")
    visitor.send(bytes([0x01, 3]) + b"page", opcode=2)
    sent, rest = flood(visitor, 2000)
    assert 4_000_000 < sent < 40_000_000, sent
    # As soon as the agent reads, the visitor goes on: nobody has lost the session.
    reader = threading.Thread(target=lambda: agent.until("message"))
    reader.start()
    visitor.socket.sendall(rest)
    for _ in range(100):
        visitor.send(bytes([0x02, 3]) + b"1" * 60_000, opcode=2)
    visitor.send({"type": "message", "text": "Are you there?"})
    reader.join(20)
    assert not reader.is_alive()
    agent.send({"type": "end"})


def a_guest_who_leaves(server):
    headers = {"authorization": "Bearer " + authorize(server)["authToken"]}
    visitor = enter(server, server.visit("record-8"))
    visitor.until("connected")
    agent = join(server, headers, "record-8")
    visitor.until("consentAsked")
    agent.send({"type": "leave"})
    equal(visitor.until("left")["role"], "agent")
    visitor.send({"type": "leave"})
    equal(visitor.until("ended")["status"], "Q")


def first_frames_are_needed(server):
    for path, told in (("/session", SESSION), ("/agent", AGENT), ("/visitor", VISITOR)):
        socket = Socket(told, server.port, path)
        socket.send({"type": "k"})
        assert socket.frame()["type"] == "refused"
        assert socket.frame() is None
        equal(socket.close_code, 1008)


# Presence

def presence(server):
    token = authorize(server, "presence")
    query = f"?groupid={GROUP}&visitorid=record-9"
    headers = {"authorization": "Bearer " + token}
    equal(server.request("GET", "/lookupvisitor" + query, headers=headers).json, {})
    equal(server.request("GET", "/findvisitor" + query, headers=headers).json["visitorfound"], False)
    settings = server.request(
        "GET", f"/services/authorizationservice/GetVisitorSettings3?groupid={GROUP}&site=production&service=presence"
    ).json
    equal(settings, {"presenceUrl": f"127.0.0.1:{server.port}", "isPresenceLoadBalanced": False})

    agent = Socket(AGENT, server.port, "/agent")
    agent.send({"type": "connect", "authorization": "Bearer " + token, "groupid": GROUP, "visitorid": "record-9"})
    equal(agent.until("connected")["keepalive"] > 0, True)
    visitor = Socket(VISITOR, server.port, "/visitor")
    visitor.send({"type": "announce", "groupid": GROUP, "visitorid": "record-9", "name": "Noor", "browser": "Firefox"})
    visitor.until("announced")
    while not agent.until("visitorconn")["data"]["connected"]:
        pass
    equal(agent.until("presence")["data"]["browser"], "Firefox")
    equal(server.request("GET", "/lookupvisitor" + query, headers=headers).json["visitorpresent"], True)

    for kind in ("invoke", "signal"):
        call = {"func": "Shop.show", "args": [1]}
        answer = server.post_json("/signalvisitor" + query, {"mtype": kind, "data": call}, headers)
        equal(answer.json, {"status": "ok"})
        equal(visitor.until(kind)["data"], call)

    terms = {"func": "GLANCE.Cobrowse.VisitorUI.showTerms", "args": {"sessionKey": "4711"}}
    equal(server.post_json("/signalvisitor" + query, {"mtype": "invoke", "data": terms}, headers).status, 200)
    equal(agent.until("terms")["data"]["status"], "asked")
    invite = visitor.until("invite")["data"]
    equal(invite["sessionkey"], "4711")
    visitor.send({"type": "accepted", "invitation": invite["invitation"]})
    equal(agent.until("terms")["data"]["status"], "accepted")
    visit = server.visit("record-9", invitation=invite["invitation"])
    equal(visit["sessionKey"], "4711")
    equal(agent.until("visitorsessionstart")["data"]["sessionkey"], "4711")
    inside = enter(server, visit)
    inside.until("connected")
    inside.send({"type": "leave"})
    equal(agent.until("visitorsessionend")["data"]["sessionkey"], "4711")


def a_question_that_needs_no_answer(server):
    """Two tabs of a visitor: the answer in one closes the question in the other."""
    token = authorize(server, "presence")
    tabs = []
    for _ in range(2):
        tab = Socket(VISITOR, server.port, "/visitor")
        tab.send({"type": "announce", "groupid": GROUP, "visitorid": "record-10"})
        tab.until("announced")
        tabs.append(tab)
    answer = server.post_json("/api/v1/sessions", {"action": "join", "visitorid": "record-10"},
                              {"authorization": "Bearer " + token})
    equal((answer.status, answer.json["error"]), (404, "notStarted"))
    invitations = [tab.until("invite")["data"]["invitation"] for tab in tabs]
    equal(len(set(invitations)), 1)
    tabs[0].send({"type": "declined", "invitation": invitations[0]})
    equal(tabs[1].until("withdrawn")["data"]["invitation"], invitations[0])


# The desktop client

class ClientKey:
    """An Ed25519 key (RFC 8032), by OpenSSL."""

    def __init__(self, folder):
        self.file = folder + "/key.pem"
        self.openssl("genpkey", "-algorithm", "ed25519", "-out", self.file)
        # The last 32 bytes of the encoding are the key itself (RFC 8410).
        encoded = self.openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")
        self.public = base64.urlsafe_b64encode(encoded[-32:]).decode().rstrip("=")

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=20).stdout

    def proof(self, ticket):
        with tempfile.NamedTemporaryFile() as text:
            text.write(b"latchkey-client-proof-1\n" + ticket.encode())
            text.flush()
            signature = self.openssl("pkeyutl", "-sign", "-inkey", self.file, "-rawin", "-in", text.name)
        return base64.b64encode(signature).decode()


def launch(server, token):
    """Opens a URL as the page does; its offer and the ticket."""
    offer = server.post_json("/agent/launch", {"join": "record-11"}, {"authorization": "Bearer " + token}).json
    equal(set(offer), {"launchURL", "launchToken", "sessionkey", "correlationid"})
    url = urllib.parse.urlsplit(offer["launchURL"])
    equal((url.scheme, url.netloc), ("glancepanorama", "agentjoin"))
    equal(url.path.split("/")[2:], [GROUP, "record-11"])
    return offer, urllib.parse.parse_qs(url.query)["ticket"][0]


def progress(server, offer):
    answer = server.request("GET", "/api/v1/launches", headers={"authorization": "Bearer " + offer["launchToken"]})
    equal(answer.status, 200)
    states = re.search(r"`state` is ((?:`\w+`(?:, | or )?)+)", PROSE)[1]
    assert answer.json["state"] in re.findall(r"`(\w+)`", states), answer
    return answer.json


def the_desktop_client(server):
    server.command("group", "update", GROUP, "--desktop-client")
    token = authorize(server)["authToken"]
    with tempfile.TemporaryDirectory() as folder:
        key = ClientKey(folder)
        offer, ticket = launch(server, token)
        equal(progress(server, offer)["state"], "offered")
        owner = server.post_json("/api/v1/launches/pickup", {"ticket": ticket, "version": "1.0"})
        equal(set(owner.json), {"groupId", "groupName", "partnerUserId", "username", "name", "correlationId"})
        equal(owner.json["correlationId"], offer["correlationid"])
        equal(progress(server, offer), {"state": "pickedUp", "clientVersion": "1.0", "reason": ""})

        def sign_in(ticket):
            fields = {"ticket": ticket, "clientkey": key.public, "clientproof": key.proof(ticket), "service": "client"}
            return server.post_json(AUTHORIZE, fields)

        # Nobody has connected this client yet.
        equal(sign_in(ticket).status, 401)
        told = progress(server, offer)
        equal((told["state"], told["clientKey"]), ("notEnrolled", key.public))
        assert re.fullmatch(r"\d{4} \d{4}", told["clientCode"]), told
        # Only a page of our own may connect it.
        headers = {"authorization": "Bearer " + offer["launchToken"]}
        connect = {"clientkey": key.public}
        foreign = headers | {"origin": "https://elsewhere.example"}
        equal(server.post_json("/api/v1/launches/enrollment", connect, foreign).status, 401)
        own = headers | {"origin": server.url}
        equal(server.post_json("/api/v1/launches/enrollment", connect, own).status, 204)
        # The ticket is spent; the page opens another one.
        equal(sign_in(ticket).status, 401)
        offer, ticket = launch(server, token)
        answer = sign_in(ticket)
        equal((answer.status, answer.json["service"]), (200, "client"))
        equal(progress(server, offer)["state"], "signedIn")

        offer, ticket = launch(server, token)
        for reason in re.findall(r"`(\w+)`", re.search(r'`{"ticket","reason"}` with ([^.]+), answered', PROSE)[1]):
            body = {"ticket": ticket, "reason": reason}
            equal(server.post_json("/api/v1/launches/decline", body).status, 204)
            equal(progress(server, offer)["reason"], body["reason"])


def key_endpoint(server):
    headers = {"authorization": "Bearer " + authorize(server)["authToken"]}
    answer = server.request("POST", "/api/v1/loginkey", headers=headers)
    equal(set(answer.json), {"loginKey", "groupId", "expiration"})
    equal(server.post_form(AUTHORIZE, server.credentials() | {"loginkey": answer.json["loginKey"]}).status, 200)


def main():
    PART.check("the worked example is right", worked_example)
    with Server() as server:
        for check in (answer_of_authorize, forms_of_a_login_key, a_session, a_session_of_the_agent, two_agents, compressed_messages, who_does_not_read_is_waited_for,
                      a_guest_who_leaves, first_frames_are_needed, presence, a_question_that_needs_no_answer, the_desktop_client, key_endpoint,
                      errors):
            PART.check(check.__name__.replace("_", " "), check, server)
    for name, told in (("session", SESSION), ("agent", AGENT), ("visitor", VISITOR)):
        PART.check(f"every event of the {name}'s socket has come", told.is_complete)
    PART.end("docs/protocol.md")


main()
