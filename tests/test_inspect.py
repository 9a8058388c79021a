"""Shapes, sensitivities, nudges, the demon, counts, saturation, trouble, averages, and the commands."""

import argparse
import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import needs

from microbp import Value, inspect, losses, nn, no_grad, ops, optim
from microbp.cli import explain as commands
from microbp.errors import ExpressionError, InputError, InputTypeError, ShapeError
from microbp.inspect.demon import replay

torch = needs("torch")

SMOOTH = ["sigmoid", "tanh", "softplus", "silu"]
ROUNDING = 1e-12  # relative: means of a few products in another order


def network(seed=0, activation="sigmoid", output="sigmoid"):
    return nn.MLP(3, [4, 2], activation, output, seed=seed)


X = [[0.5, -1.0, 0.2], [0.1, 0.3, -0.7], [1.0, 1.0, 1.0]]
Y = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]


def mean_gradients(model):
    for x, y in zip(X, Y):
        losses.squared_error(model(x), y).backward()
    found = {p: p.grad / len(X) for p in model.parameters()}
    model.zero_grad()
    return found


# -- shapes ----------------------------------------------------------------------------------------------


def test_the_shapes_of_the_text():
    found = inspect.shapes(nn.MLP(3, [4, 1], "relu", "sigmoid"), X)  # n0 = 3, n1 = 4, n2 = 1, m = 3
    shapes = {name: matrix.shape for name, matrix in found.matrices.items()}
    assert shapes["W[1]"] == shapes["dW[1]"] == (4, 3)
    assert shapes["W[2]"] == shapes["dW[2]"] == (1, 4)
    assert shapes["b[1]"] == shapes["db[1]"] == (4, 1)
    assert shapes["Z[1]"] == shapes["A[1]"] == shapes["dZ[1]"] == shapes["dA[1]"] == (4, 3)
    assert shapes["A[0]"] == (3, 3)
    assert found.ok and "keepdims=True" in str(found)
    assert json.loads(json.dumps(found.as_dict()))["shapes"]["Z[2]"] == [1, 3]


def test_the_matrices_of_a_batch_are_those_of_pytorch():
    model = network()
    found = inspect.shapes(model, np.array(X), Y).matrices
    W, b = torch.tensor(found["W[1]"], requires_grad=True), torch.tensor(found["b[1]"], requires_grad=True)
    hidden = torch.sigmoid(W @ torch.tensor(X, dtype=torch.float64).T + b)
    out = torch.sigmoid(torch.tensor(found["W[2]"]) @ hidden + torch.tensor(found["b[2]"]))
    ((out - torch.tensor(Y, dtype=torch.float64).T) ** 2).sum().div(len(X)).backward()
    assert found["A[1]"] == pytest.approx(hidden.detach().numpy(), rel=ROUNDING)
    assert found["dW[1]"] == pytest.approx(W.grad.numpy(), rel=ROUNDING)
    assert found["db[1]"] == pytest.approx(b.grad.numpy(), rel=ROUNDING)


def test_shapes_needs_a_batch_and_its_targets():
    with pytest.raises(ShapeError, match="a batch is a list of samples"):
        inspect.shapes(network(), X[0])
    with pytest.raises(ShapeError, match="3 samples need 3 targets"):
        inspect.shapes(network(), X, Y[:2])


# -- sensitivity and nudges ------------------------------------------------------------------------------


def test_thirty_two_times_as_sensitive():
    w1, w2, w3 = Value(0.3, "w_1"), Value(-0.2, "w_2"), Value(5.0, "w_3")
    cost = 3.2 * w1 - 0.1 * w2 + 0.0 * w3
    found = inspect.sensitivity(cost, [w2, w3, w1])
    assert [x.label for x, _ in found.ranked] == ["w_1", "w_2", "w_3"]
    assert found.ratio(w1, w2) == pytest.approx(32.0)
    assert found.compare(w2, w1) == "The output is 32 times as sensitive to w₁ as to w₂."
    with pytest.raises(InputError, match="no ratio"):
        found.ratio(w1, w3)
    with pytest.raises(InputError, match="not among the inputs"):
        found[cost]
    with pytest.raises(InputError, match="at least one input"):
        inspect.sensitivity(cost, [])


def test_a_ratio_that_no_number_holds_is_put_in_words():
    most, least, none, nothing = (Value(1.0, label) for label in ("w_1", "w_2", "w_3", "w_4"))
    found = inspect.sensitivity(
        1e200 * most + 1e-200 * least + 0.0 * none + 0.0 * nothing, [most, least, none, nothing]
    )
    assert found.compare(most, least) == "The output is more than 1.79769e+308 times as sensitive to w₁ as to w₂."
    assert found.compare(none, most) == "The output is not sensitive to w₃ at all."
    assert found.compare(none, nothing) == "The output is not sensitive to w₃ and to w₄."


def tied():
    """Weights used twice: within a layer, and in two layers."""
    model = nn.MLP(2, [2, 2, 2], "sigmoid", seed=3)
    first, second = (layer.neurons for layer in model.layers[:2])
    first[1].w[0] = first[0].w[0]
    second[0].w[1] = first[0].w[1]
    return model


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_the_nudge_of_a_tied_weight_adds_up_over_its_uses(layer):
    model = tied()
    found = inspect.nudges(model, X[0][:2], Y[0], "squared_error", layer).parameters
    losses.squared_error(model(X[0][:2]), Y[0]).backward()
    assert found == {p: -p.grad for p in model.layers[layer - 1].parameters()}
    assert inspect.equations(model, X[0][:2], Y[0], "squared_error").ok


def test_the_parameters_of_a_model_are_ranked_by_their_gradients():
    model = network()
    cost = losses.squared_error(model(X[0]), Y[0])
    found = inspect.sensitivity(cost, model)
    cost.backward()
    sizes = [abs(p.grad) for p, _ in found.ranked]
    assert sizes == sorted(sizes, reverse=True)
    assert {p: slope for p, slope in found.ranked} == {p: p.grad for p in model.parameters()}
    assert f"… {len(sizes) - 20} less" in str(found)


@pytest.mark.parametrize("layer", [1, 2])
def test_the_mean_nudge_is_minus_the_gradient(layer):
    model = network()
    found = inspect.nudges(model, X, Y, "squared_error", layer)
    expected = mean_gradients(model)
    for p, nudge in found.parameters.items():
        assert nudge == pytest.approx(-expected[p], rel=ROUNDING)
    assert len(found.parameters) == len(model.layers[layer - 1].parameters())


def test_what_the_output_neurons_want_of_the_previous_layer_adds_up():
    model = network()
    found = inspect.nudges(model, X[0], Y[0], "squared_error")
    hidden = model.layers[0](X[0])
    out = model.layers[1](hidden)
    losses.squared_error(out, Y[0]).backward()
    assert found.summed == pytest.approx([-a.grad for a in hidden], rel=ROUNDING)
    assert found.summed == pytest.approx([sum(column) for column in zip(*found.previous)], rel=ROUNDING)
    for j, neuron in enumerate(model.layers[1].neurons):
        assert found.bias[j] == pytest.approx(-neuron.b.grad, rel=ROUNDING)
        # in proportion to the activations they multiply, and to the weights
        assert np.array(found.weights[j]) / [a.data for a in hidden] == pytest.approx([found.z[j]] * 4)
        assert np.array(found.previous[j]) / [w.data for w in neuron.w] == pytest.approx([found.z[j]] * 4)
    assert (found.z[0] > 0.0) == (Y[0][0] > out[0].data)  # it wants to come closer to its target
    assert "-1 times the derivative" in str(found)
    with pytest.raises(InputError, match="layer 3 of 2"):
        inspect.nudges(model, X[0], Y[0], "squared_error", layer=3)
    with pytest.raises(ShapeError, match="3 samples need 3 targets"):
        inspect.nudges(model, X, Y[:1], "squared_error")


# -- the demon -------------------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.integers(0, 1000), st.integers(1, 2), st.integers(1, 2), st.sampled_from(SMOOTH))
def test_halving_the_step_leaves_a_quarter_of_the_error(seed, layer, neuron, activation):
    found = inspect.demon(network(seed, activation), X[0], Y[0], "squared_error", layer, neuron, step=0.02, steps=8)
    errors = [abs(n.error) for n in found.nudges]
    for before, after in pairwise(errors[3:]):  # the first steps may still feel the third derivative
        assert after < 0.28 * before or after < found.rounding
    assert found.ok


def test_the_demon_predicts_delta_times_the_step():
    model = network()
    found = inspect.demon(model, X[0], Y[0], "squared_error", layer=1, neuron=3)
    model.layers[0].neurons[2].b.data += found.nudges[-1].step  # as good as adding to z
    after = losses.squared_error(model(X[0]), Y[0]).data
    model.layers[0].neurons[2].b.data -= found.nudges[-1].step
    before = losses.squared_error(model(X[0]), Y[0])
    before.backward()
    assert found.nudges[-1].actual == pytest.approx(after - before.data, rel=1e-9)
    assert found.slope == pytest.approx(model.layers[0].neurons[2].b.grad, rel=ROUNDING)
    assert "order 2" in str(found)
    with pytest.raises(InputError, match=r"no neuron 5 in layer 1: the layers have \[4, 2\]"):
        inspect.demon(model, X[0], Y[0], "squared_error", layer=1, neuron=5)
    with pytest.raises(InputError, match="step=0"):
        inspect.demon_at(before, before.parents[0], step=0.0)


def test_a_linear_output_has_no_error_but_rounding():
    x = Value(2.0, "x")
    assert inspect.demon_at(3.0 * x, x).ok
    assert replay(3.0 * x, {x: 5.0}) == 15.0


# -- counting --------------------------------------------------------------------------------------------


def test_reverse_mode_costs_about_two_evaluations_and_the_others_n():
    model = nn.MLP(5, [8, 8, 3], "tanh")
    found = inspect.costs(model, [0.1] * 5, [0.0] * 3, "squared_error")
    n = len(model.parameters())
    assert found.parameters == n == 147
    assert found.finite == (n + 1) * found.forward_pass
    assert 1.5 < found.reverse_mode / found.forward_pass < 2.5
    assert found.forward_mode > 50 * found.reverse_mode
    assert f"{n + 1} evaluations" in str(found)


def test_a_sum_of_products_is_counted_by_hand():
    w, x = Value(2.0), Value(3.0)
    found = inspect.counting.count(w * x + 1.0, [w, x])  # two arguments each; three edges
    assert (found.forward_pass, found.reverse_mode) == (4, 4 + 3)


# -- what goes wrong -------------------------------------------------------------------------------------


def test_saturated_and_dead_neurons_are_found():
    model = nn.MLP(1, [3, 1], "relu", "sigmoid", seed=1)
    for neuron, bias in zip(model.layers[0].neurons, (-100.0, 100.0, 0.1)):
        neuron.b.data = bias
    model.layers[1].neurons[0].b.data = 1000.0
    found = inspect.saturation(model, [[0.5], [-0.5]])
    assert [(n.layer, n.neuron) for n in found.dead] == [(1, 1), (2, 1)]
    assert found.neurons[1].mean_slope == 1.0
    assert "on every sample: a₁⁽¹⁾" in str(found)
    assert json.loads(json.dumps(found.as_dict()))["neurons"][0]["dead"] is True
    half = nn.MLP(1, [1], output="relu")
    half.layers[0].neurons[0].w[0].data = 1.0
    assert inspect.saturation(half, [[1.0], [-1.0]]).neurons[0].saturated == 0.5
    with pytest.raises(ShapeError, match="a batch"):
        inspect.saturation(model, [0.5])
    with pytest.raises(InputError, match="positive"):
        inspect.saturation(model, [[0.5]], threshold=0.0)


@pytest.mark.parametrize(
    ("build", "kind", "named", "cure"),
    [
        (lambda w: ops.relu(w - 5.0) + 1.0, "zero factor", "relu(", "leaky_relu"),
        (lambda w: -ops.log(ops.sigmoid(800.0 + w)), "zero factor", "sigmoid(", "logits"),
        (lambda w: ops.sqrt(w - 1.0), "not finite", "sqrt(", "epsilon"),
        (lambda w: ((w * 1e20) * 1e-7) * 1e-7, "vanishing", "mul(", "initialiser"),
        (lambda w: ((w * 1e-300) * 1e200) * 1e200, "overflow", "mul(1e-300", "rescale"),
    ],
)
def test_the_first_place_of_trouble_is_named(build, kind, named, cure):
    w = Value(1.0, "w")
    found = inspect.trouble(build(w), w)
    assert found.findings[0].kind == kind
    assert named in str(found) and cure in str(found)
    assert kind in found._repr_html_()
    assert json.dumps(found.as_dict())


def test_a_branch_that_is_off_is_no_trouble_while_another_carries():
    w = Value(-1.0, "w")
    assert inspect.trouble(ops.relu(w) + w, w).ok
    assert "no trouble" in str(inspect.trouble(w * 2.0, w))
    with pytest.raises(InputError, match="does not depend"):
        inspect.trouble(w * 2.0, Value(1.0, "x"))
    with pytest.raises(InputTypeError, match="leaf is a Value"):
        inspect.trouble(w * 2.0, 1.0)


def test_trouble_is_told_in_the_notation_of_the_tables():
    w = Value(-1.0 / 3.0, "w^{(1)}")
    a = ops.relu(w)
    a.label = "a^{(2)}"
    found = inspect.trouble(a * (1.0 / 3.0), w)
    for shown in (str(found), str(found.table)):
        assert "a⁽²⁾ = relu(w⁽¹⁾=-0.333333)" in shown and "0.333333 " in shown.replace(";", " ")
        assert "{" not in shown and "0.3333333" not in shown
    assert found.as_dict()["findings"][0]["adjoint"] == 1.0 / 3.0


REPORTS = {
    "equations": lambda m, x: inspect.equations(m, x, 1.0, "mse"),
    "costs": lambda m, x: inspect.costs(m, x, 1.0, "mse"),
    "nudges": lambda m, x: inspect.nudges(m, x, 1.0, "mse"),
    "demon": lambda m, x: inspect.demon(m, x, 1.0, "mse", 1, 1),
    "saturation": lambda m, x: inspect.saturation(m, [x]),
    "shapes": lambda m, x: inspect.shapes(m, [x]),
}


@pytest.mark.parametrize("name", REPORTS)
def test_what_calls_the_model_records_inside_no_grad_too(name):
    model = nn.MLP(2, [3, 1], seed=1)
    outside = REPORTS[name](model, [0.5, -1.0]).as_dict()
    with no_grad():
        inside = REPORTS[name](model, [0.5, -1.0]).as_dict()
    assert inside == outside


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("model", [nn.Module(), None], ids=["no __call__", "no module"])
def test_no_network_is_refused(name, model):
    with pytest.raises(InputTypeError, match="expected a network"):
        REPORTS[name](model, [0.5, -1.0])


def test_a_cost_without_a_graph_has_no_gradient_to_count():
    with pytest.raises(InputError, match="compute it from the outputs"):
        inspect.costs(nn.MLP(2, [1]), [0.5, -1.0], 1.0, lambda a, y: 1.0)
    with pytest.raises(InputTypeError, match="a list of Values"):
        inspect.sensitivity(Value(1.0) * 2.0, 3)


def test_the_memory_of_an_average_is_that_of_its_weights():
    table = inspect.effective_memory([0.9, 0.98], steps=[3])
    for beta, remembers, faded, divisor in table.rows:
        assert beta**faded == pytest.approx(1.0 / math.e)
        assert remembers == pytest.approx(sum(beta**i for i in range(10_000)))  # the weights, newest = 1
        constant = optim.averages.ewa([7.0] * 3, beta, corrected=False)[-1]
        assert constant / divisor == pytest.approx(7.0)
    with pytest.raises(InputError):
        inspect.effective_memory([1.0])
    with pytest.raises(InputError, match="count from 1"):
        inspect.effective_memory([0.9], steps=[0])


# -- tables and commands ---------------------------------------------------------------------------------


def test_a_table_is_aligned_and_escaped():
    table = inspect.Table(("name", "x"), [("a|b", 1.5), ("<b>", 100), ("", None)], title="T", note="N")
    lines = str(table).splitlines()
    assert lines[0] == "T" and lines[-1] == "N"
    assert lines[3].endswith("1.5") and len(lines[3]) == len(lines[4]) == len(lines[2])
    assert r"a\|b" in table._repr_markdown_()
    assert "&lt;b&gt;" in table._repr_html_() and "<b>" not in table._repr_html_()
    assert table.as_dict()["rows"][1] == {"name": "<b>", "x": 100}
    assert str(inspect.Table(("a", "b"), [])) == "a  b\n----"


def run(capsys, *argv):
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(argv)
    args.run(args)
    return capsys.readouterr().out


def test_the_commands_print_text_latex_and_json(capsys):
    explain = ["explain", "(sigmoid(w*x + b) - y)**2", "w=0.6", "x=1", "b=0.9", "y=0", "--wrt", "w"]
    w, z = 0.6, 1.5
    expected = 2 / (1 + math.exp(-z)) * math.exp(-z) / (1 + math.exp(-z)) ** 2
    assert "∂C/∂w = 1 · 1 · 0.149146" in run(capsys, *explain)
    assert "depth-first" in run(capsys, *explain, "--steps")
    assert run(capsys, *explain, "--latex").startswith(r"\begin{aligned}")
    assert json.loads(run(capsys, *explain, "--json"))["value"] == pytest.approx(expected * w / w)

    chain = ["chain", "--weights", "0.6", "1.2", "-0.8", "--biases", "0.9", "0", "0.3", "-x", "1", "-y", "0"]
    assert "∂C₀/∂w⁽³⁾ = " in run(capsys, *chain)
    assert r"\partial w^{(3)}" in run(capsys, *chain, "--latex")
    assert len(json.loads(run(capsys, *chain, "--json"))["derivations"]) == 9

    equations = ["equations", "digits", "--layers", "16", "16"]
    printed = run(capsys, *equations)
    assert "MLP(64-16-16-10" in printed and printed.count("holds") == 9
    assert r"\odot" in run(capsys, *equations, "--latex")
    assert json.loads(run(capsys, "equations", "xor", "--cost", "cross_entropy", "--json"))["ok"] is True


def test_the_commands_refuse_what_makes_no_sense(capsys):
    with pytest.raises(InputError, match="--wrt q"):
        run(capsys, "explain", "w*x", "w=1", "x=2", "--wrt", "q")
    with pytest.raises(InputError, match="name=number"):
        run(capsys, "explain", "1 + 1")
    with pytest.raises(ExpressionError):
        run(capsys, "explain", "w*q", "w=1")
    with pytest.raises(InputError, match="--sample 9999"):
        run(capsys, "equations", "digits", "--sample", "9999")
