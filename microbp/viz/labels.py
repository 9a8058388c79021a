"""Labels made ready to be drawn: runs of text on, below and above the base line, of a known width.

What is notation in a label, `microbp.inspect.labels` says. Text that could harm a document becomes harmless.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from ..inspect.labels import ILLEGAL, REPLACEMENT, Level, clean, split

OPPOSITE: dict[Level, list[Level]] = {"sub": ["sup"], "sup": ["sub"]}
SCALE: dict[Level, float] = {"base": 1.0, "sub": 0.7, "sup": 0.7}  # size of the letters, in em
WIDEST = 16.0  # em; a longer label is shortened in the middle

ELLIPSIS = "…"
JOINER = "\N{ZERO WIDTH JOINER}"
LONGEST_CLUSTER = 8  # code points drawn as one character: a family emoji, but no tower of accents

SPACES = str.maketrans({"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})  # else an attribute reads them as blanks
ISOLATE, END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"

# Widths in em, rounded up from DejaVu Sans, the widest of the usual sans-serif fonts: text fits in any.
WIDTHS = {
    sign: width
    for signs, width in {
        " '.,:;|/\\fijlIJ·ιΙΪ′": 0.37,
        '!()[]-tr"ℓ': 0.46,
        "*_`?szckLεζνξΓ∂": 0.58,
        "EFPST": 0.65,
        "&φψς∑∇": 0.8,
        "w#+<=>^~ω×−∞⊙ϖ": 0.85,
        "mMΜW%@…\N{REPLACEMENT CHARACTER}": 1.03,
        "ЖШЩЮжшщ": 1.1,
    }.items()
    for sign in signs
}
SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
INVISIBLE = 0.05  # more than nothing, so that a label of ten thousand of them is shortened too


class Run(NamedTuple):
    """A piece of a label: its text, its level, and where it begins in em.

    A run that begins where the one before begins stands over or under it; any other follows it.
    """

    text: str
    level: Level
    x: float


@dataclass(frozen=True)
class Label:
    """A label ready to be drawn.

    Attributes:
        runs: the pieces; an index above stands over an index below.
        width: an estimate on the safe side, in em.
        full: the whole text as it was written, for a tooltip.
    """

    runs: tuple[Run, ...]
    width: float
    full: str


def parse(text: str, widest: float = WIDEST) -> Label:
    r"""Read a label.

    Args:
        text: anything.
        widest: in em; a wider label is shortened in the middle.

    >>> [(run.text, run.level) for run in parse(r"\delta_j^{(l)}").runs]
    [('δ', 'base'), ('j', 'sub'), ('(l)', 'sup')]
    >>> parse("learning_rate").runs[0].text
    'learning_rate'
    """
    full = clean(text)
    signs = shorten([(sign, level) for part, level, _ in split(full) for sign in clusters(part)], widest)
    runs: list[Run] = []
    x = start = 0.0
    stacked: list[Level] = []  # the levels that begin at start
    for level, group in groupby(signs, key=lambda sign: sign[1]):
        piece = [sign for sign, _ in group]
        if stacked != OPPOSITE.get(level):
            start, stacked = x, []
        stacked = [*stacked, level]
        runs.append(Run(isolate("".join(piece)), level, start))
        x = max(x, start + sum(width(sign, level) for sign in piece))
    return Label(tuple(runs), x, isolate(full))


def escape(text: str) -> str:
    r"""The text for XML and HTML, as content or in an attribute with either kind of quotes.

    Characters that XML 1.0 cannot hold become U+FFFD; all others are read back as they were.

    >>> escape("a < 'b'\n\x00")
    'a &lt; &#x27;b&#x27;&#10;\ufffd'
    """
    return html.escape(ILLEGAL.sub(REPLACEMENT, text)).translate(SPACES)


def isolate(text: str) -> str:
    """Text that runs from right to left, kept from reordering its neighbours; other text as it is.

    Source: Unicode Standard Annex 9, "Unicode Bidirectional Algorithm", section 2.7.
    """
    if any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in text):
        return ISOLATE + text + END_ISOLATE
    return text


def clusters(text: str) -> list[str]:
    """The text cut into what is drawn as one character: a letter and its accents, a joined emoji."""
    found: list[str] = []
    for sign in text:
        accent = unicodedata.category(sign)[0] == "M" or sign == JOINER or sign in SKIN_TONES
        full = not found or len(found[-1]) == LONGEST_CLUSTER
        if not full and (accent or found[-1][-1] == JOINER):
            found[-1] += sign
        elif not (accent and found):
            found.append(sign)
    return found


def width(cluster: str, level: Level) -> float:
    """How wide a character is at most, in em of the base line."""
    return SCALE[level] * max(sign_width(sign) for sign in cluster)


def sign_width(sign: str) -> float:
    """How wide one code point is, from a table or by its kind."""
    if sign in WIDTHS:
        return WIDTHS[sign]
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return INVISIBLE
    if unicodedata.east_asian_width(sign) in ("W", "F"):
        return 1.3 if unicodedata.category(sign) == "So" else 1.0  # emoji are wider than ideographs
    if sign >= "\u0400":  # other scripts than Latin and Greek
        return 0.9
    return 0.8 if sign.isupper() else 0.66


def shorten(signs: list[tuple[str, Level]], widest: float) -> list[tuple[str, Level]]:
    """The characters, or when they are too wide as many from both ends as fit around an ellipsis."""
    if sum(width(sign, level) for sign, level in signs) <= widest:
        return signs
    room = (widest - width(ELLIPSIS, "base")) / 2
    return [*fitting(signs, room), (ELLIPSIS, "base"), *reversed(fitting(reversed(signs), room))]


def fitting(signs: Iterable[tuple[str, Level]], room: float) -> list[tuple[str, Level]]:
    """The first characters that fit in the room."""
    found = []
    for sign, level in signs:
        room -= width(sign, level)
        if room < 0:
            break
        found.append((sign, level))
    return found
