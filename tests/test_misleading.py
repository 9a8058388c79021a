"""Functions made to mislead a compiler: none of them is ever compiled silently wrong.

Each ends equal to the scalar engine, or in a typed error that names the line and the cure; and `fit` trains every one
that the scalar engine trains, with the same losses.
"""

from __future__ import annotations

import itertools
import random
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import misleading
import numpy as np
import pytest
from misleading import COSTS, cached_penalty, cached_scale, calls, rng, w

from microbp import Value, compile, fit, gradients, nn, optim
from microbp.compiler import TraceError
from microbp.errors import MicrobpError

X = [[random.Random(k).uniform(-1.0, 1.0), random.Random(-k - 1).uniform(-1.0, 1.0)] for k in range(12)]
WHOLE = [k * 7 % 3 for k in range(12)]
TARGETS = {"whole": WHOLE, "array": np.array(WHOLE, dtype=float)}
CURE = r"use|pass|compute|change|combine|write|take"


def fresh() -> None:
    """Everything that a cost may have changed."""
    rng.seed(0)
    np.random.seed(0)
    misleading.ticks = itertools.count(1)
    calls.clear()
    cached_penalty.cache_clear()
    cached_scale.cache_clear()
    misleading.memoised.cache_clear()
    random.seed(0)
    w.data, w.grad = 0.5, 0.0


def train(cost: Callable[[Any, Any], Any], outputs: int, Y: Any, eager: bool) -> list[float] | MicrobpError | Exception:
    """The losses of a training, or the error it ended with."""
    fresh()
    model = nn.MLP(2, [3, outputs], seed=1)
    sgd = optim.SGD([*model.parameters(), w], lr=0.05)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return fit(model, cost, (X, Y), sgd, 3, 4, progress=False, eager=eager).loss
        except Exception as error:
            return error


def is_random(name: str) -> bool:
    return any(word in name for word in ("rng", "np.random", "perf_counter", "ticks", "calls", "counter", "id(y)"))


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("name", COSTS)
def test_fit_trains_what_the_scalar_engine_trains(name: str, kind: str) -> None:
    _, outputs, cost = COSTS[name]
    expected, found = (train(cost, outputs, TARGETS[kind], eager) for eager in (True, False))
    assert not isinstance(expected, (NameError, ImportError)), expected
    if isinstance(expected, Exception):
        assert isinstance(found, (type(expected), MicrobpError)), repr(found)
    elif is_random(name):  # the draws are others, but it trains
        assert isinstance(found, list), repr(found)
    else:
        assert isinstance(found, list), repr(found)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", COSTS)
def test_compile_is_equal_or_names_the_line_and_the_cure(name: str) -> None:
    _, outputs, cost = COSTS[name]
    fresh()
    model = nn.MLP(2, [3, outputs], seed=1)
    parameters = [*model.parameters(), w]
    Y = list(map(float, WHOLE))

    def eagerly(k: int) -> Any:
        return cost(model(X[k]), Y[k])

    try:
        first = [eagerly(k) for k in range(12)]
    except Exception as error:
        with pytest.raises((type(error), MicrobpError)):
            compile(lambda x, y: cost(model(x), y), X[0], Y[0], wrt=parameters)
        return
    try:
        program = compile(lambda x, y: cost(model(x), y), X[0], Y[0], wrt=parameters)
        for step in range(2):
            found, gradient = program.value_and_grad(X, Y)
            expected = sum(first if not step else [eagerly(k) for k in range(12)]) / 12  # type: ignore[arg-type]
            assert found == pytest.approx(getattr(expected, "data", expected), rel=1e-9)
            if isinstance(expected, Value):
                assert gradient.tolist() == pytest.approx(gradients(expected, parameters), rel=1e-7, abs=1e-9)
            for p in parameters:
                p.data = p.data * 1.01 + 0.003
    except TraceError as error:
        assert "misleading.py" in str(error) or "<string>" in str(error), error
        assert any(cure in str(error) for cure in CURE.split("|")), error
    assert w.__class__ is Value


def test_there_are_many_and_of_every_kind() -> None:
    kinds = Counter(kind for kind, _, _ in COSTS.values())
    assert len(COSTS) >= 100 and min(kinds.values()) >= 10, kinds
