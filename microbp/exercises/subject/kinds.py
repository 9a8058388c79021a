"""The kinds of exercises on the subject, and their tasks by seed and level."""

# One kind, one line: the tables may run past the margin.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from ...engine.recording import recording
from ...errors import InputError
from . import equations, neurons, samples, shapes, training
from .task import Task


class Kind(NamedTuple):
    """A kind: what it is about, its levels in words, and the function that makes one task."""

    about: str
    levels: tuple[str, str, str, str]
    make: Callable[[Random, int], Task]


KINDS = {
    "sigmoid": Kind("a sigmoid neuron", ("from z", "a parameter", "two inputs", "two neurons in a chain"), neurons.sigmoid),
    "tanh": Kind("a tanh neuron", ("from z", "a parameter", "two inputs", "two neurons in a chain"), neurons.tanh),
    "component": Kind("BP1 to BP4 by component", ("BP1", "BP4", "BP2", "both layers"), equations.components),
    "matrix": Kind("BP1 to BP4 as matrices", ("BP4", "BP2", "the bracket", "both layers"), equations.matrices),
    "shapes": Kind("shapes and transposes", ("of a layer", "of a derivative", "the transpose", "all right lines"), shapes.shapes),
    "samples": Kind("one sample against m", ("a mean", "db", "dW", "a neuron on three samples"), samples.samples),
    "delta": Kind("sigmoid with cross-entropy, δ = a - y", ("δ", "dA", "a parameter", "a hidden neuron"), neurons.error),
    "saturated": Kind("which neuron is saturated", ("by z", "by w x + b", "dead relu", "the largest error"), neurons.saturated),
    "softmax": Kind("softmax with cross-entropy", ("probabilities", "the cost", "δ = p - y", "a weight"), neurons.softmax),
    "momentum": Kind("one step of momentum", ("v", "w", "v after two", "w after two"), training.momentum),
    "rmsprop": Kind("one step of RMSprop", ("s", "the step", "w", "the second step"), training.rmsprop),
    "adam": Kind("one step of Adam", ("v corrected", "s corrected", "the first step", "the second step"), training.adam),
    "average": Kind("the exponentially weighted average", ("v_2", "its correction", "three numbers", "the weights"), training.average),
    "decay": Kind("the decay of the learning rate", ("1/(1 + rate epoch)", "exponential", "a power", "a staircase"), training.decay),
}  # fmt: skip
LEVELS = (1, 2, 3, 4)
TRIES = 2000  # draws without a new task: the numbers of a kind are used up


def tasks(kind: str, n: int = 1, level: int = 1, seed: int = 0) -> list[Task]:
    """Different tasks of one kind and level, the same ones for the same seed; a smaller n gives the first of them.

    Args:
        kind: a name of `KINDS`.
        n: how many.
        level: 1 to 4.
        seed: any whole number.

    Raises:
        InputError: no such kind or level, n below 1, or more tasks than the kind's numbers allow.
        GradientError: a key differs from the engine's derivative.

    >>> (task,) = tasks("delta", level=1, seed=1)
    >>> print(task.key, "=", round(task.answer[0][0], 3))
    a - y = 0.37
    """
    if kind not in KINDS:
        raise InputError(f"there is no kind {kind!r}: the kinds are {', '.join(KINDS)}")
    if level not in LEVELS:
        raise InputError(f"level={level!r}: the levels are 1 to 4")
    if n < 1:
        raise InputError(f"n={n}: ask for at least one exercise")
    random = Random(f"microbp exercises, {kind}, level {level}, seed {seed}")
    found: dict[object, Task] = {}
    tries = 0
    with recording(True):
        while len(found) < n:
            task = KINDS[kind].make(random, level)
            tries += 1
            if tries > TRIES:
                raise InputError(
                    f"{kind} has no more than {len(found)} different exercises on level {level}, and {n} are asked for"
                )
            if (signature := _signature(task)) not in found and task.is_fair():
                task.prove()
                found[signature] = task
                tries = 0
    return list(found.values())


def _signature(task: Task) -> object:
    return task.asked, tuple(task.numbers.items()), tuple(task.facts), tuple(task.options), tuple(task.lines)
