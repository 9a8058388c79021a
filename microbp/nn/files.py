"""Parameters in files: JSON that a person can read, safetensors that other programs can.

Both hold the entries of `Module.state_dict` under PyTorch's names: a layer's ``weight`` has a row per
neuron, as `torch.nn.Linear` has it. A JSON file also says how an `MLP` is built, so that `load_model` can
rebuild it. The file is written beside its target first and then moved there: a crash leaves the old one.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ..errors import FileFormatError, InputError, NotFiniteError, StateError, missing_extra
from ..table.op import shorten
from .layers import MLP
from .module import Module

FORMAT = "microbp 1"


def save(model: Module, path: Path) -> None:
    """Write a model's parameters; the ending of the path names the format.

    Raises:
        InputError: the path ends in neither ``.json`` nor ``.safetensors``, or its folder does not exist.
        NotFiniteError: a parameter is NaN or infinite.
        MissingExtraError: safetensors is not installed.
    """
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}")
    for name, p in model.named_parameters():
        if not math.isfinite(p.data):
            raise NotFiniteError(f"{name} is {p.data}; nothing was written")
    if path.suffix == ".json":
        config = model.config() if isinstance(model, MLP) else None
        text = json.dumps({"format": FORMAT, "model": config, "state": model.state_dict()}, allow_nan=False)
        data = text.encode()
    elif path.suffix == ".safetensors":
        data = _to_safetensors(model.state_dict())
    else:
        raise InputError(f"{path.name}: name the file .json or .safetensors")
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.replace(path)


def read_state(path: Path, model: Module) -> dict[str, Any]:
    """The state dict in a file, for a model.

    Raises:
        FileFormatError: the file is truncated, or is something else.
        StateError: the file says that its parameters belong to a network of other activations or sizes.
    """
    if path.suffix == ".safetensors":
        return _from_safetensors(path)
    content = _read_json(path)
    state, config = content["state"], content.get("model")
    if isinstance(model, MLP) and isinstance(config, dict):
        differing = [key for key, value in model.config().items() if key != "expanded" and config.get(key) != value]
        if differing:
            what = ", ".join(f"{key} {config.get(key)!r}" for key in differing)
            raise StateError(f"{path} holds a network with {what}, not a {model!r}: nn.files.load_model builds it")
    if not isinstance(state, dict):
        raise FileFormatError(f"{path}: the entry 'state' is no table of parameters")
    return state


def load_model(path: str | Path) -> MLP:
    """The MLP that a JSON file describes, with its parameters.

    Raises:
        FileFormatError: the file is truncated, is something else, or does not describe an MLP.
    """
    path = Path(path)
    config = _read_json(path).get("model")
    if not isinstance(config, dict):
        raise FileFormatError(f"{path} holds parameters only: build the model and call model.load(path)")
    try:
        model = MLP(**config)
    except TypeError as error:
        raise FileFormatError(f"{path}: the entry 'model' does not describe an MLP: {error}") from None
    model.load(path)
    return model


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:  # ValueError: bytes that are no text included
        raise FileFormatError(f"{path} is not JSON, or is cut short: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or "state" not in content:
        raise FileFormatError(f'{path} was not written by microbp: no "format": "{FORMAT}" in it')
    return content


def _to_safetensors(state: dict[str, Any]) -> bytes:
    try:
        import numpy as np
        from safetensors.numpy import save as serialise
    except ImportError:
        raise missing_extra("safetensors", "safetensors") from None
    return serialise({name: np.asarray(tensor, dtype=np.float64) for name, tensor in state.items()})


def _from_safetensors(path: Path) -> dict[str, Any]:
    try:
        from safetensors import SafetensorError
        from safetensors.numpy import load as parse
    except ImportError:
        raise missing_extra("safetensors", "safetensors") from None
    try:
        return dict(parse(path.read_bytes()))
    except (SafetensorError, KeyError, ValueError) as error:
        raise FileFormatError(f"{path} is not a safetensors file, or is cut short: {shorten(str(error))}") from None
