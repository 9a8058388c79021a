"""The shipped data set: 1,797 handwritten digits of 8x8 pixels. README.md has the origin and licence."""

import gzip
from importlib.resources import files

from ..errors import InputError


def digits(split: str | None = None) -> tuple[list[list[float]], list[int]]:
    """The handwritten digits, whole or as fixed training and test samples.

    Each sample is an image of 8x8 pixels, row by row from the top left, from 0 (paper) to 1 (ink): the
    file's 0 to 16, divided by 16.

    The split never changes. The samples are put in order of class, those of one class as they come in the
    file; the 1st, 6th, 11th and so on of this order are for testing, which is a fifth of each class: 360 for
    testing, 1,437 for training. Both parts keep the file's order. They share the 13 writers, so a test
    score speaks of new digits by known hands.

    Args:
        split: ``"train"``, ``"test"``, or None for all 1,797.

    Returns:
        ``(X, Y)``: a list of 64 floats per sample, and the digits 0 to 9.

    Raises:
        InputError: Any other ``split``.

    >>> X, Y = digits("train")
    >>> len(X), len(X[0]), sorted(set(Y))
    (1437, 64, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    >>> len(digits("test")[0])
    360

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, 1998.
    """
    if split not in (None, "train", "test"):
        raise InputError(f"split={split!r}: choose 'train', 'test' or None")
    X, Y = _read()
    if split is None:
        return X, Y
    by_class = sorted(range(len(Y)), key=Y.__getitem__)  # a stable sort
    chosen = sorted(by_class[::5]) if split == "test" else sorted(set(by_class) - set(by_class[::5]))
    return [X[i] for i in chosen], [Y[i] for i in chosen]


def _read() -> tuple[list[list[float]], list[int]]:
    with files("microbp.data").joinpath("digits.csv.gz").open("rb") as file:
        lines = gzip.decompress(file.read()).decode("ascii").splitlines()
    rows = [[int(field) for field in line.split(",")] for line in lines]
    return [[pixel / 16 for pixel in row[:-1]] for row in rows], [row[-1] for row in rows]
