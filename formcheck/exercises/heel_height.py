"""How high the heels rose: what the foot's pixels say and what the trunk's rise says, as a level camera would see it, settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from formcheck.exercises.base import Leg
from formcheck.exercises.raise_form import BODY, NOT_LOWERED_SHARE, compute_upright_rise, measure_trunk_height
from formcheck.foot import ANKLE, BALL, FOOT_PER_SHANK, PLANTAR_HEEL, FootMotion
from formcheck.pose.track import SIDES, Landmark, PoseTrack, Side
from formcheck.scene.scene import SHANK_PER_HEIGHT, Scene
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray, nearest_index

# The body cannot rise further than the foot is long; more is standing up.
MAX_RISE_SHANKS = 0.4
# A knee that bends by more helps the calf, and lowers the trunk.
KNEE_BENT_DEG = 15.0
# By how much each of two witnesses is off (RMS of a hundred rendered repetitions, docs/accuracy.md): the foot's pixels, in pixels;
# and the trunk's rise, which the network sees at 256 pixels, however large the person is in the picture.
PIXELS_ERROR_PX, TRUNK_ERROR_SHANKS = 2.5, 0.017
# Of five repetitions' pixels one is off by several times that: something else looked alike.
GROSS_SHARE, GROSSLY = 0.2, 4.0
# On flat feet the body's centre stands 5 cm (0.2 of a foot) ahead of the ankles, which are at a quarter of the foot (Winter 1995,
# Gait & Posture 3:193); on the toes it must stand over the ball. In foot lengths.
FORWARD_FEET = BALL[0] - ANKLE[0] - 0.2
# The middle of hips and shoulders, 0.67 of the height over the floor (Winter 2009, fig. 4.1), comes down as it leans that far
# forward about the ball of the foot: half the square of the way by that height, in shank lengths; 0.2 cm.
FORWARD_DROP_SHANKS = (FORWARD_FEET * FOOT_PER_SHANK) ** 2 / (2 * 0.67 / SHANK_PER_HEIGHT)


def turn_of_rise(rise_shanks: FloatArray) -> FloatArray:
    """Return the turn of the foot about its ball, degrees, that lifts the ankle's axis by ``rise_shanks`` shank lengths."""
    arm, elevation = np.hypot(BALL[0] - ANKLE[0], ANKLE[1] - BALL[1]), np.arctan2(ANKLE[1] - BALL[1], BALL[0] - ANKLE[0])
    lifted = np.sin(elevation) + np.asarray(rise_shanks) / FOOT_PER_SHANK / arm
    return np.asarray(np.degrees(np.arcsin(np.clip(lifted, 0.0, 1.0)) - elevation))


def height_of_rise(rise_shanks: FloatArray) -> FloatArray:
    """Return the rise of the plantar heel, shank lengths, by the turn that lifts the ankle's axis by ``rise_shanks``."""
    turn = np.radians(turn_of_rise(rise_shanks))
    behind, above = BALL[0] - PLANTAR_HEEL[0], BALL[1] - PLANTAR_HEEL[1]
    return np.asarray(FOOT_PER_SHANK * (behind * np.sin(turn) + above * (1 - np.cos(turn))))


def lowering_of_knee(flexion_deg: FloatArray) -> FloatArray:
    """Return how far knees bent by so much lower the hip over the ankle, shank lengths; thigh and shank are alike long."""
    return np.asarray(2.0 * (1.0 - np.cos(np.radians(flexion_deg) / 2.0)))


def _settle(seen_px: float, rise_shanks: float, lowered_shanks: Sequence[float], shank_px: float) -> float:
    """Return the height in pixels that is to be expected after the pixels and the trunk's rise: their mean, by their variances.

    The two err for different reasons, so their mean errs less than either. The pixels' errors are of two kinds, small and gross:
    the further the two witnesses are apart, the likelier it is a gross one, and the less the pixels count. What a knee that bends
    and a trunk that leans take off the trunk's rise (``lowered_shanks``) is known roughly, put back or not: it counts as error.
    A trunk that rose further than a foot can lift it rose otherwise too, and is not asked.
    """
    error = float(np.linalg.norm([TRUNK_ERROR_SHANKS, *lowered_shanks]))
    rises = np.array([rise_shanks - error, rise_shanks, MAX_RISE_SHANKS])
    low, told, most = (float(v) * shank_px for v in height_of_rise(rises))
    if not low < told < most:
        return seen_px
    pixels = np.array([1.0, GROSSLY**2]) * PIXELS_ERROR_PX**2
    both = pixels + (told - low) ** 2
    likely = np.array([1 - GROSS_SHARE, GROSS_SHARE]) * np.exp(-((seen_px - told) ** 2) / (2 * both)) / np.sqrt(both)
    means = (told * pixels + seen_px * (told - low) ** 2) / both
    return float(np.sum(likely * means) / np.sum(likely))


def measure_stretch(track: PoseTrack, scene: Scene, frame: int, place: FloatArray) -> float:
    """Return how many times as large a short upright length is seen at ``place``, (2,) pixels, as on the body that gives the scale.

    A camera that looks down sees what is far below its axis shortened, one that looks up sees it stretched; 1 where the pitch is
    not known. Pinhole camera: at ``t`` focal lengths below the axis, a plumb line at a depth of one shows ``tan(atan t + pitch)``.
    """
    if scene.pitch_deg is None:
        return 1.0

    def below(point: FloatArray) -> float:
        return -float(scene.height_of(point - np.asarray(scene.frame_size, float) / 2)) / scene.focal_px

    def down(t: float) -> float:
        return float(np.tan(np.arctan(t) + np.radians(scene.pitch_deg or 0.0)))

    eyes = below(track.points[frame, [Landmark.LEFT_EYE, Landmark.RIGHT_EYE]].mean(axis=0))
    soles = max(below(track.points[frame, Landmark.of(side, p)]) for side in SIDES for p in ("heel", "foot_index"))
    here = below(place)
    whole = (soles - eyes) / (down(soles) - down(eyes))
    stretch = (1.0 + here**2) / (1.0 + down(here) ** 2) / whole
    return stretch if np.isfinite(stretch) else 1.0  # nobody is seen on that frame


def magnify_forward(track: PoseTrack, scene: Scene, frame: int) -> float:
    """Return how much of the body's rise to a frame, shank lengths, is only its coming nearer to the camera; below 0, going away.

    On the toes the body stands further forward than on flat feet, by ``FORWARD_FEET``. A camera in front sees it larger for that,
    one aside by as much as it is not side-on; and what is over the camera's axis (of a level one) so much higher.
    """
    nearer = 1.0 if scene.kind == "front" else float(np.sin(np.radians(scene.yaw_deg or 0.0)))
    body = track.points[frame, BODY].mean(axis=0) - np.asarray(scene.frame_size, float) / 2
    over_axis = scene.height_of(body) / scene.shank_px
    return float(over_axis * nearer * FORWARD_FEET * FOOT_PER_SHANK * scene.shank_px / scene.focal_px)


def _rise_of_ankles(track: PoseTrack, scene: Scene, flexion_deg: FloatArray, rep: tuple[int, int, int]) -> FloatArray:
    """Return (T,) the rise of the ankles' axis that the trunk tells, shank lengths over standing in a repetition.

    The repetition's start, peak and end are given as frames, the knee's flexion as (T,) degrees.
    """
    first, top, last = rep
    trunk = compute_upright_rise(track, scene)
    if flexion_deg[top] - min(flexion_deg[first], flexion_deg[last]) > KNEE_BENT_DEG:
        trunk = trunk + lowering_of_knee(flexion_deg)
    came_down = trunk[last] - trunk[first] < NOT_LOWERED_SHARE * (trunk[top] - trunk[first])
    standing = max(trunk[first], trunk[last]) if came_down else trunk[first]
    risen = np.clip(trunk - standing, 0.0, None)
    if risen[top] > 0:  # what the body's coming forward over the toes does to it
        risen = risen * max(0.0, 1.0 + (FORWARD_DROP_SHANKS - magnify_forward(track, scene, top)) / risen[top])
    return np.asarray(risen / measure_stretch(track, scene, first, track.points[first, BODY].mean(axis=0)))


def settle_rise(track: PoseTrack, scene: Scene, side: Side, rep: RepSpan, foot: FootMotion) -> FootMotion:
    """Settle the height between the pixels and the trunk's rise; where the pixels lost the foot, go by the trunk alone."""
    first, top, last = (nearest_index(track.time_s, t) for t in (rep.start_s, rep.peak_s, rep.end_s))
    frames = np.arange(first, last + 1)
    flexion = Leg.of(track, side).knee_flexion()
    risen = _rise_of_ankles(track, scene, flexion, (first, top, last))
    turn, height = turn_of_rise(risen), height_of_rise(risen) * scene.shank_px
    heel, turns = foot.heel_rise_px.copy(), foot.turn_deg.copy()
    heel[frames] /= measure_stretch(track, scene, first, Leg.of(track, side).ankle[first])
    lost = frames[~np.isfinite(heel[frames])]
    seen_height = heel[top]
    if np.isfinite(seen_height) and turn[top] > 1.0:
        upright = measure_trunk_height(track, scene)
        lowered = (
            float(lowering_of_knee(flexion[top] - min(flexion[first], flexion[last]))),
            (max(upright[first], upright[last]) - upright[top]) / 2,  # half of it is the hips', which it leaves alone
        )
        settled = _settle(seen_height, float(risen[top]), lowered, scene.shank_px) / seen_height
        heel[frames] *= settled
        turns[frames] *= settled
        turn, height = turn * turns[top] / turn[top], height * heel[top] / height[top]
    heel[lost], turns[lost] = height[lost], turn[lost]
    return replace(foot, heel_rise_px=heel, turn_deg=turns)
