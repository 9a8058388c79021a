"""What a live page is told of a graph: its items and links, so that `pages/graph.js` can compute it again, and its
formulas with places where names and numbers go.
"""

from __future__ import annotations

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
from .picture import Flat, args_of, label_of

LONGEST = 150.0  # em of a name
PIECES = 60  # of a formula that is shown
OPEN, CLOSE = "\ue000", "\ue001"  # around the number of an item in a formula that was written out
ACTIVATIONS = (ops.sigmoid, ops.tanh, ops.relu, ops.identity)
"""What can be exchanged for one another on a page."""

Pieces = list[str | int]
"""A formula: texts, and numbers of items whose names or numbers go there."""


def graph_data(flat: Flat) -> dict[str, Any]:
    """The graph as pages/graph.js reads it."""
    names, args = names_of(flat.root), args_of(flat)
    place = {item: n for n, item in enumerate(flat.items) if isinstance(item, Value)}
    items: list[dict[str, Any]] = []
    links: list[list[str | int | None]] = []
    for n, item in enumerate(flat.items):
        if not isinstance(item, Value):
            items.append({"id": f"n{n}", "name": figure(item), "runs": [], "number": item, "constant": True})
            continue
        entry = {"id": f"n{n}", "name": names[item].text, "runs": runs(label_of(item, names)), "number": item.data}
        entry |= {"label": item.label, "op": item.op.name if item.op else "", "partials": item.partials}
        items.append(entry | {"formulas": {op.name: formulas(item, op, place) for op in rows_of(item)}})
    number = {id(link): n for n, link in enumerate(flat.links)}
    for links_in in args:
        parents = 0
        for link in links_in:
            k = None if link.partial is None else parents
            parents += link.partial is not None
            links.append([f"e{number[id(link)]}", f"n{link.source}", f"n{link.target}", link.position, k])
    return {"items": items, "links": links, "root": f"n{place[flat.root]}"}


def rows_of(item: Value) -> Sequence[Op]:
    """The operation of a node, and those that it can be exchanged for."""
    if item.op is None:
        return ()
    return ACTIVATIONS if item.op in ACTIVATIONS else (item.op,)


def formulas(item: Value, op: Op, place: dict[Value, int]) -> dict[str, Any]:
    """A node's formula, and that of each local derivative, if its operation were this one."""
    node = item if op is item.op else op(*item.args)

    def symbol(of: Value) -> Formula:
        n = place[item if of is node else of]
        return Symbol(Name(f"{OPEN}{n}{CLOSE}", "", of.data))

    operands = [symbol(a) if isinstance(a, Value) else a for a in item.args]
    wanted = [isinstance(a, Value) for a in item.args]
    factors = op.local_derivatives(symbol(node), operands, wanted)
    return {"value": pieces(definition(node, symbol)), "factors": [pieces(factor) for factor in factors]}


def pieces(formula: Formula) -> Pieces:
    """A formula in pieces; of a long one the beginning."""
    parts = re.split(f"{OPEN}([0-9]+){CLOSE}", text(formula))
    found: Pieces = [int(part) if n % 2 else part for n, part in enumerate(parts)]
    return found if len(found) <= PIECES else [*found[: PIECES - 1], " …"]


def runs(text: str) -> list[tuple[str, str]]:
    """A text cut where indices begin and end, each piece with its level."""
    return [(run.text, run.level) for run in parse(text, LONGEST).runs]
