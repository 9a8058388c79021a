"""Moving parameters downhill: averages, schedules of the learning rate, optimisers.

::

    schedules    step -> learning rate: constant, inverse_time, cosine, warmup, join, ...
    averages     the exponentially weighted average, on which most optimisers rest
    optimizer    Optimizer: parameters, state, step(); a subclass adds one formula
    sgd          SGD: one rate for all parameters
    lion         Lion: every parameter moves by the same amount
    adaptive     Adagrad, RMSprop, Adadelta: a rate for each, in order of complexity
    moments      Adam, AdamW, Adamax, NAdam, RAdam: an average of the gradient, and its size
    groups       parameters with options of their own
    clipping     clip_grad_norm: gradients no longer than a bound
    packed       Packed: the same formulas on whole arrays of parameters
"""

from typing import Any

from . import schedules
from .adaptive import Adadelta, Adagrad, RMSprop
from .averages import average, correction, ewa, memory
from .clipping import clip_grad_norm
from .lion import Lion
from .moments import Adam, Adamax, AdamW, NAdam, RAdam
from .optimizer import Optimizer, Parameter
from .packed import Packed
from .schedules import Schedule
from .sgd import SGD

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "NAdam",
    "Optimizer",
    "Packed",
    "Parameter",
    "RAdam",
    "RMSprop",
    "Schedule",
    "average",
    "clip_grad_norm",
    "correction",
    "ewa",
    "memory",
    "schedules",
]

_public: list[Any] = [globals().get(name) for name in __all__]
OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.__name__.lower(): kind
    for kind in _public
    if issubclass(type(kind), type) and issubclass(kind, Optimizer) and kind is not Optimizer  # 3.10: no alias
}
"""The optimisers by name."""
