"""Exercises: exact keys, a grader that names mistakes, sheets.

The keys are checked against what a student can read: the printed question is computed again here, in fractions,
and differentiated by a difference quotient, so that neither the engine nor a rule takes part. Wrong answers come
from the same reading with one thing done wrong.

    MICROBP_EXERCISES=10000 pytest tests/test_exercises.py      # the full run, under two minutes
"""

import argparse
import io
import os
import random
import re
import subprocess
import sys
from base64 import b64decode
from fractions import Fraction
from html.parser import HTMLParser
from math import isclose
from xml.etree import ElementTree

import pytest
import sympy as sp
from latex_reader import FUNCTIONS, evaluate

from microbp import Value, exp, maximum, mean, no_grad, ops, relu
from microbp.cli import exercises as commands
from microbp.errors import GradientError, InputError, InputTypeError
from microbp.exercises import LEVELS, MISCONCEPTIONS, Exercise, generate
from microbp.exercises import exact as exactly
from microbp.exercises.grade import read
from microbp.viz import draw

COUNT = int(os.environ.get("MICROBP_EXERCISES", "1200"))
NAMES = [m.name for m in MISCONCEPTIONS]
STEP = Fraction(1, 10**40)  # fractions do not round: the quotient errs by the square of this
ROUNDING = 1e-10  # of the engine: a dozen operations of 1e-16 on numbers up to 1e4, and room
SIMPLE = 10**9  # denominators of the answers stay far below, so that the nearest such fraction is the derivative


@pytest.fixture(scope="module", params=LEVELS)
def drawn(request):
    return generate(COUNT // len(LEVELS), request.param, seed=2024)


# -- the question, read again ------------------------------------------------------------------------------

DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
NAME = re.compile(r"[A-Za-z][0-9]*\b(?!\()")
FUNCTIONS_OF = {
    "relu": lambda x: max(x, Fraction(0)),
    "maximum": max,
    "mean": lambda *xs: sum(xs) / len(xs),
    "sum": lambda *xs: sum(xs),
}


class Question:
    """The printed question: numbers, lines with the uses of names in them, and what is asked."""

    def __init__(self, text):
        first, *lines, last = text.translate(DIGITS).replace("·", "*").replace("²", "**2").splitlines()
        self.numbers = {name: Fraction(x) for name, x in re.findall(r"(\w+) = (-?\d+(?:/\d+)?)", first)}
        self.output, self.leaf = re.fullmatch(r"Find [∂d](\w+)/[∂d](\w+)\.", last).groups()
        self.lines = []
        for line in lines:
            name, formula = line.strip().split(" = ")
            uses = NAME.findall(formula)
            pieces = NAME.split(formula)
            code = pieces[0] + "".join(f"args[{k}]{piece}" for k, piece in enumerate(pieces[1:]))
            self.lines.append((name, formula, uses, eval(f"lambda args: {code}", dict(FUNCTIONS_OF))))

    def values(self, shift=0, slopes=None):
        """All values, the leaf moved; where a use has a slope, the line is taken as linear in it."""
        here = self.values() if slopes else {}
        found = dict(self.numbers)
        found[self.leaf] += shift
        for i, (name, _, uses, f) in enumerate(self.lines):
            args, extra = [found[use] for use in uses], Fraction(0)
            for k, use in enumerate(uses):
                if slopes and (i, k) in slopes:
                    extra += slopes[i, k] * (args[k] - here[use])
                    args[k] = here[use]
            found[name] = f(args) + extra
        return found

    def derivative(self, slopes=None):
        up, down = (self.values(h, slopes)[self.output] for h in (STEP, -STEP))
        return ((up - down) / (2 * STEP)).limit_denominator(SIMPLE)

    def slope(self, i, k):
        """The local derivative of a line by one of its uses."""
        here = self.values()
        _, _, uses, f = self.lines[i]
        up, down = ([here[use] + h * (j == k) for j, use in enumerate(uses)] for h in (STEP, -STEP))
        return ((f(up) - f(down)) / (2 * STEP)).limit_denominator(SIMPLE)

    def moving(self):
        """The uses (line, place) through which the leaf reaches a line, and the number of paths to each name."""
        paths = {self.leaf: 1}
        uses = []
        for i, (name, _, names, _) in enumerate(self.lines):
            uses += [(i, k) for k, use in enumerate(names) if use in paths]
            if count := sum(paths.get(use, 0) for use in names):
                paths[name] = count
        return uses, paths


def test_keys_against_difference_quotients_of_the_printed_question(drawn):
    for exercise in drawn:
        assert Question(str(exercise)).derivative() == exercise.answer, str(exercise)


def test_keys_by_every_method_and_by_the_engine(drawn):
    for exercise in drawn:
        ways = [exactly.reverse(exercise.graph, exercise.leaf), exactly.forward(exercise.graph, exercise.leaf)]
        assert {*ways, exercise.total()} == {exercise.answer}
        exercise.output.backward()
        assert isclose(exercise.leaf.grad, exercise.answer, rel_tol=ROUNDING, abs_tol=ROUNDING)


@pytest.mark.parametrize("level", LEVELS)
def test_keys_against_sympy(level):
    functions = {
        "relu": lambda x: sp.Piecewise((x, x > 0), (0, True)),
        "maximum": lambda x, y: sp.Piecewise((x, x > y), (y, True)),
        "mean": lambda *xs: sum(xs) / sp.Integer(len(xs)),
    }
    for exercise in generate(8, level, seed=5):
        question = Question(str(exercise))
        known = {name: sp.Symbol(name) for name in question.numbers}
        for name, _, uses, f in question.lines:
            f.__globals__.update(functions)
            known[name] = f([known[use] for use in uses])
        at = {sp.Symbol(name): sp.Rational(x.numerator, x.denominator) for name, x in question.numbers.items()}
        assert sp.diff(known[question.output], sp.Symbol(question.leaf)).subs(at) == sp.Rational(str(exercise.answer))


@pytest.mark.parametrize("rule", [lambda z, x, y: x, lambda z, x, y: y + 1])
def test_a_wrong_row_gives_no_key(monkeypatch, rule):
    monkeypatch.setattr(ops.mul, "partials", (rule, ops.mul.partials[1]))
    x, y = Value(2.0, "x"), Value(3.0, "y")
    with pytest.raises(GradientError, match="no single value"):
        Exercise(x * y, x)


def test_a_kink_gives_no_key():
    x, y = Value(2.0, "x"), Value(2.0, "y")
    with pytest.raises(GradientError, match="kink"):
        Exercise(maximum(x, y) * x, y)


# -- exercises are for paper -----------------------------------------------------------------------------------


def test_the_numbers_stay_small(drawn):
    for exercise in drawn:
        values = Question(str(exercise)).values().values()
        assert all(abs(x.numerator) <= 100 and x.denominator <= 12 for x in values)
        assert 2 <= len(exercise.graph.lines) <= 7


def test_what_the_levels_promise():
    assert all(len(exercise.paths) == 1 for level in (1, 2) for exercise in generate(50, level))
    assert all(len(exercise.paths) > 1 for exercise in generate(50, 3))
    seen = {node.op.name for exercise in generate(60, 4) for node in exercise.graph.lines}
    assert {"weighted_sum", "relu", "mean", "square"} <= seen


def test_all_are_different(drawn):
    assert len({str(exercise) for exercise in drawn}) == len(drawn)


def test_the_seed_decides_alone():
    code = "from microbp.exercises import generate; print(*generate(8, 3, seed=1), *generate(3, 4, seed=1))"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert [str(e) for e in generate(3, 2, seed=1)] == [str(e) for e in generate(6, 2, seed=1)[:3]]
    assert str(generate(1, 2, seed=1)) != str(generate(1, 2, seed=2))


def test_no_grad_does_not_stop_the_generator():
    with no_grad():
        assert generate(1, 4)[0].output.parents


def test_parts_ask_for_every_leaf():
    (exercise,) = generate(1, 4, seed=3)
    parts = exercise.parts
    assert {part.leaf.label for part in parts} == {leaf.label for leaf in exercise.numbers}
    for part in parts:
        assert Question(str(part)).derivative() == part.answer


@pytest.mark.parametrize("arguments, message", [({"level": 5}, "levels are"), ({"n": 0}, "at least one")])
def test_generate_refuses(arguments, message):
    with pytest.raises(InputError, match=message):
        generate(**arguments)


def test_graphs_that_are_no_exercise():
    x, y = Value(2.0, "x"), Value(3.0, "y")
    doubled = x
    for _ in range(4):
        doubled = doubled + doubled
    long = x
    for _ in range(13):
        long = long * 2.0
    for output, leaf, message in [
        (exp(x), x, "exp has no exact value"),
        (x * 3.14159265358979, x, "denominator"),
        (doubled, x, "16"),
        (long, x, "13"),
        (x, x, "0"),
        (x * x, y, "does not depend"),
    ]:
        with pytest.raises(InputError, match=message):
            Exercise(output, leaf)
    with pytest.raises(InputError, match="nothing for y"):
        Exercise(x * y, x, {x: Fraction(2)})
    with pytest.raises(InputError, match="says 5 for"):
        Exercise(x * y, x, {x: Fraction(5), y: Fraction(3)})


def test_constants_and_thirds_are_exact():
    x, y, z = Value(1 / 3, "x"), Value(0.1, "y"), Value(2.0, "z")
    assert Exercise(mean([x * y, x * 0.7, relu(z) * x]), x).answer == Fraction(28, 30)


# -- wrong answers ---------------------------------------------------------------------------------------------


def wrong_answers(question, choice):
    """(name of the misconception, the answer it leads to), each made at one place that is drawn."""
    uses, paths = question.moving()
    here = question.values()
    slope = {use: question.slope(*use) for use in uses}
    result = {(i, k): here[question.lines[i][0]] for i, k in uses}
    operand = {(i, k): question.lines[i][2][k] for i, k in uses}
    formula = {(i, k): question.lines[i][1] for i, k in uses}
    products = [(i, k) for i, k in uses if in_products(formula[i, k])[k]]
    count = paths[question.output]
    places = {
        "forgot a local derivative": [(use, 1) for use in uses if slope[use] != 1],
        "sign error": [(use, -slope[use]) for use in uses],
        "value after instead of before": [(use, result[use]) for use in products]
        + [(use, 2 * result[use]) for use in uses if "**2" in formula[use]],
        "swapped factors": [(use, here[operand[use]]) for use in products],
        "forgot a path": [(use, 0) for use in uses if list(operand.values()).count(operand[use]) > 1],
    }
    for name, candidates in places.items():
        if candidates:
            use, instead = choice(candidates)
            yield name, question.derivative({use: instead})
    if count > 1:
        yield "averaged instead of summed", question.derivative() / count
    if means := [use for use in uses if "mean" in formula[use]]:
        yield "summed instead of averaged", question.derivative(dict.fromkeys(means, 1))


def in_products(formula):
    """For each use of a name in a formula, whether it is multiplied with another."""
    return [" * " in term for term in formula.split(" + ") for _ in NAME.findall(term)]


def test_every_seeded_mistake_is_recognised(drawn):
    choice = random.Random(1).choice
    made = {name: 0 for name in NAMES}
    for exercise in drawn:
        for name, wrong in wrong_answers(Question(str(exercise)), choice):
            grade = exercise.grade(wrong)
            assert grade.right == (wrong == exercise.answer)
            assert name in grade.misconceptions, f"{exercise}\n{name}: {wrong}\n{grade}"
            made[name] += not grade.right
    printed = "".join(map(str, drawn))
    always = {"forgot a local derivative", "sign error", "value after instead of before", "swapped factors"}
    paths = {"forgot a path", "averaged instead of summed"} if len(drawn[0].paths) > 1 else set()
    means = {"summed instead of averaged"} if "mean" in printed else set()
    assert {name for name, count in made.items() if count} >= always | paths | means


@pytest.fixture
def by_hand():
    """x = 2, y = 3: u = xy = 6, v = u + x = 8, C = v² = 64; ∂C/∂x = 2v (y + 1) = 64."""
    x, y = Value(2.0, "x"), Value(3.0, "y")
    u = x * y
    u.label = "u"
    v = u + x
    v.label = "v"
    C = ops.square(v)
    C.label = "C"
    return Exercise(C, x)


@pytest.mark.parametrize(
    "answer, names",
    [
        ("16", {"forgot a path"}),  # 2v, by the sum alone
        ("4", {"forgot a local derivative"}),  # y + 1
        ("32", {"forgot a local derivative", "averaged instead of summed", "sign error"}),  # 2v (1 + 1), 64/2, 2v (y-1)
        ("-64", {"sign error"}),
        ("512", {"value after instead of before"}),  # 2C (y + 1)
        ("112", {"value after instead of before"}),  # 2v (u + 1)
        ("48", {"swapped factors", "forgot a path"}),  # 2v (x + 1), and 2v y: the number cannot tell
        ("7", set()),
    ],
)
def test_mistakes_worked_out_by_hand(by_hand, answer, names):
    grade = by_hand.grade(answer)
    assert not grade and set(grade.misconceptions) == names, grade
    assert all(name in str(grade) for name in names)
    assert str(by_hand.answer) not in str(grade).split()


def test_the_place_of_a_mistake(by_hand):
    assert "∂C/∂v" in str(by_hand.grade(4)) and "u → v → C" in str(by_hand.grade(16))
    assert "2 mistakes lead to this number" in str(by_hand.grade(48))


def test_a_right_answer_says_what_it_cannot_tell():
    x, y = Value(3.0, "x"), Value(3.0, "y")
    exercise = Exercise(x * y, x)
    grade = exercise.grade(3)
    assert grade.right and grade.misconceptions == ("swapped factors",) == tuple(
        m.misconception.name for m in exercise.unseen
    )
    assert "swapped factors" in str(grade)


# -- reading answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        "3/4",
        " 3 / 4 ",
        "6/8",
        "0.75",
        "0,75",
        "¾",
        "7.5e-1",
        "∂C/∂x = 3/4",
        r"\frac{3}{4}",
        r"\frac34",
        "1 - 1/4",
        "(3)/(4)",
        "1/2/2*3",
        ".75",
        "+0.750",
        0.75,
        Fraction(3, 4),
    ],
)
def test_answers_that_are_three_quarters(answer):
    assert read(answer).value == Fraction(3, 4)


@pytest.mark.parametrize("answer", ["-2", "−2", "-4/2", "-2.", -2, -2.0])
def test_answers_that_are_minus_two(answer):
    assert read(answer).value == -2


@pytest.mark.parametrize(
    "answer, right", [("0.333", True), (1 / 3, True), (0.333, True), ("0.33", False), ("0.334", False)]
)
def test_rounded_decimals(answer, right):
    x, y = Value(1 / 3, "x"), Value(2.0, "y")
    assert Exercise(y * x, y).grade(answer).right == right


@pytest.mark.parametrize(
    "answer", ["", "x", "1/0", "1e999", "nan", "1/2 x", "1,234", "1 2", "9" * 40, "((1)", float("nan"), float("inf")]
)
def test_texts_that_are_no_answer(answer):
    with pytest.raises(InputError):
        read(answer)


@pytest.mark.parametrize("answer", [None, 1j, [1]])
def test_things_that_are_no_answer(answer):
    with pytest.raises(InputTypeError):
        read(answer)


# -- hints, solutions, formulas --------------------------------------------------------------------------------


def test_hints_lead_to_the_answer_and_do_not_say_it(by_hand):
    paths, factors, products = map(str, by_hand.hints)
    assert "2 paths" in paths and "x → u → v → C" in paths and "x → v → C" in paths
    assert "∂u/∂x = y" in factors and "∂C/∂v = 2 · v" in factors
    assert "3 · 1 · 16" in products and "1 · 16" in products
    assert "64" not in paths + factors + products
    assert str(by_hand.solution).endswith("∂C/∂x = 48 + 16 = 64")


def test_solutions_end_with_the_answer(drawn):
    for exercise in drawn[:100]:
        assert str(exercise.solution).endswith(f" = {exercise.answer}")


def test_the_formulas_hold(monkeypatch, drawn):
    """Every formula of a solution gives, read again from its LaTeX, the number behind its last equals sign."""
    monkeypatch.setitem(FUNCTIONS, "ReLU", lambda x: sp.Max(x, 0))
    monkeypatch.setitem(FUNCTIONS, "mean", lambda *xs: sum(xs) / len(xs))
    for exercise in drawn[:25]:
        names = exercise.derivation.names
        numbers = {not_euler(names[node].latex): float(x) for node, x in exercise.graph.data.items()}
        formulas = re.findall(r"\$([^$]* = [^$]*)\$", not_euler(exercise.solution.markdown))
        assert len(formulas) > len(exercise.edges)
        for formula in formulas:
            left, *sides = formula.split(" = ") if "cases" not in formula else split_around_cases(formula)
            values = [evaluate(side, numbers) for side in [*([] if "frac{" in left else [left]), *sides]]
            assert all(isclose(x, values[-1], rel_tol=ROUNDING, abs_tol=ROUNDING) for x in values), formula


def not_euler(latex):
    """The error e = a - y by another letter: the reader takes an e with an exponent for Euler's number."""
    return re.sub(r"(?<![A-Za-z])e(?![A-Za-z])", "q", latex)


def split_around_cases(formula):
    """The three sides of an equation whose middle one has equals signs of its own."""
    left, _, rest = formula.partition(" = ")
    return left, *rest.rsplit(" = ", 1)


def test_a_notebook_shows_latex(by_hand):
    assert by_hand._repr_markdown_() == by_hand.question.markdown
    assert r"$\frac{\partial C}{\partial x}$" in by_hand.question.markdown
    assert "> $u = x \\, y$  \n> $v" in by_hand.question.markdown
    assert "sign error" in by_hand.grade(-64)._repr_markdown_()


# -- sheets ----------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Checks that tags are closed in order, and collects what is asked for."""

    VOID = ("meta", "img", "br")

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.texts, self.sources = [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href")]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)


def command(*argv):
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))
    args = parser.parse_args(["exercises", *map(str, argv)])
    args.run(args)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("options", [[], ["--all"]])
def test_the_sheet_and_its_key(tmp_path, capsys, level, options):
    command("--seed", 7, "--n", 3, "--level", level, "--sheet", tmp_path / "new", *options)
    paths = [tmp_path / "new" / name for name in ("sheet.html", "key.html")]
    assert capsys.readouterr().out.split() == list(map(str, paths))
    sheet, key = (Page(path.read_text("utf-8")) for path in paths)
    exercises = generate(3, level, 7)
    asked = [part for e in exercises for part in (e.parts if options else [e])]
    for page in (sheet, key):
        assert page.tags.count("article") == 3 and "script" not in page.tags and "link" not in page.tags
    assert sheet.tags.count("details") == 3 * len(asked)
    assert len(key.sources) == len(asked) and len(sheet.sources) == len(exercises)
    for source in key.sources + sheet.sources:
        kind, _, data = source.partition("base64,")
        assert kind == "data:image/svg+xml;" and ElementTree.fromstring(b64decode(data)).tag.endswith("svg")
        assert (b"data-grad=" in b64decode(data)) == (b"data-partial=" in b64decode(data)) == (source in key.sources)
    for exercise, source in zip(exercises, sheet.sources):  # to fill in, with what is given
        given = {
            float(x) for x in re.findall(r'data-data="([^"]*)"', b64decode(source.partition("base64,")[2]).decode())
        }
        assert {x.data for x in exercise.graph.leaves} <= given
    written = re.sub(r"\s+", " ", key.text.replace("−", "-"))
    for part in asked:
        assert f"{part.derivation.symbol} = {part.answer} " in written
        assert f"{part.derivation.symbol} = {part.answer} " not in sheet.text.replace("−", "-")
    again = paths[1].read_text("utf-8")
    command("--seed", 7, "--n", 3, "--level", level, "--sheet", tmp_path / "new", *options)
    assert paths[1].read_text("utf-8") == again


@pytest.mark.parametrize("level", LEVELS)
def test_every_derivative_has_a_place_in_the_graph_to_fill_in(level):
    for exercise in generate(10, level, 5):
        drawing = draw(exercise.graph_drawn[0], blank=True)
        asked = sum(not edge.constant for edge in drawing.picture.edges)
        assert drawing.svg.count('class="paper blank"') == asked > 0


def test_nothing_is_written_where_a_sheet_cannot_be(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    for folder in (file, tmp_path / "no" / "such"):
        with pytest.raises(InputError, match="folder"):
            command("--sheet", folder)
    assert list(tmp_path.iterdir()) == [file]


# -- the command -----------------------------------------------------------------------------------------------


def test_printed_questions_and_solutions(capsys):
    command("--seed", 7, "--n", 4, "--level", 2)
    questions = capsys.readouterr().out
    command("--seed", 7, "--n", 4, "--level", 2, "--key")
    key = capsys.readouterr().out
    exercises = generate(4, 2, 7)
    assert questions == "\n\n".join(f"{n}. {e}" for n, e in enumerate(exercises, 1)) + "\n"
    assert all(str(e.solution) in key for e in exercises)
    command("--seed", 7, "--n", 1, "--level", 2, "--all")
    assert capsys.readouterr().out.count("∂C/∂") == len(exercises[0].parts)


def practised(monkeypatch, capsys, answers, *options):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(answers)))
    command("--practice", "--seed", 7, "--level", 3, *options)
    return capsys.readouterr().out


def test_practice(monkeypatch, capsys):
    first, second, third = generate(3, 3, 7)
    answers = [str(first.answer), str(-second.answer), "h", "what?", "", str(second.answer), "s"]
    out = practised(monkeypatch, capsys, answers, "--n", 3)
    assert "Right" in out and "sign error" in out and str(second.hints[0]) in out and "cannot read 'what?'" in out
    assert str(third.solution) in out and out.endswith("1 of 3 right at the first try, without a hint\n")


@pytest.mark.parametrize("answers", [["q"], [], ["h"]])
def test_practice_can_be_left(monkeypatch, capsys, answers):
    assert practised(monkeypatch, capsys, answers, "--n", 3).endswith("0 of 0 right at the first try, without a hint\n")


def test_practice_runs_out_of_hints(monkeypatch, capsys):
    out = practised(monkeypatch, capsys, [*"hhhhn"], "--n", 1)
    assert "no more hints" in out and "0 of 1 right" in out


# -- a teacher's own expression --------------------------------------------------------------------------------


def test_an_expression_of_ones_own(capsys):
    command("--expr", "(w*x + b - y)^2", "--values", "w=2", "x=3", "b=1", "y=5", "--key")
    printed = capsys.readouterr().out
    assert "Find ∂C/∂w, ∂C/∂x, ∂C/∂b and ∂C/∂y." in printed
    lines = [line.strip() for line in printed.splitlines()]
    for name, answer in (("w", 12), ("x", 8), ("b", 4), ("y", -4)):  # 2 e times x, w, 1, -1 with e = 2
        assert any(line.startswith(f"∂C/∂{name} = ") and line.endswith(f" = {answer}") for line in lines)


@pytest.mark.parametrize("values", [["x=2"], ["x=2", "y=0"], ["y=1"]])
@pytest.mark.parametrize("expr", ["exp(x)", "x/y", "x", "x +", "__import__('os')"])
def test_expressions_that_are_no_exercise(expr, values):
    with pytest.raises((InputError, ArithmeticError)):
        command("--expr", expr, "--values", *values)
