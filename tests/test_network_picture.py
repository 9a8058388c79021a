"""Pictures of networks and films of their training, read back from the SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from microbp import data, fit, losses, nn, optim
from microbp.errors import InputError, InputTypeError, ShapeError, StateError
from microbp.train.history import History
from microbp.viz import animate, network
from microbp.viz.discs import FULLEST
from microbp.viz.style import PALETTE

SVG = "{http://www.w3.org/2000/svg}"


def having(svg: str, name: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter() if name in e.get("class", "").split()]


def values(elements: list[ET.Element]) -> list[float]:
    return [float(e.get("data-value", "nan")) for e in elements]


MODELS: list[Callable[[], nn.Module]] = [
    lambda: nn.MLP(3, [4, 2], seed=1),
    lambda: nn.MLP(2, [3, 3], "relu", "softmax", seed=1),
    lambda: nn.Layer(3, 2, "sigmoid", seed=1),
    lambda: nn.Neuron(2, seed=1),
    lambda: nn.Chain([0.6, 1.2, -0.8], [0.9, 0.0, 0.3], "sigmoid"),
]


@pytest.mark.parametrize("build", MODELS)
def test_every_weight_is_an_edge_and_every_neuron_a_circle(build: Callable[[], nn.Module]) -> None:
    model = build()
    svg = network(model).svg
    weights = [p.data for name, p in model.named_parameters() if "weight" in name]
    biases = [p for name, p in model.named_parameters() if "bias" in name]
    assert sorted(values(having(svg, "edge"))) == sorted(weights)
    inputs = len(weights) if isinstance(model, nn.Neuron) else None
    if inputs is not None:
        assert len(having(svg, "neuron")) == len(biases) + inputs


@pytest.mark.parametrize("build", MODELS)
def test_neurons_are_filled_by_their_activations(build: Callable[[], nn.Module]) -> None:
    model = build()
    first = next(iter(model.tensors().values()))
    size = 1 if isinstance(model, nn.Chain) else len(first[0]) if isinstance(first[0], list) else len(first)
    x = [0.5, -1.0, 0.25][:size]
    out = model(x)
    outputs = [o.data for o in out] if isinstance(out, list) else [out.data]
    shown = values(having(network(model, x).svg, "neuron"))
    assert shown[:size] == x
    assert shown[-len(outputs) :] == outputs


def test_by_nudge_edges_show_minus_the_gradient() -> None:
    model = nn.MLP(2, [3, 1], activation="tanh", seed=4)
    (model([0.5, -1.0]) ** 2).backward()
    gradients, nudges = (network(model, by=by).svg for by in ("gradient", "nudge"))
    for kind in ("edge", "neuron"):
        found, turned = (
            [x for x in values(having(svg, kind)) if x == x] for svg in (gradients, nudges)
        )  # inputs have no number
        assert any(found) and [-x for x in turned] == found
    assert (
        "nudge −δ of size" in nudges
        and "−0.0" not in nudges
        and "-0.0" not in re.findall(r'data-value="([^"]+)"', nudges)
    )


def test_by_gradient_edges_show_gradients_and_neurons_their_errors() -> None:
    model = nn.MLP(2, [3, 1], seed=1)
    assert "no gradient yet" in network(model, by="gradient").svg
    losses.squared_error(model([0.5, -1.0]), 1.0).backward()
    svg = network(model, by="gradient").svg
    gradients = {name: p.grad for name, p in model.named_parameters()}
    assert sorted(values(having(svg, "edge"))) == sorted(g for name, g in gradients.items() if "weight" in name)
    deltas = [v for v in values(having(svg, "neuron")) if v == v]
    assert deltas == [g for name, g in gradients.items() if "bias" in name]


def test_numbers_have_four_digits_and_all_of_them_on_hover() -> None:
    model = nn.MLP(2, [1], seed=1)
    for p, gradient in zip(model.parameters(), (3.04916e-7, 1.234567, -0.654321)):
        p.grad = gradient
    drawn = ET.fromstring(network(model, [0.5, -1.0], by="gradient").svg)
    titles = " ".join(e.text or "" for e in drawn.iter(f"{SVG}title"))
    texts = " ".join(e.text or "" for e in drawn.iter(f"{SVG}text"))
    assert "gradient 3.04916e−7" in titles and "gradient 1.234567" in titles and "= −0.654321" in titles
    assert "widest edge: gradient of size 1.235" in texts and "−0.6543" in texts
    assert not re.search(r"\d\.\d{5}", texts)


def test_one_scale_holds_for_the_discs_of_all_layers() -> None:
    svg = network(nn.Chain([1.0, 0.5, -0.25], [0.0, 0.0, 0.0], "linear"), x=2.0).svg
    opacities = [float(e.get("fill-opacity")) for e in having(svg, "fill")]
    numbers = values(having(svg, "neuron"))
    assert numbers == [2.0, 2.0, 1.0, -0.25]
    assert opacities == pytest.approx([FULLEST * abs(x) / 2.0 for x in numbers], rel=0.01)
    assert "fullest disc: number of size 2" in svg


def test_errors_have_a_scale_of_their_own_beside_the_inputs() -> None:
    model = nn.Chain([1.0, 0.5], [0.0, 0.0], "linear")
    losses.squared_error(model(50.0), 24.0).backward()
    svg = network(model, x=50.0, by="gradient").svg
    opacities = [float(e.get("fill-opacity")) for e in having(svg, "fill")]
    assert opacities == pytest.approx([FULLEST, FULLEST / 2, FULLEST]) and "error δ of size 2" in svg


def test_inputs_and_outputs_show_their_numbers_inside() -> None:
    model = nn.MLP(2, [3, 2], "sigmoid", "softmax", seed=1)
    out = [o.data for o in model([0.5, -1.25e-5])]
    svg = network(model, [0.5, -1.25e-5]).svg
    texts = [e.text for e in having(svg, "number")]
    assert texts[:2] == ["0.5", "−1.25e−5"] and texts[-2:] == [f"{o:.4g}" for o in out] and len(texts) == 7


def test_where_discs_are_small_the_numbers_stand_beside() -> None:
    model = nn.MLP(9, [2], seed=1)
    svg = network(model, [0.1 * k for k in range(9)], classes=["no", "yes"]).svg
    outputs = having(svg, "output")
    assert len(outputs) == 9 + 2 and not having(svg, "number")
    inputs = [float(e.get("x")) for e in outputs if e.get("text-anchor") == "end"]
    assert len(inputs) == 9 and all(x > 40 for x in inputs)


def test_classes_are_named_and_the_one_of_the_largest_output_is_bold() -> None:
    model = nn.MLP(2, [3], seed=1)
    out = [o.data for o in model([0.5, -1.0])]
    names = ["cat", "<b>dog</b>", "w_1"]
    svg = network(model, [0.5, -1.0], classes=names).svg
    found = having(svg, "class")
    assert [e.text for e in found] == ["cat", "<b>dog</b>", "w1"]
    assert [e.get("class") == "class chosen" for e in found] == [o == max(out) for o in out]
    assert not having(network(model, classes=names).svg, "chosen")
    with pytest.raises(ShapeError, match="2 names of classes for 3 outputs: give one each"):
        network(model, classes=["cat", "dog"])


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("sign", ["pos", "neg"])
def test_numbers_are_readable_on_the_fullest_disc(scheme: int, sign: str) -> None:
    def channels(name: str) -> list[float]:
        return [int(PALETTE[name][scheme][i : i + 2], 16) / 255 for i in (1, 3, 5)]

    def luminance(rgb: list[float]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    disc = [FULLEST * a + (1.0 - FULLEST) * b for a, b in zip(channels(sign), channels("paper"))]
    light, dark = sorted((luminance(disc), luminance(channels("ink"))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.1, level AA


def test_sign_and_size_are_seen_without_colour() -> None:
    svg = network(nn.Chain([2.0, -1.0], [0.0, 0.0])).svg
    positive, negative = having(svg, "edge")
    assert "pos" in positive.get("class", "") and "neg" in negative.get("class", "")
    assert float(positive.get("stroke-width", 0)) > float(negative.get("stroke-width", 0))
    assert re.search(r"\.edge\.neg \{[^}]*stroke-dasharray", svg)


def test_a_large_layer_is_shortened_and_a_digit_shown_as_pixels() -> None:
    X, _ = data.digits("test")
    svg = network(nn.MLP(64, [20, 10], seed=1), x=X[0]).svg
    assert len(having(svg, "neuron")) == 16 + 16 + 10
    assert len(having(svg, "ellipsis")) == 2 * 3
    assert len(having(svg, "edge")) == 16 * 16 + 16 * 10
    (image,) = having(svg, "pixels")
    inked = [float(r.get("fill-opacity")) for r in image if r.get("class") != "frame"]
    assert len(inked) == sum(v > min(X[0]) for v in X[0]) and max(inked) == 1.0


def test_nothing_leaves_the_paper() -> None:
    svg = network(nn.MLP(30, [5, 3], seed=1), x=[0.1] * 30).svg
    _, _, width, height = map(float, ET.fromstring(svg).get("viewBox").split())
    for circle in ET.fromstring(svg).iter(f"{SVG}circle"):
        x, y, r = (float(circle.get(name)) for name in ("cx", "cy", "r"))
        assert r <= x <= width - r and r <= y <= height - r


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    model = nn.MLP(2, [1])
    with pytest.raises(InputError, match="by is 'weight', 'gradient' or 'nudge'"):
        network(model, by="colour")
    with pytest.raises(InputTypeError, match="takes a model"):
        network([1, 2])  # type: ignore[arg-type]
    with pytest.raises(InputTypeError, match="no layers with weights and biases"):
        network(nn.Module())
    with pytest.raises(ShapeError):
        network(model, x=[1.0])
    with pytest.raises(InputError, match=r"'net\.png': end the name in \.svg or \.tex"):
        network(model).save(tmp_path / "net.png")
    with pytest.raises(InputTypeError, match="name of a file"):
        network(model).save(None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained() -> tuple[nn.MLP, History]:
    model = nn.MLP(2, [3, 1], seed=1)
    sgd = optim.SGD(model.parameters(), lr=0.5)
    history = fit(model, losses.bce_with_logits, data.xor(), sgd, 70, 4, progress=False, record_parameters=True)
    return model, history


def test_a_film_goes_through_the_recorded_weights(trained: tuple[nn.MLP, History]) -> None:
    model, history = trained
    svg = animate(model, history).svg
    edges = having(svg, "edge")
    assert len(edges) == 2 * 9
    first, last = history.parameters[0], history.parameters[-1]
    w0, w1 = (state["layers.0.weight"][0][0] for state in (first, last))
    widths = {}
    for kind, line in zip(("pos", "neg"), edges):
        found = line.find(f"{SVG}animate")
        widths[kind] = [float(v) for v in found.get("values").split(";")] if found is not None else [0.0] * 60
    assert len(widths["pos"]) == 60  # 70 epochs, thinned out
    assert (widths["pos"][0] > 0) == (w0 > 0) and (widths["pos"][-1] > 0) == (w1 > 0)
    assert all(p == 0.0 or n == 0.0 for p, n in zip(widths["pos"], widths["neg"]))
    captions = [t for t in having(svg, "caption") if (t.text or "").startswith("epoch")]
    assert captions[0].text == f"epoch 1, cost {history.loss[0]:.4g}"
    assert captions[-1].text == f"epoch 70, cost {history.loss[-1]:.4g}" and captions[-1].get("visibility") == "visible"


def test_films_need_recorded_parameters_of_this_network(trained: tuple[nn.MLP, History], tmp_path: Path) -> None:
    model, history = trained
    with pytest.raises(InputError, match="record_parameters=True"):
        animate(model, History(loss=[1.0]))
    with pytest.raises(StateError, match="another network"):
        animate(nn.MLP(2, [4, 1]), history)
    with pytest.raises(StateError, match="another network"):
        animate(nn.MLP(2, [3, 3, 1]), history)
    with pytest.raises(InputError, match=r"\.svg or \.html"):
        animate(model, history).save(tmp_path / "film.gif")
    with pytest.raises(InputTypeError, match="name of a file"):
        animate(model, history).save(None)  # type: ignore[arg-type]
    with pytest.raises(InputTypeError, match="History"):
        animate(model, None)  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_page_of_a_film_pauses_scrubs_and_respects_reduced_motion(
    trained: tuple[nn.MLP, History], browser: Any, tmp_path: Path
) -> None:
    animate(*trained).save(tmp_path / "film.html")
    complaints: list[str] = []
    for motion, button in (("no-preference", "Pause"), ("reduce", "Play")):
        context = browser.new_context(reduced_motion=motion, offline=True)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((tmp_path / "film.html").as_uri())
        assert page.inner_text("#play") == button
        page.fill("#scrub", "8")
        seen = "(all) => all.filter((t) => getComputedStyle(t).visibility === 'visible').map((t) => t.textContent)"
        visible = page.eval_on_selector_all("text.caption", seen)
        assert [text.partition(",")[0] for text in visible if text.startswith("epoch")] == ["epoch 70"]
        assert page.inner_text("#play") == "Play"
        context.close()
    assert complaints == []
