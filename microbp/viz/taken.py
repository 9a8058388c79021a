"""Which parts of the paper are taken: boxes, labels and lines, in a grid of cells."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

from .geometry import Point

CELL = 64.0

Rectangle = tuple[float, float, float, float]  # middle, width, height


class Taken:
    """What has been drawn so far.

    >>> taken = Taken()
    >>> taken.add(0.0, 0.0, 10.0, 10.0)
    >>> taken.add_line([(20.0, -50.0), (20.0, 50.0)], owner="line")
    >>> [taken.is_free(x, 0.0, 6.0, 6.0) for x in (7.0, 13.0, 20.0)], taken.is_free(20.0, 0.0, 6.0, 6.0, "line")
    ([False, True, False], True)
    """

    def __init__(self) -> None:
        self.boxes: dict[tuple[int, int], list[Rectangle]] = {}
        self.lines: dict[tuple[int, int], list[tuple[Point, Point, Hashable]]] = {}

    def add(self, x: float, y: float, width: float, height: float) -> None:
        """Take the rectangle around (x, y)."""
        for cell in cells(x, y, width, height):
            self.boxes.setdefault(cell, []).append((x, y, width, height))

    def add_line(self, points: Sequence[Point], owner: Hashable) -> None:
        """Take the straight pieces between points."""
        for start, end in pairwise(points):
            (x0, y0), (x1, y1) = start, end
            for cell in cells((x0 + x1) / 2, (y0 + y1) / 2, abs(x1 - x0), abs(y1 - y0)):
                self.lines.setdefault(cell, []).append((start, end, owner))

    def is_free(self, x: float, y: float, width: float, height: float, owner: Hashable = None) -> bool:
        """Whether nothing taken reaches into the rectangle around (x, y), but for the owner's own lines."""
        covered = list(cells(x, y, width, height))
        return not any(
            abs(x - u) < (width + w) / 2 and abs(y - v) < (height + h) / 2
            for cell in covered
            for u, v, w, h in self.boxes.get(cell, ())
        ) and not any(
            drawn_by != owner and touches((x, y, width, height), start, end)
            for cell in covered
            for start, end, drawn_by in self.lines.get(cell, ())
        )


def cells(x: float, y: float, width: float, height: float) -> Iterator[tuple[int, int]]:
    """The cells that a rectangle reaches into."""
    for i in range(int((x - width / 2) // CELL), int((x + width / 2) // CELL) + 1):
        for j in range(int((y - height / 2) // CELL), int((y + height / 2) // CELL) + 1):
            yield i, j


def touches(rectangle: Rectangle, start: Point, end: Point) -> bool:
    """Whether a straight line reaches into a rectangle.

    Source: Y.-D. Liang, B. Barsky, "A new concept and method for line clipping", ACM Trans. Graphics 3 (1984).

    >>> touches((0.0, 0.0, 2.0, 2.0), (-5.0, 0.5), (5.0, 0.5)), touches((0.0, 0.0, 2.0, 2.0), (-5.0, 0.0), (0.0, 5.0))
    (True, False)
    """
    x, y, width, height = rectangle
    first, last = 0.0, 1.0  # the part of the line that may be inside
    for a, b, middle, half in ((start[0], end[0], x, width / 2), (start[1], end[1], y, height / 2)):
        step = b - a
        if step == 0.0:
            if abs(a - middle) > half:
                return False
            continue
        enters, leaves = sorted(((middle - half - a) / step, (middle + half - a) / step))
        first, last = max(first, enters), min(last, leaves)
        if first > last:
            return False
    return True
