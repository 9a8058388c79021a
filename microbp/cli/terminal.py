"""What stands between a command and the terminal: encodings without Greek letters, streams that are closed, errors."""

from __future__ import annotations

import codecs
import errno
import os
import sys
import unicodedata
from contextlib import suppress
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path
from typing import TextIO

INTERRUPTED = 128 + 2  # the exit code that a shell gives a process ended by Ctrl-C, which is signal 2

NAMES = {
    "∂": "d", "∇": "grad", "∑": "sum", "√": "sqrt", "∞": "inf", "⊤": "^T", "ℓ": "l", "′": "'",
    "⊙": ".*", "∘": ".*", "·": "*", "⋅": "*", "∗": "*", "•": "*", "×": "x", "÷": "/", "⁄": "/", "−": "-", "–": "-",
    "→": "->", "←": "<-", "≈": "~", "≥": ">=", "≤": "<=", "≠": "!=", "…": "...", "⋯": "...",
    "─": "-", "│": "|", "├": "+", "└": "+", "█": "#", "✓": "+", "✗": "-", "‖": "||", "’": "'", "∕": "/",
    "⌊": "floor(", "⌋": ")",
    "ϖ": "varpi", "ϑ": "vartheta", "ϱ": "varrho", "ς": "varsigma",
}  # fmt: skip
"""How the signs of mathematics are written on a typewriter; Greek letters have their names."""


def in_ascii(text: str) -> str:
    r"""The text with names for Greek letters, ``^`` and ``_`` for raised and lowered signs.

    >>> in_ascii("∂C₀/∂w⁽³⁾ = σ′(z) · δˡ⁺¹, naïve 中")
    "dC_0/dw^(3) = sigma'(z) * delta^(l+1), naive \\u4e2d"
    """
    found = []
    for place, run in groupby(text, _place):
        signs = "".join(map(_name, run))
        if place and not (len(signs) == 1 or signs.isdigit() or signs[0] + signs[-1] == "()"):
            signs = f"({signs})"
        found.append(place + signs)
    return "".join(found)


def _place(sign: str) -> str:
    """^ of a superscript, _ of a subscript, nothing of what stands on the line."""
    kind = unicodedata.decomposition(sign).split(" ")[0]
    return {"<super>": "^", "<sub>": "_"}.get(kind, "")


def _name(sign: str) -> str:
    if sign in NAMES or sign.isascii():
        return NAMES.get(sign, sign)
    plain = "".join(c for c in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(c))
    if plain != sign:
        return in_ascii(plain)
    kind, _, letter = unicodedata.name(sign, "").partition(" LETTER ")
    if kind.startswith("GREEK") and letter.isalpha():
        return letter.lower() if "SMALL" in kind else letter.capitalize()
    return sign.encode("ascii", "backslashreplace").decode("ascii")


def _encode(error: UnicodeError) -> tuple[str, int]:
    """A codec's handler for what an encoding lacks: to the end of a run of raised or lowered signs, in ASCII."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, end = error.object, error.end
    while end < len(text) and _place(text[end]) and _place(text[end]) == _place(text[end - 1]):
        end += 1
    return in_ascii(text[error.start : end]), end


ASCII = "microbp.ascii"
codecs.register_error(ASCII, _encode)


def prepare() -> None:
    """Make the streams take any text, and be there."""
    for name, mode, errors in (("stdin", "r", "replace"), ("stdout", "w", ASCII), ("stderr", "w", ASCII)):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell, with >&-
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 (open to the end)
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=errors)


def abandon(stream: TextIO) -> None:
    """Let what is still to be written go nowhere: Python would try again at its exit, and complain."""
    with suppress(OSError):  # a stream without a file behind it
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


CURES = {
    errno.ENOENT: "there is no such file or folder; check the name",
    errno.EACCES: "permission denied; choose another place, or change its permissions",
    errno.EPERM: "permission denied; choose another place, or change its permissions",
    errno.EROFS: "this place is read-only; choose another",
    errno.EISDIR: "this is a folder; name a file in it",
    errno.ENOTDIR: "a part of this path is a file, not a folder; check the name",
    errno.EEXIST: "this is a file, not a folder; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ENOSPC: "the disk is full; make room, or choose another place",
    errno.ELOOP: "this is a circle of links; check the name",
}


def sentence(error: OSError) -> str:
    """What an error of the operating system means, and what to do.

    >>> print(sentence(PermissionError(errno.EACCES, "Permission denied", "model.json")))
    model.json: permission denied; choose another place, or change its permissions
    """
    where = f"{error.filename}: " if error.filename else "the output cannot be written: "
    reason = error.strerror or str(error) or type(error).__name__
    return where + CURES.get(error.errno or 0, f"{reason.lower()}; choose another place, or try again")
