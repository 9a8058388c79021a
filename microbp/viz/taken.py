"""Which parts of the paper are taken: boxes, labels and lines, in a grid of cells."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .geometry import Point

CELL = 64.0
LONG = 8 * CELL  # a level line that is longer is no matter of cells: its row knows it

Rectangle = tuple[float, float, float, float]  # middle, width, height
Owner = tuple[Hashable, Hashable]  # the source and the target of an edge


@dataclass
class Trunk:
    """Long level lines from one source at one height, all along the same way: where each of them ends."""

    source: Hashable
    y: float
    start: float
    ends: dict[Hashable, float] = field(default_factory=dict)  # by the edge's target
    in_order: list[float] = field(default_factory=list)

    def covers(self, left: float, right: float, owner: Owner | None) -> bool:
        """Whether any line but the owner's passes between two places."""
        passing = len(self.in_order) - bisect_right(self.in_order, left)
        if owner and owner[0] == self.source and self.ends.get(owner[1], left) > left:
            passing -= 1
        return passing > 0 and self.start < right


class Taken:
    """What has been drawn so far.

    >>> taken = Taken()
    >>> taken.add(0.0, 0.0, 10.0, 10.0)
    >>> line = "source", "target"
    >>> taken.add_line([(20.0, -50.0), (20.0, 50.0), (2000.0, 50.0)], line)
    >>> [taken.is_free(x, 0.0, 6.0, 6.0) for x in (7.0, 13.0, 20.0)], taken.is_free(20.0, 0.0, 6.0, 6.0, line)
    ([False, True, False], True)
    >>> taken.is_free(900.0, 50.0, 6.0, 6.0), taken.is_free(900.0, 50.0, 6.0, 6.0, line)
    (False, True)
    """

    def __init__(self) -> None:
        self.boxes: dict[tuple[int, int], list[Rectangle]] = {}
        self.lines: dict[tuple[int, int], list[tuple[Point, Point, Owner]]] = {}
        self.trunks: dict[tuple[Hashable, float], Trunk] = {}
        self.rows: dict[int, list[Trunk]] = {}

    def add(self, x: float, y: float, width: float, height: float) -> None:
        """Take the rectangle around (x, y)."""
        for cell in cells(x, y, width, height):
            self.boxes.setdefault(cell, []).append((x, y, width, height))

    def add_line(self, points: Sequence[Point], owner: Owner) -> None:
        """Take the straight pieces between points."""
        for start, end in pairwise(points):
            (x0, y0), (x1, y1) = start, end
            if y0 == y1 and abs(x1 - x0) > LONG:
                self._add_trunk(owner, y0, x0, x1)
                continue
            for cell in cells((x0 + x1) / 2, (y0 + y1) / 2, abs(x1 - x0), abs(y1 - y0)):
                self.lines.setdefault(cell, []).append((start, end, owner))

    def _add_trunk(self, owner: Owner, y: float, start: float, end: float) -> None:
        source, target = owner
        if (source, y) not in self.trunks:
            trunk = self.trunks[source, y] = Trunk(source, y, start)
            self.rows.setdefault(int(y // CELL), []).append(trunk)
        trunk = self.trunks[source, y]
        trunk.start = min(trunk.start, start)
        trunk.ends[target] = end
        insort(trunk.in_order, end)

    def is_free(self, x: float, y: float, width: float, height: float, owner: Owner | None = None) -> bool:
        """Whether nothing taken reaches into the rectangle around (x, y), but for the owner's own lines."""
        covered = list(cells(x, y, width, height))
        rows = {row for _, row in covered}
        left, right = x - width / 2, x + width / 2
        return not (
            any(
                abs(x - u) < (width + w) / 2 and abs(y - v) < (height + h) / 2
                for cell in covered
                for u, v, w, h in self.boxes.get(cell, ())
            )
            or any(
                drawn_by != owner and touches((x, y, width, height), start, end)
                for cell in covered
                for start, end, drawn_by in self.lines.get(cell, ())
            )
            or any(
                abs(trunk.y - y) < height / 2 and trunk.covers(left, right, owner)
                for row in rows
                for trunk in self.rows.get(row, ())
            )
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
