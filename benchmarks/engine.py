"""Both engines against their peers, in pairs in one process: python benchmarks/engine.py [native|python|table]

micrograd 0.1.0 is the peer throughout; beside it microgpt's engine, PyTorch's 0-d tensors and CasADi where it is
installed. The sweeps of the first two are recursive, so the recursion limit is raised for them. The numbers that a
graph starts from are drawn before the time counts.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import random
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import children
import gpt
import torch
from micrograd.engine import Value as Micro
from micrograd.nn import MLP as MicroMLP
from paired import paired, row, seconds

import microbp
from microbp import Value, data, losses, nn, optim
from microbp import sum as total
from microbp.native import engine

sys.setrecursionlimit(1_000_000)
SIZES = [50, 500, 5_000, 100_000]
GOALS = {"native": [20, 25, 40, 80, 400, 1500], "python": [2, 2.5, 3.5, 6, 35, 0]}[microbp.engine_name]
START = [random.Random(0).uniform(-1.0, 1.0) for _ in range(10)]


def mixed(number: Callable[[float], Any], operations: int) -> Any:
    """A graph of * + - relu, constants and shared leaves: chains of up to 50, added up pairwise."""
    leaves = [number(x) for x in START]
    ends, made = [], 0
    while made < operations:
        h = leaves[made % 10]
        for i in range(min(10, operations // 5)):
            leaf = leaves[(made + i) % 10]
            h = ((h * leaf + leaf - 0.5) * 2.0).relu()
            made += 5
        ends.append(h)
    while len(ends) > 1:
        ends = [a + b for a, b in zip(ends[::2], ends[1::2])] + ends[len(ends) - len(ends) % 2 :]
    return ends[0]


def tensor(x: float) -> Any:
    return torch.tensor(x, dtype=torch.float64, requires_grad=True)


def with_casadi(operations: int) -> Callable[[], object]:
    """The graph as CasADi's symbols, its gradient as a graph, and one evaluation."""
    import casadi

    class Symbol:
        def __init__(self, x: Any) -> None:
            self.x = x

        def __add__(self, other: Any) -> Symbol:
            return Symbol(self.x + getattr(other, "x", other))

        def __sub__(self, other: Any) -> Symbol:
            return Symbol(self.x - other)

        def __mul__(self, other: Any) -> Symbol:
            return Symbol(self.x * getattr(other, "x", other))

        def relu(self) -> Symbol:
            return Symbol(casadi.fmax(self.x, 0.0))

    def gradient() -> object:
        leaves = casadi.SX.sym("x", 10)
        places = iter(range(10))
        output = mixed(lambda _: Symbol(leaves[next(places)]), operations).x
        return casadi.Function("g", [leaves], [output, casadi.gradient(output, leaves)])(START)

    return gradient


def moons_steps() -> tuple[Any, Any]:
    """One training step of micrograd's moons notebook, 2-16-16-1 on 100 samples, in its spelling."""
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
    ours, target = nn.MLP(784, [16, 16, 10], activation="sigmoid", output="sigmoid"), data.one_hot(3, 10)

    def gradient() -> None:
        losses.squared_error(ours(x), target).backward()

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


def bytes_per_operation(number: Callable[[float], Any]) -> float:
    if engine is not None:
        engine.trim()  # no node is in store
    tracemalloc.start()
    root = mixed(number, SIZES[-1])
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del root
    return used / SIZES[-1]


def chain(length: int) -> None:
    h = Value(0.5)
    for _ in range(length // 2):
        h = (h * 1.0001) + 0.0001
    h.backward()


def measured() -> Iterator[tuple[str, float, float, float]]:
    """What is compared with micrograd: a name, our seconds, its seconds, the ratio."""
    for size in SIZES:
        times = max(1, 20_000 // size)
        ours, theirs = lambda n=size: mixed(Value, n).backward(), lambda n=size: mixed(Micro, n).backward()
        yield f"{size:,} mixed operations, forward and backward", *paired(ours, theirs, times=times, more=4)
    yield "moons step, MLP 2-16-16-1, 100 samples", *paired(*moons_steps(), rounds=5, times=1, more=20)
    yield "one gradient of 784-16-16-10", *paired(*digit_gradients(), rounds=5, times=2, more=20)


def report() -> None:
    name = microbp.engine_name
    print(f"\n{name + ' engine':<52}{'microbp':>15}{'micrograd':>15}{'ratio':>10}   goal")
    for (what, *seconds_and_ratio), goal in zip(measured(), GOALS):
        row(what, *seconds_and_ratio, f">= {goal}x")
    ours, theirs = bytes_per_operation(Value), bytes_per_operation(Micro)
    goal = {"native": "<= 112", "python": "<= 300"}[name]
    print(f"{'bytes an operation':<52}{ours:>15.0f}{theirs:>15.0f}{theirs / ours:>9.1f}x   {goal} bytes")
    chains()
    peers()


def chains() -> None:
    """The collector is paused: it would walk the nodes of the Python engine, and find no cycle."""
    gc.disable()
    per_node = {n: statistics.median(seconds(lambda n=n: chain(n)) / n for _ in range(3)) for n in (10_000, 1_000_000)}
    gc.enable()
    short, long = per_node.values()
    name = "us a node of a chain of 10,000 and of 1,000,000"
    print(f"{name:<67}{short * 1e6:>7.3f}{long * 1e6:>8.3f}{long / short:>9.2f}x   <= 1.3x", flush=True)


def peers() -> None:
    print(f"\n{name_of('beside it'):<52}{'microbp':>15}{'the peer':>15}{'ratio':>10}")
    word = [26, *[ord(c) - ord("a") for c in "charlotte"], 26]
    row("a step of a tiny GPT, microgpt's engine", *paired(
        gpt.training(Value, word), gpt.training(children.Value, word), rounds=5, times=1, more=4
    ), ">= 8x" if microbp.engine_name == "native" else "")  # fmt: skip
    for size in SIZES[:3]:
        times = max(1, 5_000 // size)
        others: list[tuple[str, Callable[[], object]]] = [
            ("microgpt's engine", lambda n=size: mixed(children.Value, n).backward()),
            ("PyTorch, 0-d tensors", lambda n=size: mixed(tensor, n).backward()),
        ]
        if importlib.util.find_spec("casadi"):
            others.append(("CasADi, symbols to gradient", with_casadi(size)))
        for peer, run in others:
            both = paired(lambda n=size: mixed(Value, n).backward(), run, rounds=5, times=times, more=10)
            row(f"{size:,} mixed operations, {peer}", *both, "")


def name_of(text: str) -> str:
    return f"{microbp.engine_name} engine, {text}"


def table() -> None:
    """The table of this folder's README."""
    print("| times as fast as micrograd 0.1.0 | Python engine | native engine |\n|---|--:|--:|", flush=True)
    columns = []
    for name in ("python", "native"):
        environment = os.environ | {"MICROBP_ENGINE": name}
        done = subprocess.run([sys.executable, __file__, "ratios"], env=environment, stdout=-1, text=True, check=True)
        columns.append([line.split("|") for line in done.stdout.splitlines()])
    for (what, ours), (_, native) in zip(*columns):
        print(f"| {what} | {ours} | {native} |")


def main() -> None:
    if sys.argv[1:] == ["table"]:
        table()
        return
    if sys.argv[1:] == ["ratios"]:
        for what, _, _, ratio in measured():
            print(f"{what}|{ratio:.{int(ratio < 10)}f}")
        return
    for name in sys.argv[1:] or ["native", "python"]:
        if os.environ.get("MICROBP_ENGINE") == name:
            report()
        else:
            subprocess.run([sys.executable, __file__, name], env=os.environ | {"MICROBP_ENGINE": name}, check=True)


if __name__ == "__main__":
    main()
