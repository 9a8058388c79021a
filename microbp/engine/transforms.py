r"""Functions to functions: grad, jvp, vjp, jacobian, hessian, as in JAX.

An argument is a number or a list of numbers (nested as deep as you like), and a derivative has the
shape of its argument. Each transform hands the function fresh nodes, so transforms nest: the inner one
differentiates by its own nodes only, and whatever Values the function finds around it stay connected.
Numbers come back when only numbers took part; where a Value from outside did, the result is a Value that
can be differentiated further. Inside `no_grad` a transform still differentiates, and only its result is
not recorded.

>>> grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0)     # no confusion of the two perturbations
1.0
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from ..errors import GradientError, InputError, InputTypeError, ShapeError
from ..table.op import Operand, number
from ..table.rows import identity
from .backward import derivatives, describe, recorded, reread
from .graph import leaves, operations
from .guard import DERIVATIVE, refuse_in_a_trace
from .value import Value, recording

Function = Callable[..., Any]


def grad(f: Function, argnum: int | Sequence[int] = 0) -> Function:
    """The function that gives the derivative of f by one argument.

    Args:
        f: a function of numbers (or lists of them) with one number as its result.
        argnum: which argument, or several of them: then a tuple of derivatives.

    Raises:
        InputTypeError: the result of f is not one number.

    >>> from microbp import sin
    >>> grad(grad(sin))(0.5) == -sin(0.5)
    True
    >>> grad(lambda xs: xs[0] * xs[1])([2.0, 5.0])
    [5.0, 2.0]
    """
    with_value = value_and_grad(f, argnum)
    return lambda *args: with_value(*args)[1]


def value_and_grad(f: Function, argnum: int | Sequence[int] = 0) -> Function:
    """The function that gives f's value and its derivative from one recording.

    >>> value_and_grad(lambda x: x**2)(3.0)
    (9.0, 6.0)
    """

    def both(*args: Any) -> tuple[Any, Any]:
        chosen = argnum if isinstance(argnum, Iterable) else (argnum,)
        places = [operator.index(i) for i in chosen]
        if any(not -len(args) <= i < len(args) for i in places):
            raise InputError(f"argnum={argnum} of a call with {len(args)} arguments")
        places = [i % len(args) for i in places]
        if len(set(places)) < len(places):
            raise InputError(f"argnum={argnum} names an argument twice")
        trace = _Trace([args[i] for i in places])
        call = list(args)
        for i, fresh in zip(places, trace.fresh):
            call[i] = fresh
        with recording(True):
            out = _scalar(f(*call), "grad")
        is_open = trace.is_open(out)
        found = trace.gradients(out, is_open)
        return released(out, is_open), tuple(found) if isinstance(argnum, Iterable) else found[0]

    return both


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    r"""f's value, and the function that takes a cotangent $\bar y$ to $\bar y^T J$.

    Reverse mode: one sweep whatever the number of inputs. Griewank & Walther (2008), chapter 3.2.

    >>> y, pull = vjp(lambda a, b: [a * b, a + b], 2.0, 3.0)
    >>> y, pull([1.0, 0.0]), pull([0.0, 1.0])
    ([6.0, 5.0], (3.0, 2.0), (1.0, 1.0))
    """
    trace = _Trace(primals)
    with recording(True):
        out = f(*trace.fresh)

    def pull(cotangent: Any) -> tuple[Any, ...]:
        ys, weights = flatten(out), flatten(cotangent)
        if len(ys) != len(weights):
            raise ShapeError(f"the output has {len(ys)} numbers, the cotangent {len(weights)}")
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
    directions = flatten(tangents)
    trace = _Trace(primals, connected=directions)
    if len(directions) != len(trace.nodes):
        raise ShapeError(f"the primals hold {len(trace.nodes)} numbers, the tangents {len(directions)}")
    with recording(True):
        out = f(*trace.fresh)
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


def jacobian(f: Function) -> Function:
    r"""The function that gives $J_{ij} = \partial f_i / \partial x_j$, outputs first.

    >>> jacobian(lambda v: [v[0] * v[1], v[0] + v[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """

    def of(x: Any) -> Any:
        trace = _Trace([x])
        with recording(True):
            out = f(*trace.fresh)
        is_open = trace.is_open(out)
        return map_numbers(lambda y: trace.gradients(y, is_open)[0], out)

    return of


def hessian(f: Function) -> Function:
    r"""The function that gives $H_{ij} = \partial^2 f / \partial x_i \partial x_j$.

    >>> hessian(lambda v: v[0] ** 2 * v[1])([1.0, 3.0])
    [[6.0, 2.0], [2.0, 0.0]]
    """
    return jacobian(grad(f))


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

    def is_open(self, out: Any) -> bool:
        """Whether Values from outside took part in the result, so that the derivative must be recorded too."""
        return self.nested or bool(set(leaves(*values(out))) - set(self.nodes))

    def gradients(self, y: Any, is_open: bool) -> Any:
        """The derivatives of y by the arguments, in their shapes."""
        found = derivatives(y, self.nodes, is_open) if isinstance(y, Value) else [0.0] * len(self.nodes)
        by_node = dict(zip(self.nodes, found))
        return map_numbers(by_node.__getitem__, self.fresh)


def values(tree: Any) -> list[Value]:
    """The Values among the numbers of a function's result."""
    refuse_in_a_trace(*DERIVATIVE)
    return [y for y in flatten(tree) if isinstance(y, Value)]


def released(out: Any, is_open: bool) -> Any:
    """The function's result as the caller should see it: numbers, unless Values came from outside."""
    return out if is_open else map_numbers(lambda y: y.data if isinstance(y, Value) else y, out)


def _scalar(out: Any, name: str) -> Any:
    if isinstance(out, list | tuple) or hasattr(out, "__len__"):
        raise InputTypeError(f"{name} needs a function whose result is one number; use jacobian for several")
    return out if isinstance(out, Operand) else number(out)


def map_numbers(f: Callable[[Any], Any], tree: Any) -> Any:
    """f of every number in nested lists, tuples and arrays."""
    if isinstance(tree, tuple):
        return tuple(map_numbers(f, branch) for branch in tree)
    if isinstance(tree, list) or (hasattr(tree, "tolist") and getattr(tree, "ndim", 0) > 0):
        return [map_numbers(f, branch) for branch in tree]
    return f(tree)


def flatten(tree: Any) -> list[Any]:
    """The numbers of nested lists, in order."""
    found: list[Any] = []
    map_numbers(found.append, tree)
    return found
