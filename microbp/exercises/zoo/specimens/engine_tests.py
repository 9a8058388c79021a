"""What the engine must do: numbers, slopes by central differences, several paths, and several passes."""


def test_the_numbers_are_right(Value):
    x, y = Value(3.0), Value(-0.5)
    assert (x + y).data == 2.5 and (x - y).data == 3.5 and (x * y).data == -1.5 and (x**2).data == 9.0
    assert abs(y.tanh().data + 0.46211715726) < 1e-9 and abs(y.exp().data - 0.60653065971) < 1e-9


def test_every_operation_has_the_slope_of_central_differences(Value):
    for f in (
        lambda x, y: x + y,
        lambda x, y: x - y,
        lambda x, y: x * y,
        lambda x, y: x**3 - y**2,
        lambda x, y: x.tanh() * y,
        lambda x, y: x.exp() - y.exp(),
    ):
        x, y, h = Value(0.7), Value(-1.3), 1e-6
        f(x, y).backward()
        by_x = (f(Value(0.7 + h), Value(-1.3)).data - f(Value(0.7 - h), Value(-1.3)).data) / (2 * h)
        by_y = (f(Value(0.7), Value(-1.3 + h)).data - f(Value(0.7), Value(-1.3 - h)).data) / (2 * h)
        assert abs(x.grad - by_x) < 1e-6, f"the gradient is {x.grad}, central differences say {by_x}"
        assert abs(y.grad - by_y) < 1e-6, f"the gradient is {y.grad}, central differences say {by_y}"


def test_several_paths_add_up(Value):
    x = Value(3.0)
    (x + x).backward()
    assert x.grad == 2.0, f"x + x has the slope 2, the gradient is {x.grad}"
    x = Value(3.0)
    (x * x + x).backward()
    assert x.grad == 7.0, f"x * x + x has the slope 7 at 3, the gradient is {x.grad}"


def test_a_node_passes_on_when_all_its_users_have(Value):
    x = Value(2.0)
    a = x * x
    b = a * x
    c = a * b
    (c + a).backward()
    assert x.grad == 5 * 2.0**4 + 2 * 2.0, f"x**5 + x**2 has the slope 84 at 2, the gradient is {x.grad}"


def test_leaves_add_up_over_passes_and_the_rest_starts_anew(Value):
    x = Value(3.0)
    y = x * x
    y.backward()
    y.backward()
    assert x.grad == 12.0, f"two passes of slope 6 add up to 12, the gradient is {x.grad}"
    assert y.grad == 1.0
    z = y * y
    z.backward()
    assert y.grad == 18.0, f"y has the slope 18 in this pass, the gradient is {y.grad}"


def test_a_gradient_starts_at_zero(Value):
    assert Value(5.0).grad == 0.0
