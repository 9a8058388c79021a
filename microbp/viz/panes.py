"""What all plots share: matplotlib when it is needed, figures in our colours, lines told apart by more than colour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..engine.value import Value
from ..errors import missing_extra
from .style import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..optim import Optimizer

STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
COLOURS = ("pos", "neg", "leaf-line", "parameter-line", "root-line", "muted")
MARKERS = "os^Dv*"
GRID = 48  # points along each axis of a map


def import_matplotlib() -> Any:
    """matplotlib, or an error that names the extra."""
    try:
        import matplotlib.figure
    except ImportError:
        raise missing_extra("matplotlib", "plot") from None
    return matplotlib


@contextmanager
def axes(
    down: int = 1, across: int = 1, size: tuple[float, float] | None = None
) -> Iterator[tuple[Figure, list[Axes]]]:
    """A figure and its panes, in our colours. It belongs to no window: the caller saves or shows it.

    Panes that stand side by side are narrower, so that a page of 700 pixels holds them in readable type.
    """
    matplotlib = import_matplotlib()
    from cycler import cycler  # matplotlib needs it, and brings it

    ink, muted, paper = (PALETTE[name][0] for name in ("ink", "muted", "paper"))
    look = {
        "figure.facecolor": paper, "axes.facecolor": paper, "savefig.facecolor": paper, "text.color": ink,
        "axes.labelcolor": muted, "xtick.color": muted, "ytick.color": muted, "axes.edgecolor": PALETTE["rule"][0],
        "axes.spines.top": False, "axes.spines.right": False, "font.size": 9.5, "axes.titlesize": 10.5,
        "legend.frameon": False, "legend.fontsize": 8.5,
        "axes.prop_cycle": cycler(color=[colour(k) for k in range(6)], linestyle=STYLES),
    }  # fmt: skip
    with matplotlib.rc_context(look):
        wide = 1.2 + {1: 3.8, 2: 2.9}.get(across, 2.4) * across
        figure = matplotlib.figure.Figure(
            figsize=size or (wide, 0.4 + 3.2 * down + 0.4 * (across > 2)), layout="constrained"
        )
        yield figure, list(figure.subplots(down, across, squeeze=False).flat)


def curves(pane: Axes, xs: Sequence[int], series: Mapping[str, Sequence[Any]]) -> None:
    """Lines with a legend; empty series are left out."""
    for k, (name, values) in enumerate(series.items()):
        if values:
            marker = "o" if len(xs) == 1 else None
            pane.plot(xs, values, color=colour(k), linestyle=style(k), marker=marker, label=name)
    legend(pane)


def legend(pane: Axes) -> None:
    """What the lines and marks mean, below the pane, where it lies over none of them."""
    entries = len(pane.get_legend_handles_labels()[1])
    place = pane.get_subplotspec()
    most = {1: 3, 2: 2}.get(place.get_gridspec().ncols if place else 1, 1)
    pane.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.2),
        ncols=min(entries, most),
        columnspacing=1.2,
        handlelength=2.4,
        frameon=False,
        fontsize=8.5,
    )


def colour(k: int) -> str:
    """The colour of the line k."""
    return PALETTE[COLOURS[k % len(COLOURS)]][0]


def style(k: int) -> Any:
    """The dashes of the line k."""
    return STYLES[k % len(STYLES)]


def tints(levels: Sequence[float], strongest: float) -> list[tuple[str, float]]:
    """A colour and its opacity between each two levels: negative or positive, the stronger the farther from 0.

    Opacities, since a tint of a colour on white paper would glare on a dark page.
    """
    middles = [(low + high) / 2 for low, high in pairwise(levels)]
    reach = max(map(abs, middles))
    return [(colour(0 if x > 0 else 1), strongest * abs(x) / reach) for x in middles]


def shades(count: int, strongest: float) -> list[tuple[str, float]]:
    """Ink, stronger from step to step."""
    return [(PALETTE["ink"][0], strongest * k / max(count - 1, 1)) for k in range(count)]


def around(numbers: Sequence[float]) -> list[float]:
    """Points from a bit below the least number to a bit above the greatest."""
    low, high = min(numbers), max(numbers)
    margin = 0.15 * (high - low) or 1.0
    return [low - margin + (high - low + 2 * margin) * n / (GRID - 1) for n in range(GRID)]


def track(
    f: Callable[[Any, Any], Any], start: tuple[float, float], make: Callable[[list[Value]], Optimizer], steps: int
) -> list[tuple[float, float]]:
    """The points that an optimiser visits."""
    point = [Value(x) for x in start]
    optimizer = make(point)
    visited = [start]
    for _ in range(steps):
        optimizer.zero_grad()
        f(*point).backward()
        optimizer.step()
        visited.append((point[0].data, point[1].data))
    return visited


def float_of(x: Any) -> float:
    """The number of a Value, or the number."""
    return float(x.data if isinstance(x, Value) else x)


def index_of(y: Any) -> float:
    """A target as a number: a class, or the place of the 1 in a one-hot row."""
    row = list(y) if hasattr(y, "__len__") else [y]
    return float(row.index(max(row)) if len(row) > 1 else row[0])


def largest(outputs: Sequence[Value]) -> int:
    """The place of the largest output."""
    numbers = [out.data for out in outputs]
    return numbers.index(max(numbers))
