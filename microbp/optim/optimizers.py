"""The optimisers, in order of increasing complexity; names, defaults and numbers are PyTorch's.

In every formula::

    p, g   the parameter and its gradient    v   velocity: a running sum or average of g
    lr     the learning rate                 s   a running sum or average of g²
    t      the step, counted from 1          m   a running average of g

SGD follows the gradient, or its recent average. Adagrad and RMSprop give each
parameter its own rate: they divide by the size of the gradients it has seen.
Adam does both. ``weight_decay`` adds λp to the gradient, as the penalty λp²/2 in
the cost would; AdamW shrinks the parameter instead.
"""

from collections.abc import Iterable

from ..errors import InputError, InputTypeError
from .averages import average, correction
from .checks import number
from .kinds import N, maximum, sqrt
from .optimizer import Optimizer, Parameter
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

    >>> from types import SimpleNamespace
    >>> w = SimpleNamespace(data=1.0, grad=0.5)
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
        params: Iterable[Parameter],
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


class Adagrad(Optimizer):
    r"""Divide by the root of the sum of all squared gradients: the rate only ever falls.

    .. math::
        s \leftarrow s + g^2, \quad p \leftarrow p - \alpha g / (\sqrt s + \epsilon)

    Args:
        params: the parameters.
        lr: the learning rate α, a float or a schedule.
        lr_decay: divides the rate further, by 1 + lr_decay · (t - 1).
        weight_decay: λ, which adds λp to the gradient.
        initial_accumulator_value: s before the first step.
        eps: ε, which keeps a parameter without gradients from 0/0.

    >>> from types import SimpleNamespace
    >>> w = SimpleNamespace(data=1.0, grad=3.0)
    >>> optimizer = Adagrad([w], lr=0.5, initial_accumulator_value=16.0, eps=0.0)
    >>> optimizer.step()
    >>> w.data  # 1 - 0.5 * 3 / 5
    0.7

    Source: Duchi, Hazan & Singer 2011, *Adaptive Subgradient Methods*; Goodfellow,
    Bengio & Courville 2016, *Deep Learning*, algorithm 8.4.
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        lr: float | Schedule = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
    ):
        start = number("initial_accumulator_value", initial_accumulator_value)
        super().__init__(params, lr, sum_of_squares=start)
        self.lr_decay = number("lr_decay", lr_decay)
        self.weight_decay = number("weight_decay", weight_decay)
        self.eps = number("eps", eps)

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return p - αg / (√s + ε)."""
        (s,) = state
        g = g + self.weight_decay * p
        s = s + g * g
        lr = lr / (1 + self.lr_decay * (t - 1))
        return p - lr * g / (sqrt(s) + self.eps), (s,)


class RMSprop(Optimizer):
    r"""Divide by the root of the average of recent squared gradients.

    .. math::
        s \leftarrow \beta s + (1 - \beta) g^2, \quad p \leftarrow p - \alpha g / (\sqrt s + \epsilon)

    Some notes leave out ε: then a parameter whose gradients are all 0 is moved by 0/0.

    Args:
        params: the parameters.
        lr: the learning rate α, a float or a schedule.
        alpha: β, the share of the average that stays; PyTorch calls it alpha.
        eps: ε.
        weight_decay: λ, which adds λp to the gradient.
        momentum: adds up the quotients in a velocity, v ← momentum · v + g / (√s + ε).
        centered: subtract the squared average of the gradient: s - m², its variance.

    >>> from types import SimpleNamespace
    >>> w = SimpleNamespace(data=1.0, grad=3.0)
    >>> optimizer = RMSprop([w], lr=0.5, alpha=0.75, eps=0.5)
    >>> optimizer.step()
    >>> w.data  # s = 9/4: 1 - 0.5 * 3 / (1.5 + 0.5)
    0.25

    Source: Tieleman & Hinton 2012, *Neural Networks for Machine Learning*, lecture 6.5;
    centred: Graves 2013, *Generating Sequences With Recurrent Neural Networks*, equations 38 to 41.
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        lr: float | Schedule = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
    ):
        super().__init__(params, lr, mean_square=0.0, mean=0.0, velocity=0.0)
        self.alpha = number("alpha", alpha, below=1)
        self.eps = number("eps", eps)
        self.weight_decay = number("weight_decay", weight_decay)
        self.momentum = number("momentum", momentum)
        self.centered = centered

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return p - αv, where v = g / (√s + ε) without momentum."""
        s, m, v = state
        g = g + self.weight_decay * p
        s = average(s, g * g, self.alpha)
        m = average(m, g, self.alpha) if self.centered else m
        variance = maximum(s - m * m, 0.0)  # rounding may leave it below 0
        v = self.momentum * v + g / (sqrt(variance) + self.eps)
        return p - lr * v, (s, m, v)


class _Moments(Optimizer):
    """What Adam and AdamW share: both moments of the gradient, each corrected for its bias."""

    def __init__(
        self,
        params: Iterable[Parameter],
        lr: float | Schedule,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        amsgrad: bool,
    ):
        super().__init__(params, lr, mean=0.0, mean_square=0.0, largest_mean_square=0.0)
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise InputTypeError(f"betas is {betas!r}: give two numbers, such as (0.9, 0.999)")
        self.beta1, self.beta2 = (number(f"betas[{i}]", beta, below=1) for i, beta in enumerate(betas))
        self.eps = number("eps", eps)
        self.weight_decay = number("weight_decay", weight_decay)
        self.amsgrad = amsgrad

    def _descend(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        m, s, largest = state
        m = average(m, g, self.beta1)
        s = average(s, g * g, self.beta2)
        largest = maximum(s, largest) if self.amsgrad else s
        m_hat = m / correction(self.beta1, t)
        s_hat = largest / correction(self.beta2, t)
        return p - lr * m_hat / (sqrt(s_hat) + self.eps), (m, s, largest)


class Adam(_Moments):
    r"""Momentum and RMSprop together, each average corrected for its start at 0.

    .. math::
        m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad s \leftarrow \beta_2 s + (1 - \beta_2) g^2, \quad
        p \leftarrow p - \alpha \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \epsilon}

    Args:
        params: the parameters.
        lr: the learning rate α, a float or a schedule.
        betas: β₁ of the gradient and β₂ of its square.
        eps: ε.
        weight_decay: λ, which adds λp to the gradient.
        amsgrad: divide by the largest s so far instead of s, so that no rate rises again.

    The first step is α in size, however large the gradient:

    >>> from types import SimpleNamespace
    >>> w = SimpleNamespace(data=1.0, grad=4000.0)
    >>> Adam([w], lr=0.25).step()
    >>> round(w.data, 9)
    0.75

    Source: Kingma & Ba 2015, *Adam*, algorithm 1; amsgrad: Reddi, Kale & Kumar 2018,
    *On the Convergence of Adam and Beyond*, algorithm 2, here with the bias correction.
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return the step along g + λp."""
        return self._descend(p, g + self.weight_decay * p, state, lr, t)


class AdamW(_Moments):
    r"""Adam with decoupled weight decay: the decay is not divided by √s.

    .. math::
        p \leftarrow (1 - \alpha \lambda)\, p \quad\text{and then Adam's step for } g

    Args:
        params: the parameters.
        lr: the learning rate α, a float or a schedule.
        betas: β₁ of the gradient and β₂ of its square.
        eps: ε.
        weight_decay: λ, which shrinks the parameter by the factor 1 - αλ at each step.
        amsgrad: divide by the largest s so far instead of s, so that no rate rises again.

    A parameter without a gradient shrinks, and does nothing else:

    >>> from types import SimpleNamespace
    >>> w = SimpleNamespace(data=8.0, grad=0.0)
    >>> AdamW([w], lr=0.5, weight_decay=0.5).step()
    >>> w.data
    6.0

    Source: Loshchilov & Hutter 2019, *Decoupled Weight Decay Regularization*, algorithm 2.
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return Adam's step along g from the shrunken parameter."""
        return self._descend((1 - lr * self.weight_decay) * p, g, state, lr, t)
