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
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from os import PathLike, fstat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from ..errors import FileFormatError, InputError
from ..storage import open_file

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
        FileFormatError: The file is damaged, cut short, too long, or no IDX file. No more memory is taken than the
            header asks for, and none for more than the file can have.
        OSError: The file is missing or cannot be opened.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "labels"
    ...     _ = path.write_bytes(bytes([0, 0, 0x08, 1, 0, 0, 0, 3, 5, 0, 4]))
    ...     read_idx(path)
    array([5, 0, 4], dtype=uint8)
    """
    import numpy as np

    with open_file(path) as file, _unzipped(path, file) as content:
        kind, shape = _header(path, content)
        element = np.dtype(ELEMENT_TYPES[kind])
        flat = content.elements(element.itemsize * prod(shape), shape).view(element)
    try:
        return flat.astype(element.newbyteorder("=")).reshape(shape)
    except ValueError as error:  # hundreds of dimensions, or one of size 0 beside huge ones
        raise FileFormatError(f"{path} states the shape {shape}, which no array can have: {error}") from None


def _header(path: str | PathLike[str], content: _Content) -> tuple[int, tuple[int, ...]]:
    """The element type and the shape."""
    magic = content.take(4, "magic number")
    if magic[:2] != b"\0\0" or magic[2] not in ELEMENT_TYPES:
        raise FileFormatError(
            f"{path} begins with the bytes {magic.hex(' ')}, an IDX file with 00 00, then a type "
            "(08, 09, 0b to 0e) and the number of dimensions: is this the right file?"
        )
    sizes = content.take(4 * magic[3], "header")
    return magic[2], tuple(int.from_bytes(sizes[i : i + 4], "big") for i in range(0, len(sizes), 4))


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
    (images_kind, images_shape), (labels_kind, labels_shape) = _stated(images_path), _stated(labels_path)
    _expect(images_path, images_kind, images_shape, "images of 28x28 pixels", images_shape[1:] == (28, 28))
    _expect(labels_path, labels_kind, labels_shape, "a list of labels", len(labels_shape) == 1)
    if images_shape[0] != labels_shape[0]:
        raise FileFormatError(
            f"{images_path} holds {images_shape[0]} images and {labels_path} {labels_shape[0]} labels: take both "
            "files from one download"
        )
    images, labels = read_idx(images_path), read_idx(labels_path)
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


def _stated(path: Path) -> tuple[int, tuple[int, ...]]:
    """The element type and the shape that a file states."""
    with open_file(path) as file, _unzipped(path, file) as content:
        return _header(path, content)


def _expect(path: Path, kind: int, shape: tuple[int, ...], wanted: str, shape_fits: bool) -> None:
    if kind != 0x08 or not shape_fits:
        import numpy as np

        raise FileFormatError(
            f"{path} holds {np.dtype(ELEMENT_TYPES[kind]).name} numbers of shape {shape}, MNIST has {wanted} in uint8: "
            "read other data sets with read_idx"
        )


CHUNK = 1 << 20
RATIO = 1032
"""So many times its size, and no more, a gzip file can grow: the limit of deflate."""


class _Content:
    """The bytes of a file, of which no more are held than the header asks for and the file can have."""

    def __init__(self, path: str | PathLike[str], stream: BinaryIO, most: int, about: str) -> None:
        self.path, self.stream, self.most, self.about, self.taken = path, stream, most, about, 0

    def take(self, size: int, part: str) -> bytes:
        """The next bytes, as many as that."""
        found = self.stream.read(size)
        self._require(size, part, self.taken + len(found))
        self.taken += size
        return found

    def elements(self, size: int, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        """The bytes that are left: as many as that, and then none."""
        import numpy as np

        part = f"elements of shape {shape}"
        self._require(size, part, self.most, self.about)
        try:
            found = np.empty(size, np.uint8)
        except MemoryError:
            raise FileFormatError(f"{self.path} states the {part}: {size} bytes, more than there is memory") from None
        filled = 0
        while filled < size and (chunk := self.stream.read(min(CHUNK, size - filled))):
            found[filled : filled + len(chunk)] = np.frombuffer(chunk, np.uint8)
            filled += len(chunk)
        self._require(size, part, self.taken + filled)
        left = len(self.stream.read(CHUNK))  # the end of a gzip file is checked when it is read
        if left:
            number = f"{left}" if left < CHUNK else f"{CHUNK} or more"
            raise FileFormatError(f"{self.path} has {number} bytes after its {part}: get a fresh copy")
        return found

    def _require(self, size: int, part: str, found: int, about: str = "") -> None:
        needed = self.taken + size
        if found < needed:
            raise FileFormatError(
                f"{self.path} is cut short: it needs {needed} bytes for its {part} and has {about}{found}: "
                "get a fresh copy"
            )


@contextmanager
def _unzipped(path: str | PathLike[str], file: BinaryIO) -> Iterator[_Content]:
    """What is in a file, plain or gzipped."""
    most = fstat(file.fileno()).st_size
    zipped = file.read(2) == b"\x1f\x8b"  # the mark of gzip; an IDX file begins with 00 00
    file.seek(0)
    if not zipped:
        yield _Content(path, file, most, "")
        return
    try:
        with gzip.GzipFile(fileobj=file) as stream:
            yield _Content(path, cast(BinaryIO, stream), RATIO * most, "at most ")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileFormatError(f"{path} is a damaged gzip file ({error}): get a fresh copy") from None
