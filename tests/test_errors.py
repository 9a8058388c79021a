"""The typed errors: one tree, drawn as it is, and each message names the thing and the cure."""

import inspect
import math
import re

import pytest

import microbp
from microbp import Value, errors
from microbp.errors import DivisionByZeroError, DomainError, InputTypeError, MicrobpError, RangeError

CLASSES = {name: c for name, c in vars(errors).items() if inspect.isclass(c) and c.__module__ == errors.__name__}


def drawn():
    """(class, its parent in the drawing, the built-in beside it)."""
    path = []
    for line in errors.__doc__.splitlines():
        found = re.match(r"^    ([│├└─ ]*)(\w+Error)(?: \((\w+)\))?", line)
        if found:
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            yield found[2], path[-2] if depth else None, found[3]


def test_the_drawing_is_the_tree():
    rows = list(drawn())
    assert {name for name, _, _ in rows} == set(CLASSES)
    for name, parent, built_in in rows:
        assert CLASSES[name].__mro__[1] is (CLASSES[parent] if parent else Exception)
        if built_in:
            assert issubclass(CLASSES[name], getattr(__builtins__, built_in, None) or __builtins__[built_in])


def test_all_derive_from_the_root_and_from_a_built_in():
    for name, c in CLASSES.items():
        assert issubclass(c, MicrobpError)
        assert c.__doc__
        if c is not MicrobpError:
            assert any(issubclass(c, b) for b in (ValueError, TypeError, ArithmeticError, ImportError)), name


def test_the_root_is_public():
    assert microbp.MicrobpError is MicrobpError


@pytest.mark.parametrize(
    "call, error, built_in, words",
    [
        (lambda: Value("3"), InputTypeError, TypeError, ["'3'", "str", "real number"]),
        (lambda: Value(1j), InputTypeError, TypeError, ["1j", "complex"]),
        (lambda: Value(None), InputTypeError, TypeError, ["None", "NoneType"]),
        (lambda: Value(-1.0, "p").log(), DomainError, ValueError, ["log(p=-1.0)", "x > 0", "clip"]),
        (lambda: Value(0.0, "p").log(), DomainError, ValueError, ["log(p=0.0)", "x > 0"]),
        (lambda: Value(-1.0, "v").sqrt(), DomainError, ValueError, ["sqrt(v=-1.0)", "x >= 0", "epsilon"]),
        (lambda: 1 / Value(0.0, "d"), DivisionByZeroError, ZeroDivisionError, ["div(1.0, d=0.0)", "epsilon"]),
        (lambda: Value(1.0) / 0, DivisionByZeroError, ZeroDivisionError, ["div(1.0, 0.0)", "where()"]),
        (lambda: Value(1.0) % 0, DivisionByZeroError, ZeroDivisionError, ["mod", "divisor is 0"]),
        (lambda: Value(0.0).reciprocal(), DivisionByZeroError, ZeroDivisionError, ["reciprocal(0.0)"]),
        (lambda: Value(0.0) ** -1, DomainError, ValueError, ["pow(0.0, -1.0)", "positive"]),
        (lambda: Value(1000.0, "z").exp(), RangeError, OverflowError, ["exp(z=1000.0)", "logarithms"]),
        (lambda: Value(1e200) * 1e200, RangeError, OverflowError, ["mul(1e+200, 1e+200)", "rescale"]),
        (lambda: Value(-8.0, "b") ** (1 / 3), DomainError, ValueError, ["pow(b=-8.0", "cbrt"]),
        (lambda: Value(2.0).arcsin(), DomainError, ValueError, ["arcsin(2.0)", "-1 <= x <= 1"]),
        (lambda: Value(0.5).arccosh(), DomainError, ValueError, ["x >= 1"]),
        (lambda: Value(1.0).arctanh(), DomainError, ValueError, ["-1 < x < 1"]),
        (lambda: Value(-1.0).log1p(), DomainError, ValueError, ["x > -1"]),
        (lambda: Value(-0.5).lgamma(), DomainError, ValueError, ["x > 0"]),
        (lambda: Value(1.0) * math.nan, DomainError, ValueError, ["mul(1.0, nan)"]),
        (lambda: Value(1e308) + Value(1e308), RangeError, OverflowError, ["add"]),
        (lambda: float(Value(1.0)), InputTypeError, TypeError, ["value.data"]),
    ],
)
def test_a_message_names_the_operation_the_operand_and_the_cure(call, error, built_in, words):
    with pytest.raises(error) as caught:
        call()
    assert isinstance(caught.value, built_in)
    assert isinstance(caught.value, MicrobpError)
    assert all(word in str(caught.value) for word in words)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("x", [-1.0, 0.0])
def test_numbers_and_values_fail_alike(x):
    for argument in (x, Value(x)):
        with pytest.raises(DomainError, match=re.escape(f"log({x})")):
            microbp.log(argument)


def test_a_long_list_is_shortened():
    with pytest.raises(RangeError) as caught:
        microbp.prod([Value(1e10)] * 100)
    assert len(str(caught.value)) < 200
    with pytest.raises(InputTypeError) as caught:
        Value("x" * 10_000)
    assert len(str(caught.value)) < 200


def test_labels_of_a_list_row():
    w, a = Value(1e200, "w"), Value(1e200, "a")
    with pytest.raises(RangeError, match=r"weighted_sum\(w=1e\+200, a=1e\+200, 0.0\)"):
        microbp.weighted_sum([w], [a])


def test_a_missing_package_names_the_extra():
    error = errors.missing_extra("matplotlib", "plot")
    assert str(error) == "matplotlib is not installed: pip install 'microbp[plot]'"
    assert isinstance(error, ImportError)
