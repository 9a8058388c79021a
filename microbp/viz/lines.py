"""The edges of a graph: lines with heads, and the local derivatives on them."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import dist, hypot
from typing import NamedTuple

from .boxes import BLANK, data_text, exact, on_off, short
from .figures import full, sign, span, weight
from .geometry import Layout, Point, Route, Size, point
from .labels import escape
from .picture import Edge, Picture
from .taken import Taken

HEAD = 7.0  # the length of an arrow's head
LABEL_DIGIT, LABEL_HEIGHT = 6.05, 13.0  # of the numbers on edges, 10 px monospace
BLANK_LABEL = 46.0, 19.0  # a place for handwriting
CLEAR = 6.0  # between a box and a label beside it
LABEL_PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.12)  # along an edge, best first
BLANK_PLACES = (*LABEL_PLACES, 0.8, 0.86, 0.92, 0.08, 0.04)
MOST_OF = 0.6  # of the labels of a column need a place, or all are left out
PIECES, PIECE = 8, 40.0  # straight pieces that stand for a curve: so many, and one more for so many pixels


def stroke(edge: Edge) -> float:
    """The width of an edge: by the size of its derivative, the largest where it stands for several."""
    return weight(max(map(abs, edge.partials))) if edge.partials else 0.8 if edge.constant else 1.6


def edge_lines(edge: Edge, route: Route, titles: dict[str, str] | None) -> str:
    """The line and the head of an edge; the head's tip and the line's start lie on the borders.

    Without titles it does not tell its ends and its number: a page that knows them writes them.
    """
    width = stroke(edge)
    tip, foot, (dx, dy) = head(route, width)
    left, over = (foot[0] - dx - tip[0], foot[1] - dy - tip[1]), (2 * dx, 2 * dy)
    ends = f' data-source="{edge.source}" data-target="{edge.target}"{exact("partial", edge.partials)}'
    return (
        f'<g id="{edge.id}" class="edge {edge_class(edge)}{on_off(edge.on_path)}"{"" if titles is None else ends}>'
        f"{title(edge, titles)}"
        f'<path class="line" stroke-width="{width:.3g}" d="{path(to_head(route))}"/>'
        f'<path class="head" d="M{point(*tip)}l{point(*left)}l{point(*over)}Z"/></g>'
    )


def titles_of(picture: Picture) -> dict[str, str]:
    """What every box is called in a sentence, by its id."""
    return {node.id: short(node.label or node.op) or data_text(node) for node in picture.nodes}


def title(edge: Edge, titles: dict[str, str] | None) -> str:
    """What a pointer over an edge is told."""
    return "" if titles is None else f"<title>{escape(told(edge, titles))}</title>"


def told(edge: Edge, titles: dict[str, str]) -> str:
    """An edge in words and with all digits."""
    several = f" ({edge.count} edges)" if edge.count > 1 else ""
    if edge.constant:
        return f"{titles[edge.source]}: a constant{several}"
    if not (edge.partials or edge.blank):
        return f"{titles[edge.source]} to {titles[edge.target]}: no single derivative{several}"
    derivative = f"∂{titles[edge.target]}/∂{titles[edge.source]}"
    return f"{derivative} {BLANK if edge.blank else f'= {span(edge.partials, full)}'}{several}"


def edge_class(edge: Edge) -> str:
    """pos, neg or zero; plain from a constant; mixed where there is no one number, or where several differ in sign."""
    signs = {sign(p) for p in edge.partials}
    return signs.pop() if len(signs) == 1 else "plain" if edge.constant else "mixed"


def to_head(route: Sequence[Point]) -> Route:
    """The route as far as the foot of its head."""
    tip, foot, _ = head(route)
    return (*route[:-2], (route[-2][0] - tip[0] + foot[0], route[-2][1] - tip[1] + foot[1]), foot)


def head(route: Sequence[Point], width: float = 1.0) -> tuple[Point, Point, Point]:
    """The tip of an arrow, the middle of its foot, and the vector from there to a corner."""
    (x0, y0), (x1, y1) = route[-2:]
    length = hypot(x1 - x0, y1 - y0)
    dx, dy = ((x1 - x0) / length, (y1 - y0) / length) if length else (1.0, 0.0)
    half = 2.4 + width / 2
    return (x1, y1), (x1 - HEAD * dx, y1 - HEAD * dy), (-half * dy, half * dx)


def path(route: Sequence[Point]) -> str:
    """Control points as SVG path data.

    >>> path([(0.0, 0.0), (1.0, 0.0), (2.0, 3.0), (3.0, 3.0)])
    'M0 0C1 0 2 3 3 3'
    """
    start, *rest = (point(*p) for p in route)
    curves = [rest[n : n + 3] for n in range(0, len(rest), 3)]
    seen = [curve for curve, before in zip(curves, [[start], *curves]) if {*curve} != {before[-1]}]
    return f"M{start}C{' '.join(p for curve in seen or curves for p in curve)}"


class EdgeLabel(NamedTuple):
    """The text on an edge, where it stands, and how large it is."""

    edge: Edge
    text: str
    place: Point
    size: Size


def edge_labels(picture: Picture, layout: Layout[str], sizes: dict[str, Size]) -> Iterator[EdgeLabel]:
    """The local derivatives, each at the first free place along its edge: it touches no box, no other label and no
    line but its own. Of edges that leave one column most have labels or, where most find no place, none."""
    texts = [label_text(edge) for edge in picture.edges]
    extents = [
        BLANK_LABEL if edge.blank else (len(text) * LABEL_DIGIT + 2, LABEL_HEIGHT)
        for text, edge in zip(texts, picture.edges)
    ]
    places = free_places(picture, layout, sizes, texts, extents)
    for edge, text, size, free in zip(picture.edges, texts, extents, places):
        if text and free:
            yield EdgeLabel(edge, text, free, size)


def label_box(label: EdgeLabel, titles: dict[str, str] | None) -> str:
    """A label on paper of its own."""
    edge, (width, height) = label.edge, label.size
    size = f'x="{-width / 2:.6g}" y="{-height / 2:.6g}" width="{width:.6g}" height="{height:.6g}" rx="3"'
    paper = f'<rect class="paper{" blank" * edge.blank}" {size}/>'
    middle = ' y="3.5" text-anchor="middle"'
    if titles is None:  # a page has both in its style and its script
        paper = middle = ""
    text = "" if edge.blank else f'<text class="{edge_class(edge)}"{middle}>{label.text}</text>'
    return (
        f'<g class="partial{on_off(edge.on_path)}" data-edge="{edge.id}" '
        f'transform="translate({point(*label.place)})">{title(edge, titles)}{paper}{text}</g>'
    )


def free_places(
    picture: Picture, layout: Layout[str], sizes: dict[str, Size], texts: Sequence[str], extents: Sequence[Size]
) -> list[Point | None]:
    """Where the labels of the edges stand; None for those without a place."""
    taken = Taken()
    for node, (x, y) in layout.nodes.items():
        width, height = sizes[node]
        taken.add(x, y, width + 2 * CLEAR, height)
    for edge, route in zip(picture.edges, layout.edges):
        taken.add_line([*traced(to_head(route)), route[-1]], (edge.source, edge.target))
    found: list[Point | None] = []
    columns: dict[float, list[int]] = {}
    for n, (edge, route, text, size) in enumerate(zip(picture.edges, layout.edges, texts, extents)):
        ends = edge.source, edge.target
        candidates = along(route, BLANK_PLACES if edge.blank else LABEL_PLACES) if text else []
        free = next((place for place in candidates if taken.is_free(*place, *size, ends)), None)
        if free:
            taken.add(*free, *size)
        found.append(free)
        if text and not edge.blank:
            columns.setdefault(layout.nodes[edge.source][0], []).append(n)
    for column in columns.values():
        if sum(found[n] is not None for n in column) < MOST_OF * len(column):
            for n in column:
                found[n] = None
    return found


def label_text(edge: Edge) -> str:
    """What is written on an edge: the derivative, or how many edges it stands for where there is no one number."""
    if edge.blank or edge.partials:
        return BLANK if edge.blank else span(edge.partials)
    return "" if edge.constant or edge.count == 1 else f"{edge.count} edges"


def traced(route: Sequence[Point]) -> list[Point]:
    """Points along a route: the ends of straight pieces, which lie within a pixel of its curves."""
    points: list[Point] = []
    for n in range(0, len(route) - 1, 3):
        curve = route[n : n + 4]
        is_level = all(y == curve[0][1] for _, y in curve)
        pieces = 1 if is_level else PIECES + int(max(abs(x - y) for x, y in zip(curve[0], curve[3])) / PIECE)
        points += [bezier(curve, s / pieces) for s in range(pieces)]
    return [*points, route[-1]]


def along(route: Sequence[Point], places: Sequence[float]) -> list[Point]:
    """The points of a route at parts of its length, from 0 to 1.

    >>> along([(0.0, 0.0), (0.0, 0.0), (8.0, 0.0), (8.0, 0.0)], [0.0, 0.5])
    [(0.0, 0.0), (4.0, 0.0)]
    """
    points = traced(route)
    lengths = [0.0, *accumulate(dist(p, q) for p, q in pairwise(points))]
    found = []
    for place in places:
        at = bisect(lengths, place * lengths[-1], 1, len(lengths) - 1)
        t = (place * lengths[-1] - lengths[at - 1]) / ((lengths[at] - lengths[at - 1]) or 1.0)
        (x0, y0), (x1, y1) = points[at - 1 : at + 1]
        found.append((x0 + t * (x1 - x0), y0 + t * (y1 - y0)))
    return found


def bezier(four: Sequence[Point], s: float) -> Point:
    """The point of a cubic Bézier curve at s, from 0 to 1."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = four
    r = 1.0 - s
    a, b, c, d = r * r * r, 3.0 * r * r * s, 3.0 * r * s * s, s * s * s
    return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3
