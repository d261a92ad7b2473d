"""Three machines of docs/cluster.md under load: the primary's machine is lost, then a node; what was answered stays, the rest goes on.

cluster.py [KILLS]: so many kills more, of machines, nodes and PostgreSQL servers in turn. Runs in namespaces of its own, which
script/test-cluster makes; they end with it, and all that runs in them. Prints the gaps.
"""
import contextlib
import http.client
import json
import pathlib
import random
import socket
import ssl
import subprocess
import sys
import threading
import time

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from machines import FILES, FOLDER, ROOT, Machine, bridge, end, run

sys.path.insert(0, str(ROOT / "Tests/Clients"))
from part import Part, equal  # noqa: E402
from server import GROUP, Answer, Server  # noqa: E402

PART = Part("cluster")
SSL = ssl.create_default_context()
AUTHORIZE = "/services/AuthorizationService.svc/rest/Authorize?service=webservices"
GAPS = []
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
                # Whoever does not answer is asked last from now on.
                self.alive.sort(key=lambda other: other is machine)
                continue
            return self.ask(plain, "support.example", method, path, body, headers or {})
        raise OSError("no machine answers")

    @staticmethod
    def ask(plain, name, *request):
        connection = http.client.HTTPSConnection(name, context=SSL)
        with contextlib.closing(connection):
            plain.settimeout(10)
            connection.sock = SSL.wrap_socket(plain, server_hostname=name)
            connection.request(*request)
            return Answer(connection.getresponse())

    def sign_in(self, fields):
        return self.post_form(AUTHORIZE, fields)

    def decided(self, fields):
        """The status, once there is a decision: 503 is none."""
        def status():
            found = self.sign_in(fields).status
            return found if found < 500 else None
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

    def ready(self):
        nodes = json.loads(self.latchkey("node", "list", "--json"))
        return [node["state"] for node in nodes].count("ready") == 3 and all(map(self.reaches_all, self.machines))

    def reaches_all(self, machine):
        """Whether a machine's proxy has every node in use."""
        def answer(node):
            plain = socket.create_connection((machine.address, 443), timeout=1)
            return self.ask(plain, f"{node.name}.support.example", "GET", "/readyz").status
        return {answer(node) for node in self.machines} == {200}


class Clicks(threading.Thread):
    """Signs agents in ten times a second, each with a LoginKey of its own, and knows what was answered."""

    def __init__(self, cluster):
        super().__init__(daemon=True)
        self.cluster, self.granted, self.unknown, self.failed, self.goes_on = cluster, [], [], 0, True

    def run(self):
        while self.goes_on:
            threading.Thread(target=self.click, daemon=True).start()
            time.sleep(0.1)

    def click(self):
        fields, start = self.cluster.credentials(), time.monotonic()
        try:
            answer = self.cluster.sign_in(fields)
        except (OSError, http.client.HTTPException):
            self.failed += 1
            return self.unknown.append(fields)
        if answer.status == 200:
            self.granted.append((start, time.monotonic(), fields))
        else:
            self.failed += 1

    def gap(self, since):
        """How long nobody who clicked after a moment was let in."""
        def first():
            return [done for start, done, _ in list(self.granted) if start >= since]
        return min(wait("somebody is let in", first)) - since


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


class Session:
    def __init__(self, cluster):
        self.cluster, self.visitor_id = cluster, f"visitor-{time.monotonic_ns()}"
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
        """Both sides return to their session, wherever it is now."""
        answer = self.cluster.post_json("/api/v1/visits", {"resume": self.visit["resume"]})
        if answer.status != 200:
            return False
        equal(answer.json["sessionKey"], self.visit["sessionKey"])
        self.visitor = Seat(answer.json)
        self.visitor.hear("connected")
        self.agent = Seat(self.join())
        self.talk("here again")
        self.visit |= answer.json
        return True


def names_and_trust():
    """Names of the machines, and a certificate that browsers trust, as the operator has them from elsewhere."""
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    names = "".join(f"10.20.0.1{number} support.example node{number}.support.example\n" for number in (1, 2, 3))
    (FOLDER / "hosts").write_text("127.0.0.1 localhost\n" + names)
    all_names = "DNS:support.example," + ",".join(f"DNS:node{number}.support.example" for number in (1, 2, 3))
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=support.example", "-addext", "subjectAltName=" + all_names,
        "-keyout", str(FOLDER / "public.key"), "-out", str(FOLDER / "public.pem"))
    run("mount", "--bind", str(FOLDER / "hosts"), "/etc/hosts")
    run("mount", "--bind", str(FOLDER / "public.pem"), "/etc/ssl/certs/ca-certificates.crt")
    SSL.load_verify_locations(FOLDER / "public.pem")
    return (FOLDER / "public.pem").read_text() + (FOLDER / "public.key").read_text()


def begin(cluster, public):
    """What docs/cluster.md says, step by step."""
    certificates = FOLDER / "certificates"
    certificates.mkdir()
    run(str(FILES / "certificates"), str(certificates))
    master_key = run("openssl", "rand", "-base64", "32")
    for machine in cluster.machines:
        machine.install(certificates, public)
        machine.put("/etc/latchkey/latchkey.key", master_key, "latchkey", mode=0o600)
        machine.put("/etc/latchkey/pgpass", "*:5432:latchkey:latchkey:a password\n", "latchkey", mode=0o600)
        machine.units["etcd"].start()
        machine.units["patroni"].start()
    database = wait("a primary and two standbys", lambda: cluster.primary(among=2)).units["patroni"]
    for statement in ("CREATE ROLE latchkey LOGIN PASSWORD 'a password'", "CREATE DATABASE latchkey OWNER latchkey"):
        database.run("/usr/lib/postgresql/15/bin/psql", "-h", "/run/postgresql/", "-c", statement)
    for machine in cluster.machines:
        machine.units["latchkey"].start()
        machine.units["haproxy"].start()
    cluster.latchkey("group", "create", GROUP, "--name", "Cluster", "--use-policy", "once")
    cluster.api_key = json.loads(cluster.latchkey("apikey", "create", "--group", GROUP, "--json"))["apiKey"]
    cluster.latchkey("user", "add", "--group", GROUP, "--puid", "joe", "--username", "joe")
    wait("three nodes", cluster.ready)


def kill_primary_machine(cluster):
    machine = cluster.primary()
    machine.lose()
    return machine


def kill_other_machine(cluster):
    primary = cluster.primary()
    machine = next(machine for machine in cluster.machines if machine is not primary)
    machine.lose()
    return machine


def kill_primary_process(cluster):
    """PostgreSQL with all its children, and not Patroni beside it."""
    machine = cluster.primary()
    pid = int(machine.path("/var/lib/postgresql/latchkey/postmaster.pid").read_text().split()[0])
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    end([pid, *map(int, children)])


def kill_node(cluster):
    random.choice(cluster.machines).units["latchkey"].kill()


def under_clicks(cluster, clicks, what, kill):
    """Kills something, and checks that what was answered stays answered."""
    before = [fields for *_, fields in clicks.granted[-20:]]
    failed, since = clicks.failed, time.monotonic()
    killed = kill(cluster)
    gap = clicks.gap(time.monotonic())
    GAPS.append((what, gap, clicks.failed - failed))
    again = [cluster.decided(fields) for fields in before]
    PART.check(f"{what}: what was used stays used", equal, again, [401] * len(before))
    unknown, clicks.unknown = clicks.unknown[-5:], []
    for fields in unknown:
        cluster.decided(fields)
        PART.check(f"{what}: nothing is granted twice", equal, cluster.decided(fields), 401)
    return killed


def goes_on(cluster, session):
    session.node().units["latchkey"].kill()
    since = time.monotonic()
    equal(cluster.sign_in(cluster.credentials()).status, 200)
    GAPS.append(("a node, the next request", time.monotonic() - since, 0))
    wait("both sides are back", session.come_back, every=0.5)
    GAPS.append(("a node, its session", time.monotonic() - since, 0))


def campaign(cluster, clicks, kills):
    kinds = {
        "a node": kill_node, "the primary's process": kill_primary_process, "the primary's machine": kill_primary_machine,
        "another machine": kill_other_machine,
    }
    for number in range(kills):
        what, kill = list(kinds.items())[number % len(kinds)]
        killed = under_clicks(cluster, clicks, what, kill)
        recover(cluster, killed)
        print(f"      kill {number + 1}: {what}, {GAPS[-1][1]:.1f} s", flush=True)


def recover(cluster, lost=None):
    if lost:
        lost.back()
    wait("a primary and two standbys", lambda: cluster.primary(among=2), patience=180)
    wait("three nodes", lambda: restart(cluster) and cluster.ready(), every=2)


def restart(cluster):
    """What the units say with `Restart=` and `RestartSec=2`."""
    for machine in cluster.machines:
        if machine.units["latchkey"].process.poll() is not None:
            machine.units["latchkey"].start()
    return True


def tell_gaps():
    print(f"      {'lost':28} {'times':>5} {'gap, median':>12} {'longest':>9} {'refused or failed':>18}")
    for what in dict.fromkeys(what for what, *_ in GAPS):
        gaps = sorted(gap for name, gap, _ in GAPS if name == what)
        failed = sum(failed for name, _, failed in GAPS if name == what)
        print(f"      {what:28} {len(gaps):5} {gaps[len(gaps) // 2]:10.2f} s {gaps[-1]:7.2f} s {failed:18}", flush=True)


def tell_logs():
    for log in sorted(FOLDER.glob("node*/*.log")):
        print(f"--- {log.relative_to(FOLDER)}\n" + log.read_text(errors="replace")[-1500:])


def main():
    public = names_and_trust()
    bridge()
    cluster = Cluster()
    try:
        begin(cluster, public)
        clicks = Clicks(cluster)
        clicks.start()
        PART.check("an agent signs in through HAProxy, and a session is live", wait, "a session", lambda: Session(cluster))
        lost = under_clicks(cluster, clicks, "the primary's machine", kill_primary_machine)
        session = wait("a session is live", lambda: Session(cluster))
        PART.check("a node is lost: the next request is answered, its session goes on", goes_on, cluster, session)
        if kills := int(sys.argv[1]):
            recover(cluster, lost)
            campaign(cluster, clicks, kills)
        clicks.goes_on = False
        PART.check("the audit is whole", lambda: cluster.latchkey("audit", "verify"))
    except Exception as error:
        PART.fail("goes on", repr(error))
        tell_logs()
    tell_gaps()
    # All machines end with this program, and its namespaces with it.
    PART.end("three machines: etcd, Patroni, PostgreSQL, Latchkey and HAProxy on each")


main()
