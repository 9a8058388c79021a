"""Rows written as code: in Python they evaluate to the bits of the row itself, and raise where it does."""

import itertools
import struct

import pytest
from graphs import SPECIAL
from hypothesis import given, settings
from hypothesis import strategies as st

from microbp import Op, ops, where
from microbp.errors import InputTypeError
from microbp.table.op import RESERVED, TABLE
from microbp.table.writer import ARGUMENTS, JAVASCRIPT, PYTHON, C, Code, Sheet, finite, write

ROWS = [TABLE[name] for name in sorted(RESERVED) if not TABLE[name].vectors]
LANGUAGES = pytest.mark.parametrize("language", [PYTHON, C, JAVASCRIPT], ids=["python", "c", "javascript"])


def bits(x):
    return struct.pack("<d", x)


def outcome(f, *args):
    """The bits of a number, or the class of Python's own error."""
    try:
        return bits(finite(f(*args)))
    except (ArithmeticError, ValueError) as error:
        kinds = (ZeroDivisionError, OverflowError, ValueError)
        return next(kind for kind in kinds if isinstance(error, kind))


def slope(rule, z, point):
    try:
        return bits(rule(z, *point))
    except (ArithmeticError, ValueError):
        return "none"


def functions(written):
    """A function for the value and one for each derivative, from the written lines."""
    names = {name: TABLE[name].forward for name in written.calls} | {"finite": finite}

    def made(lines, result):
        parameters = ", ".join(["z", *ARGUMENTS])
        exec(f"def f({parameters}):\n" + "".join([f"    {line}\n" for line in [*lines, f"return {result}"]]), names)
        return names["f"]

    def on(f):
        return lambda z, point: f(z, *point, *[None] * (len(ARGUMENTS) - len(point)))

    lines = [*written.before, *written.after]
    return on(made(written.before, written.value)), [on(made(lines, d)) for d in written.partials]


def compare(op, point):
    """Each derivative is written alone: one that has no number spoils no other."""
    value, _ = functions(write(op, PYTHON))
    found = outcome(value, None, point)
    assert found == outcome(op.forward, *point), point
    if not isinstance(found, bytes):
        return
    z = op.forward(*point)
    for i, rule in enumerate(op.partials):
        if rule == op.no_derivative:
            continue
        _, (partial,) = functions(write(op, PYTHON, [j == i for j in range(len(op.partials))]))
        expected = bits(rule) if isinstance(rule, float) else slope(rule, z, point)
        assert slope(lambda z, *point, of=partial: of(z, point), z, point) == expected, (point, i)


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_written_python_has_the_bits_of_the_row_at_special_points(op):
    count = len(op.partials)
    points = SPECIAL if count < 3 else SPECIAL[::2]
    for point in itertools.product(points, repeat=count):
        compare(op, point)


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_written_python_has_the_bits_of_the_row_anywhere(op):
    ordinary = st.floats(-30.0, 30.0) | st.floats(allow_nan=False, allow_infinity=False)
    if op is ops.polygamma:  # its recurrence is as long as the order is large
        ordinary = st.floats(-2.0, 30.0) | st.sampled_from([0.0, 1.0, 2.0])

    @settings(max_examples=60, deadline=None)
    @given(st.tuples(*[ordinary] * len(op.partials)))
    def check(point):
        compare(op, point)

    check()


def test_one_wanted_derivative_reads_one_rule():
    def refuses(*_):
        raise AssertionError("read")

    row = Op("half_read", lambda x, y: x, (lambda z, x, y: y, refuses), "{0}", "x")
    try:
        assert write(row, PYTHON, [True, False]).partials == ("y",)
    finally:
        del TABLE["half_read"]


def test_what_is_shared_is_named_once_and_the_output_is_reused():
    assert write(ops.silu, PYTHON) == (
        ("t0 = sigmoid(x)",),
        "x * t0",
        (),
        ("t0 * (1.0 + x * sigmoid(-x))",),
        ("sigmoid",),
    )
    assert write(ops.exp, PYTHON).partials == ("z",)
    assert write(ops.arctan2, PYTHON).after == ("t0 = finite(hypot(x, y))",)


def test_plus_and_minus_zero_are_two_constants():
    x = Code(Sheet(PYTHON), "x")
    assert x + 0.0 is x + 0.0
    assert x + 0.0 is not x + -0.0


PARENTHESES = [  # what text put together without care reads otherwise
    (lambda x: (-0.0) ** x, "(-0.0) ** x"),
    (lambda x: (-x) ** 2.0, "(-x) ** 2.0"),
    (lambda x: -(x**2.0), "-(x ** 2.0)"),
    (lambda x: (x**2.0) ** x, "(x ** 2.0) ** x"),
    (lambda x: x ** (-1.0), "x ** (-1.0)"),
    (lambda x: x - (1.0 - x), "x - (1.0 - x)"),
    (lambda x: x - 1.0 - x, "x - 1.0 - x"),
    (lambda x: x + (x + 1.0), "x + (x + 1.0)"),
    (lambda x: x / (2.0 * x), "x / (2.0 * x)"),
    (lambda x: x / 2.0 * x, "x / 2.0 * x"),
    (lambda x: 2.0 * (x % 3.0), "2.0 * (x % 3.0)"),
    (lambda x: (x + 1.0) * -x, "(x + 1.0) * (-x)"),
    (lambda x: -(0.0 - x), "-(0.0 - x)"),
    (lambda x: where(x > 0.0, x, 1.0) + 1.0, "(x if x > 0.0 else 1.0) + 1.0"),
    (lambda x: where(x > 0.0, where(x < 1.0, x, 2.0), 1.0), "(x if x < 1.0 else 2.0) if x > 0.0 else 1.0"),
    (lambda x: where((x > 0.0) == (x < 1.0), x, 1.0), "x if (x > 0.0) == (x < 1.0) else 1.0"),
    (lambda x: x > where(x > 1.0, x, 2.0), "x > (x if x > 1.0 else 2.0)"),
]


@pytest.mark.parametrize(("f", "text"), PARENTHESES, ids=[text for _, text in PARENTHESES])
def test_parentheses_are_exact(f, text):
    sheet = Sheet(PYTHON)
    assert sheet.text(f(Code(sheet, "x"))) == text
    for x in [0.25, 0.5, 2.0, 3.0]:
        assert f(x) == eval(text, {"x": x})


def test_other_languages_spell_what_they_lack_as_calls():
    assert write(ops.mod, C).value == "FINITE(row_mod(x, y))"
    assert write(ops.arctan2, C).value == "atan2(x, y)"
    assert write(ops.div, C) == ((), "QUOTIENT(x, y)", (), ("QUOTIENT(1.0, y)", "QUOTIENT(-z, y)"), ())
    assert write(ops.relu, C).partials == ("x > 0.0 ? 1.0 : 0.0",)
    assert write(ops.arccos, JAVASCRIPT).value == "Math.acos(x)"
    assert write(ops.pow, JAVASCRIPT).value == "pow(x, y)"
    assert write(ops.equal, JAVASCRIPT).value == "equal(x, y)"


@LANGUAGES
def test_a_rule_that_asks_for_the_truth_of_a_number_is_refused_with_the_cure(language):
    row = Op("branches", lambda x: abs(x), (lambda z, x: 1.0 if x > 0.0 else -1.0,), "abs({0})", "x")
    try:
        with pytest.raises(InputTypeError, match="where"):
            write(row, language)
    finally:
        del TABLE["branches"]


@LANGUAGES
def test_a_row_of_lists_is_refused(language):
    with pytest.raises(InputTypeError, match="takes lists"):
        write(ops.logsumexp, language)


def test_the_value_of_a_users_row_is_called_not_read():
    row = Op("tenfold", lambda x: 10.0 * x, (10.0,), "10.0 * {0}", "10 {0}")
    try:
        assert write(row, PYTHON) == ((), "tenfold(x)", (), ("10.0",), ("tenfold",))
    finally:
        del TABLE["tenfold"]
