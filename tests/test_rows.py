"""Every row of the table against PyTorch in double precision, and against mpmath where PyTorch loses digits.

At every point a row either gives the value, the gradient and the Hessian, or raises a typed error. Where
PyTorch has a finite number so must we, and the other way round; the deliberate differences are listed.
"""

import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import needs
from oracles import BINARY, TERNARY, UNARY, VECTOR

import microbp
from microbp import Op, Value, gradients, log_softmax, ops, softmax
from microbp.errors import (
    DivisionByZeroError,
    DomainError,
    GradientError,
    InputError,
    InputTypeError,
    MicrobpError,
    RangeError,
    ShapeError,
)
from microbp.table.op import RESERVED, TABLE, Operand, fill
from microbp.table.operators import Operators

torch = needs("torch")

TIGHT = 1e-11  # relative: two libraries of functions, a few roundings each
# The Hessian is the difference of larger terms in either library; what cancels is about as large as the
# largest entry, or as 1 for rules such as 1/(1 - x)(1 + x) that start from 1.
CANCELLED = 1e-14

NEAR = [0.0, 0.3, -0.3, 1.0, -1.0, 2.5, -2.5, 20.0, -40.0]
FAR = [40.0, 750.0, -750.0, 1e-9, -1e-9, 1e-160, -1e-160, 1e-310, 1e16, -1e16, 1e160, -1e160, 1e300]
POINTS = NEAR + FAR

ELSEWHERE = {"weighted_sum", "polygamma"}  # rows with tests of their own below

# Deliberate differences from PyTorch: (row, order of the derivative, the points, the reason).
EXCEPTIONS = [
    ("lgamma", 0, lambda x: x < 0.0, "kept to x > 0, where the derivative is known to full precision"),
    ("arctan", 2, lambda x: abs(x) > 1e154, "x*x is recorded and out of range: a typed error"),
    ("erf", 2, lambda x: abs(x) > 1e154, "x*x is recorded and out of range: a typed error"),
    ("erfc", 2, lambda x: abs(x) > 1e154, "x*x is recorded and out of range: a typed error"),
    ("xlogy", 1, lambda x, y: x == 0.0 and y <= 0.0, "log y has no value: a typed error, 0 in PyTorch"),
    ("xlogy", 2, lambda x, y: x == 0.0, "a kink of the row: PyTorch has NaN or 0"),
    ("selu", 2, lambda x: x == 0.0, "a kink of the slope"),
    ("elu", 2, lambda x, a: x == 0.0, "a kink of the slope"),
    ("hypot", 1, lambda x, y: x == y == 0.0, "the gradient at the origin is 0 by convention, NaN in PyTorch"),
    ("hypot", 2, lambda x, y: x == y == 0.0, "a kink"),
    ("pow", 2, lambda x, y: x == 0.0, "x**0 and 0**y have derivative 0 by convention, NaN in PyTorch"),
    ("pow", 2, lambda x, y: 0.0 < x < 1e-308, "the slope of log, 1/x, is out of range: a typed error"),
    ("pow", 2, lambda x, y: x == 1e-160 and y == 0.0, "PyTorch has 0 * inf, we have 0"),
    ("pow", 1, lambda x, y: 0.0 < x < 1e-308 and y == 0.0, "the power of -1 is out of range: a typed error"),
    ("arctan2", 1, lambda x, y: abs(x) + abs(y) < 1e-308, "no derivative at the origin: a typed error"),
    ("clip", 1, lambda x, lo, hi: lo == hi, "a kink in the bounds"),
    ("mod", 2, lambda x, y: abs(y) < 1e-100, "the slope of the quotient, x/y/y, is out of range: a typed error"),
]


def excepted(name, order, point):
    return any(name == row and order == n and holds(*point) for row, n, holds, _ in EXCEPTIONS)


def ours(op, point):
    """The value, gradient and Hessian, up to the typed error that ends the list."""
    found = []
    try:
        xs = [Value(x) for x in point]
        z = op(*xs)
        found.append([z.data])
        z.backward()
        found.append([x.grad for x in xs])
        slopes = gradients(z, xs, create_graph=True)
        assert [s.data for s in slopes] == found[1]
        found.append([h for slope in slopes for h in gradients(slope, xs)])
    except MicrobpError as error:
        found.append(error)
    return found


def theirs(f, point):
    xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]

    def slopes_of(y):
        if not y.requires_grad:
            return [torch.zeros(()) for _ in xs]
        found = torch.autograd.grad(y, xs, create_graph=True, allow_unused=True)
        return [torch.zeros(()) if g is None else g for g in found]

    z = f(*xs)
    first = slopes_of(z)
    second = [h for slope in first for h in slopes_of(slope)]
    return [[z.item()], [g.item() for g in first], [h.item() for h in second]]


def truth(f, point, order):
    """The derivatives of that order, with digits for the whole range of the point."""
    if f is None:
        return None
    with mpmath.workdps(60 if all(1e-20 < abs(x) < 1e20 for x in point) else 700):
        n = len(point)
        mixed = itertools.product(range(n), repeat=order)
        counts = [tuple(indices.count(i) for i in range(n)) for indices in mixed]
        x = tuple(map(mpmath.mpf, point))
        return [float(mpmath.re(mpmath.diff(f, x, c) if order else f(*x))) for c in counts]


def close(a, b, order):
    if b is None:
        return False
    floor = CANCELLED * max(1.0 if len(a) == 1 else 0.0, *map(abs, b)) if order == 2 else 0.0
    return all(math.isclose(x, y, rel_tol=TIGHT, abs_tol=max(floor, 1e-300)) for x, y in zip(a, b, strict=True))


def compare(name, op, torch_f, exact_f, point):
    found = ours(op, point)
    expected = theirs(torch_f, point)
    for order, (mine, other) in enumerate(itertools.zip_longest(found, expected)):
        if mine is None or excepted(name, order, point):
            assert order or isinstance(mine, MicrobpError)
            return
        finite = all(map(math.isfinite, other))
        if isinstance(mine, MicrobpError):
            assert not finite, f"{point}: {mine!r}, where PyTorch has {other}"
            assert isinstance(mine, DomainError | RangeError | (GradientError if order else DomainError))
        else:
            assert close(mine, other, order) or close(mine, truth(exact_f, point, order), order), (point, mine, other)


def test_a_rule_that_gives_none_is_refused():
    forgotten = Op("forgotten", lambda x: x * x, (lambda z, x: None,), "{0} * {0}", "x")
    try:
        with pytest.raises(InputTypeError, match="returned None"):
            forgotten(Value(2.0))
    finally:
        del TABLE["forgotten"]


def test_every_row_is_compared():
    covered = {*UNARY, *BINARY, *TERNARY, *VECTOR, *ELSEWHERE}
    assert covered == RESERVED


@pytest.mark.parametrize("name", [name for name, (f, _) in UNARY.items() if f])
def test_one_argument(name):
    for x in POINTS:
        compare(name, TABLE[name], *UNARY[name], (x,))


@pytest.mark.parametrize("name", BINARY)
def test_two_arguments(name):
    for point in itertools.chain(itertools.product(NEAR, NEAR), itertools.product(FAR, [*NEAR, *FAR[::3]])):
        compare(name, TABLE[name], *BINARY[name], point)


@pytest.mark.parametrize("x", [1e-300, 0.3, -0.3, 8.0, -2.5, 1e300, 1e-9])
def test_cube_root(x):
    value, (slope,), curvature = ours(ops.cbrt, (x,))
    f = UNARY["cbrt"][1]
    assert close(value, truth(f, (x,), 0), 0)
    assert close([slope], truth(f, (x,), 1), 1)
    if abs(x) > 1e-200:
        assert close(curvature, truth(f, (x,), 2), 2)
    assert isinstance(ours(ops.cbrt, (0.0,))[1], GradientError)
    assert ops.cbrt(-0.0) == 0.0


def test_cube_roots_of_cubes_are_exact():
    assert [ops.cbrt(float(n**3)) for n in range(-1000, 1001)] == list(range(-1000, 1001))


@pytest.mark.parametrize("order", [0, 1, 2, 5, 20])  # the higher the order, the more the late terms count
@pytest.mark.parametrize("x", [1e-3, 0.3, 1.0, 15.9, 16.1, 36.0, 300.0, 1e9])
def test_polygamma(order, x):
    assert ops.polygamma(order, x) == pytest.approx(float(mpmath.psi(order, x)), rel=1e-13, abs=0.0)
    node = Value(x)
    ops.polygamma(order, node).backward()
    assert node.grad == pytest.approx(float(mpmath.psi(order + 1, x)), rel=1e-13, abs=0.0)


@pytest.mark.parametrize("order, x", [(0.5, 1.0), (-0.5, 1.0), (-1, 1.0), (0, 0.0), (0, -0.5), (1, -2.5)])
def test_polygamma_outside_its_domain(order, x):
    with pytest.raises(DomainError, match="whole order"):
        ops.polygamma(order, x)


@pytest.mark.parametrize("name", TERNARY)
def test_three_arguments(name):
    for point in itertools.product([-2.0, -1.0, 0.0, 0.5, 1.0, 3.0], [-1.0, 0.5, 2.0], [-1.0, 1.0, 2.5]):
        if name == "where":
            compare(name, lambda c, x, y: ops.choose(c.data, x, y), TERNARY[name], None, point)
        else:
            compare(name, TABLE[name], TERNARY[name], None, point)


@pytest.mark.parametrize("point", [*itertools.product([-2.0, 0.5, 1.0, 3.0], [-1.0, 1.0], [-1.0, 1.0, 2.0])])
def test_clip_moves_as_all_its_arguments_do(point):
    xs = [Value(x) for x in point]
    ops.clip(*xs).backward()
    assert sum(x.grad for x in xs) == 1.0  # clip(x + c, lo + c, hi + c) = clip(x, lo, hi) + c, ties included


LISTS = [
    [0.5],
    [0.3, -2.0, 1.5],
    [1.0, 1.0, -1.0, 1.0],  # ties
    [0.0, 2.0, 3.0],
    [0.0, 0.0, 3.0],  # prod has derivative 0 by all but pairs of zeros
    [700.0, -700.0, 1.0],
    [1e100, -1e100, 3.0],
    [1e-160, 2e-160],
    [1e160, 1e160],
    [1e308, 1e308],
    [1e-310, 1.0],
]


@pytest.mark.parametrize("name", VECTOR)
@pytest.mark.parametrize("numbers", LISTS, ids=repr)
def test_lists(name, numbers):
    if name == "mean" and numbers == [1e308, 1e308]:
        numbers = [1e308]  # see test_sum_is_exact
    torch_f, exact_f = VECTOR[name]
    compare(name, lambda *xs: TABLE[name](xs), lambda *xs: torch_f(torch.stack(xs)), exact_f, tuple(numbers))


def test_sum_is_exact():
    assert ops.add_up([1e100, 1.0, -1e100]) == 1.0
    with pytest.raises(RangeError):
        ops.mean([1e308, 1e308])


def test_logsumexp_of_a_long_list():
    assert ops.logsumexp([0.0] * 400 + [1.0]) == pytest.approx(math.log(400.0 + math.e), rel=TIGHT)


def test_norm_at_the_origin_has_gradient_0():
    xs = [Value(0.0), Value(0.0)]
    ops.norm(xs).backward()
    assert [x.grad for x in xs] == [0.0, 0.0]


@pytest.mark.parametrize("f, torch_f", [(softmax, torch.softmax), (log_softmax, torch.log_softmax)])
@pytest.mark.parametrize("numbers", [LISTS[1], LISTS[2], LISTS[5], [1000.0, 0.0], [-1e5, 1e5], [5.0]], ids=repr)
def test_softmax(f, torch_f, numbers):
    for j in range(len(numbers)):
        mine = lambda *xs, j=j: f(xs)[j]
        compare("softmax", mine, lambda *xs, j=j: torch_f(torch.stack(xs), 0)[j], None, tuple(numbers))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_weighted_sum(n):
    numbers = [math.sin(7.0 * i) for i in range(2 * n + 1)]
    compare(
        "weighted_sum",
        lambda *xs: ops.weighted_sum(xs[:n], xs[n : 2 * n], xs[-1]),
        lambda *xs: torch.dot(torch.stack(xs[:n]), torch.stack(xs[n : 2 * n])) + xs[-1],
        None,
        tuple(numbers),
    )


def test_a_mixed_second_derivative_of_a_power_at_exponent_0():
    x, y = Value(2.0), Value(0.0)
    slope_x, slope_y = gradients(x**y, [x, y], create_graph=True)
    assert gradients(slope_x, [y]) == pytest.approx([0.5])  # d/dy (y x^(y-1)) = x^-1 at y = 0
    assert gradients(slope_y, [x]) == pytest.approx([0.5])


def test_the_work_of_polygamma_is_bounded():
    for n, x in [(3e7, 2.0), (171.0, 1.0), (1e300, 1e300), (0.5, 1.0), (-1.0, 1.0), (1.0, 0.0)]:
        with pytest.raises(DomainError, match="a whole order from 0 to 170 and x > 0"):
            ops.polygamma(n, x)
        with pytest.raises(DomainError, match="a whole order from 0 to 170 and x > 0"):
            ops.polygamma(n, Value(x))


@pytest.mark.parametrize("n", [0, 1, 7, 30, 53, 100, 169, 170])
def test_polygamma_at_every_order(n):
    for x in (1e-3, 0.7, 1.0, 15.9, 150.0, 1e3, 1e6, 1e150):
        exact = mpmath.polygamma(n, mpmath.mpf(x)) if x < 1e4 else None
        if exact is not None and abs(exact) > 1e308:
            with pytest.raises(RangeError):
                ops.polygamma(float(n), x)
        elif exact is not None:
            assert ops.polygamma(float(n), x) == pytest.approx(float(exact), rel=1e-13)
        elif n:  # the leading term, (n - 1)! / x^n
            with mpmath.workdps(30):
                leading = (-1) ** (n + 1) * mpmath.factorial(n - 1) * mpmath.mpf(x) ** -n * (1 + n / mpmath.mpf(2 * x))
            assert ops.polygamma(float(n), x) == pytest.approx(float(leading), rel=1e-8, abs=1e-320)


# -- the array reading ---------------------------------------------------------------------------------

INSIDE = {
    "xlogy": (0.1, 3.0),
    "logit": (0.1, 0.9),
    "arccosh": (1.5, 4.0),
    "arctanh": (-0.9, 0.9),
    "arcsin": (-0.9, 0.9),
    "arccos": (-0.9, 0.9),
}
POSITIVE = {"log", "log2", "log10", "log1p", "sqrt", "lgamma", "pow", "polygamma"}
ARRAYS_AGREE = 1e-13  # NumPy's loops and the math module round differently


def sample(name, columns):
    """Arguments for a row: an array for each, for a list argument an array of three rows."""
    rng = np.random.default_rng(3)
    low, high = INSIDE.get(name, (0.1, 3.0) if name in POSITIVE else (-3.0, 3.0))
    args = [
        rng.uniform(low, high, (3, columns) if is_vector else columns)
        for is_vector in TABLE[name].vectors or [False] * len(TABLE[name].partials)
    ]
    if name == "polygamma":
        args[0] = rng.integers(0, 3, columns).astype(float)
    return args


def column(name, args, j):
    return [a[..., j].tolist() if a.shape[-1:] == (6,) else a.tolist() for a in args]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_arrays_read_as_floats_do(name):
    op, args = TABLE[name], sample(name, 6)
    found = op(*args)
    assert found.shape == (6,)
    expected = [op(*column(name, args, j)) for j in range(6)]
    assert found.tolist() == pytest.approx(expected, rel=ARRAYS_AGREE)


@pytest.mark.parametrize("name", sorted(RESERVED - {"weighted_sum"}))
def test_rules_read_arrays_as_floats(name):
    op, args = TABLE[name], sample(name, 6)
    wanted = [name not in ("where", "polygamma") or i > 0 for i in range(9)]
    flat = op.flatten(args)
    found = op.local_derivatives(op(*args), flat, wanted[: len(flat)])
    for j in range(6):
        numbers = op.flatten(column(name, args, j))
        expected = op.local_derivatives(op.on_numbers(numbers), numbers, wanted[: len(numbers)])
        at_j = [d if isinstance(d, float) else d[j] for d in found]
        assert at_j == pytest.approx(expected, rel=ARRAYS_AGREE, abs=1e-15)


@pytest.mark.parametrize("name", sorted(RESERVED - set(VECTOR) - {"weighted_sum", "where"}))
def test_arrays_of_values_go_one_by_one(name):
    op, args = TABLE[name], [a.astype(object) for a in sample(name, 2)]
    args[-1] = np.array([Value(x) for x in args[-1]])
    z = op(*args)
    assert [node.data for node in z] == [op(*[getattr(a[j], "data", a[j]) for a in args]) for j in range(2)]


def test_a_list_row_takes_an_array_of_values():
    xs = np.array([Value(1.0), Value(2.0)])
    assert ops.add_up(xs).data == 3.0
    assert [p.data for p in softmax(xs)] == softmax([1.0, 2.0])


LIST_ROWS = [op for op in TABLE.values() if op.vectors]


@pytest.mark.parametrize("op", LIST_ROWS, ids=repr)
def test_a_list_row_gives_one_number_per_column(op):
    rng = np.random.default_rng(5)
    table, numbers = rng.uniform(0.5, 2.0, (3, 4)), [1.5, -0.5, 2.0]
    forms = {"an array": table, "a list of arrays": list(table), "mixed": [table[0], 1.5, table[2]], "numbers": numbers}
    for chosen in itertools.product(forms.values(), repeat=sum(op.vectors)):
        picked = iter(chosen)
        args = [next(picked) if is_list else 0.25 for is_list in op.vectors]
        columns = [
            [[np.broadcast_to(row, 4)[j] for row in a] if is_list else a for a, is_list in zip(args, op.vectors)]
            for j in range(4)
        ]
        expected = [op(*column) for column in columns]
        found = np.broadcast_to(op(*args), 4)
        assert found.tolist() == pytest.approx(expected, rel=ARRAYS_AGREE)
        x = Value(0.5)
        beside = [[x, *a] if is_list else a for a, is_list in zip(args, op.vectors)]
        with_x = [[[0.5, *a] if is_list else a for a, is_list in zip(column, op.vectors)] for column in columns]
        nodes = np.broadcast_to(op(*beside), 4)
        assert [node.data for node in nodes] == pytest.approx([op(*column) for column in with_x], rel=ARRAYS_AGREE)


def test_a_list_row_of_a_table_of_values():
    table = np.array([[Value(10.0 * i + j) for j in range(2)] for i in range(3)])
    assert [node.data for node in ops.add_up(table)] == [30.0, 33.0]
    assert [node.data for node in ops.weighted_sum(table, [1.0, 0.0, 2.0], np.array([0.5, 1.0]))] == [40.5, 44.0]
    with pytest.raises(ShapeError, match=r"entries of a list have shapes \(2,\), \(3,\)"):
        ops.add_up([np.ones(2), np.ones(3)])


def test_two_tables_are_no_matrix_product():
    w, a = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    assert ops.weighted_sum(w, a, 0.5).tolist() == [26.5, 44.5]


@pytest.mark.parametrize("size", [1e-320, 1e-310, 1e-200, 1e-5, 1.0, 1e200, 1e307])
def test_norm_of_tiny_and_huge_entries(size):
    table = size * np.array([[3.0, 0.0, -1.0], [4.0, 0.0, 0.0]])
    expected = [math.hypot(*column) for column in table.T]
    assert ops.norm(table).tolist() == pytest.approx(expected, rel=ARRAYS_AGREE)
    assert ops.norm(table[:, 0]) == pytest.approx(expected[0], rel=ARRAYS_AGREE)
    with pytest.raises(DomainError):
        ops.norm(np.array([math.nan, size]))


@pytest.mark.parametrize("call", [lambda a: ops.pow(a, -1), lambda a: ops.square(a * 10**10), ops.sqrt])
def test_arrays_of_whole_numbers_are_read_as_floats(call):
    whole = np.array([1, 2, 4])
    assert call(whole).tolist() == call(whole.astype(float)).tolist()


@pytest.mark.parametrize("op, array", [(ops.log, [1.0, 0.0]), (ops.exp, [1.0, 1000.0]), (ops.sqrt, [1.0, -1.0])])
def test_an_array_outside_the_domain_names_the_position(op, array):
    with pytest.raises((DomainError, RangeError), match=rf"{op.name} .*position \(1,\)"):
        op(np.array(array))


# -- NaN and infinity never pass -----------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(RESERVED - {"pow", "hypot", "where", "polygamma"}))
@pytest.mark.parametrize("at", range(3))
def test_nan_is_refused_in_every_argument(name, at):
    op = TABLE[name]
    args = [[0.5, 0.5, 0.5] if v else 0.5 for v in op.vectors or [False] * len(op.partials)]
    if at < len(args):
        args[at] = [0.5, math.nan, 0.2] if isinstance(args[at], list) else math.nan
        if name in ("leaky_relu", "elu") and at == 1:
            args[0] = -0.5  # the slope counts on the left
        with pytest.raises(DomainError, match="undefined"):
            op(*args)


@given(st.sampled_from(sorted(set(UNARY) | set(BINARY))), st.lists(st.floats(), min_size=2, max_size=2))
@settings(derandomize=True, deadline=None, max_examples=2000)
def test_a_row_gives_a_finite_float_or_a_typed_error(name, point):
    op = TABLE[name]
    try:
        z = op(*point[: len(op.partials)])
    except (DomainError, RangeError):
        return
    assert type(z) is float
    assert math.isfinite(z)


# -- another kind of operand ---------------------------------------------------------------------------


class Text(Operators):
    """The smallest other reading: it remembers what was asked."""

    @staticmethod
    def apply(op, args):
        return "text" if op is ops.exp else (op.name, *args)


def test_another_kind_answers_for_itself():
    t, x = Text(), Value(1.0)
    assert ops.exp(t) == t.exp() == "text"
    assert ops.mul(t, 2.0) == ("mul", t, 2.0)
    for call, name in ((lambda: x * t, "mul"), (lambda: ops.maximum(x, t), "maximum")):
        assert call() == (name, x, t)
    assert ops.clip(x, 0.0, t) == ("clip", x, 0.0, t)
    assert ops.add_up([x, t]) == ("sum", [x, t])
    assert ops.weighted_sum([x], [t]) == ("weighted_sum", [x], [t], 0.0)


def test_a_kind_that_does_not_answer():
    class Mute(Operand):
        pass

    for call in (lambda: ops.exp(Mute()), lambda: Mute.apply(ops.exp, ())):
        with pytest.raises(NotImplementedError):
            call()


# -- calling a row -------------------------------------------------------------------------------------


def test_defaults_and_counts():
    assert ops.leaky_relu(-2.0) == -0.02
    assert ops.elu(-1.0) == math.expm1(-1.0)
    assert ops.weighted_sum([1.0], [2.0]) == 2.0
    assert ops.exp(0) == 1.0
    for call in (lambda: ops.exp(), lambda: ops.exp(1.0, 2.0), lambda: ops.leaky_relu()):
        with pytest.raises(InputError, match="takes"):
            call()


@pytest.mark.parametrize("args", [("2",), (None,), (1j,), ([1.0],)])
def test_no_numbers(args):
    with pytest.raises(InputTypeError, match="expected a real number"):
        ops.exp(*args)


def test_list_rows_check_their_lists():
    with pytest.raises(ShapeError, match=r"lengths \[1, 2\]"):
        ops.weighted_sum([1.0], [1.0, 2.0])
    with pytest.raises(ShapeError, match=r"lengths \[1, 2\]"):
        ops.weighted_sum([Value(1.0)], [1.0, 2.0])
    for nothing in ([], ()):
        with pytest.raises(ShapeError, match="of nothing"):
            ops.add_up(nothing)
    for no_list in (3.0, "abc", Value(2.0)):
        with pytest.raises(InputTypeError, match="takes a list"):
            ops.add_up(no_list)
    with pytest.raises(RangeError, match="too large"):
        ops.add_up([10**400])


def test_where_chooses_without_a_node():
    x, y = Value(1.0), Value(2.0)
    assert ops.where(x < y, x, y) is x
    assert ops.where(x > y, x, y) is y
    assert ops.where(np.float64(1.0) > 0.0, x, y) is x
    assert ops.where(np.array([True, False]), 1.0, 2.0).tolist() == [1.0, 2.0]


def test_a_choice_does_not_move_with_its_condition():
    x, y = Value(1.0), Value(3.0)
    z = ops.choose(ops.less(x, 2.0), x * y, y)
    z.backward()
    assert (z.data, x.grad, y.grad) == (3.0, 3.0, 1.0)
    assert ops.choose.partials[0] == 0.0


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_templates_take_all_arguments(name):
    op = TABLE[name]
    args = [f"«{i}»" for i in range(len(op.partials))]
    for template in (op.text, op.latex):
        filled = fill(template, args)
        assert all(arg in filled for arg in args)
    assert repr(op) == f"<op {name}>"


@pytest.mark.parametrize(
    "name, partials, message",
    [("exp", (1.0,), "already an operation"), ("not a name", (1.0,), "identifier"), ("nothing", (), "one local")],
)
def test_a_row_that_cannot_be(name, partials, message):
    with pytest.raises(InputError, match=message):
        Op(name, abs, partials, "{0}", "{0}")
    assert name in RESERVED or name not in TABLE


def test_the_error_of_a_row_names_the_operand_and_the_cure():
    with pytest.raises(DomainError, match=r"log\(rate=-1.0\) is undefined: log needs x > 0"):
        Value(-1.0, "rate").log()
    with pytest.raises(DivisionByZeroError, match=r"div\(1.0, y=0.0\).*epsilon"):
        1.0 / Value(0.0, "y")


def test_iterators_and_several_arguments():
    xs = [Value(1.0), Value(3.0)]
    assert microbp.sum(x * x for x in xs).data == 10.0
    assert microbp.max(*xs).data == microbp.max(xs).data == 3.0
    assert microbp.weighted_sum(iter(xs), iter([1.0, 2.0])).data == 7.0


def test_a_star_import_shadows_nothing_of_pythons():
    names = {}
    exec("from microbp import *", names)
    assert not {"sum", "max", "min", "abs", "pow"} & set(names)
