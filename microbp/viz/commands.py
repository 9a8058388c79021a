"""The commands ``microbp draw`` and ``microbp step``, and the pictures that other commands write."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.value import Value
from ..errors import InputError
from ..expression import add_arguments, assignments, parse
from .drawing import draw
from .folding import LEVELS
from .stepper import stepper

if TYPE_CHECKING:
    from ..nn import Module
    from ..train.loop import History


def register(subparsers: Any) -> None:
    """Add the commands to a parser."""
    drawing = subparsers.add_parser(
        "draw", help="draw the graph of an expression", description="Draw an expression's graph, with its gradient."
    )
    add_arguments(drawing)
    endings = "a .svg, .dot, .png or .pdf file (default graph.svg); the last two need Graphviz"
    drawing.add_argument("-o", "--output", type=Path, default=Path("graph.svg"), metavar="FILE", help=endings)
    drawing.add_argument("--highlight", metavar="NAME", help="mark the paths from this variable to the output")
    drawing.add_argument("--level", choices=LEVELS, help="fold networks to neurons or layers, and what repeats")
    drawing.set_defaults(run=run_draw)

    page = subparsers.add_parser(
        "step", help="a page that steps through backpropagation", description="Step through an expression's passes."
    )
    add_arguments(page)
    ending = "an .html file (default steps.html)"
    page.add_argument("-o", "--output", type=Path, default=Path("steps.html"), metavar="FILE", help=ending)
    page.add_argument("--open", action="store_true", help="show the page in the browser")
    page.set_defaults(run=run_step)


def read_expression(args: argparse.Namespace) -> tuple[Value, dict[str, Value]]:
    """The output of the expression, and its variables by name."""
    if not args.output.parent.is_dir():
        raise InputError(f"--output {args.output}: there is no folder {args.output.parent}")
    variables = assignments(args.variables)
    return parse(args.expression, variables), variables


def run_draw(args: argparse.Namespace) -> None:
    """Write the graph of an expression to a file."""
    out, variables = read_expression(args)
    if args.highlight is not None and args.highlight not in variables:
        raise InputError(f"--highlight {args.highlight}: no such variable; give it a value, {args.highlight}=NUMBER")
    out.backward()
    drawing = draw(out, variables.get(args.highlight), args.level)
    drawing.save(args.output)
    print(f"{args.output}: {drawing!r}")


def run_step(args: argparse.Namespace) -> None:
    """Write the stepper page of an expression to a file, and open it if asked."""
    out, _ = read_expression(args)
    page = stepper(out)
    page.save(args.output)
    print(f"{args.output}: {page!r}")
    if args.open:
        webbrowser.open(args.output.resolve().as_uri())


def save_plots(folder: str | Path, model: Module, history: History, data: tuple[Any, Any]) -> list[Path]:
    """The pictures that ``microbp train --plots FOLDER`` writes.

    Args:
        folder: is made if it is not there.
        model: the trained network.
        history: of its training.
        data: (X, Y); for points in the plane the decision boundary is drawn too.

    Returns:
        The files: training.svg, gradients.svg, network.svg, and boundary.svg or not.

    Raises:
        MissingExtraError: matplotlib is not installed; nothing was written.
    """
    from . import plots
    from .network import network

    X, _ = data
    figures = {"training": plots.training(history), "gradients": plots.gradients(history)}
    if len(X[0]) == 2:
        figures["boundary"] = plots.boundary(model, data)
    picture = network(model, X[0])
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.svg")
    picture.save(folder / "network.svg")
    return [folder / f"{name}.svg" for name in (*figures, "network")]
