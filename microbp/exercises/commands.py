"""The command ``microbp exercises``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError
from .exercise import Exercise
from .generate import LEVELS, generate
from .sheet import question, write

HELP = "type the answer (3/4 or 0.75), h for a hint, s for the solution, n for the next one, q to stop"


def register(subparsers: Any) -> None:
    """Add the command to a parser."""
    what = "exercises on the chain rule, by seed, with proven answers"
    command = subparsers.add_parser("exercises", help=what, description=f"Print {what}.")
    command.add_argument("--seed", type=int, default=0, help="the same seed gives the same exercises (default 0)")
    command.add_argument("--n", type=int, default=5, metavar="N", help="how many (default 5)")
    levels = ", ".join(f"{k} {name}" for k, (name, _) in LEVELS.items())
    command.add_argument("--level", type=int, default=1, choices=list(LEVELS), help=f"{levels} (default 1)")
    command.add_argument("--all", action="store_true", help="ask for the derivative by every leaf, not by one")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--key", action="store_true", help="print the solutions as well")
    form.add_argument("--sheet", type=Path, metavar="FOLDER", help="write sheet.html and key.html to a folder")
    form.add_argument("--practice", action="store_true", help="ask for the answers, and grade them")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Print exercises, write them to a folder, or practise them."""
    exercises = generate(args.n, args.level, args.seed)
    items = [exercise.parts if args.all else [exercise] for exercise in exercises]
    title = f"Backpropagation by hand: level {args.level} ({LEVELS[args.level][0]}), seed {args.seed}"
    if args.sheet:
        for path in write(args.sheet, items, title):
            print(path)
    elif args.practice:
        practise(items)
    else:
        print("\n\n".join(_printed(n, parts, args.key) for n, parts in enumerate(items, 1)))


def _printed(n: int, parts: Sequence[Exercise], key: bool) -> str:
    text = f"{n}. {question(parts)}"
    return "\n\n".join([text, *(str(part.solution) for part in parts)]) if key else text


def practise(items: Sequence[Sequence[Exercise]]) -> None:
    """Ask for every derivative on standard input until it is right, and count what was right at once."""
    print(HELP)
    asked = right = 0
    try:
        for n, parts in enumerate(items, 1):
            for exercise in parts:
                print(f"\n{n}. {exercise}")
                at_once = _until_right(exercise)
                asked, right = asked + 1, right + at_once
    except EOFError:
        print()
    print(f"{right} of {asked} right at the first try, without a hint")


def _until_right(exercise: Exercise) -> bool:
    """Ask until the answer is right or given up; whether the first try without a hint was right."""
    at_once, hints = True, iter(exercise.hints)
    while True:
        match input("> ").strip().lower():
            case "":
                print(HELP)
                continue
            case "q":
                raise EOFError
            case "n":
                return False
            case "s":
                print(exercise.solution)
                return False
            case "h":
                print(next(hints, "There are no more hints: s shows the solution."))
            case answer:
                try:
                    grade = exercise.grade(answer)
                except InputError as error:
                    print(error)
                    continue
                print(grade)
                if grade:
                    return at_once
        at_once = False
