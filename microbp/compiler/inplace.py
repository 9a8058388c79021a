"""The lines of a program once more, their results written into memory that is kept from one batch to the next.

The text of a program makes a new array with every operation. In training the same arrays are wanted again a
moment later, so the lines are run for one batch, operation by operation, to see what array each makes and how
long it is needed; then they are written down again with ``out=``. Operations and their order stay the same,
and with them every bit of the result. What is returned is new memory every time.
"""

from __future__ import annotations

import ast
from bisect import bisect, insort
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from .flat import COST, GRADIENT, Step, flat
from .machine import LONG, Lines, environment, function

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SOON = 20
"""So many batches of one size are worth a second writing."""

SIZES = 4
"""Memory is kept for so many sizes: a whole batch, the rest of an epoch, a few more."""


class InPlace:
    """``program(P, *arguments, gradient)``, with memory of its own for sizes of batches that come again and again.

    Two threads may call it: the memory serves one of them, the other gets new arrays.
    """

    def __init__(self, lines: Lines, namespace: Mapping[str, Any]) -> None:
        self.lines, self.namespace = lines, namespace
        self.plain = function(lines, namespace)
        self.is_long = len(lines.forward) + len(lines.backward) > LONG
        self._calls: dict[tuple[Any, ...], int] = {}
        self._fast: dict[tuple[Any, ...], Callable[..., Any]] = {}
        self._memory = Lock()

    def __call__(self, P: Array, *arrays: Array, gradient: bool = True) -> Any:
        """The costs, and the gradient if it is wanted."""
        if not gradient or self.is_long or not self._memory.acquire(blocking=False):
            return self.plain(P, *arrays, gradient=gradient)
        try:
            size = tuple([a.shape for a in arrays])
            if size not in self._fast:
                self._calls[size] = self._calls.get(size, 0) + 1
                if self._calls[size] < SOON:
                    return self.plain(P, *arrays)
                if len(self._fast) == SIZES:
                    self._calls.clear()
                    self._fast.clear()
                try:
                    self._fast[size] = written_again(self.lines, self.namespace, P, arrays)
                except RecursionError:  # an expression too deep for Python's syntax trees
                    self._fast[size] = self.plain
            return self._fast[size](P, *arrays)
        finally:
            self._memory.release()


def written_again(lines: Lines, namespace: Mapping[str, Any], P: Array, arrays: Sequence[Array]) -> Callable[..., Any]:
    """The function ``program(P, *arguments)`` of costs and gradient for batches of this size."""
    import numpy as np

    steps = flat(lines)
    fixed = environment(lines, namespace, [name for step in steps for name in step.reads])
    fixed |= {"_empty": np.empty, "m": arrays[0].shape[1] if arrays else 1}
    inputs = {"P": P, **dict(zip(lines.arguments, arrays))}
    env = {**fixed, **inputs}
    with np.errstate(all="ignore"):
        for step in steps:
            code = ast.fix_missing_locations(ast.Expression(step.code))
            env[step.name] = eval(compile(code, "<compiled>", "eval"), env)
    memory = Memory(steps, env)
    text = "\n    ".join([f"def program({', '.join(inputs)}):", *memory.lines, f"return {COST}, {GRADIENT}"])
    found = {**fixed, **memory.buffers}
    exec(compile(text, "<compiled>", "exec"), found)
    return found["program"]  # type: ignore[no-any-return]


class Memory:
    """Where every step writes its result.

    Args:
        steps: the operations in order; the results COST and GRADIENT are returned.
        env: what each of them gave, the functions they call, and what they read from outside.

    Attributes:
        lines: the steps, with the places to write to.
        buffers: the arrays that are kept, by the names they have in the lines.
    """

    def __init__(self, steps: Sequence[Step], env: Mapping[str, Any]) -> None:
        self.steps, self.env = steps, env
        self.buffers: dict[str, Any] = {}
        self.lines: list[str] = []
        self.owner: dict[str, int] = {}  # for a name, the step that made the memory it stands for
        self.last: dict[int, int] = {}  # for that step, the last that reads the memory
        self.out: dict[int, str] = {}
        self._find_owners()
        self._put_side_by_side()
        self._share()
        for i, step in enumerate(steps):
            if i in self.joined:
                self.lines += self.joined[i]
            elif i in self.out:
                self.lines.append(f"{step.name} = {self._written(i)[:-1]}, out={self.out[i]})")
            elif step.name not in self.unread:
                self.lines.append(f"{step.name} = {ast.unparse(step.code)}")

    def _find_owners(self) -> None:
        """Follow memory through the views of it, by its addresses."""
        made = {step.name for step in self.steps}
        outside = [a for name, a in self.env.items() if name not in made and _is_array(a)]
        starts = sorted((_address(a), _address(a) + a.nbytes, -1) for a in outside)
        for i, step in enumerate(self.steps):
            for name in step.reads & self.owner.keys():
                self.last[self.owner[name]] = i
            array = self.env[step.name]
            if _is_array(array):
                at = bisect(starts, (_address(array), float("inf"), 0)) - 1
                if at >= 0 and _address(array) < starts[at][1]:
                    self.owner[step.name] = starts[at][2]
                else:
                    self.owner[step.name] = i
                    insort(starts, (_address(array), _address(array) + array.nbytes, i))
        for result in (COST, GRADIENT):
            self.last[self.owner.get(result, -1)] = len(self.steps)

    def _put_side_by_side(self) -> None:
        """Parts that a concatenation joins are written into the whole from the start."""
        self.joined: dict[int, list[str]] = {}
        self.unread: set[str] = set()
        returned = {self.owner.get(COST), self.owner.get(GRADIENT)}
        for j, step in enumerate(self.steps):
            if not (isinstance(step.code, ast.Call) and ast.unparse(step.code.func) == "concatenate"):
                continue
            whole, at = self.env[step.name], 0
            name = step.name if j in returned else self._keep(whole)
            views, copies = [], []
            parts = list(map(ast.unparse, step.code.args[0].elts))  # type: ignore[attr-defined]
            for part in parts:
                array, i = self.env[part], self.owner.get(part, -1)
                place = f"{name}[{at}:{at + len(array)}]"
                at += len(array)
                if self._writes(i) and i not in returned and i not in self.out and _fits(array, self._made(i), whole):
                    view = f"{place}.reshape({self._made(i).shape})" if array.shape != self._made(i).shape else place
                    views.append(f"_part{j}_{at} = {view}")
                    self._lead(i, f"_part{j}_{at}")
                    readers = sum(part in s.reads for s in self.steps)
                    if part != self.steps[i].name and readers == parts.count(part) == 1:
                        self.unread.add(part)
                else:
                    copies.append(f"{place} = {part}")
            if j in returned:  # new memory at every call
                self.lines += [f"{name} = _empty({whole.shape})", *views]
                self.joined[j] = copies
            else:
                exec("\n".join(views), {}, self.buffers)
                self.joined[j] = [f"{step.name} = {name}", *copies]

    def _lead(self, i: int, place: str) -> None:
        """Have a step write to a place for good, and those that it alone goes on from."""
        self.out[i] = place
        self.last[i] = len(self.steps)
        for name in self.steps[i].reads & self.owner.keys() if self._is_elementwise(i) else ():
            k = self.owner[name]
            if self._can_take(i, name) and self._writes(k) and k not in self.out:
                self._lead(k, place)
                return

    def _share(self) -> None:
        """Give every other step memory that no later step reads any more."""
        free: dict[Any, list[str]] = {}
        ends: dict[int, list[int]] = {}
        for owner, i in self.last.items():
            ends.setdefault(i, []).append(owner)
        pooled: dict[int, str] = {}
        for i, step in enumerate(self.steps):
            if i not in self.out and self._writes(i) and self.last.get(i, i) < len(self.steps):
                array = self.env[step.name]
                done = [self.owner[name] for name in step.reads & self.owner.keys() if self._can_take(i, name)]
                taken = [k for k in done if k in pooled]
                if taken and self._is_elementwise(i):
                    self.out[i] = pooled[i] = pooled.pop(taken[0])
                else:
                    fitting = free.get(_kind(array), [])
                    self.out[i] = pooled[i] = fitting.pop() if fitting else self._keep(array)
            for k in [*ends.get(i, []), *([i] if i not in self.last else [])]:
                if k in pooled:
                    free.setdefault(_kind(self._made(k)), []).append(pooled.pop(k))

    def _written(self, i: int) -> str:
        """The code of a step; numbers are arrays already, which NumPy would make of them at every call."""
        code = self.steps[i].code
        assert isinstance(code, ast.Call)  # see _ufunc
        args = [self._number(a) for a in code.args] if self._is_elementwise(i) else code.args
        return ast.unparse(ast.Call(code.func, args, code.keywords))

    def _number(self, x: ast.expr) -> ast.expr:
        import numpy as np

        match x:
            case ast.Name("m"):
                number = float(self.env["m"])
            case ast.Constant(float(number)):
                pass
            case ast.UnaryOp(ast.USub(), ast.Constant(float(positive))):
                number = -positive
            case _:
                return x
        self.buffers[name := f"_number{len(self.buffers)}"] = np.array(number)
        return ast.Name(name, ast.Load())

    def _made(self, i: int) -> Any:
        return self.env[self.steps[i].name]

    def _keep(self, like: Any) -> str:
        import numpy as np

        name = f"_kept{len(self.buffers)}"
        self.buffers[name] = np.empty_like(like)
        return name

    def _ufunc(self, i: int) -> Any:
        """The function of NumPy's that a step calls, whole or as a reduction; None if it is no such step."""
        import numpy as np

        code = self.steps[i].code
        f = self.env[code.func.id] if isinstance(code, ast.Call) and isinstance(code.func, ast.Name) else None
        whole = getattr(f, "__self__", f)
        return f if isinstance(whole, np.ufunc) and whole.nout == 1 else None

    def _writes(self, i: int) -> bool:
        """Whether a step makes an array by a function that can be told where to."""
        return i >= 0 and self.owner.get(self.steps[i].name) == i and self._ufunc(i) is not None

    def _is_elementwise(self, i: int) -> bool:
        f = self._ufunc(i)
        return hasattr(f, "nout") and f.signature is None

    def _can_take(self, i: int, name: str) -> bool:
        """Whether step i may write over the array of that name: it reads it last, and it fits."""
        k = self.owner.get(name, -1)
        whole = k >= 0 and self.last.get(k) == i and _address(self.env[name]) == _address(self._made(k))
        return whole and _kind(self.env[name]) == _kind(self._made(i)) == _kind(self._made(k))


def _is_array(x: Any) -> bool:
    return hasattr(x, "__array_interface__") and getattr(x, "ndim", 0) > 0


def _address(array: Any) -> int:
    start: int = array.__array_interface__["data"][0]
    return start


def _kind(array: Any) -> tuple[Any, ...]:
    return array.shape, array.strides, array.dtype.char


def _fits(part: Any, made: Any, whole: Any) -> bool:
    """Whether a part shows all entries of the array it is a view of, in their order, and as the whole has them."""
    in_order: bool = part.flags.c_contiguous and made.flags.c_contiguous
    return in_order and part.size == made.size and made.dtype == whole.dtype
