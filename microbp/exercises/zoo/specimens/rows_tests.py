"""What the rows must do: known values, slopes by central differences, and large arguments."""

import math

POINTS = (-2.0, -0.7, 0.3, 1.9)


def agrees(f, slope, points=POINTS):
    for x in points:
        by_difference = (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
        assert abs(slope(x) - by_difference) < 1e-6, f"at {x} the slope is {slope(x)}, differences say {by_difference}"


def test_sigmoid(sigmoid, sigmoid_slope):
    assert sigmoid(0.0) == 0.5 and abs(sigmoid(2.0) - 0.88079707797) < 1e-9
    assert abs(sigmoid(-2.0) - 0.11920292202) < 1e-9, f"sigmoid(-2) is {sigmoid(-2.0)}"
    agrees(sigmoid, sigmoid_slope)


def test_sigmoid_of_large_numbers(sigmoid):
    assert sigmoid(800.0) == 1.0 and sigmoid(-800.0) == 0.0


def test_tanh(tanh_slope):
    agrees(math.tanh, tanh_slope)


def test_relu(relu, relu_slope):
    assert relu(2.0) == 2.0 and relu(-2.0) == 0.0
    agrees(relu, relu_slope)
    assert relu_slope(0.0) == 0.0


def test_softplus(softplus, softplus_slope):
    assert abs(softplus(0.0) - math.log(2.0)) < 1e-12 and softplus(1000.0) == 1000.0
    assert abs(softplus(-2.0) - math.log(1.0 + math.exp(-2.0))) < 1e-12
    agrees(softplus, softplus_slope)


def test_quotient(quotient_slopes):
    agrees(lambda x: x / 3.0, lambda x: quotient_slopes(x, 3.0)[0])
    agrees(lambda y: 3.0 / y, lambda y: quotient_slopes(3.0, y)[1])


def test_power(power_slope):
    agrees(lambda x: x**3, lambda x: power_slope(x, 3))
    agrees(lambda x: x**1, lambda x: power_slope(x, 1))


def test_log(log_slope):
    agrees(math.log, log_slope, (0.4, 1.0, 2.5))


def test_gelu(gelu, gelu_slope):
    assert abs(gelu(1.0) - 0.84134474606) < 1e-9
    agrees(gelu, gelu_slope)


def test_silu(silu, silu_slope):
    assert abs(silu(1.0) - 0.73105857863) < 1e-9
    agrees(silu, silu_slope)
