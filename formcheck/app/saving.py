"""From a finished analysis into the history, and what the history says about it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from formcheck.app import people, session
from formcheck.app.results import Result
from formcheck.history.comparison import compare_with_history
from formcheck.history.database import private_folder, replacing
from formcheck.history.records import SavedSet
from formcheck.history.rows import stored_report
from formcheck.history.store import Store
from formcheck.report import SetReport


def save_result(store: Store, result: Result, name: str, recorded_at: datetime | None) -> str:
    """Save a set with its HTML report; what was done, in words."""
    report = result.report
    athlete = people.find_or_add(store, name, report.athlete.height_cm, report.athlete.mass_kg)
    saved = store.save_report(report, athlete, recorded_at=recorded_at, recording_sha256=result.recording_sha256)
    session.choose_athlete(athlete.id)
    replaced = saved.corrected
    if saved.already_saved and not replaced and _differs(store, saved, result):
        store.replace_report(saved.id, report)
        replaced = True
    if saved.kept_corrections and not replaced:
        return (
            f"This set is in {athlete.name}'s history already, corrected by hand, and stays so. "
            "Open it on the History page to take the corrections back."
        )
    if saved.already_saved and not replaced and store.find_own_file(saved.row.html_path):
        return f"This set was in {athlete.name}'s history already, so nothing was added."
    # Also of a set that is there already: where the disk was full, its page could not be kept the first time.
    store.set_files(saved.id, html_path=_keep_html(store, saved.id, result.html), recording_path=None)
    result.note_saved(saved.id)
    if replaced:
        return f"The set in {athlete.name}'s history is now the corrected one. It counts once."
    if saved.already_saved:
        return f"This set was in {athlete.name}'s history already; its report with pictures is kept now too."
    return f"Saved to {athlete.name}'s history. It counts for today's plan and for the trends."


def _differs(store: Store, saved: SavedSet, result: Result) -> bool:
    """Whether this very page saved the set before, and its report was corrected, or a correction taken back, since then."""
    if result.saved_as != saved.id:
        return False
    there, here = store.get_report(saved.id), stored_report(result.report)
    return [step.at for step in there.corrections] != [step.at for step in here.corrections]


def _keep_html(store: Store, set_id: int, html: str) -> Path:
    """Keep the report page, with its pictures, beside the history."""
    path = private_folder(store.reports_folder) / f"set-{set_id}.html"
    with replacing(path) as temporary:
        temporary.write_text(html, encoding="utf-8")
    return path


def compare_with_last(report: SetReport) -> list[str]:
    """The set against the athlete's last one of the same drill and leg, and against the other leg, in words."""
    athlete = session.current_athlete()
    if athlete is None or athlete.sample:
        return []
    return compare_with_history(session.store(), athlete.id, report).statements
