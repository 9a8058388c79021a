"""Write rows.pyi and operators.pyi, which tell editors and type checkers what the table makes.

After a row was added to the table: ``python -m microbp.table.stub``
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import FunctionType

from . import rows
from .described import describe, parameters
from .op import Op
from .operators import BINARY, METHODS, UNARY

OPERATORS = '''"""Written by microbp.table.stub: the operators and methods that the table makes."""

from typing import Any, TypeVar, overload

from numpy.typing import NDArray
from typing_extensions import Self

from .op import Op, Operand

_A = TypeVar("_A", bound=NDArray[Any])

BINARY: dict[str, Op]
UNARY: dict[str, Op]
COMPARISONS: dict[str, Op]
METHODS: dict[str, Op]

class Operators(Operand):
    def __pos__(self) -> Self: ...
    def __round__(self, digits: None = None) -> Self: ...
    def conjugate(self) -> Self: ...
'''

ROWS = '''"""Written by microbp.table.stub: the rows of the table, with what a call of each gives.

A number gives a number, a Value gives a Value, an array gives an array.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, overload

from numpy.typing import NDArray

from .op import Op, Operand

_V = TypeVar("_V", bound=Operand)
_A = TypeVar("_A", bound=NDArray[Any])
_Number = float | Operand

class _One(Op):
    @overload
    def __call__(self, x: float, /) -> float: ...
    @overload
    def __call__(self, x: _A, /) -> _A: ...
    @overload
    def __call__(self, x: _V, /) -> _V: ...

class _Two(Op):
    @overload
    def __call__(self, x: float, y: float = ..., /) -> float: ...
    @overload
    def __call__(self, x: _A, y: _A | _Number = ..., /) -> _A: ...
    @overload
    def __call__(self, x: _Number, y: _A, /) -> _A: ...
    @overload
    def __call__(self, x: _V, y: _V | float = ..., /) -> _V: ...
    @overload
    def __call__(self, x: float, y: _V, /) -> _V: ...

class _Three(Op):
    @overload
    def __call__(self, x: float, y: float, z: float, /) -> float: ...
    @overload
    def __call__(self, x: _A, y: _A | _Number, z: _A | _Number, /) -> _A: ...
    @overload
    def __call__(self, x: _V, y: _V | float, z: _V | float, /) -> _V: ...
    @overload
    def __call__(self, x: float, y: _V, z: _V | float, /) -> _V: ...
    @overload
    def __call__(self, x: float, y: float, z: _V, /) -> _V: ...

class _List(Op):
    @overload
    def __call__(self, xs: NDArray[Any], /) -> Any: ...
    @overload
    def __call__(self, xs: Iterable[float], /) -> float: ...
    @overload
    def __call__(self, xs: Iterable[_V], /) -> _V: ...
    @overload
    def __call__(self, x: float, /, *others: float) -> float: ...
    @overload
    def __call__(self, x: _V, /, *others: _V | float) -> _V: ...

class _Weighted(Op):
    @overload
    def __call__(self, w: Iterable[float], a: Iterable[float], b: float = ..., /) -> float: ...
    @overload
    def __call__(self, w: Iterable[_V], a: Iterable[_V] | Iterable[float], b: _V | float = ..., /) -> _V: ...
    @overload
    def __call__(self, w: Iterable[float], a: Iterable[_V], b: _V | float = ..., /) -> _V: ...

@overload
def where(condition: bool | Operand, x: float, y: float) -> float: ...
@overload
def where(condition: bool | Operand | NDArray[Any], x: _A, y: _A | _Number) -> _A: ...
@overload
def where(condition: bool | Operand | NDArray[Any], x: _Number, y: _A) -> _A: ...
@overload
def where(condition: bool | Operand, x: _V, y: _V | float) -> _V: ...
@overload
def where(condition: bool | Operand, x: float, y: _V) -> _V: ...
@overload
def log_softmax(xs: Iterable[float]) -> list[float]: ...
@overload
def log_softmax(xs: Iterable[_V]) -> list[_V]: ...
@overload
def softmax(xs: Iterable[float]) -> list[float]: ...
@overload
def softmax(xs: Iterable[_V]) -> list[_V]: ...
'''

KINDS = {1: "_One", 2: "_Two", 3: "_Three"}


def operators() -> str:
    """The text of operators.pyi."""
    lines = []
    for name in [f"__{side}{name}__" for name in BINARY for side in ("", "r")]:
        lines += ["@overload", f"def {name}(self, other: Self | float) -> Self: ...", "@overload"]
        lines += [f"def {name}(self, other: _A) -> _A: ..."]
    lines += [f"def __{name}__(self) -> Self: ..." for name in UNARY]
    for name, op in METHODS.items():
        lines.append(f"def {name}({_parameters(op)}) -> Self:")
        lines.append(f"    {_docstring(describe(op, name))}")
    return OPERATORS + "".join([_indented(line) for line in lines])


def _indented(text: str) -> str:
    return "".join([f"    {line}".rstrip() + "\n" for line in text.splitlines()])


def _docstring(text: str) -> str:
    return f'r"""{text}\n"""'


def _parameters(op: Op) -> str:
    names = [f"{name}: Self | float" for name in parameters(op)[1:]]
    for i, default in enumerate(reversed(op.defaults), 1):
        names[-i] += f" = {default!r}"
    return ", ".join(["self", *names, *["/"] * bool(names)])


def table() -> str:
    """The text of rows.pyi."""
    parts = [ROWS]
    for name, x in vars(rows).items():
        if isinstance(x, Op):
            kind = ("_Weighted" if len(x.vectors) > 1 else "_List") if x.vectors else KINDS[len(x.partials)]
            parts.append(f"{name}: {kind}\n{_docstring(describe(x))}\n")
        elif isinstance(x, FunctionType) and x.__module__ == rows.__name__ and f"def {name}(" not in ROWS:
            parts.append(f"def {name}{re.sub(chr(39), '', str(inspect.signature(x)))}: ...\n")
        elif isinstance(x, float | int):
            parts.append(f"{name}: {type(x).__name__}\n")
    return "".join(parts)


STUBS = {"rows.pyi": table, "operators.pyi": operators}


if __name__ == "__main__":
    for _name, _text in STUBS.items():
        Path(__file__).with_name(_name).write_text(_text())
