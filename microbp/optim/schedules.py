"""Schedules of the learning rate: a schedule is a function from the step to the rate.

Steps count from 0. Anything that takes a step and returns a rate will do, a
``lambda`` too; the functions below build the usual ones::

    α  the rate at the start (lr)     t  the step     k  the epoch, t // every

    constant      α                    linear      a straight line, then its end
    inverse_time  α / (1 + rate k)     polynomial  α (1 - t/T)^p
    power         α / (1 + k)^p        cosine      half a wave from α to the end
    exponential   α decay^(t/every)    piecewise   by hand
    staircase     α decay^k            cosine_restarts  half waves, one after another
    join          one after another    one_cycle   half a wave up, half a wave down
    warmup        a line up, then a schedule

`on_plateau` looks at the cost instead of the step: its rate falls when the cost no longer does.

Source: A. Ng, *Improving Deep Neural Networks*, week 2, "Learning rate decay", where no other is named.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

from ..errors import InputError, InputTypeError, ShapeError
from .checks import count, number
from .plateau import on_plateau as on_plateau

Schedule = Callable[[int], float]


def constant(lr: float) -> Schedule:
    """Return the schedule that is always ``lr``.

    >>> constant(0.1)(1000)
    0.1
    """
    lr = number("lr", lr)
    return lambda step: lr


def inverse_time(lr: float, rate: float, every: int = 1) -> Schedule:
    """Decay by the inverse of time: α / (1 + rate · epoch).

    The 1 matters: α / (rate · epoch), a misprint in circulation, is infinite at epoch 0.

    Args:
        lr: the rate α of epoch 0.
        rate: how fast it falls; at epoch 1/rate it has halved.
        every: the steps of one epoch. The rate changes between epochs only.

    >>> schedule = inverse_time(0.2, rate=1, every=100)
    >>> [schedule(step) for step in (0, 99, 100, 300)]
    [0.2, 0.2, 0.1, 0.05]
    """
    lr, rate, every = number("lr", lr), number("rate", rate), count("every", every)
    return lambda step: lr / (1 + rate * (step // every))


def power(lr: float, exponent: float = 0.5, every: int = 1) -> Schedule:
    """Decay by a power of time: α / (1 + epoch)^exponent, with 1/2 the inverse square root.

    Args:
        lr: the rate α of epoch 0.
        exponent: how fast it falls. Robbins & Monro 1951 ask for more than 1/2 and
            at most 1: the rates must sum to infinity, their squares must not.
        every: the steps of one epoch. The rate changes between epochs only.

    >>> schedule = power(0.5)
    >>> [schedule(step) for step in (0, 3, 15)]
    [0.5, 0.25, 0.125]
    """
    lr, exponent, every = number("lr", lr), number("exponent", exponent), count("every", every)
    return lambda step: lr / (1 + step // every) ** exponent


def exponential(lr: float, decay: float, every: int = 1) -> Schedule:
    """Decay smoothly by a factor: α · decay^(step/every).

    Args:
        lr: the rate α of step 0.
        decay: the factor, such as 0.95.
        every: the steps in which the rate falls by that factor.

    >>> schedule = exponential(0.8, decay=0.25, every=2)
    >>> [schedule(step) for step in (0, 1, 2)]
    [0.8, 0.4, 0.2]
    """
    lr, decay, every = number("lr", lr), number("decay", decay), count("every", every)
    return lambda step: lr * decay ** (step / every)


def staircase(lr: float, decay: float, every: int) -> Schedule:
    """Decay by a factor at a time: α · decay^epoch, level within the epoch.

    Args:
        lr: the rate α of the first stair.
        decay: the factor from one stair to the next.
        every: the steps of one epoch, the width of a stair.

    >>> schedule = staircase(0.8, decay=0.5, every=2)
    >>> [schedule(step) for step in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """
    lr, decay, every = number("lr", lr), number("decay", decay), count("every", every)
    return lambda step: lr * decay ** (step // every)


def _done(step: int, steps: int) -> float:
    """Return the part of ``steps`` that is behind us, at most all of it."""
    return min(step, steps) / steps


def linear(start: float, end: float, steps: int) -> Schedule:
    """Follow the line from ``start`` to ``end`` in ``steps`` steps; stay at ``end``.

    Source: Goodfellow, Bengio & Courville 2016, *Deep Learning*, equation 8.14.

    >>> schedule = linear(0.0, 1.0, steps=4)
    >>> [schedule(step) for step in (0, 1, 4, 9)]
    [0.0, 0.25, 1.0, 1.0]
    """
    start, end, steps = number("start", start), number("end", end), count("steps", steps)

    def line(step: int) -> float:
        done = _done(step, steps)
        return (1 - done) * start + done * end

    return line


def polynomial(lr: float, steps: int, exponent: float = 1.0) -> Schedule:
    """Fall to 0 as a polynomial: α (1 - step/steps)^exponent, then 0.

    >>> schedule = polynomial(0.8, steps=4, exponent=2)
    >>> [schedule(step) for step in (0, 2, 4, 9)]
    [0.8, 0.2, 0.0, 0.0]
    """
    lr, steps, exponent = number("lr", lr), count("steps", steps), number("exponent", exponent)
    return lambda step: lr * (1 - _done(step, steps)) ** exponent


def cosine(lr: float, steps: int, end: float = 0.0) -> Schedule:
    """Fall along half a cosine wave: end + (α - end) (1 + cos(π step/steps)) / 2, then ``end``.

    Slow at both ends, fast between.

    Source: Loshchilov & Hutter 2017, *SGDR*, equation 5, without the restarts.

    >>> schedule = cosine(0.8, steps=10, end=0.2)
    >>> [round(schedule(step), 3) for step in (0, 1, 5, 10, 99)]
    [0.8, 0.785, 0.5, 0.2, 0.2]
    """
    lr, steps, end = number("lr", lr), count("steps", steps), number("end", end)
    return lambda step: _wave(lr, end, _done(step, steps))


def cosine_restarts(lr: float, steps: int, factor: int = 1, end: float = 0.0) -> Schedule:
    """Fall along half a cosine wave, jump back to α, and again.

    Args:
        lr: the rate α at every start.
        steps: the length of the first wave.
        factor: each wave is so many times as long as the one before.
        end: where each wave would end.

    Source: Loshchilov & Hutter 2017, *SGDR*, equation 5.

    >>> schedule = cosine_restarts(0.8, steps=2, factor=2)
    >>> [round(schedule(step), 3) for step in range(7)]
    [0.8, 0.4, 0.8, 0.683, 0.4, 0.117, 0.8]
    """
    lr, steps, factor, end = number("lr", lr), count("steps", steps), count("factor", factor), number("end", end)

    def waves(step: int) -> float:
        length = steps
        while factor > 1 and step >= length:
            step -= length
            length *= factor
        return _wave(lr, end, step % length / length)

    return waves


def one_cycle(
    lr: float, steps: int, pct_start: float = 0.3, div_factor: float = 25.0, final_div_factor: float = 1e4
) -> Schedule:
    """Rise along half a cosine wave to ``lr``, then fall along another one far below the start.

    Args:
        lr: the largest rate; it may be larger than a constant rate could be.
        steps: how long both take together; after them the rate stays at its end.
        pct_start: the part of them that rises.
        div_factor: the rate starts at lr / div_factor,
        final_div_factor: and ends at that divided once more.

    The numbers are those of `torch.optim.lr_scheduler.OneCycleLR`.

    Source: Smith & Topin 2018, *Super-Convergence*, section 3.

    >>> schedule = one_cycle(0.5, steps=11, div_factor=5, final_div_factor=100)
    >>> [round(schedule(step), 3) for step in (0, 1, 2, 3, 6, 10, 99)]
    [0.1, 0.259, 0.483, 0.49, 0.266, 0.001, 0.001]
    """
    lr, steps, pct_start = number("lr", lr), count("steps", steps), number("pct_start", pct_start, below=1)
    start = lr / _divisor("div_factor", div_factor)
    end = start / _divisor("final_div_factor", final_div_factor)
    top = pct_start * steps - 1  # PyTorch counts the steps from 0 and lets the peak lie between two

    def cycle(step: int) -> float:
        step = min(step, steps - 1)
        if step <= top:
            return _wave(start, lr, step / top if top else 1.0)
        return _wave(lr, end, (step - top) / (steps - 1 - top))

    return cycle


def _wave(start: float, end: float, done: float) -> float:
    """Half a cosine wave from start to end, of which a part is done."""
    return end + (start - end) * (1 + math.cos(math.pi * done)) / 2


def _divisor(name: str, x: float) -> float:
    if not number(name, x):
        raise InputError(f"{name} is {x}: give a number greater than 0")
    return float(x)


def join(schedules: Sequence[Schedule], boundaries: Sequence[int]) -> Schedule:
    """Run one schedule after another, each on its own clock, which starts at 0.

    Args:
        schedules: the schedules, in order.
        boundaries: the step at which each schedule but the first takes over.

    Raises:
        ShapeError: there is not one boundary between each two schedules.
        InputError: the boundaries do not rise.

    >>> schedule = join([constant(0.5), staircase(0.4, decay=0.5, every=1)], boundaries=[3])
    >>> [schedule(step) for step in range(6)]
    [0.5, 0.5, 0.5, 0.4, 0.2, 0.1]
    """
    for i, schedule in enumerate(schedules):
        if not callable(schedule):
            raise InputTypeError(f"schedules[{i}] is {schedule!r}: give a function, such as constant(0.1)")
    starts = [0, *(count(f"boundaries[{i}]", boundary) for i, boundary in enumerate(boundaries))]
    if len(schedules) != len(starts):
        raise ShapeError(
            f"{len(schedules)} schedules and {len(boundaries)} boundaries: give one boundary between each two"
        )
    if any(late <= early for early, late in pairwise(starts)):
        raise InputError(f"boundaries is {list(boundaries)}: each must be greater than the one before")
    parts = tuple(schedules)

    def joined(step: int) -> float:
        i = bisect_right(starts, step) - 1
        return parts[i](step - starts[i])

    told = [part.observe for part in parts if hasattr(part, "observe")]
    if told:
        vars(joined)["observe"] = lambda cost: [observe(cost) for observe in told]
    return joined


def piecewise(rates: Sequence[float], boundaries: Sequence[int]) -> Schedule:
    """Set the rate by hand: ``rates[0]`` at first, ``rates[i]`` from ``boundaries[i-1]`` on.

    >>> schedule = piecewise([0.1, 0.01], boundaries=[50])
    >>> [schedule(step) for step in (0, 49, 50)]
    [0.1, 0.1, 0.01]
    """
    return join([constant(rate) for rate in rates], boundaries)


def warmup(schedule: float | Schedule, steps: int, start: float = 0.0) -> Schedule:
    """Rise in a line from ``start`` for ``steps`` steps, then follow ``schedule`` from its beginning.

    Args:
        schedule: what follows; a number means a constant rate.
        steps: how long the rise takes.
        start: the rate of step 0.

    Source: Goyal et al. 2017, *Accurate, Large Minibatch SGD*, section 2.2.

    >>> schedule = warmup(cosine(0.8, steps=10), steps=4)
    >>> [round(schedule(step), 3) for step in (0, 1, 4, 9, 14)]
    [0.0, 0.2, 0.8, 0.4, 0.0]
    """
    after = schedule if callable(schedule) else constant(schedule)
    return join([linear(start, after(0), steps), after], [steps])
