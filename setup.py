"""The native engine is built where there is a C compiler; elsewhere microbp is a pure package, with its Python engine.

MICROBP_REQUIRE_NATIVE=1 makes a failed build an error; MICROBP_ENGINE=python builds none.
"""

import os
import pathlib
import platform
import runpy
import sys
import sysconfig
import tempfile

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext, customize_compiler, new_compiler

FOLDER = "microbp/native"
REQUIRED = os.environ.get("MICROBP_REQUIRE_NATIVE", "") not in ("", "0")
# The bits of the Python engine: no products and sums fused, and no function of the C library computed by the compiler,
# which rounds better than the library does (it finds constants where one least expects them).
LIBRARY = ["acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "erf", "erfc", "exp", "expm1"]
LIBRARY += ["fmod", "log", "log10", "log1p", "log2", "pow", "sin", "sinh", "tan", "tanh"]
UNIX = ["-O2", "-std=c11", "-ffp-contract=off", "-fno-math-errno", "-fvisibility=hidden"]
UNIX += [f"-fno-builtin-{function}" for function in LIBRARY]
FLAGS = {"unix": UNIX, "mingw32": UNIX, "msvc": ["/std:c11", "/O2", "/fp:precise"]}


class NotBuilt(Exception):
    """Why there is no native engine."""


class BuildNative(build_ext):
    """Builds the engine, and tells a failure apart from others."""

    def build_extensions(self):
        """Give each compiler its options."""
        for extension in self.extensions:
            extension.extra_compile_args = FLAGS.get(self.compiler.compiler_type, [])
        super().build_extensions()

    def run(self):
        """Build, or say why not."""
        try:
            super().run()
        except Exception as error:  # setuptools raises what the compiler's module has, which differs between versions
            raise NotBuilt(f"the build failed: {error}") from error


def unfit():
    """Why this Python has the Python engine alone; empty where it can have both."""
    if os.environ.get("MICROBP_ENGINE") == "python":
        return "MICROBP_ENGINE=python"
    if platform.python_implementation() != "CPython":
        return f"{platform.python_implementation()} has another C interface"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "it relies on the interpreter's lock, and this Python is built without"
    if {"build", "build_ext", "bdist_wheel", "editable_wheel", "install", "develop"}.isdisjoint(sys.argv):
        return ""
    with tempfile.TemporaryDirectory() as folder:
        compiler, source = new_compiler(), pathlib.Path(folder) / "first.c"
        customize_compiler(compiler)
        source.write_text("#include <Python.h>\nint main(void) { return 0; }\n")
        try:
            compiler.compile([str(source)], folder, include_dirs=[sysconfig.get_paths()["include"]])
        except Exception as error:  # what kind it is depends on the compiler and on setuptools
            return f"there is no C compiler that works: {error}"
    return ""


def run_setup(native):
    """Set up with the engine, or without."""
    if not native:
        setup()
        return
    sources = runpy.run_path(f"{FOLDER}/sources.py")
    engine = Extension(
        "microbp.native._engine",
        [f"{FOLDER}/_engine.c"],
        depends=[f"{FOLDER}/{path.name}" for path in sources["files"]()],
        libraries=[] if sys.platform == "win32" else ["m"],
        define_macros=[("SOURCES", f'"{sources["fingerprint"]()}"')],
    )
    setup(ext_modules=[engine], cmdclass={"build_ext": BuildNative})


try:
    if why := unfit():
        raise NotBuilt(why)
    run_setup(native=True)
except NotBuilt as error:
    if REQUIRED:
        raise SystemExit(f"microbp: the native engine is required (MICROBP_REQUIRE_NATIVE), and {error}") from error
    print(f"microbp: no native engine, the Python engine does its work ({error})", file=sys.stderr)
    run_setup(native=False)
