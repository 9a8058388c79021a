"""What a lecture asks: predictions, and folded answers that run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from microbp.errors import InputError, InputTypeError
from microbp.exercises import answers, predict

SIGNS = ["positive", "negative"]


def test_without_an_answer_the_truth_is_told() -> None:
    guess = predict("Which sign has dC/dw?", SIGNS)
    assert str(guess).splitlines()[:3] == ["Predict: Which sign has dC/dw?", "  ( ) positive", "  ( ) negative"]
    assert "answer='positive'" in str(guess)
    found = guess.reveal("negative")
    assert found.right is None and str(found) == "It turns out: negative."


def test_an_answer_is_compared() -> None:
    assert predict("?", SIGNS, answer="positive").reveal("positive").right is True
    wrong = predict("?", SIGNS, answer="positive").reveal("negative")
    assert wrong.right is False and str(wrong) == "You said positive: not so. It turns out: negative."
    near = predict("How large?", answer=0.25)
    assert near.reveal(0.2439).right and not near.reveal(0.2439, within=0.01).right
    assert near.reveal(-0.25).right is False and near.reveal(0.25, within=0.0).right
    assert predict("How large?", answer=0).reveal(0.0).right, "nothing is right for nothing"


def test_it_shows_itself_without_a_script() -> None:
    page = predict("Is 1 < 2?", ["<b>yes</b>", "no"], answer="no")._repr_html_()
    assert "1 &lt; 2" in page and "<b>" not in page and "<script" not in page
    assert re.findall(r'<input type="radio" name="([^"]+)"( checked)?>', page)[1][1] == " checked"
    assert predict("a?", SIGNS)._repr_html_() == predict("a?", SIGNS)._repr_html_()
    names = {re.search(r'name="([^"]+)"', predict(q, SIGNS)._repr_html_())[1] for q in ("a?", "b?")}  # type: ignore[index]
    assert len(names) == 2, "the buttons of two questions are two groups"
    assert "✗" in predict("?", SIGNS, answer="positive").reveal("negative")._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        (("?", SIGNS, "zero"), InputError, "none of the choices: 'positive', 'negative'"),
        (("?", ["one"]), InputError, "two different choices"),
        (("?", ["one", "one"]), InputError, "two different choices"),
        (("?", "positive"), InputTypeError, "a list of choices"),
        (("?", [1, 2]), InputTypeError, "choices are texts"),
        ((3,), InputTypeError, "a question"),
        (("?", (), "large"), InputTypeError, "real number"),
    ],
)
def test_bad_input_is_refused(arguments: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=re.escape(told)):
        predict(*arguments)


def test_what_came_out_is_one_of_the_choices() -> None:
    with pytest.raises(InputError, match="'zero', is none of the choices"):
        predict("?", SIGNS).reveal("zero")
    with pytest.raises(InputTypeError):
        predict("How large?").reveal("zero")
    assert predict("How large?").reveal(2).truth == 2.0


def notebook(path: Path, *cells: str) -> Path:
    made = [{"cell_type": "markdown", "metadata": {}, "source": cell.splitlines(keepends=True)} for cell in cells]
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return path


ANSWER = "<details>\n<summary>Answer {n}</summary>\n\nBecause.\n\n```python\n{code}\n```\n\n</details>"


def test_folded_answers_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells = [
        ANSWER.format(n=1, code="y = x + 1\nassert y == 3"),
        ANSWER.format(n=2, code="assert 'y' not in globals()"),
    ]
    names: dict[str, Any] = {"x": 2}
    answers(notebook(tmp_path / "a.ipynb", "## Try it", "\n\n".join(cells)), names)
    assert capsys.readouterr().out == "Answer 1: runs\nAnswer 2: runs\n" and names == {"x": 2}


def test_a_stale_answer_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        answers(notebook(tmp_path / "a.ipynb", ANSWER.format(n=1, code="assert x == 1")), {"x": 2})
    with pytest.raises(InputError, match="no folded answer"):
        answers(notebook(tmp_path / "b.ipynb", "## Try it"), {})
    with pytest.raises(InputError, match="is no notebook"):
        answers(tmp_path / "c.ipynb", {})
