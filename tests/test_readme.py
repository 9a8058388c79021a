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
CHINESE = (ROOT / "README.zh.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [README, CHINESE], ids=["README.md", "README.zh.md"])
def test_python_blocks(text):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "README", "README.md", 0)
    failed, attempted = doctest.DocTestRunner(optionflags=flags).run(example)
    assert attempted >= 15
    assert failed == 0


def test_the_chinese_readme_uses_the_terms_of_the_texts_and_the_same_commands():
    for term in ("代价函数", "激活值", "权重", "偏置", "链式法则", "反向传播"):
        assert CHINESE.count(term) >= 2
    commands = [re.search(r"\n((?: {4}pip.*\n)+)", text)[1] for text in (README, CHINESE)]
    plain = [[line.partition("  #")[0].rstrip() for line in text.splitlines()] for text in commands]
    assert plain[0] == plain[1]


@pytest.mark.parametrize("text", [README, CHINESE], ids=["README.md", "README.zh.md"])
def test_every_link_leads_somewhere(text):
    headings = {
        re.sub(r"[^\w -]", "", line.lower()).strip().replace(" ", "-") for line in re.findall(r"^#+ (.*)", text, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target[1:] in headings if target.startswith("#") else (ROOT / target).exists(), target


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
