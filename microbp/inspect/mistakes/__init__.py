"""Where a backpropagation written by hand goes wrong first, and what the mistake is called: `blame`."""

from .accuse import Blame, blame

__all__ = ["Blame", "blame"]
