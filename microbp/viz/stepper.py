"""`stepper`: one page that walks through the forward and the backward pass, a node at a time.

The page is plain SVG and a script of its own, in one file without a network. Its numbers come from the
recorded graph; the sums and products of the backward pass are done anew in the page, in the engine's
order, and end on the engine's grads.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from string import Template
from typing import Any

from ..engine.gradients import gradients
from ..engine.graph import topological_order
from ..engine.value import Value
from ..errors import InputError, InputTypeError
from ..storage import write_file
from ..table.op import shorten
from .drawing import placed
from .live import graph_data
from .page import HERE, framed, inert, policy, script
from .picture import Flat, Picture, counted, flatten, picture
from .style import GRAPH, stylesheet
from .svg import file, graph

MOST = 2_000  # nodes; a browser redraws so many at every step
FRAMES = (440, 640)  # pixels, the least and the greatest height in a notebook
TOOLBAR = 90  # of it


def stepper(root: Value) -> Stepper:
    """The page for the graph below a node.

    Args:
        root: the output; nothing is written on the graph.

    Raises:
        InputError: a graph of more than 2,000 nodes; step through a part of it.
        GradientError: a derivative on the way is not finite.

    >>> x = Value(3.0, "x")
    >>> page = stepper(x * x)
    >>> page.save("square.html")  # doctest: +SKIP
    >>> "connect-src" in page.html or "http://" in page.html.replace("http://www.w3.org/2000/svg", "")
    False
    """
    if not isinstance(root, Value):
        raise InputTypeError(f"stepper takes a Value, the output of a graph, got {shorten(repr(root))}")
    flat = flatten(root)
    if len(flat.items) > MOST:
        raise InputError(f"{len(flat.items)} nodes are too many to step through: take a node further down")
    return Stepper(flat)


class Stepper:
    """A page that steps through a graph: shows itself in a notebook, and saves itself.

    Attributes:
        html: the page, whole.
        picture: its nodes and edges.
        height: of its frame in a notebook, in pixels.
    """

    def __init__(self, flat: Flat) -> None:
        self.picture = settled(flat)
        layout = placed(self.picture)
        self.height = int(min(max(layout.height + TOOLBAR, FRAMES[0]), FRAMES[1]))
        svg = graph(self.picture, layout, css=False, live=True)
        rules = [(HERE / f"{name}.css").read_text("utf-8") for name in ("page", "stepper")]
        style = stylesheet("".join([GRAPH, *rules]), ":root")
        code = script("stepper")
        self.html = Template((HERE / "stepper.html").read_text("utf-8")).substitute(
            csp=policy(code, style), style=style, script=code, svg=svg, data=inert(graph_data(flat))
        )

    def save(self, path: str | Path) -> None:
        """Write the page to a file whose name ends in .html."""
        path = file(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise InputError(f"the stepper is a web page: end {path.name!r} in .html")
        write_file(path, self.html.encode())

    def _repr_html_(self) -> str:
        # Without scripts the page still shows the picture with all grads.
        return framed(self.html, "Backpropagation, step by step", self.height)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The page, and the static picture for viewers that show no frames."""
        picture = graph(self.picture, placed(self.picture))
        return {"text/html": self._repr_html_(), "image/svg+xml": picture, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Stepper({counted(self.picture)})"


def settled(flat: Flat) -> Picture:
    """The picture with the grads of one backward pass from the root."""
    order = topological_order(flat.root)
    grads = dict(zip(order, gradients(flat.root, order)))
    drawn = picture(flat)
    nodes = [
        replace(node, grad=(grads[item],), live=True) if isinstance(item, Value) else replace(node, live=True)
        for node, item in zip(drawn.nodes, flat.items)
    ]
    return replace(drawn, nodes=tuple(nodes))
