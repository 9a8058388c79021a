"""check_row: every row of the table agrees with itself, and a row of one's own that does not is found out."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator

import pytest

from microbp import Op, Value, check_row, compile, exp, fit, log, nn, optim, sin, where
from microbp.errors import InputError, RowError
from microbp.table.op import POWER, PRODUCT, RESERVED, TABLE


@pytest.fixture(autouse=True)
def only_the_table() -> Iterator[None]:
    """The rows that a test defines are forgotten after it."""
    yield
    for name in set(TABLE) - RESERVED:
        del TABLE[name]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_every_row_of_the_table(name: str) -> None:
    check_row(TABLE[name])


GOOD = {
    "cube": lambda: Op("cube", lambda x: x**3, (lambda z, x: 3.0 * x * x,), "{0} ** 3", "{0}^{3}"),
    "a domain": lambda: Op("half_log", lambda x: math.log(x) / 2, (lambda z, x: 0.5 / x,), "log({0}) / 2.0", "l"),
    "a choice": lambda: Op(
        "bent", lambda x: x if x > 0 else 0.5 * x, (lambda z, x: where(x > 0.0, 1.0, 0.5),),
        "where({0} > 0.0, {0}, 0.5 * {0})", "b",
    ),
    "a kink with the mean of its slopes": lambda: Op(
        "bent2", lambda x: x if x > 0 else 0.5 * x, (lambda z, x: where(x == 0.0, 0.75, where(x > 0.0, 1.0, 0.5)),),
        "where({0} > 0.0, {0}, 0.5 * {0})", "b",
    ),
    "two arguments": lambda: Op(
        "ratio", lambda x, y: x / (1.0 + y * y),
        (lambda z, x, y: 1.0 / (1.0 + y * y), lambda z, x, y: -2.0 * y * z / (1.0 + y * y)),
        "{0} / (1.0 + {1} * {1})", "r", level=PRODUCT,
    ),
    "an argument without a derivative": lambda: Op(
        "scaled", lambda n, x: n * sin(x), (None, lambda z, n, x: n * TABLE["cos"](x)), "{0} * sin({1})", "s"
    ),
    "a list": lambda: Op(
        "energy", lambda xs: math.fsum(x * x for x in xs), (lambda z, xs: [2.0 * x for x in xs],),
        "sum(square({0}), axis=0)", "E", vectors=(True,),
    ),
    "its own name as text": lambda: Op("wave", math.sin, (lambda z, x: TABLE["cos"](x),), "wave({0})", "w"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_row_passes(name: str) -> None:
    check_row(GOOD[name]())


def row(forward=lambda x: x * x, rule=lambda z, x: 2.0 * x, text="{0} * {0}", **options):
    return Op("mine", forward, (rule,), text, "m", **options)


TEXTS = {
    "another function": lambda: row(text="{0} * {0} + 1e-3"),
    "another sign": lambda: row(lambda x: x**3, lambda z, x: 3.0 * x * x, "{0} * {0} * abs({0})"),
    "another one below 0": lambda: row(lambda x: abs(x), lambda z, x: TABLE["sign"](x), "sqrt({0}) ** 2"),
    "another one at 0": lambda: row(
        lambda x: math.sin(x) / x if x else 1.0,
        lambda z, x: where(x == 0.0, 0.0, (TABLE["cos"](x) - z) / where(x == 0.0, 1.0, x)), "sin({0}) / {0}",
    ),
    "one that overflows": lambda: row(
        lambda x: math.log1p(math.exp(-abs(x))) + max(x, 0.0), lambda z, x: TABLE["sigmoid"](x), "log(1.0 + exp({0}))"
    ),
    "one that underflows": lambda: row(lambda x: abs(x), lambda z, x: TABLE["sign"](x), "sqrt({0} * {0})"),
    "a larger domain": lambda: row(lambda x: math.log(x), lambda z, x: 1.0 / x, "log(abs({0}))"),
    "a typing error": lambda: row(text="{0} *"),
    "an unknown name": lambda: row(text="squared_by_nobody({0})"),
    "a name of math": lambda: row(lambda x: math.sin(x), lambda z, x: TABLE["cos"](x), "math.sin({0})"),
    "a sum over all samples": lambda: row(text="sum({0} * {0})"),
    "a Python condition": lambda: row(
        lambda x: x if x > 0 else 0.0, lambda z, x: where(x > 0.0, 1.0, 0.0), "{0} if {0} > 0.0 else 0.0"
    ),
    "a level too tight": lambda: row(lambda x: x + 1.0, 1.0, "{0} + 1.0", level=PRODUCT),
    "a power that is a product": lambda: row(text="{0} * {0}", level=POWER),
}  # fmt: skip
RULES = {
    "a sign too many": lambda: row(rule=lambda z, x: -2.0 * x),
    "a factor forgotten": lambda: row(rule=lambda z, x: x),
    "wrong below 0": lambda: row(rule=lambda z, x: 2.0 * abs(x)),
    "wrong at 0": lambda: row(rule=lambda z, x: where(x == 0.0, 1.0, 2.0 * x)),
    "a wrong constant": lambda: row(lambda x: 3.0 * x, 2.0, "3.0 * {0}"),
    "a second derivative cut off": lambda: row(rule=lambda z, x: TABLE["frozen"](2.0 * x)),
    "a truth": lambda: row(rule=lambda z, x: 2.0 * x if x > 0.0 else x + x),
    "an and": lambda: row(rule=lambda z, x: (x > -1e99 and 2.0) * x),
    "a max": lambda: row(lambda x: max(x, 0.0), lambda z, x: max(0.0, min(1.0, 1e300 * x)), "maximum({0}, 0.0)"),
    "a function of math": lambda: row(math.exp, lambda z, x: math.exp(x), "exp({0})"),
    "a number taken out": lambda: row(rule=lambda z, x: 2.0 * float(x)),
    "a data taken out": lambda: row(rule=lambda z, x: 2.0 * getattr(x, "data", x)),
    "the wrong kind": lambda: row(rule=lambda z, x: "2 x"),
    "a missing argument": lambda: row(rule=lambda z: 2.0),
    "none": lambda: row(rule=lambda z, x: None),
    "two for one": lambda: row(rule=lambda z, x: [2.0 * x, 2.0 * x]),
    "a list too short": lambda: Op(
        "mine", lambda xs: math.fsum(xs), (lambda z, xs: [1.0],), "sum({0}, axis=0)", "m", vectors=(True,)
    ),
    "a list in another order": lambda: Op(
        "mine", lambda xs: math.fsum(k * x for k, x in enumerate(xs)),
        (lambda z, xs: [float(k) for k in range(len(xs))][::-1],), "sum({0}, axis=0)", "m", vectors=(True,),
    ),
    "the arguments exchanged": lambda: Op(
        "mine", lambda x, y: x * y, (lambda z, x, y: x, lambda z, x, y: y), "{0} * {1}", "m"
    ),
    "complex": lambda: row(lambda x: x**0.5, lambda z, x: 0.5 / z, "sqrt({0})"),
    "a text for a number": lambda: row(lambda x: str(x)),
    "nowhere": lambda: row(lambda x: math.nan),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_says_something_else(name: str) -> None:
    with pytest.raises(RowError, match="mine") as caught:
        check_row(TEXTS[name]())
    assert caught.value.text, caught.value


@pytest.mark.parametrize("name", RULES)
def test_a_rule_that_is_wrong_or_looks_at_a_symbol(name: str) -> None:
    with pytest.raises(RowError, match="mine") as caught:
        check_row(RULES[name]())
    assert not caught.value.text and isinstance(caught.value, InputError)
    if name in ("a truth", "an and", "a max"):
        assert "where(condition, x, y)" in str(caught.value)


def test_the_same_error_every_time() -> None:
    wrong = TEXTS["another function"]()
    for _ in range(2):
        with pytest.raises(RowError, match=r"mine\(0.3\).* 0.09.* by its function, and .* by its text"):
            check_row(wrong)


# -- where rows are used -------------------------------------------------------------------------------


def trained(op: Op, eager: bool = False) -> list[float]:
    model = nn.MLP(1, [2, 1], seed=1)
    X, Y = [[0.1], [0.7], [-0.4], [0.9]], [0.2, 0.3, -0.5, 0.8]
    cost = lambda out, y: op(out - y) + out * out
    return fit(model, cost, (X, Y), optim.SGD(model.parameters(), 0.1), 3, 2, progress=False, eager=eager).loss


def test_compile_refuses_either() -> None:
    w = Value(0.5)
    for wrong in (TEXTS["another function"](), RULES["a sign too many"]()):
        with pytest.raises(RowError):
            compile(lambda x: wrong(x * w), 1.0, wrt=[w])  # noqa: B023
    good = GOOD["cube"]()
    assert compile(lambda x: good(x * w), 1.0, wrt=[w])([2.0]) == 1.0


def test_fit_refuses_a_wrong_derivative_and_does_without_a_wrong_text() -> None:
    with pytest.raises(RowError, match="not the derivatives"):
        trained(RULES["a sign too many"]())
    with pytest.raises(RowError, match="not the derivatives"):
        trained(RULES["a sign too many"](), eager=True)
    wrong = TEXTS["another function"]()
    with pytest.warns(UserWarning, match="by its text"):
        found = trained(wrong)
    assert found == trained(wrong, eager=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trained(row())


def test_functions_of_values_take_part() -> None:
    """A forward that is written with microbp's own functions is a function of floats, too."""
    check_row(
        Op("mine", lambda x: log(1.0 + exp(x)), (lambda z, x: 1.0 / (1.0 + exp(-x)),), "log(1.0 + exp({0}))", "m")
    )
