"""Compares two pictures in pixels."""

import numpy
from PIL import Image


def difference(left, right):
    """Which pixels differ; where the sizes differ, all that only one side has."""
    height, width = max(left.shape[0], right.shape[0]), max(left.shape[1], right.shape[1])
    differs = numpy.ones((height, width), dtype=bool)
    shared = min(left.shape[0], right.shape[0]), min(left.shape[1], right.shape[1])
    differs[:shared[0], :shared[1]] = numpy.any(
        left[:shared[0], :shared[1]] != right[:shared[0], :shared[1]], axis=2)
    return differs


def levels(left, right):
    """By how many of 255 levels of a colour each pixel differs; where the sizes differ, by all of them."""
    if left.shape != right.shape:
        return numpy.full(left.shape[:2], 255)
    return numpy.abs(left.astype(numpy.int16) - right).max(axis=2)


def share(differs):
    """How many percent of the pixels differ."""
    return 100.0 * numpy.count_nonzero(differs) / differs.size


def is_caret(differs):
    """Whether what differs is no more than a blinking caret: a bar of at most 3 by 40 pixels."""
    rows, columns = numpy.nonzero(differs)
    return len(rows) > 0 and numpy.ptp(columns) < 3 and numpy.ptp(rows) < 40


def box(differs):
    """The smallest rectangle around what differs: left, top, width, height."""
    rows, columns = numpy.nonzero(differs)
    if len(rows) == 0:
        return None
    return [int(columns.min()), int(rows.min()), int(numpy.ptp(columns)) + 1, int(numpy.ptp(rows)) + 1]


def save(path, left, right, differs):
    """Writes visitor, viewer and difference side by side."""
    height = max(left.shape[0], right.shape[0])
    marked = numpy.full((differs.shape[0], differs.shape[1], 3), 255, dtype=numpy.uint8)
    marked[differs] = (220, 0, 60)
    sheets = [left, right, marked]
    sheet = numpy.full((height, sum(s.shape[1] for s in sheets) + 20, 3), 128, dtype=numpy.uint8)
    x = 0
    for each in sheets:
        sheet[:each.shape[0], x:x + each.shape[1]] = each[:height]
        x += each.shape[1] + 10
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).save(path)
