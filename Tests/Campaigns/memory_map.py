"""What it costs that the database is not mapped into memory: processor time of a sign-in with and without a map.

Two servers of one program on copies of one database with many users: one as it is, the other with a library loaded in front of
it that gives SQLite a memory map. Sign-ins of random users go to both in turns; what is compared is the processor time that
each server took, so that whatever else the machine does counts little. A plain file in memory (`/dev/shm`): what a disk adds is
the same for both.

Usage: python3 Tests/Campaigns/memory_map.py --latchkey PROGRAM [--users N] [--rounds N]
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Clients"))
from server import GROUP, LIMITS, free_port  # noqa: E402

PATH = "/services/AuthorizationService.svc/rest/Authorize"
SIGN_INS = 1000
"""In each round, to each server."""
MAP = """
int sqlite3_config(int, ...);
__attribute__((constructor)) static void map(void) { sqlite3_config(22 /* SQLITE_CONFIG_MMAP_SIZE */, 1LL << 30, 1LL << 30); }
"""


class Server:
    def __init__(self, program, folder, name, **environment):
        self.program, self.port = program, free_port()
        self.database = f"{folder}/{name}.sqlite"
        self.environment = LIMITS | {
            "PATH": os.environ["PATH"], "LATCHKEY_DATABASE_PATH": self.database, "LATCHKEY_LOG_LEVEL": "error",
            "LATCHKEY_MASTER_KEY_FILE": f"{folder}/latchkey.key", "LATCHKEY_HTTP_PORT": str(self.port),
            "LATCHKEY_HTTP_PUBLIC_URL": f"http://127.0.0.1:{self.port}", **environment,
        }

    def run(self, *words):
        return subprocess.run(
            [self.program, *words], env=self.environment, check=True, capture_output=True, text=True).stdout.strip()

    def start(self):
        self.process = subprocess.Popen([self.program, "serve"], env=self.environment, stdout=subprocess.DEVNULL)
        for _ in range(600):
            try:
                self.peer = socket.create_connection(("127.0.0.1", self.port))
                self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the server did not start")

    def sign_in(self, body):
        head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
        self.peer.sendall(head.encode() + body)
        answer = b""
        while not answer.rstrip().endswith(b"}"):
            answer += self.peer.recv(65536)
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"not signed in: {answer!r}")

    def seconds(self):
        """The processor time of the process, of all its threads (clock_getcpuclockid(3))."""
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return {line.split()[0].strip(":"): int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("Rss")}


def add_users(path, count):
    """By themselves; what an import checks and writes down is measured elsewhere."""
    with sqlite3.connect(path) as database:
        database.executemany(
            "INSERT INTO users (partner_id, partner_user_id, username, first_name, last_name, email, phone, state) "
            "VALUES (?, ?, ?, 'First', 'Last', ?, '', 'active')",
            ((GROUP, f"many-{number}", f"many{number}@x.example", f"many{number}@x.example") for number in range(count)))
    database.close()


def body(key, number):
    user, expires = f"many-{number}", int(time.time()) + 3600
    mac = hmac.new(key.encode(), f"{GROUP}{user}1{expires}".encode(), hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    return f"partnerid={GROUP}&partneruserid={user}&loginkey=$1${expires}${signature}".encode()


def measure(servers, key, users, rounds):
    """Microseconds of processor time for each sign-in, by server and round."""
    times = {name: [] for name in servers}
    for number in range(rounds + 1):
        bodies = [body(key, random.randrange(users)) for _ in range(SIGN_INS)]
        for name in random.sample(list(servers), len(servers)):
            before = servers[name].seconds()
            for text in bodies:
                servers[name].sign_in(text)
            # The first round warms up.
            if number:
                times[name].append((servers[name].seconds() - before) * 1e6 / SIGN_INS)
    return times


def interval(differences, resamplings=2000):
    """Where the median of the differences is in 95 of 100 resamplings."""
    medians = sorted(statistics.median(random.choices(differences, k=len(differences))) for _ in range(resamplings))
    return medians[int(resamplings * 0.025)], medians[int(resamplings * 0.975)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latchkey", required=True)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        library = f"{folder}/map.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", library, "-"], input=MAP.encode(), check=True)
        plain = Server(options.latchkey, folder, "plain")
        plain.run("group", "create", GROUP, "--name", "Many", "--use-policy", "off")
        key = json.loads(plain.run("apikey", "create", "--group", GROUP, "--json"))["apiKey"]
        add_users(plain.database, options.users)
        mapped = Server(options.latchkey, folder, "mapped", LD_PRELOAD=library)
        shutil.copy(plain.database, mapped.database)
        servers = {"without a map": plain, "with a map": mapped}
        try:
            for server in servers.values():
                server.start()
            times = measure(servers, key, options.users, options.rounds)
            for name, values in times.items():
                print(f"{name:14} {statistics.median(values):7.1f} µs of processor time a sign-in   {servers[name].memory()} MiB")
        finally:
            for server in servers.values():
                server.process.terminate()
                server.process.wait()
        differences = [first - second for first, second in zip(*times.values())]
        low, high = interval(differences)
        print(f"the price of having no map: {statistics.median(differences):.1f} µs a sign-in ({low:.1f} … {high:.1f})")


main()
