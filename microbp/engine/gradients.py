"""Derivatives as a result, and as a graph that can be differentiated again; no ``.grad`` is touched."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Sequence
from functools import partial
from typing import Any, Literal, overload

from ..errors import InputTypeError, MicrobpError, StaleGraphError
from ..native import engine
from ..table.op import Op, shorten
from .backward import sweep
from .graph import downstream, operations
from .guard import DERIVATIVE, refuse_in_a_trace
from .operations import local_derivative
from .refusals import describe, refuse_if_not_finite, refuse_if_unrecorded
from .value import Value


@overload
def gradients(output: Value, inputs: Iterable[Value], create_graph: Literal[False] = False) -> list[float]: ...
@overload
def gradients(output: Value, inputs: Iterable[Value], create_graph: Literal[True]) -> list[Value]: ...
@overload
def gradients(output: Value, inputs: Iterable[Value], create_graph: bool) -> list[Any]: ...
def gradients(output: Value, inputs: Iterable[Value], create_graph: bool = False) -> list[Any]:
    """The derivatives of output by the inputs, as a list; no ``.grad`` is touched.

    Args:
        output: the root.
        inputs: any nodes, leaves or not. An input that output does not depend on has derivative 0.
        create_graph: record the computation of the derivatives, so that they can be differentiated.

    Returns:
        floats, or Values with ``create_graph``.

    Raises:
        GradientError: a derivative on the way is not finite, or output was computed inside `no_grad`.
        StaleGraphError: with ``create_graph``, the data of a node were edited after it was recorded, so
            that the rules would be read at another point than the graph was.

    >>> x = Value(2.0)
    >>> (slope,) = gradients(x**3, [x], create_graph=True)
    >>> slope.data, gradients(slope, [x])
    (12.0, [12.0])
    """
    refuse_in_a_trace(*DERIVATIVE)
    if not isinstance(inputs, Iterable):
        raise InputTypeError(f"gradients are taken by a list of Values, got {shorten(repr(inputs))}")
    inputs = list(inputs)
    for x in inputs:
        if not isinstance(x, Value):
            raise InputTypeError(f"gradients are taken by Values, got {shorten(repr(x))}")
    found = derivatives(output, inputs, create_graph)
    if not any(x is output for x in inputs):
        refuse_if_unrecorded(output)
    return [g if isinstance(g, Value) else Value(g) for g in found] if create_graph else found


def derivatives(output: Value, inputs: Sequence[Value], create_graph: bool = False) -> list[Any]:
    """The adjoints of the inputs; 0.0 where output does not depend on one."""
    if engine is not None and not create_graph and isinstance(output, Value):
        native = engine.derivatives(output, list(inputs))
        if native is not None:
            return list(native)
    order = downstream(inputs, operations(output))[::-1]
    relevant = {*order, *inputs}
    if output not in relevant:
        return [0.0] * len(inputs)
    adjoints = sweep(output, order, 1.0, partial(reread, relevant) if create_graph else None)
    found = [adjoints.get(x, 0.0) for x in inputs]
    if not create_graph and not all(map(math.isfinite, found)):
        refuse_if_not_finite(order, adjoints, relevant)
    return found


def reread(wanted: Container[Value], node: Value) -> list[tuple[Value, Any]]:
    """The edges to the wanted parents with new Values: the rules read with the node and its arguments."""
    assert node.op is not None  # an operation has one
    _refuse_if_stale(node, node.op)
    keep = [isinstance(a, Value) and a in wanted for a in node.args]
    news = node.op.local_derivatives(node, node.args, keep)
    return list(zip([p for p in node.parents if p in wanted], news))


def _refuse_if_stale(node: Value, op: Op) -> None:
    """Raise when the row, read with today's data, gives other numbers than were recorded."""
    numbers = [a.data if isinstance(a, Value) else a for a in node.args]
    try:
        z = op.on_numbers(numbers)
    except MicrobpError:
        z = math.nan  # no value there
    wanted = [isinstance(a, Value) for a in node.args]
    slopes = op.local_derivatives(node.data, numbers, wanted, local_derivative)
    today: list[Any] = [z, *slopes]
    recorded: list[Any] = [node.data, *node.partials]
    if node.kept:
        today, recorded = [*today, *numbers], [*recorded, *node.kept]
    kinds = ["value", *["local derivative"] * len(slopes), *["argument"] * len(numbers)]
    for kind, old, now in zip(kinds, recorded, today):
        if now != old and (now == now or old == old):  # NaN, where there is none, is the same as NaN
            raise StaleGraphError(
                f"{describe(node)} was recorded with the {kind} {old!r}, and it is {now!r} with today's data: "
                "compute the output again before differentiating its derivative"
            )
