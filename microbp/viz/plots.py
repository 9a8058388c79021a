r"""Plots with matplotlib, which the extra ``plot`` installs.

Each function gives back a `Plot`, which shows itself in a notebook: no magic line is needed. The colours are those of
our other pictures, and follow the page, light or dark; lines differ by dashes too. Nothing is written unless the caller
does so: ``plots.training(history).save("training.svg")``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..engine.recording import no_grad
from ..engine.transforms import value_and_grad
from ..engine.value import Value
from ..errors import InputError, InputTypeError, ShapeError
from ..optim.averages import ewa
from ..table.op import lookup
from ..train.history import History
from .matrices import heat, images
from .panes import (
    GRID,
    MARKERS,
    around,
    axes,
    colour,
    curves,
    float_of,
    import_matplotlib,
    index_of,
    largest,
    legend,
    shades,
    style,
    tints,
    track,
)
from .plot import Plot
from .style import PALETTE

if TYPE_CHECKING:
    from ..nn import Module
    from ..optim import Optimizer

LEVELS = 12

__all__ = [
    "SURFACES", "activations", "along", "averages", "boundary", "figure", "gradients", "heat", "images", "legend",
    "schedules", "surface", "track", "training",
]  # fmt: skip


def figure(down: int = 1, across: int = 1, size: tuple[float, float] | None = None) -> Plot:
    """An empty figure in our colours, to draw on with matplotlib: ``plot.axes`` are its panes.

    Lines come in the colours of our palette, which follow the page, light or dark.

    Args:
        down, across: how many panes.
        size: width and height in inches.
    """
    with axes(down, across, size) as (made, _):
        return Plot(made)


def _check(history: History) -> None:
    if not isinstance(history, History):
        raise InputTypeError(f"this plots the History that fit(...) returns; got {history!r}")


def training(history: History, smoothing: float = 0.0) -> Plot:
    """The curves of a training: cost, accuracy if there are classes, learning rate.

    Args:
        history: what `fit` gave back.
        smoothing: β of an exponentially weighted average of the cost, drawn over it; 0 for none.
    """
    _check(history)
    panels = ["cost"] + ["accuracy"] * bool(history.accuracy) + ["learning rate"]
    if not history.loss:
        raise InputError("the history holds no whole epoch: nothing to plot")
    epochs = range(1, history.epochs + 1)
    with axes(1, len(panels)) as (figure, panes):
        for name, pane in zip(panels, panes):
            pane.set(xlabel="epoch", title=name)
        cost, rate = panes[0], panes[-1]
        curves(cost, epochs, {"training": history.loss, "validation": history.val_loss})
        if smoothing:
            cost.plot(epochs, ewa(history.loss, smoothing), color=colour(4), label=f"average, β = {smoothing:g}")
            legend(cost)
        if history.accuracy:
            curves(panes[1], epochs, {"training": history.accuracy, "validation": history.val_accuracy})
            panes[1].set_ylim(0.0, 1.02)
        rate.plot(epochs, history.rate, color=colour(2))
        rate.set_ylim(bottom=0.0)
    return Plot(figure)


def gradients(history: History) -> Plot:
    r"""The size of the gradient of every layer's weights over the epochs: vanishing and exploding made visible.

    The root mean square of $\partial C/\partial w^{(l)}$, on a logarithmic axis (Nielsen, chapter 5).
    """
    _check(history)
    names = [name for name in (history.gradients or [{}])[0] if "weight" in name]
    if not names:
        raise InputError("the history holds no gradients of weights: nothing to plot")
    with axes() as (figure, (pane,)):
        series = {name: [sizes[name] or None for sizes in history.gradients] for name in names}
        curves(pane, range(1, len(history.gradients) + 1), series)
        pane.set(xlabel="epoch", ylabel="root mean square", title="Gradient of the weights", yscale="log")
    return Plot(figure)


def boundary(model: Module, data: tuple[Any, Any], threshold: float = 0.0) -> Plot:
    """The decision boundary of a classifier of points in the plane, and the points.

    Args:
        model: two inputs; one output, or one for each class.
        data: (X, Y), as for `fit`.
        threshold: where one output changes its class: 0 for scores and logits, 0.5 for probabilities.
    """
    import_matplotlib()
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise InputTypeError(f"data is a pair (X, Y), as for fit; got {data!r}")
    X, Y = [[float(x) for x in row] for row in data[0]], [index_of(y) for y in data[1]]
    if any(len(row) != 2 for row in X):
        raise ShapeError(f"a boundary is drawn in the plane: two inputs, not {len(X[0])}")
    xs, ys = (around([row[k] for row in X]) for k in (0, 1))
    with no_grad():
        outputs = [[model([x, y]) for x in xs] for y in ys]
    many = isinstance(outputs[0][0], list)
    with axes() as (figure, (pane,)):
        if many:
            chosen = [[largest(out) for out in row] for row in outputs]
            classes = len(outputs[0][0])
            fills = [colour(k) for k in range(classes)]
            pane.contourf(xs, ys, chosen, levels=[k - 0.5 for k in range(classes + 1)], colors=fills, alpha=0.25)
        else:
            scores = [[out.data - threshold for out in row] for row in outputs]
            reach = max(abs(score) for row in scores for score in row) or 1.0
            steps = [reach * (k / LEVELS * 2 - 1) for k in range(LEVELS + 1)]
            pane.contourf(xs, ys, scores, levels=steps, colors=tints(steps, strongest=0.55))
            if min(map(min, scores)) < 0.0 < max(map(max, scores)):
                pane.contour(xs, ys, scores, levels=[0.0], colors=[PALETTE["ink"][0]], linewidths=1.6)
        for k, label in enumerate(sorted(set(Y))):
            points = [row for row, y in zip(X, Y) if y == label]
            own = colour(k) if many else colour(0 if label > 0 else 1)
            look: dict[str, Any] = {"s": 26, "color": own, "edgecolors": PALETTE["paper"][0], "linewidths": 0.6}
            look |= {"marker": MARKERS[k % len(MARKERS)], "label": f"class {label:g}"}
            pane.scatter([x for x, _ in points], [y for _, y in points], **look)
        pane.set(xlabel="x₁", ylabel="x₂", title="Decision boundary", aspect="equal")
        legend(pane)
    return Plot(figure)


def surface(
    f: Callable[[Any, Any], Any],
    start: tuple[float, float],
    optimizers: Mapping[str, Callable[[list[Value]], Optimizer]],
    steps: int = 100,
    span: tuple[tuple[float, float], tuple[float, float]] | None = None,
    title: str = "Cost surface",
) -> Plot:
    """A cost of two parameters as a map of heights, and the tracks of optimisers on it.

    `SURFACES` holds a minimum, a saddle and a plateau. For the cost of a network along two directions see
    `along`.

    Args:
        f: the cost of (x, y); it is called with Values.
        start: where every track begins.
        optimizers: functions from parameters to an optimiser, by the name for the legend.
        steps: of each optimiser.
        span: ((x from, x to), (y from, y to)); by default what holds the tracks.
    """
    import_matplotlib()
    from matplotlib.ticker import MaxNLocator

    tracks = {name: track(f, start, make, steps) for name, make in optimizers.items()}
    seen = [point for points in tracks.values() for point in points] or [start]
    ranges = span or tuple((min(p[k] for p in seen) - 1.0, max(p[k] for p in seen) + 1.0) for k in (0, 1))
    xs, ys = ([low + (high - low) * n / (GRID - 1) for n in range(GRID)] for low, high in ranges)
    with no_grad():
        heights = [[float_of(f(Value(x), Value(y))) for x in xs] for y in ys]
    with axes() as (figure, (pane,)):
        levels = MaxNLocator(LEVELS).tick_values(min(map(min, heights)), max(map(max, heights)))
        filled = pane.contourf(xs, ys, heights, levels=levels, colors=shades(len(levels) - 1, strongest=0.45))
        pane.contour(xs, ys, heights, levels=levels, colors=[PALETTE["rule"][0]], linewidths=0.5)
        figure.colorbar(filled, ax=pane, label="cost")
        for k, (name, points) in enumerate(tracks.items()):
            look: dict[str, Any] = {"color": colour(k), "linestyle": style(k), "marker": MARKERS[k % len(MARKERS)]}
            look |= {"linewidth": 1.8, "markersize": 4, "markevery": max(steps // 10, 1)}
            pane.plot([x for x, _ in points], [y for _, y in points], label=name, **look)
        pane.plot(*start, marker="o", color=PALETTE["ink"][0], markersize=7, linestyle="")
        pane.set(xlabel="w₁", ylabel="w₂", title=title, xlim=ranges[0], ylim=ranges[1])
        if tracks:
            legend(pane)
    return Plot(figure)


SURFACES: dict[str, Callable[[Any, Any], Any]] = {
    "minimum": lambda x, y: 0.5 * x * x + 25.0 * y * y,
    "saddle": lambda x, y: 5.0 * x * x - 0.25 * y * y + 0.0125 * y**4,
    "plateau": lambda x, y: 1.0 - (-0.5 * (x * x + y * y)).exp(),
}
"""Costs on which optimisers differ, each at its best learning rate.

A narrow valley: 50 times as steep across as along. A saddle between two minima, in a narrow valley too: the wall bounds
descent's rate. A plateau around a hole: flat where the tracks begin, and curved at the bottom.
"""


def along(model: Module, cost: Callable[[], Any], directions: Sequence[Sequence[float]]) -> Callable[[Any, Any], Any]:
    """The cost of a network as a function of two numbers: how far to go along two directions from where it is.

    Args:
        model: the network; its parameters are as before after every call.
        cost: computes the cost with the model's present parameters.
        directions: two lists with one number for each of ``model.parameters()``.
    """
    parameters = model.parameters()
    if [len(d) for d in directions] != [len(parameters)] * 2:
        raise ShapeError(f"give two directions of {len(parameters)} numbers, one for each parameter")
    first, second = directions

    def at(x: Any, y: Any) -> Any:
        before = [p.data for p in parameters]
        try:
            for p, data, dx, dy in zip(parameters, before, first, second):
                p.data = data + float_of(x) * dx + float_of(y) * dy
            return cost()
        finally:
            for p, data in zip(parameters, before):
                p.data = data

    return at


def activations(names: Iterable[str] = ("sigmoid", "tanh", "relu"), at: float = 1.0) -> Plot:
    """Activation functions with their derivatives and the tangent at one point.

    Args:
        names: functions of the table of operations with one argument.
        at: where the tangent touches.
    """
    names = list(names)
    xs = [-5.0 + 10.0 * n / 400 for n in range(401)]
    with axes(1, len(names)) as (figure, panes):
        for name, pane in zip(names, panes):
            f = value_and_grad(lookup(name))
            pairs = [f(x) for x in xs]
            height, slope = f(at)
            pane.plot(xs, [y for y, _ in pairs], color=colour(0), linestyle=style(0), label=f"{name}(z)")
            pane.plot(xs, [d for _, d in pairs], color=colour(1), linestyle=style(1), label="derivative")
            near = [at - 1.5, at + 1.5]
            tangent = [height + slope * (x - at) for x in near]
            pane.plot(near, tangent, color=colour(3), linestyle=style(2), label=f"tangent at {at:g}")
            pane.plot([at], [height], "o", color=colour(3))
            pane.axhline(0.0, color=PALETTE["rule"][0], linewidth=0.6)
            pane.axvline(0.0, color=PALETTE["rule"][0], linewidth=0.6)
            pane.set(xlabel="z", title=name)
            legend(pane)
    return Plot(figure)


def schedules(named: Mapping[str, Callable[[int], float]], steps: int) -> Plot:
    """Learning rates over the steps.

    Args:
        named: schedules (step -> rate) by the name for the legend.
        steps: how many to show.
    """
    with axes() as (figure, (pane,)):
        curves(pane, range(steps), {name: [rate(step) for step in range(steps)] for name, rate in named.items()})
        pane.set(xlabel="step", ylabel="learning rate", title="Schedules")
    return Plot(figure)


def averages(values: Iterable[float], betas: Iterable[float] = (0.5, 0.9, 0.98)) -> Plot:
    """A series and its exponentially weighted averages; dotted, what they would be without their correction."""
    values = list(values)
    steps = range(1, len(values) + 1)
    with axes() as (figure, (pane,)):
        pane.plot(steps, values, ".", color=PALETTE["rule"][0], label="values")
        for k, beta in enumerate(betas):
            pane.plot(steps, ewa(values, beta), color=colour(k), linestyle=style(k), label=f"β = {beta:g}")
            pane.plot(steps, ewa(values, beta, corrected=False), ":", color=colour(k), linewidth=1.0)
        pane.set(xlabel="step", title="Exponentially weighted averages")
        legend(pane)
    return Plot(figure)
