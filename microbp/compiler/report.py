"""A program in other words: the equations of its blocks in LaTeX, and what it costs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..table.op import CALL, fill
from .blocks import Block
from .emit import is_column_product
from .text import Text

if TYPE_CHECKING:
    from .program import Program


def equations(program: Program) -> str:
    r"""A line of LaTeX for every block, with the shape of the result; m is the number of samples.

    A layer reads $Z^{[1]} = W^{[1]} A^{[0]} + b^{[1]} \in \mathbb{R}^{4 \times m}$.
    """
    code = program.code
    lines = []
    for i in range(1 + len(program.names), len(code.blocks)):
        block = code.blocks[i]
        shape = rf"\in \mathbb{{R}}^{{{block.size} \times {'m' if block.samples else 1}}}"
        lines.append(f"{symbol(code.names[i])} = {_right_side(program, i)} {shape}")
    return "\n".join(lines)


def _right_side(program: Program, i: int) -> str:
    code, block = program.code, program.code.blocks[i]
    if is_column_product(block):
        w, a, _ = code.columns(i)
        return rf"\sum {symbol(w.text)} \odot {symbol(a.text)}"
    if block.form == "matrix":
        W, A = code.factors(i)
        b = code.read(block.reads[2])
        bias = "" if b.__class__ is float and b == 0.0 else f" + {symbol(code.bias(i, b))}"
        return f"{symbol(W)} {symbol(A)}{bias}"
    args = [symbol(x.text) if isinstance(x, Text) else f"{x:g}" for x in map(code.read, block.reads)]
    op = block.op
    assert op is not None  # only the arguments and the parameters come without an operation
    if op.level < CALL:
        args = [rf"\left({a}\right)" if a.startswith("-") else a for a in args]
    return fill(op.latex, args)


def symbol(code: str) -> str:
    r"""A name of the generated code as LaTeX.

    >>> print(symbol("W1"), symbol("A0[0:2]"), symbol("sub_1"))
    W^{[1]} A^{[0]}_{0:2} \mathrm{sub}_{1}
    """
    simple = re.fullmatch(r"([A-Za-z_]\w*)(?:\[([\w:]+)\])?", code)
    if not simple:
        return rf"\texttt{{{code}}}"
    name, rows = simple.groups()
    layer = re.fullmatch(r"([A-Za-z])(\d+)", name)
    if layer:
        shown = f"{layer[1]}^{{[{layer[2]}]}}"
    elif "_" in name:
        stem, number = name.rsplit("_", 1)
        shown = rf"\mathrm{{{stem}}}_{{{number}}}"
    else:
        shown = name if len(name) == 1 else rf"\texttt{{{name}}}"
    return f"{shown}_{{{rows}}}" if rows else shown


def report(program: Program) -> str:
    """What the passes made of the function, and what one sample costs."""
    own = program.code.blocks[1 + len(program.names) :]
    forms = {form: [b for b in own if b.form == form] for form in ("matrix", "each", "reduce")}
    numbers = sum(b.size for b in own if b.samples)
    lines = [
        f"parameters   {len(program.parameters)}, and {len(program.others)} that are only read",
        f"inputs       {', '.join(f'{name} {b.size}' for name, b in zip(program.names, program.code.blocks[1:]))}",
        f"rows         {len(program.tape.rows)} recorded, {len(program.folded.rows)} after the passes",
        f"blocks       {len(own)}: " + ", ".join(f"{len(found)} {form}" for form, found in forms.items()),
        f"lines        {len(program.lines.forward)} forward, {len(program.lines.backward)} backward",
        f"operations   {sum(map(_operations, own))} forward per sample, about three times that with the gradient",
        f"bytes        {8 * numbers} forward per sample, {8 * len(program.parameters)} for the parameters",
    ]
    return "\n".join(lines)


def _operations(block: Block) -> int:
    """Additions, multiplications and function calls for one sample."""
    if block.form == "matrix":
        return 2 * block.F * block.k * block.P
    return block.size * max(block.k, 1)
