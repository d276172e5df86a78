"""Angles, lines and projections: pure functions on arrays.

Image coordinates have x to the right and y *down*. "Up" in the scene is a unit vector in image coordinates (``(0, -1)``
for a level camera), and "forward" is the unit vector at right angles to it that the person faces along.
"""

from __future__ import annotations

import numpy as np

from formcheck.support.arrays import FloatArray


def compute_inclination(lower: FloatArray, upper: FloatArray, up: FloatArray, forward: FloatArray) -> FloatArray:
    """Return the signed angle of the segment ``lower`` → ``upper`` against ``up``, degrees.

    Parameters
    ----------
    lower, upper
        (..., 2) pixels.
    up, forward
        (2,) unit vectors in the image.

    Returns
    -------
    (...,) degrees in −180..180; 0 = the segment points straight up, positive = it leans ``forward``.
    """
    segment = upper - lower
    return np.asarray(np.degrees(np.arctan2(segment @ forward, segment @ up)))


def compute_joint_angle(proximal: FloatArray, joint: FloatArray, distal: FloatArray) -> FloatArray:
    """Return the unsigned angle at ``joint`` between its two neighbours, degrees in 0..180 (180 = straight)."""
    a, b = proximal - joint, distal - joint
    cross = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return np.asarray(np.degrees(np.arctan2(np.abs(cross), np.sum(a * b, axis=-1))))


def compute_flexion(proximal: FloatArray, joint: FloatArray, distal: FloatArray) -> FloatArray:
    """Return how far a hinge is from straight, degrees: 0 = straight, positive = bent."""
    return 180.0 - compute_joint_angle(proximal, joint, distal)


def project_inclination(
    inclination_deg: FloatArray,
    yaw_deg: float,
    offset: FloatArray,
    distance: float,
    forward_sign: float,
    pitch_deg: float = 0.0,
) -> FloatArray:
    """Return how an upright pinhole camera sees segments of length one that lean in the sagittal plane.

    Parameters
    ----------
    inclination_deg
        (..., A) true lean against the vertical, positive forward.
    yaw_deg
        How far off side-on the camera stands, positive towards the person's front. Far away, tan θ_seen = tan θ · cos ψ is all that
        it does; near by, the end that leans towards the camera is also magnified.
    offset
        (..., 2) the segment's lower end from the image's centre, right and *down*, in segment lengths.
    distance
        Of the lower end from the camera along its axis, in segment lengths; infinite for a camera far away.
    forward_sign
        +1 where the person faces the image's right, −1 for left.
    pitch_deg
        How far the camera looks down. Near by, it spreads what is off the image's middle: by 0.1° per degree and tenth of the
        focal length.

    Returns
    -------
    (..., A) degrees, as `compute_inclination` reads them off the image.
    """
    lean, yaw, pitch = (np.radians(angle) for angle in (inclination_deg, yaw_deg, pitch_deg))
    # the segment in the level world (right, down, ahead), then in the camera that looks down by ``pitch``
    ahead, rise, towards = np.sin(lean) * np.cos(yaw), np.cos(lean), np.sin(lean) * np.sin(yaw)
    down = -rise * np.cos(pitch) + towards * np.sin(pitch)
    away = -rise * np.sin(pitch) - towards * np.cos(pitch)
    magnified = 1.0 / (1.0 + away / distance)
    start = offset[..., 0, None] * forward_sign
    across = (start + ahead) * magnified - start
    height = offset[..., 1, None] - (offset[..., 1, None] + down) * magnified
    return np.asarray(np.degrees(np.arctan2(across, height)))


LEANS_DEG: FloatArray = np.arange(-60.0, 80.25, 0.25)


def correct_view(
    seen_deg: FloatArray, yaw_deg: float, offset: FloatArray, distance: float, forward_sign: float, pitch_deg: float = 0.0
) -> FloatArray:
    """Return the sagittal lean behind (T,) angles seen in the image: the inverse of `project_inclination`, by interpolation.

    ``offset`` is (T, 2). Angles outside −60…80° are returned as they are seen.
    """
    corrected = seen_deg.copy()
    # frame by frame: a table of all the frames of a long video would take hundreds of megabytes
    for frame in np.flatnonzero(np.isfinite(seen_deg) & np.isfinite(offset).all(axis=1)):
        seen = project_inclination(LEANS_DEG, yaw_deg, offset[frame], distance, forward_sign, pitch_deg)
        if seen[0] <= seen_deg[frame] <= seen[-1]:
            corrected[frame] = np.interp(seen_deg[frame], seen, LEANS_DEG)
    return corrected


def rotate(vectors: FloatArray, angle_deg: float | FloatArray) -> FloatArray:
    """Turn (..., 2) vectors by ``angle_deg``; in image coordinates (y down) positive is clockwise on the screen."""
    angle = np.radians(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = vectors[..., 0], vectors[..., 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
