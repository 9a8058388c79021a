"""The chain with one neuron per layer, against the text's formulas typed out here with math alone."""

import json
import math

import pytest

from microbp import inspect, losses, nn
from microbp.errors import InputError, InputTypeError, ShapeError

EXACT = 1e-14  # relative: the same dozen operations, in another order


def sigma(z):
    return 1.0 / (1.0 + math.exp(-z))


def sigma_prime(z):
    return math.exp(-z) / (1.0 + math.exp(-z)) ** 2


def by_hand(x, y, w=(0.6, 1.2, -0.8), b=(0.9, 0.0, 0.3)):
    """3Blue1Brown's formulas for three layers, from the cost back to the first weight."""
    (w1, w2, w3), (b1, b2, b3) = w, b
    z1 = w1 * x + b1
    a1 = sigma(z1)
    z2 = w2 * a1 + b2
    a2 = sigma(z2)
    z3 = w3 * a2 + b3
    a3 = sigma(z3)
    dC_da3 = 2 * (a3 - y)
    dC_da2 = w3 * sigma_prime(z3) * dC_da3
    dC_da1 = w2 * sigma_prime(z2) * dC_da2
    return {
        "w^{(3)}": a2 * sigma_prime(z3) * dC_da3,
        "w^{(2)}": a1 * sigma_prime(z2) * dC_da2,
        "w^{(1)}": x * sigma_prime(z1) * dC_da1,
        "b^{(3)}": sigma_prime(z3) * dC_da3,
        "b^{(2)}": sigma_prime(z2) * dC_da2,
        "b^{(1)}": sigma_prime(z1) * dC_da1,
        "a^{(3)}": dC_da3,
        "a^{(2)}": dC_da2,
        "a^{(1)}": dC_da1,
    }


def text_example():
    return inspect.chain(nn.Chain([0.6, 1.2, -0.8], [0.9, 0.0, 0.3]), 1.0, 0.0)


def test_the_note_on_the_layers_has_short_lines():
    assert max(map(len, text_example().layers.note.splitlines())) <= 90


def test_every_line_of_the_worked_example_has_the_number_of_the_text():
    expected = by_hand(1.0, 0.0)
    lines = list(text_example())
    assert [line.label for line in lines] == list(expected)
    for line in lines:
        assert line.value == pytest.approx(expected[line.label], rel=EXACT)
        assert math.prod(f.value for f in line.factors) == pytest.approx(line.value, rel=EXACT)


def test_the_worked_example_comes_out_in_the_notation_of_the_text():
    derivations = text_example()
    assert str(derivations["w^{(3)}"]).splitlines()[:2] == [
        "∂C₀/∂w⁽³⁾ = ∂z⁽³⁾/∂w⁽³⁾ · ∂a⁽³⁾/∂z⁽³⁾ · ∂C₀/∂a⁽³⁾",
        "          = a⁽²⁾ · σ'(z⁽³⁾) · 2 · (a⁽³⁾ - y)",
    ]
    assert str(derivations["b^{(3)}"]).splitlines()[1] == "          = 1 · σ'(z⁽³⁾) · 2 · (a⁽³⁾ - y)"
    assert str(derivations["w^{(1)}"]).splitlines()[1] == (
        "          = x · σ'(z⁽¹⁾) · w⁽²⁾ · σ'(z⁽²⁾) · w⁽³⁾ · σ'(z⁽³⁾) · 2 · (a⁽³⁾ - y)"
    )
    assert str(derivations["a^{(3)}"]).splitlines()[0] == "∂C₀/∂a⁽³⁾ = 2 · (a⁽³⁾ - y)"
    latex = derivations["w^{(3)}"].latex
    assert r"\frac{\partial z^{(3)}}{\partial w^{(3)}} \, \frac{\partial a^{(3)}}{\partial z^{(3)}}" in latex
    assert r"a^{(2)} \cdot \sigma'\left(z^{(3)}\right) \cdot 2 \, \left(a^{(3)} - y\right)" in latex
    assert "σ'(z⁽³⁾) = a⁽³⁾ · (1 - a⁽³⁾)" in str(derivations)


@pytest.mark.parametrize("loss", ["half_squared_error", losses.mse, "binary_cross_entropy", "bce_with_logits"])
@pytest.mark.parametrize(
    "activation", [["tanh", "sigmoid"], ["relu", "leaky_relu", "silu", "sigmoid"], ["linear", "linear", "sigmoid"]]
)
def test_any_depth_activation_and_cost_agrees_with_the_backward_pass(activation, loss):
    n = len(activation)
    model = nn.Chain([0.5 + 0.1 * i for i in range(n)], [0.2 - 0.3 * i for i in range(n)], activation)
    derivations = inspect.chain(model, 0.7, 1.0, loss)
    cost = (loss if callable(loss) else losses.LOSSES[loss])(model(0.7), 1.0)
    cost.backward()
    for p in model.parameters():
        assert derivations[p.label].value == pytest.approx(p.grad, rel=1e-12)
    assert str(derivations).count("∂C₀/∂w") == n


def test_the_derivative_over_samples_is_the_mean_of_theirs():
    xs, ys = [1.0, -0.5, 2.0], [0.0, 1.0, 0.3]
    derivations = inspect.chain(nn.Chain([0.6, 1.2, -0.8], [0.9, 0.0, 0.3]), xs, ys)
    each = [by_hand(x, y) for x, y in zip(xs, ys)]
    for label in ("w^{(1)}", "b^{(2)}"):
        assert derivations.mean(label) == pytest.approx(sum(e[label] for e in each) / 3, rel=1e-12)
    assert "sample 3" in str(derivations)
    assert len(derivations.table.rows) == 7  # the cost, three weights, three biases


def test_each_layer_contributes_w_times_sigma_prime():
    chain = inspect.chain(nn.Chain([1.0] * 8, [0.0] * 8), 0.5, 1.0)
    for _, w, z, slope, factor, _ in chain.layers.rows:
        assert slope == pytest.approx(sigma_prime(z), rel=EXACT)
        assert factor == pytest.approx(w * sigma_prime(z), rel=EXACT)
    biases = [chain[f"b^{{({l})}}"].value for l in range(8, 0, -1)]
    assert [row[5] for row in chain.layers.rows] == pytest.approx(biases)
    assert "vanishes" in str(chain) and "times |∂C₀/∂b⁽⁸⁾|" in str(chain)
    assert "explodes" in str(inspect.chain(nn.Chain([100.0] * 3, [-50.0] * 3), 0.5, 1.0))  # Nielsen's recipe


def test_every_form_tells_the_same():
    chain = text_example()
    told = json.loads(json.dumps(chain.as_dict()))
    assert told["mean"]["w^{(1)}"] == chain["w^{(1)}"].value
    assert chain._repr_markdown_().count(r"\begin{aligned}") == chain.latex.count(r"\begin{aligned}") == 9
    assert chain["w^{(1)}"]._repr_latex_().startswith("$$")


def test_misuse_is_named():
    with pytest.raises(InputTypeError, match=r"takes an nn\.Chain"):
        inspect.chain(nn.MLP(1, [1]), 1.0, 0.0)
    with pytest.raises(ShapeError, match="2 inputs need 2 targets"):
        inspect.chain(nn.Chain([1.0], [0.0]), [1.0, 2.0], [0.0])
    with pytest.raises(InputError, match="nothing is labelled 'w'"):
        text_example()["w"]
