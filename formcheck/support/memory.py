"""Returning freed memory to the system, so that a long-running program does not grow with every analysis."""

from __future__ import annotations

import ctypes
import sys

# From glibc's malloc.h.
_M_ARENA_MAX = -8
# With more heaps, decoders and landmarkers are no faster on two cores, and their peak memory is about 200 MB higher.
_HEAPS = 2


def use_few_heaps() -> None:
    """Let threads share a few heaps; call it at the start of a process that works on videos.

    By default glibc makes up to eight heaps per core, each of which keeps freed memory. Other C libraries have no such setting.
    """
    if sys.platform != "linux":
        return
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    if choose is not None:
        choose(_M_ARENA_MAX, _HEAPS)


def release_memory() -> None:
    """Return the memory that the C library keeps for later.

    Decoders and landmarkers run in many threads with heaps of their own, which glibc keeps at their largest. Without this call, a
    process holds three times the memory after a hundred analyses as after the first. Other C libraries have no such call.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
