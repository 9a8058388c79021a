"""What can be computed at once: the depth of rows, what they depend on, and the sums that make a matrix product."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..engine.tape import Constant, Draft, Input, Row, Tape
from ..table import rows as ops
from ..table.op import Op
from .fold import zeros_felt
from .sums import is_zero

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
    entries: Any = tape.entries
    felt = zeros_felt(tape)  # a sum begins at 0.0

    def row(draft: Draft, new: list[int], i: int) -> int:
        if i not in apart and i not in turned:
            return draft.moved(entries[i], new)
        op = entries[i].op
        w, a, b = op.split([new[arg] for arg in entries[i].args])
        if i in turned and i not in apart:
            return draft.row(op, (*a, *w, b))
        terms = [draft.row(ops.mul, pair) for pair in zip(w, a)]
        total = terms[0] if len(terms) == 1 and not felt[i] else draft.row(ops.add_up, tuple(terms))
        return total if is_zero(tape, entries[i].args[-1]) else draft.row(ops.add, (total, b))

    return tape.rewritten(row)


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
