"""Functions of one float that the ``math`` module lacks, or has in a form that overflows.

Each is written so that no intermediate result leaves the range of a float while the value itself is
inside it. See Higham, Accuracy and Stability of Numerical Algorithms (2002), chapter 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), with an exponential that can only underflow.

    >>> sigmoid(0.0), sigmoid(-800.0)
    (0.5, 0.0)
    """
    e = math.exp(-abs(x))
    return 1.0 / (1.0 + e) if x >= 0.0 else e / (1.0 + e)


def softplus(x: float) -> float:
    """log(1 + exp(x)) = max(x, 0) + log(1 + exp(-abs(x))).

    >>> softplus(1000.0)
    1000.0
    """
    return (x if x > 0.0 else 0.0) + math.log1p(math.exp(-abs(x)))


def logsumexp(xs: Sequence[float]) -> float:
    """log(sum(exp(x))) = top + log(1 + sum of exp(x - top) over the others), top being the largest.

    >>> logsumexp([1000.0, 0.0]), logsumexp([0.0, 0.0]) == math.log(2.0)
    (1000.0, True)
    """
    top = max(xs)
    at = xs.index(top)
    return top + math.log1p(math.fsum([math.exp(x - top) for i, x in enumerate(xs) if i != at]))


def cbrt(x: float) -> float:
    """The real cube root, of negative numbers too (``math.cbrt`` came with Python 3.11).

    >>> cbrt(-27.0)
    -3.0
    """
    if x == 0.0:
        return x
    root = math.copysign(abs(x) ** (1.0 / 3.0), x)
    return root - (root - x / (root * root)) / 3.0  # one Newton step takes the last bits back


def power(x: float, y: float) -> float:
    """x to the y as a real number: ``(-8.0) ** (1/3)`` is silently complex in Python, an error here."""
    return math.pow(x, y)


def sign(x: float) -> float:
    """-1, 0 or 1; NaN of NaN."""
    return float((x > 0.0) - (x < 0.0)) if x == x else x


def floor(x: float) -> float:
    """The largest whole number that is not above x; a zero keeps the sign of x, as in C.

    >>> floor(-1.5), floor(2.0)
    (-2.0, 2.0)
    """
    return math.copysign(float(math.floor(x)), x)


def ceil(x: float) -> float:
    """The smallest whole number that is not below x.

    >>> ceil(1.5), ceil(-0.5)
    (2.0, -0.0)
    """
    return math.copysign(float(math.ceil(x)), x)


def rint(x: float) -> float:
    """The nearest whole number; of two the even one, as in Python and NumPy (IEEE 754, section 4.3.1).

    >>> rint(0.5), rint(1.5), rint(-2.5)
    (0.0, 2.0, -2.0)
    """
    return math.copysign(float(round(x)), x)


def maximum(x: float, y: float) -> float:
    """The larger of the two; NaN if one is, where Python's ``max(1.0, nan)`` is 1.0."""
    return x if x > y or x != x else y


def minimum(x: float, y: float) -> float:
    """The smaller of the two; NaN if one is."""
    return x if x < y or x != x else y


def largest(xs: Sequence[float]) -> float:
    """The largest; NaN if one is."""
    return max(xs) if (total := sum(xs)) == total else total


def smallest(xs: Sequence[float]) -> float:
    """The smallest; NaN if one is."""
    return min(xs) if (total := sum(xs)) == total else total


_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)  # B2, B4, ... B16
_FACTORIAL = [float(math.factorial(n)) for n in range(171)]  # 171! is out of the range of a float


def polygamma(n: float, x: float) -> float:
    r"""The n-th derivative of the digamma function $\psi(x) = \Gamma'(x)/\Gamma(x)$, for x > 0 and n up to 170.

    Recurrence up to x >= 16 + n, then the asymptotic series with Bernoulli numbers: Abramowitz & Stegun
    (1964), 6.3.18 for n = 0 and 6.4.11 for n >= 1.

    >>> round(polygamma(0.0, 1.0), 12)        # minus Euler's constant
    -0.577215664902
    >>> abs(polygamma(1.0, 1.0) - math.pi**2 / 6) < 1e-14
    True
    """
    if not (0.0 <= n < len(_FACTORIAL) and n == int(n) and x > 0.0):
        raise ValueError("polygamma needs a whole order from 0 to 170 and x > 0")
    order = int(n)
    total, limit = 0.0, 16.0 + order
    while x < limit:
        total += _over_power(_FACTORIAL[order], x, order + 1)
        x += 1.0
    first = _over_power(_FACTORIAL[order - 1], x, order) if order else 1.0  # the others are multiples of it
    total += (first if order else -math.log(x)) + 0.5 * first * (order or 1) / x
    rising = (order or 1) * (order + 1) / 2 / x / x  # order (order + 1) ... (order + 2k - 1) / ((2k)! x^2k)
    for k, b in enumerate(_BERNOULLI, 1):
        total += first * b * rising
        rising *= (order + 2 * k) * (order + 2 * k + 1) / ((2 * k + 1) * (2 * k + 2)) / x / x
    return total if order % 2 else -total


def _over_power(factor: float, x: float, n: int) -> float:
    """factor / x^n in two halves, which stay in the range of a float where the result does."""
    half = n // 2
    return factor * x**-half * x ** (half - n)


def lgamma(x: float) -> float:
    """ln Gamma(x) for x > 0."""
    if x <= 0.0:
        raise ValueError("lgamma needs x > 0")
    return math.lgamma(x)


def weighted_sum(w: Sequence[float], a: Sequence[float], b: float) -> float:
    """The weighted input of a neuron: sum of w_k a_k, plus b, added from left to right.

    Python's own `sum` adds floats in another way from 3.12 on.
    """
    total: float = 0  # of fractions it stays a fraction
    for p, q in zip(w, a):
        total += p * q
    return total + b
