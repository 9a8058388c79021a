"""Cutting data into parts: mini-batches, a training and a test part; and the checks before training.

``X`` and ``Y`` hold one sample per row. Lists give lists, NumPy arrays give arrays, and so do a DataFrame or Series of
pandas and the tensors of other libraries.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from math import isfinite
from numbers import Integral
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import InputError, InputTypeError, NotFiniteError, RangeError, ShapeError
from ..randomness import generator
from ..table.op import is_array, number, shorten

if TYPE_CHECKING:
    from numpy.typing import NDArray

Xs = TypeVar("Xs", bound="list[Any] | NDArray[Any]")
Ys = TypeVar("Ys", bound="list[Any] | NDArray[Any]")


def samples(data: Any) -> Any:
    """Data with a sample per row, as a list or a NumPy array.

    Args:
        data: a list, an array, or what knows how to become an array, such as a DataFrame or Series of pandas: its
            row labels do not count.

    Raises:
        InputTypeError: it has no rows, or no order of them.
        InputError: a masked array has masked entries.

    >>> samples([[1.0], [2.0]])
    [[1.0], [2.0]]
    """
    if isinstance(data, list | tuple):
        return data
    try:
        if hasattr(data, "to_numpy"):
            return data.to_numpy()
        if is_array(data):
            return _unmasked(data)
        if isinstance(data, Sequence) and not isinstance(data, str | bytes):
            return list(data)
    except (TypeError, RuntimeError) as error:  # a tensor that records, a type that NumPy does not know
        raise InputTypeError(f"got {shorten(repr(data))}, which is no array of numbers: {error}") from None
    raise InputTypeError(f"got {shorten(repr(data))}: give a list, an array or a DataFrame, with one row per sample")


def _unmasked(data: Any) -> Any:
    import numpy as np

    if np.ma.is_masked(data):
        raise InputError("the data have masked entries: fill them, or leave these samples out")
    return np.asarray(data)


def batches(X: Xs, Y: Ys, size: int, seed: int | None = None) -> Iterator[tuple[Xs, Ys]]:
    """Shuffle the samples and cut them into mini-batches: one epoch of stochastic gradient descent.

    Every sample comes exactly once; the last batch is smaller when ``size`` does not divide their number.
    Give every epoch a seed of its own, or all of them will shuffle alike.

    Args:
        X: The inputs, one sample per row.
        Y: The targets, as many as ``X`` has rows.
        size: Samples per batch.
        seed: Seed of the shuffle; None keeps the order.

    Returns:
        An iterator of ``(X_batch, Y_batch)``, each of the kind given.

    Raises:
        ShapeError: No data, ``X`` and ``Y`` of different lengths, or a ``size`` below 1 or not whole. It is
            raised by the call, not by the first step of the loop.

    >>> for x, y in batches([[1.0], [2.0], [3.0]], [0, 1, 0], size=2):
    ...     print(x, y)
    [[1.0], [2.0]] [0, 1]
    [[3.0]] [0]

    Source: M. Nielsen, Neural Networks and Deep Learning, chapter 1, "Learning with gradient descent".
    """
    X, Y = samples(X), samples(Y)
    rows = _rows(X, Y, seed)
    if not isinstance(size, Integral) or size < 1:
        raise ShapeError(f"size={size!r}: a batch needs a whole number of samples, at least 1")
    parts = (rows[start : start + size] for start in range(0, len(rows), size))
    return ((_take(X, part), _take(Y, part)) for part in parts)


def split(X: Xs, Y: Ys, test: float = 0.2, seed: int | None = 0) -> tuple[Xs, Ys, Xs, Ys]:
    """Shuffle the samples and set some of them aside for testing.

    Args:
        X: The inputs, one sample per row.
        Y: The targets, as many as ``X`` has rows.
        test: The fraction for testing; of ``m`` samples it takes ``round(test * m)``.
        seed: Seed of the shuffle; None keeps the order, and the last samples are for testing.

    Returns:
        ``X_train, Y_train, X_test, Y_test``, each of the kind given.

    Raises:
        InputError: ``test`` is not between 0 and 1.
        ShapeError: No data, ``X`` and ``Y`` of different lengths, or too few to leave samples on both sides.

    >>> split([[1.0], [2.0], [3.0], [4.0]], [1, 2, 3, 4], test=0.25, seed=None)
    ([[1.0], [2.0], [3.0]], [1, 2, 3], [[4.0]], [4])
    """
    X, Y = samples(X), samples(Y)
    rows = _rows(X, Y, seed)
    if not 0.0 < test < 1.0:
        raise InputError(f"test={test!r}: give the fraction for testing, between 0 and 1")
    kept = len(rows) - round(test * len(rows))
    if not 0 < kept < len(rows):
        raise ShapeError(
            f"test={test!r} of {len(rows)} samples leaves {kept} for training and {len(rows) - kept} for "
            "testing: give more samples or another fraction"
        )
    train, held_out = rows[:kept], rows[kept:]
    return _take(X, train), _take(Y, train), _take(X, held_out), _take(Y, held_out)


def check_finite(X: list[Any] | NDArray[Any]) -> None:
    """Refuse data that would turn every gradient into NaN, before training starts.

    Args:
        X: Rows of numbers, as lists or as an array; a flat list counts as one column.

    Raises:
        NotFiniteError: A number is NaN or infinite; the message names the first, row by row.
        ShapeError: A row is longer or shorter than the first.
        InputTypeError: An entry is not a number, such as text from a CSV file.

    >>> check_finite([[1.0, 2.0], [3.0, float("nan")]])
    Traceback (most recent call last):
        ...
    microbp.errors.NotFiniteError: row 1, column 1 (counted from 0) is nan: remove the sample or fill the gap
    """
    X = samples(X)
    if not isinstance(X, (list, tuple)):
        import numpy as np

        if X.dtype.kind in "biuf" and np.isfinite(X).all():
            return
        X = X.reshape(len(X), -1)
    width = None
    for r, item in enumerate(X):
        row = item if hasattr(item, "__len__") and not isinstance(item, str) else [item]
        width = len(row) if width is None else width
        if len(row) != width:
            raise ShapeError(f"row {r} has {len(row)} numbers and row 0 has {width}: all rows need as many")
        for c, x in enumerate(row):
            where = f"row {r}, column {c} (counted from 0)"
            try:
                finite = isfinite(number(x))
            except RangeError as error:
                raise RangeError(f"{where}: {error}") from None
            except InputTypeError:
                raise InputTypeError(f"{where} is {x!r}: convert it to a float") from None
            if not finite:
                raise NotFiniteError(f"{where} is {x}: remove the sample or fill the gap")


def _rows(X: list[Any] | NDArray[Any], Y: list[Any] | NDArray[Any], seed: int | None) -> Any:
    """The row numbers in the order of the shuffle, after a check that X and Y belong together."""
    if len(X) != len(Y):
        raise ShapeError(f"X has {len(X)} samples and Y has {len(Y)}: give one target per sample")
    if len(X) == 0:
        raise ShapeError("X and Y are empty: give at least one sample")
    rows = range(len(X))
    if seed is None:
        return rows
    keys = array("Q", generator(seed).randbytes(8 * len(X)))  # in the order of random keys: a shuffle
    if not hasattr(X, "dtype"):
        return sorted(rows, key=keys.__getitem__)
    import numpy as np

    order: Any = np.argsort(np.asarray(keys), kind="stable")
    return order


def _take(data: Any, rows: Sequence[int]) -> Any:
    return data[rows] if hasattr(data, "dtype") else [data[i] for i in rows]
