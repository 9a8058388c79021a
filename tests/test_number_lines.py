"""Number lines: the moves are the derivatives times the nudge, and the picture shows them to scale."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microbp import Value, losses, nn, sigmoid
from microbp.errors import DomainError, InputError, InputTypeError
from microbp.viz import number_lines

SVG = "{http://www.w3.org/2000/svg}"


def neuron(w: float = 0.6) -> tuple[Value, Value]:
    """The neuron of the README, and its cost."""
    x, y, weight, b = Value(1.0, "x"), Value(0.0, "y"), Value(w, "w"), Value(0.9, "b")
    z = weight * x + b
    a = sigmoid(z)
    z.label, a.label = "z", "a"
    return (a - y) ** 2, weight


def having(svg: str, name: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter() if name in e.get("class", "").split()]


def test_every_number_of_a_neuron_has_its_line() -> None:
    cost, w = neuron()
    picture = number_lines(cost)
    assert picture.leaf is w
    assert [line.node.label for line in picture.lines] == ["w", "x", "b", "z", "a", "y", ""]
    texts = ["".join(e.itertext()) for e in having(picture.svg, "factor")]
    assert [text.partition("× ")[2] for text in texts] == ["∂z/∂w = 1", "∂a/∂z = 0.1491", "∂C/∂a = 1.635"]
    assert repr(picture) == "NumberLines(7 lines)"


def test_moves_are_products_of_derivatives_and_the_facts_are_computed_again() -> None:
    cost, w = neuron()
    picture = number_lines(cost, w, nudge=0.3)
    cost.backward()
    assert picture.lines[-1].move == pytest.approx(w.grad * 0.3, rel=1e-12)
    again, _ = neuron(0.9)
    assert picture.lines[-1].actual == pytest.approx(again.data - cost.data, rel=1e-12)
    still = [line for line in picture.lines if line.node.label in ("x", "b", "y")]
    assert all(line.move == line.actual == 0.0 and line.factor is None for line in still)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(
    weights=st.lists(st.floats(-3.0, 3.0).filter(lambda w: abs(w) > 0.05), min_size=1, max_size=4),
    which=st.integers(0, 3),
    nudge=st.floats(0.01, 1.0) | st.floats(-1.0, -0.01),
)
def test_lengths_on_the_paper_are_moves_to_one_scale(weights: list[float], which: int, nudge: float) -> None:
    chain = nn.Chain(weights, [0.1] * len(weights), "tanh")
    w = chain.weights[which % len(weights)]
    cost = losses.squared_error(chain(Value(0.7, "x")), 0.25)
    picture = number_lines(cost, w, nudge)
    cost.backward()
    moving = [line for line in picture.lines if line.node is w or line.factor is not None]
    for before, line in pairwise(moving):
        assert line.move == pytest.approx(before.move * line.factor, rel=1e-12)
    assert moving[-1].move == pytest.approx(w.grad * nudge, rel=1e-9, abs=1e-300)
    lengths = []
    for path in having(picture.svg, "move"):
        start, end = (float(x) for x in re.match(r"M([-\d.e]+) [-\d.e]+H([-\d.e]+)", path.get("d")).groups())
        lengths.append(end - start)
    unit = lengths[0] / nudge
    for length, line in zip(lengths, moving, strict=True):
        assert length == pytest.approx(line.move * unit, abs=0.01)
    width = float(ET.fromstring(picture.svg).get("width"))
    circles = [(float(c.get("cx")), float(c.get("r"))) for c in ET.fromstring(picture.svg).iter(f"{SVG}circle")]
    assert all(r <= x <= width - r for x, r in circles)


def test_without_labels_every_step_has_a_line() -> None:
    q = Value(0.5, "q")
    picture = number_lines((q * 3.0).exp())
    assert [line.factor for line in picture.lines] == [None, 3.0, pytest.approx(math.exp(1.5))]


def test_what_is_no_chain_is_refused(tmp_path: Path) -> None:
    x, other = Value(2.0, "x"), Value(1.0, "other")
    with pytest.raises(InputError, match=r"2 paths lead from x to the output.*explain\(output, leaf\)"):
        number_lines(x * x, x)
    with pytest.raises(InputError, match="no paths lead from other to the output"):
        number_lines(x.exp(), other)
    with pytest.raises(InputError, match=r"a nudge of 0\.0 moves nothing"):
        number_lines(x.exp(), x, nudge=0.0)
    with pytest.raises(InputError, match="a nudge of inf moves nothing"):
        number_lines(x.exp(), x, nudge=math.inf)
    with pytest.raises(DomainError):
        number_lines(x.log(), x, nudge=-3.0)
    with pytest.raises(InputTypeError, match="takes Values"):
        number_lines(3.0)  # type: ignore[arg-type]
    long = x
    for _ in range(20):
        long = long.sin()
    with pytest.raises(InputError, match="21 lines are no picture: give labels"):
        number_lines(long)
    with pytest.raises(InputError, match=r"end the name in \.svg"):
        number_lines(x.exp()).save(tmp_path / "lines.png")
    number_lines(x.exp()).save(tmp_path / "lines.svg")
    assert (tmp_path / "lines.svg").read_text("utf-8").startswith("<svg")


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "]]>&\"'", "\ud800", "w" * 5000])
def test_hostile_labels_are_text(label: str) -> None:
    x = Value(2.0, label)
    y = x.exp()
    y.label = label
    svg = ET.fromstring(number_lines(y.sin(), x).svg)
    assert {e.tag.removeprefix(SVG) for e in svg.iter()} <= {
        "svg", "title", "style", "rect", "g", "path", "circle", "text", "tspan",
    }  # fmt: skip
