"""Pictures of graphs and networks: `draw`, the stepper and the playground, networks, number lines, plots.

Nothing here needs more than the standard library, except `plots` (matplotlib) and the formats that
Graphviz writes.
"""

from . import plots
from .animate import animate
from .drawing import Drawing, draw
from .network import network
from .number_lines import number_lines
from .playground import Playground, playground
from .stepper import Stepper, stepper

__all__ = [
    "Drawing",
    "Playground",
    "Stepper",
    "animate",
    "draw",
    "network",
    "number_lines",
    "playground",
    "plots",
    "stepper",
]
