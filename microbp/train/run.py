"""A run of `fit`: epochs of steps, and a history that an interrupt cannot part from the parameters."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from ..compiler.batch import as_floats
from ..data import batches
from ..errors import DomainError, GradientError, NotFiniteError, RangeError, RowError, TraceError
from ..losses import name_of
from ..nn import Module
from ..optim import Optimizer
from ..optim.plateau import Plateau
from ..tables import short
from .accuracy import Judge
from .evaluation import Data, mean_cost
from .history import History
from .steps import Arrays, Engine, Loss, Scalars, compiled_engine, refuse_broadcasting, refuse_wrong_rows


class DivergenceWarning(UserWarning):
    """A training makes the cost larger instead of smaller."""


EXPLODED = 100.0
"""So many times its value before the training, a cost has exploded."""

SAMPLES = 32
"""So many samples say what the cost is before the training."""


class Best(NamedTuple):
    """The epoch with the lowest cost so far, and its parameters."""

    cost: float
    epoch: int
    state: dict[str, Any]


class Run:
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
        prediction: str,
        data: Data,
        optimizer: Optimizer,
        epochs: int,
        batch_size: int,
        seed: int,
        validation: Data | None,
        patience: int | None,
        record_parameters: bool,
        callbacks: Sequence[Callable[[History], object]],
    ) -> None:
        self.model, self.loss, self.right, self.data, self.optimizer = model, loss, right, data, optimizer
        self.prediction = prediction
        self.epochs, self.batch_size, self.seed = epochs, batch_size, seed
        self.validation, self.patience, self.record_parameters = validation, patience, record_parameters
        self.callbacks = callbacks
        self.history = History()
        self.steps_before = optimizer.t
        self.steps_per_epoch = math.ceil(len(data[0]) / batch_size)
        self.log: list[tuple[float, float, int, float]] = []  # of the epoch's steps: cost, right, samples, rate
        self.engine: Engine | None = None
        self.best = self.nothing = Best(math.inf, 0, {})
        self.warned = False

    def __call__(self, eager: bool, devices: Sequence[Any] | None, progress: bool, restore_best: bool) -> History:
        """Train to the end or to an interrupt."""
        try:
            self._train(eager, devices, progress)
            return self._finish(restore_best)
        except KeyboardInterrupt:
            return self._finish(restore_best, "interrupted")
        except BaseException:
            self.settle()
            raise

    def _train(self, eager: bool, devices: Sequence[Any] | None, progress: bool) -> None:
        sample = self.data[0][0], self.data[1][0]
        refuse_broadcasting(self.model, self.loss, *sample)
        refuse_wrong_rows(self.model, self.loss, *sample)
        self.model.trained_with = name_of(self.loss)
        optimizer = self.optimizer
        before = [p.data for p in optimizer.params], optimizer.state, optimizer.t
        watching = [(lr, dict(vars(lr))) for group in optimizer.groups if isinstance(lr := group.lr, Plateau)]
        if not eager:
            try:
                self._epochs(
                    compiled_engine(self.model, self.loss, self.right, optimizer, self.data, devices), progress
                )
                return
            except (TraceError, RowError) as error:
                if isinstance(error, RowError) and not error.text:  # the scalar graph does not read the text
                    raise
                message = f"training on the scalar graph, for the model cannot be compiled: {error}"
                warnings.warn(message, stacklevel=4)  # where fit was called
            if self.engine:  # it was compiled, and turned out to give other numbers: as if it had never been
                self.engine = None
                optimizer.commit(*before)
                self.settle()
                for plateau, then in watching:
                    vars(plateau).update(then)
        self._epochs(Scalars(self.model, self.loss, self.right, optimizer), progress)

    def _epochs(self, engine: Engine, progress: bool) -> None:
        (X, Y), history, self.engine = self.data, self.history, engine
        if isinstance(engine, Arrays):
            X, Y = as_floats(X, "X"), as_floats(Y, "Y")
        history.engine = engine.name
        start = self._cost_before(*self.data)
        with _bar(self.epochs * self.steps_per_epoch, progress) as bar:
            for epoch in range(1, self.epochs + 1):
                bar.set_description(f"epoch {epoch}/{self.epochs}, {history.engine}", refresh=False)
                self._epoch(engine, batches(X, Y, self.batch_size, self.seed + epoch - 1), epoch, bar)
                self.settle()
                if epoch & (epoch - 1) == 0:  # after 1, 2, 4, 8, ...
                    engine.verify(1)
                self._warn_of_divergence(start)
                if self.validation:
                    with _named(f"epoch {epoch}, validation", "the parameters are those after the epoch"):
                        judged = self.prediction if isinstance(engine, Arrays) else ""
                        cost, accuracy = mean_cost(self.model, self.loss, self.validation, self.right, judged)
                    history.append(val_loss=cost, **({} if accuracy is None else {"val_accuracy": accuracy}))
                self._watch()
                self._tell_schedules()
                enough = [callback(history) is True for callback in self.callbacks]
                if epoch - self.best.epoch == self.patience or any(enough):
                    history.stopped = "early"
                    break

    def _cost_before(self, X: Any, Y: Any) -> float:
        """The mean cost of some samples, spread over the data; 0 where it is not to be had."""
        rows = slice(None, None, math.ceil(len(X) / SAMPLES))
        with suppress(DomainError, RangeError, NotFiniteError):  # the first step's to report
            return mean_cost(self.model, self.loss, (X[rows], Y[rows]), None)[0]
        return 0.0

    def _warn_of_divergence(self, start: float) -> None:
        """Say it, once, if the cost has grown a hundredfold since the start."""
        now = self.history.loss[-1]
        if self.warned or not 0.0 < EXPLODED * start < now:
            return
        self.warned = True
        message = (
            f"the training diverges: the mean cost was {start:.3g} before it and is {now:.3g} in epoch "
            f"{self.history.epochs}; lower the learning rate ({self.history.rate[-1]:g} now), or scale inputs and "
            "targets to about 1"
        )
        warnings.warn(DivergenceWarning(message), stacklevel=6)  # where fit was called

    def _epoch(self, engine: Engine, mini_batches: Iterator[Data], epoch: int, bar: Any) -> None:
        """Take a step for every mini-batch."""
        self.log = []
        engine.start()
        for step, (X, Y) in enumerate(mini_batches, 1):
            rate = engine.rate
            with _named(f"epoch {epoch}, step {step}", "the parameters are those before this step"):
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
        taken = self.optimizer.t - self.steps_before
        if self.history.epochs > taken // self.steps_per_epoch:  # steps were undone: as if they had never been
            self.best = self.nothing
            self.history = History()
        history = self.history
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

    def _tell_schedules(self) -> None:
        """Tell the cost of the epoch to a schedule that looks at it, such as `on_plateau`."""
        cost = (self.history.val_loss if self.validation else self.history.loss)[-1]
        for schedule in {id(group.lr): group.lr for group in self.optimizer.groups}.values():
            if hasattr(schedule, "observe"):
                schedule.observe(cost)

    def _finish(self, restore_best: bool, stopped: str = "") -> History:
        self.settle()
        self.history.stopped = stopped or self.history.stopped
        self._watch()
        if restore_best and self.best.epoch:
            self.model.load_state_dict(self.best.state)
        return self.history


@contextmanager
def _named(place: str, left: str) -> Iterator[None]:
    """Numerical trouble inside the block is reported with its place, and with what is left as it was."""
    try:
        yield
    except (DomainError, RangeError, GradientError, NotFiniteError) as error:
        raise NotFiniteError(
            f"{place}: {error}. Lower the learning rate, scale the inputs, or take a cost from logits; {left}"
        ) from error


def gradient_sizes(model: Module) -> dict[str, float]:
    """The root mean square of the gradient, for every parameter tensor."""
    tensors: dict[str, list[float]] = {}
    for path, p in model.named_parameters():
        tensors.setdefault(path.rstrip("0123456789."), []).append(p.grad)
    return {name: math.hypot(*grads) / math.sqrt(len(grads)) for name, grads in tensors.items()}


def _scores(loss: float, accuracy: float | None) -> dict[str, str]:
    return {"loss": short(loss)} | ({} if accuracy is None else {"accuracy": f"{accuracy:.1%}"})


def _bar(total: int, progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, disable=not progress, unit="step", dynamic_ncols=True)
