"""Which arguments of a program need not be searched for NaN and infinity, because they must show in what comes out."""

from __future__ import annotations

from ..table import rows as ops
from .instructions import Argument, Concatenate, Each, Instruction, Instructions, MatMul, Mean, Number, Reduce, Reshape

PASSES = {ops.add, ops.sub, ops.mul, ops.neg, ops.square, ops.add_up, ops.mean, ops.div, ops.pow}
"""Operations whose result is NaN or infinite whenever an argument is; 0 times infinity is NaN.

A quotient has its numerator, and of the powers only the square, in this list.
"""


def shown(code: Instructions, arguments: int) -> list[bool]:
    """For each argument, whether NaN or infinity anywhere in it comes out in an output.

    A matrix product multiplies all of it, the gradient of weights too: neither NaN nor infinity comes out finite,
    not even from a multiplication by 0.
    """
    seen = set(code.outputs)
    for i in range(len(code) - 1, -1, -1):
        if i in seen:
            seen.update(_handed_on(code, code[i]))
    found = {x.place for i, x in enumerate(code) if x.__class__ is Argument and i in seen}
    return [place in found for place in range(arguments)]


def _handed_on(code: Instructions, x: Instruction) -> tuple[int, ...]:
    """What an instruction reads whose NaN and infinity all come out."""
    if isinstance(x, MatMul | Mean | Reshape | Concatenate):
        return x.reads
    if not isinstance(x, Each | Reduce) or x.op not in PASSES:
        return ()
    numbers = [getattr(code[a], "value", None) if code[a].__class__ is Number else None for a in x.reads]
    if x.op is ops.div or (x.op is ops.pow and numbers[1] == 2.0):
        return x.reads[:1]
    return () if x.op is ops.pow or 0.0 in numbers else x.reads
