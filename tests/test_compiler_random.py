"""Random programs against the scalar engine: every row, kinks and ties, zeros of both signs, domains left.

The gate runs a few thousand; ``MICROBP_PROGRAMS=100000`` runs as many as it says.
"""

from __future__ import annotations

import math
import os
import random

import numpy as np
import pytest

from microbp import Value, gradients, ops, where
from microbp.compiler import compile
from microbp.engine.graph import operations
from microbp.errors import MicrobpError
from microbp.table.op import TABLE

PROGRAMS = int(os.environ.get("MICROBP_PROGRAMS", "3000"))
CHUNKS = 20
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.0, 3.0]
ROWS = list(TABLE.values())
COMPARED = [ops.less, ops.less_equal, ops.greater, ops.greater_equal, ops.equal, ops.not_equal]
STEPS = frozenset({ops.sign, ops.mod, ops.floor_divide, ops.floor, ops.ceil, ops.rint, *COMPARED})
"""Rows that jump: what rounds differently before them may come out differently."""
EXACT = frozenset(
    {ops.add, ops.sub, ops.mul, ops.neg, ops.identity, ops.frozen, ops.absolute, ops.sign, ops.choose, ops.maximum,
     ops.minimum, ops.clip, ops.relu, ops.add_up, ops.largest, ops.smallest, ops.square, *COMPARED}
)  # fmt: skip
KINKS = frozenset(
    {ops.absolute, ops.maximum, ops.minimum, ops.clip, ops.relu, ops.leaky_relu, ops.elu, ops.selu, ops.largest,
     ops.smallest, ops.arctan2, *STEPS}
)  # fmt: skip


class Drawn:
    """A function of inputs and parameters, drawn by a seed."""

    def __init__(self, seed: int) -> None:
        draw = self.draw = random.Random(seed)
        self.inputs, self.parameters = draw.randint(0, 3), draw.randint(1, 4)
        self.lines: list[tuple] = []
        count = self.inputs + self.parameters
        for _ in range(draw.randint(1, 9)):
            op = draw.choice(ROWS)
            size = draw.randint(1, 4)
            vectors = op.vectors or (False,) * len(op.partials)
            args = [[self.operand(count) for _ in range(size)] if v else self.operand(count) for v in vectors]
            if op is ops.polygamma:
                args[0] = float(draw.randint(0, 2))
            if op is ops.choose:
                leaf = draw.randrange(self.inputs + self.parameters)  # a constant condition leaves a branch out
                args[0] = (draw.choice(COMPARED), leaf, self.operand(count))
            self.lines.append((op, args))
            count += 1
        used = set(_places(args for _, args in self.lines))
        self.loose = [i for i in range(count) if i not in used]  # a program leaves out what nobody needs

    def operand(self, count: int):
        """The place of an earlier number, or a constant."""
        if self.draw.random() < 0.25:
            return self.draw.choice(SPECIAL)
        return self.draw.randrange(count)

    def number(self) -> float:
        """A number for a leaf: often a special one, else one with few digits, whose sums are exact."""
        return self.draw.choice(SPECIAL) if self.draw.random() < 0.5 else self.draw.randint(-40, 40) / 16.0

    def __call__(self, *leaves):
        found = list(leaves)

        def value(arg):
            if isinstance(arg, list):
                return [value(a) for a in arg]
            if isinstance(arg, tuple):
                op, x, y = arg
                return op(value(x), value(y))
            return arg if isinstance(arg, float) else found[arg]

        for op, args in self.lines:
            if op is ops.choose:
                found.append(where(*map(value, args)))
            else:
                found.append(op(*map(value, args)))
        return ops.add_up([found[i] for i in self.loose])


def _places(args):
    for arg in args:
        if isinstance(arg, list | tuple):
            yield from _places(arg)
        elif isinstance(arg, int):
            yield arg


def is_fair(output) -> bool:
    """Whether the last bits of numbers decide nothing: no large slopes, and no kink on a number that was rounded."""
    rounded: set[int] = set()
    for node in operations(output):
        args = [(a.data if isinstance(a, Value) else a) for a in node.args]
        inexact = any(id(a) in rounded for a in node.args)
        if abs(node.data) > 1e3 or any(not abs(d) < 1e3 for d in node.partials):
            return False
        if inexact and (node.op in KINKS or node.op in (ops.choose, ops.pow, ops.sqrt, ops.hypot, ops.norm)):
            return False
        if inexact or node.op not in EXACT or any(x * 4096 != math.floor(x * 4096) for x in args):
            rounded.add(id(node))
    return True


def eager(f, samples, parameters):
    """Mean cost and gradient of the scalar engine, or None where it has none; and whether they can be compared."""
    cost, gradient, fair = 0.0, np.zeros(len(parameters)), True
    for sample in samples:
        try:
            output = f(*sample, *parameters)
        except MicrobpError:
            return None, None, fair
        cost += output.data if isinstance(output, Value) else output
        fair = fair and (not isinstance(output, Value) or is_fair(output))
        try:
            if isinstance(output, Value) and gradient is not None:
                gradient += gradients(output, parameters)
        except MicrobpError:
            gradient = None
    return cost / len(samples), None if gradient is None else gradient / len(samples), fair


def check(seed: int) -> bool:
    """Compare a program with the engine on several batches; whether there was something to compare."""
    f = Drawn(seed)
    parameters = [Value(f.number()) for _ in range(f.parameters)]
    try:
        program = compile(lambda *x: f(*x, *parameters), *[0.5] * f.inputs, wrt=parameters)
    except MicrobpError:  # a constant outside a domain: the engine says so for every sample
        assert None in eager(f, [[0.5] * f.inputs], parameters), seed
        return False
    compared = False
    for m in (3, 1, 3):
        samples = [[f.number() for _ in range(f.inputs)] for _ in range(m if f.inputs else 1)]
        cost, gradient, fair = eager(f, samples, parameters)
        batch = [list(column) for column in zip(*samples)] if f.inputs else []
        if cost is None:
            with pytest.raises(MicrobpError):
                pytest.fail(f"seed {seed}: the engine raises, the program gives {program(*batch)}")
        elif gradient is None:  # an infinite slope of what does not depend on the parameters is left out
            if fair:
                assert program(*batch) == pytest.approx(cost, rel=1e-9, abs=1e-9), seed
        elif fair:
            found, slopes = program.value_and_grad(*batch)
            scale = max(1.0, abs(cost), *map(abs, gradient))
            assert abs(cost - found) < 1e-9 * scale, (seed, cost, found)
            assert np.abs(gradient - slopes).max() < 1e-8 * scale, (seed, gradient, slopes)
            assert program(*batch) == found, seed
            compared = True
        for p in parameters:
            p.data = f.number()
    return compared


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_programs(chunk: int) -> None:
    seeds = range(chunk, PROGRAMS, CHUNKS)
    compared = sum(map(check, seeds))
    assert compared > len(seeds) / 5
