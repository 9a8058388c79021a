"""The command line: what it prints, its exit codes, its errors."""

import json
import re
import sys

import pytest
from test_train import write_mnist

from microbp import __version__, data, engine_name, nn, optim
from microbp.cli import main
from microbp.losses import LOSSES
from microbp.optim import schedules


def run(capsys, *argv):
    """Exit code, standard output, standard error."""
    try:
        code = main([str(a) for a in argv])
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return code, out, err


def test_gradient_prints_a_table(capsys):
    code, out, _ = run(capsys, "gradient", "x*y + sin(x)", "x=0", "y=4")
    assert code == 0
    rows = [line.split() for line in out.splitlines()]
    assert rows[0] == ["value", "gradient"]
    assert rows[-2:] == [["x", "0", "5"], ["y", "4", "0"]]


@pytest.mark.parametrize(
    "argv, code, message",
    [
        (["gradient", "__import__('os')"], 2, "there is no function '__import__'"),
        (["gradient", "(" * 10_000 + "x" + ")" * 10_000, "x=1"], 2, "nested"),
        (["gradient", "x + ", "x=1"], 2, "cannot read"),
        (["gradient", "x + y", "x=1"], 2, "add y=NUMBER"),
        (["gradient", "x", "x"], 2, "name=number"),
        (["gradient", "x", "x=1", "y=2"], 2, "y: not a variable of 'x'; leave it out"),
        (["gradient", "sin(x)", "x=1", "sin=2"], 2, "sin: not a variable"),
        (["explain", "x", "x=1", "y=2"], 2, "y: not a variable"),
        (["draw", "x", "x=1", "y=2"], 2, "y: not a variable"),
        (["step", "x", "x=1", "y=2"], 2, "y: not a variable"),
        (["gradient", "x^2", "x=1"], 2, "write ** for ^"),
        (["gradient", "x²", "x=1"], 2, "write **2 for ²"),
        (["gradient", "2x", "x=1"], 2, "write * between the factors"),
        (["gradient", "2(x + 1)", "x=1"], 2, "write * between the factors"),
        (["gradient", "x(x + 1)", "x=1"], 2, "write * between the factors"),
        (["gradient", "|x|", "x=1"], 2, "write abs(...) for |"),
        (["gradient", "y = x", "x=1"], 2, "leave out what stands before ="),
        (["gradient", "ln(x)", "x=1"], 2, "did you mean log?"),
        (["gradient", "atan(x)", "x=1"], 2, "did you mean arctan?"),
        (["gradient", "lambda", "lambda=1"], 2, "another name"),
        (["gradient", "-x", "y=1"], 2, "add x=NUMBER"),
        (["gradient", "x", "x=1", "--nosuch"], 2, "unrecognized arguments: --nosuch"),
        (
            ["chain", "--weights", "1", "--biases", "1", "-x", "1", "-y", "1", "--svg", "c.png"],
            2,
            "end the name in .svg",
        ),
        (["train", ""], 2, "neither a folder"),
        (["train", "xor", "--save", "/"], 2, "end the name in .json or .safetensors"),
        (["train", "digits", "--layers", "1000000", "1000000"], 2, "take smaller layers"),
        (["equations", "nosuch"], 2, "neither a folder"),
        (["compile", "."], 2, "is a folder"),
        (["gradient", "log(x)", "x=-1"], 1, "log needs x > 0"),
        (["gradient", "exp(x)", "x=1000"], 1, "too large"),
        (["gradient", "sqrt(x)", "x=0"], 1, "no finite derivative"),
        (["train", "nosuch"], 2, "neither a folder"),
        (["train", "xor", "--epochs", "0"], 2, "at least 1"),
        (["train", "xor", "--layers", "0"], 2, "a size must be"),
        (["train", "xor", "--lr", "-1"], 2, "lr"),
        (["train", "xor", "--save", "model.txt"], 2, "safetensors"),
        (["train", "xor", "--save", "no/such/model.json"], 2, "no folder"),
        (["train", "spiral", "--cost", "bce_with_logits"], 2, "use cross_entropy"),
        (["train", "xor", "--activation", "nosuch"], 2, "invalid choice"),
        ([], 2, "COMMAND"),
    ],
)
def test_errors_go_to_stderr_with_their_exit_code(capsys, argv, code, message):
    assert run(capsys, *argv)[0] == code
    assert message in run(capsys, *argv)[2]


def test_version(capsys):
    assert run(capsys, "--version")[:2] == (0, f"microbp {__version__} ({engine_name} engine)\n")


@pytest.mark.parametrize("ending", ["json", "safetensors"])
def test_train_and_save(capsys, tmp_path, ending):
    path = tmp_path / f"xor.{ending}"
    code, out, err = run(capsys, "train", "xor", "--save", path)
    assert code == 0 and "after training" in out and "100.00%" in out and "loss=" in err
    model = nn.MLP(2, [4, 1])
    model.load(path)
    assert [model(x).data > 0 for x in ([0, 0], [0, 1], [1, 0], [1, 1])] == [False, True, True, False]


@pytest.mark.parametrize(
    "options",
    [
        ["--cost", "hinge", "--optimizer", "sgd", "--schedule", "inverse_time"],
        ["--cost", "squared_error", "--activation", "sigmoid", "--optimizer", "rmsprop", "--schedule", "cosine"],
        ["--cost", "binary_cross_entropy", "--activation", "relu", "--optimizer", "adagrad", "--schedule", "warmup"],
        ["--cost", "cross_entropy", "--optimizer", "adamw", "--schedule", "staircase"],
        ["--cost", "mse", "--schedule", "exponential"],
        ["--cost", "half_squared_error", "--schedule", "power", "--batch-size", "2", "--seed", "3"],
    ],
)
def test_every_choice_trains(capsys, options):
    code, out, _ = run(capsys, "train", "xor", "--layers", "3", "--epochs", "2", *options)
    assert code == 0 and "none for testing" in out


@pytest.mark.parametrize("name", data.DATA_SETS)
def test_every_data_set_is_one_of_every_command(capsys, name):
    code, out, _ = run(capsys, "train", name, "--layers", "4", "--epochs", "1", "--batch-size", "100")
    assert code == 0 and "samples for training" in out
    assert ("held out" in out) == (data.DATA_SETS[name].test is not None)  # xor has no other points
    code, out, _ = run(capsys, "equations", name, "--layers", "4")
    assert code == 0 and f"of {name}" in out


def choices(capsys, command, option):
    """What the help lists, in words."""
    text = " ".join(run(capsys, command, "--help")[1].split())
    return set(re.search(rf"{option} \{{([^}}]*)\}}", text)[1].split(","))


def test_every_list_of_choices_is_the_librarys_own(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")
    hidden = {name for name in nn.ACTIVATIONS if name != "softmax"}
    for command in ("train", "chain", "equations", "compile"):
        assert choices(capsys, command, "--cost") == set(LOSSES)
        assert command == "compile" or choices(capsys, command, "--activation") == hidden
    for command in ("train", "equations"):
        assert all(name in run(capsys, command, "--help")[1] for name in data.DATA_SETS)
    assert choices(capsys, "train", "--optimizer") == set(optim.OPTIMIZERS) >= {"sgd", "adam", "lion"}
    public = {name for name, f in vars(schedules).items() if callable(f) and f.__module__ == schedules.__name__}
    public = {name for name in public if name.islower() and not name.startswith("_")}
    built = {"join", "piecewise", "linear", "polynomial"}  # need more than a rate and a length
    assert choices(capsys, "train", "--schedule") == (public | {"on_plateau"}) - built


@pytest.mark.parametrize("cost", LOSSES)
@pytest.mark.parametrize("spelling", ["--cost", "--loss"])
def test_a_cost_has_one_name_in_every_command(capsys, tmp_path, cost, spelling):
    nn.MLP(2, [2, 1], "tanh", "sigmoid").save(tmp_path / "one.json")
    nn.MLP(2, [2, 3]).save(tmp_path / "three.json")
    several = cost in ("cross_entropy", "kl_divergence")
    model = tmp_path / ("three.json" if several else "one.json")
    chain = ["chain", "--weights", "1", "--biases", "0", "-x", "1", "-y", "1", "--activation", "sigmoid"]
    for argv in (["train", "xor", "--epochs", "1"], ["equations", "xor"], chain, ["compile", model]):
        code, _, err = run(capsys, *argv, spelling, cost)
        assert code == 0 or (several and argv is chain and "use bce_with_logits" in err)


def test_a_folder_of_idx_files(capsys, tmp_path):
    write_mnist(tmp_path)
    code, out, _ = run(capsys, "train", tmp_path, "--layers", "2", "--epochs", "8", "--batch-size", "5")
    assert code == 0 and "784-2-2" in out and "100.00%" in out


def test_a_folder_without_idx_files(capsys, tmp_path):
    code, _, err = run(capsys, "train", tmp_path)
    assert code == 1 and "train-images-idx3-ubyte" in err


def test_a_saved_json_says_how_the_network_is_built(capsys, tmp_path):
    path = tmp_path / "xor.json"
    run(capsys, "train", "xor", "--epochs", "1", "--save", path)
    model = nn.load(path)
    assert repr(model) == "MLP(2-4-1; tanh, linear)"
    assert model.state_dict() == json.loads(path.read_text())["state"]


@pytest.mark.parametrize(
    "command", ["train", "gradient", "explain", "chain", "equations", "draw", "step", "compile", "exercises"]
)
def test_every_command_has_help(capsys, command):
    code, out, _ = run(capsys, command, "--help")
    assert code == 0 and f"microbp {command}" in out


def test_an_expression_and_a_number_may_start_with_a_minus(capsys):
    code, out, _ = run(capsys, "gradient", "-x**2 - 1", "x=3")
    assert code == 0 and out.splitlines()[-1].split() == ["x", "3", "-6"]
    for name in "xyo":  # -x, -y and -o are options of other commands
        code, out, _ = run(capsys, "gradient", f"-{name}", f"{name}=2")
        assert code == 0 and [line.split() for line in out.splitlines()[2:]] == [[f"-{name}", "-2"], [name, "2", "-1"]]
    assert run(capsys, "gradient", "--", "-h", "h=2")[0] == 0
    assert run(capsys, "chain", "--weights", "-1e-1", "--biases", "-.5", "-x", "-1", "-y", "-1e3")[0] == 0


@pytest.mark.parametrize(
    "missing, options", [("safetensors", ["--save", "x.safetensors"]), ("matplotlib", ["--plots", "p"])]
)
def test_a_missing_extra_is_found_out_before_the_training(capsys, monkeypatch, tmp_path, missing, options):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, missing, None)
    code, out, err = run(capsys, "train", "xor", *options)
    assert code == 1 and f"{missing} is not installed" in err and "parameters" not in out


def test_compiling_a_file_that_is_not_there_names_the_cure(capsys, tmp_path):
    code, _, err = run(capsys, "compile", tmp_path / "none.json")
    assert code == 2 and f"there is no file {tmp_path / 'none.json'}: microbp train" in err


def test_plots(capsys, tmp_path):
    code, _, _ = run(capsys, "train", "moons", "--epochs", "1", "--plots", tmp_path / "new")
    assert code == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "training.svg", "gradients.svg", "network.svg", "boundary.svg",
    }  # fmt: skip


def test_chain_svg(capsys, tmp_path):
    code, _, _ = run(
        capsys, "chain", "--weights", "1", "2", "--biases", "0", "0", "-x", "1", "-y", "0", "--svg", tmp_path / "c.svg"
    )
    assert code == 0 and "<svg" in (tmp_path / "c.svg").read_text()


@pytest.mark.parametrize("name", ["a-folder.json", "no/m.json", "m.txt"])
def test_where_the_model_goes_is_found_out_before_the_training(capsys, tmp_path, name):
    (tmp_path / "a-folder.json").mkdir()
    code, out, err = run(capsys, "train", "xor", "--save", tmp_path / name)
    assert code == 2 and name in err and "parameters" not in out


@pytest.mark.parametrize("cost", ["bce_with_logits", "cross_entropy", "squared_error"])
def test_a_model_is_compiled_with_the_cost_of_its_training(capsys, tmp_path, cost):
    path = tmp_path / "xor.json"
    assert run(capsys, "train", "xor", "--epochs", "1", "--cost", cost, "--save", path)[0] == 0
    printed = run(capsys, "compile", path)[1]
    assert printed == run(capsys, "compile", path, "--loss", cost)[1]
    assert printed != run(capsys, "compile", path, "--loss", "hinge")[1]
    path.write_text(path.read_text().replace(f'"loss": "{cost}"', '"loss": "theirs"'))
    code, _, err = run(capsys, "compile", path)
    assert code == 2 and "'theirs'" in err and "--cost" in err
