"""Edge crossings of the built-in layout beside those of Graphviz's dot, and how long both take.

    python benchmarks/crossings.py

Both drawings are counted in the same way, as the eye sees them: every curve is cut into short straight
pieces, and every place where pieces of two edges cross counts as one. Edges that have an end in common are
not compared: they meet there. Networks are graphs of a cost: weights, inputs and bias -> weighted sum ->
activation -> ... -> cost.
"""

from __future__ import annotations

import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from by_dot import graphviz_layout
from numpy.typing import NDArray

from microbp.viz.geometry import Layout, Route
from microbp.viz.layout import layered_layout

BOX = (64.0, 28.0)
PIECES = 8  # of a Bézier curve; more change the counts by less than one in a hundred
DOT_LIMIT = 5_000  # nodes and edges; dot takes minutes for more


class Graph:
    """A graph that is written down node by node, arguments first."""

    def __init__(self) -> None:
        self.count = 0
        self.edges: list[tuple[int, int]] = []

    def node(self, *arguments: int) -> int:
        self.edges += [(argument, self.count) for argument in arguments]
        self.count += 1
        return self.count - 1

    def nodes(self, count: int) -> list[int]:
        return [self.node() for _ in range(count)]


def network(sizes: Sequence[int], samples: int = 1, decay: bool = False, expanded: bool = False) -> Graph:
    """The quadratic cost of a fully connected network.

    Args:
        sizes: of the layers, inputs first.
        samples: that share the parameters; the cost is their mean.
        decay: whether the squares of the weights are added to the cost.
        expanded: whether every product and sum of a neuron is a node of its own.
    """
    graph = Graph()
    layers = [[(graph.nodes(n), graph.node()) for _ in range(m)] for n, m in pairwise(sizes)]
    costs = []
    for _ in range(samples):
        a = graph.nodes(sizes[0])
        for layer in layers:
            a = [graph.node(weighted_sum(graph, weights, a, bias, expanded)) for weights, bias in layer]
        errors = [graph.node(output, graph.node()) for output in a]
        costs.append(graph.node(*(graph.node(error, error) for error in errors)))
    cost = graph.node(*costs) if samples > 1 else costs[0]
    if decay:
        weights = [weight for layer in layers for row, _ in layer for weight in row]
        graph.node(cost, graph.node(*(graph.node(weight, weight) for weight in weights)))
    return graph


def weighted_sum(graph: Graph, weights: Sequence[int], inputs: Sequence[int], bias: int, expanded: bool) -> int:
    if not expanded:
        return graph.node(*weights, *inputs, bias)
    total = bias
    for weight, value in zip(weights, inputs):
        total = graph.node(total, graph.node(weight, value))
    return total


def random_graph(nodes: int, edges: int, reach: int, seed: int) -> Graph:
    """Edges between random nodes whose numbers differ by no more than ``reach``."""
    numbers = random.Random(seed)
    graph = Graph()
    graph.nodes(nodes)
    for _ in range(edges):
        source = numbers.randrange(nodes - 1)
        graph.edges.append((source, numbers.randrange(source + 1, min(nodes, source + 1 + reach))))
    return graph


def count_crossings(edges: Sequence[tuple[int, int]], routes: Sequence[Route]) -> int:
    """The places where two edges without a common end cross."""
    lines = [flattened(np.array(route)) for route in routes]
    pieces = np.concatenate([np.hstack([line[:-1], line[1:]]) for line in lines])
    ends = np.repeat(np.array(edges), [len(line) - 1 for line in lines], axis=0)
    by_left_end = np.argsort(np.minimum(pieces[:, 0], pieces[:, 2]), kind="stable")
    pieces, ends = pieces[by_left_end], ends[by_left_end]
    left = np.minimum(pieces[:, 0], pieces[:, 2])
    right = np.maximum(pieces[:, 0], pieces[:, 2])
    behind = np.searchsorted(left, right, side="right")  # pieces from there on begin too far right to cross
    total = 0
    for i in range(len(pieces)):
        near = slice(i + 1, behind[i])
        strangers = ~np.isin(ends[near], ends[i]).any(axis=1)
        total += int(cross(pieces[i], pieces[near][strangers]).sum())
    return total


def flattened(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The joined Bézier curves as one polygonal line."""
    t = np.linspace(0.0, 1.0, PIECES + 1)[1:, None]
    curves = [points[start : start + 4] for start in range(0, len(points) - 1, 3)]
    return np.concatenate(
        [points[:1]]
        + [(1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d for a, b, c, d in curves]
    )


def cross(piece: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a straight piece and each of the others have their ends on both sides of each other."""

    def side(line: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
        x0, y0, x1, y1 = line.T
        return (x1 - x0) * (points[..., 1] - y0) - (y1 - y0) * (points[..., 0] - x0)

    apart = (side(piece, others[:, :2]) > 0) != (side(piece, others[:, 2:]) > 0)
    return apart & ((side(others, piece[:2]) > 0) != (side(others, piece[2:]) > 0))


def networks() -> Iterator[tuple[str, Graph]]:
    for sizes in ([2, 2, 1], [2, 3, 1], [3, 4, 1], [3, 4, 4, 1], [4, 6, 6, 2], [4, 8, 8, 2], [10, 10, 6]):
        yield f"{sizes}", network(sizes)
    for sizes, samples in (([2, 2, 1], 2), ([2, 2, 1], 4), ([3, 4, 1], 4), ([2, 2, 1], 16), ([3, 4, 1], 8)):
        yield f"{sizes}, {samples} samples", network(sizes, samples)
    for sizes in ([2, 3, 1], [3, 4, 4, 1], [4, 6, 6, 2]):
        yield f"{sizes}, weight decay", network(sizes, decay=True)
    for sizes in ([2, 2, 1], [3, 3, 1], [3, 4, 2], [4, 5, 3], [2, 8, 1], [4, 8, 6]):
        yield f"{sizes}, expanded", network(sizes, expanded=True)


def random_graphs() -> Iterator[tuple[str, Graph]]:
    for nodes, edges in ((50, 70), (100, 150), (300, 400)):
        for seed in range(4):
            yield f"seed {seed}", random_graph(nodes, edges, reach=20, seed=seed)


def large() -> Iterator[tuple[str, Graph]]:
    chain = Graph()
    leaf = last = chain.node()
    for _ in range(20_000):
        last = chain.node(last, leaf)
    for sizes in ([4, 9, 9, 2], [20, 30, 30, 10], [64, 100, 100, 30]):
        yield f"network {sizes}", network(sizes)
    for sizes in ([3, 6, 3], [8, 20, 18, 4], [30, 60, 56, 22]):
        yield f"network {sizes}, expanded", network(sizes, expanded=True)
    for nodes in (200, 2_000, 20_000):
        yield "random", random_graph(nodes, 3 * nodes // 2, reach=30, seed=0)
    yield "one leaf for a whole chain", chain


def drawn(engine: Callable[..., Layout[int]], graph: Graph) -> tuple[Layout[int], float]:
    start = time.perf_counter()
    found = engine(dict.fromkeys(range(graph.count), BOX), graph.edges)
    return found, time.perf_counter() - start


def compare(title: str, graphs: Iterator[tuple[str, Graph]]) -> None:
    print(f"\n{title:28}{'nodes':>8}{'edges':>8}{'crossings':>12}{'of dot':>8}{'ratio':>8}")
    ratios = []
    for name, graph in graphs:
        ours, dots = (
            count_crossings(graph.edges, drawn(engine, graph)[0].edges) for engine in (layered_layout, graphviz_layout)
        )
        ratios.append((ours + 1) / (dots + 1))  # either may be none
        print(f"  {name:26}{graph.count:8}{len(graph.edges):8}{ours:12}{dots:8}{ratios[-1]:8.2f}")
    print(f"  {'mean (geometric), worst':62}{statistics.geometric_mean(ratios):8.2f}{max(ratios):8.2f}")


def main() -> None:
    if shutil.which("dot"):
        compare("networks", networks())
        compare("random graphs", random_graphs())
    else:
        print("Graphviz's dot is not on the path: there is nothing to compare with.")
    print(f"\n{'time':28}{'nodes':>8}{'edges':>8}{'seconds':>12}{'of dot':>8}")
    for name, graph in large():
        ours = f"{drawn(layered_layout, graph)[1]:.2f}"
        with_dot = shutil.which("dot") and graph.count + len(graph.edges) <= DOT_LIMIT
        dots = f"{drawn(graphviz_layout, graph)[1]:.2f}" if with_dot else "-"
        print(f"  {name:26}{graph.count:8}{len(graph.edges):8}{ours:>12}{dots:>8}")


if __name__ == "__main__":
    main()
