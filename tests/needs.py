"""What a test needs beyond the extra `test`: where it is missing, the test is skipped and says how to get it.

    torch = needs("torch")

is the package, or a stand-in for it. The stand-in gives every attribute, so that a file's tables of functions can be
written down, and whoever calls it inside a test skips that test; the other tests of the file run.
"""

import importlib
import os
import shutil

import pytest

DEV = (
    "jax",
    "mypy",
    "optax",
    "pandas",
    "playwright",
    "pyright",
    "torch",
)  # the packages that only the extra `dev` brings


class Missing:
    """An attribute of a package that is not installed; the first call skips the running test."""

    def __init__(self, package, path):
        self.package, self.path = package, path

    def __repr__(self):
        return self.path

    def __getattr__(self, name):
        if name.startswith("_"):  # what Python and pytest ask of any object
            raise AttributeError(name)
        return Missing(self.package, f"{self.path}.{name}")

    def __call__(self, *args, **kwargs):
        pytest.skip(f"needs {self.package}: pip install 'microbp[dev]'")

    __instancecheck__ = __enter__ = __iter__ = __getitem__ = __mro_entries__ = __call__
    __signature__ = property(__call__)


def needs(name):
    """The module of that name, or a stand-in where its package, one of DEV, is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in DEV:
            raise
        return Missing(error.name, name)


def require(name):
    """The module of that name, now: a test whose subject imports it is skipped where its package is not installed."""
    module = needs(name)
    return module() if isinstance(module, Missing) else module


def needs_program(name, package):
    """A mark that skips a test where the program is not on the path."""
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"needs the program {name}: install {package}")


needs_dot = needs_program("dot", "Graphviz")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = os.environ.get("MICROBP_AXE", "")  # the file axe.min.js of axe-core
