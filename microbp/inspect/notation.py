r"""Writing formulas: numbers and operations, as text for a terminal and as LaTeX.

Both are readings of one template per row: LaTeX fills the row's own, the terminal one from the short list
below or else ``name(x, y)``. An operand gets parentheses when it binds less tightly than its place asks for;
a place inside braces or brackets asks for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from ..table import rows as ops
from ..table.op import CALL, POWER, PRODUCT, SUM, Op
from .symbols import Formula, Name, Symbol

TERMINAL = {
    "add": "{0} + {1}", "sub": "{0} - {1}", "div": "{0}/{1}", "mod": "{0} mod {1}", "pow": "{0}^{1}", "neg": "-{0}",
    "floor_divide": "{0} // {1}", "square": "{0}²", "reciprocal": "1/{0}", "abs": "|{0}|", "sigmoid": "σ({0})",
    "sqrt": "√({0})",
}  # fmt: skip

OPENING = ("{", "(", "|", ",", "&", r"\\", r"\lVert", r"\lfloor", r"\lceil")
CLOSING = ("}", ")", "|", ",", "&", "\\")
RELATIONS = {"==": ("=", "="), "!=": ("≠", r"\ne"), "<=": ("≤", r"\le"), ">=": ("≥", r"\ge")}

# -- numbers ---------------------------------------------------------------------------------------------

KNOWN: dict[float, tuple[str, str, int]] = {
    ops.LN2: ("ln 2", r"\ln\left(2\right)", CALL),
    ops.LN10: ("ln 10", r"\ln\left(10\right)", CALL),
    ops.SQRT_HALF: ("√½", r"\sqrt{\frac{1}{2}}", CALL),
    ops.SQRT_2PI: ("√(2π)", r"\sqrt{2 \, \pi}", CALL),
    ops.TWO_OVER_SQRT_PI: ("2/√π", r"\frac{2}{\sqrt{\pi}}", PRODUCT),
}
"""Numbers of the rules that a reader knows by another name: text, LaTeX, how tightly it binds."""


def known(x: float) -> tuple[str, str, int] | None:
    """How to write a constant of a formula that has a better form than its digits, such as 1/3."""
    if x in KNOWN or len(repr(x)) < 8 or not 1e-6 < x < 1.0:
        return KNOWN.get(x)
    n = round(1.0 / x)
    return (f"1/{n}", rf"\frac{{1}}{{{n}}}", PRODUCT) if 1.0 / n == x else None


def short(x: float) -> str:
    """A number to six digits, for reading.

    >>> short(2.0), short(1 / 3), short(1e-7 / 3), short(-0.0)
    ('2', '0.333333', '3.33333e-08', '0')
    """
    return f"{x + 0.0:.6g}"


def signed(x: float) -> str:
    """The same as one factor among others: a negative number in parentheses.

    >>> signed(2.0), signed(-2.0)
    ('2', '(-2)')
    """
    return f"({short(x)})" if x < 0.0 else short(x)


def scientific(digits: str) -> str:
    r"""A printed number in LaTeX.

    >>> print(scientific("2.5e-08"), scientific("0.5"), scientific("1e+20"))
    2.5 \cdot 10^{-8} 0.5 10^{20}
    """
    mantissa, e, exponent = digits.partition("e")
    if not e:
        return digits
    power = f"10^{{{int(exponent)}}}"
    return {"1": power, "-1": f"-{power}"}.get(mantissa, rf"{mantissa} \cdot {power}")


def _exact(x: float) -> str:
    """A constant of a formula: every digit that it has, and none that it has not."""
    return repr(int(x)) if x == int(x) and abs(x) < 1e15 else repr(x)


# -- formulas --------------------------------------------------------------------------------------------


def text(formula: Formula, numbers: bool = False, asked: int = SUM) -> str:
    """A formula for a terminal.

    Args:
        formula: what to write.
        numbers: put the numbers in for the names.
        asked: set parentheses around it if it binds less tightly.
    """
    return _Text(numbers).inside(formula, asked)


def latex(formula: Formula, numbers: bool = False, asked: int = SUM) -> str:
    """The same in LaTeX."""
    return _Latex(numbers).inside(formula, asked)


@dataclass(frozen=True)
class _Writer:
    """What the two notations have in common: where parentheses go."""

    numbers: bool

    def write(self, formula: Formula) -> tuple[str, int]:
        """The formula, and how tightly it binds."""
        if not isinstance(formula, Symbol):
            return self.constant(formula)
        head, args = formula.head, formula.args
        if isinstance(head, Name):
            if self.numbers:
                return self.number(short(head.value))
            return self.name(head)
        if isinstance(head, str):
            return self.relation(head, *[self.write(a)[0] for a in args]), SUM - 1
        if head is ops.choose:
            branches = []
            rest: Formula = formula
            while isinstance(rest, Symbol) and rest.head is ops.choose:  # a choice within a choice: one list
                condition, x, rest = rest.args
                branches.append((self.write(x)[0], self.write(condition)[0]))
            return self.cases(branches, self.write(rest)[0]), CALL
        if head is ops.mul or head is ops.prod:
            return self.product([self.inside(a, PRODUCT) for a in args]), PRODUCT
        if head is ops.add_up:
            return " + ".join(self.elided([self.inside(a, PRODUCT) for a in args])), SUM
        return self.filled(self.template(head, len(args)), head, args), head.level

    def filled(self, template: str, op: Op, args: tuple[Formula, ...]) -> str:
        """The template with the operands in their places; braces that number no operand stay what they are."""

        def operand(place: re.Match[str]) -> str:
            if int(place[1]) >= len(args):
                return place[0]
            before, after = template[: place.start()].rstrip(), template[place.end() :].lstrip()
            x = args[int(place[1])]
            if after[:1] in ("^", "²"):
                is_atom = not isinstance(x, Symbol) or isinstance(x.head, Name)
                return self.inside(x, CALL if is_atom else CALL + 1)
            if before[-1:] == "^":
                return self.inside(x, CALL)
            if before.endswith(OPENING) and after.startswith(CLOSING):
                return self.inside(x, SUM)
            level = min(op.level, SUM + 1)  # a place inside a function's brackets stands in a sum
            return self.inside(x, level + (before != "" and op.level != CALL and op is not ops.add))

        return re.sub(r"\{(\d+)\}", operand, template)

    def inside(self, formula: Formula, asked: int) -> str:
        """The formula, in parentheses if it binds less tightly than asked."""
        written, level = self.write(formula)
        return written if level >= asked else self.parentheses(written)

    def elided(self, parts: list[str]) -> list[str]:
        """A long list with dots in its middle."""
        return parts if len(parts) <= self.shown else [*parts[: self.shown - 2], self.dots, parts[-1]]

    # what a notation fills in
    shown, dots = 0, ""

    def constant(self, x: float) -> tuple[str, int]:
        raise NotImplementedError

    def number(self, digits: str) -> tuple[str, int]:
        raise NotImplementedError

    def name(self, name: Name) -> tuple[str, int]:
        raise NotImplementedError

    def relation(self, sign: str, x: str, y: str) -> str:
        raise NotImplementedError

    def cases(self, branches: list[tuple[str, str]], otherwise: str) -> str:
        raise NotImplementedError

    def product(self, factors: list[str]) -> str:
        raise NotImplementedError

    def template(self, op: Op, count: int) -> str:
        raise NotImplementedError

    def parentheses(self, written: str) -> str:
        raise NotImplementedError


class _Text(_Writer):
    shown, dots = 9, "⋯"

    def constant(self, x: float) -> tuple[str, int]:
        if not self.numbers and (found := known(x)):
            return found[0], found[2]
        return self.number(short(x) if self.numbers else _exact(x))

    def number(self, digits: str) -> tuple[str, int]:
        return digits, SUM if digits.startswith("-") else CALL

    def name(self, name: Name) -> tuple[str, int]:
        return name.text, POWER if re.search("[⁰-⁹⁽⁾¹²³^]", name.text) else CALL

    def relation(self, sign: str, x: str, y: str) -> str:
        return f"{x} {RELATIONS.get(sign, (sign, sign))[0]} {y}"

    def cases(self, branches: list[tuple[str, str]], otherwise: str) -> str:
        return "{" + "; ".join([f"{x} if {condition}" for x, condition in branches] + [f"{otherwise} otherwise"]) + "}"

    def product(self, factors: list[str]) -> str:
        return " · ".join(self.elided(factors))

    def template(self, op: Op, count: int) -> str:
        if op.name in TERMINAL:
            return TERMINAL[op.name]
        places = self.elided([f"{{{i}}}" for i in range(count)])
        return f"{op.name}({', '.join(places)})"

    def parentheses(self, written: str) -> str:
        return f"({written})"


class _Latex(_Writer):
    shown, dots = 20, r"\cdots"

    def constant(self, x: float) -> tuple[str, int]:
        if not self.numbers and (found := known(x)):
            return found[1], found[2]
        return self.number(short(x) if self.numbers else _exact(x))

    def number(self, digits: str) -> tuple[str, int]:
        return scientific(digits), SUM if digits.startswith("-") else PRODUCT if "e" in digits else CALL

    def name(self, name: Name) -> tuple[str, int]:
        return name.latex, POWER if "^" in name.latex else CALL

    def relation(self, sign: str, x: str, y: str) -> str:
        return f"{x} {RELATIONS.get(sign, (sign, sign))[1]} {y}"

    def cases(self, branches: list[tuple[str, str]], otherwise: str) -> str:
        rows = [rf"{x} & \text{{if }} {condition}" for x, condition in branches]
        return r"\begin{cases}" + r" \\ ".join([*rows, rf"{otherwise} & \text{{otherwise}}"]) + r"\end{cases}"

    def product(self, factors: list[str]) -> str:
        """A thin space; a dot where that would read as a longer number or as a function's argument."""
        factors = self.elided(factors)
        written = factors[0]
        for previous, factor in pairwise(factors):
            is_call = factor.startswith(r"\left(") and not re.fullmatch(r"[\d.]+", previous)
            dot = is_call or factor[:1].isdigit() or factor.startswith((r"\frac{2}", "10^"))
            written += (r" \cdot " if dot else r" \, ") + factor
        return written

    def template(self, op: Op, count: int) -> str:
        return op.latex.replace("{*}", ", ".join(self.elided([f"{{{i}}}" for i in range(count)])))

    def parentheses(self, written: str) -> str:
        return rf"\left({written}\right)"
