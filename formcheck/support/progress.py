"""How long-running work reports its progress."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the share done (0..1) and the name of the stage; it may raise `Cancelled` to stop the work."""


def part_of(progress: Progress | None, start: float, stop: float) -> Progress | None:
    """Return the callback for one stage, whose 0..1 are ``start..stop`` of the whole work."""
    if progress is None:
        return None
    return lambda share, stage: progress(start + (stop - start) * share, stage)
