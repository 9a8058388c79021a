"""Pictures of graphs and networks."""

from .drawing import Drawing, draw

__all__ = ["Drawing", "draw"]
