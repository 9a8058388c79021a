"""The command ``microbp claim``: formulas under the red pen."""

from __future__ import annotations

import argparse
import json
from typing import Any

from ..errors import InputError
from ..inspect import claim
from ..inspect.claims import CONDITIONS, FORMULAS, Verdict
from ..tables import aligned


def register(subparsers: Any) -> None:
    """Add the command to a parser."""
    what = "judge a formula of backpropagation by numbers"
    command = subparsers.add_parser(
        "claim",
        help=what,
        description=f"{what[0].upper()}{what[1:]}: in matrix or component notation, LaTeX or code.",
        epilog="example: microbp claim 'dA1 = W2.T @ dA2 * dg(Z2)'",
    )
    command.add_argument("formula", nargs="?", help="an equation, such as 'dZ2 = A2 - Y'")
    command.add_argument("--given", action="append", default=[], metavar="WHAT", help="what is taken for granted")
    command.add_argument("--conditions", action="store_true", help="list what can be given")
    command.add_argument("--all", action="store_true", help="judge all formulas of the texts, right and wrong")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Print the verdict of one formula, or of all."""
    if args.conditions:
        print("\n".join(CONDITIONS))
    elif args.all:
        verdicts = [(stated.source, claim(stated.text, stated.given)) for stated in FORMULAS]
        if args.json:
            print(json.dumps([{"source": source, **verdict.as_dict()} for source, verdict in verdicts], indent=2))
        else:
            rows = [(v.word, source, str(v).splitlines()[0], v.suggestion) for source, v in verdicts]
            print(aligned([("verdict", "text", "formula", "did you mean"), *rows], [False] * 4))
    elif args.formula is None:
        raise InputError("give a formula, such as microbp claim 'dZ2 = A2 - Y', or --all for those of the texts")
    else:
        verdict: Verdict = claim(args.formula, args.given)
        print(json.dumps(verdict.as_dict(), indent=2) if args.json else verdict)
