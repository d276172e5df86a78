"""Heel height as a level camera would see it, from the foot's own evidence; without such evidence it is not reported.

From the front the foot turns out of the image plane, so it cannot be measured. Only there the trunk's rise replaces the ankles',
with a larger error: people's trunks rise by up to a third more, because knees and back straighten on the way up.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.exercises.base import View
from formcheck.exercises.heel_raise_limits import KNEE_BENT_DEG, NOT_LOWERED_SHARE
from formcheck.exercises.raise_form import BODY, compute_upright_rise
from formcheck.foot import ANKLE, BALL, FOOT_PER_SHANK, PLANTAR_HEEL, FootMotion
from formcheck.pose.track import SIDES, Landmark
from formcheck.scene.scene import SHANK_PER_HEIGHT
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray

# Extra rise of a trunk that straightens, as a share of the ankles' rise: the trunk rises 1.06 to 1.37 times as far in rendered
# people with a natural posture, and 1.3 times in one filmed heel raise.
TRUNK_ERROR_SHARE = 0.15
# With flat feet the body's center is 5 cm (0.2 of a foot) ahead of the ankles, which are at a quarter of the foot (Winter 1995,
# Gait & Posture 3:193); on the toes it must be over the ball. In foot lengths.
FORWARD_FEET = BALL[0] - ANKLE[0] - 0.2
# The middle of hips and shoulders is at 0.67 of body height (Winter 2009, fig. 4.1). As it leans that far forward about the ball
# of the foot, it drops by the square of the distance over twice that height, in shank lengths; 0.2 cm.
FORWARD_DROP_SHANKS = (FORWARD_FEET * FOOT_PER_SHANK) ** 2 / (2 * 0.67 / SHANK_PER_HEIGHT)
# Half the distance between the ankles with the feet hip-width apart, in shank lengths: about 10 of 42 cm, slightly more than half
# the distance between the hip joints' centers (0.191 of the height across the hips; Winter 2009, fig. 4.1).
HALF_GAP_SHANKS = 0.25


def turn_of_rise(rise_shanks: FloatArray) -> FloatArray:
    """Return the turn of the foot about its ball, degrees, that raises the ankle's axis by ``rise_shanks`` shank lengths."""
    arm, elevation = np.hypot(BALL[0] - ANKLE[0], ANKLE[1] - BALL[1]), np.arctan2(ANKLE[1] - BALL[1], BALL[0] - ANKLE[0])
    lifted = np.sin(elevation) + np.asarray(rise_shanks) / FOOT_PER_SHANK / arm
    return np.asarray(np.degrees(np.arcsin(np.clip(lifted, 0.0, 1.0)) - elevation))


def height_of_rise(rise_shanks: FloatArray) -> FloatArray:
    """Return the plantar heel's rise, shank lengths, for the turn that raises the ankle's axis by ``rise_shanks``."""
    turn = np.radians(turn_of_rise(rise_shanks))
    behind, above = BALL[0] - PLANTAR_HEEL[0], BALL[1] - PLANTAR_HEEL[1]
    return np.asarray(FOOT_PER_SHANK * (behind * np.sin(turn) + above * (1 - np.cos(turn))))


def lowering_of_knee(flexion_deg: FloatArray) -> FloatArray:
    """Return how far this knee flexion lowers the hip above the ankle, shank lengths; thigh and shank are assumed equally long."""
    return np.asarray(2.0 * (1.0 - np.cos(np.radians(flexion_deg) / 2.0)))


def compute_magnification(view: View, frame: int, place: FloatArray) -> float:
    """Return the magnification of a short upright length at ``place``, (2,) pixels, relative to the body that gives the scale.

    A camera that looks down shortens lengths far below its axis, and one that looks up lengthens them; 1 if the pitch is unknown.
    Pinhole camera: at ``t`` focal lengths below the axis, a plumb line at a depth of one appears as ``tan(atan t + pitch)``.
    """
    scene, track = view.scene, view.track
    if scene.pitch_deg is None:
        return 1.0

    def below(point: FloatArray) -> float:
        return -float(scene.height_of(point - scene.center)) / scene.focal_px

    def down(t: float) -> float:
        return float(np.tan(np.arctan(t) + np.radians(scene.pitch_deg or 0.0)))

    eyes = below(track.points[frame, [Landmark.LEFT_EYE, Landmark.RIGHT_EYE]].mean(axis=0))
    soles = max(below(track.points[frame, Landmark.of(side, p)]) for side in SIDES for p in ("heel", "foot_index"))
    here = below(place)
    whole = (soles - eyes) / (down(soles) - down(eyes))
    magnification = (1.0 + here**2) / (1.0 + down(here) ** 2) / whole
    return magnification if np.isfinite(magnification) else 1.0  # no person on that frame


def magnify_near_foot(view: View) -> float:
    """Return how many times larger the view's foot is seen than the body's middle, which gives the scale; both feet are down."""
    scene = view.scene
    if view.from_front or scene.near_side is None:
        return 1.0
    nearer = HALF_GAP_SHANKS * float(np.cos(np.radians(scene.yaw_deg or 0.0))) * scene.shank_px / scene.focal_px
    return 1.0 + nearer if scene.near_side == view.side else 1.0 - nearer


def magnify_forward(view: View, frame: int) -> float:
    """Return the apparent rise to a frame that comes only from moving nearer the camera, shank lengths; negative when moving away.

    On the toes the body is ``FORWARD_FEET`` further forward than on flat feet. A camera in front therefore sees it larger, and a
    camera at the side does so in proportion to its yaw. Points above the axis of a level camera appear higher accordingly.
    """
    scene = view.scene
    nearer = 1.0 if view.from_front else float(np.sin(np.radians(scene.yaw_deg or 0.0)))
    body = view.track.points[frame, BODY].mean(axis=0) - scene.center
    over_axis = view.height_of(body)
    return float(over_axis * nearer * FORWARD_FEET * FOOT_PER_SHANK * scene.shank_px / scene.focal_px)


def compute_trunk_rise(view: View, rep: RepSpan) -> FloatArray:
    """Return (T,) height of the trunk above standing in a repetition, shank lengths.

    The rise lost to a bending knee is added back.
    """
    first, top, last = (view.at(t) for t in (rep.start_s, rep.peak_s, rep.end_s))
    trunk, flexion_deg = compute_upright_rise(view), view.leg.knee_flexion()
    if flexion_deg[top] - min(flexion_deg[first], flexion_deg[last]) > KNEE_BENT_DEG:
        trunk = trunk + lowering_of_knee(flexion_deg)
    came_down = trunk[last] - trunk[first] < NOT_LOWERED_SHARE * (trunk[top] - trunk[first])
    standing = max(trunk[first], trunk[last]) if came_down else trunk[first]
    return np.asarray(np.clip(trunk - standing, 0.0, None))


def _rise_from_front(view: View, risen: FloatArray, first: int, top: int) -> FloatArray:
    """(T,) rise of the trunk → (T,) corresponding rise of the ankles, shank lengths."""
    if risen[top] > 0:  # removes the apparent rise from the body's shift forward over the toes
        risen = risen * max(0.0, 1.0 + (FORWARD_DROP_SHANKS - magnify_forward(view, top)) / risen[top])
    return np.asarray(risen / compute_magnification(view, first, view.track.points[first, BODY].mean(axis=0)))


def complete_rise(view: View, rep: RepSpan, foot: FootMotion, *, both: bool = False) -> FootMotion:
    """Convert the heel's rise to the scale of a level camera; between frames that show the foot, follow the body's course.

    The height at the peak comes from the foot alone; if it is unknown, so is the whole rise. From the front it comes from
    the trunk. ``both`` means that both feet are on the floor.
    """
    first, top, last = (view.at(t) for t in (rep.start_s, rep.peak_s, rep.end_s))
    frames = np.arange(first, last + 1)
    heel, turn, error = foot.heel_rise_px.copy(), foot.turn_deg.copy(), foot.error_px.copy()
    risen = compute_trunk_rise(view, rep)
    if view.from_front:
        ankles = _rise_from_front(view, risen, first, top)[frames]
        heel[frames], turn[frames] = height_of_rise(ankles) * view.shank_px, turn_of_rise(ankles)
        error[frames] = TRUNK_ERROR_SHARE * heel[top]
        return replace(foot, heel_rise_px=heel, turn_deg=turn, error_px=error)
    magnification = compute_magnification(view, first, view.leg.ankle[first])
    magnification *= magnify_near_foot(view) if both else 1.0
    heel[frames] /= magnification
    error[frames] /= magnification
    if np.isfinite(heel[top]) and risen[top] > 0:
        lost = frames[~np.isfinite(heel[frames])]
        course = risen[lost] / risen[top]
        heel[lost], turn[lost], error[lost] = course * heel[top], course * turn[top], error[top]
    elif not np.isfinite(heel[top]):
        heel[frames] = turn[frames] = error[frames] = np.nan
    return replace(foot, heel_rise_px=heel, turn_deg=turn, error_px=error)
