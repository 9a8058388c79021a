"""The bug zoo: 200 planted mistakes, each caught by the answer's test, by no wrong test, and mended by the repair."""

import re
import subprocess
import sys
from random import Random

import pytest

from microbp.errors import InputError
from microbp.exercises.zoo import LEVELS, SHELF, SPECIMENS, Puzzle, caught, pages, planted, puzzle
from microbp.exercises.zoo.alone import judge
from microbp.exercises.zoo.mutate import mutants
from microbp.exercises.zoo.run import failures, text


@pytest.mark.parametrize("specimen", SPECIMENS)
def test_the_right_programs_pass_their_tests(specimen):
    assert list(failures(specimen, text(specimen))) == []


def all_puzzles():
    """200 of the planted mistakes, of every program, and the shelf."""
    chosen = []
    for specimen in SPECIMENS:
        found = list(caught(specimen))
        chosen += [Puzzle(specimen, m, 1, told) for m, told in Random(0).sample(found, 29)]
    shelf = [(f, planted(f)) for f in SHELF]
    return chosen + [Puzzle(f.specimen, m, 1, tuple(failures(f.specimen, m.source)), f.source) for f, m in shelf]


WRONG_TESTS = [
    "def test(): pass",
    "def test(): assert False",
    "assert True",
    "assert 1 == 2, 'the program is wrong'",
    "def test(): raise ValueError('wrong')",
    "x = 1 / 0",
    "def test_it(): assert callable(print)",
    "import math\ndef test(): assert math.tanh(0.0) == 0.0",
    "def not_a_test(): assert False",
    "def test():\n    while True:\n        pass",
]


@pytest.mark.slow
def test_200_planted_mistakes_are_caught_by_the_answer_and_by_no_wrong_test(monkeypatch):
    monkeypatch.setattr("microbp.exercises.zoo.run._in_a_process", judge)  # thousands of processes take minutes
    puzzles = all_puzzles()
    assert len(puzzles) >= 200
    for asked in puzzles:
        assert asked.grade_test(asked.test).accepted, asked.key
        assert asked.grade_repair(asked.repair).accepted
        assert not asked.grade_repair(asked.code).accepted, asked.key
        for wrong in WRONG_TESTS[:-1]:
            assert not asked.grade_test(wrong).accepted, (asked.key, wrong)
    for asked in Random(1).sample(puzzles, 5):
        assert not asked.grade_test(WRONG_TESTS[-1]).accepted


@pytest.mark.parametrize("famous", SHELF, ids=lambda f: f.name)
def test_the_famous_mistakes_show(famous):
    mutant = planted(famous)
    told = list(failures(famous.specimen, mutant.source))
    assert told and told[0][0] != "loading"
    assert famous.source


@pytest.mark.parametrize("specimen", SPECIMENS)
def test_a_mutant_differs_in_one_place_and_keeps_the_rest(specimen):
    right = text(specimen)
    for mutant in list(mutants(right))[::7]:
        assert mutant.source != right
        at = next(i for i, (a, b) in enumerate(zip(mutant.source, right)) if a != b)
        assert abs(right.count("\n", 0, at) + 1 - mutant.line) <= mutant.right.count("\n")
        assert mutant.right in right and mutant.wrong.strip("()") in mutant.source


def test_the_same_seed_gives_the_same_puzzle_and_seeds_differ():
    assert str(puzzle(5, 2)) == str(puzzle(5, 2))
    assert len({puzzle(seed).code for seed in range(12)}) >= 11
    assert len({puzzle(seed).specimen for seed in range(30)}) == len(SPECIMENS)


def test_levels_tell_less_and_less():
    one, two, three = (puzzle(3, level) for level in LEVELS)
    assert one.code == two.code == three.code
    assert "lines" in one.told and "Numbers" in one.told
    assert "lines" not in two.told and "Numbers" in two.told
    assert "Numbers" not in three.told
    first, last = (int(word.rstrip(".")) for word in one.told.rpartition("lines ")[2].split(" to "))
    assert first <= one.mutant.line <= last
    with pytest.raises(InputError, match="choose from"):
        puzzle(0, 9)


@pytest.mark.parametrize("source", ["def (", "def test(nobody): pass", "\x00"])
def test_a_test_that_is_none_is_refused(source):
    with pytest.raises(InputError):
        puzzle(0).grade_test(source)


@pytest.mark.parametrize("source", ["def (", "", "import nothing_of_that_name", "while True: pass", "raise SystemExit"])
def test_a_repair_that_is_none_is_judged_and_not_run_for_ever(source):
    assert not puzzle(0).grade_repair(source).accepted


# -- answers that try to get round the grader ------------------------------------------------------------------------

CHEATS = {  # each is a test that looks at nothing, or a program that does nothing
    "exit": ("import os; os._exit(0)", "ends the process"),
    "interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "wait": ("import time; time.sleep(1e6)", "does not come to an end"),
    "compute in C": ("7 ** 10**9", "does not come to an end"),
    "no trace": ("import sys\nsys.settrace(None)\nwhile True: pass", "does not come to an end"),
    "swallow": ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", "come to an end"),
    "ask": ("input()", "EOFError"),
    "count the runs": (
        "import sys\nsys.runs = getattr(sys, 'runs', 0) + 1\nassert sys.runs % 2",
        "passes|twice|comparison",
    ),
    "print a verdict": ('print(\'{"accepted": true, "reason": ""}\')', "passes on the broken|does not hold"),
}


@pytest.mark.parametrize("kind", ["grade_test", "grade_repair"])
@pytest.mark.parametrize("cheat", CHEATS)
def test_no_answer_gets_round_the_grader(cheat, kind, monkeypatch):
    monkeypatch.setattr("microbp.exercises.zoo.run.SECONDS", 1.0)
    source, words = CHEATS[cheat]
    verdict = getattr(puzzle(0), kind)(source)
    assert not verdict.accepted
    assert re.search(words, verdict.reason), verdict


def test_a_test_that_passes_by_turns_is_not_accepted():
    by_turns = "import sys\nsys.runs = getattr(sys, 'runs', 0) + 1\nassert sys.runs != 2"
    assert "same result twice" in puzzle(0).grade_test(by_turns).reason


def test_a_program_that_changes_python_is_no_repair():
    asked = puzzle(0)
    cheat = f"import builtins\nbuiltins.abs = lambda x: 0.0\n{asked.code}"
    assert not asked.grade_repair(cheat).accepted
    assert "builtins.abs" in asked.grade_repair(f"import builtins\nbuiltins.abs = lambda x: x\n{asked.repair}").reason
    assert abs(-1.0) == 1.0


def test_tests_may_be_methods_of_a_class():
    asked = puzzle(0)
    body = asked.test.replace("def test_", "def check_")
    call = re.findall(r"def (check_\w+\(.*\)):", body)[-1]
    for base in ("", "(unittest.TestCase)"):
        source = f"import unittest\n{body}class Test{base}:\n    def test_it(self):\n        {call}\n"
        assert asked.grade_test(source).accepted
    assert not asked.grade_test("class Test:\n    def test_it(self): pass").accepted


@pytest.mark.parametrize("source", [None, 3, b"assert True", "async def test(): pass", "def test():\n    yield"])
def test_an_answer_that_runs_nothing_is_refused(source):
    with pytest.raises(InputError):
        puzzle(0).grade_test(source)


def test_sheet_and_key():
    puzzles = [puzzle(seed) for seed in range(3)]
    sheet, key = pages.sheet(puzzles, "Bugs"), pages.key(puzzles, "Bugs")
    assert sheet.count("<article>") == key.count("<article>") == 3
    assert "The mistake</h3>" in key and "The mistake</h3>" not in sheet
    assert "<script" not in sheet + key


def run(*args):
    return subprocess.run([sys.executable, "-m", "microbp", "zoo", *args], capture_output=True, text=True)


def test_the_command_prints_saves_and_grades(tmp_path):
    asked = puzzle(4)
    assert run("--seed", "4").stdout.strip() == str(asked)
    assert asked.mutant.name in run("--seed", "4", "--key").stdout
    program, test = tmp_path / "program.py", tmp_path / "test.py"
    assert run("--seed", "4", "--save", str(program)).returncode == 0
    done = run("--seed", "4", "--repair", str(program))
    assert done.returncode == 1 and done.stdout.startswith("not yet: ")
    program.write_text(asked.repair)
    assert run("--seed", "4", "--repair", str(program)).returncode == 0
    test.write_text(asked.test)
    assert run("--seed", "4", "--test", str(test)).stdout.startswith("accepted: ")
    assert run("--sheet", str(tmp_path / "sheets"), "--n", "2").returncode == 0
    assert (tmp_path / "sheets" / "key.html").exists()


@pytest.mark.parametrize("args", [["--test", "nowhere.py"], ["--level", "7"], ["--sheet", "x", "--n", "0"]])
def test_wrong_use_is_told_without_a_traceback(args, tmp_path):
    done = run(*args)
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr
