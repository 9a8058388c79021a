"""What editors and readers are told: types that complete, help with formulas, names that shadow nothing."""

import builtins
import doctest
import inspect
import json
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import pytest
from needs import require

import microbp
from microbp import Op, Value, losses
from microbp.table.op import RESERVED, TABLE
from microbp.table.operators import METHODS

PAGE = Path(__file__).parent / "typed" / "page.py"
REVEALED = PAGE.read_text("utf-8").count("reveal_type(")
ROOT = Path(microbp.__file__).parent.parent


def run(*argv):
    return subprocess.run([sys.executable, "-m", *argv], capture_output=True, text=True, cwd=ROOT, timeout=300).stdout


def no_any(types):
    """An array knows its numbers and not its shape: NumPy says tuple[Any, ...]."""
    assert len(types) == REVEALED
    for line in types:
        known = line.replace("tuple[Any, ...], dtype", "").replace("tuple[Any, ...], numpy.dtype", "")
        assert not re.search("Any|Unknown", known), line


def test_mypy_knows_the_types_of_a_page_of_user_code():
    require("mypy")
    out = run("mypy", "--strict", "--follow-imports=silent", "--config-file=", str(PAGE))
    assert not [line for line in out.splitlines() if " error: " in line], out
    no_any([line for line in out.splitlines() if "Revealed type" in line])


def test_pyright_knows_the_types_of_a_page_of_user_code():
    require("pyright")
    found = json.loads(run("pyright", "--pythonpath", sys.executable, "--outputjson", str(PAGE)))["generalDiagnostics"]
    assert not [entry["message"] for entry in found if entry["severity"] != "information"]
    no_any([entry["message"] for entry in found])


# Help


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_help_of_a_row_gives_formula_derivatives_domain_and_an_example(name):
    op = TABLE[name]
    text = pydoc.plain(pydoc.render_doc(op))
    call = f"{name}{inspect.signature(op)}".replace(", /)", ")")
    for part in (call, "z = ", "LaTeX: ", "Domain: "):
        assert part in text
    assert text.count("dz/d") == sum(rule != op.no_derivative for rule in op.partials)
    example = doctest.DocTestParser().get_doctest(op.__doc__, {name: op}, name, None, 0)
    assert example.examples and doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("name", METHODS)
def test_help_of_a_method_does_too(name):
    method = getattr(Value, name)
    text = pydoc.plain(pydoc.render_doc(method))
    assert all(part in text for part in ("z = ", "dz/d", "LaTeX: ", "Domain: "))
    assert next(iter(inspect.signature(method).parameters)) == "self"
    example = doctest.DocTestParser().get_doctest(method.__doc__, {}, name, None, 0)
    assert example.examples and doctest.DocTestRunner().run(example).failed == 0


def test_help_of_a_row_of_ones_own_and_of_the_class():
    op = Op("cube_helped", lambda x: x**3, (lambda z, x: 3.0 * x * x,), "{0} ** 3", "{0}^{3}", level=2)
    try:
        assert "dz/dx = 3.0 * x * x" in op.__doc__ and ">>> round(cube_helped(0.5), 9)\n0.125" in op.__doc__
    finally:
        del TABLE["cube_helped"]
    assert Op.__doc__.startswith("An operation")
    assert "forward" in inspect.signature(Op).parameters


def test_a_star_import_shadows_nothing_of_python():
    names = {}
    exec("from microbp import *", names)
    shadowed = {name for name in names if hasattr(builtins, name)} - {"__builtins__"}
    assert shadowed == set()
    assert all(callable(getattr(microbp, name)) for name in ("compile", "sum", "max", "min", "abs", "pow"))


def test_every_module_lists_what_is_public():
    assert set(dir(losses)) == {*losses.LOSSES, "l2"}
