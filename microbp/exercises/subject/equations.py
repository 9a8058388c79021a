r"""The four equations by component and as matrices.

The network has two neurons in each of its layers 1 and 2. Names are the texts': $w_{jk}^{(2)}$ leads from neuron k of
layer 1 to neuron j of layer 2.
"""

# One slip, one line: the tables may run past the margin.
# ruff: noqa: E501

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from random import Random

from .neurons import TENTHS, THREE_DIGITS, drawn, slope
from .task import Proof, Slip, Task

WHOLE = [Fraction(n) for n in (-4, -3, -2, -1, 1, 2, 3, 4, 5)]
W2 = [["w_{11}^{(2)}", "w_{12}^{(2)}"], ["w_{21}^{(2)}", "w_{22}^{(2)}"]]
D2 = [["δ_{1}^{(2)}"], ["δ_{2}^{(2)}"]]
A1 = [["a_{1}^{(1)}"], ["a_{2}^{(1)}"]]
X = [["x_{1}"], ["x_{2}"]]
NETWORK = "Two layers of two neurons each; $w_{jk}^{(2)}$ leads from neuron $k$ of layer 1 to neuron $j$ of layer 2."
SIGMOID = "Layer 1 is sigmoid: there $σ$′ is $a$ (1 - $a$)."


def flat(rows: Sequence[Sequence[str]]) -> list[str]:
    """The entries, row by row."""
    return [entry for row in rows for entry in row]


def floats(numbers: dict[str, Fraction]) -> dict[str, float]:
    """The same numbers for the engine."""
    return {label: float(x) for label, x in numbers.items()}


def behind(numbers: dict[str, Fraction], first: bool = False) -> tuple[dict[str, float], list[str]]:
    """A graph whose errors in layer 2 are the given δ: C = Σ δ_j z_j, from z or from the parameters of layer 1."""
    found = floats({label: x for label, x in numbers.items() if not label.startswith("a_")})
    lines = []
    for j in (1, 2):
        a = numbers[f"a_{{{j}}}^{{(1)}}"]
        z = f"z_{{{j}}}^{{(1)}}"
        if first:  # weights of 0, so that the bias alone gives the activation
            found |= {f"w_{{{j}{k}}}^{{(1)}}": 0.0 for k in (1, 2)} | {f"b_{{{j}}}": log_odds(a)}
            lines.append(f"{z} = w_{{{j}1}}^{{(1)}}*x_{{1}} + w_{{{j}2}}^{{(1)}}*x_{{2}} + b_{{{j}}}")
        else:
            found[z] = log_odds(a)
        lines.append(f"a_{{{j}}}^{{(1)}} = sigmoid({z})")
    for j in (1, 2):
        lines.append(f"z_{{{j}}}^{{(2)}} = w_{{{j}1}}^{{(2)}}*a_{{1}}^{{(1)}} + w_{{{j}2}}^{{(2)}}*a_{{2}}^{{(1)}}")
    return found, [*lines, "C = δ_{1}^{(2)}*z_{1}^{(2)} + δ_{2}^{(2)}*z_{2}^{(2)}"]


def log_odds(a: Fraction) -> float:
    """The z of a sigmoid activation."""
    return math.log(a / (1 - a))


def components(random: Random, level: int) -> Task:
    """BP1 and BP3; BP4; BP2; and BP2 with BP4 through both layers, by component."""
    j, k = random.choice((1, 2)), random.choice((1, 2))
    other_j, other_k = 3 - j, 3 - k
    if level == 1:
        return output_error(random, j)
    numbers = drawn(random, flat(W2), WHOLE) | drawn(random, flat(D2), TENTHS) | drawn(random, flat(A1), TENTHS)
    for label in flat(D2):
        numbers[label] *= random.choice((1, -1))
    shown = {"W^{(2)}": W2, "δ^{(2)}": D2, "a^{(1)}": A1}
    if level == 2:
        a, d = f"a_{{{k}}}^{{(1)}}", f"δ_{{{j}}}^{{(2)}}"
        slips = [
            Slip("another neuron", "the other error", f"{a}*δ_{{{other_j}}}^{{(2)}}"),
            Slip("another neuron", "the other activation", f"a_{{{other_k}}}^{{(1)}}*{d}"),
            Slip("transposed", "the indices changed places", f"a_{{{j}}}^{{(1)}}*δ_{{{k}}}^{{(2)}}"),
            Slip("forgot a local derivative", "the activation: this is ∂C/∂b", d),
            Slip("swapped factors", "the weight for the activation", f"w_{{{j}{k}}}^{{(2)}}*{d}"),
            Slip("sign error", "a minus sign", f"-{a}*{d}"),
        ]
        found, lines = behind(numbers)
        leaf = f"w_{{{j}{k}}}^{{(2)}}"
        return Task("component", 2, f"Find $∂C/∂{leaf}$. {THREE_DIGITS}", f"{a}*{d}", slips,
                    "BP4: the activation that the weight multiplies, times the error of the neuron that it leads to.",
                    numbers, shown, facts=[NETWORK], proof=Proof(found, lines, "C", [[leaf]]))  # fmt: skip
    terms = [f"w_{{{i}{j}}}^{{(2)}}*δ_{{{i}}}^{{(2)}}" for i in (1, 2)]
    swapped = [f"w_{{{j}{i}}}^{{(2)}}*δ_{{{i}}}^{{(2)}}" for i in (1, 2)]
    own = f"a_{{{j}}}^{{(1)}}"
    right = f"({terms[0]} + {terms[1]})"
    slips = [
        Slip("transposed", "w_jk for w_kj", f"({swapped[0]} + {swapped[1]})*{slope('sigmoid', own)}"),
        Slip("forgot a local derivative", "σ′ of the neuron", right),
        Slip("σ for σ′", "a for a (1 - a)", f"{right}*{own}"),
        Slip("forgot a path", "through neuron 2", f"{terms[0]}*{slope('sigmoid', own)}"),
        Slip("forgot a path", "through neuron 1", f"{terms[1]}*{slope('sigmoid', own)}"),
        Slip("another neuron", "σ′ of the other one", f"{right}*{slope('sigmoid', f'a_{{{other_j}}}^{{(1)}}')}"),
        Slip("averaged instead of summed", "two paths meet", f"1/2*{right}*{slope('sigmoid', own)}"),
        Slip("sign error", "a minus sign", f"-{right}*{slope('sigmoid', own)}"),
    ]
    key = f"{right}*{slope('sigmoid', own)}"
    hint = "BP2: the errors of the next layer come back over the weights that lead there, w_1j δ_1 + w_2j δ_2; then times σ′ of the neuron itself."
    if level == 3:
        found, lines = behind(numbers)
        return Task("component", 3, f"Find $δ_{{{j}}}^{{(1)}} = ∂C/∂z_{{{j}}}^{{(1)}}$. {THREE_DIGITS}", key, slips, hint, numbers, shown,
                    facts=[NETWORK, SIGMOID], proof=Proof(found, lines, "C", [[f"z_{{{j}}}^{{(1)}}"]]))  # fmt: skip
    numbers |= drawn(random, flat(X), WHOLE)
    x = f"x_{{{k}}}"
    slips = [Slip(s.name, s.where, f"{s.rows}*{x}") for s in slips] + [
        Slip("another neuron", "the other input", f"{key}*x_{{{other_k}}}"),
        Slip("forgot a local derivative", "the input: this is ∂C/∂b", key),
        Slip("another layer", "the activation of its own layer", f"{key}*{own}"),
    ]
    found, lines = behind(numbers, first=True)
    return Task("component", 4, f"Find $∂C/∂w_{{{j}{k}}}^{{(1)}}$. {THREE_DIGITS}", f"{key}*{x}", slips, hint + " BP4: times the input.",
                numbers, shown | {"x": X}, facts=[NETWORK, SIGMOID], proof=Proof(found, lines, "C", [[f"w_{{{j}{k}}}^{{(1)}}"]]))  # fmt: skip


def output_error(random: Random, j: int) -> Task:
    """BP1 in an output layer of two neurons."""
    numbers = drawn(random, ["a_{1}", "a_{2}"], TENTHS) | {
        f"y_{{{i}}}": Fraction(random.choice((0, 1))) for i in (1, 2)
    }
    gap = f"(a_{{{j}}} - y_{{{j}}})"
    own = slope("sigmoid", f"a_{{{j}}}")
    other = f"2*(a_{{{3 - j}}} - y_{{{3 - j}}})*" + slope("sigmoid", f"a_{{{3 - j}}}")
    slips = [
        Slip("forgot a local derivative", "σ′", f"2*{gap}"),
        Slip("forgot a local derivative", "∂C/∂a", own),
        Slip("another cost", "the half square, or a - y", f"{gap}*{own}"),
        Slip("another cost", "sigmoid with cross-entropy", gap),
        Slip("σ for σ′", "a for a (1 - a)", f"2*{gap}*a_{{{j}}}"),
        Slip("another activation", "1 - a² is tanh's", f"2*{gap}*(1 - a_{{{j}}}^2)"),
        Slip("another neuron", "the other one", other),
        Slip("another neuron", "its error added", f"2*{gap}*{own} + {other}"),
        Slip("sign error", "y - a", f"-2*{gap}*{own}"),
    ]
    cost = "C = (a_{1} - y_{1})^2 + (a_{2} - y_{2})^2"
    z = {f"z_{{{i}}}": log_odds(numbers[f"a_{{{i}}}"]) for i in (1, 2)}
    z |= {f"y_{{{i}}}": float(numbers[f"y_{{{i}}}"]) for i in (1, 2)}
    lines = ["a_{1} = sigmoid(z_{1})", "a_{2} = sigmoid(z_{2})", cost]
    return Task("component", 1, f"Find $δ_{{{j}}} = ∂C/∂z_{{{j}}}$. {THREE_DIGITS}", f"2*{gap}*{own}", slips,
                "BP1: ∂C/∂a of the neuron, times σ′ of the same neuron.", numbers, lines=[cost],
                facts=["An output layer of two sigmoid neurons."], proof=Proof(z, lines, "C", [[f"z_{{{j}}}"]]))  # fmt: skip


# -- as matrices -------------------------------------------------------------------------------------------

ROWS = "Give the rows, such as [[1, 2], [3, 4]]; [1, 2] stands for a column."


def column(entries: Sequence[str]) -> list[list[str]]:
    """A column of formulas."""
    return [[entry] for entry in entries]


def matrices(random: Random, level: int) -> Task:
    """BP4 as an outer product; BP2; the bracket; both layers, as matrices."""
    numbers = drawn(random, flat(W2), WHOLE)
    d = drawn(random, flat(D2), WHOLE)
    a = drawn(random, flat(A1), [Fraction(1, 5), Fraction(1, 2), Fraction(4, 5), Fraction(2, 5)])
    if level == 1:
        outer = [[f"{d[0]}*{a[0]}" for a in A1] for d in D2]
        slips = [
            Slip("transposed", "a δᵀ", [[outer[0][0], outer[1][0]], [outer[0][1], outer[1][1]]]),
            Slip("product for outer product", "the Hadamard product δ ⊙ a", column([outer[0][0], outer[1][1]])),
            Slip("product for outer product", "the inner product", [[f"{outer[0][0]} + {outer[1][1]}"]]),
            Slip("forgot a local derivative", "the activations: this is ∂C/∂b", D2),
            Slip("sign error", "a minus sign", [[f"-{cell}" for cell in row] for row in outer]),
        ]
        given = d | a
        return Task("matrix", 1, f"Find $∂C/∂W^{{(2)}}$. {ROWS}", outer, slips, "BP4: δ aᵀ, the column of errors times the row of activations.",
                    given, {"δ^{(2)}": D2, "a^{(1)}": A1}, facts=[NETWORK], form="matrix",
                    proof=Proof(*behind(numbers | given), "C", W2))  # fmt: skip
    back = [f"(w_{{1{j}}}^{{(2)}}*δ_{{1}}^{{(2)}} + w_{{2{j}}}^{{(2)}}*δ_{{2}}^{{(2)}})" for j in (1, 2)]
    wrong = [f"(w_{{{j}1}}^{{(2)}}*δ_{{1}}^{{(2)}} + w_{{{j}2}}^{{(2)}}*δ_{{2}}^{{(2)}})" for j in (1, 2)]
    s = [slope("sigmoid", entry[0]) for entry in A1]
    right = [f"{b}*{f}" for b, f in zip(back, s)]
    named = [
        ("transposed", "W for Wᵀ", [f"{b}*{f}" for b, f in zip(wrong, s)]),
        ("forgot a local derivative", "σ′", back),
        ("σ for σ′", "a for a (1 - a)", [f"{b}*{entry[0]}" for b, entry in zip(back, A1)]),
        ("another neuron", "σ′ of the other one", [f"{b}*{f}" for b, f in zip(back, s[::-1])]),
        ("sign error", "a minus sign", [f"-{r}" for r in right]),
    ]
    slips = [Slip(name, where, column(cells)) for name, where, cells in named]
    given = numbers | d | a
    shown = {"W^{(2)}": W2, "δ^{(2)}": D2, "a^{(1)}": A1}
    hint = "BP2: Wᵀ δ, then times σ′ entry by entry."
    if level == 2:
        found, lines = behind(given)
        return Task("matrix", 2, f"Find $δ^{{(1)}}$. {ROWS}", column(right), slips, hint, given, shown, facts=[NETWORK, SIGMOID],
                    form="matrix", proof=Proof(found, lines, "C", column([f"z_{{{j}}}^{{(1)}}" for j in (1, 2)])))  # fmt: skip
    if level == 3:
        return bracket(random, numbers)
    given |= drawn(random, flat(X), WHOLE)
    outer = [[f"{r}*{x[0]}" for x in X] for r in right]
    slips = [Slip(name, where, [[f"{cell}*{x[0]}" for x in X] for cell in cells]) for name, where, cells in named] + [
        Slip("transposed", "x δᵀ", [[outer[0][0], outer[1][0]], [outer[0][1], outer[1][1]]]),
        Slip("forgot a local derivative", "the inputs: this is ∂C/∂b", column(right)),
        Slip("another layer", "the activations of its own layer", [[f"{r}*{entry[0]}" for entry in A1] for r in right]),
    ]
    found, lines = behind(given, first=True)
    leaves = [[f"w_{{{j}{k}}}^{{(1)}}" for k in (1, 2)] for j in (1, 2)]
    return Task("matrix", 4, f"Find $∂C/∂W^{{(1)}}$. {ROWS}", outer, slips, hint + " BP4: times the row of inputs.", given,
                shown | {"x": X}, facts=[NETWORK, SIGMOID], form="matrix", proof=Proof(found, lines, "C", leaves))  # fmt: skip


def bracket(random: Random, numbers: dict[str, Fraction]) -> Task:
    """dA of layer 1 from dA of layer 2: where σ′ belongs."""
    da, a2 = [["dA_{1}"], ["dA_{2}"]], [["a_{1}"], ["a_{2}"]]
    given = (
        numbers
        | drawn(random, flat(da), WHOLE)
        | drawn(random, flat(a2), [Fraction(1, 5), Fraction(1, 2), Fraction(4, 5), Fraction(2, 5)])
    )
    s = [slope("sigmoid", entry[0]) for entry in a2]

    def back(transposed: bool, inside: Sequence[str], outside: Sequence[str]) -> list[list[str]]:
        pairs = [[(k, j) if transposed else (j, k) for k in (1, 2)] for j in (1, 2)]
        found = []
        for n, row in enumerate(pairs):
            terms = [f"w_{{{p}{q}}}^{{(2)}}*dA_{{{i}}}*{inside[i - 1]}" for i, (p, q) in enumerate(row, 1)]
            found.append([f"({terms[0]} + {terms[1]})*{outside[n]}"])
        return found

    one = ["1", "1"]
    slips = [
        Slip("the bracket", "(Wᵀ dA) ⊙ σ′(Z)", back(True, one, s)),
        Slip("transposed", "W for Wᵀ", back(False, s, one)),
        Slip("forgot a local derivative", "σ′", back(True, one, one)),
        Slip("σ for σ′", "a for a (1 - a)", back(True, [entry[0] for entry in a2], one)),
    ]
    lines = []
    found = floats(numbers) | floats({entry[0]: given[entry[0]] for entry in da}) | {"h_{1}": 0.0, "h_{2}": 0.0}
    for j in (1, 2):  # the bias brings z to where it was said to be
        found[f"b_{{{j}}}"] = log_odds(given[f"a_{{{j}}}"])
        lines.append(f"a_{{{j}}} = sigmoid(w_{{{j}1}}^{{(2)}}*h_{{1}} + w_{{{j}2}}^{{(2)}}*h_{{2}} + b_{{{j}}})")
    lines.append("C = dA_{1}*a_{1} + dA_{2}*a_{2}")
    return Task("matrix", 3, f"Find $dA^{{(1)}}$. {ROWS}", back(True, s, one), slips,
                "First δ of layer 2, dA ⊙ σ′(z) of that layer; then Wᵀ times it.", given,
                {"W^{(2)}": W2, "dA^{(2)}": da, "a^{(2)}": a2}, facts=[NETWORK, "Here $dA$ stands for the column of the $∂C/∂a$ of a layer. Both layers are sigmoid."], form="matrix",
                proof=Proof(found, lines, "C", [["h_{1}"], ["h_{2}"]]))  # fmt: skip
