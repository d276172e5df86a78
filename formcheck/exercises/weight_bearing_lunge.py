"""What the two exercises share in which the front knee is driven over a planted foot: measures, faults, and the set's range."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import PoseExercise, Recording, Values, good_form
from formcheck.exercises.describe import Measure, TrackedMeasure
from formcheck.exercises.hold import measure_hold
from formcheck.foot import ANKLE, SMALL_FOOT_PX
from formcheck.report.names import ExerciseName, FaultCode
from formcheck.scene.view import View
from formcheck.signals.criteria import Criterion
from formcheck.signals.reps import RepSpan, find_kept_level
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr

# The heel has lifted when it is over the limit on this many frames in a row, by design: one alone may be an error.
LIFT_FRAMES = 2
# The top of a repetition: less is no jump of the landmarks, and a live set still counts as held. Chosen by trial; on which clips
# was not recorded.
HOLD_BAND_DEG = 2.0
# A smooth movement without a hold peaks by 4 % over the level that it keeps for a quarter of its time.
JUMP_SHARE = 0.1
# The shank's own standard error where no key frame was read; with key frames, their spread gives it (`analysis.measure`).
SHANK_ERROR_DEG = 2.0
DORSIFLEXION_ERROR_DEG = 2.2  # the shank's error, and 0.9° of the foot's turn
# The knee's distance past the toes: a degree of the shank's angle is worth cos 35° of a shank of 42 cm, 0.6 cm. The body's
# proportions add 1.0 cm: bare feet of one height differ by 3.6 % (docs/measurements.md), and shanks by about as much, each 0.7 cm.
REACH_CM_PER_DEG, REACH_BODY_CM = 0.6, 1.0
REACH_ERROR_CM = 1.6  # with the shank's error of 2°
REACH_ERROR_PCT_FOOT = 6.4  # of a foot of 25 cm
# On 62 rendered sets 83 % of 300 holds are within this (RMS 0.29 s: some are read far too short). RMS of 44 planted heels: 0.09 cm;
# no person's planted heel has been marked, so its error is wider.
HOLD_ERROR_S, PLANTED_ERROR_CM = 0.2, 0.15
PLANTED_ERROR_PCT_FOOT = 0.6  # of a foot of 25 cm
# A range counts up to this rise of the heel (docs/measurements.md): a heel 0.5 cm up hides 2° of the foot's turn, one 1 cm up hid
# 4°. In % of a foot of 25 cm.
PLANTED_CM, PLANTED_PCT_FOOT = 0.5, 2.0
# One rule for the fault and for the end of the range: the heel lifted if it was over that by this many standard errors (95 %).
SURE_ERRORS = 2.0
# Where it counts as lifted under usual conditions (`find_lift_share`): 0.8 cm, 3.2 % of the foot.
USUAL_LIFT_SHARE = 1.0 + SURE_ERRORS * PLANTED_ERROR_CM / PLANTED_CM
LIFTED_CM, LIFTED_PCT_FOOT = USUAL_LIFT_SHARE * PLANTED_CM, USUAL_LIFT_SHARE * PLANTED_PCT_FOOT
ASKED_HOLD_S = 1.0  # the guide's second
# A hold is measured short by up to this much: on renders, holds of a second came out as 0.47 to 1.3 s, because the line over
# 0.4 s sees the movement on both sides, and bodies sway and sink at a degree or two a second. A glide of 35° in 6 to 8 s comes
# out as 0.2 to 0.4 s.
HOLD_TOLERANCE_S = 0.55
# "Well short of the person's own best": clear of the 5–8 % by which good repetitions of a set differ.
PARTIAL_SHARE = 0.75

HEEL_DOWN = good_form("heel-lifted", LIFTED_CM, "cm", "see LIFTED_CM", "below")
HEEL_DOWN_PCT = good_form("heel-lifted", LIFTED_PCT_FOOT, "% foot", "LIFTED_CM of a foot of 25 cm", "below")
HELD = good_form("short-hold", ASKED_HOLD_S - HOLD_TOLERANCE_S, "s", "see HOLD_TOLERANCE_S", "at least")
FULL = good_form("partial", PARTIAL_SHARE, "°", "PARTIAL_SHARE of the set's best", "at least")
UNHURRIED = good_form("rushed", 0.5, "s", "half of the second or two that the exercise asks for", "at least")
# A tenth of the foot, 2.5 cm: twice what its two landmarks drift by together while the shank moves over a foot that stays. The
# pixels, where they show the foot, are within a fiftieth.
FOOT_STAYS = good_form("foot-slid", 10.0, "% foot", "twice the drift of the foot's landmarks", "below")
# The heel's rise is known if it was seen on more than this share of a repetition's frames. By design.
LEAST_SEEN_SHARE = 0.5
# Where the pixels do not show it, the foot's place before and after a repetition is the mean over this long. By design.
STANDS_S = 0.2
# The set's range is the mean of this many best repetitions without these faults; fewer than two are not enough. By design: the
# knee-to-wall test has three trials too.
RANGE_REPS, LEAST_RANGE_REPS = 3, 2
# The minimal detectable changes of the weight-bearing lunge test.
POWDEN_2015 = tr("Powden 2015 (PMID 25704110), review of 12 studies, intra-rater")
NOT_RANGE: frozenset[FaultCode] = frozenset(("heel-lifted", "foot-slid", "partial"))

SHANK_UNREAD = tr("the shin's angle cannot be read in this view")
HEEL_UNREAD = tr("the heel was hidden, or looks like the floor: it is not known whether it stayed down")
HEEL_TOO_SMALL = tr("the foot is too small in the picture to see whether the heel stayed down: move the camera nearer")
TURN_UNREAD = tr("it is not known how far the foot turned at the peak")


def range_trend(exercise: ExerciseName, title: str, key: str) -> TrackedMeasure:
    """Return the range with the heel down as it is followed over weeks."""
    return TrackedMeasure(
        key, title, exercise, tr("ankle"), "°", "headline", "best_valid_peak_deg", mdc=4.7, mdc_source=POWDEN_2015
    )


def _without_jumps(inclination_deg: FloatArray) -> FloatArray:
    """Return a repetition's (N,) angles, NaN where the landmarks jumped: far over the level that it keeps at its top."""
    if not np.isfinite(inclination_deg).any():
        return inclination_deg
    kept, least = float(np.nanmax(find_kept_level(inclination_deg))), float(np.nanmin(inclination_deg))
    beyond = kept + max(HOLD_BAND_DEG, JUMP_SHARE * (kept - least))
    with np.errstate(invalid="ignore"):
        return np.where(inclination_deg > beyond, np.nan, inclination_deg)


def _compute_reach(recording: Recording, lean_deg: float) -> float:
    """Return how far the knee is past the tip of the toes, pixels, when the shank leans by ``lean_deg``.

    The knee is ahead of the ankle's axis by the sine of the lean; the tip of the toes by the rest of the foot (`foot.ANKLE`).
    The two places in the picture are not compared: the toe's landmark lies 2 to 7 cm behind the tip, and a camera that is off
    side-on or looks down shifts knee against toes. On 207 rendered reps that was off by 4.3 cm (RMS), this by 1.2 cm.
    """
    return float(np.sin(np.radians(lean_deg))) * recording.view.shank_px - (1.0 - ANKLE[0]) * recording.foot_px


def find_lift_share(expected_error: Mapping[str, float]) -> float:
    """Return how many times the limit of a planted heel (`PLANTED_CM`) a heel must rise to count as lifted.

    ``expected_error`` is by measure, as in `Exercise.judge_form`: the larger the error of the heel's rise, the more it takes.
    """
    return 1.0 + SURE_ERRORS * expected_error.get("heel_rise_cm", PLANTED_ERROR_CM) / PLANTED_CM


def find_kept_rise(rise: FloatArray) -> float:
    """Return the largest of (N,) rises that is reached on `LIFT_FRAMES` in a row; NaN where there are none."""
    if len(rise) < LIFT_FRAMES:
        return float("nan")
    kept = np.lib.stride_tricks.sliding_window_view(rise, LIFT_FRAMES).min(axis=1)
    return float(np.nanmax(kept)) if np.isfinite(kept).any() else float("nan")


def find_first_lift(rise: FloatArray, limit: float) -> int:
    """Return the frame on which the heel first lifts: the first of `LIFT_FRAMES` in a row that are over the limit.

    ``rise`` is (N,); N where the heel never lifts.
    """
    with np.errstate(invalid="ignore"):
        over = np.asarray(rise > limit)
    rows = np.lib.stride_tricks.sliding_window_view(over, LIFT_FRAMES).all(axis=1) if len(over) >= LIFT_FRAMES else over[:0]
    return int(np.argmax(rows)) if rows.any() else len(rise)


def find_angle_at_lift(angle: FloatArray, rise: FloatArray, limit: float) -> float:
    """Return the (N,) angle at the moment at which the heel's (N,) ``rise`` passes the limit, between two frames; NaN if it
    never does.

    At 15 frames a second a shank moves by a degree or two from one frame to the next.
    """
    lift = find_first_lift(rise, limit)
    if lift in (0, len(rise)) or not rise[lift - 1] <= limit:
        return float("nan")
    share = (limit - rise[lift - 1]) / (rise[lift] - rise[lift - 1])
    return float(angle[lift - 1] + share * (angle[lift] - angle[lift - 1]))


def _measure_slide(view: View, frames: slice, seen_px: FloatArray, *, came_back: bool) -> float:
    """Return how far the foot slid along the floor from where it stood when the repetition started, pixels.

    The pixels decide where they show the foot (``seen_px``, as in `FootMotion`). Elsewhere the foot must stand in another
    place after the repetition than before it, heel and toe displaced the same way; the lesser of the two counts. During the
    repetition the landmarks prove nothing: they drift as the shank leans, and a heel that lifts takes both along. A
    repetition that never came back has no place after it, so the slide is NaN.
    """
    if np.isfinite(seen_px).any():  # a shadow that passes shifts the edges of a small foot for a moment: what it keeps counts
        return float(np.nanmax(find_kept_level(np.abs(seen_px))))
    if not came_back:
        return float("nan")
    time = view.time_s[frames]
    before, after = time <= time[0] + STANDS_S, time >= time[-1] - STANDS_S
    paths = (view.scene.ahead_of(path[frames]) for path in (view.leg.heel, view.leg.toe))
    heel, toe = (float(np.mean(path[after]) - np.mean(path[before])) for path in paths)
    if np.isnan(heel + toe):
        return float("nan")
    return min(abs(heel), abs(toe)) if heel * toe > 0 else 0.0


def _find_lift_limit(recording: Recording, rise_px: FloatArray) -> float:
    """Return the heel's rise that ends the range, pixels; infinite where its (N,) rise is not surely over that (`SURE_ERRORS`)."""
    planted_px = PLANTED_CM / recording.cm_per_px if recording.cm_per_px else PLANTED_PCT_FOOT / 100 * recording.foot_px
    lifted = find_kept_rise(rise_px) >= find_lift_share(recording.expected_error) * planted_px
    return planted_px if lifted else math.inf


class WeightBearingLunge(PoseExercise):
    """An exercise in which the front knee is driven over a planted foot: what is measured, whatever the rest of the body does."""

    headline = "valid_peak_deg"
    reads_shank = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "valid_peak_deg",
            tr("Range, heel down"),
            "°",
            1,
            tr(
                "The shin's largest lean (tibial inclination) before the heel lifts (by over 0.5 cm, or 2 % of the foot); of a "
                "set, the mean of its three best reps with the heel down. A foot or knee rolling inward adds to it unseen."
            ),
            tr(
                "No range is published for the line from ankle to knee. Other methods read 39 ± 5° (inclinometer at "
                "the tibial tuberosity) and 27 ± 6° (2D motion capture) in the same fifty people (PMID 28108266): "
                "don't compare yours with those."
            ),
            error=SHANK_ERROR_DEG,
        ),
        Measure(
            "tibial_inclination_deg",
            tr("Peak tibial inclination"),
            "°",
            1,
            tr(
                "Angle between the knee–ankle line of the front leg and the vertical at its largest; 0 = shin "
                "upright, positive = knee ahead of the ankle. It is the weight-bearing dorsiflexion of the lunge "
                "test."
            ),
            error=SHANK_ERROR_DEG,
        ),
        Measure(
            "dorsiflexion_deg",
            tr("Ankle dorsiflexion"),
            "°",
            1,
            tr("How far the angle between shin and foot closed from where it is with the shin upright and the foot flat."),
            error=DORSIFLEXION_ERROR_DEG,
        ),
        Measure(
            "knee_over_toe_cm",
            tr("Knee past toes"),
            "cm",
            1,
            tr(
                "Horizontal distance from the toe tip to the knee before the heel first lifts, calculated from the shin's lean and "
                "length and the foot's length; positive = past the toes."
            ),
            error=REACH_ERROR_CM,
        ),
        Measure(
            "knee_over_toe_pct_foot",
            tr("Knee past toes"),
            "% foot",
            0,
            tr("The same, in % of the foot's length."),
            error=REACH_ERROR_PCT_FOOT,
        ),
        Measure(
            "hold_s",
            tr("Hold"),
            "s",
            1,
            tr(
                "Longest time near the peak with the heel down and the shin moving less than 2° a second. The exercise asks for a "
                "second; a hold is measured up to half a second short, so only one under {least:.2f} s counts as too short."
            ).format(least=ASKED_HOLD_S - HOLD_TOLERANCE_S),
            error=HOLD_ERROR_S,
        ),
        Measure(
            "heel_rise_cm",
            tr("Heel rise"),
            "cm",
            1,
            tr("How far the heel came off the floor; it should stay down."),
            error=PLANTED_ERROR_CM,
        ),
        Measure(
            "heel_rise_pct_foot",
            tr("Heel rise"),
            "% foot",
            0,
            tr("The same, in % of the foot's length."),
            error=PLANTED_ERROR_PCT_FOOT,
        ),
        Measure(
            "range_of_motion_deg",
            tr("Range of motion"),
            "°",
            1,
            tr("Range with the heel down, minus the angle at which the rep started."),
            error=SHANK_ERROR_DEG,
        ),
        Measure(
            "foot_slide_cm",
            tr("Foot slid"),
            "cm",
            1,
            tr("How far the front foot slid along the floor during the rep."),
            only_with="foot-slid",
        ),
        Measure(
            "foot_slide_pct_foot", tr("Foot slid"), "% foot", 0, tr("The same, in % of the foot's length."), only_with="foot-slid"
        ),
    )
    summary_measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "range_of_motion_deg",
            tr("Range of motion"),
            "°",
            1,
            tr("Mean over the reps of the range with the heel down, minus the starting angle."),
        ),
    )

    def compute_signal(self, view: View) -> FloatArray:
        """Tibial inclination, degrees."""
        return view.inclination()

    def measure(self, recording: Recording, rep: RepSpan) -> Values:
        """Measure one repetition; see ``measures`` for the definitions."""
        view, frames = recording.view, recording.view.frames_of(rep)
        inclination = _without_jumps(recording.inclination_deg[frames])
        rise_px = recording.foot.heel_rise_px[frames]
        slide_px = _measure_slide(view, frames, recording.foot.slide_px[frames], came_back=rep.came_back)
        measured = dict.fromkeys((m.name for m in WeightBearingLunge.measures), float("nan"))
        measured |= {"foot_slide_cm": recording.to_cm(slide_px), "foot_slide_pct_foot": recording.to_pct_foot(slide_px)}
        heel_seen = np.isfinite(rise_px).mean() > LEAST_SEEN_SHARE
        if heel_seen:
            heel_rise = find_kept_rise(rise_px)
            measured |= {"heel_rise_cm": recording.to_cm(heel_rise), "heel_rise_pct_foot": recording.to_pct_foot(heel_rise)}
        if not np.isfinite(inclination).any():
            return measured
        top = int(np.nanargmax(inclination))
        limit_px = _find_lift_limit(recording, rise_px)
        before_lift = np.arange(len(rise_px)) < find_first_lift(rise_px, limit_px)
        measured |= {
            "tibial_inclination_deg": float(inclination[top]),
            # with the heel down the foot is the floor, and the shank's lean is the ankle's; with it up, the foot's turn comes off
            "dorsiflexion_deg": float(inclination[top] - recording.foot.turn_deg[frames][top]),
            "hold_s": measure_hold(view.time_s[frames], inclination, before_lift) if rep.came_back else float("nan"),
        }
        with np.errstate(invalid="ignore"):
            planted = before_lift & (rise_px <= limit_px) & np.isfinite(inclination)
        if heel_seen and planted.any():
            valid = float(np.fmax(inclination[planted].max(), find_angle_at_lift(inclination, rise_px, limit_px)))
            reach = _compute_reach(recording, valid)
            measured |= {
                "valid_peak_deg": valid,
                "range_of_motion_deg": valid - float(np.nanmin(inclination[: top + 1])),
                "knee_over_toe_cm": recording.to_cm(reach),
                "knee_over_toe_pct_foot": recording.to_pct_foot(reach),
            }
        return measured

    def explain_gaps(
        self, measures: Mapping[str, float], foot_px: float = math.inf, *, heel_hidden: bool = False
    ) -> dict[str, str]:
        """Why the shank, or the heel, is not known."""
        if np.isnan(measures["tibial_inclination_deg"]):
            return dict.fromkeys((m.name for m in self.measures if not m.name.startswith("foot_slide")), SHANK_UNREAD)
        reasons: dict[str, str] = {}
        if np.isnan(measures["valid_peak_deg"]):
            with_heel = ("valid_peak_deg", "range_of_motion_deg", "knee_over_toe_cm", "knee_over_toe_pct_foot")
            heel = HEEL_TOO_SMALL if foot_px < SMALL_FOOT_PX else HEEL_UNREAD
            reasons |= dict.fromkeys((*with_heel, "heel_rise_cm", "heel_rise_pct_foot"), heel)
        if np.isnan(measures["dorsiflexion_deg"]):
            reasons["dorsiflexion_deg"] = TURN_UNREAD
        return {name: reason for name, reason in reasons.items() if np.isnan(measures.get(name, 0.0))}

    def choose_reps(self, headlines: Sequence[float], faults: Sequence[Sequence[FaultCode]]) -> list[int]:
        """The three best of those without a lifted heel, a foot that slid or a partial movement; none if there are not two."""
        sound = [
            k
            for k, (value, found) in enumerate(zip(headlines, faults, strict=True))
            if np.isfinite(value) and not NOT_RANGE & set(found)
        ]
        best = sorted(sound, key=lambda k: headlines[k], reverse=True)[:RANGE_REPS]
        return sorted(best) if len(best) >= LEAST_RANGE_REPS else []

    def explain_no_headline(self, headlines: Sequence[float]) -> str:
        """Why the set has no range."""
        if not np.isfinite(headlines).any():
            return tr("the range with the heel down is not known for any rep")
        return tr("fewer than two reps had the heel down, the foot in place and the full range")

    def judge_form(self, reps: list[Values], spans: list[RepSpan], expected_error: Mapping[str, float]) -> list[list[Criterion]]:
        """Heel lifted, hold short, partial (well short of the set's best), rushed, foot slid."""
        share = find_lift_share(expected_error)
        heels = [
            HEEL_DOWN_PCT.of(r["heel_rise_pct_foot"], share * PLANTED_PCT_FOOT)
            if np.isnan(r["heel_rise_cm"])
            else HEEL_DOWN.of(r["heel_rise_cm"], share * PLANTED_CM)
            for r in reps
        ]
        down = [bool(heel.holds) for heel in heels]
        # a lean reached with the heel up sets no standard for the other reps
        peaks = [r["tibial_inclination_deg"] for r, is_down in zip(reps, down, strict=True) if is_down or not any(down)]
        best = max((peak for peak in peaks if np.isfinite(peak)), default=float("nan"))
        return [
            [
                heel,
                # once the heel is up nothing is held: the heel is the fault to put right first
                HELD.of(rep["hold_s"] if is_down else float("nan")),
                FULL.of(rep["tibial_inclination_deg"], PARTIAL_SHARE * best),
                UNHURRIED.of(span.peak_s - rep["hold_s"] / 2 - span.start_s),
                FOOT_STAYS.of(rep["foot_slide_pct_foot"]),
            ]
            for rep, span, heel, is_down in zip(reps, spans, heels, down, strict=True)
        ]

    def summarize(self, reps: list[Values], spans: list[RepSpan], chosen: list[int], mass_kg: float | None) -> Values:
        """Mean range of motion."""
        values = [r["range_of_motion_deg"] for r in reps if np.isfinite(r["range_of_motion_deg"])]
        return {"range_of_motion_deg": float(np.mean(values)) if values else float("nan")}
