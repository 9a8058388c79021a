r"""Many samples at once: the shape of every matrix, and the check that $dW$ is shaped as $W$.

One column per sample (Ng): $Z^{[l]} = W^{[l]}A^{[l-1]} + b^{[l]}$, $dW^{[l]} = \frac1m dZ^{[l]}A^{[l-1]T}$,
$db^{[l]} = \frac1m\sum_{columns} dZ^{[l]}$.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import ShapeError
from ..nn import Module
from .equations import AGREE
from .network import Loss, is_batch, record, sum_of_outputs
from .tables import Report, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, repr=False)
class Shapes(Report):
    """The matrices of one pass over a batch, by their names such as ``W[1]`` and ``dZ[2]``.

    Attributes:
        matrices: every matrix itself.
        m: the number of samples.
        difference: the largest difference of dW and db from the mean of the graphs' gradients.
    """

    matrices: dict[str, NDArray[np.float64]]
    m: int
    difference: float

    @property
    def ok(self) -> bool:
        """Whether each derivative is shaped as what it is the derivative of, and agrees with the graphs."""
        return self.difference <= AGREE and all(
            matrix.shape == self.matrices[name[1:]].shape for name, matrix in self.matrices.items() if name[0] == "d"
        )

    @property
    def table(self) -> Table:
        """One line per quantity and its derivative."""
        rows = []
        for name, matrix in self.matrices.items():
            if name[0] != "d":
                derivative = self.matrices.get(f"d{name}")
                shape = "" if derivative is None else str(derivative.shape)
                meaning = "one sample per column" if name == "A[0]" else MEANING[name[0]]
                rows.append((name, str(matrix.shape), f"d{name}" if shape else "", shape, meaning))
        note = (
            f"m = {self.m} samples, one column each. b has one column for all: + repeats it (broadcasts).\n"
            "(n, 1) is not (n,): sum over the columns with keepdims=True.\n"
            f"dW and db agree with the mean gradient of the {self.m} graphs: largest difference {self.difference:.3g}"
        )
        return Table(("", "shape", "", "shape", ""), rows, note=note)

    def as_dict(self) -> dict[str, Any]:
        """The shapes for other tools."""
        shapes = {name: list(matrix.shape) for name, matrix in self.matrices.items()}
        return {"m": self.m, "shapes": shapes, "ok": self.ok, "difference": self.difference}


MEANING = {"A": "A = g(Z)", "W": "dW = dZ Aᵀ / m", "b": "db = columns of dZ, mean", "Z": "Z = W A + b"}


def shapes(model: Module, batch: Any, targets: Any = None, loss: Loss = "squared_error") -> Shapes:
    """The shapes of one pass, forward and backward, over a batch.

    Args:
        model: any fully connected network.
        batch: the samples, one row each (as data sets have them; the matrices hold them as columns).
        targets: one per sample; zeros, if left out.
        loss: a cost of one sample, or its name in `LOSSES`.

    Raises:
        ShapeError: no batch, or not one target per sample.
        InputError: the network is not fully connected.

    >>> from microbp import nn
    >>> found = shapes(nn.MLP(3, [4, 1]), [[1.0, 2.0, 3.0], [0.5, 0.1, 0.2]])
    >>> found.matrices["dW[1]"].shape, found.matrices["Z[1]"].shape, found.matrices["b[2]"].shape, found.ok
    ((4, 3), (4, 2), (1, 1), True)
    """
    import numpy as np

    if not is_batch(batch):
        raise ShapeError("a batch is a list of samples, each a list of inputs: [[1.0, 2.0], [3.0, 4.0]]")
    if targets is None:
        outputs = len(record(model, batch[0], None, sum_of_outputs).outputs)
        targets = [[0.0] * outputs] * len(batch)
    if len(targets) != len(batch):
        raise ShapeError(f"{len(batch)} samples need {len(batch)} targets, got {len(targets)}")
    networks = [record(model, x, y, loss) for x, y in zip(batch, targets)]
    m = len(networks)

    def columns(pick: Any) -> NDArray[np.float64]:
        rows = [[getattr(v, "data", v) for v in pick(network)] for network in networks]
        matrix: NDArray[np.float64] = np.array(rows).T
        return matrix

    found = {"A[0]": columns(lambda n: n.layers[0].inputs)}
    worst = 0.0
    for i, layer in enumerate(networks[0].layers):
        l = f"[{layer.number}]"
        found[f"W{l}"] = np.array([[w.data for w in row] for row in layer.weights])
        found[f"b{l}"] = np.array([[b.data] for b in layer.biases])
        found[f"Z{l}"] = columns(lambda n, i=i: n.layers[i].z)
        found[f"A{l}"] = columns(lambda n, i=i: n.layers[i].a)
        found[f"dZ{l}"] = columns(lambda n, i=i: [n.gradients[z] for z in n.layers[i].z])
        found[f"dA{l}"] = columns(lambda n, i=i: [n.gradients[a] for a in n.layers[i].a])
        found[f"dW{l}"] = found[f"dZ{l}"] @ found[f"A[{i}]"].T / m
        found[f"db{l}"] = found[f"dZ{l}"].sum(axis=1, keepdims=True) / m
        by_graph = sum(np.array([[n.gradients[w] for w in row] for row in layer.weights]) for n in networks) / m
        worst = max(worst, float(abs(found[f"dW{l}"] - by_graph).max()))
        by_graph = sum(np.array([[n.gradients[b]] for b in layer.biases]) for n in networks) / m
        worst = max(worst, float(abs(found[f"db{l}"] - by_graph).max()))
    return Shapes(found, m, worst)
