"""Exercises on the subject: keys by three independent ways, slips recognised, statements that say enough.

A key is a formula. The engine's derivative of the graph behind the question is compared with it when a task is made.
Here the question itself is the third way: its printed numbers and lines are read again and computed in plain Python, by
central differences where a derivative is asked, by a few lines of NumPy where a step, a shape or a matrix is.

    MICROBP_EXERCISES=250000 pytest tests/test_exercise_kinds.py      # 10,000 of every kind, ten minutes
"""

import math
import os
import re

import numpy as np
import pytest

from microbp import no_grad, optim
from microbp.errors import GradientError, InputError
from microbp.exercises import KINDS, MISCONCEPTIONS, tasks
from microbp.exercises.subject import Proof
from microbp.exercises.subject.kinds import LEVELS
from microbp.exercises.subject.shapes import right_and_wrong
from microbp.exercises.words import Math

COUNT = max(6, int(os.environ.get("MICROBP_EXERCISES", "1200")) // 100)
BATCH = 30  # of one seed: the numbers of the smallest kinds allow more, and a run draws many seeds
STEP = 1e-5
NEAR = 1e-6  # of central differences: the square of the step, and 1e-16 divided by it


def drawn(kind, level):
    """COUNT tasks, over as many seeds as it takes."""
    for seed in range(-(-COUNT // BATCH)):
        yield from tasks(kind, min(BATCH, COUNT - seed * BATCH), level, seed)


every_kind = pytest.mark.parametrize("kind, level", [(kind, level) for kind in KINDS for level in LEVELS])


# -- the question, read again ------------------------------------------------------------------------------

DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁽⁾⁰¹²³⁴", "0123456789()01234")
PLAIN = {
    "σ": lambda z: 1 / (1 + math.exp(-z)), "tanh": math.tanh, "exp": math.exp, "log": math.log,
}  # fmt: skip


def code(text):
    """A printed name or formula as Python: w₂₁⁽²⁾ is w21_2, · is *, ² is a power."""
    text = re.sub(r"⁽(.)⁾", lambda m: "_" + m[1].translate(DIGITS), text)
    text = re.sub(r"(?<=[\w)])²", "**2", text)
    return text.translate(DIGITS).replace("·", "*").replace("⁽", "_").replace("⁾", "")


def given(task):
    """The printed numbers and matrices."""
    (let,) = [line for line in str(task).splitlines() if line.startswith("Let ")] or ["Let "]
    found = {}
    for name, matrix, number in re.findall(r"([^\s,=]+) = (?:(\[\[.*?\]\])|(-?[\d./]+(?<!\.)))", let):
        found[code(name)] = np.array(eval(matrix), float) if matrix else eval(number)
    return found


def lines(task):
    """The printed definitions, as functions of the names before."""
    found = []
    for line in str(task).splitlines():
        if line.startswith("    "):
            name, formula = code(line.strip()).split(" = ")
            found.append((name, compile(formula, "question", "eval")))
    return found


def run(task, numbers, name, shift=0.0):
    """The output, one name moved: a given one, or one that a line computes."""
    found = dict(numbers)
    if name in found:
        found[name] += shift
    for made, formula in lines(task):
        found[made] = eval(formula, dict(PLAIN), found) + (shift if made == name else 0.0)
    return found["C"]


def slope(f):
    return (f(STEP) - f(-STEP)) / (2 * STEP)


def asked(task):
    """The name that the question differentiates by."""
    return code(re.search(r"∂C/∂([^\s.]+)", task_line(task))[1])


def task_line(task):
    return next(line for line in reversed(str(task).splitlines()) if "Find" in line or "?" in line)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def index(text):
    """The digits of w₂₁⁽¹⁾ and such, from 0."""
    return [int(c) - 1 for c in re.search(r"(\d+)", code(text))[1]]


# -- the third way, kind by kind -----------------------------------------------------------------------------


def by_question(task):
    """Central differences of the printed lines."""
    return [[slope(lambda h: run(task, given(task), asked(task), h))]]


def by_activation(task):
    """The same, where the question gives a and asks for z: the cost as a function of z."""
    numbers, name = given(task), asked(task)
    a = name.replace("z", "a")
    g, inverse = (math.tanh, math.atanh) if "tanh" in str(task) else (sigmoid, lambda a: math.log(a / (1 - a)))
    z = inverse(numbers[a])
    return [[slope(lambda h: run(task, numbers | {a: g(z + h)}, a))]]


def component(task):
    if task.level == 1:
        return by_activation(task)
    everything = layers(task)
    i = index(re.search(r"Find (\S+)", task_line(task))[1].split("/")[-1])
    if task.level == 2:
        return [[everything["dW2"][i[0], i[1]]]]
    return [[everything["delta1"][i[0], 0]]] if task.level == 3 else [[everything["dW1"][i[0], i[1]]]]


def layers(task):
    """The four equations in NumPy, one line each."""
    g = given(task)
    found = {"dW2": g["δ_2"] @ g["a_1"].T}
    if "W_2" in g:
        found["delta1"] = (g["W_2"].T @ g["δ_2"]) * g["a_1"] * (1 - g["a_1"])
    if "x" in g:
        found["dW1"] = found["delta1"] @ g["x"].T
    return found


def matrix(task):
    g = given(task)
    if task.level == 3:
        return g["W_2"].T @ (g["dA_2"] * g["a_2"] * (1 - g["a_2"]))
    return layers(task)[{1: "dW2", 2: "delta1", 4: "dW1"}[task.level]]


def samples(task):
    g = given(task)
    if task.level == 1:
        return [[np.mean(list(g.values()))]]
    if task.level == 2:
        return np.mean(g["dZ"], axis=1, keepdims=True)
    if task.level == 3:
        return g["dZ"] @ g["A"].T / g["dZ"].shape[1]
    x, y = (np.array([g[f"{letter}{i}"] for i in (1, 2, 3)]) for letter in "xy")

    def cost(w):
        a = sigmoid(w * x + g["b"])
        return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))

    return [[slope(lambda h: cost(g["w"] + h))]]


def softmax(task):
    g = given(task)
    z = np.array([g[f"z{i}"] for i in (1, 2, 3)])
    right = re.search(r"right class is (\d)", str(task))

    def cost(z):
        p = np.exp(z - z.max())
        return -np.log(p[int(right[1]) - 1] / p.sum())

    if task.level == 1:
        return [[(np.exp(z) / np.exp(z).sum())[index(re.search(r"Find (\S+)\.", task_line(task))[1])[0]]]]
    if task.level == 2:
        return [[cost(z)]]
    j, *k = index(re.search(r"∂C/∂(\S+)", task_line(task))[1])
    direction = np.eye(3)[j] * (g[f"a{k[0] + 1}"] if k else 1.0)
    return [[slope(lambda h: cost(z + h * direction))]]


def momentum(task):
    g = given(task)
    v, w = g.get("v0", 0.0), g.get("w", 0.0)
    for t in (1, 2):
        if f"g{t}" in g:
            v = g["β"] * v + (1 - g["β"]) * g[f"g{t}"]
            w -= g.get("α", 0.0) * v
    return [[v if task.level in (1, 3) else w]]


def rmsprop(task):
    g = given(task)
    s, w, moves = g.get("s0", 0.0), g.get("w", 0.0), [0.0]
    for t in (1, 2):
        if f"g{t}" in g:
            s += (1 - g["β"]) * (g[f"g{t}"] ** 2 - s)
            moves.append(-g.get("α", 0.0) * g[f"g{t}"] / (np.sqrt(s) + 1e-12))
    return [[{1: s, 2: moves[-1], 3: w + sum(moves), 4: moves[-1]}[task.level]]]


def adam(task):
    g = given(task)
    v = s = 0.0
    b1, b2 = g.get("β1", 0.0), g.get("β2", 0.0)
    for t in (1, 2):
        if f"g{t}" in g:
            v, s = b1 * v + (1 - b1) * g[f"g{t}"], b2 * s + (1 - b2) * g[f"g{t}"] ** 2
            first, second = v / (1 - b1**t), s / (1 - b2**t)
    return [[{1: first, 2: second}.get(task.level, -g.get("α", 0.0) * first / np.sqrt(second))]]


def average(task):
    g = given(task)
    if task.level == 4:  # the answer of the average to a single 1, t steps ago
        series = [1.0] + [0.0] * int(g["t"])
        return [[optim.ewa(series, g["β"], corrected=False)[-1]]]
    series = [g[f"θ{i}"] for i in (1, 2, 3) if f"θ{i}" in g]
    return [[optim.ewa(series, g["β"], corrected=task.level > 1)[-1]]]


def decay(task):
    g = given(task)
    schedules = optim.schedules
    kind = {
        1: lambda: schedules.inverse_time(g["α0"], g["rate"]), 2: lambda: schedules.exponential(g["α0"], g["k"]),
        3: lambda: lambda epoch: g["k"] * g["α0"] * epoch**-0.5,
        4: lambda: schedules.staircase(g["α0"], g["k"], int(g["every"])),
    }  # fmt: skip
    return [[kind[task.level]()(int(g["epoch"]))]]


def shape(task):
    """The shapes of a network of zeros."""
    n0, n1, n2 = map(int, re.search(r"(\d+) inputs, (\d+) hidden neurons and (\d+) output", str(task)).groups())
    m = int(re.search(r"There are (\d+) samples", str(task))[1])
    A, found = np.zeros((n0, m)), {}
    for layer, n in ((1, n1), (2, n2)):
        W, b = np.zeros((n, len(A))), np.zeros((n, 1))
        A = W @ A + b
        found |= {f"W{layer}": W, f"b{layer}": b, f"Z{layer}": A, f"A{layer}": A}
    name = re.search(r"has d?(\w)\^\[(\d)\]", str(task))
    return [list(found[name[1] + name[2]].shape)]


def delta(task):
    return by_activation(task) if task.level == 1 else by_question(task)


THIRD = {
    "component": component, "matrix": matrix, "samples": samples, "delta": delta, "softmax": softmax,
    "momentum": momentum,
    "rmsprop": rmsprop, "adam": adam, "average": average, "decay": decay, "shapes": shape,
    "sigmoid": lambda task: by_activation(task) if task.level == 1 else by_question(task),
    "tanh": lambda task: by_activation(task) if task.level == 1 else by_question(task),
}  # fmt: skip


@every_kind
def test_keys_against_the_printed_question(kind, level):
    for task in drawn(kind, level):
        if task.form == "choice":
            assert task.answer == chosen(task), str(task)
        else:
            assert np.allclose(task.answer, THIRD[kind](task), rtol=NEAR, atol=NEAR * 1e-3), str(task)


def chosen(task):
    """The letters of the right options, found by trying them."""
    options = [line[3:] for line in str(task).splitlines() if re.match(r"[A-D]\) ", line)]
    if task.kind == "shapes":
        return "".join(chr(65 + n) for n, option in enumerate(options) if is_right(option))
    numbers = [{k: float(x) for k, x in re.findall(r"(\w) = (-?[\d.]+)", option)} for option in options]
    if task.level == 3:
        return "".join(chr(65 + n) for n, at in enumerate(numbers) if at and at["w"] * at["x"] + at["b"] < 0) or "D"
    if task.level == 4:
        return chr(
            65
            + np.argmax(
                [
                    abs(slope(lambda h, at=at: (sigmoid(np.log(at["a"] / (1 - at["a"])) + h) - at["y"]) ** 2))
                    for at in numbers
                ]
            )
        )
    g = np.tanh if "tanh" in str(task) else sigmoid
    zs = [at["z"] if "z" in at else at["w"] * at["x"] + at["b"] for at in numbers]
    return chr(65 + np.argmin([slope(lambda h, z=z: g(z + h)) for z in zs]))


def is_right(line, sizes=(3, 4, 2, 5)):
    """Whether a line of code gives what the network's backward pass has under this name."""
    n0, n1, n2, m = sizes
    random = np.random.default_rng(0)
    X, W1, W2 = (random.normal(size=s) for s in ((n0, m), (n1, n0), (n2, n1)))
    b1, b2 = random.normal(size=(n1, 1)), random.normal(size=(n2, 1))

    def dg(Z):
        return sigmoid(Z) * (1 - sigmoid(Z))

    Z1 = W1 @ X + b1
    A1 = sigmoid(Z1)
    Z2 = W2 @ A1 + b2
    A2 = sigmoid(Z2)
    dA2 = random.normal(size=A2.shape)
    dZ2 = dA2 * dg(Z2)
    dA1 = np.einsum("ij,ik->jk", W2, dZ2)
    dZ1 = dA1 * dg(Z1)
    dW2, dW1 = np.einsum("im,jm->ij", dZ2, A1) / m, np.einsum("im,jm->ij", dZ1, X) / m
    db1 = dZ1.mean(axis=1)[:, None]
    names = dict(locals())
    name, _, formula = line.partition(" = ")
    try:
        found = eval(formula, {}, names)
    except ValueError:
        return False
    return found.shape == names[name].shape and np.allclose(found, names[name])


def test_the_lines_of_the_shapes():
    for right, wrong in right_and_wrong().values():
        assert is_right(right) and not any(is_right(code) for code, _, _ in wrong)


def test_optimisers_against_the_library():
    """The formulas of the tasks give what the library's optimisers do."""
    from microbp import Value

    for kind, make in [
        ("momentum", lambda w, g: optim.SGD([w], lr=g["α"], momentum=g["β"], averaged=True)),
        ("rmsprop", lambda w, g: optim.RMSprop([w], lr=g["α"], alpha=g["β"])),
        ("adam", lambda w, g: optim.Adam([w], lr=g["α"], betas=(g["β1"], g["β2"]))),
    ]:
        for task in tasks(kind, 10, 4, 1):
            g = given(task)
            w = Value(g.get("w", 0.0))
            optimizer = make(w, g)
            for t in (1, 2):
                before = w.data
                w.grad = g[f"g{t}"]
                optimizer.step()
            move = w.data if kind == "momentum" else w.data - before
            assert math.isclose(move, task.answer[0][0], rel_tol=1e-6)


# -- slips -----------------------------------------------------------------------------------------------------


def typed(rows, form):
    """An answer as a student may type it: letters, a shape, rounded numbers."""
    if isinstance(rows, str):
        return rows
    if form == "shape":
        return f"({', '.join(f'{n:g}' for n in rows[0])})"
    cells = [", ".join(f"{x:.5e}" for x in row) for row in rows]
    return cells[0] if len(rows) == len(rows[0]) == 1 else f"[{', '.join(f'[{c}]' for c in cells)}]"


@every_kind
def test_every_slip_is_recognised_and_the_key_is_right(kind, level):
    names = set()
    for task in drawn(kind, level):
        assert task.grade(typed(task.answer, task.form)).right, f"{task}\n{typed(task.answer, task.form)}"
        for mistake in task.mistakes:
            text = typed(mistake.answer, task.form)
            if mistake in task.unseen:
                continue
            grade = task.grade(text)
            assert not grade.right and mistake.misconception.name in grade.misconceptions, f"{task}\n{text}\n{grade}"
            names.add(mistake.misconception.name)
    assert names <= {m.name for m in MISCONCEPTIONS} and names


@every_kind
def test_formulas_are_answers(kind, level):
    for task in list(drawn(kind, level))[:10]:
        if task.form == "number":
            assert task.grade(task.key).right
            assert task.grade(f"0 + ({task.key})*2/2").right
            assert not task.grade(f"({task.key})*1.2").right
            assert task.grade(latex_of(task)).right, latex_of(task)


def latex_of(task):
    """The formula as the hint's LaTeX writes it."""
    (line,) = task.formulas()
    (formula,) = line
    assert isinstance(formula, Math)
    return formula.latex


@every_kind
def test_questions_hints_and_solutions(kind, level):
    (task,) = tasks(kind, 1, level, 11)
    assert "Find" in str(task) or "?" in str(task)
    assert "$" in task.question.markdown or kind in ("saturated", "shapes")
    for passage in (task.question, *task.hints, task.solution):
        assert (
            "$" not in str(passage)
            and "\\" not in str(passage)
            and "<" not in re.sub(r"</?(p|i|span|sub|code)[^>]*>", "", passage.html)
        )
    assert len(task.hints) == (1 if task.form in ("choice", "shape") else 3)


def test_rounding_on_the_way_is_no_mistake():
    """Whoever works with four places is right, in every task of two layers."""
    for kind in ("sigmoid", "tanh", "delta"):
        for task in tasks(kind, 40, 4, 3):
            numbers = given(task)
            for name, formula in lines(task):
                numbers[name] = round(eval(formula, dict(PLAIN), numbers), 4)
            at = {label: numbers[code(str(task.passage(f"${label}$")).strip())] for label in task.labels}
            assert task.grade(f"{task.rows(task.key, at)[0][0]:.3g}").right


# -- levels, seeds, refusals -----------------------------------------------------------------------------------


def test_level_4_passes_both_layers():
    for kind in ("sigmoid", "tanh", "delta"):
        assert {asked(task) for task in tasks(kind, 30, 4)} == {"w1", "b1", "x"}


@every_kind
def test_the_seed_decides(kind, level):
    first = tasks(kind, 4, level, seed=5)
    assert [str(t) for t in tasks(kind, 2, level, seed=5)] == [str(t) for t in first[:2]]
    assert len({str(t) for t in first}) == 4
    assert [str(t) for t in tasks(kind, 4, level, seed=6)] != [str(t) for t in first]


def test_no_grad_does_not_stop_the_generator():
    with no_grad():
        assert tasks("sigmoid", 1, 4)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("sigmoid", 1, 5), "levels"),
        (("sigmoid", 0, 1), "at least one"),
        (("cosine", 1, 1), "kinds are"),
        (("decay", 10**5, 2), "no more"),
    ],
)
def test_tasks_refuse(arguments, message):
    with pytest.raises(InputError, match=message):
        tasks(*arguments)


def test_a_wrong_key_is_not_given_out():
    (task,) = tasks("sigmoid", 1, 2)
    task.proof = Proof(task.proof.numbers, ["z = w*x - b", *task.proof.lines[1:]], "C", task.proof.leaves)
    with pytest.raises(GradientError, match="the engine"):
        task.prove()
