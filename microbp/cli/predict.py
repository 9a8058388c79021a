"""The command ``microbp predict``."""

from __future__ import annotations

import argparse
from typing import Any

from ..data import data_set
from ..errors import InputError
from ..losses import LOSSES
from ..tables import aligned
from ..train import predict
from ..train.accuracy import prediction_of
from .arguments import add_data, add_model, read_model


def register(subparsers: Any) -> None:
    """Add the command to a parser."""
    what = "what a trained network gives for samples"
    command = subparsers.add_parser("predict", help=what, description=f"Print {what}: outputs and class.")
    add_model(command)
    add_data(command, nargs="?")
    command.add_argument("-x", nargs="+", type=float, help="the inputs of one sample, instead of a data set")
    command.add_argument("--n", type=int, default=10, metavar="N", help="print so many samples (default 10)")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="of a data set that is drawn (default 0)")
    command.set_defaults(run=run_predict)


def run_predict(args: argparse.Namespace) -> None:
    """Print the outputs of a network for some samples and the class they name; of a data set, how many are right."""
    model = read_model(args.model)
    if (args.x is None) == (args.data is None):
        raise InputError("give either a data set or the inputs of one sample, such as -x 0.5 -1")
    if args.n < 1:
        raise InputError(f"--n {args.n}: print at least 1")
    X, Y = ([args.x], None) if args.data is None else _samples(args.data, args.seed)
    outputs = predict(model, X)
    kind = prediction_of(LOSSES.get(model.trained_with or ""))
    threshold = 0.5 if kind in ("probability", "number") else 0.0
    found = (outputs > threshold).astype(int) if outputs.ndim == 1 else outputs.argmax(axis=1)
    rows: list[tuple[str, ...]] = [("sample", "outputs", "predicted", *(("class",) if Y is not None else ()))]
    for i, (out, k) in enumerate(zip(outputs[: args.n].reshape(-1, outputs[0].size), found)):
        shown = " ".join(f"{a:.4g}" for a in out)
        rows.append((str(i), shown, str(k), *((str(int(Y[i])),) if Y is not None else ())))
    print(aligned(rows, [True] * len(rows[0])))
    if Y is not None:
        right = sum(int(k) == int(y) for k, y in zip(found, Y))
        print(f"{right:,} of {len(Y):,} right ({right / len(Y):.2%})")


def _samples(name: str, seed: int) -> tuple[Any, Any]:
    """The samples to test with, or all there are."""
    chosen = data_set(name)
    return (chosen.test or chosen.train)(seed)
