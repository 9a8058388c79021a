r"""The red pen: a formula tried on live networks, and what it says of it.

A formula is read (`read`), tried in every world that it speaks of (`scene`), and judged: it holds, or it holds only
if something more is true of the network, or it is wrong. Where it fails it fails in numbers, in the smallest network
there is, and the nearest formula that holds is looked for among small edits (`edits`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import Any

from ...errors import InputError
from .edits import edited
from .read import read
from .scene import Trial, trials
from .sequences import Moment, is_about_steps, step_trials
from .tree import Formula, quantities, shown
from .worlds import COSTS, ENDS, World, worlds

Condition = Callable[[Any], bool]
MOST = 600  # edits that are tried
ONE_OUTPUT = "there is one output neuron"
SHAPES = {
    ONE_OUTPUT,
    "every layer has one neuron",
    "all layers have the same size",
    "m = 1",
    "the network has one layer",
}
"""Conditions under which a wrong formula is right by accident."""


def _all(name: str) -> Condition:
    return lambda w: all(a == name for a in w.activations)


def _has_cost(cost: str) -> Condition:
    return lambda w: bool(w.cost == cost)


def _ends_in(output: str, cost: str) -> Condition:
    return lambda w: bool(w.activations[-1] == output and w.cost == cost)


def _name(cost: str) -> str:
    return cost.removeprefix("the cost ")


CONDITIONS: dict[str, Condition] = {
    ONE_OUTPUT: lambda w: w.sizes[-1] == 1,
    "every layer has one neuron": lambda w: set(w.sizes) == {1},
    "all layers have the same size": lambda w: len(set(w.sizes)) == 1,
    "m = 1": lambda w: w.m == 1,
    "all activations are linear": _all("linear"),
    "the output layer is linear": lambda w: w.activations[-1] == "linear",
    "the hidden layers are linear": lambda w: w.depth > 1 and set(w.activations[:-1]) == {"linear"},
    "all activations are the sigmoid": _all("sigmoid"),
    "all activations are tanh": _all("tanh"),
    "the hidden layers are sigmoid": lambda w: w.depth > 1 and set(w.activations[:-1]) == {"sigmoid"},
    "the hidden layers are tanh": lambda w: w.depth > 1 and set(w.activations[:-1]) == {"tanh"},
    "the hidden layers are relu": lambda w: w.depth > 1 and set(w.activations[:-1]) == {"relu"},
    "the output layer is sigmoid": lambda w: w.activations[-1] == "sigmoid",
    "the output layer is tanh": lambda w: w.activations[-1] == "tanh",
    "there are two inputs": lambda w: w.sizes[0] == 2,
    "the network has one layer": lambda w: w.depth == 1,
    "the network has two layers": lambda w: w.depth == 2,
    **{f"the cost is {_name(cost)}": _has_cost(cost) for cost in COSTS},
    **{f"the output layer is {output}, the cost {_name(cost)}": _ends_in(output, cost) for output, cost in ENDS},
}
"""What may have to be true of a network beside."""


@dataclass(frozen=True)
class Verdict:
    """What became of a claim; prints itself.

    Attributes:
        text: the claim as it was written.
        formula: the claim as it was read.
        holds: whether it holds wherever it says something.
        conditions: else each of them is enough for it to hold; none where it is wrong.
        tried: in how many networks it was tried.
        counterexample: the smallest network in which it fails.
        suggestion: the nearest formula that holds.
    """

    text: str
    formula: Formula
    holds: bool
    conditions: tuple[str, ...]
    tried: int
    counterexample: Trial | None = None
    suggestion: str = ""
    given: tuple[str, ...] = field(default=())

    @property
    def word(self) -> str:
        """The verdict in a word or two: holds, holds only if, wrong."""
        return "holds" if self.holds else "holds only if" if self.conditions else "wrong"

    @property
    def places(self) -> str:
        """Where it was tried."""
        return f"at {self.tried} steps" if is_about_steps(self.formula) else f"in {self.tried} networks"

    def __str__(self) -> str:
        lines = [shown(self.formula)]
        if self.holds:
            lines.append(f"  holds: tried {self.places}")
        elif self.conditions:
            lines.append(f"  holds only if {', or if '.join(self.conditions)}")
        else:
            lines.append(f"  wrong: tried {self.places}")
        if self.counterexample is not None:
            lines += ["  counterexample:", *(f"    {line}" for line in _explained(self.counterexample))]
        if self.suggestion:
            lines.append(f"  did you mean  {self.suggestion}")
        return "\n".join(lines)

    __repr__ = __str__

    def as_dict(self) -> dict[str, Any]:
        """The verdict for other tools."""
        return {
            "claim": self.text,
            "formula": shown(self.formula),
            "verdict": self.word,
            "given": list(self.given),
            "conditions": list(self.conditions),
            "tried": self.tried,
            "counterexample": "" if self.counterexample is None else "\n".join(_explained(self.counterexample)),
            "suggestion": self.suggestion,
        }


def claim(text: str, given: str | Sequence[str] = ()) -> Verdict:
    r"""Judge a formula of backpropagation by numbers.

    The formula may be in matrix or component notation, in LaTeX or as NumPy code. It is tried on up to a thousand live
    networks of many shapes, activations and costs; every derivative is taken from their graphs.

    Args:
        text: an equation between the quantities of the texts.
        given: what is taken for granted, from `CONDITIONS`.

    Raises:
        ExpressionError: the text cannot be read as such an equation.
        InputError: it says nothing about any network that it could be tried on; an unknown condition.

    >>> print(claim("dA1 = W2.T @ dA2 * dg(Z2)").word)
    holds only if
    >>> claim(r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)").holds
    True
    """
    formula = read(text)
    asked = (given,) if isinstance(given, str) else tuple(given)
    if unknown := [name for name in asked if name not in CONDITIONS]:
        raise InputError(f"no condition {unknown[0]!r}; choose from {', '.join(CONDITIONS)}")
    found = list(tried(formula, asked))
    if not found:
        raise InputError(f"{shown(formula)} says nothing about a network or a step of training: which layer is meant?")
    failed = [(world, trial) for world, trial in found if trial is not None]
    if not failed:
        return Verdict(text, formula, True, (), len(found), given=asked)
    results = [(world, trial is None) for world, trial in found]
    conditions = tuple(kinds_of_step(results) if is_about_steps(formula) else sufficient(results))
    suggestion, context = nearest(formula, asked, bool(conditions) and not set(conditions) <= SHAPES)
    in_context = [t for w, t in failed if t is not None and all(CONDITIONS[name](w) for name in context)]
    counterexample = min(in_context or [t for _, t in failed if t is not None], key=lambda t: bool(t.trouble))
    return Verdict(text, formula, False, conditions, len(found), counterexample, suggestion, asked)


def tried(
    formula: Formula, given: Iterable[str] = (), places: Iterable[World] | None = None
) -> Iterator[tuple[Any, Trial | None]]:
    """Every world that the formula says something about, with the first trial that fails there."""
    if is_about_steps(formula):
        yield from step_trials(formula)
        return
    for world in worlds() if places is None else places:
        if all(CONDITIONS[name](world) for name in given):
            failed, any_at_all = None, False
            for trial in trials(formula, world):
                any_at_all = True
                if not trial.holds:
                    failed = trial
                    break
            if any_at_all:
                yield world, failed


def sufficient(results: Sequence[tuple[World, bool]]) -> list[str]:
    """The weakest conditions under which a formula holds: one each, or two together."""
    satisfied = {name: frozenset(i for i, (w, _) in enumerate(results) if c(w)) for name, c in CONDITIONS.items()}
    right = frozenset(i for i, (_, holds) in enumerate(results) if holds)
    for together in (1, 2):
        enough: dict[str, frozenset[int]] = {}
        for names in combinations(satisfied, together):
            where = frozenset.intersection(*(satisfied[name] for name in names))
            if len(where) >= 2 and where <= right:
                enough[" and ".join(names)] = where
        if enough:
            weakest = [n for n, where in enough.items() if not any(where < other for other in enough.values())]
            return list({enough[name]: name for name in weakest}.values())[:4]  # of the same worlds the closest words
    return []


def kinds_of_step(results: Sequence[tuple[Moment, bool]]) -> list[str]:
    """The optimisers, averages or schedules at whose every step a formula holds."""
    wrong = {moment.name for moment, holds in results if not holds}
    return list(dict.fromkeys(moment.name for moment, _ in results if moment.name not in wrong))


def nearest(formula: Formula, given: Sequence[str], holds_somewhere: bool) -> tuple[str, Sequence[str]]:
    """The first among the small edits of a formula that holds, and what has to be given for it.

    A formula that depends on the cost is also looked at under each cost, with one output. A step of training keeps all
    the letters that it was written with.
    """
    if is_about_steps(formula):
        return ("" if holds_somewhere else nearest_step(formula)), given
    contexts: list[Sequence[str]] = [given]
    if not holds_somewhere and not given and {q.name for q in quantities(formula)} & {"C", "Y", "e", "Ŷ"}:
        contexts += [(ONE_OUTPUT, name) for name in CONDITIONS if "layer is" in name and "cost" in name]
    for context in contexts:
        for candidate in islice(edited(formula, 1 if holds_somewhere else 2), MOST):
            results = list(_until_it_fails(candidate, context)) if candidate.left != candidate.right else []
            if len(results) > 1 and results[-1][1] is None:
                also = f", if {context[-1]}" if context is not given else ""
                return shown(candidate) + also, context
    return "", given


def nearest_step(formula: Formula) -> str:
    """The first among the small edits of a step that holds for one kind of step at least."""
    letters = {q.name for q in quantities(formula)}
    for candidate in islice(edited(formula), MOST):
        if letters <= {q.name for q in quantities(candidate)}:
            results = list(tried(candidate))
            kinds = kinds_of_step([(moment, failed is None) for moment, failed in results])
            if kinds:
                only = any(failed is not None for _, failed in results)
                return shown(candidate) + (f", if {kinds[0]}" if only else "")
    return ""


def _until_it_fails(formula: Formula, given: Sequence[str]) -> Iterator[tuple[Any, Trial | None]]:
    for world, failed in tried(formula, given, reversed(worlds())):  # the largest network is the hardest
        yield world, failed
        if failed is not None:
            return


def _explained(trial: Trial) -> list[str]:
    """A counterexample in numbers."""
    where = ", ".join(f"{name} = {place}" for name, place in trial.binding.items())
    lines = [f"{trial.world}" + (f"; {where}" if where else "")]
    if trial.trouble:
        lines.append(trial.trouble)
    if trial.left is not None:
        lines.append(f"left   {_number(trial.left)}")
        lines.append(f"right  {_number(trial.right)}")
    return lines


def _number(x: Any) -> str:
    import numpy as np

    return np.array2string(np.asarray(x), precision=4, suppress_small=True).replace("\n", "\n       ")
