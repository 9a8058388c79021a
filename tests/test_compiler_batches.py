"""Batches of every kind: each ends in the numbers of its floats, or in a typed error; whoever is asked says the same.

Then interrupts, wherever they fall, and programs that travel.
"""

from __future__ import annotations

import collections
import copy
import datetime
import decimal
import fractions
import pickle
import sys
import threading
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from needs import require

from microbp import Value, evaluate, fit, losses, nn, optim, predict
from microbp.compiler import MismatchError, compile
from microbp.errors import InputError, InputTypeError, MicrobpError, NotFiniteError, RangeError, ShapeError

X = np.array([[0.5, -1.0], [2.0, 0.25], [1.0, 1.0], [-3.0, 0.0]])
Y = [0.0, 1.0, 2.0, 3.0]
WHOLE = np.array([[1, 2], [3, 4], [5, 6], [7, 8]])

EQUAL: dict[str, Any] = {
    "a list": X.tolist(),
    "tuples": tuple(map(tuple, X.tolist())),
    "a deque": collections.deque(X.tolist()),
    "numbers of NumPy": [[np.float64(x) for x in row] for row in X],
    "columns in memory": np.asfortranarray(X),
    "every other row": np.repeat(X, 2, axis=0)[::2],
    "backwards": X[::-1].copy()[::-1],
    "bytes swapped": X.astype(">f8"),
    "not to be written": np.broadcast_to(X, X.shape),
    "float32": X.astype("f4"),
    "float16": X.astype("f2"),
    "long double": X.astype(np.longdouble),
    "whole": WHOLE,
    "uint8": WHOLE.astype(np.uint8),
    "truths": X > 0.0,
    "objects": X.astype(object),
    "large whole numbers": [[2**63, 10**30], *X.tolist()[1:]],
    "fractions": [[fractions.Fraction(x) for x in row] for row in X.tolist()],
    "a masked array that masks nothing": np.ma.array(X),
    "a tensor": lambda: require("torch").tensor(X),
    "a half tensor": lambda: require("torch").tensor(X).half(),
    "an array of JAX": lambda: require("jax.numpy").asarray(X),
    "a frame": lambda: require("pandas").DataFrame(X),
    "a frame with names and labels": lambda: require("pandas").DataFrame(X, columns=["u", "v"], index=[9, 1, 0, 5]),
    "a frame of two types": lambda: require("pandas").DataFrame({"u": [1, 2, 3, 4], "v": X[:, 1]}),
    "a frame of objects": lambda: require("pandas").DataFrame(X).astype(object),
    "too small to matter": X * 5e-324,
}
REFUSED: dict[str, tuple[Any, type[MicrobpError] | tuple[type[MicrobpError], ...]]] = {
    "complex": (X + 0j, InputTypeError),
    "complex in a list": ([[1j, 1.0]] * 4, InputTypeError),
    "texts": (X.astype(str), InputTypeError),
    "a text in a list": ([["1", 2.0]] * 4, InputTypeError),
    "bytes": (X.astype("S8"), InputTypeError),
    "None": ([[None, 1.0]] * 4, InputTypeError),
    "nothing": (None, InputTypeError),
    "dates": ([[datetime.date(2020, 1, 1), 1.0]] * 4, InputTypeError),
    "dates of NumPy": (np.array([["2020-01-01"] * 2] * 4, "M8[D]"), InputTypeError),
    "decimals": ([[decimal.Decimal("0.5"), 1.0]] * 4, InputTypeError),
    "Values": ([[Value(1.0), Value(2.0)]] * 4, InputTypeError),
    "void": (np.zeros((4, 2), "V8"), InputTypeError),
    "records": (np.zeros(4, dtype=[("a", float), ("b", float)]), InputTypeError),
    "a whole number beyond floats": ([[10**400, 1], *X.tolist()[1:]], RangeError),
    "NaN": (np.where(X > 1.5, np.nan, X), NotFiniteError),
    "infinity": (np.where(X > 1.5, -np.inf, X), NotFiniteError),
    "masked": (np.ma.array(X, mask=X > 1.5), InputError),
    "ragged": ([[1.0, 2.0], [1.0], [1.0, 2.0], [1.0]], ShapeError),
    "no samples": ([], ShapeError),
    "no samples of two": (np.empty((0, 2)), ShapeError),
    "a number": (1.0, (ShapeError, InputTypeError)),
    "one axis": ([1.0, 2.0, 3.0, 4.0], (ShapeError, InputTypeError)),
    "three axes": (X[:, :, None], (ShapeError, InputTypeError)),
    "three columns": (np.ones((4, 3)), ShapeError),
    "the other way round": (X.T, ShapeError),
    "one sample of them all": ([X.tolist()], (ShapeError, InputTypeError)),
    "a generator": (lambda: (row for row in X), InputTypeError),
    "a map": (lambda: map(list, X), InputTypeError),
    "a dict": ({0: [1.0, 2.0], 1: [2.0, 3.0]}, InputTypeError),
    "a set": ({1.0, 2.0}, InputTypeError),
    "a word": ("abcd", InputTypeError),
    "a tensor that records": (lambda: require("torch").tensor(X, requires_grad=True), (InputTypeError, ShapeError)),
    "bfloat16": (lambda: require("torch").tensor(X).bfloat16(), (InputTypeError, ShapeError)),
    "a frame with texts": (lambda: require("pandas").DataFrame({"u": list("abcd"), "v": Y}), InputTypeError),
    "a frame with gaps": (lambda: require("pandas").DataFrame({"u": [1.0, None, 2.0, 3.0], "v": Y}), NotFiniteError),
    "a frame with gaps in whole numbers": (
        lambda: require("pandas").DataFrame({"u": require("pandas").array([1, None, 2, 3], dtype="Int64"), "v": Y}),
        (InputTypeError, NotFiniteError),
    ),
    "categories": (
        lambda: require("pandas").DataFrame({"u": require("pandas").Categorical(list("abab")), "v": Y}),
        InputTypeError,
    ),
}


def made(batch: Any) -> Any:
    return batch() if callable(batch) else batch


@pytest.fixture(scope="module")
def model() -> nn.MLP:
    return nn.MLP(2, [3, 1], seed=1)


@pytest.fixture(scope="module")
def asked(model: nn.MLP) -> dict[str, Callable[[Any], Any]]:
    """Whom a batch can be given to."""

    def program() -> Any:
        return compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())

    def trained(X: Any, eager: bool) -> Any:
        own = nn.MLP(2, [3, 1], seed=1)
        return fit(
            own, losses.mse, (X, Y), optim.SGD(own.parameters(), lr=1e-3), 1, 2, progress=False, eager=eager
        ).loss

    return {
        "call": lambda X: program()(X, Y),
        "value_and_grad": lambda X: program().value_and_grad(X, Y)[1],
        "per_sample_grad": lambda X: program().per_sample_grad(X, Y),
        "predict": lambda X: predict(model, X),
        "evaluate": lambda X: evaluate(model, losses.mse, (X, Y))[0],
        "fit": lambda X: trained(X, False),
        "fit, scalar": lambda X: trained(X, True),
    }


@pytest.mark.parametrize("kind", EQUAL)
def test_what_stands_for_floats_gives_their_numbers(kind: str, asked) -> None:
    batch = made(EQUAL[kind])
    table = batch.to_numpy() if hasattr(batch, "to_numpy") else batch
    floats = np.array(np.asarray(table), dtype=float).tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, ask in asked.items():
            if "large" not in kind or "fit" not in name:  # those do not train
                assert ask(batch) == pytest.approx(ask(floats), rel=1e-12, abs=1e-300), name


@pytest.mark.parametrize("kind", REFUSED)
def test_what_does_not_is_refused_by_everybody(kind: str, asked) -> None:
    batch, error = REFUSED[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, ask in asked.items():
            with pytest.raises(error):
                pytest.fail(f"{name} gives {ask(made(batch))}")


@pytest.mark.parametrize(
    "target",
    [
        np.array(Y),
        [0, 1, 2, 3],
        np.array([0, 1, 2, 3]),
        lambda: require("torch").tensor(Y),
        lambda: require("pandas").Series(Y, index=[3, 1, 2, 0]),
    ],
)
def test_targets_of_every_kind(target: Any, model: nn.MLP) -> None:
    target = made(target)
    program = compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())
    assert program(X, target) == program(X, Y)
    assert evaluate(model, losses.mse, (X, target)) == evaluate(model, losses.mse, (X, Y))


def test_a_batch_is_only_read(model: nn.MLP) -> None:
    program = compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())
    fixed, targets = X.copy(), np.array(Y)
    fixed.flags.writeable = targets.flags.writeable = False
    for ask in (program, program.value_and_grad, program.per_sample_grad):
        ask(fixed, targets)
    assert fixed.tolist() == X.tolist() and targets.tolist() == Y


# -- interrupts ----------------------------------------------------------------------------------------


def interrupted(f: Callable[[], Any], at: int) -> bool:
    """Run f with an interrupt at the at-th line that it comes to in the library; False if it is done before."""
    left = at

    def line(frame: types.FrameType, event: str, arg: Any) -> Any:
        nonlocal left
        if event == "call" and "microbp" not in frame.f_code.co_filename:
            return None
        left -= event == "line"
        if left < 0:
            sys.settrace(None)
            raise KeyboardInterrupt
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        f()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_an_interrupt_leaves_everything_as_it_was() -> None:
    """Wherever it falls in tracing, compiling, verifying and running."""
    w, v = Value(0.5, "w"), Value(-1.5, "v")
    outside = w * v

    def f(x: Any) -> Any:
        return (x[0] * w + outside).tanh() * v

    def everything() -> None:
        program = compile(f, [0.5, 0.25], wrt=[w, v])
        program.value_and_grad(X)
        program.per_sample_grad(X)

    everything()
    expected = compile(f, [0.5, 0.25], wrt=[w, v]).value_and_grad(X)
    draw, at, falls = np.random.default_rng(0), 0, 0
    while interrupted(everything, at):
        assert (w.data, w.grad, w.label, v.data, v.grad) == (0.5, 0.0, "w", -1.5, 0.0)
        assert (
            (w * 2.0).op is not None and repr(w) == "Value(data=0.5, grad=0.0, label='w')" and w > v
        )  # nobody listens
        falls, at = falls + 1, at + int(draw.integers(40, 120))
    assert falls > 20
    cost, gradient = compile(f, [0.5, 0.25], wrt=[w, v]).value_and_grad(X)
    assert cost == expected[0] and gradient.tolist() == expected[1].tolist()


def test_a_program_that_was_interrupted_goes_on(model: nn.MLP) -> None:
    program = compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())
    expected = program.value_and_grad(X, Y)
    for at in range(0, 200, 7):
        interrupted(lambda: program.value_and_grad(X, Y), at)
        cost, gradient = program.value_and_grad(X, Y)
        assert cost == expected[0] and gradient.tolist() == expected[1].tolist()


# -- travelling ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("travel", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_a_program_travels_after_every_use(travel, model: nn.MLP) -> None:
    """Its numbers go with it, whatever was kept; the copy reads Values of its own, or with `copy.copy` the same."""
    program = compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())
    for use in (lambda p: None, lambda p: p(X, Y), lambda p: p.value_and_grad(X, Y), lambda p: p.per_sample_grad(X, Y)):
        use(program)
        other = travel(program)
        assert other(X, Y) == program(X, Y)
        assert other.value_and_grad(X, Y)[1].tolist() == program.value_and_grad(X, Y)[1].tolist()
        assert other.per_sample_grad(X, Y).tolist() == program.per_sample_grad(X, Y).tolist()
        assert str(other.instructions) == str(program.instructions) and other.source == program.source
        before, theta = program(X, Y), other.gather()
        other.scatter(theta * 1.5)
        assert (program(X, Y) == before) != (travel is copy.copy)
        other.scatter(theta)


def test_a_copy_has_no_function_to_be_compared_with() -> None:
    scale = [1.0]
    w = Value(0.5)
    program = compile(lambda x: x[0] * w * scale[0], [0.0, 0.0], wrt=[w])
    other = pickle.loads(pickle.dumps(program))
    scale[0] = 2.0
    with pytest.raises(MismatchError):
        program(X)
    assert other(X) == X[:, 0].mean() * 0.5
    assert "a copy has no function" in other.report()


def test_threads_that_share_a_program(model: nn.MLP) -> None:
    program = compile(lambda x, y: losses.mse(model(x), y), [0.0, 0.0], 0.0, wrt=model.parameters())
    expected = [program.value_and_grad(X[:m], Y[:m])[1].tolist() for m in (1, 2, 3, 4)]
    wrong: list[Any] = []

    def use(m: int) -> None:
        for _ in range(50):
            if program.value_and_grad(X[:m], Y[:m])[1].tolist() != expected[m - 1]:
                wrong.append(m)

    threads = [threading.Thread(target=use, args=(m,)) for m in (1, 2, 3, 4, 4, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
