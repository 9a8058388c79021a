"""A table that prints itself: aligned in a terminal, as HTML and Markdown in a notebook, as a dict for tools."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..tables import aligned
from .notation import short


@dataclass(frozen=True)
class Table:
    """Rows of words and numbers under a head, with an optional title above and a note below.

    >>> print(Table(("layer", "error"), [("output", 1 / 3), ("hidden", 12)], note="done"))
    layer      error
    ----------------
    output  0.333333
    hidden        12
    done
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""
    note: str = ""

    def cells(self) -> list[list[str]]:
        """Every cell as text, numbers to six digits, None left empty."""
        return [[_cell(x) for x in row] for row in self.rows]

    def __str__(self) -> str:
        cells = [list(self.head), *self.cells()]
        columns = zip(*self.rows) if self.rows else [[""]] * len(self.head)
        numeric = [all(isinstance(x, int | float | None) for x in column) for column in columns]
        return "\n".join([*self.title.splitlines(), aligned(cells, numeric), *self.note.splitlines()])

    __repr__ = __str__

    def as_dict(self) -> dict[str, Any]:
        """The rows as dicts, numbers in full."""
        found: dict[str, Any] = {"title": self.title} if self.title else {}
        found["rows"] = [dict(zip(self.head, row)) for row in self.rows]
        return found | ({"note": self.note} if self.note else {})

    def _repr_markdown_(self) -> str:
        lines = [[cell.replace("|", r"\|") for cell in row] for row in [list(self.head), *self.cells()]]
        lines.insert(1, ["---"] * len(self.head))
        table = "\n".join("| " + " | ".join(row) + " |" for row in lines)
        return "\n\n".join(part for part in (self.title, table, self.note) if part)

    def _repr_html_(self) -> str:
        def row(cells: Sequence[str], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        body = "".join(row(cells, "td") for cells in self.cells())
        parts = [f"<p>{html.escape(text)}</p>" if text else "" for text in (self.title, self.note)]
        return f"{parts[0]}<table><thead>{row(self.head, 'th')}</thead><tbody>{body}</tbody></table>{parts[1]}"


class Report:
    """What shows itself as its `table`."""

    @property
    def table(self) -> Table:
        """What was found, line by line."""
        raise NotImplementedError

    def __str__(self) -> str:
        return str(self.table)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def _repr_markdown_(self) -> str:
        return self.table._repr_markdown_()


def _cell(x: Any) -> str:
    if isinstance(x, float):
        return short(x)
    if isinstance(x, int) and not isinstance(x, bool):
        return f"{x:,}"
    return "" if x is None else str(x)
