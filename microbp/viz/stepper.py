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
from ..engine.graph import operations, topological_order
from ..engine.value import Value
from ..errors import InputError, InputTypeError
from ..inspect.names import Names, names_of
from ..inspect.notation import text
from ..inspect.symbols import definition
from ..table.op import shorten
from .drawing import placed
from .figures import figure
from .labels import parse
from .page import HERE, framed, inert, policy
from .picture import Flat, Picture, counted, flatten, label_of, picture
from .style import GRAPH, stylesheet
from .svg import file, graph

MOST = 2_000  # nodes; a browser redraws so many at every step
LONGEST = 150.0  # em of a name
FORMULA = 200  # characters
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
        svg = graph(self.picture, layout, css=False, every_label=True)
        rules = [(HERE / f"{name}.css").read_text("utf-8") for name in ("page", "stepper")]
        style = stylesheet("".join([GRAPH, *rules]), ":root")
        script = (HERE / "stepper.js").read_text("utf-8")
        self.html = Template((HERE / "stepper.html").read_text("utf-8")).substitute(
            csp=policy(script, style), style=style, script=script, svg=svg, data=inert(steps_data(flat))
        )

    def save(self, path: str | Path) -> None:
        """Write the page to a file whose name ends in .html."""
        path = file(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise InputError(f"the stepper is a web page: end {path.name!r} in .html")
        path.write_text(self.html, encoding="utf-8")

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
        replace(node, grad=(grads[item],)) if isinstance(item, Value) else node
        for node, item in zip(drawn.nodes, flat.items)
    ]
    return replace(drawn, nodes=tuple(nodes))


def steps_data(flat: Flat) -> dict[str, Any]:
    """What the script needs: nodes, edges, and the order of the passes."""
    names = names_of(flat.root)
    nodes = []
    for n, item in enumerate(flat.items):
        nodes.append(
            {
                "id": f"n{n}",
                "runs": runs(label_of(item, names) if isinstance(item, Value) else figure(item)),
                "data": item.data if isinstance(item, Value) else item,
                "constant": not isinstance(item, Value),
                "formula": formula(item, names),
            }
        )
    edges = [[f"e{n}", f"n{link.source}", f"n{link.target}", link.partial] for n, link in enumerate(flat.links)]
    place = {item: n for n, item in enumerate(flat.items) if isinstance(item, Value)}
    order = [f"n{place[node]}" for node in operations(flat.root)]
    return {"nodes": nodes, "edges": edges, "order": order, "root": f"n{place[flat.root]}"}


def runs(text: str) -> list[tuple[str, str]]:
    """A text cut where indices begin and end, each piece with its level."""
    return [(run.text, run.level) for run in parse(text, LONGEST).runs]


def formula(item: Value | float, names: Names) -> list[tuple[str, str]]:
    """The operation of a node with the names of its arguments, as `explain` writes it."""
    if not isinstance(item, Value) or item.op is None:
        return []
    return [(shorten(text(definition(item, names.symbol)), FORMULA), "base")]
