"""What is added to a cost to keep parameters small."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import InputTypeError
from ..table import rows as ops


def l2(parameters: Iterable[Any], strength: float = 1.0) -> Any:
    r"""The penalty $\lambda \sum_i \theta_i^2$ on parameters; its derivative is $2 \lambda \theta$.

    >>> l2([3.0, 4.0], 0.1)
    2.5
    """
    if not isinstance(parameters, Iterable):
        raise InputTypeError(f"l2 takes a list such as model.parameters(), got {parameters!r}")
    thetas = list(parameters)
    return strength * ops.weighted_sum(thetas, thetas, 0.0)  # one node, however many parameters
