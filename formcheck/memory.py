"""Memory that was freed goes back to the system, so that a program that stays open does not grow with every analysis."""

from __future__ import annotations

import ctypes
import sys


def release_memory() -> None:
    """Ask the C library to return what it keeps for later.

    Decoders and landmarkers run in many threads, each with a heap of its own; glibc keeps those at their largest. Without this a
    hundred analyses in one process hold three times the memory of the first. Elsewhere than on glibc there is nothing to ask.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
