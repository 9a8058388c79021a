"""Tracing: run a function with operands that write down what is done to them.

The inputs are `Traced`; the parameters stay the Values they are, and what is done to Values while the
function runs is written down too, in this thread alone. Their numbers are asked for by nobody: who looks
at one is refused, as at an input.

The function runs twice. What differs between the two runs came from a random draw or a clock, and would be
frozen into the program.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any, NoReturn

from ..engine.gradients import derivatives
from ..engine.graph import leaves
from ..engine.guard import call_traced
from ..engine.recording import Tracer, call_recorded
from ..engine.tape import Check, Constant, Draft, Entry, Parameter, Tape
from ..engine.trees import flatten
from ..engine.value import Value
from ..errors import InputTypeError, TraceError
from ..table import rows as ops
from ..table.op import Op, is_array, number, shorten
from .batch import shape_of
from .traced import Condition, Traced, here, operand, place_of

COMPARISONS = frozenset({ops.less, ops.less_equal, ops.greater, ops.greater_equal, ops.equal, ops.not_equal})


class Recorder(Tracer):
    """The tape of one run, and what was refused in it.

    Args:
        draft: the inputs and the parameters.
        parameters: the Values that are differentiated.
        watch: the entry whose line is kept.
    """

    def __init__(self, draft: Draft, parameters: Sequence[Value], watch: int = -1) -> None:
        self.draft, self.parameters = draft, parameters
        self.checks: list[Check] = []
        self.refusals: list[TraceError] = []
        self.adopted: dict[int, int] = {}
        self.on = self.open = True
        self.watch, self.line = watch, ""

    # -- rows --------------------------------------------------------------------------------------------

    def record(self, op: Op, args: Sequence[Any]) -> Any:
        """Write down a row; NotImplemented if an argument is no number."""
        if op in COMPARISONS:
            return self.condition(op, args)
        numbers = self._entries(args)
        if numbers is None:
            return NotImplemented
        entry = self._row(op, numbers)
        if not self.on and op is not ops.choose:  # under no_grad; a choice is one of its operands
            entry = self._row(ops.frozen, (entry,))
        return operand(self, entry)

    def condition(self, op: Op, args: Sequence[Any]) -> Any:
        """Write down a row whose result is a condition."""
        numbers = self._entries(args)
        return NotImplemented if numbers is None else operand(self, self._row(op, numbers), Condition)

    def require(self, condition: Condition, message: str) -> None:
        """Write down that every sample must meet a condition."""
        self.checks.append(Check(condition.entry, message))

    def _row(self, op: Op, args: tuple[int, ...]) -> int:
        if not self.open:
            raise TraceError("a traced value was kept after tracing ended: return what you need from the function")
        entry = self.draft.row(op, args)
        if not self.line and entry >= self.watch >= 0:
            self.line = here()
        return entry

    def _entries(self, args: Sequence[Any]) -> tuple[int, ...] | None:
        try:
            known = self.draft.known.get  # an id: there may be thousands of arguments
            return tuple([i if (i := known(id(a))) is not None else self.entry(a) for a in args])
        except InputTypeError as error:
            if isinstance(error, TraceError):
                raise
            return None

    def entry(self, x: Any) -> int:
        """The entry of an operand."""
        if isinstance(x, Traced):
            if x.recorder is not self:
                self.refuse("a value of another trace is used", "pass it as an argument to the function")
            return x.entry
        if isinstance(x, Value):
            return self.draft.parameter(x) if x.op is None else self.adopt(x)
        return self.draft.constant(number(x))

    def adopt(self, node: Value) -> int:
        """A Value that an operation made outside: its number as it stands, its derivatives as they were recorded."""
        if id(node) not in self.adopted:
            total = self.draft.parameter(node)
            wanted = set(self.parameters)
            below = [leaf for leaf in leaves(node) if leaf in wanted]
            for leaf, slope in zip(below, call_recorded(True, derivatives, node, below)):
                p = self.draft.parameter(leaf)
                moved = self._row(ops.sub, (p, self._row(ops.frozen, (p,))))  # 0, with the derivative 1
                term = self._row(ops.mul, (self.draft.constant(slope), moved))
                total = self._row(ops.add, (total, term))
            self.adopted[id(node)] = total
        return self.adopted[id(node)]

    # -- what a function may not do ----------------------------------------------------------------------

    def refuse(self, what: str, cure: str) -> NoReturn:
        """Raise, naming the line of the user's code that did it; and remember it."""
        error = TraceError(f"{what}{here()}; {cure}")
        self.refusals.append(error)
        raise error

    @contextmanager
    def recording(self, on: bool) -> Iterator[None]:
        """Inside the block, what is written down is held constant, or not."""
        before, self.on = self.on, on
        try:
            yield
        finally:
            self.on = before


def trace(f: Callable[..., Any], example: Sequence[Any], parameters: Sequence[Value]) -> tuple[Tape, bool]:
    """The tape of ``f(*example)``, and whether f returns a list; parameters that f reads beyond those given follow.

    Raises:
        TraceError: f looks at a number, or two runs of it differ.
    """
    start = Draft(sum([math.prod(shape_of(x)) for x in example]), parameters)
    first, second = _Run(f, example, parameters, start), _Run(f, example, parameters, start)
    entries = [y if x is y else _agreed(x, y) for x, y in zip(first.tape.entries, second.tape.entries)]
    at = entries.index(None) if None in entries else len(entries)
    longest = max(len(first.tape.entries), len(second.tape.entries))
    if at < longest or first.tape.outputs != second.tape.outputs or first.tape.checks != second.tape.checks:
        line = _Run(f, example, parameters, start, watch=at).line
        raise TraceError(
            f"two runs of the function differ{line}: a random draw, a clock, another thread or a change it leaves "
            "behind would be frozen into the program; pass what differs as an input"
        )
    return replace(second.tape, entries=tuple(entries)), second.several  # type: ignore[arg-type]


def _agreed(x: Entry, y: Entry) -> Entry | None:
    """The entry of both runs. A Value that the function makes anew with one number is a constant.

    One that an operation makes anew, unseen, was computed by another thread: its number may differ at the next call.
    """
    if x == y:
        return y
    if isinstance(x, Parameter) and isinstance(y, Parameter) and x.value.op is None and y.value.op is None:
        x, y = Constant(x.value.data), Constant(y.value.data)
    return y if x == y else None


class _Run:
    """One run of a function.

    Attributes:
        tape: what it wrote down.
        several: whether it returned a list.
        line: the line that wrote entry ``watch``.
    """

    def __init__(
        self, f: Callable[..., Any], example: Sequence[Any], parameters: Sequence[Value], start: Draft, watch: int = -1
    ) -> None:
        recorder = Recorder(start.copy(), parameters, watch)
        places = count()
        operands = [_operands(x, lambda: operand(recorder, next(places))) for x in example]
        try:
            output = call_traced(recorder, f, *operands)
        except Exception as error:
            if not recorder.refusals and not isinstance(error, TraceError):
                _raise_if_its_own(error, f, example)
                raise TraceError(
                    f"the function fails while it is traced{place_of(error)}, with {type(error).__name__}: {error}; a "
                    "traced value has no number: use operators and microbp's functions alone, or pass what you need "
                    "of it as an input"
                ) from error
            raise recorder.refusals[0] if recorder.refusals else error from None
        finally:
            recorder.open = False
        if recorder.refusals:  # the function swallowed it
            raise recorder.refusals[0]
        recorder.open = True  # for a Value that an operation made outside
        self.several = isinstance(output, list | tuple) or is_array(output)
        try:
            roots = [recorder.entry(x) for x in (flatten(output) if self.several else [output])]
        except InputTypeError:
            raise InputTypeError(
                f"the function returned {shorten(repr(output))}: return one cost, a Value; see microbp.losses"
            ) from None
        recorder.open = False
        self.tape, self.line = recorder.draft.tape(roots, recorder.checks), recorder.line


def _raise_if_its_own(error: Exception, f: Callable[..., Any], example: Sequence[Any]) -> None:
    """Raise the error that the function has with numbers too."""
    try:
        call_recorded(True, f, *example)
    except type(error):
        raise
    except Exception:
        return


def _operands(x: Any, new: Callable[[], Traced]) -> Any:
    """An example with a traced input in the place of every number: a list for a list, an array for an array."""
    if is_array(x):
        import numpy as np

        found = np.empty(x.shape, object)
        for place in np.ndindex(*x.shape):
            found[place] = _operands(x[place], new)
        return found
    if isinstance(x, list | tuple):
        parts = [_operands(part, new) for part in x]
        return parts if isinstance(x, list) else getattr(x, "_make", tuple)(parts)
    if isinstance(x, Value):
        raise InputTypeError("an example is made of plain numbers; give Values with wrt=")
    number(x)
    return new()
