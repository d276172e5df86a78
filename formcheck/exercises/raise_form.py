"""How a heel raise was performed: the body's rise, and what the trunk, ankles and heels did."""

from __future__ import annotations

import numpy as np

from formcheck.exercises.base import Recording
from formcheck.exercises.heel_raise_limits import NOT_LOWERED_HEEL_SHARE, NOT_LOWERED_SHARE, STEP_HZ
from formcheck.pose.track import Landmark, Side
from formcheck.scene.view import View
from formcheck.signals.filters import compute_speed, smooth
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray

# The set's standing level is this percentile of the levels at which its repetitions start and end, so up to half may be raised.
STANDING_PERCENTILE = 20.0
# Landmarks are averaged this long before and after a moment. By design: both the raised hold and standing last at least this long.
SYMMETRY_WINDOW_S = 0.25
BODY = [Landmark.of(side, part) for side in ("left", "right") for part in ("hip", "shoulder")]


def compute_body_rise(view: View) -> FloatArray:
    """(T,) height of the mean of hips and shoulders, in shank lengths (only changes are meaningful).

    The trunk rises with the ankles while the knees stay straight; the mean of four landmarks jitters half as much as one landmark.
    """
    return np.asarray(view.height_of(view.track.points[:, BODY].mean(axis=1)))


def _trunk_of(view: View) -> FloatArray:
    """(T, 2) vector from the middle of the hips to the middle of the shoulders, pixels."""
    shoulders, hips = (view.track.points[:, rows].mean(axis=1) for rows in (BODY[1::2], BODY[::2]))
    return np.asarray(shoulders - hips)


def measure_trunk_length(view: View) -> FloatArray:
    """(T,) distance from hips to shoulders, shank lengths; it grows when raised arms lift the shoulders."""
    return np.asarray(np.linalg.norm(_trunk_of(view), axis=1) / view.shank_px)


def compute_upright_rise(view: View) -> FloatArray:
    """(T,) height as in `compute_body_rise`, shank lengths, without what trunk lean takes off: half of what the shoulders sink."""
    return compute_body_rise(view) + (measure_trunk_length(view) - view.height_of(_trunk_of(view))) / 2


def compute_step_speed(view: View, place: FloatArray) -> FloatArray:
    """(T,) speed of a place on the foot that stays unless the person steps, (T, 1) or (T, 2) pixels; shank lengths a second."""
    slow = np.stack([smooth(view.time_s, place[:, axis], STEP_HZ) for axis in range(place.shape[1])], axis=1)
    return compute_speed(view.time_s, slow) / view.shank_px


def measure_ankle_drift(view: View, rep: RepSpan) -> float:
    """Return how far apart the ankles drift during a repetition filmed from the front, pixels; NaN from the side."""
    if not view.from_front:
        return float("nan")
    apart = view.scene.ahead_of(view.leg.ankle - view.other_leg.ankle)
    gap = np.abs(apart[view.frames_of(rep)])
    return float(np.nanmax(gap) - min(gap[0], gap[-1]))


def measure_fall(view: View, rep: RepSpan) -> float:
    """Return the body's largest downward acceleration in a repetition, shank lengths/s²; smoothing takes off half of gravity."""
    speed = np.gradient(compute_body_rise(view), view.time_s)
    return float(-np.nanmin(np.gradient(speed, view.time_s)[view.frames_of(rep)]))


def measure_other_foot(view: View, rep: RepSpan) -> float:
    """Return how far the other ankle goes up or down beside the working one, shank lengths; brief jumps do not count."""
    low, high = np.nanpercentile(view.height_of(view.other_leg.ankle - view.leg.ankle)[view.frames_of(rep)], (10, 90))
    return float(high - low)


def measure_side_difference(view: View, rep: RepSpan) -> float:
    """Return how much higher the right side rises than the left in a repetition filmed from the front, % of the larger rise.

    The ratio is signed, −100 to 100: 0 = both alike, positive = the right rises higher. It is NaN from the side and where neither
    side rises. It is read at the hips, averaged over ``SYMMETRY_WINDOW_S``: with a straight knee the hip rises as much as the
    heel, while from the front the ankle landmark shows only a third of the rise. A side that does not rise counts as 0.
    """
    if not view.from_front:
        return float("nan")

    def level(height: FloatArray, time_s: float) -> float:
        return float(np.nanmean(height[np.abs(view.time_s - time_s) <= SYMMETRY_WINDOW_S]))

    end_s = rep.end_s if rep.came_back else rep.start_s

    def rise(side: Side) -> float:
        height = view.height_of(view.track.xy(Landmark.of(side, "hip")))
        return max(0.0, level(height, rep.peak_s) - (level(height, rep.start_s) + level(height, end_s)) / 2)

    left, right = rise("left"), rise("right")
    larger = max(left, right)
    return 100.0 * (right - left) / larger if larger > 0 else float("nan")


def measure_trunk_lean(view: View, rep: RepSpan) -> float:
    """Return how far the trunk leaned in a repetition, degrees: fore–aft from the side, sideways from the front.

    That is its largest angle beyond both its angle at the repetition's start and upright: standing up straight out of a slack
    posture is no lean.
    """
    points = view.track.points[view.frames_of(rep)]
    hips, shoulders = (
        points[:, [Landmark.of("left", part), Landmark.of("right", part)]].mean(axis=1) for part in ("hip", "shoulder")
    )
    lean = view.lean_of(hips, shoulders)
    backward, forward = sorted((float(lean[0]), 0.0))
    return float(np.nanmax(np.maximum(lean - forward, backward - lean).clip(0.0)))


def measure_left_up(recording: Recording, rep: RepSpan) -> tuple[float, float]:
    """Return how far up the body still was when a repetition started, in shank lengths, and ended, as a share of its rise.

    Both are relative to the set's standing level. They are 0 unless trunk and heel landmark agree that the body was not down. The
    end is NaN if the recording stops before the body was down.
    """
    view, leg = recording.view, recording.view.leg
    trunk, heel = compute_body_rise(view), view.height_of(leg.heel - leg.toe)
    spans = recording.spans or (rep,)
    rests = [view.at(t) for span in spans for t in ((span.start_s, span.end_s) if span.came_back else (span.start_s,))]
    start, top, end = (view.at(t) for t in (rep.start_s, rep.peak_s, rep.end_s))

    def share(level: FloatArray, frame: int) -> float:
        standing = np.nanpercentile(level[rests], STANDING_PERCENTILE)
        return float((level[frame] - standing) / max(level[top] - standing, 1e-9))

    def left(frame: int) -> float:
        up = share(trunk, frame) > NOT_LOWERED_SHARE and share(heel, frame) > NOT_LOWERED_HEEL_SHARE
        return share(trunk, frame) if up else 0.0

    rise = float(trunk[top] - np.nanpercentile(trunk[rests], STANDING_PERCENTILE))
    return left(start) * rise, float("nan") if rep.cut_off else left(end)
