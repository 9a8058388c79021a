"""While a function is traced, nobody looks at the number of a Value: it would be frozen into the program.

The operations ask whom they are given to (`Value.apply`). What reads or writes a number without an operation
is a `.data`, a comparison, a text. For the length of a trace these attributes of the class are replaced by ones that
ask first. They let the other threads pass, and would do no harm if they stayed.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakSet

from ..errors import MicrobpError
from ..table import rows as ops
from ..table.op import Op
from ..table.operators import COMPARISONS
from .recording import Tracer, call_recorded, is_recording
from .value import Value

NUMBERS = ("data", "grad", "partials", "slopes", "kept")
METHODS = ("__bool__", "__repr__", "__format__", "__copy__", "__deepcopy__", "__reduce__")
PACKAGE = str(Path(__file__).parents[1])
DERIVATIVE = (
    "a derivative is taken inside the function, of rows that are only written down",
    "compute it outside, or write it out: value_and_grad differentiates the whole function",
)
CURE = "compute with the Value itself, or pass the number as an input"


def call_traced(tracer: Tracer, f: Callable[..., Any], *args: Any) -> Any:
    """``f(*args)``, where the tracer is given what is done to Values, in this thread."""
    try:
        tracer.threads = {thread.ident for thread in threading.enumerate()}
        _tracers.add(tracer)
        _settle()
        return call_recorded(tracer, f, *args)
    finally:
        _tracers.discard(tracer)
        _settle()


def refuse_in_a_trace(what: str, cure: str) -> None:
    """Raise if a function is being traced in this thread.

    A thread that has started since may be the function's own: it goes on, but the trace ends with the error.
    """
    tracer = is_recording()
    if isinstance(tracer, Tracer):
        tracer.refuse(what, cure)
    me = threading.get_ident()
    for other in list(_tracers):
        if me not in other.threads:
            with suppress(MicrobpError):
                other.refuse(f"{what} in another thread", cure)


def _guarded_number(name: str, original: Any) -> property:
    def read(node: Value) -> Any:
        refuse_in_a_trace(f".{name} of a Value is read", CURE)
        return original.__get__(node)

    def write(node: Value, x: Any) -> None:
        what = f".{name} of a Value is set" if name in ("data", "grad") else "a Value is computed"
        refuse_in_a_trace(what, "change it outside, between calls")
        original.__set__(node, x)

    return property(read, write)


def _guarded_method(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def method(node: Value, *args: Any) -> Any:
        if name != "__repr__" or not sys._getframe(1).f_code.co_filename.startswith(PACKAGE):  # an error message
            refuse_in_a_trace(f"{name} of a Value is called", CURE)
        return original(node, *args)

    return method


def _given(row: Op, original: Callable[..., Any]) -> Callable[..., Any]:
    """A method that is an operation in a trace."""

    def method(node: Value, *args: Any) -> Any:
        tracer = is_recording()
        if not isinstance(tracer, Tracer):
            return original(node, *args)
        return tracer.record(row, (node, *args))

    return method


_tracers: WeakSet[Tracer] = WeakSet()


@cache
def _attributes() -> tuple[dict[str, Any], dict[str, Any]]:
    """The attributes of the class, by their names, as they are and guarded."""
    names = (*NUMBERS, *METHODS, *COMPARISONS, "detach")
    original = {name: getattr(Value, name) for name in names}
    return original, {
        **{name: _guarded_number(name, original[name]) for name in NUMBERS},
        **{name: _guarded_method(name, original[name]) for name in METHODS},
        **{name: _given(row, original[name]) for name, row in (*COMPARISONS.items(), ("detach", ops.frozen))},
    }


def _settle() -> None:
    """Give the class the attributes that it should have now.

    There is no lock, which an interrupt could leave locked: who sees that another thread came in between starts again.
    """
    while True:
        guarded = bool(_tracers)
        for name, attribute in _attributes()[guarded].items():
            setattr(Value, name, attribute)
        if guarded == bool(_tracers):
            return
