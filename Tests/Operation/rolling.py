"""One node after the other is restarted, and then updated, as docs/cluster.md says, while agents click and sessions are live."""
import contextlib
import os
import shlex
import shutil
import subprocess
import threading
import time

import gaps
import ledger
from blocks import command_blocks
from machines import FOLDER, ROOT
from part import equal
from people import TRANSIENT, Session, wait

DOCUMENT = ROOT / "docs/cluster.md"
# The version of the tables that this program makes.
TABLES = "13"
BLOCKS = [block.text for block in command_blocks(DOCUMENT, DOCUMENT.name) if block.value("run by") == "script/test-cluster"]
# What a machine of the tests has in the place of these: `systemctl` and `apt-get` leave the work to `Shell`.
PROGRAMS = {
    "sudo": 'exec "$@"',
    "systemctl": 'echo "$*" >"$REQUEST.new" && mv "$REQUEST.new" "$REQUEST"; while [ -e "$REQUEST" ]; do sleep 0.1; done',
    "apt-get": 'exec systemctl "apt-get $*"',
}


class Shell:
    """What an administrator types on a machine; `update` is what the package of the new version does."""

    def __init__(self, machine, update, commands=None):
        """With `commands`: the machine whose program the commands are."""
        self.machine, self.update, self.request = machine, update, machine.folder / "request"
        self.programs = machine.folder / "bin"
        self.programs.mkdir(exist_ok=True)
        unit = machine.units["latchkey"]
        settings = [f"{name}={value}" for name, value in unit.environment().items()]
        command = unit.command("env", "-i", *settings, (commands or machine).own("/usr/bin/latchkey"))
        for name, text in (PROGRAMS | {"latchkeyctl": f'exec {shlex.join(command)} "$@"'}).items():
            (self.programs / name).write_text(f"#!/bin/sh\n{text}\n")
            (self.programs / name).chmod(0o755)

    def run(self, commands):
        words = ["ip", "netns", "exec", self.machine.name, "bash", "-euc", self.machine.own(commands)]
        environment = {"PATH": f"{self.programs}:{os.environ['PATH']}", "REQUEST": str(self.request)}
        with open(self.machine.folder / "shell.log", "ab") as log:
            shell = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while shell.poll() is None:
            with contextlib.suppress(FileNotFoundError):
                self.carry_out(self.request.read_text().strip())
            time.sleep(0.05)
        equal(shell.returncode, 0)

    def carry_out(self, request):
        """What systemd does, or the package's scripts."""
        if request.startswith("apt-get install"):
            self.update(self.machine)
        else:
            equal(request, "restart latchkey")
        self.machine.units["latchkey"].stop()
        self.machine.units["latchkey"].start()
        self.request.unlink()


class Talks(threading.Thread):
    """Both sides of some sessions talk all the time, and go where their session is when they are let go."""

    def __init__(self, sessions):
        super().__init__(daemon=True)
        self.sessions, self.interruptions, self.lost, self.goes_on = sessions, [], None, True

    def run(self):
        while self.goes_on and not self.lost:
            for session in self.sessions:
                self.talk(session)
            time.sleep(0.1)

    def talk(self, session):
        since = time.monotonic()
        try:
            return session.talk("still here")
        except (*TRANSIENT, TimeoutError):
            pass
        try:
            session.come_back_within(30)
            self.interruptions.append(time.monotonic() - since)
        except AssertionError as error:
            self.lost = error

    def end(self):
        self.goes_on = False
        self.join()
        if self.lost:
            raise self.lost


def one_after_the_other(cluster, update, change):
    updated = None
    for machine in cluster.machines:
        # As the document says of versions that refuse newer tables in these commands too.
        Shell(machine, change, updated if os.environ.get("LATCHKEY_BINARY_BEFORE") else None).run(BLOCKS[0] + update + BLOCKS[2])
        updated = machine


def under_load(part, cluster, clicks, what, update, change=None):
    talks = Talks([wait("a session is live", lambda: Session(cluster)) for _ in range(6)])
    talks.start()
    since = time.monotonic()
    part.check(f"{what}: goes as the document says", one_after_the_other, cluster, update, change)
    took = time.monotonic() - since
    part.check(f"{what}: no session is lost", talks.end)
    failed = [(click.status, round(click.start - since, 1)) for click in clicks.undecided(since)]
    part.check(f"{what}: no request fails", equal, failed, [])
    part.check(f"{what}: each session was let go", lambda: equal(len(talks.interruptions) >= len(talks.sessions), True))
    slowest = max(click.done - click.start for click in clicks.granted(since))
    print(f"      {what}: {took:.0f} s, {len(clicks.granted(since))} sign-ins", flush=True)
    gaps.note(f"{what}, the slowest sign-in", slowest, len(failed))
    for interruption in talks.interruptions:
        gaps.note(f"{what}, a session", interruption)
    part.check(f"{what}: what was answered is in the audit, and nothing is granted twice", ledger.agrees, cluster, clicks)


def another_copy():
    """The new version: the same program again, in a file of its own."""
    file = FOLDER / "new/latchkey"
    file.parent.mkdir(exist_ok=True)
    shutil.copy(os.environ["LATCHKEY_BINARY"], file)
    return file


def tables_before(cluster):
    """Has the last migration of `Schema.swift` made again, which finds what it makes."""
    equal(cluster.query("SELECT max(version) FROM latchkey_migrations"), TABLES)
    cluster.query(f"DELETE FROM latchkey_migrations WHERE version = {TABLES}")


def updating(cluster, program):
    """What the package does. Without the version before, the tables at least are those of it when the first node is updated."""
    is_first = not os.environ.get("LATCHKEY_BINARY_BEFORE")

    def install(machine):
        nonlocal is_first
        if is_first:
            tables_before(cluster)
            is_first = False
        machine.use(program)
    return install


def restart(part, cluster, clicks, _):
    under_load(part, cluster, clicks, "a rolling restart", "sudo systemctl restart latchkey\n")


def update(part, cluster, clicks, _):
    program = another_copy()
    under_load(part, cluster, clicks, "a rolling update", BLOCKS[1], updating(cluster, program))
    found = cluster.query("SELECT max(version) FROM latchkey_migrations")
    part.check("a rolling update: the tables are those of the new version", equal, found, TABLES)
    part.check("a rolling update: every node runs the new program", equal, {running(machine) for machine in cluster.machines},
               {str(program)})


def running(machine):
    return os.readlink(f"/proc/{machine.units['latchkey'].process.pid}/exe")
