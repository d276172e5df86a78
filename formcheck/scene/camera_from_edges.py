"""Which way is up, from the room: how the camera was turned, read off the straight edges of walls, floor and furniture.

Most rooms are built along three directions: plumb, and two level ones at right angles. In the picture the edges along one of
them run towards one vanishing point. The camera's roll, its pitch and the walls' direction are those under which most edges do;
what leans or curves is allowed for as chance (a mixture, as in Coughlan & Yuille 2003, Neural Computation 15:1063). Level edges
alone cannot tell a camera that is turned from one that looks along the wall: the answer says how sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.support.arrays import FloatArray
from formcheck.video.reader import Image

# What is looked at: turns of −8…8°, pitches of −20…20° and walls up to 45° off the picture's plane.
ROLLS_DEG: FloatArray = np.arange(-8.0, 8.01, 0.4)
PITCHES_DEG: FloatArray = np.arange(-20.0, 20.01, 2.0)
WALLS_DEG: FloatArray = np.arange(-45.0, 44.99, 3.0)
# Before anything is seen: whoever props up a phone has it level within some two degrees (1 σ), and aims it within eight.
PRIOR_ROLL_DEG, PRIOR_PITCH_DEG = 2.0, 8.0
# Shares of the edges that are plumb, along the wall, and away from the camera; the rest points anywhere.
PLUMB, ALONG, AWAY = 0.3, 0.3, 0.15
# An edge's direction is known to a pixel over its length, and things stand and hang this plumb (1 σ, degrees).
EDGE_END_PX, PLUMB_DEG = 1.0, 0.5
# Both sides of a baseboard are one witness: an edge counts half.
WITNESS = 0.5
MIN_EDGE_SHARE = 0.045  # of the picture's shorter side
MAX_EDGES = 70
MIN_EDGES = 4
# The person, whose edges are not the room's, is this much larger than their landmarks' hull.
HULL_MARGIN = 1.25
# Rooms are not perfectly square and lenses not perfectly straight: on level clips the answer is off by up to 0.6°.
ROOM_DEG = 0.7
# A turn is believed, and taken out, when it is this many times its own error.
BELIEVED = 2.0


@dataclass(frozen=True)
class CameraTurn:
    """How the camera was turned: roll (image turned clockwise = positive), pitch (looking down = positive), each with its 1 σ."""

    roll_deg: float
    roll_error_deg: float
    pitch_deg: float
    pitch_error_deg: float

    @property
    def believed(self) -> bool:
        """Whether the roll is clearly beyond its error."""
        return abs(self.roll_deg) > BELIEVED * self.roll_error_deg


def find_camera_turn(grey: Image, person: FloatArray, focal_px: float) -> CameraTurn | None:
    """Return how the camera was turned; None where the picture has too few straight edges.

    Parameters
    ----------
    grey
        (H, W) brightness.
    person
        (N, 2) landmarks of the person in it, whose edges do not count.
    focal_px
        The focal length in this picture's pixels.
    """
    edges = _find_edges(grey, person)
    if len(edges) < MIN_EDGES:
        return None
    centre = np.array(grey.shape[::-1]) / 2.0
    starts, ends = (edges[:, :2] - centre) / focal_px, (edges[:, 2:] - centre) / focal_px
    lengths_px = focal_px * np.linalg.norm(ends - starts, axis=1)
    errors = np.hypot(np.arctan(EDGE_END_PX / lengths_px), np.radians(PLUMB_DEG))
    score = np.stack([_score(_turn(starts, -roll), _turn(ends, -roll), errors) for roll in np.radians(ROLLS_DEG)])
    score += -0.5 * (ROLLS_DEG[:, None, None] / PRIOR_ROLL_DEG) ** 2 - 0.5 * (PITCHES_DEG[:, None] / PRIOR_PITCH_DEG) ** 2
    likely = np.exp(score - score.max())
    likely /= likely.sum()
    roll, roll_error = _moments(likely.sum(axis=(1, 2)), ROLLS_DEG)
    pitch, pitch_error = _moments(likely.sum(axis=(0, 2)), PITCHES_DEG)
    return CameraTurn(roll, float(np.hypot(roll_error, ROOM_DEG)), pitch, float(np.hypot(pitch_error, ROOM_DEG)))


def _find_edges(grey: Image, person: FloatArray) -> FloatArray:
    """(N, 4) ends of the picture's longest straight edges (line segment detector, von Gioi 2012) that are not the person's."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return np.empty((0, 4))
    edges = np.asarray(found, float).reshape(-1, 4)
    known = person[np.isfinite(person).all(axis=1)]
    if len(known):
        grown = known.mean(axis=0) + HULL_MARGIN * (known - known.mean(axis=0))
        hull = cv2.convexHull(grown.astype(np.float32))
        middles = (edges[:, :2] + edges[:, 2:]) / 2
        edges = edges[[cv2.pointPolygonTest(hull, (float(x), float(y)), False) < 0 for x, y in middles]]
    lengths = np.linalg.norm(edges[:, 2:] - edges[:, :2], axis=1)
    longest = np.argsort(-lengths)[:MAX_EDGES]
    return np.asarray(edges[longest[lengths[longest] > MIN_EDGE_SHARE * min(grey.shape)]])


def _score(starts: FloatArray, ends: FloatArray, errors: FloatArray) -> FloatArray:
    """(P, W) log-likelihood of each pitch and wall direction, given edges (N, 2) in focal lengths with the roll taken out."""
    middles, along = (starts + ends) / 2, ends - starts
    pitch, wall = np.radians(PITCHES_DEG)[:, None], np.radians(WALLS_DEG)[None]
    flat = np.zeros_like(pitch)
    # the three directions as a camera that looks down by ``pitch`` has them: right, down, ahead
    plumb = np.stack([flat, np.cos(pitch), np.sin(pitch)], axis=-1)
    level = [
        np.stack(np.broadcast_arrays(x, -z * np.sin(pitch), z * np.cos(pitch)), axis=-1)
        for x, z in ((np.cos(wall), np.sin(wall)), (-np.sin(wall), np.cos(wall)))
    ]
    density = np.full((len(PITCHES_DEG), len(WALLS_DEG), len(errors)), (1.0 - PLUMB - ALONG - AWAY) / np.pi)
    for directions, share in ((plumb, PLUMB), (level[0], ALONG), (level[1], AWAY)):
        towards = directions[..., None, :2] - middles * directions[..., None, 2:]  # the vanishing point, from each edge's middle
        cross = towards[..., 0] * along[:, 1] - towards[..., 1] * along[:, 0]
        sine = cross / (np.linalg.norm(towards, axis=-1) * np.linalg.norm(along, axis=-1) + 1e-12)
        density = density + share * np.exp(-0.5 * (sine / errors) ** 2) / (errors * np.sqrt(2 * np.pi))
    return np.asarray(WITNESS * np.log(density).sum(axis=-1))


def _turn(points: FloatArray, angle: float) -> FloatArray:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))


def _moments(likely: FloatArray, values: FloatArray) -> tuple[float, float]:
    mean = float(likely @ values)
    return mean, float(np.sqrt(likely @ (values - mean) ** 2))
