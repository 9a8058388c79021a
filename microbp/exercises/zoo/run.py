"""Running programs that may be broken: their tests, with an end to endless loops, and what a student hands in."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import files
from types import CodeType, FrameType
from typing import Any

from ...errors import InputError

SPECIMENS = ("engine", "rows", "layer", "optimisers", "training", "classifier")
MOST = 3_000_000  # operations that a test may run: ten times what the longest needs
Names = dict[str, Any]


class TooLong(Exception):
    """A program runs on and on."""


@cache
def text(name: str) -> str:
    """The source of a specimen, or of its tests."""
    return files(f"{__package__}.specimens").joinpath(f"{name}.py").read_text(encoding="utf-8")


def loaded(source: str, names: Names | None = None) -> Names:
    """The names that a program defines.

    Raises:
        InputError: it is no program of Python, or it fails when it is loaded.
    """
    found: Names = {"__name__": "program", **(names or {})}
    try:
        code = _compiled(source)
        with bounded():
            exec(code, found)
    except (Exception, SystemExit) as error:
        raise InputError(f"the program cannot be loaded: {type(error).__name__}: {error}") from None
    return found


@lru_cache(maxsize=32)
def _compiled(source: str) -> CodeType:
    return compile(source, "<program>", "exec")


def tests_of(specimen: str) -> dict[str, Callable[..., None]]:
    """The tests of a specimen by name, with data that no program has touched yet."""
    return {name: f for name, f in loaded(text(f"{specimen}_tests")).items() if name.startswith("test_")}


def failure(test: Callable[..., None], program: Names) -> str | None:
    """What goes wrong when a test runs on a program; None where it passes."""
    try:
        with bounded():
            test(*[program[name] for name in inspect.signature(test).parameters])
    except AssertionError as error:
        return str(error) or "a comparison fails"
    except TooLong:
        return "it does not come to an end"
    except RecursionError:
        return "it calls itself without end"
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"
    return None


def failures(specimen: str, source: str) -> Iterator[tuple[str, str]]:
    """The tests of a specimen that fail on a program, with what goes wrong."""
    try:
        loaded(source)
    except InputError as error:
        yield "loading", str(error)
        return
    for name in tests_of(specimen):  # each with data of its own: a broken program may spoil that of the next test
        told = failure(tests_of(specimen)[name], loaded(source))
        if told is not None:
            yield name, told


@contextmanager
def bounded() -> Iterator[None]:
    """Inside the block, a program that runs too many operations is stopped."""
    left = MOST
    before = sys.gettrace()

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if event == "call":
            frame.f_trace_opcodes = True  # before 3.12 a loop of one line has no lines to count
        left -= 1
        if left < 0:
            raise TooLong
        return count

    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)
