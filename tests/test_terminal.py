"""The commands in a terminal: encodings, pipes, interrupts, the end of input, errors of the system, any arguments."""

import contextlib
import errno
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from needs import needs_program

import microbp
from microbp import nn
from microbp.cli import main
from microbp.cli.terminal import ASCII, CURES, in_ascii, sentence
from microbp.losses import LOSSES

CHAIN = ["chain", "--weights", "1", "2", "--biases", "0", "0", "-x", "1", "-y", "0"]

needs_bash = needs_program("bash", "bash")


def run(*argv, stdin=None, **environment):
    """A process of its own, as a shell would start it."""
    return subprocess.run(
        [sys.executable, "-m", "microbp", *map(str, argv)],
        stdin=stdin or subprocess.DEVNULL, capture_output=True, env={**os.environ, **environment}, timeout=120,
    )  # fmt: skip


def shell(line):
    """A line of the shell, ``microbp`` in it being this one; standard output, standard error, the exit codes."""
    line = f'microbp() {{ "{sys.executable}" -m microbp "$@"; }}; {line}; echo "codes ${{PIPESTATUS[*]}}" >&3'
    done = subprocess.run(["bash", "-c", f"{{ {line}; }} 3>&2"], capture_output=True, text=True, timeout=120)
    err, _, codes = done.stderr.rpartition("codes ")
    return done.stdout, err, [int(code) for code in codes.split()]


# -- encodings -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize(
    "argv", [CHAIN, ["explain", "sigmoid(w*x)", "w=1", "x=2"], ["equations", "xor"]], ids=lambda a: a[0]
)
def test_an_encoding_without_greek_letters_gets_names(encoding, argv):
    done, full = run(*argv, PYTHONIOENCODING=encoding), run(*argv, PYTHONIOENCODING="utf-8")
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode(encoding)
    assert "?" not in text and "\\u" not in text and ("dC" in text or "delta" in text)
    assert in_ascii(text) == in_ascii(full.stdout.decode())  # cp1252 has signs of its own, such as ² and ·


def test_the_names_of_signs():
    assert in_ascii("∂C₀/∂w₁₂⁽³⁾ = σ′(z) · (wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ a², ½ 中") == (
        "dC_0/dw_12^(3) = sigma'(z) * (w^(l+1))^T delta^(l+1) .* a^2, 1/2 \\u4e2d"
    )
    assert in_ascii("αΩϖ−→≥…") == "alphaOmegavarpi-->>=..."


def test_every_sign_that_is_printed_has_a_name():
    files = [
        path for path in Path(microbp.__file__).parent.rglob("*.py") if path.parent.name != "viz"
    ]  # pages are UTF-8
    signs = {c for path in files for c in path.read_text("utf-8") if ord(c) > 127}
    signs = {c for c in signs if not unicodedata.name(c).startswith(("CYRILLIC", "CJK"))}
    assert len(signs) > 50
    for sign in signs:
        assert in_ascii(sign).isascii() and "\\" not in in_ascii(sign), sign


@pytest.mark.slow
@given(st.text(st.characters(min_codepoint=32), max_size=30))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_any_text_can_be_written_in_any_encoding(text):
    for encoding in ("ascii", "cp1252", "cp437", "utf-8"):
        written = text.encode(encoding, ASCII).decode(encoding)
        assert in_ascii(written) == in_ascii(text) or "^" in in_ascii(text) or "_" in in_ascii(text)


def test_json_in_ascii_is_json():
    assert json.loads(run("explain", "x*y", "x=1", "y=2", "--json", PYTHONIOENCODING="ascii").stdout)["value"] == 2.0


# -- pipes, interrupts, the end of input ---------------------------------------------------------------


@needs_bash
@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    ["microbp gradient x x=1 | true", "microbp exercises --n 200 --key | head -1", "microbp train --help | head -1"],
)
def test_a_closed_pipe_is_no_failure(line):
    _, err, codes = shell(line)
    assert (err, codes) == ("", [0, 0])


@needs_bash
@pytest.mark.slow
def test_streams_that_are_not_there():
    for line in (
        "microbp gradient x x=1 >&-",
        "microbp train xor --epochs 1 2>&-",
        "microbp train xor --epochs 1 >&- 2>&-",
    ):
        assert shell(line)[2] == [0]
    assert shell("microbp exercises --practice --n 1 <&-")[2] == [0]
    assert shell("microbp gradient q 2>&-")[2] == [2]


@needs_bash
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_a_sentence():
    _, err, codes = shell("microbp gradient x x=1 > /dev/full")
    assert (err, codes) == (
        "microbp: the output cannot be written: the disk is full; make room, or choose another place\n",
        [1],
    )


@pytest.mark.slow
@pytest.mark.parametrize("answers", [b"", b"1/2", b"h\n", b"\xff\xfe\n", b"q\n"])
def test_practice_ends_with_its_input(answers, tmp_path):
    (tmp_path / "answers").write_bytes(answers)
    with (tmp_path / "answers").open("rb") as stdin:
        done = run("exercises", "--practice", "--n", 2, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().endswith("0 of 0 right at the first try, without a hint\n")


def interrupt(*_, **options):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "argv, where",
    [
        (["gradient", "x", "x=1"], "microbp.cli.explain.read_expression"),
        (["equations", "digits"], "microbp.cli.explain.equations"),
        (["exercises", "--practice"], "builtins.input"),
        (["train", "xor", "--epochs", "1"], "microbp.cli.train.evaluate"),
    ],
)
def test_an_interrupt_ends_with_130_and_a_word(monkeypatch, capsys, argv, where):
    monkeypatch.setattr(where, interrupt)
    assert main(argv) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "microbp: interrupted"


def test_an_interrupted_training_is_saved_and_ends_with_130(monkeypatch, capsys, tmp_path):
    fit = microbp.cli.train.fit

    def stopped(model, *args, **options):
        history = fit(model, *args, **options)
        history.stopped = "interrupted"
        return history

    monkeypatch.setattr("microbp.cli.train.fit", stopped)
    assert main(["train", "xor", "--epochs", "2", "--save", str(tmp_path / "m.json")]) == 130
    assert "interrupted after 2 whole epochs" in capsys.readouterr().out and (tmp_path / "m.json").is_file()


@pytest.mark.parametrize("columns", ["0", "1", "5", "-3", "x"])
@pytest.mark.parametrize("argv", [["--help"], ["train", "--help"], ["exercises", "--help"], ["gradient"]], ids="-".join)
def test_a_tiny_terminal(monkeypatch, capsys, columns, argv):
    monkeypatch.setenv("COLUMNS", columns)
    with pytest.raises(SystemExit) as stop:
        main(argv)
    assert stop.value.code == (2 if argv == ["gradient"] else 0)
    assert "microbp" in "".join(capsys.readouterr())


# -- errors of the system ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CURES)
def test_an_error_of_the_system_is_a_sentence_with_a_cure(monkeypatch, capsys, code):
    def fails(*_):
        raise OSError(code, os.strerror(code), "some/file")

    monkeypatch.setattr("microbp.cli.explain.read_expression", fails)
    assert main(["gradient", "x"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("microbp: some/file: ") and "Errno" not in err
    assert re.search("choose|check|name a file", err)


def test_an_unknown_error_of_the_system_is_a_sentence_too():
    assert sentence(OSError(errno.EIO, "Input/output error", "f")) == (
        "f: input/output error; choose another place, or try again"
    )
    assert "Errno" not in sentence(OSError())


@pytest.mark.parametrize(
    "argv, name",
    [
        (["draw", "x", "x=1", "-o"], "g.svg"),
        (["step", "x", "x=1", "-o"], "s.html"),
        ([*CHAIN, "--svg"], "c.svg"),
        (["train", "xor", "--epochs", "1", "--save"], "m.json"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_work(monkeypatch, capsys, tmp_path, argv, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / f"folder{Path(name).suffix}").mkdir()
    for target, cure in (
        (tmp_path / "none" / name, "there is no folder"),
        (tmp_path / f"folder{Path(name).suffix}", "is a folder: name a file in it"),
        (tmp_path / "other.xyz", "end the name in"),
        (Path("/proc") / name, "cannot be written to; choose another place"),
    ):
        assert main([*argv, str(target)]) == 2
        out, err = capsys.readouterr()
        assert out == "" and cure in err
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    (tmp_path / name).write_text("old")
    assert main([*argv, str(tmp_path / name)]) == 2
    assert "cannot be written to" in capsys.readouterr().err and (tmp_path / name).read_text() == "old"


# -- any arguments -------------------------------------------------------------------------------------

EXPRESSIONS = [
    "x",
    "-x",
    "x**2",
    "x*y",
    "x^2",
    "log(x)",
    "",
    "(",
    "x/0",
    "sqrt(x)",
    "1",
    "[x, x]",
    "max(x)",
    "x y",
    "σ",
]
EXPRESSIONS += [
    "exp(1000*x)",
    "x\0",
    "\udcff",
    "x=1",
    "weighted_sum([x], [x, x])",
    "\n",
    "mean([])",
    "lambda: x",
    "norm([x])",
]
NUMBERS = ["x=1", "x=1", "x=2", "y=2", "x=0", "x=-1", "x=nan", "x=1e400", "=", "x", "x=", "1=2", "π=3", "if=2"]
WORDS = [
    "1",
    "2",
    "0",
    "-1",
    "3",
    "nan",
    "inf",
    "1e3",
    "abc",
    "",
    "-",
    "9" * 30,
    "tanh",
    "softmax",
    "sgd",
    "cosine",
    "out.json",
]
WORDS += [
    "out.svg",
    "folder",
    "/nonexistent/x.svg",
    "x",
    "y",
    "layers",
    "tape",
    "report",
    "out.html",
    "m.json",
    *LOSSES,
]
OPTIONS = [
    "--activation",
    "--cost",
    "--optimizer",
    "--lr",
    "--schedule",
    "--batch-size",
    "--seed",
    "--save",
    "--eager",
    "--wrt",
]
OPTIONS += [
    "--paths",
    "--steps",
    "--latex",
    "--json",
    "--svg",
    "--sample",
    "-o",
    "--highlight",
    "--level",
    "--show",
    "--key",
]
OPTIONS += ["--all", "--sheet", "--practice", "-h", "-x", "-y", "--layers"]
one = st.sampled_from
expression = st.builds(
    lambda c, e, n: [c, e, *n],
    one(["gradient", "explain", "draw", "step"]),
    one(EXPRESSIONS),
    st.lists(one(NUMBERS), max_size=3),
)
network = st.builds(
    lambda c, d: [c, d, *["--epochs", "1", "--layers", "2"][: 4 if c == "train" else 0]],
    one(["train", "equations"]), one(["xor", "moons", "nosuch", "folder", "m.json", ""]),
)  # fmt: skip
model = st.builds(
    lambda m: ["compile", m], one(["m.json", "softmax.json", "bad.json", "binary.json", "folder", "none.json", ""])
)
command = st.one_of(expression, network, model, st.just(CHAIN), st.just(["exercises", "--n", "2"]), st.just([]))
rest = st.lists(st.one_of(st.tuples(one(OPTIONS)), st.tuples(one(OPTIONS), one(WORDS))), max_size=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("any")
    nn.MLP(2, [3, 1]).save(where / "m.json")
    nn.MLP(3, [3, 2], "tanh", "softmax").save(where / "softmax.json")
    (where / "bad.json").write_text("{")
    (where / "binary.json").write_bytes(b"\xff\0")
    (where / "folder").mkdir()
    return where


@pytest.mark.slow
@given(command, rest)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_any_arguments_end_with_a_code_and_a_word(folder, first, more):
    argv = [*first, *(word for pair in more for word in pair)]
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("sys.stdin", io.StringIO(""))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(argv)
            except SystemExit as stop:
                code = stop.code
    assert code in (0, 1, 2)
    assert code == 0 or err.getvalue().strip()
