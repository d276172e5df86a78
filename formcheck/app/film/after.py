"""After a filmed set: the analysis of its recording, the report, saving, the rest period, and the next set."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import streamlit as st

from formcheck.app.analyze.correcting import show_editor, take_corrected
from formcheck.app.analyze.report_view import show_downloads, show_report
from formcheck.app.analyze.results import Request, Result
from formcheck.app.analyze.saving import Keep, ask_what_to_keep, compare_with_others, save_result
from formcheck.app.analyze.starting import queue_analysis, take_outcome
from formcheck.app.film import sound
from formcheck.app.film.camera import Filming
from formcheck.app.film.next_set import NextSet
from formcheck.app.film.state import forget_set
from formcheck.app.plan.today import ask_after_set
from formcheck.app.shared import login, people, style, visits
from formcheck.app.shared.kept import FILM_JOB, FILM_PROBLEM, FILM_RESULT, FILM_SAVED, FILM_SET, FILM_TRIED, REST_ENDS
from formcheck.exercises import EXERCISES
from formcheck.support.dates import name_date
from formcheck.support.errors import FormcheckError
from formcheck.support.language import tr

POLL_S = 0.7
REST_POLL_S = 1.0


def name_recording(started: datetime) -> str:
    """A recording by when it was filmed, where an uploaded video has the name of its file."""
    return tr("Filmed on {day} at {time}").format(day=name_date(started.date()), time=f"{started:%H:%M}")


def start_analysis(filming: Filming) -> None:
    """Analyze the recording like an uploaded video."""
    state, setup = st.session_state, filming.setup
    state[FILM_TRIED] = True
    state[REST_ENDS] = time.time() + EXERCISES[setup.exercise].prescription.rest_s
    try:
        recording = filming.live.finish_recording()
        started = filming.live.started_at or datetime.now().astimezone()

        estimate = filming.state.estimate

        def make_request(_: Path) -> Request:
            return Request(
                recording,
                name_recording(started),
                setup.athlete,
                setup.exercise,
                setup.side,
                origin="live",
                live=estimate,
                condition=setup.condition,
            )

        state[FILM_JOB] = queue_analysis(visits.visit(), make_request)
    except FormcheckError as error:
        state[FILM_PROBLEM] = tr("{error} Reps counted: {count}.").format(error=error, count=filming.state.count)
    st.rerun()


@st.fragment(run_every=POLL_S)
def show_analysis() -> None:
    """Show the progress of the analysis, and the rest period."""
    visit, state = visits.visit(), st.session_state
    job_id = str(state.get(FILM_JOB, ""))
    status = visit.queue.status(job_id, visit.token)
    if status is None or status.finished:
        take_outcome(FILM_JOB, FILM_RESULT, FILM_PROBLEM)
        st.rerun(scope="app")
    st.title(tr("Set done"), anchor=False)
    filming: Filming | None = state.get(FILM_SET)
    if filming is not None:
        sound.play(filming.live.id, filming.state)
        live = filming.state
        st.info(
            tr("{ended_why} Counted: {count}. The report is being made from the recording.").format(
                ended_why=live.ended_why, count=live.count
            ),
            icon=":material/flag:",
        )
    st.progress(status.share, text=f"{status.stage}: {status.share:.0%}")
    _show_rest_bar()
    if st.button(tr("Cancel"), icon=":material/close:"):
        visit.queue.cancel(job_id, visit.token)


def show_report_page(find_next: Callable[[str], NextSet | None]) -> None:
    """Show the report of the filmed set, and what to do with it."""
    state = st.session_state
    result: Result = state[FILM_RESULT]
    report = result.report
    filming: Filming | None = state.get(FILM_SET)
    st.title(tr("Your set"), anchor=False)
    if note := state.get(FILM_SAVED):
        style.show_done(note)
    with st.container(horizontal=True, vertical_alignment="bottom", key="film-actions"):
        if report.reps and not note:
            name = st.text_input(tr("Whose set is it?"), people.saving_athlete(login.store()), max_chars=200, width=220)
            keep = ask_what_to_keep()
            if st.button(tr("Save to history"), type="primary", icon=":material/save:"):
                _save(result, filming, name, keep)
        following = find_next(filming.setup.exercise) if filming is not None and not filming.setup.test else None
        if note and st.button(tr("Next set"), type="primary", icon=":material/skip_next:"):
            forget_set()
            st.rerun()
        if note:
            again = st.button(tr("Film another set"), icon=":material/replay:")
        else:
            with st.popover(tr("Redo this set"), icon=":material/replay:"):
                st.write(tr("This discards the set, its report and its recording. It cannot be undone."))
                again = st.button(tr("Discard and film again"), icon=":material/delete:")
        if again:
            forget_set()
            st.rerun()
    if note and following is not None:
        st.write(tr("Next: **{words}**.").format(words=following.words))
    if note:
        ask_after_set()
    _show_rest()
    compared = compare_with_others(result)
    show_report(report, result, compared)
    if (corrected := show_editor(result)) is not None:
        take_corrected(corrected, FILM_RESULT, FILM_SAVED)
    st.subheader(tr("Keep it"), anchor=False)
    _offer_recording(filming)
    show_downloads(result, compared)


def _save(result: Result, filming: Filming | None, name: str, keep: Keep) -> None:
    started = filming.live.started_at if filming is not None else None
    try:
        st.session_state[FILM_SAVED] = save_result(login.store(), result, name, started, keep)
    except FormcheckError as error:
        # The report stays on the page, so it can be saved again.
        style.show_error(error)
        return
    st.rerun()


def _offer_recording(filming: Filming | None) -> None:
    """Offer the recording without drawings: it is deleted with the next set unless it is downloaded here."""
    if filming is None or not filming.live.recorder.path.is_file():
        return
    st.caption(tr("The recording is deleted when you film the next set or close this page. Download it if you want to keep it."))
    st.download_button(
        tr("Keep the recording (MP4)"),
        filming.live.recorder.path.read_bytes,
        file_name="formcheck-recording.mp4",
        mime="video/mp4",
        icon=":material/videocam:",
        on_click="ignore",
    )


@st.fragment(run_every=REST_POLL_S)
def _show_rest() -> None:
    _show_rest_bar()


def _show_rest_bar() -> None:
    """Show how long to rest before the next set."""
    ends = st.session_state.get(REST_ENDS)
    if ends is None:
        return
    left = ends - time.time()
    filming: Filming | None = st.session_state.get(FILM_SET)
    rest = EXERCISES[filming.setup.exercise].prescription.rest_s if filming is not None else 60
    if left > 0:
        st.progress(
            min(1.0, left / rest),
            text=tr("Rest: {minutes}:{seconds:02d} until the next set").format(minutes=int(left // 60), seconds=int(left % 60)),
        )
    elif left > -REST_POLL_S * 3:
        sound.say(f"rest-{ends:.0f}", tr("Rest is over"))
