"""The column of every node, and the dummies that carry long edges past the columns between.

A node's rank is the number of its column, from the left. Every edge runs to a higher rank. The later
steps want every edge to reach the next column only, so a longer edge is cut by *dummies*, one in each
column that it passes. All long edges of one source share one chain of dummies, its *trunk*, and leave
it where they arrive: a weight that a thousand samples use is one line with a thousand branches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Edge = tuple[int, int]

LONGEST_TRUNK = 64  # columns; it bounds the bends of a route, so that all routes are linear in the edges
LARGEST_GROUP = 50  # nodes that move together to shorten edges
EFFORT = 40  # nodes and edges looked at for that, for each node and edge of the graph
DUMMIES_PER_ITEM = 4  # dummies allowed for each node and edge, so that every later step is linear in them


@dataclass(frozen=True)
class Columns:
    """A graph whose edges join neighbouring columns. Its items are the nodes, then the dummies, from 0."""

    nodes: int  # how many of the items are nodes
    columns: list[list[int]]  # the items of each rank, from the top
    ranks: list[int] = field(default_factory=list)  # of each item
    before: list[list[int]] = field(default_factory=list)  # an item's neighbours one column back, per edge
    after: list[list[int]] = field(default_factory=list)  # and one column on
    trunks: dict[int, range] = field(default_factory=dict)  # source: its dummies, in the order of the ranks
    lanes: dict[int, range] = field(default_factory=dict)  # source: ranks passed, too many for dummies

    def add(self, rank: int) -> int:
        """A new item at the end of its column."""
        item = len(self.ranks)
        self.columns[rank].append(item)
        self.ranks.append(rank)
        self.before.append([])
        self.after.append([])
        return item

    def join(self, item: int, following: int) -> None:
        """A new edge between items of neighbouring columns."""
        self.after[item].append(following)
        self.before[following].append(item)


def topological_order(count: int, edges: Sequence[Edge]) -> list[int]:
    """Nodes 0 to ``count - 1``, sources first; nodes on or behind a cycle are left out.

    >>> topological_order(3, [(2, 0), (0, 1)])
    [2, 0, 1]

    Source: A. Kahn, "Topological sorting of large networks", Communications of the ACM 5 (1962).
    """
    targets: list[list[int]] = [[] for _ in range(count)]
    waits_for = [0] * count
    for source, target in edges:
        targets[source].append(target)
        waits_for[target] += 1
    order = [node for node in range(count) if not waits_for[node]]
    for node in order:  # grows while it is read
        for target in targets[node]:
            waits_for[target] -= 1
            if not waits_for[target]:
                order.append(target)
    return order


def latest_ranks(count: int, edges: Sequence[Edge]) -> list[int]:
    """The longest-path rank of every node, as late as possible: a leaf stands just before its first use.

    Every sink stands in the last column, every other node one column before the earliest of its targets.

    >>> latest_ranks(4, [(0, 1), (1, 2), (3, 2)])
    [0, 1, 2, 1]
    """
    sources: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        sources[target].append(source)
    from_the_end = [0] * count
    for target in reversed(topological_order(count, edges)):
        for source in sources[target]:
            from_the_end[source] = max(from_the_end[source], from_the_end[target] + 1)
    last = max(from_the_end, default=0)
    return [last - distance for distance in from_the_end]


def shortened(ranks: Sequence[int], edges: Sequence[Edge]) -> list[int]:
    """Ranks with shorter edges: a node with more edges into it than out of it moves left, if it can.

    It takes along the sources that stand just before it, and theirs; so leaves stay next to their first
    use. The group moves until the next source holds it, if that makes the edges shorter in sum.

    >>> shortened([2, 0, 1, 2, 3], [(1, 2), (2, 3), (3, 4), (1, 0), (1, 0)])
    [1, 0, 1, 2, 3]

    Source: a simple substitute for the network simplex method of E. Gansner, E. Koutsofios, S. North,
    K.-P. Vo, "A technique for drawing directed graphs", IEEE Trans. Software Engineering 19 (1993)
    """
    ranks = list(ranks)
    sources: list[list[int]] = [[] for _ in ranks]
    pull = [0] * len(ranks)  # edges into a node less edges out of it: what one step to the left saves
    for source, target in edges:
        sources[target].append(source)
        pull[target] += 1
        pull[source] -= 1

    effort = EFFORT * (len(ranks) + len(edges))
    moved = True
    while moved and effort > 0:
        moved = False
        for node in sorted(range(len(ranks)), key=ranks.__getitem__):
            group = standing_before(node, ranks, sources)
            effort -= sum([1 + len(sources[member]) for member in group])
            if len(group) <= LARGEST_GROUP and sum([pull[member] for member in group]) > 0:
                step = min(
                    ranks[member] - ranks[source] - 1
                    for member in group
                    for source in sources[member]
                    if source not in group
                )
                for member in group:
                    ranks[member] -= step
                moved = True
    column = {rank: number for number, rank in enumerate(sorted(set(ranks)))}  # no column stays empty
    return [column[rank] for rank in ranks]


def standing_before(node: int, ranks: Sequence[int], sources: Sequence[Sequence[int]]) -> dict[int, None]:
    """A node, its sources in the column before, theirs in the column before that, and so on, to a limit."""
    group = {node: None}  # a set that keeps its order
    waiting = [node]
    while waiting and len(group) <= LARGEST_GROUP:
        member = waiting.pop()
        for source in sources[member]:
            if ranks[source] == ranks[member] - 1 and source not in group:
                group[source] = None
                waiting.append(source)
    return group


def in_columns(ranks: Sequence[int], edges: Sequence[Edge]) -> Columns:
    """The nodes in their columns, and dummies for the long edges.

    The longest trunks get no dummies where there would be too many. They run in lanes under the drawing,
    as in a wiring diagram.
    """
    graph = Columns(len(ranks), [[] for _ in range(max(ranks, default=-1) + 1)])
    for rank in ranks:
        graph.add(rank)

    passed: dict[int, range] = {}  # source of long edges: the ranks that its trunk passes
    for source, target in edges:
        first = ranks[source] + 1
        if ranks[target] > passed.get(source, range(first)).stop:
            passed[source] = range(first, ranks[target])
    room = DUMMIES_PER_ITEM * (len(ranks) + len(edges))
    for source in sorted(passed, key=lambda source: len(passed[source])):
        if len(passed[source]) > min(LONGEST_TRUNK, room):
            graph.lanes[source] = passed[source]
            continue
        room -= len(passed[source])
        dummies = [graph.add(rank) for rank in passed[source]]
        graph.trunks[source] = range(dummies[0], dummies[-1] + 1)
        for item, following in zip([source, *dummies], dummies):
            graph.join(item, following)

    for source, target in edges:
        columns_between = ranks[target] - ranks[source] - 1
        if not columns_between:
            graph.join(source, target)
        elif source in graph.trunks:
            graph.join(graph.trunks[source][columns_between - 1], target)
    return graph
