"""What several commands share: an expression with the numbers of its variables."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable

from ..engine.value import Value
from ..errors import ExpressionError
from ..table.op import shorten


def add_arguments(command: ArgumentParser) -> None:
    """The arguments of a command that computes an expression: the text, and its variables."""
    command.add_argument("expression", help="such as '(sigmoid(w*x + b) - y)**2'")
    command.add_argument("variables", nargs="*", metavar="name=number")


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
        name = name.strip()
        if not equals or not name.isidentifier():
            raise ExpressionError(f"{shorten(text)!r}: give each variable as name=number, such as x=1.5")
        if name in found:
            raise ExpressionError(f"{name} is given twice")
        try:
            found[name] = Value(float(value), name)
        except ValueError:
            raise ExpressionError(f"{name}={shorten(value)!r} is not a finite number") from None
    return found
