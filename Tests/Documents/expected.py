"""Whether commands printed what a document shows.

Each line that is shown has to be printed, in that order; what is printed between may be left out. `…` stands for anything,
and so do times in milliseconds.
"""
import re

ANYTHING = r"[^\n]*?"


def missing(shown, printed, varying=()):
    """The first shown line that was not printed where it should be; `None` if there is none."""
    if shown.lstrip().startswith("<"):
        shown, printed = without_layout(shown), without_layout(printed)
    lines = printed.splitlines()
    place = 0
    for line in filter(str.strip, shown.splitlines()):
        pattern = as_pattern(line.strip(), varying)
        found = next((index for index in range(place, len(lines)) if pattern.fullmatch(lines[index].strip())), None)
        if found is None:
            return line.strip()
        place = found + 1
    return None


def as_pattern(line, varying):
    """A line as it is shown, as an expression."""
    parts = re.split("(…|" + "|".join([r"\d+(?:\.\d+)? ms", *map(re.escape, varying)]) + ")", line)
    # Every second part is one that varies. Columns may be wider than shown.
    return re.compile("".join(
        ANYTHING if index % 2 else re.sub(r"(\\ )+", " +", re.escape(part)) for index, part in enumerate(parts)))


def without_layout(xml):
    return re.sub(r">\s*<", ">\n<", xml.strip())
