"""`Module`: what networks have in common. A module names its parameters; all else follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import Any

from ..engine.assign import assign, clear_grads
from ..engine.value import Value
from ..errors import InputTypeError, NotFiniteError, StateError
from ..table.op import number, shorten
from ..tables import html_table
from . import files


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

    Attributes:
        trained_with: the name of the cost in `microbp.losses` that `fit` trained it with last; a file keeps it.
    """

    trained_with: str | None = None

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
        clear_grads(self.parameters())

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
        entries = {name: _as_lists(entry) for name, entry in state.items()}
        try:
            problems = self._misfits({name: _shape(entry) for name, entry in entries.items()})
        except RecursionError:
            problems = ["it has lists too deep inside each other"]
        if problems:
            raise _unfit(problems)
        pairs: list[tuple[Value, float]] = []
        for name, tensor in self.tensors().items():
            given = [(path, number(x)) for path, x in _entries(name, entries[name])]
            for (_, p), (path, x) in zip(_entries(name, tensor), given):
                if not abs(x) < float("inf"):
                    raise NotFiniteError(f"{path} is {x}; nothing was loaded")
                pairs.append((p, x))
        assign([p for p, _ in pairs], [x for _, x in pairs])

    def save(self, path: str | PathLike[str]) -> None:
        """Write the parameters to a ``.json`` or ``.safetensors`` file, as a whole or not at all.

        Raises:
            InputError: the path has another ending, or cannot be written.
            NotFiniteError: a parameter is NaN or infinite.
            MissingExtraError: safetensors is not installed.
        """
        for name, p in self.named_parameters():
            if not isfinite(p.data):
                raise NotFiniteError(f"{name} is {p.data}; nothing was written")
        files.write(Path(path), self.state_dict(), self._recipe(), self.trained_with)

    def load(self, path: str | PathLike[str]) -> None:
        """Set the parameters from a file that `save` or PyTorch wrote, all of them or none.

        Raises:
            FileFormatError: the file is truncated, or is something else.
            StateError: its parameters are of other names or shapes, or of a network of other activations.
        """
        stored, recipe = files.read(Path(path)), self._recipe() or {}
        problems = self._misfits(stored.shapes)
        differing = [key for key in recipe if key != "expanded" and (stored.model or recipe).get(key) != recipe[key]]
        if stored.model and differing:
            what = shorten(", ".join(f"{key} {stored.model.get(key)!r}" for key in differing))
            problems.append(f"{path} holds a network with {what}, not a {self!r}: nn.load(path) builds it")
        if problems:
            raise _unfit(problems)
        self.load_state_dict(stored.state())
        self.trained_with = stored.loss

    def _repr_html_(self) -> str:
        """The parameters as a notebook shows them: a row for each tensor."""
        shapes = [(name, _shape(tensor), len(list(_entries(name, tensor)))) for name, tensor in self.tensors().items()]
        return html_table([(repr(self), "shape", "numbers"), *shapes, ("together", "", len(self.parameters()))])

    def _recipe(self) -> dict[str, Any] | None:
        """The arguments that build this network anew, for a file; None where that cannot be told."""
        return None

    def _misfits(self, shapes: Mapping[str, tuple[int, ...] | str]) -> list[str]:
        """What keeps tensors of these shapes from being the parameters."""
        tensors = self.tensors()
        problems = [f"missing: {name}" for name in tensors if name not in shapes]
        problems += [f"unexpected: {name}" for name in shapes if name not in tensors]
        for name, tensor in tensors.items():
            if name in shapes and _shape(tensor) != shapes[name]:
                problems.append(f"{name}: expected shape {_shape(tensor)}, got {shapes[name]}")
        return problems


def _unfit(problems: Sequence[str]) -> StateError:
    return StateError("the state does not fit the model, nothing was loaded; " + "; ".join(problems))


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
        if set(map(type, tensor)) == {Value}:
            found += tensor
            return
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
