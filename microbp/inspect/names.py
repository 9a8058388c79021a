"""What the nodes are called: their labels, written for a terminal and for LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..engine.value import Value
from .symbols import Formula, Name, Symbol

SUPERSCRIPT = str.maketrans("0123456789()+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻")
SUBSCRIPT = str.maketrans("0123456789()+-", "₀₁₂₃₄₅₆₇₈₉₍₎₊₋")
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω", "Delta": "Δ",
}  # fmt: skip


def plain(label: str) -> str:
    """A label that may hold LaTeX, for a terminal.

    >>> plain("w_{12}^{(1)}"), plain(r"\\sigma_k"), plain("loss"), plain("w_{3,14}^{(2)}")
    ('w₁₂⁽¹⁾', 'σ_k', 'loss', 'w_3,14⁽²⁾')
    """
    label = re.sub(r"\\([A-Za-z]+) ?", lambda m: GREEK.get(m[1], "" if m[1] in ("mathrm", "text") else m[1]), label)
    for mark, small in (("_", SUBSCRIPT), ("^", SUPERSCRIPT)):

        def lift(m: re.Match[str], mark: str = mark, small: dict[int, int] = small) -> str:
            inner = m[1] or m[2]
            return inner.translate(small) if re.fullmatch(r"[0-9()+-]+", inner) else mark + inner

        label = re.sub(rf"{re.escape(mark)}(?:\{{([^{{}}]*)\}}|(\d))", lift, label)
    return re.sub(r"[{}\\]", "", label)


def in_latex(label: str) -> str:
    r"""A label as LaTeX: as it is where it is LaTeX, and set upright where it is a word.

    >>> print(in_latex("w_{12}^{(1)}"), in_latex("w1"), in_latex("loss"), in_latex("my_loss 2"), in_latex("x"))
    w_{12}^{(1)} w_{1} \mathrm{loss} \text{my\_loss 2} x
    """
    if re.fullmatch(r"[A-Za-z]'*", label) or _is_latex(label):
        return label
    if found := re.fullmatch(r"([A-Za-z])_?(\d+)", label):
        return f"{found[1]}_{{{found[2]}}}"
    if re.fullmatch(r"[A-Za-z](_[A-Za-z0-9])?(\^[A-Za-z0-9])?", label):
        return label
    if re.fullmatch(r"[A-Za-z]+", label):
        return rf"\mathrm{{{label}}}"
    escaped = re.sub(r"[#$%&_{}^~]", lambda m: "\\" + m[0] + "{}" * (m[0] in "^~"), label.replace("\\", "/"))
    return rf"\text{{{escaped}}}"


def _is_latex(label: str) -> bool:
    """Whether a label has braces or commands, and nothing that would break the formula around it."""
    if not re.search(r"[{\\]", label) or re.search(r"[$%#&~]|\\(?![A-Za-z,;!])", label):
        return False
    depth = 0
    for c in label:
        depth += (c == "{") - (c == "}")
        if depth < 0:
            return False
    return depth == 0


class Names:
    """A name for every node: its label, or v and a number; a label that is taken gets a number in brackets.

    >>> from microbp.engine.graph import operations
    >>> x = Value(1.0, "x")
    >>> y = x * x + x
    >>> names = Names([x, *operations(y)])
    >>> [names[node].text for node in operations(y)]
    ['v₁', 'v₂']
    """

    def __init__(self, order: Iterable[Value], extra: Mapping[Value, str] | None = None) -> None:
        nodes = list(order)
        labels = {node: node.label for node in nodes} | dict(extra or {})
        taken = set(labels.values())
        self._labels: dict[Value, tuple[str, int]] = {}
        seen: dict[str, int] = {}
        counts = {"v": 0, "c": 0}
        for node in nodes:
            label = labels[node]
            while not label:
                letter = "v" if node.parents else "c"
                counts[letter] += 1
                if (candidate := f"{letter}_{{{counts[letter]}}}") not in taken:
                    label = candidate
            seen[label] = seen.get(label, 0) + 1
            self._labels[node] = label, seen[label]

    def __getitem__(self, node: Value) -> Name:
        label, copy = self._labels[node]
        again = f"[{copy}]" if copy > 1 else ""
        return Name(plain(label) + again, in_latex(label) + again, node.data)

    def symbol(self, node: Value) -> Formula:
        """The node in a formula."""
        return Symbol(self[node])
