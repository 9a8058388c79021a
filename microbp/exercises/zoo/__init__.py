"""The bug zoo: small programs with one planted mistake each, to be caught by a test or mended.

`puzzle` gives one by seed and level; `Puzzle.grade_test` and `Puzzle.grade_repair` judge the answers.
"""

from . import pages
from .puzzle import LEVELS, Puzzle, Verdict, caught, puzzle
from .run import SPECIMENS
from .shelf import SHELF, planted

__all__ = ["LEVELS", "SHELF", "SPECIMENS", "Puzzle", "Verdict", "caught", "pages", "planted", "puzzle"]
