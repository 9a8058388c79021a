"""The columns side by side, and every edge as a curve from box to box.

Edges run level through the columns, past the boxes, and swing from one height to the next in the gaps
between columns, where no boxes are. An edge leaves at the middle of its source's right side and arrives at
the middle of its target's left side. Edges that repeat another (both arguments of ``a * a``) run beside it.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from .geometry import Route, Size, straight, swung
from .ranks import Columns, Edge

EDGE_GAP = 8.0  # between edges side by side
SLOPE = 0.4  # a gap between columns widens by this much of its longest drop: edges do not run upright
CROSSED = 1.75  # where edges cross, it is so many times as wide: their labels need room
WIDEST = 5.0  # but to no more than so many times its least width
LEVEL = 0.01  # a difference in height that nobody sees


class Run(NamedTuple):
    """A level piece of an edge: the first and the last rank that it passes, and its height there."""

    first: int
    last: int
    y: float


def beside(index: int, count: int, height: float) -> float:
    """How far from the middle of a side of that height the line ``index`` of ``count`` lines meets it.

    >>> [beside(index, 3, height=40.0) for index in range(3)]
    [-8.0, 0.0, 8.0]
    """
    return (index - (count - 1) / 2) * min(EDGE_GAP, 0.8 * height / count)


def start_offsets(edges: Sequence[Edge], sizes: Sequence[Size]) -> list[float]:
    """How far from the middle of its source's side every edge begins: apart from the edges that it repeats.

    >>> start_offsets([(0, 1), (0, 1), (0, 2)], [(60.0, 40.0)] * 3)
    [-4.0, 4.0, 0.0]
    """
    total, seen = Counter(edges), Counter[Edge]()
    offsets = []
    for edge in edges:
        offsets.append(beside(seen[edge], total[edge], sizes[edge[0]][1]))
        seen[edge] += 1
    return offsets


def route(
    graph: Columns,
    sizes: Sequence[Size],
    edges: Sequence[Edge],
    offsets: Sequence[float],
    y: Sequence[float],
    rank_gap: float,
) -> tuple[list[float], list[Route]]:
    """The horizontal centre of every node, and every edge's curves.

    Args:
        graph: the columns.
        sizes: of the nodes.
        edges: between nodes, of any length.
        offsets: of the edges, from :func:`start_offsets`.
        y: of the items, from :func:`microbp.viz.coordinates.place`.
        rank_gap: the least distance between two columns of boxes.
    """
    levels = edge_levels(graph, sizes, edges, offsets, y)

    swings: list[list[tuple[float, float]]] = [[] for _ in graph.columns]  # in the gap after each column
    for runs in levels:
        for run, following in pairwise(runs):
            swings[run.last].append((run.y, following.y))
    left, right = [0.0], [0.0]
    for column, across in zip(graph.columns, swings):
        right[-1] = left[-1] + max(sizes[item][0] for item in column if item < graph.nodes)
        left.append(right[-1] + gap_of(across, rank_gap))
        right.append(left[-1])
    x = [(left[rank] + right[rank]) / 2 for rank in graph.ranks[: graph.nodes]]

    routes = []
    for (source, target), runs in zip(edges, levels):
        points = [(x[source] + sizes[source][0] / 2, runs[0].y)]
        for run, following in pairwise(runs):
            if abs(following.y - run.y) < LEVEL:
                continue
            if points[-1][0] < right[run.last]:
                points += straight(points[-1], (right[run.last], run.y))
            points += swung(points[-1], (left[following.first], following.y))
        end = (x[target] - sizes[target][0] / 2, runs[-1].y)
        if points[-1] != end:
            points += straight(points[-1], end)
        routes.append(tuple(points))
    return x, routes


def gap_of(swings: Sequence[tuple[float, float]], least: float) -> float:
    """How wide a gap between columns is, by the heights between which edges swing in it.

    >>> gap_of([(0.0, 10.0)], 40.0), gap_of([(0.0, 10.0), (10.0, 0.0)], 40.0), gap_of([(0.0, 500.0)], 40.0)
    (40.0, 70.0, 200.0)
    """
    cross = any(after < before for (_, before), (_, after) in pairwise(sorted(swings)))
    drop = max((abs(end - start) for start, end in swings), default=0.0)
    return min(max(least * (CROSSED if cross else 1.0), SLOPE * drop), WIDEST * least)


def edge_levels(
    graph: Columns, sizes: Sequence[Size], edges: Sequence[Edge], offsets: Sequence[float], y: Sequence[float]
) -> list[list[Run]]:
    """The level pieces of every edge, from its source to its target."""
    trunks = trunk_levels(graph, sizes, offsets, y)
    levels = []
    arriving: list[list[tuple[float, int]]] = [[] for _ in sizes]  # at each node: height before, edge
    for number, ((source, target), offset) in enumerate(zip(edges, offsets)):
        rank, end = graph.ranks[source], graph.ranks[target]
        runs = [Run(rank, rank, y[source] + offset)]
        for first, last, level in trunks[source] if end > rank + 1 else ():
            if first < end:
                runs.append(Run(first, min(last, end - 1), level + offset))
        arriving[target].append((runs[-1].y, number))
        levels.append(runs)

    for target, lines in enumerate(arriving):
        repeats = len({edges[number][0] for _, number in lines}) < len(lines)
        for index, (_, number) in enumerate(sorted(lines)):
            offset = beside(index, len(lines), sizes[target][1]) if repeats else 0.0
            levels[number].append(Run(graph.ranks[target], graph.ranks[target], y[target] + offset))
    return levels


def trunk_levels(
    graph: Columns, sizes: Sequence[Size], offsets: Sequence[float], y: Sequence[float]
) -> dict[int, list[Run]]:
    """The level pieces of every trunk by its source; those in lanes run under everything else."""
    levels: dict[int, list[Run]] = {}
    for source, dummies in graph.trunks.items():
        runs = levels[source] = []
        for dummy in dummies:
            rank = graph.ranks[dummy]
            if runs and abs(runs[-1].y - y[dummy]) < LEVEL:
                runs[-1] = runs[-1]._replace(last=rank)
            else:
                runs.append(Run(rank, rank, y[dummy]))

    pitch = EDGE_GAP + 2 * max(offsets, default=0.0)
    level = max([*y, *(y[node] + height / 2 for node, (_, height) in enumerate(sizes))], default=0.0) + pitch
    in_use: list[tuple[int, int]] = []  # the rank where a lane is left, the lane
    for source, passed in sorted(graph.lanes.items(), key=lambda item: item[1].start):
        free = in_use and in_use[0][0] < passed.start
        lane = heapq.heappop(in_use)[1] if free else len(in_use)
        heapq.heappush(in_use, (passed.stop, lane))
        levels[source] = [Run(passed.start, passed.stop - 1, level + lane * pitch)]
    return levels
