r"""The slope of a function from its values alone: differences over many widths, each with a bound of its error."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from ..errors import MicrobpError

DIFFERENCE_AGREES = 1e-6  # relative, beside ten times the difference's own error estimate
RESOLVED = 1e-3  # an estimate that is less certain than this, beside the steepest secant, decides nothing
REACH = 5  # points on each side of x, equally spaced
EPSILON, TINIEST = math.ulp(1.0), math.ulp(0.0)
NOTHING = 1e-10  # beside the steepest secant nearby, a slope below this does not matter


@dataclass(frozen=True)
class Estimate:
    """A slope, a bound of its error, and the steepest secant among the values it came from."""

    slope: float
    error: float
    secant: float = 0.0

    @property
    def resolved(self) -> bool:
        """Whether the slope is known well enough to judge by."""
        return self.error <= RESOLVED * max(abs(self.slope), self.secant)

    def admits(self, slope: float) -> bool:
        """Whether this may be the slope."""
        return self.meets(Estimate(slope, 0.0))

    def tells(self, slope: float) -> bool:
        """Whether the error is so small that a wrong slope would not have been admitted in place of this one."""
        return 10.0 * self.error <= max(RESOLVED * max(abs(self.slope), abs(slope)), NOTHING * self.secant)

    def meets(self, other: Estimate) -> bool:
        """Whether both may be estimates of one number."""
        tolerance = DIFFERENCE_AGREES * max(abs(self.slope), abs(other.slope))
        return abs(self.slope - other.slope) <= tolerance + 10.0 * (self.error + other.error)


def central_difference(f: Callable[[float], float], x: float) -> tuple[float, float]:
    r"""$f'(x)$ by central differences over many widths, and an estimate of its error.

    One width may step over a pole, a kink or a whole wave, or be lost in rounding: only several that
    agree count, and of these the one with the smallest error.

    >>> slope, error = central_difference(math.exp, 1.0)
    >>> abs(slope - math.e) < 1e-9, error < 1e-9
    (True, True)
    """
    seen = list(stencils(f, x))
    slope = sharpest(central(*s) for s in seen)
    best = slope if slope.resolved else flat_estimate(seen) or slope
    return best.slope, best.error


Stencil = tuple[float, float, list[float]]  # x, h, and f at x - 5h, ..., x, ..., x + 5h


def stencils(f: Callable[[float], float], x: float) -> Iterator[Stencil]:
    """Widths from a few roundings of x to x itself, or to 1; powers of 2, so that x + jh is exact.

    The widest are there for a function that is flattened by rounding, as (x + 1e10) - 1e10. Wider ones would
    report what the function does elsewhere.
    """
    narrowest = math.frexp(8.0 * math.ulp(x))[1] if x else -100
    for exponent in range(narrowest, math.frexp(max(1.0, abs(x)))[1] + 1, 3):
        try:
            h = math.ldexp(1.0, exponent)
            yield x, h, [f(x + j * h) for j in range(-REACH, REACH + 1)]
        except (MicrobpError, OverflowError):  # out of the domain, or of the floats
            return


def _differences(values: Sequence[float], order: int) -> list[float]:
    for _ in range(order):
        values = [b - a for a, b in pairwise(values)]
    return list(values)


def _rounding(values: Sequence[float], argument: float = 0.0) -> float:
    """What rounding the values costs, and what rounding the argument, times the slope, does."""
    return EPSILON * (max(map(abs, values)) + abs(argument)) + TINIEST


def _is_flat(values: Sequence[float]) -> bool:
    """Whether the values are one, up to rounding: they cannot tell a flat function from a rounded one."""
    return max(values) - min(values) <= 4.0 * _rounding(values)


def central(x: float, h: float, y: list[float]) -> Estimate:
    r"""The central difference of order 8 (Fornberg, Mathematics of Computation 51, 1988, table 1).

    Differences of order 6 hold what no polynomial of degree 5 explains: the noise of f, larger by
    $\sqrt{\binom{12}{6}} \approx 30$ (Moré & Wild, SIAM Journal on Scientific Computing 33, 2011), and
    its kinks, poles and waves. So the error is theirs.
    """
    if _is_flat(y):
        return Estimate(math.nan, math.inf)
    weights = (4 / 5, -1 / 5, 4 / 105, -1 / 280)
    slope = sum(w * (y[REACH + j] - y[REACH - j]) for j, w in enumerate(weights, 1)) / h
    noise = max(map(abs, _differences(y, 6))) / 30.0
    return Estimate(slope, 3.0 * (noise + _rounding(y, x * slope)) / h, (max(y) - min(y)) / h)


def one_sided(x: float, h: float, y: list[float], side: int) -> Estimate:
    """The one-sided difference of order 4 (Fornberg, table 3); its error from differences of order 4."""
    secant = (max(y) - min(y)) / h
    y = y[REACH:] if side > 0 else y[REACH::-1]
    slope = sum(w * v for w, v in zip((-25.0, 48.0, -36.0, 16.0, -3.0), y)) / (12.0 * h * side)
    noise = max(map(abs, _differences(y, 4))) / 8.0
    return Estimate(slope + 0.0, 11.0 * (noise + _rounding(y, x * slope)) / h, secant)


def sharpest(estimates: Iterable[Estimate]) -> Estimate:
    """Of the longest run of widths that do not contradict each other, the estimate of the smallest error.

    Its secant is the steepest of its own width and of those beyond. Less than three resolved
    widths decide nothing.
    """
    chosen, most = Estimate(math.nan, math.inf), 0
    best, count = chosen, 0
    for new in estimates:
        if math.isinf(new.error):
            continue
        if math.isinf(best.error) or not best.meets(new):  # a run begins
            best, count = new, 0
        best = new if new.error < best.error else replace(best, secant=max(best.secant, new.secant))
        count += new.resolved
        if count >= most:
            chosen, most = best, count
    return chosen if most >= 3 else replace(chosen, secant=0.0, error=max(chosen.error, abs(chosen.slope)))


def flat_estimate(stencils: Sequence[Stencil]) -> Estimate | None:
    """Slope 0, if f has one value over the narrowest widths; else None.

    Its secant is the steepest farther out. A function that has one value as far as we look is constant, unless
    its values are so large that rounding would hide a slope that matters.
    """
    flat = list(takewhile(lambda stencil: _is_flat(stencil[2]), stencils))
    if not flat:
        return None
    _, h, y = flat[-1]
    secants = [(max(y) - min(y)) / h for _, h, y in stencils if not _is_flat(y)]
    constant = math.inf if _rounding(y) < DIFFERENCE_AGREES else 0.0
    return Estimate(0.0, 4.0 * _rounding(y) / h, max(secants, default=constant))
