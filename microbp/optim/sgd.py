"""Gradient descent: one learning rate for all parameters."""

from ..errors import InputError
from .checks import number
from .kinds import N
from .optimizer import Optimizer, Parameters
from .schedules import Schedule


class SGD(Optimizer):
    r"""Gradient descent; called stochastic when each gradient comes from a mini-batch.

    .. math::
        p \leftarrow p - \alpha g \qquad\text{with momentum}\qquad
        v \leftarrow \beta v + g, \quad p \leftarrow p - \alpha v

    Args:
        params: the parameters, such as ``model.parameters()``.
        lr: the learning rate α, a float or a schedule.
        momentum: β, the share of the velocity that stays at each step; 0.9 is usual.
        nesterov: move by g + βv, as if the gradient were taken one step ahead.
        averaged: v ← βv + (1-β)g, an average where PyTorch's form is a sum. It
            moves 1-β times as far: β = 0.9 without it wants a tenth of the rate.
        weight_decay: λ, which adds λp to the gradient.
        dampening: τ, for v ← βv + (1-τ)g from the second step on.

    Raises:
        InputError: a number out of range; ``nesterov`` without momentum; ``dampening``
            together with ``nesterov`` or ``averaged``.

    >>> from microbp import Value
    >>> w = Value(1.0)
    >>> w.grad = 0.5
    >>> optimizer = SGD([w], lr=0.5, momentum=0.5)
    >>> for _ in range(3):
    ...     optimizer.step()
    ...     print(w.data)
    0.75
    0.375
    -0.0625

    Source: Sutskever et al. 2013, *On the importance of initialization and momentum*,
    equations 1 to 4; the average: A. Ng, *Improving Deep Neural Networks*, week 2.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float | Schedule = 1e-3,
        momentum: float = 0,
        nesterov: bool = False,
        averaged: bool = False,
        weight_decay: float = 0,
        *,
        dampening: float = 0,
    ):
        super().__init__(params, lr, velocity=0.0)
        self.momentum = number("momentum", momentum, below=1) if averaged else number("momentum", momentum)
        self.weight_decay = number("weight_decay", weight_decay)
        self.dampening = number("dampening", dampening)
        if nesterov and not momentum:
            raise InputError("nesterov=True looks ahead along the velocity: give a momentum, such as 0.9")
        if dampening and (nesterov or averaged):
            raise InputError("dampening goes neither with nesterov nor with averaged: leave it 0")
        self.nesterov = nesterov
        self.averaged = averaged

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return p - αv."""
        (v,) = state
        g = g + self.weight_decay * p
        if self.averaged:
            g = (1 - self.momentum) * g
        if self.momentum:
            # PyTorch does not dampen the first gradient.
            v = self.momentum * v + (g if t == 1 else (1 - self.dampening) * g)
            g = g + self.momentum * v if self.nesterov else v
        return p - lr * g, (v,)
