"""Optimisers for one parameter: each takes the parameter, its gradient and the state, and gives both anew."""

import math


def sgd(w, g, rate):
    return w - rate * g


def momentum(w, g, v, rate, beta=0.9):
    v = beta * v + (1 - beta) * g
    return w - rate * v, v


def rmsprop(w, g, s, rate, beta=0.9, eps=1e-8):
    s = beta * s + (1 - beta) * g * g
    return w - rate * g / (math.sqrt(s) + eps), s


def adam(w, g, v, s, t, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    v = beta1 * v + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g * g
    v_corrected = v / (1 - beta1**t)
    s_corrected = s / (1 - beta2**t)
    return w - rate * v_corrected / (math.sqrt(s_corrected) + eps), v, s


def average(values, beta):
    v = 0.0
    smooth = []
    for t, value in enumerate(values, start=1):
        v = beta * v + (1 - beta) * value
        smooth.append(v / (1 - beta**t))
    return smooth


def inverse_time(rate, decay, epoch):
    return rate / (1 + decay * epoch)


def clipped(gradients, longest):
    norm = math.sqrt(sum(g * g for g in gradients))
    if norm > longest:
        return [g * longest / norm for g in gradients]
    return list(gradients)
