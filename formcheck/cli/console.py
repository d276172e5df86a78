"""What reaches the terminal: our own lines, and nothing that native libraries print past Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Set to anything, it shows what the native libraries print: for whoever looks for the cause of a crash in them.
SHOW_NATIVE = "FORMCHECK_NATIVE_LOG"


@contextmanager
def hush_native() -> Iterator[None]:
    """Send what native code writes to standard error nowhere; Python's own ``sys.stderr`` goes on reaching the terminal.

    MediaPipe and TensorFlow Lite print notes about themselves for every landmarker, and have no switch for all of them.
    """
    try:
        ours = sys.stderr.fileno() == 2
    except (AttributeError, OSError, ValueError):
        ours = False
    if not ours or os.environ.get(SHOW_NATIVE):
        yield
        return
    python = sys.stderr
    python.flush()
    terminal = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    # a text layer of its own, because ``sys.stderr`` cannot be moved to another file
    sys.stderr = open(terminal, "w", encoding=python.encoding, errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    try:
        yield
    finally:
        sys.stderr.flush()
        sys.stderr = python
        os.dup2(terminal, 2)
        os.close(terminal)
