r"""Recognise: sigmoid followed by binary cross-entropy, the pair whose error is $a - y$.

The chain rule row by row gives $\left(-\frac{y}{a} + \frac{1-y}{1-a}\right) a (1-a)$, which divides by what it then
multiplies with: at a saturated output that is 0/0. Taken together the pair has the derivative $a - y$ by its weighted
input, and the cost, computed from the weighted input, never takes the logarithm of 0.
See M. Nielsen, Neural Networks and Deep Learning, chapter 3, equations 57 to 61.
"""

from __future__ import annotations

from typing import Any

from ..table import rows as ops
from ..table import stable as special
from ..table.op import TABLE, Op
from .fold import alive
from .tape import Arg, Row, Tape

BCE = Op(
    "bce",
    lambda z, a, y: y * special.softplus(-z) + (1.0 - y) * special.softplus(z),
    (lambda c, z, a, y: a - y, 0.0, None),  # by z, through a; y is data
    "{2} * logaddexp(0.0, -{0}) + (1.0 - {2}) * logaddexp(0.0, {0})",
    r"-\left({2} \ln {1} + (1 - {2}) \ln(1 - {1})\right)",
)
del TABLE["bce"]  # it takes a weighted input and its own sigmoid: only this pass writes it


def recognise(tape: Tape) -> Tape:
    """The tape with ``-(y log a + (1 - y) log(1 - a))``, where ``a = sigmoid(z)``, as one row."""
    rows = [_pair(tape, row) or row for row in tape.rows]
    return alive(tape.with_rows(rows, tape.output, tape.checks)) if rows != list(tape.rows) else tape


def _pair(tape: Tape, row: Row) -> Row | None:
    """The row for both, if this one is the end of the pair."""

    def parts(op: Op, arg: Any) -> tuple[Any, ...] | None:
        known = arg.__class__ is int and arg >= tape.inputs and tape.rows[arg - tape.inputs]
        return known.args if known and known.op is op else None

    def logarithm(arg: Arg) -> tuple[Arg, Arg] | None:
        """Weight and argument of a weighted logarithm."""
        factors = parts(ops.mul, arg)
        inner = factors and parts(ops.log, factors[1])
        return (factors[0], inner[0]) if factors and inner else None

    terms = parts(ops.add, row.args[0]) if row.op is ops.neg else None
    if not terms:
        return None
    first, second = map(logarithm, terms)
    if not first or not second:
        return None
    (y, a), (rest, other) = first, second
    z = parts(ops.sigmoid, a)
    is_data = y.__class__ is float or 0 <= y < tape.inputs
    if z and is_data and parts(ops.sub, rest) == (1.0, y) and parts(ops.sub, other) == (1.0, a):
        return Row(BCE, (z[0], a, y))
    return None
