"""Verification: a program is compared with its function on the scalar engine before it is trusted.

Python offers ways that no trace sees: `isinstance`, a text, a global that changes later. The function is therefore
run with numbers on a few samples of the real batch, spread over the distinct targets, and its value and gradient
must be the program's. That is done for the first batch, and then ever more rarely, so that the cost stays small.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from ..engine.backward import derivatives
from ..engine.tape import Constant, Input, Parameter, Row, Tape
from ..engine.trees import flatten
from ..engine.value import Value, call_recorded
from ..errors import MicrobpError, MismatchError
from ..table.op import is_array, number, shorten
from .traced import place

if TYPE_CHECKING:
    from .program import Program

SAMPLES = 16
"""The most samples that one verification runs through the scalar engine."""

WORK = 300_000
"""The most arguments of rows that they may have together, but for the first sample."""

CLOSE = 1e-9
"""How far program and function may be apart, relative to the largest number among them, before rounding is studied."""

NUDGE = 1e-13
"""By how much the numbers are moved, relative to themselves, to see how far rounding can be felt."""


UNSEEN = (
    "it depends on something that a trace does not see, such as isinstance, type(), a text or a variable that has "
    "changed: pass it as an input, or use where(condition, x, y)"
)
MANY = 1000
"""A batch of more samples is too large to be made of copies of one."""


class Found(NamedTuple):
    """The outputs for one sample, and the derivatives of the only one with respect to the parameters."""

    outputs: list[float]
    gradient: list[float]


class Verification:
    """What a program was compared with so far.

    Attributes:
        samples: how many samples went through the scalar engine.
        seconds: how long that took.
        error: the difference that was found.
    """

    def __init__(self, f: Callable[..., Any], example: Sequence[Any]) -> None:
        self.f, self.example = f, example
        self.samples, self.seconds = 0, 0.0
        self.calls, self.due, self.trusted = 0, 1, False
        self.error: MismatchError | None = None

    def before(self, program: Program, batch: Sequence[Any], at: Any) -> None:
        """Compare if it is time to: at the first call, and whenever the calls have become four times as many.

        Parameters that are given beside the Values cannot be compared: the function reads the Values.
        """
        self.calls += 1
        if self.error:
            raise self.error
        if self.calls >= self.due:
            program.arrays(batch)  # it raises for what is no batch
            if at is None or tuple(at) == tuple(program.gather()):
                self.compare(program, batch, 1 if self.trusted else SAMPLES)
                self.trusted = True
            self.due = self.calls * (4 if self.trusted else 2)

    def compare(self, program: Program, batch: Sequence[Any], most: int = SAMPLES, strict: bool = False) -> None:
        """Compare on at most so many samples of a batch.

        Args:
            program: what is compared with the function.
            batch: one sample per row in every argument.
            most: fewer where the function is long.
            strict: an error of the program where the function has a value is a difference, too.

        Raises:
            MismatchError: a value or a derivative differs. It is raised again by every later call.
        """
        start = perf_counter()
        m = len(batch[0]) if batch else 1
        for k in spread(batch, max(1, min(most, WORK // max(work(program.tape), 1))), self.samples):
            sample = [like(example, x[k]) for example, x in zip(self.example, batch)]
            before = program.numbers()
            expected = self._expected(program, k, sample)
            try:
                found = compiled(program, sample, m)
            except MicrobpError as error:
                if strict and expected is not None:
                    raise MismatchError(f"the program fails where the function has a value; {error}") from None
                found = None
            if expected is None or found is None or (before != program.numbers()).any():
                continue  # another thread trains the same Values
            self.samples += 1
            if not (same(expected, found) or within_rounding(program, sample, expected, found)):
                self.error = self._mismatch(program, k, sample, expected, found)
                raise self.error
        self.seconds += perf_counter() - start

    def _expected(self, program: Program, k: int, sample: Sequence[Any]) -> Found | None:
        """What the function gives; None where it has no value. That it fails otherwise is a difference."""
        try:
            return scalar(self.f, sample, program.parameters)
        except (MicrobpError, ArithmeticError, ValueError):
            return None
        except Exception as error:
            if not self.calls:  # of an example only the shape counts
                return None
            self.error = MismatchError(
                f"the function{defined(self.f)} fails for sample {k} with {type(error).__name__}: {error}; the program "
                f"gives a number, because {UNSEEN}"
            )
            raise self.error from error

    def _mismatch(
        self, program: Program, k: int, sample: Sequence[Any], expected: Found, found: Found
    ) -> MismatchError:
        traced = on_scalars(program, flatten(sample), program.parameters)
        is_ours = same(expected, traced) or within_rounding(program, sample, expected, traced)
        what = "the cost" if expected.outputs != found.outputs else "the gradient"
        pair = (expected.outputs, found.outputs) if what == "the cost" else (expected.gradient, found.gradient)
        shown = [shorten(repr(x[0] if len(x) == 1 else x)) for x in pair]
        cure = (
            "the program is wrong, please report it; until then use fit(..., eager=True) or the function itself"
            if is_ours
            else UNSEEN
        )
        return MismatchError(
            f"{what} of sample {k} is {shown[0]} by the function{defined(self.f)} and {shown[1]} by the program; {cure}"
        )

    def __str__(self) -> str:
        return f"{self.samples} samples through the scalar engine, {self.seconds:.3f} s"


def work(tape: Tape) -> int:
    """The arguments of all rows: what a run on the scalar engine costs."""
    return sum(len(entry.args) for entry in tape.entries if isinstance(entry, Row))


def scalar(f: Callable[..., Any], sample: Sequence[Any], parameters: Sequence[Value]) -> Found:
    """What the function gives for a sample."""
    output = call_recorded(True, f, *sample)
    several = isinstance(output, list | tuple) or is_array(output)
    return _found(flatten(output) if several else [output], parameters, several)


def _found(outputs: Sequence[Any], parameters: Sequence[Value], several: bool) -> Found:
    numbers = [z.data if isinstance(z, Value) else number(z) for z in outputs]
    if several:
        return Found(numbers, [])
    z = outputs[0]
    return Found(numbers, derivatives(z, parameters) if isinstance(z, Value) else [0.0] * len(parameters))


def compiled(program: Program, sample: Sequence[Any], m: int) -> Found:
    """What the program gives for a batch of m times the sample, for which it is ready."""
    batch = [[x] * min(m, MANY) for x in sample]
    if program.several:
        return Found(program.value(batch)[0].tolist(), [])
    cost, gradient = program.value_and_gradient(batch)
    return Found([cost], gradient.tolist())


def on_scalars(
    program: Program, sample: Sequence[float], parameters: Sequence[Value], nudge: Any = lambda: 1.0
) -> Found:
    """What the rows of the tape give on the scalar engine, with every number multiplied by a nudge."""
    values: dict[int, Value] = {}

    def leaf(entry: Constant | Parameter | Input) -> Any:
        if isinstance(entry, Constant):
            return entry.value
        if isinstance(entry, Input):
            return sample[entry.place] * nudge()
        values[id(entry.value)] = found = Value(entry.value.data * nudge())
        return found

    tape = program.tape
    numbers = call_recorded(True, tape.run, leaf)
    return _found([numbers[i] for i in tape.outputs], [values[id(p)] for p in parameters], program.several)


def same(x: Found, y: Found) -> bool:
    """Whether two results are equal but for the order of rounding."""
    return all(_close(a, b, [0.0] * len(a)) for a, b in zip(x, y))


def _close(a: Sequence[float], b: Sequence[float], slack: Sequence[float]) -> bool:
    scale = CLOSE * max(map(abs, (*a, *b)), default=0.0)
    return len(a) == len(b) and all(abs(x - y) <= scale + s for x, y, s in zip(a, b, slack))


def within_rounding(program: Program, sample: Sequence[Any], x: Found, y: Found) -> bool:
    """Whether two results differ no more than nudges of the numbers in their last digits can do."""
    draw = random.Random(0)
    numbers = flatten(sample)
    try:
        nudged = [
            on_scalars(program, numbers, program.parameters, lambda: 1.0 + draw.choice((-NUDGE, NUDGE)))
            for _ in range(8)
        ]
    except MicrobpError:
        return False
    for k in range(2):
        columns = zip(*[found[k] for found in nudged])
        slack = [10.0 * (max(column) - min(column)) for column in columns]
        if not _close(x[k], y[k], slack):
            return False
    return True


def spread(batch: Sequence[Any], most: int, turn: int = 0) -> list[int]:
    """Places of samples with targets as different as can be; the last argument of a function is its target.

    Where there are more targets than asked for, each turn begins with another one.
    """
    import numpy as np

    if not batch:
        return [0]
    table = np.asarray(batch[-1], dtype=float).reshape(len(batch[-1]), -1)
    firsts = list({row.tobytes(): k for k, row in reversed(list(enumerate(table)))}.values())
    firsts.sort(key=lambda k: table[k].tolist())
    if len(firsts) >= most:
        return [firsts[(turn + k * len(firsts) // most) % len(firsts)] for k in range(most)]
    others = np.linspace(0, len(table) - 1, most).round().astype(int).tolist()
    return list(dict.fromkeys([*firsts, *others]))[:most]


def like(example: Any, x: Any) -> Any:
    """A sample in the form that the example has: numbers, lists or arrays."""
    import numpy as np

    if is_array(example):
        return x if is_array(x) else np.asarray(x)
    if isinstance(example, list | tuple):
        return x if isinstance(x, type(example)) else type(example)(np.asarray(x).tolist())
    return x.item() if hasattr(x, "item") and not hasattr(example, "item") else x


def defined(f: Callable[..., Any]) -> str:
    """Where a function is defined."""
    code = getattr(f, "__code__", None)
    return place(code.co_filename, code.co_firstlineno) if code else ""
