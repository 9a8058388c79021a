"""Networks: modules, layers, activations, initialisers."""

from .activations import ACTIVATIONS
from .initialisers import INITIALISERS
from .layers import MLP, Chain, Layer, Linear, Neuron
from .loading import load
from .module import Module
from .sequential import Sequential

__all__ = [
    "ACTIVATIONS",
    "INITIALISERS",
    "MLP",
    "Chain",
    "Layer",
    "Linear",
    "Module",
    "Neuron",
    "Sequential",
    "load",
]
