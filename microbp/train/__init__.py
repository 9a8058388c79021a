"""Training: `fit`, `evaluate`, and the history of what happened."""

from .history import History
from .loop import evaluate, fit

__all__ = ["History", "evaluate", "fit"]
