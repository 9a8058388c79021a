"""Fold: constants are computed, equal rows become one, rows that nobody needs go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..table import rows as ops
from .tape import COMPARISONS, Arg, Check, Row, Tape, flat

Rename = Callable[[Any], Any]


def fold(tape: Tape) -> Tape:
    """The tape without what can be known before the numbers are."""
    return alive(unique(tape))


def unique(tape: Tape) -> Tape:
    """Constants computed, neutral operations left out, equal rows merged."""
    new: list[Arg] = list(range(tape.inputs))
    rename = renamer(new)
    rows: list[Row] = []
    seen: dict[Any, int] = {}
    for op, args in tape.rows:
        args = tuple([rename(a) for a in args])
        known = _known(op, args)
        if known is None:
            # an int is a reference and a float a number: 1 and 1.0 must not be taken for each other
            key = (op, *[tuple(map(_key, a)) if a.__class__ is tuple else _key(a) for a in args])
            known = seen.setdefault(key, tape.number(len(rows)))
            if known == tape.number(len(rows)):
                rows.append(Row(op, args))
        new.append(known)
    return finish(tape, rows, rename)


def alive(tape: Tape) -> Tape:
    """Only the rows that the cost or a check depends on."""
    first, rows = tape.inputs, tape.rows
    needed = bytearray(len(rows))
    for root in tape.roots:
        if root.__class__ is int and root >= first:
            needed[int(root) - first] = 1
    for j in range(len(rows) - 1, -1, -1):
        if needed[j]:
            for a in flat(rows[j].args):
                if a.__class__ is int and a >= first:
                    needed[int(a) - first] = 1
    if all(needed):
        return tape
    new: list[Arg] = list(range(first))
    rename = renamer(new)
    kept: list[Row] = []
    for row, need in zip(rows, needed):
        new.append(tape.number(len(kept)))
        if need:
            kept.append(Row(row.op, tuple([rename(a) for a in row.args])))
    return finish(tape, kept, rename)


def renamer(new: list[Arg]) -> Rename:
    """The function from old arguments to new ones; ``new`` lists what old references have become."""

    def rename(arg: Any) -> Any:
        if arg.__class__ is int:
            return new[arg] if arg >= 0 else arg
        if arg.__class__ is tuple:
            return tuple([new[a] if a.__class__ is int and a >= 0 else a for a in arg])
        return arg

    return rename


def finish(tape: Tape, rows: Iterable[Row], rename: Rename) -> Tape:
    """The tape with new rows, and its roots renamed."""
    return tape.with_rows(rows, rename(tape.output), [Check(rename(c), message) for c, message in tape.checks])


def _key(arg: Arg) -> Any:
    return arg if arg.__class__ is int else repr(arg)


def _known(op: Any, args: tuple[Any, ...]) -> Arg | None:
    """What a row amounts to without computing: a constant, or one of its arguments."""
    if op is ops.choose and args[0].__class__ is float:
        return args[1] if args[0] else args[2]  # type: ignore[no-any-return]
    if op is ops.identity:
        return args[0]  # type: ignore[no-any-return]
    if op is ops.add or op is ops.mul or op is ops.sub:
        neutral = 1.0 if op is ops.mul else 0.0
        if args[1].__class__ is float and args[1] == neutral:
            return args[0]  # type: ignore[no-any-return]
        if args[0].__class__ is float and args[0] == neutral and op is not ops.sub:
            return args[1]  # type: ignore[no-any-return]
    if any(a.__class__ is int for a in flat(args)):
        return None
    if op in COMPARISONS:
        return float(op.forward(*args))
    return op.on_numbers(tuple(flat(args)))  # type: ignore[no-any-return]
