r"""A backpropagation in matrices with one mistake in it, made on purpose.

What the numbers of a student come from is found by carrying every mistake out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ...engine.value import Value
from ...nn import Module
from ..network import Loss, Network, record
from .slips import MISTAKES, NEIGHBOUR, RIGHT, Mistake, Pass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def forward(model: Module, X: Sequence[Any], Y: Sequence[Any], loss: Loss) -> Pass:
    """The forward pass, read off the graphs of the samples."""
    networks = [record(model, x, y, loss) for x, y in zip(X, Y)]
    depth = len(networks[0].layers)
    first = networks[0].layers

    def columns(pick: Callable[[Network], Any]) -> Array:
        return _columns([[getattr(v, "data", v) for v in pick(network)] for network in networks])

    def slopes(l: int) -> Array:
        import numpy as np

        return _columns([np.diag(_array(network.layers[l].derivative)) for network in networks])

    return Pass(
        W=[None, *(_array([[w.data for w in row] for row in layer.weights]) for layer in first)],
        b=[None, *(_array([[b.data] for b in layer.biases]) for layer in first)],
        Z=[None, *(columns(lambda n, l=l: n.layers[l].z) for l in range(depth))],  # type: ignore[misc]
        A=[columns(lambda n: n.layers[0].inputs), *(columns(lambda n, l=l: n.layers[l].a) for l in range(depth))],  # type: ignore[misc]
        slopes=[None, *(slopes(l) for l in range(depth))],
        slopes_of_a=[None, *(_slopes_at_a(networks, l) for l in range(depth))],
        by_output=_array([network.cost_by_output for network in networks]).T,
        Y=_array([_listed(y) for y in Y]).T,
        m=len(networks),
    )


def _slopes_at_a(networks: Sequence[Network], l: int) -> Array | None:
    """The derivative of the activation, taken at a by mistake; None where it is no function of one number."""
    columns = []
    for network in networks:
        column = []
        for a in network.layers[l].a:
            if not isinstance(a, Value) or a.op is None or len(a.args) != 1:
                return None if a not in network.layers[l].z else _array([[1.0] * len(networks)])
            rule: Any = a.op.partials[0]
            column.append(rule(a.op(a.data), a.data) if callable(rule) else rule)
        columns.append(column)
    return _columns(columns)


def _columns(rows: Any) -> Array:
    """One column per sample."""
    return _array(_array(rows).T)


def _listed(y: Any) -> list[float]:
    return [float(v) for v in y] if hasattr(y, "__len__") else [float(y)]


def _array(numbers: Any) -> Array:
    import numpy as np

    return np.asarray(numbers, dtype=float)


# -- the backward pass -------------------------------------------------------------------------------------------


def backward(p: Pass, mistake: Mistake | None = None, layers: frozenset[int] = frozenset()) -> dict[str, Array] | None:
    """All gradients of a backward pass, with a mistake in some layers; None where it cannot be made there.

    dA and dZ are each sample's own; dW and db are means.
    """
    found: dict[str, Array] = {}
    d: dict[str, Any] = {}

    def step(name: str, l: int) -> bool:
        wrong = mistake is not None and mistake.step == name and l in layers
        formula = mistake.formula if wrong and mistake is not None else RIGHT[name]
        try:
            result = formula(p, l, d)
        except ValueError:  # shapes that do not fit
            return False
        if result is None:
            return False
        d["dA" if name in ("start", "dA") else name] = result
        return True

    if not step("start", p.depth):
        return None
    for l in range(p.depth, 0, -1):
        found[f"dA[{l}]"] = d["dA"]
        if not all(step(name, l) for name in ("dZ", "dW", "db")):
            return None
        found |= {f"{name}[{l}]": d[name] for name in ("dZ", "dW", "db")}
        if l > 1 and not step("dA", l):
            return None
    return found


def wrong_passes(p: Pass) -> Iterator[tuple[Mistake, frozenset[int], dict[str, Array]]]:
    """Every mistake in every layer, then every one in all layers at once, with the gradients that come out."""
    together = []
    for mistake in MISTAKES:
        last = 2 if mistake.step == "dA" else 1
        places = [p.depth] if mistake.step == "start" else range(p.depth, last - 1, -1)
        together.append((mistake, frozenset(places)))
        for l in places:
            if (grads := backward(p, mistake, frozenset({l}))) is not None:
                yield mistake, frozenset({l}), grads
    for mistake, layers in together:
        if len(layers) > 1 and (grads := backward(p, mistake, layers)) is not None:
            yield mistake, layers, grads
    right = backward(p)
    assert right is not None
    for l in range(1, p.depth + 1):
        for other in range(1, p.depth + 1):
            if other != l and right[f"db[{other}]"].shape == right[f"db[{l}]"].shape:
                yield NEIGHBOUR, frozenset({l}), right | {f"db[{l}]": right[f"db[{other}]"]}


def order(depth: int) -> list[str]:
    """The quantities in the order in which a backward pass computes them."""
    return [f"{name}[{l}]" for l in range(depth, 0, -1) for name in ("dA", "dZ", "dW", "db")]
