"""gradcheck: it passes what is right, finds what is wrong, and tells a kink from a bug."""

import math

import numpy as np
import pytest
from graphs import ROWS, graphs
from hypothesis import given, settings
from oracles import ONCE_ONLY

import microbp
from microbp import Op, Value, gradcheck, hessian, nn
from microbp.engine.differences import central_difference
from microbp.errors import GradientError, InputError, InputTypeError, MicrobpError
from microbp.table.op import TABLE


@pytest.fixture
def row():
    """Makes rows, and takes them out of the table afterwards."""
    made = []

    def make(name, forward, *partials):
        made.append(name)
        return Op(name, forward, partials, "{0}", "{0}")

    yield make
    for name in made:
        del TABLE[name]


@given(graphs(max_leaves=3, max_lines=6))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_random_graphs_pass(graph):
    table = gradcheck(graph, *graph.point)
    assert table.ok
    assert [r.x for r in table.rows] == list(graph.point)


WRONG = {
    "a factor": lambda z, x: 3.0 * x,
    "a sign": lambda z, x: -2.0 * x,
    "a small error": lambda z, x: 2.0 * x * (1.0 + 1e-4),
    "a missing rule": 0.0,
    "the other argument": lambda z, x: x,
    "an exchange of x and z": lambda z, x: 2.0 * z,
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("x", [0.3, -7.0, 1e4])
def test_a_wrong_rule_is_found(row, name, x):
    wrong = row("wrong_square", lambda x: x * x, WRONG[name])
    with pytest.raises(GradientError, match="WRONG") as caught:
        gradcheck(lambda a, b: wrong(a) * b, x, 2.0)
    lines = str(caught.value).splitlines()
    assert "the local derivatives do not match the function" in lines[3]
    assert lines[4].endswith("ok")  # by b nothing is wrong


def test_a_wrong_rule_of_one_argument_among_two(row):
    wrong = row("wrong_product", lambda x, y: x * y, lambda z, x, y: y, lambda z, x, y: y)
    with pytest.raises(GradientError) as caught:
        gradcheck(wrong, 2.0, 3.0)
    verdicts = [line.split("  ")[-1] for line in str(caught.value).splitlines()[3:]]
    assert verdicts[0] == "ok"
    assert verdicts[1].startswith("WRONG")


@pytest.mark.parametrize(
    "f, x, slopes",
    [
        (microbp.relu, 0.0, ("0", "1")),
        (lambda x: microbp.clip(x, -1.0, 1.0), 1.0, ("1", "0")),
        (lambda x: microbp.leaky_relu(x, 0.2), 0.0, ("0.2", "1")),
    ],
)
def test_a_kink_is_no_bug(f, x, slopes):
    table = gradcheck(f, x)
    assert table.ok
    assert table.rows[0].verdict == f"kink: slope {slopes[0]} on the left, {slopes[1]} on the right"


@pytest.mark.parametrize("f, x", [(microbp.abs, 0.0), (lambda x: microbp.maximum(2.0 * x, 1.0), 0.5)])
def test_the_middle_of_a_kink_passes_and_is_called_one(f, x):
    table = gradcheck(f, x)
    assert table.ok
    assert table.rows[0].verdict.startswith("kink: slope")


def test_a_slope_between_the_sides_that_nobody_chooses_is_left_open():
    table = gradcheck(lambda x: microbp.max([x, 0.0 * x, 0.0]), 0.0)  # a tie of three: 1/3
    assert not table.ok
    assert table.rows[0].verdict.startswith("UNCHECKED: a kink, slope 0 on the left, 1 on the right")


@pytest.mark.parametrize(
    "f, x",
    [
        (lambda x: 1.0 / x, 1e-8),
        (lambda x: 1.0 / x, 1e-20),
        (lambda x: 1.0 / x, 1e-100),
        (lambda x: x * x, 1e-200),
        (lambda x: (x + 1e10) - 1e10, 1.0),
        (lambda x: microbp.sin(1e8 * x), 1.0),
        (microbp.relu, -1e-9),
        (microbp.sigmoid, 40.0),
        (microbp.sigmoid, 1e-20),
    ],
)
def test_poles_waves_cancellation_and_underflow_are_not_bugs(f, x):
    assert gradcheck(f, x).rows[0].verdict == "ok"


@pytest.mark.parametrize("f, x", [(microbp.sin, 1e15), (microbp.sin, 1e22), (lambda x: (x + 1e40) - 1e40, 1.0)])
def test_what_rounding_hides_is_neither_passed_nor_blamed(f, x):
    table = gradcheck(f, x)
    assert not table.ok
    assert table.rows[0].verdict.startswith("UNCHECKED")


SHAPES = {
    "sin": (math.sin, lambda z, x: microbp.cos(x)),
    "exp": (math.exp, lambda z, x: z),
    "square": (lambda x: x * x, lambda z, x: 2.0 * x),
    "tanh": (math.tanh, lambda z, x: 1.0 - z * z),
}
BESIDE = {"nothing": lambda x: 0.0, "a line": lambda x: x, "a cube": lambda x: x**3}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("factor", [-1.0, 0.0, 2.0, 1.5, 1.0])
@pytest.mark.parametrize("beside", BESIDE)
def test_no_wrong_rule_passes_where_rounding_drowns_the_difference(row, shape, factor, beside):
    forward, rule = SHAPES[shape]
    drowned = row("drowned", forward, lambda z, x: factor * rule(z, x))
    for offset in [0.0, *(10.0**k for k in range(0, 19, 2))]:
        for x in (0.3, -1.7):

            def f(t, offset=offset):
                return offset + drowned(t) + BESIDE[beside](t)

            if factor == 1.0:
                gradcheck(f, x)  # raises nothing: a right rule is never blamed
                continue
            try:
                assert gradcheck(f, x).rows[0].verdict.startswith("UNCHECKED")
            except GradientError:
                assert offset < 1e14


def test_a_drowned_sine_is_not_passed(row):
    wrong = row("wrong_sine", math.sin, lambda z, x: -microbp.cos(x))
    table = gradcheck(lambda x: 1e12 + wrong(x), 1.0)
    assert not table.ok and table.rows[0].verdict.startswith("UNCHECKED: the differences are lost in rounding")
    assert gradcheck(lambda x: 1e12 + 0.0 * x, 1.0).rows[0].verdict.startswith("UNCHECKED")
    assert gradcheck(lambda x: 3.0 + 0.0 * x, 1.0).ok


def test_dicts_and_arrays_are_checked_by_their_places():
    table = gradcheck(
        lambda p, x: np.sum(p["w"] * x) * p["b"], {"w": np.array([1.0, 2.0]), "b": 3.0}, np.array([4.0, 5.0])
    )
    assert table.ok and [r.name for r in table.rows] == ["0['w'][0]", "0['w'][1]", "0['b']", "1[0]", "1[1]"]
    assert [r.reverse for r in table.rows] == [12.0, 15.0, 14.0, 3.0, 6.0]


def test_nothing_to_check_is_no_success():
    for empty in ((), ([],)):
        with pytest.raises(InputError, match="no number to differentiate by"):
            gradcheck(lambda *_: 1.0, *empty)


# -- derivatives of derivatives ----------------------------------------------------------------------------


@given(graphs(rows=[op for op in ROWS if op.name not in ONCE_ONLY], max_leaves=2, max_lines=4))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_second_derivatives_of_random_graphs_pass(graph):
    n = len(graph.point)
    table = gradcheck(graph, *graph.point, order=2)
    assert len(table.rows) == n + n * n
    H = hessian(lambda xs: graph(*xs))(list(graph.point))
    assert [r.reverse for r in table.rows[n:]] == pytest.approx([h for line in H for h in line], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "frozen", [lambda z, x: math.cos(getattr(x, "data", x)), lambda z, x: microbp.ops.frozen(microbp.cos(x))]
)
def test_a_rule_with_the_right_number_and_the_wrong_derivative(row, frozen):
    cut = row("cut_sine", math.sin, frozen)
    f = lambda x, y: cut(x) * y
    assert gradcheck(f, 0.7, 2.0).ok
    with pytest.raises(GradientError) as caught:
        gradcheck(f, 0.7, 2.0, order=2)
    verdict_of = {line.split("  ")[0]: line.split("  ")[-1] for line in str(caught.value).splitlines()[3:]}
    assert verdict_of["0"] == verdict_of["1"] == verdict_of["1, 1"] == "ok"
    assert verdict_of["0, 0"] == "WRONG: the local derivatives do not match the function"


def test_third_derivatives_and_other_orders():
    table = gradcheck(lambda x: x**4, Value(1.5, "x"), order=3)
    assert [(r.name, r.reverse) for r in table.rows] == [("x", 13.5), ("x, x", 27.0), ("x, x, x", 36.0)]
    for order in (0, -1, 1.5, "2"):
        with pytest.raises(InputError, match="order"):
            gradcheck(microbp.sin, 1.0, order=order)


def test_a_wrong_slope_of_a_fast_wave_is_no_kink(row):
    wrong = row("wrong_wave", lambda x: math.sin(1e6 * x), 700000.0)  # the slope is 936752
    with pytest.raises(GradientError, match="do not match the function"):
        gradcheck(wrong, 1.0)


@pytest.mark.parametrize("x", [-1.0, -1e-9])
def test_a_slope_where_the_function_is_flat_is_a_bug(row, x):
    wrong = row("wrong_flat", lambda x: max(x, 0.0), 1.0)
    with pytest.raises(GradientError, match="do not match the function"):
        gradcheck(wrong, x)


def test_a_slope_beyond_both_sides_of_a_kink_is_a_bug(row):
    wrong = row("wrong_relu", lambda x: max(x, 0.0), lambda z, x: 7.0)
    with pytest.raises(GradientError, match="a kink, and not between its slopes 0 and 1"):
        gradcheck(wrong, 0.0)


def test_forward_and_reverse_are_compared(monkeypatch):
    from microbp.engine import gradcheck as check

    monkeypatch.setattr(check, "jvp", lambda f, primals, tangents: (0.0, 5.0))
    with pytest.raises(GradientError, match="reverse and forward mode disagree"):
        gradcheck(microbp.sin, 1.0)


def test_near_the_edge_of_a_domain():
    assert gradcheck(microbp.sqrt, 1e-6).ok
    assert gradcheck(microbp.log, 1e-3).ok
    assert gradcheck(microbp.arccosh, 1.01).ok
    with pytest.raises(MicrobpError):
        gradcheck(microbp.sqrt, 0.0)


@pytest.mark.parametrize("x", [1e-8, 1e8, -1e150])
def test_the_step_follows_the_point(x):
    assert gradcheck(lambda t: t / 3.0, x).ok
    assert gradcheck(microbp.arcsinh, x).ok


def test_the_edge_of_a_domain_is_not_passed_over():
    table = gradcheck(lambda x: x**1.5, 0.0)
    assert not table.ok
    assert "UNCHECKED" in str(table)
    assert "a point inside" in str(table)


def test_a_kink_at_the_edge_of_a_domain_is_not_taken_for_one(row):
    wrong = row("wrong_root", math.sqrt, lambda z, x: 0.6 / z)
    with pytest.raises(GradientError, match="do not match the function"):
        gradcheck(wrong, 1e-6)


def test_the_table_prints():
    table = gradcheck(lambda v, s: v[0] * v[1] * s, [2.0, Value(3.0, "w")], 1.0)
    lines = str(table).splitlines()
    assert lines[0].split() == ["input", "x", "reverse", "forward", "central", "+/-", "verdict"]
    assert [line.split()[0] for line in lines[2:]] == ["0[0]", "w", "1"]
    assert [float(line.split()[2]) for line in lines[2:]] == [3.0, 2.0, 6.0]
    assert repr(table) == str(table)


def test_a_whole_network_passes():
    model = nn.MLP(2, [3, 2], "tanh", "sigmoid")

    def cost(weights):
        for p, w in zip(parameters, weights, strict=True):
            p.data = w.data
        swapped = dict(zip(parameters, weights, strict=True))
        a = [0.5, -1.0]
        for layer in model.layers:
            zs = [microbp.weighted_sum([swapped[w] for w in n.w], a, swapped[n.b]) for n in layer.neurons]
            a = [getattr(microbp, layer.activation)(z) for z in zs]
        return microbp.losses.squared_error(a, [0.0, 1.0])

    parameters = model.parameters()
    assert gradcheck(cost, [p.data for p in parameters]).ok


@pytest.mark.parametrize("f, xs", [(microbp.sin, ("1",)), (lambda x: "no", (1.0,)), (lambda x: [x], (1.0,))])
def test_what_cannot_be_checked(f, xs):
    with pytest.raises(InputTypeError):
        gradcheck(f, *xs)


@pytest.mark.parametrize(
    "f, slope, x", [(math.sin, math.cos, 1.0), (math.exp, math.exp, 20.0), (microbp.log, lambda x: 1 / x, 0.01)]
)
def test_the_difference_keeps_its_error_estimate(f, slope, x):
    found, error = central_difference(f, x)
    assert abs(found - slope(x)) <= 10.0 * error
    assert error < 1e-7 * max(1.0, abs(slope(x)))
