"""The pictures of the README, drawn anew: ``python docs/pictures.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from microbp import Value, data, draw, fit, losses, nn, optim, sigmoid, viz

HERE = Path(__file__).parent


def one_neuron() -> tuple[Value, Value]:
    """The first example: its cost, after a backward pass, and its weight."""
    x, y = Value(1.0, "x"), Value(0.0, "y")
    w, b = Value(0.6, "w"), Value(0.9, "b")
    z = w * x + b
    a = sigmoid(z)
    cost = (a - y) ** 2
    z.label, a.label = "z", "a"
    cost.backward()
    return cost, w


def trained() -> viz.plots.Plot:
    """The decision boundary of the network that the README trains."""
    model = nn.MLP(2, [16, 16, 1], activation="tanh", seed=0)
    adam = optim.Adam(model.parameters(), lr=0.02)
    fit(model, losses.bce_with_logits, data.moons(200), adam, epochs=30, batch_size=20, progress=False)
    return viz.plots.boundary(model, data.moons(100, seed=1))


def pictures() -> dict[str, Any]:
    """The pictures by the names of their files, but for the one that takes matplotlib and a training."""
    cost, w = one_neuron()
    model = nn.MLP(3, [4, 2], "sigmoid", "softmax", seed=1)
    return {
        "graph": draw(cost, highlight=w),
        "lines": viz.number_lines(cost, w),
        "network": viz.network(model, [0.5, -1.0, 0.25], classes=["cat", "dog"]),
    }


if __name__ == "__main__":
    for name, picture in {**pictures(), "boundary": trained()}.items():
        picture.save(HERE / f"{name}.svg")
