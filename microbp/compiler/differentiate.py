r"""Differentiate: the reverse sweep over blocks, as further lines of code.

The adjoint of a block is written once all that read it have contributed. What a block contributes to an
argument is its adjoint times the local derivative, which is the table's rule read with texts; for a
matrix product it is the same rule for all rows at once, $\partial C/\partial W = \delta\, a^T$ and
$\partial C/\partial a = W^T \delta$ (BP4 and BP2). A parameter is shared by all samples, so that its part is the mean
over the columns.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from ..table import rows as ops
from ..table.op import CALL, PRODUCT
from .blocks import CONSTANTS, PARAMETERS, Read
from .emit import Code, is_column_product
from .text import Text, bound


class Part(NamedTuple):
    """A contribution to the adjoint of some rows of a block: those from start to stop, or by index."""

    adjoint: Any
    start: int
    stop: int
    rows: str = ""


class Sweep:
    """The parts collected for every block on the way down.

    Args:
        code: the forward lines; the backward lines are appended.
    """

    def __init__(self, code: Code) -> None:
        self.code, self.blocks = code, code.blocks
        self.parts: dict[int, list[Part]] = {}
        self.multiplied: set[int] = set()  # the matrix products whose weights have a gradient

    def run(self) -> str:
        """Write the backward lines; the code of the gradient, one column of parameters."""
        self.contribute(self.code.cost, 1.0)
        for i in range(len(self.blocks) - 1, PARAMETERS, -1):
            if self.blocks[i].active and i in self.parts:
                {"each": self._each, "reduce": self._reduce, "matrix": self._matrix}[self.blocks[i].form](i)
        size = self.blocks[PARAMETERS].size
        gradient = self.adjoint(PARAMETERS) if PARAMETERS in self.parts else 0.0
        return self.code.full(gradient, size, samples=False).text

    def _each(self, i: int) -> None:
        block, adjoint = self.blocks[i], self.adjoint(i)
        z = Text(self.code.names[i], columns=block.samples)
        args = [self.code.read(read) for read in block.reads]
        for read, rule in zip(block.reads, block.op.partials):  # type: ignore[union-attr]
            if read.active:
                self.contribute(read, _times(adjoint, rule(z, *args) if callable(rule) else rule))

    def _reduce(self, i: int) -> None:
        block, adjoint = self.blocks[i], self.adjoint(i)
        z = Text(self.code.names[i], columns=block.samples)
        args = self.code.list_reads(i)
        for read, rule, is_list in zip(block.reads, block.op.partials, block.op.vectors):  # type: ignore[union-attr]
            if not read.active:
                continue
            d = rule(z, *args) if callable(rule) else rule
            if isinstance(d, list) and not isinstance(d[0], Text):
                (d,) = d  # the product of no others
            elif isinstance(d, list):
                d = Text(f"stack([{', '.join(bound(x, 0) for x in d)}])", columns=block.samples)
            share = _times(adjoint, d)
            if is_list and not isinstance(share, float):
                share = self._spread(share, d, block)
            self.contribute(read, share)

    def _spread(self, share: Text, d: Any, block: Any) -> Text:
        """The adjoints of a list's entries, one row each."""
        columns = "m" if share.columns else "1"
        if self.code.flat_list(block):
            return Text(share.text, share.level, isinstance(d, Text), share.columns)
        if not isinstance(d, Text):  # one number for all entries
            share = Text(f"broadcast_to({share}, ({block.k}, {block.size}, {columns}))", columns=share.columns)
        return Text(f"{bound(share, CALL)}.reshape({block.k * block.size}, -1)", columns=share.columns)

    def _matrix(self, i: int) -> None:
        code, block = self.code, self.blocks[i]
        weights, inputs, bias = block.reads
        if is_column_product(block):
            w, a, _ = code.columns(i)
            adjoint = self.adjoint(i)
            for read, other in ((weights, a), (inputs, w), (bias, 1.0)):
                if read.active:
                    self.contribute(read, _times(adjoint, other))
            return
        W, A = code.factors(i)
        adjoint = code.full(self.adjoint(i), block.size, block.samples)
        whole = code.write("t_", adjoint.text) if not adjoint.text.isidentifier() else adjoint.text
        if bias.active:
            self.contribute(bias, adjoint.like(whole), f"db{W[1:]}" if W[0] == "W" else "t_")
        D = whole if block.P == 1 else code.write("t_", f"{whole}.reshape({block.F}, -1)")
        if weights.active:
            if all(piece.source == PARAMETERS for piece in weights.pieces):  # their gradient reaches the caller
                self.multiplied.add(i)
            if block.samples and inputs.samples:
                dW = f"{D} @ {A}.T / m"
            else:
                mean = self._mean(adjoint.like(whole)).text
                dW = f"({mean}).reshape({block.F}, -1) @ {A}.T"
            dW = code.write(f"d{W}", dW)
            self.contribute(weights, Text(f"{dW}.reshape(-1, 1)", columns=False))
        if inputs.active:
            dA = f"{W}.T @ {D}"
            if block.P == 1:
                self.contribute(inputs, adjoint.like(dA, PRODUCT))
            else:
                self.contribute(inputs, adjoint.like(f"({dA}).reshape({block.k * block.P}, -1)"))

    # -- collecting and adding up ----------------------------------------------------------------------

    def contribute(self, read: Read, adjoint: Any, wish: str = "t_") -> None:
        """Hand the adjoint of what was read on to the blocks it was read from."""
        if adjoint.__class__ is float and adjoint == 0.0:
            return
        size = sum(len(piece.places) for piece in read.pieces)
        several = len(read.pieces) > 1 and isinstance(adjoint, Text)
        if several:
            adjoint = self.code.full(adjoint, size, samples=False)
            adjoint = adjoint.like(self.code.write("t_", adjoint.text))
        at = 0
        for source, places in read.pieces:
            part = adjoint.like(f"{adjoint}[{at}:{at + len(places)}]") if several else adjoint
            at += len(places)
            if source != CONSTANTS and self.blocks[source].active:
                if not self.blocks[source].samples:
                    part = self._mean(part)
                    if isinstance(part, Text) and wish != "t_":
                        part = part.like(self.code.write(wish, part.text))
                self.parts.setdefault(source, []).append(self._placed(part, places, self.blocks[source].size))

    @staticmethod
    def _mean(adjoint: Any) -> Any:
        """The mean over the samples: what one number for all samples gets."""
        if not isinstance(adjoint, Text) or not adjoint.columns:
            return adjoint
        return Text(f"sum({adjoint}, axis=1, keepdims=True) / m", PRODUCT, adjoint.rows, columns=False)

    def _placed(self, part: Any, places: list[int], size: int) -> Part:
        """A contribution with its rows in the order of the block that it goes to."""
        code, first, n = self.code, places[0], len(places)
        if n > 1 and places.count(first) == n:  # one row was read n times
            if isinstance(part, Text):
                part = _times(part, float(n)) if not part.rows else part.like(f"sum({part}, axis=0, keepdims=True)")
                part = Text(part.text, part.level, True, part.columns)
            else:
                part *= n
            return Part(part, first, first + 1)
        if n == 1 or places == list(range(first, first + n)):
            return Part(part, first, first + n)
        if isinstance(part, Text):
            part = code.full(part, n, samples=False)
        import numpy as np

        rows = np.array(places)
        order = np.argsort(rows, kind="stable")
        distinct, starts = np.unique(rows[order], return_index=True)
        if not isinstance(part, Text):
            part = Text(code.array("K", np.bincount(rows)[distinct][:, None] * part), columns=False)
        elif len(distinct) < n:
            part = part.like(f"add_rows({part}, {code.array('I', order)}, {code.array('I', starts)})")
        else:
            part = part.like(f"{bound(part, CALL)}[{code.array('I', order)}]")
        if len(distinct) == distinct[-1] - distinct[0] + 1:
            return Part(part, int(distinct[0]), int(distinct[-1]) + 1)
        return Part(part, 0, 0, code.array("I", distinct))

    def adjoint(self, i: int) -> Any:
        """The sum of the contributions to a block, on a line of its own."""
        code, block = self.code, self.blocks[i]
        parts = self.parts.pop(i)
        total = _sum([p.adjoint for p in parts if (p.start, p.stop) == (0, block.size)])
        rest = sorted([p for p in parts if (p.start, p.stop) != (0, block.size)], key=lambda p: p.start)
        if rest:
            total = total + (self._tiled(rest, i) if _apart(rest) else self._scattered(rest, i))
        if not isinstance(total, Text) or total.text.isidentifier():
            return total
        return Text(code.write(f"d{code.names[i]}", total.text), rows=total.rows, columns=total.columns)

    def _tiled(self, parts: list[Part], i: int) -> Text:
        """Contributions to different rows, one below the other, with zeros between them."""
        block, at, tiles = self.blocks[i], 0, list[str]()
        for part in parts:
            if part.start > at:
                tiles.append(self.code.full(0.0, part.start - at, block.samples).text)
            tiles.append(self.code.full(part.adjoint, part.stop - part.start, block.samples).text)
            at = part.stop
        if at < block.size:
            tiles.append(self.code.full(0.0, block.size - at, block.samples).text)
        return Text(f"concatenate([{', '.join(tiles)}])", columns=block.samples)

    def _scattered(self, parts: list[Part], i: int) -> Text:
        """Contributions to rows that overlap."""
        block = self.blocks[i]
        shown = [f"({p.rows or f'slice({p.start}, {p.stop})'}, {bound(p.adjoint, 0)})" for p in parts]
        shape = f"({block.size}, {'m' if block.samples else '1'})"
        return Text(f"scatter({shape}, {', '.join(shown)})", columns=block.samples)


def _sum(adjoints: list[Any]) -> Any:
    """Their sum; several that are the same are one, multiplied."""
    total: Any = 0.0
    while adjoints:
        first, *others = adjoints
        adjoints = [x for x in others if not isinstance(first, Text) or str(x) != first.text]
        total = total + _times(float(1 + len(others) - len(adjoints)), first)
    return total


def _times(x: Any, y: Any) -> Any:
    return ops.mul(x, y) if isinstance(x, Text) or isinstance(y, Text) else x * y


def _apart(parts: list[Part]) -> bool:
    """Whether sorted contributions go to different rows, given by start and stop."""
    return not any(p.rows for p in parts) and all(p.stop <= q.start for p, q in pairwise(parts))
