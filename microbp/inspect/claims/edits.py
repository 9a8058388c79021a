"""Small edits of a formula: what a reader who knows better would have crossed out and written in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .tree import (
    Apply,
    Binary,
    Derivative,
    Formula,
    Layer,
    Negative,
    Node,
    Number,
    Quantity,
    Sum,
    Transpose,
    children,
    ends_in_sum,
    with_last,
)

PAIRS = {"A": "Z", "Z": "A", "dA": "dZ", "dZ": "dA", "dW": "db", "X": "A"}
LETTERS = {"W": "w", "Z": "z", "A": "a", "dZ": "δ", "dA": "da"}


def edited(formula: Formula, most: int = 2) -> Iterator[Formula]:
    """Formulas one edit away, then those two away, each once."""
    seen = {formula}
    first = []
    for candidate in _once(formula):
        if candidate not in seen:
            seen.add(candidate)
            first.append(candidate)
            yield candidate
    for near in first if most > 1 else ():
        for candidate in _once(near):
            if candidate not in seen:
                seen.add(candidate)
                yield candidate


def _once(formula: Formula) -> Iterator[Formula]:
    for right in changes(formula.right):
        yield replace(formula, right=right)


def changes(node: Node) -> Iterator[Node]:
    """The node with one edit in it, at its top or further down."""
    yield from here(node)
    if isinstance(node, Derivative):
        return
    for name, child in children(node):
        for new in changes(child):
            yield replace(node, **{name: new})  # type: ignore[type-var]


def here(node: Node) -> Iterator[Node]:
    """The edits of one part."""
    if isinstance(node, Quantity):
        yield from _quantity(node)
    elif isinstance(node, Derivative):
        for by in _quantity(node.by):
            if isinstance(by, Quantity) and by.name == node.by.name:
                yield replace(node, by=by)
    elif isinstance(node, Transpose):
        yield node.of
    elif isinstance(node, Negative):
        yield node.of
        if isinstance(node.of, Binary) and node.of.sign in "+-":
            yield replace(node.of, left=Negative(node.of.left))
    elif isinstance(node, Apply):
        yield from _function(node)
    elif isinstance(node, Sum):
        yield node.body
    elif isinstance(node, Binary):
        yield from _binary(node)
    if not isinstance(node, Negative | Number):
        yield Negative(node)


def _quantity(q: Quantity) -> Iterator[Node]:
    if len(q.indices) == 2:
        yield replace(q, indices=q.indices[::-1])
    if q.layer is not None:
        for step in (1, -1):
            yield replace(q, layer=Layer(q.layer.base, q.layer.offset + step))
    if q.indices and len(q.indices) == 1:
        for index in "jk":
            if index not in q.indices:
                yield replace(q, indices=(index,))
    if q.name in ("W", "A", "dZ", "X", "dA") and not q.indices:
        yield Transpose(q)
    if q.name in PAIRS:
        yield replace(q, name=PAIRS[q.name], written=_letter(q, PAIRS[q.name]))
    if q.name in ("g", "dW", "db", "dZ"):
        yield Binary("**", q, Number(2.0))
    if q.name in ("Ŷ", "A", "Y"):
        yield Apply("ln", q)
    if q.time == 0 and q.name in ("v", "s"):
        yield replace(q, time=-1)


def _letter(q: Quantity, name: str) -> str:
    return name if q.written[-1].isupper() else LETTERS.get(name, name)


def _function(node: Apply) -> Iterator[Node]:
    if node.function in ("sum", "mean"):
        if not node.keepdims:
            yield replace(node, keepdims=True)
        if node.axis is not None:
            yield replace(node, axis=1 - node.axis)
            yield replace(node, axis=1 - node.axis, keepdims=True)
        else:
            yield replace(node, axis=1, keepdims=True)
        yield node.argument
    else:
        yield replace(node, prime=not node.prime)
        yield node.argument
        if node.function == "sqrt":  # what a denominator may not do without
            yield Binary("+", node, Quantity("ε", "ε"))


def _binary(node: Binary) -> Iterator[Node]:
    sign, left, right = node.sign, node.left, node.right
    if sign in "+-":
        if isinstance(last := ends_in_sum(left), Sum):  # Σ a + b as Σ (a + b)
            yield with_last(left, replace(last, body=Binary(sign, last.body, right)))
        yield replace(node, sign="-" if sign == "+" else "+")
        yield left
    if sign == "-":
        yield Binary("-", right, left)
    if sign in "*⊙@·":
        if sign in "@·":
            yield Binary(sign, right, left)
        yield replace(node, sign={"*": "@", "@": "*", "·": "⊙", "⊙": "·"}[sign])
        if isinstance(left, Binary) and left.sign in "*⊙@·":  # (a b) c as a (b c)
            yield Binary(left.sign, left.left, Binary(sign, left.right, right))
        yield left
        yield right
    if sign == "/":
        yield left
        yield Binary("*", left, right)
        yield Binary("/", left, Binary("+", Number(1.0), right))
    if sign == "**":
        yield left
    if sign in "*⊙@·/":
        m = Quantity("m", "m")
        yield Binary("/", node, m)
        yield Binary("·", Number(2.0), node)
        yield Binary("·", Number(0.5), node)
