"""Expressions: read as Python reads them, and nothing else is reachable."""

import contextlib
import math

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from microbp import Value
from microbp.cli.arguments import assignments
from microbp.engine.expression import parse
from microbp.errors import ExpressionError, MicrobpError

NAMES = {name: getattr(math, name) for name in ("sin", "cos", "exp", "tanh", "sqrt", "log")}


def expressions():
    atoms = st.one_of(st.sampled_from(["x", "y", "pi", "e"]), st.floats(0.1, 3.0).map(lambda f: f"{f:.3f}"))

    def grow(inner):
        binary = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "**"]), inner).map(
            "({0[0]} {0[1]} {0[2]})".format
        )
        unary = st.tuples(st.sampled_from(["-", "+", "sin", "cos", "exp", "tanh", "sqrt", "log"]), inner).map(
            "{0[0]}({0[1]})".format
        )
        return binary | unary

    return st.recursive(atoms, grow, max_leaves=8)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(expressions(), st.floats(-2.0, 2.0), st.floats(-2.0, 2.0))
def test_the_value_is_pythons(text, x, y):
    try:
        expected = eval(text, {"__builtins__": {}}, NAMES | {"x": x, "y": y, "pi": math.pi, "e": math.e})
    except (ArithmeticError, ValueError, TypeError):  # TypeError: math.sin of what ** made complex
        expected = math.nan
    variables = assignments([f"x={x!r}", f"y={y!r}"])
    if isinstance(expected, complex) or not math.isfinite(expected):
        with pytest.raises(MicrobpError):
            parse(text, variables)
    else:
        assert parse(text, variables).data == pytest.approx(expected, rel=1e-12)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(st.text(max_size=30))
def test_any_text_gives_a_value_or_a_typed_error(text):
    with contextlib.suppress(MicrobpError):
        parse(text, assignments(["x=1.5"]))


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')", "x.real", "x.__class__", "(lambda: x)()", "[x for x in y]", "x if x else y", "x := 1",
        "'text'", "f'{x}'", "x and y", "not x", "x @ y", "x << 1", "~x", "exp(x=1)", "exp(*x)", "sin",
        "True", "None", "1j", "...", "", "x y", "[x, y]", "x > y", "x\0", "x" + "+x" * 20_000, "-" * 20_000 + "x",
        "9" * 5000, "nosuch(x)", "exp([x])", "max(x > y)", "(x > y) + 1", "where(x, 1, 2)", "[x] > [y]",
    ],
)  # fmt: skip
def test_everything_else_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text, assignments(["x=1", "y=2"]))


def test_lists_choices_and_constants():
    variables = assignments(["x=1", "y=2"])
    assert parse("max(x, y, 3)", variables).data == 3.0
    assert parse("norm([3*x, 2*y])", variables).data == 5.0
    assert parse("where(x < y, x, y) + where(x >= y, 10, 20)", variables).data == 21.0
    assert parse("weighted_sum([x, y], [2, 3], 1)", variables).data == 9.0
    assert parse("leaky_relu(-x)", variables).data == -0.01
    assert parse("2 * 3", variables).data == 6.0


@pytest.mark.parametrize("text", ["x", "=1", "1=2", "x=", "x=one", "x=nan", "x=inf", "x=1j", "a b=1"])
def test_assignments_are_refused_with_the_form_they_need(text):
    with pytest.raises(MicrobpError, match="number"):
        assignments([text])


def test_a_name_given_twice():
    with pytest.raises(ExpressionError, match="x is given twice"):
        assignments(["x=1", "x=2"])


def test_rounding_is_read_as_python_reads_it():
    assert parse("rint(x) // 2 + floor(x) - ceil(x)", {"x": Value(5.5)}).data == round(5.5) // 2 + 5 - 6
