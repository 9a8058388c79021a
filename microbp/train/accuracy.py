"""What counts as a right prediction: a function of one sample, so that every set of samples is judged alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..engine.recording import no_grad
from ..errors import InputError, ShapeError
from ..losses import PREDICTIONS
from ..table.op import is_array
from ..table.rows import absolute, add_up, largest, where

Judge = Callable[[Any, Any], Any]
"""1 for a right prediction, 0 for a wrong one: a function of operands, so that it compiles like a cost."""


def prediction_of(loss: Any, told: str | None = None) -> str:
    """What a loss reads in its prediction: a key of `microbp.losses.PREDICTIONS`.

    A wrapper made with `functools.wraps` or `functools.partial` says what the loss inside says. A loss that says
    nothing reads numbers.

    Args:
        loss: the loss.
        told: what the caller says; it goes before all else.

    Raises:
        InputError: there is no such kind of prediction; the message lists them.
    """
    kind = told
    while kind is None and loss is not None:
        kind = getattr(loss, "prediction", None)
        loss = getattr(loss, "func", None) or getattr(loss, "__wrapped__", None)
    kind = "number" if kind is None else kind
    if kind not in PREDICTIONS:
        described = "; ".join(f"{name!r}: {meaning}" for name, meaning in PREDICTIONS.items())
        raise InputError(f"prediction is {kind!r}: choose from {described}")
    return kind


def judge(prediction: str) -> Judge | None:
    """How to tell whether a prediction of this kind is right; None for numbers, which are only near or far.

    One output: it lies on the side of its target. Several: the largest names the class, and a tie is wrong.
    The target of several is the index of a class, or has a number for each output. If these add up to 1, or if
    one of them alone says yes, they name the class; otherwise they are labels, and all must be right.
    """
    if prediction == "number":
        return None
    threshold = 0.5 if prediction == "probability" else 0.0
    border = 0.0 if prediction == "score" else 0.5

    def agree(out: Any, y: Any) -> Any:
        return 1.0 - absolute(where(out > threshold, 1.0, 0.0) - where(y > border, 1.0, 0.0))

    def right(out: Any, y: Any) -> Any:
        outs, ys = _listed(out), _listed(y)
        if len(outs) > 1 and not _is_list(y):
            return _wins(outs, [y == float(k) for k in range(len(outs))])
        if len(outs) != len(ys):
            raise ShapeError(f"{len(outs)} predictions, {len(ys)} targets: give one target per prediction")
        if len(outs) == 1:
            return agree(outs[0], ys[0])
        wins = _wins(outs, [y == largest(ys) for y in ys])
        labels = where(add_up([agree(out, y) for out, y in zip(outs, ys)]) == float(len(outs)), 1.0, 0.0)
        adds_up = absolute(add_up(ys) - 1.0) <= 1e-6
        one_yes = add_up([where(y > border, 1.0, 0.0) for y in ys]) == 1.0
        return where(adds_up, wins, where(one_yes, wins, labels))

    return right


def holds(right: Judge | None, out: Any, y: Any) -> int:
    """1 if the prediction is right, 0 if it is wrong or nobody can tell."""
    with no_grad():
        return 0 if right is None else int(right(out, y) == 1.0)


def _wins(scores: list[Any], is_target: list[Any]) -> Any:
    """1 where the target's score is above all others."""
    target = largest([where(hit, score, -1e300) for hit, score in zip(is_target, scores)])
    others = largest([where(hit, -1e300, score) for hit, score in zip(is_target, scores)])
    return where(target > others, 1.0, 0.0)


def _is_list(x: Any) -> bool:
    return isinstance(x, list | tuple) or is_array(x)


def _listed(x: Any) -> list[Any]:
    return list(x) if _is_list(x) else [x]
