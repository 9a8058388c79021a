"""The compiler: from the scalar graph of one sample to array code for m samples. See README.md here.

::

    traced         a run of the function, written down as a tape
    fold           constants, equal and dead rows       sums           adds and multiplies as weighted sums
    recognise      sigmoid with cross-entropy           blocks         rows of one depth side by side
    instructions   array operations as objects          builder        a list of them that is being written
    vectorise      blocks as instructions               adjoints       the reverse sweep, as instructions
    run_numpy      running, in memory that is kept      recipes        rows of the table as calls of NumPy
    libraries      what rows call on NumPy              jax, torch     the same elsewhere
    naming, source the code of the text                 report         equations, counts
    batch, shown   what goes in, and its checks         trouble        what is not finite, where and why
    program        compile() and Program                training       optimiser steps on arrays
"""

from .program import Program, compile
from .traced import TraceError

__all__ = ["Program", "TraceError", "compile"]
