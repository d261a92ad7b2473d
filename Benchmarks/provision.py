"""Adds users in one of the three ways and says how long it took: provision.py WAY COUNT [KILL_AFTER]

WAY is csv, papi or scim. Makes a store of its own in a temporary folder, with `latchkey` from LATCHKEY_BINARY, on a
free loopback port. With KILL_AFTER the server, or the importing command, gets SIGKILL when so many users were
answered (csv: after so many milliseconds), is started again, and every answered user has to be there, and nothing half.
"""
import base64, hashlib, hmac, http.client, json, os, queue, resource, socket, subprocess, sys, tempfile, threading, time
import urllib.parse

way, count = sys.argv[1], int(sys.argv[2])
kill_after = int(sys.argv[3]) if len(sys.argv) > 3 else None
binary = os.path.abspath(os.environ["LATCHKEY_BINARY"])
folder = tempfile.TemporaryDirectory()
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
environment = dict(
    os.environ,
    LATCHKEY_DATABASE_PATH=folder.name + "/latchkey.sqlite",
    LATCHKEY_MASTER_KEY_FILE=folder.name + "/latchkey.key",
    LATCHKEY_HTTP_PORT=str(port),
    LATCHKEY_SIGN_IN_GRANTS_PER_SECOND="1000000",
    LATCHKEY_SIGN_IN_GRANT_BURST="1000000",
)


def latchkey(*arguments):
    return subprocess.run([binary, *arguments], env=environment, capture_output=True, text=True, check=True).stdout


latchkey("group", "create", "12345", "--name", "Bench")
api_key = json.loads(latchkey("apikey", "create", "--group", "12345", "--json"))["apiKey"]
latchkey("user", "add", "--group", "12345", "--puid", "admin", "--username", "admin", "--administrator")
token = json.loads(latchkey("token", "create", "--group", "12345", "--user", "admin", "--json"))["accessToken"]
server = None


def serve():
    global server
    server = subprocess.Popen([binary, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    sys.exit("the server does not start")


answered, lock = set(), threading.Lock()


def answer(numbers):
    with lock:
        answered.update(numbers)
        if kill_after and len(answered) >= kill_after and server.poll() is None:
            server.kill()


def login_key():
    expires = str(int(time.time()) + 600)
    code = hmac.new(api_key.encode(), f"12345admin1{expires}".encode(), hashlib.sha256).digest()
    return f"$1${expires}$" + base64.urlsafe_b64encode(code).decode().rstrip("=")


def papi(connection, numbers):
    for number in numbers:
        form = {
            "PartnerLogin": "admin", "PartnerAuth": login_key(), "PartnerUserID": f"user-{number}",
            "UserAddress": f"user-{number}", "UserFirst": "First", "UserLast": "Last",
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/PAPI/NewUser.asp", urllib.parse.urlencode(form), headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status} {body[:200]}")
        answer([number])


def scim(connection, numbers):
    operations = [
        {
            "method": "POST", "path": "/Users", "bulkId": str(number),
            "data": {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": f"user-{number}",
                "externalId": f"user-{number}", "name": {"givenName": "First", "familyName": "Last"},
            },
        }
        for number in numbers
    ]
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations}
    headers = {"content-type": "application/scim+json", "authorization": f"Bearer {token}"}
    connection.request("POST", "/scim/v2/Bulk", json.dumps(body), headers)
    response = connection.getresponse()
    text = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status} {text[:200]}")
    results = json.loads(text)["Operations"]
    answer([int(result["bulkId"]) for result in results if str(result["status"]) == "201"])


def stream(add, size, clients):
    work = queue.Queue()
    for first in range(0, count, size):
        work.put(range(first, min(first + size, count)))
    failures = []

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            try:
                add(connection, work.get_nowait())
            except queue.Empty:
                return
            except Exception as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures and not kill_after:
        sys.exit(f"failed: {failures[0]}")


def import_csv():
    path = folder.name + "/users.csv"
    with open(path, "w") as file:
        file.write("FirstName,LastName,Email,Phone,GlanceAddress,Password,PartnerUID\n")
        for number in range(count):
            file.write(f"First,Last,user-{number}@example.com,,user-{number},,user-{number}\n")
    command = subprocess.Popen([binary, "user", "import", path, "--group", "12345"], env=environment)
    if kill_after:
        time.sleep(kill_after / 1000)
        command.kill()
    _, status, usage = os.wait4(command.pid, 0)
    command.returncode = status
    if status == 0:
        answered.update(range(count))
    elif not kill_after:
        sys.exit("the import failed")
    return usage.ru_maxrss / 1024


def peak():
    with open(f"/proc/{server.pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


start = time.monotonic()
memory = None
if way == "csv":
    memory = import_csv()
else:
    serve()
    start = time.monotonic()
    if way == "papi":
        stream(papi, 1, 16)
    else:
        stream(scim, 1000, 4)
elapsed = time.monotonic() - start
if way != "csv" and not kill_after:
    memory = peak()
if kill_after and server:
    server.wait()
    serve()

users, last = [], 0
while True:
    page = json.loads(latchkey("user", "list", "--group", "12345", "--after", str(last), "--limit", "10000", "--json"))
    if not page:
        break
    users += [row["partnerUserID"] for row in page]
    last = page[-1]["id"]
there = {int(name.removeprefix("user-")) for name in users if name.startswith("user-")}
audit = latchkey("audit", "verify")
if server:
    server.terminate()
    server.wait()
lost = answered - there
unit = {"csv": count, "papi": 1, "scim": 1000}[way]
half = len(there) % unit
print(
    f"{way}: {len(there)} of {count} users in {elapsed:.1f} s"
    + (f", {len(there) / elapsed:.0f} a second" if not kill_after else f", killed after {len(answered)} answers")
    + (f", {memory:.0f} MiB" if memory else "")
    + f"; lost after an answer: {len(lost)}, half of a request: {half}; {audit.strip()}"
)
sys.exit(1 if lost or half or (not kill_after and len(there) != count) else 0)
