"""`network`: layers of neurons side by side, as in 3Blue1Brown's films on neural networks.

An edge shows a weight, or the gradient by it: blue and solid where positive, orange and dashed where
negative, the wider the larger. A disc is filled by its number, the activation of its neuron or its error δ, the
gradient by its bias (BP3 in Nielsen's chapter 2). One scale holds for the edges of all layers, and one for the discs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import Any

from ..engine.value import Value
from ..errors import InputError, ShapeError
from ..inspect.labels import plain
from ..nn import Module
from ..table.op import number
from . import tikz
from .columns import Column, activations, listed, read_columns
from .discs import beside_outputs, discs, scale_of, scales_of
from .figures import figure, full, sign
from .labels import escape, parse
from .places import IMAGE, SIDE, TOP, WIDTHS, Places, ends
from .style import NETWORK, stylesheet
from .svg import Shown, document

TURNS = {"weight": 0.0, "gradient": 1.0, "nudge": -1.0}
"""What an edge can show: its weight, or the gradient with respect to it times this."""
CAPTION, LINE = 10.5, 14.0  # size of type, and from line to line


class Network(Shown):
    """A picture of a network: shows itself in a notebook, and saves itself.

    Attributes:
        svg: the picture as a whole SVG file.
        tex: the same for LaTeX, in TikZ.
    """

    def __init__(self, svg: str, tex: str = "") -> None:
        self.svg, self.tex = svg, tex

    def formats(self) -> dict[str, Callable[[], str | bytes]]:
        """SVG and TikZ."""
        return super().formats() | {".tex": lambda: self.tex}

    def __repr__(self) -> str:
        return "Network(svg)"


def network(model: Module, x: Any = None, by: str = "weight", classes: Sequence[Any] | None = None) -> Network:
    """Draw a network.

    Args:
        model: an MLP, Layer, Neuron or Chain, or a module made of these, one after the other.
        x: inputs to run it with. The neurons are then filled by their activations, and an input of
            n x n numbers is shown as pixels.
        by: "weight"; "gradient" for the gradients that backward passes have left on the parameters; "nudge" for
            minus the gradient, what descent does to them.
        classes: what the outputs stand for, one name each; the one of the largest output is set in bold type.

    Raises:
        InputError: no such ``by``.
        InputTypeError: the module has no layers with weights and biases.
        ShapeError: a layer does not fit the one before; an input of the wrong length; not one name per output.

    >>> from microbp import nn
    >>> picture = network(nn.MLP(2, [3, 1]), x=[0.5, -1.0])
    >>> picture.svg.count('class="neuron')
    6
    """
    if by not in TURNS:
        raise InputError(f"by is 'weight', 'gradient' or 'nudge', got {by!r}")
    columns = read_columns(model)
    inputs = None if x is None else [number(v.data if isinstance(v, Value) else v) for v in listed(x)]
    names = None if classes is None else [str(name) for name in classes]
    if names is not None and len(names) != columns[-1].size:
        raise ShapeError(f"{len(names)} names of classes for {columns[-1].size} outputs: give one each")
    fills: list[list[float] | None] = [None] * len(columns)
    outputs: list[float] | None = None
    if inputs is not None:
        fills = activations(model, columns, inputs)
        outputs = fills[-1]
    turn = TURNS[by]
    if turn:
        fills[1:] = [[turn * b.grad + 0.0 for b in column.biases] for column in columns[1:]]
    numbers = [[[turn * w.grad + 0.0 if turn else w.data for w in row] for row in c.weights] for c in columns]
    places = Places(columns, inputs, names)
    largest = max((abs(w) for rows in numbers for row in rows for w in row), default=0.0)
    texts = [*about_edges(by, largest), *about_discs(fills, by)]
    body = [
        *pixels(inputs, places),
        '<g class="edges">',
        *edges(columns, places, numbers, largest, by),
        "</g>",
        *discs(columns, places, fills, by),
        *beside_outputs(columns[-1], places, names, fills[-1], outputs),
        *captions(places, texts),
    ]
    width = max(places.width, *(2 * SIDE + parse(text, inf).width * CAPTION for text in texts))
    title = "Network " + "-".join(str(column.size) for column in columns)
    svg = document("network", width, places.height, body, stylesheet(NETWORK), title)
    return Network(svg, tikz.network(columns, places, numbers, fills, scales_of(fills, by), names))


def about_edges(by: str, largest: float) -> Iterator[str]:
    """What the widths of the edges mean."""
    if largest:
        yield f"widest edge: {by} of size {figure(largest)}; dashed: negative"
    else:
        yield "no gradient yet: run a backward pass first" if TURNS[by] else f"every {by} is 0"


def about_discs(fills: Sequence[Sequence[float] | None], by: str) -> Iterator[str]:
    """What the colours of the discs mean."""
    of_layers = fills[1:] if TURNS[by] else fills
    if any(of_layers):
        name = {"gradient": "error δ", "nudge": "nudge −δ"}.get(by, "number")
        yield f"fullest disc: {name} of size {figure(scale_of(of_layers))}"


def captions(places: Places, texts: Sequence[str]) -> Iterator[str]:
    """Lines of text under the picture."""
    for n, text in enumerate(texts):
        y = places.height - 10 - LINE * (len(texts) - 1 - n)
        yield f'<text class="caption" x="{SIDE}" y="{y:.6g}">{text}</text>'


def pixels(inputs: Sequence[float] | None, places: Places) -> Iterator[str]:
    """The input as an image."""
    side = places.side
    if not side or inputs is None:
        return
    top, pixel = TOP + (places.inner - IMAGE) / 2, IMAGE / side
    low, high = min(inputs), max(inputs)
    yield '<g class="pixels">'
    yield f'<rect class="frame" x="{SIDE}" y="{top:.6g}" width="{IMAGE}" height="{IMAGE}"/>'
    for n, value in enumerate(inputs):
        if value > low:
            x, y = SIDE + n % side * pixel, top + n // side * pixel
            ink = (value - low) / (high - low)
            yield f'<rect x="{x:.6g}" y="{y:.6g}" width="{pixel:.6g}" height="{pixel:.6g}" fill-opacity="{ink:.3g}"/>'
    yield "</g>"


def edges(
    columns: Sequence[Column],
    places: Places,
    numbers: list[list[list[float]]],
    largest: float,
    by: str,
) -> Iterator[str]:
    """The lines between shown neurons."""
    for layer, j, k, start, end in places.lines(columns):
        value = numbers[layer][j][k]
        share = abs(value) / largest if largest else 0.0
        width = WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * share
        name = plain(columns[layer].weights[j][k].label) or f"{columns[layer].name}, {j + 1} from {k + 1}"
        yield (
            f'<line class="edge {sign(value)}" {ends(start, end)} stroke-width="{width:.3g}" '
            f'stroke-opacity="{0.12 + 0.88 * share:.3g}" data-value="{value!r}">'
            f"<title>{escape(name)}: {by} {full(value)}</title></line>"
        )
