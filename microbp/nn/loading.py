"""`load`: a network from a file."""

from __future__ import annotations

from itertools import count
from os import PathLike
from pathlib import Path
from typing import Any

from ..errors import FileFormatError, MicrobpError
from ..table.op import shorten
from .files import read
from .layers import MLP


def load(path: str | PathLike[str]) -> MLP:
    """The network that a file describes, with its parameters, and the name of the cost it was trained with.

    Args:
        path: a ``.json`` or ``.safetensors`` file that ``MLP.save`` wrote.

    Raises:
        FileFormatError: the file is truncated, is something else, or does not describe an `MLP`.
        MissingExtraError: safetensors is not installed.
        OSError: the file is missing or may not be read.

    >>> import tempfile
    >>> from microbp import nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.MLP(2, [3, 1], "relu").save(folder + "/model.json")
    ...     nn.load(folder + "/model.json")
    MLP(2-3-1; relu, linear)
    """
    path = Path(path)
    stored = read(path)
    if stored.model is None:
        raise FileFormatError(f"{path} holds parameters only: build the model and call model.load(path)")
    _check(path, stored.model, stored.shapes)
    try:
        model = MLP(**stored.model, seed=0)
    except (MicrobpError, TypeError) as error:
        raise FileFormatError(f"{path}: the entry 'model' does not describe an MLP: {error}") from None
    model.load_state_dict(stored.state())
    model.trained_with = stored.loss
    return model


def _check(path: Path, config: dict[str, Any], shapes: dict[str, tuple[int, ...]]) -> None:
    """Compare the sizes of the network with the parameters that are there, before it is built."""
    known = {"nin", "sizes", "activation", "output", "expanded"}
    sizes = config.get("sizes")
    fits = {"nin", "sizes"} <= set(config) <= known and isinstance(config.get("expanded", False), bool)
    if not fits or not isinstance(sizes, list) or not sizes:
        raise FileFormatError(
            f"{path}: the entry 'model' does not describe an MLP: {shorten(repr(config))} is to have nin and sizes, "
            f"and of the rest only {', '.join(sorted(known))}"
        )
    for layer, before, size in zip(count(), [config["nin"], *sizes], sizes):
        for name, shape in ((f"layers.{layer}.weight", (size, before)), (f"layers.{layer}.bias", (size,))):
            if shapes.get(name) != shape or any(isinstance(n, bool) for n in shape):
                raise FileFormatError(
                    f"{path}: the network it describes has {name} of shape {shape}, and the parameters in it have "
                    f"{shapes.get(name, 'none of that name')}: the file is damaged"
                )
