"""The operators and NumPy's method names, for every kind of operand at once.

A kind (the engine's Value, a symbol, a traced row) inherits `Operators` and says in `apply` what an
operation does; the operators below are nothing but calls of the rows. NumPy finds the methods by their
names: ``np.exp(array_of_values)`` calls ``.exp()`` on every entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..table import rows as ops
from .op import Operand

if TYPE_CHECKING:
    from typing_extensions import Self


class Operators(Operand):
    """``+ - * / % ** abs`` and the functions of one or two arguments, as methods."""

    __slots__ = ()

    # fmt: off
    def __add__(self, other: Any) -> Self: return self.apply(ops.add, (self, other))
    def __radd__(self, other: Any) -> Self: return self.apply(ops.add, (other, self))
    def __sub__(self, other: Any) -> Self: return self.apply(ops.sub, (self, other))
    def __rsub__(self, other: Any) -> Self: return self.apply(ops.sub, (other, self))
    def __mul__(self, other: Any) -> Self: return self.apply(ops.mul, (self, other))
    def __rmul__(self, other: Any) -> Self: return self.apply(ops.mul, (other, self))
    def __truediv__(self, other: Any) -> Self: return self.apply(ops.div, (self, other))
    def __rtruediv__(self, other: Any) -> Self: return self.apply(ops.div, (other, self))
    def __mod__(self, other: Any) -> Self: return self.apply(ops.mod, (self, other))
    def __rmod__(self, other: Any) -> Self: return self.apply(ops.mod, (other, self))
    def __pow__(self, other: Any) -> Self: return self.apply(ops.pow, (self, other))
    def __rpow__(self, other: Any) -> Self: return self.apply(ops.pow, (other, self))
    def __neg__(self) -> Self: return self.apply(ops.neg, (self,))
    def __pos__(self) -> Self: return self
    def __abs__(self) -> Self: return self.apply(ops.absolute, (self,))

    def exp(self) -> Self: return self.apply(ops.exp, (self,))
    def exp2(self) -> Self: return self.apply(ops.exp2, (self,))
    def expm1(self) -> Self: return self.apply(ops.expm1, (self,))
    def log(self) -> Self: return self.apply(ops.log, (self,))
    def log2(self) -> Self: return self.apply(ops.log2, (self,))
    def log10(self) -> Self: return self.apply(ops.log10, (self,))
    def log1p(self) -> Self: return self.apply(ops.log1p, (self,))
    def sqrt(self) -> Self: return self.apply(ops.sqrt, (self,))
    def cbrt(self) -> Self: return self.apply(ops.cbrt, (self,))
    def square(self) -> Self: return self.apply(ops.square, (self,))
    def reciprocal(self) -> Self: return self.apply(ops.reciprocal, (self,))
    def sign(self) -> Self: return self.apply(ops.sign, (self,))
    def sin(self) -> Self: return self.apply(ops.sin, (self,))
    def cos(self) -> Self: return self.apply(ops.cos, (self,))
    def tan(self) -> Self: return self.apply(ops.tan, (self,))
    def arcsin(self) -> Self: return self.apply(ops.arcsin, (self,))
    def arccos(self) -> Self: return self.apply(ops.arccos, (self,))
    def arctan(self) -> Self: return self.apply(ops.arctan, (self,))
    def sinh(self) -> Self: return self.apply(ops.sinh, (self,))
    def cosh(self) -> Self: return self.apply(ops.cosh, (self,))
    def tanh(self) -> Self: return self.apply(ops.tanh, (self,))
    def arcsinh(self) -> Self: return self.apply(ops.arcsinh, (self,))
    def arccosh(self) -> Self: return self.apply(ops.arccosh, (self,))
    def arctanh(self) -> Self: return self.apply(ops.arctanh, (self,))
    def erf(self) -> Self: return self.apply(ops.erf, (self,))
    def erfc(self) -> Self: return self.apply(ops.erfc, (self,))
    def lgamma(self) -> Self: return self.apply(ops.lgamma, (self,))
    def sigmoid(self) -> Self: return self.apply(ops.sigmoid, (self,))
    def log_sigmoid(self) -> Self: return self.apply(ops.log_sigmoid, (self,))
    def softplus(self) -> Self: return self.apply(ops.softplus, (self,))
    def relu(self) -> Self: return self.apply(ops.relu, (self,))
    def selu(self) -> Self: return self.apply(ops.selu, (self,))
    def gelu(self) -> Self: return self.apply(ops.gelu, (self,))
    def silu(self) -> Self: return self.apply(ops.silu, (self,))

    def conjugate(self) -> Self: return self  # np.var and np.vdot ask for it
    def fabs(self) -> Self: return self.apply(ops.absolute, (self,))
    def abs(self) -> Self: return self.apply(ops.absolute, (self,))
    def leaky_relu(self, slope: Any = 0.01) -> Any: return ops.leaky_relu(self, slope)
    def elu(self, alpha: Any = 1.0) -> Any: return ops.elu(self, alpha)
    def arctan2(self, other: Any) -> Any: return ops.arctan2(self, other)
    def hypot(self, other: Any) -> Any: return ops.hypot(self, other)
    def maximum(self, other: Any) -> Any: return ops.maximum(self, other)
    def minimum(self, other: Any) -> Any: return ops.minimum(self, other)
    def clip(self, lo: Any, hi: Any) -> Any: return ops.clip(self, lo, hi)
    # fmt: on
