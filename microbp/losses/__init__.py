r"""Costs of one sample: (prediction, target) in, one Value out.

The cost of a training set is the mean over its samples, $C = \frac1n \sum_x C_x$, and each $C_x$ is a function of
the network's outputs: the two assumptions of Nielsen's chapter 2. A prediction or target is a number or
a list of them, as long as each other; `cross_entropy`, `kl_divergence` and `hinge` take a class by its index too.
Where a form from logits exists it is the stable one: use it with a linear output layer.

Each loss says in its attribute ``prediction`` what it reads in a prediction (`PREDICTIONS`); so `fit` knows which
predictions are right.
"""

from .classes import bce_with_logits, binary_cross_entropy, cross_entropy, hinge, kl_divergence
from .kinds import LOSSES, PREDICTIONS, class_index, name_of
from .penalties import l2
from .regression import half_squared_error, huber, l1, mse, squared_error

__all__ = [
    "LOSSES",
    "PREDICTIONS",
    "bce_with_logits",
    "binary_cross_entropy",
    "class_index",
    "cross_entropy",
    "half_squared_error",
    "hinge",
    "huber",
    "kl_divergence",
    "l1",
    "l2",
    "mse",
    "name_of",
    "squared_error",
]


def __dir__() -> list[str]:
    """What an editor lists: the losses, and the penalty that is added to one."""
    return sorted([*LOSSES, "l2"])
