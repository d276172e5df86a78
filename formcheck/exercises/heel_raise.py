"""Heel raise (calf raise), on one leg or two: slow up, controlled down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import (
    BoolArray,
    Curve,
    Guide,
    Leg,
    Measure,
    PoseExercise,
    Prescription,
    Recording,
    TrackedMeasure,
    other,
)
from formcheck.exercises.heel_height import KNEE_BENT_DEG, MAX_RISE_SHANKS, lowering_of_knee, settle_rise, turn_of_rise
from formcheck.exercises.raise_form import (
    NOT_LOWERED_SHARE,
    compute_body_rise,
    compute_upright_rise,
    measure_ankle_drift,
    measure_left_up,
    measure_symmetry,
    measure_trunk_lean,
    measure_trunk_length,
)
from formcheck.foot import BALL, MAX_TURN_DEG, PLANTAR_HEEL, ExpectedTurn, FootMotion
from formcheck.pose.track import SIDES, Landmark, PoseTrack, Side
from formcheck.report.names import FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.scene.scene import Scene
from formcheck.signals.filters import compute_speed, smooth
from formcheck.signals.geometry import compute_flexion
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.arrays import FloatArray, nearest_index

PARTIAL_SHARE = 0.8
# The measure's own error (docs/accuracy.md), and what it is of a foot of 24 cm: a fault must be clear of it. Good repetitions of a
# set differ by up to 20 %.
HEIGHT_ERROR_CM, HEIGHT_ERROR_PCT_FOOT = 0.7, 3.0
# The foot's pixels tell its rise to some two of theirs: a shank of fewer than these (2 px / 0.7 cm for one of 42 cm) has a larger
# error in cm.
NEEDED_SHANK_PX = 120.0
# Twice what a trunk sways in a good repetition (some 5°); it is known to a degree or two.
TRUNK_LEAN_DEG = 10.0
DROPPED_S = 0.4
# A ball of 14 cm gives some 2 cm before it slips, and the landmarks wander by one.
BALL_LOST_CM = 4.0
STANDARD_GRAVITY = 9.80665  # m/s²
PEAK_BAND_SHARE = 0.1
# Standing up straightens the knee; a heel raise does not.
MAX_STRAIGHTENING_DEG = 15.0
CARRIED_SHARE = 0.5
# Toes that travel are stepping. Seen from behind the landmark wanders by some centimetres, slowly; in shank lengths (a second).
MAX_TOE_SPEED = 0.6
MAX_TOE_TRAVEL = 0.25
# Who walks towards a camera in front grows in the picture, by a tenth of their size a second; looked at more slowly than heels are
# raised, who stands there does by up to 0.025.
APPROACH_HZ, MAX_APPROACH_PER_S = 0.25, 0.06
# From the front a rise must be this large, in shank lengths (3 cm): the heel cannot bear witness to a smaller one there.
MIN_FRONT_RISE = 0.07
# From the front the heel's landmark hides behind the foot and wanders: it must only not have sunk by more than this.
FRONT_HEEL_TOLERANCE_SHANKS = 0.04
# Of a repetition's rise, what the trunk must do of it, unless the heel's landmark, which is half as lively as the heel, bears
# witness to it (a knee that bends takes up the rest), and what shoulders may do for themselves: arms that are raised lift them, and
# not the hips.
BODY_SHARE = (0.4, 1.5)
HEEL_WITNESS_SHARE = 0.5
MAX_SHRUG_SHARE = 0.8
# Marching lifts the trunk by some centimetres too, and the other knee towards the hip: a thigh is a shank long (Winter 2009, fig.
# 4.1), so by this, in shank lengths, once it is 45° up. Of a leg that is held off the floor the knee stays below the hip.
MAX_OTHER_KNEE_RISE = 0.3
# A heel raise turns the foot at least so far; what moves less is the still floor behind it.
LEAST_TURN_DEG = 3.0

HEIGHT_IN_PCT = Curve("heel_rise_pct_foot", "Heel height", "% of foot")
# Followed over weeks beside the height: key, title, noun, unit, column, decimals.
FOLLOWED_ONLY = (
    ("height-pct", "Heel-raise height, % of foot length", "heel raise", "%", "mean_height_pct_foot", 1),
    ("fade", "Height fade, last third of the reps against the first", "height fade", "%", "height_fade_pct", 1),
    ("displacement", "Total displacement of the set", "total displacement", "cm", "total_displacement_cm", 0),
    ("work", "Work of the set", "work", "J", "work_j", 0),
    ("cadence", "Heel raises a minute", "cadence", "a minute", "cadence_per_min", 1),
    ("reps", "Heel raises in a set", "number of heel raises", "", "rep_count", 0),
)


def _rise_at(time_s: FloatArray, values: FloatArray, rep: RepSpan, rest: Callable[[float, float], float] | None = None) -> float:
    """Return how far (T,) values lie above their rest at a repetition's peak; rest is the mean of its start and end."""
    start, top, end = (float(values[nearest_index(time_s, t)]) for t in (rep.start_s, rep.peak_s, rep.end_s))
    return top - (rest(start, end) if rest else (start + end) / 2)


def _rise_by_thirds(values: FloatArray, signal: FloatArray) -> float:
    """Return how far a repetition's (N,) values rise from its signal's lower third to its upper third: medians of both."""
    low, high = np.nanmin(signal), np.nanmax(signal)
    third = (high - low) / 3
    return float(np.nanmedian(values[signal > high - third]) - np.nanmedian(values[signal < low + third]))


class HeelRaise(PoseExercise):
    """The heel raise."""

    name = "heel-raise"
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
    faults: ClassVar[tuple[FaultCode, ...]] = ("partial-height", "knee-bent", "ball-lost", "dropped", "trunk-lean", "not-lowered")
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": "Stand on your left leg",
        "right": "Stand on your right leg",
        "both": "Stand upright and still",
    }
    guide = Guide(
        what="Standing, a small ball or yoga block between the ankles: the heels rise slowly and come down under control.",
        why="It strengthens the calf, which takes most of the load of running; squeezing the ball keeps the ankles straight above "
        "the feet on the way.",
        steps=(
            "Stand with the feet hip-width apart and squeeze a small ball between the ankles.",
            "Raise the heels slowly, as high as they go. The knees stay straight, the weight over the big toes.",
            "Lower them under control, in about two seconds, all the way to the floor. Fifteen times.",
            "On one leg: hold the other foot off the floor and touch a wall with your fingertips.",
        ),
        filming="From the side for the height in centimetres, or from the front to see whether both heels rise alike and the "
        "ankles stay together. Whole body and both feet in the picture.",
        figure="heel_raise.svg",
        go="Heels up",
        back="Lower slowly",
    )
    trends: ClassVar[tuple[TrackedMeasure, ...]] = (
        TrackedMeasure(
            key="height",
            title="Heel-raise height",
            exercise="heel-raise",
            noun="heel raise",
            unit="cm",
            mean_column="mean_height_cm",
            best_column="best_height_cm",
            mdc=2.2,
            mdc_source="MDC95 from the retest SEM of 0.8 cm (Byrne 2017)",
        ),
        *(
            TrackedMeasure(key, title, "heel-raise", noun, unit, column, column.replace("mean_", "best_"), decimals=decimals)
            for key, title, noun, unit, column, decimals in FOLLOWED_ONLY
        ),
    )
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "height_cm",
            "Height",
            "cm",
            1,
            "Vertical travel of the heel from its standing level to the rep's top.",
            "Single leg, 500 people: 9.3 cm on the dominant side, 9.6 cm on the other (Calf Raise App, bjpt.2025.101188).",
            error=HEIGHT_ERROR_CM,
            needed_shank_px=NEEDED_SHANK_PX,
        ),
        Measure("height_pct_foot", "Height", "% foot", 0, "The same, in % of the foot's length."),
        Measure("plantarflexion_deg", "Plantarflexion", "°", 0, "Pitch of the hindfoot at the top against the flat foot."),
        Measure("rise_s", "Up", "s", 1, "Time from the floor to the top."),
        Measure("hold_s", "Hold", "s", 1, "Time within a tenth of the height of the top."),
        Measure("lower_s", "Down", "s", 1, "Time from the top to the floor; slow is the drill."),
        Measure(
            "ankle_drift_cm",
            "Ankles apart",
            "cm",
            1,
            "From the front: how far the ankles drift apart during the rep; the ball between them falls at a few centimetres.",
        ),
        Measure(
            "symmetry_pct",
            "Both sides alike",
            "%",
            0,
            "From the front: the smaller rise of the two sides in % of the larger, read at the hips; 100 = both heels rise alike.",
        ),
        Measure(
            "knee_flexion_change_deg",
            "Knee bend",
            "°",
            0,
            "Knee angle at the top against standing; over 15° the knee helps the calf.",
        ),
        Measure(
            "trunk_lean_deg",
            "Trunk lean",
            "°",
            0,
            "How far the trunk leaned off where it was at the rep's start.",
            only_with="trunk-lean",
        ),
        Measure(
            "left_up_pct",
            "Left up",
            "%",
            0,
            "How much of its height the heel was still up when the next rep began; 0 = all the way down.",
            only_with="not-lowered",
        ),
    )
    summary_measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "height_fade_pct",
            "Fade",
            "%",
            0,
            "Mean height of the last third of the reps against the first third; negative = tired.",
        ),
        Measure("total_displacement_cm", "Total height", "cm", 0, "Sum of the reps' heights."),
        Measure("work_j", "Work", "J", 0, "Body mass × gravity × total height (needs the body mass).", "1325–1374 J, single leg."),
        Measure("cadence_per_min", "Cadence", "1/min", 0, "Raises a minute, from the first rep's start to the last one's end."),
    )

    def compute_ready(self, track: PoseTrack, scene: Scene, side: Side) -> BoolArray:
        """Standing upright on a straight leg whose toes stay where they are."""
        leg = Leg.of(track, side)
        shoulder = track.xy(Landmark.of(side, "shoulder"))
        toe = np.stack([smooth(track.time_s, leg.toe[:, axis], 1.5) for axis in (0, 1)], axis=1)
        toe_speed = compute_speed(track.time_s, toe) / scene.shank_px
        trunk = smooth(track.time_s, measure_trunk_length(track, scene), APPROACH_HZ)
        approach = np.abs(np.gradient(np.log(trunk), track.time_s)) if scene.kind == "front" else np.zeros(len(track))

        def lean(lower: FloatArray, upper: FloatArray) -> FloatArray:
            segment = upper - lower
            across = np.linalg.norm(segment - (segment @ scene.up)[:, None] * scene.up, axis=1)
            return np.asarray(np.degrees(np.arctan2(across, segment @ scene.up)))

        with np.errstate(invalid="ignore"):
            return np.asarray(
                (leg.knee_flexion() < 45.0)
                & (lean(leg.hip, shoulder) < 35.0)
                & (lean(leg.knee, leg.hip) < 30.0)
                & (scene.height_of(leg.knee - leg.ankle) > 0.7 * scene.shank_px)
                & (scene.height_of(leg.hip - leg.knee) > 0.6 * scene.shank_px)
                & (toe_speed < MAX_TOE_SPEED)
                & (approach < MAX_APPROACH_PER_S)
                & scene.contains(shoulder)
                & scene.contains(leg.toe)
            )

    def compute_signal(self, track: PoseTrack, scene: Scene, side: Side) -> FloatArray:
        """Rise of the trunk, shank lengths, as if it did not lean, and what the straighter knee takes off it."""
        flexion = np.fmin(*(Leg.of(track, s).knee_flexion() for s in SIDES))
        return compute_upright_rise(track, scene) + lowering_of_knee(flexion)

    def confirm(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan) -> bool:
        """No knee may have straightened or been pulled up; trunk and heel have risen, the trunk in one piece, as feet lift it."""
        leg, time_s = Leg.of(track, side), track.time_s
        straightened = -_rise_at(time_s, leg.knee_flexion(), rep, np.maximum)
        body = _rise_at(time_s, compute_body_rise(track, scene), rep) / rep.rise
        shrugged = _rise_at(time_s, measure_trunk_length(track, scene), rep) / rep.rise
        other_knee = Leg.of(track, other(side)).knee
        marched = _rise_at(time_s, scene.height_of(other_knee - leg.knee), rep) / scene.shank_px
        frames = (time_s >= rep.start_s) & (time_s <= rep.end_s)
        heel = scene.height_of(leg.heel - leg.toe)[frames] / scene.shank_px
        heel_rise = _rise_by_thirds(heel, self.compute_signal(track, scene, side)[frames])
        front = scene.kind == "front"
        toe = leg.toe[frames] / scene.shank_px
        travelled = np.nanmax(np.linalg.norm(toe - np.nanmedian(toe, axis=0), axis=1))
        return bool(
            straightened < MAX_STRAIGHTENING_DEG
            and not marched > MAX_OTHER_KNEE_RISE  # a far knee may not be seen
            and (MIN_FRONT_RISE if front else 0.0) < rep.rise < MAX_RISE_SHANKS
            and (BODY_SHARE[0] < body or heel_rise > HEEL_WITNESS_SHARE * rep.rise)
            and body < BODY_SHARE[1]
            and abs(shrugged) < MAX_SHRUG_SHARE
            and heel_rise > (-FRONT_HEEL_TOLERANCE_SHANKS if front else 0.15 * rep.rise)
            and travelled < MAX_TOE_TRAVEL
        )

    def find_side(self, track: PoseTrack, scene: Scene, side: Side, reps: list[RepSpan]) -> WorkingSide:
        """Both, unless the other foot's toes ride up with the body: then it is held off the floor."""
        toe = scene.height_of(Leg.of(track, other(side)).toe) / scene.shank_px
        carried = [_rise_at(track.time_s, toe, rep) / rep.rise for rep in reps]
        return side if carried and float(np.median(carried)) > CARRIED_SHARE else "both"

    def expected_turn(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan) -> ExpectedTurn:
        """Around the turn that lifts the ankles as far as the trunk rose; more where the knees bent at the same time."""
        turn = max(2 * LEAST_TURN_DEG, float(turn_of_rise(np.array(rep.rise))))
        return ExpectedTurn(turn / 2, turn, max(turn + 12.0, min(MAX_TURN_DEG, 2.0 * turn + 12.0)))

    def complete_foot(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan, foot: FootMotion) -> FootMotion:
        """Settle the height between the pixels and the trunk's rise; where the pixels lost the foot, go by the trunk alone."""
        return settle_rise(track, scene, side, rep, foot)

    def curve_of(self, headline: str) -> Curve:
        """The heel's height, in the headline's unit."""
        return Curve("heel_rise_cm", "Heel height", "cm") if headline == "height_cm" else HEIGHT_IN_PCT

    def headline_of(self, reps: list[dict[str, float]]) -> str:
        """Height in cm, or in % of foot length without a scale."""
        return "height_cm" if any(np.isfinite(r["height_cm"]) for r in reps) else "height_pct_foot"

    def measure(self, recording: Recording, rep: RepSpan) -> dict[str, float]:
        """Measure one repetition; see ``measures`` for the definitions."""
        frames = recording.frames_of(rep)
        time = recording.track.time_s[frames]
        height, turn = recording.foot.heel_rise_px[frames], recording.foot.turn_deg[frames]
        nothing = dict.fromkeys((m.name for m in self.measures), float("nan"))
        if np.isfinite(height).mean() < 0.5:
            return nothing
        left_up_before, left_up = measure_left_up(recording, rep)
        if left_up_before:  # the pixels count from where the rep started: what it was short of the floor comes on top
            already = float(turn_of_rise(np.array(left_up_before)))
            lever = recording.foot_px * (BALL[0] - PLANTAR_HEEL[0])
            height = height + lever * (np.sin(np.radians(turn + already)) - np.sin(np.radians(turn)))
            turn = turn + already
        top = int(np.nanargmax(height))
        peak = float(height[top])
        with np.errstate(invalid="ignore"):
            plateau = np.flatnonzero(height >= (1.0 - PEAK_BAND_SHARE) * peak)
        first, last = float(time[plateau[0]]), float(time[plateau[-1]])
        leg = recording.leg
        flexion = compute_flexion(leg.hip, leg.knee, leg.ankle)[frames]
        standing = min(float(np.nanmin(flexion[: max(1, top // 4)])), float(flexion[-1]))
        return {
            "height_cm": recording.to_cm(peak),
            "height_pct_foot": recording.to_pct_foot(peak),
            "plantarflexion_deg": float(turn[top]),
            "rise_s": first - rep.start_s,
            "hold_s": last - first,
            "lower_s": rep.end_s - last if np.isfinite(left_up) else float("nan"),
            "ankle_drift_cm": recording.to_cm(measure_ankle_drift(recording, frames)),
            "symmetry_pct": measure_symmetry(recording, rep),
            "knee_flexion_change_deg": float(np.nanmax(flexion[plateau[0] : plateau[-1] + 1])) - standing,
            "trunk_lean_deg": measure_trunk_lean(recording, frames),
            "left_up_pct": 100.0 * left_up,
        }

    def find_faults(
        self, reps: list[dict[str, float]], spans: list[RepSpan], expected_error: Mapping[str, float] | None = None
    ) -> list[list[FaultCode]]:
        """Partial height (under 80 % of the best with straight knees), knee bent, ball lost, dropped, trunk lean, not lowered."""
        seen = [r for r in reps if np.isfinite(r["height_pct_foot"])]
        straight = [r for r in seen if not r["knee_flexion_change_deg"] > KNEE_BENT_DEG]  # a knee that helps sets no standard
        best = max((r["height_pct_foot"] for r in straight or seen), default=float("nan"))
        error = HEIGHT_ERROR_PCT_FOOT * (expected_error or {}).get("height_cm", HEIGHT_ERROR_CM) / HEIGHT_ERROR_CM
        faults: list[list[FaultCode]] = []
        for rep in reps:
            found: list[FaultCode] = []
            if rep["height_pct_foot"] < PARTIAL_SHARE * best - error:
                found.append("partial-height")
            if rep["knee_flexion_change_deg"] > KNEE_BENT_DEG:
                found.append("knee-bent")
            if rep["ankle_drift_cm"] > BALL_LOST_CM:
                found.append("ball-lost")
            lowered = 1.0 - np.nan_to_num(rep["left_up_pct"]) / 100.0
            if rep["lower_s"] < DROPPED_S * lowered:
                found.append("dropped")
            if rep["trunk_lean_deg"] > TRUNK_LEAN_DEG:
                found.append("trunk-lean")
            if rep["left_up_pct"] > 100.0 * NOT_LOWERED_SHARE:
                found.append("not-lowered")
            faults.append(found)
        return faults

    def summarize(self, reps: list[dict[str, float]], duration_s: float, mass_kg: float | None) -> dict[str, float]:
        """Fade, total displacement, work and cadence."""
        heights = np.array([r["height_cm"] for r in reps])
        relative = np.array([r["height_pct_foot"] for r in reps])
        third = max(1, len(reps) // 3)
        fade = 100.0 * (np.mean(relative[-third:]) / np.mean(relative[:third]) - 1.0) if len(reps) >= 3 else float("nan")
        total = float(np.sum(heights)) if len(reps) else float("nan")
        return {
            "height_fade_pct": float(fade),
            "total_displacement_cm": total,
            "work_j": mass_kg * STANDARD_GRAVITY * total / 100.0 if mass_kg else float("nan"),
            "cadence_per_min": 60.0 * len(reps) / duration_s if duration_s > 0 else float("nan"),
        }
