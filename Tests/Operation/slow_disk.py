"""The primary's disk becomes slow, and then hangs: larger batches, then 503, never a false answer."""
import multiprocessing.pool
import time

import gaps
import partitions
from part import equal
from people import wait

AGENTS, SECONDS, DELAY = 40, 3, 250


def crowd(cluster, clicks):
    """Many agents who click one time after another.

    Returns how many sign-ins shared a transaction, how many were not answered, and how many were granted.
    """
    first, since = cluster.query("SELECT coalesce(max(time), 0) FROM audit"), time.monotonic()

    def agent(_):
        while time.monotonic() < since + SECONDS:
            cluster.click(cluster.credentials(), clicks.all)

    with multiprocessing.pool.ThreadPool(AGENTS) as pool:
        pool.map(agent, range(AGENTS))
    shared = cluster.query("SELECT round(count(*)::numeric / count(DISTINCT xmin::text), 2) FROM audit "
                           f"WHERE time > {first} AND action = 'authenticate'")
    return float(shared), len(clicks.undecided(since)), len(clicks.granted(since))


def short(part, cluster, clicks, _):
    primary = cluster.primary()
    usual, failed, granted = crowd(cluster, clicks)
    primary.slow_down(DELAY)
    slow, failed_when_slow, granted_when_slow = crowd(cluster, clicks)
    print(f"      {AGENTS} agents, {SECONDS} s: {granted} sign-ins, {usual} in a transaction; "
          f"each sync of the disk {DELAY} ms longer: {granted_when_slow}, {slow} in a transaction", flush=True)
    part.check("a slow disk: larger batches, and everybody is let in", equal, (slow > usual, failed_when_slow), (True, 0))
    hang(part, cluster, clicks, primary)


def hang(part, cluster, clicks, primary):
    """Each sync takes longer than anybody waits."""
    what = "the primary's disk, hanging"
    primary.slow_down(3_600_000)
    # What was begun before may have been synced by then.
    since = time.monotonic() + 1
    time.sleep(1 + partitions.LONG_ENOUGH)
    wait("somebody is refused", lambda: len(clicks.since(since)) > 10)
    part.check(f"{what}: everybody is told to try again, nobody is let in", partitions.refused, clicks, since)
    number, back = len(clicks.undecided(since)), time.monotonic()
    primary.slow_down(0)
    gaps.note(f"{what}, once it goes on", clicks.gap(back), number)
    cluster.recover()
    partitions.agrees(part, cluster, clicks, what)
