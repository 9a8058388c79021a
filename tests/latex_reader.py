"""LaTeX back to numbers, by SymPy's functions: a reader of what the derivations print.

SymPy's own `parse_latex` knows no cases, no named functions, and reads `\\left` as `\\le` and `ft`; this
reads them, and gives SymPy numbers of 30 digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

TOKENS = re.compile(r"\s*(?:\\[,;!]|\\quad)?\s*(\\[A-Za-z]+|\\\\|\d+\.?\d*|[A-Za-z]|[-+^_{}()\[\]|&,=<>])")
DIGITS = 30


def sigmoid(x: Any) -> Any:
    return 1 / (1 + sp.exp(-x))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sin": sp.sin, "cos": sp.cos, "tan": sp.tan, "sinh": sp.sinh, "cosh": sp.cosh, "tanh": sp.tanh, "ln": sp.log,
    "max": sp.Max, "min": sp.Min, "sigma": sigmoid, "erf": sp.erf, "erfc": sp.erfc, "sign": sp.sign,
    "arcsin": sp.asin, "arccos": sp.acos, "arctan": sp.atan, "softplus": lambda x: sp.log(1 + sp.exp(x)),
    "round": lambda x: sp.Integer(round(x)), "logit": lambda x: sp.log(x / (1 - x)),
}  # fmt: skip
ROUNDED = [(sp.floor, r"\lfloor", r"\rfloor"), (sp.ceiling, r"\lceil", r"\rceil")]
RELATIONS = {"=": sp.Eq, "<": sp.Lt, ">": sp.Gt, r"\le": sp.Le, r"\ge": sp.Ge, r"\ne": sp.Ne}

ENDS = ["", "+", "-", "}", ")", "]", "|", r"\rfloor", r"\rceil", "&", ",", r"\\", r"\end", *RELATIONS]


class Reader:
    """A recursive descent over the tokens of a formula."""

    def __init__(self, latex: str, numbers: Mapping[str, float]) -> None:
        self.numbers = numbers
        self.tokens, at = [], 0
        while at < len(latex.rstrip()):
            found = TOKENS.match(latex, at)
            assert found, f"cannot read {latex[at:]!r}"
            if found[1] not in (r"\left", r"\right"):
                self.tokens.append(found[1])
            at = found.end()

    def read(self) -> Any:
        value = self.sum()
        assert not self.tokens, f"left over: {self.tokens}"
        return value

    def next(self, expected: str = "") -> str:
        token = self.tokens.pop(0)
        assert not expected or token == expected, f"{expected} expected, got {token}"
        return token

    def ahead(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def sum(self) -> Any:
        value = -self.product() if self.ahead() == "-" and self.next() else self.product()
        while self.ahead() in ("+", "-"):
            value = value + self.product() if self.next() == "+" else value - self.product()
        return value

    def product(self) -> Any:
        value = self.power()
        while self.ahead() not in ENDS:
            if self.ahead() == r"\cdot":
                self.next()
            value = value * self.power()
        return value

    def power(self) -> Any:
        base = self.atom()
        if self.ahead() == "^":
            self.next()
            base = base ** self.group()
        return base

    def group(self) -> Any:
        self.next("{")
        value = self.sum()
        self.next("}")
        return value

    def bracket(self, opening: str = "(", closing: str = ")") -> list[Any]:
        self.next(opening)
        values = [self.sum()]
        while self.ahead() == ",":
            self.next()
            values.append(self.sum())
        self.next(closing)
        return values

    def word(self) -> str:
        self.next("{")
        word = ""
        while self.ahead() != "}":
            word += self.next()
        self.next("}")
        return word

    def atom(self) -> Any:
        token = self.ahead()
        for round_to, opening, closing in ROUNDED:
            if token == opening:
                return round_to(self.bracket(opening, closing)[0])
        if token == "(":
            return self.bracket()[0]
        if token == "|":
            return sp.Abs(self.bracket("|", "|")[0])
        self.next()
        if token[0].isdigit():
            return sp.Float(float(token), DIGITS) if "." in token else sp.Integer(token)
        if token == "e" and self.ahead() == "^":
            return sp.E
        if token == r"\pi":
            return sp.pi
        if token == r"\frac":
            return self.group() / self.group()
        if token == r"\sqrt":
            index = self.bracket("[", "]")[0] if self.ahead() == "[" else 2
            return sp.root(self.group(), index)
        if token == r"\psi":
            self.next("^")
            self.next("{")
            order = self.bracket()[0]
            self.next("}")
            return sp.polygamma(order, self.bracket()[0])
        if token == r"\begin":
            return self.cases()
        if token == r"\operatorname":
            token = "\\" + self.word()
        if token[1:] in FUNCTIONS:
            args = self.bracket() if self.ahead() == "(" else [self.atom()]  # the logarithm of a function
            return FUNCTIONS[token[1:]](*args)
        name = token
        if self.ahead() == "_":
            self.next()
            name += "_{" + self.word() + "}"
        return sp.Float(self.numbers[name], DIGITS)

    def cases(self) -> Any:
        assert self.word() == "cases"
        chosen = None
        while self.ahead() != r"\end":
            value = self.sum()
            self.next("&")
            self.next(r"\text")
            holds = self.word() == "otherwise"
            if not holds:
                left = self.sum()
                holds = bool(RELATIONS[self.next()](left, self.sum()))
            if holds and chosen is None:
                chosen = value
            if self.ahead() == r"\\":
                self.next()
        self.next(r"\end")
        assert self.word() == "cases"
        assert chosen is not None
        return chosen


def evaluate(latex: str, numbers: Mapping[str, float]) -> float:
    """The number of a formula, for these values of its names."""
    return float(sp.N(Reader(latex, numbers).read(), DIGITS))
