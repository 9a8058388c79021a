r"""A row of the table, written as straight-line code of another language.

`Code` is an operand: a rule that is read with codes gives the code of the local derivative. What a rule
says twice is one object, so the sheet that the codes belong to names it once; the output is the name z.

>>> from microbp.table.rows import tanh, silu
>>> write(tanh, PYTHON)
Written(before=(), value='tanh(x)', after=(), partials=('1.0 - z * z',), calls=('tanh',))
>>> for line in write(silu, PYTHON).lines():
...     print(line)
t0 = sigmoid(x)
z = x * t0
d0 = t0 * (1.0 + x * sigmoid(-x))
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..errors import InputTypeError
from .compared import Compared
from .languages import BOUNDED, CHOICE, COMPARISON, JAVASCRIPT, PYTHON, C, Language
from .op import CALL, POWER, RESERVED, SUM, Op, not_finite

__all__ = ["ARGUMENTS", "JAVASCRIPT", "PYTHON", "C", "Code", "Sheet", "Written", "finite", "write"]

ARGUMENTS = tuple("xyabcefghijklmnopqrsuvw")
"""The names of a row's arguments; z is the output, t0, t1, ... what is shared, d0, d1, ... the derivatives."""


class Code(Compared):
    """A piece of code: an argument by its name, or an operation on codes and numbers.

    Attributes:
        sheet: where it belongs.
        name: of an argument, of the output, or of what is shared; empty for another operation.
        op: the name of the row; empty for an argument.
        args: codes and floats.
    """

    __slots__ = ("args", "name", "op", "sheet")

    def __init__(self, sheet: Sheet, name: str, op: str = "", args: tuple[Code | float, ...] = ()) -> None:
        self.sheet, self.name, self.op, self.args = sheet, name, op, args

    @staticmethod
    def apply(op: Op, args: Sequence[Any]) -> Any:
        """The code of ``op(*args)``; the same operation on the same codes is the same object."""
        return _operation(op.name, op.complete(args))

    def __bool__(self) -> bool:
        raise InputTypeError("code has no truth value: a rule chooses with where(condition, x, y)")


def _operation(name: str, args: Sequence[Any]) -> Code:
    sheet = next(a.sheet for a in args if isinstance(a, Code))
    args = tuple([a if isinstance(a, Code) else float(a) for a in args])
    key = (name, *[id(a) if isinstance(a, Code) else repr(a) for a in args])  # a repr tells 0.0 from -0.0
    return sheet.operations.setdefault(key, Code(sheet, "", name, args))


class Sheet:
    """Codes of one language, which name together what they share."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.operations: dict[tuple[int | str, ...], Code] = {}
        self.calls: dict[str, None] = {}
        self.names = 0

    def shared(self, codes: Iterable[Code | float]) -> list[Code]:
        """The operations that occur more than once in the codes, each after what it needs."""
        uses: Counter[Code] = Counter()

        def count(code: Code | float) -> None:
            if isinstance(code, Code) and not code.name:
                uses[code] += 1
                if uses[code] == 1:
                    for a in code.args:
                        count(a)
                    order.append(code)

        order: list[Code] = []
        for code in codes:
            count(code)
        return [code for code in order if uses[code] > 1]

    def named(self, codes: Iterable[Code]) -> tuple[str, ...]:
        """The assignments that give shared operations their names."""
        lines = []
        for code in codes:
            text = self.text(code)
            code.name = f"t{self.names}"
            self.names += 1
            lines.append(f"{code.name} = {text}")
        return tuple(lines)

    def text(self, code: Code | float, least: int = CHOICE) -> str:
        """The expression, in parentheses if it binds less tightly than its place needs."""
        if not isinstance(code, Code):
            text, level = repr(code), SUM if math.copysign(1.0, code) < 0.0 else CALL
        elif code.name:
            text, level = code.name, CALL
        else:
            text, level = self._operation(code)
        return text if level >= least else f"({text})"

    def _operation(self, code: Code) -> tuple[str, int]:
        if code.op in ("identity", "frozen"):
            if _is_finite(code.args[0]) or not self.language.finite:
                return self.text(code.args[0], CALL), CALL
            return self._finite(self.text(code.args[0])), CALL
        if code.op not in self.language.forms:
            sure = code.op in self.language.sure and all(map(_is_finite, code.args))
            return self.call(code) if sure else self._finite(self.call(code)), CALL
        template, level = self.language.forms[code.op]
        if level == CALL:
            places = [CHOICE] * len(code.args)
        elif level == CHOICE:
            places = [COMPARISON, SUM, SUM]
        elif level == COMPARISON:
            places = [SUM, SUM]
        else:
            places = [level, level + 1] if len(code.args) == 2 and level < POWER else [CALL, CALL]
        return template.format(*[self.text(a, place) for a, place in zip(code.args, places)]), level

    def _finite(self, text: str) -> str:
        return self.language.finite.format(text) if self.language.finite else text

    def call(self, code: Code) -> str:
        """The operation as a call of its row."""
        self.calls[code.op] = None
        shown = ", ".join([self.text(a) for a in code.args])
        return f"{self.language.functions.get(code.op, self.language.others + code.op)}({shown})"


def _is_finite(code: Code | float) -> bool:
    """Whether a number is finite for sure, as an argument, the output and a constant are."""
    if not isinstance(code, Code) or not code.op:
        return True
    return code.op in BOUNDED and all(map(_is_finite, code.args))


class Written(NamedTuple):
    """A row in a language.

    Attributes:
        before: assignments that the value needs.
        value: the expression of the output z.
        after: assignments that the derivatives need besides, and z.
        partials: for every wanted argument the expression of the derivative.
        calls: the rows that are called by name.
    """

    before: tuple[str, ...]
    value: str
    after: tuple[str, ...]
    partials: tuple[str, ...]
    calls: tuple[str, ...]

    def lines(self) -> list[str]:
        """All of it as assignments."""
        derivatives = [f"d{i} = {text}" for i, text in enumerate(self.partials)]
        return [*self.before, f"z = {self.value}", *self.after, *derivatives]


def write(op: Op, language: Language, wanted: Sequence[bool] = (), value_too: bool = True) -> Written:
    """A row of numbers (not of lists) as code, its arguments named as in `ARGUMENTS`.

    The value of a row of the table is read as the rules are, where it is made of operators and rows; another
    one is a call.

    Args:
        op: the row.
        language: PYTHON, C, JAVASCRIPT.
        wanted: for each argument whether its derivative is wanted; by default all that the row has. A rule
            that is not wanted is not read.
        value_too: False where z is known, and only the derivatives are wanted.

    Raises:
        InputTypeError: the row takes lists, or a rule asks for the truth of a number.

    >>> from microbp.table.rows import pow, hypot
    >>> write(pow, PYTHON, [False, True]).partials
    ('z * log(1.0 if x == 0.0 else x)',)
    >>> write(hypot, JAVASCRIPT).after
    ('t0 = z === 0.0 ? 1.0 : z',)
    """
    if op.vectors:
        raise InputTypeError(f"{op.name} takes lists: rows of numbers are written as straight-line code")
    sheet = Sheet(language)
    args = [Code(sheet, name) for name in ARGUMENTS[: len(op.partials)]]
    wanted = wanted or [rule != op.no_derivative for rule in op.partials]
    read = _forward(op, args)
    value = _operation(op.name, args) if read is None else read
    partials = op.local_derivatives(Code(sheet, "z"), args, wanted)
    if not value_too:
        value.name = "z"
    shared = [code for code in sheet.shared([value, *partials]) if code is not value]
    needed = _below(value) if value_too else set()
    before = sheet.named([code for code in shared if code in needed])
    text = sheet.call(value) if read is None and value_too else sheet.text(value)
    if not value.name:
        value.name = "z"
    after = sheet.named([code for code in shared if code not in needed])
    derivatives = tuple(map(sheet.text, partials))
    return Written(before, text, after, derivatives, tuple(sheet.calls))


def _forward(op: Op, args: Sequence[Code]) -> Code | None:
    """The value of a row of the table read with codes; None where it asks for numbers."""
    if op.name not in RESERVED:  # a user's function may do anything
        return None
    try:
        value = op.forward(*args)
    except (TypeError, ValueError):
        return None
    return value if isinstance(value, Code) else None


def _below(code: Code | float) -> set[Code]:
    """The codes that a code is made of, itself included."""
    if not isinstance(code, Code):
        return set()
    return {code}.union(*map(_below, code.args))


def finite(x: float) -> float:
    """x, or the error that Python would have raised for NaN or infinity: what written Python calls.

    >>> finite(1.0)
    1.0
    """
    if not -math.inf < x < math.inf:
        raise not_finite(x)
    return x
