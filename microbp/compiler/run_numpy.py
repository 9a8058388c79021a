"""Running on NumPy: the instructions for one number of samples, with memory that is kept between calls.

An array of a result is only needed until the last instruction that reads it; its memory then serves a later
one. So a plan is made once for every number of samples: the calls of NumPy in order, each with the arrays it reads
and the array it writes. Results that are handed out are copies: they belong to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ..table import rows as ops
from . import instructions as kinds
from .instructions import Instructions
from .libraries import index, numpy_library
from .recipes import Noted, recipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SIZES = 4
"""Memory is kept for so many numbers of samples: a whole batch, the rest of an epoch, a few more."""

NEVER = 1 << 60

Run = Callable[..., Any]
"""A function of the arrays that a call reads and the one it writes."""


class Runner:
    """The outputs of a list of instructions: ``run(P, arguments)``.

    Several threads may call it: a plan that is at work belongs to one of them, the others make their own.
    """

    def __init__(self, code: Instructions) -> None:
        self.code = code
        self.plans: dict[int, list[Plan]] = {}

    def __call__(self, P: Array, arrays: Sequence[Array]) -> list[Array]:
        """The outputs for the parameters as a column, and the arguments with a column per sample."""
        m = arrays[0].shape[1] if arrays else 1
        free = self.plans.get(m)
        if free is None:
            if len(self.plans) >= SIZES:
                self.plans.clear()
            free = self.plans.setdefault(m, [])
        try:
            plan = free.pop()
        except IndexError:
            plan = Plan(self.code, m)
        found = plan(P, arrays)
        free.append(plan)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return Runner, (self.code,)


class _Call(NamedTuple):
    """A call of NumPy, and the results that it reads."""

    run: Run
    args: tuple[int, ...]
    elementwise: bool = False

    def bound(self, arrays: Sequence[Any], out: Any) -> Callable[[], Any]:
        """The call with its arrays."""
        read = [arrays[a] for a in self.args]
        return partial(self.run, *read, out=out) if self.run in _out_by_name() else partial(self.run, *read, out)

    def late(self, arrays: Sequence[Any], out: Any) -> Callable[[], Any]:
        """The call with the arrays that are there when it is made."""
        run, read = self.run, itemgetter(*self.args)
        if len(self.args) == 1:
            return lambda: run(read(arrays), out)
        if run in _out_by_name():
            return lambda: run(*read(arrays), out=out)
        return lambda: run(*read(arrays), out)


@cache
def _out_by_name() -> frozenset[Any]:
    """Functions of NumPy that take the array to write by name alone."""
    import numpy as np

    return frozenset({np.maximum, np.minimum})


class Plan:
    """The calls for one number of samples.

    Results are numbered as calls are noted; ``arrays`` has the array of each. A result is given (a constant, or
    memory of the parameters), an argument, a view of an earlier one, or written by a call.
    """

    def __init__(self, code: Instructions, m: int) -> None:
        import numpy as np

        self.np, self.xp, self.m = np, numpy_library(), m
        self.arrays: list[Any] = []
        self.shapes: list[tuple[int, ...]] = []
        self.types: list[Any] = []
        self.calls: list[_Call | None] = []
        self.views: dict[int, tuple[int, Callable[[Any], Any]]] = {}
        self.inputs: dict[int, int] = {}
        self.joined: dict[int, list[int]] = {}
        self.handed_out: dict[int, list[int]] = {}  # large results that are put together for the caller, in new memory
        self.products: dict[int, _Call] = {}  # their parts that are written there
        self.loose: set[int] = set()  # views of rows that do not stand side by side
        self.moving: set[int] = set()  # arguments and views of them: other memory at every call
        self.code = code
        self.conditions = code.only_choose()
        self.results: list[int] = []
        for i, x in enumerate(code):
            self.results.append(_NOTE[x.__class__](self, i, x, [self.results[a] for a in x.reads]))
        self.outputs = [self.results[i] for i in code.outputs]
        self._allocate()

    def __call__(self, P: Array, arrays: Sequence[Array]) -> list[Array]:
        """Run the calls."""
        own = self.arrays
        self.np.copyto(own[0], P)
        for i, place in self.inputs.items():
            own[i] = arrays[place]
        for i in self.moving_views:
            base, view = self.views[i]
            own[i] = view(own[base])
        for step in self.steps:
            step()
        return [self._together(i) if i in self.handed_out else own[i].copy() for i in self.outputs]

    def _together(self, i: int) -> Array:
        """A result for the caller, its parts one below the other."""
        whole: Array = self.np.empty(self.shapes[i])
        row = 0
        for a in self.handed_out[i]:
            part = whole[row : row + self.shapes[a][0]]
            self.products.get(a, _Call(_copy, (a,))).bound(self.arrays, part)()
            row += len(part)
        return whole

    # -- noting --------------------------------------------------------------------------------------------

    def new(self, shape: tuple[int, ...], array: Any = None, call: _Call | None = None, dtype: Any = float) -> int:
        """A new result."""
        self.arrays.append(array)
        self.shapes.append(shape)
        self.types.append(dtype)
        self.calls.append(call)
        return len(self.arrays) - 1

    def given(self, array: Any) -> int:
        """An array that stays as it is."""
        return self.new(array.shape, array)

    def view(self, base: int, shape: tuple[int, ...], look: Callable[[Any], Any]) -> int:
        """Another look at a result."""
        i = self.new(shape, dtype=self.types[base])
        self.views[i] = (base, look)
        if base in self.moving:
            self.moving.add(i)
        return i

    def written(
        self, shape: tuple[int, ...], run: Run, args: Sequence[int], elementwise: bool = False, dtype: Any = float
    ) -> int:
        """A result that a call writes."""
        return self.new(shape, call=_Call(run, tuple(args), elementwise), dtype=dtype)

    def _note_parameters(self, i: int, x: Any, args: list[int]) -> int:
        return self.given(self.np.empty(x.shape(self.m)))

    def _note_argument(self, i: int, x: Any, args: list[int]) -> int:
        found = self.new(x.shape(self.m))
        self.inputs[found] = x.place
        self.moving.add(found)
        return found

    def _note_constant(self, i: int, x: Any, args: list[int]) -> int:
        return self.given(self.np.asarray(x.compute(self.xp, (), self.m)))

    def _note_row(self, i: int, x: Any, args: list[int]) -> int:
        """A row of the table, as the calls of its recipe."""
        exponent = getattr(self.code[x.reads[1]], "value", None) if x.op is ops.pow else None
        found = recipe(x.op, exponent)
        shape = x.shape(self.m)
        if found is None:
            return self.written(shape, partial(_copied, partial(_shaped, self.xp.row(x.op), shape)), args)
        made: list[int] = []
        for step in found.steps:
            read = [self._operand(a, args, made) for a in step.args]
            made.append(getattr(self, f"_{step.form}")(step.f, read, i, step is found.steps[-1]))
        result = self._operand(found.result, args, made)
        return result if self.shapes[result] == shape else self.view(result, shape, partial(_reshaped, shape=shape))

    def _operand(self, a: Any, args: list[int], made: list[int]) -> int:
        if isinstance(a, Noted):
            return made[a.place] if a.place >= 0 else args[~a.place]
        return self.given(self.np.asarray(a))

    def _each(self, f: Any, args: list[int], i: int, last: bool) -> int:
        shape = self._spread(args)
        is_condition = f"{'d' * f.nin}->?" in f.types
        dtype = bool if is_condition and (not last or i in self.conditions) else float
        return self.written(shape, f, args, True, dtype)

    def _spread(self, args: list[int]) -> tuple[int, ...]:
        shapes = {self.shapes[a] for a in args} - {()}
        return shapes.pop() if len(shapes) == 1 else self.np.broadcast_shapes(*shapes)

    def _where(self, f: Any, args: list[int], i: int, last: bool) -> int:
        shape = self._spread(args)
        if self.types[args[0]] is not bool:
            zero = self.given(self.np.array(0.0))
            args[0] = self.written(self.shapes[args[0]], self.np.not_equal, [args[0], zero], True, bool)
        fits = self.shapes[args[0]] == shape and self.shapes[args[1]] in ((), shape)
        return self.written(shape, _masked if fits else _choice, args)

    def _reduce(self, f: Any, args: list[int], i: int, last: bool) -> int:
        if f in _out_by_name():  # of 0.0 and -0.0 NumPy takes the last, Python the first
            args = [self.view(args[0], self.shapes[args[0]], _from_the_end)]
        return self.written(self.shapes[args[0]][1:], partial(_reduction, f.reduce), args)

    def _mean(self, f: Any, args: list[int], i: int, last: bool) -> int:
        total, count = self._reduce(f, args, i, False), self.given(self.np.array(float(self.shapes[args[0]][0])))
        return self.written(self.shapes[total], self.np.divide, [total, count], True)

    def _call(self, f: Any, args: list[int], i: int, last: bool) -> int:
        return self.written(self._spread(args), partial(_copied, f), args)

    def _note_matmul(self, i: int, x: Any, args: list[int]) -> int:
        read = [self.view(a, self.shapes[a][::-1], _turned) if turn else a for a, turn in zip(args, x.turned)]
        return self.written(x.shape(self.m), self.np.matmul, read)

    def _note_mean(self, i: int, x: Any, args: list[int]) -> int:
        total = self.written(x.shape(self.m), _row_sums, args)
        m = self.given(self.np.array(float(self.m)))
        return self.written(x.shape(self.m), self.np.divide, [total, m], True)

    def _note_outer(self, i: int, x: Any, args: list[int]) -> int:
        call = _Call(partial(_products, x.places, self.m), tuple(args))
        if not self._is_handed_out(i):
            return self.new(x.shape(self.m), call=call)
        found = self.new(x.shape(self.m))
        self.products[found] = call
        return found

    def _is_handed_out(self, i: int) -> bool:
        """Whether one large result alone reads it, which is asked for."""
        readers = [k for k, x in enumerate(self.code) if i in x.reads]
        return (
            len(readers) == 1
            and readers[0] in self.code.outputs
            and self.code[readers[0]].__class__ is kinds.Concatenate
        )

    def _note_same(self, i: int, x: Any, args: list[int]) -> int:
        """A view; other axes for rows that do not stand side by side need a copy."""
        shape, (base,) = x.shape(self.m), args
        look = partial(_looked, x, self.xp, self.m)
        if x.__class__ is kinds.Reshape and base in self.loose and base not in self.moving:
            return self.written(shape, partial(_copied, look), args)
        i = self.view(base, shape, look)
        if x.__class__ is kinds.Broadcast or (x.__class__ is kinds.Slice and (x.step > 1 or base in self.loose)):
            self.loose.add(i)
        return i

    def _note_gather(self, i: int, x: Any, args: list[int]) -> int:
        return self.written(x.shape(self.m), partial(_taken, index(x.indices)), args)

    def _note_anything(self, i: int, x: Any, args: list[int]) -> int:
        """What happens too seldom to be worth more: computed anew, and copied."""
        return self.written(x.shape(self.m), partial(_copied, lambda *a: x.compute(self.xp, a, self.m)), args)

    def _note_concatenate(self, i: int, x: Any, args: list[int]) -> int:
        if not self.products.keys().isdisjoint(args):
            found = self.new(x.shape(self.m))
            self.handed_out[found] = args
        else:
            found = self.written(x.shape(self.m), _nothing, args)
            self.joined[found] = args
        return found

    # -- memory --------------------------------------------------------------------------------------------

    def _allocate(self) -> None:
        """Give every call the array that it writes, and bind the calls."""
        n = len(self.arrays)
        self.owner = list(range(n))
        for i, (base, _) in self.views.items():
            self.owner[i] = self.owner[base]
        self.last = [-1] * n
        for i, call in enumerate(self.calls):
            if call:
                for a in call.args:
                    self.last[self.owner[a]] = i
        parts = [a for i in self.outputs for a in self.handed_out.get(i, ())]
        factors = [a for call in self.products.values() for a in call.args]
        for i in (*self.outputs, *parts, *factors):
            self.last[self.owner[i]] = NEVER
        self.places: dict[int, tuple[int, int]] = {}
        self._join()
        self.steps: list[Callable[[], Any]] = []
        self.moving_views = [i for i in self.views if i in self.moving]
        free: dict[Any, list[Any]] = {}
        memory: dict[int, Any] = {}
        ends: dict[int, list[int]] = {}
        for i, end in enumerate(self.last):
            if self.calls[i] and i not in self.places:
                ends.setdefault(end if end >= 0 else i, []).append(i)
        for i, call in enumerate(self.calls):
            if i in self.views:
                base, look = self.views[i]
                if i not in self.moving:
                    self.arrays[i] = look(self.arrays[base])
            elif call:
                self.arrays[i] = out = self._memory(i, call, memory, free)
                pairs = [(call, out)]
                if i in self.joined:
                    pairs = [(_Call(_copy, (a,)), out[row : row + self.shapes[a][0]]) for a, row in self._rest(i)]
                for part, place in pairs:
                    bind = part.bound if self.moving.isdisjoint(part.args) else part.late
                    self.steps.append(bind(self.arrays, place))
            for k in ends.get(i, ()):
                if k in memory:
                    free.setdefault(_kind(self, k), []).append(memory.pop(k))

    def _rest(self, i: int) -> list[tuple[int, int]]:
        """The parts of a concatenation that are copied, and their first rows."""
        found, row = [], 0
        for a in self.joined[i]:
            if self.places.get(self.owner_before[a]) != (i, row):
                found.append((a, row))
            row += self.shapes[a][0]
        return found

    def _join(self) -> None:
        """Have parts that a concatenation joins written into the whole from the start."""
        self.owner_before = list(self.owner)
        for i, parts in self.joined.items():
            row = 0
            for a in parts:
                k = self.owner[a]
                rows = self.shapes[a][0]
                if (
                    k not in self.places
                    and k not in self.joined
                    and self._writes(k)
                    and self._is_whole(a, k)
                    and (parts.count(a) == 1 and self.types[k] is float)
                ):
                    self._lead(k, i, row)
                row += rows
        if self.places:
            for a, k in enumerate(self.owner):
                while k in self.places:
                    k = self.places[k][0]
                self.owner[a] = k
            for k, (whole, _) in self.places.items():
                root = self.owner[whole]
                self.last[root] = max(self.last[root], self.last[k])

    def _lead(self, k: int, whole: int, row: int) -> None:
        """Have a call write to its place, and those that it alone goes on from."""
        before: int | None = k
        while before is not None:
            k = before
            self.places[k] = (whole, row)
            call = self.calls[k]
            args = call.args if call is not None and call.elementwise else ()
            free = (a for a in args if self._can_take(k, a) and a not in self.places and a not in self.joined)
            before = next(free, None)

    def _writes(self, k: int) -> bool:
        return self.calls[k] is not None

    def _is_whole(self, a: int, k: int) -> bool:
        """Whether a shows all of k in its order."""
        while a != k:
            base, look = self.views[a]
            if look is _turned or self._size(a) != self._size(base):
                return False
            a = base
        return True

    def _size(self, i: int) -> int:
        size = 1
        for n in self.shapes[i]:
            size *= n
        return size

    def _can_take(self, i: int, a: int) -> bool:
        """Whether call i may write over result a: it reads it last, and it fits."""
        return (
            self.owner[a] == a
            and self.calls[a] is not None
            and self.last[a] == i
            and self.shapes[a] == self.shapes[i]
            and self.types[a] is self.types[i]
        )

    def _memory(self, i: int, call: _Call, memory: dict[int, Any], free: dict[Any, list[Any]]) -> Any:
        """The array that a call writes."""
        shape = self.shapes[i]
        if i in self.places:
            whole, row = self.places[i]
            if whole not in memory:
                memory[whole] = self.arrays[whole] = self._memory(whole, _NO_CALL, memory, free)
            total = self.arrays[whole]
            columns = total.shape[1]
            size = self._size(i)
            return total[row : row + size // columns].reshape(shape)
        if i in memory:
            return self.arrays[i]
        if call.elementwise:
            for a in call.args:
                if a in memory and self._can_take(i, a):
                    memory[i] = memory.pop(a)
                    return memory[i].reshape(shape)
        fitting = free.get(_kind(self, i))
        memory[i] = fitting.pop() if fitting else self.np.empty(self._size(i), self.types[i])
        return memory[i].reshape(shape)


def _kind(plan: Plan, i: int) -> tuple[int, Any]:
    return plan._size(i), plan.types[i]


# -- calls: what they read, then what they write -----------------------------------------------------------


def _nothing(*_: Any) -> None:
    """For a concatenation, whose parts are copied one by one."""


def _copy(array: Any, out: Any) -> None:
    out[...] = array


def _copied(f: Any, *arrays: Any) -> None:
    arrays[-1][...] = f(*arrays[:-1])


def _shaped(f: Any, shape: tuple[int, ...], *arrays: Any) -> Any:
    import numpy as np

    z = np.asarray(f(*arrays))
    return z.reshape(shape) if z.size == np.prod(shape) else z


def _choice(condition: Any, x: Any, y: Any, out: Any) -> None:
    import numpy as np

    np.copyto(out, y)
    np.copyto(out, x, where=condition)


def _masked(condition: Any, x: Any, y: Any, out: Any) -> None:
    """The same twice as fast, where nothing is spread."""
    import numpy as np

    np.copyto(out, y)
    np.putmask(out, condition, x)


def _reduction(f: Any, x: Any, out: Any) -> None:
    f(x, 0, None, out)


def _row_sums(x: Any, out: Any) -> None:
    import numpy as np

    np.add.reduce(x, axis=1, out=out, keepdims=True)


def _taken(places: Any, x: Any, out: Any) -> None:
    x.take(places, 0, out, "clip")


def _products(places: int, m: int, d: Any, a: Any, out: Any) -> None:
    import numpy as np

    d, a = d.reshape(d.shape[0], places, -1), a.reshape(a.shape[0], places, -1)
    out = out.reshape(d.shape[0], a.shape[0], m)
    if places == 1:
        np.multiply(d, np.ascontiguousarray(a[None, :, 0]), out)  # a batch has its samples in rows
    else:
        np.einsum("fps,kps->fks", d, np.broadcast_to(a, (*a.shape[:2], m)), out=out)


def _looked(x: Any, xp: Any, m: int, array: Any) -> Any:
    return x.compute(xp, (array,), m)


def _from_the_end(array: Any) -> Any:
    return array[::-1]


def _turned(array: Any) -> Any:
    return array.T


def _reshaped(array: Any, shape: tuple[int, ...]) -> Any:
    return array.reshape(shape)


_NO_CALL = _Call(_nothing, ())

_NOTE: dict[type, Callable[..., int]] = {
    kinds.Parameters: Plan._note_parameters,
    kinds.Argument: Plan._note_argument,
    kinds.Number: Plan._note_constant,
    kinds.Table: Plan._note_constant,
    kinds.Samples: Plan._note_constant,
    kinds.Each: Plan._note_row,
    kinds.Reduce: Plan._note_row,
    kinds.MatMul: Plan._note_matmul,
    kinds.Mean: Plan._note_mean,
    kinds.Outer: Plan._note_outer,
    kinds.Reshape: Plan._note_same,
    kinds.Slice: Plan._note_same,
    kinds.Item: Plan._note_same,
    kinds.Broadcast: Plan._note_same,
    kinds.Gather: Plan._note_gather,
    kinds.Scatter: Plan._note_anything,
    kinds.AddRows: Plan._note_anything,
    kinds.Stack: Plan._note_anything,
    kinds.Concatenate: Plan._note_concatenate,
}
