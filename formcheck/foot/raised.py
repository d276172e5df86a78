"""The heel's rise in one repetition: separate estimates from corners, pictures, outline and the ankle's landmarks, combined.

Only the foot's own evidence counts. People's trunks rise further than their ankles, because knees and back straighten on the way
up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.foot.corners import MIN_AGREEING, CornerFollower
from formcheck.foot.motion import MAX_TURN_DEG, FootMotion
from formcheck.foot.outlines import SMALL_FOOT_PX, Outline
from formcheck.foot.pictures import HINDFOOT_WITH_OUTLINE, Template, blur
from formcheck.foot.rigid import AGREE_FEET, SINK_SD, FootTurn, doubt_shift, fit_motion, list_motions, turn_of_ankle
from formcheck.foot.shape import BALL, Crop, FootPose, turn_about
from formcheck.signals.evidence import Estimate, fuse
from formcheck.signals.filters import MAD_TO_SIGMA
from formcheck.support.arrays import FloatArray

# The motions that are tried: turns from a flat foot to the largest that a body has, degrees, and shifts of the ball, foot lengths:
# a rocker sole rolls forward, and a sole gives way by up to two standard deviations. The steps are what the finer search covers.
TRIED_TURNS = np.arange(0.0, MAX_TURN_DEG + 2.0, 3.0)
# On a step the heel sinks by up to 30° about the ball (`report.limits`).
LOWERED_TURNS = np.arange(-30.0, 13.0, 3.0)
TRIED_ROLLS = np.arange(-0.1, 0.26, 0.05)
TRIED_SINKS = np.arange(-2 * SINK_SD, 2.5 * SINK_SD, SINK_SD)
# Offsets from the likeliest motion in the finer search.
FINE_TURNS, FINE_ROLLS, FINE_SINKS = np.arange(-4.0, 4.1, 1.0), np.arange(-0.05, 0.051, 0.0125), np.arange(-0.03, 0.031, 0.01)
# The limits below, except for those with a reason, were chosen by trial on rendered heel raises; on which clips was not recorded.
# How much likeness (0 to 1) a motion one standard deviation from the likeliest must gain to be preferred to it: among all motions,
# and among those near the best.
DOUBT, FINE_DOUBT = 0.1, 0.03
# Standard deviation of the turn from the ankle's landmark, degrees; it is too small on rendered feet and too large on people's.
ANKLE_TURN_SD = 12.0
# A corner that moved less than this, in foot lengths, lies on the floor, which does not move at all.
STILL_FEET = 0.03
# With fewer followed corners than this, their agreement has less weight.
ENOUGH_CORNERS = 12
# Followed corners weigh twice as much as pictures: a whole foot of corners cannot move together by chance, but a carpet can look
# like the foot.
CORNERS_COUNT = 2.0
# A pixel that changed by less than this share of the picture's spread shows the floor, or nothing.
CHANGED_SHARE = 0.25
MIN_CHANGED = 0.2

# Standard deviations of the heel's rise, in foot lengths: the remainder with many corners or closely matching pictures; the
# addition for a single corner, for pictures that do not match at all, and for an outline that stands out by 1; and the standard
# deviation of the ankle's landmarks.
PIXEL_SD, CORNER_SD, UNLIKE_SD, OUTLINE_SD, ANKLE_SD = 0.012, 0.08, 0.25, 0.006, 0.08
# The error that all corners of a foot share, over how firmly they are held: on plain feet they lag behind together, because the
# video's compression leaves out faint changes. On 55 rendered reps (640 × 480) the RMS error was 0.05 to 0.07 over that firmness,
# from half as firm as `FIRM_CORNER` to twice as firm, however many corners there were.
DRIFT_SD = 0.05
MIN_LIKENESS = 0.5
# Evidence with a larger remaining error than this, in foot lengths (2 cm), is contradictory.
MAX_SD = 0.08
# Standard deviation of the floor's slope in the picture, from line and floor together (`shape.find_forward`).
SLOPE_SD = 0.1
# Pixels and ankles that differ by more than this many standard deviations of their difference do not show the same foot.
MAX_GAP_SD = 2.25
# An ankle's landmark is wrong by the same amount in all raises of a set, so the difference between the heel's rise by the pixels
# and by the ankle hardly changes from raise to raise: SD 0.02 foot lengths on 200 rendered raises. Where it is five SD from the
# set's median, the pixels were misread. With fewer than three raises nothing says which one is wrong.
MAX_ODD_FEET, FEWEST_ALIKE = 0.1, 3
BY_ANKLES = "ankles"


@dataclass(frozen=True)
class Raise:
    """One repetition's foot at its top: the separate and the combined estimates of the heel's rise, foot lengths, and the motion.

    ``motion`` is what the corners, or without them the pictures, show at the top; ``group`` the corners that agree on it.
    """

    estimates: tuple[Estimate, ...]
    rise: Estimate
    motion: FootTurn
    group: NDArray[np.int64]


def measure_raise(
    pose: FootPose,
    corners: CornerFollower,
    pictures: tuple[Crop, Crop],
    peak: int,
    ankles: Sequence[FloatArray],
    tried_turns: FloatArray = TRIED_TURNS,
    *,
    back_sd: float = 0.0,
) -> Raise:
    """Return how high the heel rose from the flat foot to the peak, or to any other frame.

    Parameters
    ----------
    pictures
        The flat foot and the foot at the peak, one channel each (`Crop.mixed`).
    peak
        The peak's index among the frames that ``corners`` were fed.
    ankles
        How far each network's ankle moved from the flat foot to the peak, (2,) foot lengths forward and up.
    tried_turns
        Turns of the foot from flat, degrees: by default those of a heel that rises.
    back_sd
        Standard error of the place of the heel's back along the floor, foot lengths (`rest.Rest`).
    """
    rows, start, now = corners.moved(peak, STILL_FEET)
    held = corners.hold(rows) if len(rows) else 0.0
    pose, flat, top = _enlarge(pose, *pictures)
    template, outline = _cut_changed(pose, flat, top), Outline.find(pose, flat, top)
    top = blur(top, pose)

    turns, shifts = list_motions(tried_turns, TRIED_ROLLS, TRIED_SINKS)
    doubt = doubt_shift(shifts)
    total = -DOUBT * (doubt + _doubt_turn(turns, ankles))
    if len(rows):
        total += CORNERS_COUNT * min(1.0, held) * min(1.0, len(rows) / ENOUGH_CORNERS) * _agreement(start, now, turns, shifts)
    if template is not None:
        total += _likeness(template, top, turns, shifts)
    edges = outline.compare(turns, shifts) if outline is not None else None
    if edges is not None:
        total += edges
    best = int(np.argmax(total))
    motion, group = FootTurn(float(turns[best]), shifts[best]), np.empty(0, np.int64)

    found: list[tuple[FootTurn, Estimate]] = []
    drift_sd = 0.0

    def add(seen: FootTurn, sd: float, source: str) -> None:
        found.append((seen, Estimate(seen.heel_rise, math.hypot(PIXEL_SD, sd), source)))

    if template is not None:
        seen, alike = _refine(lambda t, s: _likeness(template, top, t, s), motion)
        if alike >= MIN_LIKENESS:
            add(seen, UNLIKE_SD * (1.0 - alike), "pictures")
    if outline is not None and edges is not None:
        seen, _ = _refine(outline.compare, motion)
        add(seen, OUTLINE_SD / max(_prominence(edges - FINE_DOUBT * doubt, turns), 0.02), "outline")
    if len(rows) >= MIN_AGREEING:
        fitted, agree = fit_motion(start, now, motion, held)
        if agree.sum() >= MIN_AGREEING:
            group = rows[agree]
            firm = corners.hold(group)
            add(fitted, CORNER_SD / math.sqrt(agree.sum()) / firm, "corners")
            drift_sd = DRIFT_SD / firm
    if found:
        motion = min(found, key=lambda pair: pair[1].sd)[0]
    estimates = [*(estimate for _, estimate in found), *_estimate_by_ankles(ankles)]
    rise = _fuse_with_drift(estimates, drift_sd)
    # a height from landmarks alone, or one that its own evidence contradicts, is a guess
    if not found or not rise.sd < MAX_SD or _contradict(fuse([e for _, e in found]), estimates[len(found) :]):
        return Raise(tuple(estimates), Estimate(float("nan"), float("nan"), rise.source), motion, group)
    return Raise(tuple(estimates), _with_pose(rise, motion, back_sd), motion, group)


def _estimate_by_ankles(ankles: Sequence[FloatArray]) -> list[Estimate]:
    """Return the rise by the mean of the networks' ankles; nothing without one."""
    if not len(ankles):
        return []
    rises = [turn_of_ankle(moved).heel_rise for moved in ankles]
    sd = float(np.hypot(ANKLE_SD, np.std(rises) / np.sqrt(len(rises))))
    return [Estimate(float(np.mean(rises)), sd, BY_ANKLES)]


def _fuse_with_drift(estimates: Sequence[Estimate], drift_sd: float) -> Estimate:
    """Fuse a foot's estimates; what its corners share in error widens the result, and leaves its value as it is.

    In the weights too it made rendered heights better (25 clips: RMS error 0.98 to 0.94 cm) and people's worse (11 marked frames:
    +0.5 ± 3.9 to +1.0 ± 4.5 % of the foot).
    """
    drifting = [replace(e, sd=math.hypot(e.sd, drift_sd)) if e.source == "corners" else e for e in estimates]
    rise = fuse(estimates)
    return replace(rise, sd=max(rise.sd, fuse(drifting).sd))


def _contradict(pixels: Estimate, ankles: Sequence[Estimate]) -> bool:
    """Whether the ankles' landmarks contradict the pixels."""
    return any(abs(pixels.value - e.value) > MAX_GAP_SD * np.hypot(pixels.sd, e.sd) for e in ankles)


def _with_pose(rise: Estimate, motion: FootTurn, back_sd: float) -> Estimate:
    """Widen a rise's error by what an error of the flat foot's pose adds.

    An error of the floor's slope takes forward motion for a rise; on a turned foot the heel laid too far back rises too far.
    """
    slope, place = SLOPE_SD * motion.heel_travel[0], back_sd * math.sin(math.radians(motion.turn_deg))
    return replace(rise, sd=math.hypot(rise.sd, slope, place))


def drop_odd(raises: Sequence[Raise | None]) -> list[Raise | None]:
    """Return a set's raises, with an unknown rise where pixels and ankle differ by another amount than in most of the set.

    All are unknown if the set's pixels are not to be believed: their differences from the ankle scatter by far more than they
    themselves say, so that nothing says which raise was read right; or most differ by more than an ankle's landmark is off. A raise
    alone allows for its pixels' error there, but an error that most of a set shares is not their noise.
    """
    gaps = [Estimate(math.nan, math.nan, "") if raised is None else _gap_to_ankles(raised) for raised in raises]
    values = np.array([gap.value for gap in gaps])
    if np.isfinite(values).sum() < FEWEST_ALIKE:
        return list(raises)
    usual = float(np.nanmedian(values))
    scatter = MAD_TO_SIGMA * float(np.nanmedian(np.abs(values - usual)))
    stated = float(np.nanmedian([gap.sd for gap in gaps]))
    none_right = scatter > max(MAX_SD, MAX_GAP_SD * stated) or abs(usual) > MAX_GAP_SD * ANKLE_SD
    odd = (np.abs(values - usual) > MAX_ODD_FEET) | none_right
    unknown = Estimate(math.nan, math.nan, "")
    return [
        replace(raised, rise=unknown) if raised is not None and out else raised for raised, out in zip(raises, odd, strict=True)
    ]


def _gap_to_ankles(raised: Raise) -> Estimate:
    """Return how much higher the heel rose by the pixels than by the ankles, foot lengths, with the pixels' own error.

    It is unknown without either.
    """
    ankles = [e for e in raised.estimates if e.source == BY_ANKLES]
    pixels = fuse([e for e in raised.estimates if e.source != BY_ANKLES])
    return replace(pixels, value=pixels.value - (ankles[0].value if ankles else math.nan))


def follow_raise(pose: FootPose, corners: CornerFollower, peak: int, raised: Raise) -> FootMotion:
    """Return the foot's motion on every frame fed, scaled so that the heel's rise at the peak is the one measured."""
    frames = len(corners.paths)
    rise, turn, support = np.full(frames, np.nan), np.full(frames, np.nan), np.zeros(frames)
    followed = FootTurn.none()
    for frame in range(frames):
        group = raised.group[corners.alive[frame][raised.group]]
        if len(group) < MIN_AGREEING:
            continue
        start, now = (pose.in_feet(corners.paths[i][group]) for i in (0, frame))
        followed, agree = fit_motion(start, now, followed, corners.hold(group))
        rise[frame], turn[frame], support[frame] = followed.heel_rise, followed.turn_deg, float(agree.mean())
    top = rise[peak]
    # without a clear rise there is no course to scale
    scale = raised.rise.value / top if top > STILL_FEET else 1.0 if np.isfinite(top) else np.nan
    if not np.isfinite(raised.rise.value):
        return FootMotion.empty(frames)
    # the corners alone may drift on the way; the peak was measured with everything
    rise, turn = np.minimum(rise * scale, raised.rise.value + raised.rise.sd), turn * scale
    rise[peak], support[peak] = raised.rise.value, max(support[peak], 0.5)
    if not np.isfinite(turn[peak]):
        turn[peak] = raised.motion.turn_deg
    error = np.where(np.isfinite(rise), raised.rise.sd, np.nan)
    unknown = np.full(frames, np.nan)
    return FootMotion(pose.length_px * rise, turn, support, unknown, pose.length_px * error)


def _agreement(start: FloatArray, now: FloatArray, turns: FloatArray, shifts: FloatArray) -> FloatArray:
    """(K,) share of the corners that agree with each motion."""
    gaps = np.linalg.norm(turn_about(start, np.asarray(BALL), turns) + shifts[:, None] - now, axis=-1)
    return np.asarray(np.exp(-0.5 * (gaps / (1.3 * AGREE_FEET)) ** 2).mean(axis=1))


def _likeness(template: Template, picture: Crop, turns: FloatArray, shifts: FloatArray) -> FloatArray:
    """(K,) correlation of the flat foot, moved by each motion, with a picture."""
    parts = [
        template.compare(picture, turn_about(template.places, np.asarray(BALL), turns[k : k + 256]) + shifts[k : k + 256, None])
        for k in range(0, len(turns), 256)
    ]
    return np.concatenate(parts).astype(float)


def _refine(compare: Callable[[FloatArray, FloatArray], FloatArray], around: FootTurn) -> tuple[FootTurn, float]:
    """Return the motion near ``around`` with the best score in a comparison of (K,) turns and (K, 2) shifts, and that score."""
    turns, shifts = list_motions(around.turn_deg + FINE_TURNS, around.shift[0] + FINE_ROLLS, around.shift[1] + FINE_SINKS)
    alike = compare(turns, shifts) - FINE_DOUBT * doubt_shift(shifts)
    best = int(np.argmax(alike))
    return FootTurn(float(turns[best]), shifts[best]), float(alike[best])


def _doubt_turn(turns: FloatArray, ankles: Sequence[FloatArray]) -> FloatArray:
    """(K,) half the squared distance of each turn from the ankles' turn, in standard deviations; 0 without ankles."""
    if not len(ankles):
        return np.zeros(len(turns))
    likely = turn_of_ankle(np.mean(ankles, axis=0)).turn_deg
    return np.asarray(0.5 * ((turns - likely) / ANKLE_TURN_SD) ** 2)


def _prominence(scores: FloatArray, turns: FloatArray) -> float:
    """Return the prominence of the best of (K,) scores: its excess over the median of the best score of each turn."""
    by_turn = np.array([scores[turns == turn].max() for turn in np.unique(turns)])
    return float(by_turn.max() - np.median(by_turn))


def _enlarge(pose: FootPose, flat: Crop, top: Crop) -> tuple[FootPose, Crop, Crop]:
    """Enlarge a foot smaller than `SMALL_FOOT_PX`, with its pictures."""
    factor = SMALL_FOOT_PX / pose.length_px
    return (pose.enlarged(factor), flat.enlarged(factor), top.enlarged(factor)) if factor > 1.0 else (pose, flat, top)


def _cut_changed(pose: FootPose, flat: Crop, top: Crop) -> Template | None:
    """Cut out the flat hindfoot without the pixels that look the same at the peak: those show the floor."""
    template = Template.cut(pose, flat, HINDFOOT_WITH_OUTLINE)
    if template is None:
        return None
    return template.keep_changed(blur(flat, pose), blur(top, pose), CHANGED_SHARE, MIN_CHANGED)
