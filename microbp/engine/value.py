"""`Value`: a number that remembers how it was made.

An operation on Values evaluates its row of the table and records the operation *and the numbers of its
local derivatives*. Everything the chain rule needs is then on the node: the backward sweep only
multiplies and adds, and a later change of ``.data`` cannot falsify a gradient that was recorded before.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, copy_context
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn, final

from ..errors import InputTypeError, NotFiniteError
from ..native import engine
from ..table.op import TABLE, Op, is_array, not_finite, number, shorten
from ..table.operators import Operators


class Tracer:
    """Who is given the operations on Values while a function is traced; see `microbp.engine.guard`.

    It stands where else True or False says whether operations record a graph, and it is false: an operation that
    is not to record a graph is left to `Value.apply`, which asks.
    """

    def __bool__(self) -> bool:
        return False

    def record(self, op: Op, args: Sequence[Any]) -> Any:
        """The result of an operation; all arguments are given, and lists spread out."""
        raise NotImplementedError

    def recording(self, on: bool) -> AbstractContextManager[None]:
        """What `recording` means for it."""
        raise NotImplementedError

    def refuse(self, what: str, cure: str) -> NoReturn:
        """Raise for something that the function must not do."""
        raise NotImplementedError


_recording: ContextVar[bool | Tracer] = ContextVar("recording", default=True)
is_recording = _recording.get
_leaves: ContextVar[list[Value] | None] = ContextVar("leaves", default=None)
_new = object.__new__
_INF = math.inf


class Node(Operators):
    """What a Value of either engine has besides its numbers: written on the public names of a Value."""

    __slots__ = ()

    def __init_subclass__(cls, is_an_engine: bool = False) -> None:
        """Refuse the class: an operation records the Values among its arguments, by their exact class."""
        if not is_an_engine:
            raise InputTypeError(
                f"class {cls.__name__}: a Value has no subclasses, because operations would take their objects for "
                "constants; hold a Value in your own class, or write an operation of your own with microbp.Op"
            )

    def backward(self: Any, seed: float = 1.0) -> None:
        """Write the derivative of this node by every node it depends on, times the seed, into their ``.grad``.

        See `microbp.engine.backward`.
        """
        from .backward import write_grads

        write_grads(self, seed)

    def detach(self: Any) -> Value:
        """A leaf with the same number and label: gradients do not flow through it.

        >>> x = Value(3.0)
        >>> (x * x.detach()).backward()
        >>> x.grad
        3.0
        """
        return Value(self.data, self.label)

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

    def __copy__(self: Any) -> Value:
        from .graph import shallow_copy

        return shallow_copy(self)

    def __deepcopy__(self: Any, memo: dict[int, Any]) -> Value:
        from .graph import deep_copy

        return deep_copy(self, memo)

    def __reduce__(self: Any) -> tuple[Any, ...]:
        from .graph import reduce_node

        return reduce_node(self)


@final
class Value(Node, is_an_engine=True):
    """A node of the graph: a number, the operation that made it, and its place in the chain rule.

    Attributes:
        data: the number.
        grad: the derivative of the last root by this node; 0.0 until a backward pass reaches it.
        op: the row of the table that made the node; None for a leaf.
        args: the arguments in order, repeats kept: Values, and plain floats for constants.
        parents: those of them that are Values: where the chain rule goes on.
        partials: the local derivative by each parent, as recorded.
        label: a name for printing and drawing; it may hold LaTeX such as ``w_{12}^{(1)}``.

    How a node holds its operation decides what a graph weighs, and how long the collector takes to walk it.
    One or two arguments are in the slots ``x`` and ``y``, the derivatives by those that are Values in ``dx``
    and ``dy``. Of more, ``x`` is the tuple of parents, ``dx`` that of the partials, and ``y`` has the constants
    at their places, None at a parent's place; it is None when there are no constants.

    Comparisons compare the data and give plain bools; the hash is the node's identity, so a node can be
    a key of a dict or an element of a set whatever number it holds.

    Raises:
        InputTypeError: data is not a real number.
        NotFiniteError: data is NaN or infinite.

    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> z = x * y + x
    >>> z.backward()
    >>> x
    Value(data=2.0, grad=4.0, label='x')
    """

    __slots__ = ("_data", "_grad", "_label", "dx", "dy", "op", "x", "y")

    _data: float
    _grad: float
    _label: str
    op: Op | None
    x: Value | float | tuple[Value, ...] | None
    y: Value | float | tuple[float | None, ...] | None
    dx: float | tuple[float, ...] | None
    dy: float | None

    def __init__(self, data: float, label: str = "") -> None:
        if data.__class__ is not float or not -_INF < data < _INF:
            data = _as_data(data)
        self._data = data
        self._grad = 0.0
        self.op = self.x = self.y = self.dx = self.dy = None
        self._label = label if label.__class__ is str else _as_label(label)
        if (leaves := _leaves.get()) is not None:
            leaves.append(self)

    @property
    def data(self) -> float:
        """The number. What is assigned is checked: a finite real number, kept as a float."""
        return self._data

    @data.setter
    def data(self, data: float) -> None:
        global _edits
        self._data = data if data.__class__ is float and -_INF < data < _INF else _as_data(data)
        _edits = next(_counter)

    @property
    def grad(self) -> float:
        """The derivative of the last root by this node. What is assigned is checked as for data; None means 0."""
        return self._grad

    @grad.setter
    def grad(self, grad: float | None) -> None:
        self._grad = grad if grad.__class__ is float and -_INF < grad < _INF else _as_grad(grad)

    @property
    def label(self) -> str:
        """A name for printing and drawing. What is assigned is text."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        self._label = label if label.__class__ is str else _as_label(label)

    @property
    def args(self) -> tuple[Value | float, ...]:
        """The arguments in order: Values, and plain floats for constants."""
        x: Any = self.x
        y: Any = self.y
        if x.__class__ is not tuple:
            return () if x is None else (x,) if y is None else (x, y)
        if y is None:
            return x
        values = iter(x)
        return tuple([next(values) if c is None else c for c in y])

    @property
    def parents(self) -> tuple[Value, ...]:
        """The arguments that are Values."""
        return self._by_parent(self.x, self.y)

    @property
    def partials(self) -> tuple[float, ...]:
        """The local derivative by each parent."""
        return self._by_parent(self.dx, self.dy)

    def _by_parent(self, first: Any, second: Any) -> tuple[Any, ...]:
        """What the node holds of its parents, without what is at the place of a constant."""
        if self.x.__class__ is tuple:
            return first
        if self.y.__class__ is Value:
            return (first, second) if self.x.__class__ is Value else (second,)
        return (first,) if self.x.__class__ is Value else ()

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Value:
        """Evaluate the row and record it: the node that ``op(*args)`` makes, all its arguments given."""
        tracer = is_recording()
        if tracer.__class__ is not bool:
            return tracer.record(op, op.flatten(args))  # type: ignore[union-attr]
        if op.vectors:
            return _record_many(op, op.flatten(args))
        if len(args) == 1:  # the common cases spelled out, for speed
            return _record(op, (args[0]._data,), args[0], None)
        if len(args) == 2:
            x, y = args
            p = x._data if x.__class__ is Value else _constant(x)
            q = y._data if y.__class__ is Value else _constant(y)
            if p is None or q is None:
                return NotImplemented
            return _record(op, (p, q), x if x.__class__ is Value else p, y if y.__class__ is Value else q)
        return _record_many(op, args)

    # fmt: off
    def __lt__(self, other: object) -> bool: return _compare(self.data, other, float.__lt__)
    def __le__(self, other: object) -> bool: return _compare(self.data, other, float.__le__)
    def __gt__(self, other: object) -> bool: return _compare(self.data, other, float.__gt__)
    def __ge__(self, other: object) -> bool: return _compare(self.data, other, float.__ge__)
    def __eq__(self, other: object) -> bool: return _compare(self.data, other, float.__eq__)
    def __ne__(self, other: object) -> bool: return _compare(self.data, other, float.__ne__)
    # fmt: on
    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return self.data != 0.0


def no_grad() -> AbstractContextManager[None]:
    """Inside the block operations compute numbers and record no graph.

    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.op is None
    True
    """
    return recording(False)


@contextmanager
def recording(on: bool) -> Iterator[None]:
    """Inside the block operations record the graph, or do not."""
    tracer = is_recording()
    if isinstance(tracer, Tracer):
        with tracer.recording(on):
            yield
        return
    token = _recording.set(on)
    try:
        yield
    finally:
        _recording.reset(token)


def call_recorded(state: bool | Tracer, f: Callable[..., Any], *args: Any) -> Any:
    """``f(*args)``, in which operations on Values record a graph, or none, or are given to a tracer.

    It holds in a context of its own, which is forgotten however the call ends.
    """
    context = copy_context()
    context.run(_recording.set, state)
    return context.run(f, *args)


@contextmanager
def leaves_made() -> Iterator[list[Value]]:
    """Inside the block the leaves that are made are listed: any other leaf of a result was there before."""
    around, leaves = _leaves.get(), list[Value]()
    token = _leaves.set(leaves)
    try:
        yield leaves
    finally:
        _leaves.reset(token)
        if around is not None:
            around += leaves


def record(op: Op, args: Sequence[Any]) -> Value:
    """The node that ``op(*args)`` makes; NotImplemented for arguments of another kind."""
    tracer = is_recording()
    if isinstance(tracer, Tracer):
        return tracer.record(op, op.flatten(args))
    return _record_many(op, op.flatten(args))


def _record(op: Op, numbers: tuple[float, ...], x: Value | float, y: Value | float | None) -> Value:
    """The node of an operation on one or two arguments."""
    node = bare(_evaluate(op, numbers, (x, y)))
    if is_recording():
        node.op, node.x, node.y = op, x, y
        if x.__class__ is Value:
            node.dx = local_derivative(op.partials[0], node._data, *numbers)
        if y.__class__ is Value:
            node.dy = local_derivative(op.partials[1], node._data, *numbers)
    else:
        node.dx = ()
    return node


def _record_many(op: Op, args: Sequence[Any]) -> Value:
    """The node of an operation on any arguments, given flat."""
    numbers = [a.data if a.__class__ is Value else _constant(a) for a in args]
    if None in numbers:
        return NotImplemented
    z = _evaluate(op, op.split(numbers), args)
    if not is_recording():
        return unrecorded(z)
    wanted = [a.__class__ is Value for a in args]
    arguments: list[Any] = [a if w else x for a, w, x in zip(args, wanted, numbers)]
    return made(z, 0.0, "", op, arguments, op.local_derivatives(z, numbers, wanted, local_derivative))


def _evaluate(op: Op, numbers: Sequence[Any], args: Sequence[Any]) -> float:
    """The value of an operation, or a typed error that names the labels."""
    try:
        z = op.forward(*numbers)
        if z.__class__ is not float:
            z = op.as_number(z)
        if not -_INF < z < _INF:
            raise not_finite(z)
    except (ArithmeticError, ValueError) as error:
        labels = [a.label if a.__class__ is Value else "" for a in args]
        raise op.failure(op.flatten(numbers), error, labels) from None
    return z


def unrecorded(z: float) -> Value:
    """What an operation makes while nothing is recorded."""
    node = bare(z)
    node.dx = ()
    return node


def made(
    data: float, grad: float, label: str, op: Op | None, args: Sequence[Value | float], partials: Sequence[float]
) -> Value:
    """A node with its numbers, its arguments, and the local derivative by each of those that are Values."""
    node = Value(data, label)
    node.grad, node.op = grad, op
    slopes = iter(partials)
    if len(args) <= 2:
        for slot, a in zip("xy", args):
            setattr(node, slot, a)
            if a.__class__ is Value:
                setattr(node, "d" + slot, next(slopes))
    else:
        parents = tuple([a for a in args if isinstance(a, Value)])
        node.x, node.dx = parents, tuple(partials)
        if len(parents) < len(args):
            node.y = tuple([None if isinstance(a, Value) else a for a in args])
    return node


def bare(z: float) -> Value:
    """A node without a past, of a finite float: what `Value` makes, without its checks."""
    node = _new(Value)
    node._data = z
    node._grad = 0.0
    node._label = ""
    node.op = node.x = node.y = node.dx = node.dy = None
    return node


def _constant(x: Any) -> float | None:
    """A plain number as a float; None for what is no number."""
    if x.__class__ is float:
        return x
    return number(x) if isinstance(x, Real) else None


def local_derivative(rule: Any, z: float, *numbers: Any) -> Any:
    """The number of a local derivative; NaN where there is none, which a sweep refuses by name."""
    if rule.__class__ is float:
        return rule
    try:
        derivative = rule(z, *numbers)
        return derivative if derivative.__class__ is float else _as_derivative(derivative)
    except (ArithmeticError, ValueError):
        return math.nan


def _as_derivative(found: Any) -> Any:
    """What a rule gave as a float, or as a list of floats."""
    if is_array(found):
        found = found.tolist()
    if found.__class__ is list or found.__class__ is tuple:
        return [d if d.__class__ is float else _as_derivative(d) for d in found]
    if isinstance(found, Real):
        return float(found)
    raise InputTypeError(
        f"a rule of an operation returned {shorten(repr(found))}: it gives a number, or a list for a list argument"
    )


def is_unrecorded(node: Value) -> bool:
    """Whether an operation made the node and no graph was recorded, because of `no_grad`."""
    return node.op is None and node.dx is not None


def edits() -> int:
    """How often the data of a Value were assigned to, of any Value since the start.

    Equal counts mean that no number of any Value was changed in between.

    >>> x, before = Value(1.0), edits()
    >>> x.data = 2.0
    >>> edits() > before
    True
    """
    return _edits


_edits = 0
_counter = itertools.count(1)  # two threads never draw the same number


def _as_data(data: object) -> float:
    if isinstance(data, Value):
        raise InputTypeError("this is a Value already: use it as it is, value.data for its number, or value.detach()")
    x = number(data)
    if not math.isfinite(x):
        raise NotFiniteError(f"Value({x}): a node holds a finite number; clean the data or rescale it")
    return x


def _as_grad(grad: object) -> float:
    if grad is None:
        return 0.0
    if isinstance(grad, Value):
        raise InputTypeError("a grad is a plain number: assign value.data, and see gradients(..., create_graph=True)")
    x = number(grad)
    if not math.isfinite(x):
        raise NotFiniteError(f"grad = {x}: a gradient is a finite number; clip it, or None for no gradient")
    return x


def _compare(x: float, other: Any, relation: Any) -> bool:
    if other.__class__ is Value:
        return relation(x, other.data)
    try:
        return relation(x, number(other))
    except InputTypeError:
        return NotImplemented


def _as_label(label: object) -> str:
    if not isinstance(label, str):
        raise InputTypeError(f"a label is text, got {shorten(repr(label))}")
    return "".join(label)  # an exact str, whatever class it had


if not TYPE_CHECKING and engine is not None:  # the same contract in C; what is above stays its general case
    doc = Value.__doc__
    Value = engine.start(Node, _recording, _leaves, record, _as_data, _as_grad, _as_label, _constant, Node.backward)
    Value.__doc__ = doc
    engine.bind(TABLE)
    made, edits = engine.make, engine.edits
    bare, unrecorded, is_unrecorded = Value, engine.unrecorded, engine.is_unrecorded
