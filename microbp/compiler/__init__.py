"""The compiler: from the scalar graph of one sample to array code for m samples. See README.md here.

::

    engine.tape    the linear form of a graph          traced      a run of the function, written down
    fold           constants, equal and dead rows      sums        adds and multiplies as weighted sums
    blocks         rows of one depth side by side      text        array code as an operand of the table
    emit           forward lines                       differentiate   backward lines
    recognise      sigmoid with cross-entropy          machine     running the lines on NumPy
    flat           the lines, an operation at a time   inplace     the same with memory that is kept
    batch          what goes in, and its checks        trouble     what is not finite, where and why
    program        compile() and Program               training    optimiser steps on arrays
    jax, torch     the same text elsewhere             report      equations, counts
"""

from .program import Program, compile
from .traced import TraceError

__all__ = ["Program", "TraceError", "compile"]
