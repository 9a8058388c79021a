"""Local derivatives: for every function its value and its slope."""

import math


def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0.0 else math.exp(x) / (1.0 + math.exp(x))


def sigmoid_slope(x):
    a = sigmoid(x)
    return a * (1.0 - a)


def tanh_slope(x):
    return 1.0 - math.tanh(x) ** 2


def relu(x):
    return x if x > 0.0 else 0.0


def relu_slope(x):
    return 1.0 if x > 0.0 else 0.0


def softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def softplus_slope(x):
    return sigmoid(x)


def quotient_slopes(x, y):
    return 1.0 / y, -x / (y * y)


def power_slope(x, n):
    return n * x ** (n - 1)


def log_slope(x):
    return 1.0 / x


def gelu(x):
    return 0.5 * x * (1.0 + math.erf(x / math.sqrt(2.0)))


def gelu_slope(x):
    density = math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0))) + x * density


def silu(x):
    return x * sigmoid(x)


def silu_slope(x):
    a = sigmoid(x)
    return a + x * a * (1.0 - a)
