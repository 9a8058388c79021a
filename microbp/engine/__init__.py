"""A number that remembers how it was made, the order of a graph, the one sweep, and functions of functions."""
