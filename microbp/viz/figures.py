"""How numbers are set in every picture: four significant digits, a true minus, figures of equal width.

All digits are told on hover, by `full`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

SIGN_SPACE = "\N{NO-BREAK SPACE}"  # as wide as the minus, so that digits stand below digits
DIGITS = 4


def figure(x: float, digits: int = DIGITS) -> str:
    """A number to four significant digits, or fewer where there is no room.

    A local derivative without a finite value is recorded as NaN, and shown as undefined.

    >>> [figure(x) for x in (2.0, -0.5, 1 / 3, 1234567.0, -0.0)]
    ['2', '−0.5', '0.3333', '1.235e6', '0']
    """
    return _set(x, f"{x:.{digits}g}")


def full(x: float) -> str:
    """A number with all the digits that tell it from every other.

    >>> full(1 / 3), full(-2.0), full(1e-7)
    ('0.3333333333333333', '−2', '1e−7')
    """
    return _set(x, repr(x).removesuffix(".0"))


def _set(x: float, digits: str) -> str:
    if x != x:
        return "undefined"
    mantissa, e, exponent = digits.partition("e") if x else ("0", "", "")  # no −0
    return (mantissa + e + (str(int(exponent)) if e else "")).replace("-", "\N{MINUS SIGN}")


def span(numbers: Iterable[float], written: Callable[[float], str] = figure) -> str:
    """One number, or the least and the greatest of several.

    >>> span([1.0, 1.0]), span([3.0, -1.0, 2.0])
    ('1', '−1 … 3')
    """
    numbers = list(numbers)
    if any(x != x for x in numbers):
        return "undefined"
    low, high = written(min(numbers)), written(max(numbers))
    return low if low == high else f"{low} … {high}"


def aligned(text: str) -> str:
    """A number or a range with room for a sign in front of it.

    >>> [aligned(figure(x)) for x in (2.0, -0.5)]
    ['\\xa02', '−0.5']
    """
    return text if text[0] == "\N{MINUS SIGN}" or " … " in text else SIGN_SPACE + text


def sign(x: float) -> str:
    """The word that pictures colour by: ``pos``, ``neg`` or ``zero``.

    >>> [sign(x) for x in (2.0, -0.5, 0.0)]
    ['pos', 'neg', 'zero']
    """
    return "pos" if x > 0 else "neg" if x < 0 else "zero"


def weight(x: float) -> float:
    """The width of a line for a number: from 0.8 at 0 towards 4, half of the way at 1.

    >>> weight(0.0), round(weight(-1.0), 6)
    (0.8, 2.4)
    """
    size = abs(x)
    return 0.8 + 3.2 * (size / (1.0 + size) if size < 1e300 else 1.0)
