"""The command ``microbp zoo``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..exercises.sheet import write_pages
from ..exercises.zoo import LEVELS, Puzzle, Verdict, pages, puzzle
from ..storage import open_file, write_file

LONGEST = 1_000_000


def register(subparsers: Any) -> None:
    """Add the command to a parser."""
    what = "small programs with one mistake each: write the test that catches it, or mend it"
    command = subparsers.add_parser("zoo", help=what, description=f"{what[0].upper()}{what[1:]}.")
    command.add_argument("--seed", type=int, default=0, help="the same seed gives the same puzzle (default 0)")
    levels = "; ".join(f"{k}: {told}" for k, told in LEVELS.items())
    command.add_argument(
        "--level", type=int, default=1, choices=list(LEVELS), help=f"what is told. {levels} (default 1)"
    )
    command.add_argument("--famous", action="store_true", help="a mistake from the shelf of famous ones")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--save", type=Path, metavar="FILE", help="write the broken program to a file, to be mended")
    form.add_argument("--test", type=Path, metavar="FILE", help="grade your test of the broken program")
    form.add_argument("--repair", type=Path, metavar="FILE", help="grade the mended program")
    form.add_argument("--key", action="store_true", help="tell the mistake, and print a test that catches it")
    form.add_argument("--sheet", type=Path, metavar="FOLDER", help="write sheet.html and key.html to a folder")
    command.add_argument("--n", type=int, default=3, metavar="N", help="how many are on a sheet (default 3)")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a puzzle, save it, grade an answer, or write a sheet; 1 where an answer is not accepted."""
    if args.sheet:
        if not 1 <= args.n <= 50:
            raise InputError(f"--n {args.n}: a sheet has 1 to 50 puzzles")
        puzzles = [puzzle(args.seed + i, args.level, args.famous) for i in range(args.n)]
        title = f"The bug zoo: level {args.level}, seed {args.seed}"
        for path in write_pages(args.sheet, pages.sheet(puzzles, title), pages.key(puzzles, title)):
            print(path)
        return 0
    asked = puzzle(args.seed, args.level, args.famous)
    if args.test or args.repair:
        verdict = _graded(asked, args)
        print(verdict)
        return 0 if verdict.accepted else 1
    if args.save:
        write_file(args.save, asked.code.encode())
        print(asked.told)
        print(args.save)
    elif args.key:
        print(f"{asked.key}\n\n{asked.test}", end="")
    else:
        print(asked)
    return 0


def _graded(asked: Puzzle, args: argparse.Namespace) -> Verdict:
    path = args.test or args.repair
    with open_file(path) as file:
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise InputError(f"{path} is longer than {LONGEST} bytes: hand in a test or a program")
    try:
        source = content.decode()
    except UnicodeDecodeError:
        raise InputError(f"{path} is no text: hand in a file of Python") from None
    return asked.grade_test(source) if args.test else asked.grade_repair(source)
