r"""The formulas of the source texts, right and wrong, each with the verdict that it earns.

[1] 3Blue1Brown's chapters on backpropagation, [2] notes on them and on optimisers, [3] [5] Ng's course, [4] Nielsen's
chapter 2. A formula that needs a cost or an activation says so in `given`.
"""

from __future__ import annotations

from typing import NamedTuple

SIGMOID_BCE = "the output layer is sigmoid, the cost binary cross-entropy"
ONE = "there is one output neuron"
CHAIN = "every layer has one neuron"
SQUARES, HALF = "the cost is Σ(a - y)²", "the cost is ½Σ(a - y)²"
CLASSES = "the cost is multi-class cross-entropy"


class Stated(NamedTuple):
    """A formula as a text states it.

    Attributes:
        text: the formula.
        verdict: holds, holds only if, wrong.
        source: the text, by its number.
        given: what the text takes for granted.
    """

    text: str
    verdict: str
    source: str
    given: tuple[str, ...] = ()


HOLDS, ONLY_IF, WRONG = "holds", "holds only if", "wrong"

# fmt: off
# ruff: noqa: E501  # a formula is one line
FORMULAS = (
    # the chain with one neuron per layer
    Stated(r"z^{(L)} = w^{(L)} a^{(L-1)} + b^{(L)}", HOLDS, "[1]"),
    Stated(r"a^{(L)} = \sigma(z^{(L)})", HOLDS, "[1]", ("the output layer is sigmoid",)),
    Stated(r"C_0 = (a^{(L)} - y)^2", HOLDS, "[1]", (ONE, SQUARES)),
    Stated(r"\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} \frac{\partial a^{(L)}}{\partial z^{(L)}} \frac{\partial C_0}{\partial a^{(L)}}", HOLDS, "[1]", (CHAIN,)),
    Stated(r"\frac{\partial C_0}{\partial w^{(L)}} = a^{(L-1)} \sigma'(z^{(L)}) 2(a^{(L)} - y)", HOLDS, "[1]", (CHAIN, SQUARES)),
    Stated(r"\frac{\partial C_0}{\partial b^{(L)}} = \sigma'(z^{(L)}) 2(a^{(L)} - y)", HOLDS, "[1]", (CHAIN, SQUARES)),
    Stated(r"\frac{\partial C_0}{\partial a^{(L-1)}} = w^{(L)} \sigma'(z^{(L)}) 2(a^{(L)} - y)", HOLDS, "[1]", (CHAIN, SQUARES)),
    Stated(r"\frac{\partial z^{(L)}}{\partial w^{(L)}} = a^{(L-1)}", HOLDS, "[1]", (CHAIN,)),
    Stated(r"\frac{\partial a^{(L)}}{\partial z^{(L)}} = \sigma'(z^{(L)})", HOLDS, "[1]", (CHAIN,)),
    Stated(r"\frac{\partial C_0}{\partial a^{(L)}} = 2(a^{(L)} - y)", HOLDS, "[1]", (SQUARES,)),
    Stated(r"\frac{\partial C_0}{\partial w_{jk}^{(L)}} = a_k^{(L-1)} \sigma'(z_j^{(L)}) 2(a_j^{(L)} - y_j)", HOLDS, "[1]", (SQUARES,)),
    # the four factors
    Stated(r"E = \frac12 \sum_j e_j^2", HOLDS, "[2]", (HALF,)),
    Stated(r"\frac{\partial E}{\partial w_{jk}^L} = \frac{\partial E}{\partial e_j} \frac{\partial e_j}{\partial v_j^L} \frac{\partial v_j^L}{\partial u_j^L} \frac{\partial u_j^L}{\partial w_{jk}^L}", HOLDS, "[2]"),
    Stated(r"\frac{\partial E}{\partial w_{jk}^L} = -e_j \sigma'(u_j^L) v_k^{L-1}", HOLDS, "[2]", (HALF,)),
    Stated(r"\frac{\partial E}{\partial w_{jk}^L} = e_j \sigma'(u_j^L) v_k^{L-1}", WRONG, "[2], without the factor -1", (HALF,)),
    # the four equations, by component and in matrix form
    Stated(r"a_j^l = \sigma(\sum_k w_{jk}^l a_k^{l-1} + b_j^l)", HOLDS, "[4]"),
    Stated(r"\alpha_j^l = \sum_k w_{jk}^l \alpha_k^{l-1} + b_j^l", ONLY_IF, "[4], without σ"),
    Stated(r"\delta_j^L = \frac{\partial C}{\partial a_j^L} \sigma'(z_j^L)", HOLDS, "[4] BP1"),
    Stated(r"\delta^L = \nabla_a C \odot \sigma'(z^L)", HOLDS, "[4] BP1"),
    Stated(r"\delta^L = (a^L - y) \odot \sigma'(z^L)", HOLDS, "[4] BP1", (HALF,)),
    Stated(r"\delta^L = (\nabla_a C)^T \sigma'(z^L)", ONLY_IF, "an inner product for the Hadamard product"),
    Stated(r"\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)", HOLDS, "[4] BP2"),
    Stated(r"\delta_j^l = \sum_k w_{jk}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)", ONLY_IF, "BP2 with w_jk for w_kj"),
    Stated(r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)", HOLDS, "[4] BP2"),
    Stated(r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)", ONLY_IF, "BP2 without the transpose"),
    Stated(r"\frac{\partial C}{\partial u_j^l} = \sum_k w_{kj}^{l+1} \frac{\partial C}{\partial u_k^{l+1}} \sigma'(u_j^l)", HOLDS, "[2] BP2"),
    Stated(r"\frac{\partial C}{\partial u_j^l} = \sum_k w_{kj}^{l+1} \frac{\partial C}{\partial u_j^{l+1}} \sigma'(u_j^l)", ONLY_IF, "[2], u_j for u_k"),
    Stated(r"\frac{\partial C}{\partial b_j^l} = \delta_j^l", HOLDS, "[4] BP3"),
    Stated(r"\frac{\partial C}{\partial b^l} = \delta^l", HOLDS, "[4] BP3"),
    Stated(r"\frac{\partial C}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l", HOLDS, "[4] BP4"),
    Stated(r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T", HOLDS, "[4] BP4"),
    Stated(r"\frac{\partial C}{\partial w_{jk}^{l+1}} = a_k^{l-1} \delta_j^l", WRONG, "BP4 with l + 1 on the left"),
    Stated(r"\frac{\partial C}{\partial w^l} = v^{l-1} \delta^l", ONLY_IF, "BP4 in the other order"),
    # m samples
    Stated(r"Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}", HOLDS, "[5]"),
    Stated(r"A^{[l]} = g^{[l]}(Z^{[l]})", HOLDS, "[5]"),
    Stated(r"dZ^{[L]} = A^{[L]} - Y", HOLDS, "[5]", (SIGMOID_BCE,)),
    Stated(r"dZ^{[l]} = W^{[l+1]T} dZ^{[l+1]} \odot g'(Z^{[l]})", HOLDS, "[5]"),
    Stated(r"dW^{[l]} = \tfrac1m dZ^{[l]} A^{[l-1]T}", HOLDS, "[5]"),
    Stated(r"dW^{[l]} = dZ^{[l]} A^{[l-1]T}", ONLY_IF, "[5] without 1/m"),
    Stated(r"db^{[l]} = \tfrac1m \sum_{columns} dZ^{[l]}", HOLDS, "[5]"),
    Stated("db1 = np.sum(dZ1, axis=1, keepdims=True) / m", HOLDS, "[5]"),
    Stated("db1 = np.sum(dZ1, axis=1) / m", WRONG, "[5] without keepdims: (4,) for (4, 1)"),
    Stated("dZ1 = np.dot(W2.T, dZ2) * (1 - A1**2)", HOLDS, "[5]", ("the hidden layers are tanh",)),
    Stated(r"W := W - \alpha dW", HOLDS, "[5]"),
    Stated("b1 -= lr * db1", HOLDS, "[5]"),
    Stated(r"J = \frac1m \sum_i L^{(i)}", HOLDS, "[3]"),
    # one sample
    Stated(r"da^{[2]} = -y/a^{[2]} + (1-y)/(1-a^{[2]})", HOLDS, "[5]", (SIGMOID_BCE,)),
    Stated(r"dz^{[2]} = a^{[2]} - y", HOLDS, "[5]", (SIGMOID_BCE,)),
    Stated(r"dA^{[L]} = -Y/A^{[L]} + (1-Y)/(1-A^{[L]})", HOLDS, "[5]", (SIGMOID_BCE,)),
    Stated(r"dA^{[L]} = -Y/A^{[L]} - (1-Y)/(1-A^{[L]})", WRONG, "both terms negative", (SIGMOID_BCE,)),
    Stated("dA = -np.sum(Y/A + (1-Y)/(1-A))", WRONG, "a sum over samples, and a sign", (SIGMOID_BCE,)),
    Stated(r"dA^{[l-1]} = W^{[l]T} (dA^{[l]} \odot g'(Z^{[l]}))", HOLDS, "[5]"),
    Stated(r"dA^{[l-1]} = W^{[l]T} dA^{[l]} \odot g'(Z^{[l]})", ONLY_IF, "the bracket"),
    Stated("dA1 = W2.T @ dA2 * dg(Z2)", ONLY_IF, "the bracket, in code"),
    # activations and costs
    Stated(r"\sigma'(z) = \sigma(z)(1 - \sigma(z))", HOLDS, "[1]", ("the output layer is sigmoid",)),
    Stated(r"\tanh'(z) = 1 - \tanh(z)^2", HOLDS, "[2]"),
    Stated(r"C = -(y \ln \hat y + (1-y) \ln(1-\hat y))", HOLDS, "[3]", (ONE, SIGMOID_BCE)),
    Stated(r"C = y \ln \hat y + (1-y) \ln(1-\hat y)", WRONG, "without the minus sign", (ONE, SIGMOID_BCE)),
    Stated(r"C = -(y \hat y + (1-y)(1-\hat y))", WRONG, "without the logarithm", (ONE, SIGMOID_BCE)),
    Stated(r"C = -\sum_j y_j \ln \hat y_j", HOLDS, "[3]", (CLASSES,)),
    Stated(r"C = -\sum_j y_j \hat y_j", WRONG, "without the logarithm", (CLASSES,)),
    # averages, optimisers, schedules
    Stated(r"v_t = \beta v_{t-1} + (1-\beta) \theta_t", HOLDS, "[2]"),
    Stated(r"v_{dW} = \beta v_{dW} + (1-\beta) dW", ONLY_IF, "[2] momentum"),
    Stated(r"v = \beta v + g", ONLY_IF, "PyTorch's momentum"),
    Stated(r"S_{dW} = \beta_2 S_{dW} + (1-\beta_2) dW^2", HOLDS, "[2] RMSprop, Adam"),
    Stated(r"S_{db} = \beta_2 S_{db} + (1-\beta_2) db", WRONG, "[2] without the square"),
    Stated(r"V_{dW} = \beta_1 V_{dW} + (1-\beta_1) dW", HOLDS, "[2] Adam"),
    Stated(r"V_{dW}^{corrected} = V_{dW} / (1 - \beta_1^t)", HOLDS, "[2] Adam"),
    Stated(r"w := w - \alpha g / (\sqrt{s} + \epsilon)", ONLY_IF, "[2] RMSprop"),
    Stated(r"w := w - \alpha g / \sqrt{s}", WRONG, "RMSprop without ε"),
    Stated(r"W := W - \alpha \frac{V_{dW}^{corrected}}{\sqrt{S_{dW}^{corrected}} + \epsilon}", HOLDS, "[2] Adam"),
    Stated(r"\alpha = \frac{\alpha_0}{1 + rate \cdot epoch}", ONLY_IF, "[2] decay"),
    Stated(r"\alpha = \frac{\alpha_0}{rate \cdot epoch}", WRONG, "infinite at epoch 0"),
)
# fmt: on
