"""The commands draw and step, and the pictures that other commands write."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path

import pytest

from microbp import losses, nn
from microbp.cli import draw as commands
from microbp.errors import ExpressionError, InputError, MissingExtraError
from microbp.viz import draw


def run(*argv: object) -> None:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args([str(arg) for arg in argv])
    args.run(args)


@pytest.fixture(autouse=True)
def without_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def test_draw_writes_a_picture_with_the_gradient(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("draw", "x * y + x", "x=2", "y=-3", "-o", tmp_path / "g.svg", "--highlight", "x")
    svg = (tmp_path / "g.svg").read_text("utf-8")
    assert 'data-data="2.0" data-grad="-2.0"' in svg  # x: y + 1
    assert svg.count('class="mark"') == 3  # x-mul, mul-add, x-add
    assert capsys.readouterr().out == f"{tmp_path / 'g.svg'}: Drawing(4 nodes, 4 edges)\n"


def test_draw_leaves_a_graph_to_be_filled_in(tmp_path: Path) -> None:
    for ending in ("svg", "tex"):
        run("draw", "x * y + x", "x=2.125", "y=-3.375", "-o", tmp_path / f"g.{ending}", "--highlight", "x", "--blank")
        text = (tmp_path / f"g.{ending}").read_text("utf-8")
        assert "2.125" in text and "3.375" in text
        assert not [x for x in ("7.171875", "7.172", "5.046875", "5.047", "-2.375", "−2.375") if x in text]


def test_step_writes_a_page_and_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    run("step", "sigmoid(x)", "x=0", "-o", tmp_path / "p.html", "--open")
    assert (tmp_path / "p.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert opened == [(tmp_path / "p.html").as_uri()]


@pytest.mark.parametrize(
    ("argv", "error", "message"),
    [
        (["draw", "x + 1", "x=1", "-o", "{}/nowhere/g.svg"], InputError, "there is no folder"),
        (["draw", "x + 1", "x=1", "-o", "{}/g.jpg"], InputError, r"end the name in \.svg"),
        (["draw", "x + 1", "x=1", "-o", "{}/g.png"], MissingExtraError, "install Graphviz"),
        (["draw", "x + 1", "x=1", "-o", "{}/g.svg", "--highlight", "y"], InputError, "no such variable"),
        (["draw", "x + y", "x=1", "-o", "{}/g.svg"], ExpressionError, "y has no value"),
        (["step", "x + 1", "x=1", "-o", "{}/g.svg"], InputError, r"in \.html"),
    ],
)
def test_wrong_usage_writes_nothing(tmp_path: Path, argv: list[str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        run(*[arg.format(tmp_path) for arg in argv])
    assert list(tmp_path.iterdir()) == []


def test_the_picture_of_a_chain_marks_the_path_of_a_weight() -> None:
    chain = nn.Chain([0.6, 1.2], [0.9, 0.0])
    cost = losses.squared_error(chain(1.0), 0.5)
    svg = draw(cost, chain.weights[0]).svg
    assert svg.count('class="mark"') == 6  # w1 z1 a1 z2 a2 (a - y) C
