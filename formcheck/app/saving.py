"""From a finished analysis into the history, and what the history says about it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from formcheck.app import people, session
from formcheck.app.results import Result
from formcheck.history.database import home_folder, private_folder, replacing
from formcheck.history.measures import DORSIFLEXION, HEEL_RAISE_HEIGHT, day_text
from formcheck.history.records import SetRow
from formcheck.history.store import Store
from formcheck.report import SetReport


def save_result(store: Store, result: Result, name: str, recorded_at: datetime | None) -> str:
    """Save a set with its HTML report; what was done, in words."""
    report = result.report
    athlete = people.find_or_add(store, name, report.athlete.height_cm, report.athlete.mass_kg)
    saved = store.save_report(report, athlete, recorded_at=recorded_at, recording_sha256=result.recording_sha256)
    session.choose_athlete(athlete.id)
    if saved.already_saved:
        return f"This set was in {athlete.name}'s history already, so nothing was added."
    store.set_files(saved.id, html_path=_keep_html(store, saved.id, result.html), recording_path=None)
    return f"Saved to {athlete.name}'s history. It counts for today's plan and for the trends."


def _keep_html(store: Store, set_id: int, html: str) -> Path:
    """Keep the report page, with its pictures, beside the history."""
    beside = Path(store.url.database).parent if store.is_sqlite and store.url.database else home_folder()
    path = private_folder(beside / "reports") / f"set-{set_id}.html"
    with replacing(path) as temporary:
        temporary.write_text(html, encoding="utf-8")
    return path


def compare_with_last(report: SetReport) -> str:
    """The set against the athlete's last one of the same drill and leg, in words; empty when there is none."""
    athlete = session.current_athlete()
    if athlete is None or athlete.sample or report.exercise is None or report.summary.mean is None:
        return ""
    last = session.store().list_sets(athlete.id, exercise=report.exercise, side=report.side, newest_first=True, limit=1)
    return compare_sets(report, last[0]) if last else ""


def compare_sets(report: SetReport, last: SetRow) -> str:
    """A set's mean against an earlier one's, in words: never called a change unless it is more than measurement error."""
    measure = DORSIFLEXION if report.exercise == "half-kneeling" else HEEL_RAISE_HEIGHT
    before = getattr(last, measure.mean_column)
    rep_values = [rep.measures.get("valid_peak_deg" if measure is DORSIFLEXION else "height_cm") for rep in report.reps]
    known = [value for value in rep_values if value is not None]
    if before is None or not known or last.measures_version != report.software.measures_version or measure.mdc is None:
        return ""
    amount = sum(known) / len(known) - before
    said = f"Against your last set, on {day_text(last.day.toordinal())}: {measure.text(amount, signed=True)} on average"
    if abs(amount) > measure.mdc:
        return f"{said}, more than measurement error ({measure.text(measure.mdc)})."
    return f"{said}, within measurement error ({measure.text(measure.mdc)})."
