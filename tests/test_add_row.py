"""An operation is added by one row: at run time, and to the table by the recipe of CONTRIBUTING.md."""

import math
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from processes import ROOT, python

import microbp
from microbp import Value, explain, gradients, hessian
from microbp.table.languages import JAVASCRIPT
from microbp.table.op import TABLE
from microbp.table.page_rows import row as javascript
from microbp.table.writer import write

BELL = """
import math
from microbp import Op, Value, gradients
bell = Op("bell", lambda x, y: math.exp(-x * x) * y, (lambda z, x, y: -2.0 * x * z, lambda z, x, y: exp(-x * x)),
          "exp(-{0} * {0}) * {1}", r"e^{-{0}^2} \\, {1}", domain="a bell is low", defaults=(2.0,))
""".replace("lambda z, x, y: exp(", "lambda z, x, y: microbp.exp(").replace("import math", "import math, microbp")
POINTS = [(0.3, -1.5), (-0.0, 2.0), (5.0, 1e-9), (30.0, 1.0)]
RECORDED = f"""
for x, y in {POINTS}:
    u, v = Value(x, "u"), Value(y, "v")
    for z in (bell(u, v), bell(u), bell(u, 3.0), bell(0.5, v), bell(bell(u, v) * v, u)):
        slopes = gradients(z, [u, v], create_graph=True)
        second = [h for slope in slopes for h in gradients(slope, [u, v])]
        numbers = [z.data, *z.partials, *z.kept, *[slope.data for slope in slopes], *second]
        print(z, [repr(number) for number in numbers])
for hopeless in (lambda: bell(Value(1.0, "w"), 1e400), lambda: bell("x", Value(1.0)), lambda: bell(u, v, u)):
    try:
        print(hopeless())
    except microbp.MicrobpError as error:
        print(type(error), error)
"""


@pytest.fixture
def bell():
    names = {}
    exec(BELL, names)
    yield names["bell"]
    del TABLE["bell"]


def engines():
    """Those that are built here."""
    return ["python"] if microbp.native.engine is None else ["python", "native"]


def test_a_row_at_run_time_records_the_same_in_both_engines(bell):
    outputs = [python("-c", BELL + RECORDED, MICROBP_ENGINE=name) for name in engines()]
    for done in outputs:
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == outputs[0].stdout
    assert outputs[0].stdout.count("Error") == 3
    microbp.check_row(bell)
    microbp.gradcheck(bell, 0.3, -1.5, order=2)
    x = 0.3
    ((found,),) = hessian(lambda v: bell(v[0]))([x])
    assert math.isclose(found, 2.0 * (4.0 * x * x - 2.0) * math.exp(-x * x), rel_tol=1e-14)


def test_a_row_at_run_time_is_drawn_explained_compiled_and_written_for_pages(bell):
    w, x = Value(0.3, "w"), Value(2.0, "x")
    z = bell(w * x, w)
    assert "bell" in microbp.draw(z).svg
    derivation = explain(z, w)
    assert r"e^{-" in derivation.latex
    assert derivation.value == gradients(z, [w])[0]
    program = microbp.compile(lambda x: bell(w * x, w), 1.0, wrt=[w])
    batch = np.array([0.1, -2.0, 3.0])
    value, (slope,) = program.value_and_grad(batch)
    nodes = [bell(w * x, w) for x in batch.tolist()]
    assert np.allclose(value, np.mean([node.data for node in nodes]), rtol=1e-14)
    assert np.allclose(slope, np.mean([gradients(node, [w])[0] for node in nodes]), rtol=1e-14)
    assert np.allclose(bell(batch, 0.3), [node for node in map(bell, batch.tolist(), [0.3] * 3)], rtol=1e-14)
    text = javascript(bell)
    assert 'name: "bell"' in text
    assert write(bell, JAVASCRIPT, [True, False]).partials == ("(-2.0) * x * z",)


LINE = (
    'bell = Op("bell", lambda x: 1.0 / (1.0 + x * x), (lambda z, x: -2.0 * x * z * z,), '
    '"1.0 / (1.0 + {0} * {0})", "B({0})")\n'
)
USED = """
import microbp
from microbp import Value, ops
x = Value(0.7, "x")
z = ops.bell(x.bell() * x)
program = microbp.compile(lambda v: ops.bell(x.bell() * v), 0.7, wrt=[x])
print(microbp.engine_name, z, microbp.gradients(z, [x]), "bell" in microbp.draw(z).svg, microbp.explain(z, x).latex)
print(microbp.hessian(lambda v: v[0].bell())([0.7]), program.value_and_grad([0.7, 0.1]))
print(microbp.check_row(ops.bell))
"""
RECIPE = re.compile(r"^      (python .*?)(?: +#.*)?$", re.MULTILINE)


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT.parent / "CONTRIBUTING.md").exists(), reason="an installed package has no sources")
def test_the_recipe_for_a_row_of_the_table(tmp_path):
    """One line of rows.py and the commands of CONTRIBUTING.md."""
    commands = RECIPE.findall((ROOT.parent / "CONTRIBUTING.md").read_text())
    assert len(commands) == 4
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT.parent / name, tmp_path)
    ignored = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
    shutil.copytree(ROOT, tmp_path / "microbp", ignore=ignored)
    rows, end = tmp_path / "microbp" / "table" / "rows.py", "# fmt: on\n"
    text = rows.read_text()
    assert text.count(end) == 1
    rows.write_text(text.replace(end, LINE + end))
    environment = {name: value for name, value in os.environ.items() if name != "MICROBP_ENGINE"}
    for command in commands:
        command = command.replace("python ", f"{sys.executable} ", 1)
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert "    def bell(self" in (tmp_path / "microbp" / "table" / "operators.pyi").read_text()
    assert "formula_bell" in (tmp_path / "microbp" / "native" / "rows.h").read_text()
    assert "  bell: {" in (tmp_path / "microbp" / "viz" / "pages" / "rows.js").read_text()
    outputs = []
    for name in engines():
        done = python("-c", USED, folder=tmp_path, MICROBP_ENGINE=name)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"{name} ")
        outputs.append(done.stdout.removeprefix(name))
    assert outputs == outputs[:1] * len(outputs)
