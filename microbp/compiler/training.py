"""Training on arrays: what `fit` does when a model and its cost can be compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import InputError
from ..optim import Optimizer, Packed
from .program import Program, compile, finite

Step = Callable[..., float]
"""One optimiser step on a batch; it returns the mean cost before the step."""


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
def on_arrays(program: Program, optimizer: Optimizer) -> Iterator[Step]:
    """Inside the block, steps of the optimiser happen on arrays; the Values follow when it ends, however it ends.

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
    if list(map(id, program.parameters)) != list(map(id, optimizer.params)):
        raise InputError("the program was compiled for other parameters than the optimiser's: use compile_model")
    import numpy as np

    packed = Packed(optimizer, [range(len(optimizer.params))])

    def step(*batch: Any) -> float:
        cost, gradient = program.value_and_grad(*batch, at=packed.arrays[0])
        with np.errstate(all="ignore"):
            moved, state = optimizer.update(
                packed.arrays[0], gradient, packed.state[0], optimizer.rate, optimizer.t + 1
            )
        if all(map(finite, (moved, *state))):
            packed.arrays[0], packed.grads[0], packed.state[0] = moved, gradient, state
            optimizer.t += 1
        else:
            packed.step([gradient])  # looks closer, and raises
        return cost

    try:
        yield step
    finally:
        packed.unpack()
