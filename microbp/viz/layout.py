"""Layered layouts of directed acyclic graphs, left to right, from plain data: the same on every machine.

They go through these files, after K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding
of hierarchical system structures", IEEE Trans. SMC 11 (1981)::

    ranks         the column of every node, and dummies for long edges
    crossings     the order of the items in each column
    coordinates   how far down each item stands
    routes        the columns side by side, the edges as curves
    geometry      what a layout is made of

Nothing recurses, nothing is random, and every step is about linear in nodes and edges.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .coordinates import place
from .crossings import Rows, reduce_crossings
from .geometry import MARGIN, NODE_GAP, RANK_GAP, Layout, NodeId, Point, Route, Size, framed, numbered
from .ranks import Edge, in_columns, latest_ranks, shortened
from .routes import EDGE_GAP, route, start_offsets

PAPER = 1.6  # the width to height that connected parts on shelves aim at


def layered_layout(
    sizes: Mapping[NodeId, Size],
    edges: Iterable[tuple[NodeId, NodeId]],
    *,
    rank_gap: float = RANK_GAP,
    node_gap: float = NODE_GAP,
    margin: float = MARGIN,
    rows: Iterable[Sequence[NodeId]] = (),
) -> Layout[NodeId]:
    """Lay a graph out in columns, left to right, with the standard library alone.

    Args:
        sizes: the width and height of each node's box, by the node's id.
        edges: (source, target) pairs; repeats are kept and drawn apart.
        rank_gap: the least distance between columns.
        node_gap: the least distance between boxes of a column.
        margin: around the whole drawing.
        rows: nodes that keep their order, from the top, where they stand in one column.

    Returns:
        The same layout for the same input: centres of the boxes, a route for each edge, the size of it all.

    Raises:
        InputError: an edge names an unknown node, a size is not positive, or the edges form a cycle.

    >>> found = layered_layout({"x": (60, 30), "y": (60, 30)}, [("x", "y")])
    >>> found.nodes
    {'x': (42.0, 27.0), 'y': (142.0, 27.0)}
    >>> found.edges[0][0], found.edges[0][-1]
    ((72.0, 27.0), (112.0, 27.0))
    """
    ids, boxes, pairs = numbered(sizes, edges)
    parts = components(len(ids), pairs)
    index = {node: n for n, node in enumerate(ids)}
    in_rows = [[index[node] for node in row] for row in rows]
    layouts = []
    for part in parts:
        place_in_part = {node: place for place, node in enumerate(part.nodes)}
        own = Rows([place_in_part[node] for node in row if node in place_in_part] for row in in_rows)
        layouts.append(component_layout([boxes[node] for node in part.nodes], part.edges, own, rank_gap, node_gap))
    corners = on_shelves([(found.width, found.height) for found in layouts], gap=rank_gap)
    centres: list[Point] = [(0.0, 0.0)] * len(ids)
    routes: list[Route] = [()] * len(pairs)
    for part, found, (left, top) in zip(parts, layouts, corners):
        for node, (x, y) in zip(part.nodes, found.nodes.values()):
            centres[node] = (x + left, y + top)
        for number, points in zip(part.numbers, found.edges):
            routes[number] = tuple((x + left, y + top) for x, y in points)
    return framed(dict(zip(ids, centres)), sizes, routes, margin)


class Part(NamedTuple):
    """A connected part of a graph: its nodes, the numbers of its edges, and these edges between its nodes."""

    nodes: list[int]
    numbers: list[int]
    edges: list[Edge]


def components(count: int, edges: Sequence[Edge]) -> list[Part]:
    """The connected parts of a graph with nodes 0 to ``count - 1``.

    >>> components(3, [(2, 0)])
    [Part(nodes=[0, 2], numbers=[0], edges=[(1, 0)]), Part(nodes=[1], numbers=[], edges=[])]
    """
    touching: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        touching[source].append(target)
        touching[target].append(source)
    parts: list[Part] = []
    part_of: dict[int, Part] = {}
    for first in range(count):
        if first in part_of:
            continue
        part = part_of[first] = Part([first], [], [])
        parts.append(part)
        for node in part.nodes:  # grows while it is read
            for other in touching[node]:
                if other not in part_of:
                    part_of[other] = part
                    part.nodes.append(other)
        part.nodes.sort()

    place_in_part = {node: place for part in parts for place, node in enumerate(part.nodes)}
    for number, (source, target) in enumerate(edges):
        part_of[source].numbers.append(number)
        part_of[source].edges.append((place_in_part[source], place_in_part[target]))
    return parts


def component_layout(
    boxes: Sequence[Size], edges: Sequence[Edge], rows: Rows, rank_gap: float, node_gap: float
) -> Layout[int]:
    """One connected part, without a margin."""
    graph = in_columns(shortened(latest_ranks(len(boxes), edges), edges), edges)
    reduce_crossings(graph, rows)
    offsets = start_offsets(edges, boxes)
    widest = [0.0] * len(boxes)  # by source, how far its repeated edges lie apart
    for (source, _), offset in zip(edges, offsets):
        widest[source] = max(widest[source], 2 * offset)
    heights = [height for _, height in boxes]
    gaps = [node_gap] * len(boxes)
    for source, dummies in graph.trunks.items():  # numbered in this order
        heights += [widest[source]] * len(dummies)
        gaps += [EDGE_GAP] * len(dummies)
    y = place(graph, heights, gaps)
    x, routes = route(graph, boxes, edges, offsets, y, rank_gap)
    return framed(dict(enumerate(zip(x, y))), dict(enumerate(boxes)), routes, margin=0.0)


def on_shelves(sizes: Sequence[Size], gap: float) -> list[Point]:
    """The top left corners of rectangles set on shelves, the tallest first.

    >>> on_shelves([(10.0, 10.0), (60.0, 40.0)], gap=5.0)
    [(0.0, 45.0), (0.0, 0.0)]
    """
    area = sum((width + gap) * (height + gap) for width, height in sizes)
    shelf = max(math.sqrt(PAPER * area), max((width for width, _ in sizes), default=0.0))
    corners: list[Point] = [(0.0, 0.0)] * len(sizes)
    x = y = below = 0.0
    for number in sorted(range(len(sizes)), key=lambda number: -sizes[number][1]):
        width, height = sizes[number]
        if x and x + width > shelf:
            x, y = 0.0, below
        corners[number] = (x, y)
        x, below = x + width + gap, max(below, y + height + gap)
    return corners
