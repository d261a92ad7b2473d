"""One side of a live session, as a program of its own: it can run in another network namespace than the server.

Usage: side.py visitor|agent ADDRESS PORT NAME CERTIFICATE GROUP VISITOR-ID [PARTNER-USER-ID LOGIN-KEY]
Ends with 0 if text went both ways and the session ended as it should.
"""
import http.client
import json
import pathlib
import ssl
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Clients"))
from wire_socket import WebSocket

ROLE, ADDRESS, PORT, NAME, CERTIFICATE, GROUP, VISITOR, *CREDENTIALS = sys.argv[1:]
TLS = ssl.create_default_context(cafile=CERTIFICATE)


class Connection(http.client.HTTPSConnection):
    """To ADDRESS, whose certificate has to be NAME's."""

    def connect(self):
        http.client.HTTPConnection.connect(self)
        self.sock = TLS.wrap_socket(self.sock, server_hostname=NAME)


def post(path, body, kind, **headers):
    connection = Connection(ADDRESS, int(PORT), timeout=20)
    host = NAME if PORT == "443" else f"{NAME}:{PORT}"
    connection.request("POST", path, body, {"host": host, "content-type": kind} | headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.status == 200, f"{path}: {answer.status} {text}"
    return json.loads(text)


def enter(admission):
    socket = WebSocket(int(PORT), "/session", host=ADDRESS, name=NAME, tls=TLS)
    socket.send({"type": "connect", "serverkey": admission["serverKey"]})
    socket.until("connected")
    return socket


def visitor():
    visit = post("/api/v1/visits", json.dumps({"groupid": GROUP, "visitorid": VISITOR, "name": "Noor"}), "application/json")
    socket = enter(visit)
    print("waiting", flush=True)
    asked = socket.until("consentAsked")
    socket.send({"type": "accept", "agent": asked["agent"]})
    socket.until("active")
    assert socket.until("message")["text"] == "Can I help?"
    socket.send({"type": "message", "text": "Yes, please"})
    assert socket.until("ended")["by"] == "agent"


def agent():
    user, key = CREDENTIALS
    fields = {"partnerid": GROUP, "partneruserid": user, "loginkey": key}
    answer = post("/services/AuthorizationService.svc/rest/Authorize", urllib.parse.urlencode(fields),
                  "application/x-www-form-urlencoded")
    body = json.dumps({"action": "join", "visitorid": VISITOR})
    admission = post("/api/v1/sessions", body, "application/json", authorization="Bearer " + answer["authToken"])
    socket = enter(admission)
    socket.until("active")
    socket.send({"type": "message", "text": "Can I help?"})
    assert socket.until("message")["text"] == "Yes, please"
    socket.send({"type": "leave"})
    socket.until("ended")


{"visitor": visitor, "agent": agent}[ROLE]()
