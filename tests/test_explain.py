"""explain: every factor, the sum over paths, the steps, the LaTeX, on random graphs and on large ones."""

import json
import math
import os

import pytest
from graphs import ROWS, graphs
from hypothesis import given, settings
from hypothesis import strategies as st
from latex_reader import evaluate
from matplotlib import mathtext
from sympy.parsing.latex import parse_latex

from microbp import Op, Value, cos, exp, gradients, losses, nn, no_grad, ops, sigmoid, sin
from microbp.engine.differences import central_difference
from microbp.errors import GradientError, InputError, InputTypeError, StaleGraphError
from microbp.inspect import explain
from microbp.inspect.notation import latex

GRAPHS = int(os.environ.get("MICROBP_GRAPHS", "2000"))
random = settings(derandomize=True, deadline=None, max_examples=400)
DIFFERENCE = 1e-6  # what a central difference of one smooth operation reaches, relative to 1 + |value|
ROUNDING = 1e-12  # of a dozen multiplications and additions, relative to the sum of magnitudes
READING = 1e-9  # relative, for a formula near a cancellation such as 1 - z z that is read at 30 digits


def recorded(graph):
    leaves = [Value(x, f"x_{{{i}}}") for i, x in enumerate(graph.point, 1)]
    return graph(*leaves), leaves


def alone(node, which):
    """The operation of a node as a function of one of its parents, the other operands held."""
    places = [i for i, a in enumerate(node.args) if isinstance(a, Value)]
    numbers = [a.data if isinstance(a, Value) else a for a in node.args]

    def f(x):
        return node.op.on_numbers([*numbers[: places[which]], x, *numbers[places[which] + 1 :]])

    return f, numbers[places[which]]


@pytest.mark.slow
def test_every_factor_is_the_slope_of_its_operation_in_numbers_and_in_latex():
    met = set()

    def check(graph):
        output, leaves = recorded(graph)
        derivation = explain(output, leaves[0])
        nodes = {a for node in derivation.steps.order for a in [node, *node.parents]}
        numbers = {derivation.names[node].latex: node.data for node in nodes}
        assert len(numbers) == len(nodes)
        for edge, factor in zip(derivation.edges, derivation.factors):
            f, x = alone(edge.node, edge.which)
            slope, _ = central_difference(f, x)
            assert factor.value == pytest.approx(slope, rel=DIFFERENCE, abs=DIFFERENCE), str(factor)
            read = evaluate(factor.latex, numbers)
            assert read == pytest.approx(factor.value, rel=READING, abs=1e-12), factor.latex
            met.add(edge.node.op)

    settings(derandomize=True, deadline=None, max_examples=GRAPHS)(given(graphs())(check))()
    for op in [op for op in ROWS if op not in met]:  # a row that chance has left out
        settings(derandomize=True, deadline=None, max_examples=20)(given(graphs(rows=(op,)))(check))()
    assert set(ROWS) <= met


@random
@given(graphs())
def test_the_products_over_all_paths_add_up_to_the_grad(graph):
    output, leaves = recorded(graph)
    output.backward()
    for leaf in leaves:
        derivation = explain(output, leaf, paths=5000)
        products = [path.product for path in derivation.paths]
        assert len(products) == min(derivation.count, 5000)
        assert sorted(products, key=lambda p: -abs(p)) == products
        scale = math.fsum(map(abs, products))
        if len(products) == derivation.count:
            assert math.fsum(products) == pytest.approx(leaf.grad, rel=ROUNDING, abs=ROUNDING * scale)
        few = explain(output, leaf, paths=2)
        listed = math.fsum(path.product for path in few.paths)
        assert few.value == leaf.grad
        assert listed + few.rest == pytest.approx(leaf.grad, rel=ROUNDING, abs=ROUNDING * scale)


@pytest.mark.parametrize(
    ("of", "written"),
    [
        (lambda x, y: x * y, r"y"),
        (lambda x, y: x / y, r"\frac{1}{y}"),
        (lambda x, y: y / x, r"-\frac{v_{1}}{x}"),
        (lambda x, y: x**3, r"3 \, x^{2}"),
        (lambda x, y: ops.log(x), r"\frac{1}{x}"),
        (lambda x, y: sin(x), r"\cos\left(x\right)"),
        (lambda x, y: ops.tanh(x), r"1 - v_{1}^{2}"),
        (lambda x, y: sigmoid(x), r"v_{1} \cdot \left(1 - v_{1}\right)"),
        (lambda x, y: ops.hypot(x, 1.0) + y, None),
    ],
)
def test_sympys_own_parser_reads_the_common_formulas(of, written):
    x, y = Value(0.7, "x"), Value(1.9, "y")
    output = of(x, y)
    output.label = "v_{1}"
    (factor, *_) = explain(output, x).factors
    if written is None:
        return
    assert factor.latex == written
    plain = factor.latex.replace(r"\left", "").replace(r"\right", "")  # read by SymPy as \le ft and \ri ght
    read = parse_latex(plain, backend="lark")
    value = read.subs({"x": x.data, "y": y.data, "v_{1}": output.data}).evalf()
    assert float(value) == pytest.approx(factor.value, rel=1e-12)


@random
@given(graphs(), st.data())
def test_the_steps_stop_anywhere_and_end_at_the_gradient(graph, data):
    output, leaves = recorded(graph)
    leaf = data.draw(st.sampled_from(leaves))
    steps = explain(output, leaf).steps
    assert steps.adjoints()[leaf] == pytest.approx(gradients(output, [leaf])[0], rel=ROUNDING)
    cut = data.draw(st.integers(0, len(steps)))
    done, late = list(steps)[:cut], list(steps)[cut:]
    passed_on = {id(step.node) for step in done}
    assert not any(id(step.parent) in passed_on for step in late), "an adjoint was passed on before it was complete"
    running = steps.adjoints(stop=cut)
    for step in done:
        assert step.after == step.before + step.adjoint * step.partial
        last = [s.after for s in done if s.parent is step.parent][-1]
        assert running[step.parent] == last


def test_a_depth_first_walk_is_wrong_by_what_the_late_user_adds():
    w = Value(2.0, "w")
    a = w * 1.0
    c = a * 3.0 + a * 5.0  # the walk leaves a with 3 and never returns
    found = explain(c, w).steps.depth_first()
    assert {node: (got, want) for node, got, want in found.wrong} == {w: (3.0, 8.0)}
    assert found.early is a
    assert "-5" in str(found)
    straight = explain(w * 3.0, w).steps.depth_first()
    assert not straight.wrong
    assert "agrees" in str(straight)


def test_two_to_the_hundred_paths_are_counted_and_the_largest_listed():
    x = Value(1.0, "x")
    y = x
    for _ in range(100):
        y = 0.5 * y + 0.5 * y
    derivation = explain(y, x)
    assert derivation.count == 2**100
    assert len(derivation.paths) == 10
    assert derivation.value == 1.0
    assert "1.27e+30" in str(derivation)
    assert derivation.as_dict()["rest"]["count"] == 2**100 - 10


def test_one_weight_of_the_network_of_the_text():
    model = nn.MLP(784, [16, 16, 10], "sigmoid", "sigmoid")
    cost = losses.squared_error(model([0.3] * 784), [0.0] * 9 + [1.0])
    weight = model.layers[0].neurons[4].w[100]
    derivation = explain(cost, weight)
    assert derivation.count == 16 * 10
    assert derivation.value == gradients(cost, [weight])[0]
    assert "150 other paths" in str(derivation)
    assert r"\text{150 other paths}" in derivation.latex


@pytest.mark.slow
def test_a_chain_of_a_hundred_thousand_operations():
    x = Value(0.5, "x")
    y = x
    for _ in range(100_000):
        y = y + 0.0
    derivation = explain(y, x)
    assert (derivation.count, derivation.value) == (1, 1.0)
    assert "99,976 more factors" in str(derivation)


def test_the_largest_paths_come_first_where_products_vanish_or_explode():
    x = Value(1.0, "x")
    tiny, huge, none = x * 1e-200, x * 1e200, x * 0.0
    y = (tiny * 1e-200) * 1.0 + huge * 1e100 + none + x
    products = [path.product for path in explain(y, x).paths]
    assert products == [pytest.approx(1e300), 1.0, 0.0, 0.0]


def test_the_whole_derivative_is_not_called_like_the_direct_one():
    w = Value(2.0, "w")
    derivation = explain(w * w.exp(), w)
    assert str(derivation).startswith("dC/dw = ")
    assert "∂C/∂w that of the direct use alone" in str(derivation)
    assert derivation.latex.count(r"\frac{d C}{d w}") == 1
    assert str(explain(w.exp() * 2.0, w)).startswith("∂C/∂w = ")


def test_labels_become_names_in_both_notations():
    w, a = Value(2.0, "w_{12}^{(1)}"), Value(3.0, "loss")
    z = w * a
    z.label = r"\delta_1"
    (factor,) = explain(z, w).factors
    assert factor.symbol == "∂δ₁/∂w₁₂⁽¹⁾"
    assert factor.symbol_latex == r"\frac{\partial \delta_1}{\partial w_{12}^{(1)}}"
    assert factor.latex == r"\mathrm{loss}"
    odd = Value(1.0, "50% <b>$x$|_^~\\")
    shown = explain(odd.exp() * odd, odd)
    assert r"\text{50\% <b>\$x\$|\_\^{}\~{}/}" in shown.latex
    assert "<b>" not in shown._repr_html_()
    square = w**3
    assert explain(square, w).factors[0].latex == r"3 \, \left(w_{12}^{(1)}\right)^{2}"
    again = Value(5.0, "w_{12}^{(1)}")
    assert explain(w * again, w).factors[0].text == "w₁₂⁽¹⁾[2]"


def test_a_row_of_ones_own_is_explained():
    cube = Op("explained_cube", lambda x: x**3, (lambda z, x: 3.0 * x * x,), "{0} ** 3", r"{0}^{3}")
    x = Value(2.0, "x")
    y = cube(x + 1.0)
    derivation = explain(y, x)
    assert derivation.factors[1].text == "3 · v₁²"
    assert "C = explained_cube(v₁) = 27" in str(derivation)


def test_a_rule_that_branches_in_python_says_what_to_write():
    branching = Op("branching", abs, (lambda z, x: 1.0 if x > 0.0 else -1.0,), "abs({0})", r"\left|{0}\right|")
    x = Value(2.0, "x")
    with pytest.raises(InputTypeError, match="where"):
        explain(branching(x), x).factors  # noqa: B018


def test_every_form_carries_the_same_derivation():
    w, x = Value(0.6, "w"), Value(1.0, "x")
    derivation = explain((sigmoid(w * x) - 0.5) ** 2 + w, w)
    told = json.loads(json.dumps(derivation.as_dict()))
    assert told["value"] == derivation.value
    assert [f["value"] for f in told["factors"]] == [f.value for f in derivation.factors]
    for shown in (derivation._repr_latex_(), derivation._repr_markdown_()):
        assert r"\begin{aligned}" in shown
    bars = explain(ops.elu(abs(w), 2.0) / abs(w * 3.0), w)._repr_markdown_().splitlines()
    assert all(row.count("|") == 5 for row in bars if row.startswith("| $"))
    page = derivation._repr_html_()
    assert page.count("<table>") == page.count("</table>") == 2
    assert all(f"<td>${f.symbol_latex}$</td>" in page for f in derivation.factors)
    lines = str(derivation).splitlines()
    rule = next(i for i, line in enumerate(lines) if line.startswith("---"))
    assert max(map(len, lines[rule - 1 : rule + 2])) == len(lines[rule])


def test_matplotlib_sets_every_row_of_the_table():
    parser = mathtext.MathTextParser("agg")
    x, y = Value(0.6, "w_{12}^{(1)}"), Value(0.7, "x")
    for op in ROWS:
        args = [[x, y] if v else y if i else x for i, v in enumerate(op.vectors or [False] * len(op.partials))]
        if op.name in ("where", "polygamma"):
            args[0] = 1.0
        if op.name == "arccosh":
            args = [x + 1.0]
        output = op(*args)
        for factor in explain(output, y if y in output.parents and op.name in ("where", "polygamma") else x).factors:
            if r"\begin" not in factor.latex:  # mathtext has no environments
                parser.parse(f"${factor.latex}$")
                parser.parse(f"${factor.numbers_latex}$")


# -- misuse ----------------------------------------------------------------------------------------------


def test_misuse_is_named_with_its_cure():
    x, y = Value(1.0, "x"), Value(2.0, "y")
    with pytest.raises(InputError, match=r"does not depend on y.*derivative is 0"):
        explain(exp(x), y)
    with no_grad():
        flat = cos(x)
    with pytest.raises(InputError, match="no_grad"):
        explain(flat, x)
    with pytest.raises(InputTypeError, match="leaf is 3"):
        explain(exp(x), 3)
    with pytest.raises(InputError, match="at least one path"):
        explain(exp(x), x, paths=0)
    with pytest.raises(GradientError, match="sqrt"):
        explain(ops.sqrt(x * 0.0), x)
    product = x * y
    y.data = 5.0
    with pytest.raises(StaleGraphError, match="compute the output again"):
        str(explain(product, x))


def test_the_derivative_of_a_node_by_itself_is_one():
    x = Value(1.0, "x")
    assert explain(x, x).value == 1.0
    assert str(explain(x, x)) == "∂x/∂x = 1"
    assert explain(x, x).latex.count("1") == 4


def test_the_formula_of_a_negative_number_keeps_its_parentheses():
    x = Value(-2.0, "x")
    (factor,) = explain(x**3, x).factors
    assert factor.numbers == "3 · (-2)²"
    assert latex(factor.formula, numbers=True) == r"3 \, \left(-2\right)^{2}"
