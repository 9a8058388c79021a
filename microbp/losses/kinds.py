"""What losses have in common: their list, what a prediction is to each, predictions beside targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..engine.value import Value
from ..errors import InputError, ShapeError
from ..table.op import Operand, is_array, number, shorten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = float | Sequence[float] | NDArray[Any]
    Values = Value | Sequence[Value]
    Targets = float | Value | Sequence[float] | Sequence[Value] | NDArray[Any]

PREDICTIONS = {
    "logits": "scores whose sigmoid or softmax is a probability; above 0, or the largest, is a yes",
    "score": "scores on a scale of their own, with targets -1 and +1; above 0, or the largest, is a yes",
    "probability": "probabilities; above 1/2, or the largest, is a yes",
    "number": "numbers that are near or far, neither right nor wrong: regression has no accuracy",
}
"""What a prediction is to a loss."""

LOSSES: dict[str, Callable[[Any, Any], Any]] = {}
"""The losses by name."""

F = TypeVar("F", bound=Callable[[Any, Any], Any])


def reads(prediction: str) -> Callable[[F], F]:
    """Enter a loss in the list, with what its prediction is."""

    def enter(loss: F) -> F:
        vars(loss)["prediction"] = prediction
        LOSSES[loss.__name__] = loss
        return loss

    return enter


def name_of(loss: Any) -> str | None:
    """The name of a loss of this module; None for any other."""
    return next((name for name, ours in LOSSES.items() if ours is loss), None)


def class_index(target: Any, classes: int) -> int:
    """A class index as an int.

    Raises:
        InputError: it is no whole number from 0 to classes - 1.
    """
    index = number(target)
    if not 0 <= index < classes or index != int(index):
        raise InputError(f"class {target!r} of {classes}: an index runs from 0 to {classes - 1}")
    return int(index)


def is_list(x: Any) -> bool:
    """Whether it is a list of numbers, an array included."""
    return is_array(x) or (isinstance(x, Sequence) and not isinstance(x, str))


def pairs(prediction: Any, target: Any) -> list[tuple[Any, Any]]:
    """Predictions beside targets, as many of the one as of the other."""
    predictions = list(prediction) if is_list(prediction) else [prediction]
    targets = list(target) if is_list(target) else [target]
    if len(predictions) != len(targets) or not predictions:
        raise unlike(len(predictions), len(targets))
    return [(operand(p), operand(y)) for p, y in zip(predictions, targets)]


def unlike(predictions: int, targets: int) -> ShapeError:
    """The error for lists of different lengths."""
    cure = "give one target per prediction"
    if predictions > 1 and targets == 1:
        cure += "; for a class, its index alone to cross_entropy or hinge, or data.one_hot(index, classes)"
    return ShapeError(f"{predictions} predictions, {targets} targets: {cure}")


def operand(x: Any) -> Any:
    """A Value (or what stands in for one) as it is, any other number as a float."""
    return x if isinstance(x, Operand) else number(x)


def is_traced(x: Any) -> bool:
    """Whether the compiler stands in for the number, which is then not known yet."""
    return isinstance(x, Operand) and x.__class__ is not Value


def require(condition: Any, message: str, got: Any) -> None:
    """Raise unless the condition holds; a traced one is checked anew for every batch."""
    if isinstance(condition, Operand):
        condition.require(message)  # type: ignore[attr-defined]
    elif not condition:
        raise InputError(f"{message}, got {shorten(repr(got))}")
