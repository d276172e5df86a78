"""How many cores the work is spread over."""

from __future__ import annotations

import os


def count_workers(workers: int | None = None) -> int:
    """Return how many cores to use: ``workers`` if given, otherwise those that this process may use."""
    if workers is not None:
        return max(1, workers)
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
