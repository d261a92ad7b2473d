"""Who uses the three machines: browsers that know one name with three addresses, agents who click, and both sides of sessions."""
import contextlib
import dataclasses
import http.client
import itertools
import json
import math
import random
import re
import secrets
import socket
import ssl
import subprocess
import threading
import time
import traceback
import urllib.parse

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from machines import Machine
from part import equal
from server import Answer, Server

SSL = ssl.create_default_context()
# As in proxies.py: the client of `websockets` reads and writes in two threads.
SSL.maximum_version = ssl.TLSVersion.TLSv1_2
AUTHORIZE = "/services/AuthorizationService.svc/rest/Authorize?service=webservices"
# Patroni's ttl, and what follows.
PATIENCE = 120
TRANSIENT = (OSError, subprocess.SubprocessError, AssertionError, KeyError, http.client.HTTPException, WebSocketException)


def wait(what, condition, patience=PATIENCE, every=0.1):
    last = time.monotonic() + patience
    while time.monotonic() < last:
        with contextlib.suppress(*TRANSIENT):
            if found := condition():
                return found
        time.sleep(every)
    raise AssertionError(f"{what}: not within {patience} seconds")


@dataclasses.dataclass
class Click:
    """A LoginKey that was presented, and what was answered: `None` for nothing."""

    fields: dict
    correlation: str
    start: float
    done: float | None = None
    status: int | None = None
    retry_after: str | None = None

    @property
    def is_decided(self):
        return self.status is not None and self.status < 500 and self.status != 429


class Cluster(Server):
    """The machines as a browser sees them: one name with three addresses, of which it takes one that answers."""

    def __init__(self):
        super().__init__()
        self.machines = [Machine(number) for number in (1, 2, 3)]
        self.alive = list(self.machines)

    def request(self, method, path, body=None, headers=None):
        for machine in list(self.alive):
            try:
                plain = socket.create_connection((machine.address, 443), timeout=1)
            except OSError:
                self.ask_last(machine)
                continue
            return self.ask(plain, "support.example", method, path, body, headers or {})
        raise OSError("no machine answers")

    def ask_last(self, machine):
        """Whoever does not answer is asked last from now on."""
        self.alive.sort(key=lambda other: other is machine)

    @staticmethod
    def ask(plain, name, *request):
        connection = http.client.HTTPSConnection(name, context=SSL)
        with contextlib.closing(connection):
            plain.settimeout(10)
            connection.sock = SSL.wrap_socket(plain, server_hostname=name)
            # A proxy waits for 65 seconds.
            connection.sock.settimeout(70)
            connection.request(*request)
            return Answer(connection.getresponse())

    def sign_in(self, fields):
        return self.post_form(AUTHORIZE, fields)

    def click(self, fields, notes, machine=None):
        """Presents a LoginKey, at a machine or at any, under a correlation id of its own, and notes what was answered."""
        click = Click(fields, secrets.token_hex(16), time.monotonic())
        notes.append(click)
        words = ("POST", AUTHORIZE, urllib.parse.urlencode(fields),
                 {"content-type": "application/x-www-form-urlencoded", "x-correlation-id": click.correlation})
        with contextlib.suppress(OSError, http.client.HTTPException):
            if machine:
                answer = self.ask(socket.create_connection((machine.address, 443), timeout=1), "support.example", *words)
            else:
                answer = self.request(*words)
            click.status, click.retry_after = answer.status, answer.headers["retry-after"]
        click.done = time.monotonic()
        return click

    def decided(self, fields, notes):
        """The status, once there is a decision: 503 is none."""
        def status():
            click = self.click(fields, notes)
            return click.status if click.is_decided else None
        return wait("a decision", status)

    def any(self, unit):
        return next(machine for machine in self.alive if machine.units[unit].process.poll() is None).units[unit]

    def latchkey(self, *words):
        return self.any("latchkey").run("/usr/bin/latchkey", *words)

    def members(self):
        unit = self.any("patroni")
        words = ["/opt/patroni/bin/patronictl", "-c", "/etc/patroni/patroni.yml", "list", "-f", "json"]
        return json.loads(unit.run(*words))

    def primary(self, among=None):
        """The machine with the primary that has `among` standbys behind it."""
        members = self.members()
        streaming = [member for member in members if member["State"] == "streaming" and "Standby" in member["Role"]]
        leader = [member["Member"] for member in members if member["Role"] == "Leader" and member["State"] == "running"]
        found = [machine for machine in self.machines if [machine.name] == leader]
        return found[0] if found and len(streaming) >= (among or 0) else None

    def promotion(self):
        """When the primary was promoted last, as `time.monotonic` counts, be it never; Patroni writes milliseconds."""
        text = self.primary().units["patroni"].log.read_text(errors="replace")
        promotions = re.findall(r"^(\S+) (\S+),(\d+) INFO: promoted self to leader", text, re.M)
        if not promotions:
            return -math.inf
        day, second, fraction = promotions[-1]
        moment = time.mktime(time.strptime(f"{day} {second}", "%Y-%m-%d %H:%M:%S")) + int(fraction) / 1000
        return time.monotonic() - (time.time() - moment)

    def query(self, statement):
        """What the primary says, as the database's superuser."""
        unit = self.primary().units["patroni"]
        words = ["-h", "/run/postgresql/", "-d", "latchkey", "-At", "-v", "ON_ERROR_STOP=1", "-c", statement]
        return unit.run("/usr/lib/postgresql/15/bin/psql", *words).strip()

    def nodes(self):
        return json.loads(self.latchkey("node", "list", "--json"))

    def ready(self):
        return [node["state"] for node in self.nodes()].count("ready") == 3 and all(map(self.reaches_all, self.machines))

    def reaches_all(self, machine):
        """Whether a machine's proxy has every node in use."""
        def answer(node):
            plain = socket.create_connection((machine.address, 443), timeout=1)
            return self.ask(plain, f"{node.name}.support.example", "GET", "/readyz").status
        return {answer(node) for node in self.machines} == {200}

    def recover(self):
        """Switches everything on again that was lost or cut off, and waits for all of it."""
        for machine in self.machines:
            machine.connect()
            if machine.is_lost:
                machine.back()
        wait("a primary and two standbys", lambda: self.primary(among=2), patience=180)
        wait("three nodes", lambda: self.restart() and self.ready(), every=0.5)

    def restart(self):
        """What the units say with `Restart=` and `RestartSec=2`."""
        ended = [unit for unit in (machine.units["latchkey"] for machine in self.machines) if unit.process.poll() is not None]
        if ended:
            time.sleep(2)
        for unit in ended:
            unit.start()
        return True


class Clicks(threading.Thread):
    """Signs agents in ten times a second, each with a LoginKey of its own, and knows what was answered.

    Each tenth LoginKey is presented twice at the same moment, at two machines.
    """

    def __init__(self, cluster, inside=None):
        """With a machine: as somebody on it, who reaches nobody else when it is cut off."""
        super().__init__(daemon=True)
        self.cluster, self.inside, self.all, self.goes_on, self.is_paused = cluster, inside, [], True, False

    def run(self):
        for number in itertools.count():
            if not self.goes_on:
                return
            if not self.is_paused:
                fields = self.cluster.credentials()
                for machine in self.where(number):
                    threading.Thread(target=self.click, args=(fields, machine), daemon=True).start()
            time.sleep(0.1)

    def where(self, number):
        if self.inside:
            return [self.inside]
        return random.sample(self.cluster.machines, 2) if number % 10 == 9 else [None]

    def click(self, fields, machine):
        if self.inside:
            self.inside.enter()
        self.cluster.click(fields, self.all, machine)

    def since(self, moment):
        """What was clicked after a moment and is answered."""
        return [click for click in list(self.all) if click.start >= moment and click.done]

    def granted(self, since=0):
        return [click for click in self.since(since) if click.status == 200]

    def undecided(self, since=0):
        return [click for click in self.since(since) if not click.is_decided]

    def gap(self, since):
        """How long nobody who clicked after a moment was let in."""
        return min(wait("somebody is let in", lambda: [click.done for click in self.granted(since)])) - since

    @contextlib.contextmanager
    def pause(self):
        """Nobody clicks, and everybody has an answer."""
        self.is_paused = True
        wait("every click has ended", lambda: all(click.done for click in list(self.all)))
        yield
        self.is_paused = False


class Seat:
    """A side of a session, on its own node."""

    def __init__(self, admission):
        self.socket = connect(admission["server"], ssl=SSL, open_timeout=5, ping_interval=None, legacy=True)
        self.say("connect", serverkey=admission["serverKey"])

    def say(self, what, **more):
        self.socket.send(json.dumps({"type": what} | more))

    def hear(self, what):
        while True:
            message = json.loads(self.socket.recv(timeout=10))
            if message["type"] == what:
                return message

    def until_silent(self):
        """Returns once a page would take the server for gone: it asks every two seconds whether it is there."""
        silent = 0
        while silent <= 3:
            try:
                self.socket.recv(timeout=2)
                silent = 0
            except TimeoutError:
                silent += 1
                if silent > 1:
                    self.say("k")


class Session:
    def __init__(self, cluster):
        self.cluster, self.visitor_id, self.failures = cluster, f"visitor-{time.monotonic_ns()}", []
        self.place = ""
        self.token = cluster.sign_in(cluster.credentials()).json["authToken"]
        self.visit = cluster.visit(self.visitor_id)
        self.visitor = Seat(self.visit)
        self.visitor.hear("connected")
        self.agent = Seat(self.join())
        asked = self.visitor.hear("consentAsked")
        self.visitor.say("accept", agent=asked["agent"])
        self.agent.hear("active")
        self.talk("hello")

    def join(self):
        answer = self.cluster.post_json("/api/v1/sessions", {"action": "join", "visitorid": self.visitor_id},
                                        {"authorization": f"Bearer {self.token}"})
        equal(answer.status, 200)
        return answer.json

    def talk(self, text):
        self.visitor.say("message", text=text)
        equal(self.agent.hear("message")["text"], text)

    def node(self):
        return next(machine for machine in self.cluster.machines if f"//{machine.name}." in self.visit["server"])

    def come_back(self):
        """Both sides return to their session, wherever it is now. Notes why they did not."""
        try:
            return self.attempt_to_come_back()
        except TRANSIENT as error:
            where = traceback.extract_tb(error.__traceback__)[1]
            self.failures.append(f"{where.line} at {self.place}: {error!r}")
            raise

    def come_back_within(self, patience=PATIENCE):
        """Waits until both sides are back, and says why if that takes long."""
        self.failures, start = [], time.monotonic()
        try:
            wait("both sides are back", self.come_back, patience, every=0.2)
        finally:
            if time.monotonic() - start > 5:
                print(f"      a session was away for {time.monotonic() - start:.1f} s: {self.failures}", flush=True)

    def attempt_to_come_back(self):
        answer = self.cluster.post_json("/api/v1/visits", {"resume": self.visit["resume"]})
        equal(answer.status, 200)
        self.place = answer.json["server"] + " " + time.strftime("%T")
        equal(answer.json["sessionKey"], self.visit["sessionKey"])
        self.visitor = Seat(answer.json)
        self.visitor.hear("connected")
        self.agent = Seat(self.join())
        # What is said before is said to nobody.
        self.agent.hear("connected")
        self.talk("here again")
        self.visit |= answer.json
        return True


