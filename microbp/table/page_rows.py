"""The rows of the table as JavaScript: what microbp/viz/pages/rows.js is made of.

The file is written again by ``python -m microbp.table.page_rows > microbp/viz/pages/rows.js``, whenever a row is
added or changed; a test holds it to the table.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from .languages import JAVASCRIPT
from .op import RESERVED, TABLE, Op
from .writer import ARGUMENTS, Written, write

HEAD = """\
// Written by microbp/table/page_rows.py from the table of operations; not to be edited.
// A row: its value; its local derivatives, each a number or a function of the output z and the arguments, null where
// there is none; which arguments are lists (none if empty); the last arguments when a call leaves them out; the end of
// the message where there is no value; its LaTeX.
import { LISTS } from "./lists.js";
"""


def text() -> str:
    """The whole file."""
    table = [op for op in TABLE.values() if op.name in RESERVED]
    called = {name for op in table if not op.vectors for written in readings(op) for name in written.calls}
    names = ", ".join(sorted({"divide", "finite", *called} - JAVASCRIPT.functions.keys()))
    imports = textwrap.fill(names, 118, initial_indent="  ", subsequent_indent="  ")
    entries = "".join(map(row, table))
    return f'{HEAD}import {{\n{imports},\n}} from "./stable.js";\n\nexport const ROWS = {{\n{entries}}};\n'


def readings(op: Op) -> list[Written]:
    """The value, then the local derivatives, each written alone: one that has no number spoils no other."""
    wanted = [i for i, rule in enumerate(op.partials) if rule != op.no_derivative]
    return [write(op, JAVASCRIPT, [j == i for j in range(len(op.partials))], i == -1) for i in [-1, *wanted]]


def row(op: Op) -> str:
    """The entry of a row."""
    if op.vectors:
        functions = [f"...LISTS.{op.name},"]
    else:
        value, *derivatives = readings(op)
        parameters = ARGUMENTS[: len(op.partials)]
        rules = iter([function(["z", *parameters], written, *written.partials) for written in derivatives])
        texts = ["null" if rule == op.no_derivative else next(rules) for rule in op.partials]
        partials = [repr(rule) if isinstance(rule, float) else text for text, rule in zip(texts, op.partials)]
        functions = [f"value: {function(parameters, value, value.value)},", f"partials: [{', '.join(partials)}],"]
    entry = [
        f"name: {json.dumps(op.name)},",
        *functions,
        f"vectors: {json.dumps(op.vectors)}, defaults: {json.dumps(op.defaults)}, domain: {json.dumps(op.domain)},",
        f"latex: {json.dumps(op.latex)},",
    ]
    return "".join([f"  {op.name}: {{\n", *[f"    {line}\n" for line in entry], "  },\n"])


def function(parameters: Sequence[str], written: Written, result: str) -> str:
    """An arrow function with that result."""
    lines = [f"const {line}; " for line in [*written.before, *written.after]]
    body = f"{{ {''.join(lines)}return {result}; }}" if lines else result
    return f"({', '.join(parameters)}) => {body}"


def main() -> None:
    """Print the file."""
    print(text(), end="")


if __name__ == "__main__":
    main()
