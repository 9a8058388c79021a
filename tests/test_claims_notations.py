"""The red pen on what students write: other notations, numbers that fit by accident, all samples and one."""

import pytest

from microbp.errors import ExpressionError
from microbp.inspect import claim
from microbp.inspect.claims.read import read
from microbp.inspect.claims.tree import shown

SQUARES, HALF = "the cost is Σ(a - y)²", "the cost is ½Σ(a - y)²"
ONE, SIGMOID, TANH = "there is one output neuron", "the output layer is sigmoid", "the output layer is tanh"
CLASSES = "the output layer is softmax, the cost multi-class cross-entropy"
CHAIN = "every layer has one neuron"

RIGHT = [
    # code
    ("dW2 = 1./m * dZ2.dot(A1.T)", ()), ("db2 = dZ2.mean(axis=1, keepdims=True)", ()),
    ("db2 = dZ2.sum(axis=1, keepdims=True) / X.shape[1]", ()), ("dW2 = np.dot(dZ2, np.transpose(A1)) / m", ()),
    ("dZ1 = W2.T.dot(dZ2) * (1 - np.square(A1))  # tanh", ("the hidden layers are tanh",)),
    ("self.W2 -= self.lr * dW2;", ()), ("dZ1 = W2.T @ dZ2 * (Z1 > 0)", ("the hidden layers are relu",)),
    ("A1 = np.maximum(0, Z1)", ("the hidden layers are relu",)), ("dZ1 = W2.T @ dZ2 * g_prime(Z1)", ()),
    ("dZ1 = (W2.T @ dZ2) * dtanh(Z1)", ("the hidden layers are tanh",)), ("dZ1 = W2.T @ delta2 * sigma'(Z1)", ()),
    # a layer and a sample, layers below the letters
    (r"db^{[l]} = \frac1m \sum_{i=1}^m dz^{[l](i)}", ()), (r"\hat y^{(i)} = a^{[2](i)}", ()),
    (r"\delta_1 = (W_2^T \delta_2) \odot \sigma'(z_1)", ()), (r"dW_1 = \frac1m dZ_1 X^T", ()),
    (r"dW^{[2]} = dz^{[2]} a^{[1]^T}", ()), (r"z_l = W_l a_{l-1} + b_l", ()),
    # Nielsen's arrows, the steps of the notes
    (r"w^l \rightarrow w^l - \eta \delta^l (a^{l-1})^T", ()), (r"\Delta w_{jk}^l = -\eta a_k^{l-1} \delta_j^l", ()),
    (r"C = \frac{1}{2n} \sum_x \|y(x) - a^L(x)\|^2", (HALF,)), (r"C = \|y - a\|^2", (SQUARES,)),
    # d for ∂, the number e, squares
    (r"\frac{d C}{d w} = \frac{dz}{dw}\frac{da}{dz}\frac{dC}{da}", (CHAIN,)), ("da/dz = a(1 - a)", (CHAIN, SIGMOID)),
    (r"\sigma(z) = 1/(1+e^{-z})", (SIGMOID,)), (r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}", (CLASSES,)),
    (r"g'(z) = 1 - a^2", (TANH,)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "given"), RIGHT, ids=lambda t: t if isinstance(t, str) else "")
def test_a_right_formula_holds_however_it_is_written(text, given):
    verdict = claim(text, given)
    assert verdict.holds, verdict
    assert shown(read(shown(verdict.formula))) == shown(verdict.formula)


ONE_SAMPLE_ONLY = [
    (r"J = \sum_i (a^{(i)} - y^{(i)})^2", (ONE, SQUARES)), (r"db = \sum_i dz^{(i)}", ()),
    (r"dW = \sum_i dz^{(i)} x^{(i)T}", ()), (r"\frac{\partial J}{\partial W^{[l]}} = m dW^{[l]}", ()),
    (r"J = -\sum_i \sum_j y_j^{(i)} \log a_j^{(i)}", (CLASSES,)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "given"), ONE_SAMPLE_ONLY, ids=lambda t: t if isinstance(t, str) else "")
def test_a_sum_over_samples_is_no_mean(text, given):
    assert claim(text, given).conditions == ("m = 1",)


@pytest.mark.parametrize(
    "text",
    ["W := W - 0.5 dW", "W := W - dW/2", r"s = \beta_2 s + \epsilon g^2", r"v_{dW} = \beta_1 v_{dW} + (1 - 0.75) dW"],
)
def test_no_number_of_ours_stands_for_a_letter(text):
    assert claim(text).word == "wrong"


def test_conditions_are_not_made_of_the_few_shapes_that_were_tried():
    two_inputs = claim("z^{[1]}_1 = w_{11}^{[1]} x_1 + w_{12}^{[1]} x_2 + b_1^{[1]}")
    assert two_inputs.conditions == ("there are two inputs",)
    assert claim(r"v_t = 0.9 v_{t-1} + 0.1 \theta_t").conditions == (
        "it is an exponentially weighted average with β = 0.9",
    )
    assert TANH in claim(r"\tanh'(z) = 1 - a^2").conditions[0] or claim(r"\tanh'(z) = 1 - a^2", TANH).holds


def test_a_sum_that_ends_too_early_is_closed():
    loss = r"J = -\frac{1}{m} \sum_i y^{(i)} \log \hat y^{(i)} + (1 - y^{(i)}) \log(1 - \hat y^{(i)})"
    verdict = claim(loss, (ONE, "the output layer is sigmoid, the cost binary cross-entropy"))
    assert "Σ_i (y^{(i)} log(ŷ^{(i)}) + (1 - y^{(i)}) log(1 - ŷ^{(i)}))" in verdict.suggestion


@pytest.mark.parametrize(
    "text",
    [
        "np.sum(A2, axis=x) = 1",
        "np.sum(A2, axis=7) = 1",
        "A2.t() = 1",
        r"\delta = a_{in} \delta_{out}",
        "A1 = max(Z1, 2)",
    ],
)
def test_what_cannot_be_read_is_refused_and_not_guessed(text):
    with pytest.raises(ExpressionError):
        claim(text)


def test_conditions_are_not_made_of_targets_or_dead_neurons_by_accident():
    bce = (ONE, "the output layer is sigmoid, the cost binary cross-entropy")
    assert claim(r"L(a, y) = -(y \log a - (1-y) \log(1-a))", bce).word == "wrong"
    without_2 = r"\frac{\partial C}{\partial w^{(1)}} = x \sigma'(z^{(1)}) w^{(2)} \sigma'(z^{(2)}) (a^{(2)} - y)"
    assert claim(without_2, (CHAIN, SQUARES)).word == "wrong"


def test_the_samples_of_a_loss_are_those_of_its_arguments():
    assert claim(r"J = \frac{1}{m} \sum_{i=1}^{m} L(\hat y^{(i)}, y^{(i)})").holds
    assert claim(r"J = \frac{1}{m^2} \sum_{i=1}^{m} L(\hat y^{(i)}, y^{(i)})").conditions == ("m = 1",)
