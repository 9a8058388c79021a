"""Which arguments of a program need not be searched for NaN and infinity, because they must show in what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..table import rows as ops
from .instructions import Argument, Concatenate, Each, Instructions, MatMul, Mean, Number, Reduce, Reshape

PASSES = {ops.add, ops.sub, ops.mul, ops.neg, ops.square, ops.add_up, ops.mean, ops.div, ops.pow}
"""Operations whose result is NaN or infinite whenever an argument is; 0 times infinity is NaN.

A quotient has its numerator, and of the powers only the square, in this list.
"""


def shown(code: Instructions, arguments: int) -> list[bool]:
    """For each argument, whether NaN or infinity anywhere in it comes out in an output.

    A matrix product multiplies all of it, the gradient of weights too: neither NaN nor infinity comes out finite,
    not even from a multiplication by 0.
    """
    seen = bytearray(len(code))
    for i in code.outputs:
        seen[i] = 1
    for i in range(len(code) - 1, -1, -1):
        if seen[i]:
            for a in _handed_on(code, code.entries[i]):
                seen[a] = 1
    found = {x.place for i, x in enumerate(code.entries[: arguments + 1]) if isinstance(x, Argument) and seen[i]}
    return [place in found for place in range(arguments)]


def _handed_on(code: Instructions, x: Any) -> Sequence[int]:
    """What an instruction reads whose NaN and infinity all come out."""
    kind = x.__class__
    if kind in (MatMul, Mean, Reshape, Concatenate):
        return tuple(x.reads)
    if (kind is not Each and kind is not Reduce) or x.op not in PASSES:
        return ()
    entries: list[Any] = code.entries
    numbers = [entries[a].value if entries[a].__class__ is Number else None for a in x.reads]
    if x.op is ops.div or (x.op is ops.pow and numbers[1] == 2.0):
        return tuple(x.reads[:1])
    return () if x.op is ops.pow or 0.0 in numbers else tuple(x.reads)
