"""The command ``microbp train``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .. import data, optim, viz
from ..errors import InputError, missing_extra
from ..losses import LOSSES
from ..nn import ACTIVATIONS, MLP, Module
from ..nn.files import check_path
from ..optim import schedules
from ..tables import aligned
from ..train import evaluate, fit
from ..train.accuracy import prediction_of
from ..train.history import History

OPTIMIZERS = {o.__name__.lower(): o for o in (optim.SGD, optim.Adagrad, optim.RMSprop, optim.Adam, optim.AdamW)}

SCHEDULES: dict[str, tuple[str, Callable[[float, int, int], schedules.Schedule]]] = {
    "constant": ("the rate as it is", lambda lr, epoch, steps: schedules.constant(lr)),
    "inverse_time": ("lr / (1 + epoch)", lambda lr, epoch, steps: schedules.inverse_time(lr, 1.0, epoch)),
    "exponential": ("5 percent less each epoch", lambda lr, epoch, steps: schedules.exponential(lr, 0.95, epoch)),
    "staircase": ("halved every 5 epochs", lambda lr, epoch, steps: schedules.staircase(lr, 0.5, 5 * epoch)),
    "power": ("lr / sqrt(1 + epoch)", lambda lr, epoch, steps: schedules.power(lr, 0.5, epoch)),
    "cosine": ("to 0 over the run", lambda lr, epoch, steps: schedules.cosine(lr, steps)),
    "warmup": ("up over a tenth of the run", lambda lr, epoch, steps: schedules.warmup(lr, max(1, steps // 10))),
}


@dataclass(frozen=True)
class Task:
    """A data set with settings that learn it."""

    load: Callable[[int], tuple[Any, Any, Any, Any]]
    layers: tuple[int, ...]
    cost: str
    epochs: int
    batch_size: int
    split: str


def _two_draws(generate: Callable[..., tuple[Any, Any]]) -> Callable[[int], tuple[Any, Any, Any, Any]]:
    return lambda seed: (*generate(n=300, seed=seed), *generate(n=300, seed=seed + 1))


TASKS = {
    "digits": Task(
        lambda seed: (*data.digits("train"), *data.digits("test")), (16, 16), "cross_entropy", 15, 32,
        "every fifth sample of each class held out",
    ),
    "moons": Task(_two_draws(data.moons), (16, 16), "bce_with_logits", 30, 32, "a second draw held out"),
    "spiral": Task(_two_draws(data.spiral), (16, 16), "cross_entropy", 60, 32, "a second draw held out"),
    "xor": Task(lambda seed: (*data.xor(), *data.xor()), (4,), "bce_with_logits", 200, 4, "the four points"),
}  # fmt: skip


def register(subparsers: Any) -> None:
    """Add the command to a parser."""
    train = subparsers.add_parser("train", help="train a network", description="Train a network and test it.")
    train.add_argument("data", help=f"{', '.join(TASKS)}, or a folder with MNIST's IDX files")
    train.add_argument("--layers", nargs="+", type=int, metavar="N", help="neurons in each hidden layer")
    train.add_argument("--activation", default="tanh", choices=[a for a in ACTIVATIONS if a != "softmax"])
    train.add_argument("--cost", choices=list(LOSSES), help="default: cross-entropy of the right kind")
    train.add_argument("--optimizer", default="adam", choices=list(OPTIMIZERS))
    train.add_argument("--lr", type=float, default=0.01, help="learning rate (default 0.01)")
    described = "; ".join(f"{name}: {text}" for name, (text, _) in SCHEDULES.items())
    train.add_argument("--schedule", default="constant", choices=list(SCHEDULES), help=described)
    train.add_argument("--epochs", type=int)
    train.add_argument("--batch-size", type=int)
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--save", type=Path, metavar="FILE", help="write the parameters to .json or .safetensors")
    train.add_argument("--plots", type=Path, metavar="FOLDER", help="draw curves, gradients and the network there")
    train.add_argument("--eager", action="store_true", help="train on the scalar graph, not on compiled matrices")
    train.set_defaults(run=run_train)


def run_train(args: argparse.Namespace) -> None:
    """Train a network on a data set, print its accuracy on held-out samples, save it if asked."""
    _prepare(args.save, args.plots)
    task = task_named(args.data)
    X, Y, X_test, Y_test = task.load(args.seed)
    cost = args.cost or task.cost
    classes = len(set(Y))
    sizes, output = [*(args.layers or task.layers)], "linear"
    if cost in ("binary_cross_entropy", "bce_with_logits"):
        if classes != 2:
            raise InputError(f"{cost} tells two classes apart and {args.data} has {classes}: use cross_entropy")
        sizes.append(1)
    elif cost == "hinge" and classes == 2:
        sizes.append(1)
        Y, Y_test = [2 * y - 1 for y in Y], [2 * y - 1 for y in Y_test]
    else:
        sizes.append(classes)
    if cost not in ("bce_with_logits", "cross_entropy", "hinge"):
        output = "sigmoid"
    targets, targets_test, prediction = Y, Y_test, None
    if prediction_of(LOSSES[cost]) == "number":
        targets, targets_test, prediction = data.one_hot(Y, classes), data.one_hot(Y_test, classes), "probability"
    epochs = task.epochs if args.epochs is None else args.epochs
    batch_size = task.batch_size if args.batch_size is None else args.batch_size
    if epochs < 1 or batch_size < 1:
        raise InputError(f"--epochs {epochs} --batch-size {batch_size}: both must be at least 1")
    steps_per_epoch = -(-len(X) // batch_size)
    model = MLP(len(X[0]), sizes, args.activation, output, seed=args.seed)
    schedule = SCHEDULES[args.schedule][1](args.lr, steps_per_epoch, epochs * steps_per_epoch)
    optimizer = OPTIMIZERS[args.optimizer](model.parameters(), lr=schedule)
    print(f"{model}: {len(model.parameters()):,} parameters")
    print(f"{len(X):,} samples for training, {len(X_test):,} for testing ({task.split})", flush=True)
    history = fit(
        model, LOSSES[cost], (X, targets), optimizer, epochs, batch_size,
        seed=args.seed, eager=args.eager, prediction=prediction,
    )  # fmt: skip
    test_cost, accuracy = evaluate(model, LOSSES[cost], (X_test, targets_test), prediction=prediction)
    rows: list[tuple[str, ...]] = [("", "cost", "accuracy")]
    if history.loss:
        rows.append(("training, last epoch", f"{history.loss[-1]:.4f}", f"{history.accuracy[-1]:.2%}"))
    rows.append(("held out", f"{test_cost:.4f}", f"{accuracy or 0.0:.2%}"))
    print(aligned(rows, [False, True, True]))
    if history.stopped == "interrupted":
        print(f"interrupted after {history.epochs} whole epochs")
    if args.save:
        model.save(args.save)
        print(f"saved to {args.save}")
    if args.plots:
        print("drawn:", *save_plots(args.plots, model, history, (X, Y)))


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


def task_named(name: str) -> Task:
    """One of the tasks, or that of a folder of IDX files.

    Raises:
        InputError: neither.
    """
    if name in TASKS:
        return TASKS[name]
    if not Path(name).is_dir():
        raise InputError(f"{name!r} is neither a folder of IDX files nor one of {', '.join(TASKS)}")
    return Task(lambda seed: _mnist(name), (16, 16), "cross_entropy", 5, 100, "MNIST's own test set")


def _mnist(folder: str) -> tuple[Any, Any, Any, Any]:
    X, Y = data.mnist(folder, "train")
    X_test, Y_test = data.mnist(folder, "test")
    return X, Y.tolist(), X_test, Y_test.tolist()
