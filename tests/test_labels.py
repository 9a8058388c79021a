"""Labels: notation is set, all other text survives, and nothing can break out of a document."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from microbp import Value, draw, explain, viz
from microbp.inspect.labels import ACCENTS, COMMANDS, SIGNS, clean, in_latex, plain
from microbp.inspect.names import Names
from microbp.viz import labels
from microbp.viz.labels import Label, escape, parse

anything = st.text(st.characters(exclude_categories=()), max_size=60)  # half surrogate pairs included
quick = settings(derandomize=True, deadline=None)


def pieces(label: Label) -> list[tuple[str, str]]:
    return [(run.text, run.level) for run in label.runs]


def drawn(label: Label) -> str:
    return "".join(run.text for run in label.runs).replace("\u2068", "").replace("\u2069", "")


def legal(sign: str) -> bool:
    """The production Char of XML 1.0, fifth edition, section 2.2."""
    code = ord(sign)
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w_{jk}^{(l)}", [("w", "base"), ("jk", "sub"), ("(l)", "sup")]),
        ("z_1^{(2)}", [("z", "base"), ("1", "sub"), ("(2)", "sup")]),
        (r"\sigma", [("σ", "base")]),
        (r"\delta_j^{(l)}", [("δ", "base"), ("j", "sub"), ("(l)", "sup")]),
        (r"\partial C/\partial w_\theta", [("∂C/∂w", "base"), ("θ", "sub")]),
        ("x_12 + W^T y", [("x", "base"), ("12", "sub"), (" + W", "base"), ("T", "sup"), (" y", "base")]),
        ("x_{a_{b}}", [("x", "base"), ("a_{b}", "sub")]),
        (r"a\_b \{ \^", [("a_b { ^", "base")]),
        ("learning_rate", [("learning_rate", "base")]),
        ("layer_1_weights", [("layer_1_weights", "base")]),
        ("__init__", [("__init__", "base")]),
        ("_x ^2 a_ _", [("_x ^2 a_ _", "base")]),
        ("x_{open", [("x_{open", "base")]),
        (r"C:\new\frac{a}{b}", [(r"C:\new\frac{a}{b}", "base")]),
        (r"\hat{y}_1 - \bar x", [("ŷ", "base"), ("1", "sub"), (" - x̄", "base")]),
        (r"\mathrm{loss}_{\text{train}}", [("loss", "base"), ("train", "sub")]),
        ("x_{}", [("x_{}", "base")]),
        ("a\r\nb\tc\u2028d", [("a b c d", "base")]),
        ("", []),
    ],
)
def test_what_is_notation_and_what_is_not(text: str, expected: list[tuple[str, str]]) -> None:
    assert pieces(parse(text)) == expected


def test_every_greek_command_has_the_letter_of_its_name() -> None:
    variants = {"varepsilon", "vartheta", "varpi", "varrho", "varsigma", "varphi"}
    found = 0
    for command, sign in SIGNS.items():
        name = unicodedata.name(sign)
        if name.startswith("GREEK") and command[1:] not in variants:
            size = "CAPITAL" if command[1].isupper() else "SMALL"
            assert name == f"GREEK {size} LETTER {command[1:].upper().replace('LAMBDA', 'LAMDA')}"
            found += 1
    assert found == 24 + 11  # the small letters, and the capitals that differ from Latin ones


@quick
@given(anything)
def test_escaped_text_is_read_back_as_it_was(text: str) -> None:
    element = ET.fromstring(f"<a b=\"{escape(text)}\" c='{escape(text)}'>{escape(text)}</a>")
    expected = "".join(sign if legal(sign) else "\ufffd" for sign in text)
    assert element.text == (expected or None)
    assert element.attrib == {"b": expected, "c": expected}


@quick
@given(anything)
def test_a_label_can_stand_in_any_document(text: str) -> None:
    label = parse(text)
    for part in [*(run.text for run in label.runs), label.full]:
        assert ET.fromstring(f"<a>-{escape(part)}</a>").text == "-" + part
        inside = part[1:-1] if part.startswith("\u2068") else part
        assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in inside)
        reorders = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        assert not any(unicodedata.bidirectional(sign) in reorders for sign in inside)
        if inside == part:
            assert not any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in part)
        else:
            assert part[-1] == "\u2069"


@quick
@given(st.text(st.characters(exclude_characters="\\_^", exclude_categories=()), max_size=8))
def test_short_text_without_notation_survives_whole(text: str) -> None:
    assert drawn(parse(text)) == clean(text)


@quick
@given(st.text(st.characters(exclude_categories=("C", "Z")), max_size=40))
def test_cleaning_leaves_visible_text_alone(text: str) -> None:
    assert clean(text) == text


@quick
@given(anything, st.floats(min_value=2.0, max_value=30.0))
def test_a_label_is_no_wider_than_it_may_be_and_its_runs_lie_within(text: str, widest: float) -> None:
    label = parse(text, widest)
    assert label.width <= widest
    assert all(0.0 <= run.x <= label.width for run in label.runs)
    assert (not label.runs) == (not text)


@quick
@given(st.text(st.sampled_from("aM{}_^1é漢🙂\u0301\u200d \\"), min_size=1, max_size=30), st.integers(300, 1000))
def test_a_long_label_keeps_its_ends_and_its_full_text(text: str, times: int) -> None:
    assume(set(text) - set("\u0301\u200d"))  # these join the character before them
    label = parse("start" + text * times + "end")
    assert label.full == clean("start" + text * times + "end")
    assert drawn(label).startswith("start")
    assert drawn(label).endswith("end")
    assert "…" in drawn(label)
    assert len(drawn(label)) < 400


@quick
@given(*[st.text("abcxyzαβ123", min_size=1, max_size=5)] * 3)
def test_an_index_above_stands_over_the_index_below(base: str, below: str, above: str) -> None:
    first = parse(f"{base}_{{{below}}}^{{{above}}}")
    second = parse(f"{base}^{{{above}}}_{{{below}}}")
    assert sorted(first.runs) == sorted(second.runs)
    assert first.width == second.width
    assert first.runs[1].x == first.runs[2].x == parse(base).width
    assert first.width < parse(base + below + above).width


@quick
@given(st.text(min_size=1, max_size=4), st.text("\u0301\u0323\u200d\ufe0f", max_size=7))
def test_a_cut_never_falls_between_a_letter_and_its_accents(text: str, accents: str) -> None:
    assume(not unicodedata.combining(text[0]))
    for cluster in labels.clusters(text + "x" + accents):
        assert len(cluster) <= labels.LONGEST_CLUSTER
    assert labels.clusters("x" + accents) == ["x" + accents]


def test_the_estimated_widths_are_enough_for_a_wide_font_and_not_far_too_much() -> None:
    font = FT2Font(font_manager.findfont("DejaVu Sans"))  # shipped with matplotlib
    font.set_size(100, 72)
    codes = {*range(0x20, 0x7F), *range(0x391, 0x3CA), *range(0x410, 0x450)} - {0x3A2}
    for sign in sorted({*map(chr, codes), *SIGNS.values()}):
        actual = font.load_char(ord(sign)).linearHoriAdvance / 65536 / 100
        assert actual <= labels.width(sign, "base") <= 2 * actual, sign


@pytest.mark.parametrize(
    ("label", "in_a_terminal", "latex"),
    [
        (r"\xi_k", "ξ_k", r"\xi_k"),
        (r"\Omega^{(2)}", "Ω⁽²⁾", r"\Omega^{(2)}"),
        (r"w_{jk}^{(l)}", "w_jk^(l)", "w_{jk}^{(l)}"),
        (r"\hat{y}_1", "ŷ₁", r"\hat{y}_1"),
        (r"\partial C/\partial w_\theta", "∂C/∂w_θ", r"\partial C/\partial w_{\theta}"),
        (r"x_{a_{b}}", "x_a_b", "x_{a_{b}}"),
        ("C_0", "C₀", "C_{0}"),
        ("x_{}", "x_{}", r"\text{x\_\{\}}"),
        ("{}", "{}", r"\text{\{\}}"),
        (r"\href{javascript:x}{y}", r"\href{javascript:x}{y}", r"\text{/href\{javascript:x\}\{y\}}"),
        ("learning_rate", "learning_rate", r"\text{learning\_rate}"),
        ("loss_1", "loss₁", r"\mathrm{loss}_1"),
        ("\x1b[31mred", "\ufffd[31mred", "\\text{\ufffd[31mred}"),
    ],
)
def test_one_reading_of_a_label_is_written_in_every_notation(label: str, in_a_terminal: str, latex: str) -> None:
    assert plain(label) == in_a_terminal
    assert in_latex(label) == latex


@pytest.mark.parametrize("command", [command for command in SIGNS if command[1].isalpha()])
def test_every_command_is_known_to_pictures_the_terminal_and_latex(command: str) -> None:
    label = command + "_k"
    assert plain(label) == f"{SIGNS[command]}_k"
    assert pieces(parse(label)) == [(SIGNS[command], "base"), ("k", "sub")]
    assert SIGNS[in_latex(label).removesuffix("_k").rstrip()] == SIGNS[command]


@quick
@given(anything)
def test_no_label_breaks_the_formula_or_the_terminal_around_it(text: str) -> None:
    plain(text).encode()
    latex = in_latex(text)
    latex.encode()
    depth = 0
    for token in re.findall(r"\\.|[{}]", latex, re.S):
        depth += {"{": 1, "}": -1}.get(token, 0)
        assert depth >= 0
    assert depth == 0
    known = {*COMMANDS.values(), *("\\" + name for name in ACCENTS), "\\text", "\\mathrm"}
    assert set(re.findall(r"\\[A-Za-z]+", latex)) <= known
    assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in plain(text) + latex)


NESTED = "{" * 200 + "x" + "}" * 200
ODD = ["", " ", "\u200b", "{}", "x_{}", "x^{}_{}", "_", "^", NESTED, "w_" + NESTED, "{" * 200, "\\" * 200]
ODD += ["\ud800", "a\udfff_1"]


@pytest.mark.parametrize("label", ODD, ids=range(len(ODD)))
def test_odd_labels_are_harmless_everywhere(label: str) -> None:
    x = Value(2.0, label)
    y = x * x + Value(1.0, label)
    y.label = label
    y.backward()
    derivation = explain(y, x)
    for text in (str(derivation), derivation.latex, str(derivation.steps), viz.stepper(y).html, draw(y).dot.source):
        text.encode()
    ET.fromstring(draw(y).svg)


@pytest.mark.parametrize("label", ["", " ", "\u200b\u0301"])
def test_a_label_that_nobody_sees_is_no_name(label: str) -> None:
    x = Value(2.0, label)
    y = x * 3.0
    y.label = label
    assert [Names([x, y])[node].text for node in (x, y)] == ["c₁", "v₁"]


def test_no_two_nodes_are_called_the_same() -> None:
    nodes = [Value(0.0, label) for label in ("v_1", "v_{1}", "x", "x[2]", "x", "x", "c_1", "", "")]
    nodes += [nodes[0] + 1.0, nodes[1] + 1.0]
    names = Names(nodes)
    assert len({names[node].text for node in nodes}) == len(nodes)
    assert len({names[node].latex for node in nodes}) == len(nodes)
