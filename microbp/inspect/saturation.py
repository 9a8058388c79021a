r"""Why training stalls: neurons whose $\sigma'(z)$ is near 0 pass no gradient on.

A sigmoid or tanh far from 0 is saturated; a ReLU below 0 on every sample is dead (Glorot & Bengio 2010;
Nielsen 2015, chapter 3, on the learning slowdown).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import InputError, ShapeError
from ..nn import Module
from .labels import plain
from .network import is_batch, record, sum_of_outputs
from .tables import Report, Table


@dataclass(frozen=True)
class NeuronState:
    """One neuron over a batch.

    Attributes:
        label: of its activation.
        layer, neuron: both from 1.
        mean_slope: the mean of $|\\sigma'(z)|$ over the samples.
        saturated: on which share of the samples it is below the threshold.
    """

    label: str
    layer: int
    neuron: int
    mean_slope: float
    saturated: float

    @property
    def dead(self) -> bool:
        """Whether it passes no gradient on for any sample."""
        return self.mean_slope == 0.0


@dataclass(frozen=True, repr=False)
class Saturation(Report):
    """Every neuron over a batch; prints one line per layer and the worst neurons."""

    neurons: list[NeuronState]
    threshold: float
    samples: int

    @property
    def dead(self) -> list[NeuronState]:
        """The neurons that no sample can teach."""
        return [n for n in self.neurons if n.dead]

    @property
    def saturated(self) -> list[NeuronState]:
        """The neurons that are below the threshold on every sample, dead ones included."""
        return [n for n in self.neurons if n.saturated == 1.0]

    @property
    def table(self) -> Table:
        """One line per layer."""
        rows = []
        for l in sorted({n.layer for n in self.neurons}):
            layer = [n for n in self.neurons if n.layer == l]
            share = sum(n.saturated for n in layer) / len(layer)
            mean = sum(n.mean_slope for n in layer) / len(layer)
            always, dead = sum(n.saturated == 1.0 for n in layer), sum(n.dead for n in layer)
            rows.append((l, len(layer), mean, f"{share:.0%}", always, dead))
        note = f"saturated: |σ'(z)| < {self.threshold:g}; {self.samples} samples"
        if worst := [plain(n.label) for n in self.saturated][:10]:
            note += f"\non every sample: {', '.join(worst)}{' …' * (len(self.saturated) > 10)}"
        head = ("layer", "neurons", "mean |σ'|", "saturated", "on every sample", "dead")
        return Table(head, rows, note=note)

    def as_dict(self) -> dict[str, Any]:
        """Every neuron for other tools."""
        neurons = [vars(n) | {"dead": n.dead} for n in self.neurons]
        return {"threshold": self.threshold, "samples": self.samples, "neurons": neurons}


def saturation(model: Module, batch: Any, threshold: float = 0.01) -> Saturation:
    r"""Which neurons are saturated or dead over a batch.

    Args:
        model: any fully connected network.
        batch: the samples, one row each.
        threshold: a neuron is saturated on a sample when $|\sigma'(z)|$ is below it.

    Raises:
        ShapeError: no batch.
        InputError: the network is not fully connected; a threshold that is not positive.

    >>> from microbp import nn
    >>> model = nn.MLP(1, [1, 1], "relu")
    >>> model.layers[0].neurons[0].b.data = -100.0
    >>> [n.label for n in saturation(model, [[1.0], [2.0]]).dead]
    ['a_1^{(1)}']
    """
    if not is_batch(batch):
        raise ShapeError("a batch is a list of samples, each a list of inputs: [[1.0, 2.0], [3.0, 4.0]]")
    if not threshold > 0.0:
        raise InputError(f"threshold={threshold!r} must be positive")
    slopes: dict[tuple[int, int], list[float]] = {}
    labels: dict[tuple[int, int], str] = {}
    for x in batch:
        for layer in record(model, x, None, sum_of_outputs).layers:
            for j, row in enumerate(layer.derivative):
                slopes.setdefault((layer.number, j + 1), []).append(abs(row[j]))
                labels[layer.number, j + 1] = layer.a[j].label
    neurons = [
        NeuronState(labels[key], *key, sum(each) / len(each), sum(s < threshold for s in each) / len(each))
        for key, each in slopes.items()
    ]
    return Saturation(neurons, threshold, len(batch))
