"""The lines of a program cut into single operations on names: what runs them one at a time reads these."""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import NamedTuple

from .machine import Lines, definitions

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.MatMult: "matmul",
    ast.Mod: "remainder", ast.USub: "negative", ast.Lt: "less", ast.LtE: "less_equal", ast.Gt: "greater",
    ast.GtE: "greater_equal", ast.Eq: "equal", ast.NotEq: "not_equal",
}  # fmt: skip
"""NumPy's functions by the operators that arrays have for them."""


COST, GRADIENT = "COST", "GRADIENT"
"""The names of the results."""


class Step(NamedTuple):
    """One operation: the name of its result, its code, and the names in it."""

    name: str
    code: ast.expr
    reads: frozenset[str]


def flat(lines: Lines) -> list[Step]:
    """The operations of a program in order, among them those that name the results."""
    cut = _Cut(lines)
    for line in [*lines.forward, f"{COST} = {lines.cost}", *lines.backward, f"{GRADIENT} = {lines.gradient}"]:
        (assignment,) = ast.parse(line).body
        assert isinstance(assignment, ast.Assign) and isinstance(assignment.targets[0], ast.Name)
        cut.step(assignment.value, assignment.targets[0].id)
    return cut.steps


class _Cut:
    def __init__(self, lines: Lines) -> None:
        self.steps: list[Step] = []
        functions = [ast.parse(text).body[0] for text in definitions(lines)]
        self.helpers = {
            f.name: ([a.arg for a in f.args.args], f.body[0].value)
            for f in functions
            if isinstance(f, ast.FunctionDef) and isinstance(f.body[0], ast.Return) and f.body[0].value
        }

    def step(self, x: ast.expr, name: str = "") -> ast.expr:
        """The name of the result of one operation, a new one if none is given."""
        code = self.operation(x)
        name = name or f"_{len(self.steps)}"
        reads = frozenset(n.id for n in ast.walk(code) if isinstance(n, ast.Name))
        self.steps.append(Step(name, code, reads))
        return ast.Name(name, ast.Load())

    def operation(self, x: ast.expr) -> ast.expr:
        """One operation, after the steps that its arguments need."""
        match x:
            case ast.BinOp(base, ast.Pow(), ast.Constant(2.0)):
                return _call("square", self.atom(base))  # what NumPy makes of such a power
            case ast.BinOp(left, op, right) if type(op) in OPERATORS:
                return _call(OPERATORS[type(op)], self.atom(left), self.atom(right))
            case ast.UnaryOp(op, operand) if type(op) in OPERATORS and not isinstance(operand, ast.Constant):
                return _call(OPERATORS[type(op)], self.atom(operand))
            case ast.Compare(left, [op], [right]) if type(op) in OPERATORS:
                return _call(OPERATORS[type(op)], self.atom(left), self.atom(right))
            case ast.Call(ast.Name(name), args) if name in self.helpers:
                parameters, body = self.helpers[name]
                given = dict(zip(parameters, [self.atom(a) for a in args]))
                return self.operation(_Filled(given).visit(deepcopy(body)))
            case ast.Call(ast.Attribute(value, name), args, keywords):
                return ast.Call(ast.Attribute(self.atom(value), name, ast.Load()), args, keywords)
            case ast.Call(f, args, keywords):
                return ast.Call(f, [self.atom(a) for a in args], keywords)
            case ast.Attribute(value, name):
                return ast.Attribute(self.atom(value), name, ast.Load())
            case ast.Subscript(value, where):
                return ast.Subscript(self.atom(value), where, ast.Load())
            case ast.BinOp(left, op, right):
                return ast.BinOp(self.atom(left), op, self.atom(right))
        return x

    def atom(self, x: ast.expr) -> ast.expr:
        """A name or a number for any code."""
        match x:
            case ast.Name() | ast.Constant() | ast.UnaryOp(ast.USub(), ast.Constant()):
                return x
            case ast.List(entries):
                return ast.List([self.atom(e) for e in entries], ast.Load())
            case ast.Tuple(entries):
                return ast.Tuple([self.atom(e) for e in entries], ast.Load())
        if isinstance(x, ast.BinOp):  # a sum of a thousand terms nests to the left: no recursion there
            spine = [x]
            while isinstance(spine[-1].left, ast.BinOp):
                spine.append(spine[-1].left)
            left = spine[-1].left
            for part in reversed(spine[1:]):
                left = self.step(ast.BinOp(left, part.op, part.right))
            x = ast.BinOp(left, x.op, x.right)
        return self.step(x)


class _Filled(ast.NodeTransformer):
    """A function's body with its arguments put in."""

    def __init__(self, given: dict[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.given.get(node.id, node)


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])
