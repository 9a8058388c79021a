"""Which of the two engines this process has.

The native engine is taken where it was built, the Python engine elsewhere. The environment variable
``MICROBP_ENGINE=python`` or ``MICROBP_ENGINE=native`` forces one of them.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from ..errors import InputError, MissingExtraError
from .sources import files, fingerprint

BUILD = "pip install . with a C compiler at hand, or in a checkout: python setup.py build_ext --inplace"


def _chosen(wanted: str) -> Any:
    """The module in C, or None for the Python engine."""
    if wanted not in ("", "python", "native"):
        raise InputError(f"MICROBP_ENGINE={wanted}: it is python or native")
    if wanted == "python":
        return None
    try:
        found = import_module("._engine", __name__)
        if files() and fingerprint() != found.SOURCES:
            raise ImportError("it was built from other sources")
        if found.is_taken():
            raise ImportError("another interpreter of this process has it")
    except ImportError as error:
        if wanted == "native":
            raise MissingExtraError(f"MICROBP_ENGINE=native, but no native engine is here ({error}): {BUILD}") from None
        return None
    return found


engine = _chosen(os.environ.get("MICROBP_ENGINE", ""))
engine_name = "python" if engine is None else "native"
