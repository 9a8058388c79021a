r"""The demon in the network: it adds $\Delta z$ to one weighted input, and the cost moves by $\delta\,\Delta z$.

To first order: what the prediction misses shrinks with the square of the step. Nielsen (2015), chapter 2,
"The four fundamental equations".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.gradients import derivatives
from ..engine.graph import operations
from ..engine.value import Value
from ..errors import InputError
from ..nn import Module
from .labels import plain
from .network import Loss, record
from .tables import Report, Table

EPSILON = 2.3e-16


@dataclass(frozen=True)
class Nudge:
    """One step of the demon.

    Attributes:
        step: what it added.
        predicted: the slope times the step.
        actual: the change of the output.
        error: what the prediction missed.
        order: the power of the step that the error shrank with since the step before; None for the first,
            and where the error is rounding.
    """

    step: float
    predicted: float
    actual: float
    error: float
    order: float | None


@dataclass(frozen=True, repr=False)
class Demon(Report):
    """Predicted and actual change of an output, for shrinking steps at one node.

    Attributes:
        label: of the node.
        slope: the derivative by it, $\\delta$.
        nudges: the steps, the largest first.
        rounding: errors below this are rounding of the output itself.
    """

    label: str
    slope: float
    nudges: list[Nudge]
    rounding: float

    @property
    def ok(self) -> bool:
        """Whether the error shrinks with the square of the step, or is rounding."""
        return all(n.order is None or n.order > 1.8 for n in self.nudges[-1:])

    @property
    def table(self) -> Table:
        """One line per step."""
        orders = ["rounding" if n.order is None else f"{n.order:.2f}" for n in self.nudges]
        orders[0] = ""
        rows = [(n.step, n.predicted, n.actual, n.error, order) for n, order in zip(self.nudges, orders)]
        node = plain(self.label) or "the node"
        title = f"The demon at {node}: the cost moves by {self.slope:.6g} for each unit"
        note = "order 2: halve the step, and a quarter of the error is left"
        return Table(("step", "predicted", "actual", "error", "order"), rows, title, note)

    def as_dict(self) -> dict[str, Any]:
        """All numbers for other tools."""
        return {"label": self.label, "slope": self.slope, "nudges": [vars(n) for n in self.nudges]}


def demon(
    model: Module, x: Any, y: Any, loss: Loss, layer: int, neuron: int, step: float = 0.1, steps: int = 8
) -> Demon:
    r"""Add $\Delta z$ to one neuron's weighted input and compare the change of the cost with $\delta\,\Delta z$.

    Args:
        model: any fully connected network.
        x, y: one sample.
        loss: a cost, or its name in `LOSSES`.
        layer, neuron: which one, both counted from 1.
        step: the first step; each further one is half as large.
        steps: how many.

    Raises:
        InputError: there is no such neuron.

    >>> from microbp import nn
    >>> demon(nn.MLP(2, [3, 1]), [0.5, -1.0], 1.0, "squared_error", layer=1, neuron=2).ok
    True
    """
    network = record(model, x, y, loss)
    sizes = [len(l.z) for l in network.layers]
    if not 1 <= layer <= len(sizes) or not 1 <= neuron <= sizes[layer - 1]:
        raise InputError(f"no neuron {neuron} in layer {layer}: the layers have {sizes} neurons, counted from 1")
    return demon_at(network.cost, network.layers[layer - 1].z[neuron - 1], step, steps)


def demon_at(output: Value, node: Value, step: float = 0.1, steps: int = 8) -> Demon:
    """The demon at any node of any graph.

    >>> x = Value(3.0, "x")
    >>> [round(n.error, 12) for n in demon_at(x * x, x, step=0.5, steps=3).nudges]
    [0.25, 0.0625, 0.015625]
    """
    if not 0.0 < abs(step) < math.inf or steps < 1:
        raise InputError(f"step={step!r}, steps={steps!r}: take at least one step, and not of size 0")
    (slope,) = derivatives(output, [node])
    rounding = 16.0 * EPSILON * max(abs(output.data), abs(node.data), 1.0)
    found: list[Nudge] = []
    for i in range(steps):
        dz = step / 2**i
        after = replay(output, {node: node.data + dz})
        dz = (node.data + dz) - node.data  # the step that was really taken
        error = (after - output.data) - slope * dz
        order = None
        if found and abs(error) > rounding and abs(found[-1].error) > rounding:
            order = math.log(abs(found[-1].error / error)) / math.log(found[-1].step / dz)
        found.append(Nudge(dz, slope * dz, after - output.data, error, order))
    return Demon(node.label, slope, found, rounding)


def replay(output: Value, changed: Mapping[Value, float]) -> float:
    """The output's number if some nodes had other numbers; nothing is recorded or changed.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> replay(y + x, {y: 100.0})
    103.0
    """
    numbers = dict(changed)
    for node in operations(output):
        if node not in changed and any(p in numbers for p in node.parents):
            assert node.op is not None
            flat = [numbers.get(a, a.data) if isinstance(a, Value) else a for a in node.args]
            numbers[node] = node.op.on_numbers(flat)
    return numbers.get(output, output.data)
