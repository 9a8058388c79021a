r"""How much an exponentially weighted average remembers, and what its bias correction repairs.

Ng, Improving Deep Neural Networks, week 2: $v_t = \beta v_{t-1} + (1-\beta)\theta_t$ is about a mean over the last
$1/(1-\beta)$ samples, after which a sample's weight has faded to $1/e$.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..errors import InputError
from ..optim.averages import correction, memory
from .tables import Table

STEPS = (1, 10, 100, 1000)


def effective_memory(betas: Iterable[float] = (0.5, 0.9, 0.98, 0.99, 0.999), steps: Iterable[int] = STEPS) -> Table:
    r"""The memory of averages, and the divisor $1-\beta^t$ of the correction after some steps, as a table.

    Args:
        betas: each in [0, 1).
        steps: which t to show.

    Raises:
        InputError: a beta outside [0, 1); a step below 1.

    >>> print(effective_memory([0.9, 0.98], steps=[1, 10]))
    beta  remembers  faded to 1/e after  1 - beta^1  1 - beta^10
    ------------------------------------------------------------
     0.9         10             9.49122         0.1     0.651322
    0.98         50             49.4983        0.02     0.182927
    Divide v_t by 1 - beta^t: without that the first averages are too small by this factor.
    """
    steps = list(steps)
    if any(t < 1 for t in steps):
        raise InputError(f"steps={steps}: they count from 1")
    head = ("beta", "remembers", "faded to 1/e after", *[f"1 - beta^{t}" for t in steps])
    rows = [
        (b, round(memory(b), 9), -1.0 / math.log(b) if b else 0.0, *[correction(b, t) for t in steps]) for b in betas
    ]
    note = "Divide v_t by 1 - beta^t: without that the first averages are too small by this factor."
    return Table(head, rows, note=note)
