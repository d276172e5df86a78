"""Heel raises from a step: the heels sink below the balls of the feet, so a repetition does not begin with a flat foot.

There the height is measured from the level of the ball, and what is below it is measured apart: a raise of 8 cm that begins 3 cm
below the step is not one of 11 cm on the floor. The level is where the person stood still before the set, or after it. Where no
level was filmed, the body's weight may still show that the heels hang, but not how far.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from formcheck.exercises.base import Recording
from formcheck.exercises.heel_height import compute_trunk_rise
from formcheck.exercises.raise_form import BODY
from formcheck.foot import ANKLE, BALL, FOOT_PER_SHANK, PLANTAR_HEEL
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray

# The level is looked for this long before the first repetition and after the last, and lasts at least this long. By design.
APART_S, LEVEL_S = 15.0, 0.5
# While somebody stands still, the body's height stays within this many shank lengths (0.6 cm): twice its jitter.
STILL_SHANKS = 0.015
# Landmarks are averaged this long before and after a moment; the body is lowest up to this long after a repetition's end.
REST_S = 0.2
# Heels that hang let the body and the heel's landmark sink. A drop of 1 cm, the least that is reported, lowers the ankle's axis and
# the body by 0.8 cm, and the landmark, which follows the heel by half to two thirds, by 0.5 cm or more. The landmark may miss it; a
# body that sinks by more alone hangs or slackens. In none of 49 rendered sets on the floor either holds; where it did, the foot
# would have been flat before the set too.
BODY_SANK, HEEL_SANK, BODY_SANK_ALONE = 0.015, 0.012, 0.02
# Level is nearer to the lowest point than to the top: ankles bend upward by 15 to 20° and downward by 40 to 50°.
MOST_SHARE_OF_WAY = 0.5
# Toes that stand elsewhere, by more than this share of the foot's length, stand on something else.
SAME_PLACE_FEET = 0.25
# A drop of less than this share of the foot's length (1 cm) is not clear of none: twice the error on 24 rendered drops.
LEAST_DROP_FEET = 0.04
# Somebody standing on the floor has the weight over the middle of the foot and must bring it over the balls to lift the heels; on a
# step the balls carry it from the start. From a rep's start to its top the trunk went forward by 0.24 to 0.48 of the foot in 49
# rendered sets on the floor, by 0.21 and 0.36 in two of people, and by -0.05 to 0.06 in 18 rendered sets from a step: the limit is
# half of the least and twice the most. Somebody leaning on a wall need not move either, but keeps the hips behind: they must be
# ahead of the ankle by more than halfway to the ball.
LEAST_SHIFT_FEET, LEAST_AHEAD_FEET = 0.12, (BALL[0] - ANKLE[0]) / 2
# The standard error of a height from the lowest point, if heels may hang that were not seen level: ankles bend upward by 15 to 20°,
# and any drop up to that is as likely (1.4 to 3.3 cm in the rendered sets).
MOST_HANG_DEG = 17.5
HANG_ERROR_FEET = (BALL[0] - PLANTAR_HEEL[0]) * math.sin(math.radians(MOST_HANG_DEG)) / math.sqrt(3.0)


def may_hang(view: View, spans: Sequence[RepSpan]) -> bool:
    """Whether the weight is over the balls of the feet where the repetitions start, as on a step whose level was not filmed.

    It is so too if somebody on the floor keeps the weight forward between repetitions.
    """
    if not spans or view.from_front:
        return False
    foot_px = FOOT_PER_SHANK * view.shank_px * math.cos(math.radians(view.scene.yaw_deg))
    trunk, hips = (view.track.points[:, rows].mean(axis=1) for rows in (BODY, BODY[::2]))
    ends = [(view.at(span.start_s), view.at(span.peak_s)) for span in spans]
    shift_px, ahead_px = (
        np.median([view.scene.ahead_of(way) for way in ways])
        for ways in ([trunk[top] - trunk[start] for start, top in ends], [hips[start] - view.leg.ankle[start] for start, _ in ends])
    )
    return bool(shift_px < LEAST_SHIFT_FEET * foot_px and ahead_px > LEAST_AHEAD_FEET * foot_px)


def find_level(view: View, spans: Sequence[RepSpan], body: FloatArray) -> int | None:
    """Return a frame on which the feet stood level before or after a set in which the heels sank below that.

    ``body`` is the (T,) height of the body in shank lengths. The result is None for a set on the floor, and for one whose recording
    shows only hanging heels.
    """
    if not spans or view.from_front:
        return None
    leg, time_s = view.leg, view.time_s
    heel = view.height_of(leg.heel - leg.toe)
    starts = [np.abs(time_s - span.start_s) <= REST_S for span in spans]
    body_low, heel_low = (float(np.median([np.nanmedian(level[at]) for at in starts])) for level in (body, heel))
    top = float(np.median([body[view.at(span.peak_s)] for span in spans]))
    toes = np.nanmedian(leg.toe[starts[0]], axis=0)
    there = np.linalg.norm(leg.toe - toes, axis=1) < SAME_PLACE_FEET * FOOT_PER_SHANK * view.shank_px
    stood = _list_moments(time_s, spans[0].start_s, spans[-1].end_s)
    level, still = np.median(body[stood], axis=1), np.ptp(body[stood], axis=1) < STILL_SHANKS
    sank, heel_too = level - body_low, np.median(heel[stood], axis=1) - heel_low > HEEL_SANK
    hangs = (sank > BODY_SANK_ALONE) | ((sank > BODY_SANK) & heel_too)
    fits = still & there[stood].all(axis=1) & hangs & (sank < MOST_SHARE_OF_WAY * (top - body_low))
    return int(stood[np.argmax(np.where(fits, level, -np.inf)), stood.shape[1] // 2]) if fits.any() else None


def _list_moments(time_s: FloatArray, first_s: float, last_s: float) -> NDArray[np.int64]:
    """(N, L) the frames of every stretch of `LEVEL_S` before and after a set that lasts from ``first_s`` to ``last_s``."""
    length = 1 + int(np.ceil(LEVEL_S / np.median(np.diff(time_s)))) if len(time_s) > 1 else 2
    before = (time_s >= first_s - APART_S) & (time_s <= first_s)
    after = (time_s >= last_s) & (time_s <= last_s + APART_S)
    parts = [frames for frames in map(np.flatnonzero, (before, after)) if len(frames) >= length]
    return np.concatenate([np.empty((0, length), np.int64), *(sliding_window_view(frames, length) for frames in parts)])


def measure_drop(recording: Recording, rep: RepSpan) -> float:
    """Return how far the heel sank below the level after a repetition's peak, pixels; NaN if it did not, or no level is known.

    It is read off the foot's pixels where the repetition ends; from there to the lowest point it goes with the body.
    """
    view, level = recording.view, recording.level
    if level is None or not rep.came_back:
        return float("nan")
    top, end = view.at(rep.peak_s), view.at(rep.end_s)
    heel, body = recording.foot.heel_rise_px, compute_trunk_rise(view, rep, level)
    way_px, way = heel[top] - heel[end], body[top] - body[end]
    further = body[end] - float(np.nanmin(body[end : view.at(rep.end_s + REST_S) + 1]))
    drop = float(further * way_px / way - heel[end]) if way > 0 else float("nan")
    return drop if drop >= LEAST_DROP_FEET * recording.foot_px else float("nan")
