"""The generated text on other array libraries: PyTorch's autograd and JAX must agree with our lines."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from graphs import ROWS, Graph, graphs
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import require
from test_compiler import GPT, moved

import microbp
from microbp import Value, gradients, losses, nn, ops
from microbp.compiler import compile

ROUNDING = 1e-10  # other libraries round exp, erf and sums in their own ways


def penalised(model, cost, parameters):
    return lambda x, y: cost(model(x), y) + losses.l2(parameters, 0.01)


def networks():
    rng = np.random.default_rng(0)
    for cost, out, Y in (
        ("half_squared_error", 2, rng.normal(size=(8, 2)).tolist()),
        ("cross_entropy", 3, rng.integers(0, 3, 8).tolist()),
        ("bce_with_logits", 1, rng.integers(0, 2, 8).astype(float).tolist()),
        ("hinge", 1, rng.choice([-1.0, 1.0], 8).tolist()),
    ):
        model = nn.MLP(2, [4, out], activation="gelu", seed=2)
        parameters = model.parameters()
        moved(parameters)
        f = penalised(model, losses.LOSSES[cost], parameters)
        yield compile(f, [0.0, 0.0], Y[0], wrt=parameters), (rng.normal(size=(8, 2)).tolist(), Y)
    model = GPT()
    one_hots, classes = np.eye(5)[rng.integers(0, 5, (8, 4))].tolist(), rng.integers(0, 5, (8, 4)).tolist()
    yield compile(model, one_hots[0], classes[0], wrt=model.parameters()), (one_hots, classes)


PROGRAMS = list(networks())


def assert_agrees(cost, gradient, program, batch):
    expected, slopes = program.value_and_grad(*batch)
    assert cost == pytest.approx(expected, rel=ROUNDING, abs=ROUNDING)
    scale = max(1.0, *map(abs, slopes))
    assert np.asarray(gradient) == pytest.approx(slopes, rel=ROUNDING, abs=ROUNDING * scale)


def in_torch(program, batch):
    names: dict = {}
    exec(program.to_torch_source(), names)
    model = names["Model"]()
    cost = model(*batch)
    if cost.requires_grad:
        cost.backward()
    grad = model.P.grad
    wanted = len(program.parameters)
    return cost.item(), np.zeros(wanted) if grad is None else grad[:wanted, 0].numpy()


@pytest.mark.parametrize("case", range(len(PROGRAMS)))
def test_torch_source(case: int) -> None:
    require("torch")
    program, batch = PROGRAMS[case]
    assert_agrees(*in_torch(program, batch), program, batch)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(graphs([op for op in ROWS if op.name != "polygamma"]), st.integers(0, 2))  # PyTorch's has nine digits
def test_torch_source_of_every_row(graph: Graph, inputs: int) -> None:
    require("torch")
    inputs = min(inputs, len(graph.point) - 1)
    parameters = [Value(x) for x in graph.point[inputs:]]
    program = compile(lambda *x: graph(*x, *parameters), *graph.point[:inputs], wrt=parameters)
    batch = [[x, x] for x in graph.point[:inputs]]
    assert_agrees(*in_torch(program, batch), program, batch)


def test_torch_source_of_several_orders_of_polygamma() -> None:
    require("torch")
    x = [Value(2.5), Value(3.0)]
    f = lambda: ops.polygamma(0.0, x[0]) + ops.polygamma(1.0, x[0]) * ops.polygamma(2.0, x[1])
    program = compile(f, wrt=x)
    cost, gradient = in_torch(program, [])
    assert (cost, list(gradient)) == (pytest.approx(f().data, rel=1e-9), pytest.approx(gradients(f(), x), rel=1e-9))


@pytest.mark.slow
@pytest.mark.parametrize("case", range(len(PROGRAMS)))
def test_jax(case: int) -> None:
    jax = require("jax")
    program, batch = PROGRAMS[case]
    f = program.to_jax()
    for run in (f, jax.jit(f)):
        assert_agrees(*run(program.gather(), *map(np.array, batch)), program, batch)


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=50)
@given(graphs(), st.integers(0, 2))
def test_jax_of_every_row(graph: Graph, inputs: int) -> None:
    require("jax")
    inputs = min(inputs, len(graph.point) - 1)
    parameters = [Value(x) for x in graph.point[inputs:]]
    program = compile(lambda *x: graph(*x, *parameters), *graph.point[:inputs], wrt=parameters)
    batch = [np.array([x, x]) for x in graph.point[:inputs]]
    assert_agrees(*program.to_jax()(program.gather(), *batch), program, batch)


def start(script: str, devices: int, *args: str) -> subprocess.Popen:
    """A process of its own: JAX counts its devices once."""
    folders = [Path(__file__).parent, Path(microbp.__file__).parent.parent]  # these tests, and the package they test
    flags = {
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}",
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
    }
    command = [sys.executable, "-c", textwrap.dedent(script), *args]
    return subprocess.Popen(
        command, env={**os.environ, **flags}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_eight_devices_give_the_numbers_of_one() -> None:
    require("jax")
    script = """
        import jax
        from test_compiler_backends import PROGRAMS, assert_agrees
        from microbp.compiler.jax import data_parallel
        from microbp.errors import ShapeError
        assert len(jax.devices()) == 8
        for program, batch in PROGRAMS:
            run = data_parallel(program, jax.devices())
            assert_agrees(*run(program.gather(), *batch), program, batch)
            try:
                run(program.gather(), *(x[:7] for x in batch))
            except ShapeError:
                continue
            raise AssertionError("7 samples on 8 devices")
        print("agrees")
    """
    out, errors = start(script, 8).communicate()
    assert out == "agrees\n", errors


@pytest.mark.slow
def test_fit_over_eight_devices_gives_the_numbers_of_one() -> None:
    require("jax")
    script = """
        import jax
        import pytest
        from microbp import data, fit, losses, nn, optim
        def run(**options):
            model = nn.MLP(2, [5, 2], seed=1)
            adam = optim.Adam(model.parameters(), lr=0.05)
            history = fit(model, losses.cross_entropy, data.moons(44), adam, 3, 16, progress=False, **options)
            return history, [p.data for p in model.parameters()]
        alone, one = run()
        shared, eight = run(devices=jax.devices())
        assert len(jax.devices()) == 8 and shared.engine == "compiled"
        assert shared.loss == pytest.approx(alone.loss, rel=1e-12) and shared.accuracy == alone.accuracy
        assert eight == pytest.approx(one, rel=1e-9)  # rounding, carried through nine steps of Adam
        print("agrees")
    """
    out, errors = start(script, 8).communicate()
    assert out == "agrees\n", errors


@pytest.mark.slow
def test_two_processes_give_the_numbers_of_one() -> None:
    require("jax")
    script = """
        import sys
        import jax
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize(f"localhost:{sys.argv[1]}", num_processes=2, process_id=int(sys.argv[2]))
        from test_compiler_backends import PROGRAMS, assert_agrees
        from microbp.compiler.jax import data_parallel
        assert len(jax.devices()) == 4 and len(jax.local_devices()) == 2
        half = slice(4 * jax.process_index(), 4 * jax.process_index() + 4)
        for program, batch in PROGRAMS:
            run = data_parallel(program, jax.devices())
            assert_agrees(*run(program.gather(), *(x[half] for x in batch)), program, batch)
        print("agrees")
    """
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = str(free.getsockname()[1])
    processes = [start(script, 2, port, str(k)) for k in range(2)]
    for process in processes:
        out, errors = process.communicate()
        assert out.splitlines()[-1:] == ["agrees"], errors
