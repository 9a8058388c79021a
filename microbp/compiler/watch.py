"""A program runs at full speed, and is only watched for NaN and infinity.

Little has to be searched for them: what is multiplied, added up or handed on shows them in a smaller result.
Once there are some, `trouble` runs the instructions again, one by one, and says where they began.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import RangeError
from ..table import rows as ops
from .batch import finite, refuse_not_finite
from .instructions import Concatenate, Each, Instructions, MatMul, Mean, Number, Outer, Reduce, Reshape
from .run_numpy import Runner
from .trouble import look_for_trouble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

PASSES = {ops.add, ops.sub, ops.mul, ops.neg, ops.square, ops.add_up, ops.mean, ops.div, ops.pow}
"""Operations whose result is NaN or infinite whenever an argument is; 0 times infinity is NaN.

A quotient has its numerator, and of the powers only the square, in this list.
"""


class Watched:
    """A list of instructions that runs and gives finite numbers, or raises.

    Args:
        code: the instructions.
        names: those of the arguments.
        is_cost: whether the mean of the first output is asked for, which searches it on the way.
    """

    def __init__(self, code: Instructions, names: Sequence[str], is_cost: bool) -> None:
        self.names, self.is_cost, self.count = names, is_cost, len(code.outputs)
        searched = [small for i in code.outputs[is_cost:] for small in _instead(code, i)]
        seen = bytearray(len(code))
        for i in (*code.outputs[:is_cost], *searched):
            seen[i] = 1
        for i in range(len(code) - 1, -1, -1):
            x = code.entries[i]
            if not seen[i] and x.__class__ is MatMul and any([0 < a <= len(names) and not seen[a] for a in x.reads]):
                searched.append(i)  # it multiplies all of an argument
                seen[i] = 1
            if seen[i]:
                for a in _handed_on(code, x):
                    seen[a] = 1
        self.hidden = [k for k in range(len(names)) if not seen[1 + k]]
        more = [i for i in searched if i not in code.outputs]
        self.searched = [[*code.outputs, *more].index(i) for i in searched]
        self.run = Runner(code.asking(more))

    def __call__(self, P: Vector, arrays: Sequence[Vector]) -> tuple[float, list[Vector]]:
        """The mean of a cost, and the outputs.

        Raises:
            NotFiniteError, DomainError, RangeError, GradientError: something is not finite; what, where and why.
        """
        import numpy as np

        for k in self.hidden:
            refuse_not_finite(arrays[k], self.names[k])
        signs: list[str] = []
        found: list[Vector] = []
        mean = 0.0 if not self.is_cost else math.nan
        try:
            with np.errstate(over="call", divide="call", invalid="call", call=lambda kind, _: signs.append(kind)):
                found = self.run(P, arrays)
                if self.is_cost:
                    mean = float(np.add.reduce(found[0], axis=None)) / found[0].size
        except (ArithmeticError, ValueError) as error:  # from a function of Python's among the rows
            signs.append(str(error))
        if signs or not math.isfinite(mean) or not all([finite(found[k]) for k in self.searched]):
            for array, name in zip(arrays, self.names):
                refuse_not_finite(array, name)
            look_for_trouble(self.run.code, self.names, P, arrays)
            if not math.isfinite(mean):
                raise RangeError("the sum of the costs is too large for a float: rescale the cost")
        return mean, found[: self.count]


def _instead(code: Instructions, i: int) -> Iterator[int]:
    """What is searched in the place of a result: a product of every number with every other needs no search.

    NumPy tells when it overflows; so only its factors may be NaN or infinite.
    """
    x: Any = code[i]
    parts = [code[a] for a in x.reads] if x.__class__ is Concatenate else [x]
    if any(part.__class__ is Outer and part.places == 1 for part in parts):
        for part, a in zip(parts, x.reads if x.__class__ is Concatenate else [i]):
            yield from part.reads if part.__class__ is Outer and part.places == 1 else [a]
    else:
        yield i


def _handed_on(code: Instructions, x: Any) -> Sequence[int]:
    """What an instruction reads whose NaN and infinity all come out.

    A matrix product multiplies all of it: neither comes out finite, not even from a multiplication by 0.
    """
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
