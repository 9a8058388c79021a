r"""Labels: any text at all, with LaTeX-like indices. This is the one place that reads them.

A label is read into pieces: on the base line, below it ("sub") or above it ("sup")::

    w_{jk}^{(l)}       w, and jk below, and (l) above
    \delta_j           δ, and j below
    \hat{y}            ŷ
    learning_rate      itself: it has no index

Pictures, the terminal (`plain`) and LaTeX (`in_latex`) all write these pieces. Whatever is not notation stays as it
was written, and nothing in a label acts on what stands around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

Level = Literal["base", "sub", "sup"]

SIGNS = {
    "\\" + name: sign
    for name, sign in re.findall(
        r"(\S+) (\S)",
        "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ "
        "lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ "
        "phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ "
        "Phi Φ Psi Ψ Omega Ω partial ∂ nabla ∇ ell ℓ infty ∞ cdot · times × odot ⊙ sum ∑ prime ′ top ⊤ dots … "
        "_ _ ^ ^ { { } }",  # after a backslash these four stand for themselves
    )
}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
COMMANDS = {sign: command for command, sign in SIGNS.items() if sign not in "_^{}"}

SIGN = re.compile(r"\\(?:[A-Za-z]+ ?|[_^{}])")  # as in LaTeX a space ends a command
FONT = re.compile(r"\\(?:mathrm|mathit|mathbf|mathsf|mathcal|text|textrm|operatorname)\{([^{}]*)\}")
ACCENT = re.compile(rf"\\({'|'.join(ACCENTS)})(?: ?\{{([^\W\d_])\}}| ([^\W\d_]))")
INDEX = re.compile(
    r"(?<=[^\s_^\\])(?P<mark>[_^])"  # an index belongs to something
    r"(?:\{(?P<group>(?:[^{}]|\{[^{}]*\})+)\}"
    r"|(?P<short>\\[A-Za-z]+|\d+|[^\W\d_])(?!\w))"  # learning_rate has no index
)

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not in XML 1.0, section 2.2
BREAK = re.compile("\r\n|[\t\n\v\f\r\x85\u2028\u2029]")
CONTROL = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # the last ones reorder the text around them


# -- reading -----------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    r"""The text without what no document can hold, or what would act on the text around it.

    Line breaks and tabs become spaces. Control characters, half surrogate pairs and those that reorder
    text become U+FFFD.

    >>> clean("a\n\x00\u202eb")
    'a \ufffd\ufffdb'
    """
    return CONTROL.sub(REPLACEMENT, ILLEGAL.sub(REPLACEMENT, BREAK.sub(" ", text)))


class Piece(NamedTuple):
    """A part of a label: its text, its level, and whether braces stood around it."""

    text: str
    level: Level
    braced: bool = False


def split(text: str) -> Iterator[Piece]:
    r"""The text and its indices in turn, without their braces, and commands replaced by their signs.

    An index is ``_`` or ``^`` after something, and then a group in braces, one letter, digits or a command
    such as ``\sigma``. A name such as ``learning_rate`` has no index; ``\_`` is always an underscore.

    >>> [(text, level) for text, level, _ in split(r"\delta_j^{(l)}") if text]
    [('δ', 'base'), ('j', 'sub'), ('(l)', 'sup')]
    """
    end = 0
    for index in INDEX.finditer(text):
        yield Piece(with_signs(text[end : index.start()]), "base")
        level: Level = "sub" if index["mark"] == "_" else "sup"
        yield Piece(with_signs(index["group"] or index["short"]), level, index["group"] is not None)
        end = index.end()
    yield Piece(with_signs(text[end:]), "base")


def with_signs(text: str) -> str:
    r"""The signs that LaTeX's commands stand for; what is no command stays.

    >>> with_signs(r"\partial C/\new \_"), with_signs(r"\hat{y} \mathrm{loss}")
    ('∂C/\\new _', 'ŷ loss')
    """
    text = FONT.sub(r"\1", text)
    text = ACCENT.sub(lambda m: unicodedata.normalize("NFC", (m[2] or m[3]) + ACCENTS[m[1]]), text)
    return SIGN.sub(lambda command: SIGNS.get(command[0].rstrip(), command[0]), text)


def is_visible(label: str) -> bool:
    r"""Whether anything of a label would be seen.

    >>> is_visible("x"), is_visible(""), is_visible(" \u200b")
    (True, False, False)
    """
    return any(unicodedata.category(sign)[0] not in "ZCM" for sign in clean(label))


# -- writing for a terminal --------------------------------------------------------------------------------

SMALL: dict[Level, dict[int, int]] = {
    "sub": str.maketrans("0123456789()+-", "₀₁₂₃₄₅₆₇₈₉₍₎₊₋"),
    "sup": str.maketrans("0123456789()+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻"),
}
MARKS: dict[Level, str] = {"sub": "_", "sup": "^"}


def plain(label: str) -> str:
    r"""A label for a terminal.

    >>> plain("w_{12}^{(1)}"), plain(r"\xi_k"), plain("loss"), plain("w_{3,14}^{(2)}")
    ('w₁₂⁽¹⁾', 'ξ_k', 'loss', 'w_3,14⁽²⁾')
    """
    return "".join(text if level == "base" else _small(text, level) for text, level, _ in split(clean(label)))


def _small(index: str, level: Level) -> str:
    if re.fullmatch(r"[0-9()+-]+", index):
        return index.translate(SMALL[level])
    return MARKS[level] + (plain(index) if "{" in index else index)


# -- writing in LaTeX --------------------------------------------------------------------------------------

MATHS = re.compile(rf"[A-Za-z0-9+\-*/=()\[\]|.,:;!' {re.escape(''.join(COMMANDS))}]*")
TEXT = {sign: "\\" + sign for sign in "#$%&_{}"} | {"\\": "/", "^": r"\^{}", "~": r"\~{}"}


def in_latex(label: str) -> str:
    r"""A label as LaTeX: notation as formulas, words upright, and all other text as text.

    >>> print(in_latex("w_{12}^{(1)}"), in_latex("w1"), in_latex("loss"), in_latex("my_loss 2"), in_latex(r"\hat{y}"))
    w_{12}^{(1)} w_{1} \mathrm{loss} \text{my\_loss 2} \hat{y}
    """
    label = clean(label)
    if found := re.fullmatch(r"([A-Za-z])_?(\d+)", label):
        label = f"{found[1]}_{{{found[2]}}}"
    pieces = [piece for piece in split(label) if piece.text]
    notation = len(pieces) > 1 or "\\" in label
    return "".join(_on_line(piece.text, notation) if piece.level == "base" else _index(piece) for piece in pieces)


def _on_line(text: str, notation: bool) -> str:
    if re.fullmatch(r"[A-Za-z]{2,}'*", text):
        return rf"\mathrm{{{text}}}"
    written = _formula(text)
    if written is None or re.search("[A-Za-z]{2}", text) or not (notation or len(text.rstrip("'")) == 1):
        return rf"\text{{{''.join(TEXT.get(sign, sign) for sign in text)}}}"
    return written


def _index(piece: Piece) -> str:
    written = in_latex(piece.text) if "{" in piece.text else _formula(piece.text)
    if written is None:
        written = _on_line(piece.text, notation=False)
    return MARKS[piece.level] + (f"{{{written}}}" if piece.braced or len(written) > 1 else written)


def _formula(text: str) -> str | None:
    """The text as a formula; None where it holds what is none."""
    for name, accent in ACCENTS.items():
        if len(text) <= 2 and (letter := unicodedata.normalize("NFD", text))[1:] == accent:
            return rf"\{name}{{{_formula(letter[0])}}}" if MATHS.fullmatch(letter[0]) else None
    if not MATHS.fullmatch(text):
        return None
    return re.sub(r"[^\x00-\x7f]", lambda m: f"{COMMANDS[m[0]]} ", text).rstrip()
