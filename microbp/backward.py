r"""The one reverse sweep, and what stands on it.

The chain rule from the root down: the adjoint of a node is the derivative of the root by it,
$\bar v = \sum_{u \text{ uses } v} \bar u \, \partial u / \partial v$. In topological order every $\bar u$ is complete
before it is passed on, so each edge of the graph is used once. See Griewank & Walther, Evaluating
Derivatives (2008), chapter 3.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Sequence
from operator import attrgetter
from typing import Any

from .errors import GradientError, InputTypeError, StaleGraphError
from .graph import downstream, operations, topological_order
from .op import shorten
from .value import Value

recorded = attrgetter("partials")
"""The numbers of a node's local derivatives, as they were when it was made."""


def sweep(
    order: Sequence[Value],
    seed: Any,
    partials: Callable[[Value], Sequence[Any]] = recorded,
    only: Container[Value] | None = None,
) -> dict[Value, Any]:
    """The adjoints of all that the first node of ``order`` depends on; nothing is written on the nodes.

    Args:
        order: the operations, every node before its arguments; the root first.
        seed: the adjoint of the root.
        partials: the local derivatives of a node: the recorded numbers, or Values, and then the adjoints
            are recorded themselves.
        only: the nodes whose adjoints matter; all, if left out.
    """
    adjoints: dict[Value, Any] = {order[0]: seed}
    so_far_of = adjoints.get
    for node, local in zip(order, map(partials, order)):
        adjoint = adjoints[node]
        edges: Iterable[tuple[Value, Any]] = zip(node.parents, local)
        if only is not None:
            edges = [edge for edge in edges if edge[0] in only]
        for parent, partial in edges:
            so_far = so_far_of(parent)
            adjoints[parent] = partial * adjoint if so_far is None else so_far + partial * adjoint
    return adjoints


def backward(root: Value) -> None:
    """Write the derivative of root by every node it depends on into ``.grad``.

    The pass starts from fresh adjoints. On an operation's node ``grad`` is overwritten with this pass's
    adjoint; on a leaf it is added to what is there, until `zero_grad` or an assignment clears it.

    Args:
        root: the output; its own grad becomes 1.

    Raises:
        GradientError: a derivative on the way is not finite; the message names the node, and no grad
            has been changed.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> y.backward()
    >>> x.grad, y.grad
    (6.0, 1.0)
    """
    order = operations(root)[::-1]
    adjoints = sweep(order, 1.0) if order else {root: 1.0}
    if not math.isfinite(sum(adjoints.values())):
        _refuse_if_not_finite(order, adjoints)
    for node, adjoint in adjoints.items():
        if node.parents:
            node.grad = adjoint
        else:
            node.grad += adjoint


def gradients(output: Value, inputs: Iterable[Value], create_graph: bool = False) -> list[Any]:
    """The derivatives of output by the inputs, as a list; no ``.grad`` is touched.

    Args:
        output: the root.
        inputs: any nodes, leaves or not. An input that output does not depend on has derivative 0.
        create_graph: record the computation of the derivatives, so that they can be differentiated.

    Returns:
        floats, or Values with ``create_graph``.

    Raises:
        GradientError: a derivative on the way is not finite.
        StaleGraphError: with ``create_graph``, the data of a node were edited after it was recorded, so
            that the rules would be read at another point than the graph was.

    >>> x = Value(2.0)
    >>> (slope,) = gradients(x**3, [x], create_graph=True)
    >>> slope.data, gradients(slope, [x])
    (12.0, [12.0])
    """
    if not isinstance(inputs, Iterable):
        raise InputTypeError(f"gradients are taken by a list of Values, got {shorten(repr(inputs))}")
    inputs = list(inputs)
    for x in inputs:
        if not isinstance(x, Value):
            raise InputTypeError(f"gradients are taken by Values, got {shorten(repr(x))}")
    found = derivatives(output, inputs, reread if create_graph else recorded)
    return [g if isinstance(g, Value) else Value(g) for g in found] if create_graph else found


def derivatives(output: Value, inputs: Sequence[Value], partials: Callable[[Value], Sequence[Any]]) -> list[Any]:
    """The adjoints of the inputs; 0.0 where the output does not depend on one."""
    order = downstream(inputs, topological_order(output))
    if not order:
        return [0.0] * len(inputs)
    order.reverse()
    relevant = set(order)
    adjoints = sweep(order, 1.0, partials, relevant)
    found = [adjoints.get(x, 0.0) for x in inputs]
    if partials is recorded and not all(map(math.isfinite, found)):
        _refuse_if_not_finite(order, adjoints, relevant)
    return found


def reread(node: Value) -> list[Any]:
    """The local derivatives of a node as new Values: the rules read with the node and its arguments."""
    if node.op is None:
        return []
    wanted = [isinstance(a, Value) for a in node.args]
    derivatives = node.op.local_derivatives(node, node.args, wanted)
    for old, new in zip(node.partials, derivatives):
        now = new.data if isinstance(new, Value) else new
        if not math.isclose(now, old, rel_tol=1e-9, abs_tol=1e-300):  # equal but for the order of rounding
            raise StaleGraphError(
                f"{describe(node)} was recorded with the local derivative {old!r}, and is {now!r} with today's "
                "data: compute the output again before differentiating its derivative"
            )
    return derivatives


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
        for parent, partial in zip(node.parents, node.partials):
            if only is not None and parent not in only:
                continue
            if not math.isfinite(partial):
                cure = f": {node.op.domain}" if node.op and node.op.domain else ""
                raise GradientError(f"{describe(node)} has no finite derivative by {describe(parent)}{cure}")
            sums[parent] = sums.get(parent, 0.0) + partial * adjoint
            if not math.isfinite(sums[parent]):
                raise GradientError(
                    f"the gradient by {describe(parent)} overflows at {describe(node)}: {adjoint!r} times "
                    f"{partial!r}; rescale, or take the stable form of the cost"
                )
