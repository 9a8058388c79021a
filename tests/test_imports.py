"""The floors of the house: imports only point down, and ``import microbp`` stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import microbp

ROOT = Path(microbp.__file__).parent

# fmt: off
FLOORS = [  # from the bottom up; __init__ stands for the public names, which only what is above it may use
    "errors", "randomness", "storage", "tables", "native", "table", "engine", "nn", "losses", "optim", "data",
    "compiler", "train", "inspect", "viz", "exercises", "__init__", "cli",
]
# fmt: on


def floor(module):
    return FLOORS.index(module.split(".")[0])


def is_module(name):
    return (ROOT / name).is_dir() or (ROOT / f"{name}.py").exists()


def imports(path):
    """The modules of microbp that a file imports."""
    package = [*path.relative_to(ROOT).parts[:-1]]
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1] + (node.module.split(".") if node.module else [])
            names = [alias.name if is_module(alias.name) else "__init__" for alias in node.names]
            targets = [base] if base else [[name] for name in names]
        elif isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "microbp":
            targets = [node.module.split(".")[1:] or ["__init__"]]
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            targets = [name[1:] or ["__init__"] for name in names if name[0] == "microbp"]
        else:
            continue
        for target in targets:
            yield ".".join(target)


FILES = [path for path in sorted(ROOT.rglob("*.py")) if path.name != "__init__.py" or path.parent != ROOT]
LADDER = [path for path in FILES if path.name != "__main__.py"]


@pytest.mark.parametrize("path", LADDER, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    here = path.relative_to(ROOT).with_suffix("").parts[0]
    for target in imports(path):
        there = target.split(".")[0]
        assert there == here or floor(there) < floor(here), f"{here} imports {target}, which stands above it"


def test_every_module_has_a_floor():
    modules = {path.relative_to(ROOT).with_suffix("").parts[0] for path in LADDER}
    assert modules <= set(FLOORS)


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_loads_no_third_party_package():
    code = """
import sys
before = set(sys.modules)
import microbp
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
own = {"microbp"} | {name for name in loaded if name.startswith("_sysconfigdata")}  # Python writes one for each machine
print(sorted(loaded - sys.stdlib_module_names - own))
"""
    assert run(code) == "[]\n"


def test_scalars_never_load_numpy():
    code = """
import sys, microbp
from microbp import Value, nn, losses
model = nn.MLP(2, [3, 1])
losses.mse(model([1.0, 2.0]), 0.5).backward()
microbp.hessian(lambda v: v[0] ** 2 * v[1])([1.0, 2.0])
print("numpy" in sys.modules)
"""
    assert run(code) == "False\n"


def test_the_public_names_are_there():
    assert all(hasattr(microbp, name) for name in microbp.__all__)
    assert len(set(microbp.__all__)) == len(microbp.__all__)
