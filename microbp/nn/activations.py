r"""Activations by name: each takes the list of a layer's weighted inputs and gives the list of outputs.

All but softmax act on every neuron alone, $a_j = \sigma(z_j)$; softmax looks at the whole layer. Any operation of one
argument will do as well, one of the user's too: it is given as the operation or by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ..errors import InputError, InputTypeError
from ..table import rows as ops
from ..table.op import TABLE, Op

Activation = Callable[[Sequence[Any]], list[Any]]


def each(row: Op, zs: Sequence[Any]) -> list[Any]:
    """``row(z)`` for every z of a layer."""
    return [row(z) for z in zs]


ACTIVATIONS: dict[str, Activation] = {
    "linear": list,
    **{
        op.name: partial(each, op)
        for op in (
            ops.sigmoid,
            ops.tanh,
            ops.relu,
            ops.leaky_relu,
            ops.elu,
            ops.selu,
            ops.gelu,
            ops.silu,
            ops.mish,
            ops.softplus,
            ops.softsign,
        )
    },
    "softmax": ops.softmax,
}


def name_of(activation: Any) -> str:
    """An activation's name, given as a name or as the operation itself."""
    if not isinstance(activation, str | Op):
        raise InputTypeError(f"an activation is given by its name, such as 'tanh'; got {activation!r}")
    if isinstance(activation, str):
        return activation
    if TABLE.get(activation.name) is not activation:
        raise InputError(f"another operation is called {activation.name!r} now: give this one a name of its own")
    return activation.name


def activation_named(name: str) -> Activation:
    """The activation of that name.

    Raises:
        InputError: there is none; the message lists them. An operation of another number of arguments.
    """
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]
    op = TABLE.get(name)
    if op is None:
        raise InputError(f"no activation {name!r}; choose from {', '.join(ACTIVATIONS)}, or define an Op of that name")
    if len(op.partials) - len(op.defaults) != 1 or any(op.vectors):
        raise InputError(f"{name} is no activation: it takes more than one number")
    return partial(each, op)
