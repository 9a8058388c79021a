"""Reading an answer, and naming the mistake behind a wrong one."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational, Real
from typing import Any, TypeAlias

from ..errors import InputError, InputTypeError
from ..table.op import shorten
from .exact import SIMPLEST
from .misconceptions import Misconception, Mistake
from .reading import Tree, has_decimals, is_bare, parse, quoted, refuse, say, value, vocabulary

Answer: TypeAlias = str | float | Fraction
Rows: TypeAlias = str | list[list[float]]
"""Numbers row by row, or the letters of a choice."""

PLACES = 3  # a decimal with so many places or more may be a rounded one: 0.333 for 1/3
SAME = 1e-9  # two floats this close, beside their size, are one number
ZERO = 1e-12  # of a sum that should be 0


@dataclass(frozen=True)
class Given:
    """An answer as a number, and how far from it the number meant may lie.

    Attributes:
        value: the number.
        tolerance: half a unit of the last place of a decimal that counts as rounded.
        slack: a share of the number meant.
        coarse: half a unit of the last place of a decimal that has too few digits to tell.
    """

    value: Fraction | float
    tolerance: Fraction = Fraction(0)
    slack: float = 0.0
    coarse: Fraction = Fraction(0)

    def means(self, x: Any) -> bool:
        """Whether this answer stands for the number."""
        if isinstance(self.value, Fraction) and isinstance(x, Fraction) and not self.slack:
            return abs(self.value - x) <= self.tolerance
        gap = abs(float(self.value) - float(x))
        return bool(gap <= max(float(self.tolerance) * (1 + SAME), max(self.slack, SAME) * abs(x), ZERO))

    def is_near(self, x: Any) -> bool:
        """Whether it may stand for the number, and has too few digits to tell."""
        return bool(self.coarse) and abs(float(self.value) - float(x)) <= float(self.coarse) * (1 + SAME)


def read(answer: Answer, names: Mapping[str, Any] | None = None, slack: float = 0.0) -> Given:
    """The number that an answer gives: a fraction, a decimal, or a formula in the names of the question.

    A decimal with three places or more counts as rounded to them. Where the key is no fraction, `slack` is the share by
    which a decimal may differ from it, and a formula with decimals in it; everything else is exact.

    Raises:
        InputError: a text that gives no number.
        InputTypeError: something that is no real number at all.

    >>> read("-3/4").value, read(0.75).value, read("0.333").means(Fraction(1, 3))
    (Fraction(-3, 4), Fraction(3, 4), True)
    >>> read("2x(1 - x)", {"x": Fraction(1, 2)}).value
    Fraction(1, 2)
    """
    if isinstance(answer, Rational):
        return Given(Fraction(answer))
    if isinstance(answer, Real):
        answer = repr(float(answer))
        if not re.search(r"\d", answer):
            raise InputError(f"{answer} is no answer: give a finite number")
    if not isinstance(answer, str):
        raise InputTypeError(f"an answer is a number or a text such as 3/4, got {shorten(repr(answer))}")
    tree = parse(answer, vocabulary(names or {}))
    found = value(tree, names or {})
    return _given(tree, found if slack else simple(found), slack)


def simple(x: Fraction | float) -> Fraction | float:
    """A float as the simple fraction that it stands for, if it does: σ′(0) is 1/4."""
    if isinstance(x, Fraction):
        return x
    near = Fraction(x).limit_denominator(SIMPLEST)
    return near if math.isclose(near, x, rel_tol=1e-13, abs_tol=1e-13) else x


def _given(tree: Tree, number: Fraction | float, slack: float) -> Given:
    """How far a number may lie from the one meant, by the way that it was written."""
    if not is_bare(tree):
        return Given(number, slack=slack if has_decimals(tree) else 0.0)
    text = tree[2] if tree[0] == "number" else next(part[2] for part in _inside(tree) if part[0] == "number")
    mantissa, _, exponent = text.lower().partition("e")
    places = len(mantissa.partition(".")[2]) - int(exponent or 0)
    half = Fraction(1, 2) / Fraction(10) ** places
    if not slack:
        return Given(number, half if places >= PLACES and "." in mantissa else Fraction(0))
    digits = len(mantissa.replace(".", "").lstrip("0"))
    if "." in mantissa and digits >= PLACES:
        return Given(number, half, slack)
    return Given(number, slack=slack, coarse=half if "." in mantissa else Fraction(0))


def _inside(tree: Tree) -> list[Tree]:
    """A number under its signs."""
    return [tree] if tree[0] == "number" else _inside(tree[1])


# -- tables and letters ------------------------------------------------------------------------------------

WRAPPED = re.compile(r"(?:np\.|numpy\.)?(?:array|matrix)\s*\((.*)\)", re.DOTALL)
TURNED = re.compile(r"(?:\^\s*(?:T|\{T\}|\\top|\{\\top\})|\.T|ᵀ|⊤)\s*$")
LATEX = re.compile(r"\\begin\{[pb]?matrix\}(.*)\\end\{[pb]?matrix\}", re.DOTALL)
SHAPE = re.compile(r"\s*(?:[x×X]|\\times|by|,|;|\s)\s*")


@dataclass(frozen=True)
class GivenRows:
    """An answer of several numbers: each with its tolerance."""

    rows: Sequence[Sequence[Given]]

    @property
    def value(self) -> Rows:
        """The numbers."""
        return [[float(cell.value) for cell in row] for row in self.rows]

    def shape(self) -> list[int]:
        """The lengths of the rows."""
        return [len(row) for row in self.rows]

    def means(self, x: Any) -> bool:
        """Whether this answer stands for these numbers."""
        return self.shape() == [len(row) for row in x] and all(
            cell.means(number) for row, numbers in zip(self.rows, x) for cell, number in zip(row, numbers)
        )

    def is_near(self, x: Any) -> bool:
        """Whether it may stand for these numbers, and has too few digits to tell."""
        return self.shape() == [len(row) for row in x] and all(
            cell.means(number) or cell.is_near(number)
            for row, numbers in zip(self.rows, x)
            for cell, number in zip(row, numbers)
        )


@dataclass(frozen=True)
class GivenLetters:
    """The letters of a choice."""

    value: str

    def means(self, x: Any) -> bool:
        """Whether these are the letters."""
        return bool(self.value == x)

    def is_near(self, x: Any) -> bool:
        """A letter is never nearly another."""
        return False


def read_choice(answer: Any, count: int) -> GivenLetters:
    """The letters that an answer gives, in their order.

    Raises:
        InputError: another text, or a letter that no option has.

    >>> read_choice("(b), a", 4).value
    'AB'
    """
    text = answer.upper() if isinstance(answer, str) else ""
    rest = re.sub(r"\b(AND|OPTIONS?|ANSWERS?)\b|[\s,;.()&+:]", "", text)
    last = chr(64 + count)
    if not rest or any(not "A" <= letter <= last for letter in rest):
        refuse("letters", quoted(str(answer)), last)
    return GivenLetters("".join(sorted(set(rest))))


def read_rows(answer: Answer, form: str, labels: Sequence[str], values: Mapping[str, Any], slack: float) -> GivenRows:
    """The numbers that an answer gives, row by row.

    Args:
        answer: one number or formula; or ``[[1, 2], [3, 4]]``, ``[1, 2; 3, 4]``, a LaTeX matrix; ``[1, 2]``
            stands for a column.
        form: "number", "matrix" or "shape".
        labels: the names that formulas may use.
        values: their numbers.
        slack: see `read`.

    Raises:
        InputError: a text that is no such answer.
    """
    names = {label: values[label] for label in labels if label in values}
    if form == "number" or not isinstance(answer, str):
        return GivenRows([[read(answer, names, slack)]])
    text = answer.split("=")[-1].strip()
    if form == "shape":
        cells = [cell for cell in SHAPE.split(text.strip("()[] \t$")) if cell]
        if not cells or not all(cell.isdecimal() and cell.isascii() and len(cell) < 10 for cell in cells):
            refuse("shape", quoted(answer))
        return GivenRows([[Given(Fraction(cell)) for cell in cells]])
    return GivenRows([[read(cell, names, slack) for cell in row] for row in table(text)])


def table(text: str) -> list[list[str]]:
    """The cells of a matrix as texts.

    Raises:
        InputError: a text that is no matrix.

    >>> table("[[1, 2], [3, 4]]") == table("[1, 2; 3, 4]") == table("1 2; 3 4") == [["1", "2"], ["3", "4"]]
    True
    >>> table("[1, 2]"), table("[1, 2]^T"), table("[[1, 2]]")
    ([['1'], ['2']], [['1'], ['2']], [['1', '2']])
    """
    if found := WRAPPED.fullmatch(text.strip()):
        text = found[1]
    turned = TURNED.search(text)
    text = (text[: turned.start()] if turned else text).strip().strip("$").strip()
    if found := LATEX.fullmatch(text):
        rows = [row.split("&") for row in re.split(r"\\\\", found[1]) if row.strip()]
    else:
        rows = _listed(text, bool(turned))
    cells = [[cell.strip() for cell in row] for row in rows]
    if not cells or len({len(row) for row in cells}) != 1 or not all(all(row) for row in cells):
        refuse("rows", quoted(text))
    return [list(column) for column in zip(*cells)] if turned else cells


def _listed(text: str, turned: bool) -> list[list[str]]:
    """The rows of a list in brackets, or of numbers with semicolons between the rows."""
    inner = text[1:-1].strip() if text[:1] in ("[", "(") and text[-1:] in ("]", ")") and _closes_last(text) else text
    parts = [part.strip() for part in split_outside(inner, ",")]
    if inner.startswith(("[", "(")) and all(part[:1] in ("[", "(") and _closes_last(part) for part in parts):
        return [split_outside(part[1:-1], ",") for part in parts]
    rows = re.split(r"[;\n]", inner)
    cells = [
        split_outside(row, ",") if "," in row or (len(rows) == 1 and " " not in row.strip()) else row.split()
        for row in rows
    ]
    if len(cells) == 1 and len(cells[0]) > 1 and not turned:  # a list without rows stands for a column
        return [[cell] for cell in cells[0]]
    return cells


def _closes_last(text: str) -> bool:
    """Whether the first bracket is closed by the last character."""
    depth = 0
    for n, c in enumerate(text):
        depth += (c in "[({") - (c in "])}")
        if not depth:
            return n == len(text) - 1
    return False


def split_outside(text: str, sign: str) -> list[str]:
    """The text cut at a sign that stands outside all brackets.

    >>> split_outside("max(1, 2), 3", ",")
    ['max(1, 2)', ' 3']
    """
    parts, depth = [""], 0
    for c in text:
        depth += (c in "[({") - (c in "])}")
        if c == sign and not depth:
            parts.append("")
        else:
            parts[-1] += c
    return parts


# -- the verdict -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grade:
    """What is to be said about an answer.

    Attributes:
        right: whether it is the answer.
        answer: the number that was read.
        mistakes: the mistakes that lead to this number. Where several do, the number alone cannot tell
            which it was. For a right answer: those that this exercise cannot see.
    """

    right: bool
    answer: Any
    mistakes: tuple[Mistake, ...]

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The names of the mistakes, each once."""
        return tuple(dict.fromkeys(m.misconception.name for m in self.mistakes))

    def __bool__(self) -> bool:
        return self.right

    def __str__(self) -> str:
        names = self.misconceptions
        if self.right:
            return say("right", shown_rows(self.answer)) + (say("unseen", ", ".join(names)) if names else "")
        head = say("wrong", shown_rows(self.answer))
        if not names:
            return head + say("no_mistake")
        if len(names) > 1:
            head += say("several", len(names))
        return "\n".join([head, *(f"- {line}." for line in described(self.mistakes))])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return str(self).replace("\n", "  \n")


def described(mistakes: Sequence[Mistake], advice: bool = True) -> list[str]:
    """One line for each misconception: its name, the places, the advice."""
    places: dict[Misconception, list[str]] = {}
    for m in mistakes:
        places.setdefault(m.misconception, []).append(m.where)
    return [
        f"{found.name} ({'; or '.join(where)})" + (f": {found.advice}" if advice else "")
        for found, where in places.items()
    ]


def shown_rows(x: Any) -> str:
    """An answer in a sentence.

    >>> shown_rows([[0.25]]), shown_rows([[1.0, 2.0], [0.5, -3.0]]), shown_rows(Fraction(1, 3)), shown_rows("AC")
    ('0.25', '[[1, 2], [0.5, -3]]', '1/3', 'A, C')
    """
    if isinstance(x, str):
        return ", ".join(x)
    if isinstance(x, list):
        rows = [", ".join(f"{number + 0.0:.6g}" for number in row) for row in x]
        return rows[0] if x and len(x) == len(x[0]) == 1 else f"[{', '.join(f'[{row}]' for row in rows)}]"
    return str(x) if isinstance(x, Fraction) else f"{x + 0.0:.6g}"


def grade(given: Given | GivenRows | GivenLetters, right: Any, mistakes: Sequence[Mistake]) -> Grade:
    """Compare an answer with the right one, and with what every mistake leads to.

    Raises:
        InputError: a decimal that may be the right one, and has too few digits to tell.
    """
    if given.means(right):
        return Grade(True, right, tuple(m for m in mistakes if m.answer == right or _equal(m.answer, right)))
    if given.is_near(right):
        refuse("coarse", shown_rows(given.value))
    return Grade(False, given.value, tuple(m for m in mistakes if given.means(m.answer)))


def _equal(x: Any, y: Any) -> bool:
    """Whether two answers differ by the rounding of floats alone."""
    if not isinstance(x, list) or not isinstance(y, list) or [len(row) for row in x] != [len(row) for row in y]:
        return bool(x == y)
    return all(math.isclose(a, b, rel_tol=SAME, abs_tol=ZERO) for r, s in zip(x, y) for a, b in zip(r, s))
