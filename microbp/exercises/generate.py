"""Random exercises by level and seed, with numbers for work by hand.

1. one path: two or three operations + - * / and squares;
2. a neuron: a weighted sum, relu, a maximum, the quadratic cost;
3. several paths: results that are used more than once;
4. networks: two neurons in a chain, two outputs, the mean over two samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random

from ..engine.graph import count_paths
from ..engine.recording import recording
from ..engine.value import Value
from ..errors import InputError
from ..table import rows as ops
from ..table.op import Op
from .exact import ExactGraph
from .exercise import Exercise

WHOLE = [Fraction(n) for n in (-5, -4, -3, -2, 2, 3, 4, 5)]  # no 1, which hides a forgotten factor
SIMPLE = [*WHOLE, *WHOLE, Fraction(1, 2), Fraction(-1, 2), Fraction(3, 2), Fraction(1, 3), Fraction(2, 3)]
SMOOTH = [ops.add, ops.sub, ops.mul, ops.mul, ops.div, ops.square]
BENT = [ops.relu, ops.maximum]
LARGEST, FINEST = 100, 12  # of a number on the way: its numerator and its denominator at most
MOST_PATHS = 4
ZEROS = 0.05  # the share of drawn exercises with the answer 0 that are kept: an inactive relu, the loser of a max


class Draft:
    """A graph in the making, with the exact numbers of its leaves and a count of its operations."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.numbers: dict[Value, Fraction] = {}
        self.near: set[Value] = set()  # leaves whose derivative would be no work on this level
        self.lines = 0

    def leaves(self, *labels: str) -> list[Value]:
        """A leaf with a random number of its own for each label."""
        found = []
        for label in labels:
            x = self.random.choice([x for x in SIMPLE if x not in self.numbers.values()])
            found.append(Value(float(x), label))
            self.numbers[found[-1]] = x
        return found

    def line(self, label: str, op: Op, *args: object) -> Value:
        """One operation, one line of the question."""
        node: Value = op(*args)
        node.label = label
        self.lines += 1
        return node


# -- level 1 -----------------------------------------------------------------------------------------------


def one_path(draft: Draft) -> Value:
    """Two or three operations after each other, each with a leaf of its own."""
    names = [*"uv"[: draft.random.choice((1, 2))], "C"]
    others = iter("yw")
    (z,) = draft.leaves("x")
    for name in names:
        op = draft.random.choice(SMOOTH)
        if op is not ops.square and (other := next(others, None)):
            args = [z, *draft.leaves(other)]
            draft.random.shuffle(args)
            z = draft.line(name, op, *args)
        else:
            z = draft.line(name, ops.square, z)
    return z


# -- level 2 -----------------------------------------------------------------------------------------------


def quadratic_cost(draft: Draft, a: Value, sample: str = "") -> Value:
    """C = (a - y)², in two lines; the sample's number goes to every name."""
    (y,) = draft.leaves(f"y{sample}")
    draft.near.add(y)
    return draft.line(f"C{sample}", ops.square, draft.line(f"e{sample}", ops.sub, a, y))


def neuron(draft: Draft) -> Value:
    """relu(w x + b) against a target."""
    w, x, b = draft.leaves("w", "x", "b")
    z = draft.line("z", ops.weighted_sum, [w], [x], b)
    return quadratic_cost(draft, draft.line("a", ops.relu, z))


def two_inputs(draft: Draft) -> Value:
    """A linear neuron with two inputs against a target."""
    w1, x1, w2, x2, b = draft.leaves("w_{1}", "x_{1}", "w_{2}", "x_{2}", "b")
    return quadratic_cost(draft, draft.line("z", ops.weighted_sum, [w1, w2], [x1, x2], b))


def larger_of_two(draft: Draft) -> Value:
    """The larger of a product and a sum, squared or scaled."""
    x, y, v, w = draft.leaves("x", "y", "v", "w")
    m = draft.line("m", ops.maximum, draft.line("p", ops.mul, x, y), draft.line("s", ops.add, v, w))
    if draft.random.random() < 0.5:
        return draft.line("C", ops.square, m)
    return draft.line("C", ops.mul, m, *draft.leaves("c"))


# -- level 3 -----------------------------------------------------------------------------------------------


def several_paths(draft: Draft) -> Value:
    """Three to five operations on two leaves; whatever is computed is used, some of it twice."""
    pool = draft.leaves("x", "y")
    unused = list(pool)
    names = [*"uvst"[: draft.random.choice((2, 3, 4))], "C"]
    bent = draft.random.choice(names)  # the only place for a relu or a maximum
    for name in names:
        op = draft.random.choice(SMOOTH + BENT * (name == bent))
        args = [draft.random.choice(unused)]
        if len(op.partials) == 2:
            args.append(draft.random.choice([node for node in pool if node is not args[0]]))
            draft.random.shuffle(args)
        pool.append(draft.line(name, op, *args))
        unused = [node for node in unused if all(node is not arg for arg in args)] + pool[-1:]
    return pool[-1]


# -- level 4 -----------------------------------------------------------------------------------------------


def two_neurons(draft: Draft) -> Value:
    """The chain of two relu neurons against a target."""
    (a,) = draft.leaves("x")
    for layer in ("1", "2"):
        w, b = draft.leaves(f"w_{{{layer}}}", f"b_{{{layer}}}")
        if layer == "2":
            draft.near |= {w, b}  # their paths do not pass the first layer
        z = draft.line(f"z_{{{layer}}}", ops.weighted_sum, [w], [a], b)
        a = draft.line(f"a_{{{layer}}}", ops.relu, z)
    return quadratic_cost(draft, a)


def two_outputs(draft: Draft) -> Value:
    """One neuron that two outputs use; their costs are added."""
    w, x, b, w1, w2 = draft.leaves("w", "x", "b", "w_{1}", "w_{2}")
    a = draft.line("a", ops.weighted_sum, [w], [x], b)
    costs = []
    for k, weight in (("1", w1), ("2", w2)):
        costs.append(draft.line(f"C_{{{k}}}", ops.square, draft.line(f"z_{{{k}}}", ops.mul, weight, a)))
    return draft.line("C", ops.add, *costs)


def two_samples(draft: Draft) -> Value:
    """A linear neuron on two samples; the cost is the mean of theirs."""
    w, b = draft.leaves("w", "b")
    costs = []
    for sample in ("_{1}", "_{2}"):
        (x,) = draft.leaves(f"x{sample}")
        costs.append(quadratic_cost(draft, draft.line(f"z{sample}", ops.weighted_sum, [w], [x], b), sample))
    return draft.line("C", ops.mean, costs)


# -- drawing until the numbers are friendly -----------------------------------------------------------------

LEVELS: dict[int, tuple[str, Sequence[Callable[[Draft], Value]]]] = {
    1: ("one path", (one_path,)),
    2: ("a neuron", (neuron, two_inputs, larger_of_two)),
    3: ("several paths", (several_paths,)),
    4: ("networks", (two_neurons, two_outputs, two_samples)),
}


def generate(n: int = 1, level: int = 1, seed: int = 0) -> list[Exercise]:
    """Different exercises of one level, the same ones for the same seed; a smaller n gives the first of them.

    Args:
        n: how many.
        level: 1 one path, 2 a neuron, 3 several paths, 4 networks.
        seed: any whole number.

    Raises:
        InputError: no such level, or n below 1.

    >>> (exercise,) = generate(level=1, seed=4)
    >>> print(exercise)
    Let x = 4, y = -5 and w = -4.
        u = y - x
        C = u · w
    Find ∂C/∂y.
    >>> exercise.answer
    Fraction(-4, 1)
    """
    if level not in LEVELS:
        raise InputError(f"level={level!r}: the levels are {', '.join(f'{k} ({v[0]})' for k, v in LEVELS.items())}")
    if n < 1:
        raise InputError(f"n={n}: ask for at least one exercise")
    random = Random(f"microbp exercises, level {level}, seed {seed}")
    found: dict[object, Exercise] = {}
    with recording(True):
        while len(found) < n:
            if exercise := _drawn(random, level):
                found.setdefault(_signature(exercise), exercise)
    return list(found.values())


def _drawn(random: Random, level: int) -> Exercise | None:
    """One exercise; None when its numbers are not for work by hand."""
    draft = Draft(random)
    try:
        output = random.choice(LEVELS[level][1])(draft)
        graph = ExactGraph(output, draft.numbers)
    except ZeroDivisionError:
        return None
    if len(graph.lines) < draft.lines or not _is_friendly(graph):
        return None
    asked = [leaf for leaf in _asked(graph) if leaf not in draft.near]
    if not asked:
        return None
    exercise = Exercise(output, random.choice(asked), draft.numbers)
    if level == 3 and sum(graph.product(path) != 0 for path in exercise.paths) < 2:
        return None
    if all(abs(graph.factors[edge]) == 1 for edge in exercise.edges):  # nothing to multiply
        return None
    return exercise if exercise.answer or random.random() < ZEROS else None


def _asked(graph: ExactGraph) -> list[Value]:
    """The leaves to ask for: those with the most paths; where all have one, those more than a step away."""
    paths = {leaf: count_paths(graph.output, leaf) for leaf in graph.leaves}
    most = max(paths.values())
    if most > 1:
        return [leaf for leaf in paths if paths[leaf] == most <= MOST_PATHS]
    return [leaf for leaf in paths if all(parent is not leaf for parent in graph.output.parents)]


def _is_friendly(graph: ExactGraph) -> bool:
    """Small numbers all the way, and no operation at a kink."""
    for node in graph.lines:
        if node.op is ops.relu and not graph.data[node.parents[0]]:
            return False
        if node.op is ops.maximum and len({graph.data[a] for a in node.parents}) == 1:
            return False
    numbers = [*graph.data.values(), *graph.factors.values()]
    return all(abs(x.numerator) <= LARGEST and x.denominator <= FINEST for x in numbers)


def _signature(exercise: Exercise) -> object:
    """What tells two exercises apart."""
    lines = tuple((n.label, n.op, *(a.label for a in n.parents)) for n in exercise.graph.lines)
    return lines, tuple(exercise.numbers.values()), exercise.leaf.label
