"""The rows of the table in PyTorch and in mpmath, which never saw ours: what the tests compare with."""

import mpmath
from needs import needs

torch = needs("torch")
F = needs("torch.nn.functional")

# By the number of arguments. name: (PyTorch, mpmath or None where PyTorch is exact enough).
UNARY = {
    "neg": (torch.neg, None),
    "identity": (lambda x: x * 1.0, None),
    "frozen": (lambda x: x.detach() + 0.0 * x, None),
    "reciprocal": (torch.reciprocal, None),
    "square": (torch.square, None),
    "abs": (torch.abs, None),
    "sign": (torch.sign, None),
    "exp": (torch.exp, None),
    "exp2": (torch.exp2, None),
    "expm1": (torch.expm1, mpmath.expm1),
    "log": (torch.log, None),
    "log2": (torch.log2, None),
    "log10": (torch.log10, None),
    "log1p": (torch.log1p, None),
    "sqrt": (torch.sqrt, None),
    "cbrt": (None, lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x))),
    "sin": (torch.sin, None),
    "cos": (torch.cos, None),
    "tan": (torch.tan, None),
    "arcsin": (torch.arcsin, None),
    "arccos": (torch.arccos, None),
    "arctan": (torch.arctan, None),
    "sinh": (torch.sinh, None),
    "cosh": (torch.cosh, None),
    "tanh": (torch.tanh, None),
    "arcsinh": (torch.arcsinh, mpmath.asinh),
    "arccosh": (torch.arccosh, mpmath.acosh),
    "arctanh": (torch.arctanh, None),
    "erf": (torch.erf, None),
    "erfc": (torch.erfc, None),
    "lgamma": (torch.lgamma, mpmath.loggamma),
    "sigmoid": (torch.sigmoid, None),
    "log_sigmoid": (F.logsigmoid, lambda x: -mpmath.log1p(mpmath.exp(-x))),
    "softplus": (F.softplus, lambda x: mpmath.log1p(mpmath.exp(x))),
    "relu": (F.relu, None),
    "selu": (F.selu, None),
    "gelu": (F.gelu, lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2),
    "silu": (F.silu, None),
    "floor": (torch.floor, None),
    "ceil": (torch.ceil, None),
    "rint": (torch.round, None),
    "logit": (torch.logit, lambda x: mpmath.log(x / (1 - x))),
    "softsign": (F.softsign, lambda x: x / (1 + abs(x))),
    "mish": (F.mish, lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))),
}
BINARY = {
    "add": (torch.add, None),
    "sub": (torch.sub, None),
    "mul": (torch.mul, None),
    "div": (torch.div, None),
    "floor_divide": (lambda x, y: torch.div(x, y, rounding_mode="floor"), None),
    "mod": (torch.remainder, None),
    "pow": (torch.pow, lambda x, y: x**y),
    "maximum": (torch.maximum, None),
    "minimum": (torch.minimum, None),
    "logaddexp": (  # the second derivative of torch.logaddexp is NaN at (-750, 0)
        lambda x, y: torch.logsumexp(torch.stack([x, y]), 0),
        lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)),
    ),
    "xlogy": (torch.xlogy, None),
    "arctan2": (torch.arctan2, mpmath.atan2),
    "hypot": (torch.hypot, mpmath.hypot),
    "less": (lambda x, y: (x < y).double(), None),
    "less_equal": (lambda x, y: (x <= y).double(), None),
    "greater": (lambda x, y: (x > y).double(), None),
    "greater_equal": (lambda x, y: (x >= y).double(), None),
    "equal": (lambda x, y: (x == y).double(), None),
    "not_equal": (lambda x, y: (x != y).double(), None),
    "leaky_relu": (lambda x, s: torch.where(x > 0, x, s * x), None),
    "elu": (
        lambda x, a: torch.where(x > 0, x, a * torch.expm1(x.clamp(max=0.0))),
        lambda x, a: x if x > 0 else a * mpmath.expm1(x),
    ),
}
TERNARY = {
    "clip": torch.clamp,
    "where": lambda c, x, y: torch.where(c != 0, x, y),
}
VECTOR = {
    "sum": (torch.sum, lambda *xs: mpmath.fsum(xs)),
    "mean": (torch.mean, None),
    "prod": (torch.prod, lambda *xs: mpmath.fprod(xs)),
    "max": (torch.amax, None),
    "min": (torch.amin, None),
    "norm": (torch.linalg.vector_norm, lambda *xs: mpmath.norm(xs)),
    "logsumexp": (lambda xs: torch.logsumexp(xs, 0), None),
}


NOT_PRECISE = {"polygamma"}  # PyTorch's trigamma is good to 1e-9
ONCE_ONLY = {*NOT_PRECISE, "lgamma", "cbrt"}  # no second derivative, or one that rests on trigamma


def in_torch(name, *args):
    """The row of that name in PyTorch; a list argument is a list of tensors, a number may be a float."""
    args = [[_tensor(x) for x in a] if isinstance(a, list) else _tensor(a) for a in args]
    if name == "weighted_sum":
        w, a, b = args
        return torch.dot(torch.stack(w), torch.stack(a)) + b
    if name == "polygamma":
        return torch.special.polygamma(int(args[0]), args[1])
    if name == "cbrt":
        return args[0].sign() * args[0].abs() ** (1.0 / 3.0)
    if name in VECTOR:
        return VECTOR[name][0](torch.stack(args[0]))
    if name in TERNARY:
        return TERNARY[name](*args)
    return (UNARY.get(name) or BINARY[name])[0](*args)


def torch_graph(graph, leaves):
    """A random graph of `graphs` on tensors."""
    found = list(leaves)

    def operand(arg):
        return [operand(a) for a in arg] if isinstance(arg, list) else found[arg] if isinstance(arg, int) else arg

    for op, args in graph.lines:
        found.append(in_torch(op.name, *map(operand, args)))
    return found[-1]


def _tensor(x):
    return x if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.float64)
