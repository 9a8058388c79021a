"""`Module`: what networks have in common. A module names its parameters; all else follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..engine.assign import assign
from ..engine.value import Value
from ..errors import InputTypeError, NotFiniteError, StateError
from ..table.op import number, shorten


class Module:
    """A part of a network: call it with inputs, ask it for its parameters.

    A subclass with parameters of its own says in `tensors` what they are called; parts that are modules
    themselves, alone or in lists and dicts, are found among the attributes.

    >>> from microbp import Value, nn
    >>> class Line(nn.Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0, "w"), Value(0.5, "b")
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> Line().state_dict()
    {'slope': 2.0, 'offset': 0.5}
    """

    def __call__(self, x: Any) -> Any:
        """The outputs for the inputs x."""
        raise NotImplementedError(f"{type(self).__name__} defines no __call__")

    def tensors(self) -> dict[str, Any]:
        """The parameters by name: single Values, lists of them, or lists of lists, as PyTorch lays them out."""
        found: dict[str, Any] = {}
        for name, attribute in vars(self).items():
            found |= _tensors(name, attribute)
        return found

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter with its name, such as ``layers.0.weight.1.2`` (row 1, column 2); each once."""
        seen = set()
        for name, tensor in self.tensors().items():
            for path, x in _entries(name, tensor):
                if isinstance(x, Value) and x not in seen:
                    seen.add(x)
                    yield path, x

    def parameters(self) -> list[Value]:
        """The parameters, each once, in the order of `named_parameters`."""
        found: list[Value] = []
        for tensor in self.tensors().values():
            _collect(tensor, found)
        return list(dict.fromkeys(found))

    def zero_grad(self) -> None:
        """Set the grad of every parameter to 0: gradients add up until this is called."""
        for p in self.parameters():
            p.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """The numbers of the parameters by name, in (nested) lists."""
        return {name: _map(lambda p: p.data, tensor) for name, tensor in self.tensors().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Set the parameters from a state dict, all of them or none.

        Args:
            state: lists or arrays by name, of the shapes that `state_dict` gives.

        Raises:
            StateError: entries are missing, extra or misshapen; the message lists them all.
            NotFiniteError: an entry holds NaN or infinity.
            InputTypeError: an entry holds something else than numbers, or the state is no mapping.
        """
        if not isinstance(state, Mapping):
            raise InputTypeError(f"a state dict gives numbers by name, got {shorten(repr(state))}")
        tensors = self.tensors()
        problems = [f"missing: {name}" for name in tensors if name not in state]
        problems += [f"unexpected: {name}" for name in state if name not in tensors]
        pairs: list[tuple[Value, float]] = []
        for name, tensor in tensors.items():
            if name in state:
                entry = _as_lists(state[name])
                if _shape(tensor) != _shape(entry):
                    problems.append(f"{name}: expected shape {_shape(tensor)}, got {_shape(entry)}")
                else:
                    given = [(path, number(x)) for path, x in _entries(name, entry)]
                    for (_, p), (path, x) in zip(_entries(name, tensor), given):
                        if not abs(x) < float("inf"):
                            raise NotFiniteError(f"{path} is {x}; nothing was loaded")
                        pairs.append((p, x))
        if problems:
            raise StateError("the state does not fit the model, nothing was loaded; " + "; ".join(problems))
        assign([p for p, _ in pairs], [x for _, x in pairs])

    def save(self, path: str | Path) -> None:
        """Write the parameters to a ``.json`` or ``.safetensors`` file; see `microbp.nn.files`."""
        from .files import save

        save(self, Path(path))

    def load(self, path: str | Path) -> None:
        """Set the parameters from a file that `save` or PyTorch wrote, all of them or none."""
        from .files import read_state

        self.load_state_dict(read_state(Path(path), self))


def _tensors(name: str, attribute: Any) -> dict[str, Any]:
    """The parameters in an attribute: a module's, one by one those of a collection with modules, or a tensor."""
    if isinstance(attribute, Module):
        return {f"{name}.{key}": tensor for key, tensor in attribute.tensors().items()}
    if hasattr(attribute, "dtype") and attribute.dtype == object:
        attribute = attribute.tolist()
    if isinstance(attribute, dict) or (isinstance(attribute, list | tuple) and _holds_modules(attribute)):
        parts = attribute.items() if isinstance(attribute, dict) else enumerate(attribute)
        return {key: tensor for i, part in parts for key, tensor in _tensors(f"{name}.{i}", part).items()}
    return {name: attribute} if any(isinstance(x, Value) for _, x in _entries(name, attribute)) else {}


def _holds_modules(parts: Sequence[Any]) -> bool:
    return any(
        isinstance(part, Module | dict) or (isinstance(part, list | tuple) and _holds_modules(part)) for part in parts
    )


def _entries(path: str, tensor: Any) -> Iterator[tuple[str, Any]]:
    """The entries of nested lists with their paths."""
    if isinstance(tensor, list | tuple):
        for i, part in enumerate(tensor):
            yield from _entries(f"{path}.{i}", part)
    else:
        yield path, tensor


def _collect(tensor: Any, found: list[Value]) -> None:
    """Append the Values of nested lists to found."""
    if isinstance(tensor, Value):
        found.append(tensor)
    elif isinstance(tensor, list | tuple):
        for part in tensor:
            _collect(part, found)


def _map(f: Callable[[Any], Any], tensor: Any) -> Any:
    return [_map(f, part) for part in tensor] if isinstance(tensor, list | tuple) else f(tensor)


def _as_lists(entry: Any) -> Any:
    return entry.tolist() if hasattr(entry, "tolist") else entry


def _shape(tensor: Any) -> tuple[int, ...] | str:
    """The shape of nested lists; "ragged" where the rows differ."""
    if not isinstance(tensor, list | tuple):
        return ()
    shapes = {_shape(part) for part in tensor}
    if len(shapes) > 1 or "ragged" in shapes:
        return "ragged"
    inner = shapes.pop() if shapes else ()
    return (len(tensor), *inner)
