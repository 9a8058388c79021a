"""fit: what it learns, what it records, how it stops, what it refuses."""

import functools
import gzip
import math
import struct

import numpy as np
import pytest
from needs import needs, require

import microbp
from microbp import Value, data, evaluate, fit, losses, nn, no_grad, optim
from microbp.errors import InputError, InputTypeError, NotFiniteError, RangeError, ShapeError
from microbp.train import DivergenceWarning

torch = needs("torch")

SAME = 1e-12  # relative: the same sums as PyTorch's, in another order


def train(model, loss, samples, lr=0.1, **options):
    options = {"epochs": 3, "batch_size": 4, "progress": False} | options
    return fit(model, loss, samples, optim.SGD(model.parameters(), lr=lr), **options)


def points(n=12):
    return data.moons(n, seed=3)


@pytest.mark.parametrize("batch_size", [1, 5, 12, 50])
def test_full_training_equals_pytorch(batch_size):
    X, Y = points()
    model = nn.MLP(2, [3, 2], activation="tanh", seed=1)
    twin = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2)).double()
    for layer, (linear) in zip(model.layers, [twin[0], twin[2]]):
        linear.load_state_dict({k: torch.tensor(v, dtype=torch.float64) for k, v in layer.state_dict().items()})
    descent = torch.optim.SGD(twin.parameters(), lr=0.1)
    for epoch in range(3):
        for xs, ys in data.batches(X, Y, batch_size, seed=epoch):
            descent.zero_grad()
            torch.nn.functional.cross_entropy(twin(torch.tensor(xs, dtype=torch.float64)), torch.tensor(ys)).backward()
            descent.step()
    train(model, losses.cross_entropy, (X, Y), batch_size=batch_size)
    for layer, linear in zip(model.layers, [twin[0], twin[2]]):
        for name, tensor in layer.state_dict().items():
            expected = linear.state_dict()[name]
            assert torch.allclose(torch.tensor(tensor, dtype=torch.float64), expected, rtol=SAME, atol=1e-14)


def test_the_history_is_what_happened():
    model = nn.MLP(2, [4, 1], seed=1)
    rate = optim.schedules.exponential(0.1, 0.5, every=3)
    optimizer = optim.SGD(model.parameters(), lr=rate)
    validation = data.moons(30, seed=4)
    history = fit(
        model, losses.bce_with_logits, points(), optimizer, 4, 4,
        validation=validation, progress=False, record_parameters=True,
    )  # fmt: skip
    assert history.epochs == 4 and history.stopped == "finished"
    assert history.rate == [rate(2), rate(5), rate(8), rate(11)]
    assert (history.val_loss[-1], history.val_accuracy[-1]) == evaluate(model, losses.bce_with_logits, validation)
    assert history.parameters[-1] == model.state_dict() != history.parameters[0]
    last = [p.grad for n in model.layers[1].neurons for p in n.w]
    assert history.gradients[-1]["layers.1.weight"] == pytest.approx(math.sqrt(sum(g * g for g in last) / len(last)))
    assert set(history.as_dict()) >= {"loss", "accuracy", "val_loss", "rate"}
    assert "4 epochs" in repr(history)


def test_a_seed_fixes_everything():
    def run(seed):
        model = nn.MLP(2, [4, 1], seed=1)
        return train(model, losses.hinge, (points()[0], [2 * y - 1 for y in points()[1]]), seed=seed).loss

    assert run(1) == run(1) != run(2)


def test_the_library_seed_shuffles_where_none_is_given():
    def run(**options):
        return train(nn.MLP(2, [4, 1], seed=1), losses.bce_with_logits, points(), **options).loss

    first = run()
    assert run() == run(seed=0) == first  # comparisons go through the same batches
    microbp.seed(3)
    assert run() == run(seed=3) != first
    assert run(seed=0) == first
    for seed in ("3", 0.5, True):
        with pytest.raises(InputError, match="seed must be a whole number"):
            run(seed=seed)


def test_early_stop_and_the_best_parameters():
    model = nn.MLP(2, [8, 1], seed=1)
    history = train(
        model, losses.bce_with_logits, points(8), lr=2.0, epochs=200, validation=data.moons(40, noise=0.6, seed=9),
        patience=5, restore_best=True, record_parameters=True,
    )  # fmt: skip
    assert history.stopped == "early"
    assert history.epochs == history.best_epoch + 5 < 200
    assert min(history.val_loss) == history.val_loss[history.best_epoch - 1]
    assert model.state_dict() == history.parameters[history.best_epoch - 1]


def test_without_restoring_the_last_parameters_stay():
    model = nn.MLP(2, [4, 1], seed=1)
    history = train(model, losses.bce_with_logits, points(), record_parameters=True)
    assert model.state_dict() == history.parameters[-1]


@pytest.mark.parametrize("eager", [True, False])
def test_ctrl_c_returns_the_history_so_far(eager):
    model = nn.MLP(2, [4, 1], seed=1)

    def rate(step):
        if step == 7:  # in the third epoch of 3 steps
            raise KeyboardInterrupt
        return 0.1

    history = train(model, losses.bce_with_logits, points(), lr=rate, epochs=10, eager=eager)
    assert history.stopped == "interrupted" and history.epochs == 2
    seven = nn.MLP(2, [4, 1], seed=1)
    train(seven, losses.bce_with_logits, points(), epochs=2, eager=eager)
    assert model.state_dict() != seven.state_dict()  # the seventh step, too, is in the parameters


@pytest.mark.parametrize("eager", [True, False])
def test_a_cost_that_is_not_finite_names_epoch_and_step_and_moves_nothing(eager):
    model = nn.MLP(2, [1], seed=1)

    def loss(out, y):
        return ((out + 2.0) * (1.0 + 1e200 * y)) ** 2

    X, Y = [[1.0, 2.0]] * 8, [0.0] * 7 + [1.0]
    with pytest.raises(NotFiniteError, match=r"epoch 1, step \d: .*before this step") as caught:
        train(model, loss, (X, Y), lr=0.01, batch_size=2, eager=eager)
    bad = int(str(caught.value).split("step ")[1][0])
    twin = nn.MLP(2, [1], seed=1)
    optimizer = optim.SGD(twin.parameters(), lr=0.01)
    for xs, ys in list(data.batches(X, Y, 2, seed=0))[: bad - 1]:
        twin.zero_grad()
        for x, y in zip(xs, ys):
            (loss(twin(x), y) / 2).backward()
        optimizer.step()
    expected = twin.state_dict()["layers.0.weight"][0]
    assert model.state_dict()["layers.0.weight"][0] == pytest.approx(expected, rel=SAME)


@pytest.mark.parametrize("eager", [True, False])
def test_a_gradient_that_is_not_finite_is_refused_too(eager):
    model = nn.MLP(1, [1], seed=1)
    with pytest.raises(NotFiniteError, match=r"epoch 1, step 1: .*(no finite derivative|derivative is not finite)"):
        train(model, lambda out, y: (out * y).sqrt(), ([[1.0]], [0.0]), eager=eager)


def test_compiled_and_eager_training_agree():
    X, Y = points(40)
    hot = data.one_hot(Y, 2)
    for loss, sizes, targets, kind in (
        (losses.cross_entropy, [5, 2], Y, None),
        (losses.cross_entropy, [5, 2], hot, None),
        (losses.cross_entropy, [5, 2], [[0.2 + 0.6 * y, 0.8 - 0.6 * y] for y in Y], None),
        (losses.bce_with_logits, [5, 1], Y, None),
        (losses.bce_with_logits, [5, 2], [[y, y] for y in Y], None),
        (losses.hinge, [5, 2], Y, None),
        (losses.hinge, [5, 1], [2 * y - 1 for y in Y], None),
        (losses.mse, [5, 2], hot, "probability"),
        (losses.mse, [5, 2], hot, None),
    ):
        models = [nn.MLP(2, sizes, seed=1) for _ in range(2)]
        slow, fast = (
            train(m, loss, (X, targets), eager=eager, prediction=kind) for m, eager in zip(models, [True, False])
        )
        assert bool(slow.accuracy) == (loss is not losses.mse or kind is not None)
        assert (slow.engine, fast.engine) == ("eager", "compiled")
        assert fast.accuracy == slow.accuracy
        assert fast.loss == pytest.approx(slow.loss, rel=SAME)
        for p, q in zip(*(m.parameters() for m in models)):
            assert p.data == pytest.approx(q.data, rel=1e-10)  # SAME, after thirty steps
        assert list(fast.gradients[-1].values()) == pytest.approx(list(slow.gradients[-1].values()), rel=1e-9)


def test_what_cannot_be_compiled_is_trained_on_the_scalar_graph_and_said():
    def loss(out, y):
        return out * out if out > 0.0 else -out

    model = nn.MLP(2, [1], seed=1)
    with pytest.warns(UserWarning, match=r"cannot be compiled.*test_train\.py") as caught:
        history = fit(model, loss, points(), optim.SGD(model.parameters(), lr=0.1), 3, 4, progress=False)
    assert caught[0].filename == __file__
    assert history.engine == "eager" and history.epochs == 3


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"samples": ([], [])}, ShapeError, "at least one"),
        ({"samples": ([[1.0, 2.0]], [1, 0])}, ShapeError, "1 inputs and 2 targets"),
        ({"samples": ([[1.0, 2.0], [3.0, math.nan]], [1, 0])}, NotFiniteError, "row 1, column 1"),
        ({"samples": ([[1.0, 2.0], [3.0, 4.0]], [1, math.inf])}, NotFiniteError, "row 1"),
        ({"samples": ([[1.0], [3.0]], [1, 0])}, ShapeError, "expected 2 inputs, got 1"),
        ({"epochs": 0}, InputError, "epochs"),
        ({"batch_size": 2.5}, InputError, "batch_size"),
        ({"patience": 0}, InputError, "patience"),
        ({"loss": lambda out, y: 1.0}, InputError, "not a Value"),
        ({"validation": ([], [])}, ShapeError, "at least one"),
        ({"loss": "mse"}, InputTypeError, "loss is a function"),
        ({"samples": [[1.0, 2.0]]}, InputTypeError, "pair"),
        ({"samples": ("ab", "cd")}, InputTypeError, "one row per sample"),
        ({"eager": True, "devices": []}, InputError, "leave out eager"),
    ],
)
def test_misuse_names_the_cure(change, error, message):
    arguments = {"model": nn.MLP(2, [1]), "loss": losses.bce_with_logits, "samples": points()} | change
    with pytest.raises(error, match=message):
        train(**arguments)


def accuracy(loss, outputs, targets, **options):
    """What evaluate says of a model that gives these outputs, one after the other."""
    given = iter(outputs)

    def model(x):
        out = next(given)
        return [Value(o) for o in out] if isinstance(out, list) else Value(out)

    return evaluate(model, loss, ([[0.0]] * len(outputs), targets), **options)[1]


@pytest.mark.parametrize(
    "loss, target, outputs, right",
    [
        (losses.cross_entropy, 1, [0.0, 2.0], True),
        (losses.cross_entropy, 0, [-3.0, -2.0], False),
        (losses.cross_entropy, [0.0, 1.0], [3.0, 2.0], False),
        (losses.cross_entropy, [0.3, 0.3, 0.4], [-1.0, -2.0, -0.5], True),
        (losses.bce_with_logits, 1, -0.1, False),
        (losses.bce_with_logits, [1], 0.1, True),
        (losses.bce_with_logits, 0, 0.4, False),
        (losses.bce_with_logits, [0, 1], [0.1, 0.2], True),
        (losses.bce_with_logits, [1, 1], [0.1, -0.2], False),
        (losses.bce_with_logits, [1, 1, 0], [0.1, 0.2, -3.0], True),
        (losses.bce_with_logits, [0, 0], [-0.1, -0.2], True),
        (losses.binary_cross_entropy, 1, 0.4, False),
        (losses.binary_cross_entropy, 0, 0.4, True),
        (losses.hinge, -1, -0.2, True),
        (losses.hinge, 1, -0.2, False),
        (losses.hinge, 1, [0.5, 0.6], True),
        (losses.squared_error, 1, 0.6, None),
        (losses.squared_error, 0.5, 0.6, None),
        (losses.mse, [1.0, 0.0], [0.9, 0.3], None),
    ],
)
def test_what_counts_as_right(loss, target, outputs, right):
    assert accuracy(loss, [outputs], [target]) == (None if right is None else float(right))


def test_a_wrapped_loss_is_judged_like_the_loss_inside():
    @functools.wraps(losses.bce_with_logits)
    def wrapped(out, y):
        return 2.0 * losses.bce_with_logits(out, y)

    @functools.wraps(functools.partial(wrapped))
    def twice_wrapped(out, y):
        return wrapped(out, y)

    class Loss:
        prediction = "logits"

        def __call__(self, out, y):
            return losses.bce_with_logits(out, y)

    plain = lambda out, y: losses.bce_with_logits(out, y)
    for loss in (
        wrapped,
        functools.partial(wrapped),
        functools.partial(functools.partial(wrapped)),
        twice_wrapped,
        Loss(),
    ):
        assert accuracy(loss, [0.4, -0.4], [1, 1]) == 0.5
    assert accuracy(plain, [0.4, -0.4], [1, 1]) is None
    assert accuracy(plain, [0.4, -0.4], [1, 1], prediction="logits") == 0.5
    model = nn.MLP(2, [1], seed=1)
    whole = train(nn.MLP(2, [1], seed=1), losses.bce_with_logits, points()).accuracy
    assert train(model, plain, points(), prediction="logits").accuracy == whole != []
    with pytest.raises(InputError, match="'logits': scores"):
        train(model, plain, points(), prediction="classes")


def test_a_set_of_one_class_is_judged_like_any_other():
    X, Y = points(20)
    for loss, one, sizes, wanted in (
        (losses.bce_with_logits, [0] * 20, [1], Y), (losses.hinge, [1] * 20, [1], [2 * y - 1 for y in Y]),
    ):  # fmt: skip
        model = nn.MLP(2, sizes, seed=1)
        history = train(model, loss, (X, wanted), validation=(X, one))
        above = sum(model(x).data > 0.0 for x in X) / len(X)
        assert history.val_accuracy[-1] == pytest.approx(above if one[0] > 0 else 1.0 - above)
        assert evaluate(model, loss, (X, one))[1] == history.val_accuracy[-1]


def test_regression_has_no_accuracy_whatever_the_targets_are():
    X, Y = points()
    for targets in (Y, [0] * len(Y), [float(y) for y in Y], [2 * y - 1 for y in Y]):
        history = train(nn.MLP(2, [1], seed=1), losses.mse, (X, targets), validation=(X, targets))
        assert history.accuracy == history.val_accuracy == []


# -- sizes that do not fit -----------------------------------------------------------------------------


def by_numpy(out, y):
    return np.mean((np.array(out) - np.array(y)) ** 2)


@pytest.mark.parametrize("eager", [True, False])
@pytest.mark.parametrize(
    "loss", [losses.squared_error, losses.half_squared_error, losses.mse, losses.bce_with_logits, by_numpy]
)
@pytest.mark.parametrize("outputs, targets", [(2, [0, 1, 1]), (2, [[0], [1], [1]]), (1, [[0, 1], [1, 0], [1, 1]])])
def test_targets_are_as_many_as_predictions(loss, outputs, targets, eager):
    model = nn.MLP(2, [outputs], seed=1)
    before = model.state_dict()
    with pytest.raises(ShapeError, match=r"\d predictions, \d targets.*give one target per prediction"):
        train(model, loss, ([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], targets), eager=eager)
    assert model.state_dict() == before


def test_what_evaluate_is_given_is_checked():
    model = nn.MLP(2, [2], seed=1)
    X, Y = points()
    for data_, error, message in (
        ((X, Y[:-1]), ShapeError, "12 inputs and 11 targets"),
        (([], []), ShapeError, "at least one"),
        ((X, Y), ShapeError, "data.one_hot"),
        (([*X[1:], [math.nan, 0.0]], Y), NotFiniteError, "row 11, column 0"),
        (X, InputTypeError, "pair"),
    ):
        with pytest.raises(error, match=message):
            evaluate(model, losses.mse, data_)


def test_arrays_are_welcome():
    X, Y = points()
    assert evaluate(nn.MLP(2, [1], seed=1), losses.bce_with_logits, (np.array(X), np.array(Y) == 1)) == evaluate(
        nn.MLP(2, [1], seed=1), losses.bce_with_logits, (X, Y)
    )
    listed, arrayed = nn.MLP(2, [3, 1], seed=1), nn.MLP(2, [3, 1], seed=1)
    train(listed, losses.bce_with_logits, (X, Y))
    train(arrayed, losses.bce_with_logits, (np.array(X), np.array(Y)))
    assert listed.state_dict() == arrayed.state_dict()


@pytest.mark.parametrize("eager", [True, False])
def test_tables_of_pandas_are_welcome(eager):
    pandas = require("pandas")
    X, Y = points()
    index = [f"sample {i}" for i in reversed(range(len(X)))]  # row labels do not count
    frame = pandas.DataFrame({"x1": [x[0] for x in X], "x2": [x[1] for x in X]}, index=index)
    series = pandas.Series(Y, index=index, name="class")
    kinds = [(frame, series), (frame, series.astype("Int64")), (frame.astype("Float64"), Y), (frame, series == 1)]
    for inputs, targets in kinds:
        listed, tabled = nn.MLP(2, [3, 1], seed=1), nn.MLP(2, [3, 1], seed=1)
        first = train(listed, losses.bce_with_logits, (X, Y), validation=(X, Y), eager=eager)
        second = train(tabled, losses.bce_with_logits, (inputs, targets), validation=(inputs, targets), eager=eager)
        assert first == second and listed.state_dict() == tabled.state_dict()
        assert evaluate(tabled, losses.bce_with_logits, (inputs, targets)) == evaluate(
            listed, losses.bce_with_logits, (X, Y)
        )
    table = frame.assign(y=Y)
    model = nn.MLP(2, [1], seed=1)
    assert train(model, losses.bce_with_logits, (table[["x1", "x2"]], table[["y"]]), eager=eager).accuracy
    for bad, error, message in (
        (frame.assign(x2=[math.nan, *frame["x2"][1:]]), NotFiniteError, "row 0, column 1"),
        (frame.assign(x1=["a", *frame["x1"][1:]]), InputTypeError, "row 0, column 0 .*'a'"),
        (frame.assign(x1=[pandas.NA, *frame["x1"][1:]]), InputTypeError, "row 0, column 0"),
        (frame[:5], ShapeError, "5 inputs and 12 targets"),
    ):
        with pytest.raises(error, match=message):
            train(model, losses.bce_with_logits, (bad, series), eager=eager)


@pytest.mark.parametrize(
    "data_", [({"a": [1.0]}, [1]), ({1.0, 2.0}, [0, 1]), (5, [1]), ([[1.0]], None), (iter([[1.0]]), [1])]
)
def test_data_without_rows_is_refused(data_):
    with pytest.raises(InputTypeError, match="one row per sample"):
        train(nn.MLP(1, [1], seed=1), losses.mse, data_)


# -- a training that diverges ---------------------------------------------------------------------------


@pytest.mark.parametrize("eager", [True, False])
def test_a_training_that_diverges_says_so_once_and_names_the_cure(eager):
    X = [[3.0 * x for x in row] for row in points()[0]]
    model = nn.MLP(2, [1], seed=1)
    message = r"was .* before it and is .* lower the learning rate \(1 now\)"
    with pytest.warns(DivergenceWarning, match=message) as caught:
        history = train(model, losses.mse, (X, points()[1]), lr=1.0, batch_size=12, epochs=10, eager=eager)
    assert len(caught) == 1 and caught[0].filename == __file__
    assert history.loss[-1] > 100 * history.loss[0] and history.epochs == 10
    message = r"epoch \d+, step 1: .*Lower the learning rate"
    with pytest.raises(NotFiniteError, match=message), pytest.warns(DivergenceWarning):
        train(nn.MLP(2, [1], seed=1), losses.mse, (X, points()[1]), lr=1e3, batch_size=12, epochs=1000, eager=eager)


def test_a_training_that_only_goes_up_and_down_is_left_in_peace():
    for lr in (0.01, 0.1, 0.5):
        model = nn.MLP(2, [8, 1], seed=1)
        train(model, losses.bce_with_logits, points(40), lr=lr, batch_size=1, epochs=20)  # warnings are errors here


def test_a_sum_of_costs_that_overflows_is_no_infinite_mean():
    huge = lambda out, y: (out - out.data) ** 2 + 1e308
    model = nn.MLP(1, [1], seed=1)
    with pytest.raises(NotFiniteError, match=r"epoch 1, step 1.*rescale the cost"):
        train(model, huge, ([[1.0], [2.0]], [0.0, 0.0]), eager=True)
    with pytest.raises(RangeError, match="rescale the cost"):
        evaluate(model, huge, ([[1.0], [2.0]], [0.0, 0.0]))


def test_trouble_in_the_validation_is_named():
    model = nn.MLP(1, [1], seed=1)
    with pytest.raises(NotFiniteError, match=r"epoch 1, validation: .*after the epoch"):
        train(model, losses.mse, ([[1.0]], [0.0]), validation=([[1e200]], [0.0]))


def test_the_bar_shows_loss_and_accuracy(capsys):
    train(nn.MLP(2, [1]), losses.bce_with_logits, points(), progress=True)
    shown = capsys.readouterr().err
    assert "epoch 3/3" in shown and "loss=" in shown and "accuracy=" in shown


def test_digits_are_learnt():
    X, Y = data.digits("train")
    model = nn.MLP(64, [12, 10], seed=0)
    fit(model, losses.cross_entropy, (X, Y), optim.Adam(model.parameters(), lr=0.02), 3, 32, progress=False)
    assert evaluate(model, losses.cross_entropy, data.digits("test"))[1] >= 0.90


def write_mnist(folder, n=20):
    """A folder with MNIST's four files, of two easily told classes."""
    for prefix in ("train", "t10k"):
        images = b"".join(bytes([250 * (i % 2)] * 392 + [250 * (1 - i % 2)] * 392) for i in range(n))
        header = struct.pack(">4i", 0x803, n, 28, 28)
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(header + images)
        labels = struct.pack(">2i", 0x801, n) + bytes(i % 2 for i in range(n))
        (folder / f"{prefix}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))


def test_an_optimizer_of_another_model_is_refused():
    model, other = nn.MLP(2, [1]), nn.MLP(2, [1])
    with pytest.raises(InputError, match="none of this model's parameters"):
        fit(model, losses.bce_with_logits, points(), optim.SGD(other.parameters(), lr=0.1), progress=False)
    with pytest.raises(InputTypeError, match="optimizer is one of"):
        fit(model, losses.bce_with_logits, points(), "sgd", progress=False)


@pytest.mark.parametrize("eager", [True, False])
def test_fit_trains_inside_no_grad_too(eager):
    def run():
        model = nn.MLP(2, [3, 1], seed=1)
        return train(model, losses.bce_with_logits, points(), eager=eager).loss

    with no_grad():
        inside = run()
    assert inside == run()
