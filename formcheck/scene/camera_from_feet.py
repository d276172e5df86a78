"""Estimate how far the camera looks down from the places of a person's two feet, for rooms with too few straight edges.

Both feet stand on the floor, one nearer to the camera than the other. Their distances from it differ by the hips' width and, if
the camera is not exactly side-on, by a fraction of the stride. The higher the camera is, the higher the farther foot appears in
the picture.
"""

from __future__ import annotations

import numpy as np

from formcheck.pose.track import Landmark, Side, other_side
from formcheck.scene.pitch import PITCHES_DEG
from formcheck.scene.scene import Scene
from formcheck.support.arrays import FloatArray

# The search grid besides the pitch: error of the yaw, and the feet's distance across the body in shank lengths (the hip joints are
# 0.11 body heights apart).
YAW_OFF_DEG: FloatArray = np.arange(-12.0, 12.1, 1.0)[:, None]
ACROSS: FloatArray = np.arange(0.25, 0.66, 0.1)
# The feet's usual distance across the body and its standard deviation.
USUAL_ACROSS, ACROSS_ERROR = 0.45, 0.1
# Error of the toes' landmarks, about 2.5 cm, in shank lengths.
TOE_ERROR = 0.06


def rate_pitches(points: FloatArray, side: Side, scene: Scene) -> FloatArray:
    """Return the (P,) log-likelihood of each of `PITCHES_DEG`, given the places of both feet's toes and the roll's error.

    Parameters
    ----------
    points
        (K, 33, 2) pixels of key frames in which both feet are on the floor.
    side
        The leg in front.
    """
    front, rear = (points[:, Landmark.of(leg, "foot_index")] for leg in (side, other_side(side)))
    higher, ahead = float(np.median(scene.height_of(rear - front))), float(np.median(scene.ahead_of(front - rear)))
    under_center = -np.median(scene.height_of((front + rear) / 2 - scene.center))
    yaw = np.radians(scene.yaw_deg + YAW_OFF_DEG)
    nearer = (1.0 if side == scene.near_side else -1.0) * ACROSS * np.cos(yaw) + ahead / scene.shank_px * np.tan(yaw)
    depression = np.radians(PITCHES_DEG)[:, None, None] + np.arctan(under_center / scene.focal_px)
    # the feet stand some 1.9 shank lengths apart: 2° of roll are as much as both toes' errors
    error = np.hypot(TOE_ERROR, np.radians(scene.camera.roll.sd) * ahead / scene.shank_px)
    misfit = (higher / scene.shank_px - np.tan(depression) * nearer) / error
    unusual = (YAW_OFF_DEG / scene.camera.yaw.sd) ** 2 + ((ACROSS - USUAL_ACROSS) / ACROSS_ERROR) ** 2
    score = -0.5 * (misfit**2 + unusual) - np.log(error)
    return np.asarray(np.logaddexp.reduce(score.reshape(len(PITCHES_DEG), -1), axis=1))
