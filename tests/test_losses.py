"""Costs against torch.nn.functional: values and gradients, extreme logits included; and what they refuse."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from needs import needs

from microbp import Value, gradcheck, gradients, losses
from microbp.errors import DomainError, InputError, InputTypeError, RangeError, ShapeError

torch = needs("torch")
F = needs("torch.nn.functional")

TIGHT = dict(rel=1e-12, abs=1e-15)  # a handful of roundings in either library
quick = settings(derandomize=True, deadline=None, max_examples=200)
numbers = st.floats(-50.0, 50.0)
probabilities = st.floats(1e-6, 1.0 - 1e-6)


def compare(loss, torch_loss, prediction, target, terms=1.0):
    """Value and gradient, by the prediction; terms is the size of those that PyTorch adds up and that may cancel."""
    many = isinstance(prediction, list)
    nodes = [Value(p) for p in prediction] if many else [Value(prediction)]
    cost = loss(nodes if many else nodes[0], target)
    tensor = torch.tensor(prediction, dtype=torch.float64, requires_grad=True)
    expected = torch_loss(tensor, target)
    assert cost.data == pytest.approx(expected.item(), rel=TIGHT["rel"], abs=TIGHT["abs"] * terms)
    expected.backward()
    assert gradients(cost, nodes) == pytest.approx(tensor.grad.reshape(-1).tolist(), rel=1e-12, abs=1e-15 * terms)


def as_tensor(target):
    return torch.tensor(target, dtype=torch.float64)


@st.composite
def pairs(draw, predictions=numbers, targets=numbers):
    n = draw(st.integers(1, 4))
    pair = [draw(st.lists(kind, min_size=n, max_size=n)) for kind in (predictions, targets)]
    return [xs[0] for xs in pair] if n == 1 and draw(st.booleans()) else pair


@given(pairs())
@quick
def test_quadratic_costs(pair):
    compare(losses.mse, lambda p, t: F.mse_loss(p, as_tensor(t)), *pair)
    compare(losses.squared_error, lambda p, t: F.mse_loss(p, as_tensor(t), reduction="sum"), *pair)
    compare(losses.half_squared_error, lambda p, t: 0.5 * F.mse_loss(p, as_tensor(t), reduction="sum"), *pair)


@given(pairs(probabilities, st.floats(0.0, 1.0)))
@quick
def test_binary_cross_entropy(pair):
    compare(losses.binary_cross_entropy, lambda p, t: F.binary_cross_entropy(p, as_tensor(t)), *pair)


@pytest.mark.slow
@given(pairs(st.floats(-1000.0, 1000.0), st.floats(0.0, 1.0)))
@quick
def test_bce_with_logits(pair):
    in_torch = lambda z, t: F.binary_cross_entropy_with_logits(z, as_tensor(t))  # (1 - y) z + max(-z, 0) + ...
    compare(losses.bce_with_logits, in_torch, *pair, terms=1.0 + np.max(np.abs(pair[0])))


@given(st.lists(st.floats(-1000.0, 1000.0), min_size=2, max_size=5), st.data())
@quick
def test_cross_entropy(logits, data):
    right = data.draw(st.integers(0, len(logits) - 1))
    one_hot = [float(j == right) for j in range(len(logits))]
    weights = data.draw(st.lists(st.floats(0.0, 1.0), min_size=len(logits), max_size=len(logits)).filter(any))
    soft = [w / math.fsum(weights) for w in weights]
    compare(losses.cross_entropy, lambda z, t: F.cross_entropy(z, torch.tensor(t)), logits, right)
    for target in (one_hot, soft):
        compare(losses.cross_entropy, lambda z, t: F.cross_entropy(z, as_tensor(t)), logits, target)


@given(pairs())
@quick
def test_absolute_errors_and_hubers(pair):
    compare(losses.l1, lambda p, t: F.l1_loss(p, as_tensor(t)), *pair)
    for delta in (1.0, 0.3, 20.0):
        compare(
            lambda p, y, delta=delta: losses.huber(p, y, delta),
            lambda p, t, delta=delta: F.huber_loss(p, as_tensor(t), delta=delta),
            *pair,
        )


@given(st.lists(st.floats(-100.0, 100.0), min_size=2, max_size=5), st.data())
@quick
def test_kl_divergence_from_log_probabilities_and_from_logits(logits, data):
    weights = data.draw(st.lists(st.floats(0.0, 1.0), min_size=len(logits), max_size=len(logits)).filter(any))
    soft = [w / math.fsum(weights) for w in weights]
    compare(
        losses.kl_divergence,
        lambda z, t: F.kl_div(F.log_softmax(z, 0), as_tensor(t), reduction="sum"),
        logits,
        soft,
        terms=1.0 + max(map(abs, logits)),
    )
    log_p = F.log_softmax(as_tensor(logits), 0)
    expected = F.kl_div(log_p, as_tensor(soft), reduction="sum").item()
    assert losses.kl_divergence(log_p.tolist(), soft) == pytest.approx(expected, rel=1e-12, abs=1e-13)
    right = data.draw(st.integers(0, len(logits) - 1))
    assert losses.kl_divergence(logits, right) == pytest.approx(losses.cross_entropy(logits, right), rel=1e-15)


@given(st.lists(st.floats(-100.0, 100.0), min_size=2, max_size=5), st.floats(0.0, 1.0), st.data())
@quick
def test_class_weights_and_label_smoothing(logits, smoothing, data):
    n = len(logits)
    weight = data.draw(st.lists(st.floats(0.0, 10.0), min_size=n, max_size=n))
    right = data.draw(st.integers(0, n - 1))
    shares = data.draw(st.lists(st.floats(0.0, 1.0), min_size=n, max_size=n).filter(any))
    soft = [w / math.fsum(shares) for w in shares]
    for options in ({"weight": weight}, {"label_smoothing": smoothing}, dict(weight=weight, label_smoothing=smoothing)):
        tensors = {key: as_tensor(x) if key == "weight" else x for key, x in options.items()}
        for target in (right, soft):
            compare(
                lambda z, t, options=options: losses.cross_entropy(z, t, **options),
                lambda z, t, tensors=tensors: F.cross_entropy(
                    z, as_tensor(t) if isinstance(t, list) else torch.tensor(t), reduction="sum", **tensors
                ),
                logits,
                target,
                terms=1.0 + 10.0 * max(map(abs, logits)),
            )


@given(pairs(st.floats(-100.0, 100.0), st.floats(0.0, 1.0)), st.floats(0.0, 10.0))
@quick
def test_the_weight_of_the_positive_class(pair, weight):
    compare(
        lambda z, y: losses.bce_with_logits(z, y, pos_weight=weight),
        lambda z, t: F.binary_cross_entropy_with_logits(z, as_tensor(t), pos_weight=as_tensor(weight)),
        *pair,
        terms=1.0 + 10.0 * np.max(np.abs(pair[0])),
    )


def test_an_editor_lists_losses_only():
    assert set(dir(losses)) == {*losses.LOSSES, "l2"}


def torch_margins(s, right):
    margins = torch.relu(1.0 + s - s[right])
    return margins.sum() - margins[right]


@given(st.lists(numbers, min_size=2, max_size=5), st.data())
@quick
def test_hinge(scores, data):
    right = data.draw(st.integers(0, len(scores) - 1))
    compare(losses.hinge, torch_margins, scores, right)
    one_hot = [int(j == right) for j in range(len(scores))]
    for target in (one_hot, tuple(one_hot), np.array(one_hot), float(right), np.int64(right)):
        assert losses.hinge(scores, target) == losses.hinge(scores, right)
    for sign in (-1, 1, 1.0, -1.0):
        compare(losses.hinge, lambda s, y: torch.relu(1.0 - y * s), scores[0], sign)
        compare(losses.hinge, lambda s, y: torch.relu(1.0 - y[0] * s[0]), scores[:1], [sign])


@pytest.mark.parametrize("z", [1e4, -1e4, 1e300, -1e300, 700.0, -750.0, 1e-300])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_extreme_logits(z, y):
    node = Value(z)
    cost = losses.bce_with_logits(node, y)
    cost.backward()
    assert cost.data == pytest.approx(max(z, 0.0) - y * z + (math.log(2.0) if abs(z) < 1.0 else 0.0))
    assert node.grad == pytest.approx((1.0 if z > 1.0 else 0.5 if abs(z) < 1.0 else 0.0) - y)
    a, b = Value(z), Value(0.0)
    two = losses.cross_entropy([b, a], int(y))
    two.backward()
    assert (two.data, a.grad, b.grad) == pytest.approx((cost.data, node.grad, -node.grad))


def test_the_error_of_sigmoid_with_cross_entropy_is_a_minus_y():
    z = Value(0.7)
    losses.binary_cross_entropy(z.sigmoid(), 1.0).backward()
    assert z.grad == pytest.approx(1.0 / (1.0 + math.exp(-0.7)) - 1.0, rel=1e-14)


def test_a_term_without_weight_takes_no_logarithm():
    assert losses.binary_cross_entropy(1.0, 1.0) == losses.binary_cross_entropy(0.0, 0.0) == 0.0
    for p, y in ((0.0, 1.0), (1.0, 0.0)):
        with pytest.raises(DomainError, match="from logits"):
            losses.binary_cross_entropy(Value(p), y)


def test_costs_of_plain_numbers_are_numbers():
    for name, loss in losses.LOSSES.items():
        prediction, target = ([0.2, 0.7], 1) if name in ("cross_entropy", "kl_divergence") else (0.3, 1.0)
        assert type(loss(prediction, target)) is float


def test_targets_may_be_values():
    y = Value(0.25)
    assert gradcheck(losses.binary_cross_entropy, 0.3, 0.25).ok
    assert gradcheck(losses.bce_with_logits, 0.3, 0.25).ok
    assert gradients(losses.squared_error(Value(1.0), y), [y]) == [-1.5]
    assert gradcheck(lambda z, t: losses.cross_entropy(z, [t, 1.0 - t]), [0.2, 0.5], 0.25).ok


def test_l2():
    ws = [Value(3.0), Value(-4.0)]
    cost = losses.l2(iter(ws), 0.1)
    assert cost.data == pytest.approx(2.5)
    assert gradients(cost, ws) == pytest.approx([0.6, -0.8])
    with pytest.raises(ShapeError):
        losses.l2([])


# -- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", sorted(set(losses.LOSSES) - {"cross_entropy", "hinge", "kl_divergence"}))
@pytest.mark.parametrize("p, y", [([0.5], [0.5, 0.5]), ([], []), (0.5, [0.5, 0.5])])
def test_sizes_that_differ(loss, p, y):
    with pytest.raises(ShapeError, match=r"\d predictions, \d targets"):
        losses.LOSSES[loss](p, y)


@pytest.mark.parametrize("loss", [losses.cross_entropy, losses.hinge, losses.kl_divergence])
@pytest.mark.parametrize("target", [3, -1, 0.5, math.nan, math.inf, np.int64(7)])
def test_a_class_out_of_range(loss, target):
    with pytest.raises(InputError, match="runs from 0 to 2"):
        loss([Value(0.1), Value(0.2), Value(0.3)], target)


@pytest.mark.parametrize("loss", [losses.cross_entropy, losses.hinge, losses.kl_divergence])
@pytest.mark.parametrize("target", [[], [1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, -1.0, 2.0]])
def test_a_target_that_is_no_class(loss, target):
    with pytest.raises(InputError):
        loss([Value(0.1), Value(0.2), Value(0.3)], target)


@pytest.mark.parametrize(
    "call, error",
    [
        (lambda: losses.cross_entropy(Value(1.0), 0), InputTypeError),
        (lambda: losses.cross_entropy([1.0, 2.0], "0"), InputTypeError),
        (lambda: losses.cross_entropy([1.0, 2.0], None), InputTypeError),
        (lambda: losses.hinge(0.5, 0), InputError),
        (lambda: losses.hinge(0.5, 2), InputError),
        (lambda: losses.binary_cross_entropy(0.5, 1.5), InputError),
        (lambda: losses.bce_with_logits(0.5, -0.1), InputError),
        (lambda: losses.bce_with_logits(0.5, math.nan), InputError),
        (lambda: losses.mse("0.5", 1.0), InputTypeError),
        (lambda: losses.squared_error([None], [1.0]), InputTypeError),
        (lambda: losses.binary_cross_entropy(0.5, "1"), InputTypeError),
        (lambda: losses.hinge(0.5, "1"), InputTypeError),
        (lambda: losses.mse([0.1, 0.2], 0.5), ShapeError),
        (lambda: losses.mse([0.1, 0.2], 1), ShapeError),
        (lambda: losses.cross_entropy([0.1], 0), ShapeError),
        (lambda: losses.cross_entropy([0.1, 0.2], [1]), ShapeError),
        (lambda: losses.hinge([], []), ShapeError),
        (lambda: losses.hinge(0.5, [1, -1]), ShapeError),
        (lambda: losses.squared_error(Value(1e200), -1e200), RangeError),
        (lambda: losses.huber(0.5, 0.1, 0.0), InputError),
        (lambda: losses.huber(0.5, 0.1, math.nan), InputError),
        (lambda: losses.cross_entropy([0.1, 0.2], 0, weight=[1.0]), ShapeError),
        (lambda: losses.cross_entropy([0.1, 0.2], 0, weight=[1.0, -1.0]), InputError),
        (lambda: losses.cross_entropy([0.1, 0.2], 0, label_smoothing=1.5), InputError),
        (lambda: losses.bce_with_logits(0.1, 1.0, pos_weight=math.nan), InputError),
    ],
)
def test_bad_arguments(call, error):
    with pytest.raises(error):
        call()


def test_a_prediction_that_is_no_probability_is_refused():
    with pytest.raises(InputError, match="bce_with_logits"):
        losses.binary_cross_entropy(Value(2.0), 1.0)
