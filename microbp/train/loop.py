r"""`fit`: stochastic gradient descent over epochs, with a progress bar and a history.

Every epoch the samples are shuffled and cut into mini-batches; each batch takes one step of the
optimiser along the mean gradient of its samples (Nielsen, chapter 1; CURRICULUM section 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import copy_context
from typing import Any

from ..errors import InputError, InputTypeError
from ..nn import Module
from ..optim import Optimizer
from ..randomness import LIBRARY
from .accuracy import judge, prediction_of
from .evaluation import Data, checked
from .history import History
from .run import Run
from .steps import Loss


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
        data: (X, Y), one row per sample; lists, arrays, or a DataFrame and a Series of pandas.
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
    data = checked(data)
    validation = None if validation is None else checked(validation)
    kind = prediction_of(loss, prediction)
    right = judge(kind)
    seed = LIBRARY.number if seed is None else seed
    run = Run(
        model, loss, right, kind, data, optimizer, epochs, batch_size, seed, validation, patience, record_parameters
    )  # fmt: skip
    return copy_context().run(run, eager, devices, progress, restore_best)  # whatever recording is switched to
