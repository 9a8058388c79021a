"""Moving parameters downhill: averages, schedules of the learning rate, optimisers.

::

    schedules    step -> learning rate: constant, inverse_time, cosine, warmup, join, ...
    averages     the exponentially weighted average, on which most optimisers rest
    optimizer    Optimizer: parameters, state, step(); a subclass adds one formula
    optimizers   SGD, Adagrad, RMSprop, Adam, AdamW, in order of increasing complexity
    packed       Packed: the same formulas on whole arrays of parameters
"""

from . import schedules
from .averages import average, correction, ewa, memory
from .optimizer import Optimizer, Parameter
from .optimizers import SGD, Adagrad, Adam, AdamW, RMSprop
from .packed import Packed
from .schedules import Schedule

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "Packed",
    "Parameter",
    "RMSprop",
    "Schedule",
    "average",
    "correction",
    "ewa",
    "memory",
    "schedules",
]
