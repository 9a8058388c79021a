"""What the library exists for: every statement of the chain rule, seen in a live graph.

- any graph: `explain` (factors, paths, steps);
- the chain with one neuron per layer: `chain`;
- fully connected networks: `equations` (BP1 to BP4).
"""

from .chain import ChainDerivations, chain
from .derivation import Derivation, explain
from .equations import Equations, equations
from .steps import Steps

__all__ = ["ChainDerivations", "Derivation", "Equations", "Steps", "chain", "equations", "explain"]
