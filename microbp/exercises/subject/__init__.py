"""Exercises on neurons, the four equations, shapes, samples and optimisers, each kind by seed and level."""

from .kinds import KINDS, Kind, tasks
from .task import Proof, Slip, Task

__all__ = ["KINDS", "Kind", "Proof", "Slip", "Task", "tasks"]
