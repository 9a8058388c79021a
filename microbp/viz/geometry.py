"""What a layout is made of: boxes, curves, and the frame around them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..errors import InputError
from .ranks import Edge, topological_order

RANK_GAP = 40.0  # the least distance between columns
NODE_GAP = 12.0  # and between the boxes of a column
MARGIN = 12.0  # around the drawing
BEND = 0.25  # of the way, how far an S holds its direction at its ends

NodeId = TypeVar("NodeId", bound=Hashable)
Point = tuple[float, float]
Size = tuple[float, float]
Route = tuple[Point, ...]  # control points of joined cubic Bézier curves: 4, 7, 10, ...


@dataclass(frozen=True)
class Layout(Generic[NodeId]):
    """Where everything is drawn: x to the right, y down, from (0, 0) to (width, height).

    Attributes:
        nodes: the centre of every node's box.
        edges: a route for each edge, in the order given: the control points of cubic Bézier curves, one
            point and then three for each curve. Its ends lie on the borders of the edge's two boxes.
        width: of the whole drawing, margins included.
        height: likewise.
    """

    nodes: Mapping[NodeId, Point]
    edges: Sequence[Route]
    width: float
    height: float


def straight(start: Point, end: Point) -> Route:
    """The three control points that a straight line adds to a route.

    >>> straight((0.0, 0.0), (3.0, 6.0))
    ((1.0, 2.0), (2.0, 4.0), (3.0, 6.0))
    """
    (x0, y0), (x1, y1) = start, end
    return ((2 * x0 + x1) / 3, (2 * y0 + y1) / 3), ((x0 + 2 * x1) / 3, (y0 + 2 * y1) / 3), end


def swung(start: Point, end: Point) -> Route:
    """The three control points that a soft S adds to a route: level at both ends, nearly straight between.

    Two of these between the same two columns cross once if their ends are in opposite order, else never.

    >>> swung((0.0, 0.0), (8.0, 6.0))
    ((2.0, 0.0), (6.0, 6.0), (8.0, 6.0))
    """
    (x0, y0), (x1, y1) = start, end
    bend = BEND * (x1 - x0)
    return (x0 + bend, y0), (x1 - bend, y1), end


def framed(
    nodes: Mapping[NodeId, Point], sizes: Mapping[NodeId, Size], edges: Sequence[Route], margin: float
) -> Layout[NodeId]:
    """The layout moved to the origin, with a margin on all four sides.

    Bézier curves stay within the hull of their control points, so the frame holds them whole.

    >>> framed({"a": (0.0, 0.0)}, {"a": (20.0, 10.0)}, [], margin=5.0)
    Layout(nodes={'a': (15.0, 10.0)}, edges=(), width=30.0, height=20.0)
    """
    corners = [
        (x + sign * sizes[node][0] / 2, y + sign * sizes[node][1] / 2)
        for node, (x, y) in nodes.items()
        for sign in (-1, 1)
    ]
    xs, ys = zip(*corners, *(point for route in edges for point in route)) if corners else ([0.0], [0.0])
    left, top = min(xs) - margin, min(ys) - margin
    return Layout(
        {node: (x - left, y - top) for node, (x, y) in nodes.items()},
        tuple(tuple((x - left, y - top) for x, y in route) for route in edges),
        max(xs) + margin - left,
        max(ys) + margin - top,
    )


def numbered(
    sizes: Mapping[NodeId, Size], edges: Iterable[tuple[NodeId, NodeId]]
) -> tuple[list[NodeId], list[Size], list[Edge]]:
    """The nodes' ids and boxes by number, and the edges between numbers: a checked graph."""
    ids = list(sizes)
    for node, (width, height) in sizes.items():
        if not (0 < width < math.inf and 0 < height < math.inf):
            raise InputError(f"node {node!r} has the size {width!r} x {height!r}: give two positive numbers")
    number = {node: index for index, node in enumerate(ids)}
    pairs = []
    for source, target in edges:
        for node in (source, target):
            if node not in number:
                raise InputError(f"the edge {source!r} -> {target!r} names {node!r}, which has no size")
        pairs.append((number[source], number[target]))
    order = topological_order(len(ids), pairs)
    if len(order) < len(ids):
        stuck = ids[min(set(range(len(ids))).difference(order))]
        raise InputError(f"node {stuck!r} lies on a cycle or behind one: only acyclic graphs have columns")
    return ids, list(sizes.values()), pairs


def point(x: float, y: float) -> str:
    """A point as SVG writes it, to a hundredth of a pixel.

    >>> point(687.2974, 36.0)
    '687.3 36'
    """
    return f"{round(x, 2):.8g} {round(y, 2):.8g}"
