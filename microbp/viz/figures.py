"""How numbers are set in every picture: six significant digits, a true minus, figures of equal width."""

from __future__ import annotations

from collections.abc import Iterable

SIGN_SPACE = "\N{NO-BREAK SPACE}"  # as wide as the minus, so that digits stand below digits


def figure(x: float, digits: int = 6) -> str:
    """A number to six significant digits, or fewer where there is no room.

    A local derivative without a finite value is recorded as NaN, and shown as undefined.

    >>> [figure(x) for x in (2.0, -0.5, 1 / 3, 1234567.0, -0.0)]
    ['2', '−0.5', '0.333333', '1.23457e6', '0']
    """
    if x != x:
        return "undefined"
    mantissa, e, exponent = f"{x + 0.0:.{digits}g}".partition("e")  # -0.0 + 0.0 is 0.0
    return (mantissa + e + (str(int(exponent)) if e else "")).replace("-", "\N{MINUS SIGN}")


def aligned(x: float) -> str:
    """The same with room for a sign in front.

    >>> [aligned(x) for x in (2.0, -0.5)]
    ['\\xa02', '−0.5']
    """
    text = figure(x)
    return text if text[0] == "\N{MINUS SIGN}" else SIGN_SPACE + text


def span(numbers: Iterable[float]) -> str:
    """One number, or the least and the greatest of several.

    >>> span([1.0, 1.0]), span([3.0, -1.0, 2.0])
    ('\\xa01', '−1 … 3')
    """
    numbers = list(numbers)
    low, high = aligned(min(numbers)), figure(max(numbers))
    return low if low.strip() == high else f"{low.strip()} … {high}"


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
