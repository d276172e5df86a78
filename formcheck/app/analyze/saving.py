"""From a finished analysis into the history, and what the history says about it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st

from formcheck.app.analyze.corrected import draw_video_again
from formcheck.app.analyze.results import Result
from formcheck.app.shared import login, people, visits
from formcheck.export import facts
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.history.store.report_columns import stored_report
from formcheck.history.store.store import Store
from formcheck.history.trends.beside import find_other_sets
from formcheck.history.values import Athlete, SavedSet
from formcheck.report.schema import SetReport
from formcheck.support.files import replacing, write_text
from formcheck.support.folders import private_folder
from formcheck.support.language import tr

# The best rep and a few faulty ones are enough to show a set; more would only fill the disk.
MAX_KEPT_PICTURES = 4


@dataclass(frozen=True)
class Keep:
    """What is kept with a saved set besides numbers and curves: nothing unless the person chooses it."""

    pictures: bool = False
    video: bool = False


def ask_what_to_keep() -> Keep:
    """Ask whether pictures and the video stay with the set; both are off until the person turns them on."""
    return Keep(
        st.checkbox(
            tr("Keep pictures of the reps"),
            key="keep-pictures",
            help=tr("To see two sets side by side later. They show you, stay on this computer, and are deleted with the set."),
        ),
        st.checkbox(
            tr("Keep the annotated video"),
            key="keep-video",
            help=tr("To play two sets side by side later. It shows you, stays on this computer, and is deleted with the set."),
        ),
    )


def save_result(store: Store, result: Result, name: str, recorded_at: datetime | None, keep: Keep = Keep()) -> str:
    """Save a set with its HTML report and the chosen pictures and video; return what was done, in words."""
    report = result.report
    athlete = people.find_or_add(store, name, report.athlete.height_cm, report.athlete.mass_kg)
    saved = store.save_report(
        report, athlete, recorded_at=recorded_at, recording_sha256=result.recording_sha256, curves=result.curves
    )
    people.choose_athlete(athlete.id)
    history = tr("your history") if athlete.name == people.DEFAULT_NAME else tr("{name}'s history").format(name=athlete.name)
    replaced = saved.corrected
    if saved.already_saved and not replaced and _differs(store, saved, result):
        store.replace_report(saved.id, report)
        replaced = True
    if saved.kept_corrections and not replaced:
        return tr(
            "This set is already in {history}, corrected by hand, and was left as it is. Open it on "
            "the History page to undo the corrections."
        ).format(history=history)
    more = keep.pictures or keep.video
    if saved.already_saved and not replaced and not more and store.find_own_file(saved.row.html_path):
        return tr("This set was already in {history}, so nothing was added.").format(history=history)
    # Also for a set that is already saved: if the disk was full, its page could not be kept the first time.
    if keep.video and not result.video_is_current:
        visits.helpers().run(draw_video_again, result.folder, progress=lambda share, stage: None)
    video = _keep_video(store, saved.id, result.video) if keep.video else store.find_own_file(saved.row.recording_path)
    store.set_files(
        saved.id, html_path=_keep_html(store, saved.id, _page_of(store, saved, athlete, result, keep)), recording_path=video
    )
    if keep.pictures:
        store.keep_pictures(saved.id, dict(_most_important(result)))
    result.note_saved(saved.id)
    if replaced:
        return tr("The set in {history} is replaced by the corrected one. It counts once.").format(history=history)
    if saved.already_saved:
        return tr("This set was already in {history}; what you chose is now kept with it.").format(history=history)
    return tr("Saved to {history}. It counts toward the trends, and toward today's plan if most of its reps were done.").format(
        history=history
    )


def _differs(store: Store, saved: SavedSet, result: Result) -> bool:
    """Whether this very page saved the set before, and its report was corrected, or a correction taken back, since then."""
    if result.saved_as != saved.id:
        return False
    there, here = store.get_report(saved.id), stored_report(result.report)
    return [step.at for step in there.corrections] != [step.at for step in here.corrections]


def _page_of(store: Store, saved: SavedSet, athlete: Athlete, result: Result, keep: Keep) -> str:
    """The report page as it is kept: with name, day, and what the history says; with pictures only where they are to be kept."""
    report = with_owner(result.report, athlete.name, saved.row.recorded_at)
    compared = find_other_sets(store, athlete.id, report, at=saved.row.recorded_at, set_id=saved.id)
    return result.page(compared, report, None if keep.pictures else {})


def with_owner(report: SetReport, name: str, recorded_at: datetime) -> SetReport:
    """Return a report with whose it is and when it was done, as the history knows them."""
    athlete = report.athlete.model_copy(update={"name": name})
    return report.model_copy(update={"athlete": athlete, "recorded_at": recorded_at.astimezone().isoformat()})


def _keep_html(store: Store, set_id: int, html: str) -> Path:
    """Keep the report page beside the history."""
    path = private_folder(store.reports_folder) / f"set-{set_id}.html"
    write_text(path, html, private=True)
    return path


def _keep_video(store: Store, set_id: int, video: Path) -> Path:
    """Keep the annotated video beside the history."""
    path = private_folder(store.reports_folder) / f"set-{set_id}.mp4"
    with replacing(path, private=True) as temporary:
        shutil.copyfile(video, temporary)
    return path


def _most_important(result: Result) -> list[tuple[int, bytes]]:
    """The pictures to keep: the best rep's first, then those of faulty reps."""
    best = facts.best_rep(result.report)
    ordered = sorted(result.pictures.items(), key=lambda item: (best is None or item[0] != best.number, item[0]))
    return ordered[:MAX_KEPT_PICTURES]


def compare_with_others(result: Result) -> OtherSets:
    """The athlete's other sets of the exercise: the last one, the best one, the other leg's; never this one, saved or not."""
    store, athlete = login.store(), people.current_athlete()
    if athlete is None or athlete.sample:
        return NO_OTHER_SETS
    own = store.find_set(athlete.id, result.report, result.recording_sha256)
    return find_other_sets(store, athlete.id, result.report, set_id=own)
