"""The command ``microbp train``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from .. import data, viz
from ..errors import InputError, missing_extra
from ..losses import LOSSES
from ..nn import MLP, Module
from ..nn.files import check_path
from ..optim import OPTIMIZERS, schedules
from ..tables import aligned, short
from ..train import evaluate, fit
from ..train.accuracy import prediction_of
from ..train.history import History
from .arguments import add_activation, add_cost, add_data, add_layers, network_for, read_model, target_of
from .terminal import INTERRUPTED

SCHEDULES: dict[str, tuple[str, Callable[[float, int, int], schedules.Schedule]]] = {
    "constant": ("the rate as it is", lambda lr, epoch, steps: schedules.constant(lr)),
    "inverse_time": ("lr / (1 + epoch)", lambda lr, epoch, steps: schedules.inverse_time(lr, 1.0, epoch)),
    "exponential": ("5 percent less each epoch", lambda lr, epoch, steps: schedules.exponential(lr, 0.95, epoch)),
    "staircase": ("halved every 5 epochs", lambda lr, epoch, steps: schedules.staircase(lr, 0.5, 5 * epoch)),
    "power": ("lr / sqrt(1 + epoch)", lambda lr, epoch, steps: schedules.power(lr, 0.5, epoch)),
    "cosine": ("to 0 over the run", lambda lr, epoch, steps: schedules.cosine(lr, steps)),
    "cosine_restarts": ("to 0 every 5 epochs", lambda lr, epoch, steps: schedules.cosine_restarts(lr, 5 * epoch)),
    "one_cycle": ("up to lr and down over the run", lambda lr, epoch, steps: schedules.one_cycle(lr, steps)),
    "on_plateau": ("a fifth after 3 epochs without gain", lambda lr, epoch, steps: schedules.on_plateau(lr, 0.2, 3)),
    "warmup": ("up over a tenth of the run", lambda lr, epoch, steps: schedules.warmup(lr, max(1, steps // 10))),
}


class Settings(NamedTuple):
    """What learns a data set well."""

    layers: tuple[int, ...] = (16, 16)
    epochs: int = 30
    batch_size: int = 32
    cost: str = ""  # by the number of classes


SETTINGS = {"digits": Settings(epochs=15), "spiral": Settings(epochs=60), "xor": Settings((4,), 200, 4)}
OF_A_FOLDER = Settings(epochs=5, batch_size=100, cost="cross_entropy")


def register(subparsers: Any) -> None:
    """Add the command to a parser."""
    train = subparsers.add_parser("train", help="train a network", description="Train a network and test it.")
    add_data(train)
    train.add_argument("--load", type=Path, metavar="FILE", help="go on with the network in a file that --save wrote")
    add_layers(train, None)
    add_activation(train, None, "default: tanh")
    add_cost(train, None, "default: cross-entropy of the right kind")
    train.add_argument("--optimizer", default="adam", choices=list(OPTIMIZERS), help="default: adam")
    train.add_argument("--lr", type=float, default=0.01, help="learning rate (default 0.01)")
    described = "; ".join(f"{name}: {text}" for name, (text, _) in SCHEDULES.items())
    train.add_argument("--schedule", default="constant", choices=list(SCHEDULES), help=described)
    train.add_argument("--epochs", type=int, metavar="N", help="how often to go through the data")
    train.add_argument("--batch-size", type=int, metavar="N", help="samples per step")
    train.add_argument(
        "--seed", type=int, default=0, metavar="N", help="the same seed gives the same numbers (default 0)"
    )
    train.add_argument("--save", type=Path, metavar="FILE", help="write the parameters to .json or .safetensors")
    train.add_argument("--plots", type=Path, metavar="FOLDER", help="draw curves, gradients and the network there")
    train.add_argument("--eager", action="store_true", help="train on the scalar graph, not on compiled matrices")
    train.set_defaults(run=run_train)


def run_train(args: argparse.Namespace) -> int:
    """Train a network on a data set, print its accuracy on samples it has not seen, save it if asked."""
    _prepare(args.save, args.plots)
    chosen = data.data_set(args.data)
    settings = SETTINGS.get(args.data, Settings() if args.data in data.DATA_SETS else OF_A_FOLDER)
    X, Y = chosen.train(args.seed)
    X_test, Y_test = chosen.test(args.seed) if chosen.test else (X, Y)
    cost = args.cost or settings.cost or ("bce_with_logits" if len(set(Y)) == 2 else "cross_entropy")
    if args.load:
        model, cost, target = _loaded(args, X, len(set(Y)), cost)
    else:
        activation = args.activation or "tanh"
        model, target = network_for(cost, X, Y, args.layers or settings.layers, activation, args.seed)
    targets, targets_test = list(map(target, Y)), list(map(target, Y_test))
    epochs = settings.epochs if args.epochs is None else args.epochs
    batch_size = settings.batch_size if args.batch_size is None else args.batch_size
    if epochs < 1 or batch_size < 1:
        raise InputError(f"--epochs {epochs} --batch-size {batch_size}: both must be at least 1")
    steps_per_epoch = -(-len(X) // batch_size)
    schedule = SCHEDULES[args.schedule][1](args.lr, steps_per_epoch, epochs * steps_per_epoch)
    optimizer = OPTIMIZERS[args.optimizer](model.parameters(), lr=schedule)
    print(f"{model}: {len(model.parameters()):,} parameters")
    others = f"{len(X_test):,} for testing" if chosen.test else "none for testing"
    print(f"{len(X):,} samples for training, {others} ({chosen.split})", flush=True)
    prediction = "probability" if prediction_of(LOSSES[cost]) == "number" else None  # each output says yes or no
    history = fit(
        model, LOSSES[cost], (X, targets), optimizer, epochs, batch_size,
        seed=args.seed, eager=args.eager, prediction=prediction,
    )  # fmt: skip
    test_cost, accuracy = evaluate(model, LOSSES[cost], (X_test, targets_test), prediction=prediction)
    rows: list[tuple[str, ...]] = [("", "cost", "accuracy")]
    if history.loss:
        rows.append(("training, last epoch", short(history.loss[-1]), f"{history.accuracy[-1]:.2%}"))
    rows.append(("held out" if chosen.test else "after training", short(test_cost), f"{accuracy or 0.0:.2%}"))
    print(aligned(rows, [False, True, True]))
    if history.stopped == "interrupted":
        print(f"interrupted after {history.epochs} whole epochs")
    if args.save:
        model.save(args.save)
        print(f"saved to {args.save}")
    if args.plots and history.loss:
        print("drawn:", *save_plots(args.plots, model, history, (X, Y)))
    return INTERRUPTED if history.stopped == "interrupted" else 0


def _loaded(args: argparse.Namespace, X: Any, classes: int, cost: str) -> tuple[MLP, str, Callable[[Any], Any]]:
    """The network to go on with, the cost it was trained with unless another is given, and the targets of that."""
    if args.layers or args.activation:
        raise InputError("--load: the file has layers and activations; leave out --layers and --activation")
    model = read_model(args.load)
    nin, outputs = model.config()["nin"], model.config()["sizes"][-1]
    if nin != len(X[0]):
        raise InputError(
            f"--load {args.load}: the network takes {nin} inputs, and a sample of {args.data} has {len(X[0])}"
        )
    if outputs != classes and not (outputs == 1 and classes == 2):
        raise InputError(
            f"--load {args.load}: the network has {outputs} outputs, and {args.data} has {classes} classes"
        )
    if not args.cost and model.trained_with in LOSSES:
        cost = model.trained_with
    return model, cost, target_of(cost, outputs, classes)


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
    X, _ = data
    figures = {"training": viz.plots.training(history), "gradients": viz.plots.gradients(history)}
    if len(X[0]) == 2:
        figures["boundary"] = viz.plots.boundary(model, data)
    picture = viz.network(model, X[0])
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.save(folder / f"{name}.svg")
    picture.save(folder / "network.svg")
    return [folder / f"{name}.svg" for name in (*figures, "network")]


def _prepare(save: Path | None, plots: Path | None) -> None:
    """Find out before the training whether its results can be written."""
    if save:
        check_path(save)
    if plots:
        if not find_spec("matplotlib"):
            raise missing_extra("matplotlib", "plot")
        plots.mkdir(parents=True, exist_ok=True)
