"""A demo athlete with eleven believable weeks, clearly marked as sample data, and its removal.

The numbers are made up: a stiffer left ankle that gains about seven degrees, a right one that gains three, heel raises
that get higher and fade less, a missed session here and there, a week of running that broke the 10 % rule, and pain that
settles in the last week, so that two sessions move the person up a level.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from formcheck import training
from formcheck.analysis.build_report import span_of
from formcheck.analysis.correction import measures_of
from formcheck.exercises import EXERCISES
from formcheck.exercises.heel_raise import STANDARD_GRAVITY
from formcheck.export.curves import MARGIN_S, Curves
from formcheck.history.values import Athlete, Erased
from formcheck.report.form import count_form
from formcheck.report.schema import MEASURES_VERSION, Quality, Rep, ScalePart, SetReport, Software, Summary, VideoPart, ViewPart
from formcheck.training.pain import MOMENTS
from formcheck.training.run import Run

if TYPE_CHECKING:
    from formcheck.history.store.store import Store

SAMPLE_NAME = "Sample runner (made-up data)"
SAMPLE_FILE = "sample data, no video"
# Any number: the same made-up weeks come out each time.
_SEED = 20260303
_MISSED_SHARE = 0.12  # of the planned days
# The made-up runner's body.
_FOOT_CM, _SHANK_CM = 25.0, 40.5
_MASS_KG = 64.0
# The day of the plan that is today: the third day of exercises in week 11, after two sessions at low pain.
_TODAY = 74
_FIRST_CALM_DAY = 70
_SORE, _CALM = (2, 3, 2), (1, 1, 1)  # pain before, after and the next morning
_FIRST_RUNNING_WEEK = 8
# Kilometers of the three runs of weeks 8 to 11; the third week is over its ceiling.
_RUNS_KM = ((3.0, 3.0, 4.0), (3.2, 3.2, 4.4), (4.0, 4.5, 5.5), (4.0, 4.5, 5.5))


def add_sample(store: Store, today: date | None = None) -> Athlete:
    """Fill in the demo athlete up to yesterday. An existing one is replaced."""
    today, rules = today or date.today(), training.current_catalogue()
    remove_sample(store)
    athlete = store.add_athlete(SAMPLE_NAME, height_cm=172, mass_kg=_MASS_KG, birth_year=today.year - 36, sex="female", sample=True)
    first = today - timedelta(days=_TODAY)
    enrolment = store.plans.start(athlete.id, first)
    store.diary.answer_red_flags(athlete.id, first, dict.fromkeys((flag.code for flag in rules.red_flags), False))
    rng = np.random.default_rng(_SEED)
    runs = []
    sets: list[tuple[SetReport, datetime, Curves | None]] = []
    for day in training.calendar(enrolment, first, today - timedelta(days=1)):
        index = (day.day - first).days
        if 0 < index < _FIRST_CALM_DAY and rng.random() < _MISSED_SHARE:
            continue
        if any(item.work.is_drill for item in day.items):
            for when, score in zip(MOMENTS, _CALM if index >= _FIRST_CALM_DAY else _SORE, strict=True):
                store.diary.note_pain(athlete.id, day.day, when, score)
        progress = index / training.PLAN_DAYS
        moment = datetime.combine(day.day, time(18, 0)).astimezone()
        for item in day.items:
            if item.work.name in ("half-kneeling", "heel-raise"):
                for number in range(item.work.sets):
                    moment += timedelta(minutes=3)
                    make = _half_kneeling if item.work.name == "half-kneeling" else _heel_raise
                    report = make(rng, item.side, progress, number, moment)
                    sets.append((report, moment, _curves(rng, report)))
            elif item.work.name == "run" and (day.week or 0) >= _FIRST_RUNNING_WEEK:
                km = _RUNS_KM[(day.week or 0) - _FIRST_RUNNING_WEEK][((day.day_of_week or 1) - 1) // 2]
                runs.append(Run(day.day, km, "sample", note="made up"))
            elif item.work.name == "short-foot":
                store.plans.tick(athlete.id, day.day, "short-foot", sets_done=item.work.sets)
    store.save_many(sets, athlete.id)
    store.running.add_imported(athlete.id, runs)
    return athlete


def remove_sample(store: Store) -> list[Erased]:
    """Remove the demo athlete with all of their data."""
    return [store.delete_athlete(athlete.id) for athlete in store.list_athletes() if athlete.sample]


def _half_kneeling(rng: np.random.Generator, side: str, progress: float, number: int, moment: datetime) -> SetReport:
    start, gain = (30.5, 7.5) if side == "left" else (36.0, 3.2)
    # Most of the gain comes early; a day has its form, and a set warms up.
    level = start + gain * (1 - np.exp(-2.2 * progress)) / (1 - np.exp(-2.2)) + 0.5 * number + rng.normal(0, 0.9)
    reps = []
    for i in range(10):
        peak = round(float(level + 0.08 * i + rng.normal(0, 0.7)), 1)
        hold = round(float(rng.normal(1.35, 0.25)), 2)
        lifted = bool(rng.random() < 0.12 * (1 - progress))
        begin = 2.0 + 4.2 * i
        past_toes = _SHANK_CM * np.sin(np.radians(peak)) - 0.75 * _FOOT_CM
        reps.append(
            _rep(
                i,
                (begin, begin + 1.6, begin + 3.4),
                round(float(rng.uniform(0.86, 0.98)), 2),
                tibial_inclination_deg=round(peak + (1.4 if lifted else 0.2), 1),
                valid_peak_deg=peak,
                dorsiflexion_deg=round(peak - 0.6, 1),
                knee_over_toe_cm=round(float(past_toes), 1),
                knee_over_toe_pct_foot=round(float(past_toes / _FOOT_CM * 100), 1),
                hold_s=hold,
                heel_rise_cm=1.7 if lifted else 0.3,
                heel_rise_pct_foot=6.8 if lifted else 1.2,
            )
        )
    peaks = [float(rep.measures["valid_peak_deg"] or 0) for rep in reps]
    return _report("half-kneeling", side, reps, peaks, 46.0, moment, {"range_of_motion_deg": round(max(peaks) - 4, 1)})


def _heel_raise(rng: np.random.Generator, side: str, progress: float, number: int, moment: datetime) -> SetReport:
    level = 7.6 + 2.6 * progress - 0.15 * number + rng.normal(0, 0.3)
    fade_per_rep = (0.16 - 0.09 * progress) / 15
    reps = []
    for i in range(15):
        height = round(float(level * (1 - fade_per_rep * i) + rng.normal(0, 0.15)), 2)
        dropped = bool(rng.random() < 0.06 * (1 - progress))
        begin = 1.5 + 2.8 * i
        reps.append(
            _rep(
                i,
                (begin, begin + 1.1, begin + 2.5),
                round(float(rng.uniform(0.84, 0.97)), 2),
                height_cm=height,
                height_pct_foot=round(height / _FOOT_CM * 100, 1),
                plantarflexion_deg=round(float(np.degrees(np.arcsin(height / 18.0))), 1),
                rise_s=1.1,
                hold_s=0.4,
                lower_s=0.5 if dropped else 1.0,
                knee_flexion_change_deg=round(float(abs(rng.normal(3, 2))), 1),
            )
        )
    heights = [float(rep.measures["height_cm"] or 0) for rep in reps]
    total = sum(heights)
    further = {
        "height_fade_pct": round(100 * (float(np.mean(heights[-5:])) / float(np.mean(heights[:5])) - 1), 1),
        "total_displacement_cm": round(total, 1),
        "work_j": round(_MASS_KG * STANDARD_GRAVITY * total / 100, 0),
        "cadence_per_min": 21.4,
    }
    return _report("heel-raise", side, reps, heights, 45.0, moment, further)


def _rep(index: int, times_s: tuple[float, float, float], confidence: float, **measures: float) -> Rep:
    start, peak, end = (round(value, 2) for value in times_s)
    return Rep.model_validate(
        {
            "number": index + 1,
            "start_s": start,
            "peak_s": peak,
            "end_s": end,
            "confidence": confidence,
            **measures,
        }
    )


def _judged(exercise: str, reps: list[Rep]) -> list[Rep]:
    """The reps with the faults that the exercise's own rules find."""
    drill = EXERCISES[exercise]
    measures = [measures_of(drill, rep) for rep in reps]
    faults = drill.find_faults(measures, [span_of(rep) for rep in reps])
    return [rep.model_copy(update={"faults": found}) for rep, found in zip(reps, faults, strict=True)]


def _curves(rng: np.random.Generator, report: SetReport) -> Curves:
    """Made-up curves through the made-up numbers: smooth up, a hold, smooth down, and a little noise."""
    kneels = report.drill == "half-kneeling"
    name, rest = ("tibial_inclination_deg", 4.0) if kneels else ("heel_rise_cm", 0.0)
    time_s = np.arange(0.0, report.video.duration_s + MARGIN_S, 1 / 30)
    values = np.full(len(time_s), rest)
    for rep in report.reps:
        top = float(rep.measures["tibial_inclination_deg" if kneels else "height_cm"] or 0.0)
        hold = float(rep.measures["hold_s"] or 0.0)
        corners = [rep.start_s, rep.peak_s - hold / 2, rep.peak_s + hold / 2, max(rep.end_s, rep.peak_s + hold / 2 + 0.3)]
        share = np.interp(time_s, corners, [0.0, 1.0, 1.0, 0.0], left=0.0, right=0.0)
        values = np.maximum(values, rest + (top - rest) * (0.5 - 0.5 * np.cos(np.pi * share)))
    noise = np.convolve(rng.normal(0, 0.5 if kneels else 0.08, len(time_s)), np.ones(9) / 9, mode="same")
    return Curves.sample(time_s, {name: values + noise}, report.reps[0].start_s - MARGIN_S, report.reps[-1].end_s + MARGIN_S)


def _report(
    exercise: str,
    side: str,
    reps: list[Rep],
    headline: list[float],
    duration_s: float,
    moment: datetime,
    further: dict[str, Any],
) -> SetReport:
    reps = _judged(exercise, reps)
    form = count_form(reps)
    chosen = EXERCISES[exercise].choose_reps(headline, [rep.faults for rep in reps])
    errors = {measure.name: measure.error for measure in EXERCISES[exercise].measures if measure.error is not None}
    camera = np.random.default_rng(moment.date().toordinal())  # it stands a little differently every day
    summary = {
        "rep_count": len(reps),
        "headline": round(float(np.mean([headline[place] for place in chosen])), 2),
        "headline_reps": [place + 1 for place in chosen],
        "best": max(headline),
        "mean": round(float(np.mean(headline)), 2),
        "sd": round(float(np.std(headline, ddof=1)), 2),
        "clean_reps": form.faultless,
        "unjudged_reps": form.unjudged,
        **further,
    }
    return SetReport.model_validate(
        {
            "recorded_at": moment.astimezone(UTC).isoformat(),
            "video": VideoPart(
                file=SAMPLE_FILE, duration_s=duration_s, fps=30.0, frames=int(duration_s * 30), width=1280, height=720
            ),
            "exercise": exercise,
            "exercise_source": "given",
            "side": side,
            "side_source": "given",
            "facing": "left",
            "view": ViewPart(kind="side", yaw_deg=round(float(camera.normal(0, 7)), 1), roll_deg=0.0),
            "scale": ScalePart(cm_per_px=round(float(camera.uniform(0.17, 0.25)), 4), source="height"),
            "reps": reps,
            "summary": Summary.model_validate(summary),
            "quality": Quality(pose_coverage=0.97, usable=True, expected_error=errors),
            "software": Software(
                formcheck="sample", mediapipe="sample", model="sample data", model_sha256="", measures_version=MEASURES_VERSION
            ),
        }
    )
