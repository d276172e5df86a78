"""Make the store's rows from a report, and the keys by which the same set is recognized."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from formcheck.export.facts import best_value, mean_of, set_value
from formcheck.history.store.tables import RepRecord, SetErrorRecord
from formcheck.report.schema import SetReport
from formcheck.support.dates import FIRST_YEAR, LAST_YEAR, is_sane_year
from formcheck.support.errors import InputError

# The measures of a rep that have a column of their own.
REP_COLUMNS = (
    "valid_peak_deg",
    "tibial_inclination_deg",
    "dorsiflexion_deg",
    "hold_s",
    "height_cm",
    "height_pct_foot",
)
# Those whose mean and best over the set have columns: ``mean_…`` and ``best_…``.
_SET_COLUMNS = ("valid_peak_deg", "height_cm", "height_pct_foot", "knee_over_toe_cm")
_SUMMARY_COLUMNS = ("height_fade_pct", "total_displacement_cm", "work_j", "cadence_per_min")


def stored_report(report: SetReport) -> SetReport:
    """The report as the history keeps it: without the per-frame series, which are a hundred times as large as the rest."""
    return report.model_copy(update={"series": None})


def content_key(report: SetReport) -> str:
    """A key of what was measured: the same for the same report, even from a renamed copy of the video.

    The person, the file's name, the software and what was corrected by hand stay out of it; a new definition of the measures
    does not.
    """
    report = report.as_counted
    # Defaults are left out: a field that a later version adds must not make a new set of an old one.
    left_out = {"athlete", "software", "series", "corrections", "counted"}
    data = report.model_dump(mode="json", exclude=left_out, exclude_defaults=True)
    data["video"].pop("file", None)
    # What follows from the reps and was not always in a report must not make a new set of an old one either.
    data["summary"].pop("unjudged_reps", None)
    if report.origin == "video":
        # Copying a file may change the date that is read from it. A live set is identified by its date.
        data.pop("recorded_at", None)
    data["measures_version"] = report.software.measures_version
    return _digest(data)


def recording_key(report: SetReport, recording_sha256: str | None) -> str | None:
    """A key of the recording as analyzed: the same video, exercise, leg and measure definitions; null without a video.

    The leg is the detected one: a set whose leg was corrected by hand is the same set.
    """
    if recording_sha256 is None:
        return None
    report = report.as_counted
    return _digest([recording_sha256, report.drill, report.side, report.software.measures_version])


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def parse_moment(text: str) -> datetime:
    """An ISO date and time; one without a zone is in this computer's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not a date and time; write it like 2026-03-03T18:30.") from error
    if not is_sane_year(moment.year):
        raise InputError(f"{text!r} lies outside the years {FIRST_YEAR} to {LAST_YEAR}; correct the date.")
    return moment if moment.tzinfo else moment.astimezone()


def set_columns(report: SetReport) -> dict[str, Any]:
    """The columns of ``sets`` that are read from the report."""
    summary = report.summary
    return {
        "origin": report.origin,
        "exercise": report.drill,
        "side": report.side,
        "usable": report.quality.usable,
        "warnings": " ".join(report.warning_codes),
        "rep_count": summary.rep_count,
        "clean_reps": summary.clean_reps,
        "unjudged_reps": summary.unjudged_reps,
        "best": best_value(report),
        "mean": summary.mean,
        "sd": summary.sd,
        **_mean_and_best(report),
        **{name: summary.measures.get(name) for name in _SUMMARY_COLUMNS},
        "measures_version": report.software.measures_version,
        "model": report.software.model,
        "model_sha256": report.software.model_sha256,
        "formcheck_version": report.software.formcheck,
        "mediapipe_version": report.software.mediapipe,
        "content_key": content_key(report),
        "view": report.view.kind,
        "yaw_deg": report.view.yaw_deg,
        "picture_height_cm": _picture_height_cm(report),
        "headline": set_value(report),
        "test": report.test,
        "condition": report.condition,
    }


def _picture_height_cm(report: SetReport) -> float | None:
    """How many centimeters at the person the picture's height shows: it grows in proportion to the camera's distance."""
    cm_per_px = report.scale.cm_per_px
    return None if cm_per_px is None else cm_per_px * report.video.height


def error_records(report: SetReport) -> list[SetErrorRecord]:
    """The rows of ``set_errors``: what the report expects of each measure's error."""
    return [SetErrorRecord(measure=name, error=error) for name, error in report.quality.expected_error.items()]


def rep_records(report: SetReport) -> list[RepRecord]:
    """The rows of ``reps``."""
    return [RepRecord(**columns) for columns in rep_columns(report)]


def rep_columns(report: SetReport) -> list[dict[str, Any]]:
    """The columns of each rep's row, numbered in the order of the report."""
    return [
        {
            "number": number,
            "start_s": rep.start_s,
            "peak_s": rep.peak_s,
            "end_s": rep.end_s,
            "faults": " ".join(rep.faults),
            "confidence": rep.confidence,
            **{name: rep.measures.get(name) for name in REP_COLUMNS},
        }
        for number, rep in enumerate(report.reps, start=1)
    ]


def _mean_and_best(report: SetReport) -> dict[str, float | None]:
    means = {f"mean_{name}": mean_of(report, name) for name in _SET_COLUMNS}
    return means | {f"best_{name}": best_value(report, name) for name in _SET_COLUMNS}
