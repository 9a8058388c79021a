"""Training: `fit`, `evaluate`, `predict`, and the history of what happened."""

from .evaluation import evaluate
from .history import History
from .loop import fit
from .prediction import predict
from .run import DivergenceWarning

__all__ = ["DivergenceWarning", "History", "evaluate", "fit", "predict"]
