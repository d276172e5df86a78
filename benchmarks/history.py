"""Ten years of daily sets: the size of the database and the time of the trends page's queries.

    python benchmarks/history.py [--days 3650] [--keep FILE]

Makes 3,650 days × 6 sets × 10 reps (three half-kneeling sets per leg a day, every other day of heel raises), saves them
in bulk, and prints a table. Targets: under 100 MB, and well under one second.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from formcheck.export.curves import Curves
from formcheck.history.store.store import Store, open_store
from formcheck.history.trends.measures import DORSIFLEXION, HEEL_RAISE_HEIGHT, TrackedMeasure
from formcheck.history.trends.trend import compare_views, view_trend
from formcheck.report.schema import Quality, QualityWarning, Rep, ScalePart, SetReport, Software, Summary, VideoPart, ViewPart

SETS_A_DAY = 6
REPS_A_SET = 10
FIRST_DAY = date(2016, 3, 1)


def make_report(rng: np.random.Generator, exercise: str, side: str, level: float, moment: datetime) -> SetReport:
    """Return a complete report with every measure, in the full precision that an analysis writes."""
    names = (
        (
            "tibial_inclination_deg",
            "valid_peak_deg",
            "dorsiflexion_deg",
            "knee_over_toe_cm",
            "knee_over_toe_pct_foot",
            "hold_s",
            "heel_rise_cm",
            "heel_rise_pct_foot",
        )
        if exercise == "half-kneeling"
        else (
            "height_cm",
            "height_pct_foot",
            "plantarflexion_deg",
            "rise_s",
            "hold_s",
            "lower_s",
            "knee_flexion_change_deg",
        )
    )
    reps = []
    for i in range(REPS_A_SET):
        usual = np.array([level if name.endswith("_deg") or name.startswith("height") else 2.0 for name in names])
        values = np.abs(usual + rng.normal(0, 1, len(names)))
        begin = 3.7 * i + rng.uniform(0, 0.3)
        content = dict(zip(names, values.tolist(), strict=True))
        content |= {"number": i + 1, "start_s": begin, "peak_s": begin + 1.4, "end_s": begin + 3.1}
        content |= {"faults": ["short-hold"] if i == 3 else [], "confidence": rng.uniform(0.8, 1)}
        reps.append(Rep.model_validate(content))
    peaks = [next(iter(rep.measures.values())) or 0.0 for rep in reps]
    headline = {"headline": float(np.mean(peaks)), "headline_reps": list(range(1, REPS_A_SET + 1))}
    summary = {**headline, "rep_count": REPS_A_SET, "best": max(peaks), "mean": float(np.mean(peaks)), "sd": float(np.std(peaks))}
    return SetReport.model_validate(
        {
            "recorded_at": moment.isoformat(),
            "video": VideoPart(
                file=f"{moment:%Y%m%d_%H%M%S}.mp4", duration_s=41.3, fps=29.97, frames=1238, width=1920, height=1080
            ),
            "exercise": exercise,
            "exercise_source": "detected",
            "side": side,
            "side_source": "detected",
            "facing": "left",
            "view": ViewPart(kind="side", yaw_deg=float(rng.normal(0, 5)), roll_deg=float(rng.normal(0, 1))),
            "scale": ScalePart(cm_per_px=float(rng.normal(0.2, 0.01)), source="height"),
            "reps": reps,
            "summary": Summary.model_validate({**summary, "clean_reps": 9, "range_of_motion_deg": 25.1}),
            "quality": Quality(
                pose_coverage=0.98,
                usable=True,
                warnings=[QualityWarning(code="low-frame-rate", message="Film at 30 frames a second or more.")],
                expected_error={"valid_peak_deg": 1.9, "height_cm": 0.6},
            ),
            "software": Software(formcheck="0.1.0", mediapipe="0.10.31", model="pose_landmarker_full", model_sha256="ab" * 32),
        }
    )


def make_curves(rng: np.random.Generator, report: SetReport) -> Curves:
    """Return the curves that an analysis keeps: the exercise's own signal and the heel's, with the jitter of a real track."""
    time_s = np.arange(0.0, report.video.duration_s, 1 / 30)
    wave = 0.5 - 0.5 * np.cos(2 * np.pi * time_s / 3.7)
    unrest = np.convolve(rng.normal(0, 0.6, len(time_s)), np.ones(7) / 7, mode="same")
    signals = {"heel_rise_cm": 9 * wave + 0.2 * unrest}
    if report.drill == "half-kneeling":
        signals = {"tibial_inclination_deg": 35 * wave + unrest, "heel_rise_cm": 0.3 * wave + 0.1 * unrest}
    return Curves.sample(time_s, signals, 0.0, report.video.duration_s)


def fill(store: Store, days: int) -> int:
    """Save the years in one transaction a year; return the athlete's number."""
    rng = np.random.default_rng(1)
    athlete = store.add_athlete("Ten years", height_cm=170)
    batch: list[tuple[SetReport, datetime, Curves | None]] = []
    for i in range(days):
        day = FIRST_DAY + timedelta(days=i)
        for number in range(SETS_A_DAY):
            moment = datetime(day.year, day.month, day.day, 18, 5 * number, tzinfo=UTC)
            if i % 2 and number >= 3:
                report = make_report(rng, "heel-raise", "both", 9 + i / days, moment)
            else:
                side = "left" if number % 2 else "right"
                report = make_report(rng, "half-kneeling", side, 33 + 6 * i / days, moment)
            batch.append((report, moment, make_curves(rng, report)))
        if len(batch) >= 365 * SETS_A_DAY or i == days - 1:
            store.save_many(batch, athlete.id)
            batch.clear()
    return athlete.id


def median_time(action: Callable[[], object], runs: int = 5) -> float:
    """The median time of an action, in seconds."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return float(np.median(times))


def trends_page(store: Store, athlete_id: int) -> None:
    """Read and compute everything that the trends page does."""
    wanted: list[tuple[TrackedMeasure, str]] = [
        (DORSIFLEXION, "left"),
        (DORSIFLEXION, "right"),
        (HEEL_RAISE_HEIGHT, "both"),
    ]
    left, right, _ = (view_trend(store, athlete_id, measure, side) for measure, side in wanted)
    compare_views(left, right)


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=3650)
    parser.add_argument("--keep", type=Path, help="write the database here and keep it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "history.sqlite3"
        begun = time.perf_counter()
        with open_store(f"sqlite:///{path}") as store:
            athlete_id = fill(store, options.days)
            store.scrub()
        filled = time.perf_counter() - begun
        begun = time.perf_counter()
        with open_store(f"sqlite:///{path}") as store:
            trends_page(store, athlete_id)
            cold = time.perf_counter() - begun
            rows = (
                ("sets saved", f"{len(store.list_sets(athlete_id)):,}", ""),
                ("database size", f"{path.stat().st_size / 1e6:.1f} MB", "under 100 MB"),
                ("open and all trends, first time", f"{cold:.3f} s", "under 1 s"),
                ("all trends again", f"{median_time(lambda: trends_page(store, athlete_id)):.3f} s", "under 1 s"),
                ("latest ten sets", f"{median_time(lambda: store.latest_sets(athlete_id)):.4f} s", ""),
                ("every set as a light row", f"{median_time(lambda: store.list_sets(athlete_id), 3):.3f} s", ""),
                ("weekly repetitions, 10 % rule", f"{median_time(lambda: _review(store, athlete_id), 3):.3f} s", ""),
                ("filling", f"{filled:.0f} s", ""),
            )
    for name, value, target in rows:
        print(f"{name:<34}{value:>12}   {target}")


def _review(store: Store, athlete_id: int) -> object:
    return store.running.review_exercise(athlete_id, date(2026, 3, 1))


if __name__ == "__main__":
    main()
