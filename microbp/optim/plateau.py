"""A learning rate that falls when the cost no longer does."""

from __future__ import annotations

import math

from .checks import count, number


class Plateau:
    """A schedule that is told the cost of every epoch; make it with `on_plateau`.

    Attributes:
        rate: the rate now.
        best: the lowest cost so far.
        waiting: how many epochs there was no better one.
        cooling: how many epochs it still waits before it counts again.
    """

    def __init__(self, lr: float, factor: float, patience: int, threshold: float, cooldown: int, end: float) -> None:
        self.rate, self.best, self.waiting, self.cooling = lr, math.inf, 0, 0
        self.factor, self.patience, self.threshold, self.cooldown, self.end = factor, patience, threshold, cooldown, end

    def __call__(self, step: int) -> float:
        """The rate, whatever the step."""
        return self.rate

    def __repr__(self) -> str:
        return f"on_plateau({self.rate:g})"

    def observe(self, cost: float) -> None:
        """Look at the cost of one more epoch; `fit` calls it, a loop of your own calls it after each epoch."""
        self.waiting += 1
        if cost < self.best * (1 - self.threshold):
            self.best, self.waiting = cost, 0
        if self.cooling:
            self.cooling, self.waiting = self.cooling - 1, 0
        if self.waiting > self.patience:
            self.rate = max(self.rate * self.factor, min(self.rate, self.end))
            self.cooling, self.waiting = self.cooldown, 0


def on_plateau(
    lr: float, factor: float = 0.1, patience: int = 10, threshold: float = 1e-4, cooldown: int = 0, end: float = 0.0
) -> Plateau:
    """Multiply the rate by ``factor`` when the cost has not fallen for more than ``patience`` epochs.

    `fit` tells it the cost on the validation data, or on the training data where there are none. The numbers are
    those of `torch.optim.lr_scheduler.ReduceLROnPlateau`.

    Args:
        lr: the rate at first.
        factor: what it is multiplied with, less than 1.
        patience: so many epochs without a lower cost are borne.
        threshold: a cost counts as lower when it is below (1 - threshold) times the best.
        cooldown: so many epochs after a fall nothing is counted.
        end: the rate does not fall below it.

    >>> schedule = on_plateau(0.5, factor=0.5, patience=1)
    >>> for cost in (3.0, 2.0, 2.0, 2.0, 1.0):
    ...     schedule.observe(cost)
    ...     print(schedule.rate)
    0.5
    0.5
    0.5
    0.25
    0.25
    """
    return Plateau(
        number("lr", lr), number("factor", factor, below=1), count("patience", patience, least=0),
        number("threshold", threshold, below=1), count("cooldown", cooldown, least=0), number("end", end),
    )  # fmt: skip
