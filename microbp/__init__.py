"""microbp: a scalar reverse-mode autodiff engine for people who learn and teach backpropagation."""

from . import data, losses, nn, optim
from .backward import backward, gradients
from .check import gradcheck
from .errors import MicrobpError
from .graph import leaves, topological_order
from .op import Op
from .ops import absolute as abs
from .ops import add_up as sum
from .ops import arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh, cbrt, clip, cos, cosh, elu, erf, erfc
from .ops import exp, exp2, expm1, gelu, hypot, leaky_relu, lgamma, log, log1p, log2, log10, log_sigmoid
from .ops import largest as max
from .ops import log_softmax, logsumexp, maximum, mean, minimum, mod, norm, pow, prod, reciprocal, relu, selu
from .ops import sigmoid, sign, silu, sin, sinh
from .ops import smallest as min
from .ops import softmax, softplus, sqrt, square, tan, tanh, weighted_sum, where
from .transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .value import Value, no_grad

__version__ = "0.1.0"

# fmt: off
__all__ = [
    "MicrobpError", "Op", "Value", "abs", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh",
    "backward", "cbrt", "clip", "cos", "cosh", "data", "elu", "erf", "erfc", "exp", "exp2", "expm1", "gelu", "grad",
    "gradcheck", "gradients", "hessian", "hvp", "hypot", "jacobian", "jvp", "leaky_relu", "leaves", "lgamma", "log",
    "log1p", "log2", "log10", "log_sigmoid", "log_softmax", "logsumexp", "losses", "max", "maximum", "mean", "min",
    "minimum", "mod", "nn", "no_grad", "norm", "optim", "pow", "prod", "reciprocal", "relu", "selu", "sigmoid", "sign",
    "silu", "sin", "sinh", "softmax", "softplus", "sqrt", "square", "sum", "tan", "tanh", "topological_order",
    "value_and_grad", "vjp", "weighted_sum", "where",
]
