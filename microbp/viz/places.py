"""Where the neurons of a network stand on the paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isqrt

from .columns import Column
from .geometry import Point
from .labels import parse

MOST = 16  # neurons of a layer that are shown; a longer one has an ellipsis in its middle
ACROSS = 190.0  # from layer to layer
RADII = ((8, 24.0), (12, 14.0), (MOST, 10.0))  # of a neuron, by the size of the largest layer
GAP = 10.0  # between neurons
TOP, SIDE, BOTTOM = 48.0, 30.0, 42.0  # margins
IMAGE, SMALLEST_IMAGE = 126.0, 4  # an input of n x n numbers is shown as an image so wide, from 4 x 4 on
LETTER, WIDEST_NUMBER = 6.7, 9  # of the numbers beside discs: −1.235e−5
WIDTHS = (0.3, 4.0)  # of an edge
NAME = 12.0  # size of type of a class


class Places:
    """Where the neurons stand, and which of them are shown."""

    def __init__(
        self, columns: Sequence[Column], inputs: Sequence[float] | None, names: Sequence[str] | None = None
    ) -> None:
        self.side = image_side(inputs)
        self.layers = len(columns) - 1
        tallest = min(max(column.size for column in columns), MOST)
        self.radius = next(radius for size, radius in RADII if tallest <= size)
        self.pitch = 2 * self.radius + GAP
        self.inside = self.radius == RADII[0][1]  # whether numbers fit into the discs
        slots = max(len(shown(column.size)) + (column.size > MOST) for column in columns)
        image = IMAGE if self.side else 0.0
        numbers = 0.0 if inputs is None or self.inside else WIDEST_NUMBER * LETTER + 8
        self.names = max((parse(name).width for name in names or ()), default=0.0) * NAME
        self.left = SIDE + self.radius + (image + 40 if image else numbers)
        self.inner = max(slots * self.pitch, image)
        self.height = TOP + self.inner + BOTTOM
        right = numbers + (self.names + 12 if names else 0.0)
        self.width = self.left + ACROSS * (len(columns) - 1) + self.radius + SIDE + right

    def x(self, column: int) -> float:
        """The middle of a column."""
        return self.left + ACROSS * column

    def ys(self, size: int) -> dict[int, float]:
        """How far down the shown neurons of a layer stand."""
        slots = len(shown(size)) + (size > MOST)
        start = TOP + self.inner / 2 - (slots - 1) / 2 * self.pitch
        half = MOST // 2
        return {n: start + (k + (size > MOST and k >= half)) * self.pitch for k, n in enumerate(shown(size))}

    def lines(self, columns: Sequence[Column]) -> Iterator[tuple[int, int, int, Point, Point]]:
        """For every edge between shown neurons: layer, neuron j, neuron k of the layer before, and its ends."""
        for layer, (before, column) in enumerate(pairwise(columns), 1):
            x1, x2 = self.x(layer - 1) + self.radius, self.x(layer) - self.radius
            for j, y2 in self.ys(column.size).items():
                for k, y1 in self.ys(before.size).items():
                    yield layer, j, k, (x1, y1), (x2, y2)


def ends(start: Point, end: Point) -> str:
    """The ends of a line as SVG has them."""
    return f'x1="{start[0]:.6g}" y1="{start[1]:.6g}" x2="{end[0]:.6g}" y2="{end[1]:.6g}"'


def shown(size: int) -> list[int]:
    """The neurons of a layer that are drawn: all of them, or the first and the last.

    >>> shown(3), len(shown(784)), shown(784)[-1]
    ([0, 1, 2], 16, 783)
    """
    half = MOST // 2
    return list(range(size)) if size <= MOST else [*range(half), *range(size - half, size)]


def image_side(inputs: Sequence[float] | None) -> int:
    """n for an input of n x n numbers; 0 for one that is no image."""
    side = isqrt(len(inputs or ()))
    return side if inputs and side * side == len(inputs) and side >= SMALLEST_IMAGE else 0
