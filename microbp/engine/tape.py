"""The tape (Wengert list): a graph in linear form, as plain data.

One space of numbers: entry i of a tape is a constant, a parameter, an input or a row, and a row refers to
earlier entries by their numbers. A reference can therefore never be taken for a number, and 0.0 and -0.0 are
two constants. The graph of some Values (`Tape.of`) and a traced function give the same kind of tape.

>>> w = Value(0.5)
>>> print(Tape.of((w * 3.0 + 1.0).tanh()))
v0 = mul(p0, 3.0)
v1 = add(v0, 1.0)
v2 = tanh(v1)
return v2

See Griewank & Walther, Evaluating Derivatives (2008), chapter 2.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ..table.op import Op
from .graph import operations
from .value import Value


class Constant:
    """A plain number. Equal constants have the same digits and the same sign."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return other.__class__ is Constant and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(repr(self.value))

    def __repr__(self) -> str:
        return f"Constant({self.value!r})"


class Parameter:
    """A Value whose number is read when the tape is run."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return other.__class__ is Parameter and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)

    def __repr__(self) -> str:
        return f"Parameter({self.value!r})"


class Input:
    """The number at a place of the sample that the tape is run with."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        self.place = place

    def __eq__(self, other: object) -> bool:
        return other.__class__ is Input and self.place == other.place

    def __hash__(self) -> int:
        return self.place

    def __repr__(self) -> str:
        return f"Input({self.place})"


class Row(NamedTuple):
    """An operation on earlier entries; lists among its arguments are spread out, `op.split` gives them back."""

    op: Op
    args: tuple[int, ...]


Entry = Constant | Parameter | Input | Row


class Check(NamedTuple):
    """A condition, by its entry, that every sample must meet, and what to say of one that does not."""

    condition: int
    message: str


@dataclass(frozen=True)
class Tape:
    """Entries in the order of computation.

    Attributes:
        entries: constants, parameters, inputs and rows.
        outputs: the numbers of the entries that are asked for.
        checks: conditions on the inputs.
    """

    entries: tuple[Entry, ...]
    outputs: tuple[int, ...]
    checks: tuple[Check, ...] = ()

    @staticmethod
    def of(*roots: Value) -> Tape:
        """The recorded graph of some Values; its leaves are parameters."""
        return linear(*roots)[0]

    @cached_property
    def parameters(self) -> tuple[Value, ...]:
        """The Values that are read, in the order of their entries."""
        return tuple([entry.value for entry in self.entries if entry.__class__ is Parameter])

    @cached_property
    def inputs(self) -> int:
        """How many numbers a sample has."""
        return sum(entry.__class__ is Input for entry in self.entries)

    @property
    def rows(self) -> list[Row]:
        """The operations in their order."""
        return [entry for entry in self.entries if entry.__class__ is Row]

    @property
    def roots(self) -> list[int]:
        """What must be computed: the outputs and the conditions."""
        return [*self.outputs, *(check.condition for check in self.checks)]

    def run(self, leaf: Callable[[Constant | Parameter | Input], Any]) -> list[Any]:
        """What every entry comes to: ``leaf(entry)``, or the row called with what its arguments came to."""
        found: list[Any] = []
        for entry in self.entries:
            if entry.__class__ is Row:
                op, args = entry
                found.append(op(*op.split([found[a] for a in args])))
            else:
                found.append(leaf(entry))  # type: ignore[arg-type]
        return found

    def __call__(self, *sample: Any) -> list[Any]:
        """The outputs for the numbers of a sample, with the parameters as Values.

        >>> [cost] = Tape.of(Value(2.0).exp())()
        >>> cost.op
        <op exp>
        """
        found = self.run(lambda entry: sample[entry.place] if isinstance(entry, Input) else entry.value)
        return [found[i] for i in self.outputs]

    def rewritten(self, row: Callable[[Draft, list[int], int], int]) -> Tape:
        """The tape with every row written anew.

        Args:
            row: ``row(draft, new, i)`` writes row i and gives its entry. What came before, entry a, is now ``new[a]``;
                -1 for a row that nobody needs any more.
        """
        draft, new = Draft(), list[int]()
        for i, entry in enumerate(self.entries):
            new.append(row(draft, new, i) if entry.__class__ is Row else draft.leaf(entry))
        return draft.tape([new[i] for i in self.outputs], [Check(new[i], message) for i, message in self.checks])

    def __str__(self) -> str:
        """One line per row, such as ``v5 = tanh(v4)``; x are inputs, p parameters, v results."""
        names, lines = self.names(), []
        for name, entry in zip(names, self.entries):
            if isinstance(entry, Row):
                args = entry.op.split([names[a] for a in entry.args])
                lines.append(f"{name} = {entry.op.name}({', '.join(map(_shown, args))})")
        lines += [f"check {names[condition]}: {message}" for condition, message in self.checks]
        return "\n".join([*lines, f"return {', '.join([names[i] for i in self.outputs])}"])

    def names(self) -> list[str]:
        """How each entry is printed."""
        counts = dict.fromkeys((Parameter, Row), 0)
        names = []
        for entry in self.entries:
            if isinstance(entry, Constant):
                names.append(repr(entry.value))
            elif isinstance(entry, Input):
                names.append(f"x{entry.place}")
            else:
                kind = entry.__class__
                names.append(f"{'p' if kind is Parameter else 'v'}{counts[kind]}")
                counts[kind] += 1
        return names


def _shown(arg: str | list[str]) -> str:
    if isinstance(arg, str):
        return arg
    return f"[{', '.join(arg if len(arg) < 9 else [*arg[:4], '...', *arg[-2:]])}]"


class Draft:
    """A tape that is being written. Each method gives the number of an entry; a leaf has only one.

    Args:
        inputs: how many numbers a sample has; they are the first entries.
        parameters: these follow.
    """

    __slots__ = ("_constants", "entries", "known")

    def __init__(self, inputs: int = 0, parameters: Iterable[Value] = ()) -> None:
        self.entries: list[Entry] = [*map(Input, range(inputs)), *map(Parameter, parameters)]
        self.known = {id(x.value): i for i, x in enumerate(self.entries[inputs:], inputs)}  # type: ignore[union-attr]
        """The entries of Values, by their id: they live as long as the draft."""
        self._constants: dict[Any, int] = {}

    def copy(self) -> Draft:
        """A draft that goes on from here."""
        found = Draft()
        found.entries, found.known, found._constants = self.entries[:], self.known.copy(), self._constants.copy()
        return found

    def row(self, op: Op, args: tuple[int, ...]) -> int:
        """A new row."""
        self.entries.append(Row(op, args))
        return len(self.entries) - 1

    def moved(self, row: Row, new: Sequence[int]) -> int:
        """A row of another tape, whose entry a is ``new[a]`` here."""
        return self.row(row.op, tuple([new[a] for a in row.args]))

    def constant(self, x: float) -> int:
        """The entry of a number."""
        key = x if x and x == x else repr(x)  # 0.0 and -0.0 would be one key, and no NaN finds itself
        i = self._constants.get(key)
        if i is None:
            i = self._constants[key] = self._append(Constant(x))
        return i

    def parameter(self, value: Value) -> int:
        """The entry of a Value."""
        i = self.known.get(id(value))
        if i is None:
            i = self.known[id(value)] = self._append(Parameter(value))
        return i

    def leaf(self, entry: Entry) -> int:
        """The entry of a leaf of the tape that is rewritten: of its parameters and inputs, each comes once."""
        return self.constant(entry.value) if isinstance(entry, Constant) else self._append(entry)

    def _append(self, entry: Entry) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def tape(self, outputs: Iterable[int], checks: Iterable[Check] = ()) -> Tape:
        """What was written."""
        return Tape(tuple(self.entries), tuple(outputs), tuple(checks))


def linear(*roots: Value) -> tuple[Tape, list[Value | float]]:
    """The tape of a recorded graph, and for each entry the node or the constant that it came from."""
    draft = Draft()
    items: list[Value | float] = []
    place: dict[Value, int] = {}

    def number(x: Value | float) -> int:
        if not isinstance(x, Value):
            i = draft.constant(x)
        else:
            known = place.get(x)
            i = place[x] = draft.parameter(x) if known is None else known
        if i == len(items):
            items.append(x)
        return i

    for node in operations(*roots):
        assert node.op is not None
        args = tuple([number(a) for a in node.args])
        place[node] = draft.row(node.op, args)
        items.append(node)
    return draft.tape([number(root) for root in roots]), items
