"""What operators cannot say of a float and of an array alike.

The formula of an optimiser is written once, for ``N``: a float, or an array of
many parameters. ``+ - * /`` mean the same for both; these functions do the rest.
Both square roots are rounded correctly, so both kinds give the same bits;
``x**0.5`` promises less, and is complex for a negative float.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

N = TypeVar("N", float, "NDArray[np.float64]")


def sqrt(x: N) -> N:
    """Return the square root of ``x``, or of each entry."""
    if isinstance(x, float):
        return math.sqrt(x)
    import numpy as np

    return np.sqrt(x)


def maximum(x: N, y: N | float) -> N:
    """Return the larger of ``x`` and ``y``, entry by entry; NaN in ``x`` stays."""
    if isinstance(x, float):
        return max(x, y)
    import numpy as np

    return np.maximum(x, y)


def sign(x: N) -> N:
    """Return 1, 0 or -1 with the sign of ``x``, entry by entry."""
    if isinstance(x, float):
        return math.copysign(1.0, x) if x else 0.0
    import numpy as np

    return np.sign(x)
