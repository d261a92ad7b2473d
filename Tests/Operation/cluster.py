"""Three machines of docs/cluster.md under load: some are restarted, cut off, slowed down and killed; what was answered stays.

cluster.py [PART…]: parts by name, each with `=NUMBER` for how often, in this order; without any, those that `script/test` runs.
Runs in namespaces of its own, which script/test-cluster makes; they end with it, and all that runs in them. Prints the gaps.
"""
import json
import os
import sys
import time
import traceback

import gaps
import losses
import once
import partitions
import rolling
import slow_disk
from machines import FILES, FOLDER, bridge, run
from part import Part
from people import SSL, Clicks, Cluster, Session, wait
from server import GROUP

PART = Part("cluster")
PARTS = {
    "update": rolling.update, "restart": rolling.restart, "frozen": partitions.frozen_standbys,
    "standbys": partitions.lost_standbys, "disk": slow_disk.short, "leader": partitions.leader, "other": partitions.other,
    "once": once.thousand, "losses": losses.short, "partitions": partitions.rounds, "kills": losses.kills,
}
SHORT = ["update", "frozen", "losses"]


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
        if before := os.environ.get("LATCHKEY_BINARY_BEFORE"):
            machine.use(before)
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


def tell_logs():
    for log in sorted(FOLDER.glob("node*/*.log")):
        print(f"--- {log.relative_to(FOLDER)}\n" + log.read_text(errors="replace")[-1500:])


def go_through(cluster, words):
    """Runs the parts, each once all machines are as they should be."""
    clicks = Clicks(cluster)
    clicks.start()
    PART.check("an agent signs in through HAProxy, and a session is live", wait, "a session", lambda: Session(cluster))
    for word in words:
        name, _, times = word.partition("=")
        cluster.recover()
        start = time.monotonic()
        PARTS[name](PART, cluster, clicks, int(times or 1))
        print(f"      {name}: {time.monotonic() - start:.0f} s", flush=True)
    clicks.goes_on = False
    PART.check("the audit is whole", lambda: cluster.latchkey("audit", "verify"))


def main():
    public = names_and_trust()
    bridge()
    cluster = Cluster()
    try:
        begin(cluster, public)
        go_through(cluster, sys.argv[1:] or SHORT)
    except Exception as error:
        PART.fail("goes on", "".join(traceback.format_exception(error)))
    if PART.failed:
        tell_logs()
    gaps.tell()
    # All machines end with this program, and its namespaces with it.
    PART.end("three machines: etcd, Patroni, PostgreSQL, Latchkey and HAProxy on each")


main()
