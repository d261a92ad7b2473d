"""Whether reading waits for writing (`docs/threats.md#starvation`): `GET /api/v1/me` beside a write lock and beside an import.

Starts a server of its own and asks for `/api/v1/me` from four connections, first by themselves, then while another process
holds the database's write lock for 12 s, then while `latchkey user import` adds users. Prints the times of each part; every
answer has to be 200, and 99 of 100 within 50 ms.

Usage: LATCHKEY_BINARY=PROGRAM python3 Tests/Campaigns/reading.py [--users N]
"""

import argparse
import http.client
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Clients"))
from server import GROUP, Server  # noqa: E402

LIMIT = 50
CALLERS = 4
LOCKED = 12


class Callers:
    """Asks again and again until it is told to stop; about 400 times a second in all."""

    def __init__(self, server, token):
        self.server, self.headers = server, {"Authorization": f"Bearer {token}"}
        self.times, self.statuses, self.is_over = [], {}, threading.Event()

    def __enter__(self):
        self.threads = [threading.Thread(target=self.call) for _ in range(CALLERS)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def call(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        while not self.is_over.is_set():
            start = time.perf_counter()
            connection.request("GET", "/api/v1/me", headers=self.headers)
            answer = connection.getresponse()
            answer.read()
            self.times.append((time.perf_counter() - start) * 1000)
            self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
            time.sleep(0.01)

    def tell(self, what):
        times = sorted(self.times)
        share = times[int(len(times) * 0.99)]
        print(f"{what:34} {len(times):6} answers {self.statuses}   median {statistics.median(times):6.2f} ms   "
              f"p99 {share:6.2f} ms   most {times[-1]:7.2f} ms", flush=True)
        return share <= LIMIT and set(self.statuses) == {200}


def users(path, count):
    with open(path, "w") as file:
        file.write("FirstName,LastName,Email,Phone,GlanceAddress,Password,PartnerUID\n")
        for number in range(count):
            file.write(f"First,Last{number},,,many{number}@x.example,,many-{number}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=500_000)
    options = parser.parse_args()
    good = []
    with Server() as server:
        token = server.post_json(
            f"/services/AuthorizationService.svc/rest/Authorize?groupid={GROUP}&service=webservices",
            server.credentials()).json["authToken"]
        with Callers(server, token) as callers:
            time.sleep(5)
        good.append(callers.tell("by itself"))
        database = sqlite3.connect(server.environment["LATCHKEY_DATABASE_PATH"], timeout=10, isolation_level=None)
        with Callers(server, token) as callers:
            database.execute("BEGIN IMMEDIATE")
            time.sleep(LOCKED)
            database.execute("ROLLBACK")
        good.append(callers.tell(f"write lock held for {LOCKED} s"))
        database.close()
        path = server.folder.name + "/users.csv"
        users(path, options.users)
        start = time.monotonic()
        with Callers(server, token) as callers:
            subprocess.run([server.binary, "user", "import", path, "--group", GROUP], env=server.environment, check=True,
                           stdout=subprocess.DEVNULL)
        good.append(callers.tell(f"import of {options.users}, {time.monotonic() - start:.0f} s"))
    sys.exit(not all(good))


main()
