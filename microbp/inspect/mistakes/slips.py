r"""Mistakes that are made in one line of a backward pass, each one carried out.

Every line of the textbook's backward pass is one step, and a mistake is another formula for one step:

    dA[L] = ∂C/∂A[L]          dZ[l] = dA[l] ⊙ g'(Z[l])          dW[l] = dZ[l] A[l-1]ᵀ / m
    dA[l-1] = W[l]ᵀ dZ[l]                                        db[l] = columns of dZ[l], mean

Ng's course; Nielsen (2015), chapter 2. Legend: ``p`` is the forward pass, ``l`` the layer, ``d`` what comes from above.
"""
# ruff: noqa: E501  # a mistake is a name, an advice and a formula

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pass:
    """The numbers of the forward pass over m samples, one column each.

    Attributes:
        W, b, Z, A: lists by layer; A[0] is the input, the others start at 1 (their entry 0 is None).
        slopes: $g'(Z)$ of every layer, entry by entry.
        slopes_of_a: $g'(A)$, for the mistake of taking the derivative at a.
        by_output: $\\partial C/\\partial A^{[L]}$ of every sample.
        Y: the targets.
        m: the number of samples.
    """

    W: list[Any]
    b: list[Any]
    Z: list[Any]
    A: list[Any]
    slopes: list[Any]
    slopes_of_a: list[Any]
    by_output: Array
    Y: Array
    m: int

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self.W) - 1


@dataclass(frozen=True)
class Mistake:
    """A wrong formula for one step.

    Attributes:
        step: which: dA, dZ, dW, db or start (the derivative of the cost).
        name: what the mistake is called.
        advice: what to do instead.
        formula: (pass, layer, what comes from above) to the wrong result; None where it cannot be made.
    """

    step: str
    name: str
    advice: str
    formula: Callable[[Pass, int, Any], Any]


RIGHT: dict[str, Callable[[Pass, int, Any], Any]] = {
    "start": lambda p, l, d: p.by_output,
    "dZ": lambda p, l, d: d["dA"] * p.slopes[l],
    "dW": lambda p, l, d: d["dZ"] @ p.A[l - 1].T / p.m,
    "db": lambda p, l, d: _columns(d["dZ"]) / p.m,
    "dA": lambda p, l, d: p.W[l].T @ d["dZ"],
}


def _columns(matrix: Array) -> Any:
    return matrix.sum(axis=1, keepdims=True)


def _square(matrix: Array) -> bool:
    return bool(matrix.shape[0] == matrix.shape[1] > 1)


def _like(matrix: Any, shape: tuple[int, ...]) -> Any:
    """A matrix of another layer in the place of one of this shape, where it fits; else None."""
    return matrix if matrix is not None and matrix.shape == shape else None


def _tiled(matrix: Any, like: Any) -> Any:
    import numpy as np

    return np.broadcast_to(matrix, like.shape)


def _ratio(x: Any, y: Any) -> Any:
    import numpy as np

    with np.errstate(all="ignore"):
        return x / y


MISTAKES = (
    Mistake("start", "the sign of the cost's derivative", "with C = (a - y)² it is 2(a - y): a minus y",
            lambda p, l, d: -p.by_output),
    Mistake("start", "a factor 2 too much", "½(a - y)² has the derivative a - y, (a - y)² has 2(a - y)",
            lambda p, l, d: 2.0 * p.by_output),
    Mistake("start", "a factor 2 is missing", "(a - y)² has the derivative 2(a - y)",
            lambda p, l, d: 0.5 * p.by_output),
    Mistake("start", "a - y for another cost's derivative", "take the derivative of the cost that you have",
            lambda p, l, d: p.A[l] - p.Y if p.Y.shape == p.A[l].shape else None),
    Mistake("start", "z for a in the cost's derivative", "the cost is a function of the output activations",
            lambda p, l, d: p.by_output + 2.0 * (p.Z[l] - p.A[l])),
    Mistake("dZ", "forgot the derivative of the activation: off by 1/σ'(z)", "dZ = dA ⊙ g'(Z)",
            lambda p, l, d: d["dA"]),
    Mistake("dZ", "the derivative of the activation taken at a, not at z", "g' is taken at z, where g was taken",
            lambda p, l, d: None if p.slopes_of_a[l] is None else d["dA"] * p.slopes_of_a[l]),
    Mistake("dZ", "a for the derivative of the activation", "dZ = dA ⊙ g'(Z), not dA ⊙ g(Z)",
            lambda p, l, d: d["dA"] * p.A[l]),
    Mistake("dZ", "a(1 - a) for the derivative of an activation that is not the sigmoid", "σ' = σ(1 - σ) is the sigmoid's alone; tanh' = 1 - tanh²",
            lambda p, l, d: d["dA"] * p.A[l] * (1.0 - p.A[l])),
    Mistake("dZ", "1 - a² for the derivative of an activation that is not tanh", "tanh' = 1 - tanh² is tanh's alone; σ' = σ(1 - σ)",
            lambda p, l, d: d["dA"] * (1.0 - p.A[l] ** 2)),
    Mistake("dZ", "the derivative of the activation twice: off by σ'(z)", "each layer has one factor g'(Z)",
            lambda p, l, d: d["dA"] * p.slopes[l] ** 2),
    Mistake("dZ", "divided by the derivative of the activation", "multiply by g'(Z)",
            lambda p, l, d: _ratio(d["dA"], p.slopes[l])),
    Mistake("dZ", "the derivative of another layer's activation", "dZ[l] takes g'(Z[l]) of its own layer",
            lambda p, l, d: None if (s := _like(p.slopes[l - 1], p.slopes[l].shape)) is None else d["dA"] * s),
    Mistake("dZ", "the derivative of another layer's activation", "dZ[l] takes g'(Z[l]) of its own layer",
            lambda p, l, d: None if l == p.depth or (s := _like(p.slopes[l + 1], p.slopes[l].shape)) is None else d["dA"] * s),
    Mistake("dZ", "the sign", "no step of the backward pass but the cost has a minus",
            lambda p, l, d: -d["dA"] * p.slopes[l]),
    Mistake("dA", "the weights are not transposed", "dA[l-1] = W[l]ᵀ dZ[l]",
            lambda p, l, d: p.W[l] @ d["dZ"] if _square(p.W[l]) else None),
    Mistake("dA", "dA for dZ: forgot the derivative of the activation", "dA[l-1] = W[l]ᵀ dZ[l], and dZ[l] = dA[l] ⊙ g'(Z[l])",
            lambda p, l, d: p.W[l].T @ d["dA"]),
    Mistake("dA", "the bracket: (Wᵀ dA) ⊙ g' for Wᵀ (dA ⊙ g')", "dA[l-1] = W[l]ᵀ (dA[l] ⊙ g'(Z[l]))",
            lambda p, l, d: p.W[l].T @ d["dA"] * s if (s := _like(p.slopes[l], (p.W[l].shape[1], p.m))) is not None else None),
    Mistake("dA", "forgot the second path: one neuron alone is followed back", "add up over all neurons of the layer above",
            lambda p, l, d: p.W[l][:1].T @ d["dZ"][:1]),
    Mistake("dA", "forgot the second path: the last neuron alone is followed back", "add up over all neurons of the layer above",
            lambda p, l, d: p.W[l][-1:].T @ d["dZ"][-1:]),
    Mistake("dA", "forgot a path: the last neuron is left out", "add up over all neurons of the layer above",
            lambda p, l, d: p.W[l][:-1].T @ d["dZ"][:-1] if len(p.W[l]) > 2 else None),
    Mistake("dA", "forgot a path: the first neuron is left out", "add up over all neurons of the layer above",
            lambda p, l, d: p.W[l][1:].T @ d["dZ"][1:] if len(p.W[l]) > 2 else None),
    Mistake("dA", "forgot the weights", "dA[l-1] = W[l]ᵀ dZ[l]",
            lambda p, l, d: _tiled(d["dZ"].sum(axis=0, keepdims=True), p.A[l - 1])),
    Mistake("dA", "forgot the weights", "dA[l-1] = W[l]ᵀ dZ[l]",
            lambda p, l, d: _like(d["dZ"], p.A[l - 1].shape)),
    Mistake("dA", "the weights of another layer", "dA[l-1] = W[l]ᵀ dZ[l]",
            lambda p, l, d: None if (w := _like(p.W[l - 1], p.W[l].shape)) is None else w.T @ d["dZ"]),
    Mistake("dA", "the weights of another layer", "dA[l-1] = W[l]ᵀ dZ[l]",
            lambda p, l, d: None if l == p.depth or (w := _like(p.W[l + 1], p.W[l].shape)) is None else w.T @ d["dZ"]),
    Mistake("dA", "the mean taken twice: 1/m in dA", "1/m belongs into dW and db alone",
            lambda p, l, d: p.W[l].T @ d["dZ"] / p.m if p.m > 1 else None),
    Mistake("dA", "the sign", "no step of the backward pass but the cost has a minus",
            lambda p, l, d: -p.W[l].T @ d["dZ"]),
    Mistake("dW", "summed over samples where the mean belongs", "dW = dZ Aᵀ / m: the cost is a mean over samples",
            lambda p, l, d: d["dZ"] @ p.A[l - 1].T),
    Mistake("dW", "the mean taken twice", "dW = dZ Aᵀ / m, with one 1/m",
            lambda p, l, d: d["dZ"] @ p.A[l - 1].T / p.m**2 if p.m > 1 else None),
    Mistake("dW", "transposed", "dW is shaped as W: dZ[l] A[l-1]ᵀ, and not A[l-1] dZ[l]ᵀ",
            lambda p, l, d: p.A[l - 1] @ d["dZ"].T / p.m),
    Mistake("dW", "the layer's own activation for the one before", "dW[l] = dZ[l] A[l-1]ᵀ / m",
            lambda p, l, d: d["dZ"] @ p.A[l].T / p.m),
    Mistake("dW", "z for a of the layer before", "dW[l] = dZ[l] A[l-1]ᵀ / m, with the activation",
            lambda p, l, d: d["dZ"] @ p.Z[l - 1].T / p.m if l > 1 else None),
    Mistake("dW", "forgot the activation of the layer before", "∂z/∂w = a of the layer before",
            lambda p, l, d: _tiled(_columns(d["dZ"]) / p.m, p.W[l])),
    Mistake("dW", "the weight for the activation: ∂z/∂a in the place of ∂z/∂w", "∂z/∂w = a, ∂z/∂a = w",
            lambda p, l, d: _columns(d["dZ"]) / p.m * p.W[l]),
    Mistake("dW", "dA for dZ: forgot the derivative of the activation", "dW[l] = dZ[l] A[l-1]ᵀ / m, and dZ = dA ⊙ g'(Z)",
            lambda p, l, d: d["dA"] @ p.A[l - 1].T / p.m),
    Mistake("dW", "the last sample alone", "add up over all samples", lambda p, l, d: d["dZ"][:, -1:] @ p.A[l - 1][:, -1:].T),
    Mistake("dW", "the first sample alone", "add up over all samples", lambda p, l, d: d["dZ"][:, :1] @ p.A[l - 1][:, :1].T),
    Mistake("dW", "the sign", "the update subtracts; the gradient itself has no minus",
            lambda p, l, d: -d["dZ"] @ p.A[l - 1].T / p.m),
    Mistake("dW", "the input of another layer", "dW[l] = dZ[l] A[l-1]ᵀ / m",
            lambda p, l, d: d["dZ"] @ a.T / p.m if l > 1 and (a := _like(p.A[l - 2], p.A[l - 1].shape)) is not None else None),
    Mistake("dW", "left out: 0", "every weight has a gradient", lambda p, l, d: 0.0 * p.W[l]),
    Mistake("db", "summed over samples where the mean belongs", "db = columns of dZ, their mean: the cost is a mean over samples",
            lambda p, l, d: _columns(d["dZ"])),
    Mistake("db", "the mean taken twice", "one 1/m", lambda p, l, d: _columns(d["dZ"]) / p.m**2 if p.m > 1 else None),
    Mistake("db", "one number for the whole layer: the mean over the neurons too", "sum along the rows: axis=1, keepdims=True",
            lambda p, l, d: _tiled(d["dZ"].mean(), p.b[l])),
    Mistake("db", "one number for the whole layer: the sum over the neurons too", "sum along the rows: axis=1, keepdims=True",
            lambda p, l, d: _tiled(d["dZ"].sum() / p.m, p.b[l])),
    Mistake("db", "dA for dZ: forgot the derivative of the activation", "db = dZ: ∂z/∂b = 1",
            lambda p, l, d: _columns(d["dA"]) / p.m),
    Mistake("db", "the last sample alone", "add up over all samples", lambda p, l, d: d["dZ"][:, -1:]),
    Mistake("db", "the first sample alone", "add up over all samples", lambda p, l, d: d["dZ"][:, :1]),
    Mistake("db", "multiplied by the bias", "∂z/∂b = 1, whatever b is", lambda p, l, d: _columns(d["dZ"]) / p.m * p.b[l]),
    Mistake("db", "multiplied by the activation", "∂z/∂b = 1", lambda p, l, d: _columns(d["dZ"] * p.A[l]) / p.m),
    Mistake("db", "the sign", "the update subtracts; the gradient itself has no minus", lambda p, l, d: -_columns(d["dZ"]) / p.m),
    Mistake("db", "left out: 0", "every bias has a gradient, the mean of dZ", lambda p, l, d: 0.0 * p.b[l]),
)  # fmt: skip
"""Mistakes that are made in one line of a backward pass. Of two with the same numbers the first is named."""

NEIGHBOUR = Mistake(
    "db", "the bias of another layer", "db[l] is the mean of dZ[l], of the same layer", lambda p, l, d: None
)
