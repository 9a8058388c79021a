r"""Graphs of networks folded to neurons or layers, by the labels that networks give their nodes.

`groups` says which items share a box; a mini-batch runs each neuron once per sample, and these runs do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..engine.value import Value
from ..errors import InputError
from ..inspect.names import Names, names_of
from ..table.op import shorten
from .flows import exits, flows_of, through
from .groups import INPUT, Key, grouped
from .picture import Edge, Flat, Link, Node, Picture, between, kind_of, label_of, picture, row_of_item, users_of

LEVELS = ("node", "neuron", "layer")
READABLE = 200  # boxes; a picture of more is folded by default


def fold(flat: Flat, highlight: Value | None, level: str | None, expand: Collection[str]) -> Picture:
    """The picture at a level of detail.

    Args:
        flat: the graph.
        highlight: the node whose paths to the root are marked.
        level: "node", "neuron" or "layer"; None for the finest of these with at most 200 boxes.
        expand: labels or ids of boxes that are opened by one level: a layer to its neurons, a neuron to
            its parts, parts to single nodes.

    Raises:
        InputError: no such level, or nothing of such a name to open.
    """
    if level not in (None, *LEVELS):
        raise InputError(f"no level {level!r}; choose from {', '.join(LEVELS)}")
    if isinstance(expand, str):
        expand = [expand]
    if level == "node" or (level is None and len(flat.items) <= READABLE):
        if expand:
            raise InputError("every node is drawn already: expand opens boxes of level='neuron' or 'layer'")
        return picture(flat, highlight)
    if level is None:
        level = "neuron" if len(set(grouped(flat, "neuron", ()))) <= READABLE else "layer"
    keys = grouped(flat, level, ())
    names, users = names_of(flat.root), users_of(flat)
    called: dict[str, Key] = {}
    opened: set[Key] = set()
    for _ in LEVELS:  # each round opens one level
        for members in boxes(keys).values():
            if len(members) > 1:
                shown = exits(flat, keys, members, users)
                for name in (f"g{members[0]}", title(flat, keys, shown), title(flat, keys, shown, names)):
                    if name:
                        called[name] = keys[members[0]][:-1]
        fresh = {called[name] for name in expand if name in called} - opened
        if not fresh:
            break
        opened |= fresh
        keys = grouped(flat, level, opened)
    if missing := [name for name in expand if name not in called]:
        known = shorten(", ".join(repr(name) for name in sorted(called) if not re.fullmatch(r"g\d+", name)), 400)
        raise InputError(f"nothing to open is called {missing[0]!r}; there is {known}")
    if len(set(keys)) == len(flat.items):
        return picture(flat, highlight)
    return folded(flat, keys, highlight, level, names)


def boxes(keys: Sequence[Key]) -> dict[Key, list[int]]:
    """The items of every box."""
    found: dict[Key, list[int]] = {}
    for n, key in enumerate(keys):
        found.setdefault(key, []).append(n)
    return found


def title(flat: Flat, keys: Sequence[Key], shown: Sequence[int], names: Names | None = None) -> str:
    """What a box is called, and opened by: the label of what it shows, or its name in the graph."""
    key, item = keys[shown[0]], flat.items[shown[0]]
    if key[0] == "layer":
        return f"layer {key[1]}" if key[1] else "input"
    if not isinstance(item, Value):
        return ""
    return label_of(item, names) if names and len(shown) == 1 else item.label


def folded(flat: Flat, keys: Sequence[Key], highlight: Value | None, level: str, names: Names) -> Picture:
    """The picture with one box for every key."""
    path = between(flat.root, highlight) if highlight is not None else set()
    computed = flat.root.grad != 0.0
    on = [isinstance(item, Value) and item in path for item in flat.items]
    users = users_of(flat)
    shown = {key: exits(flat, keys, members, users) for key, members in boxes(keys).items()}
    nodes: dict[Key, Node] = {}
    for key, members in boxes(keys).items():
        items = [flat.items[n] for n in shown[key]]
        values = [item for item in items if isinstance(item, Value)]
        nodes[key] = Node(
            id=f"{'g' if len(members) > 1 else 'n'}{members[0]}",
            kind=key[0] if key[0] in ("neuron", "layer") else kind_of(flat.items[members[-1]], flat.root),
            label=title(flat, keys, shown[key], names),
            op=described(key, values),
            data=tuple(item.data if isinstance(item, Value) else item for item in items),
            grad=tuple(v.grad for v in values) if computed or not values else None,
            count={"neuron": len(items), "parts": len(members)}.get(key[0], 1),
            on_path=any(on[n] for n in members) if path else None,
            row=row_of_item(flat, shown[key][0], names, users),
            given=all(value.op is None for value in values),
        )
    bundles: dict[tuple[Key, Key], list[Link]] = {}
    for link in flat.links:
        ends = keys[link.source], keys[link.target]
        if ends[0] != ends[1]:
            bundles.setdefault(ends, []).append(link)
    drawn = {n for numbers in shown.values() for n in numbers}
    flows = flows_of(flat, keys, drawn, users)
    edges = [
        Edge(
            id=f"e{n}",
            source=nodes[source].id,
            target=nodes[target].id,
            partials=tuple(through(links, flows, shown[source], shown[target])),
            count=len(links),
            constant=all(link.partial is None for link in links),
            on_path=any(on[link.source] and on[link.target] for link in links) if path else None,
        )
        for n, ((source, target), links) in enumerate(bundles.items())
    ]
    return Picture(tuple(nodes.values()), tuple(edges), summary(flat, nodes, level))


def described(key: Key, values: Sequence[Value]) -> str:
    """The second line of a box: its operation, or what is in it."""
    if key[0] == "layer":
        labels = {v.label for v in values}
        if key[1] == INPUT:
            return f"{len(labels)} inputs" if len(labels - {""}) > 1 else "inputs"
        samples = f", {len(values) // len(labels)} samples" if len(values) > len(labels) else ""
        return f"{len(labels)} neuron{'s' * (len(labels) > 1)}{samples}"
    last = values[-1] if values else None
    return last.op.name if last is not None and last.op else ""


def summary(flat: Flat, nodes: dict[Key, Node], level: str) -> str:
    """What was folded, and how to open it."""
    can_open = [node for key, node in nodes.items() if key[0] == level and key[1]]
    opens = min(can_open, key=lambda node: (node.row or (((),), ()))[1]).label if can_open else ""
    hint = f"; expand=[{opens!r}] opens one" if opens else ""
    return f"{len(flat.items)} nodes folded by {level} into {len(nodes)} boxes{hint}; level='node' shows all"
