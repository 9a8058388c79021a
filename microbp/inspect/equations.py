r"""BP1 to BP4, evaluated in matrix form and held against the gradients of the graph.

Nielsen, Neural Networks and Deep Learning (2015), chapter 2. $\odot$ is the Hadamard product, entry by entry:
$(s \odot t)_j = s_j t_j$.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..engine.value import Value
from ..errors import InputError
from ..nn import Module
from .network import Loss, Network, record
from .tables import Report, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

AGREE = 1e-12  # sums of up to a thousand products, rounded in another order; relative to the largest entry or 1

FORMULAS = {
    "BP1": ("δᴸ = ∇ₐC ⊙ σ'(zᴸ)", r"\delta^L = \nabla_a C \odot \sigma'(z^L)"),
    "BP2": ("δˡ = (wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ σ'(zˡ)", r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)"),
    "BP3": ("∂C/∂bˡ = δˡ", r"\frac{\partial C}{\partial b^l} = \delta^l"),
    "BP4": ("∂C/∂wˡ = δˡ (aˡ⁻¹)ᵀ", r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T"),
}
SOFTMAX = ("δᴸ = (∂a/∂z)ᵀ ∇ₐC", r"\delta^L = \left(\frac{\partial a^L}{\partial z^L}\right)^T \nabla_a C")


@dataclass(frozen=True)
class Equation:
    """One of the four equations in one layer.

    Attributes:
        name: BP1, BP2, BP3 or BP4.
        layer: l.
        formula, latex: the equation in vector form.
        graph: the left side, from the gradients of the graph.
        matrices: the right side, from weights, activations and weighted inputs.
    """

    name: str
    layer: int
    formula: str
    latex: str
    graph: Array
    matrices: Array

    @property
    def difference(self) -> float:
        """The largest difference between the two sides."""
        return float(abs(self.graph - self.matrices).max())

    @property
    def holds(self) -> bool:
        """Whether the two sides agree but for rounding."""
        return self.difference <= AGREE * max(1.0, float(abs(self.graph).max()), float(abs(self.matrices).max()))


@dataclass(frozen=True, repr=False)
class Equations(Report):
    """The four equations of a network; prints itself as a table."""

    equations: list[Equation]

    @property
    def ok(self) -> bool:
        """Whether all of them hold."""
        return all(e.holds for e in self.equations)

    @property
    def violated(self) -> list[Equation]:
        """Those that do not hold."""
        return [e for e in self.equations if not e.holds]

    @property
    def difference(self) -> float:
        """The largest difference of all."""
        return max(e.difference for e in self.equations)

    def __getitem__(self, key: tuple[str, int]) -> Equation:
        """The equation of that name in that layer, such as ``["BP2", 1]``."""
        for equation in self.equations:
            if (equation.name, equation.layer) == key:
                return equation
        there = ", ".join(f"{e.name} in layer {e.layer}" for e in self.equations)
        raise InputError(f"no {key[0]} in layer {key[1]}: there is {there}")

    @property
    def table(self) -> Table:
        """One line per equation and layer."""
        shapes = ["×".join(map(str, e.graph.shape)) for e in self.equations]
        verdicts = ["holds" if e.holds else "VIOLATED" for e in self.equations]
        rows = [
            (e.name, e.layer, e.formula, shape, e.difference, verdict)
            for e, shape, verdict in zip(self.equations, shapes, verdicts)
        ]
        note = "⊙ is the Hadamard product: entry by entry" if self.ok else ""
        for e in self.violated:
            note += f"\n{e.name} is violated in layer {e.layer}: {e.formula} is off by up to {e.difference:.3g}"
        return Table(("", "layer", "equation", "shape", "largest difference", ""), rows, note=note.strip())

    @property
    def latex(self) -> str:
        """The equations as an ``aligned`` environment."""
        formulas = dict.fromkeys(e.latex.replace(" = ", " &= ", 1) for e in self.equations)
        return "\\begin{aligned}\n" + " \\\\\n".join(formulas) + "\n\\end{aligned}"

    def as_dict(self) -> dict[str, Any]:
        """Every equation for other tools, with both sides in full."""
        return {
            "ok": self.ok,
            "equations": [
                {
                    "name": e.name, "layer": e.layer, "formula": e.formula, "latex": e.latex, "holds": e.holds,
                    "difference": e.difference, "graph": e.graph.tolist(), "matrices": e.matrices.tolist(),
                }
                for e in self.equations
            ],
        }  # fmt: skip

    def _repr_markdown_(self) -> str:
        return f"$$\n{self.latex}\n$$\n\n{self.table._repr_markdown_()}"


def equations(
    model: Module, x: Any, y: Any, loss: Loss, gradients: Mapping[Value | str, float] | None = None
) -> Equations:
    """Hold BP1 to BP4 against the gradients of a network on one sample.

    Args:
        model: any fully connected network.
        x: the inputs of one sample.
        y: the target.
        loss: a cost, or its name in `LOSSES`.
        gradients: numbers to check in the place of the graph's own, such as the results of a
            backpropagation you wrote yourself: by parameter, or by the label of a parameter or of a z.

    Raises:
        InputError: the network is not fully connected; gradients of something that is not in it.

    >>> from microbp import nn
    >>> print(equations(nn.MLP(2, [3, 1]), [0.5, -1.0], 1.0, "squared_error"))
         layer  equation                    shape  largest difference
    ------------------------------------------------------------------------
    BP1      2  δᴸ = ∇ₐC ⊙ σ'(zᴸ)           1      ...  holds
    BP3      2  ∂C/∂bˡ = δˡ                 1      ...  holds
    BP4      2  ∂C/∂wˡ = δˡ (aˡ⁻¹)ᵀ         1×3    ...  holds
    BP2      1  δˡ = (wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ σ'(zˡ)  3      ...  holds
    BP3      1  ∂C/∂bˡ = δˡ                 3      ...  holds
    BP4      1  ∂C/∂wˡ = δˡ (aˡ⁻¹)ᵀ         3×2    ...  holds
    ⊙ is the Hadamard product: entry by entry
    """
    network = record(model, x, y, loss)
    labels = {node.label: node for node in network.gradients}
    for key, gradient in (gradients or {}).items():
        node = labels.get(key) if isinstance(key, str) else key
        if node not in network.gradients:
            raise InputError(f"{key!r} is no parameter and no z of this network")
        network.gradients[node] = gradient
    return Equations(list(_check(network)))


def _check(network: Network) -> list[Equation]:
    """From the output to the first layer, each equation from the gradients it starts from."""
    import numpy as np

    def numbers(nodes: Any) -> Array:
        return np.array([getattr(n, "data", n) for n in nodes])

    def grads(nodes: Any) -> Array:
        return np.array([network.gradients[n] for n in nodes])

    found, later = [], None
    uses: dict[Value, list[float]] = {}
    for layer in network.layers:
        for row, z in zip(layer.weights, layer.z):
            for w, a in zip(row, numbers(layer.inputs)):
                uses.setdefault(w, []).append(network.gradients[z] * a)
    for layer in reversed(network.layers):
        delta, jacobian = grads(layer.z), np.array(layer.derivative)
        by_a = numbers(network.cost_by_output) if later is None else np.array(
            [[w.data for w in row] for row in later.weights]
        ).T @ grads(later.z)  # fmt: skip
        name = "BP1" if later is None else "BP2"
        diagonal = np.array_equal(jacobian, np.diag(np.diag(jacobian)))
        formula = FORMULAS[name] if diagonal or later else SOFTMAX
        right = by_a * np.diag(jacobian) if diagonal else jacobian.T @ by_a
        weights = np.array([grads(row) for row in layer.weights])
        by_uses = np.array([[sum(uses[w]) for w in row] for row in layer.weights])  # one, but for tied weights
        found += [
            Equation(name, layer.number, *formula, delta, right),
            Equation("BP3", layer.number, *FORMULAS["BP3"], grads(layer.biases), delta),
            Equation("BP4", layer.number, *FORMULAS["BP4"], weights, by_uses),
        ]
        later = layer
    return found
