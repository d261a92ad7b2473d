"""The relay of sessions under load, beside a relay in C that does the least: relay.py [short].

Each server has one core and the generator the other. Sessions of a visitor and an agent, over real sockets; each sends 20 frames of 64
bytes a second. Prints what was lost, how long frames took, and the processor time a frame; then how much memory idle sockets take, up to
9,000 sessions in one process. LATCHKEY_BINARY is built for release; RELAY_LOAD and RELAY_FLOOR are the C programs.
"""
import atexit, concurrent.futures, http.client, itertools, json, os, shutil, socket, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
RATE, SECONDS, GROUP = 20, 10, "12345"
IS_SHORT = "short" in sys.argv[1:]
TICKS = os.sysconf("SC_CLK_TCK")
latchkey = os.environ["LATCHKEY_BINARY"]
folder = tempfile.mkdtemp(prefix="latchkey-relay-")
started = []


def clean():
    for process in started:
        process.kill()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)


atexit.register(clean)


def text(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(number, *command):
    log = open(f"{folder}/{number}.log", "w")
    process = subprocess.Popen(["taskset", "-c", "0", *command], stdout=log, stderr=log)
    started.append(process)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", number), 1).close()
            return process
        except OSError:
            time.sleep(0.05)
    raise SystemExit(open(log.name).read())


def stop(process):
    process.terminate()
    process.wait()
    started.remove(process)


def seconds(process):
    fields = open(f"/proc/{process.pid}/stat").read().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / TICKS


def resident(process):
    """Bytes that are the process's own."""
    for line in open(f"/proc/{process.pid}/smaps_rollup"):
        if line.startswith("Private_Dirty"):
            return int(line.split()[1]) * 1024


class Load:
    """The generator, with its sockets."""

    def __init__(self, number, path):
        command = ["taskset", "-c", "1", os.environ["RELAY_LOAD"], str(number), path]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(self.process)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait_for(self, sockets):
        end = time.monotonic() + 120
        while time.monotonic() < end:
            self.say("count")
            active = int(self.process.stdout.readline())
            if active == sockets:
                return
            time.sleep(0.1)
        raise SystemExit(f"only {active} of {sockets} sockets are in a session")

    def go(self, server):
        before = seconds(server)
        self.say(f"go {SECONDS} {RATE}")
        found = json.loads(self.process.stdout.readline())
        found["cost"] = (seconds(server) - before) / found["received"] * 1e6
        return found

    def stop(self):
        self.process.stdin.close()
        self.process.wait()
        started.remove(self.process)


class Latchkey:
    """The server, and the server keys of its sessions, visitor's and agent's in turn."""

    def __init__(self, is_new=True):
        """With `is_new` over a store of its own, else over the one that the environment names."""
        self.number, self.sources = port(), itertools.count()
        os.environ["LATCHKEY_HTTP_PORT"] = str(self.number)
        if is_new:
            self.make_store()
        text(latchkey, "user", "add", "--group", GROUP, "--puid", "joe", "--username", "joe")
        self.process = serve(self.number, latchkey, "serve")
        key = text(latchkey, "key", "make", "--group", GROUP, "--user", "joe").strip()
        answer = self.post("/services/AuthorizationService.svc/rest/Authorize", {"partnerid": GROUP, "partneruserid": "joe", "loginkey": key})
        self.token = answer["authToken"]
        self.local = threading.local()

    def make_store(self):
        for file in os.listdir(folder):
            if file.startswith("latchkey."):
                os.remove(f"{folder}/{file}")
        os.environ |= {"LATCHKEY_DATABASE_PATH": f"{folder}/latchkey.sqlite", "LATCHKEY_MASTER_KEY_FILE": f"{folder}/latchkey.key"}
        text(latchkey, "group", "create", GROUP, "--name", "Bench")
        text(latchkey, "apikey", "create", "--group", GROUP)

    def post(self, path, body, headers={}):
        number = next(self.sources)
        source = f"127.2.{number // 200 % 200}.{number % 200 + 1}"
        connection = http.client.HTTPConnection("127.0.0.1", self.number, timeout=20, source_address=(source, 0))
        try:
            connection.request("POST", path, json.dumps(body), {"content-type": "application/json", **headers})
            answer = connection.getresponse()
            found = json.loads(answer.read())
            assert answer.status == 200, (answer.status, found)
            return found
        finally:
            connection.close()

    def session(self):
        visitor = self.post("/api/v1/visits", {"groupid": GROUP})
        agent = self.post("/api/v1/sessions", {"action": "join", "sessionkey": visitor["sessionKey"]}, {"authorization": "Bearer " + self.token})
        return visitor["serverKey"], agent["serverKey"]

    def open(self, load, sessions):
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            for keys in threads.map(lambda _: self.session(), range(sessions)):
                for key in keys:
                    load.say(key)


def row(name, sessions, found, note=""):
    lost = found["sent"] - found["received"]
    print(f"{name:10} {sessions:6} sessions  {found['received'] / found['seconds']:8.0f} frames/s  lost {lost}"
          f"  p50 {found['p50'] / 1000:7.2f} ms  p99 {found['p99'] / 1000:7.2f} ms  max {found['max'] / 1000:7.2f} ms"
          f"  {found['cost']:6.2f} µs a frame  {note}", flush=True)
    if found["unsent"] or found["closed"]:
        print(f"           {found['unsent']} frames could not be sent, {found['closed']} sockets were closed")


def main():
    counts = [100, 500] if IS_SHORT else [100, 500, 1000, 2000]
    server, number = Latchkey(), port()
    floor = serve(number, os.environ["RELAY_FLOOR"], str(number))
    ours, theirs, before = Load(server.number, "/session"), Load(number, "/"), 0
    for count in counts:
        server.open(ours, count - before)
        for key in range(2 * before, 2 * count):
            theirs.say(str(key))
        before = count
        ours.wait_for(2 * count)
        theirs.wait_for(2 * count)
        least, found = theirs.go(floor), ours.go(server.process)
        row("in C", count, least)
        row("Latchkey", count, found, f"{found['cost'] / least['cost']:.2f} × C (goal ≤ 2)")
    for one in (ours, theirs):
        one.stop()
    stop(server.process)
    stop(floor)

    most = 1000 if IS_SHORT else 9000
    server = Latchkey()
    server_before, load = resident(server.process), Load(server.number, "/session")
    server.open(load, most)
    load.wait_for(2 * most)
    time.sleep(2)
    each = (resident(server.process) - server_before) / (2 * most)
    print(f"{most} idle sessions: {each / 1024:.1f} KiB of memory a socket (goal ≤ 12)")


if __name__ == "__main__":
    main()
