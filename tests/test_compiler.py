"""Compiled programs against the eager engine, sample by sample."""

from __future__ import annotations

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import numpy as np
import pytest
from graphs import Graph, graphs
from hypothesis import given, settings
from hypothesis import strategies as st

from microbp import Op, Value, losses, nn, ops
from microbp.compiler import compile
from microbp.compiler.batch import columns
from microbp.compiler.libraries import numpy_library
from microbp.compiler.run_numpy import SIZES
from microbp.engine.gradients import gradients
from microbp.table.op import TABLE

# Sums are taken in another order than one by one; where terms cancel, the error is relative to them.
ORDER_OF_SUMS = 1e-12


def eager(f, batch, parameters):
    """Cost and gradient, the mean over samples, one scalar graph after the other."""
    costs, gradient = [], np.zeros(len(parameters))
    for sample in zip(*batch):
        output = f(*sample)
        costs.append(output.data if isinstance(output, Value) else output)
        if isinstance(output, Value):
            gradient += gradients(output, parameters)
    return math.fsum(costs) / len(costs), gradient / len(costs)


def assert_same(program, f, batch, parameters):
    cost, gradient = eager(f, batch, parameters)
    found, slopes = program.value_and_grad(*batch)
    scale = max(1.0, abs(cost), *map(abs, gradient))
    assert found == pytest.approx(cost, rel=ORDER_OF_SUMS, abs=ORDER_OF_SUMS * scale)
    assert slopes == pytest.approx(gradient, rel=ORDER_OF_SUMS, abs=ORDER_OF_SUMS * scale)
    assert program(*batch) == found
    assert_every_bit_stays(program, batch)


def assert_every_bit_stays(program, batch):
    """Memory that is kept gives what new memory gives, twice; so does the printed code."""
    P, arrays = program._column(None), columns(batch, program.names, program._shapes)
    arrays = [np.ascontiguousarray(a) for a in arrays]  # NumPy adds columns up in another order than rows
    code, m = program.instructions, arrays[0].shape[1] if arrays else 1
    library = numpy_library()
    printed = {**{name: library[name] for name in TABLE}, **library}
    exec(program.source, printed)
    with np.errstate(all="ignore"):
        fresh = code.evaluate(numpy_library(), dict(enumerate([P, *arrays])), m)
        expected, kept = [np.broadcast_to(fresh[i], code[i].shape(m)) for i in code.outputs], []
        for _ in range(2):
            _, found = program._both(P, arrays)
            assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))
            kept.append(found)
        if "# " not in program.source:  # long arrays are told in words
            for a, b in zip(printed["program"](P, *arrays), expected, strict=True):
                assert np.array_equal(np.broadcast_to(a, b.shape), b)
    assert not any(np.shares_memory(a, b) for a, b in zip(*kept))
    assert not any(np.shares_memory(a, outside) for a in found for outside in (P, *arrays))
    at = program.gather()
    _, gradient = program.value_and_grad(*batch, at=at)
    gradient += 1.0  # the caller's to change
    assert np.array_equal(gradient, program.value_and_grad(*batch, at=at)[1] + 1.0)
    assert np.array_equal(at, program.gather())


def blocks(program):
    """What the instructions of the forward half are for."""
    return program.value_instructions.blocks.values()


SOON = 20


def moved(parameters, by=0.01):
    for k, p in enumerate(parameters):
        p.data += by * math.sin(k + 1.0)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(graphs(), st.integers(0, 4))
def test_random_graphs_of_every_row(graph: Graph, inputs: int) -> None:
    inputs = min(inputs, len(graph.point) - 1)
    parameters = [Value(x) for x in graph.point[inputs:]]
    f = lambda *x: graph(*x, *parameters)
    program = compile(f, *graph.point[:inputs], wrt=parameters)
    batch = [[x, x, x] for x in graph.point[:inputs]]
    if inputs:
        assert_same(program, f, batch, parameters)
    else:
        output = f()
        cost, gradient = program.value_and_grad()
        assert cost == pytest.approx(output.data, rel=ORDER_OF_SUMS, abs=ORDER_OF_SUMS)
        expected = gradients(output, parameters)
        assert gradient == pytest.approx(expected, rel=ORDER_OF_SUMS, abs=ORDER_OF_SUMS * max(1.0, *map(abs, expected)))
        assert_every_bit_stays(program, [])


@settings(derandomize=True, deadline=None, max_examples=100)
@given(graphs(), st.integers(2, 5), st.integers(0, 3))
def test_copies_of_a_graph_become_blocks(graph: Graph, copies: int, inputs: int) -> None:
    """The same rows at several points side by side; the leaves are inputs, own and shared parameters."""
    n = len(graph.point)
    inputs = min(inputs, n - 1)
    shared = [Value(x) for x in graph.point[inputs : inputs + 1]]
    own = [[Value(x + 1e-4 * c) for x in graph.point[inputs + 1 :]] for c in range(copies)]
    parameters = [*shared, *(p for row in own for p in row)]
    f = lambda x: ops.add_up([graph(*x[i], *shared, *own[i]) for i in range(copies)])
    example = [[x + 1e-3 * c for x in graph.point[:inputs]] or [0.0] for c in range(copies)]
    f = f if inputs else lambda x: ops.add_up([graph(*shared, *own[i]) for i in range(copies)])
    program = compile(f, example, wrt=parameters)
    assert len(blocks(program)) <= len(program.folded.rows)
    assert_same(program, f, [[example, example[::-1]]], parameters)


COSTS = {
    "squared_error": st.floats(-1.0, 1.0),
    "half_squared_error": st.floats(-1.0, 1.0),
    "mse": st.floats(-1.0, 1.0),
    "bce_with_logits": st.floats(0.0, 1.0),
    "hinge": st.sampled_from([-1.0, 1.0]),
}
ACTIVATIONS = sorted(set(nn.ACTIVATIONS) - {"softmax"})


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.integers(1, 4), st.lists(st.integers(1, 4), max_size=3), st.sampled_from(ACTIVATIONS),
    st.sampled_from(sorted(COSTS)), st.booleans(), st.integers(1, 5), st.data(),
)  # fmt: skip
def test_networks(nin, hidden, activation, cost, expanded, m, data) -> None:
    model = nn.MLP(nin, [*hidden, 1], activation, expanded=expanded, seed=len(hidden))
    parameters = model.parameters()
    f = lambda x, y: losses.LOSSES[cost](model(x), y) + losses.l2(parameters, 0.1)
    moved(parameters)
    program = compile(f, [0.0] * nin, 0.0, wrt=parameters)
    numbers = st.floats(-2.0, 2.0)
    for size in (m, m + 1):
        X = data.draw(st.lists(st.lists(numbers, min_size=nin, max_size=nin), min_size=size, max_size=size))
        Y = data.draw(st.lists(COSTS[cost], min_size=size, max_size=size))
        assert_same(program, f, (X, Y), parameters)
        moved(parameters)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_a_norm_compiled_neither_under_nor_overflows(size) -> None:
    w = [Value(0.6), Value(-0.8)]
    cost = lambda x: ops.norm([w[0] * x[0], w[1] * x[1]]) / size
    program = compile(cost, [1.0, 2.0], wrt=w)
    batch = size * np.array([[3.0, 4.0], [5.0, 1.0], [0.0, 0.0]])
    found, gradient = program.value_and_grad(batch)
    costs = [cost(x) for x in batch.tolist()]
    assert found == pytest.approx(sum(c.data for c in costs) / 3)
    assert list(gradient) == pytest.approx([sum(g) / 3 for g in zip(*[gradients(c, w) for c in costs])])


def test_expanded_and_fused_neurons_give_the_same_code() -> None:
    sources = []
    for expanded in (False, True):
        model = nn.MLP(3, [4, 1], "sigmoid", expanded=expanded)
        sources.append(
            compile(lambda x, y: losses.mse(model(x), y), [0.0] * 3, 0.0, wrt=model.parameters()).source  # noqa: B023
        )
    assert sources[0] == sources[1]


@pytest.mark.parametrize(
    "cost, classes",
    [(cost, classes) for cost in ("cross_entropy", "hinge") for classes in ("index", "one-hot")] + [("mse", "one-hot")],
)
def test_classes(cost: str, classes: str) -> None:
    model = nn.MLP(2, [5, 3], seed=3)
    f = lambda x, y: losses.LOSSES[cost](model(x), y)
    Y: list = [2, 0, 1, 1]
    if classes == "one-hot":
        Y = [[float(k == y) for k in range(3)] for y in Y]
    program = compile(f, [0.0, 0.0], Y[0], wrt=model.parameters())
    X = np.random.default_rng(0).normal(size=(4, 2)).tolist()
    assert_same(program, f, (X, Y), model.parameters())


class GPT:
    """One block: embeddings of tokens and places, attention with two heads, RMS norm, a small MLP."""

    def __init__(self, vocabulary=5, places=4, width=4, heads=2, seed=0):
        rng = np.random.default_rng(seed)
        draw = lambda rows, columns: [[Value(x) for x in row] for row in rng.normal(0.0, 0.4, (rows, columns)).tolist()]
        self.heads, self.size = heads, width // heads
        self.tokens, self.places = draw(vocabulary, width), draw(places, width)
        self.q, self.k, self.v, self.o = (draw(width, width) for _ in range(4))
        self.up, self.down, self.out = draw(2 * width, width), draw(width, 2 * width), draw(vocabulary, width)

    def parameters(self):
        tables = (self.tokens, self.places, self.q, self.k, self.v, self.o, self.up, self.down, self.out)
        return [p for table in tables for row in table for p in row]

    @staticmethod
    def linear(table, x):
        return [sum(w * a for w, a in zip(row, x)) for row in table]

    @staticmethod
    def normed(x):
        scale = (sum(a * a for a in x) / len(x) + 1e-5) ** -0.5
        return [a * scale for a in x]

    def attend(self, x):
        q, k, v = ([self.linear(table, self.normed(a)) for a in x] for table in (self.q, self.k, self.v))
        found = []
        for t in range(len(x)):
            row = []
            for h in range(self.heads):
                part = slice(h * self.size, (h + 1) * self.size)
                scores = [sum(a * b for a, b in zip(q[t][part], k[s][part])) / self.size**0.5 for s in range(t + 1)]
                weights = ops.softmax(scores)
                row += [sum(w * v[s][j] for s, w in enumerate(weights)) for j in range(part.start, part.stop)]
            found.append([a + b for a, b in zip(x[t], self.linear(self.o, row))])
        return found

    def __call__(self, one_hots, targets):
        x = [
            [ops.weighted_sum(token, [row[j] for row in self.tokens]) + self.places[t][j] for j in range(len(self.q))]
            for t, token in enumerate(one_hots)
        ]
        x = self.attend(x)
        inner = [[z.relu() for z in self.linear(self.up, self.normed(row))] for row in x]
        x = [[a + b for a, b in zip(row, self.linear(self.down, h))] for row, h in zip(x, inner)]
        costs = [losses.cross_entropy(self.linear(self.out, self.normed(row)), y) for row, y in zip(x, targets)]
        return ops.mean(costs)


def test_a_small_gpt() -> None:
    model = GPT()
    parameters = model.parameters()
    rng = np.random.default_rng(1)
    X, Y = np.eye(5)[rng.integers(0, 5, (3, 4))].tolist(), rng.integers(0, 5, (3, 4)).tolist()
    program = compile(model, X[0], Y[0], wrt=parameters)
    assert_same(program, model, (X, Y), parameters)
    moved(parameters)
    assert_same(program, model, (X[:2], Y[:2]), parameters)
    assert len(blocks(program)) + 3 < len(program.folded.rows) / 5  # it found the heads and the positions


def test_a_convolution_written_as_loops() -> None:
    rng = np.random.default_rng(2)
    kernels = [[Value(x) for x in row] for row in rng.normal(size=(3, 4)).tolist()]
    biases = [Value(x) for x in rng.normal(size=3).tolist()]
    head = nn.Neuron(3 * 9, "linear", seed=1)
    parameters = [*(w for row in kernels for w in row), *biases, *head.parameters()]

    def f(image, y):
        found = []
        for kernel, b in zip(kernels, biases):
            for i in range(3):
                for j in range(3):
                    window = [image[i + u][j + v] for u in range(2) for v in range(2)]
                    found.append((sum(w * a for w, a in zip(kernel, window)) + b).tanh())
        return losses.squared_error(head(found), y)

    X, Y = rng.normal(size=(5, 4, 4)).tolist(), rng.normal(size=5).tolist()
    program = compile(f, X[0], Y[0], wrt=parameters)
    assert_same(program, f, (X, Y), parameters)
    assert [(b.F, b.P, b.k) for b in blocks(program) if b.form == "matrix"] == [(3, 9, 4), (1, 1, 27)]


def test_shared_weights_unused_inputs_and_unused_parameters() -> None:
    cell, unused = nn.Neuron(2, "tanh", seed=4), Value(1.0)

    def f(xs, ignored):
        state = 0.0
        for x in xs:
            state = cell([x, state])
        return state * state

    parameters = [*cell.parameters(), unused]
    program = compile(f, [0.0] * 6, [0.0, 0.0], wrt=parameters)
    X, Z = np.random.default_rng(3).normal(size=(4, 6)).tolist(), [[0.0, 0.0]] * 4
    assert_same(program, f, (X, Z), parameters)
    assert program.value_and_grad(X, Z)[1][-1] == 0.0


def test_values_outside_wrt_are_read_anew_and_have_no_gradient() -> None:
    w, scale = Value(0.5), Value(2.0)
    f = lambda x: (w * x * scale) ** 2
    program = compile(f, 1.0, wrt=[w])
    assert_same(program, f, [[1.0, 2.0]], [w])
    scale.data = 3.0
    assert_same(program, f, [[1.0, 2.0]], [w])


def test_no_gradient_where_the_eager_engine_has_none() -> None:
    from microbp import no_grad

    w = Value(0.5)

    def f(x):
        with no_grad():
            held = ops.where(x > 0.0, w * x, w)
        return held * w + (w * x).detach() * w

    program = compile(f, 1.0, wrt=[w])
    assert_same(program, lambda x: f(Value(x)), [[1.0, -2.0]], [w])


def test_no_grad_around_it_all_changes_nothing() -> None:
    from microbp import fit, no_grad, optim

    sample, target = [[0.5, -1.0]], [1.0]
    found = []
    for around in (nullcontext(), no_grad()):
        model = nn.MLP(2, [3, 1], seed=1)
        sgd = optim.SGD(model.parameters(), lr=0.1)
        with around:
            program = compile(
                lambda x, y, model=model: losses.bce_with_logits(model(x), y), *sample, *target, wrt=sgd.params
            )
            gradient = program.value_and_grad(sample, target)[1].tolist()
            history = fit(model, losses.bce_with_logits, (sample, target), sgd, 3, 1, progress=False)
        found.append((gradient, history.loss, history.engine))
    assert found[0] == found[1] and any(found[0][0]) and history.engine == "compiled"


def test_parameters_at_a_vector_and_back() -> None:
    model = nn.MLP(2, [3, 1])
    program = compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())
    X, Y = [[1.0, 2.0]], [3.0]
    before = program.gather()
    there = program(X, Y, at=before + 0.1)
    assert program(X, Y) == program(X, Y, at=before)
    program.scatter(before + 0.1)
    assert program(X, Y) == there
    assert [p.data for p in model.parameters()] == (before + 0.1).tolist()


def test_a_gradient_belongs_to_the_caller() -> None:
    p, q = Value(2.0), Value(3.0)
    for f in (lambda x: x + ops.add_up([p, p, q]), lambda x: x * p * q):  # a constant gradient, and another
        program = compile(f, 1.0, wrt=[p, q])
        _, first = program.value_and_grad([3.0, 5.0])
        expected = first.copy()
        first *= 0.0
        for _ in range(2 * SOON):
            _, slopes = program.value_and_grad([3.0, 5.0])
            assert np.array_equal(slopes, expected)
            slopes *= 0.0


def test_names_of_arguments_do_not_meet_names_of_steps() -> None:
    p, q = Value(0.7), Value(-0.4)
    batch = [[0.3, -0.2, 0.5], [1.0, 2.0, 3.0], [0.1, 0.2, 0.3]]
    for f in (
        lambda x, cost, gradient: ((x * p + q).tanh() * cost) ** 2 * gradient,
        lambda x, _0, _2: ((x * p + q).tanh() - _2) ** 2 * _0 * _2,
    ):
        program = compile(f, 0.0, 0.0, 0.0, wrt=[p, q])
        first = program.value_and_grad(*batch)[1]
        assert all(np.array_equal(program.value_and_grad(*batch)[1], first) for _ in range(2 * SOON))


def test_a_view_that_is_joined_twice_is_kept() -> None:
    kernel = [Value(0.3), Value(-0.8)]
    W = [[Value(0.1 * i - 0.3 * j) for i in range(2)] for j in range(8)]

    def f(x):
        B = [ops.weighted_sum(row, x).tanh() for row in W]
        s = [B[i] + B[4 + i] for i in range(4)]
        return ops.add_up([ops.weighted_sum(kernel, part).tanh() for part in (s[::2], s[1::2])])

    program = compile(f, [0.0, 0.0], wrt=[*kernel, *(w for row in W for w in row)])
    assert_same(program, f, [[[1.0, 0.5], [-0.3, 0.2]]], program.parameters)


@pytest.mark.parametrize("passes", [100, 700])
def test_deep_sums_are_written_again_too(passes: int) -> None:
    p = Value(0.9)

    def f(x):
        for _ in range(passes):
            x = (x * p).tanh()
        return x

    program = compile(f, 0.3, wrt=[p])
    first = program.value_and_grad([0.1, 0.7])
    for _ in range(2 * SOON):
        cost, gradient = program.value_and_grad([0.1, 0.7])
        assert (cost, *gradient) == (first[0], *first[1])


@pytest.mark.parametrize(
    "text, forward", [("ldexp({0}, 1)", lambda x: 2.0 * x), ("maximum({0}, [0.0])", lambda x: max(x, 0.0))]
)
def test_rows_of_ones_own_in_memory_that_is_kept(text: str, forward) -> None:
    row = Op("own_row", forward, (2.0 if "ldexp" in text else lambda z, x: ops.where(x > 0.0, 1.0, 0.0),), text, "x")
    try:
        p, q = Value(0.7), Value(-0.4)
        f = lambda x: row(x * p) * q
        assert_same(compile(f, 0.0, wrt=[p, q]), f, [[1.0, -2.0, 3.0]], [p, q])
    finally:
        del TABLE["own_row"]


def test_memory_is_kept_for_a_few_sizes_and_serves_one_thread_at_a_time() -> None:
    model = nn.MLP(3, [8, 2], seed=1)
    program = compile(lambda x, y: losses.mse(model(x), y), [0.0] * 3, [0.0] * 2, wrt=model.parameters())
    rng = np.random.default_rng(0)
    batches = [(rng.normal(size=(m, 3)), rng.normal(size=(m, 2))) for m in range(1, SIZES + 3)]
    expected = [program.value_and_grad(*batch) for batch in batches]

    def repeat(_: int) -> bool:
        found = [program.value_and_grad(*batch) for _ in range(SOON) for batch in batches]
        return all(c == e[0] and np.array_equal(g, e[1]) for (c, g), e in zip(found, SOON * expected))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(repeat, range(8)))
    assert 0 < len(program._both.run.plans) <= SIZES


@pytest.mark.slow
def test_a_long_program() -> None:
    """Two thousand rows that do not group."""
    weights = [Value(0.9 + 0.01 * k) for k in range(7)]

    def f(x, y):
        last, now = x, y
        for i in range(2000):
            last, now = now, (last * weights[i % 7] + now).tanh() if i % 2 else now * last
        return now + last

    program = compile(f, 0.5, 0.25, wrt=weights)
    assert len(program.instructions) > 5000
    assert_same(program, f, ([0.5, -0.3], [0.25, 0.8]), weights)


def test_a_weight_that_is_used_at_every_step() -> None:
    """Its derivative is a sum of thousands, written in its place."""
    w, v = Value(0.999), Value(0.5)

    def f(x):
        for _ in range(3000):
            x = x * w
        return x * v

    program = compile(f, 0.5, wrt=[w, v])
    assert_same(program, f, ([0.5, -0.3],), [w, v])


def test_the_number_of_instructions_grows_with_the_rows_and_no_faster() -> None:
    def instructions(n):
        w = Value(0.5)

        def f(x):
            for _ in range(n):
                x = (x * w).tanh() + w
            return x

        program = compile(f, 1.0, wrt=[w])
        return len(program.instructions)

    assert instructions(400) - instructions(200) == instructions(600) - instructions(400)


def test_compiling_needs_no_numpy_until_it_is_asked_for() -> None:
    script = "import microbp.compiler, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
