"""The one writer of SVG: documents, and graphs drawn from a picture and a layout.

Positions come from the layout; everything else about the look of a graph is here and in `style`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..errors import InputError, InputTypeError
from ..storage import write_file
from .boxes import node_box, size_of
from .geometry import Layout
from .labels import escape, parse
from .lines import edge_labels, edge_lines, label_box, path, stroke, titles_of
from .picture import Picture, counted
from .style import GRAPH, stylesheet

CAPTION = 10.5  # size of type
SHRINK = ".microbp { max-width: 100%; height: auto; }\n"  # to the width of the page; our own pages have a zoom


def file(path: Any) -> Path:
    """The path to save a picture to."""
    if not isinstance(path, str | os.PathLike):
        raise InputTypeError(f"save takes the name of a file, such as 'picture.svg'; got {path!r}")
    return Path(path)


class Shown:
    """A picture that shows itself in a notebook, and saves itself: it has an ``svg``."""

    svg: Any

    def formats(self) -> dict[str, Callable[[], str | bytes]]:
        """What can be written, by the ending of the file's name."""
        return {".svg": lambda: str(self.svg)}

    def save(self, path: str | Path) -> None:
        """Write the picture to a file, in the format that its name ends in.

        Raises:
            InputTypeError: no name.
            InputError: another ending.
        """
        path, formats = file(path), self.formats()
        ending = path.suffix.lower()
        if ending not in formats:
            *others, last = formats
            known = f"{', '.join(others)} or {last}" if others else last
            raise InputError(f"cannot draw to {path.name!r}: end the name in {known}")
        written = formats[ending]()
        write_file(path, written if isinstance(written, bytes) else written.encode())

    def _repr_svg_(self) -> str:
        return str(self.svg)

    def _repr_html_(self) -> str:
        return f'<div style="overflow: auto">{self.svg}</div>'


def document(kind: str, width: float, height: float, body: Iterable[str], css: str, title: str, text: str = "") -> str:
    """A whole SVG file on paper of its own, so that it is readable on any page."""
    size = f'width="{width:.6g}" height="{height:.6g}" viewBox="0 0 {width:.6g} {height:.6g}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="microbp {kind}" role="img" {size}>',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(text)}</desc>" if text else "",
            f"<style>{SHRINK}{css}</style>" if css else "",
            '<rect class="paper" width="100%" height="100%"/>',
            *body,
            "</svg>\n",
        ]
    )


def graph(picture: Picture, layout: Layout[str], *, css: bool = True, live: bool = False) -> str:
    """The SVG of a graph.

    Args:
        picture: what is drawn.
        layout: where; its edges in the picture's order.
        css: whether the style sheet goes into the file.
        live: for a page whose script writes what the numbers say elsewhere: titles, numbers in full.
    """
    sizes = {node.id: size_of(node) for node in picture.nodes}
    width, height = layout.width, layout.height
    caption = []
    if picture.folded:
        width, height = max(width, parse(picture.folded, 1e6).width * CAPTION + 24.0), height + 22.0
        caption = [f'<text class="caption" x="12" y="{height - 12:.6g}">{escape(picture.folded)}</text>']
    titles = None if live else titles_of(picture)
    marks = [
        f'<path class="mark" stroke-width="{stroke(edge) + 8:.3g}" d="{path(route)}"/>'
        for edge, route in zip(picture.edges, layout.edges)
        if edge.on_path
    ]
    lines = [edge_lines(edge, route, titles) for edge, route in zip(picture.edges, layout.edges)]
    labels = [label_box(label, titles) for label in edge_labels(picture, layout, sizes)]
    drawn = [node_box(node, layout.nodes[node.id], sizes[node.id], live) for node in picture.nodes]
    body = ['<g class="marks">', *marks, "</g>"] if marks else []
    body += ['<g class="edges">', *lines, "</g>", '<g class="partials">', *labels, "</g>"]
    body += ['<g class="nodes">', *drawn, "</g>", *caption]
    name = f"Computation graph: {counted(picture)}"
    return document("graph", width, height, body, stylesheet(GRAPH) if css else "", name, picture.folded)
