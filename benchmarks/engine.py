"""The engine against micrograd 0.1.0, in pairs in one process: python benchmarks/engine.py

micrograd's sweep is recursive, so the recursion limit is raised for it.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import tracemalloc
from typing import Any

from micrograd.engine import Value as Micro
from micrograd.nn import MLP as MicroMLP
from paired import paired, row, seconds

from microbp import Value, data, losses, nn, optim
from microbp import sum as total

sys.setrecursionlimit(1_000_000)
OPERATIONS = 100_000


def mixed(number: Any) -> Any:
    """A graph of 100,000 operations: * + - relu, constants, shared leaves; chains of 50, added up pairwise."""
    rng = random.Random(0)
    leaves = [number(rng.uniform(-1.0, 1.0)) for _ in range(10)]
    ends, made = [], 0
    while made < OPERATIONS:
        h = leaves[made % 10]
        for i in range(10):
            leaf = leaves[(made + i) % 10]
            h = ((h * leaf + leaf - 0.5) * 2.0).relu()
            made += 5
        ends.append(h)
    while len(ends) > 1:
        ends = [a + b for a, b in zip(ends[::2], ends[1::2])] + ends[len(ends) - len(ends) % 2 :]
    return ends[0]


def moons_steps() -> tuple[Any, Any]:
    """One training step of micrograd's moons notebook, 2-16-16-1 on 100 samples, for both engines."""
    X, Y = data.moons(100, seed=0)
    signs = [2 * y - 1 for y in Y]

    ours = nn.MLP(2, [16, 16, 1], activation="relu", init="uniform")
    descent = optim.SGD(ours.parameters(), lr=0.01)

    def step() -> None:
        costs = [losses.hinge(ours(x), y) for x, y in zip(X, signs)]
        cost = total(costs) * (1.0 / len(costs)) + losses.l2(ours.parameters(), 1e-4)
        ours.zero_grad()
        cost.backward()
        descent.step()

    theirs = MicroMLP(2, [16, 16, 1])

    def micro_step() -> None:
        scores = [theirs(list(map(Micro, x))) for x in X]
        costs = [(1 + -y * score).relu() for y, score in zip(signs, scores)]
        cost = sum(costs) * (1.0 / len(costs)) + 1e-4 * sum(p * p for p in theirs.parameters())
        theirs.zero_grad()
        cost.backward()
        for p in theirs.parameters():
            p.data -= 0.01 * p.grad

    return step, micro_step


def digit_gradients() -> tuple[Any, Any]:
    """One gradient of the 784-16-16-10 sigmoid network with quadratic cost, 13,002 parameters."""
    rng = random.Random(0)
    x = [rng.random() for _ in range(784)]
    ours = nn.MLP(784, [16, 16, 10], activation="sigmoid", output="sigmoid")

    def gradient() -> None:
        losses.squared_error(ours(x), 3).backward()

    theirs = MicroMLP(784, [16, 16, 10])
    for p, q in zip(theirs.parameters(), (p for layer in ours.layers for n in layer.neurons for p in [*n.w, n.b])):
        p.data = q.data
    for layer in theirs.layers:
        for neuron in layer.neurons:
            neuron.nonlin = False

    def sigmoid(z: Micro) -> Micro:
        a = 1.0 / (1.0 + 2.718281828459045**-z.data)
        out = Micro(a, (z,), "sigmoid")

        def pull() -> None:
            z.grad += a * (1.0 - a) * out.grad

        out._backward = pull
        return out

    def micro_gradient() -> None:
        a: Any = x
        for layer in theirs.layers:
            a = [sigmoid(z) for z in layer(a)]
        sum((p - float(j == 3)) ** 2 for j, p in enumerate(a)).backward()

    return gradient, micro_gradient


def bytes_per_operation(number: Any) -> float:
    tracemalloc.start()
    root = mixed(number)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del root
    return used / OPERATIONS


def chain(length: int) -> None:
    h = Value(0.5)
    for _ in range(length // 2):
        h = (h * 1.0001) + 0.0001
    h.backward()


def main() -> None:
    print(f"{'':<52}{'microbp':>15}{'micrograd':>15}{'ratio':>10}   goal")
    both = paired(lambda: mixed(Value).backward(), lambda: mixed(Micro).backward())
    row("100,000 mixed operations, forward and backward", *both, ">= 6x")
    row("moons step, MLP 2-16-16-1, 100 samples", *paired(*moons_steps(), rounds=9, more=10), ">= 60x")
    row("one gradient of 784-16-16-10", *paired(*digit_gradients(), rounds=9, times=10, more=10), ">= 200x")
    ours, theirs = bytes_per_operation(Value), bytes_per_operation(Micro)
    print(f"{'bytes per operation':<52}{ours:>15.0f}{theirs:>15.0f}{ours / theirs:>9.2f}x   <= 0.35x")
    chains()
    gc.disable()  # the graph has no cycles: what the collector spends on walking it, it spends in vain
    chains()


def chains() -> None:
    per_node = {n: statistics.median(seconds(lambda n=n: chain(n)) / n for _ in range(3)) for n in (10_000, 1_000_000)}
    short, long = per_node.values()
    name = f"us per node of a chain of 10,000 and of 1,000,000{', collector paused' * (not gc.isenabled())}"
    print(f"{name:<67}{short * 1e6:>7.2f}{long * 1e6:>8.2f}{long / short:>9.2f}x   <= 1.5x")


if __name__ == "__main__":
    main()
