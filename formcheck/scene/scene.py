"""The recording's geometry: which way is up, which way the person faces, where the camera stands, and the scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.leg_swaps import fix_leg_swaps
from formcheck.pose.track import Landmark, PoseTrack, Side, compute_shank_length, drop_last_sight
from formcheck.scene.camera_from_edges import CameraTurn
from formcheck.signals.filters import MAX_GAP_S, clean_path
from formcheck.signals.geometry import correct_view, rotate
from formcheck.support.arrays import FloatArray

# Segment lengths as fractions of the body's height: Drillis & Contini 1966, in Winter 2009, fig. 4.1.
SHANK_PER_HEIGHT = 0.246
EYE_HEIGHT_PER_HEIGHT = 0.936
FOOT_PER_HEIGHT = 0.152
# Distance between the shoulder joints. It is 0.225 across the acromia (Pheasant 1996, British adults of 19 to 65). The acromia's
# edges lie 0.64 of the way from the glenoid to the humerus's outer side (Nyffeler 2006, doi 10.2106/JBJS.D.03042), about 0.7 cm
# outside the joint's center.
SHOULDERS_PER_HEIGHT = 0.217
# A deviation from neighboring frames below this (in shank lengths, about 1 cm) is jitter, never an outlier.
OUTLIER_FLOOR_SHANKS = 0.025

# Focal length as a fraction of the image's longer side: 0.72 for a phone's main camera (26 mm on 36 mm film), 0.75–0.95 for laptop
# webcams (fields of view of 55–67°). It only scales the correction for nearness, so an
# error of 10 % changes an angle by 10 % of a few degrees.
FOCAL_PER_LONG_SIDE = 0.8

# A propped-up phone's pitch varies by this much (1 σ) around level: its error where nothing shows it.
PITCH_SPREAD_DEG = 8.0
# A pitch with a larger error than this is not used.
MAX_PITCH_ERROR_DEG = 3.0

LEVEL_UP: FloatArray = np.array([0.0, -1.0])


@dataclass(frozen=True)
class Scene:
    """The recording's geometry, in pixels of the upright frame.

    Attributes
    ----------
    up, forward
        (2,) unit vectors in the image: against gravity, and in the direction that the person faces.
    facing
        The image side that the person faces; None if filmed from the front or unknown.
    kind
        Whether the camera stands at the person's side or in front.
    yaw_deg
        How far the camera is from side-on (or from straight in front); positive = toward the person's front. None if unknown.
    roll_deg
        How far the image is turned, clockwise positive. ``roll_given`` is True if the user gave this value.
    foot_yaw_deg
        How far the working foot points from side-on; None if unknown (`leg_direction`).
    pitch_deg
        How far the camera looks down; None if neither the room's edges nor the feet show it. ``pitch_error_deg`` is the standard
        error of the pitch, or of a level camera's where it is None.
    shank_px
        Length of a shank seen at right angles, pixels.
    near_side
        The leg nearer to the camera; None when filmed from the front.
    frame_size
        (width, height) pixels.
    """

    up: FloatArray
    forward: FloatArray
    facing: Side | None
    kind: Literal["side", "front"]
    yaw_deg: float | None
    roll_deg: float
    shank_px: float
    near_side: Side | None
    frame_size: tuple[int, int]
    roll_given: bool = False
    pitch_deg: float | None = None
    pitch_error_deg: float = PITCH_SPREAD_DEG
    foot_yaw_deg: float | None = None

    @property
    def focal_px(self) -> float:
        """The focal length of the usual lens, pixels."""
        return FOCAL_PER_LONG_SIDE * max(self.frame_size)

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

        Removes the effects of the camera's yaw and nearness, and of its pitch if known (`geometry.correct_view`), for a camera with
        the usual lens.
        """
        offset = rotate(ankle - self.center, -self.roll_deg) / self.shank_px
        distance, sign = self.focal_px / self.shank_px, self.forward_sign
        return correct_view(seen_deg, self.yaw_deg or 0.0, offset, distance, sign, self.pitch_deg or 0.0)

    def forward_at(self, place: FloatArray) -> FloatArray:
        """Return the (2,) image vector of a unit step forward on the floor at ``place``, (2,) pixels; a unit step up has length 1.

        The vector is foreshortened if the camera is not side-on. It also points up or down in the picture: farther floor appears
        higher, by the tangent of the angle at which the camera looks down at it (pinhole camera; level if the pitch is unknown).
        """
        right, yaw, pitch = rotate(self.up, 90.0), np.radians(self.yaw_deg or 0.0), np.radians(self.pitch_deg or 0.0)
        from_axis = (place - self.center) / self.focal_px
        across, below = float(from_axis @ right), float(-from_axis @ self.up)
        ahead = np.sign(float(self.forward @ right)) * np.cos(yaw) + across * np.sin(yaw) * np.cos(pitch)
        nearer = np.sin(yaw) * (np.sin(pitch) + below * np.cos(pitch))
        upward = np.cos(pitch) - below * np.sin(pitch)
        return np.asarray((ahead * right - nearer * self.up) / upward)

    def with_yaw(self, points: FloatArray) -> Scene:
        """Return the scene with its yaw measured from the (K, 33, 2) landmarks of key frames; unchanged in a front view."""
        return self if self.kind == "front" else replace(self, yaw_deg=_measure_yaw(points, self.up, self.shank_px))

    def with_turn(self, turn: CameraTurn | None) -> Scene:
        """Return the scene with pitch and vertical from the room's edges if these are certain. A roll given by the user is kept."""
        if turn is None:
            return self
        certain = turn.pitch_error_deg < MAX_PITCH_ERROR_DEG
        pitched = replace(self, pitch_deg=turn.pitch_deg if certain else None, pitch_error_deg=turn.pitch_error_deg)
        if self.roll_given or not turn.is_clear:
            return pitched
        by = turn.roll_deg - self.roll_deg
        return replace(pitched, up=rotate(self.up, by), forward=rotate(self.forward, by), roll_deg=round(turn.roll_deg, 2))

    def contains(self, path: FloatArray) -> NDArray[np.bool_]:
        """Return (...,) whether (..., 2) points lie in the picture."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.all((path >= 0) & (path < self.frame_size), axis=-1))

    def height_of(self, path: FloatArray) -> FloatArray:
        """Return (...,) pixels along ``up`` for (..., 2) points (only differences have a meaning)."""
        return path @ self.up

    def ahead_of(self, path: FloatArray) -> FloatArray:
        """Return (...,) pixels along ``forward`` for (..., 2) points (only differences have a meaning)."""
        return path @ self.forward


def compute_eye_height(track: PoseTrack, up: FloatArray, frames: NDArray[np.bool_]) -> float:
    """Return the height of a standing person's eyes above the soles, pixels; NaN if not seen.

    This is the 20th percentile over ``frames``: heel raises lift the eyes, and nothing in a standing exercise lowers them much.
    Eye height varies less between people than any single segment, and the landmarks' errors are small compared with it.
    """
    height = track.points[frames] @ up
    eyes = (height[:, Landmark.LEFT_EYE] + height[:, Landmark.RIGHT_EYE]) / 2
    feet = [Landmark.of(side, part) for side in ("left", "right") for part in ("heel", "foot_index")]
    above = eyes - np.min(height[:, feet], axis=1)
    return float(np.nanpercentile(above, 20)) if np.isfinite(above).any() else float("nan")


def clean_track(track: PoseTrack) -> PoseTrack:
    """Return the track with leg swaps undone, outliers removed, short gaps filled and jitter smoothed (`filters.clean_path`)."""
    fixed, _ = fix_leg_swaps(drop_last_sight(track, MAX_GAP_S))
    floor = OUTLIER_FLOOR_SHANKS * compute_shank_length(fixed)
    points = np.stack([clean_path(fixed.time_s, fixed.points[:, k], floor) for k in range(fixed.points.shape[1])], axis=1)
    return fixed.with_points(points)


FRONT_VIEW_FROM_DEG = 60.0


def _detect_facing(track: PoseTrack, frames: NDArray[np.bool_]) -> Side:
    """Return the image side that toes and nose point to."""
    x = track.points[frames, :, 0]
    votes = [
        x[:, Landmark.LEFT_FOOT_INDEX] - x[:, Landmark.LEFT_HEEL],
        x[:, Landmark.RIGHT_FOOT_INDEX] - x[:, Landmark.RIGHT_HEEL],
        x[:, Landmark.NOSE] - (x[:, Landmark.LEFT_EAR] + x[:, Landmark.RIGHT_EAR]) / 2,
    ]
    return "right" if np.nansum([np.nanmedian(v) for v in votes]) > 0 else "left"


def _measure_yaw(points: FloatArray, up: FloatArray, shank_px: float) -> float:
    """Return how far the camera is from side-on, degrees; positive = toward the person's front.

    For a person seen from the front, the left shoulder is to the right in the image, whichever side is nearer. The distance between
    the shoulders in (K, 33, 2) landmarks, divided by their true distance, is the sine of the yaw. The landmarker's 3-D space gives
    the right sign of the yaw but not its size: it gives 13° for 20°.
    """
    right = rotate(up, 90.0)
    across = np.nanmedian((points[:, Landmark.LEFT_SHOULDER] - points[:, Landmark.RIGHT_SHOULDER]) @ right)
    apart = SHOULDERS_PER_HEIGHT / SHANK_PER_HEIGHT * shank_px
    most = np.sin(np.radians(FRONT_VIEW_FROM_DEG))
    return float(np.degrees(np.arcsin(np.clip(across / apart, -most, most))))


def _turned_from_side(lateral: FloatArray) -> float:
    """Return how far a person with (K, 2) shoulder vectors in space (`PoseTrack.lateral`) is turned from side-on, degrees."""
    across, away = np.nanmedian(lateral, axis=0)
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
    """Estimate the recording's geometry from a cleaned track.

    Parameters
    ----------
    frames
        (T,) mask of the frames to use (those of the set, once it is known); all by default.
    roll_deg
        How far the image is turned, degrees, clockwise positive, if given by the user. The vertical is corrected by it.
    standing
        Whether the person stands in those frames. The scale then comes from the eyes' height, not from a shank's length.
    """
    frames = track.present if frames is None or not (frames & track.present).any() else frames & track.present
    roll, given = roll_deg or 0.0, roll_deg is not None
    up = rotate(LEVEL_UP, roll)
    if standing:
        shank = SHANK_PER_HEIGHT / EYE_HEIGHT_PER_HEIGHT * compute_eye_height(track, up, frames)
    else:
        shank = compute_shank_length(replace(track, points=np.where(frames[:, None, None], track.points, np.nan)))
    facing = _detect_facing(track, frames)
    turned = _turned_from_side(track.lateral[frames])
    kind = view if view != "auto" else "front" if turned > FRONT_VIEW_FROM_DEG else "side"
    if kind == "front":
        return Scene(up, rotate(up, 90.0), None, "front", turned - 90.0, roll, shank, None, frame_size, given)
    yaw = _measure_yaw(track.points[frames], up, shank)
    near: Side = "left" if np.nanmedian(track.lateral[frames, 1]) < 0 else "right"
    forward = rotate(up, 90.0 if facing == "right" else -90.0)
    return Scene(up, forward, facing, "side", yaw, roll, shank, near, frame_size, given)
