"""Memory that was freed goes back to the system, so that a program that stays open does not grow with every analysis."""

from __future__ import annotations

import ctypes
import sys

# From glibc's malloc.h.
_M_ARENA_MAX = -8
# With more, decoders and landmarkers take no less time on two cores, and some 200 MB more at their highest.
_HEAPS = 2


def use_few_heaps() -> None:
    """Ask the C library to have its threads share a few heaps, in a process that works on videos; to be called at its start.

    By default glibc gives up to eight a core, each with what it keeps for later. Elsewhere there is nothing to ask.
    """
    if sys.platform != "linux":
        return
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    if choose is not None:
        choose(_M_ARENA_MAX, _HEAPS)


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
