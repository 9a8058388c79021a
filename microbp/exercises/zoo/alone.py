"""Judging what a student hands in, in a process of its own: it may end that process, or never come to an end.

This file is run as a program and imports nothing of this library. A job is a dict:

    {"answer": a test, "right": a program, "broken": a program}      does the test tell the two apart?
    {"answer": a program, "tests": tests}                            does the program pass?

and so is what comes back: {"accepted": ..., "reason": ...}, or {"error": ...} where the answer cannot be judged.
"""

from __future__ import annotations

import builtins
import inspect
import json
import math
import operator
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from types import CodeType, FrameType
from typing import Any

MOST = 3_000_000  # operations that a test may run: ten times what the longest needs
WATCHED = (builtins, math, operator, random)
Names = dict[str, Any]


class TooLong(Exception):
    """A program runs on and on."""


class Unusable(Exception):
    """What is handed in cannot be judged."""


def judge(job: dict[str, str]) -> dict[str, Any]:
    """The verdict on a job."""
    try:
        accepted, reason = _repair(job) if "tests" in job else _test(job)
    except Unusable as error:
        return {"error": str(error)}
    return {"accepted": accepted, "reason": reason}


def _test(job: dict[str, str]) -> tuple[bool, str]:
    answer, right, broken = job["answer"], job["right"], job["broken"]
    if told := tested(answer, right):
        return False, f"your test fails on the right program too: {told}"
    if not (told := tested(answer, broken)):
        return False, "your test passes on the broken program: it does not look at what is wrong"
    if not tested(answer, broken) or tested(answer, right):  # in the other order: who counts the runs is found out
        return False, "your test does not give the same result twice: fix the seed, keep nothing between runs"
    return True, f"your test passes on the right program and fails on the broken one: {told}"


def _repair(job: dict[str, str]) -> tuple[bool, str]:
    with kept() as changed:
        name, told = next(failures(job["tests"], job["answer"]), ("", ""))
        if changed():
            return False, f"the program changes {changed()} for everybody: mend the mistake itself"
    words = name.removeprefix("test_").replace("_", " ")
    if told:
        return False, told if name == "loading" else f"this does not hold: {words}: {told}"
    return True, "the program passes every test"


def tested(source: str, program: str) -> str:
    """What goes wrong when a student's test runs on a program; nothing where it passes.

    The tests are functions, methods of classes, or else the whole text.
    """
    names = loaded(program)
    try:
        code = compile(source, "<test>", "exec")
    except (SyntaxError, ValueError) as error:
        raise Unusable(f"the test is no Python: {error}") from None
    found = {"__name__": "program", **names}
    with kept():
        told = outcome(lambda: exec(code, found))
        mine = {name: x for name, x in found.items() if name not in names or names[name] is not x}
        for test in [] if told else collected(mine):
            told = told or outcome(partial(test, **_arguments(test, names)))
    return told


def collected(names: Names) -> Iterator[Callable[..., Any]]:
    """The tests among some names, as functions and as methods of classes."""
    for name, x in names.items():
        if name.startswith("test") and inspect.isfunction(x):
            yield x
        elif inspect.isclass(x) and (name.startswith("Test") or hasattr(x, "assertEqual")):
            for method in [m for m in dir(x) if m.startswith("test")]:
                yield partial(_method, x, method)


def _method(cls: type, name: str) -> None:
    is_unittest = hasattr(cls, "assertEqual")
    instance: Any = cls(name) if is_unittest else cls()
    getattr(instance, "setUp" if is_unittest else "setup_method", lambda *_: None)()
    getattr(instance, name)()


def _arguments(test: Callable[..., Any], names: Names) -> Names:
    """What a test asks for by the names of its arguments."""
    found: Names = {}
    if isinstance(test, partial):
        return found
    if inspect.iscoroutinefunction(test) or inspect.isgeneratorfunction(test):
        raise Unusable(f"{test.__name__} runs nothing when it is called: write a plain function")
    for name, parameter in inspect.signature(test).parameters.items():
        if name in names:
            found[name] = names[name]
        elif parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        ):
            raise Unusable(f"{test.__name__} asks for {name!r}, which the program does not define")
    return found


# -- running a program that may be broken -----------------------------------------------------------------------------


def failures(tests: str, source: str) -> Iterator[tuple[str, str]]:
    """The tests that fail on a program, with what goes wrong."""
    try:
        loaded(source)
    except Unusable as error:
        yield "loading", str(error)
        return
    names = [name for name in loaded(tests) if name.startswith("test_")]
    for name in names:  # each with data of its own: a broken program may spoil that of the next test
        test, told = loaded(tests)[name], ""
        try:
            program = loaded(source)
        except Unusable as error:  # this time
            told = str(error)
        else:
            told = outcome(partial(_run, test, program))
        if told:
            yield name, told


def _run(test: Callable[..., Any], program: Names) -> None:
    test(*[program[name] for name in inspect.signature(test).parameters])


def loaded(source: str) -> Names:
    """The names that a program defines.

    Raises:
        Unusable: it is no program of Python, or it fails when it is loaded.
    """
    found: Names = {"__name__": "program"}
    try:
        code = _compiled(source)
    except (SyntaxError, ValueError) as error:
        raise Unusable(f"the program cannot be loaded: {type(error).__name__}: {error}") from None
    if told := outcome(lambda: exec(code, found)):
        raise Unusable(f"the program cannot be loaded: {told}")
    return found


@lru_cache(maxsize=32)
def _compiled(source: str) -> CodeType:
    return compile(source, "<program>", "exec")


def outcome(run: Callable[[], Any]) -> str:
    """What goes wrong in a run; nothing where it comes to an end."""
    try:
        with bounded():
            run()
    except AssertionError as error:
        return str(error) or "a comparison fails"
    except TooLong:
        return "it does not come to an end"
    except RecursionError:
        return "it calls itself without end"
    except BaseException as error:  # SystemExit and KeyboardInterrupt, raised by what is judged
        return f"{type(error).__name__}: {error}"
    return ""


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


@contextmanager
def kept() -> Iterator[Callable[[], str]]:
    """Inside the block, what a program does to Python's own modules can be asked for; after it, all is as it was."""
    before = {module: dict(vars(module)) for module in WATCHED}

    def changed() -> str:
        names = ((m, n) for m, old in before.items() for n in vars(m) if n != "_" and vars(m)[n] is not old.get(n, m))
        return next((f"{module.__name__}.{name}" for module, name in names), "")

    try:
        yield changed
    finally:
        for module, old in before.items():
            for name in set(vars(module)) - set(old):
                delattr(module, name)
            vars(module).update(old)


def main() -> None:
    """Read a job, judge it, write the verdict where the answer's own output does not get in the way."""
    job = json.loads(sys.stdin.buffer.read())
    verdict = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the answer prints
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # nobody answers its questions
    sys.path[0] = ""
    verdict.write(json.dumps(judge(job)))
    verdict.flush()
    os._exit(0)  # threads that the answer started do not keep the process


if __name__ == "__main__":
    main()
