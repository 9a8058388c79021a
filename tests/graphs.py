"""Random graphs for hypothesis: functions built from the rows of the table, kept where they are smooth.

A drawn `Graph` is called with its leaves, as floats, Values or anything else that the rows read:

    @given(graphs())
    def test_something(graph):
        leaves = [Value(x) for x in graph.point]
        output = graph(*leaves)

Subexpressions are shared, arguments repeat, constants are mixed in, and every leaf reaches the output.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from microbp import ops
from microbp.table.op import TABLE, Op

LARGEST = 30.0  # no number of a graph is larger: products of a dozen factors stay moderate
GAP = 0.1  # no operand is closer to a kink or a pole than this


def _away(x: float) -> bool:
    return abs(x) > GAP


def _apart(xs: Sequence[float]) -> bool:
    return all(abs(x - y) > GAP for i, x in enumerate(xs) for y in xs[:i])


SAFE: dict[str, Callable[..., bool]] = {
    "div": lambda x, y: abs(y) > 0.2,
    "mod": lambda x, y: abs(y) > 0.2 and abs(x / y - round(x / y)) > 0.05,
    "floor_divide": lambda x, y: abs(y) > 0.2 and abs(x / y - round(x / y)) > 0.05,
    "floor": lambda x: abs(x - round(x)) > 0.05,
    "ceil": lambda x: abs(x - round(x)) > 0.05,
    "rint": lambda x: abs(x - math.floor(x) - 0.5) > 0.05,
    "pow": lambda x, y: x > 0.2 and abs(y) > GAP,
    "reciprocal": _away,
    "abs": _away,
    "sign": _away,
    "maximum": lambda x, y: _apart([x, y]),
    "minimum": lambda x, y: _apart([x, y]),
    "clip": lambda x, lo, hi: lo < hi and _apart([x, lo, hi]),
    "log": lambda x: x > 0.2,
    "log2": lambda x: x > 0.2,
    "log10": lambda x: x > 0.2,
    "log1p": lambda x: x > -0.8,
    "logit": lambda x: 0.1 < x < 0.9,
    "xlogy": lambda x, y: y > 0.2 and abs(x) > GAP,
    "softsign": _away,
    "sqrt": lambda x: x > 0.2,
    "cbrt": lambda x: abs(x) > 0.2,
    "tan": lambda x: abs(math.cos(x)) > 0.3,
    "arcsin": lambda x: abs(x) < 0.9,
    "arccos": lambda x: abs(x) < 0.9,
    "arctan2": lambda x, y: math.hypot(x, y) > 0.3 and (_away(x) or y > 0.0),  # off the cut
    "hypot": lambda x, y: math.hypot(x, y) > 0.3,
    "arccosh": lambda x: x > 1.2,
    "arctanh": lambda x: abs(x) < 0.9,
    "lgamma": lambda x: x > 0.2,
    "polygamma": lambda n, x: x > 0.5,
    "relu": _away,
    "leaky_relu": lambda x, s: _away(x),
    "elu": lambda x, a: _away(x),
    "selu": _away,
    **dict.fromkeys(
        ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"), lambda x, y: _apart([x, y])
    ),
    "max": _apart,
    "min": _apart,
    "norm": lambda xs: math.hypot(*xs) > 0.3,
}
"""Where a row is smooth and moderate; a row that is not listed is so everywhere."""

ROWS = [op for name, op in TABLE.items() if name != "frozen"]
"""frozen is left out: it has no derivative on purpose, so no difference quotient can agree with it."""

SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 1e-9, 40.0, -750.0, 750.0, 5e-324, -2e-308, 1e160, -1.7e308, 1.7e308,
]  # fmt: skip
"""Numbers at which a reading of a row may go another way than the row."""

GUARDS = [[(ops.tanh,), (ops.mul, 0.8)], [(ops.tanh,), (ops.square,), (ops.add, 1.5)]]


@dataclass(frozen=True)
class Graph:
    """A function of ``len(point)`` leaves: lines (row, arguments), the last of them the output.

    An argument is the place of an earlier number (an int: the leaves, then the lines), a constant (a
    float), or a list of these.
    """

    point: tuple[float, ...]
    lines: tuple[tuple[Op, tuple[Any, ...]], ...]

    def __call__(self, *leaves: Any) -> Any:
        """The output for these leaves."""
        return self.everything(*leaves)[-1]

    def everything(self, *leaves: Any) -> list[Any]:
        """The leaves and the result of every line."""
        found = list(leaves)
        for op, args in self.lines:
            found.append(op(*[_operand(arg, found) for arg in args]))
        return found


def _operand(arg: Any, found: Sequence[Any]) -> Any:
    if isinstance(arg, list):
        return [_operand(a, found) for a in arg]
    return found[arg] if isinstance(arg, int) else arg


@st.composite
def graphs(draw: st.DrawFn, rows: Sequence[Op] = tuple(ROWS), max_leaves: int = 4, max_lines: int = 8) -> Graph:
    """A random graph over these rows; see the module."""
    numbers = st.floats(-3.0, 3.0, allow_subnormal=False).map(lambda x: round(x, 3))
    point = tuple(draw(st.lists(numbers, min_size=1, max_size=max_leaves)))
    found, lines = list(point), []
    for _ in range(draw(st.integers(1, max_lines))):
        op = draw(st.sampled_from(rows))
        size = draw(st.integers(1, 4))
        operand = st.one_of(st.integers(0, len(found) - 1), st.integers(0, len(found) - 1), numbers)
        vectors = op.vectors or [False] * len(op.partials)
        args = [[draw(operand) for _ in range(size)] if v else draw(operand) for v in vectors]
        if op.name in ("where", "polygamma"):  # no derivative by the first argument: a plain number
            args[0] = float(draw(st.integers(0, 1)))
        if not _is_safe(op, [_operand(arg, found) for arg in args]):
            op, args = _guarded(op, draw(st.integers(0, len(found) - 1)), args, found, lines)
        lines.append((op, tuple(args)))
        found.append(op(*[_operand(arg, found) for arg in args]))
    operands = [a for _, args in lines for arg in args for a in (arg if isinstance(arg, list) else [arg])]
    used = {a for a in operands if isinstance(a, int)}
    loose = [i for i in range(len(found)) if i not in used]
    if len(loose) > 1:
        lines.append((ops.add_up, (loose,)))
    return Graph(point, tuple(lines))


def _guarded(op: Op, i: int, args: list[Any], found: list[float], lines: list[Any]) -> tuple[Op, list[Any]]:
    """The row with the number i squeezed into (-0.8, 0.8), or to above 1.5, as its last argument; else tanh."""
    if not op.vectors:
        for guard in GUARDS:
            numbers, steps = [*found], []
            for row, *constants in guard:
                steps.append((row, (len(numbers) - 1 if steps else i, *constants)))
                numbers.append(row(numbers[steps[-1][1][0]], *constants))
            if _is_safe(op, [_operand(arg, numbers) for arg in [*args[:-1], len(numbers) - 1]]):
                found[:] = numbers
                lines += steps
                return op, [*args[:-1], len(numbers) - 1]
    return ops.tanh, [i]


def _is_safe(op: Op, operands: Sequence[Any]) -> bool:
    if op.name in SAFE and not SAFE[op.name](*operands):
        return False
    try:
        return abs(op(*operands)) < LARGEST
    except ArithmeticError:
        return False
