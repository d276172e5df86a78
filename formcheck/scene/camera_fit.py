"""Fit how a pinhole camera turned and swayed to the movement of the background's corners.

All places are in focal lengths from the picture's center, right and down.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.support.arrays import FloatArray

# Default until the video's parallax is measured: the wall is half as far behind the person as the camera is in front of them.
USUAL_WALL_NEARNESS = 0.7
# Largest nearness counted as floor in front of the person. Anything nearer to the camera is more likely another object.
MAX_NEARNESS = 1.6
# Feet must be this far below the horizon (in focal lengths: 5 degrees) for the floor to show distances.
MIN_FEET_BELOW_HORIZON = 0.09
# Ratio of sway to turning, in person distances per radian: hands move a phone by about 1 cm and turn it by about 0.6 degrees (1
# sigma), and a whole person is filmed from about 3 m.
SWAY_PER_TURN = 0.3
# The prior on the turn (1 sigma) is never narrower than this, a tenth of a degree.
MIN_TURN_RAD = 0.002
# Minimum error of a corner's place, pixels at `background.SHORT_SIDE` lines (Lucas-Kanade on compressed video). A larger misfit of
# the corners replaces it.
CORNER_ERROR_PX = 0.1
# Standard errors from which a corner counts less (1.345 is as good as least squares to 95 % on normal errors; Huber 1981, Robust
# Statistics), and the Gauss-Newton steps; both chosen by trial, on which clips was not recorded.
HUBER = 1.5
ITERATIONS = 3


def apply(homography: FloatArray, points: FloatArray) -> FloatArray:
    """Apply a (3, 3) homography to (..., 2) points."""
    moved = points @ homography[:, :2].T + homography[:, 2]
    return np.asarray(moved[..., :2] / moved[..., 2:])


@dataclass(frozen=True)
class Depths:
    """The background's nearness, by row in the picture: the person's distance divided by the background's distance.

    ``feet`` is the row of the person's feet, NaN if unknown. ``horizon`` is the row of things at the camera's height. ``wall`` is
    the nearness of the wall.
    """

    feet: float
    horizon: float = 0.0
    wall: float = USUAL_WALL_NEARNESS

    def at(self, rows: FloatArray) -> FloatArray:
        """Return the (N,) nearness at (N,) rows."""
        if not self.feet - self.horizon > MIN_FEET_BELOW_HORIZON:
            return np.full(len(rows), self.wall)
        return np.asarray(np.clip((rows - self.horizon) / (self.feet - self.horizon), self.wall, MAX_NEARNESS))


@dataclass(frozen=True)
class Fit:
    """One frame's camera relative to its reference: (3, 3) turn, (3,) sway in person distances, and their (6, 6) covariance.

    ``loss`` measures the corners' misfit (Huber loss, in standard errors).
    """

    turn: FloatArray
    sway: FloatArray
    covariance: FloatArray
    loss: float

    @property
    def from_reference(self) -> FloatArray:
        """The (3, 3) homography from reference to frame (focal lengths), at the person's distance."""
        return self.turn + np.outer(self.sway, (0.0, 0.0, 1.0))

    def error_at(self, place: FloatArray) -> float:
        """Return 1 sigma, focal lengths, of the shift at ``place`` ((2,) focal lengths) and the person's distance."""
        jacobian = _differentiate(np.array([[*place, 1.0]]), np.ones(1))
        return float(np.sqrt(np.trace(jacobian[0] @ self.covariance @ jacobian[0].T) / 2))


def _differentiate(seen: FloatArray, nearness: FloatArray) -> FloatArray:
    """Return the (N, 2, 6) derivatives of the projections of (N, 3) points by three small turns and three sways."""
    x, y, z = seen.T
    project = np.zeros((len(seen), 2, 3))
    project[:, 0, 0] = project[:, 1, 1] = 1 / z
    project[:, 0, 2], project[:, 1, 2] = -x / z**2, -y / z**2
    turned = np.zeros((len(seen), 3, 3))  # the cross product with each axis
    turned[:, 0, 1], turned[:, 0, 2] = z, -y
    turned[:, 1, 0], turned[:, 1, 2] = -z, x
    turned[:, 2, 0], turned[:, 2, 1] = y, -x
    swayed = nearness[:, None, None] * np.eye(3)
    return np.asarray(project @ np.concatenate([turned, swayed], axis=2))


def fit_camera(corners: FloatArray, places: FloatArray, nearness: FloatArray, turn_rad: float, error: float) -> Fit:
    """Fit turn and sway to the places of a reference's corners in a frame (Gauss-Newton with Huber weights).

    Parameters
    ----------
    corners, places
        (N, 2) places in the reference and in the frame, focal lengths from the center.
    nearness
        (N,) nearness of the corners (`Depths.at`).
    turn_rad
        Expected turn of the camera (1 sigma), radians. The expected sway is `SWAY_PER_TURN` times this.
    error
        Minimum error of the corners, focal lengths.
    """
    turn, sway, so_far = np.eye(3), np.zeros(3), np.zeros(6)
    prior = np.diag(1.0 / np.repeat([turn_rad, SWAY_PER_TURN * turn_rad], 3) ** 2)
    points = np.column_stack([corners, np.ones(len(corners))])
    precision, loss = prior, np.inf
    for _ in range(ITERATIONS):
        seen = points @ turn.T + nearness[:, None] * sway
        missed = places - seen[:, :2] / seen[:, 2:]
        off = np.linalg.norm(missed, axis=1)
        spread = max(error, 1.2 * float(np.median(off)))  # the median of a two-dimensional normal deviation is 1.18 sigma
        ratio = off / (HUBER * spread)
        weights = 1.0 / np.maximum(1.0, ratio) / spread**2
        loss = float(np.sum(np.where(ratio < 1, (off / error) ** 2 / 2, HUBER * off / error)))
        jacobian = _differentiate(seen, nearness)
        precision = prior + np.einsum("nij,n,nik->jk", jacobian, weights, jacobian)
        pull = np.einsum("nij,n,ni->j", jacobian, weights, missed) - prior @ so_far
        step = np.linalg.solve(precision, pull)
        so_far = so_far + step
        turn = cv2.Rodrigues(step[:3])[0] @ turn
        sway = cv2.Rodrigues(step[:3])[0] @ sway + step[3:]
    loss += float(so_far @ prior @ so_far) / 2
    return Fit(np.asarray(turn, float), np.asarray(sway, float), np.asarray(np.linalg.inv(precision), float), loss)
