r"""Which items of a graph share a box.

Legend. An item is folded by its *key*; items of one key share a box::

    ("layer", l)        all of layer l: z_j^{(l)}, a_j^{(l)}, w_{jk}^{(l)}, b_j^{(l)} and what lies between
    ("neuron", l, j)    the same of neuron j alone
    ("parts", number)   items that are built alike: the same operations on the same boxes
    ("item", number)    one item

The depth that keeps boxes from forming a cycle stands behind the rest of a key, see `without_cycles`.

A mini-batch runs each neuron once per sample. Folding by key rolls these repetitions into one box, and
``parts`` does so for what has no name of its own, such as the costs of the samples.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Any

from ..engine.value import Value
from .picture import NAMED, Flat, Link, args_of, users_of

INPUT = 0  # layer 0 is the input
TERMS = 16  # different terms of a running sum that are remembered

Key = tuple[Any, ...]


def grouped(flat: Flat, level: str, opened: Collection[Key]) -> list[Key]:
    """The key of every item, such that the boxes form no cycle."""
    named = homes(flat)
    keys: list[Key] = []
    alike = Alike(flat)
    for n, home in enumerate(named):
        key: Key = ()
        if home:
            layer, neuron = home
            if level == "layer" and ("layer", layer) not in opened:
                key = ("layer", layer)
            elif neuron and ("neuron", layer, neuron) not in opened:
                key = ("neuron", layer, neuron)
        if not key:
            key = ("parts", alike.number(n, keys))
            if key in opened:
                key = ("item", n)
        keys.append(key)
    return without_cycles(flat, keys)


def homes(flat: Flat) -> list[tuple[int, str] | None]:
    """The layer and the neuron that an item belongs to; neuron "" where several of a layer share it."""
    found: list[tuple[int, str] | None] = [None] * len(flat.items)
    newest = [INPUT] * len(flat.items)  # the last layer that an item depends on
    for n, item in enumerate(flat.items):
        if isinstance(item, Value) and (match := NAMED.fullmatch(item.label)):
            letter, braced, bare, layer = match.groups()
            if (item.op is not None) == (letter in "za"):
                found[n] = int(layer), neuron_index(letter, braced or bare or "1")
                newest[n] = int(layer)
    layers = {home[0] for n, home in enumerate(found) if home and getattr(flat.items[n], "op", None)}
    found = [home if home and home[0] in layers else None for home in found]
    for link in flat.links:
        newest[link.target] = max(newest[link.target], newest[link.source])
    users = users_of(flat)
    for n in reversed(range(len(flat.items))):
        if found[n] or not users[n]:
            continue
        theirs = {found[link.target] for link in users[n]}
        if None in theirs or len({home[0] for home in theirs if home}) > 1:
            continue
        layer = next(home[0] for home in theirs if home)
        item = flat.items[n]
        if isinstance(item, Value) and item.op is not None:
            if newest[n] == layer and not item.label:  # between the parameters of a layer and its activations
                found[n] = next(iter(theirs)) if len(theirs) == 1 else (layer, "")
        elif layer == min(layers) and not any(activates(flat, link) for link in users[n]):
            found[n] = (INPUT, "")
        elif not isinstance(item, Value):
            found[n] = next(iter(theirs)) if len(theirs) == 1 else (layer, "")
    return found


def activates(flat: Flat, link: Link) -> bool:
    """Whether a link leads into an activation: the slope of a leaky ReLU is no input of the network."""
    match = NAMED.fullmatch(getattr(flat.items[link.target], "label", ""))
    return match is not None and match[1] == "a"


def neuron_index(letter: str, index: str) -> str:
    """The j of a label: the first of the two indices of a weight.

    >>> neuron_index("w", "12"), neuron_index("w", "12,3"), neuron_index("a", "12")
    ('1', '12', '12')
    """
    if letter == "w":
        return index.partition(",")[0] if "," in index else index[:1]
    return index


class Alike:
    """Numbers items so that those built alike get the same number."""

    def __init__(self, flat: Flat) -> None:
        self.flat = flat
        self.users = users_of(flat)
        self.args = args_of(flat)
        self.numbers: dict[Hashable, int] = {}
        self.terms: dict[Hashable, frozenset[Key]] = {}  # of the running sums

    def number(self, n: int, keys: Sequence[Key]) -> int:
        """The number of item n, given the keys of all items before it."""
        item = self.flat.items[n]
        if not isinstance(item, Value) or item.op is None:
            return self._intern(self._leaf(n, item))
        name = item.op.name
        parts = [keys[link.source] for link in self.args[n]]
        if name == "add" and len(parts) == 2 and not item.label:
            return self._running_sum(parts[0], parts[1])
        same_for_all = frozenset(parts) if item.op.vectors and len(set(item.op.vectors)) == 1 else tuple(parts)
        return self._intern((name, item.label, same_for_all))

    def _leaf(self, n: int, item: Value | float) -> Hashable:
        if isinstance(item, Value) and item.label:
            return ("leaf", item.label)
        link = self.users[n][0] if self.users[n] else None
        user = self.flat.items[link.target] if link else None
        op = user.op.name if isinstance(user, Value) and user.op else ""
        exponent = item if op == "pow" and not isinstance(item, Value) else None  # is part of the operation
        return (type(item), op, link.position if link else 0, exponent)

    def _running_sum(self, total: Key, term: Key) -> int:
        """c + c + c is one box, however many there are: adding what was added before changes nothing."""
        terms = self.terms.get(total, frozenset())
        if term in terms:
            return int(total[1])
        number = self._intern(("add", total, term))
        self.terms["parts", number] = frozenset([total, term]) | (terms if len(terms) < TERMS else frozenset())
        return number

    def _intern(self, built: Hashable) -> int:
        return self.numbers.setdefault(built, len(self.numbers))


def without_cycles(flat: Flat, keys: Sequence[Key]) -> list[Key]:
    """The keys with a number behind each, which splits boxes that would form a cycle.

    A cycle comes from a neuron that is used again further on. There the number is the depth of an item,
    the most changes of box on a way to it: every edge between boxes then leads to a greater depth.
    """
    users, args = users_of(flat), args_of(flat)
    depth = [0] * len(flat.items)
    for _ in range(2):  # first without the leaves, which have no depth of their own, then with it
        for n, links in enumerate(args):
            if links:
                depth[n] = max(depth[x.source] + (keys[x.source] != keys[n]) for x in links)
        for n, links in enumerate(args):
            if not links:
                depth[n] = min([depth[x.target] for x in users[n] if keys[x.target] == keys[n]], default=0)
    edges = {(keys[x.source], keys[x.target]) for x in flat.links if keys[x.source] != keys[x.target]}
    split = on_cycles(edges) & on_cycles({(target, source) for source, target in edges})
    return [(*key, d if key in split else 0) for key, d in zip(keys, depth)]


def on_cycles(edges: Collection[tuple[Key, Key]]) -> set[Key]:
    """The boxes that can be reached from a cycle: what is left when those without arguments are taken away."""
    ends: dict[Key, list[Key]] = {}
    waiting: dict[Key, int] = {}
    for source, target in edges:
        ends.setdefault(source, []).append(target)
        waiting[target] = waiting.get(target, 0) + 1
    free = [key for key in ends if key not in waiting]
    for key in free:  # grows while it is read
        for target in ends.get(key, ()):
            waiting[target] -= 1
            if not waiting[target]:
                free.append(target)
    return {key for key, count in waiting.items() if count}
