"""Written by microbp.table.stub: the rows of the table, with what a call of each gives.

A number gives a number, a Value gives a Value, an array gives an array.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, overload

from numpy.typing import NDArray

from .op import Op, Operand

_V = TypeVar("_V", bound=Operand)
_A = TypeVar("_A", bound=NDArray[Any])
_Number = float | Operand

class _One(Op):
    @overload
    def __call__(self, x: float, /) -> float: ...
    @overload
    def __call__(self, x: _A, /) -> _A: ...
    @overload
    def __call__(self, x: _V, /) -> _V: ...

class _Two(Op):
    @overload
    def __call__(self, x: float, y: float = ..., /) -> float: ...
    @overload
    def __call__(self, x: _A, y: _A | _Number = ..., /) -> _A: ...
    @overload
    def __call__(self, x: _Number, y: _A, /) -> _A: ...
    @overload
    def __call__(self, x: _V, y: _V | float = ..., /) -> _V: ...
    @overload
    def __call__(self, x: float, y: _V, /) -> _V: ...

class _Three(Op):
    @overload
    def __call__(self, x: float, y: float, z: float, /) -> float: ...
    @overload
    def __call__(self, x: _A, y: _A | _Number, z: _A | _Number, /) -> _A: ...
    @overload
    def __call__(self, x: _V, y: _V | float, z: _V | float, /) -> _V: ...
    @overload
    def __call__(self, x: float, y: _V, z: _V | float, /) -> _V: ...
    @overload
    def __call__(self, x: float, y: float, z: _V, /) -> _V: ...

class _List(Op):
    @overload
    def __call__(self, xs: NDArray[Any], /) -> Any: ...
    @overload
    def __call__(self, xs: Iterable[float], /) -> float: ...
    @overload
    def __call__(self, xs: Iterable[_V], /) -> _V: ...
    @overload
    def __call__(self, x: float, /, *others: float) -> float: ...
    @overload
    def __call__(self, x: _V, /, *others: _V | float) -> _V: ...

class _Weighted(Op):
    @overload
    def __call__(self, w: Iterable[float], a: Iterable[float], b: float = ..., /) -> float: ...
    @overload
    def __call__(self, w: Iterable[_V], a: Iterable[_V] | Iterable[float], b: _V | float = ..., /) -> _V: ...
    @overload
    def __call__(self, w: Iterable[float], a: Iterable[_V], b: _V | float = ..., /) -> _V: ...

@overload
def where(condition: bool | Operand, x: float, y: float) -> float: ...
@overload
def where(condition: bool | Operand | NDArray[Any], x: _A, y: _A | _Number) -> _A: ...
@overload
def where(condition: bool | Operand | NDArray[Any], x: _Number, y: _A) -> _A: ...
@overload
def where(condition: bool | Operand, x: _V, y: _V | float) -> _V: ...
@overload
def where(condition: bool | Operand, x: float, y: _V) -> _V: ...
@overload
def log_softmax(xs: Iterable[float]) -> list[float]: ...
@overload
def log_softmax(xs: Iterable[_V]) -> list[_V]: ...
@overload
def softmax(xs: Iterable[float]) -> list[float]: ...
@overload
def softmax(xs: Iterable[_V]) -> list[_V]: ...
COMPARE: int
PRODUCT: int
SUM: int
TIGHT: int
SQRT_HALF: float
SQRT_2PI: float
TWO_OVER_SQRT_PI: float
LN2: float
LN10: float
SELU_SCALE: float
SELU_ALPHA: float
def each(xs: Any, f: Callable[[Any], Any]) -> Any: ...
def holds(relation: Callable[[float, float], bool]) -> Callable[[float, float], float]: ...
def products_of_the_others(xs: Any) -> list[Any]: ...
def share(xs: Any, z: Any) -> Any: ...
add: _Two
r"""add(x, y)

    z = x + y
    dz/dx = 1.0
    dz/dy = 1.0
    LaTeX: x + y
    Domain: every number

>>> round(add(0.5, 1.0), 9)
1.5
"""
sub: _Two
r"""sub(x, y)

    z = x - y
    dz/dx = 1.0
    dz/dy = -1.0
    LaTeX: x - y
    Domain: every number

>>> round(sub(0.5, 1.0), 9)
-0.5
"""
mul: _Two
r"""mul(x, y)

    z = x * y
    dz/dx = y
    dz/dy = x
    LaTeX: x \, y
    Domain: every number

>>> round(mul(0.5, 1.0), 9)
0.5
"""
div: _Two
r"""div(x, y)

    z = x / y
    dz/dx = 1.0 / y
    dz/dy = (-z) / y
    LaTeX: \frac{x}{y}
    Domain: it needs a divisor away from 0; add a small epsilon to it, or choose it with where() before

>>> round(div(0.5, 1.0), 9)
0.5
"""
mod: _Two
r"""mod(x, y)

    z = x % y
    dz/dx = 1.0
    dz/dy = ((z - x) / y)
    LaTeX: x \bmod y
    Domain: the divisor is 0

>>> round(mod(0.5, 1.0), 9)
0.5
"""
pow: _Two
r"""pow(x, y)

    z = x ** y
    dz/dx = y * x ** ((1.0 if x == 0.0 else y - 1.0) if y == 0.0 else y - 1.0)
    dz/dy = z * log(1.0 if x == 0.0 else x)
    LaTeX: x^{y}
    Domain: a negative base needs a whole exponent and 0 a positive one; for a cube root use cbrt

>>> round(pow(0.5, 1.0), 9)
0.5
"""
floor_divide: _Two
r"""floor_divide(x, y)

    z = x // y
    dz/dx = 0.0
    dz/dy = 0.0
    LaTeX: \left\lfloor \frac{x}{y} \right\rfloor
    Domain: the divisor is 0

>>> round(floor_divide(0.5, 1.0), 9)
0.0
"""
neg: _One
r"""neg(x)

    z = -x
    dz/dx = -1.0
    LaTeX: -x
    Domain: every number

>>> round(neg(0.5), 9)
-0.5
"""
identity: _One
r"""identity(x)

    z = x
    dz/dx = 1.0
    LaTeX: x
    Domain: every number

>>> round(identity(0.5), 9)
0.5
"""
frozen: _One
r"""frozen(x)

    z = x
    dz/dx = 0.0
    LaTeX: x
    Domain: every number

>>> round(frozen(0.5), 9)
0.5
"""
reciprocal: _One
r"""reciprocal(x)

    z = 1.0 / x
    dz/dx = (-z) * z
    LaTeX: \frac{1}{x}
    Domain: the divisor is 0

>>> round(reciprocal(0.5), 9)
2.0
"""
square: _One
r"""square(x)

    z = square(x)
    dz/dx = 2.0 * x
    LaTeX: x^{2}
    Domain: every number

>>> round(square(0.5), 9)
0.25
"""
absolute: _One
r"""abs(x)

    z = abs(x)
    dz/dx = sign(x)
    LaTeX: \left|x\right|
    Domain: every number

>>> round(abs(0.5), 9)
0.5
"""
sign: _One
r"""sign(x)

    z = sign(x)
    dz/dx = 0.0
    LaTeX: \operatorname{sign}\left(x\right)
    Domain: every number

>>> round(sign(0.5), 9)
1.0
"""
floor: _One
r"""floor(x)

    z = floor(x)
    dz/dx = 0.0
    LaTeX: \left\lfloor x \right\rfloor
    Domain: every number

>>> round(floor(0.5), 9)
0.0
"""
ceil: _One
r"""ceil(x)

    z = ceil(x)
    dz/dx = 0.0
    LaTeX: \left\lceil x \right\rceil
    Domain: every number

>>> round(ceil(0.5), 9)
1.0
"""
rint: _One
r"""rint(x)

    z = rint(x)
    dz/dx = 0.0
    LaTeX: \operatorname{round}\left(x\right)
    Domain: every number

>>> round(rint(0.5), 9)
0.0
"""
less: _Two
r"""less(x, y)

    z = x < y
    dz/dx = 0.0
    dz/dy = 0.0
    LaTeX: x < y
    Domain: every number

>>> round(less(0.5, 1.0), 9)
1.0
"""
less_equal: _Two
r"""less_equal(x, y)

    z = x <= y
    dz/dx = 0.0
    dz/dy = 0.0
    LaTeX: x \le y
    Domain: every number

>>> round(less_equal(0.5, 1.0), 9)
1.0
"""
greater: _Two
r"""greater(x, y)

    z = x > y
    dz/dx = 0.0
    dz/dy = 0.0
    LaTeX: x > y
    Domain: every number

>>> round(greater(0.5, 1.0), 9)
0.0
"""
greater_equal: _Two
r"""greater_equal(x, y)

    z = x >= y
    dz/dx = 0.0
    dz/dy = 0.0
    LaTeX: x \ge y
    Domain: every number

>>> round(greater_equal(0.5, 1.0), 9)
0.0
"""
equal: _Two
r"""equal(x, y)

    z = x == y
    dz/dx = 0.0
    dz/dy = 0.0
    LaTeX: x = y
    Domain: every number

>>> round(equal(0.5, 1.0), 9)
0.0
"""
not_equal: _Two
r"""not_equal(x, y)

    z = x != y
    dz/dx = 0.0
    dz/dy = 0.0
    LaTeX: x \ne y
    Domain: every number

>>> round(not_equal(0.5, 1.0), 9)
1.0
"""
choose: _Three
r"""where(c, x, y)

    z = where(c, x, y)
    dz/dc = 0.0
    dz/dx = 1.0 if c else 0.0
    dz/dy = 0.0 if c else 1.0
    LaTeX: \begin{cases}x&c\\y&\text{otherwise}\end{cases}
    Domain: every number

>>> round(where(0.5, 1.0, 2.0), 9)
1.0
"""
maximum: _Two
r"""maximum(x, y)

    z = maximum(x, y)
    dz/dx = 1.0 if x > y else (0.5 if x == y else 0.0)
    dz/dy = 1.0 if y > x else (0.5 if x == y else 0.0)
    LaTeX: \max\left(x, y\right)
    Domain: every number

>>> round(maximum(0.5, 1.0), 9)
1.0
"""
minimum: _Two
r"""minimum(x, y)

    z = minimum(x, y)
    dz/dx = 1.0 if x < y else (0.5 if x == y else 0.0)
    dz/dy = 1.0 if y < x else (0.5 if x == y else 0.0)
    LaTeX: \min\left(x, y\right)
    Domain: every number

>>> round(minimum(0.5, 1.0), 9)
0.5
"""
clip: _Three
r"""clip(x, lo, hi)

    z = clip(x, lo, hi)
    dz/dx = 0.0 if x < lo else (0.0 if x > hi else 1.0)
    dz/dlo = (0.0 if lo > hi else 1.0) if x < lo else 0.0
    dz/dhi = 1.0 if maximum(x, lo) > hi else 0.0
    LaTeX: \operatorname{clip}\left(x, lo, hi\right)
    Domain: every number

>>> round(clip(0.5, 1.0, 2.0), 9)
1.0
"""
exp: _One
r"""exp(x)

    z = exp(x)
    dz/dx = z
    LaTeX: e^{x}
    Domain: every number

>>> round(exp(0.5), 9)
1.648721271
"""
exp2: _One
r"""exp2(x)

    z = exp2(x)
    dz/dx = z * 0.6931471805599453
    LaTeX: 2^{x}
    Domain: every number

>>> round(exp2(0.5), 9)
1.414213562
"""
expm1: _One
r"""expm1(x)

    z = expm1(x)
    dz/dx = exp(x)
    LaTeX: \left(e^{x} - 1\right)
    Domain: every number

>>> round(expm1(0.5), 9)
0.648721271
"""
log: _One
r"""log(x)

    z = log(x)
    dz/dx = 1.0 / x
    LaTeX: \ln\left(x\right)
    Domain: log needs x > 0; clip the argument, choose it with where() before, or take log_sigmoid, log_softmax or a cost from logits

>>> round(log(0.5), 9)
-0.693147181
"""
log2: _One
r"""log2(x)

    z = log2(x)
    dz/dx = 1.0 / (x * 0.6931471805599453)
    LaTeX: \log_{2}\left(x\right)
    Domain: log2 needs x > 0

>>> round(log2(0.5), 9)
-1.0
"""
log10: _One
r"""log10(x)

    z = log10(x)
    dz/dx = 1.0 / (x * 2.302585092994046)
    LaTeX: \log_{10}\left(x\right)
    Domain: log10 needs x > 0

>>> round(log10(0.5), 9)
-0.301029996
"""
log1p: _One
r"""log1p(x)

    z = log1p(x)
    dz/dx = 1.0 / (1.0 + x)
    LaTeX: \ln\left(1 + x\right)
    Domain: log1p needs x > -1

>>> round(log1p(0.5), 9)
0.405465108
"""
logaddexp: _Two
r"""logaddexp(x, y)

    z = logaddexp(x, y)
    dz/dx = exp(log_sigmoid(x - y))
    dz/dy = exp(log_sigmoid(y - x))
    LaTeX: \ln\left(e^{x} + e^{y}\right)
    Domain: every number

>>> round(logaddexp(0.5, 1.0), 9)
1.474076984
"""
xlogy: _Two
r"""xlogy(x, y)

    z = where(x == 0.0, 0.0, x * log(where(x == 0.0, 1.0, y)))
    dz/dx = log(y)
    dz/dy = x / (1.0 if x == 0.0 else y)
    LaTeX: x \, \ln\left(y\right)
    Domain: xlogy needs y > 0, or x = 0, where it is 0

>>> round(xlogy(0.5, 1.0), 9)
0.0
"""
logit: _One
r"""logit(x)

    z = where(abs(x - 0.5) < 0.25, 2.0 * arctanh(where(abs(x - 0.5) < 0.25, 2.0 * x - 1.0, 0.0)), log(x) - log1p(-x))
    dz/dx = 1.0 / (x * (1.0 - x))
    LaTeX: \operatorname{logit}\left(x\right)
    Domain: logit needs 0 < x < 1; clip the argument, or keep the number that sigmoid was taken of

>>> round(logit(0.5), 9)
0.0
"""
sqrt: _One
r"""sqrt(x)

    z = sqrt(x)
    dz/dx = 0.5 / z
    LaTeX: \sqrt{x}
    Domain: sqrt needs x >= 0 (and x > 0 for its derivative); clip the argument or add a small epsilon

>>> round(sqrt(0.5), 9)
0.707106781
"""
cbrt: _One
r"""cbrt(x)

    z = cbrt(x)
    dz/dx = 1.0 / (3.0 * z * z)
    LaTeX: \sqrt[3]{x}
    Domain: cbrt has no finite derivative at 0

>>> round(cbrt(0.5), 9)
0.793700526
"""
sin: _One
r"""sin(x)

    z = sin(x)
    dz/dx = cos(x)
    LaTeX: \sin\left(x\right)
    Domain: every number

>>> round(sin(0.5), 9)
0.479425539
"""
cos: _One
r"""cos(x)

    z = cos(x)
    dz/dx = -sin(x)
    LaTeX: \cos\left(x\right)
    Domain: every number

>>> round(cos(0.5), 9)
0.877582562
"""
tan: _One
r"""tan(x)

    z = tan(x)
    dz/dx = 1.0 + z * z
    LaTeX: \tan\left(x\right)
    Domain: every number

>>> round(tan(0.5), 9)
0.54630249
"""
arcsin: _One
r"""arcsin(x)

    z = arcsin(x)
    dz/dx = 1.0 / sqrt((1.0 - x) * (1.0 + x))
    LaTeX: \arcsin\left(x\right)
    Domain: arcsin needs -1 <= x <= 1 (its derivative -1 < x < 1)

>>> round(arcsin(0.5), 9)
0.523598776
"""
arccos: _One
r"""arccos(x)

    z = arccos(x)
    dz/dx = (-1.0) / sqrt((1.0 - x) * (1.0 + x))
    LaTeX: \arccos\left(x\right)
    Domain: arccos needs -1 <= x <= 1 (its derivative -1 < x < 1)

>>> round(arccos(0.5), 9)
1.047197551
"""
arctan: _One
r"""arctan(x)

    z = arctan(x)
    dz/dx = 1.0 / (1.0 + x * x)
    LaTeX: \arctan\left(x\right)
    Domain: every number

>>> round(arctan(0.5), 9)
0.463647609
"""
arctan2: _Two
r"""arctan2(x, y)

    z = arctan2(x, y)
    dz/dx = y / hypot(x, y) / hypot(x, y)
    dz/dy = (-x) / hypot(x, y) / hypot(x, y)
    LaTeX: \operatorname{arctan2}\left(x, y\right)
    Domain: arctan2 has no derivative at the origin

>>> round(arctan2(0.5, 1.0), 9)
0.463647609
"""
hypot: _Two
r"""hypot(x, y)

    z = hypot(x, y)
    dz/dx = x / (1.0 if z == 0.0 else z)
    dz/dy = y / (1.0 if z == 0.0 else z)
    LaTeX: \sqrt{x^{2} + y^{2}}
    Domain: every number

>>> round(hypot(0.5, 1.0), 9)
1.118033989
"""
sinh: _One
r"""sinh(x)

    z = sinh(x)
    dz/dx = cosh(x)
    LaTeX: \sinh\left(x\right)
    Domain: every number

>>> round(sinh(0.5), 9)
0.521095305
"""
cosh: _One
r"""cosh(x)

    z = cosh(x)
    dz/dx = sinh(x)
    LaTeX: \cosh\left(x\right)
    Domain: every number

>>> round(cosh(0.5), 9)
1.127625965
"""
tanh: _One
r"""tanh(x)

    z = tanh(x)
    dz/dx = 1.0 - z * z
    LaTeX: \tanh\left(x\right)
    Domain: every number

>>> round(tanh(0.5), 9)
0.462117157
"""
arcsinh: _One
r"""arcsinh(x)

    z = arcsinh(x)
    dz/dx = 1.0 / hypot(x, 1.0)
    LaTeX: \operatorname{arsinh}\left(x\right)
    Domain: every number

>>> round(arcsinh(0.5), 9)
0.481211825
"""
arccosh: _One
r"""arccosh(x)

    z = arccosh(x)
    dz/dx = 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0))
    LaTeX: \operatorname{arcosh}\left(x\right)
    Domain: arccosh needs x >= 1 (its derivative x > 1)

>>> round(arccosh(1.0), 9)
0.0
"""
arctanh: _One
r"""arctanh(x)

    z = arctanh(x)
    dz/dx = 1.0 / ((1.0 - x) * (1.0 + x))
    LaTeX: \operatorname{artanh}\left(x\right)
    Domain: arctanh needs -1 < x < 1

>>> round(arctanh(0.5), 9)
0.549306144
"""
erf: _One
r"""erf(x)

    z = erf(x)
    dz/dx = 1.1283791670955126 * exp((-x) * x)
    LaTeX: \operatorname{erf}\left(x\right)
    Domain: every number

>>> round(erf(0.5), 9)
0.520499878
"""
erfc: _One
r"""erfc(x)

    z = erfc(x)
    dz/dx = (-1.1283791670955126) * exp((-x) * x)
    LaTeX: \operatorname{erfc}\left(x\right)
    Domain: every number

>>> round(erfc(0.5), 9)
0.479500122
"""
lgamma: _One
r"""lgamma(x)

    z = lgamma(x)
    dz/dx = polygamma(0.0, x)
    LaTeX: \ln\Gamma\left(x\right)
    Domain: lgamma is kept to x > 0, where its derivative is known to full precision

>>> round(lgamma(0.5), 9)
0.572364943
"""
polygamma: _Two
r"""polygamma(n, x)

    z = polygamma(n, x)
    dz/dx = polygamma(n + 1.0, x)
    LaTeX: \psi^{(n)}\left(x\right)
    Domain: polygamma needs a whole order from 0 to 170 and x > 0

>>> round(polygamma(1.0, 0.5), 9)
4.934802201
"""
sigmoid: _One
r"""sigmoid(x)

    z = 1.0 / (1.0 + exp(-x))
    dz/dx = z * (1.0 - z)
    LaTeX: \sigma\left(x\right)
    Domain: every number

>>> round(sigmoid(0.5), 9)
0.622459331
"""
log_sigmoid: _One
r"""log_sigmoid(x)

    z = -logaddexp(0.0, -(x))
    dz/dx = sigmoid(-x)
    LaTeX: \ln\sigma\left(x\right)
    Domain: every number

>>> round(log_sigmoid(0.5), 9)
-0.474076984
"""
softplus: _One
r"""softplus(x)

    z = logaddexp(0.0, x)
    dz/dx = sigmoid(x)
    LaTeX: \operatorname{softplus}\left(x\right)
    Domain: every number

>>> round(softplus(0.5), 9)
0.974076984
"""
relu: _One
r"""relu(x)

    z = maximum(x, 0.0)
    dz/dx = 1.0 if x > 0.0 else 0.0
    LaTeX: \operatorname{ReLU}\left(x\right)
    Domain: every number

>>> round(relu(0.5), 9)
0.5
"""
leaky_relu: _Two
r"""leaky_relu(x, s=0.01)

    z = where(x > 0.0, x, s * x)
    dz/dx = 1.0 if x > 0.0 else s
    dz/ds = 0.0 if x > 0.0 else x
    LaTeX: \operatorname{LReLU}_{s}\left(x\right)
    Domain: every number

>>> round(leaky_relu(0.5), 9)
0.5
"""
elu: _Two
r"""elu(x, a=1.0)

    z = where(x > 0.0, x, a * expm1(minimum(x, 0.0)))
    dz/dx = 1.0 if x > 0.0 else a * exp(minimum(x, 0.0))
    dz/da = 0.0 if x > 0.0 else expm1(minimum(x, 0.0))
    LaTeX: \operatorname{ELU}_{a}\left(x\right)
    Domain: every number

>>> round(elu(0.5), 9)
0.5
"""
selu: _One
r"""selu(x)

    z = 1.0507009873554805 * where(x > 0.0, x, 1.6732632423543772 * expm1(minimum(x, 0.0)))
    dz/dx = 1.0507009873554805 * (1.0 if x > 0.0 else 1.6732632423543772 * exp(minimum(x, 0.0)))
    LaTeX: \operatorname{SELU}\left(x\right)
    Domain: every number

>>> round(selu(0.5), 9)
0.525350494
"""
gelu: _One
r"""gelu(x)

    z = 0.5 * x * erfc(-(x) * 0.7071067811865476)
    dz/dx = 0.5 * erfc((-x) * 0.7071067811865476) + x * exp((-0.5) * x * x) / 2.5066282746310002
    LaTeX: \operatorname{GELU}\left(x\right)
    Domain: every number

>>> round(gelu(0.5), 9)
0.345731231
"""
silu: _One
r"""silu(x)

    z = x / (1.0 + exp(-x))
    dz/dx = sigmoid(x) * (1.0 + x * sigmoid(-x))
    LaTeX: \operatorname{SiLU}\left(x\right)
    Domain: every number

>>> round(silu(0.5), 9)
0.311229666
"""
softsign: _One
r"""softsign(x)

    z = x / (1.0 + abs(x))
    dz/dx = 1.0 / (1.0 + abs(x)) / (1.0 + abs(x))
    LaTeX: \operatorname{softsign}\left(x\right)
    Domain: every number

>>> round(softsign(0.5), 9)
0.333333333
"""
mish: _One
r"""mish(x)

    z = x * tanh(logaddexp(0.0, x))
    dz/dx = tanh(softplus(x)) + x * sigmoid(x) * (1.0 - tanh(softplus(x)) * tanh(softplus(x)))
    LaTeX: \operatorname{mish}\left(x\right)
    Domain: every number

>>> round(mish(0.5), 9)
0.375245211
"""
weighted_sum: _Weighted
r"""weighted_sum(w, a, b=0.0)

    z = einsum('k...,k...->...', w, a) + b
    dz/dw[0] = a[0]
    dz/da[0] = w[0]
    dz/db = 1.0
    LaTeX: w^T a + b
    Domain: every number

>>> round(weighted_sum([0.5, 1.5], [1.0, 2.0]), 9)
3.5
"""
add_up: _List
r"""sum(xs)

    z = sum(xs, axis=0)
    dz/dxs[0] = 1.0
    LaTeX: \sum\left(xs\right)
    Domain: every number

>>> round(sum([0.5, 1.5]), 9)
2.0
"""
mean: _List
r"""mean(xs)

    z = mean(xs, axis=0)
    dz/dxs[0] = 0.5
    LaTeX: \operatorname{mean}\left(xs\right)
    Domain: every number

>>> round(mean([0.5, 1.5]), 9)
1.0
"""
prod: _List
r"""prod(xs)

    z = prod(xs, axis=0)
    dz/dxs[0] = 1.0 * (1.0 * xs[1])
    LaTeX: \prod\left(xs\right)
    Domain: every number

>>> round(prod([0.5, 1.5]), 9)
0.75
"""
largest: _List
r"""max(xs)

    z = max(xs, axis=0)
    dz/dxs[0] = 1 at the entry that equals z, 0 elsewhere; equal shares where several do.
    LaTeX: \max\left(xs\right)
    Domain: every number

>>> round(max([0.5, 1.5]), 9)
1.5
"""
smallest: _List
r"""min(xs)

    z = min(xs, axis=0)
    dz/dxs[0] = 1 at the entry that equals z, 0 elsewhere; equal shares where several do.
    LaTeX: \min\left(xs\right)
    Domain: every number

>>> round(min([0.5, 1.5]), 9)
0.5
"""
norm: _List
r"""norm(xs)

    z = maximum(max(abs(xs), axis=0), 1e-300) * sqrt(sum(square(xs / maximum(max(abs(xs), axis=0), 1e-300)), axis=0))
    dz/dxs[0] = xs[0] / (1.0 if z == 0.0 else z)
    LaTeX: \left\lVert xs \right\rVert
    Domain: every number

>>> round(norm([0.5, 1.5]), 9)
1.58113883
"""
logsumexp: _List
r"""logsumexp(xs)

    z = logaddexp.reduce(xs, axis=0)
    dz/dxs[0] = exp(xs[0] - z)
    LaTeX: \operatorname{logsumexp}\left(xs\right)
    Domain: every number

>>> round(logsumexp([0.5, 1.5]), 9)
1.813261688
"""
