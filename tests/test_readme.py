"""Every code block of the README runs, and prints what it says."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from microbp.cli import main

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
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
    root = Path(__file__).parent.parent
    table = README[README.index("| where |") :]
    for name in re.findall(r"`([\w/.]+\.(?:py|md)|[\w/]+/)`", table):
        assert (root / name).exists() or (root / "microbp" / name).exists(), name
