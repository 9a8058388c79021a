"""The discs of a network: each filled by its number, on one scale for all layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .columns import Column
from .figures import figure, full, sign
from .labels import escape, parse
from .places import MOST, Places

FULLEST = 0.52  # opacity of the fullest disc: text on it stays readable
DIGITS = 9.5, 0.62  # size of type in a disc, and how wide a figure is in em


def scale_of(fills: Sequence[Sequence[float] | None]) -> float:
    """The largest size of all numbers."""
    return max((abs(value) for fill in fills for value in fill or ()), default=0.0)


def scales_of(fills: Sequence[Sequence[float] | None], by: str) -> list[float]:
    """The number of the fullest disc, for every layer: the same, but errors and inputs are of two kinds."""
    if by != "weight":
        return [scale_of(fills[:1]) or 1.0, *[scale_of(fills[1:]) or 1.0] * (len(fills) - 1)]
    return [scale_of(fills) or 1.0] * len(fills)


def discs(
    columns: Sequence[Column], places: Places, fills: Sequence[Sequence[float] | None], by: str = "weight"
) -> Iterator[str]:
    """The discs with their numbers, and the names of the layers."""
    scales = scales_of(fills, by)
    for layer, (column, fill) in enumerate(zip(columns, fills)):
        x, ys = places.x(layer), places.ys(column.size)
        yield from heading(column, x, is_input=not layer)
        if column.size > MOST:
            between = (ys[MOST // 2 - 1] + ys[column.size - MOST // 2]) / 2
            for shift in (-5, 0, 5):
                yield f'<circle class="ellipsis" cx="{x:.6g}" cy="{between + shift:.6g}" r="1.4"/>'
        symbol = "x" if not layer else {"gradient": "δ", "nudge": "−δ"}.get(by, "a")
        for n, y in ys.items():
            value = fill[n] if fill else None
            title = f"{symbol} {n + 1} of {column.name}" + ("" if value is None else f" = {full(value)}")
            if layer:
                title += f", b = {full(column.biases[n].data)}"
            data = "" if value is None else f' data-value="{value!r}"'
            yield f'<g class="neuron {sign(value or 0.0)}"{data}><title>{title}</title>'
            yield from disc(x, y, places.radius, abs(value or 0.0) / scales[layer])
            if value is not None and places.inside:
                yield inside(x, y, value, places.radius)
            elif value is not None and not layer and not places.side:
                end = f'x="{x - places.radius - 8:.6g}" y="{y + 3.5:.6g}" text-anchor="end"'
                yield f'<text class="output" {end}>{figure(value)}</text>'
            yield "</g>"


def heading(column: Column, x: float, is_input: bool) -> Iterator[str]:
    """The name of a layer and its size."""
    yield f'<text class="heading" x="{x:.6g}" y="18" text-anchor="middle">{column.name}</text>'
    count = f"{column.size} {'number' if is_input else 'neuron'}{'s' * (column.size > 1)}"
    yield f'<text class="caption" x="{x:.6g}" y="32" text-anchor="middle">{count}</text>'


def disc(x: float, y: float, radius: float, share: float) -> Iterator[str]:
    """A disc, filled as strongly as its number is large."""
    place = f'cx="{x:.6g}" cy="{y:.6g}" r="{radius:.6g}"'
    yield f'<circle class="back" {place}/>'
    if share:
        yield f'<circle class="fill" {place} fill-opacity="{FULLEST * share:.3g}"/>'
    yield f'<circle class="ring" {place}/>'


def inside(x: float, y: float, value: float, radius: float) -> str:
    """A number in its disc, set smaller where it is long."""
    text, (size, wide) = figure(value), DIGITS
    size = min(size, (2 * radius - 6) / (wide * len(text)))
    return (
        f'<text class="number" x="{x:.6g}" y="{y + size / 2.8:.6g}" text-anchor="middle" '
        f'font-size="{size:.3g}">{text}</text>'
    )


def beside_outputs(
    column: Column, places: Places, names: Sequence[str] | None, fill: Sequence[float] | None, outputs: Any
) -> Iterator[str]:
    """The classes right of the outputs, the one of the largest in bold type; and their numbers, if not in the discs."""
    x = places.x(places.layers) + places.radius + 8
    largest = max(range(column.size), key=outputs.__getitem__) if outputs else -1
    for n, y in places.ys(column.size).items():
        if names:
            runs = "".join(run.text for run in parse(names[n]).runs)
            chosen = " chosen" if n == largest else ""
            yield f'<text class="class{chosen}" x="{x:.6g}" y="{y + 4:.6g}">{escape(runs)}</text>'
        if fill and not places.inside:
            after = x + (places.names + 10 if names else 0.0)
            yield f'<text class="output" x="{after:.6g}" y="{y + 4:.6g}">{figure(fill[n])}</text>'
