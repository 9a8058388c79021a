r"""What a gradient costs: finite differences, forward mode and reverse mode, counted on a live network.

The unit is one multiplication with the addition that follows it: one use of an argument by an operation,
or one edge of the graph in a sweep. Griewank & Walther (2008), chapter 3; Nielsen (2015), chapter 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.backward import sweep
from ..engine.graph import operations, recorded
from ..engine.value import Value
from ..nn import Module
from .network import Loss, record_cost
from .tables import Report, Table


@dataclass(frozen=True, repr=False)
class Costs(Report):
    """Operations per gradient by each method.

    Attributes:
        parameters: n, the number of derivatives wanted.
        forward_pass: operations of one evaluation of the cost.
        finite: n + 1 evaluations.
        forward_mode: one evaluation, and for each parameter a sweep of tangents over every edge.
        reverse_mode: one evaluation and one sweep of adjoints.
    """

    parameters: int
    forward_pass: int
    finite: int
    forward_mode: int
    reverse_mode: int

    @property
    def table(self) -> Table:
        """One line per method."""
        n, one = self.parameters, self.forward_pass
        rows = [
            ("cost alone", "1 evaluation", one, 1.0),
            ("finite differences", f"{n + 1:,} evaluations", self.finite, self.finite / one),
            ("forward mode", f"1 evaluation, {n:,} sweeps", self.forward_mode, self.forward_mode / one),
            ("reverse mode", "1 evaluation, 1 sweep", self.reverse_mode, self.reverse_mode / one),
        ]
        head = ("method", "passes", "operations", "evaluations' worth")
        return Table(head, rows, title=f"The gradient with respect to {n:,} parameters")

    def as_dict(self) -> dict[str, Any]:
        """The counts for other tools."""
        return dict(vars(self))


def costs(model: Module, x: Any, y: Any, loss: Loss) -> Costs:
    """Count the operations of a gradient on one sample by three methods.

    Args:
        model: any network.
        x, y: one sample.
        loss: a cost, or its name in `LOSSES`.

    Raises:
        InputTypeError: the model is no network.
        InputError: the cost does not use its outputs.

    >>> from microbp import nn
    >>> print(costs(nn.MLP(2, [16, 16, 1]), [0.5, -1.0], 1.0, "squared_error"))
    The gradient with respect to 337 parameters
    method              passes                    operations  evaluations' worth
    ----------------------------------------------------------------------------
    cost alone          1 evaluation                     677                   1
    finite differences  338 evaluations              228,826                 338
    forward mode        1 evaluation, 337 sweeps     217,368             321.075
    reverse mode        1 evaluation, 1 sweep          1,320             1.94978
    """
    _, cost = record_cost(model, x, y, loss)
    return count(cost, model.parameters())


def count(output: Value, inputs: Sequence[Value]) -> Costs:
    """The same for any graph."""
    order = operations(output)
    evaluation = sum(len(node.args) for node in order)
    swept = 0

    def counted(node: Value) -> Sequence[tuple[Value, float]]:
        nonlocal swept
        edges = list(recorded(node))
        swept += len(edges)
        return edges

    sweep(output, order[::-1], edges=counted)
    n = len(inputs)
    return Costs(n, evaluation, (n + 1) * evaluation, evaluation + n * swept, evaluation + swept)
