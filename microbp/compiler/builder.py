"""A list of instructions that is being written, and its results as operands of the table.

Reading a rule of the table with `Symbol`s appends the instructions of the derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..table import rows as ops
from ..table.compared import Compared
from ..table.op import Op
from .instructions import (
    Broadcast,
    Concatenate,
    Dims,
    Each,
    Instruction,
    Instructions,
    Item,
    Number,
    Reduce,
    Reshape,
    Samples,
    Slice,
    Stack,
    Table,
)

ONE = (1, 1)
"""The dims of a single row: one object, for there may be millions."""


class Builder:
    """The list so far. A method that appends gives the number of the result; leaves and views are written once."""

    def __init__(self) -> None:
        self.code = Instructions()
        self.entries = self.code.entries
        self.fresh = 0
        """From this number on, results belong to the rule that is being read, and may be written otherwise."""
        self._known: dict[Any, int] = {}
        self._rules: dict[Any, int] = {}

    def append(self, instruction: Instruction) -> int:
        """A new instruction."""
        self.entries.append(instruction)
        return len(self.entries) - 1

    def once(self, kind: type[Instruction], reads: tuple[int, ...], dims: Dims, samples: bool, *own: Any) -> int:
        """An instruction, or the earlier one that does the same."""
        key = (kind, reads, dims, samples, own)
        i = self._known.get(key)
        if i is None:
            i = self._known[key] = self.append(kind(reads, dims, samples, *own))
        return i

    def start_rule(self) -> None:
        """What follows is a rule of its own."""
        self.fresh = len(self.entries)
        self._rules.clear()

    # -- leaves and views --------------------------------------------------------------------------------

    def number(self, x: float) -> int:
        """A constant."""
        key = x or repr(x)  # 0.0 and -0.0 would be one key
        i = self._known.get(key)
        if i is None:
            i = self._known[key] = self.append(Number((), ONE, False, x))
        return i

    def table(self, values: Sequence[float]) -> int:
        """A column of constants."""
        key = (Table, tuple(map(repr, values)))
        i = self._known.get(key)
        if i is None:
            i = self._known[key] = self.append(Table((), (len(values), 1), False, tuple(values)))
        return i

    def count(self) -> int:
        """The number of samples."""
        return self.once(Samples, (), ONE, False)

    def reshape(self, i: int, dims: Dims) -> int:
        """The same numbers with other axes."""
        x = self.entries[i]
        return i if x.dims == dims else self.once(Reshape, (i,), dims, x.samples)

    def slice(self, i: int, start: int, stop: int, step: int = 1) -> int:
        """Some rows."""
        x = self.entries[i]
        if (start, stop, step) == (0, x.dims[0], 1):
            return i
        dims = ONE if stop - start == 1 and len(x.dims) == 2 else (len(range(start, stop, step)), *x.dims[1:])
        return self.once(Slice, (i,), dims, x.samples, start, stop, step)

    def concatenate(self, parts: Sequence[int]) -> int:
        """Arrays one below the other; all have the same columns."""
        if len(parts) == 1:
            return parts[0]
        rows = sum([self.entries[i].dims[0] for i in parts])
        first = self.entries[parts[0]]
        return self.once(Concatenate, tuple(parts), (rows, *first.dims[1:]), first.samples)

    def full(self, x: int | float, dims: Dims, samples: bool) -> int:
        """A result, or a number, with all its rows, and a column for every sample where these are asked for."""
        if x.__class__ is float:
            x = self.number(x)
        i = int(x)
        instruction = self.entries[i]
        samples = samples or instruction.samples
        if instruction.dims == dims and instruction.samples == samples and instruction.__class__ is not Number:
            return i
        return self.once(Broadcast, (i,), dims, samples)

    # -- rows of the table -------------------------------------------------------------------------------

    def each(self, op: Op, reads: tuple[int, ...]) -> int:
        """A row elementwise; shapes are spread as NumPy spreads them."""
        key = (op, reads)
        i = self._rules.get(key)
        if i is None:
            dims, samples = self._spread(reads)
            i = self._rules[key] = self.append(Each(reads, dims, samples, op))
        return i

    def reduce(self, op: Op, reads: tuple[int, ...]) -> int:
        """A row whose lists have their entries along the first axis; one of two axes keeps a row of one."""
        dims, samples = self._spread(reads)
        return self.append(Reduce(reads, (1, *dims[1:]) if len(dims) == 2 else dims[1:], samples, op))

    def _spread(self, reads: tuple[int, ...]) -> tuple[Dims, bool]:
        entries = self.entries
        first = entries[reads[0]]
        dims, samples = first.dims, first.samples
        for i in reads[1:]:
            x = entries[i]
            samples = samples or x.samples
            if x.dims is not dims and x.dims != dims:
                a, b = sorted((dims, x.dims), key=len)
                dims = tuple([max(u, v) for u, v in zip((1,) * (len(b) - len(a)) + a, b)])
        return dims, samples

    # -- operands ----------------------------------------------------------------------------------------

    def symbol(self, i: int, is_list: bool = False) -> Any:
        """A result as an operand; a constant as the number it is."""
        x = self.entries[i]
        if x.__class__ is Number and not is_list:
            return x.value
        return ListSymbol(self, i) if is_list else Symbol(self, i)

    def refer(self, x: Any) -> int:
        """The number of an operand."""
        return x.number if isinstance(x, Symbol) else self.number(float(x))

    def stack(self, items: Sequence[Any], dims: Dims, samples: bool) -> int:
        """Operands as the entries of a list of that shape."""
        reads = tuple(map(self.refer, items))
        if len(dims) == 2:
            return self.concatenate([self.full(i, (1, *dims[1:]), samples) for i in reads])
        return self.append(Stack(tuple([self.full(i, dims[1:], samples) for i in reads]), dims, samples))


class Symbol(Compared):
    """A result of the list. An operation on it is appended, with what is neutral left out."""

    __slots__ = ("builder", "number")

    def __init__(self, builder: Builder, number: int) -> None:
        self.builder, self.number = builder, number

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """The result of ``op(*args)``."""
        if op.vectors or len(args) != len(op.partials):
            args = op.complete(args)
        builder = next(a for a in args if isinstance(a, Symbol)).builder
        if op.vectors:
            return Symbol(builder, builder.reduce(op, tuple(map(builder.refer, args))))
        shorter = _SHORTER.get(op)
        short = shorter(*args) if shorter else None
        if short is not None:
            return short
        kind, reads = Symbol, []
        for a in args:
            if isinstance(a, Symbol):
                reads.append(a.number)
                if a.__class__ is ListSymbol:
                    kind = ListSymbol
            else:
                reads.append(builder.number(float(a)))
        return kind(builder, builder.each(op, tuple(reads)))

    def parts(self, op: Op) -> tuple[Any, ...] | None:
        """What it was made from, if the rule that is being read made it with this operation."""
        x = self.builder.entries[self.number]
        if self.number < self.builder.fresh or x.__class__ is not Each or x.op is not op:
            return None
        return tuple(map(self.builder.symbol, x.reads))

    def factor(self) -> tuple[float, Any] | None:
        """For ``2.0 * x`` the number and x; for ``-x`` the number is -1."""
        if negated := self.parts(ops.neg):
            return -1.0, negated[0]
        product = self.parts(ops.mul)
        return product if product and product[0].__class__ is float else None


class ListSymbol(Symbol):
    """The entries of a list along the first axis: what a rule sees as ``xs``."""

    __slots__ = ()
    ndim = 2  # an array, to whom asks

    def __array__(self) -> Any:
        raise TypeError("an instruction is no array of numbers")

    def __len__(self) -> int:
        return self.builder.entries[self.number].dims[0]

    def __getitem__(self, at: slice) -> list[Symbol]:
        return [self._item(k) for k in range(len(self))[at]]

    def __iter__(self) -> Iterator[Symbol]:
        return iter(self[:])

    def _item(self, k: int) -> Symbol:
        builder, x = self.builder, self.builder.entries[self.number]
        if len(x.dims) == 2:
            return Symbol(builder, builder.slice(self.number, k, k + 1))
        return Symbol(builder, builder.once(Item, (self.number,), x.dims[1:], x.samples, k))


def times(x: Any, y: Any) -> Any:
    """The product of two operands, or of two numbers."""
    return Symbol.apply(ops.mul, (x, y)) if isinstance(x, Symbol) or isinstance(y, Symbol) else x * y


# -- what an operation with a neutral argument amounts to; None if it has none -------------------------------


def _is(x: Any, number: float) -> bool:
    return x.__class__ is float and x == number


def _sum(x: Any, y: Any) -> Any:
    if not isinstance(x, Symbol) or not isinstance(y, Symbol):
        return y if _is(x, 0.0) else x if _is(y, 0.0) else None
    if x.number < x.builder.fresh and y.number < x.builder.fresh:
        return None
    for u, v in ((x, y), (y, x)):
        if (scaled := v.factor()) and scaled[0] == -1.0:
            return u - scaled[1]
    return _regrouped(ops.add, x, y)


def _difference(x: Any, y: Any) -> Any:
    return -y if _is(x, 0.0) else x if _is(y, 0.0) else None


def _product(x: Any, y: Any) -> Any:
    """x * y where that is shorter: one of them is 1, -1, 0, a mask, or 1 / something."""
    if not isinstance(y, Symbol):
        x, y = y, x
    fresh = y.builder.fresh
    if not isinstance(x, Symbol):
        if x in (1.0, -1.0, 0.0):
            return y if x == 1.0 else -y if x == -1.0 else 0.0
        scaled = y.factor() if y.number >= fresh else None
        return None if scaled is None else x * scaled[0] * scaled[1]
    if x.number < fresh and y.number < fresh:
        return None
    for special, other in ((x, y), (y, x)):
        mask = special.parts(ops.choose)
        if mask and _is(mask[1], 1.0) and _is(mask[2], 0.0):
            return ops.choose(mask[0], other, 0.0)
        ratio = special.parts(ops.div)
        if ratio and _is(ratio[0], 1.0):
            return other / ratio[1]
    return _regrouped(ops.mul, x, y)


def _regrouped(op: Op, x: Any, y: Symbol) -> Any:
    """x * (y * z) as (x * y) * z, which reads without parentheses."""
    inner = y.parts(op)
    return op(op(x, inner[0]), inner[1]) if inner else None


_SHORTER: dict[Op, Callable[..., Any]] = {
    ops.identity: lambda x: x,
    ops.frozen: lambda x: x,
    ops.add: _sum,
    ops.sub: _difference,
    ops.mul: _product,
    ops.pow: lambda x, y: x if _is(y, 1.0) else None,
}
