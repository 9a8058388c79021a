"""A sheet of exercises and its key as web pages: one file each, no script, nothing loaded from anywhere."""

from __future__ import annotations

import html
import math
from base64 import b64encode
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from string import Template

from ..errors import InputError
from ..storage import write_file
from ..viz import Drawing, draw
from ..viz.drawing import placed
from ..viz.style import stylesheet
from . import solution
from .exercise import Exercise
from .grade import described, shown_rows
from .misconceptions import Mistake
from .subject import Task
from .words import Math, Passage

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

WIDEST = 1600.0  # pixels of a graph to fill in
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
code { font: 0.9em MONO; }
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


def write(folder: str | Path, items: Sequence[Sequence[Exercise] | Sequence[Task]], title: str) -> tuple[Path, Path]:
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
        write_file(folder / name, content.encode())
    return folder / "sheet.html", folder / "key.html"


def sheet(items: Sequence[Sequence[Exercise] | Sequence[Task]], title: str) -> str:
    """The page for students: questions, room for the work, hints to unfold (they are not printed)."""
    return page(title, NAME_AND_DATE, (_asked(parts) for parts in items))


def key(items: Sequence[Sequence[Exercise] | Sequence[Task]], title: str) -> str:
    """The page for teachers: the graph, the worked solution, and what wrong answers tell."""
    note = "<p>Every answer was found in several ways. A wrong answer that is listed tells the mistake behind it.</p>"
    return page(f"{title}: key", note, (_solved(parts) for parts in items))


def page(title: str, subtitle: str, articles: Iterable[str]) -> str:
    """A page with one article per exercise."""
    body = "\n".join(
        f"<article>\n<h2>Exercise {n}</h2>\n{article}\n</article>" for n, article in enumerate(articles, 1)
    )
    return PAGE.substitute(title=html.escape(title), style=stylesheet(STYLE, ":root"), subtitle=subtitle, body=body)


def question(parts: Sequence[Exercise] | Sequence[Task]) -> Passage:
    """One graph, and all that is asked about it."""
    first = parts[0]
    if isinstance(first, Task):
        return first.question
    return Passage([*solution.given(first), solution.asked([part for part in parts if isinstance(part, Exercise)])])


def _asked(parts: Sequence[Exercise] | Sequence[Task]) -> str:
    hints = ""
    for part in parts:
        by = f" for {html.escape(part.symbol)}" if len(parts) > 1 else ""
        for n, hint in enumerate(part.hints, 1):
            hints += f"<details><summary>Hint {n}{by}</summary><div>{hint.html}</div></details>\n"
    return f'{question(parts).html}\n{_to_fill_in(parts[0])}{hints}<div class="space"></div>'


def _solved(parts: Sequence[Exercise] | Sequence[Task]) -> str:
    solved = []
    for part in parts:
        solved.append(
            f'<h3>Answer</h3><div class="answer">{part.answered.html}</div>\n{_picture(part)}\n<h3>Solution</h3>\n'
            f"{part.solution.html}\n{_telling(part)}"
        )
    return "\n".join([question(parts).html, *solved])


def _picture(exercise: Exercise | Task) -> str:
    """The graph after one backward pass, the paths marked."""
    found = exercise.graph_drawn
    if found is None:
        return ""
    return _image(draw(found[0], highlight=found[1]), "The graph of the exercise")


def _to_fill_in(exercise: Exercise | Task) -> str:
    """The graph without the numbers that are asked for or lead to them, and without the marked paths.

    A long graph is left out: shrunk to the page, it would have no room for handwriting.
    """
    found = exercise.graph_drawn
    if found is None:
        return ""
    drawing = draw(found[0], blank=True)
    wide = placed(drawing.picture).width > WIDEST
    return "" if wide else _image(drawing, "The graph of the exercise, to fill in") + "\n"


def _image(drawing: Drawing, alt: str) -> str:
    """A picture as an image: its style and its names stay its own."""
    svg = drawing.svg
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'


def _telling(exercise: Exercise | Task) -> str:
    """The wrong answers with the mistakes behind them, and the mistakes that would not show."""
    unseen = exercise.unseen
    behind: dict[str, list[Mistake]] = {}
    for m in exercise.mistakes:
        if m not in unseen:
            behind.setdefault(shown_rows(m.answer), []).append(m)
    rows = ""
    for wrong in sorted(behind, key=_size):
        cell = "<br>".join(map(html.escape, described(behind[wrong], advice=False)))
        rows += f"<tr><td>{Passage([['', Math(wrong, wrong)]]).html}</td><td>{cell}</td></tr>\n"
    names = dict.fromkeys(m.misconception.name for m in unseen)
    note = f'<p class="telling">Would not show here: {", ".join(names)}.</p>' if names else ""
    head = "<tr><th>wrong answer</th><th>the mistake behind it</th></tr>"
    return f"<h3>What wrong answers tell</h3>\n<table><thead>{head}</thead><tbody>\n{rows}</tbody></table>{note}"


def _size(answer: str) -> tuple[float, str]:
    """Numbers in their order, before tables and letters."""
    try:
        return float(Fraction(answer)), answer
    except ValueError:
        return math.inf, answer
