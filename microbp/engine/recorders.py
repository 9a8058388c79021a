'''The operations on Values, written from the rows of the table as straight-line Python and compiled once.

What a recorder does is the same for every row: it looks at the kinds of the arguments, computes the number,
checks it, takes the local derivatives that are wanted, and makes the node. What differs stands in the row. So
the text of the functions is put together from the rows, as attrs writes ``__init__``; a traceback and
`inspect.getsource` show it.

>>> print(source(TABLE["tanh"]))
def tanh(first):
    """tanh(x)"""
    if first.__class__ is not Value or not is_recording():
        return row_tanh.read(first)
    x = first._data
    try:
        z = float_tanh(x)
    except (ArithmeticError, ValueError) as error:
        raise failure(row_tanh, error, first) from None
    if not -inf < z < inf:
        raise failure(row_tanh, not_finite(z), first)
    node = new(Value)
    node._data, node._grad, node._label = z, 0.0, ""
    node.op, node.args = row_tanh, (first,)
    node.slopes = (1.0 - z * z,)
    return node
'''

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from types import MappingProxyType

from ..table.op import RESERVED, TABLE, Op, fill
from ..table.operators import BINARY, COMPARISONS
from ..table.writer import ARGUMENTS, PYTHON, Written, write

NAMES = ("first", "second", "third", *[f"argument_{x}" for x in ARGUMENTS[3:]])
"""The arguments of an operation; their numbers are x, y, a, ..."""

LANGUAGE = replace(PYTHON, others="float_")
"""Python, in which ``float_tanh`` is the row's function of floats."""


def everything() -> str:
    """The functions of all rows, the operators and the comparisons."""
    texts = [source(op) for op in TABLE.values()]
    for name, op in BINARY.items():
        texts += [operator(op, f"__{name}__", 0), operator(op, f"__r{name}__", 1)]
    texts += [comparison(op, method) for method, op in COMPARISONS.items()]
    return "\n\n\n".join(texts) + "\n"


def source(op: Op) -> str:
    """The function that a call of the row is, and a method of the first argument."""
    names, numbers = NAMES[: len(op.partials)], ARGUMENTS[: len(op.partials)]
    elsewhere = f"return row_{op.name}.read({', '.join(names)})"
    if op.vectors and op.name not in RESERVED:  # its function may do anything to its lists
        return _function(op, op.name, _parameters(op, names), [elsewhere])
    if op.vectors:
        body = _lists(op, names, elsewhere)
    elif len(names) == 1:
        body = [*_if(("first.__class__ is not Value or not is_recording()", elsewhere)), "x = first._data"]
    else:
        body = _if(("not is_recording()", elsewhere))
        for name, x in zip(names, numbers):
            body += _if(_value(name, x), _float(name, x), ("", elsewhere))
        none_is_a_value = " and ".join([f"{x} is {name}" for name, x in zip(names, numbers)])
        body += _if((none_is_a_value, f"return row_{op.name}.on_numbers(({', '.join(numbers)}))"))
    return _function(op, op.name, _parameters(op, names), [*body, *_node(op, names)])


def _parameters(op: Op, names: Sequence[str]) -> list[str]:
    defaults = dict(zip(reversed(names), reversed(op.defaults)))
    return [f"{name}={defaults[name]!r}" if name in defaults else name for name in names]


def operator(op: Op, method: str, own: int) -> str:
    """The method for ``x + y`` (own = 0), or the one for a y that is a Value where x is none (own = 1)."""
    mine, other, y = NAMES[own], NAMES[1 - own], ARGUMENTS[1 - own]
    elsewhere = f"return Value.apply(row_{op.name}, (first, second))"
    constant = [f"{y} = {other} = as_constant({other})"]
    constant += _if((f"{y} is None", "return NotImplemented"), (f"not -inf < {y} < inf", elsewhere))
    body = _if(("not is_recording()", elsewhere))
    body += [f"{ARGUMENTS[own]} = {mine}._data"]
    body += _if(*[_value(other, y)] * (own == 0), _float(other, y), ("", *constant))
    kinds = {mine: True, **({other: False} if own else {})}
    return _function(op, method, [mine, other], [*body, *_node(op, NAMES[:2], kinds)])


def comparison(op: Op, method: str) -> str:
    """The method for ``x < y``: it compares the numbers and gives a plain bool."""
    constant = ["y = as_constant(second)", *_if(("y is None", "return NotImplemented"))]
    body = _if(_value("second", "y"), ("second.__class__ is float", "y = second"), ("", *constant))
    return _function(op, method, NAMES[:2], [*body, f"return {fill(op.text, ('first._data', 'y'))}"])


def _function(op: Op, name: str, parameters: Sequence[str], body: Iterable[str]) -> str:
    title = [f'"""{fill(op.text, ARGUMENTS[: len(parameters)])}"""'] if op.name in RESERVED else []
    return "\n".join([f"def {name}({', '.join(parameters)}):", *_in(*title, *body)])


def _if(*branches: tuple[str, ...]) -> list[str]:
    """Conditions, each with its lines; the empty condition is the last."""
    words = ["if", *["elif"] * (len(branches) - 1)]
    heads = [f"{word} {condition}:" if condition else "else:" for word, (condition, *_) in zip(words, branches)]
    return [line for head, (_, *lines) in zip(heads, branches) for line in (head, *_in(*lines))]


def _try(lines: Sequence[str], otherwise: str, risky: Iterable[str]) -> list[str]:
    """Lines that may raise where there is no value: a call, a division, a power."""
    if not re.search(r"\w\(| (//|[/%]|\*\*) ", "\n".join(risky)):
        return [*lines]
    return ["try:", *_in(*lines), "except (ArithmeticError, ValueError) as error:", *_in(otherwise)]


def _in(*lines: str) -> list[str]:
    return [f"    {line}" for line in lines]


def _value(name: str, x: str) -> tuple[str, str]:
    return f"{name}.__class__ is Value", f"{x} = {name}._data"


def _float(name: str, x: str) -> tuple[str, str]:
    """A finite constant: what is written from a row takes arguments for finite, as Values are."""
    return f"{name}.__class__ is float and -inf < {name} < inf", f"{x} = {name}"


def _tuple(items: Sequence[str]) -> str:
    return f"({', '.join(items)}{',' * (len(items) == 1)})"


def _lists(op: Op, names: Sequence[str], elsewhere: str) -> list[str]:
    """The numbers of arguments some of which are lists."""
    lists = [name for name, is_list in zip(names, op.vectors) if is_list]
    out = ["not is_recording()", *[f"{name}.__class__ is not list" for name in lists], f"not {lists[0]}"]
    out += [f"len({name}) != len({lists[0]})" for name in lists[1:]]
    args = _tuple([f"{'*' * is_list}{name}" for name, is_list in zip(names, op.vectors)])
    body = [*_if((" or ".join(out), elsewhere)), f"args = {args}"]
    body += ["kinds = [*map(type, args)]", "every = kinds.count(Value) == len(args)"]
    lines: dict[str, list[str]] = {"{0}._data": [], "{0}._data if {0}.__class__ is Value else {0}": []}
    for name, x, is_list in zip(names, ARGUMENTS, op.vectors):
        for number, reading in lines.items():
            reading += [f"{x} = [{number.format('v')} for v in {name}]" if is_list else f"{x} = {number.format(name)}"]
    of_values, of_both = lines.values()
    are_both = "Value in kinds and kinds.count(Value) + kinds.count(float) == len(args)"
    return [*body, *_if(("every", *of_values), (are_both, *of_both), ("", elsewhere))]


def _node(op: Op, names: Sequence[str], kinds: Mapping[str, bool] = MappingProxyType({})) -> list[str]:
    """The value, its check and the node; of some arguments it is known whether they are Values."""
    row, numbers = f"row_{op.name}", ", ".join(ARGUMENTS[: len(names)])
    if len(names) == 1 and not op.vectors:
        kinds = {names[0]: True}
    is_written = op.name in RESERVED and not op.vectors  # the rules of others are called: they may do anything
    read = write(op, LANGUAGE, [len(names) == 1] * len(names)) if is_written else None
    value = [*read.before, f"z = {read.value}"] if read else [f"z = float_{op.name}({numbers})"]
    if op.name not in RESERVED:
        value += _if(("z.__class__ is not float", f"z = {row}.as_number(z)"))
    error = f"raise failure({row}, %s, {', '.join(names)})"
    return [
        *_try(value, f"{error % 'error'} from None", value),
        *_if(("not -inf < z < inf", error % "not_finite(z)")),
        "node = new(Value)",
        'node._data, node._grad, node._label = z, 0.0, ""',
        f"node.op, node.args = {row}, {'args' if op.vectors else _tuple(names)}",
        *(_written_slopes(op, read, names, kinds) if read else _called_slopes(op, names, kinds)),
        "return node",
    ]


def _written_slopes(op: Op, read: Written, names: Sequence[str], kinds: Mapping[str, bool]) -> list[str]:
    """The local derivatives as expressions, a case for each choice of Values and constants."""
    numbers, lines = ", ".join(ARGUMENTS[: len(names)]), []
    for name, rule in zip(names, op.partials):
        if rule == op.no_derivative:
            lines += _if((f"{name}.__class__ is Value", f"row_{op.name}.no_derivative()"))
            kinds = {**kinds, name: False}
    cases = [dict(zip(names, case)) for case in product([True, False], repeat=len(names)) if any(case)]
    cases = [case for case in cases if all(case[name] == kinds[name] for name in kinds)]
    branches = []
    for case in cases:
        written = read._replace(before=()) if len(names) == 1 else write(op, LANGUAGE, [*case.values()])
        before, found = [*written.before, *written.after], iter(written.partials)
        slopes = [next(found) if case[name] else "None" for name in names]
        body = [*before, f"node.slopes = {_tuple([*slopes, *_kept(op)])}"]
        otherwise = f"node.slopes = one_by_one(row_{op.name}, {_tuple(names)}, z, {numbers})"
        asked = [f"{name}.__class__ is Value" for name in names if case[name] and name not in kinds]
        is_last = case is cases[-1]
        branches.append(("" if is_last else " and ".join(asked), *_try(body, otherwise, [*before, *slopes])))
    return [*lines, *(_if(*branches) if len(branches) > 1 else branches[0][1:])]


def _called_slopes(op: Op, names: Sequence[str], kinds: Mapping[str, bool]) -> list[str]:
    """The local derivatives by calls of the rules."""
    numbers, slopes = ", ".join(ARGUMENTS[: len(names)]), []
    for name, rule, is_list in zip(names, op.partials, op.vectors or [False] * len(names)):
        rule_name = f"{op.name}_by_{name}"
        if isinstance(rule, float) and not is_list:
            slopes.append(repr(rule) if name in kinds else f"{rule!r} if {name}.__class__ is Value else None")
        else:
            of, every = (name, "every") if is_list else (f"({name},)", name in kinds)
            slopes.append(f"*slopes(row_{op.name}, {rule_name}, {of}, {every}, z, {numbers})")
    return [f"node.slopes = {_tuple([*slopes, *_kept(op)])}"]


def _kept(op: Op) -> list[str]:
    vectors = op.vectors or [False] * len(op.partials)
    return [f"{'*' * is_list}{x}" for x, is_list in zip(ARGUMENTS, vectors)] if op.keeps else []
