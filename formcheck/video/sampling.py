"""Choose which frames of a video are used, and which need not even be decoded."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from formcheck.support.arrays import FloatArray

# A frame that is early by this fraction of a sampling period still counts as due, because cameras jitter. It is not exactly a
# quarter: frames of 24 per second lie there, and rounding would assign the same frame to different periods depending on where the
# video is cut.
DUE_TOLERANCE = 0.250001
# Two times (s) closer than this mean the same frame, because containers round their timestamps.
SAME_FRAME_S = 5e-4


class FrameChoice(Protocol):
    """A choice of the frames to read. Times are seconds after the video's first frame."""

    def may_need(self, time_s: float) -> bool:
        """Whether the frame of a packet may be chosen. Packets come in decoding order, which is not the order of time."""

    def take(self, time_s: float) -> bool:
        """Whether a decoded frame is chosen. Frames come in order of time."""


class EveryFrame:
    """Chooses all frames."""

    def take(self, time_s: float) -> bool:
        """Return True."""
        return True

    may_need = take


class OnePerPeriod:
    """Chooses one frame per period of ``1 / max_fps`` seconds. Periods count from the video's start."""

    def __init__(self, max_fps: float) -> None:
        """Choose at most about ``max_fps`` frames per second."""
        self._fps = max_fps
        self._served: set[int] = set()
        self._last = -1

    def _period(self, time_s: float) -> int:
        return math.floor(time_s * self._fps + DUE_TOLERANCE)

    def may_need(self, time_s: float) -> bool:
        """Return False if another frame of the same period was already decoded: one per period is enough."""
        period = self._period(time_s)
        first = period not in self._served
        self._served.add(period)
        return first

    def take(self, time_s: float) -> bool:
        """Return True for the first decoded frame of each period."""
        period = self._period(time_s)
        due = period > self._last
        self._last = max(period, self._last)
        return due


def start_of_period(time_s: float, max_fps: float | None) -> float:
    """Return the start of the sampling period (`OnePerPeriod`) that contains ``time_s``. A cut there does not split a period."""
    if max_fps is None:
        return time_s
    return max(0.0, (math.floor(time_s * max_fps + DUE_TOLERANCE) - DUE_TOLERANCE) / max_fps)


class TheseFrames:
    """Chooses the frames that were read at given times before; ``times_s`` increase."""

    def __init__(self, times_s: FloatArray) -> None:
        """Choose the frames at ``times_s``, (N,) seconds."""
        self._times_s = times_s

    def take(self, time_s: float) -> bool:
        """Return True if ``time_s`` is one of the given times."""
        place = int(np.searchsorted(self._times_s, time_s - SAME_FRAME_S))
        return place < len(self._times_s) and bool(self._times_s[place] <= time_s + SAME_FRAME_S)

    may_need = take
