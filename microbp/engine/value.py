"""`Value`: a number that remembers how it was made.

An operation on Values evaluates its row of the table and records the operation *and the numbers of its
local derivatives*. Everything the chain rule needs is then on the node: the backward sweep only
multiplies and adds, and a later change of ``.data`` cannot falsify a gradient that was recorded before.

The operations and comparisons are written from the rows of the table: see `microbp.engine.recorders`.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, final

from ..native import engine
from ..table.op import Op
from .checks import as_constant, as_data, as_grad, as_label
from .node import Node
from .recording import CONTEXT, LEAVES


@final
class Value(Node, is_an_engine=True):
    """A node of the graph: a number, the operation that made it, and its place in the chain rule.

    Attributes:
        data: the number.
        grad: the derivative of the last root by this node; 0.0 until a backward pass reaches it.
        op: the row of the table that made the node; None for a leaf.
        args: the arguments in order, repeats kept: Values, and plain floats for constants.
        slopes: the local derivative by each of them, as recorded; None for a constant.
        parents, partials: the same without the constants.
        label: a name for printing and drawing; it may hold LaTeX such as ``w_{12}^{(1)}``.

    Comparisons compare the data and give plain bools; the hash is the node's identity, so a node can be
    a key of a dict or an element of a set whatever number it holds.

    Raises:
        InputTypeError: data is not a real number, label is not text.
        NotFiniteError: data is NaN or infinite.

    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> z = x * y + x
    >>> z.backward()
    >>> x
    Value(data=2.0, grad=4.0, label='x')
    """

    __slots__ = ("_data", "_grad", "_label", "args", "op", "slopes")

    op: Op | None
    args: tuple[Value | float, ...]
    slopes: tuple[float | None, ...]  # more numbers may follow: see kept

    def __init__(self, data: float, label: str = "") -> None:
        self._data, self._grad, self._label = as_data(data), 0.0, as_label(label)
        self.op, self.args, self.slopes = None, (), ()
        if (leaves := LEAVES.get()) is not None:
            leaves.append(self)

    @property
    def data(self) -> float:
        """The number; what is assigned must be a finite real number."""
        return self._data

    @data.setter
    def data(self, data: float) -> None:
        global _edits
        self._data = as_data(data)
        _edits = next(_count)

    @property
    def grad(self) -> float:
        """The derivative of the last root by this node; what is assigned is checked, and None means 0."""
        return self._grad

    @grad.setter
    def grad(self, grad: float | None) -> None:
        self._grad = as_grad(grad)

    @property
    def label(self) -> str:
        """The name; what is assigned must be text."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        self._label = as_label(label)

    @property
    def parents(self) -> tuple[Value, ...]:
        """The arguments that are Values."""
        return tuple([a for a in self.args if a.__class__ is Value])

    @property
    def partials(self) -> tuple[float, ...]:
        """The local derivative by each parent."""
        return tuple([d for _, d in zip(self.args, self.slopes) if d is not None])

    @property
    def kept(self) -> tuple[float, ...]:
        """The numbers of the arguments, where an edit of them would not be noticed without: see `Op.keeps`."""
        return self.slopes[len(self.args) :] if self.op else ()  # type: ignore[return-value]

    def __bool__(self) -> bool:
        return self._data != 0.0


_edits, _count = 0, itertools.count(1)  # two threads never draw the same number


def edits() -> int:
    """How often the data of Values were assigned to: as long as it stays the same, so does every number of a Value.

    >>> x, before = Value(1.0), edits()
    >>> x.data = 2.0
    >>> edits() > before
    True
    """
    return _edits


if not TYPE_CHECKING and engine is not None:  # the same contract in C
    _doc = Value.__doc__
    Value = engine.start(Node, CONTEXT, LEAVES, as_data, as_grad, as_label, as_constant)
    Value.__doc__ = _doc
    edits = engine.edits
