r"""Recognise: sigmoid followed by binary cross-entropy, the pair whose error is $a - y$.

The chain rule row by row gives $\left(-\frac{y}{a} + \frac{1-y}{1-a}\right) a (1-a)$, which divides by what it then
multiplies with: at a saturated output that is 0/0. Taken together the pair has the derivative $a - y$ by its weighted
input, and the cost, computed from the weighted input, never takes the logarithm of 0.
See M. Nielsen, Neural Networks and Deep Learning, chapter 3, equations 57 to 61.
"""

from __future__ import annotations

from typing import Any

from ..engine.tape import Constant, Entry, Input, Row, Tape
from ..table import rows as ops
from ..table import stable as special
from ..table.op import TABLE, Op
from .fold import alive


class _Own(Op):
    """A row that only this pass writes: it takes a weighted input and its own sigmoid."""

    __slots__ = ()

    def __reduce__(self) -> str:  # type: ignore[override]
        return "BCE"


BCE = _Own(
    "bce",
    lambda z, a, y: y * special.softplus(-z) + (1.0 - y) * special.softplus(z),
    (lambda c, z, a, y: a - y, 0.0, None),  # by z, through a; y is data
    "{2} * logaddexp(0.0, -{0}) + (1.0 - {2}) * logaddexp(0.0, {0})",
    r"-\left({2} \ln {1} + (1 - {2}) \ln(1 - {1})\right)",
)
del TABLE["bce"]


def recognise(tape: Tape) -> Tape:
    """The tape with ``-(y log a + (1 - y) log(1 - a))``, where ``a = sigmoid(z)``, as one row."""
    pairs = {i: row for i, entry in enumerate(tape.entries) if (row := _pair(tape, entry))}
    if not pairs:
        return tape
    entries: Any = tape.entries
    return alive(tape.rewritten(lambda draft, new, i: draft.moved(pairs.get(i) or entries[i], new)))


def _pair(tape: Tape, entry: Entry) -> Row | None:
    """The row for both, if this one is the end of the pair."""
    if entry.__class__ is not Row or entry.op is not ops.neg:
        return None
    entries = tape.entries

    def parts(op: Op, i: int) -> tuple[int, ...] | None:
        known = entries[i]
        return known.args if isinstance(known, Row) and known.op is op else None

    def logarithm(i: int) -> tuple[int, int] | None:
        """Weight and argument of a weighted logarithm."""
        factors = parts(ops.mul, i)
        inner = factors and parts(ops.log, factors[1])
        return (factors[0], inner[0]) if factors and inner else None

    def rest_of(i: int, x: int) -> bool:
        """Whether an entry is 1 - x."""
        difference = parts(ops.sub, i)
        return difference is not None and entries[difference[0]] == Constant(1.0) and difference[1] == x

    terms = parts(ops.add, entry.args[0])
    if terms is None:
        return None
    first, second = map(logarithm, terms)
    if not first or not second:
        return None
    (y, a), (rest, other) = first, second
    z = parts(ops.sigmoid, a)
    if z and isinstance(entries[y], Constant | Input) and rest_of(rest, y) and rest_of(other, a):
        return Row(BCE, (z[0], a, y))
    return None
