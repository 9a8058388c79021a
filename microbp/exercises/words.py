"""Sentences with formulas in them: once, for a terminal, for a notebook and for a page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias

UPRIGHT = ("exp", "log", "tanh", "relu", "max", "maximum", "minimum", "mean", "sum", "if", "otherwise")


class Math(NamedTuple):
    """A formula for a terminal and in LaTeX."""

    text: str
    latex: str


Line: TypeAlias = Sequence[str | Math]


@dataclass(frozen=True)
class Passage:
    r"""Lines of words and formulas. A line that begins with a formula is set off.

    >>> passage = Passage([["Find"], [Math("∂C/∂x", r"\frac{\partial C}{\partial x}"), "."]])
    >>> print(passage)
    Find
        ∂C/∂x.
    >>> print(passage.markdown)
    Find
    <BLANKLINE>
    > $\frac{\partial C}{\partial x}$.
    """

    lines: Sequence[Line]

    def __str__(self) -> str:
        return "\n".join(
            "    " * _is_set_off(line) + "".join(p.text if isinstance(p, Math) else p for p in line)
            for line in self.lines
        )

    __repr__ = __str__

    @property
    def markdown(self) -> str:
        """The lines with their formulas as LaTeX between dollars."""
        written = ["".join(f"${p.latex}$" if isinstance(p, Math) else p for p in line) for line in self.lines]
        set_off = [_is_set_off(line) for line in self.lines]
        text = ""
        for line, quoted, goes_on in zip(written, set_off, [False, *set_off]):
            text += ("  \n" if quoted and goes_on else "\n\n") + "> " * quoted + line
        return text.strip()

    def _repr_markdown_(self) -> str:
        return self.markdown

    @property
    def html(self) -> str:
        """The lines as paragraphs; formulas are plain text in a serif type, so that a page needs no script."""
        return "\n".join(
            ('<p class="formula">' if _is_set_off(line) else "<p>")
            + "".join(_in_html(p) if isinstance(p, Math) else html.escape(p) for p in line)
            + "</p>"
            for line in self.lines
        )


def number(x: Fraction) -> Math:
    r"""A rational number.

    >>> number(Fraction(-3, 4))
    Math(text='-3/4', latex='-\\frac{3}{4}')
    """
    if x.denominator == 1:
        return Math(str(x), str(x))
    return Math(str(x), f"{'-' * (x < 0)}\\frac{{{abs(x.numerator)}}}{{{x.denominator}}}")


def multiplied(xs: Sequence[Fraction]) -> Math:
    r"""A product that is not multiplied out, in parentheses what needs them.

    >>> multiplied([Fraction(-2), Fraction(1, 2)]).text
    '(-2) · (1/2)'
    """
    return _joined(xs, " · ", r" \cdot ", "-/")


def added(xs: Sequence[Fraction]) -> Math:
    """A sum that is not added up."""
    return _joined(xs, " + ", " + ", "-")


def _joined(xs: Sequence[Fraction], sign: str, sign_latex: str, loose: str) -> Math:
    """Numbers with a sign between them; those that show a loose character in parentheses, unless alone."""
    parts = [number(x) for x in xs]
    if len(parts) == 1:
        return parts[0]
    texts = [f"({p.text})" if set(loose) & set(p.text) else p.text for p in parts]
    formulas = [rf"\left({p.latex}\right)" if p.text.startswith("-") else p.latex for p in parts]
    return Math(sign.join(texts), sign_latex.join(formulas))


def listed(lines: Sequence[Line]) -> list[str | Math]:
    """Several pieces in one sentence, commas between them and "and" before the last."""
    found: list[str | Math] = []
    for i, line in enumerate(lines):
        if i:
            found.append(" and " if i == len(lines) - 1 else ", ")
        found += line
    return found


def equation(*sides: Math) -> Math:
    """The sides with equals signs between them, one that repeats the side before it left out."""
    kept = [side for i, side in enumerate(sides) if i == 0 or side.text != sides[i - 1].text]
    return Math(" = ".join(side.text for side in kept), " = ".join(side.latex for side in kept))


def _is_set_off(line: Line) -> bool:
    return bool(line) and isinstance(line[0], Math)


def _in_html(formula: Math) -> str:
    """Variables in italics, names of functions upright, indices below, a minus sign for a hyphen; code as code."""
    if formula.latex.startswith(r"\texttt"):
        return f"<code>{html.escape(formula.text)}</code>"
    pieces = re.split(r"((?<![A-Za-z])[A-Za-z]_[a-z](?:-\d|[a-z])?(?![a-z])|[A-Za-z]+)", formula.text)
    written = [
        _name_in_html(piece) if i % 2 else html.escape(piece).replace("-", "−") for i, piece in enumerate(pieces)
    ]
    return f'<span class="math">{"".join(written)}</span>'


def _name_in_html(name: str) -> str:
    """A name with its index.

    >>> _name_in_html("w_jk"), _name_in_html("max")
    ('<i>w</i><sub><i>jk</i></sub>', 'max')
    """
    if name in UPRIGHT:
        return name
    base, _, index = name.partition("_")
    return f"<i>{base}</i>" + (f"<sub><i>{index.replace('-', '−')}</i></sub>" if index else "")
