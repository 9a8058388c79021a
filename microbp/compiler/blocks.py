"""Blocks: rows of one depth and one operation, computed at once for all samples.

The depth of a row is the longest way to it from the leaves; rows of one depth do not depend on each
other. A block is an array of shape (rows, samples), or (rows, 1) where it depends on parameters alone.
Every block is one of

* each: an operation row by row, ``A1 = tanh(Z1)``;
* reduce: a row of the table with a list argument, ``E = sum(V3, axis=0)``;
* matrix: weighted sums that make a matrix product, ``Z1 = W1 @ A0 + b1``: F lists of weights, each with the
  same P lists of inputs. A dense layer has P = 1; a convolution has one list for every place of its
  window, and a layer that a transformer applies at every position one for every position.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..table import rows as ops
from ..table.op import Op
from .fold import finish, renamer
from .tape import COMPARISONS, Arg, Row, Tape, flat

CONSTANTS, PARAMETERS = -1, 0
"""Sources that are no operation. The arguments of the function follow on PARAMETERS as sources 1, 2, ..."""


class Piece(NamedTuple):
    """A run of entries that are read from one source: rows of a block, or numbers."""

    source: int
    places: list[Any]


class Read(NamedTuple):
    """What a block reads for one argument, entry by entry."""

    pieces: list[Piece]
    samples: bool
    active: bool


class Block(NamedTuple):
    """Rows computed together. F and P of a matrix, k entries in each list."""

    form: str
    op: Op | None
    size: int
    samples: bool
    active: bool
    reads: tuple[Read, ...] = ()
    k: int = 0
    F: int = 0
    P: int = 0


@dataclass(frozen=True)
class Blocks:
    """A tape in blocks; the cost and the conditions are read like arguments."""

    blocks: tuple[Block, ...]
    cost: Read
    checks: dict[str, Read]


SAMPLES, ACTIVE, CONSTANT = 2, 1, -1
"""The kind of an argument: SAMPLES if it depends on the inputs, plus ACTIVE if on the parameters wanted."""


class Facts:
    """What is known of every row before its numbers are: its depth, and what it depends on."""

    def __init__(self, tape: Tape, wanted: int) -> None:
        self.first, self.wanted = tape.inputs, wanted
        self.depths: list[int] = []
        self.kinds: list[int] = []
        first, depths, kinds = tape.inputs, self.depths, self.kinds
        for row in tape.rows:
            depth = kind = 0
            for a in flat(row.args):
                if a.__class__ is int:
                    if a >= first:
                        j = int(a) - first
                        depth = max(depth, depths[j])
                        kind |= kinds[j]
                    else:
                        kind |= self.kind(a)
            if no_slope(row.op):
                kind &= SAMPLES
            depths.append(depth + 1)
            kinds.append(kind)

    def kind(self, a: Arg) -> int:
        """CONSTANT, or SAMPLES and ACTIVE as they apply."""
        if a.__class__ is float:
            return CONSTANT
        if a < 0:
            return ACTIVE if ~a < self.wanted else 0  # type: ignore[operator]
        return SAMPLES if a < self.first else self.kinds[int(a) - self.first]

    def kind_of_all(self, args: Iterable[Arg]) -> int:
        """What a list as a whole depends on."""
        kinds = set(map(self.kind, args)) - {CONSTANT}
        return (SAMPLES if max(kinds) >= SAMPLES else 0) + any(k & ACTIVE for k in kinds) if kinds else CONSTANT

    def signature(self, row: Row) -> list[int]:
        """What the arguments of the rows of one block have in common: kinds, and lengths of lists."""
        found: list[int] = []
        for a in row.args:
            found += [len(a), self.kind_of_all(a)] if a.__class__ is tuple else [self.kind(a)]
        return found


def no_slope(op: Op) -> bool:
    """Whether the result of an operation never changes smoothly: sign, frozen, a condition."""
    return op in COMPARISONS or all(rule.__class__ is float and rule == 0.0 for rule in op.partials)


MANY = 8
"""More weighted sums than this that share nothing are cheaper as products and sums of whole blocks."""


def spread(tape: Tape, wanted: int) -> Tape:
    """Weighted sums that are no part of a matrix product become products and a sum."""
    facts = Facts(tape, wanted)
    groups: dict[Any, list[int]] = {}
    for j, row in enumerate(tape.rows):
        if row.op is ops.weighted_sum:
            groups.setdefault((facts.depths[j], *facts.signature(row)), []).append(j)
    apart: set[int] = set()
    turned: set[int] = set()  # written with the inputs first, as in an embedding
    for (_, _, w_kind, _, a_kind, _), members in groups.items():
        if min(w_kind, a_kind) >= SAMPLES:
            apart.update(members)
            continue
        if w_kind >= SAMPLES:
            turned.update(members)
        products = products_among(tape.rows, members, w_kind >= SAMPLES)
        alone = [js for js, F, P in products if F * P == 1]
        if len(alone) > MANY:
            apart.update(j for js in alone for j in js)
    if not apart and not turned:
        return tape
    new: list[Arg] = list(range(tape.inputs))
    rename = renamer(new)
    rows: list[Row] = []

    def add(op: Op, *args: Any) -> int:
        rows.append(Row(op, args))
        return tape.number(len(rows) - 1)

    for j, row in enumerate(tape.rows):
        args = [rename(a) for a in row.args]
        if j in apart:
            w, a, b = args
            terms = [add(ops.mul, x, y) for x, y in zip(w, a)]
            total = terms[0] if len(terms) == 1 else add(ops.add_up, tuple(terms))
            new.append(total if b.__class__ is float and b == 0.0 else add(ops.add, total, b))
        elif j in turned:
            new.append(add(row.op, args[1], args[0], args[2]))
        else:
            new.append(add(row.op, *args))
    return finish(tape, rows, rename)


def products_among(
    rows: Sequence[Row], members: Iterable[int], turned: bool = False
) -> list[tuple[list[int], int, int]]:
    """Weighted sums sorted into matrix products: the rows of each, F lists of weights by P of inputs."""
    inputs_of: dict[Any, dict[Any, int]] = {}
    again: list[tuple[list[int], int, int]] = []  # the same product with another bias
    for j in members:
        w, a, _ = rows[j].args
        if turned:
            w, a = a, w
        if inputs_of.setdefault(w, {}).setdefault(a, j) != j:
            again.append(([j], 1, 1))
    same_inputs: dict[Any, list[dict[Any, int]]] = {}
    for found in inputs_of.values():
        same_inputs.setdefault(frozenset(found), []).append(found)
    products = []
    for group in same_inputs.values():
        order = list(group[0])
        products.append(([found[a] for found in group for a in order], len(group), len(order)))
    return products + again


def vectorise(tape: Tape, sizes: Sequence[int], wanted: int) -> Blocks:
    """The tape in blocks.

    Args:
        tape: the rows.
        sizes: how many numbers each argument of the function has.
        wanted: the first so many parameters are differentiated.
    """
    builder = _Builder(tape, sizes, Facts(tape, wanted))
    facts, groups = builder.facts, dict[Any, list[int]]()
    for j, row in enumerate(tape.rows):
        key = (facts.depths[j], row.op, *facts.signature(row))
        if row.op is ops.pow and row.args[1].__class__ is float:
            key = (*key, row.args[1])  # x ** 2 and x ** 3 apart: a power with one exponent is fast
        groups.setdefault(key, []).append(j)
    for key in sorted(groups, key=lambda key: key[0]):
        op, members = key[1], groups[key]
        if op is ops.weighted_sum:
            for js, F, P in products_among(tape.rows, members):
                builder.matrix(js, F, P)
        elif op.vectors:
            builder.reduce(op, members)
        else:
            builder.each(op, members)
    groups_of_checks: dict[str, list[Arg]] = {}
    for condition, message in tape.checks:
        groups_of_checks.setdefault(message, []).append(condition)
    checks = {message: builder.read(conditions) for message, conditions in groups_of_checks.items()}
    return Blocks(tuple(builder.blocks), builder.read([tape.output]), checks)


class _Builder:
    """The blocks so far, and where each number of the tape is found in them."""

    def __init__(self, tape: Tape, sizes: Sequence[int], facts: Facts) -> None:
        self.tape, self.facts = tape, facts
        n = len(tape.parameters)
        self.blocks = [Block("parameters", None, n, samples=False, active=facts.wanted > 0)]
        self.places: list[tuple[int, int]] = []
        for source, size in enumerate(sizes, 1):
            self.blocks.append(Block("inputs", None, size, samples=True, active=False))
            self.places += [(source, i) for i in range(size)]
        self.places += [(-1, 0)] * len(tape.rows)

    def place(self, a: Arg) -> tuple[int, Any]:
        """Source and row of an argument."""
        if a.__class__ is float:
            return (CONSTANTS, a)
        return self.places[a] if a >= 0 else (PARAMETERS, ~a)  # type: ignore[index,operator]

    def read(self, args: Sequence[Arg]) -> Read:
        """Where a list of arguments is found."""
        pieces: list[Piece] = []
        last = None
        for a in args:
            source, place = self.place(a)
            if source != last:
                pieces.append(Piece(source, []))
                last = source
            pieces[-1].places.append(place)
        kind = self.facts.kind_of_all(args) if len(args) > 1 else self.facts.kind(args[0])
        return Read(pieces, kind >= SAMPLES, kind > 0 and bool(kind & ACTIVE))

    def add(self, form: str, op: Op, members: Sequence[int], reads: Iterable[Read], **sizes: int) -> None:
        """Append a block whose rows are the members in their order."""
        kind = self.facts.kinds[members[0]]
        for place, j in enumerate(members):
            self.places[self.tape.number(j)] = (len(self.blocks), place)
        samples, active = kind >= SAMPLES, bool(kind & ACTIVE)
        self.blocks.append(Block(form, op, len(members), samples, active, tuple(reads), **sizes))

    def each(self, op: Op, members: list[int]) -> None:
        """An operation row by row, in the order of what it reads first: then it reads whole blocks."""
        rows = self.tape.rows
        if len(members) > 1:
            at = next((i for i, a in enumerate(rows[members[0]].args) if a.__class__ is int), 0)
            members = sorted(members, key=lambda j: self.place(rows[j].args[at]))
        self.add("each", op, members, [self.read(column) for column in zip(*[rows[j].args for j in members])])

    def reduce(self, op: Op, members: list[int]) -> None:
        """A row with lists of k: entry 0 of every list, then entry 1, and so on."""
        rows = self.tape.rows
        members = sorted(members, key=lambda j: self.place(rows[j].args[0][0]))
        reads = []
        for column in zip(*[rows[j].args for j in members]):
            is_list = column[0].__class__ is tuple
            reads.append(self.read([a for entries in zip(*column) for a in entries] if is_list else column))
        self.add("reduce", op, members, reads, k=len(rows[members[0]].args[0]))

    def matrix(self, members: list[int], F: int, P: int) -> None:
        """W of F by k, the inputs of k by P, and the F times P biases."""
        rows = self.tape.rows
        weights = [a for j in members[::P] for a in rows[j].args[0]]
        inputs = [a for entries in zip(*[rows[j].args[1] for j in members[:P]]) for a in entries]
        reads = [self.read(weights), self.read(inputs), self.read([rows[j].args[2] for j in members])]
        self.add("matrix", ops.weighted_sum, members, reads, k=len(rows[members[0]].args[0]), F=F, P=P)
