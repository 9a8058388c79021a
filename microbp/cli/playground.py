"""The command ``microbp playground``."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path
from typing import Any

from ..viz import playground
from ..viz.playground.page import DATA
from ..viz.playground.table import COSTS, RATES
from .arguments import add_activation, add_layers, check_writable


def register(subparsers: Any) -> None:
    """Add the command to a parser."""
    what = "a page that trains a network, shows every neuron and explains every number"
    command = subparsers.add_parser("playground", help=what, description=f"Write {what}.")
    command.add_argument("data", nargs="?", default="moons", choices=DATA, help="what it begins with (default moons)")
    add_layers(command, (8, 8))
    add_activation(command, "tanh")
    command.add_argument("--cost", "--loss", default="bce_with_logits", choices=COSTS, help="default: bce_with_logits")
    command.add_argument("--optimizer", default="adam", choices=RATES, help="default: adam")
    command.add_argument("--lr", type=float, metavar="A", help="the learning rate")
    command.add_argument("--batch-size", type=int, default=20, metavar="N", help="0 for all (default 20)")
    command.add_argument("--function", default="sin(2*x1) * x2", metavar="F", help="of x1 and x2, for data 'function'")
    command.add_argument("--seed", type=int, default=0)
    ending = "an .html file (default playground.html)"
    command.add_argument("-o", "--output", type=Path, default=Path("playground.html"), metavar="FILE", help=ending)
    command.add_argument("--open", action="store_true", help="show the page in the browser")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Write the page, and open it if asked."""
    check_writable("--output", args.output, (".html", ".htm"))
    page = playground(
        args.data, args.layers, args.activation, args.cost, args.optimizer, lr=args.lr, batch_size=args.batch_size,
        function=args.function, seed=args.seed,
    )  # fmt: skip
    page.save(args.output)
    print(f"{args.output}: {page!r}")
    if args.open:
        webbrowser.open(args.output.resolve().as_uri())
