"""`predict`: what a model gives for many samples at once; and functions of a model, compiled once for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from weakref import ref

from ..compiler import Program, compile
from ..compiler.batch import as_floats
from ..data import check_finite
from ..data.batches import samples
from ..engine.recording import no_grad
from ..engine.trees import flatten
from ..engine.value import Value
from ..errors import MicrobpError, MismatchError, ShapeError
from ..nn import Module
from ..table.op import is_array, number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEW = 50
"""So many samples are computed before a program is compiled."""

CHUNK = 500
"""So many samples are computed at once: their numbers stay in the cache."""

KEPT = 8
"""So many programs are kept, those that were used last."""

_programs: dict[Any, tuple[Any, Program | None]] = {}


def predict(model: Module, X: Any) -> NDArray[np.float64]:
    """The outputs of a model for every sample.

    The model is compiled to matrix code, which gives the numbers of the scalar graph in a thousandth of the time
    (see `microbp.compile`); the program is kept for the next call, and compared with the model at every call. A model
    that cannot be compiled is called with one sample after the other.

    Args:
        model: called with one sample's inputs.
        X: one row of inputs per sample; a list or an array.

    Returns:
        an array with a row per sample: of shape (samples, outputs), or (samples,) for a model of one output.

    Raises:
        ShapeError: no samples.
        NotFiniteError: NaN or infinity in the data; the message names row and column.

    >>> from microbp import nn
    >>> model = nn.MLP(1, [1], seed=1)
    >>> model.load_state_dict({"layers.0.weight": [[2.0]], "layers.0.bias": [1.0]})
    >>> predict(model, [[0.0], [1.0], [2.0]]).tolist()
    [1.0, 3.0, 5.0]
    """
    import numpy as np

    X = samples(X)
    if not len(X):
        raise ShapeError("no samples: give at least one row of inputs")
    with no_grad():
        check_finite(X[:1])
        shape = np.shape(_numbers(model(X[0])))
        table = outputs(model, (), lambda model, x: _listed(model(x)), (X,))
        if table is None:
            check_finite(X)
            table = np.array([flatten(_numbers(_listed(model(x)))) for x in X], dtype=float)
    return table.reshape(len(X), *shape)


def outputs(
    model: Any, key: tuple[Any, ...], f: Callable[..., Any], batch: Sequence[Any]
) -> NDArray[np.float64] | None:
    """What ``f(model, *sample)`` gives for every sample, a row each, by a program that is kept.

    Args:
        model: the model.
        key: what tells f from other functions of the model.
        f: from model and sample to a list of numbers.
        batch: one sample per row in every argument.

    Returns:
        None where that is no gain, or cannot be done: for few samples, a function that cannot be compiled, and
        numbers that the scalar graph knows better how to complain about.
    """
    import numpy as np

    m = len(batch[0])
    if m < FEW:
        return None
    try:
        batch = [as_floats(x, "the data") for x in batch]
        place = (id(model), *map(id, key), *[x.shape[1:] for x in batch])
        owner, program = _programs.pop(place, (None, None))
        if owner is not None and owner() is model and program is None:
            _programs[place] = (owner, None)
            return None
        few = [x[:: -(-m // 4)] for x in batch]
        if owner is None or owner() is not model or not _agrees(program, few, 1):
            owner, program = ref(model), _compiled(model, f, batch)
            program = program if _agrees(program, few, 4) else None
        while len(_programs) >= KEPT:
            _programs.pop(next(iter(_programs)))
        _programs[place] = (owner, program)
        if program is None:
            return None
        parts = [program.value([x[k : k + CHUNK] for x in batch]) for k in range(0, m, CHUNK)]
    except (MicrobpError, TypeError, ValueError):
        return None
    return np.concatenate(parts)


def _compiled(model: Any, f: Callable[..., Any], batch: Sequence[Any]) -> Program | None:
    """The program of f; it does not keep the model alive."""
    owner = ref(model)
    try:
        return compile(lambda *sample: f(owner(), *sample), *[x[0].tolist() for x in batch], wrt=())
    except MicrobpError:
        return None


def _agrees(program: Program | None, batch: Sequence[Any], most: int) -> bool:
    """Whether a program gives what its function gives now, on at most so many samples, others at every call."""
    if program is None or program.verification is None:
        return False
    try:
        program.verification.compare(program, batch, most, strict=True)
    except MismatchError:
        return False
    return True


def _listed(out: Any) -> list[Any]:
    return list(out) if isinstance(out, list | tuple) or is_array(out) else [out]


def _numbers(x: Any) -> Any:
    if isinstance(x, list | tuple) or is_array(x):
        return [_numbers(part) for part in x]
    return x.data if isinstance(x, Value) else number(x)
