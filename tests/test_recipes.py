"""One of each kind, added as CONTRIBUTING says: it appears wherever its kind is listed."""

import re
from pathlib import Path

import pytest
from test_cli import run

from microbp import Op, data, losses, nn, optim
from microbp.data.sets import DataSet
from microbp.losses.kinds import reads
from microbp.table.op import TABLE

ROOT = Path(__file__).parent.parent


@pytest.fixture
def added():
    """A row, a cost, an optimiser, an initialiser and a data set, which go when the test ends."""
    row = Op("bent_here", lambda x: x / (1.0 + x * x), (lambda z, x: (1.0 - x * x) / ((1.0 + x * x) * (1.0 + x * x)),),
             "{0} / (1.0 + {0} * {0})", "b({0})", level=1)  # fmt: skip

    @reads("logits")
    def doubled_here(prediction, target):
        return 2.0 * losses.bce_with_logits(prediction, target)

    class HereDescent(optim.Optimizer):
        def __init__(self, params, lr=0.1):
            super().__init__(params, lr)

        def update(self, p, g, state, lr, t):
            return p - lr * g, state

    points = lambda seed: ([[float(k % 2), float(k)] for k in range(8)], [k % 2 for k in range(8)])
    places = [
        (nn.ACTIVATIONS, "bent_here", nn.activations.activation_named(row.name)),
        (optim.OPTIMIZERS, "heredescent", HereDescent),
        (nn.INITIALISERS, "tenth_here", lambda rng, fan_in, fan_out: 0.1),
        (data.DATA_SETS, "parity_here", DataSet(points, None, "all there are")),
    ]
    for place, name, thing in places:
        place[name] = thing
    yield row
    for place, name, _ in [*places, (losses.LOSSES, "doubled_here", None), (TABLE, "bent_here", None)]:
        del place[name]


def test_one_of_each_kind_trains_a_network_from_the_command_line(added, capsys, tmp_path):
    options = ["--cost", "doubled_here", "--optimizer", "heredescent", "--layers", 3, "--epochs", 3]
    path = tmp_path / "model.json"
    code, _, err = run(capsys, "train", "parity_here", *options, "--save", path)
    assert code == 0, err
    assert nn.load(path).trained_with == "doubled_here"
    assert run(capsys, "predict", path, "parity_here")[0] == 0


def test_they_are_listed_by_help_and_by_messages(added, capsys):
    shown = run(capsys, "train", "--help")[1]
    for name in ("doubled_here", "heredescent", "parity_here"):
        assert name in re.sub(r"\s+", "", shown)
    with pytest.raises(Exception, match="bent_here"):
        nn.Neuron(1, "no such")
    with pytest.raises(Exception, match="tenth_here"):
        nn.Neuron(1, init="no such")
    assert [w.data for w in nn.Neuron(2, "bent_here", init="tenth_here").w] == [0.1, 0.1]
    assert "dz/dx = (1.0 - x * x)" in added.__doc__ or "dz/dx" in added.__doc__


def test_every_recipe_names_what_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    recipes = text[text.index("## Recipes") :]
    for path in re.findall(r"`((?:microbp|tests)/[\w/.]+)`", recipes):
        assert (ROOT / path).exists(), path
    for module, name in re.findall(r"`(nn|losses|optim|data)\.([A-Z_]+)`", recipes):
        assert hasattr(__import__("microbp." + module, fromlist=[name]), name)
