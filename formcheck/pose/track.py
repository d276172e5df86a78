"""A pose over time: the landmarker's output as arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.support.arrays import FloatArray

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")


def other_side(side: Side) -> Side:
    """Return the opposite side."""
    return "right" if side == "left" else "left"


class Landmark(IntEnum):
    """BlazePose's 33 landmarks. The value is the landmark's index in every pose array."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32

    @classmethod
    def of(cls, side: Side, part: str) -> Landmark:
        """Return the landmark ``part`` of a side: ``Landmark.of("left", "knee")``."""
        return cls[f"{side}_{part}".upper()]

    @classmethod
    def of_leg(cls, side: Side) -> list[Landmark]:
        """Return the five landmarks of a leg, from the hip to the toe (`LEG_PARTS`)."""
        return [cls.of(side, part) for part in LEG_PARTS]


LANDMARK_COUNT = len(Landmark)

# From the top down. These are also the labels that are exchanged when the landmarker confuses the legs.
LEG_PARTS = ("hip", "knee", "ankle", "heel", "foot_index")
# What stands on the floor.
FEET = [Landmark.of(side, part) for side in SIDES for part in ("heel", "foot_index")]


HEAD = [landmark for landmark in Landmark if landmark < Landmark.LEFT_SHOULDER]
"""The landmarks of the head."""


@dataclass(frozen=True)
class PoseTrack:
    """One person's landmarks over time.

    Attributes
    ----------
    time_s
        (T,) seconds from the start of the video, strictly increasing.
    points
        (T, 33, 2) pixels of the upright frame, x to the right, y down; NaN if nobody was found.
    visibility
        (T, 33) in 0..1: the landmarker's confidence that the landmark is in the frame and not hidden; 0 if nobody was found.
        It is not an error in pixels and cannot be compared between models.
    lateral
        (T, 2) the vector from the right to the left shoulder in the landmarker's 3-D space, meters: to the right in the image,
        and away from the camera. Its length is crude; its direction is good to about 5°.
    people
        Number of people seen in the one frame that was searched for several.
    bystanders
        (33, 2) pixels of each person in that frame who is not followed, nearest first.
    """

    time_s: FloatArray
    points: FloatArray
    visibility: FloatArray
    lateral: FloatArray
    people: int = 1
    bystanders: tuple[FloatArray, ...] = ()

    def __post_init__(self) -> None:
        """Raise `ValueError` if the shapes do not match or the times do not increase strictly."""
        frames = len(self.time_s)
        if self.points.shape != (frames, LANDMARK_COUNT, 2):
            raise ValueError(f"points must be ({frames}, {LANDMARK_COUNT}, 2), not {self.points.shape}")
        if self.visibility.shape != (frames, LANDMARK_COUNT):
            raise ValueError(f"visibility must be ({frames}, {LANDMARK_COUNT}), not {self.visibility.shape}")
        if self.lateral.shape != (frames, 2):
            raise ValueError(f"lateral must be ({frames}, 2), not {self.lateral.shape}")
        if frames > 1 and not np.all(np.diff(self.time_s) > 0):
            raise ValueError("time_s must rise strictly")

    @classmethod
    def empty(cls, time_s: FloatArray) -> PoseTrack:
        """Return a track of frames without a person."""
        frames = len(time_s)
        nowhere = np.full((frames, LANDMARK_COUNT, 2), np.nan)
        return cls(time_s, nowhere, np.zeros((frames, LANDMARK_COUNT)), np.full((frames, 2), np.nan), people=0)

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.time_s)

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether a person was found, (T,)."""
        return np.isfinite(self.points[:, Landmark.LEFT_HIP, 0])

    @property
    def headless(self) -> bool:
        """Whether the person was followed without a head (`pose.headless`)."""
        return bool(self.present.any()) and not np.isfinite(self.points[:, HEAD]).any()

    @property
    def fps(self) -> float:
        """Median frame rate, 1/s; 0 with fewer than two frames."""
        return float(1.0 / np.median(np.diff(self.time_s))) if len(self) > 1 else 0.0

    def xy(self, landmark: Landmark) -> FloatArray:
        """Return the (T, 2) path of one landmark, pixels."""
        return self.points[:, landmark]

    def take(self, frames: NDArray[np.integer] | NDArray[np.bool_] | slice) -> PoseTrack:
        """Return the track of some frames only."""
        return replace(
            self,
            time_s=self.time_s[frames],
            points=self.points[frames],
            visibility=self.visibility[frames],
            lateral=self.lateral[frames],
        )

    def with_points(self, points: FloatArray) -> PoseTrack:
        """Return the same track with other points."""
        return replace(self, points=points)


def concatenate(tracks: list[PoseTrack]) -> PoseTrack:
    """Join tracks that follow each other in time."""
    time_s, points, visibility, lateral = (
        np.concatenate([getattr(t, name) for t in tracks]) for name in ("time_s", "points", "visibility", "lateral")
    )
    people = max(t.people for t in tracks)
    return replace(tracks[0], time_s=time_s, points=points, visibility=visibility, lateral=lateral, people=people)


# The landmarker follows something else for a moment before it notices that the person has gone. In a recording that fades out, the
# trunk shrank by a tenth on the last three frames, 0.2 s, and that looked like walking away for the second before them.
LAST_SIGHT_S = 0.25
# Somebody seen for less than this has nothing to spare.
SHORT_SIGHT_S = 1.0


def drop_last_sight(track: PoseTrack, longest_gap_s: float) -> PoseTrack:
    """Return the track without the last `LAST_SIGHT_S` before the person is lost for longer than ``longest_gap_s``."""
    seen = np.flatnonzero(track.present)
    if not len(seen):
        return track
    points = track.points.copy()
    for sight in np.split(seen, np.flatnonzero(np.diff(track.time_s[seen]) > longest_gap_s) + 1):
        first_s, last_s = track.time_s[sight[0]], track.time_s[sight[-1]]
        if last_s - first_s > SHORT_SIGHT_S and sight[-1] < len(track) - 1:  # otherwise the recording ended, not the sight
            points[sight[track.time_s[sight] > last_s - LAST_SIGHT_S]] = np.nan
    return track.with_points(points)


def compute_shank_length(track: PoseTrack) -> float:
    """Return the length of a shank seen at right angles, pixels; NaN without a person.

    Projection can only shorten a shank, so this is the 80th percentile over time of the longer shank.
    """
    lengths = [np.linalg.norm(track.xy(Landmark.of(side, "knee")) - track.xy(Landmark.of(side, "ankle")), axis=1) for side in SIDES]
    longer = np.fmax(*lengths)
    return float(np.nanpercentile(longer, 80)) if np.isfinite(longer).any() else float("nan")
