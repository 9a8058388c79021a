"""The command line: one parser over all commands. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Collection, Sequence

from .. import __version__, engine_name
from ..errors import InputError, InputTypeError, MicrobpError
from . import compile, draw, exercises, explain, playground, predict, review, train, zoo
from .terminal import INTERRUPTED, abandon, prepare, sentence


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
    prepare()
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:  # the reader of a pipe, such as head, has read enough
        abandon(sys.stdout)
        return 0
    except OSError as error:
        return _fail(sentence(error), 1)
    except MemoryError:
        return _fail("not enough memory: take a smaller network, fewer samples or a smaller file", 1)
    except MicrobpError as error:
        return _fail(str(error), 2 if isinstance(error, InputError | InputTypeError) else 1)


def _run(argv: Sequence[str]) -> int:
    try:
        args = _parse(argv)
        code: int | None = args.run(args)
    except SystemExit:  # argparse has printed its help, or what is wrong
        sys.stdout.flush()
        raise
    sys.stdout.flush()  # here, where a full disk or a closed pipe can still be reported
    return code or 0


def _fail(message: str, code: int) -> int:
    for stream, text in ((sys.stdout, ""), (sys.stderr, f"microbp: {message}\n")):
        try:
            stream.write(text)
            stream.flush()
        except OSError:
            abandon(stream)
    return code


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="microbp", description="Backpropagation you can look into: gradients, networks, training."
    )
    parser.add_argument("--version", action="version", version=f"microbp {__version__} ({engine_name} engine)")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for part in (train, predict, explain, draw, playground, compile, exercises, review, zoo):
        part.register(subparsers)
    command = next((arg for arg in argv if arg in subparsers.choices), None)
    options = subparsers.choices[command]._option_string_actions if command else {}
    return parser.parse_args([_shielded(arg, options) for arg in argv])


def _shielded(arg: str, options: Collection[str]) -> str:
    """An argument such as ``-x`` or ``-1e3`` with a space before it, so that it is not taken for an option.

    A word after two hyphens is an option, right or wrong; after one hyphen only what the command has is.
    """
    if arg in ("", "-", "--", "-h") or arg in options or re.fullmatch(r"--[A-Za-z][\w-]*(=.*)?", arg, re.DOTALL):
        return arg
    return f" {arg}" if arg.startswith("-") else arg
