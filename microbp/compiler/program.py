"""`compile` and the `Program` it makes."""

from __future__ import annotations

import gc
import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from ..engine.assign import assign
from ..engine.check import check_own_rows
from ..engine.tape import Tape
from ..engine.value import Value, edits
from ..errors import InputTypeError, NotFiniteError, ShapeError
from .adjoints import sweep
from .batch import Conditions, as_floats, columns, finite, shape_of, vector_of
from .blocks import spread
from .builder import Builder
from .fold import fold
from .instructions import Instruction, Instructions
from .jax import to_jax
from .recognise import recognise
from .report import equations, report
from .source import Source
from .sums import weighted_sums
from .torch import to_torch_source
from .trace import trace
from .vectorise import vectorise
from .verify import WORK, Verification, work
from .watch import Watched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Vector = NDArray[np.float64]


def compile(f: Callable[..., Any], *example: Any, wrt: Iterable[Value] = ()) -> Program:
    r"""Record f for one sample, and write the array code that computes it for m samples at once.

    Args:
        f: a function of one sample, such as ``lambda x, y: cost(model(x), y)``. It returns one number, and
            may use any operation of the table on its arguments and on Values around it.
        example: one sample: numbers, or lists of them. Only its shape counts.
        wrt: the parameters, in the order in which gradients are given. Other Values that f uses are read
            anew at every call, and have no gradient.

    Raises:
        TraceError: f looks at the number of a traced value, draws a random number, or returns no number.
            The message names the line, and the cure.
        MismatchError: for the example the program gives other numbers than f. Programs raise it, too.
        RowError: an operation of your own contradicts itself; see `check_row`.

    >>> from microbp import nn, losses
    >>> model = nn.MLP(2, [3, 1], seed=1)
    >>> program = compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())
    >>> X, Y = [[1.0, 2.0], [3.0, 4.0]], [0.0, 1.0]
    >>> one_by_one = [losses.mse(model(x), y).data for x, y in zip(X, Y)]
    >>> abs(program(X, Y) - sum(one_by_one) / 2) < 1e-15
    True
    >>> cost, gradient = program.value_and_grad(X, Y)
    >>> len(gradient) == len(model.parameters())
    True
    """
    parameters = list(dict.fromkeys(wrt))
    for p in parameters:
        if p.__class__ is not Value or p.op is not None:
            raise InputTypeError(f"wrt takes leaf Values, such as model.parameters(); got {p!r}")
    shapes, names = [shape_of(x) for x in example], _names(f, len(example))
    with _collector_paused():
        tape, several = trace(f, example, parameters)
        check_own_rows((row.op for row in tape.rows), text=True)
        program = Program(tape, shapes, names, len(parameters), several)
    program.verification = Verification(f, example)
    if work(tape) <= WORK and len(program.instructions) <= MANY:  # else the first batch comes soon enough
        program.verification.compare(program, [[x] for x in example], 1)
    return program


MANY = 2000
"""The plan for a single sample of more instructions would take longer than all that was done before."""


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Tapes and blocks hold no cycles; looking for some takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Program:
    """A compiled function of a batch: one sample per row in every argument.

    A function that returns one cost gives a program whose value is the mean over the samples; one that returns a
    list gives a program whose value is an array with a row per sample.

    Attributes:
        tape: the rows as recorded.
        folded: the tape after the passes, as the instructions were made from it.
        instructions: the array operations of value and gradient; see `microbp.compiler.instructions`.
        value_instructions: those of the value alone.
        parameters: the Values that are differentiated, in the order of the gradients.
        others: the Values that are only read.
        source: the instructions as NumPy code.
    """

    def __init__(
        self, tape: Tape, shapes: Sequence[tuple[int, ...]], names: Sequence[str], wanted: int, several: bool = False
    ) -> None:
        self.tape, self.several = tape, several
        self.parameters, self.others = tape.parameters[:wanted], tape.parameters[wanted:]
        self._shapes, self.names = shapes, list(names)
        self._sizes = [math.prod(shape) for shape in shapes]
        self.folded = passes(replace(tape, checks=()), wanted)
        builder = self._forward()
        value = self._list(builder.code.entries[:], builder.code, builder.code.outputs)
        self.instructions = self.value_instructions = value
        if not several:
            gradient = sweep(builder, builder.code.outputs[0], 0, wanted)
            self.instructions = self._list(builder.entries, builder.code, [*builder.code.outputs, gradient])
        self._value = Watched(value, self.names, not several)
        self._both = Watched(self.instructions, self.names, True) if not several else self._value
        self._conditions = Conditions(tape, self._sizes) if tape.checks else None
        self._gathered: tuple[int, Vector] | None = None
        self.verification: Verification | None = None

    def _forward(self) -> Builder:
        return vectorise(self.folded, self._sizes, len(self.parameters), [self.folded.outputs])

    def _list(self, entries: Iterable[Instruction], code: Instructions, outputs: Sequence[int]) -> Instructions:
        """The instructions that these outputs depend on."""
        return Instructions(entries, outputs, code).alive(1 + len(self.names))

    @property
    def source(self) -> str:
        """The instructions as NumPy code: the functions they need, and ``program``."""
        return str(Source(self.instructions, self.names))

    def gather(self) -> Vector:
        """The numbers of the parameters as one vector."""
        vector: Vector = self.numbers()[: len(self.parameters), 0].copy()
        return vector

    def scatter(self, vector: ArrayLike) -> None:
        """Write a vector of numbers back into the parameters."""
        import numpy as np

        numbers = as_floats(vector, "the vector")
        if numbers.shape != (len(self.parameters),):
            raise ShapeError(f"{len(self.parameters)} parameters, a vector of shape {numbers.shape}")
        if not np.isfinite(numbers).all():
            raise NotFiniteError("the vector holds NaN or infinity; no parameter was changed")
        assign(self.parameters, numbers)

    def __call__(self, *batch: Any, at: ArrayLike | None = None) -> Any:
        """The mean cost of a batch, or for a function that returns a list an array with a row per sample."""
        self._verify(batch, at)
        return self.value(batch, at)

    def value(self, batch: Sequence[Any], at: ArrayLike | None = None) -> Any:
        """The value of a batch, as it is computed; a call verifies it first."""
        cost, (found,) = self._run(self._value, batch, at)
        if not self.several:
            return cost
        m = len(batch[0]) if batch else 1
        return found.T if found.shape[1] == m else found.T.repeat(m, axis=0)

    def value_and_grad(self, *batch: Any, at: ArrayLike | None = None) -> tuple[float, Vector]:
        """The mean cost of a batch and its derivative with respect to every parameter.

        Args:
            batch: as the example, with one sample per row.
            at: the parameters as a vector, instead of what the Values hold. See `gather` and `scatter`.

        Returns:
            the cost, and a vector with one derivative for each of ``parameters``.
        """
        if self.several:
            raise InputTypeError("the function returns several numbers: jacobian gives the derivatives of each")
        self._verify(batch, at)
        return self.value_and_gradient(batch, at)

    def value_and_gradient(self, batch: Sequence[Any], at: ArrayLike | None = None) -> tuple[float, Vector]:
        """Cost and gradient of a batch, as they are computed; `value_and_grad` verifies them first."""
        cost, (_, G) = self._run(self._both, batch, at)
        return cost, G[: len(self.parameters), 0]

    def arrays(self, batch: Sequence[Any]) -> list[Vector]:
        """The arguments as arrays with a column per sample, checked."""
        return columns(batch, self.names, self._shapes)

    def _verify(self, batch: Sequence[Any], at: ArrayLike | None, apart: bool = False) -> None:
        if self.verification is not None:
            self.verification.before(self, batch, at, apart)

    def per_sample_grad(self, *batch: Any, at: ArrayLike | None = None) -> Vector:
        """The gradient of every sample's own cost: a row per sample, a column per parameter.

        Their mean is the gradient of `value_and_grad`.
        """
        if self.several:
            raise InputTypeError("the function returns several numbers: jacobian gives the derivatives of each")
        found: Vector = self.jacobian(*batch, at=at)[:, 0]
        return found

    def jacobian(self, *batch: Any, at: ArrayLike | None = None) -> Vector:
        r"""The derivatives $\partial z_k / \partial p_j$ for every sample.

        Returns:
            an array of shape (samples, outputs, parameters); a cost is one output.
        """
        self._verify(batch, at, apart=True)
        return self.derivatives(batch, at)

    def derivatives(self, batch: Sequence[Any], at: ArrayLike | None = None) -> Vector:
        """Those of every sample and output, as they are computed; `jacobian` verifies them first."""
        import numpy as np

        _, found = self._run(self._jacobian, batch, at)
        m = len(batch[0]) if batch else 1
        rows = [np.broadcast_to(G[: len(self.parameters)], (len(self.parameters), m)).T for G in found]
        return np.stack(rows, axis=1) if len(rows) > 1 else rows[0][:, None]

    @cached_property
    def _jacobian(self) -> Watched:
        builder = self._forward()
        (output,) = builder.code.outputs
        wanted = len(self.parameters)
        rows = [sweep(builder, output, k, wanted, per_sample=True) for k in range(builder.entries[output].rows)]
        return Watched(self._list(builder.entries, builder.code, rows), self.names, False)

    def _run(self, code: Watched, batch: Sequence[Any], at: ArrayLike | None) -> tuple[float, list[Vector]]:
        """The mean of a cost, and the outputs, all of them finite."""
        P, arrays = self._column(at), self.arrays(batch)
        if self._conditions is not None:
            self._conditions(P, arrays)
        return code(P, arrays)

    def _column(self, at: ArrayLike | None) -> Vector:
        """The parameters and what is only read as a column, to be read."""
        import numpy as np

        if at is None:
            return self.numbers()
        vector = as_floats(at, "at")
        if vector.shape != (len(self.parameters),):
            raise ShapeError(f"{len(self.parameters)} parameters, a vector of shape {vector.shape}")
        if self.others:
            vector = np.concatenate([vector, vector_of(self.others)])
        if not finite(vector):
            raise NotFiniteError("the parameters hold NaN or infinity: start anew, with shorter steps")
        return vector.reshape(-1, 1)

    def numbers(self) -> Vector:
        """What the Values hold, as a column that is only to be read.

        They are read again when any Value was assigned to since the last time.
        """
        count = edits()  # first: what is assigned to while they are read is read again
        found = self._gathered
        if found is None or found[0] != count:
            found = self._gathered = count, vector_of(self.tape.parameters).reshape(-1, 1)
        return found[1]

    def __getstate__(self) -> dict[str, Any]:
        """All but the function, which stays where it was defined."""
        return {**self.__dict__, "verification": None, "_gathered": None}

    def to_jax(self) -> Callable[..., tuple[Any, Any]]:
        """A pure function ``(params, *batch) -> (cost, gradient)`` for JAX; see `microbp.compiler.jax`."""
        return to_jax(self)

    def to_torch_source(self) -> str:
        """A Python file with this function as a PyTorch module; see `microbp.compiler.torch`."""
        return to_torch_source(self)

    @property
    def equations(self) -> str:
        """The blocks in LaTeX, with the shape of each; see `microbp.compiler.report`."""
        return equations(self)

    def _repr_html_(self) -> str:
        """The code as a notebook shows it."""
        return f"<pre>{escape(self.source)}</pre>"

    def report(self) -> str:
        """Rows, blocks, operations and bytes; see `microbp.compiler.report`."""
        return report(self)


def passes(tape: Tape, wanted: int) -> Tape:
    """From the tape as recorded to the tape that is cut into blocks."""
    return fold(spread(weighted_sums(recognise(fold(tape))), wanted))


TAKEN = {"P", "M", "C"}
"""Names that generated code has other uses for."""


def _names(f: Callable[..., Any], count: int) -> list[str]:
    """Names for the arguments: A0 for the first, which feeds layer 1, the function's own for others."""
    try:
        own = [name.upper() for name in inspect.signature(f).parameters]
    except (TypeError, ValueError):
        own = []
    good = len(own) == count and all(name.isascii() and name[0] != "_" and name not in TAKEN for name in own)
    own = own if good and len(set(own)) == count else [f"X{i}" for i in range(1, count + 1)]
    return ["A0", *own[1:]] if count and "A0" not in own[1:] else own
