"""An optimiser from elsewhere: any object with ``step`` and ``zero_grad``."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from numbers import Real
from typing import Any

from ..engine.assign import data_of
from ..engine.value import Value
from ..errors import InputError, InputTypeError
from ..nn import Module
from ..optim import Optimizer


class Outside(Optimizer):
    """Lets an object with ``step`` and ``zero_grad`` take the steps, and counts them.

    A step that ends in an error, an interrupt or a number that is not finite is undone: the parameters, that is, not
    what the object remembers.
    """

    def __init__(self, inner: Any, params: Iterable[Value]) -> None:
        super().__init__(params, 0.0)
        self.inner = inner

    def __repr__(self) -> str:
        return repr(self.inner)

    def rate_after(self, t: int) -> float:
        """The attribute ``lr`` of the object, or 0 if that is no number."""
        lr = getattr(self.inner, "lr", None)
        return float(lr) if isinstance(lr, Real) else 0.0

    def update(self, p: Any, g: Any, state: Any, lr: float, t: int) -> Any:
        """Nobody asks for the formula: the object has it."""
        raise NotImplementedError

    def step(self) -> None:
        """Let the object move the parameters."""
        self._before = data_of(self.params), self.state, self.t
        try:
            self.inner.step()
            for i, param in enumerate(self.params):
                if not (isfinite(param.grad) and isfinite(param.data)):
                    raise self.not_finite(i, param.grad)
            self.t += 1
            self._before = None
        finally:
            self.settle()

    def zero_grad(self) -> None:
        """Let the object clear the gradients."""
        self.inner.zero_grad()


def optimizer_of(model: Module, optimizer: Any) -> Optimizer:
    """The optimiser as one of ours.

    Raises:
        InputTypeError: it has no ``step`` or no ``zero_grad``.
        InputError: it moves none of the model's parameters.
    """
    ours = isinstance(optimizer, Optimizer)
    steps = all(callable(getattr(optimizer, name, None)) for name in ("step", "zero_grad"))
    if not ours and (not steps or isinstance(optimizer, type)):
        raise InputTypeError(
            f"optimizer is one of microbp.optim, or any object with step() and zero_grad(), over model.parameters(); "
            f"got {optimizer!r}"
        )
    moved = getattr(optimizer, "params", None) or [
        param for group in getattr(optimizer, "param_groups", ()) for param in group["params"]
    ]
    if isinstance(moved, list) and moved and set(map(id, moved)).isdisjoint(map(id, model.parameters())):
        raise InputError("the optimizer moves none of this model's parameters: build it with model.parameters()")
    return optimizer if ours else Outside(optimizer, model.parameters())
