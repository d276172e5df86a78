"""When something is said during a live set: numbered cues, and the set-up hint that is due."""

from __future__ import annotations

import math

from formcheck.live.state import Cue, CueKind

# The times are design choices; none is fitted to clips. A hint is spoken once it has stood this long, and again after a while.
HINT_STABLE_S = 1.0
HINT_AGAIN_S = 8.0
KEPT_CUES = 24


class CueLog:
    """The latest cues; each has its own rising number."""

    def __init__(self) -> None:
        """Begin with silence."""
        self.latest: tuple[Cue, ...] = ()
        self._count = 0

    def add(self, time_s: float, kind: CueKind, text: str) -> None:
        """Add a cue; the oldest is forgotten."""
        self._count += 1
        self.latest = (*self.latest[-KEPT_CUES + 1 :], Cue(self._count, time_s, kind, text))


class HintTimer:
    """Says when the coach's first hint is to be spoken."""

    def __init__(self) -> None:
        """Begin without a hint."""
        self._shown, self._since_s = "", 0.0
        self._spoken, self._spoken_s = "", -math.inf

    def is_due(self, hint: str, time_s: float) -> bool:
        """Take the hint shown now, empty if there is none; return whether to speak it now."""
        if hint != self._shown:
            self._shown, self._since_s = hint, time_s
        stable = time_s - self._since_s >= HINT_STABLE_S
        due = bool(hint) and stable and (hint != self._spoken or time_s - self._spoken_s >= HINT_AGAIN_S)
        if due:
            self._spoken, self._spoken_s = hint, time_s
        return due

    def was_last(self, hint: str) -> bool:
        """Whether this is the hint that was spoken last."""
        return hint == self._spoken
