"""Pictures of graphs and networks."""

from .drawing import Drawing, draw
from .stepper import Stepper, stepper

__all__ = ["Drawing", "Stepper", "draw", "stepper"]
