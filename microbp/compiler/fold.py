"""Fold: constants are computed, equal rows become one, rows that nobody needs go."""

from __future__ import annotations

from typing import Any

from ..engine.tape import Constant, Draft, Row, Tape
from ..table import rows as ops
from ..table.op import Op


def fold(tape: Tape) -> Tape:
    """The tape without what can be known before the numbers are."""
    return alive(unique(tape))


def unique(tape: Tape) -> Tape:
    """Constants computed, neutral operations left out, equal rows merged."""
    draft = Draft()
    new: list[int] = []
    seen: dict[tuple[Op, tuple[int, ...]], int] = {}
    for entry in tape.entries:
        if entry.__class__ is not Row:
            new.append(draft.leaf(entry))
            continue
        op, args = entry
        args = tuple([new[a] for a in args])
        i = _known(draft, op, args)
        if i is None:
            i = seen.get((op, args))
        if i is None:
            i = seen[op, args] = draft.row(op, args)
        new.append(i)
    return draft.rewritten(tape, new)


def alive(tape: Tape) -> Tape:
    """Only the rows and constants that an output or a check depends on, and all inputs and parameters."""
    entries = tape.entries
    needed = bytearray(len(entries))
    for root in tape.roots:
        needed[root] = 1
    for i in range(len(entries) - 1, -1, -1):
        entry = entries[i]
        if entry.__class__ is Row:
            if needed[i]:
                for a in entry.args:
                    needed[a] = 1
        elif entry.__class__ is not Constant:
            needed[i] = 1
    if all(needed):
        return tape
    draft = Draft()
    new: list[int] = []
    for entry, need in zip(entries, needed):
        if not need:
            new.append(-1)  # nobody asks for it
        elif entry.__class__ is Row:
            new.append(draft.row(entry.op, tuple([new[a] for a in entry.args])))
        else:
            new.append(draft.leaf(entry))
    return draft.rewritten(tape, new)


def _known(draft: Draft, op: Op, args: tuple[int, ...]) -> int | None:
    """The entry that a row amounts to without computing: a constant, or one of its arguments."""
    entries = draft.entries
    numbers: list[Any] = [entries[a].value if entries[a].__class__ is Constant else None for a in args]  # type: ignore[union-attr]
    if op is ops.choose and numbers[0] is not None:
        return args[1] if numbers[0] else args[2]
    if op is ops.identity:
        return args[0]
    if op is ops.add or op is ops.mul or op is ops.sub:
        neutral = 1.0 if op is ops.mul else 0.0
        if numbers[1] == neutral:
            return args[0]
        if numbers[0] == neutral and op is not ops.sub:
            return args[1]
    return None if None in numbers else draft.constant(op.on_numbers(numbers))
