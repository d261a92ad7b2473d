"""A LoginKey that is good once is presented a thousand times at the same moment, at two machines; also while the primary goes."""
import collections
import contextlib
import http.client
import multiprocessing.pool
import secrets
import socket
import ssl
import threading
import time
import urllib.parse

import ledger
from machines import FOLDER, end, run
from part import equal
from people import AUTHORIZE, Click

TIMES = 1000
# One source may have so many refused.
SOURCES = [f"10.20.0.{number}" for number in range(100, 120)]


class Presentation:
    """A connection to a node itself, over which the LoginKey is presented as soon as it is told to."""

    def __init__(self, machine, source, fields, trust):
        self.click = Click(fields, secrets.token_hex(16), time.monotonic())
        plain = socket.create_connection((machine.address, 8443), timeout=70, source_address=(source, 0))
        name = f"{machine.name}.support.example"
        self.connection = http.client.HTTPSConnection(name, context=trust)
        self.connection.sock = trust.wrap_socket(plain, server_hostname=name)

    def send(self):
        self.click.start = time.monotonic()
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.connection.request("POST", AUTHORIZE, urllib.parse.urlencode(self.click.fields), {
                "content-type": "application/x-www-form-urlencoded", "x-correlation-id": self.click.correlation})

    def receive(self):
        with contextlib.closing(self.connection), contextlib.suppress(OSError, http.client.HTTPException):
            answer = self.connection.getresponse()
            self.click.status, self.click.retry_after = answer.status, answer.headers["retry-after"]
        self.click.done = time.monotonic()


def present(cluster, clicks, meanwhile):
    """Presents one LoginKey at two machines that are not the primary's; `meanwhile` gets what sends all."""
    primary, fields = cluster.primary(), cluster.credentials()
    others = [machine for machine in cluster.machines if machine is not primary]
    trust = ssl.create_default_context(cafile=FOLDER / "certificates" / primary.name / "ca.pem")
    with multiprocessing.pool.ThreadPool(16) as pool:
        presentations = pool.map(
            lambda number: Presentation(others[number % 2], SOURCES[number % len(SOURCES)], fields, trust), range(TIMES))

        def send():
            for one in presentations:
                one.send()

        clicks.all += [one.click for one in presentations]
        meanwhile(send)
        sent = time.monotonic()
        pool.map(Presentation.receive, presentations, chunksize=1)
    answers = collections.Counter(one.click.status for one in presentations)
    later = sum(one.click.done - sent > 1 for one in presentations)
    print(f"      answers: {dict(answers)}, {later} of them more than a second after all were sent", flush=True)
    assert answers[200] <= 1, f"{answers[200]} were granted"
    return answers


def at_rest(cluster, clicks):
    equal(dict(present(cluster, clicks, lambda send: send())), {200: 1, 401: TIMES - 1})


def while_primary_goes(cluster, clicks):
    machine = cluster.primary()

    def meanwhile(send):
        sending = threading.Thread(target=send)
        sending.start()
        end(machine.postgres())
        sending.join()
    present(cluster, clicks, meanwhile)


def after_primary_went(cluster, clicks):
    machine = cluster.primary()

    def meanwhile(send):
        end(machine.postgres())
        send()
    present(cluster, clicks, meanwhile)


def thousand(part, cluster, clicks, times):
    for source in SOURCES:
        run("ip", "address", "add", f"{source}/24", "dev", "cluster")
    for _ in range(times):
        for what in (at_rest, while_primary_goes, after_primary_went):
            name = what.__name__.replace("_", " ")
            part.check(f"a LoginKey is presented {TIMES} times at once, {name}", what, cluster, clicks)
            part.check(f"{name}: it was granted once, and the audit says so", ledger.agrees, cluster, clicks)
            cluster.recover()
