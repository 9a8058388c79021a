"""The commands ``microbp gradient``, ``microbp explain``, ``microbp chain`` and ``microbp equations``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..data import data_set
from ..errors import InputError
from ..inspect import chain, equations, explain
from ..losses import LOSSES
from ..nn import Chain
from ..tables import aligned
from ..viz import draw
from .arguments import (
    add_activation,
    add_cost,
    add_data,
    add_expression,
    add_layers,
    check_writable,
    network_for,
    read_expression,
)


def register(subparsers: Any) -> None:
    """Add the commands to a parser."""
    gradient = subparsers.add_parser(
        "gradient", help="value and gradient of an expression", description="Value and gradient of an expression."
    )
    add_expression(gradient)
    gradient.set_defaults(run=run_gradient)

    what = "the derivation of a derivative"
    command = subparsers.add_parser("explain", help=what, description=f"Print {what}.")
    add_expression(command)
    command.add_argument("--wrt", metavar="NAME", help="the variable to differentiate by; the first, if left out")
    command.add_argument("--paths", type=int, default=10, metavar="N", help="list the N largest paths (default 10)")
    command.add_argument("--steps", action="store_true", help="print the steps of the backward sweep as well")
    _formats(command, run_explain)

    what = "the chain with one neuron per layer, every derivative written out"
    command = subparsers.add_parser("chain", help=what, description=f"Print {what}.")
    command.add_argument("--weights", nargs="+", type=float, required=True, metavar="w")
    command.add_argument("--biases", nargs="+", type=float, required=True, metavar="b")
    command.add_argument("-x", nargs="+", type=float, required=True, help="the input; several samples if you like")
    command.add_argument("-y", nargs="+", type=float, required=True, help="the target; one for every x")
    add_activation(command, "sigmoid")
    add_cost(command, "squared_error")
    drawn = "draw the graph of the first sample to a .svg file instead"
    command.add_argument("-o", "--output", "--svg", type=Path, metavar="FILE", help=drawn)
    _formats(command, run_chain)

    what = "BP1 to BP4 of a network, beside the gradients of its graph"
    command = subparsers.add_parser("equations", help=what, description=f"Print {what}.")
    add_data(command)
    add_layers(command, (16, 16))
    command.add_argument("--sample", type=int, default=0, metavar="I", help="which sample (default 0)")
    add_activation(command, "sigmoid")
    add_cost(command, "squared_error")
    command.add_argument("--seed", type=int, default=0)
    _formats(command, run_equations)


def run_gradient(args: argparse.Namespace) -> None:
    """Print an expression's value, and its derivative by every variable."""
    out, variables = read_expression(args)
    out.backward()
    rows: list[tuple[str, ...]] = [("", "value", "gradient"), (args.expression, f"{out.data:.10g}", "")]
    rows += [(name, f"{x.data:.10g}", f"{x.grad:.10g}") for name, x in variables.items()]
    print(aligned(rows, [False, True, True]))


def run_explain(args: argparse.Namespace) -> None:
    """Print the derivation of an expression by one of its variables."""
    out, variables = read_expression(args)
    if not variables:
        raise InputError("give the variables as name=number, such as w=0.6")
    by = args.wrt or next(iter(variables))
    if by not in variables:
        raise InputError(f"--wrt {by}: the variables are {', '.join(variables)}")
    derivation = explain(out, variables[by], args.paths)
    _show(derivation, args)
    if args.steps and not args.json and not args.latex:
        print(f"\n{derivation.steps}\n\n{derivation.steps.depth_first()}")


def run_chain(args: argparse.Namespace) -> None:
    """Print every derivative of a chain of neurons, or draw its graph for the first sample."""
    if args.output is not None:
        check_writable("--output", args.output, (".svg",))
    model = Chain(args.weights, args.biases, args.activation)
    derivations = chain(model, args.x, args.y, args.cost)
    if args.output is None:
        _show(derivations, args)
        return
    cost = LOSSES[args.cost](model(args.x[0]), args.y[0])
    cost.label = "C_0"
    cost.backward()
    draw(cost, highlight=model.weights[0]).save(args.output)
    print(f"{args.output}: the graph of the chain, the path of w^(1) marked")


def run_equations(args: argparse.Namespace) -> None:
    """Print BP1 to BP4 of a freshly initialised network on one sample."""
    X, Y = data_set(args.data).train(args.seed)
    if not 0 <= args.sample < len(X):
        raise InputError(f"--sample {args.sample}: there are {len(X)}, counted from 0")
    x, right = X[args.sample], int(Y[args.sample])
    model, target_of = network_for(args.cost, X, Y, args.layers, args.activation, args.seed)
    if not args.json and not args.latex:
        print(f"{model}, {args.cost}, sample {args.sample} of {args.data} (class {right})")
    _show(equations(model, x, target_of(right), args.cost), args)


def _formats(command: argparse.ArgumentParser, run: Any) -> None:
    form = command.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print LaTeX")
    form.add_argument("--json", action="store_true", help="print JSON, numbers in full")
    command.set_defaults(run=run)


def _show(found: Any, args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps(found.as_dict(), indent=2))
    else:
        print(found.latex if args.latex else found)
