"""Layouts by Graphviz in the same form as our own, to compare with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import graphviz

from microbp.viz.geometry import (
    MARGIN,
    NODE_GAP,
    RANK_GAP,
    Layout,
    NodeId,
    Point,
    Route,
    Size,
    framed,
    numbered,
    straight,
)

POINTS = 72  # to the inch, dot's unit of size


def graphviz_layout(
    sizes: Mapping[NodeId, Size],
    edges: Iterable[tuple[NodeId, NodeId]],
    *,
    rank_gap: float = RANK_GAP,
    node_gap: float = NODE_GAP,
    margin: float = MARGIN,
) -> Layout[NodeId]:
    """As :func:`microbp.viz.layout.layered_layout`, by Graphviz's ``dot``.

    Source: https://graphviz.org/docs/outputs/json/
    """
    ids, boxes, pairs = numbered(sizes, edges)
    lines = [f"digraph {{ rankdir=LR ranksep={rank_gap / POINTS} nodesep={node_gap / POINTS}"]
    lines.append('node [shape=box fixedsize=true label=""] edge [arrowhead=none]')
    for node, (width, height) in enumerate(boxes):
        lines.append(f"{node} [width={width / POINTS} height={height / POINTS}]")
    for number, (source, target) in enumerate(pairs):
        lines.append(f"{source} -> {target} [id={number}]")
    found = json.loads(graphviz.pipe("dot", "json0", "\n".join([*lines, "}"]).encode(), quiet=True))

    drawn_nodes = sorted(found.get("objects", ()), key=lambda drawn: int(drawn["name"]))
    drawn_edges = sorted(found.get("edges", ()), key=lambda drawn: int(drawn["id"]))
    centres = [point(drawn["pos"]) for drawn in drawn_nodes]
    routes: list[Route] = []
    for drawn, (source, target) in zip(drawn_edges, pairs):
        points = [centres[source], *straight(centres[source], centres[target])]
        if "pos" in drawn:  # dot now and then gives up on an edge
            points = [point(text) for text in drawn["pos"].split()]
        points[0] = on_border(points[0], centres[source], boxes[source])
        points[-1] = on_border(points[-1], centres[target], boxes[target])
        routes.append(tuple(points))
    return framed(dict(zip(ids, centres)), sizes, routes, margin)


def point(text: str) -> Point:
    """A point of dot's, with y down.

    >>> point("27,18.5")
    (27.0, -18.5)
    """
    x, y = text.split(",")
    return float(x), -float(y)


def on_border(end: Point, centre: Point, size: Size) -> Point:
    """The end of an edge, which dot leaves within half a point of a box, put on the box's border.

    >>> on_border((9.5, 0.0), centre=(0.0, 0.0), size=(20.0, 10.0))
    (10.0, 0.0)
    """
    across, down = (2 * (end[i] - centre[i]) / size[i] for i in range(2))
    scale = max(abs(across), abs(down))
    if not scale:
        across = scale = 1.0
    return centre[0] + across / scale * size[0] / 2, centre[1] + down / scale * size[1] / 2
