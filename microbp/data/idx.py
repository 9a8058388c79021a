"""Reading IDX files, the format of the MNIST digits.

::

    00 00 08 03              the magic number: two zeros, the element type, the number of dimensions
    00 00 EA 60  ...         the size of each dimension, four bytes each: 60000, ...
    ...                      the elements, the last dimension changing fastest

All numbers have their most significant byte first.

Source: Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits, "The IDX file format".
"""

from __future__ import annotations

import gzip
import zlib
from math import prod
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import FileFormatError, InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# fmt: off
ELEMENT_TYPES = {   # the third byte of the file, and NumPy's name
    0x08: ">u1",    # unsigned byte
    0x09: ">i1",    # signed byte
    0x0B: ">i2",    # short
    0x0C: ">i4",    # int
    0x0D: ">f4",    # float
    0x0E: ">f8",    # double
}
# fmt: on
PREFIXES = {"train": "train", "test": "t10k"}


def read_idx(path: str | PathLike[str]) -> NDArray[Any]:
    """Read one IDX file, plain or gzipped: its first bytes tell which, not its name.

    Args:
        path: The file.

    Returns:
        An array of the shape and the element type that the file states.

    Raises:
        FileFormatError: The file is damaged, cut short, too long, or no IDX file.
        OSError: The file is missing or cannot be opened.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "labels"
    ...     _ = path.write_bytes(bytes([0, 0, 0x08, 1, 0, 0, 0, 3, 5, 0, 4]))
    ...     read_idx(path)
    array([5, 0, 4], dtype=uint8)
    """
    import numpy as np

    content = _unzipped(Path(path))
    _check_length(path, "magic number", len(content), needed=4)
    if content[:2] != b"\0\0" or content[2] not in ELEMENT_TYPES:
        raise FileFormatError(
            f"{path} begins with the bytes {content[:4].hex(' ')}, an IDX file with 00 00, then a type "
            "(08, 09, 0b to 0e) and the number of dimensions: is this the right file?"
        )
    start = 4 + 4 * content[3]
    _check_length(path, "header", len(content), needed=start)
    shape = tuple(int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4))
    element = np.dtype(ELEMENT_TYPES[content[2]])
    end = start + element.itemsize * prod(shape)
    _check_length(path, f"elements of shape {shape}", len(content), needed=end)
    if len(content) > end:
        raise FileFormatError(
            f"{path} has {len(content) - end} bytes after its elements of shape {shape}: get a fresh copy"
        )
    flat = np.frombuffer(content, element, offset=start).astype(element.newbyteorder("="))
    try:
        return flat.reshape(shape)
    except ValueError as error:  # hundreds of dimensions, or one of size 0 beside huge ones
        raise FileFormatError(f"{path} states the shape {shape}, which no array can have: {error}") from None


def mnist(folder: str | PathLike[str], split: str = "train") -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The MNIST digits, or a set in the same files such as Fashion-MNIST, from a folder on this computer.

    The folder holds ``train-images-idx3-ubyte`` and ``train-labels-idx1-ubyte``, and ``t10k-...`` for the
    test samples; a dot may stand before ``idx``, and ``.gz`` at the end.

    Args:
        folder: The folder with the files.
        split: ``"train"`` or ``"test"``.

    Returns:
        ``(X, Y)``: ``X`` of shape ``(m, 784)``, the pixels row by row from 0 (paper) to 1 (ink), the file's
        0 to 255 divided by 255; ``Y`` of shape ``(m,)``, the classes 0 to 9.

    Raises:
        InputError: Any other ``split``.
        FileFormatError: A file is missing or damaged, or the two do not hold such images and their labels.

    Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document
    recognition, Proceedings of the IEEE 86 (1998).
    """
    import numpy as np

    if split not in PREFIXES:
        raise InputError(f"split={split!r}: choose 'train' or 'test'")
    images_path = _find(Path(folder), PREFIXES[split] + "-images", "idx3-ubyte")
    labels_path = _find(Path(folder), PREFIXES[split] + "-labels", "idx1-ubyte")
    images, labels = read_idx(images_path), read_idx(labels_path)
    _expect(images_path, images, "images of 28x28 pixels", images.shape[1:] == (28, 28))
    _expect(labels_path, labels, "a list of labels", labels.ndim == 1)
    if len(images) != len(labels):
        raise FileFormatError(
            f"{images_path} holds {len(images)} images and {labels_path} {len(labels)} labels: take both "
            "files from one download"
        )
    if labels.max(initial=0) > 9:
        raise FileFormatError(
            f"{labels_path} holds the label {labels.max()}, MNIST's are 0 to 9: read other data sets with read_idx"
        )
    return np.divide(images.reshape(-1, 784), 255.0, dtype=np.float64), labels.astype(np.int64)


def _find(folder: Path, stem: str, kind: str) -> Path:
    names = [stem + mark + kind + ending for mark in "-." for ending in ("", ".gz")]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise FileFormatError(f"{folder} has none of {', '.join(names)}: download MNIST and put its files there")


def _expect(path: Path, array: NDArray[Any], wanted: str, shape_fits: bool) -> None:
    if array.dtype != "uint8" or not shape_fits:
        raise FileFormatError(
            f"{path} holds {array.dtype} numbers of shape {array.shape}, MNIST has {wanted} in uint8: read "
            "other data sets with read_idx"
        )


def _unzipped(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(b"\x1f\x8b"):  # the mark of gzip; an IDX file begins with 00 00
        return content
    try:
        return gzip.decompress(content)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileFormatError(f"{path} is a damaged gzip file ({error}): get a fresh copy") from None


def _check_length(path: str | PathLike[str], part: str, found: int, needed: int) -> None:
    if found < needed:
        raise FileFormatError(
            f"{path} is cut short: it needs {needed} bytes for its {part} and has {found}: get a fresh copy"
        )
