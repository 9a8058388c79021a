"""How far down each item stands: near its neighbours, and in line with them where it can be.

The columns settle in turn, to and fro: every item wants to stand at the weighted mean of its neighbours,
and a column takes the places closest to all these wishes that keep its order and its distances. At the
end, what is nearly in line is put in line.

Sources: the sweeps are the priority method of K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual
understanding of hierarchical system structures", IEEE Trans. SMC 11 (1981), with an exact least-squares
step in place of the priorities. Weights that keep lines straight are from E. Gansner, E. Koutsofios,
S. North, K.-P. Vo, "A technique for drawing directed graphs", IEEE Trans. Software Engineering 19 (1993),
section 4; putting whole chains in line is the idea of U. Brandes, B. Köpf, "Fast and simple horizontal
coordinate assignment", Graph Drawing 2001.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from .ranks import Columns

SWEEPS = 16
STRAIGHT = 40.0  # the weight of a link that should be straight; others weigh 1
STRAIGHTENINGS = 4

Links = list[list[tuple[int, float]]]  # for each item its neighbours on one side, and how they weigh


def place(graph: Columns, heights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The vertical centre of every item; neighbours in a column keep half of both their gaps apart.

    >>> from microbp.viz.ranks import in_columns
    >>> place(in_columns([0, 0, 1], [(0, 2), (1, 2)]), [20.0] * 3, [10.0] * 3)
    [-15.0, 15.0, 0.0]
    """
    y = [0.0] * len(heights)
    apart = [0.0] * len(heights)  # the least distance from the item above
    for column in graph.columns:
        for upper, lower in pairwise(column):
            apart[lower] = (heights[upper] + gaps[upper] + heights[lower] + gaps[lower]) / 2
            y[lower] = y[upper] + apart[lower]
        middle = y[column[-1]] / 2
        for item in column:
            y[item] -= middle

    before, after = weighted_links(graph)
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 1
        sides = [before, after] if forwards else [after, before]
        for column in graph.columns if forwards else reversed(graph.columns):
            wishes = [wish(item, y, sides, both=sweep >= SWEEPS // 2) for item in column]
            settled = settle(wishes, [apart[item] for item in column])
            for item, found in zip(column, settled):
                y[item] = found
    for _ in range(STRAIGHTENINGS):
        straighten(graph, y, apart, near=max(gaps, default=0.0))
    return y


def weighted_links(graph: Columns) -> tuple[Links, Links]:
    """The neighbours before and after each item; trunks and steps from one item to one item weigh more."""
    one_before = [len(set(others)) == 1 for others in graph.before]
    one_after = [len(set(others)) == 1 for others in graph.after]

    def weight(item: int, following: int) -> float:
        inside_trunk = min(item, following) >= graph.nodes
        return STRAIGHT if inside_trunk or (one_after[item] and one_before[following]) else 1.0

    items = range(len(graph.ranks))
    before = [[(other, weight(other, item)) for other in graph.before[item]] for item in items]
    after = [[(other, weight(item, other)) for other in graph.after[item]] for item in items]
    return before, after


def wish(item: int, y: Sequence[float], sides: Sequence[Links], both: bool) -> tuple[float, float]:
    """Where an item wants to be, and how much: the mean of both sides, or of the first that is not empty."""
    links = sides[0][item] or sides[1][item]
    if both:
        links = sides[0][item] + sides[1][item]
    weight = sum([weight for _, weight in links])
    if not weight:
        return y[item], 1.0
    return sum([y[other] * weight for other, weight in links]) / weight, weight


def settle(wishes: Iterable[tuple[float, float]], apart: Iterable[float]) -> list[float]:
    r"""The places closest to the wishes $(d_i, w_i)$ in a column that keeps its distances.

    They minimise $\sum_i w_i (y_i - d_i)^2$ while $y_i - y_{i-1} \ge$ ``apart[i]``: items that would come too
    close are pooled to a block, which stands at the mean of its wishes.

    >>> settle([(0.0, 1.0), (0.0, 1.0), (9.0, 1.0)], [0.0, 2.0, 2.0])
    [-1.0, 1.0, 9.0]

    Source: pool adjacent violators; R. Barlow et al., "Statistical inference under order restrictions",
    1972, chapter 1.
    """
    offsets: list[float] = []  # of the items, did they all touch
    blocks: list[tuple[float, float, int]] = []  # place of its items less their offsets, weight, size
    offset = 0.0
    for (wanted, weight), distance in zip(wishes, apart):
        offset += distance
        offsets.append(offset)
        base, size = wanted - offset, 1
        while blocks and blocks[-1][0] >= base:
            upper_base, upper_weight, upper_size = blocks.pop()
            base = (base * weight + upper_base * upper_weight) / (weight + upper_weight)
            weight += upper_weight
            size += upper_size
        blocks.append((base, weight, size))
    bases = chain.from_iterable([base] * size for base, _, size in blocks)
    return [base + offset for base, offset in zip(bases, offsets)]


def straighten(graph: Columns, y: list[float], apart: Sequence[float], near: float) -> None:
    """Put chains of items that are nearly in line exactly in line, as far as their columns have room.

    A chain links items that are each other's nearest neighbours. It moves as one while one place suits all
    its items; where none does it bends, and the next piece begins.
    """
    items = range(len(y))
    ahead = [nearest(item, graph.after[item], y, near) for item in items]
    behind = [nearest(item, graph.before[item], y, near) for item in items]
    above: dict[int, int] = {}
    below: dict[int, int] = {}
    for column in graph.columns:
        for upper, lower in pairwise(column):
            above[lower], below[upper] = upper, lower

    for first in chain.from_iterable(graph.columns):
        if (back := behind[first]) is not None and ahead[back] == first:
            continue  # inside a chain
        item: int | None = first
        piece: list[int] = []
        highest, lowest = -math.inf, math.inf
        while item is not None:
            top = y[above[item]] + apart[item] if item in above else -math.inf
            bottom = y[below[item]] - apart[below[item]] if item in below else math.inf
            if max(highest, top) > min(lowest, bottom):
                align(piece, y, highest, lowest)
                piece, highest, lowest = [], -math.inf, math.inf
            piece.append(item)
            highest, lowest = max(highest, top), min(lowest, bottom)
            following = ahead[item]
            item = following if following is not None and behind[following] == item else None
        align(piece, y, highest, lowest)


def nearest(item: int, others: Sequence[int], y: Sequence[float], near: float) -> int | None:
    """The neighbour that is most nearly in line with an item, if one is near enough."""
    other = min(others, key=lambda other: abs(y[other] - y[item]), default=item)
    return other if other != item and abs(y[other] - y[item]) <= near else None


def align(piece: Sequence[int], y: list[float], highest: float, lowest: float) -> None:
    """Put items in line at their mean, or as near to it as they may go."""
    if piece:
        line = min(max(sum([y[item] for item in piece]) / len(piece), highest), lowest)
        for item in piece:
            y[item] = line
