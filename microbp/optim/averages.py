"""The exponentially weighted average: v_t = β v_{t-1} + (1-β) θ_t.

Unrolled, v_t = (1-β) (θ_t + β θ_{t-1} + β² θ_{t-2} + ...): a mean whose weights
fade by β a step. They sum to 1 - β^t and not to 1, because v_0 = 0 counts as a
sample; dividing by that sum is the bias correction.

Source: A. Ng, *Improving Deep Neural Networks*, week 2; Kingma & Ba 2015, section 3.
"""

from collections.abc import Iterable
from math import isfinite

from ..errors import NotFiniteError
from .checks import number
from .kinds import N


def average(v: N, theta: N, beta: float) -> N:
    """Return β v + (1-β) θ: the average after one more sample.

    >>> average(10.0, 20.0, beta=0.75)
    12.5
    """
    return beta * v + (1 - beta) * theta


def correction(beta: float, t: int) -> float:
    """Return 1 - β^t, the sum of the weights of the first ``t`` samples.

    >>> correction(0.5, t=3)  # 1/2 + 1/4 + 1/8
    0.875
    """
    return 1 - beta**t


def memory(beta: float) -> float:
    """Return 1/(1-β): about so many samples back a weight has faded to 1/e of the newest.

    >>> memory(0.75)
    4.0
    """
    return 1 / (1 - number("beta", beta, below=1))


def ewa(values: Iterable[float], beta: float, corrected: bool = True) -> list[float]:
    """Smooth a series of numbers, such as the cost of each mini-batch.

    Args:
        values: the samples θ_1, θ_2, ...
        beta: how much of the old average stays, in [0, 1).
        corrected: divide by 1 - β^t. Without it the first averages are far too small.

    Returns:
        The averages v_1, v_2, ..., as many as there are samples.

    Raises:
        InputError: ``beta`` is outside [0, 1).
        NotFiniteError: a sample is NaN or infinite.

    >>> ewa([8.0, 8.0, 8.0], beta=0.5)
    [8.0, 8.0, 8.0]
    >>> ewa([8.0, 8.0, 8.0], beta=0.5, corrected=False)
    [4.0, 6.0, 7.0]
    """
    beta = number("beta", beta, below=1)
    v, averages = 0.0, []
    for t, theta in enumerate(values, start=1):
        if not isfinite(theta):
            raise NotFiniteError(f"sample {t} is {theta}: leave it out, or every later average is lost")
        v = average(v, theta, beta)
        averages.append(v / correction(beta, t) if corrected else v)
    return averages
