"""The commands that read a network from a file: train --load and predict."""

import re

import pytest
from test_cli import run

from microbp import data, nn, predict


@pytest.fixture
def saved(tmp_path, capsys):
    path = tmp_path / "moons.json"
    assert run(capsys, "train", "moons", "--epochs", 8, "--save", path)[0] == 0
    return path


def numbers(text, row):
    return re.search(rf"{row} +([\d.]+) +([\d.]+) %?", text.replace("%", " %")).groups()


def test_training_goes_on_where_the_file_stopped(saved, tmp_path, capsys):
    again = tmp_path / "again.json"
    code, out, _ = run(capsys, "train", "moons", "--epochs", 1, "--lr", "1e-30", "--load", saved, "--save", again)
    assert code == 0 and "MLP(2-16-16-1" in out
    before, after = nn.load(saved), nn.load(again)
    assert [p.data for p in after.parameters()] == pytest.approx([p.data for p in before.parameters()], rel=1e-12)
    assert after.trained_with == before.trained_with == "bce_with_logits"
    code, out, _ = run(capsys, "train", "moons", "--epochs", 3, "--load", saved)
    assert float(numbers(out, "training, last epoch")[0]) < 0.5


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["train", "digits", "--load", "FILE"], "the network takes 2 inputs, and a sample of digits has 64"),
        (["train", "moons", "--load", "FILE", "--layers", "3"], "leave out --layers and --activation"),
        (["train", "moons", "--load", "FILE", "--activation", "relu"], "leave out --layers and --activation"),
        (["train", "spiral", "--load", "FILE"], "1 outputs, and spiral has 3 classes"),
        (["train", "moons", "--load", "nowhere.json"], "there is no file nowhere.json"),
        (["predict", "nowhere.json", "moons"], "there is no file nowhere.json"),
        (["predict", "FILE"], "give either a data set or the inputs of one sample"),
        (["predict", "FILE", "moons", "-x", "1", "2"], "give either a data set or the inputs of one sample"),
        (["predict", "FILE", "moons", "--n", "0"], "--n 0: print at least 1"),
        (["predict", "FILE", "-x", "1"], "expected 2 inputs, got 1"),
        (["predict", "FILE", "stars"], "neither a folder of IDX files nor one of"),
    ],
)
def test_what_does_not_fit_is_named(saved, capsys, argv, message):
    code, _, err = run(capsys, *[saved if arg == "FILE" else arg for arg in argv])
    assert code in (1, 2) and message in err


def test_predict_prints_outputs_and_classes(saved, capsys):
    X, Y = data.data_set("moons").test(0)
    outputs = predict(nn.load(saved), X)
    code, out, _ = run(capsys, "predict", saved, "moons", "--n", 3)
    lines = out.splitlines()
    assert code == 0 and lines[0].split() == ["sample", "outputs", "predicted", "class"] and len(lines) == 6
    for i, line in enumerate(lines[2:5]):
        assert line.split() == [str(i), f"{outputs[i]:.4g}", str(int(outputs[i] > 0)), str(Y[i])]
    right = sum(int(out > 0) == y for out, y in zip(outputs, Y))
    assert lines[5] == f"{right} of {len(Y)} right ({right / len(Y):.2%})"


@pytest.mark.parametrize("cost", ["cross_entropy", "squared_error", "hinge", "binary_cross_entropy", "kl_divergence"])
def test_predict_counts_as_training_did(tmp_path, capsys, cost):
    path = tmp_path / "model.json"
    out = run(capsys, "train", "circles", "--epochs", 5, "--cost", cost, "--save", path)[1]
    accuracy = numbers(out, "held out")[1]
    assert run(capsys, "predict", path, "circles")[1].endswith(f"({accuracy}%)\n")


def test_predict_of_one_sample(saved, capsys):
    code, out, _ = run(capsys, "predict", saved, "-x", "0.5", "-1")
    expected = nn.load(saved)([0.5, -1.0]).data
    assert code == 0 and out.splitlines()[-1].split() == ["0", f"{expected:.4g}", str(int(expected > 0))]
