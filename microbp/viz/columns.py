"""A model read into the layers that a picture shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.graph import topological_order
from ..engine.value import Value
from ..errors import InputTypeError, ShapeError
from ..nn import Module


@dataclass(frozen=True)
class Column:
    """A layer as it is drawn.

    Attributes:
        name: "input" or "layer l".
        weights: of every neuron, one row each; none for the input.
        biases: of every neuron.
        size: the number of neurons.
    """

    name: str
    weights: list[list[Value]]
    biases: list[Value]
    size: int


def read_columns(model: Module) -> list[Column]:
    """The layers of a model, the input first: every tensor of weights with the tensor of biases after it."""
    if not isinstance(model, Module):
        raise InputTypeError(f"network takes a model, such as nn.MLP(2, [3, 1]), got {model!r}")
    tensors = model.tensors()
    if list(tensors) == ["weights", "biases"]:  # a Chain: one neuron per layer
        layers = [([[w]], [b]) for w, b in zip(tensors["weights"], tensors["biases"])]
    else:
        names = [name.removesuffix("weight") for name in tensors if name.endswith("weight")]
        if not names or any(f"{name}bias" not in tensors for name in names):
            raise InputTypeError(f"{model!r} has no layers with weights and biases: draw one made of nn.Layer")
        layers = [(rows(tensors[f"{name}weight"]), listed(tensors[f"{name}bias"])) for name in names]
    columns = [Column("input", [], [], len(layers[0][0][0]))]
    for n, (weights, biases) in enumerate(layers, 1):
        if len(weights[0]) != columns[-1].size:
            raise ShapeError(f"layer {n} takes {len(weights[0])} inputs, {columns[-1].name} has {columns[-1].size}")
        columns.append(Column(f"layer {n}", weights, biases, len(biases)))
    return columns


def rows(tensor: Any) -> list[list[Value]]:
    """The weights of a layer as rows; a single neuron has one."""
    return list(tensor) if isinstance(tensor[0], list) else [tensor]


def listed(x: Any) -> list[Any]:
    """Something as a list; one number is a list of one."""
    return list(x) if hasattr(x, "__len__") else [x]


def activations(model: Module, columns: Sequence[Column], inputs: list[float]) -> list[list[float] | None]:
    """The inputs, and the activation of every neuron for them.

    A neuron's weighted input z is the node that its bias goes into; its activation is the next node with
    z's label but for the letter a, or z itself where the neuron is linear.
    """
    order = topological_order(*listed(model(inputs)))
    weighted = {parent: n for n, node in enumerate(order) for parent in node.parents}
    found: list[list[float] | None] = [inputs]
    for column in columns[1:]:
        outputs = []
        for bias in column.biases:
            if bias not in weighted:
                raise InputTypeError(f"the outputs of {model!r} do not depend on its bias {bias!r}")
            z = weighted[bias]
            label = f"a{order[z].label[1:]}"
            outputs.append(next((node for node in order[z:] if node.label == label), order[z]).data)
        found.append(outputs)
    return found
