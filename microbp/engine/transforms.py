r"""Functions to functions: grad, jvp, vjp, jacobian, hessian, as in JAX.

An argument is a number, or a list, tuple, dict or NumPy array of numbers (nested as deep as you like), and a
derivative has the shape and type of its argument. Keyword arguments are passed on as they are.

Each transform hands the function fresh nodes, so transforms nest: the inner one differentiates with respect
to its own nodes only, and whatever Values the function finds around it stay connected.
Numbers come back when only numbers took part; where a Value did that was there before the call, the result is
a Value that can be differentiated further. What the function makes itself is a constant: `x.detach()`,
`Value(2.0)`, what it computes under `no_grad`. Inside `no_grad` a transform still differentiates, and only its
result is not recorded.

>>> grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0)     # no confusion of the two perturbations
1.0
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Literal, overload

from ..errors import GradientError, InputError, InputTypeError, ShapeError
from ..table.op import Operand, number
from ..table.rows import identity
from .gradients import derivatives, reread
from .graph import leaves, operations, recorded
from .guard import DERIVATIVE, refuse_in_a_trace
from .making import is_unrecorded
from .recording import leaves_made, recording
from .refusals import describe
from .signatures import Derivative, ValueAndDerivative
from .trees import flatten, flatten_like, is_numpy, map_numbers, map_whole, stack, unboxed
from .value import Value

Function = Callable[..., Any]
Argnums = int | Sequence[int]


@overload
def grad(f: Function, argnum: Literal[0] = 0, *, has_aux: Literal[False] = False) -> Derivative: ...
@overload
def grad(f: Function, argnum: Argnums = 0, *, argnums: Argnums | None = None, has_aux: bool = False) -> Function: ...
def grad(f: Function, argnum: Argnums = 0, *, argnums: Argnums | None = None, has_aux: bool = False) -> Function:
    """The function that gives the derivative of f with respect to one argument.

    Args:
        f: a function of numbers (or lists, dicts, arrays of them) with one number as its result.
        argnum: which argument, or several of them: then a tuple of derivatives.
        argnums: the same under JAX's name.
        has_aux: f returns a pair, the number and anything else, and so does the new function: the derivative
            and that.

    Raises:
        InputTypeError: the result of f is not one number.

    >>> from microbp import sin
    >>> grad(grad(sin))(0.5) == -sin(0.5)
    True
    >>> grad(lambda xs: xs[0] * xs[1])([2.0, 5.0])
    [5.0, 2.0]
    >>> grad(lambda p, x: p["w"] * x + p["b"])({"w": 2.0, "b": 1.0}, 3.0)
    {'w': 3.0, 'b': 1.0}
    """
    with_value = value_and_grad(f, argnum, argnums=argnums, has_aux=has_aux)

    def derivative(*args: Any, **kwargs: Any) -> Any:
        value, found = with_value(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return derivative


@overload
def value_and_grad(f: Function, argnum: Literal[0] = 0, *, has_aux: Literal[False] = False) -> ValueAndDerivative: ...
@overload
def value_and_grad(
    f: Function, argnum: Argnums = 0, *, argnums: Argnums | None = None, has_aux: bool = False
) -> Function: ...
def value_and_grad(
    f: Function, argnum: Argnums = 0, *, argnums: Argnums | None = None, has_aux: bool = False
) -> Function:
    """The function that gives f's value and its derivative from one recording.

    Args:
        f: as for `grad`.
        argnum: which argument, or several.
        argnums: the same under JAX's name.
        has_aux: f returns a pair (number, anything), and the value is this pair.

    >>> value_and_grad(lambda x: x**2)(3.0)
    (9.0, 6.0)
    """
    chosen = argnum if argnums is None else argnums

    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        trace, out = _call(f, chosen, args, kwargs)
        aux = None
        if has_aux:
            if not isinstance(out, tuple) or len(out) != 2:
                raise InputTypeError(f"has_aux: the function returns a pair, (number, anything), got {out!r}")
            out, aux = out
        out = _scalar(out, "grad")
        is_open = trace.is_open(out)
        found = trace.gradients(out, is_open)
        value = (released(out, is_open), released(aux, is_open)) if has_aux else released(out, is_open)
        return value, tuple(found) if isinstance(chosen, Iterable) else found[0]

    return both


def _call(f: Function, argnum: Argnums, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[_Trace, Any]:
    """f with fresh nodes for the chosen arguments: the nodes, and what f returned."""
    places = [operator.index(i) for i in (argnum if isinstance(argnum, Iterable) else (argnum,))]
    if any(not -len(args) <= i < len(args) for i in places):
        cure = "; a keyword argument is passed on, not differentiated" if kwargs else ""
        raise InputError(f"argnum={argnum} of a call with {len(args)} arguments{cure}")
    places = [i % len(args) for i in places]
    if len(set(places)) < len(places):
        raise InputError(f"argnum={argnum} names an argument twice")
    trace = _Trace([args[i] for i in places])
    call = list(args)
    for i, fresh in zip(places, trace.fresh):
        call[i] = fresh
    return trace, trace.of(f, *call, **kwargs)


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    r"""f's value, and the function that takes a cotangent $\bar y$ to $\bar y^T J$.

    Reverse mode: one sweep whatever the number of inputs. Griewank & Walther (2008), chapter 3.2.

    >>> y, pull = vjp(lambda a, b: [a * b, a + b], 2.0, 3.0)
    >>> y, pull([1.0, 0.0]), pull([0.0, 1.0])
    ([6.0, 5.0], (3.0, 2.0), (1.0, 1.0))
    """
    trace = _Trace(primals)
    out = trace.of(f, *trace.fresh)

    def pull(cotangent: Any) -> tuple[Any, ...]:
        ys, n = flatten(out), len(flatten(cotangent))
        weights = flatten_like(cotangent, out, f"the output has {len(ys)} numbers, the cotangent {n}")
        with recording(True):
            terms = [w * y for w, y in zip(weights, ys) if isinstance(y, Value)]
            total = sum(terms[1:], terms[0]) if terms else 0.0
        return tuple(trace.gradients(total, trace.is_open(total)))

    return released(out, trace.is_open(out)), pull


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    r"""f's value and its directional derivative $J \dot x$: a forward sweep over the recorded derivatives.

    Forward mode: one sweep whatever the number of outputs. Griewank & Walther (2008), chapter 3.1.

    Args:
        f: any function of numbers or lists.
        primals: its arguments, in a tuple or list.
        tangents: one direction for each argument, of the same shape.

    >>> jvp(lambda a, b: a * b, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    if len(primals) != len(tangents):
        raise ShapeError(f"{len(primals)} primals, {len(tangents)} tangents")
    sizes = f"the primals hold {len(flatten(primals))} numbers, the tangents {len(flatten(tangents))}"
    directions = flatten_like(tangents, primals, sizes)
    trace = _Trace(primals, connected=directions)
    out = trace.of(f, *trace.fresh)
    is_open = trace.is_open(out)
    moving: dict[Value, Any] = dict(zip(trace.nodes, directions))
    edges = partial(reread, moving) if is_open else recorded
    for node in operations(*values(out)):
        if node in moving:
            continue
        terms = [d * moving[p] for p, d in edges(node) if p in moving]
        if terms:
            moving[node] = tangent = sum(terms[1:], terms[0])
            if not isinstance(tangent, Value) and not math.isfinite(tangent):
                raise GradientError(f"{describe(node)} has no finite derivative along these tangents")
    return released(out, is_open), map_numbers(lambda y: moving.get(y, 0.0) if isinstance(y, Value) else 0.0, out)


def jacobian(f: Function, argnum: Argnums = 0, *, argnums: Argnums | None = None) -> Function:
    r"""The function that gives $J_{ij} = \partial f_i / \partial x_j$, outputs first.

    Args:
        f: any function of numbers, lists, dicts or arrays.
        argnum: which argument, or several of them: then a tuple in the place of every output.
        argnums: the same under JAX's name.

    >>> jacobian(lambda v: [v[0] * v[1], v[0] + v[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    chosen = argnum if argnums is None else argnums

    def of(*args: Any, **kwargs: Any) -> Any:
        trace, out = _call(f, chosen, args, kwargs)
        is_open = trace.is_open(out)

        def row(y: Any) -> Any:
            found = trace.gradients(y, is_open)
            return tuple(found) if isinstance(chosen, Iterable) else found[0]

        return map_whole(lambda y: stack(list(map(row, y.ravel().tolist())), y.shape) if is_numpy(y) else row(y), out)

    return of


def hessian(f: Function, argnum: Argnums = 0, *, argnums: Argnums | None = None) -> Function:
    r"""The function that gives $H_{ij} = \partial^2 f / \partial x_i \partial x_j$.

    >>> hessian(lambda v: v[0] ** 2 * v[1])([1.0, 3.0])
    [[6.0, 2.0], [2.0, 0.0]]
    """
    chosen = argnum if argnums is None else argnums
    return jacobian(grad(f, chosen), chosen)


def hvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    r"""The product $H v$ of the Hessian with a direction, forward over reverse: no Hessian is formed.

    Pearlmutter, Fast exact multiplication by the Hessian (1994).

    >>> hvp(lambda v: v[0] ** 2 * v[1], ([1.0, 3.0],), ([1.0, 0.0],))
    [6.0, 2.0]
    """
    by_all = grad(f, range(len(primals)))
    _, product = jvp(by_all, primals, tangents)
    return product[0] if len(primals) == 1 else product


class _Trace:
    """One call of a function with fresh nodes for its arguments."""

    def __init__(self, args: Sequence[Any], connected: Iterable[Any] = ()) -> None:
        given = flatten(args)
        self.nested = any(isinstance(x, Value) for x in [*given, *connected])
        # an argument that is itself a Value gets a node of its own, which is still connected to it
        self.fresh = map_numbers(lambda x: identity(x) if isinstance(x, Value) else Value(x), list(args))
        self.nodes: list[Value] = flatten(self.fresh)
        self.own = set(self.nodes)

    def of(self, f: Function, *args: Any, **kwargs: Any) -> Any:
        """The result of f, recorded; the leaves that f makes are its own constants, such as what it detaches."""
        with recording(True), leaves_made() as made:
            out = f(*args, **kwargs)
        self.own.update(made)
        return out

    def is_open(self, out: Any) -> bool:
        """Whether Values from outside took part in the result, so that the derivative must be recorded too."""
        found = leaves(*values(out))
        return self.nested or any(leaf not in self.own and not is_unrecorded(leaf) for leaf in found)

    def gradients(self, y: Any, is_open: bool) -> Any:
        """The derivatives of y by the arguments, in their shapes."""
        found = derivatives(y, self.nodes, is_open) if isinstance(y, Value) else [0.0] * len(self.nodes)
        by_node = dict(zip(self.nodes, found))
        return map_numbers(by_node.__getitem__, self.fresh)


def values(tree: Any) -> list[Value]:
    """The Values in a function's result.

    Raises:
        InputTypeError: something in it is neither a Value nor a number, so that its derivative is not known.
    """
    refuse_in_a_trace(*DERIVATIVE)
    found = []
    for y in flatten(tree):
        if isinstance(y, Value):
            found.append(y)
        elif not isinstance(y, Operand):
            number(y)
    return found


def released(out: Any, is_open: bool) -> Any:
    """The function's result as the caller should see it: numbers, unless Values came from outside."""
    return out if is_open else map_numbers(lambda y: y.data if isinstance(y, Value) else y, out)


def _scalar(out: Any, name: str) -> Any:
    out = unboxed(out)
    if isinstance(out, list | tuple) or hasattr(out, "__len__"):
        raise InputTypeError(f"{name} needs a function whose result is one number; use jacobian for several")
    return out if isinstance(out, Operand) else number(out)
