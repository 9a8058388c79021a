"""What the training must do: batches that hold every sample once, right gradients, a line that is found."""

import random

X = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
Y = [2.0 * x - 3.0 for x in X]


def test_every_sample_is_in_one_batch(batches):
    found = [pair for xs, ys in batches(X, Y, 3, random.Random(0)) for pair in zip(xs, ys)]
    assert sorted(found) == sorted(zip(X, Y)), f"the batches hold {sorted(found)}"
    assert [len(xs) for xs, _ in batches(X, Y, 3, random.Random(0))] == [3, 3, 1]


def test_the_samples_are_shuffled(batches):
    first = [x for xs, _ in batches(X, Y, 3, random.Random(0)) for x in xs]
    second = [x for xs, _ in batches(X, Y, 3, random.Random(1)) for x in xs]
    assert first != X or second != X, "the samples come in the order in which they were given"


def test_the_gradients(gradients, mean_cost):
    dw, db = gradients(0.5, 1.0, X, Y)
    by_w = (mean_cost(0.5 + 1e-6, 1.0, X, Y) - mean_cost(0.5 - 1e-6, 1.0, X, Y)) / 2e-6
    by_b = (mean_cost(0.5, 1.0 + 1e-6, X, Y) - mean_cost(0.5, 1.0 - 1e-6, X, Y)) / 2e-6
    assert abs(dw - by_w) < 1e-5, f"dw is {dw}, central differences say {by_w}"
    assert abs(db - by_b) < 1e-5, f"db is {db}, central differences say {by_b}"


def test_the_cost_is_a_mean(mean_cost):
    assert mean_cost(1.0, 0.0, [1.0, 2.0], [0.0, 0.0]) == 2.5


def test_the_test_set_is_scaled_by_the_training_set(standardised):
    train, test = standardised([1.0, 3.0], [2.0, 5.0])
    assert train == [-1.0, 1.0] and test == [0.0, 3.0], f"got {train} and {test}"


def test_the_line_is_found(fit):
    w, b, history = fit(X, Y, epochs=200, size=3, rate=0.02)
    assert abs(w - 2.0) < 0.05 and abs(b + 3.0) < 0.2, f"the line is 2x - 3, got {w:.3f}x + {b:.3f}"
    assert len(history) == 200 and history[-1] < history[0]


def test_the_last_cost_is_that_of_the_line(fit, mean_cost):
    w, b, history = fit(X, Y, epochs=3, size=2, rate=0.01)
    assert abs(history[-1] - mean_cost(w, b, X, Y)) < 1e-12, "the history holds another cost than the line has"


def test_accuracy(accuracy):
    assert accuracy([0.9, 0.2, 0.6, 0.1], [1.0, 0.0, 0.0, 1.0]) == 0.5
    assert accuracy([2.0, -2.0, -1.0], [1.0, 0.0, 1.0], threshold=0.0) == 2 / 3
