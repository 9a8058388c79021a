"""Text in columns: how every table of microbp looks in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def short(cost: float) -> str:
    """A cost in a column: four decimals, or four digits and a power of ten.

    >>> short(0.25), short(1e300)
    ('0.2500', '1.000e+300')
    """
    return f"{cost:.4f}" if abs(cost) < 1e9 else f"{cost:.3e}"


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """Rows in aligned columns, the first of them a head with a rule below it.

    Args:
        rows: the cells.
        right: for each column, whether it is aligned on the right, as numbers are.

    >>> print(aligned([("name", "size"), ("a", "1"), ("bc", "20")], [False, True]))
    name  size
    ----------
    a        1
    bc      20
    """
    widths = [max(map(len, column)) for column in zip(*rows)]
    signs = [">" if numeric else "<" for numeric in right]
    lines = ["  ".join([f"{c:{s}{w}}" for c, s, w in zip(row, signs, widths)]).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]])


def html_table(rows: Sequence[Sequence[object]]) -> str:
    """Rows as a table of HTML, the first as its head, for a notebook.

    >>> html_table([("x",), ("1 < 2",)])
    '<table><tr><th>x</th></tr><tr><td>1 &lt; 2</td></tr></table>'
    """
    kinds = ["th", *["td"] * (len(rows) - 1)]
    lines = ["".join([f"<{kind}>{escape(str(x))}</{kind}>" for x in row]) for kind, row in zip(kinds, rows)]
    return f"<table>{''.join([f'<tr>{line}</tr>' for line in lines])}</table>"
