r"""gradcheck: reverse mode against forward mode against central differences.

Reverse and forward mode share the recorded local derivatives but not the order in which they are
multiplied: if the two disagree, a sweep is wrong. Central differences share nothing with either but the
function: if they disagree, a local derivative is wrong, or the point is a kink.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import GradientError, MicrobpError
from .op import number
from .transforms import flatten, grad, jvp, map_numbers
from .value import Value, no_grad

SWEEPS_AGREE = 1e-9  # relative: two orders of multiplying the same factors, many times over
DIFFERENCE_AGREES = 1e-6  # relative, beside ten times the difference's own error estimate


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
        """Whether every input passed (at a kink: lies between the one-sided slopes)."""
        return not any(row.verdict.startswith(("WRONG", "UNCHECKED")) for row in self.rows)

    def __str__(self) -> str:
        head = ("input", "x", "reverse", "forward", "central", "+/-", "verdict")
        cells: list[tuple[str, ...]] = [head]
        for r in self.rows:
            slopes = [f"{slope:.10g}" for slope in (r.reverse, r.forward, r.central)]
            cells.append((r.name, f"{r.x:.6g}", *slopes, f"{r.error:.0e}", r.verdict))
        widths = [max(map(len, column)) for column in zip(*cells)]
        align = ("<", ">", ">", ">", ">", ">", "<")
        lines = ["  ".join(f"{c:{a}{w}}" for c, a, w in zip(row, align, widths)).rstrip() for row in cells]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])

    __repr__ = __str__


def gradcheck(f: Callable[..., Any], *xs: Any) -> Table:
    """Compare the derivatives of f at xs by reverse mode, forward mode and central differences.

    Args:
        f: a function of numbers or lists of numbers with one number as its result.
        xs: where.

    Returns:
        A table, one row per number; it prints itself.

    Raises:
        GradientError: a derivative is wrong, or the point allows no check; the message is the table.

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
    if not table.ok:
        raise GradientError(f"the gradient does not pass the check\n{table}")
    return table


def _judge(name: str, x: float, reverse: float, forward: float, f: Callable[[float], float]) -> Row:
    central, error = central_difference(f, x)
    verdict = "ok"
    if not math.isclose(reverse, forward, rel_tol=SWEEPS_AGREE, abs_tol=1e-15):
        verdict = "WRONG: reverse and forward mode disagree"
    elif math.isinf(error):
        verdict = "UNCHECKED: no difference quotient at the edge of the domain; take a point inside"
    elif not abs(reverse - central) <= DIFFERENCE_AGREES * max(abs(reverse), abs(central)) + 10.0 * error or (
        error > 1e-3 * max(1.0, abs(central))
    ):
        sides = _kink(f, x)
        if sides is None:
            verdict = "WRONG: the local derivatives do not match the function"
        elif min(sides) - 1e-4 <= reverse <= max(sides) + 1e-4:
            verdict = f"kink: slope {sides[0]:.4g} on the left, {sides[1]:.4g} on the right"
        else:
            verdict = f"WRONG: a kink, and not between its slopes {sides[0]:.4g} and {sides[1]:.4g}"
    return Row(name, x, reverse, forward, central, error, verdict)


def central_difference(f: Callable[[float], float], x: float) -> tuple[float, float]:
    r"""$f'(x)$ by central differences extrapolated to step 0, and an estimate of its error.

    Neville's scheme on steps that shrink by 1.4, from three starting widths; the entry with the smallest
    estimated error wins (Ridders, Advances in Engineering Software 4, 1982). The estimate includes the
    rounding of f itself, $\epsilon |f| / h$.

    >>> slope, error = central_difference(math.exp, 1.0)
    >>> abs(slope - math.e) < 1e-9, error < 1e-9
    (True, True)
    """
    best = (math.nan, math.inf)
    for start in {0.1 * (abs(x) or 1.0), 0.1, 1e-4 * max(1.0, abs(x))}:
        best = min(best, _ridders(f, x, start), key=lambda pair: pair[1])
    return best


def _ridders(f: Callable[[float], float], x: float, h: float, shrink: float = 1.4) -> tuple[float, float]:
    best = (math.nan, math.inf)
    previous: list[float] = []
    for _ in range(10):
        if x + h == x - h:  # beside a large x the step is rounded away
            break
        try:
            above, below = f(x + h), f(x - h)
        except MicrobpError:  # stepped out of the domain: come closer
            h, previous = h / shrink, []
            continue
        rounding = 2.3e-16 * max(abs(above), abs(below)) / h
        column = [(above - below) / ((x + h) - (x - h))]
        factor = shrink * shrink
        for old in previous:
            column.append((column[-1] * factor - old) / (factor - 1.0))
            error = max(abs(column[-1] - column[-2]), abs(column[-1] - old)) + rounding
            if error < best[1]:
                best = (column[-1], error)
            factor *= shrink * shrink
        h, previous = h / shrink, column
    return best


def _kink(f: Callable[[float], float], x: float) -> tuple[float, float] | None:
    """The slopes on both sides, if they differ and go on differing as the step shrinks; else None."""
    gaps, sides = [], (0.0, 0.0)
    for h in (1e-4 * max(1.0, abs(x)), 1e-6 * max(1.0, abs(x))):
        try:
            sides = ((f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h)
        except MicrobpError:
            return None
        gaps.append(abs(sides[1] - sides[0]))
    return sides if gaps[1] > 0.5 * gaps[0] and gaps[1] > 1e-4 * max(map(abs, sides)) else None


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
