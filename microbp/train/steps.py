"""How a step of training is taken: on the scalar graph, or on matrices."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from ..compiler.training import Step, compile_model, over_devices
from ..engine.assign import assign_grads
from ..engine.check import check_own_rows
from ..engine.graph import operations
from ..engine.recording import no_grad, recording
from ..engine.value import Value
from ..errors import DomainError, InputError, RangeError, ShapeError
from ..nn import Module
from ..optim import Optimizer
from ..table.op import is_array, shorten
from .accuracy import Judge, holds
from .outside import Outside

SAMPLES = 16
"""So many samples of the data, at most, are compared before the first step."""

Loss = Callable[[Any, Any], Any]
"""A cost of one sample, from (prediction, target)."""


class Prepared(NamedTuple):
    """A step that is computed and not yet taken.

    Attributes:
        cost: the mean over the batch, before the step.
        right: how many samples were classified right.
        move: takes the step, all of it or, if it is interrupted, nothing.
    """

    cost: float
    right: float
    move: Callable[[], None]


class Engine(ABC):
    """A way to compute steps. Between `start` and `settle` it may keep the numbers where it likes.

    Attributes:
        name: "eager" or "compiled".
        optimizer: its ``t`` counts the steps; after `settle` it is that of the parameters, whatever happened.
    """

    name: str
    optimizer: Optimizer

    @abstractmethod
    def start(self) -> None:
        """Read the parameters anew: an epoch begins."""

    @property
    @abstractmethod
    def rate(self) -> float:
        """The learning rate of the next step."""

    @abstractmethod
    def prepare(self, rate: float, X: Any, Y: Any) -> Prepared:
        """Compute a step on a batch."""

    @abstractmethod
    def verify(self, most: int) -> None:
        """Compare the engine with the scalar one, on at most so many samples of the data.

        Raises:
            MismatchError: they differ.
        """

    @abstractmethod
    def settle(self) -> None:
        """Bring the Values and the optimiser to the last step that was taken; once more does no harm."""


class Scalars(Engine):
    """Steps on the scalar graph, a graph per sample: the definition of what a step is."""

    name = "eager"

    def __init__(self, model: Module, loss: Loss, right: Judge | None, optimizer: Optimizer) -> None:
        self.model, self.loss, self.right, self.optimizer = model, loss, right, optimizer

    def start(self) -> None:
        """Nothing to do: the Values hold the parameters."""

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.optimizer.rate

    def prepare(self, rate: float, X: Any, Y: Any) -> Prepared:
        """Gradients by the graph of every sample."""
        self.model.zero_grad()
        self.optimizer.zero_grad()
        total, hits = 0.0, 0
        for x, y in zip(X, Y):
            with recording(True):
                out = self.model(x)
                cost = _with_graph(self.loss(out, y))
                (cost / len(X)).backward()
            total += cost.data
            hits += holds(self.right, out, y)
        if not math.isfinite(total):
            raise RangeError("the sum of the costs is too large for a float: rescale the cost")
        return Prepared(total / len(X), hits, self.optimizer.step)

    def verify(self, most: int) -> None:
        """Nothing to do: this is the definition."""

    def settle(self) -> None:
        """Undo half a step."""
        self.optimizer.settle()


class Arrays(Engine):
    """Steps on arrays, by a compiled program."""

    name = "compiled"

    def __init__(self, optimizer: Optimizer, new_step: Callable[[], Any], program: Any, hits: Any, data: Any) -> None:
        self.optimizer, self.new_step, self.program, self.hits, self.data = optimizer, new_step, program, hits, data
        self.step: Any = None

    def start(self) -> None:
        """Gather the parameters."""
        self.step = self.new_step()

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        rate: float = self.step.packed.rate
        return rate

    def prepare(self, rate: float, X: Any, Y: Any) -> Prepared:
        """Gradients by one run of the program."""
        right = self.hits(X, Y, at=self.step.vector) * len(X) if self.hits else 0.0
        cost, move = self.step.prepare(rate, X, Y)
        return Prepared(cost, right, move)

    def verify(self, most: int) -> None:
        """Compare the programs with the functions they were made from."""
        for program in (self.program, self.hits) if self.hits else (self.program,):
            program.verification.compare(program, self.data, most, strict=True)

    def settle(self) -> None:
        """Scatter the parameters."""
        self.optimizer.settle()
        if self.step is not None:
            self.step.packed.unpack()
            self.step = None


class Gradients(Arrays):
    """Gradients by a compiled program, steps by an optimiser from elsewhere, which works on the parameters."""

    def start(self) -> None:
        """Nothing to do: the Values hold the parameters."""

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.optimizer.rate

    def prepare(self, rate: float, X: Any, Y: Any) -> Prepared:
        """Gradients by one run of the program, written to the parameters."""
        right = self.hits(X, Y) * len(X) if self.hits else 0.0
        cost, gradient = self.program.value_and_grad(X, Y)
        self.optimizer.zero_grad()
        assign_grads(self.optimizer.params, gradient)
        return Prepared(cost, right, self.optimizer.step)


def compiled_engine(
    model: Module,
    loss: Loss,
    right: Judge | None,
    optimizer: Optimizer,
    data: tuple[Any, Any],
    devices: Sequence[Any] | None,
) -> Engine:
    """Steps on arrays by a compiled program, which gives what the scalar graph gives.

    Raises:
        TraceError: the model cannot be compiled.
        RowError: an operation of the user's contradicts itself.
    """
    x, y = data[0][0], data[1][0]
    program = compile_model(model, loss, x, y, optimizer)
    hits = right and compile_model(model, right, x, y, optimizer)
    compute = None if devices is None else over_devices(program, devices)
    kind = Gradients if isinstance(optimizer, Outside) else Arrays
    engine = kind(optimizer, lambda: Step(program, optimizer, compute), program, hits, data)
    engine.verify(SAMPLES)
    return engine


def refuse_wrong_rows(model: Module, loss: Loss, x: Any, y: Any) -> None:
    """Raise if the cost is no Value with a graph, or an operation of the user's in it has a wrong derivative.

    Raises:
        InputError: the cost.
        RowError: the operation.
    """
    with suppress(DomainError, RangeError), recording(True):  # trouble with numbers is the first step's to report
        cost = _with_graph(loss(model(x), y))
        check_own_rows([node.op for node in operations(cost) if node.op], text=False)


def refuse_broadcasting(model: Module, loss: Loss, x: Any, y: Any) -> None:
    """Raise if the loss gives a target to several predictions, or a prediction to several targets.

    NumPy does that to shapes that differ. A loss that does it cannot tell the one target from a list with a copy for
    every prediction.

    Raises:
        ShapeError: it does.
    """
    with suppress(DomainError, RangeError), no_grad():  # trouble with numbers is the first step's to report
        out = model(x)
        outs, ys = (list(a) if isinstance(a, list | tuple) or is_array(a) else [a] for a in (out, y))
        if len(outs) == len(ys) or 1 not in (len(outs), len(ys)):
            return
        cost = loss(out, y)
        alike = None
        with suppress(Exception):  # it is no loss of such lists
            alike = loss(outs * len(ys), y) if len(outs) == 1 else loss(out, ys * len(outs))
        if isinstance(alike, Value) and isinstance(cost, Value) and alike.data == cost.data:
            raise ShapeError(
                f"{len(outs)} predictions, {len(ys)} targets, and the loss gives the one to each of the others: "
                "give one target per prediction"
            )


def _with_graph(cost: Any) -> Value:
    if not isinstance(cost, Value):
        raise InputError(f"loss(prediction, target) gave {shorten(repr(cost))}, not a Value with a graph")
    return cost
