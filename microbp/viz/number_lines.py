r"""`number_lines`: the chain rule as points on number lines, one below the other.

A nudge of one number moves the next by its local derivative times it, and so on down to the cost:

$$\Delta C \approx \frac{\partial C}{\partial a} \frac{\partial a}{\partial z} \frac{\partial z}{\partial w} \Delta w$$

All lines have one scale, so that the length of a move beside the one above it is the derivative.

Source: 3Blue1Brown, "Backpropagation calculus", Deep learning, chapter 4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import Template

from ..engine.graph import count_paths, downstream, leaves, topological_order
from ..engine.value import Value
from ..errors import InputError, InputTypeError
from ..inspect.demon import replay
from ..inspect.labels import is_visible
from ..inspect.names import Names, names_of
from ..table.op import shorten
from .boxes import set_label
from .figures import figure, full, sign
from .labels import escape, parse
from .live import graph_data
from .page import HERE, inert, policy, script
from .picture import flatten
from .style import LINES, stylesheet
from .svg import Shown, document

MOST = 16  # lines with a nudge; more are no picture
STILL = 9  # lines in all, up to where other leaves get one too
NUDGE = 0.2  # of a number of size 1 or less
WINDOW = 5.0  # times the longest move, how much of a line is seen
LEFT, AXIS, RIGHT, TOP, APART, BOTTOM = 130.0, 400.0, 245.0, 54.0, 64.0, 30.0
LABEL = 16.0  # size of type
TICKS, HEAD = 6, 6.0  # ticks at most, and the length of an arrow's head


@dataclass(frozen=True)
class Line:
    """A number on its line.

    Attributes:
        node: whose number it is.
        factor: the derivative by the node of the moving line above; None for the first, and for what stands still.
        move: how far the derivative says that it moves.
        actual: how far it moves in fact.
    """

    node: Value
    factor: float | None = None
    move: float = 0.0
    actual: float = 0.0


class NumberLines(Shown):
    """Points on number lines: shows itself in a notebook, and saves itself.

    Attributes:
        lines: from the top, those that stand still too.
        leaf: what is nudged.
        svg: the picture as a whole SVG file.
        html: a page on which the points can be dragged.
    """

    def __init__(self, leaf: Value, lines: Sequence[Line], names: Names) -> None:
        self.leaf, self.lines = leaf, tuple(lines)
        self.svg = drawn(leaf, lines, names)

    @property
    def html(self) -> str:
        """A page on which the points can be dragged."""
        flat = flatten(self.lines[-1].node)
        place = {item: f"n{n}" for n, item in enumerate(flat.items) if isinstance(item, Value)}
        moving = [line for line in self.lines if line.factor is not None or line.node is self.leaf]
        given = {
            "graph": graph_data(flat),
            "lines": [{"id": place[line.node], "moves": any(line is m for m in moving)} for line in self.lines],
            "longest": max(max(abs(line.move), abs(line.actual)) for line in moving),
        }
        style = stylesheet(
            "".join([LINES, *[(HERE / f"{name}.css").read_text("utf-8") for name in ("page", "number_lines")]]), ":root"
        )
        code = script("number_lines")
        page = Template((HERE / "number_lines.html").read_text("utf-8"))
        svg = self.svg.partition("<style>")[0] + self.svg.partition("</style>\n")[2]
        return page.substitute(csp=policy(code, style), style=style, script=code, svg=svg, data=inert(given))

    def formats(self) -> dict[str, Callable[[], str | bytes]]:
        """The picture alone, or a page on which the points can be dragged."""
        return super().formats() | {".html": lambda: self.html}

    def __repr__(self) -> str:
        return f"NumberLines({len(self.lines)} lines)"


def number_lines(root: Value, leaf: Value | None = None, nudge: float | None = None) -> NumberLines:
    """Draw a chain of operations as number lines, with a nudge that runs down them.

    Where nodes between the leaf and the root have labels, only these get a line, and what lies between is
    multiplied through.

    Args:
        root: the output of a chain, such as a cost.
        leaf: the number that is nudged; by default the one farthest from the root.
        nudge: by how much; by default a fifth of its size, and of 1 where it is smaller.

    Raises:
        InputTypeError: no Value.
        InputError: no path, or several, lead from the leaf to the root; more than 16 lines; a nudge of 0.
        DomainError: the nudge leads out of an operation's domain.

    >>> from microbp import sigmoid
    >>> w, x = Value(0.6, "w"), Value(1.0, "x")
    >>> z = w * x
    >>> z.label = "z"
    >>> picture = number_lines(sigmoid(z), w)
    >>> [(line.node.data, round(line.move, 4)) for line in picture.lines]
    [(0.6, 0.2), (1.0, 0.0), (0.6, 0.2), (0.6456563062257954, 0.0458)]
    """
    if not isinstance(root, Value) or not isinstance(leaf, Value | None):
        raise InputTypeError(f"number_lines takes Values, a root and a leaf of its graph; got {shorten(repr(root))}")
    leaf = farthest(root) if leaf is None else leaf
    names = names_of(root, leaf)
    paths = count_paths(root, leaf) if leaf is not root else 0
    if paths != 1:
        name = names[leaf].text
        raise InputError(
            f"{paths or 'no'} paths lead from {name} to the output: number lines show one chain"
            + ("; explain(output, leaf) shows the sum over all paths" if paths else "")
        )
    if nudge is None:
        nudge = NUDGE * max(1.0, abs(leaf.data))
    if not math.isfinite(nudge) or nudge == 0.0:
        raise InputError(f"a nudge of {nudge!r} moves nothing: give a number other than 0")
    moving = moving_lines(root, leaf, nudge)
    if len(moving) > MOST:
        raise InputError(
            f"{len(moving)} lines are no picture: give labels to the nodes that you want to see, at most 16"
        )
    return NumberLines(leaf, with_still_ones(moving), names)


def farthest(root: Value) -> Value:
    """The leaf with the longest way to the root, among those with one way."""
    order = topological_order(root)
    depth = {root: 0}
    for node in reversed(order):
        for parent in node.parents:
            depth[parent] = max(depth.get(parent, 0), depth[node] + 1)
    chains = [leaf for leaf in leaves(root) if count_paths(root, leaf) == 1]
    return max(chains or leaves(root), key=depth.__getitem__)


def moving_lines(root: Value, leaf: Value, nudge: float) -> list[Line]:
    """The nodes from the leaf to the root, and how far each moves."""
    path = downstream([leaf], topological_order(root))
    named = [node for node in path[1:-1] if is_visible(node.label)]
    wanted = {*(named or path), root}
    lines, factor, move = [Line(leaf, None, nudge, nudge)], 1.0, nudge
    for before, node in pairwise(path):
        factor *= next(d for parent, d in zip(node.parents, node.partials) if parent is before)
        if node in wanted:
            move *= factor
            actual = replay(node, {leaf: leaf.data + nudge}) - node.data
            lines.append(Line(node, factor, move, actual))
            factor = 1.0
    return lines


def with_still_ones(moving: Sequence[Line]) -> list[Line]:
    """The same with the other leaves that they are computed from, where there is room."""
    seen = {line.node for line in moving}
    found: list[Line] = [moving[0]]
    for line in moving[1:]:
        others = dict.fromkeys(node for node in leaves(line.node) if node not in seen and is_visible(node.label))
        seen.update(others)
        found += [*(Line(node) for node in others), line]
    return found if len(found) <= STILL else list(moving)


# -- the drawing -------------------------------------------------------------------------------------------


def drawn(leaf: Value, lines: Sequence[Line], names: Names) -> str:
    """The SVG."""
    unit = AXIS / (WINDOW * max(max(abs(line.move), abs(line.actual)) for line in lines))  # pixels
    height = TOP + APART * (len(lines) - 1) + BOTTOM + 24.0
    ys = [TOP + APART * n for n in range(len(lines))]
    moving = [(line, y) for line, y in zip(lines, ys) if line.move or line.factor is not None or line.node is leaf]
    body = ['<g class="bands">', *bands(moving, unit, names), "</g>"]
    for line, y in zip(lines, ys):
        body += axis(line, y, unit, names)
    name, last = names[leaf].text, lines[-1]
    title = f"{names[last.node].text} on number lines: a nudge of {name}"
    head = f"{name} is nudged by {figure(lines[0].move)}; each line moves by the derivative times the move above it"
    tail = "● where it is   ▶ where the derivatives say it goes   ○ where it goes in fact"
    body.append(f'<text class="caption" x="16" y="20">{escape(head)}</text>')
    body.append(f'<text class="caption" x="16" y="{height - 12:.6g}">{tail}</text>')
    return document("lines", LEFT + AXIS + RIGHT, height, body, stylesheet(LINES), title)


def bands(moving: Sequence[tuple[Line, float]], unit: float, names: Names) -> Iterator[str]:
    """From each move to the next: a band that narrows or widens as the derivative says, with the derivative on it."""
    middle = LEFT + AXIS / 2
    for (before, top), (line, bottom) in pairwise(moving):
        first, last = middle + before.move * unit, middle + line.move * unit
        outline = f"M{middle:.6g} {top:.6g}H{first:.6g}L{last:.6g} {bottom:.6g}H{middle:.6g}Z"
        yield f'<path class="band {sign(line.move)}" d="{outline}"/>'
        factor = line.factor if line.factor is not None else math.nan
        symbol = f"∂{names[line.node].text}/∂{names[before.node].text}"
        place = f'x="{LEFT + AXIS + 16:.6g}" y="{(top + bottom) / 2 + 4:.6g}"'
        yield f'<text class="factor" {place}><title>{escape(symbol)} = {full(factor)}</title>'
        yield f"× {escape(symbol)} = {figure(factor)}</text>"


def axis(line: Line, y: float, unit: float, names: Names) -> Iterator[str]:
    """A line with its name, ticks, point and move."""
    middle, value = LEFT + AXIS / 2, line.node.data
    name = names[line.node].text
    words = f"{name} = {full(value)}"
    if line.move:
        words += f", moves by {full(line.move)} as the derivatives say, by {full(line.actual)} in fact"
    label = "".join(names.label(line.node))
    width = parse(label).width * LABEL
    kind = "still" if not line.move and line.factor is None else sign(line.move)
    yield f'<g class="line {kind}" data-data="{value!r}" data-move="{line.move!r}" data-actual="{line.actual!r}">'
    yield f"<title>{escape(words)}</title>"
    yield f'<text class="label" x="16" y="{y + 5:.6g}">{set_label(label, 16.0, y + 5, LABEL)}</text>'
    yield f'<text class="value" x="{max(16.0 + width, 44.0) + 6:.6g}" y="{y + 5:.6g}">{figure(value)}</text>'
    yield f'<path class="axis" d="M{LEFT:.6g} {y:.6g}H{LEFT + AXIS:.6g}"/>'
    for tick in ticks(value - AXIS / 2 / unit, value + AXIS / 2 / unit):
        x = middle + (tick - value) * unit
        yield f'<path class="tick" d="M{x:.6g} {y - 4:.6g}v8"/>'
        yield f'<text class="tick" x="{x:.6g}" y="{y + 16:.6g}" text-anchor="middle">{figure(tick)}</text>'
    if kind != "still":
        end, actual = middle + line.move * unit, middle + line.actual * unit
        yield f'<path class="move" d="M{middle:.6g} {y:.6g}H{end:.6g}"/>'
        if abs(end - middle) > HEAD:
            yield f'<path class="head" d="M{end:.6g} {y:.6g}l{-math.copysign(HEAD, line.move)} -4.5v9Z"/>'
        yield f'<circle class="actual" cx="{actual:.6g}" cy="{y:.6g}" r="4.5"/>'
        fact = "" if signed(line.actual) == signed(line.move) else f" (in fact {signed(line.actual)})"
        yield f'<text class="moved" x="{LEFT + AXIS + 16:.6g}" y="{y + 4:.6g}">{signed(line.move)}{fact}</text>'
    yield f'<circle class="point" cx="{middle:.6g}" cy="{y:.6g}" r="4.5"/></g>'


def signed(move: float) -> str:
    """A move with its sign.

    >>> signed(0.5), signed(-0.5)
    ('+0.5', '−0.5')
    """
    return f"{'+' if move > 0 else ''}{figure(move)}"


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between two numbers, a handful.

    >>> ticks(0.1, 1.1)
    [0.2, 0.4, 0.6, 0.8, 1.0]
    """
    rough = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = min((power * k for k in (1, 2, 5, 10) if power * k >= rough), default=rough)
    return [float(f"{step * k:.12g}") for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
