"""Functions to functions: forward against reverse against PyTorch and SymPy, and nesting."""

import math
from collections import OrderedDict
from typing import NamedTuple

import numpy as np
import pytest
import sympy
from graphs import ROWS, graphs
from hypothesis import given, settings
from needs import needs, require
from oracles import ONCE_ONLY, torch_graph

from microbp import (
    Value,
    cos,
    exp,
    grad,
    gradcheck,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    leaves,
    no_grad,
    sin,
    sqrt,
    tanh,
    value_and_grad,
    vjp,
    where,
)
from microbp.errors import GradientError, InputError, InputTypeError, ShapeError
from microbp.nn import MLP

torch = needs("torch")

AGREE = dict(rel=1e-10, abs=1e-9)  # other libraries and orders of summing; sums may cancel
SECOND = dict(rel=1e-8, abs=1e-7)


def directions(n):
    return [math.cos(3.0 * i + 1.0) for i in range(n)]


@pytest.mark.slow
@given(graphs())
@settings(derandomize=True, deadline=None, max_examples=300)
def test_forward_against_reverse(graph):
    v = directions(len(graph.point))
    value, along = jvp(graph, graph.point, v)
    again, pull = vjp(graph, *graph.point)
    assert value == again == graph(*graph.point)
    assert along == pytest.approx(sum(g * d for g, d in zip(pull(1.0), v, strict=True)), **AGREE)


@given(graphs(rows=[op for op in ROWS if op.name not in ONCE_ONLY], max_leaves=3))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_against_torch(graph):
    xs, v = list(graph.point), directions(len(graph.point))
    at, way = torch.tensor(xs, dtype=torch.float64), torch.tensor(v, dtype=torch.float64)
    calculus = torch.autograd.functional

    def torch_f(x):
        return torch_graph(graph, x)

    assert jvp(graph, xs, v)[1] == pytest.approx(calculus.jvp(torch_f, at, way)[1].item(), **AGREE)
    slopes = calculus.jacobian(torch_f, at).tolist()
    assert jacobian(lambda xs: [graph(*xs), 1.0])(xs)[0] == pytest.approx(slopes, **AGREE)
    H = calculus.hessian(torch_f, at).tolist()
    for found, row in zip(hessian(lambda xs: graph(*xs))(xs), H, strict=True):
        assert found == pytest.approx(row, **SECOND)
    product = [sum(h * d for h, d in zip(row, v, strict=True)) for row in H]
    assert hvp(lambda xs: graph(*xs), [xs], [v]) == pytest.approx(product, **SECOND)


FORMULAS = [
    ("x*sin(y) + exp(x*y)", (0.7, -0.4)),
    ("tanh(x + y**2) / (1 + x**2)", (0.3, 1.2)),
    ("sqrt(x**2 + y**2) * cos(x)", (1.1, 0.6)),
]


@pytest.mark.parametrize("text, point", FORMULAS)
def test_jacobian_and_hessian_against_sympy(text, point):
    x, y = sympy.symbols("x y")
    formula = sympy.sympify(text)
    names = dict(sin=sin, exp=exp, tanh=tanh, sqrt=sqrt, cos=cos)
    f = lambda v: eval(text, names, {"x": v[0], "y": v[1]})
    at = dict(zip((x, y), point, strict=True))
    exact = [[float(e.subs(at)) for e in row] for row in sympy.hessian(formula, (x, y)).tolist()]
    assert np.array(hessian(f)(list(point))) == pytest.approx(np.array(exact), rel=1e-12)
    slopes = [float(formula.diff(s).subs(at)) for s in (x, y)]
    assert jacobian(lambda v: [f(v), 3.0 * f(v)])(list(point))[1] == pytest.approx([3.0 * s for s in slopes])


# -- arguments and shapes ------------------------------------------------------------------------------


def test_a_derivative_has_the_shape_of_its_argument():
    f = lambda W, b: sum(w * w for row in W for w in row) + 3.0 * b
    assert grad(f)([[1.0, 2.0], [3.0, 4.0]], 5.0) == [[2.0, 4.0], [6.0, 8.0]]
    assert grad(f, 1)([[1.0]], 5.0) == 3.0
    assert grad(f, (1, 0))([[1.0]], 5.0) == (3.0, [[2.0]])
    assert grad(f, -1)([[1.0]], 5.0) == 3.0
    assert grad(f)(np.array([[1.0, 2.0]]), 5.0).tolist() == [[2.0, 4.0]]
    assert value_and_grad(f, 1)([[1.0]], 5.0) == (16.0, 3.0)


class Line(NamedTuple):
    slope: float
    offset: float


def test_dicts_tuples_and_arrays_come_back_as_they_were():
    X, y = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.5]]), np.array([1.0, -1.0, 2.0])

    def cost(p, X, y, scale=1.0):
        return scale * np.mean((X @ p["w"] + p["b"][0] - y) ** 2)

    p = {"w": np.array([0.5, -1.0]), "b": (0.25, [7.0])}
    residual = X @ p["w"] + 0.25 - y
    for scale in (1.0, 3.0):
        value, found = value_and_grad(cost)(p, X, y, scale=scale)
        assert type(value) is float and value == pytest.approx(scale * np.mean(residual**2), rel=1e-14)
        assert list(found) == ["w", "b"] and type(found["w"]) is np.ndarray and found["w"].dtype == float
        assert found["w"] == pytest.approx(scale * 2.0 / 3.0 * X.T @ residual, rel=1e-14)
        assert found["b"] == (pytest.approx(scale * 2.0 * np.mean(residual)), [0.0])
    dX = grad(cost, argnums=1)(p, X, y)
    assert dX == pytest.approx(np.outer(residual, p["w"]) * 2.0 / 3.0, rel=1e-14)
    both = grad(cost, argnums=(2, 0))(p, X, y)
    assert type(both) is tuple and both[0] == pytest.approx(-residual * 2.0 / 3.0) and both[1].keys() == p.keys()
    assert grad(lambda line: line.slope * 2.0)(Line(1.0, 2.0)) == Line(2.0, 0.0)
    ordered = grad(lambda p: p["a"])(OrderedDict(b=1.0, a=2.0))
    assert type(ordered) is OrderedDict and ordered == {"b": 0.0, "a": 1.0}
    assert grad(lambda x: np.sum(x * x))(np.array([1, 2])).tolist() == [2.0, 4.0]
    assert grad(np.sum)(np.empty((0, 2))).shape == (0, 2)


def test_a_number_in_an_array_without_axes_is_a_number():
    assert grad(lambda x: np.tensordot(x, x, 1))(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    assert jacobian(lambda x: np.tensordot(x, x, 1))(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    assert jvp(lambda x: np.tensordot(x, x, 1), [np.array([1.0, 2.0])], [np.array([1.0, 0.0])]) == (5.0, 2.0)


def test_anything_else_may_be_returned_beside_the_number():
    def cost(x):
        return x * x, {"twice": 2.0 * x, "said": "hello"}

    assert grad(cost, has_aux=True)(3.0) == (6.0, {"twice": 6.0, "said": "hello"})
    assert value_and_grad(cost, has_aux=True)(3.0) == ((9.0, {"twice": 6.0, "said": "hello"}), 6.0)
    assert type(grad(cost, has_aux=True)(3.0)[1]["twice"]) is float
    inner = lambda x: grad(cost, has_aux=True)(x)[0]
    assert grad(inner)(3.0) == 2.0
    for wrong in (lambda x: x, lambda x: (x, x, x)):
        with pytest.raises(InputTypeError, match="has_aux"):
            grad(wrong, has_aux=True)(1.0)


@pytest.mark.parametrize("out", ["text", None, [1.0, "text"], {"a": object()}])
def test_what_is_no_number_has_no_derivative(out):
    for transform in (
        jacobian(lambda x: out),
        lambda x: vjp(lambda x: out, x),
        lambda x: jvp(lambda x: out, [x], [1.0]),
    ):
        with pytest.raises(InputTypeError, match="expected a real number"):
            transform(1.0)


def test_directions_are_matched_by_place_not_by_order():
    f = lambda p: p["a"] * p["b"] ** 2
    p = {"a": 2.0, "b": 3.0}
    assert jvp(f, [p], [{"b": 1.0, "a": 0.0}]) == (18.0, 12.0)
    assert hvp(f, [p], [{"b": 1.0, "a": 0.0}]) == {"a": 6.0, "b": 4.0}
    _, pull = vjp(lambda x: {"s": x, "t": 3.0 * x}, 2.0)
    assert pull({"t": 1.0, "s": 0.0}) == (3.0,)
    for wrong in ({"a": 1.0, "c": 1.0}, {"a": 1.0}, [1.0, 2.0], {"a": 1.0, "b": [1.0]}):
        with pytest.raises(ShapeError, match="the primals hold 2 numbers"):
            jvp(f, [p], [wrong])
    with pytest.raises(ShapeError, match="nothing at"):
        pull([1.0, 2.0])
    with pytest.raises(ShapeError):
        jvp(lambda v: v[0][0], [[[1.0, 2.0], [3.0]]], [[[1.0], [2.0, 3.0]]])


@pytest.mark.slow
def test_jacobians_and_hessians_of_arrays_and_dicts_against_jax():
    jax = require("jax")
    jax.config.update("jax_enable_x64", True)
    tree = jax.tree_util
    A, x, p = (
        np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 3.0]]),
        np.array([0.3, -0.7]),
        {"a": 0.4, "v": np.array([1.0, 2.0, -0.5])},
    )

    def f(library):
        def of(x, p):
            y = library.tanh(A @ x) * p["v"]
            return {"y": y, "s": y[0] * p["a"]}

        return of

    def cost(library):
        return lambda x, p: library.sum(f(library)(x, p)["y"] ** 2) * p["a"]

    def same(mine, other):
        mine, other = tree.tree_flatten(mine), tree.tree_flatten(other)
        assert mine[1] == other[1]
        for a, b in zip(mine[0], other[0], strict=True):
            assert np.shape(a) == np.shape(b) and np.asarray(a) == pytest.approx(np.asarray(b), rel=1e-10, abs=1e-12)

    for argnums in (0, 1, (0, 1)):
        same(jacobian(f(np), argnums)(x, p), jax.jacrev(f(jax.numpy), argnums)(x, p))
        same(grad(cost(np), argnums=argnums)(x, p), jax.grad(cost(jax.numpy), argnums)(x, p))
        same(hessian(cost(np), argnums)(x, p), jax.hessian(cost(jax.numpy), argnums)(x, p))


def test_jacobian_of_nested_outputs():
    f = lambda x: {0: [x[0] * x[1], (x[0], 1.0)]}[0]
    assert jacobian(f)([2.0, 3.0]) == [[3.0, 2.0], ([1.0, 0.0], [0.0, 0.0])]
    assert jacobian(sin)(0.0) == 1.0


def test_constant_functions_have_derivative_0():
    assert grad(lambda x: 3.0)(1.0) == 0.0
    assert grad(lambda x: 3)(1.0) == 0.0
    assert jvp(lambda x: 3.0, [1.0], [1.0]) == (3.0, 0.0)
    assert vjp(lambda x: 3.0, 1.0)[1](1.0) == (0.0,)
    assert hessian(lambda v: v[0])([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]


def test_control_flow_is_of_the_call():
    f = lambda x: where(x > 0.0, x * x, -x) if x < 10.0 else 5.0 * x
    assert [grad(f)(x) for x in (3.0, -3.0, 20.0)] == [6.0, -1.0, 5.0]


@pytest.mark.parametrize("out", [lambda x: [x], lambda x: (x, x), lambda x: None, lambda x: "3"])
def test_grad_needs_one_number(out):
    with pytest.raises(InputTypeError):
        grad(out)(1.0)


def test_wrong_arguments():
    with pytest.raises(InputError, match="argnum=2 of a call with 1"):
        grad(sin, 2)(1.0)
    with pytest.raises(ShapeError, match="1 primals, 2 tangents"):
        jvp(sin, [1.0], [1.0, 2.0])
    with pytest.raises(ShapeError, match="hold 2 numbers, the tangents 1"):
        jvp(lambda v: v[0], [[1.0, 2.0]], [[1.0]])
    with pytest.raises(ShapeError, match="the output has 1 numbers, the cotangent 2"):
        vjp(sin, 1.0)[1]([1.0, 2.0])
    with pytest.raises(InputTypeError, match="expected a real number"):
        grad(sin)("1")
    with pytest.raises(GradientError, match="along these tangents"):
        jvp(sqrt, [0.0], [1.0])


# -- nesting -------------------------------------------------------------------------------------------


def test_perturbations_are_not_confused():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * jvp(lambda y: x + y, [1.0], [1.0])[1])(1.0) == 1.0
    assert jvp(lambda x: x * grad(lambda y: x + y)(1.0), [1.0], [1.0]) == (1.0, 1.0)
    assert jvp(lambda x: x * jvp(lambda y: x + y, [1.0], [1.0])[1], [1.0], [1.0]) == (1.0, 1.0)


def along(f):
    return lambda x: jvp(f, [x], [1.0])[1]


def pulled(f):
    def derivative(x):
        _, pull = vjp(f, x)
        return pull(1.0)[0]

    return derivative


@pytest.mark.parametrize("first", [grad, along, pulled, jacobian])
@pytest.mark.parametrize("second", [grad, along, pulled, jacobian])
@pytest.mark.parametrize("third", [grad, along, pulled, jacobian])
def test_three_levels_in_every_mode(first, second, third):
    assert third(second(first(lambda x: x**3 * 2.0)))(5.0) == 12.0
    assert third(second(first(sin)))(0.3) == pytest.approx(-math.cos(0.3), rel=1e-13)
    # d/dx x d/dy y^2 d/dz (x y z^2) = d/dx x d/dy (y^3 x 2z) = d/dx x (3 y^2 x 2z) = 12 x y^2 z
    f = lambda x: x * second(lambda y: y * y * first(lambda z: x * y * z * z)(7.0))(5.0)
    assert third(f)(2.0) == 12.0 * 2.0 * 25.0 * 7.0


def test_an_argument_is_named_once():
    assert grad(lambda x, y: x * y, (0, -1))(3.0, 5.0) == (5.0, 3.0)
    assert grad(lambda x, y: x * y, np.int64(1))(3.0, 5.0) == 3.0
    for argnum in ((0, 0), (0, -2)):
        with pytest.raises(InputError, match="twice"):
            grad(lambda x, y: x * y, argnum)(3.0, 5.0)


def test_a_transform_inside_a_recorded_graph_stays_connected():
    w = Value(2.0, "w")
    slope = grad(lambda x: w * x * x)(3.0)
    assert (type(slope), slope.data) == (Value, 12.0)
    slope.backward()
    assert w.grad == 6.0
    value, along_x = jvp(lambda x: w * x, [3.0], [Value(1.0)])
    assert (value.data, along_x.data) == (6.0, 2.0)


def test_an_argument_that_is_a_value_stays_connected():
    x = Value(3.0)
    slope = grad(lambda t: t**3)(x)
    assert gradients(slope, [x]) == [18.0]
    assert x.grad == 0.0


def test_plain_numbers_come_back_when_only_numbers_took_part():
    assert type(grad(sin)(1.0)) is float
    assert [type(v) for v in value_and_grad(sin)(1)] == [float, float]
    assert type(hessian(lambda v: v[0] ** 2)([1.0])[0][0]) is float


BEFORE = Value(2.0)


def frozen(x):
    with no_grad():
        return x * x


OWN_CONSTANTS = {
    "a square under no_grad": (lambda x: x * frozen(x), 27.0, 9.0),
    "nothing but what is under no_grad": (frozen, 9.0, 0.0),
    "a Value of before the call, under no_grad": (lambda x: x * frozen(BEFORE), 12.0, 4.0),
    "detach": (lambda x: x * x.detach(), 9.0, 3.0),
    "a detached product": (lambda x: x * (2.0 * x).detach() + x, 21.0, 7.0),
    "a Value": (lambda x: x * Value(2.0), 6.0, 2.0),
    "a Value alone": (lambda x: Value(2.0), 2.0, 0.0),
    "nothing but what is detached": (lambda x: x.detach(), 3.0, 0.0),
    "a network": (lambda x: MLP(1, [2, 1], seed=1)([x]), None, None),
    "a detached network": (lambda x: x * MLP(1, [2, 1], seed=1)([x]).detach(), None, None),
    "a transform inside": (lambda x: x * grad(lambda y: y * x.detach() * Value(2.0))(1.0), 18.0, 6.0),
    "the argument itself": (lambda x: x, 3.0, 1.0),
    "a number": (lambda x: 2, 2, 0.0),
}


@pytest.mark.parametrize("name", OWN_CONSTANTS)
def test_what_a_function_makes_itself_is_its_constant(name):
    f, value, slope = OWN_CONSTANTS[name]
    found = {
        "grad": grad(f)(3.0), "jvp": jvp(f, [3.0], [1.0])[1], "vjp": vjp(f, 3.0)[1](1.0)[0],
        "value_and_grad": value_and_grad(f)(3.0)[1], "jacobian": jacobian(f)(3.0),
        "in a list": jacobian(lambda x: [f(x[0])])([3.0])[0][0],
    }  # fmt: skip
    assert {way: type(d) for way, d in found.items()} == dict.fromkeys(found, float)
    assert slope is None or set(found.values()) == {slope}
    for out in (value_and_grad(f)(3.0)[0], jvp(f, [3.0], [1.0])[0], vjp(f, 3.0)[0]):
        assert not isinstance(out, Value) and value in (None, out)
    assert type(hessian(f)(3.0)) is float and type(hvp(f, [3.0], [1.0])) is float


def test_a_value_from_before_the_call_stays_connected_beside_own_constants():
    w = Value(2.0, "w")
    slope = grad(lambda x: w * x * x * x.detach() * Value(5.0))(3.0)
    assert type(slope) is Value and gradients(slope, [w]) == [90.0]
    seen = []

    def outer(t):
        c = Value(2.0) * t  # of this call, but there before the inner one
        seen.append(grad(lambda x: c * x * Value(3.0))(1.0))
        return seen[-1] * t

    assert grad(outer)(5.0) == 60.0 and type(seen[-1]) is Value


def test_transforms_under_no_grad():
    x = Value(3.0)
    with no_grad():
        assert grad(lambda t: t**3)(3.0) == 27.0
        assert jvp(sin, [0.0], [1.0]) == (0.0, 1.0)
        assert vjp(lambda t: t * t, 3.0)[1](1.0) == (6.0,)
        assert hessian(lambda v: v[0] ** 3)([2.0]) == [[12.0]]
        slope = grad(lambda t: t**3)(x)
        assert (getattr(slope, "data", slope), (x * x).op) == (27.0, None)
        assert not isinstance(slope, Value) or leaves(slope) == [slope]


def test_a_derivative_can_be_checked_itself():
    assert gradcheck(grad(lambda x: x**3 + sin(x)), 0.7).ok
