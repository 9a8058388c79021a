r"""Initial weights: functions of the fan-in and fan-out that give the spread of a random draw.

Each row states the distribution of one weight of a neuron with $n_{in}$ inputs in a layer of $n_{out}$
neurons. Biases start at 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from ..errors import InputError

Initialiser = Callable[[Random, int, int], float]


def uniform(rng: Random, fan_in: int, fan_out: int) -> float:
    """U(-1, 1), whatever the sizes: what micrograd does."""
    return rng.uniform(-1.0, 1.0)


def xavier_uniform(rng: Random, fan_in: int, fan_out: int) -> float:
    r"""$U(-r, r)$ with $r = \sqrt{6 / (n_{in} + n_{out})}$. Glorot & Bengio (2010), eq. 16."""
    r = math.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-r, r)


def xavier_normal(rng: Random, fan_in: int, fan_out: int) -> float:
    r"""$N(0, 2 / (n_{in} + n_{out}))$. Glorot & Bengio (2010), eq. 12."""
    return rng.gauss(0.0, math.sqrt(2.0 / (fan_in + fan_out)))


def he_uniform(rng: Random, fan_in: int, fan_out: int) -> float:
    r"""$U(-r, r)$ with $r = \sqrt{6 / n_{in}}$, for ReLU. He et al. (2015), eq. 10."""
    r = math.sqrt(6.0 / fan_in)
    return rng.uniform(-r, r)


def he_normal(rng: Random, fan_in: int, fan_out: int) -> float:
    r"""$N(0, 2 / n_{in})$, for ReLU. He et al. (2015), eq. 10."""
    return rng.gauss(0.0, math.sqrt(2.0 / fan_in))


def lecun_normal(rng: Random, fan_in: int, fan_out: int) -> float:
    r"""$N(0, 1 / n_{in})$, for tanh and SELU. LeCun et al., Efficient BackProp (1998), eq. 16."""
    return rng.gauss(0.0, math.sqrt(1.0 / fan_in))


INITIALISERS: dict[str, Initialiser] = {
    "uniform": uniform,
    "xavier": xavier_uniform,
    "xavier_uniform": xavier_uniform,
    "xavier_normal": xavier_normal,
    "he": he_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "lecun": lecun_normal,
    "lecun_normal": lecun_normal,
}


def initialiser_named(init: str | Initialiser) -> Initialiser:
    """The initialiser of that name, or the function itself.

    Raises:
        InputError: there is none; the message lists them.
    """
    if callable(init):
        return init
    if init not in INITIALISERS:
        raise InputError(f"no initialiser {init!r}; choose from {', '.join(INITIALISERS)}")
    return INITIALISERS[init]
