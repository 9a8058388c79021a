"""`Value`: a number that remembers how it was made.

An operation on Values evaluates its row of the table and records the operation *and the numbers of its
local derivatives*. Everything the chain rule needs is then on the node: the backward sweep only
multiplies and adds, and a later change of ``.data`` cannot falsify a gradient that was recorded before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from numbers import Real
from typing import TYPE_CHECKING, Any, final

from .errors import InputTypeError, NotFiniteError, ShapeError
from .op import Op, Operand, not_finite, number
from .operators import Operators

if TYPE_CHECKING:
    from .op import Rule

_recording: ContextVar[bool] = ContextVar("recording", default=True)
_new = object.__new__
_INF = math.inf


@final
class Value(Operators):
    """A node of the graph: a number, the operation that made it, and its place in the chain rule.

    Attributes:
        data: the number.
        grad: the derivative of the last root by this node; 0.0 until a backward pass reaches it.
        op: the row of the table that made the node; None for a leaf.
        parents: the arguments that are Values, in order: where the chain rule goes on.
        constants: the plain numbers, each at its place among the arguments, None at a parent's place;
            None when there are no constants.
        args: all arguments in order, repeats kept, put together from these two.
        partials: the local derivative by each parent, as recorded.
        label: a name for printing and drawing; it may hold LaTeX such as ``w_{12}^{(1)}``.

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

    __slots__ = ("constants", "data", "grad", "label", "op", "parents", "partials")

    data: float
    grad: float
    label: str
    op: Op | None
    constants: tuple[float | None, ...] | None
    parents: tuple[Value, ...]
    partials: tuple[float, ...]

    def __init__(self, data: float, label: str = "") -> None:
        if data.__class__ is not float:
            data = _as_data(data)
        if not -math.inf < data < math.inf:
            raise NotFiniteError(f"Value({data}): a node holds a finite number; clean the data or rescale it")
        self.data = data
        self.grad = 0.0
        self.op = None
        self.parents = self.partials = ()
        self.constants = None
        self.label = label

    @property
    def args(self) -> tuple[Value | float, ...]:
        """The ordered arguments of the operation: Values, and plain floats for constants."""
        if self.constants is None:
            return self.parents
        values = iter(self.parents)
        return tuple([next(values) if c is None else c for c in self.constants])

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Value:
        """Evaluate the row and record it: the node that ``op(*args)`` makes."""
        if op.vectors:
            args = op.complete(args)
            try:
                return _record_vectors(op, args)
            except InputTypeError:
                for arg in op.flatten(args):
                    if isinstance(arg, Operand) and arg.__class__ is not Value:
                        return arg.apply(op, args)  # another kind among the Values: it says what this means
                raise
        if len(args) == 1:  # the common cases spelled out, for speed: one, two Values, one and a constant
            return _record(op, (args[0].data,), args, None, op.partials)
        if len(args) == 2:
            x, y = args
            if y.__class__ is Value:
                if x.__class__ is Value:
                    return _record(op, (x.data, y.data), args, None, op.partials)
                if (c := _constant(x)) is None:
                    return NotImplemented
                return _record(op, (c, y.data), (y,), (c, None), op.alone[1])
            if (c := _constant(y)) is None:
                return NotImplemented
            return _record(op, (x.data, c), (x,), (None, c), op.alone[0])
        numbers = [a.data if a.__class__ is Value else _constant(a) for a in args]
        if None in numbers:
            return NotImplemented
        parents = tuple([a for a in args if a.__class__ is Value])
        constants = tuple([None if a.__class__ is Value else x for a, x in zip(args, numbers)])
        rules = tuple([rule for a, rule in zip(args, op.partials) if a.__class__ is Value])
        return _record(op, numbers, parents, constants if len(parents) < len(args) else None, rules)

    def backward(self) -> None:
        """Write the derivative of this node by every node it depends on into their ``.grad``.

        See `microbp.backward`.
        """
        from .backward import backward

        backward(self)

    def detach(self) -> Value:
        """A leaf with the same number and label: gradients do not flow through it.

        >>> x = Value(3.0)
        >>> (x * x.detach()).backward()
        >>> x.grad
        3.0
        """
        return Value(self.data, self.label)

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

    def __float__(self) -> float:
        raise InputTypeError(
            "float(value), and math.exp(value) with it, would cut the graph silently: "
            "take value.data for the number, microbp.exp(value) for the function"
        )

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data!r}, grad={self.grad!r}{label})"

    def __copy__(self) -> Value:
        from .graph import shallow_copy

        return shallow_copy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        from .graph import deep_copy

        return deep_copy(self, memo)

    def __reduce__(self) -> tuple[Any, ...]:
        from .graph import reduce_node

        return reduce_node(self)


class Vector(tuple[Any, ...]):
    """A list of operands read once for several operations: the inputs that a layer's neurons share."""

    _reading: tuple[list[float], Sequence[Value]] | None = None
    _constants: tuple[float | None, ...] | None = None

    def reading(self) -> tuple[list[float], Sequence[Value]]:
        """The numbers, and those operands that are Values; read when first asked for."""
        if self._reading is None:
            self._reading = _read(self)
        return self._reading

    def constants(self) -> tuple[float | None, ...]:
        """What a neuron's node notes when all its inputs are plain numbers; one tuple serves the layer."""
        if self._constants is None:
            self._constants = (*[None] * len(self), *self.reading()[0], None)
        return self._constants


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
    token = _recording.set(on)
    try:
        yield
    finally:
        _recording.reset(token)


def _record(
    op: Op,
    numbers: Sequence[Any],
    parents: Any,
    constants: tuple[float | None, ...] | None,
    rules: tuple[Any, ...],
) -> Value:
    """The node of one operation: its number, and the number of each local derivative."""
    try:
        z = op.forward(*numbers)
        if not -_INF < z < _INF:
            raise not_finite(z)
    except (ArithmeticError, ValueError) as error:
        values = iter(parents)
        labels = ["" if c is not None else next(values).label for c in constants or [None] * len(numbers)]
        raise op.failure(numbers, error, labels) from None
    node = _new(Value)
    node.data = z
    node.grad = 0.0
    node.label = ""
    if not _recording.get():
        node.op = node.constants = None
        node.parents = node.partials = ()
        return node
    node.op = op
    node.parents = parents
    node.constants = constants
    try:
        if op.linear:
            node.partials = rules
        elif len(rules) == 1:
            (f,) = rules
            node.partials = (f if f.__class__ is float else f(z, *numbers),)
        elif len(rules) == 2:
            f, g = rules
            node.partials = (
                f if f.__class__ is float else f(z, *numbers),
                g if g.__class__ is float else g(z, *numbers),
            )
        else:
            node.partials = tuple([f if f.__class__ is float else f(z, *numbers) for f in rules])
    except (ArithmeticError, ValueError):
        node.partials = tuple([_partial(rule, z, numbers) for rule in rules])
    return node


def record_neuron(op: Op, weights: list[Value], inputs: Vector, bias: Value) -> Value | None:
    """`_record_vectors` spelled out for the row of a neuron whose parameters are all Values; None otherwise.

    Most of the time of training a network of scalars is spent here.
    """
    try:
        a, values = inputs.reading()
        w, b = [p.data for p in weights], bias.data
        z = op.forward(w, a, b)
    except (AttributeError, TypeError):
        return None  # operands of another kind: the row itself asks them
    size = len(w)
    if bias.__class__ is not Value or len(a) != size or len(values) not in (0, size):
        return None
    rules: Any = op.partials
    by_w, by_a, by_b = rules
    if not -_INF < z < _INF or not _recording.get():
        return None
    node = _new(Value)
    node.data = z
    node.grad = 0.0
    node.op = op
    node.label = ""
    if values:
        node.parents = (*weights, *values, bias)
        node.partials = (*by_w(z, w, a, b), *by_a(z, w, a, b), by_b)
        node.constants = None
    else:
        node.parents = (*weights, bias)
        node.partials = (*by_w(z, w, a, b), by_b)
        node.constants = inputs.constants()
    return node


def _record_vectors(op: Op, args: Sequence[Any]) -> Value:
    """`_record` for a row with list arguments: one node, however long the lists are."""
    readings: list[tuple[Any, Sequence[Value]]] = []
    sizes = set()
    for arg, is_vector in zip(args, op.vectors):
        if is_vector:
            reading = arg.reading() if arg.__class__ is Vector else _read(arg)
            sizes.add(len(reading[0]))
            readings.append(reading)
        elif arg.__class__ is Value:
            readings.append((arg.data, (arg,)))
        else:
            readings.append((number(arg), ()))
    if len(sizes) != 1 or 0 in sizes:
        op.flatten(args)  # raises, naming the lengths
    (size,) = sizes
    numbers = [reading[0] for reading in readings]
    try:
        z = op.forward(*numbers)
        if not -_INF < z < _INF:
            raise not_finite(z)
    except (ArithmeticError, ValueError) as error:
        raise op.failure(op.flatten(numbers), error, _labels(op.flatten(args))) from None
    node = _new(Value)
    node.data = z
    node.grad = 0.0
    node.label = ""
    if not _recording.get():
        node.op = node.constants = None
        node.parents = node.partials = ()
        return node
    parents: list[Value] = []
    partials: list[float] = []
    places: list[float | None] = []
    for arg, (read, values), rule, is_vector in zip(args, readings, op.partials, op.vectors):
        count = size if is_vector else 1
        if not values:
            places += read if is_vector else (read,)
            continue
        parents += values
        d = _partial(rule, z, numbers)
        if not isinstance(d, list | tuple):
            d = [d] * count
        elif len(d) != count:
            raise ShapeError(f"{op.name}: a rule gave {len(d)} derivatives for a list of {count}")
        if len(values) == count:
            places += [None] * count
            partials += d
        else:
            places += [None if a.__class__ is Value else x for a, x in zip(arg, read)]
            partials += [p for p, a in zip(d, arg) if a.__class__ is Value]
    node.op = op
    node.parents = tuple(parents)
    node.partials = tuple(partials)
    node.constants = tuple(places) if len(parents) < len(places) else None
    return node


def _read(operands: Iterable[Any]) -> tuple[list[float], Sequence[Value]]:
    """The numbers of a list of operands, and those operands that are Values."""
    operands = operands if isinstance(operands, list | tuple) else list(operands)
    numbers = [a.data for a in operands if a.__class__ is Value]
    if len(numbers) == len(operands):
        return numbers, operands
    values = [a for a in operands if a.__class__ is Value] if numbers else []
    return [a.data if a.__class__ is Value else number(a) for a in operands], values


def _constant(x: Any) -> float | None:
    """A plain number as a float; None for what is no number."""
    if x.__class__ is float:
        return x
    return number(x) if isinstance(x, Real) else None


def _partial(rule: Rule, z: float, numbers: Sequence[Any]) -> Any:
    """The number of a local derivative; NaN where there is none, which a sweep refuses by name."""
    try:
        return rule if isinstance(rule, float) else rule(z, *numbers)
    except (ArithmeticError, ValueError):
        return math.nan


def _labels(args: Sequence[Any]) -> list[str]:
    return [a.label if a.__class__ is Value else "" for a in args]


def _as_data(data: object) -> float:
    if isinstance(data, Value):
        raise InputTypeError("this is a Value already: use it as it is, or value.detach() for a new leaf")
    return number(data)


def _compare(x: float, other: Any, relation: Any) -> bool:
    if other.__class__ is Value:
        return relation(x, other.data)
    try:
        return relation(x, number(other))
    except InputTypeError:
        return NotImplemented
