"""Descent along signs: every parameter moves by the same amount."""

from .averages import average
from .checks import number, shares
from .kinds import N, sign
from .optimizer import Optimizer, Parameters
from .schedules import Schedule


class Lion(Optimizer):
    r"""Move by the sign of an average: less to remember than Adam, and a smaller rate.

    .. math::
        p \leftarrow (1 - \alpha\lambda)\, p - \alpha\, \mathrm{sign}(\beta_1 m + (1 - \beta_1) g), \quad
        m \leftarrow \beta_2 m + (1 - \beta_2) g

    Args:
        params: the parameters.
        lr: the learning rate α, a float or a schedule; 3 to 10 times smaller than Adam's.
        betas: β₁ of the average that gives the step, β₂ of the one that is kept.
        weight_decay: λ, which shrinks the parameter by the factor 1 - αλ at each step.

    >>> from microbp import Value
    >>> w = Value(1.0)
    >>> w.grad = -0.001
    >>> Lion([w], lr=0.25).step()
    >>> w.data
    1.25

    Source: Chen et al. 2023, *Symbolic Discovery of Optimization Algorithms*, program 1. PyTorch has no Lion; names and
    defaults are the paper's, with weight decay 0.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float | Schedule = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
    ):
        super().__init__(params, lr, mean=0.0)
        self.beta1, self.beta2 = shares(betas)
        self.weight_decay = number("weight_decay", weight_decay)

    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return the shrunken parameter less α times a sign."""
        (m,) = state
        step = sign(average(m, g, self.beta1))
        return (1 - lr * self.weight_decay) * p - lr * step, (average(m, g, self.beta2),)
