"""A layer's nodes recorded in one go: training a network of scalars spends most of its time here.

What is recorded is what the rows record by themselves. Operands of another kind, a number that is not
finite, a list of Values and numbers mixed: all that is out of the ordinary is left to the row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..engine.value import Value, bare, is_recording
from ..native import engine
from ..table.op import Op, Operand

_INF = math.inf


def weighted_inputs(row: Op, weights: Sequence[list[Value]], biases: Sequence[Value], x: Sequence[Any]) -> list[Value]:
    """``row(w, x, b)`` for the weights w and the bias b of every neuron."""
    kinds = set(map(type, x))
    if engine is not None or not is_recording() or kinds not in ({Value}, {float}):
        return [as_node(row(w, x, b)) for w, b in zip(weights, biases)]
    from_values = Value in kinds
    a: Sequence[float] = [v.data for v in x] if from_values else x
    constants = None if from_values else (*[None] * len(x), *x, None)  # one tuple serves the layer
    rules: Any = row.partials
    by_w, by_a, by_b = rules
    zs, slopes, partials = [], None, ()
    for w, b in zip(weights, biases):
        try:
            numbers, bias = [p.data for p in w], b.data
            z = row.forward(numbers, a, bias)
            if len(numbers) != len(a) or not -_INF < z < _INF:
                raise ValueError
        except (ArithmeticError, AttributeError, TypeError, ValueError):
            zs.append(as_node(row(w, x, b)))
            continue
        node = bare(z)
        node.op, node.y = row, constants
        if from_values:
            node.x = (*w, *x, b)
            node.dx = (*by_w(z, numbers, a, bias), *by_a(z, numbers, a, bias), by_b)
        else:
            node.x = (*w, b)
            if slopes is not (slopes := by_w(z, numbers, a, bias)):  # they are the inputs: one tuple serves the layer
                partials = (*slopes, by_b)
            node.dx = partials
        zs.append(node)
    return zs


def as_node(z: Any) -> Value:
    """What a row gave as a node: numbers throughout give a number."""
    return z if isinstance(z, Operand) else Value(z)  # type: ignore[return-value]  # what stands in for one


def each(row: Op, zs: Sequence[Any]) -> list[Any]:
    """``row(z)`` for every z of a layer."""
    if engine is not None or not is_recording() or row.defaults or set(map(type, zs)) != {Value}:
        return [z.apply(row, (z, *row.defaults)) for z in zs]
    rule: Any = row.partials[0]
    activations = []
    for z in zs:
        x = z.data
        try:
            a = row.forward(x)
            slope = rule(a, x)
            if not -_INF < a < _INF:
                raise ValueError
        except (ArithmeticError, ValueError):
            activations.append(z.apply(row, (z,)))
            continue
        node = bare(a)
        node.op, node.x, node.dx = row, z, slope
        activations.append(node)
    return activations
