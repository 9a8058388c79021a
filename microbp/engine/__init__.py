"""A number that remembers how it was made, the order of a graph, the one sweep, and functions of functions."""

from typing import Any

from .backward import write_grads
from .copying import deep_copy, reduce_node, shallow_copy
from .node import Node
from .operations import give_operations

# What a Value can do stands in files of its own, above the one of its class, and is given to it here.
_node: Any = Node
_node.backward = write_grads
_node.__copy__, _node.__deepcopy__, _node.__reduce__ = shallow_copy, deep_copy, reduce_node
give_operations(write_grads)
