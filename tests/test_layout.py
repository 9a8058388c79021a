"""Layouts of random graphs: boxes apart, edges from border to border, all within the frame; few crossings."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microbp.errors import InputError
from microbp.viz import coordinates, crossings, ranks, routes
from microbp.viz.geometry import Layout, Point, Route, Size
from microbp.viz.layout import layered_layout, on_shelves

Graph = tuple[dict[str, Size], list[tuple[str, str]]]
Numbered = tuple[int, list[ranks.Edge]]  # how many nodes, and edges between their numbers

ROUNDING = 1e-6  # pixels; coordinates are some thousands, and sums of some hundred numbers
few = settings(derandomize=True, deadline=None, max_examples=60)


@st.composite
def graphs(draw: st.DrawFn, most: int = 25) -> Graph:
    """From none to two edges for each node, some repeated, and the nodes in no particular order."""
    count = draw(st.integers(0, most))
    numbers = draw(st.randoms(use_true_random=False))
    names = [f"n{i}" for i in range(count)]
    numbers.shuffle(names)
    sizes = {name: (numbers.uniform(1.0, 150.0), numbers.uniform(1.0, 150.0)) for name in names}
    numbers.shuffle(names)
    edges: list[tuple[str, str]] = []
    for _ in range(draw(st.integers(0, 2 * count)) if count > 1 else 0):
        first, last = sorted(numbers.sample(range(count), 2))
        edges += [(names[first], names[last])] * numbers.choice([1, 1, 1, 2])
    return sizes, edges


def flattened(route: Route, pieces: int = 12) -> list[Point]:
    """Points on a route, ends included."""
    points = [route[0]]
    for start in range(0, len(route) - 1, 3):
        for step in range(1, pieces + 1):
            t = step / pieces
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
            x, y = (sum(w * route[start + i][axis] for i, w in enumerate(weights)) for axis in range(2))
            points.append((x, y))
    return points


def inside(point: Point, centre: Point, size: Size, slack: float) -> bool:
    return all(abs(point[axis] - centre[axis]) < size[axis] / 2 + slack for axis in range(2))


def check(found: Layout[str], sizes: dict[str, Size], edges: list[tuple[str, str]], margin: float) -> None:
    """What is true of every layout, whoever made it."""
    assert list(found.nodes) == list(sizes)
    for first, second in combinations(sizes, 2):
        apart = [abs(found.nodes[first][axis] - found.nodes[second][axis]) for axis in range(2)]
        assert any(apart[axis] > (sizes[first][axis] + sizes[second][axis]) / 2 for axis in range(2))
    for node, (x, y) in found.nodes.items():
        width, height = sizes[node]
        assert margin - ROUNDING <= x - width / 2 < x + width / 2 <= found.width - margin + ROUNDING
        assert margin - ROUNDING <= y - height / 2 < y + height / 2 <= found.height - margin + ROUNDING

    assert len(found.edges) == len(edges)
    for (source, target), points in zip(edges, found.edges):
        assert len(points) >= 4
        assert len(points) % 3 == 1
        for node, end in ((source, points[0]), (target, points[-1])):
            assert inside(end, found.nodes[node], sizes[node], ROUNDING)
            assert not inside(end, found.nodes[node], sizes[node], -ROUNDING)
        for x, y in flattened(points):
            assert margin - ROUNDING <= x <= found.width - margin + ROUNDING
            assert margin - ROUNDING <= y <= found.height - margin + ROUNDING
        assert found.nodes[source][0] < found.nodes[target][0]

    for (first_edge, first), (second_edge, second) in combinations(zip(edges, found.edges), 2):
        if first_edge == second_edge:
            assert all(math.dist(*points) > ROUNDING for points in zip(flattened(first), flattened(second)))


@few
@given(graphs(), st.sampled_from([1, 64]))
def test_edges_run_to_the_right_and_past_all_boxes(graph: Graph, longest_trunk: int) -> None:
    sizes, edges = graph
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranks, "LONGEST_TRUNK", longest_trunk)  # longer ones run in lanes
        found = layered_layout(sizes, edges)
    check(found, sizes, edges, margin=12.0)
    for (source, target), points in zip(edges, found.edges):
        line = flattened(points)
        assert line[0][0] == pytest.approx(found.nodes[source][0] + sizes[source][0] / 2, abs=ROUNDING)
        assert line[-1][0] == pytest.approx(found.nodes[target][0] - sizes[target][0] / 2, abs=ROUNDING)
        assert all(left[0] <= right[0] + ROUNDING for left, right in pairwise(line))
        for node in sizes:
            assert not any(inside(point, found.nodes[node], sizes[node], -ROUNDING) for point in line)


def test_the_same_graph_gives_the_same_layout_in_every_process() -> None:
    program = (
        "from microbp.viz.layout import layered_layout\n"
        "names = [f'n{i}' for i in range(40)]\n"
        "edges = [(names[i * j % 17], names[17 + (i + 3 * j) % 23]) for i in range(6) for j in range(9)]\n"
        "print(layered_layout(dict.fromkeys(names, (50, 20)), edges))\n"
    )
    first, second = (
        subprocess.check_output([sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    )
    assert first == second != b""


def test_no_nodes_and_one_node() -> None:
    assert layered_layout({}, []) == Layout({}, (), 24.0, 24.0)
    assert layered_layout({"x": (30, 20)}, []) == Layout({"x": (27.0, 22.0)}, (), 54.0, 44.0)


@pytest.mark.parametrize(
    ("sizes", "edges", "named"),
    [
        ({"a": (1, 1)}, [("a", "b")], "'b'"),
        ({"a": (1, 1), "b": (0, 1)}, [], "'b'"),
        ({"a": (1, math.nan)}, [], "'a'"),
        ({"a": (math.inf, 1)}, [], "'a'"),
        ({"a": (1, 1)}, [("a", "a")], "'a'"),
        ({"a": (1, 1), "b": (1, 1), "c": (1, 1)}, [("a", "b"), ("b", "c"), ("c", "b")], "'b'"),
    ],
)
def test_what_cannot_be_drawn_is_named(sizes: dict[str, Size], edges: list[tuple[str, str]], named: str) -> None:
    with pytest.raises(InputError, match=named):
        layered_layout(sizes, edges)


# Ranks.


@st.composite
def numbered_edges(draw: st.DrawFn) -> Numbered:
    sizes, edges = draw(graphs())
    number = {name: place for place, name in enumerate(sizes)}
    return len(sizes), [(number[source], number[target]) for source, target in edges]


@few
@given(numbered_edges())
def test_every_node_stands_as_late_as_its_first_target_allows(graph: Numbered) -> None:
    count, edges = graph
    found = ranks.latest_ranks(count, edges)
    for node in range(count):
        following = [found[target] for source, target in edges if source == node]
        assert found[node] == (min(following) - 1 if following else max(found))


@few
@given(numbered_edges())
def test_shorter_edges_keep_the_order_and_the_leaves_late(graph: Numbered) -> None:
    count, edges = graph
    latest = ranks.latest_ranks(count, edges)
    found = ranks.shortened(latest, edges)
    assert set(found) == set(range(len(set(found))))  # no empty column
    assert sum(found[t] - found[s] for s, t in edges) <= sum(latest[t] - latest[s] for s, t in edges)
    for source, target in edges:
        assert found[source] < found[target]
    for leaf in {source for source, _ in edges} - {target for _, target in edges}:
        assert found[leaf] == min(found[target] for source, target in edges if source == leaf) - 1


@few
@given(numbered_edges())
def test_with_dummies_all_edges_join_neighbouring_columns(graph: Numbered) -> None:
    count, edges = graph
    columns = ranks.in_columns(ranks.latest_ranks(count, edges), edges)
    for rank, column in enumerate(columns.columns):
        assert all(columns.ranks[item] == rank for item in column)
        assert all(columns.ranks[other] == rank + 1 for item in column for other in columns.after[item])
        assert all(columns.ranks[other] == rank - 1 for item in column for other in columns.before[item])
    for source, target in edges:  # and still lead from source to target
        reached = {source}
        for _ in range(columns.ranks[target] - columns.ranks[source]):
            following = {other for item in reached for other in columns.after[item]}
            reached = {other for other in following if other >= count or other == target}
        assert target in reached


@pytest.mark.slow
@pytest.mark.parametrize(
    "edges",
    [
        [(i, i + 1) for i in range(1999)] + [(2000, i) for i in range(1, 2000)],
        [(i, i + 1) for i in range(1999)] + [(i, 2000) for i in range(2000)],
        [(i, i + 1) for i in range(1999)] + [(2000 + i, j) for i in range(1998) for j in (i + 1, 1999)],
        [(i, i + 1) for i in range(1999)] + [(i, i + 60) for i in range(1900)],
        [(0, 1)] * 2000,
    ],
    ids=["one leaf for a whole chain", "a whole chain into one sum", "leaves used twice", "skips", "repeats"],
)
def test_long_edges_cost_no_more_than_linear_work(edges: list[tuple[int, int]]) -> None:
    count = 1 + max(map(max, edges))
    columns = ranks.in_columns(ranks.latest_ranks(count, edges), edges)
    assert len(columns.ranks) <= count + ranks.DUMMIES_PER_ITEM * (count + len(edges))
    assert all(len(trunk) <= ranks.LONGEST_TRUNK for trunk in columns.trunks.values())
    found = layered_layout(dict.fromkeys(range(count), (50, 20)), edges)
    assert max(map(len, found.edges)) <= 1 + 3 * (2 * ranks.LONGEST_TRUNK + 3)
    assert sum(map(len, found.edges)) <= 40 * len(edges)


# Crossings.


@few
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_crossings_are_counted_as_by_hand(edges: list[tuple[int, int]]) -> None:
    by_hand = sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(edges, 2))
    assert crossings.count_crossings(edges) == by_hand


@few
@given(*[st.lists(st.integers(0, 12), max_size=8)] * 2)
def test_an_exchange_saves_what_it_says(upper: list[int], lower: list[int]) -> None:
    now = [(0, place) for place in upper] + [(1, place) for place in lower]
    then = [(1, place) for place in upper] + [(0, place) for place in lower]
    saved = crossings.count_crossings(now) - crossings.count_crossings(then)
    assert crossings.saved(sorted(upper), sorted(lower)) == saved


@few
@given(numbered_edges())
def test_the_order_found_has_the_crossings_reported_and_the_same_items(graph: Numbered) -> None:
    columns = ranks.in_columns(ranks.latest_ranks(*graph), graph[1])
    items = [sorted(column) for column in columns.columns]
    place = {item: place for column in columns.columns for place, item in enumerate(column)}
    at_first = crossings.crossings(columns, columns.columns, place)
    reported = crossings.reduce_crossings(columns)
    place = {item: place for column in columns.columns for place, item in enumerate(column)}
    assert reported == crossings.crossings(columns, columns.columns, place) <= at_first
    assert [sorted(column) for column in columns.columns] == items


@few
@given(st.lists(st.integers(0, 10**6), max_size=40))
def test_a_tree_of_operations_has_no_crossings(parents: list[int]) -> None:
    edges = [(node, parent % node) for node, parent in enumerate(parents, start=1)]
    columns = ranks.in_columns(ranks.latest_ranks(len(parents) + 1, edges), edges)
    assert crossings.reduce_crossings(columns) == 0


def network(sizes: list[int], samples: int) -> Numbered:
    """The graph of the quadratic cost of fully connected layers, mean over samples."""
    edges: list[tuple[int, int]] = []
    count = 0

    def node(*arguments: int) -> int:
        nonlocal count
        edges.extend((argument, count) for argument in arguments)
        count += 1
        return count - 1

    parameters = [[[node() for _ in range(n + 1)] for _ in range(m)] for n, m in pairwise(sizes)]
    costs = []
    for _ in range(samples):
        a = [node() for _ in range(sizes[0])]
        for rows in parameters:
            a = [node(node(*row, *a)) for row in rows]
        errors = [node(value, node()) for value in a]
        costs.append(node(*(node(error, error) for error in errors)))
    node(*costs)
    return count, edges


@pytest.mark.parametrize(
    ("sizes", "samples", "by_dot"),
    [
        ([2, 3, 1], 1, 9),
        ([3, 4, 4, 1], 1, 118),
        ([4, 8, 8, 2], 1, 2168),
        ([2, 2, 1], 4, 176),
        ([3, 4, 1], 8, 8384),
    ],
)
def test_networks_have_few_crossings(sizes: list[int], samples: int, by_dot: int) -> None:
    """At most 1.6 times those that dot 2.43 draws, as counted by benchmarks/crossings.py."""
    count, edges = network(sizes, samples)
    columns = ranks.in_columns(ranks.shortened(ranks.latest_ranks(count, edges), edges), edges)
    assert crossings.reduce_crossings(columns) <= 1.6 * by_dot


# Coordinates and routes.


@few
@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 50), st.floats(0, 30)), max_size=12))
def test_a_column_settles_where_the_min_max_formula_says(items: list[tuple[float, float, float]]) -> None:
    """Isotonic regression is max over i <= k, min over j >= k, of the mean of i to j (Barlow et al. 1972)."""
    offsets = [sum(apart for *_, apart in items[: k + 1]) for k in range(len(items))]

    def mean(first: int, last: int) -> float:
        span = range(first, last + 1)
        return sum((items[k][0] - offsets[k]) * items[k][1] for k in span) / sum(items[k][1] for k in span)

    places = range(len(items))
    bases = [max(min(mean(i, j) for j in places[k:]) for i in places[: k + 1]) for k in places]
    expected = [base + offset for base, offset in zip(bases, offsets)]
    found = coordinates.settle([(wish, weight) for wish, weight, _ in items], [apart for *_, apart in items])
    assert found == pytest.approx(expected, abs=ROUNDING)


@few
@given(numbered_edges(), st.floats(0.0, 20.0))
def test_a_column_keeps_its_order_and_its_distances(graph: Numbered, gap: float) -> None:
    columns = ranks.in_columns(ranks.latest_ranks(*graph), graph[1])
    heights = [10.0 * (1 + item % 3) for item in range(len(columns.ranks))]
    y = coordinates.place(columns, heights, [gap] * len(heights))
    for column in columns.columns:
        for upper, lower in pairwise(column):
            assert y[lower] - y[upper] >= (heights[upper] + heights[lower]) / 2 + gap - ROUNDING


def test_what_has_room_to_be_straight_is_straight() -> None:
    """Two neurons in a row, and an edge past both."""
    edges = [("w1", "z1"), ("x", "z1"), ("b1", "z1"), ("z1", "a1")]
    edges += [("w2", "z2"), ("a1", "z2"), ("b2", "z2"), ("z2", "a2"), ("a2", "C"), ("x", "C")]
    found = layered_layout({name: (50, 20) for edge in edges for name in edge}, edges)
    for source, target in [("z1", "a1"), ("z2", "a2")]:
        assert found.nodes[source][1] == pytest.approx(found.nodes[target][1])
        assert len(found.edges[edges.index((source, target))]) == 4
    assert len(found.edges[-1]) <= 1 + 3 * 5  # out of the row, along it, and back


def test_lanes_run_under_all_boxes_and_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranks, "LONGEST_TRUNK", 1)
    chain = [(i, i + 1) for i in range(9)]
    long = [(10, 1), (10, 8), (11, 2), (11, 9), (12, 6), (12, 9), (13, 1), (13, 4)]
    sizes = {node: (50.0, 20.0 + node) for node in range(14)}
    found = layered_layout(sizes, chain + long)
    bottom = max(y + sizes[node][1] / 2 for node, (_, y) in found.nodes.items())
    lanes = {edge[0]: max(y for _, y in points) for edge, points in zip(long[1::2], found.edges[10::2])}
    assert min(lanes.values()) > bottom
    for first, second in [(10, 11), (10, 12), (11, 12), (10, 13), (11, 13)]:  # that run side by side
        assert abs(lanes[first] - lanes[second]) > routes.EDGE_GAP - ROUNDING
    assert lanes[12] == lanes[13]  # one after the other


@few
@given(st.lists(st.tuples(st.floats(1, 200), st.floats(1, 200)), max_size=20), st.floats(0, 30))
def test_parts_on_shelves_lie_apart(sizes: list[Size], gap: float) -> None:
    placed = list(zip(on_shelves(sizes, gap), sizes))
    for (first, size), (second, other) in combinations(placed, 2):
        assert any(
            first[axis] + size[axis] + gap <= second[axis] + ROUNDING
            or second[axis] + other[axis] + gap <= first[axis] + ROUNDING
            for axis in range(2)
        )
