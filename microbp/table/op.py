"""One row of the table of operations, and how it reads its operands.

An operation is written down once, as an `Op`. What a call of it means depends on what it is called
with: floats give a number, `Value`s record a node of the graph, arrays are computed elementwise, and
any other `Operand` (a symbol, a line of generated code) answers in its own way through `apply`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from keyword import iskeyword
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import (
    DivisionByZeroError,
    DomainError,
    InputError,
    InputTypeError,
    MicrobpError,
    RangeError,
    ShapeError,
)
from ..native import engine

Rule = float | Callable[..., Any]
"""A local derivative: a function of the output z and the arguments x, y, ..., or a constant."""

COMPARE, SUM, PRODUCT, POWER, CALL = range(-1, 4)
"""How tightly a row binds, for the readings that must set parentheses."""

TABLE: dict[str, Op] = {}
"""Every operation by its name. Creating an `Op` adds its row."""

RESERVED: set[str] = set()
"""The names of microbp's own rows, which a user's row cannot take."""


class Operand:
    """Anything but a plain number that an operation can be read with: it says how in `apply`."""

    __slots__ = ()

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """What ``op(*args)`` means when an argument is of this kind.

        NotImplemented when another argument is of a kind unknown here, as for Python's own operators.
        """
        raise NotImplementedError


def _read(rule: Rule, z: Any, *args: Any) -> Any:
    return rule(z, *args) if callable(rule) else rule


if TYPE_CHECKING or engine is None:

    class Called:
        """The call of a row; the native engine has one of its own for the rows of the table."""

        __slots__ = ()

        def __call__(self: Any, *args: Any) -> Any:
            """Read the row with whatever the arguments are: numbers, Values, arrays, symbols."""
            return self.record(*args) if len(args) == len(self.partials) else self.record(*self.complete(args))
else:
    Called = engine.Row


class OfRow:
    """What a row says of itself, in the place of what its class says."""

    def __init__(self, of_class: str | None, of_row: Callable[[Op], Any]) -> None:
        self.of_class, self.of_row = of_class, of_row

    def __get__(self, op: Op | None, owner: type[Op]) -> Any:
        if op is not None:
            return self.of_row(op)
        if self.of_class is None:
            raise AttributeError
        return self.of_class


class Op(Called):
    r"""An operation: its value, its local derivatives, its domain, its text and its LaTeX.

    Args:
        name: NumPy's name where NumPy has the operation.
        forward: the value for floats. It raises ValueError, ZeroDivisionError or OverflowError
            where there is none.
        partials: one rule per argument, called as ``rule(z, x, y, ...)``; a rule may use operators
            and other operations, nothing else. A number where the derivative is constant, None where
            there is none.
        text: the same value over arrays; ``{0}`` is the first argument, ``{*}`` is all of them.
        latex: the same for LaTeX.
        domain: where the operation is defined, and what to do instead: the end of its error message.
        defaults: the values of the last arguments when a call leaves them out.
        level: how tightly the text binds (COMPARE, SUM, PRODUCT, POWER, CALL).
        vectors: for each argument, whether it is a list of numbers. All lists have one length.
        keeps: whether a node keeps the numbers of its arguments, because value and derivatives can stay the same
            when one is edited, while the second derivative does not. A row of your own always does.

    A row of your own works in every reading, drawing and compiling included:

    >>> from microbp import Value, Op
    >>> cube = Op("cube", lambda x: x**3, (lambda z, x: 3.0 * x * x,), "{0} ** 3", r"{0}^{3}")
    >>> x = Value(2.0)
    >>> cube(x).backward()
    >>> x.grad
    12.0
    """

    # fmt: off
    __slots__ = (
        "_array", "defaults", "domain", "forward", "keeps", "latex", "level", "name", "partials", "record", "text",
        "vectors",
    )
    # fmt: on

    described: ClassVar[Callable[[Op], str]] = lambda op: str(op)
    """Gives what `help` says of a row; `microbp.table.described` sets it."""

    signed: ClassVar[Callable[[Op], Any]] = lambda op: None
    """Gives the signature of a row."""

    __doc__ = OfRow(__doc__, lambda op: Op.described(op))
    __signature__ = OfRow(None, lambda op: Op.signed(op))

    recorder: ClassVar[Callable[[Op], Callable[..., Any]]] = lambda op: op.read
    """Gives the function that a call of a row is; the Python engine sets it to one that records Values quickly."""

    def __init__(
        self,
        name: str,
        forward: Callable[..., float],
        partials: Sequence[Rule | None],
        text: str,
        latex: str,
        *,
        domain: str = "",
        defaults: Sequence[float] = (),
        level: int = CALL,
        vectors: Sequence[bool] = (),
        keeps: bool = False,
    ) -> None:
        if not name.isidentifier() or iskeyword(name):
            raise InputError(f"an operation is called by its name, and {name!r} is not an identifier")
        if name in RESERVED:
            raise InputError(f"{name!r} is already an operation of microbp; choose another name")
        if not callable(forward):
            raise InputTypeError(f"{name}: the value is a function of floats, got {forward!r}")
        if not partials:
            raise InputError(f"{name}: give one local derivative per argument (None where there is none)")
        self.name, self.forward, self.text, self.latex = name, forward, text, latex
        self.partials = tuple([self._rule(rule) for rule in partials])
        self.domain, self.defaults, self.level = domain, tuple(defaults), level
        self.vectors = tuple(vectors) if any(vectors) else ()
        self._array: Callable[..., Any] | None = None
        self.keeps = keeps or bool(RESERVED)
        TABLE[name] = self
        self.record = Op.recorder(self)

    def read(self, *args: Any) -> Any:
        """The row read with whatever the arguments are: numbers, Values, arrays, symbols."""
        if self.vectors or len(args) != len(self.partials):
            args = self.complete(args)
        if not self.vectors:  # first the two common cases: Values, and the plain numbers of a rule
            plain = True
            for arg in args:
                if arg.__class__ is not float:
                    plain = False
                    if isinstance(arg, Operand):
                        return self._read_by(arg, args)
            if plain:
                return self.on_numbers(args)
        flat = self.flatten(args)
        for arg in flat:
            if isinstance(arg, Operand):
                return self._read_by(arg, args)
        if any(is_array(arg) for arg in flat):
            return self.on_arrays(*args)
        return self.on_numbers([number(arg) for arg in flat])

    def _read_by(self, operand: Operand, args: tuple[Any, ...]) -> Any:
        z = operand.apply(self, args)
        if z is NotImplemented:
            flat, asked = self.flatten(args), {operand.__class__}
            for other in flat:
                if isinstance(other, Operand) and other.__class__ not in asked:
                    asked.add(other.__class__)
                    if (z := other.apply(self, args)) is not NotImplemented:
                        return z
            if any(hasattr(arg, "__array__") for arg in flat):
                return self._one_by_one(args)
            raise InputTypeError(f"{self.name} takes numbers and Values, got {shorten(repr(args))}")
        return z

    def complete(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """The arguments with the defaults of those that were left out."""
        if self.vectors == (True,) and len(args) > 1:
            args = (args,)  # max(x, y) for max([x, y])
        if self.vectors:  # an iterator can be read only once
            args = [list(arg) if isinstance(arg, Iterator) else arg for arg in args]
        missing = len(self.partials) - len(args)
        if not 0 <= missing <= len(self.defaults):
            count = len(self.partials)
            raise InputError(f"{self.name} takes {count} argument{'s' * (count != 1)}, got {len(args)}")
        return (*args, *self.defaults[len(self.defaults) - missing :])

    def on_numbers(self, flat: Sequence[float], labels: Sequence[str] = ()) -> float:
        """The value for floats, vectors spread out; a typed error where there is no finite one."""
        try:
            z = self.forward(*(self.split(flat) if self.vectors else flat))
            if z.__class__ is not float:
                z = self.as_number(z)
        except (ArithmeticError, ValueError) as error:
            raise self.failure(flat, error, labels) from None
        if not -math.inf < z < math.inf:
            raise self.failure(flat, not_finite(z), labels)
        return z

    def as_number(self, z: object) -> float:
        """What the function of the row gave, as a float."""
        if isinstance(z, Real):
            return float(z)
        raise InputTypeError(f"the function of {self.name} returned {shorten(repr(z))}: it gives a float")

    def failure(self, flat: Sequence[float], error: Exception, labels: Sequence[str] = ()) -> MicrobpError:
        """The typed error for numbers at which the operation has no finite value."""
        names = [*labels, *[""] * (len(flat) - len(labels))]
        shown = [f"{name}={x!r}" if name else repr(x) for x, name in zip(flat, names)]
        call = f"{self.name}({shorten(', '.join(shown))})"
        if isinstance(error, OverflowError):
            return RangeError(f"{call} is too large for a float: rescale it, or work with logarithms")
        kind = DivisionByZeroError if isinstance(error, ZeroDivisionError) else DomainError
        # A list: CPython 3.13 does not survive a generator for which there is no memory.
        wrong = [i for i, x in enumerate(flat) if not math.isfinite(x)]
        cure = f"argument {wrong[0]} is {flat[wrong[0]]}: clean the data, or rescale them" if wrong else self.domain
        return kind(f"{call} is undefined" + (f": {cure}" if cure else ""))

    def _rule(self, given: Rule | None) -> Rule:
        if given is None:
            return self.no_derivative
        return float(given) if isinstance(given, Real) else given

    def no_derivative(self, *_: Any) -> float:
        """The rule of an argument without a derivative."""
        raise InputTypeError(f"{self.name} has no derivative by one of these arguments: give a plain number")

    def flatten(self, args: Sequence[Any]) -> tuple[Any, ...]:
        """The arguments in one line, vectors spread out: what `Value.args` holds."""
        if not self.vectors:
            return tuple(args)
        flat: list[Any] = []
        sizes = set()
        for arg, is_vector in zip(args, self.vectors):
            if is_vector:
                if not isinstance(arg, Iterable) or isinstance(arg, str):
                    raise InputTypeError(f"{self.name} takes a list of numbers or Values, got {arg!r}")
                arg = tuple(arg)
                sizes.add(len(arg))
                flat.extend(arg)
            else:
                flat.append(arg)
        if len(sizes) != 1:
            raise ShapeError(f"{self.name} needs lists of one length, got lengths {sorted(sizes)}")
        if sizes == {0}:
            raise ShapeError(f"{self.name} of nothing: give at least one number")
        return tuple(flat)

    def split(self, flat: Sequence[Any]) -> list[Any]:
        """The inverse of `flatten`: a list for every vector argument."""
        if not self.vectors:
            return list(flat)
        size = (len(flat) - self.vectors.count(False)) // self.vectors.count(True)
        args, at = [], 0
        for is_vector in self.vectors:
            args.append(list(flat[at : at + size]) if is_vector else flat[at])
            at += size if is_vector else 1
        return args

    def local_derivatives(
        self, z: Any, flat: Sequence[Any], wanted: Sequence[bool], read: Callable[..., Any] = _read
    ) -> list[Any]:
        """The rules read with any operands, for the wanted ones of the flat arguments, in their order.

        Raises:
            ShapeError: a rule for a list gave another number of derivatives than the list has entries.
        """
        args = self.split(flat)
        found: list[Any] = []
        at = 0
        for rule, is_vector, arg in zip(self.partials, self.vectors or [False] * len(args), args):
            size = len(arg) if is_vector else 1
            keep = wanted[at : at + size]
            at += size
            if any(keep):
                d = read(rule, z, *args)
                spread = d if isinstance(d, list | tuple) else [d] * size
                if len(spread) != size:
                    raise ShapeError(f"{self.name}: a rule gave {len(spread)} derivatives for a list of {size}")
                found.extend(compress(spread, keep))
        return found

    def on_arrays(self, *arrays: Any) -> Any:
        """The row read with NumPy arrays: its text, elementwise; arrays of Values go one by one.

        A list argument is an array with a row per entry, or a list of arrays. Whole numbers are read as floats.
        """
        import numpy as np

        arrays = tuple([_stacked(a) if isinstance(a, list | tuple) else a for a in arrays])
        if any(getattr(a, "dtype", None) == np.dtype(object) for a in arrays):
            return self._one_by_one(arrays)
        if self._array is None:
            self._array = self.reading(ArrayNames(vars(np)))
        floats = [np.asarray(a, float) if _is_whole(a) else a for a in arrays]
        with np.errstate(all="ignore"):
            z = self._array(*floats)
        if not np.isfinite(z).all():
            where = tuple(map(int, np.argwhere(~np.isfinite(z))[0]))
            raise DomainError(f"{self.name} has no finite value at position {where}. {self.domain}".rstrip())
        return z

    def reading(self, names: dict[str, Any]) -> Callable[..., Any]:
        """The text as a function of the arguments, with the names of an array library."""
        reading: Callable[..., Any] = eval(f"lambda *args: {fill(self.text, _SLOTS)}", names)
        return reading

    def _one_by_one(self, args: Sequence[Any]) -> Any:
        """The row for every element of arrays that are laid over each other, Values among them."""
        import numpy as np

        if not self.vectors:
            return np.frompyfunc(self, len(args), 1)(*args)
        arrays = [np.asarray(_stacked(a) if isinstance(a, list | tuple) else a, object) for a in args]
        shape = np.broadcast_shapes(*[a.shape[is_list:] for a, is_list in zip(arrays, self.vectors)])
        z = np.empty(shape, object)
        for at in np.ndindex(shape):
            z[at] = self(*[_column(a, at, is_list) for a, is_list in zip(arrays, self.vectors)])
        return z[()]

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> tuple[Callable[[str], Op], tuple[str]]:
        return (lookup, (self.name,))


def lookup(name: str) -> Op:
    """The row of that name: how a pickled graph finds its operations again."""
    try:
        return TABLE[name]
    except KeyError:
        raise InputError(f"no operation {name!r} in the table; define it with microbp.Op(...) first") from None


def fill(template: str, args: Sequence[str]) -> str:
    r"""The text or LaTeX of a row with its arguments put in, in one pass.

    A number in braces that is no argument's stays as it is, such as the 2 of a square.

    >>> print(fill(r"\frac{{0}}{{1}}", ["a", "b_{0}"]))
    \frac{a}{b_{0}}
    >>> fill("max([{*}])", ["a", "b"])
    'max([a, b])'
    >>> fill("{0}^{2}", ["a"])
    'a^{2}'
    """
    slots = {"*": ", ".join(args), **{str(i): arg for i, arg in enumerate(args)}}
    return re.sub(r"\{(\d+|\*)\}", lambda m: slots.get(m[1], m[0]), template)


def number(x: object) -> float:
    """A real number of any kind as a float, or a typed error.

    >>> number(3)
    3.0
    """
    if x.__class__ is float:
        return x
    if isinstance(x, Real | Operand):  # what only stands for a number says why it gives none
        try:
            return float(x)  # type: ignore[arg-type]
        except OverflowError:
            raise RangeError(f"{shorten(repr(x))} is too large for a float") from None
    kind = type(x).__name__
    raise InputTypeError(f"expected a real number or a Value, got {shorten(repr(x))} of type {kind}")


def not_finite(z: float) -> Exception:
    """What Python would have raised for a result that is NaN or infinite."""
    return ValueError() if z != z else OverflowError()


def is_array(x: object) -> bool:
    """Whether x is a NumPy (or JAX) array rather than one number."""
    return hasattr(x, "__array__") and getattr(x, "ndim", 0) > 0


def shorten(text: str, width: int = 80) -> str:
    """Text cut to a width that an error message can carry."""
    return text if len(text) <= width else text[: width - 3] + "..."


def _stacked(entries: Sequence[Any]) -> Any:
    """A list argument as one array with a row per entry."""
    import numpy as np

    try:
        return np.stack(np.broadcast_arrays(*entries))
    except ValueError:
        shapes = ", ".join(sorted({str(np.shape(entry)) for entry in entries}))
        raise ShapeError(f"the entries of a list have shapes {shapes}: give arrays of one shape") from None


def _column(a: Any, at: tuple[int, ...], is_list: bool) -> Any:
    """What of an array meets the element at a place of the result: a list of the rows' elements, or one element."""
    sizes = a.shape[is_list:]
    place = tuple([i if size > 1 else 0 for i, size in zip(at[len(at) - len(sizes) :], sizes)])
    return [row[place] if place else row for row in a] if is_list else a[place]


def _is_whole(x: Any) -> bool:
    return is_array(x) and getattr(x.dtype, "kind", "") in ("i", "u")


_SLOTS = [f"args[{i}]" for i in range(8)]


class ArrayNames(dict[str, Any]):
    """NumPy's functions by name, and the table's own where NumPy has none (erf, lgamma)."""

    def __missing__(self, name: str) -> Any:
        import numpy as np

        return np.vectorize(lookup(name).forward, otypes=[float])
