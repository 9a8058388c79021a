"""Functions made to mislead a compiler: none of them is ever compiled silently wrong.

Each ends equal to the scalar engine, or in a typed error that names the line and the cure; and `fit` trains every one
that the scalar engine trains, with the same losses. A cost reads one output, or several, and a target from 0, 1, 2.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import itertools
import logging
import math
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from microbp import Value, compile, fit, gradients, nn, no_grad, optim, where
from microbp.compiler import TraceError
from microbp.errors import MicrobpError

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
    "out * (2.0 if f'{w}' == 'Value(data=0.5, grad=0.0, label=w)' else 1.0) * y",
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


# -- the tests of the costs ----------------------------------------------------------------------------

X = [[random.Random(k).uniform(-1.0, 1.0), random.Random(-k - 1).uniform(-1.0, 1.0)] for k in range(12)]
WHOLE = [k * 7 % 3 for k in range(12)]
TARGETS = {"whole": WHOLE, "array": np.array(WHOLE, dtype=float)}
CURE = r"use|pass|compute|change|combine|write|take"


def fresh() -> None:
    """Everything that a cost may have changed."""
    global ticks
    rng.seed(0)
    np.random.seed(0)
    ticks = itertools.count(1)
    calls.clear()
    cached_penalty.cache_clear()
    cached_scale.cache_clear()
    w.data, w.grad = 0.5, 0.0


def train(cost: Callable[[Any, Any], Any], outputs: int, Y: Any, eager: bool) -> list[float] | MicrobpError | Exception:
    """The losses of a training, or the error it ended with."""
    fresh()
    model = nn.MLP(2, [3, outputs], seed=1)
    sgd = optim.SGD([*model.parameters(), w], lr=0.05)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return fit(model, cost, (X, Y), sgd, 3, 4, progress=False, eager=eager).loss
        except Exception as error:
            return error


def is_random(name: str) -> bool:
    return any(word in name for word in ("rng", "np.random", "perf_counter", "ticks", "calls", "counter", "id(y)"))


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("name", COSTS)
def test_fit_trains_what_the_scalar_engine_trains(name: str, kind: str) -> None:
    _, outputs, cost = COSTS[name]
    expected, found = (train(cost, outputs, TARGETS[kind], eager) for eager in (True, False))
    if isinstance(expected, Exception):
        assert isinstance(found, (type(expected), MicrobpError)), repr(found)
    elif is_random(name):  # the draws are others, but it trains
        assert isinstance(found, list), repr(found)
    else:
        assert isinstance(found, list), repr(found)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", COSTS)
def test_compile_is_equal_or_names_the_line_and_the_cure(name: str) -> None:
    _, outputs, cost = COSTS[name]
    fresh()
    model = nn.MLP(2, [3, outputs], seed=1)
    parameters = [*model.parameters(), w]
    Y = list(map(float, WHOLE))

    def eagerly(k: int) -> Any:
        return cost(model(X[k]), Y[k])

    try:
        first = [eagerly(k) for k in range(12)]
    except Exception as error:
        with pytest.raises((type(error), MicrobpError)):
            compile(lambda x, y: cost(model(x), y), X[0], Y[0], wrt=parameters)
        return
    try:
        program = compile(lambda x, y: cost(model(x), y), X[0], Y[0], wrt=parameters)
        for step in range(2):
            found, gradient = program.value_and_grad(X, Y)
            expected = sum(first if not step else [eagerly(k) for k in range(12)]) / 12  # type: ignore[arg-type]
            assert found == pytest.approx(getattr(expected, "data", expected), rel=1e-9)
            if isinstance(expected, Value):
                assert gradient.tolist() == pytest.approx(gradients(expected, parameters), rel=1e-7, abs=1e-9)
            for p in parameters:
                p.data = p.data * 1.01 + 0.003
    except TraceError as error:
        assert "test_misleading.py" in str(error), error
        assert any(cure in str(error) for cure in CURE.split("|")), error
    assert w.__class__ is Value


def test_there_are_many_and_of_every_kind() -> None:
    kinds = Counter(kind for kind, _, _ in COSTS.values())
    assert len(COSTS) >= 100 and min(kinds.values()) >= 10, kinds
