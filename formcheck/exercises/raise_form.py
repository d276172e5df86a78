"""How a heel raise was done: the body's rise, and what trunk, ankles and heels did besides."""

from __future__ import annotations

import numpy as np

from formcheck.exercises.base import Leg, Recording
from formcheck.foot import ANKLE, BALL, FOOT_PER_SHANK
from formcheck.geometry import compute_inclination
from formcheck.reps import RepSpan
from formcheck.scene import SHANK_PER_HEIGHT, Scene
from formcheck.track import SIDES, FloatArray, Landmark, PoseTrack

# A quarter of the height, some 2 cm: twice what trunk and landmarks wander by between the rests of a set.
NOT_LOWERED_SHARE = 0.25
# The heel's landmark must say so too; it is half as lively as the heel and wanders more than the trunk.
NOT_LOWERED_HEEL_SHARE = 0.15
# The set's standing level: this percentile of the levels that its repetitions start and end at, so that half of them may be up.
STANDING_PERCENTILE = 20.0
# Where the recording stops this soon after a repetition's end, it may have stopped before the heel was down.
CUT_OFF_S = 0.25
# Landmarks are averaged this long before and after a moment: a raise is held, and the floor is stood on, at least as long.
SYMMETRY_WINDOW_S = 0.25
# On flat feet the body's centre stands 5 cm (0.2 of a foot) ahead of the ankles, which are at a quarter of the foot (Winter 1995,
# Gait & Posture 3:193); on the toes it must stand over the ball. In foot lengths.
FORWARD_FEET = BALL[0] - ANKLE[0] - 0.2
# The middle of hips and shoulders, 0.67 of the height over the floor (Winter 2009, fig. 4.1), comes down as it leans that far
# forward about the ball of the foot: half the square of the way by that height, in shank lengths; 0.2 cm.
FORWARD_DROP_SHANKS = (FORWARD_FEET * FOOT_PER_SHANK) ** 2 / (2 * 0.67 / SHANK_PER_HEIGHT)
BODY = [Landmark.of(side, part) for side in ("left", "right") for part in ("hip", "shoulder")]


def compute_body_rise(track: PoseTrack, scene: Scene) -> FloatArray:
    """(T,) height of the mean of hips and shoulders, in shank lengths (only changes mean something).

    The trunk rises with the ankles while the knees stay straight; four landmarks jitter half as much as one.
    """
    return np.asarray(scene.height_of(track.points[:, BODY].mean(axis=1)) / scene.shank_px)


def _trunk_of(track: PoseTrack) -> FloatArray:
    """(T, 2) from the hips' middle to the shoulders', pixels."""
    shoulders, hips = (track.points[:, rows].mean(axis=1) for rows in (BODY[1::2], BODY[::2]))
    return np.asarray(shoulders - hips)


def measure_trunk_length(track: PoseTrack, scene: Scene) -> FloatArray:
    """(T,) how far the shoulders are off the hips, shank lengths: more where they are lifted with the arms."""
    return np.asarray(np.linalg.norm(_trunk_of(track), axis=1) / scene.shank_px)


def measure_trunk_height(track: PoseTrack, scene: Scene) -> FloatArray:
    """(T,) how far the shoulders are over the hips, shank lengths: less where the trunk leans."""
    return np.asarray(scene.height_of(_trunk_of(track)) / scene.shank_px)


def compute_upright_rise(track: PoseTrack, scene: Scene) -> FloatArray:
    """(T,) `compute_body_rise` as if the trunk did not lean: half of what it loses by that is the mean's, as the hips stay."""
    return compute_body_rise(track, scene) + (measure_trunk_length(track, scene) - measure_trunk_height(track, scene)) / 2


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


def measure_ankle_drift(recording: Recording, frames: slice) -> float:
    """Return how far the ankles drift apart during a repetition filmed from the front, pixels; NaN from the side."""
    if recording.scene.kind != "front":
        return float("nan")
    left, right = (recording.scene.ahead_of(Leg.of(recording.track, s).ankle[frames]) for s in ("left", "right"))
    gap = np.abs(left - right)
    return float(np.nanmax(gap) - min(gap[0], gap[-1]))


def measure_symmetry(recording: Recording, rep: RepSpan) -> float:
    """Return how alike both sides rise in a repetition filmed from the front: smaller rise in % of the larger; NaN from aside.

    Read at the hips, averaged over ``SYMMETRY_WINDOW_S``: over a straight knee a hip rises as its heel does, while from the front
    the ankle's own landmark sees a third of it. 100 = both alike; a side that does not rise counts as 0.
    """
    if recording.scene.kind != "front":
        return float("nan")

    def level(height: FloatArray, time_s: float) -> float:
        return float(np.nanmean(height[np.abs(recording.track.time_s - time_s) <= SYMMETRY_WINDOW_S]))

    rises = []
    for side in ("left", "right"):
        height = recording.scene.height_of(recording.track.xy(Landmark.of(side, "hip")))
        rises.append(max(0.0, level(height, rep.peak_s) - (level(height, rep.start_s) + level(height, rep.end_s)) / 2))
    return 100.0 * min(rises) / max(rises) if max(rises) > 0 else float("nan")


def measure_trunk_lean(recording: Recording, frames: slice) -> float:
    """Return how far the trunk leans off where it was when the repetition started, degrees: to and fro, or aside from the front."""
    points, scene = recording.track.points[frames], recording.scene
    hips, shoulders = (
        points[:, [Landmark.of("left", part), Landmark.of("right", part)]].mean(axis=1) for part in ("hip", "shoulder")
    )
    lean = compute_inclination(hips, shoulders, scene.up, scene.forward)
    return float(np.nanmax(np.abs(lean - lean[0])))


def measure_left_up(recording: Recording, rep: RepSpan) -> tuple[float, float]:
    """Return how far the body was still up when a repetition started, shank lengths, and when it ended, in shares of its rise.

    Both over the set's standing level; 0 unless trunk and heel landmark agree that it was not down; the end is NaN where the
    recording stops before it was.
    """
    track, leg = recording.track, recording.leg
    trunk, heel = compute_body_rise(track, recording.scene), recording.scene.height_of(leg.heel - leg.toe)
    rests = [recording.at(t) for span in (recording.spans or (rep,)) for t in (span.start_s, span.end_s)]
    start, top, end = (recording.at(t) for t in (rep.start_s, rep.peak_s, rep.end_s))

    def share(level: FloatArray, frame: int) -> float:
        standing = np.nanpercentile(level[rests], STANDING_PERCENTILE)
        return float((level[frame] - standing) / max(level[top] - standing, 1e-9))

    def left(frame: int) -> float:
        up = share(trunk, frame) > NOT_LOWERED_SHARE and share(heel, frame) > NOT_LOWERED_HEEL_SHARE
        return share(trunk, frame) if up else 0.0

    rise = float(trunk[top] - np.nanpercentile(trunk[rests], STANDING_PERCENTILE))
    cut_off = track.time_s[-1] - rep.end_s < CUT_OFF_S and left(end) > 0
    return left(start) * rise, float("nan") if cut_off else left(end)
