"""Whether operations on Values record a graph: in this thread, and as long as a block lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, NoReturn

from ..table.op import Op


class Tracer:
    """Who is given the operations on Values while a function is traced; see `microbp.engine.guard`.

    It stands where else True or False says whether operations record a graph, and it is false: an operation that
    is not to record a graph is left to `Value.apply`, which asks.
    """

    threads: Set[int | None] = frozenset()
    """The threads that were there when it began."""

    def __bool__(self) -> bool:
        return False

    def record(self, op: Op, args: Sequence[Any]) -> Any:
        """The result of an operation; all arguments are given, and lists spread out."""
        raise NotImplementedError

    def recording(self, on: bool) -> AbstractContextManager[None]:
        """What `recording` means for it."""
        raise NotImplementedError

    def refuse(self, what: str, cure: str) -> NoReturn:
        """Raise for something that the function must not do."""
        raise NotImplementedError


CONTEXT: ContextVar[bool | Tracer] = ContextVar("recording", default=True)
is_recording = CONTEXT.get
LEAVES: ContextVar[list[Any] | None] = ContextVar("leaves", default=None)
"""The list to which the leaves are added that are made; see `leaves_made`."""


def no_grad() -> AbstractContextManager[None]:
    """Inside the block operations compute numbers and record no graph.

    >>> from microbp import Value
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.op is None
    True
    """
    return recording(False)


@contextmanager
def recording(on: bool) -> Iterator[None]:
    """Inside the block operations record the graph, or do not."""
    tracer = is_recording()
    if isinstance(tracer, Tracer):
        with tracer.recording(on):
            yield
        return
    token = CONTEXT.set(on)
    try:
        yield
    finally:
        CONTEXT.reset(token)


def call_recorded(state: bool | Tracer, f: Callable[..., Any], *args: Any) -> Any:
    """``f(*args)``, in which operations on Values record a graph, or none, or are given to a tracer.

    It holds in a context of its own, which is forgotten however the call ends.
    """
    context = copy_context()
    context.run(CONTEXT.set, state)
    return context.run(f, *args)


@contextmanager
def leaves_made() -> Iterator[list[Any]]:
    """Inside the block the leaves that are made are listed: any other leaf of a result was there before."""
    around, leaves = LEAVES.get(), list[Any]()
    token = LEAVES.set(leaves)
    try:
        yield leaves
    finally:
        LEAVES.reset(token)
        if around is not None:
            around += leaves
