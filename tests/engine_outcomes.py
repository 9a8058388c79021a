"""What an engine makes of random graphs, one line a graph: python tests/engine_outcomes.py FIRST COUNT

A line holds the bits of the value, of the gradient and of the second derivatives, or the class and the words of the
error that ends it. Rows, arguments and points are drawn without care: special points, points without a value, constants
of all kinds, arguments that repeat. Two engines agree when their lines do.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from microbp import Value, gradients, no_grad
from microbp.errors import MicrobpError
from microbp.table.op import RESERVED, TABLE

ROWS = [TABLE[name] for name in sorted(RESERVED)]
EXACT = [0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, 1, 2, -1, True, False]
EXTREME = [1e-9, -1e-160, 5e-324, 2e-308, 40.0, -750.0, 750.0, 1e16, 1e160, -1.7e308, 1.7e308, 10**400, float("inf")]


def number(rng: random.Random) -> Any:
    """A number to compute with: ordinary mostly, special often, hopeless at times."""
    kind = rng.random()
    if kind < 0.6:
        return rng.uniform(-3.0, 3.0)
    return rng.choice(EXACT if kind < 0.95 else EXTREME)


def recorded(rng: random.Random) -> tuple[list[Value], list[Any]]:
    """The leaves, and the results of some rows on them and on each other."""
    points = [x for x in [number(rng) for _ in range(6)] if -1e309 < x < 1e309][:3] or [1.0]
    leaves = [Value(x, rng.choice(["", "x", "w_{1}"])) for x in points]
    found: list[Any] = [*leaves]

    def operand() -> Any:
        return number(rng) if rng.random() < 0.25 else rng.choice(found)

    for _ in range(rng.choice([1, 1, 1, 2, 3, 6])):
        op = rng.choice(ROWS)
        size = rng.choice([1, 2, 2, 3, 5])
        vectors = op.vectors or [False] * len(op.partials)
        args = [[operand() for _ in range(size)] if is_list else operand() for is_list in vectors]
        if op.name in ("where", "polygamma") and rng.random() < 0.95:  # no derivative with respect to the first
            args[0] = rng.choice([0.0, 1.0, 2.0])
        if op.defaults and rng.random() < 0.3:
            args.pop()
        found.append(op(*args))
    return leaves, found


def bits(numbers: Sequence[Any]) -> str:
    """Numbers without rounding; whether they are Values."""
    return " ".join([f"v{x.data.hex()}" if isinstance(x, Value) else float(x).hex() for x in numbers])


def outcome(seed: int) -> Iterator[str]:
    """The parts of a line, until an error."""
    rng = random.Random(seed)
    if rng.random() < 0.05:
        with no_grad():
            _, found = recorded(rng)
            yield bits(found)
            return
    leaves, found = recorded(rng)
    yield bits(found)
    for node in found:
        if isinstance(node, Value) and node.op is not None:
            yield f"{node.op.name}({bits(node.args)}) {bits(node.partials)} {len(node.parents)}"
    out = found[-1]
    if not isinstance(out, Value):
        return
    first = gradients(out, leaves)
    yield bits(first)
    out.backward()
    yield bits([node.grad for node in found if isinstance(node, Value)])
    out.backward()
    yield bits([leaf.grad for leaf in leaves])
    slopes = gradients(out, leaves, create_graph=True)
    yield bits(slopes)
    for slope in slopes:
        yield bits(gradients(slope, leaves))


def line(seed: int) -> str:
    """What happens, in one line."""
    parts = [str(seed)]
    try:
        parts += outcome(seed)
    except (MicrobpError, ArithmeticError, ValueError, TypeError) as error:
        parts.append(f"{type(error).__name__}: {error}")
    return " | ".join(parts)


if __name__ == "__main__":
    first, count = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        print(line(seed))
