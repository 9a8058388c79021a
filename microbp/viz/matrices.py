"""Matrices as pictures: small images, and tables of coloured cells.

Colours are laid on the paper with an opacity, and are of middle lightness: they read on white and on dark pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt
from typing import Any

from ..errors import InputError, ShapeError
from .figures import figure as short
from .panes import axes, import_matplotlib
from .plot import Plot

INK, UP, DOWN = "#76828f", "#3f7fe8", "#dd5a3a"
CELL = 0.68  # inches, a small image


def images(
    pictures: Sequence[Any], titles: Sequence[str] = (), columns: int = 10, signed: bool = False, note: str = ""
) -> Plot:
    """Square images side by side, all on one scale.

    Args:
        pictures: each a list of n·n numbers, row by row.
        titles: one above each image.
        columns: images in a row.
        signed: blue where positive, red where negative; else ink where positive.
        note: a line below.

    Raises:
        InputError: no images.
        ShapeError: an image that is not square, more titles than images.
    """
    squares = [_square(picture) for picture in pictures]
    if not squares:
        raise InputError("there are no images to show")
    if titles and len(titles) != len(squares):
        raise ShapeError(f"{len(titles)} titles for {len(squares)} images: give one each")
    reach = max((abs(x) for square in squares for row in square for x in row), default=0.0) or 1.0
    across = min(columns, len(squares))
    down = -(-len(squares) // across)
    lines = max((title.count("\n") + 1 for title in titles), default=0)
    size = max(CELL * across, 2.0), (CELL + 0.24 * lines) * down + 0.4 * bool(note) + 0.1
    with axes(down, across, size) as (figure, panes):
        for pane in panes:
            pane.axis("off")
        for k, (pane, square) in enumerate(zip(panes, squares)):
            _cells(pane, square, reach, signed)
            if titles:
                pane.set_title(titles[k], fontsize=8.5)
        if note:
            figure.supxlabel(note, fontsize=8.5)
    return Plot(figure)


def heat(
    rows: Sequence[Sequence[float]],
    down: Sequence[Any],
    across: Sequence[Any],
    labels: tuple[str, str, str] = ("", "", ""),
    signed: bool = True,
    numbers: bool = False,
) -> Plot:
    """A matrix as a table of coloured cells, with a bar that tells the scale.

    Args:
        rows: the numbers.
        down, across: the names of the rows and of the columns.
        labels: what the rows are, what the columns are, what the numbers are.
        signed: blue where positive, red where negative; else ink where positive.
        numbers: write every number that is not 0 in its cell.

    Raises:
        ShapeError: names that do not fit the matrix.
    """
    if len(rows) != len(down) or any(len(row) != len(across) for row in rows):
        raise ShapeError(f"{len(down)} names of rows and {len(across)} of columns do not fit this matrix")
    reach = max((abs(x) for row in rows for x in row), default=0.0) or 1.0
    with axes(size=(max(3.0, 1.9 + 0.3 * len(across)), max(2.4, 0.9 + 0.26 * len(down)))) as (figure, (pane,)):
        drawn = _cells(pane, rows, reach, signed)
        for j, row in enumerate(rows):
            for k, x in enumerate(row):
                if numbers and x:
                    pane.text(k, j, short(float(x), 2), ha="center", va="center", fontsize=8.5)
        pane.set(ylabel=labels[0], xlabel=labels[1], xticks=range(len(across)), yticks=range(len(down)))
        pane.set_xticklabels(map(str, across))
        pane.set_yticklabels(map(str, down))
        figure.colorbar(drawn, ax=pane, label=labels[2])
    return Plot(figure)


def _cells(pane: Any, rows: Sequence[Sequence[float]], reach: float, signed: bool) -> Any:
    """The cells: transparent at 0, full at the reach."""
    colors = import_matplotlib().colors
    clear = [colors.to_rgba(colour, 0.0) for colour in ((DOWN, UP) if signed else (INK,))]
    full = [colors.to_rgba(colour) for colour in ((DOWN, UP) if signed else (INK,))]
    # Beside 0 each side keeps its own colour: a colour on the way from red to blue would mean nothing.
    stops = (
        [(0.0, full[0]), (0.5, clear[0]), (0.5, clear[1]), (1.0, full[1])]
        if signed
        else [(0.0, clear[0]), (1.0, full[0])]
    )
    shades = colors.LinearSegmentedColormap.from_list("microbp", stops)
    low = -reach if signed else 0.0
    return pane.imshow(
        rows,
        cmap=shades,
        vmin=low,
        vmax=reach,
        interpolation="none",
        aspect="auto" if len(rows) != len(rows[0]) else "equal",
    )


def _square(picture: Any) -> list[list[float]]:
    flat = [float(x) for x in picture]
    side = isqrt(len(flat))
    if not side or side * side != len(flat):
        raise ShapeError(f"an image is a square of numbers, n·n of them; got {len(flat)}")
    return [flat[side * r : side * (r + 1)] for r in range(side)]
