"""`animate`: a network while it learns, every epoch a frame.

The SVG moves by itself (SMIL), once, and stays at the end. The page around it can pause and scrub, and
does not move at all by itself where the reader has asked for less motion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from string import Template
from typing import Any

from ..errors import InputError, InputTypeError, StateError
from ..nn import Module
from ..train.history import History
from .columns import Column, listed, read_columns, rows
from .discs import discs
from .figures import figure
from .network import Network
from .page import HERE, framed, policy
from .places import SIDE, WIDTHS, Places, ends
from .style import NETWORK, stylesheet
from .svg import document

FRAMES = 60  # at most; longer trainings are thinned out
SECONDS = 8.0  # from the first frame to the last
TIMING = f'dur="{SECONDS}s" fill="freeze"'
FRAME = 560  # pixels, the height in a notebook
CURVE = 70.0  # the height of the curve of the cost


def animate(model: Module, history: History) -> Animation:
    """Show the weights of a network as they were after every epoch, and the curve of the cost.

    Args:
        model: the network.
        history: of its training, ``fit(..., record_parameters=True)``.

    Raises:
        InputTypeError: no network, no history.
        InputError: the history has no parameters.
        StateError: they are of another network.

    >>> from microbp import data, fit, losses, nn, optim
    >>> model = nn.MLP(2, [3, 1], seed=1)
    >>> sgd = optim.SGD(model.parameters(), lr=0.1)
    >>> history = fit(model, losses.bce_with_logits, data.xor(), sgd, 5, 4, progress=False, record_parameters=True)
    >>> animate(model, history).svg.count("<line")  # one where positive and one where negative
    18
    """
    if not isinstance(history, History):
        raise InputTypeError(f"animate takes the History of fit(..., record_parameters=True), got {history!r}")
    if not history.parameters:
        raise InputError("the history has no parameters: train with fit(..., record_parameters=True)")
    columns = read_columns(model)
    epochs = thinned(len(history.parameters))
    frames = [weights(columns, model, history.parameters[epoch]) for epoch in epochs]
    return Animation(film(columns, frames, epochs, history.loss))


class Animation(Network):
    """A film of a network: shows itself in a notebook, and saves itself.

    Attributes:
        svg: the film, playing once by itself.
        html: a page around it, with controls.
    """

    @property
    def html(self) -> str:
        """The film on a page with controls."""
        svg = self.svg.partition("<style>")[0] + self.svg.partition("</style>\n")[2]
        style = stylesheet(NETWORK + (HERE / "page.css").read_text("utf-8"), ":root")
        script = (HERE / "animate.js").read_text("utf-8")
        page = Template((HERE / "animate.html").read_text("utf-8"))
        return page.substitute(csp=policy(script, style), style=style, script=script, svg=svg, seconds=SECONDS)

    def formats(self) -> dict[str, Callable[[], str | bytes]]:
        """The film alone, or on its page."""
        return {".svg": lambda: self.svg, ".html": lambda: self.html}

    def _repr_html_(self) -> str:
        return framed(self.html, "A network while it learns", FRAME)

    def __repr__(self) -> str:
        return "Animation(svg, html)"


def thinned(epochs: int) -> list[int]:
    """The epochs that become frames: the first, the last, and evenly between.

    >>> thinned(3), len(thinned(1000)), thinned(1000)[-1]
    ([0, 1, 2], 60, 999)
    """
    if epochs <= FRAMES:
        return list(range(epochs))
    return [round(n * (epochs - 1) / (FRAMES - 1)) for n in range(FRAMES)]


def weights(columns: Sequence[Column], model: Module, state: Mapping[str, Any]) -> list[list[list[float]]]:
    """The weights of every layer in a state dict, in the columns' order."""
    if state.keys() != model.tensors().keys():
        raise StateError(f"the history is of another network: it has {', '.join(state)}")
    if list(state) == ["weights", "biases"]:
        found: list[Any] = [[[w]] for w in state["weights"]]
    else:
        found = [rows(listed(tensor)) for name, tensor in state.items() if name.endswith("weight")]
    for column, matrix in zip(columns[1:], found):
        if [len(row) for row in matrix] != [len(row) for row in column.weights]:
            raise StateError(f"the history is of another network: {column.name} had other sizes")
    return [[], *found]


def film(
    columns: Sequence[Column], frames: list[list[list[list[float]]]], epochs: list[int], costs: Sequence[float]
) -> str:
    """The SVG."""
    places = Places(columns, None)
    height = places.height + CURVE + 20.0
    largest = max(abs(w) for frame in frames for matrix in frame for row in matrix for w in row) or 1.0
    body = [
        '<g class="edges">',
        *moving(columns, places, frames, largest),
        "</g>",
        *discs(columns, places, [None] * len(columns)),
        *curve(places, epochs, costs),
        *counter(places, epochs, costs),
    ]
    title = f"{'-'.join(str(column.size) for column in columns)} while it learns, {epochs[-1] + 1} epochs"
    return document("network", places.width, height, body, stylesheet(NETWORK), title)


def moving(
    columns: Sequence[Column], places: Places, frames: list[list[list[list[float]]]], largest: float
) -> Iterator[str]:
    """Two lines for every edge, one for its positive and one for its negative times: the other has no width."""
    for layer, j, k, start, end in places.lines(columns):
        series = [frame[layer][j][k] for frame in frames]
        for kind, part in (("pos", series), ("neg", [-w for w in series])):
            widths = [WIDTHS[1] * max(w, 0.0) / largest for w in part]
            values = ";".join(f"{width:.3g}" for width in widths)
            yield (
                f'<line class="edge {kind}" {ends(start, end)} stroke-width="{widths[-1]:.3g}">'
                + (f'<animate attributeName="stroke-width" values="{values}" {TIMING}/>' if any(widths) else "")
                + "</line>"
            )


def curve(places: Places, epochs: list[int], costs: Sequence[float]) -> Iterator[str]:
    """The cost over the epochs, and a dot that runs along."""
    top, right = places.height, places.width - SIDE
    shown = [costs[epoch] for epoch in epochs]
    low, high = min(shown), max(shown)
    xs = [SIDE + (right - SIDE) * (n / max(len(shown) - 1, 1)) for n in range(len(shown))]
    ys = [top + CURVE * (1.0 - (cost - low) / ((high - low) or 1.0)) for cost in shown]
    points = " ".join(f"{x:.5g},{y:.5g}" for x, y in zip(xs, ys))
    yield f'<polyline class="curve" points="{points}"/>'
    along = (
        f'<animate attributeName="{name}" values="{";".join(f"{v:.5g}" for v in values)}" {TIMING}/>'
        for name, values in (("cx", xs), ("cy", ys))
    )
    yield f'<circle class="dot" cx="{xs[-1]:.5g}" cy="{ys[-1]:.5g}" r="4">{"".join(along)}</circle>'


def counter(places: Places, epochs: list[int], costs: Sequence[float]) -> Iterator[str]:
    """A line of text for every frame, each shown in its time."""
    times = [f"{SECONDS * n / max(len(epochs) - 1, 1):.4g}s" for n in range(len(epochs))]
    for n, epoch in enumerate(epochs):
        if n < len(epochs) - 1:
            start, change, span = "hidden", "visible", f'begin="{times[n]}" end="{times[n + 1]}"'
        else:  # shown where nothing moves
            start, change, span = "visible", "hidden", f'begin="0s" end="{times[n]}"'
        turn = f'<set attributeName="visibility" to="{change}" {span}/>' if len(epochs) > 1 else ""
        yield (
            f'<text class="caption" x="{SIDE}" y="{places.height - 12:.6g}" visibility="{start}">'
            f"epoch {epoch + 1}, cost {figure(costs[epoch])}{turn}</text>"
        )
