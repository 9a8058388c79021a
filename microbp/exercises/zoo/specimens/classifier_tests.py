"""What the classifier must do: probabilities, gradients by central differences, and large logits."""

import math

Z = [0.5, -1.2, 2.0]


def test_probabilities_add_up(softmax):
    a = softmax(Z)
    assert abs(sum(a) - 1.0) < 1e-12, f"the probabilities add up to {sum(a)}"
    assert abs(a[0] / a[1] - math.exp(1.7)) < 1e-9


def test_large_logits_do_not_overflow(softmax, log_softmax):
    assert softmax([1000.0, 0.0]) == [1.0, 0.0] and log_softmax([1000.0, 0.0]) == [0.0, -1000.0]


def test_log_softmax_is_the_log_of_softmax(softmax, log_softmax):
    for log, a in zip(log_softmax(Z), softmax(Z)):
        assert abs(log - math.log(a)) < 1e-12, f"log_softmax says {log}, the log of softmax is {math.log(a)}"


def test_the_cost_of_an_even_guess(cross_entropy):
    assert abs(cross_entropy([0.0, 0.0, 0.0, 0.0], 2) - math.log(4.0)) < 1e-12
    assert cross_entropy(Z, 2) < cross_entropy(Z, 0) < cross_entropy(Z, 1)


def test_the_gradient(cross_entropy, cross_entropy_gradient):
    for right in range(3):
        for j, found in enumerate(cross_entropy_gradient(Z, right)):
            up, down = list(Z), list(Z)
            up[j] += 1e-6
            down[j] -= 1e-6
            slope = (cross_entropy(up, right) - cross_entropy(down, right)) / 2e-6
            assert abs(found - slope) < 1e-6, f"dC/dz_{j} is {found}, central differences say {slope}"


def test_smoothing(cross_entropy, smoothed_cross_entropy):
    assert abs(smoothed_cross_entropy(Z, 2, 0.0) - cross_entropy(Z, 2)) < 1e-12
    even = sum(cross_entropy(Z, j) for j in range(3)) / 3
    assert abs(smoothed_cross_entropy(Z, 2, 0.25) - (0.75 * cross_entropy(Z, 2) + 0.25 * even)) < 1e-12


def test_the_prediction(predicted):
    assert predicted(Z) == 2 and predicted([3.0, 1.0]) == 0


def test_the_binary_cost(binary_cross_entropy):
    assert abs(binary_cross_entropy(0.7, 1.0) - math.log(1.0 + math.exp(-0.7))) < 1e-12
    assert abs(binary_cross_entropy(-0.7, 0.0) - math.log(1.0 + math.exp(-0.7))) < 1e-12
    assert abs(binary_cross_entropy(0.7, 0.25) - (math.log(1.0 + math.exp(0.7)) - 0.25 * 0.7)) < 1e-12
    assert binary_cross_entropy(1000.0, 1.0) == 0.0 and binary_cross_entropy(-1000.0, 1.0) == 1000.0


def test_the_binary_gradient(binary_cross_entropy, binary_cross_entropy_gradient):
    for z, y in ((0.7, 1.0), (-1.3, 0.0), (2.0, 0.25), (-2.0, 1.0)):
        slope = (binary_cross_entropy(z + 1e-6, y) - binary_cross_entropy(z - 1e-6, y)) / 2e-6
        found = binary_cross_entropy_gradient(z, y)
        assert abs(found - slope) < 1e-6, f"the gradient is {found}, central differences say {slope}"
    assert binary_cross_entropy_gradient(-800.0, 0.0) == 0.0
