"""The native engine: the same bits and words as the Python one, its memory, and failing allocations.

It is collected where this engine is the one in use; see conftest.
"""

import contextlib
import copy
import gc
import importlib.util
import operator
import os
import shutil
import subprocess
import sys
import sysconfig
from array import array

import numpy as np
import pytest
from engine_outcomes import line
from processes import HERE, ROOT, python

from microbp import Value, ops
from microbp.engine.assign import assign, assign_grads, clear_grads, data_of, grads_of
from microbp.engine.value import edits
from microbp.errors import InputTypeError
from microbp.native import engine

GRAPHS = int(os.environ.get("MICROBP_GRAPHS", "3000"))


@pytest.mark.parametrize("name", ["python", "native"])
def test_the_environment_chooses_the_engine(name):
    done = python("-c", "import microbp; print(microbp.engine_name, type(microbp.Value(1.0)))", MICROBP_ENGINE=name)
    assert done.stdout == f"{name} <class 'microbp.engine.value.Value'>\n"


@pytest.mark.skipif(not (ROOT / "native" / "_engine.c").exists(), reason="an installed package has no C files")
def test_an_engine_built_from_other_sources_is_not_taken(tmp_path):
    shutil.copytree(ROOT, tmp_path / "microbp", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "microbp" / "native" / "sweep.c").open("a") as file:
        file.write("/* changed */\n")
    done = python("-c", "import microbp; print(microbp.engine_name)", MICROBP_ENGINE="", folder=tmp_path)
    assert done.stdout == "python\n"
    done = python("-c", "import microbp", MICROBP_ENGINE="native", folder=tmp_path)
    assert "built from other sources" in done.stderr


@pytest.mark.slow
def test_both_engines_give_the_same_bits_and_the_same_words():
    parts = [(i * GRAPHS // 2, (i + 1) * GRAPHS // 2 - i * GRAPHS // 2) for i in range(2)]
    for first, count in parts:
        script = [str(HERE / "engine_outcomes.py"), str(first), str(count)]
        lines = [python(*script, MICROBP_ENGINE=name).stdout.splitlines() for name in ["native", "python"]]
        assert len(lines[0]) == count
        assert lines[0] == lines[1]


def test_a_second_import_in_a_process_has_the_python_engine():
    again = (
        "import sys, microbp; [sys.modules.pop(n) for n in [*sys.modules] if n.startswith('microbp')]; import microbp"
    )
    done = python("-c", f"{again}; print(microbp.engine_name, microbp.Value(2.0) ** 2)", MICROBP_ENGINE="")
    assert done.stdout == "python Value(data=4.0, grad=0.0)\n"


@pytest.mark.parametrize(
    "node",
    [
        (1.0, 0.0, "", None, (Value(1.0),), (1.0,)),
        (1.0, 0.0, "", "exp", (Value(1.0),), (1.0,)),
        (1.0, 0.0, "", ops.exp, (Value(1.0),), ()),
        (1.0, 0.0, "", ops.exp, (Value(1.0),), (1.0, 2.0)),
        (1.0, 0.0, "", ops.exp, ("x",), ()),
        (1.0, 0.0, "", ops.exp, (Value(1.0),), (None,)),
        (float("nan"), 0.0, "", None, (), ()),
        (1.0, float("inf"), "", None, (), ()),
        (1.0, 0.0, 3, None, (), ()),
        (1.0, 0.0, "", ops.exp, None, ()),
        (1.0, 0.0, "", None, ()),
    ],
)
def test_a_node_that_cannot_be_is_not_made(node):
    with pytest.raises((TypeError, ValueError)):
        engine.make(*node)


# -- many numbers at once ------------------------------------------------------------------------------


def test_the_numbers_of_many_values_are_read_and_written_as_an_array():
    values = [Value(float(i)) for i in range(5)]
    before = edits()
    assign(values, np.arange(5.0) ** 2)
    assign_grads(values, array("d", [1.0, 2.0, 3.0, 4.0, 5.0]))
    assert edits() > before
    assert np.frombuffer(data_of(values)).tolist() == [v.data for v in values] == [0.0, 1.0, 4.0, 9.0, 16.0]
    assert grads_of(values).tolist() == [v.grad for v in values] == [1.0, 2.0, 3.0, 4.0, 5.0]
    clear_grads(values)
    assert grads_of(values).tolist() == [0.0] * 5
    assign(values, np.arange(10.0)[::2])  # not in one piece
    assert data_of(values).tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]
    assign(values, np.arange(5))  # whole numbers
    assert data_of(values).tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("numbers", [[1.0, float("nan")], np.array([1.0, np.inf]), [1.0, "2"], [1.0], [1.0, 2.0, 3.0]])
def test_what_does_not_fit_leaves_all_as_it_was(numbers):
    values = [Value(5.0), Value(6.0)]
    with pytest.raises((TypeError, ValueError)):
        assign(values, numbers)
    assert data_of(values).tolist() == [5.0, 6.0]


@pytest.mark.parametrize(
    "call",
    [
        lambda x: engine.read([x, x], array("d", [0.0]), False),
        lambda x: engine.read([x], array("f", [0.0]), False),
        lambda x: engine.read([x], array("q", [0]), False),
        lambda x: engine.read([x], np.zeros((1, 1)), False),
        lambda x: engine.read([x], b"12345678", False),
        lambda x: engine.read([1.0], array("d", [0.0]), False),
        lambda x: engine.read(iter([x]), array("d", [0.0]), False),
        lambda x: engine.write([x], [1.0], False),
        lambda x: engine.write([x, x], np.zeros(4)[::2], False),
    ],
)
def test_memory_of_another_kind_is_refused(call):
    x = Value(3.0)
    with contextlib.suppress(BufferError), pytest.raises((TypeError, ValueError)):
        call(x)
    assert x.data == 3.0


# -- memory --------------------------------------------------------------------------------------------


def test_a_graph_cannot_hold_a_cycle():
    """Why the collector need not look: a node refers to older nodes, to an exact string, and to its row."""
    x = Value(2.0, "x")
    z = x * x
    assert not gc.is_tracked(z)
    for name in ["op", "args", "parents", "partials"]:
        with pytest.raises(AttributeError):
            setattr(z, name, getattr(z, name))
    with pytest.raises(AttributeError):
        z.another = z
    with pytest.raises(InputTypeError):
        type("Child", (Value,), {})

    class Text(str):
        """A string that could refer to anything."""

    x.label = Text("a name")
    assert type(x.label) is str and x.label == "a name"
    arguments = [x, x]
    total = ops.add_up(arguments)
    arguments.append(total)  # the list is not the node's
    assert total.args == (x, x)


def test_a_node_weighs_at_most_112_bytes():
    x, y = Value(1.0), Value(2.0)
    assert sys.getsizeof(x * y) <= 112
    assert sys.getsizeof(x.tanh()) < sys.getsizeof(x * 2.0) < sys.getsizeof(ops.clip(x, 0.0, 1.0))


@pytest.mark.slow
def test_memory_stays_flat_over_10_000_graphs_errors_included():
    def everything():
        found = [line(seed) for seed in range(1000)]
        return sum("Error" in text for text in found)

    assert everything() > 100
    blocks = []
    for _ in range(9):
        everything()
        engine.trim()
        gc.collect()
        blocks.append(sys.getallocatedblocks())
    assert blocks[-1] - blocks[0] < 40  # a reference too many in one of 200 graphs


@pytest.mark.slow
def test_a_chain_of_a_million_is_built_swept_copied_and_released():
    x = Value(1.0, "x")
    z = x
    for _ in range(500_000):
        z = z * 1.0000001 + 1e-9
    z.backward()
    assert x.grad == pytest.approx(1.0000001**500_000)
    assert copy.deepcopy(z).data == z.data
    del z
    assert sys.getrefcount(x) == 2


# -- failing allocations -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    """The module of native_faults.c."""
    compiler = shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0])
    if compiler is None:
        pytest.skip("there is no C compiler")
    library = tmp_path_factory.mktemp("faults") / f"native_faults{sysconfig.get_config_var('EXT_SUFFIX')}"
    source, headers = HERE / "native_faults.c", sysconfig.get_paths()["include"]
    subprocess.run([compiler, "-shared", "-fPIC", f"-I{headers}", str(source), "-o", str(library)], check=True)
    spec = importlib.util.spec_from_file_location("native_faults", library)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCENES = {  # what a call of the engine does with the leaves x and y: a function that is not Python's, and its arguments
    "leaf": lambda x, y: (Value, 1.5, "z"),
    "operator": lambda x, y: (operator.mul, x, y),
    "constant": lambda x, y: (operator.sub, 2.0, x),
    "whole number": lambda x, y: (operator.pow, x, 3),
    "method": lambda x, y: (x.tanh,),
    "call": lambda x, y: (ops.softplus, x),
    "call with a default": lambda x, y: (ops.leaky_relu, x),
    "three arguments": lambda x, y: (ops.clip, x, 0.0, y),
    "called back": lambda x, y: (ops.hypot, x, y),
    "weighted sum": lambda x, y: (ops.weighted_sum, [x, y, 2.0], [1.0, x, y], y),
    "list": lambda x, y: (ops.logsumexp, [x, y, 3.0]),
    "long list": lambda x, y: (ops.norm, [x, y] * 50),
    "comparison": lambda x, y: (operator.gt, x, y),
    "args": lambda x, y: (getattr, ops.add_up([x, y, *[0.5] * 200]), "args"),
    "parents": lambda x, y: (getattr, ops.add_up([x, y] * 50), "parents"),
    "partials": lambda x, y: (getattr, ops.add_up([x, y] * 100), "partials"),
    "assignment": lambda x, y: (setattr, x, "data", 2.0),
    "made": lambda x, y: (engine.make, 6.0, 0.0, "z", ops.mul, (x, y), (0.75, 2.0)),
    "operations": lambda x, y: (engine.operations, chain(x, y)),
    "backward": lambda x, y: (chain(x, y).backward,),
    "derivatives": lambda x, y: (engine.derivatives, chain(x, y), [x, y]),
}
SILENT = {"comparison", "assignment"}  # they allocate nothing


def chain(x, y):
    """200 operations, with an order that has to grow on the way."""
    z = x
    for _ in range(100):
        z = z * y + x
    return z


@pytest.mark.parametrize("name", SCENES)
def test_every_allocation_may_fail(faults, name):
    """The n-th allocation fails, for every n: a MemoryError, no reference lost, and a graph that works as before."""
    x, y = Value(2.0, "x"), Value(0.75, "y")
    for n in range(100):
        counts = [sys.getrefcount(x), sys.getrefcount(y)]
        engine.trim()  # no node is in store
        call = SCENES[name](x, y)
        engine.trim()
        try:
            faults.call(n, *call)
        except MemoryError:
            assert faults.failed()
        else:
            assert not faults.failed()
        del call
        assert [sys.getrefcount(x), sys.getrefcount(y)] == counts, n
        x.grad = y.grad = 0.0
        (x * y * x).backward()
        assert (x.grad, y.grad) == (3.0, 4.0)
        if not faults.failed():
            break
    assert n > 0 or name in SILENT


@contextlib.contextmanager
def untraced():
    """A tool that measures coverage traces every line of Python, and does not survive a failing allocation."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


@pytest.mark.parametrize(
    "call",
    [
        lambda x, y: ops.norm([x, y]),
        lambda x, y: 1.0 / (x - 2.0),
        lambda x, y: x + 10**400,
        lambda x, y: repr(x * True),
    ],
    ids=["called back in Python", "error", "huge constant", "representation"],
)
def test_an_allocation_may_fail_in_the_part_that_stays_in_python(faults, call):
    """Python itself loses a reference here and there, and an error; the graph works as before."""
    x, y = Value(2.0, "x"), Value(0.75, "y")
    for n in range(1000):
        with contextlib.suppress(MemoryError, SystemError, ArithmeticError), untraced():
            faults.call(n, call, x, y)
        x.grad = y.grad = 0.0
        (x * y * x).backward()
        assert (x.grad, y.grad) == (3.0, 4.0)
        if not faults.failed():
            break
    assert 0 < n < 999
