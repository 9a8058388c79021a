"""The tape: a graph in linear form gives what the graph gives, whatever it is run with."""

from __future__ import annotations

import math

import pytest
from graphs import graphs
from hypothesis import given, settings
from hypothesis import strategies as st

from microbp import Value, gradients, ops
from microbp.compiler import compile
from microbp.engine.tape import Constant, Draft, Input, Parameter, Row, Tape, linear


@given(graphs())
@settings(derandomize=True, deadline=None, max_examples=300)
def test_a_tape_gives_the_graph_again(graph) -> None:
    leaves = [Value(x) for x in graph.point]
    root = graph(*leaves)
    tape, items = linear(root)
    [again] = tape()
    assert (again.data, gradients(again, leaves)) == (root.data, gradients(root, leaves))
    assert [again.data] == [tape.run(lambda e: e.value.data if isinstance(e, Parameter) else e.value)[tape.outputs[0]]]
    assert Tape.of(root) == Tape.of(root) == tape
    for i, (entry, item) in enumerate(zip(tape.entries, items, strict=True)):
        if isinstance(entry, Row):
            assert all(a < i for a in entry.args)
            assert (entry.op, [items[a] for a in entry.args]) == (item.op, list(item.args))
        else:
            assert entry.value is item or (isinstance(entry, Constant) and entry == Constant(item))


@given(graphs())
@settings(derandomize=True, deadline=None, max_examples=100)
def test_a_traced_function_and_its_recorded_graph_are_one_tape(graph) -> None:
    leaves = [Value(x) for x in graph.point]
    traced = compile(lambda: graph(*leaves), wrt=leaves).tape
    assert traced.parameters == tuple(leaves) and traced.inputs == 0
    assert Tape.of(*traced()) == Tape.of(graph(*leaves))


@given(st.floats(), st.floats())
@settings(derandomize=True, deadline=None)
def test_constants_are_told_apart_by_their_digits_and_sign(x: float, y: float) -> None:
    same = repr(x) == repr(y)
    assert (Constant(x) == Constant(y)) == same
    draft = Draft()
    assert (draft.constant(x) == draft.constant(y)) == same
    assert [repr(entry.value) for entry in draft.entries] == ([repr(x)] if same else [repr(x), repr(y)])


def test_signed_zeros_and_places_are_no_numbers() -> None:
    draft = Draft(2)
    assert [draft.constant(0.0), draft.constant(-0.0), draft.constant(1.0)] == [2, 3, 4]
    assert Constant(1.0) != Input(1) and Input(1) != Constant(1.0) and Row(ops.exp, (1,)) != Input(1)
    assert [draft.constant(-0.0), draft.constant(True)] == [3, 4]


def test_two_values_of_one_number_are_two_parameters() -> None:
    x, y = Value(1.0), Value(1.0)
    assert Parameter(x) != Parameter(y)
    assert Tape.of(x * y).parameters == (x, y) and len(Tape.of(x * x).entries) == 2


def test_printed() -> None:
    x = Value(2.0)
    xs = [x * float(k) for k in range(9)]
    tape = Tape.of(ops.add_up(xs), ops.weighted_sum([x, 1.0], [2.0, -0.0], x))
    assert str(tape).splitlines()[-3:] == [
        "v9 = sum([v8, v7, v6, v5, ..., v1, v0])",
        "v10 = weighted_sum([p0, 1.0], [2.0, -0.0], p0)",
        "return v9, v10",
    ]


def test_a_leaf_and_a_deep_chain() -> None:
    x = Value(0.5)
    assert Tape.of(x).outputs == (0,) and str(Tape.of(x)) == "return p0"
    y = x
    for _ in range(100_000):
        y = y.sin()
    assert math.isclose(Tape.of(y)()[0].data, y.data)
    with pytest.raises(TypeError):
        Tape.of(1.0)
