"""The examples in the docstrings of the package that is tested: the installed one, or the checkout's."""

import doctest
import importlib
import pkgutil

import pytest

import microbp

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
MODULES = ["microbp", *(module.name for module in pkgutil.walk_packages(microbp.__path__, "microbp."))]
EXAMPLES = [
    docstring
    for module in MODULES
    for docstring in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(module))
    if docstring.examples
]


@pytest.mark.parametrize("docstring", EXAMPLES, ids=lambda docstring: docstring.name)
def test_a_docstring_prints_what_it_says(docstring):
    assert doctest.DocTestRunner(optionflags=FLAGS).run(docstring).failed == 0
