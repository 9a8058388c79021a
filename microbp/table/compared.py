"""Operands whose comparisons are operations like any other, rows of the table."""

from __future__ import annotations

from numbers import Real
from typing import Any

from . import rows as ops
from .op import Op, Operand
from .operators import Operators


class Compared(Operators):
    """Operators, and comparisons that `apply` is given too."""

    __slots__ = ()

    def _compared(self, op: Op, other: Any) -> Any:
        return self.apply(op, (self, other)) if isinstance(other, Operand | Real) else NotImplemented

    # fmt: off
    def __lt__(self, other: Any) -> Any: return self._compared(ops.less, other)
    def __le__(self, other: Any) -> Any: return self._compared(ops.less_equal, other)
    def __gt__(self, other: Any) -> Any: return self._compared(ops.greater, other)
    def __ge__(self, other: Any) -> Any: return self._compared(ops.greater_equal, other)
    def __eq__(self, other: Any) -> Any: return self._compared(ops.equal, other)
    def __ne__(self, other: Any) -> Any: return self._compared(ops.not_equal, other)
    # fmt: on
    __hash__ = Operators.__hash__
