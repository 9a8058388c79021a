"""Graphs to fill in by hand: the numbers of the leaves and constants are given, all others are taken out.

What is not in the picture cannot be in a file: nothing that is written or measured there depends on an answer.
"""

from __future__ import annotations

from dataclasses import replace

from .picture import Edge, Node, Picture


def blanked(picture: Picture) -> Picture:
    """The picture with empty places for what a student computes."""
    nodes, edges = map(_empty_node, picture.nodes), map(_empty_edge, picture.edges)
    return replace(picture, nodes=tuple(nodes), edges=tuple(edges))


def _empty_node(node: Node) -> Node:
    """Without the data of what was computed, and without the grad of what has one."""
    has_grad = node.grad != ()
    blank = ("data",) * (not node.given) + ("grad",) * has_grad
    return replace(node, data=node.data if node.given else (), grad=None if has_grad else (), blank=blank)


def _empty_edge(edge: Edge) -> Edge:
    """Without its derivative, and so without its sign and its size, by which it would be coloured and drawn."""
    return replace(edge, partials=(), blank=bool(edge.partials))
