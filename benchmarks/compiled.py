"""Compiled programs against hand-written NumPy, PyTorch and micrograd: python benchmarks/compiled.py

A line gives our time, the time of the other, how many times faster we are, and the goal. The two are timed in
pairs in one process, with one thread for the matrix products.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import jax
import numpy as np
import torch
from paired import paired, seconds

from microbp import Value, evaluate, fit, losses, nn, optim, predict, tanh
from microbp.compiler import compile
from microbp.compiler.training import on_arrays

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
torch.set_num_threads(1)
EPOCHS = 5
rng = np.random.default_rng(0)


def row(name: str, ours: float, theirs: float, ratio: float, goal: str) -> None:
    print(f"  {name:<52}{1e3 * ours:>9.3f} ms{1e3 * theirs:>9.3f} ms{ratio:>10.2f}  {goal}", flush=True)


def sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


def tables(theta: Any, sizes: list[int]) -> list[Any]:
    """The weights and biases in a vector of parameters, as arrays of their own."""
    found, at = [], 0
    for before, size in pairwise(sizes):
        found.append(theta[at : at + size * before].reshape(size, before).copy())
        at += size * before
        found.append(theta[at : at + size].reshape(size, 1).copy())
        at += size
    return found


def torch_model(theta: Any, sizes: list[int], activation: Any, last: list[Any]) -> Any:
    parts: list[Any] = []
    for before, size in pairwise(sizes):
        parts += [torch.nn.Linear(before, size, dtype=torch.float64), activation()]
    model = torch.nn.Sequential(*parts[:-1], *last)
    with torch.no_grad():
        for p, table in zip(model.parameters(), tables(theta, sizes)):
            p.copy_(torch.tensor(table.reshape(p.shape)))
    return model


SIZES = [784, 16, 16, 10]


def digits_by_hand(T: list[Any], X: Any, Y: Any) -> tuple[float, list[Any]]:
    """Cost and gradient of 784-16-16-10, sigmoid, quadratic cost."""
    W1, b1, W2, b2, W3, b3 = T
    A0, m = X.T, len(X)
    A1 = sigmoid(W1 @ A0 + b1)
    A2 = sigmoid(W2 @ A1 + b2)
    A3 = sigmoid(W3 @ A2 + b3)
    E = A3 - Y.T
    dZ3 = 2.0 * E * A3 * (1.0 - A3)
    dZ2 = W3.T @ dZ3 * A2 * (1.0 - A2)
    dZ1 = W2.T @ dZ2 * A1 * (1.0 - A1)
    gradient = []
    for dZ, A in ((dZ1, A0), (dZ2, A1), (dZ3, A2)):
        gradient += [dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m]
    return (E * E).sum() / m, gradient


def digits() -> None:
    model = nn.MLP(784, [16, 16, 10], "sigmoid", "sigmoid")
    parameters = model.parameters()
    cost = lambda x, y: losses.squared_error(model(x), y)
    X, Y = rng.random((100, 784)), np.eye(10)[rng.integers(0, 10, 100)]
    make = lambda: compile(cost, [0.0] * 784, [0.0] * 10, wrt=parameters)
    print(f"784-16-16-10: trace and compile {1e3 * min(seconds(make) for _ in range(7)):.0f} ms (at most 60)")
    program = make()
    theta = program.gather()
    T = tables(theta, SIZES)
    found, by_hand = program.value_and_grad(X, Y), digits_by_hand(T, X, Y)
    np.testing.assert_allclose(found[1], np.concatenate([g.ravel() for g in by_hand[1]]), rtol=1e-9, atol=1e-12)
    ours = lambda: program.value_and_grad(X, Y, at=theta)
    row("value_and_grad, hand-written NumPy", *paired(ours, lambda: digits_by_hand(T, X, Y), 15, 100), "at least 0.95")
    module = torch_model(theta, SIZES, torch.nn.Sigmoid, [torch.nn.Sigmoid()])
    x, y = torch.tensor(X), torch.tensor(Y)

    def torch_step() -> None:
        module.zero_grad()
        ((module(x) - y) ** 2).sum(1).mean().backward()

    row("value_and_grad, PyTorch", *paired(ours, torch_step, 15, 100), "more than 1")
    values = lambda: program.value_and_grad(X, Y)
    row(
        "the same, parameters in their Values, NumPy",
        *paired(values, lambda: digits_by_hand(T, X, Y), 15, 100),
        "at least 0.8",
    )
    run, P = jax.jit(program.to_jax()), jax.numpy.asarray(theta)
    x, y = jax.numpy.asarray(X), jax.numpy.asarray(Y)
    by_jax = lambda: jax.block_until_ready(run(P, x, y))
    row("value_and_grad, JAX jit", *paired(ours, by_jax, 15, 100), "more than 1")
    all_samples = lambda: program.per_sample_grad(X, Y, at=theta)
    row("gradients of 100 samples, value_and_grad", *paired(all_samples, ours, 7, 10), "at least 0.25")


def moons() -> None:
    model = nn.MLP(2, [16, 16, 1], "relu")
    parameters = model.parameters()
    cost = lambda x, y: losses.hinge(model(x), y) + losses.l2(parameters, 1e-4)
    X = rng.normal(size=(100, 2))
    Y = np.where(X[:, 0] > X[:, 1] ** 2 - 0.5, 1.0, -1.0)
    program = compile(cost, [0.0, 0.0], 1.0, wrt=parameters)
    theta = program.gather()
    T, rate = tables(theta, [2, 16, 16, 1]), 0.01

    def by_hand() -> float:
        W1, b1, W2, b2, W3, b3 = T
        A0, m, L = X.T, 100, 1e-4
        Z1 = W1 @ A0 + b1
        A1 = np.maximum(Z1, 0.0)
        Z2 = W2 @ A1 + b2
        A2 = np.maximum(Z2, 0.0)
        margin = 1.0 - Y * (W3 @ A2 + b3)
        C = np.maximum(margin, 0.0).sum() / m + L * sum((t * t).sum() for t in T)
        dZ3 = -Y * (margin > 0.0) / m
        dZ2 = W3.T @ dZ3 * (Z2 > 0.0)
        dZ1 = W2.T @ dZ2 * (Z1 > 0.0)
        slopes = []
        for dZ, A in ((dZ1, A0), (dZ2, A1), (dZ3, A2)):
            slopes += [dZ @ A.T, dZ.sum(axis=1, keepdims=True)]
        for t, g in zip(T, slopes):
            t -= rate * (g + 2.0 * L * t)
        return float(C)

    module = torch_model(theta, [2, 16, 16, 1], torch.nn.ReLU, [])
    descent, x, y = torch.optim.SGD(module.parameters(), lr=rate), torch.tensor(X), torch.tensor(Y)

    def torch_step() -> None:
        descent.zero_grad()
        C = (1.0 - y * module(x)[:, 0]).relu().mean() + 1e-4 * sum((p * p).sum() for p in module.parameters())
        C.backward()
        descent.step()

    with on_arrays(program, optim.SGD(parameters, lr=rate)) as step:
        ours = lambda: step(X, Y)
        assert abs(ours() - by_hand()) < 1e-12
        print("moons, 2-16-16-1, one step of SGD on 100 samples")
        row("step, hand-written NumPy", *paired(ours, by_hand, 15, 500), "at least 0.83")
        row("step, PyTorch", *paired(ours, torch_step, 15, 200), "at least 3")
        mine, theirs = seconds(ours, 1000), seconds(micrograd_step(X, Y), 1)
        row("step, micrograd", mine, theirs, theirs / mine, "")


def micrograd_step(X: Any, Y: Any) -> Callable[[], None]:
    from micrograd.engine import Value as Micro
    from micrograd.nn import MLP

    model = MLP(2, [16, 16, 1])
    rows, signs = X.tolist(), Y.tolist()

    def step() -> None:
        scores = [model(list(map(Micro, x))) for x in rows]
        cost = sum((1 + -y * s).relu() for y, s in zip(signs, scores)) * (1.0 / len(rows))
        cost = cost + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        cost.backward()
        for p in model.parameters():
            p.data -= 0.01 * p.grad

    return step


def chain(rows: int) -> tuple[Callable[[Any], Any], list[Value]]:
    """A function whose rows all have different depths: nothing groups."""
    weights = [Value(0.3 + 0.1 * k) for k in range(10)]

    def f(x: Any) -> Any:
        last = [x[0], x[1], x[0]]
        for i in range(rows):
            last = [*last[-2:], _one(i, last, weights)]
        return last[-1]

    return f, weights


def _one(i: int, last: list[Any], weights: list[Value]) -> Any:
    if i % 4 == 0:
        return last[-1] * last[-2]
    if i % 4 == 1:
        return last[-1] + last[-3]
    return tanh(last[-1]) if i % 4 == 2 else last[-1] * weights[i % 10]


def growth(largest: int) -> None:
    print("graphs that do not group: seconds and megabytes to trace and compile")
    rows = 1000
    while rows <= largest:
        f, weights = chain(rows)
        start = time.process_time()
        program = compile(f, [0.0, 0.0], wrt=weights)
        taken = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  {rows:9,} rows {taken:8.2f} s {1e6 * taken / rows:5.0f} us a row {peak:6.0f} MB at the peak", end="")
        if rows <= 10_000:
            X, theta = np.random.default_rng(0).normal(size=(256, 2)), program.gather()
            best = min(seconds(lambda: program.value_and_grad(X, at=theta)) for _ in range(5))  # noqa: B023
            print(f"  {1e9 * best / rows / 256:5.1f} ns a row and sample (at most 60)", end="")
        print()
        rows *= 10


def epoch() -> None:
    """An epoch of 60,000 samples in batches of 100 against the bare loop."""
    X, Y = rng.random((60_000, 784)), np.eye(10)[rng.integers(0, 10, 60_000)]
    model = nn.MLP(784, [16, 16, 10], "sigmoid", "sigmoid")
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    T = tables(np.array([p.data for p in optimizer.params]), SIZES)

    def ours() -> None:
        fit(model, losses.squared_error, (X, Y), optimizer, epochs=EPOCHS, batch_size=100)

    def by_hand() -> None:
        for seed in range(EPOCHS):
            order = np.random.default_rng(seed).permutation(len(X))
            for part in order.reshape(-1, 100):
                _, gradient = digits_by_hand(T, X[part], Y[part])
                for t, g in zip(T, gradient):
                    t -= 0.1 * g

    print(f"{EPOCHS} epochs of 60,000 samples through fit: compiling, shuffling, SGD, accuracy, progress bar, history")
    row(f"{EPOCHS} epochs, hand-written NumPy", *paired(ours, by_hand, 3, 1), "at least 0.5")


def forward() -> None:
    """`predict` and `evaluate` of 10,000 pictures against a forward pass, and validation in `fit`."""
    X, Y = rng.random((10_000, 784)), np.eye(10)[rng.integers(0, 10, 10_000)]
    model = nn.MLP(784, [16, 16, 10], "sigmoid", "sigmoid")
    W1, b1, W2, b2, W3, b3 = tables(np.array([p.data for p in model.parameters()]), SIZES)
    by_hand = lambda: sigmoid(W3 @ sigmoid(W2 @ sigmoid(W1 @ X.T + b1) + b2) + b3)
    np.testing.assert_allclose(predict(model, X), by_hand().T, rtol=1e-12)
    print("10,000 pictures through 784-16-16-10")
    row("predict, forward pass in NumPy", *paired(lambda: predict(model, X), by_hand, 9, 5), "at least 0.67")
    judged = lambda: evaluate(model, losses.squared_error, (X, Y), prediction="probability")
    row("evaluate, forward pass in NumPy", *paired(judged, by_hand, 9, 5), "at least 0.67")

    def train(validation: Any) -> None:
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        fit(model, losses.squared_error, (X, Y), optimizer, 5, 100, validation=validation, progress=False)

    held_out = (X[:2000], Y[:2000])
    row(
        "fit with validation on 2,000, fit without",
        *paired(lambda: train(held_out), lambda: train(None), 5, 1),
        "at least 0.77",
    )


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():  # they count when NumPy is loaded: once more from the start
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})
    digits()
    moons()
    growth(1_000_000)
    epoch()
    forward()
