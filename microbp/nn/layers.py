r"""Neurons, layers and networks, with the labels of docs/curriculum.md on every node.

$z_j^{(l)} = \sum_k w_{jk}^{(l)} a_k^{(l-1)} + b_j^{(l)}$ and $a_j^{(l)} = \sigma(z_j^{(l)})$: the weight $w_{jk}$
leads from neuron k of the layer before to neuron j of this one, both counted from 1. Layer 0 is the input.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from random import Random
from typing import TYPE_CHECKING, Any

from ..engine.value import Value
from ..errors import InputError, InputTypeError, ShapeError
from ..randomness import generator
from ..table.op import Operand, is_array, shorten
from ..table.rows import weighted_sum
from .activations import activation_named, name_of
from .initialisers import Initialiser, initialiser_named
from .module import Module

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Neuron(Module):
    r"""One neuron: $a_j = \sigma(\sum_k w_{jk} a_k + b_j)$.

    Args:
        nin: number of inputs.
        activation: a name in `ACTIVATIONS`; softmax needs a whole `Layer`.
        expanded: record every product and sum as a node of its own instead of one weighted sum.
        init: a name in `INITIALISERS` or a function (rng, fan_in, fan_out).
        seed: an integer, or the random.Random to draw from; None for the library's, see `microbp.seed`.
        layer: l of the labels.
        index: j of the labels.
        fan_out: the number of neurons in the layer, for the initialiser.

    The weights are the list ``w``, the bias is ``b``.

    >>> neuron = Neuron(2, activation="sigmoid")
    >>> [p.label for p in neuron.parameters()]
    ['w_{11}^{(1)}', 'w_{12}^{(1)}', 'b_1^{(1)}']
    """

    def __init__(
        self,
        nin: int,
        activation: str = "tanh",
        *,
        expanded: bool = False,
        init: str | Initialiser = "xavier",
        seed: int | Random | None = None,
        layer: int = 1,
        index: int = 1,
        fan_out: int = 1,
    ) -> None:
        activation = name_of(activation)
        if activation == "softmax":
            raise InputError("softmax looks at all neurons of a layer: use Layer(nin, nout, 'softmax')")
        rng = generator(seed)
        draw = initialiser_named(init)
        self.w = [Value(draw(rng, nin, fan_out)) for _ in range(_count("nin", nin))]
        self.b = Value(0.0)
        self.activation, self.expanded = activation, expanded
        self._activate = activation_named(activation)
        self.index = index
        self.number(layer)

    def number(self, layer: int) -> None:
        """Name the parameters and nodes for the layer l."""
        above, j = f"^{{({layer})}}", _index(self.index)
        for k, w in enumerate(self.w, 1):
            w.label = f"w_{{{_indices(self.index, k)}}}{above}"
        self.b.label = f"b_{j}{above}"
        self.z_label, self.a_label = f"z_{j}{above}", f"a_{j}{above}"

    def __call__(self, x: Sequence[float] | Sequence[Value] | NDArray[Any]) -> Value:
        """The activation for the inputs x."""
        (a,) = self._activate(_weighted_inputs([self], read_inputs(x, len(self.w))))
        return _labelled(a, self.a_label)

    def tensors(self) -> dict[str, Any]:
        """``weight`` of shape (nin,) and ``bias``."""
        return {"weight": self.w, "bias": self.b}

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)}, {self.activation!r})"


class Layer(Module):
    r"""Neurons side by side: $a^{(l)} = \sigma(W^{(l)} a^{(l-1)} + b^{(l)})$, W of shape (nout, nin).

    Args:
        nin: number of inputs.
        nout: number of neurons.
        activation: a name in `ACTIVATIONS`.
        expanded, init, seed, layer: as for `Neuron`.

    >>> layer = Layer(3, 2, "softmax")
    >>> round(sum(p.data for p in layer([1.0, 2.0, 3.0])), 12)
    1.0
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: str = "tanh",
        *,
        expanded: bool = False,
        init: str | Initialiser = "xavier",
        seed: int | Random | None = None,
        layer: int = 1,
    ) -> None:
        activation = self.activation = name_of(activation)
        self._activate = activation_named(activation)
        rng = generator(seed)
        alone = "linear" if activation == "softmax" else activation
        self.neurons = [
            Neuron(nin, alone, expanded=expanded, init=init, seed=rng, layer=layer, index=j, fan_out=nout)
            for j in range(1, _count("nout", nout) + 1)
        ]

    def number(self, layer: int) -> None:
        """Name parameters and nodes for the layer l; `MLP` and `Sequential` do it."""
        for neuron in self.neurons:
            neuron.number(layer)

    def __call__(self, x: Sequence[float] | Sequence[Value] | NDArray[Any]) -> Value | list[Value]:
        """The neurons' activations as a list; the one Value of a single neuron."""
        inputs = read_inputs(x, len(self.neurons[0].w))
        activations = self._activate(_weighted_inputs(self.neurons, inputs))
        for a, neuron in zip(activations, self.neurons):
            if not a.label:  # a linear neuron's a is its z, and has a name
                a.label = neuron.a_label
        return activations[0] if len(activations) == 1 else activations

    def tensors(self) -> dict[str, Any]:
        """``weight`` of shape (nout, nin) and ``bias`` of shape (nout,), as `torch.nn.Linear` has them."""
        return {"weight": [n.w for n in self.neurons], "bias": [n.b for n in self.neurons]}

    def __repr__(self) -> str:
        return f"Layer({len(self.neurons[0].w)}, {len(self.neurons)}, {self.activation!r})"


class Linear(Layer):
    r"""Neurons without an activation, as `torch.nn.Linear`: $z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}$.

    Args:
        nin: number of inputs.
        nout: number of neurons.
        expanded, init, seed, layer: as for `Neuron`.

    >>> Linear(3, 2, seed=1)
    Linear(3, 2)
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        expanded: bool = False,
        init: str | Initialiser = "xavier",
        seed: int | Random | None = None,
        layer: int = 1,
    ) -> None:
        super().__init__(nin, nout, "linear", expanded=expanded, init=init, seed=seed, layer=layer)

    def __repr__(self) -> str:
        return f"Linear({len(self.neurons[0].w)}, {len(self.neurons)})"


class MLP(Module):
    """A fully connected network, one `Layer` after the other.

    Args:
        nin: number of inputs, $n^{[0]}$.
        sizes: number of neurons in each layer; the last is the output.
        activation: of the hidden layers, one name or a list with one per hidden layer.
        output: activation of the last layer.
        expanded, init, seed: as for `Neuron`.

    Raises:
        InputError: an unknown activation or initialiser, a size that is no positive whole number.
        ShapeError: an input of the wrong length, or not one activation per hidden layer.

    >>> model = MLP(2, [16, 16, 1])
    >>> len(model.parameters()), model([0.5, -1.0]).label
    (337, 'z_1^{(3)}')
    """

    def __init__(
        self,
        nin: int,
        sizes: Sequence[int],
        activation: str | Sequence[str] = "tanh",
        output: str = "linear",
        *,
        expanded: bool = False,
        init: str | Initialiser = "xavier",
        seed: int | Random | None = None,
    ) -> None:
        if not hasattr(sizes, "__len__") or isinstance(sizes, str) or not len(sizes):
            raise ShapeError(f"sizes lists the neurons of each layer, such as [16, 16, 1]; got {sizes!r}")
        sizes = [_count("a size", size) for size in sizes]
        hidden = _one_each(activation, len(sizes) - 1)
        if len(hidden) != len(sizes) - 1:
            raise ShapeError(f"{len(sizes) - 1} hidden layers, {len(hidden)} activations for them")
        for name in hidden if hidden or not isinstance(activation, str) else [activation]:  # one that no layer has, too
            activation_named(name_of(name))
        rng = generator(seed)
        self.layers = [
            Layer(before, size, act, expanded=expanded, init=init, seed=rng, layer=number)
            for number, (before, size, act) in enumerate(zip([nin, *sizes], sizes, [*hidden, output]), 1)
        ]

    def __call__(self, x: Sequence[float] | Sequence[Value] | NDArray[Any]) -> Value | list[Value]:
        """The outputs as a list of Values, or the one Value of a single output."""
        for layer in self.layers[:-1]:
            out = layer(x)
            x = out if isinstance(out, list) else [out]
        return self.layers[-1](x)

    def config(self) -> dict[str, Any]:
        """The arguments that build this network anew."""
        activations = [layer.activation for layer in self.layers]
        return {
            "nin": len(self.layers[0].neurons[0].w),
            "sizes": [len(layer.neurons) for layer in self.layers],
            "activation": activations[:-1],
            "output": activations[-1],
            "expanded": self.layers[0].neurons[0].expanded,
        }

    def _recipe(self) -> dict[str, Any]:
        return self.config()

    def __repr__(self) -> str:
        config = self.config()
        names = ", ".join([*config["activation"], config["output"]])
        return f"MLP({'-'.join(map(str, [config['nin'], *config['sizes']]))}; {names})"


class Chain(Module):
    r"""One neuron per layer: $a^{(l)} = \sigma(w^{(l)} a^{(l-1)} + b^{(l)})$, the network of the first chapter.

    Args:
        weights: $w^{(1)}, ..., w^{(L)}$.
        biases: $b^{(1)}, ..., b^{(L)}$.
        activation: one name for all layers, or one per layer.

    >>> chain = Chain([0.6, 1.2, -0.8], [0.9, 0.0, 0.3], "sigmoid")
    >>> chain(1.0).label
    'a^{(3)}'
    """

    def __init__(
        self, weights: Sequence[float], biases: Sequence[float], activation: str | Sequence[str] = "sigmoid"
    ) -> None:
        names = _one_each(activation, len(weights))
        if not len(weights) == len(biases) == len(names) >= 1:
            raise ShapeError(f"{len(weights)} weights, {len(biases)} biases, {len(names)} activations: one per layer")
        self.weights = [Value(w, f"w^{{({layer})}}") for layer, w in enumerate(weights, 1)]
        self.biases = [Value(b, f"b^{{({layer})}}") for layer, b in enumerate(biases, 1)]
        self.activations = names
        self._activate = [activation_named(name) for name in names]

    def __call__(self, x: float | Value | Sequence[float] | Sequence[Value] | NDArray[Any]) -> Value:
        """The last activation for the one input x, a number or a list of one."""
        a: Any
        (a,) = read_inputs(x if isinstance(x, Sequence) or is_array(x) else [x], 1)
        for number, (w, b, activate) in enumerate(zip(self.weights, self.biases, self._activate), 1):
            z = _labelled(weighted_sum([w], [a], b), f"z^{{({number})}}")
            a = _labelled(activate([z])[0], f"a^{{({number})}}")
        return a  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"Chain({[w.data for w in self.weights]}, {[b.data for b in self.biases]})"


def read_inputs(x: Any, nin: int) -> list[Any]:
    """The inputs of a layer, read once for all its neurons.

    Raises:
        ShapeError: not nin of them.
        InputTypeError: no list at all, the rows of several samples, or an entry that is neither a number nor a Value.
    """
    if isinstance(x, str) or not hasattr(x, "__len__"):
        raise InputTypeError(f"expected a list of {nin} numbers or Values, got {shorten(repr(x))}")
    entries: list[Any] = x.tolist() if is_array(x) else list(x)
    if any(not issubclass(kind, Real | Operand) for kind in set(map(type, entries))):
        _refuse(entries, nin)
    if len(entries) != nin:
        raise ShapeError(f"expected {nin} inputs, got {len(entries)}")
    return entries


def _refuse(entries: list[Any], nin: int) -> None:
    """Say what is wrong with the first entry that is neither a number nor a Value."""
    i, entry = next((i, entry) for i, entry in enumerate(entries) if not isinstance(entry, Real | Operand))
    if isinstance(entry, list | tuple | dict) or is_array(entry):
        raise InputTypeError(
            f"one sample at a time: expected {nin} number{'s' * (nin > 1)}, got a list of {len(entries)} lists; "
            "predict(model, X) takes many"
        )
    raise InputTypeError(f"input {i} is {shorten(repr(entry))}: expected a number or a Value")


def _weighted_inputs(neurons: Sequence[Neuron], x: list[Any]) -> list[Any]:
    """The nodes z before the activation."""
    if neurons[0].expanded:
        zs = [_as_node(_spelled_out(neuron, x)) for neuron in neurons]
    else:
        zs = [_as_node(weighted_sum(neuron.w, x, neuron.b)) for neuron in neurons]
    for z, neuron in zip(zs, neurons):
        z.label = neuron.z_label
    return zs


def _as_node(z: Any) -> Any:
    """What a row gave as a node: numbers throughout give a number."""
    return z if isinstance(z, Operand) else Value(z)


def _spelled_out(neuron: Neuron, x: list[Any]) -> Any:
    """A weighted sum with a node for every product and sum."""
    z = neuron.w[0] * x[0]
    for w, a in zip(neuron.w[1:], x[1:]):
        z = z + w * a
    return z + neuron.b


def _labelled(node: Value, label: str) -> Value:
    """The node, named unless it has a name already: a linear neuron's a is its z."""
    if not node.label:
        node.label = label
    return node


def _count(name: str, n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, Integral) or n < 1:
        raise InputError(f"{name} must be a whole number of at least 1, got {n!r}")
    return int(n)


def _one_each(activation: Any, layers: int) -> list[str]:
    """The activations of some layers, from one for all or a list."""
    given = activation if isinstance(activation, list | tuple) else [activation] * layers
    return [name_of(one) for one in given]


def _index(j: int) -> str:
    return str(j) if j < 10 else f"{{{j}}}"


def _indices(j: int, k: int) -> str:
    """Two indices side by side, with a comma where they would run together."""
    return f"{j}{k}" if j < 10 and k < 10 else f"{j},{k}"
