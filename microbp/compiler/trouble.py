"""When a program's numbers are not finite: which equation, which samples, and why.

A program runs at full speed and is only watched for the signs of trouble. Once there are some, its lines
are run again one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import DomainError, GradientError, MicrobpError, RangeError
from ..table.op import TABLE, Op
from .emit import Code
from .machine import Lines, definitions
from .text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def look_for_trouble(
    code: Code, lines: Lines, gradient: bool, names: Mapping[str, Any], namespace: Mapping[str, Any]
) -> None:
    """Run the lines of a program one by one, and raise at the first that has a result that is not finite.

    Raises:
        DomainError, RangeError: as the operation itself raises; the message adds the equation and samples.
        GradientError: a derivative is not finite.
    """
    import numpy as np

    found = {**namespace, **names}
    found.update((op.name, np.vectorize(_or_nan(op.forward), otypes=[float])) for op in _of_python(namespace))
    exec("\n\n".join(definitions(lines)), found)
    with np.errstate(all="ignore"):
        for i, line in enumerate([*lines.forward, *lines.backward] if gradient else lines.forward):
            name = line.split(" = ", 1)[0]
            exec(line, found)
            bad = ~np.isfinite(found[name])
            if bad.any():
                where = f"; in {line}, {_samples(bad)}"
                if i >= len(lines.forward):
                    raise GradientError(f"a derivative is not finite{where}; take a smooth or stable form of the cost")
                if name in code.made_by:
                    _explain(code, code.made_by[name], bad, found, where)
                raise RangeError(f"a result is not finite{where}")


def _of_python(namespace: Mapping[str, Any]) -> list[Op]:
    """The rows that NumPy has no function for: they run as Python's functions, entry by entry."""
    import numpy as np

    return [op for name, op in TABLE.items() if isinstance(namespace.get(name), np.vectorize)]


def _or_nan(f: Callable[..., float]) -> Callable[..., float]:
    def number(*args: float) -> float:
        try:
            return f(*args)
        except (ArithmeticError, ValueError):
            return math.nan

    return number


def _explain(code: Code, i: int, bad: NDArray[np.bool_], found: dict[str, Any], where: str) -> NoReturn:
    """Let the operation itself say what is wrong with the numbers of the first bad entry."""
    import numpy as np

    block = code.blocks[i]
    row, column = (int(k) for k in np.argwhere(bad)[0])
    numbers: list[float] = []
    for read in block.reads:
        x = code.read(read)
        array = np.asarray(eval(x.text, found) if isinstance(x, Text) else x, dtype=float)
        rows = np.broadcast_to(array, (max(len(array) if array.ndim else 1, 1), bad.shape[1]))[:, column]
        if block.form == "reduce":
            numbers += rows.reshape(block.k, -1)[:, row].tolist()
        else:
            numbers.append(float(rows[row if len(rows) > 1 else 0]))
    op = block.op
    if block.form != "matrix" and isinstance(op, Op):
        try:
            op.on_numbers(numbers)
        except MicrobpError as error:
            raise type(error)(f"{error}{where}") from None
        raise DomainError(f"{op.name}({numbers}) is not finite as array code{where}")
    raise RangeError(f"a weighted sum is too large for a float{where}: rescale the inputs or the parameters")


def _samples(bad: NDArray[np.bool_]) -> str:
    """The columns that are affected, in words."""
    columns = [int(c) for c in bad.any(axis=0).nonzero()[0]]
    if bad.shape[1] == 1 and len(columns) == 1:
        return "sample 0"
    shown = ", ".join(map(str, columns[:5])) + (", ..." if len(columns) > 5 else "")
    return f"sample{'s' if len(columns) > 1 else ''} {shown} of {bad.shape[1]}"
