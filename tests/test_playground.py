"""The playground, driven in a real browser without a network; its numbers are those of the library."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from math import sin
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from needs import AXE

from microbp import Value, data, losses, nn
from microbp.cli import main
from microbp.errors import InputError, InputTypeError
from microbp.inspect import explain, nudges, saturation
from microbp.inspect.notation import short
from microbp.viz import playground
from microbp.viz.playground.table import COSTS, HIDDEN, RATES

STATES = int(os.environ.get("MICROBP_PLAYGROUND", "10"))
"""So many random states are compared with the library."""

CLOSE = 1e-9  # the exponential of a browser differs from that of C in the last bit, and training carries it on
SAME = 1e-12  # the same for one graph
MOVED = 1e-6  # of a parameter: Adam divides by the root of s, and so the rounding of a gradient of almost 0 moves it

FEATURES: dict[str, tuple[str, Callable[[float, float], float]]] = {
    "x1": ("x_1", lambda a, b: a),
    "x2": ("x_2", lambda a, b: b),
    "x1x1": ("x_1^2", lambda a, b: a * a),
    "x2x2": ("x_2^2", lambda a, b: b * b),
    "x1x2": ("x_{1}x_{2}", lambda a, b: a * b),
    "sin1": ("sin x_1", lambda a, b: sin(a)),
    "sin2": ("sin x_2", lambda a, b: sin(b)),
}
HOSTILE = [
    "<img src=x onerror='window.hit=1'>",
    "</script><script>window.hit=1</script>",
    "\"'><svg onload=window.hit=1>",
]


@pytest.fixture
def visit(window: Any, tmp_path: Path) -> Any:
    """Opens a playground."""

    def opened(hash: str = "", width: int = 1280, touch: bool = False, scheme: Any = "light", **settings: Any) -> Any:
        path = tmp_path / "page.html"
        playground(**settings).save(path)
        page = window(path.as_uri() + hash, width, 900, has_touch=touch, color_scheme=scheme)
        page.wait_for_selector(".neuron")
        return page

    return opened


def state(page: Any) -> dict[str, Any]:
    """The numbers behind the page."""
    found: dict[str, Any] = page.evaluate(
        """() => { const { settings, training: t, sample } = window.playground, point = t.problem.train[sample];
        return { settings, sample, theta: [...t.theta], loss: t.loss, testLoss: t.testLoss, accuracy: t.accuracy,
                 x: t.problem.inputs(point.x), y: t.problem.target(point), output: t.problem.output,
                 inputs: t.problem.train.map((p) => t.problem.inputs(p.x)) }; }"""
    )
    return found


def do(page: Any, what: str) -> None:
    page.evaluate(f"() => {{ const app = window.playground; app.act(() => {{ {what} }}); }}")


def settle(page: Any, hash: str) -> None:
    """Give the page another state by its link."""
    page.evaluate("(hash) => { window.location.hash = hash; }", hash)
    page.wait_for_function("(h) => window.playground.opened === h && !window.playground.replaying", arg="#" + hash)


def a_state(rng: Random) -> dict[str, Any]:
    """Random settings, as a link holds them."""
    optimiser = rng.choice(list(RATES))
    kind = rng.choice(["moons", "circles", "spiral", "xor", "function"])
    run = f"{optimiser}:{RATES[optimiser] / 3}:{rng.choice([5, 20, 0])}:{rng.choice([0, 0.01])}:{rng.randrange(4)}"
    return {
        "data": kind, "n": rng.randrange(20, 60), "noise": 0.1, "test": rng.choice([0, 0.3]),
        "seed": rng.randrange(10**6),
        "features": ".".join(rng.sample(list(FEATURES), rng.randrange(1, 5))),
        "layers": ".".join(str(rng.randrange(1, 5)) for _ in range(rng.randrange(4))),
        "activation": rng.choice(HIDDEN), "cost": rng.choice(COSTS), "formula": "sin(2*x1) - x2^2/3", "run": run,
    }  # fmt: skip


def network_of(now: dict[str, Any]) -> nn.MLP:
    settings = now["settings"]
    model = nn.MLP(len(now["x"]), [*settings["layers"], 1], settings["activation"], now["output"])
    for parameter, number in zip(model.parameters(), now["theta"]):
        parameter.data = number
    return model


def cost_of(model: nn.MLP, now: dict[str, Any]) -> Value:
    labels = [FEATURES[name][0] for name in FEATURES if name in now["settings"]["features"]]
    inputs = [Value(x, label) for x, label in zip(now["x"], labels)]
    cost: Value = losses.LOSSES[now["settings"]["cost"]](model(inputs), now["y"])
    cost.label = "C_0"
    return cost


def cells(page: Any, table: str) -> list[list[str]]:
    """The cells of a table: formulas as the texts that they were made of, numbers in full."""
    found: list[list[str]] = page.eval_on_selector_all(
        f'[aria-label="{table}"] tbody tr',
        """(rows) => rows.map((row) => [...row.cells].map((cell) => {
            const inner = cell.querySelector('[data-text], [data-value]');
            return inner ? inner.dataset.text ?? inner.dataset.value : cell.textContent; }))""",
    )
    return found


def close(a: float, b: float, tolerance: float = SAME) -> bool:
    return abs(a - b) <= tolerance * max(1.0, abs(b))


# -- explanations ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_derivations_are_those_of_explain(visit: Any) -> None:
    page = visit()
    for seed in range(STATES):
        rng = Random(seed)
        settle(page, urlencode(a_state(rng)))
        page.evaluate("(i) => window.playground.chooseSample(i)", rng.randrange(100))
        now = state(page)
        model = network_of(now)
        place = rng.randrange(len(model.parameters()))
        page.evaluate("(weight) => window.playground.choose({ weight })", place)
        told = explain(cost_of(model, now), model.parameters()[place])
        shown = [(symbol, formula, numbers) for symbol, formula, numbers, _ in cells(page, "Factors")]
        assert shown == [(f.symbol, f.text, f.numbers) for f in told.factors], seed
        assert all(close(float(row[3]), f.value) for row, f in zip(cells(page, "Factors"), told.factors))
        paths = [(float(product), way) for product, way in cells(page, "Paths")[: len(told.paths)]]
        assert [way for _, way in paths] == [" → ".join(told.names[n].text for n in p.nodes) for p in told.paths]
        assert all(close(product, path.product) for (product, _), path in zip(paths, told.paths))
        equation = page.locator(".equation")
        assert equation.locator(".fraction").get_attribute("data-text") == told.symbol
        assert close(float(equation.locator(".number").get_attribute("data-value")), told.value)
        names = page.eval_on_selector_all(".definitions dt .maths", "(all) => all.map((d) => d.dataset.text)")
        formulas = page.eval_on_selector_all(".definitions dd .maths", "(all) => all.map((d) => d.dataset.text)")
        told_lines = [line[5:].strip().rpartition(" = ")[0] for line in told._definitions().splitlines()]
        assert [f"{name} = {formula}" for name, formula in zip(names, formulas)] == told_lines


@pytest.mark.slow
def test_a_neuron_and_a_sample_say_what_inspect_says(visit: Any) -> None:
    page = visit(hash="#data=moons&n=40&layers=4.3&features=x1.x2x2&activation=sigmoid&run=adam:0.03:10:0:5")
    page.wait_for_function("() => window.playground.training.epochs === 5")
    page.click('[data-neuron="1,2"]')
    now = state(page)
    model = network_of(now)
    cost = cost_of(model, now)
    cost.backward()
    hidden, output = model.layers[0], model.layers[1]
    found = {label: float(value) for label, value, *_ in ((r[0], r[4]) for r in cells(page, "Weights"))}
    expected = [*hidden.neurons[1].w, hidden.neurons[1].b]
    assert all(close(found[plain], p.grad) for plain, p in zip(found, expected))
    sent = [float(row[4]) for row in cells(page, "What the next layer sends back")]
    errors = [neuron.b.grad for neuron in output.neurons]
    assert all(close(a, n.w[1].data * e) for a, n, e in zip(sent, output.neurons, errors))
    delta = page.locator(".equation .number").last.get_attribute("data-value")
    assert close(float(delta), hidden.neurons[1].b.grad)
    page.click("#show-sample")
    wants = nudges(model, now["x"], now["y"], losses.bce_with_logits, layer=2)
    assert all(close(float(row[3]), z) for row, z in zip(cells(page, "What layer 2 wants"), wants.z))
    assert [row[1] for row in cells(page, "What layer 2 wants")] == ["up" if z > 0 else "down" for z in wants.z]


@pytest.mark.slow
def test_neurons_that_do_not_learn_are_marked_with_the_reason(visit: Any) -> None:
    page = visit(hash="#data=circles&n=40&layers=5.4&activation=relu&seed=4")
    page.evaluate(
        "() => { const { training: t } = window.playground; t.theta[10] = -50; window.playground.changed(true); }"
    )
    now = state(page)
    told = saturation(network_of(now), now["inputs"])
    assert "a_1^{(1)}" in [n.label for n in told.dead]
    marked = page.eval_on_selector_all(".neuron:has(.badge)", "(all) => all.map((n) => [n.dataset.neuron, n.title])")
    hidden = [n for n in told.saturated if n.layer < 3]
    assert [neuron for neuron, _ in marked] == [f"{n.layer},{n.neuron}" for n in hidden]
    assert "no sample can teach it" in dict(marked)["1,1"]
    page.click('[data-neuron="1,1"]')
    assert "dead" in page.inner_text("#panel .warning")


@pytest.mark.slow
def test_the_parts_of_a_move_add_up_to_it(visit: Any) -> None:
    page = visit()
    for optimiser in RATES:
        settle(page, f"data=moons&n=40&layers=3&batch=7&l2=0.01&optimiser={optimiser}&rate=0.05")
        do(page, "app.training.epoch(); app.training.step()")
        before = state(page)["theta"]
        do(page, "app.training.step()")
        after = state(page)["theta"]
        page.locator('.touch[data-place="2"]').dispatch_event("click")
        *parts, (_, _, together) = cells(page, "Parts of the move")
        assert close(float(together), after[2] - before[2])
        assert close(sum(float(row[2]) for row in parts), after[2] - before[2])
        page.click("#panel summary")
        row = page.inner_text("#panel summary").split(",")[0].lower()
        share = next(float(part[2]) for part in cells(page, "Parts of the move") if part[0] == row)
        assert close(sum(float(move) for move, _ in cells(page, f"Paths of {row}")), share)


# -- training ----------------------------------------------------------------------------------------------


def test_it_learns_the_moons(visit: Any) -> None:
    page = visit()
    page.click("#run")
    page.wait_for_function("() => window.playground.training.accuracy.at(-1) >= 0.95", timeout=60_000)
    page.click("#run")
    assert state(page)["loss"][-1] < 0.2
    assert len(state(page)["loss"]) <= 300  # an epoch a frame: 5 seconds


def run_exported(page: Any) -> dict[str, Any]:
    """What the program that the page exports comes to."""
    page.click("#python")
    code = page.input_value("#dialog-content")
    page.click("#close-dialog")
    names: dict[str, Any] = {}
    exec(compile(code, "exported.py", "exec"), names)
    return names


@pytest.mark.slow
def test_the_exported_program_gives_the_same_losses(visit: Any, capsys: Any) -> None:
    page = visit()
    for seed in range(max(4, STATES // 2)):
        rng = Random(100 + seed)
        settings = a_state(rng)
        optimisers = [rng.choice(list(RATES)) for _ in range(2)]
        runs = [
            f"{o}:{RATES[o] / 5}:{rng.choice([7, 0])}:{rng.choice([0, 0.01])}:{rng.randrange(1, 8)}" for o in optimisers
        ]
        settle(page, urlencode(settings | {"run": ";".join(runs)}))
        now = state(page)
        found = run_exported(page)
        assert len(found["loss"]) == len(now["loss"]) > 1
        assert all(close(a, b, CLOSE) for a, b in zip(found["loss"], now["loss"])), (seed, settings)
        parameters = [p.data for p in found["model"].parameters()]
        assert all(close(a, b, MOVED) for a, b in zip(parameters, now["theta"]))
        if now["testLoss"]:
            assert close(found["history"].val_loss[-1], now["testLoss"][-1], CLOSE)


@pytest.mark.slow
def test_drawn_points_are_trained_on_and_exported(visit: Any, capsys: Any) -> None:
    page = visit(batch_size=0)
    page.click('[data-set="drawn"]')
    page.click("#clear")
    box = page.locator("#overlay").bounding_box()
    spots = [(0.2, 0.2, 1), (0.8, 0.8, 1), (0.2, 0.8, 0), (0.8, 0.2, 0)]
    for x, y, brush in spots:
        page.check(f'input[name=brush][value="{brush}"]')
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.focus("#overlay")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    points = state(page)["settings"]["points"]
    assert len(points) == 7 and points[2][2] == 1 and abs(points[2][0] + 1.2) < 0.05 and abs(points[2][1] - 1.2) < 0.05
    page.check("input[name=brush][value=erase]")
    page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    assert len(state(page)["settings"]["points"]) == 6
    do(page, "for (let i = 0; i < 20; i++) app.training.epoch()")
    assert all(close(a, b, CLOSE) for a, b in zip(run_exported(page)["loss"], state(page)["loss"]))


@pytest.mark.slow
def test_a_typed_function_is_learnt_by_value_and_by_sign(visit: Any) -> None:
    page = visit()
    page.click('[data-set="function"]')
    page.fill("#formula", "x1 * x2")
    page.press("#formula", "Enter")
    assert "above 0" in page.inner_text("#learns")
    page.select_option("#cost", "squared_error")
    assert "values" in page.inner_text("#learns")
    now = state(page)
    rng = Random(0)
    X = [[rng.uniform(-2, 2), rng.uniform(-2, 2)] for _ in range(200)]
    Y = [a * b + rng.gauss(0.0, 0.1) for a, b in X]
    X, Y, *_ = data.split(X, Y, test=0.25, seed=0)
    assert now["x"] == X[0] and close(now["y"], Y[0])
    for wrong, said in {"x1 +": "ends too early", "log(x1)": "no finite value", "eval(1)": "“eval” is unknown"}.items():
        page.fill("#formula", wrong)
        page.press("#formula", "Enter")
        assert said in page.inner_text("#status")
    assert state(page)["settings"]["formula"] == "x1 * x2"  # nothing is lost


def test_a_training_that_leaves_the_floats_stops_and_says_so(visit: Any) -> None:
    page = visit(data="function", cost="squared_error", activation="linear", layers=[8, 8, 8], optimizer="sgd", lr=10)
    page.click("#run")
    page.wait_for_function("() => !window.playground.running")
    assert "too large for a float" in page.inner_text("#status")
    assert all(abs(x) < float("inf") for x in state(page)["theta"])


# -- the page ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_link_restores_the_state(visit: Any) -> None:
    page = visit(layers=[4], n=60)
    page.click("#epoch")
    page.select_option("#rate", "0.1")
    page.click("#epoch")
    page.select_option("#optimiser", "rmsprop")
    page.click("#step")
    page.click("#step")
    page.click("#share")
    link = page.input_value("#dialog-content")
    other = visit(hash="#" + link.partition("#")[2])
    other.wait_for_function("() => !window.playground.replaying")
    assert state(other) == state(page)
    for one in (page, other):
        one.evaluate("() => { window.playground.choose({ weight: 3 }); }")
    assert other.inner_text("#panel") == page.inner_text("#panel")


@pytest.mark.slow
def test_hostile_texts_are_inert(visit: Any) -> None:
    page = visit(function="".join(HOSTILE), data="function")
    assert page.evaluate("window.hit") is None
    texts = ("data", "activation", "cost", "optimiser", "formula", "features", "layers")
    numbers = ("n", "noise", "seed", "rate", "batch", "points", "run", "steps")
    for text in HOSTILE:
        settle(page, urlencode({name: text for name in (*texts, *numbers)}))
        page.click("#share")
        page.click("#close-dialog")
        page.evaluate("(formula) => window.playground.change({ data: 'function', formula })", text)
        assert page.inner_text("#status")
        assert page.evaluate("window.hit") is None
        assert page.locator("img, svg[onload]").count() == 0


@pytest.mark.slow
def test_a_link_to_a_training_that_diverges_says_so(visit: Any) -> None:
    page = visit(hash="#data=moons&layers=8.8.8&activation=linear&cost=half_squared_error&run=sgd:100:5:1:500")
    page.wait_for_function("() => document.getElementById('status').textContent.includes('too large for a float')")
    assert all(abs(x) < float("inf") for x in state(page)["theta"])


@pytest.mark.slow
def test_links_with_impossible_numbers_open(visit: Any) -> None:
    page = visit()
    for hash in (
        "data=moons&layers=9999.-3.0.x&n=1e9&noise=-5&test=7&seed=-1&rate=0&batch=-2&l2=1e9&run=adam:0.1:5:0:-4",
        "data=drawn&points=1_2;x_y_z;1e9_0_1;0_0_0&run=sgd:nan:nan:nan:nan",
        "data=xor&features=&layers=&batch=400&steps=1e9&run=;;:::",
        "data=__proto__&cost=constructor&activation=toString&optimiser=hasOwnProperty",
    ):
        settle(page, hash)
        page.click("#epoch")
        assert state(page)["loss"]


@pytest.mark.slow
def test_by_keyboard(visit: Any) -> None:
    page = visit(layers=[3])
    page.keyboard.press("e")
    page.keyboard.press("s")
    assert page.inner_text("#epochs") == "1"
    page.focus('[data-neuron="1,2"]')
    page.keyboard.press("Enter")
    assert "Neuron 2 of layer 1" in page.inner_text("#panel")
    page.focus('#panel [data-weight="3"]')
    page.keyboard.press("Enter")
    assert "Why did it move?" in page.inner_text("#panel")
    page.focus("#overlay")
    page.keyboard.press("ArrowRight")
    assert "Sample 2 of 150" in page.inner_text("#sample-number")
    page.keyboard.press("r")
    assert page.inner_text("#epochs") == "0"
    page.keyboard.press(" ")
    page.wait_for_function("() => window.playground.training.epochs > 2")
    page.keyboard.press(" ")
    assert page.inner_text("#run-word") == "Run"


@pytest.mark.slow
def test_by_touch_on_a_phone(visit: Any) -> None:
    page = visit(width=400, touch=True, layers=[4])
    page.tap("#epoch")
    page.tap('[data-neuron="1,3"]')
    assert "Neuron 3 of layer 1" in page.inner_text("#panel")
    page.tap('.head button[aria-label^="add"]')
    assert state(page)["settings"]["layers"] == [5]
    page.tap('[aria-label="feature x₁²"]')
    assert state(page)["settings"]["features"] == ["x1", "x2", "x1x1"]
    page.tap("#more-layers")
    assert state(page)["settings"]["layers"] == [5, 5]
    point = page.evaluate("() => { const p = window.playground; return p.plane.pixel(p.training.problem.train[7].x); }")
    page.locator("#overlay").tap(position={"x": point[0], "y": point[1]})
    assert "Sample 8 of" in page.inner_text("#sample-number")


@pytest.mark.slow
def test_by_mouse_a_weight_shows_its_gradient(visit: Any) -> None:
    page = visit(layers=[2])
    page.click("#epoch")
    x, y = page.evaluate(
        """() => {
            const path = document.querySelector('.touch[data-place="0"]');
            const box = path.ownerSVGElement.getBoundingClientRect();
            const p = path.getPointAtLength(path.getTotalLength() / 3);
            return [box.x + p.x, box.y + p.y]; }"""
    )
    page.mouse.move(x, y)
    place = page.evaluate("([x, y]) => Number(document.elementFromPoint(x, y).dataset.place)", [x, y])
    gradient = page.evaluate("(i) => { const t = window.playground.training; t.now(); return t.grads[i]; }", place)
    value, slope = page.eval_on_selector_all("#tip .number", "(all) => all.map((n) => Number(n.dataset.value))")
    assert value == state(page)["theta"][place] and slope == gradient
    page.mouse.click(x, y)
    assert short(value).replace("-", "−") in page.inner_text("#panel h2")


@pytest.mark.slow
@pytest.mark.parametrize("width", [400, 800, 1280])
def test_nothing_is_wider_than_the_window(visit: Any, width: int) -> None:
    page = visit(width=width)
    page.click("#epoch")
    for chosen in ("{ weight: 20 }", "{ neuron: [1, 3] }", "{ neuron: [3, 1] }", "{ sample: true }"):
        page.evaluate(f"() => window.playground.choose({chosen})")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        wide = "(all) => all.filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.className)"
        assert page.eval_on_selector_all("#panel section > *, header *, main > section > *", wide) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_the_way_of_anybody(visit: Any, scheme: str) -> None:
    if not AXE:
        pytest.skip("needs axe-core: npm install axe-core, and MICROBP_AXE=node_modules/axe-core/axe.min.js")
    page = visit(scheme=scheme, layers=[3])
    page.evaluate(Path(AXE).read_text("utf-8"))
    page.click("#epoch")
    states = ("choose({ weight: 2 })", "choose({ neuron: [1, 2] })", "choose({ sample: true })", "share()")
    for act in (*states, "change({ data: 'drawn' })", "change({ data: 'function' })"):
        page.evaluate(f"() => {{ document.querySelector('dialog').close(); window.playground.{act}; }}")
        found = page.evaluate("axe.run()")["violations"]
        serious = [v for v in found if v["impact"] in ("serious", "critical")]
        assert [(act, v["id"], [n["target"] for n in v["nodes"]][:4]) for v in serious] == []


def test_the_page_is_small() -> None:
    assert len(playground(layers=[8] * 6).html.encode()) <= 300_000


def test_what_cannot_be_chosen_is_refused(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [
        {"data": "sun"}, {"layers": [9]}, {"layers": [0]}, {"layers": [1] * 7}, {"activation": "softmax"},
        {"cost": "mse"}, {"optimizer": "lion"}, {"lr": 0.0}, {"lr": float("nan")}, {"batch_size": -1}, {"n": 5},
        {"noise": -0.1}, {"test": 0.9}, {"seed": -1}, {"seed": True}, {"l2": 2.0},
    ]  # fmt: skip
    for settings in wrong:
        with pytest.raises(InputError):
            playground(**settings)
    with pytest.raises(InputTypeError):
        playground(function=3)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        playground().save(tmp_path / "page.svg")


def test_the_command(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "page.html"
    assert main(["playground", "spiral", "--layers", "4", "2", "--activation", "relu", "-o", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: Playground(spiral, 2-4-2-1)\n"
    settings = json.loads(path.read_text("utf-8").partition('id="data">')[2].partition("</script>")[0])["settings"]
    assert (settings["data"], settings["layers"], settings["activation"]) == ("spiral", [4, 2], "relu")
    assert main(["playground", "--layers", "99", "-o", str(path)]) == 2
    assert "whole number from 1 to 8" in capsys.readouterr().err
