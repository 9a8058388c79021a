r"""Reading a fully connected network off its recorded graph: W, b, z and a of every layer.

The parameters come from the model, everything else from the graph of one call: z is the node that uses the
bias, its inputs are the activations of the layer before, and between z and a stands the activation alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..engine.backward import sweep
from ..engine.gradients import derivatives
from ..engine.graph import operations
from ..engine.recording import recording
from ..engine.refusals import describe
from ..engine.value import Value
from ..errors import InputError, InputTypeError
from ..losses import LOSSES
from ..nn import Chain, Module
from ..table.rows import add, add_up, mul, weighted_sum

Loss = str | Callable[[Any, Any], Any]


@dataclass(frozen=True)
class LayerRecord:
    """One layer of one call of a network.

    Attributes:
        number: l, from 1.
        weights: row j leads to neuron j.
        biases, z, a: one per neuron.
        inputs: the activations of the layer before; numbers in layer 1.
    """

    number: int
    weights: list[list[Value]]
    biases: list[Value]
    z: list[Value]
    a: list[Value]
    inputs: list[Any]

    @property
    def derivative(self) -> list[list[float]]:
        r"""$\partial a_j/\partial z_i$ as recorded: a diagonal matrix, but for softmax."""
        return [between(a, self.z)[1] for a in self.a]


@dataclass(frozen=True)
class Network:
    """One call of a network with its cost, and the gradients of the graph.

    Attributes:
        layers: from the first hidden layer to the output.
        cost: the cost of the sample.
        gradients: of the cost by every z, activation and parameter.
    """

    layers: list[LayerRecord]
    cost: Value
    gradients: dict[Value, float] = field(default_factory=dict)

    @property
    def outputs(self) -> list[Value]:
        """The activations of the last layer."""
        return self.layers[-1].a

    @property
    def cost_by_output(self) -> list[float]:
        r"""$\nabla_a C$, from the part of the graph that is the cost."""
        return derivatives(self.cost, self.outputs)


def record(model: Module, x: Any, y: Any, loss: Loss) -> Network:
    """Call a network on one sample and read its layers off the graph. No ``.grad`` is touched.

    Inside `no_grad` it records all the same.

    Args:
        model: an `MLP`, `Layer`, `Neuron` or `Chain`, or a module of your own that is made of them.
        x: the inputs of one sample.
        y: the target.
        loss: a cost, or its name in `LOSSES`.

    Raises:
        InputTypeError: the model is no network.
        InputError: the network is not fully connected; the cost does not use its outputs.

    >>> from microbp import nn
    >>> network = record(nn.MLP(2, [3, 1]), [0.5, -1.0], 1.0, "squared_error")
    >>> [len(layer.z) for layer in network.layers]
    [3, 1]
    """
    out, cost = record_cost(model, list(x) if hasattr(x, "__len__") else [x], y, loss)
    layers = _layers(model, cost, out if isinstance(out, list) else [out])
    nodes = [n for l in layers for group in [*l.weights, l.biases, l.z, l.a] for n in group]
    return Network(layers, cost, dict(zip(nodes, derivatives(cost, nodes))))


def record_cost(model: Module, x: Any, y: Any, loss: Loss) -> tuple[Any, Value]:
    """The outputs of any network, and their cost with its graph.

    Raises:
        InputTypeError: the model is no network.
        InputError: the cost does not use the outputs.
    """
    if not isinstance(model, Module) or type(model).__call__ is Module.__call__:
        raise InputTypeError(f"expected a network, an nn.Module with a __call__ such as nn.MLP, got {model!r}")
    with recording(True):
        out = model(x)
        cost = cost_function(loss)(out, y)
    if not isinstance(cost, Value) or not cost.parents:
        raise InputError(f"the cost has no graph, got {cost!r}: compute it from the outputs, with microbp's operations")
    return out, cost


def cost_function(loss: Loss) -> Callable[[Any, Any], Any]:
    """A cost by its name, or as it is.

    Raises:
        InputError: there is none of that name.
    """
    if callable(loss):
        return loss
    if not isinstance(loss, str) or loss not in LOSSES:
        raise InputError(f"no cost {loss!r}; choose from {', '.join(LOSSES)}")
    return LOSSES[loss]


def sum_of_outputs(outputs: Any, _: Any) -> Any:
    """A cost for those who only want to read the layers: it depends on every output."""
    return add_up(outputs if isinstance(outputs, list) else [outputs])


def is_batch(x: Any) -> bool:
    """Whether x is a list of samples rather than the inputs of one."""
    return hasattr(x, "__len__") and len(x) > 0 and hasattr(x[0], "__len__")


def parameters_by_layer(model: Module) -> list[tuple[list[list[Value]], list[Value]]]:
    """The weights (row j leads to neuron j) and biases of every layer, in the order of the model.

    Raises:
        InputError: there are parameters of another kind.
    """
    if isinstance(model, Chain):
        return [([[w]], [b]) for w, b in zip(model.weights, model.biases)]
    found, left = [], dict(model.tensors())
    for name in list(left):
        bias = name.removesuffix("weight") + "bias"
        if name.endswith("weight") and bias in left:
            w, b = left.pop(name), left.pop(bias)
            found.append((w, b) if isinstance(b, list) else ([w], [b]))
    if left or not found:
        raise _refusal(f"{type(model).__name__} has parameters that belong to no layer: {', '.join(left) or 'none'}")
    return found


def _layers(model: Module, cost: Value, outputs: list[Any]) -> list[LayerRecord]:
    parameters = parameters_by_layer(model)
    users: dict[Value, list[Value]] = {b: [] for _, biases in parameters for b in biases}
    for node in operations(cost):
        for b in users.keys() & set(node.parents):
            users[b].append(node)
    weighted = []  # z and the inputs of every layer
    for weights, biases in parameters:
        zs, rows = [], []
        for row, b in zip(weights, biases):
            if len(users[b]) != 1:
                raise _refusal(f"the bias {b.label} is used by {len(users[b])} operations instead of one")
            zs.append(users[b][0])
            rows.append(_inputs(users[b][0], row, b))
        if any(a is not first and not _same_number(a, first) for inputs in rows for a, first in zip(inputs, rows[0])):
            raise _refusal(f"the neurons of the layer of {biases[0].label} have different inputs")
        weighted.append((zs, rows[0]))
    layers = []
    following = [inputs for _, inputs in weighted[1:]] + [outputs]
    for number, ((weights, biases), (zs, inputs), a) in enumerate(zip(parameters, weighted, following), 1):
        for node in a:
            if not isinstance(node, Value) or len(a) != len(zs):
                raise _refusal(f"layer {number} has {len(zs)} neurons, and what follows it takes {len(a)} inputs")
            if strangers := [s for s in between(node, zs)[0] if not s.op]:
                raise _refusal(f"{describe(node)} is computed past layer {number}, from {describe(strangers[0])}")
        layers.append(LayerRecord(number, weights, biases, zs, list(a), list(inputs)))
    return layers


def _inputs(z: Value, weights: list[Value], bias: Value) -> list[Any]:
    """The inputs of a neuron, from its node z: a weighted sum, or products and sums spelled out."""
    if z.op is weighted_sum:
        w, a, b = z.op.split(z.args)
        if b is bias and len(w) == len(weights) and all(x is y for x, y in zip(w, weights)):
            return list(a)
    elif z.op is add and z.args[1] is bias:
        inputs: list[Any] = []
        rest: Any = z.args[0]
        for i, w in enumerate(reversed(weights)):
            last = i == len(weights) - 1
            if not isinstance(rest, Value) or (not last and rest.op is not add):
                break
            term, rest = (rest, None) if last else (rest.args[1], rest.args[0])
            if not isinstance(term, Value) or term.op is not mul or term.args[0] is not w:
                break
            inputs.insert(0, term.args[1])
        if len(inputs) == len(weights):
            return inputs
    raise _refusal(f"{describe(z)} is no sum of {weights[0].label}, ... times the inputs, plus {bias.label}")


def between(a: Value, zs: Sequence[Value]) -> tuple[list[Value], list[float]]:
    """The nodes that a is computed from without going through the zs, arguments first; and a's slopes by the zs."""
    order: list[Value] = []
    ends = set(zs)
    seen: set[Value] = set()
    stack: list[tuple[Value, bool]] = [(a, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen and node not in ends:
            seen.add(node)
            stack.append((node, True))
            stack += [(p, False) for p in node.parents]
    adjoints = sweep(a, order[::-1])
    return order, [adjoints.get(z, 0.0) for z in zs]


def _same_number(a: Any, b: Any) -> bool:
    return not isinstance(a, Value) and not isinstance(b, Value) and a == b


def _refusal(reason: str) -> InputError:
    return InputError(
        f"not a fully connected network: {reason}. These equations hold where every layer is "
        "z = W a + b followed by an activation; for any other graph use explain(output, leaf)"
    )
