"""The specimens, and the process in which what a student hands in is judged."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from ...errors import InputError
from . import alone

SPECIMENS = ("engine", "rows", "layer", "optimisers", "training", "classifier")
SECONDS = 20.0  # that an answer may take: what waits, or computes in C, is not stopped by counting


@cache
def text(name: str) -> str:
    """The source of a specimen, or of its tests."""
    return files(f"{__package__}.specimens").joinpath(f"{name}.py").read_text(encoding="utf-8")


def failures(specimen: str, source: str) -> Iterator[tuple[str, str]]:
    """The tests of a specimen that fail on a program of ours, with what goes wrong."""
    yield from alone.failures(text(f"{specimen}_tests"), source)


def judged(answer: str, **job: str) -> tuple[bool, str]:
    """Whether an answer is accepted, and why; it is run in a process of its own.

    Raises:
        InputError: it cannot be judged.
    """
    if not isinstance(answer, str):
        raise InputError(f"an answer is a text in Python; got {answer!r}")
    try:
        found = _in_a_process({"answer": answer, **job})
    except subprocess.TimeoutExpired:
        return False, "it does not come to an end"
    if "error" in found:
        raise InputError(found["error"])
    return found["accepted"], found["reason"]


def _in_a_process(job: dict[str, str]) -> dict[str, Any]:
    if sys.platform == "emscripten":  # a browser has no processes
        return alone.judge(job)
    command = [sys.executable, alone.__file__]
    done = subprocess.run(command, input=json.dumps(job).encode(), capture_output=True, timeout=SECONDS, check=False)
    print(done.stderr.decode("utf-8", "replace"), end="")  # what the answer printed
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        return {"accepted": False, "reason": "it ends the process that it runs in"}
