"""Drawings of graphs: what is in the SVG and the DOT, read back from them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest
from graphs import graphs
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import needs_dot

import microbp
from microbp import Value, losses, nn
from microbp.engine.graph import topological_order
from microbp.errors import InputError, InputTypeError, MissingExtraError
from microbp.viz import draw
from microbp.viz.drawing import Drawing
from microbp.viz.style import PALETTE
from microbp.viz.taken import Taken

SVG = "{http://www.w3.org/2000/svg}"
ON_BORDER = 0.02  # px: coordinates are written to six digits
NEAR = 1.5  # px: a curve lies so far from the straight pieces that stand for it
CONTRAST = 4.5  # WCAG 2.1, level AA, for text

HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><b onclick='x'>",
    "]]><!-- --",
    "&#x0; &lt; &amp; \\n \\l {a|b}",
    "\u202eright to left\u202c שלום",
    "line\nbreak\r\tand\x00null\ud800",
    "w" * 10_000,
    "<b>",
    "",
    " ",
]


@pytest.fixture
def without_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def having(svg: ET.Element, name: str) -> list[ET.Element]:
    return [g for g in svg.iter(f"{SVG}g") if name in g.get("class", "").split()]


def numbers(text: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


def box(node: ET.Element) -> Box:
    x, y = numbers(node.get("transform"))
    outline = next(e for e in node if e.get("class") == "box")
    if outline.tag == f"{SVG}rect":
        width, height = float(outline.get("width")), float(outline.get("height"))
    else:  # cut corners: M9 0H91L100 9V49L91 58H9L0 49V9Z
        _, _, _, width, _, _, _, height, *_ = numbers(outline.get("d"))
    return Box(x, y, x + width, y + height)


def texts(element: ET.Element) -> list[str]:
    return ["".join(t.itertext()) for t in element.iter(f"{SVG}text")]


def on_border(x: float, y: float, b: Box) -> bool:
    inside = b.left - ON_BORDER <= x <= b.right + ON_BORDER and b.top - ON_BORDER <= y <= b.bottom + ON_BORDER
    return inside and min(abs(x - b.left), abs(x - b.right), abs(y - b.top), abs(y - b.bottom)) < ON_BORDER


def check_geometry(svg: ET.Element) -> None:
    """No two boxes overlap, all edges run from border to border, nothing leaves the viewBox."""
    boxes = {node.get("id"): box(node) for node in having(svg, "node")}
    _, _, width, height = map(float, svg.get("viewBox").split())
    for a, b in combinations(boxes.values(), 2):
        assert a.right <= b.left or b.right <= a.left or a.bottom <= b.top or b.bottom <= a.top
    for b in boxes.values():
        assert b.left >= 0 and b.top >= 0 and b.right <= width and b.bottom <= height
    for edge in having(svg, "edge"):
        line, head = edge.findall(f"{SVG}path")
        points = numbers(line.get("d"))
        assert all(-ON_BORDER <= x <= width + ON_BORDER for x in points[::2])
        assert all(-ON_BORDER <= y <= height + ON_BORDER for y in points[1::2])
        assert on_border(*points[:2], boxes[edge.get("data-source")])
        assert on_border(*numbers(head.get("d"))[:2], boxes[edge.get("data-target")])


def check_graph(svg: ET.Element, root: Value) -> None:
    """The picture has the graph's nodes and edges, each as often as the graph."""
    nodes = topological_order(root)
    drawn = {n.get("id"): n for n in having(svg, "node")}
    values = [n for n in drawn.values() if "constant" not in n.get("class").split()]
    assert Counter(float(n.get("data-data")) for n in values) == Counter(node.data for node in nodes)
    edges = having(svg, "edge")
    expected = Counter((node.data, p.data, d) for node in nodes for p, d in zip(node.parents, node.partials))
    number = {name: float(n.get("data-data")) for name, n in drawn.items()}
    found = Counter(
        (number[e.get("data-target")], number[e.get("data-source")], float(e.get("data-partial")))
        for e in edges
        if e.get("data-partial")
    )
    assert found == expected
    assert len(edges) == sum(len(node.args) for node in nodes)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(graph=graphs(max_lines=12))
def test_random_graphs(graph: graphs) -> None:
    root = graph(*[Value(x) for x in graph.point])
    svg = read(draw(root, level="node").svg)
    check_graph(svg, root)
    check_geometry(svg)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(graph=graphs(max_lines=12))
def test_random_graphs_with_what_repeats_rolled_up(graph: graphs) -> None:
    root = graph(*[Value(x) for x in graph.point])
    drawing = draw(root, level="layer")
    check_geometry(read(drawing.svg))
    everything = draw(root, level="node").picture
    assert sum(node.count for node in drawing.picture.nodes) == len(everything.nodes)


def network(samples: int = 1, **options: object) -> Value:
    model = nn.MLP(2, [4, 3, 1], seed=1, **options)
    costs = [losses.squared_error(model([0.1 * k, 0.5]), 1.0) for k in range(1, samples + 1)]
    return microbp.mean(costs) if samples > 1 else costs[0]


@pytest.mark.parametrize("level", ["node", "neuron", "layer"])
def test_networks_at_every_level(level: str) -> None:
    check_geometry(read(draw(network(3, expanded=True), level=level).svg))


def test_both_edges_of_a_square_are_drawn() -> None:
    a = Value(3.0, "a")
    svg = read(draw(a * a).svg)
    lines = [edge.find(f"{SVG}path").get("d") for edge in having(svg, "edge")]
    assert len(set(lines)) == 2
    assert [edge.get("data-partial") for edge in having(svg, "edge")] == ["3.0", "3.0"]


def test_a_node_shows_label_operation_data_and_grad() -> None:
    x, y = Value(2.0, "x"), Value(-1 / 3, "y")
    root = x * y
    root.label = "C_0"
    before = texts(having(read(draw(root).svg), "root")[0])
    assert before == ["C0", "mul", "data", "−0.6667", "grad", "not computed"]
    root.backward()
    after = {n.get("id"): [t.strip() for t in texts(n)] for n in having(read(draw(root).svg), "node")}
    assert after["n0"] == ["x", "data", "2", "grad", "−0.3333"]
    assert after["n1"] == ["y", "data", "−0.3333", "grad", "2"]


def test_kinds_differ_in_shape_and_not_in_colour_alone() -> None:
    x, w = Value(2.0, "x"), Value(0.5, "w_{11}^{(1)}")
    svg = read(draw((w * x) ** 3 + 1.0).svg)
    outlines = {}
    for kind in ("leaf", "parameter", "constant", "operation", "root"):
        node = having(svg, kind)[0]
        outline = next(e for e in node if e.get("class") == "box")
        outlines[kind] = (outline.tag, outline.get("rx"), any(e.get("class") == "inner" for e in node))
    assert len(set(outlines.values())) == 5


def test_edges_show_sign_and_size_and_not_by_colour_alone() -> None:
    x = Value(2.0, "x")
    svg = read(draw(x * -3.0 + x * 0.1 + x * 3.0).svg)
    lines = {edge.get("data-partial"): edge for edge in having(svg, "edge")}
    assert "neg" in lines["-3.0"].get("class") and "pos" in lines["3.0"].get("class")
    css = svg.find(f"{SVG}style").text
    assert re.search(r"\.neg \.line \{[^}]*stroke-dasharray", css)
    width = {p: float(e.find(f"{SVG}path").get("stroke-width")) for p, e in lines.items()}
    assert width["0.1"] < width["1.0"] < width["3.0"] == width["-3.0"]
    assert {"−3", "0.1", "3", "1"} <= {text for label in having(svg, "partial") for text in texts(label)}


def heights(drawing: Drawing, letter: str, layer: int) -> list[float]:
    """How far down the neurons of a layer stand, by their index."""
    placed_at = {node.get("id"): box(node).top for node in having(read(drawing.svg), "node")}
    found = {}
    for node in drawing.picture.nodes:
        if match := re.fullmatch(rf"{letter}_\{{?(\d+)\}}?\^\{{\({layer}\)\}}", node.label):
            found[int(match[1])] = placed_at[node.id]
    return [found[j] for j in sorted(found)]


@pytest.mark.parametrize(
    ("sizes", "level", "options"),
    [
        ([16, 16, 1], "neuron", {}),
        ([16, 16, 1], "neuron", {"expanded": True}),
        ([3, 5, 2], "node", {}),
        ([4, 3], "node", {"expanded": True}),
    ],
)
def test_neurons_stand_in_the_order_of_their_indices(sizes: list[int], level: str, options: dict[str, bool]) -> None:
    outputs = nn.MLP(2, sizes, seed=0, **options)([1.0, 2.0])
    drawing = draw(microbp.ops.add_up(outputs) if isinstance(outputs, list) else outputs, level=level)
    for layer, size in enumerate(sizes, 1):
        tops = heights(drawing, "z" if layer == len(sizes) else "a", layer)
        assert len(tops) == size and tops == sorted(tops)
    inputs = [node for node in having(read(drawing.svg), "constant") if node.get("data-data") in ("1.0", "2.0")]
    if not options:
        (first,), (second,) = ([box(x).top for x in inputs if x.get("data-data") == data] for data in ("1.0", "2.0"))
        assert first < second


def check_labels(svg: ET.Element) -> None:
    """No label touches a box, another label or a line that is not its own."""
    boxes = [box(node) for node in having(svg, "node")]
    ends = {edge.get("id"): (edge.get("data-source"), edge.get("data-target")) for edge in having(svg, "edge")}
    lines = {edge.get("id"): numbers(edge.find(f"{SVG}path").get("d")) for edge in having(svg, "edge")}
    labels: dict[str, Box] = {}
    for label in having(svg, "partial"):
        (x, y), rect = numbers(label.get("transform")), label.find(f"{SVG}rect")
        width, height = float(rect.get("width")), float(rect.get("height"))
        labels[label.get("data-edge")] = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    taken = [*boxes, *labels.values()]
    for a, b in combinations(taken, 2):
        assert (
            (a in boxes and b in boxes)
            or a.right <= b.left
            or b.right <= a.left
            or a.bottom <= b.top
            or b.bottom <= a.top
        )
    for name, label in labels.items():
        for other, points in lines.items():
            for x, y in on_curve(points) if ends[other] != ends[name] else ():
                assert not (label.left + NEAR < x < label.right - NEAR and label.top + NEAR < y < label.bottom - NEAR)


def on_curve(points: list[float]) -> Iterator[tuple[float, float]]:
    """Many points of joined Bézier curves."""
    pairs = list(zip(points[::2], points[1::2]))
    for n in range(0, len(pairs) - 1, 3):
        for s in range(101):
            t, r = s / 100, 1 - s / 100
            weights = (r**3, 3 * r * r * t, 3 * r * t * t, t**3)
            yield tuple(sum(w * p[axis] for w, p in zip(weights, pairs[n : n + 4])) for axis in (0, 1))


@settings(derandomize=True, deadline=None, max_examples=25)
@given(graph=graphs(max_lines=12))
def test_labels_touch_nothing_but_their_own_edge(graph: graphs) -> None:
    check_labels(read(draw(graph(*[Value(x) for x in graph.point])).svg))


def test_long_lines_take_no_room_for_every_pixel() -> None:
    """A leaf that a thousand nodes use is one line under all of them, with a thousand ends."""
    taken = Taken()
    for k in range(1, 1001):
        taken.add_line([(0.0, 0.0), (150.0 * k, 0.0), (150.0 * k + 40.0, 30.0)], ("x", k))
    assert sum(map(len, taken.lines.values())) + sum(map(len, taken.rows.values())) < 10_000
    assert not taken.is_free(75_000.0, 0.0, 20.0, 10.0, ("y", 1))
    assert not taken.is_free(75_100.0, 0.0, 20.0, 10.0, ("x", 1000))  # the lines before it pass there too
    assert taken.is_free(149_900.0, 0.0, 20.0, 10.0, ("x", 1000))


def test_where_labels_would_pile_up_there_are_none() -> None:
    """The demo network of micrograd: 256 edges between 16 and 16 neurons, 16 to the output."""
    drawing = draw(nn.MLP(2, [16, 16, 1], seed=0)([1.0, 2.0]))
    svg = read(drawing.svg)
    check_labels(svg)
    sources = {edge.id: edge.source for edge in drawing.picture.edges}
    labels = {node.id: node.label for node in drawing.picture.nodes}
    shown = [labels[sources[label.get("data-edge")]] for label in having(svg, "partial")]
    assert not [label for label in shown if label.endswith("^{(1)}")]
    assert len(shown) == 16 and all(label.endswith("^{(2)}") for label in shown)
    assert all("=" in edge.findtext(f"{SVG}title") for edge in having(svg, "pos") + having(svg, "neg"))


def test_highlight_marks_all_paths_to_a_leaf() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    root = x * y + x.sin() + y.cos()
    svg = read(draw(root, highlight=x).svg)
    on = {e.get("id") for e in having(svg, "on")}
    off = {e.get("id") for e in having(svg, "off")}
    by_label = {n.get("id"): texts(n)[0] for n in having(svg, "node")}
    assert {by_label[name] for name in on if name in by_label} == {"x", "v2", "v3", "v4", "C"}
    assert {by_label[name] for name in off if name in by_label} == {"y", "v1"}
    marks = [e for e in svg.iter(f"{SVG}path") if e.get("class") == "mark"]
    assert len(marks) == 5  # x-mul, x-sin, mul-add, sin-add, add-add
    with pytest.raises(InputError, match="does not depend on"):
        draw(root, highlight=Value(1.0))


def test_above_200_nodes_a_network_is_folded_and_says_so() -> None:
    drawing = draw(network(20, expanded=True))
    assert "folded by neuron into" in drawing.folded and "level='node' shows all" in drawing.folded
    svg = read(drawing.svg)
    assert drawing.folded in texts(svg)
    neurons = having(svg, "neuron")
    assert len(neurons) == 4 + 3 + 1
    assert all(any("×20" in text for text in texts(neuron)) for neuron in neurons)
    assert not draw(network()).folded


def test_between_neurons_an_edge_is_the_weight_times_the_slope_of_the_activation() -> None:
    model = nn.MLP(2, [3, 1], seed=1)
    inputs = [Value(0.5, "x_1"), Value(-1.0, "x_2")]
    svg = read(draw(model(inputs), level="neuron").svg)
    hidden = [a.data for a in model.layers[0](inputs)]
    expected = [w.data * (1.0 - a * a) for a, neuron in zip(hidden, model.layers[0].neurons) for w in neuron.w]
    expected += [w.data for w in model.layers[1].neurons[0].w]
    found = sorted(float(edge.get("data-partial")) for edge in having(svg, "edge"))
    assert found == pytest.approx(sorted(expected), rel=1e-12)


def test_layers_open_to_neurons_and_neurons_to_nodes() -> None:
    root = network(5, expanded=True)

    def kinds(*expand: str) -> Counter[str]:
        svg = read(draw(root, level="layer", expand=expand).svg)
        check_geometry(svg)
        return Counter(n.get("class").split()[1] for n in having(svg, "node"))

    assert kinds()["layer"] == 4  # the input and three layers
    assert kinds("layer 2")["neuron"] == 3
    opened = kinds("layer 2", "a_2^{(2)}")
    assert opened["neuron"] == 2 and opened["parameter"] == 4 + 1 and opened["layer"] == 3
    with pytest.raises(InputError, match="nothing to open is called 'layer 9'; there is 'input', 'layer 1'"):
        kinds("layer 9")
    with pytest.raises(InputError, match="no level 'leaf'"):
        draw(root, level="leaf")


def test_costs_of_samples_are_rolled_up() -> None:
    model = nn.MLP(1, [2, 1], seed=1)
    total = Value(0.0)
    for k in range(30):
        total = total + losses.squared_error(model([0.1 * k]), 0.5 * k)
    picture = draw(total, level="neuron").picture
    counts = {node.op: node.count for node in picture.nodes if node.kind in ("operation", "root")}
    assert counts == {"sub": 30, "pow": 30, "add": 30}


@given(steps=st.integers(1, 6))
@settings(derandomize=True, deadline=None)
def test_a_neuron_that_feeds_itself_is_drawn_without_a_cycle(steps: int) -> None:
    cell = nn.Neuron(2, seed=1)
    state = Value(0.0, "h")
    for k in range(steps):
        memory = state.sin()
        memory.label = "memory"  # a node with a name of its own is not folded into the neuron
        state = cell([float(k), memory])
    drawing = draw(state, level="layer")
    check_geometry(read(drawing.svg))
    assert sum(node.kind == "layer" and node.label == "layer 1" for node in drawing.picture.nodes) == steps


@needs_dot
def test_the_dot_has_the_same_nodes_and_edges() -> None:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    root = (a * a + b * 2.0).tanh()
    drawing = draw(root)
    run = subprocess.run(["dot", "-Tjson0"], input=drawing.dot.source.encode(), capture_output=True, check=True)
    found = json.loads(run.stdout)
    names = [node["name"] for node in found["objects"]]
    assert sorted(names) == sorted(node.id for node in drawing.picture.nodes)
    pairs = Counter((names[edge["tail"]], names[edge["head"]]) for edge in found["edges"])
    assert pairs == Counter((edge.source, edge.target) for edge in drawing.picture.edges)


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_text_in_svg(label: str) -> None:
    root = Value(2.0, label) * Value(3.0, label)
    root.label = label
    svg = read(draw(root).svg)
    allowed = {"svg", "title", "desc", "style", "rect", "g", "path", "text", "tspan"}
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= allowed
    assert not [name for element in svg.iter() for name in element.attrib if name.startswith("on")]
    assert len(having(svg, "node")) == 3
    check_geometry(svg)
    if label == "<script>alert(1)</script>":
        assert label in texts(svg)


@needs_dot
@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_are_text_in_dot(label: str) -> None:
    root = Value(2.0, label) * Value(3.0, label)
    source = draw(root).dot.source
    run = subprocess.run(["dot", "-Tsvg"], input=source.encode(), capture_output=True, check=True)
    assert run.stderr == b""
    svg = read(run.stdout.decode())
    assert len(having(svg, "node")) == 3 and len(having(svg, "edge")) == 2
    assert not [e for e in svg.iter() if e.tag in (f"{SVG}script", f"{SVG}b", f"{SVG}a")]
    if label in ("<script>alert(1)</script>", "\"'><b onclick='x'>", "<b>"):
        assert label in texts(svg)


def test_a_derivative_without_a_value_is_shown_as_such() -> None:
    svg = read(draw(Value(0.0, "x").sqrt()).svg)
    assert [text for label in having(svg, "partial") for text in texts(label)] == ["undefined"]


def test_what_was_rolled_up_opens_by_its_id() -> None:
    root = network(5)
    sums = next(n for n in draw(root, level="layer").picture.nodes if n.op == "sub")
    opened = draw(root, level="layer", expand=[sums.id]).picture.nodes
    assert sums.count == 5 and sum(node.op == "sub" for node in opened) == 5


def test_a_single_leaf_is_a_picture() -> None:
    svg = read(draw(Value(2.0, "x")).svg)
    assert len(having(svg, "root")) == 1 and not having(svg, "edge")


def test_files(tmp_path: Path, without_dot: None) -> None:
    drawing = draw(Value(2.0, "x") * 3.0)
    drawing.save(tmp_path / "g.svg")
    assert read((tmp_path / "g.svg").read_text("utf-8")).get("class") == "microbp graph"
    drawing.save(str(tmp_path / "g.dot"))
    assert (tmp_path / "g.dot").read_text("utf-8").startswith("digraph")
    for ending in ("png", "pdf"):
        with pytest.raises(MissingExtraError, match=r"save as \.svg, which needs nothing, or install Graphviz"):
            drawing.save(tmp_path / f"g.{ending}")
    with pytest.raises(InputError, match=r"end the name in \.svg, \.dot, \.gv, \.tex, \.png or \.pdf"):
        drawing.save(tmp_path / "g.jpg")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["g.dot", "g.svg"]


@needs_dot
def test_png_and_pdf_by_graphviz(tmp_path: Path) -> None:
    drawing = draw(Value(2.0, "x") * 3.0)
    for ending, magic in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
        drawing.save(tmp_path / f"g.{ending}")
        assert (tmp_path / f"g.{ending}").read_bytes().startswith(magic)


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(InputTypeError, match="draw takes a Value"):
        draw(3.0)  # type: ignore[arg-type]
    with pytest.raises(InputTypeError, match="name of a file"):
        draw(Value(1.0)).save(None)  # type: ignore[arg-type]
    x = total = Value(1.0)
    for k in range(21_000):
        total = total.sin() if k % 2 else total * x
    with pytest.raises(InputError, match="nobody can read that"):
        draw(total)


def test_a_picture_shrinks_to_its_page_and_knows_its_size() -> None:
    root = ET.fromstring(draw(Value(2.0) * 3.0).svg)
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    style = next(e.text or "" for e in root if e.tag.endswith("style"))
    assert re.search(r"^\.microbp \{[^}]*max-width: 100%; height: auto;", style)


def test_ids_are_the_same_for_the_same_graph() -> None:
    assert draw(network(3)).svg == draw(network(3)).svg


def test_pictures_import_no_heavy_package() -> None:
    code = "import sys, microbp.viz; print([m for m in ('numpy', 'matplotlib', 'graphviz') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(scheme: int) -> None:
    def luminance(name: str) -> float:
        channels = [int(PALETTE[name][scheme][i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for text in ("ink", "muted", "pos", "neg"):
        for behind in ("paper", "leaf", "parameter", "constant", "operation", "root"):
            light, dark = sorted((luminance(text), luminance(behind)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= CONTRAST, (text, behind)
