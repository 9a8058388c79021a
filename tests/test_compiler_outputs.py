"""More than one number out: several outputs, their derivatives for every sample, and programs that travel."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from graphs import Graph, graphs
from hypothesis import given, settings
from hypothesis import strategies as st
from test_compiler import GPT

from microbp import Value, gradients, losses, nn, ops
from microbp.compiler import compile
from microbp.errors import GradientError, InputTypeError

X = np.random.default_rng(0).normal(size=(5, 2))


def assert_jacobian(program, f, batch, parameters) -> None:
    """Every sample's derivatives, those of its own scalar graph."""
    found = program.jacobian(*batch)
    for sample, rows in zip(zip(*batch), found, strict=True):
        outputs = f(*sample)
        for output, row in zip(outputs if isinstance(outputs, list) else [outputs], rows, strict=True):
            expected = gradients(output, parameters) if isinstance(output, Value) else [0.0] * len(parameters)
            assert row == pytest.approx(expected, rel=1e-12, abs=1e-12 * max(1.0, *map(abs, expected)))


def test_a_model_with_several_outputs() -> None:
    model = nn.MLP(2, [3, 2], seed=1)
    parameters = model.parameters()
    program = compile(model, [0.0, 0.0], wrt=parameters)
    for part in (X, X[:1]):
        expected = [[value.data for value in model(x.tolist())] for x in part]
        assert program(part) == pytest.approx(np.array(expected), rel=1e-15, abs=1e-15)
        assert program.jacobian(part).shape == (len(part), 2, 17)
        assert_jacobian(program, model, [part.tolist()], parameters)
    assert program.source.endswith("    Z2 = W2 @ A1 + b2\n    return Z2\n")
    with pytest.raises(InputTypeError, match="jacobian"):
        program.value_and_grad(X)
    with pytest.raises(InputTypeError, match="jacobian"):
        program.per_sample_grad(X)


def test_outputs_of_every_kind() -> None:
    """An input, a constant, a parameter, one number twice, what depends on no sample, and what has no derivative."""
    p, q = Value(0.5), Value(-2.0)
    f = lambda x: [x[1], 3.0, q, p * q, p * q, (x[0] * p).sign(), x[0] * p * q]
    program = compile(f, [0.0, 0.0], wrt=[p, q])
    number = lambda x: x.data if isinstance(x, Value) else x
    assert program(X).tolist() == [[float(number(z)) for z in f(x)] for x in X]
    assert_jacobian(program, f, [X.tolist()], [p, q])
    still = compile(lambda x: [p, 3.0], [0.0, 0.0], wrt=[p])
    assert still(X).tolist() == [[0.5, 3.0]] * len(X)
    one = compile(lambda x: [x[0] * p], [0.0, 0.0], wrt=[p])
    assert one(X).tolist() == [[x[0] * 0.5] for x in X]


def test_derivatives_of_every_sample() -> None:
    """A convolution, a penalty, sums of parameters by parameters, and attention: each has a way of its own."""
    kernel = [Value(0.3 * k - 0.4) for k in range(3)]
    table = [Value(0.1 * k) for k in range(6)]

    def convolution(x, y):
        found = [ops.weighted_sum(kernel, x[i : i + 3]).tanh() for i in range(4)]
        return losses.mse(sum(found), y) + losses.l2(kernel, 0.1) + ops.logsumexp(table) * ops.norm(kernel)

    parameters = [*kernel, *table]
    program = compile(convolution, [0.0] * 6, 0.0, wrt=parameters)
    rows, targets = np.random.default_rng(1).normal(size=(4, 6)).tolist(), [0.0, 1.0, 2.0, 3.0]
    assert_jacobian(program, convolution, (rows, targets), parameters)
    assert program.per_sample_grad(rows, targets).mean(axis=0) == pytest.approx(
        program.value_and_grad(rows, targets)[1], rel=1e-12, abs=1e-15
    )
    model = GPT()
    rng = np.random.default_rng(1)
    batch = np.eye(5)[rng.integers(0, 5, (2, 4))].tolist(), rng.integers(0, 5, (2, 4)).tolist()
    assert_jacobian(compile(model, batch[0][0], batch[1][0], wrt=model.parameters()), model, batch, model.parameters())


def test_derivatives_of_samples_that_are_too_large_are_an_error() -> None:
    """The products of a layer are not searched for infinity: NumPy tells."""
    a, b = Value(1e-200), Value(1e-200)
    program = compile(lambda x: (a * x[0] + b * x[1]) * 1e200, [0.0, 0.0], wrt=[a, b])
    assert program.per_sample_grad([[1.0, 2.0]]).tolist() == [[1e200, 2e200]]
    with pytest.raises(GradientError, match="sample 1 of 2"):
        program.per_sample_grad([[1.0, 2.0], [1e150, 1.0]])


def test_a_product_of_parameters_at_two_places_keeps_its_outputs_apart() -> None:
    """A row of a matrix that is no batch was once taken for a row that all outputs read."""
    own = [Value(0.0), Value(0.5)]
    for g in (
        lambda p: ops.weighted_sum([3.0], [p], 0.0) * p.exp(),
        lambda p: ops.weighted_sum([1.0, 2.0], [p, p], 0.0),
        lambda p: ops.add_up([p.exp(), ops.weighted_sum([1.0], [p], 0.0)]),
    ):
        f = lambda x, g=g: [g(p) for p in own]
        assert_jacobian(compile(f, [0.0], wrt=own), f, [[[0.0], [1.0]]], own)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(graphs(), st.integers(1, 3), st.integers(0, 2))
def test_derivatives_of_every_row(graph: Graph, copies: int, inputs: int) -> None:
    inputs = min(inputs, len(graph.point) - 1)
    own = [[Value(x + 1e-4 * c) for x in graph.point[inputs:]] for c in range(copies)]
    parameters = [p for row in own for p in row]
    f = lambda x: [graph(*x[i][:inputs], *own[i]) for i in range(copies)]
    example = [[x + 1e-3 * c for x in graph.point[:inputs]] or [0.0] for c in range(copies)]
    program = compile(f, example, wrt=parameters)
    batch = [[example, example[::-1]]]
    assert_jacobian(program, f, batch, parameters)


@pytest.mark.parametrize("travel", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy, copy.copy])
def test_programs_travel(travel) -> None:
    model = nn.MLP(2, [3, 1], "sigmoid", "sigmoid", seed=1)
    f = lambda x, y: losses.binary_cross_entropy(model(x), y)
    program = compile(f, [0.0, 0.0], 0.0, wrt=model.parameters())
    batch = X, [0.0, 1.0, 1.0, 0.0, 1.0]
    before = program.value_and_grad(*batch)
    other = travel(program)
    for _ in range(2):
        found = other.value_and_grad(*batch)
        assert found[0] == before[0] and np.array_equal(found[1], before[1])
    assert np.array_equal(other.per_sample_grad(*batch), program.per_sample_grad(*batch))
    assert other.source == program.source and other.equations == program.equations
    assert str(other.instructions) == str(program.instructions) and str(other.tape) == str(program.tape)
