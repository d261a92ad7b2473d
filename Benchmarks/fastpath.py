"""What `Authorize` takes beside what it cannot do without: fastpath.py [USERS] (100,000).

Each server has one core and wrk the other; in turn in one run: an empty route, `GET /api/v1/me`, `Authorize`, the same through
the framework (for a page of another origin, which the fast path leaves to it), a program on SwiftNIO whose answers are fixed (the
floor of HTTP), and HAProxy's `jwt_verify`. The floor of the decision is a C program that does its
statements on the same database file. Prints medians of the rounds, and the ratios. LATCHKEY_BINARY, FIXED_ANSWER and SQLITE_FLOOR
are the programs, built for release.
"""
import atexit, base64, hashlib, hmac, json, os, re, shutil, socket, statistics, subprocess, sys, tempfile, time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS, SECONDS, CONNECTIONS = 7, 2, 64
AUTHORIZE = "/services/AuthorizationService.svc/rest/Authorize"
PAGE = "https://crm.example"
TICKS = os.sysconf("SC_CLK_TCK")

latchkey, users = os.environ["LATCHKEY_BINARY"], int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
folder = tempfile.mkdtemp(prefix="latchkey-fastpath-")
started = []


def stop():
    while started:
        process = started.pop()
        process.terminate()
        process.wait()


def clean():
    stop()
    shutil.rmtree(folder, ignore_errors=True)


atexit.register(clean)


def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def text(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


class Target:
    """A server on the first core, and what is asked of it."""

    def __init__(self, name, command, number, path="/", headers=(), script=()):
        self.name, self.url = name, f"http://127.0.0.1:{number}{path}"
        self.arguments = [*script, *(part for header in headers for part in ("-H", header))]
        self.rates, self.costs = [], []
        self.process = command if isinstance(command, subprocess.Popen) else self.start(command, number)

    @staticmethod
    def start(command, number):
        log = open(f"{folder}/{number}.log", "w")
        process = subprocess.Popen(["taskset", "-c", "0", *command], stdout=log, stderr=log)
        started.append(process)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", number), 1).close()
                return process
            except OSError:
                time.sleep(0.1)
        raise SystemExit(open(log.name).read())

    def seconds(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / TICKS

    def load(self, counts=True):
        before = self.seconds()
        found = text("taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *self.arguments, self.url)
        assert "Non-2xx" not in found, f"{self.name}: {found}"
        if counts:
            requests = int(re.search(r"(\d+) requests in", found)[1])
            self.costs.append((self.seconds() - before) / requests * 1e6)
            self.rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", found)[1]))

    rate = property(lambda self: statistics.median(self.rates))
    cost = property(lambda self: statistics.median(self.costs))


def fill():
    """A store with the users, and bodies that sign some of them in."""
    text(latchkey, "group", "create", "12345", "--name", "Bench", "--origin", PAGE)
    key = json.loads(text(latchkey, "apikey", "create", "--group", "12345", "--json"))["apiKey"]
    text("sqlite3", os.environ["LATCHKEY_DATABASE_PATH"], f"""
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {users})
        INSERT INTO users (partner_id, partner_user_id, username, first_name, last_name, email, phone, state)
        SELECT '12345', 'user-' || i, 'user-' || i, 'First', 'Last', 'user-' || i || '@example.com', '', 'active' FROM n""")
    bodies = text(sys.executable, f"{HERE}/bodies.py", key, str(users), "50000")
    with open(os.environ["LATCHKEY_BODIES"], "w") as file:
        file.write(bodies)
    return bodies.split("\n", 1)[0]


def post(number, body):
    url = f"http://127.0.0.1:{number}{AUTHORIZE}?service=webservices"
    request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def haproxy(number, size):
    """A file for HAProxy, and a header with a token that it takes."""
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    token = part({"alg": "HS256", "typ": "JWT"}) + "." + part({"iss": "crm", "sub": "user-1", "exp": int(time.time()) + 3600})
    code = hmac.new(b"secret", token.encode(), hashlib.sha256).digest()
    with open(f"{folder}/haproxy.cfg", "w") as file:
        file.write(f"""
global
    nbthread 1
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
frontend jwt
    bind 127.0.0.1:{number}
    http-request set-var(txn.bearer) http_auth_bearer
    http-request deny unless {{ var(txn.bearer),jwt_verify("HS256","secret") -m int 1 }}
    http-request return status 200 content-type application/json string "{'x' * size}"
""")
    return f"Authorization: Bearer {token}." + base64.urlsafe_b64encode(code).decode().rstrip("=")


def main():
    numbers = [port() for _ in range(3)]
    os.environ |= {
        "LATCHKEY_DATABASE_PATH": f"{folder}/latchkey.sqlite", "LATCHKEY_MASTER_KEY_FILE": f"{folder}/latchkey.key",
        "LATCHKEY_BODIES": f"{folder}/bodies", "LATCHKEY_HTTP_PORT": str(numbers[0]),
        "LATCHKEY_SIGN_IN_GRANTS_PER_SECOND": "1000000", "LATCHKEY_SIGN_IN_GRANT_BURST": "1000000",
    }
    body = fill()
    empty = Target("empty route", [latchkey, "serve"], numbers[0], "/healthz")
    answer = post(numbers[0], body)
    bearer = f"Authorization: Bearer {json.loads(answer)['authToken']}"
    me = Target("GET /api/v1/me", empty.process, numbers[0], "/api/v1/me", [bearer])
    authorize = Target("Authorize", empty.process, numbers[0], script=["-s", f"{HERE}/http.lua"])
    framework = Target("Authorize, by the framework", empty.process, numbers[0], headers=[f"Origin: {PAGE}"],
                       script=["-s", f"{HERE}/http.lua"])
    floor = Target("SwiftNIO, fixed answer", [os.environ["FIXED_ANSWER"], str(numbers[1]), str(len(answer))], numbers[1])
    header = haproxy(numbers[2], len(answer))
    proxy = Target("HAProxy jwt_verify", ["haproxy", "-db", "-f", f"{folder}/haproxy.cfg"], numbers[2], headers=[header])
    targets = [empty, me, authorize, framework, floor, proxy]
    for target in targets:
        target.load(counts=False)
    for _ in range(ROUNDS):
        for target in targets:
            target.load()
    stop()
    command = ["taskset", "-c", "0", os.environ["SQLITE_FLOOR"], os.environ["LATCHKEY_DATABASE_PATH"], "50000"]
    decision = statistics.median(float(text(*command)) for _ in range(ROUNDS))

    print(f"{users} users, {CONNECTIONS} connections, one core, answers of {len(answer)} bytes; medians of {ROUNDS} rounds")
    for target in targets:
        print(f"{target.name:27} {target.rate:9.0f} requests/s   {target.cost:7.1f} µs of processor time a request")
    print(f"{'SQLite alone, in C':27} {'':19}     {decision:7.1f} µs of processor time a decision")
    ratios = [
        ("Authorize / the two floors, processor time", authorize.cost / (floor.cost + decision), "≤ 1.3"),
        ("Authorize / the same by the framework, requests/s", authorize.rate / framework.rate, "≥ 1"),
        ("Authorize / HAProxy, requests/s", authorize.rate / proxy.rate, "≥ 0.35"),
        ("Authorize / empty route, requests/s", authorize.rate / empty.rate, "≥ 0.7"),
        ("/api/v1/me / empty route, requests/s", me.rate / empty.rate, "≥ 0.6"),
    ]
    for name, ratio, goal in ratios:
        print(f"{name:50} {ratio:5.2f}   (goal {goal})")


main()
