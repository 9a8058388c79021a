"""Nodes that are made otherwise than by the ordinary recording of an operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..native import engine
from ..table.op import Op
from .value import Value


def made(
    data: float,
    grad: float,
    label: str,
    op: Op | None,
    args: Sequence[Value | float],
    partials: Sequence[float],
    kept: Sequence[float] = (),
) -> Value:
    """A node with all that it has, for copies, for what is read from a file, and for what is not recorded simply."""
    node, found = Value(data, label), iter(partials)
    node.grad, node.op, node.args = grad, op, tuple(args)
    node.slopes = (*[next(found) if a.__class__ is Value else None for a in args], *kept)
    return node


def unrecorded(z: float) -> Value:
    """What an operation makes while nothing is recorded."""
    node = Value(z)
    node.slopes = (None,)
    return node


def is_unrecorded(node: Value) -> bool:
    """Whether an operation made the node and no graph was recorded, because of `no_grad`."""
    return node.op is None and node.slopes != ()


if not TYPE_CHECKING and engine is not None:
    made, unrecorded, is_unrecorded = engine.make, engine.unrecorded, engine.is_unrecorded
