"""The promises of a clone: the README's commands, what each extra brings, a gate in which nothing is skipped."""

import ast
import inspect
import os
import re
import subprocess
import sys
import textwrap
import types
from pathlib import Path

import pytest
from needs import DEV, Missing, needs

import microbp

HERE = Path(__file__).parent
ROOT = HERE.parent


README_COMMANDS = textwrap.dedent(
    re.search(r"## Two commands\n\n((?: {4}.*\n)+)", (ROOT / "README.md").read_text(encoding="utf-8"))[1]
)


def test_the_gate_runs_the_commands_of_the_readme_letter_by_letter():
    assert "<<'README'\n" + README_COMMANDS + "README\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert len(README_COMMANDS.splitlines()) == 2


def test_the_workflows_run_them_on_every_python_that_is_named():
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    for line in README_COMMANDS.splitlines():
        assert f"- run: {line.partition('  #')[0].rstrip()}\n" in workflow
    named = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert re.findall(r'"(3\.\d+)"', workflow.partition("python: [")[2].partition("]")[0]) == named


def test_one_version_everywhere():
    project, citation = ((ROOT / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "CITATION.cff"))
    version = re.search(r'^version = "(.*)"$', project, re.M)[1]
    assert version == microbp.__version__
    assert f"\nversion: {version}\n" in citation
    assert f"\n## {version} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_heavy_packages_are_those_of_dev_alone():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    light, dev = (
        set(re.findall(r'"([\w-]+)', text[text.index(f"\n{name} = [") :].partition("\n]")[0]))
        for name in ("test", "dev")
    )
    assert set(DEV) <= dev and not set(DEV) & light


@pytest.mark.parametrize("path", sorted(HERE.glob("*.py")), ids=lambda path: path.name)
def test_a_test_asks_for_a_heavy_package_and_does_not_import_it(path):
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    assert not {name.partition(".")[0] for name in names} & set(DEV), 'torch = needs("torch")'


def test_a_stand_in_can_be_passed_around_and_skips_when_it_is_used():
    torch = Missing("torch", "torch")
    table = {"relu": (torch.relu, torch.nn.functional.relu, torch.float64)}
    assert repr(table["relu"][1]) == "torch.nn.functional.relu"
    uses = [
        lambda: torch.relu(1.0),
        lambda: torch.pi[0],
        lambda: list(torch.pi),
        lambda: isinstance(1.0, torch.Tensor),
        lambda: inspect.signature(torch.relu),
        lambda: types.new_class("Net", (torch.nn.Module,)),
    ]
    for use in uses:
        with pytest.raises(pytest.skip.Exception, match=re.escape("needs torch: pip install 'microbp[dev]'")):
            use()


def test_a_package_of_the_light_extra_is_never_excused():
    with pytest.raises(ModuleNotFoundError):
        needs("hypothesis.no_such_module")


@pytest.mark.parametrize("body, code", [("pass", 0), ("pytest.skip('no reason')", 1)])
@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "workers"])
def test_with_no_skips_a_skipped_test_fails_the_run(tmp_path, workers, body, code):
    if workers:
        pytest.importorskip("xdist", reason="needs pytest-xdist: pip install 'microbp[dev]'")
    (tmp_path / "test_it.py").write_text(f"import pytest\ndef test_it():\n    {body}\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    path = os.pathsep.join(map(str, (HERE, Path(microbp.__file__).parent.parent)))
    argv = [sys.executable, "-m", "pytest", "-p", "conftest", *workers, "--no-skips"]
    env = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(argv, capture_output=True, text=True, cwd=tmp_path, env=env, timeout=60)
    assert done.returncode == code, done.stdout + done.stderr
