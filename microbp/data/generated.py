"""Small data sets in the plane, made by a formula: the points of one curve per class, plus noise.

Each function returns ``(X, Y)``: ``X`` a list of points ``[x1, x2]``, ``Y`` the list of their classes
0, 1, 2 and so on. The same arguments give the same numbers in every run.
"""

from collections.abc import Callable
from math import cos, inf, pi, sin
from numbers import Integral

from ..errors import InputError
from ..randomness import generator

Points = list[list[float]]
Curve = Callable[[float], tuple[float, float]]  # from u in [0, 1] to a point


def xor() -> tuple[Points, list[int]]:
    """The exclusive or: the smallest problem that no single neuron can solve.

    Returns:
        The four corners of the unit square, and 1 where exactly one coordinate is 1.

    >>> xor()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])

    Source: M. Minsky and S. Papert, Perceptrons (MIT Press, 1969).
    """
    return [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]


def moons(n: int = 100, noise: float = 0.1, seed: int = 0) -> tuple[Points, list[int]]:
    r"""Two interleaved half circles.

    With $t$ from 0 to $\pi$ in equal steps, both ends included:

    $$\text{class 0: } (\cos t,\; \sin t) \qquad \text{class 1: } (1 - \cos t,\; \tfrac12 - \sin t)$$

    Args:
        n: Number of points; class 0 gets ``n // 2``, class 1 the rest.
        noise: Standard deviation of the Gaussian noise on each coordinate.
        seed: Seed of the noise and of the order of the points.

    Returns:
        ``(X, Y)`` with ``n`` points and their classes, shuffled.

    Raises:
        InputError: ``n`` is not a whole number of at least 2, or ``noise`` is negative or not finite.

    >>> X, Y = moons(n=5)
    >>> len(X), sorted(Y)
    (5, [0, 0, 1, 1, 1])

    Source: ``sklearn.datasets.make_moons``; without noise the points are the same.
    """
    upper: Curve = lambda u: (cos(pi * u), sin(pi * u))
    lower: Curve = lambda u: (1.0 - cos(pi * u), 0.5 - sin(pi * u))
    return _scatter([upper, lower], n, noise, seed)


def circles(n: int = 100, noise: float = 0.1, seed: int = 0, factor: float = 0.5) -> tuple[Points, list[int]]:
    r"""A circle inside another.

    With $t$ from 0 to $2\pi$ in equal steps, the last end left out, and $f$ = ``factor``:

    $$\text{class 0: } (\cos t,\; \sin t) \qquad \text{class 1: } (f\cos t,\; f\sin t)$$

    Args:
        n: Number of points; class 0 gets ``n // 2``, class 1 the rest.
        noise: Standard deviation of the Gaussian noise on each coordinate.
        seed: Seed of the noise and of the order of the points.
        factor: Radius of the inner circle, more than 0 and less than 1.

    Returns:
        ``(X, Y)`` with ``n`` points and their classes, shuffled.

    Raises:
        InputError: ``n`` is not a whole number of at least 2, ``noise`` is negative or not finite, or
            ``factor`` is not between 0 and 1.

    >>> X, Y = circles(n=4, noise=0.0)
    >>> sorted((y, round(x1, 9)) for (x1, x2), y in zip(X, Y))
    [(0, -1.0), (0, 1.0), (1, -0.5), (1, 0.5)]

    Source: ``sklearn.datasets.make_circles``; without noise the points are the same.
    """
    if not 0.0 < factor < 1.0:
        raise InputError(f"factor={factor!r}: the inner circle needs a radius between 0 and 1")
    outer: Curve = lambda u: (cos(2 * pi * u), sin(2 * pi * u))
    inner: Curve = lambda u: (factor * cos(2 * pi * u), factor * sin(2 * pi * u))
    return _scatter([outer, inner], n, noise, seed, closed=True)


def spiral(n: int = 300, classes: int = 3, noise: float = 0.05, seed: int = 0) -> tuple[Points, list[int]]:
    r"""Arms that wind around the origin, one per class.

    With $u$ from 0 to 1 in equal steps, both ends included, arm $c$ of $K$ is in polar coordinates

    $$r = 0.1 + 0.9\,u \qquad \theta = 2\pi c/K + 4u$$

    so the arms start apart, and each turns by 4 radians, about two thirds of a full turn.

    Args:
        n: Number of points in all; the numbers per class differ by at most one.
        classes: Number of arms $K$.
        noise: Standard deviation of the Gaussian noise on each coordinate.
        seed: Seed of the noise and of the order of the points.

    Returns:
        ``(X, Y)`` with ``n`` points and their classes, shuffled.

    Raises:
        InputError: ``classes`` is not a whole number of at least 1, ``n`` is not one of at least
            ``classes``, or ``noise`` is negative or not finite.

    >>> X, Y = spiral(n=7, classes=3)
    >>> len(X), sorted(Y)
    (7, [0, 0, 1, 1, 2, 2, 2])

    Source: A. Karpathy, CS231n notes, "Putting it together: Minimal Neural Network Case Study", whose arms
    start at the origin, at 4c radians, with noise on the angle.
    """
    if not isinstance(classes, Integral) or classes < 1:
        raise InputError(f"classes={classes!r}: give a whole number of at least 1")

    def arm(c: int) -> Curve:
        def point(u: float) -> tuple[float, float]:
            r = 0.1 + 0.9 * u  # not from 0, where one point would belong to every class
            theta = 2 * pi * c / classes + 4 * u
            return r * cos(theta), r * sin(theta)

        return point

    return _scatter([arm(c) for c in range(classes)], n, noise, seed)


def _scatter(curves: list[Curve], n: int, noise: float, seed: int, closed: bool = False) -> tuple[Points, list[int]]:
    """Share ``n`` points among the curves, evenly spaced on each, then add the noise and shuffle.

    The ends of a closed curve are one point, so its parameter u stops a step before 1.
    """
    if not isinstance(n, Integral) or n < len(curves):
        raise InputError(f"n={n!r}: give a whole number, at least one for each of {len(curves)} classes")
    if not 0.0 <= noise < inf:
        raise InputError(f"noise={noise!r}: a standard deviation is finite and not negative")
    rng = generator(seed)
    samples = []
    for c, curve in enumerate(curves):
        count = (n + c) // len(curves)  # over all c these add up to n (Hermite's identity)
        steps = count if closed else max(count - 1, 1)
        for k in range(count):
            x1, x2 = curve(k / steps)
            samples.append(([x1 + rng.gauss(0.0, noise), x2 + rng.gauss(0.0, noise)], c))
    rng.shuffle(samples)
    return [x for x, _ in samples], [c for _, c in samples]
