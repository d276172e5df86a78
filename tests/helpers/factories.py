"""Reports to save: small, whole, and different from each other when asked to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from formcheck.report.schema import (
    Athlete,
    Quality,
    QualityWarning,
    Rep,
    ScalePart,
    SetReport,
    Software,
    Summary,
    VideoPart,
    ViewPart,
)


def half_kneeling_report(
    peaks_deg: Sequence[float | None] = (30.0, 32.0, 34.0),
    *,
    side: str = "left",
    recorded_at: str | None = "2026-03-03T18:30:00+01:00",
    file: str = "left.mp4",
    measures_version: int = 1,
    usable: bool = True,
    origin: str = "video",
    model: str = "pose_landmarker_full",
    error_deg: float | None = None,
    view: str = "side",
) -> SetReport:
    reps = [
        _rep(
            i + 1,
            (4.0 * i, 4.0 * i + 1.5, 4.0 * i + 3.0),
            ["heel-lifted"] if i == 1 else [],
            tibial_inclination_deg=None if peak is None else peak + 1.0,
            valid_peak_deg=peak,
            dorsiflexion_deg=peak,
            knee_over_toe_cm=3.25,
            hold_s=1.2,
        )
        for i, peak in enumerate(peaks_deg)
    ]
    known = [peak for peak in peaks_deg if peak is not None]
    mean = sum(known) / len(known) if known else None
    report = _report(
        "half-kneeling",
        reps,
        {"best": max(known, default=None), "headline": mean, "mean": mean, "sd": 1.5, "range_of_motion_deg": 25.0},
        side=side,
        recorded_at=recorded_at,
        file=file,
        clean_reps=max(0, len(reps) - 1),
        measures_version=measures_version,
        usable=usable,
        origin=origin,
        model=model,
    )
    expected = {} if error_deg is None else {"valid_peak_deg": error_deg}
    return report.model_copy(
        update={
            "quality": report.quality.model_copy(update={"expected_error": expected}),
            "view": report.view.model_copy(update={"kind": view}),
        }
    )


def heel_raise_report(
    heights_cm: Sequence[float] = (9.0, 8.5, 8.0),
    *,
    side: str = "both",
    recorded_at: str | None = "2026-03-03T18:45:00+01:00",
    file: str = "calf.mp4",
) -> SetReport:
    reps = [
        _rep(
            i + 1,
            (2.0 * i, 2.0 * i + 0.9, 2.0 * i + 1.9),
            confidence=0.8,
            height_cm=height,
            height_pct_foot=height / 26.0 * 100,
            plantarflexion_deg=31.5,
        )
        for i, height in enumerate(heights_cm)
    ]
    mean = sum(heights_cm) / len(heights_cm)
    further = {"height_fade_pct": -11.1, "total_displacement_cm": sum(heights_cm), "work_j": 175.0, "cadence_per_min": 30.0}
    summary = {"best": max(heights_cm), "headline": mean, "mean": mean, "sd": 0.5, **further}
    return _report("heel-raise", reps, summary, side=side, recorded_at=recorded_at, file=file)


def balance_report(
    seconds: Sequence[float] = (12.0, 17.5),
    *,
    side: str = "left",
    condition: str | None = "eyes-open",
    recorded_at: str | None = "2026-03-03T19:00:00+01:00",
    file: str = "balance.mp4",
) -> SetReport:
    """Holds one after the other, each ended by a touch unless it lasted thirty seconds."""
    starts = [sum(seconds[:i]) + i for i in range(len(seconds))]
    reps = [
        _rep(
            i + 1,
            (start, start + held / 2, start + held),
            ["foot-touched"] if held < 29.5 else [],
            hold_s=held,
            touches=float(held < 29.5),
            stance_moved_pct_foot=4.0,
        )
        for i, (start, held) in enumerate(zip(starts, seconds, strict=True))
    ]
    summary = {
        "best": max(seconds),
        "headline": max(seconds),
        "headline_reps": [max(range(len(seconds)), key=lambda i: seconds[i]) + 1],
        "mean": sum(seconds) / len(seconds),
        "total_hold_s": sum(seconds),
        "total_touches": float(sum(held < 29.5 for held in seconds)),
    }
    report = _report("single-leg-balance", reps, summary, side=side, recorded_at=recorded_at, file=file, measures_version=2)
    expected = report.quality.model_copy(update={"expected_error": {"hold_s": 0.3}})
    return report.model_copy(update={"condition": condition, "quality": expected})


def knee_to_wall_report(
    reach_cm: Sequence[float] = (3.0, 4.5, 4.0),
    *,
    side: str = "left",
    recorded_at: str | None = "2026-03-03T18:30:00+01:00",
    file: str = "wall.mp4",
) -> SetReport:
    """Three trials of the knee-to-wall test, filmed with a height entered."""
    like = half_kneeling_report([30.0 + cm for cm in reach_cm], side=side, recorded_at=recorded_at, file=file, measures_version=2)
    reps = [
        rep.model_copy(update={"faults": []}).model_validate({**rep.model_dump(), "faults": [], "knee_over_toe_cm": cm})
        for rep, cm in zip(like.reps, reach_cm, strict=True)
    ]
    expected = like.quality.model_copy(update={"expected_error": {"knee_over_toe_cm": 2.0}})
    return like.model_copy(update={"exercise": "knee-to-wall", "reps": reps, "quality": expected})


def _rep(
    number: int,
    times_s: tuple[float, float, float],
    faults: Sequence[str] = (),
    confidence: float = 0.9,
    **measures: float | None,
) -> Rep:
    start_s, peak_s, end_s = times_s
    place = {"number": number, "start_s": start_s, "peak_s": peak_s, "end_s": end_s}
    return Rep.model_validate({**place, "faults": list(faults), "confidence": confidence, **measures})


def _report(
    exercise: str,
    reps: list[Rep],
    summary: dict[str, Any],
    *,
    side: str,
    recorded_at: str | None,
    file: str,
    clean_reps: int | None = None,
    measures_version: int = 1,
    usable: bool = True,
    origin: str = "video",
    model: str = "pose_landmarker_full",
) -> SetReport:
    clean_reps = sum(not rep.faults for rep in reps) if clean_reps is None else clean_reps
    content: dict[str, Any] = {
        "origin": origin,
        "recorded_at": recorded_at,
        "video": VideoPart(file=file, duration_s=45.2, fps=30.0, frames=1356, width=1280, height=720),
        "exercise": exercise,
        "exercise_source": "detected",
        "side": side,
        "side_source": "detected",
        "facing": "left",
        "view": ViewPart(kind="side", yaw_deg=4.0, roll_deg=-0.5),
        "scale": ScalePart(cm_per_px=0.21, source="height"),
        "athlete": Athlete(name="Ada", height_cm=170, mass_kg=60),
        "reps": reps,
        "summary": Summary.model_validate({"rep_count": len(reps), "clean_reps": clean_reps, **summary}),
        "quality": Quality(
            pose_coverage=0.98,
            usable=usable,
            warnings=[QualityWarning(code="low-frame-rate", message="Film at 30 frames a second.")],
        ),
        "series": {"time_s": [0.0, 0.1], "tibial_inclination_deg": [1.0, None]},
        "software": Software(
            formcheck="0.1.0",
            mediapipe="0.10.31",
            model=model,
            model_sha256="ab" * 32,
            measures_version=measures_version,
        ),
    }
    return SetReport.model_validate(content)
