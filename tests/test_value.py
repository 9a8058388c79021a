"""`Value`: construction, operators, NumPy, comparison, copying, pickling, no_grad, memory."""

import copy
import gc
import math
import pickle
import threading
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest

import microbp
from microbp import Op, Value, backward, leaves, no_grad, ops
from microbp.compiler import TraceError
from microbp.engine.value import edits
from microbp.errors import (
    DivisionByZeroError,
    InputError,
    InputTypeError,
    MicrobpError,
    NotFiniteError,
    RangeError,
    ShapeError,
)
from microbp.native import engine
from microbp.table.op import TABLE

LONG = 1_000_000


@pytest.mark.parametrize("data", [3, True, 2.5, Fraction(1, 2), np.float32(0.5), np.float64(1.5), np.int64(7)])
def test_data_is_a_float(data):
    assert type(Value(data).data) is float
    assert Value(data).data == float(data)


def test_a_leaf():
    x = Value(2.0, "x")
    assert (x.data, x.grad, x.op, x.args, x.parents, x.partials) == (2.0, 0.0, None, (), (), ())
    assert repr(x) == "Value(data=2.0, grad=0.0, label='x')"
    assert repr(Value(1.0)) == str(Value(1.0)) == "Value(data=1.0, grad=0.0)"
    assert f"{x:.3f}" == "2.000"
    assert f"{x}" == repr(x)
    with pytest.raises(AttributeError):
        x.colour = "red"


def test_an_operation_records_arguments_and_local_derivatives():
    x, y = Value(2.0), Value(3.0)
    z = x * y
    assert z.op is ops.mul
    assert z.args == z.parents == (x, y)
    assert z.partials == (3.0, 2.0)
    half = z / 2
    assert half.parents == (z,)
    assert type(half.args[1]) is float
    assert half.partials == (0.5,)
    neuron = ops.weighted_sum([x, 4.0], [5.0, y], 1)
    assert neuron.args == (x, 4.0, 5.0, y, 1.0)
    assert neuron.parents == (x, y)
    assert neuron.partials == (5.0, 4.0)


def test_the_derivative_by_a_constant_is_never_taken():
    x = Value(-2.0)
    (x**3).backward()  # by the exponent it would be log(-2)
    assert x.grad == 12.0


OPERATORS = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / b,
    lambda a, b: a % b,
    lambda a, b: a**b,
]


@pytest.mark.parametrize("f", OPERATORS)
@pytest.mark.parametrize("number", [3, 2.0, Fraction(3, 2), np.float64(2.5), np.int64(2), np.float32(0.5)])
def test_operators_take_numbers_on_both_sides(f, number):
    x = Value(1.75)
    assert type(f(x, number)) is type(f(number, x)) is Value
    assert f(x, number).data == pytest.approx(f(1.75, float(number)), rel=1e-15)
    assert f(number, x).data == pytest.approx(f(float(number), 1.75), rel=1e-15)
    assert all(type(a) in (float, Value) for a in (*f(x, number).args, *f(number, x).args))


def test_signs():
    x = Value(-2.0)
    assert (+x) is x
    assert ((-x).data, abs(x).data, x.abs().data) == (2.0, 2.0, 2.0)


@pytest.mark.parametrize("other", ["3", None, [1.0], {}, 1j, object()])
@pytest.mark.parametrize("f", OPERATORS)
def test_operators_refuse_other_things(f, other):
    with pytest.raises(TypeError):
        f(Value(1.0), other)


@pytest.mark.parametrize("call", [ops.maximum, ops.pow, lambda x, y: ops.clip(x, 0.0, y), ops.clip])
def test_functions_refuse_other_things(call):
    with pytest.raises(MicrobpError):
        call(Value(1.0), "3")


METHODS = [name for name in dir(Value) if name in microbp.__all__ and callable(getattr(Value, name))]


@pytest.mark.parametrize("name", sorted(set(METHODS) - {"backward"}))
def test_methods_are_the_functions(name):
    extra = {
        "arctan2": (0.5,),
        "hypot": (0.5,),
        "maximum": (0.9,),
        "minimum": (0.9,),
        "logaddexp": (0.9,),
        "xlogy": (0.9,),
        "clip": (0.2, 0.5),
    }.get(name, ())
    x = Value(1.25 if name == "arccosh" else 0.25)
    node, again = getattr(x, name)(*extra), getattr(microbp, name)(x, *extra)
    assert (node.op, node.data, node.partials) == (again.op, again.data, again.partials)
    assert again.data == getattr(microbp, name)(x.data, *extra)


def test_every_function_of_one_argument_is_a_method():
    one = {name for name in microbp.__all__ if isinstance(op := getattr(microbp, name), Op) and len(op.partials) == 1}
    assert {name for name in one if not getattr(microbp, name).vectors} <= set(METHODS)


# -- comparing -----------------------------------------------------------------------------------------


def test_comparisons_compare_data_and_give_bools():
    x, y = Value(1.0), Value(2.0)
    results = [x < y, x <= 1, x == 1.0, x != y, y > x, y >= 2, y > 1, x == Value(1.0), y > np.float64(1.0)]
    assert all(r is True for r in results)
    assert (x == "1") is False
    assert (x != None) is True  # noqa: E711
    with pytest.raises(TypeError):
        x < "2"  # noqa: B015
    assert sorted([y, x]) == [x, y]
    assert max(x, y) is y
    assert bool(x) is True
    assert bool(Value(0.0)) is False


def test_a_node_is_hashed_by_identity():
    x, twin = Value(1.0), Value(1.0)
    assert x == twin
    assert len({x, twin}) == 2
    assert {x: "x"}[x] == "x"
    x.data = 5.0
    assert x in {x}


# -- bad input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["3", 1j, None, [1.0], np.array([1.0]), b"1"])
def test_what_is_no_number_is_refused(data):
    with pytest.raises(InputTypeError, match="expected a real number"):
        Value(data)


def test_a_value_of_a_value_is_refused():
    with pytest.raises(InputTypeError, match="detach"):
        Value(Value(1.0))


@pytest.mark.parametrize("data", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_what_is_not_finite_is_refused(data):
    with pytest.raises(NotFiniteError, match="finite number"):
        Value(data)


def test_a_whole_number_too_large_for_a_float():
    with pytest.raises(RangeError, match="too large"):
        Value(10**400)
    with pytest.raises(RangeError, match="too large"):
        Value(1.0) * 10**400


@pytest.mark.parametrize("f", [float, math.exp, lambda x: np.array([x], dtype=float)])
def test_the_graph_is_not_cut_silently(f):
    with pytest.raises((InputTypeError, ValueError)):
        f(Value(1.0))


# -- NumPy ---------------------------------------------------------------------------------------------


def test_matrix_product_of_object_arrays():
    W = np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    x = np.array([5.0, 6.0])
    z = np.tanh(W @ x / 10.0)
    assert [node.data for node in z] == pytest.approx(np.tanh(np.array([[1.0, 2.0], [3.0, 4.0]]) @ x / 10.0))
    z.sum().backward()
    slope = 1.0 - np.tanh(1.7) ** 2
    assert [w.grad for w in W[0]] == pytest.approx([0.5 * slope, 0.6 * slope])


UFUNCS = "exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal sin cos tan arcsin arccos arctan"
UFUNCS += " sinh cosh tanh arcsinh arctanh absolute fabs negative positive"


@pytest.mark.parametrize("name", UFUNCS.split())
def test_numpy_functions_find_the_methods(name):
    numbers = np.array([0.25, 0.5])
    found = getattr(np, name)(np.array([Value(x) for x in numbers]))
    assert [node.data for node in found] == pytest.approx(getattr(np, name)(numbers), rel=1e-15)


@pytest.mark.parametrize("name", ["arctan2", "hypot", "maximum", "minimum", "power", "remainder", "divide"])
def test_numpy_functions_of_two_arguments(name):
    x, y = np.array([0.25, 0.5]), np.array([2.0, 0.125])
    found = getattr(np, name)(np.array([Value(a) for a in x]), np.array([Value(a) for a in y]))
    assert [node.data for node in found] == pytest.approx(getattr(np, name)(x, y), rel=1e-15)


def smoothed(xs):
    return microbp.logaddexp(xs[1:], xs[:-1])


@pytest.mark.parametrize(
    "f",
    [
        np.sum, np.mean, np.prod, np.max, np.min, np.median, np.ptp, np.var, np.std, np.cumsum, np.cumprod, np.diff,
        np.average, np.linalg.norm, np.trapezoid if hasattr(np, "trapezoid") else np.trapz, smoothed,
        lambda xs: np.var(xs, ddof=1), lambda xs: xs.reshape(2, 2).std(axis=1),
        lambda xs: np.average(xs, weights=xs * xs),
        lambda xs: np.vdot(xs, xs[::-1]), lambda xs: np.dot(xs, xs), lambda xs: np.inner(xs, xs),
        lambda xs: np.outer(xs, xs),
        lambda xs: np.percentile(xs, 30), lambda xs: np.convolve(xs, xs), lambda xs: np.einsum("i,i->i", xs, xs),
    ],
)  # fmt: skip
def test_numpy_reductions_of_values_and_their_gradients(f):
    numbers = np.array([0.5, -1.25, 3.0, 2.0])
    nodes = np.array([Value(x) for x in numbers])
    found, expected = np.ravel(f(nodes)), np.ravel(f(numbers))
    assert [node.data for node in found] == pytest.approx(expected, rel=1e-14)
    weights = np.cos(np.arange(len(found)))
    np.sum(weights * found).backward()
    for node, way in zip(nodes, np.eye(4)):
        slope = weights @ (np.ravel(f(numbers + 1e-6 * way)) - np.ravel(f(numbers - 1e-6 * way))) / 2e-6
        assert node.grad == pytest.approx(slope, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("f", OPERATORS)
def test_a_value_and_an_array_go_elementwise(f):
    array, x = np.array([1.0, 2.0]), Value(3.0)
    assert [node.data for node in f(x, array)] == list(f(3.0, array))
    assert [node.data for node in f(array, x)] == list(f(array, 3.0))


@pytest.mark.parametrize("op", [op for op in TABLE.values() if len(op.partials) == 2 and not op.vectors], ids=repr)
def test_a_function_of_two_takes_a_value_and_an_array(op):
    array, x = np.array([[1.0, 2.0], [3.0, 4.0]]), Value(3.0)
    calls = [(array, x)] if op.name == "polygamma" else [(x, array), (array, x), (x, np.array(2.0))]
    for args in calls:
        nodes = np.ravel(op(*args))
        assert all(type(node) is Value and node.op is op for node in nodes)
        numbers = np.broadcast_arrays(*[a.data if isinstance(a, Value) else a for a in args])
        expected = [op(*pair) for pair in zip(*[a.ravel().tolist() for a in numbers])]
        assert [node.data for node in nodes] == expected


def test_a_method_of_two_takes_an_array_and_refuses_the_rest():
    array, x = np.array([1.0, 4.0]), Value(3.0)
    assert [node.data for node in x.maximum(array)] == [3.0, 4.0]
    assert [node.data for node in x.clip(array, 3.5)] == [3.0, 3.5]
    for call in (x.maximum, x.hypot, x.arctan2, x.leaky_relu, x.elu, lambda other: x.clip(other, 1.0)):
        with pytest.raises(InputTypeError):
            call("4")


def test_a_numpy_scalar_and_a_value_make_one_value():
    x = Value(3.0)
    product = np.float64(2.0) * x
    assert type(product) is Value
    product.backward()
    assert x.grad == 2.0
    assert np.mean(np.array([x, Value(1.0)])).data == 2.0


# -- editing and detaching -----------------------------------------------------------------------------


def test_editing_data_does_not_change_a_recorded_gradient():
    x = Value(3.0)
    y = x * x
    x.data = 100.0
    y.backward()
    assert x.grad == 6.0


def test_detach():
    x = Value(3.0, "x")
    leaf = (x * 1.0).detach()
    assert (leaf.data, leaf.op, x.detach().label) == (3.0, None, "x")
    (leaf * x).backward()
    assert x.grad == 3.0


@pytest.mark.parametrize("name", ["data", "grad"])
def test_what_is_assigned_is_checked(name):
    x = Value(2.0)
    for number in [3, True, Fraction(1, 2), np.float32(0.5), np.int64(7), np.float64(1.5)]:
        setattr(x, name, number)
        assert getattr(x, name) == float(number)
        assert type(getattr(x, name)) is float
    before = getattr(x, name)
    for what in ["3", 1j, [1.0], np.array([1.0]), np.array(1.0), object(), x]:
        with pytest.raises(InputTypeError):
            setattr(x, name, what)
    for what in [math.nan, math.inf, -math.inf, np.float64("nan")]:
        with pytest.raises(NotFiniteError, match="finite"):
            setattr(x, name, what)
    with pytest.raises(RangeError):
        setattr(x, name, 10**400)
    assert getattr(x, name) == before


def test_none_is_no_gradient_and_no_number():
    x = Value(2.0)
    x.grad = 1.0
    x.grad = None
    assert x.grad == 0.0
    with pytest.raises(InputTypeError):
        x.data = None


def test_edits_are_counted():
    x = Value(2.0)
    y = x * x
    counts = [edits()]
    for edit in [lambda: setattr(x, "data", 3.0), lambda: setattr(y, "data", 4), lambda: setattr(x, "data", 3.0)]:
        edit()
        counts.append(edits())
    assert len(set(counts)) == 4
    y.backward()
    x.grad = 1.0
    x * y
    with pytest.raises(NotFiniteError):
        x.data = math.nan
    assert edits() == counts[-1]


def test_a_subclass_is_refused_when_it_is_made():
    with pytest.raises(InputTypeError, match=r"class Mine: .*hold a Value in your own class"):

        class Mine(Value):
            pass


# -- copying and pickling ------------------------------------------------------------------------------


def shared_graph():
    x, y = Value(2.0, "x"), Value(3.0, "y")
    h = x * y + 1.0
    z = h * h + ops.weighted_sum([x, y], [h, 2.0], 0.5) + x.tanh()
    z.label = "z"
    return z


def duplicates(z):
    return [copy.deepcopy(z), *[pickle.loads(pickle.dumps(z, protocol)) for protocol in range(2, 6)]]


def test_a_duplicate_is_the_same_graph_of_other_nodes():
    z = shared_graph()
    z.backward()
    order = microbp.topological_order(z)
    for twin in duplicates(z):
        twins = microbp.topological_order(twin)
        assert not set(twins) & set(order)
        for a, b in zip(order, twins, strict=True):
            assert (a.data, a.grad, a.op, a.label, a.partials) == (b.data, b.grad, b.op, b.label, b.partials)
            place = dict(zip(order, twins, strict=True))
            assert [place.get(v, v) if isinstance(v, Value) else v for v in a.args] == list(b.args)
            assert all(place[v] is w for v, w in zip(a.parents, b.parents, strict=True))
        before = [leaf.grad for leaf in leaves(z)]
        twin.backward()
        assert [leaf.grad for leaf in leaves(twin)] == [2.0 * g for g in before]
        assert [leaf.grad for leaf in leaves(z)] == before


def test_leaves_stay_shared_in_one_copy_or_pickle():
    x = Value(2.0)
    pair = [x * 3.0, x * 4.0, x]
    for twin in duplicates(pair):
        first, second, leaf = twin
        assert first.parents[0] is second.parents[0] is leaf
        assert leaf is not x


def test_deepcopy_shares_operations_too():
    h = Value(2.0) * 3.0
    a, b = copy.deepcopy([h + 1.0, h + 2.0])
    assert a.parents[0] is b.parents[0]


def test_copy_is_a_second_node_of_the_same_arguments():
    x = Value(2.0, "x")
    y = x * 3.0
    twin = copy.copy(y)
    assert twin is not y
    assert twin.parents[0] is x
    assert copy.copy(x).label == "x"


def test_a_pickle_with_an_unknown_operation():
    op = Op("short_lived", abs, (1.0,), "abs({0})", "{0}")
    data = pickle.dumps(op(Value(1.0)))
    from microbp.table.op import TABLE

    del TABLE["short_lived"]
    with pytest.raises(InputError, match="short_lived"):
        pickle.loads(data)


# -- a long chain, and memory --------------------------------------------------------------------------


def chain(length):
    h = Value(1.0)
    for _ in range(length):
        h = h + 1.0
    return h


@pytest.mark.slow
def test_a_million_operations():
    gc.collect()
    gc.disable()
    try:
        h = chain(LONG)
        h.backward()
        assert h.data == LONG + 1.0
        assert [leaf.grad for leaf in leaves(h)] == [1.0]
        del h
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.slow
def test_a_long_chain_is_copied_and_pickled():
    h = chain(LONG // 5)
    h.backward()
    for twin in (copy.deepcopy(h), pickle.loads(pickle.dumps(h, pickle.HIGHEST_PROTOCOL))):
        twin.backward()
        assert [leaf.grad for leaf in leaves(twin)] == [2.0]


def test_a_graph_holds_no_reference_cycles():
    xs = [Value(float(i)) for i in range(4)]
    gc.collect()
    gc.disable()
    try:
        z = ops.logsumexp(softened := microbp.softmax([x * xs[0] + x.tanh() for x in xs])) * softened[0]
        z.backward()
        slopes = microbp.gradients(z, xs, create_graph=True)
        slopes[0].backward()
        microbp.hessian(lambda v: v[0] * v[1])([1.0, 2.0])
        with pytest.raises(MicrobpError):
            (z * 0.0).log()
        del z, slopes, softened
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_node_weighs_at_most_300_bytes_and_112_in_c():
    x, y = Value(0.5), Value(0.25)
    if engine is not None:
        engine.trim()  # no node is in store
    tracemalloc.start()
    try:
        h = x
        for _ in range(1000):
            h = ((h * y + x - 0.5) * 2.0).relu()
        bytes_per_node = tracemalloc.get_traced_memory()[0] / 5000
        h.backward()
        if engine is not None:
            engine.trim()  # nor the order of the sweep
        with_grads = tracemalloc.get_traced_memory()[0] / 5000
    finally:
        tracemalloc.stop()
    assert 50 < bytes_per_node <= with_grads <= (300 if engine is None else 112)


# -- no_grad -------------------------------------------------------------------------------------------


def test_no_grad_records_nothing():
    x = Value(2.0)
    with no_grad():
        y, total = x * x, ops.add_up([x, x])
    assert (y.data, y.op, y.args, total.data, total.op, total.parents) == (4.0, None, (), 4.0, None, ())
    assert (x * x).op is ops.mul


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda node: pickle.loads(pickle.dumps(node))])
def test_a_copy_of_what_no_grad_made_is_no_leaf_either(again):
    x = Value(2.0)
    with no_grad():
        y = x * x
    y.label = "y"
    node = again(y)
    assert (node.data, node.grad, node.label, node.op) == (4.0, 0.0, "y", None)
    for root in (node, again(node)):
        with pytest.raises(MicrobpError, match=r"computed inside no_grad"):
            root.backward()
    with pytest.raises(MicrobpError, match=r"computed inside no_grad"):
        microbp.gradients(node, [x])


def test_no_grad_nests_and_ends_with_an_error():
    x = Value(2.0)
    with no_grad():
        with no_grad():
            pass
        assert (x * x).op is None
    with pytest.raises(RuntimeError), no_grad():
        raise RuntimeError
    assert (x * x).op is ops.mul


def test_no_grad_is_of_one_thread():
    x, seen = Value(2.0), []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append((x * x).op))
        thread.start()
        thread.join()
        assert (x * x).op is None
    assert seen == [ops.mul]


# -- a row of one's own --------------------------------------------------------------------------------


@pytest.fixture
def cube():
    from microbp.table.op import TABLE

    op = Op("cube", lambda x: x**3, (lambda z, x: 3.0 * x * x,), "{0} ** 3", "{0}^{3}", domain="numbers only")
    yield op
    del TABLE["cube"]


def test_a_row_of_ones_own_in_every_reading(cube):
    assert cube(2.0) == 8.0
    assert cube(np.array([1.0, 2.0])).tolist() == [1.0, 8.0]
    x = Value(2.0)
    (slope,) = microbp.gradients(cube(x), [x], create_graph=True)
    assert (slope.data, microbp.gradients(slope, [x])) == (12.0, [12.0])
    assert microbp.jvp(cube, [2.0], [1.0]) == (8.0, 12.0)
    assert microbp.gradcheck(cube, 2.0).ok
    assert pickle.loads(pickle.dumps(cube(x))).op is cube
    assert [node.data for node in cube(np.array([x, x]))] == [8.0, 8.0]
    with pytest.raises(RangeError, match="cube"):
        cube(Value(1e200))


def test_a_constant_partial_may_be_a_whole_number():
    from microbp.table.op import TABLE

    op = Op("shifted", lambda x, y: x + 2.0 * y, (1, 2), "{0} + 2 * {1}", "{0} + 2 {1}")
    x, y = Value(1.0), Value(1.0)
    op(x, y).backward()
    del TABLE["shifted"]
    assert (x.grad, y.grad) == (1.0, 2.0)


@pytest.mark.parametrize("shape", [list, tuple])
def test_a_list_row_of_ones_own(shape):
    from microbp.table.op import TABLE

    rule = lambda z, xs: shape([2.0 * x for x in xs])
    op = Op("energy", lambda xs: sum(x * x for x in xs), (rule,), "sum({0} ** 2)", "{*}", vectors=(True,))
    short = Op("short", sum, (lambda z, xs: shape([1.0]),), "sum({0})", "{*}", vectors=(True,))
    x = Value(3.0)
    op([x, 1.0, x]).backward()
    assert x.grad == 12.0
    with pytest.raises(ShapeError, match="1 derivatives for a list of 2"):
        short([x, x])
    del TABLE["energy"], TABLE["short"]


def result_of(returned, of_rule=False):
    """A row of one's own whose function, or whose rule, returns that."""
    from microbp.table.op import TABLE

    f, rule = (lambda x: x, lambda z, x: returned) if of_rule else (lambda x: returned, 1.0)
    op = Op("strange", f, (rule,), "{0}", "x")
    del TABLE["strange"]
    return op


@pytest.mark.parametrize("returned", [2, True, np.float64(2.0), np.float32(2.0), np.int64(2), Fraction(2)])
def test_numbers_of_every_kind_become_floats(returned):
    op = result_of(returned)
    for z in (op(Value(1.0)).data, op(1.0)):
        assert (z, type(z)) == (float(returned), float)
    node = result_of(returned, of_rule=True)(Value(1.0))
    assert [(d, type(d)) for d in node.partials] == [(float(returned), float)]


@pytest.mark.parametrize("returned", [None, 1j, "2", [2.0], np.array([2.0, 3.0]), np.bool_(True), Value(2.0)])
def test_what_is_no_number_is_refused_by_name(returned):
    for x in (Value(1.0), 1.0):
        with pytest.raises(InputTypeError, match=r"the function of strange returned .*it gives a float"):
            result_of(returned)(x)
    if not isinstance(returned, list) and np.ndim(returned) == 0:
        with pytest.raises(InputTypeError, match=r"a rule of .*returned"):
            result_of(returned, of_rule=True)(Value(1.0))


def test_a_whole_number_too_large_for_a_float_is_out_of_range():
    for x in (Value(1.0), 1.0):
        with pytest.raises(RangeError, match="strange"):
            result_of(10**400)(x)


def test_backward_is_the_method():
    x, y = Value(2.0), Value(2.0)
    (x * x).backward()
    backward(y * y)
    assert x.grad == y.grad == 4.0


ROUNDINGS = {
    "floor": (math.floor, microbp.floor, np.floor),
    "ceil": (math.ceil, microbp.ceil, np.ceil),
    "round": (round, microbp.rint, np.round),
    "//": (lambda x: x // 0.75, lambda x: microbp.floor_divide(x, 0.75), lambda x: np.floor_divide(x, 0.75)),
    "under //": (lambda x: 7 // (x + 0.1), lambda x: microbp.floor_divide(7.0, x + 0.1), lambda x: 7.0 // (x + 0.1)),
}


@pytest.mark.parametrize("name", ROUNDINGS)
def test_rounding_gives_values_that_are_flat_at_the_steps_too(name):
    numbers = [-2.5, -1.5, -0.5, -0.3, 0.0, 0.4, 0.5, 0.75, 1.0, 1.5, 2.5, 3.7, 1e16]
    expected = ROUNDINGS[name][2](np.array(numbers)).tolist()
    xs = [Value(x) for x in numbers]
    for f in ROUNDINGS[name][:2]:
        zs = [f(x) for x in xs]
        assert [(type(z), z.data) for z in zs] == [(Value, e) for e in expected]
        for x, z in zip(xs, zs):
            assert microbp.gradients(z + 3.0 * x, [x]) == [3.0]
    assert [z.data for z in ROUNDINGS[name][2](np.array(xs))] == expected
    program = microbp.compile(lambda x: x * ROUNDINGS[name][0](x), 0.4)
    assert [program([x]) for x in numbers] == [x * e for x, e in zip(numbers, expected)]


def test_rounding_says_what_it_does_not_do():
    with pytest.raises(InputTypeError, match="scale"):
        round(Value(1.25), 1)
    with pytest.raises(DivisionByZeroError, match="divisor is 0"):
        Value(1.0) // 0
    with pytest.raises(TraceError, match="decimal places"):
        microbp.compile(lambda x: x * round(x, 1), 0.4)
