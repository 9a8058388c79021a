r"""Weighted sums: chains of adds and multiplies, however they were spelled, become `weighted_sum` rows.

A neuron may be written ``w1*a1 + w2*a2 + b``, with ``sum(...)``, or as a sum of weighted sums. It is found by
taking sums apart: an addend that nobody else uses is replaced by its own addends. Of the terms that
are left, products with a parameter make $\sum_k w_k a_k$ and the others make b.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..engine.tape import Constant, Draft, Input, Row, Tape
from ..table import rows as ops
from .fold import alive, zeros_felt


class Terms(NamedTuple):
    """A sum taken apart."""

    products: list[tuple[int, int]]
    others: list[int]
    inner: list[int]
    """The rows that were taken apart."""


def weighted_sums(tape: Tape) -> Tape:
    """The tape with every sum of products with parameters as one row."""
    entries: Any = tape.entries
    uses, on_samples, felt = count_uses(tape), sample_entries(tape), zeros_felt(tape)
    gone = bytearray(len(entries))
    plans: dict[int, Terms] = {}
    for i in range(len(entries) - 1, -1, -1):  # outermost sums first
        entry = entries[i]
        if entry.__class__ is Row and not gone[i] and not felt[i] and entry.op in _SUMS:
            terms = _take_apart(tape, i, uses, on_samples)
            if terms:
                plans[i] = terms
                for j in terms.inner:
                    gone[j] = 1
    if not plans:
        return tape

    def row(draft: Draft, new: list[int], i: int) -> int:
        if i not in plans:
            return -1 if gone[i] else draft.moved(entries[i], new)
        products, found, _ = plans[i]
        others = [new[a] for a in found]
        total = others[0] if len(others) == 1 else draft.constant(0.0)
        if len(others) > 1:
            total = draft.row(ops.add_up, tuple(others))
        if products:
            pairs = [[new[a] for a in column] for column in zip(*products)]
            total = draft.row(ops.weighted_sum, (*pairs[0], *pairs[1], total))
        return total

    return alive(tape.rewritten(row))


# A difference stays one: the error a - y is a quantity of its own, not a part of the neuron's sum.
_SUMS = frozenset({ops.add, ops.add_up, ops.weighted_sum})


def _take_apart(tape: Tape, root: int, uses: list[int], on_samples: bytearray) -> Terms | None:
    """The terms of the sum in an entry; None where there is nothing to gain."""
    entries = tape.entries
    found = Terms([], [], [])
    products, others, inner = found
    stack = [root]
    while stack:
        i = stack.pop()
        entry = entries[i]
        if entry.__class__ is not Row or (i != root and uses[i] > 1):
            others.append(i)
            continue
        op, args = entry
        if op is ops.add or op is ops.add_up:
            stack += reversed(args)
        elif op is ops.weighted_sum:
            w, a, b = op.split(args)
            products += zip(w, a)
            stack += [] if is_zero(tape, b) else [b]
        elif op is ops.mul and (product := _product(tape, on_samples, *args)):
            products.append(product)
        else:
            others.append(i)
            continue
        if i != root:
            inner.append(i)
    return found if inner and (products or len(others) > 2) else None


def _product(tape: Tape, on_samples: bytearray, x: int, y: int) -> tuple[int, int] | None:
    """The factors, the one that depends on parameters alone first; None if there is none."""
    if tape.entries[x].__class__ is Constant or tape.entries[y].__class__ is Constant:
        return None
    return (x, y) if not on_samples[x] else (y, x) if not on_samples[y] else None


def is_zero(tape: Tape, i: int) -> bool:
    """Whether an entry is the number 0."""
    entry = tape.entries[i]
    return entry.__class__ is Constant and entry.value == 0.0


def count_uses(tape: Tape) -> list[int]:
    """How often each entry is an argument or a root."""
    uses = [0] * len(tape.entries)
    for entry in tape.entries:
        if entry.__class__ is Row:
            for a in entry.args:
                uses[a] += 1
    for root in tape.roots:
        uses[root] += 1
    return uses


def sample_entries(tape: Tape) -> bytearray:
    """For each entry, whether it depends on the inputs, and so differs from sample to sample."""
    found = bytearray(len(tape.entries))
    for i, entry in enumerate(tape.entries):
        if entry.__class__ is Row:
            found[i] = any([found[a] for a in entry.args])
        else:
            found[i] = entry.__class__ is Input
    return found
