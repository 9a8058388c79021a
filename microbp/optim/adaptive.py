"""Optimisers that give each parameter its own rate: they divide by the size of the gradients it has seen.

They stand in order of increasing complexity; names, defaults and numbers are PyTorch's. In every formula::

    p, g   the parameter and its gradient    s   a sum or average of g²: its root is the size
    lr     the learning rate                 m   an average of g
    t      the step, counted from 1          v   velocity, as in SGD

``weight_decay`` adds λp to the gradient, as the penalty λp²/2 in the cost would; AdamW
shrinks the parameter instead.
"""

from collections.abc import Iterable

from ..errors import InputTypeError
from .averages import average, correction
from .checks import number
from .kinds import N, maximum, sqrt
from .optimizer import Optimizer, Parameter
from .schedules import Schedule


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

    >>> from microbp import Value
    >>> w = Value(1.0)
    >>> w.grad = 3.0
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

    >>> from microbp import Value
    >>> w = Value(1.0)
    >>> w.grad = 3.0
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

    >>> from microbp import Value
    >>> w = Value(1.0)
    >>> w.grad = 4000.0
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

    >>> from microbp import Value
    >>> w = Value(8.0)
    >>> w.grad = 0.0
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
