"""Networks: against PyTorch's layers, the labels of the texts, initialisers, state, and micrograd's code."""

import copy
import math
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest
from needs import needs

import microbp
from microbp import Value, nn, ops, topological_order, weighted_sum
from microbp.errors import InputError, InputTypeError, NotFiniteError, RangeError, ShapeError, StateError
from microbp.nn import ACTIVATIONS, INITIALISERS, MLP, Chain, Layer, Module, Neuron
from microbp.nn.activations import activation_named

torch = needs("torch")
F = needs("torch.nn.functional")

TIGHT = 1e-12  # a few hundred roundings at most
IN_TORCH = {
    "linear": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "mish": F.mish,
    "softmax": lambda z: torch.softmax(z, -1),
}


def twin(model):
    """The same network in PyTorch."""
    parts = []
    for layer in model.layers:
        linear = torch.nn.Linear(len(layer.neurons[0].w), len(layer.neurons), dtype=torch.float64)
        linear.load_state_dict({k: torch.tensor(v, dtype=torch.float64) for k, v in layer.state_dict().items()})
        parts.append((linear, IN_TORCH[layer.activation]))
    return parts


def test_every_activation_is_compared():
    assert set(IN_TORCH) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("expanded", [False, True])
def test_a_network_against_torch(name, expanded):
    model = MLP(3, [4, 3], name, name, expanded=expanded, seed=5)
    x, weights = [0.5, -1.0, 2.0], [1.0, -2.0, 0.5]
    a = torch.tensor(x, dtype=torch.float64)
    layers = twin(model)
    for linear, activation in layers:
        a = activation(linear(a))
    out = model(x)
    assert [v.data for v in out] == pytest.approx(a.tolist(), rel=TIGHT)
    weighted_sum(weights, out).backward()
    torch.dot(torch.tensor(weights, dtype=torch.float64), a).backward()
    for layer, (linear, _) in zip(model.layers, layers, strict=True):
        W = [[w.grad for w in neuron.w] for neuron in layer.neurons]
        assert np.array(W) == pytest.approx(linear.weight.grad.numpy(), rel=TIGHT, abs=1e-15)
        assert [n.b.grad for n in layer.neurons] == pytest.approx(linear.bias.grad.tolist(), rel=TIGHT, abs=1e-15)


def test_activations_of_each_layer():
    model = MLP(2, [3, 4, 2], ["relu", "sigmoid"], output="softmax")
    assert [layer.activation for layer in model.layers] == ["relu", "sigmoid", "softmax"]
    assert sum(p.data for p in model([1.0, 2.0])) == pytest.approx(1.0, rel=TIGHT)


# -- labels and shapes ---------------------------------------------------------------------------------


def test_every_node_carries_the_label_of_the_texts():
    model = MLP(2, [2, 1], "sigmoid")
    out = model([0.5, -1.0])
    labels = {node.label for node in topological_order(out)}
    first = {"w_{11}^{(1)}", "w_{12}^{(1)}", "w_{21}^{(1)}", "w_{22}^{(1)}", "b_1^{(1)}", "b_2^{(1)}"}
    hidden = {"z_1^{(1)}", "z_2^{(1)}", "a_1^{(1)}", "a_2^{(1)}"}
    assert labels == first | hidden | {"w_{11}^{(2)}", "w_{12}^{(2)}", "b_1^{(2)}", "z_1^{(2)}"}
    assert out.op.name == "weighted_sum"  # the weighted input is one node; a linear neuron's a is its z


def test_rows_are_destinations():
    model = MLP(2, [3, 1])
    weight = model.layers[0].neurons[2].w[1]  # from input 2 to neuron 3
    assert weight.label == "w_{32}^{(1)}"
    assert dict(model.named_parameters())["layers.0.weight.2.1"] is weight


def test_labels_with_two_digits_do_not_run_together():
    labels = [p.label for p in Layer(11, 12).parameters()]
    assert {"w_{1,11}^{(1)}", "w_{11,1}^{(1)}", "b_{12}^{(1)}", "w_{11}^{(1)}"} <= set(labels)
    assert len(set(labels)) == len(labels) == 12 * 12
    assert Layer(1, 12)([1.0])[11].label == "a_{12}^{(1)}"


def test_labels_of_a_softmax_and_of_an_expanded_neuron():
    assert [p.label for p in Layer(2, 2, "softmax")([1.0, 2.0])] == ["a_1^{(1)}", "a_2^{(1)}"]
    a = Neuron(2, "tanh", expanded=True)([1.0, 2.0])
    assert (a.label, a.parents[0].label) == ("a_1^{(1)}", "z_1^{(1)}")
    names = [node.op.name for node in topological_order(a) if node.op]
    assert sorted(names) == ["add", "add", "mul", "mul", "tanh"]


def test_the_chain_of_the_first_chapter():
    chain = Chain([0.6, 1.2, -0.8], [0.9, 0.0, 0.3], "sigmoid")
    out = chain(1.0)
    labels = [node.label for node in topological_order(out)]
    assert {f"{s}^{{({l})}}" for s in "wbza" for l in (1, 2, 3)} == set(labels)
    a = 1.0
    for w, b in ((0.6, 0.9), (1.2, 0.0), (-0.8, 0.3)):
        a = 1.0 / (1.0 + math.exp(-(w * a + b)))
    assert out.data == pytest.approx(a, rel=TIGHT)
    ((out - 0.5) ** 2).backward()
    z, before = (next(n for n in topological_order(out) if n.label == f"{s}") for s in ("z^{(3)}", "a^{(2)}"))
    assert chain.weights[2].grad == pytest.approx(before.data * a * (1 - a) * 2 * (a - 0.5), rel=TIGHT)
    assert chain.biases[2].grad == z.grad
    assert chain([1.0]).data == chain(np.array([1.0])).data == out.data
    assert Chain([1.0], [0.0], ["linear"])(3.0).data == 3.0
    assert "Chain([0.6, 1.2, -0.8]" in repr(chain)


def test_sizes_and_names():
    model = MLP(784, [16, 16, 10], "sigmoid", "sigmoid")
    assert len(model.parameters()) == 13002
    assert repr(model) == "MLP(784-16-16-10; sigmoid, sigmoid, sigmoid)"
    assert repr(Layer(3, 2)) == "Layer(3, 2, 'tanh')"
    assert repr(Neuron(3, "relu")) == "Neuron(3, 'relu')"
    names = [name for name, _ in MLP(2, [1]).named_parameters()]
    assert names == ["layers.0.weight.0.0", "layers.0.weight.0.1", "layers.0.bias.0"]


def history(node):
    return node.op, node.data, node.args, node.parents, node.partials


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("kinds", ["numbers", "values", "mixed"])
def test_a_layer_records_what_the_rows_record(name, kinds):
    layer = Layer(3, 4, name, seed=1)
    x = [0.5 if kinds == "numbers" or (kinds == "mixed" and k == 1) else Value(-0.3 * k) for k in range(3)]
    found = layer(x)
    zs = sorted([node for node in topological_order(*found) if node.label.startswith("z")], key=lambda z: z.label)
    for neuron, z in zip(layer.neurons, zs):
        assert history(z) == history(ops.weighted_sum(neuron.w, x, neuron.b))
    if name != "linear":
        expected = microbp.softmax(zs) if name == "softmax" else [getattr(ops, name)(z) for z in zs]
        assert [history(a) for a in found] == [history(a) for a in expected]


def test_a_layer_leaves_what_is_out_of_the_ordinary_to_the_rows():
    layer = Layer(2, 2, "sigmoid")
    layer.neurons[1].w[0] = 0.25  # a constant among the parameters
    first, second = layer([1.0, 2.0])
    assert first.parents[0].parents == (*layer.neurons[0].w, layer.neurons[0].b)
    assert second.parents[0].args[0] == 0.25
    layer.neurons[0].w[0].data = 1e308
    with pytest.raises(RangeError, match="weighted_sum"):
        layer([1e308, 1.0])
    with microbp.no_grad():
        assert [a.op for a in layer([1.0, -1.0])] == [None, None]


def test_a_layer_with_a_list_too_short_is_refused():
    layer = Layer(2, 2)
    layer.neurons[1].w = layer.neurons[1].w[:1]
    for x in ([1.0, 2.0], [Value(1.0), Value(2.0)], [1, 2]):
        with pytest.raises(ShapeError, match="lists of one length"):
            layer(x)


def test_a_neuron_of_plain_numbers():
    neuron = Neuron(2, "linear")
    neuron.w, neuron.b = [0.5, 0.25], 1.0
    assert neuron([2.0, 4.0]).data == 3.0


@pytest.mark.parametrize("x", [None, [None], ["a"], 1j, [[1.0]]])
def test_an_input_of_a_chain_that_is_no_number(x):
    with pytest.raises(InputTypeError):
        Chain([0.5], [0.1])(x)


def test_inputs_of_every_kind():
    model = MLP(2, [2], seed=1)
    expected = [v.data for v in model([0.5, 2.0])]
    x = [Value(0.5), Value(2.0)]
    for inputs in ((0.5, 2), np.array([0.5, 2.0]), x, np.array(x), torch.tensor([0.5, 2.0]), [x[0], 2.0]):
        assert [v.data for v in model(inputs)] == expected
    model(x)[0].backward()
    assert [v.grad for v in x] == [w.data for w in model.layers[0].neurons[0].w]
    assert isinstance(MLP(2, [1])([1.0, 2.0]), Value)


# -- bad input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [Neuron(3), Layer(3, 2), MLP(3, [2]), Neuron(3, expanded=True)])
def test_wrong_inputs(part):
    for x in ([1.0], [1.0] * 4, [], np.ones(2)):
        with pytest.raises(ShapeError, match=f"expected 3 inputs, got {len(x)}"):
            part(x)
    for x in (3.0, "abc", None, Value(1.0)):
        with pytest.raises(InputTypeError, match="expected a list of 3"):
            part(x)
    for x in ([1.0, 2.0, "3"], [1.0, None, 3.0], np.ones((3, 1))):
        with pytest.raises((InputTypeError, TypeError)):
            part(x)


@pytest.mark.parametrize("part", [Neuron(2), Layer(2, 2), MLP(2, [2]), Neuron(2, expanded=True), Chain([1.0], [0.0])])
def test_many_samples_at_once_are_refused_with_the_cure(part):
    for X in (np.ones((4, 2)), np.ones((2, 2)), np.ones((2, 2)).tolist(), [[1.0, 2.0]], [(1.0, 2.0)], [np.ones(2)] * 2):
        with pytest.raises(InputTypeError, match=r"one sample at a time.*predict\(model, X\) takes many"):
            part(X)
    with pytest.raises(InputTypeError, match="input 1 is 'two'"):
        Neuron(2)([1.0, "two"])


def test_a_chain_takes_one_input():
    with pytest.raises(ShapeError):
        Chain([1.0], [0.0])([1.0, 2.0])
    with pytest.raises(ShapeError, match="2 weights, 1 biases"):
        Chain([1.0, 2.0], [0.0])
    with pytest.raises(ShapeError):
        Chain([], [])


@pytest.mark.parametrize(
    "make, error",
    [
        (lambda: MLP(2, []), ShapeError),
        (lambda: MLP(2, 3), ShapeError),
        (lambda: MLP(2, [3, 1], ["relu", "relu"]), ShapeError),
        (lambda: MLP(0, [3]), InputError),
        (lambda: MLP(2, [0]), InputError),
        (lambda: MLP(2, [2.0]), InputError),
        (lambda: MLP(2, [True]), InputError),
        (lambda: MLP(-1, [2]), InputError),
        (lambda: MLP(2, [2, 1], "rellu"), InputError),
        (lambda: MLP(2, [2], init="heh"), InputError),
        (lambda: Neuron(2, "softmax"), InputError),
        (lambda: activation_named("none"), InputError),
    ],
)
def test_networks_that_cannot_be(make, error):
    with pytest.raises(error):
        make()


def test_an_unknown_name_lists_the_known():
    with pytest.raises(InputError, match="'rellu'; choose from linear, sigmoid, tanh, relu"):
        MLP(2, [2, 1], "rellu")
    with pytest.raises(InputError, match="choose from uniform, xavier"):
        MLP(2, [2], init="heh")


# -- initialisers --------------------------------------------------------------------------------------

FAN_IN, FAN_OUT, DRAWS = 20, 50, 20_000
VARIANCES = {  # as the papers state them
    "uniform": 1.0 / 3.0,
    "xavier": 2.0 / (FAN_IN + FAN_OUT),
    "xavier_uniform": 2.0 / (FAN_IN + FAN_OUT),
    "xavier_normal": 2.0 / (FAN_IN + FAN_OUT),
    "he": 2.0 / FAN_IN,
    "he_uniform": 2.0 / FAN_IN,
    "he_normal": 2.0 / FAN_IN,
    "lecun": 1.0 / FAN_IN,
    "lecun_normal": 1.0 / FAN_IN,
}


@pytest.mark.parametrize("name", INITIALISERS)
def test_the_spread_of_initial_weights(name):
    rng = random.Random(0)
    sample = np.array([INITIALISERS[name](rng, FAN_IN, FAN_OUT) for _ in range(DRAWS)])
    variance = VARIANCES[name]
    standard_error = math.sqrt(2.0 / DRAWS)  # of a normal sample's variance, relative; smaller for a uniform one
    assert abs(sample.mean()) < 4.0 * math.sqrt(variance / DRAWS)
    assert sample.var() == pytest.approx(variance, rel=4.0 * standard_error)
    bounded = name in ("uniform", "xavier", "xavier_uniform", "he_uniform")
    assert (abs(sample).max() <= math.sqrt(3.0 * variance)) == bounded


def test_fans_reach_the_initialiser():
    seen = set()
    MLP(3, [5, 2], init=lambda rng, fan_in, fan_out: seen.add((fan_in, fan_out)) or 0.5)
    assert seen == {(3, 5), (5, 2)}


def test_seeds():
    draws = lambda seed: [p.data for p in MLP(3, [4, 1], seed=seed).parameters()]
    assert draws(7) == draws(7)
    assert draws(7) != draws(8)
    assert draws(None) != draws(None)
    assert all(p.data == 0.0 for p in MLP(3, [4]).parameters() if p.label.startswith("b"))


# -- state ---------------------------------------------------------------------------------------------


def test_state_dict_there_and_back():
    model, other = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=2)
    other.load_state_dict(model.state_dict())
    assert other.state_dict() == model.state_dict()
    other.load_state_dict({k: np.array(v) for k, v in model.state_dict().items()})
    x = [0.3, -0.7]
    assert other(x).data == model(x).data


def test_torch_loads_our_state_and_we_torchs():
    linear, layer = torch.nn.Linear(3, 2, dtype=torch.float64), Layer(3, 2, "linear")
    layer.load_state_dict(linear.state_dict())
    x = [1.0, -2.0, 0.5]
    assert [v.data for v in layer(x)] == pytest.approx(linear(torch.tensor(x, dtype=torch.float64)).tolist())


GOOD = MLP(2, [2], seed=1).state_dict()
BAD_STATES = {
    "missing": ({"layers.0.weight": [[1.0, 2.0], [3.0, 4.0]]}, "missing: layers.0.bias"),
    "extra": ({**GOOD, "layers.1.bias": [0.0]}, "unexpected: layers.1.bias"),
    "a short row": ({**GOOD, "layers.0.bias": [0.0]}, r"layers.0.bias: expected shape \(2,\), got \(1,\)"),
    "transposed": ({**GOOD, "layers.0.weight": [[1.0, 2.0]]}, r"expected shape \(2, 2\), got \(1, 2\)"),
    "ragged": ({**GOOD, "layers.0.weight": [[1.0, 2.0], [3.0]]}, "got ragged"),
    "a number": ({**GOOD, "layers.0.bias": 1.0}, r"got \(\)"),
    "empty": ({}, "missing: layers.0.weight; missing: layers.0.bias"),
}


@pytest.mark.parametrize("name", BAD_STATES)
def test_a_state_that_does_not_fit_loads_nothing(name):
    state, message = BAD_STATES[name]
    model = MLP(2, [2], seed=3)
    before = model.state_dict()
    with pytest.raises(StateError, match=message):
        model.load_state_dict(state)
    assert model.state_dict() == before


@pytest.mark.parametrize("bad, error", [(math.nan, NotFiniteError), (math.inf, NotFiniteError), ("1", InputTypeError)])
def test_an_entry_that_is_no_finite_number_loads_nothing(bad, error):
    model = MLP(2, [2], seed=3)
    before = model.state_dict()
    with pytest.raises(error):
        model.load_state_dict({**GOOD, "layers.0.bias": [5.0, bad]})
    assert model.state_dict() == before


@pytest.mark.parametrize("state", [None, [1.0], 3])
def test_a_state_is_a_mapping(state):
    with pytest.raises(InputTypeError, match="state dict"):
        MLP(2, [2]).load_state_dict(state)


def test_modules_copy_and_pickle():
    model = MLP(2, [3, 1], "relu")
    x = [0.5, 1.5]
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert other(x).data == model(x).data
        other(x).backward()
        assert all(p.grad == 0.0 for p in model.parameters())
    assert pickle.loads(pickle.dumps(Chain([1.0], [0.5])))(1.0).data == Chain([1.0], [0.5])(1.0).data


# -- modules of one's own ------------------------------------------------------------------------------


class Tied(Module):
    """One weight under two names, a bare parameter, a module, a list of modules, and things that are none."""

    def __init__(self):
        self.scale = Value(2.0, "s")
        self.same = [self.scale, Value(3.0)]
        self.head = Layer(2, 1, "linear")
        self.body = (Layer(2, 2), "a note")
        self.name = "tied"

    def __call__(self, x):
        return self.scale * self.head(self.body[0](x))


def test_parameters_are_found_once():
    model = Tied()
    names = [name for name, _ in model.named_parameters()]
    assert names[:2] == ["scale", "same.1"]
    assert len(model.parameters()) == len(set(model.parameters())) == len(names) == 2 + 3 + 6
    assert "body.0.weight.1.1" in names
    assert set(model.state_dict()) == {"scale", "same", "head.weight", "head.bias", "body.0.weight", "body.0.bias"}
    model([1.0, 2.0]).backward()
    assert model.scale.grad != 0.0
    model.zero_grad()
    assert all(p.grad == 0.0 for p in model.parameters())


def test_a_module_without_a_call():
    with pytest.raises(NotImplementedError, match="Module defines no __call__"):
        Module()([1.0])


# -- micrograd's code ----------------------------------------------------------------------------------


def test_code_written_for_micrograd_runs():
    rng = random.Random(1)
    points = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(20)]
    labels = [1 if x[0] > x[1] else -1 for x in points]
    model = MLP(2, [16, 16, 1])

    def loss():
        inputs = [list(map(Value, row)) for row in points]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(labels, scores)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = 1e-4 * sum(p * p for p in model.parameters())
        accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(labels, scores)]
        return data_loss + reg_loss, sum(accuracy) / len(accuracy)

    first, _ = loss()
    for k in range(25):
        total, acc = loss()
        model.zero_grad()
        total.backward()
        learning_rate = 1.0 - 0.9 * k / 25
        for p in model.parameters():
            p.data -= learning_rate * p.grad
    assert total.data < 0.5 * first.data
    assert acc >= 0.9
    assert isinstance(nn.Neuron(3)([1.0, 2.0, 3.0]), Value)


def test_parameters_are_found_in_nested_lists_dicts_and_arrays():
    import numpy as np

    class Nested(nn.Module):
        def __init__(self):
            self.grid = [[nn.Neuron(2)], (nn.Neuron(2),)]
            self.named = {"k": nn.Neuron(2), "v": Value(1.0)}
            self.array = np.array([[Value(1.0), Value(2.0)]])
            self.note = ["no", "parameters", 3.0]

    model = Nested()
    assert len(model.parameters()) == 3 * 3 + 1 + 2
    assert model.state_dict()["array"] == [[1.0, 2.0]]
    assert set(model.state_dict()) == {
        "grid.0.0.weight", "grid.0.0.bias", "grid.1.0.weight", "grid.1.0.bias",
        "named.k.weight", "named.k.bias", "named.v", "array",
    }  # fmt: skip
    twin = Nested()
    twin.load_state_dict({**model.state_dict(), "named.v": 7.0})
    assert twin.named["v"].data == 7.0


def test_an_activation_may_be_given_as_the_operation():
    from microbp import relu

    assert repr(nn.MLP(2, [3, 1], activation=relu)) == "MLP(2-3-1; relu, linear)"
    with pytest.raises(InputTypeError, match="by its name"):
        nn.MLP(2, [3, 1], activation=3)


def test_a_json_file_is_not_loaded_into_another_network(tmp_path):
    nn.MLP(2, [3, 1], "tanh").save(tmp_path / "m.json")
    with pytest.raises(StateError, match=r"activation \['tanh'\].*nn\.load"):
        nn.MLP(2, [3, 1], "relu").load(tmp_path / "m.json")
    with pytest.raises(InputError, match="there is no folder"):
        nn.MLP(2, [1]).save(tmp_path / "no" / "m.json")


# -- random numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [lambda: Neuron(3), lambda: Layer(3, 2), lambda: MLP(3, [2, 1])])
def test_networks_made_alike_differ_unless_they_are_given_a_seed(make):
    first, second = make().state_dict(), make().state_dict()
    assert first != second
    microbp.seed(0)
    assert [make().state_dict(), make().state_dict()] == [first, second]
    microbp.seed(1)
    assert make().state_dict() not in (first, second)


def test_a_seed_of_its_own_leaves_the_library_alone():
    microbp.seed(5)
    own = MLP(3, [2, 1], seed=4).state_dict()
    drawn = MLP(3, [2, 1]).state_dict()
    microbp.seed(5)
    assert MLP(3, [2, 1]).state_dict() == drawn
    assert MLP(3, [2, 1], seed=4).state_dict() == MLP(3, [2, 1], seed=np.int64(4)).state_dict() == own
    assert MLP(3, [2, 1], seed=random.Random(4)).state_dict() == own


def test_a_program_makes_the_same_networks_in_every_run():
    code = "from microbp import nn; print(nn.MLP(2, [2]).state_dict(), nn.MLP(2, [2]).state_dict())"
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    }
    microbp.seed(0)
    assert runs == {f"{MLP(2, [2]).state_dict()} {MLP(2, [2]).state_dict()}\n"}


@pytest.mark.parametrize("seed", ["0", 0.5, None, True, [1]])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(InputTypeError, match="whole number"):
        microbp.seed(seed)
    if seed is not None:
        with pytest.raises(InputTypeError, match="whole number"):
            MLP(2, [1], seed=seed)
