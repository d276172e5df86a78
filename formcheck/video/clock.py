"""The times of a video's frames, from their presentation timestamps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np

from formcheck.support.errors import InputError

if TYPE_CHECKING:
    from formcheck.video.reader import VideoInfo

MAX_DURATION_S = 2 * 3600.0
MIN_STEP_S = 0.001
# If presentation times jump back by more than this, the recording's clock was reset.
CLOCK_RESET_S = 1.0
# One frame with a time beyond the limit is damage. More than this many in a row mean that the recording really is that long.
MAX_LATE_FRAMES = 30
PLAUSIBLE_FPS = (0.5, 1000.0)


class Clock:
    """Turns presentation timestamps into strictly increasing times, counted from the video's first frame."""

    def __init__(self, info: VideoInfo) -> None:
        """Begin at the first frame of the video ``info``."""
        plausible = PLAUSIBLE_FPS[0] <= info.fps <= PLAUSIBLE_FPS[1]
        self._nominal_s = 1.0 / info.fps if plausible else 1.0 / 30.0
        self._info = info
        self._last_s = -np.inf
        self._reset_s = 0.0
        self._late = 0

    def place(self, presented_s: float) -> float:
        """Convert a presentation time to a time in the video, with the clock resets found so far."""
        return presented_s - self._info.origin_s + self._reset_s

    def read(self, raw: av.VideoFrame) -> float | None:
        """Return the time of the next frame; None if its timestamp is impossible and the frame must be skipped."""
        following_s = max(self._last_s, -self._nominal_s) + self._nominal_s
        time_s = following_s if raw.time is None else self.place(float(raw.time))
        if not -MAX_DURATION_S <= time_s <= MAX_DURATION_S:
            self._late += 1
            if self._late > MAX_LATE_FRAMES and time_s > 0:
                raise InputError(
                    f"{self._info.path}: goes on for more than {MAX_DURATION_S / 3600:.0f} hours; "
                    "cut the set out of it and give that"
                )
            return None
        self._late = 0
        if time_s < self._last_s - CLOCK_RESET_S:
            self._reset_s += self._last_s + self._nominal_s - time_s
            time_s = self._last_s + self._nominal_s
        elif time_s <= self._last_s:
            time_s = self._last_s + MIN_STEP_S
        self._last_s = time_s
        return time_s
