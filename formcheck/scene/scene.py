"""The recording's geometry: which way is up, which way the person faces, where the camera stands, and the scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.leg_swaps import fix_leg_swaps
from formcheck.pose.track import FEET, Landmark, PoseTrack, Side, compute_shank_length, drop_last_sight
from formcheck.scene.camera import Camera, first_look
from formcheck.signals.filters import MAX_GAP_S, clean_path
from formcheck.signals.geometry import correct_view, rotate
from formcheck.support.arrays import FloatArray, median_known

# Segment lengths as fractions of the body's height: Drillis & Contini 1966, in Winter 2009, fig. 4.1.
SHANK_PER_HEIGHT = 0.246
EYE_HEIGHT_PER_HEIGHT = 0.936
SHOULDER_HEIGHT_PER_HEIGHT = 0.818
FOOT_PER_HEIGHT = 0.152
# Distance between the shoulder joints. It is 0.225 across the acromia (Pheasant 1996, British adults of 19 to 65). The acromia's
# edges lie 0.64 of the way from the glenoid to the humerus's outer side (Nyffeler 2006, doi 10.2106/JBJS.D.03042), about 0.7 cm
# outside the joint's center.
SHOULDERS_PER_HEIGHT = 0.217
# A deviation from neighboring frames below this (in shank lengths, about 1 cm) is jitter, never an outlier.
OUTLIER_FLOOR_SHANKS = 0.025
LEVEL_UP: FloatArray = np.array([0.0, -1.0])


@dataclass(frozen=True)
class Scene:
    """The recording's geometry, in pixels of the upright frame.

    Attributes
    ----------
    camera
        Where the camera stood and how it was turned.
    facing
        The image side that the person faces; None if filmed from the front or unknown.
    kind
        Whether the camera stands at the person's side or in front.
    near_side
        The leg nearer to the camera; None when filmed from the front.
    frame_size
        (width, height) pixels.
    foot_yaw_deg
        How far the working foot points from side-on; None if unknown (`foot_yaw.find_foot_yaw`).
    """

    camera: Camera
    facing: Side | None
    kind: Literal["side", "front"]
    near_side: Side | None
    frame_size: tuple[int, int]
    foot_yaw_deg: float | None = None

    @cached_property
    def up(self) -> FloatArray:
        """(2,) unit vector in the image, against gravity."""
        return rotate(LEVEL_UP, self.camera.roll.value)

    @cached_property
    def forward(self) -> FloatArray:
        """(2,) unit vector in the image, in the direction that the person faces; to the right if filmed from the front."""
        return rotate(self.up, 90.0 * self.forward_sign)

    @property
    def yaw_deg(self) -> float:
        """How far the camera is from side-on (or from straight in front), degrees; NaN if unknown."""
        return self.camera.yaw.value

    @property
    def pitch_deg(self) -> float:
        """How far the camera looks down, degrees."""
        return self.camera.pitch.value

    @property
    def shank_px(self) -> float:
        """The length of a shank seen at right angles, pixels."""
        return self.camera.shank.value

    @property
    def focal_px(self) -> float:
        """The focal length, pixels."""
        return self.camera.focal.value

    @property
    def center(self) -> FloatArray:
        """(2,) the picture's center, pixels."""
        return np.asarray(self.frame_size, float) / 2

    @property
    def forward_sign(self) -> float:
        """+1 if the person faces the image's right, −1 if left."""
        return -1.0 if self.facing == "left" else 1.0

    def correct_inclination(self, seen_deg: FloatArray, ankle: FloatArray) -> FloatArray:
        """Return the tibial inclination, degrees, for (T,) angles seen in the image and the ankle's (T, 2) pixels.

        Removes the effects of the camera's yaw and nearness, and of its pitch (`geometry.correct_view`).
        """
        offset = rotate(ankle - self.center, -self.camera.roll.value) / self.shank_px
        return correct_view(seen_deg, self.yaw_deg, offset, self.focal_px / self.shank_px, self.forward_sign, self.pitch_deg)

    def forward_at(self, place: FloatArray) -> FloatArray:
        """Return the (2,) image vector of a unit step forward on the floor at ``place``, (2,) pixels; a unit step up has length 1.

        The vector is foreshortened if the camera is not side-on. It also points up or down in the picture: farther floor appears
        higher, by the tangent of the angle at which the camera looks down at it (pinhole camera).
        """
        right, yaw, pitch = rotate(self.up, 90.0), np.radians(self.yaw_deg), np.radians(self.pitch_deg)
        from_axis = (place - self.center) / self.focal_px
        across, below = float(from_axis @ right), float(-from_axis @ self.up)
        ahead = self.forward_sign * np.cos(yaw) + across * np.sin(yaw) * np.cos(pitch)
        nearer = np.sin(yaw) * (np.sin(pitch) + below * np.cos(pitch))
        upward = np.cos(pitch) - below * np.sin(pitch)
        return np.asarray((ahead * right - nearer * self.up) / upward)

    def with_yaw(self, points: FloatArray) -> Scene:
        """Return the scene with its yaw measured from the (K, 33, 2) landmarks of some frames."""
        yaw = replace(self.camera.yaw, value=measure_yaw(points, self.up, self.shank_px))
        return replace(self, camera=replace(self.camera, yaw=yaw))

    def height_of(self, path: FloatArray) -> FloatArray:
        """Return (...,) pixels along ``up`` for (..., 2) points (only differences have a meaning)."""
        return path @ self.up

    def ahead_of(self, path: FloatArray) -> FloatArray:
        """Return (...,) pixels along ``forward`` for (..., 2) points (only differences have a meaning)."""
        return path @ self.forward


def top_of(track: PoseTrack) -> tuple[list[Landmark], float]:
    """Return the landmarks that give a standing person's height, and their share of it: the eyes, or the shoulders of the headless.

    Either height varies less between people than any single segment, and the landmarks' errors are small compared with it.
    """
    if track.headless:
        return [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], SHOULDER_HEIGHT_PER_HEIGHT
    return [Landmark.LEFT_EYE, Landmark.RIGHT_EYE], EYE_HEIGHT_PER_HEIGHT


def compute_stature(track: PoseTrack, up: FloatArray, frames: NDArray[np.bool_]) -> float:
    """Return the height of a standing person, pixels; NaN if not seen.

    It is the 20th percentile over ``frames``: heel raises lift eyes and shoulders, and nothing in a standing exercise lowers them
    much.
    """
    landmarks, share = top_of(track)
    height = track.points[frames] @ up
    above = height[:, landmarks].mean(axis=1) - np.min(height[:, FEET], axis=1)
    return float(np.nanpercentile(above, 20)) / share if np.isfinite(above).any() else float("nan")


def clean_track(track: PoseTrack) -> PoseTrack:
    """Return the track with leg swaps undone, outliers removed, short gaps filled and jitter smoothed (`filters.clean_path`)."""
    fixed = fix_leg_swaps(drop_last_sight(track, MAX_GAP_S))
    floor = OUTLIER_FLOOR_SHANKS * compute_shank_length(fixed)
    points = np.stack([clean_path(fixed.time_s, fixed.points[:, k], floor) for k in range(fixed.points.shape[1])], axis=1)
    return fixed.with_points(points)


# Turned further from side-on than this, the person is taken as seen from the front or from behind. By design: the landmarker's
# shoulders are right to 5°, and between 40° (`viewpoint.YAW_REFUSE_DEG`) and this no angle is given from either view.
FRONT_VIEW_FROM_DEG = 60.0


def _detect_facing(track: PoseTrack, frames: NDArray[np.bool_]) -> Side:
    """Return the image side that toes and nose point to."""
    x = track.points[frames, :, 0]
    votes = [
        x[:, Landmark.LEFT_FOOT_INDEX] - x[:, Landmark.LEFT_HEEL],
        x[:, Landmark.RIGHT_FOOT_INDEX] - x[:, Landmark.RIGHT_HEEL],
        x[:, Landmark.NOSE] - (x[:, Landmark.LEFT_EAR] + x[:, Landmark.RIGHT_EAR]) / 2,
    ]
    return "right" if np.nansum([median_known(v) for v in votes]) > 0 else "left"


def measure_yaw(points: FloatArray, up: FloatArray, shank_px: float) -> float:
    """Return how far the camera is from side-on, degrees; positive = toward the person's front.

    For a person seen from the front, the left shoulder is to the right in the image, whichever side is nearer. The distance between
    the shoulders in (K, 33, 2) landmarks, divided by their true distance, is the sine of the yaw. The landmarker's 3-D space gives
    the right sign of the yaw but not its size: it gives 13° for 20°.
    """
    right = rotate(up, 90.0)
    across = median_known((points[:, Landmark.LEFT_SHOULDER] - points[:, Landmark.RIGHT_SHOULDER]) @ right)
    apart = SHOULDERS_PER_HEIGHT / SHANK_PER_HEIGHT * shank_px
    most = np.sin(np.radians(FRONT_VIEW_FROM_DEG))
    return float(np.degrees(np.arcsin(np.clip(across / apart, -most, most))))


def _turned_from_side(lateral: FloatArray) -> float:
    """Return how far a person with (K, 2) shoulder vectors in space (`PoseTrack.lateral`) is turned from side-on, degrees."""
    across, away = median_known(lateral[:, 0]), median_known(lateral[:, 1])
    return float(np.degrees(np.arctan2(abs(across), abs(away))))


def observe_scene(
    track: PoseTrack,
    frame_size: tuple[int, int],
    *,
    frames: NDArray[np.bool_] | None = None,
    roll_deg: float | None = None,
    view: Literal["auto", "side", "front"] = "auto",
    standing: bool = False,
) -> Scene:
    """Read the recording's geometry off a cleaned track; what its pixels add to the camera, `estimate_camera` adds.

    Parameters
    ----------
    frames
        (T,) mask of the frames to use (those of the set, once it is known); all by default.
    roll_deg
        How far the image is turned, degrees, clockwise positive, if given by the user. The vertical is corrected by it.
    standing
        Whether the person stands in those frames. The scale then comes from the height of the eyes or shoulders, not from a shank.
    """
    frames = track.present if frames is None or not (frames & track.present).any() else frames & track.present
    up = rotate(LEVEL_UP, roll_deg or 0.0)
    if standing:
        shank = SHANK_PER_HEIGHT * compute_stature(track, up, frames)
    else:
        shank = compute_shank_length(replace(track, points=np.where(frames[:, None, None], track.points, np.nan)))
    turned = _turned_from_side(track.lateral[frames])
    kind = view if view != "auto" else "front" if turned > FRONT_VIEW_FROM_DEG else "side"
    yaw = turned - 90.0 if kind == "front" else measure_yaw(track.points[frames], up, shank)
    camera = first_look(frame_size, yaw, shank, roll_deg)
    if kind == "front":
        return Scene(camera, None, kind, None, frame_size)
    near: Side = "left" if median_known(track.lateral[frames, 1]) < 0 else "right"
    return Scene(camera, _detect_facing(track, frames), kind, near, frame_size)
