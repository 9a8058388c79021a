"""Softmax and cross-entropy for one sample, and the gradient that makes them a pair."""

import math


def softmax(z):
    top = max(z)
    powers = [math.exp(value - top) for value in z]
    total = sum(powers)
    return [power / total for power in powers]


def log_softmax(z):
    top = max(z)
    total = math.log(sum(math.exp(value - top) for value in z))
    return [value - top - total for value in z]


def cross_entropy(z, right):
    """Minus the log of the probability of the right class, from the logits z."""
    return -log_softmax(z)[right]


def cross_entropy_gradient(z, right):
    """dC/dz = a - y, with y one-hot."""
    gradient = softmax(z)
    gradient[right] -= 1.0
    return gradient


def smoothed_cross_entropy(z, right, smoothing):
    """The target is 1 - smoothing for the right class, and the rest is shared by all."""
    logs = log_softmax(z)
    even = -sum(logs) / len(logs)
    return (1.0 - smoothing) * -logs[right] + smoothing * even


def predicted(z):
    """The class with the largest logit."""
    return max(range(len(z)), key=lambda j: z[j])


def binary_cross_entropy(z, y):
    """From the logit z of the class y = 1: max(z, 0) - y z + log(1 + exp(-|z|))."""
    return max(z, 0.0) - y * z + math.log1p(math.exp(-abs(z)))


def binary_cross_entropy_gradient(z, y):
    a = 1.0 / (1.0 + math.exp(-z)) if z >= 0.0 else math.exp(z) / (1.0 + math.exp(z))
    return a - y
