"""Reading a recorded graph: order, leaves, paths.

Nothing here recurses: a graph may be a chain of a million operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import InputTypeError
from ..native import engine
from .value import Value


def operations(*roots: Value) -> list[Value]:
    """The recorded operations that the roots depend on, every argument before its users.

    Depth first, and a node is listed only when all it depends on is listed: the topological sort that
    makes one backward pass enough. Leaves are left out.

    >>> x = Value(2.0)
    >>> y = x * x
    >>> [node.op.name for node in operations(y + y.exp())]
    ['mul', 'exp', 'add']
    """
    for root in roots:
        if not isinstance(root, Value):
            raise InputTypeError(f"expected a Value, the output of a recorded graph, got {root!r}")
    if engine is not None:
        return engine.operations(*roots)
    order: list[Value] = []
    seen: set[Value] = set()
    stack: list[Any] = [root for root in reversed(roots) if root.op]
    while stack:
        node = stack.pop()
        if node is None:  # all that the node below the mark depends on is listed
            order.append(stack.pop())
        elif node not in seen:
            seen.add(node)
            stack += (node, None)
            for a in node.args:
                if a.__class__ is Value and a.op and a not in seen:
                    stack.append(a)
    return order


def leaves(*roots: Value) -> list[Value]:
    """The Values without an operation that the roots depend on, each once, in the order of first use.

    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> [leaf.label for leaf in leaves(x * y + x)]
    ['x', 'y']
    """
    order = operations(*roots)
    found = {root: None for root in roots if not root.op}
    for node in order:
        found.update((p, None) for p in node.parents if not p.op)
    return list(found)


def topological_order(*roots: Value) -> list[Value]:
    """All nodes the roots depend on: the leaves, then the operations, every argument before its users."""
    return leaves(*roots) + operations(*roots)


def recorded(node: Value) -> Iterable[tuple[Value, float]]:
    """The edges of a node: its parents, each with the number of the local derivative by it."""
    return zip(node.parents, node.partials)


def downstream(inputs: Iterable[Value], order: Sequence[Value]) -> list[Value]:
    """Those nodes of a topological order that depend on one of the inputs, or are one."""
    reached = set(inputs)
    found = []
    for node in order:
        if node in reached or not reached.isdisjoint(node.parents):
            reached.add(node)
            found.append(node)
    return found


def count_paths(root: Value, leaf: Value) -> int:
    """The number of paths from leaf to root, by dynamic programming: no path is walked.

    >>> x = Value(1.0)
    >>> y = x
    >>> for _ in range(100):
    ...     y = y + y
    >>> count_paths(y, x) == 2**100
    True
    """
    paths = {leaf: 1}
    for node in operations(root):
        if node is not leaf:
            paths[node] = sum(paths.get(p, 0) for p in node.parents)
    return paths.get(root, 0)
