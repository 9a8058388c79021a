r"""Pictures for LaTeX: TikZ code to ``\input``, with the labels as formulas and the colours of light paper."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from ..inspect.labels import in_latex
from .boxes import BLANK_ROWS, NOT_COMPUTED, ROWS, data_text, grad_text, op_text, size_of
from .columns import Column
from .discs import FULLEST
from .figures import figure, sign
from .geometry import Layout, Point
from .labels import WIDEST, parse
from .lines import edge_class, edge_labels, stroke
from .picture import Node, Picture
from .places import WIDTHS, Places
from .style import PALETTE

POINT = 0.75  # of a pixel: 96 to the inch there, 72 here
NEEDS = r"% \usepackage{amsmath, tikz}; then \input this file"
DASHES = {"neg": ", dashed", "plain": ", dotted"}
FILLS = {"neuron": "operation", "layer": "operation"}


def environment(body: Iterable[str]) -> str:
    """The whole of a picture."""
    colours = [rf"\definecolor{{{name_of(name)}}}{{HTML}}{{{PALETTE[name][0][1:].upper()}}}" for name in PALETTE]
    options = rf"x={POINT}pt, y=-{POINT}pt, every node/.style={{inner sep=0pt, outer sep=0pt}}, line cap=round"
    return "\n".join([NEEDS, rf"\begin{{tikzpicture}}[{options}]", *colours, *body, r"\end{tikzpicture}", ""])


def name_of(colour: str) -> str:
    """A colour's name in LaTeX: letters alone.

    >>> name_of("leaf-line")
    'mbpleafline'
    """
    return "mbp" + colour.replace("-", "")


def at(point: Point) -> str:
    """A point.

    >>> at((1.0, 2.5))
    '(1,2.5)'
    """
    return f"({point[0]:.5g},{point[1]:.5g})"


def number(text: str) -> str:
    """A number of a picture as a formula.

    >>> number("−1.5e−7"), number("−1 … 2")
    ('$-1.5\\\\mathrm{e}{-7}$', '$-1 \\\\dots 2$')
    """
    text = text.replace("\N{MINUS SIGN}", "-").replace("…", r"\dots")
    mantissa, e, exponent = text.partition("e") if r"\dots" not in text else (text, "", "")
    return f"${mantissa}" + (rf"\mathrm{{e}}{{{exponent}}}" if e else "") + "$"


def write(point: Point, text: str, size: str, anchor: str = "west", colour: str = "ink") -> str:
    """A line of text."""
    return rf"\node[anchor={anchor}, font=\{size}, text={name_of(colour)}] at {at(point)} {{{text}}};"


def label(text: str) -> str:
    """A label as a formula; one that is too long for a box is text, and cut as it is there."""
    if parse(text, math.inf).width > WIDEST:
        text = "".join(run.text for run in parse(text).runs)
    return f"${in_latex(text)}$"


# -- graphs ------------------------------------------------------------------------------------------------


def graph(picture: Picture, layout: Layout[str]) -> str:
    """A graph: boxes with their numbers, edges with their derivatives."""
    sizes = {node.id: size_of(node) for node in picture.nodes}
    body: list[str] = []
    for edge, route in zip(picture.edges, layout.edges):
        kind = edge_class(edge)
        colour = name_of(kind if kind in ("pos", "neg") else "rule")
        curves = "".join(
            f" .. controls {at(route[n])} and {at(route[n + 1])} .. {at(route[n + 2])}" for n in range(1, len(route), 3)
        )
        width = f"line width={POINT * stroke(edge):.3g}pt"
        body.append(rf"\draw[{colour}, {width}{DASHES.get(kind, '')}, -stealth] {at(route[0])}{curves};")
    for shown in edge_labels(picture, layout, sizes):
        if shown.edge.blank:
            wide, high = (POINT * side for side in shown.size)
            body.append(
                rf"\node[draw={name_of('muted')}, dotted, fill=white, minimum width={wide:.4g}pt, "
                rf"minimum height={high:.4g}pt] at {at(shown.place)} {{}};"
            )
            continue
        kind = edge_class(shown.edge)
        text = number(shown.text) if shown.edge.partials else shown.text
        colour = name_of(kind if kind in ("pos", "neg") else "ink")
        body.append(
            rf"\node[fill=white, inner sep=1pt, font=\scriptsize, text={colour}] at {at(shown.place)} {{{text}}};"
        )
    for node in picture.nodes:
        body += box(node, layout.nodes[node.id], sizes[node.id])
    return environment(body)


def box(node: Node, centre: Point, size: tuple[float, float]) -> Iterator[str]:
    """A box with its title and its numbers."""
    (x, y), (width, height) = centre, size
    left, top = x - width / 2, y - height / 2
    kind = FILLS.get(node.kind, node.kind)
    line = name_of(f"{kind}-line" if f"{kind}-line" in PALETTE else "rule")
    look = f"draw={line}, fill={name_of(kind)}"
    look += {"root": ", double", "constant": ", dashed"}.get(node.kind, "")
    look += f", rounded corners={ {'leaf': 9, 'constant': 8}.get(node.kind, 2) }pt"
    yield rf"\draw[{look}] {at((left, top))} rectangle {at((left + width, top + height))};"
    if node.kind == "constant":
        yield write(centre, number(data_text(node)), "footnotesize", "center")
        return
    op = rf"\textsf{{{op_text(node).replace('_', chr(92) + '_').replace('×', '$' + chr(92) + 'times$')}}}"
    if node.label:
        yield write((left + 9, top + 14), label(node.label), "normalsize")
        yield write((left + width - 9, top + 14), op, "scriptsize", "east", "muted")
    else:
        yield write((left + 9, top + 14), op, "footnotesize")
    grad = number(grad_text(node)) if node.grad else rf"\textit{{{grad_text(node)}}}"
    colour = sign(node.grad[0]) if node.grad and len(set(node.grad)) == 1 and node.grad[0] else "ink"
    for row, (name, text, ink) in enumerate((("data", number(data_text(node)), "ink"), ("grad", grad, colour))):
        height = top + (BLANK_ROWS if node.blank else ROWS)[row + 1] - 4
        yield write((left + 9, height), rf"\textsf{{{name}}}", "scriptsize", colour="muted")
        if name in node.blank:
            ends = at((left + 38, height + 5)), at((left + width - 9, height + 5))
            yield rf"\draw[{name_of('muted')}, dotted] {ends[0]} -- {ends[1]};"
            continue
        size_name = "scriptsize" if grad_text(node) == NOT_COMPUTED and row else "footnotesize"
        yield write((left + 38, height), text, size_name, colour=ink)


# -- networks ----------------------------------------------------------------------------------------------


def network(
    columns: Sequence[Column],
    places: Places,
    numbers: Sequence[Sequence[Sequence[float]]],
    fills: Sequence[Sequence[float] | None],
    scales: Sequence[float],
    names: Sequence[str] | None,
) -> str:
    """A network: its edges, discs and numbers, and the names of its layers and classes."""
    largest = max((abs(w) for rows in numbers for row in rows for w in row), default=0.0) or 1.0
    body: list[str] = []
    for layer, j, k, start, end in places.lines(columns):
        value = numbers[layer][j][k]
        share = abs(value) / largest
        width = POINT * (WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * share)
        colour, opacity = name_of(sign(value) if value else "rule"), 0.12 + 0.88 * share
        look = f"{colour}, line width={width:.3g}pt, opacity={opacity:.3g}{DASHES.get(sign(value), '')}"
        body.append(rf"\draw[{look}] {at(start)} -- {at(end)};")
    for layer, (column, fill) in enumerate(zip(columns, fills)):
        x = places.x(layer)
        body.append(write((x, 14), rf"\textbf{{{column.name}}}", "small", "center"))
        for n, y in places.ys(column.size).items():
            value = fill[n] if fill else 0.0
            shade = (
                f"{name_of(sign(value))}!{100 * FULLEST * abs(value) / scales[layer]:.3g}!white" if value else "white"
            )
            ring = f"draw={name_of('operation-line')}, fill={shade}"
            body.append(rf"\draw[{ring}] {at((x, y))} circle[radius={POINT * places.radius:.4g}pt];")
            if fill and (places.inside or not layer or layer == len(columns) - 1):
                shift = 0.0 if places.inside else (places.radius + 6) * (1 if layer else -1)
                anchor = "center" if places.inside else "west" if layer else "east"
                body.append(write((x + shift, y), number(figure(value)), "scriptsize", anchor))
            if names and layer == len(columns) - 1:
                after = 0.0 if places.inside or not fill else 70.0
                body.append(write((x + places.radius + 8 + after, y), label(names[n]), "small"))
    return environment(body)
