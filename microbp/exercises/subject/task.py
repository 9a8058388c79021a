"""`Task`: a question on the subject, given by formulas: its key, its hints, and every known slip with what it leads to.

Key and slips are formulas in the names of the question, written in the language of the answers. Python evaluates them
here; a page evaluates the same texts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from ...engine.value import Value
from ...errors import GradientError
from ...inspect.labels import plain
from ..grade import Answer, Grade, Rows, grade, read_choice, read_rows, shown_rows
from ..misconceptions import NAMED, Mistake
from ..reading import evaluate, value
from ..words import Line, Math, Passage
from . import sentences

SLACK = 0.01  # of a decimal: numbers on the way may be rounded, to PLACES
PLACES = 4
APART = 0.03  # a slip closer than this to the key, and not equal, would not be told from a rounded answer
ROUNDING = 1e-9  # of the engine and of the key's formula, in floats
SMALLEST = 1e-3  # of a key: smaller numbers are no pleasure to type


class Slip(NamedTuple):
    """A mistake by its name, the place in words, and the formulas (or the letters) that it leads to."""

    name: str
    where: str
    rows: str | Sequence[Sequence[str]]


class Proof(NamedTuple):
    """A graph whose derivatives are the key: numbers, lines, the output, and the names it is differentiated by."""

    numbers: Mapping[str, float]
    lines: Sequence[str]
    output: str
    leaves: Sequence[Sequence[str]]


@dataclass(eq=False)
class Task:
    """A question with a key by formula.

    Args:
        kind: of which kind it is, and on which `level`.
        numbers: what is given, by label.
        shown: given matrices: a label, and the labels of the entries.
        lines: definitions such as ``z = w*x + b``, each after what it uses.
        facts: sentences of the question that are not computed with.
        asked: the sentence that asks.
        key: a formula, rows of formulas, or the letters of the right options.
        slips: the known mistakes.
        hint: the first hint, in words; the formula and the numbers follow.
        form: "number", "matrix", "shape" or "choice".
        options: of a choice.
        proof: a graph whose derivatives are the key.
    """

    kind: str
    level: int
    asked: str
    key: str | Sequence[Sequence[str]]
    slips: Sequence[Slip]
    hint: str
    numbers: Mapping[str, Fraction] = field(default_factory=dict)
    shown: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    lines: Sequence[str] = ()
    facts: Sequence[str] = ()
    form: str = "number"
    options: Sequence[str] = ()
    proof: Proof | None = None

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The names that formulas and answers may use."""
        return (*self.numbers, *(text.partition(" = ")[0] for text in self.lines))

    @cached_property
    def values(self) -> dict[str, float]:
        """The numbers of all names: given, and computed line by line."""
        return computed({label: float(x) for label, x in self.numbers.items()}, self.lines)

    def rows(self, formulas: str | Sequence[Sequence[str]], values: Mapping[str, float] | None = None) -> Rows:
        """What formulas give with the numbers of the question, or others: rows of numbers, or a text of letters."""
        if self.form == "choice":
            assert isinstance(formulas, str)
            return formulas
        values = values or self.values
        return [[float(value(cell, values)) for cell in row] for row in self.trees(formulas)]

    def trees(self, formulas: str | Sequence[Sequence[str]]) -> Any:
        """Formulas as trees, row by row; letters as they are."""
        if self.form == "choice":
            return formulas
        table = [[formulas]] if isinstance(formulas, str) else formulas
        return [[sentences.read(cell, self.labels) for cell in row] for row in table]

    def tree_of(self, line: str) -> Any:
        """The formula of one of the lines."""
        return sentences.read(line.partition(" = ")[2], self.labels)

    @cached_property
    def answer(self) -> Rows:
        """The key's numbers, row by row."""
        return self.rows(self.key)

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """Every known slip, with the answer it leads to."""
        return [
            Mistake(NAMED[slip.name], self.told(slip.where), self.rows(slip.rows), self.trees(slip.rows))
            for slip in self.slips
        ]

    def told(self, where: str) -> str:
        """The place of a mistake, the names in it as they are printed."""
        if self.form == "choice":
            return where
        for label in self.labels:
            where = where.replace(label, plain(label)) if "{" in label else where
        return where.replace("*", " · ").replace("^2", "²")

    @property
    def unseen(self) -> list[Mistake]:
        """The slips that lead to the right answer all the same."""
        return [m for m in self.mistakes if same(m.answer, self.answer)]

    def is_fair(self) -> bool:
        """Whether a student with a pocket calculator can be graded.

        No number of the key is tiny; it hardly moves where the numbers on the way are rounded; and every slip is far
        enough from it, or equal.
        """
        if isinstance(self.answer, str):
            return True
        if min(abs(x) for row in self.answer for x in row) < SMALLEST:
            return False
        rounded = computed({label: float(x) for label, x in self.numbers.items()}, self.lines, PLACES)
        if not close(self.rows(self.key, rounded), self.answer, SLACK / 2):
            return False
        return all(same(m.answer, self.answer) or not close(m.answer, self.answer, APART) for m in self.mistakes)

    # -- what is said --------------------------------------------------------------------------------------

    def passage(self, *texts: str | Line) -> Passage:
        """Sentences with formulas in the names of this question."""
        return sentences.passage(*texts, labels=self.labels)

    @property
    def question(self) -> Passage:
        """What is given, line by line, and what is asked."""
        in_tables = {label for rows in self.shown.values() for row in rows for label in row}
        given = [f"${label} = {written(x)}$" for label, x in self.numbers.items() if label not in in_tables]
        for label, rows in self.shown.items():
            cells = ", ".join(f"[{', '.join(written(self.numbers[entry]) for entry in row)}]" for row in rows)
            given.append(f"${label} = [{cells}]$")
        let = [f"Let {listed(given)}."] if given else []
        options = [f"{chr(65 + n)}) {text}" for n, text in enumerate(self.options)]
        return self.passage(*self.facts, *let, *(f"${text}$" for text in self.lines), self.asked, *options)

    @cached_property
    def hints(self) -> tuple[Passage, ...]:
        """Words, then the formula, then the formula with its numbers."""
        if self.form in ("choice", "shape"):
            return (self.passage(self.hint),)
        return (
            self.passage(self.hint),
            Passage([["The formula:"], *self.formulas()]),
            Passage([["In numbers:"], *self.formulas(True)]),
        )

    def formulas(self, numbers: bool = False) -> list[Line]:
        """The key's formulas, one line each."""
        table = [[self.key]] if isinstance(self.key, str) else self.key
        found: list[Line] = []
        for row in table:
            for cell in row:
                found.append(
                    [
                        sentences.with_numbers(cell, self.labels, self.values)
                        if numbers
                        else sentences.side(cell, self.labels)
                    ]
                )
        return found

    @property
    def solution(self) -> Passage:
        """The values forward, the formula, the numbers, the answer."""
        lines: list[str | Line] = [self.hint]
        for text in self.lines:
            lines.append(f"${text} = {shown_rows([[self.values[text.partition(' = ')[0]]]])}$")
        if self.form not in ("choice", "shape"):
            lines += [["The formula:"], *self.formulas(), ["In numbers:"], *self.formulas(True)]
        return self.passage(*lines, f"The answer: {shown_rows(self.answer)}")

    @property
    def answered(self) -> Passage:
        """The answer in one line."""
        return Passage([["", Math(shown_rows(self.answer), shown_rows(self.answer))]])

    @property
    def symbol(self) -> str:
        """Of which kind it is."""
        return self.kind

    @property
    def graph_drawn(self) -> tuple[Value, Value] | None:
        """The graph of the question after one backward pass, and the leaf that is asked for; None if it has none."""
        if (
            self.proof is None
            or list(self.proof.numbers) != list(self.numbers)
            or list(self.proof.lines) != list(self.lines)
        ):
            return None
        nodes = self.differentiated(self.proof)
        return nodes[self.proof.output], nodes[self.proof.leaves[0][0]]

    def grade(self, answer: Answer) -> Grade:
        """Compare an answer with the key, and name the slips that lead to a wrong one.

        Args:
            answer: a number, a formula in the names of the question, rows of them, or letters.

        Raises:
            InputError: a text that is no such answer.
        """
        if self.form == "choice":
            return grade(read_choice(answer, len(self.options)), self.answer, self.mistakes)
        rows = read_rows(answer, self.form, self.labels, self.values, SLACK if self.form != "shape" else 0.0)
        return grade(rows, self.answer, self.mistakes)

    def __str__(self) -> str:
        return str(self.question)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return self.question.markdown

    # -- the key by the engine -----------------------------------------------------------------------------

    def prove(self) -> None:
        """Compare the key with the engine's derivatives of its graph.

        Raises:
            GradientError: they differ.
        """
        if self.proof is None or isinstance(self.answer, str):
            return
        nodes = self.differentiated(self.proof)
        found = [[nodes[leaf].grad for leaf in row] for row in self.proof.leaves]
        if not close(found, self.answer, ROUNDING):
            raise GradientError(f"{self}\nthe key says {self.answer}, the engine {found}")

    @staticmethod
    def differentiated(proof: Proof) -> dict[str, Value]:
        """The nodes of a graph by their names, after one backward pass."""
        nodes: dict[str, Value] = computed(
            {label: Value(float(x), label) for label, x in proof.numbers.items()}, proof.lines
        )
        for label, node in nodes.items():
            node.label = label
        nodes[proof.output].backward()
        return nodes


def computed(names: Mapping[str, Any], lines: Sequence[str], places: int | None = None) -> dict[str, Any]:
    """The names, and what the lines make of them; rounded on the way if places are given."""
    found = dict(names)
    for text in lines:
        label, _, formula = text.partition(" = ")
        made = evaluate(sentences.read(formula, tuple(found)), found)
        found[label] = made if places is None else round(float(made), places)
    return found


def same(x: Rows, y: Rows) -> bool:
    """Whether two answers are equal up to the rounding of floats."""
    return x == y if isinstance(x, str) or isinstance(y, str) else close(x, y, ROUNDING)


def close(x: Rows, y: Rows, share: float) -> bool:
    """Whether all numbers of two tables agree up to a share of their size."""
    assert not isinstance(x, str) and not isinstance(y, str)
    return [len(row) for row in x] == [len(row) for row in y] and all(
        math.isclose(a, b, rel_tol=share, abs_tol=share * SMALLEST) for r, s in zip(x, y) for a, b in zip(r, s)
    )


def written(x: Fraction) -> str:
    """A number of a question: a fraction, or a decimal that is shorter."""
    return str(x) if x.denominator in (1, 2, 3) else f"{float(x):g}"


def listed(parts: Sequence[str]) -> str:
    """The parts with commas, and "and" before the last.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
