"""The playground's page, made of the scripts beside this file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

from ...errors import InputError, InputTypeError
from ...table.op import shorten
from ..page import framed, inert, policy, script
from ..style import stylesheet
from ..svg import file
from .table import COSTS, HIDDEN, LAYERS, NEURONS, RATES, table

HERE = Path(__file__).parent
DATA = ["moons", "circles", "spiral", "xor", "function"]
HEIGHT = 900  # pixels of the frame in a notebook


def playground(
    data: str = "moons",
    layers: Sequence[int] = (8, 8),
    activation: str = "tanh",
    cost: str = "bce_with_logits",
    optimizer: str = "adam",
    *,
    lr: float | None = None,
    batch_size: int = 20,
    l2: float = 0.0,
    n: int = 200,
    noise: float = 0.1,
    test: float = 0.25,
    function: str = "sin(2*x1) * x2",
    seed: int = 0,
) -> Playground:
    """A page that trains a network in the browser, and explains it.

    Everything can be chosen in the page as well; the arguments say what it begins with. Data, first weights and
    batches are those of the library: the page exports a program whose `microbp.fit` gives the same losses.

    Args:
        data: moons, circles, spiral, xor, or function.
        layers: neurons of each hidden layer, at most 8 in at most 6 layers.
        activation: of the hidden layers.
        cost: of one output.
        optimizer: sgd, momentum, rmsprop or adam.
        lr: the learning rate; by default one that suits the optimiser.
        batch_size: samples per step; 0 for all.
        l2: the weight decay λ, which adds λ times a parameter to its gradient.
        n, noise, seed: of the data, as in `microbp.data`; the seed is that of weights and batches too.
        test: the share of the samples that is kept for testing, at most a half.
        function: what is learnt with data="function", a formula of x1 and x2: its sign, or its values if the cost
            reads numbers.

    Raises:
        InputError: something of this is not there to choose, or out of range.

    >>> page = playground("circles", layers=[4, 2])
    >>> page.save("circles.html")  # doctest: +SKIP
    >>> page
    Playground(circles, 2-4-2-1)
    """
    chosen = {"data": (data, DATA), "activation": (activation, HIDDEN), "cost": (cost, COSTS)}
    for name, (value, known) in {**chosen, "optimizer": (optimizer, RATES)}.items():
        if value not in known:
            raise InputError(f"{name} is {shorten(repr(value))}: choose from {', '.join(known)}")
    if not isinstance(function, str):
        raise InputTypeError(f"function is a text such as 'x1 * x2', got {function!r}")
    hidden = [_whole("a layer", size, 1, NEURONS) for size in layers]
    if len(hidden) > LAYERS:
        raise InputError(f"{len(hidden)} hidden layers do not fit the page: give at most {LAYERS}")
    settings = {
        "data": data, "n": _whole("n", n, 10, 500), "noise": _within("noise", noise, 0.0, 0.5),
        "test": _within("test", test, 0.0, 0.5), "formula": function, "points": [[-1, 0, 0], [1, 0, 1]],
        "features": ["x1", "x2"], "layers": hidden, "activation": activation, "cost": cost, "optimiser": optimizer,
        "rate": RATES[optimizer] if lr is None else _within("lr", lr, 1e-6, 100.0),
        "batch": _whole("batch_size", batch_size, 0, 500), "l2": _within("l2", l2, 0.0, 1.0),
        "seed": _whole("seed", seed, 0, 2**31),
    }  # fmt: skip
    return Playground(settings)


def _whole(name: str, x: Any, least: int, most: int) -> int:
    if isinstance(x, bool) or not isinstance(x, int) or not least <= x <= most:
        raise InputError(f"{name} is {shorten(repr(x))}: give a whole number from {least} to {most}")
    return x


def _within(name: str, x: Any, least: float, most: float) -> float:
    if isinstance(x, bool) or not isinstance(x, int | float) or not least <= x <= most:
        raise InputError(f"{name} is {shorten(repr(x))}: give a number from {least:g} to {most:g}")
    return float(x)


class Playground:
    """The page: shows itself in a notebook, and saves itself.

    Attributes:
        html: the page, whole.
        settings: what it begins with.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        style = stylesheet((HERE / "playground.css").read_text("utf-8"), ":root")
        scripts = script("../playground/main")
        self.html = Template((HERE / "playground.html").read_text("utf-8")).substitute(
            csp=policy(scripts, style),
            style=style,
            script=scripts,
            data=inert({"table": table(), "settings": settings}),
        )

    def save(self, path: str | Path) -> None:
        """Write the page to a file whose name ends in .html."""
        path = file(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise InputError(f"the playground is a web page: end {path.name!r} in .html")
        path.write_text(self.html, encoding="utf-8")

    def _repr_html_(self) -> str:
        return framed(self.html, "Playground", HEIGHT)

    def __repr__(self) -> str:
        sizes = [len(self.settings["features"]), *self.settings["layers"], 1]
        return f"Playground({self.settings['data']}, {'-'.join(map(str, sizes))})"
