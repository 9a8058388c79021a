"""The order of the items within each column: few crossings, found in a few sweeps.

A sweep goes through the columns, to or fro. It sorts each column by the medians of the neighbours' places
in the column just passed, then lets adjacent items change places as long as that removes crossings.

Sources: the sweeps are K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical
system structures", IEEE Trans. SMC 11 (1981); two starts, weighted medians and adjacent exchanges are
E. Gansner, E. Koutsofios, S. North, K.-P. Vo, "A technique for drawing directed graphs", IEEE Trans.
Software Engineering 19 (1993), section 3.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Sequence

from .ranks import Columns

SWEEPS = 24  # at most; large graphs get fewer
LEAST_SWEEPS = 4
PATIENCE = 8  # sweeps without a better order before a search ends
ROUNDS = 4  # of exchanges in a column, and passes over all columns, in each sweep
SMALL = 4_000  # items and edges; up to here all sweeps are made, and from two starts


class Rows:
    """Items that keep their order wherever they stand in one column, such as the neurons of a layer."""

    def __init__(self, rows: Iterable[Sequence[int]] = ()) -> None:
        self.of: dict[int, tuple[int, int]] = {}  # an item: its row, its place in it
        for number, row in enumerate(rows):
            self.of.update((item, (number, place)) for place, item in enumerate(row))

    def restore(self, column: list[int]) -> None:
        """Put the items of each row in order, on the places that they take in the column together."""
        slots: dict[int, list[int]] = {}
        for slot, item in enumerate(column):
            if item in self.of:
                slots.setdefault(self.of[item][0], []).append(slot)
        for taken in slots.values():
            ordered = sorted([column[slot] for slot in taken], key=self.of.__getitem__)
            for slot, item in zip(taken, ordered):
                column[slot] = item

    def bind(self, upper: int, lower: int) -> bool:
        """Whether two items must not change places."""
        return upper in self.of and lower in self.of and self.of[upper][0] == self.of[lower][0]


def reduce_crossings(graph: Columns, rows: Rows | None = None) -> int:
    """Order every column of the graph in place, and say how many crossings of edges are left.

    Args:
        graph: the columns.
        rows: items that keep their order.

    >>> from microbp.viz.ranks import in_columns
    >>> graph = in_columns([0, 0, 1, 1], [(0, 3), (1, 2)])
    >>> reduce_crossings(graph), graph.columns
    (0, [[0, 1], [3, 2]])
    """
    rows = rows or Rows()
    size = len(graph.ranks) + sum(map(len, graph.after))
    sweeps = max(LEAST_SWEEPS, SWEEPS * SMALL // max(size, SMALL))
    starts = [walk(graph, breadth_first) for breadth_first in ([True, False] if size <= SMALL else [True])]
    searches = [search(graph, columns, sweeps, rows) for columns in starts]
    fewest, graph.columns[:] = min(searches, key=lambda found: found[0])
    return fewest


def walk(graph: Columns, breadth_first: bool) -> list[list[int]]:
    """Columns in the order in which a walk along the edges, in both directions, meets the items."""
    columns: list[list[int]] = [[] for _ in graph.columns]
    seen = [False] * len(graph.ranks)
    for column in graph.columns if breadth_first else reversed(graph.columns):
        for first in column:
            waiting = deque([first])
            while waiting:
                item = waiting.popleft() if breadth_first else waiting.pop()
                if seen[item]:
                    continue
                seen[item] = True
                columns[graph.ranks[item]].append(item)
                waiting += graph.after[item] + graph.before[item]
    return columns


def search(graph: Columns, columns: list[list[int]], sweeps: int, rows: Rows) -> tuple[int, list[list[int]]]:
    """The fewest crossings that sweeps from this order of the columns find, and the order that has them."""
    places = [0] * len(graph.ranks)
    for column in columns:
        rows.restore(column)
        note(column, places)
    best, fewest, since = [list(column) for column in columns], crossings(graph, columns, places), 0
    for sweep in range(sweeps):
        if not fewest or since == PATIENCE:
            break
        if sweep % 2 == 0:
            for column in columns[1:]:
                sort_by_medians(column, graph.before, places, rows)
        else:
            for column in reversed(columns[:-1]):
                sort_by_medians(column, graph.after, places, rows)
        if sweep % 4 >= 2:
            exchange(graph, columns, places, rows, least=0)  # away from an order that no single exchange betters
        exchange(graph, columns, places, rows, least=1)
        since += 1
        if (found := crossings(graph, columns, places)) < fewest:
            best, fewest, since = [list(column) for column in columns], found, 0
    return fewest, best


def note(column: Iterable[int], places: list[int]) -> None:
    """Write down the place of every item of a column."""
    for place, item in enumerate(column):
        places[item] = place


def crossings(graph: Columns, columns: Iterable[Sequence[int]], places: Sequence[int]) -> int:
    """All crossings between neighbouring columns."""
    return sum(
        count_crossings([(places[item], places[other]) for item in column for other in graph.after[item]])
        for column in columns
    )


def count_crossings(edges: Iterable[tuple[int, int]]) -> int:
    """How many edges cross between two columns; an edge is (place on the left, place on the right).

    The edges are taken from the top of the left column. Each crosses those before it whose right ends are
    further down. A binary tree of counters over the right column tells how many these are.

    >>> count_crossings([(0, 1), (1, 0), (1, 1)])
    1

    Source: W. Barth, M. Jünger, P. Mutzel, "Simple and efficient bilayer cross counting", GD 2002.
    """
    edges = sorted(edges)
    leaves = 1 << max((right for _, right in edges), default=0).bit_length()
    counts = [0] * (2 * leaves)
    total = 0
    for _, right in edges:
        node = leaves + right
        while node:
            counts[node] += 1
            if not node & 1:
                total += counts[node + 1]  # the sibling counts right ends further down
            node >>= 1
    return total


def sort_by_medians(column: list[int], neighbours: Sequence[Sequence[int]], places: list[int], rows: Rows) -> None:
    """Sort a column by the items' median neighbours; items without neighbours there keep their places."""
    medians = {
        item: weighted_median(sorted([places[other] for other in neighbours[item]]))
        for item in column
        if neighbours[item]
    }
    moved = iter(sorted(medians, key=medians.__getitem__))
    column[:] = [next(moved) if item in medians else item for item in column]
    rows.restore(column)
    note(column, places)


def weighted_median(places: Sequence[int]) -> float:
    """The middle one; of two middle ones a mean that leans to the side where the places lie closer together.

    >>> weighted_median([1, 2, 9]), weighted_median([1, 3]), weighted_median([1, 2, 6, 10])
    (2, 2.0, 2.8)
    """
    middle = len(places) // 2
    if len(places) % 2:
        return places[middle]
    upper, lower = places[middle - 1], places[middle]
    spread_above, spread_below = upper - places[0], places[-1] - lower
    if not spread_above + spread_below:
        return (upper + lower) / 2
    return (upper * spread_below + lower * spread_above) / (spread_above + spread_below)


def exchange(graph: Columns, columns: Sequence[list[int]], places: list[int], rows: Rows, least: int) -> None:
    """Let adjacent items of a column change places wherever that removes ``least`` crossings or more."""
    unsettled = [True] * len(columns)
    for _ in range(ROUNDS):
        for rank, column in enumerate(columns):
            if not unsettled[rank]:
                continue
            unsettled[rank] = False
            better = exchange_within(column, graph, places, rows, least)
            note(column, places)
            if better:
                for near in range(max(rank - 1, 0), min(rank + 2, len(columns))):
                    unsettled[near] = True


def exchange_within(column: list[int], graph: Columns, places: Sequence[int], rows: Rows, least: int) -> bool:
    """Exchange the items of one column, and say whether that has removed crossings."""
    before = {item: sorted([places[other] for other in graph.before[item]]) for item in column}
    after = {item: sorted([places[other] for other in graph.after[item]]) for item in column}
    better = False
    for _ in range(ROUNDS):
        done = True
        for i in range(1, len(column)):
            upper, lower = column[i - 1], column[i]
            if rows.bind(upper, lower):
                continue
            gain = saved(before[upper], before[lower]) + saved(after[upper], after[lower])
            if gain >= least:
                column[i - 1], column[i] = lower, upper
                done = done and not gain
        if done:
            break
        better = True
    return better


def saved(upper: Sequence[int], lower: Sequence[int]) -> int:
    """How many crossings go when adjacent items with these neighbours, each list sorted, change places.

    >>> saved([1], [0]), saved([0], [1]), saved([0, 2], [1])
    (1, -1, 0)
    """
    if not upper or not lower:
        return 0
    if upper[-1] < lower[0]:
        return -len(upper) * len(lower)
    if len(upper) <= len(lower):
        return sum([bisect_left(lower, place) + bisect_right(lower, place) - len(lower) for place in upper])
    return sum([len(upper) - bisect_left(upper, place) - bisect_right(upper, place) for place in lower])
