"""What a recording shows of one leg: the person's track, seen by a camera, with one leg chosen as the working one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.track import Landmark, PoseTrack, Side, other_side
from formcheck.scene.scene import Scene
from formcheck.signals.geometry import compute_flexion, compute_inclination
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray, nearest_index


@dataclass(frozen=True)
class Leg:
    """One leg in a track: (T, 2) paths in pixels."""

    side: Side
    hip: FloatArray
    knee: FloatArray
    ankle: FloatArray
    heel: FloatArray
    toe: FloatArray

    @classmethod
    def of(cls, track: PoseTrack, side: Side) -> Leg:
        """Select one leg from a track."""
        return cls(side, *(track.xy(landmark) for landmark in Landmark.of_leg(side)))

    def knee_flexion(self) -> FloatArray:
        """(T,) degrees, 0 = straight."""
        return compute_flexion(self.hip, self.knee, self.ankle)


@dataclass(frozen=True)
class View:
    """A cleaned track, the scene it was filmed in, and the working leg's side."""

    track: PoseTrack
    scene: Scene
    side: Side

    @property
    def time_s(self) -> FloatArray:
        """(T,) seconds."""
        return self.track.time_s

    @property
    def leg(self) -> Leg:
        """The working leg."""
        return Leg.of(self.track, self.side)

    @property
    def other_leg(self) -> Leg:
        """The leg that is not the working one."""
        return Leg.of(self.track, other_side(self.side))

    @property
    def shoulder(self) -> FloatArray:
        """(T, 2) pixels: the shoulder on the working leg's side."""
        return self.track.xy(Landmark.of(self.side, "shoulder"))

    @property
    def from_front(self) -> bool:
        """Whether the camera stands in front of the person or behind."""
        return self.scene.kind == "front"

    @property
    def off_side_deg(self) -> float:
        """How far the camera is from side-on, degrees, to either side."""
        return abs(self.scene.yaw_deg)

    @property
    def shank_px(self) -> float:
        """The length of a shank seen at right angles, pixels: the unit of `height_of`, `ahead_of` and `travel_of`."""
        return self.scene.shank_px

    def with_scene(self, scene: Scene) -> View:
        """Return the same track and leg in another scene."""
        return replace(self, scene=scene)

    def height_of(self, path: FloatArray) -> FloatArray:
        """Return (...,) shank lengths against gravity for (..., 2) pixels (only differences have a meaning)."""
        return self.scene.height_of(path) / self.shank_px

    def ahead_of(self, path: FloatArray) -> FloatArray:
        """Return (...,) shank lengths to where the person faces for (..., 2) pixels (only differences have a meaning)."""
        return self.scene.ahead_of(path) / self.shank_px

    def inclination(self) -> FloatArray:
        """(T,) tibial inclination as the landmarks show it, degrees: 0 = shank vertical, positive = knee ahead of the ankle."""
        return self.lean_of(self.leg.ankle, self.leg.knee)

    def lean_of(self, lower: FloatArray, upper: FloatArray) -> FloatArray:
        """(T,) inclination of the segment from ``lower`` up to ``upper``, (T, 2) pixels: degrees, positive = forward."""
        return compute_inclination(lower, upper, self.scene.up, self.scene.forward)

    def contains(self, path: FloatArray) -> NDArray[np.bool_]:
        """Return (...,) whether (..., 2) pixels lie in the picture."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.all((path >= 0) & (path < self.scene.frame_size), axis=-1))

    def frames_of(self, rep: RepSpan) -> slice:
        """Return the frames from the repetition's start to its end, both included; at least one."""
        first, last = np.searchsorted(self.time_s, (rep.start_s, rep.end_s + 1e-9))
        return slice(int(first), int(max(last, first + 1)))

    def at(self, time_s: float) -> int:
        """Return the frame nearest to a time in seconds."""
        return nearest_index(self.time_s, time_s)

    def travel_of(self, path: FloatArray, rep: RepSpan) -> float:
        """Return how far a (T, 2) path goes from its median place in a repetition, shank lengths."""
        there = path[self.frames_of(rep)]
        return float(np.nanmax(np.linalg.norm(there - np.nanmedian(there, axis=0), axis=1))) / self.shank_px
