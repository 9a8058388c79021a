"""How a step of training is taken: on the scalar graph, or on matrices; and what counts as a right prediction."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from ..engine.value import Value, no_grad, recording
from ..errors import DomainError, InputError, RangeError
from ..losses import bce_with_logits, hinge
from ..nn import Module
from ..optim import Optimizer
from ..table.op import is_array
from ..table.rows import absolute, add_up, largest, where

Loss = Callable[[Any, Any], Any]
"""A cost of one sample, from (prediction, target)."""

Judge = Callable[[Any, Any], Any]
"""1 for a right prediction, 0 for a wrong one: a function of operands, so that it compiles like a cost."""


def judge(loss: Loss, Y: Any) -> Judge | None:
    """How to tell whether a prediction is right, or None where the targets are no classes.

    Several outputs: the largest one names the class (a tie is wrong). One output: the class 1 lies above a
    threshold, 0 for costs that read scores or logits, 1/2 for those that read probabilities.
    """
    import numpy as np

    table = np.asarray(Y, dtype=float).reshape(len(Y), -1)
    if table.shape[1] > 1:
        one_hot = bool(np.isin(table, (0.0, 1.0)).all() and (table.sum(axis=1) == 1.0).all())
        return (lambda out, y: _wins(out, [p > 0.5 for p in y])) if one_hot else None
    if (table != np.floor(table)).any():
        return None
    threshold = 0.0 if loss in (hinge, bce_with_logits) or (table == -1.0).any() else 0.5
    two = bool(np.isin(table, (-1.0, 0.0, 1.0)).all())

    def right(out: Any, y: Any) -> Any:
        y = y[0] if isinstance(y, list) or is_array(y) else y
        if isinstance(out, list):
            return _wins(out, [y == float(k) for k in range(len(out))])
        if not two:
            return 0.0
        return 1.0 - absolute(where(out > threshold, 1.0, 0.0) - where(y > 0.0, 1.0, 0.0))

    return right


def holds(right: Judge | None, out: Any, y: Any) -> int:
    """1 if the prediction is right, 0 if it is wrong or nobody can tell."""
    with no_grad():
        return 0 if right is None else int(right(out, y) == 1.0)


def _wins(scores: list[Any], is_target: list[Any]) -> Any:
    """1 where the target's score is above all others."""
    target = add_up([where(hit, score, 0.0) for hit, score in zip(is_target, scores)])
    others = largest([where(hit, -1e300, score) for hit, score in zip(is_target, scores)])
    return where(target > others, 1.0, 0.0)


TrainStep = Callable[[Any, Any], tuple[float, float]]
"""One step of the optimiser on a batch: the mean cost before it, and how many samples were right."""

Engine = Callable[[], AbstractContextManager[TrainStep]]
"""For the length of an epoch, a way to take steps; afterwards the model's Values hold the result."""


def scalar_engine(model: Module, loss: Loss, right: Judge | None, optimizer: Optimizer) -> Engine:
    """Steps on the scalar graph, a graph per sample: the definition of what a step is."""

    def step(X: Any, Y: Any) -> tuple[float, float]:
        model.zero_grad()
        optimizer.zero_grad()
        total, hits = 0.0, 0
        for x, y in zip(X, Y):
            with recording(True):
                out = model(x)
                cost = _with_graph(loss(out, y))
                (cost / len(X)).backward()
            total += cost.data
            hits += holds(right, out, y)
        optimizer.step()
        return total / len(X), hits

    @contextmanager
    def scalars() -> Iterator[TrainStep]:
        yield step

    return scalars


def compiled_engine(
    model: Module,
    loss: Loss,
    right: Judge | None,
    optimizer: Optimizer,
    example: tuple[Any, Any],
    devices: Sequence[Any] | None,
) -> Engine | None:
    """Steps on arrays by a compiled program; None, said aloud, where the model cannot be compiled."""
    from ..compiler import TraceError
    from ..compiler.training import compile_model, on_arrays, over_devices

    x, y = example
    with suppress(DomainError, RangeError), recording(True):  # trouble with numbers is the first step's to report
        _with_graph(loss(model(x), y))
    try:
        program = compile_model(model, loss, x, y, optimizer)
        hits = right and compile_model(model, right, x, y, optimizer)
    except TraceError as error:
        warnings.warn(f"training on the scalar graph, for the model cannot be compiled: {error}", stacklevel=3)
        return None

    compute = None if devices is None else over_devices(program, devices)

    @contextmanager
    def arrays() -> Iterator[TrainStep]:
        with on_arrays(program, optimizer, compute) as step:

            def counted(X: Any, Y: Any) -> tuple[float, float]:
                found = hits(X, Y, at=step.vector) * len(X) if hits else 0.0
                return step(X, Y), found

            yield counted

    return arrays


def _with_graph(cost: Any) -> Value:
    if not isinstance(cost, Value):
        raise InputError(f"loss(prediction, target) gave {cost!r}, not a Value with a graph")
    return cost
