"""What a sweep refuses, with the node that it happened at."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence

from ..errors import GradientError
from ..table.op import shorten
from .making import is_unrecorded
from .value import Value


def describe(node: Value) -> str:
    """A node in an error message: label, operation, numbers."""
    name = f"{node.label} = " if node.label else ""
    if node.op is None:
        return f"{name}leaf({node.data!r})"
    shown = [(a.label, a.data) if isinstance(a, Value) else ("", a) for a in node.args]
    numbers = ", ".join(f"{label}={x!r}" if label else repr(x) for label, x in shown)
    return f"{name}{node.op.name}({shorten(numbers)})"


def refuse_if_unrecorded(root: Value) -> None:
    """Raise for a number that an operation gave inside `no_grad`."""
    if is_unrecorded(root):
        raise GradientError(
            f"{describe(root)} was computed inside no_grad(), which records no graph: compute it outside"
        )


def refuse_if_not_finite(
    order: Sequence[Value], adjoints: dict[Value, float], only: Container[Value] | None = None
) -> None:
    """Raise when a product or a sum of the sweep is NaN or infinite, naming the first node where one is.

    Without ``only``, the grads of the leaves must be finite with what was there before; with it, derivatives by
    other nodes do not matter.
    """
    sums: dict[Value, float] = {}
    for node in order:
        adjoint = adjoints[node]
        for parent, local in zip(node.parents, node.partials):
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
    for leaf, adjoint in adjoints.items():
        if only is None and leaf.op is None and not math.isfinite(leaf.grad + adjoint):
            raise GradientError(
                f"the grads of {describe(leaf)} add up to more than a float can hold: {leaf.grad!r} was there and "
                f"{adjoint!r} came; call zero_grad() between backward passes, or rescale"
            )
