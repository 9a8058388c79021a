r"""The one reverse sweep, and what stands on it.

The chain rule from the root down: the adjoint of a node is the derivative of the root by it,
$\bar v = \sum_{u \text{ uses } v} \bar u \, \partial u / \partial v$. In topological order every $\bar u$ is complete
before it is passed on, so each edge of the graph is used once. See Griewank & Walther, Evaluating
Derivatives (2008), chapter 3.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Sequence
from functools import partial
from typing import Any

from ..errors import GradientError, InputTypeError, MicrobpError, NotFiniteError, StaleGraphError
from ..native import engine
from ..table.op import Op, number, shorten
from .graph import downstream, operations
from .guard import DERIVATIVE, refuse_in_a_trace
from .value import Value, is_unrecorded, local_derivative

Edges = Callable[[Value], Iterable[tuple[Value, Any]]]
"""From a node to its parents, each with the local derivative by it."""


def recorded(node: Value) -> Iterable[tuple[Value, float]]:
    """The edges of a node with the numbers of its local derivatives, as they were when it was made."""
    if engine is not None:
        return zip(node.parents, node.partials)
    x: Any = node.x
    y: Any = node.y
    dx: Any = node.dx
    if x.__class__ is tuple:
        return zip(x, dx)
    if node.dy is None:
        return () if dx is None else ((x, dx),)
    return ((y, node.dy),) if dx is None else ((x, dx), (y, node.dy))


def sweep(root: Value, order: Iterable[Value], seed: Any = 1.0, edges: Edges = recorded) -> dict[Value, Any]:
    """The adjoints of all that root depends on; nothing is written on the nodes.

    Args:
        root: the output.
        order: the operations below root and root itself, every node before its arguments.
        seed: the adjoint of the root.
        edges: the numbers that were recorded, or Values, and then the adjoints are recorded themselves.
    """
    adjoints = {root: seed}
    so_far_of = adjoints.get
    for node in order:
        adjoint = adjoints[node]
        for parent, local in edges(node):
            so_far = so_far_of(parent)
            adjoints[parent] = local * adjoint if so_far is None else so_far + local * adjoint
    return adjoints


def backward(root: Value, seed: float = 1.0) -> None:
    """Write the derivative of root by every node it depends on into ``.grad``.

    The pass starts from fresh adjoints. On an operation's node ``grad`` is overwritten with this pass's
    adjoint; on a leaf it is added to what is there, until `zero_grad` or an assignment clears it. Of a leaf
    the derivative by itself is 1, as in PyTorch.

    Args:
        root: the output.
        seed: the adjoint of the root, which becomes its grad: every derivative is multiplied by it. So a sweep goes
            on from a derivative that was found elsewhere.

    Raises:
        InputTypeError: the seed is no number.
        NotFiniteError: the seed is NaN or infinite.
        GradientError: a derivative on the way is not finite, the grad of a leaf is not with what was there
            before, or root was computed inside `no_grad`. The message names the node, and no grad has been
            changed.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> y.backward()
    >>> x.grad, y.grad
    (6.0, 1.0)
    >>> backward(y, 10.0)
    >>> x.grad, y.grad
    (66.0, 10.0)
    """
    if not isinstance(root, Value):
        raise InputTypeError(f"expected a Value, the output of a recorded graph, got {root!r}")
    root.backward(seed)


def write_grads(root: Value, seed: float = 1.0) -> None:
    """What `backward` does, in Python."""
    refuse_in_a_trace(*DERIVATIVE)
    order = operations(root)[::-1]
    _refuse_if_unrecorded(root)
    adjoints = sweep(root, order, _as_seed(seed))
    if not math.isfinite(sum(adjoints.values())):
        _refuse_if_not_finite(order, adjoints)
    grads = [adjoint if node.op else node.grad + adjoint for node, adjoint in adjoints.items()]
    if not math.isfinite(sum(grads)):
        _refuse_if_too_large(adjoints)
    for node, grad in zip(adjoints, grads):
        node.grad = grad


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
        _refuse_if_unrecorded(output)
    return [g if isinstance(g, Value) else Value(g) for g in found] if create_graph else found


def derivatives(output: Value, inputs: Sequence[Value], create_graph: bool = False) -> list[Any]:
    """The adjoints of the inputs; 0.0 where output does not depend on one."""
    if engine is not None and not create_graph and isinstance(output, Value):
        found = engine.derivatives(output, list(inputs))
        if found is not None:
            return list(found)
    order = downstream(inputs, operations(output))[::-1]
    relevant = {*order, *inputs}
    if output not in relevant:
        return [0.0] * len(inputs)
    adjoints = sweep(output, order, 1.0, partial(reread, relevant) if create_graph else recorded)
    found = [adjoints.get(x, 0.0) for x in inputs]
    if not create_graph and not all(map(math.isfinite, found)):
        _refuse_if_not_finite(order, adjoints, relevant)
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
    kinds = ["value", *["local derivative"] * len(slopes)]
    for kind, old, now in zip(kinds, [node.data, *node.partials], [z, *slopes]):
        if now != old and (now == now or old == old):  # NaN, where there is none, is the same as NaN
            raise StaleGraphError(
                f"{describe(node)} was recorded with the {kind} {old!r}, and it is {now!r} with today's data: "
                "compute the output again before differentiating its derivative"
            )


def describe(node: Value) -> str:
    """A node in an error message: label, operation, numbers."""
    name = f"{node.label} = " if node.label else ""
    if node.op is None:
        return f"{name}leaf({node.data!r})"
    shown = [(a.label, a.data) if isinstance(a, Value) else ("", a) for a in node.args]
    numbers = ", ".join(f"{label}={x!r}" if label else repr(x) for label, x in shown)
    return f"{name}{node.op.name}({shorten(numbers)})"


def _refuse_if_not_finite(
    order: Sequence[Value], adjoints: dict[Value, float], only: Container[Value] | None = None
) -> None:
    """Raise when a product or a sum of the sweep is NaN or infinite, naming the first node where one is.

    With ``only``, derivatives by other nodes do not matter.
    """
    sums: dict[Value, float] = {}
    for node in order:
        adjoint = adjoints[node]
        for parent, local in recorded(node):
            if only is not None and parent not in only:
                continue
            if not math.isfinite(local):
                cure = f": {node.op.domain}" if node.op and node.op.domain else ""
                raise GradientError(f"{describe(node)} has no finite derivative by {describe(parent)}{cure}")
            sums[parent] = sums.get(parent, 0.0) + local * adjoint
            if not math.isfinite(sums[parent]):
                raise GradientError(
                    f"the gradient by {describe(parent)} overflows at {describe(node)}: {adjoint!r} times "
                    f"{local!r}; rescale, or take the stable form of the cost"
                )


def _as_seed(seed: object) -> float:
    if isinstance(seed, Value):
        raise InputTypeError("the seed of backward is a plain number: give value.data, or multiply the root by it")
    x = number(seed)
    if not math.isfinite(x):
        raise NotFiniteError(f"backward({x}): the seed is a finite number")
    return x


def _refuse_if_unrecorded(root: Value) -> None:
    if is_unrecorded(root):
        raise GradientError(
            f"{describe(root)} was computed inside no_grad(), which records no graph: compute it outside"
        )


def _refuse_if_too_large(adjoints: dict[Value, float]) -> None:
    """Raise when the grad of a leaf and the adjoint that would be added to it are too large together."""
    for leaf, adjoint in adjoints.items():
        if leaf.op is None and not math.isfinite(leaf.grad + adjoint):
            raise GradientError(
                f"the grads of {describe(leaf)} add up to more than a float can hold: {leaf.grad!r} was there and "
                f"{adjoint!r} came; call zero_grad() between backward passes, or rescale"
            )
