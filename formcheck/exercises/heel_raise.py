"""Heel raise (calf raise), on one leg or two: slow up, controlled down."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple, Self

import numpy as np

from formcheck.exercises import heel_raise_limits as limits
from formcheck.exercises import heel_raise_measures as described
from formcheck.exercises.base import FOOT_IN_PICTURE, PoseExercise, Recording, Values, judge_upper_body
from formcheck.exercises.describe import Curve, Prescription
from formcheck.exercises.heel_height import (
    complete_rise,
    compute_magnification,
    compute_trunk_rise,
    lowering_of_knee,
    magnify_near_foot,
    turn_of_rise,
)
from formcheck.exercises.ledge import find_level, may_hang, measure_drop
from formcheck.exercises.raise_form import (
    compute_body_rise,
    compute_step_speed,
    compute_upright_rise,
    measure_ankle_drift,
    measure_fall,
    measure_left_up,
    measure_other_foot,
    measure_side_difference,
    measure_trunk_lean,
    measure_trunk_length,
)
from formcheck.foot import BALL, PLANTAR_HEEL, SMALL_FOOT_PX, FootMotion
from formcheck.pose.track import SIDES, Landmark
from formcheck.report.names import ExerciseName, FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.scene.view import View
from formcheck.signals.criteria import SHANKS, Criterion
from formcheck.signals.filters import smooth
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.arrays import FloatArray, median_known
from formcheck.support.language import tr

# The marker of the published norms lies under the lateral malleolus (bjpt.2025.101188): a quarter of the foot ahead of the
# heel, and 0.13 foot lengths over the sole.
MALLEOLUS = (0.25, 0.13)
STANDARD_GRAVITY = 9.80665  # m/s²
# The top of a raise: what is within this share of the height below its peak (docs/measurements.md).
PEAK_BAND_SHARE = 0.1
# A fade compares the first third of the repetitions with the last: one each at least, and one between them.
LEAST_FADE_REPS = 3
# A repetition's height is known if the foot was seen on this share of its frames. By design.
LEAST_SEEN_SHARE = 0.5
# The other foot is held off the floor if its toes rise by more than this share of the body's rise: halfway between a foot that
# stays down and one that is carried along.
CARRIED_SHARE = 0.5

# From behind by more than this. The ankle of a foot on the floor appears up to 0.2 shank lengths above the other's, because it is
# further away, and that of a foot held off the floor 0.45 to 0.55 (12 rendered sets).
FROM_BEHIND_DEG, HELD_SHANKS = 10.0, 0.3

HEIGHT_IN_PCT = Curve("heel_rise_pct_foot", tr("Heel height"), "% of foot")
BODY_RISE = Curve("body_rise_pct_shank", tr("Rise of the body"), "% of a shank")


def share_of_malleolus(turn_deg: float) -> float:
    """Return the malleolus's rise as a share of the heel's when the foot turns about its ball: 0.78 to 0.70."""
    turn = np.radians(max(turn_deg, 1.0))

    def rise(place: tuple[float, float]) -> float:
        return float((BALL[0] - place[0]) * np.sin(turn) + (BALL[1] - place[1]) * (1.0 - np.cos(turn)))

    return rise(MALLEOLUS) / rise(PLANTAR_HEEL)


def rise_at(view: View, values: FloatArray, rep: RepSpan, rest: Callable[[float, float], float] | None = None) -> float:
    """Return the height of (T,) values above their rest at a repetition's peak.

    The rest is by default the mean of start and end; in a repetition that is cut off, it is the start.
    """
    start, top, end = (float(values[view.at(t)]) for t in (rep.start_s, rep.peak_s, rep.end_s if rep.came_back else rep.start_s))
    return top - (rest(start, end) if rest else (start + end) / 2)


def rise_by_thirds(values: FloatArray, signal: FloatArray) -> float:
    """Return how far a repetition's (N,) values rise from its signal's lower third to its upper third, by the medians of both."""
    low, high = np.nanmin(signal), np.nanmax(signal)
    third = (high - low) / 3
    return median_known(values[signal > high - third]) - median_known(values[signal < low + third])


class HeelCourse(NamedTuple):
    """The heel over a repetition's frames: (N,) its height over where the repetition began, and (N,) the foot's turn, degrees.

    The height is in pixels if the foot's own pixels showed it (``seen``). Otherwise it is the body's, in shank lengths, which
    replaces the heel's course in time, never its height; the turn is NaN.
    """

    height: FloatArray
    turn_deg: FloatArray
    seen: bool

    @classmethod
    def of(cls, recording: Recording, rep: RepSpan, risen: FloatArray) -> Self:
        """Follow the heel through a repetition; ``risen`` is (T,) the body's course (`HeelRaise.compute_course`)."""
        frames = recording.view.frames_of(rep)
        height = recording.foot.heel_rise_px[frames]
        if np.isfinite(height).mean() >= LEAST_SEEN_SHARE:
            return cls(height, recording.foot.turn_deg[frames], seen=True)
        return cls(risen[frames], np.full(len(height), np.nan), seen=False)

    def started_up(self, rise_shanks: float, foot_px: float) -> Self:
        """Return the course over the floor, where the body was still up by so many shank lengths when the repetition began."""
        already_deg = float(turn_of_rise(np.array(rise_shanks)))
        lever_px = foot_px * (BALL[0] - PLANTAR_HEEL[0])
        added = lever_px * (np.sin(np.radians(self.turn_deg + already_deg)) - np.sin(np.radians(self.turn_deg)))
        return self._replace(height=self.height + added, turn_deg=self.turn_deg + already_deg)

    @property
    def top(self) -> int:
        """The frame of the peak, counted from the repetition's first."""
        return int(np.nanargmax(self.height))

    def find_plateau(self) -> tuple[int, int]:
        """Return the first and the last frame within `PEAK_BAND_SHARE` of the peak, which is below 0 if the heel only sank."""
        peak = float(self.height[self.top])
        with np.errstate(invalid="ignore"):
            near = np.flatnonzero(self.height >= peak - PEAK_BAND_SHARE * abs(peak))
        return int(near[0]), int(near[-1])


HEEL_UNREAD = tr(
    "the foot was not seen well enough: film from the side, the whole foot in the light, in a shoe that stands out from the floor"
)
HEEL_TOO_SMALL = tr(
    "the foot is too small in the picture to see how high the heel rose: move the camera nearer, and wear a shoe that stands out "
    "from the floor"
)
FROM_FRONT_UNREAD = tr(
    "from the front the heel's height cannot be read: the foot points at the camera, and the body rises further than the heel "
    "where knees and back straighten; film from the side"
)
OBLIQUE_UNREAD = tr("the camera stood too far off side-on to read the heel's height: film exactly from the side")
READ_WITH_HEIGHT = frozenset(("height_cm", "height_pct_foot", "malleolus_rise_cm", "plantarflexion_deg"))


def _is_from_behind(view: View) -> bool:
    """Whether the camera stands behind the person: there the left shoulder is at the picture's left."""
    if not view.from_front:
        return view.scene.yaw_deg < -FROM_BEHIND_DEG
    left, right = (view.track.xy(Landmark.of(side, "shoulder")) for side in SIDES)
    return bool(np.nanmedian(view.scene.ahead_of(left - right)) < 0)


def _what_stays(view: View) -> FloatArray:
    """(T, 2) the toes, which stay in place unless the person steps; in a front view (T, 1) the ankle's horizontal position.

    From the front and from behind, the toes are hidden by the foot and their landmark drifts; the visible ankles show a step.
    """
    return view.scene.ahead_of(view.leg.ankle)[:, None] if view.from_front else view.leg.toe


class HeelRaise(PoseExercise):
    """The heel raise."""

    name: ClassVar[ExerciseName] = "heel-raise"
    title = tr("Heel raise")
    short_title = tr("Heel raise")
    headline = "height_cm"
    prescription = Prescription(sets=3, reps=15, per_leg=False)
    # In shank lengths: 0.03 is 1.2 cm of a shank of 42 cm, four times the jitter of the smoothed trunk.
    rule = RepRule(min_rise=0.03, range_share=0.25, min_duration_s=0.6, max_duration_s=15.0, unit=SHANKS)
    standing = True
    lifts_heel = True
    partial_share = limits.PARTIAL_SHARE
    sides: ClassVar[tuple[WorkingSide, ...]] = ("left", "right", "both")
    faults: ClassVar[tuple[FaultCode, ...]] = (
        *("partial-height", "knee-bent", "ball-lost", "rushed"),
        *("dropped", "trunk-lean", "not-lowered"),
    )
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": tr("Stand on your left leg"),
        "right": tr("Stand on your right leg"),
        "both": tr("Stand upright and still"),
    }
    guide = described.GUIDE
    trends = described.TRENDS
    measures = described.MEASURES
    substitute_curve = BODY_RISE
    summary_measures = described.SUMMARY_MEASURES

    def judge_pose(self, view: View) -> Sequence[Criterion]:
        """Standing upright on a straight leg whose toes stay where they are."""
        leg, time_s = view.leg, view.time_s
        trunk = smooth(time_s, measure_trunk_length(view), limits.APPROACH_HZ)
        return (
            limits.STRAIGHT_KNEE.of(leg.knee_flexion()),
            limits.UPRIGHT_TRUNK.of(np.abs(view.lean_of(leg.hip, view.shoulder))),
            limits.UPRIGHT_THIGH.of(np.abs(view.lean_of(leg.knee, leg.hip))),
            limits.SHANK_UP.of(view.height_of(leg.knee - leg.ankle)),
            limits.THIGH_UP.of(view.height_of(leg.hip - leg.knee)),
            limits.FOOT_STILL.of(compute_step_speed(view, _what_stays(view))),
            *([limits.NO_APPROACH.of(np.abs(np.gradient(np.log(trunk), time_s)))] if view.from_front else []),
            *judge_upper_body(view),
            FOOT_IN_PICTURE.of(view.contains(leg.toe)),
        )

    def compute_signal(self, view: View) -> FloatArray:
        """Rise of the trunk, shank lengths, corrected for trunk lean and for the rise that comes from a straightening knee."""
        flexion = np.fmin(view.leg.knee_flexion(), view.other_leg.knee_flexion())
        return compute_upright_rise(view) + lowering_of_knee(flexion)

    def judge_rep(self, view: View, rep: RepSpan) -> Sequence[Criterion]:
        """No knee straightened or was pulled up, and the heel and the trunk, as one piece, rose."""
        leg, frames, front, signal = view.leg, view.frames_of(rep), view.from_front, self.compute_signal(view)

        def rise(path: FloatArray) -> float:
            return rise_by_thirds(view.height_of(path)[frames], signal[frames])

        body = rise_at(view, compute_body_rise(view), rep) / rep.rise
        heel, ankle, knee = rise(leg.heel - leg.toe), rise(leg.ankle), rise(leg.knee)
        risen = rise_by_thirds(signal[frames], signal[frames])
        by_knee = knee > limits.SURE_KNEE_SHARE * risen and view.off_side_deg <= limits.KNEE_SEEN_DEG
        grown = rise_at(view, measure_trunk_length(view), rep) / rep.rise
        leg_rose = not front and grown > 0 and min(heel, max(ankle, knee / 2)) > limits.LEG_ROSE_SHARE * risen
        least_heel = limits.HEEL_ROSE_SHARE * rep.rise
        if front:
            by_leg = limits.KNEE_ROSE.of(knee, limits.KNEE_ROSE_SHARE * risen)
            behind = _is_from_behind(view)
            by_heel = limits.HEEL_ROSE.of(*((rise(leg.heel), least_heel) if behind else (heel, -limits.FRONT_HEEL_SINKS)))
        else:
            by_heel = limits.HEEL_ROSE.of(heel, 0.0 if by_knee else least_heel)
            by_leg = limits.TOES_DOWN.of(rise_at(view, view.height_of(leg.toe), rep) / rep.rise)
        return (
            limits.NO_STANDING_UP.of(-rise_at(view, leg.knee_flexion(), rep, np.maximum)),
            limits.NO_MARCHING.of(rise_at(view, view.height_of(view.other_leg.knee - leg.knee), rep)),
            *([limits.FROM_FRONT.of(rep.rise)] if front else []),
            limits.NO_FURTHER.of(rep.rise),
            limits.BODY_ROSE.of(float(np.fmax(body / limits.BODY_SHARE, heel / (limits.HEEL_SHARE * rep.rise)))),
            limits.BODY_NO_FURTHER.of(body),
            limits.NO_SHRUG.of(abs(grown), limits.SHRUG_WITH_LEG if leg_rose else None),
            by_heel,
            limits.FOOT_ROSE.of((rise(leg.heel) + ankle) / 2 / risen, 0.0 if by_knee and not front else None),
            limits.FOOT_STAYS.of(view.travel_of(_what_stays(view), rep)),
            by_leg,
            limits.NO_FLIGHT.of(measure_fall(view, rep)),
            limits.ANKLE_NO_FURTHER.of(ankle, limits.ANKLE_SHARE * risen),
            limits.NO_STEPPING.of(measure_other_foot(view, rep)),
            limits.OTHER_FOOT_STAYS.of(view.travel_of(view.scene.ahead_of(view.other_leg.ankle)[:, None], rep)),
        )

    def find_side(self, view: View, reps: list[RepSpan]) -> WorkingSide:
        """Both legs, unless the other foot's toes rise with the body, which means that the foot is held off the floor.

        From behind, the heel hides the other foot's toes, and their landmark rises with it. There the foot must be off the floor
        before the repetition too.
        """
        other, leg = view.other_leg, view.leg
        toe, above = view.height_of(other.toe), view.height_of(other.ankle - leg.ankle)
        carried = bool(reps) and float(np.median([rise_at(view, toe, rep) / rep.rise for rep in reps])) > CARRIED_SHARE
        if carried and _is_from_behind(view):
            carried = float(np.median([above[view.at(rep.start_s)] for rep in reps])) > HELD_SHANKS
        return view.side if carried else "both"

    def find_level(self, view: View, spans: Sequence[RepSpan]) -> int | None:
        """On a step the heels hang where a repetition starts: the foot is flat before the set, if at all."""
        return find_level(view, spans, self.compute_signal(view))

    def may_hang(self, view: View, spans: Sequence[RepSpan]) -> bool:
        """On a step the body's weight is over the balls of the feet from the start."""
        return may_hang(view, spans)

    def complete_foot(self, view: View, rep: RepSpan, foot: FootMotion, level: int | None = None) -> FootMotion:
        """Convert the height to the scale of a level camera; between frames that show the foot, follow the body's course."""
        return complete_rise(view, rep, foot, self.compute_course(view, rep, level), self.magnify_foot(view, rep))

    def compute_course(self, view: View, rep: RepSpan, level: int | None) -> FloatArray:
        """(T,) shank lengths the body rose by: the heel's course in time, never its height; ``level`` as in `complete_foot`."""
        return compute_trunk_rise(view, rep, level)

    def magnify_foot(self, view: View, rep: RepSpan) -> float:
        """Compare the foot with the body, which stands over both feet or over this one."""
        first = view.at(rep.start_s)
        both = self.find_side(view, [rep]) == "both"
        return compute_magnification(view, first, view.leg.ankle[first]) * (magnify_near_foot(view) if both else 1.0)

    def curve_of(self, headline: str) -> Curve:
        """The heel's height, in the headline's unit."""
        return Curve("heel_rise_cm", tr("Heel height"), "cm") if headline == "height_cm" else HEIGHT_IN_PCT

    def list_signals(self, recording: Recording) -> dict[str, FloatArray]:
        """How far the body is above its lowest place, % of a shank."""
        risen = self.compute_signal(recording.view)
        return {BODY_RISE.signal: 100.0 * (risen - np.nanmin(risen))}

    def headline_of(self, reps: list[Values]) -> str:
        """Height in cm, or in % of foot length without a scale."""
        return "height_cm" if any(np.isfinite(r["height_cm"]) for r in reps) else "height_pct_foot"

    def measure(self, recording: Recording, rep: RepSpan) -> Values:
        """Measure one repetition; ``measures`` has the definitions."""
        view, frames = recording.view, recording.view.frames_of(rep)
        course = HeelCourse.of(recording, rep, self.compute_course(view, rep, recording.level))
        if not np.isfinite(course.height).any():
            return dict.fromkeys((m.name for m in self.measures), float("nan"))
        left_up_before, left_up = measure_left_up(recording, rep)
        if left_up_before and course.seen and recording.level is None:
            course = course.started_up(left_up_before, recording.foot_px)
        top, turn_deg = course.top, float(course.turn_deg[course.top])
        peak_px = float(course.height[top]) if course.seen else float("nan")
        time, flexion = view.time_s[frames], view.leg.knee_flexion()[frames]
        first, last = course.find_plateau()
        still_up = rep.cut_off and last == len(time) - 1  # how long it was held, and the way down, were not recorded
        at_rest = np.append(flexion[: max(1, top // 4)], flexion[-1:] if rep.came_back else [])
        return {
            "height_cm": recording.to_cm(peak_px),
            "height_pct_foot": recording.to_pct_foot(peak_px),
            "malleolus_rise_cm": recording.to_cm(peak_px * share_of_malleolus(turn_deg)),
            "plantarflexion_deg": turn_deg,
            "rise_s": float(time[first]) - rep.start_s,
            "hold_s": float("nan") if still_up else float(time[last] - time[first]),
            "lower_s": rep.end_s - float(time[last]) if np.isfinite(left_up) else float("nan"),
            "ankle_drift_cm": recording.to_cm(measure_ankle_drift(view, rep)),
            "side_difference_pct": measure_side_difference(view, rep),
            "knee_flexion_change_deg": float(np.nanmedian(flexion[first : last + 1]) - np.nanmedian(at_rest)),
            "trunk_lean_deg": measure_trunk_lean(view, rep),
            "left_up_pct": 100.0 * left_up,
            "drop_cm": recording.to_cm(measure_drop(recording, rep) if course.seen else float("nan")),
        }

    def explain_gaps(
        self, measures: Mapping[str, float], foot_px: float = math.inf, *, heel_hidden: bool = False
    ) -> dict[str, str]:
        """Explain why the heel's height is unknown."""
        if not np.isnan(measures["height_pct_foot"]):
            return {}
        from_front = not np.isnan(measures.get("side_difference_pct", np.nan))  # which is known from the front only
        if heel_hidden or from_front:
            reason = FROM_FRONT_UNREAD if from_front else OBLIQUE_UNREAD
        else:
            reason = HEEL_TOO_SMALL if foot_px < SMALL_FOOT_PX else HEEL_UNREAD
        return {name: reason for name, value in measures.items() if np.isnan(value) and name in READ_WITH_HEIGHT}

    def judge_form(self, reps: list[Values], spans: list[RepSpan], expected_error: Mapping[str, float]) -> list[list[Criterion]]:
        """Height, knees, ball, tempo, trunk and lowering. Full height is 80 % of the best with straight knees."""
        seen = [r for r in reps if np.isfinite(r["height_pct_foot"])]
        straight = [r for r in seen if not r["knee_flexion_change_deg"] > limits.KNEE_BENT_DEG]  # a bent knee adds height
        best = max((r["height_pct_foot"] for r in straight or seen), default=float("nan"))
        error_cm = expected_error.get("height_cm", described.HEIGHT_ERROR_CM)
        # the rep and the best, of which a share is the limit, are both measured
        error = described.HEIGHT_ERROR_PCT_FOOT * error_cm / described.HEIGHT_ERROR_CM * float(np.hypot(1.0, limits.PARTIAL_SHARE))
        drift_error_cm = expected_error.get("ankle_drift_cm", described.DRIFT_ERROR_CM)
        # the share of its height at which a rep ended: a shorter way takes less time
        left_up = [0.0, *(float(np.nan_to_num(rep["left_up_pct"])) / 100.0 for rep in reps)]
        return [
            [
                limits.FULL_HEIGHT.of(rep["height_pct_foot"], limits.PARTIAL_SHARE * best - limits.SURE_SD * error),
                limits.KNEE_STRAIGHT.of(rep["knee_flexion_change_deg"]),
                limits.BALL_HELD.of(rep["ankle_drift_cm"], limits.DRIFT_CM + limits.SURE_SD * drift_error_cm),
                limits.UNHURRIED.of(rep["rise_s"], limits.RUSHED_S * (1.0 - before)),
                limits.LOWERED_SLOWLY.of(rep["lower_s"], limits.DROPPED_S * (1.0 - after)),
                limits.TRUNK_UPRIGHT.of(rep["trunk_lean_deg"]),
                limits.LOWERED.of(rep["left_up_pct"]),
            ]
            for rep, before, after in zip(reps, left_up[:-1], left_up[1:], strict=True)
        ]

    def summarize(self, reps: list[Values], spans: list[RepSpan], chosen: list[int], mass_kg: float | None) -> Values:
        """Compute fade, the total heights and their work, and cadence."""
        heights = np.array([r["height_cm"] for r in reps])
        malleolus = np.array([r["malleolus_rise_cm"] for r in reps])
        relative = np.array([r["height_pct_foot"] for r in reps])
        third = max(1, len(reps) // 3)
        known = len(reps) >= LEAST_FADE_REPS
        fade = 100.0 * (np.mean(relative[-third:]) / np.mean(relative[:third]) - 1.0) if known else float("nan")
        between_s = spans[-1].peak_s - spans[0].peak_s if len(spans) > 1 else 0.0
        newtons = mass_kg * STANDARD_GRAVITY if mass_kg else float("nan")
        return {
            "height_fade_pct": float(fade),
            "total_displacement_cm": float(np.sum(heights)),
            "work_j": newtons * float(np.sum(heights)) / 100.0,
            "malleolus_work_j": newtons * float(np.sum(malleolus)) / 100.0,
            "cadence_per_min": 60.0 * (len(spans) - 1) / between_s if between_s > 0 else float("nan"),
        }
