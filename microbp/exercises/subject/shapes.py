"""Shapes, and where the transpose belongs."""

# One slip, one line: the tables may run past the margin.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeAlias

from .task import Slip, Task

Shape: TypeAlias = tuple[int, ...]


def shapes(random: Random, level: int) -> Task:
    """The shape of a quantity, of a derivative; where the transpose belongs; which lines are right."""
    n0, n1, n2, m = random.sample([2, 3, 4, 5, 6, 7, 8, 10], 4)
    sizes = {0: n0, 1: n1, 2: n2}
    facts = [
        f"A two-layer network: {n0} inputs, {n1} hidden neurons and {n2} output neurons. There are {m} samples, one column each."
    ]
    layer = random.choice((1, 2))
    if level == 3:
        return the_right_one(random, facts)
    if level == 4:
        return all_right_ones(random, facts)
    d = "" if level == 1 else "d"
    quantity = random.choice(("W", "b", "Z", "A"))
    rows, before = sizes[layer], sizes[layer - 1]
    key: Shape = {"W": (rows, before), "b": (rows, 1), "Z": (rows, m), "A": (rows, m)}[quantity]
    slips: dict[str, list[tuple[str, str, Shape]]] = {
        "W": [("transposed", "columns for rows", (before, rows)), ("m in a parameter", "m columns", (rows, m)),
              ("another layer", "the next one", (sizes[min(layer + 1, 2)], rows))],
        "b": [("m in a parameter", "m columns", (rows, m)), ("transposed", "a row", (1, rows)),
              ("lost dimension", f"({rows},)", (rows,))],
    }  # fmt: skip
    by_sample: list[tuple[str, str, Shape]] = [
        ("transposed", "one row per sample", (m, rows)), ("shape of one sample", "one column", (rows, 1)),
        ("another layer", "the layer before", (before, m)), ("lost dimension", f"({rows},)", (rows,)),
    ]  # fmt: skip
    return Task(
        "shapes", level, f"Which shape has ${d}{quantity}^{{[{layer}]}}$? Write it as (rows, columns).", written(key),
        [Slip(name, where, written(shape)) for name, where, shape in slips.get(quantity, by_sample)],
        "W has a row for each neuron of its layer and a column for each of the layer before; b has one column; Z and A have one for each sample. A derivative has the shape of what it is taken with respect to.",
        facts=facts, form="shape",
    )  # fmt: skip


def written(shape: Shape) -> list[list[str]]:
    """A shape as a row of formulas."""
    return [[str(n) for n in shape]]


def the_right_one(random: Random, facts: Sequence[str]) -> Task:
    """A choice: where the transpose belongs."""
    asked, (right, wrong) = random.choice(list(right_and_wrong().items()))
    options = [(right, "", ""), *wrong]
    random.shuffle(options)
    letters = [chr(65 + n) for n in range(len(options))]
    key = letters[[code for code, _, _ in options].index(right)]
    return Task(
        "shapes", 3, f"Which line is right for {asked}?", key,
        [Slip(name, code, letter) for letter, (code, name, _) in zip(letters, options) if name],
        " ".join(dict.fromkeys(hint for _, name, hint in options if name)), facts=facts, form="choice",
        options=[f"$`{code}`$" for code, _, _ in options],
    )  # fmt: skip


def all_right_ones(random: Random, facts: Sequence[str]) -> Task:
    """A choice of several: four lines, of which one to three are right."""
    chosen = random.sample(list(right_and_wrong().values()), 4)
    are_right = [True, False, *(random.random() < 0.5 for _ in range(2))]
    random.shuffle(are_right)
    options = [
        (right, "") if is_right else random.choice(wrong)[:2] for (right, wrong), is_right in zip(chosen, are_right)
    ]
    key = "".join(chr(65 + n) for n in range(4) if are_right[n])
    slips = [
        Slip(name, f"{chr(65 + n)}: {code}", "".join(sorted(key + chr(65 + n))))
        for n, (code, name) in enumerate(options) if name
    ]  # fmt: skip
    return Task(
        "shapes", 4, "Which of these lines are right? Give all their letters.", key, slips,
        "Write the shape under every factor: the inner numbers of a product must agree, and a Hadamard product needs equal shapes.",
        facts=facts, form="choice", options=[f"$`{code}`$" for code, _ in options],
    )  # fmt: skip


def right_and_wrong() -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """Lines of a backward pass for every quantity: the right one, and wrong ones with their slip and a hint."""
    inner = "The inner numbers of a product must agree."
    return {
        "Z2": ("Z2 = W2 @ A1 + b2", [("Z2 = W2.T @ A1 + b2", "transposed", inner), ("Z2 = A1 @ W2 + b2", "transposed", inner),
                                     ("Z2 = W2 @ A2 + b2", "another layer", "The layer before feeds this one.")]),
        "dW2": ("dW2 = dZ2 @ A1.T / m", [("dW2 = A1 @ dZ2.T / m", "transposed", "dW has the shape of W."), ("dW2 = dZ2.T @ A1 / m", "transposed", inner),
                                         ("dW2 = dZ2 @ A2.T / m", "another layer", "The layer before feeds this one.")]),
        "dW1": ("dW1 = dZ1 @ X.T / m", [("dW1 = dZ1 @ X / m", "transposed", inner), ("dW1 = X @ dZ1.T / m", "transposed", "dW has the shape of W."),
                                        ("dW1 = dZ1 * X / m", "product for outer product", "Each pair of neurons has its weight.")]),
        "dZ1": ("dZ1 = (W2.T @ dZ2) * dg(Z1)", [("dZ1 = (W2 @ dZ2) * dg(Z1)", "transposed", inner), ("dZ1 = W2.T @ (dZ2 * dg(Z1))", "the bracket", "A Hadamard product needs equal shapes."),
                                                ("dZ1 = (W2.T @ dZ2) @ dg(Z1)", "product for outer product", "A Hadamard product needs equal shapes.")]),
        "dA1": ("dA1 = W2.T @ (dA2 * dg(Z2))", [("dA1 = (W2.T @ dA2) * dg(Z2)", "the bracket", "A Hadamard product needs equal shapes."), ("dA1 = W2 @ (dA2 * dg(Z2))", "transposed", inner)]),
        "db1": ("db1 = dZ1.sum(axis=1, keepdims=True) / m", [("db1 = dZ1.sum(axis=0, keepdims=True) / m", "transposed", "axis=1 sums along the row."), ("db1 = dZ1.sum(axis=1) / m", "lost dimension", "b has one column."),
                                                             ("db1 = dZ1 / m", "m in a parameter", "b has no m.")]),
    }  # fmt: skip
