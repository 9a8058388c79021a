"""Parameters in JSON and safetensors files: there and back, into PyTorch, and damaged ones."""

import json
import math
import sys

import numpy as np
import pytest
from needs import needs
from safetensors.numpy import save_file

from microbp import nn
from microbp.errors import FileFormatError, InputError, MicrobpError, MissingExtraError, NotFiniteError, StateError
from microbp.nn import MLP, Chain
from microbp.nn.files import load_model

torch = needs("torch")
in_torch = needs("safetensors.torch")

FORMATS = ["json", "safetensors"]


@pytest.fixture
def model():
    return MLP(2, [2, 1], "relu", "sigmoid", seed=4)


@pytest.mark.parametrize("ending", FORMATS)
def test_there_and_back_to_the_last_bit(model, tmp_path, ending):
    model.parameters()[0].data = 0.1 + 0.2
    model.parameters()[1].data = 5e-324
    model.save(tmp_path / f"model.{ending}")
    other = MLP(2, [2, 1], "relu", "sigmoid", seed=9)
    other.load(str(tmp_path / f"model.{ending}"))
    assert other.state_dict() == model.state_dict()
    assert [path.name for path in tmp_path.iterdir()] == [f"model.{ending}"]


def test_a_json_file_rebuilds_its_network(model, tmp_path):
    for built in (model, MLP(3, [2, 3], "tanh", "softmax", expanded=True)):
        built.save(tmp_path / "model.json")
        again = load_model(tmp_path / "model.json")
        assert again.config() == built.config()
        assert again.state_dict() == built.state_dict()


def test_a_json_file_can_be_read_by_a_person(model, tmp_path):
    model.save(tmp_path / "model.json")
    content = json.loads((tmp_path / "model.json").read_text())
    assert content["state"]["layers.0.weight"] == [[w.data for w in n.w] for n in model.layers[0].neurons]


def test_torch_loads_our_file_strictly(model, tmp_path):
    model.save(tmp_path / "model.safetensors")
    state = in_torch.load_file(tmp_path / "model.safetensors")
    x = [0.3, -0.8]
    a = torch.tensor(x, dtype=torch.float64)
    for l, activation in enumerate((torch.relu, torch.sigmoid)):
        linear = torch.nn.Linear(2, 2 - l, dtype=torch.float64)
        part = {k.removeprefix(f"layers.{l}."): v for k, v in state.items() if k.startswith(f"layers.{l}.")}
        linear.load_state_dict(part, strict=True)
        a = activation(linear(a))
    assert a.item() == pytest.approx(model(x).data, rel=1e-14)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_we_load_a_file_of_torchs(tmp_path, dtype):
    linear = torch.nn.Linear(3, 2, dtype=dtype)
    in_torch.save_file(linear.state_dict(), tmp_path / "linear.safetensors")
    layer = nn.Layer(3, 2, "linear")
    layer.load(tmp_path / "linear.safetensors")
    assert layer.state_dict()["weight"] == linear.weight.tolist()


def test_half_precision_of_torch_loads_or_is_refused(tmp_path):
    linear = torch.nn.Linear(3, 2, dtype=torch.bfloat16)
    in_torch.save_file(linear.state_dict(), tmp_path / "linear.safetensors")
    layer = nn.Layer(3, 2, "linear")
    try:
        layer.load(tmp_path / "linear.safetensors")
    except FileFormatError:
        return
    assert layer.state_dict()["weight"] == linear.weight.tolist()


# -- damaged and foreign files -------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_cut_at_any_length_is_refused(model, tmp_path, ending):
    path = tmp_path / f"model.{ending}"
    model.save(path)
    whole, other = path.read_bytes(), MLP(2, [2, 1], seed=9)
    before = other.state_dict()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match="cut short"):
            other.load(path)
    assert other.state_dict() == before


FOREIGN = {
    "nothing": b"",
    "zeros": b"\0" * 64,
    "text": b"weights follow",
    "no text": b"\xff\xfe\x00\xd8" * 9,
    "a list": b"[1, 2]",
    "a number": b"3",
    "another table": b'{"weight": [1.0]}',
    "another version": b'{"format": "microbp 99", "state": {}}',
    "no state": b'{"format": "microbp 1"}',
    "a state that is a list": b'{"format": "microbp 1", "state": [1.0]}',
    "ten thousand brackets": b"[" * 10_000,
    "a number of many digits": b"[" + b"9" * 10_000 + b"]",
    "a zip file": b"PK\x03\x04" + b"\0" * 26,
}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_file_is_refused(model, tmp_path, ending, name):
    path = tmp_path / f"model.{ending}"
    path.write_bytes(FOREIGN[name])
    before = model.state_dict()
    with pytest.raises(FileFormatError, match=path.name):
        model.load(path)
    assert model.state_dict() == before


STATES = {
    "an entry is missing": {"layers.0.weight": [[1.0, 2.0], [3.0, 4.0]]},
    "a text": {"layers.0.weight": "1.0", "layers.0.bias": [1.0, 2.0]},
    "a text inside": {"layers.0.weight": [[1.0, "2"], [3.0, 4.0]], "layers.0.bias": [1.0, 2.0]},
    "NaN": {"layers.0.weight": [[1.0, math.nan], [3.0, 4.0]], "layers.0.bias": [1.0, 2.0]},
    "null": {"layers.0.weight": None, "layers.0.bias": [1.0, 2.0]},
    "a table": {"layers.0.weight": {"a": 1}, "layers.0.bias": [1.0, 2.0]},
    "too large": {"layers.0.weight": [[10**400, 1.0], [1.0, 1.0]], "layers.0.bias": [1.0, 2.0]},
}


@pytest.mark.parametrize("name", STATES)
def test_a_file_with_a_wrong_state_loads_nothing(tmp_path, name):
    (tmp_path / "m.json").write_text(json.dumps({"format": "microbp 1", "state": STATES[name]}))
    model = MLP(2, [2])
    before = model.state_dict()
    with pytest.raises(MicrobpError):
        model.load(tmp_path / "m.json")
    assert model.state_dict() == before


def test_another_networks_file(model, tmp_path):
    model.save(tmp_path / "m.safetensors")
    with pytest.raises(StateError, match=r"expected shape \(3, 2\), got \(2, 2\)"):
        MLP(2, [3, 1]).load(tmp_path / "m.safetensors")
    save_file({"layers.0.weight": np.array([[1.0, np.nan]]), "layers.0.bias": np.zeros(1)}, tmp_path / "n.safetensors")
    with pytest.raises(NotFiniteError, match=r"layers\.0\.weight\.0\.1 is nan"):
        MLP(2, [1]).load(tmp_path / "n.safetensors")


@pytest.mark.parametrize(
    "config", [None, 3, {}, {"nin": 2}, {"nin": 2, "sizes": [1], "colour": 1}, {"nin": 2, "sizes": [1], "output": [3]}]
)
def test_a_file_that_describes_no_network(tmp_path, config):
    content = {"format": "microbp 1", "model": config, "state": MLP(2, [1]).state_dict()}
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(FileFormatError):
        load_model(tmp_path / "m.json")


def test_only_an_mlp_is_rebuilt(tmp_path):
    Chain([1.0], [0.0]).save(tmp_path / "chain.json")
    with pytest.raises(FileFormatError, match=r"model\.load"):
        load_model(tmp_path / "chain.json")


# -- writing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["model", "model.pt", "model.json.gz"])
def test_the_ending_names_the_format(model, tmp_path, name):
    with pytest.raises(InputError, match=r"\.json or \.safetensors"):
        model.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", FORMATS)
def test_no_parameter_that_is_not_finite_is_ever_written(model, tmp_path, ending):
    path = tmp_path / f"model.{ending}"
    model.save(path)
    before = path.read_bytes()
    with pytest.raises(NotFiniteError, match="a node holds a finite number"):
        model.layers[1].neurons[0].b.data = math.nan
    model.save(path)
    assert path.read_bytes() == before


def test_without_safetensors(model, tmp_path, monkeypatch):
    model.save(tmp_path / "m.safetensors")
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    for call in (model.save, model.load):
        with pytest.raises(MissingExtraError, match=r"microbp\[safetensors\]"):
            call(tmp_path / "m.safetensors")
