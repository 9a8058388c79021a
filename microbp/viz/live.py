"""What a live page is told of a graph: its items and links, so that `pages/graph.js` can compute it again, and its
formulas with places where names and numbers go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from ..engine.value import Value
from ..inspect.names import names_of
from ..inspect.notation import text
from ..inspect.symbols import Formula, Name, Symbol, definition
from ..table import rows as ops
from ..table.op import Op
from .figures import figure
from .labels import parse
from .picture import Flat, Link, args_of, label_of

LONGEST = 150.0  # em of a name
PIECES = 60  # of a formula that is shown
OPEN, CLOSE = "\ue000", "\ue001"  # around the number of an item in a formula that was written out
ACTIVATIONS = (ops.sigmoid, ops.tanh, ops.relu, ops.identity)
"""What can be exchanged for one another on a page."""

Pieces = list[str | int]
"""A formula: texts, and numbers of arguments whose names or numbers go there; -1 is the node itself."""


def graph_data(flat: Flat) -> dict[str, Any]:
    """The graph as pages/graph.js reads it."""
    names, args = names_of(flat.root), args_of(flat)
    place = {item: n for n, item in enumerate(flat.items) if isinstance(item, Value)}
    items: list[dict[str, Any]] = []
    links: list[list[int | None]] = []
    shared: dict[str, int] = {}  # formulas as JSON, each once, however many nodes have it
    for n, item in enumerate(flat.items):
        if not isinstance(item, Value):
            items.append({"id": f"n{n}", "name": figure(item), "runs": [], "number": item, "constant": True})
            continue
        entry = {"id": f"n{n}", "name": names[item].text, "runs": runs(label_of(item, names)), "number": item.data}
        entry |= {"label": item.label, "op": item.op.name if item.op else "", "partials": item.partials}
        entry |= {"formulas": {op.name: numbered(formulas(item, op, args[n]), shared) for op in rows_of(item)}}
        items.append({key: entry[key] for key in entry if key in ("id", "number") or entry[key]})
    for links_in in args:
        parents = 0
        for link in links_in:
            k = None if link.partial is None else parents
            parents += link.partial is not None
            links.append([link.source, link.target, link.position, k])
    return {"items": items, "links": links, "root": f"n{place[flat.root]}", "formulas": [*map(json.loads, shared)]}


def rows_of(item: Value) -> Sequence[Op]:
    """The operation of a node, and those that it can be exchanged for."""
    if item.op is None:
        return ()
    return ACTIVATIONS if item.op in ACTIVATIONS else (item.op,)


def numbered(formula: dict[str, Any], shared: dict[str, int]) -> int:
    """The place of a formula among those that the nodes share."""
    return shared.setdefault(json.dumps(formula), len(shared))


def formulas(item: Value, op: Op, links: Sequence[Link]) -> dict[str, Any]:
    """A node's formula, and that of each local derivative, if its operation were this one.

    Its pieces say which of its links an argument comes by, and -1 for the node: nodes of a kind have the same formula.
    """
    node = item if op is item.op else op(*item.args)
    by = {item.args[link.position]: k for k, link in reversed([*enumerate(links)]) if link.partial is not None}

    def symbol(of: Value) -> Formula:
        n = "" if of is node else by[of]
        return Symbol(Name(f"{OPEN}{n}{CLOSE}", "", of.data))

    operands = [symbol(a) if isinstance(a, Value) else a for a in item.args]
    wanted = [isinstance(a, Value) for a in item.args]
    factors = op.local_derivatives(symbol(node), operands, wanted)
    return {"value": pieces(definition(node, symbol)), "factors": [pieces(factor) for factor in factors]}


def pieces(formula: Formula) -> Pieces:
    """A formula in pieces; of a long one the beginning."""
    parts = re.split(f"{OPEN}([0-9]*){CLOSE}", text(formula))
    found: Pieces = [int(part or -1) if n % 2 else part for n, part in enumerate(parts)]
    return found if len(found) <= PIECES else [*found[: PIECES - 1], " …"]


def runs(text: str) -> list[tuple[str, str]]:
    """A text cut where indices begin and end, each piece with its level."""
    return [(run.text, run.level) for run in parse(text, LONGEST).runs]
