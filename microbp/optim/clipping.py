"""Gradients that are too long, cut before a step."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ..engine.assign import assign_grads, grads_of
from ..errors import InputError, InputTypeError, NotFiniteError
from .checks import number

MARGIN = 1e-6
"""PyTorch adds it to the norm, so that the quotient never divides by 0."""


def clip_grad_norm(params: Iterable[Any], max_norm: float, norm_type: float = 2.0) -> float:
    r"""Scale all gradients down, together, if their norm is larger than a bound.

    .. math::
        g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert + 10^{-6}}\right)

    Call it between ``backward`` and ``step``. The direction stays; only the length is cut.

    Args:
        params: the parameters, such as ``model.parameters()``.
        max_norm: the bound c.
        norm_type: the p of the norm; ``math.inf`` for the largest size.

    Returns:
        The norm before, PyTorch's number of `torch.nn.utils.clip_grad_norm_`.

    Raises:
        NotFiniteError: a gradient is NaN or infinite. Nothing was scaled.

    >>> from microbp import Value
    >>> w = [Value(0.0), Value(0.0)]
    >>> w[0].grad, w[1].grad = 3.0, -4.0
    >>> clip_grad_norm(w, max_norm=1.0)
    5.0
    >>> [round(p.grad, 6) for p in w]
    [0.6, -0.8]

    Source: Pascanu, Mikolov & Bengio 2013, *On the difficulty of training recurrent neural networks*, algorithm 1.
    """
    if not isinstance(params, Iterable):
        raise InputTypeError(f"params is a {type(params).__name__}: give a list, such as model.parameters()")
    found = list(params)
    bound = number("max_norm", max_norm)
    p = math.inf if norm_type == math.inf else number("norm_type", norm_type)
    if not p:
        raise InputError("norm_type is 0: give 1, 2 or math.inf")
    grads = grads_of(found)
    for i, g in enumerate(grads):
        if not math.isfinite(g):
            raise NotFiniteError(
                f"the gradient of parameter {i} is {g}, so nothing was clipped: lower the learning rate"
            )
    norm = _norm(grads, p)
    factor = bound / (norm + MARGIN)
    if factor < 1.0:
        assign_grads(found, [g * factor for g in grads])
    return norm


def _norm(grads: Iterable[float], p: float) -> float:
    sizes = [abs(g) for g in grads]
    largest = max(sizes, default=0.0)
    if p == math.inf or largest == 0.0:
        return largest
    total: float = math.fsum((size / largest) ** p for size in sizes) ** (1.0 / p)  # cannot overflow on the way
    return largest * total
