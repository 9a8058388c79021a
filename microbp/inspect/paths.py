r"""The sum over paths: $\partial C/\partial x = \sum_{paths}\prod_{edges}$ local derivative.

Bauer, Computational graphs and rounding error, SIAM J. Numer. Anal. 11 (1974). A graph of a hundred
diamonds has $2^{100}$ paths, so they are counted by dynamic programming, and only the largest are listed: a
best-first search, guided by the largest product that each node can still add on its way to the leaf.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

from ..engine.graph import downstream, topological_order
from ..engine.value import Value


@dataclass(frozen=True)
class Edge:
    """One use of a node by an operation.

    Attributes:
        node: the operation's result.
        which: the place of the argument in ``node.parents``.
    """

    node: Value
    which: int

    @property
    def parent(self) -> Value:
        """The argument."""
        return self.node.parents[self.which]

    @property
    def value(self) -> float:
        """The recorded local derivative."""
        return self.node.partials[self.which]


@dataclass(frozen=True)
class Path:
    """A way from a leaf to the output.

    Attributes:
        edges: from the leaf to the output.
        product: of the local derivatives, multiplied from the output down, as the sweep does.
    """

    edges: tuple[Edge, ...]
    product: float

    @property
    def nodes(self) -> list[Value]:
        """The nodes on the way, the leaf first."""
        return [edge.parent for edge in self.edges] + [edge.node for edge in self.edges[-1:]]


def largest_paths(output: Value, leaf: Value, limit: int) -> list[Path]:
    """The paths with the largest products, largest first.

    >>> x = Value(2.0)
    >>> y = 3.0 * x - x * 5.0
    >>> [path.product for path in largest_paths(y, x, 10)]
    [-5.0, 3.0]
    """
    return sorted(islice(_best_first(output, leaf), limit), key=lambda path: -abs(path.product))


def _best_first(output: Value, leaf: Value) -> Iterator[Path]:
    """The paths by falling magnitude of their products.

    A partial path is ranked by what it has lost, in logarithms, against the best one. The best edge of
    each node loses exactly 0, so that one descent to the leaf ends the search for one path.
    """
    edges, losses = _losses(output, leaf)
    order = count()
    queue: list[tuple[float, int, int, Value, tuple[Edge, object] | None]] = [(0.0, 0, next(order), output, None)]
    while queue:
        lost, depth, _, node, trail = heapq.heappop(queue)
        if node is leaf:
            yield _path(trail)
            continue
        for edge, loss in zip(edges[node], losses[node]):  # among equals the longest trail comes first
            heapq.heappush(queue, (lost + loss, depth - 1, next(order), edge.parent, (edge, trail)))


def _losses(output: Value, leaf: Value) -> tuple[dict[Value, list[Edge]], dict[Value, list[float]]]:
    """For each node its edges towards the leaf, and how much smaller than the best each one's products stay."""
    best = {leaf: 0.0}
    edges: dict[Value, list[Edge]] = {}
    losses: dict[Value, list[float]] = {}
    for node in downstream([leaf], topological_order(output)):
        if node is leaf:
            continue
        edges[node] = [Edge(node, i) for i, p in enumerate(node.parents) if p in best]
        reach = [_log(edge.value) + best[edge.parent] for edge in edges[node]]
        best[node] = max(reach)
        losses[node] = [0.0 if r == best[node] else best[node] - r for r in reach]
    return edges, losses


def _log(x: float) -> float:
    """The magnitude on a logarithmic scale; a derivative that is not finite outweighs all others."""
    return math.inf if x != x else math.log(abs(x)) if x else -math.inf


def _path(trail: tuple[Edge, object] | None) -> Path:
    edges: list[Edge] = []
    while trail is not None:
        edge, trail = trail  # type: ignore[assignment]
        edges.append(edge)
    product = 1.0
    for edge in reversed(edges):
        product *= edge.value
    return Path(tuple(edges), product)
