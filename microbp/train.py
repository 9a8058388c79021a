r"""`fit`: stochastic gradient descent over epochs, with a progress bar and a history.

Every epoch the samples are shuffled and cut into mini-batches; each batch takes one step of the
optimiser along the mean gradient of its samples (Nielsen, chapter 1; CURRICULUM section 2).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from .data import batches, check_finite
from .errors import DomainError, GradientError, InputError, NotFiniteError, RangeError, ShapeError
from .losses import bce_with_logits, hinge
from .nn import Module
from .op import is_array
from .ops import absolute, add_up, largest, where
from .optim import Optimizer
from .value import Value, no_grad

Loss = Callable[[Any, Any], Any]
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
    X, Y = data
    for name, n in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience or 1)):
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise InputError(f"{name} must be a whole number of at least 1, got {n!r}")
    for part in (data, validation) if validation else (data,):
        _check(*part)
    right = judge(loss, Y)
    history, best, waited = History(), (math.inf, model.state_dict()), 0
    engine = _eager(model, loss, right, optimizer)
    if eager and devices is not None:
        raise InputError("devices compute compiled programs: leave out eager=True")
    if not eager:
        engine = _compiled(model, loss, right, optimizer, (X[0], Y[0]), devices) or engine
        history.engine = "eager" if engine.__name__ == "scalars" else "compiled"
    if history.engine == "compiled":
        X, Y = _arrays(X), _arrays(Y)
    steps = math.ceil(len(X) / batch_size)
    with _bar(epochs * steps, progress) as bar:
        try:
            for epoch in range(epochs):
                bar.set_description(f"epoch {epoch + 1}/{epochs}, {history.engine}", refresh=False)
                total, hits, seen = 0.0, 0.0, 0
                with engine() as train_step:
                    for step, (xs, ys) in enumerate(batches(X, Y, batch_size, seed + epoch), 1):
                        rate = optimizer.rate
                        with _named(f"epoch {epoch + 1}, step {step} of {steps}"):
                            cost, found = train_step(xs, ys)
                        total, hits, seen = total + cost * len(xs), hits + found, seen + len(xs)
                        if bar.update() or seen == len(X):
                            bar.set_postfix(_scores(total / seen, hits / seen if right else None), refresh=False)
                history.loss.append(total / seen)
                history.rate.append(rate)
                history.gradients.append(gradient_sizes(model))
                if right:
                    history.accuracy.append(hits / seen)
                if validation:
                    cost, accuracy = evaluate(model, loss, validation)
                    history.val_loss.append(cost)
                    if accuracy is not None:
                        history.val_accuracy.append(accuracy)
                if record_parameters:
                    history.parameters.append(model.state_dict())
                watched = (history.val_loss or history.loss)[-1]
                waited += 1
                if watched < best[0]:
                    best, waited = (watched, model.state_dict()), 0
                    history.best_epoch = epoch + 1
                if patience is not None and waited >= patience:
                    history.stopped = "early"
                    break
        except KeyboardInterrupt:
            history.stopped = "interrupted"
    if restore_best and history.best_epoch is not None:
        model.load_state_dict(best[1])
    return history


TrainStep = Callable[[Any, Any], tuple[float, float]]
"""One step of the optimiser on a batch: the mean cost before it, and how many samples were right."""

Engine = Callable[[], AbstractContextManager[TrainStep]]
"""For the length of an epoch, a way to take steps; afterwards the model's Values hold the result."""


def _eager(model: Module, loss: Loss, right: Judge | None, optimizer: Optimizer) -> Engine:
    """Steps on the scalar graph, a graph per sample: the definition of what a step is."""

    def step(X: Any, Y: Any) -> tuple[float, float]:
        model.zero_grad()
        total, hits = 0.0, 0
        for x, y in zip(X, Y):
            out = model(x)
            cost = _with_graph(loss(out, y))
            (cost / len(X)).backward()
            total += cost.data
            hits += _holds(right, out, y)
        optimizer.step()
        return total / len(X), hits

    @contextmanager
    def scalars() -> Iterator[TrainStep]:
        yield step

    return scalars


def _compiled(
    model: Module, loss: Loss, right: Judge | None, optimizer: Optimizer, example: Data, devices: Sequence[Any] | None
) -> Engine | None:
    """Steps on arrays by a compiled program; None, said aloud, where the model cannot be compiled."""
    from .compiler import TraceError
    from .compiler.training import compile_model, on_arrays, over_devices

    x, y = example
    with suppress(DomainError, RangeError):  # trouble with numbers is the first step's to report
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
            hits += _holds(right, out, y)
    return total / len(X), hits / len(X) if right else None


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


def _holds(right: Judge | None, out: Any, y: Any) -> int:
    with no_grad():
        return 0 if right is None else int(right(out, y) == 1.0)


def _wins(scores: list[Any], is_target: list[Any]) -> Any:
    """1 where the target's score is above all others."""
    target = add_up([where(hit, score, 0.0) for hit, score in zip(is_target, scores)])
    others = largest([where(hit, -1e300, score) for hit, score in zip(is_target, scores)])
    return where(target > others, 1.0, 0.0)


def gradient_sizes(model: Module) -> dict[str, float]:
    """The root mean square of the gradient, for every parameter tensor."""
    squares: dict[str, list[float]] = {}
    for path, p in model.named_parameters():
        squares.setdefault(path.rstrip("0123456789."), []).append(p.grad * p.grad)
    return {name: math.sqrt(sum(values) / len(values)) for name, values in squares.items()}


def _check(X: Any, Y: Any) -> None:
    if len(X) != len(Y) or not len(X):
        raise ShapeError(f"{len(X)} inputs and {len(Y)} targets: give one target per input, and at least one")
    check_finite(X)
    check_finite(Y)


def _arrays(rows: Any) -> Any:
    import numpy as np

    return np.asarray(rows, dtype=float)


def _scores(loss: float, accuracy: float | None) -> dict[str, str]:
    return {"loss": f"{loss:.4f}"} | ({} if accuracy is None else {"accuracy": f"{accuracy:.1%}"})


def _bar(total: int, progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, disable=not progress, unit="step", dynamic_ncols=True)
