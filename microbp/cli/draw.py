"""The commands ``microbp draw`` and ``microbp step``."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..viz import draw, stepper
from ..viz.folding import LEVELS
from .arguments import add_expression, check_writable, read_expression


def register(subparsers: Any) -> None:
    """Add the commands to a parser."""
    drawing = subparsers.add_parser(
        "draw", help="draw the graph of an expression", description="Draw an expression's graph, with its gradient."
    )
    add_expression(drawing)
    endings = "a .svg, .tex (TikZ), .dot, .png or .pdf file (default graph.svg); the last two need Graphviz"
    drawing.add_argument("-o", "--output", type=Path, default=Path("graph.svg"), metavar="FILE", help=endings)
    drawing.add_argument("--highlight", metavar="NAME", help="mark the paths from this variable to the output")
    drawing.add_argument("--level", choices=LEVELS, help="fold networks to neurons or layers, and what repeats")
    drawing.add_argument("--blank", action="store_true", help="with empty places for all that is computed, to fill in")
    drawing.set_defaults(run=run_draw)

    page = subparsers.add_parser(
        "step", help="a page that steps through backpropagation", description="Step through an expression's passes."
    )
    add_expression(page)
    ending = "an .html file (default steps.html)"
    page.add_argument("-o", "--output", type=Path, default=Path("steps.html"), metavar="FILE", help=ending)
    page.add_argument("--open", action="store_true", help="show the page in the browser")
    page.set_defaults(run=run_step)


def run_draw(args: argparse.Namespace) -> None:
    """Write the graph of an expression to a file."""
    check_writable("--output", args.output, (".svg", ".tex", ".dot", ".png", ".pdf"))
    out, variables = read_expression(args)
    if args.highlight is not None and args.highlight not in variables:
        raise InputError(f"--highlight {args.highlight}: no such variable; give it a value, {args.highlight}=NUMBER")
    out.backward()
    drawing = draw(out, variables.get(args.highlight), args.level, blank=args.blank)
    drawing.save(args.output)
    print(f"{args.output}: {drawing!r}")


def run_step(args: argparse.Namespace) -> None:
    """Write the stepper page of an expression to a file, and open it if asked."""
    check_writable("--output", args.output, (".html", ".htm"))
    out, _ = read_expression(args)
    page = stepper(out)
    page.save(args.output)
    print(f"{args.output}: {page!r}")
    if args.open:
        webbrowser.open(args.output.resolve().as_uri())
