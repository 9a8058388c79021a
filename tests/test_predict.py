"""`predict` and `evaluate` on compiled programs: the numbers of the scalar graph, whatever happens to the model."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

from microbp import Value, evaluate, fit, losses, nn, no_grad, optim, predict
from microbp.compiler import compile
from microbp.errors import NotFiniteError, ShapeError
from microbp.train import prediction
from microbp.train.prediction import CHUNK, FEW, KEPT

rng = np.random.default_rng(0)
X = rng.normal(size=(CHUNK + FEW + 1, 2))


def one_by_one(model, X):
    with no_grad():
        outs = [model(x) for x in X]
    return np.array([[z.data for z in out] if isinstance(out, list) else out.data for out in outs])


@pytest.mark.parametrize("sizes", [[3, 2], [1]])
@pytest.mark.parametrize("m", [1, FEW - 1, FEW, len(X)])
def test_the_numbers_of_the_scalar_graph(sizes: list[int], m: int) -> None:
    model = nn.MLP(2, sizes, seed=1)
    for rows in (X[:m], X[:m].tolist()):
        found = predict(model, rows)
        assert found.shape == (m, 2) if len(sizes) == 2 else (m,)
        assert found == pytest.approx(one_by_one(model, X[:m]), rel=1e-13, abs=1e-14)


class Switch:
    """A model that looks at its input: it cannot be compiled."""

    def __call__(self, x):
        return Value(1.0) * x[0] if x[0] > 0.0 else Value(0.0)


def test_a_model_that_cannot_be_compiled() -> None:
    for model in (Switch(), lambda x: Value(2.0) * x[0], lambda x: 3.0):
        expected = [z.data if isinstance(z, Value) else z for z in map(model, X)]
        assert predict(model, X).tolist() == expected
        assert predict(model, X).tolist() == expected


def test_a_model_that_changes_under_its_program() -> None:
    """New numbers, another activation, another Value in the place of a weight, another layer."""
    model = nn.MLP(2, [3, 2], seed=1)

    def check():
        assert predict(model, X) == pytest.approx(one_by_one(model, X), rel=1e-13, abs=1e-14)

    check()
    for p in model.parameters():
        p.data += 0.25
        check()
    model.layers[0].neurons[1].activation = model.layers[1].neurons[0].activation
    check()
    model.layers[0].neurons[0].w[0] = Value(model.layers[0].neurons[0].w[0].data)
    check()
    model.layers[0].neurons[0].w[0].data = -3.0
    check()
    model.layers.pop()
    check()


def test_a_model_is_not_kept_alive_and_few_programs_are_kept() -> None:
    model = nn.MLP(2, [3, 1], seed=1)
    predict(model, X)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    for k in range(2 * KEPT):
        predict(nn.MLP(2, [1], seed=k), X)
    assert len(prediction._programs) == KEPT


@pytest.mark.parametrize("at", [0, FEW // 2, len(X) - 1])
def test_data_that_are_refused(at: int) -> None:
    model = nn.MLP(2, [3, 1], "relu", seed=1)
    bad = X.copy()
    bad[at, 1] = np.nan
    for _ in range(2):
        with pytest.raises(NotFiniteError, match=f"row {at}, column 1"):
            predict(model, bad)
        with pytest.raises(NotFiniteError, match=f"row {at}, column 1"):
            evaluate(model, losses.mse, (bad, X[:, 0]))
        predict(model, X)
    with pytest.raises(ShapeError, match="no samples"):
        predict(model, [])


@pytest.mark.parametrize("loss", ["mse", "bce_with_logits", "cross_entropy", "hinge"])
def test_evaluate_is_the_scalar_graph_s(loss: str) -> None:
    out = 3 if loss == "cross_entropy" else 1
    model = nn.MLP(2, [3, out], seed=1)
    labels = rng.integers(0, 3, len(X)) if out > 1 else (X[:, 0] > 0.0).astype(float)
    labels = 2.0 * labels - 1.0 if loss == "hinge" else labels
    cost = losses.LOSSES[loss]
    found, accuracy = evaluate(model, cost, (X, labels))
    with no_grad():
        expected = [cost(model(x), y).data for x, y in zip(X.tolist(), labels.tolist())]
    assert found == pytest.approx(sum(expected) / len(X), rel=1e-12)
    parts = [evaluate(model, cost, (X[k : k + 10], labels[k : k + 10])) for k in range(0, len(X), 10)]
    if accuracy is not None:
        assert accuracy == pytest.approx(sum(part[1] * len(X[10 * k :][:10]) for k, part in enumerate(parts)) / len(X))


def test_validation_is_that_of_the_scalar_graph() -> None:
    Y = (X[:, 0] > X[:, 1]).astype(float)
    histories = []
    for eager in (False, True):
        model = nn.MLP(2, [3, 1], seed=1)
        sgd = optim.SGD(model.parameters(), lr=0.5)
        data, held_out = (X[:20], Y[:20]), (X[20:120], Y[20:120])
        histories.append(
            fit(model, losses.bce_with_logits, data, sgd, 3, 5, validation=held_out, eager=eager, progress=False)
        )
    assert histories[0].val_loss == pytest.approx(histories[1].val_loss, rel=1e-12)
    assert histories[0].val_accuracy == histories[1].val_accuracy


def test_numbers_are_read_from_the_values_whenever_they_change() -> None:
    """Assigned, stepped, loaded, scattered, trained, on a copy, by another program: the next call knows."""
    model = nn.MLP(2, [3, 1], seed=1)
    parameters = model.parameters()
    scale = Value(1.0)
    f = lambda x, y: losses.mse(model(x), y) * scale
    program = compile(f, [0.0, 0.0], 0.0, wrt=parameters)
    other = compile(f, [0.0, 0.0], 0.0, wrt=parameters)
    batch = X[:4], [0.0, 1.0, 0.5, 0.25]
    adam = optim.Adam(parameters, lr=0.1)
    state = copy.deepcopy(model.state_dict())

    def assign():
        parameters[3].data = 0.5

    def step():
        for p in parameters:
            p.grad = 1.0
        adam.step()

    changes = [
        assign, step, lambda: model.load_state_dict(state), lambda: other.scatter(other.gather() + 0.125),
        lambda: fit(model, losses.mse, (X[:8], X[:8, 0]), adam, 1, 4, progress=False),
        lambda: setattr(scale, "data", 3.0),
    ]  # fmt: skip
    for change in changes:
        before = program(*batch)
        change()
        expected = sum(f(x, y).data for x, y in zip(*batch)) / 4
        assert expected != before and program(*batch) == pytest.approx(expected, rel=1e-13)
        assert program.value_and_grad(*batch)[0] == program(*batch)
    travelled = pickle.loads(pickle.dumps(program))
    travelled.parameters[0].data += 1.0
    assert program(*batch) == pytest.approx(expected, rel=1e-13)
    assert travelled(*batch) != program(*batch)
    vector = program.gather()
    vector += 1.0  # the caller's own
    assert program(*batch) == pytest.approx(expected, rel=1e-13)
