"""Pictures of graphs and networks: `draw`, the stepper page, networks, number lines, plots.

Nothing here needs more than the standard library, except `plots` (matplotlib) and the formats that
Graphviz writes.
"""

from . import plots
from .animate import animate
from .drawing import Drawing, draw
from .network import network
from .number_lines import number_lines
from .stepper import Stepper, stepper

__all__ = ["Drawing", "Stepper", "animate", "draw", "network", "number_lines", "plots", "stepper"]
