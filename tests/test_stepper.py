"""The stepper page, driven in a real browser without a network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphs import graphs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microbp import Value, losses, nn
from microbp.engine.graph import topological_order
from microbp.errors import InputError, InputTypeError
from microbp.viz import stepper
from microbp.viz.figures import figure
from microbp.viz.picture import flatten

HOSTILE = [
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    '"\'><svg onload="window.hit = 1">',
    "]]><!--",
    "&#x0; &lt;b&gt; &amp;",
    "\u202eright to left\u202c שלום",
    "line\nbreak\tand\x00null",
    "w" * 10_000,
    "${title} $csp {0}",
]


@pytest.fixture
def open_page(window: Any, tmp_path: Path) -> Any:
    """Opens a stepper."""

    def visit(root: Value) -> Any:
        path = tmp_path / "page.html"
        stepper(root).save(path)
        return window(path.as_uri(), 1200, 800, reduced_motion="reduce")

    return visit


def on_screen(page: Any) -> dict[str, tuple[str, float]]:
    """The grads that the page shows: as written, and in full."""
    found = page.eval_on_selector_all(
        ".node[data-grad]", "(all) => all.map((n) => [n.id, n.querySelector('text.grad').textContent, n.dataset.grad])"
    )
    return {name: (text.strip(), float(grad)) for name, text, grad in found}


def by_engine(root: Value) -> dict[str, tuple[str, float]]:
    """The grads of one backward pass, by the ids that the page uses."""
    for node in topological_order(root):
        node.grad = 0.0
    root.backward()
    items = flatten(root).items
    return {f"n{n}": (figure(item.grad), item.grad + 0.0) for n, item in enumerate(items) if isinstance(item, Value)}


def small_network() -> Value:
    model = nn.MLP(2, [3, 2], seed=3)
    cost = losses.squared_error(model([Value(0.5, "x_1"), Value(-1.0, "x_2")]), [1.0, 0.0])
    cost.label = "C_0"
    return cost


BRIEF = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.slow
@settings(BRIEF, max_examples=10)
@given(graph=graphs(max_lines=12))
def test_stepping_to_the_end_leaves_the_grads_of_the_engine(open_page: Any, graph: Any) -> None:
    root = graph(*[Value(x) for x in graph.point])
    page = open_page(root)
    last = int(page.get_attribute("#scrub", "max"))
    for _ in range(last):
        page.keyboard.press("ArrowRight")
    assert page.input_value("#scrub") == str(last)
    assert on_screen(page) == by_engine(root)
    page.close()


def test_jumping_to_the_end_and_stepping_there_are_the_same(open_page: Any) -> None:
    root = small_network()
    page = open_page(root)
    page.keyboard.press("End")
    assert on_screen(page) == by_engine(root)
    page.keyboard.press("Home")
    assert on_screen(page) == {}
    assert page.eval_on_selector_all(".waiting", "(all) => all.length") == len(
        [node for node in topological_order(root) if node.op]
    )


def test_a_step_shows_products_and_running_sums(open_page: Any) -> None:
    x = Value(3.0, "x")
    root = x * x
    page = open_page(root)
    page.keyboard.press("End")
    rows = page.eval_on_selector_all("#products tbody tr", "(all) => all.map((row) => row.innerText)")
    assert [row.split() for row in rows] == [["x", "1", "×", "3", "=", "3"]] * 2
    assert page.inner_text("#sums tbody").split("\t")[1] == "3 + 3 = 6"
    assert "settled" in page.inner_text("[aria-live]")
    labels = page.eval_on_selector_all(".partial", "(all) => all.map((label) => label.textContent)")
    assert len(labels) == 2 and all("3" in label for label in labels)


def test_a_sum_that_waits_for_more_is_called_a_sum(open_page: Any) -> None:
    x = Value(2.0, "x")
    root = x.exp() + x.sin()
    page = open_page(root)
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")  # one of the two paths has arrived
    leaf = page.locator("#n0")
    assert "sum" in leaf.text_content()
    page.keyboard.press("ArrowRight")
    assert "sum" not in leaf.text_content()


def test_a_chosen_node_shows_formula_factors_and_path(open_page: Any) -> None:
    x, y = Value(2.0, "x"), Value(5.0, "y")
    root = (x * y).exp() * 0.5
    page = open_page(root)
    page.click("#n2")  # x * y
    details = page.inner_text("#details")
    assert "x · y" in details and "∂v1/∂x = y = 5" in details and "One path leads" in details
    assert "2.203e4 × 0.5 = 1.101e4" in details  # exp(10) and half of it
    assert page.eval_on_selector_all(".edge.route", "(all) => all.length") == 2
    page.keyboard.press("Escape")
    assert page.eval_on_selector_all(".edge.route", "(all) => all.length") == 0


def test_the_keyboard_alone_does_everything(open_page: Any) -> None:
    root = small_network()
    page = open_page(root)
    count = len(flatten(root).items)
    assert page.eval_on_selector_all('.node[tabindex="0"]', "(all) => all.map((n) => n.id)") == [f"n{count - 1}"]
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == f"n{count - 2}"
    assert page.eval_on_selector_all('.node[tabindex="0"]', "(all) => all.length") == 1
    page.keyboard.press("ArrowRight")
    assert page.input_value("#scrub") == "1"
    page.keyboard.press("Space")
    assert page.inner_text("#play") == "Pause" and page.input_value("#scrub") == "2"
    page.keyboard.press("Space")
    assert page.inner_text("#play") == "Play"
    for name in ("first", "back", "play", "next", "last", "zoom", "scrub"):
        assert page.locator(f"#{name}").evaluate("(n) => n.tabIndex") == 0


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_stay_text(open_page: Any, label: str) -> None:
    root = Value(2.0, label) * Value(3.0, label)
    root.label = label
    page = open_page(root)
    page.keyboard.press("End")
    page.click("#n0")
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.querySelectorAll('script, img, b').length") == 2
    assert on_screen(page) == by_engine(root)


@pytest.mark.slow
@settings(BRIEF, max_examples=5)
@given(
    numbers=st.lists(
        st.floats(allow_nan=False, allow_infinity=False)
        | st.integers(-(2**30), 2**30).map(lambda n: n / 1024)  # exact ties at the sixth digit
        | st.integers(1, 10**7).map(lambda n: n / 2),
        min_size=40,
        max_size=40,
    )
)
def test_the_page_writes_numbers_as_python_does(open_page: Any, numbers: list[float]) -> None:
    """A leaf's contribution is the constant beside it: the page formats each number itself."""
    leaves = [Value(0.0) for _ in numbers]
    total = leaves[0] * numbers[0]
    for leaf, number in zip(leaves[1:], numbers[1:]):
        total = total + leaf * number
    page = open_page(total)
    page.keyboard.press("End")
    shown, expected = on_screen(page), by_engine(total)
    assert [text for text, _ in shown.values()] == [text for text, _ in expected.values()]
    page.close()


def test_the_policy_allows_this_script_and_nothing_else() -> None:
    page = stepper(small_network()).html
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert all(re.fullmatch(r"'sha256-[\w+/=]{44}'", rules[name]) for name in ("script-src", "style-src"))
    assert not re.search(
        r'\b(src|href)\s*=|@import|url\(|\sstyle="|\son\w+="', page.partition('<script type="module">')[0]
    )


def test_without_scripts_the_picture_with_all_grads_remains(browser: Any, tmp_path: Path) -> None:
    root = small_network()
    stepper(root).save(tmp_path / "page.html")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    shown = {n.get_attribute("id"): n.get_attribute("data-grad") for n in page.locator(".node[data-grad]").all()}
    assert {name: float(grad) for name, grad in shown.items()} == {n: g for n, (_, g) in by_engine(root).items()}
    assert not page.is_visible("#controls")
    context.close()


def test_in_a_notebook_the_page_runs_in_a_sandbox(browser: Any, tmp_path: Path) -> None:
    root = small_network()
    (tmp_path / "notebook.html").write_text(f"<!DOCTYPE html><body>{stepper(root)._repr_html_()}</body>", "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "notebook.html").as_uri())
    assert page.locator("iframe").get_attribute("sandbox") == "allow-scripts"
    frame = page.frames[1]
    frame.click("#last")
    assert on_screen(frame) == by_engine(root)
    page.close()


def test_the_graph_is_left_as_it_was() -> None:
    root = small_network()
    stepper(root)
    assert {node.grad for node in topological_order(root)} == {0.0}


def test_what_cannot_be_stepped_through_is_refused(tmp_path: Path) -> None:
    x = Value(1.0)
    total = x
    for _ in range(3000):
        total = total + x
    with pytest.raises(InputError, match="too many to step through"):
        stepper(total)
    with pytest.raises(InputError, match=r"end 'page.pdf' in .html"):
        stepper(x * 2.0).save(tmp_path / "page.pdf")
    with pytest.raises(InputTypeError, match="name of a file"):
        stepper(x * 2.0).save(None)
    assert json.loads(json.dumps(stepper(x)._repr_mimebundle_()))["text/plain"] == "Stepper(1 node, 0 edges)"
