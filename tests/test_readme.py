"""Every code block of the README runs, and prints what it says."""

import doctest
import re
import runpy
import shlex
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from microbp.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.S)


def test_python_blocks():
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    example = doctest.DocTestParser().get_doctest("\n".join(BLOCKS), {}, "README", "README.md", 0)
    failed, attempted = doctest.DocTestRunner(optionflags=flags).run(example)
    assert attempted >= 15
    assert failed == 0


@pytest.mark.parametrize("command", re.findall(r"`microbp (gradient [^`]*)`", README))
def test_commands(command, capsys):
    assert main(shlex.split(command)) == 0
    assert "gradient" in capsys.readouterr().out


def test_every_path_it_names_exists():
    table = README[README.index("| where |") :]
    for name in re.findall(r"`([\w/.]+\.(?:py|md)|[\w/]+/)`", table):
        assert (ROOT / name).exists() or (ROOT / "microbp" / name).exists(), name


def drawn(svg):
    """What is written in a picture, with the shapes that it has, by name: no number of more than four digits."""
    found = ET.fromstring(svg)
    return [(e.tag, e.get("class"), "".join(e.itertext()) if e.tag.endswith("text") else "") for e in found.iter()]


@pytest.mark.parametrize("name", ["graph", "lines", "network"])
def test_its_pictures_are_what_the_library_draws(name):
    docs = ROOT / "docs"
    picture = runpy.run_path(str(docs / "pictures.py"))["pictures"]()[name]
    assert drawn((docs / f"{name}.svg").read_text("utf-8")) == drawn(picture.svg), "run python docs/pictures.py"


def test_every_picture_is_there_and_small():
    names = re.findall(r"!\[[^]]+\]\((docs/\w+\.svg)\)", README)
    assert len(names) >= 4
    for name in names:
        text = (ROOT / name).read_text("utf-8")
        assert text.startswith("<svg") and len(text) < 100_000
        assert "prefers-color-scheme: dark" in text
