r"""Where a claim is tried: live networks of many shapes, with the quantities of the texts read off their graphs.

A `World` is one network with its samples: depth, sizes, activations, cost and m are chosen at random, weights and
inputs are short decimals, so that a counterexample can be followed on paper. Every derivative in it comes from the
graph, none from a formula of backpropagation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

from ...engine.gradients import derivatives
from ...nn import MLP
from ...optim import SGD
from ...table import rows as ops
from ..network import Network, parameters_by_layer, record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

ACTIVATIONS = {"linear": None, "sigmoid": ops.sigmoid, "tanh": ops.tanh, "relu": ops.relu}


def _half_squares(a: Any, y: Any) -> Any:
    return 0.5 * _squares(a, y)


def _squares(a: Any, y: Any) -> Any:
    return ops.add_up([(p - t) ** 2 for p, t in zip(_listed(a), y)])


def _cross_entropy(a: Any, y: Any) -> Any:
    return -ops.add_up([t * ops.log(p) + (1.0 - t) * ops.log(1.0 - p) for p, t in zip(_listed(a), y)])


def _class_entropy(a: Any, y: Any) -> Any:
    return -ops.add_up([t * ops.log(p) for p, t in zip(_listed(a), y)])


def _listed(a: Any) -> Sequence[Any]:
    return a if isinstance(a, list) else [a]


COSTS: dict[str, Callable[[Any, Any], Any]] = {
    "the cost Σ(a - y)²": _squares,
    "the cost ½Σ(a - y)²": _half_squares,
    "binary cross-entropy": _cross_entropy,
    "multi-class cross-entropy": _class_entropy,
}
ENDS = [
    ("linear", "the cost ½Σ(a - y)²"), ("sigmoid", "the cost ½Σ(a - y)²"), ("tanh", "the cost Σ(a - y)²"),
    ("linear", "the cost Σ(a - y)²"), ("sigmoid", "binary cross-entropy"), ("sigmoid", "the cost Σ(a - y)²"),
    ("softmax", "multi-class cross-entropy"), ("sigmoid", "multi-class cross-entropy"),
    ("softmax", "binary cross-entropy"),
]  # fmt: skip
"""The output activation and the cost of a world."""


@dataclass(frozen=True, eq=False)
class World:
    """One network with m samples.

    Attributes:
        sizes: from the inputs to the outputs.
        activations: one per layer.
        cost: its name in `COSTS`.
        m: the number of samples.
        seed: of the weights and samples.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    cost: str
    m: int
    seed: int

    @property
    def depth(self) -> int:
        """The number of layers, the input not counted."""
        return len(self.sizes) - 1

    @cached_property
    def model(self) -> MLP:
        """The network."""
        rng = Random(self.seed)
        model = MLP(self.sizes[0], list(self.sizes[1:]), list(self.activations[:-1]), self.activations[-1])
        while True:
            for p in model.parameters():
                p.data = rng.choice([-1.0, 1.0]) * rng.randint(1, 9) / 10
            if not self._is_dead(model):
                return model

    def _is_dead(self, model: MLP) -> bool:
        """Whether a layer of relus gives nothing but 0, so that any formula with its slope as a factor would hold."""
        x: Any = self.samples[0][0]
        for layer in model.layers[:-1]:
            x = [a.data for a in _listed(layer(x))]
            if not any(x):
                return True
        return False

    @cached_property
    def samples(self) -> tuple[list[list[float]], list[list[float]]]:
        """Inputs and targets, a row per sample; targets are a class where the cost asks for one."""
        rng = Random(self.seed + 1)
        X = [[rng.choice([-1, 1]) * rng.randint(1, 9) / 10 for _ in range(self.sizes[0])] for _ in range(self.m)]
        outputs = self.sizes[-1]
        if self.cost == "multi-class cross-entropy":
            classes = [rng.randrange(outputs) for _ in range(self.m)]
            return X, [[float(j == c) for j in range(outputs)] for c in classes]
        if self.cost == "binary cross-entropy":
            return X, [[float((self.seed + i + j) % 2) for j in range(outputs)] for i in range(self.m)]
        return X, [[rng.randint(1, 9) / 10 for _ in range(outputs)] for _ in range(self.m)]

    @cached_property
    def networks(self) -> list[Network]:
        """The graph of every sample, and all its gradients."""
        return [record(self.model, x, y, COSTS[self.cost]) for x, y in zip(*self.samples)]

    def matrix(self, name: str, layer: int) -> Array:
        """A quantity of a layer: parameters and their gradients as matrices, all else with one column per sample."""
        key = name, layer
        if key not in self._known:
            self._known[key] = self._read(name, layer)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, int], Array]:
        return {}

    def _read(self, name: str, layer: int) -> Array:
        if name == "Y":
            return _columns(self.samples[1])
        if layer == 0:
            return _columns(self.samples[0])
        first = self.networks[0].layers[layer - 1]
        layers = [(network.gradients, network.layers[layer - 1]) for network in self.networks]
        if name == "W":
            return _array([[w.data for w in row] for row in first.weights])
        if name == "b":
            return _array([[b.data] for b in first.biases])
        if name == "dW":
            return _mean([[[grads[w] for w in row] for row in l.weights] for grads, l in layers])
        if name == "db":
            return _mean([[[grads[b]] for b in l.biases] for grads, l in layers])
        nodes = [(grads, l.a if name in ("A", "dA") else l.z) for grads, l in layers]
        return _columns([[grads[v] if name[0] == "d" else v.data for v in vs] for grads, vs in nodes])

    @property
    def costs(self) -> list[float]:
        """The cost of every sample."""
        return [network.cost.data for network in self.networks]

    @property
    def rate(self) -> float:
        """The rate of a step: another one from world to world, so that no number can stand for it."""
        return (1 + self.seed % 5) / 10

    def after(self, name: str, layer: int) -> Array:
        """Parameters after one live step of gradient descent on the mean gradient."""
        twin = MLP(self.sizes[0], list(self.sizes[1:]), list(self.activations[:-1]), self.activations[-1])
        for p, old in zip(twin.parameters(), self.model.parameters()):
            p.data = old.data
            p.grad = sum(network.gradients[old] for network in self.networks) / self.m
        SGD(twin.parameters(), lr=self.rate).step()
        weights, biases = parameters_by_layer(twin)[layer - 1]
        return _array([[w.data for w in row] for row in weights] if name == "W" else [[b.data] for b in biases])

    def nodes(self, name: str, layer: int) -> Any:
        """The nodes of a quantity in the graph of the first sample: a list, of lists for the weights."""
        network = self.networks[0]
        if name == "C":
            return [network.cost]
        record = network.layers[layer - 1]
        return {"W": record.weights, "b": record.biases, "Z": record.z, "A": record.a}[name]

    def slopes(self, of: Any, by: list[Any]) -> list[float]:
        """The derivatives of one node with respect to others, from the graph."""
        return derivatives(of, by)

    def apply(self, layer: int, prime: bool, x: Array) -> Array | None:
        """The activation of a layer, or its derivative, entry by entry; None for softmax, which is no such function."""
        import numpy as np

        name = self.activations[layer - 1]
        if name == "softmax":
            return None
        row = ACTIVATIONS[name]
        if row is None:
            return np.ones_like(x) if prime else x
        rule: Any = row.partials[0]
        each = np.vectorize(lambda v: rule(row.forward(v), v) if prime else row.forward(v), otypes=[float])
        return _array(each(x))

    def __str__(self) -> str:
        layers = ", ".join(dict.fromkeys(self.activations)) if self.depth > 1 else self.activations[0]
        return f"a {'-'.join(map(str, self.sizes))} network, {layers}, {self.cost}, m = {self.m}"


def _array(numbers: Any) -> Array:
    import numpy as np

    return np.asarray(numbers, dtype=float)


def _columns(rows: Any) -> Array:
    """One column per sample."""
    return _array(_array(rows).T)


def _mean(per_sample: Any) -> Array:
    return _array(_array(per_sample).mean(axis=0))


SIZES: dict[int, list[tuple[int, ...]]] = {
    1: [(1, 1), (2, 1), (3, 1), (2, 2), (3, 2), (3, 3)],
    2: [(1, 1, 1), (2, 2, 1), (2, 3, 1), (3, 2, 1), (2, 2, 2), (3, 2, 3), (3, 3, 3)],
    3: [(1, 1, 1, 1), (2, 2, 2, 2), (3, 2, 4, 2), (2, 3, 2, 1)],
}
_HIDDEN = ["sigmoid", "tanh", "linear", "relu"]
HIDDEN: dict[int, list[str]] = {1: ["linear"], 2: _HIDDEN, 3: _HIDDEN}


@lru_cache(maxsize=1)
def worlds() -> tuple[World, ...]:
    """All worlds, the smallest first: every depth, size, ending and hidden activation, for one sample and for more.

    The smallest come three times: where there is little to go wrong, a wrong formula may be right by accident.
    """
    found: list[World] = []
    for (depth, shapes), (output, cost) in product(SIZES.items(), ENDS):
        for sizes, hidden in product(shapes, HIDDEN[depth]):
            if sizes[-1] == 1 and (output == "softmax" or cost == "multi-class cross-entropy"):
                continue
            counts = (1, 2, 1, 3, 1, 2) if set(sizes) == {1} else (1, 2 + len(found) // 2 % 2)
            for m in (
                (1, *counts) if cost == "binary cross-entropy" else counts
            ):  # one sample with y = 0, one with y = 1
                found.append(World(sizes, (hidden,) * (depth - 1) + (output,), cost, m, len(found)))
    return tuple(sorted(found, key=lambda w: (sum(w.sizes), w.m, w.depth)))
