r"""A graph computed again in rational numbers, and its derivatives by three ways that share little.

- `reverse`: the engine's sweep over exact local derivatives, each read from its row of the table;
- `forward`: dual numbers $a + b\,\varepsilon$ with $\varepsilon^2 = 0$, through the values alone: no rule is read;
- `over_paths`: the products along all paths, added up: no sweep is made.

An answer is given out by `proven` only, where the three agree, and the engine's floats with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from ..engine.backward import sweep
from ..engine.value import Value
from ..errors import GradientError, InputError
from ..inspect import Derivation
from ..inspect.paths import Edge
from ..table import rows as ops
from ..table.op import Op
from ..table.operators import Operators

ROUNDING = 1e-9  # of the engine, beside the largest number on the way: a dozen operations of 1e-16 each, and room
SIMPLEST = 10**6  # the largest denominator that a float may stand for: 0.1 and 1/3 are fractions, π is none

RATIONAL: dict[Op, Callable[..., Any]] = {
    op: op.forward
    for op in (
        ops.add, ops.sub, ops.mul, ops.div, ops.neg, ops.square, ops.reciprocal,
        ops.relu, ops.maximum, ops.minimum, ops.weighted_sum,
    )
} | {ops.add_up: sum, ops.mean: lambda xs: sum(xs) / len(xs)}  # fmt: skip
"""The rows whose values are rational where their arguments are. `math.fsum` in the last two would round."""


@final
class Exact(Operators):
    """A rational number as an operand: one more way to read the rows.

    >>> ops.div(Exact(1), Exact(3)) * 1.5
    Exact(1/2)
    """

    __slots__ = ("value",)

    def __init__(self, value: Fraction | float) -> None:
        self.value = fraction(value)

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Exact:
        """The row's value without rounding.

        Raises:
            InputError: a row whose values are not rational, such as exp.
        """
        numbers = [fraction(a) for a in op.flatten(op.complete(args))]
        return Exact(rational(op)(*op.split(numbers)))

    # fmt: off
    def __lt__(self, other: Any) -> bool: return self.value < fraction(other)
    def __le__(self, other: Any) -> bool: return self.value <= fraction(other)
    def __gt__(self, other: Any) -> bool: return self.value > fraction(other)
    def __ge__(self, other: Any) -> bool: return self.value >= fraction(other)
    def __eq__(self, other: Any) -> bool: return self.value == fraction(other)
    # fmt: on
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"Exact({self.value})"


@dataclass(frozen=True, eq=False)
class Dual:
    r"""$a + b\,\varepsilon$ with $\varepsilon^2 = 0$: a number with its derivative. Clifford (1873).

    >>> x = Dual(Fraction(3), Fraction(1))
    >>> (x * x).tangent
    Fraction(6, 1)
    """

    real: Fraction
    tangent: Fraction = Fraction(0)

    # fmt: off
    def __add__(self, other: Any) -> Dual:
        y = dual(other)
        return Dual(self.real + y.real, self.tangent + y.tangent)

    __radd__ = __add__

    def __neg__(self) -> Dual: return Dual(-self.real, -self.tangent)
    def __sub__(self, other: Any) -> Dual: return self + -dual(other)

    def __mul__(self, other: Any) -> Dual:
        y = dual(other)
        return Dual(self.real * y.real, self.tangent * y.real + self.real * y.tangent)

    def __truediv__(self, other: Any) -> Dual:
        y = dual(other)
        return Dual(self.real / y.real, (self.tangent * y.real - self.real * y.tangent) / (y.real * y.real))

    def __rtruediv__(self, other: Any) -> Dual: return dual(other) / self
    def __lt__(self, other: Any) -> bool: return self.real < dual(other).real
    def __le__(self, other: Any) -> bool: return self.real <= dual(other).real
    def __gt__(self, other: Any) -> bool: return self.real > dual(other).real
    # fmt: on


class ExactGraph:
    """A recorded graph with rational numbers.

    Args:
        output: the root.
        numbers: those of the leaves.

    Attributes:
        lines: the operations, as one would write them down: first arguments first.
        leaves: the leaves that are used, in the order of their numbers.
        data: the number of every node.
        factors: the local derivative on every edge.

    >>> x = Value(1 / 3, "x")
    >>> y = x * x
    >>> ExactGraph(y, {x: Fraction(1, 3)}).data[y]
    Fraction(1, 9)
    """

    def __init__(self, output: Value, numbers: Mapping[Value, Fraction]) -> None:
        self.output = output
        self.lines = written_down(output)
        used = {parent for node in self.lines for parent in node.parents}
        self.leaves = [leaf for leaf in numbers if leaf in used]
        self.data = {leaf: numbers[leaf] for leaf in self.leaves}
        self.factors: dict[Edge, Fraction] = {}
        for node in self.lines:
            args = [Exact(self.data[a] if isinstance(a, Value) else a) for a in node.args]
            z = Exact(rational(node.op)(*_split(node, [a.value for a in args])))
            self.data[node] = z.value
            for which, factor in enumerate(self.rules(node, z, args)):
                self.factors[Edge(node, which)] = factor

    @staticmethod
    def rules(node: Value, z: Exact, args: Sequence[Exact]) -> list[Fraction]:
        """The local derivatives of an operation by its parents, as its row states them for these numbers."""
        assert node.op is not None  # an operation has one
        wanted = [isinstance(a, Value) for a in node.args]
        return [fraction(d) for d in node.op.local_derivatives(z, args, wanted)]

    def product(self, path: Iterable[Edge], instead: Mapping[Edge, Fraction] | None = None) -> Fraction:
        """The product of the local derivatives along a path, some of them replaced."""
        factors = self.factors if instead is None else {**self.factors, **instead}
        return math.prod((factors[edge] for edge in path), start=Fraction(1))


def written_down(node: Value) -> list[Value]:
    """The operations that a small graph consists of, each after its arguments, first arguments first."""
    found: dict[Value, None] = {}
    for parent in node.parents:
        found.update(dict.fromkeys(written_down(parent)))
    return [*found, node] if node.parents else []


def reverse(graph: ExactGraph, leaf: Value) -> Fraction:
    """The derivative of the output by the leaf: the sweep of `microbp.engine.backward`, in rational numbers."""

    def edges(node: Value) -> list[tuple[Value, Fraction]]:
        return [(parent, graph.factors[Edge(node, which)]) for which, parent in enumerate(node.parents)]

    adjoint: Fraction = sweep(graph.lines[-1], graph.lines[::-1], Fraction(1), edges)[leaf]
    return adjoint


def forward(graph: ExactGraph, leaf: Value) -> Fraction:
    """The same by dual numbers, from the operations' values alone."""
    duals = {node: Dual(graph.data[node], Fraction(node is leaf)) for node in graph.leaves}
    for node in graph.lines:
        args = [duals[a] if isinstance(a, Value) else dual(a) for a in node.args]
        duals[node] = dual(rational(node.op)(*_split(node, args)))
    return duals[graph.output].tangent


def over_paths(graph: ExactGraph, derivation: Derivation) -> Fraction:
    """The same as the sum over all paths of the products along them."""
    return sum((graph.product(path.edges) for path in derivation.paths), start=Fraction(0))


def proven(graph: ExactGraph, derivation: Derivation) -> Fraction:
    """The derivative, where all ways to it agree.

    Raises:
        GradientError: they do not: the numbers stand at a kink.
    """
    leaf = derivation.leaf
    found = {"reverse": reverse(graph, leaf), "forward": forward(graph, leaf), "paths": over_paths(graph, derivation)}
    largest = max(map(abs, [*graph.data.values(), *graph.factors.values()]))
    near = math.isclose(found["reverse"], derivation.value, rel_tol=ROUNDING, abs_tol=ROUNDING * largest)
    if len(set(found.values())) > 1 or not near:
        said = ", ".join(f"{way} {x}" for way, x in found.items())
        raise GradientError(
            f"{derivation.symbol} has no single value: {said}, engine {derivation.value!r}. "
            "An operation stands at a kink, such as the max of two equal numbers: choose other numbers"
        )
    return found["reverse"]


def rational(op: Op | None) -> Callable[..., Any]:
    """The value of a row whose arithmetic is rational.

    Raises:
        InputError: another row.
    """
    if op not in RATIONAL:
        known = ", ".join(row.name for row in RATIONAL)
        raise InputError(f"{op.name if op else 'a leaf'} has no exact value in fractions: build exercises of {known}")
    return RATIONAL[op]


def fraction(x: Any) -> Fraction:
    """A number, or an `Exact`, as a fraction; a float is the simple fraction that it stands for.

    Raises:
        InputError: a float that stands for none.

    >>> fraction(0.1), fraction(1 / 3)
    (Fraction(1, 10), Fraction(1, 3))
    """
    if isinstance(x, Exact):
        return x.value
    found = Fraction(x)
    if isinstance(x, float):
        found = found.limit_denominator(SIMPLEST)
        if float(found) != x:
            raise InputError(f"{x!r} is no fraction with a denominator up to {SIMPLEST:,}: take a simpler number")
    return found


def dual(x: Any) -> Dual:
    """A number as a constant among dual numbers."""
    return x if isinstance(x, Dual) else Dual(fraction(x))


def _split(node: Value, flat: Sequence[Any]) -> list[Any]:
    assert node.op is not None  # an operation has one
    return node.op.split(flat)
