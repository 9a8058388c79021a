"""Where a gradient gets lost: the first bad factor on the way from an output down to a leaf."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..engine.graph import downstream, topological_order
from ..engine.refusals import describe
from ..engine.value import Value
from ..errors import InputError, InputTypeError
from ..table.op import shorten
from .labels import plain
from .notation import short
from .tables import Report, Table

VANISHING = 1e-12  # an adjoint so small moves no parameter in double precision next to one of size 1

KINDS = {
    "not finite": "the derivative of an operation does not exist here",
    "overflow": "a product of derivatives is too large for a float",
    "zero factor": "an operation passes nothing on",
    "vanishing": f"a product of derivatives is below {VANISHING:g}",
}

CURES = {
    "sigmoid": "the neuron is saturated: take a cost from logits (bce_with_logits) or smaller weights",
    "tanh": "the neuron is saturated: use smaller weights (init='xavier') or relu",
    "relu": "the neuron is off: use leaky_relu, a smaller learning rate or init='he'",
    "log": "take log_sigmoid, log_softmax or a cost from logits instead of the log of a probability",
    "exp": "take softmax, logsumexp or a cost from logits: they subtract the largest exponent first",
    "div": "divide by a quantity with a small epsilon added",
    "mul": "the other factor is 0: initialise weights at random",
    "sqrt": "add a small epsilon under the root",
    "maximum": "the other argument is larger",
    "minimum": "the other argument is smaller",
    "clip": "the argument is clipped",
    "frozen": "this number was frozen on purpose",
    "weighted_sum": "a weight or an input is 0",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One place of trouble.

    Attributes:
        kind: one of `KINDS`.
        node, parent: the operation, and the argument its gradient should go to.
        adjoint: of the node.
        partial: the local derivative.
        cure: the stable form to use, or what to change.
    """

    kind: str
    node: Value
    parent: Value
    adjoint: float
    partial: float
    cure: str

    def __str__(self) -> str:
        return (
            f"{self.kind} at {_written(self.node)}: the derivative by {_written(self.parent)} is "
            f"{short(self.partial)}, the adjoint {short(self.adjoint)}; {self.cure}"
        )


@dataclass(frozen=True, repr=False)
class Trouble(Report):
    """What was found on the way, the nearest to the output first; empty when all is well.

    Attributes:
        findings: the first place of each kind.
        gradient: what arrives at the leaf; NaN where it cannot be computed.
    """

    findings: list[Finding]
    gradient: float

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def table(self) -> Table:
        """One line per finding."""
        rows = [(f.kind, _written(f.node), f.partial, f.adjoint, f.cure) for f in self.findings]
        return Table(("trouble", "operation", "derivative", "adjoint", "cure"), rows, note=self._arrives)

    @property
    def _arrives(self) -> str:
        return f"the gradient that arrives is {short(self.gradient)}"

    def __str__(self) -> str:
        if self.ok:
            return f"no trouble on the way: the gradient is {short(self.gradient)}"
        return "\n".join([*map(str, self.findings), self._arrives])

    def as_dict(self) -> dict[str, Any]:
        """The findings for other tools."""
        found = [
            {"kind": f.kind, "node": describe(f.node), "partial": f.partial, "adjoint": f.adjoint, "cure": f.cure}
            for f in self.findings
        ]
        return {"gradient": self.gradient, "findings": found}


def trouble(output: Value, leaf: Value) -> Trouble:
    """Find where the gradient of a leaf is lost: no derivative, an overflow, a zero factor, a vanishing product.

    A factor that is 0 is trouble only where no other user passes a gradient on to the same node.

    Args:
        output: the cost.
        leaf: the parameter that does not learn.

    Raises:
        InputTypeError: the leaf is no Value.
        InputError: the output does not depend on the leaf.

    >>> from microbp import relu
    >>> w = Value(-3.0, "w")
    >>> print(trouble(relu(w) + 1.0, w))
    zero factor at relu(w=-3): the derivative by w = leaf(-3) is 0, the adjoint 1; the neuron is off: ...
    the gradient that arrives is 0
    """
    if not isinstance(leaf, Value):
        raise InputTypeError(f"the leaf is a Value, such as a parameter of the model; got {shorten(repr(leaf))}")
    order = downstream([leaf], topological_order(output))
    if not order or output is leaf:
        raise InputError(f"{describe(output)} does not depend on {describe(leaf)}: the derivative is 0")
    first: dict[str, Finding] = {}
    adjoints = {output: 1.0}
    inside = set(order)
    lost: dict[Value, Finding] = {}  # by the node that may yet get its gradient from another user
    for node in reversed(order):
        adjoint = adjoints[node]
        if node in lost and abs(adjoint) < VANISHING:
            first.setdefault(lost[node].kind, lost[node])
        for parent, partial in zip(node.parents, node.partials) if node is not leaf else ():
            if parent not in inside:
                continue
            if kind := _kind(adjoint, partial):
                finding = Finding(kind, node, parent, adjoint, partial, _cure(node, kind))
                if kind in ("zero factor", "vanishing"):
                    lost.setdefault(parent, finding)
                else:
                    first.setdefault(kind, finding)
            adjoints[parent] = adjoints.get(parent, 0.0) + adjoint * partial
    return Trouble(list(first.values()), adjoints[leaf])


def _written(node: Value) -> str:
    """The node in the notation of all tables; `describe` has its label and its numbers in full."""
    name = f"{plain(node.label)} = " if node.label else ""
    if node.op is None:
        return f"{name}leaf({short(node.data)})"
    pairs = [(plain(a.label), a.data) if isinstance(a, Value) else ("", a) for a in node.args]
    shown = ", ".join(f"{label}={short(x)}" if label else short(x) for label, x in pairs)
    return f"{name}{node.op.name}({shorten(shown)})"


def _kind(adjoint: float, partial: float) -> str:
    share = adjoint * partial
    if not math.isfinite(partial):
        return "not finite"
    if not math.isfinite(share):
        return "overflow" if math.isfinite(adjoint) else ""
    if adjoint and partial == 0.0:
        return "zero factor"
    return "vanishing" if abs(share) < VANISHING <= abs(adjoint) else ""


def _cure(node: Value, kind: str) -> str:
    assert node.op is not None
    if kind == "overflow":
        return "rescale the data or the weights"
    if kind == "vanishing":
        return "start from another initialiser (xavier, he), with relu for sigmoid, or rescale"
    return (kind == "not finite" and node.op.domain) or CURES.get(node.op.name, "look at this operation's data")
