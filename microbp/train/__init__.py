"""Training: `fit`, `evaluate`, and the history of what happened."""

from .evaluation import evaluate
from .history import History
from .loop import fit
from .run import DivergenceWarning

__all__ = ["DivergenceWarning", "History", "evaluate", "fit"]
