"""Stick figures with known joints, as a perfect landmarker would see them from the side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.pose.track import LANDMARK_COUNT, Landmark, PoseTrack, Side
from formcheck.scene.camera_from_edges import CameraTurn
from formcheck.scene.pitch import PITCHES_DEG
from formcheck.scene.scene import SHANK_PER_HEIGHT, SHOULDERS_PER_HEIGHT, Scene
from formcheck.signals.evidence import Estimate

# Of a standing person facing the image's right, in shank lengths from the ankle: ahead, and up.
STANDING: dict[str, tuple[float, float]] = {
    "hip": (0.0, 2.0),
    "knee": (0.0, 1.0),
    "ankle": (0.0, 0.0),
    "heel": (-0.12, -0.12),
    "foot_index": (0.42, -0.14),
    "shoulder": (0.0, 3.2),
    "elbow": (0.0, 2.5),
    "wrist": (0.1, 1.9),
    "ear": (0.0, 3.75),
    "eye": (0.15, 3.8),
}
FRAME_SIZE = (1280, 960)


def make_standing(
    frames: int = 90,
    *,
    facing: Side = "right",
    shank_px: float = 160.0,
    ankle_px: tuple[float, float] = (640.0, 800.0),
    apart_px: float = 0.0,
    yaw_deg: float = 0.0,
    near: Side = "right",
    fps: float = 30.0,
) -> PoseTrack:
    """A person who stands still; the left leg ``apart_px`` further right in the image than the right one."""
    points = np.full((frames, LANDMARK_COUNT, 2), np.nan)
    sign = 1.0 if facing == "right" else -1.0
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        shift = apart_px if side == "left" else 0.0
        for part, (ahead, up) in STANDING.items():
            place = (ankle_px[0] + sign * ahead * shank_px + shift, ankle_px[1] - up * shank_px)
            points[:, Landmark.of(side, part)] = place
    head = points[:, Landmark.LEFT_EYE] + (sign * 0.1 * shank_px, 0.05 * shank_px)
    for landmark in Landmark:
        if np.isnan(points[0, landmark, 0]):
            points[:, landmark] = head
    half = 0.5 * SHOULDERS_PER_HEIGHT / SHANK_PER_HEIGHT * shank_px * np.sin(np.radians(yaw_deg))
    points[:, Landmark.LEFT_SHOULDER, 0] += half
    points[:, Landmark.RIGHT_SHOULDER, 0] -= half
    # from the right to the left shoulder, right of the image and away from the camera: across and away
    away = -1.0 if near == "left" else 1.0
    lateral = 0.35 * np.array([np.sin(np.radians(yaw_deg)), away * np.cos(np.radians(yaw_deg))])
    return PoseTrack(np.arange(frames) / fps, points, np.ones((frames, LANDMARK_COUNT)), np.tile(lateral, (frames, 1)))


def turn_camera(scene: Scene, **numbers: float) -> Scene:
    """The scene of a camera with other numbers: roll, pitch, yaw, shank or focal."""
    known = {name: replace(getattr(scene.camera, name), value=value) for name, value in numbers.items()}
    return replace(scene, camera=replace(scene.camera, **known))


def make_turn(pitch_deg: float, error_deg: float, roll_deg: float = 0.0, roll_error_deg: float = 0.8) -> CameraTurn:
    """A camera's turn by a room's edges, the pitch with a normal error."""
    score = -0.5 * ((PITCHES_DEG - pitch_deg) / error_deg) ** 2
    return CameraTurn(Estimate(roll_deg, roll_error_deg, "edges"), score - np.logaddexp.reduce(score))


def exchange_legs(track: PoseTrack, frames: slice) -> PoseTrack:
    """Take one leg for the other on some frames, as landmarkers do."""
    points = track.points.copy()
    for part in ("hip", "knee", "ankle", "heel", "foot_index"):
        left, right = Landmark.of("left", part), Landmark.of("right", part)
        points[frames, left], points[frames, right] = track.points[frames, right], track.points[frames, left]
    return track.with_points(points)
