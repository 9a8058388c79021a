"""Vectorise: rows of one depth and one operation become one instruction for all samples.

The depth of a row is the longest way to it from the leaves; rows of one depth do not depend on each
other. A block is such a group of rows, an array of shape (rows, samples), or (rows, 1) where it depends on
parameters alone. Every block is one of

* each: an operation row by row, ``A1 = tanh(Z1)``;
* reduce: a row of the table with a list argument, ``E = sum(V3, axis=0)``;
* matrix: weighted sums that make a matrix product, ``Z1 = W1 @ A0 + b1``: F lists of weights, each with the
  same P lists of inputs. A dense layer has P = 1; a convolution has one list for every place of its
  window, and a layer that a transformer applies at every position one for every position.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..engine.tape import Constant, Input, Row, Tape
from ..table import rows as ops
from ..table.op import Op
from .blocks import CONSTANT, Facts, products_among
from .builder import Builder
from .instructions import Argument, Gather, MatMul, Parameters

CONSTANTS, PARAMETERS = -1, 0
"""Places of numbers that are no result. The arguments of the function follow on PARAMETERS as 1, 2, ..."""


class Block(NamedTuple):
    """What kind of block a result is. F lists of weights and P of inputs of a matrix, k entries in each list."""

    form: str
    k: int = 0
    F: int = 0
    P: int = 0


EACH = Block("each")


def vectorise(tape: Tape, sizes: Sequence[int], wanted: int, roots: Sequence[Sequence[int]]) -> Builder:
    """The instructions of the forward half.

    Args:
        tape: the rows.
        sizes: how many numbers each argument of the function has.
        wanted: the first so many parameters are differentiated.
        roots: lists of entries; each becomes an output, with a row for every entry and a column per sample.
    """
    facts = Facts(tape, wanted)
    writer = _Writer(tape, sizes, facts)
    depths, kinds = facts.depths, facts.kinds
    groups: dict[Any, list[int]] = {}
    for i, entry in enumerate(tape.entries):
        if entry.__class__ is Row:
            key = (depths[i], entry.op, *facts.signature(entry))
            if entry.op is ops.pow and kinds[entry.args[1]] == CONSTANT:
                key = (*key, entry.args[1])  # x ** 2 and x ** 3 apart: a power with one exponent is fast
            groups.setdefault(key, []).append(i)
    for key in sorted(groups, key=lambda key: key[0]):
        op, members = key[1], groups[key]
        if op is ops.weighted_sum:
            for found, F, P in products_among(tape, members):
                writer.matrix(found, F, P)
        elif op.vectors:
            writer.reduce(op, members)
        else:
            writer.each(op, members)
    builder = writer.builder
    for root in roots:
        samples = any(kinds[i] >= 2 for i in root)
        builder.code.outputs.append(builder.full(writer.read(root), (len(root), 1), samples))
    return builder


class _Writer:
    """The instructions so far, and where each entry of the tape is found in their results."""

    def __init__(self, tape: Tape, sizes: Sequence[int], facts: Facts) -> None:
        self.rows: Sequence[Any] = tape.entries
        self.facts, self.builder = facts, Builder()
        builder, places = self.builder, list[tuple[int, int]]()
        builder.append(Parameters((), (len(tape.parameters), 1), False))
        for source, size in enumerate(sizes, 1):
            builder.append(Argument((), (size, 1), True, source - 1))
            places += [(source, i) for i in range(size)]
        parameters = 0
        self.places: list[tuple[int, Any]] = []
        for entry in tape.entries:
            if entry.__class__ is Constant:
                self.places.append((CONSTANTS, entry.value))
            elif entry.__class__ is Input:
                self.places.append(places[entry.place])
            else:
                self.places.append((PARAMETERS, parameters))
                parameters += entry.__class__ is not Row

    def found(self, members: Sequence[int], number: int, block: Block) -> None:
        """Note that the rows of a result are these entries."""
        for place, i in enumerate(members):
            self.places[i] = (number, place)
        self.builder.code.blocks[number] = block

    # -- reading -----------------------------------------------------------------------------------------

    def read(self, entries: Sequence[int]) -> int:
        """The result with these entries as its rows; one row where they are all the same."""
        builder, places = self.builder, self.places
        if len(entries) == 1:
            source, place = places[entries[0]]
            return builder.number(place) if source == CONSTANTS else builder.slice(source, place, place + 1)
        pieces: list[tuple[int, list[Any]]] = []
        last = None
        for i in entries:
            source, place = places[i]
            if source != last:
                pieces.append((source, []))
                last = source
            pieces[-1][1].append(place)
        if len(pieces) == 1:
            return self._piece(*pieces[0])
        samples = self.facts.kind_of_all(entries) >= 2
        return builder.concatenate([builder.full(self._piece(s, p), (len(p), 1), samples) for s, p in pieces])

    def _piece(self, source: int, places: list[Any]) -> int:
        """Rows of one result: one of them for all, a slice, or by their numbers."""
        builder, first, n = self.builder, places[0], len(places)
        if source == CONSTANTS:
            return builder.number(first) if n == 1 or len({repr(x) for x in places}) == 1 else builder.table(places)
        if places.count(first) == n:
            return builder.slice(source, first, first + 1)
        step = places[1] - first
        stop = places[-1] + 1
        if step > 0 and places == list(range(first, stop, step)):
            return builder.slice(source, first, stop, step)
        x = builder.entries[source]
        return builder.once(Gather, (source,), (n, 1), x.samples, tuple(places))

    # -- writing -----------------------------------------------------------------------------------------

    def each(self, op: Op, members: list[int]) -> None:
        """An operation row by row, in the order of what it reads first: then it reads whole blocks."""
        builder, rows, kinds = self.builder, self.rows, self.facts.kinds
        if len(members) == 1:
            reads = [self.read((a,)) for a in rows[members[0]].args]
        else:
            args = [rows[i].args for i in members]
            at = next((k for k, a in enumerate(args[0]) if kinds[a] != CONSTANT), 0)
            members = sorted(members, key=lambda i: self.places[rows[i].args[at]])
            reads = [self.read(column) for column in zip(*[rows[i].args for i in members])]
        builder.start_rule()
        z = builder.each(op, tuple(reads))
        self.found(members, builder.full(z, (len(members), 1), kinds[members[0]] >= 2), EACH)

    def reduce(self, op: Op, members: list[int]) -> None:
        """A row with lists of k: entry 0 of every list, then entry 1, and so on."""
        builder, rows, size = self.builder, self.rows, len(members)
        members = sorted(members, key=lambda i: self.places[rows[i].args[op.vectors.index(True)]])
        reads = []
        k = 0
        for column in zip(*[op.split(rows[i].args) for i in members]):
            if column[0].__class__ is list:
                k = len(column[0])
                x = builder.full(self.read([a for entries in zip(*column) for a in entries]), (k * size, 1), False)
                reads.append(x if size == 1 else builder.reshape(x, (k, size, 1)))
            else:
                reads.append(self.read(column))
        self.found(members, builder.reduce(op, tuple(reads)), Block("reduce", k))

    def matrix(self, members: list[int], F: int, P: int) -> None:
        """W of F by k times the inputs of k by P, plus the F times P biases."""
        builder, rows, size = self.builder, self.rows, len(members)
        k = len(rows[members[0]].args) // 2
        weights = builder.full(self.read([a for i in members[::P] for a in rows[i].args[:k]]), (F * k, 1), False)
        inputs = [a for entries in zip(*[rows[i].args[k:-1] for i in members[:P]]) for a in entries]
        A = builder.full(self.read(inputs), (k * P, 1), False)
        samples = self.facts.kinds[members[0]] >= 2
        builder.start_rule()
        if F * P == 1 and not samples:  # parameters by parameters, such as the sum of their squares
            z = builder.reduce(ops.add_up, (builder.each(ops.mul, (weights, A)),))
        else:
            W, A = builder.reshape(weights, (F, k)), builder.reshape(A, (k, P))
            z = builder.append(MatMul((W, A), (F, P), builder.entries[A].samples, (False, False)))
            z = builder.reshape(z, (size, 1))
        b = self.read([rows[i].args[-1] for i in members])
        if getattr(builder.entries[b], "value", None) != 0.0:
            z = builder.each(ops.add, (z, b))
        self.found(members, builder.full(z, (size, 1), samples), Block("matrix", k, F, P))
