"""A recorded graph read into what a picture shows: nodes of a kind, and edges with local derivatives.

First the graph as flat lists (`Flat`), constants included. Then its items in boxes: one item a box here,
or several where `folding` gives them the same key.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..engine.graph import downstream, operations, topological_order
from ..engine.value import Value
from ..errors import InputError
from ..inspect.names import Names, names_of

NAMED = re.compile(r"([zawb])(?:_(?:\{([^{}]*)\}|(.)))?\^\{\((\d+)\)\}")  # z, a, w and b of a network
INPUT = re.compile(r"x_(?:\{(\d+)\}|(\d))")
PARAMETER = re.compile(r"[wb](_(\{[^{}]*\}|.))?\^\{\(\d+\)\}")  # w_{jk}^{(l)} and b_j^{(l)}


Row = tuple[Hashable, tuple[int, ...]]


@dataclass(frozen=True)
class Node:
    """A box of the picture.

    Attributes:
        id: the same for the same graph: n and the place of the item in the graph, or g for several items.
        kind: leaf, parameter, constant, operation or root; neuron or layer for what was folded.
        label: what `names_of` calls it, as `explain` does; it may hold any text. What several nodes share,
            where the box stands for several.
        op: the operation's name, or what was folded.
        data: the numbers of the items.
        grad: their gradients, none for constants; None when no backward pass has reached the root.
        count: how many items or repeated parts the box stands for.
        row: what it stands in a row with, such as the neurons of a layer, and its index there.
        live: whether its numbers may change, so that it needs room for others.
        given: whether all its items are leaves or constants, nothing that was computed.
        blank: which of its numbers, "data" and "grad", are left to be filled in.
        on_path: whether it lies between the highlighted node and the root; None without a highlight.
    """

    id: str
    kind: str
    label: str
    op: str
    data: tuple[float, ...]
    grad: tuple[float, ...] | None
    count: int = 1
    on_path: bool | None = None
    row: Row | None = None
    live: bool = False
    given: bool = False
    blank: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """A line from an argument to its user.

    Attributes:
        id: e and the number of the edge.
        source: the id of the argument's box.
        target: the id of the user's box.
        partials: the derivative of the target's number by each number of the source, multiplied through what
            lies in the target's box: adjoint times edge is what the edge adds to a grad. None from a constant,
            and none where no such number exists, since the boxes have several exits.
        count: how many edges of the graph these are.
        constant: whether it comes from a constant.
        on_path: as for nodes.
        blank: whether its derivative is left to be filled in.
    """

    id: str
    source: str
    target: str
    partials: tuple[float, ...]
    count: int = 1
    constant: bool = False
    on_path: bool | None = None
    blank: bool = False


@dataclass(frozen=True)
class Picture:
    """All that is drawn; ``folded`` says in a sentence what is not drawn one by one, if anything."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    folded: str = ""


def counted(picture: Picture) -> str:
    """How many nodes and edges, in words."""
    return ", ".join(
        f"{len(things)} {name}{'s' * (len(things) != 1)}"
        for name, things in (("node", picture.nodes), ("edge", picture.edges))
    )


class Link(NamedTuple):
    """One argument of one operation: items by number, and the local derivative unless it is a constant."""

    source: int
    target: int
    position: int
    partial: float | None


class Flat(NamedTuple):
    """A graph in lists: Values and constants, arguments before users, the root last."""

    items: list[Value | float]
    links: list[Link]

    @property
    def root(self) -> Value:
        """The output."""
        root = self.items[-1]
        assert isinstance(root, Value)
        return root


def flatten(root: Value) -> Flat:
    """The graph below root.

    A constant is drawn once for every use, since equal numbers need not mean the same thing; but the
    input k of a layer is one constant for all its neurons.
    """
    items: list[Value | float] = []
    links: list[Link] = []
    place: dict[Hashable, int] = {}

    def number(key: Hashable, item: Value | float) -> int:
        if key not in place:
            place[key] = len(items)
            items.append(item)
        return place[key]

    for node in operations(root):
        assert node.op is not None
        partials = iter(node.partials)
        sources: list[tuple[int, int, float | None]] = []
        for position, arg in enumerate(node.args):
            if isinstance(arg, Value):
                sources.append((number(arg, arg), position, next(partials)))
            else:
                user = node.op.name if node.op.vectors else node
                sources.append((number((user, position, arg), arg), position, None))
        target = number(node, node)
        links += [Link(source, target, position, partial) for source, position, partial in sources]
    number(root, root)
    return Flat(items, links)


def between(root: Value, highlight: Value) -> set[Value]:
    """The nodes on a path from the highlighted node to the root, both included.

    Raises:
        InputError: there is no such path.
    """
    if not isinstance(highlight, Value):
        raise InputError(f"highlight takes a node of the graph, a Value, got {highlight!r}")
    found = set(downstream([highlight], topological_order(root)))
    if highlight not in found:
        raise InputError(f"the root does not depend on {highlight!r}: highlight a node of its graph")
    return found


def kind_of(item: Value | float, root: Value) -> str:
    """What an item is drawn as."""
    if not isinstance(item, Value):
        return "constant"
    if item is root:
        return "root"
    if item.op is not None:
        return "operation"
    return "parameter" if PARAMETER.fullmatch(item.label) else "leaf"


def label_of(item: Value, names: Names) -> str:
    """The label that a node is drawn with."""
    return "".join(names.label(item))


def row_of(label: str, again: str = "") -> Row | None:
    """The row that a node of a network belongs to, and its place in it.

    >>> row_of("a_{12}^{(1)}"), row_of("w_{31}^{(2)}"), row_of("x_2"), row_of("loss")
    ((('a', '1', ''), (12,)), (('w', '2', ''), (3, 1)), (('x', '', ''), (2,)), None)
    """
    if match := INPUT.fullmatch(label):
        return ("x", "", again), (int(match[1] or match[2]),)
    if match := NAMED.fullmatch(label):
        letter, braced, bare, layer = match.groups()
        index = braced or bare or ""
        indices = index.split(",") if "," in index or letter != "w" else [index[:1], index[1:]]
        return (letter, layer, again), tuple(int(i) for i in indices if i.isdecimal())
    return None


def row_of_item(flat: Flat, n: int, names: Names, users: Sequence[Sequence[Link]]) -> Row | None:
    """The same for an item; the constants that go into neurons are in a row too."""
    item = flat.items[n]
    if isinstance(item, Value):
        return row_of(*names.label(item))
    link = users[n][0]
    user = flat.items[link.target]
    if isinstance(user, Value) and user.op and user.op.vectors:
        return ("constant", user.op.name), (link.position,)
    return None


def picture(flat: Flat, highlight: Value | None = None) -> Picture:
    """The picture with one box for every item and one line for every argument."""
    root = flat.root
    names, users = names_of(root), users_of(flat)
    path = between(root, highlight) if highlight is not None else None
    computed = root.grad != 0.0
    nodes = []
    for n, item in enumerate(flat.items):
        on_path = None if path is None else item in path
        row = row_of_item(flat, n, names, users)
        if isinstance(item, Value):
            op, label = item.op.name if item.op else "", label_of(item, names)
            grad = (item.grad,) if computed else None
            given = item.op is None
            kind = kind_of(item, root)
            nodes.append(Node(f"n{n}", kind, label, op, (item.data,), grad, 1, on_path, row, given=given))
        else:
            nodes.append(Node(f"n{n}", "constant", "", "", (item,), (), 1, on_path, row, given=True))
    edges = [
        Edge(
            f"e{n}",
            f"n{link.source}",
            f"n{link.target}",
            () if link.partial is None else (link.partial,),
            constant=link.partial is None,
            on_path=None if path is None else bool(nodes[link.source].on_path and nodes[link.target].on_path),
        )
        for n, link in enumerate(flat.links)
    ]
    return Picture(tuple(nodes), tuple(edges))


def users_of(flat: Flat) -> Sequence[Sequence[Link]]:
    """For every item the links that lead on from it."""
    users: list[list[Link]] = [[] for _ in flat.items]
    for link in flat.links:
        users[link.source].append(link)
    return users


def args_of(flat: Flat) -> Sequence[Sequence[Link]]:
    """For every item the links that lead to it, in the order of its arguments."""
    args: list[list[Link]] = [[] for _ in flat.items]
    for link in flat.links:
        args[link.target].append(link)
    return args
