"""The red pen: `claim` judges a formula of backpropagation by numbers."""

from .judge import CONDITIONS, Verdict, claim

__all__ = ["CONDITIONS", "Verdict", "claim"]
