"""Groups of parameters with options of their own: ``SGD([{"params": weights, "weight_decay": 0.1}, ...], lr=0.1)``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import signature
from typing import Any

from ..errors import InputError, InputTypeError


def with_groups(init: Callable[..., None]) -> Callable[..., None]:
    """The constructor of an optimiser, which takes groups in the place of parameters as well.

    A group is an optimiser itself, made with the options of all and then its own; it lends its formula and its rate.
    """

    @wraps(init)
    def wrapped(self: Any, params: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(params, Iterable) and not isinstance(params, Mapping):
            params = list(params)
        if not isinstance(params, list) or not params or not isinstance(params[0], Mapping):
            init(self, params, *args, **kwargs)
            return
        names = [name for name in signature(init).parameters if name not in ("self", "params")]
        options = {**dict(zip(names, args)), **kwargs}
        read = [_read(k, group, names, options) for k, group in enumerate(params)]
        groups = [type(self)(members, **own) for members, own in read]
        init(self, [param for group in groups for param in group.params], *args, **kwargs)
        self._groups = groups
        self.state = [state for group in groups for state in group.state]

    return wrapped


def _read(k: int, group: Any, names: list[str], options: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The parameters of a group, and its options."""
    if not isinstance(group, Mapping) or "params" not in group:
        raise InputTypeError(f"group {k} is no table with the entry 'params': give either parameters or groups of them")
    unknown = sorted(set(map(str, group)) - {"params", *names})
    if unknown:
        raise InputError(f"group {k} has the unknown option {', '.join(unknown)}: the options are {', '.join(names)}")
    return group["params"], {**options, **{name: x for name, x in group.items() if name != "params"}}
