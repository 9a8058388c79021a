"""Zeros of both signs: a program has those of the scalar engine wherever somebody feels them, as arctan2 does."""

from __future__ import annotations

import itertools
import math

import pytest

from microbp import Value, ops
from microbp.compiler import compile
from microbp.compiler.fold import feels_zeros
from microbp.errors import MicrobpError
from microbp.table.op import TABLE

NUMBERS = (0.0, -0.0, 1.0)
SIZES = (1, 3)
"""How many numbers a list has."""


def shown(z) -> float:
    """A number that tells 0.0 from -0.0: half a turn in one direction or the other."""
    return ops.arctan2(z, -1.0)


def spread(args, op, size):
    """Arguments of an operation from numbers one after the other."""
    rest = iter(args)
    return [[next(rest) for _ in range(size)] if is_list else next(rest) for is_list in op.vectors]


def assert_same_zeros(f, places: str, consts) -> None:
    """f of constants, inputs and parameters (c, i, p) at every combination of the numbers, on several batches."""
    inputs, parameters = places.count("i"), [Value(0.5) for _ in range(places.count("p"))]

    def g(*xs):
        own = {"c": iter(consts), "i": iter(xs), "p": iter(parameters)}
        return shown(f(*[next(own[kind]) for kind in places]))

    try:
        program = compile(g, *[0.5] * inputs, wrt=parameters)
    except MicrobpError:  # such as a division by a constant 0.0
        assert any(c == 0.0 for c in consts)
        return
    for numbers in itertools.product(NUMBERS, repeat=len(parameters)):
        for p, number in zip(parameters, numbers):
            p.data = number
        good = []
        for xs in itertools.product(NUMBERS, repeat=inputs):
            try:
                good.append((xs, getattr(z := g(*xs), "data", z)))
            except MicrobpError:
                continue
        for batch in (good, good[:1], good[-1:]):
            if batch:
                found = program.value([list(column) for column in zip(*[xs for xs, _ in batch])])
                assert found == pytest.approx(math.fsum(z for _, z in batch) / len(batch), abs=1e-12), (places, consts)


@pytest.mark.parametrize("name", [name for name in TABLE if name != "polygamma"])
def test_every_row(name: str) -> None:
    op = TABLE[name]
    for size in SIZES if any(op.vectors) else (1,):
        vectors = op.vectors or (False,) * len(op.partials)
        count = sum(size if is_list else 1 for is_list in vectors)
        f = lambda *args, size=size: op(*(spread(args, op, size) if op.vectors else args))
        for places in itertools.product("cip", repeat=count):
            if "i" in places and (count < 3 or (places.count("i") == 1 and places.count("p") <= 1)):
                for consts in itertools.islice(itertools.product(NUMBERS, repeat=places.count("c")), 27):
                    assert_same_zeros(f, "".join(places), consts)


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y, z: x + y + z,
        lambda x, y, z: sum([x, y, z]),
        lambda x, y, z: x * y + z,
        lambda x, y, z: x * y + y * z,
        lambda x, y, z: (x + 0.0) * (y - 0.0) + -0.0 * z,
        lambda x, y, z: -(x + y) - z,
        lambda x, y, z: 0.0 * x + 0.0 * y + 0.0 * z,
        lambda x, y, z: ops.largest([x, y, z, x, y]),
        lambda x, y, z: ops.smallest([-x, y, z, 0.0]),
        lambda x, y, z: ops.weighted_sum([x], [y], z),
        lambda x, y, z: ops.weighted_sum([x, y], [y, z], -0.0),
    ],
)
@pytest.mark.parametrize("places", ["iii", "pip", "ipi", "cip", "pic", "cci"])
def test_sums_of_zeros(f, places: str) -> None:
    for consts in itertools.product(NUMBERS, repeat=places.count("c")):
        assert_same_zeros(f, places, consts)


def test_who_feels_the_sign_of_a_zero() -> None:
    assert [name for name, op in TABLE.items() if feels_zeros(op)] == ["arctan2"]
    own = ops.Op("sided", lambda x: math.copysign(1.0, x), (0.0,), "copysign(1.0, {0})", "{0}")
    try:
        assert feels_zeros(own)
        assert compile(lambda x: own(x + 0.0), 0.5)([-0.0]) == 1.0
        assert compile(lambda x: own(x + -0.0), 0.5)([-0.0]) == -1.0
    finally:
        del TABLE["sided"]
