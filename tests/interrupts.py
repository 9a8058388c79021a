"""Ctrl-C at a line of microbp, and at every line, one after the other."""

import sys
from pathlib import Path

import microbp

ROOT = str(Path(microbp.__file__).parent)


class Interrupter:
    """Raises KeyboardInterrupt at the n-th line that runs in microbp between `begin` and `end`."""

    def __init__(self, n):
        self.n, self.lines, self.before = n, 0, sys.gettrace()

    def begin(self):
        sys.settrace(self.trace)
        frame = sys._getframe(1)
        while frame:  # the functions that are running already
            if frame.f_code.co_filename.startswith(ROOT):
                frame.f_trace = self.trace
            frame = frame.f_back

    def end(self):
        sys.settrace(self.before)

    def trace(self, frame, event, arg):
        if not frame.f_code.co_filename.startswith(ROOT):
            return None
        if event == "line" and sys.gettrace() == self.trace:
            self.lines += 1
            if self.lines == self.n:
                raise KeyboardInterrupt
        return self.trace


def at_every_line(attempt, stride=1):
    """Run ``attempt(interrupter)`` with an interrupt at the first line, the second, and so on to the last."""
    n = 1
    while True:
        interrupter = Interrupter(n)
        try:
            attempt(interrupter)
        finally:
            interrupter.end()
        if interrupter.lines < n:
            break
        n += stride
    assert n > 5 * stride


def call(interrupter, f):
    """The result of f, in all of which an interrupt may fall; None if it gets out."""
    interrupter.begin()
    try:
        return f()
    except KeyboardInterrupt:
        return None
    finally:
        interrupter.end()
