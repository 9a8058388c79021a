r"""The one reverse sweep, and what stands on it.

The chain rule from the root down: the adjoint of a node is the derivative of the root by it,
$\bar v = \sum_{u \text{ uses } v} \bar u \, \partial u / \partial v$. In topological order every $\bar u$ is complete
before it is passed on, so each edge of the graph is used once. See Griewank & Walther, Evaluating
Derivatives (2008), chapter 3.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from ..errors import InputTypeError
from .checks import as_seed
from .graph import operations
from .guard import DERIVATIVE, refuse_in_a_trace
from .refusals import refuse_if_not_finite, refuse_if_unrecorded
from .value import Value

Edges = Callable[[Value], Iterable[tuple[Any, Any]]]
"""From a node to its arguments, each with the local derivative by it, None for a constant."""


def sweep(root: Value, order: Iterable[Value], seed: Any = 1.0, edges: Edges | None = None) -> dict[Value, Any]:
    """The adjoints of all that root depends on; nothing is written on the nodes.

    Args:
        root: the output.
        order: the operations below root and root itself, every node before its arguments.
        seed: the adjoint of the root.
        edges: other local derivatives than the recorded ones; with Values the adjoints are recorded themselves.
    """
    adjoints: dict[Any, Any] = {root: seed}
    so_far_of = adjoints.get
    for node in order:
        adjoint = adjoints[node]
        for parent, local in zip(node.args, node.slopes) if edges is None else edges(node):
            if local is not None:
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
    root.backward(seed)  # the engine's own


def write_grads(root: Value, seed: float = 1.0) -> None:
    """The method of a Value, in Python; see `backward`."""
    refuse_in_a_trace(*DERIVATIVE)
    order = operations(root)[::-1]
    refuse_if_unrecorded(root)
    adjoints = sweep(root, order, as_seed(seed))
    grads = [adjoint if node.op else node._grad + adjoint for node, adjoint in adjoints.items()]
    if not math.isfinite(sum(grads)):
        refuse_if_not_finite(order, adjoints)
    for node, grad in zip(adjoints, grads):
        node._grad = grad
