r"""Reading a formula as people write it: LaTeX, NumPy code, or the signs of a keyboard and of Unicode.

>>> from microbp.inspect.claims.tree import shown
>>> shown(read(r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)"))
"δ^l = w^{l+1}ᵀ δ^{l+1} ⊙ σ'(z^l)"
>>> shown(read("dA1 = np.dot(W2.T, dA2 * dg(Z2))"))
"dA^[1] = W^[2]ᵀ @ (dA^[2] * g'(Z^[2]))"

First `words.pieces` cuts the text into letters, scripts and signs, whatever the notation; then the pieces are read
by precedence (Pratt, Top Down Operator Precedence, 1973): sums, then the Hadamard product, then all other products
from the left, then powers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeGuard

from ...errors import ExpressionError
from .tree import (
    Apply,
    Binary,
    Derivative,
    Formula,
    Layer,
    Negative,
    Node,
    Number,
    Quantity,
    Sum,
    Transpose,
    quantities,
    rebuilt,
    walk,
)
from .words import CANONICAL, FUNCTIONS, LAYERED, NUMPY, STATES, Piece, pieces

RELATIONS, SUMS, HADAMARD, PRODUCTS, POWERS = 5, 10, 20, 30, 40
INFIX = {
    ">": RELATIONS, "+": SUMS, "-": SUMS, "⊙": HADAMARD, "*": PRODUCTS, "@": PRODUCTS, "/": PRODUCTS, "·": PRODUCTS,
    "**": POWERS,
}  # fmt: skip
BRACKETS = {"(": ")", "{": "}", "[": "]"}
LONGEST, DEEPEST = 500, 20
LAYER = r"([lL]|\d+)([+-]\d+)?T?"


def read(text: str) -> Formula:
    """The formula of a text.

    Raises:
        ExpressionError: the text is no equation between quantities of the texts.
    """
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise ExpressionError(f"a claim is one equation, such as 'dZ2 = A2 - Y', of at most {LONGEST} characters")
    if max(accumulate((c in "([{") - (c in ")]}") for c in text)) > DEEPEST:
        raise ExpressionError(f"a claim has at most {DEEPEST} brackets inside one another")
    reader, left, sign, right = _sides(text)
    found = [*quantities(left), *quantities(right)]
    if reader.met_a_bare_2 and any(q.name in LAYERED - {"X"} and not (q.layer or q.indices) for q in found):
        reader, left, sign, right = _sides(text, squares=True)  # 1 - a² beside a z without a layer
    if any(_counts_layers(q) for side in (left, right) for q in quantities(side)):
        left, right = rebuilt(left, _layered), rebuilt(right, _layered)
    if reader.next.text:
        raise ExpressionError(f"a claim is one equation, and {reader.next.text!r} follows its end")
    if sign in ("+=", "-="):
        right = Binary(sign[0], left, right)
    if any(isinstance(node, _Change) for side in (left, right) for node in walk(side)):
        raise ExpressionError("half a derivative: write ∂C/∂w, or a fraction of both")
    before = [q for q in quantities(right) if isinstance(left, Quantity) and replace(q, time=left.time) == left]
    if sign != "=" and not isinstance(left, Quantity):
        raise ExpressionError("what is updated is one quantity: W := W - α dW")
    return Formula(left, right, update=sign != "=" or bool(before))


def _sides(text: str, squares: bool = False) -> tuple[_Reader, Node, str, Node]:
    """Both sides of an equation, and the sign between them."""
    reader = _Reader(pieces(text), squares)
    left = reader.expression()
    sign = reader.take("=", ":=", "+=", "-=")
    return reader, left, sign, reader.expression()


def _counts_layers(q: Quantity) -> bool:
    """Whether the number below a letter is a layer: W_2 is no neuron, it has two indices; nor is the matrix A_1."""
    is_matrix = q.name in ("W", "dW", "ΔW") or (q.written[-1:].isupper() and q.name in ("A", "Z", "dA", "dZ"))
    return is_matrix and _number_below(q)


def _number_below(q: Quantity) -> bool:
    return q.layer is None and not q.sample and len(q.indices) == 1 and q.indices[0].isdigit()


def _layered(node: Node) -> Node:
    if isinstance(node, Quantity) and node.name in LAYERED - {"X"} and _number_below(node):
        return replace(node, layer=Layer("", int(node.indices[0])), indices=())
    return node


@dataclass(frozen=True)
class _Change(Node):
    """One half of a fraction of derivatives: the ∂C of ∂C/∂w."""

    of: Quantity


class _Reader:
    """The pieces, read from the left."""

    def __init__(self, found: list[Piece], squares: bool = False) -> None:
        self.pieces, self.at, self.norms = [*found, Piece("", "")], 0, 0
        self.squares, self.met_a_bare_2 = squares, False  # a² is an activation's square, or that of layer 2

    @property
    def next(self) -> Piece:
        """The piece that comes next; an empty one at the end."""
        return self.pieces[min(self.at, len(self.pieces) - 1)]

    def take(self, *expected: str) -> str:
        """Go past the next piece, which is one of those expected."""
        piece = self.next
        if not piece.text or (expected and (piece.kind != "sign" or piece.text not in expected)):
            wanted = " or ".join(map(repr, expected)) or "more"
            got = repr(piece.text) if piece.text else "the end"
            raise ExpressionError(f"expected {wanted}, got {got}; a claim reads like dZ2 = A2 - Y")
        self.at += 1
        return piece.text

    def meets(self, *signs: str) -> bool:
        """Whether one of these signs comes next; if so, go past it."""
        found = self.next.kind == "sign" and self.next.text in signs
        self.at += found
        return found

    def expression(self, binds: int = 0) -> Node:
        """All that binds more tightly than asked for."""
        left = self.scripted(self.operand())
        while True:
            piece = self.next
            opens = ("(", "{", "[", "Σ", "∂", "∇", "√", *"‖"[self.norms :])
            beside = piece.kind in ("word", "number", "fraction") or piece.text in opens
            power = PRODUCTS if beside else INFIX.get(piece.text, 0) if piece.kind == "sign" else 0
            if power <= binds:
                return left
            sign = "·" if beside else self.take()
            left = Binary(sign, left, self.expression(power))

    def scripted(self, group: Node) -> Node:
        """What stands above or behind a group: T, a power, or a method of NumPy's."""
        while self.next.kind in ("^", "method"):
            is_method, content = self.next.kind == "method", self.take()
            if is_method:
                group = self.method(content, group)
                continue
            group = Transpose(group) if content == "T" else Binary("**", group, _Reader(pieces(content)).expression())
        return group

    def operand(self) -> Node:
        """One number, quantity, function or group."""
        piece = self.next
        if piece.kind == "number":
            return Number(float(self.take()))
        if piece.kind == "fraction":
            self.take()
            return _fraction(self.group(), self.group())
        if piece.kind == "word":
            return self.word(self.take())
        sign = self.take("-", "+", "(", "{", "[", "Σ", "∂", "∇", "√", "‖")
        if sign == "‖":
            self.norms += 1
            inner = self.expression()
            self.norms -= 1
            self.take("‖")
            return Apply("norm", inner)
        if sign in BRACKETS:
            inner = self.expression()
            self.take(BRACKETS[sign])
            return inner
        if sign == "Σ":
            return self.sum()
        if sign == "∂":
            return self.change()
        if sign == "∇":
            if self.next.kind == "_":
                self.take()
            _, transposed = self.letter(self.take())
            gradient = Quantity("dA", "∇C")
            return Transpose(gradient) if transposed else gradient
        if sign == "√":
            return Apply("sqrt", self.operand())
        inner = self.expression(PRODUCTS - 1)
        return Negative(inner) if sign == "-" else inner

    def word(self, word: str) -> Node:
        """A function where an argument follows, else a quantity."""
        if word in NUMPY:
            self.take("(")
            left = self.expression()
            self.take(",")
            right = self.expression()
            self.take(")")
            return _of_two(word, left, right)
        if re.fullmatch("d[CJEL]", word):
            return self.change(word)
        if word in FUNCTIONS or (word == "g" and self.is_activation()):
            return self.function(word)
        found, transposed = self.letter(word)
        follows = self.pieces[self.at + 1].text if self.next.text == "/" else ""
        if _is_change(found) and re.fullmatch("d[azwbuv]", follows):  # da/dz
            self.take("/")
            return _fraction(found, self.quantity(self.take()))
        return Transpose(found) if transposed else found

    def method(self, name: str, of: Node) -> Node:
        """A method of a matrix: ``dZ2.sum(axis=1)``."""
        self.take("(")
        if name in NUMPY:
            other = self.expression()
            self.take(")")
            return _of_two(name, of, other)
        if name not in ("sum", "mean", "transpose"):
            raise ExpressionError(f".{name}() is no method that a claim can hold: dot, sum, mean, transpose")
        axis, keepdims = self.options()
        return Transpose(of) if name == "transpose" else Apply(name, of, False, axis, keepdims)

    def is_activation(self) -> bool:
        """Whether a g is the activation rather than a gradient: an argument follows its scripts."""
        at = self.at
        while self.pieces[at].kind in ("^", "_", "'", "digits"):
            at += 1
        return self.pieces[at].text == "(" and (at > self.at or self.pieces[at].touches)

    def function(self, name: str) -> Node:
        prime = name == "dg"
        while self.next.kind in ("^", "_", "'", "digits"):
            script = self.next
            self.take()
            prime = prime or "'" in (script.kind, script.text[-1:])
        name = "g" if name == "dg" else name
        if not self.meets("("):
            return Apply(name, self.scripted(self.operand()), prime)
        argument = self.expression()
        axis, keepdims = self.options()
        if name == "square":
            return Binary("**", argument, Number(2.0))
        return Transpose(argument) if name == "transpose" else Apply(name, argument, prime, axis, keepdims)

    def options(self) -> tuple[int | None, bool]:
        """The options of a sum, to the end of its bracket: axis and keepdims."""
        axis: int | None = None
        keepdims = False
        self.meets(",")
        while not self.meets(")"):
            option = self.take()
            self.take("=")
            value = "-" * self.meets("-") + self.take()
            if option == "axis" and re.fullmatch(r"0|-?1", value):
                axis = int(value) % 2
            elif option == "keepdims" and value in ("True", "False"):
                keepdims = value == "True"
            else:
                raise ExpressionError(f"{option}={value}: a sum takes axis=0, axis=1 and keepdims=True")
            self.meets(",")
        return axis, keepdims

    def sum(self) -> Node:
        index = ""
        while self.next.kind in ("_", "^"):
            script = self.next
            self.take()
            if script.kind == "_":
                index = script.text.partition("=")[0]
        return Sum(index, self.expression(SUMS))

    def change(self, word: str = "") -> Node:
        """∂C/∂w or dC/dw, written in one line; one half of it in a fraction."""
        of = self.quantity(word[1:] or self.take())
        if word and self.next.text == "/" and self.pieces[self.at + 1].text[:1] == "d":
            self.take()
            return _fraction(_Change(of), self.quantity(self.take()))
        ahead = [p.text for p in self.pieces[self.at : self.at + 3]]
        if ahead[:2] == ["/", "∂"] or ahead == ["/", "(", "∂"]:
            self.take()
            bracket = self.meets("(")
            self.take("∂")
            by = self.quantity(self.take())
            if bracket:
                self.take(")")
            return Derivative(of, by)
        return _Change(of)

    def group(self) -> Node:
        r"""What \frac takes: a group in braces, or one sign."""
        if self.meets("{"):
            inner = self.expression()
            self.take("}")
            return inner
        if self.next.kind == "number" and len(self.next.text) > 1:  # \frac12
            digits = self.next.text
            self.pieces[self.at] = Piece("number", digits[1:], True)
            return Number(float(digits[0]))
        return self.operand()

    def quantity(self, word: str) -> Quantity:
        """A letter with its scripts, where no transpose can stand."""
        found, transposed = self.letter(word)
        if transposed:
            raise ExpressionError(f"{word}ᵀ cannot stand in a derivative: transpose the whole")
        return found

    def letter(self, word: str) -> tuple[Quantity, bool]:
        """A letter with its scripts, and whether T is one of them."""
        if word not in CANONICAL:
            raise ExpressionError(f"{word!r} is no quantity of the texts: there are {', '.join(sorted(CANONICAL))}")
        found = Quantity(CANONICAL[word], word)
        transposed = False
        if word == "α" and self.next.kind in ("_", "^") and self.next.text != "0":
            found = Quantity("A", word)  # the activation of a text that writes it as a Greek letter
        while self.next.kind in ("_", "^", "digits", "argument"):
            kind, content = self.next.kind, self.next.text
            if kind == "^" and not _is_script(found, content):
                break
            if kind == "^" and content == "2":
                if self.squares:
                    break
                self.met_a_bare_2 = True
            self.at += 1
            if kind == "^" and (content == "T" or re.fullmatch(r"[\[(]?.+?[\])]?T", content)):
                transposed, content = True, content.removesuffix("T")
            if content:
                found = _with_script(found, kind, content)
        return found, transposed


def _fraction(above: Node, below: Node) -> Node:
    if _is_change(above) and _is_change(below):
        above, below = _Change(_bare(above)), _Change(_bare(below))
    if isinstance(above, _Change):
        if isinstance(below, Quantity) and below.written[0] == "d":  # dC/dw
            below = _Change(_bare(below))
        if not isinstance(below, _Change):
            raise ExpressionError("the denominator of a derivative is ∂ and one quantity: ∂C/∂w")
        return Derivative(above.of, below.of)
    return Binary("/", above, below)


def _is_change(node: Node) -> TypeGuard[Quantity]:
    """Whether a letter can be one half of a derivative written with d, as in da/dz."""
    return isinstance(node, Quantity) and bool(re.fullmatch("d[azwbuv]", node.written))


def _bare(q: Quantity) -> Quantity:
    return replace(q, name=CANONICAL[q.written[1:]], written=q.written[1:])


def _of_two(name: str, left: Node, right: Node) -> Node:
    """A function of NumPy's with two arguments."""
    if NUMPY[name] == "max":
        if Number(0.0) not in (left, right):
            raise ExpressionError("of maxima a claim knows the relu alone: np.maximum(0, Z1)")
        return Apply("relu", right if left == Number(0.0) else left)
    return Binary(NUMPY[name], left, Transpose(right) if name == "outer" else right)


def _is_script(q: Quantity, content: str) -> bool:
    """Whether what stands above a letter says which it is: in e² it is a power, in w³ the layer."""
    if content == "T" or content[0] in "([":
        return True
    if content == "corrected":
        return True
    if content.isdigit() and q.name in ("dW", "db", "Ŷ"):
        return False
    return (q.name in LAYERED or q.written == "α") and q.layer is None and bool(re.fullmatch(LAYER, content))


def _with_script(q: Quantity, kind: str, content: str) -> Quantity:
    """A quantity with one script more."""
    if kind == "argument":  # w(n + 1), L(a, y)
        if named := re.search(r"^([ix])$|\(([ix])\)", content):  # y(x), L(y^{(i)}, a^{(i)})
            return replace(q, sample=named[1] or named[2])
        times = {"n": -1, "n+1": 0, "t": -1, "t+1": 0}
        return replace(q, time=times[content]) if content in times else q
    if content == "corrected":
        return replace(q, name=f"{STATES.get(q.written, q.name)}^", written=f"{q.written}^corrected")
    if kind == "digits" or kind == "^":
        inner = content.strip("()[]")
        if kind == "^" and re.fullmatch(r"\([iktx]\)", content):
            return replace(q, sample=inner)
        if q.name in ("β", "rate", "C"):
            name = {"β": f"β{inner}", "rate": "rate0", "C": "C"}[q.name]
            return replace(q, name=name, written=f"{q.written}_{inner}")
        match = re.fullmatch(r"([lL]?)([+-]?\d+)?", inner)
        if not match or q.name not in LAYERED:
            raise ExpressionError(f"{q.written}^{{{content}}}: a layer is l, L, l+1, L-1, a number; of W, b, Z, A, δ")
        return replace(q, layer=Layer(match[1], int(match[2] or 0)))
    times = {"t": 0, "t-1": -1, "t+1": 1}
    if content in times:
        return replace(q, time=times[content])
    if q.name == "β":
        return replace(q, name=f"β{content}", written=f"β_{content}")
    if q.name == "rate" and content == "0":
        return replace(q, name="rate0", written=f"{q.written}_0")
    if q.name in ("C", "J") and content in ("0", "x"):
        return q
    if q.written in STATES and re.fullmatch(r"d?[Wbw]", content):
        return replace(q, name=STATES[q.written], written=f"{q.written}_{content}")
    if q.name in LAYERED and q.layer is None and (below := re.fullmatch(r"([lL])([-+]\d+)?", content)):
        return replace(q, layer=Layer(below[1], int(below[2] or 0)))
    indices = tuple(content.replace(",", ""))
    most = 2 if q.name in ("W", "dW", "g", "ΔW") else 1
    if most == 1 and content.isdigit():
        indices = (content,)
    if len(indices) > most or not all(i.isalnum() for i in indices):
        raise ExpressionError(
            f"{q.written}_{{{content}}}: an index is a letter or a number; a weight has two, w_{{jk}}"
        )
    return replace(q, indices=indices)
