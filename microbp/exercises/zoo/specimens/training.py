"""A training loop: a straight line through points, by mini-batches."""

import random


def batches(X, Y, size, rng):
    """All samples once, shuffled, in batches; the last one may be smaller."""
    order = list(range(len(X)))
    rng.shuffle(order)
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield [X[i] for i in chosen], [Y[i] for i in chosen]


def gradients(w, b, X, Y):
    """Of the mean of (w x + b - y)^2."""
    dw = db = 0.0
    for x, y in zip(X, Y):
        error = w * x + b - y
        dw += 2.0 * error * x
        db += 2.0 * error
    return dw / len(X), db / len(X)


def mean_cost(w, b, X, Y):
    return sum((w * x + b - y) ** 2 for x, y in zip(X, Y)) / len(X)


def standardised(train, test):
    """Both sets by the mean and the deviation of the training set."""
    mean = sum(train) / len(train)
    deviation = (sum((x - mean) ** 2 for x in train) / len(train)) ** 0.5
    return [(x - mean) / deviation for x in train], [(x - mean) / deviation for x in test]


def fit(X, Y, epochs, size, rate, seed=0):
    """The line, and the cost after every epoch."""
    rng = random.Random(seed)
    w = b = 0.0
    history = []
    for _ in range(epochs):
        for xs, ys in batches(X, Y, size, rng):
            dw, db = gradients(w, b, xs, ys)
            w -= rate * dw
            b -= rate * db
        history.append(mean_cost(w, b, X, Y))
    return w, b, history


def accuracy(predictions, targets, threshold=0.5):
    """The share of samples on the right side of the threshold."""
    right = sum((p > threshold) == (t > threshold) for p, t in zip(predictions, targets))
    return right / len(targets)
