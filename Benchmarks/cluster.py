"""Measures decisions over PostgreSQL beside those over SQLite, in turn in one run: cluster.py [USERS] (1,000,000).

cluster.py users [USERS] (10,000,000): only whether so many users cost more than 100 do.


LATCHKEY_BINARY is a release build. Needs PostgreSQL's programs and wrk. All on the loopback and in a temporary folder; as root,
PostgreSQL runs as nobody. Prints a table; each figure is the median of the rounds.
"""
import atexit, base64, glob, hashlib, hmac, json, os, random, re, shutil, signal, statistics, subprocess, sys, tempfile, time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]))[-1]
TICKS = os.sysconf("SC_CLK_TCK")
ROUNDS, SECONDS, CONNECTIONS = 7, 2, 64

latchkey = os.environ["LATCHKEY_BINARY"]
only_users = sys.argv[1:2] == ["users"]
numbers = [int(word) for word in sys.argv[1:] if word != "users"]
users = numbers[0] if numbers else 10_000_000 if only_users else 1_000_000
folder = tempfile.mkdtemp(prefix="latchkey-cluster-")
os.chmod(folder, 0o755)
started = []


def stop_all():
    for process in reversed(started):
        process.send_signal(signal.SIGINT)
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)


atexit.register(stop_all)


def times(pid):
    """User and system time of a process, and of its children that have ended; in seconds."""
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def children(pid):
    return [int(child) for child in open(f"/proc/{pid}/task/{pid}/children").read().split()]


class Postgres:
    """A PostgreSQL server of its own; a standby of another if that is given."""

    count = 0

    def __init__(self, primary=None):
        Postgres.count += 1
        self.folder, self.port = f"{folder}/pg{Postgres.count}", 5432 + Postgres.count
        os.mkdir(self.folder)
        if os.getuid() == 0:
            os.chown(self.folder, 65534, 65534)
        data = self.folder + "/data"
        if primary:
            source = ["-h", primary.folder, "-p", str(primary.port), "-U", "latchkey"]
            self.run("pg_basebackup", "-D", data, *source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        else:
            self.run("initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-U", "latchkey")
        settings = [
            "listen_addresses=", f"unix_socket_directories={self.folder}", f"port={self.port}", "shared_buffers=512MB",
            "max_wal_size=8GB", "max_connections=200", "checkpoint_timeout=30min",
        ]
        arguments = [part for setting in settings for part in ("-c", setting)]
        log = open(self.folder + "/log", "w")
        self.process = subprocess.Popen(self.command("postgres", "-D", data, *arguments), stdout=log, stderr=log, cwd="/")
        started.append(self.process)
        while subprocess.call(self.command("pg_isready", "-q", "-h", self.folder, "-p", str(self.port))):
            assert self.process.poll() is None, open(self.folder + "/log").read()
            time.sleep(0.1)

    @staticmethod
    def command(program, *arguments):
        other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
        return [*other, f"{PROGRAMS}/{program}", *arguments]

    def run(self, program, *arguments):
        subprocess.run(self.command(program, *arguments), check=True, stdout=subprocess.DEVNULL, cwd="/")

    def sql(self, database, *statements):
        given = [part for statement in statements for part in ("-c", statement)]
        where = ["-h", self.folder, "-p", str(self.port), "-U", "latchkey", "-d", database]
        return subprocess.run(
            self.command("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *where, *given),
            check=True, capture_output=True, text=True, cwd="/",
        ).stdout.strip()

    def database(self, name):
        self.sql("postgres", f"CREATE DATABASE {name}")
        return f"postgresql:///{name}?host={self.folder}&port={self.port}&user=latchkey"

    def seconds(self):
        pid = self.process.pid
        return times(pid) + sum(times(child) for child in children(pid))


class Server:
    """A `latchkey serve`."""

    def __init__(self, name, database, key, postgres=()):
        self.name, self.key, self.postgres = name, key, postgres
        self.port = random.randint(12000, 31000)
        self.environment = environment(database) | {
            "LATCHKEY_HTTP_PORT": str(self.port), "LATCHKEY_SESSION_SERVER_NAME": name,
            "LATCHKEY_SIGN_IN_GRANTS_PER_SECOND": "1000000", "LATCHKEY_SIGN_IN_GRANT_BURST": "1000000",
        }
        log = open(f"{folder}/{name}.log", "w")
        self.process = subprocess.Popen([latchkey, "serve"], env=self.environment, stdout=log, stderr=log)
        started.append(self.process)
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2)
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(open(f"{folder}/{name}.log").read())

    def seconds(self):
        return times(self.process.pid)


def environment(database):
    return os.environ | {"LATCHKEY_DATABASE_PATH": database, "LATCHKEY_MASTER_KEY_FILE": f"{folder}/latchkey.key"}


def command(database, *arguments):
    return subprocess.run(
        [latchkey, *arguments], env=environment(database), check=True, capture_output=True, text=True
    ).stdout


made = 0


def bodies(key, count):
    """A file with credentials, none of which was made before."""
    global made
    path, expires = f"{folder}/bodies{made}", int(time.time()) + 3600
    with open(path, "w") as file:
        for number in range(made, made + 40_000):
            puid, end = f"user-{number % count}", expires + number // count
            code = hmac.digest(key, f"12345{puid}1{end}".encode(), hashlib.sha256)
            signature = base64.urlsafe_b64encode(code).decode().rstrip("=")
            loginkey = f"$1${end}${signature}"
            file.write(json.dumps({"partnerid": "12345", "partneruserid": puid, "loginkey": loginkey}) + "\n")
    made += 40_000
    return path


def load(servers, count=None):
    """Puts servers under load together; returns decisions a second, and processor time for each in µs."""
    each = CONNECTIONS // len(servers)
    processes = set(servers) | {postgres for server in servers for postgres in server.postgres}
    files = [bodies(server.key, count or users) for server in servers]
    before = sum(process.seconds() for process in processes)
    runs = [
        subprocess.Popen(
            ["wrk", "-t1", f"-c{each}", f"-d{SECONDS}s", "-s", f"{HERE}/http.lua", f"http://127.0.0.1:{server.port}/"],
            env=os.environ | {"LATCHKEY_BODIES": file}, stdout=subprocess.PIPE, text=True,
        )
        for server, file in zip(servers, files)
    ]
    texts = [run.communicate()[0] for run in runs]
    taken = sum(process.seconds() for process in processes) - before
    for file in files:
        os.unlink(file)
    for text in texts:
        assert "Non-2xx" not in text and "Socket errors" not in text, text
    requests = sum(int(re.search(r"(\d+) requests in", text)[1]) for text in texts)
    return sum(float(re.search(r"Requests/sec: +([\d.]+)", text)[1]) for text in texts), taken / requests * 1e6


def own_share(server):
    """The web node's processor time for a decision and for a request that asks nothing, `/healthz`, in µs."""
    before = server.seconds()
    rate, _ = load([server])
    decisions = (server.seconds() - before) / (rate * SECONDS) * 1e6
    before = server.seconds()
    text = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", f"http://127.0.0.1:{server.port}/healthz"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    health = (server.seconds() - before) / int(re.search(r"(\d+) requests in", text)[1]) * 1e6
    return decisions, health


def compare(*cases):
    """Runs cases in turn; returns the median rate and processor time of each, and of the ratios to the first."""
    found = [[] for _ in cases]
    for round in range(ROUNDS + 1):
        for results, case in zip(found, cases):
            result = case()
            if round:  # The first warms up.
                results.append(result)
    medians = [(statistics.median(r for r, _ in results), statistics.median(c for _, c in results)) for results in found]
    ratios = [
        tuple(statistics.median(a[i] / b[i] for a, b in zip(results, found[0])) for i in (0, 1)) for results in found
    ]
    return medians, ratios


def row(what, figure, goal=""):
    print(f"| {what} | {figure} | {goal} |", flush=True)


def fill(database, count):
    """A group with so many users in a SQLite file; returns its API key."""
    command(database, "group", "create", "12345", "--name", "Bench")
    key = json.loads(command(database, "apikey", "create", "--group", "12345", "--json"))["apiKey"]
    subprocess.run(
        ["sqlite3", database, f"""
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})
        INSERT INTO users (partner_id, partner_user_id, username, first_name, last_name, email, phone, state)
        SELECT '12345', 'user-' || i, 'user-' || i, 'First', 'Last', 'user-' || i || '@example.com', '', 'active' FROM n"""],
        check=True,
    )
    return key.encode()


def move(source, target, postgres, kill_at=None):
    """Moves; kills the command when so many users are there, and starts it again. Returns the report."""
    arguments = [latchkey, "database", "move", "--from", source, "--json"]
    if kill_at:
        process = subprocess.Popen(arguments, env=environment(target), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        for line in process.stderr:
            if (found := re.match(r"users: (\d+) ", line)) and int(found[1]) >= kill_at:
                process.kill()
                break
        process.wait()
    return json.loads(command(target, "database", "move", "--from", source, "--json"))


def flat():
    """Two databases, one with so many users as were asked for."""
    postgres, servers = Postgres(), []
    for count in (100, users):
        address = postgres.database(f"users{count}")
        command(address, "group", "create", "12345", "--name", "Bench")
        key = json.loads(command(address, "apikey", "create", "--group", "12345", "--json"))["apiKey"].encode()
        begin = time.monotonic()
        postgres.sql(f"users{count}", f"""
            INSERT INTO users (partner_id, partner_user_id, username, first_name, last_name, email, phone, state, is_administrator,
            created_at, modified_at)
            SELECT '12345', 'user-' || i, 'user-' || i, 'First', 'Last', 'user-' || i || '@example.com', '', 'active', 0, 0, 0
            FROM generate_series(0, {count - 1}) AS i""", "ANALYZE users", "CHECKPOINT")
        row(f"{count:,} users put into the database", f"{time.monotonic() - begin:.0f} s")
        servers.append((count, Server(f"of{count}", address, key, [postgres])))
    medians, ratios = compare(*[lambda server=server, count=count: load([server], count) for count, server in servers])
    row(f"decisions a second with 100 and {users:,} users", ", ".join(f"{rate:,.0f}" for rate, _ in medians)
        + f"; rate {ratios[1][0]:.2f}, processor time {ratios[1][1]:.2f}", "flat")


print("| measured | figure | goal |\n|---|---|---|")
if only_users:
    flat()
    sys.exit()
postgres = Postgres()
sqlite = f"{folder}/latchkey.sqlite"
key = fill(sqlite, users)
begin = time.monotonic()
report = move(sqlite, whole := postgres.database("whole"), postgres)
row(f"{users:,} users moved from SQLite, compared and verified", f"{time.monotonic() - begin:.1f} s")
begin = time.monotonic()
report = move(sqlite, killed := postgres.database("killed"), postgres, kill_at=users // 2)
assert report["wasResumed"] and report["auditIsUnbroken"]
row("the same, killed in the middle and resumed", f"{time.monotonic() - begin:.1f} s", "whole")
postgres.sql("postgres", "DROP DATABASE killed", "CHECKPOINT")

file = Server("file", sqlite, key)
one = Server("one", whole, key, [postgres])
((rate, cost), (pg_rate, pg_cost)), (_, (rate_ratio, cost_ratio)) = compare(lambda: load([file]), lambda: load([one]))
row("SQLite: decisions a second, processor time of each", f"{rate:,.0f}, {cost:.0f} µs")
row("PostgreSQL: the same, over all processes", f"{pg_rate:,.0f}, {pg_cost:.0f} µs")
row("rate, PostgreSQL / SQLite", f"{rate_ratio:.2f}", "≥ 0.8")
row("processor time, PostgreSQL / SQLite", f"{cost_ratio:.2f}", "≤ 1.6")
((decision, health),), _ = compare(lambda: own_share(one))
row("the web node's processor time, a decision, and a request for /healthz", f"{decision:.0f} µs, {health:.0f} µs")
((decision_sqlite, _),), _ = compare(lambda: own_share(file))
row("its own share: a decision, more than /healthz", f"{decision - health:.0f} µs", "≤ 15 µs")
row("the same with SQLite, whose work is in it", f"{decision_sqlite - health:.0f} µs")
file.process.send_signal(signal.SIGINT)

two = Server("two", whole, key, [postgres])
_, (_, (ratio, _)) = compare(lambda: load([one]), lambda: load([one, two]))
row("two writing nodes / one, the same number outstanding", f"{ratio:.2f}", "≥ 0.95")

counts = [count for count in (100, 10_000) if count < users]
few = []
for count in counts:
    small = f"{folder}/{count}.sqlite"
    small_key = fill(small, count)
    address = postgres.database(f"users{count}")
    move(small, address, postgres)
    few.append((count, Server(f"of{count}", address, small_key, [postgres])))
cases = [lambda server=server, count=count: load([server], count) for count, server in few]
if cases:
    medians, ratios = compare(*cases, lambda: load([one]))
    row(
        "decisions a second with " + ", ".join(f"{count:,}" for count in [*counts, users]) + " users",
        ", ".join(f"{rate:,.0f}" for rate, _ in medians) + f"; last / first {ratios[-1][0]:.2f}",
        "flat",
    )

begin = time.monotonic()
report = json.loads(command(whole, "audit", "verify", "--json"))
taken = time.monotonic() - begin
assert report["isUnbroken"]
row("`audit verify`", f"{report['rows']:,} rows in {taken:.2f} s, {report['rows'] / taken:,.0f} rows/s", "≥ 200,000")

standby = Postgres(postgres)


def synchronous(is_on):
    names = "*" if is_on else ""
    postgres.sql("postgres", f"ALTER SYSTEM SET synchronous_standby_names = '{names}'", "SELECT pg_reload_conf()")
    while postgres.sql("postgres", "SHOW synchronous_standby_names") != names:
        time.sleep(0.05)
    while is_on and postgres.sql("postgres", "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1":
        time.sleep(0.05)
    return load([one])


_, (_, (ratio, _)) = compare(lambda: synchronous(False), lambda: synchronous(True))
row("with one synchronous standby / with an asynchronous one", f"{ratio:.2f}", "≥ 0.75")
postgres.sql("postgres", "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
