r"""`fit`: stochastic gradient descent over epochs, with a progress bar and a history.

Every epoch the samples are shuffled and cut into mini-batches; each batch takes one step of the
optimiser along the mean gradient of its samples (Nielsen, chapter 1; CURRICULUM section 2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, NamedTuple

from ..data import batches, check_finite
from ..engine.value import no_grad
from ..errors import DomainError, GradientError, InputError, InputTypeError, NotFiniteError, RangeError, ShapeError
from ..nn import Module
from ..optim import Optimizer
from ..randomness import LIBRARY
from .accuracy import Judge, holds, judge, prediction_of
from .history import History
from .steps import Engine, Loss, Scalars, compiled_engine, refuse_broadcasting

Data = tuple[Any, Any]


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
    seed: int | None = None,
    progress: bool = True,
    record_parameters: bool = False,
    eager: bool = False,
    devices: Sequence[Any] | None = None,
    prediction: str | None = None,
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
        seed: of the shuffling, an integer; by default the number of `microbp.seed`, 0 at first, so that two
            trainings go through the same batches.
        progress: show a bar.
        record_parameters: keep the parameters of every epoch in the history.
        eager: use the scalar graph.
        devices: JAX devices, such as ``jax.devices()``, to lay every batch over (data parallel).
        prediction: what the loss reads in a prediction, "logits", "score", "probability" or "number" (see
            `losses.PREDICTIONS`), where the loss does not say it or says otherwise. A network of sigmoids that
            learns classes by `losses.squared_error` has "probability". Numbers have no accuracy.

    Returns:
        The history. Ctrl-C ends the training and returns the history so far.

    Raises:
        NotFiniteError: a cost or gradient is not finite; the message names the epoch and the step, and
            the parameters are those before that step. NaN in the data: names row and column.
        ShapeError: no data, X and Y of different lengths, or not as many targets as predictions.

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
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise InputError(f"seed must be a whole number, or None for that of microbp.seed; got {seed!r}")
    if not callable(loss):
        raise InputTypeError(f"loss is a function of (prediction, target), such as losses.mse; got {loss!r}")
    if not isinstance(optimizer, Optimizer):
        raise InputTypeError(f"optimizer is one of microbp.optim, over model.parameters(); got {optimizer!r}")
    if set(map(id, optimizer.params)).isdisjoint(map(id, model.parameters())):
        raise InputError("the optimizer moves none of this model's parameters: build it with model.parameters()")
    if eager and devices is not None:
        raise InputError("devices compute compiled programs: leave out eager=True")
    for part in (data, validation) if validation else (data,):
        _check(part)
    right = judge(prediction_of(loss, prediction))
    seed = LIBRARY.number if seed is None else seed
    run = _Run(model, loss, right, data, optimizer, epochs, batch_size, seed, validation, patience, record_parameters)
    return copy_context().run(run, eager, devices, progress, restore_best)  # whatever recording is switched to


class Best(NamedTuple):
    """The epoch with the lowest cost so far, and its parameters."""

    cost: float
    epoch: int
    state: dict[str, Any]


class _Run:
    """One call of `fit`.

    An interrupt may come at any line. Therefore a step is a commit: it is computed, written into the log, and
    then taken at once. How many steps were taken is known from the optimiser alone, and `settle` derives all
    the rest from it, as often as it is called.
    """

    def __init__(
        self,
        model: Module,
        loss: Loss,
        right: Judge | None,
        data: Data,
        optimizer: Optimizer,
        epochs: int,
        batch_size: int,
        seed: int,
        validation: Data | None,
        patience: int | None,
        record_parameters: bool,
    ) -> None:
        self.model, self.loss, self.right, self.data, self.optimizer = model, loss, right, data, optimizer
        self.epochs, self.batch_size, self.seed = epochs, batch_size, seed
        self.validation, self.patience, self.record_parameters = validation, patience, record_parameters
        self.history = History()
        self.steps_before = optimizer.t
        self.steps_per_epoch = math.ceil(len(data[0]) / batch_size)
        self.log: list[tuple[float, float, int, float]] = []  # of the epoch's steps: cost, right, samples, rate
        self.engine: Engine | None = None
        self.best = Best(math.inf, 0, {})

    def __call__(self, eager: bool, devices: Sequence[Any] | None, progress: bool, restore_best: bool) -> History:
        """Train to the end or to an interrupt."""
        try:
            self._train(eager, devices, progress)
            return self._finish(restore_best)
        except KeyboardInterrupt:
            self.history.stopped = "interrupted"
            return self._finish(restore_best)
        except BaseException:
            self.settle()
            raise

    def _train(self, eager: bool, devices: Sequence[Any] | None, progress: bool) -> None:
        (X, Y), history = self.data, self.history
        refuse_broadcasting(self.model, self.loss, X[0], Y[0])
        if not eager:
            self.engine = compiled_engine(self.model, self.loss, self.right, self.optimizer, (X[0], Y[0]), devices)
        if self.engine:
            X, Y = _as_array(X), _as_array(Y)
        else:
            self.engine = Scalars(self.model, self.loss, self.right, self.optimizer)
        history.engine = self.engine.name
        with _bar(self.epochs * self.steps_per_epoch, progress) as bar:
            for epoch in range(1, self.epochs + 1):
                bar.set_description(f"epoch {epoch}/{self.epochs}, {history.engine}", refresh=False)
                self._epoch(self.engine, batches(X, Y, self.batch_size, self.seed + epoch - 1), epoch, bar)
                self.settle()
                if self.validation:
                    cost, accuracy = _evaluate(self.model, self.loss, self.validation, self.right)
                    history.append(val_loss=cost, **({} if accuracy is None else {"val_accuracy": accuracy}))
                self._watch()
                if epoch - self.best.epoch == self.patience:
                    history.stopped = "early"
                    break

    def _epoch(self, engine: Engine, mini_batches: Iterator[Data], epoch: int, bar: Any) -> None:
        """Take a step for every mini-batch."""
        self.log = []
        engine.start()
        for step, (X, Y) in enumerate(mini_batches, 1):
            rate = engine.rate
            with _named(f"epoch {epoch}, step {step}"):
                cost, right, move = engine.prepare(rate, X, Y)
                self.log.append((cost, right, len(X), rate))
                move()
            if bar.update():
                self._show(bar)
        self._show(bar)

    def _show(self, bar: Any) -> None:
        loss, accuracy = self._means()
        bar.set_postfix(_scores(loss, accuracy if self.right else None), refresh=False)

    def _means(self) -> tuple[float, float]:
        """Mean cost and accuracy over the samples in the log."""
        costs, hits, counts, _ = zip(*self.log)
        samples = sum(counts)
        return sum(cost * m for cost, m in zip(costs, counts)) / samples, sum(hits) / samples

    def settle(self) -> None:
        """Bring parameters, optimiser and history to the last step that was taken; once more does no harm."""
        if self.engine:
            self.engine.settle()
        history, taken = self.history, self.optimizer.t - self.steps_before
        history.steps = taken
        if history.epochs < taken // self.steps_per_epoch:
            loss, accuracy = self._means()
            entries = {"loss": loss, "rate": self.log[-1][3], "gradients": gradient_sizes(self.model)}
            entries |= {"accuracy": accuracy} if self.right else {}
            entries |= {"parameters": self.model.state_dict()} if self.record_parameters else {}
            history.append(**entries)

    def _watch(self) -> None:
        """Remember the parameters of the best epoch, if this one is it."""
        history = self.history
        costs = history.val_loss if self.validation else history.loss
        if costs and len(costs) == history.epochs and costs[-1] < self.best.cost:
            self.best = Best(costs[-1], history.epochs, self.model.state_dict())
        history.best_epoch = self.best.epoch or None

    def _finish(self, restore_best: bool) -> History:
        self.settle()
        self._watch()
        if restore_best and self.best.epoch:
            self.model.load_state_dict(self.best.state)
        return self.history


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


def evaluate(model: Module, loss: Loss, data: Data, *, prediction: str | None = None) -> tuple[float, float | None]:
    """The mean cost over data, and the fraction classified right (None where there are no classes).

    Args:
        model: called with one sample's inputs.
        loss: a cost of one sample, called with (prediction, target).
        data: (X, Y), one row per sample.
        prediction: what the loss reads in a prediction, as for `fit`.

    Raises:
        NotFiniteError: NaN or infinity in the data; the message names row and column.
        ShapeError: no data, X and Y of different lengths, or not as many targets as predictions.

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
    _check(data)
    return _evaluate(model, loss, data, judge(prediction_of(loss, prediction)))


def _evaluate(model: Module, loss: Loss, data: Data, right: Judge | None) -> tuple[float, float | None]:
    X, Y = data
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


def _check(data: Any) -> None:
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise InputTypeError("data is a pair (X, Y): one row of inputs and one target per sample")
    X, Y = data
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
