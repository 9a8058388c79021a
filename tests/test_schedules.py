"""The schedules against torch.optim.lr_scheduler, and what they promise of themselves."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import needs

from microbp.errors import InputError, InputTypeError, ShapeError
from microbp.optim import schedules

torch = needs("torch")
pt = needs("torch.optim.lr_scheduler")

STEPS = 200
TOLERANCE = 1e-12  # PyTorch multiplies its way from step to step: 200 roundings of 1e-16, and a margin

rates = st.floats(1e-6, 10.0)
quick = settings(derandomize=True, deadline=None, max_examples=50)


def torch_rates(lr, scheduler, steps=STEPS):
    """The rates that PyTorch's optimiser has before each of its steps."""
    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr)
    scheduler, found = scheduler(optimizer), []
    for step in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < steps - 1:  # OneCycleLR refuses a step too many
            scheduler.step()
    return found


TWINS = {
    "constant": (schedules.constant(0.3), 0.3, lambda o: pt.ConstantLR(o, factor=1.0)),
    "exponential": (schedules.exponential(0.3, 0.97), 0.3, lambda o: pt.ExponentialLR(o, 0.97)),
    "staircase": (schedules.staircase(0.3, 0.5, every=30), 0.3, lambda o: pt.StepLR(o, 30, gamma=0.5)),
    "piecewise": (
        schedules.piecewise([0.4, 0.2, 0.1], [30, 75]),
        0.4,
        lambda o: pt.MultiStepLR(o, [30, 75], gamma=0.5),
    ),
    "linear up": (
        schedules.linear(0.1, 0.4, 120),
        0.4,
        lambda o: pt.LinearLR(o, start_factor=0.25, end_factor=1.0, total_iters=120),
    ),
    "linear down": (
        schedules.linear(0.4, 0.1, 120),
        0.4,
        lambda o: pt.LinearLR(o, start_factor=1.0, end_factor=0.25, total_iters=120),
    ),
    "polynomial": (schedules.polynomial(0.3, 120), 0.3, lambda o: pt.PolynomialLR(o, 120, power=1.0)),
    "polynomial 2.5": (
        schedules.polynomial(0.3, 120, exponent=2.5),
        0.3,
        lambda o: pt.PolynomialLR(o, 120, power=2.5),
    ),
    "cosine": (schedules.cosine(0.3, STEPS), 0.3, lambda o: pt.CosineAnnealingLR(o, STEPS)),
    "cosine to 0.1": (
        schedules.cosine(0.3, STEPS, end=0.1),
        0.3,
        lambda o: pt.CosineAnnealingLR(o, STEPS, eta_min=0.1),
    ),
    "cosine restarts": (
        schedules.cosine_restarts(0.3, 30, end=0.1),
        0.3,
        lambda o: pt.CosineAnnealingWarmRestarts(o, 30, eta_min=0.1),
    ),
    "cosine restarts, longer and longer": (
        schedules.cosine_restarts(0.3, 7, factor=3),
        0.3,
        lambda o: pt.CosineAnnealingWarmRestarts(o, 7, T_mult=3),
    ),
    "one cycle": (schedules.one_cycle(0.3, STEPS), 0.3, lambda o: pt.OneCycleLR(o, 0.3, STEPS)),
    "one cycle, otherwise": (
        schedules.one_cycle(0.3, 211, pct_start=0.17, div_factor=10.0, final_div_factor=3.0),
        0.3,
        lambda o: pt.OneCycleLR(o, 0.3, 211, pct_start=0.17, div_factor=10.0, final_div_factor=3.0),
    ),
    "join": (
        schedules.join(
            [schedules.linear(0.1, 0.2, 20), schedules.exponential(0.2, 0.9), schedules.constant(0.2)],
            [20, 90],
        ),
        0.2,
        lambda o: pt.SequentialLR(
            o,
            [pt.LinearLR(o, 0.5, 1.0, total_iters=20), pt.ExponentialLR(o, 0.9), pt.ConstantLR(o, 1.0)],
            [20, 90],
        ),
    ),
    "warmup": (
        schedules.warmup(schedules.cosine(0.2, 180), steps=20, start=0.05),
        0.2,
        lambda o: pt.SequentialLR(o, [pt.LinearLR(o, 0.25, 1.0, total_iters=20), pt.CosineAnnealingLR(o, 180)], [20]),
    ),
}


@pytest.mark.parametrize("name", TWINS)
def test_rates_are_those_of_pytorch(name):
    schedule, lr, twin = TWINS[name]
    assert [schedule(step) for step in range(STEPS)] == pytest.approx(
        torch_rates(lr, twin), rel=TOLERANCE, abs=lr * TOLERANCE
    )


PLATEAUS = [
    {},
    {"factor": 0.5, "patience": 2},
    {"factor": 0.3, "patience": 0, "cooldown": 3},
    {"factor": 0.5, "patience": 1, "threshold": 0.05, "end": 0.03},
]


@pytest.mark.parametrize("options", PLATEAUS, ids=str)
def test_on_plateau_falls_when_pytorchs_does(options):
    theirs = {"min_lr" if name == "end" else name: x for name, x in options.items()}
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.3)
    twin = pt.ReduceLROnPlateau(optimizer, eps=0.0, **theirs)
    schedule, rng = schedules.on_plateau(0.3, **options), random.Random(1)
    for step in range(STEPS):
        cost = max(1.0 - step / 80, 0.1) + rng.uniform(0.0, 0.2)
        schedule.observe(cost)
        twin.step(cost)
        assert schedule(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=TOLERANCE)
    assert schedule(STEPS) < 0.3


def test_one_cycle_stays_at_its_end_and_restarts_never_do():
    cycle, waves = schedules.one_cycle(0.5, 10), schedules.cosine_restarts(0.5, 3, factor=2)
    assert cycle(9) == cycle(10) == cycle(1000) == pytest.approx(0.5 / 25 / 1e4)
    assert [waves(step) for step in (0, 3, 9, 21, 3 * (2**20 - 1))] == [0.5] * 5


def test_inverse_time_gives_the_table_of_the_course():
    schedule = schedules.inverse_time(0.2, rate=1.0)
    assert [round(schedule(epoch), 3) for epoch in (1, 2, 3, 4)] == [0.1, 0.067, 0.05, 0.04]


@given(lr=rates, rate=rates, every=st.integers(1, 7))
@quick
def test_inverse_time_has_evenly_rising_reciprocals(lr, rate, every):
    schedule = schedules.inverse_time(lr, rate, every)
    reciprocals = [1 / Fraction(schedule(k * every)) for k in range(10)]
    for before, after in pairwise(reciprocals):
        assert float(after - before) == pytest.approx(rate / lr, rel=1e-9)
    assert schedule(0) == lr


@given(lr=rates, every=st.integers(1, 7), step=st.integers(0, 100))
@quick
def test_power_one_is_inverse_time_and_half_is_its_root(lr, every, step):
    one = schedules.power(lr, exponent=1.0, every=every)
    assert one(step) == schedules.inverse_time(lr, rate=1.0, every=every)(step)
    assert schedules.power(lr, every=every)(step) ** 2 == pytest.approx(lr * one(step), rel=1e-12)
    assert schedules.power(lr)(step) == schedules.power(lr, every=every)(step * every)


@pytest.mark.parametrize(
    "schedule",
    [
        schedules.inverse_time(0.5, rate=0.3, every=4),
        schedules.power(0.5, every=4),
        schedules.staircase(0.5, decay=0.9, every=4),
    ],
)
def test_the_rate_changes_at_the_first_step_of_an_epoch_only(schedule):
    changes = [step for step in range(1, 17) if schedule(step) != schedule(step - 1)]
    assert changes == [4, 8, 12, 16]


@given(lr=rates, decay=st.floats(0.1, 1.0), every=st.integers(1, 7), epoch=st.integers(0, 20))
@quick
def test_exponential_passes_through_the_edges_of_the_staircase(lr, decay, every, epoch):
    smooth, stairs = schedules.exponential(lr, decay, every), schedules.staircase(lr, decay, every)
    assert smooth(epoch * every) == stairs(epoch * every)
    if every > 1 and decay < 1:
        assert stairs(epoch * every + every) < smooth(epoch * every + 1) < stairs(epoch * every + 1)


@given(start=rates, end=rates, steps=st.integers(1, 50), late=st.integers(0, 50))
@quick
def test_schedules_with_an_end_reach_it_exactly_and_stay(start, end, steps, late):
    assert schedules.linear(start, end, steps)(0) == start
    assert schedules.linear(start, end, steps)(steps + late) == end
    assert schedules.cosine(start, steps, end)(steps + late) == end
    assert schedules.cosine(start, steps)(steps + late) == 0
    assert schedules.polynomial(start, steps)(steps + late) == 0


def test_warmup_takes_a_number_for_a_constant_rate_and_starts_at_zero():
    schedule = schedules.warmup(0.5, steps=4)
    assert [schedule(step) for step in range(7)] == [0.0, 0.125, 0.25, 0.375, 0.5, 0.5, 0.5]


def test_warmup_meets_any_function_of_the_step_where_it_begins():
    schedule = schedules.warmup(lambda step: 0.8 - step / 100, steps=2)
    assert [schedule(step) for step in range(5)] == pytest.approx([0.0, 0.4, 0.8, 0.79, 0.78])


def test_a_joined_schedule_does_not_follow_later_edits_of_the_list():
    parts = [schedules.constant(1.0), schedules.constant(2.0)]
    schedule = schedules.join(parts, [3])
    parts.clear()
    assert [schedule(2), schedule(3)] == [1.0, 2.0]


NUMBER, COUNT = "number", "count"
OPTIONS = [
    (schedules.constant, {}, "lr", NUMBER),
    (schedules.cosine_restarts, {"lr": 1, "steps": 1}, "lr", NUMBER),
    (schedules.cosine_restarts, {"lr": 1, "steps": 1}, "steps", COUNT),
    (schedules.cosine_restarts, {"lr": 1, "steps": 1}, "factor", COUNT),
    (schedules.cosine_restarts, {"lr": 1, "steps": 1}, "end", NUMBER),
    (schedules.one_cycle, {"lr": 1, "steps": 9}, "lr", NUMBER),
    (schedules.one_cycle, {"lr": 1, "steps": 9}, "steps", COUNT),
    (schedules.inverse_time, {"lr": 1, "rate": 1}, "lr", NUMBER),
    (schedules.inverse_time, {"lr": 1, "rate": 1}, "rate", NUMBER),
    (schedules.inverse_time, {"lr": 1, "rate": 1}, "every", COUNT),
    (schedules.power, {"lr": 1}, "lr", NUMBER),
    (schedules.power, {"lr": 1}, "exponent", NUMBER),
    (schedules.power, {"lr": 1}, "every", COUNT),
    (schedules.exponential, {"lr": 1, "decay": 1}, "lr", NUMBER),
    (schedules.exponential, {"lr": 1, "decay": 1}, "decay", NUMBER),
    (schedules.exponential, {"lr": 1, "decay": 1}, "every", COUNT),
    (schedules.staircase, {"lr": 1, "decay": 1, "every": 1}, "lr", NUMBER),
    (schedules.staircase, {"lr": 1, "decay": 1, "every": 1}, "decay", NUMBER),
    (schedules.staircase, {"lr": 1, "decay": 1, "every": 1}, "every", COUNT),
    (schedules.linear, {"start": 1, "end": 1, "steps": 1}, "start", NUMBER),
    (schedules.linear, {"start": 1, "end": 1, "steps": 1}, "end", NUMBER),
    (schedules.linear, {"start": 1, "end": 1, "steps": 1}, "steps", COUNT),
    (schedules.polynomial, {"lr": 1, "steps": 1}, "lr", NUMBER),
    (schedules.polynomial, {"lr": 1, "steps": 1}, "steps", COUNT),
    (schedules.polynomial, {"lr": 1, "steps": 1}, "exponent", NUMBER),
    (schedules.cosine, {"lr": 1, "steps": 1}, "lr", NUMBER),
    (schedules.cosine, {"lr": 1, "steps": 1}, "steps", COUNT),
    (schedules.cosine, {"lr": 1, "steps": 1}, "end", NUMBER),
    (schedules.warmup, {"schedule": 1, "steps": 1}, "steps", COUNT),
    (schedules.warmup, {"schedule": 1, "steps": 1}, "start", NUMBER),
]
WRONG = {NUMBER: [-0.1, float("nan"), float("inf")], COUNT: [0, -1]}
WRONG_TYPE = {NUMBER: ["0.1", None, 1j], COUNT: [1.5, "1", None]}


@pytest.mark.parametrize(("function", "good", "name", "kind"), OPTIONS)
def test_an_option_out_of_range_is_named(function, good, name, kind):
    function(**{**good, name: 1})
    for wrong in WRONG[kind]:
        with pytest.raises(InputError, match=f"^{name} is {wrong}: give"):
            function(**{**good, name: wrong})
    for wrong in WRONG_TYPE[kind]:
        with pytest.raises(InputTypeError, match=f"^{name} is .*: give"):
            function(**{**good, name: wrong})


def test_zero_is_a_rate():
    assert schedules.constant(0)(5) == 0


@pytest.mark.parametrize(
    ("count", "boundaries", "error", "message"),
    [
        (2, [], ShapeError, "2 schedules and 0 boundaries"),
        (2, [1, 2], ShapeError, "2 schedules and 2 boundaries"),
        (0, [], ShapeError, "0 schedules and 0 boundaries"),
        (3, [5, 5], InputError, "each must be greater"),
        (3, [5, 4], InputError, "each must be greater"),
        (2, [0], InputError, r"boundaries\[0\] is 0"),
        (2, [1.5], InputTypeError, r"boundaries\[0\] is 1.5"),
    ],
)
def test_join_wants_one_rising_boundary_between_each_two_schedules(count, boundaries, error, message):
    with pytest.raises(error, match=message):
        schedules.join([schedules.constant(0.1)] * count, boundaries)
    with pytest.raises(error, match=message):
        schedules.piecewise([0.1] * count, boundaries)


def test_join_takes_many_schedules():
    schedule = schedules.piecewise([float(i) for i in range(300)], range(1, 300))
    assert [schedule(step) for step in (0, 1, 150, 299, 400)] == [0.0, 1.0, 150.0, 299.0, 299.0]


def test_join_wants_functions():
    with pytest.raises(InputTypeError, match=r"schedules\[1\] is 0.1: give a function"):
        schedules.join([schedules.constant(0.1), 0.1], [5])
