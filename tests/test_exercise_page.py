"""The page of exercises in a real browser: it grades as Python does, and answers back by mouse and keyboard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from microbp.cli import main
from microbp.errors import InputError
from microbp.exercises import KINDS, generate, tasks
from microbp.exercises.page import data, page, rules
from microbp.viz.page import script

# Answers stand as they are typed, line after line.
# ruff: noqa: E501
HOSTILE = [
    "", " ", "?", "x", "nan", "inf", "-", "1/0", "1,234", "0,5", "1e999", "1e-3", "−2", "½", "--2", "2^3^2", "9^9^9", "(((", "1)",
    "ln(-1)", "σ", "σ(2)(1-σ(2))", r"\frac{3}{4}", r"\frac12", r"\left(1-0.5\right)\cdot 2", "a/2b", "1 2", "2 a(1-a)", "max(1)",
    "max(1, 2)", "[[1, 2], [3, 4]]", "[1, 2; 3]", "[1, 2]^T", "(4, 3)", "4x3", "A", "a, b", "B)", "E", "<b>1</b>", "1" * 500, "9" * 40, "σ(1)", "√2*3",
    "√2", "e^{-1}", "π", "tanh²(1)", "1-tanh^2 1", "σ'(0)", "=", "a = 3", "0.333", "0.3", "1_000", "１", "\u202e1", "'\"\\", "${x}",
    "((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))", "1.5.2", "+.5", "5.", "1e5", "0x10",
]  # fmt: skip


def questions() -> list[Any]:
    """One of every kind and level, and graphs with all misconceptions."""
    found: list[Any] = [task for kind in KINDS for level in (1, 2, 3, 4) for task in tasks(kind, 1, level, 7)]
    return [*found, *(e for level in (1, 2, 3, 4) for e in generate(6, level, 7))]


def answers(question: Any) -> list[str]:
    """Right ones, every known wrong one, and texts of all kinds."""
    form = getattr(question, "form", "number")
    found = list(HOSTILE)
    for answer in [question.answer, *(m.answer for m in question.mistakes)]:
        if isinstance(answer, list):
            cells = [[repr(x) for x in row] for row in answer]
            found.append(cells[0][0] if form == "number" else f"[{', '.join(f'[{c}]' for c in map(', '.join, cells))}]")
            found.append(f"({', '.join(f'{x:g}' for x in answer[0])})")
        else:
            found.append(str(answer))
    if isinstance(getattr(question, "key", None), str):
        found.append(question.key)
    return found


def said(question: Any, answer: str) -> list[Any]:
    try:
        grade = question.grade(answer)
        return [bool(grade), str(grade)]
    except InputError as error:
        return [None, str(error)]


@pytest.mark.parametrize("part", range(4))
def test_the_page_grades_as_python_does(browser: Any, part: int) -> None:
    tab = browser.new_page()
    tab.add_script_tag(content=script("grading") + "window.grading = { ...$grading, ...$reading };", type="module")
    tab.wait_for_function("window.grading")
    asked = questions()[part::4]
    given = [[json.loads(json.dumps(data(question))), answers(question)] for question in asked]
    found = tab.evaluate(
        """([rules, given]) => given.map(([task, answers]) => {
             const grader = new grading.Grader(task, rules);
             const swept = task.output ? grading.swept(task, grader.computed) : null;
             return [swept, answers.map((answer) => {
               try { const { right, text } = grader.grade(answer); return [right, text]; }
               catch (error) { if (error instanceof grading.Unreadable) return [null, error.message]; throw error; }
             })];
           })""",
        [rules(), given],
    )
    for question, (_, texts), (swept, verdicts) in zip(asked, given, found):
        for text, verdict in zip(texts, verdicts):
            assert verdict == said(question, text), f"{question}\n{text!r}"
        if swept is not None:
            assert abs(swept - question.answer) < 1e-9 * max(1, abs(question.answer))
    tab.close()


@pytest.fixture
def open_page(window: Any, tmp_path: Path) -> Any:
    """Opens a page of exercises."""

    def visit(*options: str) -> Any:
        path = tmp_path / "page.html"
        assert main(["exercises", *options, "--page", str(path)]) == 0
        assert path.stat().st_size <= 300_000
        return window(path.as_uri(), 400, 800, reduced_motion="reduce")

    return visit


def test_a_student_at_the_page(open_page: Any) -> None:
    tab = open_page("--kind", "delta", "shapes", "--level", "3", "--n", "2", "--seed", "4")
    first, _, choice, _ = [*tasks("delta", 2, 3, 4), *tasks("shapes", 2, 3, 4)]
    cards = tab.locator("article")
    assert cards.count() == 4 and tab.locator("#score").inner_text() == "4 exercises"
    card = cards.nth(0)
    sign = next(m for m in first.mistakes if m.misconception.name == "sign error")
    tab.keyboard.press("Tab")
    tab.keyboard.type(repr(sign.answer[0][0]))
    tab.keyboard.press("Enter")
    assert "sign error" in card.locator(".verdict").inner_text() and "0 of 1" in tab.locator("#score").inner_text()
    card.locator("input[type=text]").fill("(a - y")
    card.locator(".check").click()
    assert "parenthesis" in card.locator(".verdict").inner_text()
    for n in (1, 2, 3):
        card.locator(".hint").click()
        assert card.locator(".hints > div").count() == n
    assert card.locator(".hint").is_disabled()
    card.locator("input[type=text]").fill(first.key)
    card.locator(".check").click()
    assert card.locator(".verdict").inner_text().startswith("✓ Right")
    other = cards.nth(2)
    other.locator(f"input[value={choice.key}]").check()
    other.locator(".check").click()
    assert "✓ Right: " + choice.key in other.locator(".verdict").inner_text()
    assert tab.locator("#score").inner_text() == "1 of 2 right at the first try, 4 in all"
    other.locator(".solve").click()
    assert "The answer: " + choice.key in other.locator(".hints").inner_text()


@pytest.mark.parametrize("width", [400, 800, 1280])
def test_nothing_is_cut_off(open_page: Any, width: int) -> None:
    tab = open_page("--kind", "chain", *KINDS, "--level", "4", "--n", "1")
    tab.set_viewport_size({"width": width, "height": 800})
    for button in tab.locator(".solve").all():
        button.click()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.locator("article").count() == 1 + len(KINDS)


def test_hostile_titles_are_inert(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page([tasks("delta")], "</title><script>window.hit = 1</script>${x}"), "utf-8")
    tab = browser.new_page()
    tab.goto(path.as_uri())
    assert tab.evaluate("window.hit") is None and tab.locator("h1").inner_text().startswith("</title>")
    tab.close()


def test_a_page_needs_a_name_that_ends_in_html(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercises", "--page", str(tmp_path / "page.txt")]) != 0
    assert "end the name in .html" in capsys.readouterr().err
