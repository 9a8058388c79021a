"""Reading an answer, and naming the mistake behind a wrong one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import TypeAlias

from ..errors import InputError, InputTypeError
from ..table.op import shorten
from .misconceptions import Misconception, Mistake

Answer: TypeAlias = str | float | Fraction

PLACES = 3  # a decimal with so many places or more may be a rounded one: 0.333 for 1/3


@dataclass(frozen=True)
class Given:
    """An answer as a number, and how far from it the number meant may lie."""

    value: Fraction
    tolerance: Fraction

    def means(self, x: Fraction) -> bool:
        """Whether this answer stands for the number."""
        return abs(self.value - x) <= self.tolerance


def read(answer: Answer) -> Given:
    """The number that an answer gives: a fraction, a whole number or a decimal.

    A decimal with three places or more counts as rounded to them; everything else is exact.

    Raises:
        InputError: a text that is no number.
        InputTypeError: something that is no real number at all.

    >>> read("-3/4").value, read(0.75).value, read("0.333").means(Fraction(1, 3))
    (Fraction(-3, 4), Fraction(3, 4), True)
    """
    if isinstance(answer, Rational):
        return Given(Fraction(answer), Fraction(0))
    if isinstance(answer, Real):
        text = repr(float(answer))
        if not re.search(r"\d", text):
            raise InputError(f"{text} is no answer: give a finite number")
        return _decimal(Decimal(text))
    if not isinstance(answer, str):
        raise InputTypeError(f"an answer is a number or a text such as 3/4, got {shorten(repr(answer))}")
    text = answer.strip().replace("−", "-")
    if re.fullmatch(r"[-+]?\d{1,30}", text, re.ASCII):
        return Given(Fraction(text), Fraction(0))
    if re.fullmatch(r"[-+]?(\d{1,30}\.\d{0,30}|\.\d{1,30})", text, re.ASCII):
        return _decimal(Decimal(text))
    if found := re.fullmatch(r"([-+]?\d{1,30}) */ *(\d{1,30})", text, re.ASCII):
        if not int(found[2]):
            raise InputError(f"{shorten(answer)!r} divides by 0")
        return Given(Fraction(int(found[1]), int(found[2])), Fraction(0))
    raise InputError(f"cannot read {shorten(answer)!r}: give a number, such as -2, 3/4 or 0.75")


def _decimal(x: Decimal) -> Given:
    exponent = x.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    return Given(Fraction(x), Fraction(1, 2 * 10**places) if places >= PLACES else Fraction(0))


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
    answer: Fraction
    mistakes: tuple[Mistake, ...]

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The names of the mistakes, each once."""
        return tuple(dict.fromkeys(m.misconception.name for m in self.mistakes))

    def __bool__(self) -> bool:
        return self.right

    def __str__(self) -> str:
        if self.right:
            unseen = f" (These would not show here: {', '.join(self.misconceptions)}.)" if self.mistakes else ""
            return f"Right: {self.answer}.{unseen}"
        head = f"Not right: {self.answer}."
        if not self.mistakes:
            return f"{head} No mistake that I know leads to this number: see the hints."
        if len(self.misconceptions) > 1:
            head += f" {len(self.misconceptions)} mistakes lead to this number:"
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


def grade(answer: Answer, right: Fraction, mistakes: Sequence[Mistake]) -> Grade:
    """Compare an answer with the right one, and with what every mistake leads to."""
    given = read(answer)
    is_right = given.means(right)
    if is_right:
        return Grade(True, right, tuple(m for m in mistakes if m.answer == right))
    return Grade(False, given.value, tuple(m for m in mistakes if given.means(m.answer)))
