"""The lectures, as they are stored: they ask before they show, answer what they ask, and show what the table promises.

The gate runs them: ``pytest --nbmake notebooks``. Here only their structure is read.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from microbp.exercises.lecture import folded

FOLDER = Path(__file__).parent.parent / "notebooks"
LECTURES = sorted(FOLDER.glob("*.ipynb"))
LONGEST = 84  # characters of code or output that a page of 800 pixels shows
LARGEST = 300_000  # characters of one stored output
by_name = pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in found]


def tags(cell: dict[str, Any], kind: str) -> list[str]:
    all_tags: list[str] = cell["metadata"].get("tags", [])
    return [tag.removeprefix(f"{kind}:") for tag in all_tags if tag.startswith(f"{kind}:")]


def code(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in cells(path) if cell["cell_type"] == "code"]


def calls(source: str, name: str) -> list[str]:
    """On what a method of that name is called, or to what a call of that function is assigned."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            found.append(ast.unparse(node.func.value))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == name:
            found.append(ast.unparse(node.targets[0]))
    return found


@by_name
def test_every_prediction_precedes_its_reveal(path: Path) -> None:
    asked: dict[str, str] = {}
    revealed = []
    for cell in code(path):
        for tag in tags(cell, "predict"):
            assert tag not in asked
            (asked[tag],) = calls(cell["source"], "predict")
            assert cell["source"].rstrip().endswith(asked[tag]), "the question shows itself"
            assert "answer=" not in cell["source"], "nothing is said yet"
        for tag in tags(cell, "reveal"):
            assert tag in asked, f"{tag} is revealed before it is asked"
            assert asked[tag] in calls(cell["source"], "reveal")
            revealed.append(tag)
        told = len(calls(cell["source"], "predict")) + len(calls(cell["source"], "reveal"))
        assert told == len(tags(cell, "predict") + tags(cell, "reveal")), "each question and answer has its tag"
    assert sorted(revealed) == sorted(asked) and 3 <= len(asked) <= 6


@by_name
def test_a_lecture_opens_with_what_it_is_for_and_ends_with_what_comes_next(path: Path) -> None:
    texts = [cell["source"] for cell in cells(path) if cell["cell_type"] == "markdown"]
    for told in ("**You will be able to**", "**You need**", "**Time:**"):
        assert told in texts[0]
    recap, try_it = (next(n for n, text in enumerate(texts) if text.startswith(head)) for head in ENDS)
    assert recap < try_it and "**Next:**" in texts[recap]
    for text in texts:
        for target in re.findall(r"\]\(([^)#:]+\.(?:ipynb|md))\)", text):
            assert (FOLDER / target).exists(), target


ENDS = ("## What you have now", "## Try it")


@by_name
def test_every_question_of_try_it_has_a_folded_answer_that_is_run(path: Path) -> None:
    (asked,) = [cell["source"] for cell in cells(path) if cell["source"].startswith("## Try it")]
    answered = folded(path)
    assert [name for name, _ in answered] == [f"Answer {n}" for n in re.findall(r"^(\d+)\.", asked, re.MULTILINE)]
    for name, source in answered:
        assert "assert" in source, f"{name} shows nothing that could fail"
        compile(source, name, "exec")
    last = code(path)[-1]
    assert last["source"] == f'answers("{path.name}", globals())'
    assert "".join(last["outputs"][0]["text"]) == "".join(f"{name}: runs\n" for name, _ in answered)


@by_name
def test_a_page_of_800_pixels_cuts_nothing(path: Path) -> None:
    for cell in code(path):
        printed = ["".join(out["text"]) for out in cell["outputs"] if out["output_type"] == "stream"]
        for text in [cell["source"], *printed]:
            assert max(map(len, text.split("\n"))) <= LONGEST, text


@by_name
def test_what_is_stored_is_whole_small_and_of_no_machine(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"/(home|root|tmp|usr|work)/", text)
    book = json.loads(text)
    assert book["metadata"]["kernelspec"] == {"display_name": "Python 3", "language": "python", "name": "python3"}
    counts = [cell["execution_count"] for cell in book["cells"] if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1)), "run once, from top to bottom"
    for cell in code(path):
        for out in cell["outputs"]:
            assert out["output_type"] != "error" and out.get("name") != "stderr"
            assert all(len(json.dumps(shown)) < LARGEST for shown in out.get("data", {}).values())
            assert "image/png" not in out.get("data", {}), "a picture that does not follow the page, light or dark"


@by_name
def test_a_lecture_can_be_shown_as_slides(path: Path) -> None:
    kinds = [cell["metadata"]["slideshow"]["slide_type"] for cell in cells(path)]
    assert kinds[0] == "slide" and set(kinds) <= {"slide", "subslide", "fragment", "skip", "-"}
    for cell, kind in zip(cells(path), kinds):
        if cell["source"].startswith(("# ", "## ")) and cell["cell_type"] == "markdown":
            assert kind == "slide", cell["source"][:40]


def test_the_table_of_facts_is_that_of_the_cells() -> None:
    shown = defaultdict(set)
    for path in LECTURES:
        for cell in cells(path):
            for tag in tags(cell, "fact"):
                shown[tag].add(int(path.stem[:2]))
    table = (FOLDER / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| .+ \| `([\w-]+)` \| ([\d, ]+) \|$", table, re.MULTILINE)
    assert len(rows) == len(dict(rows)) >= 60
    assert {tag: {*map(int, numbers.split(", "))} for tag, numbers in rows} == shown
    assert re.findall(r"^\| \[(\w+)\]", table, re.MULTILINE) == [path.stem for path in LECTURES]


def test_notebooks_speak_of_derivatives_with_respect_to() -> None:
    for path in LECTURES:
        for cell in cells(path):
            assert not re.search(r"derivatives? by\b", cell["source"]), cell["source"]
