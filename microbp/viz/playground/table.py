"""What the playground's scripts need of the table: costs as programs, rules and notation as data."""

from __future__ import annotations

from typing import Any

from ...engine.tape import Constant, Parameter, Row, Tape
from ...engine.value import Value
from ...inspect.notation import TERMINAL
from ...losses import LOSSES
from ...nn import ACTIVATIONS
from ...table.op import RESERVED, TABLE, Op
from ...table.rows import weighted_sum
from ...table.writer import ARGUMENTS, PYTHON, Code, Sheet
from ...train.accuracy import prediction_of

Program = list[Any]
"""A graph in JSON: "a" the output, "y" the target, a number, or a row with the places of its arguments."""

COSTS = ["bce_with_logits", "binary_cross_entropy", "squared_error", "half_squared_error", "hinge"]
"""The costs of one output, by their names in `LOSSES`."""

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
"""The activations of a layer, neuron by neuron."""

RATES = {"sgd": 0.3, "momentum": 0.03, "rmsprop": 0.01, "adam": 0.03}
"""The optimisers, each with the rate that it starts from."""

LAYERS, NEURONS = 6, 8
"""So many hidden layers and neurons in one, at most, fit the page."""


def table() -> dict[str, Any]:
    """All of it, for JSON."""
    return {
        "costs": {name: cost(name) for name in COSTS},
        "activations": HIDDEN,
        "rates": RATES,
        "most": {"layers": LAYERS, "neurons": NEURONS},
        "rules": {op.name: rules(op) for op in TABLE.values() if op.name in RESERVED and readable(op)},
        "rows": {name: [TABLE[name].level, TERMINAL.get(name, "")] for name in RESERVED},
    }


def cost(name: str) -> dict[str, Any]:
    """A cost: the output layer that it wants, what it reads there, and its program; by class where that differs."""
    reads = prediction_of(LOSSES[name])
    signed = reads == "score"
    general = program(name, Value(1.0))
    classes = {str(y): program(name, float(y)) for y in ((-1, 1) if signed else (0, 1))}
    return {
        "output": "linear" if reads in ("logits", "score") else "sigmoid",
        "reads": reads, "signed": signed, "program": general, "classes": classes,
    }  # fmt: skip


def program(name: str, target: Value | float) -> Program:
    """The graph of a cost for one output and one target.

    >>> program("squared_error", Value(1.0))
    ['a', 'y', ['sub', 0, 1], 2.0, ['pow', 2, 3]]
    """
    output = Value(0.5)
    leaves = {output: "a", target: "y"}
    tape = Tape.of(LOSSES[name](output, target))
    found: Program = []
    for entry in tape.entries:
        if isinstance(entry, Row):
            found.append([entry.op.name, *entry.args])
        else:
            assert isinstance(entry, Parameter | Constant)  # a recorded graph has no inputs
            found.append(leaves[entry.value] if isinstance(entry, Parameter) else entry.value)
    return found


def readable(op: Op) -> bool:
    """Whether the rules can be given as data: those of numbers, and of lists those of a weighted sum."""
    return not op.vectors or op is weighted_sum


def rules(op: Op) -> list[Any]:
    """The local derivatives of a row, read with codes; of a list for one entry of it.

    >>> from microbp.table.rows import tanh
    >>> rules(tanh)
    [['sub', 1.0, ['mul', 'z', 'z']]]
    """
    sheet = Sheet(PYTHON)
    codes: list[Any] = [Code(sheet, name) for name in ARGUMENTS[: len(op.partials)]]
    places = {"z": "z"} | {code.name: str(i) for i, code in enumerate(codes)}
    wanted = [rule != op.no_derivative for rule in op.partials]
    found = iter(op.local_derivatives(Code(sheet, "z"), codes, wanted))
    return [_tree(next(found), places) if want else None for want in wanted]


def _tree(code: Code | float, places: dict[str, str]) -> Any:
    if not isinstance(code, Code):
        return code
    return [code.op, *(_tree(a, places) for a in code.args)] if code.op else places[code.name]
