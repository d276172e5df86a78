"""Measure which way the front foot points from its heel and toe on the floor, to check the yaw that the shoulders give.

The trunk may be turned relative to the working leg. In one half-kneeling set the shoulders' yaw was 26°, but the front shank moved
within 5° of the picture's plane. Corrected for the shoulders' yaw, the shank's angle was wrong by 5°.
"""

from __future__ import annotations

import numpy as np

from formcheck.pose.track import Landmark, Side
from formcheck.scene.scene import Scene
from formcheck.signals.geometry import rotate
from formcheck.support.arrays import FloatArray

# Height of the heel's landmark above the toe's, in shank lengths (1.8 cm). Without it, the foot's yaw was 11° too large on nine
# rendered side views (the shared clips); with it, the error is 5° (1 σ).
HEEL_OVER_TOE_SHANKS = 0.043
# At a flatter view of the floor the foot's direction is too uncertain: an error of 1 cm turns it by 8°.
MIN_DOWNWARD_DEG = 15.0


def find_foot_yaw(points: FloatArray, side: Side, scene: Scene) -> float | None:
    """Return how far the foot points from side-on, degrees, positive = toward the camera; None if the floor is seen too flat.

    Parameters
    ----------
    points
        (K, 33, 2) pixels of frames in which the foot is flat on the floor.
    side
        The leg that the foot belongs to.

    Notes
    -----
    The heel's distance in shank lengths is the focal length divided by the shank's length, both in pixels. The toe is where its ray
    meets the horizontal plane `HEEL_OVER_TOE_SHANKS` below the heel.
    """
    heel, toe = (_rays(points[:, Landmark.of(side, part)], scene) for part in ("heel", "foot_index"))
    if scene.kind == "front" or not np.isfinite(heel[:, 1] + toe[:, 1]).any():
        return None
    downward = np.degrees(np.arctan2(-heel[:, 1], heel[:, 2]))
    if not np.nanmedian(downward) >= MIN_DOWNWARD_DEG:
        return None
    at_heel = heel / heel[:, 2:] * (scene.focal_px / scene.shank_px)
    at_toe = toe * ((at_heel[:, 1] - HEEL_OVER_TOE_SHANKS) / toe[:, 1])[:, None]
    foot = at_toe - at_heel
    return float(np.nanmedian(np.degrees(np.arctan2(-foot[:, 2], scene.forward_sign * foot[:, 0]))))


def _rays(places: FloatArray, scene: Scene) -> FloatArray:
    """Convert (K, 2) pixels to (K, 3) directions in level axes (right, up, away), for a pinhole camera with the usual lens."""
    seen = rotate(places - scene.center, -scene.camera.roll.value) / scene.focal_px
    right, down = seen[:, 0], seen[:, 1]
    pitch = np.radians(scene.pitch_deg)
    up = -down * np.cos(pitch) - np.sin(pitch)
    away = np.cos(pitch) - down * np.sin(pitch)
    return np.stack([right, up, away], axis=1)
