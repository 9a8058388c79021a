"""What a notebook shows: Value, networks, programs and histories show themselves, as HTML that is well formed."""

import xml.etree.ElementTree as ET

import pytest

from microbp import Value, compile, data, fit, losses, nn, optim

MODEL = nn.MLP(2, [3, 1], seed=1)
ADAM = optim.Adam(MODEL.parameters())


def cells(shown):
    """The texts of a table, row by row."""
    root = ET.fromstring(f"<div>{shown._repr_html_()}</div>")
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]


def test_a_value_shows_number_grad_and_origin():
    x = Value(2.0, "a<b")
    y = x * 3.0
    y.backward()
    assert cells(x) == [["label", "data", "grad", "made by"], ["a<b", "2", "3", "a leaf"]]
    assert cells(y)[1] == ["", "6", "1", "mul of 2"]


@pytest.mark.parametrize(
    "model", [MODEL, nn.Sequential(nn.Linear(2, 3), "tanh", nn.Linear(3, 1)), nn.Chain([1.0], [0.5])]
)
def test_a_network_shows_its_tensors(model):
    rows = cells(model)
    assert [row[0] for row in rows] == [repr(model), *model.state_dict(), "together"]
    assert sum(int(row[2]) for row in rows[1:-1]) == int(rows[-1][2]) == len(model.parameters())


@pytest.mark.parametrize("epochs", [1, 3, 40])
def test_a_history_shows_epochs_from_the_first_to_the_last(epochs):
    history = fit(MODEL, losses.bce_with_logits, data.moons(10), ADAM, epochs, 10, progress=False)
    rows = cells(history)
    assert rows[0] == ["epoch", "loss", "accuracy", "rate"]
    shown = [int(row[0]) for row in rows[1:]]
    assert len(shown) == min(epochs, 10) and shown[0] == 1 and shown[-1] == epochs
    assert all(row[1] == f"{history.loss[int(row[0]) - 1]:.4g}" for row in rows[1:])


def test_a_program_shows_its_code():
    program = compile(lambda x, y: losses.mse(MODEL(x), y), [0.0, 0.0], 0.0, wrt=MODEL.parameters())
    assert ET.fromstring(program._repr_html_()).text == program.source
