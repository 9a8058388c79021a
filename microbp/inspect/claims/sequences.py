r"""Where a claim about a step of training is tried: live averages, optimisers and schedules.

In $v = \beta v + (1-\beta) g$ the v on the left is the one after the step, the v on the right the one before; every
other quantity is what it is after the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...engine.value import Value
from ...optim import SGD, Adam, Optimizer, RMSprop, schedules
from ...optim.averages import correction, ewa
from .scene import Binding, Misfit, Scene, Trial, Unfit
from .tree import Formula, Node, Quantity, quantities
from .worlds import World

NAMES = {"v", "s", "v^", "s^", "θ", "β", "β1", "β2", "ε", "decay", "epoch", "rate0"}
LETTERS = {"W": "w", "b": "w", "dW": "g", "db": "g", "A": "v"}
"""In a step w stands for any parameter, g for its gradient, and v for a velocity."""
RATE, BETA, BETA1, BETA2, EPS, DECAY = 0.3, 0.8, 0.65, 0.89, 0.07, 0.45
"""None is another one, 1 minus another one, or its double: no wrong letter gives the right number."""
GRADIENTS = (0.0, 1.0, -0.5, -2.0, 0.25, 3.0)
"""The first is 0: a step has to be defined there as well."""


@dataclass(frozen=True, eq=False)
class Moment:
    """One step: every quantity before it and after it.

    Attributes:
        name: what makes the steps: the condition that it is.
        step: its number, from 1.
    """

    name: str
    step: int
    before: Mapping[str, float]
    after: Mapping[str, float]

    def __str__(self) -> str:
        words = {"rate": "α", "rate0": "α_0", "v^": "v corrected", "s^": "s corrected", "decay": "rate"}
        numbers = {**self.after, **{f"{n} before": x for n, x in self.before.items()}}
        shown = ", ".join(f"{words.get(n, n)} = {x:.6g}" for n, x in numbers.items() if n != "t")
        return f"{self.name}; {'epoch' if 'epoch' in numbers else 'step'} {self.step}: {shown}"


def is_about_steps(formula: Formula) -> bool:
    """Whether a formula speaks of averages, of an optimiser with a memory, or of a schedule."""
    qs = quantities(formula)
    velocity = formula.update and any(q.written in ("v", "s") and not (q.layer or q.indices) for q in qs)
    return velocity or bool({q.name for q in qs} & NAMES)


def step_trials(formula: Formula) -> Iterator[tuple[Moment, Trial | None]]:
    """Every moment that the formula says something about, with the trial where it fails."""
    for moment in moments():
        try:
            trial = _Step(formula, moment).trial(0, {})
        except Unfit:
            continue
        yield moment, None if trial.holds else Trial(moment, {}, trial.left, trial.right, trial.trouble)


class _Step(Scene):
    """One formula at one moment."""

    def __init__(self, formula: Formula, moment: Moment) -> None:
        super().__init__(formula, World((1, 1), ("linear",), "the cost ½Σ(a - y)²", 1, 0))
        self.moment = moment
        self.old = _name(formula.left) if isinstance(formula.left, Quantity) else ""

    def quantity(self, q: Quantity, l: int, at: Binding, after: bool = False) -> Any:
        name = _name(q)
        if q.layer or q.indices:
            raise Unfit
        is_left = q is self.formula.left
        values = self.moment.before if q.time < 0 or (name == self.old and not is_left) else self.moment.after
        if name not in values:
            raise Unfit
        return values[name]

    def derivative(self, *_: Any) -> Any:
        raise Unfit

    def value(self, node: Node, l: int, at: Binding, after: bool = False) -> Any:
        try:
            return super().value(node, l, at, after)
        except (ZeroDivisionError, OverflowError):
            raise Misfit("a division by 0") from None


def _name(q: Quantity) -> str:
    return "t" if q.written == "t" else LETTERS.get(q.name, q.name)


@lru_cache(maxsize=1)
def moments() -> tuple[Moment, ...]:
    """Every step of every average, optimiser and schedule."""
    return (*_averages(), *_descents(), *_schedules())


def _averages() -> Iterator[Moment]:
    for beta in (0.5, 0.9):
        plain = [0.0, *ewa(GRADIENTS, beta, corrected=False)]
        corrected = [0.0, *ewa(GRADIENTS, beta)]
        for t, theta in enumerate(GRADIENTS, 1):
            now = {"v": plain[t], "v^": corrected[t], "θ": theta, "β": beta, "t": float(t)}
            yield Moment(f"it is an exponentially weighted average with β = {beta}", t, {"v": plain[t - 1]}, now)


def _descents() -> Iterator[Moment]:
    velocity, moments = {"v": "velocity"}, {"v": "mean", "s": "mean_square"}
    plain, momentum = {"rate": RATE}, {"rate": RATE, "β": BETA}
    rmsprop = {"rate": RATE, "β": BETA, "β2": BETA, "ε": EPS}
    adam = {"rate": RATE, "β1": BETA1, "β2": BETA2, "ε": EPS}
    w = Value(2.0)
    yield from _steps("the optimiser is gradient descent", w, SGD([w], RATE), {}, plain)
    averaged = SGD([w], RATE, momentum=BETA, averaged=True)
    yield from _steps("momentum averages the gradients, with 1 - β", w, averaged, velocity, momentum)
    yield from _steps("momentum is PyTorch's, without 1 - β", w, SGD([w], RATE, momentum=BETA), velocity, momentum)
    square = RMSprop([w], RATE, alpha=BETA, eps=EPS)
    yield from _steps("the optimiser is RMSprop", w, square, {"s": "mean_square"}, rmsprop)
    both = Adam([w], RATE, betas=(BETA1, BETA2), eps=EPS)
    yield from _steps("the optimiser is Adam", w, both, moments, adam)


def _steps(
    name: str, w: Value, live: Optimizer, slots: Mapping[str, str], options: Mapping[str, float]
) -> Iterator[Moment]:
    """The steps of a live optimiser with the parameter w."""
    for t, g in enumerate(GRADIENTS, 1):
        w.grad = g
        before = _state(live, w, slots)
        live.step()
        now = {**_state(live, w, slots), "g": g, "t": float(t), **options}
        if "β1" in options:
            now["v^"] = now["v"] / correction(options["β1"], t)
            now["s^"] = now["s"] / correction(options["β2"], t)
        yield Moment(name, t, before, now)


def _state(live: Optimizer, w: Value, slots: Mapping[str, str]) -> dict[str, float]:
    state = live.state_dict()
    return {"w": w.data, **{letter: state[slot][0] for letter, slot in slots.items()}}


def _schedules() -> Iterator[Moment]:
    kinds = {
        "the rate decays by the inverse of time": schedules.inverse_time(RATE, rate=DECAY),
        "the rate decays exponentially": schedules.exponential(RATE, decay=DECAY, every=1),
    }
    for name, schedule in kinds.items():
        for epoch in range(5):
            now = {"rate": schedule(epoch), "rate0": RATE, "decay": DECAY, "epoch": float(epoch)}
            yield Moment(name, epoch, {}, now)
