"""A formula in one network: which layer, which neuron, and what number stands on each side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from ...errors import MicrobpError
from ...table import rows as ops
from .tree import (
    Apply,
    Binary,
    Derivative,
    Formula,
    Layer,
    Negative,
    Node,
    Number,
    Quantity,
    Sum,
    Transpose,
    quantities,
    shown,
    walk,
)
from .words import ONE_SAMPLE
from .worlds import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

AGREE = 1e-9  # sums of a dozen products, rounded in another order; relative to the larger side, or to 1
MATRICES = {"W", "dW", "ΔW"}
PER_LAYER = {"W", "b", "Z", "A", "dZ", "dA", "dW", "db", "ΔW", "Δb"}
FUNCTIONS = {
    "sigmoid": ops.sigmoid, "tanh": ops.tanh, "relu": ops.relu, "ln": ops.log, "log": ops.log, "exp": ops.exp,
    "sqrt": ops.sqrt, "abs": ops.absolute,
}  # fmt: skip
Binding = Mapping[str, int]


class Unfit(Exception):
    """The formula says nothing about this network: it is tried on others."""


class Misfit(Exception):
    """The formula cannot be computed: shapes that do not fit, indices that do not agree, a number that is undefined."""


@dataclass(frozen=True)
class Trial:
    """Both sides of a formula, in one network, layer and neuron.

    Attributes:
        world: the network.
        binding: the layer and the indices that were put in, from 1.
        left, right: the numbers; None where they cannot be computed.
        trouble: why they cannot.
    """

    world: Any
    binding: Binding
    left: Any
    right: Any
    trouble: str = ""

    @property
    def holds(self) -> bool:
        """Whether both sides are the same numbers, but for rounding."""
        import numpy as np

        if self.trouble:
            return False
        left, right = np.asarray(self.left), np.asarray(self.right)
        size = max(1.0, float(abs(left).max()), float(abs(right).max()))
        return bool(abs(left - right).max() <= AGREE * size)


def trials(formula: Formula, world: World) -> Iterator[Trial]:
    """The formula tried in every layer and for every neuron that it speaks of; none where it does not apply."""
    scene = Scene(formula, world)
    if not scene.fits():
        return
    for l in range(1, world.depth + 1) if scene.uses("l") else [0]:
        try:
            ranges = {i: size for i, size in scene.ranges(formula, l).items() if i not in scene.bound}
            for places in product(*[range(size) for size in ranges.values()]):
                binding = dict(zip(ranges, places))
                yield scene.trial(l, binding)
        except Unfit:
            continue
        except Misfit as misfit:
            yield Trial(world, {"l": l} if l else {}, None, None, str(misfit))


class Scene:
    """One formula in one network."""

    def __init__(self, formula: Formula, world: World) -> None:
        self.formula, self.world = formula, world
        self.quantities = quantities(formula)
        self.entrywise = not any(q.layer or q.indices or q.name in MATRICES for q in self.quantities)
        self.bound = {n.index for n in walk(formula) if isinstance(n, Sum)}

    def uses(self, base: str) -> bool:
        """Whether a layer is written with that letter."""
        return any(q.layer and q.layer.base == base for q in self.quantities)

    def fits(self) -> bool:
        """Whether the formula says something about this network: small letters speak of one sample, X of one layer."""
        world, qs = self.world, self.quantities
        names = {q.name for q in qs}
        if world.m > 1 and (
            any(_is_one_sample(q) for q in qs)
            or any(isinstance(n, Derivative) and not _is_mean(n) for n in walk(self.formula))
        ):
            return False
        written = [q.layer.offset for q in qs if q.layer and not q.layer.base]
        last = max(written, default=0)  # the highest number of 2 or more is the last layer, as in the texts' network
        if last and last != world.depth and ({"Y", "C", "J", "e"} & names or last > 1):
            return False
        unlayered = {q.name for q in qs if q.layer is None} & PER_LAYER
        return not ("X" in names and unlayered and world.depth > 1)

    def trial(self, l: int, indices: Binding) -> Trial:
        """Both sides for one layer and one choice of indices."""
        import numpy as np

        places = {**({"l": l} if l else {}), **{i: at + 1 for i, at in indices.items()}}
        try:
            with np.errstate(all="ignore"):
                left = self.value(self.formula.left, l, indices, after=self.formula.update)
                right = self.value(self.formula.right, l, indices)
        except Misfit as misfit:
            return Trial(self.world, places, None, None, str(misfit))
        trouble = ""
        if not np.isfinite(left).all() or not np.isfinite(right).all():
            side = "right" if np.isfinite(left).all() else "left"
            trouble = f"the {side} side is undefined: a division by 0, or the logarithm of 0"
        elif np.shape(left) != np.shape(right) and {np.shape(left), np.shape(right)} != {(), (1, 1)}:
            trouble = f"the left side has the shape {np.shape(left)}, the right side {np.shape(right)}"
        return Trial(self.world, places, left, right, trouble)

    # -- indices -------------------------------------------------------------------------------------------------

    def layer(self, q: Quantity, l: int) -> int:
        """The layer of a quantity; the last one where none is written."""
        if q.name == "X":
            return 0
        layer = q.layer or Layer("L", 0)
        found = layer.offset + {"": 0, "l": l, "L": self.world.depth}[layer.base]
        lowest = 0 if q.name == "A" else 1
        if not lowest <= found <= self.world.depth:
            raise Unfit
        return found

    def ranges(self, part: Node, l: int) -> dict[str, int]:
        """How far each index runs: as far as the quantities that it stands at have entries."""
        found: dict[str, tuple[int, Quantity]] = {}
        for q in quantities(part):
            if q.sample:
                found[q.sample] = self.world.m, q
            if q.name not in (*PER_LAYER, "X", "Y", "Ŷ", "e", "g"):
                continue
            sizes = self.size(q, l) if q.indices else ()
            if len(sizes) != len(q.indices):
                raise Misfit(f"{shown(q)} needs {len(sizes)} ind{'ices' if len(sizes) > 1 else 'ex'}, j and k")
            for index, size in zip(q.indices, sizes):
                if index.isdigit():
                    if not 1 <= int(index) <= size:
                        raise Unfit
                elif found.setdefault(index, (size, q))[0] != size:
                    other = found[index]
                    raise Misfit(
                        f"{index} runs over {other[0]} neurons in {shown(other[1])} and over {size} in {shown(q)}"
                    )
        return {index: size for index, (size, _) in found.items()}

    def size(self, q: Quantity, l: int) -> tuple[int, ...]:
        """How many entries a quantity has, per index."""
        sizes = self.world.sizes
        if q.name in ("Y", "e", "Ŷ"):
            return (sizes[-1],)
        layer = self.layer(q, l)
        return (sizes[layer], sizes[layer - 1]) if q.name in (*MATRICES, "g") else (sizes[layer],)

    # -- numbers -------------------------------------------------------------------------------------------------

    def value(self, node: Node, l: int, at: Binding, after: bool = False) -> Any:
        """The number or the matrix of a part of the formula."""
        import numpy as np

        if isinstance(node, Number):
            return node.value
        if isinstance(node, Quantity):
            return self.quantity(node, l, at, after)
        if isinstance(node, Derivative):
            return self.derivative(node, l, at)
        if isinstance(node, Negative):
            return -self.value(node.of, l, at)
        if isinstance(node, Transpose):
            return np.transpose(self.value(node.of, l, at))
        if isinstance(node, Sum):
            return self.sum(node, l, at)
        if isinstance(node, Apply):
            return self.apply(node, l, at)
        assert isinstance(node, Binary)
        sign = "*" if node.sign == "·" and self.entrywise else node.sign  # z alone stands for a number
        return combined(sign, self.value(node.left, l, at), self.value(node.right, l, at))

    def quantity(self, q: Quantity, l: int, at: Binding, after: bool = False) -> Any:
        """A quantity of the network: a matrix, or the one entry that its indices choose."""
        world = self.world
        if q.name == "m":
            return float(world.m)
        if q.name == "rate":
            return world.rate
        if q.name == "J":
            return sum(world.costs) / world.m
        if q.name == "C":
            if q.sample:
                return world.costs[_place(q.sample, at)]
            return world.costs[0]
        if q.name == "g":
            q = Quantity("dW", "g", q.layer, q.indices)
        if q.name not in (*PER_LAYER, "X", "Y", "Ŷ", "e"):
            raise Unfit
        if q.name == "Ŷ":
            matrix = world.matrix("A", world.depth)
        elif q.name == "e":
            matrix = world.matrix("Y", world.depth) - world.matrix("A", world.depth)
        elif q.name == "Y":
            matrix = world.matrix("Y", world.depth)
        elif q.name in ("ΔW", "Δb"):
            name, layer = q.name[1], self.layer(q, l)
            matrix = world.after(name, layer) - world.matrix(name, layer)
        else:
            layer = self.layer(q, l)
            matrix = world.matrix("A" if q.name == "X" else q.name, layer)
            if after:
                if q.name not in ("W", "b"):
                    raise Unfit
                matrix = world.after(q.name, layer)
        if q.sample:
            column = _place(q.sample, at)
            matrix = matrix[:, column : column + 1]
        if not q.indices:
            return matrix
        places = [_place(i, at) for i in q.indices]
        return float(matrix[tuple(places)] if q.name in MATRICES else matrix[places[0], 0])

    def derivative(self, d: Derivative, l: int, at: Binding) -> Any:
        """A derivative from the graph: of the cost, or of one node with respect to another."""
        import numpy as np

        of, by = d.of, d.by
        if of.name in ("C", "J") and by.name in PER_LAYER:
            return self.quantity(Quantity(f"d{by.name}", "", by.layer, by.indices), l, at)
        if of.name in ("C", "J") and by.name in ("e", "Ŷ"):  # e = y - a
            slope = self.quantity(Quantity("dA", "", Layer("L", 0), by.indices), l, at)
            return -slope if by.name == "e" else slope
        if of.name == "e" and by.name in ("A", "Ŷ") and self.layer(by, l) == self.world.depth:
            identity = -np.eye(self.world.sizes[-1])
            return self.entry(identity, of, by, at)
        if of.name == "A" and self.world.activations[self.layer(of, l) - 1] == "softmax":
            raise Unfit  # each output depends on every z: no derivative of one function of one number
        if of.name in ("Z", "A") and by.name in ("W", "b", "Z", "A") and self.layer(by, l) > 0:
            of_nodes = self.world.nodes(of.name, self.layer(of, l))
            by_nodes = self.world.nodes(by.name, self.layer(by, l))
            if by.name == "W":
                row = at[by.indices[0]] if by.indices and not by.indices[0].isdigit() else 0
                if by.indices:
                    by_nodes = by_nodes[row if not by.indices[0].isdigit() else int(by.indices[0]) - 1]
                    by = Quantity("W", "w", by.layer, by.indices[1:])
                elif len(by_nodes) * len(by_nodes[0]) > 1:
                    raise Misfit(f"∂{shown(of)}/∂{shown(by)} of several weights needs indices")
                else:
                    by_nodes = by_nodes[0]
            return self.entry(np.array([self.world.slopes(node, by_nodes) for node in of_nodes]), of, by, at)
        raise Unfit

    def entry(self, jacobian: Array, of: Quantity, by: Quantity, at: Binding) -> Any:
        """A Jacobian, or the entry of it that the indices choose."""
        chosen: Any = jacobian
        if of.indices:
            chosen = chosen[_place(of.indices[0], at)]
            return float(chosen[_place(by.indices[0], at)]) if by.indices else chosen
        return chosen

    def sum(self, node: Sum, l: int, at: Binding) -> Any:
        """A sum over an index, over the columns, or over all entries."""
        import numpy as np

        if node.index == "columns":
            return np.sum(self.value(node.body, l, at), axis=1, keepdims=True)
        if any(q.sample == node.index for q in quantities(node.body)) and node.index:
            places = range(self.world.m)
        elif node.index and any(node.index in q.indices for q in quantities(node.body)):
            places = range(self.ranges(node.body, l).get(node.index, 0))
        else:
            return float(np.sum(self.value(node.body, l, at)))
        terms = [self.value(node.body, l, {**at, node.index: place}) for place in places]
        if not terms:
            raise Misfit(f"{node.index} is the index of no quantity in its sum")
        return sum(terms[1:], terms[0])

    def apply(self, node: Apply, l: int, at: Binding) -> Any:
        """A function: one of NumPy's, one by its name, or the activation of the layer."""
        import numpy as np

        x = self.value(node.argument, l, at)
        if node.function in ("sum", "mean"):
            try:
                return getattr(np, node.function)(x, axis=node.axis, keepdims=node.keepdims)
            except ValueError:
                raise Misfit(f"axis={node.axis} of a matrix with the shape {np.shape(x)}") from None
        if node.function == "norm":
            return float(np.sqrt(np.sum(np.square(x))))
        if node.function in FUNCTIONS:
            row = FUNCTIONS[node.function]
            rule: Any = row.partials[0]
            try:
                return _each(lambda v: rule(row(v), v) if node.prime else row(v), x)
            except MicrobpError as error:
                raise Misfit(str(error)) from None
        inside = [q for q in quantities(node.argument) if q.name in ("Z", "W", "b")]
        found = self.world.apply(self.layer(inside[0], l) if inside else self.world.depth, node.prime, np.asarray(x))
        if found is None:
            raise Unfit
        return found if np.ndim(x) else float(found)


def _is_one_sample(q: Quantity) -> bool:
    """Whether a quantity speaks of one sample and does not say which: z, C, the entry of a column."""
    if q.sample:
        return False
    return q.written in ONE_SAMPLE or q.name == "C" or bool(q.indices and q.name not in (*MATRICES, "b", "db", "Δb"))


def _is_mean(d: Derivative) -> bool:
    """Whether a derivative is one of the cost of all samples with respect to a parameter."""
    return d.of.name == "J" and d.by.name in ("W", "b")


def combined(sign: str, x: Any, y: Any) -> Any:
    """Two numbers or matrices under a sign.

    Raises:
        Misfit: their shapes do not fit.
    """
    import numpy as np

    try:
        if sign == "@" or (sign == "·" and np.ndim(x) and np.ndim(y)):
            return np.matmul(x, y)
        if sign in "·*⊙":
            return x * y
        if sign == "/":
            return np.divide(x, y)
        if sign == "**":
            return np.power(x, y)
        if sign == ">":
            return np.greater(x, y).astype(float)
        return x + y if sign == "+" else x - y
    except ValueError:
        raise Misfit(f"{np.shape(x)} {sign} {np.shape(y)}: the shapes do not fit") from None


def _each(f: Any, x: Any) -> Any:
    import numpy as np

    return np.vectorize(f, otypes=[float])(x) if np.ndim(x) else f(float(x))


def _place(index: str, at: Binding) -> int:
    if index.isdigit():
        return int(index) - 1
    if index not in at:
        raise Misfit(f"{index} stands outside the sum that it belongs to")
    return at[index]
