"""Something is killed: a machine, PostgreSQL, a node, and what its session does."""
import random
import time

import gaps
import ledger
from machines import end
from part import equal
from people import Session, wait


def kill_primary_machine(cluster):
    cluster.primary().lose()


def kill_other_machine(cluster):
    primary = cluster.primary()
    next(machine for machine in cluster.machines if machine is not primary).lose()


def kill_primary_process(cluster):
    """PostgreSQL with all its children, and not Patroni beside it."""
    end(cluster.primary().postgres())


def kill_node(cluster):
    random.choice(cluster.machines).units["latchkey"].kill()


KINDS = {
    "a node": kill_node, "the primary's process": kill_primary_process, "the primary's machine": kill_primary_machine,
    "another machine": kill_other_machine,
}


def note_own_share(cluster, what, since, gap):
    """How much of a gap was after another primary was there, if there was another."""
    promotion = wait("a primary", cluster.promotion)
    if promotion > since:
        gaps.note(f"{what}, since the promotion", since + gap - promotion)


def under_clicks(part, cluster, clicks, what):
    """Kills something, and checks that what was answered stays answered."""
    before = [click.fields for click in clicks.granted()[-20:]]
    since = time.monotonic()
    KINDS[what](cluster)
    killed = time.monotonic()
    gap = clicks.gap(killed)
    gaps.note(what, gap, len(clicks.undecided(since)))
    note_own_share(cluster, what, killed, gap)
    again = [cluster.decided(fields, clicks.all) for fields in before]
    part.check(f"{what}: what was used stays used", equal, again, [401] * len(before))
    part.check(f"{what}: what was answered is in the audit, and nothing is granted twice", ledger.agrees, cluster, clicks)
    return gap


def session_goes_on(cluster, session):
    """A session's node is killed."""
    session.node().units["latchkey"].kill()
    since = time.monotonic()
    equal(cluster.sign_in(cluster.credentials()).status, 200)
    gaps.note("a node, the next request", time.monotonic() - since)
    session.come_back_within()
    gaps.note("a node, its session", time.monotonic() - since)


def short(part, cluster, clicks, _):
    """The primary's machine is lost, and then a node."""
    under_clicks(part, cluster, clicks, "the primary's machine")
    session = wait("a session is live", lambda: Session(cluster))
    part.check("a node is lost: the next request is answered, its session goes on", session_goes_on, cluster, session)


def kills(part, cluster, clicks, times):
    """So many kills, of anything in turn."""
    for number in range(times):
        what = list(KINDS)[number % len(KINDS)]
        gap = under_clicks(part, cluster, clicks, what)
        cluster.recover()
        print(f"      kill {number + 1}: {what}, {gap:.1f} s", flush=True)
