"""BP1 to BP4 against live gradients, on random networks; violations found; misuse refused."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import needs

from microbp import Value, inspect, losses, nn, ops
from microbp.errors import InputError, InputTypeError
from microbp.inspect.network import record

torch = needs("torch")

ELEMENTWISE = [name for name in nn.ACTIVATIONS if name != "softmax"]


def log_loss(a, y):
    """Cross-entropy from the probabilities of a softmax layer, as the texts write it."""
    return -ops.log(a[y])


SEVERAL_CLASSES = ("cross_entropy", "kl_divergence", "log_loss")


@st.composite
def networks(draw):
    """A random network with a sample, and a cost that fits its outputs."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=6))
    hidden = [draw(st.sampled_from(ELEMENTWISE)) for _ in sizes[1:]]
    cost = draw(st.sampled_from([*losses.LOSSES, "log_loss"]))
    output = draw(st.sampled_from(ELEMENTWISE))
    if cost == "binary_cross_entropy":
        output = "sigmoid"
    if cost in SEVERAL_CLASSES:
        sizes[-1] = max(2, sizes[-1])
        output = "softmax" if cost == "log_loss" else "linear"
    nin = draw(st.integers(1, 3))
    model = nn.MLP(nin, sizes, hidden, output, seed=draw(st.integers(0, 99)), expanded=draw(st.booleans()))
    x = draw(st.lists(st.floats(-2, 2).map(lambda x: round(x, 3)), min_size=nin, max_size=nin))
    if cost in SEVERAL_CLASSES or (cost == "hinge" and sizes[-1] > 1):
        y = draw(st.integers(0, sizes[-1] - 1))
    else:
        y = [1.0] * sizes[-1] if sizes[-1] > 1 else 1.0
    return model, x, y, log_loss if cost == "log_loss" else cost


@settings(derandomize=True, deadline=None, max_examples=400)
@given(networks())
def test_the_four_equations_hold_in_random_networks(case):
    found = inspect.equations(*case)
    assert found.ok, found
    assert found.difference < 1e-12
    last = len(case[0].layers)
    named = {(e.name, e.layer) for e in found.equations}
    assert named == {("BP1", last)} | {("BP2", l) for l in range(1, last)} | {
        (name, l) for l in range(1, last + 1) for name in ("BP3", "BP4")
    }


@settings(derandomize=True, deadline=None, max_examples=150)
@given(networks(), st.data())
def test_a_tampered_gradient_is_reported_by_layer_and_equation(case, data):
    model, x, y, loss = case
    l = data.draw(st.integers(1, len(model.layers)))
    neuron = data.draw(st.sampled_from(model.layers[l - 1].neurons))
    kind = data.draw(st.sampled_from(["weight", "bias", "delta"]))
    right = record(model, x, y, loss)
    of_layer = right.layers[l - 1]
    j = model.layers[l - 1].neurons.index(neuron)
    node = {"weight": neuron.w[0], "bias": neuron.b, "delta": of_layer.z[j]}[kind]
    key = node.label if kind == "delta" else node
    found = inspect.equations(model, x, y, loss, gradients={key: right.gradients[node] + 0.5})
    violated = {(e.name, e.layer) for e in found.violated}
    if kind == "weight":
        assert violated == {("BP4", l)}
    elif kind == "bias":
        assert violated == {("BP3", l)}
    else:
        own = "BP1" if l == len(model.layers) else "BP2"
        assert {(own, l), ("BP3", l)} <= violated
        assert violated <= {(own, l), ("BP3", l), ("BP4", l), ("BP2", l - 1)}
    for name, layer in violated:
        assert f"{name} is violated in layer {layer}" in str(found)


def test_ones_own_backpropagation_can_be_checked_with_the_grads_of_pytorch():
    model = nn.MLP(3, [4, 2], "tanh", "sigmoid")
    state = {name: torch.tensor(x, dtype=torch.float64, requires_grad=True) for name, x in model.state_dict().items()}
    x, y = [0.3, -0.7, 0.2], [1.0, 0.0]
    hidden = torch.tanh(state["layers.0.weight"] @ torch.tensor(x, dtype=torch.float64) + state["layers.0.bias"])
    out = torch.sigmoid(state["layers.1.weight"] @ hidden + state["layers.1.bias"])
    ((out - torch.tensor(y, dtype=torch.float64)) ** 2).sum().backward()
    theirs = {}
    for name, p in model.named_parameters():
        layer, kind, *place = name.removeprefix("layers.").split(".")
        theirs[p] = state[f"layers.{layer}.{kind}"].grad[tuple(map(int, place))].item()
    assert inspect.equations(model, x, y, "squared_error", gradients=theirs).ok


def test_both_sides_of_an_equation_are_at_hand():
    model = nn.MLP(2, [3, 2], "sigmoid", "softmax")
    found = inspect.equations(model, [0.5, -1.0], 1, log_loss)
    equation = found["BP4", 1]
    assert equation.graph.shape == equation.matrices.shape == (3, 2)
    assert np.allclose(equation.graph, equation.matrices, rtol=1e-12)
    assert "(∂a/∂z)ᵀ" in found["BP1", 2].formula  # softmax: no Hadamard product
    with pytest.raises(InputError, match="no BP1 in layer 1"):
        found["BP1", 1]
    told = json.loads(json.dumps(found.as_dict()))
    assert told["ok"] and told["equations"][2]["name"] == "BP4"
    assert found.latex.count("&=") == 4
    assert found._repr_html_().count("<tr>") == 7


def test_no_grad_of_the_model_is_touched():
    model = nn.MLP(2, [2, 1])
    for p in model.parameters():
        p.grad = 7.0
    inspect.equations(model, [1.0, 2.0], 0.5, "squared_error")
    assert {p.grad for p in model.parameters()} == {7.0}


def test_every_kind_of_fully_connected_module_is_read():
    assert inspect.equations(nn.Chain([0.6, 1.2], [0.9, 0.0]), 1.0, 0.0, "squared_error").ok
    assert inspect.equations(nn.Neuron(2), [1.0, 2.0], 0.0, "mse").ok
    assert inspect.equations(nn.Layer(2, 2, "softmax"), [1.0, 2.0], 1, log_loss).ok
    assert inspect.equations(nn.MLP(2, [2, 1]), np.array([1.0, 2.0]), 0.0, losses.mse).ok


# -- misuse ----------------------------------------------------------------------------------------------


class Skip(nn.Module):
    """The input is added to the hidden layer: not fully connected layer by layer."""

    def __init__(self):
        self.first, self.second = nn.Layer(2, 2), nn.Layer(2, 1)

    def __call__(self, x):
        return self.second([a + w for a, w in zip(self.first(x), self.first.neurons[0].w)])


class Twice(nn.Module):
    def __init__(self):
        self.layer = nn.Layer(2, 2)

    def __call__(self, x):
        return self.layer(self.layer(x))


class Line(nn.Module):
    def __init__(self):
        self.slope = Value(2.0, "w")

    def __call__(self, x):
        return self.slope * x[0]


@pytest.mark.parametrize(
    ("model", "reason"),
    [(Skip(), "computed past layer 1"), (Twice(), "used by 2 operations"), (Line(), "belong to no layer: slope")],
)
def test_a_network_that_is_not_fully_connected_is_refused(model, reason):
    with pytest.raises(InputError, match=f"not a fully connected network: .*{reason}"):
        inspect.equations(model, [1.0, 2.0], [0.0, 0.0] if isinstance(model, Twice) else 0.0, "squared_error")


def test_other_misuse_is_named():
    model = nn.MLP(2, [2, 1])
    with pytest.raises(InputError, match="compute it from the outputs"):
        inspect.equations(model, [1.0, 2.0], 0.0, lambda a, y: 1.0)
    for nothing in (nn.Module(), None):
        with pytest.raises(InputTypeError, match="expected a network"):
            inspect.equations(nothing, [1.0, 2.0], 0.0, "squared_error")
    with pytest.raises(InputError, match="no cost 'quadratic'"):
        inspect.equations(model, [1.0, 2.0], 0.0, "quadratic")
    with pytest.raises(InputError, match="no parameter and no z"):
        inspect.equations(model, [1.0, 2.0], 0.0, "mse", gradients={"q": 1.0})
    with pytest.raises(InputTypeError, match="expected a network"):
        inspect.equations(lambda x: x, [1.0, 2.0], 0.0, "mse")
