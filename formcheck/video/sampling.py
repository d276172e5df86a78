"""Which frames of a video are looked at, and which need not even be decoded."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from formcheck.support.arrays import FloatArray

# A frame that comes this much of a period early still counts as due: cameras jitter. Not quite a quarter, on which frames of 24 a
# second lie but for rounding: the same frame must be of the same beat wherever a video is cut.
DUE_TOLERANCE = 0.250001
# A frame read again is the same one if its time is within this of it: containers round their timestamps.
SAME_FRAME_S = 5e-4


class FrameChoice(Protocol):
    """Which frames of a video are read. Times are seconds after the video's first frame."""

    def may_need(self, time_s: float) -> bool:
        """Say whether the frame of a packet may be among them; packets come in the decoder's order, which is not that of time."""

    def take(self, time_s: float) -> bool:
        """Say whether a decoded frame is among them; frames come in the order of time."""


class EveryFrame:
    """All frames."""

    def take(self, time_s: float) -> bool:
        """Say yes."""
        return True

    may_need = take


class OneABeat:
    """One frame in each ``1 / max_fps`` seconds, counted from the video's start wherever it is entered."""

    def __init__(self, max_fps: float) -> None:
        """Take at most about ``max_fps`` frames a second."""
        self._fps = max_fps
        self._served: set[int] = set()
        self._last = -1

    def _beat(self, time_s: float) -> int:
        return math.floor(time_s * self._fps + DUE_TOLERANCE)

    def may_need(self, time_s: float) -> bool:
        """Say no where another frame of the same beat has gone to the decoder: any of them will do, and the others can be saved."""
        beat = self._beat(time_s)
        first = beat not in self._served
        self._served.add(beat)
        return first

    def take(self, time_s: float) -> bool:
        """Say yes to the first decoded frame of each beat."""
        beat = self._beat(time_s)
        due = beat > self._last
        self._last = max(beat, self._last)
        return due


def begin_of_beat(time_s: float, max_fps: float | None) -> float:
    """Return when the beat (`OneABeat`) begins that ``time_s`` lies in: there a video can be cut without cutting a beat."""
    if max_fps is None:
        return time_s
    return max(0.0, (math.floor(time_s * max_fps + DUE_TOLERANCE) - DUE_TOLERANCE) / max_fps)


class TheseFrames:
    """The frames at given times, as they were read before; ``times_s`` rise."""

    def __init__(self, times_s: FloatArray) -> None:
        """Take the frames at ``times_s`` (N,)."""
        self._times_s = times_s

    def take(self, time_s: float) -> bool:
        """Say yes where one of the times is this one."""
        place = int(np.searchsorted(self._times_s, time_s - SAME_FRAME_S))
        return place < len(self._times_s) and bool(self._times_s[place] <= time_s + SAME_FRAME_S)

    may_need = take
