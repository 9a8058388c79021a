"""What a student hands in, as lists of samples and arrays by the names of the steps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import InputError, InputTypeError
from ...nn import Module
from ...table.op import shorten

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def lists(x: Any) -> Any:
    """Samples as lists, whatever library holds them."""
    x = x.to_numpy() if hasattr(x, "to_numpy") else x
    return x.tolist() if hasattr(x, "tolist") else x


def by_step(model: Module, grads: Any) -> dict[str, Array]:
    """The student's matrices by the names of the steps: ``dW[1]``."""
    tensors = [name for name in model.tensors() if name.endswith(("weight", "bias"))]
    if isinstance(grads, Sequence) and not isinstance(grads, str):
        if len(grads) == len(tensors) and not all(len(pair) == 2 for pair in grads if hasattr(pair, "__len__")):
            return by_step(model, dict(zip(tensors, grads)))  # one after the other, as parameters() has them
        if not all(isinstance(pair, Sequence) and len(pair) == 2 for pair in grads):
            raise InputTypeError(
                "a list of gradients has one pair (dW, db) for every layer, or one array per parameter"
            )
        pairs = {f"d{n}{l}": matrix for l, pair in enumerate(grads, 1) for n, matrix in zip("Wb", pair)}
        return by_step(model, pairs)
    if not isinstance(grads, Mapping) or not grads:
        raise InputTypeError("the gradients of a network come as a dict, or as a list with (dW, db) of every layer")
    if all(re.fullmatch(r"(.*\.)?(weight|bias)", str(key)) for key in grads) and not set(grads) <= set(tensors):
        places = {layer: l for l, layer in enumerate(dict.fromkeys(str(key).rpartition(".")[0] for key in grads), 1)}
        grads = {  # a state dict of another module: nn.Sequential calls its layers 0, 2, 4
            f"d{'W' if str(key).endswith('weight') else 'b'}{places[str(key).rpartition('.')[0]]}": matrix
            for key, matrix in grads.items()
        }
    found: dict[str, Array] = {}
    for key, matrix in grads.items():
        if key in tensors:
            place = sum(name.endswith("weight") for name in tensors[: tensors.index(key) + 1])
            if key.endswith("bias") and not any(
                t == key.removesuffix("bias") + "weight" for t in tensors[: tensors.index(key)]
            ):
                place += 1
            step = f"d{'W' if key.endswith('weight') else 'b'}[{place}]"
        else:
            match = re.fullmatch(r"d?([WbZAwza])\^?[\[({]*(\d+)[\])}]*", str(key))
            if not match:
                raise InputError(
                    f"{key!r} is no gradient of this network: call them dW1, db1, dZ1, dA1, or {', '.join(tensors)}"
                )
            step = f"d{match[1] if match[1] == 'b' else match[1].upper()}[{match[2]}]"
        found[step] = _real(key, matrix)
    return found


def _real(key: Any, matrix: Any) -> Array:
    """A student's matrix as an array; single precision is kept, because it is judged by its own roundings."""
    import numpy as np

    if matrix is None:
        raise InputTypeError(f"{key} is None: no backward pass has reached it")
    if hasattr(matrix, "detach"):
        matrix = matrix.detach().cpu()
        matrix = (matrix if matrix.dtype.itemsize >= 4 else matrix.float()).numpy()
    try:
        array = np.asarray(matrix)
        is_real = array.dtype.kind in "iuf" and not np.ma.is_masked(matrix)
    except ValueError:  # rows of several lengths
        is_real = False
    if not is_real:
        raise InputTypeError(f"{key} is no matrix of real numbers: got {shorten(repr(matrix))}")
    return array if array.dtype.kind == "f" else array.astype(float)
