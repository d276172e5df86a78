"""Angles, lines and projections: pure functions on arrays.

Image coordinates have x to the right and y *down*. The scene's "up" is a unit vector in image coordinates (``(0, -1)`` for a level
camera). "Forward" is the unit vector at right angles to it, in the direction that the person faces.
"""

from __future__ import annotations

import numpy as np

from formcheck.support.arrays import FloatArray


def compute_inclination(lower: FloatArray, upper: FloatArray, up: FloatArray, forward: FloatArray) -> FloatArray:
    """Return the signed angle between the segment ``lower`` → ``upper`` and ``up``, degrees.

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


def compute_flexion(proximal: FloatArray, joint: FloatArray, distal: FloatArray) -> FloatArray:
    """Return how far the hinge at ``joint`` is from straight, degrees in 0..180: 0 = straight, positive = bent either way."""
    a, b = joint - proximal, distal - joint
    cross = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return np.asarray(np.degrees(np.arctan2(np.abs(cross), np.sum(a * b, axis=-1))))


def project_inclination(
    inclination_deg: FloatArray,
    yaw_deg: float,
    offset: FloatArray,
    distance: float,
    forward_sign: float,
    pitch_deg: float = 0.0,
) -> FloatArray:
    """Return the inclination that a pinhole camera without roll sees of unit-length segments leaning in the sagittal plane.

    Parameters
    ----------
    inclination_deg
        (..., A) true lean from the vertical, degrees, positive forward.
    yaw_deg
        How far the camera is from side-on, positive toward the person's front. For a distant camera its only effect is
        tan θ_seen = tan θ · cos ψ. For a close camera, the end that leans toward it is also magnified.
    offset
        (..., 2) the segment's lower end relative to the image's center, right and *down*, in segment lengths.
    distance
        Distance of the lower end from the camera along its axis, in segment lengths; infinite for a distant camera.
    forward_sign
        +1 if the person faces the image's right, −1 if left.
    pitch_deg
        How far the camera looks down. For a close camera, pitch spreads what is off the image's center: by 0.1° per degree of
        pitch and tenth of the focal length.

    Returns
    -------
    (..., A) degrees, as `compute_inclination` measures them in the image.
    """
    lean, yaw, pitch = (np.radians(angle) for angle in (inclination_deg, yaw_deg, pitch_deg))
    # the segment in level world axes, then in the axes of a camera that looks down by ``pitch``
    ahead, rise, toward = np.sin(lean) * np.cos(yaw), np.cos(lean), np.sin(lean) * np.sin(yaw)
    down = -rise * np.cos(pitch) + toward * np.sin(pitch)
    away = -rise * np.sin(pitch) - toward * np.cos(pitch)
    magnified = 1.0 / (1.0 + away / distance)
    start = offset[..., 0, None] * forward_sign
    across = (start + ahead) * magnified - start
    height = offset[..., 1, None] - (offset[..., 1, None] + down) * magnified
    return np.asarray(np.degrees(np.arctan2(across, height)))


# The leans that a shank can have, with a margin, degrees: finer steps change an angle by less than 0.001°.
LEANS_DEG: FloatArray = np.arange(-60.0, 80.25, 0.25)


def correct_view(
    seen_deg: FloatArray, yaw_deg: float, offset: FloatArray, distance: float, forward_sign: float, pitch_deg: float = 0.0
) -> FloatArray:
    """Return the true sagittal lean, degrees, for (T,) angles seen in the image: `project_inclination` inverted by interpolation.

    ``offset`` is (T, 2). Angles outside −60…80° are returned unchanged.
    """
    corrected = seen_deg.copy()
    # one frame at a time: a table for all frames of a long video would take hundreds of megabytes
    for frame in np.flatnonzero(np.isfinite(seen_deg) & np.isfinite(offset).all(axis=1)):
        seen = project_inclination(LEANS_DEG, yaw_deg, offset[frame], distance, forward_sign, pitch_deg)
        if seen[0] <= seen_deg[frame] <= seen[-1]:
            corrected[frame] = np.interp(seen_deg[frame], seen, LEANS_DEG)
    return corrected


def rotate(vectors: FloatArray, angle_deg: float | FloatArray) -> FloatArray:
    """Rotate (..., 2) vectors by ``angle_deg``. In image coordinates (y down), positive is clockwise on the screen."""
    angle = np.radians(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = vectors[..., 0], vectors[..., 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
