"""`draw`: the graph below a node as a picture, on any machine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from ..engine.value import Value
from ..errors import InputError, InputTypeError, MissingExtraError
from ..table.op import shorten
from . import tikz
from .blanks import blanked
from .boxes import size_of
from .digraph import digraph
from .folding import fold
from .geometry import Layout
from .layout import layered_layout
from .lines import LABEL_DIGIT, label_text
from .picture import Picture, counted, flatten
from .svg import Shown, graph

if TYPE_CHECKING:
    import graphviz

MOST = 20_000  # boxes; far more than anybody can read


def draw(
    root: Value,
    highlight: Value | None = None,
    level: str | None = None,
    expand: Collection[str] = (),
    blank: bool = False,
) -> Drawing:
    """Draw the graph that a node was computed by.

    Args:
        root: the output.
        highlight: a node of the graph; its chain-rule paths to the root are marked.
        level: "node" for everything, "neuron" or "layer" to fold the graph of a network. By default the
            finest of these with no more than 200 boxes.
        expand: labels of folded boxes that are opened by one level: ``["layer 2", "a_1^{(2)}"]``.
        blank: leave the graph to be filled in: the numbers of leaves and constants stand there, and dotted places
            for all data, grads and local derivatives that follow from them. These numbers are nowhere in the file.
            In a crowded graph an edge may find no free spot for its place, as for its number.

    Raises:
        InputError: the highlighted node is not in the graph, no such level, no such box, or a picture
            of more than 20,000 boxes.

    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> c = a * b + a
    >>> c.backward()
    >>> draw(c)
    Drawing(4 nodes, 4 edges)
    >>> draw(c).save("c.svg")  # doctest: +SKIP
    """
    if not isinstance(root, Value):
        raise InputTypeError(f"draw takes a Value, the output of a graph, got {shorten(repr(root))}")
    picture = fold(flatten(root), highlight, level, expand)
    return Drawing(blanked(picture) if blank else picture)


class Drawing(Shown):
    """A graph as a picture: shows itself in a notebook, and saves itself.

    Attributes:
        picture: the nodes and edges that are drawn.
        folded: what was folded, in a sentence; empty when every node is drawn.
    """

    def __init__(self, picture: Picture) -> None:
        if len(picture.nodes) > MOST:
            raise InputError(
                f"a picture of {len(picture.nodes)} boxes: nobody can read that. Draw a part, draw(some_node), "
                "or fold the graph with level='layer'"
            )
        self.picture = picture
        self.folded = picture.folded

    @property
    def svg(self) -> str:
        """The picture as a whole SVG file."""
        return graph(self.picture, placed(self.picture))

    @property
    def dot(self) -> graphviz.Digraph:
        """The same nodes and edges as a `graphviz.Digraph`, to go on with."""
        return digraph(self.picture)

    def formats(self) -> dict[str, Callable[[], str | bytes]]:
        """svg, dot and tex by ourselves; png and pdf by Graphviz."""
        texts = {".dot": lambda: self.dot.source, ".gv": lambda: self.dot.source, ".tex": lambda: self.tex}
        return super().formats() | texts | {f".{kind}": partial(self._by_graphviz, kind) for kind in ("png", "pdf")}

    @property
    def tex(self) -> str:
        """The picture for LaTeX, in TikZ."""
        return tikz.graph(self.picture, placed(self.picture))

    def _by_graphviz(self, ending: str) -> bytes:
        import graphviz

        try:
            return bytes(self.dot.pipe(format=ending))
        except graphviz.ExecutableNotFound:
            raise MissingExtraError(
                f"{ending.upper()} files are drawn by Graphviz's dot, which is not on the path: save as .svg, "
                "which needs nothing, or install Graphviz (https://graphviz.org/download)"
            ) from None

    def __repr__(self) -> str:
        return f"Drawing({counted(self.picture)}{'; ' if self.folded else ''}{self.folded})"


def placed(picture: Picture) -> Layout[str]:
    """The layout of a picture, its columns far enough apart for the numbers on the edges."""
    longest = max((len(label_text(edge)) for edge in picture.edges), default=0)
    sizes = {node.id: size_of(node) for node in picture.nodes}
    pairs = [(edge.source, edge.target) for edge in picture.edges]
    rows: dict[Hashable, list[tuple[tuple[int, ...], str]]] = {}
    for node in picture.nodes:
        if node.row:
            rows.setdefault(node.row[0], []).append((node.row[1], node.id))
    in_order = [[name for _, name in sorted(row, key=itemgetter(0))] for row in rows.values()]
    between, above = (46.0, 30.0) if any(edge.blank for edge in picture.edges) else (26.0, 14.0)
    return layered_layout(sizes, pairs, rank_gap=longest * LABEL_DIGIT + between, node_gap=above, rows=in_order)
