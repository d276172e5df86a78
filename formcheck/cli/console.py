"""Output to the terminal: without codes from file names, and without what native libraries print past Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from formcheck.support.plain import strip_codes

# Set to anything, it shows what the native libraries print: for finding the cause of a crash in them.
SHOW_NATIVE = "FORMCHECK_NATIVE_LOG"


def for_terminal(text: str) -> str:
    """Return text without terminal codes, and with plain spaces."""
    return strip_codes(text).replace("\u00a0", " ")


class PlainStream:
    """A text stream without terminal codes: names of files and people may hold some. All else is the stream's own.

    Spaces that do not break are written as plain ones: a terminal does not keep to them, and what is printed is searched.
    """

    def __init__(self, stream: TextIO) -> None:
        """Wrap a stream, kept as ``stream`` for codes of our own and for data."""
        self.stream = stream

    def write(self, text: str) -> int:
        """Write the text without its codes; return the number of characters given."""
        self.stream.write(for_terminal(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        """Everything else."""
        return getattr(self.stream, name)


def make_plain() -> None:
    """Strip terminal codes from all that is printed from now on."""
    sys.stdout, sys.stderr = (
        stream if isinstance(stream, PlainStream) else cast(TextIO, PlainStream(stream)) for stream in (sys.stdout, sys.stderr)
    )


def as_is(stream: TextIO) -> TextIO:
    """Return the stream for data, and for text whose codes are our own."""
    return stream.stream if isinstance(stream, PlainStream) else stream


@contextmanager
def hush_native() -> Iterator[None]:
    """Discard what native code writes to standard error; Python's own ``sys.stderr`` still reaches the terminal.

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
    moved = open(terminal, "w", encoding=python.encoding, errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = cast(TextIO, PlainStream(moved))
    try:
        yield
    finally:
        sys.stderr.flush()
        sys.stderr = python
        os.dup2(terminal, 2)
        os.close(terminal)
