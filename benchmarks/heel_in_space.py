"""Solve a marked heel in three dimensions, so that the view does not change how high it seems to have risen.

A rise divided by the foot's length in the picture is too small for a foot that points toward a camera that looks down (by a quarter
at 26° off side-on and 17° of pitch, on exactly projected joints) and too large for one that points away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.scene.scene import Scene
from formcheck.signals.geometry import rotate
from formcheck.support.arrays import FloatArray


@dataclass(frozen=True)
class FlatFoot:
    """A flat foot's marks, (2,) pixels each: the sole under the heel, the back of the heel, and the tip of the toe."""

    sole: FloatArray
    back: FloatArray
    toe: FloatArray


@dataclass(frozen=True)
class RaisedHeel:
    """The heel's rise as a share of the marked foot's length, and that length at its own distance, seen at right angles, pixels."""

    rise: float
    length_px: float


def solve_heel(flat: FlatFoot, raised: FloatArray, scene: Scene) -> RaisedHeel:
    """Return how high the (2,) ``raised`` sole of the heel is above the flat foot, for a pinhole camera with the usual lens.

    The flat sole is on the floor. Back and toe are at one height, so their line gives the foot's direction on the floor, and all
    four points lie in the upright plane through it. The camera's distance from the floor cancels.
    """
    sole, back, toe, top = (_ray(place, scene) for place in (flat.sole, flat.back, flat.toe, raised))
    heel = sole / -sole[1]  # the floor is one unit below the camera
    along = (toe / -toe[1] - back / -back[1])[[0, 2]]
    along /= np.linalg.norm(along)
    normal = np.array([-along[1], 0.0, along[0]])

    def place(ray: FloatArray) -> FloatArray:
        return np.asarray(ray * (normal @ heel) / (normal @ ray))

    length = float((place(toe) - place(back))[[0, 2]] @ along)
    rise = float(place(top)[1] - heel[1])
    return RaisedHeel(rise / length, scene.focal_px * length / float(heel[2]))


def _ray(place: FloatArray, scene: Scene) -> FloatArray:
    """Return the direction (right, up, away) in which the camera sees (2,) pixels."""
    right, down = rotate(np.asarray(place, float) - np.asarray(scene.frame_size) / 2, -scene.roll_deg) / scene.focal_px
    pitch = np.radians(scene.pitch_deg or 0.0)
    return np.array([right, -down * np.cos(pitch) - np.sin(pitch), np.cos(pitch) - down * np.sin(pitch)])
