"""Solve a marked heel in three dimensions, so that neither the view nor the choice of the marked point changes how high it rose.

A rise divided by the foot's length in the picture is too small for a foot that points toward a camera that looks down (by a quarter
at 26° off side-on and 17° of pitch, on exactly projected joints) and too large for one that points away.

A heel behind the ball is rigid, so a mark on it keeps its distance from the ball. Solved in space, the point under the heel does,
to 3 % in two recordings filmed from the front and side; the back of the heel does not: its distance grows by 12 to 14 %, because
another point of a round heel is the rearmost when the foot has turned. `solve_sole` therefore gives the rise, and `solve_heel` an
upper limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.foot.shape import turn_about
from formcheck.scene.scene import Scene
from formcheck.signals.geometry import rotate
from formcheck.support.arrays import FloatArray

# A camera that looks down at the foot by less than this sees the floor almost edge-on: a pixel more or less between the heights of
# heel and toe turns a foot of 130 pixels by several degrees. The picture itself is upright then.
LEAST_DOWN_DEG = 10.0


@dataclass(frozen=True)
class FlatFoot:
    """A flat foot's marks, (2,) pixels each: the sole under the heel and the ball, the back of the heel, and the tip of the toe."""

    sole: FloatArray
    ball: FloatArray
    back: FloatArray
    toe: FloatArray


@dataclass(frozen=True)
class RaisedHeel:
    """The heel's rise as a share of the marked foot's length, and that length at its own distance, seen at right angles, pixels.

    ``turn_deg``: how far its line to the ball has turned since the flat foot, heel up.
    """

    rise: float
    length_px: float
    turn_deg: float


def solve_sole(flat: FlatFoot, sole: FloatArray, ball: FloatArray, scene: Scene) -> RaisedHeel:
    """Return how high the (2,) raised mark under the heel is over that of the flat foot, in the upright plane of `solve_heel`.

    Of a foot that is seen edge-on (`LEAST_DOWN_DEG`) the picture is that plane.
    """
    if looks_down(flat, scene) < LEAST_DOWN_DEG:
        return _read_picture(flat, sole, ball, scene)
    plane = _Plane.of(flat, scene)
    low, flat_ball, up, front = (plane.place(p) for p in (flat.sole, flat.ball, sole, ball))
    return _raise_heel(plane, flat, float((up - low)[1]), _slope(flat_ball - low) - _slope(front - up))


def looks_down(flat: FlatFoot, scene: Scene) -> float:
    """Return how far below the horizontal the camera sees a flat foot's heel, degrees."""
    right, up, away = _ray(flat.sole, scene)
    return float(np.degrees(np.arctan2(-up, np.hypot(right, away))))


def _read_picture(flat: FlatFoot, sole: FloatArray, ball: FloatArray, scene: Scene) -> RaisedHeel:
    length_px = float(np.linalg.norm(flat.toe - flat.back)) / float(np.cos(np.radians(scene.yaw_deg)))
    turn = float(_slope_in_picture(flat.ball - flat.sole) - _slope_in_picture(ball - sole))
    return RaisedHeel(float(flat.sole[1] - sole[1]) / length_px, length_px, turn)


def _slope_in_picture(line: FloatArray) -> float:
    """Return the angle of a (2,) line from heel to ball in pixels, degrees, front end up."""
    return _slope(np.array([abs(line[0]), -line[1]]))


def solve_heel(flat: FlatFoot, back: FloatArray, ball: FloatArray, scene: Scene) -> RaisedHeel:
    """Return how high the sole under the heel rose, for a pinhole camera with the usual lens.

    The flat sole is on the floor. Back and toe are at one height, so their line gives the foot's direction on the floor, and all
    marks lie in the upright plane through it. The camera's distance from the floor cancels. Behind the ball the foot is rigid:
    the line from the (2,) raised ``back`` to the ``ball`` has turned, and the sole with it.
    """
    plane = _Plane.of(flat, scene)
    sole, flat_back, flat_ball, up, front = (plane.place(p) for p in (flat.sole, flat.back, flat.ball, back, ball))
    turn = _slope(flat_ball - flat_back) - _slope(front - up)
    moved = up + turn_about((sole - flat_back)[None], np.zeros(2), turn)[0]
    return _raise_heel(plane, flat, float((moved - sole)[1]), turn)


@dataclass(frozen=True)
class _Plane:
    """The upright plane of a foot: its first point, its direction on the floor, and the camera; the camera is one unit high."""

    first: FloatArray
    along: FloatArray
    scene: Scene

    @classmethod
    def of(cls, flat: FlatFoot, scene: Scene) -> _Plane:
        sole, back, toe = (_ray(place, scene) for place in (flat.sole, flat.back, flat.toe))
        along = (toe / -toe[1] - back / -back[1])[[0, 2]]
        return cls(sole / -sole[1], along / np.linalg.norm(along), scene)

    @property
    def away(self) -> float:
        return float(self.first[2])

    def place(self, pixel: FloatArray) -> FloatArray:
        """Return where (2,) pixels lie in the plane: forward and up from its first point."""
        ray, normal = _ray(pixel, self.scene), np.array([-self.along[1], 0.0, self.along[0]])
        there = ray * (normal @ self.first) / (normal @ ray) - self.first
        return np.array([there[[0, 2]] @ self.along, there[1]])


def _raise_heel(plane: _Plane, flat: FlatFoot, risen: float, turn_deg: float) -> RaisedHeel:
    length = float((plane.place(flat.toe) - plane.place(flat.back))[0])
    return RaisedHeel(risen / length, plane.scene.focal_px * length / plane.away, turn_deg)


def _slope(line: FloatArray) -> float:
    """Return the angle of a (2,) line, degrees, front end up."""
    return float(np.degrees(np.arctan2(line[1], line[0])))


def _ray(place: FloatArray, scene: Scene) -> FloatArray:
    """Return the direction (right, up, away) in which the camera sees (2,) pixels."""
    right, down = rotate(np.asarray(place, float) - np.asarray(scene.frame_size) / 2, -scene.camera.roll.value) / scene.focal_px
    pitch = np.radians(scene.pitch_deg)
    return np.array([right, -down * np.cos(pitch) - np.sin(pitch), np.cos(pitch) - down * np.sin(pitch)])
