"""Data sets, generated, shipped or read from files, and the mini-batches cut from them."""

from .batches import batches, check_finite, split
from .classes import one_hot
from .digits import digits
from .generated import circles, moons, spiral, xor
from .idx import mnist, read_idx
from .sets import DATA_SETS, data_set

__all__ = [
    "DATA_SETS",
    "batches",
    "check_finite",
    "circles",
    "data_set",
    "digits",
    "mnist",
    "moons",
    "one_hot",
    "read_idx",
    "spiral",
    "split",
    "xor",
]
