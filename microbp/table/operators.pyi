"""Written by microbp.table.stub: the operators and methods that the table makes."""

from typing import Any, TypeVar, overload

from numpy.typing import NDArray
from typing_extensions import Self

from .op import Op, Operand

_A = TypeVar("_A", bound=NDArray[Any])

BINARY: dict[str, Op]
UNARY: dict[str, Op]
COMPARISONS: dict[str, Op]
METHODS: dict[str, Op]

class Operators(Operand):
    def __pos__(self) -> Self: ...
    def __round__(self, digits: None = None) -> Self: ...
    def conjugate(self) -> Self: ...
    @overload
    def __add__(self, other: Self | float) -> Self: ...
    @overload
    def __add__(self, other: _A) -> _A: ...
    @overload
    def __radd__(self, other: Self | float) -> Self: ...
    @overload
    def __radd__(self, other: _A) -> _A: ...
    @overload
    def __sub__(self, other: Self | float) -> Self: ...
    @overload
    def __sub__(self, other: _A) -> _A: ...
    @overload
    def __rsub__(self, other: Self | float) -> Self: ...
    @overload
    def __rsub__(self, other: _A) -> _A: ...
    @overload
    def __mul__(self, other: Self | float) -> Self: ...
    @overload
    def __mul__(self, other: _A) -> _A: ...
    @overload
    def __rmul__(self, other: Self | float) -> Self: ...
    @overload
    def __rmul__(self, other: _A) -> _A: ...
    @overload
    def __truediv__(self, other: Self | float) -> Self: ...
    @overload
    def __truediv__(self, other: _A) -> _A: ...
    @overload
    def __rtruediv__(self, other: Self | float) -> Self: ...
    @overload
    def __rtruediv__(self, other: _A) -> _A: ...
    @overload
    def __mod__(self, other: Self | float) -> Self: ...
    @overload
    def __mod__(self, other: _A) -> _A: ...
    @overload
    def __rmod__(self, other: Self | float) -> Self: ...
    @overload
    def __rmod__(self, other: _A) -> _A: ...
    @overload
    def __pow__(self, other: Self | float) -> Self: ...
    @overload
    def __pow__(self, other: _A) -> _A: ...
    @overload
    def __rpow__(self, other: Self | float) -> Self: ...
    @overload
    def __rpow__(self, other: _A) -> _A: ...
    @overload
    def __floordiv__(self, other: Self | float) -> Self: ...
    @overload
    def __floordiv__(self, other: _A) -> _A: ...
    @overload
    def __rfloordiv__(self, other: Self | float) -> Self: ...
    @overload
    def __rfloordiv__(self, other: _A) -> _A: ...
    def __neg__(self) -> Self: ...
    def __abs__(self) -> Self: ...
    def __floor__(self) -> Self: ...
    def __ceil__(self) -> Self: ...
    def reciprocal(self) -> Self:
        r"""x.reciprocal(): reciprocal(x)

        z = 1.0 / x
        dz/dx = (-z) * z
        LaTeX: \frac{1}{x}
        Domain: the divisor is 0

    >>> from microbp import Value
    >>> round(Value(0.5).reciprocal().data, 9)
    2.0
    """
    def square(self) -> Self:
        r"""x.square(): square(x)

        z = square(x)
        dz/dx = 2.0 * x
        LaTeX: x^{2}
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).square().data, 9)
    0.25
    """
    def abs(self) -> Self:
        r"""x.abs(): abs(x)

        z = abs(x)
        dz/dx = sign(x)
        LaTeX: \left|x\right|
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).abs().data, 9)
    0.5
    """
    def sign(self) -> Self:
        r"""x.sign(): sign(x)

        z = sign(x)
        dz/dx = 0.0
        LaTeX: \operatorname{sign}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).sign().data, 9)
    1.0
    """
    def floor(self) -> Self:
        r"""x.floor(): floor(x)

        z = floor(x)
        dz/dx = 0.0
        LaTeX: \left\lfloor x \right\rfloor
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).floor().data, 9)
    0.0
    """
    def ceil(self) -> Self:
        r"""x.ceil(): ceil(x)

        z = ceil(x)
        dz/dx = 0.0
        LaTeX: \left\lceil x \right\rceil
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).ceil().data, 9)
    1.0
    """
    def rint(self) -> Self:
        r"""x.rint(): rint(x)

        z = rint(x)
        dz/dx = 0.0
        LaTeX: \operatorname{round}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).rint().data, 9)
    0.0
    """
    def maximum(self, y: Self | float, /) -> Self:
        r"""x.maximum(): maximum(x, y)

        z = maximum(x, y)
        dz/dx = 1.0 if x > y else (0.5 if x == y else 0.0)
        dz/dy = 1.0 if y > x else (0.5 if x == y else 0.0)
        LaTeX: \max\left(x, y\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).maximum(1.0).data, 9)
    1.0
    """
    def minimum(self, y: Self | float, /) -> Self:
        r"""x.minimum(): minimum(x, y)

        z = minimum(x, y)
        dz/dx = 1.0 if x < y else (0.5 if x == y else 0.0)
        dz/dy = 1.0 if y < x else (0.5 if x == y else 0.0)
        LaTeX: \min\left(x, y\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).minimum(1.0).data, 9)
    0.5
    """
    def clip(self, lo: Self | float, hi: Self | float, /) -> Self:
        r"""x.clip(): clip(x, lo, hi)

        z = clip(x, lo, hi)
        dz/dx = 0.0 if x < lo else (0.0 if x > hi else 1.0)
        dz/dlo = (0.0 if lo > hi else 1.0) if x < lo else 0.0
        dz/dhi = 1.0 if maximum(x, lo) > hi else 0.0
        LaTeX: \operatorname{clip}\left(x, lo, hi\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).clip(1.0, 2.0).data, 9)
    1.0
    """
    def exp(self) -> Self:
        r"""x.exp(): exp(x)

        z = exp(x)
        dz/dx = z
        LaTeX: e^{x}
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).exp().data, 9)
    1.648721271
    """
    def exp2(self) -> Self:
        r"""x.exp2(): exp2(x)

        z = exp2(x)
        dz/dx = z * 0.6931471805599453
        LaTeX: 2^{x}
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).exp2().data, 9)
    1.414213562
    """
    def expm1(self) -> Self:
        r"""x.expm1(): expm1(x)

        z = expm1(x)
        dz/dx = exp(x)
        LaTeX: \left(e^{x} - 1\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).expm1().data, 9)
    0.648721271
    """
    def log(self) -> Self:
        r"""x.log(): log(x)

        z = log(x)
        dz/dx = 1.0 / x
        LaTeX: \ln\left(x\right)
        Domain: log needs x > 0; clip the argument, choose it with where() before, or take log_sigmoid, log_softmax or a cost from logits

    >>> from microbp import Value
    >>> round(Value(0.5).log().data, 9)
    -0.693147181
    """
    def log2(self) -> Self:
        r"""x.log2(): log2(x)

        z = log2(x)
        dz/dx = 1.0 / (x * 0.6931471805599453)
        LaTeX: \log_{2}\left(x\right)
        Domain: log2 needs x > 0

    >>> from microbp import Value
    >>> round(Value(0.5).log2().data, 9)
    -1.0
    """
    def log10(self) -> Self:
        r"""x.log10(): log10(x)

        z = log10(x)
        dz/dx = 1.0 / (x * 2.302585092994046)
        LaTeX: \log_{10}\left(x\right)
        Domain: log10 needs x > 0

    >>> from microbp import Value
    >>> round(Value(0.5).log10().data, 9)
    -0.301029996
    """
    def log1p(self) -> Self:
        r"""x.log1p(): log1p(x)

        z = log1p(x)
        dz/dx = 1.0 / (1.0 + x)
        LaTeX: \ln\left(1 + x\right)
        Domain: log1p needs x > -1

    >>> from microbp import Value
    >>> round(Value(0.5).log1p().data, 9)
    0.405465108
    """
    def logaddexp(self, y: Self | float, /) -> Self:
        r"""x.logaddexp(): logaddexp(x, y)

        z = logaddexp(x, y)
        dz/dx = exp(log_sigmoid(x - y))
        dz/dy = exp(log_sigmoid(y - x))
        LaTeX: \ln\left(e^{x} + e^{y}\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).logaddexp(1.0).data, 9)
    1.474076984
    """
    def xlogy(self, y: Self | float, /) -> Self:
        r"""x.xlogy(): xlogy(x, y)

        z = where(x == 0.0, 0.0, x * log(where(x == 0.0, 1.0, y)))
        dz/dx = log(y)
        dz/dy = x / (1.0 if x == 0.0 else y)
        LaTeX: x \, \ln\left(y\right)
        Domain: xlogy needs y > 0, or x = 0, where it is 0

    >>> from microbp import Value
    >>> round(Value(0.5).xlogy(1.0).data, 9)
    0.0
    """
    def logit(self) -> Self:
        r"""x.logit(): logit(x)

        z = where(abs(x - 0.5) < 0.25, 2.0 * arctanh(where(abs(x - 0.5) < 0.25, 2.0 * x - 1.0, 0.0)), log(x) - log1p(-x))
        dz/dx = 1.0 / (x * (1.0 - x))
        LaTeX: \operatorname{logit}\left(x\right)
        Domain: logit needs 0 < x < 1; clip the argument, or keep the number that sigmoid was taken of

    >>> from microbp import Value
    >>> round(Value(0.5).logit().data, 9)
    0.0
    """
    def sqrt(self) -> Self:
        r"""x.sqrt(): sqrt(x)

        z = sqrt(x)
        dz/dx = 0.5 / z
        LaTeX: \sqrt{x}
        Domain: sqrt needs x >= 0 (and x > 0 for its derivative); clip the argument or add a small epsilon

    >>> from microbp import Value
    >>> round(Value(0.5).sqrt().data, 9)
    0.707106781
    """
    def cbrt(self) -> Self:
        r"""x.cbrt(): cbrt(x)

        z = cbrt(x)
        dz/dx = 1.0 / (3.0 * z * z)
        LaTeX: \sqrt[3]{x}
        Domain: cbrt has no finite derivative at 0

    >>> from microbp import Value
    >>> round(Value(0.5).cbrt().data, 9)
    0.793700526
    """
    def sin(self) -> Self:
        r"""x.sin(): sin(x)

        z = sin(x)
        dz/dx = cos(x)
        LaTeX: \sin\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).sin().data, 9)
    0.479425539
    """
    def cos(self) -> Self:
        r"""x.cos(): cos(x)

        z = cos(x)
        dz/dx = -sin(x)
        LaTeX: \cos\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).cos().data, 9)
    0.877582562
    """
    def tan(self) -> Self:
        r"""x.tan(): tan(x)

        z = tan(x)
        dz/dx = 1.0 + z * z
        LaTeX: \tan\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).tan().data, 9)
    0.54630249
    """
    def arcsin(self) -> Self:
        r"""x.arcsin(): arcsin(x)

        z = arcsin(x)
        dz/dx = 1.0 / sqrt((1.0 - x) * (1.0 + x))
        LaTeX: \arcsin\left(x\right)
        Domain: arcsin needs -1 <= x <= 1 (its derivative -1 < x < 1)

    >>> from microbp import Value
    >>> round(Value(0.5).arcsin().data, 9)
    0.523598776
    """
    def arccos(self) -> Self:
        r"""x.arccos(): arccos(x)

        z = arccos(x)
        dz/dx = (-1.0) / sqrt((1.0 - x) * (1.0 + x))
        LaTeX: \arccos\left(x\right)
        Domain: arccos needs -1 <= x <= 1 (its derivative -1 < x < 1)

    >>> from microbp import Value
    >>> round(Value(0.5).arccos().data, 9)
    1.047197551
    """
    def arctan(self) -> Self:
        r"""x.arctan(): arctan(x)

        z = arctan(x)
        dz/dx = 1.0 / (1.0 + x * x)
        LaTeX: \arctan\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).arctan().data, 9)
    0.463647609
    """
    def arctan2(self, y: Self | float, /) -> Self:
        r"""x.arctan2(): arctan2(x, y)

        z = arctan2(x, y)
        dz/dx = y / hypot(x, y) / hypot(x, y)
        dz/dy = (-x) / hypot(x, y) / hypot(x, y)
        LaTeX: \operatorname{arctan2}\left(x, y\right)
        Domain: arctan2 has no derivative at the origin

    >>> from microbp import Value
    >>> round(Value(0.5).arctan2(1.0).data, 9)
    0.463647609
    """
    def hypot(self, y: Self | float, /) -> Self:
        r"""x.hypot(): hypot(x, y)

        z = hypot(x, y)
        dz/dx = x / (1.0 if z == 0.0 else z)
        dz/dy = y / (1.0 if z == 0.0 else z)
        LaTeX: \sqrt{x^{2} + y^{2}}
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).hypot(1.0).data, 9)
    1.118033989
    """
    def sinh(self) -> Self:
        r"""x.sinh(): sinh(x)

        z = sinh(x)
        dz/dx = cosh(x)
        LaTeX: \sinh\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).sinh().data, 9)
    0.521095305
    """
    def cosh(self) -> Self:
        r"""x.cosh(): cosh(x)

        z = cosh(x)
        dz/dx = sinh(x)
        LaTeX: \cosh\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).cosh().data, 9)
    1.127625965
    """
    def tanh(self) -> Self:
        r"""x.tanh(): tanh(x)

        z = tanh(x)
        dz/dx = 1.0 - z * z
        LaTeX: \tanh\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).tanh().data, 9)
    0.462117157
    """
    def arcsinh(self) -> Self:
        r"""x.arcsinh(): arcsinh(x)

        z = arcsinh(x)
        dz/dx = 1.0 / hypot(x, 1.0)
        LaTeX: \operatorname{arsinh}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).arcsinh().data, 9)
    0.481211825
    """
    def arccosh(self) -> Self:
        r"""x.arccosh(): arccosh(x)

        z = arccosh(x)
        dz/dx = 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0))
        LaTeX: \operatorname{arcosh}\left(x\right)
        Domain: arccosh needs x >= 1 (its derivative x > 1)

    >>> from microbp import Value
    >>> round(Value(1.0).arccosh().data, 9)
    0.0
    """
    def arctanh(self) -> Self:
        r"""x.arctanh(): arctanh(x)

        z = arctanh(x)
        dz/dx = 1.0 / ((1.0 - x) * (1.0 + x))
        LaTeX: \operatorname{artanh}\left(x\right)
        Domain: arctanh needs -1 < x < 1

    >>> from microbp import Value
    >>> round(Value(0.5).arctanh().data, 9)
    0.549306144
    """
    def erf(self) -> Self:
        r"""x.erf(): erf(x)

        z = erf(x)
        dz/dx = 1.1283791670955126 * exp((-x) * x)
        LaTeX: \operatorname{erf}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).erf().data, 9)
    0.520499878
    """
    def erfc(self) -> Self:
        r"""x.erfc(): erfc(x)

        z = erfc(x)
        dz/dx = (-1.1283791670955126) * exp((-x) * x)
        LaTeX: \operatorname{erfc}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).erfc().data, 9)
    0.479500122
    """
    def lgamma(self) -> Self:
        r"""x.lgamma(): lgamma(x)

        z = lgamma(x)
        dz/dx = polygamma(0.0, x)
        LaTeX: \ln\Gamma\left(x\right)
        Domain: lgamma is kept to x > 0, where its derivative is known to full precision

    >>> from microbp import Value
    >>> round(Value(0.5).lgamma().data, 9)
    0.572364943
    """
    def sigmoid(self) -> Self:
        r"""x.sigmoid(): sigmoid(x)

        z = 1.0 / (1.0 + exp(-x))
        dz/dx = z * (1.0 - z)
        LaTeX: \sigma\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).sigmoid().data, 9)
    0.622459331
    """
    def log_sigmoid(self) -> Self:
        r"""x.log_sigmoid(): log_sigmoid(x)

        z = -logaddexp(0.0, -(x))
        dz/dx = sigmoid(-x)
        LaTeX: \ln\sigma\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).log_sigmoid().data, 9)
    -0.474076984
    """
    def softplus(self) -> Self:
        r"""x.softplus(): softplus(x)

        z = logaddexp(0.0, x)
        dz/dx = sigmoid(x)
        LaTeX: \operatorname{softplus}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).softplus().data, 9)
    0.974076984
    """
    def relu(self) -> Self:
        r"""x.relu(): relu(x)

        z = maximum(x, 0.0)
        dz/dx = 1.0 if x > 0.0 else 0.0
        LaTeX: \operatorname{ReLU}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).relu().data, 9)
    0.5
    """
    def leaky_relu(self, s: Self | float = 0.01, /) -> Self:
        r"""x.leaky_relu(): leaky_relu(x, s=0.01)

        z = where(x > 0.0, x, s * x)
        dz/dx = 1.0 if x > 0.0 else s
        dz/ds = 0.0 if x > 0.0 else x
        LaTeX: \operatorname{LReLU}_{s}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).leaky_relu().data, 9)
    0.5
    """
    def elu(self, a: Self | float = 1.0, /) -> Self:
        r"""x.elu(): elu(x, a=1.0)

        z = where(x > 0.0, x, a * expm1(minimum(x, 0.0)))
        dz/dx = 1.0 if x > 0.0 else a * exp(minimum(x, 0.0))
        dz/da = 0.0 if x > 0.0 else expm1(minimum(x, 0.0))
        LaTeX: \operatorname{ELU}_{a}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).elu().data, 9)
    0.5
    """
    def selu(self) -> Self:
        r"""x.selu(): selu(x)

        z = 1.0507009873554805 * where(x > 0.0, x, 1.6732632423543772 * expm1(minimum(x, 0.0)))
        dz/dx = 1.0507009873554805 * (1.0 if x > 0.0 else 1.6732632423543772 * exp(minimum(x, 0.0)))
        LaTeX: \operatorname{SELU}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).selu().data, 9)
    0.525350494
    """
    def gelu(self) -> Self:
        r"""x.gelu(): gelu(x)

        z = 0.5 * x * erfc(-(x) * 0.7071067811865476)
        dz/dx = 0.5 * erfc((-x) * 0.7071067811865476) + x * exp((-0.5) * x * x) / 2.5066282746310002
        LaTeX: \operatorname{GELU}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).gelu().data, 9)
    0.345731231
    """
    def silu(self) -> Self:
        r"""x.silu(): silu(x)

        z = x / (1.0 + exp(-x))
        dz/dx = sigmoid(x) * (1.0 + x * sigmoid(-x))
        LaTeX: \operatorname{SiLU}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).silu().data, 9)
    0.311229666
    """
    def softsign(self) -> Self:
        r"""x.softsign(): softsign(x)

        z = x / (1.0 + abs(x))
        dz/dx = 1.0 / (1.0 + abs(x)) / (1.0 + abs(x))
        LaTeX: \operatorname{softsign}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).softsign().data, 9)
    0.333333333
    """
    def mish(self) -> Self:
        r"""x.mish(): mish(x)

        z = x * tanh(logaddexp(0.0, x))
        dz/dx = tanh(softplus(x)) + x * sigmoid(x) * (1.0 - tanh(softplus(x)) * tanh(softplus(x)))
        LaTeX: \operatorname{mish}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).mish().data, 9)
    0.375245211
    """
    def fabs(self) -> Self:
        r"""x.fabs(): abs(x)

        z = abs(x)
        dz/dx = sign(x)
        LaTeX: \left|x\right|
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).fabs().data, 9)
    0.5
    """
    def round(self) -> Self:
        r"""x.round(): rint(x)

        z = rint(x)
        dz/dx = 0.0
        LaTeX: \operatorname{round}\left(x\right)
        Domain: every number

    >>> from microbp import Value
    >>> round(Value(0.5).round().data, 9)
    0.0
    """
