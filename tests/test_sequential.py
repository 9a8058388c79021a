"""Linear, Sequential and activations of one's own, against torch.nn."""

import pytest
from needs import needs

from microbp import Op, data, fit, inspect, losses, nn, optim, predict
from microbp.errors import InputError, InputTypeError, ShapeError
from microbp.table.op import PRODUCT

torch = needs("torch")

SAME = dict(rel=1e-12, abs=1e-15)


def twins(*parts):
    """The same network of ours and of PyTorch, with the same parameters by name."""
    ours = nn.Sequential(*parts)
    kinds = {
        "tanh": torch.nn.Tanh,
        "relu": torch.nn.ReLU,
        "sigmoid": torch.nn.Sigmoid,
        "softmax": lambda: torch.nn.Softmax(0),
    }
    theirs = torch.nn.Sequential(
        *[
            kinds[part]() if isinstance(part, str) else torch.nn.Linear(len(part.neurons[0].w), len(part.neurons))
            for part in parts
        ]
    ).double()
    theirs.load_state_dict({name: torch.tensor(x, dtype=torch.float64) for name, x in ours.state_dict().items()})
    return ours, theirs


@pytest.mark.parametrize("names", [("tanh", "sigmoid"), ("relu", "tanh"), ("sigmoid", "softmax")])
def test_a_sequence_is_that_of_pytorch(names):
    ours, theirs = twins(nn.Linear(2, 4, seed=1), names[0], nn.Linear(4, 3, seed=2), names[1])
    x = [0.5, -1.5]
    out, tensor = ours(x), theirs(torch.tensor(x, dtype=torch.float64))
    assert [a.data for a in out] == pytest.approx(tensor.tolist(), **SAME)
    losses.mse(out, [0.1, 0.2, 0.7]).backward()
    torch.nn.functional.mse_loss(tensor, torch.tensor([0.1, 0.2, 0.7], dtype=torch.float64)).backward()
    grads = dict(theirs.named_parameters())
    for path, p in ours.named_parameters():
        i, name, *place = path.split(".")
        assert p.grad == pytest.approx(grads[f"{i}.{name}"].grad[tuple(map(int, place))].item(), **SAME)


@pytest.mark.parametrize("eager", [False, True])
def test_a_sequence_trains_as_the_network_of_the_same_layers(eager):
    mlp = nn.MLP(2, [5, 1], "tanh", seed=1)
    parts = [nn.Linear(2, 5), "tanh", nn.Linear(5, 1)]
    model = nn.Sequential(*parts)
    state = {name.replace("layers.0", "0").replace("layers.1", "2"): x for name, x in mlp.state_dict().items()}
    model.load_state_dict(state)
    for network in (mlp, model):
        history = fit(
            network, losses.bce_with_logits, data.moons(40), optim.Adam(network.parameters()), 3, 8,
            eager=eager, progress=False,
        )  # fmt: skip
    assert history.engine == ("eager" if eager else "compiled")
    assert [p.data for p in model.parameters()] == [p.data for p in mlp.parameters()]
    X = data.moons(60)[0]
    assert predict(model, X).tolist() == predict(mlp, X).tolist()


def test_layers_are_numbered_and_their_activations_labelled():
    model = nn.Sequential(nn.Linear(2, 2), "tanh", nn.Sequential(nn.Linear(2, 3), "relu"), nn.Layer(3, 1, "sigmoid"))
    assert [p.label for p in model.parameters()][:3] == ["w_{11}^{(1)}", "w_{12}^{(1)}", "w_{21}^{(1)}"]
    assert [p.label for p in model.parameters()][-2:] == ["w_{13}^{(3)}", "b_1^{(3)}"]
    assert [layer.neurons[0].z_label for layer in (model[0], model[2][0], model[3])] == [
        f"z_1^{{({l})}}" for l in (1, 2, 3)
    ]
    out = model([1.0, 2.0])
    assert out.label == "a_1^{(3)}"
    assert [a.label for a in nn.Sequential(nn.Linear(2, 2), "tanh")([1.0, 2.0])] == ["a_1^{(1)}", "a_2^{(1)}"]
    assert len(model) == 4 and "Linear(2, 2), 'tanh'" in repr(model)
    found = inspect.equations(model, [1.0, 2.0], 1.0, "bce_with_logits")
    assert "BP1" in str(found)


def test_functions_and_single_numbers_are_parts():
    double = lambda zs: [2.0 * z for z in zs]
    line = nn.Sequential(nn.Linear(1, 1, seed=0), double)
    assert line([3.0]).data == 2.0 * line[0]([3.0]).data
    assert [a.data for a in nn.Sequential("relu")([-1.0, 2.0])] == [0.0, 2.0]
    for wrong, error in [
        ((), InputError),
        (("no such",), InputError),
        ((3,), InputTypeError),
        ((nn.Linear(2, 1), "add"), InputError),
    ]:
        with pytest.raises(error):
            nn.Sequential(*wrong)
    with pytest.raises(InputTypeError, match="one sample at a time"):
        line([[3.0], [4.0]])
    with pytest.raises(ShapeError, match="expected 1 inputs"):
        line([3.0, 4.0])


@pytest.fixture
def squash():
    return Op(
        "squash_here",
        lambda x: x / (1.0 + abs(x)),
        (lambda z, x: 1.0 / ((1.0 + abs(x)) * (1.0 + abs(x))),),
        "{0} / (1.0 + abs({0}))",
        r"s\left({0}\right)",
        level=PRODUCT,
    )


@pytest.mark.parametrize("by_name", [False, True])
def test_an_operation_of_ones_own_is_an_activation(squash, by_name):
    activation = "squash_here" if by_name else squash
    model = nn.MLP(2, [4, 1], activation, seed=1)
    assert repr(model) == "MLP(2-4-1; squash_here, linear)"
    z = nn.Neuron(1, activation, seed=1)
    assert z([2.0]).data == squash(z.w[0].data * 2.0)
    history = fit(
        model, losses.bce_with_logits, data.moons(60), optim.Adam(model.parameters(), lr=0.05), 20, 10, progress=False
    )
    assert history.engine == "compiled" and history.loss[-1] < history.loss[0]


def test_a_network_with_an_operation_of_ones_own_comes_back_from_a_file(squash, tmp_path):
    model = nn.MLP(2, [4, 1], squash, seed=1)
    model.save(tmp_path / "model.json")
    assert nn.load(tmp_path / "model.json")([1.0, 2.0]).data == model([1.0, 2.0]).data


def test_an_operation_that_lost_its_name_is_refused(squash):
    other = Op("squash_here", abs, (lambda z, x: x / z,), "abs({0})", "{0}")
    assert nn.Neuron(1, other)
    with pytest.raises(InputError, match="another operation is called 'squash_here' now"):
        nn.Neuron(1, squash)
    with pytest.raises(InputError, match="it takes more than one number"):
        nn.Neuron(1, "mul")
