"""Heel height as a level camera would see it, from the foot's own evidence; without such evidence it is not reported.

From the front the foot turns out of the image plane, so the height is not reported there. The rest of the body cannot replace the
foot: the trunk rises by up to a third more than the ankles, because knees and back straighten on the way up.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.exercises.heel_raise_limits import KNEE_BENT_DEG, NOT_LOWERED_SHARE
from formcheck.exercises.raise_form import compute_upright_rise
from formcheck.foot import ANKLE, BALL, FOOT_PER_SHANK, FootMotion
from formcheck.pose.track import SIDES, Landmark
from formcheck.scene.scene import top_of
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray

# Half the distance between the ankles with the feet hip-width apart, in shank lengths: about 10 of 42 cm, slightly more than half
# the distance between the hip joints' centers (0.191 of the height across the hips; Winter 2009, fig. 4.1).
HALF_GAP_SHANKS = 0.25


def turn_of_rise(rise_shanks: FloatArray) -> FloatArray:
    """Return the turn of the foot about its ball, degrees, that raises the ankle's axis by ``rise_shanks`` shank lengths."""
    arm, elevation = np.hypot(BALL[0] - ANKLE[0], ANKLE[1] - BALL[1]), np.arctan2(ANKLE[1] - BALL[1], BALL[0] - ANKLE[0])
    lifted = np.sin(elevation) + np.asarray(rise_shanks) / FOOT_PER_SHANK / arm
    return np.asarray(np.degrees(np.arcsin(np.clip(lifted, 0.0, 1.0)) - elevation))


def lowering_of_knee(flexion_deg: FloatArray) -> FloatArray:
    """Return how far this knee flexion lowers the hip above the ankle, shank lengths; thigh and shank are assumed equally long."""
    return np.asarray(2.0 * (1.0 - np.cos(np.radians(flexion_deg) / 2.0)))


def compute_magnification(view: View, frame: int, place: FloatArray) -> float:
    """Return the magnification of a short upright length at ``place``, (2,) pixels, relative to the body that gives the scale.

    A camera that looks down shortens lengths far below its axis, and one that looks up lengthens them.
    Pinhole camera: at ``t`` focal lengths below the axis, a plumb line at a depth of one appears as ``tan(atan t + pitch)``.
    """
    scene, track = view.scene, view.track

    def below(point: FloatArray) -> float:
        return -float(scene.height_of(point - scene.center)) / scene.focal_px

    def down(t: float) -> float:
        return float(np.tan(np.arctan(t) + np.radians(scene.pitch_deg)))

    top = below(track.points[frame, top_of(track)[0]].mean(axis=0))
    soles = max(below(track.points[frame, Landmark.of(side, p)]) for side in SIDES for p in ("heel", "foot_index"))
    here = below(place)
    whole = (soles - top) / (down(soles) - down(top))
    magnification = (1.0 + here**2) / (1.0 + down(here) ** 2) / whole
    return magnification if np.isfinite(magnification) else 1.0  # no person on that frame


def magnify_near_foot(view: View) -> float:
    """Return how many times larger the view's foot is seen than the body's middle, which gives the scale; both feet are down."""
    scene = view.scene
    if scene.near_side is None:
        return 1.0
    nearer = HALF_GAP_SHANKS * float(np.cos(np.radians(scene.yaw_deg))) * scene.shank_px / scene.focal_px
    return 1.0 + nearer if scene.near_side == view.side else 1.0 - nearer


def compute_trunk_rise(view: View, rep: RepSpan, level: int | None = None) -> FloatArray:
    """Return (T,) height of the trunk above standing in a repetition, shank lengths.

    The rise lost to a bending knee is added back. Standing is the repetition's start or end, below which nothing sinks, or the
    frame ``level``.
    """
    first, top, last = (view.at(t) for t in (rep.start_s, rep.peak_s, rep.end_s))
    trunk, flexion_deg = compute_upright_rise(view), view.leg.knee_flexion()
    if flexion_deg[top] - min(flexion_deg[first], flexion_deg[last]) > KNEE_BENT_DEG:
        trunk = trunk + lowering_of_knee(flexion_deg)
    if level is not None:
        return np.asarray(trunk - trunk[level])
    came_down = trunk[last] - trunk[first] < NOT_LOWERED_SHARE * (trunk[top] - trunk[first])
    standing = max(trunk[first], trunk[last]) if came_down else trunk[first]
    return np.asarray(np.clip(trunk - standing, 0.0, None))


def complete_rise(view: View, rep: RepSpan, foot: FootMotion, risen: FloatArray, magnification: float) -> FootMotion:
    """Convert the heel's rise to the scale of a level camera; between frames that show the foot, follow the body's course.

    The height at the peak comes from the foot alone; if it is unknown, as it always is from the front, so is the whole rise.
    ``risen`` is (T,) that course (`HeelRaise.compute_course`), ``magnification`` that of the foot (`HeelRaise.magnify_foot`).
    """
    first, top, last = (view.at(t) for t in (rep.start_s, rep.peak_s, rep.end_s))
    frames = np.arange(first, last + 1)
    heel, turn, error = foot.heel_rise_px.copy(), foot.turn_deg.copy(), foot.error_px.copy()
    heel[frames] /= magnification
    error[frames] /= magnification
    if np.isfinite(heel[top]) and risen[top] > 0:
        lost = frames[~np.isfinite(heel[frames])]
        course = risen[lost] / risen[top]
        heel[lost], turn[lost], error[lost] = course * heel[top], course * turn[top], error[top]
    elif not np.isfinite(heel[top]):
        heel[frames] = turn[frames] = error[frames] = np.nan
    return replace(foot, heel_rise_px=heel, turn_deg=turn, error_px=error)
