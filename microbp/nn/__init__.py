"""Networks: modules, layers, activations, initialisers."""

from .activations import ACTIVATIONS
from .initialisers import INITIALISERS
from .layers import MLP, Chain, Layer, Neuron
from .loading import load
from .module import Module

__all__ = ["ACTIVATIONS", "INITIALISERS", "MLP", "Chain", "Layer", "Module", "Neuron", "load"]
