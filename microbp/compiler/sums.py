r"""Weighted sums: chains of adds and multiplies, however they were spelled, become `weighted_sum` rows.

A neuron may be written ``w1*a1 + w2*a2 + b``, with ``sum(...)``, or as a sum of weighted sums. It is found by
taking sums apart: an addend that nobody else uses is replaced by its own addends. Of the terms that
are left, products with a parameter make $\sum_k w_k a_k$ and the others make b.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..table import rows as ops
from .fold import alive, finish, renamer
from .tape import Arg, Row, Tape, flat

Add = Callable[[Row], int]


class Terms(NamedTuple):
    """A sum taken apart."""

    products: list[tuple[Arg, Arg]]
    others: list[Arg]
    inner: list[int]
    """The rows that were taken apart."""


def weighted_sums(tape: Tape) -> Tape:
    """The tape with every sum of products with parameters as one row."""
    first, rows = tape.inputs, tape.rows
    uses, on_samples = count_uses(tape), sample_rows(tape)
    gone = bytearray(len(rows))
    plans: dict[int, Terms] = {}
    for j in range(len(rows) - 1, -1, -1):  # outermost sums first
        if not gone[j] and rows[j].op in _SUMS and (terms := _take_apart(tape, j, uses, on_samples)):
            plans[j] = terms
            for i in terms.inner:
                gone[i] = 1
    if not plans:
        return tape

    new: list[Arg] = list(range(first))
    rename = renamer(new)
    kept: list[Row] = []

    def add(row: Row) -> int:
        kept.append(row)
        return tape.number(len(kept) - 1)

    for j, row in enumerate(rows):
        if gone[j]:
            new.append(0)  # nobody asks for it any more
        elif j in plans:
            products, others, _ = plans[j]
            total = rename(others[0]) if len(others) == 1 else 0.0
            if len(others) > 1:
                total = add(Row(ops.add_up, (rename(tuple(others)),)))
            if products:
                w, a = zip(*products)
                total = add(Row(ops.weighted_sum, (rename(w), rename(a), total)))
            new.append(total)
        else:
            new.append(add(Row(row.op, tuple([rename(a) for a in row.args]))))
    return alive(finish(tape, kept, rename))


# A difference stays one: the error a - y is a quantity of its own, not a part of the neuron's sum.
_SUMS = frozenset({ops.add, ops.add_up, ops.weighted_sum})


def _take_apart(tape: Tape, j: int, uses: list[int], on_samples: bytearray) -> Terms | None:
    """The terms of the sum in row j; None where there is nothing to gain."""
    first, rows = tape.inputs, tape.rows
    found = Terms([], [], [])
    products, others, inner = found
    root = tape.number(j)
    stack: list[Arg] = [root]
    while stack:
        ref = stack.pop()
        if ref.__class__ is float or ref < first or (ref != root and uses[int(ref) - first] > 1):
            others.append(ref)
            continue
        op, args = rows[int(ref) - first]
        if op is ops.add:
            stack += [args[1], args[0]]
        elif op is ops.add_up:
            stack += reversed(args[0])
        elif op is ops.weighted_sum:
            products += zip(args[0], args[1])
            stack += [args[2]] if args[2].__class__ is int or args[2] else []
        elif op is ops.mul and (product := _product(args[0], args[1], tape, on_samples)):
            products.append(product)
        else:
            others.append(ref)
            continue
        if ref != root:
            inner.append(int(ref) - first)
    return found if inner and (products or len(others) > 2) else None


def _product(x: Arg, y: Arg, tape: Tape, on_samples: bytearray) -> tuple[Arg, Arg] | None:
    """The factors, the one that depends on parameters alone first; None if there is none."""

    def weight(a: Arg) -> bool:
        return a < 0 or (a >= tape.inputs and not on_samples[int(a) - tape.inputs])

    if x.__class__ is float or y.__class__ is float:
        return None
    return (x, y) if weight(x) else (y, x) if weight(y) else None


def count_uses(tape: Tape) -> list[int]:
    """How often each row is an argument or a root."""
    first = tape.inputs
    uses = [0] * len(tape.rows)
    for row in tape.rows:
        for a in flat(row.args):
            if a.__class__ is int and a >= first:
                uses[int(a) - first] += 1
    for root in tape.roots:
        if root.__class__ is int and root >= first:
            uses[int(root) - first] += 1
    return uses


def sample_rows(tape: Tape) -> bytearray:
    """For each row, whether it depends on the inputs, and so differs from sample to sample."""
    first = tape.inputs
    found = bytearray(len(tape.rows))
    for j, row in enumerate(tape.rows):
        for a in flat(row.args):
            if a.__class__ is int and a >= 0 and (a < first or found[int(a) - first]):
                found[j] = 1
                break
    return found
