"""A program with a mistake, given as symptoms and code; and the grader of what a student hands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from ...errors import InputError
from .mutate import Mutant, mutants
from .run import SPECIMENS, failures, judged, text
from .shelf import SHELF, planted

LEVELS = {1: "the numbers and the part of the program", 2: "the numbers", 3: "the symptom alone"}
"""What a puzzle tells."""


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is accepted, and why not."""

    accepted: bool
    reason: str

    def __str__(self) -> str:
        return f"{'accepted' if self.accepted else 'not yet'}: {self.reason}"

    __repr__ = __str__


@dataclass(frozen=True)
class Puzzle:
    """One broken program.

    Attributes:
        specimen: which program it was.
        mutant: the program now, and where the mistake is.
        level: how much is told.
        symptoms: the tests that fail, with what goes wrong.
        source: who tells of the mistake, where it is a famous one.
    """

    specimen: str
    mutant: Mutant
    level: int
    symptoms: tuple[tuple[str, str], ...]
    source: str = ""

    @property
    def code(self) -> str:
        """The broken program."""
        return self.mutant.source

    @property
    def told(self) -> str:
        """The symptoms, as far as the level tells them."""
        name, numbers = self.symptoms[0]
        words = name.removeprefix("test_").replace("_", " ")
        lines = [f"Symptom: this does not hold: {words}."]
        if self.level <= 2:
            lines.append(f"Numbers: {numbers}.")
        if self.level == 1:
            first = max(1, self.mutant.line - 6)
            lines.append(f"The mistake is in lines {first} to {first + 12}.")
        return "\n".join(lines)

    @property
    def test(self) -> str:
        """An answer: a test that fails on the broken program and passes on the right one."""
        source = text(f"{self.specimen}_tests")
        helpers = source[: source.index("\ndef test_")]
        start = source.index(f"def {self.symptoms[0][0]}(")
        end = source.find("\n\n\ndef ", start)
        return f"{helpers.rstrip()}\n\n\n{source[start : end if end > 0 else None].rstrip()}\n"

    @property
    def repair(self) -> str:
        """An answer: the right program."""
        return text(self.specimen)

    @property
    def key(self) -> str:
        """What was wrong, and where."""
        m = self.mutant
        told = f" ({self.source})" if self.source else ""
        return f"Line {m.line}: {m.name}{told}.\n  wrong  {m.wrong}\n  right  {m.right}"

    @property
    def numbered(self) -> str:
        """The broken program with the numbers of its lines."""
        lines = self.code.splitlines()
        return "\n".join([f"{i:{len(str(len(lines)))}}  {line}".rstrip() for i, line in enumerate(lines, 1)])

    def __str__(self) -> str:
        return f"{self.told}\n\n{self.numbered}"

    __repr__ = __str__

    def grade_test(self, source: str) -> Verdict:
        """Judge a test: it passes on the right program and fails on the broken one.

        Args:
            source: Python. Functions whose names begin with ``test`` take names of the program as arguments; they may
                be methods of a class. Without such functions the whole text is the test.

        Raises:
            InputError: it is no text, no Python, or it asks for a name that is not there.
        """
        return Verdict(*judged(source, right=self.repair, broken=self.code))

    def grade_repair(self, source: str) -> Verdict:
        """Judge a repaired program: it passes all tests of the right one.

        Raises:
            InputError: it is no text.
        """
        return Verdict(*judged(source, tests=text(f"{self.specimen}_tests")))


def caught(specimen: str) -> Iterator[tuple[Mutant, tuple[tuple[str, str], ...]]]:
    """The mutants of a specimen that its tests catch, with the tests that fail."""
    for mutant in mutants(text(specimen)):
        told = tuple(failures(specimen, mutant.source))
        if told and told[0][0] != "loading":
            yield mutant, told


@cache
def _mutants(specimen: str) -> tuple[Mutant, ...]:
    return tuple(mutants(text(specimen)))


def puzzle(seed: int = 0, level: int = 1, famous: bool = False) -> Puzzle:
    """A puzzle by its seed: the same seed gives the same one.

    Args:
        seed: any whole number.
        level: 1 tells the symptom, the numbers and the part of the program; 2 no place; 3 the symptom alone.
        famous: from the shelf of famous mistakes.

    Raises:
        InputError: there is no such level.

    >>> print(puzzle(seed=0).told.splitlines()[0])
    Symptom: this does not hold: ...
    """
    if level not in LEVELS:
        raise InputError(f"level {level} is not there; choose from {', '.join(map(str, LEVELS))}")
    rng = Random(f"zoo {seed}")
    if famous:
        known = SHELF[rng.randrange(len(SHELF))]
        mutant = planted(known)
        return Puzzle(known.specimen, mutant, level, tuple(failures(known.specimen, mutant.source)), known.source)
    specimen = rng.choice(SPECIMENS)
    order = list(_mutants(specimen))
    rng.shuffle(order)
    for mutant in order:
        told = tuple(failures(specimen, mutant.source))
        if told and told[0][0] != "loading":
            return Puzzle(specimen, mutant, level, told)
    raise AssertionError("every specimen has mutants that its tests catch")
