"""The command ``microbp exercises``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..engine.graph import leaves
from ..engine.value import Value
from ..errors import InputError
from ..exercises import KINDS, LEVELS, Exercise, Task, generate, tasks
from ..exercises.page import write_page
from ..exercises.practice import practise
from ..exercises.reading import evaluate, parse, vocabulary
from ..exercises.sheet import question, write
from .arguments import assignments, check_writable

CHAIN = "chain"  # the kind that is made of graphs
ABOUT = {CHAIN: ("the chain rule in a graph", [name for name, _ in LEVELS.values()])}
ABOUT |= {name: (kind.about, list(kind.levels)) for name, kind in KINDS.items()}


def register(subparsers: Any) -> None:
    """Add the command to a parser."""
    what = "exercises on the chain rule and on training, by seed, with proven answers"
    lines = [
        f"  {name:<10} {about}: {', '.join(f'{n} {level}' for n, level in enumerate(levels, 1))}"
        for name, (about, levels) in ABOUT.items()
    ]
    command = subparsers.add_parser(
        "exercises", help=what, description=f"Print {what}.", formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="The kinds and their levels:\n" + "\n".join(lines),
    )  # fmt: skip
    command.add_argument(
        "--kind",
        nargs="+",
        default=[CHAIN],
        choices=list(ABOUT),
        metavar="KIND",
        help="one or several of the kinds below (default chain)",
    )
    command.add_argument("--seed", type=int, default=0, help="the same seed gives the same exercises (default 0)")
    command.add_argument("--n", type=int, default=5, metavar="N", help="how many of each kind (default 5)")
    command.add_argument("--level", type=int, default=1, choices=list(LEVELS), help="from 1, easy, to 4 (default 1)")
    command.add_argument(
        "--all", action="store_true", help="in a graph ask for the derivative by every leaf, not by one"
    )
    command.add_argument(
        "--expr", help="an exercise of your own, such as '(w*x + b - y)^2', of + - * / squares, relu, max and min"
    )
    command.add_argument("--values", nargs="+", default=[], metavar="name=number", help="the numbers of its names")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--key", action="store_true", help="print the solutions as well")
    form.add_argument("--sheet", type=Path, metavar="FOLDER", help="write sheet.html and key.html to a folder")
    form.add_argument("--page", type=Path, metavar="FILE", help="write a page that asks, hints and grades by itself")
    form.add_argument("--practice", action="store_true", help="ask for the answers, and grade them")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Print exercises, write them to a folder or a page, or practise them."""
    items = [own(args)] if args.expr else [parts for kind in args.kind for parts in _of(kind, args)]
    title = f"{_title(args.kind)}: level {args.level}"
    if args.expr:
        title = "Backpropagation by hand"
    elif len(args.kind) == 1:
        title += f" ({ABOUT[args.kind[0]][1][args.level - 1]})"
    if args.sheet:
        for path in write(args.sheet, items, title if args.expr else f"{title}, seed {args.seed}"):
            print(path)
    elif args.page:
        check_writable("--page", args.page, (".html", ".htm"))
        write_page(args.page, items, title)
        print(args.page)
    elif args.practice:
        practise(items)
    else:
        print("\n\n".join(_printed(n, parts, args.key) for n, parts in enumerate(items, 1)))


def own(args: argparse.Namespace) -> list[Exercise]:
    """The exercise that a teacher gives as an expression, asked for the derivative by every name.

    Raises:
        InputError: the expression cannot be read, a name has no number, or its numbers are no fractions.
    """
    names = assignments(args.values)
    output = evaluate(parse(args.expr, vocabulary(names)), names)
    if not isinstance(output, Value) or not output.args:
        raise InputError(f"--expr {args.expr}: give a formula of the names in --values, such as --values x=2 y=-0.5")
    output.label = output.label or next(label for label in ("C", "L", "out") if label not in names)
    first = leaves(output)[0]
    return Exercise(output, first).parts


def _of(kind: str, args: argparse.Namespace) -> list[Sequence[Exercise] | Sequence[Task]]:
    """The exercises of one kind, each with what is asked in it."""
    if kind == CHAIN:
        return [exercise.parts if args.all else [exercise] for exercise in generate(args.n, args.level, args.seed)]
    return [[task] for task in tasks(kind, args.n, args.level, args.seed)]


def _title(kinds: Sequence[str]) -> str:
    if len(kinds) > 1 or kinds == [CHAIN]:
        return "Backpropagation by hand"
    about = ABOUT[kinds[0]][0]
    return about[0].upper() + about[1:]


def _printed(n: int, parts: Sequence[Exercise] | Sequence[Task], key: bool) -> str:
    text = f"{n}. {question(parts)}"
    return "\n\n".join([text, *(str(part.solution) for part in parts)]) if key else text
