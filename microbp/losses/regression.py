"""Costs of numbers: how far a prediction is from its target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from ..engine.value import Value
from ..errors import InputError
from ..table import rows as ops
from ..table.op import number
from .kinds import pairs, reads

if TYPE_CHECKING:
    from .kinds import Numbers, Targets, Values


@overload
def squared_error(prediction: Numbers, target: Targets) -> float: ...
@overload
def squared_error(prediction: Values, target: Targets) -> Value: ...
@reads("number")
def squared_error(prediction: Any, target: Any) -> Any:
    r"""$C_0 = \sum_j (a_j - y_j)^2$: the cost of 3Blue1Brown's chapters.

    Raises:
        ShapeError: prediction and target have different lengths.

    >>> squared_error([1.0, 3.0], [1.0, 1.0])
    4.0
    """
    squares = [(a - y) ** 2 for a, y in pairs(prediction, target)]
    return squares[0] if len(squares) == 1 else ops.add_up(squares)


@overload
def half_squared_error(prediction: Numbers, target: Targets) -> float: ...
@overload
def half_squared_error(prediction: Values, target: Targets) -> Value: ...
@reads("number")
def half_squared_error(prediction: Any, target: Any) -> Any:
    r"""$C_0 = \frac12 \sum_j (a_j - y_j)^2$; its mean over n samples is Nielsen's $\frac1{2n}\sum\lVert y-a\rVert^2$.

    >>> half_squared_error([1.0, 3.0], [1.0, 1.0])
    2.0
    """
    return 0.5 * squared_error(prediction, target)


@overload
def mse(prediction: Numbers, target: Targets) -> float: ...
@overload
def mse(prediction: Values, target: Targets) -> Value: ...
@reads("number")
def mse(prediction: Any, target: Any) -> Any:
    r"""$\frac1k \sum_{j=1}^k (a_j - y_j)^2$: the mean over the outputs too, as `torch.nn.MSELoss`.

    >>> mse([1.0, 3.0], [1.0, 1.0])
    2.0
    """
    return ops.mean([(a - y) ** 2 for a, y in pairs(prediction, target)])


@overload
def l1(prediction: Numbers, target: Targets) -> float: ...
@overload
def l1(prediction: Values, target: Targets) -> Value: ...
@reads("number")
def l1(prediction: Any, target: Any) -> Any:
    r"""$\frac1k \sum_{j=1}^k |a_j - y_j|$: the mean absolute error, as `torch.nn.L1Loss`.

    Its derivative has the same size however far the prediction is; where it is met, 0.

    >>> l1([1.0, 3.0], [1.0, 1.0])
    1.0
    """
    return ops.mean([ops.absolute(a - y) for a, y in pairs(prediction, target)])


@overload
def huber(prediction: Numbers, target: Targets, delta: float = 1.0) -> float: ...
@overload
def huber(prediction: Values, target: Targets, delta: float = 1.0) -> Value: ...
@reads("number")
def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    r"""A square where the error is small, a line where it is large: `torch.nn.HuberLoss`.

    $\frac1k \sum_j h(a_j - y_j)$ with $h(e) = \frac12 e^2$ for $|e| \le \delta$ and
    $h(e) = \delta (|e| - \frac12 \delta)$ beyond; a far point pulls no harder than one at distance δ.

    Raises:
        InputError: delta is not greater than 0.

    >>> huber(3.0, 1.0), huber(1.5, 1.0)
    (1.5, 0.125)

    Source: Huber 1964, *Robust Estimation of a Location Parameter*.
    """
    delta = number(delta)
    if not 0.0 < delta < float("inf"):
        raise InputError(f"delta is {delta}: give the size, greater than 0, from which an error counts in proportion")
    terms = []
    for a, y in pairs(prediction, target):
        size = ops.absolute(a - y)
        near = ops.minimum(size, delta)  # e²/2 up to delta, and delta for every further step
        terms.append(near * (size - 0.5 * near))
    return ops.mean(terms)
