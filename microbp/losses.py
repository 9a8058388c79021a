r"""Costs of one sample: (prediction, target) in, one Value out.

The cost of a training set is the mean over its samples, $C = \frac1n \sum_x C_x$, and each $C_x$ is a function of
the network's outputs: the two assumptions of Nielsen's chapter 2. A prediction or target is a number or
a list of them, as long as each other; `cross_entropy` and `hinge` take a class by its index too. Where a form
from logits exists it is the stable one: use it with a linear output layer.

Each loss says in its attribute ``prediction`` what it reads in a prediction (`PREDICTIONS`); so `fit` knows which
predictions are right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from .engine.value import Value
from .errors import InputError, InputTypeError, ShapeError
from .table import rows as ops
from .table.op import Operand, is_array, number, shorten

PREDICTIONS = {
    "logits": "scores whose sigmoid or softmax is a probability; above 0, or the largest, is a yes",
    "score": "scores on a scale of their own, with targets -1 and +1; above 0, or the largest, is a yes",
    "probability": "probabilities; above 1/2, or the largest, is a yes",
    "number": "numbers that are near or far, neither right nor wrong: regression has no accuracy",
}
"""What a prediction is to a loss."""

LOSSES: dict[str, Callable[[Any, Any], Any]] = {}
"""The losses by name."""

F = TypeVar("F", bound=Callable[[Any, Any], Any])


def _reads(prediction: str) -> Callable[[F], F]:
    """Enter a loss in the list, with what its prediction is."""

    def enter(loss: F) -> F:
        vars(loss)["prediction"] = prediction
        LOSSES[loss.__name__] = loss
        return loss

    return enter


@_reads("number")
def squared_error(prediction: Any, target: Any) -> Any:
    r"""$C_0 = \sum_j (a_j - y_j)^2$: the cost of 3Blue1Brown's chapters.

    Raises:
        ShapeError: prediction and target have different lengths.

    >>> squared_error([1.0, 3.0], [1.0, 1.0])
    4.0
    """
    squares = [(a - y) ** 2 for a, y in _pairs(prediction, target)]
    return squares[0] if len(squares) == 1 else ops.add_up(squares)


@_reads("number")
def half_squared_error(prediction: Any, target: Any) -> Any:
    r"""$C_0 = \frac12 \sum_j (a_j - y_j)^2$; its mean over n samples is Nielsen's $\frac1{2n}\sum\lVert y-a\rVert^2$.

    >>> half_squared_error([1.0, 3.0], [1.0, 1.0])
    2.0
    """
    return 0.5 * squared_error(prediction, target)


@_reads("number")
def mse(prediction: Any, target: Any) -> Any:
    r"""$\frac1k \sum_{j=1}^k (a_j - y_j)^2$: the mean over the outputs too, as `torch.nn.MSELoss`.

    >>> mse([1.0, 3.0], [1.0, 1.0])
    2.0
    """
    return ops.mean([(a - y) ** 2 for a, y in _pairs(prediction, target)])


@_reads("probability")
def binary_cross_entropy(prediction: Any, target: Any) -> Any:
    r"""$-(y \ln \hat y + (1 - y) \ln(1 - \hat y))$ for probabilities $\hat y$; the mean over several outputs.

    A term whose factor y or 1 - y is 0 is 0, as $0 \ln 0$ is in the limit. Near 0 and 1 the logarithm
    loses digits: `bce_with_logits` does not.

    Raises:
        DomainError: the logarithm of a probability of 0 that has weight.
        InputError: a target outside 0..1.

    >>> round(binary_cross_entropy(0.5, 1.0), 6)
    0.693147
    """
    terms = []
    for p, y in _pairs(prediction, target):
        y = _probability(y)
        if not _is_traced(p):
            _require(0.0 <= p <= 1.0, "a prediction for a cross-entropy is a probability: take bce_with_logits", p)
        # each logarithm is taken only where it has weight
        parts = [w * ops.log(q) for w, q in ((y, p), (1.0 - y, 1.0 - p)) if isinstance(w, Operand) or w != 0.0]
        terms.append(-(parts[0] + parts[1] if len(parts) == 2 else parts[0]))
    return terms[0] if len(terms) == 1 else ops.mean(terms)


@_reads("logits")
def bce_with_logits(prediction: Any, target: Any) -> Any:
    r"""Binary cross-entropy of $\sigma(z)$ from the logit z: $\mathrm{softplus}(z) - y z$; the mean over outputs.

    It cannot overflow, and its derivative is $\sigma(z) - y$.

    >>> bce_with_logits(1000.0, 1.0)
    0.0
    """
    # softplus(z) - y z, split so that large terms do not cancel: y softplus(-z) + (1 - y) softplus(z)
    terms = []
    for z, y in _pairs(prediction, target):
        y = _probability(y)
        terms.append(y * ops.softplus(-z) + (1.0 - y) * ops.softplus(z))
    return terms[0] if len(terms) == 1 else ops.mean(terms)


@_reads("logits")
def cross_entropy(prediction: Any, target: Any) -> Any:
    r"""$-\sum_j y_j \ln \hat y_j$ with $\hat y = \mathrm{softmax}(z)$, from the logits z: `torch.nn.CrossEntropyLoss`.

    Args:
        prediction: the logits, two or more.
        target: the class as an index from 0, or a probability for each class (one-hot).

    Raises:
        InputError: a class index out of range, a target that is no distribution.
        ShapeError: logits and targets of different lengths.

    >>> round(cross_entropy([0.0, 0.0], 1), 6)
    0.693147
    """
    log_p = ops.log_softmax(_logits(prediction))
    if _is_list(target):
        ys = [_probability(y) for _, y in _pairs(log_p, target)]
        total = sum(y.data if y.__class__ is Value else y for y in ys)
        _require(abs(total - 1.0) <= 1e-6, "a target of several probabilities must add up to 1", target)
        terms = [y * lp for y, lp in zip(ys, log_p) if isinstance(y, Operand) or y != 0.0]
        return -terms[0] if len(terms) == 1 else -ops.add_up(terms)
    if _is_traced(target):
        return -ops.add_up([y * lp for y, lp in zip(_one_hot(target, len(log_p)), log_p)])
    return -log_p[class_index(target, len(log_p))]


@_reads("score")
def hinge(prediction: Any, target: Any) -> Any:
    r"""Max-margin. One output: $\max(0, 1 - y s)$ for y = -1 or +1. Several: $\sum_{k \ne y} \max(0, 1 + s_k - s_y)$.

    Crammer & Singer / Weston & Watkins (1998); one output as in micrograd's moons.

    Raises:
        InputError: a target that is neither -1 nor +1; a class index out of range.

    >>> hinge(0.5, -1), hinge([2.0, 1.5, 0.0], 0)
    (1.5, 0.5)
    """
    if not _is_list(prediction) or len(prediction) == 1:
        ((score, y),) = _pairs(prediction, target)
        _require(abs(y) == 1.0, "hinge with one output needs the target -1 or +1", target)
        return ops.relu(1.0 - y * score)
    scores = _logits(prediction)
    if _is_traced(target[0] if isinstance(target, list) and target else target):
        ys = _traced_hot(target) if isinstance(target, list) else _one_hot(target, len(scores))
        best = ops.add_up([y * s for y, s in zip(ys, scores)])
        return ops.add_up([(1.0 - y) * ops.relu(1.0 + s - best) for y, s in zip(ys, scores)])
    right = class_index(_hot(target, len(scores)) if _is_list(target) else target, len(scores))
    margins = [ops.relu(1.0 + s - scores[right]) for k, s in enumerate(scores) if k != right]
    return ops.add_up(margins)


def l2(parameters: Iterable[Any], strength: float = 1.0) -> Any:
    r"""The penalty $\lambda \sum_i \theta_i^2$ on parameters; its derivative is $2 \lambda \theta$.

    >>> l2([3.0, 4.0], 0.1)
    2.5
    """
    if not isinstance(parameters, Iterable):
        raise InputTypeError(f"l2 takes a list such as model.parameters(), got {parameters!r}")
    thetas = list(parameters)
    return strength * ops.weighted_sum(thetas, thetas, 0.0)  # one node, however many parameters


def name_of(loss: Any) -> str | None:
    """The name of a loss of this module; None for any other."""
    return next((name for name, ours in LOSSES.items() if ours is loss), None)


def class_index(target: Any, classes: int) -> int:
    """A class index as an int.

    Raises:
        InputError: it is no whole number from 0 to classes - 1.
    """
    index = number(target)
    if not 0 <= index < classes or index != int(index):
        raise InputError(f"class {target!r} of {classes}: an index runs from 0 to {classes - 1}")
    return int(index)


def _is_list(x: Any) -> bool:
    return is_array(x) or (isinstance(x, Sequence) and not isinstance(x, str))


def _pairs(prediction: Any, target: Any) -> list[tuple[Any, Any]]:
    """Predictions beside targets, as many of the one as of the other."""
    predictions = list(prediction) if _is_list(prediction) else [prediction]
    targets = list(target) if _is_list(target) else [target]
    if len(predictions) != len(targets) or not predictions:
        raise _unlike(len(predictions), len(targets))
    return [(_operand(p), _operand(y)) for p, y in zip(predictions, targets)]


def _unlike(predictions: int, targets: int) -> ShapeError:
    cure = "give one target per prediction"
    if predictions > 1 and targets == 1:
        cure += "; for a class, its index alone to cross_entropy or hinge, or data.one_hot(index, classes)"
    return ShapeError(f"{predictions} predictions, {targets} targets: {cure}")


def _operand(x: Any) -> Any:
    """A Value (or what stands in for one) as it is, any other number as a float."""
    return x if isinstance(x, Operand) else number(x)


def _logits(prediction: Any) -> list[Any]:
    if not _is_list(prediction):
        raise InputTypeError("one logit per class, in a list; for two classes and one output use bce_with_logits")
    if len(prediction) < 2:
        raise ShapeError(
            f"{len(prediction)} predictions for classes: give two or more, or one output to bce_with_logits"
        )
    return list(prediction)


def _probability(y: Any) -> Any:
    for condition in (y >= 0.0, y <= 1.0):
        _require(condition, "a target for a cross-entropy lies between 0 and 1", y)
    return y


def _one_hot(target: Any, classes: int) -> list[Any]:
    """A class index as a list: 1 at its place, 0 elsewhere."""
    if not _is_traced(target):
        right = class_index(target, classes)
        return [float(k == right) for k in range(classes)]
    places = [ops.where(target == float(k), 1.0, 0.0) for k in range(classes)]
    _require(ops.add_up(places) == 1.0, f"a class index runs from 0 to {classes - 1}", target)
    return places


def _hot(target: Sequence[float], classes: int) -> int:
    """Where a one-hot target has its 1."""
    ys = list(target)
    if len(ys) != classes:
        raise _unlike(classes, len(ys))
    _require(sorted(ys) == [0] * (classes - 1) + [1], "a one-hot target has one 1 among zeros", target)
    return ys.index(1)


def _traced_hot(ys: list[Any]) -> list[Any]:
    """A one-hot target that the compiler stands in for, with the conditions it must meet."""
    for y in ys:
        _require(y * (1.0 - y) == 0.0, "a one-hot target has one 1 among zeros", y)
    _require(ops.add_up(ys) == 1.0, "a one-hot target has one 1 among zeros", ys)
    return ys


def _is_traced(x: Any) -> bool:
    """Whether the compiler stands in for the number, which is then not known yet."""
    return isinstance(x, Operand) and x.__class__ is not Value


def _require(condition: Any, message: str, got: Any) -> None:
    """Raise unless the condition holds; a traced one is checked anew for every batch."""
    if isinstance(condition, Operand):
        condition.require(message)  # type: ignore[attr-defined]
    elif not condition:
        raise InputError(f"{message}, got {shorten(repr(got))}")
