r"""The first wrong edge of any graph, from the derivatives that somebody found by hand.

A derivative that is given for an inner node is held against the sum over its users: adjoint times local derivative.
Where only leaves are given, one wrong edge into a node v leaves its mark on all of them: the errors are proportional to
the derivatives of v with respect to the leaves. Three random directions find that v in three sweeps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import NamedTuple

from ...engine.backward import sweep
from ...engine.graph import leaves, operations, recorded
from ...engine.value import Value

AGREE = 1e-6  # numbers found by hand or in single precision, relative to the largest term
DIRECTIONS = 3


class Use(NamedTuple):
    """One edge: a node that uses another, and its local derivative with respect to it."""

    user: Value
    local: float
    others: tuple[float, ...]
    value: float


class Accusation(NamedTuple):
    """What is wrong first: the node, the edge into it where one explains it, the name of the mistake, both numbers."""

    node: Value
    use: Use | None
    name: str
    expected: float
    found: float | None


KINDS: tuple[tuple[str, Callable[[Use, float], float]], ...] = (
    ("forgot this path", lambda use, g: -g * use.local),
    ("forgot the local derivative: taken as 1", lambda use, g: g * (1.0 - use.local)),
    ("the sign", lambda use, g: -2.0 * g * use.local),
    ("this path is counted twice", lambda use, g: g * use.local),
    ("divided by the local derivative", lambda use, g: g * (1.0 / use.local - use.local) if use.local else math.nan),
    ("the local derivative twice", lambda use, g: g * (use.local**2 - use.local)),
    ("half of the local derivative", lambda use, g: -0.5 * g * use.local),
    ("the value of the argument for the local derivative", lambda use, g: g * (use.value - use.local)),
    ("the value of the result for the local derivative", lambda use, g: g * (use.user.data - use.local)),
    ("the local derivative alone, without the adjoint", lambda use, g: use.local * (1.0 - g)),
    ("the adjoint added to the local derivative", lambda use, g: g + use.local - g * use.local),
)
"""What a mistake at one edge adds to the adjoint of the node below it."""


def accuse(root: Value, given: Mapping[Value, float], rounding: float) -> Accusation | None:
    """The first wrong place on the way from the root; None where all that is given is right, but for rounding."""
    order = operations(root)[::-1]
    noise = rounding * max(abs(node.data) for node in [root, *order, *leaves(root)])
    true = sweep(root, order)
    users = _uses(order)
    own = _own(root, order, users, given, true)
    for node in [*order, *leaves(root)]:
        if node in given and not _same(given[node], own[node], _size(node, users, own), noise):
            if node.op is None and not any(n in given for n in order if n is not root):
                return _from_leaves(root, order, users, true, given) or _at(node, users, own, given[node])
            return _at(node, users, own, given[node])
    return None


def _uses(order: list[Value]) -> dict[Value, list[Use]]:
    """For every node, the edges into it from its users."""
    found: dict[Value, list[Use]] = {}
    for node in order:
        edges = list(recorded(node))
        for i, (parent, local) in enumerate(edges):
            others = tuple(d for k, (_, d) in enumerate(edges) if k != i)
            found.setdefault(parent, []).append(Use(node, local, others, parent.data))
    return found


def _own(
    root: Value,
    order: list[Value],
    users: Mapping[Value, list[Use]],
    given: Mapping[Value, float],
    true: Mapping[Value, float],
) -> dict[Value, float]:
    """What follows for every node from the numbers that are given above it; 1 for the root."""
    believed: dict[Value, float] = {}
    own: dict[Value, float] = {}
    for node in [*order, *leaves(root)]:
        own[node] = 1.0 if node is root else sum(use.local * believed[use.user] for use in users.get(node, []))
        if node is not root:
            own[node] = true[node] if _same(own[node], true[node], abs(true[node])) else own[node]
        believed[node] = given.get(node, own[node])
    return own


def _size(node: Value, users: Mapping[Value, list[Use]], own: Mapping[Value, float]) -> float:
    """The largest term of the sum at a node: what an error is compared with."""
    return max([abs(own[node]), *(abs(use.local * own[use.user]) for use in users.get(node, []))])


def _same(x: float, y: float, size: float, noise: float = 0.0) -> bool:
    return abs(x - y) <= max(AGREE * max(abs(x), abs(y), size), noise) or x == y


def _explained(
    node: Value, users: Mapping[Value, list[Use]], own: Mapping[Value, float], extra: float
) -> tuple[str, Use | None]:
    """The mistake at one edge into a node that adds just this much to its adjoint."""
    for name, change in KINDS:
        for use in users.get(node, []):
            if _close(change(use, own[use.user]), extra):
                return name, use
    for use in users.get(node, []):
        if any(_close(own[use.user] * (other - use.local), extra) for other in use.others):
            return "the local derivative with respect to another argument", use
    return "", None


def _close(x: float, y: float) -> bool:
    return math.isfinite(x) and abs(x - y) <= 1e-5 * max(abs(x), abs(y)) and y != 0.0


def _at(node: Value, users: Mapping[Value, list[Use]], own: Mapping[Value, float], found: float) -> Accusation:
    name, use = _explained(node, users, own, found - own[node])
    return Accusation(node, use, name, own[node], found)


def _from_leaves(
    root: Value,
    order: list[Value],
    users: Mapping[Value, list[Use]],
    true: Mapping[Value, float],
    given: Mapping[Value, float],
) -> Accusation | None:
    """The node nearest to the root where one wrong edge explains the errors of all leaves."""
    suspects = [(v, c) for v, c in _marked(root, order, true, given)]
    for node, extra in suspects:
        name, use = _explained(node, users, true, extra)
        if name:
            return Accusation(node, use, name, true[node], true[node] + extra)
    if suspects:
        node, extra = suspects[0]
        return Accusation(node, None, "", true[node], true[node] + extra)
    return None


def _marked(
    root: Value, order: list[Value], true: Mapping[Value, float], given: Mapping[Value, float]
) -> Iterator[tuple[Value, float]]:
    """The nodes from the root down whose derivatives are proportional to the errors, with the factor."""
    rng = Random(0)
    tangents: list[dict[Value, float]] = []
    errors: list[float] = []
    scale = 0.0
    known = [leaf for leaf in leaves(root) if leaf in given]
    for _ in range(DIRECTIONS):
        direction = {leaf: rng.uniform(0.5, 1.5) for leaf in known}
        tangents.append(_forward(order, direction))
        errors.append(sum(direction[leaf] * (given[leaf] - true[leaf]) for leaf in known))
        scale = max(scale, sum(abs(given[leaf]) + abs(true[leaf]) for leaf in known))
    for node in [n for n in [*order, *known] if n is not root]:
        moved = [tangent.get(node, 0.0) for tangent in tangents]
        if not moved[0]:
            continue
        extra = errors[0] / moved[0]
        if extra and all(abs(extra * t - e) <= AGREE * scale for t, e in zip(moved, errors)):
            yield node, extra


def _forward(order: list[Value], direction: Mapping[Value, float]) -> dict[Value, float]:
    """How every node moves when the leaves move in a direction."""
    moving = dict(direction)
    for node in reversed(order):
        moving[node] = sum(local * moving.get(parent, 0.0) for parent, local in recorded(node))
    return moving
