r"""Reading what a student writes: a number, a formula in the names of the question, as typed or in LaTeX.

The text is cut into words, the longest word of one table first, and read by a grammar of six lines::

    sum      = product (("+" | "-") product)*
    product  = signed ("*" signed | "/" signed | power)*        a factor may follow another without a sign
    signed   = "-" signed | "+" signed | power
    power    = atom ("^" signed)?
    atom     = number | name | "(" sum ")" | \frac group group | function call
    call     = ("^" atom)? ("(" sum ("," sum)* ")" | power)     tanh²(z), ln a

The page of exercises reads by the same table and the same grammar (`page.js`), and a test compares the two. Nothing
is ever evaluated as Python.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple, NoReturn, TypeAlias

from ..errors import InputError, MicrobpError
from ..inspect.labels import COMMANDS, split
from ..table.op import TABLE, Op, shorten

LONGEST = 400  # characters of an answer
LONGEST_WORD = 32  # of a spelling
DEEPEST = 40  # parentheses within parentheses
DIGITS = 30  # of a number
LARGEST_POWER = 200  # of an exponent that is kept exact, and of the 10 in 1e200

Tree: TypeAlias = tuple[Any, ...]
"""("number", Fraction, its text), ("name", label), (sign, x, y), ("neg", x) or ("call", function, x, ...)."""


Table: TypeAlias = Mapping[str, tuple[str, str]]
"""A spelling to the kind of word and its meaning."""


class Word(NamedTuple):
    """One word of an answer: what it is, what it stands for, and how it was written."""

    kind: str
    value: str
    text: str


# -- the table of words ------------------------------------------------------------------------------------

DASHES = ("\N{MINUS SIGN}", "\N{EN DASH}", "\N{EM DASH}", "\N{FIGURE DASH}", "\N{NON-BREAKING HYPHEN}")
SKIPPED = (
    r"\,",
    r"\;",
    r"\:",
    r"\!",
    r"\quad",
    r"\mathrm",
    r"\text",
    r"\operatorname",
    r"\left",
    r"\right",
    r"\displaystyle",
    r"\big",
    r"\Big",
    r"\(",
    r"\)",
    "$",
    "~",
)
SIGNS: dict[str, tuple[str, ...]] = {
    "+": ("+",), "-": ("-", *DASHES),
    "*": ("*", "·", "×", "⋅", "∗", "•", "⊙", r"\cdot", r"\times", r"\ast", r"\odot"),
    "/": ("/", "÷", "∕", "\N{FRACTION SLASH}", r"\div"), "^": ("^", "**"),
    "(": ("(", "{", "[", "（"), ")": (")", "}", "]", "）"), ",": (",",), "frac": (r"\frac", r"\tfrac", r"\dfrac"),
}  # fmt: skip
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "sigmoid": ("sigmoid", "Sigmoid", "σ", "sigma", r"\sigma", "sig"), "tanh": ("tanh", "Tanh", r"\tanh"),
    "relu": ("relu", "ReLU", "Relu", r"\operatorname{ReLU}"), "exp": ("exp", r"\exp"),
    "log": ("ln", "log", r"\ln", r"\log"),
    "sqrt": ("sqrt", "√", r"\sqrt"), "abs": ("abs",), "maximum": ("max", "maximum", r"\max"),
    "minimum": ("min", "minimum", r"\min"),
}  # fmt: skip
PRIMED = ("sigmoid", "tanh", "relu")
PRIMES = ("'", "′", "’", r"^\prime", r"^{\prime}")
NUMBERS = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8"}
POWERS = {"²": "2", "³": "3", "⁴": "4", "⁻¹": "-1", "⁻²": "-2"}
CONSTANTS = {"e": math.e, "pi": math.pi}

NUMERAL = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+\N{MINUS SIGN}]?[0-9]+(?![0-9]))?")
WITH_COMMA = re.compile(r"(?<![0-9.,])([-+\N{MINUS SIGN}]?[0-9]+),([0-9]+)(?![0-9.,])")
EXACT: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


SENTENCES = {
    "long": "an answer of {0} characters is too long: at most {1}",
    "unknown": "cannot read {0}: give a number such as -2, 3/4 or 0.75, or a formula with {1}+ - * / ^ and"
    " functions such as σ, tanh, ln",
    "names": "the names {0}, ",
    "digits": "{0} has too many digits: give up to {1}, and an exponent up to {2}",
    "empty": "there is no answer yet: give a number or a formula",
    "on": "cannot read on at {0}: see to the parentheses",
    "thousands": "{0},{1} can be read in two ways: write {0}.{1} or {0}{1}",
    "comma": "one number is asked for, and {0} has a comma: write a decimal with a point",
    "deep": "this answer is nested too deeply: write it with fewer parentheses",
    "signs": "this answer has too many signs in a row",
    "two_ways": "a product after / can be read in two ways: put parentheses, or * before {0}",
    "sign": "write a sign before {0}, such as *",
    "end": "something is missing at the end of this answer",
    "before": "a number or a name is missing before {0}",
    "closing": "a closing parenthesis is missing",
    "unclosed": "cannot read on at {0}: a sign or a closing parenthesis is missing before it",
    "of_what": "{0} of what? Write {0}(...)",
    "takes": "{0} takes {1} of them, and {2} are given",
    "zero": "this answer divides by 0",
    "no_value": "this answer has no finite value with the numbers of the question",
    "letters": "cannot read {0}: give a letter from A to {1}, or several such as A, C",
    "shape": "cannot read {0}: give a shape such as (4, 3)",
    "rows": "cannot read {0}: give every row as many numbers, such as [[1, 2], [3, 4]]",
    "coarse": "{0} has too few digits to tell: give three",
    "right": "Right: {0}.",
    "unseen": " (These would not show here: {0}.)",
    "wrong": "Not right: {0}.",
    "no_mistake": " No mistake that I know leads to this answer: see the hints.",
    "several": " {0} mistakes lead to this number:",
}
"""What is said about an answer, here and in a page."""
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def say(name: str, *given: object) -> str:
    """A sentence with its places filled in.

    >>> say("sign", "'2'")
    "write a sign before '2', such as *"
    """
    return re.sub(r"\{(\d)\}", lambda m: str(given[int(m[1])]), SENTENCES[name])


def refuse(name: str, *given: object) -> NoReturn:
    """Raise what is to be said about an answer that cannot be read."""
    raise InputError(say(name, *given))


def quoted(text: str) -> str:
    """A part of an answer in a sentence, without what would act on the text around it."""
    return f"'{shorten(UNSEEN.sub(chr(0xFFFD), text))}'"


def common() -> dict[str, tuple[str, str]]:
    """The words of every answer: spelling to kind and meaning."""
    words = {text: ("skip", "") for text in SKIPPED}
    words |= {text: ("sign", sign) for sign, texts in SIGNS.items() for text in texts}
    words |= {text: ("function", name) for name, texts in FUNCTIONS.items() for text in texts}
    for name in PRIMED:
        words |= {text + prime: ("function", name + "'") for text in FUNCTIONS[name] for prime in PRIMES}
    words |= {text: ("number", number) for text, number in NUMBERS.items()}
    words |= {text: ("power", number) for text, number in POWERS.items()}
    return words | {
        "e": ("constant", "e"),
        "pi": ("constant", "pi"),
        "π": ("constant", "pi"),
        r"\pi": ("constant", "pi"),
    }


COMMON = common()


def spellings(label: str) -> list[str]:
    r"""The ways to type a label.

    >>> spellings(r"\beta_{1}")[:6]
    ['\\beta_{1}', '\\beta_1', '\\beta1', '\\beta₁', 'β_{1}', 'β_1']
    >>> "w^(2)_21" in spellings("w_{21}^{(2)}")
    True
    """
    pieces = [(text, level) for text, level, _ in split(label) if text]
    bases, indices = [""], []
    for text, level in pieces:
        if level == "base":
            command = COMMANDS.get(text)
            bases = [b + t for b in bases for t in ([command, text, command[1:]] if command else [text])]
        elif level == "sub":
            indices.append([f"_{{{text}}}", f"_{text}", text, "".join(_lowered(c) for c in text)])
        else:
            raised = text.translate(str.maketrans("()0123456789", "⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹"))
            indices.append([f"^{{{text}}}", f"^{text}", raised, text])
    ends = ["".join(end) for end in product(*indices)]
    if len(indices) == 2:  # either index may come first
        ends += ["".join(end) for end in product(*reversed(indices))]
    return [base + end for base in bases for end in ends]


def _lowered(c: str) -> str:
    return chr(ord("₀") + int(c)) if c.isdecimal() and c.isascii() else c


def vocabulary(labels: Iterable[str]) -> Table:
    """The table of words of one question: the common words, and its names, which go before."""
    return _vocabulary(tuple(labels))


@lru_cache(maxsize=512)
def _vocabulary(labels: tuple[str, ...]) -> Table:
    return COMMON | {t: ("name", label) for label in labels for t in spellings(label) if len(t) <= LONGEST_WORD}


# -- words -------------------------------------------------------------------------------------------------


def words(text: str, table: Table) -> list[Word]:
    """The words of an answer.

    Raises:
        InputError: it is too long, or a part of it is no word.
    """
    if len(text) > LONGEST:
        refuse("long", len(text), LONGEST)
    found: list[Word] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        if number := NUMERAL.match(text, at):
            found.append(Word("number", _checked(number[0]), number[0]))
            at = number.end()
            continue
        for size in range(min(LONGEST_WORD, len(text) - at), 0, -1):
            if entry := table.get(text[at : at + size]):
                if entry[0] != "skip":
                    found.append(Word(*entry, text[at : at + size]))
                at += size
                break
        else:
            refuse("unknown", quoted(text[at:].split()[0]), _known(table))
    return found


def _checked(number: str) -> str:
    number = number.replace("\N{MINUS SIGN}", "-")
    mantissa, _, exponent = number.lower().partition("e")
    if len(mantissa) > DIGITS or len(exponent) > 4 or abs(int(exponent or 0)) > LARGEST_POWER:
        refuse("digits", shorten(number), DIGITS, LARGEST_POWER)
    return number


def _known(table: Table) -> str:
    names = list(dict.fromkeys(label for kind, label in table.values() if kind == "name"))
    return say("names", ", ".join(names)) if names else ""


# -- the grammar -------------------------------------------------------------------------------------------


def parse(text: str, table: Table) -> Tree:
    r"""The formula that a text gives.

    Raises:
        InputError: it gives none, or can be read in two ways; the message says what to write.

    >>> parse(r"\frac{a}{2}(1-a)", vocabulary(["a"]))[0]
    '*'
    """
    found = words(after_the_sign(text), table)
    if not found:
        refuse("empty")
    reader = _Reader(found)
    tree = reader.sum()
    if reader.at < len(found):
        word = found[reader.at]
        if word.value == ",":
            refuse("comma", quoted(text.strip()))
        refuse("on", quoted(word.text))
    return tree


def after_the_sign(text: str) -> str:
    """What stands after the last equals sign: ``∂C/∂w = 2·3 = 6`` answers 6; a comma in a decimal made a point.

    Raises:
        InputError: a comma that may stand for thousands.

    >>> after_the_sign("dw = 0,25")
    ' 0.25'
    """
    text = re.split("[=≈]", text)[-1]
    if "(" in text:
        return text
    for before, after in WITH_COMMA.findall(text):
        digits = before.lstrip("-+\N{MINUS SIGN}")
        if len(after) == 3 and len(digits) <= 3 and digits != "0":
            refuse("thousands", before, after)
    return WITH_COMMA.sub(r"\1.\2", text)


class _Reader:
    def __init__(self, found: Sequence[Word]) -> None:
        self.words, self.at, self.depth = found, 0, 0

    def next(self, *signs: str) -> str:
        """The sign at this place, if it is one of these; then go on."""
        if self.at < len(self.words) and self.words[self.at].kind == "sign" and self.words[self.at].value in signs:
            self.at += 1
            return self.words[self.at - 1].value
        return ""

    def starts(self, *kinds: str) -> bool:
        """Whether a word of one of these kinds, or an opening sign, comes next."""
        if self.at == len(self.words):
            return False
        word = self.words[self.at]
        return word.kind in kinds or (word.kind == "sign" and word.value in ("(", "frac"))

    def sum(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            refuse("deep")
        left = self.product()
        while sign := self.next("+", "-"):
            left = (sign, left, self.product())
        self.depth -= 1
        return left

    def product(self) -> Tree:
        left, divided = self.signed(), False
        while True:
            if sign := self.next("*", "/"):
                left, divided = (sign, left, self.signed()), sign == "/"
            elif self.starts("name", "function", "constant"):
                if divided:
                    refuse("two_ways", quoted(self.words[self.at].text))
                left = ("*", left, self.power())
            elif self.at < len(self.words) and self.words[self.at].kind == "number":
                refuse("sign", quoted(self.words[self.at].text))
            else:
                return left

    def signed(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            refuse("signs")
        sign = self.next("+", "-")
        tree = self.power() if not sign else self.signed() if sign == "+" else ("neg", self.signed())
        self.depth -= 1
        return tree

    def power(self) -> Tree:
        base = self.atom()
        if self.next("^"):
            return ("^", base, self.signed())
        if self.at < len(self.words) and self.words[self.at].kind == "power":
            self.at += 1
            return ("^", base, numeral(self.words[self.at - 1].value))
        return base

    def atom(self) -> Tree:
        if self.at == len(self.words):
            refuse("end")
        if self.next("("):
            return self.closed(self.sum())
        if self.next("frac"):
            return ("/", self.group(), self.group())
        kind, value, text = self.words[self.at]
        self.at += 1
        if kind == "number":
            return numeral(value)
        if kind in ("name", "constant"):
            return (kind, value)
        if kind == "function":
            return self.call(value, text)
        refuse("before", quoted(text))

    def group(self) -> Tree:
        """What belongs to a LaTeX command: the next brackets, or the next digit of \\frac12."""
        if self.next("("):
            return self.closed(self.sum())
        if self.at < len(self.words) and self.words[self.at].kind == "number" and len(self.words[self.at].text) == 2:
            first, second = tuple(self.words[self.at].text)
            if first.isdecimal() and second.isdecimal():
                self.words = [
                    *self.words[: self.at],
                    *(Word("number", d, d) for d in (first, second)),
                    *self.words[self.at + 1 :],
                ]
        return self.atom()

    def closed(self, tree: Tree) -> Tree:
        if not self.next(")"):
            if self.at == len(self.words):
                refuse("closing")
            refuse("unclosed", quoted(self.words[self.at].text))
        return tree

    def call(self, name: str, text: str) -> Tree:
        exponent: Tree = ()
        if self.next("^"):
            exponent = self.signed()
        elif self.at < len(self.words) and self.words[self.at].kind == "power":
            self.at += 1
            exponent = numeral(self.words[self.at - 1].value)
        if self.next("("):
            args = [self.sum()]
            while self.next(","):
                args.append(self.sum())
            self.closed(())
        elif self.starts("name", "number", "constant", "function"):
            args = [self.power()]
        else:
            refuse("of_what", text)
        needed = 2 if name in ("maximum", "minimum") else 1
        if len(args) != needed:
            refuse("takes", text, needed, len(args))
        tree: Tree = ("call", name, *args)
        return ("^", tree, exponent) if exponent else tree


def numeral(text: str) -> Tree:
    """A number of a formula."""
    return ("number", Fraction(text), text)


# -- the value ---------------------------------------------------------------------------------------------


def evaluate(tree: Tree, names: Mapping[str, Any]) -> Any:
    """A formula with numbers, or any other operand, for its names: exact as long as fractions are.

    >>> evaluate(parse("x/3 + 1", vocabulary(["x"])), {"x": Fraction(2)})
    Fraction(5, 3)
    """
    match tree:
        case ("number", x, _):
            return x
        case ("constant", name):
            return CONSTANTS[name]
        case ("name", label):
            return names[label]
        case ("neg", x):
            return -evaluate(x, names)
        case ("call", name, *args):
            return called(name, [_float(evaluate(x, names)) for x in args])
        case ("^", x, y):
            return power(evaluate(x, names), evaluate(y, names))
    sign, x, y = tree
    left, right = evaluate(x, names), evaluate(y, names)
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        left, right = _float(left), _float(right)
    return EXACT[sign](left, right)


def power(x: Any, y: Any) -> Any:
    """x to the power of y: a square by its own row, exact where both are fractions."""
    if isinstance(y, Fraction | float) and y == 2:
        return TABLE["square"](x) if not isinstance(x, Fraction) else x * x
    if isinstance(x, Fraction) and isinstance(y, Fraction) and y.denominator == 1 and abs(y) <= LARGEST_POWER:
        return x ** int(y)
    x, y = _float(x), _float(y)
    return TABLE["pow"](x, y)


def called(name: str, args: Sequence[Any]) -> Any:
    """A function of the table, or with a prime its derivative."""
    if not name.endswith("'"):
        return TABLE[name](*args)
    op: Op = TABLE[name[:-1]]
    return op.local_derivatives(op(*args), args, [True])[0]


def _float(x: Any) -> Any:
    return float(x) if isinstance(x, Fraction) else x


def value(tree: Tree, names: Mapping[str, Any]) -> Fraction | float:
    """The number that an answer gives.

    Raises:
        InputError: it has none: a division by 0, the logarithm of a negative number, a number too large.
    """
    try:
        found = evaluate(tree, names)
        if math.isfinite(found):
            return found  # type: ignore[no-any-return]
    except ZeroDivisionError:
        refuse("zero")
    except (MicrobpError, ArithmeticError, ValueError):
        pass
    refuse("no_value")


def is_bare(tree: Tree) -> bool:
    """Whether an answer is one number as it was typed, with its sign."""
    return tree[0] == "number" or (tree[0] == "neg" and is_bare(tree[1]))


def has_decimals(tree: Tree) -> bool:
    """Whether a formula has numbers in it that may be rounded."""
    if tree[0] == "number":
        return "." in tree[2] or "e" in tree[2].lower()
    return any(has_decimals(part) for part in tree[1:] if isinstance(part, tuple))
