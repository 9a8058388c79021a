"""Classes as targets: by index, or one number for each class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from ..losses import class_index


@overload
def one_hot(index: int, classes: int) -> list[float]: ...
@overload
def one_hot(index: Sequence[Any], classes: int) -> list[list[float]]: ...
def one_hot(index: Any, classes: int) -> Any:
    """A class index as a list with a 1 at its place and 0 elsewhere; of a list of indices, a list of these.

    Args:
        index: a whole number from 0 on, or a list or array of them.
        classes: how many classes there are.

    Raises:
        InputError: an index is no whole number from 0 to ``classes - 1``.

    >>> one_hot(2, 4)
    [0.0, 0.0, 1.0, 0.0]
    >>> one_hot([1, 0], 2)
    [[0.0, 1.0], [1.0, 0.0]]
    """
    if hasattr(index, "__len__"):
        return [one_hot(one, classes) for one in index]
    right = class_index(index, classes)
    return [float(k == right) for k in range(classes)]
