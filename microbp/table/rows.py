r"""THE TABLE: every operation of microbp, once.

Legend. ``z`` is the output; ``x`` and ``y`` are the arguments in their order; ``xs``, ``w`` and ``a`` are
lists. A row reads: name, value for floats, one local derivative per argument (a rule, or a number where
it is constant), text over arrays, LaTeX.
A rule uses operators and other operations, nothing else, so that it can be read with floats, Values,
arrays, symbols and code alike (a value is written so where it can be); it uses the output z where that is
cheaper. For a vector argument the rule gives one derivative per entry, or a single one that holds for all.

Values at kinks, once and for all: abs'(0) = 0, relu'(0) = 0, sign' = 0, x**0 has derivative 0 at x = 0,
0**y has derivative 0 by y, the gradient of norm and hypot at the origin is 0, and where several
arguments tie for a maximum or minimum they share the derivative equally. clip passes the derivative on
at its bounds. x % y has the derivatives of the branch that the quotient is on. floor, ceil, rint and // are flat:
their derivative is 0, at their steps too.
A rule that has no finite value (sqrt at 0) is recorded as NaN and refused when a sweep meets it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from typing import Any

from ..errors import InputTypeError
from ..table import stable as special
from .op import COMPARE, PRODUCT, RESERVED, SUM, TABLE, Op, is_array
from .op import POWER as TIGHT

SQRT_HALF, SQRT_2PI, TWO_OVER_SQRT_PI = math.sqrt(0.5), math.sqrt(2.0 * math.pi), 2.0 / math.sqrt(math.pi)
LN2, LN10 = math.log(2.0), math.log(10.0)
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al. (2017), eq. 14


def each(xs: Any, f: Callable[[Any], Any]) -> Any:
    """f of every entry: at once for an array, one by one for a list."""
    return f(xs) if is_array(xs) else [f(x) for x in xs]


def where(condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y.

    A plain bool chooses at once and records nothing: the result is x or y itself. A condition on
    symbols, arrays or traced values becomes a row.

    >>> where(2.0 > 1.0, 10.0, 20.0)
    10.0
    """
    if condition is True:
        return x
    if condition is False:
        return y
    if hasattr(condition, "dtype") and not is_array(condition):  # a NumPy bool
        return x if condition else y
    return choose(condition, x, y)


def holds(relation: Callable[[float, float], bool]) -> Callable[[float, float], float]:
    """A comparison as a number; NaN of NaN, of which nothing is known."""
    return lambda x, y: float(relation(x, y)) if x == x and y == y else math.nan


def products_of_the_others(xs: Any) -> list[Any]:
    """For each entry the product of all other entries, without a division (an entry may be 0)."""
    before, after = [1.0], [1.0]
    for x, y in zip(xs[:-1], xs[:0:-1]):
        before.append(before[-1] * x)
        after.append(after[-1] * y)
    return [b * a for b, a in zip(before, reversed(after))]


def share(xs: Any, z: Any) -> Any:
    """1 at the entry that equals z, 0 elsewhere; equal shares where several do."""
    ties = each(xs, lambda x: where(x == z, 1.0, 0.0))
    count = add_up(ties)
    return each(ties, lambda t: t / count)


# One row, one line: the table may run past the margin.
# ruff: noqa: E501
# fmt: off
# -- arithmetic ----------------------------------------------------------------------------------------
add        = Op("add",        operator.add,     (1.0, 1.0),                         "{0} + {1}",         "{0} + {1}", level=SUM)
sub        = Op("sub",        operator.sub,     (1.0, -1.0),                        "{0} - {1}",         "{0} - {1}", level=SUM)
mul        = Op("mul",        operator.mul,     (lambda z, x, y: y,
                                                 lambda z, x, y: x),                  "{0} * {1}",         r"{0} \, {1}", level=PRODUCT)
div        = Op("div",        operator.truediv, (lambda z, x, y: 1.0 / y,
                                                 lambda z, x, y: -z / y),             "{0} / {1}",         r"\frac{{0}}{{1}}", level=PRODUCT,
                domain="it needs a divisor away from 0; add a small epsilon to it, or choose it with where() before")
mod        = Op("mod",        operator.mod,     (1.0,
                                                 lambda z, x, y: frozen((z - x) / y)),        "{0} % {1}",         r"{0} \bmod {1}", level=PRODUCT,
                domain="the divisor is 0")
pow        = Op("pow",        special.power,    (lambda z, x, y: y * x ** where(y == 0.0, where(x == 0.0, 1.0, y - 1.0), y - 1.0),
                                                 lambda z, x, y: z * log(where(x == 0.0, 1.0, x))),
                                                                                      "{0} ** {1}",        "{0}^{{1}}", level=TIGHT,
                domain="a negative base needs a whole exponent and 0 a positive one; for a cube root use cbrt", keeps=True)
floor_divide = Op("floor_divide", operator.floordiv, (0.0, 0.0),                    "{0} // {1}",        r"\left\lfloor \frac{{0}}{{1}} \right\rfloor", level=PRODUCT,
                domain="the divisor is 0")
neg        = Op("neg",        operator.neg,     (-1.0,),                             "-{0}",              "-{0}", level=SUM)
identity   = Op("identity",   operator.pos,     (1.0,),                               "{0}",               "{0}")
frozen     = Op("frozen",     operator.pos,     (0.0,),                             "{0}",               "{0}")  # the same number, held constant
reciprocal = Op("reciprocal", lambda x: 1.0 / x, (lambda z, x: -z * z,),              "1.0 / {0}",         r"\frac{1}{{0}}", level=PRODUCT,
                domain="the divisor is 0")
square     = Op("square",     lambda x: x * x,  (lambda z, x: 2.0 * x,),              "square({0})",       "{0}^{2}", level=TIGHT)
absolute   = Op("abs",        abs,              (lambda z, x: sign(x),),              "abs({0})",          r"\left|{0}\right|")
sign       = Op("sign",       special.sign,     (0.0,),                              "sign({0})",         r"\operatorname{sign}\left({0}\right)")
floor      = Op("floor",      special.floor,    (0.0,),                             "floor({0})",        r"\left\lfloor {0} \right\rfloor")
ceil       = Op("ceil",       special.ceil,     (0.0,),                             "ceil({0})",         r"\left\lceil {0} \right\rceil")
rint       = Op("rint",       special.rint,     (0.0,),                             "rint({0})",         r"\operatorname{round}\left({0}\right)")  # of two nearest whole numbers the even one

# -- comparisons: 1 where they hold, else 0 -------------------------------------------------------------
less          = Op("less",          holds(operator.lt),  (0.0, 0.0), "{0} < {1}",  "{0} < {1}", level=COMPARE)
less_equal    = Op("less_equal",    holds(operator.le), (0.0, 0.0), "{0} <= {1}", r"{0} \le {1}", level=COMPARE)
greater       = Op("greater",       holds(operator.gt),  (0.0, 0.0), "{0} > {1}",  "{0} > {1}", level=COMPARE)
greater_equal = Op("greater_equal", holds(operator.ge), (0.0, 0.0), "{0} >= {1}", r"{0} \ge {1}", level=COMPARE)
equal         = Op("equal",         holds(operator.eq), (0.0, 0.0), "{0} == {1}", "{0} = {1}", level=COMPARE)
not_equal     = Op("not_equal",     holds(operator.ne), (0.0, 0.0), "{0} != {1}", r"{0} \ne {1}", level=COMPARE)

# -- choices -------------------------------------------------------------------------------------------
choose     = Op("where",      lambda c, x, y: x if c else y,
                                                (0.0,
                                                 lambda z, c, x, y: where(c, 1.0, 0.0),
                                                 lambda z, c, x, y: where(c, 0.0, 1.0)),
                                                                                      "where({0}, {1}, {2})",
                r"\begin{cases}{1}&{0}\\{2}&\text{otherwise}\end{cases}")
maximum    = Op("maximum",    special.maximum,  (lambda z, x, y: where(x > y, 1.0, where(x == y, 0.5, 0.0)),
                                                 lambda z, x, y: where(y > x, 1.0, where(x == y, 0.5, 0.0))),
                                                                                      "maximum({0}, {1})", r"\max\left({0}, {1}\right)")
minimum    = Op("minimum",    special.minimum,  (lambda z, x, y: where(x < y, 1.0, where(x == y, 0.5, 0.0)),
                                                 lambda z, x, y: where(y < x, 1.0, where(x == y, 0.5, 0.0))),
                                                                                      "minimum({0}, {1})", r"\min\left({0}, {1}\right)")
clip       = Op("clip",       lambda x, lo, hi: minimum(maximum(x, lo), hi),
                                                (lambda z, x, lo, hi: where(x < lo, 0.0, where(x > hi, 0.0, 1.0)),
                                                 lambda z, x, lo, hi: where(x < lo, where(lo > hi, 0.0, 1.0), 0.0),
                                                 lambda z, x, lo, hi: where(maximum(x, lo) > hi, 1.0, 0.0)),
                                                                                      "clip({0}, {1}, {2})",
                r"\operatorname{clip}\left({0}, {1}, {2}\right)")

# -- exponentials and logarithms -----------------------------------------------------------------------
exp        = Op("exp",        math.exp,         (lambda z, x: z,),                    "exp({0})",          "e^{{0}}", level=TIGHT)
exp2       = Op("exp2",       lambda x: 2.0**x, (lambda z, x: z * LN2,),    "exp2({0})",         "2^{{0}}", level=TIGHT)
expm1      = Op("expm1",      math.expm1,       (lambda z, x: exp(x),),               "expm1({0})",        r"\left(e^{{0}} - 1\right)")
log        = Op("log",        math.log,         (lambda z, x: 1.0 / x,),              "log({0})",          r"\ln\left({0}\right)",
                domain="log needs x > 0; clip the argument, choose it with where() before, or take log_sigmoid, log_softmax or a cost from logits")
log2       = Op("log2",       math.log2,        (lambda z, x: 1.0 / (x * LN2),),      "log2({0})",         r"\log_{2}\left({0}\right)",
                domain="log2 needs x > 0")
log10      = Op("log10",      math.log10,       (lambda z, x: 1.0 / (x * LN10),),     "log10({0})",        r"\log_{10}\left({0}\right)",
                domain="log10 needs x > 0")
log1p      = Op("log1p",      math.log1p,       (lambda z, x: 1.0 / (1.0 + x),),      "log1p({0})",        r"\ln\left(1 + {0}\right)",
                domain="log1p needs x > -1")
logaddexp  = Op("logaddexp",  lambda x, y: special.logsumexp((x, y)),
                                                (lambda z, x, y: exp(log_sigmoid(x - y)),  # its own derivative keeps all digits
                                                 lambda z, x, y: exp(log_sigmoid(y - x))), "logaddexp({0}, {1})", r"\ln\left(e^{{0}} + e^{{1}}\right)")
xlogy      = Op("xlogy",      lambda x, y: where(x == 0.0, 0.0, x * log(where(x == 0.0, 1.0, y))),
                                                (lambda z, x, y: log(y),
                                                 lambda z, x, y: x / where(x == 0.0, 1.0, y)),
                "where({0} == 0.0, 0.0, {0} * log(where({0} == 0.0, 1.0, {1})))", r"{0} \, \ln\left({1}\right)", level=PRODUCT,
                domain="xlogy needs y > 0, or x = 0, where it is 0")
logit      = Op("logit",      lambda x: where(absolute(x - 0.5) < 0.25,  # near 1/2 the difference of logarithms cancels
                                              2.0 * arctanh(where(absolute(x - 0.5) < 0.25, 2.0 * x - 1.0, 0.0)),
                                              log(x) - log1p(-x)),
                                                (lambda z, x: 1.0 / (x * (1.0 - x)),),
                "where(abs({0} - 0.5) < 0.25, 2.0 * arctanh(where(abs({0} - 0.5) < 0.25, 2.0 * {0} - 1.0, 0.0)), log({0}) - log1p(-{0}))",
                r"\operatorname{logit}\left({0}\right)",
                domain="logit needs 0 < x < 1; clip the argument, or keep the number that sigmoid was taken of")
sqrt       = Op("sqrt",       math.sqrt,        (lambda z, x: 0.5 / z,),              "sqrt({0})",         r"\sqrt{{0}}",
                domain="sqrt needs x >= 0 (and x > 0 for its derivative); clip the argument or add a small epsilon")
cbrt       = Op("cbrt",       special.cbrt,     (lambda z, x: 1.0 / (3.0 * z * z),),  "cbrt({0})",         r"\sqrt[3]{{0}}",
                domain="cbrt has no finite derivative at 0")

# -- trigonometric and hyperbolic ----------------------------------------------------------------------
sin        = Op("sin",        math.sin,         (lambda z, x: cos(x),),               "sin({0})",          r"\sin\left({0}\right)")
cos        = Op("cos",        math.cos,         (lambda z, x: -sin(x),),              "cos({0})",          r"\cos\left({0}\right)")
tan        = Op("tan",        math.tan,         (lambda z, x: 1.0 + z * z,),          "tan({0})",          r"\tan\left({0}\right)")
arcsin     = Op("arcsin",     math.asin,        (lambda z, x: 1.0 / sqrt((1.0 - x) * (1.0 + x)),),  "arcsin({0})", r"\arcsin\left({0}\right)",
                domain="arcsin needs -1 <= x <= 1 (its derivative -1 < x < 1)")
arccos     = Op("arccos",     math.acos,        (lambda z, x: -1.0 / sqrt((1.0 - x) * (1.0 + x)),), "arccos({0})", r"\arccos\left({0}\right)",
                domain="arccos needs -1 <= x <= 1 (its derivative -1 < x < 1)")
arctan     = Op("arctan",     math.atan,        (lambda z, x: 1.0 / (1.0 + x * x),),  "arctan({0})",       r"\arctan\left({0}\right)")
arctan2    = Op("arctan2",    math.atan2,       (lambda z, x, y: (y / hypot(x, y)) / hypot(x, y),
                                                 lambda z, x, y: (-x / hypot(x, y)) / hypot(x, y)),
                                                                                      "arctan2({0}, {1})", r"\operatorname{arctan2}\left({0}, {1}\right)",
                domain="arctan2 has no derivative at the origin", keeps=True)
hypot      = Op("hypot",      math.hypot,       (lambda z, x, y: x / where(z == 0.0, 1.0, z),
                                                 lambda z, x, y: y / where(z == 0.0, 1.0, z)),
                                                                                      "hypot({0}, {1})",   r"\sqrt{{0}^{2} + {1}^{2}}")
sinh       = Op("sinh",       math.sinh,        (lambda z, x: cosh(x),),              "sinh({0})",         r"\sinh\left({0}\right)")
cosh       = Op("cosh",       math.cosh,        (lambda z, x: sinh(x),),              "cosh({0})",         r"\cosh\left({0}\right)")
tanh       = Op("tanh",       math.tanh,        (lambda z, x: 1.0 - z * z,),          "tanh({0})",         r"\tanh\left({0}\right)")
arcsinh    = Op("arcsinh",    math.asinh,       (lambda z, x: 1.0 / hypot(x, 1.0),),  "arcsinh({0})",      r"\operatorname{arsinh}\left({0}\right)")
arccosh    = Op("arccosh",    math.acosh,       (lambda z, x: 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)),), "arccosh({0})", r"\operatorname{arcosh}\left({0}\right)",
                domain="arccosh needs x >= 1 (its derivative x > 1)")
arctanh    = Op("arctanh",    math.atanh,       (lambda z, x: 1.0 / ((1.0 - x) * (1.0 + x)),), "arctanh({0})", r"\operatorname{artanh}\left({0}\right)",
                domain="arctanh needs -1 < x < 1")

# -- special functions ---------------------------------------------------------------------------------
erf        = Op("erf",        math.erf,         (lambda z, x: TWO_OVER_SQRT_PI * exp(-x * x),),  "erf({0})",  r"\operatorname{erf}\left({0}\right)")
erfc       = Op("erfc",       math.erfc,        (lambda z, x: -TWO_OVER_SQRT_PI * exp(-x * x),), "erfc({0})", r"\operatorname{erfc}\left({0}\right)", keeps=True)
lgamma     = Op("lgamma",     special.lgamma,   (lambda z, x: polygamma(0.0, x),),    "lgamma({0})",       r"\ln\Gamma\left({0}\right)",
                domain="lgamma is kept to x > 0, where its derivative is known to full precision")
polygamma  = Op("polygamma",  special.polygamma, (None, lambda z, n, x: polygamma(n + 1.0, x)), "polygamma({0}, {1})", r"\psi^{({0})}\left({1}\right)",
                domain="polygamma needs a whole order from 0 to 170 and x > 0")

# -- activations ---------------------------------------------------------------------------------------
sigmoid    = Op("sigmoid",    special.sigmoid,  (lambda z, x: z * (1.0 - z),),        "1.0 / (1.0 + exp(-{0}))", r"\sigma\left({0}\right)")
log_sigmoid = Op("log_sigmoid", lambda x: -softplus(-x), (lambda z, x: sigmoid(-x),), "-logaddexp(0.0, -({0}))", r"\ln\sigma\left({0}\right)")
softplus   = Op("softplus",   special.softplus, (lambda z, x: sigmoid(x),),           "logaddexp(0.0, {0})", r"\operatorname{softplus}\left({0}\right)")
relu       = Op("relu",       lambda x: where(x <= 0.0, 0.0, x), (lambda z, x: where(x > 0.0, 1.0, 0.0),), "maximum({0}, 0.0)", r"\operatorname{ReLU}\left({0}\right)")
leaky_relu = Op("leaky_relu", lambda x, s: where(x > 0.0, x, s * x),
                                                (lambda z, x, s: where(x > 0.0, 1.0, s),
                                                 lambda z, x, s: where(x > 0.0, 0.0, x)),
                "where({0} > 0.0, {0}, {1} * {0})", r"\operatorname{LReLU}_{{1}}\left({0}\right)", defaults=(0.01,))
elu        = Op("elu",        lambda x, a: where(x > 0.0, x, a * expm1(minimum(x, 0.0))),
                                                (lambda z, x, a: where(x > 0.0, 1.0, a * exp(minimum(x, 0.0))),
                                                 lambda z, x, a: where(x > 0.0, 0.0, expm1(minimum(x, 0.0)))),
                "where({0} > 0.0, {0}, {1} * expm1(minimum({0}, 0.0)))", r"\operatorname{ELU}_{{1}}\left({0}\right)", defaults=(1.0,), keeps=True)
selu       = Op("selu",       lambda x: SELU_SCALE * where(x > 0.0, x, SELU_ALPHA * expm1(minimum(x, 0.0))),
                                                (lambda z, x: SELU_SCALE * where(x > 0.0, 1.0, SELU_ALPHA * exp(minimum(x, 0.0))),),
                f"{SELU_SCALE} * where({{0}} > 0.0, {{0}}, {SELU_ALPHA} * expm1(minimum({{0}}, 0.0)))", r"\operatorname{SELU}\left({0}\right)")
gelu       = Op("gelu",       lambda x: 0.5 * x * erfc(-x * SQRT_HALF),
                                                (lambda z, x: 0.5 * erfc(-x * SQRT_HALF) + x * exp(-0.5 * x * x) / SQRT_2PI,),
                f"0.5 * {{0}} * erfc(-({{0}}) * {SQRT_HALF})", r"\operatorname{GELU}\left({0}\right)")
silu       = Op("silu",       lambda x: x * sigmoid(x),
                                                (lambda z, x: sigmoid(x) * (1.0 + x * sigmoid(-x)),),
                "{0} / (1.0 + exp(-{0}))", r"\operatorname{SiLU}\left({0}\right)")
softsign   = Op("softsign",   lambda x: x / (1.0 + absolute(x)), (lambda z, x: 1.0 / (1.0 + absolute(x)) / (1.0 + absolute(x)),),
                "{0} / (1.0 + abs({0}))", r"\operatorname{softsign}\left({0}\right)", level=PRODUCT)
mish       = Op("mish",       lambda x: x * tanh(softplus(x)),
                                                (lambda z, x: tanh(softplus(x)) + x * sigmoid(x) * (1.0 - tanh(softplus(x)) * tanh(softplus(x))),),
                "{0} * tanh(logaddexp(0.0, {0}))", r"\operatorname{mish}\left({0}\right)", level=PRODUCT)

# -- many arguments at once ----------------------------------------------------------------------------
weighted_sum = Op("weighted_sum", special.weighted_sum, (lambda z, w, a, b: a,
                                                 lambda z, w, a, b: w,
                                                 1.0),                                "einsum('k...,k...->...', {0}, {1}) + {2}",   "{0}^T {1} + {2}", level=SUM, vectors=(True, True, False), defaults=(0.0,))
add_up     = Op("sum",        math.fsum,        (1.0,),                              "sum({0}, axis=0)",  r"\sum\left({*}\right)", vectors=(True,))
mean       = Op("mean",       lambda xs: math.fsum(xs) / len(xs), (lambda z, xs: 1.0 / len(xs),), "mean({0}, axis=0)", r"\operatorname{mean}\left({*}\right)", vectors=(True,))
prod       = Op("prod",       math.prod,        (lambda z, xs: products_of_the_others(xs),), "prod({0}, axis=0)", r"\prod\left({*}\right)", vectors=(True,), keeps=True)
largest    = Op("max",        special.largest,  (lambda z, xs: share(xs, z),),        "max({0}, axis=0)",  r"\max\left({*}\right)", vectors=(True,))
smallest   = Op("min",        special.smallest, (lambda z, xs: share(xs, z),),        "min({0}, axis=0)",  r"\min\left({*}\right)", vectors=(True,))
norm       = Op("norm",       lambda xs: math.hypot(*xs), (lambda z, xs: each(xs, lambda x: x / where(z == 0.0, 1.0, z)),),
                                                                                      "maximum(max(abs({0}), axis=0), 1e-300) * sqrt(sum(square({0} / maximum(max(abs({0}), axis=0), 1e-300)), axis=0))", r"\left\lVert {*} \right\rVert", vectors=(True,))
logsumexp  = Op("logsumexp",  special.logsumexp, (lambda z, xs: each(xs, lambda x: exp(x - z)),),
                                                                                      "logaddexp.reduce({0}, axis=0)", r"\operatorname{logsumexp}\left({*}\right)", vectors=(True,))
# fmt: on

RESERVED.update(TABLE)


def log_softmax(xs: Iterable[Any]) -> list[Any]:
    r"""$\ln p_j = x_j - \ln\sum_k e^{x_k}$ for every j.

    The largest entry is taken off first, as a constant: the result does not depend on it, the rounding
    does. Blanchard, Higham & Higham, IMA Journal of Numerical Analysis 41 (2021).

    >>> log_softmax([1000.0, 1000.0]) == [-math.log(2.0)] * 2
    True
    """
    if not isinstance(xs, Iterable):
        raise InputTypeError(f"softmax takes a list of numbers or Values, got {xs!r}")
    xs = list(xs)
    top = frozen(largest(xs))
    shifted = [x - top for x in xs]
    total = logsumexp(shifted)
    return [x - total for x in shifted]


def softmax(xs: Iterable[Any]) -> list[Any]:
    r"""$p_j = e^{x_j} / \sum_k e^{x_k}$ for every j, computed as $e^{\ln p_j}$, which cannot overflow.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    return [exp(x) for x in log_softmax(xs)]
