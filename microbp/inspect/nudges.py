r"""What the output neurons want: the three levers on an activation.

To raise $a_j$ one can change its bias; its weights, in proportion to the activations they multiply; the
previous activations, in proportion to the weights (3Blue1Brown, What is backpropagation really doing?).
How much a neuron wants its $z_j$ moved is $-\delta_j$, and each lever gets its share:

$$\Delta b_j = -\delta_j,\qquad \Delta w_{jk} = -\delta_j\,a_k,\qquad \Delta a_k = -\sum_j \delta_j\,w_{jk}$$
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..engine.value import Value
from ..errors import InputError, ShapeError
from ..nn import Module
from .labels import plain
from .network import Loss, Network, is_batch, record
from .tables import Report, Table

FACTOR = -1.0
"""Every nudge is this factor times the derivative: one step of gradient descent with learning rate 1."""


@dataclass(frozen=True, repr=False)
class Nudges(Report):
    """What the neurons of one layer want, for one sample or on the average of several.

    Attributes:
        layer: l.
        labels: the neurons' activations by name.
        z: for neuron j, how much it wants its weighted input moved; averaged over the samples.
        bias: the nudge of $b_j$.
        weights: row j holds the nudges of $w_{jk}$.
        previous: row j holds what neuron j wants of the activations $a_k$ before it.
        summed: what all neurons together want of each $a_k$: the column sums of ``previous``.
        parameters: the nudge of every parameter of the layer; of one that is used in several places (a tied
            weight) what all of them want together.
        samples: how many samples the mean is over.
    """

    layer: int
    labels: list[str]
    z: list[float]
    bias: list[float]
    weights: list[list[float]]
    previous: list[list[float]]
    summed: list[float]
    parameters: dict[Value, float]
    samples: int = 1

    @property
    def table(self) -> Table:
        """One line per neuron, with its largest wishes, and the sum over neurons."""
        rows: list[tuple[Any, ...]] = []
        for label, z, b, w, a in zip(self.labels, self.z, self.bias, self.weights, self.previous):
            k, j = _largest(w), _largest(a)
            wants = "up" if z > 0.0 else "down" if z < 0.0 else "stay"
            rows.append((label, wants, b, w[k], f"k={k + 1}", a[j], f"k={j + 1}"))
        k = _largest(self.summed)
        rows.append(("sum over neurons", "", None, None, "", self.summed[k], f"k={k + 1}"))
        over = f"the mean over {self.samples} samples, " if self.samples > 1 else ""
        note = f"Each nudge is {over}{FACTOR:g} times the derivative of the cost. Shown are the largest of each row."
        head = ("neuron", "wants", "bias", "weight", "from", "activation", "of")
        return Table(head, rows, title=f"What layer {self.layer} wants", note=note)

    def as_dict(self) -> dict[str, Any]:
        """All numbers for other tools."""
        return {
            "layer": self.layer, "factor": FACTOR, "samples": self.samples, "neurons": self.labels, "z": self.z,
            "bias": self.bias, "weights": self.weights, "previous": self.previous, "summed": self.summed,
        }  # fmt: skip


def nudges(model: Module, x: Any, y: Any, loss: Loss, layer: int | None = None) -> Nudges:
    """What each neuron of a layer wants of its bias, its weights and the activations before it.

    Args:
        model: any fully connected network.
        x, y: one sample; or a list of samples and a list of targets: then the mean over them.
        loss: a cost of one sample, or its name in `LOSSES`.
        layer: l, the output layer if left out.

    Raises:
        InputError: there is no such layer; the network is not fully connected.
        ShapeError: not one target per sample.

    >>> from microbp import nn
    >>> wishes = nudges(nn.MLP(2, [3, 1], seed=0), [0.5, -1.0], 1.0, "squared_error")
    >>> len(wishes.bias), len(wishes.weights[0]), len(wishes.summed)
    (1, 3, 3)
    """
    if is_batch(x) and len(x) != len(y):
        raise ShapeError(f"{len(x)} samples need {len(x)} targets, got {len(y)}")
    pairs = list(zip(x, y)) if is_batch(x) else [(x, y)]
    each = [_of_one(record(model, inputs, target, loss), layer) for inputs, target in pairs]
    first, m = each[0], len(each)

    def mean(pick: Any) -> list[float]:
        return [sum(numbers) / m for numbers in zip(*map(pick, each))]

    rows = range(len(first.bias))
    return Nudges(
        first.layer,
        first.labels,
        mean(lambda n: n.z),
        mean(lambda n: n.bias),
        [mean(lambda n, j=j: n.weights[j]) for j in rows],
        [mean(lambda n, j=j: n.previous[j]) for j in rows],
        mean(lambda n: n.summed),
        {p: sum(n.parameters[p] for n in each) / m for p in first.parameters},
        m,
    )


def _of_one(network: Network, layer: int | None) -> Nudges:
    if layer is not None and not 1 <= layer <= len(network.layers):
        raise InputError(f"layer {layer} of {len(network.layers)}: they count from 1")
    found = network.layers[-1 if layer is None else layer - 1]
    wants = [FACTOR * network.gradients[z] for z in found.z]
    inputs = [a.data if isinstance(a, Value) else a for a in found.inputs]
    weights = [[want * a for a in inputs] for want in wants]
    previous = [[want * w.data for w in row] for want, row in zip(wants, found.weights)]
    everything = [*found.biases, *(w for row in found.weights for w in row)]
    parameters = {p: FACTOR * network.gradients[p] for p in everything}  # tied weights: the sum over all their uses
    labels = [plain(a.label) for a in found.a]
    return Nudges(found.number, labels, wants, wants, weights, previous, [sum(c) for c in zip(*previous)], parameters)


def _largest(xs: list[float]) -> int:
    return max(range(len(xs)), key=lambda i: abs(xs[i]))
