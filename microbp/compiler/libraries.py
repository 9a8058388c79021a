"""Array libraries as instructions see them: the rows of the table over NumPy, and what else they call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from ..table.op import TABLE, Op


class Library(dict[str, Any]):
    """What the text of a row may call, by name: a library's functions, and the table's own where it has none.

    The functions that instructions call are attributes.
    """

    def __init__(self, names: Mapping[str, Any], **own: Any) -> None:
        super().__init__({**names, **own})
        self._rows: dict[Op, Callable[..., Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return self[name]

    def row(self, op: Op) -> Callable[..., Any]:
        """A row of the table as a function of arrays."""
        if op not in self._rows:
            self._rows[op] = op.reading(self)
        return self._rows[op]

    def __missing__(self, name: str) -> Any:
        import numpy as np

        if name not in TABLE:
            raise AttributeError(name)
        self[name] = np.vectorize(TABLE[name].forward, otypes=[float])
        return self[name]


@cache
def numpy_library() -> Library:
    """NumPy."""
    import numpy as np

    # what np.sum and its like come to, without their detour through Python
    reductions = {"sum": np.add.reduce, "prod": np.multiply.reduce, "max": np.maximum.reduce, "min": np.minimum.reduce}
    return Library(
        vars(np), **reductions, concatenate=concatenate, column=column, index=index, scatter=scatter, add_rows=add_rows
    )


def concatenate(parts: Sequence[Any]) -> Any:
    """Arrays one below the other, row after row in memory: sums of rows are then always taken in one order."""
    import numpy as np

    return np.ascontiguousarray(np.concatenate(parts))


def column(values: Sequence[float]) -> Any:
    """Numbers as a column."""
    import numpy as np

    return np.array(values, dtype=float).reshape(-1, 1)


def index(places: Sequence[int]) -> Any:
    """Numbers of rows as an array."""
    import numpy as np

    return np.array(places, dtype=np.intp)


def add_rows(x: Any, order: Any, starts: Any) -> Any:
    """Sums of groups of rows: the rows in the order given, a group from every start to the next."""
    import numpy as np

    return np.add.reduceat(x[order], starts, axis=0)


def scatter(shape: tuple[int, int], parts: Sequence[tuple[Any, Any]]) -> Any:
    """Zeros with parts added to some of their rows; no part has a row twice."""
    import numpy as np

    z = np.zeros(shape)
    for rows, part in parts:
        z[rows] += part
    return z
