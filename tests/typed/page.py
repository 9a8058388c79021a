"""A page of user code: mypy and pyright in strict mode accept it, and know the type of all that it reveals."""
# pyright: strict

import numpy as np
from numpy.typing import NDArray
from typing_extensions import reveal_type

from microbp import (
    Value,
    backward,
    clip,
    compile,
    data,
    evaluate,
    exp,
    explain,
    fit,
    grad,
    gradients,
    losses,
    maximum,
    mean,
    nn,
    optim,
    predict,
    sigmoid,
    softmax,
    tanh,
    value_and_grad,
    where,
)

x, y = Value(1.0, "x"), Value(0.5)
array: NDArray[np.float64] = np.array([1.0, 2.0])

# functions: a Value gives a Value, a number a number, an array an array
reveal_type(sigmoid(x))
reveal_type(sigmoid(0.5))
reveal_type(sigmoid(array))
reveal_type(maximum(x, 0.0))
reveal_type(maximum(0.0, x))
reveal_type(maximum(1.0, 2.0))
reveal_type(clip(x, 0.0, 1.0))
reveal_type(mean([x, y]))
reveal_type(mean([1.0, 2.0]))
reveal_type(softmax([x, y]))
reveal_type(where(x > 0.0, x, 0.0))
reveal_type(exp(tanh(x) * 2.0))

# operators and methods
reveal_type(x * y + 1.0)
reveal_type(2.0 / x)
reveal_type(-x)
reveal_type(x.sigmoid())
reveal_type(x.clip(0.0, 1.0))
reveal_type(x.data)
reveal_type(x.grad)
(x * y).backward()
backward(x * y)
reveal_type(gradients(x * y, [x, y]))

# derivatives: of the type of the argument


def square(t: float) -> float:
    return t * t


def length(v: list[float]) -> float:
    return v[0] ** 2 + v[1] ** 2


reveal_type(grad(square)(0.5))
reveal_type(grad(grad(square))(0.5))
reveal_type(grad(square)(x))
reveal_type(grad(length)([1.0, 2.0]))
reveal_type(value_and_grad(square)(0.5))

# networks and costs
model = nn.MLP(2, [4, 1], "tanh", seed=0)
sequence = nn.Sequential(nn.Linear(2, 3), "tanh", nn.Linear(3, 1))
reveal_type(model([0.5, -1.0]))
reveal_type(sequence(array))
reveal_type(nn.Neuron(2)([0.5, -1.0]))
reveal_type(model.parameters())
reveal_type(losses.mse(model([0.5, -1.0]), 1.0))
reveal_type(losses.mse([1.0, 2.0], [0.0, 0.0]))
reveal_type(losses.cross_entropy([x, y], 1, label_smoothing=0.1))
reveal_type(losses.huber(0.5, 0.0, delta=2.0))

# training
optimizer = optim.Adam(model.parameters(), lr=optim.schedules.cosine(0.1, 100))
history = fit(model, losses.bce_with_logits, data.moons(20), optimizer, epochs=1, progress=False)
reveal_type(history)
reveal_type(history.loss)
reveal_type(evaluate(model, losses.bce_with_logits, data.moons(20)))
reveal_type(predict(model, [[0.0, 1.0]]))
reveal_type(optim.clip_grad_norm(model.parameters(), 1.0))


def cost(inputs: list[float], target: float) -> Value:
    return losses.mse(model(inputs), target)


program = compile(cost, [1.0, 2.0], 2.0, wrt=model.parameters())
reveal_type(program)
reveal_type(program.source)
reveal_type(explain(x * y, x).value)
