"""The C files of the engine, and a fingerprint that a build carries: a checkout does not run what it has not built."""

from __future__ import annotations

import zlib
from pathlib import Path

FOLDER = Path(__file__).parent


def files() -> list[Path]:
    """The C files, by name; none in an installed package."""
    return sorted([*FOLDER.glob("*.c"), *FOLDER.glob("*.h")])


def fingerprint() -> str:
    """What all files together amount to."""
    return f"{zlib.crc32(b''.join([path.read_bytes() for path in files()])):08x}"
