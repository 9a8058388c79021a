"""A picture as a `graphviz.Digraph`, for people who want to go on with Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..inspect.labels import clean
from .boxes import BLANK, data_text, grad_text, op_text, short
from .lines import edge_class, label_text, stroke
from .picture import Edge, Node, Picture
from .style import PALETTE

if TYPE_CHECKING:
    import graphviz

FONT = {"fontname": "Helvetica", "fontsize": "11"}

# fmt: off
LOOKS = {  # kind: (shape, style, the palette's names for filling and line)
    "leaf":      ("box",       "rounded,filled", "leaf",      "leaf-line"),
    "parameter": ("octagon",   "filled",         "parameter", "parameter-line"),
    "constant":  ("box",       "dashed,filled",  "constant",  "rule"),
    "operation": ("box",       "filled",         "operation", "operation-line"),
    "root":      ("box",       "filled",         "root",      "root-line"),
    "neuron":    ("box3d",     "filled",         "operation", "operation-line"),
    "layer":     ("box3d",     "filled",         "operation", "operation-line"),
}
# fmt: on
DOTS = "." * 12
LINES = {"neg": "dashed", "plain": "dotted"}


def digraph(picture: Picture) -> graphviz.Digraph:
    """The nodes and edges of a picture, with its colours, shapes and widths."""
    import graphviz

    about = FONT | {"rankdir": "LR", "label": graphviz.nohtml(quoted(picture.folded))}
    found = graphviz.Digraph("microbp", graph_attr=about, node_attr=FONT, edge_attr=FONT)
    for node in picture.nodes:
        shape, style, fill, line = LOOKS[node.kind]
        found.node(
            node.id,
            graphviz.nohtml("".join(f"{quoted(text)}\\l" for text in node_lines(node))),
            shape=shape,
            style=style,
            fillcolor=light(fill),
            color=light(line),
            peripheries="2" if node.kind == "root" else "1",
            penwidth="2.6" if node.on_path else "1",
        )
    for edge in picture.edges:
        found.edge(edge.source, edge.target, place(label_text(edge)), **edge_look(edge))
    return found


def node_lines(node: Node) -> list[str]:
    """What a box says, line by line."""
    if node.kind == "constant":
        return [data_text(node)]
    title = "  ".join(text for text in (short(node.label), op_text(node)) if text)
    return [title, f"data {place(data_text(node))}", f"grad {place(grad_text(node))}"]


def place(text: str) -> str:
    """A number, or dots where one is to be filled in."""
    return DOTS if text == BLANK else text


def edge_look(edge: Edge) -> dict[str, str]:
    """Colour by sign, width by size, dashes where negative: as in the SVG."""
    kind = edge_class(edge)
    colour = light(kind if kind in ("pos", "neg") else "rule")
    style = LINES.get(kind, "solid") + (",bold" if edge.on_path else "")
    return {"color": colour, "fontcolor": colour, "style": style, "penwidth": f"{stroke(edge):.3g}"}


def quoted(text: str) -> str:
    """Text that DOT shows as it is: neither escapes nor entities nor line breaks are read in it.

    >>> print(quoted("a & b"))
    a &amp; b
    """
    return clean(text).replace("&", "&amp;").replace("\\", "\\\\")


def light(name: str) -> str:
    """The colour on light paper."""
    return PALETTE[name][0]
