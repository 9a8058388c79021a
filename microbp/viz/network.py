"""`network`: layers of neurons side by side, as in 3Blue1Brown's films on neural networks.

An edge shows a weight, or the gradient by it: blue and solid where positive, orange and dashed where
negative, the wider the larger. A neuron is filled by its activation, or by its error δ, the gradient by
its bias (BP3 in Nielsen's chapter 2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isqrt
from pathlib import Path
from typing import Any

from ..engine.value import Value
from ..errors import InputError
from ..nn import Module
from ..table.op import number
from .columns import Column, activations, listed, read_columns
from .figures import figure, sign
from .labels import escape
from .style import NETWORK, stylesheet
from .svg import document, file

MOST = 16  # neurons of a layer that are shown; a longer one has an ellipsis in its middle
ACROSS = 190.0  # from layer to layer
RADII = ((8, 19.0), (12, 13.0), (MOST, 10.0))  # of a neuron, by the size of the largest layer
GAP = 9.0  # between neurons
TOP, SIDE, BOTTOM = 44.0, 30.0, 30.0  # margins
IMAGE, SMALLEST_IMAGE = 126.0, 4  # an input of n x n numbers is shown as an image so wide, from 4 x 4 on
NUMBERS = 70.0  # to the right of the outputs
WIDTHS = (0.3, 4.0)  # of an edge


class Network:
    """A picture of a network: shows itself in a notebook, and saves itself.

    Attributes:
        svg: the picture as a whole SVG file.
    """

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def save(self, path: str | Path) -> None:
        """Write the picture to a file whose name ends in .svg."""
        path = file(path)
        if path.suffix.lower() != ".svg":
            raise InputError(f"a network is drawn as SVG: end {path.name!r} in .svg")
        path.write_text(self.svg, encoding="utf-8")

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return f'<div style="overflow: auto">{self.svg}</div>'

    def __repr__(self) -> str:
        return "Network(svg)"


def network(model: Module, x: Any = None, by: str = "weight") -> Network:
    """Draw a network.

    Args:
        model: an MLP, Layer, Neuron or Chain, or a module made of these, one after the other.
        x: inputs to run it with. The neurons are then filled by their activations, and an input of
            n x n numbers is shown as pixels.
        by: "weight", or "gradient" for the gradients that backward passes have left on the parameters.

    Raises:
        InputError: no such ``by``.
        InputTypeError: the module has no layers with weights and biases.
        ShapeError: a layer does not fit the one before; an input of the wrong length.

    >>> from microbp import nn
    >>> picture = network(nn.MLP(2, [3, 1]), x=[0.5, -1.0])
    >>> picture.svg.count('class="neuron')
    6
    """
    if by not in ("weight", "gradient"):
        raise InputError(f"by is 'weight' or 'gradient', got {by!r}")
    columns = read_columns(model)
    inputs = None if x is None else [number(v.data if isinstance(v, Value) else v) for v in listed(x)]
    fills: list[list[float] | None] = [None] * len(columns)
    if inputs is not None:
        fills = activations(model, columns, inputs)
    if by == "gradient":
        fills[1:] = [[b.grad for b in column.biases] for column in columns[1:]]
    numbers = [[[w.grad if by == "gradient" else w.data for w in row] for row in c.weights] for c in columns]
    places = Places(columns, inputs)
    digits = 3 if by == "gradient" else 6
    largest = max((abs(w) for rows in numbers for row in rows for w in row), default=0.0)
    caption = f"widest edge: {by} of size {figure(largest, digits)}" if largest else f"every {by} is 0"
    if by == "gradient" and not largest:
        caption = "no gradient yet: run a backward pass first"
    body = [
        *pixels(inputs, places),
        '<g class="edges">',
        *edges(columns, places, numbers, largest, by, digits),
        "</g>",
        *neurons(columns, places, fills, by, digits),
        f'<text class="caption" x="{SIDE}" y="{places.height - 10:.6g}">{caption}</text>',
    ]
    title = "Network " + "-".join(str(column.size) for column in columns)
    return Network(document("network", places.width, places.height, body, stylesheet(NETWORK), title))


class Places:
    """Where the neurons stand, and which of them are shown."""

    def __init__(self, columns: Sequence[Column], inputs: Sequence[float] | None) -> None:
        self.side = image_side(inputs)
        tallest = min(max(column.size for column in columns), MOST)
        self.radius = next(radius for size, radius in RADII if tallest <= size)
        self.pitch = 2 * self.radius + GAP
        slots = max(len(shown(column.size)) + (column.size > MOST) for column in columns)
        image = IMAGE if self.side else 0.0
        self.left = SIDE + self.radius + (image + 40 if image else 0.0)
        self.inner = max(slots * self.pitch, image)
        self.height = TOP + self.inner + BOTTOM
        self.width = self.left + ACROSS * (len(columns) - 1) + self.radius + SIDE + (0.0 if inputs is None else NUMBERS)

    def x(self, column: int) -> float:
        """The middle of a column."""
        return self.left + ACROSS * column

    def ys(self, size: int) -> dict[int, float]:
        """How far down the shown neurons of a layer stand."""
        slots = len(shown(size)) + (size > MOST)
        start = TOP + self.inner / 2 - (slots - 1) / 2 * self.pitch
        half = MOST // 2
        return {n: start + (k + (size > MOST and k >= half)) * self.pitch for k, n in enumerate(shown(size))}


def shown(size: int) -> list[int]:
    """The neurons of a layer that are drawn: all of them, or the first and the last.

    >>> shown(3), len(shown(784)), shown(784)[-1]
    ([0, 1, 2], 16, 783)
    """
    half = MOST // 2
    return list(range(size)) if size <= MOST else [*range(half), *range(size - half, size)]


def image_side(inputs: Sequence[float] | None) -> int:
    """n for an input of n x n numbers; 0 for one that is no image."""
    side = isqrt(len(inputs or ()))
    return side if inputs and side * side == len(inputs) and side >= SMALLEST_IMAGE else 0


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
    digits: int,
) -> Iterator[str]:
    """The lines between shown neurons."""
    for ends, j, k, line in lines(columns, places):
        value = numbers[ends][j][k]
        share = abs(value) / largest if largest else 0.0
        width = WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * share
        name = columns[ends].weights[j][k].label or f"{columns[ends].name}, {j + 1} from {k + 1}"
        yield (
            f'<line class="edge {sign(value)}" {line} stroke-width="{width:.3g}" '
            f'stroke-opacity="{0.12 + 0.88 * share:.3g}" data-value="{value!r}">'
            f"<title>{escape(name)}: {by} {figure(value, digits)}</title></line>"
        )


def lines(columns: Sequence[Column], places: Places) -> Iterator[tuple[int, int, int, str]]:
    """For every edge between shown neurons: layer, neuron j, neuron k of the layer before, and its ends."""
    for layer, (before, column) in enumerate(pairwise(columns), 1):
        starts, ends = places.ys(before.size), places.ys(column.size)
        x1, x2 = places.x(layer - 1) + places.radius, places.x(layer) - places.radius
        for j, y2 in ends.items():
            for k, y1 in starts.items():
                yield layer, j, k, f'x1="{x1:.6g}" y1="{y1:.6g}" x2="{x2:.6g}" y2="{y2:.6g}"'


def within(value: float) -> str:
    """A number that fits into a neuron.

    >>> within(-0.14159), within(-0.0053)
    ('−0.14', '−0.005')
    """
    text = figure(value, 2)
    return text if len(text) <= 6 else figure(value, 1)


def neurons(
    columns: Sequence[Column], places: Places, fills: Sequence[Sequence[float] | None], by: str, digits: int = 6
) -> Iterator[str]:
    """The circles with their numbers, and the names of the layers."""
    radius = places.radius
    for layer, (column, fill) in enumerate(zip(columns, fills)):
        x = places.x(layer)
        ys = places.ys(column.size)
        largest = max(map(abs, fill), default=0.0) if fill else 0.0
        yield f'<text class="heading" x="{x:.6g}" y="18" text-anchor="middle">{column.name}</text>'
        plural = "s" * (column.size > 1)
        yield f'<text class="caption" x="{x:.6g}" y="32" text-anchor="middle">{column.size} neuron{plural}</text>'
        if column.size > MOST:
            between = (ys[MOST // 2 - 1] + ys[column.size - MOST // 2]) / 2
            for shift in (-5, 0, 5):
                yield f'<circle class="ellipsis" cx="{x:.6g}" cy="{between + shift:.6g}" r="1.4"/>'
        for n, y in ys.items():
            value = fill[n] if fill else None
            symbol = "x" if not layer else "δ" if by == "gradient" else "a"
            name = f"{symbol} {n + 1} of {column.name}" + ("" if value is None else f" = {figure(value, digits)}")
            share = abs(value) / largest if value and largest else 0.0
            place = f'cx="{x:.6g}" cy="{y:.6g}" r="{radius:.6g}"'
            data = "" if value is None else f' data-value="{value!r}"'
            yield f'<g class="neuron {sign(value or 0.0)}"{data}><title>{name}</title><circle class="back" {place}/>'
            if share:
                yield f'<circle class="fill" {place} fill-opacity="{0.85 * share:.3g}"/>'
            yield f'<circle class="ring" {place}/>'
            if value is not None and radius >= RADII[0][1] and layer < len(columns) - 1:
                middle = f'x="{x:.6g}" y="{y + 3.5:.6g}" text-anchor="middle"'
                strong = " strong" if share > 0.6 else ""
                yield f'<text class="number{strong}" {middle}>{within(value)}</text>'
            if value is not None and layer == len(columns) - 1:
                yield f'<text class="output" x="{x + radius + 8:.6g}" y="{y + 4:.6g}">{figure(value, digits)}</text>'
            yield "</g>"
