"""What every option of an optimiser or a schedule is asked."""

from math import inf
from numbers import Integral, Real

from ..errors import InputError, InputTypeError


def number(name: str, x: object, below: float = inf) -> float:
    """Return ``x`` as a float if it lies in [0, ``below``); infinity and NaN never do.

    Raises:
        InputTypeError: ``x`` is not a real number.
        InputError: ``x`` is outside the interval.

    >>> number("momentum", 1.5, below=1)
    Traceback (most recent call last):
    microbp.errors.InputError: momentum is 1.5: give a number from 0 up to, but not including, 1
    """
    if not isinstance(x, Real):
        raise InputTypeError(f"{name} is {x!r}: give a number")
    value = float(x)
    if not 0 <= value < below:
        limit = "infinity" if below == inf else f"{below:g}"
        raise InputError(f"{name} is {x}: give a number from 0 up to, but not including, {limit}")
    return value


def count(name: str, n: object, least: int = 1) -> int:
    """Return ``n`` as an int if it is a whole number from ``least`` on.

    Raises:
        InputTypeError: ``n`` is not a whole number.
        InputError: ``n`` is less than that.
    """
    if not isinstance(n, Integral):
        raise InputTypeError(f"{name} is {n!r}: give a whole number")
    if n < least:
        raise InputError(f"{name} is {n}: give {least} or more")
    return int(n)


def shares(betas: object) -> tuple[float, float]:
    """Return β₁ and β₂, each in [0, 1).

    Raises:
        InputTypeError: they are not two numbers.
        InputError: one is outside the interval.
    """
    if not isinstance(betas, tuple | list) or len(betas) != 2:
        raise InputTypeError(f"betas is {betas!r}: give two numbers, such as (0.9, 0.999)")
    return number("betas[0]", betas[0], below=1), number("betas[1]", betas[1], below=1)
