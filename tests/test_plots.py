"""Plots: what the axes hold, read back from the figures."""

from __future__ import annotations

import copy
import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from microbp import Value, data, draw, fit, losses, nn, optim
from microbp.cli.train import save_plots
from microbp.errors import InputError, InputTypeError, ShapeError
from microbp.optim import schedules
from microbp.optim.averages import ewa
from microbp.train.history import History
from microbp.viz import network, plots
from microbp.viz.style import PALETTE

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def trained() -> tuple[nn.MLP, History]:
    model = nn.MLP(2, [4, 1], seed=1)
    adam = optim.Adam(model.parameters(), lr=0.05)
    return model, fit(model, losses.bce_with_logits, data.xor(), adam, 8, 4, progress=False, validation=data.xor())


def lines(pane: object) -> dict[str, list[float]]:
    return {line.get_label(): list(line.get_ydata()) for line in pane.get_lines()}  # type: ignore[attr-defined]


def drawn(figure: object) -> str:
    """The figure as SVG: everything is laid out and drawn."""
    out = io.StringIO()
    figure.savefig(out, format="svg")  # type: ignore[attr-defined]
    return out.getvalue()


def every_plot(model: nn.MLP, history: History) -> dict[str, plots.Plot]:
    makers = {"SGD": lambda p: optim.SGD(p, lr=0.05)}
    return {
        "training": plots.training(history),
        "gradients": plots.gradients(history),
        "boundary": plots.boundary(model, data.xor()),
        "classes": plots.boundary(nn.MLP(2, [4, 3], seed=1), data.spiral(30)),
        "surface": plots.surface(plots.SURFACES["minimum"], (1.0, 1.0), makers, steps=5),
        "activations": plots.activations(),
        "schedules": plots.schedules({"cosine": schedules.cosine(0.1, 50)}, 50),
        "averages": plots.averages([1.0, 3.0, 2.0, 5.0]),
        "figure": own_figure(),
        "images": plots.images([[0.0, 0.5, 1.0, 0.0]] * 3, ["a", "b", "c"], note="three"),
        "heat": plots.heat([[1.0, -2.0], [0.0, 0.5]], "ab", "cd", ("row", "column", "wish"), numbers=True),
    }


def own_figure() -> plots.Plot:
    """Drawn by the caller, who knows nothing of our colours."""
    plot = plots.figure(1, 2, size=(6.0, 3.0))
    for k, pane in enumerate(plot.axes):
        pane.plot([1, 2], [k, 3], label="up")
        pane.plot([1, 2], [3, k], label="down")
        pane.set(title=f"pane {k}", xlabel="x")
        plots.legend(pane)
    return plot


def cells(pane: object) -> Any:
    """The picture of a pane as colours: rows of (red, green, blue, opacity)."""
    (image,) = pane.get_images()  # type: ignore[attr-defined]
    return image.to_rgba(image.get_array())


def test_images_share_one_scale() -> None:
    faint, strong = [0.1, 0.0, 0.0, 0.1], [1.0, 0.0, 0.0, 0.5]
    first, second = plots.images([faint, strong], ["a", "b"]).axes
    assert cells(first)[0, 0, 3] == pytest.approx(0.1, abs=0.01) and cells(second)[0, 0, 3] == 1.0
    assert cells(first)[0, 1, 3] == 0.0, "where there is nothing one sees the page"
    (pane,) = plots.images([[-1.0, 0.0, 0.5, 1.0]], signed=True).axes
    (down, zero), (half, up) = cells(pane)
    assert down[0] > down[2] and up[2] > up[0] and zero[3] == pytest.approx(0.0, abs=0.02)
    assert half[3] == pytest.approx(0.5, abs=0.01) and tuple(half[:3]) == tuple(up[:3])
    for wrong in ([[1.0, 2.0]], [[]]):
        with pytest.raises(ShapeError, match="n·n"):
            plots.images(wrong)
    with pytest.raises(InputError, match="no images"):
        plots.images([])
    with pytest.raises(ShapeError, match="2 titles for 1"):
        plots.images([[1.0]], ["a", "b"])


def test_a_matrix_says_its_numbers() -> None:
    pane = plots.heat([[3, 0], [0, 12]], ["one", "two"], [0, 1], ("is", "said", "how often"), False, True).axes[0]
    assert [t.get_text() for t in pane.texts] == ["3", "12"]
    assert [t.get_text() for t in pane.get_yticklabels()] == ["one", "two"] and pane.get_ylabel() == "is"
    with pytest.raises(ShapeError, match="do not fit"):
        plots.heat([[1.0, 2.0]], ["one"], ["a"])


def test_a_plot_shows_itself_in_the_colours_of_the_page(trained: tuple[nn.MLP, History]) -> None:
    for plot in every_plot(*trained).values():
        svg = ET.fromstring(plot.svg)
        assert float(svg.get("width") or "inf") < 900, "shrunk to a page of 700 pixels its type would be too small"
        assert "<svg" in plot._repr_html_() and plot._repr_svg_().startswith("<svg")
        assert svg.get("class") == "microbp plot" and svg.findtext(f"{SVG}title")
        styles = [style for e in svg.iter() if (style := e.get("style"))]
        for style in styles:  # every colour is one of the palette, by its name too
            assert len(re.findall(r"#[0-9a-f]{3,6}", style)) == len(re.findall(r"var\(--", style)), style
        assert len([style for style in styles if "var(--ink)" in style]) >= 2
        assert [e for e in svg.iter(f"{SVG}text")], "text is text"


def test_plots_share_a_page(trained: tuple[nn.MLP, History]) -> None:
    known: dict[str, bytes] = {}
    for plot in every_plot(*trained).values():
        svg = plot.svg
        own = {name: ET.tostring(e) for e in ET.fromstring(svg).iter() if (name := e.get("id"))}
        assert {*re.findall(r'(?:url\(|href=")#([^)"]+)', svg)} == own.keys()
        for name, element in own.items():
            assert known.setdefault(name, element) == element, "what has the same id is the same"


def test_plots_are_saved(trained: tuple[nn.MLP, History], tmp_path: Path) -> None:
    plot = plots.training(trained[1])
    for ending, magic in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        plot.save(tmp_path / f"plot.{ending}")
        assert (tmp_path / f"plot.{ending}").read_bytes().startswith(magic)
    with pytest.raises(InputError, match=r"end the name in \.svg, \.png or \.pdf"):
        plot.save(tmp_path / "plot.docx")
    with pytest.raises(AttributeError):
        plot.no_such_thing  # noqa: B018
    assert repr(plot) == "Plot(cost, accuracy, learning rate)"
    assert copy.copy(plot).figure is plot.figure


def test_a_notebook_needs_no_magic_line() -> None:
    code = (
        "import sys, microbp.viz.plots as plots\n"
        "plot = plots.activations(['tanh'])\n"
        "assert '<svg' in plot._repr_html_() and 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("page", "system", "dark"),
    [
        ("<body>", "light", False),
        ("<body>", "dark", True),
        ('<body data-jp-theme-light="false">', "light", True),
        ('<body data-jp-theme-light="true">', "dark", False),
        ('<body class="vscode-dark">', "light", True),
        ('<html data-theme="light">', "dark", False),
    ],
)
def test_pictures_take_the_scheme_of_the_page_around_them(page: str, system: str, dark: bool, browser: Any) -> None:
    x = Value(2.0, "x")
    pictures = [draw(x * x), network(nn.MLP(2, [1]), [0.5, 1.0]), plots.activations(["tanh"])]
    tab = browser.new_context(color_scheme=system).new_page()
    tab.set_content(page + "".join(picture._repr_html_() for picture in pictures))
    found = tab.eval_on_selector_all(".paper", "(all) => all.map((e) => getComputedStyle(e).fill)")
    red, green, blue = (int(PALETTE["paper"][dark][i : i + 2], 16) for i in (1, 3, 5))
    assert set(found) == {f"rgb({red}, {green}, {blue})"}
    ink = tab.eval_on_selector_all("text", "(all) => all.map((e) => getComputedStyle(e).fill)")
    assert "rgb(0, 0, 0)" not in ink


def test_no_legend_lies_over_a_pane(trained: tuple[nn.MLP, History]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    model, history = trained
    tracks = {name: lambda p, lr=lr: optim.SGD(p, lr=lr) for name, lr in (("slow", 0.01), ("quick", 0.1))}
    for figure in (
        plots.training(history, smoothing=0.5), plots.gradients(history), plots.boundary(model, data.xor()),
        plots.surface(plots.SURFACES["saddle"], (1.0, 0.1), tracks, steps=5), plots.activations(),
        plots.averages([1.0, 2.0, 3.0]), plots.schedules({"a": lambda step: 0.1, "b": lambda step: 0.2}, 5),
    ):  # fmt: skip
        FigureCanvasAgg(figure.figure).draw()
        legends = [pane.get_legend() for pane in figure.axes if pane.get_legend()]
        assert legends
        for legend in legends:
            box = legend.get_window_extent()
            assert not any(box.overlaps(pane.get_window_extent()) for pane in figure.axes)
            assert box.x0 >= 0.0 and box.x1 <= figure.figure.bbox.x1 and box.y0 >= 0.0  # and none is cut off


def test_what_is_no_history_and_no_data_is_refused() -> None:
    for plot in (plots.training, plots.gradients):
        with pytest.raises(InputTypeError, match="History"):
            plot(3)  # type: ignore[arg-type]
    with pytest.raises(InputTypeError, match="pair"):
        plots.boundary(nn.MLP(2, [1]), None)  # type: ignore[arg-type]


def test_training_curves(trained: tuple[nn.MLP, History]) -> None:
    _, history = trained
    figure = plots.training(history, smoothing=0.5)
    cost, accuracy, rate = figure.axes
    assert lines(cost)["training"] == history.loss and lines(cost)["validation"] == history.val_loss
    assert lines(cost)["average, β = 0.5"] == ewa(history.loss, 0.5)
    assert lines(accuracy)["training"] == history.accuracy
    assert list(rate.get_lines()[0].get_ydata()) == history.rate
    styles = [line.get_linestyle() for line in cost.get_lines()[:2]]
    assert len(set(styles)) == 2  # never colour alone
    assert "<svg" in drawn(figure)


def test_gradients_of_every_layer_on_a_logarithmic_axis(trained: tuple[nn.MLP, History]) -> None:
    _, history = trained
    (pane,) = plots.gradients(history).axes
    assert pane.get_yscale() == "log"
    assert lines(pane)["layers.0.weight"] == [sizes["layers.0.weight"] for sizes in history.gradients]
    assert set(lines(pane)) == {"layers.0.weight", "layers.1.weight"}


def test_a_gradient_of_zero_is_a_gap_on_the_logarithmic_axis() -> None:
    drawn(plots.gradients(History(loss=[1.0, 1.0], gradients=[{"weight": 0.5}, {"weight": 0.0}])))


def test_the_boundary_is_where_the_output_changes_sign() -> None:
    model = nn.MLP(2, [1], seed=1)
    model.load_state_dict({"layers.0.weight": [[1.0, 1.0]], "layers.0.bias": [-1.0]})
    points = [[0.0, 0.0], [1.0, 1.0], [2.0, 0.5], [-1.0, 0.5]]
    figure = plots.boundary(model, (points, [0, 1, 1, 0]))
    contour = figure.axes[0].collections[1]
    vertices = [vertex for path in contour.get_paths() for vertex in path.vertices]
    assert vertices and all(abs(x + y - 1.0) < 1e-9 for x, y in vertices)  # linear: exact between grid points
    with pytest.raises(ShapeError, match="two inputs, not 3"):
        plots.boundary(model, ([[1.0, 2.0, 3.0]], [0]))


def test_the_boundary_of_several_classes() -> None:
    X, Y = data.spiral(30)
    figure = plots.boundary(nn.MLP(2, [4, 3], seed=1), (X, Y))
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["class 0", "class 1", "class 2"]
    drawn(figure)


@pytest.mark.parametrize("name", plots.SURFACES)
def test_tracks_of_optimisers_go_down(name: str) -> None:
    f = plots.SURFACES[name]
    makers = {"SGD": lambda p: optim.SGD(p, lr=0.03), "Adam": lambda p: optim.Adam(p, lr=0.05)}
    figure = plots.surface(f, (1.5, 1.0), makers, steps=30)
    tracks = {line.get_label(): list(zip(*line.get_data())) for line in figure.axes[0].get_lines()}
    for track in (tracks["SGD"], tracks["Adam"]):
        assert track[0] == (1.5, 1.0) and len(track) == 31
        heights = [f(Value(x), Value(y)).data for x, y in track]
        assert heights[-1] < heights[0]
    drawn(figure)


def test_the_cost_of_a_network_along_two_directions() -> None:
    model = nn.MLP(1, [1], seed=1)
    before = model.state_dict()
    (w, b) = model.parameters()
    f = plots.along(model, lambda: losses.squared_error(model([2.0]), 1.0), [[1.0, 0.0], [0.0, 1.0]])
    assert f(0.25, -0.5).data == pytest.approx(((w.data + 0.25) * 2.0 + b.data - 0.5 - 1.0) ** 2, rel=1e-12)
    assert model.state_dict() == before
    drawn(plots.surface(f, (0.0, 0.0), {}, span=((-1.0, 1.0), (-1.0, 1.0))))
    with pytest.raises(ShapeError, match="two directions of 2 numbers"):
        plots.along(model, lambda: 0.0, [[1.0]])


def test_activations_with_derivative_and_tangent() -> None:
    figure = plots.activations(["sigmoid", "tanh"], at=0.0)
    shown = lines(figure.axes[0])
    assert max(shown["derivative"]) == pytest.approx(0.25)
    low, high = shown["tangent at 0"]
    assert (high - low) / 3.0 == pytest.approx(0.25) and (high + low) / 2 == pytest.approx(0.5)
    assert len(figure.axes) == 2


def test_schedules_and_averages() -> None:
    cosine = schedules.cosine(0.1, 50)
    assert lines(plots.schedules({"cosine": cosine}, 50).axes[0])["cosine"] == [cosine(step) for step in range(50)]
    values = [1.0, 3.0, 2.0, 5.0]
    shown = lines(plots.averages(values, [0.9]).axes[0])
    assert shown["values"] == values and shown["β = 0.9"] == ewa(values, 0.9)


def test_the_pictures_of_a_training(trained: tuple[nn.MLP, History], tmp_path: Path) -> None:
    model, history = trained
    files = save_plots(tmp_path / "plots", model, history, data.xor())
    assert sorted(f.name for f in files) == ["boundary.svg", "gradients.svg", "network.svg", "training.svg"]
    assert all("<svg" in f.read_text("utf-8") for f in files)


def test_an_empty_history_is_refused() -> None:
    for plot in (plots.training, plots.gradients):
        with pytest.raises(InputError, match="nothing to plot"):
            plot(History())


def test_without_matplotlib_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from microbp.errors import MissingExtraError\n"
        "from microbp.viz import plots\n"
        "try: plots.activations()\n"
        "except MissingExtraError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "matplotlib is not installed: pip install 'microbp[plot]'"
