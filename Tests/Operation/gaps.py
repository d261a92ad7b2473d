"""How long nobody was let in after each kind of loss, as a table."""

GAPS = []


def note(what, seconds, refused=0):
    """A gap, and how many clicks were refused or failed in it."""
    GAPS.append((what, seconds, refused))


def tell():
    width = max([len(what) for what, *_ in GAPS] + [8])
    print(f"      {'lost':{width}} {'times':>5} {'gap, median':>12} {'longest':>9} {'refused or failed':>18}")
    for what in dict.fromkeys(what for what, *_ in GAPS):
        gaps = sorted(gap for name, gap, _ in GAPS if name == what)
        failed = sum(failed for name, _, failed in GAPS if name == what)
        print(f"      {what:{width}} {len(gaps):5} {gaps[len(gaps) // 2]:10.2f} s {gaps[-1]:7.2f} s {failed:18}", flush=True)
