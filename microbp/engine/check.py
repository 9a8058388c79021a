r"""`check_row`: whether all readings of a row of the table say the same.

A row is written down once and read as numbers, Values, arrays, symbols and code. A row of your own can contradict
itself: a text that is another function than the one for floats, a derivative with a sign too many, a rule that asks a
symbol for its truth. Here every reading is compared at ordinary, extreme and special points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from types import CodeType
from typing import Any

from ..errors import DomainError, GradientError, MicrobpError, RangeError, RowError
from ..table.compared import Compared
from ..table.languages import PYTHON
from ..table.op import RESERVED, TABLE, Op, number
from ..table.rows import frozen
from ..table.writer import ARGUMENTS, finite, write
from .gradcheck import gradcheck
from .points import SPECIAL, Point, agree, call_of, points_of, value_of
from .texts import check_level, check_text
from .trees import flatten


def check_row(op: Op) -> None:
    r"""Check that all readings of a row agree; `fit` and `compile` do so with the rows that you define.

    The function for floats, the text over arrays and the rules as floats, arrays, symbols and code must give the same
    at ordinary, extreme ($10^{\pm 160}$) and special points (0, -0, 1); the rules must be the derivatives by central
    differences, and their derivatives too. Points where the function has no value are left out; where it has none, the
    text must have none.

    Raises:
        RowError: two readings differ; the message names the point, both numbers and the cure.

    >>> from microbp import Op
    >>> twice = Op("twice", lambda x: 2.0 * x, (2.0,), "2.0 * {0}", "2 {0}")
    >>> check_row(twice)
    >>> check_row(Op("thrice", lambda x: 3.0 * x, (2.0,), "3.0 * {0}", "3 {0}"))
    Traceback (most recent call last):
    microbp.errors.RowError: the rules of thrice are not the derivatives of its function ...
    """
    error = _verdict(op)
    if error is not None:
        raise error


def check_own_rows(rows: Iterable[Op], text: bool) -> None:
    """Check the operations that are not microbp's; only with ``text`` is a wrong text one, too.

    Raises:
        RowError: two readings of a row differ.
    """
    for op in set(rows):
        if op.name not in RESERVED:
            error = _verdict(op)
            if error is not None and (text or not error.text):
                raise error


@cache
def _verdict(op: Op) -> RowError | None:
    try:
        points = [point for point in points_of(op) if value_of(op, point) is not None]
        if not points:
            raise RowError(f"{op.name} has no value at any of the usual points, such as 0.3, 1.3 and -0.7")
        _check_rules(op, points)
        if op is not frozen:  # it has no derivative on purpose
            _check_slopes(op)
        check_text(op)
        check_level(op)
    except RowError as error:
        return error
    return None


class Shy(Compared):
    """A number that computes like any other and tells nobody what it is."""

    __slots__ = ("x",)

    def __init__(self, x: float) -> None:
        self.x = x

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """The number of the row, hidden again."""
        flat = op.flatten(op.complete(args))
        return Shy(op.on_numbers([a.x if isinstance(a, Shy) else number(a) for a in flat]))

    def __bool__(self) -> bool:
        raise _Asked("looks at the truth of a symbol (if, and, or, max): write where(condition, x, y)")

    def __float__(self) -> float:
        raise _Asked("takes the number of a symbol (float() or a function of math): use microbp's functions")


class _Asked(TypeError):
    """A rule asked for what a symbol does not have."""


def _check_rules(op: Op, points: Sequence[Point]) -> None:
    """The rules give the same with floats, with symbols and as code."""
    wanted = [rule != op.no_derivative for rule in op.partials]
    for point in points:
        flags = [w for w, arg in zip(wanted, point) for _ in range(len(arg) if isinstance(arg, list) else 1)]
        z = value_of(op, point)
        flat = op.flatten(point)
        floats = _derivatives(op, z, flat, flags)
        shy = _derivatives(op, Shy(z), [Shy(x) for x in flat], flags)  # type: ignore[arg-type]
        readings = {"with symbols": shy}
        if not op.vectors:
            readings["as code"] = _run(op, point)
        for how, found in readings.items():
            if floats is not None and found is not None and not all(map(agree, floats, found)):
                raise RowError(
                    f"the rules of {op.name} at {call_of(op, point)} give {floats} with floats and {found} {how}: a "
                    "rule uses its arguments, operators and other operations, nothing else"
                )


def _derivatives(op: Op, z: Any, flat: Sequence[Any], flags: Sequence[bool]) -> list[float] | None:
    """The local derivatives as floats; None where one has no finite value."""
    try:
        found = op.local_derivatives(z, flat, flags)
        numbers = [d.x if isinstance(d, Shy) else number(d) for d in found]
    except _Asked as error:
        raise RowError(f"a rule of {op.name} {error}") from None
    except MicrobpError as error:
        if not isinstance(error, DomainError | RangeError):
            raise RowError(f"a rule of {op.name} cannot be read: {error}") from None
        return None
    except (ArithmeticError, ValueError):
        return None
    except Exception as error:
        raise RowError(f"a rule of {op.name} cannot be read: {type(error).__name__}: {error}") from None
    return numbers if all(map(math.isfinite, numbers)) else None


def _run(op: Op, point: Point) -> list[float] | None:
    """The derivatives as Python code says them."""
    lines, count = _written(op)
    names: dict[str, Any] = {name: row.forward for name, row in TABLE.items()}
    names.update({op.name: op.forward, "finite": finite}, **dict(zip(ARGUMENTS, point)))
    try:
        exec(lines, names)
    except (ArithmeticError, ValueError):
        return None
    return [float(names[f"d{i}"]) for i in range(count)]


@cache
def _written(op: Op) -> tuple[CodeType, int]:
    """The row as Python code, and how many derivatives it has."""
    try:
        written = write(op, PYTHON)
    except Exception as error:
        raise RowError(f"a rule of {op.name} cannot be written as code: {error}; use microbp's functions") from None
    return compile("\n".join(written.lines()), "<row>", "exec"), len(written.partials)


def _check_slopes(op: Op) -> None:
    """The rules are the derivatives, and their derivatives are the second ones; at special points the first are."""
    wanted = [rule != op.no_derivative for rule in op.partials]
    if not any(wanted):
        return
    checked = 0
    for point in points_of(op):
        moving = [x for x, w in zip(point, wanted) if w]
        special = any(x in SPECIAL for x in flatten(list(point)))
        enough = 4 if len(flatten(moving)) == 1 else 2
        if value_of(op, point) is None or (checked >= enough and not special):
            continue

        def f(*args: Any, point: Point = point) -> Any:
            given = iter(args)
            return op(*[next(given) if w else x for x, w in zip(point, wanted)])

        try:
            gradcheck(f, *moving, order=1 if special else 2)
            checked += 1
        except GradientError as error:
            if "does not pass" in str(error):
                raise RowError(
                    f"the rules of {op.name} are not the derivatives of its function at {call_of(op, point)}: {error}"
                ) from None
        except MicrobpError:  # the edge of the domain
            continue
