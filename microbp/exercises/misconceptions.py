"""The mistakes that are made on paper, each one carried out: the wrong answer it leads to tells which it was.

In a graph of several lines, a misconception is a function that goes over the paths again and does one thing wrong,
at every place where it can be done. In a question on the subject it is a formula. Each wrong
answer comes with the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeAlias

from ..engine.value import Value
from ..inspect.paths import Edge
from ..table import rows as ops
from .reading import Tree, evaluate, numeral

if TYPE_CHECKING:
    from .exercise import Exercise

Wrong: TypeAlias = Iterator[tuple[Tree, str]]
"""Wrong answers as formulas over the graph, each with the place of the mistake in words."""


@dataclass(frozen=True)
class Misconception:
    """A mistake by its name, and what to tell who makes it."""

    name: str
    advice: str


@dataclass(frozen=True)
class Mistake:
    """A misconception at work in one exercise: where it was made, what comes out, and by which formula."""

    misconception: Misconception
    where: str
    answer: Any
    formula: Any = None

    def __str__(self) -> str:
        return f"{self.misconception.name}: {self.where}"


def forgot_a_path(exercise: Exercise) -> Wrong:
    """Some of the products are left out of the sum."""
    paths = exercise.paths
    for count in range(1, len(paths)):
        for left_out in combinations(range(len(paths)), count):
            kept = [path for i, path in enumerate(paths) if i not in left_out]
            yield exercise.summed(paths=kept), ", ".join(exercise.route(paths[i]) for i in left_out)


def forgot_a_local_derivative(exercise: Exercise) -> Wrong:
    """One factor is taken as 1, wherever it stands."""
    for edge in exercise.edges:
        if exercise.graph.factors[edge] != 1:
            yield exercise.summed({edge: numeral("1")}), exercise.slope(edge)


def made_a_sign_error(exercise: Exercise) -> Wrong:
    """The sign of the result is turned round, or that of a factor on some of the paths."""
    yield ("neg", exercise.summed()), "on every path"
    paths = [set(path) for path in exercise.paths]  # sets tell nodes by identity, == would compare their numbers
    for edge in exercise.edges:
        if any(edge not in path for path in paths):
            yield exercise.summed({edge: ("neg", exercise.local(edge))}), f"in {exercise.slope(edge)}"


def took_the_value_after(exercise: Exercise) -> Wrong:
    """A factor that is a value from before the operation is taken from after it: 2z for 2x where z = x²."""
    for edge in exercise.edges:
        node = edge.node
        if node.op is ops.square or _is_a_factor(edge):
            yield exercise.summed({edge: exercise.local(edge, after=True)}), exercise.slope(edge)


def swapped_the_factors(exercise: Exercise) -> Wrong:
    """The derivative of a product by a factor is taken to be that factor, not the other."""
    for edge in exercise.edges:
        if _is_a_factor(edge):
            yield exercise.summed({edge: ("name", exercise.label(edge.parent))}), exercise.slope(edge)


def averaged_for_summed(exercise: Exercise) -> Wrong:
    """Where paths meet, their products are averaged."""
    if len(exercise.paths) > 1:
        yield ("/", exercise.summed(), numeral(str(len(exercise.paths)))), f"{len(exercise.paths)} paths meet"


def summed_for_averaged(exercise: Exercise) -> Wrong:
    """A mean is taken for a sum: its local derivatives are 1."""
    means: dict[Value, dict[Edge, Tree]] = {}
    for edge in exercise.edges:
        if edge.node.op is ops.mean:
            means.setdefault(edge.node, {})[edge] = numeral("1")
    for node, changed in means.items():
        yield exercise.summed(changed), f"{exercise.name(node)} is a mean"


def _is_a_factor(edge: Edge) -> bool:
    """Whether an operation multiplies this argument with another."""
    if edge.node.op is ops.weighted_sum:  # the bias, its last argument, is added
        return edge.which < len(edge.node.parents) - 1
    return edge.node.op is ops.mul


OVER_PATHS: dict[Misconception, Callable[[Exercise], Wrong]] = {
    Misconception(
        "forgot a path", "a leaf counts once for every way that it reaches the output: add up all paths"
    ): forgot_a_path,
    Misconception(
        "forgot a local derivative", "every step of a path gives a factor, the first and the last too"
    ): forgot_a_local_derivative,
    Misconception(
        "sign error", "what is subtracted or divided by brings a minus sign, what is added does not"
    ): made_a_sign_error,
    Misconception(
        "value after instead of before",
        "a local derivative is taken at what went into the operation, not at what came out",
    ): took_the_value_after,
    Misconception(
        "swapped factors", "the derivative of a product by one factor is the other factor"
    ): swapped_the_factors,
    Misconception(
        "averaged instead of summed", "where paths meet, what they bring is added, and not divided by their number"
    ): averaged_for_summed,
    Misconception(
        "summed instead of averaged", "a mean over n terms gives each of them the factor 1/n"
    ): summed_for_averaged,
}
"""The mistakes that are found by going over the paths of any graph."""

ON_THE_SUBJECT = tuple(
    Misconception(*pair)
    for pair in {
        "σ for σ′": "the activation's local derivative is σ′(z), not σ(z) itself",
        "another activation": "σ′ = a (1 - a) belongs to the sigmoid, 1 - a² to tanh, and 1 or 0 to relu",
        "another cost": "look which cost is asked: (a - y)² has the derivative 2 (a - y), the half square a - y",
        "another neuron": "the index before tells where a weight leads to, the one behind where it comes from",
        "another layer": "a weight multiplies the activation of the layer before, and the error of its own layer",
        "transposed": "row = destination: going back, each neuron takes its column, so Wᵀ",
        "product for outer product": "∂C/∂W has one entry for each pair: δ_j a_k, a column times a row",
        "the bracket": "σ′ belongs to dA of its own layer, inside the bracket: Wᵀ (dA ⊙ σ′(Z))",
        "shape of one sample": "one column per sample: what belongs to samples has m columns",
        "m in a parameter": "W and b have no m: every sample shares them",
        "lost dimension": "keepdims=True keeps (n, 1) from becoming (n,)",
        "last sample only": "every sample has its say: the derivative is the mean over all of them",
        "product of means": "the mean of the products is asked, not the product of the means",
        "saturated means large": "a neuron is saturated where its activation is flat, on either side",
        "1 - β forgotten": "the average is weighted: β of the old and 1 - β of the new",
        "β and 1 - β swapped": "β belongs to the old average, 1 - β to the new number",
        "gradient not squared": "RMSprop and Adam average the square of the gradient",
        "root forgotten": "the step is divided by the square root of s",
        "no correction": "an average that starts at 0 is too small: divide it by 1 - β^t",
        "correction of another step": "t counts from 1, and the correction is 1 - β^t",
        "added instead of subtracted": "the step goes against the gradient: w - α g",
        "rate forgotten": "the step is the rate times the direction",
        "1 + forgotten": "the rate is divided by 1 + rate · epoch, which is 1 at epoch 0",
        "linear for exponential": "exponential decay multiplies anew in every epoch",
        "no staircase": "a staircase takes the whole part of the quotient: the rate stays between the stairs",
        "multiplied instead of divided": "the decay divides the rate",
        "logarithm forgotten": "the cross-entropy is the logarithm of the probability, with a minus sign",
        "minus forgotten": "a logarithm of a probability is negative: the cost has a minus sign before it",
        "not normalised": "softmax divides by the sum over all classes",
        "sigmoid for softmax": "softmax looks at all the logits, the sigmoid at one",
        "target forgotten": "δ is a - y: 1 is taken away at the right class alone",
        "both terms negative": "dA = -y/a + (1 - y)/(1 - a): the second term comes with a plus",
    }.items()
)
"""The slips that the texts of the subject carry, and that students copy."""

MISCONCEPTIONS = (*OVER_PATHS, *ON_THE_SUBJECT)
NAMED = {m.name: m for m in MISCONCEPTIONS}


def mistakes(exercise: Exercise) -> list[Mistake]:
    """Every mistake that can be made in an exercise, those included that happen to change nothing."""
    return [
        Mistake(m, where, evaluate(formula, exercise.symbols), formula)
        for m, wrong in OVER_PATHS.items()
        for formula, where in wrong(exercise)
    ]
