"""A sheet of exercises and its key as web pages: one file each, no script, nothing loaded from anywhere."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Iterable, Sequence
from copy import deepcopy
from pathlib import Path
from string import Template
from typing import Any

from ..errors import InputError
from ..viz import draw
from ..viz.style import stylesheet
from . import solution
from .exercise import Exercise
from .grade import described
from .words import Passage, number

PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
$style</style>
</head>
<body>
<header><h1>$title</h1>$subtitle</header>
<main>
$body
</main>
</body>
</html>
""")

NAME_AND_DATE = "<p>Name ______________________________ &emsp; Date ______________</p>"
STYLE = """
:root { color-scheme: light dark; }
@media print { :root { color-scheme: light; } }
body { max-width: 46rem; margin: 0 auto; padding: 1.5rem; background: var(--paper); color: var(--ink);
       font: 16px/1.5 SANS; font-variant-numeric: lining-nums; }
header { border-bottom: 2px solid var(--ink); margin-bottom: 1.5rem; padding-bottom: 0.5rem; }
h1 { font-size: 1.4rem; margin: 0; }
header p { color: var(--muted); margin: 0.5rem 0 0; }
h2 { font-size: 1.05rem; margin: 0 0 0.3rem; }
h3 { font-size: 0.95rem; margin: 0.8rem 0 0.3rem; }
article { break-inside: avoid; margin-bottom: 2rem; }
p { margin: 0.25rem 0; }
td p, .answer p { margin: 0; }
.math { font-family: SERIF; font-size: 1.08em; }
.formula { margin: 0.1rem 0 0.1rem 2rem; }
.space { height: 5rem; border-bottom: 1px solid var(--rule); }
.answer { border: 1px solid var(--root-line); background: var(--root); padding: 0.1rem 0.5rem; display: inline-block; }
.telling { color: var(--muted); font-size: 0.9rem; }
summary { color: var(--muted); cursor: pointer; font-size: 0.9rem; }
pre { font: 0.82rem/1.4 MONO; white-space: pre-wrap; border-left: 3px solid var(--rule); padding-left: 0.8rem; }
article:has(pre) { break-inside: auto; }
details > div { border-left: 3px solid var(--rule); padding-left: 0.8rem; margin: 0.2rem 0 0.5rem; }
img { display: block; max-width: 100%; margin: 0.6rem 0; }
table { border-collapse: collapse; font-size: 0.9rem; margin: 0.3rem 0; }
td, th { border-bottom: 1px solid var(--rule); padding: 0.15rem 0.8rem 0.15rem 0;
         text-align: left; vertical-align: top; }
td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
@media print { body { padding: 0; max-width: none; font-size: 11pt; } details { display: none; } }
"""


def write(folder: str | Path, items: Sequence[Sequence[Exercise]], title: str) -> tuple[Path, Path]:
    """Write ``sheet.html`` and ``key.html`` to a folder, which is made if there is none.

    Args:
        folder: where to write; files of these names are replaced.
        items: the exercises; several in one item ask for several derivatives of one graph.
        title: the heading of both pages.

    Raises:
        InputError: a file stands where the folder should, or the folder above is missing.
    """
    return write_pages(folder, sheet(items, title), key(items, title))


def write_pages(folder: str | Path, questions: str, answers: str) -> tuple[Path, Path]:
    """Write two pages as ``sheet.html`` and ``key.html``; see `write`."""
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file: name a folder for sheet.html and key.html")
    if not folder.absolute().parent.is_dir():
        raise InputError(f"there is no folder {folder.absolute().parent}")
    folder.mkdir(exist_ok=True)
    for name, content in (("sheet.html", questions), ("key.html", answers)):
        (folder / name).write_text(content, encoding="utf-8")
    return folder / "sheet.html", folder / "key.html"


def sheet(items: Sequence[Sequence[Exercise]], title: str) -> str:
    """The page for students: questions, room for the work, hints to unfold (they are not printed)."""
    return page(title, NAME_AND_DATE, (_asked(parts) for parts in items))


def key(items: Sequence[Sequence[Exercise]], title: str) -> str:
    """The page for teachers: the graph, the worked solution, and what wrong answers tell."""
    note = (
        "<p>Every answer is exact and was found by reverse mode, by dual numbers and as a sum over paths. "
        "A wrong answer that is listed tells the mistake behind it.</p>"
    )
    return page(f"{title}: key", note, (_solved(parts) for parts in items))


def page(title: str, subtitle: str, articles: Iterable[str]) -> str:
    """A page with one article per exercise."""
    body = "\n".join(
        f"<article>\n<h2>Exercise {n}</h2>\n{article}\n</article>" for n, article in enumerate(articles, 1)
    )
    return PAGE.substitute(title=html.escape(title), style=stylesheet(STYLE, ":root"), subtitle=subtitle, body=body)


def question(parts: Sequence[Exercise]) -> Passage:
    """One graph, and all that is asked about it."""
    return Passage([*solution.given(parts[0]), solution.asked(parts)])


def _asked(parts: Sequence[Exercise]) -> str:
    hints = ""
    for part in parts:
        by = f" for {html.escape(part.derivation.symbol)}" if len(parts) > 1 else ""
        for n, hint in enumerate(part.hints, 1):
            hints += f"<details><summary>Hint {n}{by}</summary><div>{hint.html}</div></details>\n"
    return f'{question(parts).html}\n{hints}<div class="space"></div>'


def _solved(parts: Sequence[Exercise]) -> str:
    solved = []
    for part in parts:
        answer = Passage([["", solution.derivative(part), " = ", number(part.answer)]]).html
        solved.append(
            f'<h3>Answer</h3><div class="answer">{answer}</div>\n{_picture(part)}\n<h3>Solution</h3>\n'
            f"{part.solution.html}\n{_telling(part)}"
        )
    return "\n".join([question(parts).html, *solved])


def _picture(exercise: Exercise) -> str:
    """The graph after one backward pass, the paths marked. As an image its style and its names stay its own."""
    memo: dict[int, Any] = {}
    output = deepcopy(exercise.output, memo)
    output.backward()
    svg = draw(output, highlight=memo[id(exercise.leaf)]).svg
    return f'<img alt="The graph of the exercise" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'


def _telling(exercise: Exercise) -> str:
    """The wrong answers with the mistakes behind them, and the mistakes that would not show."""
    rows = ""
    for wrong in sorted({m.answer for m in exercise.mistakes} - {exercise.answer}):
        behind = described([m for m in exercise.mistakes if m.answer == wrong], advice=False)
        cell = "<br>".join(map(html.escape, behind))
        rows += f"<tr><td>{Passage([['', number(wrong)]]).html}</td><td>{cell}</td></tr>\n"
    names = dict.fromkeys(m.misconception.name for m in exercise.unseen)
    unseen = f'<p class="telling">Would not show here: {", ".join(names)}.</p>' if names else ""
    head = "<tr><th>wrong answer</th><th>the mistake behind it</th></tr>"
    return f"<h3>What wrong answers tell</h3>\n<table><thead>{head}</thead><tbody>\n{rows}</tbody></table>{unseen}"
