r"""The letters of the texts, and a text cut into pieces: letters, scripts and signs, the same for every notation.

[2] writes u, v and layers M, I, J; [4] writes z, a and ω; [2, 3, 5] write $Z^{[l]}$, $A^{[l]}$; code writes Z1, W2.T
and np.dot.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...errors import ExpressionError

CANONICAL = {
    "w": "W", "W": "W", "ω": "W", "b": "b", "B": "b", "z": "Z", "Z": "Z", "u": "Z", "a": "A", "A": "A", "v": "A",
    "x": "X", "X": "X", "y": "Y", "Y": "Y", "t": "Y", "ŷ": "Ŷ", "yhat": "Ŷ", "δ": "dZ", "dZ": "dZ", "dz": "dZ",
    "du": "dZ", "dA": "dA", "da": "dA", "dv": "dA", "dW": "dW", "dw": "dW", "db": "db", "C": "C", "J": "J", "E": "C",
    "L": "C", "cost": "J", "m": "m", "n": "m", "e": "e", "α": "rate", "η": "rate", "lr": "rate", "β": "β", "ε": "ε",
    "s": "s", "S": "s", "V": "v", "g": "g", "θ": "θ", "rate": "decay", "decay": "decay", "epoch": "epoch",
    "ΔW": "ΔW", "Δw": "ΔW", "Δω": "ΔW", "Δb": "Δb", "dB": "db",
}  # fmt: skip
"""The one name of every letter, whichever text it comes from."""

LAYERED = {"W", "b", "Z", "A", "dZ", "dA", "dW", "db", "Ŷ", "X", "ΔW", "Δb"}
"""Quantities that every layer has one of."""
ONE_SAMPLE = {*"zaxyuvδt", "dz", "da", "du", "dv"}
"""Small letters stand for one sample, capitals for a column per sample."""
STATES = {"v": "v", "V": "v", "S": "s", "s": "s", "m": "v"}
"""Averages of an optimiser, where the script says of what: $v_{dW}$."""
FUNCTIONS = {
    "σ", "dg", "f", "φ", "sigmoid", "tanh", "relu", "ln", "log", "exp", "sqrt", "sum", "mean", "abs", "square",
    "transpose",
}  # fmt: skip
NUMPY = {
    "dot": "@", "matmul": "@", "multiply": "*", "outer": "@", "power": "**", "divide": "/", "maximum": "max",
    "max": "max",
}  # fmt: skip
"""Functions of two arguments, also as methods of the first."""
OPTIONS = {"axis", "keepdims", "True", "False", "columns", "corrected"}
WORDS = sorted({*CANONICAL, *FUNCTIONS, *NUMPY, *OPTIONS, *(f"d{c}" for c in "CJEL")}, key=len, reverse=True)

GREEK = {
    "alpha": "α", "beta": "β", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η", "theta": "θ", "sigma": "σ",
    "omega": "ω", "phi": "φ", "varphi": "φ", "Delta": "Δ",
}  # fmt: skip
SIGNS = {
    **{sign: letter for name, letter in GREEK.items() for sign in (f"\\{name}", name)},
    r"\odot": "⊙", r"\circ": "⊙", "∘": "⊙", r"\cdot": "·", r"\times": "·", "×": "·", "⋅": "·", r"\sum": "Σ", "∑": "Σ",
    r"\leftarrow": ":=", r"\gets": ":=", "←": ":=", r"\rightarrow": ":=", r"\to": ":=", "→": ":=",
    r"\|": "‖", r"\lVert": "‖", r"\rVert": "‖", r"\Vert": "‖", "||": "‖", "self.": "",
    r"\top": "T", "⊤": "T", r"\prime": "'", "′": "'", "−": "-",
    r"\sqrt": "√", r"\partial": "∂", r"\nabla": "∇", r"\ell": "l", "½": "(1/2)", "∗": "*", r"\left": "", r"\right": "",
    r"\,": " ", r"\;": " ", r"\!": "", r"\ ": " ", r"\quad": " ", "$": "", "&": "", r"\lbrack": "[", r"\rbrack": "]",
    r"\hat{y}": "ŷ", r"\hat y": "ŷ", "y_hat": "ŷ", "np.": " ", "learning_rate": "η",
    "decay_rate": "decay", "decayrate": "decay",
}  # fmt: skip
"""Ways to write one sign; longer ones are replaced first."""
ABOVE = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˡᴸᵀᵗⁱ", "0123456789+-()lLTti"))
BELOW = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ⱼₖᵢₐₜ", "0123456789+-jkiat"))

GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
PIECE = re.compile(
    rf"""\s*(?:
      (?P<script>[_^]\s*(?:{GROUP}|\([^()]*\)|\[[^\[\]]*\]|-?\d+|[^\W\d_]+\d*(?=\W|_|$)|\w))
    | (?P<transposed>\.T(?!\w)) | \.(?P<method>[a-z]+(?=\s*\()) | (?P<prime>') | (?P<fraction>\\[dt]?frac)
    | (?P<command>\\[A-Za-z]+)
    | (?P<number>\d+(?:\.\d+|\.(?![A-Za-z]))?(?:e-?\d+)?|\.\d+) | (?P<word>[^\W\d_Σ]+) | (?P<sign>:=|[-+]=|\*\*|\S)
    )""",
    re.VERBOSE,
)


REWRITTEN = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"\\hat\s*\{\s*y\s*\}", "ŷ"),
        (r"#.*|;\s*$", ""),  # a comment, the end of a line of code
        (r"(?:\\Delta|Δ)\s*(?=[wWbω\\])", "Δ"),
        (r"(?<![A-Za-z\\])d\s+(?=[A-Za-z])", "d"),  # d a for da
        (r"([A-Za-z]+)_(?:prime|derivative)\s*(?=\()", r"\1'"),  # sigmoid_prime(z)
        (r"(?<![A-Za-z\\])d_?(sigmoid|tanh|relu)\s*(?=\()", r"\1'"),  # dtanh(z)
        (r"[A-Za-z]\w*\.shape\[1\]", " m "),
        (r"(?<![\w\\])e\s*(?:\^|\*\*)\s*(?=\{(?![\[(]|[lLT]\})[^{}]*[A-Za-z]|\((?![it]\))|[a-z](?![A-Za-z]))", " exp "),
    )
]
"""What is written in the words of another notation."""


class Piece(NamedTuple):
    """A piece of a text: its kind (word, number, sign, fraction or a script), and whether it touches the last."""

    kind: str
    text: str
    touches: bool = False


def pieces(text: str) -> list[Piece]:
    """The text in pieces.

    Raises:
        ExpressionError: a word is no letter of the texts.
    """
    text = re.sub(r"\\(?:text|mathrm|operatorname|mathbf|boldsymbol|bm)\s*\{([^{}]*)\}", r"\1", text)
    for pattern, plain in REWRITTEN:
        text = pattern.sub(plain, text)
    text = re.sub(f"[{''.join(ABOVE)}]+", lambda s: "^{" + "".join(ABOVE[c] for c in s[0]) + "}", text)
    text = re.sub(f"[{''.join(BELOW)}]+", lambda s: "_{" + "".join(BELOW[c] for c in s[0]) + "}", text)
    for sign in sorted(SIGNS, key=len, reverse=True):
        word_ends = r"(?![A-Za-z])" if sign[-1].isalpha() and sign[0] == "\\" else ""
        text = re.sub(re.escape(sign) + word_ends, SIGNS[sign].replace("\\", r"\\"), text)
    found: list[Piece] = []
    for match in PIECE.finditer(text):
        kind, content = str(match.lastgroup), match[match.lastgroup or 0]
        touches = match.end() - match.start() == len(content)
        if kind == "command":
            if content[1:] not in FUNCTIONS:
                raise ExpressionError(f"{content} is no sign that a claim can hold: write it as the texts do")
            kind, content = "word", content[1:]
        if kind == "script":
            inside = re.sub(r"^\{|\}$|\s|\\left|\\right", "", content[1:].strip())
            found += [Piece(content[0], part) for part in _scripts(re.sub(r"\^\{?T\}?$", "T", inside))]
        elif kind == "transposed":
            found.append(Piece("^", "T"))
        elif kind == "prime":
            found.append(Piece("'", "'"))
        elif kind == "word":
            found += [Piece("word", w, touches and not i) for i, w in enumerate(_letters(content))]
        elif kind == "number" and touches and found and found[-1].kind == "word" and found[-1].text in CANONICAL:
            found.append(Piece("digits", content))
        else:
            found.append(Piece(kind, content, touches))
    return _with_arguments(found)


def _scripts(content: str) -> list[str]:
    """What stands above or below a letter, one meaning each: ``[2](i)`` is a layer and a sample, as is ``x,l``."""
    if both := re.fullmatch(r"(\[[^\[\]]+\])(\(\w\))(T?)", content):
        return [part for part in both.groups() if part]
    if both := re.fullmatch(r"([ix]),([lL\d][-+\d]*)(T?)", content):
        return [part for part in (f"({both[1]})", both[2], both[3]) if part]
    return [content]


def _with_arguments(found: list[Piece]) -> list[Piece]:
    """The pieces with ``W[1]``, ``w(n+1)`` and ``L(a, y)`` as scripts of their letters."""
    new: list[Piece] = []
    at = 0
    while at < len(found):
        piece, before = found[at], new[-1] if new else Piece("", "")
        closing = {"[": "]", "(": ")"}.get(piece.text) if piece.kind == "sign" and piece.touches else None
        if before.kind == "^" and len(new) > 1:  # a^L(x)
            before = new[-2]
        if closing and before.kind == "word" and before.text in CANONICAL:
            end = next((i for i in range(at, len(found)) if found[i].text == closing), len(found))
            content = "".join(p.text for p in found[at + 1 : end])
            is_layer = closing == "]" and CANONICAL[before.text] in LAYERED
            is_time = content in ("n", "n+1", "t", "t+1")
            is_sample = content == "x" and CANONICAL[before.text] in ("Y", "A", "Ŷ", "C")
            if is_layer or is_time or is_sample or (before.text in "CJEL" and "," in content):
                new.append(Piece("^", f"[{content}]") if is_layer else Piece("argument", content))
                at = end + 1
                continue
        new.append(piece)
        at += 1
    return new


def _letters(word: str) -> list[str]:
    """A run of letters as the letters of the texts: ``wa`` is w times a, ``dW`` is one."""
    found, rest = [], word
    while rest:
        known = next((w for w in WORDS if rest.startswith(w)), None)
        if known is None:
            if word in ("l", "j", "k", "i"):
                return [word]
            raise ExpressionError(f"{word!r} is no quantity of the texts: there are {', '.join(sorted(CANONICAL))}")
        found.append(known)
        rest = rest[len(known) :]
    return found
