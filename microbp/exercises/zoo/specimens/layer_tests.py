"""What the layers must do: the text's numbers, gradients by central differences, and a cost that falls."""

import math

W = [[[0.5, -0.3], [0.8, 0.2], [-0.6, 0.9]], [[0.7, -0.4, 0.1], [0.2, 0.6, -0.5]]]
B = [[0.1, -0.2, 0.3], [0.05, -0.15]]
X = [[1.0, 0.5], [-0.7, 0.2], [0.3, -1.1]]
Y = [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]


def copied(nested):
    return [copied(part) for part in nested] if isinstance(nested, list) else nested


def test_forward(forward):
    activations = forward(W, B, X[0])
    first = 1.0 / (1.0 + math.exp(-(0.5 * 1.0 - 0.3 * 0.5 + 0.1)))
    assert activations[0] == X[0] and abs(activations[1][0] - first) < 1e-12
    assert [len(layer) for layer in activations] == [2, 3, 2]


def test_the_cost_is_a_mean(cost):
    assert abs(cost(W, B, X, Y) - sum(cost(W, B, [x], [y]) for x, y in zip(X, Y)) / 3) < 1e-12
    assert abs(cost([[[0.0]]], [[0.0]], [[1.0]], [[1.0]]) - 0.125) < 1e-12


def test_the_gradients_of_the_weights(cost, backward):
    dW, _ = backward(W, B, X, Y)
    for l in range(2):
        for j in range(len(W[l])):
            for k in range(len(W[l][j])):
                up, down = copied(W), copied(W)
                up[l][j][k] += 1e-5
                down[l][j][k] -= 1e-5
                slope = (cost(up, B, X, Y) - cost(down, B, X, Y)) / 2e-5
                assert abs(dW[l][j][k] - slope) < 1e-8, f"dW[{l}][{j}][{k}] is {dW[l][j][k]}, differences say {slope}"


def test_the_gradients_of_the_biases(cost, backward):
    _, db = backward(W, B, X, Y)
    for l in range(2):
        for j in range(len(B[l])):
            up, down = copied(B), copied(B)
            up[l][j] += 1e-5
            down[l][j] -= 1e-5
            slope = (cost(W, up, X, Y) - cost(W, down, X, Y)) / 2e-5
            assert abs(db[l][j] - slope) < 1e-8, f"db[{l}][{j}] is {db[l][j]}, differences say {slope}"


def test_a_step_subtracts_the_rate_times_the_gradient(step):
    w, b = copied(W), copied(B)
    step(w, b, W, B, 0.5)
    assert abs(w[1][1][2] - 0.5 * W[1][1][2]) < 1e-12 and abs(b[0][1] - 0.5 * B[0][1]) < 1e-12


def test_the_cost_falls(cost, backward, step):
    w, b = copied(W), copied(B)
    before = cost(w, b, X, Y)
    for _ in range(20):
        step(w, b, *backward(w, b, X, Y), 0.5)
    assert cost(w, b, X, Y) < before
