"""The operations on Values: the functions that `microbp.engine.recorders` writes, compiled, and what they call."""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from typing import Any

from ..errors import InputTypeError, MicrobpError, ShapeError
from ..native import engine
from ..table.described import document
from ..table.op import RESERVED, TABLE, Op, is_array, not_finite, shorten
from ..table.operators import METHODS, UNARY, Operators
from ..table.writer import finite
from .checks import as_constant
from .making import made, unrecorded
from .recorders import NAMES, everything, source
from .recording import is_recording
from .value import Value


def failure(op: Op, error: Exception, *args: Any) -> MicrobpError:
    """The typed error for arguments at which an operation has no finite value."""
    flat = op.flatten(args)
    numbers = [a._data if a.__class__ is Value else a for a in flat]
    return op.failure(numbers, error, [a._label if a.__class__ is Value else "" for a in flat])


def local_derivative(rule: Any, z: float, *numbers: Any) -> Any:
    """The number of a local derivative, or the list of them; NaN where there is none, which a sweep refuses by name."""
    if rule.__class__ is float:
        return rule
    try:
        found = rule(z, *numbers)
        return found if found.__class__ is float else _as_derivative(found)
    except (ArithmeticError, ValueError):
        return math.nan


def _as_derivative(found: Any) -> Any:
    """What a rule gave as a float, or as a list of floats."""
    if is_array(found):
        found = found.tolist()
    if found.__class__ is list or found.__class__ is tuple:
        return found if [*map(type, found)].count(float) == len(found) else [_as_derivative(d) for d in found]
    if isinstance(found, Real):
        return float(found)
    raise InputTypeError(
        f"a rule of an operation returned {shorten(repr(found))}: it gives a number, or a list for a list argument"
    )


def slopes(op: Op, rule: Any, of: Sequence[Any], every: bool, z: float, *numbers: Any) -> Sequence[float | None]:
    """The local derivatives by the entries of a list, None at a constant; every tells that there are only Values."""
    size = len(of)
    if not every and Value not in map(type, of):
        return [None] * size
    try:
        found = rule if rule.__class__ is float else rule(z, *numbers)
    except (ArithmeticError, ValueError):
        found = math.nan
    if found.__class__ is not list or op.name not in RESERVED:  # the rules of the table give floats
        found = _as_derivative(found)
    if found.__class__ is float:
        found = [found] * size
    if len(found) != size:
        raise ShapeError(f"{op.name}: a rule gave {len(found)} derivatives for a list of {size}")
    return found if every else [d if a.__class__ is Value else None for a, d in zip(of, found)]


def one_by_one(op: Op, args: Sequence[Any], z: float, *numbers: float) -> tuple[float | None, ...]:
    """The local derivatives where one of them has no value, rule by rule."""
    wanted = [a.__class__ is Value for a in args]
    found = iter(op.local_derivatives(z, numbers, wanted, local_derivative))
    return (*[next(found) if is_wanted else None for is_wanted in wanted], *(numbers if op.keeps else ()))


NAMESPACE = {
    "__name__": __name__, "Value": Value, "as_constant": as_constant, "failure": failure,
    "finite": finite, "inf": math.inf, "is_recording": is_recording, "local_derivative": local_derivative,
    "nan": math.nan, "new": object.__new__, "not_finite": not_finite, "one_by_one": one_by_one, "slopes": slopes,
}  # fmt: skip


def compiled(text: str, name: str, rows: Iterable[Op]) -> dict[str, Any]:
    """The functions of a text about some rows."""
    names = dict(NAMESPACE)
    for op in rows:
        names.update({f"row_{op.name}": op, f"float_{op.name}": op.forward})
        names.update({f"{op.name}_by_{name}": rule for name, rule in zip(NAMES, op.partials)})
    functions: dict[str, Any] = {}
    exec(compile(text, name, "exec"), names, functions)
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    return functions


def recorder(op: Op) -> Callable[..., Any]:
    """The function that a call of a row is, for a row that came later."""
    return compiled(source(op) + "\n", f"<microbp.Op {op.name}>", [op])[op.name]  # type: ignore[no-any-return]


def record(op: Op, args: Sequence[Any]) -> Any:
    """What ``op(*args)`` means with a Value, the general way: any constants, `no_grad`, a trace, any error.

    NotImplemented for arguments of another kind.
    """
    how = is_recording()
    if how.__class__ is not bool:
        return how.record(op, op.flatten(args))  # type: ignore[union-attr]
    flat: list[Any] = [a if a.__class__ is Value else as_constant(a) for a in op.flatten(args)]
    if any([a is None for a in flat]):
        return NotImplemented
    numbers, labels = zip(*[(a.data, a.label) if a.__class__ is Value else (a, "") for a in flat])
    z = op.on_numbers(numbers, labels)
    if not how:
        return unrecorded(z)
    wanted = [a.__class__ is Value for a in flat]
    slopes = op.local_derivatives(z, numbers, wanted, local_derivative)
    return made(z, 0.0, "", op, flat, slopes, numbers if op.keeps else ())


def give_operations(backward: Callable[..., None]) -> None:
    """Have the rows record Values, and Values have the operators and methods of the table."""
    for name, op in METHODS.items():
        document(getattr(Operators, name), name, op)
    if engine is not None:
        engine.bind(TABLE, record, backward)
        return
    functions = compiled(everything(), "<microbp: the operations on Values, written from the table>", TABLE.values())
    for op in TABLE.values():
        op.record = functions[op.name]
    for name, op in {**METHODS, **{f"__{name}__": op for name, op in UNARY.items()}}.items():
        setattr(Value, name, functions[op.name])
        if name == op.name:
            document(functions[name], name, op)
    for name in functions:
        if name.startswith("__"):
            setattr(Value, name, functions[name])
    Value.apply = staticmethod(record)  # type: ignore[method-assign]
    Op.recorder = staticmethod(recorder)
