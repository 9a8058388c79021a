"""Fold: constants are computed, equal rows become one, rows that nobody needs go."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

from ..engine.tape import Constant, Draft, Row, Tape
from ..errors import MicrobpError
from ..table import rows as ops
from ..table.op import Op


def fold(tape: Tape) -> Tape:
    """The tape without what can be known before the numbers are."""
    return alive(unique(tape))


def unique(tape: Tape) -> Tape:
    """Constants computed, neutral operations left out, equal rows merged."""
    seen: dict[tuple[Op, tuple[int, ...]], int] = {}
    entries: Any = tape.entries
    felt = zeros_felt(tape)

    def row(draft: Draft, new: list[int], i: int) -> int:
        op = entries[i].op
        args = tuple([new[a] for a in entries[i].args])
        found = _known(draft, op, args, exact=bool(felt[i]))
        if found is None:
            found = seen.get((op, args))
        if found is None:
            found = seen[op, args] = draft.row(op, args)
        return found

    return tape.rewritten(row)


def alive(tape: Tape) -> Tape:
    """Only the rows that an output or a check depends on, and all leaves."""
    entries: Any = tape.entries
    needed = bytearray(len(entries))
    for root in tape.roots:
        needed[root] = 1
    for i in range(len(entries) - 1, -1, -1):
        if entries[i].__class__ is not Row:
            needed[i] = 1
        elif needed[i]:
            for a in entries[i].args:
                needed[a] = 1
    return (
        tape if all(needed) else tape.rewritten(lambda draft, new, i: draft.moved(entries[i], new) if needed[i] else -1)
    )


def _known(draft: Draft, op: Op, args: tuple[int, ...], exact: bool) -> int | None:
    """The entry that a row amounts to without computing: a constant, or one of its arguments.

    -0.0 + 0.0 is 0.0; only where nobody feels the sign is 0.0 neutral.
    """
    entries = draft.entries
    numbers: list[Any] = [entries[a].value if entries[a].__class__ is Constant else None for a in args]  # type: ignore[union-attr]
    if op is ops.choose and numbers[0] is not None:
        return args[1] if numbers[0] else args[2]
    if op is ops.identity:
        return args[0]
    if op is ops.add or op is ops.mul or op is ops.sub:
        neutral = "1.0" if op is ops.mul else "-0.0" if op is ops.add else "0.0"
        same = {neutral} if exact or op is ops.mul else {"0.0", "-0.0"}
        if repr(numbers[1]) in same:
            return args[0]
        if repr(numbers[0]) in same and op is not ops.sub:
            return args[1]
    return None if None in numbers else draft.constant(op.on_numbers(numbers))


def zeros_felt(tape: Tape) -> bytearray:
    """For each entry, whether the sign of a zero there may show in another number, as in those of arctan2."""
    entries: Any = tape.entries
    felt = bytearray(len(entries))
    for i in range(len(entries) - 1, -1, -1):
        if entries[i].__class__ is Row and (felt[i] or feels_zeros(entries[i].op)):
            for a in entries[i].args:
                felt[a] = 1
    return felt


@cache
def feels_zeros(op: Op) -> bool:
    """Whether an operation makes other numbers of -0.0 than of 0.0; the zero that it makes has either sign."""
    vectors = op.vectors or (False,) * len(op.partials)
    size = sum(2 if is_list else 1 for is_list in vectors)
    for args in product((0.0, -0.0, 1.0, -1.0), repeat=size):
        if _result(op, args) != _result(op, tuple([x + 0.0 for x in args])):
            return True
    return False


def _result(op: Op, args: tuple[float, ...]) -> float | None:
    try:
        return op.on_numbers(args)
    except MicrobpError:
        return None
