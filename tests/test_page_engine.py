"""engine.js held to the engine in Python, in a real browser: the same numbers, the same errors."""

from __future__ import annotations

import itertools
import math
import os
from pathlib import Path
from typing import Any

import pytest
from graphs import SPECIAL, graphs
from hypothesis import HealthCheck, given, settings

import microbp
from microbp import Value, ops
from microbp.engine.graph import topological_order
from microbp.errors import MicrobpError
from microbp.table.op import RESERVED, TABLE
from microbp.table.page_rows import text
from microbp.viz.page import script

RELATIVE = 1e-12  # what Math and the C library may differ by
GRAPHS = int(os.environ.get("MICROBP_PAGE_GRAPHS", "100"))
ROWS = [TABLE[name] for name in sorted(RESERVED)]
EXACT = {
    "add", "sub", "mul", "div", "mod", "neg", "identity", "frozen", "reciprocal", "square", "abs", "sign",
    "floor_divide", "floor", "ceil", "rint",
    "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "where", "maximum", "minimum", "clip",
    "sqrt", "relu", "leaky_relu", "weighted_sum", "sum", "mean", "prod", "max", "min",
}  # fmt: skip
"""The rows without a function of Math that may be rounded otherwise: their numbers are equal."""

READ = """
const { Value, ops, order, backward, refresh, ROWS } = window.microbp;
function built(point, lines) {
  const found = point.map(([x, label]) => (label === null ? x : new Value(x, label)));
  const operand = (a) => (Array.isArray(a) ? a.map(operand) : typeof a === "object" ? found[a.at] : a);
  for (const [name, args] of lines) found.push(ops[name](...args.map(operand)));
  return found;
}
function outcome(f) {
  try { return f(); } catch (error) { return [error.name, error.message]; }
}
"""


@pytest.fixture(scope="module")
def engine(browser: Any) -> Any:
    """A page with the engine, which evaluates a function of one argument."""
    page = browser.new_page()
    names = "Object.assign(window, { microbp: { ...$engine, ...$rows, ...$errors, ...$lists } });"
    page.add_script_tag(content=script("engine") + names, type="module")
    page.wait_for_function("window.microbp")
    return lambda body, argument=None: page.evaluate(f"(given) => {{ {READ} {body} }}", argument)


def close(found: float, expected: float, exact: bool) -> bool:
    """Whether a number of the page is that of the engine."""
    found = float(found)  # a large one comes as a whole number with other digits
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    return found == expected or (not exact and math.isclose(found, expected, rel_tol=RELATIVE, abs_tol=1e-300))


def nested(op: Any, point: tuple[float, ...]) -> list[Any]:
    """The places of the leaves as the arguments of a row."""
    return op.split([{"at": i} for i in range(len(point))])


def in_python(op: Any, point: tuple[float, ...]) -> Any:
    """What recording a row at a point gives: its value and local derivatives, or its error."""
    constants = [rule == op.no_derivative for rule in op.partials] if not op.vectors else [False] * len(point)
    args = [x if c else Value(x, f"x_{i}") for i, (x, c) in enumerate(zip(point, constants))]
    try:
        node = op(*op.split(args))
    except MicrobpError as error:
        return [type(error).__name__, str(error)]
    return [node.data, *node.partials]


def points(op: Any) -> list[tuple[float, ...]]:
    """Every combination of special numbers; of three or more arguments, of some."""
    if op.name == "polygamma":
        return [
            (n, x) for n in (-1.0, 0.0, 0.5, 1.0, 2.0, 5.0, 170.0, 171.0) for x in [*SPECIAL, 0.1, 3.7, 22.0, 1e-200]
        ]
    if op.vectors:
        lists = [
            SPECIAL[:1],
            SPECIAL[2:6],
            SPECIAL[4:9],
            [1e16, 1.0, -1e16, 1e-9],
            SPECIAL[8:12],
            [1.7e308, 1.7e308],
            [3.0] * 3,
        ]
        return [tuple(xs) if len(op.vectors) == 1 else (*xs, *xs[::-1], 0.25) for xs in lists]
    count = len(op.partials)
    found = list(itertools.product(SPECIAL if count < 3 else SPECIAL[::3], repeat=count))
    if count == 1:
        found += [(k / 8.0,) for k in range(-64, 65)]
    return found


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_a_row_has_the_value_the_derivatives_and_the_errors_of_python(engine: Any, op: Any) -> None:
    cases = points(op)
    constants = [rule == op.no_derivative for rule in op.partials]
    given = [
        [
            [[x, None if not op.vectors and constants[i] else f"x_{i}"] for i, x in enumerate(p)],
            [[op.name, nested(op, p)]],
        ]
        for p in cases
    ]
    body = """return given.map(([point, lines]) => outcome(() => {
      const z = built(point, lines).at(-1);
      return [z.data, ...z.partials];
    }));"""
    for point, found in zip(cases, engine(body, given), strict=True):
        expected = in_python(op, point)
        if isinstance(expected[0], str):
            assert found == expected, point
        else:
            assert len(found) == len(expected), point
            assert all(close(f, e, op.name in EXACT) for f, e in zip(found, expected)), (point, found, expected)


def test_the_rows_in_the_package_are_those_of_the_table() -> None:
    path = Path(microbp.__file__).parent / "viz" / "pages" / "rows.js"
    assert path.read_text("utf-8") == text(), (
        "write it again: python -m microbp.table.page_rows > microbp/viz/pages/rows.js"
    )


def described(graph: Any) -> list[Any]:
    """The lines of a random graph for the page."""

    def operand(a: Any) -> Any:
        return [operand(b) for b in a] if isinstance(a, list) else {"at": a} if isinstance(a, int) else a

    return [[op.name, [operand(a) for a in args]] for op, args in graph.lines]


@pytest.mark.slow
def test_random_graphs_have_the_gradients_of_python(engine: Any) -> None:
    drawn: list[Any] = []

    @settings(
        max_examples=GRAPHS, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(graph=graphs(max_lines=12))
    def draw(graph: Any) -> None:
        drawn.append(graph)

    draw()
    body = """return given.map(([point, lines]) => {
      const root = built(point, lines).at(-1), nodes = order(root);
      backward(root, nodes);
      return nodes.map((node) => [node.op?.name ?? null, node.data, node.grad]);
    });"""
    given_ = [[[[x, "x"] for x in graph.point], described(graph)] for graph in drawn]
    for graph, found in zip(drawn, engine(body, given_), strict=True):
        root = graph(*[Value(x) for x in graph.point])
        nodes = topological_order(root)
        root.backward()
        assert [name for name, _, _ in found] == [node.op.name if node.op else None for node in nodes]
        exact = all(op.name in EXACT for op, _ in graph.lines)
        for (_, data, grad), node in zip(found, nodes):
            assert close(data, node.data, exact), (graph, data, node)
            assert close(grad, node.grad, exact), (graph, grad, node)


def test_a_graph_is_computed_again_in_place_and_put_back(engine: Any) -> None:
    """Change a leaf, exchange an activation, go back: the numbers of a new graph each time, at the end the first."""
    body = """
    const [w, x, b] = [[0.6, "w"], [1.5, "x"], [0.1, "b"]].map(([data, label]) => new Value(data, label));
    const z = ops.weighted_sum([w], [x], b), a = ops.tanh(z), root = ops.mul(ops.add(a, z), w), nodes = order(root);
    const numbers = () => {
      refresh(nodes);
      backward(root, nodes);
      return nodes.map(({ data, grad }) => [data, grad]);
    };
    const first = numbers();
    w.data = -2.5;
    const moved = numbers();
    a.op = ROWS.sigmoid;
    const exchanged = numbers();
    [w.data, a.op] = [0.6, ROWS.tanh];
    return [first, moved, exchanged, numbers()];"""

    def expected(w_: float, activation: Any) -> list[list[float]]:
        w, x, b = Value(w_), Value(1.5), Value(0.1)
        z = ops.weighted_sum([w], [x], b)
        root = (activation(z) + z) * w
        root.backward()
        return [[node.data, node.grad] for node in topological_order(root)]

    first, moved, exchanged, back = engine(body)
    wanted = [expected(0.6, ops.tanh), expected(-2.5, ops.tanh), expected(-2.5, ops.sigmoid)]
    for found, numbers in zip([first, moved, exchanged], wanted):
        assert all(close(f, e, False) for pair, other in zip(found, numbers) for f, e in zip(pair, other))
    assert back == first


SMALL = 5e-324
REFUSED = {  # what is refused, in both languages
    "arity": ("ops.tanh(1, 2)", lambda: ops.tanh(1.0, 2.0)),
    "too few": ("ops.add(new Value(1))", lambda: ops.add(Value(1.0))),
    "lengths": ("ops.weighted_sum([1, 2], [1], 0)", lambda: ops.weighted_sum([1.0, 2.0], [1.0], 0.0)),
    "nothing": ("ops.sum([])", lambda: ops.add_up([])),
    "nan": ("new Value(NaN)", lambda: Value(math.nan)),
    "infinite": ("new Value(-Infinity)", lambda: Value(-math.inf)),
    "labels": ("ops.log(new Value(-1, 'x'))", lambda: ops.log(Value(-1.0, "x"))),
    "long": (
        "ops.prod(Array.from({ length: 30 }, () => new Value(1e300, 'a long label 🙂')))",
        lambda: ops.prod([Value(1e300, "a long label 🙂")] * 30),
    ),
    "a constant": ("ops.div(new Value(1), 0)", lambda: Value(1.0) / 0.0),
    "of numbers": ("ops.arccosh(0.5)", lambda: ops.arccosh(0.5)),
    "no derivative": ("ops.polygamma(new Value(0), 1)", lambda: ops.polygamma(Value(0.0), 1.0)),
    "gradient": ("backward(ops.sqrt(new Value(0, 'x')))", lambda: ops.sqrt(Value(0.0, "x")).backward()),
    "overflow": (
        "const x = new Value(1e-200, 'x'); backward(ops.mul(ops.div(ops.reciprocal(x), 1e-20), 1e80))",
        lambda: (ops.reciprocal(Value(1e-200, "x")) / 1e-20 * 1e80).backward(),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_refused_in_the_same_words(engine: Any, case: str) -> None:
    javascript, python = REFUSED[case]
    with pytest.raises(MicrobpError) as caught:
        python()
    found = engine(f"return outcome(() => {{ {javascript}; return 'no error'; }});")
    assert found == [type(caught.value).__name__, str(caught.value)]


@pytest.mark.parametrize("x", [0.0, -0.0, 1.0, 1e15, 1e16, 123456789012345680.0, 1e22, 0.0001, 0.00001, -1.5e-7, 1e300])
def test_numbers_in_messages_are_written_as_python_does(engine: Any, x: float) -> None:
    assert engine("return window.microbp.repr(given);", x) == repr(x)


def test_sums_are_exact(engine: Any) -> None:
    lists = [
        [0.1] * 10,
        [1e16, 1.0, 1e-16, -1e16],
        [1.0, 2**-53, 2**-106],
        [1e308, 1e308, -1e308],
        [3.0, -3.0],
        [SMALL] * 3,
    ]
    for xs in lists:
        try:
            expected = math.fsum(xs)
        except OverflowError:
            continue
        assert engine("return window.microbp.fsum(given);", xs) == expected


def test_a_long_chain_does_not_recurse(engine: Any) -> None:
    body = """
    const x = new Value(1, "x");
    let z = x;
    for (let i = 0; i < 100000; i++) z = ops.add(z, x);
    backward(z);
    return x.grad;"""
    assert engine(body) == 100_001
