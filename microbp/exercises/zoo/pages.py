"""Puzzles on paper: a sheet with broken programs, and its key."""

from __future__ import annotations

import html
from collections.abc import Sequence

from ..sheet import NAME_AND_DATE, page
from .puzzle import Puzzle

TASK = "<p>Find the mistake. Write a test that fails on this program and would pass on the right one; then mend it.</p>"


def sheet(puzzles: Sequence[Puzzle], title: str) -> str:
    """The page for students: symptoms, code, room for the answer."""
    return page(title, NAME_AND_DATE, (f'{_told(p)}{TASK}<div class="space"></div>' for p in puzzles))


def key(puzzles: Sequence[Puzzle], title: str) -> str:
    """The page for teachers: the mistake, and a test that catches it."""
    articles = (
        f"{_told(p)}<h3>The mistake</h3>{_pre(p.key)}<h3>A test that catches it</h3>{_pre(p.test)}" for p in puzzles
    )
    return page(f"{title}: key", "", articles)


def _told(puzzle: Puzzle) -> str:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in puzzle.told.splitlines())
    return lines + _pre(puzzle.numbered)


def _pre(text: str) -> str:
    return f"<pre>{html.escape(text)}</pre>"
