"""What a traced function computes with: operands that write down what is done to them, and answer nothing else.

A `Traced` has no number. Whatever asks for one is refused, with the line of the user's code that asked and the
cure: a function that looked at the number would go another way for another sample. The refusal is kept by the
recorder, and raised at the end of the trace if the function swallowed it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from linecache import getline
from pathlib import Path
from sysconfig import get_paths
from traceback import walk_tb
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from ..engine.value import Value
from ..table import rows as ops
from ..table.compared import Compared
from ..table.op import Op

if TYPE_CHECKING:
    from .trace import Recorder

PACKAGE = str(Path(__file__).parents[1])
INSTALLED = (*{get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}, "<frozen", "<__array")


class Traced(Compared):
    """The result of a row, or an input.

    Attributes:
        recorder: who writes the rows down.
        entry: the number of the entry on the tape.
        label: as a Value's; it has no effect.
    """

    __slots__ = ("entry", "label", "recorder")
    recorder: Recorder
    entry: int
    label: str

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """Write the row down: the result of ``op(*args)``."""
        flat = op.flatten(op.complete(args))
        first: Traced = next(a for a in flat if isinstance(a, Traced))
        return first.recorder.record(op, flat)

    def __hash__(self) -> int:
        self.recorder.refuse(
            "a traced value is hashed, as a key of a dict or an element of a set",
            "use where(x == key, value, ...), or pass what you look up as an input",
        )

    def __repr__(self) -> str:
        if not sys._getframe(1).f_code.co_filename.startswith(PACKAGE):  # it is not for an error message of ours
            self.recorder.refuse("a traced value is printed or made a text", NO_TEXT)
        return "<traced value>"

    def __getattr__(self, name: str) -> Any:
        if name in _ANSWERS:
            return _ANSWERS[name](self)
        if name in _QUESTIONS:
            self.recorder.refuse(f".{name} of a traced value is asked for", NO_NUMBER)
        raise AttributeError(f"a traced value has no attribute {name!r}")

    def __setattr__(self, name: str, x: object) -> None:
        if name != "label":
            self.recorder.refuse(f".{name} of a traced value is set", "inputs and parameters change between calls only")
        object.__setattr__(self, name, x)

    def __round__(self, digits: int | None = None) -> Any:
        if digits is not None:
            self.recorder.refuse("a traced value is rounded to decimal places", NO_STEP)
        return self.apply(ops.rint, (self,))

    def __copy__(self) -> Traced:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Traced:
        return self


class Condition(Traced):
    """A comparison: 1.0 where it holds, else 0.0. `where` takes it, and arithmetic; a Python ``if`` cannot."""

    __slots__ = ()

    def require(self, message: str) -> None:
        """Have the program raise this for samples that do not meet the condition."""
        self.recorder.require(self, message)

    def _with(self, other: Any, op: Op, sign: str) -> Any:
        if not isinstance(other, Condition | bool):
            self.recorder.refuse(f"{sign} of a condition with {type(other).__name__}", "combine conditions only")
        return self.recorder.condition(op, (self, other))

    # fmt: off
    def __and__(self, other: Any) -> Any: return self._with(other, ops.mul, "&")
    def __or__(self, other: Any) -> Any: return self._with(other, ops.maximum, "|")
    def __xor__(self, other: Any) -> Any: return self._with(other, ops.not_equal, "^")
    # fmt: on
    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__


def operand(recorder: Recorder, entry: int, kind: type[Traced] = Traced) -> Any:
    """The operand that stands for an entry of the tape."""
    found = _new(kind)
    _set_recorder(found, recorder)
    _set_entry(found, entry)
    _set_label(found, "")
    return found


_new = object.__new__
_set_recorder, _set_entry, _set_label = (Traced.__dict__[name].__set__ for name in ("recorder", "entry", "label"))


USE_WHERE = "use where(condition, x, y), maximum, minimum or clip, which choose anew for every sample"
NO_NUMBER = "a traced value has no number: compute with it, or pass the number as an input"
NO_TEXT = "a traced value has no number to show: use fit(..., eager=True), or print outside the function"
NO_INDEX = "pass the choice one-hot and take a weighted sum, or use where(x == k, ..., ...)"
NO_STEP = "use round, floor, ceil, x // y or x % y, or pass the rounded number as an input"
NO_BITS = "pass the result as an input; conditions of traced values can be combined with & and |"

_REFUSED = {
    "bool": ("a Python `if`, `and`, `or`, `not`, `in`, max() or min() looks at a traced value", USE_WHERE),
    "float": ("float() or a function of `math` takes the number of a traced value", NO_NUMBER),
    "complex": ("complex() takes the number of a traced value", NO_NUMBER),
    "int": ("int() takes the number of a traced value", NO_NUMBER),
    "index": ("a traced value is used as an index or a count", NO_INDEX),
    "str": ("a traced value is printed or made a text", NO_TEXT),
    "format": ("a traced value is printed or made a text", NO_TEXT),
    "bytes": ("a traced value is made bytes", NO_NUMBER),
    "reduce_ex": ("a traced value is pickled", NO_NUMBER),
    **dict.fromkeys(("divmod", "rdivmod"), ("divmod() rounds a traced value", NO_STEP)),
    "trunc": ("a traced value is rounded towards 0", NO_STEP),
    **dict.fromkeys(
        ("and", "rand", "or", "ror", "xor", "rxor", "invert", "lshift", "rlshift", "rshift", "rrshift"),
        ("the bits of a traced value are asked for", NO_BITS),
    ),
}


def _refusal(what: str, cure: str) -> Callable[..., NoReturn]:
    def refuse(self: Traced, *_: Any) -> NoReturn:
        self.recorder.refuse(what, cure)

    return refuse


for _name, _reason in _REFUSED.items():
    setattr(Traced, f"__{_name}__", _refusal(*_reason))

_ANSWERS: dict[str, Callable[[Traced], Any]] = {
    "real": lambda x: x,
    "imag": lambda x: 0.0,
    "conjugate": lambda x: lambda: x,
    "detach": lambda x: lambda: Traced.apply(ops.frozen, (x,)),
}
"""Attributes that numbers and Values have, and a traced value too."""

_QUESTIONS = {name for kind in (int, float, Value) for name in dir(kind) if name[0] != "_"}
"""Attributes that numbers and Values have. Those not written down above are refused for good."""


def here() -> str:
    """The innermost line on the stack that is the user's own."""
    frame: FrameType | None = sys._getframe(1)
    lines = []
    while frame is not None:
        lines.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return place(*_own(lines))


def place_of(error: BaseException) -> str:
    """The innermost line that is the user's own on the way of an error."""
    return place(*_own([(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)][::-1]))


def _own(lines: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """The first line that is neither microbp's, nor Python's, nor an installed package's; else not microbp's."""
    others = [line for line in lines if not line[0].startswith((PACKAGE, "<microbp"))]
    return next((line for line in others if not line[0].startswith(INSTALLED)), [*others, *lines][0])


def place(name: str, line: int) -> str:
    """A line of a file in an error message."""
    is_cell = Path(name).parent.name.startswith("ipykernel_") or name.startswith("<ipython-input")
    where = f"in this notebook cell, line {line}" if is_cell else f"line {line} of {Path(name).name}"
    source = getline(name, line).strip()
    return f" ({where}: {source})" if source else f" ({where})"
