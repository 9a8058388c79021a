"""`playground`: one page that trains a network, shows every neuron, and explains every number."""

from __future__ import annotations

from .page import Playground, playground

__all__ = ["Playground", "playground"]
