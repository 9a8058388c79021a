"""How a language spells the rows of the table: small tables for Python, C and JavaScript.

A language has forms, such as ``{0} + {1}``, each with how tightly it binds, and calls every other row by a name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import rows
from .op import CALL, POWER, PRODUCT, SUM, Op

CHOICE, COMPARISON = -2, -1
"""How tightly two more forms bind: more loosely than a sum."""


@dataclass(frozen=True)
class Language:
    """The spelling of a language.

    Attributes:
        forms: for a row by its name, the template and how tightly it binds. Another row is called.
        functions: for a row by its name, the name of its function.
        others: what stands before the name of any other row, which is then its function.
        finite: the template that holds a call to a finite number; empty where nothing does.
        sure: the rows that need no such template when their arguments are finite.
    """

    forms: Mapping[str, tuple[str, int]]
    functions: Mapping[str, str] = field(default_factory=dict)
    others: str = ""
    finite: str = ""
    sure: frozenset[str] = frozenset()


_EVERYWHERE = {
    "add": ("{0} + {1}", SUM),
    "sub": ("{0} - {1}", SUM),
    "mul": ("{0} * {1}", PRODUCT),
    "div": ("{0} / {1}", PRODUCT),
    "neg": ("-{0}", SUM),
    "less": ("{0} < {1}", COMPARISON),
    "less_equal": ("{0} <= {1}", COMPARISON),
    "greater": ("{0} > {1}", COMPARISON),
    "greater_equal": ("{0} >= {1}", COMPARISON),
    "equal": ("{0} == {1}", COMPARISON),
    "not_equal": ("{0} != {1}", COMPARISON),
}
_TERNARY = {"where": ("{0} ? {1} : {2}", CHOICE)}

BOUNDED = frozenset({
    "abs", "arctan", "arctan2", "ceil", "clip", "cos", "erf", "erfc", "floor", "frozen",
    "identity", "maximum", "minimum", "neg", "relu",
    "rint", "sigmoid", "sign", "sin", "softplus", "tanh", "where",
    "equal", "greater", "greater_equal", "less", "less_equal", "not_equal",
})  # fmt: skip
"""The rows that have a finite value at all finite arguments."""

_TABLE = [op for op in vars(rows).values() if isinstance(op, Op)]
_MATH = frozenset(op.name for op in _TABLE if op.forward in vars(math).values()) - {"hypot"}
"""The rows whose value is a function of Python's ``math`` that raises where it has none (``math.hypot`` gives inf)."""

PYTHON = Language(
    {
        **_EVERYWHERE,
        "floor_divide": ("{0} // {1}", PRODUCT),
        "mod": ("{0} % {1}", PRODUCT),
        "pow": ("{0} ** {1}", POWER),
        "where": ("{1} if {0} else {2}", CHOICE),
    },
    finite="finite({0})",
    sure=BOUNDED | _MATH,
)
"""A function is the `forward` of its row; ``finite`` is `microbp.table.writer.finite`."""

_SHORT = {op.name: op.name.replace("arc", "a") for op in _TABLE if op.name.startswith("arc")}
_LIBRARY = [
    "ceil", "cos", "cosh", "exp", "expm1", "floor", "log", "log10", "log1p", "log2", "pow", "sin", "sinh", "sqrt",
    "tan", "tanh",
]  # fmt: skip

C = Language(
    {**_EVERYWHERE, **_TERNARY, "div": ("QUOTIENT({0}, {1})", CALL)},
    {**{name: name for name in [*_LIBRARY, "erf", "erfc", "rint"]}, **_SHORT, "abs": "fabs"},
    others="row_",
    finite="FINITE({0})",
    sure=BOUNDED,
)
"""Nothing raises: ``QUOTIENT`` notes a division by 0, ``FINITE`` a number that is not finite."""

_POLES = frozenset({"arctanh", "log", "log10", "log1p", "log2", "pow"})
"""The functions that are infinite at a pole in JavaScript and undefined in Python."""

JAVASCRIPT = Language(
    {
        **_EVERYWHERE,
        **_TERNARY,
        "div": ("divide({0}, {1})", CALL),
        "equal": ("{0} === {1}", COMPARISON),
        "not_equal": ("{0} !== {1}", COMPARISON),
    },
    {
        name: f"Math.{_SHORT.get(name, name)}"
        for name in [*_SHORT, *_LIBRARY, "abs", "cbrt", "hypot", "sign"]
        if name not in _POLES
    },
    finite="finite({0})",
    sure=BOUNDED,
)
"""``divide``, ``finite`` and every function that ``Math`` lacks are in microbp/viz/pages/stable.js; the first two throw
where Python raises."""
