"""The data sets by name, each with the samples to learn from and those to test with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import InputError
from .digits import digits
from .generated import circles, moons, spiral, xor
from .idx import mnist

Samples = tuple[Any, Any]  # (X, Y): a row of inputs and a class for each sample


@dataclass(frozen=True)
class DataSet:
    """What to learn from, and what to test with: functions of a seed.

    Attributes:
        train: samples for training.
        test: samples that were held out; None where there are no others.
        split: in words, how the two differ.
    """

    train: Callable[[int], Samples]
    test: Callable[[int], Samples] | None
    split: str


def _drawn(generate: Callable[..., Samples]) -> DataSet:
    """A data set that can be drawn as often as one likes."""
    return DataSet(
        lambda seed: generate(n=300, seed=seed), lambda seed: generate(n=300, seed=seed + 1), "a second draw held out"
    )


DATA_SETS = {
    "digits": DataSet(
        lambda seed: digits("train"), lambda seed: digits("test"), "every fifth sample of each class held out"
    ),
    "moons": _drawn(moons),
    "circles": _drawn(circles),
    "spiral": _drawn(spiral),
    "xor": DataSet(lambda seed: xor(), None, "all there are"),
}


def data_set(name: str) -> DataSet:
    """The data set of that name, or of a folder with MNIST's IDX files.

    Raises:
        InputError: neither.

    >>> X, Y = data_set("circles").train(0)
    >>> len(X), set(Y) == {0, 1}
    (300, True)
    """
    if name in DATA_SETS:
        return DATA_SETS[name]
    if not name or not Path(name).is_dir():
        raise InputError(f"{name!r} is neither a folder of IDX files nor one of {', '.join(DATA_SETS)}")
    return DataSet(partial(_of_folder, name, "train"), partial(_of_folder, name, "test"), "the folder's own test set")


def _of_folder(folder: str, part: str, seed: int) -> Samples:
    X, Y = mnist(folder, part)
    return X, Y.tolist()
