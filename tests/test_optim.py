"""The optimisers against torch.optim in double precision, on floats and on whole arrays."""

import copy
import inspect
import json
import random
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import Missing, needs

from microbp import Value, optim
from microbp.errors import InputError, InputTypeError, NotFiniteError, ShapeError, StateError

torch = needs("torch")

STEPS = 200
TOLERANCE = 1e-12  # both sides round at 1e-16, 200 times and in another order
SCALES = [1e-9, 1e-4, 1e-2, 1.0, 30.0, 1e4]  # of the gradients; the smallest are where eps counts

quick = settings(derandomize=True, deadline=None, max_examples=50)


@dataclass(eq=False)
class Number:
    data: float
    grad: float = 0.0
    label: str = ""


def grid(**options):
    return [dict(zip(options, values, strict=True)) for values in product(*options.values())]


SGD_OPTIONS = [
    options
    for options in grid(lr=[0.01], momentum=[0, 0.9], dampening=[0, 0.3], nesterov=[False, True], weight_decay=[0, 0.1])
    if not options["nesterov"] or (options["momentum"] and not options["dampening"])
]
ADAGRAD_OPTIONS = grid(
    lr=[0.05], lr_decay=[0, 0.1], weight_decay=[0, 0.1], initial_accumulator_value=[0, 0.5], eps=[1e-10, 0.1]
)
RMSPROP_OPTIONS = grid(
    lr=[0.02],
    alpha=[0.99, 0.6],
    eps=[1e-8, 0.1],
    weight_decay=[0, 0.1],
    momentum=[0, 0.8],
    centered=[False, True],
)
ADAM_OPTIONS = grid(
    lr=[0.02],
    betas=[(0.9, 0.999), (0.5, 0.95)],
    eps=[1e-8, 0.1],
    weight_decay=[0, 0.1],
    amsgrad=[False, True],
)
DECAYS = [{}, {"weight_decay": 0.1}, {"weight_decay": 0.1, "decoupled_weight_decay": True}]
MOMENT_OPTIONS = [
    {**options, **decay}
    for options, decay in product(grid(lr=[0.02], betas=[(0.9, 0.999), (0.5, 0.95)], eps=[1e-8, 0.1]), DECAYS)
]
CASES = [
    (name, options)
    for name, grids in {
        "SGD": SGD_OPTIONS,
        "Adagrad": ADAGRAD_OPTIONS,
        "RMSprop": RMSPROP_OPTIONS,
        "Adam": ADAM_OPTIONS,
        "AdamW": ADAM_OPTIONS,
        "Adadelta": grid(lr=[1.0, 0.1], rho=[0.9, 0.5], eps=[1e-6, 0.1], weight_decay=[0, 0.1]),
        "Adamax": [  # where λp is all of the gradient, only eps keeps p / |p| from enlarging the last bit
            options
            for options in grid(lr=[0.02], betas=[(0.9, 0.999), (0.5, 0.95)], eps=[1e-8, 0.1], weight_decay=[0, 0.1])
            if options["eps"] > 0.01 or not options["weight_decay"]
        ],
        "NAdam": [*MOMENT_OPTIONS, {"momentum_decay": 0.0}, {"momentum_decay": 0.5}],
        "RAdam": MOMENT_OPTIONS,
    }.items()
    for options in [{}, *grids]  # {}: the defaults, the learning rate among them
]
OURS_ALONE = [
    ("SGD", {"lr": 0.1, "momentum": 0.9, "averaged": True, "nesterov": nesterov, "weight_decay": 0.1})
    for nesterov in (False, True)
]
OURS_ALONE += [("Lion", {"lr": 0.01, "betas": (0.9, 0.95), "weight_decay": decay}) for decay in (0, 0.1)]
NAMES = ["SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "Adamax", "NAdam", "RAdam"]  # those of PyTorch


def draw(seed):
    """Starting numbers, and for each step the gradients: noise that fades, so that the largest is early."""
    rng = random.Random(seed)
    start = [rng.gauss(0, 1) for _ in SCALES]
    return start, [[rng.gauss(0.2, 1) * scale * 0.98**t for scale in SCALES] for t in range(STEPS)]


def run(optimizer, steps):
    """Take steps along the given gradients; return the numbers after each."""
    path = []
    for grads in steps:
        for param, grad in zip(optimizer.params, grads, strict=True):
            param.grad = grad
        optimizer.step()
        path.append([param.data for param in optimizer.params])
    return path


def torch_run(make, start, steps, scheduler=None):
    parameter = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make([parameter])
    scheduler = scheduler and scheduler(optimizer)
    path = []
    for grads in steps:
        parameter.grad = torch.tensor(grads, dtype=torch.float64)
        optimizer.step()
        if scheduler:
            scheduler.step()
        path.append(parameter.detach().tolist())
    return path


@pytest.fixture(autouse=True)
def doubles():
    """PyTorch keeps NAdam's product of momenta in its default type, which is a float of 32 bits."""
    if not isinstance(torch, Missing):
        torch.set_default_dtype(torch.float64)
    yield
    if not isinstance(torch, Missing):
        torch.set_default_dtype(torch.float32)


def numbers(data):
    return [Number(x) for x in data]


def close(path, expected):
    return np.array(path) == pytest.approx(np.array(expected), rel=TOLERANCE, abs=TOLERANCE)


# The numbers


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_numbers_are_those_of_pytorch(name, options):
    for seed in range(3):
        start, steps = draw(seed)
        ours = run(getattr(optim, name)(numbers(start), **options), steps)
        assert close(ours, torch_run(lambda params: getattr(torch.optim, name)(params, **options), start, steps))


@pytest.mark.parametrize("name", NAMES)
def test_names_and_defaults_are_those_of_pytorch(name):
    ours = inspect.signature(getattr(optim, name)).parameters
    theirs = inspect.signature(getattr(torch.optim, name)).parameters
    own = {"averaged"} if name == "SGD" else set()
    assert {key: p.default for key, p in ours.items() if key not in own} == {
        key: theirs[key].default for key in ours if key not in own
    }


@pytest.mark.parametrize(
    "options", [{"learning_rate": 1e-3}, {"learning_rate": 0.01, "b1": 0.5, "weight_decay": 0.1}], ids=str
)
def test_lion_is_that_of_optax(options):
    with needs("jax").enable_x64():
        jnp, optax = needs("jax.numpy"), needs("optax")
        twin = optax.lion(**{"weight_decay": 0.0, **options})
        start, steps = draw(seed=0)
        theirs, state, path = jnp.array(start), None, []
        state = twin.init(theirs)
        for grads in steps:
            updates, state = twin.update(jnp.array(grads), state, theirs)
            theirs = optax.apply_updates(theirs, updates)
            path.append(theirs.tolist())
    betas = (options.get("b1", 0.9), 0.99)
    ours = optim.Lion(numbers(start), options["learning_rate"], betas, options.get("weight_decay", 0))
    assert close(run(ours, steps), path)


@pytest.mark.parametrize("nesterov", [False, True])
def test_averaged_momentum_is_pytorchs_at_a_fraction_of_the_rate(nesterov):
    start, steps = draw(seed=0)
    common = {"momentum": 0.9, "nesterov": nesterov, "weight_decay": 0.1}
    ours = run(optim.SGD(numbers(start), lr=0.1, averaged=True, **common), steps)
    assert close(ours, torch_run(lambda params: torch.optim.SGD(params, lr=0.1 * (1 - 0.9), **common), start, steps))


def test_averaged_without_momentum_is_plain_descent():
    start, steps = draw(seed=0)
    plain = run(optim.SGD(numbers(start), lr=0.1), steps)
    assert run(optim.SGD(numbers(start), lr=0.1, averaged=True), steps) == plain


@pytest.mark.parametrize("name", NAMES)
def test_a_schedule_is_asked_for_the_step_counted_from_0(name):
    start, steps = draw(seed=1)
    ours = getattr(optim, name)(numbers(start), lr=lambda step: 0.1 / (step + 1))
    assert ours.rate == 0.1
    theirs = torch_run(
        lambda params: getattr(torch.optim, name)(params, lr=0.1),
        start,
        steps,
        lambda optimizer: torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (step + 1)),
    )
    assert close(run(ours, steps), theirs)
    assert ours.rate == 0.1 / (STEPS + 1)


def test_the_rate_can_be_set_anew_between_steps():
    (w,) = params = numbers([1.0])
    optimizer = optim.SGD(params, lr=0.5)
    optimizer.lr, w.grad = 0.25, 1.0
    optimizer.step()
    assert w.data == 0.75
    optimizer.lr = -1
    with pytest.raises(InputError, match="lr at step 1 is -1"):
        optimizer.step()


def test_centred_rmsprop_survives_a_variance_that_rounds_below_zero():
    start, steps = [1.0], [[0.7]] * 60
    options = {"alpha": 0.5, "centered": True, "lr": 1e-9}
    assert np.isnan(torch_run(lambda params: torch.optim.RMSprop(params, **options), start, steps)[-1])
    assert np.isfinite(run(optim.RMSprop(numbers(start), **options), steps)).all()


@pytest.mark.parametrize("name", NAMES)
def test_descends_a_bowl(name):
    params = numbers([3.0, -2.0])
    options = {"eps": 0.01} if name == "Adadelta" else {}  # its first steps are as large as the root of eps
    optimizer = getattr(optim, name)(params, lr=optim.schedules.linear(0.5, 0.0, steps=300), **options)
    for _ in range(300):
        for param in params:
            param.grad = 2 * param.data
        optimizer.step()
    assert all(abs(param.data) < 1e-2 for param in params)


def test_values_are_trained_as_tensors_are():
    w, b = Value(0.5, "w"), Value(-0.25, "b")
    tw, tb = (torch.tensor(p.data, dtype=torch.float64, requires_grad=True) for p in (w, b))
    ours, theirs = optim.Adam([w, b], lr=0.05), torch.optim.Adam([tw, tb], lr=0.05)
    for step in range(50):
        x, y = [(1.0, 0.8), (-2.0, 0.1), (0.5, -0.4)][step % 3]
        ours.zero_grad()
        theirs.zero_grad()
        (((w * x + b).tanh() - y) ** 2).backward()
        (((tw * x + tb).tanh() - y) ** 2).backward()
        ours.step()
        theirs.step()
        assert close([w.data, b.data], [tw.item(), tb.item()])


def test_a_value_that_was_computed_is_not_a_parameter():
    w = Value(0.5)
    half = w * 0.5
    half.label = "half"
    with pytest.raises(InputError, match=r"parameter 1 \('half'\) is the result of an operation: give leaves"):
        optim.SGD([w, half])


# Groups

GROUPED = [
    ("SGD", {"lr": 0.1, "momentum": 0.9}, {"momentum": 0.5, "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.05}, {"weight_decay": 0.5, "lr_decay": 0.1}),
    ("Adam", {"lr": 0.02}, {"lr": 0.2, "betas": (0.5, 0.95)}),
    ("NAdam", {}, {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
]


def grouped(name, common, own, params):
    """An optimiser of the numbers 0, 2, 4 with the options of all, and of the rest with options of their own."""
    return getattr(optim, name)([{"params": params[::2]}, {"params": params[1::2], **own}], **common)


@pytest.mark.parametrize(("name", "common", "own"), GROUPED)
def test_a_group_has_options_of_its_own_as_in_pytorch(name, common, own):
    start, steps = draw(seed=0)
    ours = grouped(name, common, own, numbers(start))
    order = [*range(0, len(start), 2), *range(1, len(start), 2)]
    path = run(ours, [[grads[i] for i in order] for grads in steps])
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in start]
    theirs = getattr(torch.optim, name)([{"params": tensors[::2]}, {"params": tensors[1::2], **own}], **common)
    for numbers_after, grads in zip(path, steps, strict=True):
        for tensor, grad in zip(tensors, grads, strict=True):
            tensor.grad = torch.tensor(grad, dtype=torch.float64)
        theirs.step()
        assert close(numbers_after, [tensors[i].item() for i in order])


@pytest.mark.parametrize(("name", "common", "own"), GROUPED)
def test_arrays_across_groups_get_the_same_bits_as_floats(name, common, own):
    start, steps = draw(seed=0)
    plain, changed = (grouped(name, common, own, numbers(start)) for _ in range(2))
    packed = optim.Packed(copy.deepcopy(changed), POSITIONS)
    for path, grads in zip(run(plain, steps[:20]), steps, strict=False):
        packed.step([np.array(grads)[position] for position in packed.positions])
        for array, position in zip(packed.arrays, packed.positions, strict=True):
            assert (array == np.array(path)[position]).all()
    packed.unpack()
    assert packed.optimizer.state_dict() == plain.state_dict()
    changed.load_state_dict(json.loads(json.dumps(plain.state_dict())))
    assert changed.state == plain.state


def test_the_rate_of_one_group_or_of_all_can_be_set_anew():
    a, b = numbers([1.0, 1.0])
    optimizer = optim.SGD([{"params": [a]}, {"params": (p for p in [b]), "lr": lambda step: 1 / (step + 1)}], 0.5)
    a.grad = b.grad = 1.0
    optimizer.step()
    assert (a.data, b.data) == (0.5, 0.0)
    optimizer.groups[0].lr = 0.25
    optimizer.step()
    assert (a.data, b.data, optimizer.rate) == (0.25, -0.5, 0.25)
    optimizer.lr = 1.0
    optimizer.step()
    assert (a.data, b.data) == (-0.75, -1.5)
    alone = optim.SGD([a])
    assert alone.groups == [alone]


def test_groups_that_cannot_be_are_named():
    w, b = numbers([1.0, 2.0])
    for wrong, error, message in [
        ([{"params": [w], "beta": 1}], InputError, "group 0 has the unknown option beta: the options are lr, momentum"),
        ([{"params": [w]}, b], InputTypeError, "group 1 is no table with the entry 'params'"),
        ([{"lr": 0.1}], InputTypeError, "group 0 is no table with the entry 'params'"),
        ([{"params": []}], InputError, "params is empty"),
        ([{"params": [w]}, {"params": [b, w]}], InputError, "parameter 2 is parameter 0 again"),
        ([{"params": [w], "momentum": -1}], InputError, "momentum is -1"),
    ]:
        with pytest.raises(error, match=message):
            optim.SGD(wrong)


# Clipping


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 2.5, float("inf")])
@given(grads=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6), bound=st.floats(0.0, 100.0))
@quick
def test_clipping_is_that_of_pytorch(norm_type, grads, bound):
    params = [Number(0.0, g) for g in grads]
    norm = optim.clip_grad_norm((p for p in params), bound, norm_type)
    tensor = torch.zeros(len(grads), dtype=torch.float64, requires_grad=True)
    tensor.grad = torch.tensor(grads, dtype=torch.float64)
    expected = torch.nn.utils.clip_grad_norm_([tensor], bound, norm_type)
    assert norm == pytest.approx(expected.item(), rel=TOLERANCE, abs=1e-100)  # PyTorch's powers underflow
    assert [p.grad for p in params] == pytest.approx(tensor.grad.tolist(), rel=TOLERANCE, abs=1e-100)


@pytest.mark.parametrize("grad", [float("nan"), float("inf")])
def test_clipping_leaves_what_is_not_finite_alone(grad):
    params = [Number(0.0, 3.0), Number(0.0, grad)]
    with pytest.raises(NotFiniteError, match=f"gradient of parameter 1 is {grad}"):
        optim.clip_grad_norm(params, 1.0)
    assert params[0].grad == 3.0


def test_clipping_values_and_huge_gradients():
    w = [Value(0.0), Value(0.0)]
    w[0].grad, w[1].grad = 3e200, -4e200
    assert optim.clip_grad_norm(w, 1.0) == pytest.approx(5e200)
    assert [p.grad for p in w] == pytest.approx([0.6, -0.8])
    with pytest.raises(InputError, match="max_norm is -1"):
        optim.clip_grad_norm(w, -1)
    with pytest.raises(InputError, match="norm_type is 0"):
        optim.clip_grad_norm(w, 1, 0)
    with pytest.raises(InputTypeError, match="give a list"):
        optim.clip_grad_norm(w[0], 1)


# Whole arrays

POSITIONS = [[[5, 0], [3, 2]], [1], 4]  # a matrix, a vector, a number


@pytest.mark.parametrize(("name", "options"), CASES + OURS_ALONE, ids=str)
def test_arrays_get_the_same_bits_as_floats(name, options):
    start, steps = draw(seed=0)
    scalar = getattr(optim, name)(numbers(start), **options)
    packed = optim.Packed(copy.deepcopy(scalar), POSITIONS)
    for path, grads in zip(run(scalar, steps[:20]), steps, strict=False):
        packed.step([np.array(grads)[position] for position in packed.positions])
        for array, position in zip(packed.arrays, packed.positions, strict=True):
            assert (array == np.array(path)[position]).all()
    kept = [*(param.data for param in scalar.params), *(x for state in scalar.state for x in state)]
    assert {type(x) for x in kept} == {float}  # no NumPy number has slipped in


@pytest.mark.parametrize("name", NAMES)
def test_packing_and_unpacking_between_steps_changes_nothing(name):
    start, steps = draw(seed=0)
    lr = optim.schedules.inverse_time(0.1, rate=0.5)
    plain, changed = (getattr(optim, name)(numbers(start), lr=lr) for _ in range(2))
    run(plain, steps[:9])
    run(changed, steps[:3])
    packed = optim.Packed(changed, POSITIONS)
    for grads in steps[3:6]:
        packed.step([np.array(grads)[position] for position in packed.positions])
    assert [param.data for param in changed.params] != [param.data for param in plain.params]
    packed.unpack()
    assert [param.grad for param in changed.params] == steps[5]
    run(changed, steps[6:9])
    assert [param.data for param in changed.params] == [param.data for param in plain.params]
    assert changed.state_dict() == plain.state_dict()


def test_unpacking_at_once_changes_nothing():
    params = [Number(1.0, 0.5), Number(2.0, 0.25)]
    optim.Packed(optim.Adam(params), [[1], [0]]).unpack()
    assert [(param.data, param.grad) for param in params] == [(1.0, 0.5), (2.0, 0.25)]
    assert all(type(param.data) is type(param.grad) is float for param in params)


@pytest.mark.parametrize("positions", [[], [[0]], [[0, 1], [1]], [[0, 2]], [[0, 1, 2]], [[-1, 0]]])
def test_positions_name_each_parameter_once(positions):
    with pytest.raises(ShapeError, match="each whole number from 0 to 1 once"):
        optim.Packed(optim.SGD(numbers([1.0, 2.0])), positions)


@pytest.mark.parametrize(
    "grads",
    [
        [],
        [[1.0, 2.0]],
        [[1.0, 2.0], [3.0], [4.0]],
        [[1.0, 2.0], [3.0, 4.0]],
        [[[1.0, 2.0]], [3.0]],
        [[1.0], [3.0]],
        [1.0, 3.0],
    ],
)
def test_array_gradients_have_the_shapes_of_the_arrays(grads):
    packed = optim.Packed(optim.SGD(numbers([1.0, 2.0, 3.0])), [[0, 1], [2]])
    with pytest.raises(ShapeError, match=r"give \[\(2,\), \(1,\)\]"):
        packed.step(grads)
    assert packed.optimizer.t == 0


# Bad numbers stop the step, and nothing has moved


def state_of(optimizer):
    return copy.deepcopy((optimizer.state_dict(), [param.data for param in optimizer.params]))


class Sign(optim.Optimizer):
    """A formula whose result is finite even if the gradient is not."""

    def update(self, p, g, state, lr, t):
        return p - lr * ((g > 0) * 1.0 - (g < 0) * 1.0), state


@pytest.mark.parametrize("grad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("make", [*(getattr(optim, name) for name in NAMES), lambda params: Sign(params, 0.1)])
def test_a_gradient_that_is_not_finite_is_named_and_moves_nothing(make, grad):
    params = [Number(1.0, 0.5), Number(2.0, 0.25, label="w_{21}"), Number(3.0, 0.125)]
    optimizer = make(params)
    optimizer.step()
    before = state_of(optimizer)
    params[1].grad = grad
    with pytest.raises(NotFiniteError, match=r"gradient of parameter 1 \('w_\{21\}'\) is .*lower the learning rate"):
        optimizer.step()
    assert state_of(optimizer) == before
    packed = optim.Packed(optimizer, [[[2], [1]], [0]])
    with pytest.raises(NotFiniteError, match=r"gradient of parameter 1 \('w_\{21\}'\) is"):
        packed.step([[[0.5], [grad]], [0.5]])
    assert state_of(optimizer) == before
    assert [param.grad for param in params] == pytest.approx([0.5, grad, 0.5], nan_ok=True)


@pytest.mark.parametrize(
    ("optimizer", "grad"),
    [
        (optim.RMSprop(numbers([1.0, 2.0]), eps=0), 0.0),  # 0/0: the form without its epsilon
        (optim.Adagrad(numbers([1.0, 2.0]), eps=0), 0.0),
        (optim.Adam(numbers([1.0, 2.0]), eps=0), 0.0),
        (optim.Adam(numbers([1.0, 2.0])), 1e200),  # the square overflows; p alone would stay where it is
        (optim.SGD(numbers([1.0, 2.0]), lr=1e200), 1e200),
    ],
)
def test_a_step_without_a_finite_result_is_named_and_moves_nothing(optimizer, grad):
    before = state_of(optimizer)
    optimizer.params[0].grad, optimizer.params[1].grad = 1.0, grad
    message = "step of parameter 1 has no finite result .*eps greater than 0"
    with pytest.raises(NotFiniteError, match=message):
        optimizer.step()
    assert state_of(optimizer) == before
    packed = optim.Packed(optimizer, [[0, 1]])
    with pytest.raises(NotFiniteError, match=message):
        packed.step([[1.0, grad]])
    assert state_of(optimizer) == before


def test_a_mean_square_below_zero_is_an_error_not_a_complex_number():
    optimizer = optim.Adam(numbers([1.0]))
    optimizer.load_state_dict({**optimizer.state_dict(), "mean_square": [-1.0]})
    with pytest.raises(NotFiniteError, match=r"mean_square': -1.0"):
        optimizer.step()


def test_zero_grad():
    params = [Number(1.0, 0.5), Number(2.0, 0.25)]
    optim.SGD(params).zero_grad()
    assert [param.grad for param in params] == [0.0, 0.0]


# What is refused at once


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_some_and_different_and_movable(name):
    make = getattr(optim, name)
    w, b = Number(1.0), Number(1.0, label="b")
    params = (param for param in [w, b])
    assert make(params).params == [w, b]
    with pytest.raises(InputError, match=r"params is empty.*generator"):
        make(params)
    with pytest.raises(InputError, match=r"parameter 2 \('b'\) is parameter 1 again"):
        make([w, b, b])
    for stranger in (1.0, np.float64(1.0), ("w", w), {"params": [w]}):  # an np.float64 has .data
        with pytest.raises(InputTypeError, match=f"parameter 1 is a {type(stranger).__name__}"):
            make([w, stranger])
    with pytest.raises(InputTypeError, match="params is a Number: give a list"):
        make(w)


FRACTION = "up to, but not including, 1$"
NUMBER = "up to, but not including, infinity$"
OPTIONS = {
    "SGD": {"lr": NUMBER, "momentum": NUMBER, "dampening": NUMBER, "weight_decay": NUMBER},
    "Adagrad": dict.fromkeys(["lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps"], NUMBER),
    "RMSprop": {"lr": NUMBER, "alpha": FRACTION, "eps": NUMBER, "weight_decay": NUMBER, "momentum": NUMBER},
    "Adam": {"lr": NUMBER, "eps": NUMBER, "weight_decay": NUMBER},
    "AdamW": {"lr": NUMBER, "eps": NUMBER, "weight_decay": NUMBER},
    "Adadelta": {"lr": NUMBER, "rho": FRACTION, "eps": NUMBER, "weight_decay": NUMBER},
    "Adamax": {"lr": NUMBER, "eps": NUMBER, "weight_decay": NUMBER},
    "NAdam": {"lr": NUMBER, "eps": NUMBER, "weight_decay": NUMBER, "momentum_decay": NUMBER},
    "RAdam": {"lr": NUMBER, "eps": NUMBER, "weight_decay": NUMBER},
    "Lion": {"lr": NUMBER, "weight_decay": NUMBER},
}


@pytest.mark.parametrize(
    ("name", "option", "limit"),
    [(name, *item) for name, options in OPTIONS.items() for item in options.items()],
)
def test_an_option_out_of_range_is_named(name, option, limit):
    make = getattr(optim, name)
    make(numbers([1.0]), **{option: 0})
    wrong = [-0.1, float("nan"), float("inf"), *([1.0] if limit == FRACTION else [])]
    for x in wrong:
        with pytest.raises(InputError, match=f"^{option} is {x}: .*{limit}"):
            make(numbers([1.0]), **{option: x})
    with pytest.raises(InputTypeError, match=f"^{option} is '1': give a number"):
        make(numbers([1.0]), **{option: "1"})


@pytest.mark.parametrize("name", ["Adam", "AdamW", "Adamax", "NAdam", "RAdam", "Lion"])
def test_betas_are_two_fractions(name):
    make = getattr(optim, name)
    make(numbers([1.0]), betas=[0, 0])
    for x in (-0.1, 1.0, float("nan")):
        with pytest.raises(InputError, match=rf"^betas\[0\] is {x}: .*{FRACTION}"):
            make(numbers([1.0]), betas=(x, 0.9))
        with pytest.raises(InputError, match=rf"^betas\[1\] is {x}: .*{FRACTION}"):
            make(numbers([1.0]), betas=(0.9, x))
    for wrong in (0.9, (0.9,), (0.9, 0.99, 0.999), "ab"):
        with pytest.raises(InputTypeError, match=r"^betas is .*give two numbers"):
            make(numbers([1.0]), betas=wrong)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nesterov": True}, "give a momentum"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "dampening goes neither"),
        ({"averaged": True, "momentum": 0.9, "dampening": 0.1}, "dampening goes neither"),
        ({"averaged": True, "momentum": 1.0}, "momentum is 1.0"),
    ],
)
def test_sgd_options_that_contradict_each_other(options, message):
    with pytest.raises(InputError, match=message):
        optim.SGD(numbers([1.0]), **options)


def test_momentum_without_friction_is_allowed():
    start, steps = draw(seed=0)
    options = {"lr": 1e-3, "momentum": 1.0}
    ours = run(optim.SGD(numbers(start), **options), steps)
    assert close(ours, torch_run(lambda params: torch.optim.SGD(params, **options), start, steps))


def test_a_schedule_that_gives_no_rate_stops_the_step():
    optimizer = optim.SGD(numbers([1.0]), lr=lambda step: 0.1 - 0.1 * step)
    optimizer.step()
    optimizer.step()
    with pytest.raises(InputError, match=r"lr at step 2 is -0.1"):
        optimizer.step()
    assert optimizer.t == 2


# State


@pytest.mark.parametrize(
    ("name", "options"),
    [
        *((name, {}) for name in NAMES),
        ("SGD", {"momentum": 0.9, "dampening": 0.5}),
        ("Adam", {"amsgrad": True}),
    ],
    ids=str,
)
def test_a_run_goes_on_from_its_state(name, options):
    start, steps = draw(seed=0)
    first = getattr(optim, name)(numbers(start), **options)
    halfway = run(first, steps[:5])[-1]
    saved = json.loads(json.dumps(first.state_dict()))
    assert saved == first.state_dict()
    second = getattr(optim, name)(numbers(halfway), **options)
    second.load_state_dict(saved)
    saved.clear()
    assert run(second, steps[5:10]) == run(first, steps[5:10])
    assert second.state_dict() == first.state_dict()
    assert second.t == 10


def test_a_formula_without_memory_has_a_state_too():
    first, second = Sign(numbers([1.0]), 0.1), Sign(numbers([1.0]), 0.1)
    first.step()
    second.load_state_dict(first.state_dict())
    second.step()
    assert second.state_dict() == {"optimizer": "Sign", "step": 2}


@pytest.mark.parametrize("name", NAMES)
def test_a_new_optimiser_remembers_zeros(name):
    state = getattr(optim, name)(numbers([1.0, 2.0])).state_dict()
    assert (state.pop("optimizer"), state.pop("step")) == (name, 0)
    state.pop("momentum_product", None)  # of NAdam: the empty product is 1
    assert all(column == [0.0, 0.0] for column in state.values())


def test_the_state_of_many_parameters_loads():
    first, second = (optim.Adam(numbers([1.0] * 300)) for _ in range(2))
    first.step()
    second.load_state_dict(first.state_dict())
    assert second.state_dict() == first.state_dict()


def test_an_optimiser_needs_a_formula():
    with pytest.raises(TypeError, match="abstract"):
        optim.Optimizer(numbers([1.0]), lr=0.1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("step"), r"lacks \['step'\] and has unknown \[\]"),
        (lambda s: s.pop("mean"), r"lacks \['mean'\] and has unknown \[\]"),
        (lambda s: s.update(extra=1), r"lacks \[\] and has unknown \['extra'\]"),
        (lambda s: s.update(optimizer="AdamW"), "the state dict is of AdamW"),
        (lambda s: s.update(optimizer="Ada"), "the state dict is of Ada:"),
        (lambda s: s.update(step=-1), "'step' is -1"),
        (lambda s: s.update(step=1.5), "'step' is 1.5"),
        (lambda s: s.update(mean=[1.0]), "'mean' has 1 numbers for 2 parameters"),
        (lambda s: s.update(mean=[1.0] * 3), "'mean' has 3 numbers for 2 parameters"),
        (lambda s: s.update(mean=None), "'mean' is not a list of numbers"),
        (lambda s: s.update(mean=[1.0, "x"]), "'mean' is not a list of numbers"),
        (lambda s: s.update(mean_square=[1.0, float("nan")]), "'mean_square' is nan for parameter 1"),
    ],
)
def test_a_state_that_does_not_fit_is_named_and_nothing_is_loaded(change, message):
    optimizer = optim.Adam([Number(1.0, 0.5), Number(2.0, 0.25)])
    optimizer.step()
    before, state = optimizer.state_dict(), optimizer.state_dict()
    optimizer.step()
    after = optimizer.state_dict()
    change(state)
    with pytest.raises(StateError, match=message):
        optimizer.load_state_dict(state)
    assert optimizer.state_dict() == after
    optimizer.load_state_dict(before)
    assert optimizer.state_dict() == before


@pytest.mark.parametrize("state", [None, 3, ["step"]])
def test_a_state_must_be_a_dict(state):
    with pytest.raises(StateError, match=r"give what state_dict\(\) returned"):
        optim.Adam(numbers([1.0])).load_state_dict(state)


def test_repr_counts_parameters_and_steps():
    optimizer = optim.SGD(numbers([1.0, 2.0]), lr=0.1)
    optimizer.step()
    assert repr(optimizer) == "SGD(2 parameters, lr=0.1, t=1)"


# Averages

series = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40)
betas = st.floats(0.0, 0.99)


@given(values=series, beta=betas)
@quick
def test_ewa_is_the_convolution_with_fading_weights(values, beta):
    weights = (1 - beta) * beta ** np.arange(len(values))
    sums = np.convolve(values, weights)[: len(values)]
    assert optim.ewa(values, beta, corrected=False) == pytest.approx(sums.tolist(), rel=1e-9, abs=1e-9)
    assert optim.ewa(values, beta) == pytest.approx((sums / np.cumsum(weights)).tolist(), rel=1e-9, abs=1e-9)


def test_memory_is_that_of_the_course():
    assert [optim.memory(beta) for beta in (0.5, 0.9, 0.98)] == pytest.approx([2, 10, 50])


@given(beta=st.floats(0.9, 0.9999))
@quick
def test_after_its_memory_a_weight_has_faded_to_about_1_over_e(beta):
    assert beta ** optim.memory(beta) == pytest.approx(np.exp(-1), rel=1 - beta)


@pytest.mark.parametrize("beta", [-0.1, 1.0, float("nan")])
def test_beta_is_a_fraction(beta):
    with pytest.raises(InputError, match=f"^beta is {beta}: .*{FRACTION}"):
        optim.ewa([1.0], beta)
    with pytest.raises(InputError, match=f"^beta is {beta}: .*{FRACTION}"):
        optim.memory(beta)


def test_ewa_names_the_sample_that_is_not_finite():
    with pytest.raises(NotFiniteError, match="sample 2 is nan"):
        optim.ewa([1.0, float("nan"), 2.0], beta=0.9)
