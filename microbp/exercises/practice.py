"""Practice at the keyboard: ask, grade, hint, until the answer is right."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InputError
from .exercise import Exercise
from .subject import Task

HELP = "type the answer (3/4, 0.75 or a formula), h for a hint, s for the solution, n for the next one, q to stop"


def practise(items: Sequence[Sequence[Exercise] | Sequence[Task]]) -> None:
    """Ask for every derivative on standard input until it is right, and count what was right at once."""
    print(HELP)
    asked = right = 0
    try:
        for n, parts in enumerate(items, 1):
            for exercise in parts:
                print(f"\n{n}. {exercise}")
                at_once = _until_right(exercise)
                asked, right = asked + 1, right + at_once
    except EOFError:
        print()
    except KeyboardInterrupt:
        print()
        raise
    finally:
        print(f"{right} of {asked} right at the first try, without a hint")


def _until_right(exercise: Exercise | Task) -> bool:
    """Ask until the answer is right or given up; whether the first try without a hint was right."""
    at_once, hints = True, iter(exercise.hints)
    while True:
        match input("> ").strip().lower():
            case "":
                print(HELP)
                continue
            case "q":
                raise EOFError
            case "n":
                return False
            case "s":
                print(exercise.solution)
                return False
            case "h":
                print(next(hints, "There are no more hints: s shows the solution."))
            case answer:
                try:
                    grade = exercise.grade(answer)
                except InputError as error:
                    print(error)
                    continue
                print(grade)
                if grade:
                    return at_once
        at_once = False
