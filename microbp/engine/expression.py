"""Text to a graph: ``"sigmoid(w*x + b)"`` read with the table of operations.

The text is parsed, never evaluated: a name is a variable or a row of the table, and nothing else exists.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ..errors import ExpressionError, InputTypeError
from ..table.op import TABLE, number, shorten
from ..table.rows import where
from .value import Value

SIGNS = {
    "^": "**", "²": "**2", "³": "**3", "×": "*", "·": "*", "⋅": "*", "÷": "/", "−": "-", "|": "abs(...)",
}  # fmt: skip
SPELLED = {"ln": "log", "sgn": "sign", "round": "rint", "σ": "sigmoid"} | {
    f"a{name}": f"arc{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "tan2")
}
CONSTANTS = {"pi": math.pi, "e": math.e}
ROW_OF = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Mod: "mod", ast.Pow: "pow", ast.USub: "neg",
    ast.FloorDiv: "floor_divide",
}  # fmt: skip
COMPARE = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}


def parse(text: str, variables: Mapping[str, Value]) -> Value:
    """The output of the graph that an expression describes.

    Args:
        text: operators, numbers, variables, pi and e, calls of the table's operations; a list in
            brackets where an operation takes one; comparisons as the first argument of ``where``.
        variables: the Value of every name.

    Raises:
        ExpressionError: the text is no such expression; the message quotes the part and names the cure.
        DomainError: an operation outside its domain.

    >>> x = Value(3.0, "x")
    >>> parse("x**2 + sqrt(16)", {"x": x}).data
    13.0
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        out = _read(tree, variables)
    except SyntaxError as error:
        raise ExpressionError(f"cannot read {shorten(text)!r}: {_cure(text) or error.msg}") from None
    except (RecursionError, MemoryError):
        raise ExpressionError(f"{shorten(text)!r} is nested too deeply; build such a graph in Python") from None
    except ValueError as error:
        unreadable = isinstance(error, UnicodeError) or str(error).startswith(("source code", "Exceeds"))
        if isinstance(error, ExpressionError) or not unreadable:
            raise
        raise ExpressionError(f"cannot read {shorten(text)!r}: {error}") from None
    if isinstance(out, list):
        raise ExpressionError(f"{shorten(text)!r} is not one number")
    return out if isinstance(out, Value) else Value(out)


def names(text: str) -> set[str]:
    """The variables of an expression that `parse` can read.

    >>> sorted(names("where(x > 0, sin(y), pi)"))
    ['pi', 'x', 'y']
    """
    nodes = list(ast.walk(ast.parse(text.strip(), mode="eval")))
    functions = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in functions}


def _cure(text: str) -> str:
    """What to write instead, for the usual slips of those who write formulas."""
    for sign, ours in SIGNS.items():
        if sign in text:
            return f"write {ours} for {sign}"
    if re.search(r"(?<![\w.])\d[\d.]*\s*(?!e\d)[^\W\d]|(?<![\w.])\d[\d.]*\s*\(|\)\s*[\w(]", text):
        return "write * between the factors of a product, as in 2*x"
    if re.search(r"[^=<>!]=[^=]", text):
        return "leave out what stands before ="
    return ""


def _read(node: ast.expr, variables: Mapping[str, Value]) -> Any:
    """One node of the syntax tree as a Value, a number or a list."""

    def read(part: ast.expr) -> Any:
        return _read(part, variables)

    match node:
        case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
            return number(value)
        case ast.Name(id=name):
            if name in variables:
                return variables[name]
            if name in CONSTANTS:
                return CONSTANTS[name]
            raise ExpressionError(f"{name} has no value: add {name}=NUMBER")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ROW_OF:
            return TABLE[ROW_OF[type(op)]](read(left), read(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return TABLE["neg"](read(operand))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return read(operand)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [read(part) for part in parts]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            if name not in TABLE:
                close = SPELLED.get(name) or " or ".join(get_close_matches(name, TABLE))
                meant = f" (did you mean {close}?)" if close else ""
                if name in variables:
                    meant = " (write * between the factors of a product)"
                raise ExpressionError(f"there is no function {name!r}{meant}; there are {', '.join(sorted(TABLE))}")
            if name == "where" and len(args) == 3:
                return where(_condition(args[0], variables), read(args[1]), read(args[2]))
            return _call(name, [read(arg) for arg in args])
    text = ast.unparse(node)
    cure = _cure(text) or f"use numbers, variables, + - * / // % **, and the functions {', '.join(sorted(TABLE))}"
    raise ExpressionError(f"{shorten(text)!r} is not part of an expression: {cure}")


def _condition(node: ast.expr, variables: Mapping[str, Value]) -> bool:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARE:
            return bool(COMPARE[type(op)](_read(left, variables), _read(right, variables)))
    raise ExpressionError(f"where needs a comparison first, such as x > 0, and got {shorten(ast.unparse(node))!r}")


def _call(name: str, args: list[Any]) -> Any:
    op = TABLE[name]
    if op.vectors == (True,) and not isinstance(args[0] if args else None, list):
        args = [args]  # max(x, y) for max([x, y])
    try:
        return op(*args)
    except InputTypeError as error:
        raise ExpressionError(f"{name}: {error}") from None
