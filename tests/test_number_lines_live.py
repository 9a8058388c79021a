"""Number lines that answer back, in a real browser without a network, held to the engine in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from needs import AXE

from microbp import Op, Value, ops
from microbp.engine.gradients import gradients
from microbp.table.op import TABLE
from microbp.viz import number_lines

RELATIVE = 1e-12  # what Math and the C library may differ by


def chain(w: float = 0.6, x: float = 1.0, dz: float = 0.0) -> dict[str, Value]:
    nodes = {"w": Value(w, "w"), "x": Value(x, "x")}
    z = nodes["w"] * nodes["x"] + dz if dz else nodes["w"] * nodes["x"]
    z.label = "z"
    a = ops.sigmoid(z)
    a.label = "a"
    cost = (a - 1.0).square()
    cost.label = "C"
    return nodes | {"z": z, "a": a, "C": cost}


@pytest.fixture
def open_page(window: Any, tmp_path: Path) -> Any:
    """Opens number lines."""

    def visit(root: Value, leaf: Value) -> Any:
        number_lines(root, leaf).save(tmp_path / "lines.html")
        return window((tmp_path / "lines.html").as_uri(), 800, 600, has_touch=True)

    return visit


def numbers(page: Any) -> dict[str, float]:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return {
        name: float(x)
        for name, x in page.eval_on_selector_all(
            ".point[role]", "(all) => all.map((p) => [p.getAttribute('aria-label'), p.dataset.data])"
        )
    }


def drag(page: Any, name: str, pixels: float) -> None:
    box = page.locator(f".point[aria-label={name}]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + pixels / 2, y)
    page.mouse.move(x + pixels, y)
    page.mouse.up()


def told(page: Any, name: str) -> float:
    return float(page.get_attribute(f"#{name}", "title").replace("−", "-"))


def test_a_dragged_leaf_moves_all_that_follow_it(open_page: Any) -> None:
    start = chain()
    page = open_page(start["C"], start["w"])
    assert numbers(page) == {name: node.data for name, node in start.items()}
    drag(page, "w", 60)
    found = numbers(page)
    assert found["w"] > 0.6
    moved = chain(found["w"])
    assert found == pytest.approx({name: node.data for name, node in moved.items()}, rel=RELATIVE)
    (slope,) = gradients(start["C"], [start["w"]])
    assert told(page, "predicted") == pytest.approx(slope * (found["w"] - 0.6), rel=1e-9)
    assert told(page, "came") == pytest.approx(moved["C"].data - start["C"].data, rel=1e-9)
    page.click("#reset")
    assert numbers(page) == {name: node.data for name, node in start.items()}


def test_the_demon_moves_z_and_what_lies_before_it_stays(open_page: Any) -> None:
    start = chain()
    page = open_page(start["C"], start["w"])
    drag(page, "z", -40)
    found = numbers(page)
    step = found["z"] - start["z"].data
    assert step < 0.0 and (found["w"], found["x"]) == (0.6, 1.0)
    moved = chain(dz=step)
    assert found["C"] == pytest.approx(moved["C"].data, rel=1e-9)
    (delta,) = gradients(start["C"], [start["z"]])
    assert told(page, "predicted") == pytest.approx(delta * step, rel=1e-9)
    assert "the demon moves z" in page.inner_text("#outcome")


def test_by_keyboard(open_page: Any) -> None:
    start = chain()
    page = open_page(start["C"], start["w"])
    page.focus(".point[aria-label=x]")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
        numbers(page)
    assert numbers(page)["x"] == 0.7
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "x"
    assert numbers(page)["C"] == pytest.approx(chain(x=0.7)["C"].data, rel=RELATIVE)


def test_an_edge_of_the_domain_is_told_and_nothing_moves(open_page: Any) -> None:
    x = Value(0.5, "x")
    y = ops.log(x)
    y.label = "y"
    page = open_page(y, x)
    page.focus(".point[aria-label=x]")
    page.keyboard.press("PageDown")
    found = numbers(page)
    assert "log(x=" in page.inner_text("#trouble") and "is undefined" in page.inner_text("#trouble")
    assert found == {"x": 0.5, "y": y.data}


def test_an_operation_of_ones_own_leaves_the_picture(open_page: Any) -> None:
    cube = Op("cube_of_lines", lambda x: x**3, (lambda z, x: 3.0 * x * x,), "{0} ** 3", r"{0}^{3}")
    try:
        x = Value(2.0, "x")
        page = open_page(cube(x), x)
        assert "cube_of_lines is an operation of your own" in page.inner_text("#trouble")
        assert page.locator("#stage svg .axis").count() == 2
    finally:
        del TABLE["cube_of_lines"]


def test_nothing_serious_stands_in_the_way_of_anybody(open_page: Any) -> None:
    if not AXE:
        pytest.skip("needs axe-core: npm install axe-core, and MICROBP_AXE=node_modules/axe-core/axe.min.js")
    start = chain()
    page = open_page(start["C"], start["w"])
    page.evaluate(Path(AXE).read_text("utf-8"))
    drag(page, "w", 60)
    found = [v for v in page.evaluate("axe.run()")["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []
