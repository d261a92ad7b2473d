"""Whether the time of a refusal tells why (`docs/threats.md#timing`).

Starts a server of its own, sends refusals of every kind interleaved in a random order over one connection, and compares the
kinds by ranks: `P(second slower)` is the probability that an answer of the second kind takes longer than one of the first, 0.5
where nothing can be told. With it comes the difference of the medians, and its interval by resampling. LoginKeys go to Authorize
and to SessionService, passwords to Authorize, a twentieth as many: they cost a hash each.

Usage: python3 Tests/Campaigns/timing.py --latchkey PROGRAM [--answers N] [--postgresql]; the latter over a PostgreSQL server of
its own, from Debian's package.
"""

import argparse
import base64
import hashlib
import hmac
import os
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Documents"))
from database import PROGRAMS, Database  # noqa: E402

PATH = "/services/AuthorizationService.svc/rest/Authorize"
LOOK_UP = "/services/SessionService.asmx/LookupPartnerSession2"
KNOWN = "005Fk000001aBcDIAU"
UNKNOWN = "005Fk000001aBzZIAU"
SHOWN = 0.55
"""From here on a difference can be seen with some thousand answers; with fewer, from where chance ends."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def empty_database():
    """A PostgreSQL server, and the address of a database in it that has no tables."""
    server = Database(free_port())
    server.start()
    subprocess.run([PROGRAMS / "psql", "-qc", "CREATE DATABASE latchkey"], env=server.environment, check=True)
    return server, f"postgresql:///latchkey?host={server.folder}&port={server.port}&user=postgres"


class Server:
    def __init__(self, program, database=None):
        self.program = program
        # In memory: waiting for a disk would hide every difference.
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm")
        self.port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"], "LATCHKEY_DATABASE_PATH": database or self.folder.name + "/latchkey.sqlite",
            "LATCHKEY_MASTER_KEY_FILE": self.folder.name + "/latchkey.key", "LATCHKEY_HTTP_PORT": str(self.port),
            "LATCHKEY_HTTP_PUBLIC_URL": f"http://127.0.0.1:{self.port}", "LATCHKEY_LOG_LEVEL": "error",
            # Refusals are what is measured: here nobody is limited.
            "LATCHKEY_SIGN_IN_REFUSAL_BURST": "1000000000", "LATCHKEY_SIGN_IN_REFUSALS_PER_SECOND": "1000000000",
        }
        self.run("group", "create", "12345", "--name", "With a key")
        self.run("group", "create", "23456", "--name", "Without a key")
        self.key = self.run("apikey", "create", "--group", "12345").split()[-1]
        self.run("user", "add", "--group", "12345", "--puid", KNOWN, "--username", "known")
        self.run("user", "add", "--group", "12345", "--puid", "005Fk000001aBcHIAU", "--username", "suspended")
        self.run("user", "suspend", "005Fk000001aBcHIAU", "--group", "12345")
        password = self.folder.name + "/password"
        pathlib.Path(password).write_text("correct horse")
        self.run("user", "add", "--group", "12345", "--username", "with.one", "--password-file", password)
        self.process = subprocess.Popen([program, "serve"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz").read()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the server did not start")

    def run(self, *words):
        done = subprocess.run([self.program, *words], env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        return done.stdout.strip()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def login_key(group, user, secret, expires):
    text = hmac.new(hashlib.sha256(secret).digest(), f"{group}{user}{expires}".encode(), hashlib.sha256).digest()
    return f"$1${expires}${base64.urlsafe_b64encode(text).decode().rstrip('=')}"


def requests():
    """Each kind of refusal, as a function that makes one request's path and body; all of one length."""
    ahead = int(time.time()) + 3600

    def by_key(group, user, path=PATH, more=""):
        return lambda: (path, f"partnerid={group}&partneruserid={user}&loginkey="
                        + login_key(group, user, os.urandom(16), ahead) + more)

    def by_name(name):
        return lambda: (PATH, f"username={name}&loginkey=" + login_key("1", "x", os.urandom(16), ahead))

    def by_password(name):
        return lambda: (PATH, f"username={name}&password={os.urandom(6).hex()}")

    kinds = {
        "unknown group": lambda: by_key(f"{random.randrange(30000, 99999)}", UNKNOWN)(),
        "known user name": by_name("suspended"), "unknown user name": by_name("nobody001"),
        "password of a user who has one": by_password("with.one"), "password of a user without": by_password("known"),
        "password of a suspended user": by_password("suspended"), "password of nobody": by_password("nobody01"),
    }
    for door, path, more in (("", PATH, ""), (" (look-up)", LOOK_UP, "&ssnkey=4711")):
        kinds |= {
            "known user" + door: by_key("12345", KNOWN, path, more),
            "unknown user" + door: by_key("12345", UNKNOWN, path, more),
            "suspended user" + door: by_key("12345", "005Fk000001aBcHIAU", path, more),
            "group without a key" + door: by_key("23456", UNKNOWN, path, more),
        }
    kinds["unknown group (look-up)"] = lambda: by_key(f"{random.randrange(30000, 99999)}", UNKNOWN, LOOK_UP, "&ssnkey=4711")()
    return kinds


PAIRS = [
    *((first + door, second + door) for door in ("", " (look-up)") for first, second in (
        ("known user", "unknown user"), ("known user", "suspended user"), ("group without a key", "unknown group"),
        ("unknown user", "unknown group"),
    )),
    ("known user name", "unknown user name"),
    *(("password of a user who has one", f"password of {other}") for other in ("a user without", "a suspended user", "nobody")),
]


def measure(port, count):
    """The times of each kind of refusal, in microseconds."""
    kinds = requests()
    times = {name: [] for name in kinds}
    order = [name for name in kinds for _ in range(max(count // 20, 1) if name.startswith("password") else count)]
    random.shuffle(order)
    peer = socket.create_connection(("127.0.0.1", port))
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    statuses = set()
    for name in order:
        path, text = kinds[name]()
        body = text.encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        request = head.encode() + body
        start = time.perf_counter_ns()
        peer.sendall(request)
        answer = peer.recv(65536)
        times[name].append((time.perf_counter_ns() - start) / 1000)
        statuses.add(answer[9:12])
        while b"\r\n\r\n" not in answer or not answer.rstrip().endswith((b"}", b">")):
            answer += peer.recv(65536)
    if statuses != {b"401"}:
        raise SystemExit(f"not only refusals: {statuses}")
    return times


def probability(first, second):
    """How likely an answer of the second kind is to take longer (Mann and Whitney's U over the product of the counts)."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    total = sum(index + 1 for index, (_, kind) in enumerate(ranked) if kind)
    return (total - len(second) * (len(second) + 1) / 2) / (len(first) * len(second))


def interval(first, second, rounds=400):
    """The difference of the medians in 95 of 100 resamplings."""
    size = min(len(first), 2000)
    differences = sorted(
        statistics.median(random.choices(second, k=size)) - statistics.median(random.choices(first, k=size))
        for _ in range(rounds)
    )
    return differences[int(rounds * 0.025)], differences[int(rounds * 0.975)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latchkey", required=True)
    parser.add_argument("--answers", type=int, default=5000)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    database, address = empty_database() if options.postgresql else (None, None)
    try:
        server = Server(options.latchkey, address)
        try:
            measure(server.port, 200)
            times = measure(server.port, options.answers)
        finally:
            server.stop()
    finally:
        if database:
            database.close()
    for name, values in times.items():
        print(f"{name:34} median {statistics.median(values):7.1f} µs   n {len(values)}")
    print(f"\n{'first kind':34} {'second kind':34} {'difference of medians':>24}  P(second slower)")
    told_apart = []
    for first, second in PAIRS:
        low, high = interval(times[first], times[second])
        share = probability(times[first], times[second])
        # Three and a half standard deviations of what chance does.
        count = min(len(times[first]), len(times[second]))
        if abs(share - 0.5) >= max(SHOWN - 0.5, 3.5 * (1 / (6 * count)) ** 0.5):
            told_apart.append(f"{first} and {second}")
        between = statistics.median(times[second]) - statistics.median(times[first])
        print(f"{first:34} {second:34} {between:7.1f} ({low:5.1f} … {high:5.1f}) µs  {share:.3f}")
    print("\ntold apart:", ", ".join(told_apart) or "none")
    sys.exit(bool(told_apart))


main()
