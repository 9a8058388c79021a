"""`compile` and the `Program` it makes."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import InputError, InputTypeError, NotFiniteError, ShapeError
from ..op import is_array
from ..value import Value
from .blocks import Blocks, spread, vectorise
from .differentiate import Sweep
from .emit import Code
from .fold import fold
from .machine import Lines, NumPyNames, definitions, function, text
from .recognise import recognise
from .sums import weighted_sums
from .tape import Tape
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
    shapes, names = [_shape(x) for x in example], _names(f, len(example))
    return Program(trace(f, example, parameters), shapes, names, len(parameters))


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
        gradient = Sweep(code).run()
        self.lines = Lines(self.names, code.lines[:lines], cost, code.lines[lines:], gradient)
        self.namespace = NumPyNames(code.arrays)
        self._run = function(self.lines, self.namespace)
        self._shown = _shown_by_gradient(self.blocks, len(names))
        self._conditions = _conditions(tape, sizes, names) if tape.checks else None

    @property
    def source(self) -> str:
        """The generated code: the functions it needs, and ``program``."""
        arrays = [_constant(name, array) for name, array in self.code.arrays.items()]
        return "\n\n".join([*definitions(self.lines), *(["\n".join(arrays)] if arrays else []), text(self.lines)])

    def gather(self) -> Vector:
        """The numbers of the parameters as one vector."""
        return _vector(self.parameters)

    def scatter(self, vector: ArrayLike) -> None:
        """Write a vector of numbers back into the parameters."""
        import numpy as np

        numbers = np.asarray(vector, dtype=float)
        if numbers.shape != (len(self.parameters),):
            raise ShapeError(f"{len(self.parameters)} parameters, a vector of shape {numbers.shape}")
        if not np.isfinite(numbers).all():
            raise NotFiniteError("the vector holds NaN or infinity; no parameter was changed")
        for p, x in zip(self.parameters, numbers.tolist()):
            p.data = x

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
        return self._differentiate(self._column(at), self._columns(batch), gradient)

    def _differentiate(self, P: Vector, arrays: Sequence[Vector], gradient: bool) -> tuple[float, Vector]:
        import numpy as np

        for array, name, shows in zip(arrays, self.names, self._shown):
            if not (gradient and shows):
                _refuse_notfinite(array, name)
        if self._conditions is not None:
            self._conditions(P, *arrays)
        signs: list[str] = []
        cost, G = math.nan, P
        try:
            with np.errstate(over="call", divide="call", invalid="call", call=lambda kind, _: signs.append(kind)):
                result = self._run(P, *arrays, gradient=gradient)
            C, G = result if gradient else (result, G)
            cost = float(C.sum()) / C.size
        except (ArithmeticError, ValueError) as error:  # from a function of Python's among the rows
            signs.append(str(error))
        if signs or not (math.isfinite(cost) and finite(G)):
            self._look_for_trouble(P, arrays, gradient)
        return cost, G[: len(self.parameters), 0]

    def per_sample_grad(self, *batch: Any, at: ArrayLike | None = None) -> Vector:
        """The gradient of every sample's own cost: a row per sample, a column per parameter.

        Their mean is the gradient of `value_and_grad`. The samples are computed one after the other.
        """
        import numpy as np

        samples = [[column[:, k : k + 1] for column in self._columns(batch)] for k in range(_count(batch))]
        P = self._column(at)
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
            _refuse_notfinite(array, name)
        names = {**dict(zip(self.names, arrays)), "P": P, "m": arrays[0].shape[1] if arrays else 1}
        look_for_trouble(self.code, self.lines, gradient, names, self.namespace)

    def _column(self, at: ArrayLike | None) -> Vector:
        import numpy as np

        vector = self.gather() if at is None else np.asarray(at, dtype=float)
        if vector.shape != (len(self.parameters),):
            raise ShapeError(f"{len(self.parameters)} parameters, a vector of shape {vector.shape}")
        if self.others:
            vector = np.concatenate([vector, _vector(self.others)])
        return vector.reshape(-1, 1)

    def _columns(self, batch: Sequence[Any]) -> list[Vector]:
        """The arguments as arrays with a column per sample."""
        import numpy as np

        if len(batch) != len(self._shapes):
            raise ShapeError(f"the program takes {len(self._shapes)} arguments, got {len(batch)}")
        arrays: list[Vector] = []
        for name, x, shape in zip(self.names, batch, self._shapes):
            try:
                array = np.asarray(x, dtype=float)
            except (TypeError, ValueError):
                raise ShapeError(f"{name} is no table of numbers with one row per sample and rows alike") from None
            if array.shape[1:] != shape or array.ndim != len(shape) + 1 or not len(array):
                wanted = ", ".join(["m", *map(str, shape)])
                raise ShapeError(f"{name} needs the shape ({wanted}), one sample per row; got {array.shape}")
            arrays.append(array.reshape(len(array), -1).T)
        if len({a.shape[1] for a in arrays}) > 1:
            raise ShapeError(f"the arguments have different numbers of samples: {[a.shape[1] for a in arrays]}")
        return arrays


def passes(tape: Tape, wanted: int) -> Tape:
    """From the tape as recorded to the tape that is cut into blocks."""
    return fold(spread(weighted_sums(recognise(fold(tape))), wanted))


def _conditions(tape: Tape, sizes: Sequence[int], names: Sequence[str]) -> Callable[..., None]:
    """A function of a batch that raises where a sample does not meet the conditions of the tape."""
    import numpy as np

    code = Code(vectorise(passes(replace(tape, output=0.0), 0), sizes, 0), names)
    code.forward()
    messages = [code.full(code.read(read), 1, samples=False).text for read in code.checks.values()]
    run = function(Lines(list(names), code.lines, f"[{', '.join(messages)}]", [], ""), NumPyNames(code.arrays))

    def check(P: Vector, *batch: Vector) -> None:
        for message, met in zip(code.checks, run(P, *batch, gradient=False)):
            if not met.all():
                bad = np.argwhere(~met)
                raise InputError(f"{message}; sample {int(bad[0][1])} does not")

    return check


def _shown_by_gradient(blocks: Blocks, arguments: int) -> list[bool]:
    """For each argument, whether NaN or infinity in it must show in the gradient, and need not be looked for.

    It does where all of the argument is multiplied by weights: their gradient multiplies it by the adjoints,
    and neither NaN nor infinity comes out finite, not even from a multiplication by 0.
    """
    shown = [False] * arguments
    for block in blocks.blocks:
        if block.form == "matrix" and block.reads[0].active:
            for source, places in block.reads[1].pieces:
                if 0 < source <= arguments and len(set(places)) == blocks.blocks[source].size:
                    shown[source - 1] = True
    return shown


def _refuse_notfinite(array: Vector, name: str) -> None:
    import numpy as np

    if not finite(array):
        sample = int(np.argwhere(~np.isfinite(array))[0][1])
        raise NotFiniteError(f"{name} holds NaN or infinity, first in sample {sample}: clean the data")


def _constant(name: str, array: Any) -> str:
    """A constant array as code, or in words where it is long."""
    return f"{name} = array({array.tolist()})" if array.size <= 64 else f"# {name}: {array.size} constants"


def _count(batch: Sequence[Any]) -> int:
    return len(batch[0]) if batch else 1


def finite(array: Any) -> bool:
    """Whether every entry is finite. The sum of squares says so at once, unless it overflows."""
    import numpy as np

    flat = np.ravel(array, order="K")
    return math.isfinite(flat @ flat) or bool(np.isfinite(flat).all())


def _vector(values: Iterable[Value]) -> Vector:
    from array import array

    import numpy as np

    return np.frombuffer(array("d", [p.data for p in values]), dtype=float)


def _shape(x: Any) -> tuple[int, ...]:
    """The shape of an example: nested lists of equal lengths."""
    if is_array(x):
        return tuple(x.shape)
    if not isinstance(x, list | tuple):
        return ()
    shapes = {_shape(part) for part in x}
    if len(shapes) != 1:
        raise ShapeError("an example is a number, or (nested) lists of equal lengths that are not empty")
    return (len(x), *shapes.pop())


def _names(f: Callable[..., Any], count: int) -> list[str]:
    """Names for the arguments: A0 for the first, which feeds layer 1, the function's own for others."""
    try:
        own = [name.upper() for name in inspect.signature(f).parameters]
    except (TypeError, ValueError):
        own = []
    good = len(own) == count and all(name.isascii() and name not in ("P", "M", "C") for name in own)
    own = own if good and len(set(own)) == count else [f"X{i}" for i in range(1, count + 1)]
    return ["A0", *own[1:]] if count and "A0" not in own[1:] else own
