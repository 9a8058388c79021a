"""Data sets have the shapes their docstrings state, files are read or refused, batches lose no sample."""

import cmath
import gzip
import math
import re
import statistics
import struct
import subprocess
import sys
import tracemalloc
from collections import Counter
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from needs import require

from microbp import data
from microbp.errors import FileFormatError, InputError, InputTypeError, NotFiniteError, ShapeError

steady = settings(derandomize=True, deadline=None, max_examples=60)
ROUNDING = 1e-12  # a few operations on numbers near 1, each good to 2.2e-16
GENERATORS = [data.moons, data.circles, data.spiral]
seeds = st.integers(0, 2**32)


# --- generated -------------------------------------------------------------------------------------------


def of_class(c: int, X: list[list[float]], Y: list[int]) -> list[complex]:
    return [complex(*x) for x, y in zip(X, Y, strict=True) if y == c]


def equally_spaced(curve: list[complex]) -> bool:
    steps = [abs(b - a) for a, b in pairwise(curve)]
    return max(steps) - min(steps) < ROUNDING


def test_xor_is_the_truth_table() -> None:
    X, Y = data.xor()
    assert {(bool(a), bool(b)): bool(y) for (a, b), y in zip(X, Y, strict=True)} == {
        (False, False): False, (False, True): True, (True, False): True, (True, True): False,
    }  # fmt: skip


@steady
@given(n=st.integers(4, 200), seed=seeds)
def test_moons_are_half_circles_of_radius_1(n: int, seed: int) -> None:
    X, Y = data.moons(n, noise=0.0, seed=seed)
    for c, centre, side, ends in [(0, 0j, 1, [-1, 1]), (1, 1 + 0.5j, -1, [0.5j, 2 + 0.5j])]:
        moon = sorted(of_class(c, X, Y), key=lambda p: p.real)
        assert all(math.isclose(abs(p - centre), 1, abs_tol=ROUNDING) for p in moon)
        assert all((p - centre).imag * side > -ROUNDING for p in moon)
        assert all(min(abs(p - end) for p in moon) < ROUNDING for end in ends)
        assert equally_spaced(moon)


@steady
@given(n=st.integers(4, 200), seed=seeds, factor=st.floats(0.01, 0.99))
def test_circles_are_closed_evenly_and_have_their_radii(n: int, seed: int, factor: float) -> None:
    X, Y = data.circles(n, noise=0.0, seed=seed, factor=factor)
    for c, radius in [(0, 1.0), (1, factor)]:
        circle = sorted(of_class(c, X, Y), key=lambda p: cmath.phase(p) % math.tau)
        assert all(math.isclose(abs(p), radius, abs_tol=ROUNDING) for p in circle)
        assert equally_spaced([*circle, circle[0]])


@steady
@given(classes=st.integers(1, 7), per_class=st.integers(2, 40), seed=seeds)
def test_spiral_arms_are_one_arm_turned(classes: int, per_class: int, seed: int) -> None:
    X, Y = data.spiral(classes * per_class, classes, noise=0.0, seed=seed)
    first = sorted(of_class(0, X, Y), key=abs)
    assert abs(first[0] - 0.1) < ROUNDING
    assert abs(first[-1] - cmath.rect(1, 4)) < ROUNDING
    turns = [cmath.phase(b / a) for a, b in pairwise(first)]
    lengths = [abs(b) - abs(a) for a, b in pairwise(first)]
    assert max(turns) - min(turns) < ROUNDING
    assert max(lengths) - min(lengths) < ROUNDING
    for c in range(classes):
        turned = sorted(of_class(c, X, Y), key=abs)
        angle = cmath.rect(1, math.tau * c / classes)
        assert all(abs(p * angle - q) < ROUNDING for p, q in zip(first, turned, strict=True))


@pytest.mark.parametrize("generate", GENERATORS)
@steady
@given(n=st.integers(3, 100), seed=seeds)
def test_classes_are_balanced_and_runs_repeat(generate: Any, n: int, seed: int) -> None:
    X, Y = generate(n, seed=seed)
    sizes = Counter(Y).values()
    assert len(X) == n == len(Y)
    assert max(sizes) - min(sizes) <= 1
    assert generate(n, seed=seed) == (X, Y)
    assert generate(n, seed=seed + 1)[0] != X


@pytest.mark.parametrize("generate", GENERATORS)
def test_noise_has_the_stated_deviation_and_the_order_is_mixed(generate: Any) -> None:
    noisy, Y = generate(4000, noise=0.1)
    clean, Y_clean = generate(4000, noise=0.0)  # the same seed, hence the same order
    assert Y == Y_clean != sorted(Y)
    errors = [a - b for x, z in zip(noisy, clean, strict=True) for a, b in zip(x, z, strict=True)]
    standard_error = 0.1 / math.sqrt(2 * len(errors))
    assert abs(statistics.pstdev(errors) - 0.1) < 4 * standard_error
    assert abs(statistics.fmean(errors)) < 4 * 0.1 / math.sqrt(len(errors))


@pytest.mark.parametrize("generate", GENERATORS)
@pytest.mark.parametrize(
    "bad", [{"n": 1}, {"n": 10.0}, {"n": -5}, {"noise": -0.1}, {"noise": math.nan}, {"noise": math.inf}]
)
def test_senseless_arguments_are_named(generate: Any, bad: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"{next(iter(bad))}="):
        generate(**bad)


def test_senseless_factor_and_classes_are_named() -> None:
    for factor in (0.0, 1.0, math.nan):
        with pytest.raises(InputError, match="factor="):
            data.circles(factor=factor)
    for classes in (0, 2.0):
        with pytest.raises(InputError, match="classes="):
            data.spiral(classes=classes)  # type: ignore[arg-type]


# --- digits ----------------------------------------------------------------------------------------------

UCI_COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]  # "Class Distribution" in optdigits.names


def test_digits_are_the_published_set() -> None:
    X, Y = data.digits()
    assert [Y.count(d) for d in range(10)] == UCI_COUNTS
    assert {len(x) for x in X} == {64}
    assert {16 * pixel for x in X for pixel in x} == set(range(17))


def test_the_split_takes_a_fifth_of_every_class_and_loses_nothing() -> None:
    parts = {name: data.digits(name) for name in ("train", "test")}
    assert [len(parts[name][1]) for name in ("train", "test")] == [1437, 360]
    assert all(abs(parts["test"][1].count(d) - count / 5) < 1 for d, count in enumerate(UCI_COUNTS))
    part_of = {(*x, y): name for name, (X, Y) in parts.items() for x, y in zip(X, Y, strict=True)}
    whole = [(*x, y) for x, y in zip(*data.digits(), strict=True)]
    assert len(part_of) == len(whole) == 1797  # no two samples are equal, so each has one part
    for name, (X, Y) in parts.items():
        assert [row for row in whole if part_of[row] == name] == [(*x, y) for x, y in zip(X, Y, strict=True)]
    in_order_of_class = [part_of[row] == "test" for d in range(10) for row in whole if row[-1] == d]
    assert [i for i, is_test in enumerate(in_order_of_class) if is_test] == list(range(0, 1797, 5))


def test_images_belong_to_their_labels() -> None:
    (X, Y), (X_test, Y_test) = (tuple(map(np.array, data.digits(name))) for name in ("train", "test"))
    means = np.array([X[np.equal(Y, d)].mean(axis=0) for d in range(10)])
    nearest = ((X_test[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == Y_test).mean() > 0.8  # guessing gives 0.1


def test_digits_can_be_edited_without_harm() -> None:
    X, _ = data.digits("test")
    X[0][0] = 7.0
    assert data.digits("test")[0][0][0] != 7.0


def test_an_unknown_part_of_the_digits_is_named() -> None:
    with pytest.raises(InputError, match="'val'"):
        data.digits("val")


def test_plain_data_need_no_numpy() -> None:
    program = "import sys; from microbp.data import *; moons(); digits(); print('numpy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


# --- IDX files -------------------------------------------------------------------------------------------

BYTE_TYPES = {  # from the format's code to struct's and to NumPy's name
    8: ("B", "uint8"), 9: ("b", "int8"), 11: ("h", "int16"), 12: ("i", "int32"), 13: ("f", "float32"),
    14: ("d", "float64"),
}  # fmt: skip


def idx(kind: int, shape: tuple[int, ...], values: Any) -> bytes:
    element, _ = BYTE_TYPES[kind]
    return struct.pack(f">HBB{len(shape)}I{len(values)}{element}", 0, kind, len(shape), *shape, *values)


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("idx") / "some-idx-file"


@pytest.mark.parametrize("kind", BYTE_TYPES)
@steady
@given(random=st.data(), shape=st.lists(st.integers(0, 4), min_size=1, max_size=4), zipped=st.booleans())
def test_every_element_type_comes_back(
    path: Path, kind: int, random: st.DataObject, shape: list[int], zipped: bool
) -> None:
    code, name = BYTE_TYPES[kind]
    raw = random.draw(st.binary(min_size=math.prod(shape) * struct.calcsize(code), max_size=256 * 8))
    values = struct.unpack_from(f">{math.prod(shape)}{code}", raw)
    content = idx(kind, tuple(shape), values)
    path.write_bytes(gzip.compress(content) if zipped else content)
    array = data.read_idx(path)
    assert (array.dtype, array.shape) == (np.dtype(name), tuple(shape))
    np.testing.assert_array_equal(array.ravel(), values)
    assert array.flags.writeable


GOOD = idx(11, (2, 3), [1, -2, 3, -4, 5, -32768])


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("cut", range(len(GOOD)))
def test_a_file_cut_anywhere_is_refused(path: Path, cut: int, zipped: bool) -> None:
    path.write_bytes(gzip.compress(GOOD[:cut]) if zipped else GOOD[:cut])
    part = "magic number" if cut < 4 else "header" if cut < 12 else "elements"
    with pytest.raises(FileFormatError, match=f"{path.name} is cut short: .* for its {part} .*has {cut}:"):
        data.read_idx(path)


@pytest.mark.parametrize("zipped", [False, True])
def test_trailing_bytes_are_refused(path: Path, zipped: bool) -> None:
    path.write_bytes(gzip.compress(GOOD + b"abc") if zipped else GOOD + b"abc")
    with pytest.raises(FileFormatError, match=f"{path.name} has 3 bytes after"):
        data.read_idx(path)


@pytest.mark.parametrize("start", [b"\x89PNG", b"\x00\x01\x08\x01", b"\x01\x00\x08\x01", b"\x00\x00\x0a\x01"])
def test_another_kind_of_file_is_refused(path: Path, start: bytes) -> None:
    path.write_bytes(start + bytes(20))
    with pytest.raises(FileFormatError, match=f"{path.name} begins with the bytes {start.hex(' ')}"):
        data.read_idx(path)


@pytest.mark.parametrize("where", [2, -1, -5, 14])
def test_a_damaged_gzip_file_is_refused(path: Path, where: int) -> None:
    zipped = bytearray(gzip.compress(GOOD))
    zipped[where] ^= 0xFF  # the method, the length, the checksum, the compressed data
    path.write_bytes(zipped)
    with pytest.raises(FileFormatError, match=f"{path.name} is a damaged gzip file"):
        data.read_idx(path)


def test_a_gzip_file_cut_short_is_refused(path: Path) -> None:
    for cut in range(2, len(gzip.compress(GOOD))):
        path.write_bytes(gzip.compress(GOOD)[:cut])
        with pytest.raises(FileFormatError, match=path.name):
            data.read_idx(path)


@steady
@given(kind=st.sampled_from(sorted(BYTE_TYPES)), rest=st.binary(max_size=80), zeros=st.integers(0, 900))
def test_any_bytes_give_an_array_or_a_typed_error(path: Path, kind: int, rest: bytes, zeros: int) -> None:
    path.write_bytes(bytes([0, 0, kind]) + rest + bytes(zeros))
    try:
        array = data.read_idx(path)
    except FileFormatError as error:
        assert str(path) in str(error)
    else:
        assert array.ndim == (rest[0] if rest else 0)


def test_a_shape_that_no_array_can_have_is_refused(path: Path) -> None:
    for shape in [(1,) * 200, (0, *(2**32 - 1,) * 4)]:
        path.write_bytes(idx(8, shape, [7] * math.prod(shape)))
        with pytest.raises(FileFormatError, match=path.name):
            data.read_idx(path)


def of_zeros(path: Path, shape: tuple[int, ...], size: int) -> None:
    """A gzipped IDX file that states a shape, with a number of zeros after its header."""
    with gzip.open(path, "wb") as file:
        file.write(idx(8, shape, []))
        for _ in range(size >> 20):
            file.write(bytes(1 << 20))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((4,), "has 1048576 or more bytes after its elements"),
        ((2**32 - 1, 2**32 - 1), "is cut short: it needs .* and has at most"),
        (((64 << 20) + 99_999,), "is cut short: it needs .* and has 67108872:"),
    ],
)
def test_memory_is_taken_for_what_the_header_states_and_the_file_can_have(
    path: Path, shape: tuple[int, ...], message: str
) -> None:
    of_zeros(path, shape, 64 << 20)
    tracemalloc.start()
    with pytest.raises(FileFormatError, match=message):
        data.read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < math.prod(shape[:1]) + (8 << 20) and peak < 110 << 20


def test_mnist_reads_no_image_before_both_headers_fit(tmp_path: Path) -> None:
    of_zeros(tmp_path / "train-images-idx3-ubyte.gz", (1 << 16, 28, 28), 64 << 20)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(LABELS)
    tracemalloc.start()
    with pytest.raises(FileFormatError, match=r"holds 65536 images and .* 2 labels"):
        data.mnist(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


# --- MNIST -----------------------------------------------------------------------------------------------

IMAGES = idx(8, (2, 28, 28), [*range(256), *[255] * 528, *[0] * 784])
LABELS = idx(8, (2,), [9, 0])


def fill(folder: Path, images: bytes = IMAGES, labels: bytes = LABELS) -> None:
    (folder / "train-images-idx3-ubyte").write_bytes(images)
    (folder / "train-labels-idx1-ubyte").write_bytes(labels)


@pytest.mark.parametrize("mark", "-.")
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(("split", "prefix"), [("train", "train"), ("test", "t10k")])
def test_mnist_is_read_under_all_names(tmp_path: Path, mark: str, zipped: bool, split: str, prefix: str) -> None:
    for kind, content in [(f"images{mark}idx3-ubyte", IMAGES), (f"labels{mark}idx1-ubyte", LABELS)]:
        name = f"{prefix}-{kind}" + ".gz" * zipped
        (tmp_path / name).write_bytes(gzip.compress(content) if zipped else content)
    X, Y = data.mnist(tmp_path, split)
    assert (X.shape, X.dtype.name) == ((2, 784), "float64")
    assert (Y.tolist(), Y.dtype.name) == ([9, 0], "int64")
    assert [X[0, 0], X[0, 51], X[0, 255], X[0, 783], X[1].max()] == [0.0, 0.2, 1.0, 1.0, 0.0]


def test_missing_mnist_files_list_the_names_looked_for(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(FileFormatError) as caught:
        data.mnist(tmp_path)
    for name in ["-idx1-ubyte", "-idx1-ubyte.gz", ".idx1-ubyte", ".idx1-ubyte.gz"]:
        assert f"train-labels{name}" in re.split(r"[ ,:]+", str(caught.value))
    assert str(tmp_path) in str(caught.value)
    with pytest.raises(FileFormatError, match="t10k-images-idx3-ubyte"):
        data.mnist(tmp_path / "nowhere", "test")


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (IMAGES, idx(8, (3,), [1, 2, 3]), "holds 2 images and .* 3 labels"),
        (idx(8, (2, 14, 14), [0] * 392), LABELS, "images.* shape (2, 14, 14), MNIST has images of 28x28"),
        (idx(9, (2, 28, 28), [0] * 1568), LABELS, "images.* int8"),
        (idx(8, (2, 784), [0] * 1568), LABELS, "images.* shape (2, 784)"),
        (IMAGES, IMAGES, "labels.* shape (2, 28, 28), MNIST has a list of labels"),
        (IMAGES, idx(12, (2,), [1, 2]), "labels.* int32"),
        (IMAGES, idx(8, (2,), [1, 10]), "labels.* holds the label 10"),
        (IMAGES[:-1], LABELS, "images.* is cut short"),
    ],
)
def test_mnist_files_that_do_not_fit_are_named(tmp_path: Path, images: bytes, labels: bytes, message: str) -> None:
    fill(tmp_path, images, labels)
    with pytest.raises(FileFormatError, match=message.replace("(", r"\(").replace(")", r"\)")):
        data.mnist(tmp_path)


def test_an_mnist_file_may_hold_no_image(tmp_path: Path) -> None:
    fill(tmp_path, idx(8, (0, 28, 28), []), idx(8, (0,), []))
    assert [array.shape for array in data.mnist(tmp_path)] == [(0, 784), (0,)]


def test_an_unknown_part_of_mnist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'t10k'"):
        data.mnist(tmp_path, "t10k")


# --- batches and split -----------------------------------------------------------------------------------


def numbered(m: int, as_array: bool) -> tuple[Any, Any]:
    """Samples that carry their own number in X and in Y."""
    X, Y = [[float(i), -float(i)] for i in range(m)], list(range(m))
    return (np.array(X), np.array(Y)) if as_array else (X, Y)


def numbers_of(X: Any, Y: Any, as_array: bool) -> list[int]:
    assert isinstance(X, np.ndarray if as_array else list)
    assert isinstance(Y, np.ndarray if as_array else list)
    assert [[float(y), -float(y)] for y in Y] == [list(x) for x in X]  # every input kept its target
    return [int(y) for y in Y]


@steady
@given(m=st.integers(1, 60), size=st.integers(1, 70), seed=st.none() | seeds, as_array=st.booleans())
def test_an_epoch_has_every_sample_once(m: int, size: int, seed: int | None, as_array: bool) -> None:
    X, Y = numbered(m, as_array)
    epoch = [numbers_of(x, y, as_array) for x, y in data.batches(X, Y, size, seed)]
    seen = list(chain.from_iterable(epoch))
    assert seen == list(range(m)) if seed is None else sorted(seen) == list(range(m))
    assert [len(batch) for batch in epoch[:-1]] == [size] * (math.ceil(m / size) - 1)
    assert epoch == [numbers_of(x, y, as_array) for x, y in data.batches(X, Y, size, seed)]


def test_seeds_shuffle_differently_and_lists_like_arrays() -> None:
    orders = {tuple(next(data.batches(*numbered(50, False), 50, seed))[1]) for seed in range(20)}
    assert len(orders) == 20
    lists, arrays = (next(data.batches(*numbered(50, kind), 50, seed=3)) for kind in (False, True))
    assert lists[1] == arrays[1].tolist()


@steady
@given(m=st.integers(2, 60), test=st.floats(0.01, 0.99), seed=st.none() | seeds, as_array=st.booleans())
def test_split_loses_no_sample(m: int, test: float, seed: int | None, as_array: bool) -> None:
    X, Y = numbered(m, as_array)
    assume(0 < round(test * m) < m)
    X_train, Y_train, X_test, Y_test = data.split(X, Y, test, seed)
    train, held_out = numbers_of(X_train, Y_train, as_array), numbers_of(X_test, Y_test, as_array)
    assert abs(len(held_out) - test * m) <= 0.5
    assert train + held_out == list(range(m)) if seed is None else sorted(train + held_out) == list(range(m))


@pytest.mark.parametrize(("test", "left"), [(0.1, "3 for training and 0"), (0.9, "0 for training and 3")])
def test_split_leaves_no_side_empty(test: float, left: str) -> None:
    with pytest.raises(ShapeError, match=left):
        data.split(*numbered(3, False), test=test)


def test_split_shuffles_unless_told_not_to() -> None:
    assert data.split(*numbered(50, False))[3] != list(range(40, 50))


@pytest.mark.parametrize("cut", [lambda X, Y: data.batches(X, Y, 2), data.split])
def test_data_that_do_not_fit_are_refused_by_the_call(cut: Any) -> None:
    with pytest.raises(ShapeError, match="X has 2 samples and Y has 1"):
        cut([[1.0], [2.0]], [0])
    with pytest.raises(ShapeError, match="empty"):
        cut([], [])
    with pytest.raises(ShapeError, match="empty"):
        cut(np.empty((0, 3)), np.empty(0))


@pytest.mark.parametrize("size", [0, -1, 2.0, math.nan])
def test_a_senseless_batch_size_is_refused_by_the_call(size: Any) -> None:
    with pytest.raises(ShapeError, match="size="):
        data.batches([[1.0]], [0], size)


@pytest.mark.parametrize("test", [0.0, 1.0, -0.2, 5, math.nan])
def test_a_senseless_fraction_is_refused(test: float) -> None:
    with pytest.raises(InputError, match=r"test=.* between 0 and 1"):
        data.split(*numbered(10, False), test=test)


# --- check_finite ----------------------------------------------------------------------------------------


@steady
@given(
    rows=st.integers(1, 6),
    columns=st.integers(1, 6),
    spots=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5))),
    bad=st.sampled_from([math.nan, math.inf, -math.inf]),
    kind=st.sampled_from([list, tuple, np.array]),
)
def test_the_first_bad_number_is_named(
    rows: int, columns: int, spots: set[tuple[int, int]], bad: float, kind: Any
) -> None:
    X = [[bad if (r, c) in spots else 1.5 * r - c for c in range(columns)] for r in range(rows)]
    inside = sorted((r, c) for r, c in spots if r < rows and c < columns)
    if not inside:
        data.check_finite(kind(X))
        return
    with pytest.raises(NotFiniteError, match=f"row {inside[0][0]}, column {inside[0][1]} .* {bad}:"):
        data.check_finite(kind(X))


def test_flat_lists_integers_and_images_are_checked_too() -> None:
    data.check_finite([1, 2.0, True])
    data.check_finite(np.arange(6).reshape(2, 3))
    images = np.zeros((3, 2, 2))
    images[1, 1, 0] = np.nan
    with pytest.raises(NotFiniteError, match="row 1, column 2 "):
        data.check_finite(images)
    with pytest.raises(NotFiniteError, match="row 2, column 0 "):
        data.check_finite([0.0, 1.0, math.inf])


def test_ragged_rows_are_named() -> None:
    with pytest.raises(ShapeError, match="row 2 has 1 numbers and row 0 has 2"):
        data.check_finite([[1.0, 2.0], [3.0, 4.0], [5.0]])


@pytest.mark.parametrize("X", [[[1.0], ["2.5"]], [1.0, "2.5"], np.array([1.0, "2.5"], dtype=object)])
def test_text_is_named(X: Any) -> None:
    with pytest.raises(InputTypeError, match=r"row 1, column 0 .* is '2\.5': convert it to a float"):
        data.check_finite(X)


# --- classes ---------------------------------------------------------------------------------------------


@steady
@given(st.lists(st.integers(0, 4), min_size=1))
def test_one_hot_is_numpys_identity(indices: list[int]) -> None:
    wanted = np.eye(5)[indices]
    assert data.one_hot(indices, 5) == data.one_hot(np.array(indices), 5) == wanted.tolist()
    assert data.one_hot(indices[0], 5) == wanted[0].tolist()


@pytest.mark.parametrize("index", [-1, 5, 0.5, [0, 7], math.nan])
def test_a_class_that_is_not_there_is_refused(index: Any) -> None:
    with pytest.raises(InputError, match="runs from 0 to 4"):
        data.one_hot(index, 5)


# --- tables of other libraries ---------------------------------------------------------------------------


def test_tables_of_pandas_are_shuffled_and_cut_like_arrays() -> None:
    pandas = require("pandas")
    X, Y = numbered(10, True)
    frame, series = pandas.DataFrame(X, index=range(10, 0, -1)), pandas.Series(Y, index=[*"abcdefghij"])
    for (x, y), (x_, y_) in zip(data.batches(frame, series, 3, seed=2), data.batches(X, Y, 3, seed=2), strict=True):
        assert (x == x_).all() and (y == y_).all()
    for part, part_ in zip(data.split(frame, series), data.split(X, Y), strict=True):
        assert (part == part_).all()
    with pytest.raises(NotFiniteError, match="row 1, column 1"):
        data.check_finite(pandas.DataFrame([[1.0, 2.0], [3.0, None]]))
