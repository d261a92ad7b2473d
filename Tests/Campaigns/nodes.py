"""What two nodes over one PostgreSQL database cost beside one, and how soon many sessions of a suspended agent have ended.

nodes.py [SESSIONS] (5,000). LATCHKEY_BINARY is built for release; RELAY_LOAD is `relayload`, which holds both sides' sockets: a process
here may open 20,000 files. All on the loopback; the database does not sync.
"""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests/Documents"), str(ROOT / "Benchmarks")]
import relay  # noqa: E402
from database import PROGRAMS, Database  # noqa: E402

GROUP, MORE_THAN_ON_ONE, UNTIL_ENDED = relay.GROUP, 100, 5
# One source may begin 60 visits at once.
COUNTS = {"sign-in": 400, "session": 25, "presence": 400}


@contextlib.contextmanager
def installation():
    """A database with a group, and the environment of all that use it."""
    server = Database(relay.port())
    folder = tempfile.mkdtemp(prefix="latchkey-nodes-")
    try:
        server.start()
        subprocess.run([PROGRAMS / "psql", "-qc", "CREATE DATABASE latchkey"], env=server.environment, check=True)
        os.environ |= {
            "LATCHKEY_DATABASE_PATH": f"postgresql:///latchkey?host={server.folder}&port={server.port}&user=postgres",
            "LATCHKEY_MASTER_KEY_FILE": f"{folder}/latchkey.key", "LATCHKEY_SIGN_IN_GRANTS_PER_SECOND": "100000",
            "LATCHKEY_SIGN_IN_GRANT_BURST": "100000",
        }
        latchkey("group", "create", GROUP, "--name", "Nodes")
        key = json.loads(latchkey("apikey", "create", "--group", GROUP, "--json"))["apiKey"]
        file = pathlib.Path(folder, "api.key")
        file.write_text(key)
        file.chmod(0o600)
        for number in range(1, 51):
            latchkey("user", "add", "--group", GROUP, "--puid", f"agent-{number}", "--username", f"agent-{number}")
        yield file
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


def latchkey(*words):
    return relay.text(relay.latchkey, *words)


@contextlib.contextmanager
def node(name):
    number = relay.port()
    log = open(f"{relay.folder}/{name}.log", "w")
    environment = os.environ | {
        "LATCHKEY_HTTP_PORT": str(number), "LATCHKEY_SESSION_SERVER_NAME": name,
        "LATCHKEY_SESSION_SERVER_URL": f"ws://127.0.0.1:{number}/session", "LATCHKEY_HTTP_PUBLIC_URL": f"http://127.0.0.1:{number}",
    }
    process = subprocess.Popen([relay.latchkey, "serve"], stdout=log, stderr=log, env=environment)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{number}/readyz").read()
                break
            time.sleep(0.05)
        yield number
    finally:
        process.terminate()
        process.wait()


def both_are_ready():
    """Returns once each has heard of the other: they say every second that they are there."""
    end = time.monotonic() + 20
    while [one["state"] for one in json.loads(latchkey("node", "list", "--json"))].count("ready") < 2:
        assert time.monotonic() < end, "the second node is not there"
        time.sleep(0.5)


def load(key, what, numbers):
    words = [relay.latchkey, "load", what, "--group", GROUP, "--api-key-file", str(key), "--users", "agent-1..50", "--count",
             str(COUNTS[what]), "--concurrency", "8", "--json"]
    for number in numbers:
        words += ["--url", f"http://127.0.0.1:{number}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    try:
        return {row["operation"]: row for row in json.loads(done.stdout)["operations"]}
    except (ValueError, KeyError):
        raise SystemExit(done.stdout + done.stderr) from None


def beside_one(key):
    """Sign-in, sessions whose sides come through different nodes, presence."""
    worst = 0
    with node("a") as first:
        alone = [load(key, what, [first]) for what in COUNTS]
        with node("b") as second:
            both_are_ready()
            both = [load(key, what, [first, second]) for what in COUNTS]
    for one, two in zip(alone, both):
        for operation, row in two.items():
            before = one[operation]
            more = row["p99"] - before["p99"]
            worst = max(worst, more, row["p50"] - before["p50"])
            print(f"{operation:28} one node p50 {before['p50']:7.2f} p99 {before['p99']:7.2f} ms   two p50 {row['p50']:7.2f} "
                  f"p99 {row['p99']:7.2f} ms   {row['failed']} failed", flush=True)
            if row["failed"] or before["failed"]:
                raise SystemExit(f"{before['failures']} {row['failures']}")
    print(f"through two nodes: at most {worst:.1f} ms more than through one (goal {MORE_THAN_ON_ONE})")
    return worst <= MORE_THAN_ON_ONE


def revoked(sessions):
    """An agent with many sessions is suspended by a command, which is another process than the server's."""
    server = relay.Latchkey(is_new=False)
    sockets = relay.Load(server.number, "/session")
    server.open(sockets, sessions)
    sockets.wait_for(2 * sessions)
    start = time.monotonic()
    latchkey("user", "suspend", "joe", "--group", GROUP)
    done = time.monotonic()
    sockets.wait_for(0)
    took = time.monotonic() - done
    print(f"{sessions} sessions of an agent have ended {took:.1f} s after the command that suspends them, which took {done - start:.1f} s "
          f"(goal {UNTIL_ENDED})", flush=True)
    sockets.stop()
    relay.stop(server.process)
    return took <= UNTIL_ENDED


def main():
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with installation() as key:
        results = [beside_one(key), revoked(sessions)]
    sys.exit(not all(results))


main()
