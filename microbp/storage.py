"""Files: only regular ones are read, and what is written appears as a whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from .errors import FileFormatError, InputError

AGAIN = "leads back to itself: remove the symbolic link"


def open_file(path: str | os.PathLike[str]) -> BinaryIO:
    """A file, open for reading.

    Raises:
        FileFormatError: it is a folder, a pipe, a device, or a symbolic link to itself: reading it would fail, wait or
            never end.
        OSError: it is missing or may not be read.
    """
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise FileFormatError(f"{path} {AGAIN}") from None
        raise
    except ValueError as error:
        raise FileFormatError(f"{path!r} names no file: {error}") from None
    if stat.S_ISDIR(mode):
        raise FileFormatError(f"{path} is a folder: name a file in it")
    if not stat.S_ISREG(mode):
        raise FileFormatError(f"{path} is a pipe or a device: copy what it gives into a file")
    return Path(path).open("rb")


def writable(path: str | os.PathLike[str]) -> Path:
    """The file that is meant, behind any symbolic links, once it is known that it can be written.

    Raises:
        InputError: it cannot; the message says why.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = target.lstat().st_mode if os.path.lexists(target) else None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} names no file: {error}") from None
    if not target.parent.is_dir():
        raise InputError(f"{path}: there is no folder {target.parent}: make it, or name another")
    if mode is not None and not stat.S_ISREG(mode):
        if stat.S_ISDIR(mode):
            raise InputError(f"{path} is a folder: name a file in it")
        raise InputError(f"{path} {AGAIN}" if stat.S_ISLNK(mode) else f"{path} is a pipe or a device: name a file")
    if mode is not None and not os.access(target, os.W_OK):
        raise InputError(
            f"{path} cannot be written to, it is write-protected: name another file, or change its permissions"
        )
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise InputError(
            f"{path}: the folder {target.parent} cannot be written to, it is write-protected: name another"
        )
    if len(os.fsencode(target.name)) > 255:
        raise InputError(f"{path}: the name is longer than the 255 bytes that a file system takes")
    try:
        with TemporaryFile(dir=target.parent):  # only writing tells of a file system that takes nothing
            pass
    except OSError:
        cure = "choose another place, or change its permissions"
        raise InputError(f"{path}: this place cannot be written to; {cure}") from None
    return target


def write_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file as a whole: whoever reads it finds the old content or the new one, whatever happens.

    The content goes into a file beside it, under a name that nobody else uses, which then takes its place. A symbolic
    link stays, and what it leads to is written. A file that is replaced keeps its permissions.

    Raises:
        InputError: the file cannot be written; see `writable`.
        OSError: the disk is full, or fails.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_file(Path(folder) / "greeting.txt", b"hello")
    ...     [(file.name, file.read_bytes()) for file in Path(folder).iterdir()]
    [('greeting.txt', b'hello')]
    """
    target = writable(path)
    part = target.with_name(f".{secrets.token_hex(16)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
