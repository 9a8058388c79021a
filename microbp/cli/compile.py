"""``microbp compile``: what the compiler makes of a model in a file."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from .. import losses
from ..compiler import Program, compile
from ..errors import InputError
from ..nn import MLP
from .arguments import add_cost, add_model, read_model

SHOW: dict[str, Callable[[Program], object]] = {
    "source": lambda program: program.source,
    "equations": lambda program: program.equations,
    "tape": lambda program: program.folded,
    "report": lambda program: program.report(),
}


def register(subparsers: Any) -> None:
    """Add the command to an argument parser's subparsers."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "compile", help="show the array code of a model", description="Show the array code of a model and its cost."
    )
    add_model(parser)
    parser.add_argument("--show", choices=SHOW, default="source", help="what to print (default: source)")
    add_cost(parser, None, "default: that of its training")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Print what was asked for."""
    print(SHOW[args.show](compile_mlp(read_model(args.model), args.cost)))


def compile_mlp(model: MLP, loss: str | None = None) -> Program:
    """The program of a fully connected network with one of the costs, that of its training if none is given.

    >>> print(compile_mlp(MLP(3, [4, 1], "sigmoid")).tape.rows[-1].op.name)
    mul
    """
    config = model.config()
    nin, out = config["nin"], config["sizes"][-1]
    loss = loss or model.trained_with or "half_squared_error"
    if loss not in losses.LOSSES:
        raise InputError(f"the model was trained with {loss!r}, which is no cost of microbp: name one with --cost")
    cost = losses.LOSSES[loss]
    return compile(lambda x, y: cost(model(x), y), [0.0] * nin, [0.0] * out if out > 1 else 0.0, wrt=model.parameters())
