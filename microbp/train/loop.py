r"""`fit`: stochastic gradient descent over epochs, with a progress bar and a history.

Every epoch the samples are shuffled and cut into mini-batches; each batch takes one step of the
optimiser along the mean gradient of its samples (Nielsen, chapter 1; CURRICULUM section 2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from ..data import batches, check_finite
from ..engine.value import no_grad
from ..errors import DomainError, GradientError, InputError, InputTypeError, NotFiniteError, RangeError, ShapeError
from ..nn import Module
from ..optim import Optimizer
from .steps import Loss, TrainStep, compiled_engine, holds, judge, scalar_engine

Data = tuple[Any, Any]


@dataclass
class History:
    """What happened, epoch by epoch.

    Attributes:
        loss: mean cost over the epoch's samples, each taken just before its batch's step.
        accuracy: fraction of these samples that were classified right; empty for other tasks.
        val_loss, val_accuracy: the same on the validation data, after the epoch.
        rate: the learning rate of the epoch's last step.
        gradients: for every parameter tensor the root mean square of its gradient in the last batch.
        parameters: the state dict after every epoch, when it was asked for.
        best_epoch: the epoch (from 1) whose parameters were kept, if the best were restored.
        stopped: "finished", "early" or "interrupted".
        engine: "compiled" to matrices, or "eager" on the scalar graph.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    gradients: list[dict[str, float]] = field(default_factory=list)
    parameters: list[dict[str, Any]] = field(default_factory=list)
    best_epoch: int | None = None
    stopped: str = "finished"
    engine: str = "eager"

    @property
    def epochs(self) -> int:
        """The number of whole epochs."""
        return len(self.loss)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain lists and numbers, for JSON."""
        return asdict(self)

    def __repr__(self) -> str:
        parts = [f"{self.epochs} epochs, {self.stopped}"]
        parts += [
            f"{name} {series[-1]:.4g}"
            for name in ("loss", "accuracy", "val_loss", "val_accuracy")
            if (series := getattr(self, name))
        ]
        return f"History({', '.join(parts)})"


def fit(
    model: Module,
    loss: Loss,
    data: Data,
    optimizer: Optimizer,
    epochs: int = 10,
    batch_size: int = 32,
    *,
    validation: Data | None = None,
    patience: int | None = None,
    restore_best: bool = False,
    seed: int = 0,
    progress: bool = True,
    record_parameters: bool = False,
    eager: bool = False,
    devices: Sequence[Any] | None = None,
) -> History:
    """Train a model, and say how it went.

    The model with its cost is compiled to matrix code, which gives the numbers of the scalar graph in a
    hundredth of the time (see `microbp.compile`). A model that looks at the numbers passing through it, with an
    ``if`` say, cannot be compiled: a warning names the line, and the scalar graph is used.

    Args:
        model: called with one sample's inputs.
        loss: a cost of one sample, called with (prediction, target).
        data: (X, Y), one row per sample; lists or arrays.
        optimizer: over the model's parameters.
        epochs: how often to go through the data.
        batch_size: samples per step; the last batch of an epoch may be smaller.
        validation: data to evaluate after every epoch, never trained on.
        patience: stop early after so many epochs without a lower cost on the validation data (on the
            training data where there are none).
        restore_best: end with the parameters of the epoch that had the lowest such cost.
        seed: of the shuffling.
        progress: show a bar.
        record_parameters: keep the parameters of every epoch in the history.
        eager: use the scalar graph.
        devices: JAX devices, such as ``jax.devices()``, to lay every batch over (data parallel).

    Returns:
        The history. Ctrl-C ends the training and returns the history so far.

    Raises:
        NotFiniteError: a cost or gradient is not finite; the message names the epoch and the step, and
            the parameters are those before that step. NaN in the data: names row and column.
        ShapeError: no data, or X and Y of different lengths.

    >>> from microbp import data, fit, losses, nn, optim
    >>> model = nn.MLP(2, [4, 1], seed=1)
    >>> adam = optim.Adam(model.parameters(), lr=0.1)
    >>> history = fit(model, losses.bce_with_logits, data.xor(), adam, 60, 4, progress=False)
    >>> history.accuracy[-1], history.engine
    (1.0, 'compiled')
    """
    for name, n in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        if n is not None and (isinstance(n, bool) or not isinstance(n, int) or n < 1):
            raise InputError(f"{name} must be a whole number of at least 1, got {n!r}")
    if not callable(loss):
        raise InputTypeError(f"loss is a function of (prediction, target), such as losses.mse; got {loss!r}")
    if not isinstance(optimizer, Optimizer):
        raise InputTypeError(f"optimizer is one of microbp.optim, over model.parameters(); got {optimizer!r}")
    if set(map(id, optimizer.params)).isdisjoint(map(id, model.parameters())):
        raise InputError("the optimizer moves none of this model's parameters: build it with model.parameters()")
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise InputTypeError("data is a pair (X, Y): one row of inputs and one target per sample")
    if eager and devices is not None:
        raise InputError("devices compute compiled programs: leave out eager=True")
    for part in (data, validation) if validation else (data,):
        _check(*part)
    history, right = History(), judge(loss, data[1])
    engine = None
    if not eager:
        engine = compiled_engine(model, loss, right, optimizer, (data[0][0], data[1][0]), devices)
    if engine:
        history.engine = "compiled"
        data = (_as_array(data[0]), _as_array(data[1]))
    engine = engine or scalar_engine(model, loss, right, optimizer)
    best, waited = (math.inf, model.state_dict()), 0
    with _bar(epochs * math.ceil(len(data[0]) / batch_size), progress) as bar:
        try:
            for epoch in range(1, epochs + 1):
                bar.set_description(f"epoch {epoch}/{epochs}, {history.engine}", refresh=False)
                with engine() as train_step:
                    mini_batches = batches(*data, batch_size, seed + epoch - 1)
                    _epoch(train_step, mini_batches, f"epoch {epoch}", optimizer, history, bar, bool(right))
                history.gradients.append(gradient_sizes(model))
                if validation:
                    cost, accuracy = evaluate(model, loss, validation)
                    history.val_loss.append(cost)
                    history.val_accuracy += [] if accuracy is None else [accuracy]
                if record_parameters:
                    history.parameters.append(model.state_dict())
                watched = (history.val_loss or history.loss)[-1]
                waited += 1
                if watched < best[0]:
                    best, waited = (watched, model.state_dict()), 0
                    history.best_epoch = epoch
                if waited == patience:
                    history.stopped = "early"
                    break
        except KeyboardInterrupt:
            history.stopped = "interrupted"
    if restore_best and history.best_epoch is not None:
        model.load_state_dict(best[1])
    return history


def _epoch(
    train_step: TrainStep,
    mini_batches: Iterator[Data],
    name: str,
    optimizer: Optimizer,
    history: History,
    bar: Any,
    classes: bool,
) -> None:
    """Take a step for every mini-batch, and write mean cost, accuracy and rate into the history."""
    total, hits, seen = 0.0, 0.0, 0
    for step, (X, Y) in enumerate(mini_batches, 1):
        rate = optimizer.rate
        with _named(f"{name}, step {step}"):
            cost, right = train_step(X, Y)
        total, hits, seen = total + cost * len(X), hits + right, seen + len(X)
        if bar.update():
            bar.set_postfix(_scores(total / seen, hits / seen if classes else None), refresh=False)
    bar.set_postfix(_scores(total / seen, hits / seen if classes else None), refresh=False)
    history.loss.append(total / seen)
    history.rate.append(rate)
    history.accuracy += [hits / seen] if classes else []


@contextmanager
def _named(step: str) -> Iterator[None]:
    """Numerical trouble inside the block is reported with the step it happened in."""
    try:
        yield
    except (DomainError, RangeError, GradientError, NotFiniteError) as error:
        raise NotFiniteError(
            f"{step}: {error}. Lower the learning rate, scale the inputs, or take a cost from logits; "
            "the parameters are those before this step"
        ) from error


def evaluate(model: Module, loss: Loss, data: Data) -> tuple[float, float | None]:
    """The mean cost over data, and the fraction classified right (None where there are no classes).

    >>> from microbp import losses, nn
    >>> model = nn.MLP(1, [1], seed=1)
    >>> model.load_state_dict({"layers.0.weight": [[1.0]], "layers.0.bias": [0.0]})
    >>> evaluate(model, losses.squared_error, ([[1.0], [0.0]], [1.0, 1.0]))
    (0.5, 0.5)
    """
    X, Y = data
    right = judge(loss, Y)
    total, hits = 0.0, 0
    with no_grad():
        for x, y in zip(X, Y):
            out = model(x)
            total += loss(out, y).data
            hits += holds(right, out, y)
    return total / len(X), hits / len(X) if right else None


def gradient_sizes(model: Module) -> dict[str, float]:
    """The root mean square of the gradient, for every parameter tensor."""
    squares: dict[str, list[float]] = {}
    for path, p in model.named_parameters():
        squares.setdefault(path.rstrip("0123456789."), []).append(p.grad * p.grad)
    return {name: math.sqrt(sum(values) / len(values)) for name, values in squares.items()}


def _check(X: Any, Y: Any) -> None:
    if not all(hasattr(rows, "__len__") and not isinstance(rows, str) for rows in (X, Y)):
        raise InputTypeError("X and Y are lists or arrays with one row per sample")
    if len(X) != len(Y) or not len(X):
        raise ShapeError(f"{len(X)} inputs and {len(Y)} targets: give one target per input, and at least one")
    check_finite(X)
    check_finite(Y)


def _as_array(rows: Any) -> Any:
    import numpy as np

    return np.asarray(rows, dtype=float)


def _scores(loss: float, accuracy: float | None) -> dict[str, str]:
    return {"loss": f"{loss:.4f}"} | ({} if accuracy is None else {"accuracy": f"{accuracy:.1%}"})


def _bar(total: int, progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, disable=not progress, unit="step", dynamic_ncols=True)
