"""Whether what was answered and what the audit has are the same, LoginKey by LoginKey."""
import collections
import json
import multiprocessing.pool

from part import equal


def settle(cluster, notes):
    """Presents each LoginKey again that nobody has decided on."""
    decided = {click.fields["loginkey"] for click in notes if click.is_decided}
    open_keys = {click.fields["loginkey"]: click.fields for click in notes if click.fields["loginkey"] not in decided}
    with multiprocessing.pool.ThreadPool(8) as pool:
        pool.map(lambda fields: cluster.decided(fields, notes), open_keys.values())
    return list(open_keys.values())


def grants(cluster):
    """How often the audit has a grant under each correlation id."""
    rows = [json.loads(line)["event"] for line in cluster.latchkey("audit", "export").splitlines()]
    return collections.Counter(
        row["correlationID"] for row in rows if row["action"] == "authenticate" and row["outcome"] == "granted")


def disagreement(clicks, granted):
    """What is wrong with one LoginKey's clicks; `None` if nothing is."""
    rows, answered = sum(granted[click.correlation] for click in clicks), [click for click in clicks if click.status == 200]
    if len(answered) > 1:
        return "was granted twice"
    if any(not granted[click.correlation] for click in answered):
        return "was answered as granted, and the audit does not have it"
    if any(click.status == 401 and granted[click.correlation] for click in clicks):
        return "was answered as refused, and the audit has it as granted"
    return None if rows == 1 else f"is {rows} times in the audit as granted"


def agrees(cluster, clicks):
    """Checks every click so far, and that those without an answer were either not done, or done once.

    Returns how many clicks without an answer the audit has as granted.
    """
    with clicks.pause():
        settled = settle(cluster, clicks.all)
        for fields in settled[-5:]:
            equal(cluster.decided(fields, clicks.all), 401)
        granted, keys = grants(cluster), collections.defaultdict(list)
        for click in clicks.all:
            keys[click.fields["loginkey"]].append(click)
        wrong = {key[-8:]: why for key, of_key in keys.items() if (why := disagreement(of_key, granted))}
        assert not wrong, f"{len(wrong)} of {len(keys)}: {list(wrong.items())[:5]}"
    return sum(granted[click.correlation] for click in clicks.all if not click.is_decided)
