r"""Backward as a sequence of steps: $\bar p \mathrel{+}= \bar v \cdot \partial v/\partial p$, one for each edge.

A node may pass its adjoint on only when all its users have handed in their shares. A depth-first walk
without the topological sort does not wait for that; `depth_first` does it wrong on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..engine.graph import downstream, leaves, topological_order
from ..engine.value import Value
from .names import Names, names_of
from .notation import short, signed
from .tables import Report, Table

SHOWN = 40  # steps in the table; iterate for the others


@dataclass(frozen=True)
class Step:
    """The adjoint of ``parent`` grows by the adjoint of ``node`` times a local derivative.

    Attributes:
        node, parent: the edge.
        adjoint: of the node, complete.
        partial: the local derivative of the node by the parent.
        before, after: the running adjoint of the parent.
    """

    node: Value
    parent: Value
    adjoint: float
    partial: float
    before: float
    after: float


class Steps(Report):
    """The steps of the backward sweep, the root first; stop wherever you like.

    Args:
        output: the root.
        leaf: keep to the nodes that depend on it; None for all.
        names: how to write the nodes.

    >>> x = Value(3.0, "x")
    >>> print(Steps(x * x + x))
    step  update                      numbers    running
    ----------------------------------------------------
       1  adj(v₁) += adj(C) · ∂C/∂v₁  0 + 1 · 1        1
       2  adj(x) += adj(C) · ∂C/∂x    0 + 1 · 1        1
       3  adj(x) += adj(v₁) · ∂v₁/∂x  1 + 1 · 3        4
       4  adj(x) += adj(v₁) · ∂v₁/∂x  4 + 1 · 3        7
    """

    def __init__(self, output: Value, leaf: Value | None = None, names: Names | None = None) -> None:
        self.output, self.leaf = output, leaf
        order = topological_order(output)
        self.names = names or names_of(output)
        self.order = downstream([leaf] if leaf else leaves(output), order)[::-1]

    def __iter__(self) -> Iterator[Step]:
        inside = set(self.order)
        return _walk(self.output, [n for n in self.order if n is not self.leaf], inside)

    def __len__(self) -> int:
        inside = set(self.order)
        return sum(p in inside for node in self.order if node is not self.leaf for p in node.parents)

    def adjoints(self, stop: int | None = None) -> dict[Value, float]:
        """The running adjoints after so many steps, or after all of them.

        >>> x = Value(3.0)
        >>> Steps(x * x).adjoints(stop=1)[x], Steps(x * x).adjoints()[x]
        (3.0, 6.0)
        """
        found = {self.output: 1.0}
        for number, step in enumerate(self):
            if number == stop:
                break
            found[step.parent] = step.after
        return found

    def depth_first(self) -> Comparison:
        """What a depth-first walk without the topological sort would make of this graph."""
        right = self.adjoints()
        reached, passed_on = _depth_first(self.output, set(self.order), self.leaf)
        wrong = [(n, reached[n], right[n]) for n in reversed(self.order) if reached[n] != right[n]]
        early = next((n for n, adjoint in passed_on.items() if adjoint != reached[n]), None)
        return Comparison(self, wrong, early)

    @property
    def table(self) -> Table:
        """The first steps as a table."""
        rows = []
        for number, step in enumerate(self, 1):
            if number > SHOWN:
                break
            node, parent = self.names[step.node].text, self.names[step.parent].text
            numbers = f"{short(step.before)} + {short(step.adjoint)} · {signed(step.partial)}"
            rows.append((number, f"adj({parent}) += adj({node}) · ∂{node}/∂{parent}", numbers, step.after))
        left = len(self) - len(rows)
        return Table(("step", "update", "numbers", "running"), rows, note=f"… {left:,} more steps" if left else "")

    def as_dict(self) -> dict[str, Any]:
        """The steps for other tools."""
        return {
            "steps": [
                {
                    "node": self.names[s.node].text, "parent": self.names[s.parent].text, "adjoint": s.adjoint,
                    "partial": s.partial, "before": s.before, "after": s.after,
                }
                for s in self
            ]
        }  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """A depth-first walk against the sweep.

    Attributes:
        steps: the right ones.
        wrong: (node, depth-first adjoint, right adjoint) wherever they differ.
        early: the first node that passed its adjoint on before it was complete; None where all is well.
    """

    steps: Steps
    wrong: list[tuple[Value, float, float]]
    early: Value | None

    def __str__(self) -> str:
        names = self.steps.names
        if not self.wrong:
            return "Here a depth-first walk agrees: it passes no adjoint on before it is complete."
        rows = [(names[n].text, got, want, got - want) for n, got, want in self.wrong[:20]]
        why = ""
        if self.early is not None:
            name = names[self.early].text
            why = (
                f"{name} has several users; the walk passes adj({name}) on when the first of them has handed in "
                "its share.\nThe topological sort makes it wait for all."
            )
        return str(Table(("node", "depth first", "right", "difference"), rows, note=why))

    __repr__ = __str__


def _walk(output: Value, order: list[Value], inside: set[Value]) -> Iterator[Step]:
    adjoints = {output: 1.0}
    for node in order:
        for parent, partial in zip(node.parents, node.partials):
            if parent in inside:
                before = adjoints.get(parent, 0.0)
                adjoints[parent] = before + adjoints[node] * partial
                yield Step(node, parent, adjoints[node], partial, before, adjoints[parent])


def _depth_first(
    output: Value, inside: set[Value], leaf: Value | None
) -> tuple[dict[Value, float], dict[Value, float]]:
    """Adjoints by a walk that goes on from a node as soon as it is reached, and what each node passed on."""
    adjoints, passed_on = {output: 1.0}, {output: 1.0}
    stack = [(output, 0)]
    while stack:
        node, which = stack.pop()
        if which == len(node.parents):
            continue
        stack.append((node, which + 1))
        parent = node.parents[which]
        if parent in inside:
            adjoints[parent] = adjoints.get(parent, 0.0) + adjoints[node] * node.partials[which]
            if parent not in passed_on and parent is not leaf and parent.parents:
                passed_on[parent] = adjoints[parent]
                stack.append((parent, 0))
    return adjoints, passed_on
