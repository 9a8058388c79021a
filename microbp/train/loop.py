r"""`fit`: stochastic gradient descent over epochs, with a progress bar and a history.

Every epoch the samples are shuffled and cut into mini-batches; each batch takes one step of the
optimiser along the mean gradient of its samples (Nielsen, chapter 1; docs/curriculum.md, section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import copy_context
from numbers import Integral
from typing import Any, Protocol

from ..errors import InputError, InputTypeError
from ..nn import Module
from ..randomness import LIBRARY
from .accuracy import judge, prediction_of
from .evaluation import Data, checked
from .history import History
from .outside import optimizer_of
from .run import Run
from .steps import Loss


class Steps(Protocol):
    """What moves parameters along their gradients."""

    def step(self) -> object:
        """Move the parameters once."""

    def zero_grad(self) -> object:
        """Set the gradients to 0."""


def fit(
    model: Module,
    loss: Loss,
    data: Data,
    optimizer: Steps,
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
    callbacks: Iterable[Callable[[History], object]] = (),
) -> History:
    """Train a model, and say how it went.

    The model with its cost is compiled to matrix code, which gives the numbers of the scalar graph in a
    hundredth of the time (see `microbp.compile`). A model that looks at the numbers passing through it, with an
    ``if`` say, cannot be compiled: a warning names the line, and the scalar graph is used.

    Args:
        model: called with one sample's inputs.
        loss: a cost of one sample, called with (prediction, target).
        data: (X, Y), one row per sample; lists, arrays, or a DataFrame and a Series of pandas.
        optimizer: over the model's parameters: one of `microbp.optim`, or any object with ``step`` and ``zero_grad``,
            which then moves the parameters along their ``grad``.
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
        callbacks: functions of the history, called after every epoch; one that returns True ends the training.

    Returns:
        The history. Ctrl-C ends the training and returns the history so far.

    Warns:
        DivergenceWarning: the cost has grown a hundredfold since the start.

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
    if not callable(model) or not hasattr(model, "parameters"):
        raise InputTypeError(f"model is a network of microbp.nn, or a Module of your own; got {model!r}")
    for name, n in (("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        is_left_out = n is None and name == "patience"
        if not is_left_out and (isinstance(n, bool) or not isinstance(n, Integral) or n < 1):
            raise InputError(f"{name} must be a whole number of at least 1, got {n!r}")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, Integral)):
        raise InputError(f"seed must be a whole number, or None for that of microbp.seed; got {seed!r}")
    if not callable(loss):
        raise InputTypeError(f"loss is a function of (prediction, target), such as losses.mse; got {loss!r}")
    callbacks = list(callbacks)
    for callback in callbacks:
        if not callable(callback):
            raise InputTypeError(f"a callback is a function of the history, got {callback!r}")
    if eager and devices is not None:
        raise InputError("devices compute compiled programs: leave out eager=True")
    data = checked(data)
    validation = None if validation is None else checked(validation)
    kind = prediction_of(loss, prediction)
    right = judge(kind)
    seed = LIBRARY.number if seed is None else int(seed)
    epochs, batch_size = int(epochs), int(batch_size)  # as NumPy's whole numbers are
    run = Run(
        model, loss, right, kind, data, optimizer_of(model, optimizer), epochs, batch_size, seed, validation, patience,
        record_parameters, callbacks,
    )  # fmt: skip
    return copy_context().run(run, eager, devices, progress, restore_best)  # whatever recording is switched to
