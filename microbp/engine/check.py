r"""`check_row`: whether all readings of a row of the table say the same.

A row is written down once and read as numbers, Values, arrays, symbols and code. A row of your own can contradict
itself: a text that is another function than the one for floats, a derivative with a sign too many, a rule that asks a
symbol for its truth. Here every reading is compared at ordinary, extreme and special points.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from types import CodeType
from typing import Any

from ..errors import DomainError, GradientError, InputTypeError, MicrobpError, RangeError, RowError
from ..table.languages import PYTHON
from ..table.op import (
    CALL,
    COMPARE,
    POWER,
    PRODUCT,
    RESERVED,
    SUM,
    TABLE,
    ArrayNames,
    Op,
    fill,
    is_array,
    number,
    shorten,
)
from ..table.operators import Operators
from ..table.rows import frozen
from ..table.writer import ARGUMENTS, finite, write
from .gradcheck import gradcheck
from .trees import flatten

ORDINARY = (0.3, -0.7, 1.3, 2.6, -1.9)
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0)
EXTREME = (1e-9, -1e-9, 40.0, -40.0, 750.0, -750.0, 1e9, -1e16, 1e160, -1e160, 1e-160, -1e-310)
CLOSE = 1e-9
"""How far two readings may be apart, relative to the larger: text and function may round otherwise."""

Point = tuple[Any, ...]


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
        points = [point for point in _points(op) if _value(op, point) is not None]
        if not points:
            raise RowError(f"{op.name} has no value at any of the usual points, such as 0.3, 1.3 and -0.7")
        _check_rules(op, points)
        if op is not frozen:  # it has no derivative on purpose
            _check_slopes(op)
        _check_text(op)
        _check_level(op)
    except RowError as error:
        return error
    return None


def _points(op: Op) -> Iterator[Point]:
    """Points of every kind: all arguments moved together, and one of them away from ordinary numbers."""
    count = len(op.partials)
    vectors = op.vectors or (False,) * count
    several = [x for x in product(ORDINARY, repeat=min(count, 2)) if len(set(x)) == len(x)]
    for k, first in enumerate(several):
        numbers = [*first, *ORDINARY, *ORDINARY][:count] if count > 2 else list(first)
        yield tuple([_list(x, 1 + k % 3) if v else x for x, v in zip(numbers, vectors)])
    for x in (*SPECIAL, *EXTREME):
        yield tuple([[x, x] if v else x for v in vectors])
        for at in range(count):
            numbers = [x if i == at else ORDINARY[(i + 2) % 5] for i in range(count)]
            yield tuple([[x, 0.3] if v else x for x, v in zip(numbers, vectors)])


def _list(x: float, size: int) -> list[float]:
    return [x, 1.0 - x, 0.4 * x][:size]


def _flat(op: Op, point: Point) -> tuple[float, ...]:
    return op.flatten(point)


def _value(op: Op, point: Point) -> float | None:
    """The function's finite value; None where it has none."""
    try:
        z = op.forward(*point)
    except (ArithmeticError, ValueError):
        return None
    if isinstance(z, complex) or is_array(z):
        raise RowError(f"{_call(op, point)} is {z!r} by its function: a float, or an error where there is none")
    try:
        z = number(z)
    except InputTypeError:
        raise RowError(f"{_call(op, point)} is {shorten(repr(z))} by its function, which is no number") from None
    return z if -math.inf < z < math.inf else None


def _call(op: Op, point: Point) -> str:
    return f"{op.name}({shorten(', '.join(map(repr, point)))})"


# -- the text ------------------------------------------------------------------------------------------


def _check_text(op: Op) -> None:
    """The text gives what the function gives, over many points at once, and has no value where that has none."""
    try:
        import numpy as np
    except ImportError:  # without NumPy nobody reads the text
        return
    inside: dict[tuple[int, ...], list[Point]] = {}
    for point in _points(op):
        if _value(op, point) is not None:
            inside.setdefault(tuple([len(x) if isinstance(x, list) else 0 for x in point]), []).append(point)
        else:
            try:
                text = float(np.ravel(_over(op, [point, point]))[0])
            except Exception:
                continue
            if math.isfinite(text):
                raise _differ(op, point, "has no value", text, "give both the same domain")
    for points in inside.values():
        try:
            found = _over(op, points)
        except Exception as error:
            raise RowError(
                f"the text {op.text!r} of {op.name} cannot be read over arrays: {type(error).__name__}: {error}; write "
                "it with NumPy's functions and operators, {0} for the first argument",
                text=True,
            ) from None
        if np.shape(found) not in ((len(points),), ()):
            raise RowError(
                f"the text {op.text!r} of {op.name} gives an array of shape {np.shape(found)} for {len(points)} "
                "samples: one number for each" + (", with axis=0 for a list" if op.vectors else ""),
                text=True,
            )
        for point, text in zip(points, np.broadcast_to(np.asarray(found, dtype=float), (len(points),)).tolist()):
            z = _value(op, point)
            if z is not None and not _agree(z, text):
                raise _differ(op, point, f"is {z!r}", text, "write both as one stable formula")


def _differ(op: Op, point: Point, value: str, text: float, cure: str) -> RowError:
    return RowError(
        f"{_call(op, point)} {value} by its function, and is {text!r} by its text {op.text!r}: {cure}", text=True
    )


def _over(op: Op, points: Sequence[Point]) -> Any:
    """The text over arrays with a column per point."""
    import numpy as np

    columns = [np.array(column) for column in zip(*points)]
    with np.errstate(all="ignore"):
        return _reading(op)(*[np.ascontiguousarray(c.T) for c in columns])


@cache
def _reading(op: Op) -> Callable[..., Any]:
    """The text as a function of arrays."""
    import numpy as np

    return op.reading(ArrayNames(vars(np)))


def _agree(x: float, y: float) -> bool:
    return x == y or abs(x - y) <= CLOSE * max(abs(x), abs(y)) or abs(x - y) < 1e-300


def _check_level(op: Op) -> None:
    """The text binds as tightly as the row says, or parentheses would be missing around it."""
    if op.level == CALL:  # it is printed as a function of its own
        return
    node = ast.parse(fill(op.text, ARGUMENTS[: len(op.partials)]), mode="eval").body
    kind: type[ast.AST] = type(node.op) if isinstance(node, ast.BinOp) else type(node)
    if op.level > _BINDING.get(kind, CALL):
        raise RowError(f"the text {op.text!r} of {op.name} binds less tightly than its level says", text=True)


_BINDING: dict[type[ast.AST], int] = {
    ast.IfExp: COMPARE - 1,
    ast.Compare: COMPARE,
    ast.Add: SUM,
    ast.Sub: SUM,
    **dict.fromkeys((ast.Mult, ast.Div, ast.Mod, ast.MatMult, ast.UnaryOp), PRODUCT),
    ast.Pow: POWER,
}


# -- the rules -----------------------------------------------------------------------------------------


class Shy(Operators):
    """A number that computes like any other and tells nobody what it is."""

    __slots__ = ("x",)

    def __init__(self, x: float) -> None:
        self.x = x

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """The number of the row, hidden again."""
        flat = op.flatten(op.complete(args))
        return Shy(op.on_numbers([a.x if isinstance(a, Shy) else number(a) for a in flat]))

    # fmt: off
    def __lt__(self, other: Any) -> Any: return TABLE["less"](self, other)
    def __le__(self, other: Any) -> Any: return TABLE["less_equal"](self, other)
    def __gt__(self, other: Any) -> Any: return TABLE["greater"](self, other)
    def __ge__(self, other: Any) -> Any: return TABLE["greater_equal"](self, other)
    def __eq__(self, other: Any) -> Any: return TABLE["equal"](self, other)
    def __ne__(self, other: Any) -> Any: return TABLE["not_equal"](self, other)
    # fmt: on
    __hash__ = Operators.__hash__

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
        z = _value(op, point)
        flat = _flat(op, point)
        floats = _derivatives(op, z, flat, flags)
        shy = _derivatives(op, Shy(z), [Shy(x) for x in flat], flags)  # type: ignore[arg-type]
        readings = {"with symbols": shy}
        if not op.vectors:
            readings["as code"] = _run(op, point)
        for how, found in readings.items():
            if floats is not None and found is not None and not all(map(_agree, floats, found)):
                raise RowError(
                    f"the rules of {op.name} at {_call(op, point)} give {floats} with floats and {found} {how}: a rule "
                    "uses its arguments, operators and other operations, nothing else"
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
    for point in _points(op):
        moving = [x for x, w in zip(point, wanted) if w]
        special = any(x in SPECIAL for x in flatten(list(point)))
        enough = 4 if len(flatten(moving)) == 1 else 2
        if _value(op, point) is None or (checked >= enough and not special):
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
                    f"the rules of {op.name} are not the derivatives of its function at {_call(op, point)}: {error}"
                ) from None
        except MicrobpError:  # the edge of the domain
            continue
