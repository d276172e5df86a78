"""The poses of a live set as they arrive, and as arrays for the measures."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from formcheck.pose.blazepose import Pose
from formcheck.pose.leg_swaps import LegFollower
from formcheck.pose.track import LANDMARK_COUNT, PoseTrack
from formcheck.signals.filters import CausalSmoother
from formcheck.support.arrays import FloatArray

NOBODY = Pose(np.full((LANDMARK_COUNT, 2), np.nan), np.zeros(LANDMARK_COUNT), np.full(2, np.nan))


@dataclass
class PoseLog:
    """Poses in order, raw and causally smoothed, in pixels of a frame of ``frame_size`` (width, height)."""

    frame_size: tuple[int, int]
    times: list[float] = field(default_factory=list)
    _raw: list[FloatArray] = field(default_factory=list)
    _smooth: list[FloatArray] = field(default_factory=list)
    _visibility: list[FloatArray] = field(default_factory=list)
    _lateral: list[FloatArray] = field(default_factory=list)
    _smoother: CausalSmoother = field(default_factory=CausalSmoother)
    _legs: LegFollower = field(default_factory=LegFollower)

    def append(self, time_s: float, pose: Pose | None) -> None:
        """Add the pose of the next frame; None if nobody was found."""
        seen = pose or NOBODY
        points = self._legs.update(time_s, seen.points * np.asarray(self.frame_size, float))
        self.times.append(time_s)
        self._raw.append(points)
        self._smooth.append(self._smoother.update(time_s, points))
        self._visibility.append(seen.visibility)
        self._lateral.append(seen.lateral)

    def __len__(self) -> int:
        """Return the number of poses kept."""
        return len(self.times)

    def forget_before(self, time_s: float) -> None:
        """Drop what is older."""
        first = bisect_left(self.times, time_s)
        for column in (self.times, self._raw, self._smooth, self._visibility, self._lateral):
            del column[:first]

    @property
    def newest(self) -> FloatArray:
        """(33, 2) pixels: the last pose as seen."""
        return self._raw[-1]

    def raw_track(self, start_s: float = -np.inf) -> PoseTrack:
        """Return the poses from ``start_s`` on, as seen."""
        return self._track(self._raw, start_s, 0.0)

    def smooth_track(self, start_s: float = -np.inf) -> PoseTrack:
        """Return the poses from ``start_s`` on, smoothed causally, at the times they belong to."""
        return self._track(self._smooth, start_s, self._smoother.delay_s)

    def _track(self, points: list[FloatArray], start_s: float, delay_s: float) -> PoseTrack:
        first = bisect_left(self.times, start_s)
        frames = len(self.times) - first
        return PoseTrack(
            np.asarray(self.times[first:], float) - delay_s,
            np.asarray(points[first:], float).reshape(frames, LANDMARK_COUNT, 2),
            np.asarray(self._visibility[first:], float).reshape(frames, LANDMARK_COUNT),
            np.asarray(self._lateral[first:], float).reshape(frames, 2),
        )
