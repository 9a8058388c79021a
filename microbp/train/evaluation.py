"""`evaluate`: the mean cost over data; and what data must be."""

from __future__ import annotations

import math
from typing import Any

from ..data import check_finite
from ..data.batches import samples
from ..engine.recording import no_grad
from ..engine.value import Value
from ..errors import InputError, InputTypeError, RangeError, ShapeError
from ..losses import LOSSES
from ..nn import Module
from ..table.op import number
from .accuracy import Judge, holds, judge, prediction_of
from .prediction import outputs
from .steps import Loss

Data = tuple[Any, Any]
"""Inputs and targets, one row per sample."""


def evaluate(
    model: Module, loss: Loss | None, data: Data, *, prediction: str | None = None
) -> tuple[float, float | None]:
    """The mean cost over data, and the fraction classified right (None where there are no classes).

    Args:
        model: called with one sample's inputs.
        loss: a cost of one sample, called with (prediction, target); None for the one that the model was trained
            with, which a file of it keeps.
        data: (X, Y), one row per sample, as for `fit`.
        prediction: what the loss reads in a prediction, as for `fit`.

    Raises:
        NotFiniteError: NaN or infinity in the data; the message names row and column.
        ShapeError: no data, X and Y of different lengths, or not as many targets as predictions.
        InputError: no loss, and the model was not trained with one of `microbp.losses`.

    >>> from microbp import losses, nn
    >>> model = nn.MLP(1, [1], seed=1)
    >>> model.load_state_dict({"layers.0.weight": [[1.0]], "layers.0.bias": [0.0]})
    >>> evaluate(model, losses.hinge, ([[1.0], [-0.5]], [1, 1]))
    (0.75, 0.5)
    >>> evaluate(model, losses.squared_error, ([[1.0], [0.0]], [1.0, 1.0]))
    (0.5, None)
    >>> evaluate(model, losses.squared_error, ([[1.0], [0.0]], [1.0, 1.0]), prediction="probability")
    (0.5, 0.5)
    """
    if loss is None:
        name = getattr(model, "trained_with", None)
        if name is None:
            raise InputError("no loss is known for this model: give the one that it is to be judged by")
        if name not in LOSSES:
            raise InputError(f"the model was trained with {name}, which is none of microbp.losses: give the loss")
        loss = LOSSES[name]
    kind = prediction_of(loss, prediction)
    return mean_cost(model, loss, checked(data, searched=False), judge(kind), kind)


def mean_cost(
    model: Module, loss: Loss, data: Data, right: Judge | None, prediction: str = ""
) -> tuple[float, float | None]:
    """What `evaluate` returns, of data that are `checked`; compiled where ``prediction`` says what is judged."""
    count = len(data[0])

    def scores(model: Module, x: Any, y: Any) -> list[Any]:
        out = model(x)
        return [loss(out, y), right(out, y) if right else 0.0]

    table = outputs(model, (loss, prediction), scores, data) if prediction else None
    if table is not None:
        total, hits = math.fsum(table[:, 0]), int((table[:, 1] == 1.0).sum())
    else:
        checked(data)
        total, hits = _one_by_one(model, loss, data, right)
    if not math.isfinite(total):
        raise RangeError("the sum of the costs is too large for a float: rescale the cost")
    return total / count, hits / count if right else None


def _one_by_one(model: Module, loss: Loss, data: Data, right: Judge | None) -> tuple[float, int]:
    """The sum of the costs and how many are right, by the scalar graph."""
    total, hits = 0.0, 0
    with no_grad():
        for x, y in zip(*data):
            out = model(x)
            cost = loss(out, y)
            total += cost.data if isinstance(cost, Value) else number(cost)
            hits += holds(right, out, y)
    return total, hits


def checked(data: Any, searched: bool = True) -> Data:
    """Data as lists or arrays, one row per sample; where they are searched, all numbers finite."""
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise InputTypeError("data is a pair (X, Y): one row of inputs and one target per sample")
    X, Y = samples(data[0]), samples(data[1])
    if len(X) != len(Y) or not len(X):
        raise ShapeError(f"{len(X)} inputs and {len(Y)} targets: give one target per input, and at least one")
    for rows in (X, Y) if searched else ():
        check_finite(rows)
    return _numbers(X), _numbers(Y)


def _numbers(rows: Any) -> Any:
    """An array of truths or of objects as one of floats."""
    kind = rows.dtype.kind if hasattr(rows, "dtype") else ""
    if kind == "O":
        import numpy as np

        return np.array([number(x) for x in rows.ravel()], dtype=float).reshape(rows.shape)
    return rows.astype(float) if kind == "b" else rows
