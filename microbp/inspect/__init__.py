"""What the library exists for: every statement of the chain rule, seen in a live graph.

- any graph: `explain` (factors, paths, steps), `sensitivity`, `demon_at`, `trouble`;
- the chain with one neuron per layer: `chain`;
- fully connected networks: `equations` (BP1 to BP4), `shapes`, `nudges`, `demon`, `costs`, `saturation`;
- averages: `effective_memory`;
- any formula of the texts, right or wrong: `claim`; any gradient found by hand: `blame`.
"""

from .chain import ChainDerivations, chain
from .claims import claim
from .counting import Costs, costs
from .demon import Demon, demon, demon_at
from .derivation import Derivation, explain
from .equations import Equations, equations
from .memory import effective_memory
from .mistakes import Blame, blame
from .nudges import Nudges, nudges
from .saturation import Saturation, saturation
from .sensitivity import Sensitivities, sensitivity
from .shapes import Shapes, shapes
from .steps import Steps
from .tables import Table
from .trouble import Trouble, trouble

__all__ = [
    "Blame", "ChainDerivations", "Costs", "Demon", "Derivation", "Equations", "Nudges", "Saturation",
    "Sensitivities", "Shapes", "Steps", "Table", "Trouble", "blame", "chain", "claim", "costs", "demon",
    "demon_at", "effective_memory", "equations", "explain", "nudges", "saturation", "sensitivity", "shapes",
    "trouble",
]  # fmt: skip
