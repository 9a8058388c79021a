"""Verification: a program is compared with its function on the scalar engine before it is trusted.

Python offers ways that no trace sees: `isinstance`, a text, a global that changes later. The function is therefore
run with numbers on a few samples of the real batch, spread over the distinct targets, and its value and gradient
must be the program's. That is done for the first batch, and then ever more rarely, so that the cost stays small.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from ..engine.gradients import derivatives
from ..engine.graph import operations
from ..engine.recording import call_recorded
from ..engine.tape import Constant, Input, Parameter, Row, Tape
from ..engine.trees import flatten
from ..engine.value import Value
from ..errors import MicrobpError, MismatchError
from ..table.op import is_array, number, shorten
from .batch import shape_of
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
    """The outputs for one sample, and their derivatives with respect to the parameters, as far as asked for."""

    outputs: list[float]
    gradient: list[float]


class Asked(NamedTuple):
    """What is asked of a program.

    Attributes:
        several: the function returns a list.
        apart: the derivatives of every sample and output are asked for, by `Program.jacobian`.
    """

    several: bool
    apart: bool = False


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
        self.error: MismatchError | None = None
        self.calls = [0, 0]
        """How often a program was called; and how often for the derivatives of every sample."""
        self._due = [1, 1]
        self._most = [SAMPLES, SAMPLES]

    def before(self, program: Program, batch: Sequence[Any], at: Any, apart: bool = False) -> None:
        """Compare if it is time to: at the first call, and whenever the calls have become four times as many.

        Parameters that are given beside the Values cannot be compared: the function reads the Values.
        """
        self.calls[apart] += 1
        if self.error:
            raise self.error
        if self.calls[apart] >= self._due[apart]:
            program.arrays(batch)  # it raises for what is no batch
            again = 2
            if at is None or tuple(at) == tuple(program.gather()):
                self.compare(program, batch, self._most[apart], apart=apart)
                self._most[apart], again = 1, 4
            self._due[apart] = self.calls[apart] * again

    def compare(
        self, program: Program, batch: Sequence[Any], most: int = SAMPLES, strict: bool = False, apart: bool = False
    ) -> None:
        """Compare on at most so many samples of a batch.

        Args:
            program: what is compared with the function.
            batch: one sample per row in every argument.
            most: fewer where the function is long.
            strict: an error of the program where the function has a value is a difference, too.
            apart: compare the derivatives of every output.

        Raises:
            MismatchError: a value or a derivative differs. It is raised again by every later call.
        """
        import numpy as np

        start = perf_counter()
        batch = [x if isinstance(x, list | tuple) else np.asarray(x) for x in batch]  # the rows of a DataFrame
        m, asked = len(batch[0]) if batch else 1, Asked(program.several, apart)
        whole = max(work(program.tape), 1) * (len(program.tape.outputs) if apart else 1)
        for k in spread(batch, max(1, min(most, WORK // whole)), self.samples):
            sample = [like(example, x[k]) for example, x in zip(self.example, batch)]
            before = program.numbers()
            expected = self._expected(program, k, sample, asked)
            try:
                found = compiled(program, sample, m, asked)
            except MicrobpError as error:
                if strict and expected is not None:
                    raise MismatchError(f"the program fails where the function has a value; {error}") from None
                found = None
            if expected is None or found is None or (before != program.numbers()).any():
                continue  # another thread trains the same Values
            self.samples += 1
            if not (same(expected, found) or within_rounding(program, sample, expected, found, asked)):
                self.error = self._mismatch(program, k, sample, expected, found, asked)
                raise self.error
        self.seconds += perf_counter() - start

    def _expected(self, program: Program, k: int, sample: Sequence[Any], asked: Asked) -> Found | None:
        """What the function gives; None where it has no value. That it fails otherwise is a difference."""
        try:
            try:
                return scalar(self.f, sample, program.parameters, asked)
            except AttributeError:  # x.tanh(), which a number cannot do
                return scalar(self.f, values(sample), program.parameters, asked)
        except (MicrobpError, ArithmeticError, ValueError):
            return None
        except Exception as error:
            if not any(self.calls):  # of an example only the shape counts
                return None
            self.error = MismatchError(
                f"the function{defined(self.f)} fails for sample {k} with {type(error).__name__}: {error}; the program "
                f"gives a number, because {UNSEEN}"
            )
            raise self.error from error

    def _mismatch(
        self, program: Program, k: int, sample: Sequence[Any], expected: Found, found: Found, asked: Asked
    ) -> MismatchError:
        traced = on_scalars(program, flatten(sample), asked)
        is_ours = same(expected, traced) or within_rounding(program, sample, expected, traced, asked)
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


def scalar(f: Callable[..., Any], sample: Sequence[Any], parameters: Sequence[Value], asked: Asked) -> Found:
    """What the function gives for a sample."""
    output = call_recorded(True, f, *sample)
    several = isinstance(output, list | tuple) or is_array(output)
    return _found(flatten(output) if several else [output], parameters, asked)


def _found(outputs: Sequence[Any], parameters: Sequence[Value], asked: Asked, of: Slopes = derivatives) -> Found:
    numbers = [z.data if isinstance(z, Value) else number(z) for z in outputs]
    if asked.several and not asked.apart:
        return Found(numbers, [])
    none = [0.0] * len(parameters)
    slopes = [of(z, parameters) if isinstance(z, Value) else none for z in outputs]
    return Found(numbers, [d for row in slopes for d in row])


def compiled(program: Program, sample: Sequence[Any], m: int, asked: Asked) -> Found:
    """What the program gives for a batch of m times the sample, for which it is ready."""
    batch = [[x] * min(m, MANY) for x in sample]
    if not asked.several and not asked.apart:
        cost, gradient = program.value_and_gradient(batch)
        return Found([cost], gradient.tolist())
    value = program.value(batch)
    slopes = program.derivatives(batch)[0].ravel().tolist() if asked.apart else []
    return Found(value[0].tolist() if asked.several else [value], slopes)


Slopes = Callable[[Value, Sequence[Value]], list[float]]


def on_scalars(
    program: Program, sample: Sequence[float], asked: Asked, nudge: Any = lambda: 1.0, slopes: Slopes = derivatives
) -> Found:
    """What the rows of the tape give on the scalar engine, with every number multiplied by a nudge."""
    moved: dict[int, Value] = {}

    def leaf(entry: Constant | Parameter | Input) -> Any:
        if isinstance(entry, Constant):
            return entry.value
        if isinstance(entry, Input):
            return sample[entry.place] * nudge()
        moved[id(entry.value)] = found = Value(entry.value.data * nudge())
        return found

    tape = program.tape
    numbers = call_recorded(True, tape.run, leaf)
    return _found([numbers[i] for i in tape.outputs], [moved[id(p)] for p in program.parameters], asked, slopes)


def same(x: Found, y: Found) -> bool:
    """Whether two results are equal but for the order of rounding."""
    return all(_close(a, b, [0.0] * len(a)) for a, b in zip(x, y))


def _close(a: Sequence[float], b: Sequence[float], slack: Sequence[float]) -> bool:
    scale = CLOSE * max(map(abs, (*a, *b)), default=0.0)
    return len(a) == len(b) and all(abs(x - y) <= scale + s for x, y, s in zip(a, b, slack))


def within_rounding(program: Program, sample: Sequence[Any], x: Found, y: Found, asked: Asked) -> bool:
    """Whether two results differ no more than nudges of the numbers in their last digits can do.

    Derivatives that cancel differ by the digits that their parts have lost.
    """
    draw = random.Random(0)
    numbers = flatten(sample)
    try:
        nudged = [on_scalars(program, numbers, asked, lambda: 1.0 + draw.choice((-NUDGE, NUDGE))) for _ in range(8)]
        lost = [NUDGE * s for s in on_scalars(program, numbers, asked, slopes=sizes).gradient]
    except MicrobpError:
        return False
    for k, least in enumerate(([0.0] * len(x.outputs), lost)):
        columns = zip(*[found[k] for found in nudged])
        slack = [10.0 * (max(column) - min(column)) + a for column, a in zip(columns, least)]
        if not _close(x[k], y[k], slack):
            return False
    return True


def sizes(z: Value, parameters: Sequence[Value]) -> list[float]:
    """The derivatives with all their parts added up as if they had one sign."""
    found: dict[Value, float] = {z: 1.0}
    for node in reversed(operations(z)):
        adjoint = found[node]
        for arg, d in zip(node.args, node.partials):
            if isinstance(arg, Value):
                found[arg] = found.get(arg, 0.0) + abs(adjoint * d)
    return [s if math.isfinite(s := found.get(p, 0.0)) else 0.0 for p in parameters]


def spread(batch: Sequence[Any], most: int, turn: int = 0) -> list[int]:
    """Places of samples with targets as different as can be; the last argument of a function is its target.

    Where there are more targets than asked for, each turn begins with another one.
    """
    import numpy as np

    if not batch:
        return [0]
    table = np.array(batch[-1], dtype=float).reshape(len(batch[-1]), -1)
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


def values(x: Any) -> Any:
    """A sample with Values in the place of its numbers."""
    return [values(part) for part in x] if shape_of(x) else Value(float(x))


def defined(f: Callable[..., Any]) -> str:
    """Where a function is defined."""
    code = getattr(f, "__code__", None)
    return place(code.co_filename, code.co_firstlineno) if code else ""
