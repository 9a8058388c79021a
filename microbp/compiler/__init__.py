"""The compiler: from the scalar graph of one sample to array code for m samples. See README.md here.

::

    trace          a run of the function as a tape      traced         what the function computes with
    fold           constants, equal and dead rows       sums           adds and multiplies as weighted sums
    recognise      sigmoid with cross-entropy           blocks         rows of one depth side by side
    instructions   array operations as objects          builder        a list of them that is being written
    vectorise      blocks as instructions               adjoints       the reverse sweep, as instructions
    run_numpy      running, in memory that is kept      recipes        rows of the table as calls of NumPy
    libraries      what rows call on NumPy              jax, torch     the same elsewhere
    naming, source the code of the text                 report         equations, counts
    batch          what goes in, and its checks         watch, trouble what is not finite, where and why
    program        compile() and Program                verify         compared with the scalar engine
    training       optimiser steps on arrays
"""

from ..errors import MismatchError, TraceError
from .program import Program, compile

__all__ = ["MismatchError", "Program", "TraceError", "compile"]
