"""Training: `fit`, `evaluate`, and the history of what happened."""

from .loop import History, evaluate, fit

__all__ = ["History", "evaluate", "fit"]
