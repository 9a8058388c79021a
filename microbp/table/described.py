"""What `help` says of a row: how it is called, its formula, its local derivatives, its domain, an example.

All of it is read off the row, so that nobody writes it down twice.

>>> from microbp.table.rows import tanh
>>> for line in describe(tanh).splitlines()[2:6]:
...     print(line.strip())
z = tanh(x)
dz/dx = 1.0 - z * z
LaTeX: \\tanh\\left(x\\right)
Domain: every number
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from inspect import Parameter, Signature
from itertools import permutations
from typing import Any

from ..errors import MicrobpError
from .languages import PYTHON
from .op import Op, fill
from .writer import ARGUMENTS, Code, Sheet

POINTS = (0.5, 1.0, 2.0, -0.5)
"""An example is given at the first of these numbers that a row is defined at."""

PLAIN = replace(PYTHON, finite="")
"""Python as people write it: a function gives a finite number or raises."""


def parameters(op: Op) -> list[str]:
    """The names of a row's arguments, which are those of its rules."""
    for rule in op.partials:
        if inspect.isfunction(rule):
            return list(inspect.signature(rule).parameters)[1:]
    return ["xs"] if op.vectors == (True,) else list(ARGUMENTS[: len(op.partials)])


def signature(op: Op, names: Sequence[str] = ()) -> Signature:
    """How a row is called."""
    names = names or parameters(op)
    defaults = dict(zip(reversed(names), reversed(op.defaults)))
    kind = Parameter.POSITIONAL_ONLY
    return Signature([Parameter(name, kind, default=defaults.get(name, Parameter.empty)) for name in names])


def document(method: Any, name: str, op: Op) -> None:
    """Give a method, which is the row of its first argument, the text and the signature."""
    method.__doc__ = describe(op, name)
    method.__signature__ = signature(op, ["self", *parameters(op)[1:]])


def describe(op: Op, method: str = "") -> str:
    """The text: how the row is called, what it gives, its local derivatives, where it is defined, an example.

    Args:
        op: the row.
        method: the name of a method that the text is for.
    """
    names = parameters(op)
    call = f"{op.name}({', '.join([str(parameter) for parameter in signature(op).parameters.values()])})"
    call = f"{names[0]}.{method}(): {call}" if method else call
    lines = [f"z = {fill(op.text, names)}", *_derivatives(op, names), f"LaTeX: {fill(op.latex, names)}"]
    lines.append(f"Domain: {op.domain or 'every number'}")
    return "\n".join([call, "", *[f"    {line}" for line in lines], "", *_example(op, method)])


def _derivatives(op: Op, names: Sequence[str]) -> list[str]:
    """The local derivatives as code; of a list, by its first entry."""
    sheet, lists = Sheet(PLAIN), op.vectors or [False] * len(names)
    args = [[Code(sheet, f"{x}[{k}]") for k in (0, 1)] if many else Code(sheet, x) for x, many in zip(names, lists)]
    lines = []
    for x, many, rule in zip(names, lists, op.partials):
        if rule != op.no_derivative:
            try:
                found: Any = rule(Code(sheet, "z"), *args) if callable(rule) else rule
                text = sheet.text(found[0] if isinstance(found, list) else found)
            except (StopIteration, TypeError):  # it asks for numbers: the words of the function that it calls
                text = str(inspect.getdoc(rule.__globals__[rule.__code__.co_names[0]]))  # type: ignore[union-attr]
            lines.append(f"dz/d{x}{'[0]' * many} = {text}")
    return lines


def _example(op: Op, method: str) -> list[str]:
    """A call with its result."""
    count = len(op.partials) - len(op.defaults)
    lists = op.vectors or [False] * count
    for numbers in permutations(POINTS, count):
        args = [[x, x + 1.0] if many else x for x, many in zip(numbers, lists)]
        with suppress(MicrobpError):
            result, texts = repr(round(op(*args), 9)), [*map(repr, args)]  # the last digits are the machine's
            if method:
                call = f"Value({texts[0]}).{method}({', '.join(texts[1:])}).data"
                return [">>> from microbp import Value", f">>> round({call}, 9)", result]
            return [f">>> round({op.name}({', '.join(texts)}), 9)", result]
    return []


Op.described, Op.signed = staticmethod(describe), staticmethod(signature)
