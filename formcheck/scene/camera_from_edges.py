"""Estimate the camera's roll and pitch from the straight edges of walls, floor and furniture.

Most rooms are built along three directions: one vertical, and two horizontal at right angles. In the picture, all edges along one
direction run toward one vanishing point. The estimated roll, pitch and wall direction are those for which most edges do so.
Leaning and curved things are modeled as random edges (a mixture, as in Coughlan & Yuille 2003, Neural Computation 15:1063).
Horizontal edges alone cannot distinguish a turned camera from one that looks along the wall, so the result includes its error.
Plumb edges can, also short ones if there are many: those of a brick wall are ten pixels long.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from formcheck.scene.camera import PITCH_SPREAD_DEG, ROLL_SPREAD_DEG
from formcheck.scene.pitch import MODEL_ERROR_DEG, PITCHES_DEG, doubt, read_pitch
from formcheck.signals.evidence import Estimate, read_grid
from formcheck.signals.geometry import rotate
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# The search grid: rolls of −8…8°, pitches (`PITCHES_DEG`) and walls up to 45° from the picture's plane.
ROLLS_DEG: FloatArray = np.arange(-8.0, 8.01, 0.4)
WALLS_DEG: FloatArray = np.arange(-45.0, 44.99, 3.0)
# Fractions of the edges that are vertical, along the wall, and pointing away from the camera. The rest have random directions.
PLUMB, ALONG, AWAY = 0.3, 0.3, 0.15
# An edge's direction has an error of one pixel over its length. Upright things are vertical within this (1 σ, degrees).
EDGE_END_PX, PLUMB_DEG = 1.0, 0.5
# The two edges of a baseboard are not independent, so each edge counts half. Short edges count less: bricks share their rows, and
# a plant's leaves fan out as plumb edges do that are seen from above (at 0.25 the stated error came out too small).
EDGE_WEIGHT, SHORT_EDGE_WEIGHT = 0.5, 0.15
MIN_EDGE_SHARE = 0.045  # of the picture's shorter side
# At most so many of the longest edges, for speed, and the fewest from which a turn is estimated. Chosen by trial; on which clips
# was not recorded.
MAX_EDGES = 70
MIN_EDGES = 4
# Among the others, at most so many of the longest that are near the picture's vertical, for speed: 80 or 300 gave the same. The
# direction of still shorter edges is known to no better than 8°.
MAX_SHORT_EDGES, MIN_SHORT_EDGE_PX = 150, 8.0
# How far plumb edges lean at a picture's side, 0.6 focal lengths from its middle: 21° if the camera looks down by 40°, and 4° of
# roll. Random edges of this selection are spread over this range only.
NEAR_VERTICAL_DEG = 25.0
# The person, whose edges are not counted, is larger than the hull of their landmarks by this factor.
HULL_MARGIN = 1.25
# Keeps the direction to a vanishing point at an edge's own middle finite: the rounding error of squared focal lengths.
SMALLEST_SQUARE = float(np.finfo(np.float32).eps)
# A roll is corrected if it is more than this many times its own error.
MIN_ROLL_TO_ERROR = 2.0


class CameraTurn(NamedTuple):
    """How the camera was turned.

    Attributes
    ----------
    roll
        How far the image is turned, degrees, clockwise positive.
    pitches
        (P,) log-likelihood of each of `PITCHES_DEG`, if these edges are the room's; normalized to a sum of likelihoods of 1.
    """

    roll: Estimate
    pitches: FloatArray

    @property
    def is_clear(self) -> bool:
        """Whether the roll clearly exceeds its error."""
        return abs(self.roll.value) > MIN_ROLL_TO_ERROR * self.roll.sd

    @property
    def pitch(self) -> Estimate:
        """How far the camera looks down, degrees, by the edges alone."""
        return read_pitch(doubt(self.pitches), 0.0, "edges")


class _Edges(NamedTuple):
    """Straight edges: their (N, 4) ends in pixels, (N,) weights, and (N,) densities of random edges' directions, per radian."""

    ends: FloatArray
    weights: FloatArray
    random: FloatArray


def find_camera_turn(gray: Image, person: FloatArray, focal_px: float) -> CameraTurn | None:
    """Return how the camera was turned; None if the picture has too few straight edges.

    Parameters
    ----------
    gray
        (H, W) brightness.
    person
        (N, 2) landmarks, pixels, of the person in it, whose edges are not counted.
    focal_px
        The focal length in this picture's pixels.
    """
    edges = _choose_edges(_find_edges(gray, person), min(gray.shape))
    if len(edges.ends) < MIN_EDGES:
        return None
    center = np.array(gray.shape[::-1]) / 2.0
    starts, ends = (edges.ends[:, :2] - center) / focal_px, (edges.ends[:, 2:] - center) / focal_px
    score = np.stack([_score(rotate(starts, -roll), rotate(ends, -roll), edges, focal_px) for roll in ROLLS_DEG])
    score -= 0.5 * (ROLLS_DEG[:, None, None] / ROLL_SPREAD_DEG) ** 2
    pitches = np.logaddexp.reduce(np.moveaxis(score, 1, 0).reshape(len(PITCHES_DEG), -1), axis=1)
    roll = _read_roll(score - 0.5 * (PITCHES_DEG[:, None] / PITCH_SPREAD_DEG) ** 2)
    return CameraTurn(roll, pitches - np.logaddexp.reduce(pitches))


def _read_roll(score: FloatArray) -> Estimate:
    """Return the roll; its error is at least the usual spread at an end of the search, beyond which the roll may lie."""
    roll = read_grid(score, ROLLS_DEG[:, None, None], "edges")
    inside = ROLLS_DEG[1] < roll.value < ROLLS_DEG[-2]
    return replace(roll, sd=float(np.hypot(roll.sd, MODEL_ERROR_DEG if inside else ROLL_SPREAD_DEG)))


def _find_edges(gray: Image, person: FloatArray) -> FloatArray:
    """Return the (N, 4) ends of straight edges that are not the person's, longest first (line segment detector, von Gioi 2012)."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(gray)[0]
    if found is None:
        return np.empty((0, 4))
    edges = np.asarray(found, float).reshape(-1, 4)
    known = person[np.isfinite(person).all(axis=1)]
    if len(known):
        grown = known.mean(axis=0) + HULL_MARGIN * (known - known.mean(axis=0))
        hull = cv2.convexHull(grown.astype(np.float32))
        middles = (edges[:, :2] + edges[:, 2:]) / 2
        edges = edges[[cv2.pointPolygonTest(hull, (float(x), float(y)), False) < 0 for x, y in middles]]
    return np.asarray(edges[np.argsort(-np.linalg.norm(edges[:, 2:] - edges[:, :2], axis=1))])


def _choose_edges(edges: FloatArray, short_side_px: int) -> _Edges:
    """Return the longest of the (N, 4) edges, and shorter ones near the picture's vertical, with their weights."""
    across, up = np.abs(edges[:, 2:] - edges[:, :2]).T
    lengths_px = np.hypot(across, up)
    is_long = (np.arange(len(edges)) < MAX_EDGES) & (lengths_px > MIN_EDGE_SHARE * short_side_px)
    upright = across < np.tan(np.radians(NEAR_VERTICAL_DEG)) * up
    short = np.flatnonzero(~is_long & upright & (lengths_px > MIN_SHORT_EDGE_PX))[:MAX_SHORT_EDGES]
    counts, random = (int(is_long.sum()), len(short)), (1.0 - PLUMB - ALONG - AWAY) / np.pi
    return _Edges(
        np.concatenate([edges[is_long], edges[short]]),
        np.repeat([EDGE_WEIGHT, SHORT_EDGE_WEIGHT], counts),
        np.repeat([random, random * 90.0 / NEAR_VERTICAL_DEG], counts),
    )


def _score(starts: FloatArray, ends: FloatArray, edges: _Edges, focal_px: float) -> FloatArray:
    """Return the (P, W) log-likelihood of each pitch and wall direction for (N, 2) edge ends in focal lengths, roll removed."""
    middles, along = (starts + ends) / 2, ends - starts
    lengths = np.linalg.norm(along, axis=1)
    errors = np.hypot(np.arctan(EDGE_END_PX / (focal_px * lengths)), np.radians(PLUMB_DEG))
    pitch, wall = np.radians(PITCHES_DEG)[:, None], np.radians(WALLS_DEG)[None]
    flat = np.zeros_like(pitch)
    # the three directions in the axes (right, down, ahead) of a camera that looks down by ``pitch``
    plumb = np.stack([flat, np.cos(pitch), np.sin(pitch)], axis=-1)
    level = [
        np.stack(np.broadcast_arrays(x, -z * np.sin(pitch), z * np.cos(pitch)), axis=-1)
        for x, z in ((np.cos(wall), np.sin(wall)), (-np.sin(wall), np.cos(wall)))
    ]
    # The sine of the angle between an edge and the line from its middle m to the vanishing point d is their cross product over
    # both lengths. Cross product and squared length are sums of products of a term of d and one of m, hence matrix products.
    # Single precision: the exponentials take most of the time, and the angles' errors are over 0.5°.
    crossed = np.stack([along[:, 1], -along[:, 0], middles[:, 1] * along[:, 0] - middles[:, 0] * along[:, 1]]).astype(np.float32)
    squared = np.stack([np.ones(len(middles)), -2 * middles[:, 0], -2 * middles[:, 1], np.sum(middles**2, axis=1)])
    squared, scale = squared.astype(np.float32), (-0.5 / (lengths * errors) ** 2).astype(np.float32)
    density = np.broadcast_to(edges.random.astype(np.float32), (len(PITCHES_DEG), len(WALLS_DEG), len(errors))).copy()
    for directions, share in ((plumb, PLUMB), (level[0], ALONG), (level[1], AWAY)):
        x, y, z = np.moveaxis(directions.astype(np.float32), -1, 0)
        distances = np.stack([x**2 + y**2, x * z, y * z, z**2], axis=-1) @ squared
        unlikely = np.square(directions.astype(np.float32) @ crossed)
        unlikely *= scale
        unlikely /= np.maximum(distances, SMALLEST_SQUARE)
        density += np.exp(unlikely, out=unlikely) * (share / (errors * np.sqrt(2 * np.pi))).astype(np.float32)
    return np.asarray(np.log(density) @ edges.weights.astype(np.float32), float)
