"""What a formula is once it has been read: a tree of numbers, quantities and the operations between them.

Legend. `Quantity` is a letter of the texts with its scripts: $w_{jk}^{l+1}$ is W in layer ("l", 1), indices "j", "k".
`Binary` signs: ``+ - / **``, ``⊙`` and ``*`` (entry by entry, as texts and as NumPy write it), ``@`` (matrix
product) and ``·`` (one beside the other: a matrix product, or a multiple where one factor is a number).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any


class Node:
    """A part of a formula."""


@dataclass(frozen=True)
class Layer:
    """A layer by its index: ``l + 1`` is ("l", 1), the last layer is ("L", 0), layer 2 is ("", 2)."""

    base: str
    offset: int

    def __str__(self) -> str:
        if not self.base:
            return str(self.offset)
        return self.base + (f"{self.offset:+d}" if self.offset else "")


@dataclass(frozen=True)
class Number(Node):
    """A number as it stands."""

    value: float


@dataclass(frozen=True)
class Quantity(Node):
    """A letter with its scripts.

    Attributes:
        name: the quantity, such as W, b, Z, A, dZ, Y, C, m; the canonical name whatever the notation.
        written: the letter as it was written.
        layer: its layer; None where none was written.
        indices: of a neuron, or of two for a weight: letters, or digits for one neuron.
        sample: the letter of the sample's index.
        time: -1 for the value one step before, 0 for now.
    """

    name: str
    written: str = ""
    layer: Layer | None = None
    indices: tuple[str, ...] = ()
    sample: str = ""
    time: int = 0


@dataclass(frozen=True)
class Apply(Node):
    """A function of one argument; ``prime`` for its derivative."""

    function: str
    argument: Node
    prime: bool = False
    axis: int | None = None
    keepdims: bool = False


@dataclass(frozen=True)
class Transpose(Node):
    """A matrix whose rows and columns have changed places."""

    of: Node


@dataclass(frozen=True)
class Negative(Node):
    """Minus what follows."""

    of: Node


@dataclass(frozen=True)
class Binary(Node):
    """Two parts and the sign between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Sum(Node):
    """A sum over an index; over all entries where none is written."""

    index: str
    body: Node


@dataclass(frozen=True)
class Derivative(Node):
    r"""$\partial$ of one quantity with respect to another."""

    of: Quantity
    by: Quantity


@dataclass(frozen=True)
class Formula(Node):
    """Two sides; an update says what the left side is after the step."""

    left: Node
    right: Node
    update: bool = False


def quantities(node: Node) -> list[Quantity]:
    """All quantities of a tree, from the left."""
    return [n for n in walk(node) if isinstance(n, Quantity)]


def children(node: Node) -> list[tuple[str, Node]]:
    """The parts directly below a part, by the name of the field."""
    return [(f.name, v) for f in fields(node) if isinstance(v := getattr(node, f.name), Node)]  # type: ignore[arg-type]


def walk(node: Node) -> Iterator[Node]:
    """The part and all below it, from the left."""
    yield node
    for _, child in children(node):
        yield from walk(child)


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with every part changed, from the bottom up."""
    new: Any = {name: rebuilt(child, change) for name, child in children(node)}
    return change(replace(node, **new) if new else node)  # type: ignore[type-var]


# -- back to text ------------------------------------------------------------------------------------------------

LEVELS = {">": 0, "+": 1, "-": 1, "⊙": 2, "*": 3, "@": 3, "·": 3, "/": 3, "**": 4}


def shown(node: Node, asked: int = 0) -> str:
    """A tree as text for a terminal."""
    if isinstance(node, Formula):
        return f"{shown(node.left)} {':=' if node.update else '='} {shown(node.right)}"
    text, level = _written(node)
    return f"({text})" if level < asked else text


def _written(node: Node) -> tuple[str, int]:
    """A tree as text, and how tightly it binds."""
    if isinstance(node, Number):
        return f"{node.value:g}", 9
    if isinstance(node, Quantity):
        return _letter(node), 9
    if isinstance(node, Transpose):
        return f"{shown(node.of, 9)}ᵀ", 9
    if isinstance(node, Negative):
        return f"-{shown(node.of, 2)}", 1
    if isinstance(node, Derivative):
        return f"∂{_letter(node.of)}/∂{_letter(node.by)}", 9
    if isinstance(node, Sum):
        return f"Σ{'_' + node.index if node.index else ''} {shown(node.body, 2)}", 2
    if isinstance(node, Apply) and node.function == "norm":
        return f"‖{shown(node.argument)}‖", 9
    if isinstance(node, Apply):
        options = f", axis={node.axis}" * (node.axis is not None) + ", keepdims=True" * node.keepdims
        return f"{node.function}{chr(39) * node.prime}({shown(node.argument)}{options})", 9
    assert isinstance(node, Binary)
    level = LEVELS[node.sign]
    if node.sign == "**" and node.right == Number(2.0):
        return f"{shown(node.left, 9)}²", 4
    sign = {"·": " ", "/": "/", "**": "**"}.get(node.sign, f" {node.sign} ")
    right = shown(node.right, 2 if isinstance(node.right, Sum) else level + 1)
    return f"{shown(node.left, 9 if ends_in_sum(node.left) else level)}{sign}{right}", level


def ends_in_sum(node: Node) -> Sum | None:
    """The sum at the end of a part, into which what follows would be taken."""
    last = node.right if isinstance(node, Binary) else node.of if isinstance(node, Negative) else node
    return last if isinstance(last, Sum) else ends_in_sum(last) if last is not node else None


def with_last(node: Node, last: Sum) -> Node:
    """The part with another sum at its end."""
    if isinstance(node, Binary):
        return replace(node, right=with_last(node.right, last))
    return replace(node, of=with_last(node.of, last)) if isinstance(node, Negative) else last


def _letter(q: Quantity) -> str:
    below = "".join(q.indices) or {0: "", -1: "t-1", 1: "t+1"}[q.time]
    above = str(q.layer) if q.layer else ""
    if q.layer and (q.sample or not q.layer.base):
        above = f"[{above}]"
    sample = f"({q.sample})" if q.sample else ""
    scripts = []
    for sign, script in (("_", below), ("^", above + sample)):
        if script:
            is_bare = len(script) == 1 or (script == above and above[0] == "[")
            scripts.append(sign + (script if is_bare else "{" + script + "}"))
    return q.written + "".join(scripts)
