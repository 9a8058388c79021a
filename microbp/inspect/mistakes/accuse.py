"""`blame`: the first wrong place of a gradient found by hand, and the name of the mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...engine.graph import topological_order
from ...engine.refusals import describe
from ...engine.value import Value
from ...errors import InputError, InputTypeError, ShapeError
from ...nn import Module
from ...table.op import number
from ..network import Loss, is_batch
from .backprop import backward, forward, order, wrong_passes
from .in_graph import accuse
from .relations import relation
from .slips import MISTAKES, RIGHT, Pass
from .student import by_step, lists

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

AGREE = 1e-5  # gradients in single precision, over a few layers; relative to the largest entry of a matrix
ROUNDINGS = 32  # how many roundings of the largest term an entry may be off, where the terms cancel: at a minimum
SAY = {
    "dA": "dA[{l}] = W[{above}]ᵀ dZ[{above}]", "dZ": "dZ[{l}] = dA[{l}] ⊙ g'(Z[{l}])",
    "dW": "dW[{l}] = dZ[{l}] A[{below}]ᵀ / m", "db": "db[{l}] = columns of dZ[{l}], mean",
}  # fmt: skip


@dataclass(frozen=True)
class Blame:
    """What is wrong first in a gradient; prints itself.

    Attributes:
        ok: whether all that was given is right.
        place: where it goes wrong first: a step such as ``dZ[2]``, or a node of the graph.
        mistake: its name; empty where no known mistake explains the numbers.
        advice: what to do instead.
        expected, found: the numbers at that place, as far as they are known.
    """

    ok: bool
    place: str = ""
    mistake: str = ""
    advice: str = ""
    expected: Any = None
    found: Any = None

    def __str__(self) -> str:
        if self.ok:
            return "right: every derivative that was given agrees with the graph"
        lines = [f"first wrong at {self.place}: {self.mistake or 'no mistake that is known explains these numbers'}"]
        if self.advice:
            lines.append(f"  {self.advice}")
        for word, x in (("expected", self.expected), ("found", self.found)):
            if x is not None:
                lines.append(f"  {word:<8} {_number(x)}")
        return "\n".join(lines)

    __repr__ = __str__


def blame(root: Value | Module, grads: Any, x: Any = None, y: Any = None, loss: Loss = "squared_error") -> Blame:
    """Find the first wrong place of derivatives that were computed by hand, and name the mistake.

    Args:
        root: the output of a graph; or a fully connected network, and then x, y and the loss are needed.
        grads: for a graph, a number for each node that you have one for, by Value or by label. For a network, NumPy
            gradients by name (``dW1``, ``db[2]``, ``dZ2``, ``layers.0.weight`` as in a state dict of PyTorch), or a
            list with (dW, db) of every layer.
        x: the inputs of one sample, or a list of samples, one per row.
        y: the target, or one per sample.
        loss: a cost, or its name.

    Raises:
        InputError: a name belongs to nothing in the graph or network.
        ShapeError: x and y do not fit each other.

    >>> w, x = Value(0.5, "w"), Value(3.0, "x")
    >>> a = (w * x).tanh()
    >>> C = (a - 1.0) ** 2
    >>> print(blame(C, {"w": 2.0 * (a.data - 1.0) * 3.0}))          # the factor 1 - a² is missing
    first wrong at tanh(1.5): forgot the local derivative: taken as 1
    ...
    """
    if isinstance(root, Value):
        return _blame_graph(root, grads)
    if not isinstance(root, Module):
        raise InputTypeError(f"blame takes the output of a graph, or a network with x and y; got {root!r}")
    if x is None or y is None:
        raise InputError("blame of a network needs the samples: blame(model, grads, x, y, loss)")
    x, y = lists(x), lists(y)
    X, Y = (x, y) if is_batch(x) else ([x], [y])
    if len(X) != len(Y):
        raise ShapeError(f"{len(X)} samples need {len(X)} targets, got {len(Y)}")
    return _blame_network(forward(root, X, Y, loss), by_step(root, grads))


# -- graphs --------------------------------------------------------------------------------------------------------


def _blame_graph(root: Value, grads: Any) -> Blame:
    if not isinstance(grads, Mapping) or not grads:
        raise InputTypeError("the derivatives of a graph come as a dict, of one at least: {node or label: number}")
    nodes = topological_order(root)
    labels: dict[str, list[Value]] = {}
    for node in nodes:
        labels.setdefault(node.label, []).append(node)
    given: dict[Value, float] = {}
    single = False
    for key, derivative in grads.items():
        found = labels.get(key, []) if isinstance(key, str) else [node for node in nodes if node is key]
        if len(found) != 1:
            named = [label for label in labels if label]
            raise InputError(
                f"{key!r} names {len(found)} nodes of this graph; there are {', '.join(named) or 'no labels'}"
            )
        single = single or (getattr(derivative, "dtype", None) is not None and "64" not in str(derivative.dtype))
        is_scalar = hasattr(derivative, "item") and not getattr(derivative, "shape", ())
        given[found[0]] = number(derivative.item() if is_scalar else derivative)
    wrong = accuse(root, given, ROUNDINGS * (2.0**-23 if single else 2.0**-52))
    if wrong is None:
        return Blame(ok=True)
    advice = ""
    if wrong.use is not None:
        advice = (
            f"at the edge from {describe(wrong.node)} to {describe(wrong.use.user)}: "
            f"its local derivative is {wrong.use.local:.6g}"
        )
    return Blame(
        False, _name(wrong.node, wrong.use.user if wrong.use else None), wrong.name, advice, wrong.expected, wrong.found
    )


def _name(node: Value, user: Value | None) -> str:
    """The edge by its user where the mistake is in one, else the node."""
    return (node.label or describe(node)) if user is None else f"{user.label or describe(user)}"


# -- networks ------------------------------------------------------------------------------------------------------


def _blame_network(p: Pass, given: dict[str, Array]) -> Blame:
    import numpy as np

    right = backward(p)
    assert right is not None
    for step in given:
        if step not in right:
            raise InputError(f"{step} is no step of this network, which has {p.depth} layers")
    sizes = _sizes(p)
    if all(_same(given[step], right[step], sizes[step]) for step in given):
        return Blame(ok=True)
    with np.errstate(all="ignore"):  # what was given may be NaN, and a wrong pass may divide by the slope 0 of a relu
        for mistake, layers, grads in wrong_passes(p):
            if all(_same(given[step], grads[step], sizes[step]) for step in given):
                l = max(layers)
                name = "dA" if mistake.step == "start" else mistake.step
                step = f"{name}[{l - 1 if mistake.step == 'dA' else l}]"
                return Blame(False, step, mistake.name, mistake.advice, right[step], given.get(step, grads[step]))
        return _first_wrong(p, given, right, sizes)


def _sizes(p: Pass) -> dict[str, Array]:
    """How large the terms are whose sum every gradient is: the same pass without a sign, so that nothing cancels."""
    parts = [p.by_output, p.A[p.depth], *([p.Y] if p.Y.shape == p.A[p.depth].shape else [])]
    W, A = ([m if m is None else abs(m) for m in matrices] for matrices in (p.W, p.A))
    slopes = [None, *(abs(slope) + abs(a) for slope, a in zip(p.slopes[1:], p.A[1:]))]  # 1 - a² cancels as well
    sizes = backward(replace(p, W=W, A=A, slopes=slopes, by_output=sum(map(abs, parts))))
    assert sizes is not None
    return sizes


def _first_wrong(p: Pass, given: dict[str, Array], right: dict[str, Array], sizes: dict[str, Array]) -> Blame:
    """Where more went wrong than one mistake explains: the first step that does not follow from those above it."""
    believed = {**right, **{step: _fitted(matrix, right[step]) for step, matrix in given.items()}}
    for step in order(p.depth):
        name, l = step[:2], int(step[3:-1])
        above = l + 1 if name == "dA" else l
        if step not in given or (name == "dA" and l == p.depth and _same(given[step], right[step], sizes[step])):
            continue
        d = {n: believed[f"{n}[{above}]"] for n in ("dA", "dZ")}
        kind = "start" if name == "dA" and l == p.depth else name
        place = p.depth if kind == "start" else above
        follows = RIGHT[kind](p, place, d)
        if _same(given[step], follows, sizes[step]):
            continue
        for mistake in MISTAKES:
            if (
                mistake.step == kind
                and (wrong := _made(mistake, p, place, d)) is not None
                and _same(given[step], wrong, sizes[step])
            ):
                return Blame(False, step, mistake.name, mistake.advice, follows, given[step])
        if name in ("dW", "db") and f"dZ[{l}]" not in given:
            pair = [s for s in (f"dW[{l}]", f"db[{l}]") if s in given and not _same(given[s], right[s], sizes[s])]
            if len(pair) == 2:  # both wrong: what they are made of is
                return Blame(False, f"dZ[{l}]", "", f"{SAY['dZ'].format(l=l)}", right[f"dZ[{l}]"], None)
        advice = SAY[name].format(l=l, above=l + 1, below=l - 1)
        return Blame(False, step, relation(given[step], follows, p.W[l]), advice, follows, given[step])
    step = next(s for s in order(p.depth) if s in given and not _same(given[s], right[s], sizes[s]))
    return Blame(False, step, "", "", right[step], given[step])


def _made(mistake: Any, p: Pass, l: int, d: dict[str, Any]) -> Any:
    try:
        return mistake.formula(p, l, d)
    except (ValueError, TypeError, IndexError):
        return None


def _fitted(matrix: Array, like: Array) -> Array:
    return matrix.reshape(like.shape) if matrix.size == like.size else like


def _same(given: Array, true: Any, sizes: Any) -> bool:
    """Whether two matrices agree, but for rounding; a vector (n,) is taken for a column (n, 1)."""
    import numpy as np

    true = np.asarray(true, dtype=float)
    if given.shape != true.shape:
        if given.ndim == 1 and true.shape == (given.size, 1):
            given = given.reshape(true.shape)
        else:
            return False
    if not np.isfinite(given).all():
        return False
    size = max(float(abs(given).max()), float(abs(true).max()))
    eps = float(np.finfo(given.dtype).eps)
    allowed = max(AGREE, ROUNDINGS * eps) * size
    terms = sizes if np.shape(sizes) == true.shape else 0.0  # of a wrong shape nothing is known
    return bool((abs(given - true) <= np.maximum(allowed, ROUNDINGS * eps * terms)).all())


def _number(x: Any) -> str:
    import numpy as np

    if isinstance(x, float):
        return f"{x:.6g}"
    return np.array2string(np.asarray(x), precision=4, suppress_small=True).replace("\n", "\n           ")
