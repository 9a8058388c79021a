"""Source: instructions printed as NumPy code, the functions that it needs, and ``program``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from inspect import signature
from typing import Any, NamedTuple

from ..table.op import CALL, COMPARE, POWER, PRODUCT, SUM, Op, fill
from . import instructions as kinds
from .instructions import Instructions
from .naming import Naming

WIDTH = 100
"""An expression that is longer gets a name."""

ADD_ROWS = "def add_rows(x, order, starts):\n    return add.reduceat(x[order], starts, axis=0)"
SCATTER = """def scatter(shape, *parts):
    z = zeros(shape)
    for rows, part in parts:
        z[rows] += part
    return z"""


class Text(NamedTuple):
    """A piece of code, and how tightly it binds."""

    text: str
    level: int = CALL

    def within(self, least: int) -> str:
        """The code, in parentheses if it binds less tightly than its place needs."""
        return self.text if self.level >= least else f"({self.text})"


class Line(NamedTuple):
    """A line of the program: a result, its name and its code."""

    number: int
    name: str
    code: str

    def __str__(self) -> str:
        return f"{self.name} = {self.code}"


class Source:
    """The lines of a program, and what they call.

    Args:
        code: the instructions.
        arguments: the names of the function's arguments.
        as_calls: rows that are written as calls, though they have an operator.
    """

    def __init__(self, code: Instructions, arguments: Sequence[str], as_calls: Collection[Op] = ()) -> None:
        self.code, self.arguments, self.as_calls = code, arguments, as_calls
        self.naming = Naming(code, arguments)
        self.helpers: dict[str, str] = {}
        self.arrays: dict[str, Any] = {}
        self.lines: list[Line] = []
        self._indices: dict[tuple[int, ...], str] = {}
        self._texts: list[Text] = []
        self._chooses = code.only_choose()
        for i, x in enumerate(code):
            self._texts.append(self._print(i, x))
        self.outputs = [self._texts[i].text for i in code.outputs]

    def _print(self, i: int, x: Any) -> Text:
        """The name of a result, after its line, or the code of one that stands inside others."""
        name = self.naming.names.get(i)
        kind = x.__class__
        if kind is kinds.Table:
            self.arrays[name or ""] = [[v] for v in x.values]
        if kind in (kinds.Parameters, kinds.Argument, kinds.Samples, kinds.Table):
            return Text(name or "")
        text: Text = _PRINT[kind](self, x, i, [self._texts[a] for a in x.reads])
        if not name and len(text.text) > WIDTH and kind is not kinds.Number:
            name = self.naming.give(i, "t_")
        if not name:
            return text
        self.lines.append(Line(i, name, text.text))
        return Text(name)

    def _number(self, x: Any, i: int, args: list[Text]) -> Text:
        return Text(repr(x.value), CALL if x.value > 0.0 or repr(x.value) == "0.0" else SUM)

    def _each(self, x: Any, i: int, args: list[Text]) -> Text:
        text = self.written(x.op, args)
        if x.op.level == COMPARE and i not in self._chooses:
            return Text(f"where({text.text}, 1.0, 0.0)")
        return text

    def written(self, op: Op, args: list[Text]) -> Text:
        """A row of the table: as it is written, or called by name where that is no single operation."""
        if _is_call(op.text):
            return Text(fill(op.text, [a.within(COMPARE) for a in args]))
        if op.level < CALL and op not in self.as_calls:
            least = [op.level + 1] * len(args)
            if op.text.startswith("{0}"):
                least[0] = max(op.level, SUM)
                if op.level == POWER:
                    least = [CALL] * len(args)
            return Text(fill(op.text, [a.within(n) for a, n in zip(args, least)]), op.level)
        self.helpers[op.name] = helper(op)
        return Text(f"{op.name}({', '.join([a.within(COMPARE) for a in args])})")

    def _reduce(self, x: Any, i: int, args: list[Text]) -> Text:
        text = fill(x.op.text, [a.within(PRODUCT) for a in args])
        if len(self.code[x.reads[0]].dims) == 2:
            if "axis=0)" not in text:
                return Text(f"({text}).reshape(1, -1)")
            text = text.replace("axis=0)", "axis=0, keepdims=True)")
        return Text(text)

    def _matmul(self, x: Any, i: int, args: list[Text]) -> Text:
        a, b = [f"{t.within(CALL)}.T" if turn else t for t, turn in zip(args, x.turned)]
        left = a if isinstance(a, str) else a.within(PRODUCT)
        return Text(f"{left} @ {b if isinstance(b, str) else b.within(POWER)}", PRODUCT)

    def _mean(self, x: Any, i: int, args: list[Text]) -> Text:
        return Text(f"sum({args[0].text}, axis=1, keepdims=True) / m", PRODUCT)

    def _outer(self, x: Any, i: int, args: list[Text]) -> Text:
        d, a = [f"{t.within(CALL)}.reshape({self.code[r].rows}, {x.places}, -1)" for t, r in zip(args, x.reads)]
        return Text(f"einsum('fps,kps->fks', {d}, {a}).reshape({x.rows}, -1)")

    def _reshape(self, x: Any, i: int, args: list[Text]) -> Text:
        dims = [*x.dims[:-1], -1] if x.samples else [-1, 1] if x.dims[1:] == (1,) else x.dims
        return Text(f"{args[0].within(CALL)}.reshape({', '.join(map(str, dims))})")

    def _slice(self, x: Any, i: int, args: list[Text]) -> Text:
        step = f":{x.step}" if x.step > 1 else ""
        return Text(f"{args[0].within(CALL)}[{x.start}:{x.stop}{step}]")

    def _item(self, x: Any, i: int, args: list[Text]) -> Text:
        return Text(f"{args[0].within(CALL)}[{x.at}]")

    def _gather(self, x: Any, i: int, args: list[Text]) -> Text:
        return Text(f"{args[0].within(CALL)}[{self.indices(x.indices)}]")

    def _add_rows(self, x: Any, i: int, args: list[Text]) -> Text:
        self.helpers["add_rows"] = ADD_ROWS
        return Text(f"add_rows({args[0].text}, {self.indices(x.order)}, {self.indices(x.starts)})")

    def _scatter(self, x: Any, i: int, args: list[Text]) -> Text:
        self.helpers["scatter"] = SCATTER
        parts = [f"({self.rows(places)}, {a.text})" for places, a in zip(x.places, args)]
        return Text(f"scatter({_shape(x)}, {', '.join(parts)})")

    def _concatenate(self, x: Any, i: int, args: list[Text]) -> Text:
        return Text(f"concatenate([{', '.join([a.text for a in args])}])")

    def _stack(self, x: Any, i: int, args: list[Text]) -> Text:
        return Text(f"stack([{', '.join([a.text for a in args])}])")

    def _broadcast(self, x: Any, i: int, args: list[Text]) -> Text:
        source = self.code[x.reads[0]]
        if source.__class__ is kinds.Number:
            return Text(f"full({_shape(x)}, {source.value!r})")
        return Text(f"broadcast_to({args[0].text}, {_shape(x)})")

    def indices(self, places: tuple[int, ...]) -> str:
        """The name of a constant array of row numbers."""
        if places not in self._indices:
            self._indices[places] = f"I_{len(self._indices) + 1}"
            self.arrays[self._indices[places]] = list(places)
        return self._indices[places]

    def rows(self, places: tuple[int, ...]) -> str:
        """Rows as a slice where they stand side by side."""
        first, stop = places[0], places[-1] + 1
        return f"slice({first}, {stop})" if places == tuple(range(first, stop)) else self.indices(places)

    def __str__(self) -> str:
        """The functions, the constants and the program; the gradient is the last of the outputs."""
        arrays = [_constant(name, array) for name, array in self.arrays.items()]
        constants = ["\n".join(arrays)] if arrays else []
        return "\n\n".join([*[self.helpers[name] for name in sorted(self.helpers)], *constants, self.function()])

    def function(self) -> str:
        """The source of ``program``."""
        *results, gradient = self.outputs if len(self.outputs) > 1 else [*self.outputs, ""]
        half = max([*self.code.blocks, *self.code.outputs[: len(results)]], default=-1)
        forward = [str(line) for line in self.lines if line.number <= half]
        backward = [str(line) for line in self.lines if line.number > half]
        samples = f"{self.arguments[0]}.shape[1]" if self.arguments else "1"
        body = [f"m = {samples}", *forward]
        if gradient:
            body += ["if not gradient:", f"    return {results[0]}", *backward, f"return {results[0]}, {gradient}"]
        else:
            body.append(f"return {', '.join(results)}")
        signature = ", ".join(["P", *self.arguments, *(["gradient=True"] if gradient else [])])
        return "\n    ".join([f"def program({signature}):", *body]) + "\n"


def helper(op: Op) -> str:
    """The definition of a row as a function.

    >>> from microbp import ops
    >>> print(helper(ops.sigmoid))
    def sigmoid(x):
        return 1.0 / (1.0 + exp(-x))
    """
    names = list(signature(op.forward).parameters)
    if len(names) != len(op.partials):
        names = [f"x{i}" for i in range(len(op.partials))]
    return f"def {op.name}({', '.join(names)}):\n    return {fill(op.text, names)}"


def _is_call(template: str) -> bool:
    """Whether the text of a row is one call of a function by its name."""
    name, bracket, rest = template.partition("(")
    return name.isidentifier() and bracket == "(" and rest.find(")") == len(rest) - 1 and "(" not in rest


def _shape(x: Any) -> str:
    last = "m" if x.dims[-1] == 1 else f"{x.dims[-1]} * m"
    return f"({', '.join([*map(str, x.dims[:-1]), last if x.samples else str(x.dims[-1])])})"


def _constant(name: str, array: list[Any]) -> str:
    """A constant array as code, or in words where it is long."""
    return f"{name} = array({array})" if len(array) <= 64 else f"# {name}: {len(array)} constants"


_PRINT: dict[type, Any] = {
    kinds.Number: Source._number,
    kinds.Each: Source._each,
    kinds.Reduce: Source._reduce,
    kinds.MatMul: Source._matmul,
    kinds.Mean: Source._mean,
    kinds.Outer: Source._outer,
    kinds.Reshape: Source._reshape,
    kinds.Slice: Source._slice,
    kinds.Item: Source._item,
    kinds.Gather: Source._gather,
    kinds.AddRows: Source._add_rows,
    kinds.Scatter: Source._scatter,
    kinds.Concatenate: Source._concatenate,
    kinds.Stack: Source._stack,
    kinds.Broadcast: Source._broadcast,
}
