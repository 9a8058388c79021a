"""The rows of the table as C: what microbp/native/rows.h is made of.

The file is written again by ``python -m microbp.table.native_rows > microbp/native/rows.h``, whenever a row is
added or changed; a test holds it to the table.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from .described import describe
from .languages import C
from .op import RESERVED, TABLE, Op
from .operators import METHODS
from .writer import ARGUMENTS, write

BY_HAND = frozenset(["cbrt", "floor_divide", "maximum", "minimum", "mod", "sigmoid", "sign", "softplus", "where"])
"""The functions that stable.h has. Another function that is not C's own is called in Python."""

LISTS = frozenset(["logsumexp", "max", "mean", "min", "norm", "sum", "weighted_sum"])
"""The rows of lists that lists.c has. Another one is recorded in Python."""


def text() -> str:
    """The whole file."""
    table = [op for op in TABLE.values() if op.name in RESERVED]
    scalar = [op for op in table if not op.vectors]
    called = sorted({name for op in scalar for name in write(op, C).calls} - BY_HAND - C.functions.keys())
    recorders = [f"record_{op.name}" if not op.vectors or op.name in LISTS else "NULL" for op in table]
    parts = [
        "/* Written by microbp/table/native_rows.py from the table of operations; not to be edited. */\n",
        _listed("enum {", [f"ROW_{op.name}" for op in [*table]] + ["ROW_COUNT"], "};"),
        _listed("static const char *const NAMES[] = {", [f'"{op.name}"' for op in table], "};"),
        *map(_called_back, called),
        *map(_formula, scalar),
        _over("FORMULAS", [op.name for op in scalar]),
        _over(
            "METHODS",
            [f"{method}, {op.name}, {_doc(method, op)}" for method, op in METHODS.items() if len(op.partials) == 1],
        ),
        _listed("#define RECORDERS_OF_ROWS {", recorders, "}", " \\"),
    ]
    return "\n".join(parts)


def _listed(head: str, entries: Sequence[str], end: str, margin: str = "") -> str:
    return f"{margin}\n".join([head, *[f"    {entry}," for entry in entries]]) + f"{margin}\n{end}\n"


def _over(name: str, entries: Sequence[str]) -> str:
    """A macro that does something for every entry."""
    return " \\\n".join([f"#define {name}(EACH)", *[f"    EACH({entry})" for entry in entries]]) + "\n"


def _doc(method: str, op: Op) -> str:
    """What `help` says of the method, with the signature where C has it."""
    return json.dumps(f"{method}($self, /)\n--\n\n{describe(op, method)}")


def _called_back(name: str) -> str:
    parameters = ARGUMENTS[: len(TABLE[name].partials)]
    numbers = f'Py_BuildValue("({"d" * len(parameters)})", {", ".join(parameters)})'
    return (
        f"static double\nrow_{name}({', '.join([f'double {x}' for x in parameters])})\n{{\n"
        f"    return call_forward(ROW_{name}, {numbers});\n}}\n"
    )


def _formula(op: Op) -> str:
    """The function of a row, and what its recorder has to know."""
    written = write(op, C)
    arity, wanted = len(op.partials), [i for i, rule in enumerate(op.partials) if rule != op.no_derivative]
    body = [f"const double {x} = args[{i}];" for i, x in enumerate(ARGUMENTS[:arity])]
    body += [f"const double {line};" for line in [*written.before, f"z = {written.value}"]]
    body += ["if (trouble || !isfinite(z)) {", "    return 0;", "}", "*value = z;"]
    if written.after:
        body += ["if (!wanted) {", "    return 1;", "}"]
    body += [f"const double {line};" for line in written.after]
    for i, text in zip(wanted, written.partials):
        body += [f"if (wanted & {1 << i}) {{", f"    derivatives[{i}] = {text};", "}"]
    code = "\n".join(body)
    if "FINITE(" in code or "QUOTIENT(" in code:
        body = ["int trouble = 0;", *body, "return !trouble;"]
    else:
        body = [line.replace("trouble || ", "") for line in body] + ["return 1;"]
    defaults = ", ".join(map(repr, op.defaults)) or "0.0"
    known = [
        f"{arity}",
        f"{len(op.defaults)}",
        f"{sum(1 << i for i in wanted)}",
        f"{int(op.keeps)}",
        f"compute_{op.name}",
        f"{{{defaults}}}",
    ]
    parameters = "const double *args, unsigned wanted, double *value, double *derivatives"
    return (
        f"static int\ncompute_{op.name}({parameters})\n{{\n"
        + "".join([f"    {line}\n" for line in body])
        + f"}}\nstatic const Formula formula_{op.name} = {{{', '.join(known)}}};\n"
    )


def main() -> None:
    """Print the file."""
    print(text(), end="")


if __name__ == "__main__":
    main()
