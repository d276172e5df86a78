"""Small reports made by hand, for what needs no video."""

from __future__ import annotations

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


def make_rep(number: int, value: float | None, faults: list[str] | None = None, **measures: float | None) -> Rep:
    start = 4.0 * number
    return Rep(
        number=number,
        start_s=start,
        peak_s=start + 1.5,
        end_s=start + 3.0,
        faults=faults or [],
        confidence=0.9,
        **{"valid_peak_deg": value, "tibial_inclination_deg": value, "hold_s": 1.2, **measures},
    )


def make_report(reps: list[Rep], **changes: Any) -> SetReport:
    values = [r.measures["valid_peak_deg"] for r in reps if r.measures.get("valid_peak_deg") is not None]
    report = SetReport(
        video=VideoPart(file="set.mp4", duration_s=30.0, fps=30.0, frames=900, width=1280, height=720),
        exercise="half-kneeling",
        exercise_source="detected",
        side="left",
        side_source="detected",
        facing="left",
        view=ViewPart(kind="side", yaw_deg=4.0, roll_deg=0.0),
        scale=ScalePart(cm_per_px=0.2, source="height"),
        athlete=Athlete(height_cm=170),
        reps=reps,
        summary=Summary(
            rep_count=len(reps),
            headline=sum(values) / len(values) if values else None,
            headline_reps=[r.number for r in reps if r.measures.get("valid_peak_deg") is not None],
            best=max(values, default=None),
            mean=sum(values) / len(values) if values else None,
            clean_reps=sum(not r.faults for r in reps),
        ),
        quality=Quality(pose_coverage=1.0, usable=True),
        software=Software(formcheck="0", mediapipe="0", model="full", model_sha256="0" * 64),
    )
    return report.model_copy(update=changes)


def nobody_exercised() -> SetReport:
    warning = QualityWarning(code="no-exercise", message="No repetition was seen.")
    return make_report([], exercise=None, side=None, quality=Quality(pose_coverage=1.0, usable=False, warnings=[warning]))
