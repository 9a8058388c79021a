"""The random numbers of those who give no seed of their own."""

from __future__ import annotations

from numbers import Integral
from random import Random

from .errors import InputTypeError


class _Library(Random):
    """The library's generator, which remembers what it was seeded with."""

    number = 0


LIBRARY = _Library(0)
"""What initial weights are drawn from, one after the other."""


def seed(number: int = 0) -> None:
    """Set the library's generator of random numbers; it starts with the seed 0 when microbp is imported.

    Networks that are given no ``seed=`` of their own draw their weights from it, one after the other: two layers made
    alike differ, and a program makes the same networks in every run. `fit` shuffles by this number too, unless it
    is given a seed. Data sets do not depend on it: they are what their arguments say.

    Args:
        number: a whole number.

    Raises:
        InputTypeError: it is none.

    >>> import microbp
    >>> from microbp import nn
    >>> microbp.seed(7)
    >>> first, second = nn.Layer(2, 2), nn.Layer(2, 2)
    >>> first.state_dict() == second.state_dict()
    False
    >>> microbp.seed(7)
    >>> nn.Layer(2, 2).state_dict() == first.state_dict()
    True
    """
    if isinstance(number, bool) or not isinstance(number, Integral):
        raise InputTypeError(f"seed takes a whole number, got {number!r}")
    LIBRARY.seed(int(number))
    LIBRARY.number = int(number)


def generator(seed: int | Random | None) -> Random:
    """The generator to draw from.

    Args:
        seed: a whole number, for a generator of its own; a generator; None for the library's.

    Raises:
        InputTypeError: it is nothing of this.
    """
    if seed is None:
        return LIBRARY
    if isinstance(seed, Random):
        return seed
    if isinstance(seed, bool) or not isinstance(seed, Integral):
        raise InputTypeError(f"seed is {seed!r}: give a whole number, a random.Random, or None for the library's own")
    return Random(int(seed))
