"""What the library exists for: every statement of the chain rule, seen in a live graph.

- any graph: `explain` (factors, paths, steps), `sensitivity`, `trouble`;
- the chain with one neuron per layer: `chain`;
- fully connected networks: `equations` (BP1 to BP4), `shapes`, `nudges`, `demon`, `costs`, `saturation`;
- averages: `effective_memory`.
"""

from .derivation import Derivation, explain
from .steps import Steps

__all__ = ["Derivation", "Steps", "explain"]
