"""Setting many numbers at once."""

from __future__ import annotations

from collections.abc import Sequence

from .value import Value


def assign(values: Sequence[Value], numbers: Sequence[float]) -> None:
    """Set the data of all Values or, if an error or an interrupt comes in between, of none.

    >>> x, y = Value(1.0), Value(2.0)
    >>> assign([x, y], [3.0, 4.0])
    >>> x.data, y.data
    (3.0, 4.0)
    """
    before = [value.data for value in values]
    try:
        for value, x in zip(values, numbers):
            value.data = x
    except BaseException:
        for value, x in zip(values, before):
            value.data = x
        raise
