"""The command ``microbp exercises``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..exercises import LEVELS, Exercise, generate
from ..exercises.practice import practise
from ..exercises.sheet import question, write


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
