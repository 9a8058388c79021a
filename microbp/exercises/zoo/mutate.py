"""One small change of a program: the realistic mistakes, made systematically.

Legend. A change takes a node of the syntax tree and gives what may stand in its place, with the name of the mistake.
Only the text of that node is written anew: the rest of the program stays as it is, comments included.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mutant:
    """A program with one mistake in it.

    Attributes:
        source: the whole program.
        line: where the mistake is, from 1.
        right, wrong: what stood there, and what stands there now.
        name: what the mistake is called.
    """

    source: str
    line: int
    right: str
    wrong: str
    name: str


Change = Iterator[tuple[Any, str]]
OTHER_SIGN: dict[type, tuple[type, str]] = {
    ast.Add: (ast.Sub, "minus for plus"),
    ast.Sub: (ast.Add, "plus for minus"),
    ast.Mult: (ast.Div, "divided for multiplied"),
    ast.Div: (ast.Mult, "multiplied for divided"),
    ast.Pow: (ast.Mult, "a multiple for a power"),
}
OTHER_RELATION: dict[type, type] = {
    ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.Lt, ast.LtE: ast.Gt, ast.NotIn: ast.In, ast.Eq: ast.NotEq,
}  # fmt: skip
OTHER_FUNCTION = {"max": "min", "log1p": "log", "reversed": "list", "sum": "max"}
OTHER_NUMBER = {0.0: 1.0, 1.0: 2.0, 2.0: 1.0, 0.5: 1.0}
SIBLINGS = (
    {"x", "y"}, {"w", "b"}, {"dw", "db"}, {"dW", "db"}, {"v", "s"}, {"beta1", "beta2"}, {"j", "k"}, {"a", "t"},
    {"train", "test"}, {"out", "self"}, {"self", "other"}, {"xs", "ys"}, {"activations", "delta"}, {"g", "w"},
    {"z", "y"}, {"W", "dW"},
)  # fmt: skip
"""Names that are taken for each other."""


def _operators(node: ast.AST) -> Change:
    if isinstance(node, ast.BinOp) and type(node.op) in OTHER_SIGN:
        other, name = OTHER_SIGN[type(node.op)]
        yield _with(node, op=other()), name
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield node.operand, "a minus is missing"
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER_RELATION:
        yield _with(node, ops=[OTHER_RELATION[type(node.ops[0])]()]), "the comparison is turned"


def _accumulation(node: ast.AST) -> Change:
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value, lineno=node.lineno), "overwritten, where it adds up"
        flipped = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield _with(node, op=flipped), "the sign of what is added"


def _left_out(node: ast.AST) -> Change:
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    sets_attribute = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)
    if isinstance(node, ast.AugAssign) or is_call or sets_attribute:
        yield ast.Pass(), "a line is left out"


def _factors(node: ast.AST) -> Change:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        yield node.left, "a factor is forgotten"
        if isinstance(node.op, ast.Mult):
            yield node.right, "a factor is forgotten"


def _numbers(node: ast.AST) -> Change:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        other = OTHER_NUMBER.get(float(node.value))
        if other is not None:
            yield ast.Constant(type(node.value)(other)), "a wrong number"


def _names(node: ast.AST) -> Change:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for siblings in SIBLINGS:
            for other in sorted(siblings - {node.id}) if node.id in siblings else ():
                yield ast.Name(other, node.ctx), "one name for another"


def _calls(node: ast.AST) -> Change:
    if isinstance(node, ast.Call):
        function = node.func
        word = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if word in OTHER_FUNCTION:
            other = OTHER_FUNCTION[word]
            new = (
                ast.Attribute(function.value, other, function.ctx)
                if isinstance(function, ast.Attribute)
                else ast.Name(other)
            )
            yield _with(node, func=new), f"{other} for {word}"
        for keyword in node.keywords:
            if keyword.arg == "start":
                yield _with(node, keywords=[]), "counted from 0"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.UnaryOp):
        yield _with(node, slice=ast.Constant(0)), "the first for the last"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and isinstance(node.value, ast.Subscript):
        inner = node.value
        if isinstance(inner.slice, ast.Name) and isinstance(inner.value, ast.Subscript):  # W[l][j][k] as W[l][k][j]
            yield _with(node, value=_with(inner, slice=node.slice), slice=inner.slice), "rows and columns exchanged"


CHANGES = (_operators, _accumulation, _left_out, _factors, _numbers, _names, _calls)


def _with(node: Any, **fields: Any) -> Any:
    twin = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def mutants(source: str) -> Iterator[Mutant]:
    """Every program that is one change away from this one, from the top to the bottom."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    text = source.encode()
    nodes: list[Any] = [n for n in ast.walk(ast.parse(source)) if hasattr(n, "lineno") and not _is_docstring(n)]
    for node in sorted(nodes, key=lambda n: (n.lineno, n.col_offset)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        right = text[start:end].decode()
        for change in CHANGES:
            for new, name in change(node):
                wrong = ast.unparse(ast.fix_missing_locations(new))
                inside = isinstance(node, ast.expr) and isinstance(new, ast.BinOp | ast.Compare | ast.UnaryOp)
                if inside and not _fits(text, start, end, wrong):
                    wrong = f"({wrong})"
                broken = (text[:start] + wrong.encode() + text[end:]).decode()
                if wrong != right and _is_program(broken):
                    yield Mutant(broken, node.lineno, right, wrong, name)


def _fits(text: bytes, start: int, end: int, wrong: str) -> bool:
    """Whether the new text reads as one part where it stands, without parentheses."""
    plain, guarded = (text[:start] + w.encode() + text[end:] for w in (wrong, f"({wrong})"))
    try:
        return ast.dump(ast.parse(plain)) == ast.dump(ast.parse(guarded))
    except SyntaxError:
        return False


def _is_program(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _is_docstring(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Expr) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
