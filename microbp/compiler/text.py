"""`Text`: array code as an operand. Reading a rule of the table with texts gives the text of the derivative.

A text knows how tightly it binds, and whether it has all the rows and the columns of its block or is
spread over them when the numbers come: a parameter has one column for all samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from inspect import signature
from typing import Any

from ..table import rows as ops
from ..table.op import CALL, POWER, SUM, Op, fill
from ..table.operators import Operators

HELPERS: dict[str, Op] = {}
"""The rows that generated code calls by name, because NumPy has no function of that name."""

LOOSEST = -1
"""How tightly a comparison binds."""

_INFIX = re.compile(r"\{0\} (\S+) \{1\}")
_PREFIX = re.compile(r"([^\s{}()]+ ?[^\s{}()]* ?)\{0\}")
_CALLED = re.compile(r"[a-z_][\w.]*\([^()]*\)")


class Text(Operators):
    """A piece of array code.

    Attributes:
        text: the code.
        level: how tightly it binds.
        rows: whether it has every row of its block; otherwise one for all.
        columns: whether it has a column for every sample; otherwise one for all.
        mask: for ``where(c, 1.0, 0.0)`` the condition c.
        factor: for ``2.0 * x`` the number and x; for ``-x`` the number is -1.
        divisor: for ``1.0 / x`` x.
    """

    __slots__ = ("columns", "divisor", "factor", "level", "mask", "rows", "text")

    def __init__(self, text: str, level: int = CALL, rows: bool = True, columns: bool = True) -> None:
        self.text, self.level, self.rows, self.columns = text, level, rows, columns
        self.mask: Text | None = None
        self.factor: tuple[float, Text] | None = None
        self.divisor: Text | None = None

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """The text of ``op(*args)``, with what is neutral left out."""
        args = op.complete(args)
        short = _shorter(op, args)
        if short is not None:
            return short
        rows = columns = False
        size = 0
        for a in args:
            if isinstance(a, Text):
                rows, columns = rows or a.rows, columns or a.columns
                if isinstance(a, ListText):
                    size = a.size
        code, level = _written(op, args)
        z = ListText(code, level, size, columns) if size else Text(code, level, rows, columns)
        if op is ops.choose and _is(args[1], 1.0) and _is(args[2], 0.0):
            z.mask = args[0]
        if op is ops.mul and args[0].__class__ is float:
            z.factor = (args[0], args[1])
        elif op is ops.neg:
            z.factor = (-1.0, args[0])
        elif op is ops.div and _is(args[0], 1.0):
            z.divisor = args[1]
        return z

    # fmt: off
    def __lt__(self, other: Any) -> Any: return Text.apply(ops.less, (self, other))
    def __le__(self, other: Any) -> Any: return Text.apply(ops.less_equal, (self, other))
    def __gt__(self, other: Any) -> Any: return Text.apply(ops.greater, (self, other))
    def __ge__(self, other: Any) -> Any: return Text.apply(ops.greater_equal, (self, other))
    def __eq__(self, other: Any) -> Any: return Text.apply(ops.equal, (self, other))
    def __ne__(self, other: Any) -> Any: return Text.apply(ops.not_equal, (self, other))
    # fmt: on
    __hash__ = Operators.__hash__

    def __str__(self) -> str:
        return self.text

    def like(self, text: str, level: int = CALL) -> Text:
        """Another text with the rows and columns of this one."""
        return Text(text, level, self.rows, self.columns)


class ListText(Text):
    """The entries of a list argument along the first axis: what a rule sees as ``xs``."""

    __slots__ = ("size",)
    ndim = 2  # an array, to whom asks

    def __init__(self, text: str, level: int, size: int, columns: bool) -> None:
        super().__init__(text, level, columns=columns)
        self.size = size

    def sum(self, axis: int) -> Text:
        """The sum over the entries."""
        return Text(f"sum({self.text}, axis={axis})", columns=self.columns)

    def __array__(self) -> Any:
        raise TypeError("code is no array of numbers")

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, at: slice) -> list[Text]:
        return [Text(f"{bound(self, CALL)}[{i}]", columns=self.columns) for i in range(self.size)[at]]

    def __iter__(self) -> Iterator[Text]:
        return iter(self[:])


def bound(operand: Any, least: int) -> str:
    """An operand's code, in parentheses if it binds less tightly than its place needs."""
    if isinstance(operand, Text):
        return operand.text if operand.level >= least else f"({operand.text})"
    number = float(operand)
    return f"({number!r})" if number < 0.0 and least > SUM else repr(number)


def _written(op: Op, args: Sequence[Any]) -> tuple[str, int]:
    """The code of an operation and how tightly it binds."""
    form = _form(op)
    if form == "infix":
        left, right = max(op.level, SUM), op.level + 1
        if op is ops.add or op is ops.mul:
            right = left  # a + (b + c) needs no parentheses
        elif op.level == POWER:
            left = right = CALL
        return op.text.format(bound(args[0], left), bound(args[1], right)), op.level
    if form == "prefix":
        return op.text.format(bound(args[0], op.level + 1)), op.level
    shown = [bound(a, LOOSEST) for a in args]
    if form == "call":
        return op.text.format(*shown), CALL
    HELPERS[op.name] = op
    return f"{op.name}({', '.join(shown)})", CALL


@cache
def _form(op: Op) -> str:
    """How the code of an operation is spelled; "helper" where it needs a function of its own."""
    if op.level < CALL and _INFIX.fullmatch(op.text):
        return "infix"
    if op.level < CALL and _PREFIX.fullmatch(op.text):
        return "prefix"
    return "call" if _CALLED.fullmatch(op.text) else "helper"


def _is(x: Any, number: float) -> bool:
    return x.__class__ is float and x == number


def _shorter(op: Op, args: Sequence[Any]) -> Any:
    """What an operation with a neutral argument amounts to; None if it has none."""
    if op is ops.identity or op is ops.frozen:
        return args[0]
    if op is ops.add:
        for x, y in (args, args[::-1]):
            if isinstance(y, Text) and y.factor is not None and y.factor[0] == -1.0 and isinstance(x, Text):
                return x - y.factor[1]
        return args[1] if _is(args[0], 0.0) else args[0] if _is(args[1], 0.0) else None
    if op is ops.sub:
        return -args[1] if _is(args[0], 0.0) else args[0] if _is(args[1], 0.0) else None
    if op is ops.pow and _is(args[1], 1.0):
        return args[0]
    if op is ops.mul:
        return _product(args[0], args[1]) if isinstance(args[1], Text) else _product(args[1], args[0])
    return None


def _product(x: Any, y: Text) -> Any:
    """x * y where that is shorter: x is 1, -1, 0, a mask, or 1 / something."""
    if x.__class__ is float:
        if x in (1.0, -1.0, 0.0):
            return y if x == 1.0 else -y if x == -1.0 else 0.0
        return None if y.factor is None else x * y.factor[0] * y.factor[1]
    for special, other in ((x, y), (y, x)):
        if isinstance(special, Text) and special.mask is not None:
            return ops.choose(special.mask, other, 0.0)
        if isinstance(special, Text) and special.divisor is not None:
            return other / special.divisor
    return None


def helper(op: Op) -> str:
    """The definition of a row as a function of generated code.

    >>> print(helper(ops.sigmoid))
    def sigmoid(x):
        return ...
    """
    names = list(signature(op.forward).parameters)
    if len(names) != len(op.partials):
        names = [f"x{i}" for i in range(len(op.partials))]
    return f"def {op.name}({', '.join(names)}):\n    return {fill(op.text, names)}"
