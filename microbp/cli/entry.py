"""The command line: argument parsing only. Exit codes: 0 done, 1 failed, 2 wrong usage."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from .. import __version__, engine_name
from ..errors import InputError, InputTypeError, MicrobpError
from . import compile, draw, exercises, explain, review, train, zoo


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    >>> main(["gradient", "x*y", "x=3", "y=4"])
         value  gradient
    --------------------
    x*y     12
    x        3         4
    y        4         3
    0
    """
    parser = argparse.ArgumentParser(
        prog="microbp", description="Backpropagation you can look into: gradients, networks, training."
    )
    parser.add_argument("--version", action="version", version=f"microbp {__version__} ({engine_name} engine)")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for part in (train, explain, draw, compile, exercises, review, zoo):
        part.register(subparsers)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ∂ shows ?, and no traceback
    args = parser.parse_args([_shielded(arg) for arg in (sys.argv[1:] if argv is None else argv)])
    try:
        code: int | None = args.run(args)
    except (MicrobpError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # the reader of a pipe has gone; that is no failure of ours
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"microbp: {error}", file=sys.stderr)
        return 2 if isinstance(error, InputError | InputTypeError) else 1
    except KeyboardInterrupt:
        print("microbp: interrupted", file=sys.stderr)
        return 1
    return code or 0


def _shielded(arg: str) -> str:
    """An argument such as ``-x**2`` or ``-1e3`` with a space before it, so that it is not taken for an option."""
    option = re.fullmatch(r"-[A-Za-z]?|--([A-Za-z][\w-]*(=.*)?)?", arg)
    return f" {arg}" if arg.startswith("-") and not option else arg
