"""A program in other words: the equations of its blocks in LaTeX, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..table.op import CALL, fill
from . import instructions as kinds
from .instructions import Instructions
from .naming import Naming

if TYPE_CHECKING:
    from .program import Program


def equations(program: Program) -> str:
    r"""A line of LaTeX for every block, with the shape of the result; m is the number of samples.

    A layer reads $Z^{[1]} = W^{[1]} A^{[0]} + b^{[1]} \in \mathbb{R}^{4 \times m}$.
    """
    code = program.value_instructions
    printer = _LaTeX(code, Naming(code, program.names))
    return "\n".join([printer.equation(i) for i in sorted(code.blocks)])


class _LaTeX:
    """Results by their names, or as what makes them where they have none."""

    def __init__(self, code: Instructions, naming: Naming) -> None:
        self.code, self.names = code, naming.names

    def equation(self, i: int) -> str:
        x = self.code[i]
        shape = rf"\in \mathbb{{R}}^{{{x.rows} \times {'m' if x.samples else 1}}}"
        return f"{symbol(self.names[i])} = {self.right_side(i)} {shape}"

    def read(self, i: int) -> str:
        """A result inside an equation."""
        if i in self.names:
            return symbol(self.names[i])
        x = self.code[i]
        if isinstance(x, kinds.Number):
            return f"{x.value:g}"
        if isinstance(x, kinds.Slice):
            rows = f"{x.start}:{x.stop}" if x.step == 1 else f"{x.start}:{x.stop}:{x.step}"
            return f"{self.read(x.reads[0])}_{{{rows}}}"
        return self.right_side(i)

    def right_side(self, i: int) -> str:
        """What makes a result."""
        x: Any = self.code[i]
        args = [self.read(a) for a in x.reads]
        if isinstance(x, kinds.MatMul):
            return f"{args[0]} {args[1]}"
        if isinstance(x, kinds.Reduce | kinds.Each):
            if x.op.level < CALL:
                args = [rf"\left({a}\right)" if a.startswith("-") else a for a in args]
            return fill(x.op.latex, args)
        return args[0] if args else ""


def symbol(name: str) -> str:
    r"""A name of the printed code as LaTeX.

    >>> print(symbol("W1"), symbol("sub_1"), symbol("dZ2"))
    W^{[1]} \mathrm{sub}_{1} \mathrm{d}Z^{[2]}
    """
    if len(name) > 2 and name[0] == "d" and name[1].isupper():
        return rf"\mathrm{{d}}{symbol(name[1:])}"
    stem, _, number = name.rpartition("_")
    if number.isdigit() and stem:
        return rf"\mathrm{{{stem}}}_{{{number}}}"
    if len(name) > 1 and name[0].isalpha() and name[1:].isdigit():
        return f"{name[0]}^{{[{name[1:]}]}}"
    return name if len(name) == 1 else rf"\texttt{{{name}}}"


def report(program: Program) -> str:
    """What the passes made of the function, and what one sample costs."""
    code, whole = program.value_instructions, program.instructions
    own = [(block, code[i]) for i, block in sorted(code.blocks.items())]
    forms = {form: sum(block.form == form for block, _ in own) for form in ("matrix", "each", "reduce")}
    numbers = sum(x.rows for _, x in own if x.samples)
    lines = [
        f"parameters   {len(program.parameters)}, and {len(program.others)} that are only read",
        f"inputs       {', '.join(f'{name} {x.rows}' for name, x in zip(program.names, code[1:]))}",
        f"rows         {len(program.tape.rows)} recorded, {len(program.folded.rows)} after the passes",
        f"blocks       {len(own)}: " + ", ".join(f"{count} {form}" for form, count in forms.items()),
        f"instructions {len(code)} forward, {len(whole) - len(code)} more with the gradient",
        f"operations   {_operations(code)} forward per sample, {_operations(whole)} with the gradient",
        f"bytes        {8 * numbers} forward per sample, {8 * len(program.parameters)} for the parameters",
        f"verified     {program.verification or 'not any more: a copy has no function'}",
    ]
    return "\n".join(lines)


def _operations(code: Instructions) -> int:
    """Additions, multiplications and function calls for one sample."""
    total = 0
    for x in code:
        reads = [code[a] for a in x.reads]
        if isinstance(x, kinds.MatMul):
            a, b = reads
            total += 2 * a.size * b.dims[0 if x.turned[1] else 1]
        elif isinstance(x, kinds.Each | kinds.Reduce | kinds.Mean | kinds.AddRows) and any(r.samples for r in reads):
            total += max(r.size for r in (x, *reads))
    return total
