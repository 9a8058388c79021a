"""Batches and parameters as arrays with one column per sample, and the checks they pass on the way in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..engine.assign import data_of
from ..engine.tape import Tape
from ..engine.value import Value
from ..errors import InputError, InputTypeError, NotFiniteError, ShapeError
from ..table.op import is_array, number
from .fold import fold
from .run_numpy import Runner
from .vectorise import vectorise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of an example: nested lists of equal lengths."""
    if is_array(x):
        return tuple(x.shape)
    if not isinstance(x, list | tuple):
        return ()
    shapes = {shape_of(part) for part in x}
    if len(shapes) != 1:
        raise ShapeError("an example is a number, or (nested) lists of equal lengths that are not empty")
    return (len(x), *shapes.pop())


def vector_of(values: Iterable[Value]) -> Vector:
    """The numbers of some Values as an array."""
    import numpy as np

    return np.frombuffer(data_of(values), dtype=float)


def as_floats(x: Any, name: str) -> Vector:
    """Numbers as an array of floats. What NumPy would only make of them, such as a text, is refused.

    Raises:
        InputTypeError: they are no real numbers; what to do instead.
        RangeError: a whole number is too large for a float.
        ShapeError: they are no table.
    """
    import numpy as np

    if x.__class__ is np.ndarray and x.dtype == float:
        found: Vector = x
        return found
    try:
        array = np.asarray(x)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ShapeError(f"{name} is no table of numbers with one row per sample and rows alike: {error}") from None
    if isinstance(x, np.ma.MaskedArray) and np.ma.is_masked(x):
        raise InputError(f"{name} has masked entries: fill them, or leave these samples out")
    if array.dtype.kind in "biuf":
        return array.astype(float, copy=False)
    if array.dtype.kind == "O":
        return np.array([number(entry) for entry in array.ravel()], dtype=float).reshape(array.shape)
    cure = {"c": "take real and imaginary part as two numbers", "U": "turn text into numbers with float()"}
    raise InputTypeError(
        f"{name} holds entries of type {array.dtype}, not real numbers: "
        + cure.get(array.dtype.kind, "turn them into floats")
    )


def columns(batch: Sequence[Any], names: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> list[Vector]:
    """The arguments of a program as arrays with a column per sample.

    Raises:
        ShapeError: an argument is missing, has no samples, or has samples of another shape.
    """

    if len(batch) != len(shapes):
        raise ShapeError(f"the program takes {len(shapes)} arguments, got {len(batch)}")
    arrays: list[Vector] = []
    for name, x, shape in zip(names, batch, shapes):
        array = as_floats(x, name)
        if array.shape[1:] != shape or array.ndim != len(shape) + 1 or not len(array):
            wanted = ", ".join(["m", *map(str, shape)])
            raise ShapeError(f"{name} needs the shape ({wanted}), one sample per row; got {array.shape}")
        arrays.append(array.reshape(len(array), -1).T)
    if len({a.shape[1] for a in arrays}) > 1:
        raise ShapeError(f"the arguments have different numbers of samples: {[a.shape[1] for a in arrays]}")
    return arrays


def finite(array: Any) -> bool:
    """Whether every entry is finite. The sum of squares says so at once, unless it overflows."""
    import numpy as np

    entries = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else np.ravel(array, order="K")
    return math.isfinite(np.vdot(entries, entries)) or bool(np.isfinite(entries).all())


def refuse_not_finite(array: Vector, name: str) -> None:
    """Raise NotFiniteError if a column of an argument holds NaN or infinity, naming the first sample."""
    import numpy as np

    if not finite(array):
        sample = int(np.argwhere(~np.isfinite(array))[0][1])
        raise NotFiniteError(f"{name} holds NaN or infinity, first in sample {sample}: clean the data")


class Conditions:
    """The conditions of a tape as a program of their own: calling it raises where a sample does not meet one."""

    def __init__(self, tape: Tape, sizes: Sequence[int]) -> None:
        groups: dict[str, list[int]] = {}
        for condition, message in tape.checks:
            groups.setdefault(message, []).append(condition)
        self.messages = list(groups)
        roots = [i for group in groups.values() for i in group]
        folded = fold(replace(tape, outputs=tuple(roots), checks=()))
        found, at = list[Sequence[int]](), 0
        for group in groups.values():
            found.append(folded.outputs[at : at + len(group)])
            at += len(group)
        self.run = Runner(vectorise(folded, sizes, 0, found).code)

    def __call__(self, P: Vector, arrays: Sequence[Vector]) -> None:
        """Raise InputError where a sample does not meet a condition."""
        import numpy as np

        for message, met in zip(self.messages, self.run(P, arrays)):
            if not met.all():
                bad = np.argwhere(met == 0)
                raise InputError(f"{message}; sample {int(bad[0][1])} does not")
