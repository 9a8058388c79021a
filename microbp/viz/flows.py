"""What flows from box to box in a folded picture: the numbers that a box shows, and those on the edges.

Adjoint times edge is what an edge adds to a grad, here as in the picture of single nodes. So the derivative on an
edge is multiplied through what lies in the target's box, up to the number that the box shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from ..engine.value import Value
from .groups import Key
from .picture import NAMED, Flat, Link


def exits(flat: Flat, keys: Sequence[Key], members: Sequence[int], users: Sequence[Sequence[Link]]) -> list[int]:
    """The items whose numbers a box shows.

    A neuron shows its activations, or its weighted inputs where it has no more; any other box what is used
    outside it, and the root.
    """
    if keys[members[0]][0] in ("neuron", "layer"):
        letters = {n: letter_of(flat.items[n]) for n in members}
        if found := [n for n in members if letters[n] == "a"] or [n for n in members if letters[n]]:
            return found
    return [n for n in members if not users[n] or any(keys[link.target] != keys[n] for link in users[n])]


def letter_of(item: Value | float) -> str:
    """z or a for the weighted inputs and the activations of a network; nothing for all other items."""
    return item.label[0] if isinstance(item, Value) and item.op and NAMED.fullmatch(item.label) else ""


class Flow(NamedTuple):
    """All that an item does to the root, it does through one exit of its own box: which, and the derivative of that."""

    exit: int
    slope: float


def flows_of(
    flat: Flat, keys: Sequence[Key], drawn: Collection[int], users: Sequence[Sequence[Link]]
) -> list[Flow | None]:
    """The flow of every item; None where there are several exits, or where it leaves its box by another way."""
    found: list[Flow | None] = [None] * len(flat.items)
    for n in reversed(range(len(flat.items))):
        if n in drawn:
            found[n] = Flow(n, 1.0)
        elif all(keys[link.target] == keys[n] for link in users[n]):
            found[n] = joined(users[n], found)
    return found


def joined(links: Iterable[Link], flows: Sequence[Flow | None]) -> Flow | None:
    """The flow over several links from one item: the slopes add up if all lead to one exit."""
    total: Flow | None = None
    for link in links:
        onward = flows[link.target]
        if onward is None or link.partial is None or (total and total.exit != onward.exit):
            return None
        slope = onward.slope * link.partial
        total = Flow(onward.exit, total.slope + slope if total else slope)
    return total


def through(links: Iterable[Link], flows: Sequence[Flow | None], sources: list[int], targets: list[int]) -> list[float]:
    """The derivatives that a bundle of links stands for, one for each number of the source's box, or none at all.

    Args:
        links: from one box to another.
        flows: of all items.
        sources: what the first box shows. All of it must be used, or nobody could tell which number is meant.
        targets: what the second box shows: one number, or one for each of the sources, in the same order.
    """
    from_each: dict[int, list[Link]] = {}
    for link in links:
        if link.partial is not None:
            from_each.setdefault(link.source, []).append(link)
    found = [joined(own, flows) for _, own in sorted(from_each.items())]
    ends = [flow.exit for flow in found if flow]
    one_each = ends == targets or (len(targets) == 1 and len(ends) == len(found))
    return [flow.slope for flow in found if flow] if sorted(from_each) == sources and one_each else []
