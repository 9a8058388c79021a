"""`Sequential`: modules and activations one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..engine.value import Value
from ..errors import InputError, InputTypeError
from ..table.op import Op, Operand, is_array
from .activations import activation_named, name_of
from .layers import Layer
from .module import Module

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Sequential(Module):
    """Modules and activations one after the other, as `torch.nn.Sequential`.

    Args:
        parts: modules, such as `Linear` or `Layer`; activations by name, such as "tanh", or as operations; any other
            function from a list of Values to a list.

    The parameters have PyTorch's names: every part counts, activations too. Layers are numbered in their order.

    Raises:
        InputError: no parts; an unknown activation.
        InputTypeError: a part that cannot be called.

    >>> from microbp import nn
    >>> model = nn.Sequential(nn.Linear(2, 3), "tanh", nn.Linear(3, 1))
    >>> list(model.state_dict()), model([0.5, -1.0]).label
    (['0.weight', '0.bias', '2.weight', '2.bias'], 'z_1^{(2)}')
    """

    def __init__(self, *parts: Module | str | Op | Callable[[list[Value]], list[Value]]) -> None:
        if not parts:
            raise InputError("give the parts in their order, such as Sequential(Linear(2, 3), 'tanh', Linear(3, 1))")
        for part in parts:
            if not isinstance(part, str) and not callable(part):
                raise InputTypeError(f"a part is a module, an activation or a function, got {part!r}")
        self.parts = [name_of(part) if isinstance(part, str | Op) else part for part in parts]
        self._steps: list[Any] = [activation_named(part) if isinstance(part, str) else part for part in self.parts]
        for number, layer in enumerate(_layers(self), 1):
            layer.number(number)

    def __len__(self) -> int:
        return len(self.parts)

    def __getitem__(self, i: int) -> Any:
        return self.parts[i]

    def __call__(self, x: Sequence[float] | Sequence[Value] | NDArray[Any]) -> Value | list[Value]:
        """The outputs as a list of Values, or the one Value of a single output."""
        out: Any = x
        layer: Layer | None = None
        for part, step in zip(self.parts, self._steps):
            if isinstance(part, str):
                out = step([a if isinstance(a, Operand) else Value(a) for a in _listed(out)])
                for a, neuron in zip(out, layer.neurons if layer else ()):
                    a.label = a.label or neuron.a_label
            else:
                out = step(out if out is x else _listed(out))
            layer = part if isinstance(part, Layer) else None
        found: Value | list[Value] = out[0] if isinstance(out, list) and len(out) == 1 else out
        return found

    def tensors(self) -> dict[str, Any]:
        """The parameters of every part under its number, as PyTorch has them."""
        parts = [(i, part) for i, part in enumerate(self.parts) if isinstance(part, Module)]
        return {f"{i}.{name}": tensor for i, part in parts for name, tensor in part.tensors().items()}

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.parts))})"


def _layers(part: Any) -> list[Layer]:
    """The layers of a part, in their order."""
    if isinstance(part, Layer):
        return [part]
    parts = part.parts if isinstance(part, Sequential) else getattr(part, "layers", [])
    return [layer for inner in parts for layer in _layers(inner)]


def _listed(out: Any) -> list[Any]:
    return list(out) if isinstance(out, list | tuple) or is_array(out) else [out]
