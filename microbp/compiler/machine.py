"""Running generated code over an array namespace: NumPy's here, JAX's in `microbp.compiler.jax`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import CodeType
from typing import Any, NamedTuple

from ..table.op import TABLE
from .text import HELPERS, helper

LONG = 3000
"""Code of more lines than this runs in parts: Python compiles a very long function slowly."""


class Lines(NamedTuple):
    """The lines of a program: what they read, the lines to the cost, those from there to the gradient."""

    arguments: list[str]
    forward: list[str]
    cost: str
    backward: list[str]
    gradient: str


def definitions(lines: Lines) -> list[str]:
    """The functions that the lines call and NumPy does not have."""
    called = {name for line in [*lines.forward, *lines.backward] for name in _CALLS.findall(line)}
    return [helper(HELPERS[name]) for name in sorted(called & set(HELPERS))]


_CALLS = re.compile(r"\b([A-Za-z_]\w*)\(")


def text(lines: Lines) -> str:
    """The source of ``program``."""
    samples = f"{lines.arguments[0]}.shape[1]" if lines.arguments else "1"
    body = [f"m = {samples}", *lines.forward, "if not gradient:", f"    return {lines.cost}"]
    body += [*lines.backward, f"return {lines.cost}, {lines.gradient}"]
    signature = ", ".join(["P", *lines.arguments, "gradient=True"])
    return "\n    ".join([f"def program({signature}):", *body]) + "\n"


def function(lines: Lines, namespace: Mapping[str, Any]) -> Callable[..., Any]:
    """The function ``program(P, *arguments, gradient)`` that runs the lines."""
    if len(lines.forward) + len(lines.backward) > LONG:
        return _in_parts(lines, namespace)
    found: dict[str, Any] = {}
    exec(compile("\n\n\n".join([*definitions(lines), text(lines)]), "<compiled>", "exec"), found)
    return link(found, namespace)["program"]  # type: ignore[no-any-return]


def link(found: dict[str, Any], namespace: Mapping[str, Any]) -> dict[str, Any]:
    """Put the functions that code asks for into its globals."""
    for f in [f for f in found.values() if hasattr(f, "__code__")]:
        found.update((name, namespace[name]) for name in f.__code__.co_names if name in namespace and name not in found)
    return found


def environment(lines: Lines, namespace: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The functions that lines define, and those of these names that the namespace has."""
    found: dict[str, Any] = {}
    exec("\n\n\n".join(definitions(lines)), found)
    link(found, namespace)
    found.update((name, namespace[name]) for name in names if name in namespace and name not in found)
    return found


def _in_parts(lines: Lines, namespace: Mapping[str, Any]) -> Callable[..., Any]:
    """The same for long code: the lines are run in parts, with a dict for the names."""
    forward = _parts([*lines.forward, f"result = {lines.cost}"])
    backward = _parts([*lines.backward, f"result = result, {lines.gradient}"])
    fixed = environment(lines, namespace, [name for part in [*forward, *backward] for name in part.co_names])

    def program(P: Any, *batch: Any, gradient: bool = True) -> Any:
        names = {**fixed, "P": P, "m": batch[0].shape[1] if batch else 1, **dict(zip(lines.arguments, batch))}
        for part in [*forward, *backward] if gradient else forward:
            exec(part, names)
        return names["result"]

    return program


def _parts(lines: Sequence[str], size: int = 500) -> list[CodeType]:
    return [compile("\n".join(lines[i : i + size]), "<compiled>", "exec") for i in range(0, len(lines), size)]


class NumPyNames(dict[str, Any]):
    """What generated code may call when it runs on NumPy."""

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        import numpy as np

        super().__init__(vars(np))
        # what np.sum and its like come to, without their detour through Python
        self.update(sum=np.add.reduce, prod=np.multiply.reduce, max=np.maximum.reduce, min=np.minimum.reduce)
        self.update(arrays)
        self.update(add_rows=add_rows, scatter=scatter, frozen=lambda x: x)
        for name, op in TABLE.items():
            if name not in self:
                self[name] = np.vectorize(op.forward, otypes=[float])


def add_rows(x: Any, order: Any, starts: Any) -> Any:
    """Sums of groups of rows: the rows in the order given, a group from every start to the next."""
    import numpy as np

    return np.add.reduceat(x[order], starts, axis=0)


def scatter(shape: tuple[int, int], *parts: tuple[Any, Any]) -> Any:
    """Zeros with parts added to some of their rows; no part has a row twice."""
    import numpy as np

    z = np.zeros(shape)
    for rows, part in parts:
        z[rows] += part
    return z
