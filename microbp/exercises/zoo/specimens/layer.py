"""A network of dense layers by hand: forward, and the four equations backward, for m samples as rows of lists."""

import math


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z))


def forward(W, b, x):
    """The activations of every layer for one sample: W[l][j][k] leads from neuron k to neuron j."""
    activations = [list(x)]
    for weights, biases in zip(W, b):
        z = [sum(w * a for w, a in zip(row, activations[-1])) + bias for row, bias in zip(weights, biases)]
        activations.append([sigmoid(value) for value in z])
    return activations


def cost(W, b, X, Y):
    """The mean over the samples of the squared errors, halved."""
    total = 0.0
    for x, y in zip(X, Y):
        outputs = forward(W, b, x)[-1]
        total += sum((a - t) ** 2 for a, t in zip(outputs, y)) / 2
    return total / len(X)


def backward(W, b, X, Y):
    """The gradients of the cost: dW and db, shaped as W and b."""
    dW = [[[0.0 for _ in row] for row in weights] for weights in W]
    db = [[0.0 for _ in biases] for biases in b]
    for x, y in zip(X, Y):
        activations = forward(W, b, x)
        delta = [(a - t) * a * (1.0 - a) for a, t in zip(activations[-1], y)]
        for l in reversed(range(len(W))):
            for j in range(len(delta)):
                db[l][j] += delta[j] / len(X)
                for k in range(len(activations[l])):
                    dW[l][j][k] += delta[j] * activations[l][k] / len(X)
            before = []
            for k in range(len(activations[l])):
                error = sum(W[l][j][k] * delta[j] for j in range(len(delta)))
                a = activations[l][k]
                before.append(error * a * (1.0 - a))
            delta = before
    return dW, db


def step(W, b, dW, db, rate):
    """One step of gradient descent, in place."""
    for l in range(len(W)):
        for j in range(len(W[l])):
            b[l][j] -= rate * db[l][j]
            for k in range(len(W[l][j])):
                W[l][j][k] -= rate * dW[l][j][k]
