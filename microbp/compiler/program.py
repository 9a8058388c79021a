"""`compile` and the `Program` it makes."""

from __future__ import annotations

import gc
import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..engine.assign import assign
from ..engine.tape import Tape
from ..engine.value import Value
from ..errors import InputTypeError, NotFiniteError, RangeError, ShapeError
from ..table import rows as ops
from .batch import columns, conditions, finite, refuse_not_finite, shape_of, vector_of
from .blocks import CONSTANTS, Block, Blocks, Piece, Read, spread, vectorise
from .differentiate import Sweep
from .emit import Code
from .flat import COST, GRADIENT
from .fold import fold
from .inplace import InPlace
from .machine import Lines, NumPyNames, definitions, text
from .recognise import recognise
from .sums import weighted_sums
from .traced import trace
from .trouble import look_for_trouble

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
        return Program(trace(f, example, parameters), shapes, names, len(parameters))


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
    """A compiled function of a batch: one sample per row in every argument, the cost a mean over samples.

    Attributes:
        tape: the rows as recorded.
        folded: the tape after the passes, as the blocks were made from it.
        blocks: the rows in blocks.
        parameters: the Values that are differentiated, in the order of the gradients.
        source: the generated code.
    """

    def __init__(self, tape: Tape, shapes: Sequence[tuple[int, ...]], names: Sequence[str], wanted: int) -> None:
        self.tape = tape
        self.parameters, self.others = tape.parameters[:wanted], tape.parameters[wanted:]
        self._shapes, self.names = shapes, list(names)
        sizes = [math.prod(shape) for shape in shapes]
        self.folded = passes(replace(tape, checks=()), wanted)
        self.blocks = vectorise(self.folded, sizes, wanted)
        code = self.code = Code(self.blocks, names)
        code.forward()
        cost = code.full(code.read(self.blocks.cost), 1, samples=False).text
        lines = len(code.lines)
        sweep = Sweep(code)
        gradient = sweep.run()
        self.lines = Lines(self.names, code.lines[:lines], cost, code.lines[lines:], gradient)
        self.namespace = NumPyNames(code.arrays)
        self._run = InPlace(self.lines, self.namespace)
        by_cost = _shown_by_cost(self.blocks, len(names))
        by_gradient = _shown_by_gradient(self.blocks, sweep.multiplied, len(names))
        self._shown = {False: by_cost, True: [c or g for c, g in zip(by_cost, by_gradient)]}
        self._conditions = conditions(tape, sizes, names) if tape.checks else None

    @property
    def source(self) -> str:
        """The generated code: the functions it needs, and ``program``."""
        arrays = [_constant(name, array) for name, array in self.code.arrays.items()]
        return "\n\n".join([*definitions(self.lines), *(["\n".join(arrays)] if arrays else []), text(self.lines)])

    def gather(self) -> Vector:
        """The numbers of the parameters as one vector."""
        return vector_of(self.parameters)

    def scatter(self, vector: ArrayLike) -> None:
        """Write a vector of numbers back into the parameters."""
        import numpy as np

        numbers = np.asarray(vector, dtype=float)
        if numbers.shape != (len(self.parameters),):
            raise ShapeError(f"{len(self.parameters)} parameters, a vector of shape {numbers.shape}")
        if not np.isfinite(numbers).all():
            raise NotFiniteError("the vector holds NaN or infinity; no parameter was changed")
        assign(self.parameters, numbers.tolist())

    def __call__(self, *batch: Any, at: ArrayLike | None = None) -> float:
        """The mean cost of a batch; see `value_and_grad`."""
        return self._compute(batch, at, gradient=False)[0]

    def value_and_grad(self, *batch: Any, at: ArrayLike | None = None) -> tuple[float, Vector]:
        """The mean cost of a batch and its derivative by every parameter.

        Args:
            batch: as the example, with one sample per row.
            at: the parameters as a vector, instead of what the Values hold: reading thousands of Values takes
                longer than the computation. See `gather` and `scatter`.

        Returns:
            the cost, and a vector with one derivative for each of ``parameters``.
        """
        return self._compute(batch, at, gradient=True)

    def _compute(self, batch: Sequence[Any], at: ArrayLike | None, gradient: bool) -> tuple[float, Vector]:
        """The mean cost and, where it is wanted, the gradient."""
        return self._differentiate(self._column(at), columns(batch, self.names, self._shapes), gradient)

    def _differentiate(self, P: Vector, arrays: Sequence[Vector], gradient: bool) -> tuple[float, Vector]:
        import numpy as np

        for array, name, shown in zip(arrays, self.names, self._shown[gradient]):
            if not shown:
                refuse_not_finite(array, name)
        if self._conditions is not None:
            self._conditions(P, *arrays)
        signs: list[str] = []
        cost, G = math.nan, P
        try:
            with np.errstate(over="call", divide="call", invalid="call", call=lambda kind, _: signs.append(kind)):
                result = self._run(P, *arrays, gradient=gradient)
                C, G = result if gradient else (result, G)
                cost = float(np.add.reduce(C, axis=None)) / C.size
        except (ArithmeticError, ValueError) as error:  # from a function of Python's among the rows
            signs.append(str(error))
        if signs or not (math.isfinite(cost) and finite(G)):
            self._look_for_trouble(P, arrays, gradient)
            if not math.isfinite(cost):
                raise RangeError("the sum of the costs is too large for a float: rescale the cost")
        if G.base is not None or any(G is array for array in self.code.arrays.values()):
            G = G.copy()  # a view of the parameters or a constant: the caller gets an array of their own
        return cost, G[: len(self.parameters), 0]

    def per_sample_grad(self, *batch: Any, at: ArrayLike | None = None) -> Vector:
        """The gradient of every sample's own cost: a row per sample, a column per parameter.

        Their mean is the gradient of `value_and_grad`. The samples are computed one after the other.
        """
        import numpy as np

        arrays, P = columns(batch, self.names, self._shapes), self._column(at)
        samples = [[a[:, k : k + 1] for a in arrays] for k in range(arrays[0].shape[1] if arrays else 1)]
        return np.array([self._differentiate(P, sample, gradient=True)[1] for sample in samples])

    def to_jax(self) -> Callable[..., tuple[Any, Any]]:
        """A pure function ``(params, *batch) -> (cost, gradient)`` for JAX; see `microbp.compiler.jax`."""
        from .jax import to_jax

        return to_jax(self)

    def to_torch_source(self) -> str:
        """A Python file with this cost as a PyTorch module; see `microbp.compiler.torch`."""
        from .torch import to_torch_source

        return to_torch_source(self)

    @property
    def equations(self) -> str:
        """The blocks in LaTeX, with the shape of each; see `microbp.compiler.report`."""
        from .report import equations

        return equations(self)

    def report(self) -> str:
        """Rows, blocks, operations and bytes; see `microbp.compiler.report`."""
        from .report import report

        return report(self)

    def _look_for_trouble(self, P: Vector, arrays: Sequence[Vector], gradient: bool) -> None:
        for array, name in zip(arrays, self.names):
            refuse_not_finite(array, name)
        names = {**dict(zip(self.names, arrays)), "P": P, "m": arrays[0].shape[1] if arrays else 1}
        look_for_trouble(self.code, self.lines, gradient, names, self.namespace)

    def _column(self, at: ArrayLike | None) -> Vector:
        import numpy as np

        vector = self.gather() if at is None else np.asarray(at, dtype=float)
        if vector.shape != (len(self.parameters),):
            raise ShapeError(f"{len(self.parameters)} parameters, a vector of shape {vector.shape}")
        if self.others:
            vector = np.concatenate([vector, vector_of(self.others)])
        if not finite(vector):
            raise NotFiniteError("the parameters hold NaN or infinity: start anew, with shorter steps")
        return vector.reshape(-1, 1)


def passes(tape: Tape, wanted: int) -> Tape:
    """From the tape as recorded to the tape that is cut into blocks."""
    return fold(spread(weighted_sums(recognise(fold(tape))), wanted))


TAKEN = {"P", "M", "C", COST, GRADIENT}
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


def _constant(name: str, array: Any) -> str:
    """A constant array as code, or in words where it is long."""
    return f"{name} = array({array.tolist()})" if array.size <= 64 else f"# {name}: {array.size} constants"


PASSES = {ops.add, ops.sub, ops.mul, ops.neg, ops.square, ops.add_up, ops.mean, ops.weighted_sum}
"""Operations whose result is NaN or infinite whenever an argument is; 0 times infinity is NaN."""


def _shown_by_cost(blocks: Blocks, arguments: int) -> list[bool]:
    """For each argument, whether NaN or infinity in it must show in the cost, and need not be looked for."""
    shown: set[int] = set()

    def show(read: Read) -> None:
        shown.update(source for source, places in read.pieces if len(set(places)) == blocks.blocks[source].size)

    show(blocks.cost)
    for i in range(len(blocks.blocks) - 1, arguments, -1):
        block = blocks.blocks[i]
        if i in shown and (block.op in PASSES or block.form == "matrix" or _is_square(block)) and not _is_zero(block):
            for read in block.reads:
                show(read)
    return [source in shown for source in range(1, arguments + 1)]


def _is_zero(block: Block) -> bool:
    """Whether it has a product with 0: that is written down as 0, whatever the other factor."""
    numbers = [x for read in block.reads for source, places in read.pieces if source == CONSTANTS for x in places]
    return block.op is ops.mul and 0.0 in numbers


def _is_square(block: Block) -> bool:
    return block.op is ops.pow and block.reads[1].pieces == [Piece(CONSTANTS, [2.0] * block.size)]


def _shown_by_gradient(blocks: Blocks, multiplied: Iterable[int], arguments: int) -> list[bool]:
    """For each argument, whether NaN or infinity in it must show in the gradient, and need not be looked for.

    It does where all of the argument is multiplied by weights: their gradient multiplies it by the adjoints,
    and neither NaN nor infinity comes out finite, not even from a multiplication by 0.
    """
    shown = [False] * arguments
    for i in multiplied:
        for source, places in blocks.blocks[i].reads[1].pieces:
            if 0 < source <= arguments and len(set(places)) == blocks.blocks[source].size:
                shown[source - 1] = True
    return shown
