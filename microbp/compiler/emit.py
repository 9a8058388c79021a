"""Emit: blocks as lines of array code, one column per sample, in the notation of the texts.

``W1`` and ``b1`` are views of the parameters, ``Z1 = W1 @ A0 + b1`` is a layer, ``A1`` what a function makes of all
of Z1, ``C`` the cost of every sample. Other blocks are named after their operation. Every line assigns a new
name and changes nothing, so that the same text runs under `jax.jit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..table import rows as ops
from ..table.op import CALL, COMPARE, PRODUCT, SUM, fill
from .blocks import CONSTANTS, PARAMETERS, Block, Blocks, Piece, Read
from .recognise import BCE
from .text import ListText, Text, bound

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Code:
    """Lines of code, the names they assign, and the constant arrays they read.

    Args:
        blocks: what is to be computed.
        arguments: the names of the function's arguments.
    """

    def __init__(self, blocks: Blocks, arguments: Sequence[str]) -> None:
        self.blocks, self.cost, self.checks = blocks.blocks, blocks.cost, blocks.checks
        self.names = ["P", *arguments]
        self.lines: list[str] = []
        self.arrays: dict[str, NDArray[Any]] = {}
        self.made_by: dict[str, int] = {}
        self._taken = {"P", "m", *arguments}
        self._count: dict[str, int] = {}
        self._known: dict[str, str] = {}
        self.only_reader = _only_readers(self.blocks)
        self.numbers = _read_as_numbers(blocks)
        self._layers: dict[int, int] = {}

    def forward(self) -> None:
        """Write the lines that compute every block."""
        cost = self.cost.pieces[0].source
        for i in range(len(self.names), len(self.blocks)):
            code = {"each": self._each, "reduce": self._reduce, "matrix": self._matrix}[self.blocks[i].form](i)
            name = self.write("C" if i == cost and self.blocks[i].size == 1 else self._wish(i), code)
            self.made_by[name] = i
            self.names.append(name)

    def _each(self, i: int) -> str:
        block = self.blocks[i]
        args = [self.read(r) for r in block.reads]
        if block.op is ops.frozen:
            return f"frozen({args[0]})"  # the same number; other backends differentiate the text themselves
        z = Text.apply(block.op, args)  # type: ignore[arg-type]
        if block.op.level == COMPARE and i in self.numbers:  # type: ignore[union-attr]
            z = ops.choose(z, 1.0, 0.0)
        return self.full(z, block.size, block.samples).text

    def _reduce(self, i: int) -> str:
        block = self.blocks[i]
        args = self.list_reads(i)
        template = block.op.text  # type: ignore[union-attr]
        if self.flat_list(block):
            template = template.replace("axis=0)", "axis=0, keepdims=True)")
        return fill(template, [bound(a, PRODUCT) for a in args])

    @staticmethod
    def flat_list(block: Block) -> bool:
        """Whether a reduction has one row and can read its list as it stands, without an axis for the rows."""
        return block.size == 1 and "axis=0)" in block.op.text  # type: ignore[union-attr]

    def list_reads(self, i: int) -> list[Any]:
        """The arguments of a reduction; lists along the first axis, rows along the second."""
        block = self.blocks[i]
        args: list[Any] = []
        for read, is_list in zip(block.reads, block.op.vectors):  # type: ignore[union-attr]
            x = self.read(read)
            if is_list:
                x = self.full(x, block.k * block.size, samples=False)
                text = x.text if self.flat_list(block) else f"{bound(x, CALL)}.reshape({block.k}, {block.size}, -1)"
                x = ListText(text, CALL, block.k, x.columns)
            args.append(x)
        return args

    def _matrix(self, i: int) -> str:
        block = self.blocks[i]
        if is_column_product(block):
            w, a, b = self.columns(i)
            code = f"sum({w * a}, axis=0, keepdims=True)"
            return code if b.__class__ is float and b == 0.0 else f"{code} + {bound(b, SUM)}"
        W, A = self.factors(i)
        code = f"{W} @ {A}" if block.P == 1 else f"({W} @ {A}).reshape({block.size}, -1)"
        b = self.read(block.reads[2])
        if b.__class__ is float and b == 0.0:
            return code
        return f"{code} + {self.bias(i, b)}"

    def bias(self, i: int, b: Any) -> str:
        """The name of a layer's bias, or the code of whatever else is added."""
        if isinstance(b, Text) and self._is_view(self.blocks[i].reads[2]) and self._is_layer(self.blocks[i]):
            return self.write(f"b{self._layer(i)}", b.text)
        return bound(b, SUM)

    def columns(self, i: int) -> tuple[Text, Text, Any]:
        """The two columns of parameters whose entries are multiplied and added up, and what is added."""
        block = self.blocks[i]
        w, a = (self.full(self.read(read), block.k, samples=False) for read in block.reads[:2])
        return w, a, self.read(block.reads[2])

    def factors(self, i: int) -> tuple[str, str]:
        """The names of the two factors of a matrix product, of F by k and k by P times the samples."""
        block = self.blocks[i]
        W = self.full(self.read(block.reads[0]), block.F * block.k, samples=False)
        name = f"W{self._layer(i)}" if self._is_layer(block) else "M_"
        weights = self.write(name, f"{W}.reshape({block.F}, {block.k})")
        A = self.full(self.read(block.reads[1]), block.k * block.P, samples=False)
        return weights, A.text if block.P == 1 else self.write("M_", f"{A}.reshape({block.k}, -1)")

    # -- reading ---------------------------------------------------------------------------------------

    def read(self, read: Read) -> Any:
        """What a block reads for one argument: a number, or the code of an array of rows."""
        if len(read.pieces) == 1:
            return self._piece(read.pieces[0])
        parts = [self.full(self._piece(piece), len(piece.places), read.samples).text for piece in read.pieces]
        return Text(self.write("rows_", f"concatenate([{', '.join(parts)}])"), columns=read.samples)

    def _piece(self, piece: Piece) -> Any:
        source, places = piece
        if source == CONSTANTS:
            if len(places) == 1 or len({repr(x) for x in places}) == 1:
                return places[0]
            return Text(self.array("K", [[x] for x in places]), columns=False)
        name, block = self.names[source], self.blocks[source]
        one_for_all = len(places) > 1 and places.count(places[0]) == len(places)
        if one_for_all:
            places = places[:1]
        text = self._select(name, places, block.size)
        return Text(text, rows=not one_for_all, columns=block.samples)

    def _select(self, name: str, places: list[int], size: int) -> str:
        """Rows of an array: all of it, a slice, or by an array of indices."""
        first, n = places[0], len(places)
        if n == size == 1:
            return name
        step = places[1] - first if n > 1 else 1
        if step > 0 and places == list(range(first, first + n * step, step)):
            if n == size:
                return name
            return f"{name}[{first}:{places[-1] + 1}{f':{step}' if step > 1 else ''}]"
        return self.write("rows_", f"{name}[{self.array('I', places)}]")

    def full(self, x: Any, size: int, samples: bool) -> Text:
        """An operand with all its rows, and a column for every sample where these are asked for."""
        columns = "m" if samples else "1"
        if not isinstance(x, Text):
            return Text(f"full(({size}, {columns}), {x!r})", columns=samples)
        if (x.rows or size == 1) and (x.columns or not samples):
            return x
        columns = "m" if x.columns or samples else "1"
        return Text(f"broadcast_to({x}, ({size}, {columns}))", columns=columns == "m")

    # -- names -----------------------------------------------------------------------------------------

    def write(self, wish: str, code: str) -> str:
        """Assign code to a name; the name of an earlier line if that computes the same."""
        if code not in self._known:
            self._known[code] = self._fresh(wish)
            self.lines.append(f"{self._known[code]} = {code}")
        return self._known[code]

    def array(self, kind: str, numbers: Any) -> str:
        """The name of a constant array: I for row indices, K for numbers."""
        import numpy as np

        array = np.asarray(numbers)
        key = f"{kind} {array.shape} {array.tobytes()!r}"
        if key not in self._known:
            self._known[key] = self._fresh(kind + "_")
            self.arrays[self._known[key]] = array
        return self._known[key]

    def _fresh(self, wish: str) -> str:
        """The name wished for if it is free; with a number if it ends in an underscore."""
        name = wish
        while name in self._taken or name[-1] == "_":
            stem = wish.rstrip("_")
            self._count[stem] = self._count.get(stem, 0) + 1
            name = f"{stem}_{self._count[stem]}"
        self._taken.add(name)
        return name

    def _wish(self, i: int) -> str:
        block = self.blocks[i]
        if block.form == "matrix":
            return f"Z{self._layer(i)}" if self._is_layer(block) else "M_"
        source = self.names[block.reads[0].pieces[0].source] if block.reads[0].pieces[0].source > 0 else ""
        whole = source in self.made_by and self.blocks[self.made_by[source]].size == block.size
        if whole and source[0] == "Z" and self.only_reader.get(self.made_by[source]) == i:
            return f"A{source[1:]}"
        return f"{block.op.name}_"  # type: ignore[union-attr]

    def _is_layer(self, block: Block) -> bool:
        return self._is_view(block.reads[0]) and block.P == 1 and block.samples

    @staticmethod
    def _is_view(read: Read) -> bool:
        """Whether the parameters read stand side by side."""
        (source, places), *more = read.pieces
        return not more and source == PARAMETERS and places == list(range(places[0], places[0] + len(places)))

    def _layer(self, i: int) -> int:
        """The number of a layer, counted from 1 in the order of computation."""
        return self._layers.setdefault(i, len(self._layers) + 1)


def is_column_product(block: Block) -> bool:
    """Whether a weighted sum is one of parameters by parameters, such as the sum of their squares."""
    return block.form == "matrix" and not block.samples and block.F == block.P == 1


def _read_as_numbers(blocks: Blocks) -> set[int]:
    """The sources that somebody computes with; conditions that only choose may stay arrays of bools."""
    reads = [blocks.cost] + [r for b in blocks.blocks for r in b.reads[1 if b.op is ops.choose else 0 :]]
    return {source for read in reads for source, _ in read.pieces}


def _only_readers(blocks: Sequence[Block]) -> dict[int, int]:
    """For each block that only one other block reads, and a cost beside its own sigmoid: which."""
    readers: dict[int, set[int]] = {}
    for i, block in enumerate(blocks):
        if block.op is not BCE:
            for read in block.reads:
                for piece in read.pieces:
                    readers.setdefault(piece.source, set()).add(i)
    found = {source: next(iter(them)) for source, them in readers.items() if len(them) == 1}
    return {source: i for source, i in found.items() if len(blocks[i].reads) == 1}
