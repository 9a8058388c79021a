r"""Adjoints: the reverse sweep over instructions, as further instructions.

The adjoint of a result is written once all that read it have contributed. What an instruction contributes to
an argument is its adjoint times the local derivative, which is the table's rule read with symbols; for a
matrix product it is the same rule for all rows at once, $\partial C/\partial W = \delta\, a^T$ and
$\partial C/\partial a = W^T \delta$ (BP4 and BP2). A parameter is shared by all samples, so that its part is the mean
over the columns; where the gradient of every sample is asked for, its adjoint keeps a column for each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ..errors import GradientError
from ..table import rows as ops
from ..table.op import Op
from .blocks import no_slope
from .builder import Builder, Symbol, times
from .instructions import (
    AddRows,
    Broadcast,
    Concatenate,
    Dims,
    Each,
    Gather,
    MatMul,
    Mean,
    Outer,
    Parameters,
    Reduce,
    Reshape,
    Scatter,
    Slice,
)

PARAMETERS = 0


class Part(NamedTuple):
    """A contribution to the adjoint of some rows of a result: those from start to stop, or by their numbers."""

    adjoint: Any
    start: int
    stop: int
    rows: tuple[int, ...] = ()


def sweep(builder: Builder, output: int, row: int, wanted: int, per_sample: bool = False) -> int:
    """Append the derivative of one row of an output with respect to the first parameters.

    Returns:
        The number of the gradient: a column of all parameters, or with ``per_sample`` a column for every sample.
    """
    return _Sweep(builder, wanted, per_sample).run(output, row)


class _Sweep:
    """The parts collected for every result on the way down."""

    def __init__(self, builder: Builder, wanted: int, per_sample: bool) -> None:
        self.builder, self.entries, self.wanted, self.per_sample = builder, builder.entries, wanted, per_sample
        self.parts: dict[int, list[Part]] = {}
        self.active = bytearray(len(self.entries))
        for i, x in enumerate(self.entries):
            self.active[i] = self._is_active(x)

    def _is_active(self, x: Any) -> bool:
        """Whether a result depends on the parameters that are differentiated."""
        kind = x.__class__
        if kind is Parameters:
            return self.wanted > 0
        if not x.reads or (kind in (Each, Reduce) and no_slope(x.op)):
            return False
        if x.reads[0] == PARAMETERS:
            first = x.start if kind is Slice else min(x.indices) if kind is Gather else 0
            if kind in (Slice, Gather):
                return bool(first < self.wanted)
        return any([self.active[a] for a in x.reads])

    def run(self, output: int, row: int) -> int:
        """Go through the instructions in reverse."""
        last = len(self.entries)
        size = self.entries[output].dims[0]
        if self.active[output]:
            self.parts[output] = [Part(1.0, row, row + 1) if size > 1 else Part(1.0, 0, 1)]
        for i in range(last - 1, PARAMETERS, -1):
            if i in self.parts:
                adjoint = self.adjoint(i)
                self.builder.start_rule()
                RULES[self.entries[i].__class__](self, i, self.entries[i], adjoint)
        gradient = self.adjoint(PARAMETERS) if PARAMETERS in self.parts else 0.0
        return self.full(PARAMETERS, gradient)

    # -- what each kind hands on ---------------------------------------------------------------------------

    def each(self, i: int, x: Each, adjoint: Any) -> None:
        """The rules of the table, one for each argument."""
        symbol, active = self.builder.symbol, self.active
        z, args = symbol(i), [symbol(a) for a in x.reads]
        for read, rule in zip(x.reads, x.op.partials):
            if active[read]:
                self.contribute(read, times(adjoint, _read(x.op, rule, z, args)), x.dims)

    def reduce(self, i: int, x: Reduce, adjoint: Any) -> None:
        """The rules of a row with lists; a list's rule gives a list, or one number for all entries."""
        builder, vectors = self.builder, x.op.vectors
        z = builder.symbol(i)
        args = [builder.symbol(a, is_list) for a, is_list in zip(x.reads, vectors)]
        for read, rule, is_list in zip(x.reads, x.op.partials, vectors):
            if self.active[read]:
                d = _read(x.op, rule, z, args)
                if isinstance(d, list | tuple):
                    dims, samples = self.entries[read].dims, any(self.samples_of(u) for u in d)
                    d = d[0] if len(d) == 1 else Symbol(builder, builder.stack(d, dims, samples))
                self.contribute(read, times(adjoint, d), self.entries[read].dims if is_list else x.dims)

    def matmul(self, i: int, x: MatMul, adjoint: Any) -> None:
        """The product of W and A: BP4 for the one, BP2 for the other."""
        builder, (w, a) = self.builder, x.reads
        D, W, A = self.full(i, adjoint), self.entries[w], self.entries[a]
        if self.per_sample and not x.samples:
            D = builder.reshape(D, x.dims)
        samples = self.entries[D].samples
        if self.active[w]:
            if self.per_sample and samples:
                g = builder.append(Outer((D, a), (W.size, 1), True, x.dims[1]))
            else:
                g = builder.append(MatMul((D, a), W.dims, False, (False, True)))
                if samples:
                    g = builder.each(ops.div, (g, builder.count()))
            self.contribute(w, Symbol(builder, g), W.dims)
        if self.active[a]:
            g = builder.append(MatMul((w, D), A.dims, samples, (True, False)))
            self.contribute(a, Symbol(builder, g), A.dims)

    def reshape(self, i: int, x: Reshape, adjoint: Any) -> None:
        """The same numbers with the axes they had."""
        (read,) = x.reads
        dims, _ = self.form(read)
        g = self.builder.reshape(self.full(i, adjoint), dims)
        self.contribute(read, Symbol(self.builder, g), self.entries[read].dims)  # no row of it was read for several

    def slice(self, i: int, x: Slice, adjoint: Any) -> None:
        """Some rows of the whole."""
        if x.step == 1:
            self.collect(x.reads[0], adjoint, x.start, x.stop)
        else:
            self.gather(i, x, adjoint, tuple(range(x.start, x.stop, x.step)))

    def gather(self, i: int, x: Any, adjoint: Any, places: tuple[int, ...] = ()) -> None:
        """Rows by their numbers; a row that was read several times gets the sum."""
        builder, places = self.builder, places or x.indices
        order = sorted(range(len(places)), key=places.__getitem__)
        distinct = sorted(set(places))
        g = self.full(i, adjoint)
        y = self.entries[g]
        if len(distinct) < len(places):
            starts = [k for k, j in enumerate(order) if not k or places[order[k - 1]] != places[j]]
            g = builder.append(AddRows((g,), (len(distinct), 1), y.samples, tuple(order), tuple(starts)))
        elif order != list(range(len(order))):
            g = builder.append(Gather((g,), y.dims, y.samples, tuple(order)))
        start, stop = distinct[0], distinct[-1] + 1
        rows = () if stop - start == len(distinct) else tuple(distinct)
        self.collect(x.reads[0], Symbol(builder, g), start, stop, rows)

    def concatenate(self, i: int, x: Concatenate, adjoint: Any) -> None:
        """Every part has its rows."""
        at = 0
        g = self.full(i, adjoint) if isinstance(adjoint, Symbol) else 0
        for read in x.reads:
            n = self.entries[read].dims[0]
            if self.active[read]:
                part = (
                    Symbol(self.builder, self.builder.slice(g, at, at + n)) if isinstance(adjoint, Symbol) else adjoint
                )
                self.contribute(read, part, (n, 1))
            at += n

    def broadcast(self, i: int, x: Broadcast, adjoint: Any) -> None:
        """What was spread is added up again."""
        self.contribute(x.reads[0], adjoint, x.dims)

    # -- collecting and adding up --------------------------------------------------------------------------

    def contribute(self, i: int, adjoint: Any, dims: Dims) -> None:
        """Hand an adjoint on to a result that was read as an array of these dims."""
        builder, x = self.builder, self.entries[i]
        if not isinstance(adjoint, Symbol) and adjoint == 0.0:
            return
        if not x.samples and not self.per_sample and self.samples_of(adjoint):
            y = self.entries[adjoint.number]
            adjoint = Symbol(builder, builder.append(Mean((adjoint.number,), (*y.dims[:-1], 1), False)))
        if x.dims[0] == 1 and dims[0] > 1 and len(x.dims) == len(dims) == 2:  # one row was read for all
            if isinstance(adjoint, Symbol) and self.entries[adjoint.number].dims[0] > 1:
                adjoint = Symbol(builder, builder.reduce(ops.add_up, (adjoint.number,)))
            else:
                adjoint = times(adjoint, float(dims[0]))
        own = x.dims
        if self.per_sample and not x.samples and own[1:] != (1,):
            own, _ = self.form(i)
            adjoint = Symbol(builder, builder.reshape(self.full(i, adjoint), own))
        self.collect(i, adjoint, 0, own[0])

    def collect(self, i: int, adjoint: Any, start: int, stop: int, rows: tuple[int, ...] = ()) -> None:
        """Note a contribution to some rows."""
        if self.active[i] and (isinstance(adjoint, Symbol) or adjoint != 0.0):
            self.parts.setdefault(i, []).append(Part(adjoint, start, stop, rows))

    def samples_of(self, adjoint: Any) -> bool:
        """Whether it has a column for every sample."""
        return isinstance(adjoint, Symbol) and self.entries[adjoint.number].samples

    def form(self, i: int) -> tuple[Dims, bool]:
        """Dims and samples of the adjoint of a result."""
        x = self.entries[i]
        if x.samples or not self.per_sample:
            return x.dims, x.samples
        return (math.prod(x.dims), 1), True  # of parameters, a column for every sample

    def full(self, i: int, adjoint: Any) -> int:
        """The adjoint of a result with all its rows and columns."""
        dims, samples = self.form(i)
        if isinstance(adjoint, Symbol):
            y = self.entries[adjoint.number]
            if math.prod(y.dims) == math.prod(dims) and y.samples == samples:
                return adjoint.number
            x = self.entries[i]
            if len(x.dims) == 3:
                dims = x.dims
            return self.builder.full(adjoint.number, dims, samples)
        return self.builder.full(float(adjoint), dims, samples)

    def adjoint(self, i: int) -> Any:
        """The sum of the contributions to a result."""
        builder, size = self.builder, self.form(i)[0][0]
        builder.start_rule()
        parts = self.parts.pop(i)
        whole = [p.adjoint for p in parts if p.stop - p.start == size and not p.rows]
        total = whole[0] if len(whole) == 1 else _sum(whole)
        if len(whole) < len(parts):
            rest = sorted([p for p in parts if p.stop - p.start < size or p.rows], key=lambda p: p.start)
            total = total + Symbol(builder, self._tiled(rest, i) if _apart(rest) else self._scattered(rest, i))
        if isinstance(total, Symbol):
            builder.code.adjoints.setdefault(total.number, i)
        return total

    def _tiled(self, parts: list[Part], i: int) -> int:
        """Contributions to different rows, one below the other, with zeros between them."""
        (size, _), samples = self.form(i)
        builder, at, tiles = self.builder, 0, list[int]()
        for part in [*parts, Part(0.0, size, size)]:
            if part.start > at:
                tiles.append(builder.full(0.0, (part.start - at, 1), samples))
            if part.stop > part.start:
                tiles.append(builder.full(builder.refer(part.adjoint), (part.stop - part.start, 1), samples))
            at = part.stop
        return builder.concatenate(tiles)

    def _scattered(self, parts: list[Part], i: int) -> int:
        """Contributions to rows that overlap."""
        dims, samples = self.form(i)
        places = tuple([p.rows or tuple(range(p.start, p.stop)) for p in parts])
        reads = tuple([self.builder.refer(p.adjoint) for p in parts])
        return self.builder.append(Scatter(reads, dims, samples, places))


def _read(op: Op, rule: Any, z: Any, args: Sequence[Any]) -> Any:
    """A rule of the table, or a typed error where a constant argument has no derivative."""
    if not callable(rule):
        return rule
    try:
        return rule(z, *args)
    except (ArithmeticError, ValueError):
        shown = ", ".join(["x" if isinstance(a, Symbol) else repr(a) for a in args])
        raise GradientError(f"{op.name}({shown}) has no finite derivative: {op.domain}") from None


def _sum(adjoints: list[Any]) -> Any:
    """Their sum; several that are the same are one, multiplied."""
    counts: dict[int, int] = {}
    numbers: Any = 0.0
    for x in adjoints:
        if isinstance(x, Symbol):
            counts[x.number] = counts.get(x.number, 0) + 1
        else:
            numbers += x
    total = numbers
    for x in adjoints:
        if isinstance(x, Symbol) and (n := counts.pop(x.number, 0)):
            total = total + times(float(n), x)
    return total


def _apart(parts: Sequence[Part]) -> bool:
    """Whether sorted contributions go to different rows, given by start and stop."""
    return not any(p.rows for p in parts) and all(p.stop <= q.start for p, q in pairwise(parts))


RULES: dict[type, Callable[..., None]] = {
    Each: _Sweep.each,
    Reduce: _Sweep.reduce,
    MatMul: _Sweep.matmul,
    Reshape: _Sweep.reshape,
    Slice: _Sweep.slice,
    Gather: _Sweep.gather,
    Concatenate: _Sweep.concatenate,
    Broadcast: _Sweep.broadcast,
}
