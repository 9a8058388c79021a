"""Write operators.pyi, which tells editors and type checkers the methods that the table makes.

After a row was added to the table: ``python -m microbp.table.stub``
"""

from __future__ import annotations

from pathlib import Path

from .op import Op
from .operators import BINARY, METHODS, UNARY

HEAD = '''"""Written by microbp.table.stub: the operators and methods that the table makes."""

from typing import Any

from typing_extensions import Self

from .op import Op, Operand

BINARY: dict[str, Op]
UNARY: dict[str, Op]
COMPARISONS: dict[str, Op]
METHODS: dict[str, Op]

class Operators(Operand):
    def __pos__(self) -> Self: ...
    def conjugate(self) -> Self: ...
'''


def stub() -> str:
    """The text of the file."""
    names = [f"__{side}{name}__(self, other: Any) -> Self" for name in BINARY for side in ("", "r")]
    names += [f"__{name}__(self) -> Self" for name in UNARY]
    names += [
        f"{name}({_parameters(op)}) -> {'Self' if len(op.partials) == 1 else 'Any'}" for name, op in METHODS.items()
    ]
    return HEAD + "".join([f"    def {name}: ...\n" for name in names])


def _parameters(op: Op) -> str:
    others = len(op.partials) - 1
    names = [("other",), ("second", "third")][others > 1][:others]
    given = [f"{name}: Any" for name in names]
    for i, default in enumerate(reversed(op.defaults), 1):
        given[-i] += f" = {default!r}"
    return ", ".join(["self", *given])


if __name__ == "__main__":
    Path(__file__).with_name("operators.pyi").write_text(stub())
