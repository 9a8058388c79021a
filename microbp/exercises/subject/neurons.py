r"""Neurons: sigmoid, tanh, the error a - y, softmax with cross-entropy, and which neuron is saturated.

Every function makes one task by a random generator and a level. $\sigma' = a(1-a)$ and $\tanh' = 1-a^2$ are written
in the activation, as the texts do.
"""

# One slip, one line: the tables may run past the margin.
# ruff: noqa: E501

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random

from .task import Proof, Slip, Task

SLOPES = {"sigmoid": "a*(1 - a)", "tanh": "(1 - a^2)"}
INVERSE: dict[str, Callable[[float], float]] = {"sigmoid": lambda a: math.log(a / (1 - a)), "tanh": math.atanh}
HALVES = [Fraction(n, 2) for n in (-4, -3, -2, -1, 1, 2, 3, 4)]
TENTHS = [Fraction(n, 10) for n in (1, 2, 3, 4, 6, 7, 8, 9)]
HUNDREDTHS = [Fraction(n, 100) for n in range(5, 96)]
THREE_DIGITS = "Give a formula, or a decimal to three digits."


def drawn(random: Random, labels: Sequence[str], numbers: Sequence[Fraction] = HALVES) -> dict[str, Fraction]:
    """A number of its own for every label."""
    return dict(zip(labels, random.sample(list(numbers), len(labels))))


def slope(activation: str, a: str) -> str:
    r"""The formula of $\sigma'$ in the activation.

    >>> slope("sigmoid", "a_{1}")
    'a_{1}*(1 - a_{1})'
    """
    return SLOPES[activation].replace("a", a)


def times(factors: Sequence[str], without: str = "", instead: str = "") -> str:
    """A product, one of its factors left out or replaced."""
    kept = [instead if f == without else f for f in factors if f != without or instead]
    return "*".join(f if f.startswith("(") or ("*" not in f and " " not in f) else f"({f})" for f in kept)


def along(activation: str, a: str, factors: Sequence[str]) -> list[Slip]:
    """The slips of a product of which 2 (a - y) and the slope of `a` are factors."""
    first, own = factors[0], slope(activation, a)
    other = slope("tanh" if activation == "sigmoid" else "sigmoid", a)
    return [
        *(Slip("forgot a local derivative", f"the factor {f}", times(factors, f)) for f in factors),
        Slip("sign error", "y - a for a - y", "-(" + times(factors) + ")"),
        Slip("σ for σ′", f"{a} for {own}", times(factors, own, a)),
        Slip("another activation", f"{other} for {own}", times(factors, own, other)),
        Slip("value after instead of before", f"σ′ taken at {a}", times(factors, own, f"{activation}'({a})")),
        *([Slip("another cost", "half of it", f"1/2*({times(factors)})")] if first.startswith("2*") else []),
    ]


def neuron(random: Random, level: int, activation: str) -> Task:
    """A neuron against a target: from z, from its parameters, with two inputs, and two neurons in a chain."""
    g = {"sigmoid": "σ", "tanh": "tanh"}[activation]
    hint = "Multiply the local derivatives along the path from the cost back: 2 (a - y), then the activation's, then the weighted sum's."
    if level == 1:
        numbers = drawn(random, ["a", "y"], TENTHS)
        if activation == "tanh":
            numbers["a"] *= random.choice((1, -1))
        factors = ["2*(a - y)", slope(activation, "a")]
        before = INVERSE[activation](float(numbers["a"]))
        proof = Proof({"z": before, "y": float(numbers["y"])}, [f"a = {activation}(z)", "C = (a - y)^2"], "C", [["z"]])
        return Task(
            activation, level, f"Find $∂C/∂z$. {THREE_DIGITS}", times(factors), along(activation, "a", factors), hint,
            numbers, lines=["C = (a - y)^2"], facts=[f"A neuron has the activation a = {g}(z)."], proof=proof,
        )  # fmt: skip
    labels = {
        2: ["w", "x", "b"],
        3: ["w_{1}", "x_{1}", "w_{2}", "x_{2}", "b"],
        4: ["w_{1}", "x", "b_{1}", "w_{2}", "b_{2}"],
    }
    numbers = drawn(random, labels[level]) | drawn(random, ["y"], TENTHS)
    if level < 4:
        z = "w*x + b" if level == 2 else "w_{1}*x_{1} + w_{2}*x_{2} + b"
        lines = [f"z = {z}", f"a = {activation}(z)", "C = (a - y)^2"]
        factors = ["2*(a - y)", slope(activation, "a")]
        leaf, last = random.choice(
            {2: [("w", "x"), ("b", ""), ("x", "w")], 3: [("w_{1}", "x_{1}"), ("x_{2}", "w_{2}"), ("w_{2}", "x_{2}")]}[
                level
            ]
        )
        a = "a"
    else:
        lines = ["z_{1} = w_{1}*x + b_{1}", f"a_{{1}} = {activation}(z_{{1}})", "z_{2} = w_{2}*a_{1} + b_{2}"]
        lines += [f"a_{{2}} = {activation}(z_{{2}})", "C = (a_{2} - y)^2"]
        a = "a_{2}"
        factors = ["2*(a_{2} - y)", slope(activation, a), "w_{2}", slope(activation, "a_{1}")]
        leaf, last = random.choice([("w_{1}", "x"), ("b_{1}", ""), ("x", "w_{1}")])
    factors += [last] if last else []
    slips = along(activation, a, factors)
    if last:
        slips.append(Slip("swapped factors", f"{leaf} for {last}", times(factors, last, leaf)))
    return Task(
        activation, level, f"Find $∂C/∂{leaf}$. {THREE_DIGITS}", times(factors), slips, hint, numbers, lines=lines,
        proof=Proof({k: float(x) for k, x in numbers.items()}, lines, "C", [[leaf]]),
    )  # fmt: skip


def sigmoid(random: Random, level: int) -> Task:
    """A sigmoid neuron."""
    return neuron(random, level, "sigmoid")


def tanh(random: Random, level: int) -> Task:
    """A tanh neuron."""
    return neuron(random, level, "tanh")


def error(random: Random, level: int) -> Task:
    """Sigmoid with cross-entropy: δ = a - y, and dA; with a parameter; with a hidden neuron."""
    cost = "C = -(y*ln(a) + (1 - y)*ln(1 - a))"
    hint = "Sigmoid and cross-entropy together: the slope a (1 - a) cancels, and δ = a - y is left."
    target = Fraction(random.choice((0, 1)))
    if level == 1:
        numbers = drawn(random, ["a"], HUNDREDTHS) | {"y": target}
        z = INVERSE["sigmoid"](float(numbers["a"]))
        proof = Proof({"z": z, "y": float(target)}, ["a = sigmoid(z)", cost], "C", [["z"]])
        slips = [
            Slip("sign error", "y - a", "y - a"),
            Slip("forgot a local derivative", "σ′: this is dA", "-y/a + (1 - y)/(1 - a)"),
            Slip("another cost", "the slope of the quadratic cost does not cancel", "2*(a - y)*a*(1 - a)"),
            Slip("another cost", "2 (a - y)", "2*(a - y)"),
            Slip("σ for σ′", "δ = a (1 - a) is the slope alone", "a*(1 - a)"),
            Slip("target forgotten", "δ = a", "a"),
        ]
        return Task("delta", 1, f"Find $δ = ∂C/∂z$. {THREE_DIGITS}", "a - y", slips, hint, numbers, lines=[cost],
                    facts=["A sigmoid neuron has the activation a = σ(z)."], proof=proof)  # fmt: skip
    if level == 2:
        numbers = drawn(random, ["a"], HUNDREDTHS) | {"y": target}
        slips = [
            Slip("both terms negative", "-y/a - (1 - y)/(1 - a)", "-y/a - (1 - y)/(1 - a)"),
            Slip("sign error", "y/a - (1 - y)/(1 - a)", "y/a - (1 - y)/(1 - a)"),
            Slip("value after instead of before", "a - y belongs to z, not to a", "a - y"),
            Slip("logarithm forgotten", "the derivative of -(y a + (1 - y)(1 - a))", "-y + (1 - y)"),
        ]
        return Task("delta", 2, f"Find $∂C/∂a$. {THREE_DIGITS}", "-y/a + (1 - y)/(1 - a)", slips,
                    "The derivative of ln a is 1/a, and that of ln(1 - a) is -1/(1 - a).", numbers, lines=[cost],
                    proof=Proof({k: float(x) for k, x in numbers.items()}, [cost], "C", [["a"]]))  # fmt: skip
    if level == 3:
        numbers = drawn(random, ["w", "x", "b"]) | {"y": target}
        lines, a, y_factor = ["z = w*x + b", "a = sigmoid(z)", cost], "a", "(a - y)"
        leaf, rest = random.choice([("w", ["x"]), ("b", []), ("x", ["w"])])
    else:
        numbers = drawn(random, ["w_{1}", "x", "b_{1}", "w_{2}", "b_{2}"]) | {"y": target}
        lines = [
            "z_{1} = w_{1}*x + b_{1}",
            "a_{1} = sigmoid(z_{1})",
            "z_{2} = w_{2}*a_{1} + b_{2}",
            "a_{2} = sigmoid(z_{2})",
        ]
        lines.append(cost.replace("a", "a_{2}"))
        a, y_factor = "a_{2}", "(a_{2} - y)"
        leaf, last = random.choice([("w_{1}", ["x"]), ("b_{1}", []), ("x", ["w_{1}"])])
        rest = ["w_{2}", slope("sigmoid", "a_{1}"), *last]
    factors = [y_factor, *rest]
    slips = [
        *(Slip("forgot a local derivative", f"the factor {f}", times(factors, f)) for f in factors if len(factors) > 1),
        Slip("sign error", "y - a for a - y", f"-({times(factors)})"),
        Slip(
            "another cost",
            "the slope of the quadratic cost does not cancel",
            f"2*({times([*factors, slope('sigmoid', a)])})",
        ),
        Slip("another cost", "σ′ of the output once more", times([*factors, slope("sigmoid", a)])),
    ]
    if level == 4:
        slips.append(Slip("σ for σ′", "in the hidden neuron", times(factors, slope("sigmoid", "a_{1}"), "a_{1}")))
    return Task("delta", level, f"Find $∂C/∂{leaf}$. {THREE_DIGITS}", times(factors), slips, hint, numbers, lines=lines,
                proof=Proof({k: float(x) for k, x in numbers.items()}, lines, "C", [[leaf]]))  # fmt: skip


def softmax(random: Random, level: int) -> Task:
    """Softmax with cross-entropy over three classes: the probabilities, the cost, δ, a weight."""
    right, asked = random.randrange(1, 4), random.randrange(1, 4)
    numbers = drawn(random, ["z_{1}", "z_{2}", "z_{3}"], [Fraction(n, 2) for n in range(-4, 5)])
    total = "(exp(z_{1}) + exp(z_{2}) + exp(z_{3}))"
    p, y = f"exp(z_{{{asked}}})/{total}", "1" if asked == right else "0"
    cost = f"C = ln{total} - z_{{{right}}}"
    facts = [
        "Three logits go through softmax: $p_{j}$ is exp($z_{j}$), divided by exp($z_{1}$) + exp($z_{2}$) + exp($z_{3}$)."
    ]
    proof = Proof({k: float(x) for k, x in numbers.items()}, [cost], "C", [[f"z_{{{asked}}}"]])
    if level == 1:
        slips = [
            Slip("not normalised", "exp(z) alone", f"exp(z_{{{asked}}})"),
            Slip("sigmoid for softmax", "σ(z)", f"sigmoid(z_{{{asked}}})"),
            Slip(
                "not normalised",
                "z over the sum of the logits",
                f"z_{{{asked}}}/(z_{{1}} + z_{{2}} + z_{{3}} + 1/1000)",
            ),
        ]
        other = Proof({k: float(x) for k, x in numbers.items()}, [f"C = ln{total}"], "C", [[f"z_{{{asked}}}"]])
        return Task(
            "softmax",
            1,
            f"Find $p_{{{asked}}}$. {THREE_DIGITS}",
            p,
            slips,
            "Divide exp(z_j) by the sum over all classes.",
            numbers,
            facts=facts,
            proof=other,
        )
    told = f"The right class is {right}, and the cost is $C$ = -ln $p_{{{right}}}$."
    if level == 2:
        q = f"exp(z_{{{right}}})/{total}"
        slips = [
            Slip("minus forgotten", "ln p", f"ln({q})"),
            Slip("logarithm forgotten", "-p", f"-{q}"),
            Slip("logarithm forgotten", "p", q),
            Slip("logarithm forgotten", "1 - p", f"1 - {q}"),
            Slip("sigmoid for softmax", "-ln σ(z)", f"-ln(sigmoid(z_{{{right}}}))"),
        ]
        return Task(
            "softmax",
            2,
            f"Find $C$. {THREE_DIGITS}",
            f"-ln({q})",
            slips,
            "The cost is the logarithm of the right class's probability, with a minus sign.",
            numbers,
            facts=[*facts, told],
        )
    slips = [
        Slip("sign error", "y - p", f"{y} - {p}"),
        Slip("another cost", "p (1 - p) once more", f"({p} - {y})*{p}*(1 - {p})"),
        Slip("sigmoid for softmax", "σ(z) - y", f"sigmoid(z_{{{asked}}}) - {y}"),
        Slip("target forgotten", "δ = p", p)
        if y == "1"
        else Slip("target forgotten", "1 taken away at a wrong class", f"{p} - 1"),
    ]
    hint = "δ_j = p_j - y_j: 1 is taken away at the right class alone."
    if level == 3:
        return Task(
            "softmax",
            3,
            f"Find $∂C/∂z_{{{asked}}}$. {THREE_DIGITS}",
            f"{p} - {y}",
            slips,
            hint,
            numbers,
            facts=[*facts, told],
            proof=proof,
        )
    numbers |= {
        "a_{1}": random.choice([Fraction(1, 2), Fraction(3, 2), Fraction(2), Fraction(3)]),
        "a_{2}": random.choice([Fraction(-1), Fraction(4), Fraction(5)]),
    }
    k = random.choice((1, 2))
    weighted = [Slip(s.name, s.where, f"({s.rows})*a_{{{k}}}") for s in slips]
    weighted += [
        Slip("forgot a local derivative", "the activation before", f"{p} - {y}"),
        Slip("another neuron", "the other activation", f"({p} - {y})*a_{{{3 - k}}}"),
    ]
    b = {f"b_{{{j}}}": numbers[f"z_{{{j}}}"] for j in (1, 2, 3)}  # the layer's weights are 0 in the proof: z = b
    w = {f"w_{{{asked}{k}}}": Fraction(0)}
    z = [f"z_{{{j}}} = b_{{{j}}}" + f" + w_{{{asked}{k}}}*a_{{{k}}}" * (j == asked) for j in (1, 2, 3)]
    return Task(
        "softmax", 4,
        f"Find $∂C/∂w_{{{asked}{k}}}$; this weight leads from neuron {k} of the layer before to logit {asked}. {THREE_DIGITS}",
        f"({p} - {y})*a_{{{k}}}", weighted, hint + " A weight multiplies it by the activation before.", numbers, facts=[*facts, told],
        proof=Proof({key: float(x) for key, x in (numbers | b | w).items() if not key.startswith("z")}, [*z, cost], "C", [[f"w_{{{asked}{k}}}"]]),
    )  # fmt: skip


def saturated(random: Random, level: int) -> Task:
    """Which neuron is saturated: by z, by its parameters, a relu neuron that is dead, the one that learns fastest."""
    slips: list[Slip] = []
    letters = "ABC"
    if level in (1, 2):
        name = random.choice(("sigmoid", "tanh"))
        large = Fraction(random.choice((-1, 1)) * random.choice((6, 7, 8, 9)))
        small = random.sample([Fraction(n, 4) for n in (-6, -4, -3, -1, 0, 1, 2, 3, 5, 6)], 2)
        zs = random.sample([large, *small], 3)
        if level == 1:
            options = [f"z = {z if z.denominator == 1 else float(z)}" for z in zs]
        else:
            options = []
            for z in zs:
                w, x = (
                    random.choice([Fraction(1, 2), Fraction(2), Fraction(-2), Fraction(4)]),
                    random.choice((2, 3, -2, -1)),
                )
                options.append(f"w = {float(w):g}, x = {x}, b = {float(z - w * x):g}")
        key = letters[zs.index(large)]
        nearest, biggest = min(zs, key=abs), max(zs)
        slips = [Slip("σ for σ′", "a near 0, or z near 0, is no sign of it", letters[zs.index(nearest)])]
        if biggest != large:
            slips.append(
                Slip("saturated means large", "the largest z, without its distance from 0", letters[zs.index(biggest)])
            )
        asked = f"Three {name} neurons: which one is saturated?"
        hint = f"Where |z| is large, {name} is flat and its derivative is near 0, on either side."
    elif level == 3:
        parameters = [
            (random.choice((-3, -2, 2, 3)), random.choice((1, 2)), random.choice((-1, 0, 1))) for _ in range(3)
        ]
        zs = [Fraction(w * x + b) for w, x, b in parameters]
        options = [f"w = {w}, x = {x}, b = {b}" for w, x, b in parameters]
        key = "".join(letters[n] for n, z in enumerate(zs) if z < 0) or "D"
        options.append("none of them")
        positive = "".join(letters[n] for n, z in enumerate(zs) if z > 0) or "D"
        slips = [Slip("saturated means large", "relu is flat below 0, and never above", positive)]
        if key != "D":
            slips.append(Slip("another activation", "relu's slope is 0 below 0", "D"))
        asked = "Three relu neurons with one input: which of them pass no gradient to their weights?"
        hint = "relu is 0 below 0, and flat there: no gradient passes."
    else:
        a = random.sample([*random.sample(HUNDREDTHS, 2), Fraction(99, 100)], 3)
        y = [Fraction(random.choice((0, 1))) for _ in a]
        options = [f"a = {float(n):g}, y = {t}" for n, t in zip(a, y)]
        sizes = [abs(2 * (n - t) * n * (1 - n)) for n, t in zip(a, y)]
        key = letters[sizes.index(max(sizes))]
        gaps = [abs(n - t) for n, t in zip(a, y)]
        by_gap = letters[gaps.index(max(gaps))]
        slips = (
            [Slip("forgot a local derivative", "the gap alone: σ′ is small where the neuron is saturated", by_gap)]
            if by_gap != key
            else []
        )
        by_slope = letters[[n * (1 - n) for n in a].index(max(n * (1 - n) for n in a))]
        if by_slope != key:
            slips.append(Slip("forgot a local derivative", "the slope alone: a small gap asks for little", by_slope))
        asked = "Three sigmoid output neurons with the cost C = Σ (a - y)²: which one has the largest error |δ|?"
        hint = "δ = 2 (a - y) a (1 - a): the gap times the slope."
        if sizes.count(max(sizes)) > 1:  # no answer
            return saturated(random, level)
    return Task("saturated", level, asked, key, slips, hint, form="choice", options=options)
