"""The numbers of many Values at once, or of many other objects with data and grad."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from ..native import engine


def data_of(values: Iterable[Any]) -> array[float]:
    """The data of some Values as an array of doubles, which NumPy takes without a copy.

    >>> from microbp import Value
    >>> data_of([Value(1.0), Value(2.0)]).tolist()
    [1.0, 2.0]
    """
    return _numbers(_as_list(values), of_grads=False)


def grads_of(values: Iterable[Any]) -> array[float]:
    """The grads of some Values, as `data_of`."""
    return _numbers(_as_list(values), of_grads=True)


def _numbers(values: list[Any], of_grads: bool) -> array[float]:
    if engine is not None:
        numbers = array("d", bytes(8 * len(values)))
        with suppress(TypeError):  # not all of them are Values
            engine.read(values, numbers, of_grads)
            return numbers
    return array("d", [value.grad if of_grads else value.data for value in values])


def assign(values: Sequence[Any], numbers: Iterable[float]) -> None:
    """Set the data of all Values or, if an error or an interrupt comes in between, of none.

    The numbers may be an array of doubles, such as NumPy's.

    >>> from microbp import Value
    >>> x, y = Value(1.0), Value(2.0)
    >>> assign([x, y], [3.0, 4.0])
    >>> x.data, y.data
    (3.0, 4.0)
    """
    _write(values, numbers, "data")


def assign_grads(values: Sequence[Any], numbers: Iterable[float]) -> None:
    """Set the grads of all Values, or of none, as `assign`.

    >>> from microbp import Value
    >>> x = Value(1.0)
    >>> assign_grads([x], [2.0])
    >>> x.grad
    2.0
    """
    _write(values, numbers, "grad")


def clear_grads(values: Sequence[Any]) -> None:
    """Set the grads of all Values to 0."""
    assign_grads(values, array("d", bytes(8 * len(values))))


def _write(values: Sequence[Any], numbers: Iterable[float], name: str) -> None:
    is_array = hasattr(numbers, "itemsize")
    given: Any = numbers if is_array else list(numbers)
    if engine is not None:
        with suppress(TypeError, ValueError, OverflowError):  # no Values, no doubles: the setters below have the words
            if engine.write(_as_list(values), given if is_array else array("d", given), name == "grad"):
                return
    before = [getattr(value, name) for value in values]
    try:
        for value, x in zip(values, given.tolist() if is_array else given, strict=True):
            setattr(value, name, x)
    except BaseException:
        for value, x in zip(values, before):
            setattr(value, name, x)
        raise


def _as_list(values: Iterable[Any]) -> list[Any]:
    return values if isinstance(values, list) else list(values)
