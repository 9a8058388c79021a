"""Blame: mistakes planted in backward passes written here, by hand, and in the numbers of random graphs."""

import math
import warnings

import numpy as np
import pytest
from graphs import graphs
from hypothesis import given, settings
from needs import needs

from microbp import Value, gradients, losses, nn
from microbp.engine.graph import leaves, operations
from microbp.errors import InputError, InputTypeError, MicrobpError, ShapeError
from microbp.inspect import blame

torch = needs("torch")

# -- networks: a backward pass of our own, with a mistake in it ----------------------------------------------------

G = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "linear": (lambda z: z, np.ones_like),
}
COSTS = {"squared_error": lambda a, y: 2 * (a - y), "half_squared_error": lambda a, y: a - y}

KINDS = {  # name: (the step that is wrong, words that its name must hold)
    "forgot g'": ("dZ", "forgot the derivative of the activation"),
    "g' twice": ("dZ", "twice"),
    "g' at a": ("dZ", "at a"),
    "minus in dZ": ("dZ", "sign"),
    "not transposed": ("dA", "not transposed"),
    "one neuron's path": ("dA", "path"),
    "dA for dZ": ("dA", "forgot the derivative"),
    "1/m in dA": ("dA", "mean taken twice"),
    "no weights": ("dA", "weights"),
    "sum in dW": ("dW", "summed over samples"),
    "sum in db": ("db", "summed over samples"),
    "dW transposed": ("dW", "transposed"),
    "z for a": ("dW", "z for a"),
    "own a": ("dW", "own activation"),
    "no a": ("dW", "forgot the activation"),
    "last sample": ("dW", "last sample"),
    "one number": ("db", "one number"),
    "neighbour's bias": ("db", "another layer"),
    "db zero": ("db", "left out"),
    "y - a": ("dA", "sign"),
    "no 2": ("dA", "factor 2"),
}


def _other_bias(db, above, **_):
    return above if above is not None and above.shape == db.shape else db


IN_A_LAYER = {
    "sum in dW": lambda dW, m, **_: dW * m,
    "dW transposed": lambda dW, **_: dW.T,
    "z for a": lambda dZ, Z, l, m, **_: dZ @ Z[l - 1].T / m,
    "own a": lambda dZ, A, l, m, **_: dZ @ A[l].T / m,
    "no a": lambda dW, db, **_: np.repeat(db, dW.shape[1], axis=1),
    "last sample": lambda dZ, A, l, **_: dZ[:, -1:] @ A[l - 1][:, -1:].T,
    "sum in db": lambda db, m, **_: db * m,
    "one number": lambda db, dZ, **_: np.full_like(db, dZ.mean()),
    "neighbour's bias": _other_bias,
    "db zero": lambda db, **_: 0 * db,
    "not transposed": lambda W, dZ, below, **_: W @ dZ if W.shape[0] == W.shape[1] else below,
    "one neuron's path": lambda W, dZ, **_: W[:1].T @ dZ[:1],
    "dA for dZ": lambda W, dA, **_: W.T @ dA,
    "1/m in dA": lambda below, m, **_: below / m,
    "no weights": lambda W, dZ, **_: np.repeat(dZ.sum(axis=0, keepdims=True), W.shape[1], axis=0),
}


def student(model, sizes, activations, cost, X, Y, kind, at):
    """Gradients by name, computed as a student would, with one kind of mistake in layer `at`."""
    parameters = list(model.tensors().values())
    W = [None, *(np.array([[w.data for w in row] for row in rows]) for rows in parameters[::2])]
    b = [None, *(np.array([[v.data] for v in column]) for column in parameters[1::2])]
    L, m = len(sizes) - 1, len(X)
    A, Z, grads = [np.array(X).T], [None], {}
    for l in range(1, L + 1):
        Z.append(W[l] @ A[-1] + b[l])
        A.append(G[activations[l - 1]][0](Z[l]))
    dA = COSTS[cost](A[L], np.array(Y).T)
    if kind == "y - a":
        dA = -dA
    if kind == "no 2":
        dA = dA / 2
    above = None
    for l in range(L, 0, -1):
        here = l == at
        slope = G[activations[l - 1]][1]
        dZ = dA * slope(Z[l])
        if here and kind == "forgot g'":
            dZ = dA
        if here and kind == "g' twice":
            dZ = dA * slope(Z[l]) ** 2
        if here and kind == "g' at a":
            dZ = dA * slope(A[l])
        if here and kind == "minus in dZ":
            dZ = -dZ
        dW, db = dZ @ A[l - 1].T / m, dZ.sum(axis=1, keepdims=True) / m
        below = W[l].T @ dZ
        if here and kind in IN_A_LAYER:
            step, formula = KINDS[kind][0], IN_A_LAYER[kind]
            wrong = formula(dA=dA, dZ=dZ, W=W[l], dW=dW, db=db, A=A, Z=Z, l=l, m=m, below=below, above=above)
            dW, db, below = (wrong if step == s else x for s, x in (("dW", dW), ("db", db), ("dA", below)))
        grads[f"dW{l}"], grads[f"db{l}"], above = dW, db, db
        dA = below
    return grads


def network(rng):
    depth = int(rng.integers(2, 5))
    sizes = (
        [int(rng.integers(2, 5)) for _ in range(depth + 1)]
        if rng.random() < 0.6
        else [int(rng.integers(2, 5))] * (depth + 1)
    )
    hidden = [str(rng.choice(["sigmoid", "tanh"])) for _ in range(depth - 1)]
    output, cost = str(rng.choice(["sigmoid", "tanh", "linear"])), str(rng.choice(list(COSTS)))
    model = nn.MLP(sizes[0], sizes[1:], hidden, output, seed=int(rng.integers(1e6)))
    for p in model.parameters():
        p.data = float(rng.normal())
    m = int(rng.integers(1, 5))
    X, Y = rng.normal(size=(m, sizes[0])).tolist(), rng.uniform(0.1, 0.9, size=(m, sizes[-1])).tolist()
    return model, sizes, [*hidden, output], cost, X, Y


def close(one, other):
    return all(one[k].shape == other[k].shape and np.allclose(one[k], other[k], rtol=1e-4, atol=1e-9) for k in one)


@pytest.mark.slow
def test_300_planted_mistakes_are_found_and_named():
    rng = np.random.default_rng(0)
    count = found = named = 0
    missed = []
    while count < 300:
        case = network(rng)
        kind = str(rng.choice(list(KINDS)))
        depth = len(case[1]) - 1
        at = (
            depth
            if kind in ("y - a", "no 2")
            else int(rng.integers(2 if KINDS[kind][0] == "dA" or kind == "z for a" else 1, depth + 1))
        )
        right, wrong = student(*case, "", 0), student(*case, kind, at)
        if close(right, wrong) or (kind == "minus in dZ" and at == depth):  # the numbers of a minus in the cost
            continue  # a mistake without consequences in this network: dividing by m = 1
        count += 1
        verdict = blame(case[0], wrong, case[4], case[5], case[3])
        step = KINDS[kind][0]
        layer = at if kind in ("y - a", "no 2") or step != "dA" else at - 1
        place = f"{step}[{layer}]"
        assert not verdict.ok
        found += verdict.place == place
        named += KINDS[kind][1] in verdict.mistake
        if verdict.place != place or KINDS[kind][1] not in verdict.mistake:
            missed.append((kind, place, verdict.place, verdict.mistake, case[1], case[2], len(case[4])))
    assert found >= 0.98 * count, missed
    assert named >= 0.90 * count, missed


@pytest.mark.parametrize("precision", [np.float64, np.float32])
def test_a_right_gradient_is_never_accused(precision):
    rng = np.random.default_rng(1)
    for _ in range(100):
        case = network(rng)
        grads = {k: v.astype(precision) for k, v in student(*case, "", 0).items()}
        assert blame(case[0], grads, case[4], case[5], case[3]).ok
        some = dict(list(grads.items())[: int(rng.integers(1, len(grads) + 1))])
        assert blame(case[0], some, case[4], case[5], case[3]).ok


def test_a_gradient_of_torch_is_never_accused():
    model = nn.MLP(3, [4, 2], "tanh", "sigmoid", seed=0)
    layers = [torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)]
    for layer, (w, b) in zip(layers, zip(*[iter(model.tensors().values())] * 2)):
        layer.weight.data = torch.tensor([[v.data for v in row] for row in w])
        layer.bias.data = torch.tensor([v.data for v in b])
    X, Y = torch.randn(5, 3), torch.rand(5, 2)
    out = torch.sigmoid(layers[1](torch.tanh(layers[0](X))))
    ((out - Y) ** 2).sum(dim=1).mean().backward()
    grads = {f"layers.{i}.{n}": getattr(layer, n).grad for i, layer in enumerate(layers) for n in ("weight", "bias")}
    assert blame(model, grads, X.tolist(), Y.tolist(), "squared_error").ok
    grads["layers.0.weight"] = grads["layers.0.weight"] * 5
    verdict = blame(model, grads, X.tolist(), Y.tolist(), "squared_error")
    assert (verdict.place, verdict.mistake) == ("dW[1]", "summed over samples where the mean belongs")


def test_two_mistakes_are_found_one_after_the_other():
    rng = np.random.default_rng(3)
    case = network(rng)
    depth = len(case[1]) - 1
    grads = student(*case, "forgot g'", depth)
    grads["db1"] = -grads["db1"]
    verdict = blame(case[0], grads, case[4], case[5], case[3])
    assert not verdict.ok and verdict.place.endswith(f"[{depth}]")


def test_what_the_student_gives_for_dz_narrows_it_down():
    model = nn.MLP(2, [3, 3, 1], "tanh", seed=0)
    case = (model, [2, 3, 3, 1], ["tanh", "tanh", "linear"], "squared_error", [[0.5, -1.0]], [[0.3]])
    grads = student(*case, "not transposed", 2)
    verdict = blame(model, grads, [0.5, -1.0], 0.3, "squared_error")
    assert (verdict.place, verdict.mistake) == ("dA[1]", "the weights are not transposed")


NETWORK = nn.MLP(2, [3, 1], seed=0)


def test_lists_of_pairs_vectors_and_names_are_read():
    case = (NETWORK, [2, 3, 1], ["tanh", "linear"], "squared_error", [[0.5, -1.0]], [[0.3]])
    grads = student(*case, "", 0)
    pairs = [(grads["dW1"], grads["db1"][:, 0]), (grads["dW2"], grads["db2"])]
    assert blame(NETWORK, pairs, [0.5, -1.0], 0.3).ok
    assert blame(NETWORK, {"W[1]": grads["dW1"], "db^{(2)}": grads["db2"]}, [[0.5, -1.0]], [0.3]).ok


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((NETWORK, {"dQ1": 1.0}, [1.0, 2.0], 0.0), InputError),
        ((NETWORK, {"dW7": 1.0}, [1.0, 2.0], 0.0), InputError),
        ((NETWORK, 3.0, [1.0, 2.0], 0.0), InputTypeError),
        ((NETWORK, {}, None, None), InputError),
        ((NETWORK, {}, [[1.0, 2.0]], [1.0, 2.0]), ShapeError),
        ((3.0, {}), InputTypeError),
        ((Value(1.0, "x") * 2.0, {"y": 1.0}), InputError),
        ((Value(1.0, "x") * 2.0, [1.0]), InputTypeError),
        ((Value(1.0, "x") * 2.0, {"x": "one"}), MicrobpError),
        ((NETWORK, {"dW1": "one"}, [1.0, 2.0], 0.0), MicrobpError),
    ],
)
def test_wrong_input_is_refused(arguments, error):
    with pytest.raises(error):
        blame(*arguments)


def test_a_gradient_of_another_shape_or_not_finite_is_wrong_not_a_crash():
    assert not blame(NETWORK, {"dW1": np.full((3, 2), np.nan)}, [1.0, 2.0], 0.0).ok
    assert not blame(NETWORK, {"dW1": np.zeros((5, 7))}, [1.0, 2.0], 0.0).ok
    assert not blame(NETWORK, {"dW1": 0.0}, [1.0, 2.0], 0.0).ok


# -- graphs --------------------------------------------------------------------------------------------------------


def numbers(root, nodes):
    return dict(zip(nodes, gradients(root, nodes)))


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_a_right_derivative_is_never_accused(graph):
    root = graph(*[Value(x) for x in graph.point])
    nodes = [*leaves(root), *operations(root)]
    assert blame(root, numbers(root, nodes)).ok
    assert blame(root, numbers(root, leaves(root))).ok


def planted(root, node, wrong):
    """The derivatives of a graph where one edge into a node has another local derivative."""
    adjoints = {root: 1.0}
    order = operations(root)[::-1]
    done = False
    for n in order:
        for parent, local in zip(n.parents, n.partials):
            if parent is node and not done:
                local, done = wrong(local), True
            adjoints[parent] = adjoints.get(parent, 0.0) + local * adjoints[n]
    return adjoints


WRONG = {
    "forgot this path": lambda d: 0.0,
    "forgot the local derivative: taken as 1": lambda d: 1.0,
    "the sign": lambda d: -d,
    "the local derivative twice": lambda d: d * d,
}


def deep(x, y):
    a = (x * y + x.sin()).tanh()
    b = (a * y).exp() + a
    return (b * a - y) ** 2 * 0.3, {"a": a, "b": b, "x": x, "y": y}


@pytest.mark.parametrize("name", list(WRONG))
@pytest.mark.parametrize("which", ["a", "b", "x", "y"])
@pytest.mark.parametrize("all_nodes", [True, False])
def test_one_wrong_edge_is_found(name, which, all_nodes):
    root, nodes = deep(Value(0.7, "x"), Value(-1.3, "y"))
    adjoints = planted(root, nodes[which], WRONG[name])
    same = [other for other, wrong in WRONG.items() if planted(root, nodes[which], wrong) == adjoints]
    known = adjoints if all_nodes else {leaf: adjoints[leaf] for leaf in leaves(root)}
    verdict = blame(root, known)
    assert not verdict.ok
    if all_nodes:
        assert verdict.mistake in same
        assert math.isclose(verdict.found, adjoints[nodes[which]])


def test_labels_name_nodes_and_two_of_one_label_are_refused():
    x = Value(2.0, "x")
    assert blame(x * x, {"x": 4.0}).ok
    assert blame(x * x, {"x": 2.0}).mistake == "forgot this path"
    with pytest.raises(InputError, match="names 2 nodes"):
        blame(Value(1.0, "x") * Value(2.0, "x"), {"x": 1.0})


def test_a_loss_may_be_a_function():
    assert blame(NETWORK, {"dW1": np.zeros((3, 2))}, [1.0, 2.0], 0.0, losses.squared_error).place == "dW[1]"


# -- at a minimum the terms cancel, and only rounding is left -------------------------------------------------------


@pytest.mark.parametrize("precision", [np.float64, np.float32])
def test_a_right_gradient_at_a_minimum_is_not_accused(precision):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    best = np.linalg.lstsq(np.c_[X, np.ones(20)], Y, rcond=None)[0]
    model = nn.MLP(3, [2])
    model.load_state_dict({"layers.0.weight": best[:3].T.tolist(), "layers.0.bias": best[3].tolist()})
    W, b, A = (part.astype(precision) for part in (best[:3].T, best[3:].T, X.T))
    dZ = 2 * (W @ A + b - Y.T.astype(precision))
    right = {"dW1": dZ @ A.T / 20, "db1": dZ.mean(axis=1, keepdims=True)}
    assert abs(right["dW1"]).max() < 1e-6
    assert blame(model, right, X, Y).ok
    assert not blame(model, {"dW1": right["dW1"] + precision(1e-3)}, X, Y).ok


def test_a_graph_at_its_minimum_is_not_accused():
    a, b = Value(0.1, "a"), Value(0.2, "b")
    s = a + b
    assert blame((s - 0.3) * (s - 0.3), {"a": 2 * float(np.float64(0.1) + (0.2 - 0.3)), "b": 0.0}).ok


def test_other_forms_of_the_same_gradients_are_read():
    model, X, Y = nn.MLP(2, [3, 1], seed=0), [[0.1, 0.2], [0.3, -0.4]], [0.5, -0.5]
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    for p, numbers in zip(net.parameters(), model.state_dict().values()):
        p.data = torch.tensor(numbers)
    ((net(torch.tensor(X))[:, 0] - torch.tensor(Y)) ** 2).mean().backward()
    grads = {name: p.grad for name, p in net.named_parameters()}  # 0.weight, 2.weight
    assert blame(model, grads, torch.tensor(X, dtype=torch.float64), np.array(Y)).ok
    assert blame(model, list(grads.values()), X, Y).ok
    assert "sign" in blame(model, [*list(grads.values())[:3], -grads["2.bias"]], X, Y).mistake
    w = Value(0.5, "w")
    assert blame(w * w, {"w": np.array(1.0)}).ok and blame(w * w, {"w": torch.tensor(1.0)}).ok


@pytest.mark.parametrize(
    "grads",
    [{}, [], {"dW1": None}, {"dW1": np.ones((3, 2)) * 1j}, {"dW1": np.ma.masked_array(np.ones((3, 2)), True)}, [1, 2]],
)
def test_what_is_no_gradient_is_refused_and_never_right(grads):
    with pytest.raises(InputTypeError):
        blame(nn.MLP(2, [3, 1]), grads, [0.1, 0.2], 0.5)
    if grads == {}:
        with pytest.raises(InputTypeError):
            blame(Value(1.0, "w") * 2.0, grads)


RELATIONS = {
    "the factor 1.5": lambda dW, W: 1.5 * dW,
    "regularisation": lambda dW, W: dW + 0.1 * W,
    "rows in another order": lambda dW, W: np.roll(dW, 1, axis=0),
    "the sign of some entries": lambda dW, W: dW * np.array([[1.0], [-1.0], [1.0]]),
    "the shape (2, 2)": lambda dW, W: dW[:2],
    "not a number": lambda dW, W: dW * np.inf,
}


@pytest.mark.parametrize("words", RELATIONS)
def test_a_mistake_without_a_name_is_described_by_its_numbers(words):
    model, x, y = nn.MLP(2, [3, 1], seed=1), [0.1, 0.2], 0.5
    right = blame(model, {"dW1": np.full((3, 2), 99.0)}, x, y).expected
    W = np.array(model.state_dict()["layers.0.weight"])
    assert words in blame(model, {"dW1": RELATIONS[words](right, W)}, x, y).mistake


def test_a_relu_that_is_flat_warns_of_nothing():
    model, x, y = nn.MLP(2, [6, 6, 1], activation="relu", seed=1), [[0.1, -0.9], [0.9, 0.4]], [0.5, 0.1]
    assert any(a.data == 0.0 for a in model.layers[0](x[0]))
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not blame(model, {"dW1": np.full((6, 2), 99.0)}, x, y).ok
