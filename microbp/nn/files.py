"""Parameters in files: JSON that a person can read, safetensors that other programs can.

Both hold the entries of `Module.state_dict` under PyTorch's names: a layer's ``weight`` has a row per
neuron, as `torch.nn.Linear` has it. Beside them stand how an `MLP` is built and the cost that it was trained
with, so that `microbp.nn.load` can rebuild it.

What a file says of itself is checked before memory is taken for it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import FileFormatError, InputError, missing_extra
from ..storage import open_file, writable, write_file
from ..table.op import shorten

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = "microbp 1"
ENDINGS = (".json", ".safetensors")
DEPTH = 32
"""So many lists inside each other a parameter may be: more than anybody has, and less than Python's recursion takes."""


class Stored(NamedTuple):
    """What a file holds.

    Attributes:
        model: how the network is built; None where the file does not say it.
        loss: the name of the cost it was trained with; None where the file does not say it.
        shapes: of the parameters, by name.
        state: reads the numbers.
    """

    model: dict[str, Any] | None
    loss: str | None
    shapes: dict[str, tuple[int, ...]]
    state: Callable[[], Mapping[str, Any]]


def check_path(path: str | PathLike[str]) -> None:
    """Find out whether parameters could be written to a path, before they are computed.

    Raises:
        InputError: the path ends in neither ``.json`` nor ``.safetensors``, its folder does not exist, it is a
            folder, or it is write-protected.
        MissingExtraError: safetensors is not installed.
    """
    path = Path(path)
    if path.suffix not in ENDINGS:
        raise InputError(f"{path}: end the name in .json or .safetensors")
    if path.suffix == ".safetensors" and not _installed():
        raise missing_extra("safetensors", "safetensors")
    writable(path)


def write(path: Path, state: Mapping[str, Any], model: dict[str, Any] | None, loss: str | None) -> None:
    """Write parameters, and what is to be known of them; the ending of the path names the format.

    Raises:
        as `check_path`.
    """
    check_path(path)
    about = {"format": FORMAT, "model": model, "loss": loss}
    if path.suffix == ".json":
        write_file(path, json.dumps({**about, "state": state}, allow_nan=False).encode())
    else:
        import numpy as np
        from safetensors.numpy import save

        tensors = {name: np.asarray(tensor, dtype=np.float64) for name, tensor in state.items()}
        write_file(path, save(tensors, metadata={"microbp": json.dumps(about)}))


def read(path: Path) -> Stored:
    """What is in a file.

    Raises:
        FileFormatError: it is truncated, is something else, holds what is no finite number, or numbers of a kind that
            cannot be read.
        MissingExtraError: safetensors is not installed.
        OSError: it is missing or may not be read.
    """
    return _read_safetensors(path) if path.suffix == ".safetensors" else _read_json(path)


# JSON


def _read_json(path: Path) -> Stored:
    with open_file(path) as file:
        content = _parse(path, file.read())
    if not isinstance(content, dict) or content.get("format") != FORMAT or "state" not in content:
        raise FileFormatError(f'{path} was not written by microbp: no "format": "{FORMAT}" in it')
    state = content["state"]
    if not isinstance(state, dict):
        raise FileFormatError(f"{path}: the entry 'state' is no table of parameters")
    shapes = {name: _shape(f"{path}: {name}", tensor) for name, tensor in state.items()}
    return Stored(*_about(path, content), shapes, lambda: state)


def _parse(path: Path, text: bytes | str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:  # ValueError: bytes that are no text included
        raise FileFormatError(f"{path} is not JSON, or is cut short: {shorten(str(error))}") from None


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _about(path: Path, content: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
    """How the network is built, and the name of its cost."""
    model, loss = content.get("model"), content.get("loss")
    if not isinstance(model, dict | None) or not isinstance(loss, str | None):
        raise FileFormatError(f"{path}: 'model' and 'loss' are {shorten(repr((model, loss)))}: a table and a name")
    return model, loss


def _shape(name: str, tensor: Any) -> tuple[int, ...]:
    """The shape of nested lists of finite numbers, looked at level by level.

    Raises:
        FileFormatError: something in them is no finite number, rows differ, or they are too deep.
    """
    shape: list[int] = []
    level: Iterable[Any] = [tensor]
    while (level := list(level)) and all(isinstance(part, list) for part in level):
        if len(shape) == DEPTH:
            raise FileFormatError(f"{name} has lists more than {DEPTH} inside each other: this is no parameter")
        shape.append(len(level[0]))
        if any(len(part) != shape[-1] for part in level):
            raise FileFormatError(f"{name} has rows of different lengths")
        level = [part for row in level for part in row]
    for x in level:
        if isinstance(x, bool) or not isinstance(x, int | float) or not abs(x) < math.inf:
            raise FileFormatError(f"{name} holds {shorten(repr(x))}, which is no finite number")
        if isinstance(x, int) and abs(x) >= 2**1024:
            raise FileFormatError(f"{name} holds a number that is too large for a float")
    return tuple(shape)


# safetensors

FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
"""The numbers that NumPy reads; BF16 is the upper half of an F32."""


def _installed() -> bool:
    return find_spec("safetensors") is not None


def _read_safetensors(path: Path) -> Stored:
    if not _installed():
        raise missing_extra("safetensors", "safetensors")
    from safetensors import SafetensorError, safe_open

    with open_file(path) as file:
        start = file.read(8)
    if len(start) < 8:
        raise FileFormatError(f"{path} is not a safetensors file, or is cut short: {len(start)} bytes")
    try:
        with safe_open(str(path), "numpy") as file:  # looks at the header only
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
            shapes = {name: tuple(part.get_shape()) for name, part in slices.items()}
            kinds = {name: part.get_dtype() for name, part in slices.items()}
            metadata = file.metadata() or {}
    except (SafetensorError, KeyError, ValueError, OSError) as error:
        raise FileFormatError(f"{path} is not a safetensors file, or is cut short: {shorten(str(error))}") from None
    for name, kind in kinds.items():
        if kind not in (*FLOATS, "BF16"):
            readable = ", ".join([*FLOATS, "BF16"])
            raise FileFormatError(f"{path}: {name} has numbers of type {kind}: save it as one of {readable}")
    content = _parse(path, metadata.get("microbp", "{}"))
    if not isinstance(content, dict):
        raise FileFormatError(f"{path}: the metadata of microbp are no table")
    return Stored(*_about(path, content), shapes, lambda: _tensors(path))


def _tensors(path: Path) -> dict[str, NDArray[np.float64]]:
    """All numbers of a safetensors file that has passed the checks."""
    from safetensors import deserialize

    with open_file(path) as file:
        found = deserialize(file.read())  # type: ignore[no-untyped-call]
    return {name: _numbers(tensor).reshape(tensor["shape"]) for name, tensor in found}


def _numbers(tensor: Mapping[str, Any]) -> NDArray[np.float64]:
    import numpy as np

    if tensor["dtype"] == "BF16":
        halves = np.frombuffer(tensor["data"], "<u2").astype("<u4") << 16
        return halves.view("<f4").astype(np.float64)
    return np.frombuffer(tensor["data"], FLOATS[tensor["dtype"]]).astype(np.float64)
