"""What the functions that `grad` and `value_and_grad` make take and give, for editors and type checkers."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, overload

X = TypeVar("X")


class Derivative(Protocol):
    """A derivative has the type of the argument."""

    @overload
    def __call__(self, x: float, /, *others: Any, **options: Any) -> float: ...
    @overload
    def __call__(self, x: X, /, *others: Any, **options: Any) -> X: ...
    @overload
    def __call__(self, **options: Any) -> Any: ...


class ValueAndDerivative(Protocol):
    """A value, and the derivative, which has the type of the argument."""

    @overload
    def __call__(self, x: float, /, *others: Any, **options: Any) -> tuple[float, float]: ...
    @overload
    def __call__(self, x: X, /, *others: Any, **options: Any) -> tuple[Any, X]: ...
    @overload
    def __call__(self, **options: Any) -> tuple[Any, Any]: ...
