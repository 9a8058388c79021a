"""Python in a process of its own, with a microbp and an environment of one's choice."""

import os
import subprocess
import sys
from pathlib import Path

import microbp

ROOT = Path(microbp.__file__).parent
HERE = Path(__file__).parent


def python(*arguments, folder=ROOT.parent, **environment):
    """Another process, with the microbp of a folder and another environment."""
    wanted = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(HERE)])} | environment
    return subprocess.run([sys.executable, *arguments], env=wanted, cwd=folder, capture_output=True, text=True)
