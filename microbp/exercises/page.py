"""Exercises as a live page: questions, hints and grading in one file, by the rules that Python grades by.

The page gets formulas, not verdicts: the graph, the key and every known mistake, which `engine.js` evaluates, the table
of words and the sentences of `reading`, and the tolerances of `grade`.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from string import Template
from typing import Any

from ..engine.value import Value
from ..storage import writable
from ..viz.page import PAGES, inert, policy, script
from ..viz.style import stylesheet
from . import solution
from .exercise import Exercise
from .grade import PLACES, SAME, ZERO
from .reading import COMMON, DEEPEST, DIGITS, LARGEST_POWER, LONGEST, LONGEST_WORD, SENTENCES, spellings
from .subject import Task
from .subject.task import SLACK
from .words import Passage

PLACEHOLDERS = {
    "number": "3/4, 0.75 or a formula",
    "matrix": "[[1, 2], [3, 4]]",
    "shape": "(4, 3)",
    "choice": "",
}


def rules() -> dict[str, Any]:
    """What a page needs to read and grade as Python does."""
    return {
        "words": list(COMMON.items()), "sentences": SENTENCES, "longest": LONGEST, "longestWord": LONGEST_WORD,
        "deepest": DEEPEST, "digits": DIGITS, "largestPower": LARGEST_POWER, "places": PLACES,
        "same": SAME, "zero": ZERO,
    }  # fmt: skip


def data(exercise: Exercise | Task) -> dict[str, Any]:
    """One exercise for a page: what it says, and its graph, key and mistakes as formulas."""
    found = of_task(exercise) if isinstance(exercise, Task) else of_graph(exercise)
    labels = found.pop("labels")
    return found | {
        "hints": [hint.html for hint in exercise.hints],
        "solution": exercise.solution.html,
        "words": [(t, ("name", label)) for label in labels for t in spellings(label) if len(t) <= LONGEST_WORD],
        "placeholder": PLACEHOLDERS[found["form"]],
        "mistakes": [
            {"name": m.misconception.name, "advice": m.misconception.advice, "where": m.where,
             "formula": m.formula if found["form"] == "choice" else written(rows(m.formula))}
            for m in exercise.mistakes
        ],
    }  # fmt: skip


def of_task(task: Task) -> dict[str, Any]:
    """A question on the subject: lines that are formulas."""
    lines = [(text.partition(" = ")[0], task.tree_of(text)) for text in task.lines]
    return {
        "question": Passage(task.question.lines[: -len(task.options) or None]).html,
        "form": task.form,
        "slack": SLACK if task.form in ("number", "matrix") else 0,
        "options": len(task.options),
        "choices": [
            Passage([line[1:] if line[0] == "" else line]).html for line in task.question.lines[-len(task.options) :]
        ]
        if task.options
        else [],
        "numbers": [(label, str(x)) for label, x in task.numbers.items()],
        "lines": [(label, written(tree), None) for label, tree in lines],
        "slopes": [],
        "key": written(task.trees(task.key)),
        "labels": task.labels,
    }


def of_graph(exercise: Exercise) -> dict[str, Any]:
    """A graph: lines that are operations, and the local derivatives on the paths by name."""
    slopes: list[tuple[str, str, int, bool]] = []
    for edge in exercise.edges:
        for after in (False, True):
            name = exercise.local(edge, after)[1]
            if name in exercise.symbols:
                slopes.append((name, exercise.label(edge.node), edge.which, after))
    return {
        "question": Passage([*solution.given(exercise), solution.asked([exercise])]).html,
        "form": "number",
        "slack": 0,
        "options": 0,
        "choices": [],
        "numbers": [(exercise.label(x), str(exercise.graph.data[x])) for x in exercise.graph.leaves],
        "lines": [
            (exercise.label(node), node.op.name if node.op else "", list(operands(exercise, node)))
            for node in exercise.graph.lines
        ],
        "slopes": slopes,
        "key": written([[exercise.summed()]]),
        "output": exercise.label(exercise.output),
        "leaf": exercise.label(exercise.leaf),
        "labels": [exercise.label(node) for node in exercise.graph.data],
    }


def operands(exercise: Exercise, node: Value) -> Iterator[Any]:
    """The arguments of an operation: labels, numbers, and lists of them."""
    assert node.op is not None  # a line is an operation
    for part in node.op.split([exercise.label(a) if isinstance(a, Value) else float(a) for a in node.args]):
        yield list(part) if isinstance(part, tuple | list) else part


def rows(formula: Any) -> Any:
    """The rows of a formula: a graph has one."""
    return [[formula]] if isinstance(formula, tuple) else formula


def written(formula: Any) -> Any:
    """Trees as lists that a page can read."""
    if isinstance(formula, tuple) and formula and formula[0] == "number":
        return [
            "number",
            str(formula[1]) if isinstance(formula[1], Fraction) and "/" in str(formula[2]) else formula[2],
        ]
    return [written(part) for part in formula] if isinstance(formula, tuple | list) else formula


def page(items: Sequence[Sequence[Exercise] | Sequence[Task]], title: str) -> str:
    """The page: one file that asks nothing of a network.

    >>> from .subject import tasks
    >>> len(page([tasks("delta")], "δ = a - y")) < 300_000
    True
    """
    asked = [data(part) for parts in items for part in parts]
    code = script("exercises") + "$exercises.start();"
    style = stylesheet((PAGES / "exercises.css").read_text("utf-8"), ":root")
    return Template((PAGES / "exercises.html").read_text("utf-8")).substitute(
        title=html.escape(title),
        style=style,
        script=code,
        csp=policy(code, style),
        data=inert({"rules": rules(), "tasks": asked}),
    )


def write_page(path: Path, items: Sequence[Sequence[Exercise] | Sequence[Task]], title: str) -> None:
    """Write the page to a file.

    Raises:
        InputError: the file cannot be written.
    """
    writable(path)
    path.write_text(page(items, title), encoding="utf-8")
