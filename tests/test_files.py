"""Parameters in JSON and safetensors files: there and back, into PyTorch, and damaged ones."""

import json
import math
import os
import struct
import sys
import tracemalloc
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interrupts import at_every_line, call
from needs import needs
from safetensors.numpy import save_file

import microbp
from microbp import data, evaluate, fit, losses, nn, optim
from microbp.errors import FileFormatError, InputError, MicrobpError, MissingExtraError, NotFiniteError, StateError
from microbp.nn import MLP, Chain, files

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
        again = nn.load(tmp_path / "model.json")
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


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_of_torch_is_read_to_the_last_bit(tmp_path, dtype):
    linear = torch.nn.Linear(3, 2, dtype=getattr(torch, dtype))
    in_torch.save_file(linear.state_dict(), tmp_path / "linear.safetensors")
    layer = nn.Layer(3, 2, "linear")
    layer.load(tmp_path / "linear.safetensors")
    assert layer.state_dict() == {name: tensor.tolist() for name, tensor in linear.state_dict().items()}


def raw(header, payload=b"", length=None):
    """The bytes of a safetensors file."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + payload


def entry(dtype, shape, size):
    return {"dtype": dtype, "shape": shape, "data_offsets": [0, size]}


def test_every_bfloat16_is_the_upper_half_of_a_float32(tmp_path):
    halves = np.arange(2**16, dtype="<u2")
    halves = halves[(halves & 0x7F80) != 0x7F80]  # neither infinity nor NaN
    path = tmp_path / "m.safetensors"
    path.write_bytes(raw({"weight": entry("BF16", [len(halves)], 2 * len(halves))}, halves.tobytes()))
    expected = [struct.unpack("<f", b"\0\0" + int(half).to_bytes(2, "little"))[0] for half in halves]
    assert files.read(path).state()["weight"].tolist() == expected


@pytest.mark.parametrize(
    "dtype, size", [("I64", 8), ("BOOL", 1), ("U8", 1), ("F8_E4M3", 1), ("F8_E5M2", 1), ("I16", 2)]
)
def test_other_numbers_are_refused_by_name(tmp_path, dtype, size):
    path = tmp_path / "m.safetensors"
    path.write_bytes(raw({"weight": entry(dtype, [1], size)}, bytes(size)))
    with pytest.raises(FileFormatError, match=f"weight has numbers of type {dtype}: save it as one of F64, F32"):
        nn.Neuron(1).load(path)


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
        nn.load(tmp_path / "m.json")


def test_only_an_mlp_is_rebuilt(tmp_path):
    Chain([1.0], [0.0]).save(tmp_path / "chain.json")
    with pytest.raises(FileFormatError, match=r"model\.load"):
        nn.load(tmp_path / "chain.json")


WEIGHT = {"layers.0.weight": [[1.0, 2.0]], "layers.0.bias": [0.0]}
"""The state of MLP(2, [1])."""


def deep(depth):
    return "[" * depth + "1.0" + "]" * depth


@pytest.mark.parametrize(
    "state, message",
    [
        (f'{{"layers.0.weight": {deep(40)}}}', "more than 32 inside each other"),
        (f'{{"layers.0.weight": {deep(600)}}}', "more than 32 inside each other"),
        (f'{{"layers.0.weight": {deep(900)}}}', "inside each other|not JSON"),
        (f'{{"layers.0.weight": {deep(100_000)}}}', "not JSON"),
        ('{"layers.0.weight": [[1e999, 1.0]], "layers.0.bias": [0.0]}', "holds inf"),
        ('{"layers.0.weight": [[NaN, 1.0]], "layers.0.bias": [0.0]}', "NaN is no number of JSON"),
        ('{"layers.0.weight": [[-Infinity, 1.0]], "layers.0.bias": [0.0]}', "-Infinity is no number of JSON"),
        ('{"layers.0.weight": [[true, 1.0]], "layers.0.bias": [0.0]}', "holds True"),
        ('{"layers.0.weight": [[null, 1.0]], "layers.0.bias": [0.0]}', "holds None"),
        ('{"layers.0.weight": [["1", 1.0]], "layers.0.bias": [0.0]}', "holds '1'"),
        ('{"layers.0.weight": [[[1.0], 1.0]], "layers.0.bias": [0.0]}', r"holds \[1.0\]"),
        ('{"layers.0.weight": {"a": 1}, "layers.0.bias": [0.0]}', "holds {'a': 1}"),
        ('{"layers.0.weight": [[1.0, 2.0], [3.0]], "layers.0.bias": [0.0]}', "rows of different lengths"),
        ('{"layers.0.weight": [[1%s, 1.0]], "layers.0.bias": [0.0]}' % ("0" * 400), "too large"),
    ],
)
def test_a_state_of_json_is_looked_at_before_it_is_used(tmp_path, state, message):
    path = tmp_path / "m.json"
    path.write_text(f'{{"format": "microbp 1", "model": {{"nin": 2, "sizes": [1]}}, "state": {state}}}')
    model = MLP(2, [1])
    before = model.state_dict()
    for load in (model.load, nn.load):
        with pytest.raises(FileFormatError, match=message):
            load(path)
    assert model.state_dict() == before


def test_a_state_dict_that_is_too_deep_is_refused():
    nested = [1.0]
    for _ in range(2_000):
        nested = [nested]
    with pytest.raises(StateError, match="too deep"):
        MLP(2, [1]).load_state_dict({**WEIGHT, "layers.0.weight": nested})


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    "change",
    [
        {"sizes": [1_000_000_000]},
        {"nin": 1_000_000_000},
        {"nin": 10**30},
        {"sizes": [1] * 100_000},
        {"sizes": [1, 10**9]},
        {"sizes": [1.0]},
        {"sizes": [True]},
        {"sizes": ["1"]},
        {"sizes": []},
        {"sizes": 1},
        {"sizes": None},
        {"nin": -2},
        {"nin": [2]},
        {"activation": ["tanh"]},
        {"output": "rellu"},
        {"output": 3},
        {"expanded": [[]]},
        {"seed": 3},
        {"init": "he"},
    ],
)
def test_a_network_is_compared_with_its_parameters_before_it_is_built(tmp_path, ending, change):
    model, path = MLP(2, [1]), tmp_path / f"m.{ending}"
    files.write(path, WEIGHT, {**model.config(), **change}, None)
    tracemalloc.start()
    with pytest.raises(FileFormatError, match="describe"):
        nn.load(path)
    assert tracemalloc.get_traced_memory()[1] < 30 << 20
    tracemalloc.stop()


DAMAGED = {
    "an endless header": raw({"weight": entry("F64", [1], 8)}, bytes(8), length=2**63 - 1),
    "a header beyond the end": raw({"weight": entry("F64", [1], 8)}, bytes(8), length=1_000),
    "no header": raw(b"", bytes(8)),
    "a header that is a list": raw([], bytes(8)),
    "a deep header": raw(b'{"weight": ' + b"[" * 600 + b"]" * 600 + b"}"),
    "a name twice": raw(b'{"w": {"dtype":"F64","shape":[1],"data_offsets":[0,8]}, "w": 3}', bytes(8)),
    "offsets beyond the end": raw({"weight": entry("F64", [10**9], 8 * 10**9)}, bytes(8)),
    "offsets that cross": raw({"weight": {"dtype": "F64", "shape": [1], "data_offsets": [8, 0]}}, bytes(8)),
    "a shape that is too large for its bytes": raw({"weight": entry("F64", [10**18, 10**18], 8)}, bytes(8)),
    "a negative shape": raw({"weight": entry("F64", [-1], 8)}, bytes(8)),
    "an unknown type": raw({"weight": entry("F80", [1], 8)}, bytes(8)),
    "a hole": raw({"weight": entry("F64", [1], 8)}, bytes(16)),
    "metadata that are no JSON": raw({"__metadata__": {"microbp": "{"}, "weight": entry("F64", [1], 8)}, bytes(8)),
    "metadata that are a list": raw({"__metadata__": {"microbp": "[]"}, "weight": entry("F64", [1], 8)}, bytes(8)),
    "metadata of another kind": raw(
        {"__metadata__": {"microbp": '{"model": 3}'}, "weight": entry("F64", [1], 8)}, bytes(8)
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_safetensors_file_is_refused(tmp_path, name):
    path = tmp_path / "m.safetensors"
    path.write_bytes(DAMAGED[name])
    for load in (nn.Neuron(1).load, nn.load):
        with pytest.raises(FileFormatError, match=path.name):
            load(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.sampled_from([1, 2, "tanh"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["nin", "sizes", "activation", *WEIGHT]) | st.text(max_size=2), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(model=JSON, state=JSON, loss=JSON)
def test_any_json_gives_a_network_or_a_typed_error(tmp_path_factory, model, state, loss):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps({"format": "microbp 1", "model": model, "loss": loss, "state": state}))
    for load in (nn.load, MLP(2, [1]).load):
        with suppress(FileFormatError, StateError):
            load(path)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.data())
def test_any_flipped_byte_gives_a_network_or_a_typed_error(tmp_path_factory, data):
    ending = data.draw(st.sampled_from(FORMATS))
    path = tmp_path_factory.getbasetemp() / f"flipped.{ending}"
    MLP(2, [1], seed=1).save(path)
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=3)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    for load in (nn.load, MLP(2, [1]).load):
        with suppress(FileFormatError, StateError, NotFiniteError):
            load(path)


# -- what is no file -----------------------------------------------------------------------------------


@pytest.fixture(params=["folder", "pipe", "loop", "device", "NUL"])
def no_file(request, tmp_path):
    """A path that is none of a file, and what is said of it."""
    path = tmp_path / "m.json"
    if request.param == "folder":
        path.mkdir()
        return path, "is a folder: name a file in it"
    if request.param == "pipe":
        os.mkfifo(path)
        return path, "is a pipe or a device"
    if request.param == "loop":
        path.symlink_to(path.with_name("other.json"))
        path.with_name("other.json").symlink_to(path)
        return path, "leads back to itself"
    if request.param == "device":
        path.symlink_to("/dev/zero")
        return path, "is a pipe or a device"
    return Path(f"{tmp_path}/m\0.json"), "names no file"


def test_what_is_no_file_is_not_read(no_file):
    path, message = no_file
    for load in (MLP(2, [1]).load, nn.load, data.read_idx):
        with pytest.raises(FileFormatError, match=message):
            load(path)
    if path.is_symlink():
        with pytest.raises(FileFormatError, match=message):
            nn.load(path.with_name("m.safetensors").symlink_to(path) or path.with_name("m.safetensors"))


def test_what_is_no_file_is_not_written(model, no_file, tmp_path):
    path, message = no_file
    before = sorted(tmp_path.iterdir())
    for write in (model.save, files.check_path):
        with pytest.raises(InputError, match=message):
            write(path)
    assert sorted(tmp_path.iterdir()) == before


def test_a_missing_file_stays_pythons_own_error(tmp_path):
    for name in ("m.json", "m.safetensors"):
        with pytest.raises(FileNotFoundError):
            nn.load(tmp_path / name)


# -- the cost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_keeps_the_cost_of_the_training(tmp_path, ending):
    model, path = MLP(2, [3, 1], seed=1), tmp_path / f"m.{ending}"
    assert model.trained_with is None
    X, Y = data.xor()
    fit(model, losses.bce_with_logits, (X, Y), optim.SGD(model.parameters(), lr=0.1), 2, progress=False)
    model.save(path)
    for again in (nn.load(path), MLP(2, [3, 1])):
        again.load(path)
        assert again.trained_with == model.trained_with == "bce_with_logits"
        assert evaluate(again, None, (X, Y)) == evaluate(model, losses.bce_with_logits, (X, Y))
    wrapped = lambda out, y: losses.bce_with_logits(out, y)
    fit(model, wrapped, (X, Y), optim.SGD(model.parameters(), lr=0.1), 1, progress=False)
    model.save(path)
    assert nn.load(path).trained_with is None
    with pytest.raises(InputError, match="give the one"):
        evaluate(model, None, (X, Y))


def test_a_file_of_before_is_read(tmp_path):
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"format": "microbp 1", "model": MLP(2, [1]).config(), "state": WEIGHT}))
    model = nn.load(path)
    assert model.state_dict() == WEIGHT and model.trained_with is None
    save_file({name: np.array(tensor) for name, tensor in WEIGHT.items()}, tmp_path / "m.safetensors")
    model.load(tmp_path / "m.safetensors")
    with pytest.raises(FileFormatError, match=r"model\.load"):
        nn.load(tmp_path / "m.safetensors")


@pytest.mark.parametrize("ending", FORMATS)
def test_loading_draws_no_random_number(model, tmp_path, ending):
    model.save(tmp_path / f"m.{ending}")
    nn.load(tmp_path / f"m.{ending}")
    drawn = MLP(2, [1]).state_dict()
    microbp.seed(0)
    assert MLP(2, [1]).state_dict() == drawn


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
    for use in (model.save, model.load):
        with pytest.raises(MissingExtraError, match=r"microbp\[safetensors\]"):
            use(tmp_path / "m.safetensors")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_symbolic_link_stays_and_its_target_is_written(model, tmp_path, ending):
    (tmp_path / "deep").mkdir()
    link, target = tmp_path / f"link.{ending}", tmp_path / "deep" / "target.bin"
    link.symlink_to(target)
    for _ in range(2):  # the target is made, then replaced
        model.save(link)
        assert link.is_symlink() and target.is_file()
        assert nn.load(link).state_dict() == model.state_dict()
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted(["deep", link.name, "target.bin"])


def test_what_others_left_is_left_alone(model, tmp_path):
    others = [tmp_path / name for name in ("m.json.part", ".part", "m.part", ".m.json.part")]
    for other in others:
        other.write_text("theirs")
    model.save(tmp_path / "m.json")
    assert [other.read_text() for other in others] == ["theirs"] * 4
    assert sorted(tmp_path.iterdir()) == sorted([*others, tmp_path / "m.json"])


@pytest.mark.parametrize("broken", ["os.fsync", "shutil.copymode", "pathlib.Path.replace"])
def test_a_disk_that_fails_leaves_the_old_file_and_nothing_else(model, tmp_path, monkeypatch, broken):
    path = tmp_path / "m.json"
    model.save(path)
    before = path.read_bytes()
    model.parameters()[0].data = 7.0

    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(broken, fail)
    with pytest.raises(OSError, match="No space"):
        model.save(path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Python closes it all the same
@pytest.mark.parametrize("ending", FORMATS)
def test_an_interrupt_at_any_line_leaves_the_old_file_or_the_new_one(model, tmp_path, ending):
    path = tmp_path / f"m.{ending}"
    contents = {}
    for number in (7.0, 8.0):
        model.parameters()[0].data = number
        model.save(path)
        contents[number] = path.read_bytes()
    found = set()

    def attempt(interrupter):
        path.write_bytes(contents[7.0])
        call(interrupter, lambda: model.save(path))
        assert list(tmp_path.iterdir()) == [path]
        found.add(path.read_bytes())

    at_every_line(attempt)
    assert found == set(contents.values())


def test_permissions_are_those_of_any_new_file_and_stay(model, tmp_path):
    path, other = tmp_path / "m.json", tmp_path / "other"
    other.write_text("")
    model.save(path)
    assert path.stat().st_mode == other.stat().st_mode
    path.chmod(0o640)
    model.save(path)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("protected", ["file", "folder"])
def test_what_is_write_protected_is_refused(model, tmp_path, monkeypatch, protected):
    path = tmp_path / "m.json"
    model.save(path)
    forbidden = os.path.realpath(path if protected == "file" else tmp_path)
    monkeypatch.setattr("os.access", lambda path, mode: str(path) != forbidden)  # root may write everywhere
    for write in (model.save, files.check_path):
        with pytest.raises(InputError, match="write-protected: name another"):
            write(path)


@pytest.mark.parametrize("name", ["x" * 300 + ".json", "no/folder/m.json", "m.json/m.json"])
def test_a_path_that_cannot_be_is_refused(model, tmp_path, name):
    (tmp_path / "m.json").write_text("")
    for write in (model.save, files.check_path):
        with pytest.raises(InputError, match=r"longer than|no folder"):
            write(tmp_path / name)
