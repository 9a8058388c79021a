"""What a Value has besides its numbers, whichever engine it is of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import InputTypeError
from ..table.operators import Operators
from ..tables import html_table

if TYPE_CHECKING:
    from typing_extensions import Self


class Node(Operators):
    """What a Value of either engine has besides its numbers: written on the public names of a Value."""

    __slots__ = ()

    backward: Callable[..., None]  # given to the class by microbp/engine/__init__.py

    if TYPE_CHECKING:  # made from the table by microbp/engine/operations.py

        def __lt__(self, other: Self | float) -> bool: ...
        def __le__(self, other: Self | float) -> bool: ...
        def __gt__(self, other: Self | float) -> bool: ...
        def __ge__(self, other: Self | float) -> bool: ...

    def __init_subclass__(cls, is_an_engine: bool = False) -> None:
        """Refuse the class: an operation records the Values among its arguments, by their exact class."""
        if not is_an_engine:
            raise InputTypeError(
                f"class {cls.__name__}: a Value has no subclasses, because operations would take their objects for "
                "constants; hold a Value in your own class, or write an operation of your own with microbp.Op"
            )

    def detach(self) -> Self:
        """A leaf with the same number and label: gradients do not flow through it.

        >>> from microbp import Value
        >>> x = Value(3.0)
        >>> (x * x.detach()).backward()
        >>> x.grad
        3.0
        """
        return self.__class__(self.data, self.label)  # type: ignore[call-arg,attr-defined]

    def __float__(self: Any) -> float:
        raise InputTypeError(
            "float(value), and math.exp(value) with it, would cut the graph silently: "
            "take value.data for the number, microbp.exp(value) for the function"
        )

    def __format__(self: Any, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __repr__(self: Any) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data!r}, grad={self.grad!r}{label})"

    def _repr_html_(self: Any) -> str:
        """The node as a notebook shows it."""
        made = f"{self.op.name} of {len(self.args)}" if self.op else "a leaf"
        head = ("label", "data", "grad", "made by")
        return html_table([head, (self.label, f"{self.data:.6g}", f"{self.grad:.6g}", made)])
