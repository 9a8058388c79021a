"""Reading a recorded graph: order, leaves, paths; and copying one.

Nothing here recurses: a graph may be a chain of a million operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .errors import InputTypeError
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
    order: list[Value] = []
    seen: set[Value] = set()
    stack: list[Value | None] = [root for root in reversed(roots) if root.parents]
    while stack:
        node = stack.pop()
        if node is None:  # the mark above a node whose arguments are all listed
            order.append(stack.pop())  # type: ignore[arg-type]
        elif node not in seen:
            seen.add(node)
            missing = [p for p in node.parents if p.parents and p not in seen]
            if missing:
                stack += (node, None, *missing)
            else:
                order.append(node)
    return order


def leaves(*roots: Value) -> list[Value]:
    """The Values without an operation that the roots depend on, each once, in the order of first use.

    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> [leaf.label for leaf in leaves(x * y + x)]
    ['x', 'y']
    """
    order = operations(*roots)
    found = {root: None for root in roots if not root.parents}
    for node in order:
        found.update((p, None) for p in node.parents if not p.parents)
    return list(found)


def topological_order(*roots: Value) -> list[Value]:
    """All nodes the roots depend on: the leaves, then the operations, every argument before its users."""
    return leaves(*roots) + operations(*roots)


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


# A node refers to its arguments, so the copying and pickling that Python does by itself would recurse
# along the graph. Both are done from a flat list of rows instead, arguments before users.

Row = tuple[Any, ...]
"""The slots of an operation's node; in its parents ``(i,)`` stands for the result of row i, a leaf for itself."""


def shallow_copy(node: Value) -> Value:
    """A second node made by the same operation from the same arguments."""
    twin = Value(node.data, node.label)
    for name in ("constants", "grad", "op", "parents", "partials"):
        setattr(twin, name, getattr(node, name))
    return twin


def deep_copy(root: Value, memo: dict[int, Any]) -> Value:
    """A copy of the whole graph below root; nodes already in the memo are shared, as deepcopy promises."""
    for node in topological_order(root):
        if id(node) not in memo:
            twin = memo[id(node)] = shallow_copy(node)
            twin.parents = tuple([memo[id(p)] for p in node.parents])
    copied: Value = memo[id(root)]
    return copied


def reduce_node(node: Value) -> tuple[Any, ...]:
    """How pickle takes a node apart: a leaf by its number, an operation by the rows of its graph.

    Leaves stay shared between all the graphs in one pickle; two roots that share operations come back
    with a copy of these each.
    """
    if node.op is None:
        return (_restore_leaf, (node.data, node.grad, node.label))
    order = operations(node)
    place = {n: (i,) for i, n in enumerate(order)}
    rows = []
    for n in order:
        parents = tuple([place.get(p, p) for p in n.parents])
        rows.append((n.op, parents, n.constants, n.data, n.grad, n.partials, n.label))
    return (_restore_graph, (rows,))


def _restore_leaf(data: float, grad: float, label: str) -> Value:
    leaf = Value(data, label)
    leaf.grad = grad
    return leaf


def _restore_graph(rows: list[Row]) -> Value:
    nodes: list[Value] = []
    for op, parents, constants, data, grad, partials, label in rows:
        node = _restore_leaf(data, grad, label)
        node.op, node.constants, node.partials = op, constants, partials
        node.parents = tuple([nodes[p[0]] if isinstance(p, tuple) else p for p in parents])
        nodes.append(node)
    return nodes[-1]
