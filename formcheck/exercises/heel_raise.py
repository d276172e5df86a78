"""Heel raise (calf raise), on one leg or two: slow up, controlled down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import (
    BoolArray,
    Curve,
    PoseExercise,
    Prescription,
    Recording,
    View,
)
from formcheck.exercises.heel_height import complete_rise, compute_trunk_rise, lowering_of_knee, turn_of_rise
from formcheck.exercises.heel_raise_limits import (
    BALL_LOST_CM,
    DROPPED_S,
    KNEE_BENT_DEG,
    MAX_RISE_SHANKS,
    NOT_LOWERED_SHARE,
    PARTIAL_SHARE,
    RUSHED_S,
    TRUNK_LEAN_DEG,
)
from formcheck.exercises.heel_raise_measures import (
    GUIDE,
    HEIGHT_ERROR_CM,
    HEIGHT_ERROR_PCT_FOOT,
    MEASURES,
    SUMMARY_MEASURES,
    TRENDS,
)
from formcheck.exercises.raise_form import (
    compute_body_rise,
    compute_upright_rise,
    measure_ankle_drift,
    measure_left_up,
    measure_side_difference,
    measure_trunk_lean,
    measure_trunk_length,
)
from formcheck.foot import BALL, MAX_TURN_DEG, PLANTAR_HEEL, ExpectedTurn, FootMotion
from formcheck.report.names import ExerciseName, FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.signals.filters import compute_speed, smooth
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.arrays import FloatArray

# The marker of the published norms lies under the lateral malleolus (bjpt.2025.101188): a quarter of the foot ahead of the
# heel, and 0.13 foot lengths over the sole.
MALLEOLUS = (0.25, 0.13)
STANDARD_GRAVITY = 9.80665  # m/s²
PEAK_BAND_SHARE = 0.1
# Standing up straightens the knee; a heel raise does not.
MAX_STRAIGHTENING_DEG = 15.0
CARRIED_SHARE = 0.5
# Toes that travel mean stepping. From behind, the landmark drifts slowly by a few centimeters; in shank lengths (per second).
STEP_HZ, MAX_TOE_SPEED = 1.2, 0.6
MAX_TOE_TRAVEL = 0.25
# Someone walking toward a camera in front grows in the picture by about 10 % a second. Filtered to below the pace of heel raises,
# someone standing there grows by up to 2.5 % a second.
APPROACH_HZ, MAX_APPROACH_PER_S = 0.2, 0.06
# From the front a rise must be at least this large, in shank lengths (3 cm): the heel landmark cannot confirm a smaller one.
MIN_FRONT_RISE = 0.07
# From the front the heel's landmark is hidden behind the foot and drifts, so it must only not sink by more than this.
FRONT_HEEL_TOLERANCE_SHANKS = 0.04
# Allowed share of a repetition's rise for the trunk. A smaller share needs confirmation by the heel's landmark, which moves half as
# much as the heel (a bending knee takes up the rest). The third limit is the shoulders' own share: raised arms lift the shoulders,
# not the hips.
BODY_SHARE = (0.4, 1.5)
MIN_HEEL_SHARE_OF_RISE = 0.5
MAX_SHRUG_SHARE = 0.8
# Marching also lifts the trunk by a few centimeters, but it raises the other knee toward the hip. A thigh is as long as a shank
# (Winter 2009, fig. 4.1), so at 45° the knee has risen by this, in shank lengths. A leg merely held off the floor keeps its knee
# below the hip.
MAX_OTHER_KNEE_RISE = 0.3
# A heel raise turns the foot at least this far; anything that moves less is the still floor behind it.
LEAST_TURN_DEG = 3.0

HEIGHT_IN_PCT = Curve("heel_rise_pct_foot", "Heel height", "% of foot")


def share_of_malleolus(turn_deg: float) -> float:
    """Return the malleolus's rise as a share of the heel's when the foot turns about its ball: 0.78 to 0.70."""
    turn = np.radians(max(turn_deg, 1.0))

    def rise(place: tuple[float, float]) -> float:
        return float((BALL[0] - place[0]) * np.sin(turn) + (BALL[1] - place[1]) * (1.0 - np.cos(turn)))

    return rise(MALLEOLUS) / rise(PLANTAR_HEEL)


def _rise_at(view: View, values: FloatArray, rep: RepSpan, rest: Callable[[float, float], float] | None = None) -> float:
    """Return the height of (T,) values above their rest at a repetition's peak; rest is by default the mean of start and end."""
    start, top, end = (float(values[view.at(t)]) for t in (rep.start_s, rep.peak_s, rep.end_s))
    return top - (rest(start, end) if rest else (start + end) / 2)


def _rise_by_thirds(values: FloatArray, signal: FloatArray) -> float:
    """Return how far a repetition's (N,) values rise from its signal's lower third to its upper third, by the medians of both."""
    low, high = np.nanmin(signal), np.nanmax(signal)
    third = (high - low) / 3
    return float(np.nanmedian(values[signal > high - third]) - np.nanmedian(values[signal < low + third]))


HEEL_UNREAD = (
    "the foot was not seen well enough: film from the side, the whole foot in the light, in a shoe that stands out from the floor"
)
READ_WITH_HEIGHT = frozenset(("height_cm", "height_pct_foot", "malleolus_rise_cm", "plantarflexion_deg"))


def _what_stays(view: View) -> FloatArray:
    """(T, 2) the toes, which stay in place unless the person steps; in a front view (T, 1) the ankle's horizontal position.

    From the front and from behind, the toes are hidden by the foot and their landmark drifts; the visible ankles show a step.
    """
    return view.scene.ahead_of(view.leg.ankle)[:, None] if view.from_front else view.leg.toe


class HeelRaise(PoseExercise):
    """The heel raise."""

    name: ClassVar[ExerciseName] = "heel-raise"
    title = "Heel raise"
    short_title = "Heel raise"
    headline = "height_cm"
    prescription = Prescription(sets=3, reps=15, per_leg=False)
    # In shank lengths: 0.03 is 1.2 cm of a shank of 42 cm, four times the jitter of the smoothed trunk.
    rule = RepRule(min_rise=0.03, range_share=0.25, min_duration_s=0.6, max_duration_s=15.0)
    standing = True
    lifts_heel = True
    partial_share = PARTIAL_SHARE
    sides: ClassVar[tuple[WorkingSide, ...]] = ("left", "right", "both")
    faults: ClassVar[tuple[FaultCode, ...]] = (
        *("partial-height", "knee-bent", "ball-lost", "rushed"),
        *("dropped", "trunk-lean", "not-lowered"),
    )
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": "Stand on your left leg",
        "right": "Stand on your right leg",
        "both": "Stand upright and still",
    }
    guide = GUIDE
    trends = TRENDS
    measures = MEASURES
    summary_measures = SUMMARY_MEASURES

    def compute_ready(self, view: View) -> BoolArray:
        """Standing upright on a straight leg whose toes stay where they are."""
        leg, time_s, up = view.leg, view.time_s, view.scene.up
        foot = _what_stays(view)
        foot = np.stack([smooth(time_s, foot[:, axis], STEP_HZ) for axis in range(foot.shape[1])], axis=1)
        foot_speed = compute_speed(time_s, foot) / view.shank_px
        trunk = smooth(time_s, measure_trunk_length(view), APPROACH_HZ)
        approach = np.abs(np.gradient(np.log(trunk), time_s)) if view.from_front else np.zeros(len(time_s))

        def lean(lower: FloatArray, upper: FloatArray) -> FloatArray:
            segment = upper - lower
            across = np.linalg.norm(segment - (segment @ up)[:, None] * up, axis=1)
            return np.asarray(np.degrees(np.arctan2(across, segment @ up)))

        with np.errstate(invalid="ignore"):
            return np.asarray(
                (leg.knee_flexion() < 45.0)
                & (lean(leg.hip, view.shoulder) < 35.0)
                & (lean(leg.knee, leg.hip) < 30.0)
                & (view.height_of(leg.knee - leg.ankle) > 0.7)
                & (view.height_of(leg.hip - leg.knee) > 0.6)
                & (foot_speed < MAX_TOE_SPEED)
                & (approach < MAX_APPROACH_PER_S)
                & view.contains(view.shoulder)
                & view.contains(leg.toe)
            )

    def compute_signal(self, view: View) -> FloatArray:
        """Rise of the trunk, shank lengths, corrected for trunk lean and for the rise that comes from a straightening knee."""
        flexion = np.fmin(view.leg.knee_flexion(), view.other_leg.knee_flexion())
        return compute_upright_rise(view) + lowering_of_knee(flexion)

    def confirm(self, view: View, rep: RepSpan) -> bool:
        """Check that no knee straightened or was pulled up, and that the heel and the trunk, as one piece, rose."""
        leg, frames = view.leg, view.frames_of(rep)
        straightened = -_rise_at(view, leg.knee_flexion(), rep, np.maximum)
        body = _rise_at(view, compute_body_rise(view), rep) / rep.rise
        shrugged = _rise_at(view, measure_trunk_length(view), rep) / rep.rise
        marched = _rise_at(view, view.height_of(view.other_leg.knee - leg.knee), rep)
        heel_rise = _rise_by_thirds(view.height_of(leg.heel - leg.toe)[frames], self.compute_signal(view)[frames])
        front = view.from_front
        return bool(
            straightened < MAX_STRAIGHTENING_DEG
            and not marched > MAX_OTHER_KNEE_RISE  # the far knee may be hidden
            and (MIN_FRONT_RISE if front else 0.0) < rep.rise < MAX_RISE_SHANKS
            and (BODY_SHARE[0] < body or heel_rise > MIN_HEEL_SHARE_OF_RISE * rep.rise)
            and body < BODY_SHARE[1]
            and abs(shrugged) < MAX_SHRUG_SHARE
            and heel_rise > (-FRONT_HEEL_TOLERANCE_SHANKS if front else 0.15 * rep.rise)
            and view.travel_of(_what_stays(view), rep) < MAX_TOE_TRAVEL
        )

    def find_side(self, view: View, reps: list[RepSpan]) -> WorkingSide:
        """Both legs, unless the other foot's toes rise with the body, which means that the foot is held off the floor."""
        toe = view.height_of(view.other_leg.toe)
        carried = [_rise_at(view, toe, rep) / rep.rise for rep in reps]
        return view.side if carried and float(np.median(carried)) > CARRIED_SHARE else "both"

    def expected_turn(self, view: View, rep: RepSpan) -> ExpectedTurn:
        """Allow every turn a foot can make: its own pixels and its ankle decide, not the trunk's rise."""
        return ExpectedTurn(LEAST_TURN_DEG, MAX_TURN_DEG / 2, MAX_TURN_DEG)

    def complete_foot(self, view: View, rep: RepSpan, foot: FootMotion) -> FootMotion:
        """Convert the height to the scale of a level camera; between frames that show the foot, follow the body's course."""
        both = self.find_side(view, [rep]) == "both"
        return complete_rise(view, rep, foot, both=both)

    def curve_of(self, headline: str) -> Curve:
        """The heel's height, in the headline's unit."""
        return Curve("heel_rise_cm", "Heel height", "cm") if headline == "height_cm" else HEIGHT_IN_PCT

    def headline_of(self, reps: list[dict[str, float]]) -> str:
        """Height in cm, or in % of foot length without a scale."""
        return "height_cm" if any(np.isfinite(r["height_cm"]) for r in reps) else "height_pct_foot"

    def measure(self, recording: Recording, rep: RepSpan) -> dict[str, float]:
        """Measure one repetition; ``measures`` has the definitions."""
        view, frames = recording.view, recording.view.frames_of(rep)
        time = view.time_s[frames]
        height, turn = recording.foot.heel_rise_px[frames], recording.foot.turn_deg[frames]
        seen = np.isfinite(height).mean() >= 0.5
        if not seen:  # the timing of the body's rise is known even so
            height, turn = self._course_of(recording, rep)[frames], np.full(len(time), np.nan)
        if not np.isfinite(height).any():
            return dict.fromkeys((m.name for m in self.measures), float("nan"))
        left_up_before, left_up = measure_left_up(recording, rep)
        if left_up_before and seen:  # the pixels measure from the rep's start, so add the height at which it started
            already = float(turn_of_rise(np.array(left_up_before)))
            lever = recording.foot_px * (BALL[0] - PLANTAR_HEEL[0])
            height = height + lever * (np.sin(np.radians(turn + already)) - np.sin(np.radians(turn)))
            turn = turn + already
        top = int(np.nanargmax(height))
        peak = float(height[top])
        with np.errstate(invalid="ignore"):
            plateau = np.flatnonzero(height >= (1.0 - PEAK_BAND_SHARE) * peak)
        first, last = float(time[plateau[0]]), float(time[plateau[-1]])
        flexion = view.leg.knee_flexion()[frames]
        standing = min(float(np.nanmin(flexion[: max(1, top // 4)])), float(flexion[-1]))
        peak = peak if seen else float("nan")
        return {
            "height_cm": recording.to_cm(peak),
            "height_pct_foot": recording.to_pct_foot(peak),
            "malleolus_rise_cm": recording.to_cm(peak * share_of_malleolus(float(turn[top]))),
            "plantarflexion_deg": float(turn[top]),
            "rise_s": first - rep.start_s,
            "hold_s": last - first,
            "lower_s": rep.end_s - last if np.isfinite(left_up) else float("nan"),
            "ankle_drift_cm": recording.to_cm(measure_ankle_drift(view, rep)),
            "side_difference_pct": measure_side_difference(view, rep),
            "knee_flexion_change_deg": float(np.nanmax(flexion[plateau[0] : plateau[-1] + 1])) - standing,
            "trunk_lean_deg": measure_trunk_lean(view, rep),
            "left_up_pct": 100.0 * left_up,
        }

    @staticmethod
    def _course_of(recording: Recording, rep: RepSpan) -> FloatArray:
        """(T,) rise of the trunk, shank lengths above standing: it replaces the heel's course, never its height."""
        return compute_trunk_rise(recording.view, rep)

    def explain_gaps(self, measures: Mapping[str, float]) -> dict[str, str]:
        """Explain why the heel's height is unknown."""
        if not np.isnan(measures["height_pct_foot"]):
            return {}
        return {name: HEEL_UNREAD for name, value in measures.items() if np.isnan(value) and name in READ_WITH_HEIGHT}

    def find_faults(
        self, reps: list[dict[str, float]], spans: list[RepSpan], expected_error: Mapping[str, float] | None = None
    ) -> list[list[FaultCode]]:
        """Find partial height, bent knee, ball lost, rushed, dropped, trunk lean, and not lowered.

        A height is partial below 80 % of the best height reached with straight knees.
        """
        seen = [r for r in reps if np.isfinite(r["height_pct_foot"])]
        straight = [r for r in seen if not r["knee_flexion_change_deg"] > KNEE_BENT_DEG]  # a bent knee adds height
        best = max((r["height_pct_foot"] for r in straight or seen), default=float("nan"))
        error = HEIGHT_ERROR_PCT_FOOT * (expected_error or {}).get("height_cm", HEIGHT_ERROR_CM) / HEIGHT_ERROR_CM
        faults: list[list[FaultCode]] = []
        started_up = 0.0  # share of the height at which the previous rep ended: a shorter rise takes less time
        for rep in reps:
            found: list[FaultCode] = []
            if rep["height_pct_foot"] < PARTIAL_SHARE * best - error:
                found.append("partial-height")
            if rep["knee_flexion_change_deg"] > KNEE_BENT_DEG:
                found.append("knee-bent")
            if rep["ankle_drift_cm"] > BALL_LOST_CM:
                found.append("ball-lost")
            if rep["rise_s"] < RUSHED_S * (1.0 - started_up):
                found.append("rushed")
            started_up = float(np.nan_to_num(rep["left_up_pct"])) / 100.0
            if rep["lower_s"] < DROPPED_S * (1.0 - started_up):
                found.append("dropped")
            if rep["trunk_lean_deg"] > TRUNK_LEAN_DEG:
                found.append("trunk-lean")
            if rep["left_up_pct"] > 100.0 * NOT_LOWERED_SHARE:
                found.append("not-lowered")
            faults.append(found)
        return faults

    def summarize(
        self, reps: list[dict[str, float]], spans: list[RepSpan], chosen: list[int], mass_kg: float | None
    ) -> dict[str, float]:
        """Compute fade, the total heights and their work, and cadence."""
        heights = np.array([r["height_cm"] for r in reps])
        malleolus = np.array([r["malleolus_rise_cm"] for r in reps])
        relative = np.array([r["height_pct_foot"] for r in reps])
        third = max(1, len(reps) // 3)
        fade = 100.0 * (np.mean(relative[-third:]) / np.mean(relative[:third]) - 1.0) if len(reps) >= 3 else float("nan")
        between_s = spans[-1].peak_s - spans[0].peak_s if len(spans) > 1 else 0.0
        newtons = mass_kg * STANDARD_GRAVITY if mass_kg else float("nan")
        return {
            "height_fade_pct": float(fade),
            "total_displacement_cm": float(np.sum(heights)),
            "work_j": newtons * float(np.sum(heights)) / 100.0,
            "malleolus_work_j": newtons * float(np.sum(malleolus)) / 100.0,
            "cadence_per_min": 60.0 * (len(spans) - 1) / between_s if between_s > 0 else float("nan"),
        }
