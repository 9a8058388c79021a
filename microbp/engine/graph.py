"""Reading a recorded graph: order, leaves, paths; and copying one.

Nothing here recurses: a graph may be a chain of a million operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import InputTypeError
from ..native import engine
from .value import Value, made


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
        if node is None:  # the mark above a node whose arguments are all listed
            order.append(stack.pop())
            continue
        if node in seen:
            continue
        seen.add(node)
        x, y = node.x, node.y  # the slots, not `parents`: this loop and the sweep are a backward pass's time
        if x.__class__ is tuple:
            missing = [p for p in x if p.op and p not in seen]
        else:
            missing = [x] if x.__class__ is Value and x.op and x not in seen else []
            if y.__class__ is Value and y.op and y not in seen:
                missing.append(y)
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


def shallow_copy(node: Value) -> Value:
    """A second node made by the same operation from the same arguments."""
    return made(node.data, node.grad, node.label, node.op, node.args, node.partials)


def deep_copy(root: Value, memo: dict[int, Any]) -> Value:
    """A copy of the whole graph below root; nodes already in the memo are shared, as deepcopy promises."""
    for node in topological_order(root):
        if id(node) not in memo:
            args = [memo[id(a)] if isinstance(a, Value) else a for a in node.args]
            memo[id(node)] = made(node.data, node.grad, node.label, node.op, args, node.partials)
    copied: Value = memo[id(root)]
    return copied


def reduce_node(node: Value) -> tuple[Any, ...]:
    """How pickle takes a node apart: a leaf by its number, an operation by the rows of its graph.

    In a row an int i stands for the result of row i. Leaves stay shared between all the graphs in one
    pickle; two roots that share operations come back with a copy of these each.
    """
    if node.op is None:
        return (restored, ([(node.data, node.grad, node.label, None, (), ())],))
    order = operations(node)
    place = {n: i for i, n in enumerate(order)}
    rows = []
    for n in order:
        args = tuple([place.get(a, a) if isinstance(a, Value) else a for a in n.args])
        rows.append((n.data, n.grad, n.label, n.op, args, n.partials))
    return (restored, (rows,))


def restored(rows: Sequence[tuple[Any, ...]]) -> Value:
    """The last node of a pickled graph; any engine reads what any has written."""
    nodes: list[Value] = []
    for data, grad, label, op, args, partials in rows:
        given = [nodes[a] if a.__class__ is int else a for a in args]
        nodes.append(made(data, grad, label, op, given, partials))
    return nodes[-1]
