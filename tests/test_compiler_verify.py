"""Verification: a program is compared with its function on the scalar engine, in value and derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from microbp import Value, ops
from microbp.compiler import MismatchError, compile

X = np.random.default_rng(0).normal(size=(6, 2))
is_frozen = False


def held(w: Value) -> Value:
    """The same number, with or without its derivative: what no value shows."""
    return ops.frozen(w) if is_frozen else w


@pytest.fixture(autouse=True)
def _back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.is_frozen", False)


@pytest.mark.parametrize("ask", ["value_and_grad", "per_sample_grad"])
def test_derivatives_of_a_cost_are_compared(ask: str, monkeypatch: pytest.MonkeyPatch) -> None:
    w, v = Value(0.5), Value(2.0)
    program = compile(lambda x: held(w) * x[0] + v * x[1], [0.0, 0.0], wrt=[w, v])
    monkeypatch.setattr(f"{__name__}.is_frozen", True)
    with pytest.raises(MismatchError, match="gradient of sample"):
        getattr(program, ask)(X)


def test_derivatives_of_several_outputs_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    w, v = Value(0.5), Value(2.0)
    program = compile(lambda x: [v * x[1], held(w) * x[0]], [0.0, 0.0], wrt=[w, v])
    assert program(X).tolist() == [[2.0 * b, 0.5 * a] for a, b in X]
    monkeypatch.setattr(f"{__name__}.is_frozen", True)
    assert program(X).tolist() == [[2.0 * b, 0.5 * a] for a, b in X]  # the values are the same
    with pytest.raises(MismatchError, match="gradient of sample"):
        program.jacobian(X)
    with pytest.raises(MismatchError, match="gradient of sample"):  # it is not trusted any more
        program(X)


@pytest.mark.parametrize("example", [[0.0, 0.0], np.zeros(2)], ids=["list", "array"])
def test_a_function_may_use_the_methods_of_values_on_its_inputs(example) -> None:
    """A number has no `tanh`: then it is compared on Values."""
    w = Value(0.5)
    f = lambda x: x[0].tanh() * w + x[1].exp()
    program = compile(f, example, wrt=[w])
    cost, gradient = program.value_and_grad(X)
    assert cost == pytest.approx(np.mean(np.tanh(X[:, 0]) * 0.5 + np.exp(X[:, 1])), rel=1e-14)
    assert gradient == pytest.approx([np.tanh(X[:, 0]).mean()], rel=1e-14)


@pytest.mark.parametrize("p", [0.75, -0.75, 0.3, 1.7])
def test_derivatives_that_cancel_are_no_difference(p: float) -> None:
    """The derivative of p/p is 0; a program that adds its parts up in another order finds some 1e-17."""
    w = Value(p)
    program = compile(lambda: ops.add_up([-(w / w), ops.softplus(w / w)]), wrt=[w])
    cost, gradient = program.value_and_grad()
    assert cost == pytest.approx(math.log1p(math.e) - 1.0, rel=1e-15)
    assert abs(gradient[0]) < 1e-15


def test_what_it_costs_is_bounded_and_reported() -> None:
    w = Value(0.5)
    program = compile(lambda x: x[0] * w + x[1], [0.0, 0.0], wrt=[w])
    assert program.verification is not None and program.verification.samples == 1
    for _ in range(100):
        program.value_and_grad(X)
    assert program.verification.samples == 1 + 6 + 3  # the first batch, and one at call 4, 16 and 64
    program.jacobian(X)
    assert program.verification.samples == 16
    assert "verified     16 samples through the scalar engine, 0." in program.report()
