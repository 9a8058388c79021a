"""Two ways of computing one thing, timed in turn in one process: what a noisy machine lets one compare."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable


def seconds(run: Callable[[], object], times: int = 1) -> float:
    """Processor seconds per run, in a block of runs one after the other, as a training loop makes them.

    What stood about before is collected first, so that a side pays for its own garbage only.
    """
    gc.collect()
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times


def paired(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 5, times: int = 3, more: int = 1
) -> tuple[float, float, float]:
    """The median seconds of ours and of theirs, and the median of theirs / ours, block by block in turn.

    Where theirs takes much longer, ours is run ``more`` times as often, so that a block is no mere moment.
    """
    ours(), theirs()
    blocks = [(seconds(ours, more * times), seconds(theirs, times)) for _ in range(rounds)]
    a, b = zip(*blocks)
    return statistics.median(a), statistics.median(b), statistics.median(y / x for x, y in blocks)


def row(name: str, a: float, b: float, ratio: float, goal: str) -> None:
    """Print one line of a report."""
    print(f"{name:<52}{a * 1e3:>12.3f} ms{b * 1e3:>12.3f} ms{ratio:>9.1f}x   {goal}", flush=True)
