"""Machines that are cut off and go on by themselves, and commits that no standby confirms."""
import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import gaps
import ledger
from losses import note_own_share
from part import equal
from people import Clicks, Session, wait

# For longer than Patroni takes to step back, and than a commit waits for its standby.
LONG_ENOUGH = 12


def cut_off(part, cluster, clicks, machine):
    """Cuts a machine off and lets it back; somebody on it clicks all that time."""
    what = "the primary's machine, cut off" if machine is cluster.primary() else "another machine, cut off"
    sessions = [wait("a session is live", lambda: Session(cluster)) for _ in range(4)]
    inside, since = Clicks(cluster, inside=machine), time.monotonic()
    machine.cut()
    inside.start()
    staying = [session for session in sessions if session.node() is not machine]
    part.check(f"{what}: sessions of the others go on meanwhile", lambda: [session.talk("still here") for session in staying])
    gap = clicks.gap(since)
    gaps.note(what, gap, len(clicks.undecided(since)))
    cluster.ask_last(machine)
    note_own_share(cluster, what, since, gap)
    part.check(f"{what}: its sessions go on", come_back, sessions, machine, since, what)
    time.sleep(max(0, since + LONG_ENOUGH - time.monotonic()))
    connections = f"SELECT count(*) FROM pg_stat_activity WHERE client_addr = '{machine.address}' AND usename = 'latchkey'"
    part.check(f"{what}: the database has let go of its connections", lambda: equal(cluster.query(connections), "0"))
    inside.goes_on, healed = False, time.monotonic()
    granted = [click for click in inside.granted() if click.done < healed]
    part.check(f"{what}: it grants nothing", equal, (len(inside.all) > 10, granted), (True, []))
    cluster.recover()
    gaps.note(f"{what}, until all is as before", time.monotonic() - healed)
    part.check(f"{what}: all sessions go on", lambda: [session.talk("afterwards") for session in sessions])
    wait("everybody inside has an answer", lambda: all(click.done for click in inside.all))
    clicks.all += inside.all
    agrees(part, cluster, clicks, what)
    return what


def come_back(sessions, machine, since, what):
    """The sessions of a machine that is cut off go on elsewhere, once their pages notice."""
    def follow(session):
        session.visitor.until_silent()
        session.come_back_within()
        gaps.note(f"{what}, its sessions", time.monotonic() - since)

    with ThreadPoolExecutor() as pool:
        list(pool.map(follow, [session for session in sessions if session.node() is machine]))


def agrees(part, cluster, clicks, what):
    def check():
        done = ledger.agrees(cluster, clicks)
        print(f"      {what}: {len(clicks.all)} clicks so far, of which {done} were done without an answer", flush=True)
    part.check(f"{what}: what was answered is in the audit, and nothing is granted twice", check)


@contextlib.contextmanager
def frozen(machines):
    """PostgreSQL of these machines stands still: connections stay open, nothing is confirmed."""
    pids = [pid for machine in machines for pid in machine.postgres()]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def cut(machines):
    for machine in machines:
        machine.cut()
    try:
        yield
    finally:
        for machine in machines:
            machine.connect()


def refused(clicks, since):
    """Everybody is told to try again, and nobody is let in."""
    answers = [(click.status, click.retry_after) for click in clicks.since(since) if click.status]
    equal(set(answers), {(503, "5")})
    return len(answers)


def without_standbys(part, cluster, clicks, what, lost):
    """Both standbys are away: their PostgreSQL alone, or the machines."""
    primary = cluster.primary()
    session = wait("a session is live", lambda: Session(cluster))
    standbys = [machine for machine in cluster.machines if machine is not primary]
    with lost(standbys):
        since = time.monotonic()
        for machine in standbys:
            cluster.ask_last(machine)
        wait("somebody is refused", lambda: len(clicks.since(since)) > 10)
        gaps.note(f"{what}, until somebody is told so", min(click.done for click in clicks.since(since)) - since)
        time.sleep(max(0, since + LONG_ENOUGH - time.monotonic()))
        part.check(f"{what}: everybody is told to try again, nobody is let in", refused, clicks, since)
        if lost is frozen:
            part.check(f"{what}: sessions go on meanwhile", session.talk, "still here")
        number, back = len(clicks.undecided(since)), time.monotonic()
    gaps.note(f"{what}, once they are back", clicks.gap(back), number)
    cluster.recover()
    agrees(part, cluster, clicks, what)


def frozen_standbys(part, cluster, clicks, _):
    """A commit that waits for a standby is never a grant."""
    without_standbys(part, cluster, clicks, "both standbys, frozen", frozen)


def lost_standbys(part, cluster, clicks, _):
    """The primary's machine is alone, and steps back after a while."""
    without_standbys(part, cluster, clicks, "both standbys, cut off", cut)


def leader(part, cluster, clicks, _):
    """The primary's machine is cut off."""
    cut_off(part, cluster, clicks, cluster.primary())


def other(part, cluster, clicks, _):
    """A machine is cut off, and not the primary's."""
    primary = cluster.primary()
    cut_off(part, cluster, clicks, next(machine for machine in cluster.machines if machine is not primary))


def rounds(part, cluster, clicks, times):
    """Every machine is cut off, the primary's first; so many times."""
    for number in range(times):
        first = cluster.primary()
        for machine in [first, *(other for other in cluster.machines if other is not first)]:
            print(f"      round {number + 1}: {cut_off(part, cluster, clicks, machine)}", flush=True)
