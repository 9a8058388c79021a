"""Instructions: a program as a list of array operations, one column per sample.

An instruction is an object that says what it reads, by the numbers of earlier instructions, and the shape of
what it writes. ``dims`` are the lengths of the axes, and where ``samples`` is true the last of them counts m times:
``(4, 1)`` with samples is an array of 4 rows and m columns. Where a list is reduced, its entries lie along the
first of three axes. Running, printing, and the questions of memory are answered from this list alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from ..table.op import COMPARE, Op
from ..table.rows import choose

Dims = tuple[int, ...]


class Instruction:
    """One array operation.

    Attributes:
        reads: the numbers of the instructions whose results it reads.
        dims: the lengths of the axes of its result.
        samples: whether the last axis counts m times, once for every sample.
    """

    __slots__ = ("dims", "reads", "samples")
    own: ClassVar[tuple[str, ...]] = ()
    """What this kind has besides reads and shape."""
    is_view: ClassVar[bool] = False
    """Whether the result is another look at the memory of what it reads first."""

    def __init__(self, reads: tuple[int, ...], dims: Dims, samples: bool, *own: Any) -> None:
        self.reads, self.dims, self.samples = reads, dims, samples
        if own:
            for name, value in zip(self.own, own, strict=True):
                setattr(self, name, value)

    @property
    def rows(self) -> int:
        """How long its first axis is."""
        return self.dims[0]

    @property
    def size(self) -> int:
        """How many numbers it has for one sample."""
        return math.prod(self.dims)

    def shape(self, m: int) -> Dims:
        """The shape of its result for m samples."""
        return (*self.dims[:-1], self.dims[-1] * m) if self.samples else self.dims

    def compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        """The result over an array library; see `microbp.compiler.libraries`."""
        return self._compute(xp, args, m)

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        raise NotImplementedError

    def with_reads(self, reads: tuple[int, ...]) -> Instruction:
        """The same operation on others."""
        return type(self)(reads, self.dims, self.samples, *[getattr(self, name) for name in self.own])

    def __repr__(self) -> str:
        own = [f"{name}={_short(getattr(self, name))}" for name in self.own]
        shown = ", ".join([*map(_numbered, self.reads), *own])
        dims = " x ".join(map(str, self.dims))
        return f"{type(self).__name__}({shown}) -> {dims}{' m' if self.samples else ''}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reads, self.dims, self.samples, *[getattr(self, name) for name in self.own])


def _numbered(i: int) -> str:
    return f"%{i}"


def _short(x: Any) -> str:
    text = repr(x)
    return text if len(text) < 40 else f"{text[:30]}...{text[-6:]}"


# -- what a program starts from ---------------------------------------------------------------------------


class Parameters(Instruction):
    """The numbers of the parameters, a column."""

    __slots__ = ()


class Argument(Instruction):
    """An argument of the function: a column per sample."""

    __slots__ = ("place",)
    own = ("place",)
    place: int


class Samples(Instruction):
    """m, the number of samples, as a float."""

    __slots__ = ()

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return float(m)


class Number(Instruction):
    """A constant."""

    __slots__ = ("value",)
    own = ("value",)
    value: float

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return self.value


class Table(Instruction):
    """A column of constants."""

    __slots__ = ("values",)
    own = ("values",)
    values: tuple[float, ...]

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return xp.column(self.values)


# -- operations of the table ------------------------------------------------------------------------------


class Each(Instruction):
    """A row of the table, elementwise; one row or one column serves for all."""

    __slots__ = ("op",)
    own = ("op",)
    op: Op

    def __init__(self, reads: tuple[int, ...], dims: Dims, samples: bool, op: Op) -> None:
        self.reads, self.dims, self.samples, self.op = reads, dims, samples, op

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        z = xp.row(self.op)(*args)
        return xp.where(z, 1.0, 0.0) if self.op.level == COMPARE else z


class Reduce(Instruction):
    """A row of the table whose lists lie along the first axis."""

    __slots__ = ("op",)
    own = ("op",)
    op: Op

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        z = xp.row(self.op)(*args)
        return z.reshape(self.shape(m)) if len(self.dims) == 2 and z.ndim == 1 else z


class MatMul(Instruction):
    """The product of two matrices, either of them transposed first."""

    __slots__ = ("turned",)
    own = ("turned",)
    turned: tuple[bool, bool]

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        a, b = [x.T if turn else x for x, turn in zip(args, self.turned)]
        return a @ b


class Mean(Instruction):
    """The mean over the samples: what one number for all samples gets of their adjoints."""

    __slots__ = ()

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return xp.sum(args[0], axis=1, keepdims=True) / m


class Outer(Instruction):
    """For every sample its own product of two matrices, summed over the places of a window: F k rows."""

    __slots__ = ("places",)
    own = ("places",)
    places: int

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        d, a = [x.reshape(x.shape[0], self.places, -1) for x in args]
        return xp.einsum("fps,kps->fks", d, xp.broadcast_to(a, (*a.shape[:2], m))).reshape(self.rows, m)


# -- the same numbers in another order --------------------------------------------------------------------


class Reshape(Instruction):
    """The same numbers with other axes."""

    __slots__ = ()
    is_view = True

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return args[0].reshape(self.shape(m))


class Slice(Instruction):
    """Every step-th row from start to stop."""

    __slots__ = ("start", "step", "stop")
    own = ("start", "stop", "step")
    is_view = True
    start: int
    stop: int
    step: int

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return args[0][self.start : self.stop : self.step]


class Item(Instruction):
    """One entry of a list, all its rows."""

    __slots__ = ("at",)
    own = ("at",)
    is_view = True
    at: int

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return args[0][self.at]


class Gather(Instruction):
    """Rows by their numbers."""

    __slots__ = ("indices",)
    own = ("indices",)
    indices: tuple[int, ...]

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return args[0][xp.index(self.indices)]


class Scatter(Instruction):
    """Zeros with parts added to some of their rows; no part has a row twice."""

    __slots__ = ("places",)
    own = ("places",)
    places: tuple[tuple[int, ...], ...]

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return xp.scatter(self.shape(m), list(zip(map(xp.index, self.places), args)))


class AddRows(Instruction):
    """Sums of groups of rows: the rows in the order given, a group from every start to the next."""

    __slots__ = ("order", "starts")
    own = ("order", "starts")
    order: tuple[int, ...]
    starts: tuple[int, ...]

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return xp.add_rows(args[0], xp.index(self.order), xp.index(self.starts))


class Concatenate(Instruction):
    """Arrays one below the other."""

    __slots__ = ()

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return xp.concatenate(args)


class Stack(Instruction):
    """The entries of a list along a new first axis."""

    __slots__ = ()

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return xp.stack(args)


class Broadcast(Instruction):
    """A row for all rows, or a column for all samples."""

    __slots__ = ()

    def _compute(self, xp: Any, args: Sequence[Any], m: int) -> Any:
        return xp.broadcast_to(args[0], self.shape(m))


# -- the list ---------------------------------------------------------------------------------------------


class Instructions(Sequence[Instruction]):
    """The instructions of a program in order; instruction i writes result i.

    Attributes:
        outputs: the numbers of the results that are asked for.
        blocks: what the instructions that finish a block make of it; see `microbp.compiler.vectorise`.
        adjoints: for a result that is the adjoint of another, the number of that.
    """

    def __init__(
        self, entries: Iterable[Instruction] = (), outputs: Iterable[int] = (), like: Instructions | None = None
    ) -> None:
        self.entries = list(entries)
        self.outputs = list(outputs)
        self.blocks: dict[int, Any] = like.blocks if like else {}
        self.adjoints: dict[int, int] = like.adjoints if like else {}

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, i: Any) -> Any:
        return self.entries[i]

    def __iter__(self) -> Iterator[Instruction]:
        return iter(self.entries)

    def __str__(self) -> str:
        lines = [f"%{i} = {instruction!r}" for i, instruction in enumerate(self.entries)]
        return "\n".join([*lines, f"return {', '.join(map(_numbered, self.outputs))}"])

    def uses(self) -> list[int]:
        """How often each result is read or asked for."""
        counts = [0] * len(self.entries)
        for instruction in self.entries:
            for i in instruction.reads:
                counts[i] += 1
        for i in self.outputs:
            counts[i] += 1
        return counts

    def asking(self, more: Iterable[int]) -> Instructions:
        """The same list with further outputs."""
        return Instructions(self.entries, [*self.outputs, *more], self)

    def only_choose(self) -> set[int]:
        """The rows that are read as conditions alone: an array of truth values serves them."""
        found = {i for i, x in enumerate(self.entries) if x.__class__ is Each}
        for x in self.entries:
            found.difference_update(x.reads[1:] if isinstance(x, Each) and x.op is choose else x.reads)
        return found.difference(self.outputs)

    def alive(self, keep: int = 0) -> Instructions:
        """Only what an output depends on, and the first ``keep``, which have the numbers of the arguments."""
        needed = bytearray(len(self.entries))
        needed[:keep] = b"\1" * keep
        for i in self.outputs:
            needed[i] = 1
        for i in range(len(self.entries) - 1, -1, -1):
            if needed[i]:
                for a in self.entries[i].reads:
                    needed[a] = 1
        if all(needed):
            return self
        new: dict[int, int] = {}
        found = Instructions()
        for i, instruction in enumerate(self.entries):
            if needed[i]:
                new[i] = len(found.entries)
                reads = tuple([new[a] for a in instruction.reads])
                found.entries.append(instruction if reads == instruction.reads else instruction.with_reads(reads))
        found.outputs = [new[i] for i in self.outputs]
        found.blocks = {new[i]: block for i, block in self.blocks.items() if i in new}
        found.adjoints = {new[i]: new[of] for i, of in self.adjoints.items() if i in new and of in new}
        return found

    def evaluate(self, xp: Any, leaves: Mapping[int, Any], m: int) -> list[Any]:
        """Every result, one instruction after the other, over an array library."""
        found: list[Any] = []
        for i, instruction in enumerate(self.entries):
            args = [found[a] for a in instruction.reads]
            found.append(leaves[i] if i in leaves else instruction.compute(xp, args, m))
        return found
