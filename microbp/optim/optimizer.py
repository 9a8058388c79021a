"""What all optimisers share: the parameters, their state, the learning rate, the step.

An optimiser is its formula plus its state. The formula is ``update``, a pure
function of one parameter; everything else is written here, once::

    params   objects with .data and .grad           slots   the names of the state's numbers
    lr       a float, or a schedule step -> rate    state   for each parameter, one number per slot
    t        the steps taken so far                 groups  parameters with options of their own
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any, Protocol

from ..engine.assign import assign, clear_grads, data_of
from ..errors import InputError, InputTypeError, NotFiniteError, StateError
from .checks import number
from .groups import with_groups
from .kinds import N
from .schedules import Schedule

States = list[tuple[float, ...]]
"""For every parameter a number for each slot."""


class Parameter(Protocol):
    """What an optimiser moves: a number and its gradient. ``microbp.Value`` is one."""

    @property
    def data(self) -> float:
        """The number."""

    @data.setter
    def data(self, data: float) -> None: ...

    @property
    def grad(self) -> float:
        """The derivative of the cost."""

    @grad.setter
    def grad(self, grad: float) -> None: ...


Parameters = Iterable[Parameter] | Iterable[Mapping[str, Any]]
"""Parameters, or groups of them: tables with the entry ``params`` and options of their own."""


class Optimizer(ABC):
    """Moves parameters against their gradients, by the formula of the subclass.

    Args:
        params: the parameters, each an object with float attributes ``data`` and ``grad``; or groups of them, tables
            such as ``{"params": weights, "lr": 0.1}``, whose options go before those of all.
        lr: the learning rate, a float or a schedule; it may be set anew between steps, of all or of one in `groups`.
        slots: each number that the formula remembers of a parameter: its name and first value.

    Raises:
        InputError: no parameters, the same parameter twice, a negative learning rate, an unknown option of a group.
        InputTypeError: something that is not a parameter; a rate that is not a number.

    A new optimiser is a first value for each number it remembers, and a formula. This one
    descends along the mean of all gradients so far:

    >>> class MeanDescent(Optimizer):
    ...     def __init__(self, params, lr):
    ...         super().__init__(params, lr, total=0.0)
    ...
    ...     def update(self, p, g, state, lr, t):
    ...         (total,) = state
    ...         total = total + g
    ...         return p - lr * total / t, (total,)
    >>> from microbp import Value
    >>> w = Value(8.0)
    >>> optimizer = MeanDescent([w], lr=1.0)
    >>> for grad in (2.0, 6.0):
    ...     w.grad = grad
    ...     optimizer.step()
    ...     print(w.data)
    6.0
    2.0
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__init__" in vars(cls):
            cls.__init__ = with_groups(cls.__init__)  # type: ignore[method-assign]

    def __init__(self, params: Parameters, lr: float | Schedule, **slots: float):
        self.params = _parameters(params)
        self._groups: list[Optimizer] = []
        self.lr = lr if callable(lr) else number("lr", lr)
        self.t = 0
        self.slots = tuple(slots)
        self.state = [tuple(slots.values())] * len(self.params)
        self._before: tuple[Sequence[float], States, int] | None = None  # while a step is being written down

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.params)} parameters, lr={self.lr}, t={self.t})"

    @abstractmethod
    def update(self, p: N, g: N, state: tuple[N, ...], lr: float, t: int) -> tuple[N, tuple[N, ...]]:
        """Return the parameter and its state after one step: the formula, and nothing else.

        Args:
            p: the parameter, a float; or many of them, an array.
            g: the gradient, of the same kind and shape.
            state: for each slot a float, or an array.
            lr: the learning rate.
            t: the step, counted from 1.
        """

    @property
    def groups(self) -> list[Optimizer]:
        """For each group of parameters an optimiser with its options; without groups this one alone."""
        return self._groups or [self]

    @property
    def lr(self) -> float | Schedule:
        """The learning rate; set anew, it is that of all groups."""
        return self._lr

    @lr.setter
    def lr(self, lr: float | Schedule) -> None:
        self._lr = lr
        for group in self._groups:
            group.lr = lr

    @property
    def rate(self) -> float:
        """The learning rate of the next step; of several groups, that of the first."""
        return self.rate_after(self.t)

    def rate_after(self, t: int) -> float:
        """The learning rate of the step that follows t others."""
        lr = self.groups[0].lr
        return number(f"lr at step {t}", lr(t) if callable(lr) else lr)

    def step(self) -> None:
        """Move every parameter once.

        Raises:
            NotFiniteError: a gradient, or what follows from it, is NaN or infinite. Nothing has moved.
        """
        t = self.t + 1
        moved = []
        rates = [(group, group.rate_after(self.t)) for group in self.groups]
        formulas = [pair for pair in rates for _ in pair[0].params]
        for i, (param, state, (group, lr)) in enumerate(zip(self.params, self.state, formulas, strict=True)):
            try:
                data, state = group.update(param.data, param.grad, state, lr, t)
            except (ZeroDivisionError, ValueError) as error:  # 0/0; the square root of a negative number
                raise self.not_finite(i, param.grad) from error
            if not (isfinite(param.grad) and isfinite(data) and all(map(isfinite, state))):
                raise self.not_finite(i, param.grad)
            moved.append((data, state))
        self.commit([data for data, _ in moved], [state for _, state in moved], t)

    def commit(self, data: Sequence[float], state: States, t: int) -> None:
        """Write a computed step into the parameters and the state: all of it or, if it is interrupted, nothing.

        Args:
            data: a number for every parameter.
            state: for every parameter a number for each slot.
            t: the steps taken.
        """
        self._before = data_of(self.params), self.state, self.t
        try:
            self._write(data, state, t)
            self._before = None
        finally:
            self.settle()

    def settle(self) -> None:
        """Undo a step that was interrupted while it was written down; otherwise nothing happens."""
        if self._before is not None:
            self._write(*self._before)
            self._before = None

    def _write(self, data: Sequence[float], state: States, t: int) -> None:
        assign(self.params, data)
        self.state, self.t = state, t

    def not_finite(self, i: int, grad: float) -> NotFiniteError:
        """Return the error for parameter ``i``: its gradient, or what follows from it, is not finite."""
        param, name = self.params[i], _name(i, self.params[i])
        if not isfinite(grad):
            return NotFiniteError(
                f"the gradient of {name} is {grad}, so no parameter was moved: "
                "lower the learning rate, or look for the operation where the numbers grew too large"
            )
        return NotFiniteError(
            f"the step of {name} has no finite result (data {param.data}, gradient {grad}, "
            f"state {dict(zip(self.slots, self.state[i], strict=True))}), so no parameter was moved: "
            "scale the cost down, or give an eps greater than 0"
        )

    def zero_grad(self) -> None:
        """Set every gradient to 0, because ``backward`` adds to what is there."""
        clear_grads(self.params)

    def state_dict(self) -> dict[str, Any]:
        """Return what another run needs to go on: the class, the step, one list per slot.

        The learning rate and the other options belong to the constructor and are not in it.
        """
        columns = {slot: [state[k] for state in self.state] for k, slot in enumerate(self.slots)}
        return {"optimizer": type(self).__name__, "step": self.t, **columns}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from the ``state_dict()`` of an optimiser of the same class and number of parameters.

        Raises:
            StateError: an entry is missing, unknown or does not fit. Nothing has been loaded.
        """
        if not isinstance(state_dict, Mapping):
            raise StateError(f"the state dict is {state_dict!r}: give what state_dict() returned")
        wanted, given = {"optimizer", "step", *self.slots}, set(state_dict)
        if wanted != given:
            missing, unknown = sorted(wanted - given), sorted(given - wanted)
            raise StateError(f"the state dict lacks {missing} and has unknown {unknown}")
        kind, t = state_dict["optimizer"], state_dict["step"]
        if kind != type(self).__name__:
            raise StateError(f"the state dict is of {kind}: load it into {kind}, not into {type(self).__name__}")
        if not isinstance(t, int) or t < 0:
            raise StateError(f"'step' is {t!r}: it must be a whole number from 0 on")
        columns = [_column(slot, state_dict[slot], len(self.params)) for slot in self.slots]
        state = [tuple(column[i] for column in columns) for i in range(len(self.params))]
        self.commit([param.data for param in self.params], state, t)


def _name(i: int, param: Parameter) -> str:
    label = getattr(param, "label", "")
    return f"parameter {i} ({label!r})" if label else f"parameter {i}"


def _parameters(params: Parameters) -> list[Parameter]:
    """Return the parameters as a list, once they are known to be some, different, and movable."""
    if not isinstance(params, Iterable):
        raise InputTypeError(f"params is a {type(params).__name__}: give a list, such as model.parameters()")
    found: list[Any] = list(params)
    first: dict[int, int] = {}
    if not found:
        raise InputError("params is empty: give a list; a generator can be read only once")
    for i, param in enumerate(found):
        if not (hasattr(param, "data") and hasattr(param, "grad")):
            raise InputTypeError(f"parameter {i} is a {type(param).__name__}: give Values (.data and .grad)")
        if getattr(param, "op", None) is not None:
            raise InputError(f"{_name(i, param)} is the result of an operation: give leaves, as Value(0.1)")
        if first.setdefault(id(param), i) != i:
            raise InputError(f"{_name(i, param)} is parameter {first[id(param)]} again: list it once")
    return found


def _column(slot: str, column: Any, size: int) -> list[float]:
    """Return the numbers of one slot as floats, once they are known to fit."""
    try:
        numbers = [float(x) for x in column]
    except (TypeError, ValueError):
        raise StateError(f"{slot!r} is not a list of numbers") from None
    if len(numbers) != size:
        raise StateError(f"{slot!r} has {len(numbers)} numbers for {size} parameters")
    for i, x in enumerate(numbers):
        if not isfinite(x):
            raise StateError(f"{slot!r} is {x} for parameter {i}")
    return numbers
