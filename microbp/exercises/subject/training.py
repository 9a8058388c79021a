"""Training: one step of momentum, RMSprop and Adam, the exponentially weighted average, the decay of the rate."""

# One slip, one line: the tables may run past the margin.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random

from .neurons import THREE_DIGITS, drawn
from .task import Slip, Task

GRADIENTS = [Fraction(n) for n in (-4, -3, -2, 2, 3, 4, 5)]
RATES = [Fraction(1, 10), Fraction(1, 5), Fraction(1, 2)]
BETAS = [Fraction(9, 10), Fraction(4, 5), Fraction(3, 5)]


def _task(kind: str, level: int, asked: str, key: str, slips: Sequence[Slip], hint: str, numbers: Mapping[str, Fraction],
          lines: Sequence[str] = (), facts: Sequence[str] = ()) -> Task:  # fmt: skip
    return Task(kind, level, f"{asked} {THREE_DIGITS}", key, slips, hint, numbers, lines=lines, facts=facts)


def momentum(random: Random, level: int) -> Task:
    """v = β v + (1 - β) g; w ← w - α v."""
    numbers = (
        drawn(random, ["v_{0}", "g_{1}", "g_{2}"], GRADIENTS)
        | drawn(random, ["α"], RATES)
        | drawn(random, ["β"], BETAS)
    )
    numbers["w"] = Fraction(random.choice((1, 2, 3)))
    rule = "Momentum, averaged: v = β v + (1 - β) g, then w = w - α v."
    hint = "The new average is β of the old one and 1 - β of the new gradient; the step is against it."
    v = "β*v_{0} + (1 - β)*g_{1}"
    wrong = [
        ("1 - β forgotten", "as PyTorch's form", "β*v_{0} + g_{1}"),
        ("β and 1 - β swapped", "1 - β of the old average", "(1 - β)*v_{0} + β*g_{1}"),
        ("forgot a path", "the old average", "(1 - β)*g_{1}"),
        ("forgot a local derivative", "the gradient alone", "g_{1}"),
    ]
    first = {k: x for k, x in numbers.items() if k in ("v_{0}", "g_{1}", "β")}
    if level == 1:
        return _task("momentum", 1, "Find v after one step.", v, [Slip(*w) for w in wrong], hint, first, facts=[rule])
    if level == 2:
        slips = [Slip(name, where, f"w - α*({f})") for name, where, f in wrong]
        slips += [
            Slip("added instead of subtracted", "w + α v", f"w + α*({v})"),
            Slip("rate forgotten", "w - v", f"w - ({v})"),
        ]
        return _task(
            "momentum",
            2,
            "Find w after one step.",
            f"w - α*({v})",
            slips,
            hint,
            {**first, "α": numbers["α"], "w": numbers["w"]},
            facts=[rule],
        )
    two = {k: numbers[k] for k in ("g_{1}", "g_{2}", "β")}
    v2 = "β*(1 - β)*g_{1} + (1 - β)*g_{2}"
    slips = [
        Slip("1 - β forgotten", "as PyTorch's form", "β*g_{1} + g_{2}"),
        Slip("1 - β forgotten", "of the first gradient", "β*g_{1} + (1 - β)*g_{2}"),
        Slip("β and 1 - β swapped", "in both steps", "(1 - β)*β*g_{1} + β*g_{2}"),
        Slip("forgot a path", "the first gradient", "(1 - β)*g_{2}"),
    ]
    told = [rule, "It starts at v = 0; the gradients are $g_{1}$, then $g_{2}$."]
    if level == 3:
        return _task("momentum", 3, "Find v after two steps.", v2, slips, hint, two, facts=told)
    path = f"w - α*((1 - β)*g_{{1}}) - α*({v2})"
    slips = [
        Slip("1 - β forgotten", "as PyTorch's form", "w - α*g_{1} - α*(β*g_{1} + g_{2})"),
        Slip("forgot a path", "the first of the two steps", f"w - α*({v2})"),
        Slip("added instead of subtracted", "w + α v", f"w + α*((1 - β)*g_{{1}}) + α*({v2})"),
        Slip("forgot a local derivative", "plain gradient descent", "w - α*g_{1} - α*g_{2}"),
        Slip("β and 1 - β swapped", "in both steps", "w - α*β*g_{1} - α*((1 - β)*β*g_{1} + β*g_{2})"),
    ]
    return _task(
        "momentum",
        4,
        "Find w after two steps.",
        path,
        slips,
        hint,
        {**two, "α": numbers["α"], "w": numbers["w"]},
        facts=told,
    )


def rmsprop(random: Random, level: int) -> Task:
    """s = β s + (1 - β) g²; w ← w - α g / (√s + ε)."""
    numbers = drawn(random, ["g_{1}", "g_{2}"], GRADIENTS) | drawn(random, ["α"], RATES) | drawn(random, ["β"], BETAS)
    numbers |= {"s_{0}": Fraction(random.choice((1, 4, 6, 9))), "w": Fraction(random.choice((1, 2, 3)))}
    rule = "RMSprop: s = β s + (1 - β) g², then w = w - α g / (√s + ε); ε is so small that you may leave it out."
    hint = "s averages the squared gradients; the step divides the gradient by its root."
    s = "β*s_{0} + (1 - β)*g_{1}^2"
    wrong = [
        ("gradient not squared", "(1 - β) g", "β*s_{0} + (1 - β)*abs(g_{1})"),
        ("β and 1 - β swapped", "1 - β of the old average", "(1 - β)*s_{0} + β*g_{1}^2"),
        ("1 - β forgotten", "the whole square added", "β*s_{0} + g_{1}^2"),
        ("forgot a path", "the old average", "(1 - β)*g_{1}^2"),
    ]
    one = {k: numbers[k] for k in ("s_{0}", "g_{1}", "β")}
    if level == 1:
        signed = [("gradient not squared", "(1 - β) g", "β*s_{0} + (1 - β)*g_{1}"), *wrong[1:]]
        return _task("rmsprop", 1, "Find s after one step.", s, [Slip(*w) for w in signed], hint, one, facts=[rule])
    if level in (2, 3):
        start = "w - " if level == 3 else "-"
        change = f"{start}α*g_{{1}}/sqrt({s})"
        slips = [Slip(name, where, f"{start}α*g_{{1}}/sqrt({f})") for name, where, f in wrong]
        slips += [
            Slip("root forgotten", "α g / s", f"{start}α*g_{{1}}/({s})"),
            Slip(
                "added instead of subtracted",
                "the sign of the step",
                change.replace("-", "+", 1) if level == 3 else change[1:],
            ),
            Slip("rate forgotten", "g / √s", f"{start}g_{{1}}/sqrt({s})"),
        ]
        given = {**one, "α": numbers["α"]} | ({"w": numbers["w"]} if level == 3 else {})
        asked = "Find w after one step." if level == 3 else "Find the change of w in one step."
        return _task("rmsprop", level, asked, change, slips, hint, given, facts=[rule])
    s2 = "β*(1 - β)*g_{1}^2 + (1 - β)*g_{2}^2"
    slips = [
        Slip("gradient not squared", "in s", "-α*g_{2}/sqrt(β*(1 - β)*abs(g_{1}) + (1 - β)*abs(g_{2}))"),
        Slip("root forgotten", "α g / s", f"-α*g_{{2}}/({s2})"),
        Slip("forgot a path", "the first gradient", "-α*g_{2}/sqrt((1 - β)*g_{2}^2)"),
        Slip("1 - β forgotten", "the whole squares added", "-α*g_{2}/sqrt(β*g_{1}^2 + g_{2}^2)"),
        Slip("added instead of subtracted", "the sign of the step", f"α*g_{{2}}/sqrt({s2})"),
    ]
    given = {k: numbers[k] for k in ("g_{1}", "g_{2}", "α", "β")}
    return _task("rmsprop", 4, "Find the change of w in the second step.", f"-α*g_{{2}}/sqrt({s2})", slips, hint, given,
                 facts=[rule, "It starts at s = 0; the gradients are $g_{1}$, then $g_{2}$."])  # fmt: skip


def adam(random: Random, level: int) -> Task:
    """Momentum and RMSprop together, each corrected."""
    numbers = drawn(random, ["g_{1}", "g_{2}"], GRADIENTS) | drawn(random, ["α"], RATES)
    numbers |= {r"β_{1}": random.choice(BETAS), r"β_{2}": random.choice([Fraction(99, 100), Fraction(19, 20)])}
    rule = "Adam: $v$ = $β_{1}$ $v$ + (1 - $β_{1}$) $g$ and $s$ = $β_{2}$ $s$ + (1 - $β_{2}$) $g$², both from 0; after step t they are divided by 1 - $β_{1}$^t and 1 - $β_{2}$^t; then w = w - α v / (√s + ε), and ε may be left out."
    hint = "First the two averages, then their corrections, then the step against v, divided by the root of s."
    v, s = "β_{1}*(1 - β_{1})*g_{1} + (1 - β_{1})*g_{2}", "β_{2}*(1 - β_{2})*g_{1}^2 + (1 - β_{2})*g_{2}^2"
    if level == 1:
        given = {k: numbers[k] for k in ("g_{1}", "g_{2}", "β_{1}")}
        slips = [
            Slip("no correction", "v itself", v),
            Slip("correction of another step", "1 - β for 1 - β²", f"({v})/(1 - β_{{1}})"),
            Slip("1 - β forgotten", "in v", "(β_{1}*g_{1} + g_{2})/(1 - β_{1}^2)"),
            Slip("β and 1 - β swapped", "in v", "((1 - β_{1})*β_{1}*g_{1} + β_{1}*g_{2})/(1 - β_{1}^2)"),
        ]
        return _task(
            "adam",
            1,
            "Find the corrected v after two steps.",
            f"({v})/(1 - β_{{1}}^2)",
            slips,
            hint,
            given,
            facts=[rule],
        )
    if level == 2:
        given = {k: numbers[k] for k in ("g_{1}", "g_{2}", "β_{2}")}
        slips = [
            Slip("no correction", "s itself", s),
            Slip("correction of another step", "1 - β for 1 - β²", f"({s})/(1 - β_{{2}})"),
            Slip("gradient not squared", "in s", "(β_{2}*(1 - β_{2})*g_{1} + (1 - β_{2})*g_{2})/(1 - β_{2}^2)"),
            Slip("1 - β forgotten", "in s", "(β_{2}*g_{1}^2 + g_{2}^2)/(1 - β_{2}^2)"),
        ]
        return _task(
            "adam",
            2,
            "Find the corrected s after two steps.",
            f"({s})/(1 - β_{{2}}^2)",
            slips,
            hint,
            given,
            facts=[rule],
        )
    if level == 3:
        given = {k: numbers[k] for k in ("g_{1}", "α", "β_{1}", "β_{2}")}
        slips = [
            Slip("no correction", "of both", "-α*(1 - β_{1})*g_{1}/sqrt((1 - β_{2})*g_{1}^2)"),
            Slip("no correction", "of s", "-α*g_{1}/sqrt((1 - β_{2})*g_{1}^2)"),
            Slip("no correction", "of v", "-α*(1 - β_{1})*g_{1}/sqrt(g_{1}^2)"),
            Slip("root forgotten", "v / s", "-α*g_{1}/g_{1}^2"),
            Slip("added instead of subtracted", "the sign of the step", "α*g_{1}/sqrt(g_{1}^2)"),
            Slip("rate forgotten", "v / √s", "-g_{1}/sqrt(g_{1}^2)"),
            Slip("gradient not squared", "in s", "-α*g_{1}/sqrt(abs(g_{1}))"),
        ]
        return _task(
            "adam",
            3,
            "Find the change of w in the first step.",
            "-α*g_{1}/sqrt(g_{1}^2)",
            slips,
            hint,
            given,
            facts=[rule],
        )
    corrected = f"-α*(({v})/(1 - β_{{1}}^2))/sqrt(({s})/(1 - β_{{2}}^2))"
    slips = [
        Slip("no correction", "of both", f"-α*({v})/sqrt({s})"),
        Slip("no correction", "of s", f"-α*(({v})/(1 - β_{{1}}^2))/sqrt({s})"),
        Slip("no correction", "of v", f"-α*({v})/sqrt(({s})/(1 - β_{{2}}^2))"),
        Slip("correction of another step", "1 - β for 1 - β²", f"-α*(({v})/(1 - β_{{1}}))/sqrt(({s})/(1 - β_{{2}}))"),
        Slip("root forgotten", "v / s", f"-α*(({v})/(1 - β_{{1}}^2))/(({s})/(1 - β_{{2}}^2))"),
        Slip("added instead of subtracted", "the sign of the step", corrected[1:]),
    ]
    return _task("adam", 4, "Find the change of w in the second step.", corrected, slips, hint, numbers, facts=[rule])


def average(random: Random, level: int) -> Task:
    """v_t = β v_{t-1} + (1 - β) θ_t, its correction and its memory."""
    numbers = drawn(random, ["θ_{1}", "θ_{2}", "θ_{3}"], [Fraction(n) for n in (4, 6, 8, 10, 12, 15, 20)])
    numbers |= drawn(random, ["β"], [Fraction(9, 10), Fraction(4, 5), Fraction(1, 2), Fraction(3, 5)])
    rule = "The exponentially weighted average: $v_{t}$ is β $v_{t-1}$ + (1 - β) $θ_{t}$, from 0."
    hint = "Each step keeps β of the old average and takes 1 - β of the new number; the correction divides by 1 - β^t."
    v2 = "β*(1 - β)*θ_{1} + (1 - β)*θ_{2}"
    v3 = f"β*({v2}) + (1 - β)*θ_{{3}}"
    if level == 1:
        given = {k: numbers[k] for k in ("θ_{1}", "θ_{2}", "β")}
        slips = [
            Slip("1 - β forgotten", "of the new number", "β*(1 - β)*θ_{1} + θ_{2}"),
            Slip("1 - β forgotten", "of the first number", "β*θ_{1} + (1 - β)*θ_{2}"),
            Slip("β and 1 - β swapped", "in both steps", "(1 - β)*β*θ_{1} + β*θ_{2}"),
            Slip("forgot a path", "the first number", "(1 - β)*θ_{2}"),
        ]
        return _task("average", 1, "Find $v_{2}$.", v2, slips, hint, given, facts=[rule])
    if level == 2:
        given = {k: numbers[k] for k in ("θ_{1}", "θ_{2}", "β")}
        slips = [
            Slip("no correction", "v_2 itself", v2),
            Slip("correction of another step", "1 - β for 1 - β²", f"({v2})/(1 - β)"),
            Slip("correction of another step", "1 - β³ for 1 - β²", f"({v2})/(1 - β^3)"),
            Slip("β and 1 - β swapped", "in both steps", "((1 - β)*β*θ_{1} + β*θ_{2})/(1 - β^2)"),
        ]
        return _task(
            "average", 2, "Find $v_{2}$ with its correction.", f"({v2})/(1 - β^2)", slips, hint, given, facts=[rule]
        )
    slips = [
        Slip("no correction", "v_3 itself", v3),
        Slip("correction of another step", "1 - β for 1 - β³", f"({v3})/(1 - β)"),
        Slip("correction of another step", "1 - β² for 1 - β³", f"({v3})/(1 - β^2)"),
        Slip("forgot a path", "the first number", "(β*(1 - β)*θ_{2} + (1 - β)*θ_{3})/(1 - β^3)"),
    ]
    if level == 3:
        return _task(
            "average", 3, "Find $v_{3}$ with its correction.", f"({v3})/(1 - β^3)", slips, hint, numbers, facts=[rule]
        )
    numbers = {
        "β": random.choice(
            [
                Fraction(n, d)
                for n, d in ((9, 10), (4, 5), (19, 20), (49, 50), (99, 100), (3, 4), (7, 8), (1, 2), (3, 5))
            ]
        ),
        "t": Fraction(random.randint(2, 6)),
    }
    slips = [
        Slip("1 - β forgotten", "the weight β^t alone", "β^t"),
        Slip("correction of another step", "the newest number has β^0", "(1 - β)*β^(t + 1)"),
        Slip("correction of another step", "one step too few", "(1 - β)*β^(t - 1)"),
        Slip("β and 1 - β swapped", "in every step", "β*(1 - β)^t"),
        Slip("linear for exponential", "t β for β^t", "(1 - β)*t*β"),
    ]
    return _task("average", 4, "Which weight has the number of t steps ago in the average, without correction?", "(1 - β)*β^t", slips,
                 "Every step multiplies the weight 1 - β by β once more.", numbers, facts=[rule])  # fmt: skip


def decay(random: Random, level: int) -> Task:
    """The rate in an epoch: 1/(1 + rate·epoch), exponential, power, staircase."""
    numbers = {"α_{0}": random.choice([Fraction(1, 10), Fraction(1, 5), Fraction(3, 10), Fraction(1, 2)])}
    numbers |= {
        "rate": random.choice([Fraction(1, 2), Fraction(1), Fraction(1, 4), Fraction(1, 5)]),
        "epoch": Fraction(random.choice((1, 2, 3, 4, 5, 6))),
    }
    if level == 1:
        slips = [
            Slip("1 + forgotten", "infinite at epoch 0", "α_{0}/(rate*epoch)"),
            Slip("multiplied instead of divided", "α_0 (1 + rate · epoch)", "α_{0}*(1 + rate*epoch)"),
            Slip("correction of another step", "one epoch too many", "α_{0}/(1 + rate*(epoch + 1))"),
            Slip("forgot a local derivative", "the rate of decay", "α_{0}/(1 + epoch)"),
        ]
        return _task("decay", 1, "Find the learning rate in this epoch.", "α_{0}/(1 + rate*epoch)", slips, "The rate of the start, divided by 1 + rate · epoch.", numbers,
                     facts=["A learning rate decays as α = $α_{0}$ / (1 + rate · epoch)."])  # fmt: skip
    numbers = {
        "α_{0}": numbers["α_{0}"],
        "k": random.choice([Fraction(9, 10), Fraction(4, 5), Fraction(1, 2), Fraction(19, 20)]),
        "epoch": Fraction(random.choice((2, 3, 4, 5, 6))),
    }
    if level == 2:
        slips = [
            Slip("linear for exponential", "k · epoch for k^epoch", "α_{0}*k*epoch"),
            Slip("multiplied instead of divided", "α_0 / k^epoch", "α_{0}/k^epoch"),
            Slip("correction of another step", "one epoch too many", "α_{0}*k^(epoch + 1)"),
            Slip("correction of another step", "one epoch too few", "α_{0}*k^(epoch - 1)"),
        ]
        return _task("decay", 2, "Find the learning rate in this epoch.", "α_{0}*k^epoch", slips, "Every epoch multiplies the rate by k once more.", numbers,
                     facts=["A learning rate decays as α = $α_{0}$ · k^epoch."])  # fmt: skip
    if level == 3:
        numbers["epoch"] = Fraction(random.choice((2, 3, 4, 5, 9, 16, 25)))
        numbers["k"] = random.choice([Fraction(1, 10), Fraction(1, 5), Fraction(1, 2), Fraction(2, 5)])
        slips = [
            Slip("root forgotten", "k / epoch", "k/epoch*α_{0}"),
            Slip("multiplied instead of divided", "k √epoch α_0", "k*sqrt(epoch)*α_{0}"),
            Slip("correction of another step", "one epoch too many", "k/sqrt(epoch + 1)*α_{0}"),
            Slip("forgot a local derivative", "the factor k", "α_{0}/sqrt(epoch)"),
        ]
        return _task("decay", 3, "Find the learning rate in this epoch.", "k/sqrt(epoch)*α_{0}", slips, "Divide by the square root of the epoch.", numbers,
                     facts=["A learning rate decays as α = k $α_{0}$ / √epoch."])  # fmt: skip
    stair = random.choice((3, 4, 5, 10))
    numbers["epoch"] = Fraction(random.choice([n for n in range(stair + 1, 4 * stair) if n % stair]))
    numbers |= {"every": Fraction(stair)}
    full = int(numbers["epoch"]) // stair
    slips = [
        Slip("no staircase", "the quotient itself", "α_{0}*k^(epoch/every)"),
        Slip("linear for exponential", "k times the stairs", f"α_{{0}}*k*{full}"),
        Slip("forgot a local derivative", "one multiplication for each epoch", "α_{0}*k^epoch"),
        Slip("correction of another step", "one stair too many", f"α_{{0}}*k^{full + 1}"),
    ]
    return _task("decay", 4, "Find the learning rate in this epoch.", f"α_{{0}}*k^{full}", slips, "Count the whole stairs that are done, and multiply by k once for each.", numbers,
                 facts=["A learning rate falls in stairs: α = $α_{0}$ · k^⌊epoch / every⌋."])  # fmt: skip
