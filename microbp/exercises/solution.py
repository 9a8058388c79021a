"""What an exercise says: the question, the hints, the worked solution. The formulas are read from the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..engine.value import Value
from ..inspect.notation import latex, text
from ..inspect.paths import Edge
from ..inspect.symbols import definition
from .words import Line, Math, Passage, added, equation, listed, multiplied, number

if TYPE_CHECKING:
    from .exercise import Exercise


def given(exercise: Exercise) -> list[Line]:
    """The leaves' numbers, and the operations line by line."""
    numbers = [[equation(_name(exercise, x), number(exercise.graph.data[x]))] for x in exercise.graph.leaves]
    return [["Let ", *listed(numbers), "."], *([_line(exercise, node)] for node in exercise.graph.lines)]


def asked(parts: Sequence[Exercise]) -> Line:
    """What to find, in one graph."""
    return ["Find ", *listed([[derivative(part)] for part in parts]), "."]


def derivative(exercise: Exercise) -> Math:
    """∂C/∂w, or dC/dw where ∂C/∂w is the local derivative of the direct use."""
    symbol = exercise.derivation.symbol
    d = "d " if symbol.startswith("d") else r"\partial "
    above, below = _name(exercise, exercise.output), _name(exercise, exercise.leaf)
    return Math(symbol, rf"\frac{{{d}{above.latex}}}{{{d}{below.latex}}}")


def hints(exercise: Exercise) -> tuple[Passage, Passage, Passage]:
    """The paths; the local derivatives on them; the products, not yet multiplied out."""
    paths, edges = exercise.paths, exercise.edges
    leaf, output = _name(exercise, exercise.leaf), _name(exercise, exercise.output)
    several = len(paths) > 1
    ways = f"there are {len(paths)} paths" if several else "there is one path"
    multiply = "Multiply along each path, and add up the products:" if several else "Multiply them:"
    return (
        Passage([["From ", leaf, " to ", output, f" {ways}:"], *([_route(exercise, path)] for path in paths)]),
        Passage([["The local derivatives on the way:"], *([equation(*_local(exercise, edge))] for edge in edges)]),
        Passage([[multiply], *([_product(exercise, path)] for path in paths)]),
    )


def solution(exercise: Exercise) -> Passage:
    """Forward the values, then every local derivative, then the sum over paths."""
    values = [[equation(_line(exercise, node), number(exercise.graph.data[node]))] for node in exercise.graph.lines]
    local = [[equation(*_local(exercise, edge), number(exercise.graph.factors[edge]))] for edge in exercise.edges]
    lines: list[Line] = [["The values, forward:"], *values, ["The local derivatives:"], *local]
    symbol, answer = derivative(exercise), number(exercise.answer)
    if len(exercise.paths) == 1:
        (path,) = exercise.paths
        lines.append(["Their product along the path ", _route(exercise, path), ":"])
        return Passage([*lines, [equation(symbol, _product(exercise, path), answer)]])
    products = [exercise.graph.product(path) for path in exercise.paths]
    lines.append([f"Their products along the {len(products)} paths:"])
    for path, product in zip(exercise.paths, products):
        lines.append([_route(exercise, path), ":  ", equation(_product(exercise, path), number(product))])
    return Passage([*lines, ["Their sum:"], [equation(symbol, added(products), answer)]])


def _name(exercise: Exercise, node: Value) -> Math:
    name = exercise.derivation.names[node]
    return Math(name.text, name.latex)


def _line(exercise: Exercise, node: Value) -> Math:
    """z = w · x + b, of one operation."""
    formula = definition(node, exercise.derivation.names.symbol)
    return equation(_name(exercise, node), Math(text(formula), latex(formula)))


def _local(exercise: Exercise, edge: Edge) -> tuple[Math, Math]:
    """The symbol and the formula of a local derivative."""
    found = exercise.factor(edge)
    return Math(found.symbol, found.symbol_latex), Math(found.text, found.latex)


def _product(exercise: Exercise, path: Sequence[Edge]) -> Math:
    return multiplied([exercise.graph.factors[edge] for edge in path])


def _route(exercise: Exercise, path: Sequence[Edge]) -> Math:
    names = [_name(exercise, node) for node in (path[0].parent, *(edge.node for edge in path))]
    return Math(" → ".join(name.text for name in names), r" \to ".join(name.latex for name in names))
