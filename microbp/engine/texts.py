"""The text of a row against its function: over arrays of many points, and how tightly it binds."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from ..errors import RowError
from ..table.op import CALL, COMPARE, POWER, PRODUCT, SUM, ArrayNames, Op, fill
from ..table.writer import ARGUMENTS
from .points import Point, agree, call_of, points_of, value_of


def check_text(op: Op) -> None:
    """The text gives what the function gives, over many points at once, and has no value where that has none."""
    try:
        import numpy as np
    except ImportError:  # without NumPy nobody reads the text
        return
    inside: dict[tuple[int, ...], list[Point]] = {}
    for point in points_of(op):
        if value_of(op, point) is not None:
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
            z = value_of(op, point)
            if z is not None and not agree(z, text):
                raise _differ(op, point, f"is {z!r}", text, "write both as one stable formula")


def _differ(op: Op, point: Point, value: str, text: float, cure: str) -> RowError:
    return RowError(
        f"{call_of(op, point)} {value} by its function, and is {text!r} by its text {op.text!r}: {cure}", text=True
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


def check_level(op: Op) -> None:
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
