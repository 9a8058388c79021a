"""`Exercise`: a derivative to be found by hand, with its proven answer, hints, a worked solution and a grader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any

from ..engine.graph import leaves, operations
from ..engine.refusals import describe
from ..engine.value import Value
from ..errors import InputError
from ..inspect import explain
from ..inspect.factors import Factor, factor
from ..inspect.paths import Edge
from ..table import rows as ops
from . import solution
from .exact import Exact, ExactGraph, fraction, proven
from .grade import Answer, Grade, grade, read
from .misconceptions import Mistake, mistakes
from .reading import Tree, evaluate
from .words import Passage, number

MOST = 12  # paths or operations: more are no work for paper


class Exercise:
    r"""Find $\partial\,$output$/\partial\,$leaf in a small graph of + - * / square, relu, max and means.

    Args:
        output: the root of the graph. Label its nodes as they should be called; each is one line of the question.
        leaf: what to differentiate by.
        numbers: the leaves' numbers as fractions; by default the simple ones that their floats stand for.

    Attributes:
        graph: the same graph in rational numbers.
        answer: the derivative, an exact fraction that three independent methods agree on.
        derivation: what `explain` says about it, in floats.

    Raises:
        InputError: an operation that leaves the rational numbers, more paths than are work for paper, or an
            output that does not depend on the leaf.
        GradientError: the numbers stand at a kink.

    >>> x, y = Value(3.0, "x"), Value(0.5, "y")
    >>> u = x * y; u.label = "u"
    >>> C = u - x; C.label = "C"
    >>> exercise = Exercise(C, x)
    >>> exercise.answer
    Fraction(-1, 2)
    >>> print(exercise.grade("0.5"))  # y, the derivative of u alone
    Not right: 1/2. 3 mistakes lead to this number:
    - forgot a path (x → C): a leaf counts once for every way that it reaches the output: add up all paths.
    - sign error (on every path): what is subtracted or divided by brings a minus sign, what is added does not.
    - value after instead of before (∂u/∂x): a local derivative is taken at what went into the operation, not at what
      came out.
    """

    def __init__(self, output: Value, leaf: Value, numbers: Mapping[Value, Fraction] | None = None) -> None:
        self.derivation = explain(output, leaf, paths=MOST)
        for count, things in ((len(operations(output)), "operations"), (self.derivation.count, "paths")):
            if not 1 <= count <= MOST:
                raise InputError(f"an exercise has 1 to {MOST} {things}, and this graph has {count:,}")
        self.output, self.leaf = output, leaf
        self.numbers = {x: fraction(x.data) for x in leaves(output)} if numbers is None else dict(numbers)
        for x in leaves(output):
            if x not in self.numbers or float(self.numbers[x]) != x.data:
                raise InputError(f"numbers says {self.numbers.get(x, 'nothing')} for {describe(x)}")
        self.graph = ExactGraph(output, self.numbers)
        self.answer = proven(self.graph, self.derivation)

    @property
    def question(self) -> Passage:
        """The numbers, the operations line by line, and what is asked."""
        return Passage([*solution.given(self), solution.asked([self])])

    @cached_property
    def hints(self) -> tuple[Passage, Passage, Passage]:
        """Three steps towards the answer: the paths, the local derivatives, the products."""
        return solution.hints(self)

    @property
    def answered(self) -> Passage:
        """The answer in one line."""
        return Passage([["", solution.derivative(self), " = ", number(self.answer)]])

    @property
    def symbol(self) -> str:
        """What is asked, in a few letters."""
        return self.derivation.symbol

    @property
    def graph_drawn(self) -> tuple[Value, Value]:
        """The graph after one backward pass, as a copy, and the leaf in it."""
        memo: dict[int, Any] = {}
        output = deepcopy(self.output, memo)
        output.backward()
        return output, memo[id(self.leaf)]

    @property
    def solution(self) -> Passage:
        """The whole way: every value, every local derivative, the products and their sum."""
        return solution.solution(self)

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """Every known mistake carried out here, with the answer it leads to."""
        return mistakes(self)

    @property
    def unseen(self) -> list[Mistake]:
        """The mistakes that lead to the right answer all the same: this exercise cannot tell them."""
        return [m for m in self.mistakes if m.answer == self.answer]

    def grade(self, answer: Answer) -> Grade:
        """Compare an answer with the right one, and name the mistakes that lead to a wrong one.

        Args:
            answer: ``"3/4"``, ``0.75``, a Fraction or a formula in the names of the question; a decimal of three
                places or more may be rounded.

        Raises:
            InputError: a text that is no number.
        """
        return grade(
            read(answer, {self.label(node): x for node, x in self.graph.data.items()}), self.answer, self.mistakes
        )

    @property
    def parts(self) -> list[Exercise]:
        """The same graph, asked for the derivative by every leaf."""
        return [Exercise(self.output, leaf, self.numbers) for leaf in self.graph.leaves]

    # what the hints and the misconceptions are told with

    @cached_property
    def paths(self) -> list[tuple[Edge, ...]]:
        """The edges of every path from the leaf to the output."""
        return [path.edges for path in self.derivation.paths]

    @cached_property
    def edges(self) -> list[Edge]:
        """The edges of all paths, each once, from the leaf to the output."""
        return self.derivation.edges

    def total(self) -> Fraction:
        """The sum over all paths of the products of their local derivatives."""
        return evaluate(self.summed(), self.symbols)  # type: ignore[no-any-return]

    def summed(self, changed: Mapping[Edge, Tree] | None = None, paths: Iterable[Sequence[Edge]] | None = None) -> Tree:
        """The sum over paths as a formula in the local derivatives; some of them changed, or over some paths."""
        products = [
            reduce(lambda x, y: ("*", x, y), [(changed or {}).get(edge) or self.local(edge) for edge in path])
            for path in (self.paths if paths is None else paths)
        ]
        return reduce(lambda x, y: ("+", x, y), products)

    def local(self, edge: Edge, after: bool = False) -> Tree:
        """The local derivative of an edge as a name; or taken at the value after the operation."""
        return ("name", f"∂{self.numbering[edge]}{' after' * after}")

    @cached_property
    def numbering(self) -> dict[Edge, int]:
        """The place of every edge in the list of them; a list would compare nodes by their numbers."""
        return {edge: n for n, edge in enumerate(self.edges)}

    @cached_property
    def symbols(self) -> dict[str, Fraction]:
        """The numbers of all names that a formula may use: the nodes, and the local derivatives."""
        found = {self.label(node): x for node, x in self.graph.data.items()}
        for edge in self.edges:
            z = Exact(self.graph.data[edge.node])
            found[self.local(edge)[1]] = self.graph.factors[edge]
            if edge.node.op in (ops.square, ops.mul, ops.weighted_sum):
                found[self.local(edge, True)[1]] = self.graph.rules(edge.node, z, [z] * len(edge.node.args))[edge.which]
        return found

    def label(self, node: Value) -> str:
        """The name of a node in a formula."""
        return node.label or self.name(node)

    def factor(self, edge: Edge) -> Factor:
        """A local derivative as `explain` writes it."""
        return factor(edge, self.derivation.names)

    def name(self, node: Value) -> str:
        """What a node is called in a terminal."""
        return self.derivation.names[node].text

    def slope(self, edge: Edge) -> str:
        """∂z/∂w of an edge."""
        return self.factor(edge).symbol

    def route(self, path: Sequence[Edge]) -> str:
        """A path by the names of its nodes."""
        return " → ".join(self.name(node) for node in [path[0].parent, *(edge.node for edge in path)])

    def __str__(self) -> str:
        return str(self.question)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return self.question.markdown
