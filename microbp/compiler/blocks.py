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
from itertools import count
from typing import Any, NamedTuple

from ..engine.tape import Constant, Draft, Input, Parameter, Row, Tape
from ..table import rows as ops
from ..table.op import Op
from .sums import is_zero

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
    """What is known of every entry before its numbers are: the depth of a row, and what it depends on."""

    def __init__(self, tape: Tape, wanted: int) -> None:
        self.entries = tape.entries
        self.depths: list[int] = []
        self.kinds: list[int] = []
        depths, kinds = self.depths, self.kinds
        parameters = 0
        for entry in tape.entries:
            depth = kind = 0
            if entry.__class__ is Row:
                for a in entry.args:
                    if depths[a] > depth:
                        depth = depths[a]
                    if kinds[a] > 0:
                        kind |= kinds[a]
                depth += 1
                if no_slope(entry.op):
                    kind &= SAMPLES
            elif entry.__class__ is Constant:
                kind = CONSTANT
            elif entry.__class__ is Input:
                kind = SAMPLES
            else:
                kind = ACTIVE if parameters < wanted else 0
                parameters += 1
            depths.append(depth)
            kinds.append(kind)

    def kind_of_all(self, args: Iterable[int]) -> int:
        """What a list as a whole depends on."""
        kinds = {self.kinds[a] for a in args} - {CONSTANT}
        return (SAMPLES if max(kinds) >= SAMPLES else 0) + any(k & ACTIVE for k in kinds) if kinds else CONSTANT

    def signature(self, row: Row) -> list[int]:
        """What the arguments of the rows of one block have in common: kinds, and lengths of lists."""
        found: list[int] = []
        for a in row.op.split(row.args):
            found += [len(a), self.kind_of_all(a)] if a.__class__ is list else [self.kinds[a]]
        return found


def no_slope(op: Op) -> bool:
    """Whether the result of an operation never changes smoothly: sign, frozen, a condition."""
    return all(rule.__class__ is float and rule == 0.0 for rule in op.partials)


MANY = 8
"""More weighted sums than this that share nothing are cheaper as products and sums of whole blocks."""


def spread(tape: Tape, wanted: int) -> Tape:
    """Weighted sums that are no part of a matrix product become products and a sum."""
    facts = Facts(tape, wanted)
    groups: dict[Any, list[int]] = {}
    for i, entry in enumerate(tape.entries):
        if entry.__class__ is Row and entry.op is ops.weighted_sum:
            groups.setdefault((facts.depths[i], *facts.signature(entry)), []).append(i)
    apart: set[int] = set()
    turned: set[int] = set()  # written with the inputs first, as in an embedding
    for (_, _, w_kind, _, a_kind, _), members in groups.items():
        if min(w_kind, a_kind) >= SAMPLES:
            apart.update(members)
            continue
        if w_kind >= SAMPLES:
            turned.update(members)
        products = products_among(tape, members, w_kind >= SAMPLES)
        alone = [found for found, F, P in products if F * P == 1]
        if len(alone) > MANY:
            apart.update(i for found in alone for i in found)
    if not apart and not turned:
        return tape
    draft = Draft()
    new: list[int] = []
    for i, entry in enumerate(tape.entries):
        if entry.__class__ is not Row:
            new.append(draft.leaf(entry))
            continue
        op, args = entry.op, tuple([new[a] for a in entry.args])
        if i in apart:
            w, a, b = op.split(args)
            terms = [draft.row(ops.mul, pair) for pair in zip(w, a)]
            total = terms[0] if len(terms) == 1 else draft.row(ops.add_up, tuple(terms))
            new.append(total if is_zero(tape, entry.args[-1]) else draft.row(ops.add, (total, b)))
        elif i in turned:
            w, a, b = op.split(args)
            new.append(draft.row(op, (*a, *w, b)))
        else:
            new.append(draft.row(op, args))
    return draft.rewritten(tape, new)


def products_among(tape: Tape, members: Iterable[int], turned: bool = False) -> list[tuple[list[int], int, int]]:
    """Weighted sums sorted into matrix products: the rows of each, F lists of weights by P of inputs."""
    inputs_of: dict[Any, dict[Any, int]] = {}
    again: list[tuple[list[int], int, int]] = []  # the same product with another bias
    for i in members:
        args = tape.entries[i].args  # type: ignore[union-attr]
        k = len(args) // 2
        w, a = args[:k], args[k:-1]
        if turned:
            w, a = a, w
        if inputs_of.setdefault(w, {}).setdefault(a, i) != i:
            again.append(([i], 1, 1))
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
    for i, entry in enumerate(tape.entries):
        if entry.__class__ is not Row:
            continue
        key = (facts.depths[i], entry.op, *facts.signature(entry))
        if entry.op is ops.pow and facts.kinds[entry.args[1]] == CONSTANT:
            key = (*key, entry.args[1])  # x ** 2 and x ** 3 apart: a power with one exponent is fast
        groups.setdefault(key, []).append(i)
    for key in sorted(groups, key=lambda key: key[0]):
        op, members = key[1], groups[key]
        if op is ops.weighted_sum:
            for found, F, P in products_among(tape, members):
                builder.matrix(found, F, P)
        elif op.vectors:
            builder.reduce(op, members)
        else:
            builder.each(op, members)
    groups_of_checks: dict[str, list[int]] = {}
    for condition, message in tape.checks:
        groups_of_checks.setdefault(message, []).append(condition)
    checks = {message: builder.read(conditions) for message, conditions in groups_of_checks.items()}
    return Blocks(tuple(builder.blocks), builder.read(tape.outputs), checks)


class _Builder:
    """The blocks so far, and where each entry of the tape is found in them."""

    def __init__(self, tape: Tape, sizes: Sequence[int], facts: Facts) -> None:
        self.facts = facts
        n = len(tape.parameters)
        self.blocks = [Block("parameters", None, n, samples=False, active=ACTIVE in facts.kinds)]
        places = []
        for source, size in enumerate(sizes, 1):
            self.blocks.append(Block("inputs", None, size, samples=True, active=False))
            places += [(source, i) for i in range(size)]
        parameters = count()
        self.places: list[tuple[int, Any]] = []
        self.args: list[list[Any]] = []
        """The arguments of the rows, lists apart."""
        for entry in tape.entries:
            place: tuple[int, Any] = (-1, 0)
            if entry.__class__ is Constant:
                place = (CONSTANTS, entry.value)
            elif entry.__class__ is Parameter:
                place = (PARAMETERS, next(parameters))
            elif entry.__class__ is Input:
                place = places[entry.place]
            self.places.append(place)
            self.args.append(entry.op.split(entry.args) if entry.__class__ is Row else [])

    def read(self, args: Sequence[int]) -> Read:
        """Where a list of arguments is found."""
        pieces: list[Piece] = []
        last = None
        for a in args:
            source, place = self.places[a]
            if source != last:
                pieces.append(Piece(source, []))
                last = source
            pieces[-1].places.append(place)
        kind = self.facts.kind_of_all(args) if len(args) > 1 else self.facts.kinds[args[0]]
        return Read(pieces, kind >= SAMPLES, kind > 0 and bool(kind & ACTIVE))

    def add(self, form: str, op: Op, members: Sequence[int], reads: Iterable[Read], **sizes: int) -> None:
        """Append a block whose rows are the members in their order."""
        kind = self.facts.kinds[members[0]]
        for place, i in enumerate(members):
            self.places[i] = (len(self.blocks), place)
        samples, active = kind >= SAMPLES, bool(kind & ACTIVE)
        self.blocks.append(Block(form, op, len(members), samples, active, tuple(reads), **sizes))

    def each(self, op: Op, members: list[int]) -> None:
        """An operation row by row, in the order of what it reads first: then it reads whole blocks."""
        args = self.args
        if len(members) > 1:
            at = next((k for k, a in enumerate(args[members[0]]) if self.facts.kinds[a] != CONSTANT), 0)
            members = sorted(members, key=lambda i: self.places[args[i][at]])
        self.add("each", op, members, [self.read(column) for column in zip(*[args[i] for i in members])])

    def reduce(self, op: Op, members: list[int]) -> None:
        """A row with lists of k: entry 0 of every list, then entry 1, and so on."""
        args = self.args
        members = sorted(members, key=lambda i: self.places[args[i][0][0]])
        reads = []
        for column in zip(*[args[i] for i in members]):
            is_list = column[0].__class__ is list
            reads.append(self.read([a for entries in zip(*column) for a in entries] if is_list else column))
        self.add("reduce", op, members, reads, k=len(args[members[0]][0]))

    def matrix(self, members: list[int], F: int, P: int) -> None:
        """W of F by k, the inputs of k by P, and the F times P biases."""
        args = self.args
        weights = [a for i in members[::P] for a in args[i][0]]
        inputs = [a for entries in zip(*[args[i][1] for i in members[:P]]) for a in entries]
        reads = [self.read(weights), self.read(inputs), self.read([args[i][2] for i in members])]
        self.add("matrix", ops.weighted_sum, members, reads, k=len(args[members[0]][0]), F=F, P=P)
