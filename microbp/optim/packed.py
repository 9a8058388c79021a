"""The parameters of an optimiser as whole arrays, moved by the same formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ..engine.assign import data_of, grads_of
from ..errors import NotFiniteError, ShapeError
from .optimizer import Optimizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


class Numbers(NamedTuple):
    """What a step changes. It is replaced as a whole, so that an interrupt comes before it or after it."""

    arrays: list[NDArray[np.float64]]
    grads: list[NDArray[np.float64]]
    state: list[tuple[NDArray[np.float64], ...]]
    t: int


class Packed:
    """An optimiser whose numbers stand in arrays for a while: a few operations a step, not thousands.

    ``now`` holds the numbers, ``arrays`` those of the parameters; they change with each ``step``.
    The parameters and the optimiser follow when ``unpack`` is called, and not before;
    until then leave the optimiser's own ``step`` alone.

    Args:
        optimizer: the optimiser; its state is carried over, and back by ``unpack``.
        positions: for each array, which parameter stands where: an array of whole
            numbers that index ``optimizer.params``, such as [[0, 1], [3, 4]] for the weights
            and [2, 5] for the biases of two neurons. Each parameter stands in one place.

    Raises:
        ShapeError: a parameter is missing, there are two of it, or there is no such parameter.

    >>> from microbp import Value
    >>> from microbp.optim import SGD
    >>> w1, w2, b = Value(1.0), Value(2.0), Value(3.0)
    >>> packed = Packed(SGD([w1, w2, b], lr=0.5), positions=[[[0, 1]], [2]])
    >>> packed.step([[[2.0, 4.0]], [6.0]])
    >>> print(*packed.arrays)
    [[0. 0.]] [0.]
    >>> w2.data
    2.0
    >>> packed.unpack()
    >>> w2.data
    0.0
    """

    def __init__(self, optimizer: Optimizer, positions: Sequence[ArrayLike]):
        import numpy as np

        self.optimizer = optimizer
        self.positions = [np.asarray(position, dtype=int) for position in positions]
        size = len(optimizer.params)
        places = [i for position in self.positions for i in position.ravel().tolist()]
        if sorted(places) != list(range(size)):
            raise ShapeError(f"positions must hold each whole number from 0 to {size - 1} once")
        self._order = np.argsort(places)
        owners = np.repeat(np.arange(len(optimizer.groups)), [len(group.params) for group in optimizer.groups])
        self._members = [[owners[position] == k for k in range(len(optimizer.groups))] for position in self.positions]

        def pack(numbers: Iterable[float]) -> list[NDArray[np.float64]]:
            flat = np.array(list(numbers), dtype=float)
            return [flat[position] for position in self.positions]

        arrays, grads = pack(data_of(optimizer.params)), pack(grads_of(optimizer.params))
        slots = [pack(column) for column in zip(*optimizer.state, strict=True)]
        state = [tuple(slot[k] for slot in slots) for k in range(len(arrays))]
        self.now = Numbers(arrays, grads, state, optimizer.t)

    @property
    def arrays(self) -> list[NDArray[np.float64]]:
        """The numbers of the parameters."""
        return self.now.arrays

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.optimizer.rate_after(self.now.t)

    def step(self, grads: Sequence[ArrayLike]) -> None:
        """Move every array once.

        Args:
            grads: the gradient of each array, of the same shape.

        Raises:
            ShapeError: an array has no gradient, or one of another shape.
            NotFiniteError: as in ``Optimizer.step``, which names the parameter. Nothing has moved;
                everything is unpacked, for a look at it.
        """
        import numpy as np

        arrays = [np.asarray(grad, dtype=float) for grad in grads]
        given, wanted = [grad.shape for grad in arrays], [array.shape for array in self.arrays]
        if given != wanted:
            raise ShapeError(f"the gradients have shapes {given}: give {wanted}")
        now = self.now
        moved = [self.moved(k, g) for k, g in enumerate(arrays)]
        finite = [np.isfinite([g, p, *s]).all(axis=0) for g, (p, s) in zip(arrays, moved, strict=True)]
        if not all(map(np.all, finite)):
            i = self._flat(finite).index(False)
            self.unpack()
            with suppress(NotFiniteError):  # a Value refuses such a gradient, other parameters show it
                self._write_grads(arrays)
            raise self.optimizer.not_finite(i, self._flat(arrays)[i])
        self.now = Numbers([p for p, _ in moved], arrays, [state for _, state in moved], now.t + 1)

    def moved(self, k: int, g: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[NDArray[np.float64], ...]]:
        """What array k and its state would be after a step along the gradient g, finite or not: nothing moves.

        Every parameter follows the formula of its group.
        """
        import numpy as np

        p, state, t = self.now.arrays[k], self.now.state[k], self.now.t
        groups = self.optimizer.groups
        with np.errstate(all="ignore"):
            if len(groups) == 1:
                return groups[0].update(p, g, state, groups[0].rate_after(t), t + 1)
            p, state = np.array(p), tuple(np.array(np.broadcast_to(s, p.shape)) for s in state)
            for group, members in zip(groups, self._members[k]):
                old = tuple(s[members] for s in state)
                p[members], new = group.update(p[members], g[members], old, group.rate_after(t), t + 1)
                for s, x in zip(state, new):
                    s[members] = x
        return p, state

    def unpack(self) -> None:
        """Write numbers, last gradients and state back into the parameters and the optimiser."""
        now, optimizer = self.now, self.optimizer
        self._write_grads(now.grads)
        slots = [self._flat(slot) for slot in zip(*now.state, strict=True)]
        state = [tuple(slot[i] for slot in slots) for i in range(len(optimizer.params))]
        optimizer.commit(self._flat(now.arrays), state, now.t)

    def _write_grads(self, grads: Iterable[Any]) -> None:
        for param, grad in zip(self.optimizer.params, self._flat(grads), strict=True):
            param.grad = grad

    def _flat(self, arrays: Iterable[Any]) -> list[Any]:
        """Return the numbers of some arrays, or truths, in the order of the parameters."""
        import numpy as np

        flat: list[Any] = np.concatenate([array.ravel() for array in arrays])[self._order].tolist()
        return flat
