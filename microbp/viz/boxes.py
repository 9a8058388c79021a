"""The boxes of a graph: their size, their shape by kind, their text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from ..inspect.labels import plain
from .figures import aligned, figure, full, sign, span
from .geometry import Point, Size, point
from .labels import escape, parse
from .picture import Node

PAD = 9.0  # inside a box, left and right
NUMBERS = 38.0  # where the numbers of a box begin
DIGIT = 6.65  # the width of a figure, 11 px monospace
BOX_HEIGHT, PILL_HEIGHT = 58.0, 24.0
ROWS = (18.0, 36.0, 51.0)  # baselines of title, data, grad
BLANK_HEIGHT, BLANK_ROWS = 80.0, (18.0, 45.0, 70.0)  # the same with room for handwriting
NOT_COMPUTED, BLANK = "not computed", "to fill in"
TITLE = 15.0  # size of type
SERIF = 0.82  # how wide our italics are, against the widths that labels are measured by
OP, BOLD_OP = 11.0, 13.5  # size of type of the operation; as a title 12.5, and bold letters are wider
SHIFT = {"base": 0.0, "sub": 4.0, "sup": -5.5}  # of the base line
MANY = 64  # numbers in one attribute
LIVE = 9  # figures of a number that may change, such as −0.006667
LONGEST = 40  # characters of a name in running text


def size_of(node: Node) -> Size:
    """The box that a node's text needs."""
    if node.kind == "constant":
        return max(len(span(node.data)) * DIGIT + 2 * PAD, 52.0 if node.live else 30.0), PILL_HEIGHT
    least = LIVE if node.live else 0
    numbers = max(least, len(aligned(data_text(node))), len(aligned(grad_text(node)))) * DIGIT
    head = parse(node.label).width * SERIF * TITLE + 14.0 * bool(node.label) + op_width(node)
    return max(NUMBERS + numbers + PAD, head + 2 * PAD), BLANK_HEIGHT if node.blank else BOX_HEIGHT


def data_text(node: Node, written: Callable[[float], str] = figure) -> str:
    """The number of a node, or the range of a folded one."""
    return BLANK if "data" in node.blank else span(node.data, written)


def grad_text(node: Node, written: Callable[[float], str] = figure) -> str:
    """The same for its gradient."""
    if "grad" in node.blank:
        return BLANK
    return NOT_COMPUTED if node.grad is None else span(node.grad, written) if node.grad else "none: constant"


def op_text(node: Node) -> str:
    """The operation, and how often it was rolled up."""
    return f"{short(node.op)} ×{node.count}".strip() if node.count > 1 else short(node.op)


def op_width(node: Node) -> float:
    """The width of `op_text` as it is set."""
    return parse(op_text(node), math.inf).width * (OP if node.label else BOLD_OP)


def node_box(node: Node, centre: Point, size: Size, live: bool = False) -> str:
    """A node: its shape, its title, its numbers; those in full only where no script of a page writes them."""
    (x, y), (width, height) = centre, size
    numbers = ("" if live else exact("data", node.data)) + exact("grad", node.grad or ())
    parts = [
        f'<g id="{node.id}" class="node {node.kind}{on_off(node.on_path)}"{numbers} '
        f'transform="translate({point(x - width / 2, y - height / 2)})">',
        "" if live else f"<title>{escape(described(node))}</title>",
        *shape(node, width, height),
    ]
    if node.kind == "constant":
        middle = f'x="{width / 2:.6g}" y="{height / 2 + 4:.6g}" text-anchor="middle"'
        parts.append(f'<text class="value" {middle}>{data_text(node)}</text>')
    else:
        op, row = op_text(node), ROWS[0]
        if node.label:
            parts.append(f'<text class="label" x="{PAD:g}" y="{row:g}">{set_label(node.label)}</text>')
            if op:
                end = f'x="{width - PAD:.6g}" y="{row}" text-anchor="end"'
                parts.append(f'<text class="op" {end}>{escape(op)}</text>')
        else:
            parts.append(f'<text class="op" x="{PAD}" y="{row}">{escape(op)}</text>')
        rows = number_rows(node)
        for name, y in zip(rows, (BLANK_ROWS if node.blank else ROWS)[1:]):
            if name in node.blank:
                parts += blank_row(name, width, y)
            else:
                parts += number_row(name, *rows[name], None if live else y)
    return "".join([*parts, "</g>"])


def set_label(text: str, x: float = PAD, y: float = ROWS[0], size: float = TITLE) -> str:
    """A label with its indices; an index below one above begins where that does."""
    spans = []
    reached, at = -1.0, y
    for run in parse(text).runs:
        place = f' x="{x + run.x * SERIF * size:.6g}"' if run.x <= reached else ""
        small = f' font-size="{0.7 * size:.3g}"' if run.level != "base" else ""
        reached = run.x if run.level != "base" else reached
        was, at = at, y + SHIFT[run.level]
        level = "" if at == was else f' y="{at:.6g}"'
        spans.append(f"<tspan{place}{level}{small}>{escape(run.text)}</tspan>")
    return "".join(spans)


def shape(node: Node, width: float, height: float) -> Iterator[str]:
    """The outline that tells the kinds apart without colour.

    Leaves have round ends, parameters cut corners, constants are dashed pills, operations are boxes,
    the root is a box with a double border, and what was folded is a stack.
    """
    rect = f'<rect class="box" width="{width:.6g}" height="{height:.6g}"'
    if node.kind in ("neuron", "layer") or (node.count > 1 and node.kind != "constant"):
        yield f'<path class="behind" d="M4 {-3}H{width + 3:.6g}V{height - 4:.6g}"/>'
    if node.kind == "parameter":
        c, w, h = 9, f"{width:.6g}", f"{height:.6g}"
        cut = f"M{c} 0H{width - c:.6g}L{w} {c}V{height - c:.6g}L{width - c:.6g} {h}H{c}L0 {height - c:.6g}V{c}Z"
        yield f'<path class="box" d="{cut}"/>'
    else:
        yield f'{rect} rx="{dict(leaf=18, constant=12).get(node.kind, 4)}"/>'
    if node.kind == "root":
        yield f'<rect class="inner" x="3" y="3" width="{width - 6:.6g}" height="{height - 6:.6g}" rx="2"/>'


def number_rows(node: Node) -> dict[str, tuple[str, str]]:
    """The texts of data and grad, and the classes that they are set by."""
    single = sign(node.grad[0]) if node.grad and len(set(node.grad)) == 1 else ""
    text = aligned(grad_text(node)) if node.grad else grad_text(node)
    return {
        "data": (aligned(data_text(node)), "value"),
        "grad": (text, f"value {single}".strip() if node.grad else "none"),
    }


def number_row(name: str, text: str, kind: str, y: float | None) -> list[str]:
    """A line ``data 0.5`` or ``grad −1``: the figures of both begin at the same place; without y, where CSS says."""
    places = ["" if y is None else f' x="{x:.6g}" y="{y:.6g}"' for x in (PAD, NUMBERS)]
    return [f'<text class="name"{places[0]}>{name}</text>', f'<text class="{kind} {name}"{places[1]}>{text}</text>']


def blank_row(name: str, width: float, y: float) -> list[str]:
    """A line with a dotted place for a number."""
    return [
        f'<text class="name" x="{PAD}" y="{y}">{name}</text>',
        f'<path class="blank {name}" d="M{NUMBERS} {y + 1}H{width - PAD:.6g}"/>',
    ]


def described(node: Node) -> str:
    """A node in words and with all digits, for pointers and screen readers."""
    name = " = ".join(part for part in (plain(node.label), op_text(node)) if part)
    grad = f", grad {grad_text(node, full)}" if node.kind != "constant" else ""
    return f"{node.kind} {name}: data {data_text(node, full)}{grad}".replace(" :", ":")


def short(label: str) -> str:
    """A name in running text."""
    text = plain(label)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def exact(name: str, numbers: Sequence[float]) -> str:
    """Numbers in full as an attribute, for programs that read the picture; not for large bundles.

    >>> exact("grad", [0.1, 2.0])
    ' data-grad="0.1 2.0"'
    """
    return f' data-{name}="{" ".join(map(repr, numbers))}"' if 0 < len(numbers) <= MANY else ""


def on_off(on_path: bool | None) -> str:
    """The class of what lies on the highlighted path, or off it."""
    return "" if on_path is None else " on" if on_path else " off"
