"""Training on arrays: what `fit` does when a model and its cost can be compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from ..errors import InputError, NotFiniteError
from ..optim import Optimizer, Packed
from ..optim.packed import Numbers
from .batch import finite
from .jax import data_parallel
from .program import Program, compile


def compile_model(
    model: Callable[[Any], Any], loss: Callable[[Any, Any], Any], x: Any, y: Any, optimizer: Optimizer
) -> Program:
    """The program of ``loss(model(x), y)`` by the parameters of an optimiser.

    Args:
        model: from the inputs of a sample to its prediction.
        loss: from prediction and target to a cost.
        x: the inputs of one sample, for their shape.
        y: its target.
        optimizer: its parameters are differentiated, in its order.

    Raises:
        TraceError: model or loss look at the numbers of a sample: train with the eager engine.
    """
    return compile(lambda x, y: loss(model(x), y), x, y, wrt=optimizer.params)  # type: ignore[arg-type]


@contextmanager
def on_arrays(program: Program, optimizer: Optimizer, compute: Compute | None = None) -> Iterator[Step]:
    """Inside the block, steps of the optimiser happen on arrays; the Values follow when it ends, however it ends.

    ``compute(parameters, *batch)`` gives cost and gradient in the program's place, such as `data_parallel` does.
    Use one block per epoch, so that whatever looks at the model in between sees its parameters.

    >>> from microbp import losses, nn, optim
    >>> model = nn.MLP(1, [1])
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> program = compile_model(model, losses.mse, [0.0], 0.0, optimizer)
    >>> for epoch in range(100):
    ...     with on_arrays(program, optimizer) as step:
    ...         cost = step([[0.0], [1.0]], [1.0, 3.0])
    >>> print([round(p.data, 2) for p in model.parameters()])
    [2.0, 1.0]
    """
    step = Step(program, optimizer, compute)
    try:
        yield step
    finally:
        step.packed.unpack()


Compute = Callable[..., tuple[float, Any]]


def over_devices(program: Program, devices: Sequence[Any]) -> Compute:
    """Cost and gradient with the batch laid over JAX devices; what does not divide evenly is computed here.

    Raises:
        NotFiniteError: at the call, the cost or a derivative is not finite.
    """
    import numpy as np

    shared = data_parallel(program, devices)

    def compute(at: Any, *batch: Any) -> tuple[float, Any]:
        even = len(batch[0]) % len(devices) == 0
        cost, gradient = shared(at, *batch) if even else program.value_and_grad(*batch, at=at)
        if not finite(np.append(gradient, cost)):
            program.value_and_grad(*batch, at=at)  # raises, naming the equation and the samples
            raise NotFiniteError(f"the cost is {cost} on the devices, or a derivative is not finite")
        return float(cost), np.asarray(gradient)

    return compute


class Step:
    """One optimiser step on a batch: calling it gives the mean cost before the step.

    Attributes:
        packed: the parameters, gradients and state as arrays.

    Raises:
        InputError: the program differentiates other parameters than the optimiser moves.
    """

    def __init__(self, program: Program, optimizer: Optimizer, compute: Compute | None = None) -> None:
        if list(map(id, program.parameters)) != list(map(id, optimizer.params)):
            raise InputError("the program was compiled for other parameters than the optimiser's: use compile_model")
        self.optimizer = optimizer
        self.compute = compute or (lambda at, *batch: program.value_and_grad(*batch, at=at))
        self.packed = Packed(optimizer, [range(len(optimizer.params))])

    @property
    def vector(self) -> Any:
        """The numbers of the parameters now, while the Values still hold those of the start."""
        return self.packed.arrays[0]

    def __call__(self, *batch: Any) -> float:
        """Move the parameters once, all of them or, with an error, none."""
        cost, move = self.prepare(self.packed.rate, *batch)
        move()
        return cost

    def prepare(self, rate: float, *batch: Any) -> tuple[float, Callable[[], None]]:
        """The mean cost, and a call that takes the step: no interrupt falls inside it."""
        packed, now = self.packed, self.packed.now
        cost, gradient = self.compute(self.vector, *batch)
        moved, state = packed.moved(0, gradient)
        if not all(map(finite, (moved, *state))):
            packed.step([gradient])  # looks closer, and raises
        return cost, partial(setattr, packed, "now", Numbers([moved], [gradient], [state], now.t + 1))
