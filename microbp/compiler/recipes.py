"""Recipes: a row of the table as the functions of NumPy that compute it, one after the other.

The text of the row is read with operands that note what is called, so that every step can write into memory
that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from ..table.compared import Compared
from ..table.op import TABLE, Op
from .libraries import numpy_library


class Step(NamedTuple):
    """One call. Its arguments are numbers, arrays, or `Noted`: the row's arguments and earlier results."""

    form: str
    f: Any
    args: tuple[Any, ...]


class Recipe(NamedTuple):
    """The calls in order, and the result: of the last of them, or an argument as it is."""

    steps: tuple[Step, ...]
    result: Noted


class Noted(Compared):
    """An operand that notes what is done to it: argument or step number ``place``."""

    __slots__ = ("place", "steps")

    def __init__(self, steps: list[Step], place: int) -> None:
        self.steps, self.place = steps, place

    def note(self, form: str, f: Any, args: Sequence[Any]) -> Noted:
        """The result of a call, a new step; arguments are counted below 0."""
        self.steps.append(Step(form, f, tuple(args)))
        return Noted(self.steps, len(self.steps) - 1)

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """One of Python's operators, or a NumPy function by the table's name."""
        return numpy_calls()[_OPERATORS.get(op.name, op.name)](*args)


_OPERATORS = {
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "mod": "remainder",
    "pow": "power",
    "neg": "negative",
}
FAST_POWERS = {2.0: "square", 0.5: "sqrt", -1.0: "reciprocal"}
"""What NumPy makes of ``x ** 2.0``, ``x ** 0.5`` and ``x ** -1.0``."""


class _Calls(dict[str, Any]):
    """NumPy's names, with functions that note their calls."""

    def __missing__(self, name: str) -> Any:
        import numpy as np

        if name == "where":
            return _noting("where", np.where)
        if name == "clip":
            return lambda x, lo, hi: self["minimum"](self["maximum"](x, lo), hi)
        if name == "power":
            return lambda x, y: self[FAST_POWERS[y]](x) if y in FAST_POWERS else _noting("each", np.power)(x, y)
        whole = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}.get(name)
        if whole is not None:
            return _noting("reduce", whole, keywords=True)
        if name == "mean":
            return _noting("mean", np.add, keywords=True)
        f = getattr(np, name, None)
        if isinstance(f, np.ufunc) and f.nout == 1 and f.signature is None:
            return _noting("each", f)
        if f is None and name in TABLE:
            return _noting("call", numpy_library()[name])
        return f


@cache
def numpy_calls() -> _Calls:
    """The names that the text of a row is read with."""
    return _Calls()


class _noting:  # a function with a method: np.logaddexp and np.logaddexp.reduce
    def __init__(self, form: str, f: Any, keywords: bool = False) -> None:
        self.form, self.f, self.keywords = form, f, keywords

    def __call__(self, *args: Any, axis: int | None = None) -> Any:
        first = next((a for a in args if isinstance(a, Noted)), None)
        if first is None:
            return self.f(*args)
        if self.keywords != (axis == 0) or (self.keywords and len(args) > 1):
            raise TypeError("no call that can be noted")
        return first.note(self.form, self.f, args)

    def reduce(self, x: Any, axis: int) -> Any:
        return _noting("reduce", self.f, keywords=True)(x, axis=axis)


@cache
def recipe(op: Op, exponent: float | None = None) -> Recipe | None:
    """The calls that compute a row, or None where its text does something else; a fixed exponent chooses the call."""
    steps: list[Step] = []
    args: list[Any] = [Noted(steps, ~k) for k in range(len(op.partials))]
    if exponent is not None:
        args[1] = exponent
    try:
        found = op.reading(numpy_calls())(*args)
    except (TypeError, AttributeError, KeyError, ValueError, IndexError):  # whatever a text may do
        return None
    return Recipe(tuple(steps), found) if isinstance(found, Noted) else None
