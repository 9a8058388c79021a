"""What the nodes of a graph are called, in every text and in every picture: `names_of`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..engine.graph import topological_order
from ..engine.value import Value
from .labels import in_latex, is_visible, plain
from .symbols import Formula, Name, Symbol


class Names:
    """A name for every node: its label, or v and a number; a name that is taken gets a number in brackets.

    A leaf without a label is called c and a number.

    >>> from microbp.engine.graph import operations
    >>> x = Value(1.0, "x")
    >>> y = x * x + x
    >>> names = Names([x, *operations(y)])
    >>> [names[node].text for node in operations(y)]
    ['v₁', 'v₂']
    """

    def __init__(self, order: Iterable[Value], extra: Mapping[Value, str] | None = None) -> None:
        nodes = list(order)
        labels = {node: node.label for node in nodes} | dict(extra or {})
        shown = {label: plain(label) if is_visible(label) else "" for label in set(labels.values())}
        taken = set(shown.values())
        self._labels: dict[Value, tuple[str, int]] = {}
        copies: dict[str, int] = {}
        counts = {"v": 0, "c": 0}
        for node in nodes:
            label = labels[node]
            if not shown[label]:
                letter = "v" if node.parents else "c"
                counts[letter] += 1
                while plain(label := f"{letter}_{{{counts[letter]}}}") in taken:
                    counts[letter] += 1
                copy = 1
            else:
                text = shown[label]
                copy = copies.get(text, 0) + 1
                while copy > 1 and f"{text}[{copy}]" in taken:
                    copy += 1
                copies[text] = copy
            self._labels[node] = label, copy

    def __getitem__(self, node: Value) -> Name:
        label, again = self.label(node)
        return Name(plain(label) + again, in_latex(label) + again, node.data)

    def label(self, node: Value) -> tuple[str, str]:
        """The label that a node has or was given, and what tells it from another of the same name."""
        label, copy = self._labels[node]
        return label, f"[{copy}]" if copy > 1 else ""

    def symbol(self, node: Value) -> Formula:
        """The node in a formula."""
        return Symbol(self[node])


def names_of(output: Value, *others: Value) -> Names:
    """The names in the graph of an output, which is called C where it has no label and nothing else has this one.

    Args:
        output: the root of the graph.
        others: nodes that need not be in it.

    >>> x = Value(1.0, "x")
    >>> y = x * x
    >>> names_of(y)[y].text
    'C'
    """
    order = dict.fromkeys([*topological_order(output), *others])
    is_cost = output.parents and not output.label and all(node.label != "C" for node in order)
    return Names(order, {output: "C"} if is_cost else {})
