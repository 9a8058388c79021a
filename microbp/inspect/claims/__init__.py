"""The red pen: `claim` judges a formula of backpropagation by numbers; `FORMULAS` are those of the texts."""

from .judge import CONDITIONS, Verdict, claim
from .texts import FORMULAS, Stated

__all__ = ["CONDITIONS", "FORMULAS", "Stated", "Verdict", "claim"]
