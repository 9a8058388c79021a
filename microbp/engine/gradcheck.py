r"""gradcheck: reverse mode against forward mode against central differences.

Reverse and forward mode share the recorded local derivatives but not the order in which they are
multiplied: if the two disagree, a sweep is wrong. Central differences share nothing with either but the
function: if they disagree, a local derivative is wrong, or the point is a kink. At a kink any slope between
the two sides is a subgradient; those that people choose on purpose pass: the left, the right, their mean, 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import GradientError, InputError
from ..table.op import number
from ..tables import aligned
from .differences import RESOLVED, Estimate, central, flat_estimate, one_sided, sharpest, stencils
from .recording import no_grad
from .transforms import grad, jvp
from .trees import flatten, map_numbers, walk
from .value import Value

SWEEPS_AGREE = 1e-9  # relative: two orders of multiplying the same factors, many times over
DROWNED = "UNCHECKED: the differences are lost in rounding, or never settle; take another point"


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


def gradcheck(f: Callable[..., Any], *xs: Any, order: int = 1) -> Table:
    r"""Compare the derivatives of f at xs by reverse mode, forward mode and central differences.

    Args:
        f: a function of numbers or lists of numbers with one number as its result.
        xs: where.
        order: 1 checks $\partial f / \partial x_i$; 2 checks $\partial^2 f / \partial x_i \partial x_j$ as well: each
            first derivative is a function, and is checked as f is. A wrong rule may have the right number and the
            wrong derivative, because it takes a number from outside the graph.

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
    >>> print(gradcheck(lambda x: x**3, 2.0, order=2))
    input  x  reverse  forward  central    +/-  verdict
    ---------------------------------------------------
    0      2       12       12       12  ...    ok
    0, 0   2       12       12       12  ...    ok
    """
    if not isinstance(order, int) or order < 1:
        raise InputError(f"order={order!r}: 1 checks the derivatives, 2 their derivatives as well")
    if not flatten(list(xs)):
        raise InputError("there is no number to differentiate by: gradcheck(f, x) checks f at x")
    table = Table(tuple(_rows(f, xs, order)))
    if any(row.verdict.startswith("WRONG") for row in table.rows):
        raise GradientError(f"the gradient does not pass the check\n{table}")
    return table


def _rows(f: Callable[..., Any], xs: Sequence[Any], order: int, before: str = "") -> Iterator[Row]:
    """A row for each derivative of f, then for those of each derivative of f."""
    names, points = _names(xs), flatten(map_numbers(plain_number, list(xs)))
    plain, gradient = _refill(xs, points), grad(f, range(len(xs)))
    reverse = flatten(gradient(*plain))
    for i, x in enumerate(points):
        along = jvp(f, plain, _refill(xs, [float(j == i) for j in range(len(points))]))[1]

        def line(t: float, i: int = i) -> float:
            with no_grad():
                out = f(*_refill(xs, [Value(t if j == i else p) for j, p in enumerate(points)]))
            return plain_number(out)

        yield _judge(before + names[i], x, plain_number(reverse[i]), plain_number(along), line)
    if order > 1:
        for i, name in enumerate(names):
            yield from _rows(lambda *args, i=i: flatten(gradient(*args))[i], xs, order - 1, f"{before}{name}, ")


def _judge(name: str, x: float, reverse: float, forward: float, f: Callable[[float], float]) -> Row:
    seen = list(stencils(f, x))
    slope, flat = sharpest(central(*s) for s in seen), flat_estimate(seen)
    best = slope if slope.resolved else flat or slope
    if not math.isclose(reverse, forward, rel_tol=SWEEPS_AGREE, abs_tol=1e-15):
        verdict = "WRONG: reverse and forward mode disagree"
    elif not seen:
        verdict = "UNCHECKED: no difference quotient at the edge of the domain; take a point inside"
    elif slope.resolved:
        if slope.admits(reverse):
            agrees = abs(reverse - slope.slope) < RESOLVED * max(abs(reverse), abs(slope.slope))
            verdict = "ok" if agrees or slope.tells(reverse) else DROWNED
        elif flat and flat.admits(reverse):
            verdict = "UNCHECKED: flat beside the point and sloping farther off; rounding may have flattened it"
        else:
            verdict = "WRONG: the local derivatives do not match the function"
    elif flat and flat.admits(reverse):
        verdict = "ok" if flat.tells(reverse) else DROWNED
    elif flat and not math.isinf(slope.error):  # it moves elsewhere, so rounding does not hide it
        verdict = "WRONG: the local derivatives do not match the function"
    else:
        near = [s for s in seen if s[1] < max(1.0, abs(x))]
        left, right = (sharpest(one_sided(*s, side) for s in near) for side in (-1, 1))
        if left.resolved and right.resolved and not left.meets(right):
            verdict = _judge_kink(reverse, left, right)
        else:
            verdict = DROWNED
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


def plain_number(x: Any) -> float:
    """The number of a Value or a number."""
    return x.data if isinstance(x, Value) else number(x)


def _names(xs: Sequence[Any]) -> list[str]:
    def name(first: int, *path: Any) -> str:
        return str(first) + "".join(f"[{key!r}]" for key in path)

    return [getattr(x, "label", "") or name(*path) for path, x in walk(list(xs))]


def _refill(shape: Sequence[Any], numbers: Sequence[Any]) -> list[Any]:
    """The numbers in the nested shape of the arguments."""
    supply = iter(numbers)
    filled: list[Any] = map_numbers(lambda _: next(supply), list(shape))
    return filled
