"""Nested arguments: numbers in lists, tuples, dicts and NumPy arrays, read in order and built again in the same shape.

The place of a number is a path of indices and keys: the 5 of ``{"w": [4, 5]}`` is at ``("w", 1)``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..errors import ShapeError
from ..table.op import is_array
from .value import Value

Path = tuple[Any, ...]


def walk(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every number with its place, in order.

    >>> list(walk({"w": [4.0, 5.0], "b": 6.0}))
    [(('w', 0), 4.0), (('w', 1), 5.0), (('b',), 6.0)]
    """
    if isinstance(tree, dict):
        branches: Any = tree.items()
    elif isinstance(tree, list | tuple) or is_array(tree):
        branches = enumerate(tree.tolist() if hasattr(tree, "tolist") else tree)
    else:
        yield path, unboxed(tree)
        return
    for key, branch in branches:
        yield from walk(branch, (*path, key))


def flatten(tree: Any) -> list[Any]:
    """The numbers in order."""
    return [x for _, x in walk(tree)]


def flatten_like(tree: Any, like: Any, said: str) -> list[Any]:
    """The numbers of a tree in the order of those that are at the same places of another.

    Args:
        tree: what to read; a list may stand for an array.
        like: whose order to take.
        said: the end of the error's message.

    Raises:
        ShapeError: a place of the one is missing in the other.
    """
    found = dict(walk(tree))
    places = [path for path, _ in walk(like)]
    if found.keys() != set(places):
        path = next(path for path in [*places, *found] if path not in found or path not in places)
        where = "".join(f"[{key!r}]" for key in path) or "its own place"
        raise ShapeError(f"{said}: {'nothing' if path in places else 'too much'} at {where}")
    return [found[path] for path in places]


def map_numbers(f: Callable[[Any], Any], tree: Any) -> Any:
    """f of every number, in the shape and type of the tree.

    >>> map_numbers(lambda x: 2 * x, {"w": (1, [2]), "b": 3})
    {'w': (2, [4]), 'b': 6}
    """
    if isinstance(tree, dict):
        return tree | {key: map_numbers(f, branch) for key, branch in tree.items()}
    if isinstance(tree, tuple):
        branches = [map_numbers(f, branch) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)
    if isinstance(tree, list):
        return [map_numbers(f, branch) for branch in tree]
    if is_numpy(tree):
        return array_of([f(x) for x in tree.ravel().tolist()], tree.shape)
    return map_numbers(f, tree.tolist()) if is_array(tree) else f(unboxed(tree))


def map_whole(f: Callable[[Any], Any], tree: Any) -> Any:
    """f of every number and of every array as a whole."""
    if isinstance(tree, dict):
        return tree | {key: map_whole(f, branch) for key, branch in tree.items()}
    if isinstance(tree, list | tuple):
        branches = [map_whole(f, branch) for branch in tree]
        return branches if isinstance(tree, list) else tuple(branches)
    return f(unboxed(tree))


def stack(trees: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """One tree of arrays from many trees of one shape: the first axes say which tree, as an array of this shape."""
    first: Any = trees[0] if trees else 0.0
    if isinstance(first, dict):
        return first | {key: stack([tree[key] for tree in trees], shape) for key in first}
    if isinstance(first, list | tuple):
        branches = [stack(parts, shape) for parts in zip(*trees)]
        return branches if isinstance(first, list) else tuple(branches)
    if is_numpy(first):
        return array_of([x for tree in trees for x in tree.ravel().tolist()], shape + first.shape)
    return array_of(trees, shape)


def unboxed(x: Any) -> Any:
    """A number out of its box: some functions of NumPy give an array without axes."""
    return x.item() if getattr(x, "ndim", None) == 0 and hasattr(x, "item") else x


def array_of(numbers: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """An array of floats, or of objects where Values are among the numbers."""
    import numpy as np

    array = np.empty(len(numbers), object if any(isinstance(x, Value) for x in numbers) else float)
    array[:] = numbers
    return array.reshape(shape)


def is_numpy(tree: Any) -> bool:
    """Whether this is an array of NumPy, which nothing can be before NumPy is imported."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(tree, numpy.ndarray) and tree.ndim > 0
