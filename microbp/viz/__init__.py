"""Pictures of graphs and networks."""

from .animate import animate
from .drawing import Drawing, draw
from .network import network
from .stepper import Stepper, stepper

__all__ = ["Drawing", "Stepper", "animate", "draw", "network", "stepper"]
