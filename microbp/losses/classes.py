"""Costs of classes: from probabilities, from logits, from scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from ..engine.value import Value
from ..errors import InputError, InputTypeError, ShapeError
from ..table import rows as ops
from ..table.op import Operand, number
from .kinds import class_index, is_list, is_traced, operand, pairs, reads, require, unlike

if TYPE_CHECKING:
    from .kinds import Numbers, Targets, Values


@overload
def binary_cross_entropy(prediction: Numbers, target: Targets) -> float: ...
@overload
def binary_cross_entropy(prediction: Values, target: Targets) -> Value: ...
@reads("probability")
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
    for p, y in pairs(prediction, target):
        y = _probability(y)
        if not is_traced(p):
            require(0.0 <= p <= 1.0, "a prediction for a cross-entropy is a probability: take bce_with_logits", p)
        # each logarithm is taken only where it has weight
        parts = [w * ops.log(q) for w, q in ((y, p), (1.0 - y, 1.0 - p)) if isinstance(w, Operand) or w != 0.0]
        terms.append(-(parts[0] + parts[1] if len(parts) == 2 else parts[0]))
    return terms[0] if len(terms) == 1 else ops.mean(terms)


@overload
def bce_with_logits(prediction: Numbers, target: Targets, *, pos_weight: float = 1.0) -> float: ...
@overload
def bce_with_logits(prediction: Values, target: Targets, *, pos_weight: float = 1.0) -> Value: ...
@reads("logits")
def bce_with_logits(prediction: Any, target: Any, *, pos_weight: float = 1.0) -> Any:
    r"""Binary cross-entropy of $\sigma(z)$ from the logit z: $\mathrm{softplus}(z) - y z$; the mean over outputs.

    It cannot overflow, and its derivative is $\sigma(z) - y$.

    Args:
        prediction: the logits.
        target: for each a number from 0 to 1.
        pos_weight: a factor of the term of y: larger than 1 where few targets are 1.

    Raises:
        InputError: a target outside 0..1, a weight below 0.

    >>> bce_with_logits(1000.0, 1.0)
    0.0
    """
    # softplus(z) - y z, split so that large terms do not cancel: y softplus(-z) + (1 - y) softplus(z)
    (weight,) = _weights([pos_weight], 1)
    terms = []
    for z, y in pairs(prediction, target):
        y = _probability(y)
        right = y if weight == 1.0 else weight * y
        terms.append(right * ops.softplus(-z) + (1.0 - y) * ops.softplus(z))
    return terms[0] if len(terms) == 1 else ops.mean(terms)


@overload
def cross_entropy(
    prediction: Numbers, target: Targets, *, weight: Sequence[float] | None = None, label_smoothing: float = 0.0
) -> float: ...
@overload
def cross_entropy(
    prediction: Values, target: Targets, *, weight: Sequence[float] | None = None, label_smoothing: float = 0.0
) -> Value: ...
@reads("logits")
def cross_entropy(
    prediction: Any, target: Any, *, weight: Sequence[float] | None = None, label_smoothing: float = 0.0
) -> Any:
    r"""$-\sum_j y_j \ln \hat y_j$ with $\hat y = \mathrm{softmax}(z)$, from the logits z: `torch.nn.CrossEntropyLoss`.

    Args:
        prediction: the logits, two or more.
        target: the class as an index from 0, or a probability for each class (one-hot).
        weight: one factor per class, of its term: larger for a class with few samples. `fit` takes the mean over all
            samples; PyTorch's mean divides by the sum of the weights instead.
        label_smoothing: ε: the target becomes (1 - ε) y + ε/k for k classes, so that no logit has to grow for ever.

    Raises:
        InputError: a class index out of range, a target that is no distribution, a weight below 0, ε outside 0..1.
        ShapeError: logits and targets or weights of different lengths.

    In `fit` give the options with `functools.partial`:

    >>> from functools import partial
    >>> rare = partial(cross_entropy, weight=[1.0, 9.0], label_smoothing=0.1)
    >>> round(cross_entropy([0.0, 0.0], 1), 6), round(rare([0.0, 0.0], 1), 6)
    (0.693147, 5.961066)
    """
    log_p = ops.log_softmax(_logits(prediction))
    if weight is None and label_smoothing == 0.0 and not is_list(target) and not is_traced(target):
        return -log_p[class_index(target, len(log_p))]
    ys = _smoothed(_distribution(target, len(log_p)), label_smoothing)
    terms = [(k, y * lp) for k, (y, lp) in enumerate(zip(ys, log_p)) if isinstance(y, Operand) or y != 0.0]
    weights = [1.0] * len(ys) if weight is None else _weights(weight, len(ys))
    return _minus_sum([term if weights[k] == 1.0 else weights[k] * term for k, term in terms])


@overload
def kl_divergence(prediction: Numbers, target: Targets) -> float: ...
@overload
def kl_divergence(prediction: Values, target: Targets) -> Value: ...
@reads("logits")
def kl_divergence(prediction: Any, target: Any) -> Any:
    r"""$\sum_j y_j \ln (y_j / \hat y_j)$ with $\hat y = \mathrm{softmax}(z)$: how far a prediction is from its target.

    It is the cross-entropy less the entropy of the target: 0 for $\hat y = y$, with the same gradient. From logarithms
    of probabilities, whose softmax is the probabilities, it is `torch.nn.KLDivLoss` with the reduction "sum".

    Args:
        prediction: the logits, or the logarithms of the probabilities; two or more.
        target: a probability for each class, or the class as an index from 0.

    Raises:
        InputError: a class index out of range, a target that is no distribution.
        ShapeError: predictions and targets of different lengths.

    >>> kl_divergence([0.0, 0.0], [0.5, 0.5]), round(kl_divergence([0.0, 0.0], [1.0, 0.0]), 6)
    (0.0, 0.693147)

    Source: Kullback & Leibler 1951, *On Information and Sufficiency*, equation 2.4.
    """
    log_p = ops.log_softmax(_logits(prediction))
    ys = _distribution(target, len(log_p))
    terms = [y * (_log(y) - lp) for y, lp in zip(ys, log_p) if isinstance(y, Operand) or y != 0.0]
    return ops.add_up(terms)


@overload
def hinge(prediction: Numbers, target: Targets) -> float: ...
@overload
def hinge(prediction: Values, target: Targets) -> Value: ...
@reads("score")
def hinge(prediction: Any, target: Any) -> Any:
    r"""Max-margin. One output: $\max(0, 1 - y s)$ for y = -1 or +1. Several: $\sum_{k \ne y} \max(0, 1 + s_k - s_y)$.

    Crammer & Singer / Weston & Watkins (1998); one output as in micrograd's moons.

    Raises:
        InputError: a target that is neither -1 nor +1; a class index out of range.

    >>> hinge(0.5, -1), hinge([2.0, 1.5, 0.0], 0)
    (1.5, 0.5)
    """
    if not is_list(prediction) or len(prediction) == 1:
        ((score, y),) = pairs(prediction, target)
        require(abs(y) == 1.0, "hinge with one output needs the target -1 or +1", target)
        return ops.relu(1.0 - y * score)
    scores = _logits(prediction)
    if is_traced(target[0] if isinstance(target, list) and target else target):
        ys = _traced_hot(target) if isinstance(target, list) else _one_hot(target, len(scores))
        best = ops.add_up([y * s for y, s in zip(ys, scores)])
        return ops.add_up([(1.0 - y) * ops.relu(1.0 + s - best) for y, s in zip(ys, scores)])
    right = class_index(_hot(target, len(scores)) if is_list(target) else target, len(scores))
    margins = [ops.relu(1.0 + s - scores[right]) for k, s in enumerate(scores) if k != right]
    return ops.add_up(margins)


def _logits(prediction: Any) -> list[Any]:
    if not is_list(prediction):
        raise InputTypeError("one logit per class, in a list; for two classes and one output use bce_with_logits")
    if len(prediction) < 2:
        raise ShapeError(
            f"{len(prediction)} predictions for classes: give two or more, or one output to bce_with_logits"
        )
    return list(prediction)


def _minus_sum(terms: list[Any]) -> Any:
    return -terms[0] if len(terms) == 1 else -ops.add_up(terms)


def _log(y: Any) -> Any:
    """The logarithm of a target; of one that is not known yet, 0 where the target is 0."""
    return ops.log(ops.where(y == 0.0, 1.0, y) if is_traced(y) else y)


def _distribution(target: Any, classes: int) -> list[Any]:
    """A target as a probability for each class."""
    if not is_list(target):
        return _one_hot(target, classes)
    ys = [_probability(operand(y)) for y in target]
    if len(ys) != classes:
        raise unlike(classes, len(ys))
    total = sum(y.data if y.__class__ is Value else y for y in ys)
    require(abs(total - 1.0) <= 1e-6, "a target of several probabilities must add up to 1", target)
    return ys


def _smoothed(ys: list[Any], smoothing: float) -> list[Any]:
    if not 0.0 <= number(smoothing) <= 1.0:
        raise InputError(f"label_smoothing is {smoothing}: give a number from 0 to 1")
    return [(1.0 - smoothing) * y + smoothing / len(ys) for y in ys] if smoothing else ys


def _weights(weight: Sequence[float], count: int) -> list[float]:
    weights = [number(w) for w in weight]
    if len(weights) != count:
        raise ShapeError(f"{len(weights)} weights for {count} classes: give one per class")
    for w in weights:
        if not 0.0 <= w < float("inf"):
            raise InputError(f"a weight is {w}: give numbers from 0 on")
    return weights


def _probability(y: Any) -> Any:
    for condition in (y >= 0.0, y <= 1.0):
        require(condition, "a target for a cross-entropy lies between 0 and 1", y)
    return y


def _one_hot(target: Any, classes: int) -> list[Any]:
    """A class index as a list: 1 at its place, 0 elsewhere."""
    if not is_traced(target):
        right = class_index(target, classes)
        return [float(k == right) for k in range(classes)]
    places = [ops.where(target == float(k), 1.0, 0.0) for k in range(classes)]
    require(ops.add_up(places) == 1.0, f"a class index runs from 0 to {classes - 1}", target)
    return places


def _hot(target: Sequence[float], classes: int) -> int:
    """Where a one-hot target has its 1."""
    ys = list(target)
    if len(ys) != classes:
        raise unlike(classes, len(ys))
    require(sorted(ys) == [0] * (classes - 1) + [1], "a one-hot target has one 1 among zeros", target)
    return ys.index(1)


def _traced_hot(ys: list[Any]) -> list[Any]:
    """A one-hot target that the compiler stands in for, with the conditions it must meet."""
    for y in ys:
        require(y * (1.0 - y) == 0.0, "a one-hot target has one 1 among zeros", y)
    require(ops.add_up(ys) == 1.0, "a one-hot target has one 1 among zeros", ys)
    return ys
