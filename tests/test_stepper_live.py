"""The stepper answers back: numbers that are changed, activations, predictions; held to the engine in Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphs import graphs
from hypothesis import HealthCheck, given, settings
from needs import AXE
from test_stepper import HOSTILE

from microbp import Op, Value, losses, nn, ops
from microbp.engine.graph import topological_order
from microbp.errors import DomainError
from microbp.exercises import generate
from microbp.exercises.misconceptions import MISCONCEPTIONS
from microbp.inspect.steps import Steps
from microbp.table.op import TABLE
from microbp.viz import stepper
from microbp.viz.live import graph_data
from microbp.viz.page import inert, script
from microbp.viz.picture import flatten

RELATIVE = 1e-12  # what Math and the C library may differ by


@pytest.fixture
def open_page(window: Any, tmp_path: Path) -> Any:
    """Opens a stepper."""

    def visit(root: Value, **how: Any) -> Any:
        path = tmp_path / "page.html"
        stepper(root).save(path)
        size = how.pop("viewport", {"width": 1200, "height": 800})
        return window(path.as_uri(), **size, reduced_motion="reduce", **how)

    return visit


def neuron(w: float = 0.6, activation: Any = ops.sigmoid, y: float = 1.0) -> Value:
    z = Value(w, "w") * Value(1.5, "x") + Value(-0.3, "b")
    z.label = "z"
    a = activation(z)
    a.label = "a"
    cost = (a - y).square()
    cost.label = "C"
    return cost


def network(first: float = 0.5) -> Value:
    model = nn.MLP(2, [3, 2], seed=3)
    cost = losses.squared_error(model([Value(first, "x_1"), Value(-1.0, "x_2")]), [1.0, 0.0])
    cost.label = "C_0"
    return cost


def named(page: Any, name: str) -> str:
    """The selector of a node by its name."""
    found = page.evaluate(
        "(name) => JSON.parse(document.getElementById('data').textContent).items.find((i) => i.name === name).id", name
    )
    return f"#{found}"


def frame(page: Any) -> None:
    """Wait for the numbers to be drawn."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def numbers(page: Any) -> list[list[Any]]:
    """Every data and grad that the page holds, in the order of the graph's items."""
    frame(page)
    found = page.eval_on_selector_all(
        ".node", "(all) => all.map((n) => [Number(n.id.slice(1)), n.dataset.data, n.dataset.grad ?? null])"
    )
    return [[float(x), grad and float(grad)] for _, x, grad in sorted(found)]


def engine(root: Value) -> list[list[Any]]:
    for node in topological_order(root):
        node.grad = 0.0
    root.backward()
    return [[i.data, i.grad] if isinstance(i, Value) else [i, None] for i in flatten(root).items]


def same(found: list[list[Any]], expected: list[list[Any]]) -> bool:
    return len(found) == len(expected) and all(
        x is y is None or math.isclose(x, y, rel_tol=RELATIVE, abs_tol=1e-300)
        for pair, other in zip(found, expected)
        for x, y in zip(pair, other)
    )


def drag(page: Any, selector: str, *moves: float) -> None:
    """By mouse: press on a box, move by so many pixels in turn, let go."""
    box = page.locator(selector).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for move in moves:
        page.mouse.move(x + move, y, steps=2)
    page.mouse.up()
    frame(page)


def swipe(page: Any, selector: str, move: float) -> None:
    """By a finger."""
    box = page.locator(selector).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    for kind, at in (("touchStart", x), ("touchMove", x + move / 2), ("touchMove", x + move), ("touchEnd", None)):
        points = [] if at is None else [{"x": at, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    frame(page)


def type_number(page: Any, selector: str, text: str) -> None:
    page.focus(selector)
    page.keyboard.press("Enter")
    page.fill("#number", text)
    frame(page)


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    frame(page)


def test_a_dragged_weight_takes_every_number_with_it(open_page: Any) -> None:
    page = open_page(neuron())
    w = named(page, "w")
    drag(page, w, 40, -70, 25)
    moved = float(page.get_attribute(w, "data-data"))
    assert moved != 0.6 and round(moved, 2) == moved
    assert same(numbers(page), engine(neuron(moved)))
    old, new = engine(neuron())[-1][0], engine(neuron(moved))[-1][0]
    grad = engine(neuron())[0][1]
    assert float(page.get_attribute("#came", "title").replace("−", "-")) == pytest.approx(new - old, rel=1e-9)
    predicted = float(page.get_attribute("#predicted", "title").replace("−", "-"))
    assert predicted == pytest.approx(grad * (moved - 0.6), rel=1e-9)
    assert "was 0.6" in page.text_content(w)


def test_by_finger(open_page: Any) -> None:
    page = open_page(network(), viewport={"width": 400, "height": 800}, has_touch=True)
    x = named(page, "x₁")
    page.tap(x)
    assert page.input_value("#number") == "0.5"
    page.click("#zoom")
    page.locator(x).scroll_into_view_if_needed()
    swipe(page, x, 60)
    moved = float(page.get_attribute(x, "data-data"))
    assert moved != 0.5
    assert same(numbers(page), engine(network(moved)))


def test_by_keyboard_and_back(open_page: Any) -> None:
    page = open_page(neuron())
    opening = engine(neuron())
    page.keyboard.press("End")
    assert numbers(page) == opening
    w = named(page, "w")
    page.focus(w)
    press(page, "+", "+", "-", "PageUp")
    assert page.get_attribute(w, "data-data") == "1.7"
    assert same(numbers(page), engine(neuron(1.7)))
    type_number(page, w, "3/4")
    assert same(numbers(page), engine(neuron(0.75)))
    press(page, "Tab", "ArrowRight")  # to the slider, and along it
    assert page.get_attribute(w, "data-data") == "0.76"
    for _ in ("the slider", "what was typed", "the keys"):
        page.click("#undo")
    assert numbers(page) == opening
    assert page.is_disabled("#undo") and page.is_disabled("#reset")


def test_a_constant_is_changed_too(open_page: Any) -> None:
    page = open_page(neuron())
    type_number(page, named(page, "1"), "0.25")
    assert same(numbers(page), engine(neuron(y=0.25)))
    assert page.locator("#predicted").count() == 0
    page.click("#reset")
    assert numbers(page) == engine(neuron())


@pytest.mark.parametrize("activation", [ops.sigmoid, ops.tanh, ops.relu, ops.identity], ids=lambda op: op.name)
def test_an_activation_is_exchanged(open_page: Any, activation: Any) -> None:
    start = ops.tanh if activation is ops.sigmoid else ops.sigmoid
    page = open_page(neuron(activation=start))
    page.click(named(page, "a"))
    page.check(f"input[value={activation.name}]", force=True)
    assert same(numbers(page), engine(neuron(activation=activation)))
    shown = page.inner_text("#details")
    formulas = {"sigmoid": "a · (1 − a)", "tanh": "1 − a²", "relu": "z > 0", "identity": "∂a/∂z = 1"}
    assert formulas[activation.name] in shown
    page.keyboard.press("Control+z")
    assert numbers(page) == engine(neuron(activation=start))


def test_a_point_outside_the_domain_changes_nothing_and_says_why(open_page: Any) -> None:
    root = ops.log(Value(2.0, "x")) * 3.0
    page = open_page(root)
    x = named(page, "x")
    type_number(page, x, "-1")
    with pytest.raises(DomainError) as caught:
        ops.log(Value(-1.0, "x"))
    frame(page)
    assert page.inner_text("#outcome") == str(caught.value)
    assert numbers(page) == engine(root)
    page.fill("#number", "nonsense")
    assert page.get_attribute("#number", "aria-invalid") == "true"
    page.fill("#number", "1e-3")
    assert same(numbers(page), engine(ops.log(Value(0.001, "x")) * 3.0))


@pytest.mark.slow
@settings(max_examples=4, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs(max_lines=10))
def test_any_graph_follows_its_leaves(open_page: Any, graph: Any) -> None:
    root = graph(*[Value(x, f"leaf{i}") for i, x in enumerate(graph.point)])
    if not isinstance(root, Value) or root.op is None:
        return
    page = open_page(root)
    for i, x in enumerate(graph.point):
        used = any(isinstance(item, Value) and item.label == f"leaf{i}" for item in flatten(root).items)
        if not used or x <= 0.25:
            continue
        point = [*graph.point]
        point[i] = x * 1.03125
        type_number(page, named(page, f"leaf{i}"), repr(point[i]))
        try:
            expected = engine(graph(*[Value(x, f"leaf{k}") for k, x in enumerate(point)]))
        except ArithmeticError:
            continue
        assert same(numbers(page), expected)
        page.click("#reset")
    page.close()


# -- Predict -----------------------------------------------------------------------------------------------


def answer(page: Any, text: str) -> str:
    page.fill("#answer", text)
    page.keyboard.press("Enter")
    return page.inner_text("#verdict")


def test_predict_hides_asks_checks_and_explains(open_page: Any) -> None:
    x = Value(3.0, "x")
    u = x * Value(0.5, "y")
    u.label = "u"
    root = u - x
    root.label = "C"
    page = open_page(root)
    page.click("#predict")
    assert [grad for _, grad in numbers(page) if grad is not None] == [1.0]
    assert "grad 1" in page.text_content(named(page, "C") + " title")
    assert "0.5" not in page.text_content(named(page, "x"))
    assert page.evaluate("document.activeElement.id") == "answer"
    assert "∂C/∂u" in page.inner_text("#edit")
    assert answer(page, "1").startswith("Right.")
    page.keyboard.press("Enter")  # next
    page.click(named(page, "x"))
    said = answer(page, "0.5")
    assert "Not right." in said and "forgot a path (x → C)" in said and "sign error" in said
    assert "add up all paths" in said
    said = answer(page, "−1/2")
    lines = said.split("\n\n")
    assert lines[0] == "Right."
    assert lines[1:] == ["∂C/∂x = ∂C/∂C · ∂C/∂x + ∂C/∂u · ∂u/∂x", "= 1 · (−1) + 1 · 0.5", "= −0.5"] or lines[1:] == [
        "∂C/∂x = ∂C/∂u · ∂u/∂x + ∂C/∂C · ∂C/∂x",
        "= 1 · 0.5 + 1 · (−1)",
        "= −0.5",
    ]
    page.click(named(page, "y"))
    page.click("#reveal")
    assert "= 3" in page.inner_text("#verdict")
    assert "3 of 3 found" in page.inner_text("#narration")
    page.click("#predict")
    assert numbers(page) == engine(root)


def test_a_change_asks_anew(open_page: Any) -> None:
    page = open_page(neuron())
    page.click("#predict")
    page.click("#reveal")
    assert "1 of" in page.inner_text("#narration")
    drag(page, named(page, "w"), 30)
    frame(page)
    assert "0 of" in page.inner_text("#narration")
    assert page.locator("#predicted").count() == 0


@pytest.fixture(scope="module")
def modules(browser: Any) -> Callable[..., Any]:
    """A page that evaluates an expression over the modules and a graph."""
    page = browser.new_page()
    page.add_script_tag(content=script("graph", "misconceptions") + "window.ready = 1;", type="module")
    page.wait_for_function("window.ready")

    def evaluate(root: Value, body: str) -> Any:
        text = script("graph", "misconceptions")
        code = f"(() => {{ {text} const graph = new $graph.Graph({inert(graph_data(flatten(root)))}); {body} }})()"
        return page.evaluate(code)

    return evaluate


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_the_misconceptions_are_those_of_the_exercises(modules: Any, level: int) -> None:
    advice = {m.name: m.advice for m in MISCONCEPTIONS}
    for exercise in generate(4, level, seed=7):
        place = flatten(exercise.output).items.index(exercise.leaf)
        found = modules(exercise.output, f"return $misconceptions.mistakes(graph, graph.items[{place}]);")
        assert {(m["name"], m["advice"]) for m in found} <= set(advice.items())
        ours = sorted((m["name"], float(m["answer"])) for m in found)
        theirs = sorted((m.misconception.name, float(m.answer)) for m in exercise.mistakes)
        assert [name for name, _ in ours] == [name for name, _ in theirs]
        assert [x for _, x in ours] == pytest.approx([x for _, x in theirs], rel=1e-9, abs=1e-9)


def test_the_steps_are_those_of_inspect(modules: Any) -> None:
    root = network()
    items = flatten(root).items
    place = {item: n for n, item in enumerate(items) if isinstance(item, Value)}
    body = """const place = (node) => graph.items.indexOf(graph.item.get(node));
    return $engine.steps(graph.root.value, graph.nodes).map(
      (s) => [place(s.node), place(s.parent), s.adjoint, s.partial, s.before, s.after]);"""
    expected = [[place[s.node], place[s.parent], s.adjoint, s.partial, s.before, s.after] for s in Steps(root)]
    assert modules(root, body) == expected


# -- the page ----------------------------------------------------------------------------------------------


def test_an_operation_of_ones_own_is_played_and_not_changed(open_page: Any) -> None:
    cube = Op("cube_of_a_page", lambda x: x**3, (lambda z, x: 3.0 * x * x,), "{0} ** 3", r"{0}^{3}")
    try:
        root = cube(Value(2.0, "x")) + 1.0
        page = open_page(root)
        page.keyboard.press("End")
        assert numbers(page) == engine(root)
        assert "cube_of_a_page is an operation of your own" in page.inner_text("#outcome")
        page.focus(named(page, "x"))
        page.keyboard.press("+")
        assert page.locator("#number").count() == 0 and numbers(page) == engine(root)
    finally:
        del TABLE["cube_of_a_page"]


@pytest.mark.parametrize("label", HOSTILE[:5])
def test_hostile_labels_stay_text_wherever_they_are_shown(open_page: Any, label: str) -> None:
    root = ops.tanh(Value(0.5, label)) * Value(3.0, label)
    root.label = label
    page = open_page(root)
    page.focus("#n0")
    page.keyboard.press("+")
    page.click("#predict")
    page.click("#reveal")
    frame(page)
    assert page.evaluate("window.hit") is None
    assert page.locator("script, img").count() == 2


def test_it_opens_with_the_output_on_the_screen(open_page: Any) -> None:
    for size in ((400, 800), (800, 600), (1280, 800)):
        page = open_page(network(), viewport={"width": size[0], "height": size[1]})
        stage = page.locator("#stage").bounding_box()
        for name in ("C₀", "x₁", "x₂"):
            box = page.locator(named(page, name)).bounding_box()
            assert box["x"] >= stage["x"] - 1 and box["x"] + box["width"] <= stage["x"] + stage["width"] + 1
            assert box["y"] >= stage["y"] - 1 and box["y"] + box["height"] <= stage["y"] + stage["height"] + 1
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_page_is_small() -> None:
    assert len(stepper(neuron()).html.encode()) < 120_000
    assert len(stepper(network()).html.encode()) < 150_000


@pytest.mark.parametrize("by_sums", [False, True], ids=["weighted sums", "products and sums"])
def test_a_page_of_200_nodes_is_at_most_300_kB(by_sums: bool) -> None:
    model = nn.MLP(2, [10, 10, 1], seed=3)
    inputs = [Value(0.5, "x_1"), Value(-1.0, "x_2")]
    root = scalar_network([2, 4, 6, 1]) if by_sums else losses.squared_error(model(inputs), [1.0])
    while (count := len(flatten(root).items)) < 200:
        root = root.tanh()
    assert count == 200
    assert len(stepper(root).html.encode()) <= 300_000


def scalar_network(layers: list[int]) -> Value:
    """A network of products and sums, each a node of its own."""
    a = [Value(0.5 - k, f"x_{k + 1}") for k in range(layers[0])]
    for level, outputs in enumerate(layers[1:], 1):
        z = [Value(0.0123 * j, f"b_{j}^{{({level})}}") for j in range(1, outputs + 1)]
        for j, k in [(j, k) for j in range(outputs) for k in range(len(a))]:
            z[j] = z[j] + Value(0.317 * j - 0.43 * k + 0.01234, f"w_{{{j + 1}{k + 1}}}^{{({level})}}") * a[k]
        a = [each.tanh() for each in z]
    return (a[0] - 1.0).square()


def test_the_script_tells_every_edge_and_node_what_the_page_leaves_out(open_page: Any) -> None:
    page = open_page(network())
    page.keyboard.press("End")
    ends = "(all) => all.map((each) => each.querySelector('title').textContent)"
    assert all("= " in told or "a constant" in told for told in page.eval_on_selector_all(".edge", ends))
    assert all(told for told in page.eval_on_selector_all(".node", ends))
    links = [link for link in flatten(network()).links if link.partial is not None]
    assert page.locator(".partial").count() == len(links)
    drawn = page.eval_on_selector_all(".edge[data-partial]", "(all) => all.map((each) => Number(each.dataset.partial))")
    assert drawn == pytest.approx([link.partial for link in links], rel=RELATIVE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_the_way_of_anybody(open_page: Any, scheme: str) -> None:
    if not AXE:
        pytest.skip("needs axe-core: npm install axe-core, and MICROBP_AXE=node_modules/axe-core/axe.min.js")
    page = open_page(neuron(), color_scheme=scheme)
    page.evaluate(Path(AXE).read_text("utf-8"))
    for prepare in (lambda: None, lambda: drag(page, "#n0", 40), lambda: page.click("#predict")):
        prepare()
        frame(page)
        found = page.evaluate("axe.run()")["violations"]
        assert [
            (v["id"], [n["target"] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")
        ] == []
