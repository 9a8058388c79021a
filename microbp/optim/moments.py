"""Adam and its relatives: an average of the gradient, divided by the size of the gradients.

Names, defaults and numbers are PyTorch's. In every formula::

    p, g   the parameter and its gradient    m   an average of g
    lr     the learning rate                 s   an average of g²
    t      the step, counted from 1

``weight_decay`` adds λp to the gradient, as the penalty λp²/2 in the cost would; decoupled, as in AdamW, it
shrinks the parameter instead.
"""

from .averages import average, correction
from .checks import number, shares
from .kinds import N, maximum, sqrt
from .optimizer import Optimizer, Parameters
from .schedules import Schedule


def _decay(p: N, g: N, lr: float, weight_decay: float, decoupled: bool) -> tuple[N, N]:
    """The parameter and its gradient after weight decay: one of the two has changed."""
    return ((1 - lr * weight_decay) * p, g) if decoupled else (p, g + weight_decay * p)


class _Averages(Optimizer):
    """What all of them are made with."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Schedule,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        **slots: float,
    ):
        super().__init__(params, lr, **slots)
        self.beta1, self.beta2 = shares(betas)
        self.eps = number("eps", eps)
        self.weight_decay = number("weight_decay", weight_decay)


class _Moments(_Averages):
    """What Adam and AdamW share: both moments of the gradient, each corrected for its bias."""

    def __init__(
        self,
        params: Parameters,
        lr: float | Schedule,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        amsgrad: bool,
    ):
        slots = {"mean": 0.0, "mean_square": 0.0, "largest_mean_square": 0.0}
        super().__init__(params, lr, betas, eps, weight_decay, **slots)
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
        params: Parameters,
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
        params: Parameters,
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


class Adamax(_Averages):
    r"""Adam with the largest recent gradient in the place of the root of the mean square.

    .. math::
        m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad u \leftarrow \max(\beta_2 u, |g| + \epsilon), \quad
        p \leftarrow p - \frac{\alpha}{1 - \beta_1^t} \frac{m}{u}

    Args:
        params: the parameters.
        lr: the learning rate α, a float or a schedule.
        betas: β₁ of the gradient and β₂, by which its largest size fades.
        eps: ε.
        weight_decay: λ, which adds λp to the gradient.

    >>> from microbp import Value
    >>> w = Value(1.0)
    >>> w.grad = 4000.0
    >>> Adamax([w], lr=0.25, eps=0.0).step()
    >>> w.data
    0.75

    Source: Kingma & Ba 2015, *Adam*, algorithm 2; ε is PyTorch's.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float | Schedule = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, mean=0.0, largest=0.0)

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return p - α / (1 - β₁ᵗ) m / u."""
        m, u = state
        g = g + self.weight_decay * p
        m = average(m, g, self.beta1)
        u = maximum(self.beta2 * u, abs(g) + self.eps)
        return p - lr / correction(self.beta1, t) * m / u, (m, u)


class NAdam(_Averages):
    r"""Adam with Nesterov's look ahead: the momentum of the next step is used in this one.

    .. math::
        \mu_t = \beta_1 (1 - \tfrac12 0.96^{t\psi}), \quad
        p \leftarrow p - \frac{\alpha}{\sqrt{s / (1 - \beta_2^t)} + \epsilon} \left(
        \frac{\mu_{t+1}\, m}{1 - \prod_{i=1}^{t+1} \mu_i} + \frac{(1 - \mu_t)\, g}{1 - \prod_{i=1}^{t} \mu_i}\right)

    Args:
        params: the parameters.
        lr: the learning rate α, a float or a schedule.
        betas: β₁ of the gradient and β₂ of its square.
        eps: ε.
        weight_decay: λ, which adds λp to the gradient.
        momentum_decay: ψ: how soon the momentum reaches its full size.
        decoupled_weight_decay: shrink the parameter by 1 - αλ instead, as AdamW does.

    >>> from microbp import Value
    >>> w = Value(1.0)
    >>> w.grad = 1.0
    >>> NAdam([w], lr=0.5, betas=(0.0, 0.0), eps=0.0).step()  # no momentum: the sign of the gradient
    >>> w.data
    0.5

    Source: Dozat 2016, *Incorporating Nesterov Momentum into Adam*, algorithm 8.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float | Schedule = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, mean=0.0, mean_square=0.0, momentum_product=1.0)
        self.momentum_decay = number("momentum_decay", momentum_decay)
        self.decoupled_weight_decay = decoupled_weight_decay

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return the step along the momentum of this step and of the next."""
        m, s, product = state
        p, g = _decay(p, g, lr, self.weight_decay, self.decoupled_weight_decay)
        mu, mu_next = (self.beta1 * (1 - 0.5 * 0.96 ** (k * self.momentum_decay)) for k in (t, t + 1))
        m = average(m, g, self.beta1)
        s = average(s, g * g, self.beta2)
        product = product * mu
        ahead = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
        return p - lr * ahead / (sqrt(s / correction(self.beta2, t)) + self.eps), (m, s, product)


class RAdam(_Averages):
    r"""Adam that trusts the size of the gradients only when it has seen enough of them.

    .. math::
        \rho_\infty = \frac{2}{1 - \beta_2} - 1, \quad
        \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \quad
        r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\, \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2)\, \rho_t}}

    While $\rho_t \le 5$ the step is momentum's, $p \leftarrow p - \alpha \hat m$; after that
    $p \leftarrow p - \alpha\, r_t\, \hat m \sqrt{1 - \beta_2^t} / (\sqrt s + \epsilon)$.

    Args:
        params: the parameters.
        lr: the learning rate α, a float or a schedule.
        betas: β₁ of the gradient and β₂ of its square.
        eps: ε.
        weight_decay: λ, which adds λp to the gradient.
        decoupled_weight_decay: shrink the parameter by 1 - αλ instead, as AdamW does.

    >>> from microbp import Value
    >>> w = Value(1.0)
    >>> w.grad = 3.0
    >>> RAdam([w], lr=0.25).step()  # the first steps are plain descent
    >>> round(w.data, 12)
    0.25

    Source: Liu et al. 2020, *On the Variance of the Adaptive Learning Rate and Beyond*, algorithm 2.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float | Schedule = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, mean=0.0, mean_square=0.0)
        self.decoupled_weight_decay = decoupled_weight_decay

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return momentum's step, or Adam's times r."""
        m, s = state
        p, g = _decay(p, g, lr, self.weight_decay, self.decoupled_weight_decay)
        m = average(m, g, self.beta1)
        s = average(s, g * g, self.beta2)
        m_hat = m / correction(self.beta1, t)
        seen = correction(self.beta2, t)
        most = 2 / (1 - self.beta2) - 1
        rho = most - 2 * t * self.beta2**t / seen
        if rho <= 5:
            return p - lr * m_hat, (m, s)
        r = ((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho)) ** 0.5
        return p - lr * r * seen**0.5 * m_hat / (sqrt(s) + self.eps), (m, s)
