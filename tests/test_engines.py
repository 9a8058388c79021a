"""What holds whichever engine is in use: the choice, the rows that C is written from, threads, rows of one's own."""

import shutil
import sys
import threading

import pytest
from processes import ROOT, python

import microbp
from microbp import Op, Value, gradients
from microbp.native import engine_name
from microbp.table import native_rows
from microbp.table.op import TABLE


def test_an_engine_of_another_name_is_refused():
    done = python("-c", "import microbp", MICROBP_ENGINE="fortran")
    assert "InputError: MICROBP_ENGINE=fortran: it is python or native" in done.stderr


def test_a_native_engine_that_is_not_there_is_an_error_that_says_how_to_build_it(tmp_path):
    without = shutil.ignore_patterns("_engine.*.so", "_engine.*.pyd", "__pycache__")
    shutil.copytree(ROOT, tmp_path / "microbp", ignore=without)
    program = "import microbp; print(microbp.engine_name)"
    for wanted in ["", "native"]:
        done = python("-c", program, MICROBP_ENGINE=wanted, folder=tmp_path)
        if wanted:
            assert "MissingExtraError" in done.stderr and "python setup.py build_ext --inplace" in done.stderr
        else:
            assert done.stdout == "python\n"


@pytest.mark.skipif(not (ROOT / "native" / "rows.h").exists(), reason="an installed package has no C files")
def test_the_generated_rows_are_those_of_the_table():
    assert native_rows.text() == (ROOT / "native" / "rows.h").read_text(), (
        "write them again: python -m microbp.table.native_rows > microbp/native/rows.h"
    )


def test_eight_threads_with_graphs_of_their_own_and_shared_leaves():
    shared = [Value(0.5 + 0.1 * i) for i in range(4)]

    def cost():
        own = Value(0.3)
        z = own
        for i in range(300):
            z = (z * shared[i % 4] + shared[(i + 1) % 4]).tanh()
        return z, own

    z, own = cost()
    expected = gradients(z, [own, *shared])
    found, errors = [], []

    def work():
        try:
            for _ in range(20):
                z, own = cost()
                found.append(gradients(z, [own, *shared]))
                z.backward()
                assert own.grad == expected[0]
        except BaseException as error:
            errors.append(error)

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switch)
    assert not errors
    assert found == [expected] * 160


def test_a_users_row_is_called_back_and_its_errors_pass():
    class Odd(Exception):
        pass

    def forward(x):
        if x > 5.0:
            raise Odd
        return x**3

    row = Op("called_back", forward, (lambda z, x: 3.0 * x * x,), "{0} ** 3", "{0}^3")
    try:
        x = Value(2.0)
        z = row(x) * row(3.0)
        z.backward()
        assert (z.data, x.grad) == (216.0, 324.0)
        with pytest.raises(Odd):
            row(Value(6.0))
    finally:
        del TABLE["called_back"]


def test_the_engine_has_a_name():
    assert microbp.engine_name == engine_name
    done = python("-m", "microbp", "--version")
    assert engine_name in done.stdout


GRAPHS = """
import pickle, sys, microbp
from microbp import Value, gradients, no_grad, ops
def written():
    x, y = Value(2.0, "x"), Value(0.0, "y")
    nodes = [x * y + x.tanh() ** 2, ops.prod([x, y, 3.0]), ops.clip(x, 0.0, y), ops.weighted_sum([x, 2.0], [y, x], 1.0)]
    nodes[0].backward()
    with no_grad():
        nodes.append(x * y)
    return pickle.dumps([x, y, *nodes]).hex()
def read(text):
    x, y, *nodes, alone = pickle.loads(bytes.fromhex(text))
    for node in nodes:
        second = [gradients(slope, [x, y]) for slope in gradients(node, [x, y], create_graph=True)]
        print(node, node.args, node.partials, node.kept, node.op, second)
    try:
        alone.backward()
    except microbp.MicrobpError as error:
        print(error)
print(written()) if len(sys.argv) == 1 else read(sys.argv[1])
"""


def test_a_graph_that_one_engine_has_pickled_is_read_by_the_other():
    names = ["python", "native"] if engine_name == "native" else ["python"]
    pickled = [python("-c", GRAPHS, MICROBP_ENGINE=name).stdout.strip() for name in names]
    assert pickled == pickled[:1] * len(names)
    texts = [python("-c", GRAPHS, pickled[0], MICROBP_ENGINE=name).stdout for name in names]
    assert texts == texts[:1] * len(names)
    assert texts[0].count("\n") == 5 and "no_grad" in texts[0]
