"""What the optimisers must do: steps worked out by hand, and a parabola that is descended."""

import math


def test_gradient_descent(sgd):
    assert sgd(2.0, 4.0, 0.25) == 1.0, f"2 - 0.25 * 4 is 1, got {sgd(2.0, 4.0, 0.25)}"


def test_momentum(momentum):
    w, v = momentum(1.0, 8.0, 4.0, 0.5, beta=0.75)
    assert (w, v) == (1.0 - 0.5 * 5.0, 5.0), f"v = 0.75 * 4 + 0.25 * 8 is 5, got {v}; w is {w}"


def test_rmsprop(rmsprop):
    w, s = rmsprop(1.0, 2.0, 4.0, 0.5, beta=0.75, eps=0.5)
    assert s == 4.0 and w == 1.0 - 0.5 * 2.0 / 2.5, f"got s = {s}, w = {w}"
    w, s = rmsprop(1.0, -0.5, 0.0, 0.5, beta=0.5, eps=0.5)
    assert s == 0.125 and abs(w - (1.0 + 0.25 / (math.sqrt(0.125) + 0.5))) < 1e-12, f"got s = {s}, w = {w}"
    assert rmsprop(1.0, 0.0, 0.0, 0.5) == (1.0, 0.0)


def test_adam(adam):
    w, v, s = adam(1.0, 3.0, 0.0, 0.0, 1, 0.5, eps=0.0)
    assert abs(w - 0.5) < 1e-12, f"the first step of Adam is the rate: 0.5, got w = {w}"
    w, v, s = adam(1.0, -2.0, 0.5, 2.0, 2, 0.5, beta1=0.5, beta2=0.75, eps=0.25)
    assert (v, s) == (-0.75, 2.5), f"got v = {v}, s = {s}"
    assert abs(w - (1.0 + 0.5 * 1.0 / (math.sqrt(2.5 / 0.4375) + 0.25))) < 1e-12, f"got w = {w}"
    assert adam(1.0, 0.0, 0.0, 0.0, 1, 0.5) == (1.0, 0.0, 0.0)


def test_the_average(average):
    assert average([8.0, 8.0, 8.0], 0.5) == [8.0, 8.0, 8.0], f"got {average([8.0, 8.0, 8.0], 0.5)}"
    first, second = average([4.0, 1.0], 0.75)
    assert first == 4.0 and abs(second - (0.75 * 1.0 + 0.25 * 1.0) / 0.4375) < 1e-12, f"got {first}, {second}"


def test_the_decay(inverse_time):
    assert inverse_time(0.5, 0.25, 0) == 0.5 and inverse_time(0.5, 0.25, 4) == 0.25


def test_clipping(clipped):
    assert clipped([3.0, 4.0], 1.0) == [0.6, 0.8], f"got {clipped([3.0, 4.0], 1.0)}"
    assert clipped([3.0, -4.0], 10.0) == [3.0, -4.0]


def test_a_parabola_is_descended(momentum):
    w, v = 4.0, 0.0
    for _ in range(200):
        w, v = momentum(w, 2.0 * w, v, 0.1)
    assert abs(w) < 0.01, f"the minimum is 0, got {w}"
