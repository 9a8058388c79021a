"""The mistakes that are made on paper, each one carried out: the wrong answer it leads to tells which it was.

A misconception is a function that goes over the paths again and does one thing wrong, at every place where
it can be done. Each wrong answer comes with the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from ..engine.value import Value
from ..inspect.paths import Edge
from ..table import rows as ops
from .exact import Exact

if TYPE_CHECKING:
    from .exercise import Exercise

Wrong: TypeAlias = Iterator[tuple[Fraction, str]]
"""Wrong answers, each with the place of the mistake in words."""


@dataclass(frozen=True)
class Misconception:
    """A mistake by its name, what to tell who makes it, and the wrong answers that it leads to."""

    name: str
    advice: str
    wrong: Callable[[Exercise], Wrong]


@dataclass(frozen=True)
class Mistake:
    """A misconception at work in one exercise: where it was made and what comes out."""

    misconception: Misconception
    where: str
    answer: Fraction

    def __str__(self) -> str:
        return f"{self.misconception.name}: {self.where}"


def forgot_a_path(exercise: Exercise) -> Wrong:
    """Some of the products are left out of the sum."""
    paths = exercise.paths
    for count in range(1, len(paths)):
        for left_out in combinations(range(len(paths)), count):
            kept = [path for i, path in enumerate(paths) if i not in left_out]
            yield exercise.total(paths=kept), ", ".join(exercise.route(paths[i]) for i in left_out)


def forgot_a_local_derivative(exercise: Exercise) -> Wrong:
    """One factor is taken as 1, wherever it stands."""
    for edge in exercise.edges:
        if exercise.graph.factors[edge] != 1:
            yield exercise.total({edge: Fraction(1)}), exercise.symbol(edge)


def made_a_sign_error(exercise: Exercise) -> Wrong:
    """The sign of the result is turned round, or that of a factor on some of the paths."""
    yield -exercise.answer, "on every path"
    paths = [set(path) for path in exercise.paths]  # sets tell nodes by identity, == would compare their numbers
    for edge in exercise.edges:
        if any(edge not in path for path in paths):
            yield exercise.total({edge: -exercise.graph.factors[edge]}), f"in {exercise.symbol(edge)}"


def took_the_value_after(exercise: Exercise) -> Wrong:
    """A factor that is a value from before the operation is taken from after it: 2z for 2x where z = x²."""
    for edge in exercise.edges:
        node = edge.node
        if node.op is ops.square or _is_a_factor(edge):
            z = Exact(exercise.graph.data[node])
            after = exercise.graph.rules(node, z, [z] * len(node.args))[edge.which]
            yield exercise.total({edge: after}), exercise.symbol(edge)


def swapped_the_factors(exercise: Exercise) -> Wrong:
    """The derivative of a product by a factor is taken to be that factor, not the other."""
    for edge in exercise.edges:
        if _is_a_factor(edge):
            yield exercise.total({edge: exercise.graph.data[edge.parent]}), exercise.symbol(edge)


def averaged_for_summed(exercise: Exercise) -> Wrong:
    """Where paths meet, their products are averaged."""
    if len(exercise.paths) > 1:
        yield exercise.answer / len(exercise.paths), f"{len(exercise.paths)} paths meet"


def summed_for_averaged(exercise: Exercise) -> Wrong:
    """A mean is taken for a sum: its local derivatives are 1."""
    means: dict[Value, dict[Edge, Fraction]] = {}
    for edge in exercise.edges:
        if edge.node.op is ops.mean:
            means.setdefault(edge.node, {})[edge] = Fraction(1)
    for node, changed in means.items():
        yield exercise.total(changed), f"{exercise.name(node)} is a mean"


def _is_a_factor(edge: Edge) -> bool:
    """Whether an operation multiplies this argument with another."""
    if edge.node.op is ops.weighted_sum:  # the bias, its last argument, is added
        return edge.which < len(edge.node.parents) - 1
    return edge.node.op is ops.mul


MISCONCEPTIONS = (
    Misconception(
        "forgot a path",
        "a leaf counts once for every way that it reaches the output: add up all paths",
        forgot_a_path,
    ),
    Misconception(
        "forgot a local derivative",
        "every step of a path gives a factor, the first and the last too",
        forgot_a_local_derivative,
    ),
    Misconception(
        "sign error",
        "what is subtracted or divided by brings a minus sign, what is added does not",
        made_a_sign_error,
    ),
    Misconception(
        "value after instead of before",
        "a local derivative is taken at what went into the operation, not at what came out",
        took_the_value_after,
    ),
    Misconception(
        "swapped factors",
        "the derivative of a product by one factor is the other factor",
        swapped_the_factors,
    ),
    Misconception(
        "averaged instead of summed",
        "where paths meet, what they bring is added, and not divided by their number",
        averaged_for_summed,
    ),
    Misconception(
        "summed instead of averaged",
        "a mean over n terms gives each of them the factor 1/n",
        summed_for_averaged,
    ),
)


def mistakes(exercise: Exercise) -> list[Mistake]:
    """Every mistake that can be made in an exercise, those included that happen to change nothing."""
    return [Mistake(m, where, answer) for m in MISCONCEPTIONS for answer, where in m.wrong(exercise)]
