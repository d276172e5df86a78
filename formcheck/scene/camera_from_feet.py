"""Estimate how far the camera looks down from the places of a person's two feet, for rooms with too few straight edges.

Both feet stand on the floor, one nearer to the camera than the other. Their distances from it differ by the hips' width and, if
the camera is not exactly side-on, by a fraction of the stride. The higher the camera is, the higher the farther foot appears in
the picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from formcheck.pose.track import Landmark, Side, other_side
from formcheck.signals.evidence import Estimate, fuse, without_prior
from formcheck.support.arrays import FloatArray

if TYPE_CHECKING:
    from formcheck.scene.camera_from_edges import CameraTurn
    from formcheck.scene.scene import Scene

# The search grid: pitch, error of the yaw, and the feet's distance across the body in shank lengths (the hip joints are 0.11 body
# heights apart).
PITCHES_DEG: FloatArray = np.arange(-20.0, 40.1, 1.0)[:, None, None]
YAW_OFF_DEG: FloatArray = np.arange(-12.0, 12.1, 1.0)[:, None]
ACROSS: FloatArray = np.arange(0.25, 0.66, 0.1)
# Priors (1 σ): the pitch of a propped-up phone around the usual one; the yaw measured on key frames; the feet's distance, with its
# usual value.
PRIOR_PITCH_DEG, YAW_ERROR_DEG, USUAL_ACROSS, ACROSS_ERROR = 8.0, 4.0, 0.45, 0.1
# Error of the toes' landmarks, about 2.5 cm, in shank lengths.
TOE_ERROR = 0.06


def find_pitch(points: FloatArray, side: Side, scene: Scene, usual_pitch_deg: float) -> Estimate:
    """Return how far the camera looks down, degrees: the posterior given the places of both feet's toes.

    Parameters
    ----------
    points
        (K, 33, 2) pixels of key frames in which both feet are on the floor.
    side
        The leg in front.
    usual_pitch_deg
        The mean of the prior, degrees.
    """
    front, rear = (points[:, Landmark.of(leg, "foot_index")] for leg in (side, other_side(side)))
    higher, ahead = float(np.median(scene.height_of(rear - front))), float(np.median(scene.ahead_of(front - rear)))
    under_center = -np.median(scene.height_of((front + rear) / 2 - scene.center))
    yaw = np.radians((scene.yaw_deg or 0.0) + YAW_OFF_DEG)
    nearer = (1.0 if side == scene.near_side else -1.0) * ACROSS * np.cos(yaw) + ahead / scene.shank_px * np.tan(yaw)
    depression = np.radians(PITCHES_DEG) + np.arctan(under_center / scene.focal_px)
    misfit = (higher / scene.shank_px - np.tan(depression) * nearer) / TOE_ERROR
    unusual = (PITCHES_DEG - usual_pitch_deg) / PRIOR_PITCH_DEG, YAW_OFF_DEG / YAW_ERROR_DEG, (ACROSS - USUAL_ACROSS) / ACROSS_ERROR
    score = -0.5 * (misfit**2 + unusual[0] ** 2 + unusual[1] ** 2 + unusual[2] ** 2)
    likely = np.exp(score - score.max())
    likely /= likely.sum()
    mean = float(np.sum(likely * PITCHES_DEG))
    return Estimate(mean, float(np.sqrt(np.sum(likely * (PITCHES_DEG - mean) ** 2))), "feet")


def find_pitch_with(turn: CameraTurn | None, feet: Estimate, usual_pitch_deg: float) -> Estimate:
    """Return the pitch by the feet, combined with that by the room's edges (``turn``) where those alone are not clear enough."""
    if turn is None:
        return feet
    edges = Estimate(turn.pitch_deg, turn.pitch_error_deg, "edges")
    alone = without_prior(feet, Estimate(usual_pitch_deg, PRIOR_PITCH_DEG, "usual"))
    return fuse([edges, alone])
