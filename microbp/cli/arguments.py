"""What several commands share: an expression with its variables, a network, a cost, a file to write."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from keyword import iskeyword
from pathlib import Path
from typing import Any
from unicodedata import normalize

from ..data import DATA_SETS, one_hot
from ..engine.expression import names, parse
from ..engine.value import Value
from ..errors import ExpressionError, InputError
from ..losses import LOSSES
from ..nn import ACTIVATIONS, MLP, load
from ..storage import writable
from ..table.op import shorten
from ..train.accuracy import prediction_of

MOST_PARAMETERS = 10_000_000  # each is a Value of about 100 bytes

ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]
"""The activations of a hidden layer: softmax looks at the whole layer, which the equations of the texts do not."""


def add_expression(command: ArgumentParser) -> None:
    """The text of an expression, and its variables."""
    command.add_argument("expression", help="such as '(sigmoid(w*x + b) - y)**2'")
    command.add_argument("variables", nargs="*", metavar="name=number")


def read_expression(args: argparse.Namespace) -> tuple[Value, dict[str, Value]]:
    """The output of the expression, and its variables by name.

    Raises:
        ExpressionError: it cannot be read, or a name and its number are given and not used.
    """
    args.expression = args.expression.strip()
    variables = assignments(args.variables)
    out = parse(args.expression, variables)
    unused = [name for name in variables if name not in names(args.expression)]
    if unused:
        raise ExpressionError(
            f"{', '.join(unused)}: not a variable of {shorten(args.expression)!r}; leave it out, or correct the name"
        )
    return out, variables


def assignments(texts: Iterable[str]) -> dict[str, Value]:
    """Values from ``name=number`` texts, labelled with their names.

    Raises:
        ExpressionError: a text of another form, or a name given twice.

    >>> assignments(["x=2", "y=-1.5"])["y"]
    Value(data=-1.5, grad=0.0, label='y')
    """
    found: dict[str, Value] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = normalize("NFKC", name.strip())  # as Python reads names
        if not equals or not name.isidentifier():
            raise ExpressionError(f"{shorten(text)!r}: give each variable as name=number, such as x=1.5")
        if iskeyword(name):
            raise ExpressionError(f"{name} is a word of Python's own: give the variable another name")
        if name in found:
            raise ExpressionError(f"{name} is given twice")
        try:
            found[name] = Value(float(value), name)
        except ValueError:
            raise ExpressionError(f"{name}={shorten(value)!r} is not a finite number") from None
    return found


def add_layers(command: ArgumentParser, layers: Sequence[int] | None) -> None:
    """The hidden layers of a network, with their default."""
    command.add_argument(
        "--layers", nargs="+", type=int, default=layers, metavar="N", help="neurons of each hidden layer"
    )


def add_activation(command: ArgumentParser, default: str | None, described: str = "") -> None:
    """The activation of the hidden layers."""
    described = described or f"default: {default}"
    command.add_argument("--activation", default=default, choices=ELEMENTWISE, help=described)


def add_data(command: ArgumentParser, nargs: str | None = None) -> None:
    """The data set by its name, or a folder."""
    command.add_argument("data", nargs=nargs, help=f"{', '.join(DATA_SETS)}, or a folder with MNIST's IDX files")


def add_cost(command: ArgumentParser, default: str | None, described: str = "") -> None:
    """The cost by its name; PyTorch calls it the loss."""
    described = described or f"default: {default}"
    command.add_argument("--cost", "--loss", default=default, choices=list(LOSSES), help=described)


def check_writable(option: str, path: Path, endings: Sequence[str]) -> None:
    """Find out before the work whether its result can be written.

    Raises:
        InputError: another ending, no such folder, a folder in place of a file, or no permission.
    """
    if path.suffix.lower() not in endings:
        raise InputError(f"{option} {path}: end the name in {' or '.join(endings)}")
    try:
        writable(path)
    except InputError as error:
        raise InputError(f"{option} {error}") from None


def network_for(
    cost: str, X: Any, Y: Any, layers: Sequence[int], activation: str, seed: int
) -> tuple[MLP, Callable[[int], Any]]:
    """A network that ends as a cost needs it, and the cost's target for each class.

    Args:
        cost: two classes need one output for a binary cross-entropy or a hinge; else each class has its own.
        X: the inputs of the samples.
        Y: their classes, 0, 1, 2 and so on.
        layers: neurons in each hidden layer.
        activation: of the hidden layers.
        seed: of the first weights.

    Raises:
        InputError: a binary cost and more than two classes.
    """
    classes, output = len(set(Y)), "linear" if prediction_of(LOSSES[cost]) in ("logits", "score") else "sigmoid"
    binary = cost in ("binary_cross_entropy", "bce_with_logits")
    if binary and classes != 2:
        raise InputError(f"{cost} tells two classes apart, and there are {classes}: use cross_entropy")
    one = binary or (cost == "hinge" and classes == 2)
    sizes = [len(X[0]), *layers, 1 if one else classes]
    parameters = sum((a + 1) * b for a, b in pairwise(sizes))
    if parameters > MOST_PARAMETERS and min(sizes) > 0:
        raise InputError(f"--layers: {parameters:,} parameters, more than {MOST_PARAMETERS:,}; take smaller layers")
    return MLP(sizes[0], sizes[1:], activation, output, seed=seed), target_of(cost, sizes[-1], classes)


def target_of(cost: str, outputs: int, classes: int) -> Callable[[Any], Any]:
    """What a cost takes as the target of a class: -1 or 1, its index, or a number for each output."""
    if cost == "hinge" and outputs == 1:
        return lambda y: 2 * int(y) - 1
    if outputs == 1 or cost in ("cross_entropy", "hinge"):
        return int
    return lambda y: one_hot(int(y), classes)


def add_model(command: ArgumentParser) -> None:
    """A file with a network."""
    command.add_argument("model", type=Path, metavar="MODEL.json", help="a file that microbp train --save wrote")


def read_model(path: Path) -> MLP:
    """The network in a file.

    Raises:
        InputError: there is no such file.
        FileFormatError: it holds something else.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder: name a file in it")
    if not path.exists():
        raise InputError(f"there is no file {path}: microbp train digits --save {path} writes one")
    return load(path)
