r"""Symbols: the table's rows read with names instead of numbers.

A rule of the table that is called with symbols answers with a formula, ``lambda z, x: z * (1.0 - z)`` with
$a \cdot \left(1 - a\right)$. No derivative is written down here a second time; what is here is how a formula is
simplified a little. `microbp.inspect.notation` writes it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from ..engine.value import Value
from ..errors import InputTypeError
from ..table import rows as ops
from ..table.op import Op
from ..table.operators import Operators


@dataclass(frozen=True)
class Name:
    """What a node is called in a terminal and in LaTeX, and its number."""

    text: str
    latex: str
    value: float


@final
class Symbol(Operators):
    """A formula: a name, an operation, or a comparison of formulas.

    Attributes:
        head: a `Name`, the `Op`, or the sign of a comparison such as ``>``.
        args: the operands; a product has as many as it needs.

    >>> from .notation import text
    >>> x = Symbol(Name("x", "x", 3.0))
    >>> text(1.0 * x + 0.0), text(2.0 * (x - 1.0) ** 1.0), text(-(-x) / x)
    ('x', '2 · (x - 1)', 'x/x')
    """

    __slots__ = ("args", "head")

    def __init__(self, head: Name | Op | str, args: Sequence[Formula] = ()) -> None:
        self.head, self.args = head, tuple(args)

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """The formula of the row, simplified where a schoolbook would not write it out."""
        flat = op.flatten(op.complete(args))
        return SIMPLER[op](*flat) if op in SIMPLER else Symbol(op, flat)

    # fmt: off
    def __lt__(self, other: Any) -> Symbol: return Symbol("<", (self, other))
    def __le__(self, other: Any) -> Symbol: return Symbol("<=", (self, other))
    def __gt__(self, other: Any) -> Symbol: return Symbol(">", (self, other))
    def __ge__(self, other: Any) -> Symbol: return Symbol(">=", (self, other))
    def __eq__(self, other: Any) -> Symbol: return Symbol("==", (self, other))  # type: ignore[override]
    def __ne__(self, other: Any) -> Symbol: return Symbol("!=", (self, other))  # type: ignore[override]
    # fmt: on
    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise InputTypeError("a rule cannot branch on a symbol with if, and, or: write where(condition, x, y)")

    def __float__(self) -> float:
        raise InputTypeError("a symbol has no number: in a rule use microbp's functions, not those of math")


Formula: TypeAlias = Symbol | float


def local_derivative(node: Value, which: int, symbol: Callable[[Value], Formula]) -> Formula:
    """The derivative of a node by its parent number ``which``, as the node's row states it.

    Args:
        node: an operation's result.
        which: the place in ``node.parents``.
        symbol: what to write for a node.

    >>> from microbp import sigmoid
    >>> from .notation import text
    >>> a = sigmoid(Value(0.0))
    >>> text(local_derivative(a, 0, lambda node: Symbol(Name("a" if node is a else "z", "", 0.0))))
    'a · (1 - a)'
    """
    assert node.op is not None  # an operation has one
    places = [i for i, a in enumerate(node.args) if isinstance(a, Value)]
    wanted = [i == places[which] for i in range(len(node.args))]
    operands = [symbol(a) if isinstance(a, Value) else a for a in node.args]
    (found,) = node.op.local_derivatives(symbol(node), operands, wanted)
    return found  # type: ignore[no-any-return]


def definition(node: Value, symbol: Callable[[Value], Formula]) -> Formula:
    """What a node is computed from: its operation with the names of its arguments."""
    assert node.op is not None
    operands = node.op.split([symbol(a) if isinstance(a, Value) else a for a in node.args])
    return Symbol.apply(node.op, operands)  # type: ignore[no-any-return]


# -- simplification: 1 x, x + 0, --x, x^1, x x, and the numbers of a product in front -----------------------


def product(x: Formula, y: Formula) -> Formula:
    """x y, the numbers multiplied out and in front, a minus sign before everything."""
    (c, xs), (d, ys) = _coefficient(x), _coefficient(y)
    if xs and len(ys) == 1 and _same_name(xs[-1], ys[0]):
        return _scaled(c * d, (*xs[:-1], Symbol(ops.square, ys)))
    return _scaled(c * d, xs + ys)


def total(terms: Iterable[Formula]) -> Formula:
    """The terms added up, those that are 0 left out."""
    found: Formula = 0.0
    for term in terms:
        found = _sum(found, term)
    return found


def weighted_sum(*flat: Formula) -> Formula:
    """w1 a1 + w2 a2 + ... + b, the sum that a neuron's row stands for."""
    weights, inputs, bias = ops.weighted_sum.split(flat)
    terms = [product(w, a) for w, a in zip(weights, inputs)] + ([] if _is(bias, 0.0) else [bias])
    return terms[0] if len(terms) == 1 else Symbol(ops.add_up, terms)


def _coefficient(x: Formula) -> tuple[float, tuple[Formula, ...]]:
    """A formula as a number times other factors."""
    if not isinstance(x, Symbol):
        return x, ()
    if x.head is ops.neg:
        c, factors = _coefficient(x.args[0])
        return -c, factors
    if x.head is ops.mul:
        first, *rest = x.args
        return (1.0, x.args) if isinstance(first, Symbol) else (first, tuple(rest))
    return 1.0, (x,)


def _scaled(c: float, factors: tuple[Formula, ...]) -> Formula:
    if c == 0.0 or not factors:
        return c
    all_factors = factors if abs(c) == 1.0 else (abs(c), *factors)
    body = all_factors[0] if len(all_factors) == 1 else Symbol(ops.mul, all_factors)
    return Symbol(ops.neg, (body,)) if c < 0.0 else body


def _negative(x: Formula) -> Formula:
    c, factors = _coefficient(x)
    return _scaled(-c, factors)


def _same_name(x: Formula, y: Formula) -> bool:
    return isinstance(x, Symbol) and isinstance(y, Symbol) and isinstance(x.head, Name) and x.head == y.head


def _is_negative(x: Formula) -> bool:
    return x.head is ops.neg if isinstance(x, Symbol) else x < 0.0


def _is(x: Formula, number: float) -> bool:
    return not isinstance(x, Symbol) and x == number


def _sum(x: Formula, y: Formula) -> Formula:
    if _is(x, 0.0) or _is(y, 0.0):
        return y if _is(x, 0.0) else x
    return Symbol(ops.sub, (x, _negative(y))) if _is_negative(y) else Symbol(ops.add, (x, y))


def _difference(x: Formula, y: Formula) -> Formula:
    if _is(x, 0.0) or _is(y, 0.0):
        return _negative(y) if _is(x, 0.0) else x
    return Symbol(ops.add, (x, _negative(y))) if _is_negative(y) else Symbol(ops.sub, (x, y))


def _quotient(x: Formula, y: Formula) -> Formula:
    if _is_negative(x) or _is_negative(y):
        over = _quotient(_negative(x) if _is_negative(x) else x, _negative(y) if _is_negative(y) else y)
        return over if _is_negative(x) and _is_negative(y) else _negative(over)
    return x if _is(y, 1.0) or _is(x, 0.0) else Symbol(ops.div, (x, y))


def _power(x: Formula, y: Formula) -> Formula:
    if _is(y, 0.0) or _is(y, 1.0):
        return 1.0 if _is(y, 0.0) else x
    return Symbol(ops.square, (x,)) if _is(y, 2.0) else Symbol(ops.pow, (x, y))


SIMPLER: dict[Op, Callable[..., Formula]] = {
    ops.add: _sum,
    ops.sub: _difference,
    ops.mul: product,
    ops.div: _quotient,
    ops.pow: _power,
    ops.neg: _negative,
    ops.weighted_sum: weighted_sum,
    ops.identity: lambda x: x,
    ops.frozen: lambda x: x,
}
