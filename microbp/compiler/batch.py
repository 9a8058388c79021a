"""Batches and parameters as arrays with one column per sample, and the checks they pass on the way in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..engine.tape import Tape
from ..engine.value import Value
from ..errors import InputError, NotFiniteError, ShapeError
from ..table.op import is_array
from .blocks import vectorise
from .emit import Code
from .fold import fold
from .machine import Lines, NumPyNames, function

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
    from array import array

    import numpy as np

    return np.frombuffer(array("d", [p.data for p in values]), dtype=float)


def columns(batch: Sequence[Any], names: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> list[Vector]:
    """The arguments of a program as arrays with a column per sample.

    Raises:
        ShapeError: an argument is missing, has no samples, or has samples of another shape.
    """
    import numpy as np

    if len(batch) != len(shapes):
        raise ShapeError(f"the program takes {len(shapes)} arguments, got {len(batch)}")
    arrays: list[Vector] = []
    for name, x, shape in zip(names, batch, shapes):
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


def finite(array: Any) -> bool:
    """Whether every entry is finite. The sum of squares says so at once, unless it overflows."""
    import numpy as np

    entries = np.ravel(array, order="K")
    return math.isfinite(np.vdot(entries, entries)) or bool(np.isfinite(entries).all())


def refuse_not_finite(array: Vector, name: str) -> None:
    """Raise NotFiniteError if a column of an argument holds NaN or infinity, naming the first sample."""
    import numpy as np

    if not finite(array):
        sample = int(np.argwhere(~np.isfinite(array))[0][1])
        raise NotFiniteError(f"{name} holds NaN or infinity, first in sample {sample}: clean the data")


def conditions(tape: Tape, sizes: Sequence[int], names: Sequence[str]) -> Callable[..., None]:
    """A function of a batch that raises where a sample does not meet the conditions of the tape."""
    import numpy as np

    code = Code(vectorise(fold(replace(tape, outputs=(tape.checks[0].condition,))), sizes, 0), names)
    code.forward()
    messages = [code.full(code.read(read), 1, samples=False).text for read in code.checks.values()]
    run = function(Lines(list(names), code.lines, f"[{', '.join(messages)}]", [], ""), NumPyNames(code.arrays))

    def check(P: Vector, *batch: Vector) -> None:
        for message, met in zip(code.checks, run(P, *batch, gradient=False)):
            if not met.all():
                bad = np.argwhere(met == 0)
                raise InputError(f"{message}; sample {int(bad[0][1])} does not")

    return check
