"""What cannot be compiled is refused with the line that did it; what goes wrong at run time names its place."""

from __future__ import annotations

import builtins
import math
import random
import time
import warnings
from linecache import cache
from typing import Any

import numpy as np
import pytest

from microbp import Value, exp, grad, gradients, jvp, log, losses, nn, ops, optim, sqrt, where
from microbp.compiler import TraceError, compile
from microbp.compiler.training import compile_model, on_arrays
from microbp.errors import (
    DivisionByZeroError,
    DomainError,
    GradientError,
    InputError,
    InputTypeError,
    NotFiniteError,
    RangeError,
    ShapeError,
)

w = Value(0.5, "w")
rng = random.Random(0)


def refused_if_on_input(x):
    return x * w if x > 0.0 else w  # this line


def refused_if_on_parameter(x):
    return x if w < 1.0 else x * x  # this line


def refused_max(x):
    return max(x, w)  # this line


def refused_sort(x):
    return sorted([x, x * w])[0]  # this line


def refused_truth(x):
    return x * w or x  # this line


def refused_float(x):
    return w * float(x)  # this line


def refused_math(x):
    return w * math.exp(x)  # this line


def refused_data(x):
    return x * w.data  # this line


def refused_assignment(x):
    w.data = 2.0  # this line
    return x * w


def refused_grad(x):
    y = x * w
    y.backward()  # this line
    return x * w.grad


def refused_transform(x):
    return grad(lambda v: v * v * w)(x)  # this line


def refused_transform_at_a_number(x):
    return x * grad(lambda v: v * v * w)(1.0)  # this line


def refused_gradients(x):
    return gradients(x * x * w, [w])[0]  # this line


def refused_jvp(x):
    return jvp(lambda v: v * v * x, (w,), (1.0,))[1]  # this line


def refused_index(x):
    return w * [1.0, 2.0][x]  # this line


def refused_random(x):
    noise = rng.random()
    return x * w + noise  # this line


def refused_clock(x):
    return x * w * time.perf_counter()  # this line


REFUSED = {name: f for name, f in list(globals().items()) if name.startswith("refused")}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_line_and_a_cure(name: str) -> None:
    message = r"test_compiler_refusals\.py.*# this line\).*(use|pass|compute|change)"
    with pytest.raises(TraceError, match=message) as caught:
        compile(REFUSED[name], 1.0, wrt=[w])
    assert isinstance(caught.value, InputTypeError)
    assert w.__class__ is Value and w.data == 0.5 and w.grad == 0.0


@pytest.mark.parametrize("name", ["/tmp/ipykernel_4711/4053101368.py", "<ipython-input-3-0a1b2c>"])
@pytest.mark.parametrize("quoted", [True, False])
def test_a_notebook_cell_is_called_one(name: str, quoted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "def f(x):\n    return x if x > 0.0 else -x\n"
    if quoted:
        monkeypatch.setitem(cache, name, (len(source), None, source.splitlines(keepends=True), name))
    cell: dict[str, Any] = {}
    exec(builtins.compile(source, name, "exec"), cell)
    line = ": return x if x > 0.0 else -x" if quoted else ""
    with pytest.raises(TraceError) as caught:
        compile(cell["f"], 1.0)
    assert f"(in this notebook cell, line 2{line})" in str(caught.value)


@pytest.mark.parametrize(("x", "fits"), [(1e200, True), (1.5e308, False)])
def test_large_data_raise_no_warning(x: float, fits: bool) -> None:
    program = compile(lambda x: x * w, 1.0, wrt=[w])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if fits:
            assert program.value_and_grad([x, 0.0])[1].tolist() == [x / 2.0]
        else:
            with pytest.raises(RangeError, match="rescale"):
                program([x] * 3)  # every cost fits, their sum does not


def test_data_that_are_not_finite_never_give_a_number() -> None:
    """Where the gradient or the cost would show them, they are not looked for; these hide them."""
    q, r = Value(0.4), Value(-0.5)
    neuron = nn.Neuron(2, "linear")
    neuron.w[1] = 2.0
    hidden = lambda z: where(z > 0.0, z, 0.0)
    programs = [
        (compile(lambda x, z: w * x + q + 0.0 * z, 0.0, 0.0, wrt=[w, q]), [[1.0, 2.0], [1.0, math.nan]]),
        (compile(lambda x: hidden(ops.relu(r) * x + q), 0.0, wrt=[r, q]), [[1.0, math.nan]]),
        (compile(lambda x: hidden(neuron(x)), [0.0, 0.0], wrt=neuron.parameters()), [[[1.0, 1.0], [1.0, math.nan]]]),
    ]
    for program, batch in programs:
        for call in [program, *[program.value_and_grad] * 30]:
            with pytest.raises(NotFiniteError, match="holds NaN or infinity, first in sample 1"):
                call(*batch)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_parameters_that_are_not_finite_never_give_a_number(bad: float) -> None:
    program = compile(lambda x: where(w * x > 0.0, w * x, 0.0) + (w * x).tanh(), 1.0, wrt=[w])
    for call in (program, program.value_and_grad, program.per_sample_grad):
        with pytest.raises(NotFiniteError, match="parameters hold NaN or infinity"):
            call([1.0, 2.0], at=[bad])


@pytest.mark.parametrize("samples", [[-1.0], [1.0, -1.0, 2.0]])
def test_a_function_of_pythons_outside_its_domain(samples: list[float]) -> None:
    program = compile(lambda x: ops.lgamma(x * w), 1.0, wrt=[w])
    w.data = 1.0
    try:
        with pytest.raises(DomainError, match=r"lgamma.*sample"):
            program(samples)
    finally:
        w.data = 0.5


def test_where_is_the_cure() -> None:
    program = compile(lambda x: where(x > 0.0, x * w, w * w), 1.0, wrt=[w])
    cost, gradient = program.value_and_grad([2.0, -1.0])
    assert cost == (2.0 * 0.5 + 0.25) / 2 and gradient.tolist() == [(2.0 + 1.0) / 2]


def test_a_comparison_that_is_kept_or_a_value_that_leaks_is_refused() -> None:
    kept = []

    def f(x):
        kept.append(x)
        return x * w

    compile(f, 1.0, wrt=[w])
    with pytest.raises(TraceError, match="kept after tracing"):
        kept[0] + 1.0


def test_an_error_in_the_function_leaves_the_parameters_alone() -> None:
    def f(x):
        raise KeyError("own")

    with pytest.raises(KeyError):
        compile(f, 1.0, wrt=[w])
    assert w.__class__ is Value


@pytest.mark.parametrize("result", ["text", None, [1.0, "text"]])
def test_one_cost(result: object) -> None:
    with pytest.raises(InputTypeError, match="return one cost"):
        compile(lambda x: result, 1.0, wrt=[w])


def test_wrt_takes_leaves_and_examples_numbers() -> None:
    with pytest.raises(InputTypeError, match="leaf"):
        compile(lambda x: x * w, 1.0, wrt=[w * w])
    with pytest.raises(InputTypeError, match="wrt="):
        compile(lambda x: x * w, w, wrt=[w])
    with pytest.raises(ShapeError):
        compile(lambda x: x[0][0] * w, [[1.0], [1.0, 2.0]], wrt=[w])


@pytest.mark.parametrize(
    ("f", "batch", "error", "message"),
    [
        (lambda x: log(x * w), [1.0, -1.0, 2.0], DomainError, r"log\(-0.5\) is undefined.*= log\(.*sample 1 of 3"),
        (lambda x: 1.0 / (x * w), [1.0, 0.0], DivisionByZeroError, "sample 1 of 2"),
        (lambda x: 1.0 / exp(x * w), [1.0, 9e9, 9e9], RangeError, "samples 1, 2 of 3"),
        (lambda x: sqrt(x * w), [4.0, 0.0], GradientError, "sample 1 of 2"),
        (lambda x: x * w, [1.0, math.nan], NotFiniteError, "X?A0 holds NaN or infinity, first in sample 1"),
    ],
)
def test_floating_point_trouble_names_equation_and_samples(f, batch, error, message) -> None:
    program = compile(f, 1.0, wrt=[w])
    with pytest.raises(error, match=message):
        program.value_and_grad(batch)


def test_nan_cannot_hide_behind_a_relu_or_a_saturated_sigmoid() -> None:
    for activation, bad in (("relu", math.nan), ("sigmoid", math.inf)):
        model = nn.MLP(2, [3, 1], activation)
        program = compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())  # noqa: B023
        for run in (program, program.value_and_grad):
            with pytest.raises(NotFiniteError, match="sample 1"):
                run([[1.0, 1.0], [bad, 1.0]], [0.0, 0.0])


def test_targets_are_checked_in_every_batch() -> None:
    model = nn.MLP(1, [3])
    program = compile(lambda x, y: losses.cross_entropy(model(x), y), [0.0], 0, wrt=model.parameters())
    with pytest.raises(InputError, match="from 0 to 2; sample 1"):
        program([[0.0], [0.0]], [2, 3])
    one = nn.MLP(1, [1])
    program = compile(lambda x, y: losses.bce_with_logits(one(x), y), [0.0], 0.0, wrt=one.parameters())
    with pytest.raises(InputError, match="between 0 and 1; sample 0"):
        program([[0.0], [0.0]], [1.5, 1.0])


@pytest.mark.parametrize(
    "batch",
    [([[1.0]],), ([[1.0, 2.0]], [1.0, 2.0]), ([[1.0]], [1.0]), ([], []), ([[1.0, 2.0]], [[1.0]]), ([1.0, 2.0], [1.0])],
)
def test_shapes_of_a_batch(batch) -> None:
    model = nn.MLP(2, [1])
    program = compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())
    with pytest.raises(ShapeError):
        program(*batch)


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_training_on_arrays_is_training(kind) -> None:
    X, Y = np.random.default_rng(0).normal(size=(6, 2)).tolist(), [0.0, 1.0] * 3
    models = [nn.MLP(2, [3, 1], seed=1) for _ in range(2)]
    optimizers = [kind(model.parameters(), lr=0.1) for model in models]
    program = compile_model(models[0], losses.mse, X[0], Y[0], optimizers[0])
    for _ in range(3):
        with on_arrays(program, optimizers[0]) as step:
            found = step(X, Y)
        optimizers[1].zero_grad()
        cost = sum(losses.mse(models[1](x), y) for x, y in zip(X, Y)) / len(X)
        cost.backward()
        optimizers[1].step()
        assert found == pytest.approx(cost.data, rel=1e-12)
    assert program.gather() == pytest.approx([p.data for p in models[1].parameters()], rel=1e-9)


def test_values_follow_when_training_on_arrays_is_interrupted() -> None:
    model = nn.MLP(1, [1])
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    program = compile_model(model, losses.mse, [0.0], 0.0, optimizer)
    before = program.gather()
    with pytest.raises(KeyboardInterrupt), on_arrays(program, optimizer) as step:
        step([[1.0]], [5.0])
        raise KeyboardInterrupt
    assert not np.array_equal(program.gather(), before)
    assert optimizer.t == 1
