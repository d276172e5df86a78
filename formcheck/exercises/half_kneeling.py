"""Half-kneeling ankle mobilization: heel planted, the knee glides over the toes, holds a second, and returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import (
    BoolArray,
    Guide,
    Leg,
    Measure,
    PoseExercise,
    Prescription,
    Recording,
    TrackedMeasure,
    other,
)
from formcheck.foot import ExpectedTurn
from formcheck.pose.track import Landmark, PoseTrack, Side
from formcheck.report.names import FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.scene.scene import Scene
from formcheck.signals.reps import RepRule, RepSpan, find_kept_level
from formcheck.support.arrays import FloatArray

# The heel counts as planted below this (docs/measurements.md §1), and as lifted, a fault, from here on.
PLANTED_CM = 1.0
PLANTED_PCT_FOOT = 4.0
LIFTED_CM = 1.5
LIFTED_PCT_FOOT = 6.0
HOLD_BAND_DEG = 2.0
# A smooth movement without a hold peaks by 4 % over the level that it keeps for a quarter of its time.
JUMP_SHARE = 0.1
ASKED_HOLD_S = 1.0
# The 2° band is left a little early by jitter and smoothing: a hold this much under a second is not called short.
HOLD_TOLERANCE_S = 0.25
# "Well short of the person's own best": clear of the 5–8 % by which good repetitions of a set differ.
PARTIAL_SHARE = 0.75
RUSHED_RISE_S = 0.5
# A tenth of the foot, 2.5 cm: twice what its two landmarks drift by together while the shank moves over a foot that stays (side-on;
# the pixels, where they tell, are within a fiftieth).
SLID_PCT_FOOT = 10.0
PLANTED_TURN_DEG, LIFTED_TURN_DEG = -4.0, 40.0
# The floor slopes in the picture of a camera that stands high or off side-on: by 0.37 shanks at 27°. A knee that hovers is half a
# shank up, and travels; a foot held up behind a standing leg is a whole one up.
MAX_OFF_FLOOR_SHANKS = 0.5
# A shank that leans by 50° still has its knee 0.64 shanks up; of who kneels on both, it is on the floor.
MIN_FRONT_KNEE_SHANKS = 0.35
# A deep lunge sinks the hips; seen from 1.5 m up, to 0.3 shanks over the rear knee.
MIN_HIP_OVER_KNEE_SHANKS = 0.15
# The rear knee's landmark wanders as trunk and front knee come forward over it, by up to 0.4 shanks off side-on; a lunge lifts it
# by half a shank and more. Past what it mostly does, the legs may have been mixed up.
MAX_REAR_KNEE_TRAVEL_SHANKS, USUAL_REAR_KNEE_TRAVEL_SHANKS = 0.45, 0.3
# A shank that leans by 50°, 40° off side-on, is seen 0.87 as long; a shorter one's knee or ankle is not where the landmark is.
MIN_SEEN_SHANK_SHARE = 0.75
# A shank that never leans further forward than this was not brought over the toes: another drill.
MIN_PEAK_DEG = 12.0


def _without_jumps(inclination_deg: FloatArray) -> FloatArray:
    """Return a repetition's (N,) angles, NaN where the landmarks jumped: far over the level that it keeps at its top."""
    if not np.isfinite(inclination_deg).any():
        return inclination_deg
    kept, least = float(np.nanmax(find_kept_level(inclination_deg))), float(np.nanmin(inclination_deg))
    beyond = kept + max(HOLD_BAND_DEG, JUMP_SHARE * (kept - least))
    with np.errstate(invalid="ignore"):
        return np.where(inclination_deg > beyond, np.nan, inclination_deg)


def _measure_slide(leg: Leg, scene: Scene, frames: slice, seen_px: FloatArray) -> float:
    """Return how far the foot slid along the floor from where it stood when the repetition started, pixels.

    The pixels tell (``seen_px``, as in `FootMotion`). Where they do not, heel and toe must both have moved, the same way: each
    landmark alone drifts by some centimetres as the shank leans, and a heel that lifts carries its own away. The lesser of the two
    counts.
    """
    if np.isfinite(seen_px).any():  # a shadow that passes shifts the edges of a small foot for a moment: what it keeps counts
        return float(np.nanmax(find_kept_level(np.abs(seen_px))))
    heel, toe = (scene.ahead_of(path[frames]) for path in (leg.heel, leg.toe))
    moved = np.stack([heel - heel[0], toe - toe[0]])
    together = np.where(moved[0] * moved[1] > 0, np.abs(moved).min(axis=0), 0.0)
    return float(np.nanmax(together))


class WeightBearingLunge(PoseExercise):
    """A drill in which the front knee is driven over a planted foot: what is measured, whatever the rest of the body does."""

    headline = "valid_peak_deg"
    reads_shank = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "valid_peak_deg",
            "Range, heel down",
            "°",
            1,
            "The largest tibial inclination of the rep while the heel is still planted (under 1 cm, or 4 % of the foot, "
            "off the floor).",
            "39 ± 5° with the inclinometer at the tibial tuberosity, 27 ± 6° by 2D motion capture, in the same fifty people "
            "(PMID 28108266): compare only with numbers made the same way.",
            error=2.0,
        ),
        Measure(
            "tibial_inclination_deg",
            "Peak tibial inclination",
            "°",
            1,
            "Angle between the knee–ankle line of the front leg and the vertical at its largest; 0 = shank upright, positive = "
            "knee ahead of the ankle. It is the weight-bearing dorsiflexion of the lunge test.",
            error=2.0,
        ),
        Measure(
            "dorsiflexion_deg",
            "Ankle dorsiflexion",
            "°",
            1,
            "How far the angle between shank and foot closed from where it is with the shank upright and the foot flat.",
            error=2.2,
        ),
        Measure(
            "knee_over_toe_cm",
            "Knee past toes",
            "cm",
            1,
            "Horizontal distance from the toe tip to the knee at the peak; positive = the knee is past the toes.",
        ),
        Measure("knee_over_toe_pct_foot", "Knee past toes", "% foot", 0, "The same, in % of the foot's length."),
        Measure(
            "hold_s", "Hold", "s", 1, "Time spent within 2° of the rep's peak; the drill asks for at least a second.", error=0.3
        ),
        Measure(
            "heel_rise_cm",
            "Heel rise",
            "cm",
            1,
            "Vertical travel of the heel from the flat foot; it should stay under 1 cm.",
            error=0.3,
        ),
        Measure("heel_rise_pct_foot", "Heel rise", "% foot", 0, "The same, in % of the foot's length."),
        Measure(
            "range_of_motion_deg",
            "Range of motion",
            "°",
            1,
            "Range with the heel down, less the angle that the rep started at.",
            error=2.0,
        ),
        Measure(
            "foot_slide_cm",
            "Foot slid",
            "cm",
            1,
            "How far the front foot slid along the floor during the rep.",
            only_with="foot-slid",
        ),
        Measure("foot_slide_pct_foot", "Foot slid", "% foot", 0, "The same, in % of the foot's length.", only_with="foot-slid"),
    )
    summary_measures: ClassVar[tuple[Measure, ...]] = (
        Measure("range_of_motion_deg", "Range of motion", "°", 1, "Mean over the reps of valid peak less starting angle."),
    )

    def compute_signal(self, track: PoseTrack, scene: Scene, side: Side) -> FloatArray:
        """Tibial inclination, degrees."""
        return Leg.of(track, side).tibial_inclination(scene)

    def find_side(self, track: PoseTrack, scene: Scene, side: Side, reps: list[RepSpan]) -> WorkingSide:
        """The front leg works."""
        return side

    def expected_turn(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan) -> ExpectedTurn:
        """From planted, the likeliest, to a heel that is well up."""
        return ExpectedTurn(PLANTED_TURN_DEG, 0.0, LIFTED_TURN_DEG)

    def measure(self, recording: Recording, rep: RepSpan) -> dict[str, float]:
        """Measure one repetition; see ``measures`` for the definitions."""
        frames = recording.frames_of(rep)
        scene, leg = recording.scene, recording.leg
        inclination = _without_jumps(recording.inclination_deg[frames])
        rise_px = recording.foot.heel_rise_px[frames]
        turn = recording.foot.turn_deg[frames]
        planted_px = PLANTED_CM / recording.cm_per_px if recording.cm_per_px else PLANTED_PCT_FOOT / 100 * recording.foot_px
        nothing = dict.fromkeys((m.name for m in self.measures), float("nan"))
        if not np.isfinite(inclination).any():
            return nothing
        peak = float(np.nanmax(inclination))
        top = int(np.nanargmax(inclination))
        seen = np.isfinite(rise_px)
        planted = seen & (rise_px < planted_px)
        heel_rise = float(np.max(rise_px[seen])) if seen.mean() > 0.5 else float("nan")
        valid = float(np.nanmax(inclination[planted])) if planted.any() and np.isfinite(heel_rise) else float("nan")
        start = float(np.nanmin(inclination[: top + 1]))
        step = np.gradient(recording.track.time_s)[frames]
        slide_px = _measure_slide(leg, scene, frames, recording.foot.slide_px[frames])
        furthest = self.reach_frame(inclination, planted)
        reach = float(scene.ahead_of(leg.knee[frames][furthest] - leg.toe[frames][furthest]))
        # with the heel down the foot is the floor: the shank's lean is the ankle's; with it up, the foot's turn comes off
        dorsiflexion = peak - (float(turn[top]) if np.isfinite(turn[top]) else 0.0)
        return {
            "valid_peak_deg": valid,
            "tibial_inclination_deg": peak,
            "dorsiflexion_deg": dorsiflexion,
            "knee_over_toe_cm": recording.to_cm(reach),
            "knee_over_toe_pct_foot": recording.to_pct_foot(reach),
            "hold_s": float(np.sum(step[inclination >= peak - HOLD_BAND_DEG])),
            "heel_rise_cm": recording.to_cm(heel_rise),
            "heel_rise_pct_foot": recording.to_pct_foot(heel_rise),
            "range_of_motion_deg": valid - start,
            "foot_slide_cm": recording.to_cm(slide_px),
            "foot_slide_pct_foot": recording.to_pct_foot(slide_px),
        }

    def reach_frame(self, inclination_deg: FloatArray, planted: BoolArray) -> int:
        """The frame on which the knee's distance past the toes is read: at the peak."""
        return int(np.nanargmax(inclination_deg))

    def find_faults(
        self, reps: list[dict[str, float]], spans: list[RepSpan], expected_error: Mapping[str, float] | None = None
    ) -> list[list[FaultCode]]:
        """Heel lifted, hold short, partial (well short of the set's best), rushed, foot slid."""
        best = max((r["tibial_inclination_deg"] for r in reps), default=float("nan"))
        faults: list[list[FaultCode]] = []
        for rep, span in zip(reps, spans, strict=True):
            found: list[FaultCode] = []
            lifted_cm, lifted_pct = rep["heel_rise_cm"], rep["heel_rise_pct_foot"]
            if lifted_cm >= LIFTED_CM or (np.isnan(lifted_cm) and lifted_pct >= LIFTED_PCT_FOOT):
                found.append("heel-lifted")
            if rep["hold_s"] < ASKED_HOLD_S - HOLD_TOLERANCE_S:
                found.append("short-hold")
            if rep["tibial_inclination_deg"] < PARTIAL_SHARE * best:
                found.append("partial")
            if span.peak_s - rep["hold_s"] / 2 - span.start_s < RUSHED_RISE_S:
                found.append("rushed")
            if rep["foot_slide_pct_foot"] >= SLID_PCT_FOOT:
                found.append("foot-slid")
            faults.append(found)
        return faults

    def summarize(self, reps: list[dict[str, float]], duration_s: float, mass_kg: float | None) -> dict[str, float]:
        """Mean range of motion."""
        values = [r["range_of_motion_deg"] for r in reps if np.isfinite(r["range_of_motion_deg"])]
        return {"range_of_motion_deg": float(np.mean(values)) if values else float("nan")}


def _measure_rear_knee_travel(track: PoseTrack, scene: Scene, side: Side, rep: RepSpan) -> float:
    """Return how far the rear knee goes up or down in a repetition, shank lengths; what jumps for a moment does not count."""
    frames = (track.time_s >= rep.start_s) & (track.time_s <= rep.end_s)
    low, high = np.nanpercentile(scene.height_of(Leg.of(track, other(side)).knee[frames]), (10, 90))
    return float(high - low) / scene.shank_px


# A kneeling body's middle lies some 0.3 m lower than a hip-high camera, which fills the picture with it from 2.7 m.
USUAL_PITCH_DEG = 6.0


class HalfKneeling(WeightBearingLunge):
    """The half-kneeling dorsiflexion mobilization."""

    name = "half-kneeling"
    title = "Half-kneeling ankle mobilization"
    short_title = "Ankle mobilization"
    prescription = Prescription(sets=3, reps=10, per_leg=True, hold_s=ASKED_HOLD_S)
    rule = RepRule(min_rise=6.0, range_share=0.25, min_duration_s=0.8, max_duration_s=30.0, dip_share=0.5)
    usual_pitch_deg = USUAL_PITCH_DEG
    faults: ClassVar[tuple[FaultCode, ...]] = ("heel-lifted", "short-hold", "partial", "rushed", "foot-slid")
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": "Kneel: left foot in front",
        "right": "Kneel: right foot in front",
        "both": "Kneel: one foot in front",
    }
    guide = Guide(
        what="One knee on the floor, the other foot flat in front. The front knee glides over the toes while the heel stays down.",
        why="It wins the ankle's range under load: with too little of it the heel lifts early when you run, and the foot or the "
        "knee gives way instead.",
        steps=(
            "Kneel on a mat with one foot flat in front, its shin upright.",
            "Keep the heel down and bring the knee forward over the second toe, in about two seconds.",
            "Stop where the heel wants to lift. Hold for a second.",
            "Come back until the shin is upright. Ten times, then the other leg in a video of its own.",
        ),
        filming="From the side of the front leg, whole body and front foot in the picture.",
        figure="half_kneeling.svg",
        go="Forward",
        back="And back",
    )
    trends: ClassVar[tuple[TrackedMeasure, ...]] = (
        TrackedMeasure(
            key="dorsiflexion",
            title="Ankle dorsiflexion (valid peak of the tibial inclination)",
            exercise="half-kneeling",
            noun="ankle",
            unit="°",
            mean_column="mean_valid_peak_deg",
            best_column="best_valid_peak_deg",
            mdc=4.7,
            mdc_source="Powden 2015 (PMID 25704110), review of 12 studies, intra-rater",
        ),
    )

    def compute_ready(self, track: PoseTrack, scene: Scene, side: Side) -> BoolArray:
        """Front knee bent over its foot, both feet and the rear knee on the floor, hips above that, trunk up."""
        front, rear = Leg.of(track, side), Leg.of(track, other(side))

        def height(path: FloatArray) -> FloatArray:
            return scene.height_of(path) / scene.shank_px

        shoulder = track.xy(Landmark.of(side, "shoulder"))
        with np.errstate(invalid="ignore"):
            return np.asarray(
                (front.knee_flexion() > 45.0)
                & (np.abs(height(rear.knee) - height(front.ankle)) < MAX_OFF_FLOOR_SHANKS)
                & (height(front.ankle) - height(rear.ankle) < MAX_OFF_FLOOR_SHANKS)
                & (height(front.knee) - height(front.ankle) > MIN_FRONT_KNEE_SHANKS)
                & (height(front.hip) - height(rear.knee) > MIN_HIP_OVER_KNEE_SHANKS)
                & (height(shoulder) - height(front.hip) > 0.4)
            )

    def confirm(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan) -> bool:
        """The shank must come well forward of upright, and the rear knee stay on the floor."""
        travel = _measure_rear_knee_travel(track, scene, side, rep)
        return bool(rep.peak >= MIN_PEAK_DEG and travel < MAX_REAR_KNEE_TRAVEL_SHANKS)

    def is_doubtful(self, track: PoseTrack, scene: Scene, side: Side, rep: RepSpan) -> bool:
        """The rear knee wanders more than it mostly does, or the front shank is seen shorter than a shank can look."""
        leg, frames = Leg.of(track, side), (track.time_s >= rep.start_s) & (track.time_s <= rep.end_s)
        shortest = np.nanmin(np.linalg.norm(leg.knee - leg.ankle, axis=1)[frames])
        return bool(
            shortest < MIN_SEEN_SHANK_SHARE * scene.shank_px
            or _measure_rear_knee_travel(track, scene, side, rep) > USUAL_REAR_KNEE_TRAVEL_SHANKS
        )
