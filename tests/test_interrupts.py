"""Ctrl-C at any line: parameters, the optimiser's state and the History are of one and the same step."""

import pytest
from interrupts import at_every_line, call

import microbp
from microbp import Value, fit, losses, nn, optim
from microbp.compiler import training as compiler
from microbp.engine.assign import assign
from microbp.engine.recording import is_recording

X, Y = [[0.5], [-1.0], [2.0]], [1, 0, 1]
EPOCHS, STEPS_PER_EPOCH = 2, 3
STEPS = EPOCHS * STEPS_PER_EPOCH

OPTIMIZERS = {
    "SGD": lambda params, lr: optim.SGD(params, lr, momentum=0.9, nesterov=True, weight_decay=0.1),
    "Adagrad": optim.Adagrad,
    "RMSprop": lambda params, lr: optim.RMSprop(params, lr, momentum=0.9, centered=True),
    "Adam": lambda params, lr: optim.Adam(params, lr, amsgrad=True),
    "AdamW": optim.AdamW,
}


class Training:
    """A small training and the states that it passes through, step by step. Its model is compiled once."""

    def __init__(self, kind, eager, monkeypatch):
        self.kind, self.eager = kind, eager
        self.hooks = {}
        self.model = nn.MLP(1, [1], seed=3)
        self.start = self.model.state_dict()
        compile_model, programs = compiler.compile_model, {}

        def compiled(model, loss, x, y, optimizer):
            if loss.__name__ not in programs:  # the cost, and what counts as right
                programs[loss.__name__] = compile_model(model, loss, x, y, optimizer)
            return programs[loss.__name__]

        monkeypatch.setattr(compiler, "compile_model", compiled)
        self.states = []
        for steps in range(STEPS + 1):
            model, optimizer = self.fresh()
            self.fit(model, optimizer, {steps: self.stop})
            self.states.append(self.state(model, optimizer))
        assert len(set(map(str, self.states))) == STEPS + 1
        self.whole = self.fit(*self.fresh())

    @staticmethod
    def stop():
        raise KeyboardInterrupt

    def fresh(self):
        def rate(step):
            self.hooks.get(step, int)()
            return 0.1 / (step + 1)

        self.model.load_state_dict(self.start)
        return self.model, OPTIMIZERS[self.kind](self.model.parameters(), rate)

    def fit(self, model, optimizer, hooks=(), **options):
        self.hooks = dict(hooks)
        data = {"data": (X, Y), "validation": (X, Y)} | options
        return fit(
            model, losses.bce_with_logits, optimizer=optimizer, epochs=EPOCHS, batch_size=1, eager=self.eager,
            progress=False, **data,
        )  # fmt: skip

    @staticmethod
    def state(model, optimizer):
        return model.state_dict(), optimizer.state_dict()

    def check(self, model, optimizer, history):
        steps = optimizer.t
        assert self.state(model, optimizer) == self.states[steps]
        assert is_recording()
        if history is None:
            return
        epochs = steps // STEPS_PER_EPOCH
        assert history.steps == steps and history.epochs == epochs
        for name in ("loss", "rate", "accuracy", "gradients"):
            assert getattr(history, name) == getattr(self.whole, name)[:epochs]
        for name in ("val_loss", "val_accuracy"):
            found = getattr(history, name)
            assert found == getattr(self.whole, name)[: len(found)] and epochs - 1 <= len(found) <= epochs
        assert len(history.val_loss) == len(history.val_accuracy)


engines = pytest.mark.parametrize("eager", [True, False], ids=["eager", "compiled"])


UPDATE, EPOCH_END = 1, 2  # the steps taken before the second step, and before the last of an epoch with what follows it


@engines
@pytest.mark.parametrize("kind, place", [*((kind, UPDATE) for kind in OPTIMIZERS), ("Adam", EPOCH_END)])
def test_an_interrupt_at_any_line_mixes_nothing(kind, place, eager, monkeypatch):
    training = Training(kind, eager, monkeypatch)
    stopped = set()

    def attempt(interrupter):
        model, optimizer = training.fresh()
        history = training.fit(model, optimizer, {place: interrupter.begin, place + 1: interrupter.end})
        training.check(model, optimizer, history)
        stopped.add((optimizer.t, history.stopped))

    at_every_line(attempt)
    assert stopped == {(place, "interrupted"), (place + 1, "interrupted"), (STEPS, "finished")}


@engines
def test_an_interrupt_near_the_end_still_restores_the_best(eager, monkeypatch):
    training = Training("Adam", eager, monkeypatch)

    def attempt(interrupter):
        model, optimizer = training.fresh()
        options = {"validation": None, "record_parameters": True, "restore_best": True}
        history = training.fit(model, optimizer, {STEPS - 1: interrupter.begin}, **options)
        interrupter.end()
        assert optimizer.state_dict() == training.states[optimizer.t][1]
        assert history.best_epoch == history.epochs == optimizer.t // STEPS_PER_EPOCH
        assert model.state_dict() == history.parameters[-1] == training.states[history.epochs * STEPS_PER_EPOCH][0]

    at_every_line(attempt)


@engines
def test_an_interrupt_before_the_first_step_leaves_everything_as_it_was(eager, monkeypatch):
    training = Training("SGD", eager, monkeypatch)

    def attempt(interrupter):
        model, optimizer = training.fresh()
        history = call(interrupter, lambda: training.fit(model, optimizer, {0: interrupter.end}))
        training.check(model, optimizer, history)
        assert all(p.__class__ is Value for p in model.parameters())

    at_every_line(attempt, stride=1 if eager else 29)  # compiling has thousands of lines


def test_an_interrupted_trace_leaves_values():
    w, b = Value(2.0), Value(0.5)

    def attempt(interrupter):
        def f(x):
            if interrupter.lines == 0:
                interrupter.begin()
            return w * x + b

        call(interrupter, lambda: microbp.compiler.trace.trace(f, [1.0], [w]))
        assert w.__class__ is b.__class__ is Value and (w * b).data == 1.0

    at_every_line(attempt)


def unpack(model, optimizer):
    packed = optim.Packed(optimizer, [range(9)])
    packed.step([[1.0] * 9])
    packed.unpack()


@pytest.mark.parametrize(
    "action",
    [
        lambda model, optimizer: model.load_state_dict(nn.MLP(2, [2, 1], seed=4).state_dict()),
        lambda model, optimizer: assign(model.parameters(), [float(i) for i in range(9)]),
        lambda model, optimizer: optimizer.step(),
        unpack,
    ],
    ids=["load_state_dict", "assign", "step", "unpack"],
)
def test_what_sets_many_numbers_sets_all_or_none(action):
    def fresh():
        model = nn.MLP(2, [2, 1], seed=3)
        for p in model.parameters():
            p.grad = 1.0
        return model, optim.Adam(model.parameters())

    model, optimizer = fresh()
    before = model.state_dict()
    action(model, optimizer)
    moved, steps = model.state_dict(), optimizer.t
    assert before != moved

    def attempt(interrupter):
        model, optimizer = fresh()
        call(interrupter, lambda: action(model, optimizer))
        assert model.state_dict() in (before, moved)
        if steps:
            assert optimizer.t == (model.state_dict() == moved) == (optimizer.state[0] != (0.0, 0.0, 0.0))

    at_every_line(attempt)


def test_a_loaded_optimizer_is_of_one_state():
    ws = [Value(1.0), Value(2.0)]
    there = optim.Adam(ws)
    ws[0].grad = ws[1].grad = 0.5
    there.step()
    state = there.state_dict()

    def attempt(interrupter):
        optimizer = optim.Adam(ws)
        call(interrupter, lambda: optimizer.load_state_dict(state))
        assert optimizer.state_dict() in (state, optim.Adam(ws).state_dict())

    at_every_line(attempt)


class Fragile:
    """A parameter that is interrupted when it is written."""

    left = frozenset()
    writes = 0

    def __init__(self, data):
        self.value, self.grad = data, 0.5

    @property
    def data(self):
        return self.value

    @data.setter
    def data(self, x):
        Fragile.writes += 1
        if Fragile.writes in Fragile.left:
            raise KeyboardInterrupt
        self.value = x


@pytest.mark.parametrize("first", range(1, 4))
@pytest.mark.parametrize("second", range(1, 4))
def test_a_second_interrupt_while_the_first_is_dealt_with_is_healed(first, second):
    Fragile.writes, Fragile.left = 0, {first, first + second}
    params = [Fragile(float(i)) for i in range(3)]
    optimizer = optim.SGD(params, lr=1.0)
    with pytest.raises(KeyboardInterrupt):
        optimizer.step()
    optimizer.settle()
    assert [p.data for p in params] == [0.0, 1.0, 2.0] and optimizer.t == 0
    optimizer.step()
    assert [p.data for p in params] == [-0.5, 0.5, 1.5] and optimizer.t == 1
