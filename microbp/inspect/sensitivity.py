r"""What a gradient says: each component is a sensitivity.

"The cost is 32 times as sensitive to this weight as to that one" (3Blue1Brown, What is backpropagation
really doing?) means that the same small change of the first moves it 32 times as far.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..engine.gradients import derivatives
from ..engine.value import Value
from ..errors import InputError, InputTypeError
from ..nn import Module
from .names import Names, names_of
from .notation import short
from .tables import Report, Table

SHOWN = 20  # inputs in the table


@dataclass(frozen=True, repr=False)
class Sensitivities(Report):
    """The inputs ranked by the size of the derivative by them.

    Attributes:
        ranked: (input, derivative), the largest size first.
        names: what the inputs are called.
    """

    ranked: list[tuple[Value, float]]
    names: Names

    def __getitem__(self, x: Value) -> float:
        """The derivative by one input."""
        for node, slope in self.ranked:
            if node is x:
                return slope
        raise InputError(f"{x!r} is not among the inputs")

    def ratio(self, x: Value, y: Value) -> float:
        """How many times as sensitive the output is to x as to y.

        Raises:
            InputError: it is not sensitive to y at all.
        """
        if self[y] == 0.0:
            raise InputError(f"the output is not sensitive to {self.names[y].text} at all: there is no ratio")
        return abs(self[x]) / abs(self[y])

    def compare(self, x: Value, y: Value) -> str:
        """The ratio as a sentence."""
        x, y = sorted((x, y), key=lambda v: -abs(self[v]))
        more, less = self.names[x].text, self.names[y].text
        if self[y] == 0.0:
            return f"The output is not sensitive to {f'{less} at all' if self[x] else f'{more} and to {less}'}."
        times = self.ratio(x, y)
        size = short(float(f"{times:.3g}")) if math.isfinite(times) else f"more than {short(sys.float_info.max)}"
        return f"The output is {size} times as sensitive to {more} as to {less}."

    @property
    def table(self) -> Table:
        """The most sensitive inputs, with a bar each."""
        top = abs(self.ranked[0][1]) or 1.0
        rows = [
            (i, self.names[x].text, slope, "█" * max(1, round(20 * abs(slope) / top)) if slope else "")
            for i, (x, slope) in enumerate(self.ranked[:SHOWN], 1)
        ]
        left = len(self.ranked) - SHOWN
        note = f"… {left:,} less sensitive inputs" if left > 0 else ""
        return Table(("rank", "input", "derivative", ""), rows, note=note)

    def as_dict(self) -> dict[str, Any]:
        """All of them for other tools."""
        return {"ranked": [{"input": self.names[x].text, "derivative": slope} for x, slope in self.ranked]}


def sensitivity(output: Value, inputs: Module | Iterable[Value]) -> Sensitivities:
    """Rank inputs by how sensitive the output is to them.

    Args:
        output: any recorded result, usually a cost.
        inputs: Values, or a model, whose parameters are meant.

    Raises:
        InputTypeError: the inputs are neither Values nor a model.
        InputError: there are no inputs.

    >>> x, y = Value(1.0, "x"), Value(1.0, "y")
    >>> found = sensitivity(3.2 * x + 0.1 * y, [y, x])
    >>> found.compare(x, y)
    'The output is 32 times as sensitive to x as to y.'
    >>> [node.label for node, _ in found.ranked]
    ['x', 'y']
    """
    if not isinstance(inputs, Module | Iterable):
        raise InputTypeError(f"sensitivity ranks a list of Values, or the parameters of a model; got {inputs!r}")
    nodes = inputs.parameters() if isinstance(inputs, Module) else list(inputs)
    if not nodes:
        raise InputError("give at least one input to rank")
    slopes = derivatives(output, nodes)
    ranked = sorted(zip(nodes, slopes), key=lambda pair: -abs(pair[1]))
    return Sensitivities(ranked, names_of(output, *nodes))
