r"""Pictures for LaTeX, read as far as it takes to know that ``\input`` does no harm and says what the SVG says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from microbp import Value, draw, losses, nn, sigmoid
from microbp.inspect.labels import ACCENTS, COMMANDS
from microbp.viz import network
from microbp.viz.drawing import Drawing

OURS = {
    "usepackage", "input", "begin", "end", "definecolor", "draw", "node", "normalsize", "small", "footnotesize",
    "scriptsize", "textsf", "textit", "textbf", "text", "mathrm", "dots", "times",
}  # fmt: skip
KNOWN = OURS | set(ACCENTS) | {command[1:] for command in COMMANDS.values()}
HOSTILE = [r"\input{/etc/passwd}", r"\end{tikzpicture}", "50% of $x$", "a_{b", "}{", "&#^~\\", "\ud800", "x" * 5000, ""]
HOSTILE += [r"\write18"]


def check(tex: str) -> list[str]:
    """The statements: braces are balanced, every command is known, all ends where it began."""
    assert tex.startswith("% ") and tex.count(r"\begin{tikzpicture}") == tex.count(r"\end{tikzpicture}") == 1
    body = tex.split("\n", 1)[1]
    depth = 0
    for token in re.findall(r"\\.|[{}%$]", body, re.S):
        depth += {"{": 1, "}": -1}.get(token, 0)
        assert depth >= 0 and token != "%"
    assert depth == 0 and len(re.findall(r"(?<!\\)\$", body)) % 2 == 0
    assert set(re.findall(r"\\([A-Za-z]+)", tex)) <= KNOWN
    statements = [line for line in body.splitlines() if line.startswith((r"\draw", r"\node"))]
    assert all(line.endswith(";") for line in statements)
    return statements


def neuron() -> Value:
    w, x, b, y = (Value(number, name) for number, name in ((0.6, "w"), (1.0, "x"), (0.9, "b"), (0.0, "y")))
    cost = (sigmoid(w * x + b) - y) ** 2
    cost.backward()
    return cost


def test_a_graph_has_its_boxes_edges_and_numbers(tmp_path: Path) -> None:
    drawing = draw(neuron())
    drawing.save(tmp_path / "graph.tex")
    tex = (tmp_path / "graph.tex").read_text("utf-8")
    statements = check(tex)
    kinds = Counter("edge" if "controls" in s else "box" if "rectangle" in s else "text" for s in statements)
    assert kinds["edge"] == len(drawing.picture.edges) and kinds["box"] == len(drawing.picture.nodes)
    for text in ("$w$", "$v_{1}$", "$C$", "$0.1491$", "$-1$", r"\textsf{sigmoid}", "$0.6684$", "$2$"):
        assert f"{{{text}}}" in tex, text
    assert sum("dashed" in s and "controls" in s for s in statements) == 1  # the edge from y


def test_labels_are_formulas() -> None:
    model = nn.MLP(2, [2, 1], seed=1)
    tex = draw(losses.squared_error(model([Value(0.5, "x_1"), Value(-1.0, r"\hat{y}")]), 1.0)).tex
    check(tex)
    for label in ("$w_{12}^{(1)}$", "$a_2^{(1)}$", "$x_{1}$", r"$\hat{y}$"):
        assert label in tex
    assert r"\textit{not computed}" in tex and r"\textsf{weighted\_sum}" in tex


def test_folded_graphs(tmp_path: Path) -> None:
    model = nn.MLP(2, [3, 2], seed=1)
    total = sum((losses.squared_error(model([0.1 * k, 0.5]), [1.0, 0.0]) for k in range(1, 20)), Value(0.0))
    total.backward()
    for level in ("neuron", "layer"):
        tex = draw(total, level=level).tex
        check(tex)
        assert r"$\times$19" in tex and r"\dots" in tex


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_labels_are_text(label: str) -> None:
    x = Value(2.0, label)
    root = x * Value(3.0, label)
    root.label = label
    tex = Drawing(draw(root).picture).tex
    check(tex)
    tex.encode()
    check(network(nn.MLP(2, [2]), [0.5, 1.0], classes=[label, label]).tex)


def test_a_network_has_its_edges_discs_numbers_and_names(tmp_path: Path) -> None:
    model = nn.MLP(3, [4, 2], "sigmoid", "softmax", seed=1)
    picture = network(model, [0.5, -1.0, 0.25], classes=["cat", "dog"])
    picture.save(tmp_path / "net.tex")
    tex = (tmp_path / "net.tex").read_text("utf-8")
    statements = check(tex)
    assert sum(" -- " in s for s in statements) == 3 * 4 + 4 * 2
    assert sum("circle" in s for s in statements) == 3 + 4 + 2
    outputs = [f"{{${o.data:.4g}$}}" for o in model([0.5, -1.0, 0.25])]
    assert all(o in tex for o in outputs) and "{$-1$}" in tex and r"$\mathrm{cat}$" in tex
    assert sum("dashed" in s for s in statements) == sum(
        p.data < 0 for n, p in model.named_parameters() if "weight" in n
    )
    check(network(nn.MLP(20, [10]), [0.1] * 20).tex)
    check(network(nn.MLP(2, [1])).tex)
