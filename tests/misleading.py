"""Costs made to mislead a compiler, by kinds; `test_misleading` asks what becomes of them.

A cost reads one output, or several, and a target from 0, 1, 2.
"""

# ruff: noqa: F401 - what is imported is called by costs that are texts

from __future__ import annotations

import array
import bisect
import builtins
import contextlib
import copy
import dataclasses
import enum
import functools
import heapq
import io
import itertools
import json
import logging
import math
import operator
import pickle
import random
import statistics
import struct
import threading
import time
import types
import typing
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from numbers import Number, Real
from typing import Any

import numpy as np

from microbp import Value, exp, grad, gradients, jvp, losses, maximum, nn, no_grad, ops, where

COSTS: dict[str, tuple[str, int, Callable[[Any, Any], Any]]] = {}


def misleads(kind: str, outputs: int = 1) -> Callable[[Any], Any]:
    """Put a cost into the list, under a kind of misleading."""

    def add(f: Any) -> Any:
        assert f.__name__ not in COSTS
        COSTS[f.__name__] = (kind, outputs, f)
        return f

    return add


def several(kind: str, *texts: str, outputs: int = 1) -> None:
    """The same for costs that are one expression of ``out`` and ``y``: each has a line of its own."""
    for text in texts:
        lines = text.count("\n")
        f = eval(builtins.compile(f"lambda out, y: {text}", __file__, "eval"), globals())
        f.__name__ = f"{kind}: {text}"
        assert lines == 0 and f.__name__ not in COSTS
        COSTS[f.__name__] = (kind, outputs, f)


SCALE = {0: 1.0, 1: 2.0, 2: 0.5}
TABLE_OF_COSTS = [1.0, 2.0, 0.5]
CW = np.array([1.0, 2.0, 0.5])
w = Value(0.5, "w")
outside = w * 2.0
rng = random.Random(0)


# -- hashing -------------------------------------------------------------------------------------------

several(
    "hashing",
    "out * SCALE[y]",
    "out * SCALE.get(y, 3.0)",
    "out * (2.0 if y in {0, 1} else 1.0)",
    "out * (2.0 if y in frozenset([1.0]) else 1.0)",
    "out * (hash(y) % 3)",
    "out * len({y, 1})",
    "out * len({out, out})",
    "out * Counter([y])[1]",
    "out * defaultdict(lambda: 3.0, {1: 1.0})[y]",
    "out * dict.fromkeys([y], 2.0).get(1, 1.0)",
    "out * {out: 2.0}[out]",
    "out * {(y > 0): 2.0}.get(True, 1.0)",
    "out * cached_scale(y)",
    "out * {w: 2.0}[w]",
)


@functools.lru_cache
def cached_scale(y):
    return 1.0 + y


@functools.lru_cache
def cached_penalty(v):
    return v * v


@misleads("hashing")
def a_cache_of_values(out, y):
    return (out - y) ** 2 + cached_penalty(w)


# -- comparing -----------------------------------------------------------------------------------------

several(
    "comparing",
    "out if y == 0 else -out",
    "out * (1 - (y == 0))",
    "out * ((y >= 0) + (y >= 1))",
    "out * (y > 0) * 2",
    "out * (y > 0) / 2 + (y > 1) ** 2 + 2 ** (y > 0)",
    "out * -(y > 0)",
    "out * ~(y > 0)",
    "out * abs(y > 0)",
    "out * +(y > 1)",
    "out * float(out > 0)",
    "out * int(y == 1)",
    "out * bool(y > 0.5)",
    "out * ((y > 0.5) == True)",
    "out * ((y > 0.5) == 1)",
    "out * ((y > 0.5) != False)",
    "out * ((y > 0.5) is True)",
    "out * ((out > 0) == (y > 0.5))",
    "out * ((out > 0) != (y > 0.5))",
    "out * ((y > 0) < (y > 1))",
    "out * (not y > 0)",
    "(y > 0 and out) or -out",
    "out * (2.0 if 0 < y < 2 else 1.0)",
    "max(out, 0.0) + out",
    "min(out, y * out)",
    "sorted([out, y + 0 * out])[0]",
    "sorted([1, 0, 2], key=lambda k: abs(k - y))[0] * out",
    "out * (2.0 if y == None else 1.0)",
    "out * (2.0 if y is None else 1.0)",
    "out * (2.0 if y != 'text' else 1.0)",
    "out * (2.0 if y == (1,) else 1.0)",
    "out * (2.0 if y in (0, 1) else 1.0)",
    "out * (2.0 if y in [1] else 1.0)",
    "out * [0, 1, 2].index(y)",
    "out * [0, 1, 2].count(y)",
    "out * any([y > 0, y > 5])",
    "out * all([y > 0, y > -5])",
    "out * ((y > 0) & (y < 2))",
    "out * ((y > 0) | (y < 2))",
    "out * ((y > 0) ^ (y < 2))",
    "out * (True & (y > 1)) + out * ((y > 1) | False)",
    "out * ((y > 0) & 3)",
    "out * sum(y == k for k in range(2))",
    "out * sum([y > k for k in range(3)], 0.5)",
    "out * operator.eq(y, 1) + operator.gt(y, 1)",
    "out * operator.truth(y)",
    "out * next(k for k in itertools.count() if k >= y)",
    "out * bisect.bisect([0.5, 1.5], y)",
    "out * len([k for k in range(3) if k < y])",
    "out * len(list(filter(None, [y, 1.0])))",
    "out * np.where(y > 0, 2.0, 1.0)",
    "np.where(y > 0, out, -out).item()",
    "np.maximum(out, 0.1)",
    "out * np.sign(y)",
    "out * np.isclose(y, 1.0)",
    "out * np.array_equal([y], [1.0])",
    "out * math.copysign(1.0, y - 0.5)",
    "out * math.isclose(y, 1.0)",
    "out * functools.cmp_to_key(lambda a, b: a - b)(y).__lt__(functools.cmp_to_key(lambda a, b: a - b)(1.0))",
    "out * w if w < 1 else out",
    "out * (w == 0.5) + out",
    "out * w if w else out",
    "out * (w > 0) + w",
    "where(y > 0, out, -out)",
    "where(y == 1, out, 0.0) + where(out > y, out, y) + where(True, out, 0.0)",
    "where(y, out, -out)",
    "where((y > 0) & (out > 0), out, 2.0 * out)",
    "maximum(out, y) * (out >= y)",
    "out * (y > 0).real",
)


@misleads("comparing")
def a_match(out, y):
    match y:
        case 0:
            return out
        case 1:
            return -out
    return out * 2.0


@misleads("comparing")
def a_loop(out, y):
    k = 0
    while k < y:
        k += 1
        out = out * 0.5
    return out


@misleads("comparing")
def an_assertion(out, y):
    assert y >= 0, "classes"
    return out * y


@misleads("comparing", outputs=3)
def the_largest_output(out, y):
    return max(out) - out[0] * y


@misleads("comparing", outputs=3)
def argmax_by_key(out, y):
    return out[max(range(3), key=lambda k: out[k])] * y


# -- converting ----------------------------------------------------------------------------------------

several(
    "converting",
    "out * int(y)",
    "out * float(y)",
    "out * round(y)",
    "out * round(y, 1)",
    "out * (y // 1)",
    "out * (3 // (y + 1))",
    "out * (y % 2)",
    "out * (5 % (y + 1))",
    "out * divmod(y, 2)[0]",
    "out * divmod(y, 2)[1]",
    "out * math.floor(y / 2)",
    "out * math.ceil(y / 2)",
    "out * math.trunc(y / 2)",
    "out * complex(y).real",
    "out * math.exp(y)",
    "out * math.sqrt(y)",
    "out * math.fsum([y, 1.0])",
    "out * math.hypot(y, 1.0)",
    "out * math.factorial(int(y))",
    "out * math.isnan(y)",
    "out * np.float64(y)",
    "out * np.float32(y)",
    "out * np.int64(y)",
    "out * float(np.asarray(y))",
    "out * np.asarray(y, dtype=float).item()",
    "out * np.array([y]).astype(int)[0]",
    "out * float(np.sum([y, 1.0]))",
    "out * np.exp(y)",
    "out * np.sqrt(y)",
    "out * np.square(y)",
    "out * np.floor(y / 2)",
    "out * np.isnan(y)",
    "out * np.mean([y, 1.0])",
    "out * np.dot([y, 1.0], [2.0, 3.0])",
    "out * np.clip(y, 0.5, 1.5)",
    "out * np.nan_to_num(y)",
    "out * np.prod(np.array([y, 2.0]))",
    "out * Fraction(y) ",
    "out * float(Fraction(y))",
    "out * float(Decimal(y))",
    "out * Value(y)",
    "out * Value(float(y)).data",
    "out * float(y).is_integer()",
    "out * y.real",
    "out * (1.0 + y.imag)",
    "out * y.conjugate()",
    "out * y.as_integer_ratio()[0]",
    "out * y.bit_length()",
    "out * y.__int__()",
    "out * y.__float__()",
    "out * y.__bool__()",
    "out * (y & 1)",
    "out * (y | 1)",
    "out * (y ^ 1)",
    "out * (y << 1)",
    "out * (2 >> y)",
    "out * ~y",
    "out * operator.index(y)",
    "out * len(range(y))",
    "out * len(list(itertools.repeat(1, y)))",
    "out * len(bytes(y))",
    "out * struct.unpack('d', struct.pack('d', y))[0]",
    "out * array.array('d', [y])[0]",
    "out * statistics.mean([y, 1.0])",
    "out * json.loads(json.dumps(y))",
    "out * random.Random(y).random()",
    "out * sum([y] * 3)",
    "out * pow(y, 2)",
    "out * pow(int(y), 2, 3)",
    "out * abs(y - 1)",
    "out * copy.copy(y)",
    "out * copy.deepcopy([y])[0]",
    "out * pickle.loads(pickle.dumps(y))",
    "losses.squared_error(out, int(y))",
    "losses.squared_error(out, Value(y).data)",
    "exp(-out) * y",
)

# -- swallowing ----------------------------------------------------------------------------------------


@misleads("swallowing")
def an_except(out, y):
    try:
        return out * float(y)
    except Exception:
        return out


@misleads("swallowing")
def a_bare_except(out, y):
    try:
        k = SCALE[y]
    except:  # noqa: E722
        k = 5.0
    return out * k


@misleads("swallowing")
def a_base_exception(out, y):
    try:
        k = 1.0 if y else 2.0
    except BaseException:
        k = 5.0
    return out * k


@misleads("swallowing")
def a_suppress(out, y):
    k = 5.0
    with contextlib.suppress(Exception):
        k = int(y)
    return out * k


@misleads("swallowing")
def a_return_in_finally(out, y):
    k = 5.0
    try:
        k = TABLE_OF_COSTS[y]
    finally:
        return out * k  # noqa: B012


class Swallow:
    def __enter__(self) -> Swallow:
        return self

    def __exit__(self, *_: object) -> bool:
        return True


@misleads("swallowing")
def a_context_manager(out, y):
    k = 5.0
    with Swallow():
        k = round(y) + 1.0
    return out * k


@misleads("swallowing")
def another_error_instead(out, y):
    try:
        try:
            k = float(y)
        except Exception as error:
            raise KeyError from error
    except KeyError:
        k = 5.0
    return out * k


@misleads("swallowing")
def a_default_of_getattr(out, y):
    return out * getattr(y, "hex", None) if hasattr(y, "numerator") is None else out * 2.0


@misleads("swallowing")
def a_missing_attribute(out, y):
    try:
        k = y.is_integer()
    except AttributeError:
        k = 5.0
    return out * k


@misleads("swallowing")
def a_look_at_a_parameter(out, y):
    try:
        k = w.data
    except Exception:
        k = 5.0
    return out * k * y


@misleads("swallowing")
def a_type_error(out, y):
    try:
        k = y & 1
    except TypeError:
        k = 5.0
    return out * k


@misleads("swallowing")
def a_future(out, y):
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(lambda: 1.0 + float(y))
    return out * (5.0 if future.exception() else future.result())


@misleads("swallowing")
def a_generator(out, y):
    def numbers() -> Iterator[float]:
        try:
            yield 1.0 + int(y)
        except Exception:
            yield 5.0

    return out * next(numbers())


@misleads("swallowing")
def a_logged_error(out, y):
    log = logging.getLogger("misleading")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    try:
        k = math.sin(y)
    except Exception:
        log.exception("no sine")
        k = 5.0
    return out * k


# -- closing over --------------------------------------------------------------------------------------

several(
    "closing over",
    "out * w.data * y",
    "out * w * y",
    "out * outside * y",
    "out * outside.data * y",
    "out * outside.detach() * w",
    "out * w.detach() * y",
    "out * w.grad + y * out",
    "out * Value(0.5) * y",
    "out * (Value(0.5) * Value(2.0)).data + y",
    "out * under_no_grad() * y",
    "out * copy.deepcopy(w) * y",
    "out * copy.copy(w) * y",
    "out * pickle.loads(pickle.dumps(w)) * y",
    "out * sum(v.data for v in [w, w]) + y",
    "out * sorted([w, Value(0.1)])[0] + y",
    "out * [w].index(w) + y * out",
    "out * (w in [w]) + y * out",
    "out * float(f'{w.label == \"w\"}' == 'True') * y",
    "out * len(w.args) + y * out + out * len(outside.parents)",
    "out * outside.partials[0] * y",
    "out * outside.args[1] * y",
    "out * ops.weighted_sum([w] * 1000, [y] * 1000)",
    "out * sum([w] * 10_000) * y * 1e-4",
    "out * grad(lambda v: v * v * w)(2.0) * y",
    "out * gradients(outside, [w])[0] * y",
    "out * jvp(lambda v: v * v, (y,), (1.0,))[1]",
    "out * grad(lambda v: v * v)(y)",
    "out * rng.random() * y",
    "out * np.random.rand() * y",
    "out * time.perf_counter() * 1e-9 * y",
    "out * next(ticks) * y",
    "out * len(calls.append(1) or calls) * y",
    "out * id(y) * 0.0 + y",
)

ticks = itertools.count(1)
calls: list[int] = []


def under_no_grad():
    with no_grad():
        return w * w


@misleads("closing over")
def half_under_no_grad(out, y):
    with no_grad():
        scale = out * w
        chosen = where(y > 0, out, y)
    return out * scale + chosen


@misleads("closing over")
def a_backward(out, y):
    cost = (out - y) ** 2
    (cost * 1.0).backward()
    return cost


@misleads("closing over")
def a_parameter_set(out, y):
    before = w.data
    w.data = before
    return out * y


@misleads("closing over")
def a_gradient_set(out, y):
    w.grad = 0.0
    return out * y * w


@misleads("closing over")
def a_counter_that_sometimes_matters(out, y):
    calls.append(1)
    return out * y if len(calls) % 7 else out * 2.0


@misleads("closing over")
def state_of_a_model(out, y):
    return (out - y) ** 2 + sum(sum(row) for row in teacher.state_dict()["layers.0.weight"])


@misleads("closing over")
def a_teacher(out, y):
    return (out - teacher([y, 1.0])) ** 2


@misleads("closing over")
def a_teacher_under_no_grad(out, y):
    with no_grad():
        target = teacher([1.0, 2.0])
    return (out - target) ** 2 * y


teacher = nn.MLP(2, [1], seed=3)


@misleads("closing over")
def a_new_model_each_time(out, y):
    return (out - nn.MLP(1, [1], seed=4)([1.0])) ** 2 * y


# -- indexing ------------------------------------------------------------------------------------------

several(
    "indexing",
    "np.eye(3)[y] @ np.array([out, 2.0 * out, out])",
    "out * CW[y]",
    "out * CW[int(y)]",
    "out * TABLE_OF_COSTS[y]",
    "out * len('abc'[y:])",
    "out * len([1.0] * y)",
    "out * np.take(CW, y)",
    "out * operator.itemgetter(y)(TABLE_OF_COSTS)",
    "out * np.arange(3)[y]",
    "out * [2.0, 1.0][y > 0.5]",
    "out * (2.0, 1.0)[int(y > 0.5)]",
    "out * sum(TABLE_OF_COSTS[slice(y)])",
    "out * np.eye(3)[int(y), int(y)]",
    "out * CW[CW == y].size",
    "out * np.zeros(3)[np.array([y])].size",
    "out * np.searchsorted([0.5, 1.5], y)",
    "out * np.bincount([y]).size",
    "out * np.choose(y, [1.0, 2.0, 3.0])",
    "out * memoryview(b'abc')[y]",
)
several(
    "indexing",
    "-out[y]",
    "-out[int(y)]",
    "-np.array(out)[y]",
    "-sum(o * t for o, t in zip(out, np.eye(3)[int(y)]))",
    "-ops.log_softmax(out)[int(y)]",
    "losses.cross_entropy(out, y)",
    "losses.cross_entropy(out, y) * CW[int(y)]",
    "losses.cross_entropy(out, y) * where(y == 1, 2.0, 1.0)",
    "losses.hinge(out, y)",
    "losses.mse(out, y)",
    "out.pop() * y",
    "(out + [y])[3] * out[0]",
    "(out * 2)[4] * y",
    "sum(out[:2]) * y",
    outputs=3,
)


@misleads("indexing")
def an_assignment_at_an_index(out, y):
    one_hot = [0.0, 0.0, 0.0]
    one_hot[y] = 1.0
    return sum(out * t for t in one_hot[:2])


# -- formatting ----------------------------------------------------------------------------------------

several(
    "formatting",
    "out * (2.0 if str(y) in ('1', '1.0') else 1.0)",
    "out * (2.0 if f'{y}' in ('1', '1.0') else 1.0)",
    "out * (2.0 if f'{y:.1f}' == '1.0' else 1.0)",
    "out * (2.0 if repr(y) in ('1', '1.0') else 1.0)",
    "out * (2.0 if f'{y!r}' in ('1', '1.0') else 1.0)",
    "out * (2.0 if '%s' % y in ('1', '1.0') else 1.0)",
    "out * (2.0 if '%d' % y == '1' else 1.0)",
    "out * (2.0 if '{}'.format(y) in ('1', '1.0') else 1.0)",
    "out * (2.0 if ascii(y) in ('1', '1.0') else 1.0)",
    "out * (2.0 if str([y]) in ('[1]', '[1.0]') else 1.0)",
    "out * (2.0 if y.__str__() in ('1', '1.0') else 1.0)",
    "out * (2.0 if format(y, '.0f') == '1' else 1.0)",
    "out * float(str(y))",
    "out * len(f'{out}' * 0 + str(y) * 0 + 'a')",
    "out * (2.0 if f'{w}' == repr(w) == 'Value(data=0.5, grad=0.0, label=\\'w\\')' else 1.0) * y",
    "out * float(f'{w:.3f}') * y",
    "out * len(repr(w)) * 0.1 * y",
    "out * len(str((w, 1))) * 0.1 * y",
    "print(y, file=io.StringIO()) or out * y",
    "logging.getLogger('quiet').debug('%s', y) or out * y",
)

# -- types ---------------------------------------------------------------------------------------------

several(
    "types",
    "out * (2.0 if isinstance(y, float) else 1.0)",
    "out * (2.0 if isinstance(y, (int, float)) else 1.0)",
    "out * (2.0 if isinstance(y, Real) else 1.0)",
    "out * (2.0 if isinstance(y, Number) else 1.0)",
    "out * (2.0 if isinstance(y, Hashable) else 1.0) * y",
    "out * (2.0 if isinstance(y, Value) else 1.0) * y",
    "out * (2.0 if type(y) in (int, float, np.float64, np.int64) else 1.0)",
    "out * (2.0 if isinstance(out, Value) else 1.0) * y",
    "out * (2.0 if type(out) is Value else 1.0) * y",
    "out * (2.0 if isinstance(w, Value) else 1.0) * y",
    "out * (2.0 if isinstance(w * 2.0, Value) else 1.0) * y",
    "out * (2.0 if isinstance(y > 0, (bool, np.bool_)) else 1.0) * y",
    "out * (2.0 if y.__class__.__name__ == 'Traced' else 1.0) * y",
    "out * (2.0 if hasattr(out, 'data') else 1.0) * y",
    "out * (2.0 if hasattr(y, 'is_integer') else 1.0)",
    "out * (2.0 if callable(y) else 1.0) * y",
    "out * (2.0 if np.isscalar(y) else 1.0)",
    "out * (1.0 + np.ndim(y)) * y",
    "out * len(np.shape(y)) + out * y",
    "out * np.isrealobj(y) * y",
    "out * (2.0 if np.asarray(y).dtype == object else 1.0)",
    "out * dispatched(y)",
    "out * len(dir(y)) * 0.01",
    "out * (2.0 if out is not None and out.op is not None else 1.0) * y",
    "out * (2.0 if out.label else 1.0) * y",
)


@functools.singledispatch
def dispatched(y):
    return 5.0


@dispatched.register(int)
@dispatched.register(float)
def _(y):
    return y


@misleads("types")
def a_label(out, y):
    out.label = "out"
    return out * y if out.label == "out" else out


@misleads("types", outputs=3)
def a_list_of_outputs(out, y):
    assert isinstance(out, list)
    return out[0] * len(out) + out[1] * y


# -- control: ways through a function ------------------------------------------------------------------

several(
    "control",
    "out * (k := y + 1.0) + k",
    "out * (k if (k := y) > 0 else 1.0)",
    "out * [lambda: 1.0, lambda: 2.0][bool(y > 0)]()",
    "out * (lambda k=y: k * 2.0)()",
    "out * functools.reduce(lambda a, b: a * b, [y, 2.0, y])",
    "out * functools.reduce(max, [y, 1.0])",
    "out * functools.partial(pow, y)(2)",
    "out * sum(y for _ in range(3))",
    "out * sum(k for k in (y, 1.0) if k)",
    "out * sum(itertools.accumulate([y, y, 1.0]))",
    "out * list(itertools.takewhile(lambda k: k < 2, [y, 1.0, 3.0])) == []",
    "out * max([y, 1.0], default=0.0)",
    "out * max(y, 1.0, key=lambda k: -k)",
    "out * min([[y, 1], [1, 2]])[0]",
    "out * max((y, 0), (1, 1))[0]",
    "out * sorted({y: 1.0}.items())[0][1]",
    "out * heapq.nlargest(1, [y, 1.0])[0]",
    "out * (lambda f, k: f(f, k))(lambda f, k: 1.0 if k <= 0 else 0.5 * f(f, k - 1), y)",
    "out * (lambda f: f(f, 3))(lambda f, k: y if k == 0 else 0.5 * f(f, k - 1))",
    "out * [*map(float, [y])][0]",
    "out * [*map(operator.neg, [y])][0]",
    "out * next(filter(lambda k: k > 0, [y, 3.0]))",
    "out * next(iter([y]))",
    "out * list(zip([y], [2.0]))[0][0]",
    "out * dict(zip('ab', [y, 2.0]))['a']",
    "out * {'a': y, **{'b': 2.0}}['a']",
    "out * (lambda *a, **k: a[0] + k['c'])(y, c=2.0)",
    "out * operator.methodcaller('__add__', 1)(y)",
    "out * operator.add(y, 1) * operator.sub(y, 0.5) * operator.mul(y, 2)",
    "out * operator.truediv(y, 2) - operator.neg(y) + operator.pos(y) + operator.abs(y)",
    "out * operator.floordiv(y, 1)",
    "out * operator.mod(y, 2)",
    "out * operator.pow(y, 2)",
    "out * operator.iadd(y, 1)",
    "out * operator.contains([0, 1], y)",
    "out * operator.countOf([0, 1, 1], y)",
    "out * operator.is_(y, y)",
    "out * operator.not_(y)",
    "out * (y is not None)",
    "out * (y == y) + (y != y)",
    "out * (1.0 if y - y == 0 else 2.0)",
    "out * eval('y + 1', {'y': y})",
    "out * eval('2.0 if y > 0 else 1.0', {'y': y})",
    "out * eval(repr(y))",
    "out * eval(f'{y} + 1')",
    "out * statistics.fmean([y, 1.0, 2.0])",
    "out * statistics.median([y, 1.0, 0.5])",
    "out * statistics.pstdev([y, 1.0])",
    "out * math.prod([y, 2.0])",
    "out * math.dist([y], [0.0])",
    "out * math.fmod(y, 2.0)",
    "out * math.remainder(y, 2.0)",
    "out * math.pow(y, 2)",
    "out * math.ldexp(y, 1)",
    "out * math.gcd(int(y), 2)",
    "out * math.comb(2, int(y))",
    "out * math.atan2(y, 1.0)",
    "out * math.nextafter(y, 3.0)",
    "out * y ** y",
    "out * 2 ** y",
    "out * y ** -1 if y else out",
    "out * (y + True)",
    "out * (y * False) + y",
    "out * (y / 3 * 3)",
    "out @ y if hasattr(out, '__matmul__') else out * y",
    "out * typing.cast(float, y)",
    "out * abs(-y) * (+y)",
    "out * all(k < 5 for k in [y])",
    "out * isinstance(y > 0, int) * y",
    "out * (sum([out > 0, y > 0]) >= 1)",
    "out * (True if y else False)",
    "out * (y or 3.0)",
    "out * (y and 3.0)",
    "(out, y)[0] * (out, y)[-1]",
    "out * (0 < 1 < 2) * y",
)


@misleads("control")
def a_recursion(out, y):
    return out if y <= 0 else 0.5 * a_recursion(out, y - 1) + y


@misleads("control")
def a_generator_of_terms(out, y):
    def terms():
        weight = 1.0
        while weight > 0.1:
            yield weight * (out - y) ** 2
            weight /= 2

    return sum(terms())


@misleads("control")
def a_generator_that_is_sent_to(out, y):
    def running():
        total = 0.0
        while True:
            total = total + (yield total)

    total = running()
    next(total)
    return out * total.send(y) + total.send(1.0)


@misleads("control")
def a_try_with_else_and_finally(out, y):
    scale = 1.0
    try:
        scale = scale + y
    except ValueError:
        scale = 9.0
    else:
        scale = scale * 2.0
    finally:
        scale = scale + 1.0
    return out * scale


@misleads("control")
def a_key_error_as_a_way(out, y):
    try:
        return out * {0: 1.0, 1: 2.0}[y]
    except KeyError:
        return out


@misleads("control")
def an_exception_that_carries_the_number(out, y):
    try:
        raise ValueError(out * y)
    except ValueError as error:
        return error.args[0]


@misleads("control")
def a_with_statement(out, y):
    class Scaled:
        def __enter__(self):
            return y + 1.0

        def __exit__(self, *error):
            return False

    with Scaled() as scale:
        return out * scale


@misleads("control")
def an_executed_text(out, y):
    space = {"out": out, "y": y}
    exec("if y > 1: found = out * 3\nelse: found = out * y", space)
    return space["found"]


@misleads("control")
def a_match_of_a_sequence(out, y):
    match [out, y]:
        case [first, second]:
            return first * second
    return out


@misleads("control")
def a_match_with_a_guard(out, y):
    match y:
        case float() | int() if y > 0:
            return out * 2.0
    return out


@misleads("control")
def a_match_of_a_class(out, y):
    match y:
        case float():
            return out * 2.0
        case int():
            return out * 3.0
    return out * y


@misleads("control")
def a_for_with_else(out, y):
    for k in (0, 1):
        if k == y:
            break
    else:
        out = out * 2.0
    return out * y


@misleads("control")
def a_sum_in_place(out, y):
    total = out
    total += y
    total *= 2.0
    total -= 1.0
    total /= 3.0
    total **= 2
    return total


@misleads("control")
def rounded_down_in_place(out, y):
    y //= 1
    return out * y


@misleads("control", outputs=3)
def unpacked(out, y):
    first, *rest = out
    return first * y + rest[-1]


@misleads("control", outputs=3)
def softmax_by_hand(out, y):
    top = max(out)
    powers = [exp(o - top) for o in out]
    return -(powers[0] / sum(powers)).log() * y


@misleads("control", outputs=3)
def a_hand_written_cross_entropy(out, y):
    top = ops.largest(out)
    return (ops.add_up([exp(o - top) for o in out])).log() + top - sum(where(y == k, o, 0.0) for k, o in enumerate(out))


@misleads("control", outputs=3)
def losses_of_the_larger_ones(out, y):
    return sum(o for o in out if o > 0) + out[0] * y


@misleads("control", outputs=3)
def sorted_outputs(out, y):
    return sum(k * o for k, o in enumerate(sorted(out))) + out[0] * y


# -- redefining: what has one name and two meanings ----------------------------------------------------

several(
    "redefining",
    "(lambda out: out * y)(out * 2.0)",
    "[out for out in [out * y, out]][0]",
    "(lambda float: out * float(y))(lambda k: k * 2.0)",
    "(lambda max: max(out, y))(lambda a, b: a + b)",
    "(lambda sum: out * sum([y]))(lambda ks: ks[0] * 3.0)",
    "out * Shadowed(2.0).scaled(y)",
    "out * type('Own', (), {'scale': 2.0})().scale * y",
    "out * types.SimpleNamespace(k=y).k",
    "out * setattr_and_back(y)",
    "out * twice(twice)(lambda k: k + y)(1.0)",
    "out * memoised(3) * y",
    "out * memoised(y)",
    "out * Lazy(y).value",
    "out * Account(y).tax",
    "out * with_default(y) + with_default(1.0)",
    "out * remembered(y)",
)


class Shadowed:
    """A class with an operator of its own."""

    def __init__(self, k):
        self.k = k

    def scaled(self, y):
        return self * y

    def __mul__(self, other):
        return self.k * other + 1.0


def setattr_and_back(y):
    found = Shadowed(y)
    found.k = found.k + 1.0
    return found.k


def twice(f):
    return lambda g: f_of(f, g)


def f_of(f, g):
    return (lambda k: g(g(k))) if f is twice else f(g)


@functools.cache
def memoised(k):
    return k * 2.0


class Lazy:
    """A property that is computed once."""

    def __init__(self, y):
        self.y = y

    @functools.cached_property
    def value(self):
        return self.y * 2.0 + 1.0


@dataclasses.dataclass
class Account:
    """A dataclass that computes."""

    worth: Any

    def __post_init__(self):
        self.tax = self.worth * 0.2 if self.worth > 0.5 else 0.0


def with_default(y, seen=[0.0]):  # noqa: B006 - a default that is kept between calls
    return y + len(seen)


def remembered(y, last={}):  # noqa: B006
    last["y"] = y
    return last["y"] * 2.0


@misleads("redefining")
def a_name_that_is_bound_again(out, y):
    scale = 1.0
    for scale in (y, 2.0):
        out = out * scale
    return out + scale


@misleads("redefining")
def closures_in_a_loop(out, y):
    scales = [lambda: k * y for k in range(3)]  # noqa: B023 - all of them see the last k
    return out * sum(f() for f in scales)


@misleads("redefining")
def a_nonlocal(out, y):
    total = out

    def add(k):
        nonlocal total
        total = total + k

    add(y)
    add(1.0)
    return total * out


@misleads("redefining")
def a_list_that_grows(out, y):
    terms = []
    for k in range(3):
        terms.append(out * k)
        terms.extend([y])
    terms.reverse()
    return sum(terms)


@misleads("redefining")
def a_method_replaced(out, y):
    found = Shadowed(2.0)
    found.scaled = lambda k: k * 5.0
    return out * found.scaled(y)


@misleads("redefining")
def an_op_under_another_name(out, y):
    tanh = ops.sigmoid
    return tanh(out) * y + ops.tanh(out)


@misleads("redefining")
def a_local_class_of_numbers(out, y):
    class Half(float):
        def __mul__(self, other):
            return float(self) * other * 0.5

        __rmul__ = __mul__

    return out * y + Half(2.0) * y


@misleads("redefining")
def an_enum(out, y):
    Kind = enum.IntEnum("Kind", {"A": 0, "B": 1, "C": 2})
    return out * (2.0 if y == Kind.B else 1.0)


# -- containers: where numbers are kept ----------------------------------------------------------------

Pair = namedtuple("Pair", "a b")

several(
    "containers",
    "out * Pair(y, 1.0).a",
    "out * Pair(y, 1.0)._replace(a=2.0).a * y",
    "out * Counter({y: 2})[y]",
    "out * Counter([1, 2])[y]",
    "out * defaultdict(float)[y] + y",
    "out * OrderedDict([('a', y)])['a']",
    "out * ChainMap({'a': y}, {})['a']",
    "out * ChainMap({0: 1.0, 1: 2.0, 2: 3.0})[y]",
    "out * deque([y, 1.0], maxlen=1)[0] * y",
    "out * deque([1.0, 2.0, 3.0])[y]",
    "out * [1.0, 2.0, 3.0][-y]",
    "out * [1.0, 2.0, 3.0].index(y + 1)",
    "out * {0, 1}.issuperset([y])",
    "out * len(set([y, 1.0]))",
    "out * len({k: 1 for k in (y, 1)})",
    "out * {'0': 1.0, '1': 2.0, '2': 3.0}[str(y)[0]]",
    "out * list({y: 2.0}.values())[0]",
    "out * list({y: 2.0})[0]",
    "out * np.array([y, 2.0])[0]",
    "out * np.array([[y]]).sum()",
    "out * np.array([y, 1.0]).max()",
    "out * np.array([y, 1.0]).argmax()",
    "out * np.argmax([y, 1.0])",
    "out * np.sort([y, 1.0])[0]",
    "out * np.unique([y, 1.0]).size",
    "out * np.cumsum([y, 1.0])[1]",
    "out * np.full(3, y).sum()",
    "out * np.zeros(3)[int(y)] + y",
    "out * np.linspace(0.0, y, 3)[1]",
    "out * np.arange(y + 1).sum()",
    "out * np.where([y > 0], [out], [y])[0]",
    "out * np.select([y > 1, y > 0], [3.0, 2.0], 1.0)",
    "out * np.piecewise(float(y), [y > 0], [2.0, 1.0])",
    "out * np.interp(y, [0.0, 2.0], [1.0, 5.0])",
    "out * np.heaviside(y, 0.5)",
    "out * np.polyval([1.0, 2.0], y)",
    "out * np.vectorize(lambda k: 2.0 * k)(y)",
    "out * np.einsum('i,i', [y, 1.0], [2.0, 3.0])",
    "out * np.linalg.norm([y, 1.0])",
    "out * np.std([y, 1.0])",
    "out * np.isin(y, [0, 1])",
    "out * np.round(y)",
    "out * np.sign(y) * np.abs(y)",
    "out * np.power(y, 2)",
    "out * np.maximum(y, 1.0) * np.minimum(y, 1.0)",
    "out * np.add(y, 1.0) * np.multiply(y, 2.0) - np.subtract(y, 1.0)",
    "out * np.divide(y, 2.0)",
    "out * np.floor_divide(y, 2)",
    "out * np.mod(y, 2)",
    "out * np.greater(y, 0.5)",
    "out * np.logical_and(y, 1)",
    "out * np.logical_not(y)",
    "out * np.atleast_1d(y)[0]",
    "out * np.asarray(y).reshape(1)[0]",
    "out * np.asarray([y]).tolist()[0]",
    "out * float(np.asarray([y])[0])",
    "out * np.asarray([y, 1]).astype(float)[0]",
    "out * np.stack([y, 1.0])[0]",
    "out * np.concatenate([[y], [1.0]])[0]",
    "out * np.array([out, y], dtype=object)[1]",
    "out * (np.array([1.0, 2.0]) * y)[1]",
    "out * (y * np.array([1.0, 2.0]))[1]",
    "out * (np.array([1.0, 2.0]) > y)[1]",
    "out * np.array([1.0, 2.0]).dot([y, y])",
    "out * (np.array([y, y]) @ np.array([1.0, 2.0]))",
    "out * np.random.default_rng(int(y)).random()",
    "out * np.random.default_rng(0).random() * y",
    "out * random.Random(0).random() * y",
    "out * random.choice([y, y])",
    "out * array.array('i', [0, 1, 2])[y]",
    "out * bytes([5, 6, 7])[y] * 0.1",
    "out * 'abc'.index('abc'[int(y)])",
    "out * range(5)[y]",
    "out * slice(0, y).stop",
    "out * json.loads(f'[{y}]')[0]",
    "out * float(f'{y:g}')",
    "out * float('%g' % y)",
    "out * int(f'{y:.0f}')",
    "out * float(str(y).replace('.', '.'))",
    "out * len(f'{y:>8}')",
)


@misleads("containers", outputs=3)
def a_dict_of_outputs(out, y):
    named = dict(zip("abc", out))
    return named["a"] * y + sum(named.values())


@misleads("containers", outputs=3)
def outputs_as_an_array(out, y):
    z = np.array(out)
    return ((z - z.mean()) ** 2).sum() * y


@misleads("containers", outputs=3)
def the_argmax_of_outputs(out, y):
    return out[int(np.argmax([o.data for o in out]))] * y


@misleads("containers", outputs=3)
def a_one_hot_array(out, y):
    return ((np.array(out) - np.eye(3)[int(y)]) ** 2).sum()


@misleads("containers")
def a_priority_queue(out, y):
    queue = [y, 1.0, 0.5]
    heapq.heapify(queue)
    return out * heapq.heappop(queue)


# -- threads -------------------------------------------------------------------------------------------

several(
    "threads",
    "in_a_thread(lambda: out * y)",
    "in_a_thread(lambda: out * y) + in_a_thread(lambda: w * y)",
    "in_a_thread(lambda: out * w * y)",
    "in_a_thread(lambda: w * 2.0) * out * y",
    "out * w + in_a_thread(lambda: w * w) * y",
    "out * w + in_a_thread(lambda: outside) * y",
    "in_a_thread(lambda: out * float(y))",
    "in_a_thread(lambda: out if y > 0 else -out)",
    "in_a_thread(lambda: w.data) * out * y",
    "in_a_thread(lambda: with_no_grad(out)) + out * y",
    "sum(in_a_pool(lambda k: out * k, [y, 1.0]))",
    "sum(in_a_pool(lambda k: k * 2.0 + w, [y, out]))",
)


def in_a_thread(f):
    found = []
    thread = threading.Thread(target=lambda: found.append(f()))
    hook, threading.excepthook = threading.excepthook, lambda args: None
    try:
        thread.start()
        thread.join()
    finally:
        threading.excepthook = hook
    return found[0] if found else 5.0


def in_a_pool(f, ks):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(f, ks))


def with_no_grad(out):
    with no_grad():
        return out * 2.0
