"""The red pen: the formulas of the texts, mutations of them, and what a reader may type."""

import json
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microbp.errors import ExpressionError, InputError, MicrobpError
from microbp.inspect import claim
from microbp.inspect.claims.edits import changes
from microbp.inspect.claims.judge import CONDITIONS
from microbp.inspect.claims.read import read
from microbp.inspect.claims.texts import FORMULAS, WRONG
from microbp.inspect.claims.tree import Apply, Binary, Derivative, Negative, Number, Quantity, Sum, Transpose, shown
from microbp.inspect.claims.worlds import World

# -- the formulas of the texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", FORMULAS, ids=lambda stated: stated.text)
def test_every_formula_of_the_texts_earns_its_verdict(stated):
    verdict = claim(stated.text, stated.given)
    assert verdict.word == stated.verdict, verdict
    assert (verdict.counterexample is None) == verdict.holds
    if not verdict.holds:
        assert not verdict.counterexample.holds


def test_the_texts_are_all_there():
    assert len(FORMULAS) >= 60
    assert sum(stated.verdict == WRONG for stated in FORMULAS) >= 10


def cost_after_a_nudge(world, name, layer, place, by):
    """The mean cost by a forward pass in NumPy, one number nudged: of W, b, Z or A."""
    W = [world.matrix("W", l) for l in range(1, world.depth + 1)]
    b = [world.matrix("b", l) for l in range(1, world.depth + 1)]
    A, Y = world.matrix("A", 0), world.matrix("Y", world.depth)
    functions = {
        "linear": lambda z: z,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=0),
    }

    def nudged(matrix, here):
        matrix = matrix.copy()
        if here:
            matrix[place] += by
        return matrix

    for l in range(world.depth):
        here = l == layer - 1
        Z = nudged(W[l], here and name == "W") @ A + nudged(b[l], here and name == "b")
        Z = nudged(Z, here and name == "Z")
        A = nudged(functions[world.activations[l]](Z), here and name == "A")
    with np.errstate(all="ignore"):
        costs = {
            "the cost Σ(a - y)²": lambda: ((A - Y) ** 2).sum(axis=0),
            "the cost ½Σ(a - y)²": lambda: ((A - Y) ** 2).sum(axis=0) / 2,
            "binary cross-entropy": lambda: -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum(axis=0),
            "multi-class cross-entropy": lambda: -(Y * np.log(A)).sum(axis=0),
        }[world.cost]()
    return costs.sum() if name in "ZA" else costs.mean()


def central(world, name, layer):
    """dW, db, dZ or dA by central differences of that pass."""
    shape, h = world.matrix(name, layer).shape, 1e-5
    slopes = np.zeros(shape)
    for place in np.ndindex(shape):
        up, down = (cost_after_a_nudge(world, name[1:], layer, place, s * h) for s in (1, -1))
        slopes[place] = (up - down) / (2 * h)
    return slopes


@pytest.mark.parametrize("stated", [s for s in FORMULAS if s.verdict != "holds"], ids=lambda stated: stated.text)
def test_the_left_side_of_a_counterexample_is_what_central_differences_say(stated):
    verdict = claim(stated.text, stated.given)
    trial, left = verdict.counterexample, verdict.formula.left
    if not isinstance(trial.world, World) or trial.left is None:
        return  # a step of training, checked by its own numbers; shapes that do not fit have no number
    by = left.by if isinstance(left, Derivative) else left
    name = f"d{by.name}" if isinstance(left, Derivative) else by.name
    if name not in ("dW", "db", "dZ", "dA"):
        assert name in ("C", "A", "Z", "W", "b")  # no derivative stands on the left
        return
    base = by.layer.base if by.layer else "L"
    start = {"": 0, "l": trial.binding.get("l", 0), "L": trial.world.depth}[base]
    slopes = central(trial.world, name, start + (by.layer.offset if by.layer else 0))
    if by.indices:
        places = tuple(trial.binding[i] - 1 for i in by.indices)
        slopes = slopes[places if name == "dW" else (places[0], 0)]
    assert trial.left == pytest.approx(slopes, rel=1e-6, abs=1e-8)


# -- mutations, judged by an evaluator that shares nothing with ours -----------------------------------------------


def backprop(rng, sizes, m, slope_of):
    """All matrices of a random network by the textbook's formulas, in NumPy; every activation is tanh."""
    L, f = len(sizes) - 1, {}
    f["A", 0] = rng.normal(size=(sizes[0], m))
    for l in range(1, L + 1):
        f["W", l], f["b", l] = rng.normal(size=(sizes[l], sizes[l - 1])), rng.normal(size=(sizes[l], 1))
        f["Z", l] = f["W", l] @ f["A", l - 1] + f["b", l]
        f["A", l] = np.tanh(f["Z", l])
    f["dA", L] = slope_of(f["A", L], rng.normal(size=(sizes[L], m)))
    for l in range(L, 0, -1):
        f["dZ", l] = f["dA", l] * (1 - f["A", l] ** 2)
        f["dA", l - 1] = f["W", l].T @ f["dZ", l]
        f["dW", l] = f["dZ", l] @ f["A", l - 1].T / m
        f["db", l] = f["dZ", l].sum(axis=1, keepdims=True) / m
    return f


class Outside(Exception):
    """A layer that the network does not have."""


def compute(node, f, l, L, m):
    """A part of a matrix formula, by NumPy alone."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Quantity):
        if node.name == "m":
            return m
        layer = node.layer.offset + {"l": l, "L": L, "": 0}[node.layer.base]
        if (node.name, layer) not in f or (node.name == "dA" and layer == 0):
            raise Outside
        return f[node.name, layer]
    if isinstance(node, Transpose):
        return np.transpose(compute(node.of, f, l, L, m))
    if isinstance(node, Negative):
        return -compute(node.of, f, l, L, m)
    if isinstance(node, Sum):
        inner = compute(node.body, f, l, L, m)
        return inner.sum(axis=1, keepdims=True) if node.index == "columns" else inner.sum()
    if isinstance(node, Apply):
        x = compute(node.argument, f, l, L, m)
        if node.function == "ln":
            with np.errstate(all="ignore"):
                return np.log(x)
        return 1 - np.tanh(x) ** 2 if node.prime else np.tanh(x)
    assert isinstance(node, Binary)
    x, y = compute(node.left, f, l, L, m), compute(node.right, f, l, L, m)
    if node.sign == "@" or (node.sign == "·" and np.ndim(x) and np.ndim(y)):
        return x @ y
    with np.errstate(all="ignore"):
        return {
            "*": np.multiply,
            "⊙": np.multiply,
            "·": np.multiply,
            "/": np.divide,
            "+": np.add,
            "-": np.subtract,
            "**": np.power,
        }[node.sign](x, y)


def agrees(formula, f, L, m):
    """Whether both sides are equal in every layer; None where the formula names no layer of the network."""
    seen = False
    for l in range(1, L + 1):
        try:
            left, right = compute(formula.left, f, l, L, m), compute(formula.right, f, l, L, m)
        except Outside:
            continue
        except ValueError:  # shapes
            return False
        seen = True
        if np.shape(left) != np.shape(right) or not np.allclose(left, right, rtol=1e-9, atol=1e-9):
            return False
    return seen or None


RIGHT = [
    r"dZ^{[l]} = W^{[l+1]T} dZ^{[l+1]} \odot g'(Z^{[l]})",
    r"dA^{[l-1]} = W^{[l]T} (dA^{[l]} \odot g'(Z^{[l]}))",
    r"dW^{[l]} = \tfrac1m dZ^{[l]} A^{[l-1]T}",
    r"db^{[l]} = \tfrac1m \sum_{columns} dZ^{[l]}",
    r"Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}",
    r"dZ^{[L]} = dA^{[L]} \odot g'(Z^{[L]})",
]


def mutations(seed, count):
    """Distinct formulas, one or two edits away from a right one."""
    rng, found = random.Random(seed), {}
    while len(found) < count:
        formula = read(rng.choice(RIGHT))
        right = formula.right
        for _ in range(rng.choice([1, 1, 2])):
            right = rng.choice(list(changes(right)))
        mutant = type(formula)(formula.left, right)
        found.setdefault(shown(mutant), mutant)
    return found


@pytest.mark.slow
def test_500_mutations_are_judged_as_the_numbers_are(monkeypatch):
    monkeypatch.setattr("microbp.inspect.claims.judge.nearest", lambda *_: ("", ()))  # not asked for here
    from microbp.inspect.claims import judge

    rng = np.random.default_rng(0)
    networks = []
    for sizes, m in [((2, 3, 4), 3), ((3, 2), 2), ((2, 2, 2, 2), 2), ((1, 3, 2, 4), 5), ((2, 4, 1), 3)]:
        networks.append((backprop(rng, sizes, m, lambda a, y: a - y), len(sizes) - 1, m))
    judged = {True: 0, False: 0}
    for text, mutant in mutations(0, 500).items():
        by_numbers = [a for f, L, m in networks if (a := agrees(mutant, f, L, m)) is not None]
        results = [failed is None for _, failed in judge.tried(mutant, ["all activations are tanh"])]
        if not by_numbers or not results:
            continue
        assert all(results) == all(by_numbers), text
        judged[all(results)] += 1
    assert judged[True] >= 10 and judged[False] >= 300, judged


# -- reading -----------------------------------------------------------------------------------------------------

SAME = [
    ("dA1 = W2.T @ (dA2 * dg(Z2))", r"dA^{[1]} = W^{[2]T} @ (dA^{[2]} \odot g'(Z^{[2]}))"),
    (r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)", "δˡ = (wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ σ'(zˡ)"),
    (r"\frac{\partial C}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l", "∂C/∂w_jk^l = a_k^{l-1} δ_j^l"),
    ("db1 = np.sum(dZ1, axis=1, keepdims=True)/m", "db[1] = sum(dZ[1], axis=1, keepdims=True) / m"),
    ("W2 -= lr * dW2", "W2 := W2 - lr * dW2"),
    (r"C = \frac12 \sum_j e_j^2", r"C = \frac{1}{2} \sum_j {e_j}^2"),
    ("dZ1 = np.dot(W2.T, dZ2) * A1", "dZ1 = W2.T @ dZ2 * A1"),
    ("dC/dw_jk^l = a_k^{l-1} δ_j^l", "∂C/∂w_{jk}^l = a_k^{l-1} δ_j^l"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_notations_read_alike(one, other):
    first, second = read(one), read(other)
    assert shown(first).replace("*", "⊙") == shown(second).replace("*", "⊙")


@pytest.mark.parametrize("stated", FORMULAS, ids=lambda stated: stated.text)
def test_what_is_shown_is_read_again_as_the_same_formula(stated):
    formula = read(stated.text)
    again = shown(read(shown(formula)))
    assert again == shown(formula)


PIECES = [
    "dA1", "W2", ".T", "@", "*", "(", ")", "=", "dg(", "Z2", r"\frac", "{", "}", "_", "^", "[l]", "Σ", "∂",
    "C", "/", "δ", "+1", "-", "np.sum(", ", axis=1", "m", "σ'", r"\odot", "l", "jk", "w", ":=", "2", "a", "y",
    "'", "**", "T", "∇", "√", "v", "β", "epoch", r"\sum_k",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)))
def test_whatever_is_typed_gets_a_verdict_or_a_typed_error(text):
    try:
        formula = read(text)
    except ExpressionError:
        return
    assert shown(formula)


TYPED = [
    "", "=", "dZ2 =", "dZ2 = A2 - Y = 0", "(" * 300 + "Z1" + ")" * 300, "hello = world", r"\delta^{q} = 1", "Z1 = Q1",
    "dZ2 = A2 @", "2 W1 := W1", "∂C/∂ = 1", r"\foo = 1", "x" * 5000, None, 3,
]  # fmt: skip


@pytest.mark.parametrize("text", TYPED, ids=lambda t: repr(t)[:20])
def test_what_is_no_formula_is_refused_with_an_example(text):
    with pytest.raises(ExpressionError):
        claim(text)


ODD = [
    "Z9 = W9 @ A8 + b9", "Z1 = W1 @ A0 + b1_j", "δ_j^l = Σ_q δ_j^l", "dW1 = np.sum(dW1, axis=7)", "A1 := A1 - dA1",
    "L^{(i)} = L^{(i)}", "a_k^l = a_j^l", "δ_j^l = δ_{jk}^l", "C = ln(0)", "C = 1/0", "W_{jk}^l = W_{jk}^l**(-1)/0",
    "g_j = δ_j^l", "σ(m) = m", r"\frac{\partial z_j^l}{\partial a_k^{l-1}} = w_{jk}^l", "e = Y - A", "m = m",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_odd_formulas_are_judged_or_refused(text):
    try:
        verdict = claim(text)
    except MicrobpError:
        return
    assert str(verdict)


def test_given_names_a_condition():
    with pytest.raises(InputError, match="choose from"):
        claim("dZ2 = A2 - Y", "the moon is full")
    assert claim("dZ2 = A2 - Y", "the output layer is sigmoid, the cost binary cross-entropy").holds


# -- what the verdicts say ---------------------------------------------------------------------------------------


def test_the_conditions_are_the_weakest():
    assert claim("dA1 = W2.T @ dA2 * dg(Z2)").conditions == ("there is one output neuron",)
    assert claim(r"dW^{[l]} = dZ^{[l]} A^{[l-1]T}").conditions == ("m = 1",)
    assert claim(r"\alpha_j^l = \sum_k w_{jk}^l \alpha_k^{l-1} + b_j^l").conditions == ("all activations are linear",)
    assert claim("dZ1 = W2.T @ dZ2 * A1 * (1 - A1)").conditions == ("the hidden layers are sigmoid",)
    conditions = claim("dZ2 = A2 - Y").conditions
    assert "the output layer is sigmoid, the cost binary cross-entropy" in conditions
    assert "the output layer is softmax, the cost multi-class cross-entropy" in conditions
    assert "the output layer is linear, the cost ½Σ(a - y)²" in conditions
    assert set(conditions) <= set(CONDITIONS)


SUGGESTED = [
    ("dA1 = W2.T @ dA2 * dg(Z2)", "dA1 = W2.T @ (dA2 * dg(Z2))"),
    (r"\delta_j^l = \sum_k w_{jk}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)",
     r"\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)"),
    (r"\frac{\partial C}{\partial w^l} = v^{l-1} \delta^l", r"\frac{\partial C}{\partial w^l} = \delta^l (v^{l-1})^T"),
    ("db1 = np.sum(dZ1, axis=1) / m", "db1 = np.sum(dZ1, axis=1, keepdims=True) / m"),
    (r"S_{db} = \beta_2 S_{db} + (1-\beta_2) db", r"S_{db} = \beta_2 S_{db} + (1-\beta_2) db^2"),
    (r"dW^{[l]} = dZ^{[l]} A^{[l-1]T}", r"dW^{[l]} = dZ^{[l]} A^{[l-1]T} / m"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), SUGGESTED)
def test_the_nearest_right_formula_is_found(wrong, right):
    assert claim(wrong).suggestion == shown(read(right))


def test_a_sign_too_few_is_found_whatever_the_target():
    verdict = claim(r"C = y \ln \hat y + (1-y) \ln(1-\hat y)")
    assert verdict.suggestion.startswith("C = -(y ln(ŷ) + (1 - y) ln(1 - ŷ))")


def test_a_verdict_prints_the_numbers_of_the_smallest_network():
    text = str(claim("dA1 = W2.T @ dA2 * dg(Z2)"))
    assert "holds only if there is one output neuron" in text
    assert "a 2-2-2 network" in text and "left " in text and "right " in text
    assert "did you mean  dA^[1] = W^[2]ᵀ @ (dA^[2] * g'(Z^[2]))" in text


def run(*args):
    return subprocess.run([sys.executable, "-m", "microbp", "claim", *args], capture_output=True, text=True)


def test_the_command_judges_one_formula_or_all():
    assert "did you mean" in run("dA1 = W2.T @ dA2 * dg(Z2)").stdout
    assert json.loads(run("dZ2 = A2 - Y", "--json").stdout)["verdict"] == "holds only if"
    found = json.loads(run("--all", "--json").stdout)
    assert [(f["claim"], f["verdict"]) for f in found] == [(s.text, s.verdict) for s in FORMULAS]
    assert run("--conditions").stdout.splitlines() == list(CONDITIONS)


@pytest.mark.parametrize("args", [[], ["hello"], ["Z1 = W1", "--given", "rain"], ["W1 := Q"]])
def test_the_command_refuses_with_the_cure(args):
    done = run(*args)
    assert done.returncode == 2 and done.stderr.startswith("microbp: ") and "Traceback" not in done.stderr
