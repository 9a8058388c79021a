"""The operations on Values, as they are written from the rows: what they record, their text, and what they refuse."""

import inspect
import itertools
import linecache
import math
import traceback
from pathlib import Path

import numpy as np
import pytest

import microbp
from microbp import Op, Value, gradients, no_grad, ops
from microbp.engine.operations import local_derivative, record
from microbp.engine.recorders import source
from microbp.errors import InputError, InputTypeError, MicrobpError, ShapeError, StaleGraphError
from microbp.table.op import RESERVED, TABLE
from microbp.table.operators import BINARY, COMPARISONS, METHODS, UNARY
from microbp.table.stub import STUBS

ROWS = [TABLE[name] for name in sorted(RESERVED)]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -2.5, 3.0, 1e-200, 1e200, 800.0, -800.0]


def points(op, numbers=SPECIAL):
    """Arguments for a row from some numbers; two or three entries in a list."""
    if not op.vectors:
        yield from itertools.product(numbers, repeat=len(op.partials))
        return
    few = numbers[::3] if len(op.vectors) > 1 else numbers
    for size in (1, 2, 3):
        for flat in itertools.islice(itertools.product(few, repeat=sum(op.vectors) * size), 0, None, 7):
            yield tuple(op.split([*flat, *[0.5] * op.vectors.count(False)]))


def kinds(op, args):
    """The arguments with Values at every choice of places, and which places these are."""
    flat = op.flatten(args)
    for wanted in itertools.product([True, False], repeat=min(len(flat), 3)):
        wanted = [*wanted, *[wanted[-1]] * (len(flat) - len(wanted))]
        if any(wanted):
            yield op.split([Value(x) if is_value else x for x, is_value in zip(flat, wanted)]), wanted


def outcome(f):
    try:
        return f()
    except MicrobpError as error:
        return type(error), str(error)


def bits(xs):
    return [repr(x) for x in xs]


@pytest.mark.parametrize("op", ROWS, ids=repr)
def test_what_is_recorded_is_what_the_row_says(op):
    """The value and the derivatives of the written code, or its error, at special points and for all kinds."""
    for args in points(op):
        numbers = list(op.flatten(args))
        value = outcome(lambda op=op, numbers=numbers: op.on_numbers(numbers))
        for given, wanted in kinds(op, args):
            node = outcome(lambda op=op, given=given: op(*given))
            if isinstance(value, tuple):
                assert node == value
                continue
            slopes = outcome(lambda wanted=wanted: op.local_derivatives(value, numbers, wanted, local_derivative))  # noqa: B023
            if isinstance(slopes, tuple):
                assert node == slopes
                continue
            assert bits([node.data, *node.partials]) == bits([value, *slopes]), (args, wanted)
            assert (node.op, node.args) == (op, op.flatten(given))
            with no_grad():
                alone = op(*given)
            assert (repr(alone.data), alone.op, alone.args, alone.partials) == (repr(value), None, (), ())
            slopes = iter(node.partials)
            assert bits(node.slopes[: len(wanted)]) == bits([next(slopes) if w else None for w in wanted])


@pytest.mark.parametrize("op", [op for op in ROWS if len(op.partials) > 1], ids=repr)
def test_a_constant_that_is_not_finite_means_what_the_row_says(op):
    """The written code takes every argument for finite."""
    methods = [f"__{name}__" for name in BINARY if BINARY[name] is op]
    for args in points(op, [math.inf, -math.inf, math.nan, 0.5, 10**400, np.float64("inf")]):
        flat = op.flatten(args)
        for place in range(len(flat)):
            x = Value(1.0)
            given = op.split([x if i == place else a for i, a in enumerate(flat)])
            expected = outcome(lambda given=given: recorded(record(op, given)))
            assert outcome(lambda given=given: recorded(op(*given))) == expected, given
            for method in methods * (place == 0):
                call = getattr(x, method)
                assert outcome(lambda call=call, given=given: recorded(call(given[1]))) == expected, given


def recorded(node):
    return bits([node.data, *node.partials])


@pytest.mark.parametrize("name", BINARY)
def test_an_operator_records_what_its_row_does(name):
    op = BINARY[name]
    for x, y in itertools.product(SPECIAL, repeat=2):
        calls = {
            (True, True): lambda x, y: getattr(x, f"__{name}__")(y),
            (True, False): lambda x, y: getattr(x, f"__{name}__")(y),
            (False, True): lambda x, y: getattr(y, f"__r{name}__")(x),
        }
        for (first, second), call in calls.items():
            args = (Value(x) if first else x, Value(y) if second else y)
            one, other = outcome(lambda args=args: op(*args)), outcome(lambda args=args, call=call: call(*args))
            if isinstance(one, tuple):
                assert one == other
            else:
                assert bits([one.data, *one.partials]) == bits([other.data, *other.partials])
                assert (other.op, other.args) == (op, args)


def test_constants_of_every_kind_become_floats():
    x = Value(3.0)
    for number in (2, True, np.float64(2.0), np.int64(2)):
        for z in (x * number, number * x, ops.maximum(x, number), ops.maximum(number, x), ops.add_up([x, number])):
            assert [type(a) for a in z.args if a is not x] == [float]


def test_the_derivative_by_a_constant_is_never_taken():
    asked = []

    def by(place):
        return lambda z, x, y: asked.append(place) or 1.0

    op = Op("asking", lambda x, y: x + y, (by(0), by(1)), "{0} + {1}", "x")
    try:
        op(Value(1.0), 2.0), op(2.0, Value(1.0))
        assert asked == [0, 1]
        assert (Value(-2.0) ** 3.0).partials == (12.0,)  # the logarithm of -2 is not asked for
    finally:
        del TABLE["asking"]


@pytest.mark.parametrize(
    "rule", [lambda z, x: [2.0], lambda z, x: (2.0,), lambda z, x: 2, lambda z, x: np.array([2.0])]
)
def test_a_rule_of_ones_own_gives_one_number(rule):
    one, two = (
        Op("one", lambda x: x, (rule,), "{0}", "x"),
        Op("two", lambda x: x, (lambda z, x: [1.0, 1.0],), "{0}", "x"),
    )
    try:
        assert one(Value(3.0)).partials == (2.0,)
        with pytest.raises(ShapeError, match="a rule gave 2 derivatives"):
            two(Value(3.0))
    finally:
        del TABLE["one"], TABLE["two"]


def test_a_function_of_ones_own_may_do_anything_to_its_lists():
    def spoil(xs):
        xs.clear()
        ours.clear()
        return 1.0

    op = Op("spoiled", spoil, (lambda z, xs: [2.0 * x for x in xs],), "sum({0})", "x", vectors=(True,))
    try:
        x, y = Value(3.0), Value(4.0)
        ours = [x, y, 5.0]
        node = op(ours)
        assert (node.args, node.partials, node.kept) == ((x, y, 5.0), (6.0, 8.0), (3.0, 4.0, 5.0))
    finally:
        del TABLE["spoiled"]


# -- the text ------------------------------------------------------------------------------------------


if microbp.engine_name == "python":  # the operations of the native engine are in C

    def test_the_text_of_every_operation_can_be_read():
        for name, op in METHODS.items():
            assert inspect.getsource(getattr(Value, name)).rstrip() == source(op)
        for name in [f"__{side}{name}__" for name in BINARY for side in ("", "r")] + [f"__{name}__" for name in UNARY]:
            assert "node = new(Value)" in inspect.getsource(getattr(Value, name))
        for name in COMPARISONS:
            assert f"def {name}(first, second)" in inspect.getsource(getattr(Value, name))
        assert Value.tanh.__doc__.startswith("x.tanh(): tanh(x)\n")

    def test_a_traceback_shows_the_line():
        op = Op("broken", lambda x: [][3], (1.0,), "{0}", "x")
        try:
            assert inspect.getsource(op.record).startswith("def broken(first):")
            try:
                op(Value(1.0))
            except IndexError as error:
                lines = [frame.line for frame in traceback.extract_tb(error.__traceback__)]
            assert "z = float_broken(x)" in lines
            linecache.checkcache()
            assert "float_broken" in inspect.getsource(op.record)
        finally:
            del TABLE["broken"]


def test_the_stub_lists_the_methods_of_the_table():
    """If this fails: python -m microbp.table.stub"""
    for name, text in STUBS.items():
        assert (Path(microbp.__file__).parent / "table" / name).read_text("utf-8") == text()


def test_a_row_of_ones_own_takes_no_keyword_of_python_as_its_name():
    with pytest.raises(InputError, match="not an identifier"):
        Op("lambda", abs, (1.0,), "{0}", "x")


# -- edits that neither the value nor the derivatives give away ------------------------------------------


def second_derivatives(node, xs):
    slopes = gradients(node, xs, create_graph=True)
    return [h for slope in slopes for h in gradients(slope, xs)]


def ambiguous(op):
    """Whether there are two points at which the row records the same, and which differ in a second derivative."""
    known = {}
    for args in points(op, [*SPECIAL, 1.5, 1e-20, -1e-200, 40.0]):
        for given, wanted in kinds(op, args):
            xs = [a for a in op.flatten(given) if isinstance(a, Value)]
            try:
                node = op(*given)
                found = second_derivatives(node, xs)
            except MicrobpError:
                continue
            constants = [(i, repr(a)) for i, a in enumerate(node.args) if not isinstance(a, Value)]
            key = (node.data, node.partials, str(wanted), str(constants))
            known.setdefault(key, []).append(found)
    return any(h != found[0] for found in known.values() for h in found)


@pytest.mark.parametrize("op", ROWS, ids=repr)
def test_a_row_keeps_its_numbers_where_an_edit_would_not_be_noticed(op):
    assert ambiguous(op) == op.keeps


def test_edits_that_only_the_second_derivative_shows():
    w = [Value(0.0), Value(0.0), Value(5.0)]
    x, y = Value(0.0), Value(2.0)
    flat = Op("flat", lambda x: x**3 - x, (lambda z, x: 3.0 * x * x - 1.0,), "{0} ** 3 - {0}", "x")
    try:
        u = Value(1.0)
        for node, leaf, number in [(ops.prod(w), w[2], 7.0), (x**y, y, 3.0), (flat(u), u, -1.0)]:
            before = leaf.data
            leaf.data = number
            with pytest.raises(StaleGraphError, match=rf"argument {before}, and it is {number}"):
                gradients(node, [leaf], create_graph=True)
            leaf.data = before
            assert second_derivatives(node, [leaf])
    finally:
        del TABLE["flat"]


# -- labels --------------------------------------------------------------------------------------------


def test_a_label_is_exactly_a_text():
    class Name(str):
        pass

    x = Value(1.0, Name("w"))
    assert (x.label, type(x.label)) == ("w", str)
    x.label = Name("v")
    assert (x.label, type(x.label)) == ("v", str)
    for label in (3, None, b"w", ["w"], Value(1.0)):
        with pytest.raises(InputTypeError, match="a label is text"):
            x.label = label
        with pytest.raises(InputTypeError, match="a label is text"):
            Value(1.0, label)
    assert x.label == "v"


def test_no_kind_of_number_passes_a_list_row_unseen():
    for strange in ("3", None, 1j, [1.0]):
        with pytest.raises(InputTypeError):
            ops.add_up([Value(1.0), strange])
        with pytest.raises(InputTypeError):
            ops.weighted_sum([Value(1.0)], [1.0], strange)
