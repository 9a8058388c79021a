"""The documents say what is: their code runs, the names in them exist, the rooms are there."""

import doctest
import re
from pathlib import Path

import pytest

import microbp
from microbp.table.op import TABLE

ROOT = Path(__file__).parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def names(text):
    """What is named as an attribute of a public module of microbp, in code."""
    code = " ".join(re.findall(r"`([^`]*)`", text))
    return set(re.findall(r"\b(?:nn|optim|losses|data|inspect|viz|schedules)\.[A-Za-z_]\w*", code))


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_the_code_of_a_document_runs(path):
    blocks = re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.S)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, path.name, str(path), 0)
    assert doctest.DocTestRunner(optionflags=FLAGS).run(example).failed == 0
    TABLE.pop("cube_of_the_docs", None)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_the_names_in_a_document_exist(path):
    here = path.read_text("utf-8")
    if path.name == "peers.md":  # the left column is the peers'
        here = "\n".join(row.split(" | ")[-1] for row in here.splitlines())
    for name in names(here):
        module, attribute = name.split(".")
        place = microbp.optim.schedules if module == "schedules" else getattr(microbp, module)
        assert hasattr(place, attribute), name


def test_every_room_has_a_line():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    package = Path(microbp.__file__).parent
    rooms = {f"microbp/{path.name}/" for path in package.iterdir() if (path / "__init__.py").exists()}
    assert rooms <= set(re.findall(r"`(microbp/\w+/)`", text))
    for path in re.findall(r"`((?:microbp|tests)/[\w/.]+)`", text):
        assert (ROOT / path).exists() or (package.parent / path).exists(), path


def test_the_plan_of_the_house_is_that_of_the_imports_test():
    from test_imports import FLOORS

    rooms = re.findall(r"\| `microbp/(\w+)/`", (ROOT / "docs" / "architecture.md").read_text("utf-8"))
    order = [FLOORS.index(room) for room in rooms if room not in ("native", "table")]
    assert order == sorted(order)
