"""What fit takes: optimisers of ours and from elsewhere, groups, schedules that look at the cost, callbacks, losses."""

from functools import partial

import numpy as np
import pytest
from needs import needs

from microbp import compile, data, fit, losses, nn, optim, predict
from microbp.errors import InputError, InputTypeError, NotFiniteError

torch = needs("torch")

SAME = dict(rel=1e-12, abs=1e-14)  # the same sums in another order


class Descent:
    """An optimiser as a student writes it."""

    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def step(self):
        for p in self.params:
            p.data -= self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = 0.0


def trained(make, eager=False, loss=losses.bce_with_logits, epochs=5, **options):
    model = nn.MLP(2, [3, 1], seed=1)
    history = fit(model, loss, data.moons(40, seed=3), make(model), epochs, 8, eager=eager, progress=False, **options)
    return [p.data for p in model.parameters()], history


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_every_optimiser_trains_alike_eager_and_compiled(name):
    make = lambda model: optim.OPTIMIZERS[name](model.parameters())  # 40 epochs of 5 steps each
    eager, compiled = trained(make, True, epochs=40), trained(make, epochs=40)
    assert (eager[1].engine, compiled[1].engine) == ("eager", "compiled")
    assert compiled[0] == pytest.approx(eager[0], **SAME)


def test_groups_train_alike_eager_and_compiled():
    def make(model):
        weights = [w for layer in model.layers for neuron in layer.neurons for w in neuron.w]
        biases = [neuron.b for layer in model.layers for neuron in layer.neurons]
        rate = optim.schedules.inverse_time(0.1, 0.1)
        return optim.Adam([{"params": biases, "lr": rate}, {"params": weights, "weight_decay": 0.1}], lr=0.01)

    assert trained(make)[0] == pytest.approx(trained(make, True)[0], **SAME)


@pytest.mark.parametrize("eager", [False, True])
def test_an_object_with_step_and_zero_grad_trains(eager):
    ours, history = trained(lambda model: optim.SGD(model.parameters(), lr=0.1), eager)
    theirs, other = trained(lambda model: Descent(model.parameters(), 0.1), eager)
    assert theirs == pytest.approx(ours, **SAME)
    assert other.engine == ("eager" if eager else "compiled")
    assert other.rate == history.rate and other.steps == history.steps == 25
    assert other.loss == pytest.approx(history.loss, **SAME)


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_a_step_from_elsewhere_is_taken_as_a_whole_or_not_at_all(eager, stop):
    model = nn.MLP(2, [3, 1], seed=1)
    optimizer = Descent(model.parameters(), 0.1)
    states = []

    def step():
        states.append(model.state_dict())
        for i, p in enumerate(optimizer.params):
            if len(states) == 7 and i == 4:
                raise stop
            p.data -= 0.1 * p.grad

    optimizer.step = step
    train = partial(fit, model, losses.bce_with_logits, data.moons(40), optimizer, 5, 8, eager=eager, progress=False)
    if stop is KeyboardInterrupt:
        assert train().steps == 6
    else:
        with pytest.raises(stop):
            train()
    assert model.state_dict() == states[6]


def test_an_optimiser_from_elsewhere_that_cannot_be_is_named():
    model, other = nn.MLP(2, [3, 1]), nn.MLP(2, [3, 1])
    train = partial(fit, model, losses.bce_with_logits, data.moons(40), epochs=1, progress=False)
    for wrong in (None, Descent, object(), model.parameters()):
        with pytest.raises(InputTypeError, match="any object with step"):
            train(wrong)
    with pytest.raises(InputError, match="moves none of this model's parameters"):
        train(Descent(other.parameters(), 0.1))
    with pytest.raises(NotFiniteError, match=r"epoch 1, step 1: .*before this step"):
        train(Descent(model.parameters(), float("inf")))


def test_an_optimiser_of_pytorch_is_named():
    model = nn.MLP(2, [3, 1])
    tensor = torch.zeros(1, requires_grad=True)
    with pytest.raises(InputError, match="moves none of this model's parameters"):
        fit(model, losses.bce_with_logits, data.moons(40), torch.optim.SGD([tensor]), progress=False)


# Callbacks and schedules that look at the cost


@pytest.mark.parametrize("eager", [False, True])
def test_callbacks_see_every_epoch_and_may_end_the_training(eager):
    seen = []

    def look(history):
        seen.append((history.epochs, len(history.val_loss), history.loss[-1]))
        return history.epochs == 3

    samples = data.moons(20)
    sgd = lambda model: optim.SGD(model.parameters(), lr=0.1)
    _, history = trained(sgd, eager, epochs=9, validation=samples, callbacks=[look, lambda history: "not True"])
    assert [entry[:2] for entry in seen] == [(1, 1), (2, 2), (3, 3)]
    assert history.loss == [entry[2] for entry in seen]
    assert (history.epochs, history.stopped) == (3, "early")
    with pytest.raises(InputTypeError, match="a callback is a function of the history"):
        trained(sgd, callbacks=[3])


def test_an_error_in_a_callback_comes_out_and_the_parameters_are_those_after_the_epoch():
    def fail(history):
        raise RuntimeError("mine")

    model = nn.MLP(2, [3, 1], seed=1)
    sgd = optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(RuntimeError, match="mine"):
        fit(model, losses.bce_with_logits, data.moons(40), sgd, 5, 8, progress=False, callbacks=[fail])
    assert sgd.t == 5


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("warm", [False, True])
def test_fit_tells_a_schedule_the_cost(eager, warm):
    told = []

    def make(model):
        schedule = optim.schedules.on_plateau(0.1, factor=0.5, patience=0, threshold=0.5)
        observe = schedule.observe
        schedule.observe = lambda cost: (told.append(cost), observe(cost))
        return optim.SGD(model.parameters(), lr=optim.schedules.warmup(schedule, 5) if warm else schedule)

    _, history = trained(make, eager, validation=data.moons(20))
    assert told == history.val_loss
    assert history.rate[1:] == [0.1, 0.05, 0.025, 0.0125]


# Losses


LOSSES = {
    "l1": (losses.l1, 0.25),
    "huber": (losses.huber, 0.25),
    "huber 0.1": (partial(losses.huber, delta=0.1), 0.25),
    "kl_divergence": (losses.kl_divergence, [0.5, 0.3, 0.2]),
    "kl_divergence of a class": (losses.kl_divergence, 2),
    "class weights": (partial(losses.cross_entropy, weight=[1.0, 0.0, 3.0]), 2),
    "label smoothing": (partial(losses.cross_entropy, label_smoothing=0.1), 1),
    "both": (partial(losses.cross_entropy, weight=[1.0, 2.0, 3.0], label_smoothing=0.1), [0.2, 0.0, 0.8]),
    "pos_weight": (partial(losses.bce_with_logits, pos_weight=3.0), 1.0),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_compile_to_their_own_numbers(name):
    loss, y = LOSSES[name]
    many = isinstance(y, list) or name.startswith(("kl", "class", "label"))
    model = nn.MLP(2, [3, 3 if many else 1], seed=1)
    X = np.random.default_rng(0).normal(size=(20, 2))
    program = compile(lambda x, y: loss(model(x), y), [0.0, 0.0], y, wrt=model.parameters())
    cost, gradient = program.value_and_grad(X, [y] * 20)
    total = sum((loss(model(x), y) for x in X), 0.0) / 20
    model.zero_grad()
    total.backward()
    assert cost == pytest.approx(total.data, **SAME)
    assert gradient.tolist() == pytest.approx([p.grad for p in model.parameters()], **SAME)


def test_a_loss_with_options_says_what_it_reads():
    loss = partial(losses.cross_entropy, label_smoothing=0.1)
    model = nn.MLP(2, [8, 2], seed=1)
    adam = optim.Adam(model.parameters(), lr=0.05)
    history = fit(model, loss, data.moons(100), adam, 10, 10, progress=False)
    assert history.accuracy[-1] > 0.8


def test_one_sample_at_a_time():
    X = np.zeros((3, 2))
    for model in (nn.MLP(2, [3, 1]), nn.Layer(2, 2), nn.Neuron(2)):
        for many in (X, X.tolist(), [[0.0, 0.0]]):
            with pytest.raises(InputTypeError, match=r"one sample at a time: .*predict\(model, X\) takes many"):
                model(many)
    assert predict(nn.MLP(2, [3, 1]), X).shape == (3,)
