"""What a program shows: its source reads like the text, its equations and report say the same."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import pytest
from graphs import graphs
from hypothesis import given, settings

import microbp
from microbp import Op, Value, losses, nn
from microbp.cli import compile as commands
from microbp.compiler import compile

README = (Path(microbp.__file__).parent / "compiler" / "README.md").read_text()


def three_four_one(expanded: bool = False):
    model = nn.MLP(3, [4, 1], "sigmoid", "sigmoid", expanded=expanded)
    f = lambda x, y: losses.binary_cross_entropy(model(x), y)
    return compile(f, [0.0] * 3, 0.0, wrt=model.parameters())


@pytest.mark.parametrize("expanded", [False, True])
def test_the_readme_shows_the_code_of_the_3_4_1_network(expanded: bool) -> None:
    program = three_four_one(expanded)
    assert program.source.strip() in README
    if not expanded:
        assert "\n".join(str(program.tape).splitlines()[:5]) in README
        assert "\n".join(str(program.instructions).splitlines()[:6]) in README


def test_the_lines_of_the_text() -> None:
    source = three_four_one().source
    for line in ("Z1 = W1 @ A0 + b1", "A1 = sigmoid(Z1)", "Z2 = W2 @ A1 + b2", "dZ2 = A2 - Y", "dW2 = dZ2 @ A1.T / m"):
        assert f"    {line}\n" in source


def test_sigmoid_with_cross_entropy_survives_saturation() -> None:
    """The error a - y needs no division by a (1 - a), which is 0 here."""
    w = Value(1000.0)
    program = compile(lambda x, y: losses.binary_cross_entropy((w * x).sigmoid(), y), 1.0, 0.0, wrt=[w])
    cost, gradient = program.value_and_grad([1.0, -1.0, 1.0], [1.0, 0.0, 0.0])
    assert cost == pytest.approx(1000.0 / 3) and gradient == pytest.approx([1.0 / 3])


def test_the_shapes_in_the_equations_are_those_of_the_arrays() -> None:
    program = three_four_one()
    shapes = re.findall(r"^(\S+) = .* \\in \\mathbb\{R\}\^\{(\d+) \\times m\}$", program.equations, re.MULTILINE)
    assert ("Z^{[1]}", "4") in shapes and ("A^{[2]}", "1") in shapes and len(shapes) == 5


def test_report_counts() -> None:
    report = three_four_one().report()
    assert re.search(r"^parameters +21,", report, re.MULTILINE)
    assert re.search(r"^blocks +5: 2 matrix, 3 each, 0 reduce$", report, re.MULTILINE)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(graphs())
def test_every_graph_can_be_shown(graph) -> None:
    parameters = [Value(x) for x in graph.point]
    program = compile(lambda: graph(*parameters), wrt=parameters)
    for text in (program.equations, program.report(), str(program.folded)):
        assert "None" not in text
    assert program.equations.count("{") == program.equations.count("}")


def test_a_row_of_ones_own_is_compiled() -> None:
    cube = Op("cube_of_a_test", lambda x: x**3, (lambda z, x: 3.0 * x * x,), "{0} ** 3", "{0}^{3}")
    try:
        w = Value(2.0)
        program = compile(lambda x: cube(w * x) * cube(x), 1.0, wrt=[w])
        cost, gradient = program.value_and_grad([1.0, 2.0])
        assert cost == (8.0 + 64.0 * 8.0) / 2
        assert gradient.tolist() == [(12.0 + 3.0 * 4.0 * 8.0 * 8.0) / 2]
    finally:
        del microbp.table.op.TABLE["cube_of_a_test"]


def test_per_sample_gradients() -> None:
    program = three_four_one()
    X, Y = np.random.default_rng(0).normal(size=(5, 3)), np.array([0.0, 1.0, 1.0, 0.0, 1.0])
    rows = program.per_sample_grad(X, Y)
    assert rows.shape == (5, 21)
    assert rows[2] == pytest.approx(program.value_and_grad(X[2:3], Y[2:3])[1], rel=1e-15)
    assert rows.mean(axis=0) == pytest.approx(program.value_and_grad(X, Y)[1], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("show", ["source", "equations", "tape", "report"])
def test_command(show: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.json"
    nn.MLP(3, [4, 1], "sigmoid").save(path)
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(["compile", str(path), "--show", show])
    args.run(args)
    expected = {"source": "Z1 = W1 @ A0 + b1", "equations": "W^{[1]} A^{[0]}", "tape": "return v", "report": "rows"}
    assert expected[show] in capsys.readouterr().out
