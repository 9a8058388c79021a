"""One sample against m: the mean over samples, db, dW, and a neuron on three samples."""

# One slip, one line: the tables may run past the margin.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from .equations import ROWS, WHOLE, column, flat, floats
from .neurons import THREE_DIGITS, drawn
from .task import Proof, Slip, Task


def samples(random: Random, level: int) -> Task:
    """The mean of the samples' derivatives; db; dW; a logistic neuron on three samples."""
    m = random.choice((2, 3, 4)) if level == 1 else 3
    if level == 1:
        labels = [f"g_{{{i}}}" for i in range(1, m + 1)]
        numbers = drawn(random, labels, WHOLE)
        total = "(" + " + ".join(labels) + ")"
        slips = [
            Slip("summed instead of averaged", f"1/m with m = {m}", total),
            Slip("last sample only", "the last sample's", labels[-1]),
            Slip("averaged instead of summed", "divided by m twice", f"{total}/{m * m}"),
            Slip("sign error", "the step, not the derivative", f"-{total}/{m}"),
        ]
        return Task("samples", 1, f"The cost is the mean over {m} samples, whose derivatives with respect to $w$ are given. Find $∂C/∂w$. {THREE_DIGITS}",
                    f"{total}/{m}", slips, "The derivative of a mean is the mean of the derivatives.", numbers,
                    proof=Proof(floats(numbers) | {"w": 1.0}, ["C = " + " + ".join(f"{g}*w/{m}" for g in labels)], "C", [["w"]]))  # fmt: skip
    dz = [[f"dz_{{{j}{i}}}" for i in range(1, 4)] for j in (1, 2)]
    a = [[f"a_{{{k}{i}}}" for i in range(1, 4)] for k in (1, 2)]
    numbers = {label: random.choice(WHOLE) for label in flat(dz)}
    if level == 2:
        sums = [f"({' + '.join(row)})" for row in dz]
        per_sample = [f"({dz[0][i]} + {dz[1][i]})" for i in range(3)]
        slips = [
            Slip("summed instead of averaged", "1/m", column(sums)),
            Slip("transposed", "axis=0: one number per sample", [[f"{s}/3" for s in per_sample]]),
            Slip("last sample only", "the last column", column([row[-1] for row in dz])),
            Slip("m in a parameter", "not summed over samples", [[f"{cell}/3" for cell in row] for row in dz]),
            Slip("averaged instead of summed", "over neurons and samples", [[f"({sums[0]} + {sums[1]})/6"]]),
        ]
        b = {"b_{1}": 0.0, "b_{2}": 0.0}
        cost = "C = " + " + ".join(f"{cell}*b_{{{j}}}/3" for j, row in enumerate(dz, 1) for cell in row)
        return Task("samples", 2, f"Find $db$. {ROWS}", column([f"{s}/3" for s in sums]), slips,
                    "db = 1/m times the sum along the row: one number for each neuron.", numbers, {"dZ": dz}, form="matrix",
                    facts=["A layer of two neurons on m = 3 samples, one column each; dZ holds the samples' own ∂L/∂z."],
                    proof=Proof(floats(numbers) | b, [cost], "C", [["b_{1}"], ["b_{2}"]]))  # fmt: skip
    if level == 3:
        numbers |= {label: random.choice(WHOLE) for label in flat(a)}

        def product(j: int, k: int, which: Sequence[int] = (0, 1, 2)) -> str:
            return "(" + " + ".join(f"{dz[j][i]}*{a[k][i]}" for i in which) + ")"

        def mean(j: int, k: int) -> str:
            return f"({' + '.join(dz[j])})/3*({' + '.join(a[k])})/3"

        square = [(j, k) for j in (0, 1) for k in (0, 1)]
        key = [[f"{product(j, k)}/3" for k in (0, 1)] for j in (0, 1)]
        slips = [
            Slip("summed instead of averaged", "1/m", [[product(j, k) for k in (0, 1)] for j in (0, 1)]),
            Slip("transposed", "A dZᵀ", [[key[k][j] for k in (0, 1)] for j in (0, 1)]),
            Slip("last sample only", "the last column", [[product(j, k, [2]) for k in (0, 1)] for j in (0, 1)]),
            Slip("product of means", "first averaged, then multiplied", [[mean(j, k) for k in (0, 1)] for j in (0, 1)]),
        ]
        w = {f"w_{{{j + 1}{k + 1}}}": 0.0 for j, k in square}
        cost = "C = " + " + ".join(f"w_{{{j + 1}{k + 1}}}*{product(j, k)}/3" for j, k in square)
        return Task("samples", 3, f"Find $dW$. {ROWS}", key, slips, "dW = 1/m dZ Aᵀ: the sum over samples of δ aᵀ, divided by m.", numbers,
                    {"dZ": dz, "A": a}, form="matrix",
                    facts=["A layer of two neurons on m = 3 samples, one column each; A holds the activations of the layer before, dZ the samples' own ∂L/∂z."],
                    proof=Proof(floats(numbers) | w, [cost], "C", [["w_{11}", "w_{12}"], ["w_{21}", "w_{22}"]]))  # fmt: skip
    numbers = {
        "w": random.choice([Fraction(1, 2), Fraction(-1, 2), Fraction(1), Fraction(-1)]),
        "b": random.choice([Fraction(1, 2), Fraction(-1, 2), Fraction(0)]),
    }
    numbers |= drawn(random, ["x_{1}", "x_{2}", "x_{3}"], WHOLE[1:-2]) | {
        f"y_{{{i}}}": Fraction(random.choice((0, 1))) for i in (1, 2, 3)
    }
    lines = [f"a_{{{i}}} = sigmoid(w*x_{{{i}}} + b)" for i in (1, 2, 3)]
    gaps = [f"(a_{{{i}}} - y_{{{i}}})" for i in (1, 2, 3)]
    inputs = [f"x_{{{i}}}" for i in (1, 2, 3)]
    total = "(" + " + ".join(f"{g}*{x}" for g, x in zip(gaps, inputs)) + ")"
    slips = [
        Slip("summed instead of averaged", "1/m", total),
        Slip("last sample only", "the last sample's", f"{gaps[2]}*x_{{3}}"),
        Slip("product of means", "first averaged, then multiplied", f"({' + '.join(gaps)})/3*({' + '.join(inputs)})/3"),
        Slip("sign error", "y - a", f"-{total}/3"),
        Slip("forgot a local derivative", "the inputs: this is ∂C/∂b", f"({' + '.join(gaps)})/3"),
        Slip("another cost", "σ′ once more", "(" + " + ".join(f"{g}*{x}*a_{{{i}}}*(1 - a_{{{i}}})" for i, (g, x) in enumerate(zip(gaps, inputs), 1)) + ")/3"),
    ]  # fmt: skip
    cost = (
        "C = -(" + " + ".join(f"y_{{{i}}}*ln(a_{{{i}}}) + (1 - y_{{{i}}})*ln(1 - a_{{{i}}})" for i in (1, 2, 3)) + ")/3"
    )
    return Task("samples", 4, f"The cost is the mean of the three cross-entropies. Find $∂C/∂w$. {THREE_DIGITS}", f"{total}/3", slips,
                "For each sample δ = a - y, times its input; then the mean.", numbers, lines=lines,
                facts=["A sigmoid neuron on three samples."], proof=Proof(floats(numbers), [*lines, cost], "C", [["w"]]))  # fmt: skip
