"""The command line: what the arguments mean, and which part of the library they call.

::

    arguments    what several commands share: an expression with its variables, choices, files
    train        microbp train
    predict      microbp predict
    explain      microbp gradient, explain, chain, equations
    draw         microbp draw, step
    compile      microbp compile
    exercises    microbp exercises
    review       microbp claim
    zoo          microbp zoo
    terminal     encodings, closed streams, errors of the system
    entry        main: all of them under one parser; errors and exit codes
"""

from .entry import main

__all__ = ["main"]
