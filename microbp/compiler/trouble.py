"""When a program's numbers are not finite: which equation, which samples, and why.

A program runs at full speed and is only watched for the signs of trouble. Once there are some, its instructions
are run again one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import DomainError, GradientError, MicrobpError, RangeError
from ..table.op import TABLE
from .instructions import Each, Instructions, Reduce
from .libraries import Library, numpy_library
from .source import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def look_for_trouble(code: Instructions, names: Sequence[str], P: Any, arrays: Sequence[Any]) -> None:
    """Run a program instruction by instruction, and raise at the first line that has a result that is not finite.

    Raises:
        DomainError, RangeError: as the operation itself raises; the message adds the equation and samples.
        GradientError: a derivative is not finite.
    """
    import numpy as np

    found: list[Any] = []
    library, m = _cautious(), arrays[0].shape[1] if arrays else 1
    lines = {line.number: line for line in Source(code, names).lines}
    half = max(code.blocks, default=-1)
    with np.errstate(all="ignore"):
        for i, x in enumerate(code):
            leaf = P if i == 0 else arrays[i - 1] if i <= len(arrays) else None
            found.append(x.compute(library, [found[a] for a in x.reads], m) if leaf is None else leaf)
            bad = ~np.isfinite(found[i]) if i in lines or i in code.outputs else np.array(False)
            if bad.any():
                where = f"; in {lines[i]}, {_samples(bad)}" if i in lines else f"; {_samples(bad)}"
                if i > half:
                    raise GradientError(f"a derivative is not finite{where}; take a smooth or stable form of the cost")
                if i in code.blocks:
                    _explain(code, i, bad, found, where)
                raise RangeError(f"a result is not finite{where}")


def _cautious() -> Library:
    """NumPy, with NaN from functions of Python's that raise."""
    import numpy as np

    numpy = numpy_library()
    own = {
        name: np.vectorize(_or_nan(op.forward), otypes=[float]) for name, op in TABLE.items() if not hasattr(np, name)
    }
    return Library(numpy, **own)


def _or_nan(f: Callable[..., float]) -> Callable[..., float]:
    def number(*args: float) -> float:
        try:
            return f(*args)
        except (ArithmeticError, ValueError):
            return math.nan

    return number


def _explain(code: Instructions, i: int, bad: NDArray[np.bool_], found: Sequence[Any], where: str) -> NoReturn:
    """Let the operation itself say what is wrong with the numbers of the first bad entry."""
    import numpy as np

    x = code[i]
    if code.blocks[i].form == "matrix":
        raise RangeError(f"a weighted sum is too large for a float{where}: rescale the inputs or the parameters")
    while not isinstance(x, Each | Reduce):
        x = code[x.reads[0]]
    row, column = (int(k) for k in np.argwhere(bad)[0])
    numbers: list[float] = []
    for a in x.reads:
        array = np.asarray(found[a], dtype=float)
        while array.ndim < 2:
            array = array[None]
        entries = array[..., min(column, array.shape[-1] - 1)]
        if isinstance(x, Reduce) and (array.ndim == 3 or array.shape[0] > 1):
            entries = entries if array.ndim == 2 else entries[:, min(row, array.shape[1] - 1)]
            numbers += entries.tolist()
        else:
            numbers.append(float(entries[min(row, len(entries) - 1)]))
    try:
        x.op.on_numbers(numbers)
    except MicrobpError as error:
        raise type(error)(f"{error}{where}") from None
    raise DomainError(f"{x.op.name}({numbers}) is not finite as array code{where}")


def _samples(bad: NDArray[np.bool_]) -> str:
    """The columns that are affected, in words."""
    columns = [int(c) for c in bad.any(axis=tuple(range(bad.ndim - 1))).nonzero()[0]]
    if bad.shape[-1] == 1 and len(columns) == 1:
        return "sample 0"
    shown = ", ".join(map(str, columns[:5])) + (", ..." if len(columns) > 5 else "")
    return f"sample{'s' if len(columns) > 1 else ''} {shown} of {bad.shape[-1]}"
