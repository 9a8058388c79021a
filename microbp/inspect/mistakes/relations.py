"""How a wrong matrix and the right one are related, where no known mistake explains the numbers."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CLOSE = 1e-5
MOST = 6  # rows whose orders are tried


def relation(given: Any, right: Any, weights: Any) -> str:
    """The relation in words; empty where there is none that is simple.

    >>> import numpy as np
    >>> relation(np.array([[3.0, 6.0]]), np.array([[2.0, 4.0]]), np.eye(2))
    'off by the factor 1.5'
    """
    import numpy as np

    given, right = np.asarray(given, dtype=float), np.asarray(right, dtype=float)
    if not np.isfinite(given).all():
        return "not a number: a division by 0, the logarithm of 0, or an overflow"
    if given.ndim == 1 and right.ndim == 2 and right.shape[1] == 1 and given.size == len(right):
        given = given.reshape(right.shape)
    if given.shape != right.shape:
        return f"the shape {given.shape}, where {right.shape} belongs"
    if (factor := _factor(given, right)) is not None:
        return f"off by the factor {factor:.6g}"
    if _close(abs(given), abs(right)):
        return "right but for the sign of some entries"
    if weights is not None and weights.shape == right.shape and (added := _factor(given - right, weights)) is not None:
        return f"{added:.6g} times the weights are added, as by a regularisation"
    for axis, name in ((0, "rows"), (1, "columns")):
        size = right.shape[axis]
        if size <= MOST and any(_close(given, right.take(new, axis)) for new in permutations(range(size))):
            return f"the {name} in another order"
    return ""


def _factor(given: Array, right: Array) -> float | None:
    """The number that one matrix is times the other; None where there is none."""
    size = float((right * right).sum())
    factor = float((given * right).sum()) / size if size else 0.0
    return factor if factor and _close(given, factor * right) else None


def _close(x: Array, y: Array) -> bool:
    return bool(abs(x - y).max() <= CLOSE * max(float(abs(x).max()), float(abs(y).max())))
