"""The reverse sweep: what is written where, against PyTorch on random graphs, and what is refused."""

import itertools
import math

import pytest
from graphs import ROWS, graphs
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import needs
from oracles import NOT_PRECISE, ONCE_ONLY, torch_graph

from microbp import (
    Op,
    Value,
    backward,
    exp,
    gradients,
    leaves,
    log,
    maximum,
    no_grad,
    ops,
    relu,
    sqrt,
    topological_order,
    weighted_sum,
)
from microbp.engine.gradients import derivatives
from microbp.engine.graph import count_paths, operations
from microbp.errors import GradientError, InputTypeError, MicrobpError, NotFiniteError, StaleGraphError
from microbp.table.op import TABLE

torch = needs("torch")

# Sums in another order, functions of another library, a dozen times over; gradients may cancel against
# terms of the size of the largest local derivative (lgamma and tan reach a few hundred).
AGREE = dict(rel=1e-10, abs=1e-10)
SECOND = dict(rel=1e-8, abs=1e-7)  # and the squares of these derivatives


# -- random graphs with shared subexpressions ----------------------------------------------------------


@pytest.mark.slow
@given(graphs(rows=[op for op in ROWS if op.name not in NOT_PRECISE]))
@settings(derandomize=True, deadline=None, max_examples=2000)
def test_gradients_of_random_graphs(graph):
    xs = [Value(x) for x in graph.point]
    output = graph(*xs)
    output.backward()
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in graph.point]
    expected = torch_graph(graph, tensors)
    assert output.data == pytest.approx(expected.item(), **AGREE)
    if expected.requires_grad:
        expected.backward()
        slopes = [0.0 if t.grad is None else t.grad.item() for t in tensors]
        assert [x.grad for x in xs] == pytest.approx(slopes, **AGREE)
    before = [x.grad for x in xs]
    assert gradients(output, xs) == before
    output.backward()
    assert [x.grad for x in xs] == pytest.approx([2.0 * g for g in before])


@pytest.mark.slow
@given(graphs(rows=[op for op in ROWS if op.name not in ONCE_ONLY], max_leaves=3, max_lines=6))
@settings(derandomize=True, deadline=None, max_examples=400)
def test_second_derivatives_of_random_graphs(graph):
    xs = [Value(x) for x in graph.point]
    slopes = gradients(graph(*xs), xs, create_graph=True)
    at = torch.tensor(graph.point, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(lambda x: torch_graph(graph, x), at).tolist()
    for slope, row in zip(slopes, hessian, strict=True):
        assert gradients(slope, xs) == pytest.approx(row, **SECOND)


# -- what is written where -----------------------------------------------------------------------------


@given(graphs(rows=[op for op in ROWS if op.name not in NOT_PRECISE]), st.floats(-1e3, 1e3))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_the_seed_multiplies_every_derivative(graph, seed):
    xs = [Value(x) for x in graph.point]
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in graph.point]
    out, theirs = graph(*xs), torch_graph(graph, tensors)
    out.backward(seed)
    if theirs.requires_grad:  # a comparison has no derivative in PyTorch, and 0 here
        theirs.backward(torch.tensor(seed, dtype=torch.float64))
    assert out.grad == seed or not out.op
    for x, tensor in zip(xs, tensors):
        assert x.grad == pytest.approx(tensor.grad.item() if tensor.grad is not None else 0.0, rel=1e-10, abs=1e-9)


def test_a_sweep_goes_on_from_a_seed():
    x = Value(0.5)
    middle = (x * x).tanh()
    cut = middle.detach()
    (cut * cut).exp().backward()
    middle.backward(cut.grad)
    whole = Value(0.5)
    z = (whole * whole).tanh()
    (z * z).exp().backward()
    assert x.grad == whole.grad


@pytest.mark.parametrize(
    "seed, error",
    [("1", InputTypeError), (None, InputTypeError), (Value(1.0), InputTypeError), (math.nan, NotFiniteError)],
)
def test_a_seed_is_a_finite_number(seed, error):
    x = Value(2.0)
    y = x * x
    with pytest.raises(error, match=r"number|backward\("):
        y.backward(seed)
    assert (x.grad, y.grad) == (0.0, 0.0)


def test_backward_twice_on_a_chain_of_depth_10():
    x = Value(1.0)
    h = x
    for _ in range(10):
        h = h + 1.0
    h.backward()
    assert x.grad == 1.0
    h.backward()
    assert x.grad == 2.0


def test_two_roots_over_one_subgraph():
    x = Value(1.0)
    h = 2.0 * x
    (3.0 * h).backward()
    (4.0 * h).backward()
    assert x.grad == 14.0
    assert h.grad == 4.0  # of the last pass: an operation's grad is overwritten


def test_both_edges_are_kept():
    x, a = Value(3.0), Value(5.0)
    square, double = x * x, a + a
    assert square.args == (x, x)
    square.backward()
    double.backward()
    assert (x.grad, a.grad) == (6.0, 2.0)


def test_a_leaf_is_its_own_gradient():
    x = Value(3.0)
    x.backward()
    assert x.grad == 1.0
    assert gradients(x, [x, Value(1.0)]) == [1.0, 0.0]


def test_the_root_and_the_unreached():
    x, y = Value(3.0), Value(4.0)
    z, other = x * x, y * y
    z.backward()
    assert (z.grad, other.grad, y.grad) == (1.0, 0.0, 0.0)


def test_gradients_by_inner_nodes_write_nothing():
    x, y = Value(2.0), Value(5.0)
    h = x * y
    z = h * h + x
    assert gradients(z, [h, x, h, y]) == [20.0, 101.0, 20.0, 40.0]
    assert [n.grad for n in (x, y, h, z)] == [0.0] * 4
    assert gradients(z, []) == []
    assert gradients(z, [z]) == [1.0]


def test_create_graph_gives_values_always():
    x, y = Value(2.0), Value(5.0)
    slopes = gradients(x + 1.0, [x, y], create_graph=True)
    assert [(type(s), s.data) for s in slopes] == [(Value, 1.0), (Value, 0.0)]


def test_a_silent_neuron_passes_zeros_on():
    x, dead = Value(2.0), Value(-1.0)
    weights = [Value(0.5), Value(-0.25)]
    hidden = [x.tanh(), (x * dead).relu()]  # the second is 0 and stays so
    inner = weighted_sum(weights, hidden, 0.1)
    silent = weighted_sum(hidden, [inner, x.exp()], 1.0)
    root = silent * 0.0 + inner * 3.0 + silent.relu() * 0.0
    for node in (silent, inner, *hidden):
        node.grad = 99.0
    root.backward()
    expected = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    (3.0 * (0.5 * torch.tanh(expected) + 0.1)).backward()
    assert x.grad == pytest.approx(expected.grad.item(), rel=1e-15)
    assert [silent.grad, inner.grad, hidden[0].grad, hidden[1].grad] == [0.0, 3.0, 1.5, -0.75]
    assert [w.grad for w in weights] == [3.0 * hidden[0].data, 0.0] and dead.grad == 0.0
    alone = weighted_sum([x.sin(), x.cos()], weights, 0.0)
    (alone * 0.0).backward()
    assert [alone.grad, *(p.grad for p in alone.parents[:2])] == [0.0, 0.0, 0.0]
    (slope,) = gradients(alone * (x - 2.0), [weights[0]], create_graph=True)  # its adjoint is 0, and moves with x
    assert (slope.data, gradients(slope, [x])) == (0.0, [pytest.approx(math.sin(2.0), rel=1e-15)])
    slope, other = gradients(inner * inner * 0.0 + silent * 0.0, [x, weights[0]], create_graph=True)
    assert (slope.data, other.data) == (0.0, 0.0)


def test_a_silent_node_without_a_finite_derivative_is_refused():
    undefined = Op(
        "undefined", lambda x, y, z: x, (lambda w, x, y, z: 1.0 / (x - x), 0.0, 0.0), "{0} + 0 * {1} * {2}", "x"
    )
    try:
        x = Value(1.0)
        with pytest.raises(GradientError, match="undefined"):
            (undefined(x, x, x) * 0.0).backward()
        assert x.grad == 0.0
    finally:
        del TABLE["undefined"]


def test_derivatives_are_numbers_unless_a_graph_is_asked_for():
    x = Value(3.0)
    assert [type(d) for d in (*derivatives(x * x, [x]), *gradients(x * x, [x]))] == [float, float]


def test_derivatives_of_a_power_up_to_the_fifth():
    x = Value(1.5)
    derivative = x**4
    for expected in (4 * 1.5**3, 12 * 1.5**2, 24 * 1.5, 24.0, 0.0):
        (derivative,) = gradients(derivative, [x], create_graph=True)
        assert derivative.data == pytest.approx(expected)


@pytest.mark.parametrize("x, n", list(itertools.product([0.0, -2.0], [0, 1, 2, 3])))
def test_whole_powers_at_0_and_below(x, n):
    leaf = Value(x)
    (slope,) = gradients(leaf**n, [leaf], create_graph=True)
    assert slope.data == (n * x ** (n - 1) if n else 0.0)
    assert gradients(slope, [leaf]) == [n * (n - 1) * x ** (n - 2) if n > 1 else 0.0]


def test_kinks_have_the_documented_value():
    x, y = Value(0.0), Value(0.0)
    ties = [Value(1.0) for _ in range(4)]
    assert gradients(relu(x), [x]) == gradients(abs(x), [x]) == gradients(ops.sign(x), [x]) == [0.0]
    assert gradients(ops.hypot(x, y), [x, y]) == gradients(ops.norm([x, y]), [x, y]) == [0.0, 0.0]
    assert gradients(maximum(x, y), [x, y]) == gradients(ops.minimum(x, y), [x, y]) == [0.5, 0.5]
    assert gradients(ops.largest(ties), ties) == gradients(ops.smallest(ties), ties) == [0.25] * 4
    assert gradients(ops.clip(x, 0.0, 1.0), [x]) == [1.0]
    assert gradients(x**0, [x]) == [0.0]
    assert gradients(0.0 ** ties[0], ties[:1]) == [0.0]
    (slope,) = gradients(x**y, [x], create_graph=True)
    assert gradients(slope, [x, y]) == [0.0, 0.0]


# -- reading a graph -----------------------------------------------------------------------------------


@given(graphs())
@settings(derandomize=True, deadline=None, max_examples=200)
def test_the_order_puts_arguments_first(graph):
    root = graph(*[Value(x) for x in graph.point])
    order = topological_order(root)
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert all(place[p] < place[node] for node in order for p in node.parents)
    assert {node for node in order if node.op is None} == set(leaves(root))
    assert order[-1] is root


@given(graphs(max_lines=5))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_paths_are_counted_as_a_walk_counts_them(graph):
    xs = [Value(x) for x in graph.point]
    root = graph(*xs)

    def walk(node, leaf):
        return 1 if node is leaf else sum(walk(p, leaf) for p in node.parents)

    assert [count_paths(root, x) for x in xs] == [walk(root, x) for x in xs]


@pytest.mark.parametrize("f", [backward, operations, leaves, topological_order, lambda x: gradients(x, [])])
@pytest.mark.parametrize("what", [3.0, None, "x", [Value(1.0)]])
def test_only_a_value_has_a_graph(f, what):
    with pytest.raises(InputTypeError, match="expected a Value"):
        f(what)


@pytest.mark.parametrize("inputs", [[2.0], ["x"], 3.0, Value(2.0)])
def test_gradients_are_by_a_list_of_values(inputs):
    with pytest.raises(InputTypeError, match="Value"):
        gradients(Value(1.0) * 2.0, inputs)


# -- what is refused -----------------------------------------------------------------------------------

BROKEN = {
    "sqrt at 0": lambda x: sqrt(x * 0.0 + 0.0),
    "infinite times 0": lambda x: sqrt(x * 0.0) * 0.0,
    "0 ** 0.5": lambda x: (x * 0.0) ** 0.5,
    "overflow of a product": lambda x: (x - 1.0) * 1e200 * 1e200,
    "overflow of a local derivative": lambda x: (x * 1e-200).reciprocal(),
    "overflow of a sum at a leaf": lambda x: (x - 1.0) * 1.5e308 + (x - 1.0) * 1.5e308,
    "overflow of a sum, hidden by the signs": lambda x: ((x - 1.0) * -1.5e308) * -1.0 + (x - 1.0) * 1.5e308,
}


def broken(f):
    """A root that cannot be differentiated, its leaf, and every node with a mark in its grad."""
    x = Value(1.0, "x")
    root = f(x)
    for i, node in enumerate(topological_order(root)):
        node.grad = 100.0 + i
    return x, root


@pytest.mark.parametrize("name", BROKEN)
def test_a_failed_pass_changes_no_grad(name):
    x, root = broken(BROKEN[name])
    before = [node.grad for node in topological_order(root)]
    with pytest.raises(GradientError):
        root.backward()
    assert [node.grad for node in topological_order(root)] == before
    with pytest.raises(GradientError):
        gradients(root, [x])
    with pytest.raises(MicrobpError):
        gradients(root, [x], create_graph=True)


def test_a_large_finite_gradient_passes():
    x, y = Value(1e-10), Value(1e-10)
    root = (weighted_sum([1.5e308, 1.5e308], [x, y]) * 0.5) * 1e-3
    root.backward()
    assert (x.grad, y.grad) == pytest.approx((7.5e304, 7.5e304))


def test_the_error_names_the_node_and_the_cure():
    x = Value(0.0, "speed")
    with pytest.raises(GradientError, match=r"sqrt\(speed=0.0\) has no finite derivative by speed.*epsilon"):
        sqrt(x).backward()
    h = Value(1e-200, "tiny") * 1.0
    h.label = "h"
    with pytest.raises(GradientError, match=r"reciprocal\(h=1e-200\) has no finite derivative by h = mul"):
        h.reciprocal().backward()
    with pytest.raises(GradientError, match=r"has no finite derivative by leaf\(0.0\)$"):
        ops.prod([Value(0.0), Value(1e200), Value(1e200)]).backward()  # a row without a domain has no cure


def test_the_error_names_the_place_of_an_overflow():
    first = Value(1.0) - 1.0
    second = first * 1e200
    first.label, second.label = "first", "second"
    with pytest.raises(GradientError, match=r"by first = .* at second = .*: 1e\+200 times 1e\+200; rescale"):
        (second * 1e200).backward()


def test_a_derivative_that_nobody_asked_for_is_not_missed():
    x, y = Value(-2.0), Value(2.0)  # x**y has no derivative by y here
    assert gradients(x**y, [x]) == [-4.0]
    with pytest.raises(GradientError):
        gradients(x**y, [y])
    with pytest.raises(GradientError):
        (x**y).backward()


def test_a_stale_graph_is_refused_under_create_graph():
    x = Value(3.0, "x")
    y = x * x
    x.data = 4.0
    assert gradients(y, [x]) == [6.0]
    with pytest.raises(StaleGraphError, match="compute the output again"):
        gradients(y, [x], create_graph=True)
    x.data = 3.0
    assert gradients(y, [x], create_graph=True)[0].data == 6.0


EDITS = {
    "the same local derivative": (lambda x, h: x**3, lambda x, h: -1.0, 1.0),
    "the same value": (lambda x, h: x**2, lambda x, h: -1.0, 1.0),
    "a tiny edit": (lambda x, h: x**2, lambda x, h: 1.0 + 1e-13, 1.0),
    "outside the domain": (lambda x, h: log(x), lambda x, h: -1.0, 1.0),
    "at a kink": (lambda x, h: maximum(x, 1.0) * x, lambda x, h: 1.0, 2.0),
    "the argument is no input": (lambda x, h: x * h * h, lambda x, h: None, 2.0),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_of_a_leaf_is_noticed(name):
    f, edited, start = EDITS[name]
    x, h = Value(start, "x"), Value(3.0, "h")
    y = f(x, h)
    if edited(x, h) is None:
        h.data = -3.0
    else:
        x.data = edited(x, h)
    with pytest.raises(StaleGraphError, match="compute the output again"):
        gradients(y, [x], create_graph=True)
    assert math.isfinite(gradients(y, [x])[0])


def test_an_edit_of_an_operations_node_is_noticed():
    for place in range(3):
        x = Value(2.0, "x")
        nodes = [x * 3.0]
        nodes.append(nodes[0].exp())
        nodes.append(nodes[1] + 1.0)
        nodes[place].data += 0.5
        with pytest.raises(StaleGraphError):
            gradients(nodes[2], [x], create_graph=True)


def test_swapped_numbers_are_noticed():
    x, y = Value(2.0), Value(3.0)
    z = x * y
    x.data, y.data = y.data, x.data
    with pytest.raises(StaleGraphError, match=r"local derivative 3\.0, and it is 2\.0"):
        gradients(z, [x], create_graph=True)


@given(graphs(), st.data())
@settings(derandomize=True, deadline=None, max_examples=500)
def test_after_an_edit_the_derivative_is_the_recorded_one_or_refused(graph, data):
    xs = [Value(x) for x in graph.point]
    output = graph(*xs)
    node = data.draw(st.sampled_from(topological_order(output)))
    before = gradients(output, xs)
    new = data.draw(st.sampled_from([node.data, -node.data, node.data + 1.0, 0.0, 1.0]))
    node.data = new
    try:
        slopes = gradients(output, xs, create_graph=True)
    except StaleGraphError:
        return
    assert [slope.data for slope in slopes] == before == gradients(output, xs)


def test_the_grads_of_a_leaf_may_not_add_up_to_infinity():
    w, x = Value(1.0, "w"), Value(1.0, "x")
    (w * 1.5e308 + x).backward()
    with pytest.raises(GradientError, match=r"grads of w = .*1\.5e\+308 was there and .*zero_grad"):
        (w * 1.5e308 + x).backward()
    assert (w.grad, x.grad) == (1.5e308, 1.0)
    large = Value(1.0)
    large.grad = 1.7e308
    y = large + w * 1e300 - w * 1e300  # a large sum of grads is none of one leaf
    y.backward()
    assert w.grad == 1.5e308


def test_a_root_computed_without_a_graph_is_refused():
    x = Value(2.0, "x")
    with no_grad():
        roots = [x * x, weighted_sum([x], [x], 1.0), ops.tanh(x)]
    for root in roots:
        with pytest.raises(GradientError, match=r"inside no_grad\(\).*compute it outside"):
            root.backward()
        with pytest.raises(GradientError, match="inside no_grad"):
            gradients(root, [x])
        assert (x.grad, root.grad) == (0.0, 0.0)
        assert gradients(root, [root]) == [1.0]
        assert gradients(root * x, [x]) == [root.data]  # it takes part like any number


def test_a_leaf_is_its_own_derivative():
    x = Value(2.0)
    x.backward()
    assert x.grad == 1.0


def test_no_grad_makes_a_derivative_without_a_graph():
    x = Value(3.0)
    y = x * x
    with no_grad():
        (slope,) = gradients(y, [x], create_graph=True)
    assert (slope.data, slope.op) == (6.0, None)


def test_interior_grads_are_never_nan():
    x = Value(2.0)
    y = relu(-x) * exp(x)
    y.backward()
    assert all(math.isfinite(node.grad) for node in topological_order(y))
