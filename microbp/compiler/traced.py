"""Tracing: run a function once, with operands that write down what is done to them.

A `Traced` is a Value whose number nobody may ask for: a function that looked at it would go another way
for another sample. The inputs are traced rows; the parameters, while the function runs, are themselves
made `Traced`, so that a Python ``if`` on a weight is refused like one on an input.

The function runs twice. What differs between the two runs came from a random draw or a clock, and would
be frozen into the program.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import repeat
from linecache import getline
from numbers import Real
from pathlib import Path
from typing import Any, NoReturn

from ..engine.graph import operations
from ..engine.tape import Check, Draft, Tape
from ..engine.value import Value, is_recording, recording
from ..errors import InputTypeError
from ..table import rows as ops
from ..table.op import Op, Operand, is_array, number, shorten
from ..table.rows import choose, frozen

COMPARISONS = frozenset({ops.less, ops.less_equal, ops.greater, ops.greater_equal, ops.equal, ops.not_equal})
PACKAGE = str(Path(__file__).parents[1])
_recorder: ContextVar[Recorder] = ContextVar("recorder")


class TraceError(InputTypeError):
    """The function does something that depends on the numbers of the one sample it is traced with."""


def refuse(what: str, cure: str) -> NoReturn:
    """Raise, naming the line of the user's code that did it."""
    raise TraceError(f"{what}{here()}; {cure}")


def here() -> str:
    """The innermost line on the stack that is not microbp's own."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE) and frame.f_back is not None:
        frame = frame.f_back
    name, line = frame.f_code.co_filename, frame.f_lineno
    is_cell = Path(name).parent.name.startswith("ipykernel_") or name.startswith("<ipython-input")
    place = f"in this notebook cell, line {line}" if is_cell else f"line {line} of {Path(name).name}"
    source = getline(name, line).strip()
    return f" ({place}: {source})" if source else f" ({place})"


USE_WHERE = "use where(condition, x, y), maximum, minimum or clip, which choose anew for every sample"
NO_NUMBER = "a traced value has no number: compute with it, or pass the number as an input"


class Condition(Operand):
    """A comparison of traced values: `where` takes it, a Python ``if`` cannot."""

    __slots__ = ("row",)
    row: int

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """Record ``where(condition, x, y)``."""
        return Traced.apply(op, args)

    def require(self, message: str) -> None:
        """Have the program raise this for samples that do not meet the condition."""
        _recorder.get().checks.append(Check(self.row, message))

    def __bool__(self) -> bool:
        refuse("a Python `if`, `and`, max() or min() looks at a traced value", USE_WHERE)


class Traced(Value):  # type: ignore[misc]  # final for all others: this one must pass for a Value everywhere
    """A Value that writes operations down instead of computing them."""

    __slots__ = ()

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """Write the row down: the result of ``op(*args)``."""
        recorder = _recorder.get(None)
        if recorder is None:
            raise TraceError("a traced value was kept after tracing ended: return what you need from the function")
        row = recorder.record(op, op.complete(args))
        if is_recording() or isinstance(row, Condition) or op is choose:  # a choice is one of its operands
            return row
        return recorder.record(frozen, (row,))

    # fmt: off
    def __lt__(self, other: Any) -> Any: return _compare(ops.less, self, other)
    def __le__(self, other: Any) -> Any: return _compare(ops.less_equal, self, other)
    def __gt__(self, other: Any) -> Any: return _compare(ops.greater, self, other)
    def __ge__(self, other: Any) -> Any: return _compare(ops.greater_equal, self, other)
    def __eq__(self, other: Any) -> Any: return _compare(ops.equal, self, other)
    def __ne__(self, other: Any) -> Any: return _compare(ops.not_equal, self, other)
    # fmt: on
    __hash__ = Value.__hash__

    def __bool__(self) -> bool:
        refuse("a Python `if`, `and` or `or` looks at a traced value", USE_WHERE)

    def __float__(self) -> float:
        refuse("float() or a function of `math` takes the number of a traced value", NO_NUMBER)

    def __int__(self) -> int:
        refuse("int() takes the number of a traced value", NO_NUMBER)

    def __index__(self) -> int:
        refuse("a traced value is used as an index", "pass the choice one-hot and take a weighted sum")

    def __repr__(self) -> str:
        return "<traced value>"

    def detach(self) -> Value:
        """The same number, held constant."""
        return Traced.apply(frozen, (self,))  # type: ignore[no-any-return]


def _hidden(name: str) -> property:
    def read(_: Traced) -> NoReturn:
        refuse(f".{name} of a traced value is read", NO_NUMBER)

    def write(_: Traced, __: object) -> NoReturn:
        refuse(f".{name} of a traced value is set", "the program's inputs and parameters change between calls only")

    return property(read, write)


for _name in ("data", "grad", "args", "partials"):
    setattr(Traced, _name, _hidden(_name))
setattr(Traced, "op", property(lambda _: None))  # noqa: B010  # a walk over a graph ends here
setattr(Traced, "parents", property(lambda _: ()))  # noqa: B010


class TracedRow(Traced):  # type: ignore[misc]  # see Traced
    """The result of a row, or an input."""

    __slots__ = ("row",)
    row: int

    @property
    def op(self) -> NoReturn:  # type: ignore[override]
        """Asked for by whatever looks for a recorded graph."""
        refuse(
            "a derivative is taken inside the function, of rows that are only written down",
            "compute it outside, or write it out: value_and_grad differentiates the whole function",
        )


class Recorder:
    """The tape so far, and the Values that turned out to be parameters."""

    def __init__(self, inputs: int, parameters: Sequence[Value]) -> None:
        self.draft = Draft()
        for place in range(inputs):
            self.draft.input(place)
        for p in parameters:
            self.draft.parameter(p)
        self.checks: list[Check] = []
        self.known: dict[Value, int] = {}
        self.watch, self.line = -1, ""

    def record(self, op: Op, args: Sequence[Any]) -> Any:
        """Append a row."""
        numbers = tuple([self.refer(a) for a in op.flatten(args)])
        found = self.result(self.draft.row(op, numbers), condition=op in COMPARISONS)
        if not self.line and found.row >= self.watch >= 0:
            self.line = here()
        return found

    @staticmethod
    def result(place: int, condition: bool = False) -> Any:
        """The operand that stands for a row or an input."""
        found: Any = _new(Condition if condition else TracedRow)
        found.row = place
        if not condition:
            found.label = ""
        return found

    def refer(self, a: Any) -> int:
        """The entry of an operand."""
        kind = a.__class__
        if kind is TracedRow or kind is Condition:
            return a.row  # type: ignore[no-any-return]
        if kind is Traced:
            return self.draft.parameter(a)
        if kind is Value:
            return self.adopt(a)
        return self.draft.constant(number(a))

    def adopt(self, value: Value) -> int:
        """A Value from outside: a leaf is a parameter, an operation is copied with its graph."""
        if value.op is None:
            return self.draft.parameter(value)
        if value not in self.known:
            for node in operations(value):
                if node not in self.known and node.op is not None:
                    self.known[node] = self.record(node.op, node.op.split(node.args)).row
        return self.known[value]


_new = object.__new__


def _compare(op: Op, x: Any, y: Any) -> Any:
    if not isinstance(y, Value) and not isinstance(y, Real):
        return NotImplemented
    return Traced.apply(op, (x, y))


def trace(f: Callable[..., Any], example: Sequence[Any], parameters: Sequence[Value]) -> Tape:
    """The tape of ``f(*example)``; parameters that f reads beyond those given are appended.

    Raises:
        TraceError: f looks at a number, or two runs of it differ.
    """
    first, _ = _run(f, example, parameters)
    if len(first.parameters) > len(parameters):  # they were numbers to an ``if``: now they are traced too
        first, _ = _run(f, example, first.parameters)
    second, _ = _run(f, example, first.parameters)
    if first != second:
        i = next((i for i, (x, y) in enumerate(zip(first.entries, second.entries)) if x != y), None)
        line = _run(f, example, first.parameters, watch=i)[1] if i is not None else ""
        raise TraceError(
            f"two runs of the function differ{line}: a random draw, a clock, or a change it leaves behind "
            "would be frozen into the program; pass it as an input"
        )
    return second


def _run(
    f: Callable[..., Any], example: Sequence[Any], parameters: Sequence[Value], watch: int = -1
) -> tuple[Tape, str]:
    """The tape of one run, and the line that wrote entry ``watch``."""
    places = iter(range(sys.maxsize))
    operands = [_operands(x, places) for x in example]
    recorder = Recorder(next(places), parameters)
    recorder.watch = watch
    token = _recorder.set(recorder)
    try:
        with _made_traced(parameters), recording(True):  # no_grad around it all says nothing about the program
            output = f(*operands)
            try:
                root = recorder.refer(output)
            except InputTypeError:
                raise InputTypeError(
                    f"the function returned {shorten(repr(output))}: return one cost, a Value; see microbp.losses"
                ) from None
    finally:
        _become(Value, parameters)  # once more: an interrupt may have kept the block from it
        _recorder.reset(token)
    return recorder.draft.tape([root], recorder.checks), recorder.line


@contextmanager
def _made_traced(parameters: Sequence[Value]) -> Iterator[None]:
    """Inside the block the parameters are traced; they are the same objects, so every model finds them."""
    try:
        _become(Traced, parameters)
        yield
    finally:
        _become(Value, parameters)


def _become(kind: type, parameters: Sequence[Value]) -> None:
    """Make all of them Traced, or Values again, in one call into C: no interrupt falls between two of them."""
    deque(map(setattr, parameters, repeat("__class__"), repeat(kind)), maxlen=0)


def _operands(x: Any, places: Iterator[int]) -> Any:
    """An example with a traced input in the place of every number."""
    if is_array(x) or isinstance(x, list | tuple):
        return [_operands(part, places) for part in x]
    if isinstance(x, Value):
        raise InputTypeError("an example is made of plain numbers; give Values with wrt=")
    number(x)
    return Recorder.result(next(places))
