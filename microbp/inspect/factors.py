r"""One factor of a chain-rule product: $\partial z/\partial w$, its formula, the formula with numbers, the number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.refusals import describe
from ..errors import StaleGraphError
from ..table.op import PRODUCT, shorten
from .names import Names
from .notation import latex, text
from .paths import Edge
from .symbols import Formula, Name, local_derivative
from .tables import Table

WIDEST = 50  # a longer formula is cut in a terminal; `Factor.text` has it all


@dataclass(frozen=True)
class Factor:
    r"""A local derivative in symbols and in numbers.

    Attributes:
        of, by: the names of the numerator's and the denominator's node.
        formula: the derivative as the row of the operation states it, read with symbols.
        value: the recorded number.
        argument: which argument it is, where the operation uses the same node twice; else 0.
        prime, prime_latex: the short form $\sigma'(z)$ of an activation's derivative, where there is one.
    """

    of: Name
    by: Name
    formula: Formula
    value: float
    argument: int = 0
    prime: str = ""
    prime_latex: str = ""

    @property
    def symbol(self) -> str:
        """∂z/∂w, for a terminal."""
        fraction = f"∂{self.of.text}/∂{self.by.text}"
        return f"[{fraction}]{self.argument}" if self.argument else fraction

    @property
    def symbol_latex(self) -> str:
        r"""$\frac{\partial z}{\partial w}$."""
        fraction = rf"\frac{{\partial {self.of.latex}}}{{\partial {self.by.latex}}}"
        return rf"\left[{fraction}\right]_{{{self.argument}}}" if self.argument else fraction

    @property
    def text(self) -> str:
        """The formula, for a terminal."""
        return text(self.formula)

    @property
    def latex(self) -> str:
        """The formula in LaTeX."""
        return latex(self.formula)

    @property
    def numbers(self) -> str:
        """The formula with six digits of every number put in."""
        return text(self.formula, numbers=True)

    @property
    def numbers_latex(self) -> str:
        """The same in LaTeX."""
        return latex(self.formula, numbers=True)

    def in_product(self, numbers: bool) -> str:
        """The formula in LaTeX as one factor among others, in parentheses where it needs them."""
        return latex(self.formula, numbers, asked=PRODUCT)

    def as_dict(self) -> dict[str, Any]:
        """The factor for other tools."""
        return {
            "symbol": self.symbol, "symbol_latex": self.symbol_latex, "formula": self.text, "latex": self.latex,
            "numbers": self.numbers, "value": self.value,
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.symbol} = {self.text} = {self.numbers} = {self.value!r}"


def factor(edge: Edge, names: Names) -> Factor:
    """The factor that an edge of the graph contributes.

    Raises:
        StaleGraphError: the data were edited after the graph was recorded.

    >>> from microbp import Value, sigmoid
    >>> z = Value(0.0, "z")
    >>> a = sigmoid(z)
    >>> a.label = "a"
    >>> print(factor(Edge(a, 0), Names([z, a])))
    ∂a/∂z = a · (1 - a) = 0.5 · (1 - 0.5) = 0.25
    """
    node, which = edge.node, edge.which
    _refuse_if_stale(edge)
    formula = local_derivative(node, which, names.symbol)
    twice = sum(p is edge.parent for p in node.parents) > 1
    return Factor(names[node], names[edge.parent], formula, edge.value, which + 1 if twice else 0)


def _refuse_if_stale(edge: Edge) -> None:
    """The formula is filled with today's data: they must give the number that was recorded."""
    now = local_derivative(edge.node, edge.which, lambda node: node.data)
    if not math.isclose(now, edge.value, rel_tol=1e-9, abs_tol=1e-300):  # equal but for the order of rounding
        raise StaleGraphError(
            f"{describe(edge.node)} was recorded with the local derivative {edge.value!r}, and is {now!r} with "
            "today's data: compute the output again before explaining it"
        )


def table(factors: Sequence[Factor | None], left_out: int = 0, note: str = "") -> Table:
    """The factors line by line; None stands for those that are left out."""
    rows = [
        (f.symbol, shorten(f.text, WIDEST), shorten(f.numbers, WIDEST), f.value)
        if f
        else (f"… {left_out:,} more factors", "", "", None)
        for f in factors
    ]
    return Table(("factor", "formula", "with numbers", "value"), rows, note=note)
