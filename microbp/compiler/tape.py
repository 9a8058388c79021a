"""The tape: a recorded function of one sample as plain frozen data (a Wengert list).

Legend. An argument of a row is an int or a float. A float is a constant. An int refers to a number of
the computation: ``0, 1, ...`` are the inputs, the results of the rows follow on them in order, and a negative
``~k`` is parameter k. A vector argument is a tuple of these. Rows only refer to earlier ones.

See Griewank & Walther, Evaluating Derivatives (2008), chapter 2.2.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..engine.value import Value
from ..table.op import TABLE, Op

Arg = int | float
"""A reference (int) or a constant (float)."""


class Row(NamedTuple):
    """One operation on the tape."""

    op: Op
    args: tuple[Any, ...]


class Check(NamedTuple):
    """A condition that every sample must meet, and what to say of one that does not."""

    condition: Arg
    message: str


@dataclass(frozen=True)
class Tape:
    """A function of one sample: rows in the order of computation.

    Attributes:
        inputs: how many numbers one sample gives.
        parameters: the Values it reads, parameter k at place k.
        rows: the operations.
        output: the cost.
        checks: conditions on the inputs.
    """

    inputs: int
    parameters: tuple[Value, ...]
    rows: tuple[Row, ...]
    output: Arg
    checks: tuple[Check, ...] = ()

    def number(self, j: int) -> int:
        """The int by which later rows refer to row j."""
        return self.inputs + j

    def with_rows(self, rows: Iterable[Row], output: Arg, checks: Iterable[Check]) -> Tape:
        """The same function with other rows."""
        return replace(self, rows=tuple(rows), output=output, checks=tuple(checks))

    @property
    def roots(self) -> list[Arg]:
        """What must be computed: the output and the conditions."""
        return [self.output, *(check.condition for check in self.checks)]

    def __str__(self) -> str:
        """One line per row, such as ``v5 = tanh(v4)``; x are inputs, p parameters, v results."""
        lines = [f"v{j} = {row.op.name}({', '.join(map(self._show, row.args))})" for j, row in enumerate(self.rows)]
        return "\n".join([*lines, f"cost = {self._show(self.output)}"])

    def _show(self, arg: Any) -> str:
        if isinstance(arg, tuple):
            shown = [self._show(a) for a in arg]
            return f"[{', '.join(shown if len(shown) < 9 else [*shown[:4], '...', *shown[-2:]])}]"
        if isinstance(arg, float):
            return repr(arg)
        if arg < 0:
            return f"p{~arg}"
        return f"x{arg}" if arg < self.inputs else f"v{arg - self.inputs}"


def flat(args: Iterable[Any]) -> Iterator[Arg]:
    """The arguments of a row one by one, vectors spread out."""
    for arg in args:
        if arg.__class__ is tuple:
            yield from arg
        else:
            yield arg


def _comparison(name: str, relation: Callable[[float, float], bool], sign: str) -> Op:
    """A row whose result is a condition. It stays out of the table: conditions are no numbers."""
    op = Op(name, relation, (None, None), f"{{0}} {sign} {{1}}", f"{{0}} {sign} {{1}}", level=-1)
    del TABLE[name]
    return op


LESS = _comparison("less", operator.lt, "<")
LESS_EQUAL = _comparison("less_equal", operator.le, "<=")
GREATER = _comparison("greater", operator.gt, ">")
GREATER_EQUAL = _comparison("greater_equal", operator.ge, ">=")
EQUAL = _comparison("equal", operator.eq, "==")
NOT_EQUAL = _comparison("not_equal", operator.ne, "!=")
COMPARISONS = frozenset({LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, NOT_EQUAL})
