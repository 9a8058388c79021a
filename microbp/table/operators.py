"""The operators and NumPy's method names, for every kind of operand at once.

A kind (the engine's Value, a symbol, a traced row) inherits `Operators` and says in `apply` what an
operation does; its operators and methods are nothing but calls of the rows, and are made from the table here.
NumPy finds the methods by their names: ``np.exp(array_of_values)`` calls ``.exp()`` on every entry.

What the class has is listed in operators.pyi, for editors and type checkers; `microbp.table.stub` writes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import InputTypeError
from . import rows as ops
from .op import COMPARE, TABLE, Op, Operand

BINARY = {
    "add": ops.add, "sub": ops.sub, "mul": ops.mul, "truediv": ops.div, "mod": ops.mod, "pow": ops.pow,
    "floordiv": ops.floor_divide,
}  # fmt: skip
UNARY = {"neg": ops.neg, "abs": ops.absolute, "floor": ops.floor, "ceil": ops.ceil}
COMPARISONS = {
    "__lt__": ops.less, "__le__": ops.less_equal, "__gt__": ops.greater, "__ge__": ops.greater_equal,
    "__eq__": ops.equal, "__ne__": ops.not_equal,
}  # fmt: skip
"""The rows that Python has an operator for, by the name of its method. Every kind has comparisons of its own."""

_OTHERWISE = {*BINARY.values(), ops.neg, ops.identity, ops.frozen, ops.choose}
METHODS = {
    op.name: op
    for op in TABLE.values()
    if not op.vectors and op.level != COMPARE and op.partials[0] != op.no_derivative and op not in _OTHERWISE
}
METHODS |= {"fabs": ops.absolute, "round": ops.rint}
"""The rows that are methods of their first argument."""


class Operators(Operand):
    """``+ - * / // % ** abs round`` and the functions of numbers, as methods."""

    __slots__ = ()

    def __pos__(self) -> Any:
        return self

    def __round__(self, digits: int | None = None) -> Any:
        """The nearest whole number, as an operand; of two the even one. The derivative is 0."""
        if digits is not None:
            raise InputTypeError("round takes no digits here: scale before and after, as in round(100.0 * x) / 100.0")
        return self.apply(ops.rint, (self,))

    def conjugate(self) -> Any:
        """The number itself: np.var and np.vdot ask for it."""
        return self


def _operator(op: Op) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """``x + y``, and the same where only y knows how."""
    return lambda x, y: x.apply(op, (x, y)), lambda y, x: y.apply(op, (x, y))


def _method(op: Op) -> Callable[..., Any]:
    if len(op.partials) == 1:
        return lambda x: x.apply(op, (x,))
    return lambda x, *others: op(x, *others)


for _name, _op in BINARY.items():
    for _side, _call in zip(("", "r"), _operator(_op)):
        setattr(Operators, f"__{_side}{_name}__", _call)
for _name, _op in UNARY.items():
    setattr(Operators, f"__{_name}__", _method(_op))
for _name, _op in METHODS.items():
    setattr(Operators, _name, _method(_op))
