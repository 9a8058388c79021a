"""Sentences of a question: words, and between dollars formulas in the names of the question.

>>> print(passage("Let $w_{1} = -1/2$.", "$z = w_{1}*x + b$", "Find $∂C/∂w_{1}$.", labels=["w_{1}", "x", "b", "z"]))
Let w₁ = -1/2.
    z = w₁ · x + b
Find ∂C/∂w₁.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ...inspect.labels import in_latex, plain
from ...inspect.notation import latex, text
from ...inspect.symbols import Formula, Name, Symbol
from ..reading import Tree, evaluate, parse, vocabulary
from ..words import Line, Math, Passage, equation

SLOPE = re.compile(r"∂(.+)/∂(.+)")
LABEL = re.compile(r"[^\W\d_]+(?:_\{[^{}]*\}|_\w+)?(?:\^\{[^{}]*\})?")
NUMBER = re.compile(r"-?[0-9.]+(?:/[0-9]+)?")


@lru_cache(maxsize=4096)
def read(formula: str, labels: tuple[str, ...]) -> Tree:
    """A formula of a question; the same ones come again with every seed."""
    return parse(formula, vocabulary(labels))


def passage(*sentences: str | Line, labels: Iterable[str]) -> Passage:
    """The sentences with their formulas."""
    known = tuple(labels)
    return Passage([line(s, known) if isinstance(s, str) else s for s in sentences])


def line(sentence: str, labels: tuple[str, ...]) -> Line:
    """One sentence: every second piece between dollars is a formula."""
    pieces = sentence.split("$")
    return [math(piece, labels) if n % 2 else piece for n, piece in enumerate(pieces) if piece]


def math(formula: str, labels: tuple[str, ...]) -> Math:
    """A formula: sides with equals signs between them, or as it stands between backticks: code."""
    if formula.startswith("`"):
        return Math(formula.strip("`"), rf"\texttt{{{formula.strip('`')}}}".replace("_", r"\_"))
    return equation(*(side(part.strip(), labels) for part in formula.split(" = ")))


def side(part: str, labels: tuple[str, ...]) -> Math:
    """One side of an equation: a derivative, a matrix, a number, a label or a formula."""
    if found := SLOPE.fullmatch(part):
        above, below = found.groups()
        return Math(
            f"∂{plain(above)}/∂{plain(below)}", rf"\frac{{\partial {in_latex(above)}}}{{\partial {in_latex(below)}}}"
        )
    if part.startswith("[["):
        rows = [[side(cell, labels) for cell in row.split(", ")] for row in part[2:-2].split("], [")]
        inner = r" \\ ".join(" & ".join(cell.latex for cell in row) for row in rows)
        shown = ", ".join(f"[{', '.join(cell.text for cell in row)}]" for row in rows)
        return Math(f"[{shown}]", rf"\begin{{pmatrix}}{inner}\end{{pmatrix}}")
    if NUMBER.fullmatch(part):
        over = re.fullmatch(r"(-?)([0-9]+)/([0-9]+)", part)
        return Math(part, rf"{over[1]}\frac{{{over[2]}}}{{{over[3]}}}" if over else part)
    if LABEL.fullmatch(part):
        return Math(plain(part), in_latex(part))
    formula = as_symbols(read(part, labels), labels)
    return Math(text(formula), latex(formula))


def with_numbers(formula: str, labels: tuple[str, ...], values: Mapping[str, Any]) -> Math:
    """A formula with the numbers put in for its names, not multiplied out."""
    found = as_symbols(read(formula, labels), labels, values)
    return Math(text(found, numbers=True), latex(found, numbers=True))


def as_symbols(tree: Tree, labels: Sequence[str], values: Mapping[str, Any] | None = None) -> Formula:
    """A formula read with symbols for its names."""
    names = {
        label: Symbol(Name(plain(label), in_latex(label), float(values[label]) if values else 0.0)) for label in labels
    }
    found = evaluate(tree, names)
    return found if isinstance(found, Symbol) else float(found)
