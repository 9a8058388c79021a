"""Optimisers that give each parameter its own rate: they divide by the size of the gradients it has seen.

They stand in order of increasing complexity; names, defaults and numbers are PyTorch's. In every formula::

    p, g   the parameter and its gradient    s   a sum or average of g²: its root is the size
    lr     the learning rate                 m   an average of g
    t      the step, counted from 1          v   velocity, as in SGD

``weight_decay`` adds λp to the gradient, as the penalty λp²/2 in the cost would.
"""

from .averages import average
from .checks import number
from .kinds import N, maximum, sqrt
from .optimizer import Optimizer, Parameters
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
        params: Parameters,
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
        params: Parameters,
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


class Adadelta(Optimizer):
    r"""Divide by the size of recent gradients, and multiply by the size of recent steps: no rate has to be found.

    .. math::
        s \leftarrow \rho s + (1 - \rho) g^2, \quad
        \Delta = \sqrt{\frac{d + \epsilon}{s + \epsilon}}\, g, \quad
        d \leftarrow \rho d + (1 - \rho) \Delta^2, \quad p \leftarrow p - \alpha \Delta

    Args:
        params: the parameters.
        lr: the learning rate α, a float or a schedule; the paper has 1.
        rho: ρ, the share of both averages that stays.
        eps: ε, which starts the steps off: d is 0 at first.
        weight_decay: λ, which adds λp to the gradient.

    >>> from microbp import Value
    >>> w = Value(1.0)
    >>> w.grad = 3.0
    >>> Adadelta([w], rho=0.75, eps=1.75).step()
    >>> round(w.data, 6)  # s = 9/4, d = 0: 1 - sqrt(1.75 / 4) * 3
    -0.984313

    Source: Zeiler 2012, *ADADELTA: An Adaptive Learning Rate Method*, algorithm 1.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float | Schedule = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
    ):
        super().__init__(params, lr, mean_square=0.0, mean_square_step=0.0)
        self.rho = number("rho", rho, below=1)
        self.eps = number("eps", eps)
        self.weight_decay = number("weight_decay", weight_decay)

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return p - αΔ."""
        s, d = state
        g = g + self.weight_decay * p
        s = average(s, g * g, self.rho)
        step = sqrt(d + self.eps) / sqrt(s + self.eps) * g
        return p - lr * step, (s, average(d, step * step, self.rho))
