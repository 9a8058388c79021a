"""The points at which the readings of a row are compared, and what its function says there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

from ..errors import InputTypeError, RowError
from ..table.op import Op, is_array, number, shorten

ORDINARY = (0.3, -0.7, 1.3, 2.6, -1.9)
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0)
EXTREME = (1e-9, -1e-9, 40.0, -40.0, 750.0, -750.0, 1e9, -1e16, 1e160, -1e160, 1e-160, -1e-310)
CLOSE = 1e-9
"""How far two readings may be apart, relative to the larger: text and function may round otherwise."""

Point = tuple[Any, ...]


def points_of(op: Op) -> Iterator[Point]:
    """Points of every kind: all arguments moved together, and one of them away from ordinary numbers."""
    count = len(op.partials)
    vectors = op.vectors or (False,) * count
    several = [x for x in product(ORDINARY, repeat=min(count, 2)) if len(set(x)) == len(x)]
    for k, first in enumerate(several):
        numbers = [*first, *ORDINARY, *ORDINARY][:count] if count > 2 else list(first)
        yield tuple([_list(x, 1 + k % 3) if v else x for x, v in zip(numbers, vectors)])
    for x in (*SPECIAL, *EXTREME):
        yield tuple([[x, x] if v else x for v in vectors])
        for at in range(count):
            numbers = [x if i == at else ORDINARY[(i + 2) % 5] for i in range(count)]
            yield tuple([[x, 0.3] if v else x for x, v in zip(numbers, vectors)])


def _list(x: float, size: int) -> list[float]:
    return [x, 1.0 - x, 0.4 * x][:size]


def value_of(op: Op, point: Point) -> float | None:
    """The function's finite value; None where it has none."""
    try:
        z = op.forward(*point)
    except (ArithmeticError, ValueError):
        return None
    if isinstance(z, complex) or is_array(z):
        raise RowError(f"{call_of(op, point)} is {z!r} by its function: a float, or an error where there is none")
    try:
        z = number(z)
    except InputTypeError:
        raise RowError(f"{call_of(op, point)} is {shorten(repr(z))} by its function, which is no number") from None
    return z if -math.inf < z < math.inf else None


def call_of(op: Op, point: Point) -> str:
    """The call in an error message."""
    return f"{op.name}({shorten(', '.join(map(repr, point)))})"


def agree(x: float, y: float) -> bool:
    """Whether two readings are equal but for rounding."""
    return x == y or abs(x - y) <= CLOSE * max(abs(x), abs(y)) or abs(x - y) < 1e-300
