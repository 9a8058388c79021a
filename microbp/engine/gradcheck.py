r"""gradcheck: reverse mode against forward mode against central differences.

Reverse and forward mode share the recorded local derivatives but not the order in which they are
multiplied: if the two disagree, a sweep is wrong. Central differences share nothing with either but the
function: if they disagree, a local derivative is wrong, or the point is a kink. At a kink any slope between
the two sides is a subgradient; those that people choose on purpose pass: the left, the right, their mean, 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Any

from ..errors import GradientError, MicrobpError
from ..table.op import number
from ..tables import aligned
from .transforms import flatten, grad, jvp, map_numbers
from .value import Value, no_grad

SWEEPS_AGREE = 1e-9  # relative: two orders of multiplying the same factors, many times over
DIFFERENCE_AGREES = 1e-6  # relative, beside ten times the difference's own error estimate
RESOLVED = 1e-3  # an estimate that is less certain than this, beside the steepest secant, decides nothing
REACH = 5  # points on each side of x, equally spaced
EPSILON, TINIEST = math.ulp(1.0), math.ulp(0.0)
RESOLVED = 1e-3  # an estimate that is less certain than this, beside the steepest secant, decides nothing
REACH = 5  # points on each side of x, equally spaced
EPSILON, TINIEST = math.ulp(1.0), math.ulp(0.0)


@dataclass(frozen=True)
class Row:
    """One input of a gradcheck: the derivative four ways, and what to think of it."""

    name: str
    x: float
    reverse: float
    forward: float
    central: float
    error: float
    verdict: str


@dataclass(frozen=True)
class Table:
    """The rows of a gradcheck; prints itself aligned."""

    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether every input passed: "ok", or a kink with a slope that can be defended there."""
        return not any(row.verdict.startswith(("WRONG", "UNCHECKED")) for row in self.rows)

    def __str__(self) -> str:
        head = ("input", "x", "reverse", "forward", "central", "+/-", "verdict")
        cells: list[tuple[str, ...]] = [head]
        for r in self.rows:
            slopes = [f"{slope:.10g}" for slope in (r.reverse, r.forward, r.central)]
            cells.append((r.name, f"{r.x:.6g}", *slopes, f"{r.error:.0e}", r.verdict))
        return aligned(cells, [False, True, True, True, True, True, False])

    __repr__ = __str__


def gradcheck(f: Callable[..., Any], *xs: Any) -> Table:
    """Compare the derivatives of f at xs by reverse mode, forward mode and central differences.

    Args:
        f: a function of numbers or lists of numbers with one number as its result.
        xs: where.

    Returns:
        A table, one row per number; it prints itself. A row that rounding, a kink or the edge of a
        domain leaves undecided reads UNCHECKED, and the table is not ``ok``.

    Raises:
        GradientError: a derivative is wrong; the message is the table.

    >>> from microbp import sigmoid
    >>> print(gradcheck(lambda w, b: sigmoid(2.0 * w + b), 0.5, -1.0))
    input    x  reverse  forward  central    +/-  verdict
    -----------------------------------------------------
    0      0.5      0.5      0.5      0.5  ...    ok
    1       -1     0.25     0.25     0.25  ...    ok
    """
    names, points = _names(xs), flatten(map_numbers(plain_number, list(xs)))
    plain = _refill(xs, points)
    reverse = flatten(grad(f, range(len(xs)))(*plain))
    rows = []
    for i, x in enumerate(points):
        one = [0.0] * len(points)
        one[i] = 1.0
        along = jvp(f, plain, _refill(xs, one))[1]

        def line(t: float, i: int = i) -> float:
            with no_grad():
                out = f(*_refill(xs, [Value(t if j == i else p) for j, p in enumerate(points)]))
            return plain_number(out)

        rows.append(_judge(names[i], x, plain_number(reverse[i]), plain_number(along), line))
    table = Table(tuple(rows))
    if any(row.verdict.startswith("WRONG") for row in rows):
        raise GradientError(f"the gradient does not pass the check\n{table}")
    return table


def _judge(name: str, x: float, reverse: float, forward: float, f: Callable[[float], float]) -> Row:
    stencils = list(_stencils(f, x))
    slope, flat = _sharpest(_central(*s) for s in stencils), _flat(stencils)
    best = slope if slope.resolved else flat or slope
    if not math.isclose(reverse, forward, rel_tol=SWEEPS_AGREE, abs_tol=1e-15):
        verdict = "WRONG: reverse and forward mode disagree"
    elif not stencils:
        verdict = "UNCHECKED: no difference quotient at the edge of the domain; take a point inside"
    elif slope.resolved:
        if slope.admits(reverse):
            verdict = "ok"
        elif flat and flat.admits(reverse):
            verdict = "UNCHECKED: flat beside the point and sloping farther off; rounding may have flattened it"
        else:
            verdict = "WRONG: the local derivatives do not match the function"
    elif flat and flat.admits(reverse):
        verdict = "ok"
    elif flat and not math.isinf(slope.error):  # it moves elsewhere, so rounding does not hide it
        verdict = "WRONG: the local derivatives do not match the function"
    else:
        near = [s for s in stencils if s[1] < max(1.0, abs(x))]
        left, right = (_sharpest(_one_sided(*s, side) for s in near) for side in (-1, 1))
        if left.resolved and right.resolved and not left.meets(right):
            verdict = _judge_kink(reverse, left, right)
        else:
            verdict = "UNCHECKED: the differences are lost in rounding, or never settle; take another point"
    return Row(name, x, reverse, forward, best.slope, best.error, verdict)


def _judge_kink(reverse: float, left: Estimate, right: Estimate) -> str:
    sides = f"slope {left.slope:.4g} on the left, {right.slope:.4g} on the right"
    mean = Estimate((left.slope + right.slope) / 2.0, left.error + right.error)
    low, high = sorted((left.slope, right.slope))
    if any(choice.admits(reverse) for choice in (left, right, mean)) or low < reverse == 0.0 < high:
        return f"kink: {sides}"
    if low < reverse < high:
        return f"UNCHECKED: a kink, {sides}; the derivative lies between, as any number may"
    return f"WRONG: a kink, and not between its slopes {left.slope:.4g} and {right.slope:.4g}"


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
    stencils = list(_stencils(f, x))
    slope = _sharpest(_central(*s) for s in stencils)
    best = slope if slope.resolved else _flat(stencils) or slope
    return best.slope, best.error


Stencil = tuple[float, float, list[float]]  # x, h, and f at x - 5h, ..., x, ..., x + 5h


def _stencils(f: Callable[[float], float], x: float) -> Iterator[Stencil]:
    """Widths from a few roundings of x to far beyond it; powers of 2, so that x + jh is exact.

    The widest are there for a function that is flattened by rounding, as (x + 1e10) - 1e10.
    """
    narrowest = math.frexp(8.0 * math.ulp(x))[1] if x else -100
    for exponent in range(narrowest, math.frexp(max(1.0, abs(x)))[1] + 20, 3):
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


def _central(x: float, h: float, y: list[float]) -> Estimate:
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


def _one_sided(x: float, h: float, y: list[float], side: int) -> Estimate:
    """The one-sided difference of order 4 (Fornberg, table 3); its error from differences of order 4."""
    secant = (max(y) - min(y)) / h
    y = y[REACH:] if side > 0 else y[REACH::-1]
    slope = sum(w * v for w, v in zip((-25.0, 48.0, -36.0, 16.0, -3.0), y)) / (12.0 * h * side)
    noise = max(map(abs, _differences(y, 4))) / 8.0
    return Estimate(slope + 0.0, 11.0 * (noise + _rounding(y, x * slope)) / h, secant)


def _sharpest(estimates: Iterable[Estimate]) -> Estimate:
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


def _flat(stencils: Sequence[Stencil]) -> Estimate | None:
    """Slope 0, if f has one value over the narrowest widths; else None."""
    flat = list(takewhile(lambda stencil: _is_flat(stencil[2]), stencils))
    return Estimate(0.0, 4.0 * _rounding(flat[-1][2]) / flat[-1][1]) if flat else None


def plain_number(x: Any) -> float:
    """The number of a Value or a number."""
    return x.data if isinstance(x, Value) else number(x)


def _names(xs: Sequence[Any]) -> list[str]:
    def walk(tree: Any, path: str) -> Iterator[str]:
        if isinstance(tree, list | tuple):
            for i, branch in enumerate(tree):
                yield from walk(branch, f"{path}[{i}]")
        else:
            yield getattr(tree, "label", "") or path

    return [name for i, x in enumerate(xs) for name in walk(x, str(i))]


def _refill(shape: Sequence[Any], numbers: Sequence[Any]) -> list[Any]:
    """The numbers in the nested shape of the arguments."""
    supply = iter(numbers)
    filled: list[Any] = map_numbers(lambda _: next(supply), list(shape))
    return filled
