r"""The chain with one neuron per layer: every derivative written out as on paper.

$$\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}}\,
\frac{\partial a^{(L)}}{\partial z^{(L)}}\,\frac{\partial C_0}{\partial a^{(L)}}
= a^{(L-1)}\;\sigma'(z^{(L)})\;2(a^{(L)}-y)$$

3Blue1Brown, Backpropagation calculus; Nielsen (2015), chapter 5, for the factors $w\,\sigma'(z)$.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..engine.value import Value
from ..errors import InputError, InputTypeError, ShapeError
from ..nn import Chain
from ..table.op import PRODUCT, SUM
from .factors import Factor
from .labels import plain
from .names import names_of
from .network import Loss, between, record
from .notation import latex, scientific, short, signed, text
from .symbols import Formula, definition, local_derivative, product, total
from .tables import Table


@dataclass(frozen=True)
class Line:
    """One derivative of one sample's cost, factor by factor from the parameter to the cost.

    Attributes:
        factors: as in the text.
        value: their product.
    """

    factors: list[Factor]
    value: float

    @property
    def label(self) -> str:
        """The LaTeX label of what the cost is differentiated by, such as ``w^{(3)}``."""
        return self.factors[0].by.latex

    @property
    def symbol(self) -> str:
        """∂C₀/∂w⁽³⁾."""
        return f"∂{self.factors[-1].of.text}/∂{self.factors[0].by.text}"

    @property
    def latex(self) -> str:
        """The derivation as an ``aligned`` environment."""
        fraction = rf"\frac{{\partial {self.factors[-1].of.latex}}}{{\partial {self.label}}}"
        lines = [
            r" \, ".join(f.symbol_latex for f in self.factors),
            r" \cdot ".join(f.prime_latex or f.in_product(numbers=False) for f in self.factors),
            r" \cdot ".join(_factor_latex(f.value) for f in self.factors),
            scientific(short(self.value)),
        ]
        return f"\\begin{{aligned}}\n{fraction} &= " + " \\\\\n&= ".join(lines) + "\n\\end{aligned}"

    def __str__(self) -> str:
        asked = PRODUCT if len(self.factors) > 1 else SUM
        lines = [
            " · ".join(f.symbol for f in self.factors),
            " · ".join(f.prime or text(f.formula, asked=asked) for f in self.factors),
            " · ".join(signed(f.value) for f in self.factors),
            short(self.value),
        ]
        if len(self.factors) == 1:  # no product: nothing to write out
            lines = [lines[1], lines[3]]
        return self.symbol + " = " + f"\n{' ' * len(self.symbol)} = ".join(lines)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    def as_dict(self) -> dict[str, Any]:
        """The derivation for other tools."""
        return {
            "symbol": self.symbol, "by": self.label, "value": self.value, "latex": self.latex,
            "factors": [f.as_dict() for f in self.factors],
        }  # fmt: skip


class ChainDerivations:
    """Every derivative of a chain of neurons, sample by sample and their mean; prints itself.

    Attributes:
        samples: for each sample its `Line`s: weights, biases and activations, from the last layer down.
        layers: what each layer contributes in the first sample, as a table.
    """

    def __init__(self, samples: list[list[Line]], costs: list[float], layers: Table, rules: list[str]) -> None:
        self.samples, self.costs, self.layers, self._rules = samples, costs, layers, rules

    def __getitem__(self, label: str) -> Line:
        """The derivation of the first sample by that label, such as ``["w^{(3)}"]``."""
        for line in self:
            if line.label == label:
                return line
        raise InputError(f"nothing is labelled {label!r}: there is {', '.join(line.label for line in self)}")

    def __iter__(self) -> Iterator[Line]:
        return iter(self.samples[0])

    def mean(self, label: str) -> float:
        """The derivative of the cost averaged over the samples: the mean of the samples' derivatives."""
        place = [line.label for line in self].index(self[label].label)
        return sum(lines[place].value for lines in self.samples) / len(self.samples)

    @property
    def table(self) -> Table:
        """The derivative of every sample's cost by the parameters, and the mean."""
        head = ["", *[f"sample {i}" for i in range(1, len(self.samples) + 1)], "mean"]
        rows = [
            (f"∂C/∂{plain(lines[0].label)}", *[line.value for line in lines], self.mean(lines[0].label))
            for lines in zip(*self.samples)
            if lines[0].label[0] in "wb"  # an activation is another number in every sample
        ]
        return Table(head, [("C", *self.costs, sum(self.costs) / len(self.costs)), *rows])

    @property
    def latex(self) -> str:
        """All derivations of the first sample, one ``aligned`` environment after the other."""
        return "\n\n".join(line.latex for line in self)

    def __str__(self) -> str:
        parts = [*map(str, self), *self._rules]
        if len(self.samples) > 1:
            parts += [f"C is the mean over {len(self.samples)} samples, and so is each derivative:", str(self.table)]
        return "\n\n".join([*parts, str(self.layers)])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        shown = [line._repr_latex_() for line in self]
        return "\n\n".join([*shown, self.table._repr_markdown_(), self.layers._repr_markdown_()])

    def as_dict(self) -> dict[str, Any]:
        """Everything for other tools."""
        return {
            "derivations": [line.as_dict() for line in self],
            "mean": {line.label: self.mean(line.label) for line in self},
            "costs": self.costs,
            "layers": self.layers.as_dict(),
        }


def chain(model: Chain, x: Any, y: Any, loss: Loss = "squared_error") -> ChainDerivations:
    r"""Derive the cost by $w^{(l)}$, $b^{(l)}$ and $a^{(l)}$ of every layer, factor by factor.

    Args:
        model: the chain.
        x, y: one sample, or a list of inputs and a list of targets.
        loss: a cost of one output, or its name in `LOSSES`.

    Raises:
        InputTypeError: the model is no `Chain`.
        ShapeError: not as many targets as inputs.

    >>> from microbp import nn
    >>> derivations = chain(nn.Chain([0.6, 1.2, -0.8], [0.9, 0.0, 0.3]), 1.0, 0.0)
    >>> derivations["w^{(3)}"]
    ∂C₀/∂w⁽³⁾ = ∂z⁽³⁾/∂w⁽³⁾ · ∂a⁽³⁾/∂z⁽³⁾ · ∂C₀/∂a⁽³⁾
              = a⁽²⁾ · σ'(z⁽³⁾) · 2 · (a⁽³⁾ - y)
              = 0.727324 · 0.2451 · 0.859996
              = 0.153309
    """
    if not isinstance(model, Chain):
        raise InputTypeError(f"chain takes an nn.Chain, one neuron per layer; for {model!r} use equations or explain")
    xs, ys = (x, y) if hasattr(x, "__len__") else ([x], [y])
    if not hasattr(ys, "__len__") or len(xs) != len(ys) or not len(xs):
        raise ShapeError(f"{len(xs)} inputs need {len(xs)} targets, got {y!r}")
    runs = [_Run(model, float(x), float(y), loss) for x, y in zip(xs, ys)]
    rules = ["\n".join(dict.fromkeys(rule for rule in runs[0].rules()))]
    return ChainDerivations([run.lines() for run in runs], [run.cost.data for run in runs], runs[0].layers(), rules)


class _Run:
    """One sample's pass through the chain: its nodes in order, x first, the cost last."""

    def __init__(self, model: Chain, x: float, y: float, loss: Loss) -> None:
        start = Value(x, "x")
        network = record(model, [start], Value(y, "y"), loss)
        self.model, self.cost = model, network.cost
        self.cost.label = "C_0"
        self.z = [layer.z[0] for layer in network.layers]
        self.a = [start, *[layer.a[0] for layer in network.layers]]
        self.names = names_of(self.cost)

    def lines(self) -> list[Line]:
        """The derivations by weights, biases and activations, the last layer first."""
        found = []
        last = len(self.z) - 1
        for starts in (self.model.weights, self.model.biases):
            found += [self._line([starts[l]], l) for l in range(last, -1, -1)]
        found += [self._line([self.a[l + 1]], l + 1) for l in range(last, -1, -1)]
        return found

    def _line(self, nodes: list[Value], layer: int) -> Line:
        """From the start through z and a of every later layer to the cost."""
        for z, a in zip(self.z[layer:], self.a[layer + 1 :]):
            nodes += [z] if a is z else [z, a]
        nodes.append(self.cost)
        factors = [self._factor(of, by) for by, of in pairwise(nodes)]
        value = 1.0
        for f in reversed(factors):
            value *= f.value
        return Line(factors, value)

    def _factor(self, of: Value, by: Value) -> Factor:
        """The derivative of one named node by another, through the nodes that the text does not name."""
        order, (value,) = between(of, [by])
        slopes: dict[Value, Formula] = {by: 1.0}
        for node in order:
            terms = [
                product(local_derivative(node, i, lambda n: self._symbol(n, of)), slopes[p])
                for i, p in enumerate(node.parents)
                if p in slopes
            ]
            if terms:
                slopes[node] = total(terms)
        short_form = ("", "")
        if len(order) == 1 and of in self.a:
            call = definition(of, self.names.symbol)
            short_form = text(call).replace("(", "'(", 1), latex(call).replace(r"\left(", r"'\left(", 1)
        return Factor(self.names[of], self.names[by], slopes[of], value, 0, *short_form)

    def _symbol(self, node: Value, whole: Value) -> Formula:
        """A named node by its name, any other by what it is computed from."""
        if node.label or node is whole:
            return self.names.symbol(node)
        return definition(node, lambda n: self._symbol(n, whole))

    def rules(self) -> Iterator[str]:
        """What the short forms stand for, and the pass forward."""
        for a, z in zip(self.a[1:], self.z):
            if a is not z:
                factor = self._factor(a, z)
                yield f"{factor.prime} = {factor.text} = {factor.numbers} = {short(factor.value)}"

    def layers(self) -> Table:
        """What each layer multiplies the derivative by, from the output down."""
        rows: list[tuple[Any, ...]] = []
        slope = self._factor(self.cost, self.a[-1]).value
        for l in range(len(self.z), 0, -1):
            z, a, w = self.z[l - 1], self.a[l], self.model.weights[l - 1]
            sigma = 1.0 if a is z else self._factor(a, z).value
            rows.append((l, w.data, z.data, sigma, w.data * sigma, slope * sigma))
            slope *= w.data * sigma
        ratio = abs(rows[-1][-1] / rows[0][-1]) if rows[0][-1] else 0.0
        fate = "vanishes" if ratio < 0.1 else "explodes" if ratio > 10.0 else "keeps its size"
        last = plain(f"b^{{({len(self.z)})}}")
        note = (
            "Each further layer multiplies by w σ'(z):\n"
            f"|∂C₀/∂b⁽¹⁾| is {short(ratio)} times |∂C₀/∂{last}|, the gradient {fate} on the way down."
        )
        head = ("layer", "w", "z", "σ'(z)", "w σ'(z)", "∂C₀/∂b")
        return Table(head, rows, note=note if len(rows) > 1 else "")


def _factor_latex(x: float) -> str:
    number = scientific(short(x))
    return rf"\left({number}\right)" if x < 0.0 else number
