"""One training step of a tiny GPT in scalars, spelled with operators, sum() and loops only, for any engine.

The sizes are microgpt's: one layer, 16 numbers a position, 4 heads, names of at most 15 letters, ReLU, RMSNorm, no
biases; the weights are shared by all positions, and Adam moves them. Only the class of the numbers is the engine's.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

WIDTH, HEADS, LETTERS = 16, 4, 27
SIZE = WIDTH // HEADS


def matrix(number: Callable[[float], Any], rng: random.Random, rows: int, columns: int) -> list[list[Any]]:
    return [[number(rng.gauss(0.0, 0.08)) for _ in range(columns)] for _ in range(rows)]


def times(weights: list[list[Any]], x: list[Any]) -> list[Any]:
    return [sum(w * a for w, a in zip(row, x)) for row in weights]


def softmax(xs: list[Any]) -> list[Any]:
    top = max(x.data for x in xs)
    exps = [(x - top).exp() for x in xs]
    total = sum(exps)
    return [e / total for e in exps]


def normed(x: list[Any]) -> list[Any]:
    scale = (sum(a * a for a in x) / len(x) + 1e-5) ** -0.5
    return [a * scale for a in x]


class GPT:
    """The weights, and what one name costs."""

    def __init__(self, number: Callable[[float], Any], positions: int) -> None:
        rng = random.Random(0)
        sizes = {"letters": (LETTERS, WIDTH), "positions": (positions, WIDTH), "out": (LETTERS, WIDTH)}
        sizes |= {name: (WIDTH, WIDTH) for name in ("query", "key", "value", "joined")}
        sizes |= {"up": (4 * WIDTH, WIDTH), "down": (WIDTH, 4 * WIDTH)}
        self.weights = {name: matrix(number, rng, *size) for name, size in sizes.items()}
        self.parameters = [p for weights in self.weights.values() for row in weights for p in row]

    def letter(self, letter: int, at: int, keys: list[Any], values: list[Any]) -> list[Any]:
        """The scores of the next letter, after this one at its position."""
        w = self.weights
        x = normed([a + b for a, b in zip(w["letters"][letter], w["positions"][at])])
        before, x = x, normed(x)
        query, joined = times(w["query"], x), []
        keys.append(times(w["key"], x))
        values.append(times(w["value"], x))
        for start in range(0, WIDTH, SIZE):
            head = slice(start, start + SIZE)
            scores = [sum(q * k for q, k in zip(query[head], key[head])) / SIZE**0.5 for key in keys]
            shares = softmax(scores)
            joined += [sum(s * value[i] for s, value in zip(shares, values)) for i in range(start, start + SIZE)]
        x = [a + b for a, b in zip(times(w["joined"], joined), before)]
        before, x = x, normed(x)
        hidden = [a.relu() for a in times(w["up"], x)]
        x = [a + b for a, b in zip(times(w["down"], hidden), before)]
        return times(w["out"], x)

    def cost(self, name: list[int]) -> Any:
        keys: list[Any] = []
        values: list[Any] = []
        costs = []
        for at, (letter, following) in enumerate(pairwise(name)):
            costs.append(-softmax(self.letter(letter, at, keys, values))[following].log())
        return (1 / len(costs)) * sum(costs)


def training(number: Callable[[float], Any], name: list[int]) -> Callable[[], None]:
    """A step of training on one name: forward, backward, Adam."""
    model = GPT(number, len(name))
    m, v = [0.0] * len(model.parameters), [0.0] * len(model.parameters)
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        model.cost(name).backward()
        for i, p in enumerate(model.parameters):
            m[i] = 0.85 * m[i] + 0.15 * p.grad
            v[i] = 0.99 * v[i] + 0.01 * p.grad**2
            p.data -= 0.01 * (m[i] / (1 - 0.85**steps)) / ((v[i] / (1 - 0.99**steps)) ** 0.5 + 1e-8)
            p.grad = 0

    return step
