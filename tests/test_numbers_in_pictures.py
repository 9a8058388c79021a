"""Every number that a drawing prints, at every level of folding, is the engine's: adjoint times edge is the grad.

The environment variable MICROBP_PICTURES says how many random graphs, and as many networks, are drawn.
"""

from __future__ import annotations

import math
import os
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence

import pytest
from graphs import graphs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import microbp
from microbp import Value, draw, losses, nn
from microbp.engine.graph import topological_order
from microbp.inspect.labels import plain
from microbp.inspect.names import names_of
from microbp.viz.drawing import Drawing

SVG = "{http://www.w3.org/2000/svg}"
MANY = settings(
    derandomize=True,
    deadline=None,
    max_examples=int(os.environ.get("MICROBP_PICTURES", "150")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ROUNDING = 1e-12  # sums and products of a hundred numbers, made in another order


def printed(x: float) -> str:
    """Four significant digits, as a reader would write them."""
    text = f"{x:.4g}" if x else "0"
    mantissa, e, exponent = text.partition("e")
    return "undefined" if x != x else (mantissa + (f"e{int(exponent)}" if e else "")).replace("-", "−")


def a_range(numbers: Sequence[float]) -> str:
    low, high = printed(min(numbers)), printed(max(numbers))
    return low if low == high else f"{low} … {high}"


def all_digits(x: float) -> str:
    mantissa, e, exponent = (repr(x) if x else "0").removesuffix(".0").partition("e")
    return (mantissa + (f"e{int(exponent)}" if e else "")).replace("-", "−")


def attribute(element: ET.Element, name: str) -> list[float]:
    return [float(x) for x in element.get(f"data-{name}", "").split()]


def check(drawing: Drawing, root: Value) -> Counter[str]:
    """Hold everything that a drawing says against the graph; count what was checked."""
    svg = ET.fromstring(drawing.svg)
    parts = {e.get("id") or f"label {e.get('data-edge')}": e for e in svg.iter(f"{SVG}g")}
    known = {(v.data, v.grad) for v in topological_order(root)}
    labels = {e.get("data-edge"): e for e in svg.iter(f"{SVG}g") if "partial" in e.get("class", "").split()}
    count: Counter[str] = Counter()

    for node in drawing.picture.nodes:
        texts = {t.get("class", "").split()[-1]: (t.text or "").strip() for t in parts[node.id].iter(f"{SVG}text")}
        title = parts[node.id].findtext(f"{SVG}title") or ""
        if not node.grad:
            assert a_range(node.data) in texts.values()
            continue
        assert set(zip(node.data, node.grad)) <= known
        assert texts["data"] == a_range(node.data) and texts["grad"] == a_range(node.grad)
        assert attribute(parts[node.id], "grad") == list(node.grad)
        assert all_digits(max(node.grad)) in title and all_digits(min(node.data)) in title
        count["nodes"] += 1

    grads = {node.id: node.grad or () for node in drawing.picture.nodes}
    for edge in drawing.picture.edges:
        assert attribute(parts[edge.id], "partial") == list(edge.partials)
        if edge.id in labels:
            text = "".join(labels[edge.id].find(f"{SVG}text").itertext())
            assert text == (a_range(edge.partials) if edge.partials else f"{edge.count} edges")
        if edge.partials:
            assert len(edge.partials) == len(grads[edge.source])
            assert len(grads[edge.target]) in (1, len(edge.partials))

    for node in drawing.picture.nodes:
        out = [edge for edge in drawing.picture.edges if edge.source == node.id]
        if not out or node.kind == "constant" or not all(edge.partials for edge in out):
            continue
        for i, grad in enumerate(grads[node.id]):
            terms = [grads[edge.target][i if len(grads[edge.target]) > 1 else 0] * edge.partials[i] for edge in out]
            assert math.isclose(sum(terms), grad, rel_tol=ROUNDING, abs_tol=ROUNDING * sum(map(abs, terms)))
            count["sums"] += 1
    return count


@MANY
@given(graph=graphs(max_lines=12))
def test_in_random_graphs(graph: graphs) -> None:
    root = graph(*[Value(x) for x in graph.point])
    root.backward()
    everything = check(draw(root, level="node"), root)
    assert everything["sums"] == everything["nodes"] - 1  # all but the root
    check(draw(root, level="layer"), root)


@st.composite
def networks(choose: st.DrawFn) -> Value:
    """The cost of a random network on a few samples, with tied weights and a penalty now and then."""
    sizes = choose(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    kind = choose(st.sampled_from(["tanh", "sigmoid", "relu", "linear"]))
    last = choose(st.sampled_from(["linear", "sigmoid", "tanh", "softmax"]))
    inputs, samples = choose(st.integers(1, 2)), choose(st.integers(1, 3))
    model = nn.MLP(inputs, sizes, kind, last, seed=choose(st.integers(0, 9)), expanded=choose(st.booleans()))
    parameters = model.parameters()
    if choose(st.booleans()):
        first, *others = model.layers[0].neurons
        for neuron in others:
            neuron.w[0] = first.w[0]
    x = [[choose(st.floats(-2.0, 2.0).map(lambda x: round(x, 2))) for _ in range(inputs)] for _ in range(samples)]
    if choose(st.booleans()):
        x = [[Value(number, f"x_{k}") for k, number in enumerate(row, 1)] for row in x]
    cost = microbp.mean([losses.mse(model(row), [0.5] * sizes[-1] if sizes[-1] > 1 else 0.5) for row in x])
    return cost + losses.l2(parameters, 0.1) if choose(st.booleans()) else cost


@MANY
@given(root=networks(), pick=st.integers(0, 100))
def test_in_random_networks_at_every_level_of_folding(root: Value, pick: int) -> None:
    root.backward()
    for level in ("node", "neuron", "layer"):
        drawing = draw(root, level=level)
        check(drawing, root)
        boxes = [node.id for node in drawing.picture.nodes if node.id.startswith("g")]
        if level != "node" and boxes:
            check(draw(root, level=level, expand=[boxes[pick % len(boxes)]]), root)


def test_an_edge_between_folded_layers_is_the_derivative_of_the_whole_box() -> None:
    """The chain of the README: w = 1.2 times sigma'(z) = 0.198, not the weight alone."""
    chain = nn.Chain([0.6, 1.2, -0.8], [0.9, 0.0, 0.3], "sigmoid")
    x = Value(1.0, "x")
    cost = losses.squared_error(chain(x), 0.0)
    cost.backward()
    drawing = draw(cost, level="layer")
    assert check(drawing, cost)["sums"] >= 4
    label = {node.id: node.label for node in drawing.picture.nodes}
    found = {(label[e.source], label[e.target]): e.partials for e in drawing.picture.edges}
    assert found["layer 1", "layer 2"] == pytest.approx([1.2 * 0.198323789], rel=1e-6)
    assert "0.238" in drawing.svg


def test_what_no_single_number_says_is_left_out() -> None:
    """z is used past its activation, so that a alone does not pass on all that z does."""
    model = nn.MLP(1, [1], "tanh", "sigmoid", seed=1)
    x = Value(0.5, "x_1")
    a = model([x])
    (z,) = (node for node in topological_order(a) if node.label.startswith("z"))
    root = a * z.sin()
    root.backward()
    drawing = draw(root, level="layer")
    check(drawing, root)
    into = [edge for edge in drawing.picture.edges if edge.target == "g0" or edge.source == "n0"]
    assert len(drawing.picture.nodes) < len(topological_order(root)) and into
    assert all(not edge.partials for edge in into if edge.source == "n0")


def test_boxes_are_called_what_explain_calls_them() -> None:
    x, y = Value(2.0, "x"), Value(3.0)
    root = (x * y - x) ** 2 + y.sin()
    names = names_of(root)
    svg = ET.fromstring(draw(root).svg)
    titles = [t for t in svg.iter(f"{SVG}text") if t.get("class") == "label"]
    shown = ["".join(t.itertext()) for t in titles]
    expected = [names.label(node)[0] for node in topological_order(root)]
    assert sorted(shown) == sorted(label.replace("_{", "").replace("}", "") for label in expected)
    assert {"C", "c1", "v1"} <= set(shown) and plain("v_{1}") == "v₁"
    assert str(microbp.explain(root, x)).count("v₂")
