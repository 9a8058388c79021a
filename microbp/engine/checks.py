"""What a node may hold: finite floats, and labels that are texts."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

from ..errors import InputTypeError, NotFiniteError
from ..table.op import Operand, number, shorten


def as_data(x: Any) -> float:
    """What a node may hold: a finite number."""
    if x.__class__ is float and -math.inf < x < math.inf:
        return x
    if isinstance(x, Operand):
        raise InputTypeError("this is a Value already: use it as it is, value.data for its number, or value.detach()")
    if not math.isfinite(data := number(x)):
        raise NotFiniteError(f"Value({data}): a node holds a finite number; clean the data or rescale it")
    return data


def as_grad(x: Any) -> float:
    """What a grad may be: a finite number, or None for 0."""
    if isinstance(x, Operand):
        raise InputTypeError("a grad is a plain number: assign value.data, and see gradients(..., create_graph=True)")
    if not math.isfinite(grad := 0.0 if x is None else number(x)):
        raise NotFiniteError(f"grad = {grad}: a gradient is a finite number; clip it, or None for no gradient")
    return grad


def as_label(x: Any) -> str:
    """A label as exactly a str: a node refers to nothing that could refer to a node again."""
    if x.__class__ is str:
        return x
    if not isinstance(x, str):
        raise InputTypeError(f"a label is text, got {shorten(repr(x))}; Value(data, label) takes one number")
    return "".join(x)  # an exact str, whatever class it had


def as_constant(x: Any) -> float | None:
    """A plain number as a float; None for what is no number."""
    return number(x) if isinstance(x, Real) else None


def as_seed(seed: Any) -> float:
    """What a backward pass may start from: a finite number."""
    if isinstance(seed, Operand):
        raise InputTypeError("the seed of backward is a plain number: give value.data, or multiply the root by it")
    x = number(seed)
    if not math.isfinite(x):
        raise NotFiniteError(f"backward({x}): the seed is a finite number")
    return x
