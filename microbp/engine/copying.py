"""Copies and pickles of a graph.

A node refers to its arguments, so the copying and pickling that Python does by itself would recurse
along the graph. Both are done from a flat list of rows instead, arguments before users.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .graph import operations, topological_order
from .making import is_unrecorded, made, unrecorded
from .value import Value


def shallow_copy(node: Value) -> Value:
    """A second node made by the same operation from the same arguments."""
    return _again(node, node.args)


def _again(node: Value, args: Sequence[Value | float]) -> Value:
    """A node with the same numbers and other arguments."""
    if is_unrecorded(node):
        return alone(node.data, node.grad, node.label)
    return made(node.data, node.grad, node.label, node.op, args, node.partials, node.kept)


def alone(data: float, grad: float, label: str) -> Value:
    """What an operation made inside `no_grad`: it is not a leaf, and a derivative by what made it is refused."""
    node = unrecorded(data)
    node.grad, node.label = grad, label
    return node


def deep_copy(root: Value, memo: dict[int, Any]) -> Value:
    """A copy of the whole graph below root; nodes already in the memo are shared, as deepcopy promises."""
    for node in topological_order(root):
        if id(node) not in memo:
            args = [memo[id(a)] if isinstance(a, Value) else a for a in node.args]
            memo[id(node)] = _again(node, args)
    copied: Value = memo[id(root)]
    return copied


def reduce_node(node: Value) -> tuple[Any, ...]:
    """How pickle takes a node apart: a leaf by its number, an operation by the rows of its graph.

    In a row an int i stands for the result of row i. Leaves stay shared between all the graphs in one
    pickle; two roots that share operations come back with a copy of these each.
    """
    if is_unrecorded(node):
        return (alone, (node.data, node.grad, node.label))
    if node.op is None:
        return (restored, ([(node.data, node.grad, node.label, None, (), (), ())],))
    order = operations(node)
    place = {n: i for i, n in enumerate(order)}
    rows = []
    for n in order:
        args = tuple([place.get(a, a) if isinstance(a, Value) else a for a in n.args])
        rows.append((n.data, n.grad, n.label, n.op, args, n.partials, n.kept))
    return (restored, (rows,))


def restored(rows: Sequence[tuple[Any, ...]]) -> Value:
    """The last node of a pickled graph; any engine reads what any has written."""
    nodes: list[Value] = []
    for data, grad, label, op, args, partials, kept in rows:
        given = [nodes[a] if a.__class__ is int else a for a in args]
        nodes.append(made(data, grad, label, op, given, partials, kept))
    return nodes[-1]
