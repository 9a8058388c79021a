"""Names for the results of a program, in the notation of the texts.

``W1`` and ``b1`` are views of the parameters, ``Z1`` is a layer, ``A1`` what a function makes of all of Z1, ``C``
the cost of every sample, ``dZ1`` the adjoint of Z1. Other blocks are named after their operation. A result
without a name stands inside the one expression that reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .instructions import (
    Argument,
    Broadcast,
    Concatenate,
    Each,
    Gather,
    Instructions,
    Item,
    MatMul,
    Number,
    Parameters,
    Reshape,
    Samples,
    Slice,
    Table,
)
from .recognise import BCE

INSIDE = (Number, Slice, Item, Broadcast)
"""Kinds that need no line of their own, however often they are read."""


class Naming:
    """Which results of a list have names, and which."""

    def __init__(self, code: Instructions, arguments: Sequence[str]) -> None:
        self.code = code
        self.names: dict[int, str] = {}
        self._taken = {"P", "m", *arguments}
        self._count: Counter[str] = Counter()
        self._readers = _forward_readers(code)
        layers = [(i, product) for i in sorted(code.blocks) if (product := self._layer(i))]
        for n, (i, product) in enumerate(layers, 1):
            self._name_layer(i, product, n)
        uses = code.uses()
        for i, x in enumerate(code):
            kind = x.__class__
            if isinstance(x, Argument):
                self.names[i] = arguments[x.place]
            elif kind is Parameters:
                self.names[i] = "P"
            elif kind is Samples:
                self.names[i] = "m"
            elif kind is Table:
                self.give(i, "K_")
            elif i in code.blocks:
                if i in code.outputs and x.rows == 1 and len(code.outputs) < 3 and code.outputs[0] == i:
                    self.give(i, "C")
                else:
                    self.give(i, self._wish(i))
            elif i in code.adjoints:
                of = self.names.get(code.adjoints[i])
                if of:
                    self.give(i, f"d{of}")
                elif uses[i] > 1 and kind not in INSIDE:
                    self.give(i, "t_")
            elif kind in (Gather, Concatenate) and code.adjoints.get(i) is None and i < self._half:
                self.give(i, "rows_")
            elif uses[i] > 1 and kind not in INSIDE:
                self.give(i, "t_")

    @property
    def _half(self) -> int:
        """Where the backward half begins."""
        return max(self.code.blocks, default=-1)

    def give(self, i: int, wish: str) -> str:
        """Name a result: as wished if that is free; with a number if it ends in an underscore."""
        if i in self.names:
            return self.names[i]
        name = wish
        while name in self._taken or name[-1] == "_":
            stem = wish.rstrip("_")
            self._count[stem] += 1
            name = f"{stem}_{self._count[stem]}"
        self._taken.add(name)
        self.names[i] = name
        return name

    def _layer(self, i: int) -> int | None:
        """The matrix product of a block that is a layer of neurons."""
        block = self.code.blocks[i]
        if block.form != "matrix" or block.P != 1 or not self.code[i].samples:
            return None
        x = self.code[i]
        product = x.reads[0] if x.__class__ is Each else i
        found = self.code[product].__class__ is MatMul and self._is_view(self.code[product].reads[0])
        return product if found else None

    def _is_view(self, i: int) -> bool:
        """Whether a result shows parameters that stand side by side."""
        x = self.code[i]
        while x.__class__ is Reshape or (x.__class__ is Slice and x.step == 1):
            x = self.code[x.reads[0]]
        return x.__class__ is Parameters

    def _name_layer(self, i: int, product: int, n: int) -> None:
        weights, bias = self.code[product].reads[0], self.code[i].reads[-1]
        if self.code[weights].reads:
            self.give(weights, f"W{n}")
        if i != product and self.code[bias].__class__ is Slice and self._is_view(bias):
            self.give(bias, f"b{n}")
        self.give(i, "C" if [i] == self.code.outputs[:1] and self.code[i].rows == 1 else f"Z{n}")

    def _wish(self, i: int) -> str:
        block, x = self.code.blocks[i], self.code[i]
        if block.form == "matrix":
            return "M_"
        if x.__class__ is Broadcast:
            x = self.code[x.reads[0]]
        source = self.names.get(x.reads[0], "") if len(x.reads) == 1 else ""
        if source[:1] == "Z" and x.reads[0] in self.code.blocks and self._readers.get(x.reads[0]) == {i}:
            return f"A{source[1:]}"
        return f"{x.op.name}_"


def _forward_readers(code: Instructions) -> dict[int, set[int]]:
    """For each block the instructions of the forward half that read it, without a cost beside its own sigmoid."""
    found: dict[int, set[int]] = {}
    for i in range(max(code.blocks, default=-1) + 1):
        x = code[i]
        if x.__class__ is not Each or x.op is not BCE:
            for a in x.reads:
                if a in code.blocks:
                    found.setdefault(a, set()).add(i)
    return found
