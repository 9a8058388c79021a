"""Which arguments of a program need not be searched for NaN and infinity, because they must show in smaller results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..table import rows as ops
from .instructions import Concatenate, Each, Instructions, MatMul, Mean, Number, Reduce, Reshape

PASSES = {ops.add, ops.sub, ops.mul, ops.neg, ops.square, ops.add_up, ops.mean, ops.div, ops.pow}
"""Operations whose result is NaN or infinite whenever an argument is; 0 times infinity is NaN.

A quotient has its numerator, and of the powers only the square, in this list.
"""


def shown(code: Instructions, arguments: int) -> tuple[list[bool], list[int]]:
    """For each argument, whether NaN or infinity anywhere in it comes out in an output, or in a result to be watched.

    A matrix product multiplies all of it, the gradient of weights too: neither NaN nor infinity comes out finite,
    not even from a multiplication by 0.

    Returns:
        that, and the numbers of the results to be watched, products with arguments.
    """
    seen = bytearray(len(code))
    for i in code.outputs:
        seen[i] = 1
    watched: list[int] = []
    for i in range(len(code) - 1, -1, -1):
        x = code.entries[i]
        if seen[i]:
            for a in _handed_on(code, x):
                seen[a] = 1
        elif x.__class__ is MatMul and any([0 < a <= arguments and not seen[a] for a in x.reads]):
            watched.append(i)
            for a in x.reads:
                seen[a] = 1
    return [bool(seen[i]) for i in range(1, 1 + arguments)], watched


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
