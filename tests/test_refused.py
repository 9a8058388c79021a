"""What nobody meant to give is refused before anything is computed, trained or written."""

import math
import os

import numpy as np
import pytest

from microbp import data, draw, evaluate, fit, losses, nn, optim, viz
from microbp.cli.entry import main
from microbp.engine.value import Value
from microbp.errors import InputError, InputTypeError, MicrobpError
from microbp.tables import short

X, Y = [[0.0, 1.0], [1.0, 0.0]], [1.0, 0.0]


def train(model=None, **options):
    model = model or nn.MLP(2, [3, 1], seed=0)
    asked = {"epochs": 1, "batch_size": 2, "data": (X, Y), "progress": False, **options}
    return fit(model, losses.squared_error, optimizer=optim.SGD(model.parameters(), lr=0.1), **asked)


def test_numbers_under_a_mask_are_not_trained_on():
    hidden = np.ma.masked_array(np.array(X), mask=[[False, True], [False, False]])
    with pytest.raises(InputError, match="mask"):
        train(data=(hidden, Y))
    with pytest.raises(InputError, match="mask"):
        train(data=(X, np.ma.masked_array(Y, mask=[True, False])))
    assert train(data=(np.ma.masked_array(X), Y)).epochs == 1


@pytest.mark.parametrize("name", ["epochs", "batch_size", "seed"])
def test_a_whole_number_of_numpy_is_one(name):
    assert train(**{name: np.int64(2)}).loss == train(**{name: 2}).loss


def test_a_seed_of_numpy_is_one_everywhere():
    assert data.moons(10, seed=np.int64(3)) == data.moons(10, seed=3)
    assert list(data.batches(X, Y, 1, np.uint8(3))) == list(data.batches(X, Y, 1, 3))
    for seed in (1.5, "a", True):
        with pytest.raises(InputTypeError, match="whole number"):
            data.moons(10, seed=seed)


@pytest.mark.parametrize("options", [{"batch_size": None}, {"epochs": None}, {"batch_size": np.float64(2)}])
def test_what_is_no_whole_number_is_refused(options):
    with pytest.raises(InputError, match="must be a whole number"):
        train(**options)


def test_what_is_no_model_is_refused():
    with pytest.raises(InputTypeError, match=r"microbp\.nn"):
        fit(None, losses.mse, data.xor(), optim.SGD([Value(1.0)], lr=0.1), epochs=1, batch_size=1)


def test_evaluate_without_a_loss_says_that_none_is_known():
    with pytest.raises(InputError, match="no loss is known"):
        evaluate(nn.MLP(2, [1]), None, (X, Y))


def test_a_wrong_activation_is_refused_where_no_layer_has_it():
    with pytest.raises(InputError, match="choose from"):
        nn.MLP(2, [1], activation="tahn")


# -- files -------------------------------------------------------------------------------------------------------


def pictures():
    x = Value(2.0, "x")
    return [(draw(x * x), "svg"), (viz.stepper(x * x), "html"), (viz.network(nn.MLP(2, [1])), "svg")]


@pytest.mark.parametrize("picture", range(3))
def test_a_picture_is_written_as_a_whole_or_not_at_all(picture, tmp_path, monkeypatch):
    page, ending = pictures()[picture]
    target, link = tmp_path / f"target.{ending}", tmp_path / f"link.{ending}"
    target.write_text("before")
    link.symlink_to(target)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        page.save(target)
    assert target.read_text() == "before" and len(list(tmp_path.iterdir())) == 2
    monkeypatch.undo()
    page.save(link)
    assert link.is_symlink() and target.read_text() != "before"
    with pytest.raises(MicrobpError):
        page.save(tmp_path / "nowhere" / f"a.{ending}")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/"])
@pytest.mark.parametrize("option", ["--test", "--repair"])
def test_an_answer_is_a_file_and_no_device(device, option, capsys):
    if not os.path.exists(device):  # noqa: PTH110
        pytest.skip("no such device here")
    assert main(["zoo", option, device]) in (1, 2)
    assert "copy what it gives" in (told := capsys.readouterr().err) or "folder" in told


def test_an_answer_too_long_to_be_one_is_not_read(tmp_path, capsys):
    path = tmp_path / "long.py"
    path.write_bytes(b"#" * 2_000_000)
    assert main(["zoo", "--test", str(path)]) == 2
    assert "longer than" in capsys.readouterr().err


def test_a_folder_is_no_missing_file(tmp_path, capsys):
    assert main(["compile", str(tmp_path)]) in (1, 2)
    assert "is a folder" in capsys.readouterr().err


def test_a_cost_that_explodes_fits_its_column():
    assert short(0.69314) == "0.6931" and short(1.5e300) == "1.500e+300" and len(short(-1e308)) < 12


@pytest.mark.parametrize("x", [math.nan, math.inf])
def test_an_argument_that_is_no_number_is_named_with_the_cure(x):
    for call in (lambda: Value(1.0, "x") * x - x, lambda: nn.MLP(2, [1], seed=0)([x, 1.0]), lambda: Value(0.0) * x):
        with pytest.raises(MicrobpError, match=r"argument \d is (nan|inf): clean the data|too large|rescale"):
            call()
