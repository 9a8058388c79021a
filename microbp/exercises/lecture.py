"""What a lecture needs to ask: `predict` before a number is shown; `answers` runs the folded answers of a notebook.

Ask, wait, then show: who has committed to an answer remembers what came out. (Crouch et al., Classroom demonstrations:
learning tools or entertainment?, American Journal of Physics 72, 2004.)
"""

from __future__ import annotations

import html
import json
import linecache
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from ..errors import InputError, InputTypeError
from ..table.op import number

CARD = "border-left: 4px solid #8a6100; padding: 0.2em 0 0.2em 0.9em; margin: 0.4em 0"
WITHIN = 0.1  # a guess that is off by a tenth of the number is a good one
FOLDED = re.compile(r"<details>\s*<summary>(?P<name>[^<]*)</summary>(?P<body>.*?)</details>", re.DOTALL)
CODE = re.compile(r"^```python\n(?P<code>.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Prediction:
    """A question that is asked before its answer is computed; shows itself, as text and in a notebook.

    Attributes:
        question: what is asked.
        choices: one of them is right; none where a number is asked for.
        answer: what the reader has said; None where nothing was said.
    """

    question: str
    choices: tuple[str, ...] = ()
    answer: Any = None

    def reveal(self, truth: Any, within: float = WITHIN) -> Revealed:
        """Compare the answer with what came out.

        Args:
            truth: one of the choices, or the number.
            within: how far off a number may be, as a part of the true one.

        Raises:
            InputError: the truth is none of the choices.
        """
        if self.choices:
            if truth not in self.choices:
                raise InputError(f"what came out, {truth!r}, is none of the choices: {_listed(self.choices)}")
            return Revealed(self, truth, None if self.answer is None else self.answer == truth)
        truth = number(truth)
        if self.answer is None:
            return Revealed(self, truth, None)
        return Revealed(self, truth, bool(abs(self.answer - truth) <= within * abs(truth)))

    @property
    def said(self) -> str:
        """The answer in words, or how to give one."""
        if self.answer is not None:
            return f"You say: {_shown(self.answer)}."
        example = self.choices[0] if self.choices else 0.5
        return f"Decide before you go on: on paper, or here with answer={example!r}."

    def __str__(self) -> str:
        return "\n".join([f"Predict: {self.question}", *(f"  ( ) {choice}" for choice in self.choices), self.said])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        name = f"predict-{crc32(self.question.encode())}"  # the same in every run
        radio = '<label style="display: block"><input type="radio" name="{}"{}> {}</label>'
        marks = [
            radio.format(name, " checked" if choice == self.answer else "", html.escape(choice))
            for choice in self.choices
        ]
        asked = f"<strong>Predict.</strong> {html.escape(self.question)}"
        return f'<div style="{CARD}">{asked}{"".join(marks)}<div><em>{html.escape(self.said)}</em></div></div>'


@dataclass(frozen=True)
class Revealed:
    """What came out, beside what was predicted; prints itself.

    Attributes:
        prediction: what was asked and answered.
        truth: what came out.
        right: whether the answer was right; None where there was none.
    """

    prediction: Prediction
    truth: Any
    right: bool | None

    def __str__(self) -> str:
        came = f"It turns out: {_shown(self.truth)}."
        if self.right is None:
            return came
        verdict = "right" if self.right else "not so"
        return f"You said {_shown(self.prediction.answer)}: {verdict}. {came}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        mark = {True: "✓ ", False: "✗ ", None: ""}[self.right]
        return f'<div style="{CARD}">{mark}{html.escape(str(self))}</div>'


def predict(question: str, choices: Sequence[str] = (), answer: Any = None) -> Prediction:
    """Ask for a prediction, to be compared later with what is computed.

    It works without an answer: a notebook that nobody has filled in runs from top to bottom.

    Args:
        question: what is asked.
        choices: one of them will be right; leave them out to ask for a number.
        answer: one of the choices, or a number; None while nothing is said.

    Raises:
        InputError: an answer that is none of the choices, fewer than two choices.
        InputTypeError: a question that is no text, or a number is asked for and the answer is none.

    >>> guess = predict("3 times 0.5 and 1: which sum?", answer=2.5)
    >>> guess
    Predict: 3 times 0.5 and 1: which sum?
    You say: 2.5.
    >>> guess.reveal(3 * 0.5 + 1)
    You said 2.5: right. It turns out: 2.5.
    >>> predict("Is the slope of x² at 0", ["positive", "zero"]).reveal("zero")
    It turns out: zero.
    """
    if not isinstance(question, str) or isinstance(choices, str):
        raise InputTypeError("predict takes a question and a list of choices, all of them texts")
    choices = tuple(choices)
    if not all(isinstance(choice, str) for choice in choices):
        raise InputTypeError(f"choices are texts, got {list(choices)!r}")
    if choices and (len(choices) < 2 or len(set(choices)) < len(choices)):
        raise InputError(f"a prediction needs two different choices or more, got {_listed(choices)}")
    if answer is not None:
        if choices and answer not in choices:
            raise InputError(f"{answer!r} is none of the choices: {_listed(choices)}")
        if not choices:
            answer = number(answer)
    return Prediction(question, choices, answer)


def answers(path: str | Path, names: Mapping[str, Any]) -> None:
    """Run the folded answers of a notebook, so that none of them goes stale.

    A folded answer is a ``<details>`` in a Markdown cell; the Python in it runs in a copy of the names, so that no
    answer can lean on another.

    Args:
        path: the notebook.
        names: what its cells have defined, as ``globals()`` gives it.

    Raises:
        InputError: there is no such notebook, or no folded answer in it.
    """
    for name, code in folded(path):
        file = f"<{name}>"
        linecache.cache[file] = len(code), None, code.splitlines(keepends=True), file  # tracebacks show the line
        exec(compile(code, file, "exec"), dict(names))
        print(f"{name}: runs")


def folded(path: str | Path) -> list[tuple[str, str]]:
    """The folded answers of a notebook: the name and the Python of each."""
    try:
        cells = json.loads(Path(path).read_text("utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{str(path)!r} is no notebook: start Jupyter in the folder it stands in") from None
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    found = [
        (detail["name"].strip(), "\n".join(code["code"] for code in CODE.finditer(detail["body"])))
        for text in texts
        for detail in FOLDED.finditer(text)
    ]
    if not found:
        raise InputError(f"there is no folded answer in {str(path)!r}")
    return found


def _listed(choices: Sequence[str]) -> str:
    return ", ".join(map(repr, choices)) or "none"


def _shown(x: Any) -> str:
    return f"{x + 0.0:.6g}" if isinstance(x, float) else str(x)  # no -0
