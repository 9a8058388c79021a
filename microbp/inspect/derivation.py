r"""`explain`: the derivation of one derivative, in symbols and in the graph's own numbers.

One path from the leaf to the output is a product of local derivatives; where paths branch the products are
added up. Both views of the chain rule are here: factors and paths, and (in `steps`) the sweep.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ..engine.gradients import derivatives
from ..engine.graph import count_paths, topological_order
from ..engine.refusals import describe
from ..engine.value import Value
from ..errors import InputError, InputTypeError
from ..table.op import shorten
from .factors import Factor, factor, table
from .labels import is_visible
from .names import names_of
from .notation import scientific, short, signed, text
from .paths import Edge, Path, largest_paths
from .steps import Steps
from .symbols import definition
from .tables import Table

LONGEST = 24  # factors of a product that are written out; the middle of a longer one is left out


def explain(output: Value, leaf: Value, paths: int = 10) -> Derivation:
    r"""The derivation of $\partial\,$output$/\partial\,$leaf from the recorded graph.

    Args:
        output: any recorded result.
        leaf: what to differentiate by; an inner node will do as well.
        paths: how many paths to list, the largest contributions first; the others are counted and summed.

    Raises:
        InputError: the output does not depend on the leaf, or has no graph.
        GradientError: a derivative on the way is not finite.

    >>> from microbp import Value, sigmoid
    >>> w, x = Value(0.5, "w"), Value(2.0, "x")
    >>> C = (w * x - 3.0) ** 2
    >>> print(explain(C, w))
    ∂C/∂w = ∂v₁/∂w · ∂v₂/∂v₁ · ∂C/∂v₂
    <BLANKLINE>
    factor   formula  with numbers  value
    -------------------------------------
    ∂v₁/∂w   x        2                 2
    ∂v₂/∂v₁  1        1                 1
    ∂C/∂v₂   2 · v₂   2 · (-2)         -4
    ∂C/∂w = 2 · 1 · (-4) = -8
    <BLANKLINE>
    with v₁ = w · x = 1
         v₂ = v₁ - 3 = -2
          C = v₂² = 4
    """
    for role, node in (("output", output), ("leaf", leaf)):
        if not isinstance(node, Value):
            raise InputTypeError(f"explain takes Values; the {role} is {shorten(repr(node))}")
    if not output.parents and output is not leaf:
        raise InputError(
            f"{output.label or 'the output'} = {output.data!r} has no graph to explain: it is a leaf, or it was "
            "computed inside no_grad(); compute it again outside"
        )
    if not count_paths(output, leaf):
        raise InputError(
            f"{describe(output)} does not depend on {describe(leaf)}: the derivative is 0, there is nothing to derive"
        )
    return Derivation(output, leaf, paths)


class Derivation:
    r"""A derivative written out; it prints itself, and shows itself in a notebook.

    Attributes:
        output, leaf: the two ends.
        value: the derivative, by the reverse sweep.
        count: the number of paths, counted without walking them.
        paths: the listed ones, the largest product first.
        rest: what the paths that are not listed add up to.
        names: what every node is called.
    """

    def __init__(self, output: Value, leaf: Value, limit: int = 10) -> None:
        if limit < 1:
            raise InputError(f"paths={limit}: list at least one path")
        self.output, self.leaf = output, leaf
        (value,) = derivatives(output, [leaf])
        self.value: float = value
        self.count = count_paths(output, leaf)
        self.paths = largest_paths(output, leaf, limit)
        self.names = names_of(output)

    @property
    def rest(self) -> float:
        """The sum over the paths that are not listed; 0.0 when all are."""
        return self.value - math.fsum(p.product for p in self.paths) if self.count > len(self.paths) else 0.0

    @cached_property
    def edges(self) -> list[Edge]:
        """The edges of the listed paths, each once, from the leaf to the output."""
        if len(self.paths) == 1:
            return list(self.paths[0].edges)
        depth: dict[Value, int] = {}  # the longest way from the leaf: layer by layer
        for node in topological_order(self.output):
            depth[node] = 0 if node is self.leaf else max((depth[p] + 1 for p in node.parents), default=0)
        every = {edge: None for path in self.paths for edge in path.edges}
        return sorted(every, key=lambda edge: (depth[edge.parent], depth[edge.node]))

    @property
    def factors(self) -> list[Factor]:
        """The factors of the listed paths, each once, from the leaf to the output."""
        return [factor(edge, self.names) for edge in self.edges]

    def along(self, path: Path) -> list[Factor]:
        """The factors of one path, from the leaf to the output."""
        return [factor(edge, self.names) for edge in path.edges]

    def _shown(self, edges: Sequence[Edge]) -> list[Factor | None]:
        """The factors that are written out, with None for the middle of a long product."""
        return [edge and factor(edge, self.names) for edge in _shortened(edges, None)]

    @property
    def steps(self) -> Steps:
        """The same derivative as the steps of the backward sweep."""
        return Steps(self.output, self.leaf, self.names)

    @property
    def symbol(self) -> str:
        """∂C/∂w, for a terminal; dC/dw where ∂C/∂w is the factor of the direct use alone."""
        return self._fraction(self._d)

    def _fraction(self, d: str) -> str:
        return f"{d}{self.names[self.output].text}/{d}{self.names[self.leaf].text}"

    @property
    def _d(self) -> str:
        direct = any(parent is self.leaf for parent in self.output.parents)
        return "d" if direct and self.count > 1 else "∂"

    @property
    def ledger(self) -> Table:
        """The listed paths with their products, the others summed and counted, and the sum over all."""
        rows: list[tuple[str, float]] = []
        for path in self.paths:
            rows.append((" → ".join(_shortened([self.names[n].text for n in path.nodes], most=9)), path.product))
        if others := self.count - len(self.paths):
            rows.append((f"{_others(others)} together", self.rest))
        return Table(("path", "product"), [*rows, ("sum over all paths", self.value)])

    def __str__(self) -> str:
        shown, note = self._shown(self.edges), ""
        if not shown:
            return f"{self.symbol} = 1"
        if self.count == 1:
            top = f"{self.symbol} = {' · '.join(f.symbol if f else '…' for f in shown)}"
            note = f"{self.symbol} = {' · '.join(signed(f.value) if f else '…' for f in shown)} = {short(self.value)}"
        else:
            top = f"{self.symbol} = {short(self.value)}, a sum over {_amount(self.count)} paths\n\n{self.ledger}"
        if any(f.argument for f in shown if f):
            note += "\n[∂v/∂x]2 is the derivative by the second argument alone, where x stands for several"
        if self._d == "d":
            note += f"\n{self.symbol} is the whole derivative, {self._fraction('∂')} that of the direct use alone"
        left_out = len(self.edges) - len(shown) + 1
        return "\n\n".join([top, str(table(shown, left_out, note.strip())), self._definitions()]).rstrip()

    __repr__ = __str__

    def _definitions(self) -> str:
        """What the nodes around the listed paths were computed from, but for those that the user named."""
        on_paths = {n for path in self.paths for n in path.nodes if n.op}
        nearby = on_paths | {a for n in on_paths for a in n.parents if a.op}
        order = topological_order(self.output)
        nodes = [n for n in order if n in nearby and (n is self.output or not is_visible(n.label))]
        names = [self.names[n].text for n in nodes[:LONGEST]]
        width = max(map(len, names), default=0)
        formulas = [text(definition(n, self.names.symbol)) for n in nodes[:LONGEST]]
        lines = [f"{name:>{width}} = {formula} = {short(n.data)}" for name, formula, n in zip(names, formulas, nodes)]
        lines += [f"{'…':>{width}}"] * (len(nodes) > LONGEST)
        return "\n".join(("with " if i == 0 else "     ") + line for i, line in enumerate(lines))

    @property
    def latex(self) -> str:
        r"""The derivation as an ``aligned`` environment: symbols, formulas, numbers, result."""
        names = self.names
        d = "d " if self._d == "d" else r"\partial "
        left = rf"\frac{{{d}{names[self.output].latex}}}{{{d}{names[self.leaf].latex}}}"
        paths = [self._shown(path.edges) for path in self.paths]
        others = self.count - len(self.paths)
        dots = r"\cdots"
        lines = [
            [r" \, ".join(f.symbol_latex if f else dots for f in path) or "1" for path in paths],
            [r" \cdot ".join(f.in_product(numbers=False) if f else dots for f in path) or "1" for path in paths],
            [r" \cdot ".join(f.in_product(numbers=True) if f else dots for f in path) or "1" for path in paths],
        ]
        if others:
            label = rf"\text{{{_others(others)}}}"
            for line, extra in zip(lines, (label, r"\cdots", f"({scientific(short(self.rest))})")):
                line.append(extra)
        joined = [r" \\ &\quad + ".join(line) for line in lines]
        right = " \\\\\n&= ".join([*joined, scientific(short(self.value))])
        return f"\\begin{{aligned}}\n{left} &= {right}\n\\end{{aligned}}"

    def as_dict(self) -> dict[str, Any]:
        """The derivation for other tools; numbers in full."""
        return {
            "symbol": self.symbol,
            "output": self.names[self.output].text,
            "leaf": self.names[self.leaf].text,
            "value": self.value,
            "count": self.count,
            "paths": [{"nodes": [self.names[n].text for n in p.nodes], "product": p.product} for p in self.paths],
            "rest": {"count": self.count - len(self.paths), "sum": self.rest},
            "factors": [f.as_dict() for f in self.factors],
            "latex": self.latex,
        }

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    def _repr_markdown_(self) -> str:
        lines = ["| factor | formula | with numbers | value |", "|---|---|---|---|"]
        for f in self._shown(self.edges):
            lines.append(
                f"| ${f.symbol_latex}$ | ${_in_row(f.latex)}$ | ${_in_row(f.numbers_latex)}$ | {short(f.value)} |"
                if f
                else "| … | | | |"
            )
        ledger = "" if self.count == 1 else self.ledger._repr_markdown_() + "\n\n"
        return f"{self._repr_latex_()}\n\n{ledger}" + "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>${_in_html(f.symbol_latex)}$</td><td>${_in_html(f.latex)}$</td>"
            f"<td>${_in_html(f.numbers_latex)}$</td><td>{short(f.value)}</td></tr>"
            if f
            else "<tr><td>…</td><td></td><td></td><td></td></tr>"
            for f in self._shown(self.edges)
        )
        head = "<tr><th>factor</th><th>formula</th><th>with numbers</th><th>value</th></tr>"
        ledger = "" if self.count == 1 else self.ledger._repr_html_()
        return f"<div>$${_in_html(self.latex)}$$</div>{ledger}<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _shortened(parts: Sequence[Any], dots: Any = "…", most: int = LONGEST) -> list[Any]:
    """A long list with dots in its middle."""
    return list(parts) if len(parts) <= most else [*parts[: most // 2], dots, *parts[-(most // 2) :]]


def _others(n: int) -> str:
    return f"{_amount(n)} other path{'s' * (n > 1)}"


def _amount(n: int) -> str:
    """A number of paths: in full while that can be read."""
    return f"{n:,}" if n < 10**9 else f"about {n:.3g}" if n < 10**300 else f"about 10^{len(str(n)) - 1}"


def _in_html(formula: str) -> str:
    return formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _in_row(formula: str) -> str:
    """A bar would end the cell of a Markdown table."""
    return formula.replace("|", r"\vert ")
