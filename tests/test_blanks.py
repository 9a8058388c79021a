"""Graphs to fill in: what is asked is nowhere in the file, what is given is."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from graphs import Graph, graphs
from hypothesis import given, settings

from microbp import Value, draw, nn, sigmoid
from microbp.engine.graph import leaves, topological_order
from microbp.viz.blanks import blanked
from microbp.viz.drawing import Drawing
from microbp.viz.figures import figure, full
from microbp.viz.picture import Picture

SVG = "{http://www.w3.org/2000/svg}"
NUMBERS = ("data-data", "data-grad", "data-partial")  # attributes that programs read
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def recorded(graph: Graph) -> Value:
    """The graph after a backward pass, its nodes named by letters alone."""
    root = graph(*(Value(x) for x in graph.point))
    for n, node in enumerate(topological_order(root)):
        node.label = LETTERS[n // 26] + LETTERS[n % 26]
    root.backward()
    return root


def told(svg: str) -> list[str]:
    """Every text, title and number attribute of a picture, without the picture's own title and style."""
    root = ET.fromstring(svg)
    inner = [element for group in root.findall(f"{SVG}g") for element in group.iter()]
    found = ["".join(e.itertext()) for e in inner if e.tag in (f"{SVG}text", f"{SVG}title")]
    return found + [e.attrib[name] for e in inner for name in NUMBERS if name in e.attrib]


def digits(texts: list[str]) -> set[str]:
    """The numbers in texts, without their signs; no part of a name such as log10."""
    number = r"(?<![a-zA-Z\d.])\d[\d.]*(?:e-?\d+)?"
    return {found for text in texts for found in re.findall(number, text.replace("−", "-"))}


def shown(numbers: list[float]) -> set[str]:
    """The ways in which these numbers are written."""
    return digits([text for x in numbers for text in (figure(x), full(x), repr(x))])


def numbers_given(root: Value) -> list[float]:
    """The leaves' numbers and the constants'."""
    nodes = topological_order(root)
    constants = [x for node in nodes if node.op for x in node.args if not isinstance(x, Value)]
    return [*(x.data for x in leaves(root)), *constants]


def written(drawing: Drawing) -> tuple[str, str, str]:
    return drawing.svg, drawing.tex, drawing.dot.source


def other_answers(picture: Picture) -> Picture:
    """The same picture with other numbers wherever they follow from what is given."""
    nodes = [
        replace(
            node,
            data=node.data if node.given else tuple(-1e5 * x - 1.2345 for x in node.data),
            grad=node.grad and tuple(-1e5 * x - 1.2345 for x in node.grad),
        )
        for node in picture.nodes
    ]
    edges = [replace(edge, partials=tuple(-1e5 * x - 1.2345 for x in edge.partials)) for edge in picture.edges]
    return replace(picture, nodes=tuple(nodes), edges=tuple(edges))


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_only_the_numbers_that_are_given_are_in_the_file(graph: Graph) -> None:
    root = recorded(graph)
    drawing = draw(root, blank=True)
    allowed = shown(numbers_given(root))
    assert digits(told(drawing.svg)) <= allowed
    contents = re.findall(r"\$([^$]*)\$", drawing.tex)
    texts = [text for text in contents if not re.fullmatch(r"[a-z]+", text)]
    assert digits([text.replace(r"\mathrm{e}{", "e").rstrip("}") for text in texts]) <= allowed
    for x in leaves(root):
        assert any(f'data-data="{x.data!r}"' in line and f">{x.label}" in line for line in drawing.svg.splitlines())
        assert figure(x.data).replace("−", "-").partition("e")[0] in drawing.tex


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_nothing_in_the_file_depends_on_an_answer(graph: Graph) -> None:
    root = recorded(graph)
    full_picture = draw(root).picture
    assert written(draw(root, blank=True)) == written(Drawing(blanked(other_answers(full_picture))))
    for node in topological_order(root):
        node.grad = 0.0  # as before a backward pass
    assert written(draw(root, blank=True)) == written(Drawing(blanked(full_picture)))


def neuron() -> tuple[Value, Value]:
    w, x, b = Value(0.61, "w"), Value(2.23, "x"), Value(-3.017, "b")
    z = w * x + b
    z.label = "z"
    cost = (sigmoid(z) - 1.0) ** 2
    cost.backward()
    return cost, w


def test_every_number_has_a_place() -> None:
    cost, w = neuron()
    for highlight in (None, w):
        drawing = draw(cost, highlight, blank=True)
        values = [node for node in drawing.picture.nodes if node.kind != "constant"]
        assert drawing.svg.count('class="blank data"') == sum(not node.given for node in values) == 5
        assert drawing.svg.count('class="blank grad"') == len(values) == 8
        edges = sum(not edge.constant for edge in drawing.picture.edges)
        assert drawing.svg.count('class="paper blank"') == drawing.tex.count("minimum width") == edges == 7
        assert sum(line.startswith(r"\draw[mbpmuted, dotted]") for line in drawing.tex.splitlines()) == 5 + 8
        assert drawing.svg.count('class="mark"') == (5 if highlight else 0)
    assert "add z" not in drawing.svg and "operation z = add: data to fill in, grad to fill in" in drawing.svg
    assert "∂z/∂b to fill in" in drawing.svg


@pytest.mark.parametrize("level", ["node", "neuron", "layer"])
def test_a_folded_network(level: str) -> None:
    model = nn.MLP(2, [2, 1], seed=1)
    output = model([0.3125, 0.71875])
    output = output[0] if isinstance(output, list) else output
    output.backward()
    drawing, whole = draw(output, level=level, blank=True), draw(output, level=level)
    assert drawing.folded == whole.folded
    assert written(drawing) == written(Drawing(blanked(other_answers(whole.picture))))
    computed = [node for node in topological_order(output) if node.op]
    hidden = {full(node.data) for node in computed} | {full(node.grad) for node in computed if node.grad != 1.0}
    hidden -= {full(x) for x in numbers_given(output)}  # a weight is the grad of the activation that it multiplies
    assert not [text for text in hidden if text in drawing.svg] and figure(output.data) not in told(drawing.svg)
    assert "0.3125" in digits(told(drawing.svg))


def test_a_leaf_alone_keeps_its_number() -> None:
    svg = draw(Value(2.75, "x"), blank=True).svg
    assert 'data-data="2.75"' in svg and svg.count('class="blank ') == 1


def test_files(tmp_path: Path) -> None:
    drawing = draw(neuron()[0], blank=True)
    for ending in ("svg", "tex", "dot"):
        drawing.save(tmp_path / f"x.{ending}")
        text = (tmp_path / f"x.{ending}").read_text("utf-8")
        assert "0.61" in text and "0.7053" not in text and "0.5039" not in text  # C, and its derivative by w
